"""The features of a candidate: how close together, where and in which form it has the query words."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.relevance.memory import MemoryIndex
from indexer.articles import Article
from indexer.columns import TermColumns, record_terms, text_hash
from indexer.filters import Filters
from indexer.keyword import load_engine
from indexer.keyword.documents import documents
from indexer.keyword.engine import KeywordQuery, QueryTerm, inverse_frequency
from indexer.keyword.fields import BIGRAMS, FIELDS, STEMS, TITLE_WEIGHT
from indexer.persian.analyzer import PersianAnalyzer, persian_analyzer
from search_web.ranking.features import (
    EARLY,
    TITLE,
    WINDOW,
    Features,
    LexicalWeights,
    extract_features,
    lexical,
)
from search_web.ranking.weighted_query import WeightedQuery, rated_terms
from search_web.understanding.query_terms import (
    QueryBigram,
    QueryWord,
    query_bigrams,
    query_words,
    word_groups,
)

FILLER = "گفت"


def weighted(*words: tuple[str, float]) -> WeightedQuery:
    return WeightedQuery(tuple((QueryWord(word, (word,)), idf) for word, idf in words))


SNOW_AND_DAM = weighted(("برف", 3.0), ("سد", 1.0))


def features_of(
    directory: Path, articles: list[Article], asked: WeightedQuery, analyzer: PersianAnalyzer
) -> Features:
    keyword = MemoryIndex(record_terms(documents(articles, analyzer), directory), FIELDS)
    return extract_features(
        rated(asked, keyword), TermColumns(directory, len(keyword)), np.arange(len(articles))
    )


def rated(asked: WeightedQuery, keyword: MemoryIndex) -> WeightedQuery:
    """Return the query with the idf of its surface forms and prefix families in a collection."""
    terms = rated_terms(word for word, _ in asked.words)
    return replace(
        asked, idf={term: inverse_frequency(len(keyword), keyword.frequency(*term)) for term in terms}
    )


def article(number: int, body: str, title: str = "") -> Article:
    return Article(id=str(number), title=title, body=body)


def test_coverage_is_the_idf_share_of_the_query_words_in_the_article(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    bodies = ["برف برف", "سد", "سد و برف", "آب"]
    found = features_of(tmp_path, [article(n, body) for n, body in enumerate(bodies)], SNOW_AND_DAM, analyzer)
    assert found.coverage.tolist() == [0.75, 0.25, 1.0, 0.0]


def test_the_window_feature_counts_distinct_query_words_close_together(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    apart = f"برف {'گفت ' * (WINDOW - 1)}"
    bodies = [f"{apart}سد", f"{apart.removesuffix('گفت ')}سد", "برف برف برف", f"سد {'گفت ' * 40}برف سد"]
    found = features_of(tmp_path, [article(n, body) for n, body in enumerate(bodies)], SNOW_AND_DAM, analyzer)
    assert found.window.tolist() == [0.75, 1.0, 0.75, 1.0]


def test_a_window_never_spans_two_articles(tmp_path: Path, analyzer: PersianAnalyzer) -> None:
    found = features_of(tmp_path, [article(0, "برف"), article(1, "سد")], SNOW_AND_DAM, analyzer)
    assert found.window.tolist() == [0.75, 0.25]


def test_the_early_feature_decays_with_the_distance_from_the_title(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    late = f"{'گفت ' * EARLY}برف"
    articles = [article(0, "برف", title="سد"), article(1, late), article(2, f"سد {late} برف")]
    found = features_of(tmp_path, articles, SNOW_AND_DAM, analyzer)
    snow, dam = inverse_frequency(3, 3) / 4, inverse_frequency(3, 2) / 4
    assert found.early[0] == pytest.approx(
        snow / np.e ** (1 / EARLY)
    )  # the boundary between two fields takes one position
    assert found.early[1] == pytest.approx(snow / np.e)
    assert found.early[2] == pytest.approx(dam + snow / np.e ** (1 + 1 / EARLY))


def test_the_early_feature_counts_words_of_the_same_prefix_family(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    articles = [article(0, "اقتصاددان آمد"), article(1, "برف آمد")]
    found = features_of(tmp_path, articles, weighted(("اقتصاد", 2.0)), analyzer)
    assert found.early.tolist() == pytest.approx([inverse_frequency(2, 1) / 2, 0.0])


def test_words_of_the_same_prefix_family_count_even_without_the_word_itself(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    articles = [article(0, "اقتصاددان آمد"), article(1, "برف آمد"), article(2, "اقتصاد خوب")]
    found = features_of(tmp_path, articles, weighted(("اقتصاد", 2.0)), analyzer)
    assert found.coverage.tolist() == [0.0, 0.0, 1.0]
    assert found.prefix_families[0] == pytest.approx(found.prefix_families[2])
    assert found.prefix_families[0] > 0 == found.prefix_families[1]
    assert found.surface_forms[2] > 0 == found.surface_forms[0]


def test_a_prefix_family_is_weighted_by_the_square_root_of_its_idf(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    articles = [article(0, "برف"), *(article(number, "کرج") for number in range(1, 6))]
    found = features_of(tmp_path, articles, weighted(("برف", 9.0), ("کرج", 1.0)), analyzer)
    rare, common = inverse_frequency(6, 1), inverse_frequency(6, 5)
    assert found.prefix_families[0] / found.prefix_families[1] == pytest.approx((rare / common) ** 0.5)
    assert found.prefix_families[0] + found.prefix_families[1] == pytest.approx(
        1.0
    )  # one word in each article of mean length


def test_the_exact_surface_form_counts_in_addition_to_the_stem(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    articles = [article(0, "کشورهای دیگر"), article(1, "کشور دیگر")]
    asked = WeightedQuery(tuple((word, 2.0) for word in query_words("کشور های", analyzer)))
    found = features_of(tmp_path, articles, asked, analyzer)
    assert found.coverage.tolist() == [1.0, 1.0]
    assert found.prefix_families[0] == pytest.approx(found.prefix_families[1])
    assert found.surface_forms[0] > 0 == found.surface_forms[1]


def test_each_stem_of_an_ambiguous_query_word_counts_as_the_word(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    both = WeightedQuery(((QueryWord("نقش", ("نقش", "نقشه")), 2.0),))
    found = features_of(tmp_path, [article(0, "نقش"), article(1, "نقشه"), article(2, "برف")], both, analyzer)
    assert found.coverage.tolist() == [1.0, 1.0, 0.0]


def test_an_alternative_reading_of_a_word_counts_half(tmp_path: Path, analyzer: PersianAnalyzer) -> None:
    articles = [article(0, "برف"), article(1, "باران"), article(2, "سد")]
    both = WeightedQuery(((QueryWord("برف", ("برف", "باران")), 2.0),))
    found = features_of(tmp_path, articles, both, analyzer)
    assert found.surface_forms[1] == pytest.approx(found.surface_forms[0] / 2)
    assert found.prefix_families[1] == pytest.approx(found.prefix_families[0] / 2)
    assert found.surface_forms[2] == found.prefix_families[2] == 0.0


@pytest.mark.parametrize("body", ["گلمحمدی آمد", "گل محمدی آمد", "گل\u200cمحمدی آمد"])
def test_a_compound_counts_as_both_its_words_and_as_their_bigram(
    tmp_path: Path, analyzer: PersianAnalyzer, body: str
) -> None:
    typed = "گل\u200cمحمدی"
    words = tuple((word, 2.0) for word in query_words(typed, analyzer))
    asked = WeightedQuery(words, tuple((bigram, 3.0) for bigram in query_bigrams(typed, analyzer)))
    found = features_of(tmp_path, [article(0, body), article(1, "گل آمد")], asked, analyzer)
    assert found.coverage.tolist() == found.window.tolist() == [1.0, 0.5]
    assert found.bigrams[0] > 0 == found.bigrams[1]
    assert found.surface_forms[0] > 1.5 * found.surface_forms[1]
    assert found.prefix_families[0] > 1.5 * found.prefix_families[1]


def test_words_also_indexed_as_a_compound_are_counted_only_once(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    typed = "کتاب خانه"
    words, bigrams = query_words(typed, analyzer), query_bigrams(typed, analyzer)
    assert [word.compounds for word in words] == [("کتابخانه",)] * 2
    assert [bigram.compounds for bigram in bigrams] == [("کتابخانه",)]
    apart = WeightedQuery(
        tuple((replace(word, compounds=()), 2.0) for word in words),
        tuple((replace(bigram, compounds=()), 3.0) for bigram in bigrams),
    )
    asked = WeightedQuery(tuple((word, 2.0) for word in words), tuple((bigram, 3.0) for bigram in bigrams))
    articles = [article(0, "کتاب خانه ملی"), article(1, "برف")]
    both, alone = (features_of(tmp_path, articles, each, analyzer) for each in (asked, apart))
    for name in Features.__dataclass_fields__:
        np.testing.assert_allclose(getattr(both, name), getattr(alone, name), err_msg=name)


def test_bigrams_match_only_adjacent_words_in_order_within_one_field(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    articles = [
        article(0, "برف سد"),
        article(1, "سد برف"),
        article(2, "برف بر سد"),
        article(3, "سد کرج", title="برف"),
        article(4, "کرج کرج", title="برف سد"),
    ]
    asked = WeightedQuery(SNOW_AND_DAM.words, ((QueryBigram("برف", "سد"), 5.0),))
    found = features_of(tmp_path, articles, asked, analyzer)
    assert found.bigrams[4] > found.bigrams[0] > 0
    assert found.bigrams[1:4].tolist() == [0.0, 0.0, 0.0]


def test_a_title_word_counts_like_several_words_of_the_text(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    many = int(TITLE)
    articles = [article(0, "سد " * many, title="برف"), article(1, f"{'برف ' * many}سد")]
    asked = weighted(("برف", 3.0))
    found = features_of(tmp_path, articles, asked, analyzer)
    assert found.surface_forms[0] == pytest.approx(found.surface_forms[1])
    assert found.prefix_families[0] == pytest.approx(found.prefix_families[1])


def test_surface_form_scores_equal_those_of_an_engine_with_the_same_title_weight(
    tmp_path: Path, analyzer: PersianAnalyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search_web.ranking.features.TITLE", TITLE_WEIGHT)
    articles = [
        article(
            number,
            f"{'برف ' * (number % 3)}سد {'باران ' * (number % 5)}کرج",
            title="برف" if number % 2 else "",
        )
        for number in range(12)
    ]
    engine = load_engine("whoosh")
    (tmp_path / "keyword").mkdir()
    (tmp_path / "terms").mkdir()
    engine.build(tmp_path / "keyword", record_terms(documents(articles, analyzer), tmp_path / "terms"))
    index = engine.open(tmp_path / "keyword")
    columns = TermColumns(tmp_path / "terms", len(index))
    asked = WeightedQuery.of(query_words("برف باران", analyzer), query_bigrams("برف سد", analyzer), index)
    scores = index.search(KeywordQuery(word_groups(word for word, _ in asked.words)), Filters(), 99)
    found = extract_features(asked, columns, scores.numbers)
    # An engine stores the length of a field in one byte, and counts the bigrams of one field only.
    np.testing.assert_allclose(found.surface_forms * asked.total_idf, scores.scores, rtol=0.08)
    alone = index.search(KeywordQuery(((QueryTerm(BIGRAMS, "برف سد"),),)), Filters(), 99)
    held = dict(zip(alone.numbers.tolist(), alone.scores.tolist(), strict=True))
    assert set(scores.numbers[found.bigrams > 0].tolist()) == held.keys()
    index.close()


def test_a_bigram_with_a_function_word_has_the_summed_idf_of_both_stems(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    articles = [article(0, "برف در سد کرج"), article(1, "سد کرج"), article(2, "باران")]
    engine = load_engine("whoosh")
    (tmp_path / "keyword").mkdir()
    engine.build(tmp_path / "keyword", documents(articles, analyzer))
    index = engine.open(tmp_path / "keyword")
    asked = WeightedQuery.of((), query_bigrams("در سد کرج", analyzer), index)
    idf = {bigram.term: value for bigram, value in asked.bigrams}
    one, two = inverse_frequency(3, 1), inverse_frequency(3, 2)
    assert idf == {"در سد": pytest.approx(one + two), "سد کرج": pytest.approx(two)}
    assert index.frequency(STEMS, "در") == 1
    index.close()


def test_a_query_word_is_known_if_any_article_holds_one_of_its_readings_or_compounds(
    analyzer: PersianAnalyzer,
) -> None:
    articles = [article(0, "برف در کتابخانه"), article(1, "سد کرج")]
    index = MemoryIndex(documents(articles, analyzer), FIELDS)

    def known(text: str) -> float:
        return WeightedQuery.of(query_words(text, analyzer), (), index).known

    assert known("برف سد") == known("کتاب خانه") == known("") == 1.0
    assert known("برقف") == 0.0
    both_readings = QueryWord("برقف", ("برقف", "برف"))
    assert WeightedQuery.of([both_readings], (), index).known == 1.0
    held, missing = inverse_frequency(2, 1), inverse_frequency(2, 0)
    assert known("برف برقف") == pytest.approx(held / (held + missing))


def test_features_are_zero_without_query_words_and_empty_without_candidates(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    found = features_of(tmp_path, [article(0, "برف")], weighted(), analyzer)
    assert (found.coverage.tolist(), found.window.tolist(), found.prefix_families.tolist()) == (
        [0.0],
        [0.0],
        [0.0],
    )
    keyword = MemoryIndex(documents([article(0, "برف")], analyzer), FIELDS)
    nothing = extract_features(
        rated(SNOW_AND_DAM, keyword), TermColumns(tmp_path, 1), np.empty(0, dtype=np.int64)
    )
    assert len(nothing.window) == 0
    assert weighted().total_idf == 1.0


def test_the_keyword_score_is_the_weighted_sum_of_the_features() -> None:
    found = Features(*(np.array([value]) for value in (1.0, 0.5, 0.25, 0.2, 0.1, 0.9)))
    score = lexical(
        found, LexicalWeights(surface_forms=2.0, prefix_families=4.0, bigrams=8.0, window=10.0, early=20.0)
    )
    assert score.tolist() == pytest.approx([2 * 1.0 + 4 * 0.5 + 8 * 0.25 + 10 * 0.2 + 20 * 0.1])


@given(st.lists(st.sampled_from(["برف", "سد", "آب", FILLER]), min_size=1, max_size=60))
def test_the_window_feature_equals_a_brute_force_search_over_all_windows(body: list[str]) -> None:
    import tempfile

    asked = weighted(("برف", 3.0), ("سد", 1.0), ("اب", 2.0))
    with tempfile.TemporaryDirectory() as folder:
        found = features_of(Path(folder), [article(0, " ".join(body))], asked, persian_analyzer())
    # «برف آب» is also read as برفاب, so take each stem at the position that the analyzer gives it.
    stems = persian_analyzer().streams(" ".join(body)).stems
    idf = {word.stems[0]: weight for word, weight in asked.words}
    windows = [
        {stem.text for stem in stems if start <= stem.position < start + WINDOW} & idf.keys()
        for start in range(len(body))
    ]
    best = max(sum(idf[stem] for stem in window) for window in windows)
    assert found.window[0] == pytest.approx(best / 6)
    assert found.window[0] <= found.coverage[0] + 1e-9


def test_words_late_in_a_very_long_text_are_neighbours_only_where_the_text_has_them_side_by_side(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    begin = f"{FILLER} " * 0x10000  # more words than 16 bits can count
    articles = [article(0, f"{begin}برف {f'{FILLER} ' * WINDOW}سد"), article(1, f"{begin}برف سد")]
    asked = replace(SNOW_AND_DAM, bigrams=((QueryBigram("برف", "سد"), 4.0),))
    features = features_of(tmp_path, articles, asked, analyzer)
    assert features.window.tolist() == [3 / 4, 1]
    assert features.bigrams[0] == 0 < features.bigrams[1]


def test_words_with_equal_hashes_are_taken_for_one_and_all_others_are_not(
    tmp_path: Path, analyzer: PersianAnalyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine still counts them apart; a query among a million terms meets such a pair once in 400."""
    taken = {"باران": "برف", "بارا": "برف"}
    monkeypatch.setattr(
        "indexer.columns.term_writer.text_hash", lambda text: text_hash(taken.get(text, text))
    )
    articles = [article(0, "برف"), article(1, "باران"), article(2, "سد")]
    found = features_of(tmp_path, articles, weighted(("برف", 3.0)), analyzer)
    assert found.coverage.tolist() == [1.0, 1.0, 0.0]
