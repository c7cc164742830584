"""The time of day in a date: halves of the day, parts of the day, zones, and times that do not exist."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.dates.written import written_date

DAY = "۱۲ مرداد ۱۴۰۳"
MORNINGS = [
    "AM",
    "am",
    "a.m.",
    "A.M",
    "a m",
    "ق.ظ",
    "ق.ظ.",
    "ق ظ",
    "ق‌ظ",
    "قبل از ظهر",
    "قبل‌ازظهر",
    "پیش از ظهر",
    "صبح",
]
AFTERNOONS = [
    "PM",
    "pm",
    "p.m.",
    "P.M.",
    "ب.ظ",
    "ب.ظ.",
    "ب ظ",
    "بعد از ظهر",
    "بعدازظهر",
    "بعد‌از‌ظهر",
    "پس از ظهر",
    "عصر",
]


def at(hour: int, minute: int = 0, day: int = 2) -> dt.datetime:
    return dt.datetime(2024, 8, day, hour, minute)


@pytest.mark.parametrize("half", MORNINGS)
def test_hours_before_noon_stay_and_twelve_is_midnight(half: str) -> None:
    assert written_date(f"{DAY} ۱۰:۳۰ {half}") == at(10, 30)
    assert written_date(f"Aug 2, 2024 12:30 {half}") == at(0, 30)


@pytest.mark.parametrize("half", AFTERNOONS)
def test_hours_after_noon_count_from_twelve(half: str) -> None:
    assert written_date(f"Aug 2, 2024 10:30 {half}") == at(22, 30)
    assert written_date(f"{DAY} - ۱۲:۳۰ {half}") == at(12, 30)
    assert written_date(f"{DAY} ساعت ۱۴:۳۰ {half}") == at(14, 30)
    assert written_date(f"۱۴۰۳/۵/۱۲ {half} ۴:۰۵") == at(16, 5)


@given(st.times(), st.sampled_from(["%I:%M %p", "%I:%M:%S%p", "%H:%M:%S"]))
def test_every_time_is_read_as_it_was_written(time: dt.time, style: str) -> None:
    written = time.strftime(style)
    parsed = written_date(f"2024-08-02 {written}")
    assert isinstance(parsed, dt.datetime)
    assert parsed.strftime(style) == written


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("ساعت ۱۰ صبح", at(10)),
        ("ساعت ۱۰", at(10)),
        ("۱۰ صبح", at(10)),
        ("10pm", at(22)),
        ("ساعت ۱۰:۳۰ شب", at(22, 30)),
        ("ساعت ۲۳:۳۰ شب", at(23, 30)),
        ("ساعت ۴ بامداد", at(4)),
        ("ساعت ۱۲ ظهر", at(12)),
        ("ساعت ۱ ظهر", at(13)),
        ("عصر ساعت ۵:۳۰", at(17, 30)),
        ("ساعت ۱۰ و ۵ دقیقهٔ صبح", at(10, 5)),
        ("ساعت ۱۰:۳۰ دقیقه", at(10, 30)),
        ("ساعت: ۱۰:۳۰", at(10, 30)),
        ("١٠:٣٠", at(10, 30)),
        ("24:00", at(0, day=3)),
        ("24:00:00", at(0, day=3)),
    ],
)
def test_a_time_is_read_in_every_written_form(written: str, moment: dt.datetime) -> None:
    assert written_date(f"{DAY} {written}") == moment
    assert written_date(f"{DAY} - {written}") == moment


@pytest.mark.parametrize(
    "written",
    [
        "25:00",
        "24:01",
        "10:60",
        "10:30:60",
        "14:30 AM",
        "0:30 PM",
        "۲ شب",
        "۱۲ شب",
        "13 AM",
        "ساعت ۲۴ و ۱ دقیقه",
    ],
)
def test_a_time_that_does_not_exist_or_contradicts_itself_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="there is no time"):
        written_date(f"{DAY} {written}")


@pytest.mark.parametrize(
    ("zone", "minutes"),
    [
        ("Z", 0), (" UTC", 0), (" GMT", 0), ("+03:30", 210), ("+0330", 210), (" +0330", 210), ("+03", 180),
        ("-05:00", -300), ("−05:00", -300), (" GMT+3:30", 210), (" UTC+0330", 210), (" IRST", 210),
        (" IRDT", 270),
        (" +0330 (IRST)", 210), ("+03:30[Asia/Tehran]", 210), (" GMT+0330 (Iran Standard Time)", 210),
        (" EST", -300), (" PDT", -420), (" CEST", 120), (" به وقت گرینویچ", 0), (" (به وقت کابل)", 270),
    ],
)  # fmt: skip
def test_a_zone_is_an_offset_or_a_name(zone: str, minutes: int) -> None:
    parsed = written_date(f"2024-08-02 14:30:00{zone}")
    assert isinstance(parsed, dt.datetime)
    assert parsed.replace(tzinfo=None) == at(14, 30)
    assert parsed.utcoffset() == dt.timedelta(minutes=minutes)


@pytest.mark.parametrize("zone", [" به وقت تهران", " (به وقت ایران)", " به وقت محلی", " Asia/Tehran"])
def test_a_time_in_tehran_has_no_offset_like_a_time_without_a_zone(zone: str) -> None:
    assert written_date(f"2024-08-02 14:30{zone}") == at(14, 30)


@pytest.mark.parametrize("zone", ["+99:00", "+03:99", " UTC+77"])
def test_an_offset_that_does_not_exist_is_refused(zone: str) -> None:
    with pytest.raises(ValueError, match="there is no offset"):
        written_date(f"2024-08-02T14:30{zone}")


@pytest.mark.parametrize("written", ["10:30-1403/05/12", "10:30 -1403/05/12", "10:30 -12 مرداد 1403"])
def test_a_hyphen_before_the_date_is_no_offset(written: str) -> None:
    assert written_date(written) == at(10, 30)
