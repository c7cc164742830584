"""The documentation agrees with the program: the READMEs, docs/ and CONTRIBUTING.md."""

import json
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from itertools import chain
from pathlib import Path

import click
import msgspec
import pytest
from commands import HANGS, environment, serving

from indexer.keyword.engine import K1, B
from indexer.readers import READERS
from search_web.cli import main
from search_web.contract.answers import DEPTH_LIMIT
from search_web.contract.parameters import CLAUSES_LIMIT, SIZE_LIMIT, TEXT_LIMIT
from search_web.ranking.features import EARLY, TITLE, WINDOW
from search_web.ranking.gate import QueryFeatures
from search_web.ranking.weights import cutoff_weights, ranking_weights
from search_web.search import HybridSearcher
from search_web.understanding.query_terms import STREAM_WEIGHTS
from search_web.web.app import create_app

ROOT = Path(__file__).parent.parent
READMES = [ROOT / "README.md", ROOT / "README.fa.md"]
COMMAND = Path(sys.executable).parent / "khabaryab"


def console_lines(page: Path) -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", page.read_text("utf-8"), flags=re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line]


def test_the_commands_page_is_generated_from_the_current_cli_help() -> None:
    generate = runpy.run_path(str(ROOT / "docs" / "generate.py"))
    assert (ROOT / "docs" / "commands.md").read_text("utf-8") == generate["commands_page"](), (
        "run: .venv/bin/python docs/generate.py"
    )


def test_both_readmes_show_the_same_commands() -> None:
    english, persian = map(console_lines, READMES)
    assert english == persian


def test_each_make_target_that_the_readme_shows_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    shown = {line.split()[1] for line in console_lines(READMES[0]) if line.startswith("make ")}
    assert {"serve", "test"} <= shown
    assert all(re.search(rf"^{target}:", makefile, flags=re.MULTILINE) for target in shown)


@pytest.mark.slow
def test_each_command_that_the_readme_shows_works(seeds_index: Path, tmp_path: Path) -> None:
    shown = [shlex.split(line) for line in console_lines(READMES[0]) if line.startswith("khabaryab")]
    assert {words[1] for words in shown} == set(main.commands)
    index = shutil.copytree(seeds_index, tmp_path / "index")  # some commands change it
    for words in shown:
        if words[1] in {"index", "serve"}:  # run for real by tests of their own
            main.commands[words[1]].make_context(
                words[1], words[2:], parent=click.Context(main, **main.context_settings)
            )
            continue
        words = [word.replace("seeds.trec", str(tmp_path / "run.trec")) for word in words]
        if "--collections" in words:
            words += ["--work", str(tmp_path / "work")]
        elif "--index" in words:
            words[words.index("--index") + 1] = str(index)
        else:
            words += ["--index", str(index)]
        done = subprocess.run([COMMAND, *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout or words[1] == "run"


@pytest.fixture
def curl() -> str:
    """Return the path of curl; without it, the test fails if CI=true and is skipped otherwise."""
    path = shutil.which("curl")
    if path:
        return path
    if os.environ.get("CI") == "true":
        pytest.fail("no curl on this machine")
    pytest.skip("no curl on this machine")


@pytest.mark.slow
def test_the_request_that_the_readme_shows_is_answered(curl: str, seeds_index: Path, tmp_path: Path) -> None:
    (line,) = [line for line in console_lines(READMES[0]) if line.startswith("curl ")]
    assert "http://127.0.0.1:8000/" in line
    with serving(seeds_index, tmp_path) as site:
        words = shlex.split(line.replace("http://127.0.0.1:8000", site.address))
        done = subprocess.run(
            [curl, *words[1:]],
            capture_output=True,
            encoding="utf-8",
            env=environment(no_proxy="127.0.0.1"),
            timeout=HANGS,
            check=True,
        )
    answer = json.loads(done.stdout)
    assert (answer["query"], answer["size"], len(answer["hits"])) == ("زعفران", 3, 3)
    assert "زعفران" in answer["hits"][0]["title"] + answer["hits"][0]["snippet"]


def test_each_query_that_the_readme_shows_finds_something(searcher: HybridSearcher) -> None:
    lines = [shlex.split(line) for line in console_lines(READMES[0]) if line.startswith("khabaryab search")]
    assert lines
    assert all(searcher.rank(words[2], "keyword", 10) for words in lines)


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)
def test_a_readme_names_every_command_format_limit_and_exit_code(page: Path) -> None:
    text = page.read_text("utf-8")
    missing = [f"khabaryab {name}" for name in main.commands if f"khabaryab {name}" not in text]
    missing += [
        ending for ending in (".txt", ".jsonl", ".json", ".csv", ".html") if f"`{ending}`" not in text
    ]
    digits = text.translate(str.maketrans("۰۱۲۳۴۵۶۷۸۹٬", "0123456789,"))
    limits = (TEXT_LIMIT, CLAUSES_LIMIT, SIZE_LIMIT, DEPTH_LIMIT)
    missing += [f"{limit:,}" for limit in limits if f"{limit:,}" not in digits]
    missing += [code for code in ("0", "1", "2", "3", "70", "130") if code not in digits]
    assert missing == []
    assert {".txt", ".jsonl", ".json", ".csv", ".html"} <= set(READERS)


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)
def test_each_address_that_a_readme_names_is_served(page: Path, searcher: HybridSearcher) -> None:
    rules = [rule.rule for rule in create_app(searcher).url_map.iter_rules()]
    named = set(re.findall(r"`(/[a-z/]+?)(?:/ID|\?[^`]*)?`", page.read_text("utf-8")))
    assert {"/api/search", "/api/articles", "/healthz"} <= named
    assert all(any(rule.startswith(name) for rule in rules) for name in named)


@pytest.mark.parametrize(
    "page", [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")], ids=lambda page: page.name
)
def test_each_link_to_a_file_points_to_an_existing_path(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text("utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_direct_dependency_is_explained_in_contributing_and_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    names = [re.split(r"[<>=!~ ]", requirement)[0] for requirement in named]
    rows = [
        row.split("|")[1]
        for row in (ROOT / "CONTRIBUTING.md").read_text("utf-8").splitlines()
        if row[:1] == "|"
    ]
    explained = set(re.findall(r"[\w-]+", " ".join(rows)))
    assert [name for name in names if name not in explained] == []
    pins = (ROOT / "constraints.txt").read_text("utf-8").lower()
    assert [name for name in names if f"\n{name.lower()}==" not in pins.replace("_", "-")] == []


def test_the_ranking_page_states_the_weights_in_use() -> None:
    page = (ROOT / "docs" / "ranking.md").read_text("utf-8")
    weights = ranking_weights()
    for name in QueryFeatures.__struct_fields__:
        both = (getattr(weights.gate.keyword, name), getattr(weights.gate.semantic, name))
        row = next(line for line in page.splitlines() if line.startswith(f"| {name} |"))
        assert row.endswith(f"| {both[0]:.2f} | {both[1]:.2f} |"), name
    for name in ("bigrams", "window", "near"):
        weight = getattr(weights.gate, name)
        row = next(line for line in page.splitlines() if line.startswith(f"| beside both: {name} |"))
        assert row.endswith(f"| {weight.constant:.2f} | {weight.bare:.2f} |"), name
    lexical = " + ".join(
        f"{value:.2f} · {name}" for name, value in msgspec.structs.asdict(weights.lexical).items()
    )
    assert f"keyword = {lexical}\n" in page
    cutoff = cutoff_weights()
    bound = " + ".join(
        f"{getattr(cutoff, name):.2f} · {name}" for name in ("coverage", "keyword", "prominence")
    )
    assert f"    evidence = {bound}\n" in page
    assert f"all candidates with an evidence of {cutoff.least:g} or more" in page
    assert f"only a prominence of at least {cutoff.alone:g} counts" in page
    for stream, weight in STREAM_WEIGHTS.items():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{stream}` |"))
        assert row.endswith(f"| {weight:g} |"), stream
    assert f"k1 = {K1:g} and b = {B:g}," in page
    assert f"a word of the title counts {TITLE:g} times" in page
    assert f"exp(-p / {EARLY})" in page
    assert f"within {WINDOW} positions" in page


def test_the_newest_version_of_the_changelog_is_that_of_the_program() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    versions = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$", changelog, flags=re.MULTILINE)
    assert changelog.index("## [Unreleased]") < changelog.index(f"## [{versions[0]}]")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert versions[0] == project["version"] == version("khabaryab")
