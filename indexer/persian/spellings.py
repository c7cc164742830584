"""Unifies spellings of one word that differ even after folding.

Examples: هیات and هییت ("delegation"), گفت‌وگو and گفتگو ("dialogue").

The tables are our own; their entries are folded:

- `data/hamza_spellings.tsv`, and `data/accepted_spellings.tsv` for words with two accepted or frequent
  spellings (بلیط, بلیت): each line maps a spelling to the canonical one. It applies at the start of a word,
  and at the start of a piece after a half-space (U+200C): مسوولان, بلیطها. Longer lines win over shorter
  ones, so شوونیسم stays as it is;
- `data/paired_words.tsv`: each line has two stems that و ("and") joins into one word, and the canonical
  spelling of that word.
"""

import re
from importlib.resources import files
from itertools import groupby

from indexer.persian.affixes import PLURALS, POSSESSIVES
from indexer.persian.characters import BLANKS, HALF_SPACE, MOST_BLANKS


def _table(name: str) -> list[tuple[str, ...]]:
    lines = (files("indexer.persian") / "data" / name).read_text("utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines]


# Each spelling, and the canonical one.
SPELLINGS: dict[str, str] = {
    row[0]: row[1] for name in ("hamza_spellings.tsv", "accepted_spellings.tsv") for row in _table(name)
}
_PAIRS = _table("paired_words.tsv")
# The canonical spellings of the pairs.
PAIRED_WORDS: frozenset[str] = frozenset(paired for _, _, paired in _PAIRS)

# Endings that add no meaning to a pair: گفت‌وگوی, گفت‌وگوهایشان. Only these are dropped: جستجوگر keeps its گر.
_INFLECTION = (
    rf"(?:ی{{1,2}})?{HALF_SPACE}*(?:{'|'.join(PLURALS)})?{HALF_SPACE}*(?:{'|'.join(POSSESSIVES)}|ست|ی)?"
)
_SPELLING = re.compile(
    "|".join(
        [
            *(
                f"(?P<p{number}>^{first}{HALF_SPACE}*(?:و{HALF_SPACE}*)?{second}(?:{_INFLECTION}$)?)"
                for number, (first, second, _) in enumerate(_PAIRS)
            ),
            f"(?:^|(?<={HALF_SPACE}))(?:{'|'.join(sorted(SPELLINGS, key=len, reverse=True))})",
        ]
    ),
    re.MULTILINE,
)

_BLANK = re.compile(f"[{BLANKS}]")
_GAP = f"{_BLANK.pattern}{{0,{MOST_BLANKS}}}"
# Variants of letters before folding.
_WRITTEN = {"ی": "[یيى]", "ا": "[اآ]", "ه": "[هة]", "ک": "[کك]"}
# It looks back only after the first word, so that the search begins at letters that first words begin with.
_SPACED = re.compile(
    "(?:"
    + "|".join(
        rf"{first}(?<![\w{HALF_SPACE}]{first}){_GAP}و{_GAP}"
        + "".join(_WRITTEN.get(letter, letter) for letter in second)
        for first, second, _ in _PAIRS
    )
    + ")"
    + "".join(_WRITTEN.get(letter, letter) for letter in _INFLECTION)
    + rf"(?![\w{HALF_SPACE}])"
)


def join_pairs(text: str) -> str:
    """Return the text, its length unchanged, with half-spaces instead of spaces in pairs («گفت و گو»)."""
    return _SPACED.sub(lambda match: _BLANK.sub(HALF_SPACE, match[0]), text)


# How words and pieces with another spelling begin, by their first three letters.
_BEGINNINGS: dict[str, tuple[str, ...]] = {
    letters: tuple(beginnings)
    for letters, beginnings in groupby(
        sorted((*SPELLINGS, *(first for first, _, _ in _PAIRS))), key=lambda beginning: beginning[:3]
    )
}


def canonical_words(folded: list[str]) -> list[str]:
    """Return folded words in their canonical spellings: faster than `canonical` where most do not change."""
    words = folded.copy()
    # The first condition alone excludes nearly all words.
    places = [
        place
        for place, word in enumerate(words)
        if (word[:3] in _BEGINNINGS or HALF_SPACE in word) and _may_change(word)
    ]
    if places:
        respelt = canonical("\n".join([words[place] for place in places])).split("\n")
        for place, spelling in zip(places, respelt, strict=True):
            words[place] = spelling
    return words


def _may_change(word: str) -> bool:
    pieces = word.split(HALF_SPACE)
    return any(piece.startswith(_BEGINNINGS.get(piece[:3], ())) for piece in pieces)


def canonical(folded: str) -> str:
    """Return folded words, one a line, each in its canonical spelling."""
    return _SPELLING.sub(_replacement, folded)


def canonical_with_offsets(folded: str, offsets: list[int]) -> tuple[str, list[int]]:
    """Return `canonical(folded)` and the offset of each of its characters, given the offsets of `folded`."""
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
    return SPELLINGS[match[0]]
