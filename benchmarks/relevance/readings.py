"""Readings: how a row of the table turns articles and queries into terms, ours or a reference analyzer's."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.relevance.analyzers import Analyze
from indexer.articles import Article
from indexer.filters import Facets
from indexer.keyword.documents import PAIRS, STEMS, STREAM_WEIGHTS, document
from indexer.keyword.engine import Document, KeywordQuery, Posting, Term, TermVector
from indexer.persian.analyzer import PersianAnalyzer
from search_web.query import parse_query


@dataclass(frozen=True, slots=True)
class Reading:
    """`weights` are those that its queries give the fields that are scored."""

    name: str
    weights: Mapping[str, float]
    document: Callable[[int, Article], Document]
    query: Callable[[str], KeywordQuery]


def ours(analyzer: PersianAnalyzer) -> Reading:
    """Return Khabaryab's own reading."""
    return Reading(
        "khabaryab",
        STREAM_WEIGHTS,
        lambda number, article: document(number, article, analyzer),
        lambda text: parse_query(text, analyzer).keyword,
    )


def reference(name: str, analyze: Analyze) -> Reading:
    """Return the reading of a reference analyzer: one field, in which a title counts as any text.

    Its pairs are for the one row that weighs them.
    """

    def read(number: int, article: Article) -> Document:
        texts = (article.title, article.kicker, article.lead, article.body, *article.tags)
        terms = [analyze(text) for text in texts if text]
        flat = [term for part in terms for term in part]
        streams = {
            STEMS: [Posting(term, position) for position, term in enumerate(flat)],
            PAIRS: [Posting(pair, 0) for part in terms for pair in _pairs(part)],
        }
        vector = TermVector(flat, list(range(len(flat))), len(analyze(article.title)))
        return Document(number, streams, Facets.of(article), vector)

    def asked(text: str) -> KeywordQuery:
        terms = analyze(text)
        words = tuple((Term(STEMS, term),) for term in dict.fromkeys(terms))
        return KeywordQuery(words, tuple(Term(PAIRS, pair) for pair in dict.fromkeys(_pairs(terms))))

    return Reading(name, {STEMS: 1.0, PAIRS: 1.0}, read, asked)


def _pairs(terms: list[str]) -> Iterator[str]:
    return (f"{left} {right}" for left, right in pairwise(terms))
