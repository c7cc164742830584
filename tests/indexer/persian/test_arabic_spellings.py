"""Arabic spellings: ة as ت or ه, «ا...» for الله, and formulas in one character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.persian.analyzer import PersianAnalyzer, Term, persian_analyzer


def terms(text: str, analyzer: PersianAnalyzer) -> list[tuple[str, int]]:
    return [(term.text, term.position) for term in analyzer.words(text)]


FAMILIES = """
حجت‌الاسلام حجت_الاسلام حجةالاسلام حجة‌الاسلام حجة_الاسلام حجه‌الاسلام حجه_الاسلام حجهالاسلام
آیت‌الله آیت_الله آیةالله آیة_الله آیه‌الله آیه_الله آیت_ا... آیت‌ا... آیت‌ا… آیت_ا.. آية‌ا...
آیت‌الکرسی آیةالکرسی آیة‌الکرسی
بیت‌الله بیت_الله بیت_ا... بیت‌ا…
روح‌الله روح_الله روح_ا... روح‌ا…
حزب‌الله حزب_الله حزب_ا... حزب‌ا…
سیف‌الله سیف_الله سیف_ا…
عبدالله عبدا... عبدا… عبدﷲ
ثارالله ثارا... ثارا…
یدالله یدا... یدا…
رحمت رحمة رحمةً
زکات زکاة زکوة
صلات صلاة صلوة
حیات حیاة حیوة
نهضت نهضة
فاطمه فاطمة
مکه مكة مکۃ
مدینه مدینة
مدرسه مدرسة مدرﺳﺔ
دایره‌المعارف دایرة‌المعارف دائرةالمعارف دایره_المعارف
"""


@pytest.mark.parametrize("family", FAMILIES.strip().splitlines())
def test_all_spellings_of_an_arabic_word_have_the_same_terms(family: str, analyzer: PersianAnalyzer) -> None:
    first, *others = (terms(f"در {written.replace('_', ' ')} بود", analyzer) for written in family.split())
    assert all(other == first for other in others), family


def test_a_word_that_is_one_with_either_letter_has_both_readings(analyzer: PersianAnalyzer) -> None:
    assert terms("رسالة نو", analyzer) == [("رساله", 0), ("رسالت", 0), ("نو", 1)]
    assert terms("سنة", analyzer) == [("سنت", 0), ("سنه", 0)]


@pytest.mark.parametrize(
    "text", ["باشگاه النصر", "شده الهی", "که البته", "سوره البقره", "روزنامه‌الوطن", "اهالی", "نهالستان"]
)
def test_a_he_before_the_article_stays_where_it_is_no_teh(text: str, analyzer: PersianAnalyzer) -> None:
    first, *_ = text.replace("\u200c", " ").split()
    assert analyzer.words(text)[0].text == first


@pytest.mark.parametrize("text", ["خدا...", "شما…", "آنها...", "اما…", "قهرمان آسیا...", "چرا....", "ا....."])
def test_an_ellipsis_after_another_word_is_no_name_of_god(text: str, analyzer: PersianAnalyzer) -> None:
    assert "الله" not in analyzer.words(text)[-1].text


def test_the_span_of_a_shortened_name_includes_its_dots(analyzer: PersianAnalyzer) -> None:
    assert analyzer.words("عبدا... آمد")[0] == Term("عبدالله", 0, 0, 7)
    assert analyzer.words("آیت‌ا… آمد")[1] == Term("الله", 1, 4, 6)


@pytest.mark.parametrize("written", ["ﷺ", "صلی الله علیه وسلم", "صلی الله علیه و سلم", "صلى الله عليه وسلم"])
def test_a_formula_in_one_character_has_the_terms_of_its_words(
    written: str, analyzer: PersianAnalyzer
) -> None:
    assert [text for text, _ in terms(f"پیامبر {written} فرمود", analyzer)] == [
        *("پیامبر", "صلی", "الله", "علیه", "و", "سلم", "فرمود"),
    ]
    assert [position for _, position in terms(f"پیامبر{written}", analyzer)] == [*range(6)] or " " in written


@given(st.text(st.sampled_from("ابحجتيهةۃال.… \u200c\n"), max_size=40))
def test_reading_arabic_spellings_keeps_every_span_in_the_text(text: str) -> None:
    for term in persian_analyzer().words(text):
        assert 0 <= term.start < term.end <= len(text)
