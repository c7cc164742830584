"""Every command as a user runs it: help, output, exit codes, and errors of one line."""

import json
import os
import pty
import re
import select
import subprocess
import sys
import unicodedata
from pathlib import Path

import msgspec
import pytest
from click import Option
from commands import HANGS, KHABARYAB, environment, khabaryab
from conftest import DATA, SEEDS, build

from indexer.build import BuildOptions
from search_web.cli import main
from search_web.contract.answers import SearchAnswer, SimilarAnswer
from search_web.evaluation import Measures
from search_web.presentation.status import Status

pytestmark = pytest.mark.slow

HEAVY = {
    "torch",
    "sentence_transformers",
    "transformers",
    "whoosh",
    "flask",
    "numpy",
    "rich",
    "hazm",
    "msgspec",
}
STATUS_FIELDS = set(Status.__struct_fields__)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index without vectors: these commands need no encoder."""
    index = tmp_path_factory.mktemp("cli") / "index"
    build([SEEDS], index, BuildOptions(semantic=False))
    return index


def one_line(result: subprocess.CompletedProcess[str], code: int) -> str:
    """Check that a command failed with one clear line, and return it."""
    assert result.returncode == code, result.stderr
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("khabaryab: ")
    return line


def test_help_names_every_command_and_every_exit_code() -> None:
    result = khabaryab("--help")
    assert result.returncode == 0
    for name in ("index", "search", "run", "eval", "serve", "status", "suggest", "verify"):
        assert re.search(rf"^  {name} ", result.stdout, re.MULTILINE)
    for code in (0, 1, 2, 3, 70, 130):
        assert re.search(rf"^ +{code} ", result.stdout, re.MULTILINE)


@pytest.mark.parametrize("name", sorted(main.commands))
def test_help_describes_every_option(name: str) -> None:
    shown = khabaryab(name, "--help", COLUMNS="200")
    assert shown.returncode == 0
    text = " ".join(shown.stdout.split())
    for parameter in main.commands[name].params:
        if isinstance(parameter, Option):
            assert parameter.help
            assert all(option in text for option in parameter.opts)
            assert " ".join(parameter.help.split()) in text


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom search_web.cli import main\n"
        "for name in (None, *main.commands):\n"
        "    main([*filter(None, [name]), '--help'], standalone_mode=False)\n"
        "print('modules:', *sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(result.stdout.rpartition("modules:")[2].split())
    assert "click" in loaded
    assert not HEAVY & loaded


def test_a_keyword_search_imports_neither_torch_nor_flask(index: Path) -> None:
    code = (
        "import sys\nfrom search_web.cli import main\n"
        f"main(['search', 'تهران', '--mode', 'keyword', '--index', {str(index)!r}], standalone_mode=False)\n"
        "print('modules:', *sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", env=environment(), check=True
    )
    loaded = set(result.stdout.rpartition("modules:")[2].split())
    assert "whoosh" in loaded
    assert not {"torch", "sentence_transformers", "transformers", "flask", "ir_measures"} & loaded


def test_version_is_printed() -> None:
    assert re.fullmatch(r"khabaryab, version \d+\.\d+\.\d+\n", khabaryab("--version").stdout)


def test_index_builds_from_several_files_and_prints_a_summary(tmp_path: Path) -> None:
    index = tmp_path / "new" / "index"
    built = khabaryab(
        "index", SEEDS / "tehran-dams.txt", SEEDS / "agency-feed.jsonl", "--no-semantic", "--index", index
    )
    assert built.returncode == 0, built.stderr
    assert re.search(r"^generation +000001$", built.stdout, re.MULTILINE)
    assert built.stderr == ""
    assert khabaryab("search", "سد", "--index", index).returncode == 0


def test_index_exits_with_1_and_prints_a_line_per_rejected_record(tmp_path: Path) -> None:
    records = tmp_path / "records.jsonl"
    records.write_text('{"id": "a", "title": "خبر"}\n{broken\n', "utf-8")
    built = khabaryab("index", records, "--no-semantic", "--index", tmp_path / "index")
    assert built.returncode == 1
    (line,) = built.stderr.splitlines()
    assert f"{records}:2: " in line
    strict = khabaryab("index", records, "--no-semantic", "--strict", "--index", tmp_path / "index")
    assert f"{records}:2: " in one_line(strict, 3)


def test_search_lists_rank_title_source_day_and_snippet(index: Path) -> None:
    result = khabaryab("search", "ذخیره سدهای تهران", "--mode", "keyword", "--size", "2", "--index", index)
    assert result.returncode == 0
    assert result.stderr == ""
    lines = result.stdout.splitlines()
    assert lines[0] == "1. ذخیره سدهای تهران به ۱۱ درصد رسید"
    assert lines[1].startswith("   آوای شهر · 2025-11-11 · ")
    assert lines[2].startswith("   ")
    assert "تهران" in lines[2]
    assert lines[3].startswith("2. ")
    assert re.fullmatch(r"\d+ results? in \d+ ms", lines[-1])
    assert "\x1b" not in result.stdout
    assert "<mark>" not in result.stdout


def test_search_prints_the_json_of_the_api(index: Path) -> None:
    result = khabaryab("search", "سد", "--json", "--explain", "--size", "1", "--index", index)
    answer = msgspec.json.decode(result.stdout, type=SearchAnswer)
    assert set(json.loads(result.stdout)) == set(SearchAnswer.__struct_fields__)
    assert (answer.query, answer.mode, answer.size, len(answer.hits)) == ("سد", "hybrid", 1, 1)
    assert answer.hits[0].explain is not None
    assert "سد" in result.stdout  # not escaped


def test_search_options_narrow_and_order_the_answer(index: Path) -> None:
    result = khabaryab(
        *("search", "استان", "--from", "1404/01/01", "--to", "2025-09-30", "--source", "سپهر"),
        *("--sort", "newest", "--page", "1", "--size", "5", "--json", "--index", index),
    )
    hits = msgspec.json.decode(result.stdout, type=SearchAnswer).hits
    days = [str(hit.published)[:10] for hit in hits]
    assert hits
    assert days == sorted(days, reverse=True)
    assert all("2025-03-21" <= day <= "2025-09-30" for day in days)
    assert {hit.source for hit in hits} == {"سپهر"}


def test_search_explains_each_hit(index: Path) -> None:
    result = khabaryab("search", "سد", "--mode", "keyword", "--explain", "--size", "1", "--index", index)
    assert re.search(r"^   \d+\.\d{4} = keyword: keyword rank 1, score ", result.stdout, re.MULTILINE)


def test_search_lists_near_duplicates_under_their_hit_or_separately_on_request(index: Path) -> None:
    together = khabaryab("search", "ریزش کوه هراز", "--index", index).stdout
    apart = khabaryab("search", "ریزش کوه هراز", "--index", index, "--no-collapse").stdout
    assert (together.count("   = "), apart.count("   = ")) == (2, 0)
    assert "2025-02-22" in next(line for line in together.splitlines() if line.startswith("   = "))
    counts = [int(re.search(r"(\d+) results", output)[1]) for output in (together, apart)]
    assert counts[1] - counts[0] == 2


def test_search_accepts_a_recency_half_life(index: Path) -> None:
    explained = khabaryab(
        "search", "تهران", "--index", index, "--recency-half-life", "4w", "--explain", "--size", "3"
    ).stdout
    with_freshness = explained.count("freshness 0.") + explained.count("freshness 1.")
    assert explained.count("half-life 28 days") == with_freshness == 3


def test_similar_lists_articles_as_text_and_as_json(index: Path) -> None:
    found = khabaryab("search", "فیبر نوری", "--index", index, "--json", "--size", "1").stdout
    article = msgspec.json.decode(found, type=SearchAnswer).hits[0].id
    listed = khabaryab("similar", article, "--index", index, "--size", "2").stdout.splitlines()
    answer = msgspec.json.decode(
        khabaryab("similar", article, "--index", index, "--size", "2", "--json").stdout, type=SimilarAnswer
    )
    assert [line.partition(". ")[2] for line in listed[::2]] == [hit.title for hit in answer.hits]
    assert all(hit.id in line for hit, line in zip(answer.hits, listed[1::2], strict=True))
    assert "فیبر" in answer.hits[0].title


def test_similar_reports_an_unknown_article_or_a_bad_size_in_one_line(index: Path) -> None:
    assert "nowhere" in one_line(khabaryab("similar", "nowhere", "--index", index), 2)
    assert "size" in one_line(khabaryab("similar", "nowhere", "--index", index, "--size", "0"), 2)


def test_a_blank_search_lists_the_newest(index: Path) -> None:
    answer = msgspec.json.decode(
        khabaryab("search", "", "--json", "--index", index).stdout, type=SearchAnswer
    )
    days = [str(hit.published) for hit in answer.hits]
    assert answer.total > 60
    assert days == sorted(days, reverse=True)


def test_a_search_for_punctuation_says_that_there_is_no_word(index: Path) -> None:
    result = khabaryab("search", "؟!", "--index", index)
    assert result.returncode == 0
    assert result.stdout.startswith("در این عبارت واژه‌ای برای جست‌وجو نیست.\n0 results")


def test_a_query_may_begin_with_a_hyphen_after_a_double_hyphen(index: Path) -> None:
    assert khabaryab("search", "--index", index, "--mode", "keyword", "--", "-تهران سد").returncode == 0


def test_an_environment_variable_can_name_the_index(index: Path) -> None:
    result = khabaryab("status", "--json", KHABARYAB_INDEX=str(index))
    assert json.loads(result.stdout)["index"] == str(index)


def test_status_shows_what_the_index_holds(index: Path) -> None:
    status = json.loads(khabaryab("status", "--json", "--index", index).stdout)
    assert set(status) == STATUS_FIELDS
    assert (status["generation"], status["engine"], status["encoder"]) == ("000001", "whoosh", None)
    assert status["articles"] > 60
    assert sum(status["sources"].values()) <= status["articles"]
    shown = khabaryab("status", "--index", index).stdout
    assert re.search(rf"^articles +{status['articles']} ", shown, re.MULTILINE)
    assert ", ".join(f"{name} {count}" for name, count in status["sources"].items()) in shown


def test_verify_accepts_a_sound_index_and_detects_an_altered_one(tmp_path: Path) -> None:
    index = tmp_path / "index"
    build([SEEDS / "tehran-dams.txt"], index, BuildOptions(semantic=False))
    sound = khabaryab("verify", "--index", index)
    assert sound.returncode == 0
    assert "generation 000001 is sound: 1 articles" in sound.stdout
    broken = next(path for path in (index / "generations" / "000001" / "keyword").iterdir())
    broken.write_bytes(broken.read_bytes() + b"x")
    assert "altered" in one_line(khabaryab("verify", "--index", index), 3)


def test_run_writes_a_trec_run(index: Path, tmp_path: Path) -> None:
    run = tmp_path / "run.trec"
    result = khabaryab(
        *(
            "run",
            DATA / "queries.jsonl",
            "--output",
            run,
            "--mode",
            "keyword",
            "--depth",
            "3",
            "--index",
            index,
        )
    )
    assert result.returncode == 0, result.stderr
    rows = [line.split(" ") for line in run.read_text("utf-8").splitlines()]
    assert all(len(row) == 6 for row in rows)
    assert {row[1] for row in rows} == {"Q0"}
    assert {row[5] for row in rows} == {"khabaryab-keyword"}
    first = [row for row in rows if row[0] == "q001"]
    assert [row[3] for row in first] == [str(rank) for rank in range(1, len(first) + 1)]
    assert max(int(row[3]) for row in rows) == 3


def test_eval_measures_as_table_and_as_json(index: Path) -> None:
    files = (DATA / "queries.jsonl", DATA / "qrels.tsv", "--mode", "keyword", "--index", index)
    measures = msgspec.json.decode(khabaryab("eval", *files, "--json").stdout, type=Measures)
    assert measures.queries == 100
    assert measures.ndcg_at_10 > 0.8
    table = khabaryab("eval", *files).stdout
    assert "nDCG@10" in table
    assert f"{measures.ndcg_at_10:.4f}" in table


@pytest.mark.parametrize(
    "command", [("search", "سد"), ("similar", "سد"), ("status",), ("verify",), ("serve", "--port", "0")]
)
def test_a_missing_index_is_one_error_line_that_says_how_to_build_it(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    line = one_line(khabaryab(*command, "--index", tmp_path / "none"), 3)
    assert str(tmp_path / "none") in line
    assert "khabaryab index" in line


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--from", "دیروز"), "from"),
        (("--from", "2025-02-30"), "from"),
        (("--from", "1404/02/01", "--to", "1404/01/01"), "later than"),
        (("--size", "1000"), "at most 100"),
        (("--size", "0"), "size"),
        (("--page", "200"), "1000"),
        (("--semantic-weight", "2"), "semantic_weight"),
        (("--recency-half-life", "30m"), "recency_half_life"),
    ],
)
def test_a_bad_search_option_is_one_error_line(index: Path, options: tuple[str, ...], message: str) -> None:
    assert message in one_line(khabaryab("search", "سد", *options, "--index", index), 2)


def test_a_query_of_ten_thousand_characters_is_refused_by_the_limit(index: Path) -> None:
    line = one_line(khabaryab("search", "آ" * 10_000, "--index", index), 2)
    assert "10000 characters" in line
    assert "512" in line


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", b"\xff\xfe", "--json"],
        ["search", b"\xed\xa0\x80"],  # a lone surrogate
        ["search", "زعفران", "--source", b"\xff"],
        ["suggest", b"\xed\xa0\x80"],
        ["similar", b"\xff"],
    ],
)
def test_a_text_that_is_not_utf_8_is_one_error_line(index: Path, arguments: list[str | bytes]) -> None:
    result = subprocess.run(
        [KHABARYAB, *arguments, "--index", index],
        capture_output=True,
        encoding="utf-8",
        env=environment(),
        check=False,
    )
    assert "UTF-8" in one_line(result, 2)


def test_an_unknown_engine_is_one_error_line_that_names_the_known_ones(tmp_path: Path) -> None:
    line = one_line(khabaryab("index", SEEDS, "--engine", "lucene", "--index", tmp_path / "index"), 2)
    assert "lucene" in line
    assert "whoosh" in line


@pytest.mark.parametrize("command", [("search", "سد"), ("eval", DATA / "queries.jsonl", DATA / "qrels.tsv")])
def test_an_unknown_mode_is_a_usage_error_that_names_the_modes(
    index: Path, command: tuple[object, ...]
) -> None:
    result = khabaryab(*command, "--mode", "fuzzy", "--index", index)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    for mode in ("hybrid", "keyword", "semantic"):
        assert mode in result.stderr


def test_a_missing_input_path_is_one_error_line(tmp_path: Path) -> None:
    line = one_line(khabaryab("index", tmp_path / "none", "--index", tmp_path / "index"), 3)
    assert str(tmp_path / "none") in line


def test_semantic_search_or_evaluation_without_vectors_is_one_error_line(index: Path) -> None:
    files = (DATA / "queries.jsonl", DATA / "qrels.tsv")
    assert "no vectors" in one_line(khabaryab("eval", *files, "--index", index), 2)
    assert "no vectors" in one_line(khabaryab("search", "سد", "--mode", "semantic", "--index", index), 2)


def test_bad_judgements_are_reported_before_any_query_is_run(index: Path, tmp_path: Path) -> None:
    qrels = tmp_path / "qrels.tsv"
    qrels.write_text("q001 0 a\n")
    line = one_line(khabaryab("eval", DATA / "queries.jsonl", qrels, "--index", tmp_path / "none"), 3)
    assert f"{qrels}:1: " in line


def test_a_run_into_a_missing_folder_is_refused_before_any_query_is_run(tmp_path: Path) -> None:
    output = tmp_path / "none" / "run.trec"
    result = khabaryab("run", DATA / "queries.jsonl", "--output", output, "--index", tmp_path)
    assert str(output.parent) in one_line(result, 2)


def on_a_terminal(*arguments: object, columns: int) -> str:
    """Run the command on a pseudo-terminal with this number of columns and return its output."""
    outer, inner = pty.openpty()
    process = subprocess.Popen(
        [KHABARYAB, *map(str, arguments)],
        stdin=inner,
        stdout=inner,
        stderr=inner,
        env=environment(TERM="xterm-256color", COLUMNS=str(columns)),
    )
    os.close(inner)
    shown = bytearray()
    try:
        while select.select([outer], [], [], 60)[0]:
            shown += os.read(outer, 65536)
    except OSError:  # the other end was closed
        pass
    finally:
        os.close(outer)
        assert process.wait(timeout=HANGS) == 0
    return shown.decode()


def columns_of(line: str) -> int:
    """Count the characters that take up a column; half-spaces and marks above a letter (شبکهٔ) take none."""
    return sum(unicodedata.category(character) not in {"Mn", "Cf"} for character in line)


def test_on_a_terminal_lines_end_between_words_and_matches_are_bold(index: Path) -> None:
    shown = on_a_terminal(
        "search", "سد تهران", "--mode", "keyword", "--size", "5", "--index", index, columns=80
    )
    assert "\x1b[1m" in shown
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown).replace("\r", "")
    assert all(columns_of(line) <= 80 for line in plain.splitlines())
    assert not any(line.endswith(" ") for line in plain.splitlines())
    piped = khabaryab("search", "سد تهران", "--mode", "keyword", "--size", "5", "--index", index).stdout
    assert re.sub(r"\d+ ms", "", plain).split() == re.sub(r"\d+ ms", "", piped).split()


def test_control_characters_of_an_article_never_reach_the_terminal(tmp_path: Path) -> None:
    record = {"id": "a", "title": "سد \x1b[31m سرخ\x07", "body": "سد\x1b]0;x\x07 پر شد"}
    (tmp_path / "a.jsonl").write_text(json.dumps(record), "utf-8")
    build([tmp_path / "a.jsonl"], tmp_path / "index", BuildOptions(semantic=False))
    result = khabaryab("search", "سد", "--mode", "keyword", "--index", tmp_path / "index")
    assert "سرخ" in result.stdout
    assert not set(result.stdout) & {"\x1b", "\x07"}


HOSTILE_NAMES = {
    "rtl\u202egpj.txt": r"rtl\u202egpj.txt",
    "isolate\u2066\u2069.txt": r"isolate\u2066\u2069.txt",
    "clear\x1b[2J\x07.txt": r"clear\x1b[2J\x07.txt",
    "two\nlines.txt": r"two\nlines.txt",
    "c1\x9b31m.txt": r"c1\x9b31m.txt",
    "خبر\u200cها\u200f.txt": "خبر\u200cها\u200f.txt",
    os.fsdecode(b"latin-\xe9.txt"): r"latin-\udce9.txt",
}


def test_file_names_cannot_control_the_terminal(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in HOSTILE_NAMES:
        (folder / name).write_text("")
    rejected = khabaryab("index", folder, "--index", tmp_path / "index", "--no-semantic").stderr
    for shown in HOSTILE_NAMES.values():
        assert f"rejected: {folder}/{shown}: is empty\n" in rejected
    name = "".join(name.removesuffix(".txt") for name in HOSTILE_NAMES)
    error = one_line(khabaryab("verify", "--index", tmp_path / name), 3)
    assert r"rtl\u202egpjisolate\u2066\u2069clear\x1b[2J\x07two\nlines" in error
    assert not set(rejected + error) & set("\x1b\x07\x9b\u202e\u2066\u2069")


def test_links_out_of_a_folder_are_reported_and_read_on_request(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "arak.txt").write_bytes((SEEDS / "arak-smog.txt").read_bytes())
    (folder / "gilan.txt").symlink_to(SEEDS / "flu-gilan.txt")
    command = ("index", folder, "--index", tmp_path / "index", "--no-semantic")
    left = khabaryab(*command)
    assert left.returncode == 1
    assert "the link gilan.txt leads out of the folder and was not followed" in left.stderr
    followed = khabaryab(*command, "--follow-links")
    assert followed.returncode == 0, followed.stderr
    assert re.search(r"^articles +2$", followed.stdout, re.MULTILINE)
