"""Near-duplicate clusters on disk: appending finds the clusters that a whole build finds."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import IndexCorrupt
from indexer.near_duplicate_files import NearDuplicateClusters, NearDuplicateWriter, write_clusters
from indexer.near_duplicates import BANDS, NearDuplicateFinder, Shingles

# Texts by (subject, length): those of one subject resemble each other, the shortest have too few shingles.
Made = list[tuple[int, int]]
MADE: Made = [(0, 40), (1, 50), (0, 45), (2, 30), (1, 12), (0, 39), (3, 60), (1, 48), (2, 31), (1, 50)]


def texts_of(made: Made) -> list[Shingles]:
    return [np.arange(1000 * subject, 1000 * subject + length, dtype=np.uint32) for subject, length in made]


def written(directory: Path, texts: list[Shingles]) -> Path:
    finder = NearDuplicateFinder()
    for text in texts:
        finder.add(text)
    write_clusters(directory, finder.clusters(texts.__getitem__), finder.sketches)
    return directory


def read(directory: Path, articles: int) -> list[int]:
    return NearDuplicateClusters(directory, articles).clusters(np.arange(articles)).tolist()


def append(directory: Path, texts: list[Shingles], first: int, syncs: int = 1) -> None:
    writer = NearDuplicateWriter(directory, first, texts.__getitem__)
    for number, text in enumerate(texts[first:], 1):
        writer.append(text)
        if number % syncs == 0:
            writer.sync()
    writer.sync()


def test_clusters_survive_writing_and_reading(tmp_path: Path) -> None:
    clusters = np.array([0, 1, 0, 3, 1, 0])
    write_clusters(tmp_path / "near", clusters, np.zeros((6, BANDS), dtype=np.uint32))
    found = NearDuplicateClusters(tmp_path / "near", 6)
    assert found.clusters(np.array([5, 3, 4])).tolist() == [0, 3, 1]
    assert found.members(2).tolist() == found.members(0).tolist() == [0, 2, 5]
    assert found.members(3).tolist() == [3]
    found.verify()
    assert NearDuplicateClusters(tmp_path / "near", 2).members(0).tolist() == [0]


@given(
    made=st.lists(st.tuples(st.integers(0, 4), st.sampled_from([12, 30, 40, 60])), min_size=1, max_size=9),
    first=st.integers(0, 9),
    syncs=st.integers(1, 3),
)
def test_appended_articles_join_the_clusters_that_a_whole_build_gives_them(
    tmp_path_factory: pytest.TempPathFactory, made: Made, first: int, syncs: int
) -> None:
    folder, texts = tmp_path_factory.mktemp("near"), texts_of(made)
    first = min(first, len(texts))
    whole = written(folder / "whole", texts)
    part = written(folder / "part", texts[:first])
    append(part, texts, first, syncs)
    assert read(part, len(texts)) == read(whole, len(texts))
    for name in ("clusters.i64", "sketches.u32"):
        assert (part / name).read_bytes() == (whole / name).read_bytes()


def test_what_a_crash_left_behind_the_commit_is_cut_off(tmp_path: Path) -> None:
    texts = texts_of(MADE)
    directory = written(tmp_path / "near", texts[:6])
    append(directory, texts[:3] + texts[6:], 3)  # a writer that was stopped before the commit, at 3 articles
    assert len(read(directory, 7)) == 7
    append(directory, texts, 3)
    assert read(directory, len(texts)) == read(written(tmp_path / "whole", texts), len(texts))


@pytest.mark.parametrize(
    "clusters", [[0, 2, 2], [0, 0, 1], [0, 1, -1]], ids=("later one", "chain", "negative")
)
def test_clusters_that_are_none_are_found_by_verifying(tmp_path: Path, clusters: list[int]) -> None:
    write_clusters(tmp_path / "near", np.array(clusters), np.zeros((3, BANDS), dtype=np.uint32))
    found = NearDuplicateClusters(tmp_path / "near", 3)
    with pytest.raises(IndexCorrupt, match=r"clusters\.i64: holds no clusters; build the index again"):
        found.verify()


@pytest.mark.parametrize("name", ["clusters.i64", "sketches.u32"])
@pytest.mark.parametrize("left", [None, -1])
def test_a_missing_or_short_file_is_refused(tmp_path: Path, name: str, left: int | None) -> None:
    texts = texts_of(MADE)
    path = written(tmp_path / "near", texts) / name
    data = path.read_bytes()[:left]
    path.unlink()
    if left is not None:
        path.write_bytes(data)
    with pytest.raises(IndexCorrupt, match=rf"{name}.*build the index again"):
        NearDuplicateWriter(tmp_path / "near", len(texts), texts.__getitem__)
