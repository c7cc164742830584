"""Writes the term columns: the terms of every article with their places (see `layout` for the files)."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.columns.arrays import AppendedArray, ArrayFile
from indexer.columns.hashes import text_hash
from indexer.columns.layout import (
    ELSEWHERE,
    LARGE,
    LARGEST,
    PLACES,
    STATE,
    STATES,
    STEM,
    SURFACE_FORM,
    TERMS,
    TOKENS,
)
from indexer.keyword.engine import Document
from indexer.keyword.fields import prefix_family

# Terms whose numbers are kept in memory. Those of frequent terms are soon known again.
_REMEMBERED = 300_000

# A stem, and its surface form or "".
_Term = tuple[str, str]


class TermColumnsWriter:
    """Appends documents to the term columns in an existing folder; `articles` counts those in the columns."""

    def __init__(self, directory: Path, articles: int) -> None:
        """Open the columns after so many articles; 0 begins new ones.

        What lies behind these articles is cut off: a crash left it there.

        Raises:
            IndexCorrupt: the columns hold fewer articles, or a file is missing.
            IndexInaccessible: a file cannot be written.

        """
        before = STATES.mapped(directory, articles + 1)[-1] if articles else np.zeros(1, STATE)[0]
        self.articles = articles
        with ExitStack() as files:

            def opened(array: ArrayFile, length: int) -> AppendedArray:
                return files.enter_context(closing(array.appended(directory, length)))

            self._states = opened(STATES, articles + 1 if articles else 0)
            self._tokens = opened(TOKENS, int(before["tokens"]))
            self._places = opened(PLACES, int(before["tokens"]))
            self._large = opened(LARGE, int(before["large"]))
            self._terms = opened(TERMS, int(before["terms"]))
            self._numbers = _TermNumbers(TERMS.mapped(directory, self._terms.length))
            self._files = files.pop_all()
        if not articles:
            self._states.append(np.zeros(1, STATE))

    def append(self, document: Document) -> None:
        """Append the next article. It is durable after `sync`."""
        numbers, new = self._numbers.of(zip(document.stems, document.surface_forms, strict=True))
        places = _places(document)
        fits = np.abs(places) <= LARGEST
        self._large.append(self._large_values(places, ~fits))
        self._places.append(np.where(fits, places, ELSEWHERE))
        self._terms.append(new)
        self._tokens.append(numbers)
        state = (self._tokens.length, self._large.length, self._terms.length, document.title_width)
        self._states.append(np.array([state], STATE))
        self.articles += 1

    def _large_values(self, places: NDArray[np.int64], large: NDArray[np.bool_]) -> NDArray[np.int64]:
        indices = np.flatnonzero(large)
        return np.column_stack([self._places.length * places.shape[1] + indices, places.ravel()[indices]])

    def sync(self) -> None:
        """Write all appended articles durably to the disk."""
        for array in (self._tokens, self._places, self._large, self._terms, self._states):
            array.sync()

    def close(self) -> None:
        """Close the files. Articles that were not synced may be lost."""
        self._files.close()


def _places(document: Document) -> NDArray[np.int64]:
    """Return position, first character and length of each token, int64 [tokens, 3], as `layout` says."""
    positions, starts, ends = (
        np.array(column, dtype=np.int64) for column in (document.positions, document.starts, document.ends)
    )
    steps = (np.diff(positions, prepend=0), np.diff(starts, prepend=0))
    return np.column_stack([*steps, ends - starts])


class _TermNumbers:
    """The numbers of terms: those of the terms in the file, and new ones for others.

    A term is recognised by its hashes. Only the numbers of recent terms are kept in a dictionary, so that the
    memory of a build has a limit; a term that was forgotten gets one more number.
    """

    def __init__(self, known: NDArray[np.uint32]) -> None:
        keys = _keys(known)
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]
        self._next = len(known)
        self._recent: dict[_Term, int] = {}

    def of(self, terms: Iterable[_Term]) -> tuple[list[int], NDArray[np.uint32]]:
        """Return the number of each term [tokens], and the hashes of the new ones, uint32 [new, 3]."""
        if len(self._recent) > _REMEMBERED:
            self._recent.clear()
        new: list[tuple[int, int, int]] = []
        numbers = [self._recent[term] if term in self._recent else self._number(term, new) for term in terms]
        return numbers, np.array(new, dtype=np.uint32).reshape(-1, 3)

    def _number(self, term: _Term, new: list[tuple[int, int, int]]) -> int:
        stem, surface_form = term
        hashes = text_hash(stem), text_hash(surface_form), text_hash(prefix_family(stem))
        number = self._known(hashes)
        if number is None:
            number = self._next
            self._next += 1
            new.append(hashes)
        self._recent[term] = number
        return number

    def _known(self, hashes: tuple[int, int, int]) -> int | None:
        key = _keys(np.array([hashes], dtype=np.uint32))[0]
        place = int(np.searchsorted(self._keys, key))
        return int(self._order[place]) if place < len(self._keys) and self._keys[place] == key else None


def _keys(hashes: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Return one number for each row of hashes, uint64. The family follows from the stem."""
    stems, surface_forms = hashes[:, STEM].astype(np.uint64), hashes[:, SURFACE_FORM].astype(np.uint64)
    return stems << np.uint64(32) | surface_forms


def record_terms(documents: Iterable[Document], directory: Path) -> Iterator[Document]:
    """Yield the documents unchanged, and write their term columns into an existing folder."""
    with closing(TermColumnsWriter(directory, 0)) as writer:
        for document in documents:
            writer.append(document)
            yield document
        writer.sync()
