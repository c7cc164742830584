"""Highlights the matched words in titles and snippets, which keep the original text.

All text is escaped; the only tags are `<mark>`.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from markupsafe import escape

from indexer.columns import ArticleTokens, text_hash
from indexer.persian.analyzer import PersianAnalyzer

WORDS_A_SNIPPET = 45
# Words of context before the first match of a snippet.
_BEFORE = 6
_ELLIPSIS = "…"
# Caps, in characters, on a snippet and on the rest of a word at its end: text without spaces (a picture in
# base64) would fill the page.
_LONGEST = 1_000
_LONGEST_WORD = 100
_COMMAS = "،؛,;:"
# After these a space separates the ellipsis: «گفت.…» would look like four full stops.
_FULL_STOPS = (".", "!", "?", "؟", "…")
_BLANKS = re.compile(r"\s+")

Importance = Callable[[str], float]


class Match(NamedTuple):
    """A token that is a word of the query: the hash of its stem, its position and its characters."""

    stem: int
    position: int
    start: int
    end: int


class Highlighter:
    """Highlights the words of one query.

    `importance` returns the weight (the idf) of a folded word. The weights decide which part of a text is
    the snippet. Texts come with their tokens (see `indexer.columns`), so none is analysed again.
    """

    def __init__(self, query: str, analyzer: PersianAnalyzer, importance: Importance) -> None:
        # In the query's order: of two words with one stem the later one gives the weight.
        wanted = list(dict.fromkeys(term.text for term in analyzer.content_words(query)))
        hashes = {word: text_hash(analyzer.stem(word)) for word in wanted}
        self._weights = {hashes[word]: importance(word) for word in wanted}
        heads = {hashes[word] for word in wanted if analyzer.is_stop_word(word)}
        # بین, a stop word, is part of بین‌المللی. It is highlighted only before المللی, unless the query has
        # nothing but stop words.
        self._heads = heads if heads < set(self._weights) else set()

    def title(self, text: str, tokens: ArticleTokens) -> str:
        """Return the whole text as HTML with its matches highlighted."""
        return _marked(text, 0, len(text), self._matches(tokens))

    def snippet(self, text: str, tokens: ArticleTokens, passage: tuple[int, int]) -> str:
        """Return a snippet of `text` as HTML: the window that holds the most of the query.

        `passage` is the (start, end) of the passage nearest to the query, in characters. Among equally good
        windows the first inside the passage wins. If the text has no word of the query, the snippet is the
        beginning of the passage.
        """
        if not len(tokens):
            return ""
        matches = self._matches(tokens)
        first = self._best_position(matches, passage) if matches else _position_at(tokens, passage[0])
        start, end = _span(text, tokens, first)
        html = _marked(text, start, end, matches)
        return f"{_ELLIPSIS if start else ''}{html}{_rest(text, end)}"

    def _matches(self, tokens: ArticleTokens) -> list[Match]:
        """Return the tokens that match the query.

        A stop word that is part of a compound matches only directly before another match.
        """
        found = [place for place, stem in enumerate(tokens.stems.tolist()) if stem in self._weights]
        columns = (tokens.stems, tokens.positions, tokens.starts, tokens.ends)
        rows = zip(*(column[found].tolist() for column in columns), strict=True)
        matches = [Match(*row) for row in rows]
        positions = {match.position for match in matches if match.stem not in self._heads}
        return [match for match in matches if match.position in positions or match.position + 1 in positions]

    def _best_position(self, matches: Sequence[Match], passage: tuple[int, int]) -> int:
        """Return the position where the best snippet begins.

        The best window has the greatest sum of the weights of distinct query words. The position is `_BEFORE`
        words before its first match, and may be negative.
        """
        inside: Counter[int] = Counter()
        best, best_value, value, after = 0, (-1.0, False), 0.0, 0
        for index, match in enumerate(matches):
            limit = match.position + WORDS_A_SNIPPET - _BEFORE
            while after < len(matches) and matches[after].position < limit:
                value += 0.0 if inside[matches[after].stem] else self._weights[matches[after].stem]
                inside[matches[after].stem] += 1
                after += 1
            # Rounded, because sums of floats drift and equal windows must compare as equal.
            found = round(value, 6), passage[0] <= match.start < passage[1]
            if found > best_value:
                best, best_value = index, found
            inside[match.stem] -= 1
            value -= 0.0 if inside[match.stem] else self._weights[match.stem]
        return matches[best].position - _BEFORE


def _rest(text: str, end: int) -> str:
    """Return the ellipsis after a snippet that ends at `end`; "" at the end of the text."""
    if end >= len(text):
        return ""
    return f" {_ELLIPSIS}" if text.endswith(_FULL_STOPS, 0, end) else _ELLIPSIS


def _position_at(tokens: ArticleTokens, offset: int) -> int:
    behind = np.flatnonzero(tokens.starts >= offset)
    return int(tokens.positions[behind[0] if len(behind) else 0])


def _span(text: str, tokens: ArticleTokens, first: int) -> tuple[int, int]:
    """Return the start and end offsets of the snippet that begins with the word at position `first`.

    It includes the quotation marks and full stops attached to its first and last word.
    """
    inside = np.flatnonzero((tokens.positions >= first) & (tokens.positions < first + WORDS_A_SNIPPET))
    is_first, is_last = inside[0] == 0, inside[-1] == len(tokens) - 1
    start = 0 if is_first else _whole_words(text, int(tokens.starts[inside].min()), -1)
    end = len(text) if is_last else _whole_words(text, int(tokens.ends[inside].max()), 1)
    if end - start <= _LONGEST:
        return start, _before_comma(text, end)
    blank = max(text.rfind(" ", start, start + _LONGEST), text.rfind("\n", start, start + _LONGEST))
    return start, blank if blank > start else start + _LONGEST


def _before_comma(text: str, end: int) -> int:
    """Move the end before a comma, so that no comma precedes the ellipsis."""
    return end - 1 if 0 < end < len(text) and text[end - 1] in _COMMAS else end


def _whole_words(text: str, offset: int, step: int) -> int:
    """Move an offset to the next space in the direction of `step`; return it unchanged if none is near."""
    for moved in range(offset, offset + step * _LONGEST_WORD, step):
        beside = moved if step > 0 else moved - 1
        if not 0 <= beside < len(text) or text[beside].isspace():
            return moved
    return offset


def _marked(text: str, start: int, end: int, matches: Iterable[Match]) -> str:
    html = []
    at = start
    inside = [match for match in matches if start <= match.start and match.end <= end]
    for begin, stop in _merged(text, inside):
        html.append(f"{_plain(text[at:begin])}<mark>{_plain(text[begin:stop])}</mark>")
        at = stop
    html.append(_plain(text[at:end]))
    return "".join(html).strip()


def _plain(text: str) -> str:
    # A snippet may span paragraphs, so line breaks become spaces.
    return str(escape(_BLANKS.sub(" ", text)))


def _merged(text: str, matches: Iterable[Match]) -> list[tuple[int, int]]:
    """Merge the spans of matches with only spaces or half-spaces (U+200C) between: one word gets one mark."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted((match.start, match.end) for match in matches):
        if merged and not text[merged[-1][1] : start].strip(" \u00a0\u200c"):
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
