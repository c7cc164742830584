"""Lists the words that one typo may have turned into a typed word, each with its cost. Words are folded.

A cost is in nats, relative to the likeliest typo. It covers two things: how unlikely the typo is, and how
many intended words are possible (a doubled letter has one origin; a dropped letter may be any letter at any
place).

The module generates all candidates, some 500 for a word of seven letters, instead of looking up similar
words. So no index of similar words has to be kept or searched (P. Norvig, "How to Write a Spelling
Corrector", 2007). It generates only their hashes; the few candidates that exist are then spelled out.
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.key_hashes import BASE, MASK, character_hash, powers

Hashes = NDArray[np.uint64]

LETTERS = "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
# Folded letters with the same sound in Persian.
SAME_SOUND = ("زذضظ", "سصث", "تط", "هح", "قغ", "اع")
# The three rows of letters on a Persian keyboard, left to right. Each row is half a key to the right of the
# row above, so that a key touches two keys of the row below.
ROWS = ("ضصثقفغعهخحجچ", "شسیبلاتنمکگ", "ظطزرذدپو")

_TWICE = 0.0  # a letter typed twice
_SWAPPED = 0.0  # two neighbouring letters in the wrong order
_DROPPED = 2.5  # a missing letter
_SOUND = 1.5  # a wrong letter with the same sound
_NEIGHBOUR = 4.0  # a wrong letter from a key beside the right one
_EXTRA_NEIGHBOUR = 5.0  # an extra letter from a key beside that of the letter before or after it
_EXTRA = 9.0  # any other extra letter
_OTHER = 9.0  # any other wrong letter


def _beside() -> dict[str, str]:
    beside: dict[str, set[str]] = {letter: set() for letter in LETTERS}
    for upper, row in enumerate(ROWS):
        for place, letter in enumerate(row):
            touched = row[max(place - 1, 0) : place] + row[place + 1 : place + 2]
            if upper + 1 < len(ROWS):
                touched += ROWS[upper + 1][max(place - 1, 0) : place + 1]
            for other in touched:
                beside[letter].add(other)
                beside[other].add(letter)
    return {letter: "".join(sorted(others)) for letter, others in beside.items()}


KEYS_BESIDE = _beside()
_SOUNDS_LIKE = {letter: letters.replace(letter, "") for letters in SAME_SOUND for letter in letters}


# The changes at one place: each letter put in front of it, the letter there left out, then swapped with the
# next one, then replaced by each letter.
_LEFT_OUT, _SWAPPED_WITH_NEXT, _REPLACED = len(LETTERS), len(LETTERS) + 1, len(LETTERS) + 2
_CHANGES = 2 * len(LETTERS) + 2
_LETTER_HASHES = np.array([character_hash(letter) for letter in LETTERS], dtype=np.uint64)
_POWERS = powers(64)


class Intended(NamedTuple):
    """A word that may have been intended, the cost of the typo in nats, and its number of articles."""

    word: str
    cost: float
    articles: int


def intended(typed: str, frequencies: Callable[[Hashes], NDArray[np.int64]]) -> list[Intended]:
    """Return each existing word that one typo turns into `typed`, with the cost of the typo.

    `frequencies` returns in how many articles the words with these hashes are, int64 [candidates]; a word
    that is in none does not exist. The result does not contain `typed`, which has at most 60 letters.
    """
    found = frequencies(candidate_hashes(typed))
    words: dict[str, Intended] = {}
    for candidate in np.flatnonzero(found).tolist():
        word, cost = _candidate(typed, *divmod(candidate, _CHANGES))
        # Letters beside equal ones give a word several times, always at the same cost.
        words.setdefault(word, Intended(word, cost, int(found[candidate])))
    return list(words.values())


def candidate_hashes(typed: str) -> Hashes:
    """Return the hashes of all words that one typo may turn into `typed`, uint64 [candidates].

    The hash of a changed word is computed from those of its unchanged parts (see `key_hashes`). Where a
    change is impossible or changes nothing, it is 0, which is the hash of no word.
    """
    length = len(typed)
    letters = [character_hash(letter) for letter in typed]
    before, after = [0], [0]
    power = 1
    for first, last in zip(letters, reversed(letters), strict=True):
        before.append((before[-1] * BASE + first) & MASK)
        after.append((last * power + after[-1]) & MASK)
        power = power * BASE & MASK
    # For each place, the end included: the hash of what is before it, of what follows it, and B to the power
    # of the number of letters that follow it.
    front, back = np.array(before, np.uint64), np.array(after[::-1], np.uint64)
    shift = _POWERS[length::-1]
    letters_put = _shifted_letters(length)
    changed = np.zeros((length + 1, _CHANGES), np.uint64)
    changed[:, :_LEFT_OUT] = (front * (shift * _POWERS[1]) + back)[:, None] + letters_put
    if length:
        front, shift, rest, back = front[:-1], shift[:-1], shift[1:], back[1:]
        changed[:-1, _LEFT_OUT] = front * rest + back
        changed[:-1, _REPLACED:] = (front * shift + back)[:, None] + letters_put[1:]
    if length > 1:
        here = np.array(letters, np.uint64)
        swapped = here[1:] * rest[:-1] + here[:-1] * rest[1:]
        changed[:-2, _SWAPPED_WITH_NEXT] = front[:-1] * shift[:-1] + swapped + back[1:]
    changed[changed == np.uint64(before[-1])] = 0
    return changed.ravel()


@cache
def _shifted_letters(length: int) -> Hashes:
    """Return what each letter adds to a hash when `length`, `length` - 1, … 0 letters follow it.

    The result is uint64 [length + 1, letters].
    """
    return np.multiply.outer(_POWERS[length::-1], _LETTER_HASHES)


def _candidate(typed: str, place: int, change: int) -> tuple[str, float]:
    """Return the word that a change at a place of `typed` makes, and the cost of the typo that it undoes."""
    before, here, rest = typed[:place], typed[place : place + 1], typed[place + 1 :]
    if change < _LEFT_OUT:
        return before + LETTERS[change] + here + rest, _DROPPED
    if change == _LEFT_OUT:
        return before + rest, _too_many(before[-1:], here, rest[:1])
    if change == _SWAPPED_WITH_NEXT:
        return before + rest[:1] + here + rest[1:], _SWAPPED
    letter = LETTERS[change - _REPLACED]
    return before + letter + rest, _instead(letter, here)


def _too_many(previous: str, letter: str, following: str) -> float:
    if letter in (previous, following):
        return _TWICE
    beside = KEYS_BESIDE.get(letter, "")
    return _EXTRA_NEIGHBOUR if any(other in beside for other in previous + following) else _EXTRA


def _instead(meant: str, typed: str) -> float:
    if meant in _SOUNDS_LIKE.get(typed, ""):
        return _SOUND
    return _NEIGHBOUR if meant in KEYS_BESIDE.get(typed, "") else _OTHER
