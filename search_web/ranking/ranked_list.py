"""Ranked lists of candidates, and how the lists of the two searches become one. Reads no index."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from indexer.filters import NO_DAY
from indexer.keyword.engine import Candidates
from indexer.semantic.vectors import Matches
from search_web.contract.answers import DEPTH_LIMIT, Explanation, Placement
from search_web.ranking.fusion import CandidateScores, Fuse, Numbers, Scores, aligned, ranks_in


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates, best first: their scores in both searches and their final scores [candidates].

    - `total`: the number of results that paging can show.
    - `fusion`: one line that says how the scores were computed.
    - `passages`: maps each article that the semantic search scored to the row of its nearest passage.
    - `near_duplicates`: maps a candidate to the removed candidates that it stands for.
    - `freshness`: maps a candidate to its freshness; empty when age does not count.

    The keys of the maps are article numbers.
    """

    candidates: CandidateScores
    scores: Scores
    total: int
    fusion: str
    passages: Mapping[int, int] = field(default_factory=dict)
    near_duplicates: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    freshness: Mapping[int, float] = field(default_factory=dict)

    @property
    def numbers(self) -> Numbers:
        """The article numbers."""
        return self.candidates.numbers

    def explanation(self, place: int) -> Explanation:
        """Explain the rank of the candidate at this place (from 0)."""
        candidates = self.candidates
        fresh = self.freshness.get(int(self.numbers[place]))
        return Explanation(
            keyword=_placement(candidates.keyword_ranks[place], candidates.keyword[place]),
            semantic=_placement(candidates.semantic_ranks[place], candidates.semantic[place]),
            fusion=self.fusion,
            freshness=None if fresh is None else round(fresh, 6),
        )


def _placement(rank: np.int64, score: np.float64) -> Placement:
    return Placement(int(rank), round(float(score), 6)) if rank else Placement()


def keyword_ranking(found: Candidates, lexical: Scores) -> Ranking:
    """Rank the candidates of the keyword search alone, by their keyword scores `lexical` [found]."""
    count = len(found.numbers)
    order = np.lexsort((found.numbers, -lexical))
    nowhere, unscored = np.zeros(count, dtype=np.int64), np.zeros(count)
    scores = lexical[order]
    candidates = CandidateScores(found.numbers[order], scores, unscored, np.arange(1, count + 1), nowhere)
    return Ranking(candidates, scores, min(found.total, DEPTH_LIMIT), "keyword")


def semantic_ranking(nearest: Matches) -> Ranking:
    """Rank by the semantic search alone."""
    count = len(nearest.numbers)
    scores = nearest.scores.astype(np.float64)
    nowhere, unscored = np.zeros(count, dtype=np.int64), np.zeros(count)
    candidates = CandidateScores(nearest.numbers, unscored, scores, nowhere, np.arange(1, count + 1))
    return Ranking(candidates, scores, count, "semantic", _passages(nearest))


def newest_ranking(numbers: NDArray[np.int64], total: int) -> Ranking:
    """Rank articles in the given order, which is newest first; the score is 1 / rank."""
    nowhere, unscored = np.zeros(len(numbers), dtype=np.int64), np.zeros(len(numbers))
    candidates = CandidateScores(numbers, unscored, unscored, nowhere, nowhere)
    return Ranking(candidates, 1.0 / np.arange(1, len(numbers) + 1), min(total, DEPTH_LIMIT), "newest")


def fused_ranking(candidates: CandidateScores, passages: Matches, fuse: Fuse) -> Ranking:
    """Rank candidates by fusing their scores in both searches; `passages` has their nearest passages."""
    scores = fuse(candidates)
    total = min(len(candidates.numbers), DEPTH_LIMIT)
    ranking = Ranking(candidates, scores, total, fuse.explain(candidates), _passages(passages))
    return reordered(ranking, np.lexsort((candidates.numbers, -scores)))


def united(
    numbers: Numbers, found: Candidates, lexical: Scores, nearest: Matches, semantic: Matches
) -> CandidateScores:
    """Combine the scores and ranks of both searches for the candidates with these article numbers.

    `lexical` [candidates] are their keyword scores, `semantic` has the semantic scores of those that have
    vectors. `found` and `nearest` are the lists that the keyword and the semantic search returned; only they
    give ranks.
    """
    matched = np.isin(numbers, found.numbers)
    order = np.lexsort((numbers, -lexical))
    return CandidateScores(
        numbers,
        lexical,
        cosines_of(numbers, found, semantic),
        ranks_in(numbers, numbers[order[matched[order]]]),
        ranks_in(numbers, nearest.numbers),
    )


def bm25_of(numbers: Numbers, found: Candidates) -> Scores:
    """Return the keyword engine's score of each candidate [candidates].

    A candidate that the engine did not return scores 0 if the engine returned all matches. Otherwise it may
    be a match further down, and gets the score of the last one returned.
    """
    complete = found.total <= len(found.numbers)
    missing = 0.0 if complete or not len(found.scores) else float(found.scores[-1])
    return aligned(numbers, found.numbers, found.scores, missing)


def cosines_of(numbers: Numbers, found: Candidates, semantic: Matches) -> Scores:
    """Return the semantic score of each candidate [candidates].

    The keyword search also finds articles that have no vectors yet. They get the mean score of its other
    candidates, so that their words alone decide; if none of these has vectors, the mean of all candidates.
    """
    scores = aligned(numbers, semantic.numbers, semantic.scores.astype(np.float64), np.nan)
    known = ~np.isnan(scores)
    if known.all() or not known.any():
        return np.nan_to_num(scores)
    matched = known & np.isin(numbers, found.numbers)
    scores[~known] = scores[matched if matched.any() else known].mean()
    return scores


def union(found: Candidates, nearest: Matches) -> NDArray[np.int64]:
    """Return the article numbers in either list, ascending."""
    return np.union1d(found.numbers, nearest.numbers)


def by_day(ranking: Ranking, days: NDArray[np.int64]) -> Ranking:
    """Sort the ranking newest first, undated articles last; `days` are day numbers [candidates]."""
    order = np.lexsort((np.arange(len(days)), -np.where(days == NO_DAY, -1, days)))
    return reordered(ranking, order)


def only(ranking: Ranking, numbers: Numbers) -> Ranking:
    """Return the ranking with only the articles that have these numbers."""
    shorter = reordered(ranking, np.flatnonzero(np.isin(ranking.numbers, numbers)))
    return replace(shorter, total=min(len(shorter.numbers), DEPTH_LIMIT))


def best(ranking: Ranking, count: int) -> Ranking:
    """Return the ranking with only the first `count` candidates."""
    shorter = reordered(ranking, np.arange(min(count, len(ranking.numbers))))
    return replace(shorter, total=min(ranking.total, count))


def _passages(matches: Matches) -> dict[int, int]:
    return dict(zip(matches.numbers.tolist(), matches.rows.tolist(), strict=True))


def reordered(ranking: Ranking, order: NDArray[np.int64]) -> Ranking:
    """Return the ranking with only the candidates at these places (from 0), in this order."""
    old = ranking.candidates
    candidates = CandidateScores(
        old.numbers[order],
        old.keyword[order],
        old.semantic[order],
        old.keyword_ranks[order],
        old.semantic_ranks[order],
    )
    return replace(ranking, candidates=candidates, scores=ranking.scores[order])
