"""Text to weighted token streams, the same for every keyword engine.

Two streams, each a list of `Term`s with positions and spans:

- `words`: the parts of each written word, folded (see `segmentation`);
- `stems`: their lexicon-guarded stems.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from indexer.persian.affixes import COMPOUND_PREFIXES, SPACED_AFTER_SILENT_HE, SPACED_SUFFIXES, VERB_PREFIXES
from indexer.persian.characters import HALF_SPACE, fold, fold_with_offsets
from indexer.persian.lexicon import load_lexicon
from indexer.persian.segmentation import Part, Segmenter
from indexer.persian.stems import Stemmer
from indexer.persian.stop_words import STOP_WORDS
from indexer.persian.tokens import Kind, RawToken, tokenize

# Recorded in the manifest: an index made with another version is refused.
ANALYSIS_VERSION = "1"

# The share of each stream in a keyword score. Measured on three judged collections, full and short questions:
# stems at .4 gain up to .012 nDCG@10; character 4-grams on top gained nothing and would treble the index.
STREAM_WEIGHTS: dict[str, float] = {"words": 1.0, "stems": 0.4}


class Term(NamedTuple):
    """A term of a stream: `original[start:end]` is what it was made from, affixes included."""

    text: str
    position: int
    start: int
    end: int


class Streams(NamedTuple):
    """The two streams of one text, term by term at the same positions."""

    words: list[Term]
    stems: list[Term]


class PersianAnalyzer:
    """Turns text into token streams. Stateless but for its caches; safe to share between threads."""

    def __init__(self) -> None:
        lexicon = load_lexicon()
        self._segmenter = Segmenter(lexicon)
        self._stemmer = Stemmer(lexicon)
        self._fold = lru_cache(maxsize=200_000)(fold)
        self._parts = lru_cache(maxsize=200_000)(self._cut)

    def words(self, text: str) -> list[Term]:
        """Return the stream of folded parts: positions count parts, alternatives share one."""
        return list(self._words(text))

    def streams(self, text: str) -> Streams:
        """Return both streams of `text`."""
        words = self.words(text)
        return Streams(words, [term._replace(text=self.stem(term.text)) for term in words])

    def stem(self, word: str) -> str:
        """Return the stem of a term of the `words` stream; the term itself when nothing may be stripped."""
        return self._stemmer.stem(word)

    @staticmethod
    def is_stop_word(term: str) -> bool:
        """Tell whether a term of the `words` stream is on the small stop list."""
        return term in STOP_WORDS

    def _words(self, text: str) -> Iterator[Term]:
        position = 0
        previous: _Word | None = None
        for word in self._written_words(text):
            parts = self._parts(word.token.text, word.token.kind)
            if not parts:
                continue
            if previous is not None and (joined := self._joined(previous, word, text)):
                yield Term(joined, position, previous.start, word.end)
            if word.whole:
                yield Term(word.whole, position, word.start, word.end)
            for part in parts:
                yield _term(part, word, position)
            position += 1 + max(part.offset for part in parts)
            previous = word

    def _written_words(self, text: str) -> Iterator["_Word"]:
        """Yield words after affixes that a full space sets off have become part of their host («می شود», «منطقه ای»)."""
        folded = self._fold
        words = [_Word(token, folded(token.text), token.start, token.end) for token in tokenize(text)]
        index = 0
        while index < len(words):
            word = words[index]
            following = words[index + 1] if index + 1 < len(words) else None
            if following and _adjacent(word, following, text) and self._is_verb_prefix(word, following):
                following.start = word.start
                word = following
                index += 1
            index += 1
            while index < len(words) and self._is_suffix(word, words[index], text):
                whole = word.folded + words[index].folded
                word.whole = whole if self._segmenter.is_whole(whole) else ""
                word.end = words[index].end
                index += 1
            yield word

    def _is_verb_prefix(self, word: "_Word", following: "_Word") -> bool:
        return word.folded in VERB_PREFIXES and self._segmenter.is_verb(following.folded)

    @staticmethod
    def _is_suffix(host: "_Word", word: "_Word", text: str) -> bool:
        if host.token.kind is Kind.NUMBER or not _adjacent(host, word, text):
            return False
        if word.folded in SPACED_AFTER_SILENT_HE:
            return host.folded.endswith("ه") and host.folded not in STOP_WORDS and len(host.folded) > 2
        return word.folded in SPACED_SUFFIXES

    def _joined(self, left: "_Word", right: "_Word", text: str) -> str:
        """Return the one word that two neighbours make («کتاب خانه» is کتابخانه), or "" when they make none."""
        if left.token.kind is not Kind.WORD or right.token.kind is not Kind.WORD:
            return ""
        if right.folded in STOP_WORDS or (left.folded in STOP_WORDS and left.folded not in COMPOUND_PREFIXES):
            return ""
        joined = left.folded + right.folded
        return joined if self._segmenter.is_whole(joined) and _adjacent(left, right, text) else ""

    def _cut(self, raw: str, kind: Kind) -> tuple[Part, ...]:
        """Return the parts of one token, their spans counted in its original characters."""
        if kind is not Kind.WORD:
            return tuple(Part(text, 0, len(raw), 0) for text in _plain_forms(fold(raw), kind))
        folded, offsets = fold_with_offsets(raw)
        offsets.append(len(raw))
        return tuple(
            Part(part.text, offsets[part.start], offsets[part.end], part.offset)
            for part in self._segmenter.parts(folded)
        )


@dataclass(slots=True)
class _Word:
    """A written word with its spaced affixes: the span grows over them; `whole` is a word it makes with one."""

    token: RawToken
    folded: str
    start: int
    end: int
    whole: str = ""


def _adjacent(left: _Word, right: _Word, text: str) -> bool:
    """Tell whether only one blank stands between two words."""
    return text[left.end : right.start] in {" ", "\u00a0", HALF_SPACE}


def _term(part: Part, word: _Word, position: int) -> Term:
    shift = word.token.start
    start = word.start if part.start == 0 else shift + part.start
    end = word.end if part.end == len(word.token.text) else shift + part.end
    return Term(part.text, position + part.offset, start, end)


def _plain_forms(folded: str, kind: Kind) -> tuple[str, ...]:
    """Return the terms of a token that is not a Persian word."""
    if kind is Kind.NUMBER:
        digits = _GROUPING.sub("", folded)
        return (digits if "." in digits else digits.lstrip("0") or "0",)
    if kind is Kind.LINK:
        address = _SCHEME.sub("", folded).rstrip("/")
        host = address.partition("/")[0]
        return (address,) if host == address else (address, host)
    return (folded.replace("'", "").replace("’", ""),)


_GROUPING = re.compile("[,\u066c\u060c']")
_SCHEME = re.compile(r"^(?:(?:https?|ftp)://)?(?:www\.)?")


@cache
def persian_analyzer() -> PersianAnalyzer:
    """Return the analyzer of this process; its lexicons and caches are made once."""
    return PersianAnalyzer()
