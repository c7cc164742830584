"""Significance of paired differences, checked against numbers computed by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_web.evaluation.significance import Difference, mean_interval, paired_difference

BEFORE, AFTER = [0.2, 0.4, 0.6, 0.8], [0.3, 0.5, 0.5, 1.0]
CRITICAL = 3.182446  # Student's t, 3 degrees of freedom, two-sided 5 %


def test_the_difference_its_interval_and_p_value_are_those_computed_by_hand() -> None:
    error = math.sqrt(0.0475 / 3 / 4)  # squared deviations of .1, .1, -.1, .2 from .075 sum up to .0475
    x = 0.075 / error / math.sqrt(3)
    found = paired_difference(BEFORE, AFTER)
    assert found.mean == pytest.approx(0.075)
    assert found.low == pytest.approx(0.075 - CRITICAL * error, abs=1e-6)
    assert found.high == pytest.approx(0.075 + CRITICAL * error, abs=1e-6)
    # The distribution function of Student's t with 3 degrees of freedom in closed form.
    assert found.p_value == pytest.approx(1 - 2 / math.pi * (x / (1 + x * x) + math.atan(x)))


def test_identical_runs_have_no_difference() -> None:
    assert paired_difference(BEFORE, BEFORE) == Difference(0.0, 0.0, 0.0, 1.0)


def test_a_single_query_has_no_p_value() -> None:
    assert paired_difference([0.5], [0.75]) == Difference(0.25, 0.25, 0.25, None)


@given(
    st.lists(st.tuples(st.sampled_from([0.0, 0.25, 0.5, 1.0]), st.sampled_from([0.0, 0.5, 1.0])), min_size=2)
)
def test_swapping_the_runs_swaps_the_sign(pairs: list[tuple[float, float]]) -> None:
    before, after = map(list, zip(*pairs, strict=True))
    one, other = paired_difference(before, after), paired_difference(after, before)
    assert (one.mean, one.low, one.high) == pytest.approx((-other.mean, -other.high, -other.low))
    assert one.low <= one.mean <= one.high
    assert one.p_value is not None
    assert 0 <= one.p_value <= 1
    assert one.p_value == pytest.approx(other.p_value)


def test_the_interval_of_a_mean_is_that_computed_by_hand() -> None:
    error = math.sqrt(0.2 / 3 / 4)  # .2, .4, .6, .8 deviate from .5 by squares that sum up to .2
    assert mean_interval(BEFORE) == pytest.approx((0.5 - CRITICAL * error, 0.5 + CRITICAL * error), abs=1e-6)
    assert mean_interval([0.5]) == mean_interval([0.5, 0.5]) == (0.5, 0.5)
