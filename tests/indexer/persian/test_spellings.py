"""Spellings that must match though folding keeps them apart: hamza on other letters, pairs joined by و."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.persian.analyzer import PersianAnalyzer, Term, persian_analyzer
from indexer.persian.characters import HALF_SPACE, fold
from indexer.persian.lexicon import load_lexicon
from indexer.persian.spellings import (
    PAIRED_WORDS,
    SPELLINGS,
    canonical,
    canonical_with_offsets,
    canonical_words,
    join_pairs,
)

HAMZA = """
هیئت هیأت هیات
مسئول مسوول مسؤول مسئوول
مسئله مسأله مساله
سؤال سئوال سوال
رئیس رییس رئيس
تأثیر تاثیر
شئون شؤون
مؤسسه موسسه
جرأت جرئت جرات
قرائت قراءت
ویدئو ویدیو
تئاتر تیاتر
پائیز پاییز
آئین آیین
سوئیس سویس
مسئولان مسوولان مسؤولان
مسئولیت مسوولیت مسؤولیت
مسئولیت‌پذیری مسوولیت‌پذیری مسوولیتپذیری
هیئت‌مدیره هیأت‌مدیره هیات‌مدیره هیاتمدیره
هیئت‌های هیأتهای هیات‌های
سؤالات سئوالات سوالات
مسئله‌ای مسأله‌ای مساله‌ای
غیرمسئول غیرمسؤول غیرمسوول
"""
PAIRS = {
    "گفتگو": """گفتگو گفت‌وگو گفت_و_گو گفت‌و‌گو گفت_وگو گفت‌و_گو گفتوگو گفتگوی گفت‌وگوی گفت_و_گوی گفت_و_گوي
        گفت__و_گو گفت‌_و‌_گو گفت‌‌وگو گفتگوها گفت‌وگوها
        گفت‌وگوهای گفت_و_گوها گفت_و_گو_های گفت‌وگوهایشان گفت‌وگویی گفت‌وگو‌ها""",
    "جستجو": "جستجو جست‌وجو جست_و_جو جست‌و‌جو جستجوی جست‌وجوی جست_و_جوی جستجوهای",
    "شستشو": "شستشو شست‌وشو شست_و_شو شست‌و‌شو شستشوی شست_و_شوی",
    "پرسوجو": "پرس‌وجو پرس_و_جو پرس‌و‌جو پرس‌وجوی پرسوجوها",
    "رفتوامد": "رفت‌وآمد رفت_و_آمد رفتوآمد رفت‌وآمدهای رفت_و_آمدها رفت‌و‌آمد",
}


@pytest.mark.parametrize("line", HAMZA.strip().splitlines())
def test_all_hamza_spellings_of_a_word_have_the_same_terms(line: str, analyzer: PersianAnalyzer) -> None:
    first, *others = ([term.text for term in analyzer.words(word)] for word in line.split())
    assert all(other == first for other in others), line


@pytest.mark.parametrize(
    ("term", "written"), [(term, written) for term, row in PAIRS.items() for written in row.split()]
)
def test_every_spelling_of_a_pair_is_one_term_that_spans_it(
    term: str, written: str, analyzer: PersianAnalyzer
) -> None:
    spelling = written.replace("_", " ")
    assert analyzer.words(f"در {spelling} تازه") == [
        Term("در", 0, 0, 2),
        Term(term, 1, 3, 3 + len(spelling)),
        Term("تازه", 2, 4 + len(spelling), 8 + len(spelling)),
    ]


@pytest.mark.parametrize(
    "text", ["گفت، و گو", "گفت\nو\nگو", "گفت و گویا", "رفت و آمدند", "می‌گفت و گو", "گفت     و گو"]
)
def test_words_that_only_look_like_a_pair_are_not_joined(text: str, analyzer: PersianAnalyzer) -> None:
    assert not {term.text for term in analyzer.words(text)} & set(PAIRED_WORDS)


def test_a_longer_word_beginning_with_a_pair_keeps_its_ending(analyzer: PersianAnalyzer) -> None:
    for written in ("جستجوگر", "جست‌وجوگر", "جست‌و‌جوگر"):
        assert [term.text for term in analyzer.words(written)] == ["جستجوگر"]


@pytest.mark.parametrize("word", ["شوونیسم", "فقرات", "ماهیات", "مقررات", "پرسیوال", "فستیوال"])
def test_a_word_that_merely_contains_a_hamza_spelling_is_unchanged(word: str) -> None:
    assert canonical(fold(word)) == fold(word)


def test_the_lexicon_contains_only_canonical_spellings() -> None:
    lexicon = load_lexicon()
    for words in (lexicon.frequency, lexicon.compounds):
        assert all(canonical(word) == word for word in words)


WORD_PIECES = st.sampled_from(
    [*sorted(SPELLINGS)[::9], "گفت", "جست", "وگو", "و", "جو", "ها", "ک", HALF_SPACE]
)


@given(st.lists(st.lists(WORD_PIECES, min_size=1, max_size=4).map("".join), max_size=8))
def test_many_words_get_the_same_spellings_as_one_by_one(words: list[str]) -> None:
    assert canonical_words(words) == [canonical(word) for word in words]


@pytest.mark.parametrize(("written", "form"), sorted(SPELLINGS.items()))
def test_each_line_of_the_tables_maps_to_a_canonical_spelling(written: str, form: str) -> None:
    assert (fold(written), fold(form)) == (written, form)
    assert canonical(written) == canonical(form) == form


ACCEPTED = """
بلیت بلیط
توفان طوفان
باتری باطری
امپراتوری امپراطوری
زغال ذغال
اوکراین اکراین اوکرائین
دموکرات دمکرات
دموکراسی دمکراسی
تهرانی طهرانی
اتاق‌ها اطاق‌ها اطاقها
مهمان‌ها میهمان‌ها میهمانها
چارچوب چهارچوب
سالانه سالیانه
لشکر لشگر
مکانیسم مکانیزم
تروریسم تروریزم
واشنگتن واشینگتن واشنگتون
کامپیوتر کمپیوتر
آنفلوانزا آنفولانزا
شکلات شوکولات
اسماعیل اسمعیل
سپاسگزار سپاسگذار
معنای معنی
بی‌معنا بی‌معنی بیمعنی
زکات زکوة ذکات زکاة
"""
# They look like pairs, but are different words.
DIFFERENT = """
غذا غزا
سفر صفر
پرتغال پرتقال
رباط ربات
حیات حیاط
خوار خار
صلاح سلاح
منسوب منصوب
گذاشتن گزاردن
تقویت تقوا
اطوار اتو
کلوپ کلوب
رومان رمان
آئین‌ها آئینه
"""


@pytest.mark.parametrize("line", ACCEPTED.strip().splitlines())
def test_accepted_spellings_of_a_word_have_the_same_stem(line: str, analyzer: PersianAnalyzer) -> None:
    first, *others = ([stem.text for stem in analyzer.streams(word).stems] for word in line.split())
    assert all(other == first for other in others), line


@pytest.mark.parametrize("line", DIFFERENT.strip().splitlines())
def test_words_that_only_look_like_accepted_spellings_stay_apart(
    line: str, analyzer: PersianAnalyzer
) -> None:
    one, other = ({stem.text for stem in analyzer.streams(word).stems} for word in line.split())
    assert not one & other


@given(
    st.lists(st.sampled_from([*"گفتوجشسرپامدهیلق", "هیات", "سیوال", "قرات", HALF_SPACE, "ها"])).map("".join)
)
def test_canonical_text_has_one_ascending_offset_per_letter(folded: str) -> None:
    text, offsets = canonical_with_offsets(folded, list(range(len(folded))))
    assert text == canonical(folded) == canonical(text)
    assert len(offsets) == len(text)
    assert offsets == sorted(offsets)


@given(
    st.lists(
        st.sampled_from(["گفت", "و", "گو", "گوی", "جست", "جو", " ", HALF_SPACE, "\n", "رفت", "آمد", "ها"])
    )
)
def test_joining_pairs_keeps_every_letter_at_its_place(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert len(join_pairs(text)) == len(text)
    assert join_pairs(text).replace(HALF_SPACE, " ") == text.replace(HALF_SPACE, " ")
    assert all(term.end <= len(text) for term in persian_analyzer().words(text))
