"""Files as a revision of git has them, taken out into a folder."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from pathlib import Path

from scograph.errors import InputError, UsageError
from scograph.project import SETTINGS_FILE

_PROJECT = ("data", "ontology", "shapes", SETTINGS_FILE)
"""What a project is read from; nothing else of a large repository is taken out."""


def is_revision(name: str) -> bool:
    """Whether a name is one of something in git, `REV:` or `REV:PATH`, and not a file's."""
    revision, colon, _ = name.partition(":")
    return bool(colon and revision) and not os.path.lexists(name) and "://" not in name


def take_out(name: str, folder: Path) -> Path:
    """Take what a revision of git has out into a folder.

    Args:
        name: `REV:` for the folder that one stands in as it was, `REV:PATH` for a file or folder, its path counted from
            the top of the repository, or with `./` in front from where one stands.
        folder: An empty folder.

    Returns:
        The file, or the folder.

    Raises:
        UsageError: There is no such revision or path.
        InputError: This is no repository, git is not there, or it cannot be read.
    """
    revision, _, path = name.partition(":")
    if revision.startswith("-"):
        raise UsageError(f"{revision!r} is no revision", hint="write it as git does: main, HEAD~1, a tag")
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
    if not commit:
        raise UsageError(
            f"git knows no revision {revision!r}", hint="git log lists them; or is it a file that is not there?"
        )
    shown = f"{commit}:./{path.removeprefix('./')}" if not path or path.startswith("./") else f"{commit}:{path}"
    kind = _git("cat-file", "-t", shown).decode().strip()
    if not kind:
        raise UsageError(f"{revision} has no {path or 'folder here'}", hint=f"git ls-tree {revision} lists what it has")
    if kind == "blob":
        target = folder / Path(path).name
        target.write_bytes(_git("cat-file", "blob", shown))
        return target
    tree = _git("rev-parse", "--verify", "--quiet", shown).decode().strip()
    names = _git("ls-tree", "-z", "--name-only", tree).decode().split("\0")
    wanted = [name for name in _PROJECT if name in names] if "data" in names else []
    top = _git("rev-parse", "--show-toplevel").decode().removesuffix("\n") or "."  # below it, only a part is archived
    with tarfile.open(fileobj=io.BytesIO(_git("-C", top, "archive", "--format=tar", tree, *wanted))) as archive:
        try:
            archive.extractall(folder, filter="data")
        except tarfile.FilterError as error:
            raise InputError(
                f"{name}: a file that leads out of it: {error}", hint="compare a folder without it"
            ) from error
    return folder


def _git(*arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, check=False)  # noqa: S607 -- the user's own
    except FileNotFoundError as error:
        raise InputError("git is not installed", hint="install it, or name files and folders") from error
    if done.returncode and b"not a git repository" in done.stderr:
        raise InputError("this is no repository of git", hint="name files and folders, or go into one")
    return done.stdout if not done.returncode else b""
