"""Counts the vocabulary of an archive, in one pass and in bounded memory.

When the counters are full, rare entries are dropped (lossy counting: Manku and Motwani, "Approximate
Frequency Counts over Data Streams", VLDB 2002). Counts are exact for an archive of some ten thousand
articles.
"""

import unicodedata
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations, pairwise, starmap
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.articles import Article
from indexer.lexemes import Lexemes
from indexer.persian.characters import HALF_SPACE, fold
from indexer.persian.stop_words import STOP_WORDS
from indexer.persian.tokens import Kind, RawToken, kind_of, split, tokenize
from indexer.vocabulary import BASE_FILE, cooccurrence_code, fewest_titles, word_code, word_key
from indexer.vocabulary_layer import Counted

# Maximum entries that are written; a process that loads them needs some 75 MB of memory.
_MOST_WORDS = 300_000
_MOST_PHRASES = 100_000
# Spellings whose properties are kept.
_MOST_CACHED = 200_000
# Maximum entries in a counter.
_MOST_COUNTED = 1_500_000
# Co-occurrences that wait before they are counted, and the maximum of distinct ones that are kept.
_WAITING = 2_000_000
_MOST_COOCCURRENCES = 4_000_000

# In an archive of at least this many articles, a word in only one article is more likely a typo than a word.
_BIG = 20_000
_LONGEST_WORD = 40
_LONGEST_PHRASE = 5
# Maximum content words of a title whose co-occurrences are counted; a longer text is not a real title.
_LONGEST_TITLE = 20
# Weight of a co-occurrence in a title, and of one next to each other in the text. Then the minimum count that
# is kept: one title is enough, or two places in the text.
_IN_TITLE, _IN_TEXT, _FEWEST_COOCCURRENCES = 2, 1, 2
# The joined spelling becomes the form of a word only if it is more than this many times as frequent as the
# spellings with half-spaces (U+200C).
_JOINED = 4
_BLANKS = " \u00a0\u200c"


def write_vocabulary(directory: Path, articles: Iterable[Article]) -> None:
    """Count the articles and write a `Vocabulary` into a new folder."""
    counts_of(articles).write(directory)


class BatchCounts(NamedTuple):
    """What some articles add to the counts: in how many of them each spelling and each phrase is.

    `in_text` and `in_titles` hold the codes of co-occurrences, one for each place.
    """

    articles: int
    spellings: dict[str, int]
    phrases: dict[str, int]
    in_text: "array[int]"
    in_titles: "array[int]"


class ArticleCounter:
    """Counts articles one by one, until the counts are taken."""

    def __init__(self) -> None:
        self._codes = _Codes()
        self._begin()

    def _begin(self) -> None:
        self._articles = 0
        self._spellings: Counter[str] = Counter()
        self._phrases: Counter[str] = Counter()
        self._in_text, self._in_titles = array("Q"), array("Q")

    def taken(self) -> BatchCounts:
        """Return the counts of the articles since the last call."""
        made = BatchCounts(self._articles, self._spellings, self._phrases, self._in_text, self._in_titles)
        self._begin()
        return made

    def add(self, article: Article) -> None:
        """Count one article."""
        self._articles += 1
        title = split(article.title)
        others = split("\n".join((article.kicker, article.lead, article.body, *article.tags)))
        codes = [code for code in map(self._codes.__getitem__, title[1::2]) if code]
        if len(codes) <= _LONGEST_TITLE:
            self._in_titles.extend(starmap(cooccurrence_code, combinations(dict.fromkeys(codes), 2)))
        self._in_text.extend(self._neighbours(others))
        # Ordered, so that the same articles always make the same files.
        tokens = dict.fromkeys((*title[1::2], *others[1::2]))
        self._spellings.update(filter(_is_spelling, tokens))
        self._add_phrases(article)

    def _neighbours(self, pieces: list[str]) -> Iterator[int]:
        """Yield the codes of two content words between which the text has only stop words and blanks."""
        words: list[int] = []
        for gap, code in zip(pieces[::2], map(self._codes.__getitem__, pieces[1::2]), strict=False):
            if gap != " " and gap.strip(_BLANKS):
                words.append(0)
            if code:
                words.append(code)
        return (cooccurrence_code(left, right) for left, right in pairwise(words) if left and right)

    def _add_phrases(self, article: Article) -> None:
        """Count the phrases of the title, and tags that are phrases: tags name the topics of articles."""
        title = list(tokenize(article.title))
        found = {phrase: None for run in _runs(title, article.title) for phrase in _phrases(run)}
        for tag in article.tags:
            tokens = list(tokenize(tag))
            words = " ".join(token.text for token in tokens)
            if words in _phrases(tokens):
                found[words] = None
        self._phrases.update(found.keys())


class VocabularyCounts:
    """Adds up the counts of all articles, in bounded memory."""

    def __init__(self) -> None:
        self._articles = 0
        self._spellings: Counter[str] = Counter()
        self._phrases: Counter[str] = Counter()
        self._cooccurrences = _CooccurrenceCounter()

    def add(self, counted: BatchCounts) -> None:
        """Add the counts of some articles."""
        self._articles += counted.articles
        self._spellings.update(counted.spellings)
        _forget(self._spellings)
        self._phrases.update(counted.phrases)
        _forget(self._phrases)
        self._cooccurrences.add(counted.in_text, counted.in_titles)

    def write(self, directory: Path) -> None:
        """Write a `Vocabulary` into a new folder."""
        directory.mkdir()
        self.counted().write(directory / BASE_FILE)

    def words(self) -> Lexemes:
        """Return the words; a count is the number of articles with the word."""
        fewest = 2 if self._articles >= _BIG else 1
        return _lexemes(self._spellings, fewest, _MOST_WORDS)

    def phrases(self) -> Lexemes:
        """Return the phrases of titles and tags. Omit a phrase that one longer phrase always continues."""
        found = _lexemes(self._phrases, fewest_titles(self._articles), _MOST_PHRASES)
        rows = list(found.rows())
        return Lexemes.of(
            row
            for row, following in pairwise([*rows, ("", "", 0)])
            if not (following[0].startswith(row[0]) and following[2] == row[2])
        )

    def cooccurrences(self) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
        """Return the sorted codes of the co-occurrences, and their counts, both [cooccurrences]."""
        return self._cooccurrences.counted()

    def counted(self) -> Counted:
        """Return what a full build keeps."""
        return Counted(self._articles, self.words(), self.phrases(), *self.cooccurrences())

    def counted_additions(self) -> Counted:
        """Return what additions keep: also words and phrases of a single article."""
        words, phrases = (_lexemes(counter, 1, _MOST_COUNTED) for counter in (self._spellings, self._phrases))
        return Counted(self._articles, words, phrases, *self.cooccurrences())


def counts_of(articles: Iterable[Article]) -> VocabularyCounts:
    """Count articles."""
    counter, counts = ArticleCounter(), VocabularyCounts()
    for article in articles:
        counter.add(article)
    counts.add(counter.taken())
    return counts


class _Codes(dict[str, int]):
    """The code of each spelling, 0 if it is not a content word. A code is computed when first needed."""

    def __missing__(self, spelling: str) -> int:
        if len(self) > _MOST_CACHED:
            self.clear()
        key = word_key(spelling)
        is_content = key.isalpha() and len(key) > 1 and key not in STOP_WORDS
        code = self[spelling] = word_code(key) if is_content else 0
        return code


class _CooccurrenceCounter:
    """Counts co-occurrence codes. Two arrays hold waiting codes, two more the counted codes and counts."""

    def __init__(self) -> None:
        self._waiting = (array("Q"), array("Q"))
        self._codes = np.empty(0, dtype=np.uint64)
        self._counts = np.empty(0, dtype=np.uint32)
        self._floor = 0

    def add(self, in_text: "array[int]", in_titles: "array[int]") -> None:
        for waiting, codes in zip(self._waiting, (in_text, in_titles), strict=True):
            waiting.extend(codes)
        if max(map(len, self._waiting)) >= _WAITING:
            self._count()

    def counted(self) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
        self._count()
        kept = self._counts >= max(_FEWEST_COOCCURRENCES, self._floor)
        return self._codes[kept], self._counts[kept]

    def _count(self) -> None:
        text, title = (np.array(waiting, dtype=np.uint64) for waiting in self._waiting)
        codes = np.concatenate([self._codes, text, title])
        weights = np.concatenate(
            [
                self._counts,
                np.full(len(text), _IN_TEXT, dtype=np.uint32),
                np.full(len(title), _IN_TITLE, dtype=np.uint32),
            ]
        )
        self._codes, places = np.unique(codes, return_inverse=True)
        self._counts = np.bincount(places, weights).astype(np.uint32)
        self._waiting = (array("Q"), array("Q"))
        while len(self._codes) > _MOST_COOCCURRENCES:
            self._floor += 1
            kept = self._counts > self._floor
            self._codes, self._counts = self._codes[kept], self._counts[kept]


@lru_cache(_MOST_CACHED)
def _is_spelling(token: str) -> bool:
    return len(token) <= _LONGEST_WORD and kind_of(token) in (Kind.WORD, Kind.LATIN)


def _runs(tokens: list[RawToken], text: str) -> Iterator[list[RawToken]]:
    """Yield the runs of tokens between which the text has only spaces, half-spaces or nothing."""
    run: list[RawToken] = []
    for token in tokens:
        if run and text[run[-1].end : token.start].strip(_BLANKS):
            yield run
            run = []
        run.append(token)
    if run:
        yield run


_key = lru_cache(_MOST_CACHED)(word_key)


def _phrases(run: list[RawToken]) -> Iterator[str]:
    """Yield the phrases of a run of title tokens that neither begin nor end with a stop word or number."""
    is_end = [token.kind in (Kind.WORD, Kind.LATIN) and _key(token.text) not in STOP_WORDS for token in run]
    for start in range(len(run)):
        for end in range(start + 2, min(start + _LONGEST_PHRASE, len(run)) + 1):
            if is_end[start] and is_end[end - 1]:
                yield " ".join(token.text for token in run[start:end])


def _forget(counter: Counter[str]) -> None:
    floor = 1
    while len(counter) > _MOST_COUNTED:
        for rare in [text for text, count in counter.items() if count <= floor]:
            del counter[rare]
        floor += 1


def _lexemes(spellings: Counter[str], fewest: int, most: int) -> Lexemes:
    """Merge the spellings of each key. Keep the `most` frequent keys with a count of at least `fewest`."""
    gathered: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for spelling, count in spellings.items():
        gathered[word_key(spelling).replace(" ", "")][_typed(spelling)] += count
    rows = ((key, _best(forms), forms.total()) for key, forms in gathered.items() if key)
    frequent = sorted((row for row in rows if row[2] >= fewest), key=lambda row: (-row[2], row[0]))
    return Lexemes.of(frequent[:most])


def _best(forms: Counter[str]) -> str:
    """Return the most frequent form; prefer forms with half-spaces unless they are rare."""
    apart = Counter({form: count for form, count in forms.items() if HALF_SPACE in form})
    if apart and apart.total() * _JOINED >= forms.total() - apart.total():
        forms = apart
    return min(forms, key=lambda form: (-forms[form], form))


# Maps letters of other keyboards to those that readers type. Hamza and madda stay.
_KEYBOARD = str.maketrans(
    {**dict.fromkeys("يىېۍێے", "ی"), **dict.fromkeys("كڪګ", "ک"), **dict.fromkeys("ەھہ", "ه"), "ـ": ""}
)


def _typed(spelling: str) -> str:
    """Return a spelling as readers type it: Persian letters, no diacritics or invisible characters."""
    composed = unicodedata.normalize("NFC", spelling).translate(_KEYBOARD)
    kept = [
        letter if unicodedata.category(letter) not in {"Mn", "Cf"} else fold(letter) for letter in composed
    ]
    return "".join(kept)
