"""The keyword score: what term vectors tell of the words of a query in a candidate.

An engine finds the candidates; here they are scored anew, with those that only the semantic search found.
Every evidence is a share of the query's mass, which is the sum of the inverse document frequencies (idf) of
the stems of its words, so that it means the same for short and long queries:

- `written`: BM25 of the words as they are written, affixes included;
- `kin`: BM25 of their families (see `term_vectors`), which the words themselves belong to;
- `pairs`: BM25 of neighbouring words that are neighbours in the article;
- `window`: the greatest mass of distinct words that stand within `WINDOW` positions of one another;
- `early`: the mass of the words among the first `EARLY` positions behind the title, as news is written;
- `coverage`: the mass of the words that it holds at all; the score does not count it, the gate does.

BM25 is that of `indexer.keyword.engine`, a word of the title counting `TITLE_WEIGHT` times.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from indexer.keyword.documents import ALTERNATIVE, PAIRS, TITLE_WEIGHT, QueryPair, QueryWord
from indexer.keyword.engine import K1, B, KeywordIndex, inverse_frequency
from indexer.term_vectors import LAST_POSITION, TermDictionary, TermVectors, family_of

WINDOW = 12
EARLY = 60
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


@dataclass(frozen=True, slots=True)
class Sought:
    """What a query looks for, with the idf that each has in a collection.

    The idf of a word is that of its first stem, that of a pair with a function word the sum of both stems':
    the field `pairs` does not count those.
    """

    words: tuple[tuple[QueryWord, float], ...]
    pairs: tuple[tuple[QueryPair, float], ...] = ()

    @classmethod
    def of(
        cls,
        words: Iterable[QueryWord],
        pairs: Iterable[QueryPair],
        vectors: TermVectors,
        keyword: KeywordIndex,
    ) -> "Sought":
        """Look up the idf of what is sought."""
        return cls(
            tuple((word, vectors.stems.idf(word.stems[0])) for word in words),
            tuple((pair, _pair_idf(pair, vectors, keyword)) for pair in pairs),
        )

    @property
    def mass(self) -> float:
        """The sum of the idf of the words; 1 when there is none."""
        return sum(idf for _, idf in self.words) or 1.0

    @property
    def mean_idf(self) -> float:
        """The mean idf of the words; 0 when there is none."""
        return sum(idf for _, idf in self.words) / max(len(self.words), 1)


def _pair_idf(pair: QueryPair, vectors: TermVectors, keyword: KeywordIndex) -> float:
    if pair.indexed:
        return inverse_frequency(len(vectors), keyword.frequency(PAIRS, pair.term))
    return vectors.stems.idf(pair.left) + vectors.stems.idf(pair.right)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Shares of the query's mass, all float64 [candidates]."""

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
    places = candidates.places(vectors.stems, [word.stems for word in words])
    others = [stem for word in words for stem in word.stems[1:]]
    written = _weighted((word.written for word in words), others)
    families = _weighted((family_of(word.stems[0]) for word in words), map(family_of, others))
    return Evidence(
        candidates.bm25(vectors.written, written) / sought.mass,
        candidates.bm25(vectors.families, families) / sought.mass,
        candidates.pairs(sought.pairs) / sought.mass,
        candidates.best_window(places, weights) / sought.mass,
        candidates.held(places, weights, candidates.is_early) / sought.mass,
        candidates.held(places, weights) / sought.mass,
    )


def _weighted(texts: Iterable[str], others: Iterable[str]) -> dict[str, float]:
    """Return what each text counts: one that only another reading has, less."""
    counts = {other: ALTERNATIVE * count for other, count in Counter(others).items()}
    return counts | dict.fromkeys(texts, 1.0)


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
        self._weights = np.where(behind_title < 0, TITLE_WEIGHT, 1.0)
        self.is_early: NDArray[np.bool_] = (behind_title >= 0) & (behind_title < EARLY)
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
        return [np.sort(np.concatenate([of_text[text] for text in word])) for word in words]

    def bm25(self, dictionary: TermDictionary, texts: Mapping[str, float]) -> Mass:
        """Return BM25 [candidates] of texts that count as much as they are given."""
        places = self.places(dictionary, [(text,) for text in texts])
        return self._saturated(places, [weight * dictionary.idf(text) for text, weight in texts.items()])

    def pairs(self, pairs: Sequence[tuple[QueryPair, float]]) -> Mass:
        """Return BM25 of neighbouring words [candidates]."""
        stems = list(dict.fromkeys(stem for pair, _ in pairs for stem in (pair.left, pair.right)))
        places = dict(zip(stems, self.places(self._stems, [(stem,) for stem in stems]), strict=True))
        together = [
            places[pair.left][np.isin(self._line[places[pair.left]] + 1, self._line[places[pair.right]])]
            for pair, _ in pairs
        ]
        return self._saturated(together, [idf for _, idf in pairs])

    def _saturated(self, places: Sequence[Places], idfs: Sequence[float]) -> Mass:
        total = np.zeros(self._count)
        for place, idf in zip(places, idfs, strict=True):
            frequency = np.bincount(self._owners[place], self._weights[place], minlength=self._count)
            total += idf * frequency * (K1 + 1) / (frequency + self._norm)
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

    def held(
        self,
        places: Sequence[Places],
        weights: Sequence[float],
        counted: NDArray[np.bool_] | None = None,
    ) -> Mass:
        """Return the mass of the words that stand among the counted tokens, or anywhere."""
        total = np.zeros(self._count)
        for place, weight in zip(places, weights, strict=True):
            kept = place if counted is None else place[counted[place]]
            total[np.unique(self._owners[kept])] += weight
        return total
