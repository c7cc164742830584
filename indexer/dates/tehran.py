"""The time in Tehran, which decides the day of an article and is shown to readers.

The rules of summer time are here, because a small machine may have no time zone database.
"""

import datetime as dt
from collections.abc import Callable

from persiantools.jdatetime import JalaliDate

_HOUR = dt.timedelta(hours=1)
STANDARD_TIME = dt.timezone(dt.timedelta(hours=3, minutes=30))
SUMMER_TIME = dt.timezone(dt.timedelta(hours=4, minutes=30))

# Iran had summer time in these Jalali years, from the end of 1 Farvardin to the end of 30 Shahrivar (IANA tz
# database, rule Iran). Earlier years are taken as standard time.
_SUMMER_TIME_YEARS = frozenset({*range(1371, 1385), *range(1387, 1402)})
_FIRST_DAY, _LAST_DAY = (1, 2), (6, 30)

_jalali: Callable[[dt.date], JalaliDate] = JalaliDate  # the constructor has no type annotations


def in_tehran(moment: dt.datetime) -> dt.datetime:
    """Return the moment in the time of Tehran. A moment without an offset is taken as already in it."""
    if moment.tzinfo is None:
        return moment
    try:
        standard = moment.astimezone(STANDARD_TIME)
        return standard.astimezone(SUMMER_TIME) if _is_summer_time(standard) else standard
    except OverflowError:
        return moment  # the first or the last day that Python knows


def day_in_tehran(moment: dt.date) -> dt.date:
    """Return the day on which the moment was in Tehran. A date without a time stays as it is."""
    return in_tehran(moment).date() if isinstance(moment, dt.datetime) else moment


def _is_summer_time(standard: dt.datetime) -> bool:
    if not 1992 <= standard.year <= 2022:
        return False
    begun, end = _jalali(standard.date()), _jalali((standard + _HOUR).date())
    return (
        begun.year in _SUMMER_TIME_YEARS
        and _FIRST_DAY <= (begun.month, begun.day) <= (end.month, end.day) <= _LAST_DAY
    )
