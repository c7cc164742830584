"""Turns text into token streams. Every keyword engine gets the same streams.

There are three parallel streams. The first two hold `Term`s with positions and offsets:

- `words`: the parts of each written word, folded (see `segmentation`);
- `stems`: the stem of each part; the lexicon prevents over-stemming (see `stems`);
- `surface_forms`: each part with its affixes joined to it, whether the text joins them, or separates them by
  a space or a half-space: کتابهای ("books of") also for «کتاب های».

The half-space (U+200C, zero-width non-joiner) separates the parts of one written word: کتاب‌های.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import accumulate, chain, pairwise
from types import MappingProxyType
from typing import NamedTuple

from indexer.persian.arabic_spellings import ArabicSpellings
from indexer.persian.lexicon import load_lexicon
from indexer.persian.restoration import Restorer
from indexer.persian.segmentation import Segmenter
from indexer.persian.spellings import join_pairs
from indexer.persian.stems import Stemmer
from indexer.persian.stop_words import EVERYWHERE, STOP_WORDS
from indexer.persian.terms import Term
from indexer.persian.word_sequences import Tokens, WordSequence, WordSequences
from indexer.persian.written_words import WrittenWords

__all__ = ["ANALYSIS_VERSION", "Analysis", "PersianAnalyzer", "Streams", "Term", "persian_analyzer"]

# Stored in the manifest: the program refuses an index that was made with another version.
ANALYSIS_VERSION = "5"


class Streams(NamedTuple):
    """The parallel streams of one text: the words, their stems, and their surface forms.

    A surface form is "" if an earlier reading at the same position has the same one.
    """

    words: list[Term]
    stems: list[Term]
    surface_forms: list[str]


class Analysis(NamedTuple):
    """The analysis of a text that consists of parts, a line each, and of its first part.

    `bigrams` are the pairs of neighbouring stems without stop words. The first part has the first
    `first_tokens` tokens, `first_bigrams` bigrams and `first_width` positions. `width` is the number of all
    positions.
    """

    tokens: Tokens
    bigrams: list[str]
    width: int
    first_tokens: int
    first_bigrams: int
    first_width: int


class PersianAnalyzer:
    """Turns text into token streams. Stateless except for its caches; safe to share between threads.

    `learned` maps the joined, folded spelling of each compound learned from a collection to its pieces (see
    `collection`).
    """

    def __init__(self, learned: Mapping[str, tuple[str, ...]] = MappingProxyType({})) -> None:
        lexicon = load_lexicon().with_learned(learned) if learned else load_lexicon()
        self._segmenter = Segmenter(lexicon)
        self._stemmer = Stemmer(lexicon)
        self._restorer = Restorer(self._segmenter)
        self._arabic = ArabicSpellings(lexicon)
        written = WrittenWords(self._segmenter, self._stemmer, self._arabic)
        self._sequences = WordSequences(written, self._segmenter, self._arabic)

    def tokens(self, text: str) -> Tokens:
        """Return all streams of `text` as parallel lists."""
        return self._read(text).tokens()

    def analysis(self, parts: Sequence[str]) -> Analysis:
        """Return the analysis of the text that consists of these parts, with a line break between two.

        One position is unused between two parts that have words. No bigram crosses the border.
        """
        sequence = self._read("\n".join(parts))
        count = len(sequence.words)
        begins = [0, *accumulate(len(part) + 1 for part in parts)]
        ends = [bisect_left(sequence.starts, begin) for begin in begins]
        borders = {end for end in ends if 0 < end < count}
        bigrams = [sequence.bigrams(begin, end) for begin, end in pairwise(ends)]
        tokens = sequence.tokens(borders)
        return Analysis(
            tokens,
            list(chain.from_iterable(bigrams)),
            width=sequence.width(len(sequence.words)) + len(borders),
            first_tokens=bisect_left(tokens.starts, begins[1]) if parts else 0,
            first_bigrams=len(bigrams[0]) if parts else 0,
            first_width=sequence.width(ends[1]) if parts else 0,
        )

    def words(self, text: str) -> list[Term]:
        """Return the stream of folded parts. Each part has a position; alternative readings share one."""
        return _terms(self.tokens(text))

    def streams(self, text: str) -> Streams:
        """Return all streams of `text`."""
        tokens = self.tokens(text)
        stems = list(map(Term, tokens.stems, tokens.positions, tokens.starts, tokens.ends))
        return Streams(_terms(tokens), stems, tokens.surface_forms)

    def content_words(self, text: str) -> list[Term]:
        """Return the content words: the `words` without stop words, or all `words` if all are stop words.

        A stop word that begins a compound is kept, unless it is in `EVERYWHERE`: the بین of بین‌المللی
        ("international"), also when a space separates the pieces («بین المللی»).
        """
        sequence = self._read(text)
        words = _terms(sequence.tokens())
        kept = self._heads_of_compounds(sequence)
        content = [
            word
            for word in words
            if word.text not in STOP_WORDS or (word.position in kept and word.text not in EVERYWHERE)
        ]
        return content or words

    def _heads_of_compounds(self, sequence: WordSequence) -> set[int]:
        """Return the positions of all parts of compounds, except the last part of each compound."""
        heads: set[int] = set()
        position = 0
        for index, word in enumerate(sequence.words):
            heads.update(range(position, position + word.width - 1))
            if index and self._is_listed_compound(sequence, index):
                heads.add(position - 1)
            position += word.width
        return heads

    def _is_listed_compound(self, sequence: WordSequence, index: int) -> bool:
        left, right = (word.spelling.folded for word in sequence.words[index - 1 : index + 1])
        return self._segmenter.is_compound(left, right) and sequence.is_adjacent(
            index - 1, sequence.starts[index]
        )

    def stem(self, word: str) -> str:
        """Return the stem of a term of the `words` stream; the term itself if it has no safe stem."""
        return self._stemmer.stem(word)

    def restored(self, text: str) -> str:
        """Return `text` with missing half-spaces restored where they are certain; see `restoration`."""
        return self._restorer.restored(text)

    def is_whole(self, word: str) -> bool:
        """Return whether a folded spelling without half-spaces is a listed word that is never split."""
        return self._segmenter.is_whole(word)

    @staticmethod
    def is_stop_word(term: str) -> bool:
        """Return whether a term of the `words` stream is on the small stop list."""
        return term in STOP_WORDS

    def _read(self, text: str) -> WordSequence:
        """Return the words of `text`, with pairs joined («گفت و گو») and الله for «ا...»."""
        return self._sequences.read(join_pairs(self._arabic.with_god(text)))


def _terms(tokens: Tokens) -> list[Term]:
    return list(map(Term, tokens.words, tokens.positions, tokens.starts, tokens.ends))


@cache
def persian_analyzer() -> PersianAnalyzer:
    """Return the shared analyzer of this process, created once. It has not learned from any collection."""
    return PersianAnalyzer()
