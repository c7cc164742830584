"""Finds the title of a page's article, without the name of the site.

Pages declare a title in several places, often as «تیتر - خبرگزاری نمونه» ("headline - Sample News Agency").
The headline that readers see is usually the `<h1>`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from indexer.readers.page_texts import key, shown, text_of

_SEPARATOR = re.compile(r"\s*[|¦–—•›‹]\s*|\s*:\s+|\s+[-\u0640·/:]\s+")
_SITE_NOUN = r"(?:خبر\s*گزاری|پایگاه\s+(?:خبری|اطلاع)|(?:وب\s*)?سایت|روزنامه|باشگاه\s+خبرنگاران|شبکه\s+خبر)"
_SITE_NAME = re.compile(rf"{_SITE_NOUN}\s+\S+(?:\s+\S+){{0,4}}$")
_SHORT_NAME = re.compile(rf"^(?:{_SITE_NOUN}(?:\s+تحلیلی)?\s+)")
_DECLARED = (
    "//meta[@property='og:title' or @name='og:title']/@content",
    "//meta[@name='twitter:title' or @property='twitter:title']/@content",
    "//meta[@name='title']/@content",
)
_SITE_NAMES = "//meta[@property='og:site_name' or @name='og:site_name' or @name='application-name']/@content"
_HEADINGS = (
    "//*[self::h1 or self::h2 or self::h3 or self::h4 or @itemprop='headline']"
    "[not(ancestor::nav or ancestor::aside or ancestor::footer)]"
)
_MAX_TITLE = 1000
_MAX_HEADINGS = 200
_HEADLINE_MARK = re.compile(r"headline|title|titr", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Title:
    """The title, its heading (None if the page shows none), and the keys of all that the page gives."""

    text: str
    heading: Any | None
    keys: frozenset[str]


def declared_titles(tree: Any) -> list[str]:
    """Return the titles that the head of a page declares, the most reliable first."""
    given = [shown(title) for path in _DECLARED for title in tree.xpath(path)]
    given += [text_of(title) for title in tree.xpath("//head/title")]
    return [" ".join(title.split())[:_MAX_TITLE] for title in given if title.strip()]


def headings(tree: Any) -> list[Any]:
    """Return the headings of a page that have a text, outside of menus and the like."""
    found = ((element, text_of(element)) for element in tree.xpath(_HEADINGS)[:_MAX_HEADINGS])
    return [element for element, text in found if len(text) <= _MAX_TITLE and key(text)]


def find_title(tree: Any, headline: str, publisher: str, section: str, address: str) -> Title:
    """Return the title of the article.

    `headline` and `publisher` come from the structured data, `section` and `address` from the head; each may
    be "".
    """
    site = _Site.of([*map(shown, tree.xpath(_SITE_NAMES)), publisher], section, address)
    declared = [*declared_titles(tree)]
    if headline:
        declared.insert(min(1, len(declared)), " ".join(shown(headline).split())[:_MAX_TITLE])
    shown_headings = [(element, site.without_name(text_of(element))) for element in headings(tree)]
    shown_headings = [(element, text) for element, text in shown_headings if text]
    cleaned = [text for title in declared if (text := site.without_name(title))]
    text, heading = _choose(declared, cleaned, shown_headings)
    h1 = [text for element, text in shown_headings if element.tag == "h1"]
    keys = {key(title) for title in (text, *declared, *cleaned, *(h1 if len(h1) == 1 else ()))}
    if heading is not None:
        keys |= {key(text_of(heading))}
    return Title(text, heading, frozenset(keys - {""}))


def _choose(
    declared: Sequence[str], cleaned: Sequence[str], headings: Sequence[tuple[Any, str]]
) -> tuple[str, Any | None]:
    """Return the title and its heading: a heading that a declared title repeats, or the only fitting h1."""
    parts = {part for title in declared for part in _parts(title)}
    for first in (True, False):  # an h1 before other headings
        for element, text in headings:
            if (element.tag == "h1") is first and (key(text) in parts or _is_completed(text, cleaned)):
                return text, element
    h1 = [(element, text) for element, text in headings if element.tag == "h1"]
    for element, text in h1:
        for title in cleaned:  # with the line above the headline in the same element
            if len(key(title)) > 9 and key(title) in key(text):
                return title, element
    own = [(element, text) for element, text in h1 if _is_headline(element, text)]
    if own and (len(own) == 1 or not cleaned):
        return own[0][1], own[0][0]
    if cleaned:
        return cleaned[0], None
    return next(((text, element) for element, text in [*h1, *headings]), ("", None))


def _is_completed(text: str, cleaned: Iterable[str]) -> bool:
    """Return whether a declared title is the beginning of the text, cut off with dots."""
    return any(
        title.endswith(("…", "...")) and key(title) and key(text).startswith(key(title)) for title in cleaned
    )


def _is_headline(element: Any, text: str) -> bool:
    """Return whether an h1 that differs from the declared title is a headline, not a section of the site."""
    if len(text.split()) < 3:
        return False
    marks = f"{element.get('class', '')} {element.get('id', '')} {element.get('itemprop', '')}"
    return bool(_HEADLINE_MARK.search(marks)) or any(
        above.tag == "article" for above in element.iterancestors()
    )


def _parts(title: str) -> set[str]:
    """Return the keys of a title and of everything that stands between two of its separators."""
    bounds = [(0, 0), *(match.span() for match in _SEPARATOR.finditer(title)), (len(title), len(title))]
    bounds = bounds[:10]
    return {
        key(title[start:end])
        for first, (_, start) in enumerate(bounds)
        for end, _ in (*bounds[first + 1 :], (len(title), 0))
    } - {""}


@dataclass(frozen=True, slots=True)
class _Site:
    """Keys of the names of a site. `names` are complete, `short` lack «خبرگزاری» ("news agency")."""

    names: frozenset[str]
    short: frozenset[str]
    section: str

    @staticmethod
    def of(given: Iterable[str], section: str, address: str) -> "_Site":
        names = {part for name in given for part in (name, *_SEPARATOR.split(name)) if part}
        host = re.sub(r"^https?://(?:www\.)?|[/:].*$", "", address, flags=re.IGNORECASE)
        domain = {host, host.rsplit(".", 1)[0]} if "." in host else set()
        short = {_SHORT_NAME.sub("", name) for name in names}
        return _Site(
            frozenset(map(key, names)) - {""},
            frozenset(map(key, names | short | domain)) - {""},
            key(section),
        )

    def without_name(self, title: str) -> str:
        """Return a title without the name of the site at its beginning or end; "" if it is only the name.

        A separator within the title, as in «رئیس‌جمهور: مذاکره ادامه دارد», is kept.
        """
        title = " ".join(title.split())
        parts = _Part.split(title)
        names = [self._is_name(part) for part in parts]
        beside = [name or self._is_beside_a_name(part) for name, part in zip(names, parts, strict=True)]
        first, last = _middle(names, names if all(beside) else beside)
        return title[parts[first].start : parts[last - 1].end].strip() if first < last else ""

    def _is_name(self, part: "_Part") -> bool:
        """Return whether a part of a title names the site. «مهر: …» may be a headline about the month."""
        if not part.key or part.key in (self.names if part.colon else self.short):
            return True
        return not self.names and bool(_SITE_NAME.match(part.text))

    def _is_beside_a_name(self, part: "_Part") -> bool:
        """Return whether a part belongs to the name of the site next to it: a section, or the Latin name."""
        return part.key == self.section or not re.search(r"[\u0600-\u06ff]", part.text)


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands between two separators of a title. `colon` is whether one of them is a colon."""

    text: str
    start: int
    end: int
    colon: bool

    @property
    def key(self) -> str:
        return key(self.text)

    @staticmethod
    def split(title: str) -> "list[_Part]":
        found = list(_SEPARATOR.finditer(title))
        starts = [0, *(match.end() for match in found)]
        ends = [*(match.start() for match in found), len(title)]
        colons = [False, *(":" in match[0] for match in found), False]
        return [
            _Part(title[start:end].strip(), start, end, colons[number] or colons[number + 1])
            for number, (start, end) in enumerate(zip(starts, ends, strict=True))
        ]


def _middle(names: Sequence[bool], removable: Sequence[bool]) -> tuple[int, int]:
    """Return the bounds of the parts without the removable ones at both ends, where they include a name."""
    first, last = 0, len(names)
    while last > first and removable[last - 1]:
        last -= 1
    last = last if any(names[last:]) else len(names)
    while first < last and removable[first]:
        first += 1
    return (first if any(names[:first]) else 0), last
