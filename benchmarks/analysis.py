"""Speed of the analyzer, compared with the simplest tokenizer."""

import re

from benchmarks.measure import Measurement, seconds, seed_articles
from indexer.persian.analyzer import persian_analyzer


def rows() -> list[Measurement]:
    """Return words per second of the analyzer (caches warm) and of a bare regular expression."""
    texts = [article.body for article in seed_articles(5)]
    words = re.compile(r"\w+")
    count = sum(len(words.findall(text)) for text in texts)
    analyzer = persian_analyzer()
    ours = count / seconds(lambda: [analyzer.words(text) for text in texts])
    plain = count / seconds(lambda: [words.findall(text) for text in texts])
    return [Measurement("analysis", ours, plain, "words/s", r"re.findall(\w+)")]
