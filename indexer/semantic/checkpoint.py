"""Vectors that a build has already paid for: what a build that was stopped goes on from.

A file of fixed-size records, appended in batches: 16 bytes of content hash, a float32 scale, int8 components. A record
that was cut off by a crash is left out.
"""

import os
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from indexer.semantic.vectors import VectorIndex

DIGEST_BYTES = 16


class Checkpoint:
    """Finds vectors by content hash, and stores those that are encoded now."""

    def __init__(self, path: Path, dimension: int) -> None:
        self._record = np.dtype([("digest", "V16"), ("scale", "<f4"), ("code", "i1", (dimension,))])
        self._known: dict[bytes, tuple[NDArray[np.int8], np.float32]] = {}
        data = path.read_bytes() if path.exists() else b""
        whole = len(data) - len(data) % self._record.itemsize
        for record in np.frombuffer(data[:whole], dtype=self._record):
            self._known[record["digest"].tobytes()] = record["code"], record["scale"]
        self._file = path.open("ab")
        self._file.truncate(whole)

    def __enter__(self) -> "Checkpoint":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def reuse(self, index: VectorIndex) -> None:
        """Take over the vectors of an earlier index that was made with the same encoder."""
        for row, digest in enumerate(np.asarray(index.digests)):
            self._known.setdefault(digest.tobytes(), (index.codes[row], index.scales[row]))

    def get(self, digest: bytes) -> tuple[NDArray[np.int8], np.float32] | None:
        """Return (code, scale) of the text with this content hash, or None."""
        return self._known.get(digest)

    def store(self, digests: list[bytes], codes: NDArray[np.int8], scales: NDArray[np.float32]) -> None:
        """Append a batch and hand it to the operating system."""
        records = np.empty(len(digests), dtype=self._record)
        records["digest"] = np.frombuffer(b"".join(digests), dtype="V16")
        records["scale"], records["code"] = scales, codes
        self._file.write(records.tobytes())
        self._file.flush()
        os.fsync(self._file.fileno())
        for digest, code, scale in zip(digests, codes, scales, strict=True):
            self._known[digest] = code, scale
