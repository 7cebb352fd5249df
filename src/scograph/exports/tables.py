"""Export as tables: a CSV file (RFC 4180) for each class, and CSVW metadata (Metadata Vocabulary for Tabular Data)."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from scograph import terms
from scograph.errors import InputError, Rdf12Error
from scograph.formats import CSV
from scograph.json_text import json_document
from scograph.model import Document, Node, Term

METADATA = "csv-metadata.json"
TABLES = "tables"
"""The folder of the published tables."""
ARCHIVE = f"{TABLES}.zip"
"""The same in one file."""
OTHERS = "others"
"""The name of the table of nodes without a class."""

_SEPARATORS = "|;¦‖\x1f"
_NULLS = ("", "NULL", "N/A", "\x00")
_CHECKED = {
    "boolean": re.compile("true|false|0|1"),
    "integer": re.compile(r"[+-]?[0-9]+"),
    "nonNegativeInteger": re.compile(r"\+?[0-9]+"),
    "decimal": re.compile(r"[+-]?[0-9]+(\.[0-9]+)?"),
    "date": re.compile(
        r"[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
        r"|02-(0[1-9]|1[0-9]|2[0-8]))"
    ),
    "gYear": re.compile("[0-9]{4}"),
    "gYearMonth": re.compile("[0-9]{4}-(0[1-9]|1[0-2])"),
}
"""The datatypes that columns may declare, and the lexical forms that every CSVW reader accepts."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """What the values of a column are: nodes, or texts of a language or datatype."""

    property: str
    nodes: bool = False
    language: str = ""
    datatype: str = ""

    def sort_key(self) -> tuple[str, bool, str, str]:
        return self.property, not self.nodes, self.language, self.datatype


_Row = Mapping[_Kind, Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: its name, its values' kind, and how they are told apart in a cell."""

    name: str
    kind: _Kind
    separator: str
    null: str
    declared: str

    def cell(self, values: Sequence[str]) -> str:
        return self.separator.join(values) if values else self.null

    def metadata(self) -> dict[str, Any]:
        kind = self.kind
        column: dict[str, Any] = {"name": self.name, "titles": self.name, "propertyUrl": kind.property}
        if kind.nodes:
            column |= {"datatype": "anyURI", "valueUrl": f"{{+{self.name}}}"}
        elif kind.language:
            column |= {"lang": kind.language, "datatype": "string"}
        elif self.declared:
            column["datatype"] = self.declared
        else:
            column["datatype"] = "string"
            if kind.datatype.startswith((terms.XSD, terms.RDF)):  # a built-in name, which these cells might not fit
                column["rdfs:range"] = {"@id": kind.datatype}
            elif kind.datatype:
                column["datatype"] = {"base": "string", "@id": kind.datatype}
        if self.separator:
            column["separator"] = self.separator
        if self.null:
            column["null"] = self.null
        return column


def tables(triples: Iterable[Triple]) -> Iterator[Document]:
    """Write triples as tables; they are held in memory.

    Args:
        triples: The triples.

    Returns:
        A table for each class, by name, of everything that has it; one for what has none; and the metadata.

    Raises:
        InputError: A term is one of RDF 1.2.
    """
    rows: dict[Node, dict[_Kind, list[str]]] = defaultdict(lambda: defaultdict(list))
    classes: dict[str, dict[Node, None]] = defaultdict(dict)
    typed: dict[Node, None] = {}
    for triple in dict.fromkeys(triples):
        subject, value = triple.subject, triple.object
        if isinstance(subject, Triple) or isinstance(value, Triple):
            raise Rdf12Error(str(triple))
        if triple.predicate == terms.TYPE and isinstance(value, NamedNode):
            classes[value.value][subject] = None
            typed[subject] = None
        else:
            rows[subject][_kind(triple.predicate.value, value)].append(_cell_text(value))
    others = dict.fromkeys(subject for subject in rows if subject not in typed)
    named = _safe_names(sorted(classes), {METADATA.partition(".")[0], OTHERS})
    described = []
    for iri in [*sorted(classes, key=lambda iri: named[iri]), *([""] if others else [])]:
        name = f"{named.get(iri, OTHERS)}.csv"
        subjects = sorted(classes[iri] if iri else others, key=_cell_text)
        columns = _columns([rows.get(subject, {}) for subject in subjects])
        yield Document(name, CSV.media_type, _csv_pieces(subjects, columns, rows))
        described.append(_table_metadata(name, iri, columns))
    metadata = {
        "@context": "http://www.w3.org/ns/csvw",
        "dialect": {"lineTerminators": ["\r\n"], "trim": False},
        "tables": described,
    }
    yield Document(METADATA, "application/csvm+json", [json_document(metadata)])


def _kind(predicate: str, value: Term) -> _Kind:
    if not isinstance(value, Literal):
        return _Kind(predicate, nodes=isinstance(value, NamedNode))
    datatype = "" if value.datatype == terms.STRING or value.language else value.datatype.value
    return _Kind(predicate, language=value.language or "", datatype=datatype)


def _cell_text(term: Term) -> str:
    return str(term) if isinstance(term, BlankNode | Triple) else term.value


def _safe_names(iris: Iterable[str], taken: set[str]) -> dict[str, str]:
    """A name that is safe as a file's and a column's for each IRI, by its last part."""
    names: dict[str, str] = {}
    taken = {name.lower() for name in taken}
    for iri in iris:
        stem = re.sub(r"[^A-Za-z0-9]+", "_", terms.local_name(iri.rstrip("/#"), "/#:")).strip("_") or "unnamed"
        name, number = stem, 1
        while name.lower() in taken:
            number += 1
            name = f"{stem}_{number}"
        taken.add(name.lower())
        names[iri] = name
    return names


def _columns(rows: Sequence[_Row]) -> list[_Column]:
    values: dict[_Kind, list[Sequence[str]]] = defaultdict(list)
    for row in rows:
        for kind, some in row.items():
            values[kind].append(some)
    kinds = sorted(values, key=_Kind.sort_key)
    properties = _safe_names(sorted({kind.property for kind in kinds}), {"id", "type"})
    taken: set[str] = {"id", "type"}
    columns = []
    for kind in kinds:
        end = kind.language or terms.local_name(kind.datatype, "/#:")
        stem = re.sub(r"[^A-Za-z0-9]+", "_", f"{properties[kind.property]}_{end}").strip("_")
        alone = sum(other.property == kind.property for other in kinds) == 1 and not kind.language
        stem = properties[kind.property] if alone else stem
        name, number = stem, 1
        while name.lower() in taken:
            number += 1
            name = f"{stem}_{number}"
        taken.add(name.lower())
        columns.append(_column(name, kind, values[kind]))
    return columns


def _column(name: str, kind: _Kind, values: Sequence[Sequence[str]]) -> _Column:
    every = [value for some in values for value in some]
    is_repeated = any(len(some) > 1 for some in values)
    separator = next((s for s in _SEPARATORS if not any(s in value for value in every)), "") if is_repeated else ""
    if is_repeated and not separator:
        raise InputError(f"the values of {kind.property} hold every character that could divide them in a cell")
    null = next(null for null in _NULLS if null not in every)
    local = kind.datatype.removeprefix(terms.XSD)
    declared = local if local in _CHECKED and all(_CHECKED[local].fullmatch(value) for value in every) else ""
    return _Column(name, kind, separator, null, declared)


def _csv_pieces(subjects: Sequence[Node], columns: Sequence[_Column], rows: Mapping[Node, _Row]) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(["id", *(column.name for column in columns)])
    for subject in subjects:
        row = rows.get(subject, {})
        writer.writerow([_cell_text(subject), *(column.cell(sorted(row.get(column.kind, ()))) for column in columns)])
        if buffer.tell() > 1 << 16:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _table_metadata(name: str, iri: str, columns: Sequence[_Column]) -> dict[str, Any]:
    described_columns: list[dict[str, Any]] = [{"name": "id", "titles": "id", "suppressOutput": True, "required": True}]
    described_columns += [column.metadata() for column in columns]
    if iri:
        described_columns.append({"name": "type", "virtual": True, "propertyUrl": terms.TYPE.value, "valueUrl": iri})
    return {"url": name, "tableSchema": {"aboutUrl": "{+id}", "primaryKey": "id", "columns": described_columns}}
