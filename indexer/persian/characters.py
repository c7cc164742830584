"""Character folding: what makes two spellings of a letter one, for matching only.

Folding works on one character at a time, so that it is idempotent and every folded character knows the
original one it came from.
"""

import unicodedata

HALF_SPACE = "\u200c"

# Written in place of the half-space: zero width space, and the not sign of broken Windows-1256 conversions.
_HALF_SPACES = "\u200b\u200c\u00ac"

_LETTERS = {
    **dict.fromkeys("أإآٱٲٳا", "ا"),
    **dict.fromkeys("يىئېۍێیےۓ", "ی"),
    **dict.fromkeys("كڪګڬﮎک", "ک"),
    **dict.fromkeys("ةۀہۂەھہه", "ه"),
    **dict.fromkeys("ؤۆۇۈۉۋو", "و"),
    **dict.fromkeys("ڱگ", "گ"),
    "ء": "",
    "ـ": "",
    "\u066b": ".",  # Arabic decimal separator
    **dict.fromkeys(_HALF_SPACES, HALF_SPACE),
}
# Nonspacing marks (diacritics, the hamza and madda of decomposed letters), format characters (bidi marks,
# joiners, soft hyphens) and control characters carry no meaning for matching.
_DROPPED = frozenset({"Mn", "Me", "Cf", "Cc"})


def _fold_character(character: str) -> str:
    if character in _LETTERS:
        return _LETTERS[character]
    if character == "\n":
        return character
    if character in "\t\r":
        return " "
    category = unicodedata.category(character)
    if category in _DROPPED:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Zs":
        return " "
    decomposed = unicodedata.normalize("NFKD", character.casefold())
    if decomposed == character:
        return character
    return "".join(map(_fold_character, decomposed))


class _FoldTable(dict[int, str]):
    """A translation table that learns a character when it first meets it."""

    def __missing__(self, code_point: int) -> str:
        folded = self[code_point] = _fold_character(chr(code_point))
        return folded


_TABLE = _FoldTable()


def fold(text: str) -> str:
    """Return `text` with letters, digits and case folded; half-spaces stay, as U+200C. Idempotent."""
    return text.translate(_TABLE)


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """Return `fold(text)` and, for each of its characters, the index in `text` that it came from."""
    pieces = [_TABLE[ord(character)] for character in text]
    offsets = [index for index, piece in enumerate(pieces) for _ in piece]
    return "".join(pieces), offsets
