"""The three readings of the half-space: which parts a written word is made of, however it was typed.

«رئیس‌جمهور», «رئیسجمهور» and (token by token) «رئیس جمهور» all come out as رییس + جمهور; affixes that a
half-space sets off are dropped, so that منطقه‌ای, منطقه ای and منطقهای come out as منطقه. A joined spelling that
is a word itself (کتابخانه) stays whole, and then so does its spelling with a half-space (کتاب‌خانه).
"""

from dataclasses import dataclass
from functools import lru_cache

from indexer.persian.affixes import (
    COMPOUND_ENDINGS,
    COMPOUND_PREFIXES,
    ENDINGS,
    JOINED_AFTER_SILENT_HE,
    JOINED_SUFFIXES,
    NAME_TAILS,
    PLURALS,
    PREVERBS,
    SUFFIXES,
    VERB_PREFIXES,
)
from indexer.persian.characters import HALF_SPACE
from indexer.persian.lexicon import Lexicon

# A word that the lexicon has seen this often may be a half of an unlisted compound.
_COMMON = 50_000
_SHORTEST_HALF = 3
# These letters do not join to the next one, so nobody needs a half-space behind them.
_NOT_JOINING = frozenset("ادذرزژو")
# A second reading is kept when it is at most this many times less frequent than the first.
_LIKELY = 8
# An unknown word is taken for the plural of a name or a foreign word when this much is left.
_SHORTEST_UNKNOWN = 3


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
    """Cuts folded words into parts with a lexicon; results are cached by word."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.parts = lru_cache(maxsize=200_000)(self._parts)

    def is_whole(self, word: str) -> bool:
        """Tell whether a joined spelling is a word of its own that is never cut."""
        return self._lexicon.is_attested(word)

    def is_verb(self, word: str) -> bool:
        """Tell whether the word is a finite verb form (what می may stand before)."""
        return word in self._lexicon.verbs

    def _parts(self, word: str) -> tuple[Part, ...]:
        readings = self._readings(word)
        seen: set[tuple[str, int]] = set()
        parts: list[Part] = []
        for reading in readings:
            for part in _place(reading, word):
                if (part.text, part.offset) not in seen:
                    seen.add((part.text, part.offset))
                    parts.append(part)
        return tuple(parts)

    def _readings(self, word: str) -> list[tuple[str, ...]]:
        """Return the likely readings, best first, each a tuple of its parts' texts."""
        pieces = tuple(filter(None, word.split(HALF_SPACE)))
        if len(pieces) < 2:
            return self._joined_readings(pieces[0]) if pieces else []
        reading = self._pieces_reading(pieces)
        joined = "".join(pieces)
        # A word whose half-space the lexicon could not put back («هت‌تریک») is also found by its joined spelling.
        return [reading] if self._joined_readings(joined)[0] == reading else [reading, (joined,)]

    def _pieces_reading(self, pieces: tuple[str, ...]) -> tuple[str, ...]:
        if pieces[0].endswith(VERB_PREFIXES) and (preverb := self._preverb(pieces[0])) is not None:
            pieces = (*preverb, *pieces[1:])
        elif self.is_whole("".join(pieces)):
            return ("".join(pieces),)
        while len(pieces) > 1 and pieces[-1] in SUFFIXES:
            pieces = pieces[:-1]
        if len(pieces) > 1 and self.is_whole("".join(pieces)):
            return ("".join(pieces),)
        first, *rest = pieces
        return (
            *self._joined_readings(first)[0],
            *(part for piece in rest for part in self._piece_reading(piece)),
        )

    @staticmethod
    def _preverb(piece: str) -> tuple[str, ...] | None:
        """Return what stands before the verb in می, برمی, بازنمی …: its preverb if it has one; None if it is no such."""
        for prefix in VERB_PREFIXES:
            preverb = piece.removesuffix(prefix)
            if preverb == "":
                return ()
            if preverb in PREVERBS:
                return (preverb,)
        return None

    def _piece_reading(self, piece: str) -> tuple[str, ...]:
        # The و of حمل‌ونقل is a word of its own, as it is in «حمل و نقل».
        if piece.startswith("و") and not self.is_whole(piece) and self.is_whole(piece[1:]):
            return ("و", piece[1:])
        return self._joined_readings(piece)[0]

    def _joined_readings(self, word: str) -> list[tuple[str, ...]]:
        if self.is_whole(word):
            return [(word,)]
        if word in self._lexicon.compounds:
            return [self._pieces_reading(self._lexicon.compounds[word])]
        return (
            self._verb_readings(word)
            or self._suffix_readings(word)
            or self._inflected_compound(word)
            or self._compound(word)
            or [(word,)]
        )

    def _verb_readings(self, word: str) -> list[tuple[str, ...]]:
        for preverb in ("", *PREVERBS):
            for prefix in VERB_PREFIXES:
                verb = word.removeprefix(preverb + prefix)
                if verb != word and self.is_verb(verb):
                    return [(preverb, verb)] if preverb else [(verb,)]
        participle = word.removesuffix("است")
        if participle.endswith("ه") and self.is_verb(participle.removeprefix("ن")):
            return [(participle,)]
        return []

    def _suffix_readings(self, word: str) -> list[tuple[str, ...]]:
        """Strip what a half-space would have set off; both readings of منطقهای (منطقه‌ای, منطق‌های) where likely."""
        stems = [word.removesuffix(suffix) for suffix in JOINED_SUFFIXES if word.endswith(suffix)]
        silent = [word.removesuffix(suffix) for suffix in JOINED_AFTER_SILENT_HE if word.endswith(suffix)]
        stems += [stem for stem in silent if stem.endswith("ه")]
        known = {stem: self._stem_frequency(stem) for stem in stems if len(stem) > 1}
        ranked = sorted((stem for stem in known if known[stem]), key=lambda stem: -known[stem])
        likely = [stem for stem in ranked[:2] if known[stem] * _LIKELY >= known[ranked[0]]]
        return [self._joined_readings(stem)[0] for stem in likely] or self._unknown_plural(word)

    @staticmethod
    def _unknown_plural(word: str) -> list[tuple[str, ...]]:
        for suffix in PLURALS:
            if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_UNKNOWN:
                return [(word.removesuffix(suffix),)]
        return []

    def _inflected_compound(self, word: str) -> list[tuple[str, ...]]:
        """Cut دانشآموزان as the listed دانش‌آموز is cut, its ending kept."""
        for ending in COMPOUND_ENDINGS:
            pieces = self._lexicon.compounds.get(word.removesuffix(ending)) if word.endswith(ending) else None
            if pieces:
                return [self._pieces_reading((*pieces[:-1], pieces[-1] + ending))]
        return []

    def _stem_frequency(self, stem: str) -> int:
        frequency = self._lexicon.frequency.get(stem)
        if frequency:
            return frequency
        if stem in self._lexicon.compounds or stem in self._lexicon.verbs or frequency is not None:
            return 1
        return 1 if self._compound(stem) else 0

    def _compound(self, word: str) -> list[tuple[str, ...]]:
        """Cut an unlisted compound in two words that are known well; names and inflected words stay whole."""
        if self._is_inflected(word) or word.startswith("ال") or word.endswith(NAME_TAILS):
            return []
        cuts = {cut: self._score(word[:cut], word[cut:]) for cut in range(2, len(word) - _SHORTEST_HALF + 1)}
        best = max(cuts, key=lambda cut: cuts[cut], default=0)
        if not best or not cuts[best]:
            return []
        return [(word[:best], *self._joined_readings(word[best:])[0])]

    def _is_inflected(self, word: str) -> bool:
        """Tell whether the word is listed, a verb form, or a listed word with an ending that takes no half-space."""
        if word in self._lexicon.frequency or word in self._lexicon.verbs:
            return True
        if word[0] in "بن" and word[1:] in self._lexicon.verbs:
            return True
        stems = (word.removesuffix(ending) for ending in ENDINGS if word.endswith(ending))
        return any(
            self.is_whole(stem) or self.is_whole(stem + "ه") for stem in stems if len(stem) >= _SHORTEST_HALF
        )

    def _score(self, head: str, tail: str) -> int:
        """Return how well known the less known of both halves is; 0 when the word is not to be cut here."""
        if head[-1] in _NOT_JOINING:
            return 0
        if len(head) < _SHORTEST_HALF and head not in COMPOUND_PREFIXES:
            return 0
        if tail in self._lexicon.tails and len(head) >= _SHORTEST_HALF:
            return self._common(head)
        if not self._is_productive(head, tail) and min(len(head), len(tail)) <= _SHORTEST_HALF:
            return 0
        # هراسی in ایران‌هراسی: the adjective or noun in ی of a well-known word.
        noun = tail.removesuffix("ی") if len(tail) > _SHORTEST_HALF else tail
        return min(self._common(head), max(self._common(tail), self._common(noun)))

    def _is_productive(self, head: str, tail: str) -> bool:
        return head in self._lexicon.heads or tail in self._lexicon.tails

    def _common(self, piece: str) -> int:
        frequency = self._lexicon.frequency.get(piece, 0)
        return frequency if frequency >= _COMMON else 0


def _place(reading: tuple[str, ...], word: str) -> list[Part]:
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
