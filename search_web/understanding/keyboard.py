"""Detects a query typed with the wrong keyboard layout: hdvhk for ایران, فقعئح for trump.

Two Persian layouts are common: the national standard ISIRI 9147 (Linux, macOS, and "Persian (Standard)" on
Windows), and the older layout of Windows, "Persian (legacy)".
"""

import re
from collections.abc import Iterator

from indexer.persian.characters import fold
from indexer.persian.tokens import Kind, tokenize
from indexer.vocabulary import Vocabulary, word_key
from search_web.understanding.known_words import KnownWords

_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,"
_LETTERS = "ضصثقفغعهخحجچشسیبلاتنمکگظطزرذد"  # the same on both layouts, except for the last two keys

# The character that each layout types for a key of a US English keyboard. Shifted keys are listed only if
# they type a letter or the half-space (U+200C).
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
# A query of fewer than 3 letters could be anything. A word of fewer than 4 letters may be a coincidence, so
# at least 3 articles must hold it.
_SHORTEST, _SHORT, _ARTICLES_OF_SHORT = 3, 4, 3

# Characters that a reading leaves unchanged.
_BETWEEN = frozenset(' \t.-:!?"0123456789۰۱۲۳۴۵۶۷۸۹')

# A Latin word that the collection lacks is accepted if it can be pronounced: its first consonants can begin
# an English syllable, and there are at most three consonants between two vowels.
_ONSET = (
    "bl|br|ch|cl|cr|dr|fl|fr|gl|gr|kh|kn|kr|ph|pl|pr|qu?|rh|sc|sch|scr|sh|shr|sk|sl|sm|sn|sp|spl|spr|st|str"
    "|sw|th|thr|tr|tw|wh|wr|[b-df-hj-np-tv-z]"
)
_PRONOUNCEABLE = re.compile(
    f"(?:{_ONSET})?[aeiouy]{{1,2}}(?:[^aeiouy]{{1,3}}[aeiouy]{{1,2}})*[^aeiouy]{{0,2}}"
)
_SHORTEST_UNLISTED = 4


def meant_on_other_layout(query: str, known: KnownWords, vocabulary: Vocabulary) -> str | None:
    """Return the query as typed on the intended layout; None when the query makes sense as it is.

    None also when it makes no sense on another layout, or mixes Latin and Persian letters.
    """
    if len("".join(_word_keys(query))) < _SHORTEST:
        return None
    is_latin, is_persian = _LATIN.search(query), _PERSIAN.search(query)
    if is_latin and not is_persian:
        return next(_persian(query, known, vocabulary), None)
    if is_persian and not is_latin:
        return next(_latin(query, known, vocabulary), None)
    return None


def _persian(query: str, known: KnownWords, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield Persian readings of a Latin query, likeliest first; none if an article has one of its words."""
    if any(known.articles(key) for key in _word_keys(query)):
        return
    # A capital may be a shifted Persian letter, or just the way people write Latin names.
    for typed in dict.fromkeys((query, query.lower())):
        for layout in LAYOUTS:
            read = _read(typed, layout)
            keys = list(_word_keys(read or ""))
            if read and keys and all(_is_persian_word(key, known) for key in keys):
                yield _in_usual_form(read, vocabulary)


def _read(typed: str, keys: dict[str, str]) -> str | None:
    """Replace each character as `keys` maps it (keys to letters or the reverse); None if one is missing."""
    if not all(key in keys or key in _BETWEEN for key in typed):
        return None
    return "".join(keys.get(key, key) for key in typed)


def _is_persian_word(key: str, known: KnownWords) -> bool:
    if len(key) < _SHORT:
        return known.articles(key) >= _ARTICLES_OF_SHORT
    return known.is_listed(key)


def _latin(query: str, known: KnownWords, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield Latin readings of a Persian query; none if a word of the query is known.

    Readings whose words are all in the collection come first, then those that can be pronounced.
    """
    if any(known.is_known(key) for key in _word_keys(query)):
        return
    readings = [read for layout in LAYOUTS if (read := _read(query, _reversed(layout)))]
    # Only readings in lower case, or with one capital at the beginning of each word, are plausible.
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
    """Return the key of each letter: an unshifted key if there is one. Maps both spellings of ی and ک."""
    keys = {letter: key for key, letter in reversed(layout.items())}
    return keys | {"ي": keys["ی"], "ك": keys["ک"]}


def _word_keys(text: str) -> Iterator[str]:
    return (word_key(token.text) for token in tokenize(text) if token.kind is not Kind.NUMBER)


def _in_usual_form(text: str, vocabulary: Vocabulary) -> str:
    """Return the text with each word in the collection's usual spelling."""
    pieces: list[str] = []
    at = 0
    for token in tokenize(text):
        key = word_key(token.text)
        form = vocabulary.form(key)
        # A word that the collection lacks keeps its spelling.
        pieces += text[at : token.start], token.text if form == key == fold(token.text) else form
        at = token.end
    return "".join([*pieces, text[at:]])
