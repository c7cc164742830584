"""Learned compounds: the analyzer learns which words a collection writes with a half-space."""

from pathlib import Path

import pytest
from conftest import build, jsonl, taught_by

from indexer import generations
from indexer.build import BuildOptions
from indexer.errors import IndexCorrupt
from indexer.persian.analyzer import PersianAnalyzer
from indexer.persian.characters import HALF_SPACE
from indexer.persian.collection import read_learned, write_learned
from indexer.snapshot import Snapshot
from search_web.contract.answers import SearchRequest
from search_web.search import HybridSearcher

OFTEN = "گروه وست‌لایف آمد. وست‌لایف خواند. باز هم وست‌لایف‌ها. وست‌لایف رفت."


def test_a_word_often_written_with_a_half_space_is_learned_as_a_compound(analyzer: PersianAnalyzer) -> None:
    assert taught_by([OFTEN], analyzer) == {"وستلایف": ("وست", "لایف")}


def test_a_word_written_with_a_half_space_only_twice_is_not_learned(analyzer: PersianAnalyzer) -> None:
    assert taught_by(["گروه وست‌لایف آمد.", "وست‌لایف خواند."], analyzer) == {}


@pytest.mark.parametrize("word", ["کتاب‌خانه", "رئیس‌جمهور", "کتاب‌های", "می‌شود", "قاسمی‌پور", "گل‌های", "ت‌ک‌ر"])
def test_known_words_names_and_ambiguous_words_are_not_learned(word: str, analyzer: PersianAnalyzer) -> None:
    assert taught_by([f"{word} "] * 20, analyzer) == {}


def test_a_word_more_often_written_in_one_piece_stays_one_term(analyzer: PersianAnalyzer) -> None:
    texts = [*["وستلایف آمد"] * 9, *["وست‌لایف آمد"] * 4]
    learned = taught_by(texts, analyzer)
    assert learned == {"وستلایف": ("وستلایف",)}
    taught = PersianAnalyzer(learned)
    half_space, joined, spaced = (
        {term.text for term in taught.words(spelling)} for spelling in ("وست‌لایف", "وستلایف", "وست لایف")
    )
    assert half_space == joined == {"وستلایف"}
    assert joined < spaced


def test_nothing_is_learned_from_texts_without_persian_words(analyzer: PersianAnalyzer) -> None:
    assert taught_by([], analyzer) == taught_by(["", "12 abc"], analyzer) == {}


def test_a_word_with_the_half_space_at_varying_places_is_not_learned(analyzer: PersianAnalyzer) -> None:
    assert taught_by(["وست‌لایف وستل‌ایف "] * 5, analyzer) == {}


def test_all_spellings_and_forms_of_a_learned_compound_share_their_terms(analyzer: PersianAnalyzer) -> None:
    taught = PersianAnalyzer(taught_by([OFTEN], analyzer))
    for written in ("وست‌لایف", "وست‌لایف‌ها"):
        expected = {term.text for term in taught.words("وست لایف")}
        assert {term.text for term in taught.words(written)} == expected
        assert {term.text for term in taught.words(written.replace(HALF_SPACE, ""))} == expected
    assert {term.text for term in analyzer.words("وستلایف")} == {"وستلایف"}
    assert taught.restored("گروه وستلایف") == "گروه وست‌لایف"


def test_the_table_of_learned_compounds_survives_writing_and_reading(tmp_path: Path) -> None:
    learned = {"وستلایف": ("وست", "لایف"), "هتتریک": ("هتتریک",)}
    write_learned(tmp_path / "compounds.tsv", learned)
    assert read_learned(tmp_path / "compounds.tsv") == learned
    write_learned(tmp_path / "none.tsv", {})
    assert read_learned(tmp_path / "none.tsv") == {}


@pytest.fixture
def index(tmp_path: Path) -> Path:
    articles = [
        {"id": "half-space", "title": "کنسرت", "body": OFTEN},
        {"id": "joined", "title": "موسیقی", "body": "وستلایف در شهر ما."},
        {"id": "spaced", "title": "هنر", "body": "وست لایف باز می‌گردد."},
        {"id": "other", "title": "ورزش", "body": "مسابقه پایان یافت."},
    ]
    build([jsonl(tmp_path / "articles.jsonl", articles)], tmp_path / "index", BuildOptions(semantic=False))
    return tmp_path / "index"


@pytest.mark.parametrize("query", ["وست‌لایف", "وستلایف", "وست لایف", "«وستلایف»"])
def test_a_query_is_analysed_with_the_compounds_its_generation_has_learned(query: str, index: Path) -> None:
    with HybridSearcher(index) as searcher:
        answer = searcher.search(SearchRequest(query=query, mode="keyword"))
        assert {hit.id for hit in answer.hits} == {"half-space", "joined", "spaced"}
        assert all("<mark>" in hit.snippet for hit in answer.hits)
        assert {found for found, _ in searcher.rank(query, "keyword", 10)} == {
            "half-space",
            "joined",
            "spaced",
        }


def test_learned_compounds_belong_to_the_generation_and_are_checked_by_its_manifest(index: Path) -> None:
    snapshot = Snapshot.open(index)
    assert generations.COMPOUNDS in snapshot.manifest.files
    assert {term.text for term in snapshot.analyzer.words("وستلایف")} == {"وست", "لایف"}
    snapshot.close()
    table = generations.generation_directory(index, snapshot.manifest.generation) / generations.COMPOUNDS
    table.write_text("", "utf-8")
    with pytest.raises(IndexCorrupt):
        Snapshot.open(index)
