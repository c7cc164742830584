"""Code that several commands share: common options, printing JSON, and messages on one line."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from search_web.contract.answers import Mode

REJECTED = 1
"""The exit code of a command that did its work but rejected some records."""

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
_READING = (
    click.option(
        "--exclude-field", "exclude", multiple=True, metavar="F", help="Leave this article field empty."
    ),
    click.option("--strict", is_flag=True, help="Stop at the first record that cannot be read."),
    click.option("--follow-links", is_flag=True, help="Also read symbolic links that lead out of a folder."),
)


def reading_options[Command: Callable[..., None]](command: Command) -> Command:
    """Add the options that say how articles are read."""
    for option in reversed(_READING):
        command = option(command)
    return command


def print_json(value: object) -> None:
    """Print a value as indented JSON; msgspec must support its type."""
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


# Control characters, line separators, undecodable bytes, and the marks that turn the direction of all that
# follows (U+202A to U+202E, U+2066 to U+2069). Half-spaces, which Persian names need, are not among them.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def one_line(message: str) -> str:
    r"""Return a message as one line that cannot control the terminal.

    A file name may hold control characters or turn the direction of writing; they are shown as \x1b, \u202e
    and the like.
    """
    return _CONTROLS.sub(lambda match: ascii(match[0])[1:-1], message)
