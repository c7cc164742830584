"""Words run together: the analyzer learns from a collection which words have lost the space between them."""

import json
from pathlib import Path

import pytest
from conftest import build, taught_by

from indexer.build import BuildOptions
from indexer.persian.analyzer import PersianAnalyzer
from search_web.contract.answers import SearchRequest
from search_web.search import HybridSearcher

APART = "کادر فنی تیم آمد. کادر فنی رفت؛ کادر فنی ماند."


def test_a_run_together_word_is_split_when_its_halves_are_neighbours_elsewhere(
    analyzer: PersianAnalyzer,
) -> None:
    learned = taught_by([APART, "کادرفنی آمد"], analyzer)
    assert learned == {"کادرفنی": ("کادر", "فنی")}
    taught = PersianAnalyzer(learned)
    assert [term.text for term in taught.words("کادرفنی")] == ["کادر", "فنی"]
    assert [term.text for term in analyzer.words("کادرفنی")] == ["کادرفنی"]


def test_letters_are_folded_before_spellings_are_compared(analyzer: PersianAnalyzer) -> None:
    assert taught_by([APART, "كادرفني آمد"], analyzer) == {"کادرفنی": ("کادر", "فنی")}


@pytest.mark.parametrize(
    "texts",
    [
        [APART],  # the joined spelling does not occur
        ["کادر فنی آمد. کادر فنی رفت.", "کادرفنی آمد"],  # neighbours only twice
        [APART, "کادرفنی " * 4],  # the joined spelling is more frequent
        [APART.replace(" فنی", "، فنی"), "کادرفنی"],  # a comma is between them
        [APART.replace(" فنی", "\nفنی"), "کادرفنی"],
        ["کتاب خانه " * 9, "کتابخانه"],  # a Persian word
        ["سورنا مان " * 9, "سورنامان"],  # an affix
        ["سورنا نمی " * 9, "سورنانمی"],
        ["سورنا نیز " * 9, "سورنانیز"],  # a function word
        ["چند سورنا " * 9, "چندسورنا"],
        ["زژ رود " * 9, "زژرود"],  # five letters
        ["سورنا زژ " * 9, "سورنازژ"],  # a second word of two letters
        ["ژ سورنا " * 9, "ژسورنا"],
        [f"{'سورنا' * 4} {'مرادی' * 5} " * 9, f"{'سورنا' * 4}{'مرادی' * 5}"],  # too long for a word
    ],
)
def test_words_without_clear_evidence_of_a_lost_space_are_not_split(
    texts: list[str], analyzer: PersianAnalyzer
) -> None:
    assert taught_by(texts, analyzer) == {}


def test_a_function_word_of_nearly_every_article_may_be_the_first_half(analyzer: PersianAnalyzer) -> None:
    assert taught_by(["در سورنا " * 9, "درسورنا"], analyzer) == {"درسورنا": ("در", "سورنا")}


def test_of_two_possible_splits_the_more_frequent_one_wins(analyzer: PersianAnalyzer) -> None:
    texts = ["سورنا مرادی " * 3, "سورن امرادی " * 5, "سورنامرادی"]
    assert taught_by(texts, analyzer) == {"سورنامرادی": ("سورن", "امرادی")}


def test_a_half_space_spelling_in_the_collection_takes_precedence_over_neighbours(
    analyzer: PersianAnalyzer,
) -> None:
    texts = ["سورنا مرادی " * 9, "سورن‌امرادی " * 3, "سورنامرادی"]
    assert taught_by(texts, analyzer) == {"سورنامرادی": ("سورن", "امرادی")}


@pytest.mark.parametrize("query", ["فنی", "کادر فنی", "کادرفنی", "«کادر فنی»", "«کادرفنی»"])
def test_an_article_that_lost_the_space_is_found_and_highlighted(query: str, tmp_path: Path) -> None:
    rows = [{"id": "apart", "body": APART}, {"id": "lost", "body": "سرمربی با کادرفنی خود آمد."}]
    path = tmp_path / "articles.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    build([path], tmp_path / "index", BuildOptions(semantic=False))
    with HybridSearcher(tmp_path / "index") as searcher:
        hits = {
            hit.id: hit.snippet for hit in searcher.search(SearchRequest(query=query, mode="keyword")).hits
        }
    assert set(hits) == {"apart", "lost"}
    assert f"<mark>{'فنی' if query == 'فنی' else 'کادرفنی'}</mark>" in hits["lost"]
