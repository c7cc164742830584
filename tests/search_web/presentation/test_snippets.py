"""Snippets and titles: matches highlighted in their original spelling, and no markup but the highlights."""

import html
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.articles import Article
from indexer.columns import ArticleTokens, text_hash
from indexer.keyword.documents import document
from indexer.persian.analyzer import PersianAnalyzer, persian_analyzer
from search_web.presentation.snippets import WORDS_A_SNIPPET, Highlighter

FILLER = "گزارش دیگری دربارهٔ هوای شهر و کوه و دریا نوشته شد. "


class OfTexts:
    """Highlights texts that are in no index: takes the tokens from the analysis that an index stores."""

    def __init__(self, highlighter: Highlighter) -> None:
        self._highlighter = highlighter

    def title(self, text: str) -> str:
        return self._highlighter.title(text, tokens_of(text))

    def snippet(self, text: str, passage: tuple[int, int]) -> str:
        return self._highlighter.snippet(text, tokens_of(text), passage)


def tokens_of(text: str) -> ArticleTokens:
    found = document(0, Article(id="0", body=text), persian_analyzer())
    stems = np.array([text_hash(stem) for stem in found.stems], dtype=np.uint32)
    places = (np.array(each, dtype=np.int64) for each in (found.positions, found.starts, found.ends))
    return ArticleTokens(stems, *places)


def highlighter(query: str) -> OfTexts:
    return OfTexts(Highlighter(query, persian_analyzer(), lambda word: 1.0))


def marked(markup: str) -> list[str]:
    return [html.unescape(piece) for piece in re.findall("<mark>(.*?)</mark>", markup)]


def plain(markup: str) -> str:
    return html.unescape(re.sub("</?mark>", "", markup))


def test_a_spaced_query_highlights_the_joined_spelling() -> None:
    title = highlighter("رییس جمهور منطقه ای").title("دیدار رئیسجمهور در نشست منطقهای")
    assert title == "دیدار <mark>رئیسجمهور</mark> در نشست <mark>منطقهای</mark>"


@pytest.mark.parametrize("written", ["رئیس‌جمهور", "رئیس جمهور", "رئيس‌جمهور", "رییسجمهور"])
def test_a_joined_query_highlights_every_spelling_as_written(written: str) -> None:
    assert marked(highlighter("رئیسجمهور").title(f"سخنان {written} در تهران")) == [written]


def test_a_highlight_includes_the_affixes_of_the_word() -> None:
    text = "سدهای تهران و کتابخانه‌های آن"
    assert marked(highlighter("سد کتابخانه").title(text)) == ["سدهای", "کتابخانه‌های"]


def test_only_words_of_the_query_are_highlighted() -> None:
    assert marked(highlighter("تهران").title("تهرانی نبود که از تهران رفت")) != []
    assert marked(highlighter("ایر").title("ایران")) == []
    assert marked(highlighter("زلزله").title("سدهای تهران")) == []


def test_stop_words_are_highlighted_only_if_the_query_has_no_other_words() -> None:
    assert marked(highlighter("از تهران").title("از شمال تهران")) == ["تهران"]
    assert marked(highlighter("از به").title("از شمال")) == ["از"]


@pytest.mark.parametrize("query", ["بین‌المللی", "بین المللی", "بینالمللی"])
@pytest.mark.parametrize("written", ["بین‌المللی", "بین المللی", "بینالمللی"])
def test_a_stop_word_is_highlighted_as_part_of_a_compound_and_nowhere_else(query: str, written: str) -> None:
    text = f"نمایشگاه {written} بین تهران و قم"
    assert marked(highlighter(query).title(text)) == [written]


@pytest.mark.parametrize("query", ["گفتگو", "گفت‌وگو", "گفت و گو", "گفت و گوی"])
@pytest.mark.parametrize("written", ["گفتگوی", "گفت‌وگوهای", "گفت‌و‌گو", "گفت و گوی", "گفت وگو"])
def test_a_word_pair_has_one_highlight_in_every_spelling(query: str, written: str) -> None:
    assert marked(highlighter(query).title(f"او گفت در {written} تازه")) == [written]


def test_neighbouring_matches_share_one_highlight() -> None:
    assert marked(highlighter("سد تهران").title("در سد تهران، تهران")) == ["سد تهران", "تهران"]


def test_markup_and_entities_in_a_text_are_escaped() -> None:
    text = "<script>alert('سد')</script> سد & تهران &amp; \"قم\""
    markup = highlighter("سد").snippet(text, (0, 0))
    assert "<" not in markup.replace("<mark>", "").replace("</mark>", "")
    assert plain(markup) == text
    assert marked(markup) == ["سد", "سد"]


def test_a_snippet_may_span_paragraphs() -> None:
    assert plain(highlighter("سد").snippet("یک\n\nسد\tبزرگ", (0, 0))) == "یک سد بزرگ"


def test_a_long_text_is_cut_between_words_around_the_match() -> None:
    text = FILLER * 30 + "آب «سد امیرکبیر» کم شد. " + FILLER * 30
    snippet = highlighter("سد امیرکبیر").snippet(text, (0, 0))
    assert snippet.startswith("…")
    assert snippet.endswith("…")
    assert marked(snippet) == ["سد امیرکبیر"]
    inner = plain(snippet).strip("…")
    assert inner.split() == [word for word in inner.split() if word in text.split()]
    assert 20 <= len(inner.split()) <= WORDS_A_SNIPPET + 2
    assert "«سد امیرکبیر»" in inner


def test_the_snippet_shows_the_span_with_the_most_distinct_query_words() -> None:
    text = "سد سد سد. " + FILLER * 10 + "ذخیرهٔ سد تهران. " + FILLER * 10
    assert marked(highlighter("ذخیره سد تهران").snippet(text, (0, 0))) == ["ذخیرهٔ سد تهران"]


def test_the_choice_of_a_snippet_prefers_rare_words() -> None:
    weights = {"زلزله": 5.0, "شهر": 0.1, "کوه": 0.1}
    chooser = OfTexts(Highlighter("زلزله شهر کوه", persian_analyzer(), lambda word: weights[word]))
    text = FILLER * 10 + "آب و برق " * 40 + "زلزله آمد. " + "آب و برق " * 40
    assert "زلزله" in marked(chooser.snippet(text, (0, 0)))


def test_a_snippet_has_no_comma_before_its_ellipsis() -> None:
    assert highlighter("سد").snippet("سد " + "آب، " * 100, (0, 0)).endswith("آب…")


def test_a_space_separates_a_full_stop_from_the_ellipsis() -> None:
    assert highlighter("سد").snippet("سد " + "آب. " * 100, (0, 0)).endswith("آب. …")


def test_a_snippet_at_the_end_of_a_text_keeps_its_closing_punctuation() -> None:
    text = FILLER * 20 + "«سد» پر شد!»"
    assert plain(highlighter("سد").snippet(text, (0, 0))).endswith("«سد» پر شد!»")


def test_without_a_match_the_snippet_begins_with_the_passage() -> None:
    start = len(FILLER * 10)
    text = FILLER * 10 + "پارهٔ نزدیک به معنا. " + FILLER * 10
    snippet = highlighter("زلزله").snippet(text, (start, len(text)))
    assert snippet.startswith("…پارهٔ نزدیک به معنا.")
    assert marked(snippet) == []


def test_of_equally_good_spans_the_one_in_the_passage_is_chosen() -> None:
    early, late = "سد نخست پر شد. ", "سد دوم لبریز است. "
    text = early + FILLER * 10 + late + FILLER * 10
    at = text.index(late)
    assert "لبریز" in highlighter("سد").snippet(text, (at, at + len(late)))
    assert "نخست" in highlighter("سد").snippet(text, (0, 0))
    # A span with more words of the query goes before the one in the passage.
    assert "نخست" in highlighter("سد نخست").snippet(text, (at, at + len(late)))


def test_without_a_query_the_snippet_is_the_beginning_of_the_text() -> None:
    snippet = highlighter("").snippet(f"«آغاز» <b> {FILLER * 20}", (0, 0))
    assert snippet.startswith("«آغاز» &lt;b&gt; گزارش دیگری")
    assert len(snippet.split()) <= WORDS_A_SNIPPET + 3


@pytest.mark.parametrize("text", ["", " \n", "؟!"])
def test_a_text_without_words_has_no_snippet(text: str) -> None:
    assert highlighter("سد").snippet(text, (0, 0)) == ""


def test_a_long_title_is_shown_whole() -> None:
    title = FILLER * 40 + "سد"
    assert plain(highlighter("سد").title(title)) == title


def test_a_snippet_of_text_without_spaces_is_capped() -> None:
    for text in ("سد " + "QUJD" * 50_000, "QUJD" * 50_000 + " سد", "سد " + "QUJDREVGR0hJ " * 5_000):
        assert len(highlighter("سد").snippet(text, (0, 0))) < 1_100


def test_a_word_repeated_ten_thousand_times_gives_one_highlighted_snippet(
    analyzer: PersianAnalyzer,
) -> None:
    snippet = highlighter("سد").snippet("سد " * 10_000, (0, 0))
    assert marked(snippet) == [" ".join(["سد"] * len(plain(snippet).strip("…").split()))]


_TEXTS = st.lists(
    st.sampled_from(
        [
            "سد",
            "سدهای",
            "«تهران»،",
            "منطقه‌ای",
            "منطقه ای",
            "<b>",
            "&amp;",
            "\n",
            "۱۴۰۳",
            "در",
            "a&b",
            "!",
            "\u00a0",
        ]
    ),
    max_size=150,
).map(" ".join)


@given(_TEXTS, st.sampled_from(["سد تهران", "منطقهای", "b amp", "", "در"]), st.integers(0, 300))
def test_a_snippet_without_its_highlights_is_a_slice_of_the_text(text: str, query: str, offset: int) -> None:
    markup = highlighter(query).snippet(text, (min(offset, len(text)), len(text)))
    shown = plain(markup)
    inner = shown.removeprefix("…").removesuffix("…")
    words = text.split()
    assert " ".join(inner.split()) in " ".join(words)
    bare = [word.rstrip("،") for word in words]
    assert all(word in words or word in bare for word in inner.split())  # no word is cut
    assert markup.count("<mark>") == markup.count("</mark>")


@given(st.text(max_size=200), st.text(max_size=20))
def test_highlights_are_the_only_markup_for_any_text(text: str, query: str) -> None:
    for markup in (highlighter(query).title(text), highlighter(query).snippet(text, (0, len(text)))):
        assert "<" not in re.sub("</?mark>", "", markup)
        assert " ".join(plain(markup).strip("…").split()) in " ".join(text.split())
