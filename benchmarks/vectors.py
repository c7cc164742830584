"""Speed and recall of the vector search over a million synthetic passages, on one core, rescoring included.

The passages are made as vectors of e5 are spread: all have one main direction in common (two unrelated
passages have a cosine of about .8), every twelve tell one story, stories belong to topics, and a few dozen of
the directions carry most of the variance. A query is the core of a story with noise: its nearest passage has
a cosine of about .95, its tenth .92 and its hundredth .87.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import Measurement, seconds
from indexer.semantic.sign_scan import nearest_rows
from indexer.semantic.vector_files import signs
from indexer.semantic.vector_writer import VectorBlock, VectorWriter
from indexer.semantic.vectors import VectorIndex, quantize

Float = NDArray[np.float32]

PASSAGES, DIMENSION = 1_000_000, 384
_QUERIES, _FOUND, _LIMIT = 40, 10, 200
_BLOCK = 50_000
_STORY, _TOPICS = 12, 300
_FEWER = 100_000  # passages of the comparison of centres
_CENTRED_ON = 2_000


class Archive:
    """Makes the vectors of passages, block by block, and queries for them."""

    def __init__(self, passages: int) -> None:
        self._dice = np.random.default_rng(1)
        spread = (1 + np.arange(DIMENSION)) ** -0.35
        rotation = np.linalg.qr(self._dice.standard_normal((DIMENSION, DIMENSION)))[0]
        self._spread = (spread[:, None] / np.linalg.norm(spread) * rotation).astype(np.float32)
        common = self._dice.standard_normal(DIMENSION)
        self._common = (1.7 * common / np.linalg.norm(common)).astype(np.float32)
        topics, self._stories = self._normal(_TOPICS), self._normal(passages // _STORY + 1)
        of_topic = self._dice.integers(0, _TOPICS, len(self._stories))
        self._stories = 0.6 * self._stories + 0.5 * topics[of_topic]
        self.passages = passages

    def _normal(self, count: int) -> Float:
        made: Float = self._dice.standard_normal((count, DIMENSION), dtype=np.float32) @ self._spread
        return made

    def blocks(self) -> Iterator[Float]:
        """Yield unit vectors [passages, dimension]."""
        for _ in range(0, self.passages, _BLOCK):
            of_story = self._dice.integers(0, len(self._stories), _BLOCK)
            noise = self._dice.uniform(0.15, 0.7, (_BLOCK, 1)).astype(np.float32) * self._normal(_BLOCK)
            yield _unit(self._common + self._stories[of_story] + noise)

    def queries(self, count: int) -> Float:
        """Return unit vectors [count, dimension]."""
        of_story = self._dice.integers(0, len(self._stories), count)
        return _unit(0.97 * self._common + 0.8 * self._stories[of_story] + 0.5 * self._normal(count))


def _unit(vectors: Float) -> Float:
    unit: Float = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


class _Nearest:
    """The exact nearest passages of some queries, by their float vectors."""

    def __init__(self, queries: Float) -> None:
        self._queries = queries
        self._seen = 0
        self._cosines = np.empty((0, len(queries)), dtype=np.float32)
        self._rows = np.empty((0, len(queries)), dtype=np.int64)

    def add(self, vectors: Float) -> None:
        """Take the next passages."""
        cosines = np.concatenate([self._cosines, vectors @ self._queries.T])
        new = np.arange(self._seen, self._seen + len(vectors))[:, None]
        rows = np.concatenate([self._rows, np.broadcast_to(new, (len(new), len(self._queries)))])
        best = np.argpartition(-cosines, _FOUND, axis=0)[:_FOUND]
        self._cosines, self._rows = (np.take_along_axis(array, best, axis=0) for array in (cosines, rows))
        self._seen += len(vectors)

    def recall(self, found: Callable[[Float], NDArray[np.int64]]) -> float:
        """Return the share of the nearest passages that are among the rows that `found` returns."""
        hits = [len({*found(query).tolist()} & {*rows.tolist()}) for query, rows in self._asked()]
        return sum(hits) / (_FOUND * len(self._queries))

    def _asked(self) -> Iterator[tuple[Float, NDArray[np.int64]]]:
        return zip(self._queries, self._rows.T, strict=True)


def rows() -> list[Measurement]:
    """Return searches per second (the median of some) with and without filters, and recalls."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(PASSAGES)
        queries = archive.queries(_QUERIES)
        nearest = _Nearest(queries)
        with VectorWriter(Path(folder) / "vectors", DIMENSION) as writer:
            for number, vectors in enumerate(archive.blocks()):
                nearest.add(vectors)
                writer.append(_as_articles(vectors, number * _BLOCK))
            writer.commit()
        index = VectorIndex(Path(folder) / "vectors", PASSAGES)
        return [*_speeds(index, queries), *_recalls(index, nearest), _centre()]


def _as_articles(vectors: Float, first: int) -> VectorBlock:
    count = len(vectors)
    owners = np.arange(first, first + count, dtype=np.int32)
    spans, digests = np.zeros((count, 2), dtype=np.int32), np.zeros((count, 16), dtype=np.uint8)
    return VectorBlock(owners, spans, digests, *quantize(vectors))


def _speeds(index: VectorIndex, queries: Float) -> Iterator[Measurement]:
    codes = np.random.default_rng(2).integers(0, 2**63, (DIMENSION // 64, PASSAGES), dtype=np.uint64)
    whole = _median(lambda query: index.search(query, None, _LIMIT), queries)
    read = seconds(lambda: codes.sum())
    name = f"vector search, {PASSAGES:,} passages"
    yield Measurement(name, 1 / whole, 1 / read, "searches/s", "summing the sign codes")
    by_rows = np.ascontiguousarray(codes.T)
    plain = seconds(lambda: np.bitwise_count(by_rows ^ by_rows[0]).sum(axis=1, dtype=np.uint16))
    yield Measurement(f"{name}, beside rows", 1 / whole, 1 / plain, "searches/s", "scanning codes in rows")
    kept = np.random.default_rng(3).random(PASSAGES)
    for share in (0.01, 0.1, 0.5):
        allowed = kept < share
        filtered = _median(partial(index.search, allowed=allowed, limit=_LIMIT), queries)
        what = f"{name}, a filter keeps {share:.0%}"
        yield Measurement(what, 1 / filtered, 1 / whole, "searches/s", "the search without a filter")


def _median(search: Callable[[Float], object], queries: Float) -> float:
    """Return the median of the times of one search for each query, in seconds of one core."""
    times = []
    for query in (queries[0], *queries):
        start = time.thread_time()
        search(query)
        times.append(time.thread_time() - start)
    return statistics.median(times[1:])


def _recalls(index: VectorIndex, nearest: _Nearest) -> Iterator[Measurement]:
    recall = nearest.recall(lambda query: index.search(query, None, _LIMIT).rows[:_FOUND])
    yield Measurement(f"recall@{_FOUND} of {PASSAGES:,} passages", recall, 1.0, "", "float vectors")


def _centre() -> Measurement:
    """Compare the scan by signs from the mean of a few passages with that from the mean of all."""
    archive = Archive(_FEWER)
    nearest = _Nearest(archive.queries(_QUERIES))
    blocks = list(archive.blocks())
    for vectors in blocks:
        nearest.add(vectors)
    everything = np.concatenate(blocks)

    def recall(centre: Float) -> float:
        words = signs(everything - centre)
        columns = [np.ascontiguousarray(word) for word in words.T]
        return nearest.recall(lambda query: nearest_rows(columns, signs(query - centre), 400))

    few, all_of_them = recall(everything[:_CENTRED_ON].mean(axis=0)), recall(everything.mean(axis=0))
    what = f"the nearest {_FOUND} among 400 of {_FEWER:,} passages, centre of {_CENTRED_ON:,}"
    return Measurement(what, few, all_of_them, "", "centre of all")
