"""Groups of commands, each of which is imported when it is called: to load all takes longer than most work."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from scograph.cli.frame import ends_handled, to_stdout
from scograph.ending import READER_GONE
from scograph.messages import did_you_mean


class CommandGroup(click.Group):
    """A group whose commands are modules of a package: the command `NAME` is `NAME_command` of the module `NAME`.

    A hyphen in a name is an underscore in the names of the module and the function.

    Args:
        arguments: As for `click.Group`.
        package: The package.
        names: The names of the commands.
        settings: As for `click.Group`.
    """

    def __init__(self, *arguments: Any, package: str, names: Sequence[str], **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._package = package
        self._names = tuple(names)

    def make_context(self, *arguments: Any, **settings: Any) -> click.Context:
        """A context; the help that this may print is written like all output."""
        with ends_handled(), to_stdout():
            return super().make_context(*arguments, **settings)
        raise SystemExit(READER_GONE)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; the same holds for its help."""
        with ends_handled(), to_stdout():
            return super().invoke(ctx)
        raise SystemExit(READER_GONE)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        """The names of the commands."""
        return [*self._names]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- the same
        """The command of a name, or None."""
        if cmd_name not in self._names:
            return None
        module = cmd_name.replace("-", "_")
        command: click.Command = getattr(import_module(f"{self._package}.{module}"), f"{module}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that arguments begin with; click knows no names of commands that are not imported yet."""
        name = args[0]
        if name not in self._names and not name.startswith("-") and not ctx.resilient_parsing:
            meant = did_you_mean(name, self._names, "", form="{!r}")
            raise click.UsageError(f"No such command {name!r}. {meant[:1].upper()}{meant[1:]}".rstrip(), ctx)
        return super().resolve_command(ctx, args)

    def all(self) -> dict[str, click.Command]:
        """Every command by its name; those of groups inside have the group's name before theirs."""
        found: dict[str, click.Command] = {}
        for name in self._names:
            command = self.get_command(click.Context(self), name)
            if command is not None:
                found[name] = command
            if isinstance(command, CommandGroup):
                found |= {f"{name} {inner}": one for inner, one in command.all().items()}
        return found
