"""Stems: which words are shortened, and which keep their whole form."""

import pytest

from indexer.persian.analyzer import PersianAnalyzer
from indexer.persian.characters import fold
from indexer.persian.lexicon import load_lexicon
from indexer.persian.stems import IRREGULAR_STEMS, OWN_WORDS, PERSON_NOUNS

STEMS = {
    # plurals of persons
    "نویسندگان": "نویسنده",
    "نمایندگان": "نماینده",
    "رانندگان": "راننده",
    "دانشجویان": "دانشجو",
    "همسایگان": "همسایه",
    "وابستگان": "وابسته",
    "ستارگان": "ستاره",
    # plurals in ان, ات and ین
    "شهروندان": "شهروند",
    "کارگران": "کارگر",
    "بازیکنان": "بازیکن",
    "مدیران": "مدیر",
    "زنان": "زن",
    "جوانان": "جوان",
    "درختان": "درخت",
    "مسوولان": "مسئول",
    "هیأت‌ها": "هیئت",
    "معلمان": "معلم",
    "مسئولان": "مسئول",
    "کودکان": "کودک",
    "مسافران": "مسافر",
    "دوستان": "دوست",
    "مقامات": "مقام",
    "امکانات": "امکان",
    "انتخابات": "انتخاب",
    "جلسات": "جلسه",
    "مذاکرات": "مذاکره",
    "حملات": "حمله",
    "مسئولین": "مسئول",
    "معترضین": "معترض",
    # broken plurals
    "اخبار": "خبر",
    "روابط": "رابطه",
    "وزرا": "وزیر",
    "شهدا": "شهید",
    "قوانین": "قانون",
    "رؤسا": "رئیس",
    "مناطق": "منطقه",
    "احزاب": "حزب",
    # adjectives in ی
    "ایرانی": "ایران",
    "اقتصادی": "اقتصاد",
    "معلمی": "معلم",
    # every form of a verb has its past stem
    "خواهند": "خواست",
    "می‌گویند": "گفت",
    "گفتند": "گفت",
    "می‌دانند": "دانست",
}
KEPT = """
مجازات مناجات مساوات
ایران تهران مردم جهان استان سالم نامه میدان باران زبان پایان خیابان داستان آستان درمان پیمان سازمان دندان
حیات نجات ثبات ادبیات عملیات ملاقات تظاهرات زمین شیرین سنگین ماشین دوربین تمرین کشتی مشتری بازی زندگی
سیاسی ماهی حقوق اقدام مراسم حوزه دفتر دختر شهید خبر رابطه سخنگو
گروگان گرگان ارگان یزدان شعبان تیران آبادان دوران زاهدان مهرگان مژگان یگان پادگان رایگان بازرگان همگان
ای ام
"""


def stems(text: str, analyzer: PersianAnalyzer) -> list[str]:
    return [term.text for term in analyzer.streams(text).stems]


@pytest.mark.parametrize(("word", "stem"), STEMS.items())
def test_an_inflected_or_derived_word_has_the_stem_of_its_base_form(
    word: str, stem: str, analyzer: PersianAnalyzer
) -> None:
    assert stems(word, analyzer) == [fold(stem)]


@pytest.mark.parametrize("word", KEPT.split())
def test_a_word_that_only_looks_inflected_keeps_its_form(word: str, analyzer: PersianAnalyzer) -> None:
    assert stems(word, analyzer) == [fold(word)]


@pytest.mark.parametrize("word", ["نیلسون", "بیرانوند", "xyz", "25000", "کککککک"])
def test_an_unknown_word_keeps_its_form(word: str, analyzer: PersianAnalyzer) -> None:
    assert stems(word, analyzer) == [word]


def test_words_and_stems_have_the_same_positions_and_spans(analyzer: PersianAnalyzer) -> None:
    streams = analyzer.streams("نمایندگان مجلس می‌گویند منطقه ای‌ها در جلسات")
    assert [(term.position, term.start, term.end) for term in streams.words] == [
        (term.position, term.start, term.end) for term in streams.stems
    ]


def test_the_table_of_irregular_stems_is_folded_and_maps_to_known_words() -> None:
    lexicon = load_lexicon()
    for word, stem in IRREGULAR_STEMS.items():
        assert (fold(word), fold(stem)) == (word, stem)
        assert stem in lexicon.frequency, stem


@pytest.mark.parametrize("word", sorted(OWN_WORDS))
def test_a_place_name_or_common_word_of_the_table_is_its_own_stem(
    word: str, analyzer: PersianAnalyzer
) -> None:
    assert fold(word) == word
    assert analyzer.stem(word) == word


def test_the_table_of_person_nouns_is_folded_and_holds_known_words() -> None:
    lexicon = load_lexicon()
    for noun in PERSON_NOUNS:
        assert fold(noun) == noun
        assert noun in lexicon.frequency, noun


def test_the_plurals_of_a_person_noun_have_the_stem_of_the_singular(analyzer: PersianAnalyzer) -> None:
    for singular, plurals in {
        "قربانی": "قربانیان قربانی‌ها",
        "ایرانی": "ایرانیان ایرانی‌ها",
        "همسایه": "همسایگان همسایه‌ها",
    }.items():
        for plural in plurals.split():
            assert stems(plural, analyzer) == stems(singular, analyzer)


def test_no_irregular_stem_maps_to_a_further_stem() -> None:
    assert all(IRREGULAR_STEMS.get(stem, stem) == stem for stem in IRREGULAR_STEMS.values())
