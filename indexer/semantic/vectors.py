"""The vector index: a search scans sign codes of all passages, then rescores the best with int8 vectors.

A code holds the signs of (vector - mean of the collection). The vectors of e5 all point in a similar
direction, and these centred signs still preserve their ranking. The search takes the few hundred passages
with the smallest Hamming distance and rescores them with int8 vectors. Measurements showed no loss. The index
needs no build time and is memory-mapped. `vector_files` says what is in which file.

Vectors may lag behind the articles: an article that has none yet is not found, and has no score.
"""

import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.errors import IndexCorrupt, IndexUnusable
from indexer.semantic.sign_scan import HIDDEN, nearest_rows
from indexer.semantic.vector_files import (
    Float,
    VectorCommit,
    centre_column,
    column_path,
    columns,
    commit_stamp,
    map_column,
    read_commit,
    sign_columns,
    signs,
)

# Passages to rescore for each requested article, and their minimum number. 200 of 100,000 were lossless for
# vectors of e5. We take more: several passages of one article compete, archives grow, and it is cheap.
_RESCORED_AN_ARTICLE = 5
_RESCORED_LEAST = 1_000
# Sampled passages. The error of a mean over this many is about a fiftieth of the standard deviation.
_SAMPLED = 2_048

Numbers = NDArray[np.int64]


def quantize(vectors: Float) -> tuple[NDArray[np.int8], Float]:
    """Return int8 codes [n, d] and scales [n] of float32 vectors [n, d]; the largest component is ±127."""
    largest = np.abs(vectors).max(axis=1)
    scales = (np.where(largest > 0, largest, 1.0) / 127).astype(np.float32)
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales


@dataclass(frozen=True, slots=True)
class Matches:
    """Article numbers, cosine scores, and the row of the passage with this score, all [found], best first."""

    numbers: Numbers
    scores: Float
    rows: Numbers


class VectorIndex:
    """The committed vectors of a generation, memory-mapped; safe to share between threads.

    It never changes: vectors that are committed later are seen by an index that is opened later. A row keeps
    its passage as long as the generation lives.
    """

    def __init__(self, directory: Path, articles: int) -> None:
        """Map the files. Passages of articles whose number is not below `articles` stay hidden.

        Raises:
            IndexUnusable: a file is missing, or shorter than the commit says.

        """
        self._directory = directory
        self._articles = articles
        self._map()

    def _map(self) -> None:
        self._stamp = commit_stamp(self._directory)
        try:
            self._map_committed(read_commit(self._directory))
        except IndexUnusable:
            if not self.is_outdated():
                raise
            # A writer has committed signs from another centre meanwhile, and removed those that we wanted.
            self._map()

    def _map_committed(self, commit: VectorCommit) -> None:
        self._commit = commit
        self._mapped = mapped = {
            name: map_column(self._directory, name, record, commit.passages)
            for name, record in columns(commit.dimension, commit.centre).items()
        }
        self.codes, self.scales, self.owners = mapped["codes"], mapped["scales"], mapped["owners"]
        self.digests, self._spans = mapped["digests"], mapped["spans"]
        self._signs = [mapped[name] for name in sign_columns(commit.dimension, commit.centre)]
        self._centre = np.zeros(commit.dimension, dtype=np.float32)
        if commit.passages:
            name = centre_column(commit.centre)
            mapped[name] = map_column(self._directory, name, np.dtype(("<f4", (commit.dimension,))), 1)
            self._centre = mapped[name][0]

    def is_outdated(self) -> bool:
        """Return whether something was committed since this index was opened; costs one look at a file."""
        return commit_stamp(self._directory) not in {None, self._stamp}

    def reopened(self) -> "VectorIndex":
        """Return the index with what was committed since."""
        return VectorIndex(self._directory, self._articles)

    def check(self) -> None:
        """Verify every committed byte against the checksums. This reads all files.

        Raises:
            IndexCorrupt: a file was altered.

        """
        for name, checksum in self._commit.checksums.items():
            if zlib.crc32(np.ascontiguousarray(self._mapped[name])) != checksum:
                path = column_path(self._directory, name)
                raise IndexCorrupt(f"{path}: altered since it was written; build the index again")
        if len(self.owners) and self.owners.min() < 0:
            raise IndexCorrupt(f"{self._directory}: a passage has no article; build the index again")

    def __len__(self) -> int:
        return self._commit.passages

    @property
    def articles(self) -> int:
        """The number of articles that have vectors."""
        return len(self._runs.numbers)

    @property
    def dimension(self) -> int:
        """The number of components of a vector."""
        return self._commit.dimension

    def holds(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Return which articles have vectors, [numbers]."""
        return self._runs.places(numbers)[1]

    def span(self, row: int) -> tuple[int, int]:
        """Return (start, end) of a passage in its article's running text."""
        start, end = self._spans[row]
        return int(start), int(end)

    def passage_vectors(self, number: int) -> Float:
        """Return the vectors [passages, dimension] of an article; none if it has no vectors yet."""
        return self._vectors(self._runs.rows(np.array([number])))

    def search(
        self,
        query: Float,
        allowed: NDArray[np.bool_] | None,
        limit: int,
        removed: Numbers | None = None,
    ) -> Matches:
        """Return the `limit` articles whose best passage is nearest to a unit query vector [dimension].

        `allowed` is a mask [articles], `removed` has article numbers; the search skips the passages of
        articles that are not allowed or are removed.
        """
        wanted = max(_RESCORED_LEAST, _RESCORED_AN_ARTICLE * limit)
        code = signs(query - self._centre)
        hidden = self._hidden(allowed, removed)
        if hidden is None:
            return self._best(query, nearest_rows(self._signs, code, wanted), limit)

        def hidden_rows(block: slice) -> NDArray[np.uint16]:
            return hidden.take(self.owners[block], mode="clip")

        return self._best(query, nearest_rows(self._signs, code, wanted, hidden_rows), limit)

    def _hidden(
        self, allowed: NDArray[np.bool_] | None, removed: Numbers | None
    ) -> NDArray[np.uint16] | None:
        """Return HIDDEN or 0 for each article, and HIDDEN for those behind the last one: [articles + 1]."""
        if allowed is None and (removed is None or not len(removed)) and not self._has_hidden_articles:
            return None
        hidden = np.zeros(self._articles + 1, dtype=np.uint16)
        hidden[-1] = HIDDEN
        if allowed is not None:
            np.multiply(~allowed, np.uint16(HIDDEN), out=hidden[:-1])
        if removed is not None:
            hidden[removed] = HIDDEN
        return hidden

    @cached_property
    def _has_hidden_articles(self) -> bool:
        return bool(len(self) and self.owners.max() >= self._articles)

    def scores(self, query: Float, numbers: Numbers) -> Matches:
        """Return the exact scores (without sign codes) of the articles with these numbers, best first.

        Articles without vectors are not in the result.
        """
        return self._best(query, self._runs.rows(numbers), len(numbers))

    def background(self, query: Float) -> tuple[float, float]:
        """Return the mean and standard deviation of the cosines of a unit query vector with all passages.

        Both are estimated from `_SAMPLED` passages at equal distances in the collection; (0, 0) without any.
        """
        if not len(self):
            return 0.0, 0.0
        cosines = self._sample @ query
        return float(cosines.mean()), float(cosines.std())

    @cached_property
    def _sample(self) -> Float:
        return self._vectors(
            np.unique(np.linspace(0, len(self) - 1, min(_SAMPLED, len(self))).astype(np.int64))
        )

    @cached_property
    def _runs(self) -> "_Runs":
        return _Runs(self.owners)

    def _vectors(self, rows: Numbers) -> Float:
        vectors: Float = self.codes[rows].astype(np.float32) * self.scales[rows, None]
        return vectors

    def _best(self, query: Float, rows: Numbers, limit: int) -> Matches:
        scores = (self.codes[rows].astype(np.float32) @ query) * self.scales[rows]
        order = np.lexsort((rows, -scores))
        rows, scores = rows[order], scores[order].astype(np.float32)
        # The rows are sorted by score, so the first row of each article is its best passage.
        owners = self.owners[rows].astype(np.int64)
        _, first = np.unique(owners, return_index=True)
        order = np.sort(first)[:limit]
        return Matches(owners[order], scores[order], rows[order])


class _Runs:
    """Finds the rows of an article: each has one run of rows, and the runs come in any order.

    `numbers` are the articles that have rows, ascending. Making this takes milliseconds for a million rows.
    """

    def __init__(self, owners: NDArray[np.int32]) -> None:
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        lengths = np.diff(starts, append=len(owners))
        order = np.argsort(owners[starts], kind="stable")
        self.numbers = owners[starts][order]
        self._starts, self._lengths = starts[order], lengths[order]

    def places(self, numbers: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
        """Return the index in `numbers` of each article, and whether it is there at all."""
        if not len(self.numbers):
            return np.zeros(len(numbers), dtype=np.int64), np.zeros(len(numbers), dtype=np.bool_)
        places = np.minimum(np.searchsorted(self.numbers, numbers), len(self.numbers) - 1)
        return places, self.numbers[places] == numbers

    def rows(self, numbers: Numbers) -> Numbers:
        """Return the rows of all these articles, one article after the other."""
        places, there = self.places(numbers)
        starts, lengths = self._starts[places[there]], self._lengths[places[there]]
        ends = np.cumsum(lengths)
        rows: Numbers = np.repeat(starts - ends + lengths, lengths) + np.arange(ends[-1] if len(ends) else 0)
        return rows
