"""Spellings of one thing find each other in a built index: as words, as a phrase, sorted by date.

Each family is one article a spelling. A query in any spelling finds all articles of its family.
"""

from collections.abc import Iterator

import pytest
from conftest import build, jsonl

from indexer.build import BuildOptions
from search_web.contract.answers import SearchRequest
from search_web.search import HybridSearcher

# `_` is a space.
FAMILIES = [
    line.replace("_", " ").split("|")
    for line in """
حجت‌الاسلام|حجت_الاسلام|حجةالاسلام|حجة‌الاسلام|حجه‌الاسلام|حجه_الاسلام
آیت‌الله|آیةالله|آیة_الله|آیه‌الله|آیت_ا...|آیت‌ا…|آیت_الله
بیت‌الله|بیت_ا...|بیت_الله
عبدالله|عبدا...|عبدا…
زکات|زکاة|زکوة
فاطمه|فاطمة
بلیط|بلیت
امپراتور|امپراطور
روزنامه‌های_محلی|روزنامه‌_های_محلی|روزنامه__های_محلی|روزنامه\u00a0های_محلی|روزنامههای_محلی
VPNهای_رایگان|VPN‌های_رایگان|VPN_های_رایگان
گلستان_سعدی|ګلستان_سعدی
F14|F-14|F_14
کووید۱۹|کووید-۱۹|کووید_۱۹
گاز_CO₂|گاز_CO2
۲/۴۵۰/۰۰۰_سکه|۲.۴۵۰.۰۰۰_سکه|۲٬۴۵۰٬۰۰۰_سکه|2450000_سکه
۳/۷_ریشتر|۳٫۷_ریشتر|3.7_ریشتر
تورم_٪۵|تورم_۵٪|تورم_5%|تورم_۵_درصد
پیامبر_ﷺ|پیامبر_صلی_الله_علیه_و_سلم
۱۰۰۰﷼|۱۰۰۰_ریال
""".strip().splitlines()
]
QUERIES = [(number, spelling) for number, family in enumerate(FAMILIES) for spelling in family]


@pytest.fixture(scope="module")
def spellings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HybridSearcher]:
    folder = tmp_path_factory.mktemp("spellings")
    articles = [
        {
            "id": f"{number}-{place}",
            "title": f"خبر شماره {place}",
            "body": f"دیروز در شهر ما از {spelling} سخن گفتند.",
            "date": f"2025-01-{place + 1:02}",
        }
        for number, family in enumerate(FAMILIES)
        for place, spelling in enumerate(family)
    ]
    build([jsonl(folder / "articles.jsonl", articles)], folder / "index", BuildOptions(semantic=False))
    with HybridSearcher(folder / "index") as searcher:
        yield searcher


def found(searcher: HybridSearcher, query: str, **wanted: object) -> list[str]:
    return [
        hit.id for hit in searcher.search(SearchRequest(query=query, size=50, mode="keyword", **wanted)).hits
    ]


@pytest.mark.parametrize(("number", "spelling"), QUERIES)
def test_a_query_finds_every_spelling_of_its_words(
    number: int, spelling: str, spellings: HybridSearcher
) -> None:
    family = {f"{number}-{place}" for place in range(len(FAMILIES[number]))}
    assert set(found(spellings, spelling)[: len(family)]) == family


@pytest.mark.parametrize(("number", "spelling"), QUERIES)
def test_a_phrase_finds_every_spelling_and_nothing_else(
    number: int, spelling: str, spellings: HybridSearcher
) -> None:
    family = {f"{number}-{place}" for place in range(len(FAMILIES[number]))}
    assert set(found(spellings, f"«از {spelling} سخن»")) == family


@pytest.mark.parametrize(("number", "spelling"), QUERIES)
def test_the_newest_with_the_words_are_all_spellings(
    number: int, spelling: str, spellings: HybridSearcher
) -> None:
    family = [f"{number}-{place}" for place in reversed(range(len(FAMILIES[number])))]
    assert found(spellings, f"شهر {spelling}", sort="newest") == family
