"""Measure how many words with a half-space keep their terms when the half-space is lost.

    python -m benchmarks.half_space_share ARTICLES.jsonl [--ids PREFIX] [--field text] [--failures 40]
                                          [--learn ARTICLES.jsonl]

A half-space is U+200C, the zero-width non-joiner. The program takes every occurrence of a word with an inner
half-space in titles and bodies, and compares the set of its content terms with that of its joined spelling.
It prints how often the sets are equal and how often they share a term. With --learn the analyzer first learns
from another collection, or from the same one.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.persian.analyzer import PersianAnalyzer, persian_analyzer
from indexer.persian.characters import HALF_SPACE
from indexer.persian.collection import count_words, learn
from indexer.persian.tokens import Kind, tokenize


@dataclass(frozen=True)
class Share:
    """Numbers of occurrences: all, with equal terms, with a shared term; and the words whose terms differ."""

    total: int
    equal: int
    shared: int
    failures: Counter[str]


def half_space_words(texts: Iterator[str]) -> Counter[str]:
    """Count the words that have a half-space (U+200C) between two letters."""
    return Counter(
        token.text
        for text in texts
        for token in tokenize(text)
        if token.kind is Kind.WORD and HALF_SPACE in token.text.strip(HALF_SPACE)
    )


def share(words: Counter[str], analyzer: PersianAnalyzer) -> Share:
    """Compare the terms of each word with those of its joined spelling."""
    equal = shared = 0
    failures: Counter[str] = Counter()
    for word, count in words.items():
        written = _terms(word, analyzer)
        joined = _terms(word.replace(HALF_SPACE, ""), analyzer)
        equal += count * (written == joined)
        shared += count * bool(written & joined)
        if written != joined:
            failures[word] += count
    return Share(words.total(), equal, shared, failures)


def _terms(word: str, analyzer: PersianAnalyzer) -> frozenset[str]:
    return frozenset(term.text for term in analyzer.content_words(word))


def _texts(path: Path, prefix: str, fields: tuple[str, ...]) -> Iterator[str]:
    for line in path.read_text("utf-8").splitlines():
        record = json.loads(line)
        if str(record.get("id", "")).startswith(prefix):
            yield from (record[field] for field in fields if record.get(field))


def main() -> None:
    """Print both shares and the most frequent failures, with their terms."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--ids", default="", help="only the records whose id begins so")
    parser.add_argument("--field", action="append", help="fields to read; title, body and text if none")
    parser.add_argument("--learn", type=Path, help="articles whose spelling is learned first")
    parser.add_argument("--failures", type=int, default=40)
    options = parser.parse_args()
    fields = tuple(options.field or ("title", "body", "text"))
    analyzer = persian_analyzer()
    if options.learn:
        texts = list(_texts(options.learn, "", fields))
        learned = learn([count_words(texts)], lambda halves: [halves.count(texts)], analyzer)
        analyzer = PersianAnalyzer(learned)
    result = share(half_space_words(_texts(options.articles, options.ids, fields)), analyzer)
    print(f"half-space words {result.total}  equal {result.equal / result.total:.4f}", end="  ")
    print(f"shared {result.shared / result.total:.4f}  kinds that fail {len(result.failures)}")
    for word, count in result.failures.most_common(options.failures):
        joined = word.replace(HALF_SPACE, "")
        pair = (" ".join(sorted(_terms(spelling, analyzer))) for spelling in (word, joined))
        print(f"{count:5} {word:24}", "  |  ".join(pair))


if __name__ == "__main__":
    main()
