"""`If-None-Match`: a client that has the answer is told so, and what does not exist stays missing."""

import re

import pytest
from flask.testing import FlaskClient

from search_web.contract.answers import SearchRequest
from search_web.contract.searcher import Searcher
from search_web.web.app import create_app

PRESENT = ["/", "/search?q=a&mode=keyword", "/articles/ID", "/api/search?q=a&mode=keyword"]
PRESENT += ["/api/suggest?q=a", "/api/articles/ID", "/api/articles/ID/similar"]
ABSENT = {
    "/articles/none": 404,
    "/api/articles/none": 404,
    "/api/articles/none/similar": 404,
    "/nothing": 404,
    "/api/nothing": 404,
    "/problems/none": 404,
    "/static/x/none.css": 404,
    "/search?q=a&from=x": 400,
    "/api/search?q=a&size=0": 400,
    "/api/search": 400,
}


@pytest.fixture(scope="module")
def client(searcher: Searcher) -> FlaskClient:
    return create_app(searcher).test_client()


@pytest.fixture(scope="module")
def article(searcher: Searcher) -> str:
    return searcher.search(SearchRequest(query="")).hits[0].id


def static_path(client: FlaskClient) -> str:
    address = re.search(r'href="(/static/[^"]+\.css)"', client.get("/").text)
    assert address
    return address[1]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", [*PRESENT, "static"])
def test_what_exists_matches_a_star_and_its_own_tag_in_every_form(
    client: FlaskClient, article: str, path: str, method: str
) -> None:
    path = static_path(client) if path == "static" else path.replace("ID", article)
    with client.get(path) as first:
        assert first.status_code == 200
        tag = first.headers["ETag"].removeprefix("W/")
    for value in ("*", tag, f"W/{tag}", f'"x", {tag}', f'W/"x",W/{tag} , "y"'):
        with client.open(path, method=method, headers={"If-None-Match": value}) as again:
            assert (again.status_code, again.data) == (304, b""), value
            assert again.headers["ETag"].removeprefix("W/") == tag


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(("path", "status"), ABSENT.items())
def test_what_does_not_exist_or_is_refused_matches_nothing(
    client: FlaskClient, path: str, status: int, method: str
) -> None:
    for value in ("*", 'W/"x"'):
        response = client.open(path, method=method, headers={"If-None-Match": value})
        assert response.status_code == status, value
        assert "ETag" not in response.headers


@pytest.mark.parametrize("value", ["", '"', "W/", "x", '"x', '"x" "y"', ",,", "*x", 'w/"x"', '"*"', "ÿ"])
def test_a_malformed_value_matches_nothing(client: FlaskClient, article: str, value: str) -> None:
    for path in ("/", f"/api/articles/{article}"):
        assert client.get(path, headers={"If-None-Match": value}).status_code == 200


def test_health_and_readiness_are_never_revalidated(client: FlaskClient) -> None:
    for path in ("/healthz", "/readyz"):
        assert client.get(path, headers={"If-None-Match": "*"}).status_code == 200
