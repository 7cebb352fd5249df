"""What every command shares: errors to exit codes, options, the project, and where output goes."""

from __future__ import annotations

import codecs
import errno
import math
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, ParamSpec

import click
from click.core import ParameterSource

from scograph.errors import FindingsError, RdfSyntaxError, ScographError, UsageError
from scograph.messages import visible
from scograph.project import Project, decoded, format_of, is_project, read_bytes, unreadable
from scograph.streams import compressed, compression_of

P = ParamSpec("P")
INTERRUPTED, TERMINATED = 130, 143
"""Exit codes as shells give them to what a signal ended: 128 and its number."""
_FULL = (errno.ENOSPC, errno.EDQUOT)


def handled(command: Callable[P, None]) -> Callable[P, None]:
    """Turn the errors of every layer into a message on standard error and an exit code."""

    @wraps(command)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except BrokenPipeError:
            if sys.stdout is not None:  # as in `write`
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(0) from None
        except KeyboardInterrupt:
            say("interrupted")
            raise SystemExit(INTERRUPTED) from None
        except ScographError as error:
            say_error(error)
            raise SystemExit(error.exit_code) from None
        except OSError as error:  # a file that went away while it was looked at, or the folder one stands in
            nameless = "the folder you stand in" if error.errno == errno.ENOENT else "an input"
            unread = unreadable(error.filename or nameless, error)
            say_error(unread)
            raise SystemExit(unread.exit_code) from None

    return wrapper


def say_error(error: ScographError) -> None:
    """Say an error, with the findings that it is about."""
    if isinstance(error, FindingsError):
        from scograph.reports.text import finding_text  # noqa: PLC0415 -- most runs find nothing

        for finding in error.findings:
            say(finding_text(finding))
    say(str(error) if isinstance(error, RdfSyntaxError) else f"error: {error}")


def say(text: str, *, has_colour: bool = False) -> None:
    """Say something to the person, on standard error; with colour, what others wrote in it is visible already."""
    click.echo(visible(text, has_colour=has_colour), err=True)


OUTPUT = click.option("-o", "--output", metavar="FILE", default="-", help="Write to FILE instead of standard output.")


class Seconds(click.FloatRange):
    """A time that can be waited for: more than nothing, and not for ever."""

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True)

    def convert(self, value: float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The value, if it is a time."""
        seconds = super().convert(value, param, ctx)
        if not math.isfinite(seconds):
            self.fail(f"{value} is no number of seconds.", param, ctx)
        return seconds


SOURCE_TEXT = click.option(
    "--source-text",
    "source_texts",
    metavar="FILE",
    multiple=True,
    help="A source's text: verify offsets, digests and words of its passages against it. Repeatable.",
)


def examples(*lines: str) -> str:
    """The end of a help text: commands that run as they stand."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def open_project(path: str | None) -> Project:
    """The project at a path; without one that where one stands, else the built-in one."""
    if path is not None:
        return Project.open(path)
    if is_project(Path.cwd()):
        return Project.open(".")
    builtin = Project.builtin()
    here = sorted(path.name for path in Path.cwd().iterdir() if format_of(path))
    above = next((folder for folder in Path.cwd().parents if is_project(folder)), None)
    if here:
        say(f"note: the built-in project, since no data/ is here; for {here[0]} give `.` or its name as the project")
    elif above and above != builtin.root.resolve():
        say(f"note: the built-in project, since no data/ is here; the one around here is {os.path.relpath(above)}")
    return builtin


def default_folder(name: str, option: str = "") -> Path:
    """A folder of the project that a command takes where none is named, such as dist/.

    Args:
        name: Its name, or what the user named instead.
        option: The parameter that names it, by its Python name; without one, nobody named it.

    Returns:
        The folder.

    Raises:
        UsageError: It is a link out of the folder one stands in: what it leads to has to be named by the user.
    """
    source = click.get_current_context().get_parameter_source(option) if option else None
    folder = Path(name)
    is_default = source in (None, ParameterSource.DEFAULT)
    if is_default and not Path(os.path.realpath(folder)).is_relative_to(os.path.realpath(Path.cwd())):
        raise UsageError(
            f"{name} is a symbolic link out of the folder you stand in, and is not followed",
            hint="name the folder itself if you mean it" + (" with -o" if option == "output" else ""),
        )
    return folder


def read_texts(paths: Iterable[str]) -> dict[str, bytes]:
    """Source texts by path; each must be UTF-8."""
    texts = {path: read_bytes(Path(path), is_pipe_allowed=True) for path in paths}
    for path, data in texts.items():
        decoded(data, path)
    return texts


def _mode(path: Path) -> int:
    """The permissions that a file has, or that a new one gets."""
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask


@contextmanager
def ended_when_told() -> Iterator[None]:
    """A request to end is an exception here, so that what is half written does not stay."""
    import signal  # noqa: PLC0415 -- as `tempfile` below
    import threading  # noqa: PLC0415

    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(*_: object) -> NoReturn:
        raise SystemExit(TERMINATED)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def atomically(path: Path) -> Iterator[Any]:
    """A file that takes its name only when it is whole."""
    import tempfile  # noqa: PLC0415 -- it brings all kinds of compression, and many runs write to standard output

    try:
        with (
            ended_when_told(),
            tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file,
        ):
            beside = Path(file.name)
            try:
                yield file
                file.close()
                beside.chmod(_mode(path))
                beside.replace(path)
            except BaseException:
                beside.unlink()
                raise
    except OSError as error:
        hint = "name a file, not a folder" if path.is_dir() else "does its folder exist, and may you write there?"
        if error.errno in _FULL:
            hint = "make room there, or write elsewhere"
        raise UsageError(f"{path}: cannot be written: {error.strerror}", hint=hint) from error


def _is_device(path: Path) -> bool:
    return path.exists() and not path.is_file() and not path.is_dir()


@contextmanager
def _at_once(path: Path) -> Iterator[Any]:
    """A pipe or a device such as /dev/null: it is written to as it stands, since a file must not take its place."""
    try:
        with path.open("wb") as file:
            yield file
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}", hint="name a file") from error


@contextmanager
def _to_stdout() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is in the buffer has nowhere to go
        raise UsageError(
            f"standard output cannot be written: {error.strerror}", hint="write to a file with -o"
        ) from error


def write(output: str, pieces: Iterable[bytes]) -> None:
    """Write data to a file that takes its name when it is whole, or with `-` to standard output.

    Files and other programs get the data byte for byte. A terminal would obey what others wrote into it, so it gets
    text in which that is visible.
    """
    if output == "-" and sys.stdout is not None and sys.stdout.isatty():
        pieces = (visible(text).encode() for text in codecs.iterdecode(pieces, "utf-8", "replace"))
    _write(output, pieces)


def write_text(output: str, texts: Iterable[str], *, has_colour: bool = False) -> None:
    """Write text for people, wherever it goes, with what a terminal or a log would obey in it made visible.

    Args:
        output: A file, or `-` for standard output.
        texts: The text, in pieces of whole lines.
        has_colour: Whether it has the colours of reports, and what others wrote in it is visible already.
    """
    _write(output, (visible(text, has_colour=has_colour).encode() for text in texts))


def _write(output: str, pieces: Iterable[bytes]) -> None:
    if output == "-":
        if sys.stdout is None:  # so Python has it when the shell closed it
            raise UsageError("standard output is closed", hint="write to a file with -o")
        stream = sys.stdout.buffer
        for piece in pieces:
            with _to_stdout():
                stream.write(piece)
        with _to_stdout():
            stream.flush()
        return
    path = Path(os.path.realpath(output)) if Path(output).is_symlink() else Path(output)  # the link stays one
    with _at_once(path) if _is_device(path) else atomically(path) as file:
        for piece in compressed(pieces, compression_of(path)):
            file.write(piece)
