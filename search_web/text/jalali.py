"""Formats days as Jalali dates («۲۷ آبان ۱۴۰۴»), and parses the days of filters.

Jalali is the solar calendar of Iran. The package persiantools converts between the calendars.
"""

import datetime as dt
from collections.abc import Callable

from persiantools.jdatetime import MONTH_NAMES_FA, JalaliDate

from indexer.dates.tehran import day_in_tehran, in_tehran
from indexer.dates.written import written_date
from indexer.errors import UsageError
from search_web.text.numerals import persian_digits

_jalali: Callable[..., JalaliDate] = JalaliDate  # the package does not annotate its arguments
# The first day of the Jalali calendar, 1 Farvardin 1 (the year of the Hegira), and the last day that
# persiantools supports.
_FIRST_DAY, _LAST_DAY = dt.date(622, 3, 22), dt.date(9999, 3, 20)


def tehran_day() -> dt.date:
    """Return today's date in Tehran."""
    return day_in_tehran(dt.datetime.now(dt.UTC))


def day_of(published: str | None) -> dt.date | None:
    """Return the day in Tehran of an ISO date or date-time, which a hit has; None if it has none."""
    return day_in_tehran(dt.datetime.fromisoformat(published)) if published else None


def persian_day(day: dt.date) -> str:
    """Return a day as «۲۷ آبان ۱۴۰۴», and a date-time as its day in Tehran.

    A day outside the range of persiantools stays Gregorian: year, month, day in Persian digits.
    """
    plain = day_in_tehran(day)
    if not _FIRST_DAY <= plain <= _LAST_DAY:
        return persian_digits(plain.isoformat())
    jalali = _jalali(plain)
    return persian_digits(f"{jalali.day} {MONTH_NAMES_FA[jalali.month]} {jalali.year}")


def persian_moment(moment: dt.date) -> str:
    """Return a day like `persian_day`, and a date-time as «۲۷ آبان ۱۴۰۴، ساعت ۱۴:۳۰», the time in Tehran."""
    if not isinstance(moment, dt.datetime):
        return persian_day(moment)
    return f"{persian_day(moment)}، ساعت {persian_digits(in_tehran(moment).strftime('%H:%M'))}"


def persian_numeric_day(day: dt.date) -> str:
    """Return a day as «۱۴۰۴/۰۸/۲۷», the format of the date fields on the page.

    A day outside the range of persiantools stays Gregorian, as in `persian_day`.
    """
    plain = day_in_tehran(day)
    if not _FIRST_DAY <= plain <= _LAST_DAY:
        return persian_digits(plain.isoformat())
    return persian_digits(_jalali(plain).strftime("%Y/%m/%d"))


def parse_day(text: str) -> dt.date:
    """Parse a day in every form that `indexer.dates.written` reads: 2025-11-18, ۱۴۰۴/۸/۲۷, «۲۷ آبان ۱۴۰۴».

    Raises `UsageError`, which quotes the text, when the text is not a date, has a time, or the calendar has
    no such day.
    """
    try:
        day = written_date(text)
    except ValueError as error:
        raise UsageError(f"not a date: {_quoted(text)}: {error}") from None
    if isinstance(day, dt.datetime):
        raise UsageError(f"not a date: {_quoted(text)}: leave out the time")
    return day


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:79]}…")
