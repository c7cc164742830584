"""Suggestions and completions in the API, on the page and on the command line."""

import datetime as dt
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from commands import HANGS, khabaryab
from conftest import SEEDS, build
from flask.testing import FlaskClient
from numpy.typing import NDArray
from playwright.sync_api import Browser, expect

from indexer.build import BuildOptions
from indexer.vocabulary import Vocabulary
from search_web import search
from search_web.contract.answers import COMPLETIONS, COMPLETIONS_LIMIT, SearchRequest
from search_web.contract.parameters import TEXT_LIMIT
from search_web.retrieval.live_index import LiveIndex
from search_web.search import HybridSearcher
from search_web.understanding.suggestions import suggestions
from search_web.web import caching
from search_web.web.app import create_app
from search_web.web.server import Server, listen

SLIP, MEANT = "صادررات زعفران", "صادرات زعفران"
TODAY = dt.date(2025, 11, 5)  # within the days that the archive covers


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    index = tmp_path_factory.mktemp("suggestions") / "index"
    build([SEEDS], index, BuildOptions(semantic=False))
    return index


@pytest.fixture(scope="module")
def searcher(index: Path) -> Iterator[HybridSearcher]:
    with HybridSearcher(index) as searcher:
        yield searcher


@pytest.fixture(scope="module")
def client(searcher: HybridSearcher) -> FlaskClient:
    return create_app(searcher).test_client()


def offered(client: FlaskClient, **parameters: object) -> list[dict[str, object]]:
    return client.get("/api/search", query_string=parameters).get_json()["suggestions"]


def test_a_query_with_a_typo_is_answered_as_typed_with_a_suggestion(client: FlaskClient) -> None:
    body = client.get("/api/search", query_string={"q": SLIP}).get_json()
    assert body["query"] == SLIP
    assert body["suggestions"] == [
        {"kind": "spelling", "query": MEANT, "from": None, "to": None, "text": None}
    ]


@pytest.mark.parametrize("mark", ["\u200f", "\u2067", "\ufeff", "\u200c"])
def test_invisible_marks_around_a_query_do_not_hide_what_was_meant(client: FlaskClient, mark: str) -> None:
    for typed in (SLIP, "hdvhk"):
        assert offered(client, q=f"{mark}{typed}{mark}") == offered(client, q=typed) != []


def test_a_wrong_keyboard_layout_is_distinguished_from_a_typo(client: FlaskClient) -> None:
    assert [(made["kind"], made["query"]) for made in offered(client, q="hdvhk")] == [("keyboard", "ایران")]


def test_a_date_is_suggested_as_a_filter_with_the_rest_of_the_query(client: FlaskClient) -> None:
    (made,) = offered(client, q="زعفران در مهر ۱۴۰۴")
    assert made == {
        "kind": "date",
        "query": "زعفران",
        "from": "2025-09-23",
        "to": "2025-10-22",
        "text": "مهر ۱۴۰۴",
    }


def test_a_correction_and_a_date_filter_can_both_be_suggested(client: FlaskClient) -> None:
    kinds = [made["kind"] for made in offered(client, q=f"{SLIP} مهر ۱۴۰۴")]
    assert kinds == ["spelling", "date"]


@pytest.mark.parametrize("query", ["", " ", "…", "-زعفران", MEANT, "زعفران خراسان", "FIFA"])
def test_a_correct_query_gets_no_suggestion(client: FlaskClient, query: str) -> None:
    assert offered(client, q=query) == []


def test_suggestions_appear_on_the_first_page_only(client: FlaskClient) -> None:
    assert offered(client, q=SLIP, page=1)
    assert offered(client, q=SLIP, page=2) == []


def test_no_date_is_suggested_when_the_search_is_already_filtered_by_date(client: FlaskClient) -> None:
    assert offered(client, q="زعفران مهر ۱۴۰۴", to="2026-01-01") == []


@pytest.mark.parametrize("today", [dt.date(2035, 1, 1), dt.date(1999, 1, 1)])
def test_a_date_outside_the_archive_is_not_suggested(searcher: HybridSearcher, today: dt.date) -> None:
    live: LiveIndex = searcher._live
    asked = SearchRequest(query="زعفران دیروز")
    made = live.run(lambda generation: suggestions(asked, generation.snapshot, generation.facets, today))
    assert made == []


def test_relative_dates_count_from_the_day_that_the_caller_gives(searcher: HybridSearcher) -> None:
    live: LiveIndex = searcher._live
    (made,) = live.run(
        lambda generation: suggestions(
            SearchRequest(query="زعفران دیروز"), generation.snapshot, generation.facets, TODAY
        )
    )
    assert (made.date_from, made.date_to, made.text) == (
        *[dt.date(2025, 11, 4)] * 2,
        "دیروز، ۱۳ آبان ۱۴۰۴",
    )


def test_an_answer_that_depends_on_the_day_is_not_cached_for_the_next_day(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [TODAY]
    statuses, days = [], []
    tag = ""
    monkeypatch.setattr(caching, "tehran_day", lambda: now[0])
    with HybridSearcher(index, today=lambda: now[0]) as searcher:
        client = create_app(searcher).test_client()
        for now[0] in (TODAY, TODAY, TODAY + dt.timedelta(1)):
            response = client.get("/api/search?q=زعفران دیروز", headers={"If-None-Match": tag})
            tag = response.headers["ETag"]
            statuses.append(response.status_code)
            days.append(json.loads(response.data)["suggestions"][0]["from"] if response.data else "")
    assert statuses == [200, 304, 200]
    assert days == ["2025-11-04", "", "2025-11-05"]


def test_evaluation_ranks_the_query_as_typed(
    searcher: HybridSearcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "suggestions", lambda *_: pytest.fail("no suggestions in evaluation"))
    assert searcher.rank(SLIP, "keyword", 5)


def links(html: str) -> list[dict[str, list[str]]]:
    """Return the query parameters of each suggestion that a page links."""
    pieces = [piece.split("</p>")[0] for piece in html.split('<p class="suggestion">')[1:]]
    addresses = [piece.split('href="')[1].split('"')[0].replace("&amp;", "&") for piece in pieces]
    return [parse_qs(urlsplit(address).query) for address in addresses]


def test_the_page_links_the_correction_and_keeps_other_parameters(client: FlaskClient) -> None:
    html = client.get("/search", query_string={"q": SLIP, "sort": "newest"}).text
    assert links(html) == [{"q": [MEANT], "sort": ["newest"]}]
    assert "آیا منظورتان «<a" in html


def test_the_page_links_a_date_as_a_filter(client: FlaskClient) -> None:
    html = client.get("/search", query_string={"q": "زعفران مهر ۱۴۰۴"}).text
    assert links(html) == [{"q": ["زعفران"], "from": ["2025-09-23"], "to": ["2025-10-22"]}]
    assert "جست‌وجو تنها در خبرهای <bdi>مهر ۱۴۰۴</bdi>؟" in html
    only = client.get("/search", query_string={"q": "مهر ۱۴۰۴"}).text
    assert links(only) == [{"from": ["2025-09-23"], "to": ["2025-10-22"]}]


def test_a_hostile_query_is_escaped_in_suggestions(client: FlaskClient) -> None:
    html = client.get("/search", query_string={"q": f'{SLIP} "><script>x</script>'}).text
    assert "<script" not in html
    assert links(html)


@pytest.mark.browser
def test_a_reader_follows_a_suggestion_in_a_browser(searcher: HybridSearcher, browser: Browser) -> None:
    server = Server(create_app(searcher), listen("127.0.0.1", 0))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        page = browser.new_page(java_script_enabled=False)
        page.goto(f"{server.address}/search?q={SLIP} مهر ۱۴۰۴")
        expect(page.locator(".suggestion")).to_have_count(2)
        page.locator(".suggestion a").first.click()
        expect(page.locator("#q")).to_have_value(f"{MEANT} مهر ۱۴۰۴")
        page.locator(".suggestion a").click()
        expect(page.locator("#q")).to_have_value(MEANT)
        expect(page.locator(".chips li")).to_have_count(2)
        expect(page.locator(".suggestion")).to_have_count(0)
        page.close()
    finally:
        server.stop()
        thread.join(timeout=HANGS)


@pytest.mark.slow
def test_the_command_line_prints_one_line_per_suggestion(index: Path) -> None:
    result = khabaryab("search", f"{SLIP} مهر ۱۴۰۴", "--mode", "keyword", "--index", index)
    assert result.stdout.splitlines()[:2] == [
        f"Did you mean: {MEANT} مهر ۱۴۰۴",
        f"Only مهر ۱۴۰۴? search {SLIP!r} --from 2025-09-23 --to 2025-10-22",
    ]


def test_completions_are_whole_queries(client: FlaskClient, searcher: HybridSearcher) -> None:
    body = client.get("/api/suggest", query_string={"q": "صادرات زعف"}).get_json()
    assert set(body) == {"query", "took_ms", "suggestions"}
    assert body["query"] == "صادرات زعف"
    assert body["suggestions"][0]["text"] == MEANT
    assert {made["kind"] for made in body["suggestions"]} <= {"phrase", "word"}
    assert body["suggestions"] == [
        {"text": made.text, "kind": made.kind}
        for made in searcher.complete("صادرات زعف", COMPLETIONS).suggestions
    ]


def test_the_number_of_completions_is_the_requested_size(client: FlaskClient) -> None:
    def number(**parameters: object) -> int:
        body = client.get("/api/suggest", query_string={"q": "ا", **parameters}).get_json()
        return len(body["suggestions"])

    assert (number(), number(size=""), number(size="۳")) == (COMPLETIONS, COMPLETIONS, 3)
    assert number(size=COMPLETIONS_LIMIT) == COMPLETIONS_LIMIT
    assert client.get("/api/suggest?q=").get_json()["suggestions"] == []


@pytest.mark.parametrize(
    ("parameters", "kind", "members"),
    [
        ({}, "missing-parameter", {"parameter": "q"}),
        ({"q": "ا" * 513}, "limit-exceeded", {"parameter": "q", "limit": 512}),
        ({"q": "ا", "size": "21"}, "limit-exceeded", {"parameter": "size", "limit": COMPLETIONS_LIMIT}),
        ({"q": "ا", "size": "0"}, "invalid-parameter", {"parameter": "size"}),
        ({"q": "ا", "mode": "hybrid"}, "unknown-parameter", {"allowed": ["q", "size"]}),
        ({"q": ["ا", "ب"]}, "invalid-parameter", {"parameter": "q"}),
    ],
)
def test_a_bad_parameter_of_a_completion_is_a_problem(
    client: FlaskClient, parameters: dict[str, object], kind: str, members: dict[str, object]
) -> None:
    response = client.get("/api/suggest", query_string=parameters)
    body = response.get_json()
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")
    assert body["type"] == f"/problems/{kind}"
    assert members.items() <= body.items()


def test_completions_can_be_revalidated_with_an_etag(client: FlaskClient) -> None:
    first = client.get("/api/suggest?q=زعف")
    again = client.get("/api/suggest?q=زعف", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.headers["Cache-Control"], again.status_code) == ("no-cache", 304)


@pytest.mark.slow
def test_suggest_prints_one_completion_per_line_or_json(index: Path) -> None:
    lines = khabaryab("suggest", "صادرات زعف", "--size", "2", "--index", index).stdout.splitlines()
    assert lines[0] == MEANT
    assert len(lines) <= 2
    answer = json.loads(khabaryab("suggest", "صادرات زعف", "--json", "--index", index).stdout)
    assert answer["suggestions"][0]["text"] == MEANT


@pytest.mark.slow
def test_suggest_reports_errors_in_one_line(index: Path, tmp_path: Path) -> None:
    for arguments, code in ((("--size", "21"), 2), (("--size", "x"), 2)):
        result = khabaryab("suggest", "ا", *arguments, "--index", index)
        assert (result.returncode, result.stdout, len(result.stderr.splitlines())) == (code, "", 1)
    missing = khabaryab("suggest", "ا", "--index", tmp_path / "none")
    assert (missing.returncode, len(missing.stderr.splitlines())) == (3, 1)


def test_completions_come_from_the_current_generation(tmp_path: Path) -> None:
    source = tmp_path / "a.jsonl"
    with HybridSearcher(tmp_path / "index") as searcher:
        for word in ("زعفران", "زعفرانیه"):
            source.write_text(json.dumps({"id": "a", "title": word}), "utf-8")
            build([source], tmp_path / "index", BuildOptions(semantic=False))
            made = searcher.complete("زعف", 8).suggestions
            assert [completion.text for completion in made] == [word]


def candidates(searcher: HybridSearcher, monkeypatch: pytest.MonkeyPatch, typed: str) -> int:
    """Return how many candidate words the suggestions for a query look up."""
    looked_up: list[int] = []
    frequencies = Vocabulary.frequencies

    def counted(vocabulary: Vocabulary, hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
        looked_up.append(np.count_nonzero(hashes))
        return frequencies(vocabulary, hashes)

    with monkeypatch.context() as patched:
        patched.setattr(Vocabulary, "frequencies", counted)
        request = SearchRequest(query=typed, mode="keyword")
        live: LiveIndex = searcher._live
        live.run(lambda generation: suggestions(request, generation.snapshot, generation.facets, TODAY))
    return sum(looked_up)


def test_a_word_has_some_hundred_candidates(
    searcher: HybridSearcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 200 < candidates(searcher, monkeypatch, "زعفرا") < 700


@pytest.mark.parametrize(
    "typed",
    [
        "ژ" * 512,
        "ﷺ" * 512,
        " ".join("ظضذثژغقپچگخح" + letter for letter in "ابپتثجچحخدذرزژسشصض"),
        " ".join(["ظضذثژغقپچگخحظضذثژغقپچگخح"] * 12),
        "ظض " * 170,
        "hdvhk" * 102,
        "1404/8/27 " * 51,
        "\u064b" * 512,
    ],
)
def test_the_work_on_the_longest_query_is_bounded(
    searcher: HybridSearcher, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    assert candidates(searcher, monkeypatch, typed[:TEXT_LIMIT]) < 50_000
