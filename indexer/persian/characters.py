"""Character folding: maps the variants of a letter to one form. Folded text is for matching only.

Folding maps one character at a time. It is therefore idempotent, and each folded character has a known offset
in the original text. The half-space (U+200C, zero-width non-joiner), which separates the parts of a word,
stays.
"""

import unicodedata

HALF_SPACE = "\u200c"
# What may separate a word from its affix: spaces (not a tab or a line break, which end a cell or a line),
# half-spaces, and invisible joiners and bidi marks.
BLANKS = (
    " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
    "\u200b\u200c\u00ac\u200d\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad"
)
# More blanks than this are a gap in the text: the columns of a table, the halves of a verse.
MOST_BLANKS = 3

# The half-space, and what texts have in its place: the zero-width space, and the not sign that broken
# Windows-1256 conversions leave.
HALF_SPACES = "\u200b\u200c\u00ac"

# Letters of Arabic, Pashto, Kurdish, Urdu and Uyghur keyboards, and the Persian letter that each stands for.
_LETTERS = {
    **dict.fromkeys("أإآٱٲٳا", "ا"),
    **dict.fromkeys("ٹٺټٿت", "ت"),
    **dict.fromkeys("ڇڿچ", "چ"),
    **dict.fromkeys("ډڈڊڌد", "د"),
    **dict.fromkeys("ړڑڒڔڕر", "ر"),
    **dict.fromkeys("ڙژ", "ژ"),
    **dict.fromkeys("ښش", "ش"),
    **dict.fromkeys("ڡڢف", "ف"),
    **dict.fromkeys("ٯڧق", "ق"),
    **dict.fromkeys("كڪػؼﮎک", "ک"),
    **dict.fromkeys("ګڬڭڮڰڱڲڳݢݣگ", "گ"),
    **dict.fromkeys("ڵڶڷڸل", "ل"),
    **dict.fromkeys("ںڻڼڽن", "ن"),
    **dict.fromkeys("ؤۄۅۆۇۈۉۊۋۏڤو", "و"),
    **dict.fromkeys("ةۃۀہۂەھۿه", "ه"),
    **dict.fromkeys("يىئؠؽؾؿېۍێیےۓ", "ی"),
    **dict.fromkeys("ءٴ", ""),  # hamza, and the high hamza of Kazakh keyboards: خانهٴ
    "ـ": "",
    # Formulas in one character. Unicode lacks the space before سلم, and does not decompose the second at all.
    "\ufdfa": "صلی الله علیه و سلم",
    "\ufdfd": "بسم الله الرحمن الرحیم",
    "\u066b": ".",  # Arabic decimal separator
    **dict.fromkeys(HALF_SPACES, HALF_SPACE),
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
