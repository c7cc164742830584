"""Reads Arabic spellings in Persian text: ة as ت or ه, and «ا...», which newspapers write for الله ("God").

Persian writes the ة of some Arabic words as ت (حجت, رحمت) and that of others as ه (فاطمه, مکه). The lexicon
decides: رحمة is رحمت, because رحمه is not a word. Where both are words (رسالت, "mission", and رساله,
"treatise"), رسالة has both readings, the more frequent first.

Before the Arabic article ال a plain ه may stand for ة too: «حجه الاسلام» is «حجت الاسلام».
"""

import re
from collections.abc import Collection

from indexer.persian.characters import HALF_SPACE
from indexer.persian.lexicon import Lexicon

# The letter ة, that of Urdu, and both presentation forms.
TEH_MARBUTA = frozenset("\u0629\u06c3\ufe93\ufe94")
ARTICLE = "ال"
_GOD = "الله"
# آیه ("verse") is a frequent word too, but before الله it is the title آیت‌الله ("Ayatollah").
_TITLE = "ایه"
# Drop the second reading of ة if it is more than this many times less frequent.
_LIKELY = 30

_BEFORE_ARTICLE = re.compile(f"ه(?={HALF_SPACE}*{ARTICLE})")
_SHORT_GOD = re.compile(r"ا(?:\.{2,4}(?!\.)|…)")
# One character that stands for الله, and a diacritic, which folding drops.
_GOD_SIGN, _FILLER = "\ufdf2", "\u0651"
_LONGEST_NAME = 12


class ArabicSpellings:
    """Reads Arabic spellings, guided by a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def with_god(self, text: str) -> str:
        """Return the text, its length unchanged, with الله for «ا...» («آیت ا...», عبدا…).

        Inside a word, the whole must be a word or name with الله that the lexicon lists, and the word before
        the dots must be none: the dots of «خدا...» are an ellipsis.
        """
        if "ا.." not in text and "ا…" not in text:
            return text
        return _SHORT_GOD.sub(self._god, text)

    def _god(self, match: re.Match[str]) -> str:
        text, end = match.string, match.start()
        start = end
        while start > max(0, end - _LONGEST_NAME) and text[start - 1].isalpha():
            start -= 1
        head = text[start:end]
        if head and (head + "ا" in self._lexicon.wholes or not self._is_name(head + _GOD)):
            return match[0]
        return _GOD_SIGN + _FILLER * (len(match[0]) - 1)

    def _is_name(self, word: str) -> bool:
        return word in self._lexicon.wholes or word in self._lexicon.compounds

    def readings(self, folded: str, tied: Collection[int]) -> list[str]:
        """Return the readings of a folded word, the likelier first. All have its length.

        `tied` are the offsets of the letters that were ة.
        """
        found = [folded]
        places = {*tied, *(match.start() for match in _BEFORE_ARTICLE.finditer(folded))}
        for at in sorted(places):
            start = folded.rfind(HALF_SPACE, 0, at) + 1
            head, rest = folded[start:at], folded[at + 1 :]
            if at in tied:
                letters = self._of_tied(head, rest.replace(HALF_SPACE, ""))
            else:
                letters = self._before_article(
                    head, rest.replace(HALF_SPACE, ""), is_apart=rest[0] == HALF_SPACE
                )
            found = [word[:at] + letter + word[at + 1 :] for word in found for letter in letters]
        return found[:2]

    def before_article(self, word: str, following: str) -> str:
        """Return a word in ه as it reads before a word with the article: حجه before الاسلام is حجت."""
        return word[:-1] + self._before_article(word[:-1], following, is_apart=True)

    def _of_tied(self, head: str, rest: str) -> str:
        """Return the letters that the ة between `head` and `rest` may be, the likelier first."""
        if rest.startswith(ARTICLE) and self._before_article(head, rest, is_apart=True) == "ت":
            return "ت"
        as_t, as_h = self._frequencies(head)
        if min(as_t, as_h) * _LIKELY >= max(as_t, as_h) > 0:
            return "ته" if as_t > as_h else "هت"
        return "ت" if as_t > as_h else "ه"

    def _before_article(self, head: str, rest: str, *, is_apart: bool) -> str:
        """Return ت if the ه between `head` and `rest`, which begins with the article, stands for ة; else ه.

        `is_apart`: a blank or half-space separates it from the article.
        """
        if rest.startswith(_GOD) and head + "ه" == _TITLE:
            return "ت"
        as_t, as_h = self._frequencies(head)
        is_listed = f"{head}ت{rest}" in self._lexicon.compounds
        return "ت" if as_t and (is_listed or (is_apart and not as_h)) else "ه"

    def _frequencies(self, head: str) -> tuple[int, int]:
        """Return the frequencies of the head with ت and with ه, 1 for an uncounted participle (شده)."""
        lexicon = self._lexicon
        as_t, as_h = (lexicon.frequency.get(head + letter, 0) for letter in "ته")
        return as_t, as_h or int(head + "ه" in lexicon.verbs)
