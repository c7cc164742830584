"""Damaged and hostile pages: each is read, or rejected with one line that says why, and the rest is read."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import trafilatura

from indexer.articles import Article, Rejection
from indexer.readers import html_pages, read_articles
from indexer.readers.html_pages import read_page
from indexer.readers.page_trees import MAX_ATTRIBUTES, MAX_ELEMENTS
from indexer.readers.records import InvalidRecordError, to_article

TEXT = "جادهٔ چالوس از بامداد فردا تا پایان هفته در هر دو سو بسته است و رانندگان از هراز بروند."
ARTICLE = f"<article><h1>بستن جادهٔ چالوس</h1>{f'<p>{TEXT}</p>' * 10}</article>"


def _page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>بستن جاده</title>{head}</head><body>{body}</body></html>"


def _article(page: str) -> Article:
    (record,) = read_page(iter([page.encode()]))
    return to_article(record.fields)


def _attributes(number: int, form: str) -> str:
    return "".join(form.format(number) for number in range(number))


MANY = {
    "paragraphs": "<p>متن خبر</p>" * 150_000,
    "unclosed paragraphs": "<p>ب" * 150_000,
    "formatted words": "<p>" + "<b>ب</b>" * 150_000,
    "empty elements": "<br>" * 150_000,
    "structured data": '<script type="application/ld+json">{"@type":"NewsArticle"}</script>' * 100_000,
    "elements in upper case": "<DIV>" * 150_000,
}


@pytest.mark.parametrize("body", MANY.values(), ids=MANY)
def test_a_page_with_too_many_elements_is_rejected(body):
    with pytest.raises(InvalidRecordError, match=f"^has more than {MAX_ELEMENTS:,} elements; split it or"):
        _article(_page(ARTICLE + body))


@pytest.mark.parametrize(
    "form",
    [" a{}", " a{}=x", ' a{}="x"', ' a{}="x > y"', "\na{} = 'x'", 'a{}="x"', "/a{}", " =a{}=", ' a{}="<b>"'],
)
def test_an_element_with_too_many_attributes_is_rejected(form):
    with pytest.raises(
        InvalidRecordError, match=f"has an element with more than {MAX_ATTRIBUTES} attributes"
    ):
        _article(_page(f"<p {_attributes(200_000, form)}>{TEXT}</p>{ARTICLE}"))


def test_words_that_look_like_attributes_are_none():
    code = f"<script>if (a<b && {'c d ' * 5000}) e('<p>')</script><style>a<b {'c ' * 5000}</style>"
    text = f"<p>۳ < ۵ {'و ' * 3000}</p><p title=don't>{TEXT} 'نقل'</p>"
    attributes = _attributes(MAX_ATTRIBUTES, ' a{}="x"')
    article = _article(_page(f"{code}<div{attributes}>{ARTICLE}</div>{text}"))
    assert article.body.startswith(TEXT)


@pytest.mark.parametrize("tag", ["div", "span", "b", "blockquote", "font", "ul><li"])
def test_elements_nested_too_deeply_are_rejected(tag):
    with pytest.raises(InvalidRecordError, match="has too many elements within each other"):
        _article(_page(ARTICLE + f"<{tag}>" * 5000 + TEXT))


@pytest.mark.parametrize("tag", ["div", "span", "font", "b"])
def test_text_behind_hundreds_of_unclosed_elements_is_read(tag):
    last = "پلیس راه وضعیت را هر ساعت اعلام می‌کند و از رانندگان می‌خواهد که شکیبا باشند."
    body = f"<h1>بستن جادهٔ چالوس</h1><div>{f'<{tag}>' * 800}<p>{TEXT}</p><p>{last}</p></div>"
    assert _article(_page(body)).body.split("\n") == [TEXT, last]


def test_one_giant_paragraph_is_read():
    text = f"{TEXT} " * 2000
    assert len(_article(_page(f"<article><p>{text}</p></article>")).body) == len(text.strip())


@pytest.mark.parametrize(
    "date", ["1 Jan 99999999999 10:00:00 GMT", "9" * 400, "-" * 5000, "٩" * 400, "2024-13-45T99:99:99Z"]
)
def test_an_unreadable_date_does_not_cost_the_article(date):
    script = f'<script type="application/ld+json">{{"@type":"NewsArticle","datePublished":"{date}"}}</script>'
    metas = f'<meta property="article:published_time" content="{date}"><meta name="date" content="{date}">'
    article = _article(_page(ARTICLE + f'<time datetime="{date}">{date}</time>', script + metas))
    assert article.published is None
    assert article.body.startswith(TEXT)


@pytest.mark.parametrize(
    "head",
    [
        f"<title>{'ب | ' * 500_000}</title>",
        f'<meta property="og:title" content="{" - " * 300_000}">',
        f'<script type="application/ld+json">{"[" * 1_000_000}</script>',
        '<script type="application/ld+json">' + '{"@graph":[' * 100_000 + "</script>",
        f'<script type="application/ld+json">{{"@type": {"9" * 10_000}}}</script>',
        f'<link rel="canonical" href="http://[{"x" * 100}">',
        '<meta property="og:url" content="https://example.ir/%ff%fe\ud800">'.encode(
            "utf-8", "surrogatepass"
        ).decode("utf-8", "replace"),
    ],
)
def test_hostile_heads_do_not_cost_the_article(head):
    assert _article(_page(ARTICLE, head)).body.startswith(TEXT)


@pytest.mark.parametrize("error", [RecursionError, OverflowError, ValueError, KeyError, MemoryError])
def test_whatever_a_library_raises_is_the_rejection_of_one_page(tmp_path, monkeypatch, error):
    extract = trafilatura.bare_extraction

    def failing(tree, **options):
        if "شکسته" in tree.text_content():
            raise error("deep inside")
        return extract(tree, **options)

    monkeypatch.setattr(trafilatura, "bare_extraction", failing)
    (tmp_path / "a.html").write_text(_page("<p>شکسته</p>"))
    (tmp_path / "b.html").write_text(_page(ARTICLE))
    rejection, article = read_articles([tmp_path])
    assert str(rejection) == f"{tmp_path / 'a.html'}: cannot be extracted as a web page ({error.__name__})"
    assert isinstance(article, Article)


def test_a_page_that_takes_too_long_is_rejected_and_the_next_one_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(html_pages, "_SECONDS", 0.4)
    (tmp_path / "a.html").write_text(_page(f"<article>{f'<p>{TEXT}</p>' * 19_000}</article>"))
    (rejection,) = read_articles([tmp_path])
    assert str(rejection) == (f"{tmp_path / 'a.html'}: takes more than 0.4 seconds to extract as a web page")
    monkeypatch.undo()
    (tmp_path / "a.html").write_text(_page(ARTICLE))
    (article,) = read_articles([tmp_path])
    assert isinstance(article, Article)


@pytest.mark.parametrize("catches", [False, True])
def test_a_library_that_catches_everything_is_interrupted_again(monkeypatch, *, catches):
    def stubborn(tree, **options):
        while True:
            if not catches:
                continue
            try:
                while True:
                    pass
            except BaseException:
                catching.append(1)
                if len(catching) > 1:
                    raise

    catching = []
    monkeypatch.setattr(html_pages, "_SECONDS", 0.1)
    monkeypatch.setattr(trafilatura, "bare_extraction", stubborn)
    with pytest.raises(InvalidRecordError, match="takes more than"):
        _article(_page(ARTICLE))
    assert len(catching) == 2 * catches


def test_a_page_read_in_another_thread_has_no_limit_and_is_read(monkeypatch):
    monkeypatch.setattr(html_pages, "_SECONDS", 1e-6)
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(_article, _page(ARTICLE)).result().title == "بستن جادهٔ چالوس"


@pytest.mark.slow
def test_hostile_pages_do_not_stop_the_reading_of_a_folder(tmp_path):
    for name, body in MANY.items():
        (tmp_path / f"{name}.html").write_text(_page(body))
    (tmp_path / "attributes.html").write_text(_page(f"<p {_attributes(200_000, ' a{}=x')}>"))
    (tmp_path / "deep.html").write_text(_page("<div>" * 15_000))
    (tmp_path / "z.html").write_text(_page(ARTICLE))
    *rejections, article = read_articles([tmp_path])
    assert isinstance(article, Article)
    assert len(rejections) == len(MANY) + 2
    for rejection in rejections:
        assert isinstance(rejection, Rejection)
        assert str(rejection).startswith(f"{tmp_path}/")
        assert "\n" not in str(rejection)
