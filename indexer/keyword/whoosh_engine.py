"""The whoosh engine: pure Python, for archives of up to some thousands of articles.

whoosh reads its files with `pickle`, so the caller must verify or trust them before `open`.
"""

import threading
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, reduce
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import scoring
from whoosh.collectors import Collector
from whoosh.query.compound import And, Or
from whoosh.query.qcore import Query
from whoosh.query.terms import Term as WhooshTerm
from whoosh.searching import Searcher

from indexer.commit import Commit
from indexer.filters import NO_DAY, Filters
from indexer.keyword.engine import (
    K1,
    B,
    Candidates,
    Document,
    FacetCounts,
    KeywordIndex,
    KeywordQuery,
    KeywordWriter,
    Phrase,
    QueryTerm,
    inverse_frequency,
)
from indexer.keyword.whoosh_files import (
    CATEGORY,
    DAY,
    NUMBER,
    SOURCE,
    Storage,
    create,
    generation_in,
    opened,
    stored_article,
)
from indexer.keyword.whoosh_phrases import PhraseFinder
from indexer.keyword.whoosh_writer import WhooshWriter, column, writing

Numbers = NDArray[np.int64]
Scores = NDArray[np.float64]


class WhooshEngine:
    """Builds, opens and changes whoosh indexes."""

    opening_runs_code = True  # whoosh reads its files with pickle

    def build(self, directory: Path, documents: Iterable[Document]) -> None:
        """Write a new index, of one segment, into an empty directory."""
        storage = Storage(directory)
        with writing(storage, create(storage)) as writer:
            for document in documents:
                writer.add_document(**stored_article(document))
            writer.schema.commit = Commit(writer.docnum)
            writer.commit()

    def open(self, directory: Path) -> KeywordIndex:
        """Open the last commit of an index."""
        return WhooshIndex(directory)

    @contextmanager
    def change(self, directory: Path) -> Iterator[KeywordWriter]:
        """Open an index for changes."""
        yield WhooshWriter(Storage(directory))

    def stamp(self, directory: Path) -> Hashable:
        """Return whoosh's number of the last commit."""
        return generation_in(Storage(directory, readonly=True))


class _BM25(scoring.BM25F):
    """BM25 with the idf of `engine`. whoosh adds 1 to the idf of every term, which favours frequent words."""

    def idf(self, searcher: Any, fieldname: str, text: str) -> float:
        """Return the idf of a term by the formula in `engine`."""
        found = searcher.doc_frequency(fieldname, text)
        return inverse_frequency(searcher.doc_count_all(), found)


class _Matches(Collector):
    """Collects whoosh's numbers and the scores of all matches."""

    def __init__(self) -> None:
        super().__init__()
        self._documents: list[int] = []
        self._scores: list[float] = []

    def collect_matches(self) -> None:
        """Collect the matches of one segment."""
        matcher, offset = self.matcher, self.offset
        while matcher.is_active():
            self._documents.append(offset + matcher.id())
            self._scores.append(matcher.score())
            matcher.next()

    @property
    def found(self) -> "tuple[Numbers, Scores]":
        """The matches of all segments, ascending."""
        return np.array(self._documents, dtype=np.int64), np.array(self._scores, dtype=np.float64)


class WhooshIndex:
    """One commit of a whoosh index, open for reading.

    whoosh finds and scores the words. Everything else is array operations over all matches: whoosh numbers
    documents by their place in the segments, and columns give the number and the facet values of each.

    Searches take turns, because whoosh's matchers share the read position of its files. Parallel searches
    would not be faster in pure Python anyway.
    """

    def __init__(self, directory: Path) -> None:
        self._turn = threading.Lock()
        storage = Storage(directory, readonly=True)
        try:
            self._reader, self._commit = opened(storage)
            self._searcher: Any = Searcher(self._reader, weighting=_BM25(B=B, K1=K1))
            self._phrases = PhraseFinder(self._reader)
        except BaseException:
            storage.close_files()
            raise

    @property
    def commit(self) -> Commit:
        """The commit that is open."""
        return self._commit

    def __len__(self) -> int:
        return int(self._reader.doc_count())

    def search(self, query: KeywordQuery, filters: Filters, limit: int) -> Candidates:
        """Return the best matches by BM25."""
        with self._turn:
            documents, scores = self._matches(query, filters)
            numbers = self._numbers[documents]
            best = np.lexsort((numbers, -scores))[:limit]
            return Candidates(numbers[best], scores[best], len(numbers))

    def newest(self, query: KeywordQuery, filters: Filters, limit: int) -> Candidates:
        """Return the articles that match every word, newest first."""
        with self._turn:
            documents, scores = self._matches(query, filters, every_word=True)
            numbers = self._numbers[documents]
            newest = np.lexsort((numbers, -scores, -self._days[documents]))[:limit]
            return Candidates(numbers[newest], 1 / np.arange(1.0, len(newest) + 1), len(numbers))

    def facet_counts(self, query: KeywordQuery, filters: Filters) -> FacetCounts:
        """Count the facet values of all matches."""
        with self._turn:
            if query:
                documents, _ = self._matches(query, filters)
            else:
                documents = self._restricted(self._live, query, filters)
            days, articles = np.unique(self._days[documents], return_counts=True)
            dated = days != NO_DAY
            return FacetCounts(
                _counted(self._facets[SOURCE][documents]),
                _counted(self._facets[CATEGORY][documents]),
                days[dated],
                articles[dated],
            )

    def holding(self, phrases: Sequence[Phrase]) -> list[Numbers]:
        """Return the articles that hold each phrase."""
        with self._turn:
            return [np.sort(self._numbers[found]) for found in self._phrases.holding(phrases)]

    def frequency(self, field: str, text: str) -> int:
        """Return the number of articles that contain the term."""
        with self._turn:
            return int(self._searcher.doc_frequency(field, text))

    def close(self) -> None:
        """Release files."""
        with self._turn:
            self._searcher.close()

    @cached_property
    def _numbers(self) -> Numbers:
        numbers: Numbers = column(self._reader, NUMBER, np.int64)
        return numbers

    @cached_property
    def _days(self) -> Numbers:
        days: Numbers = column(self._reader, DAY, np.int64)
        return days

    @cached_property
    def _facets(self) -> dict[str, NDArray[np.object_]]:
        """The facet keys of each document, UTF-8."""
        return {name: column(self._reader, name, np.object_) for name in (SOURCE, CATEGORY)}

    @cached_property
    def _live(self) -> Numbers:
        return np.fromiter(self._reader.all_doc_ids(), dtype=np.int64)

    def _matches(
        self, query: KeywordQuery, filters: Filters, every_word: bool = False
    ) -> tuple[Numbers, Scores]:
        """Return whoosh's numbers and the scores of all matches, ascending."""
        if not query:
            return np.empty(0, dtype=np.int64), np.empty(0)
        collected = _Matches()  # type: ignore[abstract] # its other methods are for sorting
        self._searcher.search_with_collector(_scored(query, every_word), collected)
        documents, scores = collected.found
        if query.required and not (every_word and query.words):
            # Articles with the required phrases match without any word, and then have no score.
            holding = reduce(np.intersect1d, self._phrases.holding(query.required))
            documents, scores = holding, _looked_up(holding, documents, scores)
        kept = self._restricted(documents, query, filters)
        return kept, scores[np.searchsorted(documents, kept)]

    def _restricted(self, documents: Numbers, query: KeywordQuery, filters: Filters) -> Numbers:
        """Return the documents, ascending, that the phrases of a query and the filters let pass."""
        for found in self._phrases.holding(query.required):
            documents = documents[np.isin(documents, found, assume_unique=True)]
        for found in self._phrases.holding(query.excluded):
            documents = documents[np.isin(documents, found, assume_unique=True, invert=True)]
        for name, key in ((SOURCE, filters.source), (CATEGORY, filters.category)):
            if key is not None:
                documents = documents[self._facets[name][documents] == key.encode()]
        if filters.first_day is not None or filters.last_day is not None:
            days = self._days[documents]
            first = NO_DAY + 1 if filters.first_day is None else filters.first_day
            last = days.max(initial=NO_DAY) if filters.last_day is None else filters.last_day
            documents = documents[(first <= days) & (days <= last)]
        return documents


def _counted(keys: NDArray[np.object_]) -> dict[str, int]:
    """Return how often each key is there; "" is none."""
    found, counts = np.unique(keys, return_counts=True)
    return {key.decode(): count for key, count in zip(found.tolist(), counts.tolist(), strict=True) if key}


def _looked_up(wanted: Numbers, documents: Numbers, scores: Scores) -> Scores:
    """Return the scores of the wanted documents; 0 if they have none."""
    looked_up = np.zeros(len(wanted))
    _, there, at = np.intersect1d(wanted, documents, assume_unique=True, return_indices=True)
    looked_up[there] = scores[at]
    return looked_up


def _scored(query: KeywordQuery, every_word: bool) -> Query:
    groups = [[_term(term) for term in group] for group in query.words]
    if every_word:
        return And([_any_of(group) for group in groups])
    # A document with a bigram also has its words. One union of words and bigrams therefore finds the same
    # documents, and is the fastest query.
    return _any_of([*chain.from_iterable(groups), *map(_term, query.bigrams)])


def _any_of(queries: list[Query]) -> Query:
    if len(queries) == 1:
        return queries[0]
    union = Or(queries)
    # The array matcher scores many documents at once: a quarter faster than the binary tree, with equal
    # results.
    union.matcher_type = Or.ARRAY_MATCHER
    return union


def _term(term: QueryTerm) -> Query:
    return WhooshTerm(term.field, term.text, boost=term.weight)
