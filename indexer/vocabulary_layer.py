"""One layer of a vocabulary: what some articles add to it, in one mapped file (see `array_file`).

articles         uint64 [2]: the number of articles counted here, and the sum of the counts of all words
words.*          the words; a count is the number of articles with the word (see `lexemes`)
phrases.*        phrases of two to five words from titles and tags, counted likewise
cooccurrences    uint64 [cooccurrences], sorted: codes of two words (see `vocabulary.cooccurrence_code`)
times            uint32 [cooccurrences]: how often these two words co-occur

A full build writes one layer. Articles that are added later come in further layers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.array_file import Arrays, map_arrays, write_arrays
from indexer.errors import IndexCorrupt
from indexer.lexemes import DTYPES, LexemeIndex, Lexemes

_DTYPES = {
    "articles": "<u8",
    **{f"{kind}.{name}": dtype for kind in ("words", "phrases") for name, dtype in DTYPES.items()},
    "cooccurrences": "<u8",
    "times": "<u4",
}


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted in some articles: words, phrases, and sorted co-occurrence codes with their counts."""

    articles: int
    words: Lexemes
    phrases: Lexemes
    cooccurrences: NDArray[np.uint64]
    times: NDArray[np.uint32]

    def write(self, path: Path) -> None:
        """Write a layer, synced to the disk."""
        write_arrays(
            path,
            {
                "articles": np.array([self.articles, self.words.counts.sum()], dtype=np.uint64),
                **{f"words.{name}": array for name, array in self.words.arrays().items()},
                **{f"phrases.{name}": array for name, array in self.phrases.arrays().items()},
                "cooccurrences": self.cooccurrences.astype("<u8"),
                "times": self.times.astype("<u4"),
            },
        )


class Layer:
    """A layer open for reading. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Map the file.

        Raises:
            IndexCorrupt: the file is missing, or its arrays do not fit each other.
            IndexInaccessible: the operating system does not let us read it.

        """
        arrays = map_arrays(path, _DTYPES)
        self.words = LexemeIndex(_of("words.", arrays), path)
        self.phrases = LexemeIndex(_of("phrases.", arrays), path)
        self._codes: NDArray[np.uint64] = arrays["cooccurrences"]
        self._times: NDArray[np.uint32] = arrays["times"]
        if len(self._codes) != len(self._times) or len(arrays["articles"]) != 2:
            raise IndexCorrupt(f"{path}: the co-occurrences do not belong together; build the index again")
        self.articles, self.total = map(int, arrays["articles"])

    def cooccurrences(self, codes: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return how often two words co-occur, int64, for each code of an array."""
        if not len(self._codes):
            return np.zeros(codes.shape, dtype=np.int64)
        places = np.minimum(np.searchsorted(self._codes, codes), len(self._codes) - 1)
        return np.where(self._codes[places] == codes, self._times[places], 0).astype(np.int64)

    def counted(self) -> Counted:
        """Return everything in this layer."""
        return Counted(self.articles, self.words.lexemes(), self.phrases.lexemes(), self._codes, self._times)


def merged(parts: Sequence[Counted]) -> Counted:
    """Return the sums of several counts. A form is that of the part which counted its key most often."""
    codes, places = np.unique(np.concatenate([part.cooccurrences for part in parts]), return_inverse=True)
    times = np.bincount(places, np.concatenate([part.times for part in parts]), minlength=len(codes))
    return Counted(
        sum(part.articles for part in parts),
        _merged(part.words for part in parts),
        _merged(part.phrases for part in parts),
        codes,
        times.astype(np.uint32),
    )


def _merged(parts: Iterable[Lexemes]) -> Lexemes:
    counts: dict[str, int] = {}
    best: dict[str, tuple[int, str]] = {}
    for part in parts:
        for key, form, count in part.rows():
            counts[key] = counts.get(key, 0) + count
            if key not in best or count > best[key][0]:
                best[key] = count, form
    return Lexemes.of((key, best[key][1], count) for key, count in counts.items())


def _of(prefix: str, arrays: Mapping[str, NDArray[np.generic]]) -> Arrays:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
