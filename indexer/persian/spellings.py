"""Spellings of one word that folding leaves apart: هیات and هییت, گفت‌وگو and گفتگو.

Both tables are our own, written folded:

- `data/hamza_spellings.tsv`: a spelling and the one that stands for it; it counts where a word or a piece
  behind a half-space begins with it (مسوولان), and a longer line wins over a shorter (شوونیسم stays);
- `data/paired_words.tsv`: two stems that و pairs to one word, and the form in which all its spellings meet.
"""

import re
from importlib.resources import files

from indexer.persian.affixes import PLURALS, POSSESSIVES
from indexer.persian.characters import HALF_SPACE


def _table(name: str) -> list[tuple[str, ...]]:
    lines = (files("indexer.persian") / "data" / name).read_text("utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines]


_HAMZA: dict[str, str] = {row[0]: row[1] for row in _table("hamza_spellings.tsv")}
_PAIRS = _table("paired_words.tsv")
# The forms in which the spellings of a pair meet.
PAIRED_WORDS: frozenset[str] = frozenset(paired for _, _, paired in _PAIRS)

# What a pair carries no meaning by: گفت‌وگوی, گفت‌وگوهایشان. Only these are dropped, so جستجوگر keeps its گر.
_INFLECTION = (
    rf"(?:ی{{1,2}})?{HALF_SPACE}?(?:{'|'.join(PLURALS)})?{HALF_SPACE}?(?:{'|'.join(POSSESSIVES)}|ست|ی)?"
)
_SPELLING = re.compile(
    "|".join(
        [
            *(
                f"(?P<p{number}>^{first}{HALF_SPACE}?(?:و{HALF_SPACE}?)?{second}(?:{_INFLECTION}$)?)"
                for number, (first, second, _) in enumerate(_PAIRS)
            ),
            f"(?:^|(?<={HALF_SPACE}))(?:{'|'.join(sorted(_HAMZA, key=len, reverse=True))})",
        ]
    ),
    re.MULTILINE,
)

_BLANK = f"[ \u00a0{HALF_SPACE}]"
# Letters as they come before folding.
_WRITTEN = {"ی": "[یيى]", "ا": "[اآ]", "ه": "[هة]", "ک": "[کك]"}
_SPACED = re.compile(
    rf"(?<![\w{HALF_SPACE}])(?:"
    + "|".join(
        f"{first}{_BLANK}?و{_BLANK}?" + "".join(_WRITTEN.get(letter, letter) for letter in second)
        for first, second, _ in _PAIRS
    )
    + ")"
    + "".join(_WRITTEN.get(letter, letter) for letter in _INFLECTION)
    + rf"(?![\w{HALF_SPACE}])"
)


def join_pairs(text: str) -> str:
    """Return the original text, as long as before, with half-spaces for the blanks in pairs («گفت و گو»)."""
    return _SPACED.sub(lambda match: re.sub("[ \u00a0]", HALF_SPACE, match[0]), text)


# With what a word or a piece begins that has another spelling.
_BEGINNINGS = frozenset(spelling[:2] for spelling in (*_HAMZA, *(first for first, _, _ in _PAIRS)))


def may_be_respelt(word: str) -> bool:
    """Tell whether `canonical` could change a folded word: quick, and never wrongly false."""
    return word[:2] in _BEGINNINGS or HALF_SPACE in word


def canonical(folded: str) -> str:
    """Return folded words, one a line, each in the one spelling that stands for all of its spellings."""
    return _SPELLING.sub(_replacement, folded)


def canonical_with_offsets(folded: str, offsets: list[int]) -> tuple[str, list[int]]:
    """Return `canonical(folded)` and the offset of each of its characters, given those of `folded`."""
    pieces: list[str] = []
    moved: list[int] = []
    at = 0
    for match in _SPELLING.finditer(folded):
        replacement = _replacement(match)
        last = match.end() - 1
        pieces += folded[at : match.start()], replacement
        moved += offsets[at : match.start()]
        moved += (offsets[min(match.start() + index, last)] for index in range(len(replacement)))
        at = match.end()
    return "".join([*pieces, folded[at:]]), moved + offsets[at:]


def _replacement(match: re.Match[str]) -> str:
    if match.lastgroup:
        return _PAIRS[int(match.lastgroup[1:])][2]
    return _HAMZA[match[0]]
