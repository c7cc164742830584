"""Scans the sign codes of all passages for those with the smallest Hamming distances from a query.

The codes are stored column by column: one array has the first 64 signs of all passages, the next one the
following 64, and so on. The scan takes blocks of passages whose parts fit into the processor's cache. Plain
rows of six words take six times as long.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.semantic.vector_files import SIGNS_A_WORD

_BLOCK = 32_768
# The distances of this many words, at most 192, fit into a byte.
_WORDS_A_BYTE = 3
HIDDEN = 1 << 15
"""Added to a distance, it hides the passage. It must exceed every distance."""

Words = NDArray[np.uint64]
Rows = NDArray[np.int64]
Distances = NDArray[np.uint16]


def nearest_rows(
    columns: Sequence[Words],
    code: Words,
    wanted: int,
    hidden: Callable[[slice], Distances] | None = None,
) -> Rows:
    """Return the rows of the `wanted` smallest distances, ascending; of equal distances the first rows.

    `columns` are the words of all passages, [passages] each; `code` [words] is that of the query. `hidden`
    returns `HIDDEN` or 0 for each row of a slice; the scan skips hidden rows.
    """
    best = _Best(wanted, len(columns) * SIGNS_A_WORD + 1)
    scratch = _Scratch()
    for start in range(0, len(columns[0]), _BLOCK):
        block = slice(start, min(start + _BLOCK, len(columns[0])))
        distances = scratch.distances([column[block] for column in columns], code)
        if hidden is not None:
            distances |= hidden(block)
        best.add(start, distances)
    return best.rows


class _Best:
    """The smallest distances so far. Only distances under `bound`, which falls, can still be among them."""

    def __init__(self, wanted: int, bound: int) -> None:
        self._wanted = wanted
        self._bound = bound
        self._distances = np.empty(0, dtype=np.uint16)
        self.rows = np.empty(0, dtype=np.int64)

    def add(self, start: int, distances: Distances) -> None:
        """Take the distances of the rows from `start` on."""
        near = np.flatnonzero(distances < self._bound)
        if not len(near):
            return
        self.rows = np.concatenate([self.rows, near + start])
        self._distances = np.concatenate([self._distances, distances[near]])
        if len(self.rows) >= self._wanted:
            self._shorten()

    def _shorten(self) -> None:
        counts = np.cumsum(np.bincount(self._distances))
        self._bound = int(np.searchsorted(counts, self._wanted))
        kept = self._distances < self._bound
        kept[np.flatnonzero(self._distances == self._bound)[: self._wanted - np.count_nonzero(kept)]] = True
        self.rows, self._distances = self.rows[kept], self._distances[kept]


class _Scratch:
    """Memory for one block. Allocating it anew for each block would cost more than the scan."""

    def __init__(self) -> None:
        self._differing = np.empty(_BLOCK, dtype=np.uint64)
        self._count = np.empty(_BLOCK, dtype=np.uint8)
        self._few = np.empty(_BLOCK, dtype=np.uint8)
        self._total = np.empty(_BLOCK, dtype=np.uint16)

    def distances(self, words: Sequence[Words], code: Words) -> Distances:
        """Return the distances [rows], which the next call overwrites."""
        rows = len(words[0])
        differing, count = self._differing[:rows], self._count[:rows]
        few, total = self._few[:rows], self._total[:rows]
        total.fill(0)
        for first in range(0, len(words), _WORDS_A_BYTE):
            few.fill(0)
            for place in range(first, min(first + _WORDS_A_BYTE, len(words))):
                np.bitwise_xor(words[place], code[place], out=differing)
                np.bitwise_count(differing, out=count)
                np.add(few, count, out=few)
            np.add(total, few, out=total)
        return total
