"""A reader in a real browser, at a real `khabaryab serve` over the seeds."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from commands import HANGS, Site, serving
from playwright.sync_api import Browser, BrowserContext, Page, expect

pytestmark = pytest.mark.browser

MISSPELT = "رییس جمهور منطقه ای"  # no article spells it so
TRANSIT = "تهران میزبان کارگروه حمل‌ونقل سازمان همکاری شانگهای شد"


@pytest.fixture(scope="module")
def site(seeds_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(seeds_index, tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def context(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """A fresh browser context, with and without JavaScript; no request leaves the host, nothing is logged."""
    context = browser.new_context(java_script_enabled=request.param, base_url=site.address)
    context.set_default_timeout(HANGS * 1_000)
    asked: list[str] = []
    complaints: list[str] = []
    context.on("request", lambda sent: asked.append(sent.url))
    context.on("console", lambda message: complaints.append(message.text))
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context
    context.close()
    assert asked
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(site.address).netloc}
    # Some tests ask for a missing page or give a bad date on purpose.
    assert [text for text in complaints if "Failed to load resource" not in text] == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def titles(page: Page) -> list[str]:
    return page.get_by_role("article").get_by_role("heading").all_inner_texts()


def search(page: Page, text: str) -> None:
    page.goto("/")
    page.get_by_label("عبارت جست‌وجو").fill(text)
    page.get_by_role("button", name="جست‌وجو").click()
    page.wait_for_url("**/search?*")


def test_a_misspelt_query_finds_the_story_highlights_it_and_links_there_and_back(page: Page) -> None:
    search(page, MISSPELT)
    first = page.get_by_role("article").first
    expect(first.get_by_role("heading")).to_have_text(TRANSIT)
    assert first.locator("mark").all_inner_texts() == ["رئیس‌جمهور", "منطقه‌ای"]
    first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TRANSIT)
    expect(page.get_by_role("main")).to_contain_text("در پیام رئیس‌جمهور به این نشست")
    page.get_by_role("link", name="بازگشت به نتیجه‌ها").click()
    expect(page.get_by_label("عبارت جست‌وجو")).to_have_value(MISSPELT)
    expect(page.get_by_role("article").first.get_by_role("heading")).to_have_text(TRANSIT)


def test_a_category_of_the_start_page_lists_its_newest_articles(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="اقتصاد", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("تازه‌ترین خبرها")
    assert titles(page)
    assert page.locator("mark").count() == 0
    days = page.get_by_role("article").locator("time").evaluate_all("all => all.map(one => one.dateTime)")
    assert days == sorted(days, reverse=True)
    page.get_by_label("عبارت جست‌وجو").fill("بورس")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    assert query(page)["category"] == ["اقتصاد"]
    assert "بورس" in titles(page)[0]


def test_filters_by_source_and_day_narrow_the_results_and_can_be_removed(page: Page) -> None:
    search(page, "آب")
    page.get_by_text("محدود کردن نتیجه‌ها").click()
    page.get_by_label("منبع").select_option("سپهر")
    page.get_by_label("از تاریخ").fill("۱ فروردین ۱۴۰۴")
    page.get_by_role("button", name="اعمال").click()
    page.wait_for_url("**source=*")
    articles = page.get_by_role("article")
    assert articles.count() > 0
    for meta in articles.locator(".meta").all_inner_texts():
        assert "سپهر" in meta
    days = articles.locator("time").evaluate_all("all => all.map(one => one.dateTime)")
    assert len(days) == articles.count()
    assert min(days) >= "2025-03-21"
    page.get_by_role("list", name="محدودیت‌های این جست‌وجو").get_by_role("link", name="منبع").click()
    page.wait_for_url(lambda url: "source" not in url)
    assert query(page)["from"] == ["2025-03-21"]


def test_results_can_be_sorted_by_day_and_switched_to_another_mode(page: Page) -> None:
    search(page, "استان")
    page.get_by_role("link", name="تازه‌ترین").click()
    page.wait_for_url("**sort=newest**")
    days = page.get_by_role("article").locator("time").evaluate_all("all => all.map(one => one.dateTime)")
    assert days
    assert days == sorted(days, reverse=True)
    page.get_by_role("link", name="معنایی").click()
    page.wait_for_url("**mode=semantic**")
    assert query(page)["sort"] == ["newest"]


def test_the_next_page_continues_where_the_first_ended(page: Page) -> None:
    search(page, "ایران")
    first = titles(page)
    page.get_by_role("link", name="صفحهٔ بعد").click()
    page.wait_for_url("**page=2**")
    second = titles(page)
    assert page.locator("ol.hits").get_attribute("start") == "11"
    links = page.get_by_role("article").get_by_role("link")
    assert links.count() == len(second) == len(first) == 10
    page.get_by_role("link", name="صفحهٔ قبل").click()
    page.wait_for_url(lambda url: "page=" not in url)
    assert titles(page) == first


def test_a_reader_needs_nothing_but_the_keyboard(page: Page) -> None:
    page.goto("/")
    page.locator("#q:focus").wait_for()  # a reader can type at once
    page.keyboard.type("سدهای تهران")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("پرش به متن اصلی")
    page.keyboard.press("Enter")
    expected = titles(page)[0]
    for _ in range(15):
        page.keyboard.press("Tab")
        if page.locator("article a:focus").count():
            break
    assert page.locator("article a:focus").inner_text() == expected
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/**")
    expect(page.get_by_role("heading", level=1)).to_have_text(expected)


def test_a_missing_page_and_a_bad_date_are_explained_in_persian(page: Page) -> None:
    page.goto("/articles/none")
    expect(page.get_by_role("heading", level=1)).to_have_text("صفحه پیدا نشد")
    page.get_by_role("link", name="صفحهٔ نخست خبریاب").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("خبریاب")
    page.goto(f"/search?q={quote('سد')}&from={quote('پریروز')}")
    expect(page.get_by_role("alert")).to_contain_text("تاریخ واردشده در «از تاریخ» درست نیست")
    expect(page.get_by_label("عبارت جست‌وجو")).to_have_value("سد")
    expect(page.get_by_label("از تاریخ")).to_have_value("پریروز")


def test_a_hostile_query_is_shown_as_text_and_never_executed(page: Page) -> None:
    hostile = "<img src=x onerror=alert(1)>\"'"
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    search(page, hostile)
    expect(page.get_by_label("عبارت جست‌وجو")).to_have_value(hostile)
    assert page.locator("main img").count() == 0


def test_persian_text_is_set_right_to_left_in_the_vazirmatn_font(page: Page) -> None:
    search(page, "سد")
    heading = page.get_by_role("article").first.get_by_role("heading")
    style = heading.evaluate("one => [getComputedStyle(one).direction, getComputedStyle(one).fontFamily]")
    assert style[0] == "rtl"
    assert "Vazirmatn" in style[1]
    assert page.evaluate("document.fonts.check('16px Vazirmatn', 'ی')")
    summary = page.locator(".summary").inner_text()
    assert re.fullmatch(r"[۰-۹٬]+ نتیجهٔ مرتبط در [۰-۹]+٫[۰-۹]{2} ثانیه", summary)
