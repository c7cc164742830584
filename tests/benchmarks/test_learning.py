"""Learning the fusion weights: training goes in rounds, so that no cell pays for the gain of another."""

import numpy as np
import pytest

from benchmarks.relevance import rows
from benchmarks.relevance.asked import Asked, Setting
from benchmarks.relevance.cells import Cells, measure
from benchmarks.relevance.learning import learn
from indexer.keyword.engine import Candidates
from indexer.semantic.vectors import Matches
from search_web.ranking.features import Features
from search_web.ranking.fusion import Scores
from search_web.ranking.gate import GateInput, GateWeights
from search_web.retrieval.evidence import Evidence

pytestmark = pytest.mark.slow

ARTICLES = 12


def _asked(number: int, random: np.random.Generator, *, by_words: float, by_meaning: float) -> Asked:
    """Return a query whose relevant article scores so many standard deviations above the others."""
    grades = np.zeros(ARTICLES, dtype=np.int64)
    grades[random.integers(ARTICLES)] = 1
    surface_forms = 1 + 0.1 * (random.standard_normal(ARTICLES) + by_words * grades)
    features = Features(surface_forms, *(0.1 * random.random((5, ARTICLES))))
    cosine = 0.8 + 0.02 * (random.standard_normal(ARTICLES) + by_meaning * grades)
    numbers = np.arange(ARTICLES)
    nearest = Matches(numbers, cosine.astype(np.float32), numbers)
    found = Candidates(numbers, surface_forms, ARTICLES)
    inputs = GateInput(features, known=1.0, mean=0.8, deviation=0.02, bare=True)
    evidence = Evidence(found, nearest, numbers, nearest, inputs, ARTICLES)
    return Asked(str(number), evidence, bm25=surface_forms, idf=3.0, words=3, grades=grades)


def _setting(name: str, queries: list[Asked]) -> Setting:
    qrels = {
        each.query: {str(place): int(grade) for place, grade in enumerate(each.grades)} for each in queries
    }
    return Setting(name, None, [], qrels, [str(number) for number in range(ARTICLES)])


def _losses(settings: list[Setting], cells: Cells, keyword: rows.Scorer, gate: GateWeights) -> list[float]:
    """Return how far nDCG@10 of each cell is below the better of the two searches alone."""
    parts = [measure(settings, cells, row) for row in (keyword, rows.encoder_alone)]
    reached = measure(settings, cells, lambda asked: rows.gate(asked, keyword(asked), gate))
    return [max(part[cell] for part in parts) - reached[cell] for cell in cells]


def test_training_rounds_raise_the_weight_of_losing_cells_and_reduce_the_worst_loss() -> None:
    random = np.random.default_rng(5)
    # The two lists of scores do not tell these queries apart, and more cells favour the encoder.
    words = [_asked(n, random, by_words=3.0, by_meaning=0.0) for n in range(200)]
    meaning = [_asked(n, random, by_words=1.0, by_meaning=2.5) for n in range(200)]
    settings = [_setting("words", words), _setting("meaning", meaning)]
    cells: Cells = {
        ("words", False, "asis"): words,
        ("meaning", False, "asis"): meaning,
        ("meaning", True, "asis"): meaning,
    }
    lexical, gate = learn(settings, cells, foremost="")

    def keyword(asked: Asked) -> Scores:
        return rows.keyword(asked, lexical)

    alike = rows.learn_gate(
        [[rows.gate_features(asked, keyword(asked)) for asked in group] for group in cells.values()],
        [1.0] * len(cells),
    )
    worst, worst_alike = (max(_losses(settings, cells, keyword, gate)) for gate in (gate, alike))
    assert worst < worst_alike
    assert worst_alike > 0


def test_a_left_out_collection_does_not_influence_the_learned_weights() -> None:
    random = np.random.default_rng(6)
    groups = {name: [_asked(n, random, by_words=2.0, by_meaning=1.0) for n in range(60)] for name in "abc"}
    settings = [_setting(name, queries) for name, queries in groups.items()]
    cells: Cells = {(name, False, "asis"): queries for name, queries in groups.items()}
    fewer = {cell: queries for cell, queries in cells.items() if cell[0] != "c"}
    assert learn(settings, cells, "", without="c") == learn(settings[:2], fewer, "")
    assert learn(settings, cells, "") != learn(settings[:2], fewer, "")
