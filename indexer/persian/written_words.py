"""Reads one written word by itself: its parts, their stems and surface forms, ready to be put into a text.

A text has few distinct spellings, so each is read once and kept (`WrittenWords`). What a word is beside its
neighbours is the topic of `word_sequences`.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import msgspec

from indexer.persian.affixes import COMPOUND_PREFIXES, SPACED_AFTER_SILENT_HE, SPACED_SUFFIXES, VERB_PREFIXES
from indexer.persian.arabic_spellings import ARTICLE, TEH_MARBUTA, ArabicSpellings
from indexer.persian.characters import HALF_SPACE, HALF_SPACES, fold, fold_with_offsets
from indexer.persian.figures import figures
from indexer.persian.lexicon import MADDA
from indexer.persian.segmentation import Part, Segmenter
from indexer.persian.spellings import canonical, canonical_with_offsets
from indexer.persian.stems import Stemmer
from indexer.persian.stop_words import STOP_WORDS
from indexer.persian.terms import Term, neighbours
from indexer.persian.tokens import LONGEST, Kind, kind_of

# Distinct spellings that are kept, some 70 MB. A hundred thousand articles have more; most of these are rare.
_KEPT = 100_000

_ALEF = fold(MADDA)


class Spelling(msgspec.Struct, frozen=True, gc=False):
    """The properties of a token that do not depend on its context.

    `end` is the end of its last part.
    `with_madda` is the folded token, but still with an آ if the token begins with one.
    `is_line`: it is a text whose spaces became half-spaces, see `tokens.tokenize`.
    `formal` is the formal form of a verb that is spoken after the prefix می (شه is شود), "" for other tokens.
    """

    folded: str
    with_madda: str
    kind: Kind
    parts: tuple[Part, ...]
    end: int
    is_line: bool
    is_suffix: bool
    has_article: bool
    is_verb_prefix: bool
    is_verb: bool
    formal: str

    @property
    def without_madda(self) -> str:
        """The folded token with an ا for an آ at its beginning."""
        return _ALEF + self.with_madda[1:] if self.with_madda.startswith(MADDA) else self.with_madda

    @property
    def is_latin(self) -> bool:
        """Whether the token is of Latin letters."""
        return self.kind is Kind.LATIN

    @property
    def leads(self) -> bool:
        """Whether the next token may be part of this word, whatever that token is."""
        return self.is_latin or self.is_verb_prefix

    @property
    def is_special(self) -> bool:
        """Whether the token may change, or be changed by, the token beside it."""
        return not self.parts or self.is_line or self.is_suffix or self.has_article or self.leads


class Terms(NamedTuple):
    """The terms of a written word that has several: its parts, and its readings.

    The first six are parallel: `positions` relative to that of the word, `starts` and `ends` relative to its
    first character. `width` is the number of positions. `heads` and `tails` are the content stems at the
    first and at the last position, which form bigrams with the words around; `bigrams` are those inside.
    """

    words: tuple[str, ...]
    stems: tuple[str, ...]
    surface_forms: tuple[str, ...]
    positions: tuple[int, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    width: int
    heads: tuple[str, ...]
    tails: tuple[str, ...]
    bigrams: tuple[str, ...]


class WrittenWord(msgspec.Struct, frozen=True, gc=False):
    """What a written word adds to the streams of a text.

    Nearly every word has one term, from its first to its last character: `word`, `stem` and `surface_form`.
    `content` is the stem if it is no stop word, else "". A word that has more terms has `terms`; the first
    three are then of the first term, and `content` is "".

    `first` and `second` are its folded spelling if it may be the first or the second word of a compound that
    a blank separates, else "".
    """

    word: str
    stem: str
    surface_form: str
    content: str
    first: str
    second: str
    is_special: bool
    spelling: Spelling
    terms: Terms | None

    @property
    def width(self) -> int:
        """Number of its positions."""
        return self.terms.width if self.terms else 1

    @property
    def heads(self) -> tuple[str, ...]:
        """The content stems that form bigrams with the word before."""
        return self.terms.heads if self.terms else (self.content,) if self.content else ()

    @property
    def tails(self) -> tuple[str, ...]:
        """The content stems that form bigrams with the word after."""
        return self.terms.tails if self.terms else (self.content,) if self.content else ()


class WrittenWords(dict[str, WrittenWord]):
    """The written words by their tokens. A word is read when it is first needed. Safe to share."""

    def __init__(self, segmenter: Segmenter, stemmer: Stemmer, arabic: ArabicSpellings) -> None:
        super().__init__()
        self._segmenter = segmenter
        self._stemmer = stemmer
        self._arabic = arabic

    def __missing__(self, token: str) -> WrittenWord:
        return keep(self, token, self.read(token, kind_of(token)))

    def of(self, token: str, kind: Kind) -> WrittenWord:
        """Return the word that a token of this kind is, which may be another kind than its letters tell."""
        return self[token] if kind is kind_of(token) else self.read(token, kind)

    def read(self, token: str, kind: Kind) -> WrittenWord:
        """Return the word that a token of this kind is."""
        spelling = self._spelling(token, kind)
        return self.written(spelling, token, readings(spelling, 0, len(token)))

    def written(self, spelling: Spelling, text: str, terms: Sequence[Term], start: int = 0) -> WrittenWord:
        """Return the word of these terms. It begins at `text[start]`; a term may begin before it."""
        stems = [Term(self._stemmer.stem(term.text), term.position, term.start, term.end) for term in terms]
        forms = _surface_forms(terms, text, start)
        is_word = spelling.kind is Kind.WORD
        is_stop_word = spelling.folded in STOP_WORDS
        may_begin = is_word and (not is_stop_word or spelling.folded in COMPOUND_PREFIXES)
        return WrittenWord(
            word=terms[0].text if terms else "",
            stem=stems[0].text if terms else "",
            surface_form=forms[0] if terms else "",
            content=stems[0].text if len(terms) == 1 and stems[0].text not in STOP_WORDS else "",
            first=spelling.folded if may_begin else "",
            second=spelling.without_madda if is_word and not is_stop_word else "",
            is_special=spelling.is_special,
            spelling=spelling,
            terms=_several(terms, stems, forms) if len(terms) > 1 else None,
        )

    def _spelling(self, raw: str, kind: Kind) -> Spelling:
        is_word = kind is Kind.WORD
        folded = canonical(self._arabic_readings(raw)[0]) if is_word else fold(raw)
        parts = self._parts(raw, kind)
        return Spelling(
            folded,
            _with_madda(folded, raw),
            kind,
            parts,
            end=max((part.end for part in parts), default=0),
            is_line=is_word and len(raw) > LONGEST and any(sign in raw for sign in HALF_SPACES),
            is_suffix=folded in SPACED_SUFFIXES or folded in SPACED_AFTER_SILENT_HE,
            has_article=is_word and folded.startswith(ARTICLE),
            is_verb_prefix=folded in VERB_PREFIXES,
            is_verb=self._segmenter.is_verb(folded),
            formal=self._segmenter.formal(folded),
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


def keep[Key](cache: dict[Key, WrittenWord], key: Key, word: WrittenWord) -> WrittenWord:
    """Store a word in a cache of bounded size, and return it."""
    if len(cache) >= _KEPT:
        cache.clear()
    cache[key] = word
    return word


def readings(spelling: Spelling, at: int, end: int) -> list[Term]:
    """Return the parts of a token as terms. It begins at `at`, its spaced affixes at 0; they end at `end`.

    The first term includes a spaced prefix, the last includes spaced suffixes.
    """
    if len(spelling.parts) == 1:
        return [Term(spelling.parts[0].text, 0, 0, end)]
    return [
        Term(
            part.text,
            part.offset,
            at + part.start if part.start else 0,
            end if part.end == spelling.end else at + part.end,
        )
        for part in spelling.parts
    ]


def _several(terms: Sequence[Term], stems: Sequence[Term], surface_forms: tuple[str, ...]) -> Terms:
    last = max(term.position for term in terms)
    content = [stem for stem in stems if stem.text not in STOP_WORDS]
    return Terms(
        words=tuple(term.text for term in terms),
        stems=tuple(stem.text for stem in stems),
        surface_forms=surface_forms,
        positions=tuple(term.position for term in terms),
        starts=tuple(term.start for term in terms),
        ends=tuple(term.end for term in terms),
        width=last + 1,
        heads=tuple(stem.text for stem in content if not stem.position and stem.start >= 0),
        tails=tuple(stem.text for stem in content if stem.position == last),
        bigrams=tuple(f"{left.text} {right.text}" for left, right in neighbours(content)),
    )


def _surface_forms(terms: Sequence[Term], text: str, start: int) -> tuple[str, ...]:
    """Return the surface form of each term: folded, with its affixes joined to it, but not stemmed.

    If readings at one position have the same surface form, the first gets it and the others get "". A word
    formed by two neighbouring words gets the joined surface form of both.
    """
    forms: list[str] = []
    position, known = -1, set[str]()
    for term in terms:
        if term.position > position:
            position, known = term.position, set()
        written = text[start + term.start : start + term.end]
        is_own_form = not written or term.text.isascii() or written[0] in _SIGNS
        form = term.text if is_own_form else _surface_form(written)
        forms.append("" if form in known else form)
        known.add(form)
    return tuple(forms)


@lru_cache(_KEPT)
def _surface_form(text: str) -> str:
    return canonical(fold(text)).translate(_JOINING)


# Characters that stand for words: the percent signs (also before the number), and formulas.
_SIGNS = frozenset("%\u066a \u00a0\ufdfa\ufdfb\ufdfd")
_JOINING = {ord(HALF_SPACE): "", ord(" "): ""}


def _with_madda(folded: str, raw: str) -> str:
    # The آ may be one character, an ا and a combining mark, or a presentation form.
    return MADDA + folded[1:] if unicodedata.normalize("NFKC", raw[:2]).startswith(MADDA) else folded


def _plain_forms(folded: str, kind: Kind) -> tuple[str, ...]:
    """Return the terms of a token that is neither a Persian word nor a number."""
    if kind is Kind.LINK:
        address = _SCHEME.sub("", folded).rstrip("/")
        host = address.partition("/")[0]
        return (address,) if host == address else (address, host)
    return (folded.replace("'", "").replace("’", ""),)


_SCHEME = re.compile(r"^(?:(?:https?|ftp)://)?(?:www\.)?")
