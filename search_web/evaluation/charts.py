"""Draws the charts of a report as inline SVG: bars, sorted gains, distributions.

Labels are SVG text, so that the browser lays out Persian correctly. The shapes have the classes `hybrid`,
`keyword`, `semantic`, `won` and `lost`; the style sheet of the page sets their colours.
"""

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from markupsafe import Markup

from search_web.contract.answers import Mode
from search_web.evaluation.results import Row

_WIDTH = 760
_LABELS = 250  # width of the labels left of the bars
_LINE = 22
_BARS = 240  # maximum bars in the chart of gains; with more queries, several share a bar
_PLOT_HEIGHT = 180


def bars(rows: Sequence[Row]) -> Markup:
    """Draw a bar for the nDCG@10 of each row, on a scale from 0 to 1, with its confidence interval."""
    span = _WIDTH - _LABELS - 60
    return _svg(
        len(rows) * _LINE + 4,
        "nDCG@10 with 95 % confidence intervals",
        Markup("").join(_bar(row, number * _LINE, span) for number, row in enumerate(rows)),
    )


def _bar(row: Row, top: int, span: int) -> Markup:
    low, high = (_LABELS + span * min(max(value, 0.0), 1.0) for value in row.ndcg_at_10_interval)
    middle = top + _LINE / 2
    return Markup(
        '<text x="{}" y="{:.1f}" text-anchor="end">{}</text>'
        '<rect class="{}" x="{}" y="{}" width="{:.1f}" height="{}"/>'
        '<path class="line" d="M{:.1f} {:.1f}H{:.1f}"/>'
        '<text x="{:.1f}" y="{:.1f}">{:.4f}</text>'
    ).format(
        *(_LABELS - 6, middle + 4, _label(row)),
        *(row.mode, _LABELS, top + 3, span * row.ndcg_at_10, _LINE - 6),
        *(low, middle, high),
        *(high + 6, middle + 4, row.ndcg_at_10),
    )


def _label(row: Row) -> str:
    """Return the label of a row: collection, mode, and both spellings unless both are `asis`."""
    spelled = f" {row.documents}/{row.spelling}" if (row.documents, row.spelling) != ("asis", "asis") else ""
    return f"{row.collection} {row.mode}{spelled}"


def gains(changes: Sequence[float]) -> Markup:
    """Draw gains and losses of nDCG@10 as bars above and below a line.

    `changes` must be sorted, largest gain first.
    """
    shares = np.array_split(np.asarray(changes), min(len(changes), _BARS)) if len(changes) else []
    width = _WIDTH / max(len(shares), 1)
    half = _PLOT_HEIGHT / 2
    drawn = []
    for number, share in enumerate(shares):
        mean = float(share.mean())
        drawn.append(
            Markup('<rect class="{}" x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}"/>').format(
                "won" if mean > 0 else "lost",
                number * width,
                half - max(mean, 0) * half,
                width * 0.9,
                abs(mean) * half,
            )
        )
    axis = Markup(
        '<path class="line" d="M0 {0}H{1}"/><text x="0" y="12">+1</text><text x="0" y="{2}">−1</text>'
    ).format(half, _WIDTH, _PLOT_HEIGHT - 4)
    return _svg(
        _PLOT_HEIGHT, "Change of nDCG@10 of each query that changed, sorted", axis + Markup("").join(drawn)
    )


def latencies(curves: Sequence[tuple[str, Mode, Sequence[float]]]) -> Markup:
    """Draw the share of queries answered within a time, one curve for each (name, mode, milliseconds).

    The time axis is logarithmic.
    """
    everything = [max(value, 0.01) for _, _, times in curves for value in times]
    first, last = math.floor(math.log10(min(everything))), math.ceil(math.log10(max(everything)))
    last = max(last, first + 1)

    def across(milliseconds: float) -> float:
        return (math.log10(max(milliseconds, 0.01)) - first) / (last - first) * _WIDTH

    return _svg(
        _PLOT_HEIGHT + 18,
        "Share of queries answered within a time",
        Markup("").join(
            [*_decades(first, last, across(10**first)), *(_curve(curve, across) for curve in curves)]
        ),
    )


def _decades(first: int, last: int, start: float) -> Iterator[Markup]:
    step = (_WIDTH - start) / (last - first)
    for number, exponent in enumerate(range(first, last + 1)):
        at = start + number * step
        anchor = "start" if exponent == first else "end" if exponent == last else "middle"
        yield Markup(
            '<path class="grid" d="M{0:.1f} 0V{1}"/>'
            '<text x="{0:.1f}" y="{2}" text-anchor="{3}">{4:g} ms</text>'
        ).format(at, _PLOT_HEIGHT, _PLOT_HEIGHT + 14, anchor, 10.0**exponent)


def _curve(curve: tuple[str, Mode, Sequence[float]], across: Callable[[float], float]) -> Markup:
    name, mode, times = curve
    shares = np.linspace(0, 1, 101)
    points = " ".join(
        f"{across(float(value)):.1f},{_PLOT_HEIGHT * (1 - share):.1f}"
        for share, value in zip(shares, np.quantile(times, shares), strict=True)
    )
    return Markup('<polyline class="{}" points="{}"><title>{}</title></polyline>').format(mode, points, name)


def _svg(height: int, title: str, content: Markup) -> Markup:
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" role="img" aria-label="{2}">{3}</svg>'
    ).format(_WIDTH, height, title, content)
