"""Did you mean: the likeliest words that one slip a word turns into what was typed.

A noisy channel (Kernighan, Church and Gale, "A Spelling Correction Program Based on a Noisy Channel Model",
COLING 1990): a word `w` was meant in place of the typed `t` when

    log P(w | others) - cost(w → t)   exceeds   log P(t | others)   by a margin

where the others are the content words beside it in the query, and

    P(w | others) = (1 - c) n(w) / N + c mean over others o of n(w, o) / (n(o) + k)

`n(w)` counts articles with the word, `n(w, o)` how often both co-occur, `N` is the sum of all `n(w)`.
A slip that yields another word of the collection is found only where the others speak for it.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from indexer.persian.analyzer import PersianAnalyzer
from indexer.persian.stop_words import STOP_WORDS
from indexer.persian.tokens import Kind, tokenize
from indexer.vocabulary import Vocabulary, cooccurrence_code, word_code, word_key
from search_web.understanding.known_words import KnownWords
from search_web.understanding.typing_errors import intended

# Words of a query that are looked at; who pastes a paragraph is not helped by a spelling.
_MOST_WORDS = 12
_MOST_CORRECTIONS = 2
_SHORTEST, _LONGEST = 2, 24
# Words to each side of a word that tell about it.
_WINDOW = 4

# How much the others count (c), and how many articles more a word is taken to be in (k).
_CONTEXT = 0.7
_SMOOTHING = 5.0
# Articles that a word is taken to be in which the collection lacks: when the language has it, and when not.
_LISTED, _UNLISTED = 0.5, 0.05

# And by how many fewer a candidate: what a single article has may be a slip itself, unless the others tell.
_DISCOUNT = 0.95

# Margins in nats, chosen on three collections so that hardly one correct query in a hundred is suggested
# another, be it about what the collection has never heard of (`python -m benchmarks.did_you_mean`).
# For a word of the collection; for one of the language, at least.
_COLLECTION_MARGIN, _LANGUAGE_MARGIN = 6.0, 6.0
# For an unknown word of five letters, and less for each letter more: the longer, the rarer is an accident.
_UNKNOWN_MARGIN, _LETTER, _LEAST_MARGIN = 5.0, 2.0, 0.0


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the query and where it stands; `key` is that of the vocabulary."""

    key: str
    start: int
    end: int
    is_content: bool


class Corrector:
    """Corrects queries from the vocabulary of one generation; safe to share between threads."""

    def __init__(self, vocabulary: Vocabulary, analyzer: PersianAnalyzer) -> None:
        self._vocabulary = vocabulary
        self._analyzer = analyzer
        self._known = KnownWords(vocabulary, analyzer)

    def correct(self, query: str) -> str:
        """Return the query with its slips mended, all else as it was typed; itself when there are none."""
        for _ in range(_MOST_CORRECTIONS):
            mended = self._mended(query)
            if mended == query:
                break
            query = mended
        return query

    def _mended(self, query: str) -> str:
        words = _words(query)
        if not 0 < len(words) <= _MOST_WORDS:
            return query
        certain = self._joined(words, query)
        best, best_gain = query, 0.0
        for place, word in enumerate(words):
            if place in certain or not _SHORTEST <= len(word.key) <= _LONGEST:
                continue
            meant, gain = self._best(words, place)
            if gain > best_gain:
                form = self._vocabulary.form(meant)
                mended = query[: word.start] + form + query[word.end :]
                if not self._is_same(query, mended):
                    best, best_gain = mended, gain
        return best

    def _best(self, words: list[_Word], place: int) -> tuple[str, float]:
        """Return the likeliest word in this place, and what it gains beyond the margin."""
        typed = words[place].key
        costs = intended(typed)
        candidates = self._vocabulary.known(costs)
        if not candidates:
            return typed, 0.0
        likely = self._log_likelihoods([typed, *candidates], words, place)
        cost = np.array([costs[key] for key in candidates])
        gains = likely[1:] - cost - likely[0]
        best = int(gains.argmax())
        return candidates[best], float(gains[best]) - self._margin(typed)

    def _margin(self, typed: str) -> float:
        if self._vocabulary.frequency(typed):
            return _COLLECTION_MARGIN
        unknown = max(_UNKNOWN_MARGIN - _LETTER * (len(typed) - 5), _LEAST_MARGIN)
        return _LANGUAGE_MARGIN if self._known.is_known(typed) else unknown

    def _log_likelihoods(self, keys: list[str], words: list[_Word], place: int) -> NDArray[np.float64]:
        vocabulary = self._vocabulary
        typed, *candidates = keys
        articles = [self._articles(typed), *(vocabulary.frequency(key) - _DISCOUNT for key in candidates)]
        alone = np.array(articles) / max(vocabulary.total, 1)
        beside = [
            word.key
            for word in words[max(place - _WINDOW, 0) : place + _WINDOW + 1]
            if word.is_content and word is not words[place]
        ]
        if not beside:
            return np.log(alone)
        codes = [word_code(key) for key in keys]
        both = [[cooccurrence_code(code, word_code(key)) for key in beside] for code in codes]
        cooccurrences = vocabulary.cooccurrences(np.array(both, dtype=np.uint64))
        those = np.array([vocabulary.frequency(key) for key in beside])
        shared = (cooccurrences / (those + _SMOOTHING)).mean(axis=1)
        return np.log((1 - _CONTEXT) * alone + _CONTEXT * shared)

    def _articles(self, key: str) -> float:
        return self._vocabulary.frequency(key) or (_LISTED if self._known.is_known(key) else _UNLISTED)

    def _joined(self, words: list[_Word], query: str) -> set[int]:
        """Return the places of words that make one known word with a neighbour: «بین المللی»."""
        places: set[int] = set()
        for place, (left, right) in enumerate(pairwise(words)):
            if right.start - left.end == 1 and self._vocabulary.frequency(left.key + right.key):
                places.update((place, place + 1))
        return places

    def _is_same(self, query: str, mended: str) -> bool:
        """Tell whether a search cannot tell the two apart: both spellings have the same stems."""
        stems = [
            {self._analyzer.stem(term.text) for term in self._analyzer.words(text)}
            for text in (query, mended)
        ]
        return stems[0] == stems[1]


def _words(query: str) -> list[_Word]:
    keys = [(word_key(token.text), token) for token in tokenize(query) if token.kind is Kind.WORD]
    return [_Word(key, token.start, token.end, key not in STOP_WORDS and len(key) > 1) for key, token in keys]
