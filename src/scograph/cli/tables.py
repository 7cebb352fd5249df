"""Write tables: several CSV files, in a folder or a ZIP archive."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Triple

from scograph.errors import UsageError
from scograph.exports.tables import METADATA, tables
from scograph.manifest import Manifest
from scograph.model import Document
from scograph.output import OutputFolder
from scograph.writing import new_file


def write_tables(output: str, triples: Iterable[Triple]) -> None:
    """Write one table per class, and what describes them, into a folder with a manifest, or into an archive.

    Args:
        output: The folder, which ends with a slash or is there, or the archive, which ends with `.zip`. What is in the
            folder is replaced, if it is as its manifest says.
        triples: What is in the tables.

    Raises:
        UsageError: It is neither, holds anything else, or cannot be written.
    """
    if output.lower().endswith(".zip"):
        _write_archive(Path(output), tables(triples))
        return
    folder = Path(output)
    if output == "-" or not (output.endswith(("/", os.sep)) or folder.is_dir()):
        raise UsageError("csv is several files", hint="give a folder with -o tables/, or an archive with -o tables.zip")
    with OutputFolder(folder, record_of=METADATA) as new:
        new.write_record(Manifest(tuple(new.write(document) for document in tables(triples))))
        new.take_place()


def _write_archive(path: Path, documents: Iterable[Document]) -> None:
    with new_file(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for document in documents:
            entry = zipfile.ZipInfo(document.path)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            with archive.open(entry, "w") as inside:
                for piece in document:
                    inside.write(piece)
