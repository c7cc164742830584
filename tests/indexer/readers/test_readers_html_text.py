"""The text of a web page's article is complete, whatever elements the page writes it with."""

import json
from pathlib import Path

import msgspec
import pytest
from conftest import DATA
from hypothesis import given
from hypothesis import strategies as st

from indexer.readers.html_pages import read_page
from indexer.readers.records import to_article

TITLE = "باغداران دماوند سیب‌های خود را به بازار فرستادند"
PAGES = sorted((DATA / "pages").glob("*.html"))


def _paragraph(number: int) -> str:
    return f"باغدار شمارهٔ {number} گفت: امسال سرمای بهار به شکوفه‌ها آسیب نزد و سیب فراوان است."


def _article(body: str, head: str = ""):
    page = f"<!DOCTYPE html><html><head><title>{TITLE}</title>{head}</head><body>{body}</body></html>"
    (record,) = read_page(iter([page.encode()]))
    return to_article(record.fields)


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_a_whole_page_gives_its_article(page: Path):
    (record,) = read_page(iter([page.read_bytes()]))
    article = msgspec.json.decode(msgspec.json.encode(to_article(record.fields)))
    expected = json.loads(page.with_suffix(".json").read_text("utf-8"))
    assert {name: article[name] for name in expected} == expected


@pytest.mark.parametrize(
    "name", ["item-text", "post-content", "entry-content", "news-body", "body", "nt", ""]
)
@pytest.mark.parametrize("divs", [{0}, {5}, {13}, {2, 3, 4}, {0, 6, 12}, set(range(14))])
def test_divs_among_paragraphs_are_paragraphs(name, divs):
    texts = [_paragraph(number) for number in range(14)]
    blocks = [
        f'<div style="text-align: justify">{text}</div>' if number in divs else f"<p>{text}</p>"
        for number, text in enumerate(texts)
    ]
    article = _article(f'<h1>{TITLE}</h1><div class="{name}">{"".join(blocks)}</div>')
    assert article.body.split("\n") == texts
    described = _article(
        f'<h1>{TITLE}</h1><div class="{name}">{"".join(blocks)}</div>',
        f'<meta name="description" content="{texts[0]}">',
    )
    assert [described.lead, *described.body.split("\n")] == texts


@pytest.mark.parametrize("tag", ["div", "h2", "h3", "p", "span"])
@pytest.mark.parametrize("name", ["lead", "news-lead", "item-summary", "subtitle", "introText"])
def test_a_lead_outside_of_the_text_is_kept(tag, name):
    lead = "برداشت سیب در دماوند با ده روز تأخیر آغاز شد."
    texts = [_paragraph(number) for number in range(8)]
    paragraphs = "".join(f"<p>{text}</p>" for text in texts)
    body = (
        f'<div class="news"><h1>{TITLE}</h1><{tag} class="{name}">{lead}</{tag}><div>{paragraphs}</div></div>'
    )
    for description in ("", lead, lead[:25] + "..."):
        head = f'<meta name="description" content="{description}">' if description else ""
        article = _article(body, head)
        assert "\n".join(filter(None, (article.lead, article.body))).split("\n") == [lead, *texts]


def test_text_in_front_of_between_and_behind_paragraphs_is_kept():
    parts = [_paragraph(number) for number in range(12)]
    text = parts[0] + "".join(f"<p>{a}</p>{b}" for a, b in zip(parts[1::2], parts[2::2], strict=False))
    article = _article(f"<h1>{TITLE}</h1><div class='text'>{text}<p>{parts[11]}</p></div>")
    assert article.body.split("\n") == parts


@pytest.mark.parametrize("inline", ["رفتند<div>باغداران</div>", "<p>رفتند<div>باغداران</div></p>"])
@pytest.mark.parametrize("around", ["div", "span", "font", "b", "section", "center"])
def test_words_at_the_bounds_of_blocks_are_not_joined(inline, around):
    paragraphs = "".join(f"<p>{_paragraph(number)}</p>" for number in range(10))
    article = _article(f"<h1>{TITLE}</h1><div class='n'>{paragraphs}<{around}>{inline}</{around}></div>")
    assert article.body.split("\n")[10:] == ["رفتند", "باغداران"]


FORMS = [
    "<p>{}</p>",
    "<p class='rtejustify'>{}</p>",
    "<div>{}</div>",
    "<div style='text-align:justify'>{}</div>",
    "<div class='MsoNormal'>{}</div>",
    "<div><div>{}</div></div>",
    "<div><p>{}</p></div>",
    "<section><div>{}</div></section>",
    "<div><span style='font-size: 14px'>{}</span></div>",
    "<span><div>{}</div></span>",
    "<p><strong>{}</strong></p>",
    "<div><b>{}</b><br></div>",
    "<font size=3><p>{}</p></font>",
    "{}<br><br>",
    "<p>{}<br>",
]


@given(
    st.lists(st.sampled_from(FORMS), min_size=2, max_size=20),
    st.sampled_from(["<div class='{}'>", "<article>", "<main>", "<div id='{}'>", "<section class='{}'>"]),
    st.sampled_from(["item-text", "entry-content", "x", "news_text", "body"]),
)
def test_every_paragraph_comes_out_once_and_in_order(forms, container, name):
    texts = [_paragraph(number) for number in range(len(forms))]
    inner = "".join(form.format(text) for form, text in zip(forms, texts, strict=True))
    body = f"<h1>{TITLE}</h1>{container.format(name)}{inner}</{container[1:].split()[0].strip('>')}>"
    assert _article(body).body.split("\n") == texts


AROUND = [
    "<nav><a href='/1'>سیاسی</a> <a href='/2'>ورزشی</a></nav>",
    "<div class='menu'><ul><li><a href='/1'>سیاسی</a></li><li><a href='/2'>ورزشی</a></li></ul></div>",
    "<div class='comments'><div class='comment-text'>سیب دماوند بهترین سیب ایران است.</div></div>",
    "<section id='comments'><p>سیب دماوند بهترین سیب ایران است و باید صادر شود.</p></section>",
    "<div class='relatedNews'><h3>اخبار مرتبط</h3><div><a href='/3'>قیمت سیب در میدان تره‌بار</a></div></div>",
    "<div class='related'><p>در همین باره بخوانید که قیمت سیب در میدان تره‌بار چگونه بالا رفت.</p></div>",
    "<aside><p>در خبرنامهٔ ما عضو شوید تا خبرهای روز را هر شب دریافت کنید.</p></aside>",
    "<div class='news-info'>کد خبر: ۱۲۳۴ | تاریخ انتشار: ۱۲ مهر ۱۴۰۳ | بازدید: ۵۶</div>",
    "<div class='share'>اشتراک‌گذاری: <a href='#'>تلگرام</a> <a href='#'>ایتا</a></div>",
    "<div class='tags'>برچسب‌ها: <a href='/t'>سیب</a> <a href='/t2'>دماوند</a></div>",
    "<footer>همهٔ حقوق برای خبرگزاری نمونه محفوظ است و نقل با ذکر منبع آزاد است.</footer>",
    "<script>document.write('متن')</script><style>p { color: red }</style>",
]


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("place", ["above", "below", "inside"])
@pytest.mark.parametrize("form", ["<p>{}</p>", "<div>{}</div>"])
def test_what_stands_around_the_article_stays_out(around, place, form):
    texts = [_paragraph(number) for number in range(10)]
    text = f"<div class='nt'>{''.join(form.format(text) for text in texts)}</div>"
    inside = f"{text}{around}" if place == "inside" else text
    body = f"<div class='box'><h1>{TITLE}</h1>{inside}</div>"
    page = {"above": around + body, "below": body + around, "inside": body}[place]
    assert _article(page).body.split("\n") == texts


def test_tables_lists_and_headings_keep_their_place():
    first, second, third = (_paragraph(number) for number in range(3))
    table = "<table><tr><td>سیب</td><td>۲۰</td></tr></table>"
    text = f"<div>{first}</div><h2>قیمت‌ها</h2><ul><li>زرد</li></ul><p>{second}</p>{table}<div>{third}</div>"
    lines = _article(f"<h1>{TITLE}</h1><div class='nt'>{text}</div>").body.split("\n")
    assert lines == [first, "قیمت‌ها", "- زرد", second, "| سیب | ۲۰ |", third]
