"""Demonyms: each finds its place, and a person whose surname is one stays first."""

from pathlib import Path

import pytest
from conftest import build, jsonl

from indexer.build import BuildOptions
from indexer.persian.analyzer import PersianAnalyzer
from indexer.persian.characters import fold
from indexer.persian.demonyms import DEMONYMS, PLACES
from search_web.search import HybridSearcher


@pytest.mark.parametrize(("demonym", "place"), DEMONYMS.items())
def test_each_demonym_and_its_plural_have_the_stem_of_the_place(
    demonym: str, place: str, analyzer: PersianAnalyzer
) -> None:
    assert {analyzer.stem(demonym), analyzer.stem(place)} == {place}
    assert [term.text for term in analyzer.streams(f"{demonym}‌ها").stems] == [place]


def test_the_tables_are_folded_and_name_each_place_once() -> None:
    assert len(set(PLACES)) == len(PLACES)
    for word in (*PLACES, *DEMONYMS, *DEMONYMS.values()):
        assert fold(word) == word


@pytest.fixture
def index(tmp_path: Path) -> Path:
    articles = [
        {"id": "person", "title": "داور مسابقه", "body": "مرتضی تبریزی دیروز به باشگاه تازه خود پیوست."},
        {"id": "team", "title": "لیگ برتر", "body": "تیم تبریز دیروز پیروز شد."},
        {"id": "american", "title": "والیبال", "body": "تیم آمریکا دیروز پیروز شد."},
        *({"id": f"city-{each}", "body": f"هوای تبریز در روز {each} آفتابی است."} for each in range(30)),
    ]
    build([jsonl(tmp_path / "articles.jsonl", articles)], tmp_path / "index", BuildOptions(semantic=False))
    return tmp_path / "index"


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("تبریزی", "person"),
        ("مرتضی تبریزی", "person"),
        ("تیم تبریزی", "team"),
        ("تیم آمریکایی", "american"),
        ("آمریکایی‌ها", "american"),
    ],
)
def test_a_demonym_finds_its_place_and_a_surname_the_person_first(
    query: str, first: str, index: Path
) -> None:
    with HybridSearcher(index) as searcher:
        assert searcher.rank(query, "keyword", 10)[0][0] == first
