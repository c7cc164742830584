"""The three readings of the half-space: which parts a written word is made of, however it was typed.

«رئیس‌جمهور», «رئیسجمهور» and (token by token) «رئیس جمهور» all come out as رییس + جمهور; affixes that a
half-space sets off are dropped, so that منطقه‌ای, منطقه ای and منطقهای come out as منطقه. A joined spelling
that is a word itself (کتابخانه) stays whole, and then so does its spelling with a half-space (کتاب‌خانه).
Where the joined spelling can be read in two ways, or the cut is a guess, both readings are kept.
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
from indexer.persian.characters import HALF_SPACE
from indexer.persian.compounds import Compounds
from indexer.persian.endings import Endings, stripped
from indexer.persian.lexicon import Lexicon
from indexer.persian.numerals import numeral
from indexer.persian.stop_words import STOP_WORDS

# A second reading is kept when it is at most this many times less likely than the first.
_LIKELY = 30
# An unknown word is taken for the plural of a name or a foreign word when this much is left.
_SHORTEST_UNKNOWN = 3
# What stands before می in a word that holds a whole clause: نشانمیدهد.
_SHORTEST_NOUN = 3
# Two letters' names may as well be syllables: بی‌ام.
_FEW_LETTERS = 2
# What is longer is no word, and not worth the search.
_LONGEST = 40

Reading = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a folded word: `word[start:end]` is the stretch it covers, dropped affixes included.

    `offset` is its position counted from the word's first part; parts of a second reading repeat an offset.
    """

    text: str
    start: int
    end: int
    offset: int


class Segmenter:
    """Cuts folded words into parts with a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._compounds = Compounds(lexicon)
        self._endings = Endings(lexicon, lambda word: self._joined_readings(word)[0] != (word,))
        self._joined_readings = lru_cache(maxsize=50_000)(self._read_joined)

    def is_whole(self, word: str) -> bool:
        """Tell whether a joined spelling is a word of its own that is never cut."""
        return word in self._lexicon.wholes

    def is_compound(self, first: str, second: str) -> bool:
        """Tell whether two words written apart are the pieces of a compound that the lexicon lists."""
        return self._lexicon.compounds.get(first + second) == (first, second)

    def is_surname(self, first: str, last: str) -> bool:
        """Tell whether two pieces make a family name: قاسمی‌پور."""
        return last in SURNAME_TAILS and len(first) >= _SHORTEST_UNKNOWN and first not in STOP_WORDS

    def is_verb(self, word: str) -> bool:
        """Tell whether the word is a finite verb form (what می may stand before)."""
        return word in self._lexicon.verbs

    def formal(self, verb: str) -> str:
        """Return the written form of a verb form that is spoken behind می (شه is شود), "" when it is none."""
        return "" if self.is_verb(verb) else self._lexicon.informal.get(verb, "")

    def parts(self, word: str) -> tuple[Part, ...]:
        """Return the parts of a folded word, the likeliest reading first."""
        placed = (part for reading in self._readings(word) for part in _place(reading, word))
        distinct: dict[tuple[str, int], Part] = {}
        for part in placed:
            distinct.setdefault((part.text, part.offset), part)
        return tuple(distinct.values())

    def boundaries(self, word: str) -> list[int]:
        """Return where a folded word without half-spaces is cut; nowhere if it can be read in two ways."""
        readings = self._joined_readings(word) if word else []
        if len(readings) != 1 or readings == [(word,)] or _preverb(word) is not None:
            return []
        cuts = _boundaries(readings[0], word)
        if cuts and word[cuts[-1] :] in EZAFE:
            return []  # فرماندهی and مشابهی sound their ه
        # Nobody writes a half-space before the می of برمی‌گردد.
        return cuts[1:] if readings[0][0] in PREVERBS and len(cuts) > 1 else cuts

    def _readings(self, word: str) -> list[Reading]:
        """Return the likely readings, best first, each a tuple of its parts' texts."""
        pieces = tuple(filter(None, word.split(HALF_SPACE)))
        if len(pieces) < 2:
            return self._joined_readings(pieces[0]) if pieces else []
        joined = "".join(pieces)
        others = self._joined_readings(joined)
        if len(others) == 1 and self._holds_a_cut(others[0][0], pieces):
            return others
        if pieces[0] in VERB_PREFIXES and self.formal("".join(pieces[1:])):
            return others
        core = self._without_affixes(pieces)
        reading = self._reading_with(pieces, others) or self._pieces_reading(core)
        # Where the joined spelling is kept whole («هت‌تریک», a guessed cut), it is what both spellings share.
        wholes = {(joined,), ("".join(core),)}
        return [reading, *(other for other in others if other != reading and other in wholes)]

    def _holds_a_cut(self, part: str, pieces: Reading) -> bool:
        """Tell whether the joined spelling begins with a whole word that a piece ends within: نی‌زارها."""
        if pieces[-1] in SUFFIXES or not self.is_whole(part):
            return False
        return len(pieces[0]) < len(part) < len("".join(pieces))

    @staticmethod
    def _reading_with(pieces: Reading, readings: list[Reading]) -> Reading | None:
        """Return the reading of the joined spelling that is cut wherever the pieces are, if there is one."""
        joined = "".join(pieces)
        written = set(accumulate(map(len, pieces[:-1])))
        return next((reading for reading in readings if written <= {*_boundaries(reading, joined)}), None)

    def _without_affixes(self, pieces: Reading) -> Reading:
        """Drop the affixes that half-spaces set off, until what is left is one word or ends in no affix."""
        shortest = 1
        if pieces[0] in VERB_PREFIXES and self.is_whole("".join(pieces)) and not self.is_verb(pieces[1]):
            return pieces  # می‌خانه
        if len(pieces) > _FEW_LETTERS and LETTER_NAMES.issuperset(pieces):
            return pieces
        if pieces[0].endswith(VERB_PREFIXES) and (preverb := _preverb(pieces[0])) is not None:
            pieces = (*preverb, *pieces[1:])
            shortest = len(preverb) + 1  # the verb, be it آید, is no suffix
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
        # The و of حمل‌ونقل is a word of its own, as it is in «حمل و نقل».
        if piece.startswith("و") and not self.is_whole(piece) and self.is_whole(piece[1:]):
            return ("و", piece[1:])
        return self._joined_readings(piece)[0]

    def _read_joined(self, word: str) -> list[Reading]:
        if self.is_whole(word) or len(word) > _LONGEST:
            return [(word,)]
        if pieces := self._lexicon.compounds.get(word):
            reading = self._pieces_reading(self._without_affixes(pieces))
            # حرفهای is also the plural of حرف.
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
            return [alone]  # its verb comes after a space: «برمی گردد»
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
        """Return the verb after می without its copula (می‌رفته‌است); "" when it is no verb."""
        if self.is_verb(verb):
            return verb
        if formal := self._lexicon.informal.get(verb):
            return formal
        participles = stripped(verb, (COPULA, *AFTER_SILENT_HE))
        return next(filter(self._endings.is_participle, participles), "")

    def _suffix_readings(self, word: str) -> list[Reading]:
        """Strip what a half-space would set off; both readings of نقشهای (نقشه‌ای, نقش‌های) where likely."""
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
        """Cut دانشآموزان as the listed دانش‌آموز is cut, its ending kept."""
        if word in self._lexicon.frequency:
            return []
        for ending in COMPOUND_ENDINGS:
            pieces = self._lexicon.compounds.get(word.removesuffix(ending)) if word.endswith(ending) else None
            if pieces:
                return [self._pieces_reading((*pieces[:-1], pieces[-1] + ending))]
        return []

    def _noun_and_verb(self, word: str) -> list[Reading]:
        """Cut نشانمیدهد: what stands before می is a word, what follows a verb."""
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


def _preverb(piece: str) -> Reading | None:
    """Return what stands before می or نمی in the piece: nothing, or a preverb (برمی); else None."""
    for prefix in VERB_PREFIXES:
        preverb = piece.removesuffix(prefix)
        if preverb == "":
            return ()
        if preverb in PREVERBS:
            return (preverb,)
    return None


def _boundaries(reading: Reading, word: str) -> list[int]:
    """Return where the parts of a reading begin and end within a joined spelling."""
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
    """Find where each part of a reading stands in the word; between parts, affixes go to the part before."""
    starts = []
    end = 0
    for text in reading:
        start, end = _find(word, text, end)
        starts.append(start)
    # The first part takes a dropped prefix, each part the suffixes dropped behind it.
    starts[0] = 0
    ends = [*starts[1:], len(word)]
    return [
        Part(text, start, start + len(word[start:end].rstrip(HALF_SPACE)), offset)
        for offset, (text, start, end) in enumerate(zip(reading, starts, ends, strict=True))
    ]


def _find(word: str, text: str, begin: int) -> tuple[int, int]:
    """Find `text` in `word` from `begin` on, half-spaces in between allowed; return its start and end."""
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
