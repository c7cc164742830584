"""Parses a text that is a date: ISO, Jalali or Gregorian, in figures or with the name of the month.

A date is read whole or not at all: every word of the text must belong to the date, to its time, or to the
words that pages put around a date («تاریخ انتشار: شنبه ۱۲ مرداد ۱۴۰۳»).
"""

import datetime as dt
import re

from indexer.dates.calendars import (
    GREGORIAN_MONTHS,
    JALALI_MONTHS,
    JALALI_YEARS,
    alternatives,
    calendar_day,
    month_number,
)
from indexer.dates.clock import Clock, find_clock
from indexer.persian.characters import HALF_SPACE, fold

_ADVICE = "write it as YYYY-MM-DD"
_LONGEST = 200
"""The longest text that is tried, in characters. The longest known form, of JavaScript, has about 70."""

_SHORT_WEEKDAY = re.compile(rf"(?<![\d/.\-])[1-5]{HALF_SPACE}?شنبه")  # «۵شنبه»
# Words and punctuation that stand around a date and say nothing about the day.
_AROUND = re.compile(
    rf"\b(?:(?:(?:یک|دو|سه|چهار|چار|پنج)\s?)?شنبه|جمعه|{fold('آدینه')}"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
    r"|تاریخ|زمان|انتشار|درج|نشر|مخابره|ایجاد|ثبت|ارسال|خبر|مطلب|منتشر|شده|شد|در|روز|ساعت|مورخه?|سال|ماه"
    r"|شمسی|خورشیدی|میلادی|هجری|ه\s?\.?\s?ش|publish(?:ed)?|publication|posted|date|time|at|on|of|the)\b"
    r"|[،,؛;:|()\[\]«»\"'•·]"
)
_SEPARATORS = " \t\r\n/|.-\u2013\u2014"

_MONTH = f"(?P<month>{alternatives((*JALALI_MONTHS, *GREGORIAN_MONTHS))})(?:ماه)?"
_DAY = r"(?P<day>\d{1,2})(?:\s?(?:ام|م)\b|(?:st|nd|rd|th)\b)?"
_YEAR = r"(?P<year>\d{4})"
_S = r"[\s/.\-\u2013\u2014]"
_MARK = r"\s*(?P<mark>[-/.\u2013])\s*"
_FIGURES = (
    re.compile(rf"{_YEAR}{_MARK}(?P<month>\d{{1,2}})\s*(?P=mark)\s*(?P<day>\d{{1,2}})"),
    re.compile(rf"{_YEAR}(?P<month>\d{{2}})(?P<day>\d{{2}})"),
    re.compile(rf"(?P<day>\d{{1,2}}){_MARK}(?P<month>\d{{1,2}})\s*(?P=mark)\s*{_YEAR}"),
)
_NAMED = (
    re.compile(rf"{_DAY}{_S}*{_MONTH}{_S}*{_YEAR}"),
    re.compile(rf"{_MONTH}{_S}*{_DAY}{_S}+{_YEAR}"),
    re.compile(rf"{_YEAR}{_S}*{_MONTH}{_S}*{_DAY}"),
)
# The date of RFC 822, which RSS prescribes: «Tue, 18 Nov 25 14:30:00 GMT».
_SHORT_YEAR = re.compile(rf"(?P<day>\d{{1,2}}) (?P<month>{alternatives(GREGORIAN_MONTHS)}) (?P<year>\d\d)")
_WEEK_DATE = re.compile(r"(?P<year>\d{4})-?w(?P<week>\d{2})-?(?P<day>\d)")
_SHORT_FIGURES = re.compile(rf"\d{{1,2}}{_MARK}\d{{1,2}}\s*(?P=mark)\s*\d{{1,2}}")


def written_date(text: str) -> dt.date:
    """Return the date that `text` is, or a date-time if it has a time (naive without a UTC offset).

    The year decides the calendar (`JALALI_YEARS`). The time may stand before or after the date. Raises
    ValueError, with a reason that can be shown to the user.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        raise ValueError("it is too long")
    plain = fold(text).strip()
    if not plain:
        raise ValueError("it is empty")
    if (day := _in_figures(plain)) is not None:
        return day
    plain = _SHORT_WEEKDAY.sub("شنبه", plain).replace(HALF_SPACE, " ")
    found = find_clock(plain)
    if found is None:
        return _day(plain)
    clock, rest = found
    try:
        return clock.on(_day(rest, clock))
    except OverflowError:
        raise ValueError("it is out of range") from None


def _day(text: str, clock: Clock | None = None) -> dt.date:
    if (day := _in_figures(text.strip(_SEPARATORS))) is not None:
        return day
    bare = " ".join(_AROUND.sub(" ", text).split()).strip(_SEPARATORS)
    if (day := _in_figures(bare)) is not None:
        return day
    for pattern in _NAMED:
        if match := pattern.fullmatch(bare):
            return _named(match, int(match["year"]))
    if clock and clock.zone and (match := _SHORT_YEAR.fullmatch(bare)):
        year = int(match["year"])
        return _named(match, year + (2000 if year < 50 else 1900))  # RFC 2822, section 4.3
    if (match := _WEEK_DATE.fullmatch(bare)) and int(match["year"]) >= JALALI_YEARS.stop:
        return _of_week(match)
    raise ValueError(_reason(bare))


def _in_figures(text: str) -> dt.date | None:
    match = next(filter(None, (pattern.fullmatch(text) for pattern in _FIGURES)), None)
    if match is None:
        return None
    year, month, day = (int(match[name]) for name in ("year", "month", "day"))
    if match.start("day") < match.start("year") and year not in JALALI_YEARS:
        raise ValueError(f"day and month of a Gregorian date may come in either order; {_ADVICE}")
    return calendar_day(year, month, day)


def _named(match: re.Match[str], year: int) -> dt.date:
    return calendar_day(year, month_number(match["month"], year), int(match["day"]))


def _of_week(match: re.Match[str]) -> dt.date:
    year, week, day = (int(match[name]) for name in ("year", "week", "day"))
    try:
        return dt.date.fromisocalendar(year, week, day)
    except ValueError as error:
        raise ValueError(f"there is no day {day} in week {week} of {year}") from error


def _reason(bare: str) -> str:
    """Return why the rest of a text, without time and known words, is not a day."""
    if _SHORT_FIGURES.fullmatch(bare):
        return f"its year must have four digits; {_ADVICE}"
    words = re.findall(r"[^\W\d_]+", bare)
    unknown = [word for word in words if word.removesuffix("ماه") not in _MONTH_NAMES]
    reason = f"the word {unknown[0][:15]!r} is unknown" if unknown else "it has no day, month and year"
    return f"{reason}; {_ADVICE}"


_MONTH_NAMES = JALALI_MONTHS.keys() | GREGORIAN_MONTHS.keys()
