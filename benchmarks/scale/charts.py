"""Draws growth curves as SVG: both axes are logarithmic, and each series has a colour and its name."""

import math
from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

_WIDTH, _HEIGHT = 760, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 210, 34, 34  # margins
_COLOURS = ("#1f6f5c", "#c2571a", "#3b5ba5", "#8a3d7d", "#777777")
_LINE = 15  # least distance between two names

Point = tuple[float, float]


class _Axis:
    """Maps the whole decades around some positive values to a stretch of the picture."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self._low, self._high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
        self._high = max(self._high, self._low + 1)
        self._start, self._end = start, end

    def at(self, value: float) -> float:
        share = (math.log10(value) - self._low) / (self._high - self._low)
        return self._start + share * (self._end - self._start)

    def decades(self) -> Iterator[float]:
        for exponent in range(self._low, self._high + 1):
            yield 10.0**exponent


def growth_chart(title: str, unit: str, series: Mapping[str, Sequence[Point]]) -> str:
    """Return a picture of each series of (articles, figure) points. All numbers must be positive."""
    points = [point for each in series.values() for point in each]
    across = _Axis([articles for articles, _ in points], _LEFT, _WIDTH - _RIGHT)
    up = _Axis([figure for _, figure in points], _HEIGHT - _BOTTOM, _TOP)
    places = _apart([up.at(each[-1][1]) for each in series.values()])
    drawn = [
        Markup('<text x="{}" y="18" class="title">{}</text>').format(_LEFT, title),
        *_grid(across, up, unit),
        *(
            _curve(name, [(across.at(x), up.at(y)) for x, y in each], colour, place)
            for (name, each), colour, place in zip(series.items(), _COLOURS, places, strict=False)
        ),
    ]
    return str(
        Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" role="img" aria-label="{2}">\n'
            "<style>text{{font:12px sans-serif;fill:#333}}.title{{font-weight:bold}}"
            ".grid{{stroke:#ddd;fill:none}}.end{{text-anchor:end}}.middle{{text-anchor:middle}}</style>\n"
            '<rect width="{0}" height="{1}" fill="#fff"/>\n{3}\n</svg>\n'
        ).format(_WIDTH, _HEIGHT, title, Markup("\n").join(drawn))
    )


def _grid(across: _Axis, up: _Axis, unit: str) -> Iterator[Markup]:
    for articles in across.decades():
        yield Markup(
            '<path class="grid" d="M{0:.1f} {1}V{2}"/>'
            '<text class="middle" x="{0:.1f}" y="{3}">{4:,.0f}</text>'
        ).format(across.at(articles), _TOP, _HEIGHT - _BOTTOM, _HEIGHT - _BOTTOM + 18, articles)
    for figure in up.decades():
        yield Markup(
            '<path class="grid" d="M{0} {1:.1f}H{2}"/><text class="end" x="{3}" y="{4:.1f}">{5:,g} {6}</text>'
        ).format(_LEFT, up.at(figure), _WIDTH - _RIGHT, _LEFT - 6, up.at(figure) + 4, figure, unit)


def _curve(name: str, points: Sequence[Point], colour: str, name_at: float) -> Markup:
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = Markup("").join(Markup('<circle cx="{:.1f}" cy="{:.1f}" r="3"/>').format(*each) for each in points)
    return Markup(
        '<g fill="{0}"><polyline fill="none" stroke="{0}" stroke-width="2" points="{1}"/>{2}</g>'
        '<text x="{3:.1f}" y="{4:.1f}" style="fill:{0}">{5}</text>'
    ).format(colour, line, dots, points[-1][0] + 8, name_at + 4, name)


def _apart(heights: Sequence[float]) -> list[float]:
    """Return the heights, moved down where two would be closer than a line of text."""
    order = sorted(range(len(heights)), key=heights.__getitem__)
    moved, last = list(heights), -math.inf
    for place in order:
        last = moved[place] = max(moved[place], last + _LINE)
    return moved
