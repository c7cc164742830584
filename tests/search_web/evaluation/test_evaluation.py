"""Judged queries: formats, errors that name file and line, and the measures."""

import math
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.errors import ReadError
from search_web.contract.answers import Mode
from search_web.evaluation import Answered, Query, answer_all, measure, read_qrels, read_queries, write_run


def answered(query: str, *articles: str, milliseconds: float = 1.0) -> Answered:
    ranked = [(article, 1 / rank) for rank, article in enumerate(articles, start=1)]
    return Answered(Query(query, query), ranked, milliseconds)


def test_queries_are_read_with_text_or_number_ids_and_unknown_keys(tmp_path: Path) -> None:
    path = tmp_path / "queries.jsonl"
    path.write_text(
        '\ufeff{"id": "الف", "text": "سد"}\r\n\n{"id": 7, "text": "a\u2028b", "kind": "short"}\n', "utf-8"
    )
    assert read_queries(path) == [Query("الف", "سد"), Query("7", "a\u2028b")]


def test_judgements_are_read_with_tabs_or_spaces(tmp_path: Path) -> None:
    path = tmp_path / "qrels.tsv"
    path.write_text("q1\t0\tan id\t2\r\nq1 0 b -1\n\nq2 Q0 c 0\n", "utf-8")
    assert read_qrels(path) == {"q1": {"an id": 2, "b": -1}, "q2": {"c": 0}}


@pytest.mark.parametrize(
    "line", ['{"id": "b"}', "سد", '{"id": "b", "text": 5}', '["b"]', '{"id": "a", "text": "again"}']
)
def test_the_error_for_a_bad_query_names_file_and_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "queries.jsonl"
    path.write_text(f'{{"id": "a", "text": "سد"}}\n\n{line}\n', "utf-8")
    with pytest.raises(ReadError, match=re.escape(f"{path}:3: ")) as caught:
        read_queries(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "line", ["q1 0 a", "q1 0 a b c", "q1 0 a two", "q1 0 a --1", "q1 0 a 1.5", "q1\t0\ta"]
)
def test_the_error_for_a_bad_judgement_names_file_and_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "qrels.tsv"
    path.write_text(f"q1 0 a 1\n{line}\n", "utf-8")
    with pytest.raises(ReadError, match=re.escape(f"{path}:2: not a judgement")):
        read_qrels(path)


@pytest.mark.parametrize("read", [read_queries, read_qrels])
def test_an_empty_binary_or_missing_file_is_one_error_line(
    tmp_path: Path, read: Callable[[Path], object]
) -> None:
    empty, binary = tmp_path / "empty", tmp_path / "binary"
    empty.write_text("\n\n")
    binary.write_bytes(b"\xff\xfe\x00")
    for path, reason in ((empty, "holds no"), (binary, "not UTF-8"), (tmp_path / "none", "No such file")):
        with pytest.raises(ReadError, match=reason) as caught:
            read(path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)


def test_the_measures_are_those_computed_by_hand() -> None:
    qrels = {"q1": {"a": 2, "b": 1, "x": 1}, "q2": {"c": 1}, "q3": {"d": 1}, "unasked": {"e": 1}}
    asked = [
        answered("q1", "n", "a", "b", milliseconds=10.0),
        answered("q2", "c", milliseconds=20.0),
        answered("q3", milliseconds=30.0),  # finds nothing and counts as zero
        answered("unjudged", "z", milliseconds=900.0),
    ]
    gained = 2 / math.log2(3) + 1 / math.log2(4)
    ideal = 2 + 1 / math.log2(3) + 1 / math.log2(4)
    measures = measure(asked, qrels, "hybrid")
    assert measures.queries == 3
    assert measures.ndcg_at_10 == pytest.approx((gained / ideal + 1 + 0) / 3, abs=1e-4)
    assert measures.mrr_at_10 == pytest.approx((1 / 2 + 1 + 0) / 3, abs=1e-4)
    assert measures.recall_at_100 == pytest.approx((2 / 3 + 1 + 0) / 3, abs=1e-4)
    assert measures.latency_p50_ms == 20.0
    assert measures.latency_p95_ms == pytest.approx(29.0)


def test_articles_below_rank_ten_count_only_for_recall() -> None:
    ranked = [f"n{number}" for number in range(10)]
    measures = measure([answered("q", *ranked, "a")], {"q": {"a": 1}}, "keyword")
    assert (measures.ndcg_at_10, measures.mrr_at_10, measures.recall_at_100) == (0.0, 0.0, 1.0)


def test_equal_scores_are_measured_in_the_order_of_the_ranking() -> None:
    tied = Answered(Query("q", "q"), [("b", 1.0), ("z", 1.0), ("a", 1.0)], 1.0)
    assert measure([tied], {"q": {"a": 1}}, "keyword").mrr_at_10 == pytest.approx(1 / 3, abs=1e-4)


def test_queries_without_any_judgement_are_an_error() -> None:
    with pytest.raises(ReadError, match="belong together"):
        measure([answered("q1", "a")], {"q9": {"a": 1}}, "hybrid")


def test_a_run_has_six_columns(tmp_path: Path) -> None:
    path = tmp_path / "run.trec"
    write_run(path, [answered("q1", "a", "b"), answered("q2")], "keyword")
    assert path.read_text() == "q1 Q0 a 1 1.000000 khabaryab-keyword\nq1 Q0 b 2 0.500000 khabaryab-keyword\n"


@pytest.mark.parametrize(
    ("name", "column"), [("an id", "an%20id"), ("tab\tbed", "tab%09bed"), ("خبر", "خبر")]
)
def test_white_space_in_an_id_is_escaped_in_a_run(tmp_path: Path, name: str, column: str) -> None:
    write_run(tmp_path / "run.trec", [answered("q1", name)], "keyword")
    assert (tmp_path / "run.trec").read_text("utf-8").split(" ")[2] == column


def test_a_run_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="cannot be written"):
        write_run(tmp_path, [answered("q1", "a")], "keyword")


def test_every_query_is_answered_in_order_and_timed() -> None:
    class Echo:
        def __init__(self) -> None:
            self.asked: list[str] = []

        def rank(self, query: str, mode: Mode, depth: int) -> list[tuple[str, float]]:
            self.asked.append(query)
            return [(f"{query}-{mode}-{depth}", 1.0)]

    echo = Echo()
    answers = answer_all(echo, [Query("1", "سد"), Query("2", "آب")], "keyword", 5)
    assert [answer.ranked[0][0] for answer in answers] == ["سد-keyword-5", "آب-keyword-5"]
    assert all(answer.milliseconds >= 0 for answer in answers)
    assert echo.asked == ["سد", "سد", "آب"]  # the first query is asked once more, to warm up
