"""Cuts questions to a few content words, as people type them into a search box."""

import hashlib

from indexer.persian.analyzer import persian_analyzer
from indexer.persian.characters import HALF_SPACE, fold
from indexer.persian.tokens import tokenize


def shorten(text: str, words: int, seed: str) -> str:
    """Return `words` content words of `text` in their own spelling and order, separated by spaces.

    Content words are those that the analyzer does not treat as stop words. A word keeps its affixes, whether
    they are written with a half-space (U+200C) or a space («کتاب‌های», «می شود»). A repeated word counts
    once. A text with fewer content words keeps them all; a text without any is returned unchanged. The choice
    depends only on the text and on `seed`. With a query's id as the seed it is independent of other queries.
    """
    once: dict[str, str] = {}
    for word in _content_words(text):
        once.setdefault(fold(word).replace(HALF_SPACE, ""), word)
    if not once:
        return text
    # A hash instead of a random number generator chooses the same words on every version of Python. It hashes
    # the word, not its place: if the stop list changes, the choice among the other words stays the same.
    drawn = set(sorted(once, key=lambda folded: lot(f"{seed}\n{folded}"))[:words])
    return " ".join(word for folded, word in once.items() if folded in drawn)


def lot(name: str) -> bytes:
    """Return the hash that decides a draw: the smallest hashes are drawn, the same in every run."""
    return hashlib.blake2b(name.encode()).digest()


def _content_words(text: str) -> list[str]:
    """Return the content words of `text`, each extended to whole tokens."""
    terms = sorted((term.start, term.end) for term in persian_analyzer().content_words(text))
    tokens = [(token.start, token.end) for token in tokenize(text)]
    spans: list[tuple[int, int]] = []
    for start, end in terms:
        first = min((token for token in tokens if token[1] > start), default=(start, end))
        last = max((token for token in tokens if token[0] < end), default=(start, end))
        start, end = min(start, first[0]), max(end, last[1])
        if spans and start < spans[-1][1]:
            start, last_end = spans.pop()
            end = max(end, last_end)
        spans.append((start, end))
    return [text[start:end] for start, end in spans]
