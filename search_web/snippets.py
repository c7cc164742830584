"""Snippets and titles with the matched words marked, in the original text.

Everything is escaped; the only tags are `<mark>`.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from markupsafe import escape

from indexer.persian.analyzer import PersianAnalyzer, Term

WORDS_A_SNIPPET = 45
# Words of context before the first match of a snippet.
_BEFORE = 6
_ELLIPSIS = "…"

Importance = Callable[[str], float]


class Highlighter:
    """Marks the words of one query. `importance` gives a folded word's weight (its idf), for choosing a stretch."""

    def __init__(self, query: str, analyzer: PersianAnalyzer, importance: Importance) -> None:
        terms = analyzer.words(query)
        wanted = [term.text for term in terms if not analyzer.is_stop_word(term.text)] or [
            t.text for t in terms
        ]
        self._analyzer = analyzer
        self._stems = {analyzer.stem(word): importance(word) for word in wanted}
        self._words = set(wanted)

    def title(self, text: str) -> str:
        """Return the whole text as HTML with its matches marked."""
        return _marked(text, 0, len(text), self._matches(self._analyzer.words(text)))

    def snippet(self, text: str, passage: tuple[int, int]) -> str:
        """Return the best stretch of `text` as HTML: where most of the query stands together, else of the passage.

        `passage` is (start, end) of the stretch that the encoder found nearest to the query.
        """
        terms = self._analyzer.words(text)
        if not terms:
            return ""
        matches = self._matches(terms)
        positions = sorted({term.position for term in terms})
        first = self._best_position(matches, positions) if matches else _position_at(terms, passage[0])
        start = min(term.start for term in terms if term.position >= first)
        inside = [term for term in terms if first <= term.position < first + WORDS_A_SNIPPET]
        end = max(term.end for term in inside)
        start, end = self._grow(
            text, start, end, is_first=first == positions[0], is_last=inside[-1] is terms[-1]
        )
        html = _marked(text, start, end, matches)
        return f"{_ELLIPSIS if start else ''}{html}{_ELLIPSIS if end < len(text) else ''}"

    def _matches(self, terms: Iterable[Term]) -> list[Term]:
        return [
            term
            for term in terms
            if term.text in self._words or self._analyzer.stem(term.text) in self._stems
        ]

    def _best_position(self, matches: Sequence[Term], positions: Sequence[int]) -> int:
        """Return the position at which the window with the most distinct, rare query words begins."""

        def value(begin: Term) -> float:
            window = {
                self._analyzer.stem(term.text)
                for term in matches
                if begin.position <= term.position < begin.position + WORDS_A_SNIPPET - _BEFORE
            }
            return sum(self._stems.get(stem, 0.0) for stem in window)

        best = max(matches, key=lambda term: (value(term), -term.position))
        return max(positions[0], best.position - _BEFORE)

    @staticmethod
    def _grow(text: str, start: int, end: int, *, is_first: bool, is_last: bool) -> tuple[int, int]:
        """Take in the quotation marks and full stops that belong to the first and last word."""
        if is_first:
            start = 0
        while start > 0 and not text[start - 1].isspace():
            start -= 1
        if is_last:
            end = len(text)
        while end < len(text) and not text[end].isspace():
            end += 1
        return start, end


def _position_at(terms: Sequence[Term], offset: int) -> int:
    return next((term.position for term in terms if term.start >= offset), terms[0].position)


def _marked(text: str, start: int, end: int, matches: Iterable[Term]) -> str:
    html = []
    at = start
    for begin, stop in _merged(text, matches):
        if begin < at or stop > end:
            continue
        html.append(f"{_plain(text[at:begin])}<mark>{_plain(text[begin:stop])}</mark>")
        at = stop
    html.append(_plain(text[at:end]))
    return "".join(html).strip()


def _plain(text: str) -> str:
    # A snippet runs over paragraphs.
    return str(escape(text.replace("\n", " ")))


def _merged(text: str, matches: Iterable[Term]) -> list[tuple[int, int]]:
    """Join the spans of matches that only a blank or a half-space parts, so that one word has one mark."""
    spans = sorted((term.start, term.end) for term in matches)
    merged = spans[:1]
    for (_, _), (start, end) in pairwise(spans):
        last_start, last_end = merged[-1]
        if start <= last_end or not text[last_end:start].strip(" \u00a0\u200c"):
            merged[-1] = (last_start, max(last_end, end))
        else:
            merged.append((start, end))
    return merged
