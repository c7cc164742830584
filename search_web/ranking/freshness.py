"""Ranks newer articles higher, when a reader asks for it with a half-life. A pure step after fusion.

    score = z + ln(freshness),    freshness = f + (1 - f) · 2^(-age / half-life),    f = 0.1

z is the score of a candidate in standard deviations from the mean of all candidates. The age is in days. The
sum multiplies the relevance exp(z) by a prior over the age: the day that a reader wants is an exponentially
distributed time ago, but one time in ten it may be any day. That floor f keeps a good match of any age above
a fresh article that does not match: age costs at most 2.3 standard deviations (ln 0.1 = -2.3).
"""

import datetime as dt
import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from indexer.filters import NO_DAY
from search_web.ranking.fusion import Scores, z_scores
from search_web.ranking.ranked_list import Ranking, reordered

FLOOR = 0.1


def freshness(days: NDArray[np.int64], half_life: float, today: dt.date) -> Scores:
    """Return the freshness (0.1 to 1) of articles, float64 [articles].

    `days` are their day numbers [articles]; `half_life` is in days. The freshness is 1 for an article of
    today or later. It is the minimum for an article without a day, which is also last when sorted by day.
    """
    ages = np.maximum(today.toordinal() - days, 0)
    fresh = FLOOR + (1 - FLOOR) * np.exp2(-ages / half_life)
    return np.where(days == NO_DAY, FLOOR, fresh)


def refreshed(ranking: Ranking, days: NDArray[np.int64], half_life: float, today: dt.date) -> Ranking:
    """Return the candidates ranked again by score and freshness; `days` are their day numbers [candidates].

    Candidates of the same day keep their order. With an infinite half-life all candidates do.
    """
    fresh = freshness(days, half_life, today) if math.isfinite(half_life) else np.ones(len(days))
    scores = z_scores(ranking.scores) + np.log(fresh)
    order = np.argsort(-scores, kind="stable")
    factors = dict(zip(ranking.numbers.tolist(), fresh.tolist(), strict=True))
    return reordered(
        replace(
            ranking,
            scores=scores,
            fusion=f"{ranking.fusion}; z + ln(freshness), half-life {half_life:g} days",
            freshness=factors,
        ),
        order,
    )
