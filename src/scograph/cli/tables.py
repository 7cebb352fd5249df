"""Write tables: several CSV files, in a folder or a ZIP archive."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Triple

from scograph.errors import UsageError
from scograph.exports.archive import zip_pieces
from scograph.exports.tables import METADATA, tables
from scograph.manifest import Manifest
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
        with new_file(Path(output)) as file:
            file.writelines(zip_pieces(tables(triples)))
        return
    folder = Path(output)
    if output == "-" or not (output.endswith(("/", os.sep)) or folder.is_dir()):
        raise UsageError(
            "csv consists of several files", hint="give a folder with -o tables/, or an archive with -o tables.zip"
        )
    with OutputFolder(folder, record_of=METADATA) as new:
        new.write_record(Manifest(tuple(new.write(document) for document in tables(triples))))
        new.take_place()
