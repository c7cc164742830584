"""The tantivy engine: native code, for archives from some thousands of articles to millions.

tantivy's BM25 has a fixed b of 0.75, and its scores are therefore not exactly those of `engine`.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tantivy import DocAddress, Index, IndexWriter, Order, Query, SearchResult

from indexer.commit import Commit
from indexer.filters import NO_DAY, Filters
from indexer.keyword.engine import (
    Candidates,
    Document,
    FacetCounts,
    KeywordIndex,
    KeywordQuery,
    KeywordWriter,
    Phrase,
)
from indexer.keyword.tantivy_documents import (
    CATEGORY,
    COMMIT,
    COMMIT_FIELDS,
    DAY,
    KIND,
    NUMBER,
    SOURCE,
    register_tokenizers,
    schema,
    stored_article,
    stored_commit,
    stored_term,
)
from indexer.keyword.tantivy_queries import Queries

_META = "meta.json"
# Bytes of postings that a writer holds before it writes a segment.
_BUILD_BUFFER = 128 << 20
_CHANGE_BUFFER = 32 << 20
# One thread writes beside ours, which analyses: two would only make twice as many segments.
_THREADS = 1
# More values than any field has: counts of facets are exact only if none is cut off.
_ALL_VALUES = 10_000_000
# Two sums of the same summands in another order may differ behind this many decimals.
_DECIMALS = 4


class TantivyEngine:
    """Builds, opens and changes tantivy indexes. Their files hold no code."""

    opening_runs_code = False

    def build(self, directory: Path, documents: Iterable[Document]) -> None:
        """Write a new index into an empty directory."""
        index = Index(schema(), str(directory))
        with _writing(index, _BUILD_BUFFER) as writer:
            count = 0
            for document in documents:
                writer.add_document(stored_article(document))
                count += 1
            writer.add_document(stored_commit(Commit(count)))
            writer.commit()

    def open(self, directory: Path) -> KeywordIndex:
        """Open the last commit of an index."""
        return TantivyIndex(directory)

    @contextmanager
    def change(self, directory: Path) -> Iterator[KeywordWriter]:
        """Open an index for changes."""
        with _writing(Index.open(str(directory)), _CHANGE_BUFFER) as writer:
            yield _TantivyWriter(writer)

    def stamp(self, directory: Path) -> Hashable:
        """Return a value that changes with every commit. A merge of segments changes it too."""
        status = (directory / _META).stat()
        return status.st_ino, status.st_mtime_ns


@contextmanager
def _writing(index: Index, buffer: int) -> Iterator[IndexWriter]:
    """Yield a writer; at the end drop what was not committed, and wait until all merges are done."""
    register_tokenizers(index)
    writer = index.writer(buffer, _THREADS)
    try:
        yield writer
    finally:
        writer.rollback()
        writer.wait_merging_threads()


class _TantivyWriter:
    """Changes a tantivy index. tantivy applies additions and removals in the order in which they come."""

    def __init__(self, writer: IndexWriter) -> None:
        self._writer = writer

    def add(self, document: Document) -> None:
        """Add an article, or replace the one with its number."""
        self._writer.delete_documents_by_term(NUMBER, document.number)
        self._writer.add_document(stored_article(document))

    def remove(self, numbers: Collection[int]) -> None:
        """Remove the articles with these numbers."""
        for number in numbers:
            self._writer.delete_documents_by_term(NUMBER, number)

    def commit(self, commit: Commit) -> None:
        """Make all changes, and this commit, visible at one instant."""
        self._writer.delete_documents_by_term(KIND, COMMIT)
        self._writer.add_document(stored_commit(commit))
        self._writer.commit()


class TantivyIndex:
    """One commit of a tantivy index, open for reading. Threads search at the same time."""

    def __init__(self, directory: Path) -> None:
        index = Index.open(str(directory))
        index.config_reader("manual")  # no thread that watches for commits
        self._searcher = index.searcher()
        self._queries = Queries(index.schema)
        self._commit = self._read_commit()

    @property
    def commit(self) -> Commit:
        """The commit that is open."""
        return self._commit

    def __len__(self) -> int:
        return self._searcher.num_docs - 1  # the document of the commit is no article

    def search(self, query: KeywordQuery, filters: Filters, limit: int) -> Candidates:
        """Return the best matches by tantivy's BM25."""
        return self._best(self._queries.some_word(query, filters), limit)

    def newest(self, query: KeywordQuery, filters: Filters, limit: int) -> Candidates:
        """Return the articles that match every word, newest first."""
        wanted = self._queries.every_word(query, filters)
        by_day = self._searcher.search(wanted, limit, order_by_field=DAY)
        days = [day for day, _ in by_day.hits]
        if not days:
            return Candidates(np.empty(0, dtype=np.int64), np.empty(0), 0)
        # All matches of the later days are in the answer, and of the last day those with the best scores.
        last = days[-1]
        later = sum(day > last for day in days)
        of_last = self._best(self._queries.on_days(wanted, last, last), limit - later)
        of_later = self._by_day(self._queries.on_days(wanted, last + 1, None), later)
        numbers = np.concatenate([of_later, of_last.numbers])
        return Candidates(numbers, 1 / np.arange(1.0, len(numbers) + 1), _count(by_day))

    def facet_counts(self, query: KeywordQuery, filters: Filters) -> FacetCounts:
        """Count the facet values of all matches."""
        wanted = (self._queries.some_word if query else self._queries.everything)(query, filters)
        terms = {name: {"terms": {"field": name, "size": _ALL_VALUES}} for name in (SOURCE, CATEGORY, DAY)}
        found = self._searcher.aggregate(wanted, terms)
        sources, categories, days = (
            {bucket["key"]: bucket["doc_count"] for bucket in found[name]["buckets"]} for name in terms
        )
        dated = sorted(day for day in days if day != NO_DAY)
        articles = [days[day] for day in dated]
        return FacetCounts(sources, categories, np.array(dated, np.int64), np.array(articles, np.int64))

    def holding(self, phrases: Sequence[Phrase]) -> list[NDArray[np.int64]]:
        """Return the articles that hold each phrase."""
        return [self._numbers(self._queries.phrase(phrase)) for phrase in phrases]

    def frequency(self, field: str, text: str) -> int:
        """Return the number of articles that contain the term."""
        return self._searcher.doc_freq(field, stored_term(field, text))

    def close(self) -> None:
        """Release files."""
        del self._searcher  # tantivy closes its files with the last reference

    def _read_commit(self) -> Commit:
        addresses = [address for _, address in self._searcher.search(self._queries.commit, 1).hits]
        values = (self._searcher.fast_field_values(name, addresses)[0] for name in COMMIT_FIELDS)
        return Commit(*(int(value or 0) for value in values))

    def _best(self, wanted: Query, limit: int) -> Candidates:
        """Return the matches with the highest scores, ties ordered by article number."""
        depth = limit + limit // 4 + 1
        found = self._found(wanted, depth)
        # Which articles of a tie are among the best is known only when all articles of the tie are found.
        while len(found.numbers) == depth and found.scores[limit - 1] == found.scores[-1]:
            depth *= 2
            found = self._found(wanted, depth)
        best = np.lexsort((found.numbers, -found.scores))[:limit]
        return Candidates(found.numbers[best], found.scores[best], found.total)

    def _found(self, wanted: Query, limit: int) -> Candidates:
        """Return the matches with the highest scores, ties in any order."""
        found = self._searcher.search(wanted, limit)
        scores, addresses = _scores_and_addresses(found)
        return Candidates(self._values(NUMBER, addresses), scores, _count(found))

    def _by_day(self, wanted: Query, limit: int) -> NDArray[np.int64]:
        """Return the numbers of at most `limit` matches by day, score and number."""
        if not limit:
            return np.empty(0, dtype=np.int64)
        scores, addresses = _scores_and_addresses(self._searcher.search(wanted, limit))
        numbers, days = self._values(NUMBER, addresses), self._values(DAY, addresses)
        return numbers[np.lexsort((numbers, -scores, -days))]

    def _numbers(self, wanted: Query) -> NDArray[np.int64]:
        """Return the numbers of all matches, ascending."""
        total = _count(self._searcher.search(wanted, 1))
        found = self._searcher.search(wanted, max(total, 1), order_by_field=NUMBER, order=Order.Asc)
        return np.array([number for number, _ in found.hits], dtype=np.int64)

    def _values(self, field: str, addresses: list[DocAddress]) -> NDArray[np.int64]:
        return np.array(self._searcher.fast_field_values(field, addresses), dtype=np.int64)


def _scores_and_addresses(found: SearchResult) -> tuple[NDArray[np.float64], list[DocAddress]]:
    hits = found.hits
    scores = np.array([score for score, _ in hits], dtype=np.float64).round(_DECIMALS)
    return scores, [address for _, address in hits]


def _count(found: SearchResult) -> int:
    """Return the number of all matches, which tantivy's types do not mention."""
    return int(found.count)  # type: ignore[attr-defined]
