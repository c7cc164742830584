"""Turns a record, a mapping of names to values from a JSON object or a CSV row, into an Article."""

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from typing import Any

import msgspec

from indexer.articles import Article
from indexer.errors import ReadError
from indexer.readers.agencies import find_agency
from indexer.readers.dates import from_number, is_no_date, parse_date
from indexer.readers.field_names import field_of

MAX_RECORD_BYTES = 10_000_000
"""The maximum length of a record. The longest books are shorter: a longer one is a damaged or wrong file."""

MAX_ID_LENGTH = 512
"""The maximum number of characters in an id. Ids are part of page addresses and of run files."""

MAX_NESTING = 500
"""How deep the other values of a record may be nested. SQLite refuses JSON of more than 1,000 levels."""


class InvalidRecordError(ReadError):
    """The record is not an article. `str(error)` is the reason."""


class Record(msgspec.Struct, frozen=True):
    """The unchecked fields of one article in a file. `line` is as in Rejection."""

    line: int | None
    fields: dict[str, Any]


class Fault(msgspec.Struct, frozen=True):
    """A place in a file without a valid record. `line` and `reason` are as in Rejection."""

    line: int | None
    reason: str


class Remark(msgspec.Struct, frozen=True):
    """What a user should know about a file or a record that is read. `line` and `text` are as in Note."""

    line: int | None
    text: str


TOO_LONG = f"is longer than {MAX_RECORD_BYTES // 1_000_000} MB; split it or leave it out"


class _Fields(msgspec.Struct, kw_only=True):
    """The types that the fields of a record may have."""

    id: str | int | None = None
    title: str | None = None
    lead: str | None = None
    body: str | None = None
    source: str | None = None
    category: str | None = None
    tags: str | list[str | int | None] | None = None
    url: str | None = None
    published: str | int | float | None = None
    kicker: str | None = None


_NULLS = ("NULL", "\\N")  # what databases export for an absent value
_TEXT_FIELDS = ("title", "lead", "body", "source", "category", "url", "kicker")
_MISMATCH = re.compile(r"Expected `(?P<expected>[^`]*)`, got `(?P<got>\w+)` - at `\$\.(?P<field>\w+)")
_TYPE_NAMES = {
    "str": "text",
    "int": "a number",
    "float": "a decimal number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


def to_article(record: dict[str, Any], note: Callable[[str], None] = lambda _: None) -> Article:
    """Return the article that a record describes.

    `NAMES` lists the names that a field may have. If several names of a field have a value, the first of them
    in that list counts. All other keys go to `extra`. An article without an id gets one that is computed from
    its url or its content. An article without a source gets the agency that its text names. `note` receives
    what the user should know, for instance that the date says "none". Raises InvalidRecordError if the record
    is not an article.
    """
    known, extra = _sorted_out(record)
    fields = _typed(known)
    texts = {name: _clean(name, getattr(fields, name)) for name in _TEXT_FIELDS}
    title, lead, body = texts["title"], texts["lead"], texts["body"]
    if not re.search(r"\w", f"{title}{lead}{body}"):
        raise InvalidRecordError("has no text: give it a title, a lead or a body")
    _check_storable(extra)
    published = _published(fields.published, note)
    texts["source"] = texts["source"] or find_agency(f"{lead}\n{body}")
    return Article(
        id=_given_id(fields.id) or stable_id(texts["url"], title, lead, body, published),
        tags=_tags(fields.tags),
        published=published,
        extra=extra,
        **texts,
    )


def stable_id(url: str, title: str, lead: str, body: str, published: dt.date | None) -> str:
    """Return 16 hexadecimal digits that depend only on the url or, without a url, only on the content.

    White space at the ends of lines makes no difference.
    """
    content = [url] if url else [*map(_trimmed, (title, lead, body)), published and published.isoformat()]
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()[:16]


def _sorted_out(record: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the values of known fields by the names of Article, and all other values by their own names."""
    named: dict[str, list[tuple[int, str, Any]]] = {}
    extra: dict[str, Any] = {}
    for key, value in record.items():
        if key.strip().lower() == "extra" and isinstance(value, dict):
            extra |= value
        elif (found := field_of(key)) and (found[1] == 0 or _may_be(found[0], value)):
            named.setdefault(found[0], []).append((found[1], key, value))
        else:
            extra[key] = value
    known: dict[str, Any] = {}
    for field, values in named.items():
        given = [name for name in sorted(values, key=lambda name: name[0]) if name[2] not in (None, "")]
        if not given:
            continue
        known[field] = _name_of(field, given[0][2])
        extra |= {key: value for _, key, value in given[1:]}
    return known, extra


def _may_be(field: str, value: Any) -> bool:
    """Return whether a value under another name of a field is plain, as the field's own value would be."""
    return not isinstance(value, dict) and (field in ("tags", "published") or not isinstance(value, list))


def _name_of(field: str, value: Any) -> Any:
    """Return the name in an object that describes a source or a category: {"id": …, "name": …}."""
    if field in ("source", "category") and isinstance(value, dict) and "name" in value:
        return value["name"]
    return value


def _check_storable(extra: dict[str, Any]) -> None:
    """Raise InvalidRecordError if a value of `extra` cannot be stored as JSON."""
    level = list(extra.values())
    for _ in range(MAX_NESTING):
        inner = [value for value in level if isinstance(value, (dict, list))]
        level = [one for value in inner for one in (value.values() if isinstance(value, dict) else value)]
    if level:
        raise InvalidRecordError(f"is nested too deeply: more than {MAX_NESTING} levels")
    for key, value in extra.items():
        try:
            msgspec.json.encode({key: value})
        except UnicodeEncodeError as error:
            raise InvalidRecordError(
                f"{_clipped(key)} is not valid UTF-8; repair it or save the file as UTF-8"
            ) from error


def _clipped(name: str) -> str:
    """Return at most 60 characters of a name on one line, without broken ones."""
    plain = " ".join(name.encode("utf-8", "replace").decode().split())
    return plain if len(plain) <= 60 else f"{plain[:59]}…"


def _typed(known: dict[str, Any]) -> _Fields:
    try:
        return msgspec.convert(known, _Fields)
    except msgspec.ValidationError as error:
        raise InvalidRecordError(_mismatch(str(error))) from error


def _mismatch(message: str) -> str:
    """Return a readable sentence for msgspec's message `Expected …, got … - at …`."""
    match = _MISMATCH.match(message)
    if match is None:
        return message
    wanted = {"id": "text or a whole number", "tags": "a list of texts", "published": "a date"}
    return f"{match['field']} must be {wanted.get(match['field'], 'text')}, not {_TYPE_NAMES[match['got']]}"


def _clean(name: str, text: str | None) -> str:
    if not text or text.strip() in _NULLS:
        return ""
    if "\0" in text:
        raise InvalidRecordError(f"{name} holds NUL characters; the file may be damaged")
    if not text.isprintable() and re.search(r"[\ud800-\udfff]", text):
        raise InvalidRecordError(f"{name} is not valid UTF-8; repair it or save the file as UTF-8")
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _given_id(given: str | int | None) -> str:
    if given is None:
        return ""
    name = _clean("id", str(given))
    if len(name) > MAX_ID_LENGTH:
        raise InvalidRecordError(f"id is longer than {MAX_ID_LENGTH} characters")
    if re.search(r"[\x00-\x1f\x7f]", name):
        raise InvalidRecordError("id holds control characters or more than one line")
    if {".", ".."} & set(name.split("/")):
        raise InvalidRecordError("id holds . or .. between slashes, which no web address can carry")
    return name if re.search(r"\w", name) else ""  # a dash in each row is no id


def _tags(given: str | list[str | int | None] | None) -> tuple[str, ...]:
    """Return each tag once, in the given order. A string may contain several tags, separated by commas."""
    names = re.split("[,،]", given) if isinstance(given, str) else [str(tag or "") for tag in given or ()]
    tags = (_clean("tags", name) for name in names)
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def _published(given: str | float | None, note: Callable[[str], None]) -> dt.date | None:
    if given is None or (isinstance(given, str) and not given.strip()):
        return None
    if is_no_date(given) if isinstance(given, str) else given == 0:
        note(f"has no date: published is '{_clipped(str(given))}'")
        return None
    try:
        return parse_date(given) if isinstance(given, str) else from_number(given)
    except ValueError as error:
        raise InvalidRecordError(f"published: {error}") from error


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()).rstrip()
