"""Mints rare words, because text that only recombines sentences has a closed vocabulary.

The vocabulary of real text keeps growing: T words of it have about K T^0.6 different ones (Heaps' law; the
exponent was measured on a million words of news). Up to the size of its source, a recombined archive gets
its words from there. Behind that, new words are minted at the rate that the law demands. Each new word also
brings mentions of earlier ones, most of them of the earliest, so that minted words have a Zipf tail.

A minted word looks like a Persian name: syllables of a consonant and perhaps a long vowel, joined. One in
seven is a compound with a half-space.
"""

import math
import random
from itertools import product

from indexer.persian.characters import HALF_SPACE

HEAPS_EXPONENT = 0.6
_MENTIONS = 2.0  # of earlier minted words, for each new one
_SYLLABLES = ["".join(pair) for pair in product("بپتجخدرزسشفقکگلمنهعح", ("", "ا", "و", "ی"))]
_SHORT = len(_SYLLABLES) ** 3  # so many words have three syllables; later ones have four
_LONG = len(_SYLLABLES) ** 4
_STEP = 21_433_667  # shares no factor with these sizes; makes words with neighbouring numbers look different
_ENDINGS = ("پور", "نژاد", "آباد", "زاده")
_COMPOUNDS = 7  # one word in so many is a compound


class Names:
    """Mints words for a text that has `known` different words in its first `words` ones."""

    def __init__(self, words: int, known: int, rng: random.Random) -> None:
        self._words = words
        self._rate = HEAPS_EXPONENT * known / words  # new words for each word where the source ends
        self._rng = rng
        self._minted = 0

    def share(self, written: int) -> float:
        """Return the share of minted words (new and mentioned again) in text behind `written` words."""
        if written < self._words:
            return 0.0
        return (1 + _MENTIONS) * self._rate * math.pow(written / self._words, HEAPS_EXPONENT - 1)

    def next(self) -> str:
        """Return a new word, or one that was minted before."""
        if self._minted and self._rng.random() * (1 + _MENTIONS) >= 1:
            return name(int(self._minted * self._rng.random() ** 3))
        self._minted += 1
        return name(self._minted - 1)


def name(number: int) -> str:
    """Return the minted word with this number; different numbers below 40 million give different words."""
    size = _SHORT if number < _SHORT else _LONG
    code, letters = number * _STEP % size, []
    while size > 1:
        code, syllable = divmod(code, len(_SYLLABLES))
        letters.append(_SYLLABLES[syllable])
        size //= len(_SYLLABLES)
    word = "".join(letters)
    if number % _COMPOUNDS:
        return word
    return f"{word}{HALF_SPACE}{_ENDINGS[number // _COMPOUNDS % len(_ENDINGS)]}"
