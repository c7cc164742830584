"""Term columns: the tokens of every article are read back as its document has them, at any commit."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.articles import Article
from indexer.columns import Occurrences, TermColumns, TermColumnsWriter, record_terms, text_hash
from indexer.errors import IndexCorrupt
from indexer.filters import FacetValues
from indexer.keyword.documents import document, documents, indexed_text
from indexer.keyword.engine import Document
from indexer.keyword.fields import prefix_family
from indexer.persian.analyzer import PersianAnalyzer

ARTICLES = [
    Article(id="0", title="برف سدها", lead="باران بارید", body="اقتصاد کشور"),
    Article(id="1", title="…", body=""),
    Article(id="2", title="اقتصاددان ایران", body="برف آمد و برف ماند"),
]
FILES = ("articles", "tokens.u32", "places.i8", "large.i64", "terms.u32")
# More than one byte can count, and its words lie further apart than one byte can tell.
LONG = Article(id="3", title="سد " * 200, body=f"{'برف ' * 200}{'-' * 300} باران {'ب' * 300}")


def recorded(
    directory: Path, analyzer: PersianAnalyzer, articles: Sequence[Article] = ARTICLES
) -> list[Document]:
    return list(record_terms(documents(articles, analyzer), directory))


def assert_holds(columns: TermColumns, made: Sequence[Document]) -> None:
    assert len(columns) == len(made)
    for each in made:
        tokens = columns.tokens(each.number)
        assert tokens.stems.tolist() == list(map(text_hash, each.stems))
        assert tokens.positions.tolist() == each.positions
        assert (tokens.starts.tolist(), tokens.ends.tolist()) == (each.starts, each.ends)


def everything(columns: TermColumns, made: Sequence[Document], numbers: Sequence[int]) -> Occurrences:
    """Look for all texts of the documents."""
    stems = {stem for each in made for stem in each.stems}
    surface_forms = {text for each in made for text in each.surface_forms}
    return columns.occurrences(np.array(numbers, dtype=np.int64), stems, surface_forms)


def test_recording_passes_documents_through_unchanged_and_reads_them_back(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    articles = [*ARTICLES, LONG]
    made = recorded(tmp_path, analyzer, articles)
    assert made == list(documents(articles, analyzer))
    columns = TermColumns(tmp_path, len(made))
    assert_holds(columns, made)
    assert columns.mean_length == sum(len(each.stems) for each in made) / len(made)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)


def test_the_characters_of_a_token_are_those_of_the_indexed_text(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    recorded(tmp_path, analyzer)
    tokens = TermColumns(tmp_path, 3).tokens(2)
    text = indexed_text(ARTICLES[2])
    words = [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]
    assert words == text.split()
    title = tokens.within(0, len(ARTICLES[2].title))
    assert len(title) == 2
    body = tokens.within(len(ARTICLES[2].title) + 1, len(text))
    assert (body.starts[0], body.ends[0]) == (0, 3)
    assert body.stems[0] == text_hash("برف")


def test_occurrences_are_the_tokens_of_the_requested_articles_in_their_order(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    made = recorded(tmp_path, analyzer, [*ARTICLES, LONG])
    numbers = [3, 1, 2, 0]
    found = everything(TermColumns(tmp_path, 4), made, numbers)
    for place, number in enumerate(numbers):
        mine = found.owners == place
        assert found.stems[mine].tolist() == list(map(text_hash, made[number].stems))
        assert found.surface_forms[mine].tolist() == list(map(text_hash, made[number].surface_forms))
        families = [text_hash(prefix_family(stem)) for stem in made[number].stems]
        assert found.prefix_families[mine].tolist() == families
        assert found.positions[mine].tolist() == made[number].positions
    assert found.lengths.tolist() == [len(made[number].stems) for number in numbers]
    assert found.titles.tolist() == [made[number].title_width for number in numbers]


def test_only_tokens_of_the_query_are_looked_at(tmp_path: Path, analyzer: PersianAnalyzer) -> None:
    recorded(tmp_path, analyzer)
    columns = TermColumns(tmp_path, 3)
    found = columns.occurrences(np.array([0, 2]), ["اقتصاد"], ["سدها"])
    assert found.owners.tolist() == [0, 0, 1]  # سدها and اقتصاد; اقتصاددان is of the same prefix family
    assert found.stems[1] == text_hash("اقتصاد")
    assert len(columns.occurrences(np.array([0, 2]), ["نیست"], [""]).stems) == 0
    assert len(columns.occurrences(np.empty(0, dtype=np.int64), ["اقتصاد"], []).stems) == 0


def test_an_archive_without_any_word_can_be_opened(tmp_path: Path, analyzer: PersianAnalyzer) -> None:
    recorded(tmp_path, analyzer, [Article(id="0", title="…")])
    columns = TermColumns(tmp_path, 1)
    assert columns.mean_length == 0
    assert len(columns.tokens(0)) == len(columns.occurrences(np.array([0]), ["برف"], []).stems) == 0


def test_alternative_readings_share_a_position(tmp_path: Path, analyzer: PersianAnalyzer) -> None:
    made = recorded(tmp_path, analyzer, [Article(id="0", body="کتاب خانه")])
    positions = TermColumns(tmp_path, 1).tokens(0).positions.tolist()
    assert positions == made[0].positions
    assert len(positions) > len(set(positions))  # کتاب, خانه and کتابخانه


_PLACES = st.lists(st.integers(0, 2**33), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_PLACES, min_size=1, max_size=5))
def test_places_of_any_size_and_order_are_read_back(tmp_path: Path, drawn: list[list[int]]) -> None:
    made = [
        Document(
            number,
            FacetValues(0, "", ""),
            stems=["برف"] * len(places),
            surface_forms=["برف"] * len(places),
            positions=[place % 2**32 for place in places],
            starts=places,
            ends=[2 * place for place in places],
        )
        for number, places in enumerate(drawn)
    ]
    for _ in record_terms(made, tmp_path):
        pass
    columns = TermColumns(tmp_path, len(made))
    assert_holds(columns, made)
    numbers = range(len(made) - 1, -1, -1)
    found = everything(columns, made, numbers)
    assert found.positions.tolist() == [place for number in numbers for place in made[number].positions]


def append(directory: Path, made: Sequence[Document], after: int) -> None:
    with closing(TermColumnsWriter(directory, after)) as writer:
        for each in made:
            writer.append(each)
        writer.sync()
        assert writer.articles == after + len(made)


def test_a_reader_ignores_what_is_behind_its_commit_and_a_writer_cuts_it_off(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    made = [document(number, article, analyzer) for number, article in enumerate([*ARTICLES, LONG])]
    append(tmp_path, made[:2], 0)
    reader = TermColumns(tmp_path, 2)
    append(tmp_path, made[2:], 2)
    assert_holds(TermColumns(tmp_path, 4), made)
    assert_holds(TermColumns(tmp_path, 3), made[:3])
    whole = {name: (tmp_path / name).read_bytes() for name in FILES}
    append(tmp_path, [], 2)  # after a crash: the last two articles were never committed
    assert_holds(TermColumns(tmp_path, 2), made[:2])
    append(tmp_path, made[2:], 2)
    assert {name: (tmp_path / name).read_bytes() for name in FILES} == whole
    assert_holds(reader, made[:2])


def test_a_writer_knows_the_terms_of_earlier_sessions(tmp_path: Path, analyzer: PersianAnalyzer) -> None:
    made = [document(number, ARTICLES[0], analyzer) for number in range(3)]
    append(tmp_path, made[:1], 0)
    size = (tmp_path / "terms.u32").stat().st_size
    append(tmp_path, made[1:2], 1)
    append(tmp_path, made[2:], 2)
    assert (tmp_path / "terms.u32").stat().st_size == size
    assert_holds(TermColumns(tmp_path, 3), made)


def test_forgotten_terms_get_another_number_and_are_still_found(
    tmp_path: Path, analyzer: PersianAnalyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.columns.term_writer._REMEMBERED", 1)
    made = recorded(tmp_path, analyzer, [ARTICLES[2]] * 3)
    columns = TermColumns(tmp_path, 3)
    assert_holds(columns, made)
    assert (tmp_path / "terms.u32").stat().st_size == 12 * 3 * len(set(made[0].stems))
    found = columns.occurrences(np.array([0, 1, 2]), ["برف"], [])
    assert found.owners.tolist() == [0, 0, 1, 1, 2, 2]


def test_new_columns_replace_the_rest_of_a_stopped_build(tmp_path: Path, analyzer: PersianAnalyzer) -> None:
    recorded(tmp_path, analyzer, [LONG])
    made = recorded(tmp_path, analyzer)
    assert_holds(TermColumns(tmp_path, 3), made)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_or_truncated_file_is_one_clear_error_line(
    tmp_path: Path, analyzer: PersianAnalyzer, name: str
) -> None:
    recorded(tmp_path, analyzer, [*ARTICLES, LONG])
    path = tmp_path / name
    path.write_bytes(path.read_bytes()[:-1])
    for opened in (TermColumns, TermColumnsWriter):
        with pytest.raises(IndexCorrupt, match="build the index again"):
            opened(tmp_path, 4)
    path.unlink()
    for opened in (TermColumns, TermColumnsWriter):
        with pytest.raises(IndexCorrupt, match="build the index again") as caught:
            opened(tmp_path, 4)
        assert "\n" not in str(caught.value)


def test_columns_of_fewer_articles_than_asked_for_are_refused(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    recorded(tmp_path, analyzer)
    with pytest.raises(IndexCorrupt, match="articles: holds"):
        TermColumns(tmp_path, 4)


@pytest.mark.parametrize("name", FILES)
def test_an_altered_byte_gives_an_answer_or_one_clear_error_line(
    tmp_path: Path, analyzer: PersianAnalyzer, name: str
) -> None:
    made = recorded(tmp_path, analyzer, [*ARTICLES, LONG])
    sound = (tmp_path / name).read_bytes()
    refusals: list[str] = []
    for place in range(0, len(sound), max(len(sound) // 60, 1)):
        for value in (0, 0x80, 0xFF):
            (tmp_path / name).write_bytes(sound[:place] + bytes([value]) + sound[place + 1 :])
            try:
                columns = TermColumns(tmp_path, 4)
                everything(columns, made, range(4))
                for number in range(4):
                    columns.tokens(number)
            except IndexCorrupt as error:
                refusals.append(str(error))
    assert not any("\n" in line for line in refusals)
    assert refusals or name in {"places.i8", "terms.u32"}  # any of whose bytes might have been written
