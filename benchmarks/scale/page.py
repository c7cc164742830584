"""Writes the figures into docs/performance.md, and draws its pictures: `python -m benchmarks.scale.page`.

The page is written by hand, except what stands between `<!-- NAME -->` and `<!-- end -->`.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.scale.charts import growth_chart
from benchmarks.scale.growth import Growth, Point
from benchmarks.scale.measured import FOLDER, Measured
from benchmarks.scale.opensearch import Comparison, rows
from benchmarks.scale.profile import Profile

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGE = DOCS / "performance.md"
_SECTION = re.compile(r"(<!-- (?!end)(\S+) -->\n).*?(<!-- end -->)", re.DOTALL)
_MEGABYTE = 1e6

Table = list[list[str]]


def page(text: str, figures: Path = FOLDER) -> str:
    """Return the text of the page with the figures of the last runs."""
    sections = _sections(figures)
    return _SECTION.sub(lambda found: found[1] + sections[found[2]] + found[3], text)


def pictures(figures: Path = FOLDER) -> Iterator[tuple[str, str]]:
    """Yield the name and the SVG of each picture of the page."""
    growth = Growth.load(figures)
    if growth is None:
        return
    for name, title, unit, series in _CHARTS:
        curves = {label: [(p.articles, figure(p)) for p in growth.points] for label, figure in series.items()}
        yield f"{name}.svg", growth_chart(title, unit, curves)


Series = dict[str, Callable[[Point], float]]
_CHARTS: tuple[tuple[str, str, str, Series], ...] = (
    (
        "growth-queries",
        "Processor time of a query, by articles",
        "ms",
        {
            "three words, p95": lambda p: p.queries["three words"].p95,
            "three words, p50": lambda p: p.queries["three words"].p50,
            "14 words, p95": lambda p: p.queries["14 words"].p95,
            "14 words, p50": lambda p: p.queries["14 words"].p50,
            "vectors alone, p50": lambda p: p.vectors.p50,
        },
    ),
    (
        "growth-opening",
        "Processor time until an index answers, by articles",
        "s",
        {"cold search": lambda p: p.cold_search, "opening": lambda p: p.opening},
    ),
    (
        "growth-memory",
        "Memory in megabytes, by articles",
        "MB",
        {
            "build": lambda p: p.build_memory / _MEGABYTE,
            "server after 100 queries": lambda p: p.memory_asked / _MEGABYTE,
            "server after opening": lambda p: p.memory_opened / _MEGABYTE,
        },
    ),
)


def _sections(figures: Path) -> dict[str, str]:
    comparison, growth, profile = Comparison.load(figures), Growth.load(figures), Profile.load(figures)
    missing = "Not measured yet.\n"
    return {
        "comparison": _comparison(comparison) if comparison else missing,
        "growth": _growth(growth) if growth else missing,
        "article": _stages(profile, {"one article": profile.article}) if profile else missing,
        "query": _stages(profile, profile.query) if profile else missing,
    }


def _comparison(found: Comparison) -> str:
    table = [["", "ours", "OpenSearch", "ours / OpenSearch"]]
    table += [
        [what, f"{ours:,.1f}", f"{theirs:,.1f}", f"{ours / theirs:.2f}"] for what, ours, theirs in rows(found)
    ]
    return f"{found.articles:,} articles, {_when(found)}.\n\n{_markdown(table)}"


def _growth(found: Growth) -> str:
    lines: dict[str, Callable[[Point], str]] = {
        "build, articles/s": lambda p: f"{p.articles / p.build:,.0f}",
        "build, processor time of an article, ms": lambda p: f"{1000 * p.build_processor / p.articles:,.1f}",
        "build, memory, MB": lambda p: f"{p.build_memory / _MEGABYTE:,.0f}",
        "index size / text": lambda p: f"{p.index / p.text:,.1f}",
        "opening, s": lambda p: f"{p.opening:,.2f}",
        "cold search, s": lambda p: f"{p.cold_search:,.2f}",
        "server after opening, MB": lambda p: f"{p.memory_opened / _MEGABYTE:,.0f}",
        "server after 100 queries, MB": lambda p: f"{p.memory_asked / _MEGABYTE:,.0f}",
        "three words, p50 / p95, ms": lambda p: _latency(p, "three words"),
        "14 words, p50 / p95, ms": lambda p: _latency(p, "14 words"),
        "vectors alone, p50 / p95, ms": lambda p: f"{p.vectors.p50:,.2f} / {p.vectors.p95:,.2f}",
        "measured": lambda p: f"{p.day}, {p.machine}",
    }
    table = [["articles", *(f"{point.articles:,}" for point in found.points)]]
    table += [[what, *map(show, found.points)] for what, show in lines.items()]
    return _markdown(table)


def _latency(point: Point, kind: str) -> str:
    return f"{point.queries[kind].p50:,.1f} / {point.queries[kind].p95:,.1f}"


def _stages(profile: Profile, tasks: dict[str, dict[str, float]]) -> str:
    stages = dict.fromkeys(stage for task in tasks.values() for stage in task)
    table = [["stage", *(f"{name}, ms" for name in tasks)]]
    table += [[stage, *(_share(task, stage) for task in tasks.values())] for stage in stages]
    table.append(["together", *(f"{sum(task.values()):.2f}" for task in tasks.values())])
    return f"{profile.articles:,} articles, {_when(profile)}.\n\n{_markdown(table)}"


def _share(task: dict[str, float], stage: str) -> str:
    taken = task.get(stage, 0.0)
    return f"{taken:.2f} ({taken / sum(task.values()):.0%})"


def _when(figures: Measured) -> str:
    return f"{figures.day}, {figures.machine}"


def _markdown(table: Table) -> str:
    head, *body = [f"| {' | '.join(row)} |" for row in table]
    rule = f"| {' | '.join('---' for _ in table[0])} |"
    return "\n".join([head, rule, *body]) + "\n"


def main() -> None:
    """Bring the page and its pictures up to date."""
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
    for name, drawn in pictures():
        (DOCS / name).write_text(drawn, "utf-8")


if __name__ == "__main__":
    main()
