"""The whoosh engine: pure Python, for archives of up to some thousands of articles.

whoosh reads its files with `pickle`, so the caller must verify their hashes before `open`.
"""

import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import suppress
from functools import reduce
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import fields, formats, scoring
from whoosh.filedb.filestore import FileStorage
from whoosh.matching.mcore import ListMatcher
from whoosh.query.compound import And, AndMaybe, Or
from whoosh.query.qcore import Query
from whoosh.query.ranges import NumericRange
from whoosh.query.terms import Term as WhooshTerm
from whoosh.sorting import FieldFacet, ScoreFacet
from whoosh.system import pack_uint

from indexer.filters import NO_DAY, Filters
from indexer.keyword.engine import (
    K1,
    B,
    Candidates,
    Document,
    KeywordIndex,
    KeywordQuery,
    Phrase,
    QueryTerm,
    Stream,
    inverse_frequency,
)
from indexer.keyword.fields import FIELDS, POSITIONED
from indexer.keyword.whoosh_phrases import PhraseFinder

_MEGABYTES = 256

_Combine = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.int64]]


class TermStream(fields.FieldType):
    """A whoosh field that takes postings instead of text, because the text is already analysed."""

    indexed = True
    scorable = True

    def __init__(self, with_positions: bool) -> None:
        self._with_positions = with_positions
        self.format: Any = formats.Positions() if with_positions else formats.Frequency()
        self.stored = False
        self.unique = False
        self.vector = None
        self.analyzer = None
        self.spelling = False
        self.column_type = None

    def index(self, value: Stream, **_: Any) -> Generator[tuple[bytes, int, float, bytes], Any, None]:
        """Yield (term, frequency, weight, encoded postings) of each distinct term, for whoosh's writer."""
        positions: dict[str, list[int]] = {}
        weights: dict[str, float] = {}
        for (text, weight), position in zip(value.weights, value.positions or repeat(0), strict=False):
            positions.setdefault(text, []).append(position)
            weights[text] = weights.get(text, 0.0) + weight
        for text, places in positions.items():
            yield text.encode(), len(places), weights[text], self._encode(places)

    def _encode(self, places: list[int]) -> bytes:
        encoded: bytes = self.format.encode(places) if self._with_positions else pack_uint(len(places))
        return encoded


def _schema() -> fields.Schema:
    streams = {name: TermStream(with_positions=name in POSITIONED) for name in FIELDS}
    return fields.Schema(
        **streams,
        day=fields.NUMERIC(int, sortable=True),
        source=fields.ID(),
        category=fields.ID(),
    )


class WhooshEngine:
    """Builds and opens whoosh indexes of one segment, whose document numbers are our article numbers."""

    opening_runs_code = True  # whoosh reads its files with pickle

    def build(self, directory: Path, documents: Iterable[Document]) -> None:
        """Write a new index into an empty directory."""
        storage = _Storage(directory)
        writer = storage.create_index(_schema()).writer(limitmb=_MEGABYTES)
        try:
            for document in documents:
                values = document.facet_values
                writer.add_document(
                    **{name: document.stream(name) for name in FIELDS},
                    day=values.day,
                    source=values.source,
                    category=values.category,
                )
            writer.commit(optimize=True)
        except BaseException:
            with suppress(Exception):  # the disk may be full for this too
                writer.cancel()
            storage.close_files()
            raise

    def open(self, directory: Path) -> KeywordIndex:
        """Open an index that `build` wrote."""
        return WhooshIndex(directory)


class _Storage(FileStorage):
    """Remembers its files, because a writer or a reader that fails leaves some of them open.

    Python would try to write the buffers of a writer when it ends, and print that the disk is still full.
    """

    def __init__(self, directory: Path, *, readonly: bool = False) -> None:
        super().__init__(str(directory), readonly=readonly)
        self._files: list[Any] = []

    def create_file(self, *arguments: Any, **named: Any) -> Any:
        """Create a file as whoosh asks for it."""
        return self._remembered(super().create_file(*arguments, **named))

    def open_file(self, *arguments: Any, **named: Any) -> Any:
        """Open a file as whoosh asks for it."""
        return self._remembered(super().open_file(*arguments, **named))

    def list(self) -> list[str]:
        """Return the names of the files. whoosh's own method says that a folder it cannot read is empty."""
        return [path.name for path in Path(self.folder).iterdir()]

    def _remembered(self, opened: Any) -> Any:
        self._files.append(opened.file)
        return opened

    def close_files(self) -> None:
        """Close every file, whether its last bytes can be written or not."""
        for file in self._files:
            with suppress(OSError):
                file.close()


class _BM25(scoring.BM25F):
    """BM25 with the idf of `engine`. whoosh adds 1 to the idf of every term, which favours frequent words."""

    def idf(self, searcher: Any, fieldname: str, text: str) -> float:
        """Return the idf of a term by the formula in `engine`."""
        found = searcher.doc_frequency(fieldname, text)
        return inverse_frequency(searcher.doc_count_all(), found)


class WhooshIndex:
    """A whoosh index open for reading.

    Searches take turns, because whoosh's matchers share the read position of its files. Parallel searches
    would not be faster in pure Python anyway.
    """

    def __init__(self, directory: Path) -> None:
        self._turn = threading.Lock()
        storage = _Storage(directory, readonly=True)
        try:
            self._searcher: Any = storage.open_index().searcher(weighting=_BM25(B=B, K1=K1))
            self._phrases = PhraseFinder(self._searcher.reader())
        except BaseException:
            storage.close_files()
            raise

    def __len__(self) -> int:
        return int(self._searcher.doc_count_all())

    def search(self, query: KeywordQuery, filters: Filters, limit: int) -> Candidates:
        """Return the best matches by BM25."""
        with self._turn:
            results = self._searcher.search(
                self._scored(query),
                limit=limit,
                filter=_filter(filters),
                mask=self._excluded(query),
                optimize=False,
                terms=False,
            )
            return _candidates(results.top_n, len(results))

    def newest(self, query: KeywordQuery, filters: Filters, limit: int) -> Candidates:
        """Return the articles that match every word, newest first."""
        order = [FieldFacet("day", reverse=True), ScoreFacet()]
        with self._turn:
            results = self._searcher.search(
                self._scored(query, every_word=True),
                limit=limit,
                filter=_filter(filters),
                mask=self._excluded(query),
                sortedby=order,
            )
            ranked = [(1 / rank, number) for rank, (_, number) in enumerate(results.top_n, start=1)]
            return _candidates(ranked, len(results))

    def holding(self, phrases: Sequence[Phrase]) -> list[NDArray[np.int64]]:
        """Return the articles that hold each phrase."""
        with self._turn:
            return self._phrases.holding(phrases)

    def frequency(self, field: str, text: str) -> int:
        """Return the number of articles that contain the term."""
        with self._turn:
            return int(self._searcher.doc_frequency(field, text))

    def close(self) -> None:
        """Release files."""
        with self._turn:
            self._searcher.close()

    def _scored(self, query: KeywordQuery, every_word: bool = False) -> Query:
        groups = [[_term(term) for term in group] for group in query.words]
        # A document with a bigram also has its words. One union of words and bigrams therefore finds the same
        # documents, and is the fastest query.
        scored = [*chain.from_iterable(groups), *map(_term, query.bigrams)]
        required = [_Articles(numbers) for numbers in self._combined(np.intersect1d, query.required)]
        wanted: Query
        if every_word:
            wanted = And([*map(_any_of, groups), *required])
        elif scored and required:
            wanted = AndMaybe(And(required), _any_of(scored))
        elif scored:
            wanted = _any_of(scored)
        else:
            wanted = And(required)
        return wanted

    def _excluded(self, query: KeywordQuery) -> set[int] | None:
        # Not whoosh's AndNot: it lets the first match pass if it is not the first excluded article.
        return next((set(found.tolist()) for found in self._combined(np.union1d, query.excluded)), None)

    def _combined(self, combine: _Combine, phrases: tuple[Phrase, ...]) -> list[NDArray[np.int64]]:
        """Return the articles of all phrases, combined: one array, or none if there are no phrases."""
        found = self._phrases.holding(phrases)
        return [reduce(combine, found)] if found else []


def _candidates(ranked: list[tuple[float, int]], total: int) -> Candidates:
    numbers = np.array([number for _, number in ranked], dtype=np.int64)
    scores = np.array([score for score, _ in ranked], dtype=np.float64)
    return Candidates(numbers, scores, total)


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


class _Articles(Query):
    """Matches the articles with these numbers, ascending, and adds nothing to their scores."""

    def __init__(self, numbers: NDArray[np.int64]) -> None:
        self._numbers = numbers.tolist()

    def estimate_size(self, ixreader: Any) -> int:
        """Return the number of articles."""
        return len(self._numbers)

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Return a matcher at the first article."""
        return ListMatcher(self._numbers, weights=[0.0] * len(self._numbers))


def _filter(filters: Filters) -> Query | None:
    wanted: list[Query] = []
    if filters.source is not None:
        wanted.append(WhooshTerm("source", filters.source))
    if filters.category is not None:
        wanted.append(WhooshTerm("category", filters.category))
    if filters.first_day is not None or filters.last_day is not None:
        first = NO_DAY + 1 if filters.first_day is None else filters.first_day
        wanted.append(NumericRange("day", first, filters.last_day))
    return And(wanted) if wanted else None
