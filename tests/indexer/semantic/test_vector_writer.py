"""Writing vectors: only what is committed counts, whatever instant a writer is stopped at."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_vectors import block, queries, unit

from indexer.errors import IndexMismatch
from indexer.semantic.sign_scan import nearest_rows
from indexer.semantic.vector_files import column_names, column_path, signs
from indexer.semantic.vector_writer import VectorWriter
from indexer.semantic.vectors import VectorIndex

DIMENSION = 96
DICE = np.random.default_rng(4)
TOPICS = DICE.normal(size=(400, DIMENSION)) + 3.0  # as with e5, all have one main direction in common
VECTORS = unit(TOPICS[DICE.integers(0, 400, 4_000)] + 0.4 * DICE.normal(size=(4_000, DIMENSION)))


def append(writer: VectorWriter, first: int, count: int) -> None:
    rows = np.arange(first, first + count)
    writer.append(block(VECTORS[rows], rows, first))


def opened(folder: Path) -> VectorIndex:
    return VectorIndex(folder, len(VECTORS))


def require_rows(index: VectorIndex, count: int) -> None:
    """Require exactly the first rows, and that a search finds each of them."""
    index.check()
    assert len(index) == count
    assert index.owners.tolist() == list(range(count))
    assert np.asarray(index.digests[:, :8]).copy().view("<u8").ravel().tolist() == list(range(count))
    for row in {0, count // 2, count - 1} if count else set():
        assert index.search(VECTORS[row], None, 1).numbers.tolist() == [row]
        assert index.span(row) == (row, row + 1)


def test_a_reader_sees_what_was_committed_before_it_opened(tmp_path: Path) -> None:
    folder = tmp_path / "vectors"
    with VectorWriter(folder, DIMENSION) as writer:
        require_rows(opened(folder), 0)
        append(writer, 0, 10)
        require_rows(opened(folder), 0)
        writer.commit()
        first = opened(folder)
        require_rows(first, 10)
        append(writer, 10, 2_000)
        assert not first.is_outdated()
        writer.commit()
        assert first.is_outdated()
        require_rows(first.reopened(), 2_010)
        require_rows(first, 10)  # although its signs were replaced by those from another centre


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.tuples(st.integers(0, 60), st.sampled_from(["append", "commit", "stop"])), max_size=12)
)
def test_whatever_was_not_committed_is_gone_after_any_stops(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, str]]
) -> None:
    folder = tmp_path_factory.mktemp("steps") / "vectors"
    committed = written = 0
    writer = VectorWriter(folder, DIMENSION)
    for count, step in steps:
        append(writer, written, count)
        written += count
        if step == "commit":
            writer.commit()
            committed = written
        elif step == "stop":  # the files keep what was flushed, as after a kill
            writer.__exit__(None, None, None)
            writer, written = VectorWriter(folder, DIMENSION), committed
        require_rows(opened(folder), committed)
    writer.__exit__(None, None, None)
    shutil.rmtree(folder)


def test_records_behind_the_commit_are_ignored_and_cut_off(tmp_path: Path) -> None:
    folder = tmp_path / "vectors"
    with VectorWriter(folder, DIMENSION) as writer:
        append(writer, 0, 20)
        writer.commit()
    names = column_names(folder)
    sizes = {name: column_path(folder, name).stat().st_size for name in names}
    for name in names - {"centre-0"}:
        with column_path(folder, name).open("ab") as file:
            file.write(os.urandom(101))
    column_path(folder, "signs-1-0").write_bytes(b"left by a writer that was stopped")
    require_rows(opened(folder), 20)
    with VectorWriter(folder, DIMENSION) as writer:
        assert len(writer) == 20
        assert {name: column_path(folder, name).stat().st_size for name in column_names(folder)} == sizes
        append(writer, 20, 20)
        writer.commit()
    require_rows(opened(folder), 40)


def test_the_centre_follows_a_growing_collection(tmp_path: Path) -> None:
    folder = tmp_path / "vectors"
    with VectorWriter(folder, DIMENSION) as writer:
        for first in range(0, 4_000, 100):
            append(writer, first, 100)
            writer.commit()
    assert {name for name in column_names(folder) if "-" in name} == {"centre-2", "signs-2-0", "signs-2-1"}
    centre = np.fromfile(column_path(folder, "centre-2"), "<f4")
    assert centre == pytest.approx(VECTORS[:1_600].mean(axis=0), abs=1e-3)
    index = opened(folder)
    require_rows(index, 4_000)
    assert recall(index) >= recall_of_one_block(tmp_path) - 0.01


def test_a_single_first_passage_does_not_spoil_the_signs_of_many_later_ones(tmp_path: Path) -> None:
    folder = tmp_path / "vectors"
    with VectorWriter(folder, DIMENSION) as writer:
        append(writer, 0, 1)
        append(writer, 1, 3_999)
        writer.commit()
    require_rows(opened(folder), 4_000)
    assert recall(opened(folder)) >= recall_of_one_block(tmp_path) - 0.01


def recall_of_one_block(folder: Path) -> float:
    with VectorWriter(folder / "one", DIMENSION) as writer:
        append(writer, 0, 4_000)
        writer.commit()
    return recall(opened(folder / "one"))


def recall(index: VectorIndex) -> float:
    """Return the share of the ten nearest that a search of few rescored passages finds."""
    asked = queries(VECTORS, 60)
    found = [nearest_rows(index._signs, signs(query - index._centre), 100) for query in asked]
    nearest = [set(np.argsort(-(VECTORS @ query))[:10].tolist()) for query in asked]
    return sum(len(set(a.tolist()) & b) for a, b in zip(found, nearest, strict=True)) / 600


def test_vectors_of_another_dimension_are_refused(tmp_path: Path) -> None:
    VectorWriter(tmp_path / "vectors", DIMENSION).__exit__(None, None, None)
    with pytest.raises(IndexMismatch, match="96 dimensions, not 384"):
        VectorWriter(tmp_path / "vectors", 384)


def test_arrays_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(ValueError, match="a block of 3 passages"):
        block(VECTORS[:2], [1, 2, 3])
