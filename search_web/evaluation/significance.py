"""Tests whether the difference between two rankings of the same queries is statistically significant."""

from collections.abc import Sequence

import msgspec
import numpy as np

CONFIDENCE = 0.95


class Difference(msgspec.Struct, frozen=True):
    """The mean of paired differences, its 95 % confidence interval, and the p-value of a two-sided test.

    `p_value` is None if there are fewer than two pairs.
    """

    mean: float
    low: float
    high: float
    p_value: float | None


def paired_difference(before: Sequence[float], after: Sequence[float]) -> Difference:
    """Compare two measurements of the same queries by Student's paired t-test.

    Smucker, Allan and Carterette (CIKM 2007) found that it agrees with the randomisation test on such data.
    """
    from scipy.stats import ttest_rel

    differences = np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    mean = float(differences.mean())
    if len(differences) < 2:
        return Difference(mean, mean, mean, None)
    if np.ptp(differences) == 0:  # the t-test is undefined without variance
        return Difference(mean, mean, mean, 0.0 if mean else 1.0)
    tested = ttest_rel(after, before)
    interval = tested.confidence_interval(CONFIDENCE)
    return Difference(mean, float(interval.low), float(interval.high), float(tested.pvalue))


def mean_interval(values: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % confidence interval of a mean by Student's t; for a single value, the value twice."""
    from scipy.stats import sem, t

    mean = float(np.mean(values))
    error = float(sem(values)) if len(values) > 1 else 0.0
    if error == 0:
        return mean, mean
    low, high = t.interval(CONFIDENCE, len(values) - 1, loc=mean, scale=error)
    return float(low), float(high)
