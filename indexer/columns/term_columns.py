"""Reads the term columns: where the articles have the words of a query, and all tokens of one article.

An inverted index returns the articles that contain a word. The ranking needs more about each candidate: how
often it contains a surface form of a query word or words of its prefix family, how close together the query
words are, and whether they are at the beginning. Snippets need to know which characters to highlight. A
prefix family is the set of all stems that begin with the same four letters: اقتصاد ("economy"), اقتصادی
("economic") and اقتصاددان ("economist") are different but related terms.

Nothing is read when the columns are opened. A search reads the tokens of its candidates, keeps the one or two
in a hundred whose hashes it looks for, and works on these alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.columns.hashes import text_hash
from indexer.columns.layout import (
    ELSEWHERE,
    LARGE,
    LENGTH,
    PLACES,
    POSITION,
    PREFIX_FAMILY,
    START,
    STATES,
    STEM,
    SURFACE_FORM,
    TERMS,
    TOKENS,
)
from indexer.errors import IndexCorrupt
from indexer.keyword.fields import prefix_family

Hashes = NDArray[np.uint32]
Integers = NDArray[np.int64]

# Hashes are compared by their lowest 16 bits first.
_LOW = 1 << 16


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Some tokens of some articles: at least those with a wanted text, in the order of the articles.

    For each token [found]: `stems`, `surface_forms` and `prefix_families` hold the hashes of its texts,
    `positions` its position in the article, and `owners` the index of the article in the requested list. For
    each article [articles]: `titles` holds the length of the title in positions, `lengths` that of the
    article in tokens.
    """

    stems: Hashes
    surface_forms: Hashes
    prefix_families: Hashes
    positions: Integers
    owners: Integers
    titles: Integers
    lengths: Integers


@dataclass(frozen=True, slots=True)
class ArticleTokens:
    """The tokens of one text [tokens]: the hashes of their stems, their positions, and their characters.

    A token is `text[start:end]`. Alternative readings of a word share its position.
    """

    stems: Hashes
    positions: Integers
    starts: Integers
    ends: Integers

    def __len__(self) -> int:
        return len(self.stems)

    def within(self, start: int, end: int) -> "ArticleTokens":
        """Return the tokens inside these characters, as tokens of `text[start:end]`."""
        inside = (self.starts >= start) & (self.ends <= end)
        return ArticleTokens(
            self.stems[inside],
            self.positions[inside],
            self.starts[inside] - start,
            self.ends[inside] - start,
        )


class TermColumns:
    """Term columns open for reading at a number of articles; safe to share between threads.

    All methods raise IndexCorrupt if the columns were altered so that they cannot be read.
    """

    def __init__(self, directory: Path, articles: int) -> None:
        """Map the files.

        Raises:
            IndexCorrupt: a file is missing or is too short for this number of articles.
            IndexInaccessible: a file cannot be read.

        """
        self._directory = directory
        self._states = STATES.mapped(directory, articles + 1)
        last = self._states[-1]
        try:
            tokens, large, terms = int(last["tokens"]), int(last["large"]), int(last["terms"])
            self._tokens = TOKENS.mapped(directory, tokens)
            self._places = PLACES.mapped(directory, tokens)
            self._large = LARGE.mapped(directory, large)
            self._terms = TERMS.mapped(directory, terms)
        except ValueError as error:  # a negative or an enormous length
            raise self._altered() from error

    def __len__(self) -> int:
        return len(self._states) - 1

    @property
    def mean_length(self) -> float:
        """Mean number of tokens of an article."""
        return len(self._tokens) / max(len(self), 1)

    def occurrences(
        self, articles: Integers, stems: Iterable[str], surface_forms: Iterable[str]
    ) -> Occurrences:
        """Return the tokens with a wanted surface form, or in the prefix family of a wanted stem.

        A few other tokens may be among them. `articles` are numbers, int64 [articles].
        """
        slices = _Slices(*self._bounds(articles))
        terms = slices.joined(self._tokens, np.uint32)
        try:
            found = np.flatnonzero(
                _maybe(self._terms[:, PREFIX_FAMILY][terms], map(prefix_family, stems))
                | _maybe(self._terms[:, SURFACE_FORM][terms], surface_forms)
            )
        except IndexError as error:
            raise self._altered() from error
        hashes, owners = self._terms[terms[found]], slices.owners(found)
        return Occurrences(
            hashes[:, STEM],
            hashes[:, SURFACE_FORM],
            hashes[:, PREFIX_FAMILY],
            self._positions(slices, found, owners),
            owners,
            self._states["title"][articles + 1].astype(np.int64),
            slices.lengths,
        )

    def _positions(self, slices: "_Slices", found: Integers, owners: Integers) -> Integers:
        """Return the positions of the found tokens [found]; `owners` are the slices that they are in."""
        steps = slices.joined(self._places[:, POSITION], np.int64)
        large = np.flatnonzero(steps == ELSEWHERE)
        if len(large):
            of_large = slices.owners(large)
            tokens = slices.begins[of_large] + large - slices.before[of_large]
            steps[large] = self._large_values(tokens, POSITION)
        line = np.cumsum(steps)
        origins = np.concatenate([[0], line])[slices.before]
        positions: Integers = line[found] - origins[owners]
        return positions

    def tokens(self, number: int) -> ArticleTokens:
        """Return the tokens of the article with this number, in `documents.indexed_text(article)`."""
        begins, ends = self._bounds(np.array([number]))
        begin, end = int(begins[0]), int(ends[0])
        places = self._places[begin:end].astype(np.int64)
        for column in (POSITION, START, LENGTH):
            large = np.flatnonzero(places[:, column] == ELSEWHERE)
            if len(large):
                places[large, column] = self._large_values(begin + large, column)
        try:
            stems = self._terms[:, STEM][self._tokens[begin:end]]
        except IndexError as error:
            raise self._altered() from error
        starts = np.cumsum(places[:, START])
        return ArticleTokens(stems, np.cumsum(places[:, POSITION]), starts, starts + places[:, LENGTH])

    def _bounds(self, articles: Integers) -> tuple[Integers, Integers]:
        """Return the first token of each article, and the one behind its last, int64 [articles]."""
        states = self._states["tokens"]
        begins, ends = states[articles], states[articles + 1]
        if np.any(begins < 0) or np.any(begins > ends) or np.any(ends > len(self._tokens)):
            raise self._altered()
        return begins, ends

    def _large_values(self, tokens: Integers, column: int) -> Integers:
        """Return the values of these tokens in a column of `places.i8` that are too large for it."""
        wanted = tokens * self._places.shape[1] + column
        found = np.searchsorted(self._large[:, 0], wanted)
        if np.any(found >= len(self._large)) or np.any(self._large[found, 0] != wanted):
            raise self._altered()
        values: Integers = self._large[found, 1]
        return values

    def _altered(self) -> IndexCorrupt:
        return IndexCorrupt(f"{self._directory}: the term columns were altered; build the index again")


class _Slices:
    """Slices of arrays by token, one for each of some articles, and their places when they are joined.

    For each article, int64 [articles]: `begins` is its first token, `lengths` counts its tokens, and `before`
    counts those of the articles before it in the list.
    """

    def __init__(self, begins: Integers, ends: Integers) -> None:
        self.begins, self.lengths = begins, ends - begins
        self.before = np.cumsum(self.lengths) - self.lengths
        self._bounds = list(zip(begins.tolist(), ends.tolist(), strict=True))

    def joined[Number: np.generic](self, array: NDArray[Any], kind: type[Number]) -> NDArray[Number]:
        """Return the joined slices of an array [tokens of all articles], as numbers of a type."""
        if not self._bounds:
            return np.empty(0, dtype=kind)
        return np.concatenate([array[begin:end] for begin, end in self._bounds], dtype=kind)

    def owners(self, places: Integers) -> Integers:
        """Return the index of the slice that each place in the joined array comes from, int64 [places]."""
        return np.searchsorted(self.before, places, side="right") - 1


def _maybe(hashes: Hashes, texts: Iterable[str]) -> NDArray[np.bool_]:
    """Return True for each hash that belongs to one of the texts, and for a few others."""
    wanted = np.zeros(_LOW, dtype=np.bool_)
    wanted[[text_hash(text) % _LOW for text in texts if text]] = True
    return wanted[hashes.astype(np.uint16)]
