"""The JSON API over a real index."""

import datetime as dt
import json

import msgspec
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from indexer.articles import Article
from indexer.filters import facet_key
from search_web.contract.answers import DEPTH_LIMIT, SearchAnswer, SearchRequest
from search_web.contract.parameters import SIZE_LIMIT, TEXT_LIMIT, read_request, write_parameters
from search_web.contract.searcher import Searcher
from search_web.text.jalali import persian_day, persian_numeric_day
from search_web.web.app import create_app

WORD = "ایران"


@pytest.fixture(scope="module")
def client(searcher: Searcher) -> FlaskClient:
    return create_app(searcher).test_client()


def answer(client: FlaskClient, **parameters: object) -> SearchAnswer:
    response = client.get("/api/search", query_string={"q": WORD, **parameters})
    assert response.status_code == 200, response.text
    return msgspec.json.decode(response.data, type=SearchAnswer)


def test_a_search_answers_with_exactly_the_promised_keys(client: FlaskClient) -> None:
    response = client.get("/api/search", query_string={"q": WORD, "size": 1})
    body = json.loads(response.data)
    assert response.mimetype == "application/json"
    assert set(body) == set(SearchAnswer.__struct_fields__)
    assert set(body["hits"][0]) == {
        *("rank", "id", "title", "title_html", "kicker", "snippet", "score"),
        *("source", "category", "published", "url", "explain", "similar", "similar_total"),
    }
    assert body["query"] == WORD
    assert (body["page"], body["size"], len(body["hits"])) == (1, 1, 1)


def test_persian_is_sent_as_utf_8_and_not_escaped(client: FlaskClient) -> None:
    data = client.get("/api/search", query_string={"q": WORD}).data
    assert WORD.encode() in data
    assert b"\\u" not in data


def test_the_api_returns_the_answer_of_the_searcher(client: FlaskClient, searcher: Searcher) -> None:
    asked = SearchRequest(query=WORD, mode="keyword", sort="newest", size=3)
    expected = searcher.search(asked)
    given = answer(client, mode="keyword", sort="newest", size=3)
    assert given.hits == expected.hits
    assert given.total == expected.total > 0


@pytest.mark.parametrize("mode", ["hybrid", "keyword", "semantic"])
def test_each_mode_is_echoed_and_finds_something(client: FlaskClient, mode: str) -> None:
    given = answer(client, mode=mode)
    assert given.mode == mode
    assert given.hits


def test_pages_follow_each_other_without_a_gap_or_a_repeat(client: FlaskClient) -> None:
    whole = answer(client, size=4).hits
    halves = answer(client, size=2, page=1).hits + answer(client, size=2, page=2).hits
    assert [hit.id for hit in halves] == [hit.id for hit in whole]
    assert [hit.rank for hit in halves] == list(range(1, len(whole) + 1))


def test_explanations_are_sent_only_on_request(client: FlaskClient) -> None:
    assert all(hit.explain is None for hit in answer(client).hits)
    assert all(hit.explain is not None for hit in answer(client, explain=1).hits)


def test_a_source_filter_keeps_only_that_source(client: FlaskClient) -> None:
    source = next(hit.source for hit in answer(client).hits if hit.source)
    narrowed = answer(client, source=source)
    assert {facet_key(hit.source) for hit in narrowed.hits} == {facet_key(source)}


def test_jalali_and_gregorian_days_filter_alike(client: FlaskClient) -> None:
    published = next(hit.published for hit in answer(client).hits if hit.published)
    day = dt.date.fromisoformat(published[:10])
    for text in (day.isoformat(), persian_numeric_day(day), persian_day(day)):
        days = {str(hit.published)[:10] for hit in answer(client, **{"from": text, "to": text}).hits}
        assert days == {day.isoformat()}


@pytest.mark.parametrize("blank", ["", "   ", "\t"])
def test_a_blank_query_lists_the_newest_articles_without_highlights(client: FlaskClient, blank: str) -> None:
    given = answer(client, q=blank, size=SIZE_LIMIT)
    days = [hit.published[:10] for hit in given.hits if hit.published]
    assert given.total == len(given.hits) > 0
    assert days == sorted(days, reverse=True)
    assert all(hit.published is None for hit in given.hits[len(days) :])
    assert given.notice is None
    assert not any("<mark>" in hit.snippet + hit.title_html for hit in given.hits)
    assert all(hit.snippet for hit in given.hits)


def test_a_blank_query_lists_only_articles_that_pass_the_filters(client: FlaskClient) -> None:
    source = next(hit.source for hit in answer(client).hits if hit.source)
    given = answer(client, q="", source=source, size=SIZE_LIMIT)
    assert {facet_key(hit.source) for hit in given.hits} == {facet_key(source)}
    assert given.total == len(given.hits) < answer(client, q="").total


def test_a_blank_query_without_matching_articles_has_a_notice(client: FlaskClient) -> None:
    given = answer(client, q="", source="چنین منبعی نیست")
    assert (given.total, given.hits) == (0, [])
    assert given.notice


@pytest.mark.parametrize("mode", ["hybrid", "keyword", "semantic"])
def test_a_query_of_punctuation_finds_nothing_and_says_why(client: FlaskClient, mode: str) -> None:
    given = answer(client, q="؟! «» …", mode=mode)
    assert (given.total, given.hits) == (0, [])
    assert given.notice == "در این عبارت واژه‌ای برای جست‌وجو نیست."


def test_a_query_of_ten_thousand_characters_is_refused_by_the_limit(client: FlaskClient) -> None:
    response = client.get("/api/search", query_string={"q": "آ" * 10_000})
    assert response.status_code == 400
    assert response.get_json()["type"] == "/problems/limit-exceeded"
    assert (response.get_json()["parameter"], response.get_json()["limit"]) == ("q", TEXT_LIMIT)
    assert str(TEXT_LIMIT) in response.get_json()["detail"]


def test_empty_parameters_count_as_not_given(client: FlaskClient) -> None:
    names = ("mode", "from", "to", "source", "category", "sort", "page", "size", "explain")
    assert answer(client, **dict.fromkeys(names, "")).hits == answer(client).hits


def test_persian_digits_are_accepted_as_numbers(client: FlaskClient) -> None:
    assert answer(client, size="۲").size == 2


def test_the_deepest_allowed_page_is_answered(client: FlaskClient) -> None:
    assert answer(client, size=SIZE_LIMIT, page=DEPTH_LIMIT // SIZE_LIMIT).size == SIZE_LIMIT


def test_an_article_is_returned_complete_and_unchanged(client: FlaskClient, searcher: Searcher) -> None:
    found = answer(client).hits[0]
    response = client.get(f"/api/articles/{found.id}")
    article = searcher.article(found.id)
    assert article is not None
    body = json.loads(response.data)
    assert set(body) == set(Article.__struct_fields__) - {"extra"}
    assert body["published"] == found.published
    assert msgspec.convert(body | {"extra": article.extra}, Article, strict=False) == article


def test_an_unknown_article_is_a_404_problem(client: FlaskClient) -> None:
    response = client.get("/api/articles/نیست/در//نمایه")
    assert response.status_code == 404
    assert response.get_json()["type"] == "/problems/article-not-found"
    assert response.get_json()["article"] == "نیست/در//نمایه"


@pytest.mark.parametrize("path", ["/api/search?q=ایران", "/healthz", "/readyz"])
def test_head_answers_like_get_without_a_body(client: FlaskClient, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert head.status_code == got.status_code == 200
    assert head.content_type == got.content_type
    assert head.data == b""


def test_an_answer_is_revalidated_without_being_sent_again(client: FlaskClient) -> None:
    first = client.get("/api/search", query_string={"q": WORD})
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get(
        "/api/search", query_string={"q": WORD}, headers={"If-None-Match": first.headers["ETag"]}
    )
    other = client.get(
        "/api/search", query_string={"q": "تهران"}, headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert other.status_code == 200


def test_health_and_readiness_are_reported_and_never_cached(client: FlaskClient, searcher: Searcher) -> None:
    health, ready = client.get("/healthz"), client.get("/readyz")
    assert health.get_json() == {"status": "ok"}
    assert ready.get_json() == msgspec.to_builtins(searcher.readiness())
    assert ready.get_json()["ready"] is True
    assert health.headers["Cache-Control"] == ready.headers["Cache-Control"] == "no-store"


REQUESTS = st.builds(
    SearchRequest,
    query=st.text(max_size=40),
    mode=st.sampled_from(["hybrid", "keyword", "semantic"]),
    date_from=st.none() | st.dates(dt.date(1850, 1, 1), dt.date(1990, 1, 1)),
    date_to=st.none() | st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)),
    source=st.text(max_size=10),
    category=st.text(max_size=10),
    sort=st.sampled_from(["relevance", "newest"]),
    page=st.integers(1, 10),
    size=st.integers(1, 100),
    fusion=st.sampled_from(["learned", "zscore", "rrf"]),
    semantic_weight=st.floats(0, 1),
    explain=st.booleans(),
    collapse=st.booleans(),
    recency_half_life=st.none() | st.floats(1 / 24, 36_500),
)


def test_a_semantic_weight_selects_a_fusion_with_fixed_weights() -> None:
    assert read_request(MultiDict({"q": "سد", "semantic_weight": "0.3"})).fusion == "zscore"
    assert read_request(MultiDict({"q": "سد", "semantic_weight": "0.3", "fusion": "rrf"})).fusion == "rrf"
    assert read_request(MultiDict({"q": "سد"})).fusion == "learned"


@given(REQUESTS)
def test_written_parameters_are_parsed_back_to_the_same_request(asked: SearchRequest) -> None:
    if asked.fusion == "learned":  # the learned fusion has no weight to set
        asked = msgspec.structs.replace(asked, semantic_weight=0.5)
    assert read_request(MultiDict(write_parameters(asked))) == asked
