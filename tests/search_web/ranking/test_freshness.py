"""Freshness: a half-life ranks newer articles higher, but only on request."""

import datetime as dt
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import build
from hypothesis import assume, given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from indexer.build import BuildOptions
from indexer.filters import NO_DAY
from indexer.keyword.engine import Candidates
from search_web.contract.answers import SearchRequest
from search_web.contract.parameters import read_request
from search_web.ranking.freshness import FLOOR, freshness, refreshed
from search_web.ranking.ranked_list import Ranking, keyword_ranking
from search_web.search import HybridSearcher
from search_web.web.app import create_app

TODAY = dt.date(2025, 11, 20)
DAYS = st.one_of(st.just(NO_DAY), st.integers(TODAY.toordinal() - 4000, TODAY.toordinal()))


def ranking(scores: list[float]) -> Ranking:
    ordered = np.array(sorted(scores, reverse=True))
    return keyword_ranking(Candidates(np.arange(len(scores)), ordered, len(scores)), ordered)


CANDIDATES = st.lists(st.tuples(st.floats(0, 50), DAYS), min_size=1, max_size=30).map(
    lambda drawn: (ranking([score for score, _ in drawn]), np.array([day for _, day in drawn]))
)


def test_freshness_above_its_floor_halves_every_half_life() -> None:
    days = np.array([TODAY.toordinal() - age for age in (0, 30, 60, 36_500)])
    over_floor = (freshness(days, 30.0, TODAY) - FLOOR) / (1 - FLOOR)
    assert over_floor == pytest.approx([1, 0.5, 0.25, 0])


def test_undated_articles_count_as_oldest_and_future_dates_as_today() -> None:
    days = np.array([NO_DAY, TODAY.toordinal() + 400, TODAY.toordinal()])
    assert freshness(days, 30.0, TODAY).tolist() == [FLOOR, 1.0, 1.0]


@given(CANDIDATES)
def test_an_infinite_half_life_changes_nothing(drawn: tuple[Ranking, np.ndarray]) -> None:
    before, days = drawn
    assert refreshed(before, days, math.inf, TODAY).numbers.tolist() == before.numbers.tolist()


@given(CANDIDATES, st.floats(1 / 24, 36_500))
def test_no_candidate_is_lost_and_scores_descend(drawn: tuple[Ranking, np.ndarray], half_life: float) -> None:
    before, days = drawn
    after = refreshed(before, days, half_life, TODAY)
    assert sorted(after.numbers.tolist()) == sorted(before.numbers.tolist())
    assert (np.diff(after.scores) <= 0).all()
    assert after.total == before.total


@given(CANDIDATES, st.floats(1 / 24, 36_500))
def test_articles_of_one_day_keep_their_order(drawn: tuple[Ranking, np.ndarray], half_life: float) -> None:
    before, days = drawn
    after = refreshed(before, days, half_life, TODAY).numbers
    for day in np.unique(days):
        of_the_day = after[days[after] == day].tolist()
        assert of_the_day == sorted(of_the_day)


@given(CANDIDATES, st.floats(1, 400))
def test_a_newer_date_never_lowers_the_rank_of_an_article(
    drawn: tuple[Ranking, np.ndarray], half_life: float
) -> None:
    before, days = drawn
    last = len(days) - 1
    assume(days[last] != TODAY.toordinal())
    newer = days.copy()
    newer[last] = TODAY.toordinal()
    places = [
        refreshed(before, each, half_life, TODAY).numbers.tolist().index(last) for each in (days, newer)
    ]
    assert places[1] <= places[0]


def test_a_much_better_old_match_stays_above_fresh_poor_matches() -> None:
    found = ranking([40.0, *[2.0] * 30])
    days = np.array([TODAY.toordinal() - 3650, *[TODAY.toordinal()] * 30])
    assert refreshed(found, days, 7.0, TODAY).numbers[0] == 0


def test_of_two_equal_matches_the_newer_comes_first() -> None:
    found = ranking([10.0, 10.0, *[1.0] * 20])
    days = np.array([TODAY.toordinal() - 400, *[TODAY.toordinal() - 2] * 21])
    assert refreshed(found, days, 30.0, TODAY).numbers.tolist()[:2] == [1, 0]


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dated")
    lines = [
        f'{{"id": "{name}", "title": "نرخ نان در تبریز", "body": "نرخ نان {text}", "date": "{day}"}}'
        for name, text, day in (
            ("old", "در تبریز تازه اعلام شد", "2023-01-01"),
            ("new", "در نانوایی‌های شهر تبریز تازه اعلام شد", "2025-11-19"),
            ("middle", "در نانوایی‌های شهر تبریز و شهرهای استان از سوی اتاق اصناف اعلام شد", "2025-06-01"),
        )
    ]
    (folder / "three.jsonl").write_text("\n".join(lines), "utf-8")
    build([folder / "three.jsonl"], folder / "index", BuildOptions(semantic=False))
    return folder / "index"


@pytest.fixture(scope="module")
def today(dated: Path) -> Iterator[HybridSearcher]:
    with HybridSearcher(dated, today=lambda: TODAY) as searcher:
        yield searcher


def ids(searcher: HybridSearcher, **wanted: object) -> list[str]:
    return [hit.id for hit in searcher.search(SearchRequest(query="نرخ نان تبریز", **wanted)).hits]


def test_search_uses_freshness_only_on_request(today: HybridSearcher) -> None:
    plain = ids(today)
    assert plain[0] == "old"
    assert ids(today, recency_half_life=36_500.0) == plain
    assert ids(today, recency_half_life=30.0)[0] == "new"
    assert [article for article, _ in today.rank("نرخ نان تبریز", "keyword", 10)] == plain


def test_an_explanation_shows_the_freshness(today: HybridSearcher) -> None:
    request = SearchRequest(query="نرخ نان تبریز", recency_half_life=30.0, explain=True)
    explanations = {hit.id: hit.explain for hit in today.search(request).hits}
    assert explanations["new"] is not None
    assert explanations["old"] is not None
    # the archive's last day, 19 November, is earlier than today
    assert explanations["new"].freshness == 1.0
    assert explanations["old"].freshness == pytest.approx(FLOOR, abs=1e-3)
    assert "half-life 30 days" in explanations["new"].fusion


def test_age_in_an_old_archive_is_counted_from_its_last_day(dated: Path) -> None:
    request = SearchRequest(query="نرخ نان تبریز", recency_half_life=30.0, explain=True)
    with HybridSearcher(dated, today=lambda: dt.date(2095, 1, 1)) as much_later:
        hits = much_later.search(request).hits
    assert hits[0].id == "new"
    assert hits[0].explain is not None
    assert hits[0].explain.freshness == 1.0


@pytest.mark.parametrize(
    ("given", "days"), [("30d", 30), ("30", 30), ("4w", 28), ("12h", 0.5), ("۳۰", 30), ("1.5W", 10.5)]
)
def test_a_half_life_is_read_in_hours_days_and_weeks(given: str, days: float) -> None:
    assert read_request(MultiDict({"q": "نان", "recency_half_life": given})).recency_half_life == days


def test_the_page_shows_a_half_life_and_lets_it_be_removed(dated: Path) -> None:
    with HybridSearcher(dated, today=lambda: TODAY) as searcher:
        client = create_app(searcher).test_client()
        html = client.get("/search", query_string={"q": "نرخ نان", "recency_half_life": "4w"}).text
        plain = client.get("/search", query_string={"q": "نرخ نان"}).text
    assert "نیمه‌عمر تازگی: ۲۸ روز" in html
    assert 'name="recency_half_life" value="28"' in html
    assert "نیمه‌عمر" not in plain


def test_an_answer_that_depends_on_the_day_is_not_cached_for_the_next_day(
    dated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with HybridSearcher(dated) as searcher:
        client = create_app(searcher).test_client()
        address = "/api/search?q=نان&recency_half_life=30d"
        tags = [client.get(address).headers["ETag"] for _ in range(2)]
        monkeypatch.setattr("search_web.web.caching.tehran_day", lambda: dt.date(2099, 1, 1))
        tomorrow = client.get(address, headers={"If-None-Match": tags[0]})
    assert tags[0] == tags[1] != tomorrow.headers["ETag"]
    assert tomorrow.status_code == 200


def test_sorting_by_newest_ignores_the_half_life(today: HybridSearcher) -> None:
    assert ids(today, sort="newest", recency_half_life=1.0) == ids(today, sort="newest")
