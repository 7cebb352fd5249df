"""States of the installed table, added to a project with their claims."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from scograph.edit.changes import FileChange
from scograph.errors import UsageError
from scograph.messages import did_you_mean
from scograph.project import SOURCE_FILE, Project, builtin_folder, listed, read_bytes, read_text

TABLE = "shapes/14-table-of-states.rq"
"""The rule that holds the table of states: codes and outside identifiers."""
SOURCE_OF_STATES = "country-codes"
"""The source of the states that the built-in project has, there and where they are added."""
OWN_SOURCE = "table-of-states"
"""The source of states that the built-in project does not have: the table itself."""
STATE = "https://w3id.org/scograph/id/state/"
"""What IRIs of states begin with, in all projects, so that profiles meet; the code follows in small letters."""

_ROW = re.compile(r"^([A-Z]{3}) ([A-Z]{2}) (\d{3}) (Q\d+) (\d+)$", re.MULTILINE)
_NUMBER = re.compile(r"/passage/(\d+)>")
_LOCATOR = re.compile(r'scog:locator "row ([A-Z]{3})"')
_FACTS = re.compile(r"\d+-[a-z0-9-]+(\.normalised)?\.ttl")
_SOURCE = """# A table of country codes and names, and the rows of it that are used.

@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix scog: <https://w3id.org/scograph/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<{base}source/country-codes>
    a scog:SourceDocument ;
    dcterms:description "Table of codes of countries, with names that the United Nations use."@en ;
    dcterms:issued "2026-05-15"^^xsd:date ;
    dcterms:language "ar" ,
        "en" ,
        "es" ,
        "fr" ,
        "ru" ,
        "zh" ;
    dcterms:license <https://opendatacommons.org/licenses/pddl/1-0/> ;
    dcterms:title "Comprehensive country codes: ISO 3166, ITU, ISO 4217 currency codes and many more"@en ;
    scog:hasSourceKind <https://w3id.org/scograph/concept/source-kind/secondary> ;
    scog:sourceUrl "https://github.com/datasets/country-codes"^^xsd:anyURI .
"""
_OWN_SOURCE = """# The table of states that scograph carries, and the rows of it that are used.

@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix scog: <https://w3id.org/scograph/ontology#> .

<{base}source/table-of-states>
    a scog:SourceDocument ;
    dcterms:description "Codes and outside identifiers of states, in a rule that scograph carries."@en ;
    dcterms:language "en" ;
    dcterms:title "The table of states"@en ;
    scog:hasSourceKind <https://w3id.org/scograph/concept/source-kind/secondary> .
"""
_PASSAGE = """
<{base}source/{source}/passage/{number:02}>
    a scog:Passage ;
    scog:isPassageOf <{base}source/{source}> ;
    scog:locator "row {alpha3}" .
"""
_STATED = """# {alpha3}: its codes.

@prefix scog: <https://w3id.org/scograph/ontology#> .

<{iri}>
    a scog:State ;
    scog:iso3166Alpha2 "{alpha2}" ;
    scog:iso3166Alpha3 "{alpha3}" ;
    scog:m49Code "{m49}" .
"""
_NORMALISED = """# Identifiers in Wikidata and GeoNames, each written as the IRI of the thing there.

@prefix schema: <https://schema.org/> .

<{iri}>
    schema:sameAs <http://www.wikidata.org/entity/{wikidata}> ,
        <https://sws.geonames.org/{geonames}/> .
"""


@dataclass(frozen=True, slots=True)
class StateRow:
    """A row of the table of states.

    Args:
        alpha3: Its code of ISO 3166-1 alpha-3.
        alpha2: Its code of ISO 3166-1 alpha-2.
        m49: Its M49 code of the United Nations.
        wikidata: Its identifier at Wikidata.
        geonames: Its identifier at GeoNames.
    """

    alpha3: str
    alpha2: str
    m49: str
    wikidata: str
    geonames: str

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


def table_of_states() -> dict[str, StateRow]:
    """The table of states that the tool carries.

    Returns:
        Its rows, by alpha-3 code.

    Example:
        >>> table_of_states()["KEN"]
        StateRow(alpha3='KEN', alpha2='KE', m49='404', wikidata='Q114', geonames='192950')
    """
    text = read_text(builtin_folder() / TABLE, TABLE)
    return {row[0]: StateRow(*row) for row in _ROW.findall(text)}


def rows_of(codes: Iterable[str]) -> list[StateRow]:
    """The rows of states by their alpha-3 codes, in any case.

    Raises:
        UsageError: The table has no such code.

    Example:
        >>> [row.alpha2 for row in rows_of(["ken", "BRA"])]
        ['KE', 'BR']
    """
    table = table_of_states()
    found = []
    for code in dict.fromkeys(code.upper() for code in codes):
        if code not in table:
            same = next((row.alpha3 for row in table.values() if row.alpha2 == code), "")
            hint = (
                f"did you mean {same} ?"
                if same
                else did_you_mean(code, tuple(table), "ISO 3166-1 alpha-3: KEN, BRA, …")
            )
            raise UsageError(f"the table of states has no code {code!r}", hint=hint)
        found.append(table[code])
    return found


def add_states(project: Project, base: str, codes: Iterable[str]) -> AddedStates:
    """Add states to a project: a passage for each row of a table, and what it says.

    Where the built-in project has a state from the table of country codes, its facts are taken over with that table as
    their source. Of others there are the codes and identifiers of scograph's own table, which is their
    source then; their names come from passages that name them.

    Args:
        project: The project.
        base: What the project's own IRIs begin with (`void:uriSpace`).
        codes: Alpha-3 codes; those of states that are there already add nothing.

    Returns:
        The files that change, and what to say.

    Raises:
        UsageError: The table has no such code, or no base is known.
    """
    if not base:
        raise UsageError("the project states no void:uriSpace", hint="state it in the description of the dataset")
    rows = [(row, dict(_builtin_facts(row))) for row in rows_of(codes)]
    read = _added(project, base, SOURCE_OF_STATES, [(row, facts) for row, facts in rows if facts])
    others = [(row, _codes(row)) for row, facts in rows if not facts]
    own = _added(project, base, OWN_SOURCE, others)
    nameless = (f"{row.alpha3} has no name in the table: add one from a passage that names it" for row, _ in others)
    return AddedStates((*read.changes, *own.changes), (*read.told, *own.told, *(nameless if own.changes else ())))


def _added(
    project: Project, base: str, source: str, states: Iterable[tuple[StateRow, dict[str, bytes]]]
) -> AddedStates:
    """What adds states with one table as their source."""
    folder = f"data/{source}"
    place = project.folder / folder / SOURCE_FILE
    before = read_bytes(project.own_file(place)) if place.is_file() else None
    start = _SOURCE if source == SOURCE_OF_STATES else _OWN_SOURCE
    text = start.format(base=base) if before is None else before.decode("utf-8")
    there = set(_LOCATOR.findall(text))
    number = max((int(one) for one in _NUMBER.findall(text)), default=0)
    changes, told = [], []
    for row, facts in states:
        if row.alpha3 in there:
            told.append(f"{row.alpha3} is there already")
            continue
        number += 1
        text += _PASSAGE.format(base=base, source=source, number=number, alpha3=row.alpha3)
        for basis, data in sorted(facts.items()):
            changes.append(FileChange(f"{folder}/{number:02}-{row.alpha3.lower()}{basis}.ttl", None, data))
    source_file = FileChange(f"{folder}/{SOURCE_FILE}", before, text.encode())
    return AddedStates((source_file, *changes) if changes else (), tuple(told))


def _codes(row: StateRow) -> dict[str, bytes]:
    """What the table of states says of one, by the suffix of its basis."""
    values = asdict(row) | {"iri": row.iri}
    return {"": _STATED.format(**values).encode(), ".normalised": _NORMALISED.format(**values).encode()}


def _builtin_facts(row: StateRow) -> Iterator[tuple[str, bytes]]:
    """What the built-in project has of a state from the table, by the suffix of its basis."""
    folder = builtin_folder() / "data" / SOURCE_OF_STATES
    for entry in listed(folder):
        match = _FACTS.fullmatch(entry.name)
        data = read_bytes(Path(entry.path)) if match else b""
        if match and f"\n<{row.iri}>\n".encode() in data and data.count(b"\n<") == 1:
            yield match[1] or "", data
