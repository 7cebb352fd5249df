"""Three small projects of a portal, each the profile of one organisation, written for tests."""

from __future__ import annotations

from pathlib import Path

from bench.profiles import CONCEPT, SCOG, SECTION, STATE, ProfileProject, ProfileText

__all__ = ["CONCEPT", "NORTH", "SCOG", "SECTION", "THREE", "write_three"]

_KENYA = f"""\
<{STATE}/ken> a scog:State ; rdfs:label "Kenya"@en ;
    scog:iso3166Alpha2 "KE" ; scog:iso3166Alpha3 "KEN" ; scog:m49Code "404" .
"""
_ALFA = '<https://example.org/common/id/place/alfa> a scog:Place ; rdfs:label "Alfa"@en .\n'


def _membership(dates: str) -> str:
    return f"""\
<ID:membership/ken-member> a scog:Membership ; rdfs:label "Kenya as a member"@en ;
    scog:hasAgent <{STATE}/ken> ; scog:hasRole <{CONCEPT}/role/member> ; scog:inOrganisation ORG ; {dates} .
"""


def _in_section(node: str, kind: str, label: str, section: str, more: str = "") -> str:
    listed = f"scog:inSection <{SECTION}/{section}>"
    return f'<ID:{node}> a scog:{kind} ; rdfs:label "{label}"@en ; {listed}{more} .\n'


def _status(node: str, status: str) -> str:
    return f"<ID:{node}> scog:hasStatus <{CONCEPT}/status/{status}> .\n"


SEAT = "ORG scog:hasSeatIn <https://example.org/common/id/place/alfa> .\n"
NORTH = ProfileProject(
    "north",
    "Northern Union",
    "whole",
    [
        ProfileText("name", [1, 2], {"stated": 'ORG scog:acronym "NU" .\n'}),
        ProfileText(
            "cert",
            [1, 2],
            {
                "stated": _in_section(
                    "agency/cert",
                    "Agency",
                    "Northern CERT",
                    "agencies",
                    f" ; scog:isBodyOf ORG ; scog:hasTopic <{CONCEPT}/topic/cybersecurity>",
                )
            },
        ),
        ProfileText("proposal", [1], {"superseded": _status("agency/cert", "proposed")}),
        ProfileText("strategy", [1], {"superseded": f"<ID:instrument/2017> scog:inSection <{SECTION}/strategies> .\n"}),
        ProfileText("seat", [2], {"denied": SEAT}),
        ProfileText("member", [1, 2], {"stated": _membership('scog:startDate "2010-01-01"^^xsd:date')}),
    ],
    ("2018-11", "2021-03"),
    _KENYA + _ALFA + '<ID:instrument/2017> a scog:Instrument ; rdfs:label "Strategy of 2017"@en .\n',
)
SOUTH = ProfileProject(
    "south",
    "Southern League",
    "beginning",
    [
        ProfileText("name", [1], {"stated": 'ORG scog:acronym "SL" .\n'}),
        ProfileText(
            "strategy", [1], {"stated": _in_section("instrument/2019", "Instrument", "Southern Strategy", "strategies")}
        ),
        ProfileText("progress", [1], {"stated": _status("instrument/2019", "in-progress")}),
        ProfileText("seat", [1], {"contradicted": SEAT}),
    ],
    ("2020-11",),
    _ALFA,
)
EAST = ProfileProject(
    "east",
    "Eastern Pact",
    "whole",
    [
        ProfileText("name", [1], {"stated": 'ORG scog:acronym "EP" .\n'}),
        ProfileText(
            "member",
            [1],
            {"stated": _membership('scog:startDate "2015-01-01"^^xsd:date ; scog:endDate "2020-01-01"^^xsd:date')},
        ),
    ],
    ("2019-07",),
    _KENYA,
)
THREE = (NORTH, SOUTH, EAST)
"""Three organisations: one read whole in two editions, one of which only the beginning was read, one read whole."""


def write_three(folder: Path) -> list[Path]:
    """Write the three projects beside each other."""
    return [project.write(folder) for project in THREE]
