"""The interface of the keyword engines: the documents and queries they get, the candidates they return.

Neither this module nor its callers know how an engine stores its postings. All engines score BM25 over the
same streams (see `documents`), so they rank alike. With k1 = 1.2 and b = 0.85 each matching term adds

    weight * idf * tf (k1 + 1) / (tf + k1 (1 - b + b l / mean l)),   idf = ln(1 + (N - n + 0.5) / (n + 0.5))

where tf is the sum of the weights of the term's postings, l is the number of postings of the field in this
document, N is the number of documents and n is the number of documents that contain the term. An engine may
round l by up to a twelfth, because most engines store it in one byte.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.filters import FacetValues, Filters

K1 = 1.2
B = 0.85


def inverse_frequency(articles: int, found: int) -> float:
    """Return the idf (inverse document frequency) of a term that `found` of all `articles` contain."""
    return math.log1p((articles - found + 0.5) / (found + 0.5))


class Posting(NamedTuple):
    """One occurrence of a term in a stream: its position and its weight, which is higher in a title."""

    text: str
    position: int
    weight: float = 1.0


@dataclass(slots=True)
class TermVector:
    """The words of an article in order, as parallel lists of stems, surface forms and positions.

    Positions continue across field boundaries, with one unused position at each boundary. Alternative
    readings of a word share its position. If they also share its surface form, only the first has it and the
    others have "". `width` is the number of positions of the article, `title` that of the title.
    """

    stems: list[str] = field(default_factory=list)
    surface_forms: list[str] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    width: int = 0
    title: int = 0

    def extend(self, words: Iterable[tuple[str, str, int]]) -> None:
        """Append the words of the next field as (stem, surface form, position); positions start at 0."""
        start = self.width + 1 if self.positions else 0
        for stem, surface_form, position in words:
            self.stems.append(stem)
            self.surface_forms.append(surface_form)
            self.positions.append(start + position)
            self.width = max(self.width, start + position + 1)


@dataclass(frozen=True, slots=True)
class Document:
    """One analysed article. `streams` maps each field name of `documents.FIELDS` to its postings.

    An engine indexes `streams` and `facet_values`; `term_vectors` stores `vector`.
    """

    number: int
    streams: dict[str, list[Posting]]
    facet_values: FacetValues
    vector: TermVector = field(default_factory=TermVector)


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


class KeywordIndex(Protocol):
    """A complete keyword index, open for reading. Safe to share between threads."""

    def search(self, query: KeywordQuery, filters: Filters, limit: int) -> Candidates:
        """Return the matches with the highest BM25 scores; ties are ordered by article number."""

    def newest(self, query: KeywordQuery, filters: Filters, limit: int) -> Candidates:
        """Return the articles that match every word, newest first, undated ones last; ties by score."""

    def holding(self, phrases: Sequence[Phrase]) -> list[NDArray[np.int64]]:
        """Return, for each phrase, the numbers of the articles that hold it, int64, ascending. Read only."""

    def frequency(self, field: str, text: str) -> int:
        """Return the number of articles that contain the term."""

    def __len__(self) -> int:
        """Return the number of articles."""

    def close(self) -> None:
        """Release files."""


class KeywordEngine(Protocol):
    """Builds and opens keyword indexes of one kind."""

    def build(self, directory: Path, documents: Iterable[Document]) -> None:
        """Write a new index into an empty directory. Documents come in order of their numbers, from 0."""

    def open(self, directory: Path) -> KeywordIndex:
        """Open an index that `build` wrote. The caller has verified the hashes of its files."""
