"""A server that is full of searches still answers health checks and static files."""

import http.client
import json
import re
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice

import pytest
from commands import HANGS, running
from flask import Response
from werkzeug.exceptions import ServiceUnavailable

from indexer.articles import Article
from indexer.errors import IndexMissing
from search_web.contract.answers import CompletionAnswer, SearchAnswer, SearchRequest, SimilarAnswer
from search_web.contract.searcher import Facets, Readiness, Searcher
from search_web.web.admission import RUNNING, THREADS, WAITING, Admission
from search_web.web.app import create_app


class Held:
    """The real searcher, whose searches wait until they are let go."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._go = threading.Event()
        self._lock = threading.Lock()
        self.begun = self.running = self.most = 0

    def let_go(self) -> None:
        self._go.set()

    def search(self, request: SearchRequest) -> SearchAnswer:
        with self._lock:
            self.begun += 1
            self.running += 1
            self.most = max(self.most, self.running)
        assert self._go.wait(HANGS)
        with self._lock:
            self.running -= 1
        return self._searcher.search(request)

    def complete(self, typed: str, size: int) -> CompletionAnswer:
        return self._searcher.complete(typed, size)

    def article(self, article_id: str) -> Article | None:
        return self._searcher.article(article_id)

    def similar(self, article_id: str, size: int) -> SimilarAnswer | None:
        return self._searcher.similar(article_id, size)

    def facets(self) -> Facets:
        return self._searcher.facets()

    def readiness(self) -> Readiness:
        return self._searcher.readiness()


def get(netloc: str, path: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(netloc, timeout=HANGS)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, dict(response.headers), response.read()
    finally:
        connection.close()


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine no search loses its patience."""
    monkeypatch.setattr(Admission.__init__, "__defaults__", (RUNNING, WAITING, float(HANGS)))


@pytest.mark.slow
def test_health_and_static_files_are_answered_while_searches_fill_the_server(searcher: Searcher) -> None:
    held = Held(searcher)
    app = create_app(held)
    css = re.search(r'href="(/static/[^"]+\.css)"', app.test_client().get("/").text)
    assert css
    places, beyond = RUNNING + WAITING, 5
    with running(app) as netloc, ThreadPoolExecutor(places + beyond) as pool:
        asked = [pool.submit(get, netloc, "/api/search?q=a&mode=keyword") for _ in range(places + beyond)]
        try:
            refused = list(islice(as_completed(asked, HANGS), beyond))
            for path in ("/healthz", "/readyz", css[1], "/problems/not-found"):
                assert get(netloc, path)[0] == 200, path
            assert get(netloc, "/nothing")[0] == 404
            page = get(netloc, "/search?q=a")
            assert page[0] == 503
            assert "جست‌وجوهای بسیاری در جریان است" in page[2].decode()
            assert held.begun == RUNNING
        finally:
            held.let_go()
        statuses = Counter(answer.result(HANGS)[0] for answer in asked)
    assert statuses == {200: places, 503: beyond}
    assert held.most == RUNNING
    for answer in refused:
        _, headers, body = answer.result()
        assert json.loads(body)["type"] == "/problems/service-unavailable"
        assert int(headers["Retry-After"]) > 0


def test_the_server_has_more_threads_than_searches_can_hold() -> None:
    assert THREADS > RUNNING + WAITING


def test_a_search_that_waits_too_long_is_refused_and_leaves_the_line() -> None:
    entered, leave = threading.Event(), threading.Event()

    def slow() -> Response:
        entered.set()
        assert leave.wait(HANGS)
        return Response("done")

    limited = Admission(running=1, waiting=1, patience=0.01)(slow)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(limited)
        try:
            assert entered.wait(HANGS)
            for _ in range(3):
                with pytest.raises(ServiceUnavailable):
                    limited()
        finally:
            leave.set()
        assert first.result(HANGS).data == b"done"
    assert limited().data == b"done"


def test_a_search_that_fails_gives_its_place_back() -> None:
    def failing() -> Response:
        raise IndexMissing("nothing there")

    limited = Admission(running=1, waiting=0)(failing)
    for _ in range(3):
        with pytest.raises(IndexMissing):
            limited()
