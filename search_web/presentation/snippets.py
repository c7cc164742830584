"""Snippets and titles with the matched words marked, in the original text.

Everything is escaped; the only tags are `<mark>`.
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
# Text without blanks (a picture in base64) must not fill the page: the longest snippet, and the longest rest
# of a word that is taken in, both in characters.
_LONGEST = 1_000
_LONGEST_WORD = 100
_COMMAS = "،؛,;:"
# Behind these an ellipsis stands apart, lest «گفت.…» looks like four of them.
_FULL_STOPS = (".", "!", "?", "؟", "…")
_BLANKS = re.compile(r"\s+")

Importance = Callable[[str], float]


class Highlighter:
    """Marks the words of one query.

    `importance` gives the weight (the idf) of a folded word, for choosing the stretch that is shown.
    """

    def __init__(self, query: str, analyzer: PersianAnalyzer, importance: Importance) -> None:
        # In the query's order: of two words with one stem the later one gives the weight.
        wanted = list(dict.fromkeys(term.text for term in analyzer.content_words(query)))
        self._analyzer = analyzer
        self._weights = {analyzer.stem(word): importance(word) for word in wanted}
        heads = {analyzer.stem(word) for word in wanted if analyzer.is_stop_word(word)}
        # The بین of بین‌المللی is marked before المللی only, unless stop words are all that was asked.
        self._heads = heads if heads < set(self._weights) else set()

    def title(self, text: str) -> str:
        """Return the whole text as HTML with its matches marked."""
        return _marked(text, 0, len(text), self._matches(self._analyzer.words(text)))

    def snippet(self, text: str, passage: tuple[int, int]) -> str:
        """Return a stretch of `text` as HTML: where most of the query stands together.

        `passage` is (start, end) of what the encoder found nearest to the query. Of stretches that hold as
        much the first in it is shown; where no word of the query is found, its beginning.
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
        """Return the terms that the query asks for; the head of a compound only before another of them."""
        matches = [term for term in terms if self._analyzer.stem(term.text) in self._weights]
        positions = {term.position for term in matches if self._analyzer.stem(term.text) not in self._heads}
        return [term for term in matches if term.position in positions or term.position + 1 in positions]

    def _best_position(self, matches: Sequence[Term], passage: tuple[int, int]) -> int:
        """Return the position at which the window with the most distinct, rare query words begins."""
        stems = [self._analyzer.stem(term.text) for term in matches]
        inside: Counter[str] = Counter()
        best, best_value, value, after = 0, (-1.0, False), 0.0, 0
        for index, term in enumerate(matches):
            limit = term.position + WORDS_A_SNIPPET - _BEFORE
            while after < len(matches) and matches[after].position < limit:
                value += 0.0 if inside[stems[after]] else self._weights[stems[after]]
                inside[stems[after]] += 1
                after += 1
            # Sums of floats drift: what is not clearly more is as much.
            found = round(value, 6), passage[0] <= term.start < passage[1]
            if found > best_value:
                best, best_value = index, found
            inside[stems[index]] -= 1
            value -= 0.0 if inside[stems[index]] else self._weights[stems[index]]
        return matches[best].position - _BEFORE


def _rest(text: str, end: int) -> str:
    """Return the sign that a text goes on behind a snippet which ends there."""
    if end >= len(text):
        return ""
    return f" {_ELLIPSIS}" if text.endswith(_FULL_STOPS, 0, end) else _ELLIPSIS


def _position_at(terms: Sequence[Term], offset: int) -> int:
    return next((term.position for term in terms if term.start >= offset), terms[0].position)


def _span(text: str, terms: Sequence[Term], first: int) -> tuple[int, int]:
    """Return where a snippet that begins with the word at position `first` starts and ends.

    It takes in the quotation marks and full stops that belong to its first and last word.
    """
    inside = [term for term in terms if first <= term.position < first + WORDS_A_SNIPPET]
    start = 0 if inside[0] is terms[0] else _whole_words(text, min(term.start for term in inside), -1)
    end = len(text) if inside[-1] is terms[-1] else _whole_words(text, max(term.end for term in inside), 1)
    if end - start <= _LONGEST:
        return start, _before_comma(text, end)
    blank = max(text.rfind(" ", start, start + _LONGEST), text.rfind("\n", start, start + _LONGEST))
    return start, blank if blank > start else start + _LONGEST


def _before_comma(text: str, end: int) -> int:
    """Leave out the comma before an ellipsis."""
    return end - 1 if 0 < end < len(text) and text[end - 1] in _COMMAS else end


def _whole_words(text: str, offset: int, step: int) -> int:
    """Move an offset to the next blank in the direction of `step`; it stays when there is none near."""
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
    # A snippet runs over paragraphs.
    return str(escape(_BLANKS.sub(" ", text)))


def _merged(text: str, matches: Iterable[Term]) -> list[tuple[int, int]]:
    """Join the spans of matches that only a blank or a half-space parts, so that one word has one mark."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted((term.start, term.end) for term in matches):
        if merged and not text[merged[-1][1] : start].strip(" \u00a0\u200c"):
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
