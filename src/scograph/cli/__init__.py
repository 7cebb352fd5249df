"""The command line: one command, one verb; data on standard output, talk on standard error.

Exit codes: 0 fine, 1 findings, 2 usage, 3 input that cannot be read, 4 network or store.
"""

from __future__ import annotations

from importlib import metadata
from typing import NoReturn

import click

from scograph.cli import ask, check, explaining, export, fmt, measure, publish, start
from scograph.cli.frame import examples, handled

COMMANDS: tuple[click.Command, ...] = (
    check.check,
    measure.coverage,
    explaining.explain,
    export.export,
    export.hash_command,
    ask.query,
    ask.show,
    ask.why,
    publish.build_command,
    fmt.fmt,
    start.init,
)


def main() -> NoReturn:
    """Run the command line, and exit with its code."""
    cli(prog_name="scograph")
    raise SystemExit(0)


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples("scograph", "scograph check", "scograph query 1"),
)
@click.version_option(metadata.version("scograph"), prog_name="scograph")
@click.pass_context
@handled
def cli(context: click.Context) -> None:
    """Publish a knowledge graph whose every fact leads to its source.

    A project is a folder with data/, and optionally ontology/, shapes/ and scograph.toml. Without a PATH, commands work
    on the project you stand in, and elsewhere on the one that is built in.
    """
    if context.invoked_subcommand is None:
        start.status()


for command in COMMANDS:
    cli.add_command(command)
