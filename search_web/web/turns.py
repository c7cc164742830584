"""Lets the least busy worker take the next connection. Workers know each other's load by shared memory."""

import mmap
from collections.abc import Sequence

_AWAY = 2**31 - 1  # the load of a worker that takes no connections
_REQUEST = 4096  # connections without a running request that weigh as much as one with


class Turn:
    """The view of one worker on the loads of all."""

    def __init__(self, loads: memoryview, place: int) -> None:
        self._loads = loads
        self._place = place

    def tell(self, running: int, connections: int) -> None:
        """Tell the others how many requests run here and how many connections are open."""
        self._loads[self._place] = min(running * _REQUEST + connections, _AWAY - 1)

    def leave(self) -> None:
        """Tell the others that this worker takes no connections."""
        self._loads[self._place] = _AWAY

    def is_of_another(self) -> bool:
        """Return whether another worker is less busy."""
        return min(self._loads) < self._loads[self._place]


def shared_turns(workers: int) -> Sequence[Turn]:
    """Return a turn for each worker, none of which takes connections yet. Forks share what they tell."""
    loads = memoryview(mmap.mmap(-1, 4 * workers)).cast("i")
    turns = [Turn(loads, place) for place in range(workers)]
    for turn in turns:
        turn.leave()
    return turns
