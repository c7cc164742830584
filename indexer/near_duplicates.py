"""Finds near-duplicates: one text from several agencies, under another headline, shortened or respelt.

A shingle is a sequence of three words of the folded text without the headline. Two articles are
near-duplicates if their sets of shingles resemble each other, or if one set nearly contains the other and is
at most three times as large. MinHash with bands (Broder, 1997; Leskovec, Rajaraman and Ullman, Mining of
Massive Datasets, chapter 3) finds candidate pairs; the finder then compares the shingles of the two texts
themselves. An article joins the cluster of the earliest article that it is a near-duplicate of. Every member
of a cluster is therefore a near-duplicate of the first member.

The file `clusters.npy`, int64 [articles], holds for each article the number of the first article of its
cluster. Most articles are alone in their cluster, so this is their own number.
"""

from array import array
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from indexer.errors import IndexCorrupt, unreadable
from indexer.keyword.engine import Document

Shingles = NDArray[np.uint32]
Clusters = NDArray[np.int64]

# Near-duplicates have a Jaccard resemblance of at least RESEMBLANCE. For a shortened text
# RESEMBLANCE_SHORTENED is enough, if the longer text contains at least the share CONTAINED of its shingles.
# The thresholds were measured with benchmarks/near_duplicates.py.
RESEMBLANCE = 0.55
RESEMBLANCE_SHORTENED = 1 / 3
CONTAINED = 0.9
# Minimum shingles of a text: shorter ones (captions, photo reports) have too few to compare.
SHORTEST = 20
_WORDS_A_SHINGLE = 3
# 42 bands of 3 hashes. At least two bands agree in 97 of 100 pairs of texts with a resemblance of .5, but in
# none of 10,000 pairs with .05, which two reports on one subject have.
_BANDS, _ROWS = 42, 3
_AGREEING = 2
_PAIR = 2**32
_CHECKED = 65_536
_KEPT = 4_096
_FILE = "clusters.npy"


def shingles(document: Document) -> Shingles:
    """Return the distinct hashes [shingles], ascending, of all three-word sequences outside the headline."""
    tokens = zip(document.positions, document.words, strict=True)
    after_title = list(islice(tokens, document.title_tokens, None))
    words = list(dict(reversed(after_title)).values())[::-1]
    runs = zip(*(words[start:] for start in range(_WORDS_A_SHINGLE)), strict=False)
    return np.unique(np.array([crc32(" ".join(run).encode()) for run in runs], dtype=np.uint32))


class Overlap(NamedTuple):
    """The shared shingles of two texts, as shares (0 to 1) of the smaller set and of the union (Jaccard)."""

    contained: float
    resemblance: float


def overlap(one: Shingles, other: Shingles) -> Overlap:
    """Return the overlap of two texts; it is zero if one of them has no shingles."""
    smaller = min(len(one), len(other))
    if not smaller:
        return Overlap(0.0, 0.0)
    common = len(np.intersect1d(one, other, assume_unique=True))
    return Overlap(common / smaller, common / (len(one) + len(other) - common))


def are_near_duplicates(one: Shingles, other: Shingles) -> bool:
    """Return whether two texts are near-duplicates."""
    if min(len(one), len(other)) < SHORTEST:
        return False
    found = overlap(one, other)
    if found.resemblance >= RESEMBLANCE:
        return True
    return found.contained >= CONTAINED and found.resemblance >= RESEMBLANCE_SHORTENED


class NearDuplicateFinder:
    """Sketches the articles on their way into the keyword index, then finds their near-duplicate clusters.

    It needs 168 bytes of memory an article.
    """

    def __init__(self) -> None:
        from datasketch import MinHash

        self._empty = MinHash(num_perm=_BANDS * _ROWS, hashfunc=int)
        self._bands = array("I")
        self._long_enough = array("b")

    def watch(self, documents: Iterator[Document]) -> Iterator[Document]:
        """Yield the documents unchanged, and sketch each one. They must come in order of their numbers."""
        for document in documents:
            self._sketch(shingles(document))
            yield document

    def _sketch(self, found: Shingles) -> None:
        sketch = self._empty.copy()
        sketch.update_batch(found.tolist())
        rows = sketch.hashvalues.astype(np.uint64).reshape(_BANDS, _ROWS)
        # One 32-bit number a band; two different bands collide once in four thousand million cases.
        mixed = (rows * _ODD).sum(axis=1, dtype=np.uint64) >> np.uint64(32)
        self._bands.frombytes(mixed.astype(np.uint32).tobytes())
        self._long_enough.append(len(found) >= SHORTEST)

    def clusters(self, shingles_of: Callable[[int], Shingles]) -> Clusters:
        """Return the clusters. `shingles_of` returns the shingles of the article with the given number."""
        kept = lru_cache(_KEPT)(shingles_of)
        clusters = np.arange(len(self._long_enough), dtype=np.int64)
        for later, earlier in self._candidates():
            first = int(clusters[earlier])
            if clusters[later] == later and are_near_duplicates(kept(first), kept(later)):
                clusters[later] = first
        return clusters

    def _candidates(self) -> Iterator[tuple[int, int]]:
        """Yield the candidate pairs of articles as (later, earlier), ascending."""
        bands = np.frombuffer(self._bands, dtype=np.uint32).reshape(-1, _BANDS)
        usable = np.flatnonzero(np.frombuffer(self._long_enough, dtype=np.int8))
        found: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        for band in range(_BANDS):
            found = np.union1d(found, _sharing(bands[usable, band], usable))
        for start in range(0, len(found), _CHECKED):
            later, earlier = np.divmod(found[start : start + _CHECKED], _PAIR)
            agreeing = np.count_nonzero(bands[later] == bands[earlier], axis=1) >= _AGREEING
            yield from zip(later[agreeing].tolist(), earlier[agreeing].tolist(), strict=True)


_ODD = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)


def _sharing(keys: NDArray[np.uint32], numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return pairs [n] of article numbers with the same key, encoded as later · 2^32 + earlier.

    Each article is paired with the first article that has its key, and with the last one before itself. If
    thousands of articles share a text, this costs only two pairs an article.
    """
    order = np.argsort(keys, kind="stable")
    same = keys[order][1:] == keys[order][:-1]
    starts = np.maximum.accumulate(np.where(np.concatenate(([True], ~same)), np.arange(len(order)), 0))
    later = np.flatnonzero(np.concatenate(([False], same)))
    ranked = numbers[order]
    return np.concatenate([ranked[later] * _PAIR + ranked[earlier] for earlier in (starts[later], later - 1)])


def write_clusters(directory: Path, clusters: Clusters) -> None:
    """Write the clusters, int64 [articles], into a new folder."""
    directory.mkdir()
    np.save(directory / _FILE, clusters, allow_pickle=False)


class NearDuplicateClusters:
    """The near-duplicate clusters of a generation; safe to share between threads."""

    def __init__(self, directory: Path, articles: int) -> None:
        """Read the clusters of this number of articles.

        Raises:
            IndexCorrupt: the file is missing, or does not hold valid clusters of this number of articles.

        """
        path = directory / _FILE
        try:
            clusters = np.load(path, allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise unreadable(path, error) from error
        if not _are_clusters(clusters, articles):
            raise IndexCorrupt(f"{path}: holds no clusters of {articles} articles; build the index again")
        self._clusters: Clusters = clusters

    def members(self, number: int) -> NDArray[np.int64]:
        """Return the numbers of all articles in the cluster of an article, including itself, ascending."""
        return np.flatnonzero(self._clusters == self._clusters[number])

    def clusters(self, numbers: NDArray[np.int64]) -> Clusters:
        """Return the number of the first article in the cluster of each article, int64 [numbers]."""
        return self._clusters[numbers]


def _are_clusters(clusters: NDArray[np.int64], articles: int) -> bool:
    """Return whether every article points to itself or to an earlier one that points to itself."""
    if clusters.shape != (articles,) or clusters.dtype != np.int64 or (articles and clusters.min() < 0):
        return False
    numbers = np.arange(articles)
    return bool((clusters <= numbers).all() and (clusters[clusters] == clusters).all())
