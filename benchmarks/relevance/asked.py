"""Judged queries with everything that a ranking uses, gathered once so that trying weights is fast."""

import random
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from benchmarks.relevance.memory import MemoryIndex
from benchmarks.relevance.readings import Reading
from benchmarks.typos import with_typo
from indexer import term_vectors
from indexer.keyword.documents import BIGRAMS, STEMS
from indexer.semantic.encoder import Encoder
from indexer.semantic.vectors import VectorIndex
from indexer.snapshot import Snapshot
from indexer.term_vectors import TermVectors
from search_web.evaluation import Query, read_qrels, read_queries
from search_web.evaluation.collection import Collection
from search_web.evaluation.shortening import lot, shorten
from search_web.evaluation.spelling import SPELLINGS, Spelling, rewrite
from search_web.ranking.features import Features, WeightedQuery, extract_features
from search_web.ranking.fusion import Numbers, Scores, aligned
from search_web.retrieval.hybrid import CANDIDATES
from search_web.understanding.query import is_bare

SHORT = 3  # content words of a short query
# How the queries are typed: in a spelling, or with one typo in each.
Typed = Spelling | Literal["typo"]
TYPED: tuple[Typed, ...] = (*SPELLINGS, "typo")


@dataclass(frozen=True, slots=True)
class Asked:
    """One query and its candidates, which are the best of both lists.

    All arrays are [candidates]. `bm25` is the BM25 score of the stems, or of a reference analyzer's terms, as
    a share of the query's total idf; `listed` marks the candidates of the keyword list. `known`, `mean` and
    `deviation` are those of `gate.GateInput`; `idf` is the mean idf of the words.
    """

    query: str
    numbers: Numbers
    bm25: Scores
    listed: NDArray[np.bool_]
    features: Features
    cosine: Scores
    known: float
    mean: float
    deviation: float
    idf: float
    words: int
    bare: bool
    grades: NDArray[np.int64]

    @property
    def nearness(self) -> Scores:
        """The cosine in standard deviations from the collection's mean, [candidates]."""
        return (self.cosine - self.mean) / max(self.deviation, 1e-6)


@dataclass(frozen=True, slots=True)
class Setting:
    """An open collection: its index, its judgements and the queries to ask."""

    name: str
    snapshot: Snapshot
    queries: list[Query]
    qrels: dict[str, dict[str, int]]
    ids: list[str]


@contextmanager
def opened(collection: Collection, index: Path, sample: int) -> Iterator[Setting]:
    """Open a collection whose index is built, with at most `sample` of its judged queries."""
    qrels = read_qrels(collection.qrels)
    judged = [query for query in read_queries(collection.queries) if query.id in qrels]
    drawn = sorted(judged, key=lambda query: lot(query.id))[:sample]
    with closing(Snapshot.open(index)) as snapshot:
        ids = [article.id for article in snapshot.archive.articles()]
        yield Setting(collection.name, snapshot, drawn, qrels, ids)


def texts(setting: Setting, *, short: bool, typed: Typed) -> list[str]:
    """Return the queries, in full or short, typed in this way."""
    asked = (shorten(query.text, SHORT, query.id) if short else query.text for query in setting.queries)
    return [_with_typo(text) if typed == "typo" else rewrite(text, typed) for text in asked]


def _with_typo(text: str) -> str:
    mistyped = with_typo(text, random.Random(text))  # noqa: S311 reproducible, not secret
    return mistyped[0] if mistyped else text


class Encoded:
    """A cache of query vectors: each query is encoded once for all readings."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._vectors: dict[str, NDArray[np.float32]] = {}

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of these texts [texts, dimension]."""
        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if new:
            self._vectors |= zip(new, self._encoder.encode_queries(new), strict=True)
        return np.stack([self._vectors[text] for text in texts])


def indexed(setting: Setting, reading: Reading, folder: Path) -> tuple[MemoryIndex, TermVectors]:
    """Index the articles of a collection by one reading; write its term vectors into the folder."""
    articles = setting.snapshot.archive.articles()
    documents = (reading.document(number, article) for number, article in enumerate(articles))
    return MemoryIndex(term_vectors.record(documents, folder), (STEMS, BIGRAMS)), TermVectors(folder)


class Gatherer:
    """Gathers the candidates of queries by one reading of a collection."""

    def __init__(self, setting: Setting, reading: Reading, folder: Path) -> None:
        self._setting = setting
        self._reading = reading
        self._index, self._terms = indexed(setting, reading, folder)

    def gather(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> list[Asked]:
        """Return the queries of the setting, asked as `texts` with the query vectors [queries, dimension]."""
        setting = self._setting
        return [
            self._asked(query.id, text, vector)
            for query, text, vector in zip(setting.queries, texts, vectors, strict=True)
        ]

    def _asked(self, query: str, text: str, vector: NDArray[np.float32]) -> Asked:
        parsed = self._reading.query(text)
        near: VectorIndex | None = self._setting.snapshot.vectors
        assert near is not None  # noqa: S101 these indexes are built with vectors
        found = self._index.search(parsed.keyword, CANDIDATES)
        nearest = near.search(vector, None, CANDIDATES)
        numbers = np.union1d(found.numbers, nearest.numbers)
        scored = near.scores(vector, numbers)
        weighted = WeightedQuery.of(parsed.words, parsed.bigrams, self._terms, self._index)
        stems = (term for group in parsed.keyword.words for term in group)
        judged = self._setting.qrels[query]
        return Asked(
            query,
            numbers,
            self._index.scores(stems)[numbers] / weighted.total_idf,
            np.isin(numbers, found.numbers),
            extract_features(weighted, self._terms, numbers),
            aligned(numbers, scored.numbers, scored.scores.astype(np.float64), 0.0),
            weighted.known,
            *near.background(vector),
            sum(idf for _, idf in weighted.words) / max(len(weighted.words), 1),
            len(weighted.words),
            is_bare(text, self._setting.snapshot.analyzer),
            np.array([judged.get(self._setting.ids[number], 0) for number in numbers]),
        )
