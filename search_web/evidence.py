"""What the words of a query say about a candidate beyond BM25: nearness, place and kin, from term vectors.

Every evidence is a share of the query's mass, which is the sum of the inverse document frequencies (idf) of
its words, so that it means the same for short and long queries:

- `coverage`: the mass of the words that it holds at all;
- `window`: the greatest mass of distinct words that stand within `WINDOW` positions of one another;
- `early`: the mass of the words among the first `EARLY` positions behind the title, as news is written;
- `kin`: BM25 of the families of the words (see `term_vectors`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.keyword.documents import STEMS
from indexer.keyword.engine import K1, B, KeywordIndex, KeywordQuery, inverse_frequency
from indexer.term_vectors import LAST_POSITION, Stretch, TermVectors
from search_web.weights import LexicalWeights

WINDOW = 12
EARLY = 60
# Farther apart than any two positions of one article, or than a window is wide.
_APART = 2 * (LAST_POSITION + 1)

Mass = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the query: the stems that count as it, and the idf of the first."""

    stems: tuple[str, ...]
    idf: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """Shares of the query's mass, all float64 [candidates]."""

    coverage: Mass
    window: Mass
    early: Mass
    kin: Mass


def query_words(query: KeywordQuery, keyword: KeywordIndex) -> list[Word]:
    """Return the words of a query with their idf in an index."""
    stems = [tuple(term.text for term in group if term.field == STEMS) for group in query.words]
    return [
        Word(each, inverse_frequency(len(keyword), keyword.frequency(STEMS, each[0])))
        for each in stems
        if each
    ]


def mass(words: Sequence[Word]) -> float:
    """Return the sum of the idf of the words; 1 when there is none."""
    return sum(word.idf for word in words) or 1.0


def mean_idf(words: Sequence[Word]) -> float:
    """Return the mean idf of the words; 0 when there is none."""
    return sum(word.idf for word in words) / max(len(words), 1)


def lexical(bm25: Mass, words: Sequence[Word], found: Evidence, weights: LexicalWeights) -> Mass:
    """Return keyword scores [candidates]: BM25 as a share of the query's mass, and the evidence."""
    extra = weights.window * found.window + weights.early * found.early + weights.kin * found.kin
    return bm25 / mass(words) + extra


def evidence(words: Sequence[Word], vectors: TermVectors, articles: NDArray[np.int64]) -> Evidence:
    """Look for the words in the articles with these numbers."""
    stretch = vectors.stretch(articles)
    places = [np.flatnonzero(np.isin(stretch.tokens, vectors.numbers(word.stems))) for word in words]
    weights = [word.idf for word in words]
    total = mass(words)
    everywhere = np.ones(len(stretch.tokens), dtype=np.bool_)
    return Evidence(
        _held(stretch, places, weights, everywhere) / total,
        _best_window(stretch, places, weights) / total,
        _held(stretch, places, weights, _is_early(stretch)) / total,
        _kin(stretch, words, vectors) / total,
    )


def _best_window(stretch: Stretch, places: list[NDArray[np.int64]], weights: list[float]) -> Mass:
    """Return the greatest mass of distinct words within `WINDOW` positions, [candidates].

    All candidates lie on one line, far apart, so that one pass looks at all of them.
    """
    line = stretch.candidates * _APART + stretch.positions
    best = np.zeros(len(stretch.lengths))
    begins = line[np.concatenate(places)] if places else line[:0]
    found = np.zeros(len(begins))
    for place, weight in zip(places, weights, strict=True):
        following = np.append(line[place], np.iinfo(np.int64).max)
        found += weight * (following[np.searchsorted(following, begins)] - begins < WINDOW)
    np.maximum.at(best, begins // _APART, found)
    return best


def _is_early(stretch: Stretch) -> NDArray[np.bool_]:
    behind = stretch.positions - stretch.titles[stretch.candidates]
    early: NDArray[np.bool_] = (behind >= 0) & (behind < EARLY)
    return early


def _held(
    stretch: Stretch, places: list[NDArray[np.int64]], weights: list[float], counted: NDArray[np.bool_]
) -> Mass:
    """Return the mass of the words with an occurrence among the tokens that are counted, [candidates]."""
    total = np.zeros(len(stretch.lengths))
    for place, weight in zip(places, weights, strict=True):
        total[np.unique(stretch.candidates[place[counted[place]]])] += weight
    return total


def _kin(stretch: Stretch, words: Sequence[Word], vectors: TermVectors) -> Mass:
    total = np.zeros(len(stretch.lengths))
    families = dict.fromkeys(vectors.family(word.stems[0]) for word in words)
    of_tokens = vectors.families(stretch.tokens)
    norm = K1 * (1 - B + B * stretch.lengths / (vectors.mean_length or 1.0))
    for found in filter(None, families):
        family, articles = found
        frequency = np.bincount(stretch.candidates[of_tokens == family], minlength=len(total))
        total += inverse_frequency(len(vectors), articles) * frequency * (K1 + 1) / (frequency + norm)
    return total
