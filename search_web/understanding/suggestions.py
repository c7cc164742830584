"""Suggests what a reader may have intended: another spelling, another keyboard layout, a date as a filter.

Suggestions are only offered. The search itself is always the one that was typed.
"""

import datetime as dt
from collections.abc import Iterator

from indexer.persian.analyzer import PersianAnalyzer
from indexer.snapshot import Snapshot
from indexer.vocabulary import Vocabulary
from search_web.contract.answers import SearchRequest, Suggestion
from search_web.contract.searcher import Facets
from search_web.understanding.corrections import Corrector
from search_web.understanding.date_words import find_date
from search_web.understanding.keyboard import meant_on_other_layout
from search_web.understanding.known_words import KnownWords
from search_web.understanding.syntax import visible


def suggestions(
    request: SearchRequest, snapshot: Snapshot, archive: Facets, today: dt.date
) -> list[Suggestion]:
    """Return the suggestions for the first page of a search; none for other pages and for an empty query."""
    if request.page > 1 or not request.query.strip():
        return []
    words = _other_words(visible(request.query), snapshot.vocabulary, snapshot.analyzer)
    return [*words, *_dates(request, archive, today)]


def _other_words(query: str, vocabulary: Vocabulary, analyzer: PersianAnalyzer) -> Iterator[Suggestion]:
    known = KnownWords(vocabulary, analyzer)
    if meant := meant_on_other_layout(query, known, vocabulary):
        yield Suggestion(kind="keyboard", query=meant)
        return
    corrected = Corrector(vocabulary, analyzer).correct(query)
    if corrected != query:
        yield Suggestion(kind="spelling", query=corrected)


def _dates(request: SearchRequest, archive: Facets, today: dt.date) -> Iterator[Suggestion]:
    """Yield the date that the query names, if it overlaps the days of the archive.

    A search that already has a date filter gets none.
    """
    if request.date_from or request.date_to or not (archive.first and archive.last):
        return
    found = find_date(request.query, today)
    if found and found.first <= archive.last and found.last >= archive.first:
        yield Suggestion(
            kind="date", query=found.rest, date_from=found.first, date_to=found.last, text=found.label
        )
