"""The command line: one command, one verb; data on standard output, talk on standard error.

Exit codes: 0 fine, 1 findings, 2 usage, 3 input that cannot be read, 4 network or store, 124 the time is over.
"""

from __future__ import annotations

import gc
from importlib import import_module
from typing import Any, NoReturn

import click

from scograph.bounds import ENVIRONMENT, change_bounds
from scograph.cli.frame import examples, handled
from scograph.cli.time_limit import exit_at_once, has_left_work

COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("check", "check", "check"),
    ("coverage", "measure", "coverage"),
    ("explain", "explaining", "explain"),
    ("export", "export", "export"),
    ("hash", "export", "hash_command"),
    ("load", "load", "load"),
    ("links", "links", "links"),
    ("query", "ask", "query"),
    ("show", "ask", "show"),
    ("why", "ask", "why"),
    ("build", "publish", "build_command"),
    ("diff", "compare", "diff"),
    ("release", "release", "release_command"),
    ("verify", "release", "verify"),
    ("feed", "release", "feed_command"),
    ("serve", "serve", "serve_command"),
    ("probe", "probing", "probe_command"),
    ("fmt", "fmt", "fmt"),
    ("init", "start", "init"),
)
"""Each command: its name, its module in this package, and what it is called there."""


class Commands(click.Group):
    """A group that imports a command's module when the command is called: to load all takes longer than most work."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        """The names of the commands."""
        return sorted(name for name, _, _ in COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- the same
        """The command of a name, or None."""
        for name, module, attribute in COMMANDS:
            if name == cmd_name:
                command: click.Command = getattr(import_module(f"scograph.cli.{module}"), attribute)
                return command
        return None

    def all(self) -> dict[str, click.Command]:
        """Every command by its name."""
        return {name: command for name, _, _ in COMMANDS if (command := self.get_command(click.Context(self), name))}


def main() -> NoReturn:
    """Run the command line, and exit with its code."""
    code: Any = 0
    try:
        cli(prog_name="scograph")
    except SystemExit as ended:
        code = ended.code
    finally:
        gc.freeze()  # what is alive ends with the process: it is not searched for cycles once more
    if has_left_work():
        exit_at_once(code if isinstance(code, int) else int(code is not None))
    raise SystemExit(code)


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples("scograph", "scograph check", "scograph query 1"),
)
@click.version_option(package_name="scograph", prog_name="scograph")
@click.option(
    "--bound",
    "bounds",
    metavar="NAME=NUMBER",
    multiple=True,
    envvar=ENVIRONMENT,
    help="Raise or lower a bound on untrusted input (docs/reference/bounds.md). Repeatable.",
)
@click.pass_context
@handled
def cli(context: click.Context, bounds: tuple[str, ...]) -> None:
    """Publish a knowledge graph whose every fact leads to its source.

    A project is a folder with data/, and optionally ontology/, shapes/ and scograph.toml. Without a PATH, commands work
    on the project you stand in, and elsewhere on the one that is built in.
    """
    if bounds:
        try:
            change_bounds(bounds)
        except ValueError as error:
            raise click.BadParameter(str(error), context, param_hint="--bound") from error
    if context.invoked_subcommand is None:
        from scograph.cli import start  # noqa: PLC0415 -- as with the commands

        start.status()
