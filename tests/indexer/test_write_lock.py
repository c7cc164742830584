"""The write lock: one writer at a time, and the others are told who it is."""

import os
from pathlib import Path

import pytest

from indexer.errors import IndexBusy, IndexInaccessible
from indexer.write_lock import writing


def test_only_one_writer_at_a_time_is_allowed_and_others_are_told_which(tmp_path: Path) -> None:
    index = tmp_path / "deep" / "index"
    with (
        writing(index, "khabaryab add"),
        pytest.raises(IndexBusy, match=rf"`khabaryab add` \(process {os.getpid()}\) is writing this index"),
        writing(index, "khabaryab index"),
    ):
        pass
    with writing(index, "khabaryab index"):
        pass
    assert [path.name for path in index.iterdir() if path.name != "lock"] == []


@pytest.mark.parametrize("damage", [None, b"", b"{", b"\xff"])
def test_a_writer_that_is_not_noted_yet_is_another_process(tmp_path: Path, damage: bytes | None) -> None:
    with writing(tmp_path, "khabaryab add"):
        (tmp_path / "writer").unlink()
        if damage is not None:
            (tmp_path / "writer").write_bytes(damage)
        with pytest.raises(IndexBusy, match="another process is writing"), writing(tmp_path, "x"):
            pass


def test_an_impossible_folder_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for index in (tmp_path / "file" / "index", Path("/proc/khabaryab")):
        with pytest.raises(IndexInaccessible, match=f"{index}: cannot write there"), writing(index, "x"):
            pass
