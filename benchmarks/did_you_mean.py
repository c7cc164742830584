"""Measure how often the first suggestion is right, and how often a correct query gets one.

    python -m benchmarks.did_you_mean INDEX TITLES.jsonl [CORRECT.jsonl ...] [--seeds 1,2,3] [--show]

For the first rate, queries of two to five neighbouring content words are cut from titles, and each gets one
typo: a letter is dropped, doubled, swapped with the next one, or replaced by the letter of a key beside it or
by one that sounds the same. For the second rate, the correct queries are those from titles without a typo,
and two to five neighbouring content words of each query in the other files. Correct queries are measured as
they are, with their half-spaces (U+200C) lost, and with their half-spaces typed as spaces.

Then the same for queries of a single word that the archive lacks: words of titles with a typo, and all
distinct correct words of the other files, names included.
"""

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from benchmarks.typos import TYPOS, with_typo
from indexer.persian.characters import HALF_SPACE
from indexer.persian.stop_words import STOP_WORDS
from indexer.persian.tokens import Kind, tokenize
from indexer.snapshot import Snapshot
from indexer.vocabulary import Vocabulary, word_key
from search_web.understanding.corrections import Corrector

_QUERIES = 200
_SINGLE_WORDS = 1500


def main() -> None:
    """Print both rates for each seed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("index", type=Path)
    parser.add_argument("titles", type=Path)
    parser.add_argument("correct", type=Path, nargs="*")
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    arguments = parser.parse_args()
    with closing(Snapshot.open(arguments.index)) as snapshot:
        corrector = Corrector(snapshot.vocabulary, snapshot.analyzer)
        corrector.correct("گرم")
        for seed in map(int, arguments.seeds.split(",")):
            _measure(corrector, seed, arguments)
            _measure_single(corrector, snapshot.vocabulary, seed, arguments)


def _measure(corrector: Corrector, seed: int, arguments: argparse.Namespace) -> None:
    rng = random.Random(seed)  # noqa: S311 reproducible, not secret
    titles = [content_words(record["title"]) for record in _records(arguments.titles)]
    short = [_stretch(words, rng) for words in titles if len(words) >= 2]
    rng.shuffle(short)
    pairs = [(query, *mistyped) for query in short[: 2 * _QUERIES] if (mistyped := with_typo(query, rng))]
    _print_found(corrector, pairs[:_QUERIES], seed, show=arguments.show)
    correct = {"titles": short[:1000]}
    for path in arguments.correct:
        texts = [record.get("text") or record.get("title", "") for record in _records(path)]
        queries = [_stretch(content_words(text), rng) for text in texts]
        correct[path.parent.name] = rng.sample(queries, min(len(queries), 1000))
    _print_false(corrector, correct, seed, show=arguments.show)


def _measure_single(
    corrector: Corrector, vocabulary: Vocabulary, seed: int, arguments: argparse.Namespace
) -> None:
    """Measure queries of one word that the archive lacks."""
    rng = random.Random(seed)  # noqa: S311 reproducible, not secret
    words = [word for record in _records(arguments.titles) for word in content_words(record["title"])]
    rng.shuffle(words)
    held = (word for word in words if vocabulary.frequency(word_key(word)))
    typos = ((word, *mistyped) for word in held if (mistyped := with_typo(word, rng)))
    lacking = (pair for pair in typos if not vocabulary.frequency(word_key(pair[1])))
    _print_found(corrector, list(islice(lacking, _SINGLE_WORDS)), seed, show=arguments.show)
    correct = {}
    for path in arguments.correct:
        texts = (record.get("text") or record.get("title", "") for record in _records(path))
        unknown = {word_key(word): word for text in texts for word in content_words(text)}
        queries = [word for key, word in unknown.items() if key.isalpha() and not key.isascii()]
        lacked = [word for word in queries if not vocabulary.frequency(word_key(word))]
        correct[f"words of {path.parent.name}/{path.name}"] = rng.sample(
            lacked, min(len(lacked), _SINGLE_WORDS)
        )
    _print_false(corrector, correct, seed, show=arguments.show)


def _print_found(corrector: Corrector, pairs: list[tuple[str, str, str]], seed: int, *, show: bool) -> None:
    right: Counter[str] = Counter()
    made: Counter[str] = Counter()
    times = []
    silent = 0
    for query, typed, kind in pairs:
        start = time.perf_counter()
        suggested = corrector.correct(typed)
        times.append(time.perf_counter() - start)
        made[kind] += 1
        right[kind] += same(suggested, query)
        silent += suggested == typed
        if show and not same(suggested, query):
            print(f"  {kind}: {query} | {typed} | {'' if suggested == typed else suggested}")
    times.sort()
    by_kind = ", ".join(f"{kind} {right[kind]}/{made[kind]}" for kind in TYPOS)
    print(
        f"seed {seed}: right {right.total() / len(pairs):.1%} of {len(pairs)} ({by_kind}), "
        f"no suggestion {silent}; "
        f"ms p50 {times[len(times) // 2] * 1e3:.1f}, p95 {times[len(times) * 95 // 100] * 1e3:.1f}, "
        f"max {times[-1] * 1e3:.1f}"
    )


def _print_false(corrector: Corrector, correct: dict[str, list[str]], seed: int, *, show: bool) -> None:
    for name, queries in correct.items():
        rates = []
        for spelling, respelt in _SPELLINGS.items():
            given = [(query, corrector.correct(query)) for query in map(respelt, queries)]
            false = [(query, suggested) for query, suggested in given if suggested != query]
            rates.append(f"{spelling} {len(false) / len(queries):.2%}")
            if show:
                for query, suggested in false:
                    print(f"  {name}, {spelling}: {query} | {suggested}")
        print(f"seed {seed}: correct {name} ({len(queries)}) with a suggestion: {', '.join(rates)}")


_SPELLINGS = {
    "as they are": lambda query: query,
    "joined": lambda query: query.replace(HALF_SPACE, ""),
    "spaced": lambda query: query.replace(HALF_SPACE, " "),
}


def _records(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def content_words(text: str) -> list[str]:
    """Return the words of a text that are not stop words."""
    return [
        token.text
        for token in tokenize(text)
        if token.kind in (Kind.WORD, Kind.LATIN, Kind.NUMBER) and word_key(token.text) not in STOP_WORDS
    ]


def _stretch(words: list[str], rng: random.Random) -> str:
    """Return a random span of two to five neighbouring words."""
    number = min(rng.randint(2, 5), len(words))
    start = rng.randint(0, len(words) - number)
    return " ".join(words[start : start + number])


def same(left: str, right: str) -> bool:
    """Return whether two queries differ only in how letters, spaces and half-spaces are typed."""
    return word_key(left).replace(" ", "") == word_key(right).replace(" ", "")


if __name__ == "__main__":
    main()
