"""Writes vectors: appends passages in any order of articles, and commits what was appended.

The signs are those of (vector - centre). The centre is first the mean of the first block. When a commit has
four times as many passages as the centre was taken from, all signs are written anew, from the mean of all.
So the centre is always the mean of a quarter of the collection or more, and all these rewritings together
write each passage's signs half as often again at most. Measured on clustered vectors, a search with the mean
of 2,000 of 100,000 passages finds what one with the mean of all finds (`benchmarks.vectors`).
"""

import os
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from indexer.errors import IndexMismatch
from indexer.semantic.vector_files import (
    DIGEST_BYTES,
    Float,
    VectorCommit,
    centre_column,
    column_names,
    column_path,
    columns,
    map_column,
    read_commit,
    sign_columns,
    signs,
    write_commit,
)

_GROWTH = 4
_BLOCK = 65_536


@dataclass(frozen=True, slots=True)
class VectorBlock:
    """Vectors of whole articles; the passages of an article are neighbours.

    - `owners`: int32 [passages], the article numbers.
    - `spans`: int32 [passages, 2]; `digests`: uint8 [passages, 16]; see `vector_files`.
    - `codes` and `scales`: int8 [passages, dimension] and float32 [passages]; see `vectors.quantize`.
    """

    owners: NDArray[np.int32]
    spans: NDArray[np.int32]
    digests: NDArray[np.uint8]
    codes: NDArray[np.int8]
    scales: Float

    def __post_init__(self) -> None:
        """Refuse arrays that do not belong together."""
        count = len(self.owners)
        shapes = (self.spans.shape, self.digests.shape, self.codes.shape[:1], self.scales.shape)
        if shapes != ((count, 2), (count, DIGEST_BYTES), (count,), (count,)):
            raise ValueError(f"a block of {count} passages with arrays of the shapes {shapes}")


class VectorWriter:
    """The only writer of a folder of vectors; the caller holds the index's write lock.

    Nothing that is appended counts before `commit`.
    """

    def __init__(self, directory: Path, dimension: int) -> None:
        """Open the vectors in a folder, or begin them, and cut off what was never committed.

        Raises:
            IndexMismatch: the vectors there have another dimension.
            IndexUnusable: the vectors there are damaged.

        """
        self._directory = directory
        if directory.is_dir():
            self._committed = read_commit(directory)
        else:
            directory.mkdir()
            self._committed = VectorCommit(dimension=dimension)
            write_commit(directory, self._committed)
        if self._committed.dimension != dimension:
            raise IndexMismatch(
                f"{directory}: holds vectors of {self._committed.dimension} dimensions, not {dimension}; "
                "build the index again"
            )
        self._files = ExitStack()
        self._restart()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._files.close()

    def _restart(self) -> None:
        """Cut off what does not count, remove the signs of other centres, and open the columns."""
        committed = self._committed
        self._passages, self._checksums = committed.passages, dict(committed.checksums)
        self._centre_number, self._centred_on = committed.centre, committed.centred_on
        self._columns = {
            name: self._opened(name, committed.passages * record.itemsize)
            for name, record in self._records.items()
        }
        self._centre: Float = np.zeros(committed.dimension, dtype=np.float32)
        if self._centred_on:
            self._centre = self._map(centre_column(self._centre_number), 1)[0]
        self._remove_other_centres()

    @property
    def _records(self) -> dict[str, np.dtype[Any]]:
        return columns(self._committed.dimension, self._centre_number)

    def _opened(self, name: str, size: int) -> BinaryIO:
        file = self._files.enter_context(column_path(self._directory, name).open("ab"))
        file.truncate(size)
        return file

    def _map(self, name: str, count: int) -> NDArray[Any]:
        centre = np.dtype(("<f4", (self._committed.dimension,)))
        return map_column(self._directory, name, self._records.get(name, centre), count)

    def _remove_other_centres(self) -> None:
        kept = {*self._records, centre_column(self._centre_number)}
        for name in column_names(self._directory) - kept:
            column_path(self._directory, name).unlink(missing_ok=True)

    def __len__(self) -> int:
        return self._passages

    def append(self, block: VectorBlock) -> None:
        """Append the passages of some articles, none of which has passages here yet."""
        if not len(block.owners):
            return
        if not self._centred_on:
            self._begin_centre(0, _mean(block.codes, block.scales, len(block.owners)), len(block.owners))
        for name in ("codes", "scales", "owners", "spans", "digests"):
            self._write(name, getattr(block, name))
        self._write_signs(block.codes, block.scales)
        self._passages += len(block.owners)

    def commit(self) -> None:
        """Make everything that was appended durable (fsync), then visible."""
        if self._passages >= _GROWTH * self._centred_on > 0:
            self._take_centre_of_all()
        for file in self._columns.values():
            file.flush()
            os.fsync(file.fileno())
        self._committed = msgspec.structs.replace(
            self._committed,
            passages=self._passages,
            centre=self._centre_number,
            centred_on=self._centred_on,
            checksums=dict(self._checksums),
        )
        write_commit(self._directory, self._committed)
        self._remove_other_centres()

    def _take_centre_of_all(self) -> None:
        for name in ("codes", "scales"):
            self._columns[name].flush()
        codes, scales = self._map("codes", self._passages), self._map("scales", self._passages)
        for name in sign_columns(self._committed.dimension, self._centre_number):
            self._columns.pop(name).close()
            del self._checksums[name]
        del self._checksums[centre_column(self._centre_number)]
        self._begin_centre(self._centre_number + 1, _mean(codes, scales, self._passages), self._passages)
        for start, stop in _blocks(self._passages):
            self._write_signs(codes[start:stop], scales[start:stop])

    def _begin_centre(self, number: int, centre: Float, centred_on: int) -> None:
        self._centre_number, self._centre, self._centred_on = number, centre, centred_on
        for name in (centre_column(number), *sign_columns(self._committed.dimension, number)):
            if name not in self._columns:
                self._columns[name] = self._opened(name, 0)
        self._write(centre_column(number), centre)

    def _write_signs(self, codes: NDArray[np.int8], scales: Float) -> None:
        words = signs(codes * scales[:, None] - self._centre)
        for word, name in enumerate(sign_columns(self._committed.dimension, self._centre_number)):
            self._write(name, words[:, word])

    def _write(self, name: str, records: NDArray[Any]) -> None:
        kind = self._records[name].base if name in self._records else np.dtype("<f4")
        data = np.ascontiguousarray(records, dtype=kind).tobytes()
        self._columns[name].write(data)
        self._checksums[name] = zlib.crc32(data, self._checksums.get(name, 0))


def _mean(codes: NDArray[np.int8], scales: Float, count: int) -> Float:
    total = np.zeros(codes.shape[1])
    for start, stop in _blocks(count):
        total += (codes[start:stop] * scales[start:stop, None]).sum(axis=0, dtype=np.float64)
    return (total / count).astype(np.float32)


def _blocks(count: int) -> Iterator[tuple[int, int]]:
    for start in range(0, count, _BLOCK):
        yield start, min(start + _BLOCK, count)
