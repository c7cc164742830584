"""Splits articles into passages for the encoder: some 200 words, cut at sentence ends, after the title.

The half-space (U+200C, zero-width non-joiner) separates the parts of a Persian word, and therefore the
encoder's tokens. Missing half-spaces are restored before encoding. Measured on two collections: nDCG@10
changes by at most .003 on texts with half-spaces, and rises by .003 to .006 on texts without. Queries are
encoded as typed, because restoring their half-spaces cost up to .005.
"""

from collections.abc import Iterator
from typing import NamedTuple

from indexer.articles import Article
from indexer.persian.analyzer import persian_analyzer
from indexer.persian.sentences import sentence_spans

WORDS_A_PASSAGE = 200
# A remainder with fewer words than this is added to the passage before it.
_SHORTEST = 50
# Maximum words. A longer sentence is cut between words; a sentence that would exceed it begins the next
# passage.
_LONGEST = WORDS_A_PASSAGE + _SHORTEST


class Passage(NamedTuple):
    """The passage `running_text(article)[start:end]`. `text` is the text that is encoded."""

    text: str
    start: int
    end: int


def running_text(article: Article) -> str:
    """Return lead and body. Passages and snippets are slices of this text."""
    return "\n".join(filter(None, (article.lead, article.body)))


def passages(article: Article) -> list[Passage]:
    """Return the passages of an article: at least one, with only the title if there is no other text."""
    text = running_text(article)
    spans = list(_spans(text)) or [(0, 0)]
    # Use the analyzer that has not learned from a collection, so that unchanged texts keep their vectors.
    restored = persian_analyzer().restored
    return [
        Passage(restored(f"{article.title}\n{text[start:end]}".strip()), start, end) for start, end in spans
    ]


def _spans(text: str) -> Iterator[tuple[int, int]]:
    pieces = [piece for start, end in sentence_spans(text) for piece in _short_enough(text, start, end)]
    left = sum(words for _, _, words in pieces)
    begin, count = 0, 0
    previous_end = 0
    for start, end, words in pieces:
        if count >= _SHORTEST and count + words > _LONGEST and left >= _SHORTEST:
            yield begin, previous_end
            count = 0
        if not count:
            begin = start
        count += words
        left -= words
        if count >= WORDS_A_PASSAGE and left >= _SHORTEST:
            yield begin, end
            count = 0
        previous_end = end
    if count:
        yield begin, pieces[-1][1]


def _short_enough(text: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield (start, end, words) of a sentence, or of its pieces if it is longer than a passage."""
    words = text[start:end].split()
    while len(words) > _LONGEST:
        cut = start
        for word in words[:WORDS_A_PASSAGE]:
            cut = text.index(word, cut) + len(word)
        yield start, cut, WORDS_A_PASSAGE
        words = words[WORDS_A_PASSAGE:]
        start = text.index(words[0], cut)
    if words:
        yield start, end, len(words)
