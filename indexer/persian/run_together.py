"""Finds words of a collection that lost the space between them: کادرفنی for «کادر فنی» ("coaching staff").

Some Persian letters do not join to the next letter. After such a letter («قرارگرفت») readers do not notice
that the space is missing, so these typos are frequent. A spelling counts as two words if the analyzer does
not know it, and if the collection has the two words side by side at least as often as it has the spelling.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from indexer.persian.affixes import SUFFIXES
from indexer.persian.analyzer import PersianAnalyzer
from indexer.persian.stop_words import EVERYWHERE, STOP_WORDS
from indexer.persian.tokens import WORD_PATTERN

# Words that are neighbours less often may be so by chance.
_OFTEN = 3
# Minimum letters of the first word, of the second, and of both. Shorter ones are too often parts of a name.
_SHORTEST_FIRST, _SHORTEST_SECOND, _SHORTEST = 2, 3, 6
_LONGEST = 40

# Two neighbouring words.
Bigram = tuple[str, str]

# Words with single spaces between them.
_RUN = re.compile(rf"{WORD_PATTERN}(?: {WORD_PATTERN})+")


@dataclass(frozen=True, slots=True)
class Halves:
    """What to look for in the texts: neighbouring words that an unknown spelling may consist of.

    `candidates` maps the two words, folded, to that spelling; `folded` maps these words as they are written
    to their folded spellings.
    """

    candidates: Mapping[Bigram, str]
    folded: Mapping[str, str]

    def count(self, texts: Iterable[str]) -> Counter[Bigram]:
        """Count the candidates that are neighbours in the texts."""
        return Counter(
            bigram
            for text in texts
            for run in _RUN.findall(text)
            for bigram in pairwise(self.folded.get(word, "") for word in run.split(" "))
            if bigram in self.candidates
        )

    def together(self, counts: Mapping[Bigram, int], joined: Mapping[str, int]) -> dict[str, Bigram]:
        """Return the spellings that are two words of the texts, mapped to these two words.

        `counts` are those of `count`; `joined` counts the folded spellings without half-spaces.
        """
        places: defaultdict[str, Counter[Bigram]] = defaultdict(Counter)
        for bigram, count in counts.items():
            places[self.candidates[bigram]][bigram] = count
        return {
            spelling: bigram
            for spelling, found in places.items()
            for bigram, count in found.most_common(1)
            if count >= max(_OFTEN, joined[spelling])
        }


def halves(folded: Mapping[str, str], joined: Mapping[str, int], analyzer: PersianAnalyzer) -> Halves:
    """Return what to look for. `joined` is as in `Halves.together`; `folded` maps all words of the texts."""
    candidates = dict(_candidates(joined, analyzer))
    wanted = {half for bigram in candidates for half in bigram}
    return Halves(candidates, {word: spelling for word, spelling in folded.items() if spelling in wanted})


def _candidates(joined: Mapping[str, int], analyzer: PersianAnalyzer) -> Iterator[tuple[Bigram, str]]:
    """Yield two words of the collection, and the unknown spelling that they may form."""
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
    """Return whether the second word is an affix or stop word, or the first a stop word of a compound.

    A first word in `EVERYWHERE` does not count: the other parts identify a compound that begins with it.
    """
    return second in SUFFIXES or second in STOP_WORDS or (first in STOP_WORDS and first not in EVERYWHERE)
