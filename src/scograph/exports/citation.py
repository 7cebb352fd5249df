"""Citations of a published folder: a Citation File (CFF 1.2.0), and BibTeX."""

from __future__ import annotations

import json
import re

from scograph.exports.publication import Publication

CFF_PATH = "CITATION.cff"
BIBTEX_PATH = "citation.bib"
CFF_TYPE, BIBTEX_TYPE = "application/yaml", "application/x-bibtex"
CITATION_TYPES = ((CFF_PATH, CFF_TYPE), (BIBTEX_PATH, BIBTEX_TYPE))
"""The files with their media types."""

_LICENCES = (
    (re.compile(r"https?://creativecommons\.org/licenses/([a-z-]+)/(\d\.\d)/?"), "CC-{}-{}"),
    (re.compile(r"https?://creativecommons\.org/publicdomain/(zero)/(1\.0)/?"), "CC0-1.0"),
    (re.compile(r"https?://opendatacommons\.org/licenses/(pddl|odbl|by)/()(?:1-0/?|1\.0/?)?"), "{}-1.0"),
)
"""Addresses of licences, and their identifiers in the list of SPDX."""
_ODC = {"PDDL-1.0": "PDDL-1.0", "ODBL-1.0": "ODbL-1.0", "BY-1.0": "ODC-By-1.0"}
_BIBTEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {
    character: f"\\{character}" for character in "&%$#_{}"
}


def citation_cff(publication: Publication) -> bytes:
    """Write a Citation File for a publication.

    Args:
        publication: The publication.

    Returns:
        YAML whose texts are written as JSON, which YAML reads as they are.
    """
    licence = spdx(publication.licence)
    lines = [
        'cff-version: "1.2.0"',
        "message: " + _yaml_text("If you use this dataset, please cite it as below."),
        "type: dataset",
        "title: " + _yaml_text(publication.title),
        "abstract: " + _yaml_text(publication.description),
        "authors:",
        *(f"  - name: {_yaml_text(agent.name)}" for agent in publication.creators),
    ]
    optional = (
        ("version", publication.version),
        ("date-released", publication.date),
        ("license", licence),
        ("license-url", "" if licence else publication.licence),
        ("url", publication.folder_address),
    )
    lines += [f"{key}: {_yaml_text(value)}" for key, value in optional if value]
    lines += [
        "identifiers:",
        "  - type: other",
        f"    value: {_yaml_text(publication.dataset.value)}",
        '    description: "The dataset."',
    ]
    if publication.canonical:
        lines += [
            "  - type: other",
            f"    value: {_yaml_text('sha256:' + publication.canonical)}",
            '    description: "SHA-256 of its canonical form (RDFC-1.0)."',
        ]
    return ("\n".join(lines) + "\n").encode()


def bibtex(publication: Publication) -> bytes:
    """Write a BibTeX entry for a publication.

    Args:
        publication: The publication.

    Returns:
        One entry, `@misc`, in UTF-8.
    """
    fields = {
        "title": f"{{{_bibtex_text(publication.title)}}}",
        "author": " and ".join(f"{{{_bibtex_text(agent.name)}}}" for agent in publication.creators),
        "version": _bibtex_text(publication.version),
        "year": publication.date[:4],
        "month": str(int(publication.date[5:7])) if publication.date else "",
        "url": publication.folder_address or publication.dataset.value,
        "note": f"SHA-256 of the canonical form: {publication.canonical}" if publication.canonical else "",
    }
    name = publication.graph.project.settings.name + (f"-{publication.version}" if publication.version else "")
    key = re.sub(r"[^a-z0-9.-]", "-", name.lower())
    written_fields = "".join(f"  {field} = {{{value}}},\n" for field, value in fields.items() if value)
    return f"@misc{{{key},\n{written_fields}}}\n".encode()


def spdx(licence: str) -> str:
    """The identifier of a licence in the SPDX list, by its address, or nothing if it is not known here."""
    for pattern, form in _LICENCES:
        match = pattern.fullmatch(licence)
        if match:
            name = form.format(*(group.upper() for group in match.groups()))
            return _ODC.get(name, name)
    return ""


def _yaml_text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _bibtex_text(value: str) -> str:
    return "".join(_BIBTEX.get(character, character) for character in value)
