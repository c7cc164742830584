"""Common parts of the speed benchmarks: timing, articles, and a row of the table."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from indexer.articles import Article
from indexer.readers import read_articles

SEEDS = Path(__file__).parent.parent / "seeds"


class Measurement(NamedTuple):
    """A figure and the limit with which it is compared, both in the same unit."""

    what: str
    figure: float
    limit: float
    unit: str
    limit_is: str

    @property
    def ratio(self) -> float:
        """The figure as a share of its limit."""
        return self.figure / self.limit


def seconds(work: Callable[[], object], rounds: int = 5) -> float:
    """Return the time of the fastest round, in seconds; a warm-up round before is not counted."""
    work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def seed_articles(repeats: int = 1) -> list[Article]:
    """Return the articles of seeds/, repeated this number of times."""
    return [item for item in read_articles([SEEDS]) if isinstance(item, Article)] * repeats
