"""Options that several commands have, each declared once."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

import click
from pyoxigraph import NamedNode

from scograph.cli.frame import BUILTIN_NAMED, IS_STRICT, is_builtin_named
from scograph.cli.overwriting import refuse_overwriting
from scograph.errors import UsageError
from scograph.formats import RDF_FORMATS, RESULT_FORMATS, format_name
from scograph.imports import split_named
from scograph.project import has_project
from scograph.read_options import checked_base
from scograph.stores.profiles import PROFILES

MAX_SECONDS = 1_000_000
"""Eleven days: timers of the system count milliseconds in 31 bits, at the least."""


class Finite(click.FloatRange):
    """A number in a range, neither infinite nor what is no number (NaN is in every range)."""

    what = "number"
    """What it is in messages."""

    def convert(self, value: float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The value, if it is a finite number."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a {self.what}.", param, ctx)
        return number


class Seconds(Finite):
    """A time that can be waited for: more than nothing, or a minimum, and not for ever."""

    what = "number of seconds"

    def __init__(self, least: float = 0) -> None:
        super().__init__(min=least, min_open=not least)

    def convert(self, value: float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The value, if a timer of the system takes it."""
        seconds = super().convert(value, param, ctx)
        if seconds > MAX_SECONDS:
            self.fail(f"{value} is more than {MAX_SECONDS:,} seconds.", param, ctx)
        return seconds


def given_options(context: click.Context, *, without: Collection[str]) -> list[str]:
    """The options of a call as another call of the command takes them.

    Args:
        context: The call.
        without: The parameters that are left out, by their Python names; arguments are left out as well.

    Returns:
        The options that differ from their defaults, each with its value.
    """
    words: list[str] = []
    for option in context.command.params:
        value = context.params.get(option.name or "")
        if not isinstance(option, click.Option) or option.name in without:
            continue
        if value is None or value == option.get_default(context):
            continue
        if option.is_flag:
            words.append(option.opts[-1] if value else option.secondary_opts[-1])
        else:
            for one in (value or ()) if option.multiple else (value,):
                words += [option.opts[-1], str(one)]
    return words


def graph_iri(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """The value of an option that names a graph, if an IRI can be made of it."""
    try:
        return None if value is None else str(NamedNode(value).value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is not an IRI: {error}") from error


def base_iri(_context: click.Context, _option: click.Parameter, value: str | None) -> str:
    """The value of an option that gives a base, if it is an absolute IRI."""
    if not value:
        return ""
    try:
        return checked_base(value)
    except UsageError as error:
        raise click.BadParameter(f"{error.message}; {error.hint}") from error


class FormatName(click.Choice[str]):
    """The name of a format, or one of its aliases (`formats`)."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name of the format."""
        return super().convert(format_name(value, self.choices) or value, param, ctx)


class InputPath(click.types.StringParamType):
    """What is read: a file, a folder or `-`; `OUTPUT` refuses to replace it.

    Args:
        is_project: Whether the project in the current folder is read where nothing is named.
        has_name: Whether the path stands behind `NAME=`.
    """

    def __init__(self, *, is_project: bool = False, has_name: bool = False) -> None:
        self.is_project = is_project
        self.has_name = has_name


def _be_strict(context: click.Context, _option: click.Parameter, value: bool) -> None:  # noqa: FBT001 -- click's call
    """Note that losses are errors; `frame.handled` acts on it."""
    context.meta[IS_STRICT] = value


STRICT = click.option(
    "--strict",
    is_flag=True,
    expose_value=False,
    callback=_be_strict,
    help="Report JSON-LD content that becomes no statement as an error, not as a warning.",
)
_OUTPUT_FILE = click.option(
    "-o", "--output", metavar="FILE", default="-", help="Write to FILE instead of standard output."
)


def OUTPUT(command: Callable[..., None]) -> Callable[..., None]:  # noqa: N802 -- used as the other options are
    """The option for a file to write, which is none of the files that the command reads (`InputPath`)."""

    @wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> None:
        context = click.get_current_context()
        refuse_overwriting(kwargs["output"], input_paths(context), kwargs.get("form") or "")
        command(*args, **kwargs)

    return _OUTPUT_FILE(guarded)


def input_paths(context: click.Context) -> Iterator[str]:
    """What the arguments and options of a command name as inputs; without a name, what it reads of the current folder.

    Args:
        context: The call.

    Returns:
        Paths of files and folders, and `-`.
    """
    for parameter in context.command.params:
        if not isinstance(parameter.type, InputPath):
            continue
        value = context.params.get(parameter.name or "")
        if value:
            names = (value,) if isinstance(value, str) else value
            yield from (split_named(name)[1] if parameter.type.has_name else name for name in names)
        elif parameter.type.is_project and not context.params.get("data") and _works_here():
            yield "."


def _works_here() -> bool:
    """Whether a command without a path reads the current folder."""
    return not is_builtin_named() and has_project(Path.cwd())


def _remember_builtin(context: click.Context, _option: click.Parameter, is_named: bool) -> None:  # noqa: FBT001 -- click's way
    context.meta[BUILTIN_NAMED] = is_named


_BUILTIN_FLAG = click.option(
    "--builtin",
    is_flag=True,
    expose_value=False,
    callback=_remember_builtin,
    help="Use the built-in project, not the one in the current folder.",
)


def BUILTIN(command: Callable[..., None]) -> Callable[..., None]:  # noqa: N802 -- used as the other options are
    """The option for the built-in project, beside which none is named (`InputPath.is_project`)."""

    @wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> None:
        context = click.get_current_context()
        for parameter in context.command.params if is_builtin_named() else ():
            is_project = isinstance(parameter.type, InputPath) and parameter.type.is_project
            if is_project and context.params.get(parameter.name or ""):
                raise UsageError("--builtin excludes another project", hint="give one of them")
        command(*args, **kwargs)

    return _BUILTIN_FLAG(guarded)


PROJECT = click.option(
    "-p", "--project", "path", metavar="PATH", type=InputPath(is_project=True), help="The project to use."
)
TEXT_OR_JSON = click.option(
    "-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
ROWS_FORMAT = click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice([row.name for row in RESULT_FORMATS]),
    default=RESULT_FORMATS[0].name,
    show_default=True,
)
LANGUAGES = click.option(
    "--language",
    "languages",
    metavar="TAG",
    multiple=True,
    help="Prefer names in this language, then in English. Repeatable.",
)
SOURCE_TEXT = click.option(
    "--source-text",
    "source_texts",
    metavar="FILE",
    type=InputPath(),
    multiple=True,
    help="A source's text: verify offsets, digests and words of its passages against it. Repeatable.",
)
FROM = click.option(
    "--from",
    "form_in",
    type=FormatName([row.name for row in RDF_FORMATS]),
    help="The format of the input  [default: by its extension, else by its content].",
)
BASE = click.option(
    "--base",
    metavar="IRI",
    callback=base_iri,
    help="Resolve relative IRIs of the input against IRI.",
)
ALLOW_CONTEXT = click.option(
    "--allow-context",
    "allowed",
    metavar="URL[=FILE]",
    type=InputPath(has_name=True),
    multiple=True,
    help="Let JSON-LD refer to the context at URL: fetched, or read from FILE. Repeatable.",
)
IMPORT = click.option(
    "--import",
    "imports",
    metavar="IRI=FILE",
    type=InputPath(has_name=True),
    multiple=True,
    help="Read FILE where owl:imports names IRI. Repeatable  [default: imports in scograph.toml, catalog-v001.xml].",
)
BASE_URL = click.option(
    "--base-url",
    metavar="URL",
    default="",
    help="The address it is published at [default: the dataset's void:uriSpace].",
)
ENDPOINT = click.option("--endpoint", metavar="URL", default="", help="The SPARQL endpoint of the dataset.")
STORE = click.option(
    "--store",
    metavar="URL|FOLDER",
    type=InputPath(),
    help="Use the data of this store: its address, or a folder that load wrote.",
)
GRAPH = click.option(
    "--graph", metavar="IRI", callback=graph_iri, help="Only this named graph of the data or of the store."
)
FACTS_ONLY = click.option(
    "--facts-only", is_flag=True, help="Leave out claims and the descriptions of documents and concepts."
)
PROFILE = click.option(
    "--profile",
    "kind",
    type=click.Choice([row.name for row in PROFILES]),
    help="The kind of the store at an address  [default: detected].",
)
DEFAULT_OUTPUT = "dist"
"""The folder that a build writes, if none is named."""
