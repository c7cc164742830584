"""The end of a hybrid answer: candidates that neither words nor nearness speak for are left out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_web.ranking.cutoff import prominence, related
from search_web.ranking.weights import cutoff_weights

WEIGHTS = cutoff_weights()
UNIT = st.floats(0, 1)
NEARNESS = st.floats(-5, 15)


def is_related(coverage: float, keyword: float, prominent: float, *, known: bool = True) -> bool:
    arrays = (np.array([value]) for value in (coverage, keyword, prominent))
    return bool(related(*arrays, WEIGHTS, known=known)[0])


def test_an_article_with_every_word_stays_however_far_its_meaning() -> None:
    assert is_related(1.0, 1.0, -4.0)


def test_an_article_without_any_word_stays_only_if_its_meaning_stands_out() -> None:
    assert is_related(0.0, 0.0, 4.0)
    assert not is_related(0.0, 0.0, 0.0)


def test_one_common_word_of_many_is_not_enough() -> None:
    assert not is_related(0.15, 0.1, -1.0)


def test_if_no_word_is_known_only_nearness_counts() -> None:
    assert not is_related(0.0, 5.0, WEIGHTS.alone - 0.1, known=False)
    assert is_related(0.0, 0.0, WEIGHTS.alone, known=False)


@given(UNIT, UNIT, NEARNESS, UNIT, UNIT, st.floats(0, 5))
def test_more_evidence_never_removes_a_candidate(
    coverage: float, keyword: float, prominent: float, words: float, score: float, near: float
) -> None:
    if is_related(coverage, keyword, prominent):
        assert is_related(coverage + words, keyword + score, prominent + near)


@pytest.mark.parametrize("passages", [70, 1_000, 6_654, 100_000])
def test_the_best_of_unrelated_passages_stands_out_about_as_much_in_archives_of_all_sizes(
    passages: int,
) -> None:
    random = np.random.default_rng(passages)
    best = np.array([prominence(random.standard_normal(passages), passages).max() for _ in range(200)])
    assert np.median(best) == pytest.approx(-0.4, abs=0.25)
    assert (best < WEIGHTS.alone).mean() > 0.9
