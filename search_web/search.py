"""The search engine: `HybridSearcher` answers every query of the command line and the web."""

import datetime as dt
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
import numpy as np

from indexer.articles import Article
from indexer.errors import EncoderError, KhabaryabError, UsageError
from indexer.semantic.loading import load_query_encoder
from search_web.contract.answers import (
    CompletionAnswer,
    Hit,
    Mode,
    SearchAnswer,
    SearchRequest,
    SimilarAnswer,
)
from search_web.contract.searcher import Facets, Readiness
from search_web.presentation.hits import page_of_hits
from search_web.ranking.collapsing import collapsed
from search_web.ranking.freshness import refreshed
from search_web.ranking.ranked_list import Ranking
from search_web.ranking.weighted_query import any_known
from search_web.retrieval.hybrid import answerable, browse, retrieve
from search_web.retrieval.live_index import LiveIndex, OpenGeneration
from search_web.retrieval.query_encoder import LoadEncoder
from search_web.retrieval.similar import similar_articles
from search_web.text.jalali import tehran_day
from search_web.understanding.completion import complete
from search_web.understanding.query import ParsedQuery, parse_query
from search_web.understanding.suggestions import suggestions
from search_web.understanding.word_breaks import with_breaks

NOTHING_THERE = "در این محدوده هیچ خبری یافت نشد."
NO_SUCH_PHRASE = "این عبارت عیناً در هیچ خبری نیامده است؛ نتیجه‌ها بر پایهٔ واژه‌های آن پیدا شده‌اند."
ONLY_NEAR = "هیچ خبری این واژه‌ها را ندارد؛ از نظر معنا نزدیک است."
NO_WORDS = "در این عبارت واژه‌ای برای جست‌وجو نیست."


class HybridSearcher:
    """Answers searches from the published generation of an index, and switches to newer generations.

    Safe to share between threads. The index and the encoder are opened when first needed, or by `warm_up`.
    `load` is called with the name of the encoder and returns it. `today` returns the day from which the age
    of articles counts.
    """

    def __init__(
        self, index: Path, load: LoadEncoder = load_query_encoder, today: Callable[[], dt.date] = tehran_day
    ) -> None:
        self._live = LiveIndex(index, load)
        self._today = today

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def warm_up(self) -> None:
        """Open the index and load its encoder now; logs an encoder that cannot be loaded, without an error.

        Raises:
            IndexUnusable: the index cannot be opened, or its encoder has changed.

        """
        self._live.run(_load_encoder)

    def close(self) -> None:
        """Close the index after the running searches have finished; does not wait for them."""
        self._live.close()

    def search(self, request: SearchRequest) -> SearchAnswer:
        """Answer one search.

        An empty query, or one with only exclusions, lists the newest articles that pass the filters and hold
        nothing excluded.

        Raises:
            IndexUnusable: the index cannot be opened.
            UsageError: the mode is semantic and the index has no vectors.

        """
        start = time.perf_counter()
        today = self._today()
        return self._live.run(lambda generation: _answered(generation, request, today, start))

    def rank(self, query: str, mode: Mode, depth: int) -> list[tuple[str, float]]:
        """Return the ids and scores of the best `depth` articles, without snippets; for evaluation.

        The ranking is the one that `search` pages through, so it can end before `depth`. Near-duplicates are
        not collapsed, and age does not count.

        Raises:
            EncoderError: the mode needs the encoder, which cannot be loaded or has changed.
            UsageError: the mode needs vectors, which the index does not have.
            IndexUnusable: the index cannot be opened.

        """
        request = SearchRequest(query=query, mode=mode)
        return self._live.run(lambda generation: _ranked(generation, request, depth))

    def complete(self, typed: str, size: int) -> CompletionAnswer:
        """Return up to `size` completions of what was typed so far.

        Raises:
            IndexUnusable: the index cannot be opened.

        """
        start = time.perf_counter()
        made = self._live.run(lambda generation: complete(generation.snapshot.vocabulary, typed, size))
        return CompletionAnswer(query=typed, took_ms=_milliseconds_since(start), suggestions=made)

    def article(self, article_id: str) -> Article | None:
        """Return the article with this id, or None."""
        return self._live.run(lambda generation: generation.snapshot.archive.find(article_id))

    def similar(self, article_id: str, size: int) -> SimilarAnswer | None:
        """Return up to `size` articles similar to the one with this id; None if no article has this id.

        Raises:
            IndexUnusable: the index cannot be opened.

        """
        start = time.perf_counter()
        return self._live.run(lambda generation: _similar(generation, article_id, size, start))

    def facets(self) -> Facets:
        """Return the sources, categories and days of the archive."""
        return self._live.run(lambda generation: generation.facets)

    def readiness(self) -> Readiness:
        """Report whether searches can be answered; never raises a `KhabaryabError`."""
        try:
            return self._live.run(lambda generation: _readiness(generation, self._live.failure))
        except KhabaryabError as error:
            return Readiness(ready=False, detail=error.public)


def _load_encoder(generation: OpenGeneration) -> None:
    if generation.encoder:
        generation.encoder.require_match()


def _readiness(generation: OpenGeneration, newer: KhabaryabError | None) -> Readiness:
    encoder = generation.encoder.failure if generation.encoder else None
    flaws = [f"only keywords are searched: {encoder.public}"] if encoder else []
    if newer:
        flaws.append(f"the newest generation cannot be opened, an older one serves: {newer.public}")
    detail = "; ".join(flaws) or "ready"
    return Readiness(
        ready=True,
        detail=detail,
        generation=generation.name,
        version=generation.version,
        degraded=bool(flaws),
    )


def _answered(
    generation: OpenGeneration, request: SearchRequest, today: dt.date, start: float
) -> SearchAnswer:
    parsed = _parsed(generation, request)
    if not request.query.strip() or parsed.only_excludes:
        return _browsed(generation, parsed, request, start)
    if not parsed:
        return _answer(request, start, (), 0, notice=NO_WORDS)
    return _searched(generation, parsed, request, today, start)


def _parsed(generation: OpenGeneration, request: SearchRequest) -> ParsedQuery:
    snapshot = generation.snapshot
    return parse_query(with_breaks(request.query, snapshot), snapshot.analyzer)


def _browsed(
    generation: OpenGeneration, parsed: ParsedQuery, request: SearchRequest, start: float
) -> SearchAnswer:
    ranking = browse(generation.snapshot, request, parsed.keyword.excluded)
    ranking = _without_near_duplicates(generation, ranking, request)
    hits = page_of_hits(generation.snapshot, ranking, request, searched="")
    return _answer(request, start, hits, ranking.total, notice=None if ranking.total else NOTHING_THERE)


def _searched(
    generation: OpenGeneration, parsed: ParsedQuery, request: SearchRequest, today: dt.date, start: float
) -> SearchAnswer:
    asked = answerable(generation.snapshot, parsed)
    ranking, degraded = retrieve(generation, asked, request)
    ranking = _fresher_first(generation, ranking, request, today)
    ranking = _without_near_duplicates(generation, ranking, request)
    hits = page_of_hits(generation.snapshot, ranking, request, parsed.text)
    relaxed = asked is not parsed and ranking.total > 0
    notice = _notice(generation, parsed, ranking.total, relaxed=relaxed)
    answer = _answer(request, start, hits, ranking.total, degraded=degraded, relaxed=relaxed, notice=notice)
    offered = suggestions(request, generation.snapshot, generation.facets, today)
    return msgspec.structs.replace(answer, suggestions=offered, took_ms=_milliseconds_since(start))


def _notice(generation: OpenGeneration, parsed: ParsedQuery, total: int, *, relaxed: bool) -> str | None:
    if not total:
        return None
    if not any_known(parsed.words, generation.snapshot.keyword):
        return ONLY_NEAR
    return NO_SUCH_PHRASE if relaxed else None


def _fresher_first(
    generation: OpenGeneration, ranking: Ranking, request: SearchRequest, today: dt.date
) -> Ranking:
    """Apply freshness if the request has a half-life.

    The age counts from today, or from the archive's last day if that is earlier.
    """
    if request.recency_half_life is None or request.sort == "newest":
        return ranking
    days = np.array(generation.snapshot.archive.days(ranking.numbers.tolist()), dtype=np.int64)
    last = generation.facets.last or today
    return refreshed(ranking, days, request.recency_half_life, min(today, last))


def _without_near_duplicates(generation: OpenGeneration, ranking: Ranking, request: SearchRequest) -> Ranking:
    if not request.collapse:
        return ranking
    return collapsed(ranking, generation.snapshot.near_duplicates.clusters(ranking.numbers))


def _similar(generation: OpenGeneration, article_id: str, size: int, start: float) -> SimilarAnswer | None:
    snapshot = generation.snapshot
    number = snapshot.archive.number(article_id)
    if number is None:
        return None
    hits = list(similar_articles(snapshot, number, size))
    return SimilarAnswer(article=article_id, took_ms=_milliseconds_since(start), size=size, hits=hits)


def _ranked(generation: OpenGeneration, request: SearchRequest, depth: int) -> list[tuple[str, float]]:
    if request.mode != "keyword" and not generation.has_vectors:
        raise UsageError(f"this index has no vectors, which mode {request.mode} needs: use --mode keyword")
    parsed = _parsed(generation, request)
    if not parsed:
        return []
    asked = answerable(generation.snapshot, parsed)
    ranking, degraded = retrieve(generation, asked, request)
    if degraded:
        failure = generation.encoder.failure if generation.encoder else ""
        raise EncoderError(f"mode {request.mode} needs the encoder, which cannot be had: {failure}")
    ids = generation.snapshot.archive.ids(ranking.numbers[:depth].tolist())
    return list(zip(ids, ranking.scores[:depth].tolist(), strict=True))


def _answer(
    request: SearchRequest,
    start: float,
    hits: Iterable[Hit],
    total: int,
    *,
    degraded: bool = False,
    relaxed: bool = False,
    notice: str | None = None,
) -> SearchAnswer:
    made = list(hits)
    return SearchAnswer(
        query=request.query,
        mode=request.mode,
        total=total,
        took_ms=_milliseconds_since(start),
        degraded=degraded,
        relaxed=relaxed,
        page=request.page,
        size=request.size,
        hits=made,
        notice=notice,
    )


def _milliseconds_since(start: float) -> float:
    return round((time.perf_counter() - start) * 1000, 2)
