"""The RDF files that the arguments of a command name, and how its options say that they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from scograph.cli.frame import is_builtin_named, open_project
from scograph.contexts import allowed_contexts
from scograph.errors import UsageError
from scograph.formats import RDF_FORMATS_BY_NAME
from scograph.imports import given_imports
from scograph.project import Project, has_project, is_laid_out
from scograph.read_options import ReadOptions
from scograph.streams import STDIN, Source, source_of


def read_options(
    base: str = "",
    form: str | None = None,
    allowed: Sequence[str] = (),
    imports: Sequence[str] = (),
    *,
    has_own_base: bool = False,
) -> ReadOptions:
    """How the command that runs reads its input, as its options say.

    Args:
        base: The value of `--base`.
        form: The value of `--from`.
        allowed: The values of `--allow-context`.
        imports: The values of `--import`.
        has_own_base: Whether the command only looks at its input, so that a file's own IRI may be its base.

    Returns:
        The options; their hints advise what the command has.

    Raises:
        UsageError: A value of `--allow-context` is no address, or one of `--import` is no IRI with a file.
    """
    command = click.get_current_context().command
    return ReadOptions(
        base,
        has_own_base,
        row=RDF_FORMATS_BY_NAME[form] if form else None,
        contexts=allowed_contexts(allowed),
        fetch=_fetch_context,
        advised=tuple(name for option in command.params for name in option.opts),
        imports=given_imports(imports),
    )


def _fetch_context(url: str) -> bytes:
    from scograph.stores.contexts import fetch_context  # noqa: PLC0415 -- few inputs have a context elsewhere

    return fetch_context(url)


def inputs_of(inputs: Sequence[str], options: ReadOptions) -> list[Source] | None:
    """The RDF files among what was named, or nothing if it is a project.

    Args:
        inputs: Paths, or `-`; without any, it is the current folder if that has RDF files and is no project.
        options: How they are read.

    Returns:
        The files.

    Raises:
        UsageError: Projects and files are named together, or standard input twice.
        InputError: One cannot be read, or is not RDF by its extension.
    """
    if not inputs and not is_builtin_named() and has_project(Path.cwd()) and not is_laid_out(Path.cwd()):
        project = open_project(None, options)
        inputs = (str(project.root),)
    if not inputs or (len(inputs) == 1 and is_laid_out(Path(inputs[0]))):
        if options.row is not None:
            raise UsageError("--from is only for RDF files, not for a project", hint="leave it out")
        return None
    found: list[Source] = []
    for path in inputs:
        if path != STDIN and Path(path).is_dir():
            if is_laid_out(Path(path)):
                raise UsageError(f"{path} is a project: export it alone", hint="give one project, or RDF files")
            within = sorted(p for p in Project.open(path).data_files())
            found += (source_of(str(p), replace(options, row=None)) for p in within)
        else:
            found.append(source_of(path, options))
    if sum(source.path == STDIN for source in found) > 1:
        raise UsageError("standard input can be read only once", hint="give - only once")
    for source in found:
        _ = source.size  # it is there
    return found
