"""Finds near-duplicates: one text from several agencies, under another headline, shortened or respelt.

A shingle is a sequence of three words of the folded text without the headline. Two articles are
near-duplicates if their sets of shingles resemble each other, or if one set nearly contains the other and is
at most three times as large. MinHash with bands (Broder, 1997; Leskovec, Rajaraman and Ullman, Mining of
Massive Datasets, chapter 3) finds candidate pairs; the finder then compares the shingles of the two texts
themselves. An article joins the cluster of the earliest article that it is a near-duplicate of. Every member
of a cluster is therefore a near-duplicate of the first member.

A cluster is named after its first article: each article has the number of the first article of its cluster.
Most articles are alone in their cluster, so this is their own number.
"""

from array import array
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from indexer.keyword.engine import Document

Shingles = NDArray[np.uint32]
Clusters = NDArray[np.int64]
Sketch = NDArray[np.uint32]
Sketches = NDArray[np.uint32]

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
BANDS, _ROWS = 42, 3
_AGREEING = 2
_PAIR = 2**32
_CHECKED = 65_536
_KEPT = 4_096
# Words whose hashes are kept, and shingles that are hashed at once: limits of memory.
_HASHED = 200_000
_AT_ONCE = 4_096

_HALF = np.uint64(32)
_ODD = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)
# The hash functions of MinHash, by multiply-shift (Dietzfelbinger and others, 1997): h(x) is the upper half
# of factor · x + summand. The stored sketches depend on them.
_DICE = np.random.default_rng(1997)
_FACTORS, _SUMMANDS = _DICE.integers(1 << 64, size=(2, BANDS * _ROWS), dtype=np.uint64, endpoint=False)


def shingles(document: Document) -> Shingles:
    """Return the distinct hashes [shingles], ascending, of all three-word sequences outside the headline."""
    tokens = zip(document.positions, document.words, strict=True)
    after_title = list(islice(tokens, document.title_tokens, None))
    words = list(dict(reversed(after_title)).values())[::-1]
    hashes = np.fromiter(map(_WORD_HASHES.__getitem__, words), dtype=np.uint64, count=len(words))
    runs = max(len(words) - _WORDS_A_SHINGLE + 1, 0)
    mixed = sum((hashes[start : start + runs] * odd for start, odd in enumerate(_ODD)), start=np.uint64())
    return np.unique((mixed >> _HALF).astype(np.uint32))


class _WordHashes(dict[str, int]):
    """The 32-bit hash of each word, computed when first needed."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _HASHED:
            self.clear()
        code = self[word] = crc32(word.encode())
        return code


_WORD_HASHES = _WordHashes()


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


def sketch(found: Shingles) -> Sketch:
    """Return one hash for each band of the MinHash of a text, uint32 [BANDS]; zeros for a text too short."""
    if len(found) < SHORTEST:
        return np.zeros(BANDS, dtype=np.uint32)
    lowest = np.full(BANDS * _ROWS, np.iinfo(np.uint64).max, dtype=np.uint64)
    for start in range(0, len(found), _AT_ONCE):
        some = found[start : start + _AT_ONCE].astype(np.uint64)
        np.minimum(lowest, (_FACTORS[:, None] * some + _SUMMANDS[:, None]).min(axis=1), out=lowest)
    rows = (lowest >> _HALF).reshape(BANDS, _ROWS)
    # One 32-bit number a band; two different bands collide once in four thousand million cases.
    mixed: Sketch = ((rows * _ODD).sum(axis=1, dtype=np.uint64) >> _HALF).astype(np.uint32)
    return mixed


def sharing(sketches: Sketches, one: Sketch) -> NDArray[np.int64]:
    """Return the places of the sketches that agree with `one` in enough bands, ascending."""
    if not one.any():
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(np.count_nonzero(sketches == one, axis=1) >= _AGREEING)


class NearDuplicateFinder:
    """Sketches the articles on their way into the keyword index, then finds their near-duplicate clusters.

    It needs 168 bytes of memory an article.
    """

    def __init__(self) -> None:
        self._sketches = array("I")

    def watch(self, documents: Iterator[Document]) -> Iterator[Document]:
        """Yield the documents unchanged, and sketch each one. They must come in order of their numbers."""
        for document in documents:
            self.add(shingles(document))
            yield document

    def add(self, found: Shingles) -> None:
        """Sketch the next article, whose shingles these are."""
        self._sketches.frombytes(sketch(found).tobytes())

    def append(self, sketches: Sketches) -> None:
        """Add the sketches of the next articles, uint32 [articles, BANDS]."""
        self._sketches.frombytes(sketches.tobytes())

    @property
    def sketches(self) -> Sketches:
        """The sketches so far, uint32 [articles, BANDS]."""
        return np.frombuffer(self._sketches, dtype=np.uint32).reshape(-1, BANDS)

    def clusters(self, shingles_of: Callable[[int], Shingles]) -> Clusters:
        """Return the clusters. `shingles_of` returns the shingles of the article with the given number."""
        kept = lru_cache(_KEPT)(shingles_of)
        clusters = np.arange(len(self.sketches), dtype=np.int64)
        for later, earlier in self._candidates():
            first = int(clusters[earlier])
            if clusters[later] == later and are_near_duplicates(kept(first), kept(later)):
                clusters[later] = first
        return clusters

    def _candidates(self) -> Iterator[tuple[int, int]]:
        """Yield the candidate pairs of articles as (later, earlier), ascending."""
        bands = self.sketches
        usable = np.flatnonzero(bands.any(axis=1))
        found: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        for band in range(BANDS):
            found = np.union1d(found, _sharing(bands[usable, band], usable))
        for start in range(0, len(found), _CHECKED):
            later, earlier = np.divmod(found[start : start + _CHECKED], _PAIR)
            agreeing = np.count_nonzero(bands[later] == bands[earlier], axis=1) >= _AGREEING
            yield from zip(later[agreeing].tolist(), earlier[agreeing].tolist(), strict=True)


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
