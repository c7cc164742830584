r"""Reference analyzers: how others turn Persian text into terms, for documents and for queries alike.

| name | what it is |
| --- | --- |
| `plain` | `\w+` on NFC text, in lower case; a half-space splits |
| `hazm` | hazm's Normalizer and WordTokenizer, as its README shows them |
| `hazm_stemmed` | the same with hazm's Stemmer |
| `lucene` | the chain of Lucene's PersianAnalyzer (9.9), written from its documented behaviour |
| `lucene_stemmed` | the same followed by Lucene's PersianStemmer of seven suffixes, as since Lucene 10 |

This module has no code and no list of Lucene's. On 20,000 sentences of news, encyclopaedia and web pages, the
chain without stop words gave the same terms as Lucene 9.9.2 for all but one (in Hindi). Another list of as
many words replaces Lucene's stop list of 308: hazm's, without the words that its lexicon knows only as nouns,
and the affixes that a half-space (U+200C) separates. With it, nDCG@10 of BM25 differs by +.001 on pquad+news,
-.001 on webq+news and -.003 on leads; with the stemmer by +.001, .000 and -.001.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

Analyze = Callable[[str], list[str]]

_WORDS = re.compile(r"\w+")


def plain(text: str) -> list[str]:
    r"""Return the matches of `\w+` in the NFC text in lower case; U+200C matches no `\w` and splits words."""
    return _WORDS.findall(unicodedata.normalize("NFC", text).lower())


def hazm(text: str) -> list[str]:
    """Return hazm's tokens of the normalized text, except those without a letter or digit.

    hazm joins the parts of a compound verb form with an underscore: گفته_است is one token.
    """
    return list(_hazm_tokens(text))


def hazm_stemmed(text: str) -> list[str]:
    """Return the stems that hazm's Stemmer makes of hazm's tokens."""
    return [_hazm_stem(token) for token in _hazm_tokens(text)]


# Cached because hazm normalizes only some hundred articles a second: each analyzer reads the same texts,
# once per collection.
@lru_cache(maxsize=20_000)
def _hazm_tokens(text: str) -> tuple[str, ...]:
    normalizer, tokenizer = _hazm_parts()
    return tuple(token for token in tokenizer.tokenize(normalizer.normalize(text)) if _WORDS.search(token))


@cache
def _hazm_parts() -> tuple[Any, Any]:
    from hazm import Normalizer, WordTokenizer

    return Normalizer(), WordTokenizer()


@cache
def _hazm_stemmer() -> Any:
    from hazm import Stemmer

    return Stemmer()


@cache
def _hazm_stem(token: str) -> str:
    return str(_hazm_stemmer().stem(token))


# Word boundaries of Unicode's Annex 29, for the letters and digits of Persian news: a dot or apostrophe
# between letters and a separator between digits do not split, marks belong to their letter, and every
# ideograph is a token. The half-space has already become a space.
_MARKS = "[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]"
_FORMAT = "[\u00ad\u061c\u200d-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]"
_IGNORED = f"(?:{_MARKS}|{_FORMAT})*"
_IDEOGRAPH = "[\u2e80-\u2fdf\u3005\u3007\u3041-\u3096\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
_LETTER = f"(?:(?!{_IDEOGRAPH})[^\\W\\d_]{_IGNORED})"
_DIGIT = f"(?:[\\d\u066b]{_IGNORED})"
_BETWEEN_LETTERS = f"[.'‘’․:·]{_IGNORED}"
_BETWEEN_DIGITS = f"[.'‘’․,;\u060c\u060d\u066c]{_IGNORED}"
_RUN = f"(?:{_LETTER}+(?:{_BETWEEN_LETTERS}{_LETTER}+)*|{_DIGIT}+(?:{_BETWEEN_DIGITS}{_DIGIT}+)*)"
_STANDARD = re.compile(f"_*{_RUN}(?:_*{_RUN})*_*|{_IDEOGRAPH}")

_ARABIC = str.maketrans("آأإىة", "ااايه", "ـ" + "".join(map(chr, range(0x64B, 0x653))))
_PERSIAN = str.maketrans("یےکۀہ", "ييكهه", "\u0654")

# Affixes that a half-space separates from a word; the documentation calls dropping them "stemming via stop
# words".
_AFFIXES = ["ها", "های", "هایی", "تر", "ترین", "می", "نمی", "ای", "اند", "ام", "اش", "مان", "تان", "شان"]
# Each suffix in turn is removed if at least two letters remain.
_SUFFIXES = ("ات", "ان", "ترين", "تر", "يي", "ي", "ها")
_LEAST_STEM = 2


def lucene(text: str) -> list[str]:
    """Return the terms of Lucene's Persian chain, in its order.

    U+200C to a space, standard tokenizer, lower case, digits to ASCII, Arabic and Persian letters folded,
    stop words dropped.
    """
    stop_words = _stop_words()
    return [term for term in _lucene_terms(text) if term not in stop_words]


def lucene_stemmed(text: str) -> list[str]:
    """Return the terms of `lucene` without the suffixes ات، ان، ترین، تر، یی، ی، ها."""
    return [_stem(term) for term in lucene(text)]


def _lucene_terms(text: str) -> list[str]:
    folded = map(_folded, _STANDARD.findall(text.replace("\u200c", " ")))
    return [term for term in folded if term]  # a tatweel alone folds to nothing


@lru_cache(maxsize=200_000)
def _folded(token: str) -> str:
    digits = "".join(
        str(unicodedata.decimal(letter)) if unicodedata.category(letter) == "Nd" else letter
        for letter in token.lower()
    )
    return digits.translate(_ARABIC).translate(_PERSIAN)


@cache
def _stop_words() -> frozenset[str]:
    from hazm import stopwords_list
    from hazm.utils import words_list

    nouns = {word for word, _, tags in words_list() if set(tags) == {"N"}}
    single = [word for word in stopwords_list() if word.isalpha() and word not in nouns]
    return frozenset(_folded(word) for word in (*single, *_AFFIXES))


@lru_cache(maxsize=200_000)
def _stem(term: str) -> str:
    for suffix in _SUFFIXES:
        if len(term) >= len(suffix) + _LEAST_STEM:
            term = term.removesuffix(suffix)
    return term


ANALYZERS: dict[str, Analyze] = {
    analyze.__name__: analyze for analyze in (plain, hazm, hazm_stemmed, lucene, lucene_stemmed)
}
"""By name, in the order of a table's rows."""
