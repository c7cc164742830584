"""Reads a file that is one article: all of it at once, up to the maximum length of a record."""

from collections.abc import Iterator

from indexer.readers.records import MAX_RECORD_BYTES, TOO_LONG, InvalidRecordError


def whole(chunks: Iterator[bytes]) -> bytes:
    """Return all bytes. Raises InvalidRecordError if they exceed the maximum length of a record."""
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > MAX_RECORD_BYTES:
            raise InvalidRecordError(TOO_LONG)
    return bytes(data)
