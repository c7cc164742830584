"""Looks up how rare the words and bigrams of a query are in a collection, once for all features."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from indexer.keyword.engine import inverse_frequency
from indexer.keyword.fields import BIGRAMS, PREFIX_FAMILIES, STEMS, SURFACE_FORMS, prefix_family
from search_web.understanding.query_terms import QueryBigram, QueryWord


class Frequencies(Protocol):
    """Counts the articles that hold a term: a `KeywordIndex`, or any other object with these methods."""

    def frequency(self, field: str, text: str) -> int:
        """Return the number of articles that hold the term `text` in this field."""

    def __len__(self) -> int:
        """Return the number of articles."""


# A field, and a term in it.
FieldTerm = tuple[str, str]


@dataclass(frozen=True, slots=True)
class WeightedQuery:
    """The words and bigrams of a query, each with its idf in a collection.

    The idf of a word is that of its first stem. The engine does not index bigrams with a function word, so
    their idf is the sum of the idf of both stems. `known` is the share of the total idf that belongs to words
    which at least one article holds; it is 1 when the query has no words. `idf` has the idf of the surface
    form, of each reading and of each prefix family of the words, by field and text (see `rated_terms`).
    """

    words: tuple[tuple[QueryWord, float], ...]
    bigrams: tuple[tuple[QueryBigram, float], ...] = ()
    known: float = 1.0
    idf: Mapping[FieldTerm, float] = field(default_factory=dict)

    @classmethod
    def of(
        cls, words: Iterable[QueryWord], bigrams: Iterable[QueryBigram], keyword: Frequencies
    ) -> "WeightedQuery":
        """Look up the idf of each word and bigram."""
        words = tuple(words)
        found = _Idf(keyword)
        weighted = tuple((word, found.idf(STEMS, word.stems[0])) for word in words)
        return cls(
            weighted,
            tuple((bigram, _bigram_idf(bigram, found)) for bigram in bigrams),
            _known(weighted, keyword),
            {term: found.idf(*term) for term in rated_terms(words)},
        )

    @property
    def total_idf(self) -> float:
        """The sum of the idf of the words; 1 when the query has no words."""
        return sum(idf for _, idf in self.words) or 1.0


class _Idf:
    def __init__(self, keyword: Frequencies) -> None:
        self._keyword = keyword
        self._articles = len(keyword)

    def idf(self, field: str, text: str) -> float:
        return inverse_frequency(self._articles, self._keyword.frequency(field, text))


def rated_terms(words: Iterable[QueryWord]) -> Iterator[FieldTerm]:
    """Yield the surface forms, readings and prefix families whose idf the features of these words need."""
    for word in words:
        yield from ((SURFACE_FORMS, text) for text in (word.surface, *word.stems[1:]))
        yield from ((PREFIX_FAMILIES, prefix_family(stem)) for stem in word.stems)


def any_known(words: Iterable[QueryWord], keyword: Frequencies) -> bool:
    """Return whether some article holds some word of a query, in any of its readings."""
    return any(_is_known(word, keyword) for word in words)


def _is_known(word: QueryWord, keyword: Frequencies) -> bool:
    return any(keyword.frequency(STEMS, stem) for stem in (*word.stems, *word.compounds))


def _known(words: Iterable[tuple[QueryWord, float]], keyword: Frequencies) -> float:
    words = tuple(words)
    total_idf = sum(idf for _, idf in words)
    held = sum(idf for word, idf in words if _is_known(word, keyword))
    return held / total_idf if total_idf else 1.0


def _bigram_idf(bigram: QueryBigram, found: _Idf) -> float:
    if bigram.indexed:
        return found.idf(BIGRAMS, bigram.term)
    return found.idf(STEMS, bigram.left) + found.idf(STEMS, bigram.right)
