"""The lock of the one process that writes an index. Who meets it is told which process holds it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from indexer.errors import IndexBusy, IndexInaccessible

_LOCK, _WRITER = "lock", "writer"


class _Writer(msgspec.Struct, frozen=True):
    """The process that writes, and what it does."""

    process: int
    doing: str


@contextmanager
def writing(index: Path, doing: str) -> Iterator[None]:
    """Hold the write lock of an index; `doing` is the command that other writers are told.

    Raises:
        IndexBusy: another process holds the lock.
        IndexInaccessible: the folder cannot be created or written.

    """
    try:
        index.mkdir(parents=True, exist_ok=True)
        lock = FileLock(index / _LOCK, timeout=0)
        lock.acquire()
    except Timeout as error:
        raise IndexBusy(
            f"{index}: {_holder(index)} is writing this index; wait until it has ended"
        ) from error
    except OSError as error:
        raise IndexInaccessible(f"{index}: cannot write there: {error.strerror or error}") from error
    try:
        _note(index, _Writer(os.getpid(), doing))
        yield
    finally:
        (index / _WRITER).unlink(missing_ok=True)
        lock.release()


def _note(index: Path, writer: _Writer) -> None:
    try:
        (index / _WRITER).write_bytes(msgspec.json.encode(writer))
    except OSError as error:
        raise IndexInaccessible(f"{index}: cannot write there: {error.strerror or error}") from error


def _holder(index: Path) -> str:
    # The file is missing or half-written for an instant after the lock is taken.
    try:
        writer = msgspec.json.decode((index / _WRITER).read_bytes(), type=_Writer)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return "another process"
    return f"`{writer.doing}` (process {writer.process})"
