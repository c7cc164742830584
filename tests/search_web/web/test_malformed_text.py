"""Addresses that are no text: invalid UTF-8 and NUL are refused everywhere, and never searched."""

from urllib.parse import quote, unquote_to_bytes

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from search_web.contract.searcher import Searcher
from search_web.web.app import create_app
from search_web.web.problems import MEDIA_TYPE

MALFORMED = [
    "%ED%A0%80",  # half of a surrogate pair
    "%ED%A0%BD%ED%B8%80",  # a surrogate pair in UTF-8
    "%FF",
    "%C0%AF",  # a longer form of "/" than the shortest
    "%E0%80%AF",
    "%F4%90%80%80",  # beyond U+10FFFF
    "%D8",  # the first byte of two
    "%D8%AA%D9",
    "%00",
    "سد%00",
    "%C0%80",  # a longer form of NUL
    "سد%20%AA",
]
WELL_FORMED = ["%EF%BF%BD", "%F4%8F%BF%BF", "100%", "%zz", "%", "\U0001f600", "%E2%80%8C"]


@pytest.fixture(scope="module")
def client(searcher: Searcher) -> FlaskClient:
    return create_app(searcher).test_client()


@pytest.mark.parametrize("text", MALFORMED)
@pytest.mark.parametrize(
    ("parameter", "path"),
    [
        *(
            (name, f"/api/search?q=a&{name}=")
            for name in ("source", "category", "page", "size", "mode", "from", "sort", "recency_half_life")
        ),
        ("q", "/api/search?q="),
        ("q", "/api/suggest?q="),
        ("size", "/api/articles/any/similar?size="),
    ],
)
def test_the_api_names_the_parameter_that_is_not_text(
    client: FlaskClient, parameter: str, path: str, text: str
) -> None:
    response = client.get(path + text)
    assert (response.status_code, response.mimetype) == (400, MEDIA_TYPE)
    body = response.get_json()
    assert (body["type"], body["parameter"]) == ("/problems/invalid-parameter", parameter)
    assert body["detail"] == f"{parameter} is not valid UTF-8 text"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("text", MALFORMED)
def test_the_page_explains_a_query_that_is_not_text(client: FlaskClient, text: str) -> None:
    response = client.get(f"/search?q={text}")
    assert (response.status_code, response.mimetype) == (400, "text/html")
    assert "مقدار «عبارت جست‌وجو» در نشانی این صفحه معتبر نیست." in response.text


@pytest.mark.parametrize("text", MALFORMED)
@pytest.mark.parametrize("path", ["/articles/", "/api/articles/", "/static/x/", "/problems/", "/"])
def test_a_path_that_is_not_text_is_refused(client: FlaskClient, path: str, text: str) -> None:
    # The test client itself would repair such a path.
    sent = unquote_to_bytes(path + text).decode("latin-1")
    response = client.get(path, environ_overrides={"PATH_INFO": sent})
    assert response.status_code == 400
    assert response.mimetype == (MEDIA_TYPE if path in ("/api/articles/", "/problems/") else "text/html")


@pytest.mark.parametrize("text", WELL_FORMED)
def test_whatever_is_text_is_searched(client: FlaskClient, text: str) -> None:
    for path in ("/api/search?mode=keyword&q=", "/search?mode=keyword&q=", "/api/suggest?q="):
        assert client.get(path + text).status_code == 200, path
    assert client.get(f"/api/articles/{text}").status_code == 404


def test_parameters_that_other_sites_add_to_a_link_may_be_anything(client: FlaskClient) -> None:
    assert client.get("/search?q=a&mode=keyword&utm_source=%C7%E1%00").status_code == 200
    assert client.get("/search?q=a&mode=keyword&%FF=%FF").status_code == 200


@given(st.binary(min_size=1, max_size=8))
def test_bytes_are_refused_exactly_when_they_are_not_utf_8_text(client: FlaskClient, data: bytes) -> None:
    try:
        is_text = "\0" not in data.decode("utf-8")
    except UnicodeDecodeError:
        is_text = False
    assert client.get(f"/api/suggest?q={quote(data)}").status_code == (200 if is_text else 400)
