"""The time in Tehran, which decides the day of an article."""

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.articles import Article
from indexer.dates.tehran import day_in_tehran, in_tehran
from indexer.filters import FacetValues

OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)))
# The years for which the rules of summer time are known.
MOMENTS = st.datetimes(dt.datetime(1992, 1, 1), dt.datetime(2100, 1, 1), timezones=OFFSETS)


needs_time_zones = pytest.mark.skipif(
    not Path("/usr/share/zoneinfo/Asia/Tehran").exists(), reason="no time zone database"
)


@needs_time_zones
@given(MOMENTS)
def test_the_time_in_tehran_is_that_of_the_time_zone_database(moment: dt.datetime) -> None:
    expected = moment.astimezone(ZoneInfo("Asia/Tehran"))
    assert in_tehran(moment) == moment
    assert in_tehran(moment).replace(tzinfo=None) == expected.replace(tzinfo=None)


@needs_time_zones
@pytest.mark.parametrize("month", [3, 9])
def test_the_clocks_change_in_the_hour_that_the_time_zone_database_says(month: int) -> None:
    half_hours = [dt.timedelta(minutes=30 * number) for number in range(6 * 48)]
    for year in range(1992, 2026):
        for after in half_hours:
            moment = dt.datetime(year, month, 18, tzinfo=dt.UTC) + after
            expected = moment.astimezone(ZoneInfo("Asia/Tehran"))
            assert in_tehran(moment).replace(tzinfo=None) == expected.replace(tzinfo=None)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2024-08-01T21:00:00+00:00", "2024-08-02"),  # 00:30
        ("2024-08-01T20:00:00+00:00", "2024-08-01"),
        ("2020-08-01T20:00:00+00:00", "2020-08-02"),  # 00:30 in summer time
        ("2020-08-02T00:15:00+04:30", "2020-08-02"),
        ("2020-03-20T23:30:00+03:30", "2020-03-20"),  # the hour before the clocks go forward
        ("2020-09-20T23:30:00+04:30", "2020-09-20"),  # the hour that the clocks repeat
        ("2024-08-02T00:30:00+03:30", "2024-08-02"),
        ("2024-08-02T20:00:00-05:00", "2024-08-03"),
        ("2024-08-02T23:59:00", "2024-08-02"),  # without an offset: as the source gives it
    ],
)
def test_an_article_counts_as_of_its_day_in_tehran(moment: str, day: str) -> None:
    article = Article(id="1", published=dt.datetime.fromisoformat(moment))
    assert FacetValues.of(article).day == dt.date.fromisoformat(day).toordinal()


def test_a_date_without_a_time_stays_as_it_is() -> None:
    assert day_in_tehran(dt.date(2024, 8, 2)) == dt.date(2024, 8, 2)


@given(st.datetimes(timezones=OFFSETS))
def test_every_moment_that_python_knows_has_a_day(moment: dt.datetime) -> None:
    assert abs(day_in_tehran(moment).toordinal() - moment.toordinal()) <= 1
