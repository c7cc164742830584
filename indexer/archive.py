"""The archive: stores every article unchanged in SQLite. No other file holds the original texts.

Article rows are immutable: a changed article gets a new row. A generation (one complete build of the index)
is a list of rows. The generation that serves searches therefore keeps its texts while the next one is being
built.
"""

import datetime as dt
import hashlib
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from indexer.articles import Article
from indexer.errors import IndexCorrupt, IndexInaccessible, IndexMissing
from indexer.filters import FacetValues, Filters
from indexer.persian.characters import HALF_SPACE

ARCHIVE_NAME = "archive.sqlite"

Row = tuple[Any, ...]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS article (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    digest BLOB NOT NULL,
    record BLOB NOT NULL,
    UNIQUE (id, digest)
);
CREATE TABLE IF NOT EXISTS member (
    generation INTEGER NOT NULL,
    number INTEGER NOT NULL,
    key INTEGER NOT NULL REFERENCES article,
    id TEXT NOT NULL,
    day INTEGER NOT NULL,
    source TEXT NOT NULL,
    category TEXT NOT NULL,
    PRIMARY KEY (generation, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS member_id ON member (generation, id);
"""


class _Record(msgspec.Struct, frozen=True, omit_defaults=True):
    """The stored form of an article. `published` is ISO text, which distinguishes a date from a date-time."""

    id: str
    title: str = ""
    lead: str = ""
    body: str = ""
    source: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    url: str = ""
    published: str | None = None
    kicker: str = ""
    extra: dict[str, object] = {}


_RECORDS = "SELECT m.id, digest, record FROM member m JOIN article USING (key) WHERE generation = ?"

_decoder = msgspec.json.Decoder(_Record)


def article_record(article: Article) -> bytes:
    """Return the article as canonical JSON."""
    fields = {name: getattr(article, name) for name in article.__struct_fields__}
    fields["published"] = article.published.isoformat() if article.published else None
    return msgspec.json.encode(_Record(**fields), order="deterministic")


def _article(record: bytes) -> Article:
    fields = msgspec.structs.asdict(_decoder.decode(record))
    fields["published"] = parse_iso(fields["published"])
    return Article(**fields)


def parse_iso(text: str | None) -> dt.date | None:
    """Parse an ISO date, or a date-time if the text is longer than a date; return None for None or ""."""
    if not text:
        return None
    return dt.date.fromisoformat(text) if len(text) == len("YYYY-MM-DD") else dt.datetime.fromisoformat(text)


def _condition(filters: Filters) -> tuple[str, list[int | str]]:
    """Return the SQL condition on member rows and its values, without the first one, the generation."""
    conditions = {
        "day >= ? AND day > 0": filters.first_day,
        "day <= ? AND day > 0": filters.last_day,
        "source = ?": filters.source,
        "category = ?": filters.category,
    }
    used = {condition: value for condition, value in conditions.items() if value is not None}
    return " AND ".join(("generation = ?", *used)), list(used.values())


def record_digest(record: bytes) -> bytes:
    """Return the 16-byte content hash of a record."""
    return hashlib.blake2b(record, digest_size=16).digest()


_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_PRIMARY_CODE = 0xFF


@contextmanager
def _sqlite_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours.

    Raises:
        IndexCorrupt: the file is broken, or is not an archive.
        IndexInaccessible: the file cannot be read or written now.

    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        if _code(error) in _BROKEN:
            raise IndexCorrupt(
                f"{path}: {error}; delete this file and build the index again with `khabaryab index PATH`"
            ) from error
        if _code(error) == sqlite3.SQLITE_ERROR:
            raise IndexCorrupt(f"{path}: {error}; build the index again") from error
        raise IndexInaccessible(f"{path}: {error}") from error


def _code(error: sqlite3.Error) -> int:
    """Return SQLite's primary result code, or 0 for an error that Python's `sqlite3` module raised itself."""
    return getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE


class ArchiveWriter:
    """The only writer of the archive: adds the articles of a generation that is being built.

    `count` is the number of its articles, `replaced` the number of those that a later one replaced.
    All methods raise IndexCorrupt if the file is broken, and IndexInaccessible if it cannot be written.
    """

    def __init__(self, directory: Path, generation: int) -> None:
        self._path = directory / ARCHIVE_NAME
        self._generation = generation
        self.count = self.replaced = 0
        with _sqlite_errors(self._path):
            self._connection = sqlite3.connect(self._path)
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        with _sqlite_errors(self._path):
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.executescript(_SCHEMA)
            # A killed build may have left rows under this number.
            self._connection.execute("DELETE FROM member WHERE generation = ?", (self._generation,))

    def add(self, article: Article) -> None:
        """Append an article to the generation. One with the id of an earlier one replaces it in its place."""
        record = article_record(article)
        digest = record_digest(record)
        values = FacetValues.of(article)
        with _sqlite_errors(self._path):
            # The digest belongs to this record. If the row holds another record, it was altered: repair it.
            self._connection.execute(
                "INSERT INTO article (id, digest, record) VALUES (?, ?, ?) "
                "ON CONFLICT DO UPDATE SET record = excluded.record WHERE record IS NOT excluded.record",
                (article.id, digest, record),
            )
            row = (*astuple(values), article.id, digest)
            earlier = self._connection.execute(
                "SELECT number FROM member WHERE generation = ? AND id = ?", (self._generation, article.id)
            ).fetchone()
            number = self.count if earlier is None else earlier[0]
            self._connection.execute(
                "INSERT OR REPLACE INTO member "
                "SELECT ?, ?, key, id, ?, ?, ? FROM article WHERE id = ? AND digest = ?",
                (self._generation, number, *row),
            )
        if earlier is None:
            self.count += 1
        else:
            self.replaced += 1

    def remove(self, numbers: Collection[int]) -> None:
        """Remove articles from the generation, and number the others anew without gaps."""
        removed = [(self._generation, number) for number in numbers]
        with _sqlite_errors(self._path):
            self._connection.executemany("DELETE FROM member WHERE generation = ? AND number = ?", removed)
            left = self._connection.execute(
                "SELECT number FROM member WHERE generation = ? ORDER BY number", (self._generation,)
            ).fetchall()
            self._connection.executemany(
                "UPDATE member SET number = ? WHERE generation = ? AND number = ?",
                [(new, self._generation, old) for new, (old,) in enumerate(left) if new != old],
            )
        self.count = len(left)

    def commit(self) -> None:
        """Write all added articles durably to the disk."""
        with _sqlite_errors(self._path):
            self._connection.commit()

    def keep_only(self, generations: Iterable[int]) -> None:
        """Delete the member rows of all other generations, and the articles that no generation uses."""
        kept = sorted(set(generations))
        marks = ",".join("?" * len(kept))
        others = f"DELETE FROM member WHERE generation NOT IN ({marks})"  # noqa: S608 only marks
        with _sqlite_errors(self._path):
            self._connection.execute(others, kept)
            self._connection.execute("DELETE FROM article WHERE key NOT IN (SELECT key FROM member)")
            self._connection.commit()

    def close(self) -> None:
        """Close the connection and discard everything that was not committed."""
        with _sqlite_errors(self._path):
            self._connection.close()


class Archive:
    """The articles of one generation, read-only. Safe to share between threads.

    All methods raise IndexCorrupt if the file is not an archive, and IndexInaccessible if it cannot be read.
    """

    def __init__(self, directory: Path, generation: int) -> None:
        self._path = directory / ARCHIVE_NAME
        self._generation = generation
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        if not self._path.is_file():
            raise IndexMissing(f"{self._path} is missing: build the index again with `khabaryab index PATH`")

    def __len__(self) -> int:
        return int(self._rows("SELECT count(*) FROM member WHERE generation = ?")[0][0])

    def articles(self) -> Iterator[Article]:
        """Yield all articles in order of their numbers."""
        for row in self._each(f"{_RECORDS} ORDER BY number"):
            yield self._article(row)

    def get(self, number: int) -> Article:
        """Return the article with this number in the generation.

        Raises:
            IndexCorrupt: the archive has no such article.

        """
        return self._article(self._one(f"{_RECORDS} AND number = ?", number))

    def find(self, article_id: str) -> Article | None:
        """Return the article with this id, or None."""
        rows = self._rows(f"{_RECORDS} AND m.id = ?", article_id)
        return self._article(rows[0]) if rows else None

    def number(self, article_id: str) -> int | None:
        """Return the number of the article with this id, or None."""
        rows = self._rows("SELECT number FROM member WHERE generation = ? AND id = ?", article_id)
        return int(rows[0][0]) if rows else None

    def ids(self, numbers: Sequence[int]) -> list[str]:
        """Return the ids of the articles with these numbers, in the same order."""
        query = "SELECT id FROM member WHERE generation = ? AND number = ?"
        return [str(self._one(query, number)[0]) for number in numbers]

    def days(self, numbers: Sequence[int]) -> list[int]:
        """Return the day numbers of these articles, in the same order; NO_DAY for undated ones."""
        query = "SELECT day FROM member WHERE generation = ? AND number = ?"
        return [int(self._one(query, number)[0]) for number in numbers]

    def allowed(self, filters: Filters) -> NDArray[np.bool_]:
        """Return a boolean mask [articles] of the articles that pass the filters."""
        where, values = _condition(filters)
        rows = self._rows(f"SELECT number FROM member WHERE {where}", *values)  # noqa: S608 fixed parts only
        mask = np.zeros(len(self), dtype=np.bool_)
        mask[[number for (number,) in rows]] = True
        return mask

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

    def counts(self, facet: str) -> list[tuple[str, int]]:
        """Return all sources or categories (`facet`) with their article counts, most frequent first.

        If a name has several spellings, return one with half-spaces (U+200C), else the most frequent one.
        """
        names: dict[str, dict[str, int]] = {}
        query = (
            f"SELECT m.{facet}, json_extract(record, '$.{facet}'), count(*) "  # noqa: S608 our own column names
            f"FROM member m JOIN article USING (key) WHERE generation = ? AND m.{facet} != '' GROUP BY 1, 2"
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
        query = "SELECT min(day), max(day) FROM member WHERE generation = ? AND day > 0"
        first, last = self._rows(query)[0]
        return (dt.date.fromordinal(first), dt.date.fromordinal(last)) if first else (None, None)

    def fingerprint(self) -> str:
        """Return a hash over all articles in order: number, id, facet values and content hash of each."""
        whole = hashlib.sha256()
        query = (
            "SELECT number, m.id, a.id, day, source, category, digest "
            "FROM member m JOIN article a USING (key) WHERE generation = ? ORDER BY number"
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
        with _sqlite_errors(self._path):
            connection = sqlite3.connect(
                f"{self._path.resolve().as_uri()}?{parameters}", uri=True, check_same_thread=False
            )
            try:
                connection.execute("SELECT 1 FROM sqlite_master").fetchone()
            except BaseException:
                connection.close()
                raise
        return connection

    def _article(self, row: Row) -> Article:
        """Decode an article after checking its content against its hash."""
        article_id, digest, record = row
        try:
            if record_digest(record) == digest:
                return _article(record)
        except (msgspec.MsgspecError, ValueError, TypeError):
            pass
        raise IndexCorrupt(f"{self._path}: article {article_id!r} was altered; build the index again")

    def _one(self, query: str, number: int) -> Row:
        rows = self._rows(query, number)
        if not rows:
            raise IndexCorrupt(f"{self._path}: article number {number} is missing; build the index again")
        return rows[0]

    def _rows(self, query: str, *values: object) -> list[Row]:
        with self._lent() as connection, _sqlite_errors(self._path):
            return connection.execute(query, (self._generation, *values)).fetchall()

    def _each(self, query: str) -> Iterator[Row]:
        """Yield the rows of a query without loading all of them into memory."""
        with self._lent() as connection, _sqlite_errors(self._path):
            yield from connection.execute(query, (self._generation,))
