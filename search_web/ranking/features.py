"""Computes the lexical features of the candidates: how well the words of a query match each article.

The keyword engine retrieves some candidates, the semantic search others. This module reads the term vector of
each candidate and computes the same features for all of them. Their weighted sum is the keyword score
(`lexical`).

The total idf of a query is the sum of the inverse document frequencies (idf) of the stems of its words. Every
feature except `prefix_families` is divided by it, so that a value means the same for short and long queries:

- `surface_forms`: BM25 of the surface forms of the words, affixes included.
- `prefix_families`: BM25 of the prefix families of the words (see `term_vectors`). A family is weighted by
  the square root of its idf, because it has several meanings and its rarity says less than that of a word.
  The feature is divided by the sum of these weights.
- `bigrams`: BM25 of the query's bigrams. A bigram is two words that are neighbours in the query; it matches
  where they are neighbours in the article.
- `window`: the greatest total idf of distinct words within `WINDOW` positions of one another.
- `early`: the total idf of the words' prefix families, each times exp(-p / `EARLY`). p is the number of
  positions from the end of the title to the family's first occurrence after it. News says first what matters.
- `coverage`: the total idf of the words that the article holds anywhere. Only the gate uses it, not the
  keyword score.

BM25 is that of `indexer.keyword.engine`, except that a word in the title counts `TITLE` times. The second
reading of an ambiguous word counts `ALTERNATIVE` times. Two words may form a compound when written together
(«گلمحمدی» for «گل محمدی»). If an article holds the compound, it counts as each of the two words and as their
bigram. It does not count where the compound is only a second reading of a place at which both words are.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from indexer.keyword.engine import K1, B, inverse_frequency
from indexer.keyword.fields import BIGRAMS, prefix_family
from indexer.term_vectors import POSITIONS, TermDictionary, TermVectors
from search_web.understanding.query_terms import ALTERNATIVE, QueryBigram, QueryWord

# Re-ranking weights title words 6x, retrieval only 2x (`indexer.keyword.documents`). TITLE was chosen among 1
# to 9 and EARLY among 10 to 80, by the gain on every collection (docs/relevance.md).
TITLE = 6.0
EARLY = 10
WINDOW = 12
# The distance between candidates on the line of `_CandidateTokens`. It exceeds the distance of any two
# positions in one article and the width of a window, so no window spans two articles.
_APART = 2 * POSITIONS

Values = NDArray[np.float64]
Places = NDArray[np.int64]


class LexicalWeights(msgspec.Struct, frozen=True):
    """The weight of each feature in the keyword score."""

    surface_forms: float
    prefix_families: float
    bigrams: float
    window: float
    early: float


class Frequencies(Protocol):
    """Counts the articles that hold a term: a `KeywordIndex`, or any other object with this method."""

    def frequency(self, field: str, text: str) -> int:
        """Return the number of articles that hold the term `text` in this field."""


@dataclass(frozen=True, slots=True)
class WeightedQuery:
    """The words and bigrams of a query, each with its idf in a collection.

    The idf of a word is that of its first stem. The engine does not index bigrams with a function word, so
    their idf is the sum of the idf of both stems. `known` is the share of the total idf that belongs to words
    which at least one article holds; it is 1 when the query has no words.
    """

    words: tuple[tuple[QueryWord, float], ...]
    bigrams: tuple[tuple[QueryBigram, float], ...] = ()
    known: float = 1.0

    @classmethod
    def of(
        cls,
        words: Iterable[QueryWord],
        bigrams: Iterable[QueryBigram],
        vectors: TermVectors,
        keyword: Frequencies,
    ) -> "WeightedQuery":
        """Look up the idf of each word and bigram."""
        weighted = tuple((word, vectors.stems.idf(word.stems[0])) for word in words)
        return cls(
            weighted,
            tuple((bigram, _bigram_idf(bigram, vectors, keyword)) for bigram in bigrams),
            _known(weighted, vectors.stems),
        )

    @property
    def total_idf(self) -> float:
        """The sum of the idf of the words; 1 when the query has no words."""
        return sum(idf for _, idf in self.words) or 1.0


def any_known(words: Iterable[QueryWord], vectors: TermVectors) -> bool:
    """Return whether some article holds some word of a query, in any of its readings."""
    return any(_is_known(word, vectors.stems) for word in words)


def _is_known(word: QueryWord, stems: TermDictionary) -> bool:
    return any(map(stems.articles, (*word.stems, *word.compounds)))


def _known(words: Sequence[tuple[QueryWord, float]], stems: TermDictionary) -> float:
    total_idf = sum(idf for _, idf in words)
    held = sum(idf for word, idf in words if _is_known(word, stems))
    return held / total_idf if total_idf else 1.0


def _bigram_idf(bigram: QueryBigram, vectors: TermVectors, keyword: Frequencies) -> float:
    if bigram.indexed:
        return inverse_frequency(len(vectors), keyword.frequency(BIGRAMS, bigram.term))
    return vectors.stems.idf(bigram.left) + vectors.stems.idf(bigram.right)


@dataclass(frozen=True, slots=True)
class Features:
    """The features of the candidates (see the module docstring), all float64 [candidates]."""

    surface_forms: Values
    prefix_families: Values
    bigrams: Values
    window: Values
    early: Values
    coverage: Values


def lexical(features: Features, weights: LexicalWeights) -> Values:
    """Return the keyword scores [candidates]: the weighted sum of the features."""
    parts = msgspec.structs.asdict(weights).items()
    return np.sum([weight * getattr(features, name) for name, weight in parts], axis=0)


def extract_features(query: WeightedQuery, vectors: TermVectors, articles: NDArray[np.int64]) -> Features:
    """Return the features of the candidates for a query; `articles` are their numbers [candidates]."""
    candidates = _CandidateTokens(vectors, articles)
    words = [word for word, _ in query.words]
    weights = [idf for _, idf in query.words]
    stems, wholes = candidates.words(words)
    places = [np.union1d(stem, whole) for stem, whole in zip(stems, wholes, strict=True)]
    return Features(
        _surface_forms(words, wholes, candidates, vectors.surface_forms) / query.total_idf,
        _prefix_families(words, wholes, candidates, vectors.prefix_families),
        candidates.bigrams(query.bigrams) / query.total_idf,
        candidates.best_window(places, weights) / query.total_idf,
        _early(words, wholes, candidates, vectors.prefix_families) / query.total_idf,
        candidates.held(places, weights, candidates.anywhere) / query.total_idf,
    )


def _surface_forms(
    words: Sequence[QueryWord],
    wholes: Sequence[Places],
    candidates: "_CandidateTokens",
    surface_forms: TermDictionary,
) -> Values:
    readings = [(word.surface, *word.stems[1:]) for word in words]
    return candidates.bm25(surface_forms, readings, wholes, surface_forms.idf)


def _prefix_families(
    words: Sequence[QueryWord],
    wholes: Sequence[Places],
    candidates: "_CandidateTokens",
    families: TermDictionary,
) -> Values:
    def rarity(family: str) -> float:
        return sqrt(families.idf(family))

    readings = [tuple(map(prefix_family, word.stems)) for word in words]
    whole = sum(map(rarity, {first for first, *_ in readings})) or 1.0
    return candidates.bm25(families, readings, wholes, rarity) / whole


def _early(
    words: Sequence[QueryWord],
    wholes: Sequence[Places],
    candidates: "_CandidateTokens",
    families: TermDictionary,
) -> Values:
    readings = [tuple(map(prefix_family, word.stems)) for word in words]
    places = map(np.union1d, candidates.places(families, readings), wholes)
    return candidates.held(list(places), [families.idf(first) for first, *_ in readings], candidates.early)


class _CandidateTokens:
    """The tokens of all candidates on one number line.

    `_line` [tokens] is the position of each token plus `_APART` times the index of its candidate. The places
    in this class are indices of tokens.
    """

    def __init__(self, vectors: TermVectors, articles: NDArray[np.int64]) -> None:
        term_slice = vectors.term_slice(articles)
        self._stems = vectors.stems
        self._count = len(articles)
        self._tokens = term_slice.tokens
        self._owners = term_slice.candidates
        self._line = term_slice.candidates * _APART + term_slice.positions
        behind_title = term_slice.positions - term_slice.titles[term_slice.candidates]
        self._weights = np.where(behind_title < 0, TITLE, 1.0)
        # How much a match counts at each token, for `held`: [tokens].
        self.anywhere = np.ones(len(behind_title))
        self.early = np.where(behind_title < 0, 0.0, np.exp(-np.maximum(behind_title, 0) / EARLY))
        self._norm = K1 * (1 - B + B * term_slice.lengths / (vectors.mean_length or 1.0))

    def places(self, dictionary: TermDictionary, words: Sequence[Sequence[str]]) -> list[Places]:
        """Return the places of each word, ascending. A word is given as its texts; any of them matches."""
        texts = list(dict.fromkeys(text for word in words for text in word))
        wanted = np.full(len(dictionary) + 1, -1)  # the last entry is for terms without a text (number -1)
        for place, text in enumerate(texts):
            if (number := dictionary.number(text)) is not None:
                wanted[number] = place
        which = wanted[dictionary.of_terms[self._tokens]]
        found = np.flatnonzero(which >= 0)
        of_text = {text: found[which[found] == place] for place, text in enumerate(texts)}
        nowhere = found[:0]
        return [np.sort(np.concatenate([nowhere, *(of_text[text] for text in word)])) for word in words]

    def words(self, words: Sequence[QueryWord]) -> tuple[list[Places], list[Places]]:
        """Return the places of each word, and the places of its compounds that count for it."""
        texts = [word.stems for word in words] + [word.compounds for word in words]
        found = self.places(self._stems, texts)
        own, wholes = found[: len(words)], found[len(words) :]
        return own, [self._alone(whole, beside) for whole, beside in zip(wholes, own, strict=True)]

    def _alone(self, wholes: Places, words: Places) -> Places:
        """Return the compounds' places without those that are only a second reading of the `words` there."""
        line, beside = self._line[wholes], self._line[words]
        return wholes[~np.isin(line, np.concatenate([beside - 1, beside, beside + 1]))]

    def bm25(
        self,
        dictionary: TermDictionary,
        words: Sequence[Sequence[str]],
        wholes: Sequence[Places],
        rarity: Callable[[str], float],
    ) -> Values:
        """Return the BM25 score [candidates] of words, each given as its readings.

        `wholes` are the places of each word's compounds, which count as its first reading. `rarity` returns
        the weight of a text, for instance its idf.
        """
        compounds: dict[str, list[Places]] = {}
        for (first, *_), whole in zip(words, wholes, strict=True):
            compounds.setdefault(first, []).append(whole)
        others = Counter(other for _, *others in words for other in others)
        counts = {other: ALTERNATIVE * count for other, count in others.items()}
        counts |= dict.fromkeys(compounds, 1.0)
        places = self.places(dictionary, [(text,) for text in counts])
        found = [
            np.unique(np.concatenate([place, *compounds.get(text, ())]))
            for text, place in zip(counts, places, strict=True)
        ]
        return self._saturated(found, [count * rarity(text) for text, count in counts.items()])

    def bigrams(self, bigrams: Sequence[tuple[QueryBigram, float]]) -> Values:
        """Return the BM25 score [candidates] of the bigrams."""
        texts = dict.fromkeys(
            (text,) for bigram, _ in bigrams for text in (bigram.left, bigram.right, *bigram.compounds)
        )
        places = dict(zip(texts, self.places(self._stems, list(texts)), strict=True))
        found: list[Places] = []
        for bigram, _ in bigrams:
            left, right = places[bigram.left,], places[bigram.right,]
            together = left[np.isin(self._line[left] + 1, self._line[right])]
            wholes = [self._alone(places[whole,], together) for whole in bigram.compounds]
            found.append(np.concatenate([together, *wholes]))
        return self._saturated(found, [idf for _, idf in bigrams])

    def _saturated(self, places: Sequence[Places], weights: Sequence[float]) -> Values:
        total = np.zeros(self._count)
        for place, weight in zip(places, weights, strict=True):
            frequency = np.bincount(self._owners[place], self._weights[place], minlength=self._count)
            total += weight * frequency * (K1 + 1) / (frequency + self._norm)
        return total

    def best_window(self, places: Sequence[Places], weights: Sequence[float]) -> Values:
        """Return the greatest total idf of distinct words within `WINDOW` positions of one another.

        The result has the shape [candidates].
        """
        best = np.zeros(self._count)
        begins = self._line[np.concatenate(places)] if places else self._line[:0]
        found = np.zeros(len(begins))
        for place, weight in zip(places, weights, strict=True):
            # Sorted, because another reading may come later in the tokens than words that follow it.
            following = np.append(np.sort(self._line[place]), np.iinfo(np.int64).max)
            found += weight * (following[np.searchsorted(following, begins)] - begins < WINDOW)
        np.maximum.at(best, begins // _APART, found)
        return best

    def held(self, places: Sequence[Places], weights: Sequence[float], counts: Values) -> Values:
        """Return the total idf of the words that each candidate holds, [candidates].

        `counts` [tokens] is how much a match counts at each token. A word counts as much as its best place.
        """
        total = np.zeros(self._count)
        for place, weight in zip(places, weights, strict=True):
            most = np.zeros(self._count)
            np.maximum.at(most, self._owners[place], counts[place])
            total += weight * most
        return total
