"""Tables as the output of a command: several files, in a folder or an archive."""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Triple

from scograph.cli.frame import atomically
from scograph.errors import UsageError
from scograph.exports.tables import METADATA, tables
from scograph.model import Document


def write_tables(output: str, triples: Iterable[Triple]) -> None:
    """Write one table per class, and what describes them, into a folder or an archive."""
    _write_documents(output, tables(triples))


def _write_documents(output: str, documents: Iterable[Document]) -> None:
    if output.lower().endswith(".zip"):
        with atomically(Path(output)) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for document in documents:
                entry = zipfile.ZipInfo(document.path)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                with archive.open(entry, "w") as inside:
                    for piece in document:
                        inside.write(piece)
        return
    folder = Path(output)
    if output == "-" or not (output.endswith(("/", os.sep)) or folder.is_dir()):
        raise UsageError("csv is several files", hint="give a folder with -o tables/, or an archive with -o tables.zip")
    foreign = (
        sorted(p.name for p in folder.iterdir() if p.suffix != ".csv" and p.name != METADATA) if folder.is_dir() else []
    )
    if foreign:
        raise UsageError(f"{output} holds other files: {foreign[0]}", hint="name a new folder")
    try:
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.resolve().parent))
    except OSError as error:
        raise UsageError(
            f"{output}: cannot be written: {error.strerror}", hint="does the folder around it exist?"
        ) from error
    try:
        for document in documents:
            with (beside / document.path).open("xb") as file:
                file.writelines(document)
        beside.chmod(0o755)
        if folder.is_dir():
            shutil.rmtree(folder)
        beside.rename(folder.resolve())
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror}", hint="is there room on the disk?") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
