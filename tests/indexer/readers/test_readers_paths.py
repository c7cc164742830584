"""Walking folders: symbolic links, deep folders, and files that can be reached in many ways."""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from indexer.articles import Rejection
from indexer.readers.paths import walk

ENDINGS = (".txt", ".html")


def _write(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("متن")
    return path


def _walked(*paths, **options):
    items = list(walk(paths, ENDINGS, **options))
    files = [item for item in items if isinstance(item, Path)]
    return files, [str(item) for item in items if isinstance(item, Rejection)]


@pytest.fixture
def folder():
    """Return an empty folder that may become deep: pytest's own cleaning would run out of stack."""
    name = tempfile.mkdtemp()
    yield Path(name)
    subprocess.run(["rm", "-r", name], check=True)


def _deepen(top: Path, levels: int) -> None:
    """Make nested folders and a file in the innermost, one by one: the whole path may be too long."""
    here = os.open(top, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("d", dir_fd=here)
        here, above = os.open("d", os.O_RDONLY, dir_fd=here), here
        os.close(above)
    os.close(os.open("x.txt", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)


def test_folders_may_be_nested_deeper_than_pythons_stack(folder):
    _deepen(folder, 1200)
    (file,), rejections = _walked(folder)
    assert file.relative_to(folder) == Path(*["d"] * 1200, "x.txt")
    assert rejections == []


def test_a_path_that_is_too_long_for_the_system_is_rejected_and_the_rest_is_read(folder):
    kept = _write(folder / "e" / "kept.txt")
    _deepen(folder, 2500)
    files, (rejection,) = _walked(folder)
    assert files == [kept]
    assert rejection.endswith("/d: cannot be read: File name too long")


def test_links_that_multiply_are_visited_once(tmp_path, monkeypatch):
    for level in range(14):
        (tmp_path / f"{level}").mkdir()
        for name in ("left", "right"):
            (tmp_path / f"{level}" / name).symlink_to(tmp_path / f"{level + 1}")
    file = _write(tmp_path / "14" / "x.txt")
    visits: list[Path] = []
    iterdir = Path.iterdir

    def counted(folder):
        visits.append(folder)
        return iterdir(folder)

    monkeypatch.setattr(Path, "iterdir", counted)
    assert _walked(tmp_path / "0", follow_links=True) == (
        [tmp_path / "0" / Path(*["left"] * 14) / "x.txt"],
        [],
    )
    assert len(visits) == 15
    assert _walked(tmp_path) == ([file], [])


def test_a_link_up_to_a_folder_above_ends(tmp_path):
    file = _write(tmp_path / "a" / "x.txt")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    assert _walked(tmp_path) == ([file], [])


def test_a_file_is_named_by_its_own_path_even_if_a_link_to_it_sorts_first(tmp_path):
    file = _write(tmp_path / "b" / "x.txt")
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "a.txt").symlink_to(file)
    assert _walked(tmp_path) == ([file], [])


def test_a_link_to_a_hidden_file_of_the_same_folder_is_followed(tmp_path):
    _write(tmp_path / ".revision" / "x.txt")
    (tmp_path / "x.txt").symlink_to(tmp_path / ".revision" / "x.txt")
    assert _walked(tmp_path) == ([tmp_path / "x.txt"], [])


def test_two_hard_links_are_one_file(tmp_path):
    (tmp_path / "b.txt").hardlink_to(_write(tmp_path / "a.txt"))
    assert _walked(tmp_path) == ([tmp_path / "a.txt"], [])


@pytest.fixture
def linked(tmp_path):
    """Return a folder with a link to a file and one to a folder that lie elsewhere."""
    elsewhere = _write(tmp_path / "elsewhere" / "x.txt")
    folder = tmp_path / "news"
    _write(folder / "own.txt")
    (folder / "file.txt").symlink_to(elsewhere)
    (folder / "old").symlink_to(elsewhere.parent)
    _write(elsewhere.parent / "y.html")
    return folder


def test_links_out_of_a_folder_are_counted_and_not_followed(linked):
    files, rejections = _walked(linked)
    assert files == [linked / "own.txt"]
    assert rejections == [
        f"{linked}: 2 links lead out of the folder and were not followed, the first is file.txt; "
        "--follow-links follows them"
    ]
    (linked / "file.txt").unlink()
    assert _walked(linked)[1] == [
        f"{linked}: the link old leads out of the folder and was not followed; --follow-links follows it"
    ]


def test_links_out_of_a_folder_are_followed_on_request(linked):
    assert _walked(linked, follow_links=True) == (
        [linked / "own.txt", linked / "file.txt", linked / "old" / "y.html"],
        [],
    )


def test_a_link_to_another_given_folder_is_not_reported(linked):
    elsewhere = linked.parent / "elsewhere"
    files, rejections = _walked(elsewhere, linked)
    assert files == [elsewhere / "x.txt", elsewhere / "y.html", linked / "own.txt"]
    assert rejections == []


def test_a_given_path_may_itself_be_a_link(linked):
    assert _walked(linked / "old") == ([linked / "old" / "x.txt", linked / "old" / "y.html"], [])
    assert _walked(linked / "file.txt") == ([linked / "file.txt"], [])
