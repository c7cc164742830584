"""The learned fusion: features of a query and of its two lists decide the weight of each search."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_web.ranking.features import Features
from search_web.ranking.fusion import CandidateScores
from search_web.ranking.gate import FeatureWeight, Gate, GateInput, GateWeights, QueryFeatures
from search_web.ranking.weights import ranking_weights

NO_NUMBERS = QueryFeatures(0.0, 0.0, 0.0, 0.0, 0.0)
NO_WEIGHT = FeatureWeight(0.0, 0.0)


def candidate_scores(keyword: list[float], semantic: list[float]) -> CandidateScores:
    nowhere = np.zeros(len(keyword), dtype=np.int64)
    return CandidateScores(np.arange(len(keyword)), np.array(keyword), np.array(semantic), nowhere, nowhere)


def features(count: int, **columns: list[float]) -> Features:
    every = {field: np.zeros(count) for field in Features.__dataclass_fields__}
    return Features(**every | {name: np.array(column) for name, column in columns.items()})


def gate_input(count: int, found: float = 1.0, together: float = 0.5) -> GateInput:
    of_candidates = features(count, coverage=[found] * count, window=[together] * count)
    return GateInput(of_candidates, known=1.0, mean=0.8, deviation=0.02, bare=True)


def test_query_features_are_computed_from_the_top_of_both_lists() -> None:
    asked = candidate_scores([0.2, 1.4, 0.9], [0.90, 0.84, 0.82])
    found = features(3, coverage=[0.1, 0.7, 0.2], window=[0.1, 0.6, 0.2])
    given = GateInput(found, known=0.8, mean=0.8, deviation=0.02, bare=True)
    numbers = Gate(ranking_weights().gate, given).query_features(asked)
    assert numbers.lead == pytest.approx((0.90 - 0.82) / 0.02)
    # They are those of the second candidate, the best by keywords, as shares of `known`.
    assert (numbers.found, numbers.together) == pytest.approx((0.7 / 0.8, 0.6 / 0.8))
    assert numbers.agreement == pytest.approx((0.84 - 0.8) / 0.02 / 5)
    assert numbers.known == 0.8


def test_each_query_feature_changes_the_weight_of_its_search() -> None:
    asked = candidate_scores([1.0, 0.5], [0.84, 0.82])
    base = msgspec.structs.replace(NO_NUMBERS, known=1.0)
    for name in QueryFeatures.__struct_fields__[1:]:
        weights = GateWeights(msgspec.structs.replace(base, **{name: 0.5}), base, *(NO_WEIGHT,) * 3)
        gate = Gate(weights, gate_input(2))
        value = getattr(gate.query_features(asked), name)
        assert value > 0
        mixing = gate.mixing_weights(asked)
        assert (mixing.keyword, mixing.semantic) == pytest.approx((1.0 + 0.5 * value, 1.0))


def test_the_score_is_the_weighted_sum_of_z_scores_and_features() -> None:
    keyword, semantic = (msgspec.structs.replace(NO_NUMBERS, known=weight) for weight in (2.0, 0.5))
    bigrams, window, near = FeatureWeight(0.3, 0.1), FeatureWeight(0.7, -0.2), FeatureWeight(0.2, 0.3)
    weights = GateWeights(keyword, semantic, bigrams, window, near)
    found = features(2, bigrams=[1.0, 0.0], window=[0.2, 0.6])
    given = GateInput(found, known=1.0, mean=0.8, deviation=0.02, bare=True)
    candidates = candidate_scores([1.0, 0.5], [0.84, 0.88])
    scores = Gate(weights, given)(candidates)
    np.testing.assert_allclose(scores, [2.0 - 0.5 + 0.4 + 0.1 - 0.1, -2.0 + 0.5 + 0.3 + 0.3], atol=1e-9)
    of_sentence = Gate(weights, replace(given, bare=False)).mixing_weights(candidates)
    assert (of_sentence.bigrams, of_sentence.window, of_sentence.near) == pytest.approx((0.3, 0.7, 0.2))


def test_bigrams_count_as_a_share_of_the_words_that_are_known() -> None:
    weights = GateWeights(NO_NUMBERS, NO_NUMBERS, FeatureWeight(0.3, 0.0), *(NO_WEIGHT,) * 2)
    asked = candidate_scores([1.0, 1.0], [0.8, 0.8])
    for known, expected in ((1.0, 0.15), (0.5, 0.3)):
        given = replace(gate_input(2), features=features(2, bigrams=[0.5, 0.0]), known=known)
        assert Gate(weights, given)(asked).tolist() == pytest.approx([expected, 0.0])


@given(
    st.lists(st.tuples(st.floats(0, 3), st.floats(0.5, 1)), min_size=1, max_size=20),
    st.floats(0, 1),
    st.floats(0, 0.1),
    st.floats(0, 1),
)
def test_scores_are_finite_and_neither_search_has_a_negative_weight(
    candidates: list[tuple[float, float]], found: float, deviation: float, known: float
) -> None:
    keyword, semantic = (list(column) for column in zip(*candidates, strict=True))
    at_best = gate_input(len(keyword), known * found, known * found / 2)
    given = replace(at_best, deviation=deviation, known=known)
    gate = Gate(ranking_weights().gate, given)
    asked = candidate_scores(keyword, semantic)
    assert np.isfinite(gate(asked)).all()
    mixing = gate.mixing_weights(asked)
    assert min(mixing.keyword, mixing.semantic) > 0
    better = candidate_scores([*keyword[:-1], max(keyword) + 1], [*semantic[:-1], max(semantic)])
    assert np.argmax(gate(better)) == len(keyword) - 1 or keyword[-1] == max(keyword)


def test_an_empty_list_of_candidates_has_no_scores() -> None:
    nothing = candidate_scores([], [])
    gate = Gate(ranking_weights().gate, gate_input(0))
    assert len(gate(nothing)) == 0
    assert gate.explain(nothing) == "learned"


def test_the_explanation_names_all_weights_and_all_query_features() -> None:
    candidates = candidate_scores([1.0, 0.5], [0.84, 0.82])
    explanation = Gate(ranking_weights().gate, gate_input(2)).explain(candidates)
    assert explanation.startswith("learned, ")
    assert "+ -" not in explanation
    assert all(
        name in explanation
        for name in ("keyword", "semantic", "bigrams", "window", "near", *QueryFeatures.__struct_fields__)
    )
