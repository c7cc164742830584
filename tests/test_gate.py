"""The learned fusion: a few numbers of a query and its two lists decide how much either counts."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_web.fusion import Evidences
from search_web.gate import Gate, GateWeights, MeasureWeights, Signals
from search_web.weights import ranking_weights

NOTHING = MeasureWeights(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def evidences(keyword: list[float], semantic: list[float]) -> Evidences:
    nowhere = np.zeros(len(keyword), dtype=np.int64)
    return Evidences(np.arange(len(keyword)), np.array(keyword), np.array(semantic), nowhere, nowhere)


def signals(count: int, found: float = 1.0, together: float = 0.5) -> Signals:
    return Signals(
        np.full(count, found), np.full(count, together), mean=0.8, deviation=0.02, idf=4.0, bare=True
    )


def test_the_numbers_are_read_off_the_best_of_both_lists() -> None:
    asked = evidences([0.2, 1.4, 0.9], [0.90, 0.84, 0.82])
    told = Signals(
        np.array([0.1, 0.7, 0.2]), np.array([0.1, 0.6, 0.2]), mean=0.8, deviation=0.02, idf=4.0, bare=True
    )
    measures = Gate(GateWeights(NOTHING, NOTHING), told).measures(asked)
    assert measures.lead == pytest.approx((0.90 - 0.82) / 0.02)
    assert (measures.found, measures.together) == (0.7, 0.6)  # of the second, the best by keywords
    assert measures.agreement == pytest.approx((0.84 - 0.8) / 0.02 / 5)
    assert (measures.constant, measures.rarity, measures.bare) == (1.0, 0.5, 1.0)


def test_each_number_moves_the_weight_of_its_search() -> None:
    asked = evidences([1.0, 0.5], [0.84, 0.82])
    base = MeasureWeights(1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    for name in MeasureWeights.__struct_fields__[1:]:
        weights = GateWeights(msgspec.structs.replace(base, **{name: 0.5}), base)
        gate = Gate(weights, signals(2))
        value = getattr(gate.measures(asked), name)
        assert value > 0
        assert gate.shares(asked) == pytest.approx((1.0 + 0.5 * value, 1.0))


def test_the_score_is_the_weighted_sum_of_keyword_score_and_nearness() -> None:
    flat = (msgspec.structs.replace(NOTHING, constant=weight) for weight in (2.0, 0.5))
    scores = Gate(GateWeights(*flat), signals(2))(evidences([1.0, 0.5], [0.84, 0.88]))
    np.testing.assert_allclose(scores, [2 * 1.0 + 0.5 * 2.0, 2 * 0.5 + 0.5 * 4.0])


@given(
    st.lists(st.tuples(st.floats(0, 3), st.floats(0.5, 1)), min_size=1, max_size=20),
    st.floats(0, 1),
    st.floats(0, 0.1),
)
def test_scores_are_finite_and_neither_search_counts_against_itself(
    candidates: list[tuple[float, float]], found: float, deviation: float
) -> None:
    keyword, semantic = (list(column) for column in zip(*candidates, strict=True))
    told = replace(signals(len(keyword), found, found / 2), deviation=deviation)
    gate = Gate(ranking_weights().gate, told)
    asked = evidences(keyword, semantic)
    assert np.isfinite(gate(asked)).all()
    assert min(gate.shares(asked)) > 0
    better = evidences([*keyword[:-1], max(keyword) + 1], [*semantic[:-1], max(semantic)])
    assert np.argmax(gate(better)) == len(keyword) - 1 or keyword[-1] == max(keyword)


def test_no_candidates_have_no_scores() -> None:
    nothing = evidences([], [])
    gate = Gate(ranking_weights().gate, signals(0))
    assert len(gate(nothing)) == 0
    assert gate.told(nothing) == "learned"


def test_what_is_told_names_both_weights_and_all_measures() -> None:
    told = Gate(ranking_weights().gate, signals(2)).told(evidences([1.0, 0.5], [0.84, 0.82]))
    assert told.startswith("learned, ")
    assert all(
        name in told for name in ("keyword", "nearness", "lead", "found", "together", "agreement", "rarity")
    )
