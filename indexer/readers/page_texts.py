"""The texts of a page: half-spaces that survive the extraction, and keys that compare texts."""

import re
from typing import Any

# trafilatura drops all characters that are not printable, also the half-spaces (U+200C). Letters of a script
# that no page here uses replace these characters during the extraction.
_STAND_INS = {"\u200c": "\ua500", "\u200d": "\ua501", "\u200e": "\ua502", "\u200f": "\ua503"}
_ENTITIES = re.compile(r"&(?:zwnj|#8204|#x0*200c);|\\u200c", re.IGNORECASE)
_HIDE = str.maketrans(_STAND_INS)
_SHOW = str.maketrans({stand_in: mark for mark, stand_in in _STAND_INS.items()})
INLINE = frozenset(
    (
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em"),
        *("font", "i", "img", "ins", "kbd", "mark", "nobr", "q", "rp", "rt", "ruby", "s", "samp", "small"),
        *("span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
    )
)
"""The elements that stand within a line of text."""

_LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک"})
_NOT_WORDS = re.compile(r"[\W_]+")


def hidden(html: str) -> str:
    """Return the page with letters in place of its half-spaces and other marks that are not printable."""
    return _ENTITIES.sub("\u200c", html).translate(_HIDE)


def shown(text: str | None) -> str:
    """Return an extracted text with its half-spaces again, trimmed."""
    return (text or "").translate(_SHOW).strip()


def text_of(element: Any) -> str:
    """Return the text of an element on one line, as it is shown. Blocks and line breaks separate words."""
    from lxml.etree import iterwalk

    pieces = []
    for event, inner in iterwalk(element, events=("start", "end")):
        if inner.tag == "br" or inner.tag not in INLINE:
            pieces.append(" ")
        if event == "start":
            pieces.append(inner.text or "")
        elif inner is not element:
            pieces.append(inner.tail or "")
    return " ".join(shown("".join(pieces)).split())


def key(text: str) -> str:
    """Return the letters and digits of a text, for comparisons: spaces and punctuation make no difference."""
    return _NOT_WORDS.sub("", shown(text).translate(_LETTERS)).casefold()
