"""Finds a date among the words of a query: «آبان ۱۴۰۴», «۲۷ آبان», «دیروز», «هفتهٔ گذشته».

The name of a month alone is not taken as a date, because مهر and تیر are also other words. Some Afghan months
are everyday words (سرطان is cancer too): they need both a day and a year, or the word ماه (month). If a query
has two dates («دیروز و امروز»), neither is suggested as a filter. Words between quotation marks are a phrase,
so they are never read as a date.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from persiantools.jdatetime import JalaliDate

from indexer.dates.calendars import (
    GREGORIAN_MONTHS,
    GREGORIAN_YEARS,
    JALALI_MONTHS,
    JALALI_YEARS,
    alternatives,
    calendar_day,
    month_number,
    year_pattern,
)
from indexer.errors import UsageError
from indexer.persian.characters import fold, fold_with_offsets
from search_web.text.jalali import parse_day, persian_day

Span = tuple[dt.date, dt.date]
_Reader = Callable[[re.Match[str], dt.date], Span]

_jalali: Callable[..., JalaliDate] = JalaliDate  # the package does not annotate its arguments
_ONE_DAY = dt.timedelta(days=1)

# All patterns match folded (normalised) text: آبان is written ابان, digits are 0 to 9.
_EVERYDAY_WORDS = frozenset(map(fold, ("حمل", "سرطان", "اسد", "میزان", "عقرب", "قوس", "جدی")))
_SEASONS = {"بهار": 1, "تابستان": 4, "پاییز": 7, "زمستان": 10}  # the first month of each season
_DAYS_AGO = {"امروز": 0, "دیروز": 1, "پریروز": 2}
_YEARS_AGO = {"امسال": 0, "پارسال": 1, "پیرارسال": 2}
_NOROOZ = 13  # days of the new year holidays

_B = "[ \u00a0\u200c]{1,2}"
_OF = f"(?:[ \u00a0\u200c]?ی)?{_B}"  # may begin with the linking ی (ezafe): «هفته‌ی گذشته»
_YEAR = f"(?P<year>{year_pattern(JALALI_YEARS)})"
_GREGORIAN_YEAR = f"(?P<year>{year_pattern(GREGORIAN_YEARS)})"
_ANY_YEAR = f"(?P<year>{year_pattern(JALALI_YEARS)}|{year_pattern(GREGORIAN_YEARS)})"
_PAST = "(?:گذشته|قبل|پیش)"
_MONTH_WORD = f"(?:(?:{_B})?ماه)"
_ALL_NAMES = alternatives((*JALALI_MONTHS, *GREGORIAN_MONTHS))
_SURE_NAMES = alternatives({*JALALI_MONTHS, *GREGORIAN_MONTHS} - _EVERYDAY_WORDS)
_SURE_JALALI_NAMES = alternatives(JALALI_MONTHS.keys() - _EVERYDAY_WORDS)
_WITH_MONTH_WORD = f"(?:{alternatives(_EVERYDAY_WORDS)})(?={_MONTH_WORD})"
_AFTER_MONTH_WORD = f"(?<=ماه[ \u00a0\u200c])(?:{alternatives(_EVERYDAY_WORDS)})"
_ANY_MONTH = f"(?:ماه{_B})?(?P<month>{_ALL_NAMES}){_MONTH_WORD}?"
_SURE_MONTH = f"(?:ماه{_B})?(?P<month>{_SURE_NAMES}|{_WITH_MONTH_WORD}|{_AFTER_MONTH_WORD}){_MONTH_WORD}?"
_SURE_JALALI_MONTH = f"(?P<month>{_SURE_JALALI_NAMES}|{_WITH_MONTH_WORD}){_MONTH_WORD}?"
_ENGLISH_MONTH = f"(?P<month>{alternatives(filter(str.isascii, GREGORIAN_MONTHS))})"
_SEASON = f"(?P<season>{'|'.join(_SEASONS)})"
_DAY = r"(?P<day>\d{1,2})(?:[ \u00a0\u200c]?ا?م)?" + _B
_OF_YEAR = f"{_B}(?:سال{_B})?"


@dataclass(frozen=True, slots=True)
class DateWords:
    """A date in a query.

    `written` is the date as typed, `first` and `last` are its days (both inclusive), and `rest` is the query
    without the date.
    """

    written: str
    first: dt.date
    last: dt.date
    rest: str

    @property
    def label(self) -> str:
        """The name to show for the date.

        Several days keep the written form («آبان ۱۴۰۴»). A day in figures gets its year («۲۷ آبان ۱۴۰۴»). A
        day in words is followed by its date («دیروز، ۲۶ آبان ۱۴۰۴»).
        """
        if self.first != self.last:
            return self.written
        day = persian_day(self.first)
        return day if self.written[0].isdigit() else f"{self.written}، {day}"


def find_date(query: str, today: dt.date) -> DateWords | None:
    """Return the date in a query; None when it has none, more than one, or one that has not begun yet.

    A date inside quotation marks, or directly after a hyphen («-دیروز», «۲-دیروز»), gives None too.
    """
    folded, offsets = fold_with_offsets(query)
    offsets.append(len(query))
    found = [(match, span) for match, read in _matches(folded) if (span := _read(match, read, today))]
    if len(found) != 1:
        return None
    match, (first, last) = found[0]
    if first > today or _is_quoted(folded, match.start()):
        return None
    start, end = offsets[match.start("date")], offsets[match.end()]
    before, after = query[: offsets[match.start()]], query[end:]
    return DateWords(query[start:end].strip(), first, last, " ".join(f"{before} {after}".split()))


def _matches(folded: str) -> Iterator[tuple[re.Match[str], _Reader]]:
    """Yield the dates of a text without overlaps: where two patterns match, the earlier pattern wins."""
    taken: list[tuple[int, int]] = []
    for pattern, read in _PATTERNS:
        for match in pattern.finditer(folded):
            start, end = match.span("date")
            if all(end <= other_start or start >= other_end for other_start, other_end in taken):
                taken.append((start, end))
                yield match, read


def _read(match: re.Match[str], read: _Reader, today: dt.date) -> Span | None:
    try:
        return read(match, today)
    except (ValueError, OverflowError, UsageError):
        return None  # the calendar has no such day


def _is_quoted(folded: str, at: int) -> bool:
    before = folded[:at]
    return before.count('"') % 2 == 1 or before.count("«") > before.count("»") or before.endswith("-")


def _jalali_day(year: int, month: int, day: int) -> dt.date:
    plain = _jalali(year, month, day).to_gregorian()
    return dt.date(plain.year, plain.month, plain.day)


def _jalali_months(year: int, month: int, number: int) -> Span:
    """Return the first and last day of `number` months, of which this month is the first."""
    years, months = divmod(month - 1 + number, 12)
    return _jalali_day(year, month, 1), _jalali_day(year + years, months + 1, 1) - _ONE_DAY


def _gregorian_month(year: int, month: int) -> Span:
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    return dt.date(year, month, 1), following - _ONE_DAY


def _numeric(match: re.Match[str], today: dt.date) -> Span:
    day = parse_day(match["date"])
    return day, day


def _day_of_month(match: re.Match[str], today: dt.date) -> Span:
    year = int(match["year"])
    day = calendar_day(year, month_number(match["month"], year), int(match["day"]))
    return day, day


def _day_of_latest_year(match: re.Match[str], today: dt.date) -> Span:
    """Return the latest day with this day and month that is not in the future: this year or last year."""
    year, month, number = _jalali(today).year, JALALI_MONTHS[match["month"]], int(match["day"])
    days = [_jalali_day(tried, month, number) for tried in (year, year - 1) if _has_day(tried, month, number)]
    day = next(day for day in [*days, None] if day is None or day <= today)
    if day is None:
        raise ValueError("no such day of late")
    return day, day


def _has_day(year: int, month: int, day: int) -> bool:
    return 1 <= day <= JalaliDate.days_in_month(month, year)


def _month_of_year(match: re.Match[str], today: dt.date) -> Span:
    year = int(match["year"])
    month = month_number(match["month"], year)
    return _jalali_months(year, month, 1) if year in JALALI_YEARS else _gregorian_month(year, month)


def _season(match: re.Match[str], today: dt.date) -> Span:
    return _jalali_months(_year_of(match, today), _SEASONS[match["season"]], 3)


def _year_of(match: re.Match[str], today: dt.date) -> int:
    """Return the Jalali year that is written in figures, or as امسال, پارسال or پیرارسال."""
    written = match.groupdict()
    if "year" in written:
        return int(written["year"])
    return int(_jalali(today).year) - _YEARS_AGO[written["relative"]]


def _norooz(match: re.Match[str], today: dt.date) -> Span:
    first = _jalali_day(_year_of(match, today), 1, 1)
    return first, first + (_NOROOZ - 1) * _ONE_DAY


def _jalali_year(match: re.Match[str], today: dt.date) -> Span:
    return _jalali_months(_year_of(match, today), 1, 12)


def _short_year(match: re.Match[str], today: dt.date) -> Span:
    """Return the days of a year of two figures: the latest Jalali year with these figures that has begun."""
    current = int(_jalali(today).year)
    return _jalali_months(current - (current - int(match["year"])) % 100, 1, 12)


def _gregorian_year(match: re.Match[str], today: dt.date) -> Span:
    year = int(match["year"])
    return dt.date(year, 1, 1), dt.date(year, 12, 31)


def _days_ago(match: re.Match[str], today: dt.date) -> Span:
    day = today - _DAYS_AGO[match["date"]] * _ONE_DAY
    return day, day


def _last_week(match: re.Match[str], today: dt.date) -> Span:
    """Return last week, from Saturday to Friday."""
    friday = today - ((today.weekday() - 4 - 1) % 7 + 1) * _ONE_DAY
    return friday - 6 * _ONE_DAY, friday


def _last_month(match: re.Match[str], today: dt.date) -> Span:
    current = _jalali(today)
    first = _jalali_day(current.year, current.month, 1)
    before = _jalali(first - _ONE_DAY)
    return _jalali_day(before.year, before.month, 1), first - _ONE_DAY


def _last_year(match: re.Match[str], today: dt.date) -> Span:
    return _jalali_months(int(_jalali(today).year) - 1, 1, 12)


_RELATIVE_YEAR = f"(?P<relative>{'|'.join(_YEARS_AGO)})"
_DATES: tuple[tuple[str, _Reader], ...] = (
    (r"\d{4}(?P<mark>[-/.])\d{1,2}(?P=mark)\d{1,2}", _numeric),
    (r"\d{1,2}(?P<mark>[-/.])\d{1,2}(?P=mark)\d{4}", _numeric),
    (_DAY + _ANY_MONTH + _OF_YEAR + _ANY_YEAR, _day_of_month),
    (rf"{_ENGLISH_MONTH} (?P<day>\d{{1,2}}),? {_ANY_YEAR}", _day_of_month),
    (_DAY + _SURE_JALALI_MONTH, _day_of_latest_year),
    (_SURE_MONTH + _OF_YEAR + _ANY_YEAR, _month_of_year),
    (f"{_SEASON}{_OF_YEAR}{_YEAR}", _season),
    (f"{_SEASON}{_B}{_RELATIVE_YEAR}", _season),
    (f"(?:عید{_B})?نوروز{_OF_YEAR}{_YEAR}", _norooz),
    (f"(?:عید{_B})?نوروز{_B}{_RELATIVE_YEAR}", _norooz),
    (f"سال{_B}{_YEAR}", _jalali_year),
    (f"سال{_B}{_GREGORIAN_YEAR}", _gregorian_year),
    (rf"سال{_B}(?P<year>\d\d)", _short_year),
    (f"هفته{_OF}{_PAST}", _last_week),
    (f"ماه{_OF}{_PAST}", _last_month),
    (f"سال{_OF}{_PAST}", _last_year),
    (f"{_RELATIVE_YEAR}", _jalali_year),
    ("|".join(_DAYS_AGO), _days_ago),
)
# Prepositions before a date belong to it and leave the query too. No date begins or ends inside a longer
# number or word: «۱۴۰۴٫۵», «امروزی».
_PATTERNS = [
    (
        re.compile(
            rf"(?<![\w\u200c/.,])(?:(?:در|از|طی|روز|تاریخ){_B}){{0,3}}(?P<date>{date})(?![\w\u200c/]|[.,]\d)"
        ),
        read,
    )
    for date, read in _DATES
]
