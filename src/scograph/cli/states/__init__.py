"""The group of commands that work on states."""

from __future__ import annotations

import click

from scograph.cli.frame import examples
from scograph.cli.groups import CommandGroup

COMMANDS = ("add",)
"""The names of the commands: each is a module of this package."""


@click.group(
    name="states",
    cls=CommandGroup,
    package=__name__,
    names=COMMANDS,
    epilog=examples("scograph states add KEN BRA"),
)
def states_command() -> None:
    """Add states from the table that scograph carries.

    A state has one IRI in all projects, made of its code of ISO 3166-1 alpha-3.
    """
