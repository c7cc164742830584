"""Search filters: source and category names, and days."""

import datetime as dt

import pytest

from indexer.articles import Article
from indexer.filters import NO_DAY, FacetValues, Filters, day_number, facet_key


def test_all_spellings_of_a_source_name_have_the_same_key() -> None:
    names = ["پیک‌نیوز", "پیک نیوز", "پيك‌نيوز", "پیکنیوز", " پیک  نیوز "]
    assert {facet_key(name) for name in names} == {"پیکنیوز"}
    assert facet_key("IRNA") == facet_key("irna")
    assert facet_key("ایرنا") != facet_key("ایسنا")


@pytest.mark.parametrize("name", ["", " ", "\u200c", " \u200c "])
def test_an_empty_name_filters_nothing(name: str) -> None:
    assert Filters.of(source=name, category=name) == Filters()


def test_filters_are_true_only_if_they_restrict_something() -> None:
    assert not Filters()
    assert not Filters.of()
    for filters in (
        Filters.of(source="ایرنا"),
        Filters.of(category="ورزش"),
        Filters.of(date_from=dt.date(2026, 1, 1)),
        Filters.of(date_to=dt.date(2026, 1, 1)),
    ):
        assert filters


def test_date_bounds_become_day_numbers() -> None:
    day = dt.date(2026, 3, 21)
    assert Filters.of(date_from=day, date_to=day) == Filters(day.toordinal(), day.toordinal())


def test_a_date_time_counts_as_its_local_day() -> None:
    tehran = dt.timezone(dt.timedelta(hours=3, minutes=30))
    late = dt.datetime(2026, 3, 21, 0, 30, tzinfo=tehran)
    assert day_number(late) == day_number(dt.date(2026, 3, 21))
    assert day_number(None) == NO_DAY


def test_facet_values_of_an_article_are_folded() -> None:
    article = Article(id="1", source="پيك‌نيوز", category="بین الملل", published=dt.date(2026, 3, 21))
    assert FacetValues.of(article) == FacetValues(dt.date(2026, 3, 21).toordinal(), "پیکنیوز", "بینالملل")
    assert FacetValues.of(Article(id="2")) == FacetValues(NO_DAY, "", "")
