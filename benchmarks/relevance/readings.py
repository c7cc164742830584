"""Readings: how a row of the table turns articles and queries into terms, our way or a reference's."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.relevance.analyzers import Analyze
from indexer.articles import Article
from indexer.filters import FacetValues
from indexer.keyword.documents import BIGRAMS, STEMS, document
from indexer.keyword.engine import Document, KeywordQuery, Posting, QueryTerm, TermVector
from indexer.snapshot import Snapshot
from search_web.understanding.query import ParsedQuery, parse_query
from search_web.understanding.query_terms import QueryBigram, QueryWord
from search_web.understanding.word_breaks import with_breaks


@dataclass(frozen=True, slots=True)
class Reading:
    """How articles become documents, and typed queries become parsed ones."""

    name: str
    document: Callable[[int, Article], Document]
    query: Callable[[str], ParsedQuery]


def ours(snapshot: Snapshot) -> Reading:
    """Return Khabaryab's own reading of an indexed collection."""
    analyzer = snapshot.analyzer
    return Reading(
        "khabaryab",
        lambda number, article: document(number, article, analyzer),
        lambda text: parse_query(with_breaks(text, snapshot), analyzer),
    )


def reference(name: str, analyze: Analyze) -> Reading:
    """Return the reading of a reference analyzer: one field, in which title words count like all others.

    Only the row of the sketched gate uses its bigrams.
    """

    def read(number: int, article: Article) -> Document:
        texts = (article.title, article.kicker, article.lead, article.body, *article.tags)
        terms = [analyze(text) for text in texts if text]
        flat = [term for part in terms for term in part]
        streams = {
            STEMS: [Posting(term, position) for position, term in enumerate(flat)],
            BIGRAMS: [Posting(bigram.term, 0) for part in terms for bigram in _bigrams(part)],
        }
        vector = TermVector(flat, flat, list(range(len(flat))))
        return Document(number, streams, FacetValues.of(article), vector)

    def asked(text: str) -> ParsedQuery:
        terms = analyze(text)
        words = tuple(QueryWord(term, (term,)) for term in dict.fromkeys(terms))
        bigrams = tuple(dict.fromkeys(_bigrams(terms)))
        keyword = KeywordQuery(tuple((QueryTerm(STEMS, word.surface),) for word in words))
        return ParsedQuery(text, keyword, words, bigrams, bare=False)

    return Reading(name, read, asked)


def _bigrams(terms: list[str]) -> Iterator[QueryBigram]:
    return (QueryBigram(left, right) for left, right in pairwise(terms))
