"""Finds the articles on which the analysis fails, so that a build can go on without them."""

from collections.abc import Iterator

from indexer.archive import Archive
from indexer.articles import Article
from indexer.keyword.documents import document
from indexer.persian.analyzer import PersianAnalyzer
from indexer.persian.collection import learn
from indexer.semantic.passages import passages


def faulty_articles(archive: Archive, analyzer: PersianAnalyzer) -> Iterator[tuple[int, Article, Exception]]:
    """Yield number, article and error of each article that cannot be analysed or cut into passages."""
    for number, article in enumerate(archive.articles()):
        texts = (article.title, article.kicker, article.lead, article.body)
        try:
            learn(iter(texts), iter(texts), analyzer)
            document(number, article, analyzer)
            passages(article)
        except Exception as error:  # the analysis of any text must not fail; this tells which text it is
            yield number, article, error
