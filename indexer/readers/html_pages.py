"""Reads web pages (.html): extracts the article's text and metadata, without menus and comments."""

import codecs
import contextlib
import logging
import re
import warnings
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from indexer.readers.agencies import find_agency
from indexer.readers.dates import parse_written
from indexer.readers.encodings import decode
from indexer.readers.records import Fault, InvalidRecordError, Record
from indexer.readers.whole import whole

# trafilatura drops all characters that are not printable, also the half-spaces (U+200C). Letters of a script
# that no page here uses replace these characters during the extraction.
_STAND_INS = {"\u200c": "\ua500", "\u200d": "\ua501", "\u200e": "\ua502", "\u200f": "\ua503"}
_ENTITIES = re.compile(r"&(?:zwnj|#8204|#x0*200c);|\\u200c", re.IGNORECASE)
_HIDE = str.maketrans(_STAND_INS)
_SHOW = str.maketrans({stand_in: mark for mark, stand_in in _STAND_INS.items()})

_META_CHARSET = re.compile(rb"""<meta\b[^>]*?\bcharset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_TRUSTED_CODECS = ("utf-8", "cp125", "iso8859", "mac-")
_BOILERPLATE = [
    "//nav",
    "//footer",
    "//aside",
    "//header[not(ancestor::article)][not(.//h1)]",
    "//*[@role='navigation' or @role='contentinfo' or @role='banner']",
]
_EXTRACTION: dict[str, Any] = {
    "include_comments": False,
    "with_metadata": True,
    "date_extraction_params": {"extensive_search": False, "original_date": True},
    "prune_xpath": _BOILERPLATE,
}
_DATES = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@itemprop='datePublished' or @name='datePublished' or @name='pubdate']/@content",
    "//meta[@name='DC.date.issued' or @name='dc.Date']/@content",
    "//*[@itemprop='datePublished']/@datetime",
    "//time/@datetime",
)
_DATED_TEXTS = (
    "//*[contains(@class, 'date') or contains(@class, 'time') or @itemprop='datePublished']"
    "[not(ancestor-or-self::header[not(ancestor::article)])]"
    "[not(ancestor::footer or ancestor::aside or ancestor::nav or ancestor::*[@id='header'])]"
)
_KICKERS = "//*[contains(@class, 'rutitr') or contains(@class, 'rotitr') or contains(@class, 'kicker')]"
_NO_TEXT = "has no article text"
_JSON_LD_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]+)"')
_LABEL = re.compile(r"^[^\d:]*:\s*")


def read_page(chunks: Iterator[bytes]) -> Iterator[Record | Fault]:
    """Yield the one article of the page.

    Raises UndecodableError if the file is not text, and InvalidRecordError if it has no article text or is
    too long.
    """
    data = whole(chunks)
    if data.strip():
        yield Record(None, parse(_decoded(data)))


def parse(html: str) -> dict[str, Any]:
    """Return the fields of the article. Raises InvalidRecordError if the page has no article text."""
    import trafilatura  # imported late: it is slow to import, and only web pages need it
    from trafilatura.settings import Document

    if "\0" in html:
        raise InvalidRecordError("holds NUL characters; the file may be damaged")
    for logger in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(logger).setLevel(logging.CRITICAL)  # our own error reports a page without text
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = trafilatura.load_html(_ENTITIES.sub("\u200c", html).translate(_HIDE))
        page = None if tree is None else trafilatura.bare_extraction(tree, **_EXTRACTION)
    if tree is None or not isinstance(page, Document):
        raise InvalidRecordError(_NO_TEXT)
    title, description = _shown(page.title), _shown(page.description)
    lead, body = _lead_and_body(_paragraphs(tree, page.text or ""), title, description)
    return {
        "kicker": next((_shown(_plain(found.text_content())) for found in tree.xpath(_KICKERS)), ""),
        "title": title,
        "lead": lead,
        "body": body,
        "source": _source(_shown(page.sitename), f"{lead}\n{body}"),
        "category": next(map(_shown, page.categories or ()), ""),
        "tags": _shown("،".join(page.tags or ())),
        "url": _article_url(page.url),
        "published": _published(tree, html, page.date),
    }


def _decoded(data: bytes) -> str:
    """Return the text of a page, decoded as the page declares.

    Valid UTF-8 is no accident, so it is decoded as UTF-8 whatever the page declares.
    """
    if b"\0" not in data:  # UTF-16 has many zero bytes
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode("utf-8-sig")
    declared = _META_CHARSET.search(data, 0, 4096)
    try:
        codec = codecs.lookup(declared[1].decode("ascii")).name if declared else ""
        return data.decode(codec) if codec.startswith(_TRUSTED_CODECS) else decode(data)
    except (LookupError, UnicodeDecodeError):
        return decode(data)


def _shown(text: str | None) -> str:
    return (text or "").translate(_SHOW).strip()


def _paragraphs(tree: Any, text: str) -> list[str]:
    """Return the paragraphs of an extracted text. Raises InvalidRecordError if it has only links."""
    paragraphs = [line.strip() for line in text.splitlines() if line.strip()]
    links = {_plain(link.text_content()) for link in tree.iter("a")}
    if all(_plain(paragraph) in links for paragraph in paragraphs):
        raise InvalidRecordError(_NO_TEXT)
    return [_shown(paragraph) for paragraph in paragraphs]


def _plain(text: str) -> str:
    """Return the text for comparisons: without list marks and repeated white space."""
    return " ".join(text.split()).removeprefix("- ")


def _lead_and_body(paragraphs: list[str], title: str, description: str) -> tuple[str, str]:
    """Return lead and body. Remove title, date and lead from the body, and complete a truncated lead."""
    headings = [_plain(paragraph) for paragraph in paragraphs[:3]]
    if _plain(title) in headings:
        paragraphs = paragraphs[headings.index(_plain(title)) + 1 :]
    if paragraphs and _is_date(_LABEL.sub("", paragraphs[0])):
        paragraphs = paragraphs[1:]
    if not paragraphs:
        raise InvalidRecordError(_NO_TEXT)
    beginning = description.rstrip(" .…")
    if not beginning or not paragraphs[0].startswith(beginning):
        return description, "\n".join(paragraphs)
    return paragraphs[0], "\n".join(paragraphs[1:])


def _source(site: str, text: str) -> str:
    """Return the source of a page: if its site is an agency, the usual name of the agency.

    Otherwise return the site's own name, or the agency that the text names if the site has no name but its
    domain. The domain itself is the last choice.
    """
    name = re.split(r"\s*[|\u2013]\s*", site)[0]
    if agency := find_agency(f"{name}:"):
        return agency
    is_domain = "." in name and " " not in name
    return (find_agency(text) or name) if is_domain else (name or find_agency(text))


def _article_url(url: str | None) -> str:
    """Return the page's address, or "" if it is only the address of the site, which some pages declare."""
    parts = urlsplit(url or "")
    return url or "" if parts.path.strip("/") or parts.query else ""


def _published(tree: Any, html: str, guess: str | None) -> str:
    """Return the first readable date: a declared one, one that the page shows, or trafilatura's guess."""
    declared = [value for path in _DATES for value in tree.xpath(path)]
    declared += _JSON_LD_DATE.findall(html)
    texts = [_shown(element.text_content()) for element in tree.xpath(_DATED_TEXTS)[:20]]
    texts.sort(key=lambda text: "انتشار" not in text)  # "publication" first: others are of today, of comments
    shown = [_LABEL.sub("", text) for text in texts if len(text) < 80]
    return next(filter(_is_date, [*declared, *shown]), guess or "")


def _is_date(text: str) -> bool:
    try:
        parse_written(text)  # a number is the code of a story rather than a count of seconds
    except ValueError:
        return False
    return True
