"""Dates written among the words of a query."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_web.text.jalali import persian_day
from search_web.understanding.date_words import find_date

TODAY = dt.date(2025, 11, 24)  # Monday, 3 Azar 1404


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("query", "first", "last", "rest"),
    [
        ("آبان ۱۴۰۴", "2025-10-23", "2025-11-21", ""),
        ("قیمت دلار در آبان ۱۴۰۴", "2025-10-23", "2025-11-21", "قیمت دلار"),
        ("آبان‌ماه ۱۴۰۴ زلزله", "2025-10-23", "2025-11-21", "زلزله"),
        ("آبان ماه سال 1404", "2025-10-23", "2025-11-21", ""),
        ("اسفند ۱۴۰۳", "2025-02-19", "2025-03-20", ""),  # in a leap year
        ("دي ١٤٠٣", "2024-12-21", "2025-01-19", ""),
        ("زلزله ۲۷ آبان ۱۴۰۴ تهران", "2025-11-18", "2025-11-18", "زلزله تهران"),
        ("زلزله ۲۷ آبان", "2025-11-18", "2025-11-18", "زلزله"),
        ("۱۳ آذر", "2024-12-03", "2024-12-03", ""),  # this year's is still to come
        ("۲۵ مهرماه", "2025-10-17", "2025-10-17", ""),
        ("۱ دی", "2024-12-21", "2024-12-21", ""),
        ("۱۴۰۴/۸/۲۷ زلزله", "2025-11-18", "2025-11-18", "زلزله"),
        ("2025-11-18", "2025-11-18", "2025-11-18", ""),
        ("نوامبر ۲۰۲۵", "2025-11-01", "2025-11-30", ""),
        ("18 نوامبر 2025 بورس", "2025-11-18", "2025-11-18", "بورس"),
        ("دسامبر ۲۰۲۴", "2024-12-01", "2024-12-31", ""),
        ("تابستان ۱۴۰۳", "2024-06-21", "2024-09-21", ""),
        ("پاییز سال ۱۴۰۳", "2024-09-22", "2024-12-20", ""),
        ("زمستان ۱۴۰۳", "2024-12-21", "2025-03-20", ""),
        ("زمستان پارسال", "2024-12-21", "2025-03-20", ""),
        ("تصادف‌های نوروز ۱۴۰۴", "2025-03-21", "2025-04-02", "تصادف‌های"),
        ("عید نوروز امسال", "2025-03-21", "2025-04-02", ""),
        ("بودجهٔ سال ۱۴۰۳", "2024-03-20", "2025-03-20", "بودجهٔ"),
        ("سال 87", "2008-03-20", "2009-03-20", ""),
        ("سال ۰۳", "2024-03-20", "2025-03-20", ""),
        ("سال ۲۰۱۸", "2018-01-01", "2018-12-31", ""),
        ("امروز", "2025-11-24", "2025-11-24", ""),
        ("بورس دیروز", "2025-11-23", "2025-11-23", "بورس"),
        ("پریروز", "2025-11-22", "2025-11-22", ""),
        ("هفته گذشته", "2025-11-15", "2025-11-21", ""),
        ("بورس در هفتهٔ گذشته", "2025-11-15", "2025-11-21", "بورس"),
        ("هفته‌ی قبل", "2025-11-15", "2025-11-21", ""),
        ("هفته ی پیش", "2025-11-15", "2025-11-21", ""),
        ("ماه گذشته", "2025-10-23", "2025-11-21", ""),
        ("تورم ماه قبل", "2025-10-23", "2025-11-21", "تورم"),
        ("سال گذشته", "2024-03-20", "2025-03-20", ""),
        ("پارسال", "2024-03-20", "2025-03-20", ""),
        ("امسال", "2025-03-21", "2026-03-20", ""),
    ],
)
def test_a_date_in_words_is_understood(query: str, first: str, last: str, rest: str) -> None:
    found = find_date(query, TODAY)
    assert found
    assert (found.first, found.last, found.rest) == (day(first), day(last), rest)


@pytest.mark.parametrize(
    "query",
    [
        "مهر",
        "خبرگزاری مهر",
        "تیر و کمان",
        "تیر ۲۰ میلی‌متری",
        "بهار",
        "نوروز",
        "نوامبر",
        "دیروز و امروز ایران",
        "آبان ۱۴۰۳ و آبان ۱۴۰۴",
        "۳۱ آبان",
        "۳۰ اسفند ۱۴۰۴",
        "۳۲ نوامبر ۲۰۲۴",
        "۰ آبان",
        "1404/13/1",
        "آبان ۱۴۹۹",  # still to come
        "سال ۲۰۳۰",
        "«آبان ۱۴۰۴»",
        '"دیروز" ایران',
        "ایران -دیروز",
        "امروزی",
        "نیم‌دیروز",
        "ایران ۱۴۰۴",
        "سال ۱۴۰۳٫۵",
        "۲ سال",
        "ماه",
        "",
    ],
)
def test_a_query_without_a_single_past_date_has_no_date(query: str) -> None:
    assert find_date(query, TODAY) is None


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ("سیل آبان  ۱۴۰۴", "آبان  ۱۴۰۴"),
        ("زلزله ۲۷ آبان", "۲۷ آبان ۱۴۰۴"),
        ("1404-08-27", "۲۷ آبان ۱۴۰۴"),
        ("بورس ديروز", "ديروز، ۲ آذر ۱۴۰۴"),
        ("هفتهٔ گذشته", "هفتهٔ گذشته"),
    ],
)
def test_the_label_of_a_date_is_the_typed_text_and_a_day_gets_its_year(query: str, label: str) -> None:
    found = find_date(query, TODAY)
    assert found
    assert found.label == label


@pytest.mark.parametrize("weekday", range(7))
def test_the_last_week_is_from_saturday_to_friday_on_any_weekday(weekday: int) -> None:
    saturday = dt.date(2025, 11, 22)
    found = find_date("هفته گذشته", saturday + dt.timedelta(weekday))
    assert found
    assert (found.first, found.last) == (day("2025-11-15"), day("2025-11-21"))


@given(st.dates(dt.date(1950, 1, 1), TODAY))
def test_every_day_that_pages_show_is_understood_among_other_words(shown: dt.date) -> None:
    found = find_date(f"باران {persian_day(shown)} تهران", TODAY)
    assert found
    assert (found.first, found.last, found.rest) == (shown, shown, "باران تهران")


@given(st.dates(dt.date(1950, 1, 1), dt.date(2100, 1, 1)), st.text(alphabet="سالماهبن۱۲۳۴ /-‌«", max_size=30))
def test_finding_a_date_never_fails(today: dt.date, query: str) -> None:
    find_date(query, today)
