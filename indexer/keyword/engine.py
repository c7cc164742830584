"""The interface of the keyword engines: the documents and queries they get, the candidates they return.

Neither this module nor its callers know how an engine stores its postings. An engine only *finds* candidates;
features and the gate put them in order. What matches is exact and the same for all engines: phrases, filters,
exclusions, totals, facet counts and the order of the newest. Scores are BM25 over the same fields (see
`fields`) as each engine computes it: of the 50 articles that the formula below puts first, every engine has
nearly all among its best 200. With k1 = 1.2 and b = 0.85 each matching term adds

    weight * idf * tf (k1 + 1) / (tf + k1 (1 - b + b l / mean l)),   idf = ln(1 + (N - n + 0.5) / (n + 0.5))

where tf is the sum of the weights of the term's postings, l is the number of postings of the field in this
document, N is the number of documents and n is the number of documents that contain the term.
"""

import math
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import chain, repeat
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.commit import Commit
from indexer.filters import FacetValues, Filters
from indexer.keyword.fields import (
    BIGRAMS,
    PREFIX_FAMILIES,
    STEMS,
    SURFACE_FORMS,
    TITLE,
    TITLE_WEIGHT,
    WORDS,
    prefix_family,
)

K1 = 1.2
B = 0.85


def inverse_frequency(articles: int, found: int) -> float:
    """Return the idf (inverse document frequency) of a term that `found` of all `articles` contain."""
    return math.log1p((articles - found + 0.5) / (found + 0.5))


class Stream(NamedTuple):
    """The postings of an article in one field: parallel lists of terms and their positions.

    The first `titled` of them are in the title and weigh `TITLE_WEIGHT`, all others 1. `positions` is empty
    for a field without positions.
    """

    texts: Sequence[str]
    positions: Sequence[int]
    titled: int

    @property
    def weights(self) -> Iterator[tuple[str, float]]:
        """Each posting's term and weight."""
        return zip(self.texts, chain(repeat(TITLE_WEIGHT, self.titled), repeat(1.0)), strict=False)


@dataclass(frozen=True, slots=True)
class Document:
    """One analysed article, as parallel lists with one entry for each token [tokens].

    The tokens are those of title, kicker, lead, body and tags in this order. One position is unused at each
    boundary between these parts, so that no phrase crosses it. Alternative readings of a word share a
    position. If they also share their surface form, only the first has it and the others have "".

    - `words`, `stems`, `surface_forms`, `positions`: what the analyzer made of the token, and its position.
    - `starts`, `ends`: the characters of the token, `documents.indexed_text(article)[start:end]`.
    - `title_tokens`: how many tokens, from the first, are in the title. `title_width` is the number of
      positions of the title, `width` that of the article.
    - `bigrams`: pairs of neighbouring stems; the first `title_bigrams` of them are in the title.
    """

    number: int
    facet_values: FacetValues
    words: list[str] = field(default_factory=list)
    stems: list[str] = field(default_factory=list)
    surface_forms: list[str] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    title_tokens: int = 0
    title_width: int = 0
    width: int = 0
    bigrams: list[str] = field(default_factory=list)
    title_bigrams: int = 0

    def stream(self, name: str) -> Stream:
        """Return the postings of one of the `fields.FIELDS`."""
        return _STREAMS[name](self)


_STREAMS: Mapping[str, Callable[[Document], Stream]] = {
    WORDS: lambda made: Stream(made.words, made.positions, made.title_tokens),
    STEMS: lambda made: Stream(made.stems, (), made.title_tokens),
    BIGRAMS: lambda made: Stream(made.bigrams, (), made.title_bigrams),
    TITLE: lambda made: Stream(
        made.words[: made.title_tokens], made.positions[: made.title_tokens], made.title_tokens
    ),
    SURFACE_FORMS: lambda made: Stream(list(filter(None, dict.fromkeys(made.surface_forms))), (), 0),
    PREFIX_FAMILIES: lambda made: Stream(list(dict.fromkeys(map(prefix_family, made.stems))), (), 0),
}


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A term that a query looks for in one field. `weight` multiplies its BM25 score."""

    field: str
    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """Terms at consecutive positions of one field. The phrase matches if any of its variants matches."""

    field: str
    variants: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class KeywordQuery:
    """A query for a keyword index.

    `words` has one group of alternative terms for each word of the query. Every matching term adds to the
    score. A document must match at least one group (unless there are required phrases), or all groups if the
    search demands it. `bigrams` add to the score of matching documents. All `required` phrases must match,
    and no `excluded` phrase may match; neither adds to the score.
    """

    words: tuple[tuple[QueryTerm, ...], ...] = ()
    bigrams: tuple[QueryTerm, ...] = ()
    required: tuple[Phrase, ...] = ()
    excluded: tuple[Phrase, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.required)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Article numbers (int64) and scores (float64), both [found], best first; `total` counts all matches."""

    numbers: NDArray[np.int64]
    scores: NDArray[np.float64]
    total: int


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """How many matches have each facet value.

    `sources` and `categories` map facet keys to counts; articles without a source or category are left out.
    `days` are day numbers, ascending, and `articles` the matches of each of these days, both int64 [days];
    undated articles are left out.
    """

    sources: dict[str, int]
    categories: dict[str, int]
    days: NDArray[np.int64]
    articles: NDArray[np.int64]


class KeywordIndex(Protocol):
    """One commit of a keyword index, open for reading. Safe to share between threads.

    Later commits change none of its answers, whichever process makes them.
    """

    @property
    def commit(self) -> Commit:
        """The commit that is open."""

    def search(self, query: KeywordQuery, filters: Filters, limit: int) -> Candidates:
        """Return the matches with the highest scores; ties are ordered by article number."""

    def newest(self, query: KeywordQuery, filters: Filters, limit: int) -> Candidates:
        """Return the articles that match every word, newest first, undated ones last.

        Ties are ordered by score, then by article number. The scores of the answer are 1 / rank.
        """

    def facet_counts(self, query: KeywordQuery, filters: Filters) -> FacetCounts:
        """Count the facet values of everything that `search` matches.

        A query without words and required phrases counts all articles that pass the filters and hold no
        excluded phrase.
        """

    def holding(self, phrases: Sequence[Phrase]) -> list[NDArray[np.int64]]:
        """Return, for each phrase, the numbers of the articles that hold it, int64, ascending. Read only."""

    def frequency(self, field: str, text: str) -> int:
        """Return the number of articles that contain the term.

        Removed articles may count until the engine merges the segment in which they are.
        """

    def __len__(self) -> int:
        """Return the number of articles."""

    def close(self) -> None:
        """Release files."""


class KeywordWriter(Protocol):
    """Changes an index in place. Nothing of it is visible before `commit`."""

    def add(self, document: Document) -> None:
        """Add an article. If its number is already in the index, the new article replaces the old one."""

    def remove(self, numbers: Collection[int]) -> None:
        """Remove the articles with these numbers. A number that is not in the index is no error."""

    def commit(self, commit: Commit) -> None:
        """Make all changes, and this commit, visible at one instant, for readers that open from then on."""


class KeywordEngine(Protocol):
    """Builds, opens and changes keyword indexes of one kind."""

    def build(self, directory: Path, documents: Iterable[Document]) -> None:
        """Write a new index into an empty directory. Documents come in order of their numbers, from 0.

        Its commit has the number of documents, and no removals.
        """

    def open(self, directory: Path) -> KeywordIndex:
        """Open the last commit of an index. The caller has verified or trusts its files."""

    def change(self, directory: Path) -> AbstractContextManager[KeywordWriter]:
        """Open an index for changes. One writer at a time; what was not committed at the end is dropped."""

    def stamp(self, directory: Path) -> Hashable:
        """Return a value that changes with every commit, at the cost of asking for a file's status."""

    @property
    def opening_runs_code(self) -> bool:
        """Whether `open` may run code from the files, so that the caller must verify their hashes before."""
