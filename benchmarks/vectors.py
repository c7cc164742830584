"""Speed of the vector scan, compared with that of reading memory."""

import tempfile
from pathlib import Path

import numpy as np

from benchmarks.measure import Measurement, seconds
from indexer.semantic.vectors import VectorIndex, quantize, write_vectors

_PASSAGES, _DIMENSION = 200_000, 384


def rows() -> list[Measurement]:
    """Return gigabytes of sign codes per second: scanned, rescoring included, and merely summed."""
    random = np.random.default_rng(1)
    vectors = random.standard_normal((_PASSAGES, _DIMENSION), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    codes, scales = quantize(vectors)
    with tempfile.TemporaryDirectory() as folder:
        write_vectors(
            Path(folder),
            codes,
            scales,
            np.arange(_PASSAGES + 1),
            np.zeros((_PASSAGES, 2), dtype=np.int32),
            np.zeros((_PASSAGES, 16), dtype=np.uint8),
        )
        index = VectorIndex(Path(folder))
        signs = np.load(Path(folder) / "signs.npy")
        scan = seconds(lambda: index.search(vectors[0], None, 100))
        read = seconds(lambda: signs.view(np.uint64).sum())
        size = signs.nbytes / 1e9
    return [
        Measurement(
            f"vector search, {_PASSAGES:,} passages", size / scan, size / read, "GB/s", "summing the codes"
        )
    ]
