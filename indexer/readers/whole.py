"""A file that is one article: read at once, up to the longest record that is allowed."""

from collections.abc import Iterator

from indexer.readers.records import MAX_RECORD_BYTES, TOO_LONG, InvalidRecordError


def whole(chunks: Iterator[bytes]) -> bytes:
    """Return all of the bytes. Raises InvalidRecordError when they are more than a record may have."""
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > MAX_RECORD_BYTES:
            raise InvalidRecordError(TOO_LONG)
    return bytes(data)
