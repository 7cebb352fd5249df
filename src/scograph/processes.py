"""Subprocesses: this program itself, and programs of the system, never code that lies in the current folder."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_PROGRAM = (
    "import importlib, json, sys; sys.path[:] = json.loads(sys.argv.pop(1));"
    " importlib.import_module(sys.argv.pop(1)).main()"
)


def own_command(arguments: Sequence[str]) -> list[str]:
    """The command line that runs scograph again, with the code that runs now.

    `python -m scograph` would take a `scograph.py` of the folder that one stands in, which may be a stranger's, and so
    would an empty entry of PYTHONPATH (Python documentation, command line, -P).

    Args:
        arguments: What is given to scograph.

    Returns:
        The command, to be started with `own_environment`.
    """
    return [*own_module("scograph.cli"), *arguments]


def own_module(name: str) -> list[str]:
    """The command line that runs the function `main` of a module of scograph, as `own_command` does.

    Args:
        name: The module.

    Returns:
        The command, to be started with `own_environment`.
    """
    here = os.path.realpath(Path.cwd())
    package = str(Path(__file__).resolve().parents[1])
    kept = [entry for entry in sys.path if Path(entry).is_absolute() and os.path.realpath(entry) != here]
    path = kept if package in kept else [*kept, package]
    return [sys.executable, "-P", "-c", _PROGRAM, json.dumps(path), name]


def own_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment for `own_command`: without PYTHONPATH, whose relative entries are the current folder's.

    Args:
        environment: The environment of this process, or one made from it.

    Returns:
        The environment.
    """
    return {name: value for name, value in environment.items() if name not in ("PYTHONPATH", "PYTHONSTARTUP")}


def system_program(name: str) -> str | None:
    """The path of a program of the system.

    Args:
        name: Its name.

    Returns:
        Its path, from the absolute entries of PATH alone: others are the current folder's; None if it is not there.
    """
    entries = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return shutil.which(name, path=os.pathsep.join(entry for entry in entries if Path(entry).is_absolute()))
