"""Hybrid search over a real index: modes, filters, pages, order, explanations, a missing encoder."""

import datetime as dt
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from conftest import SEEDS, build, jsonl

from indexer.build import BuildOptions
from indexer.errors import EncoderError, IndexMissing, UsageError
from indexer.filters import facet_key
from indexer.persian.analyzer import PersianAnalyzer
from indexer.semantic.encoder import Encoder
from indexer.semantic.loading import load_query_encoder
from search_web.contract.answers import DEPTH_LIMIT, Hit, SearchRequest
from search_web.ranking.cutoff import PAGE
from search_web.retrieval.evidence import CANDIDATES
from search_web.search import NO_SUCH_PHRASE, ONLY_NEAR, HybridSearcher

MODES = ("hybrid", "keyword", "semantic")
WATER = "کمبود آب سدها"
ZWNJ = "\u200c"


def ask(searcher: HybridSearcher, query: str, **wanted: object) -> list[Hit]:
    return searcher.search(SearchRequest(query=query, **{"size": 100, **wanted})).hits


def ids(hits: list[Hit]) -> list[str]:
    return [hit.id for hit in hits]


def words_of(searcher: HybridSearcher, hit: Hit, analyzer: PersianAnalyzer) -> set[str]:
    article = searcher.article(hit.id)
    assert article is not None
    text = "\n".join((article.title, article.kicker, article.lead, article.body))
    return {term.text for term in analyzer.words(text)}


@pytest.fixture(scope="module")
def plain_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index without vectors."""
    index = tmp_path_factory.mktemp("plain") / "index"
    build([SEEDS], index, BuildOptions(semantic=False))
    return index


@pytest.fixture(scope="module")
def plain(plain_index: Path) -> Iterator[HybridSearcher]:
    with HybridSearcher(plain_index) as searcher:
        yield searcher


def no_encoder(name: str | None) -> Encoder:
    raise EncoderError(f"{name}: no such model")


@pytest.fixture
def degraded(seeds_index: Path) -> Iterator[HybridSearcher]:
    with HybridSearcher(seeds_index, load=no_encoder) as searcher:
        yield searcher


def test_keyword_search_finds_only_articles_with_a_word_of_the_query(
    searcher: HybridSearcher, analyzer: PersianAnalyzer
) -> None:
    asked = {analyzer.stem(term.text) for term in analyzer.words(WATER)}
    hits = ask(searcher, WATER, mode="keyword")
    assert 0 < len(hits) < searcher.facets().articles
    for hit in hits:
        assert asked & {analyzer.stem(word) for word in words_of(searcher, hit, analyzer)}


def test_semantic_search_finds_articles_without_any_word_of_the_query(searcher: HybridSearcher) -> None:
    query = "گربه‌سانان وحشی"
    by_words = ids(ask(searcher, query, mode="keyword"))
    leopard = next(hit for hit in ask(searcher, query, mode="semantic", size=5) if "پلنگ" in hit.title)
    assert leopard.id not in by_words
    assert leopard.id in ids(ask(searcher, query, size=10))


def test_a_hybrid_answer_has_only_what_one_of_the_searches_found_and_ends_before_both(
    searcher: HybridSearcher,
) -> None:
    found = {mode: set(ids(ask(searcher, WATER, mode=mode))) for mode in MODES}
    assert found["hybrid"] < found["keyword"] | found["semantic"]
    assert set(ids(ask(searcher, WATER, mode="keyword", size=5))) <= found["hybrid"]


def test_random_letters_find_nothing_in_a_hybrid_search(searcher: HybridSearcher) -> None:
    random = Random(7)  # noqa: S311 reproducible, not secret
    for _ in range(20):
        letters = "".join(random.choices("ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی", k=random.randint(6, 12)))
        answer = searcher.search(SearchRequest(query=letters))
        assert (answer.total, answer.hits, answer.notice) == (0, [], None), letters


def test_an_answer_whose_words_no_article_holds_says_so_and_has_only_what_stands_out(tmp_path: Path) -> None:
    others = [f"شمارهٔ {number} دربارهٔ بودجهٔ شهرداری و درآمد مالیات" for number in range(60)]
    texts = ["زلزله در ایران ده‌ها خانه را ویران کرد و مردم به خیابان‌ها آمدند", *others]
    articles = jsonl(tmp_path / "articles.jsonl", [{"title": text, "body": text} for text in texts])
    build([articles], tmp_path / "index")
    with HybridSearcher(tmp_path / "index") as searcher:
        answer = searcher.search(SearchRequest(query="earthquake"))
    assert answer.notice == ONLY_NEAR
    assert [hit.title for hit in answer.hits] == texts[:1]


def test_a_query_with_a_known_word_but_no_strong_evidence_has_only_a_first_page(
    searcher: HybridSearcher,
) -> None:
    answer = searcher.search(SearchRequest(query="گربه‌سانان وحشی"))
    assert answer.total == PAGE
    assert answer.notice is None


def test_every_half_space_spelling_finds_the_same_articles(searcher: HybridSearcher) -> None:
    spellings = ("آب منطقه‌ای", "آب منطقه ای", "آب منطقهای", "آب منطقه\u200cاي")
    answers = [ids(ask(searcher, spelling, mode="keyword")) for spelling in spellings]
    assert answers[0]
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize("mode", MODES)
def test_filters_apply_in_every_mode(searcher: HybridSearcher, mode: str) -> None:
    facets = searcher.facets()
    source, category = facets.sources[0], facets.categories[0]
    by_source = ask(searcher, "ایران", mode=mode, source=source)
    assert by_source
    assert {facet_key(hit.source) for hit in by_source} == {facet_key(source)}
    by_category = ask(searcher, "ایران", mode=mode, category=category)
    assert {hit.category for hit in by_category} <= {category}
    first, last = dt.date(2025, 1, 1), dt.date(2025, 6, 30)
    within = ask(searcher, "ایران", mode=mode, date_from=first, date_to=last)
    assert within
    assert all(first.isoformat() <= str(hit.published)[:10] <= last.isoformat() for hit in within)


def test_filters_apply_inside_the_search_so_that_every_passing_article_is_found(
    searcher: HybridSearcher,
) -> None:
    source = searcher.facets().sources[-1]
    listed = ask(searcher, "", source=source)
    # The semantic search scores every article, so it finds each one that passes the filter.
    assert set(ids(ask(searcher, "فوتبال", mode="semantic", source=source))) == set(ids(listed))


@pytest.mark.parametrize("mode", MODES)
def test_filters_that_match_no_article_give_an_empty_answer(searcher: HybridSearcher, mode: str) -> None:
    answer = searcher.search(SearchRequest(query="ایران", mode=mode, source="چنین منبعی نیست"))
    assert (answer.total, answer.hits) == (0, [])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("fusion", ["learned", "zscore", "rrf"])
def test_consecutive_pages_continue_without_repeats(searcher: HybridSearcher, mode: str, fusion: str) -> None:
    whole = ask(searcher, WATER, mode=mode, fusion=fusion)
    pages = [ask(searcher, WATER, mode=mode, fusion=fusion, size=7, page=page) for page in range(1, 15)]
    paged = [hit for page in pages for hit in page]
    assert ids(paged) == ids(whole)
    assert len(set(ids(paged))) == len(paged)
    assert [hit.rank for hit in paged] == list(range(1, len(paged) + 1))
    assert all(earlier.score >= later.score for earlier, later in pairwise(paged))


def test_the_total_is_the_same_on_every_page(searcher: HybridSearcher) -> None:
    totals = {searcher.search(SearchRequest(query=WATER, page=page)).total for page in (1, 2, 50)}
    assert len(totals) == 1


@pytest.mark.parametrize("mode", MODES)
def test_newest_sorts_by_day_with_undated_articles_last(searcher: HybridSearcher, mode: str) -> None:
    hits = ask(searcher, "استان", mode=mode, sort="newest")
    days = [hit.published[:10] for hit in hits if hit.published]
    assert len(days) > 1
    assert days == sorted(days, reverse=True)
    assert all(hit.published is None for hit in hits[len(days) :])


def test_newest_returns_only_articles_with_every_word_of_the_query(
    searcher: HybridSearcher, analyzer: PersianAnalyzer
) -> None:
    hits = ask(searcher, "آب استان", sort="newest")
    asked = {analyzer.stem(term.text) for term in analyzer.words("آب استان")}
    assert hits
    for hit in hits:
        assert asked <= {analyzer.stem(word) for word in words_of(searcher, hit, analyzer)}


def test_newest_falls_back_to_the_best_when_no_article_has_every_word(searcher: HybridSearcher) -> None:
    query = "پسته فوتسال شهاب‌سنگ پلنگ"
    answer = searcher.search(SearchRequest(query=query, sort="newest", size=100))
    assert answer.total == len(answer.hits) < searcher.facets().articles
    assert set(ids(ask(searcher, query, size=4))) <= set(ids(answer.hits))
    days = [hit.published or "" for hit in answer.hits]
    assert days == sorted(days, reverse=True)


def test_explanations_agree_with_each_search_alone(searcher: HybridSearcher) -> None:
    alone = {mode: {hit.id: hit for hit in ask(searcher, WATER, mode=mode, collapse=False)} for mode in MODES}
    for hit in ask(searcher, WATER, explain=True, collapse=False):
        assert hit.explain is not None
        for mode, placement in (("keyword", hit.explain.keyword), ("semantic", hit.explain.semantic)):
            other = alone[mode].get(hit.id)
            assert placement.rank == (other.rank if other else None)
            if other:
                assert placement.score == pytest.approx(other.score, abs=1e-5)
        assert hit.explain.fusion.startswith("learned, ")


@pytest.mark.parametrize("weight", [0.0, 1.0])
def test_a_semantic_weight_of_zero_or_one_gives_the_results_of_one_search_alone(
    searcher: HybridSearcher, weight: float
) -> None:
    mode = "semantic" if weight else "keyword"
    mixed = ask(searcher, WATER, fusion="zscore", semantic_weight=weight, size=5)
    assert ids(mixed) == ids(ask(searcher, WATER, mode=mode, size=5))


@pytest.mark.parametrize("mode", MODES)
def test_no_hit_contains_an_excluded_word(
    searcher: HybridSearcher, analyzer: PersianAnalyzer, mode: str
) -> None:
    with_word = ask(searcher, "سد آب", mode=mode)
    without = ask(searcher, "سد آب -تهران", mode=mode)
    assert without
    assert len(without) < len(with_word)
    assert not any("تهران" in words_of(searcher, hit, analyzer) for hit in without)


WORDS = [
    "ایران",
    "تهران",
    "شرکت",
    "کارگر",
    "صادرات",
    "نقشه",
    f"کتاب{ZWNJ}ها",
    f"رئیس{ZWNJ}جمهور",
    "می‌گیرد",
    "از",
]


@pytest.mark.parametrize("sort", ["relevance", "newest"])
@pytest.mark.parametrize("word", WORDS)
def test_an_exclusion_excludes_all_that_the_same_word_finds(
    searcher: HybridSearcher, word: str, sort: str
) -> None:
    found = set(ids(ask(searcher, word, mode="keyword", collapse=False)))
    both = searcher.search(SearchRequest(query=f"{word} -{word}", mode="keyword", sort=sort))
    assert (both.total, both.hits) == (0, [])
    for mode in MODES:
        assert not found & set(ids(ask(searcher, f"{word} -{word}", mode=mode, sort=sort, collapse=False)))


@pytest.mark.parametrize("word", ["ایران", "تهران", "شرکت", "کارگر", f"کتاب{ZWNJ}ها", f"می{ZWNJ}گیرد"])
def test_with_another_query_an_excluded_word_excludes_the_same_articles(
    searcher: HybridSearcher, word: str
) -> None:
    found = set(ids(ask(searcher, word, mode="keyword", collapse=False)))
    assert found
    for mode in MODES:
        for query in (f"آب سد -{word}", f"-{word}"):
            assert not found & set(ids(ask(searcher, query, mode=mode, collapse=False)))


def test_a_word_of_several_parts_excludes_no_article_that_has_only_one_of_them(
    searcher: HybridSearcher, analyzer: PersianAnalyzer
) -> None:
    left = ask(searcher, f"سازمان -رئیس{ZWNJ}جمهور", mode="keyword", collapse=False)
    texts = [words_of(searcher, hit, analyzer) for hit in left]
    assert any("رییس" in words for words in texts)


@pytest.mark.parametrize(
    "typed", ["سد آب -{}تهران", "سد آب {}-تهران", "سد آب –تهران", "سد آب -{}عنوان{}:{}تهران"]
)
def test_invisible_marks_and_other_dashes_do_not_switch_an_exclusion_off(
    searcher: HybridSearcher, typed: str
) -> None:
    plain = typed.replace("{}", "").replace("–", "-")
    for mark in "\u200f\u2067\ufeff\u200c":
        marked = ask(searcher, typed.replace("{}", mark))
        assert ids(marked) == ids(ask(searcher, plain)) != ids(ask(searcher, "سد آب"))


def test_sixty_copies_of_a_phrase_are_one_phrase(searcher: HybridSearcher) -> None:
    many = searcher.search(SearchRequest(query='"در این" ' * 56, mode="keyword", size=100))
    assert ids(many.hits) == ids(ask(searcher, '"در این"', mode="keyword"))


@pytest.mark.parametrize("mode", MODES)
def test_every_hit_contains_the_phrase(searcher: HybridSearcher, mode: str) -> None:
    hits = ask(searcher, "«شرکت آب منطقه ای»", mode=mode)
    assert hits
    for hit in hits:
        article = searcher.article(hit.id)
        assert article is not None
        text = f"{article.lead} {article.body}".replace("\u200c", "").replace(" ", "")
        assert "شرکتآبمنطقهای" in text.replace("ي", "ی")


@pytest.mark.parametrize("mode", MODES)
def test_a_phrase_in_no_article_is_searched_as_words_with_a_notice(
    searcher: HybridSearcher, mode: str
) -> None:
    phrase = searcher.search(SearchRequest(query="«ای منطقه آب شرکت»", mode=mode))
    words = searcher.search(SearchRequest(query="ای منطقه آب شرکت", mode=mode))
    assert (phrase.notice, phrase.relaxed) == (NO_SUCH_PHRASE, True)
    assert not words.relaxed
    assert ids(phrase.hits) == ids(words.hits) != []


@pytest.mark.parametrize("mode", MODES)
def test_a_required_title_word_is_never_dropped_even_if_no_title_has_it(
    searcher: HybridSearcher, mode: str
) -> None:
    assert searcher.search(SearchRequest(query="عنوان:ناموجودواژه سد", mode=mode)).total == 0


def test_a_query_with_only_exclusions_lists_the_newest_other_articles(
    searcher: HybridSearcher, analyzer: PersianAnalyzer
) -> None:
    every = searcher.facets().articles
    answer = searcher.search(SearchRequest(query="-تهران", size=100))
    assert 0 < answer.total < every
    assert not any("تهران" in words_of(searcher, hit, analyzer) for hit in answer.hits)
    dated = [hit.published for hit in answer.hits if hit.published]
    assert dated == sorted(dated, reverse=True)


def test_a_phrase_found_only_outside_the_filters_is_not_relaxed(searcher: HybridSearcher) -> None:
    answer = searcher.search(SearchRequest(query="«شرکت آب منطقه ای»", date_to=dt.date(2000, 1, 1)))
    assert (answer.total, answer.notice) == (0, None)


@pytest.mark.parametrize("mode", MODES)
def test_every_hit_has_the_required_title_word_in_its_title(
    searcher: HybridSearcher, analyzer: PersianAnalyzer, mode: str
) -> None:
    hits = ask(searcher, "عنوان:تهران", mode=mode)
    assert hits
    for hit in hits:
        assert "تهران" in {term.text for term in analyzer.words(hit.title)}


def test_words_of_the_query_are_highlighted_in_the_snippet(searcher: HybridSearcher) -> None:
    hit = ask(searcher, "رییس جمهور منطقه ای", size=1)[0]
    assert "<mark>رئیس‌جمهور</mark>" in hit.snippet
    assert "<mark>منطقه‌ای</mark>" in hit.snippet


def test_a_query_of_only_stop_words_searches_for_them(searcher: HybridSearcher) -> None:
    answer = searcher.search(SearchRequest(query="از به در", mode="keyword"))
    assert answer.total > 0
    assert answer.notice is None


@pytest.mark.parametrize("mode", MODES)
def test_a_blank_query_lists_the_newest_in_any_mode_and_order(searcher: HybridSearcher, mode: str) -> None:
    answer = searcher.search(SearchRequest(query=" \t", mode=mode, size=100))
    assert answer.total + sum(hit.similar_total for hit in answer.hits) == searcher.facets().articles
    assert ids(answer.hits) == ids(ask(searcher, "", sort="newest"))
    assert not answer.degraded
    assert not any("<mark>" in hit.snippet + hit.title_html for hit in answer.hits)
    paged = ask(searcher, "", size=9) + ask(searcher, "", size=9, page=2)
    assert ids(paged) == ids(answer.hits)[:18]


def test_a_query_of_punctuation_finds_nothing_with_a_notice(searcher: HybridSearcher) -> None:
    answer = searcher.search(SearchRequest(query="؟! …"))
    assert (answer.total, answer.hits) == (0, [])
    assert answer.notice == "در این عبارت واژه‌ای برای جست‌وجو نیست."


def test_search_falls_back_to_keywords_when_the_encoder_is_missing(
    degraded: HybridSearcher, searcher: HybridSearcher, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "khabaryab"):
        degraded.warm_up()
        for mode in ("hybrid", "semantic"):
            answer = degraded.search(SearchRequest(query=WATER, mode=mode, size=100))
            assert answer.degraded
            assert ids(answer.hits) == ids(ask(searcher, WATER, mode="keyword"))
    assert [record.getMessage() for record in caplog.records] == [
        "only keywords are searched: multilingual-e5-small: no such model"
    ]
    assert degraded.readiness().ready
    assert degraded.readiness().degraded
    assert "the encoder cannot be loaded" in degraded.readiness().detail


def test_a_keyword_search_is_never_degraded_and_never_loads_the_encoder(seeds_index: Path) -> None:
    loaded = []
    with HybridSearcher(seeds_index, load=lambda name: loaded.append(name) or no_encoder(name)) as searcher:
        assert not searcher.search(SearchRequest(query=WATER, mode="keyword")).degraded
        assert not searcher.search(SearchRequest(query="")).degraded
    assert loaded == []


def test_evaluation_refuses_to_measure_without_the_encoder(degraded: HybridSearcher) -> None:
    assert degraded.rank(WATER, "keyword", 5)
    for mode in ("hybrid", "semantic"):
        with pytest.raises(EncoderError, match="no such model"):
            degraded.rank(WATER, mode, 5)


def test_loading_a_failed_encoder_is_retried_later(
    seeds_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []
    monkeypatch.setattr("search_web.retrieval.query_encoder.RETRY_SECONDS", 0.0)
    with HybridSearcher(seeds_index, load=lambda name: tries.append(name) or no_encoder(name)) as asked:
        assert asked.search(SearchRequest(query=WATER)).degraded
        assert asked.search(SearchRequest(query=WATER)).degraded
        assert len(tries) == 2
        monkeypatch.setattr("search_web.retrieval.query_encoder.RETRY_SECONDS", 60.0)
        assert asked.search(SearchRequest(query=WATER)).degraded
    assert len(tries) == 2


def test_a_changed_encoder_is_loaded_once_and_tried_again_later(
    seeds_index: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    loaded: list[Encoder] = []
    fingerprints = ["of another model", "of another model", ""]

    def load(name: str | None) -> Encoder:
        encoder = load_query_encoder(name)
        encoder.fingerprint = fingerprints[len(loaded)] or encoder.fingerprint
        loaded.append(encoder)
        return encoder

    with HybridSearcher(seeds_index, load=load) as asked, caplog.at_level(logging.INFO, "khabaryab"):
        by_keywords = asked.search(SearchRequest(query=WATER, mode="keyword"))
        for _ in range(3):
            for mode in ("hybrid", "semantic"):
                answer = asked.search(SearchRequest(query=WATER, mode=mode))
                assert answer.degraded
                assert answer.hits == by_keywords.hits
        assert len(loaded) == 1
        assert asked.readiness().degraded
        assert "with another encoder" in asked.readiness().detail
        with pytest.raises(EncoderError, match="made with another encoder"):
            asked.rank(WATER, "semantic", 5)
        monkeypatch.setattr("search_web.retrieval.query_encoder.RETRY_SECONDS", 0.0)
        assert asked.search(SearchRequest(query=WATER)).degraded
        assert not asked.search(SearchRequest(query=WATER)).degraded
        assert asked.readiness().detail == "ready"
    assert len(loaded) == 3
    failed, recovered = [record.getMessage() for record in caplog.records]
    assert failed.startswith("only keywords are searched: the index was made with another encoder")
    assert recovered == "the encoder multilingual-e5-small is loaded now"


@pytest.mark.parametrize("error", [OSError(24, "Too many open files"), MemoryError(), KeyError("weights")])
def test_whatever_a_library_raises_while_it_loads_the_encoder_degrades_the_search(
    seeds_index: Path, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    def load(name: str | None) -> Encoder:
        raise error

    with HybridSearcher(seeds_index, load=load) as asked:
        asked.warm_up()
        assert asked.search(SearchRequest(query=WATER)).degraded
        assert asked.search(SearchRequest(query=WATER)).degraded
        assert "the encoder cannot be loaded" in asked.readiness().detail
    (record,) = caplog.records
    assert "\n" not in record.getMessage()


def test_an_index_without_vectors_answers_by_keywords_and_refuses_semantic_mode(
    plain: HybridSearcher, searcher: HybridSearcher
) -> None:
    answer = plain.search(SearchRequest(query=WATER, size=100))
    assert not answer.degraded
    assert ids(answer.hits) == ids(ask(searcher, WATER, mode="keyword"))
    with pytest.raises(UsageError, match="no vectors"):
        plain.search(SearchRequest(query=WATER, mode="semantic"))
    for mode in ("hybrid", "semantic"):
        with pytest.raises(UsageError, match="no vectors"):
            plain.rank(WATER, mode, 10)


def test_evaluation_uses_the_same_ranking_as_readers_see(searcher: HybridSearcher) -> None:
    for mode in MODES:
        ranked = searcher.rank(WATER, mode, 10)
        shown = ask(searcher, WATER, mode=mode, size=10)
        assert [article for article, _ in ranked] == ids(shown)
        assert [round(score, 6) for _, score in ranked] == [hit.score for hit in shown]
    assert searcher.rank("؟!", "hybrid", 10) == []


@pytest.mark.slow
def test_concurrent_searches_give_the_same_answers_as_single_ones(searcher: HybridSearcher) -> None:
    asked = [
        SearchRequest(query=query, mode=mode, sort=sort)
        for query in (WATER, "صادرات پسته", "فوتسال -مشهد", "«شرکت آب»", "")
        for mode in MODES
        for sort in ("relevance", "newest")
    ]
    expected = [searcher.search(request).hits for request in asked]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(searcher.search, asked * 3))
    assert [answer.hits for answer in answers] == expected * 3


def test_a_missing_index_is_an_error_and_the_searcher_is_not_ready(tmp_path: Path) -> None:
    with HybridSearcher(tmp_path / "none") as searcher:
        with pytest.raises(IndexMissing, match="khabaryab index"):
            searcher.search(SearchRequest(query=WATER))
        assert not searcher.readiness().ready


def test_a_closed_searcher_reopens_the_index_on_the_next_search(seeds_index: Path) -> None:
    searcher = HybridSearcher(seeds_index)
    first = ids(ask(searcher, WATER, mode="keyword"))
    searcher.close()
    assert ids(ask(searcher, WATER, mode="keyword")) == first
    searcher.close()


def test_facets_are_computed_once_per_generation(searcher: HybridSearcher) -> None:
    assert searcher.facets() is searcher.facets()
    assert searcher.facets().articles == searcher.search(SearchRequest(query="", collapse=False)).total


def test_the_depth_limit_and_the_number_of_candidates_are_consistent() -> None:
    assert CANDIDATES <= DEPTH_LIMIT
