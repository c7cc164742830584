"""Neighbours that form one word, and those that do not: initials, and words that begin with آ."""

from pathlib import Path

import pytest
from conftest import build, jsonl

from indexer.build import BuildOptions
from indexer.persian.analyzer import PersianAnalyzer
from search_web.contract.answers import SearchRequest
from search_web.search import HybridSearcher

BODIES = {
    "mri": "بیمار را به بخش ام آر آی بردند.",
    "statistics": "مرکز آمار ایران آمار تازه داد. آمار، آمار، آمار.",
    "pcr": "آزمایش پی سی آر رایگان است.",
    "mobile": "کتابخانه سیار به روستا رفت.",
    "water": "کمی آب در سد مانده است.",
    "rare": "گونه کمیاب پلنگ دیده شد.",
    "collection": "گرد آوری زباله آغاز شد.",
}


@pytest.fixture
def index(tmp_path: Path) -> Path:
    articles = [{"id": name, "body": body} for name, body in BODIES.items()]
    build([jsonl(tmp_path / "articles.jsonl", articles)], tmp_path / "index", BuildOptions(semantic=False))
    return tmp_path / "index"


@pytest.mark.parametrize(
    ("query", "found", "other"),
    [
        ("ام آر آی", "mri", "statistics"),
        ("ام‌آر‌آی", "mri", "statistics"),
        ("پی سی آر", "pcr", "mobile"),
        ("پی‌سی‌آر", "pcr", "mobile"),
        ("آمار", "statistics", "mri"),
        ("سیار", "mobile", "pcr"),
        ("کمی آب", "water", "rare"),
        ("کمیاب", "rare", "water"),
        ("گردآوری", "collection", "water"),
        ("گرد‌آوری", "collection", "water"),
    ],
)
def test_a_search_finds_the_initials_or_the_word_but_not_one_for_the_other(
    query: str, found: str, other: str, index: Path
) -> None:
    with HybridSearcher(index) as searcher:
        ranked = [hit for hit, _ in searcher.rank(query, "keyword", 10)]
        assert ranked[0] == found
        assert other not in ranked
        answer = searcher.search(SearchRequest(query=query, mode="keyword"))
        assert [hit.id for hit in answer.hits] == ranked


@pytest.mark.parametrize("madda", ["آ", "ا\u0653", "\ufe81"])
def test_the_madda_counts_however_it_is_encoded(madda: str, analyzer: PersianAnalyzer) -> None:
    assert [term.text for term in analyzer.words(f"کمی {madda}ب")] == ["کمی", "اب"]
    assert "گرداوری" in {term.text for term in analyzer.words(f"گرد {madda}وری")}


def test_a_word_that_omits_the_madda_still_forms_a_word_with_its_neighbour(analyzer: PersianAnalyzer) -> None:
    assert "گرداوری" in {term.text for term in analyzer.words("گرد اوری")}


def test_two_names_of_letters_may_be_ordinary_words_beside_a_compound(analyzer: PersianAnalyzer) -> None:
    assert "پیگیری" in {term.text for term in analyzer.words("او پی گیری کرد")}
    assert "سینما" not in {term.text for term in analyzer.words("بی بی سی نما داد")}


def test_initials_share_a_term_with_their_joined_spelling_unless_that_is_another_word(
    analyzer: PersianAnalyzer,
) -> None:
    for apart, joined in (("اف‌آی‌وی‌بی", "افآیویبی"), ("ان‌بی‌ای", "انبیای"), ("بی‌بی‌سی", "بیبیسی")):
        terms = [{term.text for term in analyzer.words(spelling)} for spelling in (apart, joined)]
        assert terms[0] & terms[1], apart
    assert "اساس" not in {term.text for term in analyzer.words("اس‌اس")}
