"""Runs every benchmark, prints one table, and compares each ratio with that of the last run.

Ratios travel better between machines than figures do: both sides of one are measured in the same run.
"""

from rich.console import Console
from rich.table import Table

from benchmarks import analysis, cold_start, encoder, keyword, results, vectors, workers


def main() -> None:
    """Print the table and keep the ratios."""
    before = results.last()
    benchmarks = (analysis, keyword, vectors, encoder, cold_start, workers)
    measured = [each for benchmark in benchmarks for each in benchmark.rows()]
    columns = ("what", "ours", "limit", "unit", "ours / limit", "since last run", "the limit is")
    table = Table(*columns, box=None)
    for each in measured:
        table.add_row(
            each.what,
            f"{each.figure:,.1f}",
            f"{each.limit:,.1f}",
            each.unit,
            f"{each.ratio:.2f}",
            results.change(each, before),
            each.limit_is,
        )
    Console(width=160).print(table)
    results.keep(measured)


if __name__ == "__main__":
    main()
