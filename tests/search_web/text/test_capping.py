"""Capping long titles and tags for answers and pages."""

from hypothesis import given
from hypothesis import strategies as st

from search_web.text.capping import SHOWN_TITLE, capped


@given(st.text(max_size=60), st.integers(2, 40))
def test_a_capped_text_is_the_text_or_its_beginning_with_an_ellipsis(text: str, limit: int) -> None:
    shown = capped(text, limit)
    assert len(shown) <= limit or shown == text
    if len(text) <= limit:
        assert shown == text
    else:
        assert shown.endswith("…")
        assert text.startswith(shown[:-1])


def test_words_stay_whole_unless_they_are_very_long() -> None:
    assert capped("قیمت طلا در بازار", 12) == "قیمت طلا در…"
    assert capped("قیمت طلا در بازار", 14) == "قیمت طلا در…"
    assert capped("ق" * 100, 10) == "ق" * 9 + "…"
    assert len(capped("خبر " * 100_000)) <= SHOWN_TITLE
