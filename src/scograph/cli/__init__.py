"""The command line: data on standard output, messages on standard error.

`EXIT_CODES` of `cli.frame` lists the exit codes.
"""

from __future__ import annotations

import gc
import io
import sys
from typing import NoReturn

import click

from scograph.bounds import ENVIRONMENT, change_bounds
from scograph.cli.frame import (
    FAULT,
    ends_handled,
    examples,
    handled,
    reader_is_gone,
    say,
    say_ended,
    say_error,
    to_stdout,
)
from scograph.cli.groups import CommandGroup
from scograph.ending import (
    INTERRUPTED,
    READER_GONE,
    exit_at_once,
    has_left_work,
    heed_signals,
    ignore_signals,
    refuse_if_told,
)
from scograph.errors import MachineError

COMMANDS = (
    "build",
    "check",
    "compare",
    "coverage",
    "desk",
    "diff",
    "explain",
    "export",
    "feed",
    "fmt",
    "hash",
    "init",
    "links",
    "list",
    "load",
    "members",
    "migrate",
    "probe",
    "query",
    "questions",
    "redo",
    "release",
    "serve",
    "show",
    "source",
    "states",
    "undo",
    "verify",
    "why",
)
"""The names of the commands: each is the function `NAME_command` of the module `NAME` of this package."""


def main() -> NoReturn:
    """Run the command line, and exit with its code, whatever happens (`EXIT_CODES` of `cli.frame`)."""
    heed_signals()
    code = _code()
    unwritten = _flushed()
    ignore_signals()  # all is done and said
    gc.freeze()  # what is alive ends with the process: it is not searched for cycles once more
    if has_left_work():
        exit_at_once(code or unwritten)
    raise SystemExit(code or unwritten)


def _code() -> int:
    """Run the command line, and give its exit code."""
    try:
        result = cli.main(prog_name="scograph", standalone_mode=False)
        refuse_if_told()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except (click.Abort, KeyboardInterrupt):  # before a command began, or where the exception got lost
        say_ended(INTERRUPTED)
        return INTERRUPTED
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)  # names of files and options may be those of others
        say(shown.getvalue().rstrip("\n"))
        return error.exit_code
    except MemoryError:
        say_error(MachineError("memory ran out", hint="give the process more memory, or less data at once"))
        return MachineError.exit_code
    except Exception:  # noqa: BLE001 -- a fault of ours has a code of its own, and is no finding
        import traceback  # noqa: PLC0415 -- see above

        say(traceback.format_exc().rstrip())
        say("error: a bug in scograph: please report the lines above")
        return FAULT
    return result if isinstance(result, int) else 0


def _flushed() -> int:
    """Write what is left in the buffer of standard output, and give the exit code if that fails."""
    try:
        with ends_handled(), to_stdout():
            if sys.stdout is not None:
                sys.stdout.flush()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return READER_GONE if reader_is_gone() else 0


@click.group(
    cls=CommandGroup,
    package=__name__,
    names=COMMANDS,
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

    A project is a folder with data/, and optionally ontology/, shapes/ and scograph.toml; or any folder with RDF files.
    Without a PATH, commands work on the project in the current folder. If it has none, those that only read work on the
    built-in project; build, load and release do so with --builtin alone.
    """
    if bounds:
        try:
            change_bounds(bounds)
        except ValueError as error:
            raise click.BadParameter(str(error), context, param_hint="--bound") from error
    if context.invoked_subcommand is None:
        from scograph.cli.status import status  # noqa: PLC0415 -- as with the commands

        status()
