"""Reading whole files and folders: order, rejections, progress, excluded fields."""

import json
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from indexer.articles import Article, Note, Rejection
from indexer.errors import ReadError, UsageError
from indexer.readers import READERS, input_size, read_articles
from indexer.readers.records import to_article

TEXT = "date 2025-11-18\nتیتر {0}\nچکیده {0}\nمتن {0}"
PAGE = "<html><head><title>صفحه</title></head><body><p>متن صفحه درباره آب.</p></body></html>"


def _write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _line(**fields) -> str:
    return json.dumps(fields, ensure_ascii=False) + "\n"


def _read(*paths, **options):
    items = list(read_articles(paths, **options))
    articles = [item for item in items if isinstance(item, Article)]
    return articles, [str(item) for item in items if isinstance(item, Rejection)]


@pytest.fixture
def folder(tmp_path):
    _write(tmp_path / "b.jsonl", _line(id="b1", title="یک") + _line(id="b2", title="دو"))
    _write(tmp_path / "a" / "z.TXT", TEXT.format("الف"))
    _write(tmp_path / "a" / "page.html", PAGE)
    _write(tmp_path / "c.csv", "id,title\nc1,سه\n")
    _write(tmp_path / "d.json", json.dumps([{"id": "d1", "title": "چهار"}]))
    return tmp_path


def test_a_folder_is_read_completely_in_sorted_order(folder):
    articles, rejections = _read(folder)
    assert [article.title for article in articles] == ["صفحه", "تیتر الف", "یک", "دو", "سه", "چهار"]
    assert rejections == []
    assert _read(folder)[0] == articles


def test_paths_keep_the_order_in_which_they_are_given(folder):
    articles, _ = _read(folder / "c.csv", folder / "b.jsonl")
    assert [article.id for article in articles] == ["c1", "b1", "b2"]


def test_a_file_met_twice_is_read_once(folder):
    (folder / "link.csv").symlink_to(folder / "c.csv")
    articles, rejections = _read(folder / "c.csv", folder)
    assert [article.id for article in articles].count("c1") == 1
    assert rejections == []


def test_hidden_files_are_skipped_unless_named_explicitly(folder):
    hidden = _write(folder / ".git" / "x.txt", TEXT.format("پنهان"))
    assert "تیتر پنهان" not in [article.title for article in _read(folder)[0]]
    assert _read(hidden)[0][0].title == "تیتر پنهان"


def test_files_of_other_kinds_are_counted_in_one_rejection(folder):
    for name in ("x.jpg", "a/y.JPG", "z.pdf", "LICENSE"):
        _write(folder / name, b"x")
    articles, rejections = _read(folder)
    assert len(articles) == 6
    assert rejections == [f"{folder}: files of other kinds were passed over: 2 .jpg, 1 .pdf, 1 no ending"]


def test_a_named_file_of_another_kind_is_rejected(tmp_path):
    _, rejections = _read(_write(tmp_path / "x.pdf", b"x"))
    assert rejections == [
        f"{tmp_path / 'x.pdf'}: has no ending of .csv, .htm, .html, .json, .jsonl, .ndjson, .tsv, .txt"
    ]


@pytest.mark.parametrize("name", ["gone", "gone.txt", "b.jsonl/x.txt"])
def test_a_missing_path_is_an_error_before_anything_is_read(folder, name):
    with pytest.raises(ReadError, match="no such file or folder"):
        read_articles([folder, folder / name])
    with pytest.raises(ReadError, match="no such file or folder"):
        input_size([folder / name])


def test_bad_input_is_rejected_and_the_rest_is_read(tmp_path):
    _write(tmp_path / "1.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(128, 256)) * 30)
    _write(tmp_path / "2.jsonl", _line(title="یک") + '{"title": \n' + _line(title=5) + _line(title="دو"))
    _write(tmp_path / "3.txt", "")
    _write(tmp_path / "4.json", "[]")
    _write(tmp_path / "5.txt", "date 1404-13-40\nتیتر")
    _write(tmp_path / "6.txt", TEXT.format("نُه\0"))
    _write(tmp_path / "7.csv", "title,text\nسه,متن\n,\x00\n")
    _write(tmp_path / "8.txt", TEXT.format("ده"))
    articles, rejections = _read(tmp_path)
    assert [article.title for article in articles] == ["یک", "دو", "سه", "تیتر ده"]
    assert [rejection.removeprefix(f"{tmp_path}/") for rejection in rejections] == [
        "1.txt: is not text in UTF-8, UTF-16 or Windows-1256; save it as UTF-8",
        "2.jsonl:2: is broken JSON: Input data was truncated",
        "2.jsonl:3: title must be text, not a number",
        "3.txt: is empty",
        "4.json: holds no article",
        "5.txt: published: '1404-13-40' is not a date: there is no month 13",
        "6.txt: title holds NUL characters; the file may be damaged",
        "7.csv:3: body holds NUL characters; the file may be damaged",
    ]


def _notes(*paths):
    return [str(item) for item in read_articles(paths) if isinstance(item, Note)]


def test_an_article_with_the_id_of_an_earlier_one_is_yielded_with_a_note_that_names_the_earlier_place(
    tmp_path,
):
    first = _write(tmp_path / "a.jsonl", "\n" + _line(id=7, title="یک") + _line(id="7", title="دو"))
    second = _write(tmp_path / "b.csv", "id,title\n7,سه\n")
    text = _write(tmp_path / "c.txt", TEXT.format("الف"))
    copy = _write(tmp_path / "d.txt", TEXT.format("الف").replace("\n", "  \r\n") + "\n")
    articles, rejections = _read(tmp_path)
    assert [article.title for article in articles] == ["یک", "دو", "سه", "تیتر الف", "تیتر الف"]
    assert rejections == []
    assert _notes(tmp_path) == [
        f"{first}:3: replaces the article with the same id, 7, of {first}:2",
        f"{second}:2: replaces the article with the same id, 7, of {first}:3",
        f"{copy}: replaces the article with the same id, {articles[3].id}, of {text}",
    ]


def test_a_rejected_record_replaces_nothing(tmp_path):
    path = _write(tmp_path / "a.jsonl", _line(id="7", title="یک") + _line(id="7", title=5))
    articles, rejections = _read(path)
    assert [article.title for article in articles] == ["یک"]
    assert rejections == [f"{path}:2: title must be text, not a number"]
    assert _notes(path) == []


def test_a_date_that_says_none_gives_an_undated_article_and_a_note(tmp_path):
    path = _write(
        tmp_path / "a.csv", "id,title,تاریخ\n1,یک,NULL\n2,دو,0000-00-00 00:00:00\n3,سه,\n4,چهار,1404/1/2\n"
    )
    articles, rejections = _read(path)
    assert [article.published is None for article in articles] == [True, True, True, False]
    assert rejections == []
    assert _notes(path) == [
        f"{path}:2: has no date: published is 'NULL'",
        f"{path}:3: has no date: published is '0000-00-00 00:00:00'",
    ]


def test_remarks_about_columns_are_notes_with_the_line_of_the_header_row(tmp_path):
    path = _write(tmp_path / "a.csv", "\nتیتر,عنوان\nیک,دو\n")
    assert _notes(path) == [
        f"{path}:2: several columns hold the title: عنوان is used, تیتر where it is empty"
    ]
    empty = _write(tmp_path / "b.csv", "تیتر,عنوان\n")
    assert _read(empty)[1] == [f"{empty}: holds no article"]


def test_whatever_goes_wrong_in_a_record_or_file_costs_only_that(tmp_path, monkeypatch):
    def fragile(fields, note):
        if fields["title"] == "بد":
            raise RecursionError("too\ndeep")
        return to_article(fields, note)

    def fails(chunks):
        raise OverflowError("out of range")

    monkeypatch.setattr("indexer.readers.to_article", fragile)
    monkeypatch.setitem(READERS, ".html", fails)
    _write(tmp_path / "a.html", PAGE)
    _write(tmp_path / "b.jsonl", "".join(_line(title=title) for title in ("یک", "بد", "دو")))
    articles, rejections = _read(tmp_path)
    assert [article.title for article in articles] == ["یک", "دو"]
    assert rejections == [
        f"{tmp_path}/a.html: makes the program fail (OverflowError: out of range); please report this",
        f"{tmp_path}/b.jsonl:2: makes the program fail (RecursionError: too deep); please report this",
    ]


@pytest.mark.parametrize(
    "published",
    [
        "1 Jan 99999999999 10:00:00 GMT",
        "1" * 400,
        10**30,
        -(10**18),
        1e308,
        "99999-01-01",
        "1404-01-01T10:00:00+99:99",
    ],
)
def test_a_date_that_overflows_costs_only_its_record(tmp_path, published):
    path = _write(
        tmp_path / "a.jsonl", _line(title="یک") + _line(title="بد", published=published) + _line(title="دو")
    )
    articles, rejections = _read(path)
    assert [article.title for article in articles] == ["یک", "دو"]
    assert [rejection.startswith(f"{path}:2: ") for rejection in rejections] == [True]


def test_a_generated_id_does_not_depend_on_the_path_of_the_file(tmp_path):
    one = _write(tmp_path / "x" / "one.txt", TEXT.format("الف"))
    two = _write(tmp_path / "y" / "two.txt", TEXT.format("الف"))
    assert _read(one)[0] == _read(two)[0]


def test_articles_are_read_lazily(tmp_path):
    path = _write(tmp_path / "a.jsonl", _line(id="1", title="یک"))
    later = _write(tmp_path / "b.jsonl", _line(id="2", title="دو"))
    items = read_articles([path, later])
    assert next(items).id == "1"
    later.write_text(_line(id="3", title="سه"))
    assert next(items).id == "3"


def test_progress_adds_up_to_the_size_of_the_input(folder):
    _write(folder / "big.txt", b"x" * 10_500_000)
    _write(folder / "bad.csv", "name\n" + "x\n" * 1_000_000)
    _write(folder / "other.pdf", b"x" * 1000)
    reported = []
    _, rejections = _read(folder, advance=reported.append)
    assert len(rejections) == 3
    assert sum(reported) == input_size([folder]) > 12_000_000
    assert len(reported) > 10


def test_excluded_fields_are_empty_but_still_determine_id_and_agency(tmp_path):
    path = _write(tmp_path / "a.txt", TEXT.format("الف").replace("چکیده", "به گزارش ایلنا، وزیر"))
    (whole,), _ = _read(path)
    (part,), _ = _read(path, exclude=["lead", "published"])
    assert (part.lead, part.published) == ("", None)
    assert (part.id, part.title, part.body, part.source) == (whole.id, whole.title, whole.body, "ایلنا")


def test_an_article_without_text_outside_the_excluded_fields_is_rejected(tmp_path):
    path = _write(tmp_path / "a.jsonl", _line(lead="چکیده"))
    assert _read(path, exclude={"lead"}) == (
        [],
        [f"{path}:1: has no text but in the fields that are left out"],
    )


@pytest.mark.parametrize("name", ["text", "id", "تیتر"])
def test_a_field_that_cannot_be_excluded_is_an_error_at_once(tmp_path, name):
    with pytest.raises(UsageError, match=f"cannot leave out the field {name}; choose from title, lead, body"):
        read_articles([tmp_path], exclude=["lead", name])


def test_a_broken_link_and_a_pipe_are_rejected(folder):
    (folder / "x.txt").symlink_to(folder / "gone")
    (folder / "y.txt").symlink_to(folder / "y.txt")
    os.mkfifo(folder / "z.txt")
    articles, rejections = _read(folder)
    assert len(articles) == 6
    assert [rejection.removeprefix(f"{folder}/") for rejection in rejections] == [
        "z.txt: is not a regular file",
        "x.txt: cannot be read: No such file or directory",
        "y.txt: cannot be read: Too many levels of symbolic links",
    ]
    assert _read(folder / "y.txt")[1] == [
        f"{folder / 'y.txt'}: cannot be read: Too many levels of symbolic links"
    ]


@contextmanager
def _as_ordinary_user():
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_files_and_folders_without_read_permission_are_rejected():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder / "a.txt", TEXT.format("الف"))
        locked = _write(folder / "b.txt", TEXT.format("ب"))
        _write(folder / "c" / "x.txt", TEXT.format("پ"))
        _write(folder / "d.txt", TEXT.format("ت"))
        folder.chmod(0o755)
        locked.chmod(0)
        (folder / "c").chmod(0)
        with _as_ordinary_user():
            articles, rejections = _read(folder)
        (folder / "c").chmod(0o755)
    assert [article.title for article in articles] == ["تیتر الف", "تیتر ت"]
    assert rejections == [
        f"{folder / 'b.txt'}: cannot be read: Permission denied",
        f"{folder / 'c'}: cannot be read: Permission denied",
    ]


def test_an_empty_folder_has_no_articles(tmp_path):
    assert _read(tmp_path) == ([], [])
    assert input_size([tmp_path]) == 0
