"""Lists the words that one typo may have turned into a typed word, each with its cost. Words are folded.

A cost is in nats, relative to the likeliest typo. It covers two things: how unlikely the typo is, and how
many intended words are possible (a doubled letter has one origin; a dropped letter may be any letter at any
place).

The module generates all candidates, some 500 for a word of seven letters, instead of looking up similar
words. So no index of similar words has to be kept or searched (P. Norvig, "How to Write a Spelling
Corrector", 2007).
"""

from collections.abc import Iterator

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


def intended(typed: str) -> dict[str, float]:
    """Return each word that one typo turns into `typed`, with the cost of the cheapest such typo in nats.

    The result does not contain `typed` itself.
    """
    costs: dict[str, float] = {}
    for word, cost in _typos(typed):
        if cost < costs.get(word, float("inf")):
            costs[word] = cost
    costs.pop(typed, None)
    return costs


def _typos(typed: str) -> Iterator[tuple[str, float]]:
    for place in range(len(typed) + 1):
        before, after = typed[:place], typed[place:]
        for letter in LETTERS:
            yield before + letter + after, _DROPPED
        if not after:
            continue
        here, rest = after[0], after[1:]
        yield before + rest, _too_many(before[-1:], here, rest[:1])
        if rest:
            yield before + rest[0] + here + rest[1:], _SWAPPED
        for letter in LETTERS:
            yield before + letter + rest, _instead(letter, here)


def _too_many(previous: str, letter: str, following: str) -> float:
    if letter in (previous, following):
        return _TWICE
    beside = KEYS_BESIDE.get(letter, "")
    return _EXTRA_NEIGHBOUR if any(other in beside for other in previous + following) else _EXTRA


def _instead(meant: str, typed: str) -> float:
    if meant in _SOUNDS_LIKE.get(typed, ""):
        return _SOUND
    return _NEIGHBOUR if meant in KEYS_BESIDE.get(typed, "") else _OTHER
