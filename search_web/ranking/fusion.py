"""Fuses keyword and semantic candidates into one ranking with a fixed weight.

There are two fixed fusions: a weighted sum of z-scores over the union of both lists, and reciprocal rank
fusion with k = 60 (Cormack, Clarke and Büttcher, SIGIR 2009), which uses only ranks. The default is the
learned fusion in `gate`.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

RRF_K = 60

Scores = NDArray[np.float64]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CandidateScores:
    """The union of two candidate lists: article numbers, scores and ranks in both, all arrays [candidates].

    Ranks count from 1. If a list does not hold a candidate, its rank there is 0, but it still has a score.
    """

    numbers: Numbers
    keyword: Scores
    semantic: Scores
    keyword_ranks: Numbers
    semantic_ranks: Numbers


class Fuse(Protocol):
    """Combines the two scores of each candidate into one."""

    def __call__(self, candidates: CandidateScores) -> Scores:
        """Return fused scores [candidates]; higher is better."""

    def explain(self, candidates: CandidateScores) -> str:
        """Return one line that says how the scores were computed."""


@dataclass(frozen=True, slots=True)
class ZScores:
    """(1 - weight) * z(keyword) + weight * z(semantic)."""

    weight: float

    def __call__(self, candidates: CandidateScores) -> Scores:
        """Return fused scores."""
        keyword, semantic = z_scores(candidates.keyword), z_scores(candidates.semantic)
        return (1 - self.weight) * keyword + self.weight * semantic

    def explain(self, candidates: CandidateScores) -> str:
        """Return one line that says how the scores were computed."""
        return f"zscore, {1 - self.weight:g} keyword + {self.weight:g} semantic"


@dataclass(frozen=True, slots=True)
class ReciprocalRanks:
    """(1 - weight) / (60 + keyword rank) + weight / (60 + semantic rank); a missing rank adds nothing."""

    weight: float

    def __call__(self, candidates: CandidateScores) -> Scores:
        """Return fused scores."""
        keyword, semantic = _reciprocal(candidates.keyword_ranks), _reciprocal(candidates.semantic_ranks)
        return (1 - self.weight) * keyword + self.weight * semantic

    def explain(self, candidates: CandidateScores) -> str:
        """Return one line that says how the scores were computed."""
        return f"rrf({RRF_K}), {1 - self.weight:g} keyword + {self.weight:g} semantic"


def z_scores(scores: Scores) -> Scores:
    """Return scores [n] as standard deviations from their mean; zeros when all scores are equal."""
    spread = np.ptp(scores) if len(scores) else 0.0
    if spread == 0:
        return np.zeros_like(scores)
    # Divide by the range first: the standard deviation of tiny scores would underflow.
    scaled: Scores = (scores - scores.mean()) / spread
    z: Scores = scaled / scaled.std()
    return z


def _reciprocal(ranks: Numbers) -> Scores:
    return np.where(ranks > 0, 1.0 / (RRF_K + ranks), 0.0)


def ranks_in(numbers: Numbers, ranked: Numbers) -> Numbers:
    """Return the rank (from 1) of each of `numbers` in the list `ranked`; 0 if the list lacks it."""
    places = {int(number): rank for rank, number in enumerate(ranked, start=1)}
    return np.array([places.get(int(number), 0) for number in numbers], dtype=np.int64)


def aligned(numbers: Numbers, ranked: Numbers, scores: Scores, missing: float) -> Scores:
    """Return the score of each of `numbers` in a ranked list; `missing` if the list lacks it."""
    found = dict(zip(ranked.tolist(), scores.tolist(), strict=True))
    return np.array([found.get(number, missing) for number in numbers.tolist()], dtype=np.float64)
