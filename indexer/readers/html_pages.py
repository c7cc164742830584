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
from indexer.readers.page_blocks import flatten_formatting, free_blocks, make_paragraphs, mark_text
from indexer.readers.page_dates import find_date, without_label
from indexer.readers.page_layout import Layout, find_layout, find_lead, find_notes
from indexer.readers.page_texts import hidden, key, shown, text_of
from indexer.readers.page_titles import Title, declared_titles, find_title, headings
from indexer.readers.page_trees import parse_tree
from indexer.readers.records import Fault, InvalidRecordError, Record
from indexer.readers.structured_data import own_article, publisher
from indexer.readers.time_limit import OverTimeError, processor_time
from indexer.readers.whole import whole

_META_CHARSET = re.compile(rb"""<meta\b[^>]*?\bcharset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_TRUSTED_CODECS = ("utf-8", "cp125", "iso8859", "mac-")
_APART = "data-khabaryab-apart"
_BOILERPLATE = [
    "//nav",
    "//footer",
    "//aside",
    "//header[not(ancestor::article)][not(.//h1)]",
    "//*[@role='navigation' or @role='contentinfo' or @role='banner']",
    f"//*[@{_APART}]",
]
_EXTRACTION: dict[str, Any] = {
    "include_comments": False,
    "with_metadata": True,
    "date_extraction_params": {"extensive_search": False, "original_date": True},
    "prune_xpath": _BOILERPLATE,
}
# A page with more elements is extracted without the second opinion of libraries that take quadratic time.
_LARGE = 5000
_ADDRESSES = "//link[@rel='canonical']/@href | //meta[@property='og:url']/@content"
_SECTION = "//meta[@property='article:section']/@content"
_KICKERS = "//*[contains(@class, 'rutitr') or contains(@class, 'rotitr') or contains(@class, 'kicker')]"
_NO_TEXT = "has no article text"
# Processor time for one page. Pages of news sites take some hundredths of a second.
_SECONDS = 10.0


def read_page(chunks: Iterator[bytes]) -> Iterator[Record | Fault]:
    """Yield the one article of the page.

    Raises UndecodableError if the file is not text, and InvalidRecordError if it has no article text, is too
    long, or cannot be extracted.
    """
    data = whole(chunks)
    if data.strip():
        yield Record(None, parse(_decoded(data)))


def parse(html: str) -> dict[str, Any]:
    """Return the fields of the article.

    Raises InvalidRecordError if the page has no article text, exceeds a limit, or makes the extraction fail.
    """
    if "\0" in html:
        raise InvalidRecordError("holds NUL characters; the file may be damaged")
    try:
        with processor_time(_SECONDS):
            return _fields(html)
    except InvalidRecordError:
        raise
    except OverTimeError as error:
        raise InvalidRecordError(f"takes more than {_SECONDS:g} seconds to extract as a web page") from error
    except Exception as error:  # whatever a library makes of a damaged page
        raise InvalidRecordError(f"cannot be extracted as a web page ({type(error).__name__})") from error


def _fields(html: str) -> dict[str, Any]:
    tree = parse_tree(hidden(html))
    if tree is None:
        raise InvalidRecordError(_NO_TEXT)
    addresses = [address.strip() for address in tree.xpath(_ADDRESSES)]
    address = next(iter(addresses), "")
    node = own_article(tree, addresses, [*declared_titles(tree), *map(text_of, headings(tree))])
    section = next(map(shown, tree.xpath(_SECTION)), "")
    title = find_title(tree, str(node.get("headline") or ""), publisher(node), section, address)
    free_blocks(tree)
    flatten_formatting(tree)
    layout = find_layout(tree, title.heading)
    published = find_date(tree, layout, node, addresses, _is_date)
    kicker = next((_plain(text_of(found)) for found in tree.xpath(_KICKERS)), "")
    shown_lead = find_lead(layout)
    page = _extracted(tree, layout)
    paragraphs = _paragraphs(tree, page.text or "")
    lead, body = _lead_and_body(paragraphs, title, shown(page.description), shown_lead)
    return {
        "kicker": kicker,
        "title": title.text or shown(page.title),
        "lead": lead,
        "body": body,
        "source": _source(shown(page.sitename), f"{lead}\n{body}"),
        "category": next(map(shown, page.categories or ()), ""),
        "tags": shown("،".join(page.tags or ())),
        "url": _article_url(page.url),
        "published": published,
    }


def _extracted(tree: Any, layout: Layout) -> Any:
    """Return what trafilatura extracts: a Document. Raises InvalidRecordError if it finds no text."""
    import trafilatura  # imported late: it is slow to import, and only web pages need it
    from trafilatura.settings import Document

    make_paragraphs(layout)
    mark_text(tree, layout)
    for element in (*layout.apart, *find_notes(layout)):
        element.set(_APART, "")
    for logger in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(logger).setLevel(logging.CRITICAL)  # our own error reports a page without text
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        page = trafilatura.bare_extraction(tree, fast=len(layout.elements) > _LARGE, **_EXTRACTION)
    if not isinstance(page, Document):
        raise InvalidRecordError(_NO_TEXT)
    return page


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


def _paragraphs(tree: Any, text: str) -> list[str]:
    """Return the paragraphs of an extracted text. Raises InvalidRecordError if it has only links."""
    paragraphs = [line.strip() for line in text.splitlines() if line.strip()]
    links = {_plain(link.text_content()) for link in tree.iter("a")}
    if all(_plain(paragraph) in links for paragraph in paragraphs):
        raise InvalidRecordError(_NO_TEXT)
    return [shown(paragraph) for paragraph in paragraphs]


def _plain(text: str) -> str:
    """Return the text for comparisons: without list marks and repeated white space."""
    return " ".join(text.split()).removeprefix("- ")


def _lead_and_body(paragraphs: list[str], title: Title, description: str, shown_lead: str) -> tuple[str, str]:
    """Return lead and body. Remove title, date and lead from the body, and complete a truncated lead.

    `shown_lead` is the lead that readers see outside of the text, which the extraction may have dropped.
    """
    titles = [number for number, paragraph in enumerate(paragraphs[:3], 1) if key(paragraph) in title.keys]
    paragraphs = paragraphs[max(titles, default=0) :]
    if paragraphs and _is_date(without_label(paragraphs[0])):
        paragraphs = paragraphs[1:]
    if not paragraphs:
        raise InvalidRecordError(_NO_TEXT)
    if key(shown_lead) not in key("".join(paragraphs)):
        if not key(shown_lead).startswith(key(description)):
            paragraphs = [shown_lead, *paragraphs]
        else:
            description = shown_lead
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


def _is_date(text: str) -> bool:
    try:
        parse_written(text)  # a number is the code of a story rather than a count of seconds
    except ValueError:
        return False
    return True
