"""`khabaryab eval` on collections: real indexes over seeds/, saved runs, the half-space grid."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner, Result
from conftest import DATA, SEEDS, QuietReport
from numpy.typing import NDArray

from indexer.errors import IndexBusy
from indexer.semantic.loading import load_passage_encoder
from search_web.cli import main
from search_web.cli.evaluation import SPELLINGS as OFFERED
from search_web.cli.options import MODES
from search_web.evaluation import read_queries
from search_web.evaluation.collection import Collection
from search_web.evaluation.results import Results
from search_web.evaluation.shortening import shorten
from search_web.evaluation.spelling import SPELLINGS, Spelling, rewrite
from search_web.evaluation.workspace import Workspace
from search_web.search import HybridSearcher

pytestmark = pytest.mark.slow

FILES = (DATA / "queries.jsonl", DATA / "qrels.tsv")
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a collections file, which names only the seeds; all tests share the work folder in it."""
    folder = tmp_path_factory.mktemp("evaluation")
    lines = ["[[collection]]", 'name = "seeds/خبر"', f'articles = ["{SEEDS}"]']
    lines += [f'queries = "{FILES[0]}"', f'qrels = "{FILES[1]}"']
    (folder / "collections.toml").write_text("\n".join(lines), "utf-8")
    return folder


@pytest.fixture
def run(folder: Path) -> Run:
    def run(*arguments: object) -> Result:
        where = ("--collections", folder / "collections.toml", "--work", folder / "work")
        return CliRunner().invoke(main, ["eval", *map(str, (*where, "--mode", "keyword", *arguments))])

    return run


def results(result: Result) -> Results:
    assert result.exit_code == 0, result.stderr
    return msgspec.json.decode(result.stdout, type=Results)


def one_line(result: Result, code: int) -> str:
    assert result.exit_code == code, result.output
    (line,) = result.stderr.splitlines()
    return line


def test_the_command_offers_all_spellings_and_modes() -> None:
    assert OFFERED == SPELLINGS
    assert MODES == ("hybrid", "keyword", "semantic")


def test_a_collection_has_the_same_measures_as_an_index_built_by_hand(run: Run, seeds_index: Path) -> None:
    (row,) = results(run("--json")).rows
    by_hand = ("eval", *FILES, "--mode", "keyword", "--json", "--index", seeds_index)
    measured = json.loads(CliRunner().invoke(main, [*map(str, by_hand)]).stdout)
    assert (row.collection, row.queries) == ("seeds/خبر", measured["queries"])
    assert (row.ndcg_at_10, row.mrr_at_10, row.recall_at_100) == (
        measured["ndcg_at_10"],
        measured["mrr_at_10"],
        measured["recall_at_100"],
    )
    assert row.ndcg_at_10_interval[0] < row.ndcg_at_10 < row.ndcg_at_10_interval[1]


def test_the_form_for_a_single_index_accepts_the_short_option_too(seeds_index: Path) -> None:
    given = ("eval", *FILES, "--index", seeds_index, "--mode", "keyword", "--short", "2", "--json")
    found = results(CliRunner().invoke(main, [*map(str, given)]))
    assert found.short == 2
    assert [row.collection for row in found.rows] == ["queries"]


@pytest.mark.parametrize("arguments", [(), ("--short", 2), ("--spelling", "joined")])
def test_a_table_on_the_terminal_names_every_measure(run: Run, arguments: tuple[object, ...]) -> None:
    shown = run(*arguments).stdout
    for name in ("seeds/خبر", "nDCG@10", "MRR@10", "Recall@100", "p95 ms"):
        assert name in shown
    assert ("asis/joined" in shown) == ("joined" in arguments)


def test_the_grid_measures_every_spelling_of_documents_and_queries(run: Run) -> None:
    found = results(run("--grid", "--json"))
    cells = {(row.documents, row.spelling): row.ndcg_at_10 for row in found.rows}
    halves = ("asis", "joined", "spaced")
    assert list(cells) == [
        *[("asis", queries) for queries in halves],
        ("asis", "arabic"),
        ("asis", "latin-digits"),
        *[(documents, queries) for documents in halves[1:] for queries in halves],
    ]
    (grid,) = found.grids
    nine = [cells[documents, queries] for documents in halves for queries in halves]
    assert grid.worst_over_best == pytest.approx(min(nine) / max(nine), abs=1e-4)
    assert grid.arabic == grid.latin_digits == 1.0  # folding removes these differences
    assert 0.9 < grid.worst_over_best < 1
    assert "worst over best" in run("--grid").stdout


def test_documents_are_indexed_in_the_requested_spelling(run: Run, folder: Path) -> None:
    results(run("--document-spelling", "joined", "--json"))
    (joined,) = (folder / "work").glob("*-joined-keyword/articles.jsonl")
    articles = [json.loads(line) for line in joined.read_text("utf-8").splitlines()]
    texts = "".join(article[field] for article in articles for field in ("title", "lead", "body", "kicker"))
    assert "ميشود" in texts
    assert "\u200c" not in texts
    assert any("\u200c" in article["source"] for article in articles)  # only texts are rewritten, not facets
    with HybridSearcher(joined.parent / "index") as searcher:
        assert searcher.facets().articles == len(articles) > 50


@pytest.mark.parametrize("spelling", ["joined", "spaced", "arabic"])
def test_queries_are_shortened_first_and_respelled_afterwards(
    run: Run, tmp_path: Path, spelling: Spelling
) -> None:
    assert run("--spelling", spelling, "--short", 3, "--save", tmp_path / "run").exit_code == 0
    (path,) = (tmp_path / "run").glob("*.jsonl")
    asked = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for query, given in zip(asked, read_queries(FILES[0]), strict=True):
        assert query["text"] == rewrite(shorten(given.text, 3, given.id), spelling)


def test_a_sample_always_consists_of_the_same_queries(run: Run, tmp_path: Path) -> None:
    (row,) = results(run("--sample", 30, "--save", tmp_path / "run", "--json")).rows
    (comparison,) = results(run("--sample", 40, "--against", tmp_path / "run", "--json")).comparisons
    assert (row.queries, comparison.queries, comparison.left_out) == (30, 30, 10)


def test_an_index_is_reused_until_its_articles_change(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    article = tmp_path / "articles" / "a.txt"
    article.write_text("سد کرج پر شد\n\nآب سد کرج بالا آمد.\n", "utf-8")
    collection = Collection(name="a", queries=FILES[0], qrels=FILES[1], articles=(tmp_path / "articles",))
    report = QuietReport()
    for text, built in (("", 1), ("", 1), ("\nخبری تازه.\n", 2)):
        article.write_text(article.read_text("utf-8") + text, "utf-8")
        with Workspace(tmp_path / "work", report) as workspace:
            workspace.index(collection, "asis", semantic=False)
        assert report.stages.count("keyword index") == built


def test_a_work_folder_serves_one_evaluation_at_a_time(tmp_path: Path) -> None:
    seeds = Collection(name="a", queries=FILES[0], qrels=FILES[1], articles=(SEEDS,))
    with Workspace(tmp_path, QuietReport()) as first, Workspace(tmp_path, QuietReport()) as second:
        first.index(seeds, "asis", semantic=False)
        with pytest.raises(IndexBusy, match="--work"):
            second.index(seeds, "asis", semantic=False)
    with Workspace(tmp_path, QuietReport()) as third:
        assert third.index(seeds, "asis", semantic=False).is_dir()


class CountingEncoder:
    """The real encoder, which counts the passages that it encodes."""

    def __init__(self) -> None:
        self.encoded = 0
        self._encoder = load_passage_encoder()

    def __getattr__(self, name: str) -> object:
        return getattr(self._encoder, name)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded += len(texts)
        return self._encoder.encode_passages(texts)


@pytest.mark.encoder
def test_vectors_are_reused_from_other_collections(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = CountingEncoder()
    monkeypatch.setattr("indexer.build.load_passage_encoder", lambda _: encoder)
    for name, title in (("shared", "برف در البرز"), ("own", "باران در گیلان")):
        (tmp_path / f"{name}.jsonl").write_text(f'{{"id": "{name}", "title": "{title}", "body": "خبر."}}\n')
    shared, own = tmp_path / "shared.jsonl", tmp_path / "own.jsonl"
    encoded = []
    with Workspace(tmp_path / "work", QuietReport()) as workspace:
        for name, articles in (("first", (shared,)), ("second", (shared, own)), ("third", (own, shared))):
            collection = Collection(name=name, queries=FILES[0], qrels=FILES[1], articles=articles)
            index = workspace.index(collection, "asis", semantic=True)
            encoded.append(encoder.encoded)
    assert encoded == [1, 2, 2]
    assert not list(index.glob("*.checkpoint"))
    with HybridSearcher(index) as searcher:
        assert searcher.rank("بارش باران", "semantic", 1)[0][0] == "own"


def test_comparing_a_run_with_itself_shows_no_difference(run: Run, tmp_path: Path) -> None:
    results(run("--save", tmp_path / "run", "--json"))
    found = results(run("--against", tmp_path / "run", "--json"))
    (comparison,) = found.comparisons
    assert (comparison.queries, comparison.won, comparison.lost, comparison.left_out) == (100, 0, 0, 0)
    assert comparison.difference.p_value == 1.0


def test_queries_that_won_or_lost_are_shown_with_both_rankings(run: Run, tmp_path: Path) -> None:
    results(run("--save", tmp_path / "run", "--json"))
    (path,) = (tmp_path / "run").glob("*.jsonl")
    saved = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    winner, loser, absent = saved[0], saved[1], saved.pop()
    winner |= {"ndcg_at_10": winner["ndcg_at_10"] - 0.5, "top": ["gone"]}
    loser["ndcg_at_10"] += 0.25
    saved[2]["text"] += " دیگر"
    path.write_text("".join(json.dumps(outcome) + "\n" for outcome in saved), "utf-8")
    (comparison,) = results(run("--against", tmp_path / "run", "--json")).comparisons
    assert (comparison.queries, comparison.left_out) == (98, 2)
    assert comparison.changes == [0.5, -0.25]
    assert comparison.difference.mean == pytest.approx(0.25 / 98)
    (won,), (lost,) = comparison.most_won, comparison.most_lost
    assert (won.id, lost.id) == (winner["id"], loser["id"])
    assert absent["id"] not in {won.id, lost.id}
    assert [(ranked.id, ranked.title) for ranked in won.top_before] == [("gone", "")]
    assert won.top_after[0].title
    shown = run("--against", tmp_path / "run").stdout
    assert winner["text"] in shown
    assert won.top_after[0].title in shown


def test_saving_a_run_replaces_the_previous_one(run: Run, tmp_path: Path) -> None:
    for spelling in ("joined", "asis"):
        assert run("--save", tmp_path / "run", "--spelling", spelling).exit_code == 0
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == [
        "run.json",
        "seeds%2F%D8%AE%D8%A8%D8%B1.keyword.asis.asis.jsonl",
    ]
    missing = run("--against", tmp_path / "run", "--spelling", "joined")
    assert "none of what is to be measured" in one_line(missing, 3)
    part = run("--against", tmp_path / "run", "--grid", "--json")
    assert part.stderr.count("not in") == 10
    assert len(results(part).comparisons) == 1


def test_a_run_is_not_saved_into_a_folder_with_other_files(run: Run, tmp_path: Path) -> None:
    (tmp_path / "precious").touch()
    assert str(tmp_path) in one_line(run("--save", tmp_path), 2)
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{}", "not the table of a saved run"),
        ('{"format": 99, "cells": []}', "format 99"),
        (
            '{"format": 1, "cells": [{"collection": "a", "mode": "keyword", "documents": "asis",'
            ' "spelling": "asis", "file": "../a"}]}',
            "outside",
        ),
    ],
)
def test_a_broken_saved_run_is_one_error_line(run: Run, tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "run.json").write_text(content)
    line = one_line(run("--against", tmp_path), 3)
    assert f"{tmp_path / 'run.json'}:1: " in line
    assert message in line


def test_the_error_for_a_broken_line_of_a_saved_run_names_file_and_line(run: Run, tmp_path: Path) -> None:
    assert run("--save", tmp_path / "run").exit_code == 0
    (path,) = (tmp_path / "run").glob("*.jsonl")
    path.write_text(path.read_text("utf-8") + "{}\n", "utf-8")
    assert f"{path}:101: " in one_line(run("--against", tmp_path / "run"), 3)


def test_judgements_of_other_queries_are_an_error_before_anything_is_built(tmp_path: Path) -> None:
    (tmp_path / "qrels.tsv").write_text("other 0 a 1\n")
    given = ("eval", FILES[0], tmp_path / "qrels.tsv", "--index", tmp_path / "none", "--short", 3)
    line = one_line(CliRunner().invoke(main, [*map(str, given)]), 3)
    assert f"{tmp_path / 'qrels.tsv'}: judges none of the queries" in line


def test_conflicting_options_are_one_error_line(run: Run, folder: Path, seeds_index: Path) -> None:
    assert "--grid" in one_line(run("--grid", "--spelling", "joined"), 2)
    assert "--collections" in one_line(CliRunner().invoke(main, ["eval"]), 2)
    assert "--collections" in one_line(CliRunner().invoke(main, ["eval", str(FILES[0])]), 2)
    both = ["eval", *map(str, FILES), "--collections", str(folder / "collections.toml")]
    assert "--collections" in one_line(CliRunner().invoke(main, both), 2)
    built = ["eval", *map(str, FILES), "--index", str(seeds_index), "--mode", "keyword"]
    spelled = [*built, "--document-spelling", "joined"]
    assert "already built" in one_line(CliRunner().invoke(main, spelled), 2)
