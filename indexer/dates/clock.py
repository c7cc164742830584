"""Finds the time of day in a text: 14:30, 10:30 PM, «ساعت ۱۰:۳۰ ب.ظ», 14:30:00+03:30.

Texts are folded, and their half-spaces are spaces.
"""

import datetime as dt
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

_PART = rf"\b(?:{_MORNING}|{_AFTERNOON}|{_NOON}|{_NIGHT})(?![^\W\d_])"
_AFTER = rf"(?:\s*(?P<after>{_PART.removeprefix(r'\b')}))?"
_BEFORE = rf"(?:(?P<before>{_PART})\s*)?(?:\bساعت\s*:?\s*|(?<=\d)t)?(?<![\d:])"
_OFFSET = r"[+\-−](?:\d{2}:?\d{2}|\d{2}(?!\s*[^\W\d]))(?![\d:]|\s?[/\-])"
_NAMES = "|".join(sorted((*_ZONES, *_LOCAL), key=len, reverse=True))
_ZONE = (
    rf"(?:\s*\(?(?P<zone>(?:utc|gmt)\s?[+\-−]\d{{1,2}}(?::?\d{{2}})?(?!\d)|{_OFFSET}|(?:{_NAMES})(?![^\W_]))\)?"
    # A comment after the zone repeats it: +0330 (IRST), +03:30[Asia/Tehran].
    r"(?:\s*\([a-z][a-z /]{1,40}\)|\[[a-z]+/[a-z_]+\])?)?"
)
_MINUTES = r"(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?(?![\d:])"
_COMPACT = r"(?P<minute>\d{2})(?P<second>\d{2})?(?:[.,](?P<fraction>\d{1,9}))?(?!\d)"
_CLOCKS = (
    re.compile(rf"{_BEFORE}(?P<hour>\d{{1,2}}):{_MINUTES}{_AFTER}{_ZONE}"),
    # 20251118T143000, 20251118143000
    re.compile(rf"(?<=^\d{{8}})(?:[t ]|(?=\d{{6}}(?!\d)))(?P<hour>\d{{2}}){_COMPACT}{_ZONE}"),
    # «ساعت ۱۰ و ۳۰ دقیقهٔ صبح»
    re.compile(
        rf"(?:(?P<before>{_PART})\s*)?\bساعت\s*(?P<hour>\d{{1,2}})(?!\d)"
        rf"(?:\s*و\s*(?P<minute>\d{{1,2}})\s*دقیقه)?{_AFTER}{_ZONE}"
    ),
    re.compile(rf"(?<![\d/.\-])(?P<hour>\d{{1,2}})\s*(?P<after>{_PART.removeprefix(r'\b')}){_ZONE}"),
)


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
    for pattern in _CLOCKS:
        if match := pattern.search(text):
            return _clock(match), f"{text[: match.start()]} {text[match.end() :]}"
    return None


def _clock(match: re.Match[str]) -> Clock:
    parts = match.groupdict()
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    for words in filter(None, (parts.get("before"), parts.get("after"))):
        hours = next(hours for pattern, hours in _WORDS if pattern.fullmatch(words))
        if hour not in hours:
            raise ValueError(f"there is no time {match[0].strip()}")
        hour = hours[hour]
    microsecond = int(f"{parts.get('fraction') or '0':0<6}"[:6])
    time = dt.timedelta(hours=hour, minutes=minute, seconds=second, microseconds=microsecond)
    if minute > 59 or second > 59 or time > dt.timedelta(hours=24):
        raise ValueError(f"there is no time {match[0].strip()}")
    return Clock(time, _zone(parts["zone"]))


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
