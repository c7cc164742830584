"""Did you mean: which words are corrected, which are left unchanged, and how a correction is spelled."""

from itertools import product
from pathlib import Path

import pytest

from indexer.articles import Article
from indexer.persian.analyzer import PersianAnalyzer
from indexer.persian.characters import HALF_SPACE
from indexer.vocabulary import Vocabulary
from indexer.vocabulary_counts import write_vocabulary
from search_web.understanding.corrections import Corrector

TITLES = (
    "رئیس‌جمهور به نمایشگاه کتاب تهران رفت",
    "نمایشگاه کتاب تهران آغاز شد",
    "سامانه‌های هوشمند آبیاری در خراسان",
    "هوشمندسازی آبیاری در خراسان جنوبی",
    "صادرات زعفران خراسان افزایش یافت",
    "صادرات فرش دستباف افزایش یافت",
    "باران شدید در گیلان",
    "هیئت ایرانی به گفت‌وگو نشست",
    "هیئت فوتبال گیلان",
    "قیمت نفت بالا رفت",
    "قیمت نفت پایین آمد",
    "مصرف انرژی در صنعت",
    "سرمربی تیم والیبال",
)


@pytest.fixture(scope="module")
def corrector(tmp_path_factory: pytest.TempPathFactory, analyzer: PersianAnalyzer) -> Corrector:
    folder = tmp_path_factory.mktemp("words") / "vocabulary"
    articles = [Article(id=str(n), title=title) for n, title in enumerate(TITLES * 3)]
    # The probability of a word is its share of all words, so add many that resemble none of the titles.
    others = " ".join("".join(letters) for letters in product("ظضذثژغق", repeat=4))
    write_vocabulary(folder, [*articles, *(Article(id=f"other-{n}", body=others) for n in range(5))])
    return Corrector(Vocabulary(folder), analyzer)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("نمایشگه کتاب تهران", "نمایشگاه کتاب تهران"),  # a letter dropped
        ("صادررات زعفران", "صادرات زعفران"),  # a letter doubled
        ("صادرات زغفران", "صادرات زعفران"),  # the key beside it
        ("باران شدید در گیالن", "باران شدید در گیلان"),  # two letters swapped
        ("سادرات فرش", "صادرات فرش"),  # a letter of the same sound
        ("سرمرربی والیبال", "سرمربی والیبال"),
        ("زعفارن", "زعفران"),  # the only word
        ("قیمت نفط", "قیمت نفت"),
        ("قیمت تفت", "قیمت نفت"),  # تفت is a word too, but never beside قیمت
        ("رئیس‌جمحور", "رئیس‌جمهور"),
        ("صادرات زعفرانن خراسن", "صادرات زعفران خراسان"),  # one typo in each of two words
    ],
)
def test_a_typo_is_corrected(corrector: Corrector, typed: str, meant: str) -> None:
    assert corrector.correct(typed) == meant


@pytest.mark.parametrize("lost", ["", " "])
@pytest.mark.parametrize("title", TITLES)
def test_a_correct_query_is_unchanged_even_when_its_half_spaces_are_lost(
    corrector: Corrector, title: str, lost: str
) -> None:
    for query in (title, title.replace(HALF_SPACE, lost), title.replace("ی", "ي").replace("ک", "ك")):
        assert corrector.correct(query) == query


@pytest.mark.parametrize(
    "query",
    [
        "هیأت گیلان",  # another spelling that the analysis knows
        "گفتگو",
        "رییس جمهور",
        "کتاب‌هایشان",  # forms that the collection lacks
        "کتابهایشان",
        "درتهران",  # run together
        "پزشکان اطفال",  # Persian words that the collection lacks
        "زغال",  # a Persian word that resembles one of the collection
        "آرنولد شوارتزنگر",  # names that no word resembles
        "ABC ۱۴۰۴ 12.5 x@example.ir http://example.ir/نمایشگه",
        "",
        "…",
        "ک",
    ],
)
def test_queries_without_typos_are_left_unchanged(corrector: Corrector, query: str) -> None:
    assert corrector.correct(query) == query


def test_only_the_misspelt_word_is_changed(corrector: Corrector) -> None:
    typed = '  عنوان:"صادررات  زعفران" -ABC، '
    assert corrector.correct(typed) == '  عنوان:"صادرات  زعفران" -ABC، '


def test_a_correction_uses_the_spelling_of_the_collection(corrector: Corrector) -> None:
    assert corrector.correct("رییس‌جمهر کتاب") == "رئیس‌جمهور کتاب"
    assert corrector.correct("سامانههای هوشمدن") == "سامانههای هوشمند"


def test_a_correction_is_not_corrected_again(corrector: Corrector) -> None:
    once = corrector.correct("نمایشگه کتاب تهران")
    assert corrector.correct(once) == once


def test_a_pasted_paragraph_is_left_unchanged(corrector: Corrector) -> None:
    query = "نمایشگه کتاب " * 20
    assert corrector.correct(query) == query


def test_an_empty_collection_suggests_nothing(tmp_path: Path, analyzer: PersianAnalyzer) -> None:
    write_vocabulary(tmp_path / "vocabulary", [])
    assert Corrector(Vocabulary(tmp_path / "vocabulary"), analyzer).correct("زعفارن") == "زعفارن"


@pytest.fixture(scope="module")
def frequent(tmp_path_factory: pytest.TempPathFactory, analyzer: PersianAnalyzer) -> Corrector:
    """A corrector for an archive in which many articles have the same few words."""
    folder = tmp_path_factory.mktemp("frequent") / "vocabulary"
    body = "گزارشی از بوشهر و شیراز و زنجان درباره پتروشیمی و فوتسال و بسکتبال و مستند"
    write_vocabulary(folder, [Article(id=str(number), body=body) for number in range(60)])
    return Corrector(Vocabulary(folder), analyzer)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("بوشر", "بوشهر"),  # a letter dropped
        ("زنجن", "زنجان"),
        ("شبراز", "شیراز"),  # the key beside it
        ("فوطسال", "فوتسال"),  # a letter of the same sound
        ("«بوشر»", "«بوشهر»"),
        ("از بوشر", "از بوشهر"),  # a function word finds nothing either
    ],
)
def test_a_mistyped_word_that_finds_nothing_is_corrected_without_other_words(
    frequent: Corrector, typed: str, meant: str
) -> None:
    assert frequent.correct(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "بوشر مستند",  # another word finds articles, and they say nothing of the first
        "زنجانی",  # another form of a word of the archive: something is found
        "شیرازی‌ها",
        "ژاله",  # names that the archive lacks
        "بهشهر",
        "نوشهر",
        "مهران",
        "تهران",
        "گرگان",
        "شیرین",
    ],
)
def test_a_word_that_finds_something_or_resembles_nothing_closely_stays(
    frequent: Corrector, typed: str
) -> None:
    assert frequent.correct(typed) == typed
