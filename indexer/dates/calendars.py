"""The Jalali and the Gregorian calendar: their years, the names of their months, and their days.

Jalali is the solar calendar of Iran and Afghanistan. The package persiantools converts between the calendars.
The names of the months are folded (`indexer.persian.characters.fold`), so match them with folded text.
"""

import datetime as dt
from collections.abc import Callable, Iterable

from persiantools.jdatetime import JalaliDate

from indexer.persian.characters import fold

JALALI_YEARS = range(1200, 1600)
"""Years that count as Jalali (1821 to 2221 CE). No Persian newspaper is older than Jalali 1215."""

GREGORIAN_YEARS = range(1800, 2300)
"""Gregorian years in which an article can be dated; they include all `JALALI_YEARS`."""

IRANIAN_NAMES = (
    "فروردین farvardin",
    "اردیبهشت ordibehesht",
    "خرداد khordad",
    "تیر tir",
    "مرداد امرداد mordad",
    "شهریور shahrivar",
    "مهر mehr",
    "آبان aban",
    "آذر azar",
    "دی dey",
    "بهمن bahman",
    "اسفند esfand",
)
AFGHAN_NAMES = (
    "حمل",
    "ثور",
    "جوزا",
    "سرطان",
    "اسد",
    "سنبله",
    "میزان",
    "عقرب",
    "قوس",
    "جدی",
    "دلو",
    "حوت",
)
# English names, then the names in Iran (from French), then those in Afghanistan (from English).
GREGORIAN_NAMES = (
    "january jan ژانویه جنوری",
    "february feb فوریه فبروری",
    "march mar مارس مارچ",
    "april apr آوریل آپریل اپریل",
    "may می مه",
    "june jun ژوئن ژوین ژون جون",
    "july jul ژوئیه ژوییه ژولیه جولای",
    "august aug اوت آگوست آگست اگست",
    "september sept sep سپتامبر سپتمبر",
    "october oct اکتبر اکتوبر",
    "november nov نوامبر نومبر",
    "december dec دسامبر دسمبر",
)


def _numbered(months: tuple[str, ...]) -> dict[str, int]:
    return {fold(name): number for number, names in enumerate(months, start=1) for name in names.split()}


JALALI_MONTHS = _numbered(IRANIAN_NAMES) | _numbered(AFGHAN_NAMES)
GREGORIAN_MONTHS = _numbered(GREGORIAN_NAMES)

_jalali: Callable[[int, int, int], JalaliDate] = JalaliDate  # the constructor has no type annotations


def alternatives(names: Iterable[str]) -> str:
    """Return a regular expression of the names, with longer names first: میزان before می."""
    return "|".join(sorted(names, key=lambda name: (-len(name), name)))


def year_pattern(years: range) -> str:
    """Return a regular expression of years that begin and end with whole centuries."""
    return rf"(?:{'|'.join(str(century) for century in range(years.start // 100, years.stop // 100))})\d\d"


def calendar_day(year: int, month: int, day: int) -> dt.date:
    """Return the day that the numbers name; the year decides the calendar.

    Raises ValueError, with a reason that can be shown to the user, when there is no such day.
    """
    if year < JALALI_YEARS.start:
        raise ValueError(unknown_year(year))
    if not 1 <= month <= 12:
        raise ValueError(f"there is no month {month}")
    try:
        if year in JALALI_YEARS:
            return _plain(_jalali(year, month, day).to_gregorian())
        return dt.date(year, month, day)
    except ValueError as error:
        raise ValueError(f"there is no day {day} in month {month} of {year}") from error


def month_number(name: str, year: int) -> int:
    """Return the number of the month with this folded name in the calendar of the year.

    Raises ValueError, with a reason that can be shown to the user, when it is a month of the other calendar.
    """
    if year < JALALI_YEARS.start:
        raise ValueError(unknown_year(year))
    is_jalali = year in JALALI_YEARS
    months = JALALI_MONTHS if is_jalali else GREGORIAN_MONTHS
    if name not in months:
        kind = "Gregorian" if is_jalali else "Jalali"
        raise ValueError(f"a {kind} month does not go with the year {year}")
    return months[name]


def unknown_year(year: int) -> str:
    """Return the reason why a date of this year is refused."""
    jalali, gregorian = (f"{years[0]} to {years[-1]}" for years in (JALALI_YEARS, GREGORIAN_YEARS))
    return (
        f"the year {year} is neither Jalali ({jalali}) nor Gregorian ({gregorian}); "
        "write it as YYYY-MM-DD in either calendar"
    )


def _plain(day: dt.date) -> dt.date:
    return dt.date(day.year, day.month, day.day)
