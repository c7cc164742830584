"""The text format: a date line with the kicker, title, lead, body."""

import pytest

from indexer.readers.records import MAX_RECORD_BYTES, InvalidRecordError, Record
from indexer.readers.seed_text import parse, read_text

WHOLE = {
    "published": "2025-11-18",
    "kicker": "وزیر راه:",
    "title": "تیتر خبر",
    "lead": "چکیده خبر.",
    "body": "بند یک.\nبند دو.",
}
LINES = ["date 2025-11-18 وزیر راه:", "تیتر خبر", "چکیده خبر.", "بند یک.", "بند دو."]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("before", ["", " ", "\n\n"])
def test_lines_become_fields_with_any_line_ending(newline, before):
    assert parse(before + newline.join(LINES) + newline) == WHOLE


def test_blank_lines_between_fields_are_skipped_and_kept_in_the_body():
    assert parse("\n\n".join(LINES)) == WHOLE | {"body": "بند یک.\n\nبند دو."}


def test_without_a_date_line_the_first_line_is_the_title():
    assert parse("\nتیتر\nچکیده\n") == {"title": "تیتر", "lead": "چکیده"}


def test_a_date_line_needs_no_kicker():
    assert parse("date 2025-11-18\nتیتر") == {"published": "2025-11-18", "title": "تیتر"}


@pytest.mark.parametrize(
    "date",
    [
        *("۱۴۰۴/۸/۲۷", "1404-08-27", "27/08/1404", "2025-11-18T14:30Z", "2025-11-18 14:30", "1404-13-40"),
        *("2025-11-18 2:30 PM", "2025-11-18 2:30pm", "۱۴۰۴/۸/۲۷ ۲:۳۰ ب.ظ", "2025-11-18 14:30:00 +0330"),
    ],
)
def test_the_date_may_have_any_one_word_form_or_a_time(date):
    assert parse(f"Date {date} ۱۲ نفر آمدند\nتیتر") == {
        "published": date,
        "kicker": "۱۲ نفر آمدند",
        "title": "تیتر",
    }


@pytest.mark.parametrize("line", ["date palms of Bam", "dates 2025", "update 2025-11-18"])
def test_other_first_lines_are_titles(line):
    assert parse(f"{line}\nچکیده")["title"] == line


def test_unusual_separators_do_not_end_a_line():
    assert parse("تیتر\u2028یک\x0b\nچکیده")["title"] == "تیتر\u2028یک"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "cp1256"])
def test_a_file_is_one_record(encoding):
    text = "\n".join(LINES).replace("ی", "ي").replace("ک", "ك")
    (record,) = read_text(iter([text.encode(encoding)]))
    assert record == Record(None, parse(text))


@pytest.mark.parametrize("data", [b"", b" \n\r\n"])
def test_an_empty_file_has_no_record(data):
    assert list(read_text(iter([data]))) == []


def test_a_file_that_is_too_long_is_refused():
    with pytest.raises(InvalidRecordError, match="longer than 10 MB"):
        list(read_text(iter([b"x" * MAX_RECORD_BYTES, b"x"])))
