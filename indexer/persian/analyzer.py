"""Turns text into token streams. Every keyword engine gets the same streams.

There are three parallel streams. The first two hold `Term`s with positions and offsets:

- `words`: the parts of each written word, folded (see `segmentation`);
- `stems`: the stem of each part; the lexicon prevents over-stemming (see `stems`);
- `surface_forms`: each part with its affixes joined to it, whether the text joins them, or separates them by
  a space or a half-space: کتابهای ("books of") also for «کتاب های».

The half-space (U+200C, zero-width non-joiner) separates the parts of one written word: کتاب‌های.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from indexer.persian.affixes import (
    COMPOUND_PREFIXES,
    LETTER_NAMES,
    SPACED_AFTER_SILENT_HE,
    SPACED_SUFFIXES,
    SUFFIXES,
    VERB_PREFIXES,
    ends_in_silent_he,
)
from indexer.persian.arabic_spellings import ARTICLE, TEH_MARBUTA, ArabicSpellings
from indexer.persian.characters import BLANKS, HALF_SPACE, MOST_BLANKS, fold, fold_with_offsets
from indexer.persian.figures import figures
from indexer.persian.lexicon import MADDA, load_lexicon
from indexer.persian.restoration import Restorer
from indexer.persian.segmentation import Part, Segmenter
from indexer.persian.spellings import canonical, canonical_with_offsets, join_pairs
from indexer.persian.stems import Stemmer
from indexer.persian.stop_words import EVERYWHERE, STOP_WORDS
from indexer.persian.tokens import LONGEST, Kind, tokenize

# Stored in the manifest: the program refuses an index that was made with another version.
ANALYSIS_VERSION = "5"

# Cache size in distinct spellings; a year of news has about this many.
_CACHED = 200_000


# Fewer neighbouring names of letters may be ordinary words: «او بی» ("he without").
_INITIALS = 3


class Term(msgspec.Struct, frozen=True, gc=False):
    """A term of a stream. `original[start:end]` is the text that it was made from, affixes included."""

    text: str
    position: int
    start: int
    end: int


class Streams(NamedTuple):
    """The parallel streams of one text: the words, their stems, and their surface forms.

    A surface form is "" if an earlier reading at the same position has the same one.
    """

    words: list[Term]
    stems: list[Term]
    surface_forms: list[str]


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
        self._spelling = lru_cache(_CACHED)(self._examine)

    def words(self, text: str) -> list[Term]:
        """Return the stream of folded parts. Each part has a position; alternative readings share one."""
        text = self._respelt(text)
        return self._parts_of(self._written_words(text), text)

    def _parts_of(self, words: list["_Word"], text: str) -> list[Term]:
        terms: list[Term] = []
        position = 0
        previous: _Word | None = None
        for place, word in enumerate(words):
            spelling = word.spelling
            if previous and spelling.ends_compound and (joined := self._joined(words, place, text)):
                terms.append(Term(joined, position, previous.start, word.end))
            if word.whole:
                terms.append(Term(word.whole, position, word.start, word.end))
            if spelling.is_simple:
                terms.append(Term(spelling.parts[0].text, position, word.start, word.end))
            else:
                terms += [_term(part, word, position) for part in spelling.parts]
            position += spelling.width
            previous = word if spelling.begins_compound else None
        return terms

    def streams(self, text: str) -> Streams:
        """Return all streams of `text`."""
        text = self._respelt(text)
        found = self._written_words(text)
        stem = self._stemmer.stem
        words = self._parts_of(found, text)
        stems = [Term(stem(word.text), word.position, word.start, word.end) for word in words]
        return Streams(words, stems, self._surface_forms(words, text))

    @staticmethod
    def _surface_forms(words: list[Term], text: str) -> list[str]:
        """Return the surface form of each word: folded, with its affixes joined to it, but not stemmed.

        If readings at one position have the same surface form, the first gets it and the others get "". A
        word formed by two neighbouring words gets the joined surface form of both.
        """
        forms: list[str] = []
        position, known = -1, set[str]()
        for word in words:
            if word.position > position:
                position, known = word.position, set()
            is_own_form = word.text.isascii() or text[word.start] in _SIGNS
            form = word.text if is_own_form else _surface_form(text[word.start : word.end])
            forms.append("" if form in known else form)
            known.add(form)
        return forms

    def content_words(self, text: str) -> list[Term]:
        """Return the content words: the `words` without stop words, or all `words` if all are stop words.

        A stop word that begins a compound is kept, unless it is in `EVERYWHERE`: the بین of بین‌المللی
        ("international"), also when a space separates the pieces («بین المللی»).
        """
        words = self.words(text)
        kept = self._heads_of_compounds(self._respelt(text))
        content = [
            word
            for word in words
            if word.text not in STOP_WORDS or (word.position in kept and word.text not in EVERYWHERE)
        ]
        return content or words

    def _heads_of_compounds(self, text: str) -> set[int]:
        """Return the positions of all parts of compounds, except the last part of each compound."""
        heads: set[int] = set()
        position = 0
        previous: _Word | None = None
        for word in self._written_words(text):
            heads.update(range(position, position + word.spelling.width - 1))
            if previous and self._is_listed_compound(previous, word, text):
                heads.add(position - 1)
            position += word.spelling.width
            previous = word
        return heads

    def _is_listed_compound(self, left: "_Word", right: "_Word", text: str) -> bool:
        parts = left.spelling.folded, right.spelling.folded
        return self._segmenter.is_compound(*parts) and _adjacent(left, right.start, text)

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

    def _respelt(self, text: str) -> str:
        """Return the text, its length unchanged, with pairs joined («گفت و گو») and الله for «ا...»."""
        return join_pairs(self._arabic.with_god(text))

    def _written_words(self, text: str) -> list["_Word"]:
        """Return the words of `text`, each with the affixes that a space separates from it: «می شود»."""
        words: list[_Word] = []
        last: _Word | None = None
        for token in tokenize(text):
            spelling = self._spelling(token.text, token.kind)
            if not spelling.parts:
                continue
            if (
                last
                and (spelling.is_suffix or last.spelling.is_latin)
                and self._is_suffix(last, spelling, token.start, text)
            ):
                whole = last.spelling.folded + spelling.folded
                last.whole = whole if self._segmenter.is_whole(whole) else ""
                last.end = token.end
                continue
            if last and spelling.has_article and _adjacent(last, token.start, text):
                last.spelling = self._before_article(last.spelling, spelling)
            word = _Word(spelling, token.start, token.start, token.end)
            if (
                last
                and last.spelling.is_verb_prefix
                and (spelling.is_verb or spelling.formal)
                and _adjacent(last, word.start, text)
            ):
                word.start = words.pop().start
                if spelling.formal:
                    word.spelling = self._spelling(spelling.formal, Kind.WORD)
            words.append(word)
            last = word
        return words

    @staticmethod
    def _is_suffix(host: "_Word", suffix: "_Spelling", start: int, text: str) -> bool:
        if host.spelling.is_latin and text[host.end : start].strip(_HALF_SPACES) == "":
            return suffix.folded in SUFFIXES  # VPNهای, GPSش
        if not suffix.is_suffix or host.spelling.kind is Kind.NUMBER or not _adjacent(host, start, text):
            return False
        if suffix.folded in SPACED_SUFFIXES:
            return True
        return ends_in_silent_he(host.spelling.folded) and host.spelling.folded not in STOP_WORDS

    def _joined(self, words: list["_Word"], place: int, text: str) -> str:
        """Return the word that the word at `place` forms with the one before it, "" if none.

        «کتاب خانه» is کتابخانه ("library").
        """
        left, right = words[place - 1], words[place]
        if not self._segmenter.is_word_apart(left.spelling.folded, right.spelling.with_madda):
            return ""
        runs = words[max(place - _INITIALS, 0) : place], words[place : place + _INITIALS]
        if not _adjacent(left, right.at, text) or any(_are_initials(run, text) for run in runs):
            return ""
        return left.spelling.folded + right.spelling.folded

    def _before_article(self, spelling: "_Spelling", following: "_Spelling") -> "_Spelling":
        """Return the spelling that a word ending in ه or ة has before the Arabic article («آیة الله»)."""
        word = spelling.folded
        has_two_readings = word.endswith("ت") and not spelling.is_simple  # رسالة
        if not word.endswith("ه") and not has_two_readings:
            return spelling
        with_t = self._arabic.before_article(word[:-1] + "ه", following.folded)
        return self._spelling(with_t, spelling.kind) if with_t.endswith("ت") else spelling

    def _examine(self, raw: str, kind: Kind) -> "_Spelling":
        is_word = kind is Kind.WORD
        folded = canonical(self._arabic_readings(raw)[0]) if is_word else fold(raw)
        parts = self._parts(raw, kind)
        is_stop_word = folded in STOP_WORDS
        return _Spelling(
            folded,
            _with_madda(folded, raw),
            kind,
            parts,
            width=1 + max((part.offset for part in parts), default=0),
            is_latin=kind is Kind.LATIN,
            is_simple=len(parts) == 1,
            end=max((part.end for part in parts), default=0),
            is_suffix=folded in SPACED_SUFFIXES or folded in SPACED_AFTER_SILENT_HE,
            has_article=is_word and folded.startswith(ARTICLE),
            is_verb_prefix=folded in VERB_PREFIXES,
            is_verb=self._segmenter.is_verb(folded),
            formal=self._segmenter.formal(folded),
            begins_compound=is_word and (not is_stop_word or folded in COMPOUND_PREFIXES),
            ends_compound=is_word and not is_stop_word,
        )

    def _parts(self, raw: str, kind: Kind) -> tuple[Part, ...]:
        """Return the parts of one token, with offsets into its original characters."""
        if kind is Kind.NUMBER:
            return figures(raw)
        if kind is Kind.LIGATURE:
            return tuple(Part(text, 0, len(raw), offset) for offset, text in enumerate(fold(raw).split()))
        if kind is not Kind.WORD:
            return tuple(
                Part(text[:LONGEST], 0, len(raw), 0) for text in _plain_forms(fold(raw), kind) if text
            )
        if len(raw) > LONGEST:
            return (Part(fold(raw)[:LONGEST], 0, len(raw), 0),)
        _, places = fold_with_offsets(raw)
        found: dict[tuple[str, int], Part] = {}
        for reading in self._arabic_readings(raw):
            folded, offsets = canonical_with_offsets(reading, places)
            # A letter's span includes the dropped marks after it; that of the first also those before it.
            offsets = [0, *offsets[1:], len(raw)]
            for part in self._segmenter.parts(folded):
                placed = Part(part.text, offsets[part.start], offsets[part.end], part.offset)
                found.setdefault((part.text, part.offset), placed)
        return tuple(found.values())

    def _arabic_readings(self, raw: str) -> list[str]:
        """Return the folded word; two readings if it has a ة that may be ت or ه."""
        if len(raw) > LONGEST:
            return [fold(raw)]
        folded, offsets = fold_with_offsets(raw)
        tied = [place for place, offset in enumerate(offsets) if raw[offset] in TEH_MARBUTA]
        return self._arabic.readings(folded, tied)


class _Spelling(msgspec.Struct, frozen=True):
    """The properties of a token that do not depend on its context.

    `width` is its number of positions, `end` the end of its last part.

    `with_madda` is the folded token, but still with an آ if the token begins with one.
    `formal` is the formal form of a verb that is spoken after the prefix می (شه is شود), "" for other tokens.
    """

    folded: str
    with_madda: str
    kind: Kind
    parts: tuple[Part, ...]
    width: int
    is_latin: bool
    is_simple: bool
    end: int
    is_suffix: bool
    has_article: bool
    is_verb_prefix: bool
    is_verb: bool
    formal: str
    begins_compound: bool
    ends_compound: bool


class _Word(msgspec.Struct):
    """A word in its context. `at` is the offset of its token; `start` and `end` include its spaced affixes.

    `whole` is the listed word that it forms with a spaced suffix («بیش تر» is بیشتر, "more"), "" if none.
    """

    spelling: _Spelling
    at: int
    start: int
    end: int
    whole: str = ""


@lru_cache(_CACHED)
def _surface_form(text: str) -> str:
    return canonical(fold(text)).translate(_JOINING)


# Characters that stand for words: the percent signs (also before the number), and formulas.
_SIGNS = frozenset("%\u066a \u00a0\ufdfa\ufdfb\ufdfd")
_HALF_SPACES = "\u200b\u200c\u00ac"
_JOINING = {ord(HALF_SPACE): "", ord(" "): ""}


def _adjacent(left: _Word, start: int, text: str) -> bool:
    """Return whether only one to `MOST_BLANKS` blanks separate a word from the offset `start`."""
    gap = text[left.end : start]
    return gap == " " or (0 < len(gap) <= MOST_BLANKS and not gap.strip(BLANKS))


def _are_initials(words: list[_Word], text: str) -> bool:
    """Return whether the words are `_INITIALS` neighbouring names of letters: «بی بی سی» ("BBC")."""
    return (
        len(words) == _INITIALS
        and all(word.spelling.folded in LETTER_NAMES for word in words)
        and all(_adjacent(left, right.start, text) for left, right in pairwise(words))
    )


def _with_madda(folded: str, raw: str) -> str:
    # The آ may be one character, an ا and a combining mark, or a presentation form.
    return MADDA + folded[1:] if unicodedata.normalize("NFKC", raw[:2]).startswith(MADDA) else folded


def _term(part: Part, word: _Word, position: int) -> Term:
    """Return a part as a `Term`; the first includes a spaced prefix, the last spaced suffixes."""
    start = word.start if part.start == 0 else word.at + part.start
    end = word.end if part.end == word.spelling.end else word.at + part.end
    return Term(part.text, position + part.offset, start, end)


def _plain_forms(folded: str, kind: Kind) -> tuple[str, ...]:
    """Return the terms of a token that is neither a Persian word nor a number."""
    if kind is Kind.LINK:
        address = _SCHEME.sub("", folded).rstrip("/")
        host = address.partition("/")[0]
        return (address,) if host == address else (address, host)
    return (folded.replace("'", "").replace("’", ""),)


_SCHEME = re.compile(r"^(?:(?:https?|ftp)://)?(?:www\.)?")


@cache
def persian_analyzer() -> PersianAnalyzer:
    """Return the shared analyzer of this process, created once. It has not learned from any collection."""
    return PersianAnalyzer()
