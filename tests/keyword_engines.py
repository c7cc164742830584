"""What the tests of keyword engines share: the table of engines, a plain reference engine, and documents."""

import math
import pickle
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.commit import Commit
from indexer.filters import NO_DAY, FacetValues, Filters
from indexer.keyword import ENGINES, load_engine
from indexer.keyword.engine import (
    Candidates,
    Document,
    FacetCounts,
    KeywordEngine,
    KeywordIndex,
    KeywordQuery,
    KeywordWriter,
    Phrase,
    QueryTerm,
)
from indexer.keyword.fields import FIELDS, WORDS

NOTHING = Filters()


@dataclass(frozen=True)
class Promises:
    """An engine under test, and what it promises beyond what all engines do.

    `plain_bm25`: its scores are those of the formula in `indexer.keyword.engine`, but for the rounding of
    lengths. `commits`: how many commits a test of many commits makes; some engines take long for each.
    """

    load: Callable[[], KeywordEngine]
    plain_bm25: bool
    commits: int


def doc(
    number: int, words: str, day: int = 0, source: str = "", category: str = "", title: str = ""
) -> Document:
    """Return a document of a title, and of words behind it that stand for everything else."""
    texts = f"{title} {words}".split()
    return Document(
        number,
        FacetValues(day, source, category),
        words=texts,
        stems=texts,
        surface_forms=texts,
        positions=list(range(len(texts))),
        title_tokens=len(title.split()),
        bigrams=[f"{left} {right}" for left, right in pairwise(texts)],
        title_bigrams=max(len(title.split()) - 1, 0),
    )


def built(engine: KeywordEngine, directory: Path, docs: Sequence[Document]) -> KeywordIndex:
    engine.build(directory, docs)
    return engine.open(directory)


def asked(*words: str) -> KeywordQuery:
    return KeywordQuery(tuple((QueryTerm(WORDS, word),) for word in words))


def numbers(found: Candidates) -> list[int]:
    return found.numbers.tolist()


class PlainEngine:
    """The reference: everything by the definitions, in memory, from one file of pickled documents."""

    def build(self, directory: Path, documents: Iterable[Document]) -> None:
        held = {document.number: document for document in documents}
        _write(directory, held, Commit(len(held)))

    def open(self, directory: Path) -> KeywordIndex:
        return PlainIndex(*_read(directory))

    @contextmanager
    def change(self, directory: Path) -> Iterator[KeywordWriter]:
        yield PlainWriter(directory)

    def stamp(self, directory: Path) -> Hashable:
        return (directory / "documents").stat().st_ino, (directory / "documents").stat().st_mtime_ns


def _write(directory: Path, documents: dict[int, Document], commit: Commit) -> None:
    fresh = directory / "fresh"
    fresh.write_bytes(pickle.dumps((documents, commit)))
    fresh.replace(directory / "documents")


def _read(directory: Path) -> tuple[dict[int, Document], Commit]:
    documents, commit = pickle.loads((directory / "documents").read_bytes())  # noqa: S301 our own file
    return documents, commit


class PlainWriter:
    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._documents, _ = _read(directory)

    def add(self, document: Document) -> None:
        self._documents[document.number] = document

    def remove(self, numbers: Collection[int]) -> None:
        for number in numbers:
            self._documents.pop(number, None)

    def commit(self, commit: Commit) -> None:
        _write(self._directory, self._documents, commit)


class PlainIndex:
    def __init__(self, documents: dict[int, Document], commit: Commit) -> None:
        self.commit = commit
        self._documents = dict(sorted(documents.items()))
        self._postings: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
        self._places: dict[tuple[str, str], dict[int, set[int]]] = defaultdict(dict)
        self._lengths: dict[str, dict[int, int]] = defaultdict(dict)
        for number, document in self._documents.items():
            for field in FIELDS:
                stream = document.stream(field)
                self._lengths[field][number] = len(stream.texts)
                for text, weight in stream.weights:
                    found = self._postings[field, text]
                    found[number] = found.get(number, 0.0) + weight
                for text, position in zip(stream.texts, stream.positions, strict=False):
                    self._places[field, text].setdefault(number, set()).add(position)

    def __len__(self) -> int:
        return len(self._documents)

    def scores(self, query: KeywordQuery) -> dict[int, float]:
        """Return the BM25 score of every article with a term of the query."""
        k1, b = 1.2, 0.85
        scores: Counter[int] = Counter()
        for term in (*(term for group in query.words for term in group), *query.bigrams):
            holding = self._postings.get((term.field, term.text), {})
            lengths = self._lengths[term.field]
            mean = sum(lengths.values()) / max(len(lengths), 1)
            idf = math.log(1 + (len(self) - len(holding) + 0.5) / (len(holding) + 0.5))
            for number, weight in holding.items():
                share = weight * (k1 + 1) / (weight + k1 * (1 - b + b * lengths[number] / mean))
                scores[number] += term.weight * idf * share
        return scores

    def search(self, query: KeywordQuery, filters: Filters, limit: int) -> Candidates:
        scores = self.scores(query)
        found = self._found(query, filters)
        best = sorted(found, key=lambda number: (-scores.get(number, 0.0), number))[:limit]
        return Candidates(_array(best), np.array([scores.get(n, 0.0) for n in best]), len(found))

    def newest(self, query: KeywordQuery, filters: Filters, limit: int) -> Candidates:
        scores = self.scores(KeywordQuery(query.words))
        found = [n for n in self._found(query, filters) if all(self._has(n, group) for group in query.words)]
        newest = sorted(found, key=lambda n: (-self._day(n), -scores.get(n, 0.0), n))[:limit]
        return Candidates(_array(newest), 1 / np.arange(1.0, len(newest) + 1), len(found))

    def facet_counts(self, query: KeywordQuery, filters: Filters) -> FacetCounts:
        found = self._found(query, filters) if query else self._passing(query, filters)
        values = [self._documents[number].facet_values for number in found]
        days = Counter(value.day for value in values if value.day != NO_DAY)
        return FacetCounts(
            dict(Counter(value.source for value in values if value.source)),
            dict(Counter(value.category for value in values if value.category)),
            _array(sorted(days)),
            _array([days[day] for day in sorted(days)]),
        )

    def holding(self, phrases: Sequence[Phrase]) -> list[NDArray[np.int64]]:
        return [_array([n for n in self._documents if self._holds(n, phrase)]) for phrase in phrases]

    def frequency(self, field: str, text: str) -> int:
        return len(self._postings.get((field, text), {}))

    def close(self) -> None:
        pass

    def _found(self, query: KeywordQuery, filters: Filters) -> list[int]:
        if not query:
            return []
        terms = [term for group in query.words for term in group]
        passing = self._passing(query, filters)
        return [number for number in passing if query.required or self._has(number, terms)]

    def _passing(self, query: KeywordQuery, filters: Filters) -> list[int]:
        return [
            number
            for number, document in self._documents.items()
            if _passes(document.facet_values, filters)
            and all(self._holds(number, phrase) for phrase in query.required)
            and not any(self._holds(number, phrase) for phrase in query.excluded)
        ]

    def _has(self, number: int, terms: Iterable[QueryTerm]) -> bool:
        return any(number in self._postings.get((term.field, term.text), {}) for term in terms)

    def _holds(self, number: int, phrase: Phrase) -> bool:
        return any(
            all(number in self._postings.get((phrase.field, word), {}) for word in words)
            and (len(words) == 1 or self._follow(number, phrase.field, words))
            for words in phrase.variants
        )

    def _follow(self, number: int, field: str, words: tuple[str, ...]) -> bool:
        places = [self._places[field, word][number] for word in words]
        return any(all(start + at in places[at] for at in range(len(words))) for start in places[0])

    def _day(self, number: int) -> int:
        return self._documents[number].facet_values.day


def _passes(values: FacetValues, filters: Filters) -> bool:
    if filters.first_day is not None or filters.last_day is not None:
        first, last = filters.first_day or NO_DAY + 1, filters.last_day or values.day
        if not (values.day != NO_DAY and first <= values.day <= last):
            return False
    return filters.source in (None, values.source) and filters.category in (None, values.category)


def _array(values: list[int]) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)


TESTED = {
    "plain": Promises(PlainEngine, plain_bm25=True, commits=200),
    "whoosh": Promises(lambda: load_engine("whoosh"), plain_bm25=True, commits=40),
    "tantivy": Promises(lambda: load_engine("tantivy"), plain_bm25=False, commits=200),
}
if missing := ENGINES.keys() - TESTED.keys():
    raise RuntimeError(f"these engines are not tested: {missing}")
