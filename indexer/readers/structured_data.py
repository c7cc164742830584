"""Reads the structured data of a page (JSON-LD, schema.org) and finds the node that describes its article.

A page may describe other things too: the site, its publisher, lists of other articles, comments. Their dates
and headlines must not be taken for those of the article.
"""

import html
import json
import re
from collections.abc import Collection, Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from indexer.readers.page_texts import key

_SCRIPTS = "//script[contains(translate(@type, 'LDJSON', 'ldjson'), 'ld+json')]"
# The keys under which a page nests its own article. Lists, comments, parts and mentions hold other articles.
_OWN = ("@graph", "mainEntity", "mainEntityOfPage")
_ARTICLE = re.compile(r"(?:Article|(?<!Job)Posting|Report)$")
_PAGE = re.compile(r"(?:WebPage|ItemPage|VideoObject)$")
_WRAPPING = re.compile(
    r"<!--|-->|/\*\s*<?!?\[CDATA\[\s*\*/|/\*\s*\]\]>\s*\*/|(?://)?\s*<!\[CDATA\[|(?://)?\s*\]\]>"
)
_GAP = re.compile(r"[\s,;]*")
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_BROKEN_TYPE = re.compile(r'"@type"\s*:\s*\[?\s*"([^"]{1,100})"')
_BROKEN_DATE = re.compile(r'"(datePublished|dateModified)"\s*:\s*"([^"]{1,100})"')
_MAX_SCRIPTS = 200
_MAX_NODES = 1000

Node = dict[str, Any]


def own_article(tree: Any, addresses: Collection[str], titles: Collection[str]) -> Node:
    """Return the JSON-LD node of the page's own article; {} if there is none.

    Among several articles it is the one with an address or a headline of the page. `addresses` and `titles`
    are those that the rest of the page declares.
    """
    nodes = list(_nodes(tree))
    articles = [node for node in nodes if _is(node, _ARTICLE)] or [node for node in nodes if _is(node, _PAGE)]
    paths = set(filter(None, map(_path, addresses)))
    keys = set(filter(None, map(key, titles)))
    for node in articles:
        if paths & {_path(address) for address in _addresses(node)}:
            return node
    for node in articles:
        headline = key(_text(node.get("headline") or node.get("name")))
        if any(headline == title or (len(headline) > 9 and headline in title) for title in keys):
            return node
    return next(iter(articles), {})


def publisher(node: Node) -> str:
    """Return the name of an article's publisher; "" if it has none."""
    given = node.get("publisher")
    given = given[0] if isinstance(given, list) and given else given
    return _text(given.get("name")) if isinstance(given, dict) else ""


def _nodes(tree: Any) -> Iterator[Node]:
    """Yield the nodes of all scripts that may describe the page itself."""
    for script in tree.xpath(_SCRIPTS)[:_MAX_SCRIPTS]:
        text = "".join(script.itertext())
        waiting = list(_documents(text)) or [_broken(text)]
        for _ in range(_MAX_NODES):
            if not waiting:
                break
            value = waiting.pop(0)
            if isinstance(value, list):
                waiting += value
            elif isinstance(value, dict):
                yield value
                waiting += (value[name] for name in _OWN if isinstance(value.get(name), dict | list))


def _documents(text: str) -> Iterator[Any]:
    """Yield the JSON documents of a script: usually one. Forgives comment marks, entities and lost commas."""
    text = _WRAPPING.sub("", text).strip().strip(";")
    for attempt in (text, _TRAILING_COMMA.sub("", text), _TRAILING_COMMA.sub("", html.unescape(text))):
        found, position = [], 0
        try:
            while position < len(attempt):
                value, position = _DECODER.raw_decode(attempt, position)
                found.append(value)
                position = _GAP.match(attempt, position).end()  # type: ignore[union-attr] # matches always
        except (ValueError, RecursionError):
            continue
        yield from found
        return


_DECODER = json.JSONDecoder(strict=False)


def _broken(text: str) -> Node:
    """Return type and dates of a script that is no JSON, if it has only one of each; otherwise {}."""
    types = [name for name in _BROKEN_TYPE.findall(text) if _ARTICLE.search(name)]
    dates: dict[str, set[str]] = {}
    for name, value in _BROKEN_DATE.findall(text):
        dates.setdefault(name, set()).add(value)
    if not types:
        return {}
    return {"@type": types[0]} | {name: values.pop() for name, values in dates.items() if len(values) == 1}


def _is(node: Node, wanted: re.Pattern[str]) -> bool:
    given = node.get("@type")
    names = given if isinstance(given, list) else [given]
    return any(isinstance(name, str) and wanted.search(name) for name in names)


def _addresses(node: Node) -> Iterator[str]:
    for given in (node.get("url"), node.get("@id"), node.get("mainEntityOfPage")):
        given = (given.get("@id") or given.get("url")) if isinstance(given, dict) else given
        if isinstance(given, str):
            yield given


def _path(address: str) -> str:
    """Return path and query of an address, for comparisons; "" for the address of a whole site."""
    try:
        parts = urlsplit(unquote(address))
    except ValueError:
        return ""
    path = parts.path.strip("/")
    return f"{path}?{parts.query}" if path or parts.query else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
