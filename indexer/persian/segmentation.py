"""Splits a written word into its parts, whether it is typed with a half-space, a space or neither.

The half-space (U+200C, zero-width non-joiner) separates the parts of a compound, and a stem from its affixes.
Writers often replace it by a space or leave it out. The segmenter gives all spellings the same parts:

- «رئیس‌جمهور», «رئیسجمهور» and (token by token) «رئیس جمهور» ("president") give رییس + جمهور.
- The segmenter drops affixes that a half-space separates: منطقه‌ای, منطقه ای and منطقهای ("regional") give
  منطقه ("region").
- A joined spelling that is a listed word (کتابخانه, "library") is never split. Its spelling with a half-space
  (کتاب‌خانه) then stays whole too.
- If a joined spelling has two readings, or if a split is a guess, the segmenter keeps both readings.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from indexer.persian.affixes import (
    AFTER_SILENT_HE,
    AUXILIARIES,
    COMPOUND_ENDINGS,
    CONJUNCTION,
    CONJUNCTION_HEADS,
    COPULA,
    EZAFE,
    LETTER_NAMES,
    PLAIN_PLURALS,
    PREVERBS,
    SUFFIXES,
    SURNAME_TAILS,
    VERB_PREFIXES,
)
from indexer.persian.characters import HALF_SPACE, fold
from indexer.persian.compounds import Compounds
from indexer.persian.endings import Endings, stripped
from indexer.persian.lexicon import MADDA, Lexicon
from indexer.persian.numerals import numeral
from indexer.persian.stop_words import STOP_WORDS

# Keep a second reading if it is at most this many times less likely than the first.
_LIKELY = 30
# Minimum letters of the stem when an unknown word is read as the plural of a name or a foreign word.
_SHORTEST_UNKNOWN = 3
# Minimum letters before می in a spelling that contains a whole clause: نشانمیدهد is «نشان می‌دهد» ("shows").
_SHORTEST_NOUN = 3
# This many letter names may be a word and a suffix (سی‌ام, "thirtieth"); more of them are always initials.
_FEW_LETTERS = 2
# A longer string is not a word; searching it would be wasted time.
_LONGEST = 40

Reading = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a folded word. `word[start:end]` is the span that it covers, dropped affixes included.

    `offset` is its position relative to the word's first part. Parts of different readings share offsets.
    """

    text: str
    start: int
    end: int
    offset: int


class Segmenter:
    """Splits folded words into parts, guided by a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.wholes = lexicon.wholes
        self._compounds = Compounds(lexicon)
        self._endings = Endings(lexicon, lambda word: self._joined_readings(word)[0] != (word,))
        self._joined_readings = lru_cache(maxsize=50_000)(self._read_joined)

    def is_whole(self, word: str) -> bool:
        """Return whether a joined spelling is a listed word that is never split."""
        return word in self._lexicon.wholes

    def is_compound(self, first: str, second: str) -> bool:
        """Return whether two separate words are the pieces of a compound that the lexicon lists."""
        return self._lexicon.compounds.get(first + second) == (first, second)

    def is_word_apart(self, first: str, last: str) -> bool:
        """Return whether two separate words form a listed word or a family name.

        `last` may begin with an آ, the other letters are folded. The word must then be written with the آ:
        «گرد آوری» is گردآوری ("collection"), but «کمی آب» ("a little water") is not کمیاب ("rare").
        """
        plain = last if last[0] != MADDA else fold(MADDA) + last[1:]
        if not self.is_whole(first + plain):
            return self.is_surname(first, plain)
        if LETTER_NAMES.issuperset((first, plain)):
            return False  # «ام آر» is part of «ام آر آی» ("MRI"), not آمار ("statistics")
        return plain == last or first + last in self._lexicon.inner_maddas

    def is_surname(self, first: str, last: str) -> bool:
        """Return whether two pieces form a family name: قاسمی‌پور."""
        return last in SURNAME_TAILS and len(first) >= _SHORTEST_UNKNOWN and first not in STOP_WORDS

    def is_verb(self, word: str) -> bool:
        """Return whether the word is a finite verb form, which can follow the prefix می."""
        return word in self._lexicon.verbs

    def formal(self, verb: str) -> str:
        """Return the formal form of a verb that is spoken after می (شه is شود), "" if it is no such verb."""
        return "" if self.is_verb(verb) else self._lexicon.informal.get(verb, "")

    def parts(self, word: str) -> tuple[Part, ...]:
        """Return the parts of a folded word; parts of the most likely reading come first."""
        placed = (part for reading in self._readings(word) for part in _place(reading, word))
        distinct: dict[tuple[str, int], Part] = {}
        for part in placed:
            distinct.setdefault((part.text, part.offset), part)
        return tuple(distinct.values())

    def boundaries(self, word: str) -> list[int]:
        """Return the offsets of the half-spaces that a folded word lacks; none if it has several readings."""
        readings = self._joined_readings(word) if word else []
        if len(readings) != 1 or readings == [(word,)] or _preverb(word) is not None:
            return []
        cuts = _boundaries(readings[0], word)
        if cuts and word[cuts[-1] :] in EZAFE:
            return []  # the ه of فرماندهی and مشابهی is pronounced, so no half-space follows it
        # Writers put no half-space between a preverb and می: برمی‌گردد.
        return cuts[1:] if readings[0][0] in PREVERBS and len(cuts) > 1 else cuts

    def _readings(self, word: str) -> list[Reading]:
        """Return the likely readings, best first. A reading is a tuple of the texts of its parts."""
        pieces = tuple(filter(None, word.split(HALF_SPACE)))
        if len(pieces) < 2:
            return self._joined_readings(pieces[0]) if pieces else []
        joined = "".join(pieces)
        others = self._joined_readings(joined)
        if _are_initials(pieces):
            # A text without half-spaces has اف‌آی‌وی‌بی as one unlisted word: the term that both share.
            return [pieces, (joined,)] if others == [(joined,)] and not self.is_whole(joined) else [pieces]
        if len(others) == 1 and self._holds_a_cut(others[0][0], pieces):
            return others
        if pieces[0] in VERB_PREFIXES and self.formal("".join(pieces[1:])):
            return others
        core = self._without_affixes(pieces)
        reading = self._reading_with(pieces, others) or self._pieces_reading(core)
        # If the joined spelling is also kept whole («هت‌تریک», or a guessed split), add it as a reading:
        # it is the term that both spellings share.
        wholes = {(joined,), ("".join(core),)}
        return [reading, *(other for other in others if other != reading and other in wholes)]

    def _holds_a_cut(self, part: str, pieces: Reading) -> bool:
        """Return whether `part`, a listed word, extends beyond the first piece: نیزار in نی‌زارها."""
        if pieces[-1] in SUFFIXES or not self.is_whole(part):
            return False
        return len(pieces[0]) < len(part) < len("".join(pieces))

    @staticmethod
    def _reading_with(pieces: Reading, readings: list[Reading]) -> Reading | None:
        """Return the first reading of the joined spelling that is split at all boundaries of the pieces."""
        joined = "".join(pieces)
        written = set(accumulate(map(len, pieces[:-1])))
        return next((reading for reading in readings if written <= {*_boundaries(reading, joined)}), None)

    def _without_affixes(self, pieces: Reading) -> Reading:
        """Drop trailing affixes, until the remaining pieces form a listed word or do not end in an affix."""
        shortest = 1
        if pieces[0] in VERB_PREFIXES and self.is_whole("".join(pieces)) and not self.is_verb(pieces[1]):
            return pieces  # می‌خانه
        if pieces[0].endswith(VERB_PREFIXES) and (preverb := _preverb(pieces[0])) is not None:
            pieces = (*preverb, *pieces[1:])
            shortest = len(preverb) + 1  # keep the verb, even if it looks like a suffix: آید
        while len(pieces) > shortest and pieces[-1] in SUFFIXES and not self.is_whole("".join(pieces)):
            pieces = pieces[:-1]
        return pieces

    def _pieces_reading(self, pieces: Reading) -> Reading:
        joined = "".join(pieces)
        if self.is_whole(joined) or (len(pieces) == 2 and self.is_surname(*pieces)):
            return (joined,)
        first, *rest = pieces
        return (
            *self._joined_readings(first)[0],
            *(part for piece in rest for part in self._piece_reading(piece)),
        )

    def _piece_reading(self, piece: str) -> Reading:
        # The و ("and") of حمل‌ونقل ("transport") is a word, as it is in «حمل و نقل».
        if piece.startswith("و") and not self.is_whole(piece) and self.is_whole(piece[1:]):
            return ("و", piece[1:])
        return self._joined_readings(piece)[0]

    def _read_joined(self, word: str) -> list[Reading]:
        pieces = self._lexicon.compounds.get(word, ())
        if len(pieces) > _FEW_LETTERS and _are_initials(pieces):
            return [pieces]  # دیانای ("DNA"), also where it is a listed word
        if self.is_whole(word) or len(word) > _LONGEST:
            return [(word,)]
        if pieces:
            if _are_initials(pieces):
                return [pieces]
            reading = self._pieces_reading(self._without_affixes(pieces))
            # حرفهای is حرفه‌ای ("professional"), but also the plural of حرف ("word").
            others = self._suffix_readings(word) if len(pieces) == 2 and pieces[1] == "ای" else []
            return list(dict.fromkeys([reading, *others]))
        return (
            list(filter(None, [numeral(word)]))
            or self._verb_readings(word)
            or self._suffix_readings(word)
            or self._conjunction_readings(word)
            or self._inflected_compound(word)
            or self._unlisted_compound(word)
            or self._noun_and_verb(word)
            or self._unknown_plural(word)
            or [(word,)]
        )

    def _verb_readings(self, word: str) -> list[Reading]:
        if alone := _preverb(word):
            return [alone]  # a space separates it from its verb: «برمی گردد»
        for preverb in ("", *PREVERBS):
            for prefix in VERB_PREFIXES:
                verb = word.removeprefix(preverb + prefix)
                if verb != word and (form := self._verb_form(verb)):
                    return [self._pieces_reading((preverb, form)) if preverb else (form,)]
        for auxiliary in (COPULA, *AUXILIARIES):
            participle = word.removesuffix(auxiliary)
            if participle != word and self._endings.is_participle(participle):
                return [(participle,) if auxiliary == COPULA else (participle, auxiliary)]
        return []

    def _verb_form(self, verb: str) -> str:
        """Return the verb after می, without its copula (می‌رفته‌است); "" if it is not a verb."""
        if self.is_verb(verb):
            return verb
        if formal := self._lexicon.informal.get(verb):
            return formal
        participles = stripped(verb, (COPULA, *AFTER_SILENT_HE))
        return next(filter(self._endings.is_participle, participles), "")

    def _suffix_readings(self, word: str) -> list[Reading]:
        """Return readings without joined suffixes, of up to two likely stems: نقشهای is نقشه‌ای or نقش‌های."""
        likelihood: dict[str, float] = {}
        for stem, frequency in self._endings.stems(word):
            likelihood[stem] = max(frequency, likelihood.get(stem, 1))
        ranked = sorted(likelihood, key=lambda stem: -likelihood[stem])
        likely = [stem for stem in ranked[:2] if likelihood[stem] * _LIKELY >= likelihood[ranked[0]]]
        return [
            reading
            for stem in likely
            for reading in ([(word,)] if stem == word else self._joined_readings(stem))
        ]

    def _conjunction_readings(self, word: str) -> list[Reading]:
        clause = word.removesuffix(CONJUNCTION)
        if clause == word or clause not in CONJUNCTION_HEADS:
            return []
        return [(*reading, CONJUNCTION) for reading in self._joined_readings(clause)]

    def _inflected_compound(self, word: str) -> list[Reading]:
        """Split an inflected compound like the listed one and keep its ending: دانشآموزان as دانش‌آموز."""
        if word in self._lexicon.frequency:
            return []
        for ending in COMPOUND_ENDINGS:
            pieces = self._lexicon.compounds.get(word.removesuffix(ending)) if word.endswith(ending) else None
            if pieces:
                return [self._pieces_reading((*pieces[:-1], pieces[-1] + ending))]
        return []

    def _noun_and_verb(self, word: str) -> list[Reading]:
        """Split a noun and a verb at می: نشانمیدهد. The noun must be a listed word, the rest a verb form."""
        cuts = (word.rpartition(prefix) for prefix in VERB_PREFIXES)
        frequency = self._lexicon.frequency
        nouns = {
            noun: verb
            for noun, _, verb in cuts
            if len(noun) >= _SHORTEST_NOUN and self.is_whole(noun) and self.is_verb(verb)
        }
        if not nouns:
            return []
        noun = max(nouns, key=lambda noun: frequency.get(noun, 0))
        return [(noun, nouns[noun])]

    def _unlisted_compound(self, word: str) -> list[Reading]:
        halves = self._compounds.cut(word)
        if not halves:
            return []
        head, tail = halves
        return [(head, *self._joined_readings(tail)[0]), (word,)]

    @staticmethod
    def _unknown_plural(word: str) -> list[Reading]:
        for suffix in PLAIN_PLURALS:
            if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_UNKNOWN:
                return [(word.removesuffix(suffix),)]
        return []


def _are_initials(pieces: Reading) -> bool:
    """Return whether the pieces are the names of letters: ام‌اس ("MS"), ام‌آر‌آی ("MRI")."""
    return LETTER_NAMES.issuperset(pieces) and (len(pieces) > _FEW_LETTERS or pieces[-1] not in SUFFIXES)


def _preverb(piece: str) -> Reading | None:
    """Return the preverb before a final می or نمی (برمی), () if there is none, None for any other piece."""
    for prefix in VERB_PREFIXES:
        preverb = piece.removesuffix(prefix)
        if preverb == "":
            return ()
        if preverb in PREVERBS:
            return (preverb,)
    return None


def _boundaries(reading: Reading, word: str) -> list[int]:
    """Return the offsets inside a joined spelling at which parts of a reading begin or end, ascending.

    Return nothing if the spelling does not contain the parts.
    """
    cuts: set[int] = set()
    end = 0
    for text in reading:
        start = word.find(text, end)
        if start < 0:
            return []
        end = start + len(text)
        cuts |= {start, end}
    return sorted(cuts - {0, len(word)})


def _place(reading: Reading, word: str) -> list[Part]:
    """Locate each part of a reading in the word. A dropped affix between two parts goes to the first."""
    starts = []
    end = 0
    for text in reading:
        start, end = _find(word, text, end)
        starts.append(start)
    # The first part covers a dropped prefix; each part covers the dropped suffixes after it.
    starts[0] = 0
    ends = [*starts[1:], len(word)]
    return [
        Part(text, start, start + len(word[start:end].rstrip(HALF_SPACE)), offset)
        for offset, (text, start, end) in enumerate(zip(reading, starts, ends, strict=True))
    ]


def _find(word: str, text: str, begin: int) -> tuple[int, int]:
    """Find `text` in `word` from `begin` on, ignoring half-spaces inside it; return its start and end."""
    for start in range(begin, len(word)):
        position = start
        for character in text:
            while position < len(word) and word[position] == HALF_SPACE and position > start:
                position += 1
            if position >= len(word) or word[position] != character:
                break
            position += 1
        else:
            return start, position
    return begin, len(word)
