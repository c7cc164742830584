"""The reference analyzers of the benchmarks: the terms of each on texts that distinguish them."""

import pytest

from benchmarks.relevance.analyzers import ANALYZERS, hazm, hazm_stemmed, lucene, lucene_stemmed, plain

pytestmark = pytest.mark.slow


def test_plain_splits_at_half_spaces_and_composes_letters() -> None:
    assert plain("کتاب‌های ا\u0653بی، Tehran_2 و ۱۲٫۵") == ["کتاب", "های", "آبی", "tehran_2", "و", "۱۲", "۵"]


def test_hazm_restores_half_spaces_joins_verbs_and_drops_punctuation() -> None:
    assert hazm("كتاب های او را گفته است.") == ["کتاب‌های", "او", "را", "گفته_است"]
    assert hazm_stemmed("کتاب های او") == ["کتاب", "او"]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("كتاب‌هاي منطقۀ آبی", ["كتاب", "منطقه", "ابي"]),  # letters folded, a half-space becomes a space
        ("استان‌ها ۱۲٬۵۰۰ و ٣", ["استان", "12٬500", "3"]),  # stop words dropped, digits folded
        ("isna.ir can't U.S. ۳.۵", ["isna.ir", "can't", "u.s", "3.5"]),  # no split inside words and numbers
        ("مـــدرسه مُدیر ـ", ["مدرسه", "مدير"]),
    ],
)
def test_lucenes_chain_folds_letters_and_digits_and_drops_stop_words(text: str, terms: list[str]) -> None:
    assert lucene(text) == terms


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("ایران", "اير"),
        ("بزرگترین", "بزرگ"),
        ("صدایی", "صدا"),
        ("مطالعات", "مطالع"),
        ("آتان", "ات"),
        ("نان", "نان"),
    ],
)
def test_lucenes_stemmer_removes_seven_suffixes_and_keeps_at_least_two_letters(word: str, stem: str) -> None:
    assert lucene_stemmed(word) == [stem]


@pytest.mark.parametrize("name", ANALYZERS)
def test_a_caller_may_modify_the_list_that_an_analyzer_returns(name: str) -> None:
    ANALYZERS[name]("سد کرج").clear()
    assert len(ANALYZERS[name]("سد کرج")) == 2
    assert ANALYZERS[name](" ،.") == []
