"""The vector index: a search scans sign-bit codes of all passages, then rescores the best with int8 vectors.

A code holds the signs of (vector - mean of the collection). The vectors of e5 all point in a similar
direction, and these centred signs still preserve their ranking. The search takes the few hundred passages
with the smallest Hamming distance and rescores them with int8 vectors. Measurements showed no loss. The index
needs no build time and is memory-mapped. All files are in numpy's format:

| file | type and shape | content |
| --- | --- | --- |
| `codes.npy` | int8 [passages, dimension] | vector = code * scale |
| `scales.npy` | float32 [passages] | |
| `signs.npy` | uint8 [passages, dimension / 8] | |
| `centre.npy` | float32 [dimension] | |
| `articles.npy` | int64 [articles + 1] | article n has the rows articles[n] to articles[n + 1] |
| `spans.npy` | int32 [passages, 2] | start and end offsets in the article's running text |
| `digests.npy` | uint8 [passages, 16] | content hash of the embedded text |
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.errors import IndexCorrupt, unreadable

# Passages to rescore for each requested article, and their minimum number. 200 of 100,000 were lossless; we
# take more, because several passages of one article compete.
_RESCORED_AN_ARTICLE = 4
_RESCORED_LEAST = 400
# Sampled passages. The error of a mean over this many is about a fiftieth of the standard deviation.
_SAMPLED = 2_048
DIGEST_BYTES = 16
_BITS = 8
_FILES = ("codes", "scales", "signs", "centre", "articles", "spans", "digests")

Float = NDArray[np.float32]


def quantize(vectors: Float) -> tuple[NDArray[np.int8], Float]:
    """Return int8 codes [n, d] and scales [n] of float32 vectors [n, d]; the largest component is ±127."""
    largest = np.abs(vectors).max(axis=1)
    scales = (np.where(largest > 0, largest, 1.0) / 127).astype(np.float32)
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales


@dataclass(frozen=True, slots=True)
class Matches:
    """Article numbers, cosine scores, and the row of the passage with this score, all [found], best first."""

    numbers: NDArray[np.int64]
    scores: Float
    rows: NDArray[np.int64]


def write_vectors(
    directory: Path,
    codes: NDArray[np.int8],
    scales: Float,
    articles: NDArray[np.int64],
    spans: NDArray[np.int32],
    digests: NDArray[np.uint8],
) -> None:
    """Write the files of a vector index. The module's docstring states their shapes and types."""
    centre = _mean(codes, scales)
    signs = np.empty((len(codes), -(-codes.shape[1] // _BITS)), dtype=np.uint8)
    for start, stop in _blocks(len(codes)):
        signs[start:stop] = _signs(codes[start:stop] * scales[start:stop, None] - centre)
    arrays: tuple[NDArray[Any], ...] = (codes, scales, signs, centre, articles, spans, digests)
    for name, array in zip(_FILES, arrays, strict=True):
        np.save(directory / f"{name}.npy", array, allow_pickle=False)


def _mean(codes: NDArray[np.int8], scales: Float) -> Float:
    total = np.zeros(codes.shape[1])
    for start, stop in _blocks(len(codes)):
        total += (codes[start:stop] * scales[start:stop, None]).sum(axis=0, dtype=np.float64)
    return (total / max(len(codes), 1)).astype(np.float32)


def _signs(centred: Float) -> NDArray[np.uint8]:
    return np.packbits(centred > 0, axis=-1)


def _blocks(count: int, size: int = 65_536) -> list[tuple[int, int]]:
    return [(start, min(start + size, count)) for start in range(0, count, size)]


class VectorIndex:
    """A vector index open for reading, memory-mapped; safe to share between threads."""

    def __init__(self, directory: Path) -> None:
        """Map the files.

        Raises:
            IndexCorrupt: a file is missing or its shape does not fit the others.

        """
        arrays = {}
        for name in _FILES:
            path = directory / f"{name}.npy"
            try:
                arrays[name] = np.load(path, mmap_mode="r", allow_pickle=False)
            except (OSError, ValueError, EOFError) as error:
                raise unreadable(path, error) from error
        self.codes, self.scales, self._signs = arrays["codes"], arrays["scales"], arrays["signs"]
        self._centre = np.asarray(arrays["centre"])
        self._first_rows = np.asarray(arrays["articles"])
        self._spans, self.digests = arrays["spans"], arrays["digests"]
        if {name: (array.shape, array.dtype) for name, array in arrays.items()} != self._expected():
            raise IndexCorrupt(f"{directory}: the vector files do not belong together; build the index again")
        self._owners = np.repeat(np.arange(len(self._first_rows) - 1), np.diff(self._first_rows))

    def _expected(self) -> dict[str, tuple[tuple[int, ...], np.dtype[Any]]]:
        """Return the shape and type that each file must have, given the codes and the articles' first rows.

        Return {} if the first rows themselves are invalid.
        """
        rows, dimension = self.codes.shape if self.codes.ndim == 2 else (0, 0)
        offsets = self._first_rows
        if (
            offsets.ndim != 1
            or not len(offsets)
            or offsets[0] != 0
            or offsets[-1] != rows
            or (np.diff(offsets) < 0).any()
        ):
            return {}
        return {
            "codes": ((rows, dimension), np.dtype(np.int8)),
            "scales": ((rows,), np.dtype(np.float32)),
            "signs": ((rows, -(-dimension // _BITS)), np.dtype(np.uint8)),
            "centre": ((dimension,), np.dtype(np.float32)),
            "articles": (offsets.shape, np.dtype(np.int64)),
            "spans": ((rows, 2), np.dtype(np.int32)),
            "digests": ((rows, DIGEST_BYTES), np.dtype(np.uint8)),
        }

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def articles(self) -> int:
        """The number of articles."""
        return len(self._first_rows) - 1

    @property
    def dimension(self) -> int:
        """The number of components of a vector."""
        return int(self.codes.shape[1])

    def span(self, row: int) -> tuple[int, int]:
        """Return (start, end) of a passage in its article's running text."""
        start, end = self._spans[row]
        return int(start), int(end)

    def passage_vectors(self, number: int) -> Float:
        """Return the vectors [passages, dimension] of an article."""
        rows = slice(self._first_rows[number], self._first_rows[number + 1])
        vectors: Float = self.codes[rows].astype(np.float32) * self.scales[rows, None]
        return vectors

    def search(self, query: Float, allowed: NDArray[np.bool_] | None, limit: int) -> Matches:
        """Return the `limit` articles whose best passage is nearest to a unit query vector [dimension].

        `allowed` is a mask [articles]; the search ignores the passages of all other articles.
        """
        rows = np.arange(len(self)) if allowed is None else np.flatnonzero(allowed[self._owners])
        wanted = max(_RESCORED_LEAST, _RESCORED_AN_ARTICLE * limit)
        if len(rows) > wanted:
            distances = self._distances(query, None if allowed is None else rows)
            rows = rows[np.argpartition(distances, wanted)[:wanted]]
        return self._best(query, rows, limit)

    def scores(self, query: Float, numbers: NDArray[np.int64]) -> Matches:
        """Return the exact scores (without sign-bit codes) of the articles with these numbers, best first."""
        slices = [np.arange(self._first_rows[number], self._first_rows[number + 1]) for number in numbers]
        rows = np.concatenate(slices) if slices else np.empty(0, dtype=np.int64)
        return self._best(query, rows, len(numbers))

    def background(self, query: Float) -> tuple[float, float]:
        """Return the mean and standard deviation of the cosines of a unit query vector with all passages.

        Both are estimated from `_SAMPLED` passages at equal distances in the collection.
        """
        cosines = self._sample @ query
        return float(cosines.mean()), float(cosines.std())

    @cached_property
    def _sample(self) -> Float:
        rows = np.unique(np.linspace(0, len(self) - 1, min(_SAMPLED, len(self))).astype(np.int64))
        sample: Float = self.codes[rows].astype(np.float32) * self.scales[rows, None]
        return sample

    def _cosines(self, query: Float, rows: NDArray[np.int64]) -> Float:
        cosines: Float = (self.codes[rows].astype(np.float32) @ query) * self.scales[rows]
        return cosines

    def _distances(self, query: Float, rows: NDArray[np.int64] | None) -> NDArray[np.uint16]:
        code = _signs(query - self._centre)
        signs = self._signs if rows is None else self._signs[rows]
        distances = np.empty(len(signs), dtype=np.uint16)
        for start, stop in _blocks(len(signs)):
            distances[start:stop] = np.bitwise_count(signs[start:stop] ^ code).sum(axis=1, dtype=np.uint16)
        return distances

    def _best(self, query: Float, rows: NDArray[np.int64], limit: int) -> Matches:
        scores = self._cosines(query, rows)
        order = np.lexsort((rows, -scores))
        rows, scores = rows[order], scores[order].astype(np.float32)
        # The rows are sorted by score, so the first row of each article is its best passage.
        _, first = np.unique(self._owners[rows], return_index=True)
        order = np.sort(first)[:limit]
        return Matches(self._owners[rows[order]].astype(np.int64), scores[order], rows[order])
