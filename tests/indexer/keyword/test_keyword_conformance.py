"""Every keyword engine, and the plain reference, finds the same articles; some give the same scores, too."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from keyword_engines import NOTHING, TESTED, PlainIndex, asked, built, doc, numbers

from indexer.articles import Article
from indexer.commit import Commit
from indexer.errors import UsageError
from indexer.filters import FacetValues, Filters
from indexer.keyword import AUTO, chosen_engine, load_engine
from indexer.keyword.documents import documents
from indexer.keyword.engine import (
    Document,
    KeywordEngine,
    KeywordIndex,
    KeywordQuery,
    Phrase,
    QueryTerm,
)
from indexer.keyword.fields import BIGRAMS, STEMS, SURFACE_FORMS, TITLE, WORDS
from indexer.persian.analyzer import PersianAnalyzer
from search_web.understanding.query_terms import phrase, query_words, word_groups

# Rounding a field length by a twelfth changes a score by less than this share.
ROUNDING = 0.06
SCORING = [name for name, promises in TESTED.items() if promises.plain_bm25]


@pytest.fixture(params=TESTED)
def engine(request: pytest.FixtureRequest) -> KeywordEngine:
    return TESTED[request.param].load()


@pytest.fixture(params=SCORING)
def scoring(request: pytest.FixtureRequest) -> KeywordEngine:
    return TESTED[request.param].load()


def plain(docs: list[Document]) -> PlainIndex:
    return PlainIndex({document.number: document for document in docs}, Commit(len(docs)))


def random_documents(count: int, words: int, lengths: tuple[int, int], seed: int = 5) -> list[Document]:
    dice = np.random.default_rng(seed)
    vocabulary = [f"w{number}" for number in range(words)]
    frequencies = 1 / np.arange(1, words + 1)
    frequencies /= frequencies.sum()
    docs = []
    for number in range(count):
        drawn = dice.choice(vocabulary, dice.integers(*lengths), p=frequencies).tolist()
        facet_values = FacetValues(int(dice.choice([0, 10, 20, 30])), f"s{number % 7}", f"c{number % 3}")
        docs.append(
            Document(
                number,
                facet_values,
                words=drawn,
                stems=[word[:2] for word in drawn],
                surface_forms=drawn,
                positions=list(range(len(drawn))),
                title_tokens=min(6, len(drawn)),
            )
        )
    return docs


@pytest.fixture(scope="module")
def many() -> list[Document]:
    return random_documents(2000, 400, (20, 220))


@pytest.fixture(scope="module")
def exact(many: list[Document]) -> PlainIndex:
    """The reference index of `many`."""
    return plain(many)


@pytest.fixture(scope="module", params=TESTED)
def large(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, many: list[Document]
) -> Iterator[KeywordIndex]:
    index = built(TESTED[request.param].load(), tmp_path_factory.mktemp(request.param), many)
    yield index
    index.close()


@pytest.fixture(scope="module", params=SCORING)
def large_scoring(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, many: list[Document]
) -> Iterator[KeywordIndex]:
    index = built(TESTED[request.param].load(), tmp_path_factory.mktemp(request.param), many)
    yield index
    index.close()


def random_query(seed: int, words: int = 3) -> KeywordQuery:
    drawn = np.random.default_rng(seed).choice(400, words, replace=False).tolist()
    return KeywordQuery(
        tuple((QueryTerm(WORDS, f"w{word}"), QueryTerm(STEMS, f"w{word}"[:2], 0.4)) for word in drawn)
    )


def test_scores_are_those_of_bm25(scoring: KeywordEngine, tmp_path: Path) -> None:
    # Documents of at most eight postings: lengths that no engine rounds.
    docs = random_documents(200, 30, (1, 9))
    index = built(scoring, tmp_path, docs)
    for seed in range(20):
        dice = np.random.default_rng(seed)
        query = KeywordQuery(
            tuple(
                (QueryTerm(WORDS, f"w{word}"), QueryTerm(TITLE, f"w{word}", 0.5))
                for word in dice.choice(30, dice.integers(1, 6), replace=False).tolist()
            )
        )
        expected = plain(docs).scores(query)
        found = index.search(query, NOTHING, 500)
        assert found.total == len(expected) == len(found.numbers)
        assert found.scores == pytest.approx([expected[number] for number in numbers(found)], rel=1e-5)
    index.close()


def test_scores_of_long_articles_are_those_of_bm25_within_the_rounding_of_lengths(
    large_scoring: KeywordIndex, exact: PlainIndex
) -> None:
    for seed in range(4):
        expected = exact.scores(random_query(seed))
        found = large_scoring.search(random_query(seed), NOTHING, 2000)
        assert found.total == len(expected)
        assert found.scores == pytest.approx([expected[number] for number in numbers(found)], rel=ROUNDING)
        best = sorted(expected, key=lambda number: -expected[number])
        assert len(set(numbers(found)[:20]) & set(best[:20])) >= 16


def test_the_best_fifty_articles_by_plain_bm25_are_among_the_best_two_hundred_of_every_engine(
    large: KeywordIndex, exact: PlainIndex
) -> None:
    wanted = found = 0
    for seed in range(40):
        query = random_query(seed, words=1 + seed % 8)
        best = set(numbers(exact.search(query, NOTHING, 50)))
        wanted += len(best)
        found += len(best & set(numbers(large.search(query, NOTHING, 200))))
    assert found >= 0.99 * wanted


def test_scores_fall_and_every_match_of_a_word_has_one(large: KeywordIndex) -> None:
    for seed in range(10):
        found = large.search(random_query(seed), NOTHING, 2000)
        assert (np.diff(found.scores) <= 0).all()
        assert found.scores[-1] > 0


def test_a_posting_of_weight_two_counts_like_two_occurrences(scoring: KeywordEngine, tmp_path: Path) -> None:
    docs = [doc(0, "", title="a b"), doc(1, "a b"), doc(2, "a a")]
    index = built(scoring, tmp_path, docs)
    found = index.search(asked("a"), NOTHING, 10)
    expected = plain(docs).scores(asked("a"))
    assert expected[0] == pytest.approx(expected[2])
    assert numbers(found) == [0, 2, 1]
    assert found.scores == pytest.approx([expected[0], expected[2], expected[1]], rel=1e-6)
    index.close()


@pytest.mark.parametrize("field", [STEMS, BIGRAMS])
def test_a_word_of_the_title_outweighs_one_of_the_text(
    engine: KeywordEngine, tmp_path: Path, field: str
) -> None:
    # Equal lengths, also with the words of the title counted twice.
    docs = [doc(0, "a b c d", title="x y z"), doc(1, "x y z d", title="a b c")]
    index = built(engine, tmp_path, docs)
    term = {STEMS: "x", BIGRAMS: "x y"}[field]
    query = KeywordQuery(((QueryTerm(field, term),),))
    found = index.search(query, NOTHING, 10)
    assert numbers(found) == [0, 1]
    assert found.scores[0] > found.scores[1]
    index.close()


def test_equal_scores_are_ordered_by_article_number(engine: KeywordEngine, tmp_path: Path) -> None:
    index = built(engine, tmp_path, [doc(number, "same words") for number in range(30)])
    assert numbers(index.search(asked("same"), NOTHING, 7)) == [0, 1, 2, 3, 4, 5, 6]
    assert numbers(index.search(asked("same", "words"), NOTHING, 50)) == list(range(30))
    index.close()


def test_total_counts_all_matches_even_when_fewer_are_requested(
    engine: KeywordEngine, tmp_path: Path
) -> None:
    index = built(engine, tmp_path, [doc(number, "x" if number % 2 else "y") for number in range(40)])
    found = index.search(asked("x"), NOTHING, 3)
    assert (numbers(found), found.total) == ([1, 3, 5], 20)
    index.close()


FILTERED = [
    doc(0, "x", day=0, source="irna", category="economy"),
    doc(1, "x x", day=10, source="irna", category="sport"),
    doc(2, "x", day=20, source="isna", category="economy"),
    doc(3, "x y", day=30, source="isna", category="sport"),
    doc(4, "y", day=20, source="irna", category="economy"),
]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), {0, 1, 2, 3}),
        (Filters(source="irna"), {0, 1}),
        (Filters(category="sport"), {1, 3}),
        (Filters(source="isna", category="economy"), {2}),
        (Filters(first_day=20), {2, 3}),
        (Filters(last_day=20), {1, 2}),
        (Filters(first_day=10, last_day=10), {1}),
        (Filters(first_day=20, source="irna"), set()),
        (Filters(first_day=30, last_day=10), set()),
        (Filters(source="nobody"), set()),
    ],
)
def test_filters_apply_inside_the_search_and_to_its_total(
    engine: KeywordEngine, tmp_path: Path, filters: Filters, expected: set[int]
) -> None:
    index = built(engine, tmp_path, FILTERED)
    for found in (index.search(asked("x"), filters, 10), index.newest(asked("x"), filters, 10)):
        assert set(numbers(found)) == expected
        assert found.total == len(expected)
    one = index.search(asked("x"), filters, 1)
    assert (len(one.numbers), one.total) == (min(1, len(expected)), len(expected))
    index.close()


def test_bigrams_raise_scores_but_never_add_matches(engine: KeywordEngine, tmp_path: Path) -> None:
    docs = [doc(0, "سد و کرج"), doc(1, "آب سد کرج"), doc(2, "باران"), doc(3, "کرج سد آب")]
    index = built(engine, tmp_path, docs)
    alone = asked("سد", "کرج")
    with_bigram = KeywordQuery(alone.words, bigrams=(QueryTerm(BIGRAMS, "سد کرج", 0.5),))
    found = index.search(with_bigram, NOTHING, 10)
    assert sorted(numbers(found)) == [0, 1, 3]
    assert numbers(found)[0] == 1
    assert found.scores[0] > index.search(alone, NOTHING, 10).scores[0]
    index.close()


def test_bigrams_are_scored_by_bm25(scoring: KeywordEngine, tmp_path: Path) -> None:
    docs = [doc(0, "سد و کرج"), doc(1, "آب سد کرج"), doc(2, "باران"), doc(3, "کرج سد آب")]
    index = built(scoring, tmp_path, docs)
    query = KeywordQuery(asked("سد", "کرج").words, bigrams=(QueryTerm(BIGRAMS, "سد کرج", 0.5),))
    found = index.search(query, NOTHING, 10)
    scores = dict(zip(numbers(found), found.scores, strict=True))
    assert scores == pytest.approx(plain(docs).scores(query), rel=ROUNDING)
    index.close()


def test_filters_do_not_change_scores(large: KeywordIndex) -> None:
    query = random_query(3)
    scores = large.search(query, NOTHING, 2000)
    known = dict(zip(numbers(scores), scores.scores.tolist(), strict=True))
    filtered = large.search(query, Filters(source="s3"), 2000)
    assert filtered.total == len([number for number in known if number % 7 == 3])
    assert {number: known[number] for number in numbers(filtered)} == dict(
        zip(numbers(filtered), filtered.scores.tolist(), strict=True)
    )


def test_a_phrase_matches_only_adjacent_words_in_order(engine: KeywordEngine, tmp_path: Path) -> None:
    texts = ["a b c", "b a c", "a x b", "c a b", "a b a b", "a a b x", "a", ""]
    index = built(engine, tmp_path, [doc(number, text) for number, text in enumerate(texts)])

    def matching(*words: str) -> set[int]:
        found = index.search(KeywordQuery(required=(Phrase(WORDS, (words,)),)), NOTHING, 10)
        assert found.total == len(found.numbers)
        return set(numbers(found))

    assert matching("a", "b") == {0, 3, 4, 5}
    assert matching("a", "b", "c") == {0}
    assert matching("a", "b", "a") == {4}
    assert matching("a", "a") == {5}
    assert matching("a", "b", "a", "b") == {4}
    assert matching("missing", "b") == set()
    index.close()


def test_a_phrase_matches_when_any_of_its_variants_does(engine: KeywordEngine, tmp_path: Path) -> None:
    index = built(engine, tmp_path, [doc(0, "ketab khane"), doc(1, "ketabkhane"), doc(2, "khane ketab")])
    either = Phrase(WORDS, (("ketab", "khane"), ("ketabkhane",), ("no", "such"), ("nor", "this")))
    assert numbers(index.search(KeywordQuery(required=(either,)), NOTHING, 10)) == [0, 1]
    assert numbers(index.search(KeywordQuery(asked("khane").words, excluded=(either,)), NOTHING, 10)) == [2]
    index.close()


def test_phrases_are_found_as_by_comparing_every_position(
    large: KeywordIndex, exact: PlainIndex, many: list[Document]
) -> None:
    dice = np.random.default_rng(9)
    phrases = []
    for _ in range(60):
        # Frequent and rare words, from an article so that some phrases match.
        drawn = many[int(dice.integers(len(many)))].words
        start = int(dice.integers(len(drawn) - 3))
        words = tuple(drawn[start : start + int(dice.integers(1, 4))])
        phrases.append(Phrase(WORDS, (words, (f"w{dice.integers(9)}", f"w{dice.integers(400)}"))))
    for expected, found in zip(exact.holding(phrases), large.holding(phrases), strict=True):
        assert found.dtype == np.int64
        assert found.tolist() == expected.tolist()


def test_a_phrase_of_one_term_is_found_in_every_field(engine: KeywordEngine, tmp_path: Path) -> None:
    index = built(engine, tmp_path, [doc(0, "a b", title="t"), doc(1, "b a"), doc(2, "c", title="a")])
    asked_for = [
        *(Phrase(field, (("a",),)) for field in (WORDS, STEMS, TITLE)),
        Phrase(BIGRAMS, (("a b",), ("b a",))),
        Phrase(STEMS, (("no",), ("c",))),
        Phrase(STEMS, (("no",),)),
    ]
    found = [numbers.tolist() for numbers in index.holding(asked_for)]
    assert found == [[0, 1, 2], [0, 1, 2], [2], [0, 1], [2], []]
    assert index.holding([]) == []
    index.close()


def test_an_article_with_a_required_phrase_is_found_without_any_word_of_the_query(
    engine: KeywordEngine, tmp_path: Path
) -> None:
    index = built(engine, tmp_path, [doc(0, "a b"), doc(1, "x"), doc(2, "a b x"), doc(3, "b a x")])
    query = KeywordQuery(asked("x").words, required=(Phrase(WORDS, (("a", "b"),)),))
    assert numbers(index.search(query, NOTHING, 10)) == [2, 0]
    assert numbers(index.newest(query, NOTHING, 10)) == [2]
    index.close()


def test_required_phrases_must_all_match_and_add_nothing_to_the_score(
    engine: KeywordEngine, tmp_path: Path
) -> None:
    docs = [doc(0, "a b c"), doc(1, "c d a b"), doc(2, "c d"), doc(3, "a b c d x")]
    index = built(engine, tmp_path, docs)
    both = (Phrase(WORDS, (("a", "b"),)), Phrase(WORDS, (("c", "d"),)))
    found = index.search(KeywordQuery(asked("x").words, required=both), NOTHING, 10)
    assert numbers(found) == [3, 1]
    assert found.scores == pytest.approx([index.search(asked("x"), NOTHING, 1).scores[0], 0.0], rel=1e-6)
    assert found.total == 2
    index.close()


def test_articles_with_any_excluded_phrase_are_left_out(engine: KeywordEngine, tmp_path: Path) -> None:
    docs = [doc(0, "a b"), doc(1, "a c"), doc(2, "a d e"), doc(3, "a e d"), doc(4, "a f"), doc(5, "a")]
    index = built(engine, tmp_path, docs)
    excluded = tuple(Phrase(WORDS, (words,)) for words in (("b",), ("c",), ("d", "e"), ("f",)))
    found = index.search(KeywordQuery(asked("a").words, excluded=excluded), NOTHING, 10)
    assert set(numbers(found)) == {3, 5}
    assert found.total == 2
    all_of_them = index.search(asked("a"), NOTHING, 10)
    scores = dict(zip(numbers(all_of_them), all_of_them.scores.tolist(), strict=True))
    assert found.scores == pytest.approx([scores[number] for number in numbers(found)], rel=1e-6)
    assert set(numbers(index.newest(KeywordQuery(asked("a").words, excluded=excluded), NOTHING, 9))) == {3, 5}
    index.close()


def test_no_excluded_article_is_found_wherever_it_stands(large: KeywordIndex, many: list[Document]) -> None:
    dice = np.random.default_rng(2)
    for _ in range(40):
        wanted, unwanted, other = (f"w{number}" for number in dice.choice(60, 3, replace=False))
        query = KeywordQuery(asked(wanted, other).words, excluded=(Phrase(WORDS, ((unwanted,),)),))
        holding = [set(document.words) for document in many]
        either = {n for n, words in enumerate(holding) if {wanted, other} & words and unwanted not in words}
        both = {n for n in either if {wanted, other} <= holding[n]}
        found, newest = large.search(query, NOTHING, 2000), large.newest(query, NOTHING, 2000)
        assert (set(numbers(found)), found.total) == (either, len(either))
        assert (set(numbers(newest)), newest.total) == (both, len(both))
        filtered = large.search(query, Filters(source="s3"), 2000)
        assert set(numbers(filtered)) == {n for n in either if n % 7 == 3}


def test_a_title_phrase_matches_in_titles_only(engine: KeywordEngine, tmp_path: Path) -> None:
    docs = [
        doc(0, "x", title="dam water"),
        doc(1, "dam water", title="x"),
        doc(2, "", title="dam"),
    ]
    index = built(engine, tmp_path, docs)
    for words, expected in ((("dam", "water"), [0]), (("dam",), [0, 2]), (("water",), [0])):
        assert (
            numbers(index.search(KeywordQuery(required=(Phrase(TITLE, (words,)),)), NOTHING, 10)) == expected
        )
    index.close()


def test_newest_requires_every_word_and_puts_undated_articles_last(
    engine: KeywordEngine, tmp_path: Path
) -> None:
    docs = [
        doc(0, "x y", day=0),
        doc(1, "x y", day=5),
        doc(2, "x", day=9),
        doc(3, "x y", day=7),
        doc(4, "x y z z z", day=5),
        doc(5, "x y", day=5),
    ]
    index = built(engine, tmp_path, docs)
    found = index.newest(asked("x", "y"), NOTHING, 10)
    assert numbers(found) == [3, 1, 5, 4, 0]
    assert found.total == 5
    assert (np.diff(found.scores) < 0).all()
    assert numbers(index.newest(asked("x", "y"), NOTHING, 2)) == [3, 1]
    assert index.newest(asked("x", "y"), NOTHING, 2).total == 5
    either = KeywordQuery(((QueryTerm(WORDS, "z"), QueryTerm(STEMS, "z", 0.4)), (QueryTerm(WORDS, "x"),)))
    assert numbers(index.newest(either, NOTHING, 10)) == [4]
    phrased = KeywordQuery(required=(Phrase(WORDS, (("x", "y"),)),))
    assert numbers(index.newest(phrased, NOTHING, 3)) == [3, 1, 4]
    index.close()


def test_frequency_counts_articles_not_occurrences(engine: KeywordEngine, tmp_path: Path) -> None:
    index = built(engine, tmp_path, [doc(0, "a a a", title="b"), doc(1, "a b"), doc(2, "c")])
    assert [index.frequency(WORDS, word) for word in "abcd"] == [2, 2, 1, 0]
    assert index.frequency(TITLE, "b") == 1
    assert index.frequency(STEMS, "a") == 2
    assert (index.frequency(BIGRAMS, "a b"), index.frequency(SURFACE_FORMS, "b")) == (1, 2)
    index.close()


def test_an_empty_query_matches_nothing(engine: KeywordEngine, tmp_path: Path) -> None:
    index = built(engine, tmp_path, FILTERED)
    for query in (KeywordQuery(), KeywordQuery(excluded=(Phrase(WORDS, (("y",),)),))):
        for filters in (NOTHING, Filters(source="irna")):
            assert index.search(query, filters, 10).total == 0
            assert index.newest(query, filters, 10).total == 0
    index.close()


def test_an_index_without_articles_matches_nothing(engine: KeywordEngine, tmp_path: Path) -> None:
    index = built(engine, tmp_path, [])
    assert (len(index), index.frequency(WORDS, "a")) == (0, 0)
    assert numbers(index.search(asked("a"), NOTHING, 10)) == []
    assert numbers(index.newest(asked("a"), NOTHING, 10)) == []
    assert index.holding([Phrase(WORDS, (("a",),))])[0].tolist() == []
    assert index.facet_counts(KeywordQuery(), NOTHING).sources == {}
    index.close()


def test_unknown_words_match_nothing(engine: KeywordEngine, tmp_path: Path) -> None:
    index = built(engine, tmp_path, [doc(0, "a"), doc(1, "b")])
    unknown = KeywordQuery(((QueryTerm(WORDS, "x"), QueryTerm(STEMS, "x", 0.4)), (QueryTerm(WORDS, "y"),)))
    for found in (index.search(unknown, NOTHING, 10), index.newest(unknown, NOTHING, 10)):
        assert (len(found.numbers), len(found.scores), found.total) == (0, 0, 0)
        assert found.numbers.dtype == np.int64
        assert found.scores.dtype == np.float64
    assert numbers(index.search(asked("a", "x"), NOTHING, 10)) == [0]
    assert numbers(index.newest(asked("a", "x"), NOTHING, 10)) == []
    index.close()


def test_an_index_of_a_single_article_works(engine: KeywordEngine, tmp_path: Path) -> None:
    index = built(engine, tmp_path, [doc(0, "alone")])
    found = index.search(asked("alone"), NOTHING, 10)
    assert numbers(found) == [0]
    assert found.scores[0] > 0
    assert len(index) == 1
    index.close()


def test_results_are_the_right_article_numbers_in_an_index_of_two_thousand(
    large: KeywordIndex, many: list[Document]
) -> None:
    assert len(large) == len(many)
    for word in ("w0", "w399", "w57"):
        holding = [document.number for document in many if word in document.words]
        found = large.search(asked(word), NOTHING, 2000)
        assert sorted(numbers(found)) == holding
        assert large.frequency(WORDS, word) == len(holding)


def test_a_smaller_limit_returns_the_head_of_the_full_ranking(large: KeywordIndex) -> None:
    for seed in range(6):
        whole = large.search(random_query(seed), NOTHING, 2000)
        assert numbers(large.search(random_query(seed), NOTHING, 10)) == numbers(whole)[:10]


@pytest.mark.slow
def test_a_query_of_three_hundred_terms_is_answered(large: KeywordIndex, many: list[Document]) -> None:
    query = random_query(1, words=150)
    assert sum(map(len, query.words)) == 300
    found = large.search(query, NOTHING, 10)
    assert (len(found.numbers), found.total) == (10, len(many))


@pytest.mark.slow
def test_concurrent_searches_give_the_same_answers_as_single_ones(large: KeywordIndex) -> None:
    queries = [random_query(seed) for seed in range(24)]

    def answer(query: KeywordQuery) -> tuple[list[int], list[float], list[int], int]:
        found = large.search(query, NOTHING, 30)
        newest = large.newest(query, Filters(first_day=10), 30)
        return numbers(found), found.scores.tolist(), numbers(newest), large.frequency(WORDS, "w3")

    alone = [answer(query) for query in queries]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # so that the threads do interleave
    try:
        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(answer, queries * 2)) == alone * 2
    finally:
        sys.setswitchinterval(interval)


def test_opening_and_searching_does_not_change_the_files(engine: KeywordEngine, tmp_path: Path) -> None:
    engine.build(tmp_path, [doc(number, "a b") for number in range(5)])
    before = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    index = engine.open(tmp_path)
    index.search(asked("a"), Filters(source="x"), 5)
    index.newest(asked("a"), NOTHING, 5)
    assert {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    index.close()


def test_closing_releases_all_files_and_mappings(engine: KeywordEngine, tmp_path: Path) -> None:
    engine.build(tmp_path, [doc(number, "a b") for number in range(5)])
    open_files = Path("/proc/self/fd")
    mapped = Path("/proc/self/maps")
    before = len(list(open_files.iterdir()))
    for _ in range(5):
        index = engine.open(tmp_path)
        index.search(asked("a"), NOTHING, 5)
        index.close()
    assert len(list(open_files.iterdir())) == before
    assert str(tmp_path) not in mapped.read_text()


SPELLINGS = ["رئیس‌جمهور", "رئیس جمهور", "رئیسجمهور", "رئيس‌جمهور"]


def test_a_phrase_is_found_in_every_half_space_spelling(
    engine: KeywordEngine, tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    articles = [
        Article(id=str(n), body=f"دیروز {spelling} ایران آمد") for n, spelling in enumerate(SPELLINGS)
    ]
    articles.append(Article(id="x", body="جمهور رئیس نیست و ایران آمد"))
    index = built(engine, tmp_path, list(documents(articles, analyzer)))
    for spelling in SPELLINGS:
        wanted = phrase(f"{spelling} ایران", WORDS, analyzer)
        assert wanted is not None
        assert numbers(index.search(KeywordQuery(required=(wanted,)), NOTHING, 10)) == [0, 1, 2, 3]
        words = KeywordQuery(word_groups(query_words(spelling, analyzer)))
        assert set(numbers(index.search(words, NOTHING, 10))) >= {0, 1, 2, 3}
    index.close()


def test_a_phrase_never_matches_across_a_field_boundary(
    engine: KeywordEngine, tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    article = Article(id="1", title="سد کرج", kicker="گزارش ویژه", lead="آب تهران", body="برق اصفهان")
    index = built(engine, tmp_path, list(documents([article], analyzer)))

    def found(text: str, field: str = WORDS) -> bool:
        wanted = phrase(text, field, analyzer)
        assert wanted is not None
        return bool(index.search(KeywordQuery(required=(wanted,)), NOTHING, 10).total)

    assert all(found(text) for text in ("سد کرج", "گزارش ویژه", "آب تهران", "برق اصفهان"))
    assert not any(found(text) for text in ("کرج آب", "کرج گزارش", "ویژه آب", "تهران برق"))
    assert found("سد کرج", TITLE)
    assert not found("آب تهران", TITLE)
    index.close()


def test_the_number_of_articles_chooses_the_engine_unless_it_is_named() -> None:
    assert [chosen_engine(AUTO, articles) for articles in (0, 1999, 2000)] == ["whoosh", "whoosh", "tantivy"]
    assert [chosen_engine(name, 5000) for name in ("whoosh", "tantivy", "lucene")] == [
        "whoosh",
        "tantivy",
        "lucene",
    ]


def test_an_unknown_engine_is_refused_with_a_list_of_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"'lucene'.*whoosh.*tantivy"):
        load_engine("lucene")
