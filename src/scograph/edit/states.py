"""States of the installed table, added to a project with their claims."""

from __future__ import annotations

import csv
import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

from scograph.edit.changes import FileChange
from scograph.edit.editorial import editorial_file
from scograph.errors import UsageError
from scograph.messages import did_you_mean
from scograph.project import SOURCE_FILE, Project, builtin_folder, read_bytes, read_text

TABLE = "shapes/14-table-of-states.rq"
"""The rule that holds the table of states: codes and outside identifiers."""
NAMES = "state-names.csv"
"""The table of names, as tools/state_names.py makes it of a release of hdx-python-country."""
SOURCE_OF_NAMES = "country-names"
"""The source of the names and codes of states."""
OWN_SOURCE = "table-of-states"
"""The source of the outside identifiers of states: the table of states itself."""
STATE = "https://w3id.org/scograph/id/state/"
"""What IRIs of states begin with, in all projects, so that profiles meet; the code follows in small letters."""

_ROW = re.compile(r"^([A-Z]{3}) ([A-Z]{2}) (\d{3}) (Q\d+|-) (\d+)$", re.MULTILINE)
_NUMBER = re.compile(r"/passage/(\d+)>")
_BLOCK = re.compile(r"^(?:#.*\n)*<(?P<iri>[^>\s]+)>", re.MULTILINE)
"""The beginning of the statements about a thing, with the comment above it."""
_LOCATOR = re.compile(r'scog:locator "row ([A-Z]{3})"')
_TAGS = ("ar", "en", "es", "fr", "ru", "zh")
_SOURCE = """# {comment}

@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix scog: <https://w3id.org/scograph/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<{document}>
    a scog:SourceDocument ;
    {statements} .
"""
_EDITION = """
<{edition}>
    a scog:Edition ;
    scog:hasExtent <https://w3id.org/scograph/concept/extent/whole> ;
    scog:isEditionOf <{document}> ;
    scog:retrievedOn "{day}"^^xsd:date .
"""
_PUBLISHERS = """# The publishers of the tables that states are taken from.

@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix scog: <https://w3id.org/scograph/ontology#> .

<{base}id/organisation/ocha-dap>
    a scog:Organisation ;
    dcterms:description "Maintainers of software and tables of the United Nations office OCHA."@en ;
    rdfs:label "OCHA-DAP"@en .

<{base}id/organisation/scograph>
    a scog:Organisation ;
    dcterms:description "Maintainers of scograph."@en ;
    rdfs:label "scograph"@en .
"""
_PUBLISHERS_FILE = "publishers-of-tables-of-states"


@dataclass(frozen=True, slots=True)
class _Table:
    """A document that prints states, as a project describes it; the tool's own has no address, licence and day."""

    comment: str
    title: str
    description: str
    publisher: str
    tags: tuple[str, ...]
    url: str = ""
    licence: str = ""
    day: str = ""

    def description_of(self, base: str, name: str, *, has_publisher: bool) -> str:
        """The source.ttl that describes it, without passages."""
        document, edition = f"{base}source/{name}", self.edition(base, name)
        statements = [
            f'dcterms:description "{self.description}"@en',
            "dcterms:language " + " ,\n        ".join(f'"{tag}"' for tag in self.tags),
            f"dcterms:license <{self.licence}>" if self.licence else "",
            f'dcterms:title "{self.title}"@en',
            f"scog:hasNewestEdition <{edition}>" if edition else "",
            "scog:hasSourceKind <https://w3id.org/scograph/concept/source-kind/secondary>",
            f"scog:isPublishedBy <{base}id/organisation/{self.publisher}>" if has_publisher else "",
            f'scog:sourceUrl "{self.url}"^^xsd:anyURI' if self.url else "",
        ]
        stated = " ;\n    ".join(filter(None, statements))
        text = _SOURCE.format(comment=self.comment, document=document, statements=stated)
        if not edition:
            return text.replace("@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n", "")
        return text + _EDITION.format(edition=edition, document=document, day=self.day)

    def edition(self, base: str, name: str) -> str:
        """The IRI of the edition that was read; empty for none."""
        return f"{base}source/{name}/edition/{self.day}" if self.day else ""


_TABLES = {
    SOURCE_OF_NAMES: _Table(
        comment="A table of country names, in version 4.2.5 of hdx-python-country, and the rows that are used.",
        title="Countries & Territories Taxonomy",
        description="Table of countries with their names in UNTERM and M49, the lists of the United Nations.",
        publisher="ocha-dap",
        tags=_TAGS,
        url="https://github.com/OCHA-DAP/hdx-python-country",
        licence="https://opensource.org/license/mit",
        day="2026-12-01",
    ),
    OWN_SOURCE: _Table(
        comment="The table of states that scograph carries, and the rows of it that are used.",
        title="The table of states",
        description="Codes and outside identifiers of states, in a rule that scograph carries.",
        publisher="scograph",
        tags=("en",),
    ),
}
_PASSAGE = """
<{document}/passage/{number:02}>
    a scog:Passage ;
    scog:isPassageOf <{document}> ;
{placed}    scog:locator "row {alpha3}"{stands} .
"""
_STATED = """# {alpha3}: its codes and names.

@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix scog: <https://w3id.org/scograph/ontology#> .

<{iri}>
    a scog:State ;
{labels}    scog:iso3166Alpha2 "{alpha2}" ;
    scog:iso3166Alpha3 "{alpha3}"{more} .
"""
_HOW_NAMED = "name it by a code of ISO 3166-1 (KEN, KE) or by a short name that the United Nations use"
_M49 = """# The M49 code, in its three digits.

@prefix scog: <https://w3id.org/scograph/ontology#> .

<{iri}>
    scog:m49Code "{m49}" .
"""
_IDENTIFIERS = """# Identifiers outside, each written as the IRI of the thing there.

@prefix schema: <https://schema.org/> .

<{iri}>
    schema:sameAs {links} .
"""


@dataclass(frozen=True, slots=True)
class StateRow:
    """A row of the table of states.

    Args:
        alpha3: Its code of ISO 3166-1 alpha-3.
        alpha2: Its code of ISO 3166-1 alpha-2.
        m49: Its M49 code of the United Nations, of three digits.
        wikidata: Its identifier at Wikidata; "-" where several compete.
        geonames: Its identifier at GeoNames.
        names: Its short names as the United Nations use them, by language; none where the source prints none.
        formal: Its formal name in English; empty where the source prints none.
    """

    alpha3: str
    alpha2: str
    m49: str
    wikidata: str
    geonames: str
    names: tuple[tuple[str, str], ...] = ()
    formal: str = ""

    @property
    def iri(self) -> str:
        """Its IRI, the same in all projects."""
        return STATE + self.alpha3.lower()


@dataclass(frozen=True, slots=True)
class AddedStates:
    """What adds states to a project.

    Args:
        changes: The files.
        told: What the person has to know, a sentence each.
    """

    changes: tuple[FileChange, ...]
    told: tuple[str, ...]


@cache
def table_of_states() -> Mapping[str, StateRow]:
    """The table of states that the tool carries.

    Returns:
        Its rows, by alpha-3 code.

    Example:
        >>> row = table_of_states()["KEN"]
        >>> row.alpha2, row.m49, row.wikidata, dict(row.names)["ru"]
        ('KE', '404', 'Q114', 'Кения')
    """
    text = read_text(Path(__file__).with_name(NAMES), NAMES)
    printed = {row["alpha3"]: row for row in csv.DictReader(text.splitlines())}
    rows = [StateRow(*row) for row in _ROW.findall(read_text(builtin_folder() / TABLE, TABLE))]
    return MappingProxyType(
        {
            row.alpha3: replace(
                row,
                names=tuple((tag, name) for tag in _TAGS if (name := printed[row.alpha3][tag])),
                formal=printed[row.alpha3]["formal"],
            )
            for row in rows
        }
    )


def rows_of(codes: Iterable[str]) -> list[StateRow]:
    """The rows of states by their codes or names.

    Args:
        codes: Alpha-3 codes in any case, alpha-2 codes in capitals, or short names in any language of the table.

    Returns:
        The rows, in the order in which they are named, each once.

    Raises:
        UsageError: The table has no such state, or a name is that of several.

    Example:
        >>> [row.alpha3 for row in rows_of(["ken", "BR", "Кот-д'Ивуар", "México", "KEN"])]
        ['KEN', 'BRA', 'CIV', 'MEX']
    """
    return list(dict.fromkeys(_row_of(code) for code in codes))


def _row_of(code: str) -> StateRow:
    """The row of one state by its code or name."""
    table = table_of_states()
    if row := table.get(code.upper()):
        return row
    if row := next((row for row in table.values() if row.alpha2 == code), None):
        return row
    known = _names()
    found = known.get(_plain(code), ())
    if len(found) == 1:
        return found[0]
    if found:
        which = ", ".join(row.alpha3 for row in found)
        raise UsageError(f"the table of states has several with the name {code!r}", hint=f"say which: {which}")
    raise UsageError(f"the table of states has no {code!r}", hint=_near(code))


def _near(code: str) -> str:
    """What may have been meant instead of a code or name that the table has not."""
    table = table_of_states()
    by_alpha2 = next((row for row in table.values() if row.alpha2 == code.upper()), None)
    if by_alpha2:
        return f"did you mean {by_alpha2.alpha3}?"
    if len(code) <= 4 and code.isascii():  # noqa: PLR2004 -- a code with a letter too many
        return did_you_mean(code.upper(), tuple(table), _HOW_NAMED)
    plain, known = _plain(code), _names()
    near = [name for name in known if f" {plain} " in f" {name} "]
    near += difflib.get_close_matches(plain, known, n=3, cutoff=0.7)
    meant = {row.alpha3: _name_of(row) for name in near for row in known[name]}
    listed_names = [f"{alpha3} ({name})" for alpha3, name in meant.items()][:4]
    return f"did you mean {' or '.join(listed_names)}?" if listed_names else _HOW_NAMED


def _name_of(row: StateRow) -> str:
    """The name of a state to show to a person: the English one."""
    return dict(row.names).get("en", row.alpha3)


@cache
def _names() -> Mapping[str, tuple[StateRow, ...]]:
    """The rows that have a name, by the name in plain letters."""
    found: dict[str, dict[StateRow, None]] = {}
    for row in table_of_states().values():
        for _, name in row.names:
            found.setdefault(_plain(name), {})[row] = None
    return MappingProxyType({name: tuple(rows) for name, rows in found.items()})


def _plain(name: str) -> str:
    """A name in which case, kinds of apostrophes, and a difference of letters that NFKC knows make no difference."""
    return " ".join(unicodedata.normalize("NFKC", name).replace("’", "'").casefold().split())


def add_states(project: Project, base: str, codes: Iterable[str]) -> AddedStates:
    """Add states to a project: a passage for each row of a table, and what it says.

    There are the codes and names that the taxonomy of OCHA prints, credited to it, and the outside identifiers of the
    tool's own table, credited to that.

    Args:
        project: The project.
        base: What the project's own IRIs begin with (`void:uriSpace`).
        codes: Codes or names, as of `rows_of`; those of states that are there already add nothing.

    Returns:
        The files that change, and what to say.

    Raises:
        UsageError: The table has no such state, or no base is known.
    """
    if not base:
        raise UsageError("the project states no void:uriSpace", hint="state it in the description of the dataset")
    rows = rows_of(codes)
    sources = (
        (SOURCE_OF_NAMES, [(row, _codes_and_names(row)) for row in rows]),
        (OWN_SOURCE, [(row, _identifiers(row)) for row in rows]),
    )
    publishers, has_publishers = _publishers(project, base)
    made = [_added(project, base, source, states, has_publisher=has_publishers) for source, states in sources]
    changes = tuple(change for changes, _ in made for change in changes)
    there = {alpha3: None for _, alpha3s in made for alpha3 in alpha3s}
    told = [f"{alpha3} is there already" for alpha3 in there if not _is_added(alpha3, changes)]
    told.extend(
        f"{row.alpha3} has no name in {missing} in the table: add one from a passage that names it"
        for row in rows
        if _is_added(row.alpha3, changes) and (missing := _unnamed(project, row))
    )
    is_first = any(change.before is None and change.path.endswith(SOURCE_FILE) for change in changes)
    return AddedStates((*changes, *publishers) if is_first else changes, tuple(told))


def _publishers(project: Project, base: str) -> tuple[list[FileChange], bool]:
    """What describes the publishers of the tables in the editorial layer, and whether they are described."""
    file = editorial_file(project, base, _PUBLISHERS_FILE)
    if file is None or file.before is not None:
        return [], file is not None
    return [*file.passage, FileChange(file.path, None, _PUBLISHERS.format(base=base).encode())], True


def _is_added(alpha3: str, changes: Iterable[FileChange]) -> bool:
    """Whether a file of a state is among the changes."""
    return any(f"-{alpha3.lower()}." in change.path for change in changes)


def _unnamed(project: Project, row: StateRow) -> str:
    """The languages of a project in which the table does not name a state; "any language" where it never does."""
    if not row.names:
        return "any language"
    tags = {tag for tag, _ in row.names}
    return ", ".join(tag for tag in project.settings.languages if tag.partition("-")[0] not in tags)


def _added(
    project: Project,
    base: str,
    source: str,
    states: Iterable[tuple[StateRow, dict[str, str]]],
    *,
    has_publisher: bool,
) -> tuple[list[FileChange], list[str]]:
    """What adds states with one table as their source, and the codes of those that it gives already."""
    folder = f"data/{source}"
    place = project.folder / folder / SOURCE_FILE
    before = read_bytes(project.own_file(place)) if place.is_file() else None
    table = _TABLES[source]
    new = table.description_of(base, source, has_publisher=has_publisher)
    text = new if before is None else before.decode("utf-8")
    known = set(_LOCATOR.findall(text))
    number = max((int(one) for one in _NUMBER.findall(text)), default=0)
    edition = table.edition(base, source)
    is_known = bool(edition) and f"<{edition}>" in text
    placed = f"    scog:isPlacedIn <{edition}> ;\n" if is_known else ""
    stands = f" ;\n    scog:standsIn <{edition}>" if is_known else ""
    changes, there = [], []
    for row, facts in states:
        if row.alpha3 in known:
            there.append(row.alpha3)
            continue
        number += 1
        values = {"number": number, "alpha3": row.alpha3, "placed": placed, "stands": stands}
        document = f"{base}source/{source}"
        text = _inserted(text, _PASSAGE.format(document=document, **values), f"{document}/passage/", f"{number:02}")
        for basis, data in sorted(facts.items()):
            path = f"{folder}/{number:02}-{row.alpha3.lower()}{basis}.ttl"
            changes.append(FileChange(path, None, data.encode()))
    source_file = FileChange(f"{folder}/{SOURCE_FILE}", before, text.encode())
    return [source_file, *changes] if changes else [], there


def _inserted(text: str, block: str, passages: str, name: str) -> str:
    """A text with the block of a passage where `scograph fmt` has it: by IRI, so that 100 stands after 10."""
    for found in _BLOCK.finditer(text):
        if found["iri"].startswith(passages) and found["iri"] > passages + name:
            return f"{text[: found.start()]}{block.lstrip()}\n{text[found.start() :]}"
    return text + block


def _codes_and_names(row: StateRow) -> dict[str, str]:
    """What the taxonomy prints of a state, by the suffix of its basis; it leaves the zeros of an M49 code away."""
    is_printed = not row.m49.startswith("0")
    names = " ,\n        ".join(f'"{name}"@{tag}' for tag, name in row.names)
    more = f' ;\n    scog:m49Code "{row.m49}"' if is_printed else ""
    more += f' ;\n    scog:officialTitle "{row.formal}"@en' if row.formal else ""
    stated = _STATED.format(
        alpha3=row.alpha3,
        alpha2=row.alpha2,
        iri=row.iri,
        labels=f"    rdfs:label {names} ;\n" if names else "",
        more=more,
    )
    if not names:
        stated = stated.replace("@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n", "")
    return {"": stated} if is_printed else {"": stated, ".normalised": _M49.format(iri=row.iri, m49=row.m49)}


def _identifiers(row: StateRow) -> dict[str, str]:
    """What the tool's own table has of a state, by the suffix of its basis."""
    links = [f"<https://sws.geonames.org/{row.geonames}/>"]
    if row.wikidata != "-":
        links.insert(0, f"<http://www.wikidata.org/entity/{row.wikidata}>")
    return {".normalised": _IDENTIFIERS.format(iri=row.iri, links=" ,\n        ".join(links))}
