"""The keyword score: what term vectors tell of the words of a query in a candidate.

An engine finds the candidates; here they are scored anew, with those that only the semantic search found.
Every evidence but `kin` is a share of the query's mass, which is the sum of the inverse document frequencies
(idf) of the stems of its words, so that it means the same for short and long queries:

- `written`: BM25 of the words as they are written, affixes included;
- `kin`: BM25 of their families (see `term_vectors`), which the words themselves belong to, with the square
  root of the idf and as a share of the sum of these: a family has more than one meaning, and how rare it is
  tells less;
- `pairs`: BM25 of neighbouring words that are neighbours in the article;
- `window`: the greatest mass of distinct words that stand within `WINDOW` positions of one another;
- `early`: the mass of the words' families, each times exp(-p / `EARLY`) where it stands first, p positions
  behind the title, as news is written;
- `coverage`: the mass of the words that it holds at all; the score does not count it, the gate does.

BM25 is that of `indexer.keyword.engine`, but a word of the title counts `TITLE` times. Another reading
of a word counts `ALTERNATIVE` as much as the first. What two words make if written as one («گلمحمدی» for «گل
محمدی») counts as each of them and as their pair, where it is no second reading of both standing there.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from indexer.keyword.documents import PAIRS
from indexer.keyword.engine import K1, B, inverse_frequency
from indexer.term_vectors import LAST_POSITION, TermDictionary, TermVectors, family_of
from search_web.understanding.query_terms import ALTERNATIVE, QueryPair, QueryWord

# An engine finds candidates with a smaller weight of the title. Both were chosen,
# among 1 to 9 and 10 to 80, by what they gained on every collection (docs/relevance.md).
TITLE = 6.0
EARLY = 10
WINDOW = 12
# Farther apart than any two positions of one article, or than a window is wide.
_APART = 2 * (LAST_POSITION + 1)

Mass = NDArray[np.float64]
Places = NDArray[np.int64]


class LexicalWeights(msgspec.Struct, frozen=True):
    """What each evidence counts in the keyword score."""

    written: float
    kin: float
    pairs: float
    window: float
    early: float


class Frequencies(Protocol):
    """What knows how many articles hold a term of a field: a `KeywordIndex`, or any other."""

    def frequency(self, field: str, text: str) -> int:
        """Return the number of articles that hold the term."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What a query looks for, with the idf that each has in a collection.

    The idf of a word is that of its first stem, that of a pair with a function word the sum of both stems':
    the field `pairs` does not count those. `known` is the share of the mass that is of words which any
    article holds, 1 when there is none.
    """

    words: tuple[tuple[QueryWord, float], ...]
    pairs: tuple[tuple[QueryPair, float], ...] = ()
    known: float = 1.0

    @classmethod
    def of(
        cls,
        words: Iterable[QueryWord],
        pairs: Iterable[QueryPair],
        vectors: TermVectors,
        keyword: Frequencies,
    ) -> "Sought":
        """Look up the idf of what is sought."""
        weighed = tuple((word, vectors.stems.idf(word.stems[0])) for word in words)
        return cls(
            weighed,
            tuple((pair, _pair_idf(pair, vectors, keyword)) for pair in pairs),
            _known(weighed, vectors.stems),
        )

    @property
    def mass(self) -> float:
        """The sum of the idf of the words; 1 when there is none."""
        return sum(idf for _, idf in self.words) or 1.0


def _known(words: Sequence[tuple[QueryWord, float]], stems: TermDictionary) -> float:
    mass = sum(idf for _, idf in words)
    held = sum(idf for word, idf in words if any(map(stems.articles, (*word.stems, *word.compounds))))
    return held / mass if mass else 1.0


def _pair_idf(pair: QueryPair, vectors: TermVectors, keyword: Frequencies) -> float:
    if pair.indexed:
        return inverse_frequency(len(vectors), keyword.frequency(PAIRS, pair.term))
    return vectors.stems.idf(pair.left) + vectors.stems.idf(pair.right)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was seen of the candidates (see the module), all float64 [candidates]."""

    written: Mass
    kin: Mass
    pairs: Mass
    window: Mass
    early: Mass
    coverage: Mass


def lexical(found: Evidence, weights: LexicalWeights) -> Mass:
    """Return keyword scores [candidates]: the weighted sum of the evidence."""
    parts = msgspec.structs.asdict(weights).items()
    return np.sum([weight * getattr(found, name) for name, weight in parts], axis=0)


def evidence(sought: Sought, vectors: TermVectors, articles: NDArray[np.int64]) -> Evidence:
    """Look for what is sought in the articles with these numbers."""
    candidates = _Candidates(vectors, articles)
    words = [word for word, _ in sought.words]
    weights = [idf for _, idf in sought.words]
    stems, wholes = candidates.words(words)
    places = [np.union1d(stem, whole) for stem, whole in zip(stems, wholes, strict=True)]
    return Evidence(
        _written(words, wholes, candidates, vectors.written) / sought.mass,
        _kin(words, wholes, candidates, vectors.families),
        candidates.pairs(sought.pairs) / sought.mass,
        candidates.best_window(places, weights) / sought.mass,
        _early(words, wholes, candidates, vectors.families) / sought.mass,
        candidates.held(places, weights, candidates.anywhere) / sought.mass,
    )


def _written(
    words: Sequence[QueryWord], wholes: Sequence[Places], candidates: "_Candidates", written: TermDictionary
) -> Mass:
    readings = [(word.written, *word.stems[1:]) for word in words]
    return candidates.bm25(written, readings, wholes, written.idf)


def _kin(
    words: Sequence[QueryWord], wholes: Sequence[Places], candidates: "_Candidates", families: TermDictionary
) -> Mass:
    def rareness(family: str) -> float:
        return sqrt(families.idf(family))

    readings = [tuple(map(family_of, word.stems)) for word in words]
    whole = sum(map(rareness, {first for first, *_ in readings})) or 1.0
    return candidates.bm25(families, readings, wholes, rareness) / whole


def _early(
    words: Sequence[QueryWord], wholes: Sequence[Places], candidates: "_Candidates", families: TermDictionary
) -> Mass:
    readings = [tuple(map(family_of, word.stems)) for word in words]
    places = map(np.union1d, candidates.places(families, readings), wholes)
    return candidates.held(list(places), [families.idf(first) for first, *_ in readings], candidates.early)


class _Candidates:
    """The term vectors of the candidates as one line of tokens, each candidate far from the next."""

    def __init__(self, vectors: TermVectors, articles: NDArray[np.int64]) -> None:
        stretch = vectors.stretch(articles)
        self._stems = vectors.stems
        self._count = len(articles)
        self._tokens = stretch.tokens
        self._owners = stretch.candidates
        self._line = stretch.candidates * _APART + stretch.positions
        behind_title = stretch.positions - stretch.titles[stretch.candidates]
        self._weights = np.where(behind_title < 0, TITLE, 1.0)
        # What a word counts where it stands, [tokens].
        self.anywhere = np.ones(len(behind_title))
        self.early = np.where(behind_title < 0, 0.0, np.exp(-behind_title / EARLY))
        self._norm = K1 * (1 - B + B * stretch.lengths / (vectors.mean_length or 1.0))

    def places(self, dictionary: TermDictionary, words: Sequence[Sequence[str]]) -> list[Places]:
        """Return where on the line each word stands that has these texts, ascending."""
        texts = list(dict.fromkeys(text for word in words for text in word))
        sought = np.full(len(dictionary) + 1, -1)  # the last one is for terms without a text
        for place, text in enumerate(texts):
            if (number := dictionary.number(text)) is not None:
                sought[number] = place
        which = sought[dictionary.of_terms][self._tokens]
        found = np.flatnonzero(which >= 0)
        of_text = {text: found[which[found] == place] for place, text in enumerate(texts)}
        nowhere = found[:0]
        return [np.sort(np.concatenate([nowhere, *(of_text[text] for text in word)])) for word in words]

    def words(self, words: Sequence[QueryWord]) -> tuple[list[Places], list[Places]]:
        """Return where each word stands, and where what it makes with a neighbour stands alone for both."""
        texts = [word.stems for word in words] + [word.compounds for word in words]
        found = self.places(self._stems, texts)
        own, wholes = found[: len(words)], found[len(words) :]
        return own, [self._alone(whole, beside) for whole, beside in zip(wholes, own, strict=True)]

    def _alone(self, wholes: Places, words: Places) -> Places:
        """Return the places of compounds that are no second reading of words that stand there too."""
        line, beside = self._line[wholes], self._line[words]
        return wholes[~np.isin(line, np.concatenate([beside - 1, beside, beside + 1]))]

    def bm25(
        self,
        dictionary: TermDictionary,
        words: Sequence[Sequence[str]],
        wholes: Sequence[Places],
        rareness: Callable[[str], float],
    ) -> Mass:
        """Return BM25 [candidates] of words with these readings, `wholes` counting as their first ones."""
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
        return self._saturated(found, [count * rareness(text) for text, count in counts.items()])

    def pairs(self, pairs: Sequence[tuple[QueryPair, float]]) -> Mass:
        """Return BM25 of neighbouring words [candidates]."""
        texts = dict.fromkeys(
            (text,) for pair, _ in pairs for text in (pair.left, pair.right, *pair.compounds)
        )
        places = dict(zip(texts, self.places(self._stems, list(texts)), strict=True))
        found: list[Places] = []
        for pair, _ in pairs:
            left, right = places[pair.left,], places[pair.right,]
            together = left[np.isin(self._line[left] + 1, self._line[right])]
            wholes = [self._alone(places[whole,], together) for whole in pair.compounds]
            found.append(np.concatenate([together, *wholes]))
        return self._saturated(found, [idf for _, idf in pairs])

    def _saturated(self, places: Sequence[Places], weights: Sequence[float]) -> Mass:
        total = np.zeros(self._count)
        for place, weight in zip(places, weights, strict=True):
            frequency = np.bincount(self._owners[place], self._weights[place], minlength=self._count)
            total += weight * frequency * (K1 + 1) / (frequency + self._norm)
        return total

    def best_window(self, places: Sequence[Places], weights: Sequence[float]) -> Mass:
        """Return the greatest mass of distinct words within `WINDOW` positions, [candidates]."""
        best = np.zeros(self._count)
        begins = self._line[np.concatenate(places)] if places else self._line[:0]
        found = np.zeros(len(begins))
        for place, weight in zip(places, weights, strict=True):
            # Other readings may come after what stands behind them.
            following = np.append(np.sort(self._line[place]), np.iinfo(np.int64).max)
            found += weight * (following[np.searchsorted(following, begins)] - begins < WINDOW)
        np.maximum.at(best, begins // _APART, found)
        return best

    def held(self, places: Sequence[Places], weights: Sequence[float], counts: Mass) -> Mass:
        """Return the mass of the words, each times the most that a place of it counts, [candidates]."""
        total = np.zeros(self._count)
        for place, weight in zip(places, weights, strict=True):
            most = np.zeros(self._count)
            np.maximum.at(most, self._owners[place], counts[place])
            total += weight * most
        return total
