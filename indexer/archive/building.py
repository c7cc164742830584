"""Writes the articles of a generation that is being built."""

from collections.abc import Collection, Iterable
from pathlib import Path

from indexer.archive.database import connect_to_write, sqlite_errors
from indexer.archive.members import insert_member, store
from indexer.articles import Article


class ArchiveWriter:
    """Adds the articles of a new generation.

    `count` is the number of its articles, `replaced` the number of those that a later one replaced.
    All methods raise IndexCorrupt if the file is broken, and IndexInaccessible if it cannot be written.
    """

    def __init__(self, directory: Path, generation: int) -> None:
        self._path, self._connection = connect_to_write(directory)
        self._generation = generation
        self.count = self.replaced = 0
        try:
            with sqlite_errors(self._path):
                # A killed build may have left rows under this number.
                self._connection.execute("DELETE FROM member WHERE generation = ?", (generation,))
        except BaseException:
            self.close()
            raise

    def add(self, article: Article) -> None:
        """Append an article to the generation. One with the id of an earlier one replaces it in its place."""
        with sqlite_errors(self._path):
            key = store(self._connection, article)
            earlier = self._connection.execute(
                "SELECT number FROM member WHERE generation = ? AND id = ?", (self._generation, article.id)
            ).fetchone()
            number = self.count if earlier is None else earlier[0]
            insert_member(self._connection, self._generation, number, key, article)
        if earlier is None:
            self.count += 1
        else:
            self.replaced += 1

    def remove(self, numbers: Collection[int]) -> None:
        """Remove articles from the generation, and number the others anew without gaps."""
        removed = [(self._generation, number) for number in numbers]
        with sqlite_errors(self._path):
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
        with sqlite_errors(self._path):
            self._connection.commit()

    def keep_only(self, generations: Iterable[int]) -> None:
        """Delete the member rows of all other generations, and the articles that no generation uses."""
        kept = sorted(set(generations))
        marks = ",".join("?" * len(kept))
        others = f"DELETE FROM member WHERE generation NOT IN ({marks})"  # noqa: S608 only marks
        with sqlite_errors(self._path):
            self._connection.execute(others, kept)
            self._connection.execute("DELETE FROM article WHERE key NOT IN (SELECT key FROM member)")
            self._connection.commit()

    def close(self) -> None:
        """Close the connection and discard everything that was not committed."""
        with sqlite_errors(self._path):
            self._connection.close()
