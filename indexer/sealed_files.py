"""The files of a generation against its manifest: cheap checks when it is opened, hashes when it is verified.

Files whose names begin with one of the `grown` folders are appended to after the generation was published.
They must hold at least the bytes of the manifest, and these must not change.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from indexer.errors import IndexCorrupt, IndexInaccessible, unreadable

Folders = tuple[str, ...]

_BLOCK = 1 << 20


class FileRecord(msgspec.Struct, frozen=True):
    """Size in bytes and SHA-256 of one file of a generation."""

    bytes: int
    sha256: str


def recorded(directory: Path, names: Iterable[str]) -> dict[str, FileRecord]:
    """Return the records of these files of a folder by their names; write the files to the disk durably."""
    return {name: _record(directory / name) for name in sorted(names)}


def _record(path: Path) -> FileRecord:
    sync(path)
    size = path.stat().st_size
    return FileRecord(size, _sha256(path, size))


def check_sizes(directory: Path, files: Mapping[str, FileRecord], names: set[str], grown: Folders) -> None:
    """Check that every file is there with its size; `names` are the files in the folder.

    Raises:
        IndexCorrupt: a file is missing or has another size.
        IndexInaccessible: a file cannot be read.

    """
    for name, expected in files.items():
        if name not in names:
            raise IndexCorrupt(f"{directory / name}: missing; build the index again")
        size = _size(directory / name)
        if size < expected.bytes or (size > expected.bytes and not is_in(name, grown)):
            raise _altered(directory / name)


def check_hashes(directory: Path, files: Mapping[str, FileRecord], grown: Folders) -> None:
    """Check the content of every file.

    Raises:
        IndexCorrupt: a file is missing or was altered.
        IndexInaccessible: a file cannot be read.

    """
    for name, expected in files.items():
        path = directory / name
        size = expected.bytes if is_in(name, grown) else _size(path)
        try:
            same = size == expected.bytes and _sha256(path, size) == expected.sha256
        except OSError as error:
            raise _unreadable(path, error) from error
        if not same:
            raise _altered(path)


def is_in(name: str, folders: Folders) -> bool:
    """Return whether a file is in one of the folders."""
    return name.startswith(tuple(f"{folder}/" for folder in folders))


def file_names(directory: Path) -> Iterator[str]:
    """Yield the relative path of each file in a folder. Unlike `rglob`, skip no unreadable folder."""
    for folder, _, files in directory.walk(on_error=_refuse):
        yield from ((folder / name).relative_to(directory).as_posix() for name in files)


def write_synced(path: Path, data: bytes) -> None:
    """Write a file durably to the disk."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync(path: Path) -> None:
    """Write a file or a folder durably to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse(error: OSError) -> None:
    raise unreadable(Path(error.filename), error) from error


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise _unreadable(path, error) from error


def _sha256(path: Path, size: int) -> str:
    """Return the hash of the first `size` bytes of a file."""
    found, left = hashlib.sha256(), size
    with path.open("rb") as file:
        while left and (block := file.read(min(_BLOCK, left))):
            found.update(block)
            left -= len(block)
    return found.hexdigest()


def _altered(path: Path) -> IndexCorrupt:
    return IndexCorrupt(f"{path}: altered since it was published; build the index again")


def _unreadable(path: Path, error: OSError) -> IndexCorrupt | IndexInaccessible:
    if isinstance(error, FileNotFoundError):
        return IndexCorrupt(f"{path}: missing; build the index again")
    return IndexInaccessible(f"{path}: {error.strerror}")
