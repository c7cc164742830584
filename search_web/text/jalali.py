"""Days for people: Jalali dates shown («۲۷ آبان ۱۴۰۴») and dates of both calendars read.

The calendar itself is persiantools'. A year tells its calendar: 1200 to 1599 is Jalali (1821 to 2221 CE),
from 1600 on it is Gregorian; no newspaper in Persian is older than Jalali 1215.
"""

import datetime as dt
import re
from collections.abc import Callable

from persiantools.jdatetime import MONTH_NAMES_FA, JalaliDate

from indexer.errors import UsageError
from search_web.text.numerals import persian_digits

_jalali: Callable[..., JalaliDate] = JalaliDate  # the package leaves its arguments without types
_FIRST_JALALI_YEAR = 1200
_FIRST_GREGORIAN_YEAR = 1600
# The calendar's first day, 1 Farvardin of the year 1 (the Hegira), and the last one that persiantools knows.
_FIRST_DAY, _LAST_DAY = dt.date(622, 3, 22), dt.date(9999, 3, 20)
_MONTHS = {str(name): number for number, name in enumerate(MONTH_NAMES_FA) if name}
_NUMERIC = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_WRITTEN = re.compile(rf"(\d{{1,2}})\s+({'|'.join(_MONTHS)})\s+(\d{{4}})")
_LETTERS = str.maketrans("يى", "یی")
# Iran has had no summer time since 2022, so a fixed offset needs no table of time zones.
_TEHRAN = dt.timezone(dt.timedelta(hours=3, minutes=30))


def tehran_day() -> dt.date:
    """Return what day it is in Tehran."""
    return dt.datetime.now(_TEHRAN).date()


def persian_day(day: dt.date) -> str:
    """Return a day as «۲۷ آبان ۱۴۰۴»; a day outside the Jalali calendar stays Gregorian, year first."""
    if not _FIRST_DAY <= _plain(day) <= _LAST_DAY:
        return persian_digits(_plain(day).isoformat())
    jalali = _jalali(_plain(day))
    return persian_digits(f"{jalali.day} {MONTH_NAMES_FA[jalali.month]} {jalali.year}")


def persian_moment(moment: dt.date) -> str:
    """Return a day, or a date-time as «۲۷ آبان ۱۴۰۴، ساعت ۱۴:۳۰» in the zone in which the source gave it."""
    if not isinstance(moment, dt.datetime):
        return persian_day(moment)
    return f"{persian_day(moment)}، ساعت {persian_digits(moment.strftime('%H:%M'))}"


def persian_numeric_day(day: dt.date) -> str:
    """Return a day as «۱۴۰۴/۰۸/۲۷», the form in which the page asks for dates, or like `persian_day`."""
    if not _FIRST_DAY <= _plain(day) <= _LAST_DAY:
        return persian_digits(_plain(day).isoformat())
    return persian_digits(_jalali(_plain(day)).strftime("%Y/%m/%d"))


def parse_day(text: str) -> dt.date:
    """Read a Gregorian or Jalali day: 2025-11-18, 1404-08-27, ۱۴۰۴/۸/۲۷ or «۲۷ آبان ۱۴۰۴».

    Digits may be Latin, Persian or Arabic; the numbers stand year first, between the same `-`, `/` or `.`.
    Raises `UsageError` naming the text when it is no such day.
    """
    folded = text.strip().translate(_LETTERS)
    if numeric := _NUMERIC.fullmatch(folded):
        return _checked(text, numeric[1], numeric[3], numeric[4])
    if written := _WRITTEN.fullmatch(folded):
        return _checked(text, written[3], str(_MONTHS[written[2]]), written[1], calendar="jalali")
    raise UsageError(f"not a date: {text!r}; write it as 2025-11-18 or 1404-08-27")


def _checked(text: str, year: str, month: str, day: str, calendar: str = "") -> dt.date:
    numbers = int(year), int(month), int(day)
    if numbers[0] < _FIRST_JALALI_YEAR:
        raise UsageError(f"not a date: {text!r}; the year of a Jalali date is {_FIRST_JALALI_YEAR} or later")
    try:
        if calendar == "jalali" or numbers[0] < _FIRST_GREGORIAN_YEAR:
            return _plain(_jalali(*numbers).to_gregorian())
        return dt.date(*numbers)
    except ValueError:
        raise UsageError(f"no such day in the calendar: {text!r}") from None


def _plain(day: dt.date) -> dt.date:
    return dt.date(day.year, day.month, day.day)
