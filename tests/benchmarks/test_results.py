"""`make bench` compares its ratios with those of the last run."""

from pathlib import Path

import pytest

from benchmarks import results
from benchmarks.measure import Measurement

SCAN = Measurement("scan", 8.0, 10.0, "GB/s", "memory")
BUILD = Measurement("build", 50.0, 100.0, "articles/s", "bare engine")


def test_a_first_run_has_nothing_to_compare_with(tmp_path: Path) -> None:
    assert results.last(tmp_path / "results.json") == {}
    assert results.change(SCAN, {}) == "new"


def test_a_run_keeps_its_ratios_and_those_that_it_did_not_measure(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    results.keep([SCAN, BUILD], path)
    results.keep([SCAN._replace(figure=6.0)], path)
    assert results.last(path) == {"build": 0.5, "scan": 0.6}


@pytest.mark.parametrize(("figure", "says"), [(8.0, "+0%"), (4.0, "-50%"), (9.6, "+20%")])
def test_a_change_is_that_of_the_ratio(figure: float, says: str) -> None:
    assert results.change(SCAN._replace(figure=figure), {"scan": 0.8}) == says


def test_the_kept_results_can_be_read() -> None:
    assert all(0 < ratio < 10 for ratio in results.last().values())
