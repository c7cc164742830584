"""The reader of CSV files: delimiters, encodings, broken rows."""

import csv
import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.readers.csv_records import MAX_COLUMNS, read_rows
from indexer.readers.csv_rows import Rows
from indexer.readers.lines import lines
from indexer.readers.records import MAX_RECORD_BYTES, Fault, Record, Remark, to_article


def _rows(data, size=1 << 18):
    data = data if isinstance(data, bytes) else data.encode()
    return list(read_rows(data[start : start + size] for start in range(0, len(data), size)))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
def test_the_header_names_the_columns(delimiter, encoding):
    text = f"id{delimiter} title {delimiter}author\r\n1{delimiter}وزير گفت{delimiter}\r\n"
    assert _rows(text.encode(encoding)) == [Record(2, {"id": "1", "title": "وزير گفت"})]


def test_a_record_has_the_line_number_on_which_its_row_starts():
    rows = _rows('title,text\nیک,"سطر\nسطر ""دو""\n"\n\n,\nدو,متن\n')
    assert rows == [
        Record(2, {"title": "یک", "text": 'سطر\nسطر "دو"\n'}),
        Record(7, {"title": "دو", "text": "متن"}),
    ]


def test_quotation_marks_inside_an_unquoted_cell_are_text():
    assert _rows('title,text\nیک,به گزارش "ورزش سه" تیم\n') == [
        Record(2, {"title": "یک", "text": 'به گزارش "ورزش سه" تیم'})
    ]


def test_huge_cells_are_read():
    text = "و" * 2_000_000
    assert _rows(f'title,text\nیک,"{text}"\n')[0].fields["text"] == text


def test_only_the_row_with_a_wrong_number_of_columns_is_rejected():
    first, fault, last = _rows("title,text\nیک,متن\nدو,متن,و ویرگول\nسه,متن\n")
    assert (first.line, last.line) == (2, 4)
    assert fault.line == 3
    assert fault.reason.startswith("has 3 columns where the header row has 2")


def test_only_the_row_with_bad_quoting_is_rejected():
    fault, last = _rows('title,text\n"یک"x,متن\nسه,متن\n')
    assert fault.line == 2
    assert fault.reason.startswith("is broken CSV")
    assert last.line == 3


def test_an_unclosed_quotation_mark_costs_only_the_row_where_it_opens():
    rows = [f"خبر {number},متن {number}" for number in range(2, 5_002)]
    rows[8] = 'خبر ۱۰,"متن'
    first, *others = _rows("title,text\n" + "\n".join(rows) + "\n")
    assert first == Record(2, {"title": "خبر 2", "text": "متن 2"})
    assert others[8].line == 11
    (fault,) = [item for item in others if isinstance(item, Fault)]
    assert fault == Fault(10, "is broken CSV (a quotation mark is never closed); check the quotation marks")
    assert len(others) == 4_999
    assert others[-1].line == 5_001


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ('2,"دو,متن', 3),  # another cell's quotation mark would close it
        ('2,دو"م,متن', None),  # inside a cell that is not quoted it is text
        ('2,"دو"م,متن', 3),
        ('"2,دو,متن', 3),
        ('2,دو,"متن', 3),
        ('2,دو,""متن', 3),
    ],
)
def test_one_stray_quotation_mark_costs_one_record(row, line):
    items = _rows(f'id,title,text\n1,یک,متن\n{row}\n3,سه,متن\n4,"چهار",متن\n5,پنج,"متن"\n')
    assert [item.fields["id"] for item in items if isinstance(item, Record)] == (
        ["1", "3", "4", "5"] if line else ["1", "2", "3", "4", "5"]
    )
    assert [item.line for item in items if isinstance(item, Fault)] == ([line] if line else [])


def test_the_lines_of_a_broken_row_are_skipped_and_counted_together():
    text = 'title,text\nیک,"متن\nاو گفت "سلام" و رفت\nپایان،\nتا, فردا"\nدو,متن\n'
    fault, last = _rows(text)
    assert fault.line == 2
    assert fault.reason.endswith("4 lines were skipped, 2 to 5")
    assert last == Record(6, {"title": "دو", "text": "متن"})


def test_a_row_that_swallowed_others_is_read_again_from_its_second_line():
    text = 'id,title,text\n1,یک,"متن\n2,دو,متن\n3,سه",متن\n4,چهار,متن\n'
    items = _rows(text)
    assert [item.fields["id"] for item in items if isinstance(item, Record)] == ["2", "3", "4"]
    assert [item.line for item in items if isinstance(item, Fault)] == [2]


def test_a_sound_row_whose_lines_look_like_rows_is_told_about():
    remark, record = _rows('id,title,text\n1,یک,"متن\n2,دو,متن\n3,سه,متن"\n')
    assert remark == Remark(2, "holds lines that look like rows of their own; check the quotation marks")
    assert record.fields["text"] == "متن\n2,دو,متن\n3,سه,متن"


def test_a_stray_quotation_mark_in_each_line_does_not_make_the_work_grow_with_the_square():
    def bytes_parsed(count):
        rows = Rows(lines(iter([b'y","q\n' * count]), MAX_RECORD_BYTES), ",")
        parsed = 0
        for row in rows:
            parsed += row.last - row.line + 1
            rows.go_back()
        return parsed

    # Two lines with three stray marks each may be read again and again, but only so many bytes of them.
    assert bytes_parsed(40_000) <= bytes_parsed(20_000) + 20_000 + 2 * MAX_RECORD_BYTES


@pytest.mark.parametrize("newline", [b"", b"\n"])
def test_only_a_row_that_is_too_long_is_rejected_and_memory_stays_bounded(newline):
    def stream():
        yield b'title,text\na,b\nc,"'
        for _ in range(50):
            yield b'x ""y"" ' * 125_000 + newline
        yield b'"\nd,e\n'

    tracemalloc.start()
    first, fault, last = read_rows(stream())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (first.line, last.fields) == (2, {"title": "d", "text": "e"})
    assert fault.line == 3
    assert fault.reason.startswith("is longer than 10 MB; split it or leave it out")
    assert fault.reason.endswith("51 lines were skipped, 3 to 53" if newline else "leave it out")
    assert peak < 6 * MAX_RECORD_BYTES


def test_an_unclosed_row_that_is_too_long_ends_with_its_line():
    first, fault, last = read_rows(iter([b'title,text\na,b\nc,"', b"x" * (MAX_RECORD_BYTES + 1), b"\nd,e\n"]))
    assert (first.line, fault.line, last.line) == (2, 3, 4)


def test_invalid_bytes_are_passed_on_for_the_record_check_to_reject():
    rows = _rows("title,text\nیک,متنی که سالم است\n".encode() + b"x,\xff\n")
    assert rows[1].fields["text"] == "\udcff"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name,author\n1,2\n", "the header row names no column title"),
        ("title,text,title\n1,2,3\n", "the header row names the column title twice"),
        ('"title\n', "the header row is broken CSV"),
    ],
)
def test_an_unusable_header_is_reported_once(text, reason):
    (fault,) = _rows("\n" + text)
    assert fault.line == 2
    assert fault.reason.startswith(reason)


@pytest.mark.parametrize("text", ["", "\n\n", "title,text\n", "title,text\n,\n"])
def test_a_file_without_rows_has_no_records(text):
    assert _rows(text) == []


_cells = st.text(st.characters(codec="utf-8", exclude_characters="\r\0", exclude_categories=["Cs"])).map(
    lambda cell: f"خبر{cell}."
)


@given(st.lists(st.tuples(_cells, _cells), max_size=4), st.sampled_from(",;\t"))
def test_rows_of_pythons_csv_writer_are_read_back_unchanged(rows, delimiter):
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows([("title", "text"), *rows])
    read = [item for item in _rows(file.getvalue(), 5) if not isinstance(item, Remark)]
    assert [(row.fields["title"], row.fields["text"]) for row in read] == rows


EXCEL = 'عنوان;متن خبر;تاريخ;منبع;دسته‌بندی;;\r\nیک;"سطر\r\nسطر";1404/08/27;ایسنا;علم;;\r\nدو;متن\r\n'


@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1256"])
@pytest.mark.parametrize("declared", ["", "sep=;\r\n", '"sep=;"\r\n'])
def test_a_sheet_is_read_as_excel_saves_it(newline, encoding, declared):
    text = (declared + EXCEL).replace("\r\n", newline)
    if encoding == "cp1256":
        text = text.replace("ی", "ي")  # the code page has no Persian ye
    items = _rows(text.encode(encoding), 7)
    first, second = [to_article(item.fields) for item in items if isinstance(item, Record)]
    assert first.body.splitlines()[1].startswith("سطر")
    assert str(first.published) == "2025-11-18"
    assert (first.source[-2:], first.category, second.title) == ("نا", "علم", "دو")
    (remark,) = [item for item in items if isinstance(item, Remark)]
    assert remark.text == "has 2 of 5 columns; the others are taken as empty"


def test_a_declared_delimiter_that_the_header_row_does_not_use_is_ignored():
    assert _rows("sep=;\ntitle,text\nیک,متن; و\n") == [Record(3, {"title": "یک", "text": "متن; و"})]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_splits_the_header_row_into_names_of_fields(delimiter):
    header = f'"نام، نام خانوادگی, لقب, سمت"{delimiter}عنوان{delimiter}متن'
    (record,) = _rows(f"{header}\nکس{delimiter}یک{delimiter}دو\n")
    assert (record.fields["عنوان"], record.fields["متن"]) == ("یک", "دو")


def test_empty_cells_beyond_the_header_row_do_not_count():
    assert _rows("title,text,,\nیک,متن,,,,\nدو,متن,,\n") == [
        Record(2, {"title": "یک", "text": "متن"}),
        Record(3, {"title": "دو", "text": "متن"}),
    ]


@pytest.mark.parametrize(
    ("header", "texts"),
    [
        ("تیتر,عنوان,متن", ["several columns hold the title: عنوان is used, تیتر where it is empty"]),
        ("خبر,Text,title", ["several columns hold the body: Text is used, خبر where it is empty"]),
        (
            "title,تیتر دوم,نویسنده",
            ["the column تیتر دوم is stored, but not searched; if it is the title, rename it to title"],
        ),
        ("title,text,author,views", []),
    ],
)
def test_a_column_that_looks_like_a_field_but_is_not_used_is_told(header, texts):
    items = _rows(f"\n{header}\nیک,دو,سه\n")
    assert [item for item in items if isinstance(item, Remark) and item.line == 2] == [
        Remark(2, text) for text in texts
    ]


def test_the_column_that_a_remark_calls_used_is_the_one_that_is_used():
    *_, first, second = _rows("تیتر,عنوان,متن\nیک,دو,سه\nچهار,,پنج\n")
    assert [to_article(record.fields).title for record in (first, second)] == ["دو", "چهار"]


def test_a_header_row_with_more_columns_than_excel_has_is_refused():
    (fault,) = _rows(",".join(["title", *map(str, range(MAX_COLUMNS))]) + "\n" + "x," * MAX_COLUMNS + "x\n")
    assert fault == Fault(1, "the header row has 16,385 columns; at most 16,384 can be read")


def test_only_a_row_of_a_million_cells_is_rejected():
    fault, record = _rows("title,text\n" + "a," * 1_000_000 + "\nدو,متن\n")
    assert fault.reason.startswith("has 1000001 columns where the header row has 2")
    assert record.line == 3


def test_a_byte_in_the_header_row_that_is_not_utf_8_does_not_cost_the_file():
    (record,) = _rows("title,text,نویسندهٔ خبر ".encode() + b"\xff" + "\nیک,دو,سه\n".encode())
    assert to_article(record.fields).title == "یک"
