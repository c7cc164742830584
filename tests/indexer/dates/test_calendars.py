"""The names of the months and the limits of the years, which readers, filters and queries share."""

import datetime as dt

import pytest

from indexer.dates.calendars import (
    AFGHAN_NAMES,
    GREGORIAN_NAMES,
    GREGORIAN_YEARS,
    IRANIAN_NAMES,
    JALALI_YEARS,
    calendar_day,
)
from indexer.readers.dates import parse_date
from search_web.text.jalali import parse_day
from search_web.understanding.date_words import find_date

TODAY = dt.date(2025, 11, 24)
MONTHS = [
    (name, number, year)
    for table, year in ((IRANIAN_NAMES, 1403), (AFGHAN_NAMES, 1403), (GREGORIAN_NAMES, 2024))
    for number, names in enumerate(table, start=1)
    for name in names.split()
]


@pytest.mark.parametrize(("name", "number", "year"), MONTHS)
def test_readers_filters_and_queries_know_the_same_months(name: str, number: int, year: int) -> None:
    day = calendar_day(year, number, 12)
    written = f"۱۲ {name} {year}"
    assert parse_date(written) == day
    assert parse_day(written) == day
    found = find_date(f"خبر {written} کابل", TODAY)
    assert found
    assert (found.first, found.last, found.rest) == (day, day, "خبر کابل")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("ژانویه", 1), ("جنوری", 1), ("فوريه", 2), ("فبروری", 2), ("مارس", 3), ("مارچ", 3), ("آوريل", 4),
        ("اوریل", 4), ("اپریل", 4), ("می", 5), ("مي", 5), ("مه", 5), ("ژوئن", 6), ("ژوین", 6), ("جون", 6),
        ("ژوئیه", 7), ("ژوئيه", 7), ("جولای", 7), ("اوت", 8), ("آگوست", 8), ("اگوست", 8), ("اگست", 8),
        ("سپتامبر", 9), ("سپتمبر", 9), ("اکتبر", 10), ("اكتبر", 10), ("اکتوبر", 10), ("نوامبر", 11),
        ("نومبر", 11), ("دسامبر", 12), ("دسمبر", 12), ("Sept", 9), ("AUG", 8), ("december", 12),
    ],
)  # fmt: skip
def test_a_gregorian_month_has_the_names_of_iran_and_of_afghanistan(written: str, number: int) -> None:
    assert parse_date(f"7 {written} 2023") == dt.date(2023, number, 7)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("حمل", 1), ("ثور", 2), ("جوزا", 3), ("سرطان", 4), ("اسد", 5), ("سنبله", 6), ("میزان", 7),
        ("ميزان", 7), ("عقرب", 8), ("قوس", 9), ("جدی", 10), ("جدي", 10), ("دلو", 11), ("حوت", 12),
        ("امرداد", 5), ("مرداد", 5), ("آبان", 8), ("ابان", 8), ("دي", 10), ("Mehr", 7), ("esfand", 12),
    ],
)  # fmt: skip
def test_a_jalali_month_has_the_names_of_iran_and_of_afghanistan(written: str, number: int) -> None:
    assert parse_date(f"۷ {written} ۱۴۰۲") == parse_date(f"1402/{number}/7")


@pytest.mark.parametrize("month", ["مردادماه", "مرداد ماه", "مرداد‌ماه", "ماه مرداد", "اسدماه", "مُردادِ"])
def test_the_word_for_month_may_stand_with_the_name(month: str) -> None:
    assert parse_date(f"۱۲ {month} ۱۴۰۳") == parse_day(f"۱۲ {month} ۱۴۰۳") == dt.date(2024, 8, 2)


def test_the_year_decides_the_calendar_by_one_limit_for_all() -> None:
    first, last = JALALI_YEARS[0], JALALI_YEARS[-1]
    assert parse_date(f"{first}-01-01") == parse_day(f"{first}-01-01") == dt.date(1821, 3, 21)
    assert parse_date(f"{last}-01-01") == parse_day(f"{last}-01-01") == dt.date(2220, 3, 21)
    found = find_date(f"۱ فروردین {last}", dt.date(2300, 1, 1))
    assert found
    assert found.first == parse_day(f"{last}-01-01")


def test_the_days_of_all_jalali_years_lie_in_the_gregorian_years() -> None:
    first = calendar_day(JALALI_YEARS[0], 1, 1)
    last = calendar_day(JALALI_YEARS[-1], 12, 29)
    assert {first.year, last.year} <= set(GREGORIAN_YEARS)


@pytest.mark.parametrize(("year", "month", "day"), [(1199, 1, 1), (1403, 0, 1), (1403, 7, 31), (2023, 2, 29)])
def test_a_day_that_no_calendar_has_is_an_error(year: int, month: int, day: int) -> None:
    with pytest.raises(ValueError, match=r"neither Jalali|there is no (month|day)"):
        calendar_day(year, month, day)
