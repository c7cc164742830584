"""Lexicon-guarded stems: a word is shortened only to another word that the lexicon knows.

A word that the lexicon has seen as a singular keeps its whole form, however it ends: ایران, تهران, مردم,
جهان, استان, سالم and نامه are their own stems. Careless stripping is worse than none.
"""

from functools import lru_cache
from importlib.resources import files

from indexer.persian.lexicon import Lexicon

# Broken plurals of everyday news, regular ones that the lexicon tags as singulars, and words that look
# inflected but are their own stems; folded, our own list.
IRREGULAR_STEMS: dict[str, str] = dict(
    line.split("\t")
    for line in (files("indexer.persian") / "data" / "irregular_stems.tsv").read_text("utf-8").splitlines()
)

# Noun from adjective or adjective from noun by ی is undone only for stems of this length and more.
_SHORTEST = 3


class Stemmer:
    """Finds the stem of a folded part; results are cached by word."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.stem = lru_cache(maxsize=200_000)(self._stem)

    def _stem(self, word: str) -> str:
        if word in IRREGULAR_STEMS:
            return IRREGULAR_STEMS[word]
        if (past := self._lexicon.verbs.get(word)) and not self._lexicon.is_attested(word):
            return past
        return self._plural_of_person(word) or self._plural(word) or self._of_ending_y(word) or word

    def _plural_of_person(self, word: str) -> str:
        """نویسندگان → نویسنده, دانشجویان → دانشجو."""
        if word.endswith("گان") and self._lexicon.is_attested(singular := word.removesuffix("گان") + "ه"):
            return singular
        if word.endswith("یان") and not self._lexicon.is_attested(word):
            singular = word.removesuffix("یان")
            return singular if len(singular) >= _SHORTEST and self._lexicon.is_attested(singular) else ""
        return ""

    def _plural(self, word: str) -> str:
        """معلمان → معلم, مقامات → مقام, جلسات → جلسه; a word seen as a singular stays (باران, حیات)."""
        lexicon = self._lexicon
        if lexicon.is_attested(word) and word not in lexicon.plurals:
            return ""
        for suffix in ("ان", "ات", "ین"):
            singular = word.removesuffix(suffix)
            if singular == word or len(singular) < _SHORTEST:
                continue
            # Where the lexicon itself calls it a plural, ات may stand for a silent ه.
            is_feminine = suffix == "ات" and word in lexicon.plurals
            candidates = (singular, singular + "ه") if is_feminine else (singular,)
            best = max(candidates, key=lambda candidate: lexicon.frequency.get(candidate, 0))
            if lexicon.is_attested(best):
                return best
        return ""

    def _of_ending_y(self, word: str) -> str:
        """ایرانی → ایران, معلمی → معلم; not of words that are well known in themselves."""
        noun = word.removesuffix("ی")
        if noun == word or len(noun) < _SHORTEST or self._lexicon.is_attested(word):
            return ""
        return noun if self._lexicon.is_attested(noun) else ""
