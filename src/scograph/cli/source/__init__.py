"""The commands about sources: source update, status, history, read and others, each a module of this package."""

from __future__ import annotations

from importlib import import_module

import click

from scograph.cli.frame import examples

COMMANDS = ("history", "read", "status", "update")
"""The names of the commands: each is the function `NAME_command` of the module `NAME` of this package."""


class SourceCommands(click.Group):
    """A group that imports a command's module when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        """The names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- the same
        """The command of a name, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"scograph.cli.source.{cmd_name}"), f"{cmd_name}_command")
        return command


@click.group(
    name="source",
    cls=SourceCommands,
    epilog=examples("scograph source status", "scograph source history editorial"),
)
def source_command() -> None:
    """Keep the texts of sources: what was read, what changed since, and who has read what."""
