"""An article with a title of 100,000 words and 100,000 tags, in answers and on pages."""

from collections.abc import Iterator

import pytest
from conftest import build, jsonl
from flask.testing import FlaskClient

from indexer.build import BuildOptions
from search_web.contract.answers import SearchRequest
from search_web.search import HybridSearcher
from search_web.text.capping import SHOWN_TAGS, SHOWN_TITLE
from search_web.web.app import create_app

pytestmark = pytest.mark.slow

WORDS, TAGS = 10_000, 2_000
LONG = "گندم " * WORDS


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HybridSearcher]:
    folder = tmp_path_factory.mktemp("long")
    article = {
        **dict.fromkeys(("title", "kicker", "source", "category"), LONG),
        "tags": "،".join(f"برچسب {number}" for number in range(TAGS)),
        "body": "متن",
    }
    articles = [{**article, "id": str(number)} for number in range(3)]
    build([jsonl(folder / "long.jsonl", articles)], folder / "index", BuildOptions(semantic=False))
    with HybridSearcher(folder / "index") as searcher:
        yield searcher


@pytest.fixture(scope="module")
def client(searcher: HybridSearcher) -> FlaskClient:
    return create_app(searcher).test_client()


def test_a_hit_shows_the_beginning_of_a_long_title(searcher: HybridSearcher) -> None:
    answer = searcher.search(SearchRequest(query="گندم", mode="keyword"))
    (hit,) = answer.hits
    shown = [hit.title, hit.kicker, hit.source, hit.category]
    shown += [text for other in hit.similar for text in (other.title, other.source)]
    assert len(shown) == 8
    assert all(len(text) <= SHOWN_TITLE and text.endswith("…") for text in shown)
    assert hit.title_html.startswith("<mark>گندم ")
    assert len(hit.title_html) < 10 * SHOWN_TITLE


def test_the_json_of_an_article_keeps_its_texts_whole(client: FlaskClient) -> None:
    article = client.get("/api/articles/1").get_json()
    assert article["title"] == LONG.strip()
    assert len(article["tags"]) == TAGS


def test_the_page_of_an_article_shows_its_whole_title_once_and_its_first_tags(client: FlaskClient) -> None:
    html = client.get("/articles/1").get_data(as_text=True)
    assert html.count(LONG.strip()) >= 1
    assert len(html.partition("<title>")[2].partition("</title>")[0]) <= SHOWN_TITLE + 20
    tags = html.partition('<ul class="tags"')[2].partition("</ul>")[0]
    assert tags.count("<a ") == SHOWN_TAGS
    assert "برچسب دیگر" in tags
    assert "۱٬۹۵۰" in tags


def test_the_page_of_results_is_small(client: FlaskClient) -> None:
    page = client.get("/search?q=گندم&mode=keyword").get_data(as_text=True)
    hits = page.partition("<main")[2].partition("<select")[0]
    assert hits.count("گندم") < WORDS / 10
