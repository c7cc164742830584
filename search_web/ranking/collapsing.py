"""Collapses near-duplicates in a ranking: keeps one article of each cluster. A pure step after fusion."""

from dataclasses import replace

import numpy as np

from search_web.ranking.fusion import Numbers
from search_web.ranking.ranked_list import Ranking, reordered


def collapsed(ranking: Ranking, clusters: Numbers) -> Ranking:
    """Return the ranking with only the first candidate of each cluster.

    `clusters`, int64 [candidates], is the near-duplicate cluster of each candidate. The result's
    `near_duplicates` maps each kept candidate to the article numbers of those removed in its favour. The new
    total is the old one minus the removed candidates. It is exact when all matches are candidates; otherwise
    it may be too high, because matches further down may be near-duplicates too.
    """
    _, first = np.unique(clusters, return_index=True)
    if len(first) == len(clusters):
        return ranking
    members: dict[int, list[int]] = {int(clusters[place]): [] for place in first}
    for place in np.setdiff1d(np.arange(len(clusters)), first).tolist():
        members[int(clusters[place])].append(int(ranking.numbers[place]))
    standing = {int(ranking.numbers[place]): members[int(clusters[place])] for place in first}
    return replace(
        reordered(ranking, np.sort(first)),
        total=ranking.total - (len(clusters) - len(first)),
        near_duplicates={number: tuple(others) for number, others in standing.items() if others},
    )
