"""What the processes run that tests kill: changes of an index. Importing it loads what a change needs."""

from pathlib import Path

from conftest import QuietReport

from indexer.build import BuildOptions, build_index
from indexer.changes import ReadOptions, add_articles, remove_articles, synchronize
from indexer.keyword import ENGINES, load_engine
from indexer.persian.analyzer import persian_analyzer

persian_analyzer()
for _name in ENGINES:
    load_engine(_name)


def run(kind: str, engine: str, index: str, paths: list[str], ids: list[str]) -> None:
    """Run one change or build."""
    given, report = [Path(path) for path in paths], QuietReport()
    if kind == "add":
        add_articles(given, Path(index), ReadOptions(), report)
    elif kind == "remove":
        remove_articles(ids, Path(index), report)
    elif kind == "synchronize":
        synchronize(given, Path(index), ReadOptions(allow_shrink=True), report)
    else:
        build_index(given, Path(index), BuildOptions(engine, semantic=False, allow_shrink=True), report)
