"""Judged queries with everything that a ranking uses, gathered once so that trying weights is fast."""

import random
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from benchmarks.relevance.readings import Reading
from benchmarks.typos import with_typo
from indexer.filters import Filters
from indexer.keyword.engine import KeywordQuery
from indexer.semantic.encoder import Encoder
from indexer.snapshot import Snapshot
from search_web.evaluation import Query, read_qrels, read_queries
from search_web.evaluation.collection import Collection
from search_web.evaluation.shortening import lot, shorten
from search_web.evaluation.spelling import SPELLINGS, Spelling, rewrite
from search_web.ranking.features import Features
from search_web.ranking.fusion import Numbers, Scores, aligned
from search_web.ranking.weighted_query import WeightedQuery
from search_web.retrieval.evidence import CANDIDATES, Evidence
from search_web.understanding.query import ParsedQuery

SHORT = 3  # content words of a short query
# How the queries are typed: in a spelling, or with one typo in each.
Typed = Spelling | Literal["typo"]
TYPED: tuple[Typed, ...] = (*SPELLINGS, "typo")


@dataclass(frozen=True, slots=True)
class Asked:
    """One judged query, its candidates and the evidence for them.

    `bm25` [candidates] is the BM25 score of the stems, or of a reference analyzer's terms, as a share of the
    query's total idf. `idf` is the mean idf of the words. `grades` [candidates] are the judgements.
    """

    query: str
    evidence: Evidence
    bm25: Scores
    idf: float
    words: int
    grades: NDArray[np.int64]

    @property
    def numbers(self) -> Numbers:
        """The article numbers [candidates]."""
        return self.evidence.numbers

    @property
    def features(self) -> Features:
        """The lexical features."""
        return self.evidence.features

    @property
    def cosine(self) -> Scores:
        """The cosine of the nearest passage [candidates]."""
        return self.evidence.cosines


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


class Gatherer:
    """Gathers the candidates of queries by one reading of a collection."""

    def __init__(self, setting: Setting, reading: Reading, folder: Path) -> None:
        self._setting = setting
        self._reading = reading
        self._index = reading.index(setting.snapshot.archive.articles(), folder)

    def gather(self, texts: Sequence[str], encode: Encoded) -> list[Asked]:
        """Return the queries of the setting, asked as `texts`."""
        parsed = [self._reading.query(text) for text in texts]
        vectors = encode([query.text for query in parsed])
        return [
            self._asked(query.id, asked, vector)
            for query, asked, vector in zip(self._setting.queries, parsed, vectors, strict=True)
        ]

    def _asked(self, query: str, parsed: ParsedQuery, vector: NDArray[np.float32]) -> Asked:
        vectors, keyword, terms = self._setting.snapshot.vectors, self._index.keyword, self._index.terms
        assert vectors is not None  # noqa: S101 these indexes are built with vectors
        found = keyword.search(parsed.keyword, Filters(), CANDIDATES)
        nearest = vectors.search(vector, None, CANDIDATES)
        weighted = WeightedQuery.of(parsed.words, parsed.bigrams, keyword)
        evidence = Evidence.gather(parsed, vector, found, nearest, vectors, weighted, terms)
        stems = keyword.search(KeywordQuery(parsed.keyword.words), Filters(), len(terms))
        judged = self._setting.qrels[query]
        return Asked(
            query,
            evidence,
            aligned(evidence.numbers, stems.numbers, stems.scores, 0.0) / weighted.total_idf,
            sum(idf for _, idf in weighted.words) / max(len(weighted.words), 1),
            len(weighted.words),
            np.array([judged.get(self._setting.ids[number], 0) for number in evidence.numbers]),
        )
