"""The Persian analyzer as the analyzer of a user's own whoosh schema."""

from collections.abc import Iterator

import pytest
from whoosh import fields, index
from whoosh.analysis import StopFilter
from whoosh.qparser import QueryParser
from whoosh.searching import Searcher

from indexer.persian.stop_words import STOP_WORDS
from indexer.persian.whoosh_analyzer import PersianAnalyzer

ARTICLES = {
    "half-space": "سخنان رئیس‌جمهور دربارهٔ امنیت منطقه‌ای منتشر شد",
    "joined": "سخنان رئيسجمهور درباره امنيت منطقهای منتشر شد",
    "spaced": "سخنان رئیس جمهور درباره امنیت منطقه ای منتشر شد",
    "other": "جمهور مردم و رئیس مجلس",
}


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    schema = fields.Schema(
        id=fields.ID(stored=True),
        text=fields.TEXT(analyzer=PersianAnalyzer(), phrase=True, chars=True, stored=True),
    )
    opened = index.create_in(tmp_path_factory.mktemp("whoosh"), schema)
    writer = opened.writer()
    for key, text in ARTICLES.items():
        writer.add_document(id=key, text=text)
    writer.commit()
    with opened.searcher() as searcher:
        yield searcher
    opened.close()


def found(query: str, searcher: Searcher) -> set[str]:
    parsed = QueryParser("text", searcher.schema).parse(query)
    return {hit["id"] for hit in searcher.search(parsed)}


@pytest.mark.parametrize("query", ["منطقه‌ای", "منطقه", "امنیت", "امنيت", "منتشر شد"])
def test_a_word_is_found_however_the_article_spells_it(query: str, searcher: Searcher) -> None:
    assert found(query, searcher) == {"half-space", "joined", "spaced"}


@pytest.mark.parametrize(
    "query", ['"سخنان رئیس جمهور"', '"امنیت منطقه ای منتشر شد"', '"سخنان رئیس‌جمهور"', '"سخنان رئیسجمهور"']
)
def test_a_phrase_is_found_across_half_spaces(query: str, searcher: Searcher) -> None:
    assert found(query, searcher) == {"half-space", "joined", "spaced"}


def test_a_phrase_matches_only_in_order(searcher: Searcher) -> None:
    assert found('"جمهور رئیس"', searcher) == set()


def test_character_offsets_refer_to_the_original_text(searcher: Searcher) -> None:
    matcher = searcher.postings("text", "منطقه")
    marked = {}
    while matcher.is_active():
        stored = searcher.stored_fields(matcher.id())
        (span,) = matcher.spans()
        marked[stored["id"]] = stored["text"][span.startchar : span.endchar]
        matcher.next()
    assert marked == {"half-space": "منطقه‌ای", "joined": "منطقهای", "spaced": "منطقه ای"}


def test_the_index_has_all_readings_and_a_query_only_one() -> None:
    analyzer = PersianAnalyzer()
    assert [token.text for token in analyzer("کتاب خانه ایرانهراسی")] == [
        "کتاب",
        "کتابخانه",
        "خانه",
        "ایران",
        "هراسی",
        "ایرانهراسی",
    ]
    assert [token.text for token in analyzer("کتاب خانه ایرانهراسی", mode="query")] == [
        "کتاب",
        "خانه",
        "ایران",
        "هراسی",
    ]


def test_stop_words_stay_until_a_filter_drops_them() -> None:
    analyzer = PersianAnalyzer()
    assert [token.text for token in analyzer("خبر از ایران")] == ["خبر", "از", "ایران"]
    chain = analyzer | StopFilter(stoplist=STOP_WORDS, minsize=1)
    assert [token.text for token in chain("خبر از ایران")] == ["خبر", "ایران"]


def test_positions_and_offsets_start_at_the_values_that_whoosh_passes() -> None:
    tokens = [
        (token.text, token.pos, token.startchar, token.endchar, token.original)
        for token in PersianAnalyzer()(
            "خبر می‌رود", positions=True, chars=True, keeporiginal=True, start_pos=10, start_char=100
        )
    ]
    assert tokens == [("خبر", 10, 100, 103, "خبر"), ("رود", 11, 104, 110, "می‌رود")]
