"""Ends a hybrid answer: a candidate stays only if the words of the query or its nearness speak for it.

    a · coverage + b · keyword + c · prominence ≥ 1

- coverage is the share of the query's total idf that belongs to words which the candidate holds.
- keyword is its keyword score.
- prominence is its nearness (see `gate`) minus √(2 ln n), about the greatest of n draws from a normal
  distribution (Cramér, 1946), where n is the number of passages. Every article has some distance to every
  query, so the semantic search returns candidates even for random letters. Their best prominence is about
  -0.6, and below 1 in archives of 70 and of 6,654 passages alike.

A query that shares a word with the archive keeps its best `HANDFUL` candidates in any case. If no article
holds any of its words, only candidates with a prominence of `alone` or more stay.
benchmarks/relevance/cutoff learns a, b and c.
"""

from math import log, sqrt

import msgspec
import numpy as np
from numpy.typing import NDArray

from search_web.ranking.fusion import Scores

HANDFUL = 5


class CutoffWeights(msgspec.Struct, frozen=True):
    """The weights a, b and c of the formula, and the prominence that is enough without any known word."""

    coverage: float
    keyword: float
    prominence: float
    alone: float


def prominence(nearness: Scores, passages: int) -> Scores:
    """Return nearness [n] minus the nearness that the best of so many unrelated passages would have."""
    return np.maximum(nearness, 0.0) - sqrt(2 * log(max(passages, 1)))


def related(
    coverage: Scores, keyword: Scores, prominent: Scores, weights: CutoffWeights, *, known: bool
) -> NDArray[np.bool_]:
    """Return for which candidates words or nearness speak, [candidates].

    `known` says whether any article holds a word of the query.
    """
    if not known:
        return prominent >= weights.alone
    score = weights.coverage * coverage + weights.keyword * keyword + weights.prominence * prominent
    return score >= 1
