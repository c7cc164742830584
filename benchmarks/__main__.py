"""Run every speed benchmark and print one table."""

from rich.console import Console
from rich.table import Table

from benchmarks import analysis, encoder, keyword, vectors


def main() -> None:
    """Print the table."""
    table = Table("what", "ours", "limit", "unit", "ours / limit", "the limit is", box=None)
    for benchmark in (analysis, keyword, vectors, encoder):
        for row in benchmark.rows():
            share = f"{row.figure / row.limit:.2f}"
            table.add_row(row.what, f"{row.figure:,.1f}", f"{row.limit:,.1f}", row.unit, share, row.limit_is)
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
