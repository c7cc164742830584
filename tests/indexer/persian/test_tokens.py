"""The tokenizer: what one token of running text is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.persian.analyzer import PersianAnalyzer
from indexer.persian.tokens import LONGEST, Kind, tokenize


def kinds(text: str) -> list[tuple[str, Kind]]:
    return [(token.text, token.kind) for token in tokenize(text)]


def terms(text: str, analyzer: PersianAnalyzer) -> list[str]:
    return [term.text for term in analyzer.words(text)]


@pytest.mark.parametrize(
    "address",
    [
        "http://x.ir/12",
        "https://www.example.ir/fa/news/1404/خبر-تازه?id=12&x=y",
        "ftp://ftp.example.com/a.zip",
        "www.isna.ir/news/1404",
        "isna.ir",
    ],
)
def test_a_link_is_one_token_without_the_full_stop_after_it(address: str) -> None:
    assert (address, Kind.LINK) in kinds(f"نشانی {address}. پایان")


@pytest.mark.parametrize("address", ["info@x.ir", "ali.reza+1@mail.example.com"])
def test_a_mail_address_is_one_token(address: str) -> None:
    assert kinds(f"به {address}، بنویسید")[1] == (address, Kind.MAIL)


def test_a_link_is_also_found_by_its_host(analyzer: PersianAnalyzer) -> None:
    assert terms("https://www.isna.ir/news/12/", analyzer) == ["isna.ir/news/12", "isna.ir"]


@pytest.mark.parametrize(
    "number", ["25000", "25,000", "۲۵٬۰۰۰", "۲۵،۰۰۰", "٢٥٬٠٠٠", "25'000", "۲۵۰۰۰", "0025000"]
)
def test_a_number_is_one_term_however_it_is_grouped(number: str, analyzer: PersianAnalyzer) -> None:
    assert [token.text for token in tokenize(f"({number})")] == [number]
    assert terms(f"قیمت {number} تومان", analyzer) == ["قیمت", "25000", "تومان"]


@pytest.mark.parametrize("number", ["۳٫۵", "۳.۵", "3.5", "٣٫٥"])
def test_a_decimal_number_is_one_term(number: str, analyzer: PersianAnalyzer) -> None:
    assert terms(f"{number} درصد", analyzer) == ["3.5", "درصد"]


def test_a_list_of_numbers_is_not_one_number() -> None:
    assert kinds("۱، ۲، ۳") == [("۱", Kind.NUMBER), ("۲", Kind.NUMBER), ("۳", Kind.NUMBER)]
    assert kinds("۱۴۰۴/۰۸/۲۷") == [("۱۴۰۴", Kind.NUMBER), ("۰۸", Kind.NUMBER), ("۲۷", Kind.NUMBER)]


def test_a_full_stop_after_a_number_is_not_part_of_it() -> None:
    assert kinds("سال ۱۴۰۴.") == [("سال", Kind.WORD), ("۱۴۰۴", Kind.NUMBER)]


@pytest.mark.parametrize("word", ["ICT", "Café", "don't", "a1b2c3d4", "3f7a9c0e5b"])
def test_a_latin_word_is_one_token(word: str) -> None:
    assert kinds(f"فناوری {word} در") == [("فناوری", Kind.WORD), (word, Kind.LATIN), ("در", Kind.WORD)]


@pytest.mark.parametrize(
    ("written", "tokens"),
    [
        ("F14", ["F", "14"]),
        ("5G", ["5", "G"]),
        ("iPhone15Pro", ["iPhone", "15", "Pro"]),
        ("C6H12O6", ["C", "6", "H", "12", "O", "6"]),
        ("PM2.5", ["PM", "2.5"]),
        ("PM₂.₅", ["PM", "₂.₅"]),
        ("CO₂", ["CO", "₂"]),
        ("۱۰³", ["۱۰", "³"]),
        ("۵۰۰متر²", ["۵۰۰", "متر", "²"]),
        ("پیامبرﷺ", ["پیامبر", "ﷺ"]),
        ("۱۰۰۰﷼", ["۱۰۰۰", "﷼"]),
    ],
)
def test_letters_and_figures_of_each_kind_are_separate_tokens(written: str, tokens: list[str]) -> None:
    assert [token for token, _ in kinds(f"({written})")] == tokens


@pytest.mark.parametrize("number", ["۲/۴۵۰/۰۰۰", "۲.۴۵۰.۰۰۰", "۳/۷", "۵٪", "٪۵", "%12.5", "۸ ٪", "1/25%"])
def test_a_number_with_its_slashes_and_its_percent_sign_is_one_token(number: str) -> None:
    assert kinds(f"({number})") == [(number, Kind.NUMBER)]


@pytest.mark.parametrize("date", ["۱۴۰۴/۰۸/۲۷", "27/8/1404", "۹۹/۱۲/۳", "24/7/365"])
def test_the_figures_of_a_date_are_separate_tokens(date: str) -> None:
    assert [token for token, _ in kinds(f"({date})")] == date.split("/")


@pytest.mark.parametrize("text", ["...isna.ir", "-info@x.ir", "«a.b-c.example.com»"])
def test_an_address_is_found_behind_punctuation(text: str) -> None:
    assert any(kind in (Kind.LINK, Kind.MAIL) for _, kind in kinds(text))


@pytest.mark.parametrize("half_space", ["\u200c", "\u200b", "\u00ac"])
def test_a_text_whose_spaces_became_half_spaces_is_split_into_its_words(half_space: str) -> None:
    words = ["وزیر", "امروز", "در", "مجلس"] * 30
    assert [token for token, _ in kinds(half_space.join(words))] == words


def test_a_word_up_to_the_limit_stays_one_token() -> None:
    word = "\u200c".join(["خبر"] * 64)
    assert len(word) == LONGEST
    assert [token for token, _ in kinds(word)] == [word]


def test_a_hashtag_is_split_into_its_words() -> None:
    assert kinds("#سلام_ایران") == [("سلام", Kind.WORD), ("ایران", Kind.WORD)]


def test_adjacent_scripts_and_numbers_are_separate_tokens() -> None:
    assert [token for token, _ in kinds("جذب714نفرICTایران")] == ["جذب", "714", "نفر", "ICT", "ایران"]


def test_punctuation_is_not_a_token() -> None:
    assert [token for token, _ in kinds("«خبر»، (تازه)؛ مهم؟! – بله…")] == ["خبر", "تازه", "مهم", "بله"]


def test_half_spaces_diacritics_and_bidi_marks_do_not_end_a_word() -> None:
    assert [token for token, _ in kinds("می\u200cشود رَئیسـ\u200cجمهور ای\u200fران")] == [
        "می\u200cشود",
        "رَئیسـ\u200cجمهور",
        "ای\u200fران",
    ]


def test_a_trailing_diacritic_belongs_to_the_word_but_a_trailing_half_space_does_not() -> None:
    assert [token for token, _ in kinds("مثلاً خانهٔ می\u200c شود الف\u200cـ")] == [
        "مثلاً",
        "خانهٔ",
        "می",
        "شود",
        "الف",
    ]


def test_words_of_other_scripts_are_tokens() -> None:
    assert kinds("中文 москва") == [("中文", Kind.OTHER), ("москва", Kind.OTHER)]


PERSIAN_TEXT = st.text(
    st.one_of(
        st.sampled_from("ابپتکگیهآأۀئء\u0654\u064b\u200c\u200f\u0640 \n،.؟«»#_@/:-۰۱۲34٬٫abXé'"),
        st.characters(),
    ),
    max_size=80,
)


@given(PERSIAN_TEXT)
def test_a_token_is_a_slice_of_the_original_text(text: str) -> None:
    for token in tokenize(text):
        assert token.text == text[token.start : token.end]
        assert token.start < token.end


@given(PERSIAN_TEXT)
def test_tokens_are_in_order_and_disjoint(text: str) -> None:
    end = 0
    for token in tokenize(text):
        assert token.start >= end
        end = token.end


@given(PERSIAN_TEXT)
def test_no_persian_letter_or_digit_is_lost(text: str) -> None:
    covered = {place for token in tokenize(text) for place in range(token.start, token.end)}
    assert all(place in covered for place, character in enumerate(text) if character in "ابپتکگیه۰۱۲")
