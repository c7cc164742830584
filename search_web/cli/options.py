"""Code that several commands share: common options, and printing JSON."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from search_web.contract.answers import Mode

MODES: "tuple[Mode, ...]" = ("hybrid", "keyword", "semantic")

index_option = click.option(
    "--index",
    "index",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("index"),
    show_default=False,
    envvar="KHABARYAB_INDEX",
    help="Folder of the index (default: index/, or KHABARYAB_INDEX).",
)
mode_option = click.option(
    "--mode",
    type=click.Choice(MODES),
    default="hybrid",
    show_default=True,
    help="Which search answers.",
)


def print_json(value: object) -> None:
    """Print a value as indented JSON; msgspec must support its type."""
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
