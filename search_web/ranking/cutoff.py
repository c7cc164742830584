"""Ends a hybrid answer where neither the words of the query nor its nearness speak for a result.

    evidence = a · coverage + b · keyword + c · prominence

- coverage is the share of the query's total idf that belongs to words which the candidate holds.
- keyword is its keyword score.
- prominence is its nearness (see `gate`) minus √(2 ln n), about the greatest of n draws from a normal
  distribution (Cramér, 1946), where n is the number of passages. Every article has some distance to every
  query, so the semantic search returns candidates even for random letters. Their best prominence is about
  -0.6, and below 1 in archives of 70 and of 6,654 passages alike.

The scale is such that an evidence of 1 is strong. If no candidate has that, the archive has nothing on the
subject, and the answer has only its first page, the best `PAGE` candidates. Otherwise it has all with an
evidence of `least` or more. If no candidate holds any word of the query, only a prominence of `alone` or
more counts. benchmarks/relevance/cutoff learns a, b, c and `least`.
"""

from math import log, sqrt

import msgspec
import numpy as np
from numpy.typing import NDArray

from search_web.ranking.fusion import Scores

PAGE = 10  # the results of a first page, which the end of an answer never changes


class CutoffWeights(msgspec.Struct, frozen=True):
    """The weights a, b and c of the formula, and the two bounds."""

    coverage: float
    keyword: float
    prominence: float
    least: float
    alone: float


def prominence(nearness: Scores, passages: int) -> Scores:
    """Return nearness [n] minus the nearness that the best of so many unrelated passages would have."""
    return np.maximum(nearness, 0.0) - sqrt(2 * log(max(passages, 1)))


def evidence(coverage: Scores, keyword: Scores, prominent: Scores, weights: CutoffWeights) -> Scores:
    """Return the evidence for each candidate, [candidates]."""
    return weights.coverage * coverage + weights.keyword * keyword + weights.prominence * prominent


def kept(
    places: NDArray[np.int64],
    coverage: Scores,
    keyword: Scores,
    prominent: Scores,
    weights: CutoffWeights,
) -> NDArray[np.bool_]:
    """Return which candidates an answer keeps, [candidates]; `places` are theirs in the ranking, from 0."""
    if not coverage.any():
        return prominent >= weights.alone
    best = places < PAGE
    found = evidence(coverage, keyword, prominent, weights)
    return best | (found >= weights.least) if found.max() >= 1 else best
