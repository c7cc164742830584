"""Accepts changes to the articles of a published generation.

What is committed here is accepted: `accepted` counts it, and a writer makes it visible afterwards, also one
that starts after a crash (see `indexer.changes`).
"""

from enum import Enum
from pathlib import Path

from indexer.archive.database import connect_to_write, sqlite_errors
from indexer.archive.members import insert_member, store
from indexer.archive.records import article_record, record_digest
from indexer.articles import Article
from indexer.commit import Commit


class Change(Enum):
    """What an article changes in the archive."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


class ArchiveChanges:
    """Adds, replaces and removes articles of a published generation.

    All methods raise IndexCorrupt if the file is broken, and IndexInaccessible if it cannot be written.
    """

    def __init__(self, directory: Path, generation: int) -> None:
        self._path, self._connection = connect_to_write(directory)
        self._generation = generation

    @property
    def accepted(self) -> Commit:
        """How many articles and removals the generation has had, those of this object included."""
        query = (
            "SELECT (SELECT max(number) FROM member WHERE generation = :generation), "
            "(SELECT max(removal) FROM member WHERE generation = :generation AND removal IS NOT NULL)"
        )
        with sqlite_errors(self._path):
            numbers = self._connection.execute(query, {"generation": self._generation}).fetchone()
        return Commit(*(0 if last is None else last + 1 for last in numbers))

    def digest(self, article_id: str) -> bytes | None:
        """Return the content hash of the article with this id, or None if there is none."""
        query = (
            "SELECT digest FROM member INDEXED BY member_by_id JOIN article USING (key) "
            "WHERE generation = ? AND member.id = ? AND removal IS NULL"
        )
        with sqlite_errors(self._path):
            found = self._connection.execute(query, (self._generation, article_id)).fetchone()
        return bytes(found[0]) if found else None

    def put(self, article: Article) -> Change:
        """Add an article, or replace the one with its id unless both are the same."""
        earlier = self.digest(article.id)
        if earlier == record_digest(article_record(article)):
            return Change.UNCHANGED
        self.remove(article.id)
        number = self.accepted.articles
        with sqlite_errors(self._path):
            key = store(self._connection, article)
            insert_member(self._connection, self._generation, number, key, article)
        return Change.ADDED if earlier is None else Change.REPLACED

    def remove(self, article_id: str) -> bool:
        """Remove the article with this id; return whether there was one."""
        query = (
            "UPDATE member INDEXED BY member_by_id SET removal = ? "
            "WHERE generation = ? AND id = ? AND removal IS NULL"
        )
        with sqlite_errors(self._path):
            values = (self.accepted.removals, self._generation, article_id)
            return self._connection.execute(query, values).rowcount > 0

    def ids(self) -> set[str]:
        """Return the ids of all articles."""
        query = "SELECT id FROM member WHERE generation = ? AND removal IS NULL"
        with sqlite_errors(self._path):
            return {article_id for (article_id,) in self._connection.execute(query, (self._generation,))}

    def commit(self) -> None:
        """Accept the changes: write them durably to the disk."""
        with sqlite_errors(self._path):
            self._connection.commit()

    def close(self) -> None:
        """Close the connection and discard everything that was not committed."""
        with sqlite_errors(self._path):
            self._connection.close()
