"""Rewrites a text in other spellings, to measure whether the ranking depends on how words are typed."""

from collections.abc import Mapping
from typing import Literal, get_args

Spelling = Literal["asis", "joined", "spaced", "arabic", "latin-digits"]
SPELLINGS: tuple[Spelling, ...] = get_args(Spelling)
HALF_SPACE_SPELLINGS: tuple[Spelling, ...] = ("asis", "joined", "spaced")

_TABLES: dict[Spelling, Mapping[int, int | str]] = {
    "asis": {},
    "joined": {0x200C: ""},
    "spaced": {0x200C: " "},
    "arabic": str.maketrans("یک", "يك"),
    "latin-digits": str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789"),
}


def rewrite(text: str, spelling: Spelling) -> str:
    """Return `text` in another spelling. The rewriting is idempotent.

    | spelling | what is changed |
    | --- | --- |
    | `asis` | nothing |
    | `joined` | half-spaces (U+200C) are removed |
    | `spaced` | half-spaces become spaces |
    | `arabic` | ی and ک become the Arabic ي and ك |
    | `latin-digits` | Persian digits become 0 to 9 |
    """
    return text.translate(_TABLES[spelling])
