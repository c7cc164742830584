"""Analysing every article: several processes and batches of any size make the same files as one process."""

import hashlib
from pathlib import Path

import pytest
from conftest import SEEDS, build

from indexer import article_batches, generations
from indexer import build as building
from indexer.build import BuildOptions
from indexer.workers import ThisProcess, WorkerProcesses, Workers

# whoosh orders what it writes by itself.
COMPARED = (
    generations.TERM_COLUMNS,
    generations.NEAR_DUPLICATES,
    generations.VOCABULARY,
    Path(generations.COMPOUNDS).parent,
)


def files(index: Path) -> dict[str, str]:
    generation = generations.generation_directory(index, 1)
    return {
        str(path.relative_to(generation)): hashlib.sha256(path.read_bytes()).hexdigest()
        for name in COMPARED
        for path in (generation / name).rglob("*")
        if path.is_file()
    }


@pytest.mark.slow
def test_workers_and_batches_of_any_size_make_the_same_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[dict[str, str]] = []
    settings: list[tuple[int, Workers]] = [
        (1_000, ThisProcess()),
        (7, ThisProcess()),
        (7, WorkerProcesses(2)),
    ]
    for number, (size, working) in enumerate(settings):
        monkeypatch.setattr(article_batches, "SIZE", size)
        monkeypatch.setattr(building, "workers", lambda _, working=working: working)
        index = tmp_path / str(number)
        build([SEEDS], index, BuildOptions(semantic=False))
        made.append(files(index))
    assert len(made[0]) > len(COMPARED)
    assert made[0] == made[1] == made[2]
