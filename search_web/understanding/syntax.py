"""Reads the syntax of a query: words, "phrases", -word and title:word, with the marks that people type.

- A phrase stands between quotation marks of any kind, also the wrong way round or mixed: «…», <<…>>, »…«,
  “…", „…“. An apostrophe is no quotation mark, but two of them are.
- A minus sign before a word or phrase excludes it: a hyphen, a dash or a mathematical minus. It stands at the
  start of the query or after a space, and nothing stands between it and the word.
- `title` or عنوان, a colon and a word or phrase; spaces around the colon do not matter.

Invisible marks (directions, joiners, byte order) are not part of the syntax, nor is a half-space (U+200C)
outside a word. No query is a syntax error: what is not valid syntax is plain words.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MINUS = "\\-\u2010-\u2015\u2212\u02d7\ufe58\ufe63\uff0d"  # for a character class, as COLON
COLON = ":\ua789\u2236\ufe55\uff1a"
# The half-space and what stands for it (see `indexer.persian.characters`).
_HALF_SPACES = "\u00ac\u200b\u200c"
# What a half-space joins: letters, and the marks on them.
_LETTER = r"[\w\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]"
_LOOSE_HALF_SPACES = re.compile(rf"(?<!{_LETTER})[{_HALF_SPACES}]+|[{_HALF_SPACES}]+(?!{_LETTER})")
# Invisible, although Unicode counts them among the marks on letters: joiners and variation selectors.
_INVISIBLE = "\u034f\u180b-\u180f\ufe00-\ufe0f"


# Quotation marks that open a phrase, and those that close it.
_STRAIGHT = "[\"\u02ba\u2033\u2036\uff02]|''"
_PAIRED = (("[«≪《⟪]|<<", "[»≫》⟫]|>>"), ("‹", "›"), ("[“„‟❝〝]|,,", "[”❞〞]"))
_QUOTE = "|".join((_STRAIGHT, *(mark for pair in _PAIRED for mark in pair)))


def _at_end(mark: str) -> str:
    """Return the pattern of a mark at the end of a word, which is where any mark can close a phrase."""
    return rf"(?<=[^\s(\[{{{MINUS}{COLON}])(?:{mark})(?!\w)"


def _at_start(mark: str) -> str:
    """Return the pattern of a mark at the start of a word, where one the wrong way round opens a phrase."""
    return rf"(?<!\w)(?:{mark})(?=\w)"


# Each way to write a phrase: what opens it, and what closes it.
_WAYS = (
    (re.compile(f"(?!{_at_end(_STRAIGHT)})(?:{_STRAIGHT})"), re.compile(_STRAIGHT)),
    *(
        (re.compile(opening), re.compile(f"{closing}|{_at_end(f'{opening}|{closing}')}"))
        for opening, closing in _PAIRED
    ),
    *(
        (re.compile(_at_start(closing)), re.compile(_at_end(f"{opening}|{closing}")))
        for opening, closing in _PAIRED
    ),
)
_ANY_QUOTE = re.compile(_QUOTE)
_ANY_AT_END = re.compile(_at_end(_QUOTE))

_OPERATORS = re.compile(
    rf"""\s*
    (?:(?<!\S)(?P<minus>[{MINUS}])(?=[^\W\d]|{_QUOTE}))?
    (?:(?P<field>title|عنوان)\s*[{COLON}]\s*(?=\w|{_QUOTE}))?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_WORD = re.compile(rf"(?:(?!{_QUOTE})\S)*")


@dataclass(frozen=True, slots=True)
class Clause:
    """One part of a query.

    `is_phrase`: it was in quotation marks. `in_title`: only the title is searched. `excluded`: articles with
    it are left out of the results.
    """

    text: str
    is_phrase: bool = False
    in_title: bool = False
    excluded: bool = False


class _Visible(dict[int, str | None]):
    """A translation table that drops invisible characters; half-spaces stay."""

    def __missing__(self, code_point: int) -> str | None:
        character = chr(code_point)
        dropped = unicodedata.category(character) == "Cf" and character not in _HALF_SPACES
        self[code_point] = None if dropped or re.match(f"[{_INVISIBLE}]", character) else character
        return self[code_point]


_VISIBLE = _Visible()


def visible(typed: str) -> str:
    """Return a query without invisible marks and without half-spaces outside words. Idempotent."""
    return _LOOSE_HALF_SPACES.sub("", typed.translate(_VISIBLE))


def clauses(typed: str) -> Iterator[Clause]:
    """Split a query into its clauses."""
    text = visible(typed)
    at = 0
    while at < len(text):
        operators = _OPERATORS.match(text, at)
        assert operators is not None  # noqa: S101 the pattern matches the empty string
        operand, is_phrase, at = _operand(text, operators.end())
        if operand:
            in_title, excluded = (operators[name] is not None for name in ("field", "minus"))
            yield Clause(operand, is_phrase, in_title=in_title, excluded=excluded)


def _operand(text: str, at: int) -> tuple[str, bool, int]:
    """Return the phrase or word that begins at an offset, whether it is a phrase, and the offset after it."""
    if mark := _ANY_QUOTE.match(text, at):
        if partner := _partner(text, mark):
            return text[mark.end() : partner.start()], True, partner.end()
        at = mark.end()
    word = _WORD.match(text, at)
    end = word.end() if word else at
    return text[at:end], False, end


def _partner(text: str, mark: re.Match[str]) -> re.Match[str] | None:
    """Return the quotation mark that closes the phrase which `mark` opens; None if it opens none.

    A mark of the same kind comes first, then the next mark of any kind if it stands at the end of a word.
    """
    closing = next((closes for opens, closes in _WAYS if opens.match(text, mark.start())), None)
    if closing is None:
        return None
    if partner := closing.search(text, mark.end()):
        return partner
    following = _ANY_QUOTE.search(text, mark.end())
    return _ANY_AT_END.match(text, following.start()) if following else None
