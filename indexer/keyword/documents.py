"""Turns articles into documents: what the keyword engines index and the term columns store."""

from collections.abc import Iterable, Iterator

from indexer.articles import Article
from indexer.filters import FacetValues
from indexer.keyword.engine import Document
from indexer.persian.analyzer import PersianAnalyzer

_BETWEEN = "\n"


def indexed_text(article: Article) -> str:
    """Return the text that the offsets of a document's tokens refer to.

    These are title, kicker, lead, body and tags, without those that are empty, a line each.
    """
    return _BETWEEN.join(_parts(article))


def _parts(article: Article) -> list[str]:
    tags = _BETWEEN.join(article.tags)
    return [part for part in (article.title, article.kicker, article.lead, article.body, tags) if part]


def document(number: int, article: Article, analyzer: PersianAnalyzer) -> Document:
    """Return the analysed article."""
    made = analyzer.analysis(_parts(article))
    has_title = bool(article.title)
    return Document(
        number,
        FacetValues.of(article),
        *made.tokens,
        title_tokens=made.first_tokens if has_title else 0,
        title_width=made.first_width if has_title else 0,
        width=made.width,
        bigrams=made.bigrams,
        title_bigrams=made.first_bigrams if has_title else 0,
    )


def documents(articles: Iterable[Article], analyzer: PersianAnalyzer) -> Iterator[Document]:
    """Yield the analysed articles, numbered in order from 0."""
    for number, article in enumerate(articles):
        yield document(number, article, analyzer)
