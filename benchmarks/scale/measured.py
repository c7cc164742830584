"""The figures of the last runs: one JSON file for each command, from which the page of docs/ is written."""

import datetime as dt
import os
from pathlib import Path
from typing import Self

import msgspec
import numpy as np

FOLDER = Path(__file__).with_name("measured")


class Measured(msgspec.Struct, kw_only=True):
    """What every file of figures says: the day of the run, and on what kind of machine."""

    day: dt.date
    machine: str

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Self | None:
        """Return the figures of the last run, or None if there was none."""
        path = cls._path(folder)
        return msgspec.json.decode(path.read_bytes(), type=cls) if path.exists() else None

    def save(self, folder: Path = FOLDER) -> None:
        """Keep the figures instead of those of the last run."""
        folder.mkdir(parents=True, exist_ok=True)
        self._path(folder).write_bytes(msgspec.json.format(msgspec.json.encode(self)) + b"\n")

    @classmethod
    def _path(cls, folder: Path) -> Path:
        return folder / f"{cls.__name__.lower()}.json"


def machine() -> str:
    """Return the kind of this machine, as far as it tells."""
    return f"{os.cpu_count()} cores"


class Latency(msgspec.Struct, frozen=True):
    """The median and the 95th percentile, in milliseconds."""

    p50: float
    p95: float

    @classmethod
    def of(cls, milliseconds: list[float]) -> "Latency":
        """Return the percentiles of single times."""
        p50, p95 = np.percentile(milliseconds, [50, 95])
        return cls(round(float(p50), 3), round(float(p95), 3))
