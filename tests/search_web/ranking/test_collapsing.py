"""Collapsing near-duplicates into one result: none is lost or repeated, and readers can turn it off."""

from collections.abc import Iterator

import numpy as np
import pytest
from conftest import SEEDS, build
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from indexer.build import BuildOptions
from indexer.filters import facet_key
from indexer.keyword.engine import Candidates
from search_web.contract.answers import Hit, SearchAnswer, SearchRequest
from search_web.presentation.hits import SHOWN_NEAR_DUPLICATES
from search_web.ranking.collapsing import collapsed
from search_web.ranking.ranked_list import Ranking, keyword_ranking
from search_web.search import HybridSearcher
from search_web.web.app import create_app

ROCKS = "ریزش کوه جاده هراز"
MODES = ("hybrid", "keyword", "semantic")


def ranking(clusters: list[int], unseen: int = 0) -> Ranking:
    """Return a ranking of candidates 100, 101, … in these clusters; `unseen` more articles match."""
    count = len(clusters)
    found = Candidates(np.arange(100, 100 + count), np.linspace(9, 1, count), count + unseen)
    return keyword_ranking(found, found.scores)


CLUSTERS = st.lists(st.integers(0, 8), max_size=30)


@given(CLUSTERS)
def test_collapsing_loses_no_candidate_and_shows_none_twice(clusters: list[int]) -> None:
    before = ranking(clusters)
    after = collapsed(before, np.array(clusters, dtype=np.int64))
    shown = after.numbers.tolist()
    behind = [number for others in after.near_duplicates.values() for number in others]
    assert sorted([*shown, *behind]) == before.numbers.tolist()
    assert set(after.near_duplicates) <= set(shown)


@given(CLUSTERS)
def test_the_best_ranked_member_represents_its_cluster(clusters: list[int]) -> None:
    after = collapsed(ranking(clusters), np.array(clusters, dtype=np.int64))
    assert [clusters[number - 100] for number in after.numbers.tolist()] == list(dict.fromkeys(clusters))
    for number, others in after.near_duplicates.items():
        assert {clusters[other - 100] for other in others} == {clusters[number - 100]}
        assert number < min(others)
        assert list(others) == sorted(others)


@given(CLUSTERS, st.integers(0, 300))
def test_the_total_decreases_by_the_number_of_collapsed_articles(clusters: list[int], unseen: int) -> None:
    after = collapsed(ranking(clusters, unseen), np.array(clusters, dtype=np.int64))
    assert after.total == len(clusters) + unseen - (len(clusters) - len(set(clusters)))


def test_a_ranking_without_near_duplicates_is_unchanged() -> None:
    before = ranking([3, 1, 2])
    assert collapsed(before, np.array([3, 1, 2])) is before


def search(searcher: HybridSearcher, query: str = ROCKS, **wanted: object) -> SearchAnswer:
    return searcher.search(SearchRequest(query=query, **{"size": 100, **wanted}))


def about_rocks(answer: SearchAnswer) -> list[Hit]:
    return [hit for hit in answer.hits if "هراز" in hit.title]


@pytest.mark.parametrize("mode", MODES)
def test_near_duplicates_from_three_agencies_are_one_result(searcher: HybridSearcher, mode: str) -> None:
    together, apart = search(searcher, mode=mode), search(searcher, mode=mode, collapse=False)
    (one,) = about_rocks(together)
    three = about_rocks(apart)
    assert (one.similar_total, len(one.similar), len(three)) == (2, 2, 3)
    assert [one.id, *(other.id for other in one.similar)] == [hit.id for hit in three]
    assert one.rank == three[0].rank == 1
    assert all(not hit.similar and not hit.similar_total for hit in apart.hits)
    assert together.total == apart.total - sum(hit.similar_total for hit in together.hits)


@pytest.mark.parametrize("query", [ROCKS, "تجارت غیرنفتی", "", "-زعفران"])
@pytest.mark.parametrize("sort", ["relevance", "newest"])
def test_every_article_appears_exactly_once_over_all_pages(
    searcher: HybridSearcher, query: str, sort: str
) -> None:
    pages = [search(searcher, query, sort=sort, size=5, page=page) for page in range(1, 21)]
    hits = [hit for page in pages for hit in page.hits]
    seen = [*(hit.id for hit in hits), *(other.id for hit in hits for other in hit.similar)]
    apart = search(searcher, query, sort=sort, collapse=False)
    assert sorted(seen) == sorted(hit.id for hit in apart.hits)
    assert {page.total for page in pages} == {len(hits)}
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))


def test_the_newest_near_duplicate_comes_first_when_sorting_by_newest(searcher: HybridSearcher) -> None:
    hits = search(searcher, "تجارت غیرنفتی هفت ماه", sort="newest", mode="keyword").hits
    first = next(hit for hit in hits if hit.similar_total)
    assert first.published is not None
    assert all(str(other.published) <= first.published for other in first.similar)
    assert any(str(other.published) < first.published for other in first.similar)


def test_near_duplicates_excluded_by_a_filter_are_not_shown(searcher: HybridSearcher) -> None:
    first, *_ = about_rocks(search(searcher, collapse=False, source="رود"))
    alone = about_rocks(search(searcher, source="رود"))
    assert [(hit.id, hit.similar_total) for hit in alone] == [(first.id, 0)]
    assert facet_key(alone[0].source) == facet_key("رود")


def test_near_duplicates_with_an_excluded_word_are_not_shown(searcher: HybridSearcher) -> None:
    (hit,) = about_rocks(search(searcher, f"{ROCKS} -فیروزکوه"))
    assert hit.similar_total == 0


@pytest.mark.parametrize("mode", MODES)
def test_evaluation_does_not_collapse_near_duplicates(searcher: HybridSearcher, mode: str) -> None:
    ranked = [article for article, _ in searcher.rank(ROCKS, mode, 10)]
    assert {hit.id for hit in about_rocks(search(searcher, collapse=False))} <= set(ranked)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HybridSearcher]:
    """An index without vectors, in which fifteen agencies have the same text."""
    folder = tmp_path_factory.mktemp("many")
    text = (SEEDS / "haraz-rockfall-b.txt").read_text("utf-8")
    for number in range(15):
        (folder / f"{number}.txt").write_text(text.replace("خبرگزاری رود", f"خبرگزاری {number}"), "utf-8")
    build([folder], folder / "index", BuildOptions(semantic=False))
    with HybridSearcher(folder / "index") as searcher:
        yield searcher


def test_of_many_near_duplicates_some_are_shown_and_all_are_counted(many: HybridSearcher) -> None:
    (hit,) = search(many).hits
    assert (hit.similar_total, len(hit.similar)) == (14, SHOWN_NEAR_DUPLICATES)


@pytest.fixture(scope="module")
def client(many: HybridSearcher) -> FlaskClient:
    return create_app(many).test_client()


def test_the_api_collapses_unless_told_not_to(client: FlaskClient) -> None:
    def ask(**wanted: object) -> dict[str, object]:
        return client.get("/api/search", query_string={"q": ROCKS, "size": 100, **wanted}).get_json()

    assert (ask()["total"], ask(collapse=1)["total"], ask(collapse=0)["total"]) == (1, 1, 15)
    (hit,) = ask()["hits"]
    assert set(hit["similar"][0]) == {"id", "title", "source", "published"}


def test_the_page_offers_the_near_duplicates_and_a_way_to_see_all(client: FlaskClient) -> None:
    html = client.get("/search", query_string={"q": ROCKS}).text
    assert "<summary>۱۴ خبر مشابه</summary>" in html
    assert html.count('<details class="copies">') == 1
    assert "collapse=0" in html
    apart = client.get("/search", query_string={"q": ROCKS, "collapse": 0}).text
    assert "خبر مشابه<" not in apart
    assert "نمایش جداگانهٔ خبرهای مشابه" in apart
