"""The terms of a text: words or stems with their positions and the characters that they were made from."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

import msgspec


class Term(msgspec.Struct, frozen=True, gc=False):
    """A term of a stream. `original[start:end]` is the text that it was made from, affixes included."""

    text: str
    position: int
    start: int
    end: int


def neighbours(stems: Iterable[Term]) -> Iterator[tuple[Term, Term]]:
    """Yield each pair of neighbouring stems, in all readings; never pair a stem with a compound around it."""
    readings: dict[int, list[Term]] = {}
    for stem in stems:
        readings.setdefault(stem.position, []).append(stem)
    for (position, left), (following, right) in pairwise(readings.items()):
        if following == position + 1:
            yield from ((first, second) for first in left for second in right if _are_apart(first, second))


def _are_apart(first: Term, second: Term) -> bool:
    """Return whether two terms cover different characters, or exactly the same.

    The words of «٪۵» («۵ درصد») are in the other order, and those of ﷺ are one character.
    """
    if first.end <= second.start or second.end <= first.start:
        return True
    return (first.start, first.end) == (second.start, second.end)
