"""Hybrid search over the published index: the one class that the command line and the web ask."""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer import generations
from indexer.articles import Article
from indexer.errors import EncoderError, IndexMismatch, KhabaryabError, UsageError
from indexer.filters import NO_DAY, Filters
from indexer.keyword.engine import Candidates, KeywordQuery
from indexer.persian.analyzer import persian_analyzer
from indexer.semantic.encoder import Encoder, load_encoder
from indexer.semantic.passages import running_text
from indexer.semantic.vectors import Matches
from indexer.snapshot import Snapshot
from search_web.answers import Evidence, Explanation, Hit, Mode, SearchAnswer, SearchRequest
from search_web.fusion import FUSIONS, Evidences, Fuse, aligned, ranks_in
from search_web.query import ParsedQuery, parse_query
from search_web.searcher import Facets, Readiness
from search_web.snippets import Highlighter

log = logging.getLogger("khabaryab")

CANDIDATES = 200
_NEWEST_CANDIDATES = 1000

NOTHING_ASKED = "عبارتی برای جست‌وجو بنویسید."
NO_WORDS = "در این عبارت واژه‌ای برای جست‌وجو نیست."

LoadEncoder = Callable[[str | None], Encoder]
_NO_NUMBERS: NDArray[np.int64] = np.empty(0, dtype=np.int64)
_NO_SCORES: NDArray[np.float64] = np.empty(0, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Ranking:
    """A ranked list: article numbers and scores [found], and what each part said of them."""

    numbers: NDArray[np.int64]
    scores: NDArray[np.float64]
    evidences: Evidences
    total: int
    fusion: str
    passages: dict[int, int]
    degraded: bool = False


class HybridSearcher:
    """Answers searches from the published generation of an index, and moves to a newer one by itself.

    Safe to share between threads. The encoder is loaded when it is first needed, or by `warm_up`.
    """

    def __init__(self, index: Path, load: LoadEncoder = load_encoder) -> None:
        self._index = index
        self._load = load
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._lease: _Lease | None = None
        self._encoder: Encoder | None = None
        self._encoder_failure = ""

    def warm_up(self) -> None:
        """Open the index and load its encoder now.

        Raises:
            IndexUnusable: the index cannot be opened.
        """
        with self._snapshot() as snapshot:
            self._encoder_of(snapshot)
            persian_analyzer()

    def close(self) -> None:
        """Release the index; searches under way are finished first."""
        with self._lock:
            if self._lease:
                self._lease.retire()
            self._lease, self._stamp = None, None

    def search(self, request: SearchRequest) -> SearchAnswer:
        """Answer one search.

        Raises:
            IndexUnusable: the index cannot be opened.
            UsageError: a semantic search of an index without vectors.
        """
        start = time.perf_counter()
        analyzer = persian_analyzer()
        parsed = parse_query(request.query, analyzer)
        if not parsed:
            notice = NO_WORDS if request.query.strip() else NOTHING_ASKED
            return _answer(request, [], 0, start, notice=notice)
        with self._snapshot() as snapshot:
            ranking = self._rank(snapshot, parsed, request, request.page * request.size)
            first = (request.page - 1) * request.size
            shown = ranking.numbers[first : first + request.size]
            highlighter = Highlighter(parsed.text, analyzer, _importance(snapshot))
            hits = [
                _hit(
                    snapshot.archive.get(int(number)), first + place, ranking, highlighter, snapshot, request
                )
                for place, number in enumerate(shown)
            ]
        return _answer(request, hits, ranking.total, start, degraded=ranking.degraded)

    def rank(self, query: str, mode: Mode, depth: int) -> list[tuple[str, float]]:
        """Return ids and scores of the best `depth` articles, for evaluation; no snippets are made."""
        parsed = parse_query(query, persian_analyzer())
        if not parsed:
            return []
        with self._snapshot() as snapshot:
            ranking = self._rank(snapshot, parsed, SearchRequest(query=query, mode=mode), depth)
            if ranking.degraded:
                raise EncoderError(f"the encoder is needed to evaluate mode {mode}: {self._encoder_failure}")
            ids = snapshot.archive.ids(ranking.numbers[:depth].tolist())
        return list(zip(ids, ranking.scores.tolist(), strict=False))

    def article(self, article_id: str) -> Article | None:
        """Return the article with this id, or None."""
        with self._snapshot() as snapshot:
            return snapshot.archive.find(article_id)

    def facets(self) -> Facets:
        """Return sources, categories and days of the archive."""
        with self._snapshot() as snapshot:
            return snapshot_facets(snapshot)

    def readiness(self) -> Readiness:
        """Say whether searches can be answered."""
        try:
            with self._snapshot() as snapshot:
                generation = f"{snapshot.manifest.generation:06d}"
                degraded = bool(snapshot.vectors and self._encoder_failure)
        except KhabaryabError as error:
            return Readiness(ready=False, detail=str(error))
        detail = f"encoder: {self._encoder_failure}" if degraded else "ready"
        return Readiness(ready=True, detail=detail, generation=generation, degraded=degraded)

    @contextmanager
    def _snapshot(self) -> Iterator[Snapshot]:
        lease = self._current()
        try:
            yield lease.snapshot
        finally:
            lease.release()

    def _current(self) -> "_Lease":
        """Return the open generation, newly opened when another one has been published."""
        with self._lock:
            stamp = generations.pointer_stamp(self._index)
            if self._lease is None or stamp != self._stamp:
                self._move_to_published()
                self._stamp = stamp
            if self._lease is None:
                raise IndexMismatch(f"{self._index}: no index is open")
            self._lease.take()
            return self._lease

    def _move_to_published(self) -> None:
        try:
            snapshot = Snapshot.open(self._index)
            self._check_encoder(snapshot)
        except KhabaryabError as error:
            if self._lease is None:
                raise
            log.warning("%s (the generation that was open goes on serving)", error)
            return
        if self._lease:
            self._lease.retire()
            log.warning("serving generation %06d now", snapshot.manifest.generation)
        self._lease = _Lease(snapshot)

    def _encoder_of(self, snapshot: Snapshot) -> Encoder | None:
        """Return the encoder that made the snapshot's vectors, None when it cannot be had."""
        made_with = snapshot.manifest.encoder
        if made_with is None:
            return None
        with self._lock:
            if self._encoder is None and not self._encoder_failure:
                try:
                    self._encoder = self._load(made_with.name)
                except EncoderError as error:
                    self._encoder_failure = str(error)
                    log.warning("only keywords are searched: %s", error)
        self._check_encoder(snapshot)
        return self._encoder

    def _check_encoder(self, snapshot: Snapshot) -> None:
        made_with = snapshot.manifest.encoder
        if made_with and self._encoder and self._encoder.fingerprint != made_with.fingerprint:
            raise IndexMismatch(
                f"{self._index}: made with another encoder than {self._encoder.name} as it is now; "
                "build the index again"
            )

    def _rank(self, snapshot: Snapshot, parsed: ParsedQuery, request: SearchRequest, depth: int) -> Ranking:
        filters = Filters.of(request.date_from, request.date_to, request.source, request.category)
        depth = max(CANDIDATES, depth)
        vector = (
            None if request.mode == "keyword" else self._query_vector(snapshot, parsed.text, request.mode)
        )
        degraded = request.mode != "keyword" and snapshot.vectors is not None and vector is None
        use_keywords = request.mode != "semantic" or vector is None
        if request.sort == "newest" and use_keywords:
            newest = snapshot.keyword.newest(parsed.keyword, filters, _NEWEST_CANDIDATES)
            if newest.total:
                return _keyword_ranking(newest, newest.total, degraded)
        found = snapshot.keyword.search(parsed.keyword, filters, depth) if use_keywords else None
        if vector is None:
            ranking = _keyword_ranking(found or _nothing(), found.total if found else 0, degraded)
        else:
            nearest = self._nearest(snapshot, vector, parsed.keyword, filters, depth)
            ranking = _fused(
                snapshot, vector, found, nearest, FUSIONS[request.fusion](request.semantic_weight)
            )
        return _by_day(snapshot, ranking) if request.sort == "newest" else ranking

    def _query_vector(self, snapshot: Snapshot, text: str, mode: Mode) -> NDArray[np.float32] | None:
        if snapshot.vectors is None:
            if mode == "semantic":
                raise UsageError(
                    "this index has no vectors: search with --mode keyword, or build it without --no-semantic"
                )
            return None
        encoder = self._encoder_of(snapshot)
        if encoder is None:
            return None
        try:
            return encoder.encode_queries([text])[0]
        except (EncoderError, RuntimeError) as error:
            log.warning("only keywords are searched: %s", error)
            return None

    @staticmethod
    def _nearest(
        snapshot: Snapshot, vector: NDArray[np.float32], query: KeywordQuery, filters: Filters, depth: int
    ) -> Matches:
        """Search the vectors of the articles that pass the filters, hold the phrases and lack what is excluded."""
        if snapshot.vectors is None:
            raise UsageError("this index has no vectors")
        if not (filters or query.required or query.excluded):
            return snapshot.vectors.search(vector, None, depth)
        allowed = snapshot.archive.allowed(filters)
        if query.required:
            allowed &= _matching(snapshot, KeywordQuery(required=query.required))
        for phrase in query.excluded:
            allowed &= ~_matching(snapshot, KeywordQuery(required=(phrase,)))
        return snapshot.vectors.search(vector, allowed, depth)


class _Lease:
    """An open generation and the searches that use it; closed when it is retired and the last of them is done."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._users = 0
        self._retired = False
        self._lock = threading.Lock()

    def take(self) -> None:
        with self._lock:
            self._users += 1

    def release(self) -> None:
        with self._lock:
            self._users -= 1
            self._close_if_done()

    def retire(self) -> None:
        with self._lock:
            self._retired = True
            self._close_if_done()

    def _close_if_done(self) -> None:
        if self._retired and not self._users:
            self.snapshot.close()


def snapshot_facets(snapshot: Snapshot) -> Facets:
    """Return sources, categories (most frequent first) and days of a snapshot."""
    first, last = snapshot.archive.day_range()
    return Facets(
        sources=tuple(name for name, _ in snapshot.archive.counts("source")),
        categories=tuple(name for name, _ in snapshot.archive.counts("category")),
        first=first,
        last=last,
        articles=snapshot.manifest.articles,
    )


def _matching(snapshot: Snapshot, query: KeywordQuery) -> NDArray[np.bool_]:
    mask = np.zeros(snapshot.manifest.articles, dtype=np.bool_)
    mask[snapshot.keyword.search(query, Filters(), snapshot.manifest.articles).numbers] = True
    return mask


def _importance(snapshot: Snapshot) -> Callable[[str], float]:
    """Return the idf of a folded word, as BM25 has it."""
    articles = snapshot.manifest.articles

    def idf(word: str) -> float:
        found = snapshot.keyword.frequency("words", word)
        return math.log(1 + (articles - found + 0.5) / (found + 0.5))

    return idf


def _nothing() -> Candidates:
    return Candidates(_NO_NUMBERS, _NO_SCORES, 0)


def _keyword_ranking(found: Candidates, total: int, degraded: bool) -> Ranking:
    count = len(found.numbers)
    ranks = np.arange(1, count + 1)
    evidences = Evidences(
        found.numbers, found.scores, np.zeros(count), ranks, np.zeros(count, dtype=np.int64)
    )
    return Ranking(found.numbers, found.scores, evidences, total, "keyword", {}, degraded)


def _fused(
    snapshot: Snapshot, vector: NDArray[np.float32], found: Candidates | None, nearest: Matches, fuse: Fuse
) -> Ranking:
    if snapshot.vectors is None:
        raise UsageError("this index has no vectors")
    if found is None:
        return _semantic_ranking(nearest)
    numbers = np.union1d(found.numbers, nearest.numbers)
    semantic = snapshot.vectors.scores(vector, numbers)
    # An article that is no keyword candidate matched nothing when the list is complete, else less than the last.
    complete = found.total <= len(found.numbers)
    missing = 0.0 if complete or not len(found.scores) else float(found.scores[-1])
    evidences = Evidences(
        numbers,
        aligned(numbers, found.numbers, found.scores, missing),
        aligned(numbers, semantic.numbers, semantic.scores.astype(np.float64), 0.0),
        ranks_in(numbers, found.numbers),
        ranks_in(numbers, nearest.numbers),
    )
    scores = fuse(evidences)
    order = np.lexsort((numbers, -scores))
    passages = dict(zip(semantic.numbers.tolist(), semantic.rows.tolist(), strict=True))
    return Ranking(
        numbers[order], scores[order], _reordered(evidences, order), len(numbers), str(fuse), passages
    )


def _semantic_ranking(nearest: Matches) -> Ranking:
    count = len(nearest.numbers)
    scores = nearest.scores.astype(np.float64)
    evidences = Evidences(
        nearest.numbers, np.zeros(count), scores, np.zeros(count, dtype=np.int64), np.arange(1, count + 1)
    )
    passages = dict(zip(nearest.numbers.tolist(), nearest.rows.tolist(), strict=True))
    return Ranking(nearest.numbers, scores, evidences, count, "semantic", passages)


def _by_day(snapshot: Snapshot, ranking: Ranking) -> Ranking:
    """Return the ranking newest first, undated articles last."""
    days = np.array(snapshot.archive.days(ranking.numbers.tolist()), dtype=np.int64)
    order = np.lexsort((np.arange(len(days)), -np.where(days == NO_DAY, -1, days)))
    return Ranking(
        ranking.numbers[order],
        ranking.scores[order],
        _reordered(ranking.evidences, order),
        ranking.total,
        ranking.fusion,
        ranking.passages,
        ranking.degraded,
    )


def _reordered(evidences: Evidences, order: NDArray[np.intp]) -> Evidences:
    return Evidences(
        evidences.numbers[order],
        evidences.keyword[order],
        evidences.semantic[order],
        evidences.keyword_ranks[order],
        evidences.semantic_ranks[order],
    )


def _hit(
    article: Article,
    place: int,
    ranking: Ranking,
    highlighter: Highlighter,
    snapshot: Snapshot,
    request: SearchRequest,
) -> Hit:
    row = ranking.passages.get(int(ranking.numbers[place]))
    passage = snapshot.vectors.span(row) if snapshot.vectors is not None and row is not None else (0, 0)
    return Hit(
        rank=place + 1,
        id=article.id,
        title=article.title,
        title_html=highlighter.title(article.title),
        kicker=article.kicker,
        snippet=highlighter.snippet(running_text(article), passage),
        score=round(float(ranking.scores[place]), 6),
        source=article.source,
        category=article.category,
        published=article.published.isoformat() if article.published else None,
        url=article.url,
        explain=_explanation(ranking, place) if request.explain else None,
    )


def _explanation(ranking: Ranking, place: int) -> Explanation:
    parts = ranking.evidences
    return Explanation(
        keyword=_evidence(parts.keyword_ranks[place], parts.keyword[place]),
        semantic=_evidence(parts.semantic_ranks[place], parts.semantic[place]),
        fusion=ranking.fusion,
    )


def _evidence(rank: np.int64, score: np.float64) -> Evidence:
    return Evidence(int(rank), round(float(score), 6)) if rank else Evidence()


def _answer(
    request: SearchRequest,
    hits: list[Hit],
    total: int,
    start: float,
    *,
    degraded: bool = False,
    notice: str | None = None,
) -> SearchAnswer:
    return SearchAnswer(
        query=request.query,
        mode=request.mode,
        total=total,
        took_ms=round((time.perf_counter() - start) * 1000, 2),
        degraded=degraded,
        page=request.page,
        size=request.size,
        hits=hits,
        notice=notice,
    )
