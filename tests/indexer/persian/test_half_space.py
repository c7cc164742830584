"""The half-space (U+200C, zero-width non-joiner): three spellings of a word find each other.

A compound is written with a half-space, joined or spaced. No name and no simple word is split.
"""

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from indexer.articles import Article
from indexer.filters import Filters
from indexer.keyword import load_engine
from indexer.keyword.documents import documents
from indexer.keyword.engine import KeywordIndex, KeywordQuery
from indexer.keyword.fields import TITLE
from indexer.persian.analyzer import PersianAnalyzer
from indexer.persian.characters import HALF_SPACE, fold
from search_web.understanding.query_terms import phrase, query_words, word_groups

NEWS = """
رئیس‌جمهور دیپلمات‌های منطقه‌ای می‌شود نقش‌آفرینی اولویت‌های اتحادیه‌های دیدگاه‌های ایران‌هراسی
فناوری‌های سازمان‌های برنامه‌ریزی نمی‌توانند بین‌المللی هسته‌ای جمع‌آوری کتاب‌خانه‌ها
خوش‌بینانه
"""
LISTED_COMPOUNDS = """
سیاست‌گذاری تصمیم‌گیری‌های پیش‌بینی بی‌خانمان دانش‌آموزان آتش‌نشان‌ها چشم‌انداز صرفه‌جویی
هم‌زمان گفت‌وگو گفت‌وگوهای جست‌وجو حمل‌ونقل نرم‌افزارهای علاقه‌مندان سخن‌گوی
"""
UNLISTED_COMPOUNDS = """
رأی‌دهندگان اسلام‌گرایان سپرده‌گذاران مسئولیت‌پذیری فوتبال‌دوستان شرکت‌کنندگان به‌عنوان به‌صورت
به‌دلیل به‌خوبی همین‌طور این‌صورت زمانی‌که به‌طوری‌که همچنان‌که
"""
VERBS = """
می‌رود نمی‌کند می‌خواهند می‌گویند می‌توان نمی‌دانست می‌آید برمی‌گردد برنمی‌گردد درمی‌آید
بازمی‌گردند می‌رفته‌اند رفته‌ام آمده‌اند نوشته‌ایم شده‌است گفته‌بود
"""
NOUNS = """
کتاب‌ها کتاب‌هایی خانه‌هایشان کودک‌هایم دوست‌هایت برنامه‌هایش قیمت‌هاست مدرسه‌ای خانواده‌ام
بچه‌اش خانه‌ی استراتژی‌اش مجموعه‌ای نقشه‌ای نقش‌های
"""
COMPARATIVES = "بزرگ‌تر بزرگ‌ترین مهم‌ترین سریع‌تر سخت‌تری بیش‌تر بیش‌تری خطرناک‌ترین اصلی‌ترین"

WORDS = " ".join([NEWS, LISTED_COMPOUNDS, UNLISTED_COMPOUNDS, VERBS, NOUNS, COMPARATIVES]).split()
# The joined spelling of these is also a form of another word: نقشهای is نقش‌های or نقشه‌ای.
AMBIGUOUS = {"نقش‌های", "نقشه‌ای", "مدرسه‌ای"}
PHRASES = """
رئیس‌جمهور منطقه‌ای می‌شود بین‌المللی برنامه‌ریزی بزرگ‌ترین دیپلمات‌های به‌عنوان رأی‌دهندگان
"""
# No lexicon has these. The half-space spelling finds the other two, but those do not find each other.
FOREIGN = ["رم‌جت", "وست‌لایف", "مک‌کارتنی", "بیت‌تورنت"]


def spellings(word: str) -> tuple[str, str, str]:
    return word, word.replace(HALF_SPACE, ""), word.replace(HALF_SPACE, " ")


def content(text: str, analyzer: PersianAnalyzer) -> set[str]:
    """Return the content terms of a text."""
    return {term.text for term in analyzer.content_words(text)}


@pytest.mark.parametrize("word", WORDS)
def test_every_two_spellings_of_a_word_share_a_term(word: str, analyzer: PersianAnalyzer) -> None:
    for left, right in permutations(spellings(word), 2):
        assert content(left, analyzer) & content(right, analyzer), (left, right)


@pytest.mark.parametrize("word", [word for word in WORDS if word not in AMBIGUOUS])
def test_the_joined_spelling_has_the_same_terms_as_the_half_space_spelling(
    word: str, analyzer: PersianAnalyzer
) -> None:
    half_space, joined, _ = spellings(word)
    assert content(joined, analyzer) == content(half_space, analyzer)


@pytest.mark.parametrize("word", FOREIGN)
def test_an_unknown_word_with_a_half_space_finds_both_other_spellings(
    word: str, analyzer: PersianAnalyzer
) -> None:
    half_space, joined, spaced = (content(spelling, analyzer) for spelling in spellings(word))
    assert half_space & joined
    assert half_space & spaced


@pytest.fixture(scope="module")
def numbers() -> dict[str, int]:
    """Map a spelling to the number of the article with it in the title; the next has it in the body."""
    every = dict.fromkeys(spelling for word in WORDS for spelling in spellings(word))
    return {spelling: 2 * index for index, spelling in enumerate(every)}


@pytest.fixture(scope="module")
def index(
    numbers: dict[str, int], analyzer: PersianAnalyzer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KeywordIndex]:
    directory: Path = tmp_path_factory.mktemp("keyword")
    articles = []
    for spelling, number in numbers.items():
        articles.append(Article(id=f"t{number}", title=f"گزارش {spelling} امروز", body="متن دیگر"))
        articles.append(
            Article(id=f"b{number}", title="عنوان دیگر", body=f"نخست. گزارش {spelling} امروز آمد.")
        )
    engine = load_engine("whoosh")
    engine.build(directory, documents(articles, analyzer))
    opened = engine.open(directory)
    yield opened
    opened.close()


@pytest.mark.parametrize("word", WORDS)
def test_a_search_for_one_spelling_finds_all_spellings_in_title_and_body(
    word: str, index: KeywordIndex, numbers: dict[str, int], analyzer: PersianAnalyzer
) -> None:
    for query in spellings(word):
        found = index.search(KeywordQuery(word_groups(query_words(query, analyzer))), Filters(), len(index))
        for spelling in spellings(word):
            assert {numbers[spelling], numbers[spelling] + 1} <= set(found.numbers.tolist()), (
                query,
                spelling,
            )


@pytest.mark.parametrize("word", PHRASES.split())
def test_a_phrase_with_a_half_space_word_finds_all_its_spellings(
    word: str, index: KeywordIndex, numbers: dict[str, int], analyzer: PersianAnalyzer
) -> None:
    for query in spellings(word):
        wanted = phrase(f"گزارش {query} امروز", TITLE, analyzer)
        assert wanted is not None
        found = index.search(KeywordQuery(required=(wanted,)), Filters(), len(index))
        assert {numbers[spelling] for spelling in spellings(word)} <= set(found.numbers.tolist()), query


NAMES = """
علیپور سلیمانی نیلسون بیرانوند طارمی رضاییان کریمی نورمحمدی میرزاده کلانتری بوسکه انریکه بهرامی
بهزادی مانچینی فاینورد گرانادا پایلوت یالچین حکمتیار عالیشاه براتیگان سیمیونه رونالدو گواردیولا
هوفنهایم لستر اینتر توییتر کارتر نوراللهی عبداللهی سورینام
"""
WORDS_IN_ONE_PIECE = """
میدان میزان بهمن دفتر دختر باران تنها شهرداری قهرمانی همکاری میهن نمایش میراث میانجی
نماینده برادر درمان بازار بازی آستان زبان پایان داستان شهریور همسر بیمار بیمارستان ناهار پرواز
پروانه کمیته سخنگو شهروند دانشگاه آزادی گروهی گواهی مزایای زوایای برتری بهتری بیشتری مشتری کشتی
سیستم خیابان فیلتر دکترین تئاتر شوشتری سیاست ریاست خواست برگزید بازگرداند نزدیک الهی جغرافیای
ملاقات وامی
"""
WHOLE = ["ایران", "تهران", "مردم", "جهان", "استان", "سالم", "نامه"]


@pytest.mark.parametrize("word", [*NAMES.split(), *WORDS_IN_ONE_PIECE.split()])
def test_names_and_simple_words_are_never_split(word: str, analyzer: PersianAnalyzer) -> None:
    assert [term.text for term in analyzer.words(word)] == [fold(word)]


@pytest.mark.parametrize("word", WHOLE)
def test_very_common_words_are_neither_split_nor_stemmed(word: str, analyzer: PersianAnalyzer) -> None:
    streams = analyzer.streams(word)
    assert [term.text for term in streams.words] == [word]
    assert [term.text for term in streams.stems] == [word]


def test_words_that_only_look_related_share_no_term(analyzer: PersianAnalyzer) -> None:
    for left, right in [
        ("ایران", "ایر"),
        ("منطقه‌ای", "منطق"),
        ("مردم", "مرد"),
        ("میدان", "دان"),
        ("بهمن", "من"),
    ]:
        assert not content(left, analyzer) & content(right, analyzer)


@pytest.mark.parametrize("word", sorted(AMBIGUOUS))
def test_an_ambiguous_joined_spelling_includes_the_terms_of_the_half_space_spelling(
    word: str, analyzer: PersianAnalyzer
) -> None:
    half_space, joined, _ = spellings(word)
    assert content(half_space, analyzer) < content(joined, analyzer)
