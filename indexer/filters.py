"""What restricts a search: days, source and category; applied inside every index, not after it."""

import datetime as dt
from dataclasses import dataclass

from indexer.articles import Article
from indexer.persian.characters import HALF_SPACE, fold

NO_DAY = 0


def facet_key(name: str) -> str:
    """Fold the name of a source or category so that its spellings meet: «پیک‌نیوز», «پیک نیوز», «پيك‌نيوز»."""
    return fold(name).replace(HALF_SPACE, "").replace(" ", "")


def day_number(day: dt.date | None) -> int:
    """Return the proleptic Gregorian ordinal of a day, or NO_DAY when there is none."""
    return day.toordinal() if day else NO_DAY


@dataclass(frozen=True, slots=True)
class Filters:
    """Bounds are day numbers, inclusive; keys are facet keys; None bounds nothing."""

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
        """Make filters from what a user names; empty names filter nothing."""
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
    """What the filters compare of one article: its day number, and the facet keys of source and category."""

    day: int
    source: str
    category: str

    @classmethod
    def of(cls, article: Article) -> "FacetValues":
        """Return the facet values of an article."""
        return cls(day_number(article.published), facet_key(article.source), facet_key(article.category))
