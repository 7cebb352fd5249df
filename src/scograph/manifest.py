"""Manifests of published folders: each file with its bytes and digests, and the sums that `sha256sum -c` reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scograph.errors import BeyondBoundError, InputError
from scograph.guard import read_json
from scograph.json_text import json_document

SUMS = "SHA256SUMS"
"""The file with the digest of every other file, the manifest among them."""
MAX_FILES = 1_000_000
"""Larger manifests are rejected."""

_PATH = re.compile(r"[._]?[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the manifest.

    Args:
        path: The file, relative to the folder.
        media_type: Its media type.
        size: Its bytes.
        sha256: The SHA-256 of its bytes.
        canonical: The SHA-256 of the canonical form of the dataset in it; nothing if it is not data, or if the
            manifest says why there is none.
    """

    path: str
    media_type: str
    size: int
    sha256: str
    canonical: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a published folder holds.

    Args:
        entries: Its files, by path, but for the manifest itself and the sums.
        name: The project's name, which its files begin with.
        version: The version of the release, or of the dataset where its header states one.
        date: The date that goes with it, as `YYYY-MM-DD`, or nothing.
        previous: The version of the release before, if this is one and there was one.
        canonical: The SHA-256 of the canonical form of the whole dataset; nothing if `not_canonical` says why.
        not_canonical: Why data have no canonical form; nothing if all have theirs.
    """

    entries: tuple[Entry, ...]
    name: str = ""
    version: str = ""
    date: str = ""
    previous: str = ""
    canonical: str = ""
    not_canonical: str = ""

    def entry(self, path: str) -> Entry | None:
        """The line of a file, or None."""
        return next((entry for entry in self.entries if entry.path == path), None)

    def to_bytes(self) -> bytes:
        """The manifest as JSON, in its one form."""
        head = {
            "name": self.name,
            "version": self.version,
            "date": self.date,
            "previous": self.previous,
            "canonicalSha256": self.canonical,
            "noCanonicalSha256": self.not_canonical,
        }
        files = [
            {"path": entry.path, "mediaType": entry.media_type, "bytes": entry.size, "sha256": entry.sha256}
            | ({"canonicalSha256": entry.canonical} if entry.canonical else {})
            for entry in self.entries
        ]
        stated: dict[str, Any] = {key: value for key, value in head.items() if value}
        return json_document({**stated, "files": files})


def read_manifest(data: bytes, label: str) -> Manifest:
    """Read a manifest.

    Args:
        data: Its bytes.
        label: What messages call it.

    Returns:
        The manifest.

    Raises:
        InputError: It is not a scograph manifest, or names a file outside its folder.
    """
    hint = "name a folder that `scograph build` or `scograph release` wrote"
    keys = ("name", "version", "date", "previous", "canonicalSha256", "noCanonicalSha256")
    try:
        read = read_json(data, label)
        rows = read["files"]
        entries = tuple(_read_entry(row) for row in rows)
        name, version, date, previous, canonical, not_canonical = (_read_text(read, key) for key in keys)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{label}: not a scograph manifest: {error or type(error).__name__}", hint=hint) from error
    except BeyondBoundError as error:  # no higher bound would make one of it
        raise InputError(f"{label}: not a scograph manifest: {error.message}", hint=hint) from error
    paths = [entry.path for entry in entries]
    if len(set(paths)) != len(paths) or len(paths) > MAX_FILES:
        raise InputError(f"{label}: not a scograph manifest: it names a file twice, or too many", hint=hint)
    return Manifest(entries, name, version, date, previous, canonical, not_canonical)


def sums_bytes(digests: Mapping[str, str] | Iterable[tuple[str, str]]) -> bytes:
    """The sums: a line of digest, two blanks and path for each file, by path, as `sha256sum` writes them."""
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(dict(digests).items())).encode()


def read_sums(data: bytes) -> dict[str, str]:
    """The digests by path, as far as sums can be read.

    Args:
        data: The bytes of a file like that of `sums_bytes`.

    Returns:
        The digest of each path; what is no line of digest and path is left out.
    """
    lines = (line.partition("  ") for line in data.decode("utf-8", "replace").splitlines())
    return {path: digest for digest, _, path in lines if path and _HEX.fullmatch(digest)}


def _read_text(read: Mapping[str, Any], key: str) -> str:
    value = read.get(key, "")
    if not isinstance(value, str):
        raise TypeError(f"{key} is not a text")
    return value


def _read_entry(row: Mapping[str, Any]) -> Entry:
    entry = Entry(row["path"], row["mediaType"], row["bytes"], row["sha256"], row.get("canonicalSha256", ""))
    if not isinstance(entry.path, str) or not _PATH.fullmatch(entry.path):
        raise ValueError(f"{entry.path!r} is not a path inside the folder")
    if not isinstance(entry.size, int) or isinstance(entry.size, bool) or entry.size < 0:
        raise ValueError(f"{entry.path} has no size")
    if not isinstance(entry.media_type, str) or not _HEX.fullmatch(entry.sha256):
        raise ValueError(f"{entry.path} has no digest or media type")
    if entry.canonical and not _HEX.fullmatch(entry.canonical):
        raise ValueError(f"{entry.path} has an invalid canonical digest")
    return entry
