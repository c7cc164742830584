"""Finds articles similar to a given one, by its key terms and its vectors. Skips its near-duplicates."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from indexer.articles import Article
from indexer.filters import Filters
from indexer.keyword.documents import document
from indexer.keyword.engine import K1, Candidates, KeywordQuery, QueryTerm, inverse_frequency
from indexer.keyword.fields import STEMS
from indexer.semantic.vectors import Matches, VectorIndex
from indexer.snapshot import Snapshot
from search_web.contract.answers import SimilarHit
from search_web.ranking.collapsing import collapsed
from search_web.ranking.fusion import ZScores
from search_web.ranking.ranked_list import Ranking, bm25_of, fused_ranking, keyword_ranking, union, united
from search_web.text.capping import capped

KEY_TERMS = 12
# Candidates taken from each list. As many more are fetched as the article's own near-duplicate cluster has
# members, which are then removed.
_CANDIDATES = 100
_SEMANTIC_WEIGHT = 0.5
_NUMERALS = "0123456789.,/"


def similar_articles(snapshot: Snapshot, number: int, size: int) -> Iterator[SimilarHit]:
    """Yield up to `size` articles most similar to the one with this number, one of each cluster."""
    ranking = _ranked(snapshot, number, key_terms(snapshot, number))
    ranking = collapsed(ranking, snapshot.near_duplicates.clusters(ranking.numbers))
    for place in range(min(size, len(ranking.numbers))):
        article = snapshot.archive.get(int(ranking.numbers[place]))
        yield _hit(article, place + 1, float(ranking.scores[place]))


def key_terms(snapshot: Snapshot, number: int) -> tuple[QueryTerm, ...]:
    """Return the stems that best describe an article, with their weights; at most `KEY_TERMS`.

    They have the largest tf / (tf + k1) · idf, as in BM25. A word of the title counts twice in tf. The weight
    of a term is tf / (tf + k1), because the engine multiplies it by the idf. Function words, bare numbers and
    stems that no other article holds are left out.
    """
    found = document(number, snapshot.archive.get(number), snapshot.analyzer)
    counts: dict[str, float] = defaultdict(float)
    for word, (stem, weight) in zip(found.words, found.stream(STEMS).weights, strict=True):
        if not snapshot.analyzer.is_stop_word(word) and stem.strip(_NUMERALS):
            counts[stem] += weight
    weights = {
        text: (tf / (tf + K1), idf)
        for text, tf in counts.items()
        if (idf := _inverse_frequency(snapshot, text)) is not None
    }
    best = sorted(weights, key=lambda text: (-weights[text][0] * weights[text][1], text))[:KEY_TERMS]
    return tuple(QueryTerm(STEMS, text, weights[text][0]) for text in best)


def _inverse_frequency(snapshot: Snapshot, stem: str) -> float | None:
    """Return the idf of BM25; None for a stem that only one article holds."""
    found = snapshot.keyword.frequency(STEMS, stem)
    return inverse_frequency(len(snapshot.keyword), found) if found > 1 else None


def _ranked(snapshot: Snapshot, number: int, terms: tuple[QueryTerm, ...]) -> Ranking:
    own = snapshot.near_duplicates.members(number)
    wanted = _CANDIDATES + len(own)
    found = _others(_by_terms(snapshot, terms, wanted), own)
    vectors = snapshot.vectors
    if vectors is None or not vectors.holds(np.array([number])).all():
        return keyword_ranking(found, found.scores)
    vector = _mean_vector(vectors, number)
    nearest = _without(vectors.search(vector, None, wanted, snapshot.removed), own)
    numbers = union(found, nearest)
    scored = vectors.scores(vector, numbers)
    candidates = united(numbers, found, bm25_of(numbers, found), nearest, scored)
    return fused_ranking(candidates, scored, ZScores(_SEMANTIC_WEIGHT))


def _by_terms(snapshot: Snapshot, terms: tuple[QueryTerm, ...], limit: int) -> Candidates:
    if not terms:
        return Candidates(np.empty(0, dtype=np.int64), np.empty(0), 0)
    return snapshot.keyword.search(KeywordQuery(words=tuple((term,) for term in terms)), Filters(), limit)


def _mean_vector(vectors: VectorIndex, number: int) -> NDArray[np.float32]:
    """Return the mean of the vectors of an article's passages as a unit vector [dimension]."""
    mean = vectors.passage_vectors(number).mean(axis=0)
    unit: NDArray[np.float32] = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return unit


def _others(found: Candidates, own: NDArray[np.int64]) -> Candidates:
    # Removed before the scores become z-scores: the article's similarity to itself would dwarf the rest.
    kept = ~np.isin(found.numbers, own)
    return Candidates(found.numbers[kept], found.scores[kept], found.total - int(np.count_nonzero(~kept)))


def _without(nearest: Matches, own: NDArray[np.int64]) -> Matches:
    kept = ~np.isin(nearest.numbers, own)
    return Matches(nearest.numbers[kept], nearest.scores[kept], nearest.rows[kept])


def _hit(article: Article, rank: int, score: float) -> SimilarHit:
    return SimilarHit(
        rank=rank,
        id=article.id,
        title=capped(article.title),
        score=round(score, 6),
        source=capped(article.source),
        category=capped(article.category),
        published=article.published.isoformat() if article.published else None,
        url=article.url,
    )
