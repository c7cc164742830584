"""The archive: every article as it came, in SQLite; the one place where originals are.

Article rows are immutable: a changed article is a new row. A generation is a list of rows, so that the one that
serves keeps its texts while the next is being built.
"""

import datetime as dt
import hashlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from indexer.articles import Article
from indexer.errors import IndexCorrupt, IndexMissing
from indexer.filters import Facets, Filters

ARCHIVE_NAME = "archive.sqlite"

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
    """How an article is written: `published` is ISO text, since a date and a date-time are told apart by it."""

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
    """Read an ISO date (or date-time, when there is more than a day) as it was written; None stays None."""
    if not text:
        return None
    return dt.date.fromisoformat(text) if len(text) == len("YYYY-MM-DD") else dt.datetime.fromisoformat(text)


def record_digest(record: bytes) -> bytes:
    """Return the 16-byte content hash of a record."""
    return hashlib.blake2b(record, digest_size=16).digest()


class ArchiveWriter:
    """The one writer: fills the member list of a generation that is being built."""

    def __init__(self, directory: Path, generation: int) -> None:
        self._generation = generation
        self._connection = sqlite3.connect(directory / ARCHIVE_NAME)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.executescript(_SCHEMA)
        # What a build that was killed left under this number.
        self._connection.execute("DELETE FROM member WHERE generation = ?", (generation,))
        self.count = 0

    def add(self, article: Article) -> None:
        """Append an article to the generation."""
        record = article_record(article)
        digest = record_digest(record)
        cursor = self._connection
        cursor.execute(
            "INSERT OR IGNORE INTO article (id, digest, record) VALUES (?, ?, ?)",
            (article.id, digest, record),
        )
        facets = Facets.of(article)
        cursor.execute(
            "INSERT INTO member SELECT ?, ?, key, id, ?, ?, ? FROM article WHERE id = ? AND digest = ?",
            (
                self._generation,
                self.count,
                facets.day,
                facets.source,
                facets.category,
                article.id,
                digest,
            ),
        )
        self.count += 1

    def commit(self) -> None:
        """Make what was added durable."""
        self._connection.commit()

    def keep_only(self, generations: Iterable[int]) -> None:
        """Forget the members of all other generations, and the articles that no generation holds."""
        kept = sorted(generations)
        marks = ",".join("?" * len(kept))
        self._connection.execute(f"DELETE FROM member WHERE generation NOT IN ({marks})", kept)  # noqa: S608 only marks
        self._connection.execute("DELETE FROM article WHERE key NOT IN (SELECT key FROM member)")
        self._connection.commit()

    def close(self) -> None:
        """Close the connection; what was not committed is lost."""
        self._connection.close()


class Archive:
    """The articles of one generation, read only; safe to share between threads."""

    def __init__(self, directory: Path, generation: int) -> None:
        self._path = directory / ARCHIVE_NAME
        self._generation = generation
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        if not self._path.is_file():
            raise IndexMissing(f"{self._path} is missing: build the index again with `khabaryab index PATH`")

    def __len__(self) -> int:
        return int(self._rows("SELECT count(*) FROM member WHERE generation = ?")[0][0])

    def articles(self) -> Iterator[Article]:
        """Yield every article in order of its number."""
        connection = self._connection()
        cursor = connection.execute(
            "SELECT record FROM member JOIN article USING (key) WHERE generation = ? ORDER BY number",
            (self._generation,),
        )
        for (record,) in cursor:
            yield _article(record)

    def get(self, number: int) -> Article:
        """Return the article with this number in the generation.

        Raises:
            IndexCorrupt: the archive has no such article.
        """
        rows = self._rows(
            "SELECT record FROM member JOIN article USING (key) WHERE generation = ? AND number = ?", number
        )
        if not rows:
            raise IndexCorrupt(f"{self._path}: article number {number} is missing; build the index again")
        return _article(rows[0][0])

    def find(self, article_id: str) -> Article | None:
        """Return the article with this id, or None."""
        rows = self._rows(
            "SELECT record FROM member JOIN article a USING (key) WHERE generation = ? AND member.id = ?",
            article_id,
        )
        return _article(rows[0][0]) if rows else None

    def ids(self, numbers: Sequence[int]) -> list[str]:
        """Return the ids of the articles with these numbers, in the same order."""
        query = "SELECT id FROM member WHERE generation = ? AND number = ?"
        return [str(self._rows(query, number)[0][0]) for number in numbers]

    def days(self, numbers: Sequence[int]) -> list[int]:
        """Return the day numbers of the articles with these numbers, in the same order; NO_DAY for undated ones."""
        query = "SELECT day FROM member WHERE generation = ? AND number = ?"
        return [int(self._rows(query, number)[0][0]) for number in numbers]

    def allowed(self, filters: Filters) -> NDArray[np.bool_]:
        """Return a mask [articles] of those that pass the filters."""
        conditions = {
            "day >= ? AND day > 0": filters.first_day,
            "day <= ? AND day > 0": filters.last_day,
            "source = ?": filters.source,
            "category = ?": filters.category,
        }
        used = {condition: value for condition, value in conditions.items() if value is not None}
        where = " AND ".join(("generation = ?", *used))
        rows = self._rows(f"SELECT number FROM member WHERE {where}", *used.values())  # noqa: S608 fixed parts only
        mask = np.zeros(len(self), dtype=np.bool_)
        mask[[number for (number,) in rows]] = True
        return mask

    def counts(self, facet: str) -> list[tuple[str, int]]:
        """Return the names of all sources or categories (`facet`) as written most often, most frequent first."""
        names: dict[str, dict[str, int]] = {}
        query = (
            f"SELECT m.{facet}, json_extract(record, '$.{facet}'), count(*) "  # noqa: S608 our own column names
            f"FROM member m JOIN article USING (key) WHERE generation = ? AND m.{facet} != '' GROUP BY 1, 2"
        )
        for key, name, count in self._rows(query):
            names.setdefault(key, {})[name] = count
        totals = [(max(spelt, key=lambda name: spelt[name]), sum(spelt.values())) for spelt in names.values()]
        return sorted(totals, key=lambda pair: (-pair[1], pair[0]))

    def day_range(self) -> tuple[dt.date | None, dt.date | None]:
        """Return the first and last day of the dated articles."""
        query = "SELECT min(day), max(day) FROM member WHERE generation = ? AND day > 0"
        first, last = self._rows(query)[0]
        return (dt.date.fromordinal(first), dt.date.fromordinal(last)) if first else (None, None)

    def latest(self, limit: int) -> list[Article]:
        """Return the newest dated articles, newest first."""
        query = (
            "SELECT record FROM member JOIN article USING (key) WHERE generation = ? AND day > 0 "
            "ORDER BY day DESC, number LIMIT ?"
        )
        return [_article(record) for (record,) in self._rows(query, limit)]

    def check(self) -> str:
        """Return a hash over the content of all articles, in order.

        Raises:
            IndexCorrupt: an article's content is not what was stored.
        """
        whole = hashlib.sha256()
        query = "SELECT a.id, digest, record FROM member JOIN article a USING (key) WHERE generation = ? ORDER BY number"
        for article_id, digest, record in self._rows(query):
            if record_digest(record) != digest:
                raise IndexCorrupt(f"{self._path}: article {article_id!r} was altered; build the index again")
            whole.update(digest)
        return whole.hexdigest()

    def close(self) -> None:
        """Close the connections of all threads."""
        for connection in self._opened:
            connection.close()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                f"{self._path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False
            )
            self._local.connection = connection
            self._opened.append(connection)
        return connection

    def _rows(self, query: str, *values: object) -> list[tuple[bytes | int | str, ...]]:
        try:
            return self._connection().execute(query, (self._generation, *values)).fetchall()
        except sqlite3.DatabaseError as error:
            raise IndexCorrupt(
                f"{self._path}: {error}; build the index again with `khabaryab index PATH`"
            ) from error
