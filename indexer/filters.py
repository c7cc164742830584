"""Filters restrict a search by days, source and category. Every index applies them during its search."""

import datetime as dt
from dataclasses import dataclass

from indexer.articles import Article
from indexer.dates.tehran import day_in_tehran
from indexer.persian.characters import HALF_SPACE, fold

NO_DAY = 0


def facet_key(name: str) -> str:
    """Return one key for all spellings of a source or category: «پیک‌نیوز», «پیک نیوز», «پيك‌نيوز»."""
    return fold(name).replace(HALF_SPACE, "").replace(" ", "")


def day_number(day: dt.date | None) -> int:
    """Return the proleptic Gregorian ordinal of a day, or NO_DAY for None.

    The day of a date-time is its day in Tehran.
    """
    return day_in_tehran(day).toordinal() if day else NO_DAY


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of a search: inclusive day numbers, and facet keys. None does not restrict anything."""

    first_day: int | None = None
    last_day: int | None = None
    source: str | None = None
    category: str | None = None

    @classmethod
    def of(
        cls,
        date_from: dt.date | None = None,
        date_to: dt.date | None = None,
        source: str = "",
        category: str = "",
    ) -> "Filters":
        """Return filters from dates and names as the user gives them. An empty name does not filter."""
        return cls(
            day_number(date_from) if date_from else None,
            day_number(date_to) if date_to else None,
            facet_key(source) or None,
            facet_key(category) or None,
        )

    def __bool__(self) -> bool:
        return self != Filters()


@dataclass(frozen=True, slots=True)
class FacetValues:
    """The values of one article that filters compare: day number, and facet keys of source and category."""

    day: int
    source: str
    category: str

    @classmethod
    def of(cls, article: Article) -> "FacetValues":
        """Return the facet values of an article."""
        return cls(day_number(article.published), facet_key(article.source), facet_key(article.category))
