"""Files of a git revision, read with `git ls-tree` and `git cat-file` and written into a folder.

The repository may be a stranger's, and so may its configuration: see `_SETTINGS` and `_ENVIRONMENT` for what could
run a program, ask a server, or change what is read, and is switched off.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from scograph.bounds import EXPANSION
from scograph.errors import InputError, UsageError
from scograph.guard import EXPANSION_FROM, BoundError
from scograph.model import Place
from scograph.processes import system_program
from scograph.project import ALLOWED_LINKS, SETTINGS_FILE, leads_out, read_bytes

MAX_REVISION_BYTES = 16 << 30
"""Bytes that the files of a revision may have together."""
MAX_REVISION_FILES = 1_000_000
SHARED_FROM = 256 << 20
"""Bytes of files from which on what git keeps for several of them counts once for the bound `expansion`."""
MAX_NAMES_BYTES = 64 << 20
"""Bytes that the paths of a revision, and all else that git lists, may have: trees in trees can name any number."""

_PROJECT = ("data", "ontology", "shapes", SETTINGS_FILE)
"""What a project is read from; nothing else of a large repository is read."""
_PIECE = 1 << 18
_LINK, _SUBMODULE, _FOLDER = "120000", "160000", "040000"

_SETTINGS = (
    "safe.bareRepository=explicit",  # a bare repository that lies in the clone as a plain folder, with its own settings
    "core.fsmonitor=false",  # a program
    f"core.hooksPath={os.devnull}",
    f"core.attributesFile={os.devnull}",
    "core.sshCommand=false",
    "core.askPass=",
    "core.commitGraph=false",  # a file that may say another tree of a commit than the commit does
    "core.gitProxy=",
    "core.alternateRefsCommand=false",
    "credential.helper=",
    "protocol.allow=never",  # no remote is asked for what a partial clone lacks: `uploadpack` of a remote is a program
    "gc.auto=0",
    "maintenance.auto=false",
    "submodule.recurse=false",
)
"""Settings that take precedence over those of the repository (git-config, -c)."""
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "",  # before protocol.*.allow of the repository
    "GIT_NO_LAZY_FETCH": "1",  # heeded from git 2.39.4 on; before that by GIT_ALLOW_PROTOCOL
    "GIT_NO_REPLACE_OBJECTS": "1",  # a commit is what its hash says
    "GIT_GRAFT_FILE": os.devnull,  # and so are its parents
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
    "LANGUAGE": "C",
}


@dataclass(frozen=True, slots=True)
class _TreeFile:
    """A file of a tree: its mode, the hash of its content, its bytes, its path."""

    mode: str
    object: str
    size: int
    path: str


def is_revision(name: str) -> bool:
    """Whether a name is one of something in git, `REV:` or `REV:PATH`, and not a file's."""
    revision, colon, _ = name.partition(":")
    return bool(colon and revision) and not os.path.lexists(name) and "://" not in name


def take_out(name: str, folder: Path) -> Path:
    """Write what a git revision has into a folder, byte for byte as it is kept: no filter and no attribute is applied.

    Args:
        name: `REV:` for the folder that one stands in as it was, `REV:PATH` for a file or folder, its path counted from
            the top of the repository, or with `./` in front from where one stands.
        folder: An empty folder.

    Returns:
        The file, or the folder.

    Raises:
        UsageError: There is no such revision or path.
        InputError: This is no repository, or it is one that lies elsewhere and does not know this folder; git is not
            there or fails; a file or link leads out of the folder; there are more than `MAX_REVISION_BYTES`; or
            they grow by more than the bound `expansion` from what git keeps.
    """
    revision, _, path = name.partition(":")
    if revision.startswith("-"):
        raise UsageError(f"{revision!r} is no revision", hint="write it as git does: main, HEAD~1, a tag")
    _refuse_repository_elsewhere()
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", may_lack=True)
    if not commit:
        raise UsageError(
            f"git knows no revision {revision!r}", hint="git log lists them; or is it a file that is not there?"
        )
    commit = commit.strip()
    shown = f"{commit}:./{path.removeprefix('./')}" if not path or path.startswith("./") else f"{commit}:{path}"
    found = _git("rev-parse", "--verify", "--quiet", "--end-of-options", shown, may_lack=True).strip()
    if not found:
        raise UsageError(f"{revision} has no {path or 'folder here'}", hint=f"git ls-tree {revision} lists what it has")
    kind = _git("cat-file", "-t", found).strip()
    if kind == "blob":
        above, slash, leaf = shown.rpartition("/")
        rows = _entries(name, f"{above}/" if slash else f"{commit}:", is_deep=False)
        entry = next(row for row in rows if row.path == (leaf if slash else path))
        if entry.mode == _LINK:
            raise InputError(f"{name} is a symbolic link", hint="name the file that it leads to")
        _write(name, [entry], folder)
        return folder / entry.path
    if kind != "tree":
        raise UsageError(f"{name} is a {kind}, and no file or folder", hint="a submodule is a repository of its own")
    names = _git("ls-tree", "-z", "--name-only", "--full-tree", found).split("\0")
    wanted = [name for name in _PROJECT if name in names] if "data" in names else []
    _write(name, _entries(name, found, *wanted), folder)
    return folder


def _refuse_repository_elsewhere() -> None:
    """A `.git` that leads to a repository elsewhere would have that one printed: it may be the user's own, and private.

    Worktrees and submodules lie elsewhere too, but their repositories know where they are used.
    """
    top = next((place for place in (Path.cwd(), *Path.cwd().parents) if os.path.lexists(place / ".git")), None)
    if top is None or "GIT_DIR" in os.environ:  # it is none, or the user named it
        return
    marker = top / ".git"
    own, shared = (
        Path(os.path.realpath(_git("rev-parse", option).removesuffix("\n")))
        for option in ("--absolute-git-dir", "--git-common-dir")
    )
    objects = shared / "objects"
    inside = [(own, top), (shared, top)]
    if not marker.is_symlink() and marker.is_file() and _knows(own, marker):
        inside = [] if (own / "gitdir").is_file() else [(shared, own)]
    borrowed = objects / "info" / "alternates"
    lines = os.fsdecode(read_bytes(borrowed)).splitlines() if borrowed.is_file() else []
    entries = (objects, *(objects.iterdir() if objects.is_dir() else ()), *(objects / line for line in lines if line))
    for path, folder in (*inside, *((entry, shared) for entry in entries)):
        if leads_out(path, folder):
            raise InputError(
                f"{marker}: leads to what lies elsewhere, {os.path.realpath(path)}, and is not followed",
                hint=f"if you trust it, name that folder in {ALLOWED_LINKS}",
            )


def _knows(repository: Path, marker: Path) -> bool:
    """Whether a repository says itself that a `.git` file leads to it (gitrepository-layout)."""
    back = repository / "gitdir"
    if back.is_file():  # of a worktree
        return os.path.realpath(os.fsdecode(read_bytes(back)).strip()) == os.path.realpath(marker)
    said = _git("config", "--file", str(repository / "config"), "--get", "core.worktree", may_lack=True).strip()
    return bool(said) and os.path.realpath(repository / said) == os.path.realpath(marker.parent)


def _entries(name: str, tree: str, *wanted: str, is_deep: bool = True) -> list[_TreeFile]:
    """The files and links of a tree, of those in it also if that is asked for; submodules are left out."""
    listing = _git("ls-tree", *(["-r"] if is_deep else []), "-z", "-l", "--full-tree", tree, *wanted)
    entries = list(_judged(name, listing))
    if len(entries) > MAX_REVISION_FILES:
        raise _too_large(name, f"more than {MAX_REVISION_FILES:,} files")
    return entries


def _refuse_growing(name: str, entries: list[_TreeFile]) -> None:
    """Refuse files that are far larger than the objects that git keeps them in, with all that these are deltas of.

    Many files may be deltas of one, as nearly equal files are, so each is compared with its own objects; only beyond
    `SHARED_FROM` does an object count once for all files.
    """
    total = sum(entry.size for entry in entries)
    if total <= EXPANSION_FROM:
        return
    sizes: dict[str, int] = {}
    bases: dict[str, str] = {}
    wanted = {entry.object for entry in entries}
    while wanted:
        asked = sorted(wanted)
        rows = _git("cat-file", "--batch-check=%(objectsize:disk) %(deltabase)", given="\n".join(asked) + "\n")
        for one, row in zip(asked, rows.splitlines(), strict=True):
            size, _, base = row.rpartition(" ")
            sizes[one] = int(size) if size.isdecimal() else 0  # what is missing is told when it is read
            if size.isdecimal() and base.strip("0"):
                bases[one] = base
        wanted = set(bases.values()) - sizes.keys()
    kept = sum(sizes.values())
    if total <= SHARED_FROM:
        kept = sum(_kept(entry.object, sizes, bases) for entry in entries)
    if total > EXPANSION.limit * kept:
        raise BoundError(EXPANSION, f"{total:,} bytes of files, of which git keeps {kept:,}", Place(name))


def _kept(name: str, sizes: Mapping[str, int], bases: Mapping[str, str]) -> int:
    """The bytes of an object with all that it is a delta of."""
    chain: dict[str, int] = {}
    while name in sizes and name not in chain:
        chain[name] = sizes[name]
        name = bases.get(name, "")
    return sum(chain.values())


def _too_large(name: str, what: str) -> InputError:
    return InputError(f"{name}: {what}", hint="name a folder or file in it")


def _judged(name: str, listing: str) -> Iterator[_TreeFile]:
    for row in filter(None, listing.split("\0")):
        head, _, path = row.partition("\t")
        mode, _, identifier, size = head.split()
        if any(part in ("", ".", "..") or part.lower() == ".git" or "\\" in part for part in path.split("/")):
            raise InputError(f"{name}: {path}: no path of a file in a folder", hint="git fsck tells more")
        if mode in (_FOLDER, _SUBMODULE):
            continue
        if not size.isdecimal():  # git writes BAD for what it has not
            raise _lacking(_TreeFile(mode, identifier, 0, path))
        yield _TreeFile(mode, identifier, int(size), path)


def _write(name: str, entries: list[_TreeFile], folder: Path) -> None:
    """Write files, then links, so that none is written through a link."""
    total = sum(entry.size for entry in entries)
    if total > MAX_REVISION_BYTES:
        raise _too_large(name, f"{total:,} bytes of files, and at most {MAX_REVISION_BYTES:,} are read")
    _refuse_growing(name, entries)
    with _contents() as read:
        try:
            for entry in (one for one in entries if one.mode != _LINK):
                target = folder / entry.path
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("xb") as file:
                    file.writelines(read(entry))
            for entry in (one for one in entries if one.mode == _LINK):
                _link(name, entry.path, b"".join(read(entry)), folder)
        except FileExistsError as error:
            raise InputError(
                f"{name}: two files of one name, {os.path.relpath(error.filename, folder)}",
                hint="one that differs in capital letters, or a tree that git fsck finds fault with",
            ) from error
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise InputError(f"{name}: cannot be written into a temporary folder: {reason}") from error


def _link(name: str, path: str, content: bytes, folder: Path) -> None:
    to = os.fsdecode(content)
    place = folder / path
    real = os.path.realpath(place.parent / to) if "\0" not in to else "/"
    if Path(to).is_absolute() or not Path(real).is_relative_to(os.path.realpath(folder)):
        raise InputError(f"{name}: {path} is a link that leads out of it", hint="compare a folder without it")
    place.parent.mkdir(parents=True, exist_ok=True)
    if not Path(os.path.realpath(place.parent)).is_relative_to(os.path.realpath(folder)):
        raise InputError(f"{name}: {path} lies behind a link that leads out of it")
    place.symlink_to(to)


@contextmanager
def _contents() -> Iterator[_ObjectReader]:
    """Reads what objects hold, from one process."""
    process = subprocess.Popen(
        _command("cat-file", "--batch"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    )
    assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 -- for the type checker: pipes
    with process:
        try:
            yield _ObjectReader(process.stdin, process.stdout)
        except BaseException:
            process.kill()
            raise


class _ObjectReader:
    """Reads objects from `git cat-file --batch`.

    Args:
        asked: Where they are asked for.
        answers: Where they come from.
    """

    def __init__(self, asked: IO[bytes], answers: IO[bytes]) -> None:
        self._asked = asked
        self._answers = answers

    def __call__(self, entry: _TreeFile) -> Iterable[bytes]:
        """The content of an entry, in pieces."""
        try:
            self._asked.write(f"{entry.object}\n".encode())
            self._asked.flush()
        except BrokenPipeError:
            head = b""
        else:
            head = self._answers.readline()
        if head.split() != [entry.object.encode(), b"blob", str(entry.size).encode()]:
            raise _lacking(entry)
        left = entry.size
        while left:
            piece = self._answers.read(min(_PIECE, left))
            if not piece:
                raise _lacking(entry)
            left -= len(piece)
            yield piece
        self._answers.read(1)


def _lacking(entry: _TreeFile) -> InputError:
    return InputError(
        f"git has not the content of {entry.path}, {entry.object}",
        hint="in a partial clone, git fetch it first; else git fsck tells what is damaged",
    )


def _command(*arguments: str) -> list[str]:
    program = system_program("git")
    if program is None:
        raise InputError("git is not installed", hint="install it, or name files and folders")
    return [program, "--no-pager", *(part for setting in _SETTINGS for part in ("-c", setting)), *arguments]


def _environment() -> dict[str, str]:
    return {**os.environ, **_ENVIRONMENT}


def _git(*arguments: str, given: str = "", may_lack: bool = False) -> str:
    """What git says, given text; nothing where it says by its code alone that it has not what is asked for."""
    with tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as text:
        text.write(given.encode())
        text.seek(0)
        pipe = subprocess.PIPE
        with subprocess.Popen(
            _command(*arguments), stdin=text, stdout=pipe, stderr=errors, env=_environment()
        ) as process:
            assert process.stdout is not None  # noqa: S101 -- for the type checker: a pipe
            found = process.stdout.read(MAX_NAMES_BYTES + 1)
            if len(found) > MAX_NAMES_BYTES:
                process.kill()
        if len(found) > MAX_NAMES_BYTES:
            raise InputError(
                f"git lists more than {MAX_NAMES_BYTES:,} bytes of names here", hint="name a folder or file in it"
            )
        if not process.returncode:
            return os.fsdecode(found)
        errors.seek(0)
        said = os.fsdecode(errors.read(_PIECE)).strip()
    if may_lack and not said:
        return ""
    if "not a git repository" in said:
        raise InputError("this is no repository of git", hint="name files and folders, or go into one")
    if "safe.bareRepository" in said:
        raise InputError(
            "this is a bare repository, whose settings may be a stranger's",
            hint="if it is yours, name it: GIT_DIR=. scograph diff …",
        )
    first = said.splitlines()[0] if said else f"it ends with {process.returncode}"
    hint = "git fsck tells what is damaged"
    if "dubious ownership" in said:
        hint = "if you trust its owner: git config --global --add safe.directory FOLDER"
    raise InputError(f"git cannot read this: {first}", hint=hint)
