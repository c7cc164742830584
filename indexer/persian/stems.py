"""Lexicon-guarded stems: a word is shortened only to another word that the lexicon knows.

A word that the lexicon has seen as a singular keeps its whole form, however it ends: ایران, تهران, مردم,
جهان, استان, سالم and نامه are their own stems. Careless stripping is worse than none.
"""

from functools import lru_cache
from importlib.resources import files

from indexer.persian.informal import INFORMAL_WORDS
from indexer.persian.lexicon import COMMON_VERBS, Lexicon, own_words

# Broken plurals of everyday news, regular ones that the lexicon tags as singulars, and words that look
# inflected but are their own stems; folded, our own list.
IRREGULAR_STEMS: dict[str, str] = dict(
    line.split("\t")
    for line in (files("indexer.persian") / "data" / "irregular_stems.tsv").read_text("utf-8").splitlines()
)


# Places, months, given names and words that only look like plurals in ان or ات; folded, our own list.
OWN_WORDS = own_words("own_words.txt")
# Nouns, mostly of persons, that have a plural in ان or گان though the lexicon lists it; folded, our own list.
PERSON_NOUNS = own_words("person_nouns.txt")
# How other nouns of persons end: کارگر, کارمند, شهروند, بازیکن; and agents and participles: نویسنده, وابسته.
_AGENTS = (
    "گر", "کار", "مند", "ور", "دار", "باز", "یار", "بان", "کن", "وند", "خوان", "شناس", "نویس", "پرست",
    "پرداز", "گذار", "گزار", "جو", "گو", "ورز", "اموز", "پژوه", "نواز", "نورد", "نشین", "فروش", "پیما", "ساز",
)  # fmt: skip
_PARTICIPLES = ("نده", "ده", "ته")
# The singular of a plural in ان that is listed nowhere must be this frequent.
_COMMON = 20_000

# Noun from adjective or adjective from noun by ی is undone only for stems of this length and more.
_SHORTEST = 3
# ای and ام are endings and particles far oftener than forms of آمد.
_SHORTEST_VERB = 3
# His and my are joined to nouns that are seen this often; any others may be a part of the word.
_POSSESSIVES = "شم"
_COMMON_HOST = 50_000
# The subjunctive's ب and the ن of negation.
_VERBAL_LETTERS = "بن"


class Stemmer:
    """Finds the stem of a folded part; results are cached by word."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.stem = lru_cache(maxsize=200_000)(self._stem)

    def _stem(self, word: str) -> str:
        word = INFORMAL_WORDS.get(word, word)
        if word in IRREGULAR_STEMS:
            return IRREGULAR_STEMS[word]
        if word in OWN_WORDS:
            return word
        if past := self._past(word):
            return past
        if noun := self._of_possessive(word) or self._of_vowel_y(word):
            return self._stem(noun)
        return self._plural_of_person(word) or self._plural(word) or self._of_ending_y(word) or word

    def _past(self, word: str) -> str:
        """گفتند, بگوید, نگفت → گفت; a form that is seen as another word stays."""
        lexicon = self._lexicon
        if len(word) < _SHORTEST_VERB or lexicon.is_attested(word):
            return ""
        if past := lexicon.verbs.get(word):
            return past
        form = word[1:] if word[0] in _VERBAL_LETTERS else ""
        past = lexicon.verbs.get(form, "") if len(form) >= _SHORTEST_VERB else ""
        # باورند is of باور.
        nouns = (word.removesuffix(ending) for ending in ("ند", "ی") if word.endswith(ending))
        is_noun = any(len(noun) > _SHORTEST_VERB and lexicon.is_attested(noun) for noun in nouns)
        return past if past in COMMON_VERBS and not is_noun else ""

    def _plural_of_person(self, word: str) -> str:
        """نویسندگان → نویسنده, دانشجویان → دانشجو, قربانیان → قربانی."""
        lexicon = self._lexicon
        if word.endswith("گان") and lexicon.is_attested(singular := word.removesuffix("گان") + "ه"):
            is_listed = word in lexicon.frequency
            is_person = singular in PERSON_NOUNS or singular.endswith(_PARTICIPLES)
            return singular if is_person or not is_listed else ""
        if not word.endswith("یان") or lexicon.is_attested(word):
            return ""
        singular = word.removesuffix("یان")
        # After a vowel ی is only a glide.
        if not singular.endswith(("ا", "و")) and lexicon.is_attested(singular + "ی"):
            return singular + "ی"
        return singular if len(singular) >= _SHORTEST and lexicon.is_attested(singular) else ""

    def _plural(self, word: str) -> str:
        """معلمان → معلم, مقامات → مقام, جلسات → جلسه; a word seen as a singular stays (باران, حیات)."""
        lexicon = self._lexicon
        if lexicon.is_attested(word) and word not in lexicon.plurals:
            return ""
        if word.endswith("ان"):
            return self._plural_in_an(word)
        for suffix in ("ات", "ین"):
            singular = word.removesuffix(suffix)
            if singular == word or len(singular) < _SHORTEST:
                continue
            # Where the lexicon itself calls it a plural, ات may stand for a silent ه.
            is_feminine = suffix == "ات" and word in lexicon.plurals
            candidates = (singular, singular + "ه") if is_feminine else (singular,)
            best = max(candidates, key=lambda candidate: lexicon.frequency.get(candidate, 0))
            if lexicon.is_attested(best):
                return best
        return ""

    def _plural_in_an(self, word: str) -> str:
        """مسافران → مسافر; listed untagged, it is as well a place or a name (تیران): only of persons then."""
        singular = word.removesuffix("ان")
        if singular in PERSON_NOUNS:
            return singular
        if len(singular) < _SHORTEST or self._lexicon.frequency.get(singular, 0) < _COMMON:
            return ""
        is_unclear = word in self._lexicon.frequency and word not in self._lexicon.plurals
        return "" if is_unclear and not _is_agent(singular) else singular

    def _of_ending_y(self, word: str) -> str:
        """ایرانی → ایران, معلمی → معلم; not of words that are well known in themselves."""
        noun = word.removesuffix("ی")
        if noun == word or len(noun) < _SHORTEST or self._lexicon.is_attested(word):
            return ""
        # صادراتی; from a place in ان there are surnames (طالبانی).
        if self._lexicon.is_attested(noun) or (noun in OWN_WORDS and noun.endswith("ات")):
            return noun
        return self._singular(noun)  # بازیکنانی

    def _of_vowel_y(self, word: str) -> str:
        """روستایی → روستا, شهدای → شهدا: after a vowel ی brings a glide, or is nothing else."""
        noun = word.removesuffix("ی").removesuffix("ی")
        if noun == word or len(noun) < _SHORTEST or not noun.endswith(("ا", "و")):
            return ""
        if self._lexicon.is_attested(word):
            return ""
        return noun if self._lexicon.is_attested(noun) or noun in IRREGULAR_STEMS else ""

    def _of_possessive(self, word: str) -> str:
        """حضورش → حضور, کشورم → کشور, بازیکنانش → بازیکنان; not of words that are known in themselves."""
        noun, ending = word[:-1], word[-1:]
        if ending not in _POSSESSIVES or len(noun) < _SHORTEST:
            return ""
        if self._lexicon.is_attested(word) or word in self._lexicon.verbs:
            return ""
        if self._lexicon.frequency.get(noun, 0) >= _COMMON_HOST:
            return noun
        return self._singular(noun)

    def _singular(self, noun: str) -> str:
        """Return the singular of a plural in ان or ات, "" when it is none."""
        stem = self._stem(noun) if noun.endswith(("ان", "ات")) else noun
        return "" if stem == noun else stem


def _is_agent(noun: str) -> bool:
    """Tell whether the noun is a compound or derivative that names a person: کارگر, not گر or مار."""
    return any(noun.endswith(ending) and len(noun) >= len(ending) + 2 for ending in _AGENTS)
