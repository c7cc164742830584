"""The seam of the keyword engines: what they are given and what they answer.

Nothing here or above knows how an engine stores its postings. All of them score BM25 over the same streams
(see `documents`), so that they rank alike. Each matching term adds, with k1 = 1.2 and b = 0.85,

    weight * idf * tf (k1 + 1) / (tf + k1 (1 - b + b l / mean l)),   idf = ln(1 + (N - n + 0.5) / (n + 0.5))

where tf is the sum of the weights of its postings and l the number of postings of the field, which an engine
may round by a twelfth (most store it in one byte).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.filters import FacetValues, Filters

K1 = 1.2
B = 0.85


def inverse_frequency(articles: int, found: int) -> float:
    """Return the idf of a term that `found` of the articles hold."""
    return math.log1p((articles - found + 0.5) / (found + 0.5))


class Posting(NamedTuple):
    """One occurrence of a term in a stream: its position and what it counts for (a title's count more)."""

    text: str
    position: int
    weight: float = 1.0


@dataclass(slots=True)
class TermVector:
    """The words of an article in order: stems, surface forms and positions go in step.

    Positions run on over the field boundaries, and one position is left free at each. Other readings of a
    word share its position; of readings with the same surface form only the first has it, the others have
    "". `width` is the number of positions, `title` that of the title.
    """

    stems: list[str] = field(default_factory=list)
    surface_forms: list[str] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    width: int = 0
    title: int = 0

    def extend(self, words: Iterable[tuple[str, str, int]]) -> None:
        """Append the words of one more field as (stem, surface form, position), positions from 0."""
        start = self.width + 1 if self.positions else 0
        for stem, surface_form, position in words:
            self.stems.append(stem)
            self.surface_forms.append(surface_form)
            self.positions.append(start + position)
            self.width = max(self.width, start + position + 1)


@dataclass(frozen=True, slots=True)
class Document:
    """One article, analyzed. `streams` maps a field name of `documents.FIELDS` to its postings.

    An engine indexes `streams` and `facet_values`; `term_vectors` stores `vector`.
    """

    number: int
    streams: dict[str, list[Posting]]
    facet_values: FacetValues
    vector: TermVector = field(default_factory=TermVector)


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A term that a query looks for in one field; `weight` multiplies its BM25 score."""

    field: str
    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """Terms at consecutive positions of one field; a match in any of the variants is a match."""

    field: str
    variants: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class KeywordQuery:
    """What to look for.

    `words`: one group of alternative terms for each word of the query; every matching term adds to the score,
    and a document must match at least one group (unless phrases are required), or all of them when a search
    asks so. `bigrams` add to the score of what matches. `required` phrases must all match, `excluded` ones
    must not; neither adds to the score.
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
    """A built keyword index, open for reading; safe to share between threads."""

    def search(self, query: KeywordQuery, filters: Filters, limit: int) -> Candidates:
        """Return the best matches by BM25; ties by article number."""

    def newest(self, query: KeywordQuery, filters: Filters, limit: int) -> Candidates:
        """Return the articles that match every word, newest first; undated ones last, ties by score."""

    def frequency(self, field: str, text: str) -> int:
        """Return the number of articles that hold the term."""

    def __len__(self) -> int:
        """Return the number of articles."""

    def close(self) -> None:
        """Release files."""


class KeywordEngine(Protocol):
    """How indexes of one kind are made and opened."""

    def build(self, directory: Path, documents: Iterable[Document]) -> None:
        """Write a new index into an empty directory; documents come in order of their number, from 0."""

    def open(self, directory: Path) -> KeywordIndex:
        """Open what `build` wrote. The caller has verified the files' hashes."""
