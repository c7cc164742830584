"""Names and days that restrict a search."""

import datetime as dt

import pytest

from indexer.articles import Article
from indexer.filters import NO_DAY, FacetValues, Filters, day_number, facet_key


def test_all_spellings_of_a_name_meet() -> None:
    names = ["پیک‌نیوز", "پیک نیوز", "پيك‌نيوز", "پیکنیوز", " پیک  نیوز "]
    assert {facet_key(name) for name in names} == {"پیکنیوز"}
    assert facet_key("IRNA") == facet_key("irna")
    assert facet_key("ایرنا") != facet_key("ایسنا")


@pytest.mark.parametrize("name", ["", " ", "\u200c", " \u200c "])
def test_an_empty_name_filters_nothing(name: str) -> None:
    assert Filters.of(source=name, category=name) == Filters()


def test_filters_tell_whether_they_restrict_anything() -> None:
    assert not Filters()
    assert not Filters.of()
    for filters in (
        Filters.of(source="ایرنا"),
        Filters.of(category="ورزش"),
        Filters.of(date_from=dt.date(2026, 1, 1)),
        Filters.of(date_to=dt.date(2026, 1, 1)),
    ):
        assert filters


def test_bounds_are_day_numbers() -> None:
    day = dt.date(2026, 3, 21)
    assert Filters.of(date_from=day, date_to=day) == Filters(day.toordinal(), day.toordinal())


def test_a_date_time_counts_as_the_day_it_was_written_on() -> None:
    tehran = dt.timezone(dt.timedelta(hours=3, minutes=30))
    late = dt.datetime(2026, 3, 21, 0, 30, tzinfo=tehran)
    assert day_number(late) == day_number(dt.date(2026, 3, 21))
    assert day_number(None) == NO_DAY


def test_facet_values_of_an_article_are_folded() -> None:
    article = Article(id="1", source="پيك‌نيوز", category="بین الملل", published=dt.date(2026, 3, 21))
    assert FacetValues.of(article) == FacetValues(dt.date(2026, 3, 21).toordinal(), "پیکنیوز", "بینالملل")
    assert FacetValues.of(Article(id="2")) == FacetValues(NO_DAY, "", "")
