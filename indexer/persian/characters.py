"""Character folding: maps the variants of a letter to one form. Folded text is for matching only.

Folding maps one character at a time. It is therefore idempotent, and each folded character has a known offset
in the original text. The half-space (U+200C, zero-width non-joiner), which separates the parts of a word,
stays.
"""

import unicodedata

HALF_SPACE = "\u200c"

# The half-space, and what texts have in its place: the zero-width space, and the not sign that broken
# Windows-1256 conversions leave.
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
    """A translation table that computes the folding of a character when it first occurs."""

    def __missing__(self, code_point: int) -> str:
        folded = self[code_point] = _fold_character(chr(code_point))
        return folded


_TABLE = _FoldTable()


def fold(text: str) -> str:
    """Return `text` with letters, digits and case folded. Half-spaces stay, as U+200C. Idempotent."""
    return text.translate(_TABLE)


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """Return `fold(text)` and, for each of its characters, the offset in `text` that it came from."""
    pieces = [_TABLE[ord(character)] for character in text]
    offsets = [index for index, piece in enumerate(pieces) for _ in piece]
    return "".join(pieces), offsets
