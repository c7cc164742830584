"""The evaluation report: well-formed, self-contained, fully escaped, Persian from right to left."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import IndexInaccessible
from search_web.contract.answers import Mode
from search_web.evaluation import charts
from search_web.evaluation.comparison import against_parts, compare
from search_web.evaluation.experiment import GRID, Cell, Variant
from search_web.evaluation.measures import Outcome, means
from search_web.evaluation.report import markdown, page, write_report
from search_web.evaluation.results import Results, grids, row

EVIL = "<script>alert('x')</script> & \"سد\" | `a` [b](c)"


def outcome(number: int, value: float, text: str = EVIL) -> Outcome:
    return Outcome(
        id=f"q{number}<",
        text=text,
        ndcg_at_10=value,
        mrr_at_10=value,
        recall_at_100=value,
        milliseconds=1.0 + number,
        top=["a<b>", "b"],
    )


AS_IS = Variant()


def cell(mode: Mode, values: list[float], variant: Variant = AS_IS) -> Cell:
    found = [outcome(number, value) for number, value in enumerate(values)]
    return Cell(
        collection="<seeds>",
        documents=variant.documents,
        spelling=variant.queries,
        measures=means(found, mode),
        outcomes=found,
    )


@pytest.fixture
def cells() -> list[Cell]:
    return [cell("hybrid", [1.0, 0.5, 0.0, 0.5]), cell("keyword", [0.5, 0.5, 0.5, 0.25])]


@pytest.fixture
def results(cells: list[Cell]) -> Results:
    before = [outcome(number, 0.25) for number in range(3)]
    return Results(
        short=3,
        rows=[row(one) for one in cells],
        grids=grids([row(cell("keyword", [0.5, 1.0], variant)) for variant in GRID]),
        against="<run>",
        comparisons=[compare(cells[0], before, "<run>", lambda article: EVIL)],
        parts=list(against_parts(cells, lambda article: "")),
    )


def test_the_page_is_well_formed_and_self_contained(results: Results, cells: list[Cell]) -> None:
    text = page(results, cells)
    root = ElementTree.fromstring(text.replace("<!DOCTYPE html>", ""))  # noqa: S314 our own page
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert {"table", "svg", "rect", "polyline"} <= names
    assert names.isdisjoint({"script", "link", "img", "iframe"})
    assert not re.search(r"\b(?:src|href|srcset)=|@import|url\(", text)


def test_everything_in_the_page_is_escaped(results: Results, cells: list[Cell]) -> None:
    text = page(results, cells)
    assert "<script" not in text
    assert "&lt;script&gt;alert" in text
    for raw in ("<seeds>", "<run>", "a<b>", "q0<"):
        assert raw not in text


def test_queries_and_titles_have_their_own_text_direction(results: Results, cells: list[Cell]) -> None:
    text = page(results, cells)
    assert re.search(r'<td dir="auto">&lt;script', text)
    assert '<ol dir="auto">' in text


def test_html_and_markdown_contain_the_same_figures(results: Results, cells: list[Cell]) -> None:
    for text in (page(results, cells), markdown(results)):
        for figure in ("0.5000", "0.4375", "+0.2500", "+0.0625", "1.000", "content words"):
            assert figure in text, figure


def test_markdown_tables_keep_their_columns_with_any_content(results: Results) -> None:
    text = markdown(results)
    assert "<script" not in text
    widths: set[int] = set()
    for line in text.splitlines():
        if line.startswith("| ---"):
            widths = {line.count("|")}
        elif line.startswith("|") and widths:
            assert {len(re.findall(r"(?<!\\)\|", line))} == widths
        else:
            widths = set()


def test_a_report_replaces_an_existing_one_and_an_unwritable_folder_is_an_error(
    results: Results, cells: list[Cell], tmp_path: Path
) -> None:
    for _ in range(2):
        write_report(tmp_path / "new", results, cells)
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["report.html", "report.md"]
    (tmp_path / "file").touch()
    with pytest.raises(IndexInaccessible, match="cannot be written"):
        write_report(tmp_path / "file", results, cells)


@given(st.lists(st.floats(-1, 1), max_size=600), st.lists(st.floats(0, 1e5), min_size=1, max_size=50))
def test_every_chart_is_well_formed(changes: list[float], times: list[float]) -> None:
    for chart in (charts.gains(sorted(changes, reverse=True)), charts.latencies([("a", "keyword", times)])):
        ElementTree.fromstring(chart)  # noqa: S314 our own
        assert "nan" not in chart
        assert "inf" not in chart
