"""Runs the keyword search, the semantic search or both for a parsed query, and returns one ranking.

The module decides which of the two searches run and how many candidates each returns.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from indexer.errors import UsageError
from indexer.filters import Filters
from indexer.keyword.engine import KeywordQuery, Phrase
from indexer.keyword.fields import WORDS
from indexer.snapshot import Snapshot
from search_web.contract.answers import DEPTH_LIMIT, Fusion, SearchRequest
from search_web.ranking.features import extract_features, lexical
from search_web.ranking.fusion import Fuse, ReciprocalRanks, ZScores, ranks_in
from search_web.ranking.gate import Gate, GateInput
from search_web.ranking.ranked_list import (
    Ranking,
    best,
    by_day,
    fused_ranking,
    keyword_ranking,
    newest_ranking,
    only,
    semantic_ranking,
)
from search_web.ranking.weighted_query import WeightedQuery
from search_web.ranking.weights import cutoff_weights, ranking_weights
from search_web.retrieval.evidence import CANDIDATES, Evidence
from search_web.retrieval.live_index import OpenGeneration
from search_web.understanding.query import ParsedQuery

# When no article has every word, `sort=newest` sorts only this many of the best candidates by day: articles
# further down may be about anything.
_NEWEST_OF_BEST = 50


def filters_of(request: SearchRequest) -> Filters:
    """Return the filters of the request: days, source and category."""
    return Filters.of(request.date_from, request.date_to, request.source, request.category)


def browse(snapshot: Snapshot, request: SearchRequest, excluded: tuple[Phrase, ...] = ()) -> Ranking:
    """Return the newest articles that pass the filters and hold none of the excluded phrases."""
    if not excluded:
        numbers, total = snapshot.archive.newest(filters_of(request), DEPTH_LIMIT)
        return newest_ranking(np.array(numbers, dtype=np.int64), total)
    everything, _ = snapshot.archive.newest(filters_of(request), snapshot.commit.articles)
    newest = np.array(everything, dtype=np.int64)
    kept = newest[~_holding_any(snapshot, excluded)[newest]]
    return newest_ranking(kept[:DEPTH_LIMIT], len(kept))


def answerable(snapshot: Snapshot, parsed: ParsedQuery) -> ParsedQuery:
    """Return the query without the requirement of its phrases if no article holds them all, else unchanged.

    The words of the phrases are still searched as plain words. Title clauses stay required.
    """
    phrases = tuple(phrase for phrase in parsed.keyword.required if phrase.field == WORDS)
    if not phrases or _holding_all(snapshot, phrases).any():
        return parsed
    kept = tuple(phrase for phrase in parsed.keyword.required if phrase not in phrases)
    return replace(parsed, keyword=replace(parsed.keyword, required=kept))


def retrieve(generation: OpenGeneration, parsed: ParsedQuery, request: SearchRequest) -> tuple[Ranking, bool]:
    """Return the ranking of one request, and whether it is degraded: the encoder is missing, keywords only.

    Raises:
        UsageError: the mode is semantic and the index has no vectors, or none yet.

    """
    snapshot, filters = generation.snapshot, filters_of(request)
    vector = _query_vector(generation, parsed.text, request)
    degraded = vector is None and generation.has_vectors and request.mode != "keyword"
    by_keywords = request.mode != "semantic" or degraded
    if request.sort == "newest" and by_keywords:
        newest = snapshot.keyword.newest(parsed.keyword, filters, DEPTH_LIMIT)
        if newest.total:
            return newest_ranking(newest.numbers, newest.total), degraded
    ranking = _ranked(snapshot, parsed, filters, request, vector)
    if request.sort == "newest":
        leading = best(ranking, _NEWEST_OF_BEST)
        days = snapshot.archive.days(leading.numbers.tolist())
        ranking = by_day(leading, np.array(days, dtype=np.int64))
    return ranking, degraded


def _query_vector(
    generation: OpenGeneration, text: str, request: SearchRequest
) -> NDArray[np.float32] | None:
    if request.mode == "keyword":
        return None
    if generation.encoder is not None and generation.has_vectors:
        return generation.encoder.vector(text)
    if request.mode == "semantic":
        raise UsageError(_no_vectors(generation))
    return None


def _no_vectors(generation: OpenGeneration) -> str:
    if generation.encoder is not None:
        return "this index has no vectors yet: use mode keyword, or run `khabaryab embed` first"
    return "this index has no vectors: use mode keyword, or build the index again without --no-semantic"


def _ranked(
    snapshot: Snapshot,
    parsed: ParsedQuery,
    filters: Filters,
    request: SearchRequest,
    vector: NDArray[np.float32] | None,
) -> Ranking:
    vectors, query = snapshot.vectors, parsed.keyword
    weights = ranking_weights()
    weighted = WeightedQuery.of(parsed.words, parsed.bigrams, snapshot.keyword)
    if vector is None or vectors is None:
        found = snapshot.keyword.search(query, filters, DEPTH_LIMIT)
        features = extract_features(weighted, snapshot.terms, found.numbers)
        return keyword_ranking(found, lexical(features, weights.lexical))
    allowed = _allowed(snapshot, query, filters)
    if request.mode == "semantic":
        return semantic_ranking(vectors.search(vector, allowed, DEPTH_LIMIT, snapshot.removed))
    found = snapshot.keyword.search(query, filters, CANDIDATES)
    nearest = vectors.search(vector, allowed, CANDIDATES, snapshot.removed)
    evidence = Evidence.gather(parsed, vector, found, nearest, vectors, weighted, snapshot.terms)
    scores = lexical(evidence.features, weights.lexical)
    fuse = _FUSIONS[request.fusion](request.semantic_weight, evidence.inputs)
    ranking = fused_ranking(evidence.with_keyword_scores(scores), evidence.scored, fuse)
    places = ranks_in(evidence.numbers, ranking.numbers) - 1
    return only(ranking, evidence.numbers[evidence.kept(places, scores, cutoff_weights())])


_FUSIONS: dict[Fusion, Callable[[float, GateInput], Fuse]] = {
    "learned": lambda _, inputs: Gate(ranking_weights().gate, inputs),
    "zscore": lambda weight, _: ZScores(weight),
    "rrf": lambda weight, _: ReciprocalRanks(weight),
}


def _allowed(snapshot: Snapshot, query: KeywordQuery, filters: Filters) -> NDArray[np.bool_] | None:
    """Return a mask [articles]: True for articles that the semantic search may return.

    These pass the filters, hold all required phrases and hold no excluded one. Returns None when neither the
    query nor the filters restrict anything.
    """
    if not (filters or query.required or query.excluded):
        return None
    allowed = snapshot.archive.allowed(filters)
    return allowed & _holding_all(snapshot, query.required) & ~_holding_any(snapshot, query.excluded)


def _holding_all(snapshot: Snapshot, phrases: tuple[Phrase, ...]) -> NDArray[np.bool_]:
    mask = np.ones(snapshot.commit.articles, dtype=np.bool_)
    for numbers in snapshot.keyword.holding(phrases):
        mask &= np.isin(np.arange(len(mask)), numbers)
    return mask


def _holding_any(snapshot: Snapshot, phrases: tuple[Phrase, ...]) -> NDArray[np.bool_]:
    mask = np.zeros(snapshot.commit.articles, dtype=np.bool_)
    for numbers in snapshot.keyword.holding(phrases):
        mask[numbers] = True
    return mask
