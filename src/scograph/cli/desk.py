"""The command that opens a project in the browser, to be edited there: desk."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from scograph.cli.frame import examples, handled, say
from scograph.cli.options import InputPath
from scograph.errors import UsageError
from scograph.project import has_project, is_project


@click.command(name="desk", epilog=examples("scograph desk --help"))
@click.argument("path", required=False, type=InputPath())
@click.option(
    "-p", "--port", type=click.IntRange(0, 65535), default=0, help="Port to listen on  [default: a free one]."
)
@click.option("--no-browser", "is_quiet", is_flag=True, help="Only print the address, and open no browser.")
@handled
def desk_command(path: str | None, port: int, *, is_quiet: bool) -> None:
    """Edit a project in the browser: read texts, mark passages, and say what they state, without RDF.

    PATH is the folder of a project, or an empty folder or none yet: then the first page begins one. Without a PATH it
    is the current folder.

    Only browsers on this machine are answered, and only those that have the key in the address that is printed. Files
    are changed as `scograph source` changes them, and `scograph undo` takes each step back. Ctrl-C ends it.
    """
    try:
        from scograph.desk.run import run_desk  # noqa: PLC0415 -- an extra
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("starlette", "python_multipart"):
            raise
        raise UsageError("the desk needs the library starlette", hint="pip install 'scograph[desk]'") from error
    folder = Path(path or ".")
    _refuse_other(folder)

    def ready(address: str, recovered: tuple[str, ...]) -> None:
        for name in recovered:
            say(f"note: {name}: an edit that was cut short is finished")
        say(f"the desk is open at {address}")
        say("Ctrl-C ends it")
        if not is_quiet:
            webbrowser.open(address)

    run_desk(folder, port, ready)


def _refuse_other(folder: Path) -> None:
    """Refuse what is neither a project nor a place for a new one."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file, not a project", hint="name a folder")
    if folder.is_dir() and not is_project(folder) and (has_project(folder) or any(folder.iterdir())):
        raise UsageError(
            f"{folder} is no project, and not empty",
            hint="name a project, or an empty or new folder in which one is to begin",
        )
