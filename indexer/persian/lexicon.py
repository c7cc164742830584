"""What the lexicons know of a word: how frequent it is, where its half-spaces stand, whether it is a verb.

The data is hazm's (MIT): `words.dat` with 193,350 words, frequencies and parts of speech, and `verbs.dat`.
"""

import importlib.util
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from indexer.persian.affixes import COMPOUND_ENDINGS
from indexer.persian.characters import HALF_SPACE, fold
from indexer.persian.informal import informal_verbs
from indexer.persian.spellings import PAIRED_WORDS, canonical, may_be_respelt

_ENDINGS = ("م", "ی", "یم", "ید", "ند")
# A piece that ends (or begins) this many half-space words of the lexicon is productive: گذاری, پذیر, پیش.
_PRODUCTIVE = 5


def own_words(name: str) -> frozenset[str]:
    """Return the words of one of our own lists, which are folded and lie in `data/`."""
    return frozenset((files("indexer.persian") / "data" / name).read_text("utf-8").split())


# Our own lists, folded. Words and names in one piece that hazm does not list and that look like other forms:
WHOLE_WORDS = own_words("whole_words.txt")
# Verbs of everyday news, by their past stems:
COMMON_VERBS = own_words("common_verbs.txt")
# Second halves of compounds beside those that hazm's compounds show to be productive:
COMPOUND_TAILS = own_words("compound_tails.txt")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Folded words and what is known of them.

    `frequency`: corpus frequency of each word without a half-space, 0 when listed but never seen.
    `wholes`: joined spellings that are words of their own: those seen, and inflected forms of compounds among
    them. `plurals`: the words tagged as plural; `gradables`: those tagged as adjective or adverb.
    `compounds`: joined spelling to the pieces between its half-spaces.
    `verbs`: finite form or participle to its past stem; `informal`: spoken finite form to the written one.
    `heads`, `tails`: productive first and last pieces.
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

    def is_attested(self, word: str) -> bool:
        """Tell whether the word, as one piece, was really seen in hazm's corpus (not only listed)."""
        return self.frequency.get(word, 0) > 0

    def with_learned(self, learned: Mapping[str, tuple[str, ...]]) -> "Lexicon":
        """Return this lexicon with a collection's words: joined spelling to pieces, or to itself if whole."""
        whole = {spelling for spelling, pieces in learned.items() if len(pieces) == 1}
        cut = {spelling: pieces for spelling, pieces in learned.items() if len(pieces) > 1}
        return replace(self, wholes=self.wholes | whole, compounds=self.compounds | cut)


def _hazm_data(name: str) -> Path:
    # Importing hazm takes over a second; only its data files are wanted.
    spec = importlib.util.find_spec("hazm")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("the lexicons come with the package hazm: pip install hazm")
    return Path(spec.submodule_search_locations[0]) / "data" / name


def _verb_stems() -> Iterator[tuple[str, str]]:
    for line in _hazm_data("verbs.dat").read_text("utf-8").splitlines():
        past, _, present = fold(line).strip().partition("#")
        yield past, present.split(" ")[0]
    yield "گردید", ""  # as گشت, which is listed


def _verb_forms() -> dict[str, str]:
    """Map each finite form and participle to its past stem, the verb's name here."""
    forms: dict[str, str] = {"توان": "توانست"}  # the impersonal می‌توان
    # The last one has a form: ماند is of ماندن, not of an old مانیدن.
    for past, present in sorted(_verb_stems(), key=lambda verb: verb[0] in COMMON_VERBS):
        if past:
            forms |= {past + ending: past for ending in ("", "ه", *_ENDINGS)}
        if present and past:
            forms |= {present + ending: past for ending in (*_ENDINGS, "د")}
    return forms


def _words() -> Iterator[tuple[str, int, str]]:
    """Yield folded word, frequency, comma-separated tags."""
    cells = _hazm_data("words.dat").read_text("utf-8").rstrip("\n").replace("\n", "\t").split("\t")
    # All words in one call: forty times faster than a call a word.
    words = fold("\n".join(cells[0::3])).split("\n")
    odd = [place for place, word in enumerate(words) if may_be_respelt(word)]
    for place, spelling in zip(
        odd, canonical("\n".join(words[place] for place in odd)).split("\n"), strict=True
    ):
        words[place] = spelling
    yield from zip(words, map(int, cells[1::3]), cells[2::3], strict=True)


def _wholes(frequencies: dict[str, int], compounds: dict[str, tuple[str, ...]]) -> Iterator[str]:
    yield from PAIRED_WORDS
    yield from WHOLE_WORDS
    for word, frequency in frequencies.items():
        if frequency:
            yield word
            if word.endswith("تر"):
                yield word + "ی"  # بیشتری is of بیشتر as بیشتر is
            if word in compounds:
                yield from (word + ending for ending in COMPOUND_ENDINGS)


@cache
def load_lexicon() -> Lexicon:
    """Read the lexicons, once a process.

    Raises:
        ModuleNotFoundError: hazm is not installed.

    """
    frequencies: dict[str, int] = {}
    plurals: set[str] = set()
    gradables: set[str] = set()
    compounds: dict[str, tuple[str, ...]] = {}
    best: dict[str, int] = {}
    heads: Counter[str] = Counter()
    tails: Counter[str] = Counter()
    for word, frequency, tags in _words():
        pieces = tuple(filter(None, word.split(HALF_SPACE))) if HALF_SPACE in word else (word,)
        joined = "".join(pieces)
        if len(pieces) == 1:
            frequencies[joined] = frequencies.get(joined, 0) + frequency
            if "PL" in tags:
                plurals.add(joined)
            if "AJ" in tags or "ADV" in tags:
                gradables.add(joined)
            continue
        if frequency >= best.get(joined, 0):
            compounds[joined], best[joined] = pieces, frequency
        heads[pieces[0]] += 1
        tails[pieces[-1]] += 1
    for word in own_words("own_compounds.txt"):
        pieces = tuple(word.split(HALF_SPACE))
        compounds.setdefault("".join(pieces), pieces)
    for tail in [tail for tail in tails if tail.startswith("و") and frequencies.get(tail[1:])]:
        del tails[tail]  # the second half of a numeral: بیست‌ونه
    verbs = _verb_forms()
    return Lexicon(
        frequencies,
        frozenset(_wholes(frequencies, compounds)),
        frozenset(plurals),
        frozenset(gradables),
        compounds,
        verbs,
        informal_verbs(_verb_stems(), verbs),
        frozenset(piece for piece, count in heads.items() if count >= _PRODUCTIVE),
        COMPOUND_TAILS | {piece for piece, count in tails.items() if count >= _PRODUCTIVE},
    )
