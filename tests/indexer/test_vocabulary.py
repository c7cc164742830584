"""The vocabulary of a generation: words, phrases and co-occurrences, counted from articles and read back."""

from pathlib import Path

import numpy as np
import pytest
from conftest import SEEDS, build

from indexer import vocabulary_counts
from indexer.articles import Article
from indexer.build import BuildOptions
from indexer.errors import IndexCorrupt
from indexer.key_hashes import key_hashes
from indexer.snapshot import Snapshot
from indexer.vocabulary import Vocabulary, cooccurrence_code, word_code, word_key
from indexer.vocabulary_counts import write_vocabulary


def vocabulary(folder: Path, *articles: Article) -> Vocabulary:
    write_vocabulary(folder / "vocabulary", articles)
    return Vocabulary(folder / "vocabulary")


def titled(*titles: str) -> list[Article]:
    return [Article(id=str(number), title=title) for number, title in enumerate(titles)]


def words_of(vocabulary: Vocabulary) -> dict[str, int]:
    return {vocabulary.form(word.key): word.count for word in vocabulary.words("", 1000)}


def phrases_of(vocabulary: Vocabulary) -> dict[str, int]:
    return {vocabulary.phrase_form(phrase.key): phrase.count for phrase in vocabulary.phrases("", 1000)}


def cooccurrences(words: Vocabulary, first: str, second: str) -> int:
    code = cooccurrence_code(word_code(word_key(first)), word_code(word_key(second)))
    return int(words.cooccurrences(np.array([code], dtype=np.uint64))[0])


def test_a_word_is_counted_once_per_article_in_any_spelling(tmp_path: Path) -> None:
    words = vocabulary(
        tmp_path,
        Article(id="1", title="كتابخانه‌ي ملي", body="کتابخانه و کتابخانه"),
        Article(id="2", body="كتابخانه"),
    )
    assert words.frequency(word_key("کتابخانه")) == 2
    assert words.frequency(word_key("ملی")) == 1
    assert words.frequency(word_key("شهر")) == 0


def test_the_form_of_a_word_is_its_most_common_spelling_in_persian_letters(tmp_path: Path) -> None:
    words = vocabulary(tmp_path, *titled("رئيس آمد", "رئيس آمد", "رييس آمد", "آب‌ رفــت", "مُدير"))
    assert words.form(word_key("رییس")) == "رئیس"
    assert words.form(word_key("رفت")) == "رفت"
    assert words.form(word_key("مدیر")) == "مدیر"
    assert words.form("ناپیدا") == "ناپیدا"


def test_the_form_of_a_word_keeps_its_half_space_unless_that_is_rare(tmp_path: Path) -> None:
    apart = titled("منطقه‌ای", "منطقهای", "منطقهای")
    joined = titled("کتابخانه", "کتابخانه", "کتابخانه", "کتابخانه", "کتابخانه", "کتاب‌خانه")
    assert set(words_of(vocabulary(tmp_path, *apart, *joined))) == {"منطقه‌ای", "کتابخانه"}


def test_phrases_are_those_shared_by_several_titles_or_tags(tmp_path: Path) -> None:
    words = vocabulary(
        tmp_path,
        *titled("سازمان آب و برق", "گزارش سازمان آب و برق", "سازمان: آب"),
        Article(id="a", tags=("بازار روز",)),
        Article(id="b", tags=("بازار روز",)),
    )
    # «سازمان آب» is left out because it always continues; no phrase ends in و or runs across a colon.
    assert phrases_of(words) == {
        "آب و برق": 2,
        "بازار روز": 2,
        "سازمان آب و برق": 2,
    }


def test_a_phrase_neither_begins_nor_ends_in_a_number(tmp_path: Path) -> None:
    words = vocabulary(tmp_path, *titled("لیگ برتر ۱۴۰۴", "لیگ برتر ۱۴۰۴"))
    assert phrases_of(words) == {"لیگ برتر": 2}


def test_cooccurrences_are_words_of_one_title_and_neighbours_repeated_in_the_text(
    tmp_path: Path,
) -> None:
    words = vocabulary(
        tmp_path,
        Article(id="1", title="باران در شمال کشور", body="سیل آمد. سیل آمد. برف بارید."),
    )
    assert cooccurrences(words, "باران", "کشور") == cooccurrences(words, "کشور", "باران") == 2
    assert cooccurrences(words, "سیل", "آمد") == 2
    assert cooccurrences(words, "برف", "بارید") == 0
    assert cooccurrences(words, "باران", "سیل") == 0


def test_counting_drops_rare_entries_when_there_are_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vocabulary_counts, "_MOST_COUNTED", 10)
    monkeypatch.setattr(vocabulary_counts, "_MOST_COOCCURRENCES", 5)
    monkeypatch.setattr(vocabulary_counts, "_WAITING", 4)
    letters = "ابپتجچخدرز"
    rare = [f"{first}{second}{first}" for first in letters for second in letters]
    words = vocabulary(tmp_path, *titled(*(f"برف سنگین {word}" for word in rare)))
    assert words.frequency(word_key("برف")) == words.frequency(word_key("سنگین")) == 100
    assert len(words_of(words)) <= 12
    assert cooccurrences(words, "برف", "سنگین") == 200


def test_a_large_archive_leaves_out_words_found_in_only_one_article(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vocabulary_counts, "_BIG", 3)
    assert words_of(vocabulary(tmp_path, *titled("باد", "باد", "بادد"))) == {"باد": 2}


def test_only_the_most_frequent_words_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary_counts, "_MOST_WORDS", 1)
    assert words_of(vocabulary(tmp_path, *titled("باد باران", "باد"))) == {"باد": 2}


def test_words_are_found_by_hashes_of_their_keys_and_by_prefix(tmp_path: Path) -> None:
    words = vocabulary(tmp_path, *titled("باد باران", "باد", "برف"))
    assert words.frequencies(key_hashes(["باران", "باد", "سیل"])).tolist() == [1, 2, 0]
    assert [(word.key, word.count) for word in words.words("با", 5)] == [("باد", 2), ("باران", 1)]
    assert words.total == 4


def test_articles_without_words_have_an_empty_vocabulary(tmp_path: Path) -> None:
    words = vocabulary(tmp_path, Article(id="1", title="…"))
    assert words.words("", 9) == words.phrases("", 9) == []
    assert words.total == words.frequency("باد") == cooccurrences(words, "باد", "باران") == 0
    assert words.frequencies(key_hashes(["باد"])).tolist() == [0]


@pytest.mark.parametrize("size", [0, 7, 100, -1])
def test_a_file_that_was_cut_off_is_an_error_that_names_it(tmp_path: Path, size: int) -> None:
    vocabulary(tmp_path, *titled("باد باران"))
    path = tmp_path / "vocabulary" / "base.arrays"
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(IndexCorrupt, match=r"base\.arrays"):
        Vocabulary(tmp_path / "vocabulary")


@pytest.mark.slow
def test_a_build_writes_the_vocabulary_and_lists_it_in_the_manifest(tmp_path: Path) -> None:
    build([SEEDS], tmp_path / "index", BuildOptions(semantic=False))
    snapshot = Snapshot.open(tmp_path / "index")
    assert "vocabulary/base.arrays" in snapshot.manifest.files
    assert snapshot.vocabulary.frequency(word_key("زعفران")) > 0
    snapshot.close()
