"""The pages for readers, over a real index and in a real browser."""

import re
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from commands import HANGS
from conftest import SEEDS, build
from flask import render_template_string
from flask.testing import FlaskClient
from jinja2 import UndefinedError
from playwright.sync_api import Browser, Page
from werkzeug.test import TestResponse

from indexer.articles import Article
from indexer.build import BuildOptions
from indexer.errors import IndexMissing
from search_web.contract.answers import CompletionAnswer, SearchAnswer, SearchRequest, SimilarAnswer
from search_web.contract.searcher import Facets, Readiness, Searcher
from search_web.search import HybridSearcher
from search_web.text.jalali import persian_day
from search_web.web.app import SECURITY_HEADERS, create_app
from search_web.web.server import Server, listen

WORD = "ایران"


class Outline(HTMLParser):
    """The elements of a page: the tag and the attributes of each."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.elements if name == tag and wanted.items() <= attrs.items()]


class Altered:
    """The real searcher, but with degraded answers or with a given article."""

    def __init__(self, searcher: Searcher, degraded: bool = False, article: Article | None = None) -> None:
        self.searcher = searcher
        self.degraded = degraded
        self.given = article

    def search(self, request: SearchRequest) -> SearchAnswer:
        return msgspec.structs.replace(self.searcher.search(request), degraded=self.degraded)

    def complete(self, typed: str, size: int) -> CompletionAnswer:
        return self.searcher.complete(typed, size)

    def article(self, article_id: str) -> Article | None:
        return self.given

    def similar(self, article_id: str, size: int) -> SimilarAnswer | None:
        return self.searcher.similar(article_id, size)

    def facets(self) -> Facets:
        if not self.readiness().ready:
            raise IndexMissing("/srv/index: nothing has been published here yet")
        return self.searcher.facets()

    def readiness(self) -> Readiness:
        return self.searcher.readiness()


class Unpublished(Altered):
    """The real searcher before its index was published."""

    def readiness(self) -> Readiness:
        return Readiness(ready=False, detail="nothing has been published here yet")


@pytest.fixture(scope="module")
def client(searcher: Searcher) -> FlaskClient:
    return create_app(searcher).test_client()


def results(client: FlaskClient, **parameters: object) -> TestResponse:
    return client.get("/search", query_string={"q": WORD, **parameters})


def article_page(searcher: Searcher, **fields: object) -> str:
    article = msgspec.convert({"id": "یک", **fields}, Article)
    response = create_app(Altered(searcher, article=article)).test_client().get("/articles/یک")
    assert response.status_code == 200
    return response.text


def test_every_page_is_persian_and_right_to_left_without_a_script_or_inline_style(
    client: FlaskClient,
) -> None:
    for path in ("/", f"/search?q={WORD}", "/search", "/none", f"/search?q={WORD}&from=x"):
        html = client.get(path).text
        page = Outline(html)
        assert page.all("html", lang="fa", dir="rtl"), path
        assert not page.all("script")
        assert not page.all("style")
        assert not [
            attrs for _, attrs in page.elements if "style" in attrs or any(k[:2] == "on" for k in attrs)
        ]


def test_every_answer_carries_the_security_headers(client: FlaskClient) -> None:
    for path in ("/", f"/search?q={WORD}", "/none", "/api/search", "/healthz"):
        headers = client.get(path).headers
        assert SECURITY_HEADERS.items() <= dict(headers).items(), path
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_the_start_page_links_the_sources_and_categories_of_the_archive(
    client: FlaskClient, searcher: Searcher
) -> None:
    facets = searcher.facets()
    page = client.get("/")
    links = [parse_qs(urlsplit(str(a["href"])).query) for a in Outline(page.text).all("a")]
    for name in facets.sources[:24]:
        assert {"source": [name]} in links
    for name in facets.categories[:24]:
        assert {"category": [name]} in links
    if facets.first:
        assert persian_day(facets.first) in page.text


def test_results_show_title_snippet_source_and_jalali_date(client: FlaskClient, searcher: Searcher) -> None:
    answer = searcher.search(SearchRequest(query=WORD))
    html = results(client).text
    page = Outline(html)
    assert answer.hits
    for hit in answer.hits:
        assert hit.title_html in html
        assert hit.snippet in html
        if hit.published:
            assert page.all("time", datetime=hit.published)


def summary(client: FlaskClient, **parameters: object) -> str:
    """Return the line above the hits that states their number."""
    found = re.search(
        r'<p class="summary" role="status">(.*?)</p>', results(client, **parameters).text, re.DOTALL
    )
    assert found
    return found[1]


@pytest.mark.parametrize("parameters", [{"mode": "keyword"}, {"q": ""}, {"q": "", "mode": "semantic"}])
def test_the_summary_states_the_number_of_matches(client: FlaskClient, parameters: dict[str, str]) -> None:
    assert re.fullmatch(r"[۰-۹٬]+ خبر در [۰-۹]+٫[۰-۹]{2} ثانیه", summary(client, **parameters))


@pytest.mark.parametrize("mode", ["hybrid", "semantic"])
def test_a_hybrid_summary_counts_related_results_and_a_semantic_one_states_only_a_maximum(
    client: FlaskClient, searcher: Searcher, mode: str
) -> None:
    most = "حداکثر " if mode == "semantic" else ""
    by_meaning = rf"{most}[۰-۹٬]+ نتیجهٔ مرتبط در [۰-۹]+٫[۰-۹]{{2}} ثانیه"
    assert re.fullmatch(by_meaning, summary(client, mode=mode))
    without_encoder = create_app(Altered(searcher, degraded=True)).test_client()
    assert re.match(r"[۰-۹٬]+ خبر در ", summary(without_encoder, mode=mode))


@pytest.mark.parametrize("path", ["/", f"/search?q={WORD}", "/search", "/search?q=a&mode=fuzzy"])
def test_the_query_box_has_the_maximum_length_of_a_query(client: FlaskClient, path: str) -> None:
    (box,) = Outline(client.get(path).text).all("input", name="q")
    assert box["maxlength"] == "512"


def test_an_undefined_name_in_a_template_is_an_error(client: FlaskClient) -> None:
    with client.application.app_context(), pytest.raises(UndefinedError, match="limit_of_text"):
        render_template_string("{{ limit_of_text }}")


@pytest.fixture(scope="module")
def keyword_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A site over an index without vectors."""
    index = tmp_path_factory.mktemp("plain") / "index"
    build([SEEDS], index, BuildOptions(semantic=False))
    with HybridSearcher(index) as searcher:
        yield create_app(searcher).test_client()


def test_an_index_without_vectors_offers_no_semantic_search(
    client: FlaskClient, keyword_client: FlaskClient
) -> None:
    for path in ("/", f"/search?q={WORD}", "/search?mode=keyword&q=قققققق"):
        assert "معنایی" in client.get(path).text
        page = keyword_client.get(path)
        assert page.status_code == 200
        assert "معنایی" not in page.text
        assert "ترکیبی</" not in page.text
        assert not Outline(page.text).all("input", type="radio")
    assert re.match(r"[۰-۹٬]+ خبر در ", summary(keyword_client))


def test_a_semantic_search_without_vectors_is_refused_with_a_form_to_retry(
    keyword_client: FlaskClient,
) -> None:
    refused = results(keyword_client, mode="semantic", source="سپهر")
    assert refused.status_code == 400
    assert refused.headers["Cache-Control"] == "no-store"
    assert "این نمایه جست‌وجوی معنایی ندارد" in refused.text
    page = Outline(refused.text)
    assert page.all("input", name="q", value=WORD)
    assert [option["value"] for option in page.all("option") if "selected" in option] == ["سپهر"]
    assert not page.all("input", name="mode")  # the form asks for a mode that the index can answer
    assert keyword_client.get("/api/search", query_string={"q": WORD, "mode": "semantic"}).status_code == 400


def test_the_page_title_contains_the_query(client: FlaskClient) -> None:
    assert f"<title>{WORD} – جست‌وجو در خبریاب</title>" in results(client).text


def test_a_hostile_query_is_shown_as_text(client: FlaskClient) -> None:
    hostile = "\"'><script>alert(1)</script>{{7*7}}"
    page = results(client, q=hostile, source=hostile, category=hostile)
    assert page.status_code == 200
    assert not Outline(page.text).all("script")
    assert Outline(page.text).all("input", name="q", value=hostile)


def test_every_link_on_the_results_keeps_the_filters(client: FlaskClient) -> None:
    kept = {"q": WORD, "mode": "keyword", "from": "۱۳۰۰/۰۱/۰۱", "size": "1", "semantic_weight": "0.25"}
    page = Outline(results(client, **kept).text)
    titles = [str(a["href"]) for a in page.all("a") if "/articles/" in str(a["href"])]
    following = [str(a["href"]) for a in page.all("a", rel="next")]
    assert titles
    assert following
    for address in titles + following:
        state = parse_qs(urlsplit(address).query)
        assert (state["q"], state["mode"], state["size"]) == ([WORD], ["keyword"], ["1"])
        assert state["from"] == ["1921-03-21"]
        assert state["semantic_weight"] == ["0.25"]


def test_the_form_keeps_parameters_that_it_does_not_show(client: FlaskClient) -> None:
    page = Outline(
        results(client, mode="semantic", sort="newest", size=2, page=2, **{"from": "2001-03-21"}).text
    )
    hidden = {str(field["name"]): field["value"] for field in page.all("input", type="hidden")}
    assert hidden == {"mode": "semantic", "sort": "newest", "size": "2"}
    assert page.all("input", name="from", value="۱۳۸۰/۰۱/۰۱")


def test_the_pager_links_forward_and_back(client: FlaskClient, searcher: Searcher) -> None:
    assert searcher.search(SearchRequest(query=WORD)).total > 2
    first = Outline(results(client, size=1).text)
    assert not first.all("a", rel="prev")
    second = client.get(str(first.all("a", rel="next")[0]["href"]))
    again = client.get(str(Outline(second.text).all("a", rel="prev")[0]["href"]))
    current = Outline(second.text).all("a", **{"aria-current": "page"})
    assert parse_qs(urlsplit(str(current[0]["href"])).query)["page"] == ["2"]
    assert Outline(again.text).all("article") == first.all("article")
    assert Outline(again.text).all("a", **{"aria-current": "page"}) == first.all(
        "a", **{"aria-current": "page"}
    )


def test_every_control_has_a_label(client: FlaskClient) -> None:
    for path in ("/", f"/search?q={WORD}"):
        page = Outline(client.get(path).text)
        labelled = {label.get("for") for label in page.all("label")}
        for tag in ("input", "select"):
            for control in page.all(tag):
                assert control.get("type") in {"hidden", "radio"} or control["id"] in labelled


def test_a_search_without_hits_gives_advice(client: FlaskClient) -> None:
    page = results(client, mode="keyword", source="چنین منبعی نیست")
    assert page.status_code == 200
    assert "خبری یافت نشد" in page.text
    assert "محدودیت‌ها را بردارید" in page.text


def test_the_links_of_the_start_page_list_the_newest_articles(
    client: FlaskClient, searcher: Searcher
) -> None:
    category = searcher.facets().categories[0]
    links = [str(a["href"]) for a in Outline(client.get("/").text).all("a")]
    link = next(link for link in links if parse_qs(urlsplit(link).query) == {"category": [category]})
    page = client.get(link)
    newest = searcher.search(SearchRequest(query="", category=category))
    assert newest.hits
    assert "تازه‌ترین خبرها" in page.text
    assert "<mark>" not in page.text
    assert all(hit.title_html in page.text and hit.snippet in page.text for hit in newest.hits)
    assert not Outline(page.text).all("nav", **{"class": "tabs"})  # a listing has no mode to switch


def test_an_empty_listing_says_so_and_suggests_removing_filters(client: FlaskClient) -> None:
    page = client.get("/search?q=+&source=x")
    assert page.status_code == 200
    assert "در این محدوده هیچ خبری یافت نشد" in page.text
    assert "محدودیت‌ها را بردارید" in page.text


def test_a_page_past_the_last_links_to_the_first(client: FlaskClient) -> None:
    page = results(client, mode="keyword", page=10, size=100)
    assert page.status_code == 200
    assert not Outline(page.text).all("article")
    assert "بازگشت به صفحهٔ نخست نتیجه‌ها" in page.text


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"from": "دیروز"}, "تاریخ واردشده در «از تاریخ» درست نیست"),
        ({"from": "1404-02-01", "to": "1404-01-01"}, "جای آن دو را عوض کنید"),
        ({"q": "ا" * 513}, "بیش از ۵۱۲ نویسه"),
        ({"q": " ".join(f'"ب {number}"' for number in range(21))}, "بیش از ۲۰ عبارتِ درون گیومه"),
        ({"page": "101"}, "۱٬۰۰۰ خبر نخست"),
        ({"size": "101"}, "بیش از ۱۰۰ خبر"),
        ({"mode": "fuzzy"}, "شیوهٔ جست‌وجو"),
    ],
)
def test_a_bad_parameter_is_explained_in_persian_beside_the_filled_form(
    client: FlaskClient, parameters: dict[str, str], sentence: str
) -> None:
    page = results(client, **parameters)
    assert page.status_code == 400
    assert sentence in page.text
    asked = ({"q": WORD} | parameters)["q"]
    assert Outline(page.text).all("input", name="q", value=asked)


def test_a_filter_until_the_last_possible_date_is_kept(client: FlaskClient) -> None:
    page = results(client, to="9999-12-31")
    assert page.status_code == 200
    assert Outline(page.text).all("input", name="to", value="۹۹۹۹-۱۲-۳۱")


def test_parameters_that_other_sites_add_are_ignored(client: FlaskClient) -> None:
    assert results(client, utm_source="x").status_code == 200


def test_a_degraded_answer_says_so_and_is_not_cached(searcher: Searcher) -> None:
    page = results(create_app(Altered(searcher, degraded=True)).test_client())
    assert "جست‌وجوی معنایی اکنون در دسترس نیست" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "در دسترس نیست" not in results(create_app(searcher).test_client()).text


@pytest.mark.parametrize("path", ["/", "/search?q=x"])
def test_an_unpublished_index_is_a_persian_503_without_paths(searcher: Searcher, path: str) -> None:
    page = create_app(Unpublished(searcher)).test_client().get(path)
    assert page.status_code == 503
    assert "نمایهٔ خبرها در دسترس نیست" in page.text
    assert "/srv/index" not in page.text


def test_an_article_is_shown_complete_with_a_link_back_to_the_results(
    client: FlaskClient, searcher: Searcher
) -> None:
    found = searcher.search(SearchRequest(query=WORD, mode="keyword")).hits[0]
    link = next(
        str(a["href"])
        for a in Outline(results(client, mode="keyword").text).all("a")
        if str(a["href"]).startswith("/articles/")
    )
    page = client.get(link)
    article = searcher.article(found.id)
    assert article is not None
    visible = re.sub(r"<[^>]*>", "", page.text)
    for line in (article.title, article.lead, *article.body.splitlines()):
        for word in re.findall(r"\w+", line):
            assert word in visible
    back = Outline(page.text).all("a", **{"class": "back"})[0]
    assert parse_qs(urlsplit(str(back["href"])).query) == {"q": [WORD], "mode": ["keyword"]}


def test_an_article_reached_from_elsewhere_has_no_link_back(client: FlaskClient, searcher: Searcher) -> None:
    found = searcher.search(SearchRequest(query=WORD)).hits[0]
    for query in ({}, {"from": "x"}):
        page = client.get(f"/articles/{found.id}", query_string=query)
        assert page.status_code == 200
        assert not Outline(page.text).all("a", **{"class": "back"})


def test_everything_in_an_article_is_escaped(searcher: Searcher) -> None:
    hostile = "<script>alert(1)</script>"
    names = ("title", "lead", "body", "source", "category", "kicker")
    html = article_page(searcher, **dict.fromkeys(names, hostile), tags=[hostile])
    assert not Outline(html).all("script")
    assert html.count("&lt;script&gt;") >= len(names) + 1


@pytest.mark.parametrize("url", ["https://example.org/خبر", "http://example.org/a?b=c"])
def test_a_web_address_is_linked_without_a_referrer(searcher: Searcher, url: str) -> None:
    page = Outline(article_page(searcher, url=url))
    assert page.all("a", href=url, rel="noopener noreferrer")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "/local", "http://", "http://[", ""]
)
def test_any_other_address_is_not_linked(searcher: Searcher, url: str) -> None:
    links = Outline(article_page(searcher, url=url)).all("a")
    assert not [a for a in links if a.get("rel") or a["href"] == url]


def test_an_article_has_a_footer_only_if_there_is_content_for_it(searcher: Searcher) -> None:
    story = article_page(searcher).partition("</article>")[0]
    assert "<footer>" not in story
    assert "<footer>" in article_page(searcher, tags=["اقتصاد"]).partition("</article>")[0]


def test_an_article_with_nothing_but_an_id_still_has_a_heading(searcher: Searcher) -> None:
    assert "بدون عنوان" in article_page(searcher)


def test_an_unknown_article_is_a_persian_404(client: FlaskClient) -> None:
    page = client.get("/articles/نیست//در/نمایه")
    assert page.status_code == 404
    assert "صفحه پیدا نشد" in page.text


@pytest.fixture(scope="module")
def site(searcher: Searcher) -> Iterator[str]:
    server = Server(create_app(searcher), listen("127.0.0.1", 0))
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server.address
    server.stop()
    thread.join(timeout=HANGS)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(java_script_enabled=False)
    yield page
    page.close()


@pytest.mark.browser
def test_a_reader_searches_switches_opens_an_article_and_comes_back(site: str, page: Page) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(site)
    page.locator("#q:focus").wait_for()  # a reader can type at once
    page.keyboard.type(WORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    page.get_by_role("link", name="واژگانی").click()
    page.wait_for_url("**mode=keyword**")
    page.get_by_role("article").first.get_by_role("link").click()
    page.wait_for_url("**/articles/**")
    page.get_by_role("link", name="بازگشت به نتیجه‌ها").click()
    page.wait_for_url("**/search?*")
    assert page.get_by_label("عبارت جست‌وجو").input_value() == WORD
    assert parse_qs(urlsplit(page.url).query)["mode"] == ["keyword"]
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(site).netloc}
    assert complaints == []


@pytest.mark.browser
@pytest.mark.parametrize(
    "path", ["/", "/search?q=ایران&source=x", "/search?q=ایران", "/search?from=x", "/none"]
)
def test_no_page_is_wider_than_a_phone(site: str, page: Page, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(site + path)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
