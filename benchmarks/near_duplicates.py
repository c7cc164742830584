"""Measure how well near-duplicates are found: `python -m benchmarks.near_duplicates PATH...`.

Prints how many pairs of articles overlap at each threshold, which share of artificial near-duplicates is
found, and how long this takes. `--pairs N` also lists the ids of the N pairs that are most alike.
"""

import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from statistics import median

import click
import msgspec
from rich.console import Console
from rich.table import Table

from indexer.articles import Article
from indexer.keyword.documents import document, documents
from indexer.near_duplicates import (
    SHORTEST,
    Clusters,
    NearDuplicateFinder,
    Overlap,
    Shingles,
    overlap,
    shingles,
)
from indexer.persian.analyzer import persian_analyzer
from indexer.persian.characters import HALF_SPACE
from indexer.readers import read_articles

_CONTAINED = (0.5, 0.6, 0.7, 0.8, 0.9)
_RESEMBLANCE = (0.0, 0.2, 1 / 3, 0.5, 0.7)
# A shingle that more articles share is boilerplate; the list of all pairs ignores it.
_COMMON = 60
_LEAST_SHARED = 10
_SAMPLE = 200
_ARABIC = str.maketrans("یک", "يك")


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--pairs", default=0, help="List this many pairs, the most alike first.")
def main(paths: tuple[Path, ...], pairs: int) -> None:
    """Measure how well near-duplicates are found."""
    articles = [item for item in read_articles(paths) if isinstance(item, Article)]
    start = time.perf_counter()
    analyzed = list(documents(articles, persian_analyzer()))
    analysis = time.perf_counter() - start
    found = [shingles(each) for each in analyzed]
    finder = NearDuplicateFinder()
    start = time.perf_counter()
    for _ in finder.watch(iter(analyzed)):
        pass
    sketching = time.perf_counter() - start
    clusters = finder.clusters(found.__getitem__)
    clustering = time.perf_counter() - start - sketching
    console = Console(width=120)
    alike = dict(_overlapping_pairs(found))
    console.print(_thresholds(alike))
    later = sum(int(cluster) != number for number, cluster in enumerate(clusters))
    console.print(f"{later} of {len(articles)} articles are near-duplicates of an earlier one")
    for (one, other), shared in sorted(alike.items(), key=lambda item: item[1], reverse=True)[:pairs]:
        ids = f"{articles[one].id} {articles[other].id}"
        console.print(
            f"{shared.contained:.2f} {shared.resemblance:.2f} {clusters[one] == clusters[other]!s:5} {ids}"
        )
    console.print(_found_by_edit(articles))
    thousands = len(articles) / 1000
    console.print(
        f"a thousand articles: analysis {analysis / thousands:.2f} s (done for the keyword index anyway), "
        f"sketches {sketching / thousands:.3f} s, clusters {clustering / thousands:.3f} s"
    )


def _overlapping_pairs(found: list[Shingles]) -> Iterator[tuple[tuple[int, int], Overlap]]:
    """Yield every pair of articles that share enough shingles; exact, for some thousands of articles."""
    holders: dict[int, list[int]] = defaultdict(list)
    for number, each in enumerate(found):
        for shingle in each.tolist():
            holders[shingle].append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for numbers in holders.values():
        if len(numbers) <= _COMMON:
            shared.update(combinations(numbers, 2))
    for (one, other), count in shared.items():
        if count >= _LEAST_SHARED and min(len(found[one]), len(found[other])) >= SHORTEST:
            yield (one, other), overlap(found[one], found[other])


def _thresholds(alike: dict[tuple[int, int], Overlap]) -> Table:
    table = Table("contained, at least", *(f"resembling {least:.2f}" for least in _RESEMBLANCE), box=None)
    for contained in _CONTAINED:
        counts = [
            sum(pair.contained >= contained and pair.resemblance >= least for pair in alike.values())
            for least in _RESEMBLANCE
        ]
        table.add_row(f"{contained:.1f}", *map(str, counts))
    return table


Edit = Callable[[str, random.Random], str]


def _edited(share: float) -> Edit:
    """Return an edit that replaces or drops this share of the words."""

    def edit(text: str, chance: random.Random) -> str:
        words = text.split(" ")
        changed = [
            word if chance.random() >= share else chance.choice(("", chance.choice(words))) for word in words
        ]
        return " ".join(filter(None, changed))

    return edit


def _shortened(share: float) -> Edit:
    """Return an edit that keeps this share of the words, from the beginning."""
    return lambda text, _: " ".join(text.split(" ")[: max(1, round(len(text.split(" ")) * share))])


def _one_after_the_other(*edits: Edit) -> Edit:
    def edit(text: str, chance: random.Random) -> str:
        for each in edits:
            text = each(text, chance)
        return text

    return edit


def _spelled(text: str, _: random.Random) -> str:
    return text.replace(HALF_SPACE, "").translate(_ARABIC)


_EDITS: dict[str, Edit] = {
    "another headline, an agency in front": lambda text, _: text,
    "half-spaces lost, Arabic letters": _spelled,
    "half-spaces as spaces": lambda text, _: text.replace(HALF_SPACE, " "),
    "1 word in 50 changed": _edited(0.02),
    "1 word in 20 changed": _edited(0.05),
    "1 word in 10 changed": _edited(0.1),
    "shortened to 3/4": _shortened(0.75),
    "shortened to 1/2": _shortened(0.5),
    "shortened to 2/5": _shortened(0.4),
    "shortened to 1/3": _shortened(1 / 3),
    "3/4, half-spaces lost, 1 word in 50": _one_after_the_other(_shortened(0.75), _spelled, _edited(0.02)),
}


def _found_by_edit(articles: list[Article]) -> Table:
    """Return a table: for each edit, which share of the near-duplicates made by it is found."""
    chance = random.Random(1)  # noqa: S311 no secret
    long_enough = [article for article in articles if len(article.body.split()) >= 3 * SHORTEST]
    sample = chance.sample(long_enough, min(_SAMPLE, len(long_enough)))
    places = {article.id: number for number, article in enumerate(articles)}
    table = Table("near-duplicates made by", "found", "median contained", "median resemblance", box=None)
    for name, edit in _EDITS.items():
        made = [_near_duplicate(article, edit, chance) for article in sample]
        clusters = _clustered([*articles, *made])
        hits = [
            clusters[places[article.id]] == clusters[len(articles) + n] for n, article in enumerate(sample)
        ]
        pairs = [
            overlap(_shingles(article), _shingles(other)) for article, other in zip(sample, made, strict=True)
        ]
        contained, resemblance = median(each[0] for each in pairs), median(each[1] for each in pairs)
        table.add_row(name, f"{sum(hits) / len(hits):.3f}", f"{contained:.2f}", f"{resemblance:.2f}")
    return table


def _shingles(article: Article) -> Shingles:
    return shingles(document(0, article, persian_analyzer()))


def _clustered(articles: list[Article]) -> Clusters:
    finder = NearDuplicateFinder()
    for _ in finder.watch(documents(articles, persian_analyzer())):
        pass
    return finder.clusters(lambda number: _shingles(articles[number]))


def _near_duplicate(article: Article, edit: Edit, chance: random.Random) -> Article:
    lead, _, body = edit(f"{article.lead}\n{article.body}", chance).partition("\n")
    return msgspec.structs.replace(
        article, id=f"{article.id}-copy", title="خبر کوتاه", lead=f"خبرگزاری رود: {lead}", body=body
    )


if __name__ == "__main__":
    main()
