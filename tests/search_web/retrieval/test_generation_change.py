"""Switching generations: a server and a searcher while good and broken ones are published."""

import hashlib
import json
import logging
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from commands import HANGS, Site, khabaryab, serving
from conftest import SEEDS, build

from indexer.build import BuildOptions
from indexer.errors import IndexMismatch, IndexUnusable
from indexer.semantic.encoder import Encoder
from indexer.semantic.loading import load_query_encoder
from search_web.contract.answers import SearchRequest
from search_web.search import HybridSearcher

pytestmark = pytest.mark.slow

FIRST = ("tehran-dams", "fiber-shiraz", "metro-tehran")
LATER = ("meteorite-lut", "volleyball-final", "flu-gilan")
ONLY_IN = {"meteorite-lut": "سیارک", "volleyball-final": "والیبال", "flu-gilan": "آنفلوآنزا"}
PLAIN = BuildOptions(semantic=False, allow_shrink=True)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in FIRST:
        add(folder, name)
    return folder


@pytest.fixture
def index(tmp_path: Path, articles: Path) -> Path:
    build([articles], tmp_path / "index", PLAIN)
    return tmp_path / "index"


def add(folder: Path, name: str) -> None:
    shutil.copy(SEEDS / f"{name}.txt", folder)


def publish_altered(index: Path, alter: bool = True, **encoder: str) -> None:
    """Publish a copy of the current generation as the next one, with a byte altered or another encoder."""
    pointer = json.loads((index / "current").read_text())
    number = pointer["generation"]
    old, new = (index / "generations" / f"{n:06d}" for n in (number, number + 1))
    shutil.copytree(old, new)
    manifest = json.loads((new / "manifest.json").read_text())
    if encoder:
        manifest["encoder"] |= encoder
        (new / "manifest.json").write_text(json.dumps(manifest))
    if alter:
        broken = next(path for path in sorted((new / "keyword").iterdir()) if path.stat().st_size > 100)
        data = bytearray(broken.read_bytes())
        data[50] ^= 0xFF
        broken.write_bytes(data)
    digest = hashlib.sha256((new / "manifest.json").read_bytes()).hexdigest()
    fresh = index / "current.test"
    fresh.write_text(json.dumps(pointer | {"generation": number + 1, "manifest_sha256": digest}))
    fresh.replace(index / "current")


@contextmanager
def readers(site: Site) -> Iterator[list[tuple[str, int]]]:
    """Request pages of a site from several threads without a pause; yield the paths and their statuses."""
    asked: list[tuple[str, int]] = []
    stop = threading.Event()

    def read(number: int) -> None:
        paths = [
            "/api/search?q=%D8%AA%D9%87%D8%B1%D8%A7%D9%86",
            "/search?q=",
            "/",
            "/api/search?q=&sort=newest",
            "/readyz",
        ]
        while not stop.is_set():
            for path in paths[number:] + paths[:number]:
                asked.append((path, site.open(path)[0]))

    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(read, number) for number in range(3)]
        try:
            yield asked
        finally:
            stop.set()
    for one in running:
        one.result()


def test_no_request_fails_while_a_server_switches_generations(
    index: Path, articles: Path, tmp_path: Path
) -> None:
    with serving(index, tmp_path) as site:
        assert site.search(q=ONLY_IN[LATER[0]], mode="keyword")["total"] == 0
        with readers(site) as asked:
            for number, name in enumerate(LATER, start=2):
                add(articles, name)
                before = len(asked)
                built = khabaryab("index", articles, "--index", index, "--no-semantic")
                assert built.returncode == 0, built.stderr
                # One request opens the new generation; meanwhile the old one answers the others.
                deadline = time.monotonic() + HANGS
                while not site.search(q=ONLY_IN[name], mode="keyword")["total"]:
                    assert time.monotonic() < deadline
                assert json.loads(site.open("/readyz")[1])["generation"] == f"{number:06d}"
                assert len(asked) > before
        site.process.send_signal(signal.SIGTERM)
        assert site.process.wait(timeout=HANGS) == 0
        assert {status for _, status in asked} == {200}
        lines = site.lines()
    assert len(lines) == len(LATER)
    for number, line in enumerate(lines, start=2):
        assert line.endswith(f"generation {number:06d} serves now")


def test_a_broken_generation_is_skipped_and_the_old_one_serves_until_a_good_one_comes(
    index: Path, articles: Path, tmp_path: Path
) -> None:
    with serving(index, tmp_path) as site:
        before = site.search(q="تهران", mode="keyword")
        publish_altered(index)
        with readers(site) as asked:
            after = site.search(q="تهران", mode="keyword")
            time.sleep(0.5)
        assert after["hits"] == before["hits"]
        assert {status for _, status in asked} == {200}
        (line,) = site.lines()
        assert "altered since it was published" in line
        assert line.endswith("(generation 000001 goes on serving)")
        add(articles, LATER[0])
        assert khabaryab("index", articles, "--index", index, "--no-semantic").returncode == 0
        assert site.search(q=ONLY_IN[LATER[0]], mode="keyword")["total"] == 1
        assert site.lines()[1].endswith("generation 000003 serves now")


def test_a_server_keeps_serving_when_its_index_pointer_is_deleted(index: Path, tmp_path: Path) -> None:
    with serving(index, tmp_path) as site:
        (index / "current").unlink()
        assert site.search(q="تهران", mode="keyword")["total"] > 0
        assert site.search(q="تهران", mode="keyword")["total"] > 0
        (line,) = site.lines()
        assert "there is no index yet" in line


def test_hybrid_and_semantic_searches_continue_while_articles_and_vectors_change(
    index_copy: Path, tmp_path: Path
) -> None:
    loaded: list[Encoder] = []

    def load(name: str | None) -> Encoder:
        loaded.append(load_query_encoder(name))
        return loaded[-1]

    folder = tmp_path / "fewer"
    folder.mkdir()
    for name in (*FIRST, *LATER):
        add(folder, name)
    stop = threading.Event()
    totals: set[int] = set()
    with HybridSearcher(index_copy, load) as searcher, ThreadPoolExecutor(2) as pool:
        searcher.warm_up()

        def found() -> set[int]:
            answers = [
                searcher.search(SearchRequest(query="تهران", mode=mode, size=100, collapse=False))
                for mode in ("hybrid", "semantic")
            ]
            assert not any(answer.degraded for answer in answers)
            return {answer.total for answer in answers}

        def read() -> None:
            while not stop.is_set():
                totals.update(found())

        before = found()

        running = [pool.submit(read) for _ in range(2)]
        try:
            for _ in range(2):  # the second build removes the first generation
                build([folder], index_copy, BuildOptions(allow_shrink=True))
        finally:
            time.sleep(0.2)
            stop.set()
        for one in running:
            one.result()
        assert totals == before | {6}
        assert searcher.facets().articles == 6
        assert searcher.readiness().generation == "000003"
    assert len(loaded) == 1  # the same encoder made the vectors of all three


def test_a_generation_of_another_encoder_is_refused_and_the_old_one_serves(
    index_copy: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with HybridSearcher(index_copy) as searcher:
        searcher.warm_up()
        before = searcher.search(SearchRequest(query="تهران")).hits
        publish_altered(index_copy, alter=False, fingerprint="0123456789abcdef")
        with caplog.at_level(logging.WARNING, "khabaryab"):
            assert searcher.search(SearchRequest(query="تهران")).hits == before
            assert searcher.search(SearchRequest(query="تهران")).hits == before
        assert searcher.readiness().degraded
        assert "with another encoder" in searcher.readiness().detail
    (record,) = caplog.records
    assert "made with another encoder than multilingual-e5-small" in record.getMessage()
    with HybridSearcher(index_copy) as opened, pytest.raises(IndexMismatch, match="build the index again"):
        opened.warm_up()


def test_a_generation_without_vectors_can_replace_one_with_vectors(index_copy: Path, tmp_path: Path) -> None:
    with HybridSearcher(index_copy) as searcher:
        assert searcher.search(SearchRequest(query="پایتخت")).total > 3
        folder = tmp_path / "few"
        folder.mkdir()
        add(folder, FIRST[0])
        build([folder], index_copy, PLAIN)
        answer = searcher.search(SearchRequest(query="تهران"))
        assert (answer.total, answer.degraded) == (1, False)


def test_a_server_does_not_start_on_a_broken_index(index: Path, tmp_path: Path) -> None:
    publish_altered(index)
    served = khabaryab("serve", "--index", index, "--port", "0")
    assert served.returncode == 3
    assert served.stderr.startswith("khabaryab: ")
    assert len(served.stderr.splitlines()) == 1
    with HybridSearcher(index) as searcher, pytest.raises(IndexUnusable):
        searcher.search(SearchRequest(query="تهران"))


def test_a_server_starts_without_its_encoder_and_says_that_only_keywords_are_searched(
    index_copy: Path, tmp_path: Path
) -> None:
    publish_altered(index_copy, alter=False, name=str(tmp_path / "no-model"))
    with serving(index_copy, tmp_path) as site:
        answer = site.search(q="کمبود آب سدها")
        assert answer["degraded"]
        assert answer["hits"] == site.search(q="کمبود آب سدها", mode="keyword")["hits"]
        ready = site.open("/readyz")[1].decode()
        assert json.loads(ready)["degraded"]
        assert "the encoder cannot be loaded" in ready
        assert str(tmp_path) not in ready
        assert "تنها با واژه‌ها" in site.open("/search", q="سد")[1].decode()
        (line,) = site.lines()
        assert "only keywords are searched" in line
        assert "no-model" in line
