"""Documents and query terms: what each field holds, and which terms of it a query looks up."""

from datetime import date

from indexer.articles import Article
from indexer.filters import FacetValues, day_number
from indexer.keyword.documents import document, documents, indexed_text
from indexer.keyword.engine import Document, QueryTerm
from indexer.keyword.fields import (
    BIGRAMS,
    FIELDS,
    PREFIX_FAMILIES,
    STEMS,
    SURFACE_FORMS,
    TITLE,
    TITLE_WEIGHT,
    WORDS,
    prefix_family,
)
from indexer.persian.analyzer import PersianAnalyzer
from indexer.semantic.passages import running_text
from search_web.understanding.query_terms import (
    STREAM_WEIGHTS,
    QueryWord,
    bigram_terms,
    phrase,
    query_bigrams,
    query_words,
    word_groups,
)

ARTICLE = Article(
    id="1",
    title="برف سدها",
    kicker="گزارش",
    lead="باران بارید",
    body="خبر کامل",
    source="ایرنا",
    category="اقتصاد",
    published=date(2026, 3, 4),
)


def weights(made: Document, field: str = WORDS) -> dict[str, float]:
    return dict(made.stream(field).weights)


def test_a_document_has_every_field_and_one_stem_per_word_at_the_same_position(
    analyzer: PersianAnalyzer,
) -> None:
    made = document(7, ARTICLE, analyzer)
    assert made.number == 7
    assert all(made.stream(field).texts for field in FIELDS)
    assert made.stems == [analyzer.stem(word) for word in made.words]
    assert len(made.positions) == len(made.stems) == len(made.surface_forms)


def test_title_words_have_a_higher_weight_than_words_of_other_fields(analyzer: PersianAnalyzer) -> None:
    made = document(0, ARTICLE, analyzer)
    for field in (WORDS, STEMS):
        found = weights(made, field)
        assert found["برف"] == TITLE_WEIGHT > 1
        assert {found[word] for word in ("گزارش", "باران", "بارید", "خبر", "کامل")} == {1.0}


def test_the_title_field_holds_only_the_title(analyzer: PersianAnalyzer) -> None:
    made = document(0, ARTICLE, analyzer)
    assert made.stream(TITLE).texts == made.words[:2]
    assert made.stream(TITLE).positions == [0, 1]
    untitled = document(0, Article(id="2", lead="باران بارید"), analyzer)
    assert untitled.stream(TITLE).texts == []
    assert untitled.title_width == 0


def test_offsets_are_those_of_the_indexed_text_and_snippets_are_a_slice_of_it(
    analyzer: PersianAnalyzer,
) -> None:
    for article in (ARTICLE, Article(id="2", title="برف", body="خبر"), Article(id="3", lead="باران بارید")):
        made, text = document(0, article, analyzer), indexed_text(article)
        assert [text[start:end] for start, end in zip(made.starts, made.ends, strict=True)] == [
            word.replace("سد", "سدها") for word in made.words
        ]
        assert running_text(article) in text


def test_the_words_of_every_tag_are_indexed(analyzer: PersianAnalyzer) -> None:
    made = document(0, Article(id="3", body="متن", tags=("گردشگری", "سفر نوروزی")), analyzer)
    assert {"گردشگری", "سفر", "نوروزی"} <= set(made.words)


def test_a_document_has_the_facet_values_of_its_article(analyzer: PersianAnalyzer) -> None:
    assert document(0, ARTICLE, analyzer).facet_values == FacetValues(
        day_number(date(2026, 3, 4)), "ایرنا", "اقتصاد"
    )


def test_documents_are_numbered_in_order(analyzer: PersianAnalyzer) -> None:
    articles = [Article(id=str(number), title="برف") for number in range(4)]
    assert [made.number for made in documents(articles, analyzer)] == [0, 1, 2, 3]


def test_an_article_without_any_word_makes_empty_streams(analyzer: PersianAnalyzer) -> None:
    made = document(0, Article(id="1", title="…!", body=" "), analyzer)
    assert not any(made.stream(field).texts for field in FIELDS)


def test_a_query_word_has_its_surface_form_and_its_stem(analyzer: PersianAnalyzer) -> None:
    for typed in ("کشورهای تهران", "کشور‌های تهران", "کشور های تهران"):
        words = query_words(typed, analyzer)
        assert words == (QueryWord("کشورهای", ("کشور",)), QueryWord("تهران", ("تهران",)))
        assert word_groups(words) == (
            (QueryTerm(STEMS, "کشور", STREAM_WEIGHTS[STEMS]),),
            (QueryTerm(STEMS, "تهران", STREAM_WEIGHTS[STEMS]),),
        )


def test_surface_forms_keep_affixes_and_split_compounds_alike_in_every_spelling(
    analyzer: PersianAnalyzer,
) -> None:
    spellings = ("رئیس‌جمهورهای کشور", "رئیسجمهورهای کشور", "رئیس جمهور های کشور")
    made = [document(0, Article(id="1", body=text), analyzer).surface_forms for text in spellings]
    assert made[0] == ["رییس", "جمهورهای", "کشور"]
    assert made[0] == made[1] == made[2]


def test_bigrams_pair_neighbouring_stems_of_one_field_and_contain_no_function_word(
    analyzer: PersianAnalyzer,
) -> None:
    made = document(0, ARTICLE, analyzer)
    assert weights(made, BIGRAMS) == {"برف سد": TITLE_WEIGHT, "باران بارید": 1.0, "خبر کامل": 1.0}
    other = document(0, Article(id="2", body="برف در سد کرج"), analyzer)
    assert other.bigrams == ["سد کرج"]


def test_query_bigrams_skip_pairs_of_stop_words_and_mark_pairs_with_one_as_not_indexed(
    analyzer: PersianAnalyzer,
) -> None:
    bigrams = query_bigrams("برف از به سد کرج", analyzer)
    assert {bigram.term: bigram.indexed for bigram in bigrams} == {
        "برف از": False,
        "به سد": False,
        "سد کرج": True,
    }
    assert bigram_terms(bigrams) == (QueryTerm(BIGRAMS, "سد کرج", STREAM_WEIGHTS[BIGRAMS]),)


def test_positions_run_through_all_fields_with_one_free_position_between_fields(
    analyzer: PersianAnalyzer,
) -> None:
    made = document(0, ARTICLE, analyzer)
    assert made.stems == ["برف", "سد", "گزارش", "باران", "بارید", "خبر", "کامل"]
    assert made.surface_forms == ["برف", "سدها", "گزارش", "باران", "بارید", "خبر", "کامل"]
    assert made.positions == [0, 1, 3, 5, 6, 8, 9]
    assert (made.title_tokens, made.title_width, made.title_bigrams, made.width) == (2, 2, 1, 10)


def test_surface_forms_and_prefix_families_are_listed_once(analyzer: PersianAnalyzer) -> None:
    made = document(0, Article(id="1", title="اقتصاد", body="اقتصادی اقتصاددان، اقتصاد"), analyzer)
    assert made.stream(SURFACE_FORMS).texts == ["اقتصاد", "اقتصادی", "اقتصاددان"]
    assert made.stream(PREFIX_FAMILIES).texts == [prefix_family("اقتصاد")]


def test_stop_words_of_a_query_are_ignored_unless_there_are_no_other_words(analyzer: PersianAnalyzer) -> None:
    assert [word.surface for word in query_words("برف در تهران", analyzer)] == ["برف", "تهران"]
    assert [word.surface for word in query_words("از به", analyzer)] == ["از", "به"]


def test_a_repeated_query_word_is_searched_once(analyzer: PersianAnalyzer) -> None:
    assert len(query_words("تهران تهران تهران", analyzer)) == 1


def test_a_query_or_phrase_without_words_has_no_terms(analyzer: PersianAnalyzer) -> None:
    assert query_words("…«»!", analyzer) == ()
    assert phrase("…«»!", WORDS, analyzer) is None


def test_the_compound_of_two_neighbouring_query_words_has_half_weight(analyzer: PersianAnalyzer) -> None:
    groups = word_groups(query_words("کتاب خانه", analyzer))
    weights = {term.text: term.weight for group in groups for term in group}
    assert weights["کتاب"] == weights["خانه"] == STREAM_WEIGHTS[STEMS]
    assert weights["کتابخانه"] == STREAM_WEIGHTS[STEMS] / 2


def test_a_phrase_keeps_its_stop_words(analyzer: PersianAnalyzer) -> None:
    made = phrase("برف در تهران", TITLE, analyzer)
    assert made is not None
    assert made.field == TITLE
    assert made.variants[0] == ("برف", "در", "تهران")


def test_a_phrase_also_matches_the_compound_of_two_of_its_words(analyzer: PersianAnalyzer) -> None:
    made = phrase("کتاب خانه ملی", WORDS, analyzer)
    assert made is not None
    assert made.variants == (("کتاب", "خانه", "ملی"), ("کتابخانه", "ملی"))
