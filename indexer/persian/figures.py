"""Reads figures: ۲٬۴۵۰٬۰۰۰ and ۲/۴۵۰/۰۰۰ are 2450000; ۳/۷ is 3.7, or 3 and 7; ۵٪ is «۵ درصد» (percent)."""

import re

from indexer.persian.characters import fold
from indexer.persian.segmentation import Part
from indexer.persian.tokens import LONGEST

_PERCENT = "درصد"
_SIGNS = "%\u066a"
_AROUND = _SIGNS + " \u00a0\u200c"
_GROUPING = re.compile("[,\u066c\u060c'/.]")
# Two or more groups of three figures; or one of three zeros, which nobody writes after a decimal point.
_DOTTED_GROUPS = re.compile(r"[1-9]\d{0,2}(?:(?:[/.]\d{3}){2,}|[/.]000)")


def figures(raw: str) -> tuple[Part, ...]:
    """Return the parts of a number token: the readings of the number, then its percent sign as a word.

    The word has the position after the number, on whichever side the sign stands.
    """
    number = raw.strip(_AROUND)
    start = raw.index(number)
    end = start + len(number)
    parts = [Part(text[:LONGEST], start, end, 0) for text in _readings(fold(number))]
    if end < len(raw):
        parts.append(Part(_PERCENT, end, len(raw), 1))
    elif start:
        parts.append(Part(_PERCENT, 0, start, 1))
    return tuple(parts)


def _readings(number: str) -> tuple[str, ...]:
    """Return the readings of folded figures, the likeliest first."""
    if _DOTTED_GROUPS.fullmatch(number):
        return (_GROUPING.sub("", number),)
    if "/" in number:
        pieces = number.split("/")
        pair = tuple(map(_without_zeros, pieces))
        # In 05/12 the first figure is a day or a month.
        return pair if re.match(r"0\d", number) else (".".join(pieces), *pair)
    whole, point, fraction = number.partition(".")
    whole = _GROUPING.sub("", whole)
    return (whole + point + fraction if point else _without_zeros(whole),)


def _without_zeros(digits: str) -> str:
    return digits.lstrip("0") or "0"
