"""Copies of a story in a ranking: the best-placed one stands for all. Pure, a step after fusion."""

from dataclasses import replace

import numpy as np

from search_web.ranking.fusion import Numbers
from search_web.ranking.ranked_list import Ranking, reordered


def collapsed(ranking: Ranking, groups: Numbers) -> Ranking:
    """Return the ranking with only the first candidate of each group, which takes the others with it.

    `groups` is the group of each candidate [candidates]. The total is less by the candidates that went: exact
    when all matches are candidates, else that many at the least.
    """
    _, first = np.unique(groups, return_index=True)
    if len(first) == len(groups):
        return ranking
    copies: dict[int, list[int]] = {int(groups[place]): [] for place in first}
    for place in np.setdiff1d(np.arange(len(groups)), first).tolist():
        copies[int(groups[place])].append(int(ranking.numbers[place]))
    standing = {int(ranking.numbers[place]): copies[int(groups[place])] for place in first}
    return replace(
        reordered(ranking, np.sort(first)),
        total=ranking.total - (len(groups) - len(first)),
        copies={number: tuple(others) for number, others in standing.items() if others},
    )
