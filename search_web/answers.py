"""What a search is asked and what it answers; the JSON of the API and of `search --json` is these structs."""

import datetime as dt
from typing import Literal

import msgspec

Mode = Literal["hybrid", "keyword", "semantic"]
Sort = Literal["relevance", "newest"]
Fusion = Literal["zscore", "rrf"]

REACH = 1_000  # hits that paging can reach: page times size


class SearchRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One search. `date_from` and `date_to` are inclusive days; `page` counts from 1.

    A blank query is no search but a look around: the newest articles that pass the filters.
    `semantic_weight` is the share (0 to 1) of the semantic list in a hybrid answer.
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
    fusion: Fusion = "zscore"
    semantic_weight: float = 0.5
    explain: bool = False


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where one of the two searches placed a hit: rank (from 1) and raw score; None where it did not."""

    rank: int | None = None
    score: float | None = None


class Explanation(msgspec.Struct, frozen=True):
    """Why a hit stands where it stands."""

    keyword: Evidence
    semantic: Evidence
    fusion: str


class Hit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """One result. `snippet` and `title_html` are escaped HTML with `<mark>`; all else is plain text."""

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


class SearchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one search. `total` counts the articles that paging can reach, at most `REACH`.

    `degraded`: only keywords were searched, for want of the encoder. `relaxed`: no article holds the query's
    phrases, so they were searched as words. `notice` tells the reader, in Persian, what is unusual.
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
