"""Computes the lexical features of the candidates: how well the words of a query match each article.

The keyword engine retrieves some candidates, the semantic search others. This module reads where each
candidate has the words of the query, and computes the same features for all of them. Their weighted sum is
the keyword score (`lexical`).

The total idf of a query is the sum of the inverse document frequencies (idf) of the stems of its words. Every
feature except `prefix_families` is divided by it, so that a value means the same for short and long queries:

- `surface_forms`: BM25 of the surface forms of the words, affixes included.
- `prefix_families`: BM25 of the prefix families of the words (see `columns`). A family is weighted by
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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import msgspec
import numpy as np
from numpy.typing import NDArray

from indexer.columns import POSITIONS, TermColumns, text_hash
from indexer.keyword.engine import K1, B
from indexer.keyword.fields import PREFIX_FAMILIES, STEMS, SURFACE_FORMS, prefix_family
from search_web.ranking.weighted_query import FieldTerm, WeightedQuery
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
Idf = Mapping[FieldTerm, float]
_NOWHERE: Places = np.empty(0, dtype=np.int64)


class LexicalWeights(msgspec.Struct, frozen=True):
    """The weight of each feature in the keyword score."""

    surface_forms: float
    prefix_families: float
    bigrams: float
    window: float
    early: float


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


def extract_features(query: WeightedQuery, columns: TermColumns, articles: NDArray[np.int64]) -> Features:
    """Return the features of the candidates for a query; `articles` are their numbers [candidates]."""
    candidates = _CandidateTokens(columns, articles, query)
    words = [word for word, _ in query.words]
    weights = [idf for _, idf in query.words]
    stems, wholes = candidates.words(words)
    places = [_united((stem, whole)) for stem, whole in zip(stems, wholes, strict=True)]
    return Features(
        _surface_forms(words, wholes, candidates, query.idf) / query.total_idf,
        _prefix_families(words, wholes, candidates, query.idf),
        candidates.bigrams(query.bigrams) / query.total_idf,
        candidates.best_window(places, weights) / query.total_idf,
        _early(words, wholes, candidates, query.idf) / query.total_idf,
        candidates.held(places, weights, candidates.anywhere) / query.total_idf,
    )


def _surface_forms(
    words: Sequence[QueryWord], wholes: Sequence[Places], candidates: "_CandidateTokens", idf: Idf
) -> Values:
    readings = [(word.surface, *word.stems[1:]) for word in words]
    return candidates.bm25(SURFACE_FORMS, readings, wholes, lambda text: idf[SURFACE_FORMS, text])


def _prefix_families(
    words: Sequence[QueryWord], wholes: Sequence[Places], candidates: "_CandidateTokens", idf: Idf
) -> Values:
    def rarity(family: str) -> float:
        return sqrt(idf[PREFIX_FAMILIES, family])

    readings = [tuple(map(prefix_family, word.stems)) for word in words]
    whole = sum(map(rarity, {first for first, *_ in readings})) or 1.0
    return candidates.bm25(PREFIX_FAMILIES, readings, wholes, rarity) / whole


def _early(
    words: Sequence[QueryWord], wholes: Sequence[Places], candidates: "_CandidateTokens", idf: Idf
) -> Values:
    readings = [tuple(map(prefix_family, word.stems)) for word in words]
    places = [
        _united((candidates.any_of(PREFIX_FAMILIES, families), whole))
        for families, whole in zip(readings, wholes, strict=True)
    ]
    return candidates.held(places, [idf[PREFIX_FAMILIES, first] for first, *_ in readings], candidates.early)


class _CandidateTokens:
    """The tokens of all candidates that may be of the query, on one number line.

    `_line` [tokens] is the position of each token plus `_APART` times the index of its candidate. The places
    in this class are indices of tokens.
    """

    def __init__(self, columns: TermColumns, articles: NDArray[np.int64], query: WeightedQuery) -> None:
        found = columns.occurrences(articles, *_wanted(query))
        self._hashes = {
            STEMS: found.stems,
            SURFACE_FORMS: found.surface_forms,
            PREFIX_FAMILIES: found.prefix_families,
        }
        self._places: dict[tuple[str, str], Places] = {}
        self._count = len(articles)
        self._owners = found.owners
        self._line = found.owners * _APART + found.positions
        behind_title = found.positions - found.titles[found.owners]
        self._weights = np.where(behind_title < 0, TITLE, 1.0)
        # How much a match counts at each token, for `held`: [tokens].
        self.anywhere = np.ones(len(behind_title))
        self.early = np.where(behind_title < 0, 0.0, np.exp(-np.maximum(behind_title, 0) / EARLY))
        self._norm = K1 * (1 - B + B * found.lengths / (columns.mean_length or 1.0))

    def places(self, field: str, text: str) -> Places:
        """Return the places that have this text in a field, ascending."""
        if (field, text) not in self._places:
            hashes = self._hashes[field]
            self._places[field, text] = np.flatnonzero(hashes == text_hash(text)) if text else _NOWHERE
        return self._places[field, text]

    def any_of(self, field: str, texts: Sequence[str]) -> Places:
        """Return the places that have any of these texts in a field, ascending."""
        return _united([self.places(field, text) for text in texts])

    def words(self, words: Sequence[QueryWord]) -> tuple[list[Places], list[Places]]:
        """Return the places of each word, and the places of its compounds that count for it."""
        own = [self.any_of(STEMS, word.stems) for word in words]
        wholes = [self.any_of(STEMS, word.compounds) for word in words]
        return own, [self._alone(whole, beside) for whole, beside in zip(wholes, own, strict=True)]

    def _alone(self, wholes: Places, words: Places) -> Places:
        """Return the compounds' places without those that are only a second reading of the `words` there."""
        if not len(wholes):
            return wholes
        line, beside = self._line[wholes], self._line[words]
        return wholes[~_among(np.concatenate([beside - 1, beside, beside + 1]), line)]

    def bm25(
        self,
        field: str,
        words: Sequence[Sequence[str]],
        wholes: Sequence[Places],
        rarity: Callable[[str], float],
    ) -> Values:
        """Return the BM25 score [candidates] of words, each given as its readings in a field.

        `wholes` are the places of each word's compounds, which count as its first reading. `rarity` returns
        the weight of a text, for instance its idf.
        """
        compounds: dict[str, list[Places]] = {}
        for (first, *_), whole in zip(words, wholes, strict=True):
            compounds.setdefault(first, []).append(whole)
        others = Counter(other for _, *others in words for other in others)
        counts = {other: ALTERNATIVE * count for other, count in others.items()}
        counts |= dict.fromkeys(compounds, 1.0)
        found = [_united((self.places(field, text), *compounds.get(text, ()))) for text in counts]
        return self._saturated(found, [count * rarity(text) for text, count in counts.items()])

    def bigrams(self, bigrams: Sequence[tuple[QueryBigram, float]]) -> Values:
        """Return the BM25 score [candidates] of the bigrams."""
        found: list[Places] = []
        for bigram, _ in bigrams:
            left, right = self.places(STEMS, bigram.left), self.places(STEMS, bigram.right)
            together = left[_among(self._line[right], self._line[left] + 1)]
            wholes = [self._alone(self.places(STEMS, whole), together) for whole in bigram.compounds]
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


def _wanted(query: WeightedQuery) -> tuple[set[str], set[str]]:
    """Return the stems and the surface forms that the features of a query look for."""
    words, bigrams = [word for word, _ in query.words], [bigram for bigram, _ in query.bigrams]
    stems = {stem for word in words for stem in (*word.stems, *word.compounds)}
    stems |= {stem for bigram in bigrams for stem in (bigram.left, bigram.right, *bigram.compounds)}
    return stems, {text for word in words for text in (word.surface, *word.stems[1:])}


def _united(places: Sequence[Places]) -> Places:
    """Return the distinct places, ascending; each of `places` already is that."""
    filled = [place for place in places if len(place)]
    if len(filled) < 2:
        return filled[0] if filled else _NOWHERE
    joined = np.sort(np.concatenate(filled))  # faster than `np.unique` for so few
    distinct: Places = joined[np.append(True, joined[1:] != joined[:-1])]
    return distinct


def _among(numbers: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return whether each of the `wanted` is one of the numbers."""
    ordered = np.append(np.sort(numbers), np.iinfo(np.int64).max)
    found: NDArray[np.bool_] = ordered[np.searchsorted(ordered, wanted)] == wanted
    return found
