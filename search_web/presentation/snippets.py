"""Highlights the matched words in titles and snippets, which keep the original text.

All text is escaped; the only tags are `<mark>`.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from markupsafe import escape

from indexer.persian.analyzer import PersianAnalyzer, Term

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


class Highlighter:
    """Highlights the words of one query.

    `importance` returns the weight (the idf) of a folded word. The weights decide which part of a text is
    the snippet.
    """

    def __init__(self, query: str, analyzer: PersianAnalyzer, importance: Importance) -> None:
        # In the query's order: of two words with one stem the later one gives the weight.
        wanted = list(dict.fromkeys(term.text for term in analyzer.content_words(query)))
        self._analyzer = analyzer
        self._weights = {analyzer.stem(word): importance(word) for word in wanted}
        heads = {analyzer.stem(word) for word in wanted if analyzer.is_stop_word(word)}
        # بین, a stop word, is part of بین‌المللی. It is highlighted only before المللی, unless the query has
        # nothing but stop words.
        self._heads = heads if heads < set(self._weights) else set()

    def title(self, text: str) -> str:
        """Return the whole text as HTML with its matches highlighted."""
        return _marked(text, 0, len(text), self._matches(self._analyzer.words(text)))

    def snippet(self, text: str, passage: tuple[int, int]) -> str:
        """Return a snippet of `text` as HTML: the window that holds the most of the query.

        `passage` is the (start, end) of the passage nearest to the query, in characters. Among equally good
        windows the first inside the passage wins. If the text has no word of the query, the snippet is the
        beginning of the passage.
        """
        terms = self._analyzer.words(text)
        if not terms:
            return ""
        matches = self._matches(terms)
        first = self._best_position(matches, passage) if matches else _position_at(terms, passage[0])
        start, end = _span(text, terms, first)
        html = _marked(text, start, end, matches)
        return f"{_ELLIPSIS if start else ''}{html}{_rest(text, end)}"

    def _matches(self, terms: Iterable[Term]) -> list[Term]:
        """Return the terms that match the query.

        A stop word that is part of a compound matches only directly before another match.
        """
        matches = [term for term in terms if self._analyzer.stem(term.text) in self._weights]
        positions = {term.position for term in matches if self._analyzer.stem(term.text) not in self._heads}
        return [term for term in matches if term.position in positions or term.position + 1 in positions]

    def _best_position(self, matches: Sequence[Term], passage: tuple[int, int]) -> int:
        """Return the position where the best snippet begins.

        The best window has the greatest sum of the weights of distinct query words. The position is `_BEFORE`
        words before its first match, and may be negative.
        """
        stems = [self._analyzer.stem(term.text) for term in matches]
        inside: Counter[str] = Counter()
        best, best_value, value, after = 0, (-1.0, False), 0.0, 0
        for index, term in enumerate(matches):
            limit = term.position + WORDS_A_SNIPPET - _BEFORE
            while after < len(matches) and matches[after].position < limit:
                value += 0.0 if inside[stems[after]] else self._weights[stems[after]]
                inside[stems[after]] += 1
                after += 1
            # Rounded, because sums of floats drift and equal windows must compare as equal.
            found = round(value, 6), passage[0] <= term.start < passage[1]
            if found > best_value:
                best, best_value = index, found
            inside[stems[index]] -= 1
            value -= 0.0 if inside[stems[index]] else self._weights[stems[index]]
        return matches[best].position - _BEFORE


def _rest(text: str, end: int) -> str:
    """Return the ellipsis after a snippet that ends at `end`; "" at the end of the text."""
    if end >= len(text):
        return ""
    return f" {_ELLIPSIS}" if text.endswith(_FULL_STOPS, 0, end) else _ELLIPSIS


def _position_at(terms: Sequence[Term], offset: int) -> int:
    return next((term.position for term in terms if term.start >= offset), terms[0].position)


def _span(text: str, terms: Sequence[Term], first: int) -> tuple[int, int]:
    """Return the start and end offsets of the snippet that begins with the word at position `first`.

    It includes the quotation marks and full stops attached to its first and last word.
    """
    inside = [term for term in terms if first <= term.position < first + WORDS_A_SNIPPET]
    start = 0 if inside[0] is terms[0] else _whole_words(text, min(term.start for term in inside), -1)
    end = len(text) if inside[-1] is terms[-1] else _whole_words(text, max(term.end for term in inside), 1)
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


def _marked(text: str, start: int, end: int, matches: Iterable[Term]) -> str:
    html = []
    at = start
    for begin, stop in _merged(text, [term for term in matches if start <= term.start and term.end <= end]):
        html.append(f"{_plain(text[at:begin])}<mark>{_plain(text[begin:stop])}</mark>")
        at = stop
    html.append(_plain(text[at:end]))
    return "".join(html).strip()


def _plain(text: str) -> str:
    # A snippet may span paragraphs, so line breaks become spaces.
    return str(escape(_BLANKS.sub(" ", text)))


def _merged(text: str, matches: Iterable[Term]) -> list[tuple[int, int]]:
    """Merge the spans of matches with only spaces or half-spaces (U+200C) between: one word gets one mark."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted((term.start, term.end) for term in matches):
        if merged and not text[merged[-1][1] : start].strip(" \u00a0\u200c"):
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
