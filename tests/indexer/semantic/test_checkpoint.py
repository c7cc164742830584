"""The checkpoint of a build: vectors that are already encoded survive whatever stops the build."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.semantic.checkpoint import Checkpoint
from indexer.semantic.vector_writer import VectorBlock, VectorWriter
from indexer.semantic.vectors import VectorIndex, quantize

DIMENSION = 24
RECORD = 4 + 16 + 4 + DIMENSION


def digests(*texts: str) -> list[bytes]:
    return [hashlib.blake2b(text.encode(), digest_size=16).digest() for text in texts]


def vectors(count: int, seed: int = 1) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    return quantize(np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "encoded.checkpoint"


def stored(path: Path, *texts: str, seed: int = 1) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    codes, scales = vectors(len(texts), seed)
    with Checkpoint(path, DIMENSION) as checkpoint:
        checkpoint.store(digests(*texts), codes, scales)
    return codes, scales


def holds(checkpoint: Checkpoint, text: str, code: NDArray[np.int8], scale: np.float32) -> bool:
    (digest,) = digests(text)
    if digest not in checkpoint:
        return False
    codes, scales = checkpoint.vectors([digest])
    return bool((codes == code).all() and scales == scale)


def test_stored_vectors_are_found_immediately_and_after_reopening(path: Path) -> None:
    codes, scales = vectors(3)
    with Checkpoint(path, DIMENSION) as checkpoint:
        checkpoint.store(digests("a", "b", "c"), codes, scales)
        assert holds(checkpoint, "b", codes[1], scales[1])
    with Checkpoint(path, DIMENSION) as checkpoint:
        assert all(holds(checkpoint, text, codes[n], scales[n]) for n, text in enumerate("abc"))
        assert digests("d")[0] not in checkpoint
        with pytest.raises(KeyError):
            checkpoint.vectors(digests("d"))


def test_later_batches_are_appended(path: Path) -> None:
    first = stored(path, "a", "b")
    second = stored(path, "c", seed=2)
    with Checkpoint(path, DIMENSION) as checkpoint:
        assert holds(checkpoint, "a", first[0][0], first[1][0])
        assert holds(checkpoint, "c", second[0][0], second[1][0])


@pytest.mark.parametrize("cut", [1, 5, RECORD - 1])
def test_a_truncated_record_is_ignored_and_overwritten(path: Path, cut: int) -> None:
    codes, scales = stored(path, "a", "b")
    path.write_bytes(path.read_bytes()[:-cut])
    later = stored(path, "c", seed=2)
    assert path.stat().st_size == 2 * RECORD
    with Checkpoint(path, DIMENSION) as checkpoint:
        assert holds(checkpoint, "a", codes[0], scales[0])
        assert digests("b")[0] not in checkpoint
        assert holds(checkpoint, "c", later[0][0], later[1][0])


def test_a_record_that_never_reached_the_disk_is_ignored(path: Path) -> None:
    """After a power cut the file may have its full length but lack its last bytes."""
    codes, scales = stored(path, "a", "b")
    data = path.read_bytes()
    path.write_bytes(data[: RECORD + 30] + bytes(RECORD - 30))
    with Checkpoint(path, DIMENSION) as checkpoint:
        assert holds(checkpoint, "a", codes[0], scales[0])
        assert digests("b")[0] not in checkpoint
    assert path.stat().st_size == RECORD


def test_a_foreign_file_counts_as_empty(path: Path) -> None:
    path.write_bytes(b"garbage" * 100)
    codes, scales = stored(path, "a")
    with Checkpoint(path, DIMENSION) as checkpoint:
        assert holds(checkpoint, "a", codes[0], scales[0])
    assert path.stat().st_size == RECORD


def test_vectors_of_an_earlier_index_are_reused_but_not_written_to_the_checkpoint(
    path: Path, tmp_path: Path
) -> None:
    codes, scales = vectors(2)
    owners, spans = np.array([0, 1], dtype=np.int32), np.zeros((2, 2), dtype=np.int32)
    marks = np.frombuffer(b"".join(digests("a", "b")), dtype=np.uint8).reshape(-1, 16)
    with VectorWriter(tmp_path / "vectors", DIMENSION) as writer:
        writer.append(VectorBlock(owners, spans, marks, codes, scales))
        writer.commit()
    newer = stored(path, "b", seed=2)
    with Checkpoint(path, DIMENSION) as checkpoint:
        checkpoint.reuse(VectorIndex(tmp_path / "vectors", 2))
        assert holds(checkpoint, "a", codes[0], scales[0])
        assert holds(checkpoint, "b", newer[0][0], newer[1][0])
    assert path.stat().st_size == RECORD
