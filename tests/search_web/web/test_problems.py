"""Errors of the API: problem details that name what is wrong."""

import logging

import pytest
from flask.testing import FlaskClient

from indexer.articles import Article
from indexer.errors import IndexCorrupt, IndexMissing, KhabaryabError, UsageError
from search_web.contract.answers import CompletionAnswer, SearchAnswer, SearchRequest, SimilarAnswer
from search_web.contract.searcher import Facets, Readiness, Searcher
from search_web.web.app import create_app
from search_web.web.problems import MEDIA_TYPE, TYPES


class FailingSearcher:
    """A searcher whose index has just failed: everything raises the given error."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def search(self, request: SearchRequest) -> SearchAnswer:
        raise self.error

    def complete(self, typed: str, size: int) -> CompletionAnswer:
        raise self.error

    def article(self, article_id: str) -> Article | None:
        raise self.error

    def similar(self, article_id: str, size: int) -> SimilarAnswer | None:
        raise self.error

    def facets(self) -> Facets:
        raise self.error

    def readiness(self) -> Readiness:
        assert isinstance(self.error, KhabaryabError)
        return Readiness(ready=False, detail=self.error.public)


@pytest.fixture(scope="module")
def client(searcher: Searcher) -> FlaskClient:
    return create_app(searcher).test_client()


def failing(error: Exception) -> FlaskClient:
    return create_app(FailingSearcher(error)).test_client()


@pytest.mark.parametrize(
    ("parameters", "kind", "members"),
    [
        ({}, "missing-parameter", {"parameter": "q"}),
        ({"q": "ا" * 513}, "limit-exceeded", {"parameter": "q", "limit": 512}),
        ({"q": " ".join(f"-ب{n}" for n in range(21))}, "limit-exceeded", {"parameter": "q", "limit": 20}),
        ({"q": "ا", "size": "101"}, "limit-exceeded", {"parameter": "size", "limit": 100}),
        ({"q": "ا", "page": "101"}, "limit-exceeded", {"parameter": "page", "limit": 1000}),
        ({"q": "ا", "page": "11", "size": "100"}, "limit-exceeded", {"parameter": "page", "limit": 1000}),
        ({"q": "ا", "source": "ا" * 513}, "limit-exceeded", {"parameter": "source", "limit": 512}),
        ({"q": "ا", "qurey": "x"}, "unknown-parameter", {"parameter": "qurey"}),
        ({"q": ["ا", "ب"]}, "invalid-parameter", {"parameter": "q"}),
        ({"q": "ا", "page": "0"}, "invalid-parameter", {"parameter": "page"}),
        ({"q": "ا", "page": "-1"}, "invalid-parameter", {"parameter": "page"}),
        ({"q": "ا", "page": "²"}, "invalid-parameter", {"parameter": "page"}),
        ({"q": "ا", "size": "9" * 5000}, "invalid-parameter", {"parameter": "size"}),
        ({"q": "ا", "semantic_weight": "nan"}, "invalid-parameter", {"parameter": "semantic_weight"}),
        (
            {"q": "ا", "semantic_weight": "0.2", "fusion": "learned"},
            "invalid-parameter",
            {"parameter": "semantic_weight"},
        ),
        ({"q": "ا", "semantic_weight": "1.1"}, "invalid-parameter", {"parameter": "semantic_weight"}),
        ({"q": "ا", "from": "yesterday"}, "invalid-parameter", {"parameter": "from"}),
        ({"q": "ا", "to": "1404-12-30"}, "invalid-parameter", {"parameter": "to"}),
        ({"q": "ا", "from": "2025-11-19", "to": "1404-08-27"}, "reversed-dates", {"parameter": "from"}),
        (
            {"q": "ا", "mode": "fuzzy"},
            "invalid-parameter",
            {"parameter": "mode", "allowed": ["hybrid", "keyword", "semantic"]},
        ),
        (
            {"q": "ا", "sort": "oldest"},
            "invalid-parameter",
            {"parameter": "sort", "allowed": ["relevance", "newest"]},
        ),
        (
            {"q": "ا", "fusion": "sum"},
            "invalid-parameter",
            {"parameter": "fusion", "allowed": ["learned", "zscore", "rrf"]},
        ),
        ({"q": "ا", "explain": "yes"}, "invalid-parameter", {"parameter": "explain"}),
        ({"q": "ا", "collapse": "2"}, "invalid-parameter", {"parameter": "collapse"}),
        *(
            ({"q": "ا", "recency_half_life": bad}, "invalid-parameter", {"parameter": "recency_half_life"})
            for bad in ("0", "-30d", "30m", "d", "nan", "inf", "99999w", "1e3")
        ),
    ],
)
def test_the_problem_for_a_bad_parameter_names_it_and_the_accepted_values(
    client: FlaskClient, parameters: dict[str, object], kind: str, members: dict[str, object]
) -> None:
    response = client.get("/api/search", query_string=parameters)
    body = response.get_json()
    assert (response.status_code, response.mimetype) == (400, MEDIA_TYPE)
    assert (body["type"], body["status"]) == (f"/problems/{kind}", 400)
    assert body["title"]
    assert members["parameter"] in body["detail"]
    assert members.items() <= body.items()


def test_a_query_of_exactly_the_limit_is_accepted(client: FlaskClient) -> None:
    assert client.get("/api/search", query_string={"q": "ا" * 512}).status_code == 200


def test_the_problem_for_an_unknown_parameter_lists_the_allowed_ones(client: FlaskClient) -> None:
    allowed = client.get("/api/search?q=a&form=1404-01-01").get_json()["allowed"]
    assert {"q", "from", "to", "mode", "size"} <= set(allowed)


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/serch", "/api/articles/", "/problems/none"])
def test_an_unknown_address_is_a_404_problem(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.mimetype) == (404, MEDIA_TYPE)
    assert response.get_json()["type"] == "/problems/not-found"


@pytest.mark.parametrize("path", ["/api/search", "/api/suggest", "/api/articles/1", "/healthz"])
def test_a_wrong_method_is_a_problem_that_names_the_allowed_ones(client: FlaskClient, path: str) -> None:
    response = client.post(path)
    assert (response.status_code, response.mimetype) == (405, MEDIA_TYPE)
    assert response.get_json()["type"] == "/problems/method-not-allowed"
    assert {"GET", "HEAD"} <= {method.strip() for method in response.headers["Allow"].split(",")}


@pytest.mark.parametrize("name", TYPES)
def test_every_problem_type_is_a_page_that_explains_it(client: FlaskClient, name: str) -> None:
    response = client.get(TYPES[name].uri)
    assert (response.status_code, response.mimetype) == (200, "text/plain")
    assert TYPES[name].title in response.text


@pytest.mark.parametrize("path", ["/api/search?q=a", "/api/suggest?q=a", "/api/articles/1"])
def test_an_unusable_index_is_a_503_with_its_reason(path: str) -> None:
    response = failing(IndexMissing("index/: nothing has been published here yet")).get(path)
    assert (response.status_code, response.mimetype) == (503, MEDIA_TYPE)
    assert response.get_json()["type"] == "/problems/service-unavailable"
    assert response.get_json()["detail"] == "no index has been published"
    assert int(response.headers["Retry-After"]) > 0


def test_readiness_is_a_503_with_the_reason_while_the_process_is_healthy() -> None:
    client = failing(IndexCorrupt("keyword.bin does not match the manifest"))
    ready = client.get("/readyz")
    assert (ready.status_code, ready.mimetype) == (503, MEDIA_TYPE)
    assert ready.get_json()["detail"] == "a file of the index is missing or damaged"
    assert ready.get_json()["ready"] is False
    assert client.get("/healthz").status_code == 200


def test_a_usage_error_of_the_searcher_is_a_400() -> None:
    response = failing(UsageError("this index has no vectors; use mode=keyword")).get("/api/search?q=a")
    assert response.status_code == 400
    assert response.get_json()["detail"] == "this index has no vectors; use mode=keyword"


def test_an_unexpected_failure_is_logged_and_reveals_no_details(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        response = failing(ZeroDivisionError("secret path /srv")).get("/api/search?q=a")
    assert (response.status_code, response.mimetype) == (500, MEDIA_TYPE)
    assert response.get_json()["type"] == "/problems/internal-error"
    assert "secret" not in response.text
    assert "ZeroDivision" not in response.text
    assert any(record.exc_info for record in caplog.records)


def test_problems_are_never_cached(client: FlaskClient) -> None:
    for path in ("/api/search", "/api/none", "/api/search?q=a&size=0"):
        response = client.get(path)
        assert response.headers["Cache-Control"] == "no-store"
        assert "ETag" not in response.headers
