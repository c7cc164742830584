"""Random unit vectors as a vector index: to encode large archives takes hours, and a scan reads any alike."""

from pathlib import Path

import numpy as np

from indexer.semantic.vectors import DIGEST_BYTES, Float, VectorIndex, quantize, write_vectors

DIMENSION = 384
_BLOCK = 50_000


def vector_index(folder: Path, passages: int) -> VectorIndex:
    """Write this number of random passages, one of each article, and open them."""
    folder.mkdir()
    codes = np.empty((passages, DIMENSION), dtype=np.int8)
    scales = np.empty(passages, dtype=np.float32)
    for start in range(0, passages, _BLOCK):
        block = slice(start, min(start + _BLOCK, passages))
        codes[block], scales[block] = quantize(unit_vectors(block.stop - start, seed=start))
    spans = np.zeros((passages, 2), dtype=np.int32)
    write_vectors(
        folder,
        codes,
        scales,
        np.arange(passages + 1),
        spans,
        np.zeros((passages, DIGEST_BYTES), dtype=np.uint8),
    )
    return VectorIndex(folder)


def unit_vectors(count: int, seed: int) -> Float:
    """Return random unit vectors [count, DIMENSION]."""
    vectors = np.random.default_rng(seed).standard_normal((count, DIMENSION), dtype=np.float32)
    unit: Float = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit
