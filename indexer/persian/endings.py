"""Finds the words that a joined spelling may be an inflected form of, and how likely each word is.

Careful writers separate these suffixes by a half-space (U+200C, zero-width non-joiner); others join them to
the word. A suffix is stripped only if a known word remains. کتابهای is a form of کتاب ("book"). منطقهای is a
form of منطقه ("region", written منطقه‌ای) or of منطق ("logic", written منطق‌های).
"""

from collections.abc import Callable, Iterator

from indexer.persian.affixes import (
    COMPOUND_PREFIXES,
    COPULA,
    DEGREES,
    EZAFE,
    JOINED_AFTER_ANY,
    JOINED_AFTER_SILENT_HE,
    JOINED_AFTER_Y,
    NAME_TAILS,
    NOT_COMPARATIVE,
    PLURALS,
    POSSESSIVES,
    PREVERBS,
    VERBAL_NOUNS,
    ends_in_silent_he,
)
from indexer.persian.lexicon import Lexicon, own_words

# Words without a plural in ها that become another word with a silent ه: مجموعهای is مجموعه‌ای, not a plural
# of مجموع. Our own list, folded.
NO_PLURALS = own_words("no_plurals.txt")
# Words in a silent ه that take no ای if the plural reading is possible: زبانهای is زبان‌های ("languages"), not
# a form of زبانه. Our own list, folded.
NO_INDEFINITES = own_words("no_indefinites.txt")

# Weight of the plural reading: نامهای is more often the plural of نام ("name") than نامه‌ای ("a letter"), if
# both nouns are equally frequent.
_PLURAL_PRIOR = 3.0
# If a noun is possible (نشست‌های), the participle (نشسته‌ای) is the rarer reading, except before ایم and است.
_PARTICIPLE_PRIOR = 0.1
_MY_PLURAL_PRIOR = 0.001
_RATHER_VERBAL = ("هایم", "هاست")
# Endings whose ه may belong to the word, a participle or another word in ه: کرده‌ایم, شده‌ای, گردیده‌است.
_PERSONAL = ("هایم", "هایی", "های", "هاست")
# Minimum letters of the stem of a comparative, and of the stem before an ending that any noun takes.
_SHORTEST_UNKNOWN = 3
# Minimum letters left after stripping an ending that is less certain than a plural from an unseen word.
_SHORTEST_UNSEEN = 4
# An ending that any noun takes (شان) is stripped only from a noun with at least this corpus frequency,
_COMMON = 50_000
# or from a seen noun of at least this many letters, which can hardly be anything else.
_LONG = 6
# Assumed frequency of a participle, or of a past stem used as a noun, which the lexicon does not count.
_UNSEEN_FORM = 1_000_000


class Endings:
    """Strips endings, guided by a lexicon.

    `is_read` returns whether a word that the lexicon does not list has a reading in known parts.
    """

    def __init__(self, lexicon: Lexicon, is_read: Callable[[str], bool]) -> None:
        self._lexicon = lexicon
        self._is_read = is_read

    def stems(self, word: str) -> Iterator[tuple[str, float]]:
        """Yield each word that the joined spelling may be a form of, and its likelihood."""
        yield from self._of_plural(word)
        # انتهای is a form of انتها ("end"), whether or not there is a word انت.
        if word.endswith("ای") and (noun := word.removesuffix("ی")) in self._lexicon.wholes:
            yield word, self._lexicon.frequency.get(noun, 0)
        degrees = () if word.removesuffix("ی") in NOT_COMPARATIVE else DEGREES
        for stem in stripped(word, degrees):
            if self._is_gradable(stem):
                yield stem, self._frequency(stem)
        if noun := self._before_copula(word):
            yield noun, self._frequency(noun)
        # مزایای is مزایا ("benefits") with the linking ی (ezafe), not مزای‌ای.
        is_ezafe = any(map(self._frequency, stripped(word, EZAFE)))
        after_y = () if is_ezafe else JOINED_AFTER_Y
        for stem in stripped(word, after_y):
            if stem.endswith("ی") and len(stem) >= _SHORTEST_UNSEEN and (frequency := self._frequency(stem)):
                yield stem, frequency
        for stem in stripped(word, JOINED_AFTER_SILENT_HE):
            if likelihood := self._silent_frequency(stem, word):
                yield stem, likelihood
        for stem in stripped(word, JOINED_AFTER_ANY):
            if self._takes_any(stem, word):
                yield stem, self._frequency(stem)

    def is_participle(self, word: str) -> bool:
        """Return whether the word is a participle: رفته, نرفته, برگشته."""
        if not word.endswith("ه"):
            return False
        return any(word.removeprefix(prefix) in self._lexicon.verbs for prefix in ("", "ن", *PREVERBS))

    def _of_plural(self, word: str) -> Iterator[tuple[str, float]]:
        for stem in stripped(word, PLURALS):
            ending = word[len(stem) :]
            if ending in _PERSONAL and self._has_no_plural(stem, ending):
                continue
            prior = _PLURAL_PRIOR
            if ending in _RATHER_VERBAL and self.is_participle(stem + "ه"):
                prior = _MY_PLURAL_PRIOR
            if frequency := self._frequency(stem):
                yield stem, prior * frequency

    def _has_no_plural(self, stem: str, ending: str) -> bool:
        """Return whether the stem is no noun, or itself a plural, while stem + ه is a word."""
        with_he = stem + "ه"
        if not self._lexicon.is_attested(stem) and stem not in VERBAL_NOUNS:
            return self.is_participle(with_he)  # شده‌ای, گفته‌ایم
        if ending != "های" or not self._lexicon.is_attested(with_he):
            return False
        return stem in NO_PLURALS or (stem.endswith("ان") and stem.removesuffix("ان") in self._lexicon.wholes)

    def _takes_any(self, stem: str, word: str) -> bool:
        """Return whether the word is the stem with شان, مان, تان, اند or است: دستشان ("their hand")."""
        ending = word[len(stem) :]
        if ending in POSSESSIVES and self._is_common(stem.removesuffix("ان")) and stem.endswith("ان"):
            return True  # بازیکنانمان
        if len(stem) < _SHORTEST_UNKNOWN or not self._is_common(stem):
            return False
        if ending == COPULA:
            return not self._before_copula(word)
        if ending in POSSESSIVES:
            return not self._is_common(word.removesuffix("ان"))  # متهمان and فروشان are plurals in ان
        return ending != "اند" or stem + "د" not in self._lexicon.verbs  # لرزاند is a verb

    def _before_copula(self, word: str) -> str:
        """Return the noun before a joined copula: بالا (not بال) for بالاست ("is up"); "" if none."""
        noun = word.removesuffix("ست")
        return noun if word.endswith(COPULA) and noun in self._lexicon.wholes else ""

    def _is_common(self, word: str) -> bool:
        frequency = self._lexicon.frequency.get(word, 0)
        return frequency >= _COMMON or (frequency > 0 and len(word) >= _LONG)

    def _frequency(self, stem: str) -> int:
        """Return the stem's frequency: 1 for a known word that was never seen, 0 for an unknown string."""
        lexicon = self._lexicon
        if frequency := max(lexicon.frequency.get(stem, 0), _UNSEEN_FORM if stem in VERBAL_NOUNS else 0):
            return frequency
        known = stem in lexicon.frequency or stem in lexicon.compounds or stem in lexicon.verbs
        return int(known or self._is_read(stem))

    def _silent_frequency(self, stem: str, word: str) -> float:
        if not ends_in_silent_he(stem):
            return 0
        if stem in NO_INDEFINITES and word.endswith("های"):
            return 0
        if word.removeprefix(stem) in EZAFE and (stem[-2] == "و" or word.endswith(NAME_TAILS)):
            return 0  # گروهی and الهی are words of their own
        frequency = self._lexicon.frequency.get(stem, 0)
        if not self.is_participle(stem):
            return frequency or int(stem in self._lexicon.compounds)
        has_noun = word.endswith("های") and self._lexicon.is_attested(stem.removesuffix("ه"))
        return max(frequency, 0 if has_noun else _UNSEEN_FORM) * _PARTICIPLE_PRIOR

    def _is_gradable(self, stem: str) -> bool:
        """Return whether the stem takes the comparative تر: بزرگتر ("bigger"), but not لستر (Leicester).

        A seen word must be an adjective or adverb.
        """
        if len(stem) < _SHORTEST_UNKNOWN and stem not in COMPOUND_PREFIXES:
            return False
        if stem in self._lexicon.gradables or stem in self._lexicon.compounds:
            return True
        if (
            stem.endswith("ی")
            and len(stem) >= _SHORTEST_UNSEEN
            and stem.removesuffix("ی") in self._lexicon.wholes
        ):
            return True
        return self._lexicon.frequency.get(stem) == 0 and len(stem) > _SHORTEST_UNSEEN


def stripped(word: str, suffixes: tuple[str, ...]) -> list[str]:
    """Return the stems of the word: one of at least two letters for each suffix that it ends in."""
    return [
        word.removesuffix(suffix)
        for suffix in suffixes
        if word.endswith(suffix) and len(word) > len(suffix) + 1
    ]
