"""The visible state of a generation."""

from typing import NamedTuple


class Commit(NamedTuple):
    """How many articles a generation had been given at an instant, and how many of them were removed since.

    Articles have the numbers below `articles`. The removals are numbered too, in their order, and those below
    `removals` have happened. `additions` counts the records of the vocabulary's additions. A reader that
    opened a generation at a commit ignores everything behind it.
    """

    articles: int
    removals: int = 0
    additions: int = 0
