"""Jalali and Gregorian days: how they are shown and parsed."""

import datetime as dt
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import UsageError
from search_web.text.jalali import day_of, parse_day, persian_day, persian_moment, persian_numeric_day
from search_web.text.numerals import persian_count, persian_days, persian_seconds

NEWS_DAYS = st.dates(dt.date(1837, 5, 1), dt.date(2200, 1, 1))


def test_a_day_is_written_with_its_month_and_persian_digits() -> None:
    assert persian_day(dt.date(2025, 11, 18)) == "۲۷ آبان ۱۴۰۴"
    assert persian_numeric_day(dt.date(2025, 11, 18)) == "۱۴۰۴/۰۸/۲۷"


@pytest.mark.parametrize(
    ("gregorian", "jalali"),
    [
        (dt.date(2025, 3, 20), "۳۰ اسفند ۱۴۰۳"),  # the last day of a leap year
        (dt.date(2025, 3, 21), "۱ فروردین ۱۴۰۴"),
        (dt.date(1979, 2, 11), "۲۲ بهمن ۱۳۵۷"),
    ],
)
def test_known_days_have_the_right_jalali_date(gregorian: dt.date, jalali: str) -> None:
    assert persian_day(gregorian) == jalali


def test_a_date_time_is_shown_with_its_time_and_a_date_without() -> None:
    assert persian_moment(dt.datetime(2025, 11, 18, 14, 5)) == "۲۷ آبان ۱۴۰۴، ساعت ۱۴:۰۵"
    assert persian_moment(dt.date(2025, 11, 18)) == "۲۷ آبان ۱۴۰۴"


def test_a_date_time_with_an_offset_is_shown_as_its_day_and_time_in_tehran() -> None:
    tehran = dt.timezone(dt.timedelta(hours=3, minutes=30))
    assert persian_day(dt.datetime(2025, 11, 18, 0, 30, tzinfo=tehran)) == "۲۷ آبان ۱۴۰۴"
    late = dt.datetime(2025, 11, 17, 21, 15, tzinfo=dt.UTC)
    assert persian_day(late) == "۲۷ آبان ۱۴۰۴"
    assert persian_numeric_day(late) == "۱۴۰۴/۰۸/۲۷"
    assert persian_moment(late) == "۲۷ آبان ۱۴۰۴، ساعت ۰۰:۴۵"
    assert day_of(late.isoformat()) == dt.date(2025, 11, 18)


def test_a_hit_without_an_offset_has_the_day_that_it_names() -> None:
    assert day_of("2025-11-17T23:59:00") == day_of("2025-11-17") == dt.date(2025, 11, 17)
    assert day_of(None) is None


@pytest.mark.parametrize(
    ("day", "shown"), [(dt.date(610, 1, 2), "۰۶۱۰-۰۱-۰۲"), (dt.date(9999, 12, 31), "۹۹۹۹-۱۲-۳۱")]
)
def test_a_day_outside_the_jalali_calendar_stays_gregorian(day: dt.date, shown: str) -> None:
    assert persian_day(day) == shown
    assert persian_numeric_day(day) == shown


@given(st.dates())
def test_every_day_can_be_shown(day: dt.date) -> None:
    assert persian_day(day)
    assert persian_numeric_day(day)


@pytest.mark.parametrize(
    "text",
    [
        "2025-11-18",
        "2025/11/18",
        "۲۰۲۵-۱۱-۱۸",
        "1404-08-27",
        "1404/8/27",
        "1404.08.27",
        "۱۴۰۴/۰۸/۲۷",
        "١٤٠٤/٠٨/٢٧",
        " ۱۴۰۴-۸-۲۷ ",
        "۲۷ آبان ۱۴۰۴",
        "27  آبان 1404",
        "27-08-1404",
        "۲۷.۸.۱۴۰۴",
        "۲۷ آبان‌ماه ۱۴۰۴",
        "سه‌شنبه، ۲۷ آبان ۱۴۰۴",
        "۲۷ عقرب ۱۴۰۴",
        "۱۸ نومبر ۲۰۲۵",
        "18 November 2025",
        "Nov 18, 2025",
        "20251118",
        "\u200f۱۴۰۴/\u200e۰۸/۲۷",
    ],
)
def test_one_day_is_read_in_either_calendar_and_any_digits(text: str) -> None:
    assert parse_day(text) == dt.date(2025, 11, 18)


def test_a_month_typed_with_an_arabic_yeh_is_read() -> None:
    assert parse_day("۲۲ دي ۱۴۰۳") == parse_day("۱۴۰۳/۱۰/۲۲")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "دیروز",
        "1404",
        "1404-08",
        "1404-08/27",
        "1404-13-01",
        "1404-12-30",
        "2025-02-29",
        "27-08-04",
        "18/11/2025",
        "27 آبان 2025",
        "۲۷ آبان ۱۴۰۴ و بعد",
        "1763476200",
        "0001-01-01",
        "1404-08-27T10:00",
        "2025-11-18 10:30 PM",
        "۳۱ مهر ۱۴۰۴",
    ],
)
def test_an_invalid_day_is_refused_with_an_error_that_quotes_it(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_day(text)
    assert repr(text) in str(caught.value)


@given(NEWS_DAYS)
def test_every_shown_form_of_a_day_can_be_parsed(day: dt.date) -> None:
    assert parse_day(persian_day(day)) == day
    assert parse_day(persian_numeric_day(day)) == day
    assert parse_day(day.isoformat()) == day


@given(st.text(max_size=20))
def test_any_text_is_a_day_or_a_usage_error(text: str) -> None:
    with suppress(UsageError):
        assert type(parse_day(text)) is dt.date


def test_numbers_have_persian_digits_and_separators() -> None:
    assert persian_count(1234567) == "۱٬۲۳۴٬۵۶۷"
    assert persian_seconds(31.4) == "۰٫۰۳"
    assert persian_seconds(0.2) == "۰٫۰۱"


def test_a_duration_is_shown_in_days_or_hours() -> None:
    named = {days: persian_days(days) for days in (30.0, 1.0, 1.25, 0.5, 1 / 24)}
    assert list(named.values()) == ["۳۰ روز", "۱ روز", "۱٫۲۵ روز", "۱۲ ساعت", "۱ ساعت"]
