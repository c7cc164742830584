"""The benchmarks of scale measure a real index end to end; docs/performance.md shows their last figures."""

import datetime as dt
import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from conftest import SEEDS

from benchmarks.scale import page
from benchmarks.scale.archives import Source, write_archive
from benchmarks.scale.charts import growth_chart
from benchmarks.scale.growth import Growth, Point, measure
from benchmarks.scale.measured import Latency
from benchmarks.scale.opensearch import Comparison, Side, compare
from benchmarks.scale.processes import BenchmarkError, memory_of, run
from benchmarks.scale.profile import INDEXING, SEARCHING, profile_indexing, profile_queries
from benchmarks.scale.queries import Queries
from benchmarks.scale.sampling import OTHER, Stages, sampled

DAY = dt.date(2026, 1, 2)


@pytest.mark.slow
def test_a_small_archive_is_measured_from_its_making_to_the_memory_of_its_server(tmp_path: Path) -> None:
    point = measure(Source.read(SEEDS), 60, tmp_path, "a test", count=10)
    assert (point.articles, point.machine) == (60, "a test")
    assert point.text == (tmp_path / "archive.jsonl").stat().st_size
    assert point.index > 10_000
    assert min(point.build, point.build_processor, point.opening, point.cold_search) > 0
    assert point.opening < point.cold_search
    assert min(point.build_memory, point.memory_opened, point.memory_asked) > 20e6
    assert {*point.queries} == {"three words", "14 words"}
    assert all(0 < each.p50 <= each.p95 for each in [*point.queries.values(), point.vectors])


@pytest.mark.slow
def test_the_stages_of_indexing_and_searching_are_told_apart(tmp_path: Path) -> None:
    archive = tmp_path / "archive.jsonl"
    write_archive(archive, Source.read(SEEDS), 60)
    article = profile_indexing(archive, tmp_path / "index", 60)
    assert article["analysis"] > 0
    assert article["keyword engine"] > 0
    assert article.get(OTHER, 0) < 0.5 * sum(article.values())
    query = profile_queries(tmp_path / "index", Queries.cut(archive, 40).three_words * 3)
    assert {"snippets", "features"} <= {*query}
    assert query.get(OTHER, 0) < 0.5 * sum(query.values())


@pytest.mark.parametrize("stages", [INDEXING, SEARCHING], ids=["indexing", "searching"])
def test_each_stage_of_a_profile_names_code_that_exists(stages: Stages) -> None:
    for name in [*stages.whole, *stages.own]:
        try:
            importlib.import_module(name)
        except ModuleNotFoundError:
            module, _, function = name.rpartition(".")
            assert hasattr(importlib.import_module(module), function), name


def test_a_stage_takes_along_what_it_calls_and_generators_stay_apart(tmp_path: Path) -> None:
    module = ModuleType("sampled_code")
    code = (
        "def work():\n for _ in range(300_000): pass\n"
        "def pulled():\n for _ in range(20):\n  work(); yield\n"
        "def pulling():\n for _ in pulled(): work()\n"
    )
    exec(compile(code, "sampled_code", "exec"), module.__dict__)  # noqa: S102 - a module of its own
    with sampled(Stages(own={"sampled_code.pulled": "inner", "sampled_code.pulling": "outer"})) as apart:
        module.pulling()
    assert {*apart} <= {"inner", "outer", OTHER}
    assert min(apart["inner"], apart["outer"]) > 0.2 * sum(apart.values())
    with sampled(Stages(whole={"sampled_code.pulling": "outer"})) as together:
        module.pulling()
    assert together["outer"] > 0.9 * sum(together.values())


@pytest.mark.slow
def test_a_process_that_fails_is_an_error_with_its_message(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match="nowhere"):
        run("index", str(tmp_path / "nowhere"), "--index", str(tmp_path / "index"))


def test_memory_counts_a_process_and_its_children() -> None:
    alone = memory_of(os.getpid())
    code = "kept = b'1' * 50_000_000; print('ready', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout
        assert child.stdout.readline() == "ready\n"
        both, own = memory_of(os.getpid()), memory_of(child.pid)
        child.communicate("\n")
    assert own > 50e6
    assert both > alone + 30e6
    assert memory_of(child.pid) == 0


def test_without_a_node_the_comparison_says_so(tmp_path: Path) -> None:
    archive = tmp_path / "archive.jsonl"
    write_archive(archive, Source.read(SEEDS), 2)
    with pytest.raises(BenchmarkError, match=r"127\.0\.0\.1"):
        compare(archive, "127.0.0.1:9", tmp_path, Queries.cut(archive, 2))


def point(articles: int, factor: float = 1.0) -> Point:
    latency = Latency(2.0 * factor, 5.0 * factor)
    return Point(
        day=DAY,
        machine="a test",
        articles=articles,
        text=1000 * articles,
        build=articles / 50,
        build_processor=articles / 40,
        build_memory=300_000_000,
        index=4000 * articles,
        opening=0.5 * factor,
        cold_search=1.5 * factor,
        memory_opened=100_000_000,
        memory_asked=120_000_000,
        queries={"three words": latency, "14 words": latency},
        vectors=latency,
    )


@pytest.fixture
def figures(tmp_path: Path) -> Path:
    side = Side(50.0, {"three words": Latency(20.0, 40.0)}, 10.0, 3000)
    theirs = Side(100.0, {"three words": Latency(10.0, 10.0)}, 40.0, 1000)
    found = Comparison(day=DAY, machine="a test", articles=7, text=1000, ours=side, opensearch=theirs)
    found.save(tmp_path)
    Growth(day=DAY, machine="a test", points=[point(1000), point(10_000, 3)]).save(tmp_path)
    return tmp_path


def test_the_page_shows_the_figures_and_keeps_its_own_text(figures: Path) -> None:
    text = (
        "# Before\n<!-- comparison -->\n1999\n<!-- end -->\nbetween\n<!-- growth -->\n<!-- end -->\nafter\n"
    )
    written = page.page(text, figures)
    assert "| build, articles/s | 50.0 | 100.0 | 0.50 |" in written
    assert "| query of three words, p95 in ms | 40.0 | 10.0 | 4.00 |" in written
    assert "| index size / text | 3.0 | 1.0 | 3.00 |" in written
    assert "| three words, p50 / p95, ms | 2.0 / 5.0 | 6.0 / 15.0 |" in written
    assert "1999" not in written
    assert [line for line in written.splitlines() if line in {"# Before", "between", "after"}] == [
        "# Before",
        "between",
        "after",
    ]
    assert page.page(written, figures) == written


def test_a_new_measurement_of_a_size_replaces_the_old_one() -> None:
    growth = Growth(day=DAY, machine="a test", points=[point(1000), point(10_000)])
    again = growth.with_point(point(1000, 2)).with_point(point(5000))
    assert [(each.articles, each.opening) for each in again.points] == [
        (1000, 1.0),
        (5000, 0.5),
        (10_000, 0.5),
    ]


def test_a_curve_rises_with_its_figures_and_names_do_not_overlap() -> None:
    drawn = growth_chart("<title>", "ms", {"a": [(1000, 1), (10_000, 100)], "b": [(1000, 1), (10_000, 99)]})
    (first, last) = drawn.split('points="')[1].split('"')[0].split(" ")
    assert float(last.split(",")[1]) < float(first.split(",")[1])
    assert float(last.split(",")[0]) > float(first.split(",")[0])
    heights = [float(each.split(' y="')[1].split('"')[0]) for each in drawn.splitlines() if "style=" in each]
    assert abs(heights[0] - heights[1]) >= 12
    assert "<title>" not in drawn


def _written() -> Iterator[tuple[Path, str]]:
    yield page.PAGE, page.page(page.PAGE.read_text("utf-8"))
    for name, drawn in page.pictures():
        yield page.DOCS / name, drawn


def test_the_documentation_shows_the_figures_of_the_last_runs() -> None:
    outdated = [path.name for path, text in _written() if path.read_text("utf-8") != text]
    assert outdated == [], "run: .venv/bin/python -m benchmarks.scale.page"
