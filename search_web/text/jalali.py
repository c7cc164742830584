"""Formats days as Jalali dates («۲۷ آبان ۱۴۰۴»), and parses Jalali and Gregorian dates.

Jalali is the solar calendar of Iran. The package persiantools converts between the calendars. The year of a
date decides its calendar: 1200 to 1599 is Jalali (1821 to 2221 CE), 1600 and later is Gregorian. The limit
of 1200 is safe, because no Persian newspaper is older than Jalali 1215.
"""

import datetime as dt
import re
from collections.abc import Callable

from persiantools.jdatetime import MONTH_NAMES_FA, JalaliDate

from indexer.errors import UsageError
from search_web.text.numerals import persian_digits

_jalali: Callable[..., JalaliDate] = JalaliDate  # the package does not annotate its arguments
_FIRST_JALALI_YEAR = 1200
_FIRST_GREGORIAN_YEAR = 1600
# The first day of the Jalali calendar, 1 Farvardin 1 (the year of the Hegira), and the last day that
# persiantools supports.
_FIRST_DAY, _LAST_DAY = dt.date(622, 3, 22), dt.date(9999, 3, 20)
_MONTHS = {str(name): number for number, name in enumerate(MONTH_NAMES_FA) if name}
_NUMERIC = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_WRITTEN = re.compile(rf"(\d{{1,2}})\s+({'|'.join(_MONTHS)})\s+(\d{{4}})")
_LETTERS = str.maketrans("يى", "یی")
# A fixed offset is enough, and needs no time zone database: Iran has had no summer time since 2022.
_TEHRAN = dt.timezone(dt.timedelta(hours=3, minutes=30))


def tehran_day() -> dt.date:
    """Return today's date in Tehran."""
    return dt.datetime.now(_TEHRAN).date()


def persian_day(day: dt.date) -> str:
    """Return a day as «۲۷ آبان ۱۴۰۴».

    A day outside the range of persiantools stays Gregorian: year, month, day in Persian digits.
    """
    if not _FIRST_DAY <= _plain(day) <= _LAST_DAY:
        return persian_digits(_plain(day).isoformat())
    jalali = _jalali(_plain(day))
    return persian_digits(f"{jalali.day} {MONTH_NAMES_FA[jalali.month]} {jalali.year}")


def persian_moment(moment: dt.date) -> str:
    """Return a day like `persian_day`, and a date-time as «۲۷ آبان ۱۴۰۴، ساعت ۱۴:۳۰».

    The time is shown in the time zone in which the source gave it.
    """
    if not isinstance(moment, dt.datetime):
        return persian_day(moment)
    return f"{persian_day(moment)}، ساعت {persian_digits(moment.strftime('%H:%M'))}"


def persian_numeric_day(day: dt.date) -> str:
    """Return a day as «۱۴۰۴/۰۸/۲۷», the format of the date fields on the page.

    A day outside the range of persiantools stays Gregorian, as in `persian_day`.
    """
    if not _FIRST_DAY <= _plain(day) <= _LAST_DAY:
        return persian_digits(_plain(day).isoformat())
    return persian_digits(_jalali(_plain(day)).strftime("%Y/%m/%d"))


def parse_day(text: str) -> dt.date:
    """Parse a Gregorian or Jalali day: 2025-11-18, 1404-08-27, ۱۴۰۴/۸/۲۷ or «۲۷ آبان ۱۴۰۴».

    Digits may be Latin, Persian or Arabic. A numeric date has the year first and the same separator twice:
    `-`, `/` or `.`. Raises `UsageError`, which quotes the text, when the text is not a date or the calendar
    has no such day.
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
