"""Reads the date of a record: a text, or a number that counts the time since 1970."""

import datetime as dt
import re

from indexer.dates.calendars import GREGORIAN_YEARS, JALALI_YEARS, unknown_year
from indexer.dates.written import written_date
from indexer.persian.characters import HALF_SPACE, fold

_EARLIEST_SECOND = 1e8  # March 1973; a smaller number is more likely a year or a count than a time
_LATEST_SECOND = dt.datetime(GREGORIAN_YEARS.stop, 1, 1, tzinfo=dt.UTC).timestamp()
_UNITS = (1, 1e3, 1e6, 1e9)  # seconds, milliseconds, microseconds and nanoseconds; their ranges are apart
_LARGEST = 1e20  # greater than every count

_FIGURES = re.compile(r"\d{8}|\d{14}")  # YYYYMMDD, YYYYMMDDHHMMSS
_NUMBER = re.compile(r"\d{1,20}(?:\.\d{1,20})?(?:e\+?\d{1,2})?")
_SHORT = 60  # characters; no number and no word for a missing date is longer

# What exports write for an article without a date: names of nothing, zeros and dashes («0000-00-00», «-»),
# and the first day of calendars that count from zero (.NET, PHP).
_NAMES_OF_NOTHING = (
    r"null none nil nan nat na n/a #n/a <na> \n undefined unknown undated ندارد نامشخص نامعلوم هیچ"
)
_NO_DATE = frozenset(map(fold, (*_NAMES_OF_NOTHING.split(), "no date", "بدون تاریخ", "تاریخ ندارد")))
_NOTHING = re.compile(
    r"[\W0_]*|0[\W0]*t0[\W0]*z?"
    r"|(?:-0001-11-30|0001-01-01|0?1/0?1/0001)(?:[ t](?:00|12):00(?::00)?(?:\.0+)?)?(?: ?am|z)?"
)


def parse_date(text: str) -> dt.date:
    """Return the date in `text`: a date as in `parse_written`, or a number as in `from_number`.

    Raises ValueError, with a message that can be shown to the user.
    """
    plain = fold(text).strip() if len(text) <= _SHORT else ""
    if _NUMBER.fullmatch(plain) and not _FIGURES.fullmatch(plain):
        number = float(plain)
        if number >= 1e7:  # 20251118.0 is a date too
            return from_number(number)
    return parse_written(text)


def parse_written(text: str) -> dt.date:
    """Return the date in `text`, or a date-time if the text also has a time (naive without a UTC offset).

    `indexer.dates.written` describes the forms. Raises ValueError, with a message that can be shown to the
    user.
    """
    if not text.strip():
        raise ValueError("the date is empty")
    try:
        return _plausible(written_date(text))
    except ValueError as error:
        raise ValueError(f"'{_shortened(text)}' is not a date: {error}") from error


def from_number(number: float) -> dt.date:
    """Return the date of a number.

    The number counts the seconds, milliseconds, microseconds or nanoseconds since 1970, or has the digits
    YYYYMMDD or YYYYMMDDHHMMSS. Raises ValueError, with a message that can be shown to the user.
    """
    if 0 < number < _LARGEST:  # not NaN, and no number that is too large for the calculations below
        figures = str(int(number))
        if number == int(number) and _FIGURES.fullmatch(figures) and _is_plausible(int(figures[:4])):
            return parse_written(figures)
        for unit in _UNITS:
            if _EARLIEST_SECOND <= number / unit < _LATEST_SECOND:
                return dt.datetime.fromtimestamp(number / unit, dt.UTC)
    shown = str(number) if isinstance(number, float) or abs(number) < _LARGEST else "a number of many digits"
    raise ValueError(f"{shown} is not a date; write YYYY-MM-DD, or seconds since 1970")


def is_no_date(text: str) -> bool:
    """Return whether the text stands for a missing date: empty, NULL, «-», 0000-00-00, «نامشخص»."""
    text = text.strip()
    if len(text) > _SHORT:
        return False
    plain = " ".join(fold(text).replace(HALF_SPACE, " ").split())
    return plain in _NO_DATE or _NOTHING.fullmatch(plain) is not None


def _is_plausible(year: int) -> bool:
    return year in JALALI_YEARS or year in GREGORIAN_YEARS


def _plausible(day: dt.date) -> dt.date:
    if day.year not in GREGORIAN_YEARS:
        raise ValueError(unknown_year(day.year))
    return day


def _shortened(text: str) -> str:
    """Return at most 60 characters on one line."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:59]}…"
