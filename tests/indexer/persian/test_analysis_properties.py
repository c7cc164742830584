"""Properties of the analysis for any text: spelling variants, spans, lost and restored half-spaces."""

import random

from hypothesis import given
from hypothesis import strategies as st

from indexer.persian.analyzer import persian_analyzer
from indexer.persian.characters import HALF_SPACE, fold
from indexer.persian.lexicon import load_lexicon
from indexer.persian.spellings import canonical

LEXICON = load_lexicon()
COMPOUNDS = sorted(HALF_SPACE.join(pieces) for pieces in LEXICON.compounds.values() if all(pieces))
NOUNS = sorted(word for word, frequency in LEXICON.frequency.items() if frequency > 500_000 and len(word) > 3)
VERBS = sorted(f"می{HALF_SPACE}{verb}" for verb in LEXICON.verbs if len(verb) > 3)
WORDS = [*COMPOUNDS, *NOUNS, *VERBS]

running_text = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)

VARIANTS = {
    "ی": "یيى",
    "ک": "کك",
    "ه": "هہ",
    "ا": "اأإ",
    "و": "وؤ",
    **{str(digit): f"{digit}{chr(0x6F0 + digit)}{chr(0x660 + digit)}" for digit in range(10)},
    HALF_SPACE: "\u200c\u200b\u00ac",
}
# Tatweel, diacritics, bidi marks, joiner, zero-width no-break space: they have no meaning within a word.
NOISE = ["", "", "", "\u0640", "\u064e", "\u0651", "\u200f", "\u200e", "\u202b", "\u200d", "\ufeff"]


def misspelled(text: str, dice: random.Random) -> str:
    """Return the same text in other code points; add marks only between two letters."""
    pieces = []
    for character, following in zip(text, f"{text[1:]} ", strict=True):
        pieces.append(dice.choice(VARIANTS.get(character, character)))
        if character.isalpha() and following.isalpha():
            pieces.append(dice.choice(NOISE))
    return "".join(pieces)


def terms(text: str) -> list[tuple[str, int]]:
    return [(term.text, term.position) for term in persian_analyzer().words(text)]


@given(running_text, st.randoms(use_true_random=False))
def test_variants_of_letters_digits_marks_and_half_spaces_change_no_term(
    text: str, dice: random.Random
) -> None:
    text = f"{text} 1402"
    assert terms(misspelled(text, dice)) == terms(text)


@given(running_text, st.randoms(use_true_random=False))
def test_folding_a_text_before_analysis_changes_no_term(text: str, dice: random.Random) -> None:
    written = misspelled(text, dice)
    assert terms(fold(written)) == terms(written)


@given(running_text, st.randoms(use_true_random=False))
def test_a_span_holds_the_letters_of_its_term(text: str, dice: random.Random) -> None:
    written = misspelled(text, dice)
    for term in persian_analyzer().words(written):
        covered = canonical(fold(written[term.start : term.end])).replace(HALF_SPACE, "").replace(" ", "")
        # The term of حجه in حجه‌الاسلام is حجت.
        assert term.text.replace("ت", "ه") in covered.replace("ت", "ه")


# Without های: joined to a noun it may read as another word, as جامعهای (جامع‌های) reads as جامعه‌ای.
@given(st.sampled_from(NOUNS), st.sampled_from(["ها", "هایی", "هایش", "هایشان"]))
def test_a_plural_with_a_half_space_shares_a_term_with_its_joined_spelling(noun: str, ending: str) -> None:
    apart = {term for term, _ in terms(noun + HALF_SPACE + ending)}
    assert apart & {term for term, _ in terms(noun + ending)}


@given(running_text)
def test_restoring_half_spaces_changes_no_term(text: str) -> None:
    joined = text.replace(HALF_SPACE, "")
    assert terms(persian_analyzer().restored(joined)) == terms(joined)


@given(running_text)
def test_stemming_is_stable_after_the_second_time(text: str) -> None:
    analyzer = persian_analyzer()
    for stem in analyzer.streams(text).stems:
        again = analyzer.stem(stem.text)
        assert analyzer.stem(again) == again
