"""Adds half-spaces to a query where the archive shows that one word is two, or that two words are one.

A half-space (U+200C, zero-width non-joiner) joins the parts of a Persian word; many people omit it or type a
space. The analyzer never splits or joins a word that it does not know: «گلمحمدی» might be any name. But if an
article has گل‌محمدی or «گل محمدی», the archive knows better. So this module compares article counts:

- It splits a word in two if at least as many articles have the two parts as neighbours as have the word
  itself.
- It splits off the plural ending ها (with what follows it) if at least as many articles have the singular as
  have the word itself.
- It leaves a word alone that the analyzer knows and some article has.
- It joins two words if at least as many articles have the joined word as have the two as neighbours. If the
  joined word is in the lexicon, it joins them only when no article has the two as neighbours.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise

from indexer.keyword.fields import BIGRAMS, STEMS
from indexer.persian.analyzer import Term
from indexer.persian.characters import HALF_SPACE, fold, fold_with_offsets
from indexer.persian.tokens import Kind, RawToken, tokenize
from indexer.snapshot import Snapshot
from search_web.understanding.syntax import COLON, MINUS, visible

_LEAST = 2  # minimum letters of each part
_LONGEST = 24  # letters; a longer word is hardly two words without a space
# Only this many unknown words of a query are examined: every place in each of them is one analysis.
_MOST = 8
_PLURAL = "ها"  # may be followed by more: هایشان
# The syntax before an excluded or a title word («-word», «title: word»). It applies to that word alone, which
# therefore is not joined with the next one.
_SIGN = re.compile(rf"[{MINUS}{COLON}]\s*$")


def with_breaks(text: str, snapshot: Snapshot) -> str:
    """Return the query with a half-space inside each word to split, and between each two words to join.

    Marks that the query syntax ignores are left out (`syntax.visible`).
    """
    text = visible(text)
    tokens = [token for token in tokenize(text) if token.kind is Kind.WORD and HALF_SPACE not in token.text]
    unknown = islice((token for token in tokens if _may_be_broken(token.text, snapshot)), _MOST)
    changed = {(token.start, token.end): _broken(token.text, snapshot) for token in unknown}
    changed |= {
        (left.end, right.start): HALF_SPACE
        for left, right in pairwise(tokens)
        if text[left.end : right.start] == " "
        and not _SIGN.search(text[: left.start])
        and _is_one(left, right, snapshot)
    }
    pieces: list[str] = []
    last = 0
    for (start, end), spelling in sorted(changed.items()):
        pieces += [text[last:start], spelling]
        last = end
    return "".join((*pieces, text[last:]))


def _may_be_broken(word: str, snapshot: Snapshot) -> bool:
    """Return whether a word may be two: it is short enough, and is no word that the archive and we know."""
    if len(fold(word)) > _LONGEST:
        return False
    terms = snapshot.analyzer.words(word)
    is_known = len(terms) > 1 or snapshot.analyzer.is_whole(terms[0].text)
    return not (is_known and _held(terms, snapshot))


def _broken(word: str, snapshot: Snapshot) -> str:
    terms = snapshot.analyzer.words(word)
    own = list(_stems(terms, snapshot))
    # A place is before a letter, not before a mark on one.
    places = dict.fromkeys(fold_with_offsets(word)[1][_LEAST : 1 - _LEAST])
    spellings = [f"{word[:at]}{HALF_SPACE}{word[at:]}" for at in places]
    counts = {spelling: _articles(spelling, own, snapshot) for spelling in spellings}
    best = max(counts, key=counts.__getitem__, default=word)
    return best if counts.get(best, 0) >= max(_held(terms, snapshot), 1) else word


def _articles(spelling: str, own: list[str], snapshot: Snapshot) -> int:
    """Return the number of articles that support a spelling with one half-space.

    These are the articles that have its two parts as neighbours, or the singular if the second part is a
    plural ending. Returns 0 if the half-space does not change the stems (`own` are those of the word without
    it), or if no article has one of the parts.
    """
    stems = list(_stems(_first_readings(snapshot.analyzer.words(spelling)), snapshot))
    if stems == own or not all(_holders(stem, snapshot) for stem in stems):
        return 0
    if len(stems) == 1:
        _, _, tail = spelling.partition(HALF_SPACE)
        return _holders(stems[0], snapshot) if tail.startswith(_PLURAL) else 0
    return _neighbours(stems, snapshot)


def _is_one(left: RawToken, right: RawToken, snapshot: Snapshot) -> bool:
    spelling = f"{left.text}{HALF_SPACE}{right.text}"
    readings = snapshot.analyzer.words(spelling)
    stems = list(_stems(_first_readings(readings), snapshot))
    if len(stems) < 2 or any(map(snapshot.analyzer.is_stop_word, stems)):
        return False  # the analyzer joins them itself, or one is a function word and no part of a name
    whole = [term for term in readings if (term.start, term.end) == (0, len(spelling))]
    held = _held(whole, snapshot)
    apart = _neighbours(stems, snapshot)
    if any(snapshot.analyzer.is_whole(term.text) for term in whole):
        return held > 0 and not apart  # «سر باز» ("open head") is not سرباز ("soldier")
    return held >= max(apart, 1)  # «دوتیم» may be a typo in an article: "two teams" without the space


def _first_readings(readings: Iterable[Term]) -> Iterable[Term]:
    parts: dict[int, Term] = {}
    for term in readings:
        parts.setdefault(term.position, term)
    return parts.values()


def _neighbours(stems: list[str], snapshot: Snapshot) -> int:
    return snapshot.keyword.frequency(BIGRAMS, " ".join(stems))


def _stems(terms: Iterable[Term], snapshot: Snapshot) -> Iterator[str]:
    return (snapshot.analyzer.stem(term.text) for term in terms)


def _held(terms: Iterable[Term], snapshot: Snapshot) -> int:
    return max((_holders(stem, snapshot) for stem in _stems(terms, snapshot)), default=0)


def _holders(stem: str, snapshot: Snapshot) -> int:
    return snapshot.keyword.frequency(STEMS, stem)
