"""Finds the articles that hold a phrase, from the positions that whoosh stores.

whoosh's own span queries compare two postings at a time in Python, which takes a second where two frequent
words follow each other often. Here the occurrences of a word are one sorted array of numbers, and a phrase is
an intersection of such arrays.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.keyword.engine import Phrase

Numbers = NDArray[np.int64]

# Phrases whose articles are kept. A search asks for each of its phrases several times, and so does its next
# page.
_CACHED = 256
# Words whose occurrences are kept while the phrases of one search are found.
_CACHED_WORDS = 64
# An occurrence is the number of the article, shifted by this many bits, plus the position.
_POSITION_BITS = 32
# Reading a posting by skipping to it costs as much as reading about this many in a row.
_SKIP = 4


class PhraseFinder:
    """Finds phrases in one open whoosh index. Threads must take turns, as with whoosh's readers."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader
        self._found = lru_cache(_CACHED)(self._find)
        self._occurrences = lru_cache(_CACHED_WORDS)(self._read_occurrences)

    def holding(self, phrases: Iterable[Phrase]) -> list[Numbers]:
        """Return the numbers of the articles that hold each phrase, int64, ascending. Do not change them."""
        try:
            return [self._found(phrase) for phrase in phrases]
        finally:
            self._occurrences.cache_clear()  # large for frequent words

    def _find(self, phrase: Phrase) -> Numbers:
        found = [self._holding(phrase.field, words) for words in phrase.variants]
        return np.unique(np.concatenate(found)) if len(found) > 1 else found[0]

    def _holding(self, field: str, words: tuple[str, ...]) -> Numbers:
        """Return the numbers of the articles that have the words at consecutive positions."""
        holders = {word: int(self._reader.doc_frequency(field, word)) for word in words}
        if not all(holders.values()):
            return np.empty(0, dtype=np.int64)
        if len(words) == 1:
            return np.fromiter(self._reader.postings(field, words[0]).all_ids(), dtype=np.int64)
        # The rarest word comes first, because the others are only of interest where it is.
        rarest, *others = sorted(enumerate(words), key=lambda place: holders[place[1]])
        starts = self._occurrences(field, rarest[1]) - rarest[0]
        for place, word in others:
            following = self._occurrences_near(field, word, starts, holders[word])
            starts = np.intersect1d(starts, following - place, assume_unique=True)
        return np.unique(starts >> _POSITION_BITS)

    def _occurrences_near(self, field: str, word: str, starts: Numbers, holders: int) -> Numbers:
        """Return the occurrences of a word, at least those in the articles of `starts`."""
        articles = np.unique(starts >> _POSITION_BITS)
        if len(articles) * _SKIP >= holders:
            return self._occurrences(field, word)
        matcher = self._reader.postings(field, word)
        found: list[int] = []
        for article in articles.tolist():
            matcher.skip_to(article)
            if not matcher.is_active():
                break
            if matcher.id() == article:
                found += _occurrences(matcher)
        return _distinct(found)

    def _read_occurrences(self, field: str, word: str) -> Numbers:
        matcher = self._reader.postings(field, word)
        found: list[int] = []
        while matcher.is_active():
            found += _occurrences(matcher)
            matcher.next()
        return _distinct(found)


def _occurrences(matcher: Any) -> list[int]:
    """Return the occurrences in the article at which the matcher stands."""
    first = matcher.id() << _POSITION_BITS
    return [first + position for position in matcher.value_as("positions")]


def _distinct(occurrences: list[int]) -> Numbers:
    """Return the occurrences as an array; two readings of a written word may be the same word."""
    return np.unique(np.array(occurrences, dtype=np.int64))
