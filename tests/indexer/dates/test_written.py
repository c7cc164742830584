"""A text is a date as a whole or not at all."""

import datetime as dt
import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.dates.tehran import day_in_tehran
from indexer.dates.written import written_date
from search_web.text.jalali import persian_day, persian_numeric_day

DAY = dt.date(2024, 8, 2)
MOMENT = dt.datetime(2024, 8, 2, 22, 30)

# Pieces of dates, in which a random text comes close to a date.
PIECES = [
    *(
        "12",
        "5",
        "1403",
        "2024",
        "٠٣",
        "۱۲",
        "99999999999",
        "1403/05/12",
        "2024-08-02",
        "0000-00-00",
        "10:30",
        "24:00",
    ),
    *(
        "/",
        "-",
        ".",
        ":",
        " ",
        "،",
        "T",
        "Z",
        "+03:30",
        "-99:99",
        "GMT",
        "EST",
        "(IRST)",
        "[Asia/Tehran]",
        "W31",
    ),
    *("مرداد", "اسد", "می", "مه", "Aug", "August", "2nd", "ماه", "سال", "شنبه", "Fri,", "ساعت", "دقیقه", "و"),
    *(
        "AM",
        "p.m.",
        "ب.ظ",
        "قبل از ظهر",
        "شب",
        "به وقت تهران",
        "تاریخ انتشار:",
        "\u200c",
        "\u200f",
        "\x00",
        "\ud800",
    ),
]


@pytest.mark.parametrize(
    "text",
    [
        "تاریخ انتشار: ۱۲ مرداد ۱۴۰۳",
        "تاریخ درج خبر : جمعه ۱۲ مرداد ۱۴۰۳",
        "در تاریخ ۱۴۰۳/۰۵/۱۲ منتشر شد",
        "مورخ ۱۲/۵/۱۴۰۳",
        "روز جمعه، ۱۲ مرداد ماه سال ۱۴۰۳ هجری شمسی",
        "۱۲ مرداد ۱۴۰۳ هـ.ش",
        "(جمعه) ۱۲ مرداد ۱۴۰۳",
        "۱۲مرداد۱۴۰۳",
        "۱۲اُم مرداد ۱۴۰۳",
        "۱۲/مرداد/۱۴۰۳",
        "۱۴۰۳ مرداد ۱۲",
        "۵شنبه ۱۲ مرداد ۱۴۰۳",
        "۵\u200cشنبه ۱۲ مرداد ۱۴۰۳",
        "چهار شنبه ۱۲ مرداد ۱۴۰۳",
        "1403/5/12 شنبه",
        "Published on: Friday, 2nd of August 2024",
        "Date: 2-Aug-2024",
        "Aug. 2, 2024",
        "2024 August 2",
        "2024-W31-5",
    ],
)
def test_words_that_pages_put_around_a_date_belong_to_it(text: str) -> None:
    assert written_date(text) == DAY


@pytest.mark.parametrize(
    "text",
    [
        "12/05/1403",
        "12/5/1403",
        "۱۲-۰۵-۱۴۰۳",
        "١٢.٠٥.١٤٠٣",
        "12 / 05 / 1403",
        "۱۲/0۵/١۴۰3",
        "12\u200e/05\u200f/1403",
    ],
)
def test_a_jalali_date_may_have_the_day_first(text: str) -> None:
    assert written_date(text) == DAY


@pytest.mark.parametrize(
    "text",
    [
        "Aug 2, 2024 10:30 PM",
        "10:30 PM, Aug 2, 2024",
        "2024-08-02 10:30pm",
        "۱۴۰۳/۵/۱۲ ۱۰:۳۰ ب.ظ",
        "۱۰:۳۰ ب.ظ - ۱۲ مرداد ۱۴۰۳",
        "تاریخ: ۱۲/۰۵/۱۴۰۳ ساعت: ۲۲:۳۰",
        "\u200f۱۲\u200e مرداد \u202b۱۴۰۳\u202c | ۲۲:۳۰\u200f",
        "20240802223000",
        "14030512T2230",
        "Fri Aug  2 22:30:00 2024",
    ],
)
def test_a_time_belongs_to_the_date_wherever_it_stands(text: str) -> None:
    assert written_date(text) == MOMENT


PAGE = (Path(__file__).parents[3] / "docs" / "dates.md").read_text("utf-8")
TABLE, _, REST = PAGE.partition("Digits are Latin")


def test_each_form_that_the_page_of_dates_shows_is_read() -> None:
    shown = re.findall(r"`([^`]+)`", TABLE.partition("| form |")[2])
    assert len(shown) > 15
    for text in shown:
        assert day_in_tehran(written_date(text)) == DAY, text


def test_each_form_that_the_page_says_is_refused_is_refused() -> None:
    refused = re.findall(r"\(`([^`]+)`\)", REST)
    assert len(refused) == 3
    for text in refused:
        with pytest.raises(ValueError, match=r"four digits|either order|does not go with"):
            written_date(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2 Aug 2024 10:30 PM junk", "'junk' is unknown"),
        ("Aug 2, 2024 by Sara", "'by' is unknown"),
        ("۱۲ مرداد ۱۴۰۳ کد خبر", "'کد' is unknown"),
        ("1446/01/27 قمری", "'قمری' is unknown"),
        ("27 محرم 1446", "'محرم' is unknown"),
        ("۱۲ مرداد ۱۴۰۳ صبح", "'صبح' is unknown"),
        ("1403/05/12 10:30 1403/05/13", "no day, month and year"),
        ("1403/05/12 10:30 - 11:00", "no day, month and year"),
        ("1403/05/12 10:30:5", "no day, month and year"),
        ("12 مرداد", "no day, month and year"),
        ("مرداد ۱۴۰۳", "no day, month and year"),
        ("1403-05/12", "no day, month and year"),
        ("1 Jan 99999999999 10:00:00 GMT", "no day, month and year"),
        ("9" * 400, "too long"),
        ("12/05/03", "year must have four digits"),
        ("03-05-12", "year must have four digits"),
        ("02/08/2024", "either order"),
        ("31/12/2024", "either order"),
        ("31/12/1403", "no day 31 in month 12 of 1403"),
        ("05/31/1403", "no month 31"),
        ("12 اسد 2024", "a Jalali month does not go with the year 2024"),
        ("2 اگست 1403", "a Gregorian month does not go with the year 1403"),
        ("1 حمل 1199", "the year 1199 is neither"),
        ("2024-W60-1", "no day 1 in week 60"),
        ("9999-12-31 24:00", "out of range"),
    ],
)
def test_a_text_with_anything_else_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        written_date(text)


def test_the_two_figures_of_a_year_in_the_format_of_feeds_are_of_the_years_around_2000() -> None:
    assert written_date("Fri, 02 Aug 24 22:30:00 GMT") == MOMENT.replace(tzinfo=dt.UTC)
    assert written_date("02 Aug 99 22:30:00 +0000") == MOMENT.replace(year=1999, tzinfo=dt.UTC)
    with pytest.raises(ValueError, match="day, month and year"):
        written_date("02 Aug 24")


@given(st.dates(dt.date(1830, 1, 1), dt.date(2200, 1, 1)))
def test_every_day_is_read_in_every_order_of_its_parts(day: dt.date) -> None:
    number, month, year = persian_day(day).split(" ")
    numeric = persian_numeric_day(day).split("/")
    assert written_date(f"{year} {month} {number}") == day
    assert written_date(f"{month} {number}، {year}") == day
    assert written_date(".".join(reversed(numeric))) == day
    assert written_date("".join(numeric)) == day


@given(st.text(max_size=300) | st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_any_text_is_a_date_or_a_value_error_with_a_reason(text: str) -> None:
    with suppress(ValueError):
        assert isinstance(written_date(text), dt.date)


@given(
    st.sampled_from(["2024-08-02", "۱۲ مرداد ۱۴۰۳", "12/05/1403", "Aug 2, 2024"]),
    st.text("ابپچژکگxyzقم0123456789۴۵", min_size=1, max_size=8),
)
def test_a_date_with_more_digits_or_unknown_letters_is_never_read_in_part(date: str, more: str) -> None:
    for text in (f"{date} {more}", f"{more} {date}", f"{date} 10:30 {more}"):
        try:
            found = written_date(text)
        except ValueError:
            continue
        assert more in {"م", "z"}, (text, found)
