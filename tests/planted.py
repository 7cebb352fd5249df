"""Faults in the facts of the built-in project, planted in a copy of it, and what the checks find at their lines."""

from __future__ import annotations

import hashlib
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scograph.checks import CHECKS
from scograph.checks.run import CheckOptions, CheckRun
from scograph.graph import load_graph
from scograph.model import Finding
from scograph.project import Project
from scograph.texts import TextArchive

CASES = Path(__file__).parent / "fit" / "planted.toml"
CHECKED = ("layout", "references", "shapes", "rules", "sources", "texts", "fit")
"""The checks that rules are in; that an answer of a question is another one counts for nothing."""
PREFIXES = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix scog: <https://w3id.org/scograph/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DOCUMENT = "https://w3id.org/scograph/source/planted"
TEXT = "A page of a newspaper. The drill took place on a lake, and all who came had a boat. It rained."
"""The text of a document that stands in the copy alone, so that one text is at hand."""


@dataclass(frozen=True)
class Fault:
    """One kind of fault.

    Args:
        kind: What is wrong.
        file: The file that it is planted in.
        at: What stands in the line that the finding must point at.
        code: The rule that must find it.
        add: What is appended to the file.
        replace: What is replaced in it, and by what.
        copy: The file that it becomes a copy of.
        is_fit: Whether the words of the passage alone show it.
    """

    kind: str
    file: str
    at: str
    code: str
    add: str = ""
    replace: tuple[str, str] = ("", "")
    copy: str = ""
    is_fit: bool = False

    def plant(self, project: Path) -> None:
        """Put the fault into a copy of the project."""
        path = project / self.file
        if self.copy:
            shutil.copy(project / self.copy, path)
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        if self.replace[0]:
            assert self.replace[0] in text, self.kind
            text = text.replace(self.replace[0], self.replace[1], 1)
        if self.add:
            text += f"{PREFIXES}\n{self.add.strip()}\n"
        path.write_text(text, encoding="utf-8")

    def place(self, project: Path) -> tuple[str, int]:
        """The file and the line that the finding must point at: the last line with the words, the first of a copy."""
        lines = (project / self.file).read_text(encoding="utf-8").splitlines()
        found = [number for number, line in enumerate(lines, 1) if self.at in line]
        return self.file, found[0] if self.copy else found[-1]


def faults() -> tuple[Fault, ...]:
    """The faults that the cases describe."""
    listed: list[dict[str, Any]] = tomllib.loads(CASES.read_text(encoding="utf-8"))["faults"]
    return tuple(Fault(**{**one, "replace": tuple(one.get("replace", ("", "")))}) for one in listed)


def copied(folder: Path) -> Path:
    """A copy of the built-in project, with one document more, whose text is at hand."""
    built_in = Project.builtin().root
    for name in ("data", "ontology", "shapes"):
        shutil.copytree(built_in / name, folder / name)
    shutil.copy(built_in / "scograph.toml", folder)
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    non_blank = sum(not one.isspace() for one in TEXT)
    edition = f"{DOCUMENT}/edition/{digest[:12]}"
    (folder / "data" / "planted").mkdir()
    (folder / "data" / "planted" / "source.ttl").write_text(
        f"""{PREFIXES}
<{DOCUMENT}> a scog:SourceDocument ;
    dcterms:language "en" ;
    skos:altLabel "A page of a newspaper"@en ;
    scog:hasNewestEdition <{edition}> ;
    scog:hasSourceKind <https://w3id.org/scograph/concept/source-kind/press> .

<{edition}> a scog:Edition ;
    scog:charLength {len(TEXT)} ;
    scog:hasExtent <https://w3id.org/scograph/concept/extent/whole> ;
    scog:isEditionOf <{DOCUMENT}> ;
    scog:nonBlankLength {non_blank} ;
    scog:sha256 "{digest}" .

<{DOCUMENT}/passage/01> a scog:Passage ;
    scog:charEnd {len(TEXT)} ;
    scog:charStart 0 ;
    scog:isPassageOf <{DOCUMENT}> ;
    scog:isPlacedIn <{edition}> ;
    scog:nonBlankLength {non_blank} ;
    scog:standsIn <{edition}> ;
    scog:textEnd "It rained." ;
    scog:textSha256 "{digest}" ;
    scog:textStart "A page of a newspaper." .
""",
        encoding="utf-8",
    )
    (folder / "texts" / "planted").mkdir(parents=True)
    (folder / "texts" / "planted" / f"{digest[:12]}.txt").write_text(TEXT, encoding="utf-8")
    return folder


def found_in(folder: Path) -> list[Finding]:
    """What the checks find in a copy."""
    project = Project.open(folder)
    run = CheckRun(load_graph(project), CheckOptions(archived=TextArchive(project).text))
    return [finding for check in CHECKS if check.name in CHECKED for finding in check.run(run)]


def found_at(findings: list[Finding], place: tuple[str, int]) -> list[str]:
    """The codes of what is found at a line."""
    return [one.code for one in findings if one.place and (one.place.path, one.place.line) == place]
