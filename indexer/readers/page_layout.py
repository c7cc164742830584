"""Finds where the article of a page stands, and what belongs to menus, comments or other articles."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from indexer.readers.page_texts import INLINE, text_of

SILENT = frozenset(
    (
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "svg",
        "iframe",
        "object",
        "select",
        "button",
        "textarea",
    )
)
"""Elements whose text is not part of the page's text."""

_SIDE = frozenset(("nav", "aside"))
_SIDE_ROLES = frozenset(("navigation", "complementary", "contentinfo", "banner", "search"))
# Words in classes and ids.
_COMMENTS = frozenset(
    ("comment", "comments", "commentlist", "disqus", "respond", "replies", "nazar", "nazarat")
)
_OTHERS = frozenset(
    (
        *("related", "marboot", "recommended", "trending", "latest", "popular"),
        *("mostvisited", "mostviewed", "mostread"),
        *("sidebar", "footer", "breadcrumb", "breadcrumbs", "ticker", "newsletter", "weather", "calendar"),
    )
)
_PAGE_HEADERS = frozenset(
    ("header", "site-header", "main-header", "top-header", "topbar", "top-bar", "masthead")
)
_LEADS = frozenset(("lead", "subtitle", "summary", "introtext", "intro", "excerpt", "sotitr", "sootitr"))
_NOTES = frozenset(("info", "meta", "date", "pdate", "time", "code", "tools", "share", "byline", "submitted"))
_NOTE_LENGTH = 150
_NEGATED = re.compile(r"(?:no|not|has|have|with|without|hide)[-_]?(?:[a-z]+)", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORDS = re.compile(r"[a-z]+")
# A shorter text is a label rather than a paragraph.
_PARAGRAPH = 25
# Paragraphs count for the elements around them, for the nearest most.
_WEIGHTS = (1, 1 / 2, 1 / 3)


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts of a page.

    `text` is the element that holds the paragraphs of the article, `article` a larger one that also holds the
    `headline` (None if unknown) and the lines around it. `apart` has all elements of menus, comments and
    the like, and `elements` all elements of the page in their order.
    """

    text: Any
    article: Any
    headline: Any | None
    apart: frozenset[Any]
    elements: tuple[Any, ...]


def find_layout(tree: Any, headline: Any | None) -> Layout:
    """Return the layout of a page. `headline` is the heading with the article's title, if one is known."""
    elements = tuple(tree.iter("*"))
    sizes = _sizes(elements)
    apart = _apart(elements, sizes, headline)
    text = _text(elements, apart, tree)
    article = _article(text, headline)
    if article.tag == "article":
        apart |= _other_articles(elements, article)
    return Layout(text, article, headline, apart, elements)


def find_lead(layout: Layout) -> str:
    """Return the text of the article's lead if an element outside of the text has its name; "" otherwise."""
    named = [element for element in _beside_the_text(layout) if words(element) & _LEADS]
    around = {above for element in named for above in element.iterancestors()}
    texts = (text_of(element) for element in named if element not in around)
    return next((text for text in texts if len(text) >= _PARAGRAPH), "")


def find_notes(layout: Layout) -> list[Any]:
    """Return the short elements beside the text with the date, the number and the like of the article."""
    return [
        element
        for element in _beside_the_text(layout)
        if words(element) & _NOTES and len(text_of(element)) <= _NOTE_LENGTH
    ]


def _beside_the_text(layout: Layout) -> Iterator[Any]:
    """Yield the named elements of the article that neither hold its text or headline nor stand in them."""
    kept = {layout.text, *layout.text.iterancestors()}
    if layout.headline is not None:
        kept |= {layout.headline, *layout.headline.iterancestors()}
    inside = {layout.article}
    for element in layout.elements:
        if element.getparent() not in inside or element in layout.apart or element is layout.text:
            continue
        inside.add(element)
        if element not in kept and (element.get("class") or element.get("id")):
            yield element


def _sizes(elements: tuple[Any, ...]) -> dict[Any, int]:
    """Return how many characters of text each element holds."""
    sizes = dict.fromkeys(elements, 0)
    for element in reversed(elements):
        own = 0 if element.tag in SILENT else sizes[element] + len((element.text or "").strip())
        sizes[element] = own
        if (parent := element.getparent()) is not None:
            sizes[parent] += own + len((element.tail or "").strip())
    return sizes


def _apart(elements: tuple[Any, ...], sizes: dict[Any, int], headline: Any | None) -> frozenset[Any]:
    holders = set() if headline is None else {headline, *headline.iterancestors()}
    half = sizes[elements[0]] / 2
    found: set[Any] = set()
    for element in elements:
        if element.getparent() in found:
            found.add(element)
        elif element not in holders and element.tag not in ("html", "body", "main"):
            # Readers may write more than the journalist, but a menu is not longer than an article.
            small = sizes[element] <= half
            comments = bool(words(element) & _COMMENTS) and headline is not None
            side = element.tag != "article" and (words(element) & (_OTHERS | _COMMENTS) or _is_side(element))
            if comments or (small and side):
                found.add(element)
    return frozenset(found)


def words(element: Any) -> set[str]:
    """Return the words in class and id of an element: {"related", "news"} for "relatedNews"."""
    names = [*element.get("class", "").split(), *element.get("id", "").split()]
    named = " ".join(_CAMEL.sub("-", name) for name in names if not _NEGATED.match(name))
    return set(_WORDS.findall(named.lower()))


def _is_side(element: Any) -> bool:
    tag = element.tag
    if tag in _SIDE or element.get("role") in _SIDE_ROLES:
        return True
    names = {element.get("id", "").lower(), *element.get("class", "").lower().split()}
    if tag in ("header", "footer") or names & _PAGE_HEADERS:
        return not any(above.tag == "article" for above in element.iterancestors())
    return False


def _text(elements: tuple[Any, ...], apart: frozenset[Any], tree: Any) -> Any:
    """Return the element that holds most text of paragraphs."""
    scores: dict[Any, float] = {}
    for element, length in _paragraphs(elements, apart):
        if length < _PARAGRAPH:
            continue
        # Text between the paragraphs of an element counts for the element itself.
        own = [] if element.find("p") is None else [element]
        for weight, above in zip(_WEIGHTS, chain(own, element.iterancestors()), strict=False):
            scores[above] = scores.get(above, 0.0) + weight * length
    body = tree.find("body")
    return max(scores, key=lambda element: scores[element], default=tree if body is None else body)


def _paragraphs(elements: tuple[Any, ...], apart: frozenset[Any]) -> Iterator[tuple[Any, int]]:
    """Yield the blocks that hold text outside of links directly, and the length of this text."""
    block_of: dict[Any, Any] = {None: None}
    lengths: dict[Any, int] = {}
    linked: set[Any] = set()
    for element in elements:
        parent = element.getparent()
        block_of[element] = block_of[parent] if element.tag in INLINE and parent is not None else element
        if element.tag == "a" or parent in linked:
            linked.add(element)
        if element in apart:
            continue
        for holder, text in ((element, element.text), (parent, element.tail)):
            if text and holder is not None and holder not in linked and holder.tag not in SILENT:
                block = block_of[holder]
                lengths[block] = lengths.get(block, 0) + len(text.strip())
    yield from lengths.items()


def _other_articles(elements: tuple[Any, ...], article: Any) -> frozenset[Any]:
    """Return the articles that stand outside of the page's own, with all that they hold."""
    own = {*article.iter("*"), *article.iterancestors()}
    found: set[Any] = set()
    for element in elements:
        if element.getparent() in found or (element.tag == "article" and element not in own):
            found.add(element)
    return frozenset(found)


def _article(text: Any, headline: Any | None) -> Any:
    """Return the nearest element with headline and text, or the article element around it."""
    found = text if text.getparent() is None or headline is not None else text.getparent()
    if headline is not None:
        above = {headline, *headline.iterancestors()}
        found = next((element for element in (text, *text.iterancestors()) if element in above), text)
    return next((element for element in (found, *found.iterancestors()) if element.tag == "article"), found)
