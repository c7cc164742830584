"""Loads the lexicons: the frequency of each word, the positions of its half-spaces, and the verb forms.

The data is hazm's (MIT licence): `words.dat`, with 193,350 words, their frequencies and parts of speech, and
`verbs.dat`. The half-space (U+200C, zero-width non-joiner) separates the pieces of a compound.
"""

import importlib.util
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import chain, compress
from pathlib import Path

import numpy as np

from indexer.persian.affixes import COMPOUND_ENDINGS
from indexer.persian.characters import HALF_SPACE, fold
from indexer.persian.informal import informal_verbs
from indexer.persian.spellings import PAIRED_WORDS, canonical_words

# The letter آ, which folding makes an ا.
MADDA = "آ"
_ALEF = "ا"
_INNER_MADDA = re.compile(f"(?<!^){MADDA}")
# Characters of hazm's word list that are not folded at first: آ, and what separates its cells.
_KEPT = frozenset((MADDA, "\t", "\n"))
_ENDINGS = ("م", "ی", "یم", "ید", "ند")
# A piece is productive if at least this many half-space words of the lexicon end (or begin) with it: گذاری,
# پذیر, پیش.
_PRODUCTIVE = 5


def own_words(name: str) -> frozenset[str]:
    """Return the words of one of our own lists, which are folded files in `data/`."""
    return frozenset((files("indexer.persian") / "data" / name).read_text("utf-8").split())


# Our own lists, folded. Words and names in one piece that hazm does not list and that look like other words'
# forms:
WHOLE_WORDS = own_words("whole_words.txt")
# Verbs of everyday news, by their past stems:
COMMON_VERBS = own_words("common_verbs.txt")
# Words that lost the آ of their second half, written with it: هماهنگ ("coordinated") as هم‌آهنگ. Not folded:
DROPPED_MADDAS = own_words("dropped_maddas.txt")
# Second halves of compounds, in addition to those that are productive in hazm's compounds:
COMPOUND_TAILS = own_words("compound_tails.txt")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Folded words and their properties.

    - `frequency`: corpus frequency of each word without a half-space, 0 for a word that is listed but never
      seen;
    - `wholes`: joined spellings that are words of their own: the seen words, the inflected forms of those
      that are also compounds, and our own lists;
    - `plurals`: words tagged as plural;
    - `gradables`: words tagged as adjective or adverb;
    - `compounds`: maps a joined spelling to the pieces between its half-spaces;
    - `verbs`: maps a finite form or participle to its past stem;
    - `informal`: maps a spoken finite form to the formal one;
    - `heads`, `tails`: productive first and last pieces;
    - `inner_maddas`: words that may be written with an آ inside, folded except for that آ: گردآوری.
    """

    frequency: dict[str, int]
    wholes: frozenset[str]
    plurals: frozenset[str]
    gradables: frozenset[str]
    compounds: dict[str, tuple[str, ...]]
    verbs: dict[str, str]
    informal: dict[str, str]
    heads: frozenset[str]
    tails: frozenset[str]
    inner_maddas: frozenset[str]

    def is_attested(self, word: str) -> bool:
        """Return whether hazm's corpus contains the word as one piece (the word is not only listed)."""
        return self.frequency.get(word, 0) > 0

    def with_learned(self, learned: Mapping[str, tuple[str, ...]]) -> "Lexicon":
        """Return this lexicon with the words that a collection adds.

        `learned` maps a joined spelling to its pieces, or to itself alone if it is one word.
        """
        whole = {spelling for spelling, pieces in learned.items() if len(pieces) == 1}
        cut = {spelling: pieces for spelling, pieces in learned.items() if len(pieces) > 1}
        return replace(self, wholes=self.wholes | whole, compounds=self.compounds | cut)


def _hazm_data(name: str) -> Path:
    # Importing hazm takes over a second, and only its data files are needed.
    spec = importlib.util.find_spec("hazm")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("the lexicons come with the package hazm: pip install hazm")
    return Path(spec.submodule_search_locations[0]) / "data" / name


def _verb_stems() -> Iterator[tuple[str, str]]:
    for line in _hazm_data("verbs.dat").read_text("utf-8").splitlines():
        past, _, present = fold(line).strip().partition("#")
        yield past, present.split(" ")[0]
    yield "گردید", ""  # a variant of گشت, which is listed


def _verb_forms() -> dict[str, str]:
    """Map each finite form and participle to its past stem, which serves as the verb's name."""
    forms: dict[str, str] = {"توان": "توانست"}  # the impersonal می‌توان
    # The last verb wins a shared form, so common verbs come last: ماند is of ماندن, not of the old مانیدن.
    for past, present in sorted(_verb_stems(), key=lambda verb: verb[0] in COMMON_VERBS):
        if past:
            forms |= {past + ending: past for ending in ("", "ه", *_ENDINGS)}
        if present and past:
            forms |= {present + ending: past for ending in (*_ENDINGS, "د")}
    return forms


def _hazm_words() -> tuple[list[str], list[str], list[str]]:
    """Return the columns of hazm's word list: folded words that keep their آ, frequencies, and tags.

    The tags of a word are lower-case letters, separated by commas. A call for the whole file is far faster
    than one for each of its 193,750 lines.
    """
    text = _hazm_data("words.dat").read_text("utf-8").rstrip("\n")
    points = np.frombuffer(text.encode("utf-32-le"), "<u4")
    for character in map(chr, np.flatnonzero(np.bincount(points)).tolist()):
        # A folded character folds to itself, so the order does not matter.
        if character not in _KEPT and (folded := fold(character)) != character:
            text = text.replace(character, folded)
    # Some compounds end in a half-space, which separates nothing.
    cells = text.replace(f"{HALF_SPACE}\t", "\t").replace("\n", "\t").split("\t")
    return cells[0::3], cells[1::3], cells[2::3]


def _inner_maddas(words: Iterable[str]) -> Iterator[str]:
    """Yield each word that has an آ inside, folded except for that آ; once for each آ."""
    for word in words:
        joined = word.replace(HALF_SPACE, "")
        for match in _INNER_MADDA.finditer(joined):
            head, tail = joined[: match.start()], joined[match.end() :]
            yield head.replace(MADDA, _ALEF) + MADDA + tail.replace(MADDA, _ALEF)


def _tagged(words: Iterable[str], tags: Sequence[str], *wanted: str) -> frozenset[str]:
    """Return the words in one piece that have one of the wanted tags."""
    having = {each for each in set(tags) if any(tag in each for tag in wanted)}
    tagged = compress(words, map(having.__contains__, tags))
    return frozenset(word for word in tagged if HALF_SPACE not in word)


def _wholes(frequencies: dict[str, int], compounds: dict[str, tuple[str, ...]]) -> Iterator[str]:
    yield from PAIRED_WORDS
    yield from WHOLE_WORDS
    for word, frequency in frequencies.items():
        if frequency:
            yield word
            if word.endswith("تر"):
                yield word + "ی"  # بیشتری stays whole, as بیشتر ("more") does
            if word in compounds:
                yield from (word + ending for ending in COMPOUND_ENDINGS)


@cache
def load_lexicon() -> Lexicon:
    """Return the lexicon. It is read once a process.

    Raises:
        ModuleNotFoundError: hazm is not installed.

    """
    words, counts, tags = _hazm_words()
    with_madda = [place for place, word in enumerate(words) if MADDA in word]
    inner_maddas = frozenset(_inner_maddas(chain((words[place] for place in with_madda), DROPPED_MADDAS)))
    for place in with_madda:
        words[place] = words[place].replace(MADDA, _ALEF)
    words = canonical_words(words)
    # Most words were never seen, and most are in one piece: they take no step of a loop in Python.
    frequencies = dict.fromkeys(words, 0)
    for place in [place for place, count in enumerate(counts) if count != "0"]:
        frequencies[words[place]] += int(counts[place])
    compounds: dict[str, tuple[str, ...]] = {}
    best: dict[str, int] = {}
    firsts: list[str] = []
    lasts: list[str] = []
    for place in [place for place, word in enumerate(words) if HALF_SPACE in word]:
        frequency = int(counts[place])
        pieces = tuple(filter(None, words[place].split(HALF_SPACE)))
        joined = "".join(pieces)
        if frequency >= best.get(joined, 0):
            compounds[joined], best[joined] = pieces, frequency
        firsts.append(pieces[0])
        lasts.append(pieces[-1])
        frequencies.pop(words[place], None)
    heads, tails = Counter(firsts), Counter(lasts)
    for word in own_words("own_compounds.txt"):
        pieces = tuple(word.split(HALF_SPACE))
        compounds.setdefault("".join(pieces), pieces)
    for tail in [tail for tail in tails if tail.startswith("و") and frequencies.get(tail[1:])]:
        del tails[tail]  # the second half of a numeral: بیست‌ونه ("twenty-nine")
    verbs = _verb_forms()
    return Lexicon(
        frequencies,
        frozenset(_wholes(frequencies, compounds)),
        _tagged(words, tags, "pl"),
        _tagged(words, tags, "aj", "adv"),
        compounds,
        verbs,
        informal_verbs(_verb_stems(), verbs),
        frozenset(piece for piece, count in heads.items() if count >= _PRODUCTIVE),
        COMPOUND_TAILS | {piece for piece, count in tails.items() if count >= _PRODUCTIVE},
        inner_maddas,
    )
