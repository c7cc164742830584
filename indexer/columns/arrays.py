"""One array in one file: appended by a writer, mapped by readers. Numbers are little-endian."""

import os
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from indexer.errors import IndexCorrupt, unreadable

_BUFFERED = 1 << 18


class ArrayFile(NamedTuple):
    """The name of a file and the type of its entries. An entry is a number, or a row of numbers."""

    name: str
    entry: np.dtype[Any]

    def mapped(self, directory: Path, length: int) -> NDArray[Any]:
        """Map the first `length` entries, read-only: [length], or [length, numbers in a row].

        Raises:
            IndexCorrupt: the file is missing or holds fewer entries.
            IndexInaccessible: the file cannot be read.

        """
        path = directory / self.name
        try:
            _check_size(path, length * self.entry.itemsize)
            if not length:  # an empty file cannot be mapped
                return np.empty((0, *self.entry.shape), self.entry.base)
            # A plain array, because slices of `np.memmap` are slow.
            return np.asarray(np.memmap(path, self.entry.base, "r", shape=(length, *self.entry.shape)))
        except OSError as error:
            raise unreadable(path, error) from error

    def appended(self, directory: Path, length: int) -> "AppendedArray":
        """Open the file for appending after its first `length` entries, and cut off what lies behind them.

        Raises:
            IndexCorrupt: the file is missing or holds fewer entries.
            IndexInaccessible: the file cannot be written.

        """
        path = directory / self.name
        try:
            if length:
                _check_size(path, length * self.entry.itemsize)
            return AppendedArray(path, self.entry, length)
        except OSError as error:
            raise unreadable(path, error) from error


class AppendedArray:
    """A file open for appending; `length` counts its entries. Raises OSError if the disk is full."""

    def __init__(self, path: Path, entry: np.dtype[Any], length: int) -> None:
        self._path, self._entry, self.length = path, entry, length
        self._file = path.open("r+b" if length else "wb", buffering=_BUFFERED)
        try:
            self._file.truncate(length * entry.itemsize)
            self._file.seek(0, os.SEEK_END)
        except BaseException:
            self._file.close()
            raise

    def append(self, entries: ArrayLike) -> None:
        """Append entries: [entries], or [entries, numbers in a row]. They are buffered until `sync`."""
        data = np.ascontiguousarray(entries, dtype=self._entry.base)
        self._file.write(data.tobytes())
        self.length += len(data)

    def sync(self) -> None:
        """Write everything that was appended durably to the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file. What was not synced may be lost."""
        self._file.close()


def _check_size(path: Path, least: int) -> None:
    size = path.stat().st_size
    if size < least:
        raise IndexCorrupt(f"{path}: holds {size} of {least} bytes; build the index again")
