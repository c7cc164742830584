"""Learns compounds from a collection: if it often writes وست‌لایف (Westlife), then وستلایف is the same word.

The half-space (U+200C, zero-width non-joiner) separates the pieces of a compound. `learn` counts the
half-space spellings of all articles. It keeps those whose joined spelling would otherwise have different
terms:

- Normally the joined spelling is then split as the half-space spelling is. If the collection writes the
  joined spelling more often, both spellings stay whole.
- A word that the lexicon lists in one piece is never split.
- A spelling that may be a form of two words (گلهای) keeps both readings.

`learn` also finds two words that lost the space between them: see `run_together`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from pathlib import Path

from indexer.persian.affixes import SUFFIXES
from indexer.persian.analyzer import PersianAnalyzer
from indexer.persian.characters import HALF_SPACE, fold
from indexer.persian.lossy_counter import LossyCounter
from indexer.persian.run_together import Bigram, Halves, halves
from indexer.persian.spellings import canonical
from indexer.persian.tokens import WORD_PATTERN

# Maps a joined, folded spelling to its pieces, or to itself alone if it is one word.
Learned = Mapping[str, tuple[str, ...]]

# A rarer spelling may be a typo.
_OFTEN = 3
# Minimum share of the learned half-space spelling among all half-space spellings of a joined spelling.
_SHARE = 0.9
# Limits of a compound: minimum letters of a piece, maximum letters in all, maximum pieces.
_SHORTEST, _LONGEST, _MOST_PIECES = 2, 40, 4
# Maximum distinct spellings while counting. When there are more, the rarest are dropped.
_KEPT = 1_000_000

_WORD = re.compile(WORD_PATTERN)


def count_words(texts: Iterable[str]) -> Counter[str]:
    """Count the words of some texts as they are written."""
    return Counter(chain.from_iterable(map(_WORD.findall, texts)))


def learn(
    counted: Iterable[Mapping[str, int]],
    count_pairs: Callable[[Halves], Iterable[Mapping[Bigram, int]]],
    analyzer: PersianAnalyzer,
) -> dict[str, tuple[str, ...]]:
    """Return the words of a collection that the analyzer does not know.

    `counted` are the `count_words` of its parts, in order; `count_pairs` gives the `Halves.count` of them.
    """
    words = LossyCounter(_KEPT)
    for counts in counted:
        words.update(counts)
    folded = dict(zip(words.counts, _folded(words.counts), strict=True))
    joined, apart = _counts((folded[word], count) for word, count in words.counts.items())
    wanted = halves(folded, joined, analyzer)
    pairs: Counter[Bigram] = Counter()
    for found in count_pairs(wanted):
        pairs.update(found)
    return {**wanted.together(pairs, joined)} | _half_spaces(joined, apart, analyzer)


def _half_spaces(
    joined: Counter[str], apart: Mapping[str, Counter[tuple[str, ...]]], analyzer: PersianAnalyzer
) -> dict[str, tuple[str, ...]]:
    learned: dict[str, tuple[str, ...]] = {}
    for spelling, places in apart.items():
        pieces, count = max(places.items(), key=lambda place: place[1])
        if count < _OFTEN or count < _SHARE * places.total() or _is_known(pieces, analyzer):
            continue
        learned[spelling] = pieces if count >= joined[spelling] else (spelling,)
    return learned


def write_learned(path: Path, learned: Learned) -> None:
    """Write a table of two columns: joined spelling, and its pieces with half-spaces between them."""
    rows = (f"{spelling}\t{HALF_SPACE.join(pieces)}\n" for spelling, pieces in sorted(learned.items()))
    path.write_text("".join(rows), encoding="utf-8")


def read_learned(path: Path) -> dict[str, tuple[str, ...]]:
    """Read a table that `write_learned` wrote.

    Raises:
        ValueError: a line does not have two columns.

    """
    rows = (line.split("\t") for line in path.read_text("utf-8").splitlines())
    return {spelling: tuple(pieces.split(HALF_SPACE)) for spelling, pieces in rows}


def _counts(words: Iterable[tuple[str, int]]) -> tuple[Counter[str], dict[str, Counter[tuple[str, ...]]]]:
    """Count the spellings without half-spaces, and the half-space spellings of each joined spelling."""
    joined: Counter[str] = Counter()
    apart: defaultdict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    for word, count in words:
        pieces = tuple(filter(None, word.split(HALF_SPACE)))
        if len(pieces) == 1:
            joined[pieces[0]] += count
            continue
        for known in {pieces, _without_suffixes(pieces)}:
            if _is_candidate(known):
                apart["".join(known)][known] += count
    return joined, apart


def _folded(words: Iterable[str]) -> list[str]:
    # One call for all words is forty times faster than a call a word.
    lines = "\n".join(words)
    return canonical(fold(lines)).split("\n") if lines else []


def _without_suffixes(pieces: tuple[str, ...]) -> tuple[str, ...]:
    while len(pieces) > 1 and pieces[-1] in SUFFIXES:
        pieces = pieces[:-1]
    return pieces


def _is_candidate(pieces: tuple[str, ...]) -> bool:
    if not 1 < len(pieces) <= _MOST_PIECES or sum(map(len, pieces)) > _LONGEST:
        return False
    # One character may fold to several words: ﷺ.
    return all(len(piece) >= _SHORTEST and " " not in piece for piece in pieces)


def _is_known(pieces: tuple[str, ...], analyzer: PersianAnalyzer) -> bool:
    """Return whether there is nothing to learn: the joined spelling is a word, or already has these terms."""
    spelling = "".join(pieces)
    if analyzer.is_whole(spelling):
        return True
    apart, joined = _terms(HALF_SPACE.join(pieces), analyzer), _terms(spelling, analyzer)
    return apart <= joined if pieces[-1] in SUFFIXES else apart == joined


def _terms(word: str, analyzer: PersianAnalyzer) -> set[str]:
    return {term.text for term in analyzer.words(word)}
