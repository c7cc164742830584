"""Changes whose process is killed at any instant: the archive is that of before or after, and sound."""

import multiprocessing
import random
import time
from contextlib import closing
from pathlib import Path

import changing_process
import pytest
from conftest import QuietReport, build, jsonl

from indexer.build import BuildOptions
from indexer.changes import remove_articles
from indexer.filters import Filters
from indexer.keyword import ENGINES
from indexer.keyword.engine import KeywordQuery, QueryTerm
from indexer.keyword.fields import STEMS
from indexer.snapshot import Snapshot

KILLS = 30  # for each engine
HANGS = 120.0
# The seconds in which a change is killed: it takes about half of them.
LONGEST = 0.5

Model = dict[str, str]


def record(name: str, body: str) -> dict[str, object]:
    return {"id": name, "title": f"گزارش {name}", "body": body}


def body(dice: random.Random) -> str:
    """Return a text whose last word no other article has."""
    words = [f"w{dice.randrange(500)}" for _ in range(40)]
    return f"{' '.join(words)} {''.join(dice.choices('abcdefghij', k=12))}"


def shown(index: Path) -> Model:
    """Return what a reader sees, after checking that every part of the index shows the same."""
    with closing(Snapshot.open(index)) as snapshot:
        snapshot.verify()
        articles = {article.id: article.body for article in snapshot.archive.articles()}
        assert len(snapshot.keyword) == len(articles)
        for name, text in articles.items():
            own = KeywordQuery(words=((QueryTerm(STEMS, text.split()[-1]),),))
            found = snapshot.keyword.search(own, Filters(), 5)
            assert snapshot.archive.ids(found.numbers.tolist()) == [name]
            assert len(snapshot.terms.tokens(int(found.numbers[0]))) >= len(text.split())
        return articles


def changed(dice: random.Random, model: Model) -> tuple[str, Model, Model, list[str]]:
    """Choose a change: its kind, the articles it is given, the model after it, and the ids to remove."""
    kind = dice.choice(["add", "add", "remove", "synchronize", "build"])
    if kind == "remove":
        gone = dice.sample(sorted(model), min(len(model) - 1, dice.randrange(1, 4)))
        return kind, {}, {name: text for name, text in model.items() if name not in gone}, gone
    names = [
        *dice.sample(sorted(model), min(len(model), 2)),
        *(f"n{dice.randrange(10**6)}" for _ in range(3)),
    ]
    new = {name: body(dice) for name in names}
    if kind == "add":
        return kind, new, model | new, []
    kept = {name: model[name] for name in dice.sample(sorted(model), len(model) // 2)}
    return kind, kept | new, kept | new, []


@pytest.mark.slow
@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_a_killed_change_leaves_the_archive_of_before_or_after_and_nothing_accepted_is_lost(
    engine: str, tmp_path: Path
) -> None:
    dice = random.Random(engine)  # noqa: S311 no secret
    index, given = tmp_path / "index", tmp_path / "given.jsonl"
    model: Model = {f"a{number}": body(dice) for number in range(12)}
    jsonl(given, [record(*item) for item in model.items()])
    build([given], index, BuildOptions(engine, semantic=False))
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["changing_process"])
    killed = 0
    for _ in range(KILLS):
        kind, articles, after, gone = changed(dice, model)
        jsonl(given, [record(*item) for item in articles.items()])
        process = processes.Process(
            target=changing_process.run, args=(kind, engine, str(index), [str(given)], gone)
        )
        process.start()
        time.sleep(dice.uniform(0, LONGEST))
        process.kill()
        process.join(HANGS)
        killed += process.exitcode != 0
        assert shown(index) in (model, after), kind
        remove_articles(["nobody"], index, QuietReport())  # any change makes visible what was accepted
        seen = shown(index)
        assert seen in (model, after), kind
        model = seen
    assert killed  # else the test tried nothing
