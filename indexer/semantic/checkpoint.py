"""Vectors that a build has already paid for: what a build that was stopped goes on from.

A file of fixed-size records, appended in batches: a CRC-32 of the rest, 16 bytes of content hash, a float32
scale, int8 components. A record that a crash cut off or left unwritten is left out, as is what follows.
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
    """Finds vectors by content hash, and stores those that are encoded now."""

    def __init__(self, path: Path, dimension: int) -> None:
        self._record = np.dtype(
            [("check", "<u4"), ("digest", f"V{DIGEST_BYTES}"), ("scale", "<f4"), ("code", "i1", (dimension,))]
        )
        # Where each vector is, not the vector: a million small arrays would be several times the size.
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
        """Take over the vectors of an earlier index that was made with the same encoder."""
        for row, digest in enumerate(np.asarray(index.digests)):
            self._known.setdefault(digest.tobytes(), (index.codes, index.scales, row))

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, digest: bytes) -> bool:
        return digest in self._known

    def get(self, digest: bytes) -> tuple[Codes, np.float32] | None:
        """Return (code, scale) of the text with this content hash, or None."""
        found = self._known.get(digest)
        if found is None:
            return None
        codes, scales, row = found
        return codes[row], scales[row]

    def store(self, digests: list[bytes], codes: Codes, scales: Scales) -> None:
        """Append a batch and have it written to the disk."""
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
        """Return the records up to the first that is cut off or does not fit its check."""
        records = np.frombuffer(data, dtype=self._record, count=len(data) // self._record.itemsize)
        wrong = np.flatnonzero(self._checks(records) != records["check"])
        return records[: wrong[0]] if len(wrong) else records

    @staticmethod
    def _checks(records: NDArray[np.void]) -> NDArray[np.uint32]:
        return np.array([zlib.crc32(record.tobytes()[_CHECK_BYTES:]) for record in records], dtype=np.uint32)
