"""The database of the archive: its file, its tables, and SQLite's errors as ours.

Article rows are immutable: a changed article gets a new row. A member row says that a generation (one
complete build of the index) holds an article under a number. The first article of a generation has the
number 0, and every later one the next; no number is given twice. An article that is removed, or replaced by
a changed one, keeps its row: `removal` counts the removals of a generation from 0, in order. A reader that
knows how many articles and removals there were at an instant sees the archive of that instant.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.errors import IndexCorrupt, IndexInaccessible

ARCHIVE_NAME = "archive.sqlite"

SCHEMA = """
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
    removal INTEGER,
    PRIMARY KEY (generation, number)
) WITHOUT ROWID;
DROP INDEX IF EXISTS member_id; -- of an earlier version
CREATE INDEX IF NOT EXISTS member_by_id ON member (generation, id, removal);
CREATE INDEX IF NOT EXISTS member_removal ON member (generation, removal) WHERE removal IS NOT NULL;
"""


_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_PRIMARY_CODE = 0xFF


@contextmanager
def sqlite_errors(path: Path) -> Iterator[None]:
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


def connect_to_write(directory: Path) -> tuple[Path, sqlite3.Connection]:
    """Return the path of the archive in a folder, and a connection to it; make its tables if need be.

    Raises:
        IndexCorrupt: the file is broken, or is not an archive.
        IndexInaccessible: the file cannot be written.

    """
    path = directory / ARCHIVE_NAME
    with sqlite_errors(path):
        connection = sqlite3.connect(path)
    try:
        with sqlite_errors(path):
            _prepare(connection)
    except BaseException:
        connection.close()
        raise
    return path, connection


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    columns = [name for _, name, *_ in connection.execute("PRAGMA table_info(member)")]
    if columns and "removal" not in columns:  # made by an earlier version
        connection.execute("ALTER TABLE member ADD COLUMN removal INTEGER")
    connection.executescript(SCHEMA)
