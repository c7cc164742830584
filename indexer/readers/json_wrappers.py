"""Finds the articles of a JSON object that wraps them: {"status": "ok", "articles": [{…}, …]}."""

import re
from typing import Any

import msgspec

from indexer.readers.field_names import field_of

WRAPPING_KEYS = (
    *("articles", "items", "data", "news", "results", "result", "records", "docs", "documents"),
    *("entries", "posts", "rows", "stories", "response", "feed", "channel", "hits", "list", "اخبار", "خبرها"),
)
"""The keys under which web services and exports give a list of articles."""

_KEY = "|".join(WRAPPING_KEYS)
_LIST = rf'"(?:{_KEY})"\s*:\s*\[\s*$'
_OPENED = {  # by the number of open brackets
    2: re.compile(_LIST.encode(), re.IGNORECASE),  # {"articles": [
    3: re.compile(
        rf'"(?:{_KEY})"\s*:\s*\{{[^{{}}\[\]]*{_LIST}'.encode(), re.IGNORECASE
    ),  # {"data": {"items": [
}
_TEXTS = ("title", "lead", "body")
_ENDING = 2000  # bytes in which the keys of a wrapper are looked for


def wrapped(fields: dict[str, Any]) -> list[Any] | None:
    """Return the list of articles in an object, or None if the object itself may be an article.

    The list is the value of a wrapping key, or of one in an object that is the value of a wrapping key. At
    least one of its values has a text. An object that has a body is an article, whatever else it holds.
    """
    if _has_text(fields, ("body",)):
        return None
    found: list[Any] = []
    for key, value in fields.items():
        if key.strip().lower() in WRAPPING_KEYS:
            inner = wrapped(value) if isinstance(value, dict) else value
            if isinstance(inner, list) and any(isinstance(one, dict) and _has_text(one) for one in inner):
                found += inner
    return found or None


def opens_list(beginning: bytes | bytearray, depth: int) -> bool:
    """Return whether an incomplete JSON object, with `depth` open brackets, ends where such a list opens."""
    opened = _OPENED.get(depth)
    match = opened and opened.search(beginning[-_ENDING:])
    if not match:
        return False
    head = beginning[: max(len(beginning) - _ENDING, 0) + match.start()]
    try:
        outer = msgspec.json.decode(bytes(head).rstrip().removesuffix(b",") + b"}", type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return not _has_text(outer, ("body",))


def _has_text(fields: dict[str, Any], names: tuple[str, ...] = _TEXTS) -> bool:
    return any(
        isinstance(value, str) and (found := field_of(key)) is not None and found[0] in names
        for key, value in fields.items()
    )
