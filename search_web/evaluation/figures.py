"""Formats the figures of an evaluation, for the terminal and for reports."""

from search_web.evaluation.comparison import Comparison
from search_web.evaluation.results import Row


def change(value: float) -> str:
    """Return a difference with its sign and four decimals."""
    return f"{value:+.4f}"


def interval(bounds: tuple[float, float], form: str = "{:.4f}") -> str:
    """Return both bounds of an interval, with "to" between."""
    return " to ".join(form.format(bound) for bound in bounds)


def p_value(value: float | None) -> str:
    """Return a p-value with four decimals: below .0001 as "<.0001", None as a dash."""
    if value is None:
        return "–"
    return "<.0001" if value < 0.0001 else f"{value:.4f}"


def variant(one: Row | Comparison) -> str:
    """Return the spelling of the documents and of the queries: "asis/joined"."""
    return f"{one.documents}/{one.spelling}"
