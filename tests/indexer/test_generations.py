"""Generations: an incomplete or altered index is refused in one line that names the file."""

import hashlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
import pytest
from commands import HANGS

from indexer import generations
from indexer.archive import ARCHIVE_NAME
from indexer.articles import Article
from indexer.errors import (
    IndexCorrupt,
    IndexMismatch,
    IndexMissing,
    IndexUnusable,
)
from indexer.generations import MANIFEST, VECTORS, Manifest, open_current
from indexer.keyword_seal import SEAL
from indexer.persian.analyzer import ANALYSIS_VERSION
from indexer.sealed_files import FileRecord
from indexer.snapshot import Snapshot
from search_web.contract.answers import SearchRequest
from search_web.search import HybridSearcher


def manifest(number: int) -> Manifest:
    return Manifest(
        generation=number,
        created=msgspec.json.decode(b'"2026-03-21T00:00:00Z"', type=Manifest.__annotations__["created"]),
        articles=0,
        passages=0,
        rejected=0,
        engine="whoosh",
        analysis=ANALYSIS_VERSION,
        encoder=None,
        articles_sha256="",
        files={},
    )


def sealed(index: Path, number: int, content: bytes = b"content") -> Path:
    directory = generations.generation_directory(index, number)
    (directory / generations.KEYWORD).mkdir(parents=True)
    (directory / generations.KEYWORD / "a.bin").write_bytes(content)
    (directory / "empty").touch()
    generations.seal(directory, manifest(number))
    return directory


def published(index: Path, number: int, content: bytes = b"content") -> Path:
    directory = sealed(index, number, content)
    generations.publish(index, number)
    return directory


def sealed_keyword(directory: Path) -> dict[str, FileRecord]:
    """Return the records in the seal of the keyword index."""
    files = msgspec.json.decode((directory / SEAL).read_bytes())["files"]
    return {name: FileRecord(**record) for name, record in files.items()}


def refusal(call: Callable[[], object], kind: type[IndexUnusable] = IndexCorrupt) -> str:
    with pytest.raises(IndexUnusable) as refused:
        call()
    assert type(refused.value) is kind
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_a_published_generation_is_opened(tmp_path: Path) -> None:
    directory = published(tmp_path, 1)
    opened = open_current(tmp_path)
    assert opened.directory == directory
    assert opened.manifest.generation == 1
    assert set(opened.manifest.files) == {"empty"}
    recorded = sealed_keyword(directory)["a.bin"]
    assert (recorded.bytes, recorded.sha256) == (7, hashlib.sha256(b"content").hexdigest())
    opened.verify()


def test_the_error_for_an_empty_or_missing_folder_says_how_to_build(tmp_path: Path) -> None:
    for index in (tmp_path, tmp_path / "nowhere"):
        message = refusal(lambda index=index: open_current(index), IndexMissing)
        assert f"khabaryab index PATH --index {index}" in message


def test_an_unpublished_generation_is_ignored(tmp_path: Path) -> None:
    published(tmp_path, 1)
    sealed(tmp_path, 2)
    assert open_current(tmp_path).manifest.generation == 1


def test_publishing_keeps_the_previous_generation_and_removes_the_others(tmp_path: Path) -> None:
    assert published(tmp_path, 1).is_dir()
    published(tmp_path, 2)
    directory = sealed(tmp_path, 5)
    assert generations.publish(tmp_path, 5) == {2, 5}
    assert {path.name for path in directory.parent.iterdir()} == {"000002", "000005"}
    assert open_current(tmp_path).manifest.generation == 5


def test_the_pointer_stamp_changes_with_every_publication(tmp_path: Path) -> None:
    marks = [generations.pointer_stamp(tmp_path)]
    for number in range(1, 6):
        published(tmp_path, number)
        marks.append(generations.pointer_stamp(tmp_path))
    assert marks[0] is None
    assert len(set(marks)) == 6


def test_a_reader_always_sees_the_old_or_the_new_generation(tmp_path: Path) -> None:
    published(tmp_path, 1)
    stop = threading.Event()
    seen: list[int] = []

    def read() -> None:
        while not stop.is_set():
            seen.append(open_current(tmp_path).manifest.generation)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(2, 40):
            published(tmp_path, number, b"x" * 100_000)
    finally:
        deadline = time.monotonic() + HANGS
        while (not seen or seen[-1] != 39) and reader.is_alive() and time.monotonic() < deadline:
            time.sleep(0.01)
        stop.set()
        reader.join()
    assert seen == sorted(seen)
    assert seen[-1] == 39


def test_remains_of_stopped_builds_are_removed_and_their_number_is_reused(tmp_path: Path) -> None:
    assert generations.begin(tmp_path) == 1
    published(tmp_path, 1)
    published(tmp_path, 2)
    sealed(tmp_path, 3)
    half = generations.generation_directory(tmp_path, 4)
    half.mkdir()
    (half / "file").write_text("half")
    (half.parent / "notes").mkdir()
    assert generations.begin(tmp_path) == 3
    assert {path.name for path in half.parent.iterdir()} == {"000001", "000002", "notes"}


def test_the_number_of_a_lost_generation_is_not_reused(tmp_path: Path) -> None:
    published(tmp_path, 7)
    generations.discard(tmp_path, 7)
    assert generations.begin(tmp_path) == 8


@pytest.mark.parametrize(
    "garbage", [b"", b"{}", b"garbage", b'{"generation": "x"}', b"\xff\xfe", b"null", b"[1]", bytes(50)]
)
def test_a_garbage_pointer_is_refused_and_the_next_build_repairs_it(tmp_path: Path, garbage: bytes) -> None:
    published(tmp_path, 3)
    (tmp_path / "current").write_bytes(garbage)
    assert str(tmp_path / "current") in refusal(lambda: open_current(tmp_path))
    assert generations.published_number(tmp_path) is None
    number = generations.begin(tmp_path)
    assert number == 4
    published(tmp_path, number)
    assert open_current(tmp_path).manifest.generation == 4


def test_a_pointer_to_a_missing_generation_is_refused(tmp_path: Path) -> None:
    directory = published(tmp_path, 1)
    generations.discard(tmp_path, 1)
    assert str(directory / MANIFEST) in refusal(lambda: open_current(tmp_path))


def test_an_altered_manifest_is_refused(tmp_path: Path) -> None:
    path = published(tmp_path, 1) / MANIFEST
    path.write_bytes(path.read_bytes().replace(b'"articles": 0', b'"articles": 1'))
    assert f"{path}: altered" in refusal(lambda: open_current(tmp_path))


def repointed(index: Path, change: Callable[[dict[str, object]], None]) -> None:
    """Write a manifest as another version of the program would have written and published it."""
    path = published(index, 1) / MANIFEST
    fields = msgspec.json.decode(path.read_bytes())
    change(fields)
    path.write_bytes(msgspec.json.encode(fields))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (index / "current").write_bytes(msgspec.json.encode({"generation": 1, "manifest_sha256": digest}))


@pytest.mark.parametrize(
    "change",
    [
        lambda fields: fields.update(format=99),
        lambda fields: fields.update(analysis="another"),
        lambda fields: fields.pop("articles"),
        lambda fields: fields.update(encoder="text"),
    ],
)
def test_an_index_of_another_version_is_refused(
    tmp_path: Path, change: Callable[[dict[str, object]], None]
) -> None:
    repointed(tmp_path, change)
    (tmp_path / ARCHIVE_NAME).touch()
    message = refusal(lambda: Snapshot.open(tmp_path), IndexMismatch)
    assert str(tmp_path) in message
    assert "build the index again" in message


def test_an_index_of_an_unknown_engine_is_refused(tmp_path: Path) -> None:
    repointed(tmp_path, lambda fields: fields.update(engine="lucene"))
    (tmp_path / ARCHIVE_NAME).touch()
    assert "lucene" in refusal(lambda: Snapshot.open(tmp_path), IndexMismatch)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def grow(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES = [truncate, flip, grow, empty, Path.unlink, replace_by_folder]


@contextmanager
def damaged(path: Path, damage: Callable[[Path], None]) -> Iterator[None]:
    """Damage a file, and mend it afterwards."""
    sound = path.read_bytes()
    damage(path)
    try:
        yield
    finally:
        if path.is_dir():
            path.rmdir()
        path.write_bytes(sound)


@pytest.mark.encoder
def test_a_damaged_file_is_found_by_verify_and_one_of_another_size_when_the_index_is_opened(
    index_copy: Path,
) -> None:
    opened = open_current(index_copy)
    sealed = [f"keyword/{name}" for name in sealed_keyword(opened.directory)]
    names = [*opened.manifest.files, MANIFEST, *sealed]
    assert {name.partition("/")[0] for name in names} >= {"keyword", "terms", "analysis", "vocabulary"}
    for name in names:
        path = opened.directory / name
        size = path.stat().st_size
        for damage in DAMAGES:
            if not size and damage in (truncate, flip, empty):
                continue
            grows = damage is grow and name.startswith(("terms/", "near_duplicates/"))  # as live changes do
            with damaged(path, damage):
                call = Snapshot.open if damage is not flip or _is_hashed(name) else _verified
                if grows:
                    _verified(index_copy)
                    continue
                message = refusal(lambda call=call: call(index_copy))
                # A flipped byte may show in how the files of a folder fit together.
                assert str(path.parent if damage is flip else path) in message, (damage, message)
                assert "build the index again" in message
    _verified(index_copy)


def _is_hashed(name: str) -> bool:
    """Return whether a file is hashed whenever the index is opened: whoosh's pickles, and the manifest."""
    return name.startswith("keyword/") or name == MANIFEST


@pytest.mark.encoder
def test_a_flipped_byte_gives_answers_or_an_error_of_one_line(index_copy: Path) -> None:
    opened = open_current(index_copy)
    requests = [SearchRequest(query=query, mode="keyword") for query in ("تهران", "رئیس جمهور ایران")]
    for name, record in opened.manifest.files.items():
        with damaged(opened.directory / name, flip if record.bytes else grow):
            try:
                with HybridSearcher(index_copy) as searcher:
                    for request in requests:
                        searcher.search(request)
                    searcher.complete("تهر", 5)
            except IndexUnusable as error:
                message = str(error)
            else:
                message = ""
            assert "\n" not in message


def test_files_that_grow_are_verified_up_to_their_sealed_size(tmp_path: Path) -> None:
    directory = generations.generation_directory(tmp_path, 1)
    for folder in (generations.KEYWORD, generations.TERM_COLUMNS):
        (directory / folder).mkdir(parents=True)
        (directory / folder / "a.bin").write_bytes(b"content")
    generations.seal(directory, manifest(1))
    generations.publish(tmp_path, 1)
    path = directory / generations.TERM_COLUMNS / "a.bin"
    path.write_bytes(b"content and more")
    open_current(tmp_path).verify()
    path.write_bytes(b"Content and more")
    assert f"{path}: altered" in refusal(open_current(tmp_path).verify)
    path.write_bytes(b"conten")
    assert f"{path}: altered" in refusal(lambda: open_current(tmp_path))
    path.write_bytes(b"content")
    grow(directory / generations.KEYWORD / "a.bin")
    assert "keyword/a.bin: altered" in refusal(open_current(tmp_path).verify)


@pytest.mark.encoder
def test_damaged_vectors_are_refused_at_the_latest_by_verify(index_copy: Path) -> None:
    vectors = open_current(index_copy).directory / VECTORS
    for path in sorted(vectors.iterdir()):
        sound = path.read_bytes()
        for damage in (truncate, flip, empty, Path.unlink, replace_by_folder):
            damage(path)
            message = refusal(lambda: _verified(index_copy))
            assert str(vectors) in message, (path, damage, message)
            assert "build the index again" in message
            if path.is_dir():
                path.rmdir()
            path.write_bytes(sound)
    _verified(index_copy)


@pytest.mark.encoder
def test_an_index_with_a_foreign_file_is_refused(index_copy: Path) -> None:
    directory = open_current(index_copy).directory
    for name in ("extra", "keyword/extra.seg"):
        (directory / name).write_bytes(b"x")
        assert f"{directory / name}: does not belong" in refusal(lambda: Snapshot.open(index_copy))
        (directory / name).unlink()
    Snapshot.open(index_copy).close()


@pytest.mark.encoder
def test_an_index_with_a_missing_or_broken_archive_is_refused(index_copy: Path) -> None:
    path = index_copy / ARCHIVE_NAME
    sound = path.read_bytes()
    for content in (b"", b"garbage" * 1000, sound[: len(sound) // 2]):
        path.write_bytes(content)
        assert str(path) in refusal(lambda: _verified(index_copy))
    path.unlink()
    assert str(path) in refusal(lambda: _verified(index_copy), IndexMissing)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE member SET source = 'x' WHERE number = 1",
        "UPDATE member SET day = day + 1 WHERE number = 1",
        "UPDATE member SET key = (SELECT key FROM member WHERE number = 2) WHERE number = 1",
    ],
)
def test_an_index_with_an_altered_article_list_is_refused(index_copy: Path, statement: str) -> None:
    with closing(sqlite3.connect(index_copy / ARCHIVE_NAME)) as connection:
        connection.execute(statement)
        connection.commit()
    assert "altered" in refusal(lambda: _verified(index_copy))


def test_an_index_without_its_last_article_is_refused(index_copy: Path) -> None:
    with closing(sqlite3.connect(index_copy / ARCHIVE_NAME)) as connection:
        connection.execute("DELETE FROM member WHERE number = (SELECT max(number) FROM member)")
        connection.commit()
    assert "missing" in refusal(lambda: Snapshot.open(index_copy))


def test_an_altered_article_is_not_served_and_verify_detects_it(index_copy: Path) -> None:
    with closing(sqlite3.connect(index_copy / ARCHIVE_NAME)) as connection:
        connection.execute("UPDATE article SET record = CAST(replace(record, 'ایران', 'x') AS BLOB)")
        connection.commit()
    assert "altered" in refusal(lambda: _verified(index_copy))
    with HybridSearcher(index_copy) as searcher:
        request = SearchRequest(query="ایران", mode="keyword")
        assert "altered" in refusal(lambda: searcher.search(request))


def _verified(index: Path) -> None:
    snapshot = Snapshot.open(index)
    try:
        snapshot.verify()
    finally:
        snapshot.close()


@pytest.mark.encoder
def test_a_copied_index_is_sound_and_can_be_searched(index_copy: Path) -> None:
    _verified(index_copy)
    searcher = HybridSearcher(index_copy)
    assert isinstance(searcher.article(_first(index_copy).id), Article)
    searcher.close()


def _first(index: Path) -> Article:
    snapshot = Snapshot.open(index)
    try:
        return snapshot.archive.get(0)
    finally:
        snapshot.close()


def test_an_impossible_index_folder_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for index in (tmp_path / "file" / "index", Path("/proc/khabaryab")):
        assert str(index) in refusal(lambda index=index: open_current(index), IndexMissing)
