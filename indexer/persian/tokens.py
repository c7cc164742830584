"""Splits running text into tokens (words, numbers, addresses), each with its offsets.

The address patterns follow hazm's word tokenizer: a link, a mail address and a number are one token each. One
regular expression runs on the original text, so the offsets of its matches are those of the tokens.
"""

import re
from collections.abc import Iterator
from enum import StrEnum, auto

import msgspec

_ARABIC = (
    r"\u0620-\u063f\u0641-\u064a\u066e\u066f\u0671-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06ff"
    r"\u0750-\u077f\ufb50-\ufdfb\ufe70-\ufefc"
)
_MARK = r"\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
# Tatweel, half-spaces, joiners and bidi marks may occur inside a word, but not at its start or end.
_WITHIN = r"\u0640\u200b-\u200f\u00ac\u00ad\u061c\u2066-\u2069\u202a-\u202e\ufeff"
_DIGIT = r"0-9\u06f0-\u06f9\u0660-\u0669"
_GROUPED = rf"[{_DIGIT}]{{1,3}}(?:[,\u066c\u060c'][{_DIGIT}]{{3}})+(?![{_DIGIT}])"
_LATIN = r"a-zA-Z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"

# A Persian word, including its half-spaces (U+200C) and diacritics.
WORD_PATTERN = rf"[{_ARABIC}]+(?:[{_WITHIN}{_MARK}]+[{_ARABIC}]+)*[{_MARK}]*"

# The word pattern comes first, because nearly all tokens are words.
_PATTERN = re.compile(
    rf"""
    (?P<word>{WORD_PATTERN})
  | (?P<mail>[\w.+-]+@(?:[\w-]+\.)+[a-zA-Z]{{2,}})
  | (?P<link>(?:https?|ftp)://[^\s<>«»"]*[^\s<>«»".,،؛;:!?؟)\]}}]
           | (?:[a-zA-Z0-9-]+\.)+[a-zA-Z]{{2,}}(?:/[-\w@:%.+/~\#?=&]*[-\w/])?)
  | (?P<latin>[{_DIGIT}]*[{_LATIN}](?:[{_LATIN}{_DIGIT}\u0300-\u036f]|['’](?=[{_LATIN}]))*)
  | (?P<number>{_GROUPED}(?:[.\u066b][{_DIGIT}]+)?|[{_DIGIT}]+(?:[.\u066b][{_DIGIT}]+)?)
  | (?P<other>[^\W_\u0640{_ARABIC}{_LATIN}{_DIGIT}]+)
    """,
    re.VERBOSE,
)


class Kind(StrEnum):
    """The type of a token, by its form. The values are the group names of the pattern."""

    WORD = auto()
    LATIN = auto()
    NUMBER = auto()
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
    """Yield the tokens of `text` in order. Skip punctuation and white space."""
    for match in _PATTERN.finditer(text):
        start, end = match.span()
        yield RawToken(match[0], start, end, _KINDS[match.lastgroup])
