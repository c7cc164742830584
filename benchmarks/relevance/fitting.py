"""Fit weights that rank relevant articles first: a listwise softmax, convex, some seconds of L-BFGS.

The loss of a query is -sum_i y_i ln p_i, where p is the softmax of the candidates' scores and y are their
grades as shares (ListNet; Cao et al., ICML 2007). Every group of queries counts the same, however many
queries it has, unless `counts` says otherwise.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Matrix = NDArray[np.float64]
# A query's candidates: their features [candidates, features] and grades [candidates].
TrainingQuery = tuple[Matrix, NDArray[np.int64]]

_RIDGE = 1e-3


def fit(
    groups: Sequence[Sequence[TrainingQuery]], ridge: float = _RIDGE, counts: Sequence[float] | None = None
) -> NDArray[np.float64]:
    """Return the weight of each feature [features]; queries without a relevant candidate are ignored.

    `counts` is how much each group counts, 1 by default.
    """
    counts = counts or [1.0] * len(groups)
    taught = [[(features, grades) for features, grades in group if (grades > 0).any()] for group in groups]
    features = np.concatenate([features for group in taught for features, _ in group])
    grades = [np.maximum(grades, 0).astype(np.float64) for group in taught for _, grades in group]
    sizes = np.array([len(each) for each in grades])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    owner = np.repeat(np.arange(len(sizes)), sizes)
    wanted = np.concatenate([each / each.sum() for each in grades])
    weights = [count / len(group) for group, count in zip(taught, counts, strict=True) for _ in group]
    weight = np.array(weights)[owner] / sum(counts)
    scale = features.std(axis=0) + 1e-9
    scaled = features / scale

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = scaled @ weights
        scores -= np.maximum.reduceat(scores, starts)[owner]
        exponential = np.exp(scores)
        total = np.add.reduceat(exponential, starts)[owner]
        value = -(weight * wanted * (scores - np.log(total))).sum() + ridge * (weights @ weights)
        slope = scaled.T @ (weight * (exponential / total - wanted)) + 2 * ridge * weights
        return float(value), slope

    start = np.full(features.shape[1], 0.1)
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x) / scale
