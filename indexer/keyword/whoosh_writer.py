"""Changes a whoosh index in place."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader

from indexer.commit import Commit
from indexer.keyword.engine import Document
from indexer.keyword.whoosh_files import NUMBER, Storage, existing, opened, stored_article

_MEGABYTES = 256


@contextmanager
def writing(storage: Storage, index: FileIndex) -> Iterator[Any]:
    """Yield whoosh's writer for one commit, and close its files, also when it fails."""
    writer = index.writer(limitmb=_MEGABYTES)
    try:
        yield writer
    except BaseException:
        with suppress(Exception):  # the disk may be full for this too
            writer.cancel()
        raise
    finally:
        storage.close_files()


class WhooshWriter:
    """Collects changes, and writes them with their commit."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._added: dict[int, Document] = {}
        self._removed: set[int] = set()

    def add(self, document: Document) -> None:
        """Add an article, or replace the one with its number."""
        self._removed.add(document.number)
        self._added[document.number] = document

    def remove(self, numbers: Collection[int]) -> None:
        """Remove the articles with these numbers."""
        self._removed.update(numbers)
        for number in numbers:
            self._added.pop(number, None)

    def commit(self, commit: Commit) -> None:
        """Make all changes, and this commit, visible at one instant."""
        stale = self._stale()
        with writing(self._storage, existing(self._storage)) as writer:
            for document in stale:
                writer.delete_document(document)
            for added in self._added.values():
                writer.add_document(**stored_article(added))
            writer.schema.commit = commit
            writer.commit(mergetype=merge_small)
        self._added.clear()
        self._removed.clear()

    def _stale(self) -> list[int]:
        """Return whoosh's numbers of the documents that are to be removed."""
        if not self._removed:
            return []
        reader, _ = opened(self._storage)
        numbers = live_numbers(reader)
        reader.close()
        wanted = np.fromiter(self._removed, dtype=np.int64)
        return np.flatnonzero(np.isin(numbers, wanted)).tolist()


def live_numbers(reader: Any) -> Any:
    """Return the article number of each of whoosh's documents, int64 [documents]; -1 if it was removed."""
    numbers = column(reader, NUMBER, np.int64)
    for document in range(len(numbers)) if reader.has_deletions() else ():
        if reader.is_deleted(document):
            numbers[document] = -1
    return numbers


def column(reader: Any, name: str, dtype: Any) -> Any:
    """Return a column as an array [documents]."""
    leaves = [leaf for leaf, _ in reader.leaf_readers() if leaf.doc_count_all()]
    return np.array([value for leaf in leaves for value in leaf.column_reader(name)], dtype=dtype)


def merge_small(writer: Any, segments: list[Any]) -> list[Any]:
    """Merge small segments into the new one, and return the others.

    A segment is merged if it is smaller than all that is merged already, so that an index of n articles has
    about log n segments. Merging also drops removed articles, so a segment with many of them is merged, too.
    """
    kept = []
    merged = writer.docnum
    for segment in sorted(segments, key=lambda each: each.doc_count()):
        live, removed = segment.doc_count(), segment.deleted_count()
        if live > merged and removed <= live // 2:
            kept.append(segment)
            continue
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
        merged += live
    return kept
