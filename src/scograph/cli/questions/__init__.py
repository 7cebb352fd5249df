"""The group of commands that work on the questions of a project."""

from __future__ import annotations

import click

from scograph.cli.frame import examples
from scograph.cli.groups import CommandGroup

COMMANDS = ("accept",)
"""The names of the commands: each is a module of this package."""


@click.group(
    name="questions",
    cls=CommandGroup,
    package=__name__,
    names=COMMANDS,
    epilog=examples("scograph questions accept 1 --dry-run", "scograph questions accept --all"),
)
def questions_command() -> None:
    """Take over the answers to questions.

    `scograph query --list` lists the questions, and `scograph check` says which have another answer than expected.
    """
