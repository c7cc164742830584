"""whoosh behind the keyword protocol: pure Python, for archives of up to some thousands of articles.

whoosh opens indexes with `pickle`; the caller must have verified the files' hashes before `open`.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import fields, formats, index, query, scoring
from whoosh.query.spans import SpanNear2
from whoosh.system import pack_uint
from whoosh.sorting import FieldFacet, ScoreFacet

from indexer.filters import NO_DAY, Filters
from indexer.keyword.documents import FIELDS, STEMS
from indexer.keyword.engine import (
    K1,
    B,
    Candidates,
    Document,
    KeywordIndex,
    KeywordQuery,
    Phrase,
    Posting,
    Term,
)

_MEGABYTES = 256


class TermStream(fields.FieldType):  # type: ignore[misc]  # whoosh's base class is untyped
    """A whoosh field that is given postings, not text: analysis happened before."""

    indexed = True
    scorable = True

    def __init__(self, with_positions: bool) -> None:
        self._with_positions = with_positions
        self.format = formats.Positions() if with_positions else formats.Frequency()
        self.stored = False
        self.unique = False
        self.vector = None
        self.analyzer = None
        self.spelling = False
        self.column_type = None

    def index(self, value: list[Posting], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield (term, frequency, weight, encoded postings) for each distinct term, as whoosh's writer wants."""
        positions: dict[str, list[int]] = {}
        weights: dict[str, float] = {}
        for posting in value:
            positions.setdefault(posting.text, []).append(posting.position)
            weights[posting.text] = weights.get(posting.text, 0.0) + posting.weight
        for text, places in positions.items():
            yield text.encode(), len(places), weights[text], self._encode(places)

    def _encode(self, places: list[int]) -> bytes:
        encoded: bytes = self.format.encode(places) if self._with_positions else pack_uint(len(places))
        return encoded


def _schema() -> fields.Schema:
    streams = {name: TermStream(with_positions=name != STEMS) for name in FIELDS}
    return fields.Schema(
        **streams,
        day=fields.NUMERIC(int, sortable=True),
        source=fields.ID(),
        category=fields.ID(),
    )


class WhooshEngine:
    """Makes and opens whoosh indexes; one segment, whose document numbers are our article numbers."""

    def build(self, directory: Path, documents: Iterable[Document]) -> None:
        """Write a new index into an empty directory."""
        writer = index.create_in(directory, _schema()).writer(limitmb=_MEGABYTES)
        try:
            for document in documents:
                facets = document.facets
                writer.add_document(
                    **document.streams, day=facets.day, source=facets.source, category=facets.category
                )
        except BaseException:
            writer.cancel()
            raise
        writer.commit(optimize=True)

    def open(self, directory: Path) -> KeywordIndex:
        """Open what `build` wrote."""
        return WhooshIndex(directory)


class WhooshIndex:
    """A whoosh index open for reading."""

    def __init__(self, directory: Path) -> None:
        self._index = index.open_dir(directory, readonly=True)
        self._searcher = self._index.searcher(weighting=scoring.BM25F(B=B, K1=K1))

    def __len__(self) -> int:
        return int(self._searcher.doc_count_all())

    def search(self, query: KeywordQuery, filters: Filters, limit: int) -> Candidates:
        """Return the best matches by BM25."""
        results = self._searcher.search(
            _scored(query), limit=limit, filter=_filter(filters), optimize=False, terms=False
        )
        return _candidates(results.top_n, len(results))

    def newest(self, query: KeywordQuery, filters: Filters, limit: int) -> Candidates:
        """Return the articles that match every word, newest first."""
        order = [FieldFacet("day", reverse=True), ScoreFacet()]
        results = self._searcher.search(
            _scored(query, every_word=True), limit=limit, filter=_filter(filters), sortedby=order
        )
        ranked = [(1 / rank, number) for rank, (_, number) in enumerate(results.top_n, start=1)]
        return _candidates(ranked, len(results))

    def frequency(self, field: str, text: str) -> int:
        """Return the number of articles that hold the term."""
        return int(self._searcher.doc_frequency(field, text))

    def close(self) -> None:
        """Release files."""
        self._searcher.close()
        self._index.close()


def _candidates(ranked: list[tuple[float, int]], total: int) -> Candidates:
    numbers = np.array([number for _, number in ranked], dtype=np.int64)
    scores = np.array([score for score, _ in ranked], dtype=np.float64)
    return Candidates(numbers, scores, total)


def _scored(keyword_query: KeywordQuery, every_word: bool = False) -> query.Query:
    groups = [_any_of([_term(term) for term in group]) for group in keyword_query.words]
    required = [_phrase(phrase) for phrase in keyword_query.required]
    if every_word:
        wanted = query.And([*groups, *required])
    elif groups and required:
        wanted = query.AndMaybe(query.And(required), _any_of(_flat(groups)))
    elif groups:
        wanted = _any_of(_flat(groups))
    else:
        wanted = query.And(required)
    if keyword_query.excluded:
        return query.AndNot(wanted, query.Or([_phrase(phrase) for phrase in keyword_query.excluded]))
    return wanted


def _flat(groups: list[query.Query]) -> list[query.Query]:
    return [
        leaf for group in groups for leaf in (group.subqueries if isinstance(group, query.Or) else [group])
    ]


def _any_of(queries: list[query.Query]) -> query.Query:
    if len(queries) == 1:
        return queries[0]
    union = query.Or(queries)
    # Reads the scores of many documents at once: a quarter faster than the binary tree, with the same result.
    union.matcher_type = query.Or.ARRAY_MATCHER
    return union


def _term(term: Term) -> query.Query:
    return query.Term(term.field, term.text, boost=term.weight)


def _phrase(phrase: Phrase) -> query.Query:
    variants = [
        SpanNear2([query.Term(phrase.field, word) for word in words])
        if len(words) > 1
        else query.Term(phrase.field, words[0])
        for words in phrase.variants
    ]
    return query.Or(variants) if len(variants) > 1 else variants[0]


def _filter(filters: Filters) -> query.Query | None:
    wanted: list[query.Query] = []
    if filters.source is not None:
        wanted.append(query.Term("source", filters.source))
    if filters.category is not None:
        wanted.append(query.Term("category", filters.category))
    if filters.first_day is not None or filters.last_day is not None:
        first = NO_DAY + 1 if filters.first_day is None else filters.first_day
        wanted.append(query.NumericRange("day", first, filters.last_day))
    return query.And(wanted) if wanted else None
