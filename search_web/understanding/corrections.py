"""Corrects spelling ("did you mean"): finds likely words that one typo turns into the words typed.

The model is a noisy channel (Kernighan, Church and Gale, "A Spelling Correction Program Based on a Noisy
Channel Model", COLING 1990). The corrector replaces the typed word `t` with the word `w` when

    log P(w | others) - cost(w → t)   exceeds   log P(t | others)   by a margin

The others are the content words near it in the query. The cost of the typo comes from `typing_errors`.

    P(w | others) = (1 - c) n(w) / N + c mean over others o of n(w, o) / (n(o) + k)

`n(w)` is the number of articles with the word, `n(w, o)` how often both words co-occur, and `N` the sum of
all `n(w)`. If a typo happens to be another word of the collection, the corrector finds it only when the
other words of the query make the intended word much likelier.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from indexer.persian.analyzer import PersianAnalyzer
from indexer.persian.stop_words import STOP_WORDS
from indexer.persian.tokens import Kind, tokenize
from indexer.vocabulary import Vocabulary, cooccurrence_codes, word_code, word_key
from search_web.understanding.known_words import KnownWords
from search_web.understanding.typing_errors import Intended, intended

# A longer query is not corrected: a spelling suggestion does not help a reader who pastes a paragraph.
_MOST_WORDS = 12
_MOST_CORRECTIONS = 2
# Letters of a word that can be corrected.
_SHORTEST, _LONGEST = 2, 24
# The content words among this many words to each side are the context of a word.
_WINDOW = 4

# The weight of the context (c), and the articles added to the count of each context word (k).
_CONTEXT = 0.7
_SMOOTHING = 5.0
# The article count assumed for a typed word that no article has: if the language has the word, and if not.
_LISTED, _UNLISTED = 0.5, 0.05

# Subtracted from the article count of each candidate: a word of a single article may be a typo itself, unless
# the context supports it.
_DISCOUNT = 0.95

# Margins in nats. They were chosen on three collections so that hardly one correct query in a hundred gets a
# suggestion, even a query on a subject that the collection lacks (`python -m benchmarks.did_you_mean`).
# The margins for a typed word that the collection has, and for one that only the language has.
_COLLECTION_MARGIN, _LANGUAGE_MARGIN = 6.0, 6.0
# The margin for an unknown word of five letters, the reduction for each further letter, and the minimum: a
# longer word is less likely to be near another one by accident.
_UNKNOWN_MARGIN, _LETTER, _LEAST_MARGIN = 5.0, 2.0, 0.0
# The same for the only word of a query if it finds no article: the margin at five letters, the reduction for
# each further letter, the minimum, and what a word of the language adds.
_NOTHING_MARGIN, _NOTHING_LETTER, _LEAST_NOTHING_MARGIN, _LANGUAGE = 2.0, 1.5, -1.0, 1.0


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the query: its key in the vocabulary, its offsets, and its number of articles."""

    key: str
    start: int
    end: int
    is_content: bool
    articles: int


class Corrector:
    """Corrects queries from the vocabulary of one generation; safe to share between threads."""

    def __init__(self, vocabulary: Vocabulary, analyzer: PersianAnalyzer) -> None:
        self._vocabulary = vocabulary
        self._analyzer = analyzer
        self._known = KnownWords(vocabulary, analyzer)

    def correct(self, query: str) -> str:
        """Return the query with up to two typos corrected, and everything else as typed."""
        for _ in range(_MOST_CORRECTIONS):
            mended = self._mended(query)
            if mended == query:
                break
            query = mended
        return query

    def _mended(self, query: str) -> str:
        words = self._words(query)
        if not 0 < len(words) <= _MOST_WORDS:
            return query
        certain = self._joined(words)
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

    def _words(self, query: str) -> list[_Word]:
        tokens = [token for token in tokenize(query) if token.kind is Kind.WORD]
        keys = [word_key(token.text) for token in tokens]
        return [
            _Word(
                key,
                token.start,
                token.end,
                key not in STOP_WORDS and len(key) > 1,
                self._vocabulary.frequency(key),
            )
            for key, token in zip(keys, tokens, strict=True)
        ]

    def _best(self, words: list[_Word], place: int) -> tuple[str, float]:
        """Return the likeliest candidate for the word at `place`, and its gain in nats minus the margin."""
        typed = words[place]
        candidates = intended(typed.key, self._vocabulary.frequencies)
        if not candidates:
            return typed.key, 0.0
        likely = self._log_likelihoods(candidates, words, place)
        gains = likely[1:] - [candidate.cost for candidate in candidates] - likely[0]
        best = int(gains.argmax())
        is_alone = sum(word.is_content for word in words) == 1 and typed.is_content
        margin = self._margin_alone(typed) if is_alone and not self._finds(typed) else self._margin(typed)
        return candidates[best].word, float(gains[best]) - margin

    def _margin(self, typed: _Word) -> float:
        if typed.articles:
            return _COLLECTION_MARGIN
        unknown = max(_UNKNOWN_MARGIN - _LETTER * (len(typed.key) - 5), _LEAST_MARGIN)
        return _LANGUAGE_MARGIN if self._known.is_known(typed.key) else unknown

    def _margin_alone(self, typed: _Word) -> float:
        margin = max(_NOTHING_MARGIN - _NOTHING_LETTER * (len(typed.key) - 5), _LEAST_NOTHING_MARGIN)
        return margin + _LANGUAGE if self._known.is_known(typed.key) else margin

    def _finds(self, typed: _Word) -> bool:
        """Return whether the collection has the word, a part of it or its stem."""
        if typed.articles:
            return True
        parts = [term.text for term in self._analyzer.words(typed.key)]
        return any(map(self._vocabulary.frequency, (*parts, *map(self._analyzer.stem, parts))))

    def _log_likelihoods(
        self, candidates: list[Intended], words: list[_Word], place: int
    ) -> NDArray[np.float64]:
        """Return log P(word | others), float64, of the typed word and then of each candidate."""
        typed = words[place]
        articles = [self._assumed(typed), *(candidate.articles - _DISCOUNT for candidate in candidates)]
        alone = np.array(articles) / max(self._vocabulary.total, 1)
        beside = [
            word
            for word in words[max(place - _WINDOW, 0) : place + _WINDOW + 1]
            if word.is_content and word is not typed
        ]
        if not beside:
            return np.log(alone)
        keys = [typed.key, *(candidate.word for candidate in candidates)]
        codes, others = _codes(keys), _codes([word.key for word in beside])
        cooccurrences = self._vocabulary.cooccurrences(cooccurrence_codes(codes[:, None], others))
        those = np.array([word.articles for word in beside])
        shared = (cooccurrences / (those + _SMOOTHING)).mean(axis=1)
        return np.log((1 - _CONTEXT) * alone + _CONTEXT * shared)

    def _assumed(self, typed: _Word) -> float:
        """Return the number of articles assumed for a typed word."""
        return typed.articles or (_LISTED if self._known.is_known(typed.key) else _UNLISTED)

    def _joined(self, words: list[_Word]) -> set[int]:
        """Return the places of words that form a known word together with a neighbour: «بین المللی»."""
        places: set[int] = set()
        for place, (left, right) in enumerate(pairwise(words)):
            if right.start - left.end == 1 and self._vocabulary.frequency(left.key + right.key):
                places.update((place, place + 1))
        return places

    def _is_same(self, query: str, mended: str) -> bool:
        """Return whether both queries have the same stems, so that a search cannot distinguish them."""
        stems = [
            {self._analyzer.stem(term.text) for term in self._analyzer.words(text)}
            for text in (query, mended)
        ]
        return stems[0] == stems[1]


def _codes(keys: list[str]) -> NDArray[np.uint64]:
    return np.array([word_code(key) for key in keys], dtype=np.uint64)
