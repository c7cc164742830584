"""Which words a joined spelling may be an inflected form of, and how likely each is.

کتابهای is of کتاب, منطقهای of منطقه (منطقه‌ای) or of منطق (منطق‌های): what a half-space would set off is
taken away where a known word remains.
"""

from collections.abc import Callable, Iterator
from importlib.resources import files

from indexer.persian.affixes import (
    COMPOUND_PREFIXES,
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
    ends_in_silent_he,
)
from indexer.persian.lexicon import Lexicon

# Words that take no ها, though they end in what is a word with a silent ه before ای: مجموعهای is
# مجموعه‌ای. Folded, our own list.
NO_PLURALS: frozenset[str] = frozenset(
    (files("indexer.persian") / "data" / "no_plurals.txt").read_text("utf-8").split()
)

# نامهای is oftener the plural of نام than نامه‌ای, were both nouns equally frequent.
_PLURAL_PRIOR = 3
# A participle (نشسته‌ای) is the rarer reading where a noun is at hand (نشست‌های).
_PARTICIPLE_PRIOR = 0.05
# What may be a participle with the ending of a person: کرده‌ایم, شده‌ای.
_PERSONAL = ("هایم", "هایی", "های")
# A comparative of two letters has no unknown stem.
_SHORTEST_UNKNOWN = 3
# An ending less sure than a plural is stripped from a word that was never seen when this much is left.
_SHORTEST_UNSEEN = 4
# And one that any noun may take (شان) only from a noun that the lexicon has seen this often.
_COMMON = 50_000


class Endings:
    """Strips endings with a lexicon.

    `is_read` tells of a word that the lexicon does not list whether its parts are known all the same.
    """

    def __init__(self, lexicon: Lexicon, is_read: Callable[[str], bool]) -> None:
        self._lexicon = lexicon
        self._is_read = is_read

    def stems(self, word: str) -> Iterator[tuple[str, float]]:
        """Yield each word that the joined spelling may be a form of, and how likely it is one."""
        yield from self._of_plural(word)
        # انتهای is of انتها, be there a word انت or not.
        if word.endswith("ای") and (noun := word.removesuffix("ی")) in self._lexicon.wholes:
            yield word, self._lexicon.frequency.get(noun, 0)
        degrees = () if word.removesuffix("ی") in NOT_COMPARATIVE else DEGREES
        for stem in stripped(word, degrees):
            if self._is_gradable(stem):
                yield stem, self._frequency(stem)
        # بالاست is of بالا, not of بال.
        if word.endswith("است") and (noun := word.removesuffix("ست")) in self._lexicon.wholes:
            yield noun, self._lexicon.frequency.get(noun, 0)
        # مزایای is the ezafe of مزایا, not مزای‌ای.
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
        """Tell whether the word is a participle: رفته, نرفته, برگشته."""
        if not word.endswith("ه"):
            return False
        return any(word.removeprefix(prefix) in self._lexicon.verbs for prefix in ("", "ن", *PREVERBS))

    def _of_plural(self, word: str) -> Iterator[tuple[str, float]]:
        for stem in stripped(word, PLURALS):
            ending = word[len(stem) :]
            if stem in NO_PLURALS and ending in _PERSONAL and stem + "ه" in self._lexicon.frequency:
                continue
            is_noun = stem in self._lexicon.frequency
            if not is_noun and ending in _PERSONAL and self.is_participle(stem + "ه"):
                continue  # شده‌ای, گفته‌ایم
            if frequency := self._frequency(stem):
                yield stem, _PLURAL_PRIOR * frequency

    def _takes_any(self, stem: str, word: str) -> bool:
        """Tell whether شان, مان, تان, اند or است ends a form of the stem here: دستشان."""
        if len(stem) < _SHORTEST_UNKNOWN or not self._is_common(stem):
            return False
        ending = word[len(stem) :]
        if ending in POSSESSIVES:
            return not self._is_common(word.removesuffix("ان"))  # متهمان, فروشان are plurals
        return ending != "اند" or stem + "د" not in self._lexicon.verbs  # لرزاند is a verb

    def _is_common(self, word: str) -> bool:
        return self._lexicon.frequency.get(word, 0) >= _COMMON

    def _frequency(self, stem: str) -> int:
        """Return the stem's frequency; 1 for a word that was never seen, 0 for no word."""
        lexicon = self._lexicon
        if frequency := lexicon.frequency.get(stem):
            return frequency
        known = stem in lexicon.frequency or stem in lexicon.compounds or stem in lexicon.verbs
        return int(known or self._is_read(stem))

    def _silent_frequency(self, stem: str, word: str) -> float:
        if not ends_in_silent_he(stem):
            return 0
        if word.removeprefix(stem) in EZAFE and (stem[-2] == "و" or word.endswith(NAME_TAILS)):
            return 0  # گروهی and الهی are words
        frequency = self._lexicon.frequency.get(stem, 0)
        if not self.is_participle(stem):
            return frequency or int(stem in self._lexicon.compounds)
        return max(1, frequency * _PARTICIPLE_PRIOR)

    def _is_gradable(self, stem: str) -> bool:
        """Tell whether تر may follow: a seen word must be an adjective or adverb (بزرگتر, not لستر)."""
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
    """Return what is left of the word without each of the suffixes that it ends in."""
    return [
        word.removesuffix(suffix)
        for suffix in suffixes
        if word.endswith(suffix) and len(word) > len(suffix) + 1
    ]
