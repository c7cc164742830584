"""The title of a web page's article: the headline that readers see, without the name of the site."""

import json

import pytest

from indexer.readers.html_pages import read_page
from indexer.readers.records import to_article

TITLE = "ساخت ۲۰ کتابخانه روستایی در لرستان"
TEXT = [
    f"مدیرکل کتابخانه‌های لرستان گفت: ساخت کتابخانه در روستاهای شهرستان {place} از بهار آینده آغاز می‌شود."
    for place in ("الیگودرز", "دلفان", "کوهدشت", "پلدختر")
]
PARAGRAPHS = "".join(f"<p>{text}</p>" for text in TEXT)
AGENCY = "خبرگزاری نمونه"
SITE = f'<meta property="og:site_name" content="{AGENCY}">'


def _article(head: str, body: str):
    page = f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    (record,) = read_page(iter([page.encode()]))
    return to_article(record.fields)


def _title(head: str, heading: str = "", above: str = "") -> str:
    """Return the title of a page, and check that the body does not repeat it."""
    article = _article(head, f"{above}<article>{heading}{PARAGRAPHS}</article>")
    assert article.body.split("\n") == TEXT
    return article.title


def _og(title: str) -> str:
    return f'<meta property="og:title" content="{title}">'


SUFFIXED = [
    f"{TITLE} - {AGENCY}",
    f"{TITLE} | {AGENCY}",
    f"{TITLE}|{AGENCY}",
    f"{TITLE} : {AGENCY}",
    f"{TITLE}: {AGENCY}",
    f"{TITLE} – {AGENCY}",
    f"{TITLE} — {AGENCY}",
    f"{TITLE} ـ {AGENCY}",
    f"{AGENCY} | {TITLE}",
    f"{AGENCY} - {TITLE}",
    f"{AGENCY}: {TITLE}",
    f"{TITLE} - نمونه",
    f"{TITLE} - فرهنگی - {AGENCY}",
    f"{TITLE} - {AGENCY} | اخبار ایران و جهان | Sample News Agency",
]


@pytest.mark.parametrize("declared", SUFFIXED)
@pytest.mark.parametrize(
    "heading", [f"<h1>{TITLE}</h1>", f'<h1 class="t"><a href="/n/1">{TITLE}</a></h1>', ""]
)
def test_the_name_of_the_site_is_no_part_of_the_title(declared, heading):
    site = SITE.replace(AGENCY, f"{AGENCY} | اخبار ایران و جهان")
    section = '<meta property="article:section" content="فرهنگی">'
    assert _title(_og(declared) + site + section, heading) == TITLE
    assert _title(f"<title>{declared}</title>{site}{section}", heading) == TITLE


@pytest.mark.parametrize(
    "head",
    [
        f"<title>{TITLE} - {AGENCY}</title>",
        f"<title>{AGENCY} | {TITLE}</title>",
        f"<title>{TITLE} | پایگاه خبری تحلیلی لرستان</title>",
        f"<title>{TITLE} | example.ir</title><link rel='canonical' href='https://www.example.ir/n/1'>",
        f"<title>{TITLE} - example</title><link rel='canonical' href='https://www.example.ir/n/1'>",
        f'<title>{TITLE} - آوای شهر</title><script type="application/ld+json">'
        + json.dumps({"@type": "NewsArticle", "headline": TITLE, "publisher": {"name": "آوای شهر"}})
        + "</script>",
        f'<meta name="twitter:title" content="{TITLE}">',
        f'<script type="application/ld+json">{json.dumps({"@type": "Article", "headline": TITLE})}</script>',
    ],
)
def test_the_title_is_found_without_a_heading(head):
    assert _title(head) == TITLE


@pytest.mark.parametrize(
    "title",
    [
        "رئیس‌جمهور: مذاکره ادامه دارد",
        "مهر: ماه مدرسه",
        "ایران - عراق؛ داور مشخص شد",
        "بازی تهران-تبریز به تعویق افتاد",
        "گفت‌وگو | معلمی که کوه‌ها را می‌پیماید",
        "دیدار وزیران - یک نگاه به «مهر»",
        "یادداشت: خبرگزاری‌ها و هوش مصنوعی",
        "قطار تهران–مشهد: حرکت از سر گرفته شد",
        "ویدئو / لحظه افتتاح کتابخانه",
        "New libraries in Lorestan: a report",
    ],
)
@pytest.mark.parametrize("site", ["خبرگزاری مهر", AGENCY, ""])
def test_separators_within_a_title_are_kept(title, site):
    site_name = f'<meta property="og:site_name" content="{site}">' if site else ""
    assert _title(f"{_og(title)}{site_name}") == title
    assert _title(f"{_og(title)}{site_name}", f"<h1>{title}</h1>") == title
    assert _title(f"<title>{title} | {site or AGENCY}</title>{site_name}") == title


@pytest.mark.parametrize(
    ("head", "heading", "above"),
    [
        (_og(TITLE), f"<h1>{TITLE}</h1>", f'<header><h1 class="logo"><a href="/">{AGENCY}</a></h1></header>'),
        (_og(f"{TITLE} - {AGENCY}"), f"<h1>{TITLE}</h1>", f"<h1>{AGENCY}</h1>"),
        (f"<title>{TITLE} - {AGENCY}</title>", f"<h2>{TITLE}</h2>", f"<h1>{AGENCY}</h1>"),
        ("", f"<h1>{TITLE}</h1>", f"<h1>{AGENCY}</h1>"),
        (_og("۲۰ کتابخانه تازه در راه لرستان"), f'<h1 class="title">{TITLE}</h1>', ""),
        (_og("۲۰ کتابخانه تازه در راه لرستان"), f"<h1>{TITLE}</h1>", ""),
        (_og(TITLE), "<h1>فرهنگی</h1>", ""),
        (_og(TITLE[:20] + "..."), f"<h1>{TITLE}</h1>", ""),
        (_og(TITLE), f'<h1><span class="rutitr">گزارش ویژه</span> {TITLE}</h1>', ""),
        (_og(TITLE.replace("ی", "ي").replace("ک", "ك")), f"<h1>{TITLE}</h1>", ""),
        (f"<title>{AGENCY}</title>", f"<h1>{TITLE}</h1>", ""),
        (_og(AGENCY), f"<h1>{TITLE} - {AGENCY}</h1>", ""),
        (_og(TITLE), f"<h1>{TITLE}</h1>", "<aside><h1>پربازدیدترین خبرهای هفته گذشته</h1></aside>"),
    ],
)
def test_the_headline_is_told_from_other_headings(head, heading, above):
    assert _title(head + SITE, heading, above) == TITLE


def test_a_page_without_any_title_is_read():
    assert _article("", PARAGRAPHS).body.split("\n") == TEXT
