"""The archive: stores every article unchanged in SQLite. No other file holds the original texts.

`ArchiveWriter` writes the articles of a generation that is being built, `ArchiveChanges` accepts changes to a
published one, and `Archive` reads a generation as it was at one instant.
"""

from indexer.archive.building import ArchiveWriter
from indexer.archive.changing import ArchiveChanges, Change
from indexer.archive.database import ARCHIVE_NAME
from indexer.archive.reading import Archive
from indexer.archive.records import article_record, parse_iso, record_digest

__all__ = [
    "ARCHIVE_NAME",
    "Archive",
    "ArchiveChanges",
    "ArchiveWriter",
    "Change",
    "article_record",
    "parse_iso",
    "record_digest",
]
