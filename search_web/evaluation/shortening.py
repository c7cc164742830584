"""Cutting questions to a few content words: what people type into a search box."""

import hashlib

from indexer.persian.analyzer import persian_analyzer
from indexer.persian.characters import HALF_SPACE, fold
from indexer.persian.tokens import tokenize


def shorten(text: str, words: int, seed: str) -> str:
    """Return `words` content words of `text` in their own spelling and order, parted by blanks.

    Content words are those that the analyzer does not hold for stop words. A word keeps its affixes, whether
    written with a half-space or a blank («کتاب‌های», «می شود»), and a repeated word counts once. A text with
    fewer content words keeps them all; one without any word comes back as it is. The choice depends on the
    text and on `seed` alone; a query's id as the seed makes it independent of the other queries.
    """
    once: dict[str, str] = {}
    for word in _content_words(text):
        once.setdefault(fold(word).replace(HALF_SPACE, ""), word)
    if not once:
        return text
    # A hash rather than a generator of random numbers: the same words on every version of Python. The lot is
    # the word's, not its place's: where one more word is held for a stop word, the others keep theirs.
    drawn = set(sorted(once, key=lambda folded: lot(f"{seed}\n{folded}"))[:words])
    return " ".join(word for folded, word in once.items() if folded in drawn)


def lot(name: str) -> bytes:
    """Return what decides whether something is drawn: the smallest lots win, in every run alike."""
    return hashlib.blake2b(name.encode()).digest()


def _content_words(text: str) -> list[str]:
    """Return the stretches of `text` that content words take up, grown to whole written words."""
    terms = sorted((term.start, term.end) for term in persian_analyzer().content_words(text))
    tokens = [(token.start, token.end) for token in tokenize(text)]
    stretches: list[tuple[int, int]] = []
    for start, end in terms:
        first = min((token for token in tokens if token[1] > start), default=(start, end))
        last = max((token for token in tokens if token[0] < end), default=(start, end))
        start, end = min(start, first[0]), max(end, last[1])
        if stretches and start < stretches[-1][1]:
            start, last_end = stretches.pop()
            end = max(end, last_end)
        stretches.append((start, end))
    return [text[start:end] for start, end in stretches]
