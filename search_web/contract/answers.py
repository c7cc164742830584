"""What a search is asked and what it answers; the JSON of the API and of `search --json` is these structs."""

import datetime as dt
from typing import Literal

import msgspec

Mode = Literal["hybrid", "keyword", "semantic"]
Sort = Literal["relevance", "newest"]
Fusion = Literal["learned", "zscore", "rrf"]
SuggestionKind = Literal["spelling", "keyboard", "date"]
CompletionKind = Literal["phrase", "word"]

REACH = 1_000  # hits that paging can reach: page times size
COMPLETIONS = 8  # completions unless another number is asked for
COMPLETIONS_LIMIT = 20


class SearchRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One search. `date_from` and `date_to` are inclusive days; `page` counts from 1.

    A blank query is no search but a look around: the newest articles that pass the filters.
    `semantic_weight` is the share (0 to 1) of the semantic list in a hybrid answer by zscore or rrf.
    `collapse`: near-duplicate articles are one result. `recency_half_life`, in days, puts newer articles
    first (see `freshness`).
    """

    query: str
    mode: Mode = "hybrid"
    date_from: dt.date | None = None
    date_to: dt.date | None = None
    source: str = ""
    category: str = ""
    sort: Sort = "relevance"
    page: int = 1
    size: int = 10
    fusion: Fusion = "learned"
    semantic_weight: float = 0.5
    explain: bool = False
    collapse: bool = True
    recency_half_life: float | None = None


class Placement(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where one of the two searches placed a hit: rank (from 1) and raw score; None where it did not."""

    rank: int | None = None
    score: float | None = None


class Explanation(msgspec.Struct, frozen=True):
    """Why a hit stands where it stands; `freshness` (0.1 to 1) is given where a half-life was asked for."""

    keyword: Placement
    semantic: Placement
    fusion: str
    freshness: float | None = None


class NearDuplicate(msgspec.Struct, frozen=True, kw_only=True):
    """An article that is a near-duplicate of a hit; all plain text."""

    id: str
    title: str
    source: str
    published: str | None


class Hit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """One result. `snippet` and `title_html` are escaped HTML with `<mark>`; all else is plain text.

    The hit stands for `similar_total` near-duplicates; `similar` holds the first few of them.
    """

    rank: int
    id: str
    title: str
    title_html: str
    kicker: str
    snippet: str
    score: float
    source: str
    category: str
    published: str | None
    url: str
    explain: Explanation | None = None
    similar: list[NearDuplicate] = []
    similar_total: int = 0


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """Another search that the reader may have meant.

    `query` is its whole text. A date also has its days, both inclusive, and `text`, which names it.
    """

    kind: SuggestionKind
    query: str
    date_from: dt.date | None = msgspec.field(default=None, name="from")
    date_to: dt.date | None = msgspec.field(default=None, name="to")
    text: str | None = None


class SearchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one search. `total` counts the results that paging can reach, at most `REACH`.

    `degraded`: only keywords were searched, for want of the encoder. `relaxed`: no article holds the query's
    phrases, so they were searched as words. `notice` tells the reader, in Persian, what is unusual.
    `suggestions`: what else may have been meant; only on the first page.
    """

    query: str
    mode: Mode
    total: int
    took_ms: float
    degraded: bool
    page: int
    size: int
    hits: list[Hit]
    notice: str | None = None
    relaxed: bool = False
    suggestions: list[Suggestion] = msgspec.field(default_factory=list)


class Completion(msgspec.Struct, frozen=True):
    """A whole query to go on with, and whether a phrase or a word was completed."""

    text: str
    kind: CompletionKind


class CompletionAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to what was typed so far."""

    query: str
    took_ms: float
    suggestions: list[Completion]


class SimilarHit(msgspec.Struct, frozen=True, kw_only=True):
    """An article that is similar to another; all plain text. `score` compares only those of one answer."""

    rank: int
    id: str
    title: str
    score: float
    source: str
    category: str
    published: str | None
    url: str


class SimilarAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The articles that are similar to the one with the id `article`, nearest first."""

    article: str
    took_ms: float
    size: int
    hits: list[SimilarHit]
