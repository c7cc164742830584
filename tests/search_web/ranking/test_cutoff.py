"""The end of a hybrid answer: candidates that neither words nor nearness speak for are left out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_web.ranking.cutoff import PAGE, kept, prominence
from search_web.ranking.weights import cutoff_weights

WEIGHTS = cutoff_weights()
COUNT = 30


def which(coverage: np.ndarray, keyword: np.ndarray, prominent: np.ndarray) -> list[int]:
    """Return the places that stay of candidates given in the order of the ranking."""
    return np.flatnonzero(kept(np.arange(len(coverage)), coverage, keyword, prominent, WEIGHTS)).tolist()


def candidates(coverage: float, keyword: float, prominent: float) -> list[np.ndarray]:
    return [np.full(COUNT, value) for value in (coverage, keyword, prominent)]


def test_articles_with_every_word_stay_however_far_their_meaning() -> None:
    assert len(which(*candidates(1.0, 2.0, -3.0))) == COUNT


def test_articles_without_any_word_stay_beside_one_with_all_only_if_they_are_near() -> None:
    coverage, keyword, prominent = candidates(0.0, 0.0, -4.0)
    coverage[0], keyword[0], prominent[0], prominent[17] = 1.0, 2.0, 1.0, 2.0
    assert which(coverage, keyword, prominent) == [*range(PAGE), 17]


def test_without_strong_evidence_only_the_first_page_stays() -> None:
    assert which(*candidates(0.3, 0.2, -0.6)) == list(range(PAGE))


def test_if_no_candidate_holds_a_word_only_what_stands_out_stays() -> None:
    coverage, keyword, prominent = candidates(0.0, 5.0, WEIGHTS.alone - 0.1)
    prominent[3] = WEIGHTS.alone
    assert which(coverage, keyword, prominent) == [3]


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 3), st.floats(-4, 9)), min_size=1, max_size=20))
def test_more_evidence_for_every_candidate_never_removes_one(found: list[tuple[float, ...]]) -> None:
    coverage, keyword, prominent = np.array(found).T
    before = set(which(coverage, keyword, prominent))
    if coverage.any():
        assert before <= set(which(coverage + 0.1, keyword + 0.1, prominent + 0.1))


@pytest.mark.parametrize("passages", [70, 1_000, 6_654, 100_000])
def test_the_best_of_unrelated_passages_stands_out_about_as_much_in_archives_of_all_sizes(
    passages: int,
) -> None:
    random = np.random.default_rng(passages)
    best = np.array([prominence(random.standard_normal(passages), passages).max() for _ in range(200)])
    assert np.median(best) == pytest.approx(-0.4, abs=0.25)
    assert (best < WEIGHTS.alone).mean() > 0.9
