"""The near-duplicate clusters of a generation on disk. Articles are appended when the generation changes.

| file | type and shape | content |
| --- | --- | --- |
| `clusters.i64` | int64 [articles] | the number of the first article of each article's cluster |
| `sketches.u32` | uint32 [articles, BANDS] | the sketch of each article, to find its near-duplicates |

Both are little-endian and memory-mapped. A removed article keeps its place, and a cluster its name.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.errors import IndexCorrupt, unreadable
from indexer.near_duplicates import (
    BANDS,
    Clusters,
    Shingles,
    Sketches,
    are_near_duplicates,
    sharing,
    sketch,
)

_CLUSTERS, _SKETCHES = "clusters.i64", "sketches.u32"
_CLUSTER, _BAND = np.dtype("<i8"), np.dtype("<u4")


def write_clusters(directory: Path, clusters: Clusters, sketches: Sketches) -> None:
    """Write the clusters, int64 [articles], and sketches, uint32 [articles, BANDS], into a new folder."""
    directory.mkdir()
    (directory / _CLUSTERS).write_bytes(clusters.astype(_CLUSTER).tobytes())
    (directory / _SKETCHES).write_bytes(sketches.astype(_BAND).tobytes())


class NearDuplicateClusters:
    """The near-duplicate clusters of a number of articles, memory-mapped; safe to share between threads."""

    def __init__(self, directory: Path, articles: int) -> None:
        """Map the clusters of the first `articles` articles.

        Raises:
            IndexCorrupt: the file is missing, or holds fewer.

        """
        self._path = directory / _CLUSTERS
        self._clusters: Clusters = _mapped(self._path, _CLUSTER, articles)

    def members(self, number: int) -> NDArray[np.int64]:
        """Return the numbers of all articles in the cluster of an article, including itself, ascending."""
        return np.flatnonzero(self._clusters == self._clusters[number])

    def clusters(self, numbers: NDArray[np.int64]) -> Clusters:
        """Return the number of the first article in the cluster of each article, int64 [numbers]."""
        return self._clusters[numbers]

    def verify(self) -> None:
        """Raise IndexCorrupt unless every article points to itself or to an earlier one that does so."""
        clusters, numbers = self._clusters, np.arange(len(self._clusters))
        if (clusters < 0).any() or (clusters > numbers).any() or (clusters[clusters] != clusters).any():
            raise IndexCorrupt(f"{self._path}: holds no clusters; build the index again")


class NearDuplicateWriter:
    """Appends articles to the clusters of a generation.

    `shingles_of` returns the shingles of the article with the given number.
    """

    def __init__(self, directory: Path, articles: int, shingles_of: Callable[[int], Shingles]) -> None:
        """Open the files after their first `articles` articles, and cut off what lies behind.

        Raises:
            IndexCorrupt: a file is missing, or holds fewer.

        """
        self._shingles_of = shingles_of
        self._known: Sketches = _mapped(directory / _SKETCHES, _BAND, articles * BANDS).reshape(-1, BANDS)
        self._clusters = _mapped(directory / _CLUSTERS, _CLUSTER, articles).tolist()
        self._sketches: list[NDArray[np.uint32]] = []
        self._paths = directory / _CLUSTERS, directory / _SKETCHES
        for path, size in zip(self._paths, (_CLUSTER.itemsize, BANDS * _BAND.itemsize), strict=True):
            os.truncate(path, articles * size)
        self._written = articles

    def append(self, found: Shingles) -> None:
        """Append the next article, whose shingles these are."""
        mine = sketch(found)
        own = len(self._clusters)
        candidates = [*sharing(self._known, mine).tolist()]
        if self._sketches:
            candidates += (sharing(np.array(self._sketches), mine) + len(self._known)).tolist()
        firsts = dict.fromkeys(self._clusters[candidate] for candidate in candidates)
        near = (first for first in firsts if are_near_duplicates(self._shingles_of(first), found))
        self._clusters.append(next(near, own))
        self._sketches.append(mine)

    def sync(self) -> None:
        """Write the appended articles durably to the disk."""
        clusters = np.array(self._clusters[self._written :], dtype=_CLUSTER)
        sketches = np.array(self._sketches[self._written - len(self._known) :], dtype=_BAND)
        appended: tuple[NDArray[Any], ...] = clusters, sketches
        for path, new in zip(self._paths, appended, strict=True):
            with path.open("ab") as file:
                file.write(new.tobytes())
                file.flush()
                os.fsync(file.fileno())
        self._written = len(self._clusters)


def _mapped(path: Path, kind: np.dtype[Any], count: int) -> NDArray[Any]:
    try:
        if path.stat().st_size < count * kind.itemsize:
            raise IndexCorrupt(f"{path}: is too short; build the index again")
        # An empty file cannot be memory-mapped.
        return np.memmap(path, kind, mode="r", shape=(count,)) if count else np.empty(0, dtype=kind)
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error
