"""Speed of the keyword index, compared with plain whoosh."""

import tempfile
from pathlib import Path

from whoosh import fields, index, scoring
from whoosh.query.compound import Or
from whoosh.query.terms import Term

from benchmarks.measure import Measurement, seconds, seed_articles
from indexer.filters import Filters
from indexer.keyword import load_engine
from indexer.keyword.documents import documents
from indexer.keyword.engine import KeywordQuery
from indexer.persian.analyzer import persian_analyzer
from search_web.understanding.query_terms import query_words, word_groups

_REPEATS = 30


def rows() -> list[Measurement]:
    """Measure building and searching, with our streams and in plain whoosh with its own analyzer."""
    articles = seed_articles(_REPEATS)
    analyzer = persian_analyzer()
    titles = [article.title for article in articles[: len(articles) // _REPEATS]]
    with tempfile.TemporaryDirectory() as ours, tempfile.TemporaryDirectory() as plain:
        engine = load_engine("whoosh")
        building = seconds(lambda: engine.build(Path(ours), documents(articles, analyzer)), rounds=1)
        schema = fields.Schema(text=fields.TEXT())
        whoosh = index.create_in(plain, schema)
        writer = whoosh.writer(limitmb=256)
        plain_building = seconds(
            lambda: [writer.add_document(text=f"{a.title}\n{a.lead}\n{a.body}") for a in articles], rounds=1
        )
        writer.commit()
        opened = engine.open(Path(ours))
        queries = [KeywordQuery(words=word_groups(query_words(title, analyzer))) for title in titles]
        searching = seconds(lambda: [opened.search(each, Filters(), 10) for each in queries], rounds=2)
        parse = schema["text"].process_text
        unions = [Or([Term("text", word) for word in parse(title)]) for title in titles]
        with whoosh.searcher(weighting=scoring.BM25F()) as searcher:
            plain_searching = seconds(
                lambda: [searcher.search(union, limit=10) for union in unions], rounds=2
            )
        opened.close()
    count = len(articles)
    return [
        Measurement(
            "keyword index, build", count / building, count / plain_building, "articles/s", "plain whoosh"
        ),
        Measurement(
            "keyword index, title as query",
            len(queries) / searching,
            len(queries) / plain_searching,
            "queries/s",
            "plain whoosh",
        ),
    ]
