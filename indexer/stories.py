"""Copies of a story: one text from several agencies, under another headline, shortened or spelt otherwise.

Two articles are copies when the sets of their shingles (three words in a row of the folded text, the headline
left out) are much alike, or when the smaller is nearly contained in one that is at most three times as
large. Found by MinHash and bands (Broder, 1997; Leskovec, Rajaraman and Ullman, Mining of Massive
Datasets, chapter 3), then checked on the texts themselves. An article joins the group of the earliest article
that it is a copy of, so that every member of a group is a copy of the group's first.

File `groups.npy`, int64 [articles]: the number of the first article of each one's group, its own for most.
"""

from array import array
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from indexer.errors import IndexCorrupt
from indexer.keyword.documents import TITLE, WORDS
from indexer.keyword.engine import Document

Shingles = NDArray[np.uint32]
Groups = NDArray[np.int64]

# Copies resemble each other (Jaccard) at least by the first number; or, one being shortened, by the second,
# and the shorter is contained in the longer by the third. Measured with benchmarks/copies.py.
RESEMBLANCE = 0.55
RESEMBLANCE_SHORTENED = 1 / 3
CONTAINED = 0.9
# Shorter texts (captions, photo reports) tell too little.
SHORTEST = 20
_WORDS_A_SHINGLE = 3
# 42 bands of 3 hashes: of two texts that resemble each other by .5, two bands agree in 97 of 100 cases; by
# .05, as two reports on one subject do, in none of 10,000.
_BANDS, _ROWS = 42, 3
_AGREEING = 2
_PAIR = 2**32
_CHECKED = 65_536
_KEPT = 4_096
_FILE = "groups.npy"


def shingles(document: Document) -> Shingles:
    """Return the distinct hashes [shingles], ascending, of all three words in a row but the headline's."""
    postings = document.streams[WORDS][len(document.streams[TITLE]) :]
    words = list({posting.position: posting.text for posting in reversed(postings)}.values())[::-1]
    runs = zip(*(words[start:] for start in range(_WORDS_A_SHINGLE)), strict=False)
    return np.unique(np.array([crc32(" ".join(run).encode()) for run in runs], dtype=np.uint32))


class Overlap(NamedTuple):
    """What two texts share: of the smaller set of shingles (0 to 1), and of both together (Jaccard)."""

    contained: float
    resemblance: float


def overlap(one: Shingles, other: Shingles) -> Overlap:
    """Return how far two texts overlap; nothing for one without shingles."""
    smaller = min(len(one), len(other))
    if not smaller:
        return Overlap(0.0, 0.0)
    common = len(np.intersect1d(one, other, assume_unique=True))
    return Overlap(common / smaller, common / (len(one) + len(other) - common))


def are_copies(one: Shingles, other: Shingles) -> bool:
    """Tell whether two texts are copies."""
    if min(len(one), len(other)) < SHORTEST:
        return False
    found = overlap(one, other)
    if found.resemblance >= RESEMBLANCE:
        return True
    return found.contained >= CONTAINED and found.resemblance >= RESEMBLANCE_SHORTENED


class StoryFinder:
    """Sketches articles on their way into the keyword index, and then finds which are copies.

    It keeps 168 bytes an article.
    """

    def __init__(self) -> None:
        from datasketch import MinHash

        self._empty = MinHash(num_perm=_BANDS * _ROWS, hashfunc=int)
        self._bands = array("I")
        self._long_enough = array("b")

    def watch(self, documents: Iterator[Document]) -> Iterator[Document]:
        """Pass all documents on, in order of their number."""
        for document in documents:
            self._sketch(shingles(document))
            yield document

    def _sketch(self, found: Shingles) -> None:
        sketch = self._empty.copy()
        sketch.update_batch(found.tolist())
        rows = sketch.hashvalues.astype(np.uint64).reshape(_BANDS, _ROWS)
        # One number a band; bands that differ may share it once in four thousand million.
        mixed = (rows * _ODD).sum(axis=1, dtype=np.uint64) >> np.uint64(32)
        self._bands.frombytes(mixed.astype(np.uint32).tobytes())
        self._long_enough.append(len(found) >= SHORTEST)

    def groups(self, shingles_of: Callable[[int], Shingles]) -> Groups:
        """Return the groups; `shingles_of` gives those of an article by its number."""
        kept = lru_cache(_KEPT)(shingles_of)
        groups = np.arange(len(self._long_enough), dtype=np.int64)
        for later, earlier in self._candidates():
            first = int(groups[earlier])
            if groups[later] == later and are_copies(kept(first), kept(later)):
                groups[later] = first
        return groups

    def _candidates(self) -> Iterator[tuple[int, int]]:
        """Yield pairs (later, earlier) of articles to be checked, ascending."""
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
    """Return pairs [n] of numbers with one key, as later · 2^32 + earlier: each with the first and the last.

    The last is the one before it. A text that thousands begin with costs no more than two pairs an article.
    """
    order = np.argsort(keys, kind="stable")
    same = keys[order][1:] == keys[order][:-1]
    starts = np.maximum.accumulate(np.where(np.concatenate(([True], ~same)), np.arange(len(order)), 0))
    later = np.flatnonzero(np.concatenate(([False], same)))
    ranked = numbers[order]
    return np.concatenate([ranked[later] * _PAIR + ranked[earlier] for earlier in (starts[later], later - 1)])


def write_groups(directory: Path, groups: Groups) -> None:
    """Write the groups into a new folder."""
    directory.mkdir()
    np.save(directory / _FILE, groups, allow_pickle=False)


class Stories:
    """The groups of a generation; safe to share between threads."""

    def __init__(self, directory: Path, articles: int) -> None:
        """Read the groups of this many articles.

        Raises:
            IndexCorrupt: the file is missing or is no list of groups of so many articles.

        """
        path = directory / _FILE
        try:
            groups = np.load(path, allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise IndexCorrupt(f"{path}: {error}; build the index again") from error
        if not _are_groups(groups, articles):
            raise IndexCorrupt(f"{path}: holds no groups of {articles} articles; build the index again")
        self._groups: Groups = groups

    def members(self, number: int) -> NDArray[np.int64]:
        """Return the numbers of an article and its copies, ascending."""
        return np.flatnonzero(self._groups == self._groups[number])

    def groups(self, numbers: NDArray[np.int64]) -> Groups:
        """Return the number of the first article of the group of each article [numbers]."""
        return self._groups[numbers]


def _are_groups(groups: NDArray[np.int64], articles: int) -> bool:
    """Tell whether every article points to itself or to an earlier one that points to itself."""
    if groups.shape != (articles,) or groups.dtype != np.int64 or (articles and groups.min() < 0):
        return False
    numbers = np.arange(articles)
    return bool((groups <= numbers).all() and (groups[groups] == groups).all())
