"""The relevance benchmark: its in-memory index scores like an engine, and its fit recovers known weights."""

from pathlib import Path
from random import Random

import numpy as np
import pytest
from conftest import DATA, SEEDS
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.relevance import rows
from benchmarks.relevance.analyzers import plain
from benchmarks.relevance.asked import Encoded, Gatherer, opened, texts
from benchmarks.relevance.fitting import TrainingQuery, fit
from benchmarks.relevance.memory import MemoryIndex
from benchmarks.relevance.readings import ours, reference, reference_document
from benchmarks.typos import TYPOS, with_typo
from indexer.articles import Article
from indexer.filters import Filters
from indexer.keyword import load_engine
from indexer.keyword.documents import documents
from indexer.keyword.fields import BIGRAMS, STEMS
from indexer.persian.analyzer import PersianAnalyzer
from indexer.readers import read_articles
from indexer.semantic.loading import load_query_encoder
from indexer.vocabulary import word_key
from search_web.contract.answers import SearchRequest
from search_web.evaluation.collection import Collection
from search_web.ranking.weights import ranking_weights
from search_web.search import HybridSearcher
from search_web.understanding.query import parse_query

pytestmark = pytest.mark.slow


def test_the_in_memory_index_gives_the_scores_of_a_real_engine(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    articles = [item for item in read_articles([SEEDS]) if isinstance(item, Article)]
    engine = load_engine("whoosh")
    engine.build(tmp_path, documents(articles, analyzer))
    memory = MemoryIndex(documents(articles, analyzer), (STEMS, BIGRAMS))
    index = engine.open(tmp_path)
    assert len(memory) == len(index) == len(articles)
    for text in ("سطح آب خزر", "رییس جمهور منطقه ای", "چرا فینال فوتسال بدون تماشاگر برگزار شد؟"):
        query = parse_query(text, analyzer).keyword
        found, expected = memory.search(query, Filters(), 100), index.search(query, Filters(), 100)
        assert found.total == expected.total > 0
        scores = dict(zip(expected.numbers.tolist(), expected.scores.tolist(), strict=True))
        # An engine stores the length of a field in one byte, so its scores differ a little.
        assert dict(zip(found.numbers.tolist(), found.scores.tolist(), strict=True)) == pytest.approx(
            scores, rel=0.08
        )
        stem = query.words[0][0]
        assert memory.frequency(stem.field, stem.text) == index.frequency(stem.field, stem.text) > 0
    index.close()


def test_a_reference_reading_has_one_field_per_article_and_bigrams_of_neighbouring_terms() -> None:
    read = reference_document(3, Article(id="a", title="برف سدها", body="آب کرج"), plain)
    assert read.stems == ["برف", "سدها", "آب", "کرج"]
    assert {weight for _, weight in read.stream(STEMS).weights} == {1.0}
    assert read.bigrams == ["برف سدها", "آب کرج"]
    asked = reference("plain", plain).query("برف سدها")
    assert [bigram.term for bigram in asked.bigrams] == ["برف سدها"]
    assert [term.text for group in asked.keyword.words for term in group] == ["برف", "سدها"]


@pytest.mark.encoder
@pytest.mark.parametrize("short", [False, True])
def test_learned_evaluated_and_served_rankings_are_the_same(
    seeds_index: Path, searcher: HybridSearcher, tmp_path: Path, *, short: bool
) -> None:
    collection = Collection(
        name="seeds", queries=DATA / "queries.jsonl", qrels=DATA / "qrels.tsv", index=seeds_index
    )
    weights = ranking_weights()
    with opened(collection, seeds_index, 40) as setting:
        asked = texts(setting, short=short, typed="asis")
        gatherer = Gatherer(setting, ours(setting.snapshot), tmp_path)
        for text, learned in zip(asked, gatherer.gather(asked, Encoded(load_query_encoder())), strict=True):
            scores = rows.gate(learned, rows.keyword(learned, weights.lexical), weights.gate)
            order = np.lexsort((learned.numbers, -scores))
            best = [setting.ids[learned.numbers[place]] for place in order]
            for depth in (10, 1000):
                evaluated = [article for article, _ in searcher.rank(text, "hybrid", depth)]
                assert evaluated == [article for article in best if article in set(evaluated)]
                assert evaluated or not learned.features.coverage.any()
            served = searcher.search(SearchRequest(query=text, size=100, collapse=False))
            assert [hit.id for hit in served.hits] == evaluated[:100]
            assert served.total == len(evaluated)


@given(
    st.lists(st.sampled_from(["برف", "سد", "کرج", "رئیس‌جمهور", "2024", "در"]), max_size=4).map(" ".join),
    st.integers().map(Random),
)
def test_a_simulated_typo_changes_exactly_one_word_and_never_a_short_word_or_a_number(
    query: str, random: Random
) -> None:
    mistyped = with_typo(query, random)
    if mistyped is None:
        assert not {"برف", "کرج", "رئیس‌جمهور"} & set(query.split(" "))
        return
    typed, kind = mistyped
    assert kind in TYPOS
    changed = [
        before
        for before, after in zip(query.split(" "), typed.split(" "), strict=True)
        if word_key(before) != word_key(after)
    ]
    assert len(changed) == 1
    assert changed[0] in {"برف", "کرج", "رئیس‌جمهور"}


def test_simulated_typos_are_the_same_in_every_run(seeds_index: Path) -> None:
    collection = Collection(
        name="seeds", queries=DATA / "queries.jsonl", qrels=DATA / "qrels.tsv", index=seeds_index
    )
    with opened(collection, seeds_index, 20) as setting:
        as_is, mistyped = (texts(setting, short=True, typed=typed) for typed in ("asis", "typo"))
        assert mistyped == texts(setting, short=True, typed="typo")
        assert all(one != other for one, other in zip(as_is, mistyped, strict=True))


def _chosen_by(wanted: np.ndarray, queries: int, random: np.random.Generator) -> list[TrainingQuery]:
    chosen = []
    for _ in range(queries):
        features = random.standard_normal((20, len(wanted)))
        grades = np.zeros(20, dtype=np.int64)
        chances = np.exp(features @ wanted)
        grades[random.choice(20, p=chances / chances.sum())] = 1
        chosen.append((features, grades))
    return chosen


def test_a_fit_recovers_the_weights_that_generated_the_relevant_answers() -> None:
    random = np.random.default_rng(1)
    wanted = np.array([2.0, -1.0, 0.0])
    queries = _chosen_by(wanted, 300, random)
    unjudged = [(random.standard_normal((5, 3)), np.zeros(5, dtype=np.int64))]
    learned = fit([queries, unjudged + queries])
    np.testing.assert_allclose(learned, wanted, atol=0.25)


def test_a_group_with_a_larger_count_has_more_influence_even_with_fewer_queries() -> None:
    random = np.random.default_rng(2)
    few, many = (_chosen_by(np.array(w), n, random) for w, n in (([2.0, 0.0], 50), ([0.0, 2.0], 300)))
    alike, few_first = fit([few, many]), fit([few, many], counts=[9.0, 1.0])
    assert few_first[0] > alike[0]
    assert few_first[1] < alike[1]
