"""The reader of web pages: the article without the rest of the page, its metadata, its encoding."""

import datetime as dt
import logging
import subprocess
import sys

import pytest

from indexer.articles import Article
from indexer.readers.encodings import UndecodableError
from indexer.readers.html_pages import read_page
from indexer.readers.records import InvalidRecordError, to_article

HEAD = """<meta charset="utf-8"><title>افزایش بارش‌ها | خبرگزاری نمونه</title>
<meta property="og:title" content="افزایش بارش‌ها در غرب کشور">
<meta property="og:site_name" content="خبرگزاری نمونه">
<meta property="article:published_time" content="2025-11-18T14:30:00+03:30">
<meta property="article:section" content="اجتماعی">
<meta name="keywords" content="هواشناسی، بارش, باران">
<meta name="description" content="هواشناسی از افزایش بارش‌ها خبر داد.">
<link rel="canonical" href="https://example.ir/news/1234">"""
LEAD = "هواشناسی از افزایش بارش‌ها خبر داد."
ONE = "به گزارش خبرنگار ما، رئیس سازمان هواشناسی گفت: بارش‌ها در هفته آینده افزایش می‌یابد و مردم مراقب باشند."
TWO = "وی افزود: کرمانشاه، ایلام و کردستان بیشترین بارش را دارند و احتمال سیلابی شدن رودخانه‌ها هست."
BODY = f"""<header><nav><a href="/">صفحه نخست</a> <a href="/s">ورزش</a></nav>
<span class="date">۱ آذر ۱۴۰۴</span></header>
<main><article><div class="rutitr">هشدار هواشناسی:</div><h1>افزایش بارش‌ها در غرب کشور</h1>
<p class="lead">{LEAD}</p><div class="text"><p>{ONE}</p><p>{TWO}</p></div></article></main>
<aside><h3>پربازدیدها</h3><ul><li><a href="/a">خبر دیگر درباره فوتبال</a></li></ul></aside>
<div class="comments"><p>نظر کاربر: خیلی خوب بود ممنون</p></div>
<footer><p>تمامی حقوق محفوظ است</p></footer>"""


def _page(head=HEAD, body=BODY):
    return f"<!DOCTYPE html><html lang='fa'><head>{head}</head><body>{body}</body></html>"


def _article(html) -> Article:
    data = html if isinstance(html, bytes) else html.encode()
    (record,) = read_page(iter([data]))
    return to_article(record.fields)


def test_a_page_gives_its_article_and_nothing_around_it():
    article = _article(_page())
    assert article.title == "افزایش بارش‌ها در غرب کشور"
    assert article.kicker == "هشدار هواشناسی:"
    assert article.lead == LEAD
    assert article.body == f"{ONE}\n{TWO}"


def test_metadata_become_fields():
    article = _article(_page())
    assert article.source == "نمونه"
    assert article.category == "اجتماعی"
    assert article.tags == ("هواشناسی", "بارش", "باران")
    assert article.url == "https://example.ir/news/1234"
    assert article.published.isoformat() == "2025-11-18T14:30:00+03:30"


def test_half_spaces_are_kept_in_every_html_spelling():
    body = f"<p>{ONE}</p><p>می&zwnj;شود می&#8204;شود می&#x200C;شود می\u200cشود و کتاب\u200dها.</p>"
    assert _article(_page(body=body)).body.endswith("می‌شود می‌شود می‌شود می‌شود و کتاب\u200dها.")


def test_line_breaks_and_headings_separate_paragraphs():
    text = f"<div>{ONE}<br><br>{TWO}</div><h2>پایان هفته</h2><ul><li>ایلام ۹ درجه</li></ul>"
    body = f"<div class='news'>{text}</div>"
    lines = _article(_page(body=body)).body.split("\n")
    assert [line.removeprefix("- ") for line in lines] == [ONE, TWO, "پایان هفته", "ایلام ۹ درجه"]


def test_a_lead_that_was_cut_short_is_completed_from_the_text():
    head = f"<title>بارش</title><meta name='description' content='{ONE[:40]}…'>"
    article = _article(_page(head, f"<article><p>{ONE}</p><p>{TWO}</p></article>"))
    assert (article.lead, article.body) == (ONE, TWO)


def test_a_short_item_is_an_article_too():
    article = _article("<html><head><title>زلزله</title></head><body><p>زمین کرمان لرزید.</p></body></html>")
    assert (article.title, article.body) == ("زلزله", "زمین کرمان لرزید.")


def test_a_headline_and_a_date_above_the_text_are_not_part_of_the_body():
    body = f"""<div id="header"><span class="date">1404/09/01</span></div><div class="news">
    <div class="title">سفر وزیر</div><div class="news-date">تاریخ انتشار: سه شنبه ۲۷ آبان ۱۴۰۴ - ۱۴:۳۰</div>
    <div class="body">{ONE}<br><br>{TWO}</div></div>"""
    article = _article(_page("<title>سفر وزیر</title>", body))
    assert article.body == f"{ONE}\n{TWO}"
    assert article.published == dt.datetime(2025, 11, 18, 14, 30)


@pytest.mark.parametrize(
    "markup",
    [
        '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2025-11-18"}</script>',
        '<meta itemprop="datePublished" content="1404-08-27">',
        '<meta property="article:published_time" content="soon"><meta name="pubdate" content="2025-11-18">',
        '<time datetime="2025-11-18">دیروز</time>',
        '<span class="publish-time">زمان: ۱۴۰۴/۰۸/۲۷</span>',
        '<span class="publish-time">کد خبر: 1403051208234</span><span class="date">۲۷/۰۸/۱۴۰۴</span>',
        '<meta name="date" content="2025-11-18">',
    ],
)
def test_the_date_is_found_wherever_pages_keep_it(markup):
    assert _article(
        _page("<title>بارش</title>", f"{markup}<article><p>{ONE}</p></article>")
    ).published == dt.date(2025, 11, 18)


@pytest.mark.parametrize(
    ("site", "first", "source"),
    [
        ("خبرگزاري مهر | اخبار ايران و جهان", ONE, "مهر"),
        ("روزنامه آسمان", "به گزارش ایسنا، " + ONE, "روزنامه آسمان"),
        ("example.ir", "به گزارش ایسنا، " + ONE, "ایسنا"),
        ("example.ir", ONE, "example.ir"),
        ("", "به گزارش ایسنا، " + ONE, "ایسنا"),
    ],
)
def test_the_source_is_the_site_or_the_agency_that_the_text_names(site, first, source):
    head = f"<title>بارش</title><meta property='og:site_name' content='{site}'>"
    assert _article(_page(head, f"<article><p>{first}</p><p>{TWO}</p></article>")).source == source


def test_the_address_of_the_whole_site_is_not_the_address_of_the_article():
    page = _page("<title>بارش</title><link rel='canonical' href='https://example.ir/'>")
    assert _article(page).url == ""


def _latin_digits_and_arabic_letters(charset):
    text = _page(
        f'<meta http-equiv="Content-Type" content="text/html; charset={charset}"><title>بارش</title>'
    )
    return text.translate(str.maketrans("یک۱۴۰", "يك140"))


@pytest.mark.parametrize("charset", ["windows-1256", "utf-8", "x-unknown", "rot13"])
def test_windows_1256_is_read_whatever_the_page_declares(charset):
    assert "بارش\u200cها در هفته" in _article(_latin_digits_and_arabic_letters(charset).encode("cp1256")).body


def test_a_declared_encoding_is_respected():
    page = _page("<meta charset='iso-8859-6'><title>خبر</title>", "<p>وصل وفد عربي الى طهران اليوم.</p>")
    assert _article(page.encode("iso-8859-6")).body == "وصل وفد عربي الى طهران اليوم."


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_utf8_and_utf16_are_detected_from_the_bytes(encoding):
    page = _latin_digits_and_arabic_letters("windows-1256")
    assert "بارش\u200cها در هفته" in _article(page.encode(encoding)).body


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<nav><a href='/'>خانه</a></nav>",
        "<ul><li><a href='/1'>خبر یک درباره فوتبال</a></li><li><a href='/2'>خبر دو</a></li></ul>",
        "<h1>بارش</h1>",
    ],
)
def test_a_page_without_article_text_is_refused(body):
    with pytest.raises(InvalidRecordError, match="has no article text"):
        _article(_page("<title>بارش</title>", body))


def test_a_page_with_nul_characters_is_refused():
    with pytest.raises(InvalidRecordError, match="NUL"):
        _article(_page().replace("افزایش", "افز\0ایش"))


def test_binary_data_is_refused():
    with pytest.raises(UndecodableError):
        _article(b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 20)


@pytest.mark.parametrize("data", [b"", b" \n"])
def test_an_empty_page_has_no_record(data):
    assert list(read_page(iter([data]))) == []


def test_reading_a_page_logs_and_prints_nothing(caplog, capfd):
    with caplog.at_level(logging.WARNING), pytest.raises(InvalidRecordError):
        _article("<html></html>")
    assert caplog.text == ""
    assert capfd.readouterr() == ("", "")


def test_the_extraction_library_is_loaded_for_pages_only():
    code = "import sys, indexer.readers; sys.exit('trafilatura' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
