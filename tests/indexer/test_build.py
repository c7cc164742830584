"""Builds: a stopped build changes nothing, and a rebuild encodes only what has changed."""

import functools
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from commands import HANGS
from conftest import SEEDS, QuietReport, build, jsonl

from indexer import build as building
from indexer import generations
from indexer.archive import ARCHIVE_NAME, ArchiveWriter
from indexer.build import BuildOptions, Summary, build_index
from indexer.errors import (
    IndexCorrupt,
    IndexInaccessible,
    IndexMismatch,
    IndexShrinks,
    IndexUnusable,
    ReadError,
    UsageError,
)
from indexer.filters import Filters
from indexer.keyword.engine import KeywordQuery
from indexer.persian.analyzer import PersianAnalyzer
from indexer.progress import Advance
from indexer.report_file import REPORT_NAME
from indexer.semantic.checkpoint import Checkpoint
from indexer.semantic.loading import load_passage_encoder
from indexer.snapshot import Snapshot
from indexer.vocabulary_counts import VocabularyCounts
from indexer.write_lock import writing
from search_web.understanding.query_terms import query_words, word_groups

COMMAND = Path(sys.executable).parent / "khabaryab"
KEYWORDS = BuildOptions(semantic=False)
_PLACES = ["تهران", "شیراز", "تبریز", "اهواز", "مشهد", "کرمان", "رشت", "یزد"]
_THINGS = ["باران", "مدرسه", "قطار", "کتاب", "برف", "نفت", "بیمارستان", "ورزش", "موسیقی", "گندم"]


def records(count: int, words: int = 12) -> list[dict[str, str]]:
    dice = np.random.default_rng(count)
    return [
        {
            "id": str(number),
            "title": f"خبر {number} از {dice.choice(_PLACES)}",
            "body": " ".join(dice.choice(_THINGS + _PLACES, words)) + ".",
        }
        for number in range(count)
    ]


def started(*arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONUTF8": "1"},
    )


def ran(*arguments: str | Path) -> tuple[int, str, str]:
    with started(*arguments) as process:
        out, err = process.communicate(timeout=HANGS)
    return process.returncode, out, err


def one_line(err: str) -> str:
    """Check that the error output is one line of the program's own, and return it."""
    (line,) = err.splitlines()
    assert line.startswith("khabaryab: ")
    return line


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + HANGS
    while not condition():
        assert process.poll() is None, "the build ended before it could be stopped"
        assert time.monotonic() < deadline
        time.sleep(0.0005)


def answers(index: Path, analyzer: PersianAnalyzer) -> tuple[int, int]:
    """Verify the published index; return its generation and how many articles hold the word تهران."""
    snapshot = Snapshot.open(index)
    try:
        snapshot.verify()
        query = KeywordQuery(word_groups(query_words("تهران", analyzer)))
        found = snapshot.keyword.search(query, Filters(), 10)
        assert (
            "تهران"
            in snapshot.archive.get(int(found.numbers[0])).title
            + snapshot.archive.get(int(found.numbers[0])).body
        )
        return snapshot.manifest.generation, found.total
    finally:
        snapshot.close()


def folders(index: Path) -> set[str]:
    return {path.name for path in (index / "generations").iterdir()}


@pytest.fixture
def served(tmp_path: Path) -> Path:
    """An index that is already published."""
    build([jsonl(tmp_path / "old.jsonl", records(20))], tmp_path / "index", KEYWORDS)
    return tmp_path / "index"


@pytest.fixture
def shared_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real encoder, loaded once for all builds of this file."""
    monkeypatch.setattr(building, "load_passage_encoder", _loaded)


@functools.cache
def _loaded(name: str | None) -> object:
    return load_passage_encoder(name)


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_a_working_index(
    served: Path, tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    source = jsonl(tmp_path / "new.jsonl", records(500, words=60))
    command = ("index", source, "--index", served, "--no-semantic")
    log = served / f"{ARCHIVE_NAME}-wal"
    before = answers(served, analyzer)

    def kill(condition: Callable[[], bool], delay: float) -> None:
        with started(*command) as process:
            wait_for(condition, process)
            time.sleep(delay)
            process.kill()
            process.communicate()
            assert process.returncode in (-signal.SIGKILL, 0)

    # Kill while articles are read, while the keyword index is written, when it is sealed, and published.
    fresh = served / "generations" / "000002"
    kill(log.exists, 0)
    kill(lambda: log.exists() and log.stat().st_size > 100_000, 0)
    kill(fresh.exists, 0.2)
    assert answers(served, analyzer) == before
    kill((fresh / "manifest.json").exists, 0)
    dice = np.random.default_rng(7)
    seen = {answers(served, analyzer)}
    for _ in range(5):
        kill(lambda: log.exists() and log.stat().st_size > 0, dice.uniform(0, 1.2))
        seen.add(answers(served, analyzer))
    current = generations.pointer_stamp(served)
    kill(lambda: generations.pointer_stamp(served) != current, 0)
    seen.add(answers(served, analyzer))
    code, out, err = ran(*command)
    assert (code, err) == (0, "")
    generation, total = answers(served, analyzer)
    assert f"{generation:06d}" in out
    assert len(folders(served)) == 2
    assert {count for _, count in seen} <= {before[1], total}
    assert total > before[1]


@pytest.mark.encoder
def test_a_build_killed_while_encoding_resumes_where_it_stopped(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    index = tmp_path / "index"
    build([jsonl(tmp_path / "old.jsonl", records(20))], index, KEYWORDS)
    before = answers(index, analyzer)
    source = jsonl(tmp_path / "new.jsonl", records(400))
    command = ("index", source, "--index", index)
    with started(*command) as process:
        wait_for(lambda: any(path.stat().st_size for path in index.glob("encoded-*")), process)
        process.kill()
        process.communicate()
    (checkpoint,) = index.glob("encoded-*")
    # The kill may have interrupted the writing of a batch: its complete records count.
    with Checkpoint(Path(shutil.copy(checkpoint, tmp_path)), 384) as kept:
        encoded = len(kept)
    assert answers(index, analyzer) == before
    code, out, err = ran(*command)
    assert (code, err) == (0, "")
    (reused,) = [line for line in out.splitlines() if "passages" in line]
    assert int(reused.partition("(")[2].split()[0]) == encoded < 400
    assert answers(index, analyzer)[0] == 2
    assert not list(index.glob("encoded-*"))


def test_ctrl_c_ends_with_one_line_and_exit_code_130(
    served: Path, tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    before = answers(served, analyzer)
    source = jsonl(tmp_path / "new.jsonl", records(500, words=60))
    with started("index", source, "--index", served, "--no-semantic") as process:
        wait_for((served / "generations" / "000002").exists, process)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=HANGS)
    assert process.returncode == 130
    assert "unchanged" in one_line(err)
    assert answers(served, analyzer) == before
    assert folders(served) == {"000001"}


def test_a_second_simultaneous_build_is_refused(
    served: Path, tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    with writing(served, "khabaryab add"):
        code, _, err = ran("index", tmp_path / "old.jsonl", "--index", served, "--no-semantic")
    assert code == 3
    assert f"`khabaryab add` (process {os.getpid()}) is writing this index" in one_line(err)
    answers(served, analyzer)


def test_rejected_records_are_listed_with_their_line_and_the_rest_is_built(
    served: Path, tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    source = jsonl(tmp_path / "new.jsonl", records(3))
    with source.open("a") as file:
        file.write("not json\n" + json.dumps({"id": "x", "published": "1402/13/40", "title": "t"}) + "\n")
    code, out, err = ran("index", source, "--index", served, "--no-semantic", "--allow-shrink")
    assert code == 1
    assert [line.partition(": ")[2].partition(": ")[0] for line in err.splitlines()] == [
        f"{source}:4",
        f"{source}:5",
    ]
    assert "rejected" in out
    snapshot = Snapshot.open(served)
    assert (snapshot.manifest.articles, snapshot.manifest.rejected) == (3, 2)
    snapshot.close()


def test_strict_stops_at_the_first_rejected_record_and_the_old_index_stays(
    served: Path, tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    before = answers(served, analyzer)
    source = tmp_path / "new.jsonl"
    source.write_text("not json\nnor this\n")
    code, _, err = ran("index", source, "--index", served, "--no-semantic", "--strict")
    assert code == 3
    assert f"{source}:1" in one_line(err)
    assert answers(served, analyzer) == before


def test_without_any_article_nothing_is_published(
    served: Path, tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    before = answers(served, analyzer)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ReadError, match="no article could be read; nothing was published"):
        build([empty], served, KEYWORDS)
    assert answers(served, analyzer) == before
    assert folders(served) == {"000001"}


def test_a_missing_input_path_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="nowhere"):
        build([tmp_path / "nowhere"], tmp_path / "index", KEYWORDS)


def test_unknown_engines_and_fields_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="lucene"):
        build([SEEDS], tmp_path / "index", BuildOptions(engine="lucene", semantic=False))
    assert not (tmp_path / "index").exists()
    with pytest.raises(UsageError, match="nonsense"):
        build([SEEDS], tmp_path / "index", BuildOptions(semantic=False, exclude=("nonsense",)))


def test_an_unwritable_index_folder_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, _, err = ran("index", SEEDS, "--index", tmp_path / "file" / "index", "--no-semantic")
    assert code == 3
    assert f"{tmp_path / 'file' / 'index'}: cannot write there" in one_line(err)


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """Let no file grow beyond `size` bytes: writing fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.slow
@pytest.mark.parametrize("size", [0, 10_000, 60_000, 200_000])
def test_a_full_disk_is_one_error_line_and_the_old_index_keeps_serving(
    served: Path, tmp_path: Path, analyzer: PersianAnalyzer, size: int
) -> None:
    before = answers(served, analyzer)
    source = jsonl(tmp_path / "new.jsonl", records(300))
    with file_size_limit(size):
        code, _, err = ran("index", source, "--index", served, "--no-semantic")
    assert code == 3
    assert str(served) in one_line(err)
    assert answers(served, analyzer) == before
    assert folders(served) == {"000001"}
    build([source], served, KEYWORDS)
    assert answers(served, analyzer)[0] == 2


@pytest.mark.encoder
@pytest.mark.usefixtures("shared_encoder")
def test_passages_encoded_before_the_disk_was_full_are_reused(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    class FullDisk(QuietReport):
        """Simulates a disk that is full once some batches have been encoded."""

        @contextmanager
        def stage(self, name: str, total: int, unit: str) -> Iterator[Advance]:
            with file_size_limit(80_000 if name == "semantic index" else resource.RLIM_INFINITY):
                yield lambda done: None

    index = tmp_path / "index"
    source = jsonl(tmp_path / "new.jsonl", records(400))
    build([source], index, KEYWORDS)
    before = answers(index, analyzer)
    with pytest.raises(IndexInaccessible, match="File too large") as stopped:
        build_index([source], index, BuildOptions(), FullDisk())
    assert "\n" not in str(stopped.value)
    assert answers(index, analyzer) == before
    assert folders(index) == {"000001"}
    summary = build([source], index)
    assert 64 <= summary.reused < summary.passages
    assert answers(index, analyzer)[0] == 2


def test_a_broken_archive_is_an_error_that_names_it_and_deleting_it_lets_a_build_succeed(
    served: Path, tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    archive = served / ARCHIVE_NAME
    archive.write_bytes(b"garbage" * 1000)
    with pytest.raises(IndexCorrupt, match=r"archive\.sqlite: .*delete this file"):
        build([tmp_path / "old.jsonl"], served, KEYWORDS)
    archive.unlink()
    build([tmp_path / "old.jsonl"], served, KEYWORDS)
    assert answers(served, analyzer)[0] == 2


@pytest.mark.parametrize("name", ["current", "generations/000001/manifest.json"])
def test_building_again_repairs_an_index_that_was_refused(
    served: Path, tmp_path: Path, analyzer: PersianAnalyzer, name: str
) -> None:
    (served / name).write_bytes(b"garbage")
    with pytest.raises(IndexUnusable, match="build the index again"):
        Snapshot.open(served)
    build([tmp_path / "old.jsonl"], served, KEYWORDS)
    assert answers(served, analyzer)[0] == 2


def test_an_open_generation_stays_readable_while_a_new_one_is_published(
    served: Path, tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    snapshot = Snapshot.open(served)
    old = snapshot.archive.get(3)
    build([jsonl(tmp_path / "new.jsonl", records(30))], served, KEYWORDS)
    assert snapshot.archive.get(3) == old
    assert len(list(snapshot.archive.articles())) == 20
    assert snapshot.keyword.search(
        KeywordQuery(word_groups(query_words("تهران", analyzer))), Filters(), 5
    ).total
    snapshot.close()
    build([tmp_path / "new.jsonl"], served, KEYWORDS)
    assert folders(served) == {"000002", "000003"}


@pytest.mark.encoder
@pytest.mark.usefixtures("shared_encoder")
def test_a_rebuild_encodes_only_changed_passages(index_copy: Path, tmp_path: Path) -> None:
    unchanged = build([SEEDS], index_copy)
    assert unchanged.reused == unchanged.passages > 40
    changed = Path(shutil.copytree(SEEDS, tmp_path / "seeds"))
    file = sorted(changed.glob("*.txt"))[0]
    file.write_text(file.read_text(encoding="utf-8") + "\n\nو یک جمله دیگر.\n", encoding="utf-8")
    summary = build([changed], index_copy)
    assert 1 <= summary.passages - summary.reused <= 3
    snapshot = Snapshot.open(index_copy)
    snapshot.verify()
    assert (snapshot.manifest.passages, snapshot.manifest.generation) == (summary.passages, 3)
    snapshot.close()


@pytest.mark.encoder
@pytest.mark.usefixtures("shared_encoder")
def test_damaged_vectors_are_encoded_again_rather_than_reused(tmp_path: Path) -> None:
    source = jsonl(tmp_path / "new.jsonl", records(5))
    build([source], tmp_path / "index")
    codes = generations.open_current(tmp_path / "index").directory / "vectors" / "codes.column"
    codes.write_bytes(codes.read_bytes()[:-1] + b"\x55")
    summary = build([source], tmp_path / "index")
    assert (summary.passages, summary.reused) == (5, 0)
    Snapshot.open(tmp_path / "index").close()


@pytest.mark.slow
def test_an_index_of_another_analysis_version_is_refused_but_its_vectors_are_reused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = jsonl(tmp_path / "new.jsonl", records(5))
    with monkeypatch.context() as earlier:
        earlier.setattr("indexer.build.ANALYSIS_VERSION", "0")
        build([source], tmp_path / "index")
    with pytest.raises(IndexMismatch, match="analysis 0"):
        Snapshot.open(tmp_path / "index")
    summary = build([source], tmp_path / "index")
    assert (summary.passages, summary.reused) == (5, 5)


def test_excluded_fields_are_neither_stored_nor_indexed(tmp_path: Path, analyzer: PersianAnalyzer) -> None:
    source = jsonl(tmp_path / "new.jsonl", [{"id": "1", "title": "سرخط", "lead": "لید", "body": "تهران"}])
    build([source], tmp_path / "index", BuildOptions(semantic=False, exclude=("lead", "title")))
    snapshot = Snapshot.open(tmp_path / "index")
    article = snapshot.archive.get(0)
    assert (article.title, article.lead, article.body) == ("", "", "تهران")
    assert snapshot.keyword.frequency("words", "لید") == 0
    assert snapshot.keyword.frequency("words", "تهران") == 1
    snapshot.close()


@pytest.mark.slow
def test_the_summary_of_a_build_matches_what_it_did(tmp_path: Path) -> None:
    report = QuietReport()
    summary: Summary = build_index([SEEDS], tmp_path / "index", KEYWORDS, report)
    assert report.stages == ["reading", "learning words", "learning neighbours", "keyword index"]
    assert set(summary.seconds) == {"read", "learn", "keyword", "near-duplicates", "publish"}
    assert (summary.generation, summary.rejected) == (1, len(report.rejections))
    assert summary.articles >= 45
    assert summary.bytes == sum(
        path.stat().st_size
        for path in (tmp_path / "index").rglob("*")
        if path.is_file() and path.name not in ("current", "lock", REPORT_NAME)
    )


def test_odd_values_are_stored_or_rejected_but_never_stop_a_build(tmp_path: Path) -> None:
    source = tmp_path / "odd.jsonl"
    source.write_text(
        "\n".join(
            [
                '{"id": "1", "title": "t", "views": 123456789012345678901234567890}',
                '{"id": "2", "title": "nul \\u0000 in it"}',
                '{"id": "3", "title": "half a pair \\ud83d"}',
                '{"id": "4", "title": "t", "views": 1e400}',
                '{"id": "5", "title": "t", "deep": ' + "[" * 200 + "]" * 200 + "}",
            ]
        )
    )
    summary = build([source], tmp_path / "index", KEYWORDS)
    assert summary.articles + summary.rejected == 5
    snapshot = Snapshot.open(tmp_path / "index")
    snapshot.verify()
    assert len(list(snapshot.archive.articles())) == summary.articles >= 2
    snapshot.close()


def listed(index: Path) -> list[str]:
    """Return the lines of the report of the last build."""
    return (index / REPORT_NAME).read_text("utf-8").splitlines()


def test_the_last_of_several_records_with_one_id_is_indexed_and_counted(tmp_path: Path) -> None:
    source = jsonl(
        tmp_path / "new.jsonl",
        [{"id": "7", "title": "باران"}, {"id": "8", "title": "برف"}, {"id": "7", "title": "اصلاحیه"}],
    )
    summary = build([source], tmp_path / "index", KEYWORDS)
    assert (summary.articles, summary.rejected, summary.replaced, summary.notes) == (2, 0, 1, 1)
    assert listed(tmp_path / "index") == [
        f"note: {source}:3: replaces the article with the same id, 7, of {source}:1"
    ]
    snapshot = Snapshot.open(tmp_path / "index")
    snapshot.verify()
    assert [article.title for article in snapshot.archive.articles()] == ["اصلاحیه", "برف"]
    assert snapshot.keyword.frequency("words", "باران") == 0
    snapshot.close()


def test_the_report_lists_every_rejected_record_and_goes_when_there_is_none(tmp_path: Path) -> None:
    source, index = tmp_path / "new\n\udcff.jsonl", tmp_path / "index"
    source.write_text('{"title": "خبر", "date": "-"}\n' + "not json\n" * 300, "utf-8")
    code, out, err = ran("index", source, "--index", index, "--no-semantic")
    assert code == 1
    shown = [line for line in err.splitlines() if ": is broken JSON" in line]
    assert len(shown) == 50
    assert "… and 250 more records rejected" in err
    assert re.search(rf"^report +{re.escape(str(index / REPORT_NAME))}$", out, re.MULTILINE)
    place = f"{tmp_path}/new \\udcff.jsonl"
    assert listed(index)[0] == f"note: {place}:1: has no date: published is '-'"
    assert [line.split(": is broken")[0] for line in listed(index)[1:]] == [
        f"rejected: {place}:{number}" for number in range(2, 302)
    ]
    build([jsonl(tmp_path / "sound.jsonl", records(3))], index, KEYWORDS)
    assert not list(index.glob(f"{REPORT_NAME}*"))


def test_a_build_that_publishes_nothing_still_lists_what_it_rejected(served: Path, tmp_path: Path) -> None:
    source = tmp_path / "new.jsonl"
    source.write_text("not json\n")
    with pytest.raises(ReadError, match="no article could be read"):
        build([source], served, KEYWORDS)
    assert len(listed(served)) == 1


@pytest.mark.slow
def test_an_index_that_would_lose_more_than_half_of_its_articles_is_not_published(
    served: Path, tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    before = answers(served, analyzer)
    source = jsonl(tmp_path / "new.jsonl", records(9))
    with source.open("a") as file:
        file.write("not json\n")
    code, _, err = ran("index", source, "--index", served, "--no-semantic")
    assert code == 3
    rejected, line = err.splitlines()
    assert rejected.startswith(f"rejected: {source}:10: ")
    assert line == (
        f"khabaryab: {served}: 9 articles were read, but the published index holds 20: it keeps serving, and "
        f"nothing was published; {served / REPORT_NAME} lists what was rejected; if so few are right, repeat "
        "with --allow-shrink"
    )
    assert answers(served, analyzer) == before
    assert folders(served) == {"000001"}
    assert len(listed(served)) == 1
    code, out, _ = ran("index", source, "--index", served, "--no-semantic", "--allow-shrink")
    assert code == 1
    assert re.search(r"^articles +9$", out, re.MULTILINE)


@pytest.mark.parametrize(("count", "refused"), [(10, False), (9, True)])
def test_half_of_the_articles_are_enough(served: Path, tmp_path: Path, count: int, refused: bool) -> None:
    source = jsonl(tmp_path / "new.jsonl", records(count))
    if refused:
        with pytest.raises(IndexShrinks, match="9 articles were read"):
            build([source], served, KEYWORDS)
    else:
        assert build([source], served, KEYWORDS).articles == count


def test_an_article_that_the_analysis_fails_on_is_rejected_and_the_others_are_indexed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    analysis = PersianAnalyzer.analysis

    def fragile(analyzer: PersianAnalyzer, parts: Sequence[str]) -> object:
        if any("زهر" in part for part in parts):
            raise OverflowError("a word\nis too long")
        return analysis(analyzer, parts)

    monkeypatch.setattr(PersianAnalyzer, "analysis", fragile)
    written = records(6)
    for number in (1, 4):
        written[number]["body"] += " زهر"
    source = jsonl(tmp_path / "new.jsonl", written)
    report = QuietReport()
    summary = build_index([source], tmp_path / "index", KEYWORDS, report)
    assert (summary.articles, summary.rejected) == (4, 2)
    assert list(map(str, report.rejections)) == [
        f"article {number}: makes the program fail (OverflowError: a word is too long); please report this"
        for number in (1, 4)
    ]
    snapshot = Snapshot.open(tmp_path / "index")
    snapshot.verify()
    assert (snapshot.manifest.articles, snapshot.manifest.rejected) == (4, 2)
    assert [article.id for article in snapshot.archive.articles()] == ["0", "2", "3", "5"]
    assert folders(tmp_path / "index") == {"000001"}
    snapshot.close()
    with pytest.raises(ReadError, match=r"article 1: .*stopped by --strict"):
        build([source], tmp_path / "index", BuildOptions(semantic=False, strict=True))


def test_an_error_that_no_article_causes_is_passed_on(
    served: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*arguments: object) -> None:
        raise RuntimeError("an error in the program")

    monkeypatch.setattr(VocabularyCounts, "write", fails)
    with pytest.raises(RuntimeError, match="an error in the program"):
        build([tmp_path / "old.jsonl"], served, KEYWORDS)
    assert folders(served) == {"000001"}


def test_an_error_after_publishing_says_that_the_new_index_is_published(
    served: Path, tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    stuck = served / "encoded-0.checkpoint"
    (stuck / "x").mkdir(parents=True)  # a folder cannot be removed like a file
    code, _, err = ran("index", tmp_path / "old.jsonl", "--index", served, "--no-semantic")
    assert code == 3
    line = one_line(err)
    assert "the new index is published (generation 000002)" in line
    assert f"{stuck}: Is a directory" in line
    assert "nothing was published" not in line
    assert answers(served, analyzer)[0] == 2


@pytest.mark.parametrize(
    "error",
    [OSError(5, "Input/output error"), IndexInaccessible("archive.sqlite: disk full"), KeyboardInterrupt()],
)
def test_whatever_stops_a_build_after_publishing_it_is_told(
    served: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def fails(*arguments: object) -> None:
        raise error

    monkeypatch.setattr(ArchiveWriter, "keep_only", fails)
    with pytest.raises((IndexInaccessible, KeyboardInterrupt), match="generation 000002") as caught:
        build([tmp_path / "old.jsonl"], served, KEYWORDS)
    assert "is published" in str(caught.value)
    assert isinstance(caught.value, KeyboardInterrupt) == isinstance(error, KeyboardInterrupt)
