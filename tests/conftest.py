"""Fixtures that many tests share: a real index over seeds/, a real searcher, a real browser."""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from commands import HANGS
from hypothesis import settings

from indexer.articles import Note, Rejection
from indexer.build import BuildOptions, Summary, build_index
from indexer.persian.analyzer import PersianAnalyzer, persian_analyzer
from indexer.persian.collection import count_words, learn
from indexer.progress import Advance
from search_web.search import HybridSearcher

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# A busy machine must not fail a test: what takes long is seen in the report of durations.
settings.register_profile("khabaryab", deadline=None)
settings.load_profile("khabaryab")

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
CHROMIUM_ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
DATA = ROOT / "tests" / "data"


class QuietReport:
    """Keeps what a build reports."""

    def __init__(self) -> None:
        self.stages: list[str] = []
        self.rejections: list[Rejection] = []
        self.notes: list[Note] = []

    @contextmanager
    def stage(self, name: str, total: int, unit: str) -> Iterator[Advance]:
        self.stages.append(name)
        yield lambda done: None

    def rejected(self, rejection: Rejection) -> None:
        self.rejections.append(rejection)

    def noted(self, note: Note) -> None:
        self.notes.append(note)


def taught_by(texts: list[str], analyzer: PersianAnalyzer) -> dict[str, tuple[str, ...]]:
    """Return what the texts teach."""
    return learn([count_words(texts)], lambda halves: [halves.count(texts)], analyzer)


def jsonl(path: Path, articles: Sequence[dict[str, str]]) -> Path:
    """Write articles as JSON Lines and return the path."""
    path.write_text("".join(json.dumps(article, ensure_ascii=False) + "\n" for article in articles))
    return path


def build(paths: list[Path], index: Path, options: BuildOptions | None = None) -> Summary:
    return build_index(paths, index, options or BuildOptions(), QuietReport())


@pytest.fixture(scope="session")
def analyzer() -> PersianAnalyzer:
    return persian_analyzer()


@pytest.fixture(scope="session")
def seeds_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index over seeds/ with the real encoder; built once a run, never written to."""
    index = tmp_path_factory.mktemp("seeds") / "index"
    build([SEEDS], index)
    return index


@pytest.fixture(scope="session")
def searcher(seeds_index: Path) -> Iterator[HybridSearcher]:
    searcher = HybridSearcher(seeds_index)
    yield searcher
    searcher.close()


@pytest.fixture
def index_copy(seeds_index: Path, tmp_path: Path) -> Path:
    """A copy of the seeds' index that a test may break."""
    return Path(shutil.copytree(seeds_index, tmp_path / "index"))


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """A real browser; its absence is a failure where CI is set, and a skip elsewhere."""
    chromium = shutil.which("chromium")
    if chromium is None:
        reason = "no chromium on this machine: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=HANGS * 1_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()
