"""The date of a web page's article: its own, not that of a comment, of another article or of the site."""

import datetime as dt
import json

import pytest

from indexer.articles import Article
from indexer.readers.html_pages import read_page
from indexer.readers.records import to_article

OWN = dt.datetime(2024, 8, 2, 10, 30, tzinfo=dt.timezone(dt.timedelta(hours=3.5)))
OWN_ISO = "2024-08-02T10:30:00+03:30"
TITLE = "برداشت زعفران در خراسان رضوی آغاز شد"
TEXT = "".join(
    f"<p>کشاورزان شهرستان {place} از امروز برداشت زعفران را آغاز کردند و به محصول خوب امسال امیدوارند.</p>"
    for place in ("تربت حیدریه", "گناباد", "قائن", "کاشمر")
)
ARTICLE = f"<article><h1>{TITLE}</h1>{TEXT}</article>"
HEAD = f"<title>{TITLE}</title><link rel='canonical' href='https://example.ir/news/77/saffron'>"


def _published(body: str = ARTICLE, head: str = "") -> dt.date | None:
    page = f"<!DOCTYPE html><html><head>{HEAD}{head}</head><body>{body}</body></html>"
    (record,) = read_page(iter([page.encode()]))
    article: Article = to_article(record.fields)
    assert article.title == TITLE
    assert article.body.count("\n") == 3
    return article.published


def _ld(*documents: object) -> str:
    scripts = (json.dumps(document, ensure_ascii=False) for document in documents)
    return "".join(f'<script type="application/ld+json">{script}</script>' for script in scripts)


NEWS = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": TITLE, "datePublished": OWN_ISO}
OTHER = {"@type": "NewsArticle", "headline": "خبری دیگر از بازار ارز", "datePublished": "2023-01-01"}
SITE = {"@type": "WebSite", "name": "نمونه", "datePublished": "2010-05-05"}


@pytest.mark.parametrize(
    "around",
    [
        (ARTICLE, '<section class="comments"><time datetime="2024-09-09">۱۹ شهریور</time></section>'),
        ('<aside><time datetime="2024-09-09">دیروز</time></aside>', ARTICLE),
        ('<nav><time datetime="2024-09-09">دیروز</time></nav>', ARTICLE),
        ('<header><time datetime="2024-09-09">امروز</time></header>', ARTICLE),
        ('<div id="sidebar"><time datetime="2024-09-09">دیروز</time></div>', ARTICLE),
        ('<div class="related-news"><span class="date">2024-09-09</span></div>', ARTICLE),
        (
            ARTICLE,
            '<div itemprop="comment" itemscope><meta itemprop="datePublished" content="2024-09-09"></div>',
        ),
        (ARTICLE, '<script type="application/json">{"datePublished": "2024-09-09"}</script>'),
        ('<script type="application/json">{"datePublished": "2024-09-09"}</script>', ARTICLE),
        (
            f"<article><h1>{TITLE}</h1>{TEXT}"
            "<div class='related'><time datetime='2024-09-09'></time></div></article>",
        ),
        ('<article class="teaser"><time datetime="2024-09-09">دیروز</time></article>', ARTICLE),
    ],
)
def test_dates_around_the_article_are_not_taken(around):
    assert _published("".join(around), _ld(NEWS)) == OWN
    assert _published("".join(around)) is None
    own = f'<time datetime="{OWN_ISO}">۱۲ مرداد</time>'
    assert _published("".join(around).replace("</h1>", f"</h1>{own}")) == OWN


@pytest.mark.parametrize(
    "documents",
    [
        [NEWS],
        [[SITE, NEWS]],
        [SITE, NEWS],
        [{"@context": "https://schema.org", "@graph": [SITE, {"@type": "Organization"}, NEWS]}],
        [{"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": OTHER}]}, NEWS],
        [OTHER, NEWS],
        [OTHER | {"headline": ""}, NEWS],
        [
            OTHER,
            {**NEWS, "headline": "تیتر شبکه‌های اجتماعی", "url": "http://www.example.ir/news/77/saffron/"},
        ],
        [OTHER, {**NEWS, "headline": "", "mainEntityOfPage": {"@id": "https://example.ir/news/77/saffron"}}],
        [{**NEWS, "comment": [{"@type": "Comment", "datePublished": "2024-09-09"}]}],
        [{"@type": "WebPage", "datePublished": "2011-01-01", "mainEntity": NEWS}],
        [{"@type": "WebPage", "mainEntityOfPage": NEWS}],
        [{"@type": "NewsArticle", "hasPart": OTHER, **{k: v for k, v in NEWS.items() if k != "@type"}}],
        [{"@type": "WebPage", "url": "https://example.ir/news/77/saffron", "datePublished": OWN_ISO}, SITE],
        [{**NEWS, "datePublished": [OWN_ISO]}],
        [{**NEWS, "dateModified": "2024-08-05"}],
        [{"@type": "NewsArticle", "headline": TITLE, "dateModified": OWN_ISO}],
        [{"@type": "VideoObject", "name": TITLE, "uploadDate": OWN_ISO}],
        [{**NEWS, "articleBody": "متن\nدر چند خط"}],
    ],
)
def test_structured_data_give_the_date_of_the_pages_own_article(documents):
    comment = '<div class="comments"><time datetime="2024-09-09">بعد</time></div>'
    assert _published(ARTICLE + comment, _ld(*documents)) == OWN


@pytest.mark.parametrize(
    "kind",
    [
        "Article",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "OpinionNewsArticle",
        "BackgroundNewsArticle",
        "AdvertiserContentArticle",
        "LiveBlogPosting",
        "BlogPosting",
        "SocialMediaPosting",
        "Report",
        "TechArticle",
        ["NewsArticle", "CreativeWork"],
        "http://schema.org/NewsArticle",
        "schema:NewsArticle",
    ],
)
def test_every_kind_of_article_in_structured_data_is_known(kind):
    update = {"@type": "BlogPosting", "headline": "به‌روزرسانی", "datePublished": "2024-08-03"}
    node = {**NEWS, "@type": kind, "liveBlogUpdate": [update]}
    assert _published(head=_ld({**SITE, "@type": "JobPosting"}, update, node)) == OWN


@pytest.mark.parametrize(
    "script",
    [
        '<!-- {"@type":"NewsArticle","datePublished":"%s"} -->',
        '//<![CDATA[\n{"@type":"NewsArticle","datePublished":"%s"}\n//]]>',
        '/*<![CDATA[*/{"@type":"NewsArticle","datePublished":"%s"}/*]]>*/',
        '{"@type":"NewsArticle","datePublished":"%s",}',
        '{"@type":"NewsArticle","datePublished":"%s"};',
        '{"@type":"WebSite","datePublished":"2010-01-01"}\n{"@type":"NewsArticle","datePublished":"%s"}',
        "{&quot;@type&quot;:&quot;NewsArticle&quot;,&quot;datePublished&quot;:&quot;%s&quot;}",
        '{"@type":"NewsArticle","articleBody":"گفت: "سلام" و رفت","datePublished":"%s"}',
        '{"@type":"NewsArticle","datePublished":"%s","articleBody":"متن ناتمام',
        '{"broken": </script><script type="application/ld+json">{"@type":"NewsArticle","datePublished":"%s"}',
        '{"@type":"NewsArticle","big":' + "9" * 5000 + ',"datePublished":"%s"}',
        "[" * 100_000
        + '</script><script type="Application/LD+JSON">{"@type":"Article","datePublished":"%s"}',
    ],
)
def test_structured_data_with_faults_are_still_read(script):
    assert _published(head=f'<script type="application/ld+json">{script % OWN_ISO}</script>') == OWN


def test_broken_structured_data_with_several_dates_give_none():
    script = '{"@type":"NewsArticle","datePublished":"2024-01-01","comment":{"datePublished":"2024-02-02"'
    assert _published(head=f'<script type="application/ld+json">{script}</script>') is None


DAY = dt.date(2024, 8, 2)


@pytest.mark.parametrize(
    ("body", "head"),
    [
        (ARTICLE, '<meta name="publish-date" content="2024-08-02">'),
        (ARTICLE, '<meta name="dcterms.created" content="2024-08-02">'),
        (ARTICLE, '<meta property="og:article:published_time" content="2024-08-02">'),
        (ARTICLE, '<meta property="article:modified_time" content="2024-08-02">'),
        (ARTICLE, '<meta property="og:url" content="https://example.ir/2024/08/02/saffron">'),
        (ARTICLE.replace("</h1>", '</h1><time pubdate datetime="2024-08-02"></time>'), ""),
        (ARTICLE.replace("</h1>", "</h1><time>۱۲ مرداد ۱۴۰۳</time>"), ""),
        (
            ARTICLE.replace("</h1>", '</h1><abbr class="published" title="2024-08-02">۱۲ مرداد ۱۴۰۳</abbr>'),
            "",
        ),
        (ARTICLE.replace("</h1>", '</h1><div class="news-date">انتشار: جمعه ۱۲ مرداد ۱۴۰۳</div>'), ""),
        (ARTICLE.replace("</h1>", '</h1><span class="tarikh">تاریخ: ۱۴۰۳/۵/۱۲</span>'), ""),
        (
            f'<b class="date">۱۲ مرداد ۱۴۰۳</b><div><h1>{TITLE}</h1>{TEXT}</div>',
            "",
        ),
        (
            ARTICLE.replace(
                "</h1>",
                "</h1><time class='updated' datetime='2024-08-09'></time>"
                "<time class='entry-date published' datetime='2024-08-02'></time>",
            ),
            "",
        ),
        (
            f"<div itemscope itemtype='https://schema.org/NewsArticle'><h1 itemprop='headline'>{TITLE}</h1>"
            f"<meta itemprop='dateModified' content='2024-08-09'>"
            f"<meta itemprop='datePublished' content='2024-08-02'>{TEXT}</div>",
            "",
        ),
        (
            ARTICLE,
            '<meta property="article:published_time" content="1 Jan 99999999999 10:00:00 GMT">'
            '<meta name="date" content="2024-08-02">',
        ),
        (ARTICLE, f'<meta name="pubdate" content="{"9" * 400}"><meta name="date" content="2024-08-02">'),
    ],
)
def test_the_date_of_the_article_is_found_wherever_the_page_keeps_it(body, head):
    comment = '<div class="comments"><time datetime="2024-09-09">بعد</time></div>'
    assert _published(body + comment, head) == DAY
