"""Half-space restoration: a lost half-space is put back only where the reading is certain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.persian.analyzer import PersianAnalyzer, persian_analyzer
from indexer.persian.characters import HALF_SPACE

RESTORED = """
می‌شود نمی‌خواهد برمی‌گردد گفته‌اند شده‌است رئیس‌جمهور کتاب‌های خانه‌ها هسته‌ای رسانه‌ای برنامه‌ریزی‌های
دانش‌آموزان بین‌المللی شرکت‌کنندگان مسئولیت‌پذیری زمانی‌که كتاب‌هايشان
"""
KEPT = """
کتابخانه ایران علیپور نیلسون فرماندهی توجهی مشابهی انتهای بهعنوان ایرانهراسی نقشهای میدان نمایش بهمن
"""


@pytest.mark.parametrize("word", RESTORED.split())
def test_a_lost_half_space_is_restored(word: str, analyzer: PersianAnalyzer) -> None:
    assert analyzer.restored(word.replace(HALF_SPACE, "")) == word
    assert analyzer.restored(word) == word


@pytest.mark.parametrize("word", KEPT.split())
def test_simple_words_names_and_uncertain_splits_are_left_unchanged(
    word: str, analyzer: PersianAnalyzer
) -> None:
    assert analyzer.restored(word) == word


def test_restoration_leaves_the_rest_of_the_text_unchanged(analyzer: PersianAnalyzer) -> None:
    text = "«رئیسجمهور» گفت:\n کتابهای http://x.ir/کتابها نميشود، ۱۲ و a@b.ir"
    expected = "«رئیس‌جمهور» گفت:\n کتاب‌های http://x.ir/کتابها نمي‌شود، ۱۲ و a@b.ir"
    assert analyzer.restored(text) == expected


@given(st.text(st.sampled_from("ابمیشودنرتهکگلجخای ءۀئ\u0654\u064b\u200c\u200f\u0640 \n،.۱a")))
def test_restoration_only_adds_half_spaces_and_is_idempotent(text: str) -> None:
    analyzer = persian_analyzer()
    restored = analyzer.restored(text)
    assert restored.replace(HALF_SPACE, "") == text.replace(HALF_SPACE, "")
    assert len(restored) >= len(text)
    assert analyzer.restored(restored) == restored
