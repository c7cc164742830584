"""Rewriting queries for an evaluation: other spellings, and questions shortened to a few words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.persian.analyzer import PersianAnalyzer
from indexer.persian.characters import fold
from search_web.evaluation.shortening import shorten
from search_web.evaluation.spelling import SPELLINGS, Spelling, rewrite

QUESTION = "آیا رئیس‌جمهور در سال ۱۴۰۴ طرح کتاب‌خانه‌های روستایی را می‌ خواند؟"
persian = st.text(alphabet="ابیکيك۰۹09 \u200c\u200c.،", max_size=40)
spellings = st.sampled_from(SPELLINGS)


@pytest.mark.parametrize(
    ("spelling", "rewritten"),
    [
        ("asis", "کتاب‌های منطقه‌ای ۱۲"),
        ("joined", "کتابهای منطقهای ۱۲"),
        ("spaced", "کتاب های منطقه ای ۱۲"),
        ("arabic", "كتاب‌هاي منطقه‌اي ۱۲"),
        ("latin-digits", "کتاب‌های منطقه‌ای 12"),
    ],
)
def test_each_spelling_changes_what_its_name_says(spelling: Spelling, rewritten: str) -> None:
    assert rewrite("کتاب‌های منطقه‌ای ۱۲", spelling) == rewritten


@given(persian, spellings)
def test_rewriting_twice_has_the_effect_of_rewriting_once(text: str, spelling: Spelling) -> None:
    once = rewrite(text, spelling)
    assert rewrite(once, spelling) == once


@given(persian, spellings, spellings)
def test_the_order_of_two_rewrites_matters_only_for_half_spaces(
    text: str, first: Spelling, second: Spelling
) -> None:
    if {first, second} == {"joined", "spaced"}:
        assert "\u200c" not in rewrite(rewrite(text, first), second)
    else:
        assert rewrite(rewrite(text, first), second) == rewrite(rewrite(text, second), first)


@given(persian, spellings)
def test_rewriting_changes_only_half_spaces_letters_and_digits(text: str, spelling: Spelling) -> None:
    rewritten = rewrite(text, spelling)
    assert fold(rewritten.replace(" ", "")) == fold(text.replace("\u200c", "").replace(" ", "")) or (
        fold(rewritten) == fold(text)
    )


def test_a_shortened_query_holds_content_words_in_their_spelling_and_order() -> None:
    cut = [shorten(QUESTION, 3, str(seed)) for seed in range(200)]
    seen = {word for query in cut for word in query.split(" ")}
    assert {"رئیس‌جمهور", "کتاب‌خانه‌های", "روستایی", "۱۴۰۴", "طرح"} <= seen
    assert seen.isdisjoint({"آیا", "در", "را"})
    for query in cut:
        places = [QUESTION.index(word) for word in query.split(" ")]
        assert places == sorted(places)
    assert len(set(cut)) > 10  # a random choice, not simply the first three


def test_the_words_drawn_for_a_query_are_always_the_same() -> None:
    assert shorten(QUESTION, 3, "q7") == "طرح روستایی می‌ خواند"


@pytest.mark.parametrize("spelling", ["arabic", "latin-digits"])
def test_the_same_words_are_drawn_however_letters_and_digits_are_typed(spelling: Spelling) -> None:
    for seed in "abcdef":
        drawn = shorten(QUESTION, 3, seed)
        assert shorten(rewrite(QUESTION, spelling), 3, seed) == rewrite(drawn, spelling)


def test_adding_a_word_does_not_change_the_draw_among_the_others() -> None:
    for seed in "abcdef":
        before = set(shorten("سد کرج لار تهران", 2, seed).split())
        after = set(shorten("سد کرج لار تهران باران", 2, seed).split())
        assert after == before or "باران" in after


def test_a_repeated_word_is_drawn_once() -> None:
    assert shorten("سد کرج و سد لار و سد", 3, "q") == "سد کرج لار"


def test_a_word_written_in_pieces_is_kept_or_dropped_as_a_whole() -> None:
    assert shorten("نامه می شود", 5, "q") == "نامه"
    assert shorten("کتاب خانه ملی", 9, "q") == "کتاب خانه ملی"


@pytest.mark.parametrize("text", ["", " ؟!", "«»"])
def test_a_text_without_words_is_returned_unchanged(text: str) -> None:
    assert shorten(text, 3, "q") == text


def test_a_question_of_only_stop_words_is_shortened_too() -> None:
    assert len(shorten("چرا این است", 2, "q").split()) == 2


@given(st.text(alphabet="ابکهایسنمرد۱۲ \u200c؟a.", max_size=60), st.integers(1, 5), st.text(max_size=3))
def test_a_shortened_query_consists_of_pieces_of_the_text(text: str, words: int, seed: str) -> None:
    cut = shorten(text, words, seed)
    assert cut == text or all(piece in text for piece in cut.split(" "))
    assert shorten(cut, words, seed) == cut or len(cut) <= len(text)


def test_all_content_words_are_kept_if_there_are_few(analyzer: PersianAnalyzer) -> None:
    text = "صادرات زعفران به چین"
    assert shorten(text, 9, "q").split() == [text[w.start : w.end] for w in analyzer.content_words(text)]
