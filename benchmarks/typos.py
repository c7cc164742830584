"""Simulated typos: one error of the keyboard or of the ear in a query."""

import random

from indexer.persian.characters import fold
from indexer.vocabulary import word_key
from search_web.understanding.typing_errors import KEYS_BESIDE, SAME_SOUND

TYPOS = ("dropped", "doubled", "swapped", "neighbour key", "same sound")
_SHORTEST_WORD = 3  # letters; a shorter word gets no typo


def with_typo(query: str, rng: random.Random) -> tuple[str, str] | None:
    """Return the query with one typo, and its kind; None if no word is long enough or no attempt succeeds."""
    words = query.split(" ")
    long = [
        place
        for place, word in enumerate(words)
        if len(word_key(word)) >= _SHORTEST_WORD and word_key(word).isalpha() and not word.isascii()
    ]
    for _ in range(20):
        if not long:
            return None
        place, kind = rng.choice(long), rng.choice(TYPOS)
        word = _with_typo(words[place], kind, rng)
        if word_key(word) != word_key(words[place]):
            return " ".join([*words[:place], word, *words[place + 1 :]]), kind
    return None


def _with_typo(word: str, kind: str, rng: random.Random) -> str:
    at = rng.choice([place for place, letter in enumerate(word) if letter.isalpha()])
    letter = fold(word[at])
    if kind == "dropped":
        return word[:at] + word[at + 1 :]
    if kind == "doubled":
        return word[:at] + word[at] + word[at:]
    if kind == "swapped":
        return word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
    if kind == "neighbour key":
        others = KEYS_BESIDE.get(letter, "")
    else:
        others = "".join(sounds.replace(letter, "") for sounds in SAME_SOUND if letter in sounds)
    return word[:at] + rng.choice(others) + word[at + 1 :] if others else word
