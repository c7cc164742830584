"""Writes docs/commands.md from the program's own help; a test compares the two."""

from pathlib import Path

import click
from click.testing import CliRunner

from search_web.cli import main

TARGET = Path(__file__).parent / "commands.md"


def commands_page() -> str:
    """Return the whole page."""
    pages = ["# Commands\n\nWritten by `python docs/generate.py` from the program's own help.\n", _section()]
    pages += [_section(name) for name in main.list_commands(click.Context(main))]
    return "\n".join(pages)


def _section(*command: str) -> str:
    name = " ".join(("khabaryab", *command))
    help_text = (
        CliRunner().invoke(main, [*command, "--help"], prog_name="khabaryab", terminal_width=100).output
    )
    return f"## {name}\n\n```text\n{help_text.strip()}\n```\n"


if __name__ == "__main__":
    TARGET.write_text(commands_page(), "utf-8")
