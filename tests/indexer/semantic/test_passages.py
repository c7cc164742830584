"""Passages: how an article is split into the texts that are encoded."""

import re

from hypothesis import given
from hypothesis import strategies as st

from indexer.articles import Article
from indexer.semantic.passages import WORDS_A_PASSAGE, passages, running_text


def sentence(words: int, number: int = 0) -> str:
    return " ".join(f"واژه{number}" for _ in range(words)) + "."


def sizes(article: Article) -> list[int]:
    text = running_text(article)
    return [len(text[passage.start : passage.end].split()) for passage in passages(article)]


def test_a_short_article_is_one_passage_with_its_title_in_front() -> None:
    article = Article(id="1", title="سرخط", lead="لید کوتاه.", body="متن کوتاه.")
    (passage,) = passages(article)
    assert running_text(article) == "لید کوتاه.\nمتن کوتاه."
    assert passage == ("سرخط\nلید کوتاه.\nمتن کوتاه.", 0, len(running_text(article)))


def test_every_passage_is_the_title_and_its_slice_of_the_running_text() -> None:
    article = Article(
        id="1", title="سرخط", lead=sentence(30), body=" ".join(sentence(20, n) for n in range(60))
    )
    text = running_text(article)
    made = passages(article)
    assert len(made) > 3
    for passage in made:
        assert passage.text == f"سرخط\n{text[passage.start : passage.end]}"


def test_passages_have_about_two_hundred_words_and_end_at_a_sentence() -> None:
    article = Article(id="1", body=" ".join(sentence(17, n) for n in range(100)))
    text = running_text(article)
    assert all(text[passage.start : passage.end].endswith(".") for passage in passages(article))
    *whole, last = sizes(article)
    assert len(whole) > 5
    assert all(WORDS_A_PASSAGE <= size < WORDS_A_PASSAGE + 17 for size in whole)
    assert 50 <= last < WORDS_A_PASSAGE + 50


def test_a_short_remainder_joins_the_previous_passage() -> None:
    article = Article(id="1", body=" ".join([*(sentence(20) for _ in range(10)), sentence(20)]))
    assert sizes(article) == [220]


def test_a_long_sentence_starts_a_new_passage_instead_of_making_one_too_long() -> None:
    article = Article(id="1", body=" ".join([sentence(190), sentence(240), sentence(190)]))
    assert sizes(article) == [190, 240, 190]


def test_an_enormous_sentence_is_split_between_words() -> None:
    article = Article(id="1", body=" ".join(f"و{n}" for n in range(5000)))
    made = sizes(article)
    assert sum(made) == 5000
    assert set(made[:-1]) == {WORDS_A_PASSAGE}
    assert 50 <= made[-1] <= WORDS_A_PASSAGE + 50


def test_an_enormous_word_is_one_passage() -> None:
    article = Article(id="1", body="آ" * 100_000)
    (passage,) = passages(article)
    assert (passage.start, passage.end) == (0, 100_000)


def test_an_article_without_a_body_has_a_passage_of_its_title() -> None:
    assert passages(Article(id="1", title="سرخط")) == [("سرخط", 0, 0)]
    assert passages(Article(id="1", title="سرخط", body=" \n\u2003 ")) == [("سرخط", 0, 0)]


def test_a_passage_without_a_title_is_the_body_alone() -> None:
    assert passages(Article(id="1", body="متن کوتاه.")) == [("متن کوتاه.", 0, 10)]


words = st.text(alphabet="آبپ۱a\u200c\u0640", min_size=1, max_size=4)
gaps = st.sampled_from(
    [" ", "  ", "\n", "\n\n", ". ", "؟ ", "!\n", ".", "\u00a0", "\t", "… ", "\x1c", "\u2003"]
)
texts = st.builds(
    lambda pieces, times: "".join(pieces) * times,
    st.lists(st.one_of(words, gaps), max_size=60),
    st.integers(1, 60),
)


@given(lead=texts, body=texts)
def test_passages_cover_the_whole_text_in_order_and_without_overlap(lead: str, body: str) -> None:
    article = Article(id="1", title="t", lead=lead, body=body)
    text = running_text(article)
    made = passages(article)
    offsets = [offset for passage in made for offset in (passage.start, passage.end)]
    assert offsets == sorted(offsets)
    assert all(0 <= offset <= len(text) for offset in offsets)
    covered = "".join(text[passage.start : passage.end] for passage in made)
    assert re.sub(r"\s", "", covered) == re.sub(r"\s", "", text)
    assert max(sizes(article)) < 2 * WORDS_A_PASSAGE


def test_half_spaces_are_restored_for_the_encoder_but_spans_refer_to_the_original_text() -> None:
    (passage,) = passages(Article(id="1", title="رئیسجمهور آمد", body="او میشود."))
    assert passage == ("رئیس\u200cجمهور آمد\nاو می\u200cشود.", 0, len("او میشود."))
