"""Every keyword engine counts the facet values of everything that a query matches."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from keyword_engines import NOTHING, TESTED, asked, built, doc

from indexer.filters import Filters
from indexer.keyword.engine import FacetCounts, KeywordEngine, KeywordQuery, Phrase
from indexer.keyword.fields import WORDS


@pytest.fixture(params=TESTED)
def engine(request: pytest.FixtureRequest) -> KeywordEngine:
    return TESTED[request.param].load()


DOCUMENTS = [
    doc(0, "x", day=0, source="irna", category="economy"),
    doc(1, "x x", day=10, source="irna", category="sport"),
    doc(2, "x y", day=20, source="isna", category="economy"),
    doc(3, "x y z", day=20, source="isna"),
    doc(4, "y", day=30, category="economy"),
    doc(5, "y z", day=30, source="پیک‌نیوز", category="دانش و فناوری"),
]


def plain(counts: FacetCounts) -> tuple[dict[str, int], dict[str, int], dict[int, int]]:
    assert counts.days.dtype == counts.articles.dtype == np.int64
    assert (np.diff(counts.days) > 0).all()
    days = dict(zip(counts.days.tolist(), counts.articles.tolist(), strict=True))
    return counts.sources, counts.categories, days


@pytest.mark.parametrize(
    ("query", "filters", "expected"),
    [
        (asked("x"), NOTHING, ({"irna": 2, "isna": 2}, {"economy": 2, "sport": 1}, {10: 1, 20: 2})),
        (asked("z", "none"), NOTHING, ({"isna": 1, "پیک‌نیوز": 1}, {"دانش و فناوری": 1}, {20: 1, 30: 1})),
        (asked("x"), Filters(source="irna"), ({"irna": 2}, {"economy": 1, "sport": 1}, {10: 1})),
        (asked("x", "y"), Filters(first_day=20, last_day=29), ({"isna": 2}, {"economy": 1}, {20: 2})),
        (asked("none"), NOTHING, ({}, {}, {})),
    ],
)
def test_facets_of_all_matches_are_counted_and_empty_values_are_left_out(
    engine: KeywordEngine,
    tmp_path: Path,
    query: KeywordQuery,
    filters: Filters,
    expected: tuple[dict[str, int], dict[str, int], dict[int, int]],
) -> None:
    index = built(engine, tmp_path, DOCUMENTS)
    assert plain(index.facet_counts(query, filters)) == expected
    index.close()


def test_phrases_restrict_what_is_counted(engine: KeywordEngine, tmp_path: Path) -> None:
    index = built(engine, tmp_path, DOCUMENTS)
    phrase = (Phrase(WORDS, (("x", "y"), ("y", "z"))),)
    required = index.facet_counts(KeywordQuery(asked("z").words, required=phrase), NOTHING)
    assert required.sources == {"isna": 2, "پیک‌نیوز": 1}
    excluded = index.facet_counts(KeywordQuery(asked("x").words, excluded=phrase), NOTHING)
    assert plain(excluded) == ({"irna": 2}, {"economy": 1, "sport": 1}, {10: 1})
    index.close()


def test_a_query_without_words_counts_all_articles_that_pass(engine: KeywordEngine, tmp_path: Path) -> None:
    index = built(engine, tmp_path, DOCUMENTS)
    everything = index.facet_counts(KeywordQuery(), NOTHING)
    assert everything.sources == {"irna": 2, "isna": 2, "پیک‌نیوز": 1}
    assert sum(everything.articles) == 5
    excluded = KeywordQuery(excluded=(Phrase(WORDS, (("x",),)),))
    assert plain(index.facet_counts(excluded, Filters(category="economy"))) == ({}, {"economy": 1}, {30: 1})
    index.close()


def test_thousands_of_different_values_are_all_counted(engine: KeywordEngine, tmp_path: Path) -> None:
    docs = [doc(n, "x", day=1 + n * 7 % 2500, source=f"s{n * 11 % 2700}") for n in range(3000)]
    index = built(engine, tmp_path, docs)
    sources, _, days = plain(index.facet_counts(asked("x"), NOTHING))
    assert sources == Counter(document.facet_values.source for document in docs)
    assert days == Counter(document.facet_values.day for document in docs)
    index.close()
