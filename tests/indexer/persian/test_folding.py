"""Which characters are one for matching, and where a folded character came from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.persian.characters import HALF_SPACE, fold, fold_with_offsets


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("علي", "علی"),
        ("مصطفى", "مصطفی"),
        ("كتاب", "کتاب"),
        ("گلڪار", "گلکار"),
        ("زكاة", "زکاه"),
        ("نامۀ", "نامه"),
        ("نامه\u0654", "نامه"),
        ("نامۂ", "نامه"),
        ("أحمد", "احمد"),
        ("إسلام", "اسلام"),
        ("آب", "اب"),
        ("ا\u0653ب", "اب"),
        ("ٱلله", "الله"),
        ("مؤمن", "مومن"),
        ("مو\u0654من", "مومن"),
        ("رئیس", "رییس"),
        ("ری\u0654یس", "رییس"),
        ("رییس", "رییس"),
        ("جزء", "جز"),
        ("خـــبر", "خبر"),
        ("مُحَمَّد", "محمد"),
        ("مثلاً", "مثلا"),
        ("رحمٰن", "رحمن"),
    ],
)
def test_spellings_of_a_letter_are_one(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize("digits", ["0123456789", "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩"])
def test_digits_of_three_scripts_are_one(digits: str) -> None:
    assert fold(digits) == "0123456789"


def test_the_arabic_decimal_separator_is_a_full_stop() -> None:
    assert fold("۳٫۵") == "3.5"


@pytest.mark.parametrize(
    "mark", list("\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2069\u061c\ufeff\u00ad\u200d")
)
def test_invisible_marks_are_dropped(mark: str) -> None:
    assert fold(f"ای{mark}ران") == "ایران"


@pytest.mark.parametrize("half_space", ["\u200c", "\u200b", "\u00ac"])
def test_whatever_stands_for_the_half_space_becomes_one(half_space: str) -> None:
    assert fold(f"می{half_space}شود") == f"می{HALF_SPACE}شود"


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u2009", "\u3000", "\t", "\r"])
def test_blanks_are_spaces(blank: str) -> None:
    assert fold(f"خبر{blank}تازه") == "خبر تازه"


def test_line_breaks_stay() -> None:
    assert fold("خبر\nتازه") == "خبر\nتازه"


@pytest.mark.parametrize(
    ("presentation", "folded"),
    [("ﻛﺘﺎﺏ", "کتاب"), ("ﺳﻼﻡ", "سلام"), ("ﻋﻠﻲ", "علی"), ("ﻻ", "لا"), ("ﷲ", "الله"), ("ﺁﺏ", "اب")],
)
def test_presentation_forms_are_the_letters_they_show(presentation: str, folded: str) -> None:
    assert fold(presentation) == folded


@pytest.mark.parametrize(
    ("written", "folded"), [("ICT", "ict"), ("Café", "cafe"), ("ＡＢＣ", "abc"), ("Straße", "strasse")]
)
def test_case_accents_and_width_of_latin_letters_are_folded(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_letters_that_differ_in_meaning_stay_apart() -> None:
    letters = "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
    assert fold(letters) == letters
    assert len(set(fold(letters))) == 32


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_every_folded_character_knows_the_original_one(text: str) -> None:
    folded, offsets = fold_with_offsets(text)
    assert folded == fold(text)
    assert len(offsets) == len(folded)
    assert offsets == sorted(offsets)
    for character, offset in zip(folded, offsets, strict=True):
        assert character in fold(text[offset])


@given(st.text(), st.text())
def test_folding_looks_at_one_character_at_a_time(left: str, right: str) -> None:
    assert fold(left + right) == fold(left) + fold(right)


@given(st.characters())
def test_any_character_at_all_is_folded(character: str) -> None:
    assert isinstance(fold(character), str)
