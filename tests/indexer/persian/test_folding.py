"""Folding: which characters match each other, and the offset from which a folded character came."""

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
        ("ګل", "گل"),
        ("ڭرم", "گرم"),
        ("پښتو", "پشتو"),
        ("ټول", "تول"),
        ("کوردستان ڕ ڵ ڤان", "کوردستان ر ل وان"),
        ("ڈاکٹر", "داکتر"),
        ("پاکستاں", "پاکستان"),
        ("خانهٴ", "خانه"),
        ("﷼", "ریال"),
        ("ﷲ", "الله"),
        ("ﷴ", "محمد"),
        ("ﷺ", "صلی الله علیه و سلم"),
        ("ﷻ", "جل جلاله"),
        ("﷽", "بسم الله الرحمن الرحیم"),
    ],
)
def test_spelling_variants_of_a_letter_fold_to_one(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize("digits", ["0123456789", "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩"])
def test_digits_of_three_scripts_fold_to_ascii(digits: str) -> None:
    assert fold(digits) == "0123456789"


@pytest.mark.parametrize("digits", ["⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"])
def test_superscripts_and_subscripts_fold_to_ascii(digits: str) -> None:
    assert fold(digits) == "0123456789"


def test_the_arabic_decimal_separator_folds_to_a_full_stop() -> None:
    assert fold("۳٫۵") == "3.5"


@pytest.mark.parametrize(
    "mark", list("\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2069\u061c\ufeff\u00ad\u200d")
)
def test_invisible_marks_are_dropped(mark: str) -> None:
    assert fold(f"ای{mark}ران") == "ایران"


@pytest.mark.parametrize("half_space", ["\u200c", "\u200b", "\u00ac"])
def test_substitutes_for_the_half_space_become_a_half_space(half_space: str) -> None:
    assert fold(f"می{half_space}شود") == f"می{HALF_SPACE}شود"


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u2009", "\u3000", "\t", "\r"])
def test_every_kind_of_space_becomes_a_plain_space(blank: str) -> None:
    assert fold(f"خبر{blank}تازه") == "خبر تازه"


def test_line_breaks_are_kept() -> None:
    assert fold("خبر\nتازه") == "خبر\nتازه"


@pytest.mark.parametrize(
    ("presentation", "folded"),
    [("ﻛﺘﺎﺏ", "کتاب"), ("ﺳﻼﻡ", "سلام"), ("ﻋﻠﻲ", "علی"), ("ﻻ", "لا"), ("ﷲ", "الله"), ("ﺁﺏ", "اب")],
)
def test_presentation_forms_fold_to_ordinary_letters(presentation: str, folded: str) -> None:
    assert fold(presentation) == folded


@pytest.mark.parametrize(
    ("written", "folded"), [("ICT", "ict"), ("Café", "cafe"), ("ＡＢＣ", "abc"), ("Straße", "strasse")]
)
def test_case_accents_and_width_of_latin_letters_are_folded(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_the_32_letters_of_the_alphabet_stay_distinct() -> None:
    letters = "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
    assert fold(letters) == letters
    assert len(set(fold(letters))) == 32


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_every_folded_character_has_the_offset_of_its_original(text: str) -> None:
    folded, offsets = fold_with_offsets(text)
    assert folded == fold(text)
    assert len(offsets) == len(folded)
    assert offsets == sorted(offsets)
    for character, offset in zip(folded, offsets, strict=True):
        assert character in fold(text[offset])


@given(st.text(), st.text())
def test_folding_treats_each_character_independently(left: str, right: str) -> None:
    assert fold(left + right) == fold(left) + fold(right)


@given(st.characters())
def test_folding_accepts_any_unicode_character(character: str) -> None:
    assert isinstance(fold(character), str)
