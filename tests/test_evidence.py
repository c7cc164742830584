"""What the words of a query say about a candidate: nearness, place and kin, as shares of the query's mass."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.articles import Article
from indexer.keyword.documents import documents
from indexer.persian.analyzer import PersianAnalyzer, persian_analyzer
from indexer.term_vectors import TermVectors, record
from search_web.evidence import EARLY, WINDOW, Evidence, Word, evidence, lexical, mass, mean_idf
from search_web.weights import LexicalWeights

SNOW, DAM = Word(("برف",), 3.0), Word(("سد",), 1.0)
FILLER = "گفت"


def seen(directory: Path, articles: list[Article], words: list[Word], analyzer: PersianAnalyzer) -> Evidence:
    for _ in record(documents(articles, analyzer), directory):
        pass
    return evidence(words, TermVectors(directory), np.arange(len(articles)))


def article(number: int, body: str, title: str = "") -> Article:
    return Article(id=str(number), title=title, body=body)


def test_coverage_is_the_share_of_what_an_article_holds(tmp_path: Path, analyzer: PersianAnalyzer) -> None:
    bodies = ["برف برف", "سد", "سد و برف", "آب"]
    found = seen(tmp_path, [article(n, body) for n, body in enumerate(bodies)], [SNOW, DAM], analyzer)
    assert found.coverage.tolist() == [0.75, 0.25, 1.0, 0.0]


def test_the_best_window_holds_distinct_words_that_stand_near(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    apart = f"برف {'گفت ' * (WINDOW - 1)}"
    bodies = [f"{apart}سد", f"{apart.removesuffix('گفت ')}سد", "برف برف برف", f"سد {'گفت ' * 40}برف سد"]
    found = seen(tmp_path, [article(n, body) for n, body in enumerate(bodies)], [SNOW, DAM], analyzer)
    assert found.window.tolist() == [0.75, 1.0, 0.75, 1.0]


def test_no_window_reaches_from_one_article_into_the_next(tmp_path: Path, analyzer: PersianAnalyzer) -> None:
    found = seen(tmp_path, [article(0, "برف"), article(1, "سد")], [SNOW, DAM], analyzer)
    assert found.window.tolist() == [0.75, 0.25]


def test_early_words_stand_at_the_beginning_but_not_in_the_title(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    late = f"{'گفت ' * EARLY}برف"
    articles = [article(0, "برف", title="سد"), article(1, late), article(2, late.removeprefix("گفت "))]
    found = seen(tmp_path, articles, [SNOW, DAM], analyzer)
    assert found.early.tolist() == [0.75, 0.0, 0.75]


def test_kin_of_a_word_count_though_the_word_is_not_there(tmp_path: Path, analyzer: PersianAnalyzer) -> None:
    articles = [article(0, "اقتصاددان آمد"), article(1, "برف آمد"), article(2, "اقتصاد خوب")]
    found = seen(tmp_path, articles, [Word(("اقتصاد",), 2.0)], analyzer)
    assert found.coverage.tolist() == [0.0, 0.0, 1.0]
    assert found.kin[0] == pytest.approx(found.kin[2])
    assert found.kin[0] > 0 == found.kin[1]


def test_any_stem_of_a_word_counts_as_it(tmp_path: Path, analyzer: PersianAnalyzer) -> None:
    both = Word(("نقش", "نقشه"), 2.0)
    found = seen(tmp_path, [article(0, "نقش"), article(1, "نقشه"), article(2, "برف")], [both], analyzer)
    assert found.coverage.tolist() == [1.0, 1.0, 0.0]


def test_a_query_without_words_and_no_candidates_have_no_evidence(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    found = seen(tmp_path, [article(0, "برف")], [], analyzer)
    assert (found.coverage.tolist(), found.window.tolist(), found.kin.tolist()) == ([0.0], [0.0], [0.0])
    nothing = evidence([SNOW], TermVectors(tmp_path), np.empty(0, dtype=np.int64))
    assert len(nothing.window) == 0
    assert (mass([]), mean_idf([])) == (1.0, 0.0)


def test_the_keyword_score_adds_evidence_to_the_share_of_bm25() -> None:
    found = Evidence(*(np.array([value]) for value in (1.0, 0.5, 0.25, 0.2)))
    score = lexical(np.array([6.0]), [SNOW, DAM], found, LexicalWeights(window=2.0, early=4.0, kin=10.0))
    assert score.tolist() == pytest.approx([6 / 4 + 2 * 0.5 + 4 * 0.25 + 10 * 0.2])


@given(st.lists(st.sampled_from(["برف", "سد", "آب", FILLER]), min_size=1, max_size=60))
def test_a_window_is_what_a_look_at_every_window_finds(body: list[str]) -> None:
    import tempfile

    words = [SNOW, DAM, Word(("اب",), 2.0)]
    with tempfile.TemporaryDirectory() as folder:
        found = seen(Path(folder), [article(0, " ".join(body))], words, persian_analyzer())
    stems = [persian_analyzer().stem(term.text) for term in persian_analyzer().words(" ".join(body))]
    idf = {word.stems[0]: word.idf for word in words}
    windows = [set(stems[start : start + WINDOW]) & idf.keys() for start in range(len(stems))]
    best = max(sum(idf[stem] for stem in window) for window in windows)
    assert found.window[0] == pytest.approx(best / 6)
    assert found.window[0] <= found.coverage[0] + 1e-9
