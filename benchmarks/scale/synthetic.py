"""Random unit vectors as a vector index: to encode large archives takes hours, and a scan reads any alike."""

from pathlib import Path

import numpy as np

from indexer.semantic.vector_files import DIGEST_BYTES, Float
from indexer.semantic.vector_writer import VectorBlock, VectorWriter
from indexer.semantic.vectors import VectorIndex, quantize

DIMENSION = 384
_BLOCK = 50_000


def vector_index(folder: Path, passages: int) -> VectorIndex:
    """Write this number of random passages, one of each article, and open them."""
    with VectorWriter(folder, DIMENSION) as writer:
        for start in range(0, passages, _BLOCK):
            owners = np.arange(start, min(start + _BLOCK, passages), dtype=np.int32)
            codes, scales = quantize(unit_vectors(len(owners), seed=start))
            spans = np.zeros((len(owners), 2), dtype=np.int32)
            digests = np.zeros((len(owners), DIGEST_BYTES), dtype=np.uint8)
            writer.append(VectorBlock(owners, spans, digests, codes, scales))
        writer.commit()
    return VectorIndex(folder, passages)


def unit_vectors(count: int, seed: int) -> Float:
    """Return random unit vectors [count, DIMENSION]."""
    vectors = np.random.default_rng(seed).standard_normal((count, DIMENSION), dtype=np.float32)
    unit: Float = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit
