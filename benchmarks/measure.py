"""What the benchmarks share: timing, and a row of the table."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from indexer.articles import Article
from indexer.readers import read_articles

SEEDS = Path(__file__).parent.parent / "seeds"


class Measurement(NamedTuple):
    """A figure, the limit that it is held against, and both in the same unit."""

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
    """Return the best of some rounds, after one that is not counted."""
    work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def seed_articles(repeats: int = 1) -> list[Article]:
    """Return the articles of seeds/, repeated so many times."""
    return [item for item in read_articles([SEEDS]) if isinstance(item, Article)] * repeats
