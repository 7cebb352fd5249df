"""Coverage: how much of a project its own checks look at, and what stands there that nothing uses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from scograph.coverage.evidence import evidence_covered
from scograph.coverage.languages import languages_covered
from scograph.coverage.ontology import ontology_covered
from scograph.coverage.section import Section
from scograph.coverage.shapes import shapes_covered
from scograph.coverage.source import source_covered
from scograph.graph import Graph
from scograph.json_text import json_document

Archived = Callable[[str], str | None]
"""Gives a source text of the archive by its SHA-256; None where it is not there."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is measured.

    Args:
        name: What the command line calls it.
        of: A graph to the section; with what gives a source text of the archive by its SHA-256.
    """

    name: str
    of: Callable[[Graph, Archived], Section]


def _without_texts(of: Callable[[Graph], Section]) -> Callable[[Graph, Archived], Section]:
    return lambda graph, _: of(graph)


MEASURES: tuple[Measure, ...] = (
    Measure("source", _without_texts(source_covered)),
    Measure("evidence", evidence_covered),
    Measure("shapes", _without_texts(shapes_covered)),
    Measure("ontology", _without_texts(ontology_covered)),
    Measure("languages", _without_texts(languages_covered)),
)


def coverage_text(sections: Sequence[Section], most: int | None) -> Iterator[str]:
    """Sections for people.

    Args:
        sections: The sections.
        most: So many items of one kind are written out; None for all.

    Returns:
        Lines.
    """
    for section in sections:
        percent = "" if section.percent is None else f"{section.percent:g} % · "
        yield f"{section.name}: {percent}{section.summary}"
        for note in section.notes:
            yield f"  note: {note}"
        shown: Counter[str] = Counter()
        for item in section.items:
            shown[item.kind] += 1
            if most is None or shown[item.kind] <= most:
                yield f"  {item.place}: {item.message}" if item.place else f"  {item.message}"
                if item.hint:
                    yield f"    help: {item.hint}"
        for kind, count in shown.items():
            if most is not None and count > most:
                yield f"  {count - most:,} more: {kind}; --all shows them"


def coverage_json(sections: Sequence[Section]) -> bytes:
    """Sections as a JSON document."""
    document = {section.name: _section(section) for section in sections}
    return json_document(document)


def _section(section: Section) -> dict[str, Any]:
    items = []
    for item in section.items:
        fields: dict[str, Any] = {"kind": item.kind, "message": item.message}
        if item.hint:
            fields["hint"] = item.hint
        if item.place:
            fields["place"] = {key: value for key, value in asdict(item.place).items() if value is not None}
        if item.places:
            fields["places"] = [str(place) for place in item.places]
        items.append(fields)
    return {
        "percent": section.percent,
        "covered": section.covered,
        "total": section.total,
        "summary": section.summary,
        "notes": list(section.notes),
        "items": items,
    }
