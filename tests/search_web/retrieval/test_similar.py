"""Similar articles: without near-duplicates, with or without vectors, in the API and on the page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import SEEDS, build
from flask.testing import FlaskClient

from indexer.build import BuildOptions
from indexer.snapshot import Snapshot
from search_web.contract.answers import SearchRequest, SimilarAnswer, SimilarHit
from search_web.retrieval.similar import KEY_TERMS, key_terms
from search_web.search import HybridSearcher
from search_web.web.app import create_app


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HybridSearcher]:
    index = tmp_path_factory.mktemp("plain") / "index"
    build([SEEDS], index, BuildOptions(semantic=False))
    with HybridSearcher(index) as searcher:
        yield searcher


@pytest.fixture(scope="module")
def client(searcher: HybridSearcher) -> FlaskClient:
    return create_app(searcher).test_client()


def id_of(searcher: HybridSearcher, title: str) -> str:
    hits = searcher.search(SearchRequest(query=f"عنوان:{title}", mode="keyword")).hits
    return hits[0].id


def similar(searcher: HybridSearcher, article: str, size: int = 5) -> list[SimilarHit]:
    answer = searcher.similar(article, size)
    assert answer is not None
    return answer.hits


def everything(searcher: HybridSearcher) -> list[str]:
    listed = searcher.search(SearchRequest(query="", size=100, collapse=False))
    return [hit.id for hit in listed.hits]


def test_similar_articles_exclude_own_near_duplicates_and_show_each_cluster_once(
    searcher: HybridSearcher,
) -> None:
    listed = searcher.search(SearchRequest(query="", size=100))
    clusters = [{hit.id, *(other.id for other in hit.similar)} for hit in listed.hits]
    cluster_of = {article: cluster for cluster in clusters for article in cluster}
    for article in everything(searcher):
        found = [hit.id for hit in similar(searcher, article)]
        assert len(found) == 5
        assert not cluster_of[article] & set(found)
        assert all(len(cluster_of[one] & set(found)) == 1 for one in found)


def test_similar_articles_come_in_order_with_the_best_first(searcher: HybridSearcher) -> None:
    hits = similar(searcher, id_of(searcher, "فیبر"), 10)
    assert [hit.rank for hit in hits] == list(range(1, 11))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert [hit.id for hit in hits[:3]] == [hit.id for hit in similar(searcher, id_of(searcher, "فیبر"), 3)]


@pytest.mark.parametrize("title", ["تونل", "کتابخانه", "هراز", "فیبر"])
def test_articles_on_the_same_subject_are_similar(
    searcher: HybridSearcher, plain: HybridSearcher, title: str
) -> None:
    subject = {"تونل": "مترو", "کتابخانه": "کتاب", "هراز": "جاده", "فیبر": "فیبر"}[title]
    for each in (searcher, plain):
        hits = similar(each, id_of(each, title))
        assert any(subject in hit.title for hit in hits[:3]), [hit.title for hit in hits]


def test_without_vectors_only_articles_sharing_a_key_term_are_similar(plain: HybridSearcher) -> None:
    hits = similar(plain, id_of(plain, "زعفران"), 100)
    assert 0 < len(hits) < len(everything(plain)) - 1
    assert all(hit.score > 0 for hit in hits)


def test_key_terms_are_rare_words_of_the_article(seeds_index: Path) -> None:
    snapshot = Snapshot.open(seeds_index)
    try:
        for number in range(0, snapshot.manifest.articles, 7):
            terms = key_terms(snapshot, number)
            texts = [term.text for term in terms]
            assert len(texts) == len(set(texts)) <= KEY_TERMS
            assert all(snapshot.keyword.frequency("stems", text) > 1 for text in texts)
            assert not any(snapshot.analyzer.is_stop_word(text) or text.isdecimal() for text in texts)
            assert all(0 < term.weight < 1 for term in terms)
    finally:
        snapshot.close()


def test_an_article_without_a_key_term_has_no_similar_ones(tmp_path: Path) -> None:
    (tmp_path / "two.jsonl").write_text('{"id": "a", "title": "۱۴۱"}\n{"id": "b", "title": "نان"}\n', "utf-8")
    build([tmp_path / "two.jsonl"], tmp_path / "index", BuildOptions(semantic=False))
    with HybridSearcher(tmp_path / "index") as searcher:
        assert similar(searcher, "a") == similar(searcher, "b") == []


def test_the_api_returns_the_similar_articles_of_the_searcher(
    client: FlaskClient, searcher: HybridSearcher
) -> None:
    article = id_of(searcher, "فیبر")
    body = client.get(f"/api/articles/{article}/similar?size=2").get_json()
    assert set(body) == set(SimilarAnswer.__struct_fields__)
    assert (body["article"], body["size"], len(body["hits"])) == (article, 2, 2)
    assert [hit["id"] for hit in body["hits"]] == [hit.id for hit in similar(searcher, article, 2)]
    assert set(body["hits"][0]) == set(SimilarHit.__struct_fields__)
    assert len(client.get(f"/api/articles/{article}/similar").get_json()["hits"]) == 5


def test_similar_answers_of_the_api_can_be_revalidated_with_an_etag(
    client: FlaskClient, searcher: HybridSearcher
) -> None:
    address = f"/api/articles/{id_of(searcher, 'فیبر')}/similar"
    first = client.get(address)
    assert first.headers["Cache-Control"] == "no-cache"
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_an_unknown_article_is_a_404_problem(client: FlaskClient, searcher: HybridSearcher) -> None:
    response = client.get("/api/articles/نیست/similar")
    assert response.status_code == 404
    assert response.get_json()["type"] == "/problems/article-not-found"
    assert response.get_json()["article"] == "نیست"
    assert searcher.similar("نیست", 5) is None


def test_an_article_whose_id_ends_in_similar_can_be_fetched(tmp_path: Path) -> None:
    rows = '{"id": "a/similar", "title": "باران"}\n{"id": "b", "title": "برف"}\n'
    (tmp_path / "two.jsonl").write_text(rows, "utf-8")
    build([tmp_path / "two.jsonl"], tmp_path / "index", BuildOptions(semantic=False))
    with HybridSearcher(tmp_path / "index") as searcher:
        client = create_app(searcher).test_client()
        assert client.get("/api/articles/a/similar").get_json()["title"] == "باران"
        assert client.get("/api/articles/a/similar/similar").get_json()["article"] == "a/similar"


@pytest.mark.parametrize(
    ("query", "kind", "parameter"),
    [
        ("size=0", "invalid-parameter", "size"),
        ("size=101", "limit-exceeded", "size"),
        ("size=1&size=2", "invalid-parameter", "size"),
        ("q=a", "unknown-parameter", "q"),
    ],
)
def test_a_bad_parameter_is_a_problem_that_names_it(
    client: FlaskClient, searcher: HybridSearcher, query: str, kind: str, parameter: str
) -> None:
    body = client.get(f"/api/articles/{id_of(searcher, 'فیبر')}/similar?{query}").get_json()
    assert (body["type"], body["status"], body["parameter"]) == (f"/problems/{kind}", 400, parameter)


def test_an_article_page_links_five_similar_ones(client: FlaskClient, searcher: HybridSearcher) -> None:
    article = id_of(searcher, "فیبر")
    html = client.get(f"/articles/{article}").text
    section = html[html.index("خبرهای مشابه") :]
    assert section.count("<li>") == 5
    for hit in similar(searcher, article):
        assert f'href="/articles/{hit.id}"' in section
        assert hit.source in section
