"""Passages with claims that are credited to them as stated, and whether they are right: the files of tests/fit."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, parse

FOLDER = Path(__file__).parent / "fit"
PREFIXES = """
@prefix : <https://fit.example/id/> .
@prefix consent: <https://w3id.org/scograph/concept/consent-form/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix role: <https://w3id.org/scograph/concept/role/> .
@prefix scog: <https://w3id.org/scograph/ontology#> .
@prefix section: <https://w3id.org/scograph/concept/section/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
"""What is put before the Turtle of a claim."""


@dataclass(frozen=True)
class Passage:
    """The words of a passage, its language (BCP 47), and the passages that it is read with.

    A passage of a real source has the address of its document, and says what its words are: a quotation, a
    paraphrase, or names (titles, names and dates alone). One that was written for its file (`own`) has neither. `form`
    tells a short item of a page, as a heading or a line of a table is, from running sentences.
    """

    name: str
    language: str
    text: str
    read_with: tuple[Passage, ...] = ()
    document: str = ""
    manner: str = ""
    form: str = ""
    own: bool = False


@dataclass(frozen=True)
class Case:
    """A claim that is credited to a passage as stated: whether it is right, what may mislead, and why it is so.

    The claim is Turtle. A record, such as a membership, is one claim of several triples; a total has several records.
    """

    name: str
    passage: Passage
    claim: str
    right: bool
    kind: str = ""
    why: str = ""

    def triples(self) -> tuple[Quad, ...]:
        """Return the triples of the claim, in the order of the text."""
        return tuple(parse(PREFIXES + self.claim, format=RdfFormat.TURTLE))


def _passages(tables: dict[str, dict[str, object]]) -> dict[str, Passage]:
    """Read the passages; one that is read with others stands below them in the file."""
    read: dict[str, Passage] = {}
    for name, table in tables.items():
        fields = dict(table)
        others = fields.pop("read_with", [])
        assert isinstance(others, list)
        read[name] = Passage(name=name, read_with=tuple(read[other] for other in others), **fields)  # type: ignore[arg-type]
    return read


@cache
def cases(name: str) -> tuple[Case, ...]:
    """Return the cases of a file of tests/fit, as `pairs` or `foreign`; where no case says so, all are right."""
    tables = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    passages = _passages(tables["passages"])
    used = {one["passage"] for one in tables["pairs"]}
    used |= {other.name for one in passages.values() for other in one.read_with}
    assert used == set(passages), f"{name}.toml: passages without a claim: {sorted(set(passages) - used)}"
    return tuple(Case(**{"right": True} | one | {"passage": passages[one["passage"]]}) for one in tables["pairs"])


WORLDS = {
    "pairs": "things",
    "foreign": "foreign",
    "pairs2": "things2",
    "foreign2": "foreign2",
    "foreign3": "foreign3",
    "foreign4": "foreign4",
    "foreign5": "foreign5",
}
"""The file of the things that the cases of a file are about."""


@cache
def things(name: str) -> tuple[Quad, ...]:
    """Return what is known of the things of a file of WORLDS, as `things` or `foreign`."""
    return tuple(parse(path=str(FOLDER / f"{name}.ttl"), format=RdfFormat.TURTLE))
