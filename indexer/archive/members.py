"""Writes the two rows of an article: its text, and its membership in a generation."""

import sqlite3

from indexer.archive.records import article_record, record_digest
from indexer.articles import Article
from indexer.filters import FacetValues


def store(connection: sqlite3.Connection, article: Article) -> int:
    """Store the text of an article if it is not there yet, and return the key of its row."""
    record = article_record(article)
    digest = record_digest(record)
    # The digest belongs to this record. If the row holds another record, it was altered: repair it.
    connection.execute(
        "INSERT INTO article (id, digest, record) VALUES (?, ?, ?) "
        "ON CONFLICT DO UPDATE SET record = excluded.record WHERE record IS NOT excluded.record",
        (article.id, digest, record),
    )
    found = connection.execute("SELECT key FROM article WHERE id = ? AND digest = ?", (article.id, digest))
    return int(found.fetchone()[0])


def insert_member(
    connection: sqlite3.Connection, generation: int, number: int, key: int, article: Article
) -> None:
    """Give the article with this row key a number in a generation, instead of the one that had it."""
    values = FacetValues.of(article)
    connection.execute(
        "INSERT OR REPLACE INTO member (generation, number, key, id, day, source, category) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (generation, number, key, article.id, values.day, values.source, values.category),
    )
