"""What the web needs of a search engine; the front end knows nothing else of the indexes."""

import datetime as dt
from typing import Protocol

import msgspec

from indexer.articles import Article
from search_web.contract.answers import CompletionAnswer, SearchAnswer, SearchRequest, SimilarAnswer

SIMILAR = 5  # similar articles that are given unless another size is asked for


class Facets(msgspec.Struct, frozen=True, kw_only=True):
    """What the archive holds: sources and categories, first and last day, number of articles.

    The page offers the first 24 names of each as links, so the most frequent come first. `semantic` says
    whether there are vectors to search.
    """

    sources: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    first: dt.date | None = None
    last: dt.date | None = None
    articles: int = 0
    semantic: bool = True


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """Whether searches can be answered, the reason if not, and from which generation.

    `degraded` says that only keywords are searched because the encoder is missing.
    """

    ready: bool
    detail: str
    generation: str | None = None
    degraded: bool = False


class Searcher(Protocol):
    """A search engine over one index; safe to call from several threads."""

    def search(self, request: SearchRequest) -> SearchAnswer:
        """Answer one search; raises `IndexUnusable` or `UsageError`."""
        ...

    def complete(self, typed: str, size: int) -> CompletionAnswer:
        """Return queries that begin with what was typed so far; raises `IndexUnusable`."""
        ...

    def article(self, article_id: str) -> Article | None:
        """Return the article with this id as it came, or None; raises `IndexUnusable`."""
        ...

    def similar(self, article_id: str, size: int) -> SimilarAnswer | None:
        """Return the articles similar to the one with this id, or None; raises `IndexUnusable`."""
        ...

    def facets(self) -> Facets:
        """Return what can be filtered by; raises `IndexUnusable`."""
        ...

    def readiness(self) -> Readiness:
        """Say whether the index can be opened; never raises."""
        ...
