"""The readers of JSON Lines and of JSON documents."""

import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.readers.json_records import _by_brackets, read_document, read_lines
from indexer.readers.records import MAX_RECORD_BYTES, Fault, Record


def _chunks(data, size=1 << 18):
    data = data if isinstance(data, bytes) else data.encode()
    return (data[start : start + size] for start in range(0, len(data), size))


def _lines(data, size=1 << 18):
    return list(read_lines(_chunks(data, size)))


def _document(data, size=1 << 18):
    return list(read_document(_chunks(data, size)))


def test_each_line_is_a_record_and_blank_lines_only_count_as_lines():
    assert _lines('{"title": "یک"}\r\n\n  \n{"title": "دو"}') == [
        Record(1, {"title": "یک"}),
        Record(4, {"title": "دو"}),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1256"])
def test_lines_are_read_in_every_encoding(encoding):
    text = "".join(json.dumps({"title": "وزير گفت"}, ensure_ascii=False) + "\n" for _ in range(50))
    records = _lines(text.encode(encoding), 7)
    assert [record.line for record in records] == list(range(1, 51))
    assert all(record.fields == {"title": "وزير گفت"} for record in records)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"title": "x"', "is broken JSON"),
        (b'{"title": NaN}', "is broken JSON"),
        (b'{"title": "x"} x', "is broken JSON"),
        (b'["x"]', "is not an object"),
        (b'"x"', "is not an object"),
        (b'{"title": "\xff\xfe"}', "is not valid UTF-8"),
        (b'{"title": ' + b"[" * 100_000, "is nested too deeply"),
    ],
)
@pytest.mark.parametrize("read", [_lines, _document])
def test_only_the_broken_line_is_rejected(read, line, reason):
    good = '{"title": "خبری که سالم است"}'.encode()
    before, fault, after = read(b"\n".join([good, line, good]))
    assert (before.line, after.line) == (1, 3)
    assert fault.line == 2
    assert fault.reason.startswith(reason)


@pytest.mark.parametrize("read", [_lines, _document])
def test_only_a_line_that_is_too_long_is_rejected_and_memory_stays_bounded(read):
    def stream():
        yield b'{"title": "a"}\n{"title": "'
        for _ in range(50):
            yield b"x" * 1_000_000
        yield b'"}\n{"title": "b"}\n'

    tracemalloc.start()
    first, fault, last = (read_lines if read is _lines else read_document)(stream())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (first.fields, last) == ({"title": "a"}, Record(3, {"title": "b"}))
    assert fault == Fault(2, "is longer than 10 MB; split it or leave it out")
    assert peak < 5 * MAX_RECORD_BYTES


def test_a_stream_of_lines_is_read_lazily():
    def stream():
        yield b'{"title": "a"}\n' * 100_000
        raise AssertionError("read too far")

    assert next(read_lines(stream())) == Record(1, {"title": "a"})


def test_each_element_of_an_array_has_its_line_number():
    first = '{"title": "یک", "tags": ["[", "{\\"", "\\\\"]}'
    text = f'[\n  {first},\n\n  {{\n    "title": "دو"\n  }},\n{{"title": "سه"}}]\n'
    records = _document(text)
    assert [record.line for record in records] == [2, 4, 7]
    assert [record.fields["title"] for record in records] == ["یک", "دو", "سه"]


@pytest.mark.parametrize("text", ['{"title": "یک"}', '{\n "title":\n "یک"}\n', '[{"title": "یک"}]'])
def test_a_single_object_is_a_valid_document(text):
    assert _document(text) == [Record(1, {"title": "یک"})]


def test_a_document_may_be_lines_of_objects():
    assert _document('\n{"title": "یک"}\n{"title": "دو"}\n') == [
        Record(2, {"title": "یک"}),
        Record(3, {"title": "دو"}),
    ]


def test_objects_may_follow_each_other_over_several_lines():
    assert [record.line for record in _document('{\n"title": "یک"\n}\n{\n"title": "دو"\n}')] == [1, 4]


def test_only_the_broken_elements_of_an_array_are_rejected():
    first, *faults, last = _document(
        '[{"title": "یک"},\n{"title": "x",},\n{"title": "open\n},\n5, "x" 6, [1],\n{"title": "دو"}]'
    )
    assert (first.fields["title"], last) == ("یک", Record(6, {"title": "دو"}))
    assert [fault.line for fault in faults] == [2, 3, 5, 5, 5]
    assert [fault.reason.split(":")[0].split(";")[0] for fault in faults] == [
        "is broken JSON",
        "is broken JSON",
        "is not an object",
        "is not an object",
        "is not an object",
    ]


def test_an_unclosed_object_is_reported_at_the_line_where_it_begins():
    record, fault = _document('[{"title": "یک"},\n{"title": "دو"')
    assert record.line == 1
    assert fault.line == 2
    assert "never closed" in fault.reason


def test_only_an_element_that_is_too_long_is_rejected():
    def stream():
        yield b'[{"title": "a"},\n{"title": ["'
        for _ in range(20):
            yield (b"x" * 996 + b'", "') * 1000
        yield b'"]},\n{"title": "b"}]'

    first, fault, last = read_document(stream())
    assert (first.line, last.line) == (1, 3)
    assert fault.line == 2
    assert "longer than 10 MB" in fault.reason


@pytest.mark.parametrize("text", ["", " \n", "[]", "[\n]"])
def test_an_empty_document_has_no_records(text):
    assert _document(text) == []


_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.lists(st.dictionaries(st.text(max_size=8), _values, max_size=3), max_size=4),
    st.sampled_from([None, 1]),
    st.booleans(),
)
def test_any_array_is_read_whole_wherever_its_chunks_are_cut(objects, indent, ascii_only):
    text = json.dumps(objects, indent=indent, ensure_ascii=ascii_only)
    records = list(_by_brackets(_chunks(text, 3)))
    assert [record.fields for record in records] == objects


ARTICLES = [{"title": "یک"}, {"headline": "دو", "data": [{"views": 1}]}]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize(
    "wrapper",
    [
        {"status": "ok", "totalResults": 2, "articles": ARTICLES},
        {"version": "https://jsonfeed.org/version/1", "title": "خوراک", "items": ARTICLES, "more": [{}]},
        {"response": {"numFound": 2, "docs": ARTICLES, "start": 0}},
        {"data": {"news": ARTICLES}, "meta": {"page": 1}},
        {"Results": ARTICLES},
        {"اخبار": ARTICLES},
        {"articles": ARTICLES[:1], "items": [], "news": ARTICLES[1:]},
    ],
)
def test_an_object_around_a_list_of_articles_is_unwrapped(wrapper, indent):
    text = json.dumps(wrapper, ensure_ascii=False, indent=indent)
    for size in (7, 1 << 18):
        records = _document(text, size)
        assert [record.fields for record in records] == ARTICLES
    lines = text.split("\n")
    assert '"title": "یک"' in lines[records[0].line - 1] + lines[min(records[0].line, len(lines) - 1)]


def test_each_line_may_wrap_a_list_of_articles():
    pages = [{"page": page, "results": [{"title": str(page)}, {"title": "x"}]} for page in (1, 2)]
    records = _lines("\n".join(map(json.dumps, pages)))
    assert [(record.line, record.fields["title"]) for record in records] == [
        (1, "1"),
        (1, "x"),
        (2, "2"),
        (2, "x"),
    ]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize(
    "article",
    [
        {"title": "یک", "items": []},
        {"title": "یک", "data": [{"views": 1}]},
        {"related": 1, "news": [{"title": "دو"}], "body": "متن"},
        {"متن": "متن", "items": [{"title": "دو"}]},
        {"title": "یک", "links": [{"title": "دو"}]},
    ],
)
def test_an_article_that_holds_a_list_stays_an_article(article, indent):
    text = json.dumps(article, ensure_ascii=False, indent=indent)
    assert _document(text) == [Record(1, article)]
    assert _document(f"[{text}, {text}]")[0] == Record(1, article)


def test_a_broken_article_in_a_wrapper_costs_only_itself():
    text = '{"articles": [\n{"title": "یک"},\n{"title": "x",},\n5,\n{"title": "دو"}\n], "total": 4}'
    first, broken, number, last = _document(text)
    assert (first.line, last.line, last.fields) == (2, 5, {"title": "دو"})
    assert (broken.line, broken.reason[:14]) == (3, "is broken JSON")
    assert (number.line, number.reason[:16]) == (4, "is not an object")


def test_a_wrapper_that_was_cut_off_gives_its_complete_articles():
    first, fault = _document('{"articles": [\n{"title": "یک"},\n{"title": "دو"')
    assert first == Record(2, {"title": "یک"})
    assert fault.line == 3
    assert "never closed" in fault.reason


@pytest.mark.parametrize("newline", [b"", b"\n"])
def test_a_wrapper_may_be_larger_than_a_record_and_memory_stays_bounded(newline):
    def stream():
        yield b'{"status": "ok", "total": 60, "articles": [' + newline
        for number in range(60):
            yield b'{"title": "%d", "body": "' % number + b"x" * 1_000_000 + b'"},' + newline
        yield b'{"title": "last"}], "more": {"a": [1]}}'

    tracemalloc.start()
    titles = [record.fields["title"] for record in read_document(stream())]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert titles == [*map(str, range(60)), "last"]
    assert peak < 6 * MAX_RECORD_BYTES


@pytest.mark.parametrize(
    "text",
    [
        '{"title": "a"},\n{"title": "b"},\n',
        '{"title": "a"} ,\r\n{"title": "b"},',
        '[{"title": "a"},\n{"title": "b"}]',
        '[\n{"title": "a"},\n{"title": "b"}\n]\n',
        '{"title": "a"},\n,\n{"title": "b"}',
        '{"title": "a"}\r{"title": "b"}\r',
        '{\n"title": "a"\n}\n{\n"title": "b"\n}',
    ],
)
@pytest.mark.parametrize("read", [_lines, _document])
def test_commas_brackets_and_old_line_ends_around_the_lines_do_no_harm(read, text):
    assert [record.fields["title"] for record in read(text)] == ["a", "b"]


@pytest.mark.parametrize("number", ["1e999", "-1e999", "1e400", "9" * 5000])
@pytest.mark.parametrize("read", [_lines, _document])
def test_a_number_that_is_too_large_is_called_so(read, number):
    (fault,) = read(f'{{"title": "خبر", "views": {number}}}')
    assert fault == Fault(1, "holds a number that is too large; write it as text")


@pytest.mark.parametrize("opening", ['{"items":[', "[", '{"a":', '{"articles":[{"title":"x","data":'])
@pytest.mark.parametrize("read", [_lines, _document])
def test_a_nesting_of_100_000_levels_is_one_fault(read, opening):
    items = read(opening * 100_000)
    assert len([item for item in items if isinstance(item, Fault)]) == 1
