"""The RDF files that the arguments of a command name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scograph.cli.frame import is_builtin_named, open_project
from scograph.errors import UsageError
from scograph.project import Project, has_project, is_project
from scograph.streams import STDIN, Source, source_of


def inputs_of(inputs: Sequence[str], form: str | None) -> list[Source] | None:
    """The RDF files among what was named, or nothing if it is a project.

    Args:
        inputs: Paths, or `-`; without any, it is the current folder if that has RDF files and is no project.
        form: The name of the format of what has no extension.

    Returns:
        The files.

    Raises:
        UsageError: Projects and files are named together, or standard input twice.
        InputError: One cannot be read, or is not RDF by its extension.
    """
    if not inputs and not is_builtin_named() and has_project(Path.cwd()) and not _is_project(Path.cwd()):
        project = open_project(None)
        inputs = (str(project.root),)
    if not inputs or (len(inputs) == 1 and _is_project(Path(inputs[0]))):
        if form is not None:
            raise UsageError("--from is for RDF files, and this is a project", hint="leave it out")
        return None
    found: list[Source] = []
    for path in inputs:
        if path != STDIN and Path(path).is_dir():
            if _is_project(Path(path)):
                raise UsageError(f"{path} is a project, and is exported alone", hint="give one project, or RDF files")
            within = sorted(p for p in Project.open(path).data_files())
            found += (source_of(str(p)) for p in within)
        else:
            found.append(source_of(path, form))
    if sum(source.path == STDIN for source in found) > 1:
        raise UsageError("standard input can be read once only", hint="give - once")
    for source in found:
        _ = source.size  # it is there
    return found


def _is_project(folder: Path) -> bool:
    return folder.is_dir() and (is_project(folder) or any((folder / name).is_dir() for name in ("ontology", "shapes")))
