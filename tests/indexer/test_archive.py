"""The article archive: articles come back unchanged, and damage is detected."""

import datetime as dt
import gc
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.archive import (
    ARCHIVE_NAME,
    Archive,
    ArchiveChanges,
    ArchiveWriter,
    Change,
    article_record,
    record_digest,
)
from indexer.articles import Article
from indexer.commit import Commit
from indexer.errors import IndexCorrupt, IndexInaccessible, IndexMissing
from indexer.filters import Filters

TEHRAN = dt.timezone(dt.timedelta(hours=3, minutes=30))
FULL = Article(
    id="شناسه/1",
    title="«سرخط» ۱۲",
    lead="لید\u200cنیم\u200cفاصله",
    body="متن\n\nدو بند\x00 و 😀",
    source="پيك‌نيوز",
    category="اقتصاد",
    tags=("الف", "ب"),
    url="https://example.ir/1?a=b",
    published=dt.datetime(2026, 3, 21, 0, 30, 5, tzinfo=TEHRAN),
    kicker="روتیتر",
    extra={"نما": [1, 2.5, None, {"a": True}], "b": "c"},
)


def filled(directory: Path, articles: Iterable[Article], generation: int = 1) -> Archive:
    writer = ArchiveWriter(directory, generation)
    for article in articles:
        writer.add(article)
    writer.commit()
    writer.close()
    return Archive(directory, generation)


def plain(count: int) -> list[Article]:
    return [Article(id=str(number), title=f"سرخط {number}", body="متن " * number) for number in range(count)]


def altered(directory: Path, statement: str) -> None:
    connection = sqlite3.connect(directory / ARCHIVE_NAME)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_every_field_of_an_article_is_stored_unchanged(tmp_path: Path) -> None:
    archive = filled(tmp_path, [FULL])
    assert archive.get(0) == FULL
    assert archive.find(FULL.id) == FULL
    assert list(archive.articles()) == [FULL]
    archive.close()


@pytest.mark.parametrize(
    "published",
    [
        None,
        dt.date(2026, 3, 21),
        dt.datetime(2026, 3, 21),
        dt.datetime(2026, 3, 21, 12, 5),
        dt.datetime(2026, 3, 21, 12, 5, 1, 250, tzinfo=dt.UTC),
        dt.datetime(2026, 3, 21, 12, 5, tzinfo=TEHRAN),
    ],
)
def test_a_date_stays_a_date_and_a_date_time_keeps_its_offset(
    tmp_path: Path, published: dt.date | None
) -> None:
    archive = filled(tmp_path, [Article(id="1", published=published)])
    back = archive.get(0).published
    assert back == published
    assert type(back) is type(published)
    if isinstance(published, dt.datetime):
        assert isinstance(back, dt.datetime)
        assert back.utcoffset() == published.utcoffset()
    archive.close()


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(
    title=words,
    lead=words,
    body=words,
    source=words,
    tags=st.lists(words, max_size=3),
    key=words,
    value=words,
)
def test_any_text_is_stored_unchanged(
    tmp_path_factory: pytest.TempPathFactory,
    title: str,
    lead: str,
    body: str,
    source: str,
    tags: list[str],
    key: str,
    value: str,
) -> None:
    article = Article(
        id="1", title=title, lead=lead, body=body, source=source, tags=tuple(tags), extra={key: value}
    )
    archive = filled(tmp_path_factory.mktemp("any"), [article])
    assert archive.get(0) == article
    archive.close()


def test_articles_are_numbered_in_order(tmp_path: Path) -> None:
    articles = plain(20)
    archive = filled(tmp_path, articles)
    assert len(archive) == 20
    assert [archive.get(number) for number in range(20)] == articles == list(archive.articles())
    assert archive.ids([7, 3, 19]) == ["7", "3", "19"]
    archive.close()


def test_an_article_with_the_id_of_an_earlier_one_replaces_it_in_its_place(tmp_path: Path) -> None:
    first, second, third = plain(3)
    correction = Article(id="1", title="اصلاحیه", source="ایسنا", published=dt.date(2026, 1, 2))
    writer = ArchiveWriter(tmp_path, 1)
    for article in (first, second, third, correction, third):
        writer.add(article)
    writer.commit()
    assert (writer.count, writer.replaced) == (3, 2)
    writer.close()
    archive = Archive(tmp_path, 1)
    assert list(archive.articles()) == [first, correction, third]
    assert archive.find("1") == correction
    assert archive.days([1]) == [dt.date(2026, 1, 2).toordinal()]
    assert archive.counts("source") == [("ایسنا", 1)]
    archive.check()


def test_an_article_is_not_replaced_in_an_earlier_generation(tmp_path: Path) -> None:
    old = filled(tmp_path, plain(2), generation=1)
    new = filled(tmp_path, [Article(id="1", title="تازه")], generation=2)
    assert list(old.articles()) == plain(2)
    assert list(new.articles()) == [Article(id="1", title="تازه")]


@given(st.sets(st.integers(0, 9)))
def test_removed_articles_leave_no_gap_in_the_numbers(tmp_path_factory: Any, removed: set[int]) -> None:
    folder = tmp_path_factory.mktemp("removed")
    writer = ArchiveWriter(folder, 1)
    for article in plain(10):
        writer.add(article)
    writer.remove(removed)
    writer.commit()
    left = [article for number, article in enumerate(plain(10)) if number not in removed]
    assert writer.count == len(left)
    writer.close()
    archive = Archive(folder, 1)
    assert [archive.get(number) for number in range(len(left))] == left


def test_missing_articles_and_a_missing_archive_have_clear_errors(tmp_path: Path) -> None:
    archive = filled(tmp_path, plain(2))
    assert archive.find("nobody") is None
    for call in (lambda: archive.get(2), lambda: archive.ids([5]), lambda: archive.days([5])):
        with pytest.raises(IndexCorrupt, match=r"archive\.sqlite: article number \d is missing"):
            call()
    archive.close()
    with pytest.raises(IndexMissing, match=r"archive\.sqlite is missing"):
        Archive(tmp_path / "nowhere", 1)


def test_filters_days_and_facet_counts_are_those_of_the_articles(tmp_path: Path) -> None:
    day = dt.date(2026, 3, 21)
    articles = [
        Article(id="0", source="ایرنا", category="ورزش"),
        Article(id="1", source="پیک نیوز", published=day),
        Article(id="2", source="پیک نیوز", published=day + dt.timedelta(1), category="ورزش"),
        Article(id="3", source="پیک‌نیوز", published=dt.datetime(2026, 3, 23, 9, 30)),
    ]
    archive = filled(tmp_path, articles)

    def passing(**given: Any) -> list[int]:
        return np.flatnonzero(archive.allowed(Filters.of(**given))).tolist()

    assert passing() == [0, 1, 2, 3]
    assert passing(source="پيك‌نيوز") == [1, 2, 3]
    assert passing(date_to=day + dt.timedelta(1)) == [1, 2]
    assert passing(date_from=day + dt.timedelta(1)) == [2, 3]
    assert passing(date_from=day, date_to=day) == [1]
    assert passing(category="ورزش", source="ایرنا") == [0]
    assert passing(source="هیچ") == []
    assert archive.counts("source") == [("پیک‌نیوز", 3), ("ایرنا", 1)]
    assert archive.counts("category") == [("ورزش", 2)]
    assert archive.day_range() == (day, day + dt.timedelta(2))
    assert archive.newest(Filters(), 2) == ([3, 2], 4)
    archive.close()


def test_an_archive_without_dates_has_no_day_range(tmp_path: Path) -> None:
    archive = filled(tmp_path, plain(2))
    assert archive.day_range() == (None, None)
    assert archive.newest(Filters(), 5)[0] == [0, 1]
    archive.close()


def test_the_fingerprint_depends_on_content_and_order_of_the_articles(tmp_path: Path) -> None:
    hashes = []
    for name, articles in {"a": plain(3), "b": plain(3), "c": plain(3)[::-1], "d": plain(2)}.items():
        (tmp_path / name).mkdir()
        archive = filled(tmp_path / name, articles)
        hashes.append(archive.fingerprint())
        archive.close()
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE article SET record = replace(record, 'id', 'ie') WHERE key = 2",
        "UPDATE article SET record = x'00' WHERE key = 2",
        "UPDATE article SET record = 7 WHERE key = 2",
        "UPDATE article SET digest = x'00' WHERE key = 2",
    ],
)
def test_an_altered_row_is_detected_and_the_next_build_repairs_it(tmp_path: Path, statement: str) -> None:
    archive = filled(tmp_path, plain(4))
    sound = archive.fingerprint()
    archive.close()
    altered(tmp_path, statement)
    archive = Archive(tmp_path, 1)
    with pytest.raises(IndexCorrupt, match="altered") as refused:
        archive.check()
    assert "\n" not in str(refused.value)
    archive.close()
    archive = filled(tmp_path, plain(4), generation=2)
    archive.check()
    assert archive.fingerprint() == sound
    archive.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE member SET source = 'x' WHERE number = 1",
        "UPDATE member SET day = 7 WHERE number = 1",
        "UPDATE member SET id = 'x' WHERE number = 1",
        "UPDATE member SET key = 1 WHERE number = 1",
        "UPDATE member SET number = number + 10",
        "UPDATE article SET id = 'x' WHERE key = 2",
    ],
)
def test_an_altered_member_table_changes_the_fingerprint(tmp_path: Path, statement: str) -> None:
    archive = filled(tmp_path, plain(4))
    sound = archive.fingerprint()
    archive.close()
    altered(tmp_path, statement)
    archive = Archive(tmp_path, 1)
    assert archive.fingerprint() != sound
    archive.close()


def test_an_unreadable_record_is_reported_as_altered(tmp_path: Path) -> None:
    filled(tmp_path, plain(1)).close()
    altered(tmp_path, "UPDATE article SET record = x'7b'")
    archive = Archive(tmp_path, 1)
    with pytest.raises(IndexCorrupt, match="altered"):
        archive.get(0)
    archive.close()


@pytest.mark.parametrize("content", [b"", b"no database at all" * 500])
def test_readers_refuse_a_file_that_is_not_an_archive(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ARCHIVE_NAME).write_bytes(content)
    archive = Archive(tmp_path, 1)
    with pytest.raises(IndexCorrupt, match=r"archive\.sqlite: .*build the index again"):
        len(archive)
    archive.close()


def test_the_writer_refuses_and_does_not_touch_a_file_that_is_not_an_archive(tmp_path: Path) -> None:
    garbage = b"no database at all" * 500
    (tmp_path / ARCHIVE_NAME).write_bytes(garbage)
    with pytest.raises(IndexCorrupt, match=r"archive\.sqlite: .*delete this file"):
        ArchiveWriter(tmp_path, 1)
    assert (tmp_path / ARCHIVE_NAME).read_bytes() == garbage


def test_an_archive_locked_by_another_program_is_an_error_after_a_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(tmp_path, plain(1)).close()
    holder = sqlite3.connect(tmp_path / ARCHIVE_NAME, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, **given: connect(path, timeout=0.1, **given))
    with pytest.raises(IndexInaccessible, match=r"archive\.sqlite: database is locked"):
        ArchiveWriter(tmp_path, 2)
    holder.execute("ROLLBACK")
    holder.close()


def test_readers_continue_while_the_writer_writes(tmp_path: Path) -> None:
    archive = filled(tmp_path, plain(50))
    writer = ArchiveWriter(tmp_path, 2)
    reading = archive.articles()
    next(reading)
    for article in plain(300):
        writer.add(article)
    assert archive.get(49) == plain(50)[49]
    writer.commit()
    writer.keep_only({1, 2})
    assert len(list(reading)) == 49
    assert len(archive) == 50
    newer = Archive(tmp_path, 2)
    assert len(newer) == 300
    for opened in (writer, archive, newer):
        opened.close()


def test_uncommitted_articles_are_not_in_the_archive(tmp_path: Path) -> None:
    writer = ArchiveWriter(tmp_path, 1)
    writer.add(FULL)
    writer.close()
    archive = Archive(tmp_path, 1)
    assert len(archive) == 0
    archive.close()


def test_a_new_build_replaces_what_a_stopped_one_left_under_the_same_number(tmp_path: Path) -> None:
    filled(tmp_path, plain(5), generation=3).close()
    archive = filled(tmp_path, plain(2), generation=3)
    assert [article.id for article in archive.articles()] == ["0", "1"]
    archive.close()


def test_only_articles_of_kept_generations_remain(tmp_path: Path) -> None:
    filled(tmp_path, plain(5), generation=1).close()
    filled(tmp_path, [FULL, *plain(2)], generation=2).close()
    writer = ArchiveWriter(tmp_path, 3)
    writer.add(FULL)
    writer.keep_only({2, 3})
    writer.close()
    for generation, count in ((1, 0), (2, 3), (3, 1)):
        archive = Archive(tmp_path, generation)
        assert len(archive) == len(list(archive.articles())) == count
        archive.close()
    connection = sqlite3.connect(tmp_path / ARCHIVE_NAME)
    assert connection.execute("SELECT count(*) FROM article").fetchone() == (3,)
    connection.close()


def test_many_threads_can_read_the_same_archive(tmp_path: Path) -> None:
    articles = plain(40)
    archive = filled(tmp_path, articles)

    def read(turn: int) -> bool:
        number = turn % 40
        everything = archive.get(number) == articles[number] and archive.find(str(number)) == articles[number]
        return everything and archive.allowed(Filters()).all() and len(list(archive.articles())) == 40

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(read, range(200)))
    archive.close()


def test_closing_releases_all_files(tmp_path: Path) -> None:
    open_files = Path("/proc/self/fd")
    gc.collect()  # what other tests left behind is closed now
    before = len(list(open_files.iterdir()))
    archive = filled(tmp_path, plain(3))
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(archive.get, [0, 1, 2] * 10))
    for _ in range(20):  # some servers start a thread for each request
        with ThreadPoolExecutor(1) as threads:
            threads.submit(archive.get, 1).result()
    assert len(list(open_files.iterdir())) - before <= 12
    half_read = archive.articles()
    next(half_read)
    archive.close()
    half_read.close()
    assert len(list(open_files.iterdir())) == before


@contextmanager
def nobody() -> Iterator[None]:
    """Act as an ordinary user, because file permissions do not restrict root."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can enter."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)
        Path(name).chmod(0o755)


def test_an_archive_on_a_read_only_medium_can_be_read(open_folder: Path) -> None:
    filled(open_folder, plain(3)).close()
    assert [path.name for path in open_folder.iterdir()] == [ARCHIVE_NAME]
    open_folder.chmod(0o555)
    with nobody():
        archive = Archive(open_folder, 1)
        assert len(list(archive.articles())) == 3
        archive.close()
    assert [path.name for path in open_folder.iterdir()] == [ARCHIVE_NAME]


def test_an_unwritable_folder_is_an_error_that_names_the_archive(open_folder: Path) -> None:
    filled(open_folder, plain(3)).close()
    (open_folder / ARCHIVE_NAME).chmod(0o444)
    open_folder.chmod(0o555)
    with nobody(), pytest.raises(IndexInaccessible, match=r"archive\.sqlite: attempt to write a readonly"):
        ArchiveWriter(open_folder, 2)


def test_an_unreadable_archive_is_an_error_that_names_it(open_folder: Path) -> None:
    filled(open_folder, plain(3)).close()
    (open_folder / ARCHIVE_NAME).chmod(0)
    archive = Archive(open_folder, 1)
    with nobody(), pytest.raises(IndexInaccessible, match=r"archive\.sqlite: unable to open"):
        len(archive)
    archive.close()


def test_commits_of_a_killed_writer_are_recovered_from_its_log(tmp_path: Path) -> None:
    """What was committed before a kill stays in SQLite's log until the archive is opened again."""
    writer = ArchiveWriter(tmp_path, 1)
    for article in plain(3):
        writer.add(article)
    writer.commit()
    killed = tmp_path / "killed"
    killed.mkdir()
    for name in (ARCHIVE_NAME, f"{ARCHIVE_NAME}-wal"):
        shutil.copy(tmp_path / name, killed / name)
    writer.close()
    archive = Archive(killed, 1)
    assert len(list(archive.articles())) == 3
    archive.close()


def test_the_record_of_an_article_does_not_depend_on_key_order() -> None:
    one = Article(id="1", extra={"a": 1, "b": 2})
    other = Article(id="1", extra={"b": 2, "a": 1})
    assert article_record(one) == article_record(other)
    assert len(record_digest(article_record(one))) == 16


def test_changes_are_numbered_on_and_a_reader_sees_the_archive_of_its_commit(tmp_path: Path) -> None:
    filled(tmp_path, plain(3)).close()
    changes = ArchiveChanges(tmp_path, 1)
    assert changes.accepted == Commit(3, 0)
    changed = Article(id="1", title="تازه", published=dt.date(2026, 3, 4))
    assert changes.put(changed) is Change.REPLACED
    assert changes.put(changed) is Change.UNCHANGED
    assert changes.put(Article(id="9", title="نو")) is Change.ADDED
    assert changes.remove("0")
    assert not changes.remove("0")
    assert not changes.remove("nobody")
    assert changes.ids() == {"1", "2", "9"}
    changes.commit()
    assert changes.accepted == Commit(5, 2)
    changes.close()
    views = {
        Commit(3, 0): ["0", "1", "2"],
        Commit(5, 0): ["0", "1", "2", "1", "9"],
        Commit(5, 1): ["0", "2", "1", "9"],
        Commit(5, 2): ["2", "1", "9"],
    }
    for commit, ids in views.items():
        archive = Archive(tmp_path, 1, commit)
        assert [article.id for article in archive.articles()] == ids
        assert len(archive) == len(ids)
        assert archive.allowed(Filters()).sum() == len(ids)
        assert len(archive.allowed(Filters())) == commit.articles
        assert archive.removed().tolist() == sorted([1, 0][: commit.removals])
        archive.close()
    newest = Archive(tmp_path, 1)
    assert newest.number("1") == 3
    assert newest.find("1") == changed
    assert newest.find("0") is None
    assert newest.get(0).id == "0"  # a reader of an earlier commit may still show it
    assert newest.newest(Filters(), 10) == ([3, 2, 4], 3)
    assert newest.removed_by(range(1, 2)) == [0]
    newest.close()


def test_changes_that_were_not_committed_are_not_accepted(tmp_path: Path) -> None:
    filled(tmp_path, plain(2)).close()
    changes = ArchiveChanges(tmp_path, 1)
    changes.put(Article(id="9"))
    changes.remove("0")
    changes.close()
    again = ArchiveChanges(tmp_path, 1)
    assert again.accepted == Commit(2, 0)
    assert again.ids() == {"0", "1"}
    again.close()


def test_an_archive_without_removals_from_an_earlier_version_is_written_on(tmp_path: Path) -> None:
    filled(tmp_path, plain(2)).close()
    for index in ("member_removal", "member_by_id"):
        altered(tmp_path, f"DROP INDEX {index}")
    altered(tmp_path, "ALTER TABLE member DROP COLUMN removal")
    filled(tmp_path, plain(3), generation=2).close()
    archive = Archive(tmp_path, 2)
    assert len(archive) == 3
    archive.close()


def test_an_article_is_looked_up_by_its_id_without_a_walk_through_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = filled(tmp_path, plain(3))
    asked: list[str] = []

    def traced(self: Archive, query: str, *values: object) -> list[Any]:
        asked.append(query)
        return rows(self, query, *values)

    rows = Archive._all
    monkeypatch.setattr(Archive, "_all", traced)
    assert archive.number("1") == 1
    assert archive.find("2") is not None
    connection = sqlite3.connect(tmp_path / ARCHIVE_NAME)
    for query in asked:
        plan = " ".join(str(row) for row in connection.execute(f"EXPLAIN QUERY PLAN {query}", (1, 9, 0, "1")))
        assert "(generation=? AND id=?" in plan
    connection.close()
    archive.close()
    assert len(asked) == 2
