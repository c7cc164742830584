"""The learned fusion: a few numbers of a query and its two lists decide how much either counts."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_web.ranking.features import Evidence
from search_web.ranking.fusion import Evidences
from search_web.ranking.gate import Gate, GateWeights, Measures, Pull, Signals
from search_web.ranking.weights import ranking_weights

NOTHING = Measures(0.0, 0.0, 0.0, 0.0, 0.0)
NO_PULL = Pull(0.0, 0.0)


def evidences(keyword: list[float], semantic: list[float]) -> Evidences:
    nowhere = np.zeros(len(keyword), dtype=np.int64)
    return Evidences(np.arange(len(keyword)), np.array(keyword), np.array(semantic), nowhere, nowhere)


def looked(count: int, **columns: list[float]) -> Evidence:
    every = {field: np.zeros(count) for field in Evidence.__dataclass_fields__}
    return Evidence(**every | {name: np.array(column) for name, column in columns.items()})


def signals(count: int, found: float = 1.0, together: float = 0.5) -> Signals:
    seen = looked(count, coverage=[found] * count, window=[together] * count)
    return Signals(seen, known=1.0, mean=0.8, deviation=0.02, bare=True)


def test_the_numbers_are_read_off_the_best_of_both_lists() -> None:
    asked = evidences([0.2, 1.4, 0.9], [0.90, 0.84, 0.82])
    seen = looked(3, coverage=[0.1, 0.7, 0.2], window=[0.1, 0.6, 0.2])
    told = Signals(seen, known=0.8, mean=0.8, deviation=0.02, bare=True)
    measures = Gate(ranking_weights().gate, told).measures(asked)
    assert measures.lead == pytest.approx((0.90 - 0.82) / 0.02)
    # Of the second, the best by keywords; shares of what any article knows of the query.
    assert (measures.found, measures.together) == pytest.approx((0.7 / 0.8, 0.6 / 0.8))
    assert measures.agreement == pytest.approx((0.84 - 0.8) / 0.02 / 5)
    assert measures.known == 0.8


def test_each_number_moves_the_weight_of_its_search() -> None:
    asked = evidences([1.0, 0.5], [0.84, 0.82])
    base = msgspec.structs.replace(NOTHING, known=1.0)
    for name in Measures.__struct_fields__[1:]:
        weights = GateWeights(msgspec.structs.replace(base, **{name: 0.5}), base, *(NO_PULL,) * 3)
        gate = Gate(weights, signals(2))
        value = getattr(gate.measures(asked), name)
        assert value > 0
        shares = gate.shares(asked)
        assert (shares.keyword, shares.semantic) == pytest.approx((1.0 + 0.5 * value, 1.0))


def test_the_score_is_the_weighted_sum_of_z_scores_and_evidence() -> None:
    keyword, semantic = (msgspec.structs.replace(NOTHING, known=weight) for weight in (2.0, 0.5))
    weights = GateWeights(keyword, semantic, Pull(0.3, 0.1), Pull(0.7, -0.2), Pull(0.2, 0.3))
    seen = looked(2, pairs=[1.0, 0.0], window=[0.2, 0.6])
    told = Signals(seen, known=1.0, mean=0.8, deviation=0.02, bare=True)
    scores = Gate(weights, told)(evidences([1.0, 0.5], [0.84, 0.88]))
    np.testing.assert_allclose(scores, [2.0 - 0.5 + 0.4 + 0.1 - 0.1, -2.0 + 0.5 + 0.3 + 0.3], atol=1e-9)
    of_sentence = Gate(weights, replace(told, bare=False)).shares(evidences([1.0, 0.5], [0.84, 0.88]))
    assert (of_sentence.pairs, of_sentence.window, of_sentence.near) == pytest.approx((0.3, 0.7, 0.2))


def test_pairs_count_as_a_share_of_the_words_that_are_known() -> None:
    weights = GateWeights(NOTHING, NOTHING, Pull(0.3, 0.0), *(NO_PULL,) * 2)
    asked = evidences([1.0, 1.0], [0.8, 0.8])
    for known, expected in ((1.0, 0.15), (0.5, 0.3)):
        told = replace(signals(2), seen=looked(2, pairs=[0.5, 0.0]), known=known)
        assert Gate(weights, told)(asked).tolist() == pytest.approx([expected, 0.0])


@given(
    st.lists(st.tuples(st.floats(0, 3), st.floats(0.5, 1)), min_size=1, max_size=20),
    st.floats(0, 1),
    st.floats(0, 0.1),
    st.floats(0, 1),
)
def test_scores_are_finite_and_neither_search_counts_against_itself(
    candidates: list[tuple[float, float]], found: float, deviation: float, known: float
) -> None:
    keyword, semantic = (list(column) for column in zip(*candidates, strict=True))
    seen = signals(len(keyword), known * found, known * found / 2)
    told = replace(seen, deviation=deviation, known=known)
    gate = Gate(ranking_weights().gate, told)
    asked = evidences(keyword, semantic)
    assert np.isfinite(gate(asked)).all()
    shares = gate.shares(asked)
    assert min(shares.keyword, shares.semantic) > 0
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
    assert "+ -" not in told
    assert all(
        name in told
        for name in ("keyword", "semantic", "pairs", "window", "near", *Measures.__struct_fields__)
    )
