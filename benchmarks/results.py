"""The ratios of the last run, kept in `results.json` beside this module: what `make bench` compares with."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from benchmarks.measure import Measurement

RESULTS = Path(__file__).with_name("results.json")


def last(path: Path = RESULTS) -> dict[str, float]:
    """Read the ratio of each measurement of the last run; empty when there was none."""
    return msgspec.json.decode(path.read_bytes(), type=dict[str, float]) if path.exists() else {}


def keep(measurements: Iterable[Measurement], path: Path = RESULTS) -> None:
    """Write the ratios of this run. Measurements that it did not make keep those that they had."""
    ratios = last(path) | {each.what: round(each.ratio, 4) for each in measurements}
    path.write_bytes(msgspec.json.format(msgspec.json.encode(ratios, order="sorted")) + b"\n")


def change(measurement: Measurement, before: Mapping[str, float]) -> str:
    """Return the change of a ratio since the last run, in per cent; "new" for one that was not there."""
    if measurement.what not in before:
        return "new"
    return f"{measurement.ratio / before[measurement.what] - 1:+.0%}"
