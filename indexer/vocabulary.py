"""The vocabulary of a generation: its words and title phrases with their counts, and which words co-occur.

    vocabulary/
      words.tsv           key, form, articles: one word a line, sorted by key
      phrases.tsv         the same for phrases of two to five words from titles and tags
      cooccurrences.npy   uint64 [cooccurrences], sorted: codes of two words (see `cooccurrence_code`)
      counts.npy          uint32 [cooccurrences]: how often these two words co-occur

Two words co-occur if they are in one title, or next to each other in the text (see `vocabulary_counts`).

All spellings of a word share one key: the folded word without half-spaces (U+200C). The key of a phrase joins
its words, so that «رئیس جمهور» finds «رئیس‌جمهور» ("president"). The form is the spelling that readers type:
the one that the collection uses.
"""

import zlib
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.errors import IndexCorrupt, unreadable
from indexer.persian.characters import HALF_SPACE, fold

WORDS_FILE, PHRASES_FILE = "words.tsv", "phrases.tsv"
COOCCURRENCES_FILE, COUNTS_FILE = "cooccurrences.npy", "counts.npy"
# Sorts after every letter: all keys with a prefix sort between the prefix and the prefix plus this character.
_LAST = "\U0010ffff"


def word_key(text: str) -> str:
    """Return the key that all spellings of a word share."""
    return fold(text).replace(HALF_SPACE, "")


def cooccurrence_code(first: int, second: int) -> int:
    """Return the 64-bit code of two co-occurring words, given their word codes in any order."""
    low, high = (first, second) if first < second else (second, first)
    return low << 32 | high


def word_code(key: str) -> int:
    """Return a 32-bit code of a word: the CRC of its key. Two words rarely share a code."""
    return zlib.crc32(key.encode())


@dataclass(frozen=True, slots=True)
class Lexemes:
    """Words or phrases, sorted by key: parallel lists `keys` and `forms`, and `counts`, int64 [entries]."""

    keys: list[str]
    forms: list[str]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, int]]) -> "Lexemes":
        """Return the lexemes of unsorted (key, form, count) rows."""
        ordered = sorted(rows)
        counts = np.array([count for _, _, count in ordered], dtype=np.int64)
        return cls([key for key, _, _ in ordered], [form for _, form, _ in ordered], counts)

    @classmethod
    def read(cls, path: Path) -> "Lexemes":
        """Read a file that `write` wrote. Raise IndexCorrupt for any other file."""
        try:
            rows = [line.split("\t") for line in path.read_text("utf-8").split("\n") if line]
            keys, forms, counts = map(list, zip(*rows, strict=True)) if rows else ([], [], [])
            return cls(keys, forms, np.array(counts, dtype=np.int64))
        except (OSError, ValueError) as error:
            raise unreadable(path, error) from error

    def write(self, path: Path) -> None:
        """Write one entry a line."""
        entries = zip(self.keys, self.forms, self.counts.tolist(), strict=True)
        path.write_text("".join(f"{key}\t{form}\t{count}\n" for key, form, count in entries), "utf-8")

    def starting_with(self, prefix: str) -> range:
        """Return the indices of the entries whose keys begin with `prefix`."""
        return range(bisect_left(self.keys, prefix), bisect_left(self.keys, prefix + _LAST))

    def most_frequent(self, places: range, number: int) -> list[int]:
        """Return up to `number` of these indices, most frequent entries first."""
        counts = self.counts[places.start : places.stop]
        if len(counts) > number:
            best = np.argpartition(-counts, number)[: number + 1]
        else:
            best = np.arange(len(counts))
        ordered = sorted(best.tolist(), key=lambda place: (-counts[place], place))
        return [places.start + place for place in ordered[:number]]


class Vocabulary:
    """The vocabulary of one generation. It is read at the first use, then immutable and safe to share."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @cached_property
    def words(self) -> Lexemes:
        """The words; a count is the number of articles with the word."""
        return Lexemes.read(self._directory / WORDS_FILE)

    @cached_property
    def phrases(self) -> Lexemes:
        """The phrases of titles and tags; a count is the number of articles with the phrase."""
        return Lexemes.read(self._directory / PHRASES_FILE)

    def load(self) -> None:
        """Read all files now instead of at the first use."""
        _ = self._places, self.phrases, self._cooccurrence_codes, self._cooccurrence_counts

    def frequency(self, key: str) -> int:
        """Return the number of articles that contain the word with this key."""
        place = self._places.get(key)
        return 0 if place is None else int(self.words.counts[place])

    def form(self, key: str) -> str:
        """Return the form that readers type of the word with this key; the key itself if it is unknown."""
        place = self._places.get(key)
        return key if place is None else self.words.forms[place]

    def known(self, keys: Iterable[str]) -> list[str]:
        """Return those keys that belong to words of the collection."""
        return [key for key in keys if key in self._places]

    @cached_property
    def total(self) -> int:
        """The sum of all words' frequencies."""
        return int(self.words.counts.sum())

    def cooccurrences(self, codes: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return how often two words co-occur, int64, for each code of an array (see `cooccurrence_code`)."""
        if not len(self._cooccurrence_codes):
            return np.zeros(codes.shape, dtype=np.int64)
        places = np.minimum(
            np.searchsorted(self._cooccurrence_codes, codes), len(self._cooccurrence_codes) - 1
        )
        return np.where(
            self._cooccurrence_codes[places] == codes, self._cooccurrence_counts[places], 0
        ).astype(np.int64)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {key: place for place, key in enumerate(self.words.keys)}

    @cached_property
    def _cooccurrence_codes(self) -> NDArray[np.uint64]:
        return _mapped(self._directory / COOCCURRENCES_FILE, np.uint64)

    @cached_property
    def _cooccurrence_counts(self) -> NDArray[np.uint32]:
        return _mapped(self._directory / COUNTS_FILE, np.uint32)


def _mapped[Number: np.generic](path: Path, kind: type[Number]) -> NDArray[Number]:
    try:
        array: NDArray[Number] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise unreadable(path, error) from error
    if array.dtype != kind or array.ndim != 1:
        raise IndexCorrupt(f"{path}: not what was written; build the index again")
    return array
