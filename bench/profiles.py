"""Projects that are the profile of one organisation each, in several editions, written for benchmarks and tests."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SCOG = "https://w3id.org/scograph/ontology#"
CONCEPT = "https://w3id.org/scograph/concept"
SECTION = f"{CONCEPT}/section"
STATE = "https://w3id.org/scograph/id/state"
_PREFIXES = """\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix scog: <https://w3id.org/scograph/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

"""
SECTIONS = {"agencies": "Agencies", "strategies": "Strategies"}


@dataclass
class ProfileText:
    """One passage of a profile.

    Args:
        slug: The end of the names of its files.
        editions: The editions in which it stands, by number from 1.
        facts: Turtle by basis.
    """

    slug: str
    editions: Sequence[int]
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass
class ProfileProject:
    """A project with one profile.

    Args:
        name: Its name, and that of the organisation.
        label: What the organisation is called.
        extent: How much of its profile was read.
        passages: The passages of the profile.
        days: When each edition was last updated, the first first.
        facts: Turtle of the editorial document.
    """

    name: str
    label: str
    extent: str
    passages: Sequence[ProfileText]
    days: Sequence[str] = ("2021-03",)
    facts: str = ""

    @property
    def base(self) -> str:
        """What its own IRIs begin with."""
        return f"https://example.org/{self.name}/"

    @property
    def organisation(self) -> str:
        """The IRI of the organisation."""
        return f"{self.base}id/organisation/{self.name}"

    def write(self, folder: Path) -> Path:
        """Write the project, and give its folder."""
        root = folder / self.name
        root.mkdir(parents=True)
        (root / "scograph.toml").write_text(
            f'[project]\nname = "{self.name}"\nlanguages = ["en"]\n'
            '[ontology]\nuses = "scograph"\nprofile = "owl-lite"\n',
            encoding="utf-8",
        )
        self._write(root / "ontology" / "sections.ttl", "".join(_section(*one) for one in SECTIONS.items()))
        self._write(root / "data" / "editorial" / "source.ttl", self._editorial())
        self._write(root / "data" / "editorial" / "01-things.editorial.ttl", self._things())
        self._write(root / "data" / "profile" / "source.ttl", self._profile())
        for number, passage in enumerate(self.passages, 1):
            for basis, facts in passage.facts.items():
                name = f"{number:02}-{passage.slug}.{basis}.ttl".replace(".stated.", ".")
                self._write(root / "data" / "profile" / name, facts)
        return root

    def _write(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            _PREFIXES + text.replace("ORG", f"<{self.organisation}>").replace("ID:", f"{self.base}id/"), "utf-8"
        )

    def _editorial(self) -> str:
        return f"""\
<{self.base}dataset>
    a scog:SourceDocument ;
    dcterms:description "What one profile says, made to be compared."@en ;
    dcterms:language "en" ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
    dcterms:title "Profile of {self.label}"@en ;
    void:uriSpace "{self.base}" ;
    scog:hasSourceKind <{CONCEPT}/source-kind/editorial> ;
    scog:isPublishedBy <https://example.org/common/id/organisation/maintainers> .

<{self.base}source/editorial/passage/01>
    a scog:Passage ;
    scog:isPassageOf <{self.base}dataset> ;
    scog:locator "data/editorial/01-things.editorial.ttl" .
"""

    def _things(self) -> str:
        return f"""\
ORG a scog:IntergovernmentalOrganisation , scog:Organisation ;
    rdfs:label "{self.label}"@en .
<https://example.org/common/id/organisation/maintainers> a scog:Organisation ;
    rdfs:label "Maintainers"@en .
{self.facts}"""

    def _profile(self) -> str:
        source = f"{self.base}source/profile"
        editions = [f"{source}/edition/{_digest(f'{self.name} {number}')[:12]}" for number in range(len(self.days))]
        text = f"""\
<{source}>
    a scog:SourceDocument ;
    dcterms:description "The profile that was read."@en ;
    dcterms:language "en" ;
    dcterms:title "Profile: {self.label}"@en ;
    scog:hasNewestEdition <{editions[-1]}> ;
    scog:hasSourceKind <{CONCEPT}/source-kind/secondary> ;
    scog:isAbout ORG ;
    scog:isPublishedBy <https://example.org/common/id/organisation/maintainers> ;
    scog:sourceUrl "https://example.com/{self.name}"^^xsd:anyURI .
"""
        for number, (edition, day) in enumerate(zip(editions, self.days, strict=True), 1):
            standing = [passage for passage in self.passages if number in passage.editions]
            follows = f"    scog:follows <{editions[number - 2]}> ;\n" if number > 1 else ""
            text += f"""
<{edition}>
    a scog:Edition ;
    scog:charLength {10 * len(self.passages)} ;
{follows}    scog:hasExtent <{CONCEPT}/extent/{self.extent}> ;
    scog:isEditionOf <{source}> ;
    scog:lastUpdated "{day}"^^xsd:gYearMonth ;
    scog:nonBlankLength {9 * len(standing)} ;
    scog:retrievedOn "2026-11-30"^^xsd:date ;
    scog:sha256 "{_digest(f"{self.name} {number - 1}")}" .
"""
        for number, passage in enumerate(self.passages, 1):
            words = f"words {number:03}"
            stands = " , ".join(f"<{editions[one - 1]}>" for one in passage.editions)
            gone = "" if len(editions) in passage.editions else f"    scog:isGoneFrom <{editions[-1]}> ;\n"
            text += f"""
<{source}/passage/{number:02}>
    a scog:Passage ;
    scog:charEnd {10 * number - 1} ;
    scog:charStart {10 * number - 10} ;
{gone}    scog:isPassageOf <{source}> ;
    scog:isPlacedIn <{editions[max(passage.editions) - 1]}> ;
    scog:nonBlankLength 9 ;
    scog:standsIn {stands} ;
    scog:textEnd "{words}" ;
    scog:textSha256 "{_digest(words)}" ;
    scog:textStart "{words}" .
"""
        return text


def _section(slug: str, name: str) -> str:
    return f"""\
<{SECTION}/{slug}>
    a skos:Concept ;
    skos:definition "The heading {name} of profiles."@en , "Рубрика профилей."@ru , "概况的标题。"@zh ;
    skos:inScheme <{SECTION}> ;
    skos:prefLabel "{name}"@en , "Рубрика {slug}"@ru , "标题{slug}"@zh ;
    skos:topConceptOf <{SECTION}> .
"""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
