"""Words of a query that no article holds, but whose halves stand side by side in the archive.

The analyzer never cuts what it does not know: «گلمحمدی» might be any name. An archive that has گل‌محمدی or «گل
محمدی», and the joined spelling nowhere, knows better. So a word that no article holds is read as two where
the archive has these as neighbours, and as a plural where it has the singular.
"""

from collections.abc import Iterable, Iterator

from indexer.keyword.documents import PAIRS
from indexer.persian.analyzer import Term
from indexer.persian.characters import HALF_SPACE
from indexer.persian.tokens import Kind, tokenize
from indexer.snapshot import Snapshot

_LEAST = 2  # letters of a half
_PLURAL = "ها"  # with whatever follows: هایشان


def with_breaks(text: str, snapshot: Snapshot) -> str:
    """Return a query with half-spaces put into those of its words that are read as two."""
    pieces: list[str] = []
    end = 0
    for token in tokenize(text):
        if token.kind is Kind.WORD and HALF_SPACE not in token.text:
            pieces += [text[end : token.start], _broken(token.text, snapshot)]
            end = token.end
    return "".join((*pieces, text[end:]))


def _broken(word: str, snapshot: Snapshot) -> str:
    if any(_holders(stem, snapshot) for stem in _stems(snapshot.analyzer.words(word), snapshot)):
        return word
    spellings = [f"{word[:at]}{HALF_SPACE}{word[at:]}" for at in range(_LEAST, len(word) - _LEAST + 1)]
    counts = {spelling: _articles(spelling, snapshot) for spelling in spellings}
    best = max(counts, key=counts.__getitem__, default=word)
    return best if counts.get(best) else word


def _articles(spelling: str, snapshot: Snapshot) -> int:
    """Return how many articles hold both halves of a spelling side by side, or its singular."""
    parts: dict[int, Term] = {}
    for term in snapshot.analyzer.words(spelling):
        parts.setdefault(term.position, term)
    stems = list(_stems(parts.values(), snapshot))
    if not all(_holders(stem, snapshot) for stem in stems):
        return 0
    if len(stems) == 1:
        _, _, tail = spelling.partition(HALF_SPACE)
        return _holders(stems[0], snapshot) if tail.startswith(_PLURAL) else 0
    return snapshot.keyword.frequency(PAIRS, " ".join(stems)) if len(stems) == 2 else 0


def _stems(terms: Iterable[Term], snapshot: Snapshot) -> Iterator[str]:
    return (snapshot.analyzer.stem(term.text) for term in terms)


def _holders(stem: str, snapshot: Snapshot) -> int:
    return snapshot.terms.stems.articles(stem)
