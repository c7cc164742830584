"""Stores vectors while a build encodes them, so that the next build continues after a stopped one.

The file has fixed-size records, which are appended in batches. A record has a CRC-32 of its other fields, 16
bytes of content hash, a float32 scale and int8 components. If a crash truncated a record or left it
unwritten, the reader ignores this record and everything after it.
"""

import os
import zlib
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from indexer.semantic.vectors import DIGEST_BYTES, VectorIndex

_CHECK_BYTES = 4

Codes = NDArray[np.int8]
Scales = NDArray[np.float32]


class Checkpoint:
    """Looks up vectors by content hash, and stores newly encoded ones."""

    def __init__(self, path: Path, dimension: int) -> None:
        self._record = np.dtype(
            [("check", "<u4"), ("digest", f"V{DIGEST_BYTES}"), ("scale", "<f4"), ("code", "i1", (dimension,))]
        )
        # Maps to the place of each vector, not to the vector: a million small arrays need several times the
        # memory.
        self._known: dict[bytes, tuple[Codes, Scales, int]] = {}
        records = self._sound(path.read_bytes() if path.exists() else b"")
        for row, digest in enumerate(records["digest"].tolist()):
            self._known[digest] = records["code"], records["scale"], row
        self._file = path.open("ab")
        self._file.truncate(records.nbytes)

    def __enter__(self) -> "Checkpoint":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def reuse(self, index: VectorIndex) -> None:
        """Add the vectors of an earlier index that the same encoder made."""
        for row, digest in enumerate(np.asarray(index.digests)):
            self._known.setdefault(digest.tobytes(), (index.codes, index.scales, row))

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, digest: bytes) -> bool:
        return digest in self._known

    def get(self, digest: bytes) -> tuple[Codes, np.float32] | None:
        """Return (code, scale) of the text with this content hash, or None if it is unknown."""
        found = self._known.get(digest)
        if found is None:
            return None
        codes, scales, row = found
        return codes[row], scales[row]

    def store(self, digests: list[bytes], codes: Codes, scales: Scales) -> None:
        """Append a batch, and flush it to the disk (fsync)."""
        records = np.empty(len(digests), dtype=self._record)
        records["digest"] = np.frombuffer(b"".join(digests), dtype=self._record["digest"])
        records["scale"], records["code"] = scales, codes
        records["check"] = self._checks(records)
        self._file.write(records.tobytes())
        self._file.flush()
        os.fsync(self._file.fileno())
        for row, digest in enumerate(digests):
            self._known[digest] = codes, scales, row

    def _sound(self, data: bytes) -> NDArray[np.void]:
        """Return the records before the first one that is truncated or has a wrong CRC."""
        records = np.frombuffer(data, dtype=self._record, count=len(data) // self._record.itemsize)
        wrong = np.flatnonzero(self._checks(records) != records["check"])
        return records[: wrong[0]] if len(wrong) else records

    @staticmethod
    def _checks(records: NDArray[np.void]) -> NDArray[np.uint32]:
        return np.array([zlib.crc32(record.tobytes()[_CHECK_BYTES:]) for record in records], dtype=np.uint32)
