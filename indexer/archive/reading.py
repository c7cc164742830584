"""Reads the articles of a generation as they were at one instant."""

import datetime as dt
import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from indexer.archive.database import ARCHIVE_NAME, sqlite_errors
from indexer.archive.records import read_record, record_digest
from indexer.articles import Article
from indexer.commit import Commit
from indexer.errors import IndexCorrupt, IndexInaccessible, IndexMissing
from indexer.filters import Filters
from indexer.persian.characters import HALF_SPACE

Row = tuple[Any, ...]

# The members of a generation at a commit: the first three values of every query.
_VISIBLE = "generation = ? AND number < ? AND (removal IS NULL OR removal >= ?)"
_RECORDS = "SELECT m.id, digest, record FROM member m JOIN article USING (key)"
# Without the hint SQLite walks through all members of the generation.
_BY_ID = "member INDEXED BY member_by_id"
_RECORDS_BY_ID = "SELECT m.id, digest, record FROM member m INDEXED BY member_by_id JOIN article USING (key)"
_NUMBERED = "SELECT number, m.id, digest, record FROM member m JOIN article USING (key)"
# SQLite's largest integer.
_EVERYTHING = Commit(2**63 - 1, 2**63 - 1)


def _condition(filters: Filters) -> tuple[str, list[int | str]]:
    """Return the SQL condition on member rows and its values, without those of `_VISIBLE`."""
    conditions = {
        "day >= ? AND day > 0": filters.first_day,
        "day <= ? AND day > 0": filters.last_day,
        "source = ?": filters.source,
        "category = ?": filters.category,
    }
    used = {condition: value for condition, value in conditions.items() if value is not None}
    return " AND ".join((_VISIBLE, *used)), list(used.values())


class Archive:
    """The articles of one generation at one commit, read-only. Safe to share between threads.

    Without a commit these are all that were accepted.

    All methods raise IndexCorrupt if the file is not an archive, and IndexInaccessible if it cannot be read.
    """

    def __init__(self, directory: Path, generation: int, commit: Commit = _EVERYTHING) -> None:
        self._path = directory / ARCHIVE_NAME
        self._visible = (generation, commit.articles, commit.removals)
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        if not self._path.is_file():
            raise IndexMissing(f"{self._path} is missing: build the index again with `khabaryab index PATH`")

    def __len__(self) -> int:
        return int(self._rows(f"SELECT count(*) FROM member WHERE {_VISIBLE}")[0][0])  # noqa: S608

    def articles(self) -> Iterator[Article]:
        """Yield all articles in order of their numbers."""
        for row in self._each(f"{_RECORDS} WHERE {_VISIBLE} ORDER BY number"):
            yield self._article(row)

    def numbered(self, numbers: range) -> list[tuple[int, Article]]:
        """Return the articles with these numbers, each with its number, ascending."""
        where = f"{_VISIBLE} AND number >= ? AND number < ?"
        query = f"{_NUMBERED} WHERE {where} ORDER BY number"
        rows = self._rows(query, numbers.start, numbers.stop)
        return [(number, self._article(row)) for number, *row in rows]

    def removed(self) -> NDArray[np.int64]:
        """Return the numbers of the removed articles, int64, ascending."""
        generation, articles, removals = self._visible
        query = (
            "SELECT number FROM member WHERE generation = ? AND removal < ? AND number < ? ORDER BY number"
        )
        rows = self._all(query, generation, removals, articles)
        return np.array([number for (number,) in rows], dtype=np.int64)

    def removed_by(self, removals: range) -> list[int]:
        """Return the numbers of the articles that these removals removed."""
        query = "SELECT number FROM member WHERE generation = ? AND removal >= ? AND removal < ?"
        return [number for (number,) in self._all(query, self._visible[0], removals.start, removals.stop)]

    def get(self, number: int) -> Article:
        """Return the article with this number in the generation.

        Raises:
            IndexCorrupt: the archive has no such article.

        """
        return self._article(self._one(f"{_RECORDS} WHERE generation = ? AND number = ?", number))

    def find(self, article_id: str) -> Article | None:
        """Return the article with this id, or None."""
        rows = self._rows(f"{_RECORDS_BY_ID} WHERE {_VISIBLE} AND m.id = ?", article_id)
        return self._article(rows[0]) if rows else None

    def number(self, article_id: str) -> int | None:
        """Return the number of the article with this id, or None."""
        rows = self._rows(f"SELECT number FROM {_BY_ID} WHERE {_VISIBLE} AND id = ?", article_id)  # noqa: S608
        return int(rows[0][0]) if rows else None

    def ids(self, numbers: Sequence[int]) -> list[str]:
        """Return the ids of the articles with these numbers, in the same order."""
        return self._values("id", numbers)

    def days(self, numbers: Sequence[int]) -> list[int]:
        """Return the day numbers of these articles, in the same order; NO_DAY for undated ones."""
        return self._values("day", numbers)

    def _values(self, column: str, numbers: Sequence[int]) -> list[Any]:
        query = (
            f"SELECT number, {column} FROM member "  # noqa: S608 our own column names
            "WHERE generation = ? AND number IN (SELECT value FROM json_each(?))"
        )
        found: dict[int, Any] = dict(
            self._all(query, self._visible[0], msgspec.json.encode(list(numbers)).decode())
        )
        for number in numbers:
            if number not in found:
                raise self._missing(number)
        return [found[number] for number in numbers]

    def allowed(self, filters: Filters) -> NDArray[np.bool_]:
        """Return a boolean mask [numbers] of the articles that pass the filters; False for removed ones."""
        where, values = _condition(filters)
        rows = self._rows(f"SELECT number FROM member WHERE {where} ORDER BY number", *values)  # noqa: S608
        numbers = [number for (number,) in rows]
        mask = np.zeros(self.given(), dtype=np.bool_)
        mask[numbers] = True
        return mask

    def given(self) -> int:
        """Return how many numbers were given to articles, those of removed ones included."""
        last = self._all("SELECT max(number) FROM member WHERE generation = ?", self._visible[0])[0][0]
        return 0 if last is None else min(self._visible[1], int(last) + 1)

    def newest(self, filters: Filters, limit: int) -> tuple[list[int], int]:
        """Return the numbers of the `limit` newest articles that pass, and the count of all that pass.

        Undated articles come last.
        """
        where, values = _condition(filters)
        newest_first = (
            f"SELECT number FROM member WHERE {where} "  # noqa: S608 fixed parts only
            "ORDER BY day DESC, number LIMIT ?"
        )
        numbers = [int(number) for (number,) in self._rows(newest_first, *values, limit)]
        count = f"SELECT count(*) FROM member WHERE {where}"  # noqa: S608 fixed parts only
        return numbers, int(self._rows(count, *values)[0][0])

    def newest_first(self) -> list[int]:
        """Return the numbers of all articles, newest first, undated ones last."""
        newest_first = f"SELECT number FROM member WHERE {_VISIBLE} ORDER BY day DESC, number DESC"  # noqa: S608
        return [int(number) for (number,) in self._rows(newest_first)]

    def counts(self, facet: str) -> list[tuple[str, int]]:
        """Return all sources or categories (`facet`) with their article counts, most frequent first.

        If a name has several spellings, return one with half-spaces (U+200C), else the most frequent one.
        """
        names: dict[str, dict[str, int]] = {}
        query = (
            f"SELECT m.{facet}, json_extract(record, '$.{facet}'), count(*) "  # noqa: S608 our own column names
            f"FROM member m JOIN article USING (key) WHERE {_VISIBLE} AND m.{facet} != '' GROUP BY 1, 2"
        )
        for key, name, count in self._rows(query):
            if not isinstance(name, str):
                raise IndexCorrupt(f"{self._path}: an article was altered; build the index again")
            names.setdefault(key, {})[name] = count
        totals = [
            (max(spelt, key=lambda name: (HALF_SPACE in name, spelt[name])), sum(spelt.values()))
            for spelt in names.values()
        ]
        return sorted(totals, key=lambda pair: (-pair[1], pair[0]))

    def day_range(self) -> tuple[dt.date | None, dt.date | None]:
        """Return the first and last day of the dated articles."""
        query = f"SELECT min(day), max(day) FROM member WHERE {_VISIBLE} AND day > 0"  # noqa: S608
        first, last = self._rows(query)[0]
        return (dt.date.fromordinal(first), dt.date.fromordinal(last)) if first else (None, None)

    def fingerprint(self) -> str:
        """Return a hash over all articles in order: number, id, facet values and content hash of each."""
        whole = hashlib.sha256()
        query = (
            "SELECT number, m.id, a.id, day, source, category, digest "  # noqa: S608 fixed parts only
            f"FROM member m JOIN article a USING (key) WHERE {_VISIBLE} ORDER BY number"
        )
        for row in self._each(query):
            whole.update(repr(row).encode())
        return whole.hexdigest()

    def check(self) -> None:
        """Verify the content of every article against its hash.

        Raises:
            IndexCorrupt: the content of an article was altered.

        """
        for _ in self.articles():
            pass

    def close(self) -> None:
        """Close the idle connections; a connection in use is closed when it is returned."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _lent(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection to one thread at a time. The pool grows to the most that were in use at once."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect()
        try:
            yield connection
        finally:
            if self._closed:
                connection.close()
            else:
                self._idle.append(connection)

    def _connect(self) -> sqlite3.Connection:
        try:
            return self._try_to_connect("mode=ro")
        except IndexInaccessible:
            if self._path.with_name(f"{ARCHIVE_NAME}-wal").exists():
                raise
            # On a read-only medium SQLite cannot create the shared memory for its write-ahead log.
            return self._try_to_connect("mode=ro&immutable=1")

    def _try_to_connect(self, parameters: str) -> sqlite3.Connection:
        with sqlite_errors(self._path):
            connection = sqlite3.connect(
                f"{self._path.resolve().as_uri()}?{parameters}", uri=True, check_same_thread=False
            )
            try:
                connection.execute("SELECT 1 FROM sqlite_master").fetchone()
            except BaseException:
                connection.close()
                raise
        return connection

    def _article(self, row: Sequence[Any]) -> Article:
        """Decode an article after checking its content against its hash."""
        article_id, digest, record = row
        try:
            if record_digest(record) == digest:
                return read_record(record)
        except (msgspec.MsgspecError, ValueError, TypeError):
            pass
        raise IndexCorrupt(f"{self._path}: article {article_id!r} was altered; build the index again")

    def _one(self, query: str, number: int) -> Row:
        rows = self._all(query, self._visible[0], number)
        if not rows:
            raise self._missing(number)
        return rows[0]

    def _missing(self, number: int) -> IndexCorrupt:
        return IndexCorrupt(f"{self._path}: article number {number} is missing; build the index again")

    def _rows(self, query: str, *values: object) -> list[Row]:
        return self._all(query, *self._visible, *values)

    def _all(self, query: str, *values: object) -> list[Row]:
        with self._lent() as connection, sqlite_errors(self._path):
            return connection.execute(query, values).fetchall()

    def _each(self, query: str) -> Iterator[Row]:
        """Yield the rows of a query without loading all of them into memory."""
        with self._lent() as connection, sqlite_errors(self._path):
            yield from connection.execute(query, self._visible)
