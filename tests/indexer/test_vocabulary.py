"""The vocabulary of a generation: words, phrases and co-occurrences, counted from articles and read back."""

from pathlib import Path

import numpy as np
import pytest
from conftest import SEEDS, build
from hypothesis import given
from hypothesis import strategies as st

from indexer import vocabulary_counts
from indexer.articles import Article
from indexer.build import BuildOptions
from indexer.errors import IndexCorrupt
from indexer.snapshot import Snapshot
from indexer.vocabulary import Lexemes, Vocabulary, cooccurrence_code, word_code, word_key
from indexer.vocabulary_counts import write_vocabulary


def vocabulary(folder: Path, *articles: Article) -> Vocabulary:
    write_vocabulary(folder / "vocabulary", articles)
    return Vocabulary(folder / "vocabulary")


def titled(*titles: str) -> list[Article]:
    return [Article(id=str(number), title=title) for number, title in enumerate(titles)]


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
    assert vocabulary(tmp_path, *apart, *joined).words.forms == ["منطقه‌ای", "کتابخانه"]


def test_phrases_are_those_shared_by_several_titles_or_tags(tmp_path: Path) -> None:
    words = vocabulary(
        tmp_path,
        *titled("سازمان آب و برق", "گزارش سازمان آب و برق", "سازمان: آب"),
        Article(id="a", tags=("بازار روز",)),
        Article(id="b", tags=("بازار روز",)),
    )
    # «سازمان آب» is left out because it always continues; no phrase ends in و or runs across a colon.
    assert dict(zip(words.phrases.forms, words.phrases.counts.tolist(), strict=True)) == {
        "آب و برق": 2,
        "بازار روز": 2,
        "سازمان آب و برق": 2,
    }


def test_a_phrase_neither_begins_nor_ends_in_a_number(tmp_path: Path) -> None:
    words = vocabulary(tmp_path, *titled("لیگ برتر ۱۴۰۴", "لیگ برتر ۱۴۰۴"))
    assert words.phrases.forms == ["لیگ برتر"]


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


@given(
    st.lists(st.text(alphabet="اب", min_size=1, max_size=4), max_size=30), st.text(alphabet="اب", max_size=3)
)
def test_prefix_lookup_finds_exactly_the_keys_that_start_with_the_prefix(
    keys: list[str], prefix: str
) -> None:
    lexemes = Lexemes.of((key, key, 1) for key in set(keys))
    found = {lexemes.keys[place] for place in lexemes.starting_with(prefix)}
    assert found == {key for key in keys if key.startswith(prefix)}


@given(st.lists(st.integers(1, 50), max_size=40), st.integers(1, 12))
def test_the_most_frequent_entries_are_those_of_a_full_sort(counts: list[int], number: int) -> None:
    lexemes = Lexemes.of((f"{place:03}", "", count) for place, count in enumerate(counts))
    places = lexemes.most_frequent(range(len(counts)), number)
    assert [counts[place] for place in places] == sorted(counts, reverse=True)[:number]


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
    assert len(words.words.keys) <= 12
    assert cooccurrences(words, "برف", "سنگین") == 200


def test_a_large_archive_leaves_out_words_found_in_only_one_article(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vocabulary_counts, "_BIG", 3)
    assert vocabulary(tmp_path, *titled("باد", "باد", "بادد")).words.keys == ["باد"]


def test_only_the_most_frequent_words_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary_counts, "_MOST_WORDS", 1)
    assert vocabulary(tmp_path, *titled("باد باران", "باد")).words.keys == ["باد"]


def test_articles_without_words_have_an_empty_vocabulary(tmp_path: Path) -> None:
    words = vocabulary(tmp_path, Article(id="1", title="…"))
    words.load()
    assert words.words.keys == words.phrases.keys == []
    assert words.total == cooccurrences(words, "باد", "باران") == 0


@pytest.mark.parametrize(("name", "content"), [("words.tsv", b"\xff"), ("words.tsv", b"a\tb\n")])
def test_a_broken_word_list_is_an_error_that_names_the_file(
    tmp_path: Path, name: str, content: bytes
) -> None:
    words = vocabulary(tmp_path, *titled("باد"))
    (tmp_path / "vocabulary" / name).write_bytes(content)
    with pytest.raises(IndexCorrupt, match=name):
        words.load()


@pytest.mark.parametrize("name", ["cooccurrences.npy", "counts.npy"])
def test_a_broken_cooccurrence_file_is_an_error_that_names_it(tmp_path: Path, name: str) -> None:
    words = vocabulary(tmp_path, *titled("باد باران"))
    np.save(tmp_path / "vocabulary" / name, np.zeros((1, 1)))
    with pytest.raises(IndexCorrupt, match=name):
        words.load()
    (tmp_path / "vocabulary" / name).write_bytes(b"x")
    with pytest.raises(IndexCorrupt, match=name):
        words.load()


@pytest.mark.slow
def test_a_build_writes_the_vocabulary_and_lists_it_in_the_manifest(tmp_path: Path) -> None:
    build([SEEDS], tmp_path / "index", BuildOptions(semantic=False))
    snapshot = Snapshot.open(tmp_path / "index")
    assert {"vocabulary/words.tsv", "vocabulary/phrases.tsv"} <= snapshot.manifest.files.keys()
    assert {"vocabulary/cooccurrences.npy", "vocabulary/counts.npy"} <= snapshot.manifest.files.keys()
    assert snapshot.vocabulary.frequency(word_key("زعفران")) > 0
    snapshot.close()
