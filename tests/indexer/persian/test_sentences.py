"""Splitting a text into sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.persian.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize("mark", [".", "!", "؟", "?", "…", "...", "؟!"])
def test_an_end_mark_before_a_space_ends_a_sentence(mark: str) -> None:
    assert sentences(f"باران آمد{mark} هوا سرد شد.") == [f"باران آمد{mark}", "هوا سرد شد."]


@pytest.mark.parametrize("whole", ["نرخ ۳.۵ درصد شد", "در isna.ir خواندیم", "ساعت ۱۲:۳۰ رسید؛ و رفت"])
def test_a_mark_inside_a_number_or_an_address_does_not_end_a_sentence(whole: str) -> None:
    assert sentences(whole) == [whole]


def test_closing_quotation_marks_belong_to_their_sentence() -> None:
    assert sentences("گفت: «می‌آیم.» و رفت. (تمام شد.) پایان") == [
        "گفت: «می‌آیم.»",
        "و رفت.",
        "(تمام شد.)",
        "پایان",
    ]


def test_a_line_break_ends_a_sentence() -> None:
    assert sentences("تیتر خبر\n\n  متن خبر") == ["تیتر خبر", "متن خبر"]


def test_blank_text_has_no_sentence() -> None:
    assert sentences("") == sentences(" \n\t ") == []


@given(st.text(st.sampled_from("اب .؟!…\n»)«\u200c1"), max_size=60))
def test_sentences_are_trimmed_and_in_order_and_omit_only_white_space(text: str) -> None:
    end = 0
    for start, stop in sentence_spans(text):
        assert start < stop
        assert not text[end:start].strip()
        assert text[start:stop] == text[start:stop].strip()
        end = stop
    assert not text[end:].strip()
