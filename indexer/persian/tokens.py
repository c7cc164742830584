"""Splits running text into tokens (words, numbers, addresses), each with its offsets.

The address patterns follow hazm's word tokenizer: a link, a mail address and a number are one token each. One
regular expression runs on the original text, so the offsets of its matches are those of the tokens. Letters
and figures are separate tokens, so that F-14, F14 and «F 14» are the same.
"""

import re
from collections.abc import Iterator
from enum import StrEnum, auto

import msgspec

# U+FDFC is the sign of the rial.
_ARABIC = (
    r"\u0620-\u063f\u0641-\u064a\u066e\u066f\u0671-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06ff"
    r"\u0750-\u077f\ufb50-\ufdf9\ufdfc\ufe70-\ufefc"
)
_MARK = r"\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
# Tatweel, half-spaces, joiners and bidi marks may occur inside a word, but not at its start or end.
_WITHIN = r"\u0640\u200b-\u200f\u00ac\u00ad\u061c\u2066-\u2069\u202a-\u202e\ufeff"
_LATIN = r"a-zA-Z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"

_DIGIT = r"0-9\u06f0-\u06f9\u0660-\u0669"
_BEGINS = rf"(?<![{_DIGIT}]/)[{_DIGIT}]{{1,3}}"  # not the day after the month of 1404/8/27
_ENDS = rf"(?!/?[{_DIGIT}])"
# 2,450,000 in four spellings, 3/7 (which Persian reads as 3.7), 3.7. Superscripts are figures of their own:
# 10³ is not 103.
_NUMBER = rf"""
    {_BEGINS}(?:[,\u066c\u060c'][{_DIGIT}]{{3}})+(?![{_DIGIT}])(?:[.\u066b][{_DIGIT}]+)?
  | {_BEGINS}(?:/[{_DIGIT}]{{3}}){{2,}}{_ENDS}
  | {_BEGINS}(?:\.[{_DIGIT}]{{3}}){{2,}}(?!\.?[{_DIGIT}])
  | {_BEGINS}/[{_DIGIT}]{{1,3}}{_ENDS}
  | [{_DIGIT}]+(?:[.\u066b][{_DIGIT}]+)?
"""
_SMALL = r"[\u2080-\u2089]+(?:\.[\u2080-\u2089]+)?|[\u00b2\u00b3\u00b9\u2070\u2074-\u2079]+"
_PERCENT = "[%\u066a]"
# Letters and figures that alternate more often than in a name (F-14, H2O) are a code, and one token.
_CODE = (
    rf"(?:[{_LATIN}]+[{_DIGIT}]+){{3}}[{_LATIN}][{_LATIN}{_DIGIT}]*"
    rf"|(?:[{_DIGIT}]+[{_LATIN}]+){{3}}[{_DIGIT}][{_LATIN}{_DIGIT}]*"
)

# A Persian word, including its half-spaces (U+200C) and diacritics.
WORD_PATTERN = rf"[{_ARABIC}]+(?:[{_WITHIN}{_MARK}]+[{_ARABIC}]+)*[{_MARK}]*"

# What a token that is no word begins with. Spaces and most punctuation are passed over with one look at this.
_OTHER_BEGINS = r"[\w%\u066a+.\-\ufdfd]"

# The word pattern comes first, because nearly all tokens are words. The conditions before mail and link let a
# long run (a line of dashes) be searched once, instead of again from each of its characters.
_PATTERN = re.compile(
    rf"""
    (?P<word>{WORD_PATTERN})
  | (?={_OTHER_BEGINS})(?:
    (?P<mail>(?<![a-zA-Z0-9_.+-])[a-zA-Z0-9_.+-]++@(?:[\w-]+\.)+[a-zA-Z]{{2,}})
  | (?P<link>(?:https?|ftp)://[^\s<>«»"]*[^\s<>«»".,،؛;:!?؟)\]}}]
           | (?<![a-zA-Z0-9-])(?<![a-zA-Z0-9-]\.)(?:[a-zA-Z0-9-]++\.)+[a-zA-Z]{{2,}}
             (?:/[-\w@:%.+/~\#?=&]*[-\w/])?)
  | (?P<latin>{_CODE}|[{_LATIN}](?:[{_LATIN}\u0300-\u036f]|['’](?=[{_LATIN}]))*)
  | (?P<number>{_PERCENT}?(?:{_NUMBER})(?:[\x20\u00a0\u200c]?{_PERCENT})?|{_SMALL})
  | (?P<ligature>[\ufdfa\ufdfb\ufdfd])
  | (?P<other>[^\W_\u0640{_ARABIC}{_LATIN}{_DIGIT}\u2080-\u2089\u00b2\u00b3\u00b9\u2070\u2074-\u2079]+)
    )
    """,
    re.VERBOSE,
)
# The same pattern in one group, so that `split` returns the tokens themselves.
_TOKEN = re.compile("(" + re.sub(r"\?P<\w+>", "?:", _PATTERN.pattern) + ")", re.VERBOSE)
_BETWEEN_HALF_SPACES = re.compile(r"[^\u200b\u200c\u00ac]+")
# Longer tokens are damaged text or no words. Lucene's tokenizer has the same limit.
LONGEST = 255


class Kind(StrEnum):
    """The type of a token, by its form. The values are the group names of the pattern."""

    WORD = auto()
    LATIN = auto()
    NUMBER = auto()
    LIGATURE = auto()
    LINK = auto()
    MAIL = auto()
    OTHER = auto()


_KINDS: dict[str | None, Kind] = {kind.value: kind for kind in Kind}


class RawToken(msgspec.Struct, frozen=True, gc=False):
    """A span of the original text: `text == original[start:end]`."""

    text: str
    start: int
    end: int
    kind: Kind


def tokenize(text: str) -> Iterator[RawToken]:
    """Yield the tokens of `text` in order. Skip punctuation and white space.

    A word of more than `LONGEST` characters is a text whose spaces became half-spaces, so these separate its
    words.
    """
    for match in _PATTERN.finditer(text):
        start, end = match.span()
        if end - start > LONGEST and match.lastgroup == "word":
            for piece in _BETWEEN_HALF_SPACES.finditer(text, start, end):
                yield RawToken(piece[0], piece.start(), piece.end(), Kind.WORD)
        else:
            yield RawToken(match[0], start, end, _KINDS[match.lastgroup])


def kind_of(token: str) -> Kind:
    """Return the kind of a token. It depends on the characters of the token alone."""
    match = _PATTERN.match(token)
    return _KINDS[match.lastgroup] if match else Kind.WORD


def split(text: str) -> list[str]:
    """Return what lies between the tokens, and the tokens, in turn: gap, token, gap, …, token, gap.

    Much faster than `tokenize`. Unlike there, a token may be longer than `LONGEST`.
    """
    return _TOKEN.split(text)
