"""Collections in a TOML file: paths relative to it, and errors that name file and line."""

import re
from pathlib import Path

import pytest

from indexer.errors import ReadError
from search_web.evaluation.collection import Collection, read_collections


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a").mkdir()
    for name in ("a/articles.jsonl", "news.jsonl", "q.jsonl", "r.tsv"):
        (tmp_path / name).touch()
    return tmp_path


def write(folder: Path, text: str) -> Path:
    path = folder / "collections.toml"
    path.write_text(text, "utf-8")
    return path


GOOD = """\
[[collection]]
name = "a"
articles = ["a/articles.jsonl", "news.jsonl"]
queries = "q.jsonl"
qrels = "r.tsv"
"""


def test_paths_are_relative_to_the_file(folder: Path) -> None:
    text = GOOD + '\n[[collection]]\nname = "خبر"\nindex = "a"\nqueries = "q.jsonl"\nqrels = "r.tsv"\n'
    queries, qrels = folder / "q.jsonl", folder / "r.tsv"
    articles = (folder / "a" / "articles.jsonl", folder / "news.jsonl")
    assert read_collections(write(folder, text)) == [
        Collection(name="a", queries=queries, qrels=qrels, articles=articles),
        Collection(name="خبر", queries=queries, qrels=qrels, index=folder / "a"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (GOOD + "[[collection\n", 6, "not TOML"),
        ("[[collection]]\nname =", 2, "not TOML"),
        (GOOD + GOOD, 7, "a name of its own"),
        (GOOD.replace('"a"', '" "'), 2, "a name of its own"),
        (GOOD.replace("queries =", "querys ="), 4, "querys"),
        (GOOD.replace('qrels = "r.tsv"\n', ""), 1, "qrels"),
        (GOOD.replace('"q.jsonl"', "3"), 4, "queries"),
        (GOOD + GOOD.replace('"a"', '"b"').replace('"news.jsonl"', "7"), 8, "articles"),
        (GOOD.replace('"news.jsonl"', '"none.jsonl"'), 3, "none.jsonl"),
        (GOOD.replace('"r.tsv"', '"none.tsv"'), 5, "none.tsv"),
        (GOOD + 'index = "a"\n', 1, "either articles or index"),
        (re.sub("articles = .*\n", "", GOOD), 1, "either articles or index"),
        ("", 1, "collection"),
        ("collection = []\n", 1, "collection"),
    ],
)
def test_an_error_names_file_and_line(folder: Path, text: str, line: int, message: str) -> None:
    path = write(folder, text)
    with pytest.raises(ReadError, match=re.escape(f"{path}:{line}: ")) as caught:
        read_collections(path)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_or_binary_file_is_an_error(folder: Path) -> None:
    with pytest.raises(ReadError, match="No such file"):
        read_collections(folder / "none.toml")
    (folder / "binary.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ReadError, match="not UTF-8"):
        read_collections(folder / "binary.toml")
