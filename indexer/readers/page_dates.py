"""Finds the date of a page's article. Dates of comments, of other articles and of the site are not meant."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from indexer.readers.page_layout import Layout
from indexer.readers.page_texts import shown, text_of

_META = (
    "//meta[@property='article:published_time' or @name='article:published_time' or "
    "@property='og:article:published_time' or @property='og:published_time']/@content",
    "//meta[not(ancestor::*[@itemscope]) or ancestor::head]"
    "[@itemprop='datePublished' or @name='datePublished' or @name='pubdate' or @name='publishdate' "
    "or @name='publish_date' or @name='publish-date']/@content",
    "//meta[@name='DC.date.issued' or @name='dc.Date' or @name='DC.Date' or @name='dc.date' or "
    "@name='dcterms.created' or @name='dcterms.issued' or @name='date' or @name='parsely-pub-date' or "
    "@name='sailthru.date' or @name='citation_publication_date']/@content",
)
_META_MODIFIED = (
    "//meta[@property='article:modified_time' or @property='og:updated_time' or @name='last-modified' or "
    "@itemprop='dateModified' and not(ancestor::*[@itemscope])]/@content",
)
_IN_ADDRESS = re.compile(r"/((?:13|14|19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=/|$)")
_LABEL = re.compile(r"^[^\d:]*:\s*")
_DATED_CLASS = re.compile(r"date|time|publish|tarikh", re.IGNORECASE)
_OTHER_PARTS = ("comment", "review", "hasPart", "itemListElement", "isPartOf", "citation")
_MAX_TEXT = 80
_MAX_CANDIDATES = 100


def find_date(
    tree: Any, layout: Layout, node: dict[str, Any], addresses: Sequence[str], is_date: Callable[[str], bool]
) -> str:
    """Return the first readable date of the article, as the page writes it; "" if there is none.

    A declared date comes before one that the page shows, and the date of publication before that of a change.
    `node` is the structured data of the article, `addresses` are those that the page declares. `is_date`
    tells whether a text is a date.
    """
    for candidate in _candidates(tree, layout, node, addresses):
        text = shown(candidate)
        if 0 < len(text) <= _MAX_TEXT and is_date(text):
            return text
    return ""


def without_label(text: str) -> str:
    """Return a text without «تاریخ انتشار:» ("published:") or another label at its beginning."""
    return _LABEL.sub("", text)


def _candidates(tree: Any, layout: Layout, node: dict[str, Any], addresses: Sequence[str]) -> Iterator[str]:
    yield from (value for path in _META for value in tree.xpath(path))
    yield from _in_node(node, "datePublished", "uploadDate")
    own = _own_elements(layout)
    in_article = set(layout.article.iter("*"))
    for elements in ([e for e in own if e in in_article], [e for e in own if e not in in_article]):
        yield from _marked(elements)
        yield from _shown(elements)
    yield from ("-".join(match.groups()) for address in addresses for match in _IN_ADDRESS.finditer(address))
    yield from _in_node(node, "dateCreated", "dateModified")
    yield from (value for path in _META_MODIFIED for value in tree.xpath(path))


def _in_node(node: dict[str, Any], *names: str) -> Iterator[str]:
    for name in names:
        given = node.get(name)
        for value in given if isinstance(given, list) else (given,):
            if isinstance(value, str | int):
                yield str(value)


def _own_elements(layout: Layout) -> list[Any]:
    """Return the elements that belong to no other article, comment or part of the page."""
    others: set[Any] = set()
    holders = {layout.article, *layout.article.iterancestors(), layout.text, *layout.text.iterancestors()}
    for element in layout.elements:
        if element.getparent() in others or element in layout.apart or _is_other(element, holders):
            others.add(element)
    return [element for element in layout.elements if element not in others]


def _is_other(element: Any, holders: set[Any]) -> bool:
    if element in holders:
        return False
    if element.tag == "article" or element.get("itemprop") in _OTHER_PARTS:
        return True
    kind: str = element.get("itemtype", "")
    return kind.endswith(("Article", "Posting", "Comment", "WebSite"))


def _marked(elements: list[Any]) -> Iterator[str]:
    """Yield the dates of microdata and of `<time>`; those marked as the date of publication come first."""
    marked = [e for e in elements if e.get("itemprop", "") == "datePublished" or e.get("pubdate") is not None]
    times = [e for e in elements if e.tag == "time" and e.get("itemprop", "") in ("", "datePublished")]
    published = [e for e in times if re.search("publish|انتشار", e.get("class", ""))]
    abbreviations = [e for e in elements if e.tag == "abbr" and "published" in e.get("class", "")]
    for element in (*marked, *published, *times, *abbreviations)[:_MAX_CANDIDATES]:
        yield from (element.get(name, "") for name in ("datetime", "content", "title"))


def _shown(elements: list[Any]) -> Iterator[str]:
    """Yield the dates that the page shows to readers; the text that names the publication comes first."""
    dated = [
        element
        for element in elements
        if _DATED_CLASS.search(element.get("class", "")) or element.get("itemprop") == "datePublished"
    ]
    texts = [text_of(element) for element in dated[:20]]
    texts += [text_of(element) for element in elements if element.tag == "time"][:20]
    texts.sort(key=lambda text: "انتشار" not in text)  # others are of today, of changes
    yield from (without_label(text) for text in texts)
