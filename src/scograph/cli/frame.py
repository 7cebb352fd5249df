"""What commands share: exit codes of errors, messages, the project, input and output."""

from __future__ import annotations

import codecs
import errno
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import IO, Any, ParamSpec

import click
from click.core import ParameterSource

from scograph.ending import EXIT_BASE, HUNG_UP, INTERRUPTED, READER_GONE, TERMINATED, Terminated
from scograph.errors import FindingsError, MachineError, RdfSyntaxError, ScographError, TimeOverError, UsageError
from scograph.losses import told
from scograph.messages import counted, shell_word, visible
from scograph.model import Finding
from scograph.project import Project, compression_of, decoded, has_project, is_project, read_bytes, unreadable
from scograph.read_options import AS_WRITTEN, ReadOptions
from scograph.streams import compressed
from scograph.writing import clean_up, forget_outcomes, outcomes, temporary_unwritable, unwritable, write_file

P = ParamSpec("P")
FAULT = 70
"""Exit code of a fault in the program itself (EX_SOFTWARE of sysexits.h)."""
EXIT_CODES: tuple[tuple[int, str], ...] = (
    (0, "success"),
    (1, "errors or differences were found, something is missing, or a file was not changed"),
    (2, "wrong usage, or the output cannot be written (for example, the disk is full)"),
    (3, "an input cannot be read, or has syntax errors"),
    (4, "the network or a store failed"),
    (5, "out of memory, or the operating system killed a process"),
    (FAULT, "a bug in scograph: please report the lines above the message"),
    (TimeOverError.exit_code, "the time limit of an option ran out"),
    (HUNG_UP, "SIGHUP ended it: the terminal went away"),
    (INTERRUPTED, "Ctrl-C (SIGINT) ended it"),
    (READER_GONE, "the reader closed standard output, as `| head` does"),
    (TERMINATED, "SIGTERM ended it"),
)
"""Every exit code of every command, and what it says; the reference page of exit codes is made of it."""
MAX_OUTCOMES = 5
"""So many files are named of which an interrupted run says what became of them."""
IS_STRICT = "scograph.strict"
"""Where the context of a call keeps whether losses are errors (`options.STRICT`)."""
MAX_LOSSES = 5
"""So many warnings of one file are said in full; `check` reports all."""
BUILTIN_NAMED = "scograph.builtin"
"""The key of click's context under which the option `--builtin` is kept."""
_GARBAGE_AFTER = 200_000
"""New objects after which circles are looked for."""
_reader_is_gone = False
"""Whether nobody reads standard output any more, as after `| head`."""


def handled(command: Callable[P, None]) -> Callable[P, None]:
    """Turn the errors of every layer into a message on standard error and an exit code."""

    @wraps(command)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> None:
        global _reader_is_gone  # noqa: PLW0603 -- standard output belongs to the process
        _reader_is_gone = False
        forget_outcomes()
        context = click.get_current_context(silent=True)
        is_strict = context is not None and bool(context.meta.get(IS_STRICT))
        with ends_handled(), told(LossTeller().hear, strict=is_strict):
            command(*args, **kwargs)
        if _reader_is_gone:
            raise SystemExit(READER_GONE)

    return wrapper


def command_in_hand() -> str:
    """The command that is run, with its arguments and flags, as a person would type it without its other options."""
    context = click.get_current_context()
    given = (context.params.get(one.name or "") for one in context.command.params if isinstance(one, click.Argument))
    words = (word for value in given for word in (value if isinstance(value, tuple) else (value,)) if word)
    flags = (
        one.opts[0]
        for one in context.command.params
        if isinstance(one, click.Option) and one.is_flag and context.params.get(one.name or "") is True
    )
    parts = [*context.command_path.split()[1:], *(shell_word(str(word)) for word in words), *flags]
    return " ".join(["scograph", *parts])


class LossTeller:
    """Says on standard error what files lose on reading, each thing once and not too many of them."""

    def __init__(self) -> None:
        self._said: set[Finding] = set()

    def hear(self, findings: Iterable[Finding]) -> None:
        """Say what is new of the losses of a file."""
        new = [finding for finding in findings if finding not in self._said]
        self._said.update(new)
        for finding in new[:MAX_LOSSES]:
            say(str(finding))
        if len(new) > MAX_LOSSES:
            say(f"and {len(new) - MAX_LOSSES:,} more warnings of this file; check lists them all")


@contextmanager
def ends_handled() -> Iterator[None]:
    """Say an error that ends the block, and exit with its code."""
    try:
        yield
    except BrokenPipeError:
        _leave_stdout()
        raise SystemExit(READER_GONE) from None
    except (KeyboardInterrupt, Terminated) as ended:
        code = ended.code if isinstance(ended, Terminated) else INTERRUPTED
        clean_up()
        say_ended(int(code or 0))
        raise SystemExit(code) from None
    except MemoryError:
        say_error(MachineError("memory ran out", hint="give the process more memory, or less data at once"))
        raise SystemExit(MachineError.exit_code) from None
    except ScographError as error:
        say_error(error)
        raise SystemExit(error.exit_code) from None
    except UnicodeEncodeError as error:
        parameter = _undecoded_parameter(error)
        if parameter is None:
            raise
        refused = UsageError(
            f"{parameter}: '{visible(error.object)}' is not UTF-8, and text is written in UTF-8",
            hint="type it again in a terminal whose locale has UTF-8: `locale charmap` says which has",
        )
        say_error(refused)
        raise SystemExit(refused.exit_code) from None
    except OSError as error:
        said = _system_error(error)
        say_error(said)
        raise SystemExit(said.exit_code) from None


def _undecoded_parameter(error: UnicodeEncodeError) -> str | None:
    """The option or argument in which the characters stand that cannot be encoded; none where they came otherwise.

    Python reads bytes of the command line that are not UTF-8 as lone surrogates (PEP 383).
    """
    context = click.get_current_context(silent=True)
    if context is None:
        return None
    undecoded = error.object[error.start : error.end]
    for parameter in context.command.params:
        if undecoded in str(context.params.get(parameter.name or "")):
            return parameter.opts[-1] if isinstance(parameter, click.Option) else parameter.human_readable_name
    return None


def _system_error(error: OSError) -> ScographError:
    """What the system refused, where nobody nearer knew: a full disk, or a file that went away as it was looked at."""
    full = temporary_unwritable(error)
    if full is not None:
        return full
    nameless = "the current folder" if error.errno == errno.ENOENT else "an input"
    return unreadable(error.filename or nameless, error)


def say_ended(code: int) -> None:
    """Say that a signal ended the run, and what became of what it was to write.

    Args:
        code: The exit code, which tells the signal.
    """
    number = code - EXIT_BASE
    say("interrupted" if code == INTERRUPTED else f"ended by {signal.Signals(number).name}")
    found = outcomes()
    for line in found[:MAX_OUTCOMES]:
        say(line)
    if len(found) > MAX_OUTCOMES:
        written = sum(line.endswith(": written") for line in found)
        say(f"and {len(found) - MAX_OUTCOMES:,} more; written: {written:,} of {len(found):,}")


def say_error(error: ScographError) -> None:
    """Say an error, with the findings that it is about."""
    if isinstance(error, FindingsError):
        from scograph.reports.text import finding_text  # noqa: PLC0415 -- most runs find nothing

        for finding in error.findings:
            say(finding_text(finding))
    say(str(error) if isinstance(error, RdfSyntaxError) else f"error: {error}")


def say(text: str, *, has_colour: bool = False) -> None:
    """Say something to the person, on standard error; if that is full or gone, the work goes on all the same.

    Args:
        text: The text.
        has_colour: Whether it has the colours of reports, and what others wrote in it is visible already.
    """
    with suppress(OSError, ValueError):
        click.echo(visible(text, has_colour=has_colour), err=True)


def collect_seldom() -> None:
    """Look for circles among objects only after many new ones: commands make few, and keep most of what they make."""
    gc.set_threshold(_GARBAGE_AFTER)


def examples(*lines: str) -> str:
    """The end of a help text: commands that run as they stand."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def open_project(
    path: str | None, options: ReadOptions = AS_WRITTEN, *, may_be_builtin: bool = True, is_of_store: bool = False
) -> Project:
    """The project that a command works on; where that is not obvious, it is said.

    Args:
        path: The path that was given.
        options: How its files are read.
        may_be_builtin: Whether it is the built-in project where no path is given and the current folder has none.
        is_of_store: Whether the data are those of a store, so that only the project's ontology, shapes, questions and
            prefixes are used.

    Returns:
        The project at the path; without one the built-in one if `--builtin` names it; else that of the current folder,
        which is its RDF files if it is not laid out as a project; else the built-in one.

    Raises:
        InputError: There is no project at the path.
        UsageError: There is nothing in the current folder, and the built-in project has to be named; or a format is
            given for a folder.
    """
    if path is not None:
        project = Project.open(path, options)
        if options.row and project.root.is_dir():
            raise UsageError("--from is only for files, not for a project", hint="leave it out")
        return project
    if is_builtin_named():
        return Project.builtin()
    folder = Path.cwd()
    if is_project(folder):
        return Project.open(".", options)
    above = next((one for one in folder.parents if is_project(one)), None)
    nearest = f"; the nearest project is {os.path.relpath(above)}" if above else ""
    used = "the data are the store's, prefixes and ontology those of" if is_of_store else "using"
    if has_project(folder):
        project = Project.open(".", options)
        files = sum(1 for _ in project.data_files())
        _say_once(f"note: {used} {counted(files, 'RDF file')} in this folder{nearest}")
        return project
    if not may_be_builtin:
        raise UsageError(
            f"there is no project and no RDF file in this folder{nearest}",
            hint="give a PATH, or use --builtin for the built-in project",
        )
    _say_once(f"note: no project and no RDF file in this folder: {used} the built-in project{nearest}")
    return Project.builtin()


def _say_once(text: str) -> None:
    """Say something that one call has to be told only once."""
    context = click.get_current_context(silent=True)
    said = context.meta.setdefault("scograph.said", set()) if context else set()
    if text not in said:
        said.add(text)
        say(text)


def is_builtin_named() -> bool:
    """Whether the call has the option `--builtin`."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(BUILTIN_NAMED))


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
            f"{name} is a symbolic link that leads out of the current folder; it is not followed",
            hint="give the folder itself" + (" with -o" if option == "output" else ""),
        )
    return folder


def read_texts(paths: Iterable[str]) -> dict[str, bytes]:
    """Source texts by path; each must be UTF-8."""
    texts = {path: read_bytes(Path(path), is_pipe_allowed=True) for path in paths}
    for path, data in texts.items():
        decoded(data, path)
    return texts


def _is_device(path: Path) -> bool:
    return path.exists() and not path.is_file() and not path.is_dir()


@contextmanager
def _at_once(path: Path) -> Iterator[Any]:
    """A pipe or a device such as /dev/null: it is written to as it stands, since a file must not take its place."""
    with _device_said(path):
        file = path.open("wb", buffering=0)
    try:
        yield _Device(file, path)
    finally:
        file.close()


class _Device:
    """A pipe or a device, whose errors are told from those of what is written to it."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self._file = file
        self._path = path

    def write(self, data: bytes) -> None:
        with _device_said(self._path):
            left = memoryview(data)
            while left:
                left = left[self._file.write(left) :]


@contextmanager
def _device_said(path: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable(path, error, "name a file") from error


def _leave_stdout() -> None:
    """What is still in the buffer of standard output has nowhere to go."""
    if sys.stdout is not None:  # as in `write`
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def to_stdout() -> Iterator[None]:
    """Standard output that is full is a usage error; one that nobody reads is told when the work is done."""
    global _reader_is_gone  # noqa: PLW0603 -- as in `handled`
    try:
        yield
    except BrokenPipeError:
        _leave_stdout()
        _reader_is_gone = True
    except OSError as error:
        _leave_stdout()
        raise UsageError(
            f"standard output cannot be written: {error.strerror}", hint="write to a file with -o"
        ) from error


def reader_is_gone() -> bool:
    """Whether nobody reads standard output any more."""
    return _reader_is_gone


def write(output: str, pieces: Iterable[bytes]) -> None:
    """Write data to a file that takes its name when it is whole, or with `-` to standard output.

    Files and other programs get the data byte for byte. A terminal would obey what others wrote into it, so it gets
    text in which that is visible. If nobody reads standard output any more, the rest is not made; the command goes on,
    and its exit code says so.

    Args:
        output: The file, or `-`.
        pieces: The bytes.

    Raises:
        UsageError: It cannot be written.
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


def _part_said(pieces: Iterable[bytes], shown: str) -> Iterator[bytes]:
    """Pieces that are written as they come, which nobody takes back: if they end early, that is said."""
    count = 0
    try:
        for piece in pieces:
            yield piece
            count += len(piece)
    except GeneratorExit:
        raise
    except BaseException:
        if count:
            say(f"note: {shown} has only a part of the output: the first {counted(count, 'byte')}")
        raise


def _write(output: str, pieces: Iterable[bytes]) -> None:
    global _reader_is_gone  # noqa: PLW0603 -- as in `handled`
    if output == "-":
        if sys.stdout is None:  # so Python has it when the shell closed it
            raise UsageError("standard output is closed", hint="write to a file with -o")
        stream = sys.stdout.buffer
        for piece in _part_said(pieces, "standard output"):
            with to_stdout():
                stream.write(piece)
            if _reader_is_gone:
                return
        with to_stdout():
            stream.flush()
        return
    path = Path(os.path.realpath(output)) if Path(output).is_symlink() else Path(output)  # the link stays one
    parts = compressed(pieces, compression_of(path))
    if not _is_device(path):
        write_file(path, parts, shown=Path(output))
        return
    try:
        with _at_once(path) as file:
            for piece in _part_said(parts, output):
                file.write(piece)
    except BrokenPipeError:
        _reader_is_gone = True
