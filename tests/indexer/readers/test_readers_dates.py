"""Parsing dates: every form that Persian news uses, and a reason when a text is not a date."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from persiantools.jdatetime import JalaliDate

from indexer.articles import Article, Rejection
from indexer.readers import read_articles
from indexer.readers.dates import from_number, is_no_date, parse_date
from indexer.readers.records import InvalidRecordError, to_article

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


@pytest.mark.parametrize(
    "number",
    [1763476200, 1763476200.0, 1763476200000, 1763476200000000, 1763476200000000000, 1763476200 * 1e9],
)
def test_numbers_count_seconds_or_a_thousandth_a_millionth_or_a_billionth_since_1970(number):
    assert from_number(number) == AFTERNOON.replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "text", ["1763476200", " ۱۷۶۳۴۷۶۲۰۰ ", "1763476200.0", "1763476200000", "1.7634762e9", "1.7634762E+09"]
)
def test_a_text_may_be_such_a_number(text):
    assert parse_date(text) == AFTERNOON.replace(tzinfo=dt.UTC)


@pytest.mark.parametrize("number", [20251118, 14040827, 20251118.0, 14040827.0])
def test_numbers_may_be_dates_written_without_separators(number):
    assert from_number(number) == DAY
    assert parse_date(str(number)) == DAY


@pytest.mark.parametrize("number", [20251118143000, 14040827143000])
def test_numbers_may_have_the_digits_of_a_time_too(number):
    assert from_number(number) == AFTERNOON
    assert parse_date(str(number)) == AFTERNOON


INFINITE = float("inf")


def repr_of(number):
    return "many digits" if isinstance(number, int) and abs(number) > 10**30 else repr(number)


OUT_OF_RANGE = [5e10, 2e19, 1e308, INFINITE, -INFINITE, 10**30, 10**400, -(10**5000), 10**7, -1, True]


@pytest.mark.parametrize("number", [0, 1404, -1e9, 1e30, float("nan"), 99999999, *OUT_OF_RANGE], ids=repr_of)
def test_other_numbers_are_refused_as_dates(number):
    with pytest.raises(ValueError, match=r"YYYY-MM-DD|neither Jalali"):
        from_number(number)


@given(st.integers() | st.floats() | st.integers(10**7, 10**20) | st.floats(1e7, 1e20))
def test_any_number_is_a_date_or_a_value_error(number):
    try:
        assert isinstance(from_number(number), dt.date)
    except ValueError as error:
        assert str(error)  # noqa: PT017 - both outcomes are right


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(JSON)
def test_any_value_is_the_date_of_an_article_or_refused_with_the_article(value):
    try:
        assert isinstance(to_article({"title": "خبر", "published": value}), Article)
    except InvalidRecordError as error:
        assert str(error)  # noqa: PT017 - both outcomes are right


def test_a_number_of_any_length_is_refused_with_the_article():
    with pytest.raises(InvalidRecordError, match="many digits"):
        to_article({"title": "خبر", "published": 10**5000})


@pytest.mark.parametrize(
    "value",
    [
        "1e999",
        "-1e999",
        "9" * 400,
        '"1 Jan 99999999999 10:00:00 GMT"',
        '"' + "9" * 400 + '"',
        "1e18",
        "-5",
    ],
)
def test_a_date_that_overflows_rejects_its_record_and_no_other(tmp_path, value):
    path = tmp_path / "feed.jsonl"
    lines = (f'{{"title": "یک", "published": {value}}}', '{"title": "دو", "published": "1403/05/12"}')
    path.write_text("\n".join(lines), "utf-8")
    first, second = read_articles([path])
    assert isinstance(second, Article)
    if value == "1e18":  # nanoseconds
        assert first.published == dt.datetime(2001, 9, 9, 1, 46, 40, tzinfo=dt.UTC)
    else:
        assert isinstance(first, Rejection)
        assert first.line == 1


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "  ",
            "\u200f",
            "-",
            "--",
            "–",
            "—",
            "ـ",
            ".",
            "…",
            "?",
            "0",
            "00000000",
            "0000-00-00",
            "۰۰۰۰/۰۰/۰۰",
        ),
        *("0000-00-00 00:00:00", "0000-00-00T00:00:00Z", "0000-00-00T00:00:00+00:00", "00/00/0000", "00:00"),
        *("0001-01-01", "0001-01-01T00:00:00", "0001-01-01 00:00:00.000", "1/1/0001 12:00:00 AM"),
        *(
            "-0001-11-30 00:00:00",
            "NULL",
            "null",
            "None",
            "nil",
            "NaN",
            "nan",
            "NaT",
            "<NA>",
            "N/A",
            "n/a",
            "#N/A",
        ),
        *("\\N", "undefined", "unknown", "ندارد", "نامشخص", "نامعلوم", "بدون تاریخ", "بدون\u200cتاريخ"),
    ],
)
def test_a_text_may_say_that_there_is_no_date(text):
    assert is_no_date(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "1403/05/12",
            "2000-10-10",
            "0000-00-01",
            "0001-01-02",
            "1763476200",
            "دیروز",
            "junk",
            "nullable",
            "No",
        ),
        *("مرداد", "10:00", "-1", "t0", "- 1403", "x" * 1000, "0" * 1000),
    ],
)
def test_any_other_text_does_not_say_that_there_is_no_date(text):
    assert not is_no_date(text)


@given(st.dates(dt.date(1821, 3, 21), dt.date(2199, 12, 31)), st.text(max_size=80))
def test_no_date_that_can_be_read_is_taken_for_a_missing_one(day, text):
    assert not is_no_date(day.isoformat())
    if is_no_date(text):
        with pytest.raises(ValueError, match="date"):
            parse_date(text)
