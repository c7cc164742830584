"""Turning a mapping into an article: field names, types, ids, sources."""

import datetime as dt
import functools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.archive import article_record
from indexer.readers.records import MAX_NESTING, InvalidRecordError, stable_id, to_article

DAY = dt.date(2025, 11, 18)


def test_every_field_is_taken_by_its_name():
    article = to_article(
        {
            "id": "a1",
            "title": "تیتر",
            "lead": "چکیده",
            "body": "متن",
            "source": "ایسنا",
            "category": "علم",
            "tags": ["آب", "مریخ"],
            "url": "https://example.ir/1",
            "published": "1404/08/27",
            "kicker": "روتیتر",
        }
    )
    assert (article.id, article.title, article.lead, article.body) == ("a1", "تیتر", "چکیده", "متن")
    assert (article.source, article.category, article.tags) == ("ایسنا", "علم", ("آب", "مریخ"))
    assert (article.url, article.published, article.kicker) == ("https://example.ir/1", DAY, "روتیتر")
    assert article.extra == {}


def test_aliases_and_capitals_are_accepted_as_field_names():
    article = to_article({"Title": "تیتر", "TEXT": "متن", "abstract": "چکیده", "date": "2025-11-18"})
    assert (article.title, article.body, article.lead, article.published) == ("تیتر", "متن", "چکیده", DAY)


def test_a_field_name_takes_precedence_over_its_alias_unless_empty():
    article = to_article({"text": "نام دیگر", "body": "متن", "lead": None, "abstract": "چکیده", "date": ""})
    assert (article.body, article.lead) == ("متن", "چکیده")
    assert article.extra == {"text": "نام دیگر"}


def test_unknown_keys_go_to_extra():
    article = to_article({"title": "تیتر", "author": {"name": "نویسنده"}, "extra": {"views": 3}})
    assert article.extra == {"author": {"name": "نویسنده"}, "views": 3}
    assert to_article({"title": "تیتر", "extra": "یک ستون"}).extra == {"extra": "یک ستون"}


def test_text_is_kept_except_for_outer_white_space_and_line_endings():
    article = to_article({"title": " مي\u200cرود ك ", "body": "يك\r\n\r\nدو\rسه\n"})
    assert article.title == "مي\u200cرود ك"
    assert article.body == "يك\n\nدو\nسه"


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("آب، هوا,خاک ، ", ("آب", "هوا", "خاک")),
        ([" آب ", None, "", "آب", 1404], ("آب", "1404")),
        (None, ()),
        ("", ()),
    ],
)
def test_tags_come_as_a_list_or_with_commas(tags, expected):
    assert to_article({"title": "تیتر", "tags": tags}).tags == expected


def test_numbers_are_accepted_as_id_and_as_date():
    article = to_article({"id": 17, "title": "تیتر", "published": 1763476200})
    assert article.id == "17"
    assert article.published == dt.datetime(2025, 11, 18, 14, 30, tzinfo=dt.UTC)


def test_null_fields_count_as_absent():
    fields = ("id", "lead", "body", "source", "category", "tags", "url", "published", "kicker")
    assert to_article({"title": "تیتر"} | dict.fromkeys(fields)) == to_article({"title": "تیتر"})


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({}, "has no text: give it a title, a lead or a body"),
        ({"title": " \u200c… ", "url": "https://example.ir"}, "has no text"),
        ({"title": 5}, "title must be text, not a number"),
        ({"title": ["تیتر"]}, "title must be text, not a list"),
        ({"body": {"p": "متن"}}, "body must be text, not an object"),
        ({"text": True}, "body must be text, not true or false"),
        ({"title": "تیتر", "tags": 5}, "tags must be a list of texts, not a number"),
        ({"title": "تیتر", "tags": ["آب", {}]}, "tags must be a list of texts, not an object"),
        ({"title": "تیتر", "id": 1.5}, "id must be text or a whole number, not a decimal number"),
        ({"title": "تیتر", "date": ["2025"]}, "published must be a date, not a list"),
        (
            {"title": "تیتر", "date": "1404-13-40"},
            "published: '1404-13-40' is not a date: there is no month 13",
        ),
        ({"title": "تیتر", "date": 12}, "published: 12 is not a date"),
        ({"title": "تی\0تر"}, "title holds NUL characters"),
        ({"title": "تیتر", "tags": "آ\0ب"}, "tags holds NUL characters"),
        ({"title": "تی\udcffتر"}, "title is not valid UTF-8"),
        ({"title": "تیتر", "id": "a\nb"}, "id holds control characters"),
        ({"title": "تیتر", "id": "e/../x"}, "id holds . or .. between slashes"),
        ({"title": "تیتر", "id": ".."}, "id holds . or .. between slashes"),
        ({"title": "تیتر", "id": "a" * 513}, "id is longer than 512 characters"),
    ],
)
def test_an_invalid_record_is_refused_with_a_reason(record, reason):
    with pytest.raises(InvalidRecordError) as caught:
        to_article(record)
    assert str(caught.value).startswith(reason)
    assert "\n" not in str(caught.value)


def test_a_missing_source_is_taken_from_the_text():
    assert to_article({"title": "تیتر", "body": "به گزارش ایلنا، وزیر گفت"}).source == "ایلنا"
    assert to_article({"title": "تیتر", "lead": "خبرگزاري فارس: وزير گفت"}).source == "فارس"
    assert to_article({"body": "به گزارش ایلنا، وزیر گفت", "source": "ilna"}).source == "ilna"


def test_a_missing_id_is_made_from_the_url_alone():
    first = to_article({"title": "تیتر", "url": "https://example.ir/1"})
    second = to_article({"title": "تیتر تازه", "url": " https://example.ir/1 "})
    other = to_article({"title": "تیتر", "url": "https://example.ir/2"})
    assert first.id == second.id != other.id
    assert len(first.id) == 16
    assert int(first.id, 16) >= 0


def test_a_missing_id_is_made_from_the_content_if_there_is_no_url():
    record = {"title": "تیتر", "lead": "چکیده", "body": "یک\nدو", "date": "2025-11-18"}
    same = {"id": "", "title": "تیتر ", "abstract": "چکیده", "text": "یک  \r\nدو\n\n", "date": "۱۴۰۴/۸/۲۷"}
    assert to_article(record).id == to_article(same).id
    for changed in ({"title": "تیتر۲"}, {"lead": ""}, {"body": "یک دو"}, {"date": "2025-11-19"}):
        assert to_article(record | changed).id != to_article(record).id


@given(st.text(min_size=1), st.text(min_size=1))
def test_text_moved_to_another_field_gives_another_id(one, two):
    assert stable_id("", one + "x", two, "", None) != stable_id("", one, "x" + two, "", None)


def test_ids_stay_the_same_from_version_to_version():
    assert stable_id("", "تیتر", "چکیده", "متن", DAY) == "ef93e25c58b1ce31"
    assert stable_id("https://example.ir/1", "", "", "", None) == "8f01a70213774f0e"


@pytest.mark.parametrize(
    ("name", "field"),
    [
        *[("عنوان", "title"), ("تيتر", "title"), (" تیتر خبر ", "title"), ("Headline", "title")],
        *[("متن", "body"), ("متن\u200cخبر", "body"), ("خبر", "body"), ("content", "body"), ("TEXT", "body")],
        *[("لید", "lead"), ("خلاصه", "lead"), ("چكيده", "lead"), ("description", "lead")],
        *[("منبع", "source"), ("خبرگزاري", "source"), ("publisher", "source")],
        *[
            ("دسته", "category"),
            ("دسته\u200cبندی", "category"),
            ("دسته بندي", "category"),
            ("سرویس", "category"),
        ],
        *[("برچسب\u200cها", "tags"), ("کلید واژه‌ها", "tags"), ("Keywords", "tags")],
        *[("لینک", "url"), ("نشاني", "url"), ("آدرس", "url"), ("link", "url")],
        *[("شناسه", "id"), ("کد خبر", "id"), ("روتیتر", "kicker"), ("رو تیتر", "kicker")],
    ],
)
def test_fields_have_persian_and_english_names_in_any_spelling(name, field):
    other = "body" if field == "title" else "title"
    article = to_article({name: "علم", other: "متن"})
    assert getattr(article, field) == (("علم",) if field == "tags" else "علم")
    assert article.extra == {}


@pytest.mark.parametrize(
    "name", ["تاریخ", "تاريخ انتشار", "تاریخ\u200cانتشار", "publishedAt", "published_at", "Pub-Date", "DATE"]
)
def test_the_date_has_persian_and_english_names(name):
    assert to_article({"title": "تیتر", name: "1404/08/27"}).published == DAY


def test_of_several_names_the_foremost_with_a_value_counts_and_the_others_are_kept():
    record = {"خبر": "سه", "متن خبر": "دو", "متن": " ", "body": "", "text": None, "title": "تیتر"}
    article = to_article(record | {"متن": "یک"})
    assert (article.body, article.extra) == ("یک", {"متن خبر": "دو", "خبر": "سه"})
    assert to_article(record | {"متن": ""}).body == "دو"


def test_another_name_with_an_object_or_a_list_is_kept_aside():
    record = {"title": "تیتر", "content": {"rendered": "<p>"}, "summary": ["یک"], "keywords": ["آب"]}
    article = to_article(record)
    assert (article.body, article.lead, article.tags) == ("", "", ("آب",))
    assert article.extra == {"content": {"rendered": "<p>"}, "summary": ["یک"]}


def test_an_object_with_a_name_is_a_source_or_a_category():
    article = to_article(
        {"title": "تیتر", "source": {"id": None, "name": "ایسنا"}, "category": {"name": "علم"}}
    )
    assert (article.source, article.category) == ("ایسنا", "علم")
    with pytest.raises(InvalidRecordError, match="source must be text, not an object"):
        to_article({"title": "تیتر", "source": {"id": 5}})


@pytest.mark.parametrize(
    "text", ["NULL", "null", "-", "—", "0000-00-00", "0000-00-00 00:00:00", "N/A", 0, "0", "ندارد"]
)
def test_a_date_that_says_none_gives_no_date_and_a_note(text):
    notes = []
    assert to_article({"title": "تیتر", "published": text}, notes.append).published is None
    assert notes == [f"has no date: published is '{text}'"]


@pytest.mark.parametrize("published", [None, "", "  "])
def test_an_absent_date_needs_no_note(published):
    notes = []
    assert to_article({"title": "تیتر", "published": published}, notes.append).published is None
    assert notes == []


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        ({"نویسنده": "\udcff"}, "نویسنده is not valid UTF-8"),
        ({"a\udcff\n": "x"}, "a? is not valid UTF-8"),
        ({"meta": {"k": ["\ud800"]}}, "meta is not valid UTF-8"),
        (
            {"meta": functools.reduce(lambda inner, _: [inner], range(MAX_NESTING), [])},
            "is nested too deeply",
        ),
        ({"meta": functools.reduce(lambda inner, _: {"k": inner}, range(900), {})}, "is nested too deeply"),
    ],
)
def test_values_that_cannot_be_stored_are_refused(extra, reason):
    with pytest.raises(InvalidRecordError) as caught:
        to_article({"title": "تیتر", **extra})
    assert str(caught.value).startswith(reason)


def test_values_nested_as_deeply_as_allowed_are_stored():
    nested = functools.reduce(lambda inner, _: [inner], range(MAX_NESTING - 1), "x")
    article = to_article({"title": "تیتر", "meta": nested, "views": 10**30})
    assert b"x" in article_record(article)


@pytest.mark.parametrize("null", ["NULL", " NULL ", "\\N"])
def test_what_databases_export_for_an_absent_value_counts_as_absent(null):
    fields = ("id", "lead", "body", "source", "category", "tags", "url", "kicker")
    assert to_article({"title": "تیتر"} | dict.fromkeys(fields, null)) == to_article({"title": "تیتر"})
    with pytest.raises(InvalidRecordError, match="has no text"):
        to_article({"title": null})


@pytest.mark.parametrize("sign", ["-", "—", "…", "?"])
def test_an_id_without_letters_and_digits_is_no_id(sign):
    one, two = (to_article({"id": sign, "title": title}).id for title in ("یک", "دو"))
    assert one != two
