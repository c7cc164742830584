"""Reads the words of a text beside each other.

Most words are what they are by themselves (`written_words`). The neighbour matters for few of them:

- a suffix, or the verb prefix می, that a space separates from its word: «کتاب های», «می شود»;
- two words that form a listed one: «کتاب خانه» is also کتابخانه ("library");
- a final ه before the Arabic article, which may be a ت: «حجه الاسلام».
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import NamedTuple, cast

import msgspec

from indexer.persian.affixes import LETTER_NAMES, SPACED_SUFFIXES, SUFFIXES, SURNAME_TAILS, ends_in_silent_he
from indexer.persian.arabic_spellings import ArabicSpellings
from indexer.persian.characters import BLANKS, HALF_SPACES, MOST_BLANKS
from indexer.persian.segmentation import Segmenter
from indexer.persian.stop_words import STOP_WORDS
from indexer.persian.terms import Term
from indexer.persian.tokens import Kind, split, tokenize
from indexer.persian.written_words import Spelling, Terms, WrittenWord, WrittenWords, keep, readings

# The folded word, its text with its neighbours, where it begins in that text, and what they form together.
_Key = tuple[str, str, int, str]

# Fewer neighbouring names of letters may be ordinary words: «او بی» ("he without").
_INITIALS = 3


class Tokens(NamedTuple):
    """The terms of a text, as parallel lists with one entry for each [tokens].

    `original[start:end]` is the text that a term was made from, affixes included. Readings of one word share
    its position. A surface form is "" if an earlier reading at the same position has the same one.
    """

    words: list[str]
    stems: list[str]
    surface_forms: list[str]
    positions: list[int]
    starts: list[int]
    ends: list[int]


@dataclass(slots=True)
class WordSequence:
    """The words of a text in order, and where each begins and ends, its spaced affixes included.

    `several` are the indices of the words that have several terms, ascending.
    """

    text: str
    words: list[WrittenWord]
    starts: list[int]
    ends: list[int]
    several: list[int] = field(default_factory=list)

    def tokens(self, borders: Collection[int] = ()) -> Tokens:
        """Return the terms of all words. One position is unused before each word whose index is a border."""
        words = [word.word for word in self.words]
        stems = [word.stem for word in self.words]
        forms = [word.surface_form for word in self.words]
        positions = self._positions(borders)
        starts, ends = self.starts.copy(), self.ends.copy()
        for index in reversed(self.several):
            terms = cast(Terms, self.words[index].terms)
            at, start, here = positions[index], starts[index], slice(index, index + 1)
            words[here] = terms.words
            stems[here] = terms.stems
            forms[here] = terms.surface_forms
            positions[here] = [at + step for step in terms.positions]
            starts[here] = [start + step for step in terms.starts]
            ends[here] = [start + step for step in terms.ends]
        return Tokens(words, stems, forms, positions, starts, ends)

    def _positions(self, borders: Collection[int]) -> list[int]:
        """Return the first position of each word."""
        steps = {index: self.words[index].width for index in self.several}
        for border in borders:
            steps[border - 1] = steps.get(border - 1, 1) + 1
        positions: list[int] = []
        begin = at = 0
        for index in sorted(steps):
            positions += range(at, at + index + 1 - begin)
            at += index - begin + steps[index]
            begin = index + 1
        positions += range(at, at + len(self.words) - begin)
        return positions

    def width(self, count: int) -> int:
        """Return the number of positions of the first words."""
        return count + sum(self.words[index].width - 1 for index in self.several if index < count)

    def bigrams(self, begin: int, end: int) -> list[str]:
        """Return the pairs of neighbouring content stems in the words from index `begin` to `end`.

        They are in no particular order.
        """
        found = [
            f"{left} {right}"
            for left, right in pairwise([word.content for word in self.words[begin:end]])
            if left and right
        ]
        for index in self.several:
            if begin <= index < end:
                found += self._around(index, begin, end)
        return found

    def _around(self, index: int, begin: int, end: int) -> Iterator[str]:
        """Yield the bigrams inside a word of several terms, and those with the words beside it."""
        word = self.words[index]
        if index > begin:
            yield from _pairs(self.words[index - 1], word)
        if word.terms:
            yield from word.terms.bigrams
        if index + 1 < end and not self.words[index + 1].terms:
            yield from _pairs(word, self.words[index + 1])

    def is_adjacent(self, index: int, start: int) -> bool:
        """Return whether only one to `MOST_BLANKS` blanks separate a word from the offset `start`."""
        return _is_gap(self.text[self.ends[index] : start])


class WordSequences:
    """Reads texts into word sequences. Safe to share between threads."""

    def __init__(self, written: WrittenWords, segmenter: Segmenter, arabic: ArabicSpellings) -> None:
        self._written = written
        self._segmenter = segmenter
        self._arabic = arabic
        self._wholes = segmenter.wholes
        # The words that are not what they are by themselves, by what determines them.
        self._affixed: dict[_Key, WrittenWord] = {}
        self._joint: dict[_Key, WrittenWord] = {}

    def read(self, text: str) -> WordSequence:
        """Return the words of a text."""
        pieces = split(text)
        offsets = list(accumulate(map(len, pieces)))
        words = list(map(self._written.__getitem__, pieces[1::2]))
        sequence = WordSequence(text, words, offsets[:-1:2], offsets[1::2])
        special = _special(words)
        if any(words[index].spelling.is_line for index in special):
            sequence = self._read_lines(text)
            special = _special(sequence.words)
        if special:
            sequence = self._with_affixes(sequence, special)
        self._add_joined(sequence)
        sequence.several = [index for index, word in enumerate(sequence.words) if word.terms]
        return sequence

    def _read_lines(self, text: str) -> WordSequence:
        """Return the words of a text in which half-spaces separate words."""
        tokens = list(tokenize(text))
        words = [self._written.of(token.text, token.kind) for token in tokens]
        return WordSequence(text, words, [token.start for token in tokens], [token.end for token in tokens])

    def _with_affixes(self, tokens: WordSequence, special: Iterable[int]) -> WordSequence:
        """Return the words of tokens: each with the affixes that a space separates from it.

        `special` are the indices of the special tokens, ascending.
        """
        kept = _Kept(tokens.text, [], [], [])
        at = 0
        for index in special:
            if index < at:
                continue
            kept.extend(tokens, at, index)
            at = index
            self._add(tokens, at, kept)
            at += 1
            while at < len(tokens.words) and kept.words and kept.words[-1].spelling.leads:
                self._add(tokens, at, kept)
                at += 1
        kept.extend(tokens, at, len(tokens.words))
        for index, change in kept.changes.items():
            kept.words[index] = self._changed(kept, index, change)
        return kept

    def _changed(self, kept: "_Kept", index: int, change: "_Change") -> WrittenWord:
        """Return a word with its spaced affixes."""
        start, end = kept.starts[index], kept.ends[index]
        spelling = kept.words[index].spelling
        key = spelling.folded, kept.text[start:end], change.at - start, change.whole
        if known := self._affixed.get(key):
            return known
        terms = readings(spelling, change.at - start, end - start)
        if change.whole:
            terms.insert(0, Term(change.whole, 0, 0, end - start))
        word = self._written.written(spelling, kept.text, terms, start)
        if change.at > start:
            word = msgspec.structs.replace(word, second="")
        return keep(self._affixed, key, word)

    def _add(self, tokens: WordSequence, index: int, kept: "_Kept") -> None:
        """Append a token: to the last word if it is its suffix, else as a word."""
        word, start, end = tokens.words[index], tokens.starts[index], tokens.ends[index]
        spelling = word.spelling
        if not spelling.parts:
            return
        if not kept.words:
            kept.append(word, start, end)
            return
        last = kept.words[-1].spelling
        if (spelling.is_suffix or last.is_latin) and _is_suffix(kept, spelling, start):
            whole = last.folded + spelling.folded
            kept.add_suffix(end, whole if self._segmenter.is_whole(whole) else "")
            return
        is_adjacent = kept.is_adjacent(-1, start)
        if spelling.has_article and is_adjacent and (with_t := self._with_t(kept.words[-1], spelling)):
            kept.respell(self._written.of(with_t, last.kind))
            last = kept.words[-1].spelling
        if last.is_verb_prefix and (spelling.is_verb or spelling.formal) and is_adjacent:
            kept.add_prefixed(self._written[spelling.formal] if spelling.formal else word, start, end)
            return
        kept.append(word, start, end)

    def _with_t(self, word: WrittenWord, following: Spelling) -> str:
        """Return a word ending in ه or ة with the ت that it has before the Arabic article («آیة الله»).

        Return "" for any other word.
        """
        folded = word.spelling.folded
        has_two_readings = folded.endswith("ت") and len(word.spelling.parts) > 1  # رسالة
        if not folded.endswith("ه") and not has_two_readings:
            return ""
        found = self._arabic.before_article(folded[:-1] + "ه", following.folded)
        return found if found.endswith("ت") else ""

    def _add_joined(self, sequence: WordSequence) -> None:
        """Add to each word the one that it forms with the word before it: «کتاب خانه» is also کتابخانه."""
        words = sequence.words
        wholes = self._wholes
        seconds = [word.second for word in words]
        firsts = ["", *[word.first for word in words]]
        found = [
            index
            for index, (first, second) in enumerate(zip(firsts, seconds, strict=False))
            if second and first and (first + second in wholes or second in SURNAME_TAILS)
        ]
        for index in found:
            if self._is_joined(sequence, index):
                words[index] = self._joined(sequence, index)

    def _is_joined(self, sequence: WordSequence, index: int) -> bool:
        """Return whether a word forms another with the one before it; a half-space would then join them."""
        left, right = sequence.words[index - 1], sequence.words[index]
        if not sequence.is_adjacent(index - 1, sequence.starts[index]):
            return False
        if not self._segmenter.is_word_apart(left.first, right.spelling.with_madda):
            return False
        runs = (index - _INITIALS, index), (index, index + _INITIALS)
        return not any(_are_initials(sequence, max(begin, 0), end) for begin, end in runs)

    def _joined(self, sequence: WordSequence, index: int) -> WrittenWord:
        """Return a word with the one more term that it forms together with the word before it."""
        word, start, end = sequence.words[index], sequence.starts[index], sequence.ends[index]
        joined = sequence.words[index - 1].spelling.folded + word.spelling.folded
        before = sequence.starts[index - 1] - start
        key = word.spelling.folded, sequence.text[start + before : end], before, joined
        if known := self._joint.get(key):
            return known
        terms = [Term(joined, 0, before, end - start), *_terms_of(word, end - start)]
        return keep(self._joint, key, self._written.written(word.spelling, sequence.text, terms, start))


@dataclass(frozen=True, slots=True)
class _Change:
    """What affixes change in a word: its token begins `at` this offset, after a spaced prefix.

    `whole` is the listed word that it forms with a spaced suffix («بیش تر» is بیشتر, "more"), "" if none.
    """

    at: int
    whole: str = ""


@dataclass(slots=True)
class _Kept(WordSequence):
    """A word sequence under construction, and what affixes change in it, by the index of the word."""

    changes: dict[int, _Change] = field(default_factory=dict)

    def extend(self, tokens: WordSequence, begin: int, end: int) -> None:
        """Add the tokens from index `begin` to `end` as words."""
        self.words += tokens.words[begin:end]
        self.starts += tokens.starts[begin:end]
        self.ends += tokens.ends[begin:end]

    def append(self, word: WrittenWord, start: int, end: int) -> None:
        """Add a word."""
        self.words.append(word)
        self.starts.append(start)
        self.ends.append(end)

    def add_suffix(self, end: int, whole: str) -> None:
        """Extend the last word by a suffix."""
        self.ends[-1] = end
        last = len(self.words) - 1
        at = self.changes[last].at if last in self.changes else self.starts[-1]
        self.changes[last] = _Change(at, whole)

    def add_prefixed(self, word: WrittenWord, start: int, end: int) -> None:
        """Add a word whose prefix is the last one."""
        self.words[-1], self.ends[-1] = word, end
        self.changes[len(self.words) - 1] = _Change(start)

    def respell(self, word: WrittenWord) -> None:
        """Replace the last word by another spelling of it."""
        self.words[-1] = word
        self.changes.setdefault(len(self.words) - 1, _Change(self.starts[-1]))


def _special(words: Sequence[WrittenWord]) -> list[int]:
    return [index for index, word in enumerate(words) if word.is_special]


def _pairs(left: WrittenWord, right: WrittenWord) -> Iterator[str]:
    return (f"{first} {second}" for first in left.tails for second in right.heads)


def _terms_of(word: WrittenWord, length: int) -> list[Term]:
    """Return the terms of a word of so many characters."""
    if word.terms is None:
        return [Term(word.word, 0, 0, length)]
    return list(map(Term, word.terms.words, word.terms.positions, word.terms.starts, word.terms.ends))


def _is_suffix(words: WordSequence, suffix: Spelling, start: int) -> bool:
    """Return whether a token that begins at `start` is a suffix of the last word."""
    host = words.words[-1].spelling
    if host.is_latin and words.text[words.ends[-1] : start].strip(HALF_SPACES) == "":
        return suffix.folded in SUFFIXES  # VPNهای, GPSش
    if not suffix.is_suffix or host.kind is Kind.NUMBER or not words.is_adjacent(-1, start):
        return False
    if suffix.folded in SPACED_SUFFIXES:
        return True
    return ends_in_silent_he(host.folded) and host.folded not in STOP_WORDS


def _is_gap(between: str) -> bool:
    return between == " " or (0 < len(between) <= MOST_BLANKS and not between.strip(BLANKS))


def _are_initials(words: WordSequence, begin: int, end: int) -> bool:
    """Return whether the words are `_INITIALS` neighbouring names of letters: «بی بی سی» ("BBC")."""
    run = range(begin, min(end, len(words.words)))
    return (
        len(run) == _INITIALS
        and all(words.words[index].spelling.folded in LETTER_NAMES for index in run)
        and all(words.is_adjacent(left, words.starts[right]) for left, right in pairwise(run))
    )
