"""Keeps several arrays in one file, which is memory-mapped for reading: opening it reads only a short header.

    8 bytes      the mark of such a file
    8 bytes      uint64, the length of the header
    header       JSON: for each array its name, dtype and length
    arrays       in this order, each from the next multiple of 64 bytes on

All numbers are little-endian. Several processes that map the file share its pages.
"""

import mmap
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import DTypeLike, NDArray

from indexer.errors import IndexCorrupt, unreadable

_MARK = b"KHBARRAY"
_ALIGNED = 64
Arrays = dict[str, NDArray[Any]]


class _Entry(msgspec.Struct, array_like=True, frozen=True):
    """One array of the header."""

    name: str
    dtype: str
    length: int


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write one-dimensional arrays to a new file.

    The file is synced under another name and then renamed: a crash leaves the whole file or none.
    """
    little = {
        name: np.ascontiguousarray(array, array.dtype.newbyteorder("<")) for name, array in arrays.items()
    }
    entries = [_Entry(name, array.dtype.str, len(array)) for name, array in little.items()]
    header = msgspec.json.encode(entries)
    written = path.with_name(path.name + ".new")
    with written.open("wb") as file:
        file.write(_MARK + len(header).to_bytes(8, "little") + header)
        for array in little.values():
            file.write(bytes(-file.tell() % _ALIGNED))
            file.write(array.data)
        file.flush()
        os.fsync(file.fileno())
    written.replace(path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def map_arrays(path: Path, dtypes: Mapping[str, DTypeLike]) -> Arrays:
    """Map a file that holds exactly the arrays with these names and dtypes; they are read-only.

    Raises:
        IndexCorrupt: the file is missing, is no such file, was cut off, or holds other arrays.
        IndexInaccessible: the operating system does not let us read it.

    """
    try:
        with path.open("rb") as file:
            arrays = _arrays(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError, TypeError, OverflowError, msgspec.MsgspecError) as error:
        raise unreadable(path, error) from error
    found = {name: array.dtype for name, array in arrays.items()}
    if found != {name: np.dtype(dtype) for name, dtype in dtypes.items()}:
        raise IndexCorrupt(f"{path}: not what was written; build the index again")
    return arrays


def _arrays(data: mmap.mmap) -> Arrays:
    """Return the arrays of a mapped file. Raise ValueError, or what msgspec raises, for any other file."""
    if data[:8] != _MARK:
        raise ValueError("another kind of file")
    start = 16 + int.from_bytes(data[8:16], "little")
    arrays: Arrays = {}
    for entry in msgspec.json.decode(data[16:start], type=list[_Entry]):
        start += -start % _ALIGNED
        dtype = np.dtype(entry.dtype)
        arrays[entry.name] = np.frombuffer(data, dtype, entry.length, start)
        start += entry.length * dtype.itemsize
    if start != len(data):
        raise ValueError(f"{len(data)} bytes instead of {start}")
    return arrays
