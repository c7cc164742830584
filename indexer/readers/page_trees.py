"""Parses a web page into a tree, and limits the work that one page may cause.

Parsers and extractors of HTML take time that grows with the square of some sizes. The limits are far above
what pages of news have, and low enough that the worst page within them takes seconds.
"""

import re
from typing import Any

from indexer.readers.records import InvalidRecordError

MAX_ELEMENTS = 20_000
"""The maximum number of elements in a page. A long article with a thousand comments has ten thousand."""

MAX_ATTRIBUTES = 200
"""The maximum number of attributes of one element. The parser compares each with all others."""

MAX_TITLE = 2000
"""How many characters of the element `<title>` are read."""

_ATTRIBUTE = r"""(?>[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+))?)"""
_START_TAG = re.compile(
    rf"<(?P<name>[a-z][^\s/>]*+)(?P<many>{_ATTRIBUTE}{{{MAX_ATTRIBUTES + 1}}})?+{_ATTRIBUTE}*+", re.IGNORECASE
)
_RAW_TEXT = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style")}
_SURROGATES = re.compile(r"[\ud800-\udfff]")


def parse_tree(html: str) -> Any:
    """Return the root element of a page, or None if the page is empty.

    Raises InvalidRecordError if the page exceeds a limit: the number of elements, of the attributes of one
    element, or of elements within each other.
    """
    from lxml.etree import ErrorTypes, ParserError
    from lxml.html import HTMLParser, document_fromstring
    from trafilatura.utils import repair_faulty_html  # what libxml2 cannot read: odd document types and such

    _require_limits(html)
    parser = HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        default_doctype=False,
        huge_tree=True,
    )
    html = repair_faulty_html(_SURROGATES.sub("\ufffd", html), html[:50].lower())
    try:
        tree = document_fromstring(html.encode(), parser=parser)
    except ParserError:
        return None
    if any(error.type == ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log):
        raise InvalidRecordError("has too many elements within each other; the page may be damaged")
    for title in tree.iter("title"):  # its name of the site is searched in quadratic time
        title.text = (title.text or "")[:MAX_TITLE]
    return tree


def _require_limits(html: str) -> None:
    """Raise InvalidRecordError if the page has too many elements, or an element too many attributes."""
    elements = position = 0
    while tag := _START_TAG.search(html, position):
        elements += 1
        if tag["many"] is not None:
            raise InvalidRecordError(
                f"has an element with more than {MAX_ATTRIBUTES} attributes; the page may be damaged"
            )
        if elements > MAX_ELEMENTS:
            raise InvalidRecordError(f"has more than {MAX_ELEMENTS:,} elements; split it or leave it out")
        position = tag.end()
        if raw_text := _RAW_TEXT.get(tag["name"].lower()):
            end = raw_text.search(html, position)
            position = end.start() if end else len(html)
