"""Parsing dates: every form that Persian news uses, and a reason when a text is not a date."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from persiantools.jdatetime import JalaliDate

from indexer.readers.dates import from_number, parse_date

DAY = dt.date(2025, 11, 18)
AFTERNOON = dt.datetime(2025, 11, 18, 14, 30)
TEHRAN = dt.timezone(dt.timedelta(hours=3, minutes=30))


@pytest.mark.parametrize(
    "text",
    [
        "2025-11-18",
        " 2025/11/18 ",
        "2025.11.18",
        "20251118",
        "1404-08-27",
        "14040827",
        "۱۴۰۴/۸/۲۷",
        "١٤٠٤/٠٨/٢٧",
        "۲۷ آبان ۱۴۰۴",
        "27 آبان‌ماه سال 1404",
        "سه‌شنبه ۲۷ آبان ۱۴۰۴",
        "سه شنبه، ۲۷ ا\u0653بان ۱۴۰۴",
        "سهشنبه ۲۷ آبان ۱۴۰۴",
        "\u200f۲۷ عقرب ۱۴۰۴",
        "18 November 2025",
        "Nov 18, 2025",
        "۱۸ نوامبر ۲۰۲۵",
        "۱۸ نوامبر ۲۰۲۵ میلادي",
    ],
)
def test_a_day_is_read_in_every_written_form(text):
    parsed = parse_date(text)
    assert parsed == DAY
    assert type(parsed) is dt.date


@pytest.mark.parametrize(
    "text",
    [
        "2025-11-18T14:30",
        "2025-11-18 14:30:00",
        "۱۴۰۴/۰۸/۲۷ - ۱۴:۳۰",
        "۱۴:۳۰ - ۱۴۰۴/۰۸/۲۷",
        "سه‌شنبه ۲۷ آبان ۱۴۰۴ ساعت ۱۴:۳۰",
        "سه‌شنبه / ۲۷ آبان ۱۴۰۴ / ۱۴:۳۰",
        "18 November 2025 at 14:30",
    ],
)
def test_a_time_without_offset_stays_naive(text):
    parsed = parse_date(text)
    assert parsed == AFTERNOON
    assert parsed.tzinfo is None


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("2025-11-18T14:30:00Z", dt.UTC),
        ("20251118T143000Z", dt.UTC),
        ("2025-11-18T14:30:00+03:30", TEHRAN),
        ("1404-08-27T14:30:00+0330", TEHRAN),
        ("2025-11-18T14:30-05:00", dt.timezone(dt.timedelta(hours=-5))),
        ("Tue, 18 Nov 2025 14:30:00 +0330", TEHRAN),
        ("Tue, 18 Nov 2025 14:30:00 GMT", dt.UTC),
        ("Tue, 18 Nov 2025 14:30:00 EST", dt.timezone(dt.timedelta(hours=-5))),
    ],
)
def test_an_offset_is_kept(text, zone):
    parsed = parse_date(text)
    assert parsed == AFTERNOON.replace(tzinfo=zone)
    assert parsed.utcoffset() == zone.utcoffset(None)


def test_fractions_of_seconds_are_kept():
    assert parse_date("2025-11-18T14:30:00.25Z").microsecond == 250_000


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1404-13-40", "no month 13"),
        ("1404/12/30", "no day 30 in month 12 of 1404"),
        ("2025-02-29", "no day 29"),
        ("0000-00-00", "the year 0"),
        ("2925-01-01", "the year 2925"),
        ("۲۷ نوامبر ۱۴۰۴", "does not go with the year 1404"),
        ("27 آبان 2025", "does not go with the year 2025"),
        ("2025-11-18T25:00", "no time"),
        ("2025-11-18T14:30+99:00", "no offset"),
        ("18/11/2025", "write it as YYYY-MM-DD"),
        ("27 foo 2025", "write it as YYYY-MM-DD"),
        ("14:30", "write it as YYYY-MM-DD"),
        ("1404", "write it as YYYY-MM-DD"),
        ("دیروز", "write it as YYYY-MM-DD"),
        ("Tue, 18 Nov 2525 14:30:00 EST", "YYYY"),
        ("0025-W47-2", "YYYY"),
        ("  ", "empty"),
    ],
)
def test_a_text_that_is_not_a_date_is_refused_with_a_reason(text, reason):
    with pytest.raises(ValueError, match=reason):
        parse_date(text)


def test_an_error_quotes_a_long_text_in_shortened_form():
    with pytest.raises(ValueError, match="…") as caught:
        parse_date("x" * 1000)
    assert len(str(caught.value)) < 150


def test_the_last_day_of_a_jalali_leap_year_is_valid():
    assert parse_date("1403/12/30") == dt.date(2025, 3, 20)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)))
def test_both_calendars_name_the_same_day(day):
    jalali = JalaliDate.to_jalali(day)
    assert parse_date(f"{jalali.year}/{jalali.month}/{jalali.day}") == day
    assert parse_date(day.isoformat()) == day


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_a_value_error(text):
    try:
        assert isinstance(parse_date(text), dt.date)
    except ValueError as error:
        assert str(error)  # noqa: PT017 - both outcomes are right


@pytest.mark.parametrize("number", [1763476200, 1763476200.0, 1763476200000])
def test_numbers_are_seconds_or_milliseconds_since_1970(number):
    assert from_number(number) == AFTERNOON.replace(tzinfo=dt.UTC)


@pytest.mark.parametrize("number", [20251118, 14040827])
def test_numbers_may_be_dates_written_without_separators(number):
    assert from_number(number) == DAY


@pytest.mark.parametrize("number", [0, 1404, -1e9, 1e30, float("nan"), 99999999])
def test_other_numbers_are_refused_as_dates(number):
    with pytest.raises(ValueError, match=r"YYYY-MM-DD|neither Jalali"):
        from_number(number)
