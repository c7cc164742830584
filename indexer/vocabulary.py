"""The vocabulary of a generation: its words and title phrases with their counts, and which words co-occur.

    vocabulary/
      base.arrays             the layer that a full build counted (see `vocabulary_layer`)
      additions/N.arrays      layers of articles that were added since (see `vocabulary_additions`)

A count is the sum over all layers. Words co-occur if they are in one title, or next to each other in the text
(see `vocabulary_counts`).

All spellings of a word share one key: the folded word without half-spaces (U+200C). The key of a phrase joins
its words, so that «رئیس جمهور» finds «رئیس‌جمهور» ("president"). The form is the spelling that readers type:
the one that the collection uses.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.key_hashes import key_hash, key_hashes
from indexer.lexemes import LexemeIndex
from indexer.persian.characters import HALF_SPACE, fold
from indexer.vocabulary_layer import Layer

BASE_FILE, ADDITIONS = "base.arrays", "additions"
# Minimum number of titles with a phrase: two, plus one for every ARTICLES_A_TITLE articles.
FEWEST_TITLES, ARTICLES_A_TITLE = 2, 5_000


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


def cooccurrence_codes(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return `cooccurrence_code` for two arrays of word codes of one shape."""
    codes: NDArray[np.uint64] = np.minimum(first, second) << np.uint64(32) | np.maximum(first, second)
    return codes


def fewest_titles(articles: int) -> int:
    """Return in how many titles of so many articles a phrase must stand before it is offered."""
    return FEWEST_TITLES + articles // ARTICLES_A_TITLE


def additions_of(records: int) -> list[int]:
    """Return the numbers of the files that hold the first `records` records of additions, in their order.

    File N holds as many records as the lowest set bit of N says, and N is the last of them (a Fenwick tree of
    files): the first 13 records are in the files 8, 12 and 13.
    """
    numbers: list[int] = []
    while records:
        numbers.append(records)
        records &= records - 1
    return numbers[::-1]


def additions_file(directory: Path, number: int) -> Path:
    """Return the path of a file of additions, in the directory of a vocabulary."""
    return directory / ADDITIONS / f"{number:06}.arrays"


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A word or phrase: its key, and the number of articles with it."""

    key: str
    count: int


class Vocabulary:
    """The vocabulary of one generation as of one commit. Immutable, and safe to share between threads."""

    def __init__(self, directory: Path, records: int = 0) -> None:
        """Map the files of the full build and of the first `records` records of additions.

        Raises:
            IndexCorrupt: a file is missing or damaged.
            IndexInaccessible: the operating system does not let us read a file.

        """
        paths = [
            directory / BASE_FILE,
            *(additions_file(directory, number) for number in additions_of(records)),
        ]
        self._layers = [Layer(path) for path in paths]
        # The sum of all words' frequencies.
        self.total = sum(layer.total for layer in self._layers)
        self._words = [layer.words for layer in self._layers]
        self._phrases = [layer.phrases for layer in self._layers]
        self._fewest_titles = fewest_titles(sum(layer.articles for layer in self._layers[1:]))

    def frequency(self, key: str) -> int:
        """Return the number of articles that contain the word with this key."""
        hashed = key_hash(key)
        return sum(words.count(hashed) for words in self._words)

    def form(self, key: str) -> str:
        """Return the form that readers type of the word with this key; the key itself if it is unknown."""
        return _form(self._words, key)

    def phrase_form(self, key: str) -> str:
        """Return the form that readers type of the phrase with this key; the key itself if it is unknown."""
        return _form(self._phrases, key)

    def frequencies(self, hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return the number of articles with each word, int64, given hashes of keys (see `key_hashes`)."""
        return _counts(self._words, hashes)

    def cooccurrences(self, codes: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return how often two words co-occur, int64, for each code of an array (see `cooccurrence_code`)."""
        times = self._layers[0].cooccurrences(codes)
        for layer in self._layers[1:]:
            times += layer.cooccurrences(codes)
        return times

    def words(self, prefix: str, number: int) -> list[Lexeme]:
        """Return up to `number` words whose keys begin with `prefix`, the most frequent first."""
        return _most_frequent(self._words, prefix, number)

    def phrases(self, prefix: str, number: int) -> list[Lexeme]:
        """Return up to `number` phrases whose keys begin with `prefix`, the most frequent first.

        A phrase that only additions have must be in several of their titles, and not be a part that one
        longer phrase always continues.
        """
        found = _most_frequent(self._phrases, prefix, number)
        if len(self._layers) == 1:
            return found
        return [
            phrase
            for phrase in found
            if self._phrases[0].count(key_hash(phrase.key))
            or (phrase.count >= self._fewest_titles and not _is_always_continued(phrase, found))
        ]


def _form(layers: Sequence[LexemeIndex], key: str) -> str:
    hashed = key_hash(key)
    best = max(layers, key=lambda index: index.count(hashed))
    place = best.find(hashed)
    return best.form(place) if place >= 0 else key


def _most_frequent(layers: Sequence[LexemeIndex], prefix: str, number: int) -> list[Lexeme]:
    """Return the most frequent entries of those that are among the most frequent of at least one layer."""
    keys = list(
        dict.fromkeys(
            index.key(place)
            for index in layers
            for place in index.most_frequent(index.starting_with(prefix), number)
        )
    )
    counts = _counts(layers, key_hashes(keys)).tolist()
    found = sorted(map(Lexeme, keys, counts), key=lambda lexeme: (-lexeme.count, lexeme.key))
    return found[:number]


def _counts(layers: Sequence[LexemeIndex], hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    counts = layers[0].counts_of(hashes)
    for index in layers[1:]:
        counts += index.counts_of(hashes)
    return counts


def _is_always_continued(phrase: Lexeme, others: Sequence[Lexeme]) -> bool:
    return any(
        other.count == phrase.count and other.key != phrase.key and other.key.startswith(phrase.key)
        for other in others
    )
