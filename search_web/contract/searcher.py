"""The interface between the web front end and the search engine. The front end knows no other part of it."""

import datetime as dt
from typing import Protocol

import msgspec

from indexer.articles import Article
from search_web.contract.answers import CompletionAnswer, SearchAnswer, SearchRequest, SimilarAnswer

SIMILAR = 5  # default number of similar articles


class Facets(msgspec.Struct, frozen=True, kw_only=True):
    """What the archive holds: sources and categories, first and last day, number of articles.

    Sources and categories are sorted by frequency, because the page shows the first 24 of each as links.
    `semantic` says whether the index has vectors, which semantic search needs.
    """

    sources: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    first: dt.date | None = None
    last: dt.date | None = None
    articles: int = 0
    semantic: bool = True


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the engine can answer searches (`ready`), and from which `generation` of the index.

    `detail` gives the reason if it cannot. `degraded`: searches are answered, but not as well as they should
    be; `detail` then says why. Either only keywords are searched, because the encoder is missing or has
    changed, or the newest generation cannot be opened and an older one serves. `detail` names no files.
    `version` changes whenever answers may change.
    """

    ready: bool
    detail: str
    generation: str | None = None
    version: str | None = None
    degraded: bool = False


class Searcher(Protocol):
    """A search engine over one index; safe to call from several threads."""

    def search(self, request: SearchRequest) -> SearchAnswer:
        """Answer one search; raises `IndexUnusable` or `UsageError`."""
        ...

    def complete(self, typed: str, size: int) -> CompletionAnswer:
        """Return up to `size` completions of what was typed so far; raises `IndexUnusable`."""
        ...

    def article(self, article_id: str) -> Article | None:
        """Return the original article with this id, or None; raises `IndexUnusable`."""
        ...

    def similar(self, article_id: str, size: int) -> SimilarAnswer | None:
        """Return articles similar to the one with this id, None if there is none; raises `IndexUnusable`."""
        ...

    def facets(self) -> Facets:
        """Return the sources, categories and days to filter by; raises `IndexUnusable`."""
        ...

    def readiness(self) -> Readiness:
        """Report whether searches can be answered; never raises."""
        ...
