"""OASIS XML catalogs, which name the files that hold ontologies (XML Catalogs 1.1, clause 7.2.2; never the network)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.parsers import expat

from scograph.errors import InputError
from scograph.model import Place
from scograph.project import CATALOG, leads_out, read_bytes, shown_path
from scograph.read_options import file_iri
from scograph.xml_encoding import xml_in_utf8

MAX_CATALOGS = 20
"""So many catalogs are read that one file and those that it names lead to."""
MAX_BYTES = 1 << 20
"""Bytes of one catalog."""
MAX_DEPTH = 20
"""Elements of a catalog inside each other: groups."""
_NAMESPACE = "urn:oasis:names:tc:entity:xmlns:xml:catalog"
_BASE = "http://www.w3.org/XML/1998/namespace base"


@dataclass(frozen=True)
class Catalog:
    """One catalog.

    Args:
        path: Its file.
        names: Where the document with a name is, as an IRI.
        rewritten: Beginnings of names, each with what stands for it.
        suffixes: Ends of names, each with where their document is.
        others: The catalogs that are asked next.
    """

    path: Path
    names: dict[str, str] = field(default_factory=dict)
    rewritten: dict[str, str] = field(default_factory=dict)
    suffixes: dict[str, str] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)

    def target(self, name: str) -> str | None:
        """Where the document with a name is: by its name, else by its longest beginning or end; or None."""
        if name in self.names:
            return self.names[name]
        start = max((one for one in self.rewritten if name.startswith(one)), key=len, default="")
        if start:
            return self.rewritten[start] + name[len(start) :]
        end = max((one for one in self.suffixes if name.endswith(one)), key=len, default="")
        return self.suffixes[end] if end else None


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """What catalogs say of a name.

    Args:
        catalog: The catalog that has it.
        path: The file, or None if it must not be read, or is none.
        why_not: Why it is not read, in words.
    """

    catalog: Path
    path: Path | None
    why_not: str = ""


def catalog_entry(folders: Iterable[Path], names: Iterable[str]) -> CatalogEntry | None:
    """Look for a name in the catalogs of some folders, and in those that they name.

    Args:
        folders: The folders, in the order in which they are asked.
        names: The spellings of the name.

    Returns:
        What the first catalog says that has it; None if none has. A file outside of the catalog's folder is not read,
        since a catalog may be a stranger's.

    Raises:
        InputError: A catalog is ill-formed, or larger than a bound.
    """
    names = tuple(names)
    for folder in folders:
        for catalog in _catalogs(folder):
            for name in names:
                target = catalog.target(name)
                if target is not None:
                    return _entry(catalog, target, folder)
    return None


def _entry(catalog: Catalog, target: str, folder: Path) -> CatalogEntry:
    path = _path_of(target)
    if path is None:
        return CatalogEntry(catalog.path, None, f"{shown_path(catalog.path)} leads to {target}, and nothing is fetched")
    if leads_out(path, folder):
        return CatalogEntry(catalog.path, None, f"{shown_path(catalog.path)} leads out of its folder, to {path}")
    if not path.is_file():
        return CatalogEntry(
            catalog.path, None, f"{shown_path(catalog.path)} names {shown_path(path)}, which is no file"
        )
    return CatalogEntry(catalog.path, path)


def _catalogs(folder: Path) -> Iterator[Catalog]:
    """The catalog of a folder, and those inside of the folder that it leads to."""
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 -- links are kept
    waiting = [folder / CATALOG]
    seen: set[Path] = set()
    while waiting:
        path = waiting.pop(0)
        if path in seen or not path.is_file() or leads_out(path, folder):
            continue
        if len(seen) >= MAX_CATALOGS:
            raise InputError(
                f"more than {MAX_CATALOGS} catalogs lead to each other", place=Place(str(folder / CATALOG))
            )
        seen.add(path)
        catalog = read_catalog(path)
        waiting += [one for one in map(_path_of, catalog.others) if one is not None]
        yield catalog


def read_catalog(path: Path) -> Catalog:
    """Read a catalog; entities are refused, and no document type is fetched.

    Args:
        path: Its file.

    Returns:
        The catalog; entries that it does not know say nothing.

    Raises:
        InputError: It cannot be read, is not well-formed, or is larger than a bound.
    """
    shown = shown_path(path)
    data = read_bytes(path)
    if len(data) > MAX_BYTES:
        raise InputError(f"{shown}: a catalog of more than {MAX_BYTES:,} bytes", hint="name the files: --import")
    catalog = Catalog(path)
    bases = [file_iri(path)]
    parser = expat.ParserCreate("UTF-8", namespace_separator=" ")

    def fail(message: str, hint: str) -> InputError:
        return InputError(
            message, hint=hint, place=Place(shown, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
        )

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(bases) > MAX_DEPTH:
            raise fail(f"more than {MAX_DEPTH} groups inside each other", "make the catalog flatter")
        try:
            base = urljoin(bases[-1], attributes.get(_BASE, ""))
            bases.append(base)
            namespace, _, kind = name.rpartition(" ")
            if namespace in (_NAMESPACE, ""):
                _take(catalog, kind, attributes, base)
        except ValueError as error:
            raise fail(f"no IRI: {error}", "write the path of a file beside the catalog") from error

    def end(_name: str) -> None:
        bases.pop()

    def refuse(*_: object) -> None:
        raise fail("a catalog with entities", "write them out")

    parser.StartElementHandler, parser.EndElementHandler, parser.EntityDeclHandler = start, end, refuse
    try:
        parser.Parse(xml_in_utf8(data, shown), True)  # noqa: FBT003 -- expat's way to say that it is all
    except expat.ExpatError as error:
        place = Place(shown, error.lineno, error.offset + 1)
        raise InputError(
            f"ill-formed catalog: {expat.ErrorString(error.code)}",
            hint="mend it; --import IRI=FILE goes before a catalog",
            place=place,
        ) from error
    return catalog


def _take(catalog: Catalog, kind: str, attributes: dict[str, str], base: str) -> None:
    """Take an entry in; the first of a name counts."""
    rows = {
        "uri": ("name", "uri", catalog.names),
        "rewriteURI": ("uriStartString", "rewritePrefix", catalog.rewritten),
        "uriSuffix": ("uriSuffix", "uri", catalog.suffixes),
    }
    if kind == "nextCatalog" and "catalog" in attributes:
        catalog.others.append(urljoin(base, attributes["catalog"]))
    elif kind in rows:
        key, value, entries = rows[kind]
        if attributes.get(key) and value in attributes:
            entries.setdefault(attributes[key], urljoin(base, attributes[value]))


def _path_of(iri: str) -> Path | None:
    """The file of a file: IRI on this machine (RFC 8089), or None."""
    try:
        parts = urlsplit(iri)
    except ValueError:
        return None
    if parts.scheme != "file" or parts.netloc not in ("", "localhost") or "\0" in unquote(parts.path):
        return None
    return Path(os.path.normpath(unquote(parts.path)))
