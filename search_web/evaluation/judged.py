"""Reads judged queries: the text of each query, and grades for articles that answer it."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from indexer.errors import ReadError

Qrels = dict[str, dict[str, int]]
"""The grade of each judged article: query id to article id to grade."""

_GRADE = re.compile(r"-?\d{1,9}")


class Query(msgspec.Struct, frozen=True):
    """A judged query."""

    id: str
    text: str


class _Line(msgspec.Struct, frozen=True):
    id: str | int
    text: str


def read_queries(path: Path) -> list[Query]:
    """Read queries.jsonl: one `{"id", "text"}` in each line.

    Raises:
        ReadError: a line is not a query, or repeats an id (the message names file and line); or the file
            cannot be read or holds no query.

    """
    queries: dict[str, Query] = {}
    for number, line in _lines(path):
        try:
            read = msgspec.json.decode(line, type=_Line)
        except (msgspec.MsgspecError, UnicodeError) as error:
            raise ReadError(f'{path}:{number}: not a query of the form {{"id", "text"}}: {error}') from error
        query = Query(str(read.id), read.text)
        if query.id in queries:
            raise ReadError(f"{path}:{number}: a query with the id {query.id!r} came before")
        queries[query.id] = query
    if not queries:
        raise ReadError(f"{path}: holds no query")
    return list(queries.values())


def read_qrels(path: Path) -> Qrels:
    """Read qrels.tsv: `qid 0 id grade` in each line, separated by tabs or by spaces.

    Raises:
        ReadError: a line is not a judgement (the message names file and line); or the file cannot be read or
            holds no judgement.

    """
    qrels: Qrels = {}
    for number, line in _lines(path):
        parts = line.split("\t") if "\t" in line else line.split()
        if len(parts) != 4 or not _GRADE.fullmatch(parts[3].strip()):
            raise ReadError(f"{path}:{number}: not a judgement of the form `qid 0 id grade`")
        query, _, article, grade = (part.strip() for part in parts)
        qrels.setdefault(query, {})[article] = int(grade)
    if not qrels:
        raise ReadError(f"{path}: holds no judgement")
    return qrels


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadError(f"{path}: cannot be read: it is not UTF-8") from error
    except OSError as error:
        raise ReadError(f"{path}: cannot be read: {error.strerror}") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line.rstrip("\r")
