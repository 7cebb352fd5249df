"""The group of commands that work on sources: their texts, passages and editions."""

from __future__ import annotations

import click

from scograph.cli.frame import examples
from scograph.cli.groups import CommandGroup

COMMANDS = (
    "about",
    "add",
    "fix",
    "history",
    "ignore",
    "join",
    "list",
    "place",
    "quote",
    "read",
    "read-with",
    "show",
    "split",
    "status",
    "update",
)
"""The names of the commands: each is a module of this package."""


@click.group(
    name="source",
    cls=CommandGroup,
    package=__name__,
    names=COMMANDS,
    epilog=examples("scograph source list", "scograph source show minutes"),
)
def source_command() -> None:
    """Add sources, divide their texts into passages by words, take newer texts over, and read claims against them.

    The text of a source lies in texts/, which git ignores and nothing publishes. What is written into a source.ttl is
    a minimal edit: all other bytes stay, and the difference is printed. `scograph undo` takes it back, all its files
    at once. Every command that changes something has --dry-run.
    """
