"""Queries typed on the wrong keyboard layout."""

import pytest

from indexer.articles import Article
from indexer.persian.analyzer import PersianAnalyzer
from indexer.vocabulary import Vocabulary
from indexer.vocabulary_counts import write_vocabulary
from search_web.understanding.keyboard import LEGACY, STANDARD, meant_on_other_layout
from search_web.understanding.known_words import KnownWords

TITLES = (
    "پرسپولیس و تیم ملی ایران در پاریس",
    "رئیس‌جمهور از پتروشیمی بازدید کرد",
    "رأی مجلس به ژاله آموزگار و گزارش آن",
    "FIFA بیانیه داد",
    "دفاتر ICT روستایی",
    "نفت و گاز",
    "نفت ایران",
    "نفت ارزان شد",
    "تیم والیبال",
    "تیم فوتبال ملی",
    "صنایع ملی",
)
STANDARD_KEYS = {letter: key for key, letter in reversed(STANDARD.items())}
LEGACY_KEYS = {letter: key for key, letter in reversed(LEGACY.items())}


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    folder = tmp_path_factory.mktemp("words") / "vocabulary"
    write_vocabulary(folder, [Article(id=str(n), title=title) for n, title in enumerate(TITLES)])
    return Vocabulary(folder)


@pytest.fixture(scope="module")
def known(vocabulary: Vocabulary, analyzer: PersianAnalyzer) -> KnownWords:
    return KnownWords(vocabulary, analyzer)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hdvhk", "ایران"),
        ("jdl lgd", "تیم ملی"),
        ("mvs\\,gds", None),  # \ is no letter on the standard layout, m is ئ on the other
        ("mvsm,gds", "پرسپولیس"),  # standard
        ("\\vs\\,gds", "پرسپولیس"),  # legacy
        ("`jv,adld", "پتروشیمی"),  # legacy, the other key of پ
        ("mhvds hdvhk", "پاریس ایران"),
        ("'chva l[gs", "گزارش مجلس"),  # letters on the keys of punctuation marks
        ("Chgi Hl,c'hv", "ژاله آموزگار"),  # shifted letters
        ("HDVHK", "ایران"),  # with the caps lock on
        ("ktj", "نفت"),
        ("vzds[li,v", None),
        ("vdds[li,v", "رئیس‌جمهور"),  # ی for ئ; spelled as the collection does
        ("'vhk 1404", "گران 1404"),  # a Persian word that the collection lacks
        ("FIFA", None),
        ("fifa", None),
        ("ICT", None),
        ("hdvhk FIFA", None),  # nobody changes the layout in the middle of a query
        ("hdvhk ایران", None),
        ("hello", None),
        ("premier league", None),
        ("and", None),  # شدی
        ("us", None),
        ("12 34", None),
        ("", None),
    ],
)
def test_latin_letters_are_read_as_persian_keys_when_only_that_makes_sense(
    vocabulary: Vocabulary, known: KnownWords, typed: str, meant: str | None
) -> None:
    assert meant_on_other_layout(typed, known, vocabulary) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("بهبش", "FIFA"),  # as the collection spells it
        ("هزف", "ICT"),
        ("فقعئح", "trump"),  # legacy, a word that the collection lacks
        ("فقعپح", "trump"),  # standard
        ("ذهیثد", "biden"),
        ("لخخلمث", "google"),
        ("دخنهش ۱۱۰۰", "nokia ۱۱۰۰"),
        ("پرسپولیس", None),
        ("زعفران", None),  # a Persian word
        ("کتاب‌هایشان", None),
        ("لارضسیف", None),  # no word on either layout
        ("غنی‌سازی", None),
        ("شوارتزنگر", None),
        ("بب", None),
    ],
)
def test_persian_letters_are_read_as_latin_keys_when_only_that_makes_sense(
    vocabulary: Vocabulary, known: KnownWords, typed: str, meant: str | None
) -> None:
    assert meant_on_other_layout(typed, known, vocabulary) == meant


@pytest.mark.parametrize("keys", [STANDARD_KEYS, LEGACY_KEYS], ids=["standard", "legacy"])
def test_both_layouts_have_all_letters_of_the_alphabet(keys: dict[str, str]) -> None:
    assert set("آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیئ") <= keys.keys()


@pytest.mark.parametrize("keys", [STANDARD_KEYS, LEGACY_KEYS], ids=["standard", "legacy"])
@pytest.mark.parametrize("word", ["پرسپولیس", "پتروشیمی", "ژاله", "گزارش", "آموزگار", "مجلس", "ایران"])
def test_a_word_typed_on_either_layout_is_understood(
    vocabulary: Vocabulary, known: KnownWords, keys: dict[str, str], word: str
) -> None:
    typed = "".join(keys[letter] for letter in word)
    assert meant_on_other_layout(typed, known, vocabulary) == word
