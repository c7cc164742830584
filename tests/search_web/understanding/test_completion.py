"""Completions of the query that a reader is typing."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.articles import Article
from indexer.vocabulary import Vocabulary, word_key
from indexer.vocabulary_counts import write_vocabulary
from search_web.understanding.completion import complete

TITLES = (
    *["لیگ برتر فوتبال آغاز شد"] * 4,
    *["لیگ برتر والیبال ایران"] * 3,
    *["نشست رئیس‌جمهور ایران با وزیران"] * 3,
    *["رئیس‌جمهور ایران در راه سفر"] * 2,
    *["لیگ قهرمانان آسیا"] * 2,
    "لیمو گران شد",
    "ليزر در پزشکی",
    "برف بارید",
    "بزرگداشت حافظ",
    "كتاب‌خواني در تابستان",
)


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    folder = tmp_path_factory.mktemp("words") / "vocabulary"
    write_vocabulary(folder, [Article(id=str(n), title=title) for n, title in enumerate(TITLES)])
    return Vocabulary(folder)


def texts(vocabulary: Vocabulary, typed: str, size: int = 8) -> list[str]:
    return [completion.text for completion in complete(vocabulary, typed, size)]


def test_completions_list_phrases_before_words_and_the_most_frequent_first(
    vocabulary: Vocabulary,
) -> None:
    made = complete(vocabulary, "لی")
    assert [completion.text for completion in made] == [
        *("لیگ برتر", "لیگ برتر فوتبال آغاز", "لیگ برتر والیبال ایران", "لیگ قهرمانان آسیا"),
        *("لیگ", "لیزر", "لیمو"),
    ]
    assert [completion.kind for completion in made] == ["phrase"] * 4 + ["word"] * 3


def test_a_space_ends_the_typed_word(vocabulary: Vocabulary) -> None:
    assert texts(vocabulary, "لیگ ")[0] == "لیگ برتر"
    assert texts(vocabulary, "لی ") == []


def test_completions_prefer_words_that_occur_beside_the_previous_word(
    vocabulary: Vocabulary,
) -> None:
    assert texts(vocabulary, "گزارش لیگ بر")[0] == "گزارش لیگ برتر"
    assert texts(vocabulary, "حافظ ب")[0] == "حافظ بزرگداشت"
    assert texts(vocabulary, "ب")[0] == "برتر"


@pytest.mark.parametrize("typed", ["رئیس‌جمهور ا", "رييس جمهور ا", "رئیسجمهور ا", "رئیس‌جمهور  ا"])
def test_completion_ignores_how_letters_and_half_spaces_are_typed(vocabulary: Vocabulary, typed: str) -> None:
    assert texts(vocabulary, typed)[0] == "رئیس‌جمهور ایران"


def test_completions_are_in_the_collections_spelling_with_persian_letters(vocabulary: Vocabulary) -> None:
    assert texts(vocabulary, "کتابخ") == ["کتاب‌خوانی"]
    assert texts(vocabulary, "كتاب‌خ") == ["کتاب‌خوانی"]


@pytest.mark.parametrize("typed", ["", " ", "…", "ققق", "برف", "«"])
def test_there_is_no_completion_when_nothing_can_be_added(vocabulary: Vocabulary, typed: str) -> None:
    assert texts(vocabulary, typed) == []


@given(
    st.text(alphabet="لیگبرتزئس‌ ", max_size=12),
    st.integers(1, 20),
)
def test_completions_are_distinct_within_the_limit_and_differ_from_the_typed_text(
    vocabulary: Vocabulary, typed: str, size: int
) -> None:
    keys = [word_key("".join(text.split())) for text in texts(vocabulary, typed, size)]
    assert len(keys) <= size
    assert len(set(keys)) == len(keys)
    assert word_key("".join(typed.split())) not in keys


def test_an_empty_collection_completes_nothing(tmp_path: Path) -> None:
    write_vocabulary(tmp_path / "vocabulary", [])
    assert texts(Vocabulary(tmp_path / "vocabulary"), "لی") == []
