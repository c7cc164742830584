"""The names by which records call the fields of an article, in English and in Persian."""

import re
from functools import lru_cache

from indexer.persian.characters import fold

NAMES = {
    "id": ("id", "شناسه", "کد خبر", "شناسه خبر", "شماره خبر", "news id", "article id"),
    "title": ("title", "عنوان", "تیتر", "عنوان خبر", "تیتر خبر", "عنوان اصلی", "تیتر اصلی", "headline"),
    "lead": ("lead", "abstract", "لید", "چکیده", "خلاصه", "لید خبر", "خلاصه خبر", "summary", "description"),
    "body": (
        *("body", "text", "متن", "متن خبر", "متن کامل", "متن اصلی", "متن کامل خبر", "شرح خبر", "محتوا"),
        *("خبر", "شرح", "content", "full text"),
    ),
    "source": ("source", "منبع", "منبع خبر", "نام منبع", "خبرگزاری", "رسانه", "agency", "publisher"),
    "category": (
        *("category", "دسته", "دسته بندی", "دسته خبر", "سرویس", "گروه", "گروه خبری", "موضوع", "بخش"),
        "section",
    ),
    "tags": (
        *("tags", "برچسب ها", "برچسب", "کلیدواژه ها", "کلیدواژه", "کلمات کلیدی", "واژه های کلیدی"),
        *("تگ ها", "تگ", "keywords"),
    ),
    "url": ("url", "نشانی", "لینک", "پیوند", "آدرس", "لینک خبر", "نشانی خبر", "آدرس خبر", "link"),
    "published": (
        *("published", "date", "تاریخ انتشار", "تاریخ", "تاریخ خبر", "زمان انتشار", "تاریخ و ساعت"),
        *("published at", "publish date", "published date", "publication date", "pub date", "date published"),
    ),
    "kicker": ("kicker", "روتیتر"),
}
"""For each field its own name, then the other names. The earlier a name, the rather its value is used.

Upper and lower case, Arabic letters, half-spaces, blanks, and the signs between words make no difference.
"""

_APART = re.compile(r"[\W_]+")


def _key(name: str) -> str:
    return _APART.sub("", fold(name))


_FIELDS = {_key(name): (field, place) for field, names in NAMES.items() for place, name in enumerate(names)}


@lru_cache(maxsize=4096)
def field_of(name: str) -> tuple[str, int] | None:
    """Return the field that a name means and the place of the name in `NAMES`, or None for other names."""
    return _FIELDS.get(_key(name))


def resembles_title(name: str) -> bool:
    """Return whether a word of a name means a title, as in «تیتر دوم»."""
    return any(_FIELDS.get(_key(word), ("", 0))[0] == "title" for word in _APART.split(fold(name)))
