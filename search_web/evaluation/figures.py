"""How figures of an evaluation are put, on the terminal and in reports alike."""

from search_web.evaluation.comparison import Comparison
from search_web.evaluation.results import Row


def change(value: float) -> str:
    """Return a difference with its sign."""
    return f"{value:+.4f}"


def interval(bounds: tuple[float, float], form: str = "{:.4f}") -> str:
    """Return both bounds."""
    return " to ".join(form.format(bound) for bound in bounds)


def p_value(value: float | None) -> str:
    """Return a p-value; a small one as a bound, a missing one as a dash."""
    if value is None:
        return "–"
    return "<.0001" if value < 0.0001 else f"{value:.4f}"


def variant(one: Row | Comparison) -> str:
    """Return how documents and queries are spelled."""
    return f"{one.documents}/{one.spelling}"
