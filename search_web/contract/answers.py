"""The request and the answers of every search. The JSON of the API and of `search --json` is these structs.

A field that is None is null in the JSON. Only the fields of `Placement` are left out when they are None.
"""

import datetime as dt
from typing import Literal

import msgspec

Mode = Literal["hybrid", "keyword", "semantic"]
Sort = Literal["relevance", "newest"]
Fusion = Literal["learned", "zscore", "rrf"]
SuggestionKind = Literal["spelling", "keyboard", "date"]
CompletionKind = Literal["phrase", "word"]

DEPTH_LIMIT = 1_000  # the deepest hit that paging can show: the maximum of page times size
COMPLETIONS = 8  # default number of completions
COMPLETIONS_LIMIT = 20


class SearchRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One search.

    - `query`: the text as typed. An empty query (or only spaces) lists the newest articles that pass the
      filters.
    - `date_from` and `date_to`: the first and last day, both inclusive; None means no limit.
    - `source` and `category`: only articles of this source or category; an empty string means no filter.
    - `page`: counts from 1; `size` is the number of hits on a page.
    - `semantic_weight`: the weight (0 to 1) of the semantic list in a hybrid search whose `fusion` is zscore
      or rrf.
    - `explain`: each hit says why it has its rank.
    - `collapse`: near-duplicate articles become one result.
    - `recency_half_life`: a half-life in days; ranks newer articles higher (see `freshness`). None: age does
      not count.
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
    """The rank (from 1) and raw score of a hit in one of the two searches; None if that did not find it."""

    rank: int | None = None
    score: float | None = None


class Explanation(msgspec.Struct, frozen=True):
    """Why a hit has its rank.

    `keyword` and `semantic` place the hit in the two searches. `fusion` is one line that says how its score
    was computed. `freshness` (0.1 for old or undated articles, 1 for the newest) is None unless the request
    has a `recency_half_life`.
    """

    keyword: Placement
    semantic: Placement
    fusion: str
    freshness: float | None = None


class NearDuplicate(msgspec.Struct, frozen=True, kw_only=True):
    """A near-duplicate of a hit, hidden behind it. All plain text; `published` is an ISO day or date-time."""

    id: str
    title: str
    source: str
    published: str | None


class Hit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """One result. `snippet` and `title_html` are escaped HTML with `<mark>`; the other texts are plain.

    - `rank`: the place in the whole ranking, from 1, across pages.
    - `title_html`: the whole title with the matched words marked.
    - `kicker`: the line above the headline; may be empty.
    - `snippet`: a passage of the article with the matched words marked.
    - `score`: comparable only within one answer.
    - `published`: an ISO day or date-time; None when the article has no date.
    - `explain`: None unless the request asks for it.
    - `similar`: the first 10 near-duplicates that this hit stands for; `similar_total` counts all of them.
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
    """Another search that the reader may have intended.

    `query` is the whole text of that search. A suggestion of the kind `date` also has its first and last
    day, both inclusive (`from` and `to` in the JSON), and `text`, which names the date in Persian; its
    `query` lacks the words of the date. These three fields are None for the other kinds.
    """

    kind: SuggestionKind
    query: str
    date_from: dt.date | None = msgspec.field(default=None, name="from")
    date_to: dt.date | None = msgspec.field(default=None, name="to")
    text: str | None = None


class SearchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one search; `query`, `mode`, `page` and `size` repeat the request.

    - `total`: the number of results that paging can show, at most `DEPTH_LIMIT`.
    - `took_ms`: the time that the answer took, in milliseconds.
    - `degraded`: the encoder is missing, so only keywords were searched.
    - `hits`: the results of this page, in the order of the ranking.
    - `notice`: a sentence in Persian for the reader about an unusual answer; None for a usual one.
    - `relaxed`: no article holds the quoted phrases of the query, so they were searched as plain words.
    - `suggestions`: other searches that the reader may have intended; only on the first page.
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
    """A completion: `text` is the whole new query, `kind` says whether it completes a phrase or a word."""

    text: str
    kind: CompletionKind


class CompletionAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The completions of what was typed so far (`query`); `took_ms` is in milliseconds."""

    query: str
    took_ms: float
    suggestions: list[Completion]


class SimilarHit(msgspec.Struct, frozen=True, kw_only=True):
    """An article that is similar to another one. All plain text.

    `rank` counts from 1. `score` is comparable only within one answer. `published` is an ISO day or
    date-time; None when the article has no date.
    """

    rank: int
    id: str
    title: str
    score: float
    source: str
    category: str
    published: str | None
    url: str


class SimilarAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The articles that are similar to the one with the id `article`, the most similar first.

    `size` is the number that was asked for, `took_ms` the time of the answer in milliseconds.
    """

    article: str
    took_ms: float
    size: int
    hits: list[SimilarHit]
