"""Half-spaces that the archive knows and the analyzer does not: where a query's words break, and where not.

The analyzer never cuts or joins what it does not know: «گلمحمدی» might be any name. An archive that has
گل‌محمدی or «گل محمدی» knows better. So a word that is none of the language's is read as two where no fewer
articles have these as neighbours than have it, and as a plural where they have the singular. Two words are
also read as the one that they make, where no fewer articles have that: one of the language's only where they
are neighbours nowhere.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from indexer.keyword.documents import BIGRAMS
from indexer.persian.analyzer import Term
from indexer.persian.characters import HALF_SPACE
from indexer.persian.tokens import Kind, RawToken, tokenize
from indexer.snapshot import Snapshot

_LEAST = 2  # letters of a half
_PLURAL = "ها"  # with whatever follows: هایشان
# What stands before a word that alone is excluded or looked for in the title.
_SIGN = re.compile(r"[-:][\s\u200c]*$")


def with_breaks(text: str, snapshot: Snapshot) -> str:
    """Return a query with half-spaces where its words are read as two, and where two are read as one."""
    tokens = [token for token in tokenize(text) if token.kind is Kind.WORD and HALF_SPACE not in token.text]
    changed = {(token.start, token.end): _broken(token.text, snapshot) for token in tokens}
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


def _broken(word: str, snapshot: Snapshot) -> str:
    terms = snapshot.analyzer.words(word)
    own = list(_stems(terms, snapshot))
    held = max((_holders(stem, snapshot) for stem in own), default=0)
    if held and (len(terms) > 1 or snapshot.analyzer.is_whole(terms[0].text)):
        return word
    spellings = [f"{word[:at]}{HALF_SPACE}{word[at:]}" for at in range(_LEAST, len(word) - _LEAST + 1)]
    counts = {spelling: _articles(spelling, own, snapshot) for spelling in spellings}
    best = max(counts, key=counts.__getitem__, default=word)
    return best if counts.get(best, 0) >= max(held, 1) else word


def _articles(spelling: str, own: list[str], snapshot: Snapshot) -> int:
    """Return how many articles hold both halves of a spelling, or its singular; 0 if its stems are `own`."""
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
        return False  # the analyzer knows them as one, or one of them is no part of a name
    whole = [term for term in readings if (term.start, term.end) == (0, len(spelling))]
    held = max((_holders(stem, snapshot) for stem in _stems(whole, snapshot)), default=0)
    apart = _neighbours(stems, snapshot)
    if any(snapshot.analyzer.is_whole(term.text) for term in whole):
        return held > 0 and not apart  # «سر باز» is not سرباز
    return held >= max(apart, 1)  # «دوتیم» may be a slip of the keyboard


def _first_readings(readings: Iterable[Term]) -> Iterable[Term]:
    parts: dict[int, Term] = {}
    for term in readings:
        parts.setdefault(term.position, term)
    return parts.values()


def _neighbours(stems: list[str], snapshot: Snapshot) -> int:
    return snapshot.keyword.frequency(BIGRAMS, " ".join(stems))


def _stems(terms: Iterable[Term], snapshot: Snapshot) -> Iterator[str]:
    return (snapshot.analyzer.stem(term.text) for term in terms)


def _holders(stem: str, snapshot: Snapshot) -> int:
    return snapshot.terms.stems.articles(stem)
