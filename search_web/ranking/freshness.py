"""Freshness: newer articles first when a reader asks for it, by a half-life. Pure, a step after fusion.

    score = z + ln(freshness),    freshness = f + (1 - f) · 2^(-age / half-life),    f = 0.1

where z is the score in standard deviations over the candidates and age counts in days. It multiplies the
relevance exp(z) by a prior: the day that a reader wants lies an exponentially distributed time back, but one
time in ten it may be any. That floor f keeps a good match of any age before a fresh one that is none: age
costs 2.3 standard deviations at the most.
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
    """Return the freshness (0.1 to 1) of articles by their day numbers [articles]; `half_life` is in days.

    An article of today or later has 1, one without a day the least: it is listed last by day as well.
    """
    ages = np.maximum(today.toordinal() - days, 0)
    fresh = FLOOR + (1 - FLOOR) * np.exp2(-ages / half_life)
    return np.where(days == NO_DAY, FLOOR, fresh)


def refreshed(ranking: Ranking, days: NDArray[np.int64], half_life: float, today: dt.date) -> Ranking:
    """Return the candidates ranked anew by score and freshness; `days` are their day numbers [candidates].

    Those of one day keep their order, and so do all with an infinite half-life.
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
