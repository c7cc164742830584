"""Words of a collection that lost the blank between them: کادرفنی, where others have «کادر فنی».

After a letter that does not join to the next one («قرارگرفت») nobody sees that the blank is missing, so that
such spellings are many. One is taken for two words when the analyzer knows no such word and no fewer places
of the collection have the two side by side.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from indexer.persian.affixes import SUFFIXES
from indexer.persian.analyzer import PersianAnalyzer
from indexer.persian.stop_words import EVERYWHERE, STOP_WORDS
from indexer.persian.tokens import WORD_PATTERN

# Neighbours seen less often may be so by chance.
_OFTEN = 3
# Letters of the first word, of the second, and of both: shorter ones are too easily parts of a name.
_SHORTEST_FIRST, _SHORTEST_SECOND, _SHORTEST = 2, 3, 6
_LONGEST = 40

# Two neighbouring words.
Bigram = tuple[str, str]

# Words with single blanks between them.
_RUN = re.compile(rf"{WORD_PATTERN}(?: {WORD_PATTERN})+")


def run_together(
    texts: Iterable[str], folded: Mapping[str, str], joined: Counter[str], analyzer: PersianAnalyzer
) -> dict[str, Bigram]:
    """Return the spellings among `joined`, with their counts, that are two words of `texts`, with these.

    `folded` has the words without half-spaces as the texts write them, and folded.
    """
    candidates = dict(_candidates(joined, analyzer))
    halves = {half for bigram in candidates for half in bigram}
    known = {word: spelling for word, spelling in folded.items() if spelling in halves}
    together = Counter(
        bigram
        for text in texts
        for run in _RUN.findall(text)
        for bigram in pairwise(map(known.get, run.split(" ")))
        if bigram in candidates
    )
    places: defaultdict[str, Counter[Bigram]] = defaultdict(Counter)
    for bigram, count in together.items():
        places[candidates[bigram]][bigram] = count
    return {
        spelling: bigram
        for spelling, counts in places.items()
        for bigram, count in counts.most_common(1)
        if count >= max(_OFTEN, joined[spelling])
    }


def _candidates(joined: Counter[str], analyzer: PersianAnalyzer) -> Iterator[tuple[Bigram, str]]:
    """Yield what an unknown spelling may be made of: two words of the collection."""
    for spelling in joined:
        if not _SHORTEST <= len(spelling) <= _LONGEST or analyzer.is_whole(spelling):
            continue
        if [term.text for term in analyzer.words(spelling)] != [spelling]:
            continue
        for at in range(_SHORTEST_FIRST, len(spelling) - _SHORTEST_SECOND + 1):
            first, second = spelling[:at], spelling[at:]
            if first in joined and second in joined and not _is_particle(first, second):
                yield (first, second), spelling


def _is_particle(first: str, second: str) -> bool:
    """Tell whether one of both is an affix, or a function word that a compound would be named by."""
    return second in SUFFIXES or second in STOP_WORDS or (first in STOP_WORDS and first not in EVERYWHERE)
