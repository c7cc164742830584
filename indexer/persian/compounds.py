"""Unlisted compounds: where a joined spelling such as ایرانهراسی or بهعنوان falls in two words.

New compounds are made every day, so no list holds them. A cut is a guess from the parts: whoever makes one
should keep the whole spelling too. Names and inflected words are not cut.
"""

from collections.abc import Iterator

from indexer.persian.affixes import (
    COMPOUND_ENDINGS,
    COMPOUND_PREFIXES,
    ENDINGS,
    NAME_HEADS,
    NAME_TAILS,
    PREVERBS,
)
from indexer.persian.lexicon import Lexicon

# A word that the lexicon has seen this often may be a half of an unlisted compound.
_COMMON = 50_000
# And this often where the word or the prefix that it follows has two or three letters.
_VERY_COMMON = 500_000
# Letters of a half; of a compound whose tail makes many; of a half where it does not; of the longer of these.
_SHORTEST = 3
_SHORTEST_COMPOUND = 7
_SHORTEST_FREE = 4
_LONGER_FREE = 5
_ARTICLE = "ال"
# These letters do not join to the next one, so nobody needs a half-space behind them.
_NOT_JOINING = frozenset("ادذرزژو")
# But these are written apart all the same: «غیر نفتی» and غیرنفتی, «ضد زنگ» and ضدزنگ.
_APART = frozenset(("غیر", "ضد"))


class Compounds:
    """Cuts unlisted compounds by what the lexicon knows of both halves."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def cut(self, word: str) -> tuple[str, str] | None:
        """Return both halves of an unlisted compound, or None when the word is none."""
        if word.startswith(_ARTICLE) or self._is_inflected(word):
            return None
        cuts = [(word[:at], word[at:]) for at in range(2, len(word) - _SHORTEST + 1)]
        best = max(cuts, key=lambda halves: self._score(*halves), default=None)
        return best if best and self._score(*best) else None

    def _is_inflected(self, word: str) -> bool:
        """Tell whether the word is a verb form, or a listed word with an ending that takes no half-space."""
        lexicon = self._lexicon
        if word in lexicon.verbs or any(
            word.removeprefix(prefix) in lexicon.verbs
            for prefix in ("ب", "ن", "بی", "نی")
            if word.startswith(prefix)
        ):
            return True
        if any(
            word.removeprefix(preverb) in lexicon.verbs for preverb in PREVERBS if word.startswith(preverb)
        ):
            return True
        if self._is_listed(word):
            return True
        stems = (word.removesuffix(ending) for ending in ENDINGS if word.endswith(ending))
        return any(
            stem in lexicon.wholes or stem + "ه" in lexicon.wholes or self._is_listed(stem)
            for stem in stems
            if len(stem) >= _SHORTEST
        )

    def _is_listed(self, word: str) -> bool:
        return word in self._lexicon.frequency and not word.startswith(_WRITTEN_APART)

    def _score(self, head: str, tail: str) -> int:
        """Return how well known the less known of both halves is; 0 when the word is not to be cut here."""
        if (head[-1] in _NOT_JOINING and head not in _APART) or self._is_name_tail(tail):
            return 0
        if head in COMPOUND_PREFIXES:
            noun = _without_y(tail) if tail in self._lexicon.frequency else tail
            frequency = max(self._lexicon.frequency.get(word, 0) for word in (tail, noun))
            least = _VERY_COMMON if min(len(head), len(tail)) < _SHORTEST_FREE else _COMMON
            return frequency if frequency >= least else 0
        if self._is_arabic(head, tail):
            return min(self._common(head), self._common(tail.removeprefix(_ARTICLE)))
        shortest, longest = sorted((len(head), len(tail)))
        if shortest < _SHORTEST:
            return 0
        if self._is_productive(tail) and len(head) + len(tail) >= _SHORTEST_COMPOUND:
            return self._common(head) if len(tail) > _SHORTEST else self._lexicon.frequency.get(head, 0)
        if shortest < _SHORTEST_FREE or head in NAME_HEADS:
            return 0
        if head not in self._lexicon.heads and longest < _LONGER_FREE:
            return 0
        return min(self._common(head), self._common(tail))

    @staticmethod
    def _is_arabic(head: str, tail: str) -> bool:
        """Tell whether both are joined by the article: جامعه‌المصطفی, but not نوراللهی."""
        if len(head) < _SHORTEST or head in NAME_HEADS or tail.startswith(("الله", "الهی")):
            return False
        return tail.startswith(_ARTICLE) and len(tail) >= len(_ARTICLE) + _SHORTEST_FREE

    def _is_productive(self, tail: str) -> bool:
        """Tell whether the tail, inflected or not, makes many compounds: گذاری, گذاران, دهندگان."""
        return any(base in self._lexicon.tails for base in _bases(tail))

    @staticmethod
    def _is_name_tail(tail: str) -> bool:
        return any(base in NAME_TAILS for base in _bases(tail))

    def _common(self, piece: str) -> int:
        """Return the frequency of a well-known word, or of the word that it is formed from by ی; else 0."""
        frequency = max(self._lexicon.frequency.get(word, 0) for word in (piece, _without_y(piece)))
        return frequency if frequency >= _COMMON else 0


# Before these the lexicon's unseen joined spellings (بهکار) are misspellings, not words.
_WRITTEN_APART = ("به", "این", "همین", "همان", "غیر", "ضد")


def _bases(tail: str) -> Iterator[str]:
    yield tail
    for ending in COMPOUND_ENDINGS:
        if tail.endswith(ending) and len(tail) - len(ending) >= _SHORTEST:
            yield tail.removesuffix(ending)
    if tail.endswith("گان"):
        yield tail.removesuffix("گان") + "ه"


def _without_y(piece: str) -> str:
    """Return هراس for the هراسی of ایران‌هراسی."""
    return piece.removesuffix("ی") if len(piece) > _SHORTEST else piece
