"""Atomic, durable writes of files and folders: beside their place, flushed, put there in one step (rename, fsync).

Every command writes through this module. What is half written has a name that says so and a lock that its process
holds; the next run in the same folder removes what a killed one left. Of what is replaced, only files that a record
lists, with the digest they had, are ever removed.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import io
import itertools
import json
import os
import re
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from scograph.ending import refuse_if_told, uncut
from scograph.errors import UsageError

if TYPE_CHECKING:
    import ctypes

PREFIX = ".scograph-"
"""What the name of everything begins with that is being written."""
MAX_NAMED = 5
"""So many files that are in the way are named."""

Recorded = Mapping[str, str]
"""The SHA-256 of each file that we wrote into a folder, by its path there."""

_NAME = re.compile(r"(?P<token>[0-9a-f]{16})(?P<check>[0-9a-f]{8})")
_CONTENT, _OLD, _RECORD, _RECORD_PART = "content", "old", "record.json", "record.part"
"""What is in a folder beside: what is being written, then what it replaced; what was replaced where nothing can be
exchanged; and which files of that are ours."""
_FULL = (errno.ENOSPC, errno.EDQUOT)
_NO_FSYNC = (errno.EINVAL, errno.ENOTSUP, errno.EROFS)
_NO_EXCHANGE = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)
_NO_LINK = (errno.EPERM, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK)
"""What file systems answer that have no hard links."""
_AT_FDCWD, _EXCHANGE = -100, 2
"""Of renameat2(2) on Linux; renamex_np(2) on macOS has the same number for RENAME_SWAP."""
_READ_ONLY = "is read-only"
TEMPORARY_HINT = "free some space, or name another folder in TMPDIR"

# What became of what was to be written, for whoever ends the run.

_outcomes: dict[str, str] = {}


def outcomes() -> list[str]:
    """What became of each file and folder that this run was to write, in order: `dist: written`, say."""
    return [f"{shown}: {what}" for shown, what in _outcomes.items()]


def forget_outcomes() -> None:
    """Begin anew, with the next command of this process."""
    _outcomes.clear()


_unfinished: dict[Path, int] = {}
"""What this process is writing, each with the descriptor that locks it: a signal may come before anybody knows it."""


def clean_up() -> None:
    """Remove what this process was writing and did not come to finish."""
    for path in list(_unfinished):
        _abandon(path)


def _abandon(path: Path) -> None:
    """Remove what was being written, and unlock it."""
    with uncut():
        descriptor = _unfinished.pop(path, -1)
        _tidy(path)
        if descriptor >= 0:
            os.close(descriptor)


def begin(shown: Path, place: Path) -> None:
    """Note that a file or folder is to be written, for whoever ends the run.

    Args:
        shown: Its name in messages.
        place: What is there already if this is an older one.
    """
    _outcomes[str(shown)] = "not written; the old one is unchanged" if os.path.lexists(place) else "not written"


def _done(shown: Path) -> None:
    _outcomes[str(shown)] = "written"


def unwritable(shown: Path | str, error: OSError, hint: str = "") -> UsageError:
    """The error for what cannot be written.

    Args:
        shown: The file or folder.
        error: What the system says.
        hint: What to do about it, if that is not the usual.

    Returns:
        The error, with what to do about it.
    """
    usual = "is there space on the disk, and may you write there?"
    full = "free some space, or write elsewhere"
    reason = error.strerror or str(error)
    is_full = error.errno in _FULL and hint != TEMPORARY_HINT
    return UsageError(f"{shown}: cannot be written: {reason}", hint=full if is_full else hint or usual)


def temporary_unwritable(error: OSError) -> UsageError | None:
    """The error for temporary files that cannot be written, which names where they are to lie.

    Args:
        error: What the system says.

    Returns:
        The error; None if it is about something else.
    """
    import tempfile  # noqa: PLC0415 -- it brings all kinds of compression

    if error.errno in _FULL:
        return unwritable(error.filename or f"the temporary folder {tempfile.gettempdir()}", error, TEMPORARY_HINT)
    if error.errno == errno.ENOENT and error.filename is None and "temporary" in (error.strerror or ""):
        return unwritable("temporary files", error, TEMPORARY_HINT)
    return None


@contextmanager
def _said(shown: Path | str, hint: str = "") -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise unwritable(shown, error, hint) from error


# Files.


class _Raw(io.FileIO):
    """A file whose errors of writing are told from those of whatever is written to it."""

    def __init__(self, descriptor: int, shown: Path) -> None:
        super().__init__(descriptor, "r+", closefd=False)
        self._shown = shown

    def write(self, data: Any) -> int:  # noqa: ANN401 -- any buffer of bytes
        """Write some of the bytes."""
        with _said(self._shown):
            return os.write(self.fileno(), data)  # as all calls here, in the form that tests count


@contextmanager
def new_file(path: Path, *, shown: Path | None = None, is_new: bool = False) -> Iterator[IO[bytes]]:
    """A file that takes its place, whole and on the disk, when the block ends; if that raises, nothing changes.

    Args:
        path: The file; one that is there is replaced, and its permissions and owner are kept.
        shown: Its name in messages.
        is_new: Whether it is an error if a file is there.

    Yields:
        The file, to be written.

    Raises:
        UsageError: It cannot be written, or is read-only.
    """
    shown = shown or path
    hint = "name a file, not a folder" if path.is_dir() else "does its folder exist, and may you write there?"
    begin(shown, path)
    with _said(shown, hint):
        before = _stat(path)
        if before and _is_read_only(before):
            raise UsageError(f"{shown}: {_READ_ONLY}", hint="allow writing to it, or name another file")
        beside, descriptor = _made_file(path.parent)
    raw = _Raw(descriptor, shown)
    try:
        file = io.BufferedRandom(raw)
        yield file
        file.flush()
        with _said(shown, hint):
            _take_after(descriptor, before, path)
            flush(descriptor)
            refuse_if_told()
            with uncut():
                if is_new:
                    _link(beside, path)
                else:
                    os.replace(beside, path)  # noqa: PTH105 -- all calls of the system stand in one form here
                _done(shown)
                _flush_placed(shown, path.parent)
    finally:
        raw.close()  # what is still in the buffer has nowhere to go
        _abandon(beside)  # its name, if it has that still, and its descriptor


def _link(beside: Path, path: Path) -> None:
    """Give a file a name that no other has: nothing is replaced, and a link is not followed."""
    try:
        os.link(beside, path, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINK:
            raise
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from error
        os.replace(beside, path)  # noqa: PTH105 -- as in `new_file`


class UnconfirmedError(UsageError):
    """A file or folder took its place, and the disk did not confirm it.

    Args:
        shown: Its name in messages.
        error: What the system says.
    """

    def __init__(self, shown: Path, error: OSError) -> None:
        super().__init__(
            f"{shown}: was written, but the disk did not confirm it: {error.strerror}",
            hint="check the disk, then write it again",
        )
        self._taken_back = unwritable(shown, error)

    def taken_back(self) -> UsageError:
        """What to say instead where what was written is removed again, or the old put back."""
        return self._taken_back


def _flush_placed(shown: Path, folder: Path) -> None:
    try:
        flush_folder(folder)
    except OSError as error:
        raise UnconfirmedError(shown, error) from error


def write_file(path: Path, pieces: Iterable[bytes], *, shown: Path | None = None, is_new: bool = False) -> None:
    """Write a file that takes its place when it is whole (see `new_file`).

    Args:
        path: The file.
        pieces: Its bytes.
        shown: Its name in messages.
        is_new: Whether it is an error if a file is there.

    Raises:
        UsageError: It cannot be written, or is read-only.
    """
    with new_file(path, shown=shown, is_new=is_new) as file:
        for piece in pieces:
            file.write(piece)


class Made:
    """Files and folders that are made one after another, to be removed if what they are made for fails."""

    def __init__(self) -> None:
        self._files: dict[Path, str] = {}
        self._folders: list[Path] = []

    def folder(self, folder: Path) -> None:
        """Make a folder and those above it that are missing (see `make_folders`)."""
        self._folders += make_folders(folder)

    def file(self, path: Path, data: bytes, *, is_new: bool = False) -> None:
        """Write a file where none is, and those of its folders that are missing (see `write_file`).

        Raises:
            UsageError: It cannot be written.
        """
        self.folder(path.parent)
        try:
            write_file(path, [data], is_new=is_new)
        except UnconfirmedError as error:
            self._files[path] = hashlib.sha256(data).hexdigest()
            raise error.taken_back() from error
        self._files[path] = hashlib.sha256(data).hexdigest()

    def remove(self) -> None:
        """Remove the files that have still the bytes that they were given, and the folders that are empty then."""
        for path, digest in reversed(self._files.items()):
            if has_digest(path, digest):
                with suppress(OSError):
                    os.unlink(path)  # noqa: PTH108 -- as in `new_file`
                    _outcomes[str(path)] = "not written"
        remove_empty(self._folders)


@contextmanager
def removed_on_error() -> Iterator[Made]:
    """Keep what a block makes only if it raises no error; a signal is none, and says itself what was written.

    Yields:
        What makes the files and folders.
    """
    made = Made()
    try:
        yield made
    except Exception:
        made.remove()
        raise


def rewrite_file(path: Path, before: bytes, data: bytes) -> str:
    """Replace the bytes of a file that somebody else may be editing.

    Args:
        path: The file.
        before: The bytes that `data` was made from.
        data: The bytes that it is to have.

    Returns:
        Why it was left as it is, or nothing if it was written: it is a link, is read-only, has other names, belongs to
        somebody else, or has not these bytes any more.

    Raises:
        UsageError: It cannot be written.
    """
    begin(path, path)
    with _said(path):
        reason = _why_left(path)
        if reason:
            return reason
        beside, descriptor = _made_file(path.parent)
        try:
            write_all(descriptor, data)
            now = os.lstat(path)
            _take_after(descriptor, now, path)
            made = os.fstat(descriptor)
            if (made.st_uid, made.st_gid) != (now.st_uid, now.st_gid):
                return "belongs to another user and would become yours"
            flush(descriptor)
            refuse_if_told()
            with uncut():
                return _exchanged(path, beside, before)
        finally:
            _abandon(beside)


def write_all(descriptor: int, data: bytes) -> None:
    """Write bytes to an open file, however many calls that takes.

    Args:
        descriptor: The file.
        data: The bytes.

    Raises:
        OSError: They cannot be written.
    """
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]


def _exchanged(path: Path, beside: Path, before: bytes) -> str:
    """Put a file in the place of one that has certain bytes: what was there is looked at when nobody opens it anew."""
    if path.read_bytes() != before:
        return "was changed in the meantime"
    if exchange(beside, path):
        try:
            is_other = os.path.islink(beside) or beside.read_bytes() != before  # noqa: PTH114 -- as in `new_file`
        except OSError:  # nobody knows what was there: it stays there
            _exchange_back(path, beside, path)
            raise
        if is_other:
            _exchange_back(path, beside, path)
            return "was changed in the meantime"
    else:
        os.replace(beside, path)  # noqa: PTH105 -- as in `new_file`
    _done(path)
    _flush_placed(path, path.parent)
    return ""


def _exchange_back(shown: Path, beside: Path, place: Path) -> None:
    """Give what was there its place again, since it is not what it was taken for, or cannot be looked at.

    Raises:
        UsageError: That cannot be done: the new stays, and what was there is kept if it may be somebody else's.
    """
    try:
        exchange(beside, place)
    except OSError as error:
        _done(shown)
        kept = beside
        if not _is_folder(beside):  # of a folder only what is ours is ever removed
            kept = beside.with_name(f"{shown.name}.{beside.name.removeprefix(PREFIX)}.old")
            with suppress(OSError):
                os.rename(beside, kept)  # noqa: PTH104 -- as in `new_file`
        raise UsageError(
            f"{shown}: was written, but the old file could be neither checked nor restored: {error.strerror}",
            hint=f"check the disk, and {kept}",
        ) from error


def _why_left(path: Path) -> str:
    now = os.lstat(path)
    if stat.S_ISLNK(now.st_mode):
        return "is a link"
    if not stat.S_ISREG(now.st_mode):
        return "is not a regular file"
    if _is_read_only(now):
        return _READ_ONLY
    return f"has {now.st_nlink} hard links" if now.st_nlink > 1 else ""


def _is_read_only(found: os.stat_result) -> bool:
    return not found.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)


def _stat(path: Path) -> os.stat_result | None:
    try:
        return os.stat(path)  # noqa: PTH116 -- as in `new_file`
    except FileNotFoundError:
        return None


def _take_after(descriptor: int, before: os.stat_result | None, path: Path) -> None:
    """Give a new file the owner, permissions and attributes of the one it replaces, or those of any new one."""
    if before is None:
        os.fchmod(descriptor, 0o666 & ~umask())
        return
    now = os.fstat(descriptor)
    if (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
        with suppress(PermissionError):
            os.fchown(descriptor, before.st_uid, before.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(before.st_mode))
    if hasattr(os, "listxattr"):  # access control lists are among them
        with suppress(OSError):
            for name in os.listxattr(path):
                os.setxattr(descriptor, name, os.getxattr(path, name))


def umask() -> int:
    """The permissions that new files of this process do not get."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


# What is being written, and what a killed run left of it.


def beside_name(prefix: str = PREFIX) -> str:
    """A name for what is being written: no other has it, and none that people think of passes `is_beside_name`.

    Args:
        prefix: What it begins with.

    Returns:
        The name, of 24 hexadecimal digits behind the prefix, the last eight made from the others.
    """
    token = os.urandom(8).hex()
    return f"{prefix}{token}{_check(token)}"


def is_beside_name(name: str, prefix: str = PREFIX) -> bool:
    """Whether `beside_name` made a name."""
    match = _NAME.fullmatch(name[len(prefix) :]) if name.startswith(prefix) else None
    return match is not None and _check(match["token"]) == match["check"]


def _check(token: str) -> str:
    return hashlib.sha256(b"scograph writes here: " + token.encode()).hexdigest()[:8]


def _made_file(folder: Path) -> tuple[Path, int]:
    tidy(folder)
    while True:
        path = folder / beside_name()
        with uncut():
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            if _is_locked(descriptor, path):
                _unfinished[path] = descriptor
                return path, descriptor
            os.close(descriptor)


def make_beside(folder: Path, prefix: str = PREFIX) -> tuple[Path, int]:
    """Make a folder to write into, locked as long as its process lives.

    Args:
        folder: The folder that it is made in.
        prefix: What its name begins with.

    Returns:
        The new folder, and the descriptor that locks it, until `finished` or the end of the process.

    Raises:
        OSError: It cannot be made.
    """
    while True:
        path = folder / beside_name(prefix)
        with uncut(), suppress(FileNotFoundError):
            os.mkdir(path, 0o700)  # noqa: PTH102 -- as in `new_file`
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            if _is_locked(descriptor, path):
                _unfinished[path] = descriptor
                return path, descriptor
            os.close(descriptor)


def finished(path: Path) -> None:
    """Unlock what `make_beside` made: it is whole, and stays.

    Args:
        path: The folder.
    """
    descriptor = _unfinished.pop(path, -1)
    if descriptor >= 0:
        os.close(descriptor)


def _is_locked(descriptor: int, path: Path) -> bool:
    """Lock what was just made; False if another run took it for what a killed one left, and removed it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # no locks there: then nobody removes what is not locked either
        return True
    return _is_still(descriptor, path)


def _is_still(descriptor: int, path: Path) -> bool:
    try:
        there, here = os.lstat(path), os.fstat(descriptor)
    except FileNotFoundError:
        return False
    return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)


_tidied: set[str] = set()


def tidy(folder: Path) -> None:
    """Remove what killed runs left in a folder, once for each folder in a process; what was ours is put back.

    Args:
        folder: The folder.
    """
    place = os.path.realpath(folder)
    if place in _tidied:
        return
    _tidied.add(place)
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in list(entries):
            if is_beside_name(entry.name):
                with left_behind(Path(entry.path)) as left:
                    if left:
                        _tidy(Path(entry.path))


@contextmanager
def left_behind(path: Path) -> Iterator[bool]:
    """Lock what has one of our names, if no living run has it.

    Args:
        path: The file or folder.

    Yields:
        Whether it is locked now, and may be removed.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        yield False
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_left = _is_still(descriptor, path) and os.fstat(descriptor).st_uid == os.geteuid()
        except OSError:
            is_left = False
        yield is_left
    finally:
        os.close(descriptor)


def _tidy(path: Path) -> None:
    with uncut(), suppress(OSError):
        if stat.S_ISREG(os.lstat(path).st_mode):
            os.unlink(path)  # noqa: PTH108 -- as in `new_file`
        elif {entry.name for entry in os.scandir(path)} <= {_CONTENT, _OLD, _RECORD, _RECORD_PART}:
            _tidy_folder(path)


def _tidy_folder(stage: Path) -> None:
    """Finish what a killed run began to put in its place: put the old back if it is gone, else remove what is ours."""
    content, old = stage / _CONTENT, stage / _OLD
    if not os.path.lexists(stage / _RECORD):  # nothing was replaced: what is there was never finished
        remove_tree(stage)
        return
    with suppress(ValueError, LookupError, TypeError), _regular(stage / _RECORD) as file:
        record = json.loads(file.read())
        target, inode, ours = str(record["target"]), int(record["inode"]), dict(record["files"])
        if target != os.path.basename(target) or target in ("", ".", ".."):  # noqa: PTH119 -- a name, not a path
            return
        if _is_folder(old) and not os.path.lexists(stage.parent / target):
            os.rename(old, stage.parent / target)  # noqa: PTH104 -- as in `new_file`
            flush_folder(stage.parent)
        for folder in filter(_is_folder, (content, old)):
            if os.lstat(folder).st_ino == inode:
                remove_tree(folder)
            else:
                remove_recorded(folder, ours)
        if not os.path.lexists(content) and not os.path.lexists(old):
            remove_tree(stage)


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False


# Folders.


class NewFolder:
    """A folder that is written beside its place, and put there in one step.

    Args:
        folder: The folder; a link is followed, and its permissions and owner are kept where it is there already.
        is_durable: Whether it is to survive a power cut; not, if it goes when the process ends.

    Raises:
        UsageError: Nothing can be written beside it, or it is the root of a mounted file system, whose place nothing
            can take.
    """

    def __init__(self, folder: Path, *, is_durable: bool = True) -> None:
        self.shown = folder
        self.target = Path(os.path.realpath(folder))
        self._is_durable = is_durable
        refuse_mount(folder)
        begin(folder, self.target)
        with _said(folder, "name another folder with -o"):
            self._made = make_folders(self.target.parent)
            try:
                tidy(self.target.parent)
                self._stage, _ = make_beside(self.target.parent)
                self.path = self._stage / _CONTENT
                """The folder to write into."""
                try:
                    os.mkdir(self.path)  # noqa: PTH102 -- as in `new_file`
                except BaseException:
                    _abandon(self._stage)
                    raise
            except BaseException:
                remove_empty(self._made)
                raise

    def place(self, recorded: Callable[[Path], Recorded | None]) -> None:
        """Put what was written in its place, and remove what was there.

        Args:
            recorded: The files of a folder that a record of ours lists, each with its SHA-256; None where there is no
                such record. It is asked of what is replaced.

        Raises:
            UsageError: There are files that no record lists, or not as they were written; then nothing is replaced.
            OSError: It cannot be put there.
        """
        refuse_if_told()
        before = _stat(self.target)
        ours: Recorded = {}
        if before:
            ours = _refused_if_foreign(self.shown, self.target, recorded)
            _keep_owner(self.path, before)
            os.chmod(self.path, stat.S_IMODE(before.st_mode))  # noqa: PTH101 -- as in `new_file`
            record = {"target": self.target.name, "inode": self.path.stat().st_ino, "files": dict(ours)}
            (self._stage / _RECORD_PART).write_text(json.dumps(record), encoding="utf-8")
            os.rename(self._stage / _RECORD_PART, self._stage / _RECORD)  # noqa: PTH104 -- it is there whole, or not
        if self._is_durable:
            flush_tree(self._stage)
        refuse_if_told()
        with uncut():
            if before is None:
                os.rename(self.path, self.target)  # noqa: PTH104 -- as in `new_file`
            else:
                ours = self._replace(recorded)
            _done(self.shown)
            if self._is_durable:
                _flush_placed(self.shown, self.target.parent)
            for old in filter(_is_folder, (self.path, self._stage / _OLD)):
                remove_recorded(old, ours)

    def _replace(self, recorded: Callable[[Path], Recorded | None]) -> Recorded:
        """Exchange what was written and what is there; if files came in at the last moment, exchange them back."""
        if exchange(self.path, self.target):
            try:
                return _refused_if_foreign(self.shown, self.path, recorded)
            except BaseException:
                _exchange_back(self.shown, self.path, self.target)
                raise
        old = self._stage / _OLD
        os.rename(self.target, old)  # noqa: PTH104 -- as in `new_file`
        try:
            ours = _refused_if_foreign(self.shown, old, recorded)
            os.rename(self.path, self.target)  # noqa: PTH104 -- as in `new_file`
        except BaseException:
            os.rename(old, self.target)  # noqa: PTH104 -- as in `new_file`
            raise
        return ours

    def close(self) -> None:
        """Remove what did not come to its place, and folders that were made for it alone."""
        _abandon(self._stage)
        if not os.path.lexists(self.target):
            remove_empty(self._made)


def refuse_mount(folder: Path) -> None:
    """Nothing can take the place of the root of a mounted file system, such as a container's volume.

    Args:
        folder: The folder.

    Raises:
        UsageError: It is one.
    """
    target = os.path.realpath(folder)
    if os.path.ismount(target) or target in _mount_points():
        raise UsageError(
            f"{folder} is a mount point, which cannot be replaced in one step",
            hint=f"write into a folder in it: {os.path.join(folder, 'site')}",  # noqa: PTH118 -- for people
        )


def _mount_points() -> frozenset[str]:
    """Where something is mounted, folders of the same file system among it, which no number of a device tells."""
    try:
        with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as file:  # noqa: PTH123 -- as above
            fields = [line.split(" ")[4] for line in file]
    except (OSError, IndexError):
        return frozenset()
    return frozenset(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), field) for field in fields)


def refuse_foreign(shown: Path, recorded: Callable[[Path], Recorded | None]) -> None:
    """A folder is replaced whole, so nothing may be in it that is not as a record of ours lists it.

    Args:
        shown: The folder; it need not be there.
        recorded: As for `NewFolder.place`.

    Raises:
        UsageError: There is.
    """
    target = Path(os.path.realpath(shown))
    if os.path.lexists(target):
        if not target.is_dir():
            raise UsageError(f"{shown} is a file", hint="name a folder with -o")
        _refused_if_foreign(shown, target, recorded)


def _refused_if_foreign(shown: Path, folder: Path, recorded: Callable[[Path], Recorded | None]) -> Recorded:
    ours = recorded(folder) or {}
    foreign = foreign_in(folder, ours)
    if foreign:
        more = f" and {len(foreign) - MAX_NAMED} more" if len(foreign) > MAX_NAMED else ""
        raise UsageError(
            f"{shown} holds files that scograph did not write, or that were changed later: "
            f"{', '.join(foreign[:MAX_NAMED])}{more}",
            hint="name another folder with -o, or move them away: the whole folder is replaced",
        )
    return ours


def foreign_in(folder: Path, ours: Recorded) -> list[str]:
    """What is in a folder and not as a record lists it.

    Args:
        folder: The folder.
        ours: The SHA-256 of each file of the record, by path.

    Returns:
        The paths of files that it does not list or that have other bytes, of links, and of folders that none of its
        files lies in, which end with a slash; sorted.
    """
    folders = {path[:at] for path in ours for at, letter in enumerate(path) if letter == "/"}
    found = []
    for path, entry in _entries(folder):
        if entry.is_dir(follow_symlinks=False):
            if path not in folders:
                found.append(f"{path}/")
        elif path not in ours or not has_digest(entry.path, ours[path]):
            found.append(path)
    return sorted(found)


def _entries(folder: Path | str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """What is below a folder, each with its path from there; a folder comes after what is in it."""
    inside: list[tuple[str, os.DirEntry[str] | None, Iterator[os.DirEntry[str]]]] = [("", None, _listed(folder))]
    while inside:  # not by calls of itself: a path may have two thousand parts
        above, own, entries = inside[-1]
        entry = next(entries, None)
        if entry is None:
            inside.pop()
            if own:
                yield above.removesuffix("/"), own
        elif entry.is_dir(follow_symlinks=False):
            inside.append((f"{above}{entry.name}/", entry, _listed(entry.path)))
        else:
            yield above + entry.name, entry


def _listed(folder: Path | str) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return iter(list(entries))


_digests: dict[tuple[int, int, int, int], str] = {}
"""The SHA-256 of files that were looked at, by device, number, size and time: a build asks three times."""


def has_digest(path: str | Path, digest: str) -> bool:
    """Whether a path is a regular file whose bytes have a SHA-256."""
    try:
        with _regular(path) as file:
            found = os.fstat(file.fileno())
            key = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
            if key not in _digests:
                _digests[key] = hashlib.file_digest(file, "sha256").hexdigest()
            return _digests[key] == digest
    except OSError:
        return False


@contextmanager
def _regular(path: str | Path) -> Iterator[io.FileIO]:
    """A regular file, open to be read; all else is an OSError, and nothing is waited for."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with io.FileIO(descriptor) as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "no regular file", str(path))
        yield file


def remove_recorded(folder: Path, ours: Recorded) -> None:
    """Remove the files of a folder that are as a record lists them, and what is empty then; all else stays.

    Args:
        folder: The folder, which goes too if nothing stays.
        ours: The SHA-256 of each file, by path.
    """
    for path, entry in _entries(folder):
        with suppress(OSError):
            if entry.is_dir(follow_symlinks=False):
                os.rmdir(entry.path)  # noqa: PTH106 -- as in `new_file`
            elif path in ours and has_digest(entry.path, ours[path]):
                os.unlink(entry.path)  # noqa: PTH108 -- as in `new_file`
    with suppress(OSError):
        os.rmdir(folder)  # noqa: PTH106 -- as in `new_file`


def remove_tree(folder: Path) -> None:
    """Remove a folder that only this program ever wrote into, as far as the system lets it."""
    for _, entry in _entries(folder):
        with suppress(OSError):
            (os.rmdir if entry.is_dir(follow_symlinks=False) else os.unlink)(entry.path)
    with suppress(OSError):
        os.rmdir(folder)  # noqa: PTH106 -- as in `new_file`


def make_folders(folder: Path) -> tuple[Path, ...]:
    """Make a folder and those above it that are missing, each safely on the disk.

    Args:
        folder: The folder.

    Returns:
        The folders that were made, the uppermost first.

    Raises:
        OSError: It cannot be made; then none of them stays.
    """
    missing = list(itertools.takewhile(lambda one: not one.is_dir(), (folder, *folder.parents)))
    made: list[Path] = []
    try:
        for one in reversed(missing):
            try:
                os.mkdir(one)  # noqa: PTH102 -- as in `new_file`
            except FileExistsError as error:
                if one.is_dir():  # another run made it
                    continue
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(one)) from error
            made.append(one)
            flush_folder(one.parent)
    except BaseException:
        remove_empty(made)
        raise
    return tuple(made)


def remove_empty(folders: Sequence[Path]) -> None:
    """Remove folders that were made for what did not come to be, as far as nothing is in them.

    Args:
        folders: The folders, the uppermost first.
    """
    for one in reversed(folders):
        with suppress(OSError):
            os.rmdir(one)  # noqa: PTH106 -- as in `new_file`


def _keep_owner(path: Path, before: os.stat_result) -> None:
    with suppress(PermissionError):
        os.chown(path, before.st_uid, before.st_gid)


# Calls of the system.


def flush(descriptor: int) -> None:
    """Have a file's bytes on the disk before this returns (fsync; F_FULLFSYNC where fsync does less).

    Args:
        descriptor: The file, or folder.

    Raises:
        OSError: The disk did not take them.
    """
    try:
        if sys.platform == "darwin":
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        else:
            os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_FSYNC:
            raise


def flush_folder(folder: Path) -> None:
    """Have the names in a folder on the disk before this returns.

    Raises:
        OSError: The disk did not take them.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        flush(descriptor)
    finally:
        os.close(descriptor)


def flush_tree(folder: Path) -> None:
    """Have all files below a folder, and their names, on the disk before this returns.

    Where the system can, by one call for the file system (syncfs): to flush thousands of files one after another takes
    twenty times as long. A file that has another name was flushed under that.

    Raises:
        OSError: The disk did not take them.
    """
    if sync_file_system(folder):
        return
    for _, entry in _entries(folder):
        if entry.is_dir(follow_symlinks=False):
            flush_folder(Path(entry.path))
        elif entry.stat(follow_symlinks=False).st_nlink == 1:
            descriptor = os.open(entry.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                flush(descriptor)
            finally:
                os.close(descriptor)
    flush_folder(folder)


def _library() -> ctypes.CDLL:
    import ctypes  # noqa: PLC0415 -- it is slow to import, and most runs write no folder

    return ctypes.CDLL(None, use_errno=True)


def _errno() -> int:
    """The error of the last call of `_library`."""
    import ctypes  # noqa: PLC0415 -- as above

    return ctypes.get_errno()


def sync_file_system(folder: Path) -> bool:
    """Have all of the file system that a folder is in on the disk before this returns (syncfs).

    Returns:
        Whether that was done; False where the system has no call for it.

    Raises:
        OSError: The disk did not take it.
    """
    if sys.platform != "linux" or not hasattr(_library(), "syncfs"):
        return False
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if _library().syncfs(descriptor) == 0:
            return True
        number = _errno()
    finally:
        os.close(descriptor)
    if number in _NO_EXCHANGE:
        return False
    raise OSError(number, os.strerror(number), str(folder))


def exchange(one: Path, other: Path) -> bool:
    """Exchange two files or folders in one step.

    Args:
        one: The first.
        other: The second, in the same file system.

    Returns:
        Whether that was done; False where the system or the file system has no call for it.

    Raises:
        OSError: The system has it, and it failed.
    """
    names = (os.fsencode(one), os.fsencode(other))
    if sys.platform == "linux" and hasattr(_library(), "renameat2"):
        result = _library().renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _EXCHANGE)
    elif sys.platform == "darwin" and hasattr(_library(), "renamex_np"):
        result = _library().renamex_np(*names, _EXCHANGE)
    else:
        return False
    if result == 0:
        return True
    number = _errno()
    if number in _NO_EXCHANGE:
        return False
    raise OSError(number, os.strerror(number), str(other))
