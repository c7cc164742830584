"""Turns the text of an article into paragraphs, whatever elements a page writes it with.

Extractors of articles look for `<p>`. Editors and old templates also write `<div>`, bare text between
paragraphs, or inline elements around blocks. Next to enough `<p>`, an extractor drops such text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from indexer.readers.page_layout import Layout
from indexer.readers.page_texts import INLINE, shown

_FORMATTING = ("font", "b", "strong", "i", "em", "u", "big", "small", "mark", "bdi", "bdo", "nobr", "tt")
_MEANINGFUL = frozenset(("class", "id", "itemprop", "role", "hidden", "aria-hidden"))
_HIDING = re.compile(r"display\s*:\s*none|hidden")
_HOLDERS = frozenset(("div", "section", "article", "main", "center", "body", "span", "ins", "label"))
_HOLDING_PARAGRAPHS = "//p[.//div or .//p or .//section or .//article or .//main or .//header or .//aside]"
_WORD = re.compile(r"[^\W_]")
_MARKING = ("time", "abbr", "data", "a")
_MARKABLE = ("div", "section", "main", "article")
_LONG = 60
_LABEL_LENGTH = 25
# «کد خبر: ۱۲۳» and other lines about the article.
_LABEL = re.compile(
    r"\W*(?:کد|شناسه|تاریخ|زمان|ساعت|لینک|برچسب|کلید|نویسنده|خبرنگار|منبع|عکس|گروه|تعداد|بازدید|دسته|سرویس|"
    r"اشتراک|چاپ|ارسال|نسخه|مطالب|اخبار|بیشتر)\b[^:\n]{0,30}:"
)


def free_blocks(tree: Any) -> None:
    """Turn each `<p>` that holds a block into a `<div>`: the parser lets newer blocks stand in a `<p>`."""
    for paragraph in tree.xpath(_HOLDING_PARAGRAPHS):
        paragraph.tag = "div"


def flatten_formatting(tree: Any) -> None:
    """Remove elements that only format words, and keep their text.

    The extraction takes quadratic time when a paragraph has many of them.
    """
    from lxml.etree import strip_tags

    for element in tree.iter("span", *_FORMATTING):
        if _MEANINGFUL.isdisjoint(element.keys()) and not _HIDING.search(element.get("style", "").lower()):
            element.tag = "font"
    holders = {element.getparent() for element in tree.iter("font")}
    strip_tags(tree, "font")
    for holder in holders:  # join the pieces of text, which would be joined at each later look
        holder.text = holder.text
        for element in holder:
            element.tail = element.tail


def make_paragraphs(layout: Layout) -> None:
    """Put a `<p>` around each text of the article that stands in no paragraph yet.

    Short texts in a block with a class, such as dates and names of photographers, are left alone, unless a
    long text has the same class.
    """
    runs = [run for run in _runs(layout) if run.is_text()]
    classes = {_class(run.block) for run in runs if run.is_paragraph()}
    classes |= {"", _class(layout.text)}
    among_paragraphs = {run.block for run in runs if any(child.tag == "p" for child in run.block)}
    for run in runs:
        plain = _class(run.block) in classes or run.block in among_paragraphs
        if run.is_paragraph() or (plain and run.is_unmarked()):
            run.wrap()


def mark_text(tree: Any, layout: Layout) -> None:
    """Mark the element that holds all paragraphs, if the extraction would not recognise it by its name.

    Without a mark the extraction collects the paragraphs of the whole page, and loses headings and lists.
    """
    from trafilatura.xpaths import BODY_XPATH

    if any(found not in layout.apart for expression in BODY_XPATH for found in expression(tree)):
        return
    paragraphs = {
        paragraph
        for paragraph in tree.iter("p")
        if paragraph not in layout.apart and len(paragraph.text_content().strip()) >= _LABEL_LENGTH
    }
    for element in (layout.text, layout.article):
        if element.tag in _MARKABLE and paragraphs.issubset(element.iter("p")):
            element.set("role", "article")
            return


@dataclass
class _Run:
    """Text and inline elements next to each other in a block, after the element `before` (None: first)."""

    block: Any
    before: Any | None
    inline: list[Any] = field(default_factory=list)

    @property
    def start(self) -> str:
        """The text in front of the inline elements."""
        return (self.block.text if self.before is None else self.before.tail) or ""

    def is_text(self) -> bool:
        """Return whether the run has words, and most of them are no links."""
        links = sum(len(text) for element in self.inline for text in _link_texts(element))
        return bool(_WORD.search(self.text)) and len(self.text) > 2 * links

    def is_paragraph(self) -> bool:
        """Return whether the run is as long as a sentence, and no label such as «کد خبر: ۱۲۳»."""
        return len(self.text) >= _LONG and not _LABEL.match(self.text)

    def is_unmarked(self) -> bool:
        """Return whether the run has words that are neither a label nor marked as a date or the like."""
        texts = [self.start]
        for element in self.inline:
            marked = element.tag in _MARKING or element.get("class")
            texts += (element.tail or "", *(() if marked else element.itertext()))
        return bool(_WORD.search("".join(texts))) and not _LABEL.match(self.text)

    @cached_property
    def text(self) -> str:
        """The text of the run."""
        inner = (text for element in self.inline for text in (*element.itertext(), element.tail or ""))
        return shown("".join((self.start, *inner)))

    def wrap(self) -> None:
        """Put the run into a paragraph of its own."""
        paragraph = self.block.makeelement("p")
        paragraph.text = self.start
        if self.before is None:
            self.block.text = None
            self.block.insert(0, paragraph)
        else:
            self.before.tail = None
            self.before.addnext(paragraph)
        paragraph.extend(self.inline)


def _runs(layout: Layout) -> list[_Run]:
    """Return the runs of all elements of the article that may hold text without a paragraph around it."""
    inside, with_blocks = {layout.text}, _with_blocks(layout.elements)
    runs = []
    for element in layout.elements:
        if element is not layout.text:
            if element.getparent() not in inside or element in layout.apart or element.tag not in _HOLDERS:
                continue
            inside.add(element)
        if element.tag in INLINE and element not in with_blocks:
            continue
        runs.append(_Run(element, None))
        for child in element:
            if child.tag in INLINE and child not in with_blocks:
                runs[-1].inline.append(child)
            else:
                runs.append(_Run(element, child))
    return runs


def _with_blocks(elements: Sequence[Any]) -> set[Any]:
    """Return the elements that hold any element which does not stand within a line."""
    found: set[Any] = set()
    for element in elements:
        if element.tag not in INLINE:
            for above in element.iterancestors():
                if above in found:
                    break
                found.add(above)
    return found


def _link_texts(element: Any) -> list[str]:
    links = [element] if element.tag == "a" else element.iter("a")
    return [text for link in links for text in link.itertext()]


def _class(block: Any) -> str:
    """Return class and id of a block, which tell what kind of text it holds."""
    return " ".join(filter(None, (block.get("class"), block.get("id"))))
