"""Finds stems under the guard of a lexicon: a word is shortened only to another word that the lexicon knows.

A word that the lexicon has seen as a singular is its own stem, even if it seems to end in a suffix: ایران,
تهران, مردم, جهان, استان, سالم and نامه. Careless stripping is worse than none.
"""

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from indexer.persian.affixes import PREVERBS
from indexer.persian.demonyms import DEMONYMS
from indexer.persian.informal import INFORMAL_WORDS
from indexer.persian.lexicon import COMMON_VERBS, Lexicon, own_words

# Irregular ("broken") plurals in everyday news, regular plurals that the lexicon tags as singulars, and words
# that look inflected but are their own stems. Our own list, folded.
IRREGULAR_STEMS: dict[str, str] = dict(
    line.split("\t")
    for line in (files("indexer.persian") / "data" / "irregular_stems.tsv").read_text("utf-8").splitlines()
)


# Places, months, given names and words that only look like plurals in ان or ات. Our own list, folded.
OWN_WORDS = own_words("own_words.txt")
_PLACES = frozenset(DEMONYMS.values())
# Nouns, mostly for persons, whose form in ان or گان is a plural although the lexicon lists it as a word. Our
# own list, folded.
PERSON_NOUNS = own_words("person_nouns.txt")
# Endings of other nouns for persons: کارگر, کارمند, شهروند, بازیکن; then of agent nouns and participles:
# نویسنده, وابسته.
_AGENTS = (
    "گر", "کار", "مند", "ور", "دار", "باز", "یار", "بان", "کن", "وند", "خوان", "شناس", "نویس", "پرست",
    "پرداز", "گذار", "گزار", "جو", "گو", "ورز", "اموز", "پژوه", "نواز", "نورد", "نشین", "فروش", "پیما", "ساز",
)  # fmt: skip
_PARTICIPLES = ("نده", "ده", "ته")
# Minimum frequency of the singular of a plural in ان, unless `PERSON_NOUNS` lists the singular.
_COMMON = 20_000

# Minimum letters of a stem, such as the noun or adjective from which ی derived an adjective or noun.
_SHORTEST = 3
# Minimum letters of a verb form: ای and ام are far more often endings and particles than forms of آمد
# ("came").
_SHORTEST_VERB = 3
# The possessives ش ("his") and م ("my") are stripped only from a noun with at least this frequency; after
# other nouns the letter may be part of the word.
_POSSESSIVES = "شم"
_COMMON_HOST = 50_000
# The verb prefixes ب (subjunctive) and ن (negation).
_VERBAL_LETTERS = "بن"


class Stemmer:
    """Finds the stem of a folded part. Caches the results by word."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.stem = lru_cache(maxsize=200_000)(self._stem)

    def _stem(self, word: str) -> str:
        word = INFORMAL_WORDS.get(word, word)
        if stem := IRREGULAR_STEMS.get(word) or DEMONYMS.get(word):
            return stem
        if word in OWN_WORDS or word in _PLACES:
            return word
        if positive := self._positive(word):
            return self._stem(positive)
        if past := self._past(word):
            return past
        if noun := self._of_possessive(word) or self._of_vowel_y(word):
            return self._stem(noun)
        if person := self._plural_of_person(word):
            return DEMONYMS.get(person, person)
        return self._plural(word) or self._of_ending_y(word) or word

    def _positive(self, word: str) -> str:
        """Return the participle or infinitive that ن negates: نگفته → گفته, برنگشتن → برگشتن.

        Return "" for any other word: نوشته and نشستن are forms of other verbs.
        """
        ending = word[-1:]
        if ending not in ("ه", "ن"):
            return ""
        for preverb in ("", *PREVERBS):
            for form in _after_prefix(word.removeprefix(preverb), "ن") if word.startswith(preverb) else ():
                verb = form.removesuffix(ending)
                if self._lexicon.verbs.get(verb) == verb in COMMON_VERBS and not self._is_past(word, preverb):
                    return preverb + form
        return ""

    def _is_past(self, word: str, preverb: str) -> bool:
        """Return whether a participle or infinitive is of a verb in ن: بازنشسته ("retired") of نشست."""
        past = word.removeprefix(preverb)[:-1]
        return self._lexicon.verbs.get(past) == past

    def _past(self, word: str) -> str:
        """Return the past stem of a verb form: گفتند, بگوید, نگفت, نیامد → گفت ("said"), آمد ("came").

        Return "" if the word is no verb form, or is seen as another word.
        """
        lexicon = self._lexicon
        if len(word) < _SHORTEST_VERB or lexicon.is_attested(word):
            return ""
        if past := lexicon.verbs.get(word):
            return past
        forms = _after_prefix(word, _VERBAL_LETTERS)
        past = next((past for form in forms if (past := lexicon.verbs.get(form))), "")
        # باورند is a form of the noun باور ("belief").
        nouns = (word.removesuffix(ending) for ending in ("ند", "ی") if word.endswith(ending))
        is_noun = any(len(noun) > _SHORTEST_VERB and lexicon.is_attested(noun) for noun in nouns)
        return past if past in COMMON_VERBS and not is_noun else ""

    def _plural_of_person(self, word: str) -> str:
        """Return the singular of نویسندگان (نویسنده), دانشجویان (دانشجو), قربانیان (قربانی) and the like."""
        lexicon = self._lexicon
        if word.endswith("گان") and lexicon.is_attested(singular := word.removesuffix("گان") + "ه"):
            is_listed = word in lexicon.frequency
            is_person = singular in PERSON_NOUNS or singular.endswith(_PARTICIPLES)
            return singular if is_person or not is_listed else ""
        if not word.endswith("یان") or lexicon.is_attested(word):
            return ""
        singular = word.removesuffix("یان")
        # After a vowel the ی is only a glide and not part of the singular.
        if not singular.endswith(("ا", "و")) and lexicon.is_attested(singular + "ی"):
            return singular + "ی"
        return singular if len(singular) >= _SHORTEST and lexicon.is_attested(singular) else ""

    def _plural(self, word: str) -> str:
        """Return the singular of a plural in ان, ات or ین: معلمان → معلم, مقامات → مقام, جلسات → جلسه.

        Return "" for a word that is seen as a singular: باران, حیات.
        """
        lexicon = self._lexicon
        if lexicon.is_attested(word) and word not in lexicon.plurals:
            return ""
        if word.endswith("ان"):
            return self._plural_in_an(word)
        for suffix in ("ات", "ین"):
            singular = word.removesuffix(suffix)
            if singular == word or len(singular) < _SHORTEST:
                continue
            # If the lexicon tags the word as a plural, ات may replace a silent ه.
            is_feminine = suffix == "ات" and word in lexicon.plurals
            candidates = (singular, singular + "ه") if is_feminine else (singular,)
            best = max(candidates, key=lambda candidate: lexicon.frequency.get(candidate, 0))
            if lexicon.is_attested(best):
                return best
        return ""

    def _plural_in_an(self, word: str) -> str:
        """Return the singular of a plural in ان: مسافران → مسافر ("passenger").

        A listed word without a plural tag may also be a place or a name (تیران). It counts as a plural only
        if the singular names a person.
        """
        singular = word.removesuffix("ان")
        if singular in PERSON_NOUNS:
            return singular
        if len(singular) < _SHORTEST or self._lexicon.frequency.get(singular, 0) < _COMMON:
            return ""
        is_unclear = word in self._lexicon.frequency and word not in self._lexicon.plurals
        return "" if is_unclear and not _is_agent(singular) else singular

    def _of_ending_y(self, word: str) -> str:
        """Return the noun before a derivational ی: ایرانی → ایران, معلمی → معلم; "" for a seen word."""
        noun = word.removesuffix("ی")
        if noun == word or len(noun) < _SHORTEST or self._lexicon.is_attested(word):
            return ""
        # صادراتی is stripped; but a place in ان with ی may be a surname (طالبانی).
        if self._lexicon.is_attested(noun) or (noun in OWN_WORDS and noun.endswith("ات")):
            return noun
        return self._singular(noun)  # بازیکنانی

    def _of_vowel_y(self, word: str) -> str:
        """Return the noun before a ی that follows a vowel: روستایی → روستا, شهدای → شهدا.

        After a vowel the suffix ی comes with a glide (یی); a single ی is only the glide.
        """
        noun = word.removesuffix("ی").removesuffix("ی")
        if noun == word or len(noun) < _SHORTEST or not noun.endswith(("ا", "و")):
            return ""
        if self._lexicon.is_attested(word):
            return ""
        return noun if self._lexicon.is_attested(noun) or noun in IRREGULAR_STEMS else ""

    def _of_possessive(self, word: str) -> str:
        """Return the noun before a possessive: حضورش → حضور, کشورم → کشور. Return "" for a known word.

        The plural loses its ending too: بازیکنانش → بازیکن.
        """
        noun, ending = word[:-1], word[-1:]
        if ending not in _POSSESSIVES or len(noun) < _SHORTEST:
            return ""
        if self._lexicon.is_attested(word) or word in self._lexicon.verbs:
            return ""
        if self._lexicon.frequency.get(noun, 0) >= _COMMON_HOST:
            return noun
        return self._singular(noun)

    def _singular(self, noun: str) -> str:
        """Return the singular of a plural in ان or ات, "" if the noun is not one."""
        stem = self._stem(noun) if noun.endswith(("ان", "ات")) else noun
        return "" if stem == noun else stem


def _after_prefix(word: str, prefixes: str) -> Iterator[str]:
    """Yield the verb forms that may follow the prefix of a word, if it begins with one of these letters.

    Before an ا the prefix has a glide ی, which may replace the ا: نیامد is آمد, نیفتاد is افتاد.
    """
    if word[:1] not in prefixes:
        return
    forms = [word[1:]]
    if word[1:3] == "یا":
        forms.append(word[2:])
    elif word[1:3] in ("یف", "ین"):
        forms.append("ا" + word[2:])
    yield from (form for form in forms if len(form) >= _SHORTEST_VERB)


def _is_agent(noun: str) -> bool:
    """Return whether the noun is a compound or derivative that names a person: کارگر, not گر or مار."""
    return any(noun.endswith(ending) and len(noun) >= len(ending) + 2 for ending in _AGENTS)
