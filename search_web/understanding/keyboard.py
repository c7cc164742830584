"""A query typed on the wrong keyboard layout: hdvhk for ایران, فقعئح for trump.

Two Persian layouts are common: the national standard (ISIRI 9147: Linux, macOS, "Persian (Standard)" of
Windows) and the older one of Windows, "Persian (legacy)".
"""

import re
from collections.abc import Iterator

from indexer.persian.characters import fold
from indexer.persian.tokens import Kind, tokenize
from indexer.vocabulary import Vocabulary, word_key
from search_web.understanding.known_words import KnownWords

_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,"
_LETTERS = "ضصثقفغعهخحجچشسیبلاتنمکگظطزرذد"  # the same on both up to the last two keys

# What each layout types with the keys of an English keyboard (US), shifted ones where they are letters.
STANDARD = dict(zip(_KEYS, _LETTERS + "پو", strict=True)) | {
    "H": "آ", "C": "ژ", "A": "ؤ", "S": "ئ", "D": "ي", "F": "إ", "G": "أ", "J": "ة", "Z": "ك", "M": "ء",
    "B": "\u200c",
}  # fmt: skip
LEGACY = dict(zip(_KEYS, _LETTERS + "ئو", strict=True)) | {
    "H": "آ", "C": "ژ", "\\": "پ", "`": "پ", "Z": "ة", "X": "ي", "V": "ؤ", "B": "إ", "N": "أ", "M": "ء",
}  # fmt: skip
LAYOUTS = (STANDARD, LEGACY)

_LATIN = re.compile("[a-zA-Z]")
_PERSIAN = re.compile("[\u0620-\u06d3]")
# Two letters may be anything; a word of fewer than four must stand in some articles to be no accident.
_SHORTEST, _SHORT, _ARTICLES_OF_SHORT = 3, 4, 3

# What may stand between the letters of either reading.
_BETWEEN = frozenset(' \t.-:!?"0123456789۰۱۲۳۴۵۶۷۸۹')

# A Latin word that the collection lacks passes for one when it can be pronounced: consonants that begin
# syllables of English, and vowels between not too many others.
_ONSET = (
    "bl|br|ch|cl|cr|dr|fl|fr|gl|gr|kh|kn|kr|ph|pl|pr|qu?|rh|sc|sch|scr|sh|shr|sk|sl|sm|sn|sp|spl|spr|st|str"
    "|sw|th|thr|tr|tw|wh|wr|[b-df-hj-np-tv-z]"
)
_PRONOUNCEABLE = re.compile(
    f"(?:{_ONSET})?[aeiouy]{{1,2}}(?:[^aeiouy]{{1,3}}[aeiouy]{{1,2}})*[^aeiouy]{{0,2}}"
)
_SHORTEST_UNLISTED = 4


def meant_on_other_layout(query: str, known: KnownWords, vocabulary: Vocabulary) -> str | None:
    """Return what was meant by a query that makes sense only when its keys are read on another layout."""
    if len("".join(_word_keys(query))) < _SHORTEST:
        return None
    is_latin, is_persian = _LATIN.search(query), _PERSIAN.search(query)
    if is_latin and not is_persian:
        return next(_persian(query, known, vocabulary), None)
    if is_persian and not is_latin:
        return next(_latin(query, known, vocabulary), None)
    return None


def _persian(query: str, known: KnownWords, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield the Persian readings of keys that are no Latin words of the collection, the likeliest first."""
    if any(known.articles(key) for key in _word_keys(query)):
        return
    # Capitals are shifted letters, or a habit of whoever types Latin.
    for typed in dict.fromkeys((query, query.lower())):
        for layout in LAYOUTS:
            read = _read(typed, layout)
            keys = list(_word_keys(read or ""))
            if read and keys and all(_is_persian_word(key, known) for key in keys):
                yield _in_usual_form(read, vocabulary)


def _read(typed: str, keys: dict[str, str]) -> str | None:
    """Return the letters of keys (or the keys of letters); None when the layout lacks one."""
    if not all(key in keys or key in _BETWEEN for key in typed):
        return None
    return "".join(keys.get(key, key) for key in typed)


def _is_persian_word(key: str, known: KnownWords) -> bool:
    if len(key) < _SHORT:
        return known.articles(key) >= _ARTICLES_OF_SHORT
    return known.is_listed(key)


def _latin(query: str, known: KnownWords, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield the Latin readings of letters that are no words, those that the collection has first."""
    if any(known.is_known(key) for key in _word_keys(query)):
        return
    readings = [read for layout in LAYOUTS if (read := _read(query, _reversed(layout)))]
    # Of Latin letters a capital begins a word.
    readings = [
        read
        for read in readings
        if (read.istitle() or read.islower()) and all(key.isalpha() or key in _BETWEEN for key in read)
    ]
    for is_word in (known.articles, _is_pronounceable):
        for read in readings:
            if all(is_word(key) for key in _word_keys(read)):
                yield _in_usual_form(read, vocabulary)


def _is_pronounceable(word: str) -> bool:
    return len(word) >= _SHORTEST_UNLISTED and bool(_PRONOUNCEABLE.fullmatch(word))


def _reversed(layout: dict[str, str]) -> dict[str, str]:
    """Return the key of each letter, plain keys before shifted ones and in both spellings of ی and ک."""
    keys = {letter: key for key, letter in reversed(layout.items())}
    return keys | {"ي": keys["ی"], "ك": keys["ک"]}


def _word_keys(text: str) -> Iterator[str]:
    return (word_key(token.text) for token in tokenize(text) if token.kind is not Kind.NUMBER)


def _in_usual_form(text: str, vocabulary: Vocabulary) -> str:
    """Return the text with its words as the collection spells them."""
    pieces: list[str] = []
    at = 0
    for token in tokenize(text):
        key = word_key(token.text)
        form = vocabulary.form(key)
        # A word that the collection lacks stays as it was read.
        pieces += text[at : token.start], token.text if form == key == fold(token.text) else form
        at = token.end
    return "".join([*pieces, text[at:]])
