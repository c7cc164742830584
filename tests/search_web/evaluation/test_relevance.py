"""Relevance of real queries on the seeds: judged by the project, measured as `khabaryab eval` does.

The floors are a little below the values measured on the 100 queries (nDCG@10: hybrid .956, semantic .939,
keyword .896). So a real loss fails a test, and the rounding of another processor does not.
"""

from collections.abc import Callable
from typing import get_args

import pytest
from conftest import DATA

from search_web.contract.answers import Mode
from search_web.evaluation import RECALL_DEPTH, Measures, answer_all, measure, read_qrels, read_queries
from search_web.search import HybridSearcher

pytestmark = pytest.mark.slow

FLOORS = {"hybrid": 0.945, "semantic": 0.925, "keyword": 0.88}
RECALL_FLOORS = {"hybrid": 0.99, "semantic": 0.99, "keyword": 0.94}
MODES: tuple[Mode, ...] = get_args(Mode)


@pytest.fixture(scope="module")
def measured(searcher: HybridSearcher) -> Callable[[Mode], Measures]:
    queries, qrels = read_queries(DATA / "queries.jsonl"), read_qrels(DATA / "qrels.tsv")
    found = {mode: measure(answer_all(searcher, queries, mode, RECALL_DEPTH), qrels, mode) for mode in MODES}
    return found.__getitem__


def test_every_query_is_judged_and_every_judged_article_is_in_the_index(searcher: HybridSearcher) -> None:
    queries, qrels = read_queries(DATA / "queries.jsonl"), read_qrels(DATA / "qrels.tsv")
    assert {query.id for query in queries} == qrels.keys()
    for judged in qrels.values():
        assert any(grade > 0 for grade in judged.values())
        for article in judged:
            assert searcher.article(article) is not None, article


@pytest.mark.parametrize("mode", MODES)
def test_ndcg_of_each_mode_is_above_its_floor(measured: Callable[[Mode], Measures], mode: Mode) -> None:
    assert measured(mode).ndcg_at_10 >= FLOORS[mode]


@pytest.mark.parametrize("mode", MODES)
def test_recall_of_each_mode_is_above_its_floor(measured: Callable[[Mode], Measures], mode: Mode) -> None:
    assert measured(mode).recall_at_100 >= RECALL_FLOORS[mode]


def test_hybrid_ndcg_is_at_most_a_hundredth_below_the_better_single_search(
    measured: Callable[[Mode], Measures],
) -> None:
    better = max(measured("keyword").ndcg_at_10, measured("semantic").ndcg_at_10)
    assert measured("hybrid").ndcg_at_10 >= better - 0.01
