"""Dates from the file to the page: one day, however it is written in files, filters and queries."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import khabaryab
from conftest import build, jsonl
from flask.testing import FlaskClient

from indexer.build import BuildOptions
from search_web.search import HybridSearcher
from search_web.web.app import create_app

DAY = "2024-08-02"
PUBLISHED = {
    "night": "1 Aug 2024 9:30 PM GMT",  # 01:00 of the next day in Tehran
    "noon": "جمعه ۱۲ اسد ۱۴۰۳ - ۱۲:۳۰ ب.ظ",
    "evening": "12/05/1403 11:59 PM",
    "before": "۱۱ مردادماه ۱۴۰۳ ساعت ۱۱:۵۹ بعدازظهر",
    "after": "۱۴۰۳/۵/۱۲ ۲۴:۰۰",
}
THAT_DAY = {"night", "noon", "evening"}
WRITTEN = [
    "۱۲ مردادماه ۱۴۰۳",
    "۱۲ امرداد ۱۴۰۳",
    "۱۲ اسد ۱۴۰۳",
    "12/05/1403",
    "۲ اگست ۲۰۲۴",
    "Aug 2, 2024",
    DAY,
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dates")
    articles = [
        {"id": name, "title": f"باران کابل {name}", "published": date} for name, date in PUBLISHED.items()
    ]
    summary = build([jsonl(folder / "feed.jsonl", articles)], folder / "index", BuildOptions(semantic=False))
    assert summary.rejected == 0
    return folder / "index"


@pytest.fixture(scope="module")
def client(index: Path) -> Iterator[FlaskClient]:
    with HybridSearcher(index) as searcher:
        yield create_app(searcher).test_client()


@pytest.mark.parametrize("written", WRITTEN)
def test_a_filter_finds_the_articles_of_a_day_in_tehran(client: FlaskClient, written: str) -> None:
    response = client.get("/api/search", query_string={"q": "باران", "from": written, "to": written})
    assert {hit["id"] for hit in json.loads(response.data)["hits"]} == THAT_DAY


@pytest.mark.parametrize("written", WRITTEN[:-1])
def test_a_query_with_the_day_in_words_offers_that_filter(client: FlaskClient, written: str) -> None:
    response = client.get("/api/search", query_string={"q": f"باران {written}"})
    offered = [made for made in json.loads(response.data)["suggestions"] if made["kind"] == "date"]
    assert [(made["query"], made["from"], made["to"]) for made in offered] == [("باران", DAY, DAY)]


def test_pages_show_the_day_by_which_they_filter(client: FlaskClient) -> None:
    results = client.get("/search", query_string={"q": "باران", "from": DAY, "to": DAY}).text
    assert "۱۲ مرداد ۱۴۰۳" in results
    assert "۱۱ مرداد ۱۴۰۳" not in results
    assert "۱۲ مرداد ۱۴۰۳، ساعت ۰۱:۰۰" in client.get("/articles/night").text


def test_the_command_line_filters_and_shows_the_same_day(index: Path) -> None:
    options = ("--index", index, "--mode", "keyword", "--from", "۱۲ اسد ۱۴۰۳", "--to", "12/05/1403")
    found = khabaryab("search", "باران", *options)
    assert found.returncode == 0, found.stderr
    assert found.stdout.count(DAY) == len(THAT_DAY)
    assert "3 results" in found.stdout


def test_a_filter_that_cannot_be_read_whole_is_refused_with_the_reason(index: Path) -> None:
    refused = khabaryab("search", "باران", "--index", index, "--from", "2 Aug 2024 or later")
    assert refused.returncode != 0
    assert "'or' is unknown" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
