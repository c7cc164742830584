"""The reader of CSV files: delimiters, encodings, broken rows."""

import csv
import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.readers.csv_records import read_rows
from indexer.readers.records import MAX_RECORD_BYTES, Fault, Record


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


def test_an_unclosed_quotation_mark_is_reported_at_the_line_where_it_opens():
    first, fault = _rows('title,text\nیک,متن\nدو,"متن\nسه,متن\n')
    assert first.line == 2
    assert fault.line == 3
    assert "check the quotation marks" in fault.reason


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
    assert fault == Fault(3, "is longer than 10 MB; split it or leave it out")
    assert peak < 6 * MAX_RECORD_BYTES


def test_an_unclosed_row_that_is_too_long_extends_to_the_end_of_the_file():
    first, fault = read_rows(iter([b'title,text\na,b\nc,"', b"x" * (MAX_RECORD_BYTES + 1), b"\nd,e\n"]))
    assert (first.line, fault.line) == (2, 3)


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
    assert [(row.fields["title"], row.fields["text"]) for row in _rows(file.getvalue(), 5)] == rows
