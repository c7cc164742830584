"""Additions to a vocabulary: what added articles count, as of any number of records."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import vocabulary_additions, vocabulary_counts
from indexer.articles import Article
from indexer.errors import IndexCorrupt
from indexer.vocabulary import Vocabulary, additions_of, cooccurrence_code, word_code
from indexer.vocabulary_additions import VocabularyWriter
from indexer.vocabulary_counts import write_vocabulary

WORDS = ("باد", "باران", "برف", "سیل", "تگرگ", "مه")
TITLES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
RECORDS = st.lists(st.lists(TITLES, max_size=3), max_size=12)


def articles(titles: Sequence[str]) -> list[Article]:
    return [Article(id=str(number), title=title) for number, title in enumerate(titles)]


def base(folder: Path, *titles: str) -> Path:
    write_vocabulary(folder / "vocabulary", articles(titles))
    return folder / "vocabulary"


def content(vocabulary: Vocabulary) -> tuple[dict[str, int], list[int], int]:
    """Return all words with their counts, the co-occurrences of all pairs of words, and the sum of counts."""
    words = {word.key: word.count for word in vocabulary.words("", 1000)}
    codes = [cooccurrence_code(word_code(one), word_code(two)) for one in WORDS for two in WORDS]
    assert words == {word: count for word in WORDS if (count := vocabulary.frequency(word))}
    return words, vocabulary.cooccurrences(np.array(codes, dtype=np.uint64)).tolist(), vocabulary.total


@settings(deadline=None, max_examples=40)
@given(first=st.lists(TITLES, max_size=3), records=RECORDS)
def test_base_and_additions_equal_a_full_count_at_every_number_of_records(
    tmp_path_factory: pytest.TempPathFactory, first: list[str], records: list[list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("additions")
    directory = base(folder, *first)
    writer = VocabularyWriter(directory, 0)
    assert [writer.append(articles(titles)) for titles in records] == [*range(1, len(records) + 1)]
    titles = list(first)
    for number in range(len(records) + 1):
        titles += records[number - 1] if number else ()
        (folder / str(number)).mkdir()
        full = base(folder / str(number), *titles)
        assert content(Vocabulary(directory, number)) == content(Vocabulary(full))


@given(st.integers(0, 5000))
def test_the_files_of_a_number_of_records_hold_each_record_once(records: int) -> None:
    files = additions_of(records)
    held = [record for number in files for record in range(number - (number & -number) + 1, number + 1)]
    assert held == [*range(1, records + 1)]
    assert len(files) <= max(records.bit_length(), 1)


def test_a_new_name_is_known_and_completed_at_once_however_big_the_archive_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vocabulary_counts, "_BIG", 1)
    directory = base(tmp_path, "باد آمد", "باد رفت", "باران آمد")
    assert Vocabulary(directory).frequency("باران") == 0  # in one article of a big archive: rather a typo
    VocabularyWriter(directory, 0).append(articles(["زلنسکی آمد"]))
    assert Vocabulary(directory).frequency("زلنسکی") == 0
    followed = Vocabulary(directory, 1)
    assert followed.frequency("زلنسکی") == 1
    assert [word.key for word in followed.words("زلن", 3)] == ["زلنسکی"]


def test_a_new_phrase_is_offered_when_several_added_titles_have_it(tmp_path: Path) -> None:
    directory = base(tmp_path, "لیگ برتر", "لیگ برتر فوتبال")
    writer = VocabularyWriter(directory, 0)
    writer.append(articles(["جام حذفی ایران", "لیگ برتر والیبال"]))

    def offered(records: int) -> dict[str, int]:
        vocabulary = Vocabulary(directory, records)
        phrases = vocabulary.phrases("", 50)
        return {vocabulary.phrase_form(phrase.key): phrase.count for phrase in phrases}

    assert offered(1) == {"لیگ برتر": 3}
    writer.append(articles(["جام حذفی ایران", "جام حذفی"]))
    # «حذفی ایران» and «جام حذفی ایران» are in two titles each; «حذفی ایران» is no beginning of the other.
    assert offered(2) == {"لیگ برتر": 3, "جام حذفی": 3, "جام حذفی ایران": 2, "حذفی ایران": 2}
    writer.append(articles(["بهار نو آمد", "بهار نو آمد"]))
    assert "بهار نو" not in offered(3)  # always continued
    assert offered(3)["بهار نو آمد"] == 2


def test_the_form_is_that_of_the_layer_that_has_the_word_most_often(tmp_path: Path) -> None:
    directory = base(tmp_path, "منطقه‌ای")
    writer = VocabularyWriter(directory, 0)
    writer.append(articles(["منطقهای"]))
    assert Vocabulary(directory, 1).form("منطقهای") == "منطقه‌ای"
    writer.append(articles(["منطقهای", "منطقهای"]))
    assert Vocabulary(directory, 2).form("منطقهای") == "منطقهای"


@pytest.mark.parametrize("records", [(("منطقه‌ای",), ("منطقهای",) * 2), (("منطقهای",) * 2, ("منطقه‌ای",))])
def test_records_in_one_file_keep_the_form_that_was_counted_most(
    tmp_path: Path, records: tuple[tuple[str, ...], ...]
) -> None:
    directory = base(tmp_path)
    writer = VocabularyWriter(directory, 0)
    for titles in records:
        writer.append(articles(titles))
    assert Vocabulary(directory, 2).form("منطقهای") == "منطقهای"


def test_readers_at_different_records_do_not_see_each_others_articles(tmp_path: Path) -> None:
    directory = base(tmp_path, "باد")
    writer = VocabularyWriter(directory, 0)
    readers = [Vocabulary(directory)]
    for number in range(1, 10):
        writer.append(articles(["برف"]))
        readers.append(Vocabulary(directory, number))
    assert [reader.frequency("برف") for reader in readers] == [*range(10)]
    assert [Vocabulary(directory, number).frequency("برف") for number in range(10)] == [*range(10)]


def test_a_writer_cuts_off_what_is_behind_the_commit(tmp_path: Path) -> None:
    directory = base(tmp_path, "باد")
    writer = VocabularyWriter(directory, 0)
    for title in ("برف", "سیل", "تگرگ"):
        writer.append(articles([title]))
    (directory / "additions" / "000004.arrays.new").write_bytes(b"a crash left it")
    writer = VocabularyWriter(directory, 2)
    assert sorted(path.name for path in (directory / "additions").iterdir()) == [
        "000001.arrays",
        "000002.arrays",
    ]
    assert writer.append(articles(["مه"])) == 3
    words, *_ = content(Vocabulary(directory, 3))
    assert words == {"باد": 1, "برف": 1, "سیل": 1, "مه": 1}


def test_files_that_no_reader_needs_are_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary_additions, "_READERS_BEHIND", 1)
    directory = base(tmp_path, "باد")
    for number in range(8):
        assert VocabularyWriter(directory, number).append(articles(["برف"])) == number + 1
    VocabularyWriter(directory, 8)
    kept = sorted(path.name for path in (directory / "additions").iterdir())
    assert kept == ["000004.arrays", "000006.arrays", "000007.arrays", "000008.arrays"]
    assert [Vocabulary(directory, number).frequency("برف") for number in (7, 8)] == [7, 8]


def test_one_record_may_have_many_articles_and_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vocabulary_additions, "_COUNTED_TOGETHER", 2)
    monkeypatch.setattr(vocabulary_additions, "_MOST_WORDS", 2)
    monkeypatch.setattr(vocabulary_additions, "_MOST_COOCCURRENCES", 1)
    directory = base(tmp_path)
    VocabularyWriter(directory, 0).append(articles(["باد باران", "باد باران", "باد برف", "باد باران"]))
    words, cooccurrences, _ = content(Vocabulary(directory, 1))
    assert words == {"باد": 4, "باران": 3}
    assert sorted(cooccurrences)[-3:] == [0, 6, 6]


@pytest.mark.parametrize("damage", ["missing", "cut"])
def test_a_damaged_file_of_additions_is_an_error_that_names_it(tmp_path: Path, damage: str) -> None:
    directory = base(tmp_path, "باد")
    VocabularyWriter(directory, 0).append(articles(["برف"]))
    path = directory / "additions" / "000001.arrays"
    path.unlink() if damage == "missing" else path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(IndexCorrupt, match=r"000001\.arrays"):
        Vocabulary(directory, 1)
    with pytest.raises(IndexCorrupt, match=r"000001\.arrays"):
        VocabularyWriter(directory, 1).append(articles(["سیل"]))
    assert Vocabulary(directory, 0).frequency("باد") == 1
