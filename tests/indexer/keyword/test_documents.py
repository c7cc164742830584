"""Documents and query terms: what each field holds, and which terms of it a query looks up."""

from datetime import date
from itertools import pairwise

from indexer.articles import Article
from indexer.filters import FacetValues, day_number
from indexer.keyword.documents import BIGRAMS, FIELDS, STEMS, TITLE, TITLE_WEIGHT, WORDS, document, documents
from indexer.keyword.engine import Document, Posting, QueryTerm
from indexer.persian.analyzer import PersianAnalyzer
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


def postings(made: Document, field: str = WORDS) -> dict[str, Posting]:
    return {posting.text: posting for posting in made.streams[field]}


def test_a_document_has_every_field_and_one_stem_per_word_at_the_same_position(
    analyzer: PersianAnalyzer,
) -> None:
    made = document(7, ARTICLE, analyzer)
    assert made.number == 7
    assert set(made.streams) == set(FIELDS)
    for word, stem in zip(made.streams[WORDS], made.streams[STEMS], strict=True):
        assert stem == Posting(analyzer.stem(word.text), word.position, word.weight)


def test_title_words_have_a_higher_weight_than_words_of_other_fields(analyzer: PersianAnalyzer) -> None:
    made = postings(document(0, ARTICLE, analyzer))
    assert made["برف"].weight == TITLE_WEIGHT > 1
    assert {made[word].weight for word in ("گزارش", "باران", "بارید", "خبر", "کامل")} == {1.0}


def test_the_title_field_holds_only_the_title(analyzer: PersianAnalyzer) -> None:
    made = document(0, ARTICLE, analyzer)
    assert made.streams[TITLE] == made.streams[WORDS][: len(made.streams[TITLE])]
    assert "برف" in postings(made, TITLE)
    assert not {"گزارش", "باران", "خبر"} & postings(made, TITLE).keys()
    untitled = document(0, Article(id="2", lead="باران بارید"), analyzer)
    assert untitled.streams[TITLE] == []


def test_positions_leave_a_wide_gap_between_the_parts_of_an_article(analyzer: PersianAnalyzer) -> None:
    made = postings(document(0, ARTICLE, analyzer))
    order = ["برف", "گزارش", "باران", "بارید", "خبر", "کامل"]
    positions = [made[word].position for word in order]
    assert positions == sorted(positions)
    gaps = {order[place + 1]: after - before for place, (before, after) in enumerate(pairwise(positions))}
    assert gaps["بارید"] == gaps["کامل"] == 1
    assert min(gaps["گزارش"], gaps["باران"], gaps["خبر"]) >= 100


def test_the_words_of_every_tag_are_indexed(analyzer: PersianAnalyzer) -> None:
    made = document(0, Article(id="3", body="متن", tags=("گردشگری", "سفر نوروزی")), analyzer)
    assert {"گردشگری", "سفر", "نوروزی"} <= postings(made).keys()


def test_a_document_has_the_facet_values_of_its_article(analyzer: PersianAnalyzer) -> None:
    assert document(0, ARTICLE, analyzer).facet_values == FacetValues(
        day_number(date(2026, 3, 4)), "ایرنا", "اقتصاد"
    )


def test_documents_are_numbered_in_order(analyzer: PersianAnalyzer) -> None:
    articles = [Article(id=str(number), title="برف") for number in range(4)]
    assert [made.number for made in documents(articles, analyzer)] == [0, 1, 2, 3]


def test_an_article_without_any_word_makes_empty_streams(analyzer: PersianAnalyzer) -> None:
    assert document(0, Article(id="1", title="…!", body=" "), analyzer).streams == {
        name: [] for name in FIELDS
    }


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
    made = [document(0, Article(id="1", body=text), analyzer).vector.surface_forms for text in spellings]
    assert made[0] == ["رییس", "جمهورهای", "کشور"]
    assert made[0] == made[1] == made[2]


def test_bigrams_pair_neighbouring_stems_of_one_field_and_contain_no_function_word(
    analyzer: PersianAnalyzer,
) -> None:
    made = document(0, ARTICLE, analyzer)
    assert {posting.text for posting in made.streams[BIGRAMS]} == {"برف سد", "باران بارید", "خبر کامل"}
    assert postings(made, BIGRAMS)["برف سد"].weight == TITLE_WEIGHT
    other = document(0, Article(id="2", body="برف در سد کرج"), analyzer)
    assert [posting.text for posting in other.streams[BIGRAMS]] == ["سد کرج"]


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


def test_term_vector_positions_run_through_all_fields_with_one_free_position_between_fields(
    analyzer: PersianAnalyzer,
) -> None:
    vector = document(0, ARTICLE, analyzer).vector
    assert vector.stems == ["برف", "سد", "گزارش", "باران", "بارید", "خبر", "کامل"]
    assert vector.surface_forms == ["برف", "سدها", "گزارش", "باران", "بارید", "خبر", "کامل"]
    assert vector.positions == [0, 1, 3, 5, 6, 8, 9]
    assert vector.title == 2


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
