"""Counts words in bounded memory, by lossy counting (Manku and Motwani, 2002).

When there are more distinct words than the limit, the counter drops the rarest quarter. A dropped word may
come again later. The counter therefore remembers how often each word may have been seen before it was last
added, so that a word which is frequent only in the later texts stays as well. The same words in the same
order always give the same counts.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain, compress, repeat
from operator import add


class LossyCounter:
    """Counts at most `limit` distinct words.

    `counts` holds a word that was seen more than `floor` times, and at least its true count minus `floor`.
    Below the limit `floor` is 0 and all counts are exact.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.counts: Counter[str] = Counter()
        self.floor = 0
        # How often each word may have been seen before it was added. It has the order of `counts`, without
        # the words that came after the last drop: for them the number is `floor`.
        self._missed: list[int] = []

    def update(self, words: Iterable[str] | Mapping[str, int]) -> None:
        """Count some words, or add their counts. `counts` exceeds the limit until all of them are counted."""
        self.counts.update(words)
        if len(self.counts) > self._limit:
            self.drop_rare()

    def drop_rare(self) -> None:
        """Drop the rarest words, so that at least a quarter of the limit is free.

        The next call comes only after that many new words. So counting takes linear time.
        """
        missed = list(chain(self._missed, repeat(self.floor, len(self.counts) - len(self._missed))))
        most = list(map(add, self.counts.values(), missed))
        self.floor = sorted(most, reverse=True)[self._limit * 3 // 4]
        kept = [count > self.floor for count in most]
        self.counts = Counter(dict(compress(self.counts.items(), kept)))
        self._missed = list(compress(missed, kept))
