"""The files of a vector index: append-only columns with a record for each passage, and a commit.

| file | a record | content |
| --- | --- | --- |
| `codes` | int8 [dimension] | vector = code * scale |
| `scales` | float32 | |
| `owners` | int32 | the number of the article that the passage belongs to |
| `spans` | int32 [2] | start and end offsets in the article's running text |
| `digests` | uint8 [16] | content hash of the embedded text |
| `signs-C-W` | uint64 | 64 signs of (vector - centre C): the components from 64 · W on |
| `centre-C` | float32 [dimension] | one record: a mean of vectors, from which the signs are taken |
| `commit.json` | | how many passages count, which centre counts, a CRC-32 of each file |

All passages of an article are neighbours; the articles come in any order. Files are little-endian, without a
header. Whatever lies behind the committed passages is left by a writer that was stopped: readers ignore it,
and the next writer cuts it off.
"""

import os
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from indexer.errors import IndexCorrupt, unreadable

DIGEST_BYTES = 16
SIGNS_A_WORD = 64
_COMMIT = "commit.json"
_SUFFIX = ".column"

Float = NDArray[np.float32]


class VectorCommit(msgspec.Struct, frozen=True, kw_only=True):
    """What counts of the files: the first `passages` records of each column, and the signs of one centre.

    The centre is the mean of the first `centred_on` passages. `checksums` maps a column to the CRC-32 of its
    records that count.
    """

    passages: int = 0
    dimension: int
    centre: int = 0
    centred_on: int = 0
    checksums: dict[str, int] = {}


def columns(dimension: int, centre: int) -> dict[str, np.dtype[Any]]:
    """Return the type of a record of each column."""
    signs = {name: np.dtype("<u8") for name in sign_columns(dimension, centre)}
    return {
        "codes": np.dtype(("i1", (dimension,))),
        "scales": np.dtype("<f4"),
        "owners": np.dtype("<i4"),
        "spans": np.dtype(("<i4", (2,))),
        "digests": np.dtype(("u1", (DIGEST_BYTES,))),
        **signs,
    }


def sign_columns(dimension: int, centre: int) -> list[str]:
    """Return the names of the columns of signs."""
    return [f"signs-{centre}-{word}" for word in range(-(-dimension // SIGNS_A_WORD))]


def centre_column(centre: int) -> str:
    """Return the name of the column with the centre."""
    return f"centre-{centre}"


def column_path(directory: Path, name: str) -> Path:
    """Return the path of a column."""
    return directory / f"{name}{_SUFFIX}"


def column_names(directory: Path) -> set[str]:
    """Return the names of all columns in a folder."""
    return {path.name.removesuffix(_SUFFIX) for path in directory.glob(f"*{_SUFFIX}")}


def commit_stamp(directory: Path) -> tuple[int, int] | None:
    """Return (inode, modification time in ns) of the commit, which change with it; None without a commit."""
    try:
        status = (directory / _COMMIT).stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def read_commit(directory: Path) -> VectorCommit:
    """Read the commit.

    Raises:
        IndexUnusable: it is missing or damaged.

    """
    path = directory / _COMMIT
    try:
        commit = msgspec.json.decode(path.read_bytes(), type=VectorCommit)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise unreadable(path, error) from error
    expected = {*columns(commit.dimension, commit.centre), centre_column(commit.centre)}
    if commit.passages < 0 or commit.dimension < 1 or (commit.passages and {*commit.checksums} != expected):
        raise IndexCorrupt(f"{path}: holds no valid commit; build the index again")
    return commit


def write_commit(directory: Path, commit: VectorCommit) -> None:
    """Replace the commit by one atomic rename. The columns must be on the disk (fsync) already."""
    fresh = directory / f"{_COMMIT}.new"
    with fresh.open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(commit), indent=2))
        file.flush()
        os.fsync(file.fileno())
    sync_folder(directory)
    fresh.replace(directory / _COMMIT)
    sync_folder(directory)


def sync_folder(directory: Path) -> None:
    """Write the names of the files in a folder to the disk (fsync)."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def map_column(directory: Path, name: str, record: np.dtype[Any], count: int) -> NDArray[Any]:
    """Map the first `count` records of a column.

    Raises:
        IndexUnusable: the file is missing, or has fewer records.

    """
    if not count:
        return np.empty(0, record)  # a mapping cannot be empty
    path = column_path(directory, name)
    try:
        if path.stat().st_size < count * record.itemsize:
            raise IndexCorrupt(f"{path}: shorter than the passages that count; build the index again")
        # `asarray` takes the plain array, whose slices are cheaper to make.
        return np.asarray(np.memmap(path, record, "r", shape=(count,)))
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error


def signs(centred: Float) -> NDArray[np.uint64]:
    """Return the signs [n, words] of centred vectors [n, dimension]; 1 where a component is positive."""
    packed = np.packbits(centred > 0, axis=-1)
    missing = -packed.shape[-1] % (SIGNS_A_WORD // 8)
    padded = np.pad(packed, [(0, 0)] * (packed.ndim - 1) + [(0, missing)])
    words: NDArray[np.uint64] = padded.view("<u8")
    return words
