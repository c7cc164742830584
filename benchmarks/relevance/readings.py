"""Readings: how a row of the table turns articles and queries into terms, our way or a reference's."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Protocol

from benchmarks.relevance.analyzers import Analyze
from benchmarks.relevance.memory import MemoryIndex
from indexer.articles import Article
from indexer.columns import TermColumns, record_terms
from indexer.filters import FacetValues, Filters
from indexer.keyword.engine import Candidates, Document, KeywordQuery, QueryTerm
from indexer.keyword.fields import BIGRAMS, PREFIX_FAMILIES, STEMS, SURFACE_FORMS
from indexer.snapshot import Snapshot
from search_web.understanding.query import ParsedQuery, parse_query
from search_web.understanding.query_terms import QueryBigram, QueryWord
from search_web.understanding.word_breaks import with_breaks


class Retriever(Protocol):
    """A keyword index: a real engine's, or a `MemoryIndex`."""

    def search(self, query: KeywordQuery, filters: Filters, limit: int) -> Candidates:
        """Return the best matches."""
        ...

    def frequency(self, field: str, text: str) -> int:
        """Return the number of articles that hold the term."""
        ...

    def __len__(self) -> int:
        """Return the number of articles."""
        ...


@dataclass(frozen=True, slots=True)
class Indexed:
    """The keyword index and the term columns of a collection."""

    keyword: Retriever
    terms: TermColumns


@dataclass(frozen=True, slots=True)
class Reading:
    """How the articles of a collection are indexed (a folder is for files), and typed queries are parsed."""

    name: str
    index: Callable[[Iterable[Article], Path], Indexed]
    query: Callable[[str], ParsedQuery]


def ours(snapshot: Snapshot) -> Reading:
    """Return Khabaryab's own reading of a collection: its real index."""
    return Reading(
        "khabaryab",
        lambda _articles, _folder: Indexed(snapshot.keyword, snapshot.terms),
        lambda text: parse_query(with_breaks(text, snapshot), snapshot.analyzer),
    )


def reference(name: str, analyze: Analyze) -> Reading:
    """Return the reading of a reference analyzer: one field, in which title words count like all others.

    Only the row of the sketched gate uses its bigrams.
    """

    def index(articles: Iterable[Article], folder: Path) -> Indexed:
        documents = (reference_document(number, article, analyze) for number, article in enumerate(articles))
        fields = (STEMS, BIGRAMS, SURFACE_FORMS, PREFIX_FAMILIES)
        keyword = MemoryIndex(record_terms(documents, folder), fields)
        return Indexed(keyword, TermColumns(folder, len(keyword)))

    def asked(text: str) -> ParsedQuery:
        terms = analyze(text)
        words = tuple(QueryWord(term, (term,)) for term in dict.fromkeys(terms))
        bigrams = tuple(dict.fromkeys(_bigrams(terms)))
        keyword = KeywordQuery(tuple((QueryTerm(STEMS, word.surface),) for word in words))
        return ParsedQuery(text, keyword, words, bigrams, bare=False)

    return Reading(name, index, asked)


def reference_document(number: int, article: Article, analyze: Analyze) -> Document:
    """Return the document of an article in the one field of a reference analyzer."""
    texts = (article.title, article.kicker, article.lead, article.body, *article.tags)
    terms = [analyze(text) for text in texts if text]
    flat = [term for part in terms for term in part]
    return Document(
        number,
        FacetValues.of(article),
        words=flat,
        stems=flat,
        surface_forms=flat,
        positions=list(range(len(flat))),
        width=len(flat),
        bigrams=[bigram.term for part in terms for bigram in _bigrams(part)],
    )


def _bigrams(terms: list[str]) -> Iterator[QueryBigram]:
    return (QueryBigram(left, right) for left, right in pairwise(terms))
