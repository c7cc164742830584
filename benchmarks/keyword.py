"""Speed of the keyword indexes: whoosh, tantivy, and tantivy as it is, with a tokenizer of its own."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import tantivy

from benchmarks.measure import Measurement, seconds, seed_articles
from indexer.articles import Article
from indexer.filters import Filters
from indexer.keyword import load_engine
from indexer.keyword.documents import documents
from indexer.keyword.engine import Document, KeywordQuery
from indexer.persian.analyzer import persian_analyzer
from search_web.understanding.query_terms import query_words, word_groups

_REPEATS = 30
_BEST = 200
_BUFFER = 128 << 20
_RAW = "raw tantivy"


def rows() -> list[Measurement]:
    """Measure feeding analysed articles and searching titles, and compare each with raw tantivy."""
    analyzer = persian_analyzer()
    articles = seed_articles(_REPEATS)
    titles = [article.title for article in articles[: len(articles) // _REPEATS]]
    analysed = list(documents(articles, analyzer))
    queries = [KeywordQuery(words=word_groups(query_words(title, analyzer))) for title in titles]
    feeding, searching = _raw(articles, titles)
    found = []
    for name in ("whoosh", "tantivy"):
        fed, searched = _engine(name, analysed, queries)
        found += [
            Measurement(f"{name}, feed", len(articles) / fed, len(articles) / feeding, "articles/s", _RAW),
            Measurement(
                f"{name}, title as query", len(titles) / searched, len(titles) / searching, "queries/s", _RAW
            ),
        ]
    return found


def _engine(name: str, analysed: Sequence[Document], queries: Sequence[KeywordQuery]) -> tuple[float, float]:
    """Return the seconds of feeding all documents to an engine, and of all queries."""
    engine = load_engine(name)
    with tempfile.TemporaryDirectory() as folder:
        feeding = seconds(_in_new_folders(folder, lambda path: engine.build(path, analysed)), rounds=1)
        opened = engine.open(Path(folder) / "0")
        searching = seconds(lambda: [opened.search(each, Filters(), _BEST) for each in queries], rounds=3)
        opened.close()
    return feeding, searching


def _raw(articles: Sequence[Article], titles: Sequence[str]) -> tuple[float, float]:
    """Return the seconds of feeding the texts to tantivy, and of all titles as its own queries."""
    schema = tantivy.SchemaBuilder().add_text_field("text").build()

    def build(path: Path) -> None:
        writer = tantivy.Index(schema, str(path)).writer(_BUFFER, 1)
        for article in articles:
            writer.add_document(tantivy.Document(text=f"{article.title}\n{article.lead}\n{article.body}"))
        writer.commit()
        writer.wait_merging_threads()

    with tempfile.TemporaryDirectory() as folder:
        feeding = seconds(_in_new_folders(folder, build), rounds=1)
        index = tantivy.Index.open(str(Path(folder) / "0"))
        searcher = index.searcher()
        parsed = [index.parse_query_lenient(title, ["text"])[0] for title in titles]
        searching = seconds(lambda: [searcher.search(each, _BEST) for each in parsed], rounds=3)
    return feeding, searching


def _in_new_folders(parent: str, build: Callable[[Path], None]) -> Callable[[], None]:
    """Return `build`, called with another new folder each time: 0, 1 and so on."""
    folders = (Path(parent) / str(number) for number in range(100))

    def call() -> None:
        folder = next(folders)
        folder.mkdir()
        build(folder)

    return call
