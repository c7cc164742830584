"""Reads the collections to measure on from a TOML file.

    [[collection]]
    name = "pquad"
    articles = ["pquad/articles.jsonl", "news.jsonl"]  # or index = "DIR" for an index that is already built
    queries = "pquad/queries.jsonl"
    qrels = "pquad/qrels.tsv"

Paths are relative to the TOML file.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from indexer.errors import ReadError


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """Articles, queries and judgements that belong together; `index` replaces `articles` if already built."""

    name: str
    queries: Path
    qrels: Path
    articles: tuple[Path, ...] = ()
    index: Path | None = None


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    queries: str
    qrels: str
    articles: list[str] = []
    index: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    collection: list[_Entry]


_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*collection[ \t]*\]\]", re.MULTILINE)
_TOML_LINE = re.compile(r"(.*) \(at line (\d+), column \d+\)", re.DOTALL)
_FIELD = re.compile(r"(.*) - at `\$\.?(?:collection)?(?:\[(\d+)\])?\.?(\w*).*`")


def read_collections(path: Path) -> list[Collection]:
    """Read a file of collections.

    Raises:
        ReadError: the file cannot be read, or an entry is wrong; the message names file and line.

    """
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadError(f"{path}: cannot be read: it is not UTF-8") from error
    except OSError as error:
        raise ReadError(f"{path}: cannot be read: {error.strerror}") from error
    entries = _decoded(path, text)
    if not entries:
        raise ReadError(f"{path}:1: holds no [[collection]]")
    names: set[str] = set()
    collections = []
    for number, entry in enumerate(entries):
        if not entry.name.strip() or entry.name in names:
            raise ReadError(f"{_place(path, text, number, 'name')}: a collection needs a name of its own")
        names.add(entry.name)
        if bool(entry.articles) == bool(entry.index):
            raise ReadError(f"{_place(path, text, number)}: a collection needs either articles or index")
        collections.append(_located(path, text, number, entry))
    return collections


def _decoded(path: Path, text: str) -> list[_Entry]:
    try:
        return msgspec.convert(tomllib.loads(text), _File).collection
    except tomllib.TOMLDecodeError as error:
        match = _TOML_LINE.fullmatch(str(error))
        reason, line = (match[1], int(match[2])) if match else (str(error), text.count("\n") + 1)
        raise ReadError(f"{path}:{line}: not TOML: {reason.replace(' (at end of document)', '')}") from error
    except msgspec.ValidationError as error:
        match = _FIELD.fullmatch(str(error))
        reason, number, field = (match[1], int(match[2] or 0), match[3]) if match else (str(error), 0, "")
        unknown = re.search(r"unknown field `(\w+)`", reason)
        place = _place(path, text, number, field or (unknown[1] if unknown else ""))
        raise ReadError(f"{place}: {reason}{f' for {field}' if field else ''}") from error


def _located(path: Path, text: str, number: int, entry: _Entry) -> Collection:
    """Return the collection with its paths; raises `ReadError` for a path that does not exist."""

    def found(field: str, name: str) -> Path:
        there = path.parent / name
        if not there.exists():
            raise ReadError(
                f"{_place(path, text, number, field)}: {field}: there is no such file or folder: {there}"
            )
        return there

    return Collection(
        name=entry.name,
        queries=found("queries", entry.queries),
        qrels=found("qrels", entry.qrels),
        articles=tuple(found("articles", name) for name in entry.articles),
        index=found("index", entry.index) if entry.index else None,
    )


def _place(path: Path, text: str, number: int, field: str = "") -> str:
    """Return `path:line` of a field of an entry, or of the entry itself if it lacks the field."""
    headers = [match.end() for match in _HEADER.finditer(text)] or [0]
    number = min(number, len(headers) - 1)
    start = headers[number]
    end = headers[number + 1] if number + 1 < len(headers) else len(text)
    at = (
        re.compile(rf"^[ \t]*{re.escape(field)}[ \t]*=", re.MULTILINE).search(text, start, end)
        if field
        else None
    )
    return f"{path}:{text.count(chr(10), 0, at.start() if at else start) + 1}"
