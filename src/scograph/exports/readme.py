"""The README of a published folder: what is where (CommonMark)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from scograph.exports.publication import Publication
from scograph.exports.purposes import purpose
from scograph.exports.tables import METADATA, TABLES
from scograph.manifest import SUMS
from scograph.readings import told_readings

PATH = "README.md"
_MARKS = re.compile(r"([\\`*_{}\[\]<>()#+!|~&])")


def readme(publication: Publication, described: Iterable[tuple[str, str]]) -> bytes:
    """Say what is where in a published folder.

    Args:
        publication: The publication.
        described: The descriptions beside its files, each with what it is for.

    Returns:
        Markdown.
    """
    stated = (
        ("Version", publication.version),
        ("Date", publication.date),
        ("Licence", publication.licence),
        ("Address", publication.base),
        ("SPARQL", publication.endpoint),
        ("Read", told_readings(publication.graph).removeprefix("read: ")),
    )
    lines = [f"# {_text(publication.title)}", "", _text(publication.description), ""]
    lines += [f"- {name}: {_text(value)}" for name, value in stated if value]
    files = [(entry.path, purpose(entry.path)) for entry in publication.entries]
    tables = sum(path.startswith(f"{TABLES}/") for path, _ in files) - 1
    files = [(path, about) for path, about in files if not path.startswith(f"{TABLES}/")]
    if tables > 0:
        files.append((f"{TABLES}/", f"CSV: a table for each class, {tables} in all; {METADATA} has their columns."))
    files += [
        *described,
        ("manifest.json", "Each file with its size and its SHA-256."),
        (SUMS, "The same for `sha256sum -c`."),
    ]
    lines += ["", "| file | what it is for |", "|---|---|"]
    lines += [f"| `{path}` | {about} |" for path, about in sorted(files)]
    lines += [
        "",
        "Where there are pages, `index.html` is the first; the data of a thing are beside its page, with the same name",
        "and another extension. `hosting/` has the configuration of web servers.",
        "",
    ]
    return "\n".join(lines).encode()


def _text(value: str) -> str:
    """A text that Markdown reads as it stands."""
    return _MARKS.sub(r"\\\1", " ".join(value.split()))
