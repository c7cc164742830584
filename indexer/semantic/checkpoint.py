"""Looks up vectors by the content hash of their text, and stores them while a build encodes them.

After a stopped build the next one continues with what the checkpoint holds. The file has fixed-size records,
which are appended in batches. A record has a CRC-32 of its other fields, 16 bytes of content hash, a float32
scale and int8 components. If a crash truncated a record or left it unwritten, the reader ignores this record
and everything after it.
"""

import os
import zlib
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from indexer.semantic.vector_files import DIGEST_BYTES
from indexer.semantic.vectors import VectorIndex

_CHECK_BYTES = 4

Codes = NDArray[np.int8]
Scales = NDArray[np.float32]


class KnownVectors:
    """The vectors of texts that were encoded before, by content hash."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        # Maps to the place of each vector, not to the vector: a million small arrays need several times the
        # memory.
        self._known: dict[bytes, tuple[Codes, Scales, int]] = {}

    def reuse(self, index: VectorIndex) -> None:
        """Add the vectors of an index that the same encoder made."""
        for row, digest in enumerate(np.asarray(index.digests)):
            self._known.setdefault(digest.tobytes(), (index.codes, index.scales, row))

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, digest: bytes) -> bool:
        return digest in self._known

    def vectors(self, digests: Sequence[bytes]) -> tuple[Codes, Scales]:
        """Return codes [digests, dimension] and scales [digests]; raises KeyError if one is unknown."""
        codes = np.empty((len(digests), self._dimension), dtype=np.int8)
        scales = np.empty(len(digests), dtype=np.float32)
        for place, digest in enumerate(digests):
            known_codes, known_scales, row = self._known[digest]
            codes[place], scales[place] = known_codes[row], known_scales[row]
        return codes, scales

    def store(self, digests: list[bytes], codes: Codes, scales: Scales) -> None:
        """Add a batch."""
        for row, digest in enumerate(digests):
            self._known[digest] = codes, scales, row


class Checkpoint(KnownVectors):
    """Known vectors that are kept in a file, except those that are reused from an index."""

    def __init__(self, path: Path, dimension: int) -> None:
        super().__init__(dimension)
        self._record = np.dtype(
            [("check", "<u4"), ("digest", f"V{DIGEST_BYTES}"), ("scale", "<f4"), ("code", "i1", (dimension,))]
        )
        records = self._sound(path.read_bytes() if path.exists() else b"")
        super().store(records["digest"].tolist(), records["code"], records["scale"])
        self._file = path.open("ab")
        self._file.truncate(records.nbytes)

    def __enter__(self) -> "Checkpoint":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def store(self, digests: list[bytes], codes: Codes, scales: Scales) -> None:
        """Add a batch, and flush it to the disk (fsync)."""
        records = np.empty(len(digests), dtype=self._record)
        records["digest"] = np.frombuffer(b"".join(digests), dtype=self._record["digest"])
        records["scale"], records["code"] = scales, codes
        records["check"] = self._checks(records)
        self._file.write(records.tobytes())
        self._file.flush()
        os.fsync(self._file.fileno())
        super().store(digests, codes, scales)

    def _sound(self, data: bytes) -> NDArray[np.void]:
        """Return the records before the first one that is truncated or has a wrong CRC."""
        records = np.frombuffer(data, dtype=self._record, count=len(data) // self._record.itemsize)
        wrong = np.flatnonzero(self._checks(records) != records["check"])
        return records[: wrong[0]] if len(wrong) else records

    @staticmethod
    def _checks(records: NDArray[np.void]) -> NDArray[np.uint32]:
        return np.array([zlib.crc32(record.tobytes()[_CHECK_BYTES:]) for record in records], dtype=np.uint32)
