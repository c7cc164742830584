"""Hits: the highlights come from the columns of the index, wherever in an article the words are."""

from pathlib import Path

import pytest
from conftest import build, jsonl

from indexer.build import BuildOptions
from search_web.contract.answers import Hit, SearchRequest
from search_web.presentation.snippets import WORDS_A_SNIPPET
from search_web.search import HybridSearcher

FILLER = " ".join(["واژه"] * 30)
BEFORE = " ".join(["گفت"] * 6)  # as many words as a snippet shows before a match
ARTICLES = [
    {
        "id": "all",
        "title": "برف آمد",
        "kicker": "هوای کرج",
        "lead": f"{BEFORE} باران {FILLER}",
        "body": f"سد {FILLER}",
    },
    {"id": "body", "title": "برف و باد", "body": f"{FILLER} سدهای کرج پر شد. {FILLER}"},
    {"id": "bare", "body": "گندم"},
    {"id": "long", "title": "جو " * 200, "body": "نان"},
]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> HybridSearcher:
    folder: Path = tmp_path_factory.mktemp("hits")
    build([jsonl(folder / "few.jsonl", ARTICLES)], folder / "index", BuildOptions(semantic=False))
    return HybridSearcher(folder / "index")


def hit(searcher: HybridSearcher, query: str, article: str) -> Hit:
    found = searcher.search(SearchRequest(query=query, mode="keyword")).hits
    return next(each for each in found if each.id == article)


def test_words_of_title_lead_and_body_are_highlighted_where_they_are(searcher: HybridSearcher) -> None:
    shown = hit(searcher, "برف باران سد", "all")
    assert shown.title_html == "<mark>برف</mark> آمد"
    assert shown.snippet.startswith(f"{BEFORE} <mark>باران</mark> واژه")
    assert " <mark>سد</mark> واژه" in shown.snippet
    assert "<mark>سدهای</mark> کرج پر" in hit(searcher, "سد", "body").snippet
    bare = hit(searcher, "گندم", "bare")
    assert "<mark>گندم</mark>" in (bare.snippet or bare.title_html)


def test_a_snippet_across_lead_and_body_has_as_many_words_as_any_other(searcher: HybridSearcher) -> None:
    assert len(hit(searcher, "باران", "all").snippet.split()) == WORDS_A_SNIPPET


def test_no_word_is_highlighted_behind_the_end_of_a_capped_title(searcher: HybridSearcher) -> None:
    title = hit(searcher, "جو", "long").title_html
    assert title.startswith("<mark>جو جو")
    assert title.endswith("جو</mark>…")
