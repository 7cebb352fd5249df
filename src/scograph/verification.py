"""Verification of a published folder against its manifest: every byte, every file, every canonical form."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scograph.build import canonical_digest
from scograph.errors import BeyondBoundError, FindingsError, InputError, MachineError, ScographError
from scograph.manifest import SUMS, Entry, read_manifest, read_sums, sums_bytes
from scograph.model import Finding, Place, Severity
from scograph.processes import own_command, own_environment
from scograph.project import MANIFEST, files_below, manifest_bytes, read_bytes

PIECE = 1 << 18
MISSING, EXTRA, DIFFERS = "is missing", "is not in the manifest", "differs"
NOT_COMPARED = "is not compared"
"""Of a file that has every byte as published, and whose canonical form cannot be had within a bound."""
SEEDS = ("4242", "1729")
"""PYTHONHASHSEED of a second build; the second where the first build has the first."""


@dataclass(frozen=True, slots=True)
class Differing:
    """A file that is not as it should be.

    Args:
        path: The file.
        what: How: it differs, is missing, is extra, is not compared.
        detail: More, for people.
        reason: Why it is not compared.
    """

    path: str
    what: str
    detail: str = ""
    reason: ScographError | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{self.path} {self.what}" + (f": {self.detail}" if self.detail else "")


def verify_folder(folder: Path, *, deep: bool = True, is_whole: bool = True) -> tuple[Differing, ...]:
    """Compare a published folder with its manifest and its sums.

    Args:
        folder: The folder.
        deep: Also read each dataset, and compute the digest of its canonical form.
        is_whole: Whether all files of the folder are there, so that one that the manifest lacks is named.

    Returns:
        What differs, is missing, is extra or is not compared, by path; nothing if all is as published.

    Raises:
        InputError: There is no manifest, or it is none of ours.
    """
    written = manifest_bytes(folder)
    sums = _read_sums(folder)
    actual = {MANIFEST: hashlib.sha256(written).hexdigest()}
    try:
        manifest = read_manifest(written, str(folder / MANIFEST))
    except InputError as error:
        if sums.get(MANIFEST) in (None, actual[MANIFEST]):
            raise
        return (Differing(MANIFEST, DIFFERS, error.message),)
    found: dict[str, Differing] = {}
    too_hard: dict[str, ScographError] = {}
    for entry in manifest.entries:
        path = folder / entry.path
        if unusable := _unusable(path, entry, folder):
            found[entry.path] = unusable
            continue
        actual[entry.path] = _sha256(path)
        is_as_summed = sums.get(entry.path) == actual[entry.path] and sums.get(MANIFEST) != actual[MANIFEST]
        problem = _differing(path, entry, actual[entry.path], too_hard, deep=deep)
        if problem:  # the file, unless the sums bear it out and not the manifest
            name = MANIFEST if is_as_summed else entry.path
            found[name] = problem if name == entry.path else Differing(name, DIFFERS, f"of {problem}")
    if sums.get(MANIFEST) != actual[MANIFEST]:
        found.setdefault(MANIFEST, Differing(MANIFEST, DIFFERS, f"or {SUMS}, which has another digest of it"))
    if manifest.to_bytes() != written:
        found.setdefault(MANIFEST, Differing(MANIFEST, DIFFERS, "it is not in the form that it is written in"))
    known = {entry.path: entry.sha256 for entry in manifest.entries}
    problem = _differing_sums(folder, {**known, MANIFEST: sums.get(MANIFEST, "")}, is_settled=MANIFEST in found)
    if problem:
        found[SUMS] = problem
    if is_whole:
        found |= {path: Differing(path, EXTRA) for path in _files(folder) if path not in {*known, MANIFEST, SUMS}}
    return tuple(found[path] for path in sorted(found))


def _unusable(path: Path, entry: Entry, folder: Path) -> Differing | None:
    """What is wrong with a file that is not read."""
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)):
        return Differing(entry.path, DIFFERS, "it is a symbolic link out of the folder")
    return None if path.is_file() else Differing(entry.path, MISSING)


def _differing(
    path: Path, entry: Entry, digest: str, too_hard: dict[str, ScographError], *, deep: bool
) -> Differing | None:
    """How a file differs.

    Args:
        path: Where it is.
        entry: What was published.
        digest: Its SHA-256.
        too_hard: The canonical forms that cannot be had, each with the reason: files that say the same are not tried.
        deep: Whether its canonical form is compared.
    """
    size = path.stat().st_size
    if size != entry.size:
        return Differing(entry.path, DIFFERS, f"{size:,} bytes, and {entry.size:,} were published")
    if digest != entry.sha256:
        return Differing(entry.path, DIFFERS, "its SHA-256 is another")
    if deep and entry.canonical:
        return _differing_form(path, entry, entry.canonical, too_hard)
    return None


def _differing_form(path: Path, entry: Entry, expected: str, too_hard: dict[str, ScographError]) -> Differing | None:
    try:
        if expected in too_hard:
            raise too_hard[expected]
        is_same = canonical_digest(path) == expected
    except (BeyondBoundError, MachineError) as error:
        too_hard[expected] = error
        return Differing(entry.path, NOT_COMPARED, error.message, error)
    except InputError as error:
        return Differing(entry.path, DIFFERS, f"it cannot be read: {error.message.removeprefix(f'{path}: ')}")
    if is_same:
        return None
    return Differing(entry.path, DIFFERS, "what it says has another canonical form than the manifest has")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_sums(folder: Path) -> dict[str, str]:
    """The digests by path, as far as the sums can be read."""
    path = folder / SUMS
    return read_sums(read_bytes(path)) if path.is_file() else {}


def _differing_sums(folder: Path, known: Mapping[str, str], *, is_settled: bool) -> Differing | None:
    """What is wrong with the sums, given what the manifest says of each file; not, if the manifest is at fault."""
    path = folder / SUMS
    if not path.is_file():
        return Differing(SUMS, MISSING)
    written, expected = read_bytes(path), sums_bytes(known)
    if written == expected:
        return None
    lines = list(zip(written.splitlines(), expected.splitlines(), strict=False))
    number = next((i for i, (one, other) in enumerate(lines) if one != other), len(lines))
    is_of_a_digest = len(lines) == len(known) and all(a[64:] == b[64:] for a, b in lines)
    if is_settled and is_of_a_digest and written.endswith(b"\n"):
        return None
    return Differing(SUMS, DIFFERS, f"line {number + 1} is not as it was written")


def _files(folder: Path) -> Iterator[str]:
    yield from (path.relative_to(folder).as_posix() for path in files_below(folder))


# Two builds of the same.


def compare_folders(one: Path, other: Path) -> tuple[Differing, ...]:
    """Compare two folders file by file.

    Args:
        one: The first.
        other: The second.

    Returns:
        The files that differ, or that only one of them has, by path.
    """
    first, second = set(_files(one)), set(_files(other))
    found = [Differing(path, DIFFERS) for path in first & second if _sha256(one / path) != _sha256(other / path)]
    found += [Differing(path, "is written by one build only") for path in first ^ second]
    return tuple(sorted(found, key=lambda differing: differing.path))


def build_again(
    paths: Sequence[str | Path], folder: Path, arguments: Sequence[str], environment: Mapping[str, str]
) -> None:
    """Build a project or a portal a second time, in a process of its own with another hash seed, and compare.

    A portal that leaves projects out is compared without them; both builds then end with findings.

    Args:
        paths: The project, or what `scograph build` was given for a portal.
        folder: The first build.
        arguments: What else `scograph build` was given.
        environment: The environment of the first build.

    Raises:
        FindingsError: The two builds differ.
        ScographError: The second build failed.
    """
    seed = next(seed for seed in SEEDS if seed != environment.get("PYTHONHASHSEED"))
    with tempfile.TemporaryDirectory(prefix="scograph-") as beside:
        again = Path(beside) / "again"
        command = own_command(["build", "-o", str(again), *arguments, "--", *map(str, paths)])
        zone = {"PYTHONHASHSEED": seed, "TZ": "Pacific/Kiritimati", "LC_ALL": "C"}
        done = subprocess.run(command, env=own_environment({**environment, **zone}), capture_output=True, check=False)
        if done.returncode not in {0, FindingsError.exit_code} or not again.is_dir():
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise ScographError(f"the second build failed: {said[-1] if said else done.returncode}")
        differing = compare_folders(folder, again)
    if differing:
        raise FindingsError(
            f"two builds of {', '.join(Path(path).name for path in paths)} differ, and nothing was replaced",
            findings(differing),
            hint="something in it depends on the order of a set, the time or the place",
        )


def findings(differing: Iterable[Differing]) -> tuple[Finding, ...]:
    """Files that are not as they should be, as findings."""
    return tuple(
        Finding(
            Severity.ERROR,
            "verify",
            f"{one.what}" + (f": {one.detail}" if one.detail else ""),
            place=Place(one.path),
        )
        for one in differing
    )
