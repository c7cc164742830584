"""Finds the time of day in a text: 14:30, 10:30 PM, «ساعت ۱۰:۳۰ ب.ظ», 14:30:00+03:30.

Texts are folded, and their half-spaces are spaces.
"""

import datetime as dt
import functools
import re
from dataclasses import dataclass

# Minutes east of Greenwich. The American names are those of RFC 2822; names that several countries use in
# different senses (IST, BST) are left out.
_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "به وقت گرینویچ": 0,
    "irst": 210, "irdt": 270, "aft": 270, "به وقت کابل": 270,
    "cet": 60, "cest": 120, "eet": 120, "eest": 180, "msk": 180, "trt": 180,
    "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
}  # fmt: skip
# The time in Tehran is the time of an article without an offset.
_LOCAL = ("asia/tehran", "به وقت تهران", "به وقت ایران", "به وقت محلی")

_MORNING = r"a\.?\s?m\b\.?|ق\s?\.?\s?ظ\b\.?|(?:قبل|پیش)\s?از\s?ظهر|صبح|بامداد"
_AFTERNOON = r"p\.?\s?m\b\.?|ب\s?\.?\s?ظ\b\.?|(?:بعد|پس)\s?از\s?ظهر|عصر"
_NOON, _NIGHT = "ظهر", "شب"

# Which hour of the day an hour with such a word is. An hour that is missing is refused: «۲ شب» may be
# this night or the next, and 14:30 AM contradicts itself.
_HOURS = {
    "morning": {hour: hour for hour in range(12)} | {12: 0},
    "afternoon": {hour: hour + 12 for hour in range(1, 12)} | {hour: hour for hour in range(12, 24)},
    "noon": {hour + 12: hour + 12 for hour in range(-1, 3)} | {1: 13, 2: 14},
    "night": {0: 0} | {hour: hour + 12 for hour in range(6, 12)} | {hour: hour for hour in range(18, 24)},
}
_WORDS = [
    (re.compile(words), _HOURS[part])
    for part, words in (("morning", _MORNING), ("afternoon", _AFTERNOON), ("noon", _NOON), ("night", _NIGHT))
]

_PART = rf"(?:{_MORNING}|{_AFTERNOON}|{_NOON}|{_NIGHT})(?![^\W\d_])"
_AFTER = rf"(?:\s*(?P<part>{_PART}))?"
_OFFSET = r"[+\-−](?:\d{2}:?\d{2}|\d{2}(?!\s*[^\W\d]))(?![\d:]|\s?[/\-])"
_NAMES = "|".join(sorted((*_ZONES, *_LOCAL), key=len, reverse=True))
_ZONE = (
    rf"(?:\s*\(?(?P<zone>(?:utc|gmt)\s?[+\-−]\d{{1,2}}(?::?\d{{2}})?(?!\d)|{_OFFSET}|(?:{_NAMES})(?![^\W_]))\)?"
    # A comment after the zone repeats it: +0330 (IRST), +03:30[Asia/Tehran].
    r"(?:\s*\([a-z][a-z /]{1,40}\)|\[[a-z]+/[a-z_]+\])?)?"
)
_SECOND = r"(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?"
_WITH_COLON = re.compile(
    rf"(?<![\d:])(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?::{_SECOND})?(?![\d:])(?:\s*دقیقه)?{_AFTER}{_ZONE}"
)
# 20251118T143000, 20251118143000
_COMPACT = re.compile(
    rf"(?<=^\d{{8}})(?:[t ]|(?=\d{{6}}(?!\d)))(?P<hour>\d{{2}})(?P<minute>\d{{2}})(?:{_SECOND})?(?!\d){_ZONE}"
)
# «ساعت ۱۰ صبح», «ساعت ۱۰ و ۳۰ دقیقه», «10 PM»
_BARE_HOUR = re.compile(
    rf"\bساعت\s*(?P<hour>\d{{1,2}})(?!\d)(?:\s*و\s*(?P<minute>\d{{1,2}})\s*دقیقه)?{_AFTER}{_ZONE}"
)
_HOUR_OF_PART = re.compile(rf"(?<![\d/.\-])(?P<hour>\d{{1,2}})\s*(?P<part>{_PART}){_ZONE}")
_LONGEST_BEFORE = 25  # characters of «بعد از ظهر ساعت»
_BEFORE = re.compile(rf"(?:\b(?P<part>{_PART})\s*)?(?:\bساعت\s*:?|(?<=\d)t)?$")
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day: what has passed since midnight (24 hours is the end of the day), and its zone.

    `zone` is None for a time in Tehran and for a time without a zone.
    """

    since_midnight: dt.timedelta
    zone: dt.timezone | None

    def on(self, day: dt.date) -> dt.datetime:
        """Return this time on a day. Raises OverflowError after the last day that Python knows."""
        return dt.datetime.combine(day, dt.time(tzinfo=self.zone)) + self.since_midnight


def find_clock(text: str) -> tuple[Clock, str] | None:
    """Return the first time of day in a text and the text without it; None if there is none.

    Raises ValueError, with a reason that can be shown to the user, when there is no such time or zone.
    """
    match = _search(text)
    if match is None:
        return None
    before, part = text[: match.start()].rstrip(), None
    if before and not before[-1].isdigit():
        words = _BEFORE.search(before, max(0, len(before) - _LONGEST_BEFORE))
        before, part = (before[: words.start()], words["part"]) if words else (before, None)
    return _clock(match, part), f"{before} {text[match.end() :]}"


def _search(text: str) -> re.Match[str] | None:
    if ":" in text and (match := _WITH_COLON.search(text)):
        return match
    return _COMPACT.search(text) or _BARE_HOUR.search(text) or _HOUR_OF_PART.search(text)


def _clock(match: re.Match[str], part_before: str | None) -> Clock:
    parts = match.groupdict()
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    for words in filter(None, (part_before, parts.get("part"))):
        hours = next(hours for pattern, hours in _WORDS if pattern.fullmatch(words))
        if hour not in hours:
            raise ValueError(f"there is no time {hour}:{minute:02} {words}")
        hour = hours[hour]
    fraction = parts.get("fraction")
    microsecond = int(f"{fraction:0<6}"[:6]) if fraction else 0
    time = dt.timedelta(hours=hour, minutes=minute, seconds=second, microseconds=microsecond)
    if minute > 59 or second > 59 or time > _DAY:
        raise ValueError(f"there is no time {match[0].strip()}")
    return Clock(time, _zone(parts["zone"]))


@functools.lru_cache(maxsize=64)
def _zone(zone: str | None) -> dt.timezone | None:
    if zone is None or zone in _LOCAL:
        return None
    if zone in _ZONES:
        return dt.timezone(dt.timedelta(minutes=_ZONES[zone]))
    sign, figures = re.sub(r"utc|gmt|[\s:]", "", zone).replace("−", "-")[0], re.sub(r"\D", "", zone)
    hours, minutes = (figures[:-2], figures[-2:]) if len(figures) > 2 else (figures, "0")
    if int(hours) > 23 or int(minutes) > 59:
        raise ValueError(f"there is no offset {zone}")
    offset = dt.timedelta(hours=int(hours), minutes=int(minutes))
    return dt.timezone(-offset if sign == "-" else offset)
