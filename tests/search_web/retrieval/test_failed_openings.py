"""A published generation that does not open: the older one serves, and the newest is tried again."""

import hashlib
import json
import logging
import resource
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import pytest
from commands import HANGS, Site, serving
from conftest import SEEDS, build
from flask import Flask

from indexer.build import BuildOptions
from indexer.errors import IndexCorrupt, IndexInaccessible, IndexMismatch, IndexMissing, IndexUnusable
from indexer.snapshot import Snapshot
from search_web.contract.answers import SearchRequest
from search_web.retrieval import live_index
from search_web.retrieval.back_off import BackOff
from search_web.search import HybridSearcher
from search_web.web.app import create_app

PLAIN = BuildOptions(semantic=False)
ASKED = SearchRequest(query="تهران", mode="keyword")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two generations with three articles each; the first one is published."""
    folder = tmp_path_factory.mktemp("two")
    articles = folder / "articles"
    articles.mkdir()
    for name in ("tehran-dams", "fiber-shiraz", "metro-tehran"):
        shutil.copy(SEEDS / f"{name}.txt", articles)
    build([articles], folder / "index", PLAIN)
    first = (folder / "index" / "current").read_bytes()
    build([articles], folder / "index", PLAIN)
    (folder / "index" / "second").write_bytes((folder / "index" / "current").read_bytes())
    (folder / "index" / "current").write_bytes(first)
    return folder / "index"


@pytest.fixture
def index(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "index"))


def publish_second(index: Path) -> None:
    shutil.copy(index / "second", index / "current.test")
    (index / "current.test").replace(index / "current")


def second(index: Path) -> Path:
    return index / "generations" / "000002"


def seal_again(index: Path, **changes: object) -> None:
    """Record the files of the second generation as they are now, so that every hash is correct."""
    path = second(index) / "manifest.json"
    manifest = json.loads(path.read_bytes()) | changes
    for name in manifest["files"]:
        data = (second(index) / name).read_bytes()
        manifest["files"][name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    path.write_bytes(msgspec.json.encode(manifest))
    pointer = json.loads((index / "second").read_bytes())
    pointer["manifest_sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (index / "second").write_bytes(msgspec.json.encode(pointer))


def overwrite(pattern: str, data: bytes) -> Callable[[Path], None]:
    """Return a change that fills files of the second generation with other data under correct hashes."""

    def change(index: Path) -> None:
        paths = [path for path in second(index).glob(pattern) if path.is_file()]
        assert paths
        for path in paths:
            path.write_bytes(data)
        seal_again(index)
        publish_second(index)

    return change


def cut(pattern: str) -> Callable[[Path], None]:
    """Return a change that shortens files of the second generation under correct hashes."""

    def change(index: Path) -> None:
        for path in second(index).glob(pattern):
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        seal_again(index)
        publish_second(index)

    return change


def remade(**changes: object) -> Callable[[Path], None]:
    def change(index: Path) -> None:
        seal_again(index, **changes)
        publish_second(index)

    return change


def half_deleted(index: Path) -> None:
    shutil.rmtree(second(index) / "terms")
    publish_second(index)


def deleted(index: Path) -> None:
    shutil.rmtree(second(index))
    publish_second(index)


def unreadable_folder(index: Path) -> None:
    """Replace a folder by a link to itself, which nobody can follow, not even root."""
    shutil.rmtree(second(index))
    second(index).symlink_to(second(index))
    publish_second(index)


def unreadable_file(index: Path) -> None:
    path = next((second(index) / "keyword").iterdir())
    path.unlink()
    path.symlink_to(path)
    publish_second(index)


def pointer_of(data: bytes) -> Callable[[Path], None]:
    def change(index: Path) -> None:
        (index / "current.test").write_bytes(data)
        (index / "current.test").replace(index / "current")

    return change


def pointer_missing(index: Path) -> None:
    (index / "current").unlink()


def pointer_to_nowhere(index: Path) -> None:
    (index / "current").unlink()
    (index / "current").symlink_to(index / "nowhere")


def pointer_to_itself(index: Path) -> None:
    (index / "current").unlink()
    (index / "current").symlink_to(index / "current")


def pointer_is_a_folder(index: Path) -> None:
    (index / "current").unlink()
    (index / "current").mkdir()


FAILURES: list[tuple[Callable[[Path], None], type[IndexUnusable]]] = [
    (overwrite("keyword/*", b"not what whoosh writes"), IndexCorrupt),
    (overwrite("keyword/*.toc", b""), IndexCorrupt),
    (overwrite("keyword/*.seg", b"\xff" * 300), IndexCorrupt),
    (cut("keyword/*.toc"), IndexCorrupt),
    (cut("keyword/*.seg"), IndexCorrupt),
    (overwrite("terms/*.u32", b""), IndexCorrupt),
    (overwrite("terms/articles", b"\xff" * 300_000), IndexCorrupt),
    (overwrite("near_duplicates/*", b"\x93NUMPY"), IndexCorrupt),
    (overwrite("analysis/*", b"\xff"), IndexCorrupt),
    (overwrite("vocabulary/*", b""), IndexCorrupt),
    (overwrite("vocabulary/*", b"one column\n"), IndexCorrupt),
    (cut("vocabulary/*"), IndexCorrupt),
    (half_deleted, IndexCorrupt),
    (deleted, IndexCorrupt),
    (unreadable_folder, IndexInaccessible),
    (unreadable_file, IndexInaccessible),
    (remade(format=99), IndexMismatch),
    (remade(analysis="of the next version"), IndexMismatch),
    (remade(engine="of the next version"), IndexMismatch),
    (remade(articles="many"), IndexMismatch),
    (remade(articles=4), IndexCorrupt),
    (pointer_of(b""), IndexCorrupt),
    (pointer_of(b"\xff\xfe\0"), IndexCorrupt),
    (pointer_of(b"[" * 100_000), IndexCorrupt),
    (pointer_of(b'{"generation": 7, "manifest_sha256": ""}'), IndexCorrupt),
    (pointer_missing, IndexMissing),
    (pointer_to_nowhere, IndexMissing),
    (pointer_to_itself, IndexInaccessible),
    (pointer_is_a_folder, IndexInaccessible),
]


@pytest.mark.parametrize(("fail", "kind"), FAILURES)
def test_a_generation_that_does_not_open_leaves_the_older_one_serving_and_is_one_line(
    index: Path, fail: Callable[[Path], None], kind: type[IndexUnusable], caplog: pytest.LogCaptureFixture
) -> None:
    with HybridSearcher(index) as searcher, caplog.at_level(logging.INFO, "khabaryab"):
        searcher.warm_up()
        before = searcher.search(ASKED).hits
        assert searcher.readiness().detail == "ready"
        fail(index)
        for _ in range(3):
            assert searcher.search(ASKED).hits == before
        readiness = searcher.readiness()
    (record,) = caplog.records
    assert record.getMessage().endswith("(generation 000001 goes on serving)")
    assert "\n" not in record.getMessage()
    assert str(index) in record.getMessage()
    assert (readiness.ready, readiness.generation, readiness.degraded) == (True, "000001", True)
    assert "the newest generation cannot be opened" in readiness.detail
    assert kind("").public in readiness.detail
    assert str(index) not in readiness.detail


@pytest.mark.parametrize(("fail", "kind"), FAILURES)
def test_whatever_a_library_raises_while_it_opens_an_index_is_one_line(
    index: Path, fail: Callable[[Path], None], kind: type[IndexUnusable]
) -> None:
    fail(index)
    with pytest.raises(kind) as refused:
        Snapshot.open(index)
    assert "\n" not in str(refused.value)


def test_searches_do_not_try_again_before_the_wait_is_over_or_another_generation_is_published(
    index: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    attempts = []
    opened = Snapshot.open

    def counted(path: Path) -> Snapshot:
        attempts.append(path)
        return opened(path)

    with HybridSearcher(index) as searcher:
        searcher.warm_up()
        monkeypatch.setattr(Snapshot, "open", counted)
        hidden = (second(index) / "manifest.json").rename(index / "hidden")
        publish_second(index)
        for _ in range(5):
            searcher.search(ASKED)
            searcher.readiness()
        assert len(attempts) == 1
        publish_second(index)
        searcher.search(ASKED)
        assert len(attempts) == 2
        hidden.rename(second(index) / "manifest.json")
        caplog.clear()
        with caplog.at_level(logging.INFO, "khabaryab"):
            deadline = time.monotonic() + HANGS
            while searcher.readiness().generation == "000001":
                assert time.monotonic() < deadline
                time.sleep(0.05)
        assert searcher.readiness().detail == "ready"
        assert [record.getMessage() for record in caplog.records] == ["generation 000002 serves now"]


def test_each_further_failure_doubles_the_wait_up_to_the_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("search_web.retrieval.back_off.time.monotonic", lambda: now)
    attempts = BackOff(1.0, 5.0)
    assert attempts.may_try()
    assert attempts.failed(IndexMissing("gone"))
    for wait in (1.0, 2.0, 4.0, 5.0, 5.0):
        now += wait - 0.25
        assert not attempts.may_try()
        now += 0.25
        assert attempts.may_try()
        assert not attempts.failed(IndexMissing("gone"))
    attempts.restart()
    assert attempts.failed(IndexCorrupt("damaged"))
    now += 1.0
    assert attempts.may_try()
    attempts.succeeded()
    assert attempts.failure is None


def test_a_generation_that_is_deleted_while_it_is_opened_gives_way_to_the_newest(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its articles and files vanish after they were verified, as when two builds end meanwhile."""
    verified = live_index.generations.open_current

    def overtaken(path: Path) -> live_index.generations.Published:
        published = verified(path)
        if published.manifest.generation == 1:
            shutil.rmtree(published.directory)
            publish_second(index)
        return published

    monkeypatch.setattr("indexer.snapshot.generations.open_current", overtaken)
    with HybridSearcher(index) as searcher:
        assert searcher.search(ASKED).total > 0
        assert searcher.readiness().generation == "000002"


def files_of(site: Site, kind: str = "") -> set[int]:
    """Return the numbers of the files, or only of the sockets, that a server has open."""
    found = set()
    for link in Path(f"/proc/{site.process.pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            if kind in str(link.readlink()):
                found.add(int(link.name))
    return found


@contextmanager
def one_more_file(site: Site) -> Iterator[None]:
    """Let a server open one more file than it has open: enough for a connection, not for an index."""
    deadline = time.monotonic() + HANGS
    while len(files_of(site, "socket:")) > 1:  # connections besides the socket that listens
        assert time.monotonic() < deadline
        time.sleep(0.05)
    before = resource.prlimit(site.process.pid, resource.RLIMIT_NOFILE)
    used = files_of(site)
    free = next(number for number in range(len(used) + 1) if number not in used)
    resource.prlimit(site.process.pid, resource.RLIMIT_NOFILE, (free + 1, before[1]))
    try:
        yield
    finally:
        resource.prlimit(site.process.pid, resource.RLIMIT_NOFILE, before)


@pytest.mark.slow
def test_a_server_without_free_files_keeps_serving_and_opens_the_new_generation_when_it_can(
    index: Path, tmp_path: Path
) -> None:
    with serving(index, tmp_path) as site:
        total = site.search(q="تهران", mode="keyword")["total"]
        with one_more_file(site):
            publish_second(index)
            for _ in range(3):
                assert site.search(q="تهران", mode="keyword")["total"] == total
            ready = json.loads(site.open("/readyz")[1])
            assert (ready["ready"], ready["degraded"], ready["generation"]) == (True, True, "000001")
            assert "Too many open files" in ready["detail"]
            (line,) = site.lines()
            assert "Too many open files" in line
        deadline = time.monotonic() + HANGS
        while (ready := json.loads(site.open("/readyz")[1]))["degraded"]:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert (ready["generation"], ready["detail"]) == ("000002", "ready")
        assert site.lines()[1].endswith("generation 000002 serves now")
        assert len(site.lines()) == 2


@pytest.mark.slow
def test_a_server_answers_every_request_while_the_newest_keyword_index_does_not_open(
    index: Path, tmp_path: Path
) -> None:
    with serving(index, tmp_path) as site:
        overwrite("keyword/*", b"not what whoosh writes")(index)
        for path in ("/", "/search?q=", "/api/search?q=", "/api/suggest?q=a", "/readyz", "/healthz"):
            assert site.open(path)[0] == 200, path
        assert len(site.lines()) == 1


@pytest.fixture(scope="module")
def article(built: Path) -> str:
    with HybridSearcher(built) as searcher:
        return searcher.search(ASKED).hits[0].id


def paths_of(app: Flask, article: str) -> list[str]:
    """Return a path for every address that the application has."""
    values = {"<text:article_id>": article, "<digest>/<path:name>": "x/site.css", "<name>": "not-found"}
    filled = [str(rule) for rule in app.url_map.iter_rules()]
    for variable, value in values.items():
        filled = [path.replace(variable, value) for path in filled]
    assert not any("<" in path for path in filled), filled
    return [f"{path}?q=a" if path.endswith(("search", "suggest")) else path for path in filled]


@pytest.mark.parametrize("warm", [True, False], ids=["an older one open", "none open"])
@pytest.mark.parametrize(("fail", "kind"), FAILURES)
def test_no_address_ever_shows_where_the_index_is(
    index: Path, article: str, fail: Callable[[Path], None], kind: type[IndexUnusable], warm: bool
) -> None:
    with HybridSearcher(index) as searcher:
        if warm:
            searcher.warm_up()
        fail(index)
        app = create_app(searcher)
        client = app.test_client()
        statuses = set()
        for path in (*paths_of(app, article), "/nothing", "/api/nothing"):
            with client.get(path) as response:
                statuses.add(response.status_code)
                assert str(index.parent) not in response.text, path
                assert str(index.parent) not in str(response.headers), path
        assert client.get("/readyz").status_code == (200 if warm else 503)
    assert statuses == ({200, 404} if warm else {200, 404, 503})
