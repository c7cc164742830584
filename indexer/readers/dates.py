"""Parses dates as Persian news writes them: ISO, Jalali (the Persian calendar) or Gregorian.

The month may be a number or a name.
"""

import datetime as dt
import email.utils
import re
import unicodedata
from collections.abc import Callable

from persiantools.jdatetime import JalaliDate

JALALI_YEARS = range(1200, 1501)
"""Years that count as Jalali (1821 to 2122 of the Gregorian calendar)."""

GREGORIAN_YEARS = range(1800, 2201)
"""Years that count as Gregorian."""

_jalali: Callable[[int, int, int], JalaliDate] = JalaliDate  # the constructor has no type annotations

_EARLIEST_SECOND = 1e8  # March 1973; a smaller number is more likely a year or a count than a time
_LATEST_SECOND = dt.datetime(GREGORIAN_YEARS.stop, 1, 1, tzinfo=dt.UTC).timestamp()

_JALALI_MONTHS = (
    "فروردین حمل",
    "اردیبهشت ثور",
    "خرداد جوزا",
    "تیر سرطان",
    "مرداد امرداد اسد",
    "شهریور سنبله",
    "مهر میزان",
    "آبان عقرب",
    "آذر قوس",
    "دی جدی",
    "بهمن دلو",
    "اسفند حوت",
)
_GREGORIAN_MONTHS = (
    "january jan ژانویه",
    "february feb فوریه",
    "march mar مارس",
    "april apr آوریل",
    "may می مه",
    "june jun ژوئن",
    "july jul ژوئیه ژوییه جولای",
    "august aug اوت آگوست",
    "september sep sept سپتامبر",
    "october oct اکتبر",
    "november nov نوامبر",
    "december dec دسامبر",
)


def _numbered(months: tuple[str, ...]) -> dict[str, int]:
    return {name: number for number, names in enumerate(months, start=1) for name in names.split()}


_JALALI = _numbered(_JALALI_MONTHS)
_GREGORIAN = _numbered(_GREGORIAN_MONTHS)

_IGNORED = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u0640]")
_LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "\u200c": " ", "\u00a0": " ", "٫": "."})
_TIME = re.compile(
    r"""(?:\bساعت\s*|(?<=\d)T)?(?<!\d)
    (?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?(?![\d:])
    \s*(?P<zone>Z\b|UTC\b|GMT\b|[+\-−]\d{2}:?\d{2}(?!\d))?""",
    re.VERBOSE | re.IGNORECASE,
)
_WEEKDAY = re.compile(
    r"\b(?:(?:یک|دو|سه|چهار|پنج)?\s*شنبه|جمعه|آدینه|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)\b",
    re.IGNORECASE,
)
_FILLER = re.compile(r"\b(?:ماه|سال|مورخ|شمسی|خورشیدی|میلادی|at)\b", re.IGNORECASE)
_FIGURES = re.compile(r"(\d{4})\s*[-/.\u2013]\s*(\d{1,2})\s*[-/.\u2013]\s*(\d{1,2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DAY_FIRST = re.compile(r"(\d{1,2})\s*(?:ام|م)?[\s\-]+([^\W\d_]+)[\s\-]+(\d{4})")
_MONTH_FIRST = re.compile(r"([^\W\d_]+)\s+(\d{1,2})\s+(\d{4})")
_NO_DATE = re.compile(
    r"null|nil|none|nan|nat|n/?a|\\n|#n/a|unknown|undefined|ندارد|نامشخص|بدون تاریخ|[-–—_?؟.]+|[0۰٠]+(\.0+)?"
    r"|[0۰٠]{2,4}[-/.][0۰٠]{1,2}[-/.][0۰٠]{1,4}(?:[t ]+[0۰٠:.]+z?)?"
)
_EDGES = " \t\r\n,،;؛|/-–—.()"


def parse_date(text: str) -> dt.date:
    """Return the date in `text`, or a date-time if the text also has a time (naive without a UTC offset).

    Years from 1200 to 1500 are Jalali. The time may come before or after the date. Raises ValueError, with a
    message that can be shown to the user.
    """
    plain = _IGNORED.sub("", unicodedata.normalize("NFC", text)).translate(_LETTERS).strip()
    if not plain:
        raise ValueError("the date is empty")
    try:
        found = _time_apart(plain) or _rfc2822(plain) or _iso(plain)
    except ValueError as error:
        raise ValueError(f"'{_shortened(text)}' is not a date: {error}") from error
    if found is None:
        raise ValueError(f"'{_shortened(text)}' is not a date that can be read; write it as YYYY-MM-DD")
    return found


def is_no_date(text: str) -> bool:
    """Return whether a text says that there is no date: NULL, a dash, 0000-00-00 and the like."""
    return _NO_DATE.fullmatch(text.strip().translate(_LETTERS).casefold()) is not None


def from_number(number: float) -> dt.date:
    """Return the date of a number: seconds or milliseconds (13 digits) since 1970, or the digits YYYYMMDD.

    Raises ValueError, with a message that can be shown to the user.
    """
    if (figures := str(number)) and _COMPACT.fullmatch(figures):
        return parse_date(figures)
    seconds = number / 1000 if number >= 1e11 else number
    if not _EARLIEST_SECOND <= seconds < _LATEST_SECOND:
        raise ValueError(f"{number} is not a date; write YYYY-MM-DD, or seconds since 1970")
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def _time_apart(text: str) -> dt.date | None:
    """Read a date, and a time (if any) at any place in the text. Return None if the rest is not a date."""
    time = _TIME.search(text)
    rest = text if time is None else f"{text[: time.start()]} {text[time.end() :]}"
    day = _day(rest)
    if day is None or time is None:
        return day
    return dt.datetime.combine(day, _time(time))


def _day(text: str) -> dt.date | None:
    text = _FILLER.sub(" ", _WEEKDAY.sub(" ", text))
    text = " ".join(text.replace("،", " ").replace(",", " ").split()).strip(_EDGES)
    if match := _FIGURES.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, day = map(int, match.groups())
        return _calendar_date(year, month, day)
    text = re.sub(r"\s*/\s*", " ", text)
    if match := _DAY_FIRST.fullmatch(text):
        return _named(int(match[3]), match[2], int(match[1]))
    if match := _MONTH_FIRST.fullmatch(text):
        return _named(int(match[3]), match[1], int(match[2]))
    return None


def _named(year: int, name: str, day: int) -> dt.date | None:
    name = name.casefold()
    if name not in _JALALI and name not in _GREGORIAN:
        return None
    months = _JALALI if year in JALALI_YEARS else _GREGORIAN
    if name not in months:
        raise ValueError(f"the month {name} does not go with the year {year}")
    return _calendar_date(year, months[name], day)


def _calendar_date(year: int, month: int, day: int) -> dt.date:
    if year not in JALALI_YEARS and year not in GREGORIAN_YEARS:
        raise ValueError(f"the year {year} is neither Jalali (1200 to 1500) nor Gregorian (1800 to 2200)")
    if not 1 <= month <= 12:
        raise ValueError(f"there is no month {month}")
    try:
        if year in JALALI_YEARS:
            return _jalali(year, month, day).to_gregorian()
        return dt.date(year, month, day)
    except ValueError as error:
        raise ValueError(f"there is no day {day} in month {month} of {year}") from error


def _time(match: re.Match[str]) -> dt.time:
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(f"there is no time {match[0].strip()}")
    microsecond = int(f"{match['fraction'] or '0':0<6}"[:6])
    return dt.time(hour, minute, second, microsecond, tzinfo=_offset(match["zone"]))


def _offset(zone: str | None) -> dt.timezone | None:
    if zone is None:
        return None
    if zone.upper() in ("Z", "UTC", "GMT"):
        return dt.UTC
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    if hours > 23 or minutes > 59:
        raise ValueError(f"there is no offset {zone}")
    minutes += 60 * hours
    return dt.timezone(dt.timedelta(minutes=minutes if zone[0] == "+" else -minutes))


def _rfc2822(text: str) -> dt.date | None:
    """Read the format of mail and RSS, with named time zones such as EST."""
    try:
        found = email.utils.parsedate_to_datetime(text)
    except (ValueError, IndexError):
        return None
    return found if found.year in GREGORIAN_YEARS and re.search(r"[A-Za-z]{3}", text) else None


def _iso(text: str) -> dt.date | None:
    """Read the rarer ISO forms: 20251118T143000Z, week dates."""
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in GREGORIAN_YEARS else None


def _shortened(text: str) -> str:
    """Return at most 60 characters on one line."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:59]}…"
