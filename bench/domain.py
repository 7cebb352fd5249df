"""What the generated graphs are about: organisations of states, a cluster of about 90 triples for each."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from bench.words import CLAUSES, LANGUAGES, NAMES
from bench.writers import A, Iri, Literal, Pairs, Record

ROLES = ("member", "observer", "partner", "guest")
_FIRST_YEAR, _YEARS = 1945, 50
LABEL = Iri("rdfs", "label")


def b(name: str) -> Iri:
    """A class or property of the generated graph."""
    return Iri("b", name)


def entity(kind: str, number: object) -> Iri:
    """An individual of the generated graph."""
    return Iri("id", f"{kind}-{number}")


def integer(number: int) -> Literal:
    """An xsd:integer."""
    return Literal(str(number), datatype="integer")


def date(year: int, day: int) -> Literal:
    """A valid xsd:date: one of the first 28 days of a month."""
    return Literal(f"{year}-{day // 28 % 12 + 1:02}-{day % 28 + 1:02}", datatype="date")


def header() -> Iterator[Record]:
    """The classes above others, and the roles, which are the same in every graph."""
    sub = Iri("rdfs", "subClassOf")
    for lower, upper in (
        ("IntergovernmentalOrganisation", "Organisation"),
        ("Organisation", "Agent"),
        ("State", "Agent"),
        ("Agency", "Body"),
    ):
        yield Record(b(lower), [(sub, b(upper))])
    for role in ROLES:
        yield Record(entity("role", role), [(A, b("Role")), (LABEL, Literal(role, "en"))])


def _pick(rng: Random, among: int) -> int:
    """Only `random()` is promised to give the same numbers in every version of Python."""
    return int(rng.random() * among)


def _labels(rng: Random, number: int) -> Pairs:
    return [
        (LABEL, Literal(f"{NAMES[lang][_pick(rng, len(NAMES[lang]))]} {number}", lang)) for lang in ("en", "ru", "zh")
    ]


def _texts(rng: Random, name: str, clauses: int) -> Pairs:
    return [
        (b(name), Literal(LANGUAGES[lang].join(_clause(rng, lang) for _ in range(clauses)), lang)) for lang in LANGUAGES
    ]


def _clause(rng: Random, language: str) -> str:
    clauses = CLAUSES[language]
    return clauses[_pick(rng, len(clauses))]


def a_state(rng: Random, number: int) -> Record:
    """A state, with a code of three letters that is its own."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    code = letters[number // 676 % 26] + letters[number // 26 % 26] + letters[number % 26]
    return Record(
        entity("state", number),
        [
            (A, b("State")),
            *_labels(rng, number),
            (b("code"), Literal(code)),
            (b("population"), integer(10_000 + _pick(rng, 10**9))),
        ],
    )


def a_cluster(rng: Random, number: int, states: int) -> Iterator[tuple[str, Record]]:
    """An organisation with what belongs to it: about 90 triples."""
    founded = _FIRST_YEAR + _pick(rng, _YEARS)
    organisation = entity("organisation", number)

    def state() -> Iri:
        return entity("state", _pick(rng, states))

    def day() -> int:
        return _pick(rng, 336)

    yield (
        "Organisation",
        Record(
            organisation,
            [
                (A, b("Organisation" if number % 3 else "IntergovernmentalOrganisation")),
                *_labels(rng, number),
                (b("notation"), Literal(f"ORG-{number:06}")),
                (b("foundedOn"), date(founded, day())),
                (b("headquartersIn"), state()),
                (b("status"), Literal("active")),
                (b("website"), Literal(f"https://organisation-{number}.example.org/", datatype="anyURI")),
                *_texts(rng, "description", 1),
            ],
        ),
    )
    agency = number % 2 == 0
    yield (
        "Agency" if agency else "Body",
        Record(
            entity("body", number),
            [
                (A, b("Agency" if agency else "Body")),
                *_labels(rng, number),
                (b("isBodyOf"), organisation),
                (b("establishedOn"), date(founded + 1 + _pick(rng, 20), day())),
                (b("seatIn"), state()),
                *([(b("agencyKind"), Literal(("executive", "advisory")[number // 2 % 2]))] if agency else []),
            ],
        ),
    )
    signed = founded + 2 + _pick(rng, 20)
    first = _pick(rng, states)
    yield (
        "Agreement",
        Record(
            entity("agreement", number),
            [
                (A, b("Agreement")),
                *_labels(rng, number),
                (b("signedOn"), date(signed, day())),
                (b("inForceFrom"), date(signed + 1 + _pick(rng, 5), day())),
                *((b("hasParty"), entity("state", (first + step) % states)) for step in range(3)),
                (b("depositary"), organisation if number % 2 else state()),
                (b("articles"), integer(1 + _pick(rng, 60))),
                (b("textLanguage"), Literal("ru")),
                (b("textLanguage"), Literal("zh")),
                *_texts(rng, "text", 2),
            ],
        ),
    )
    for place in range(4):
        start = founded + 1 + _pick(rng, 20)
        pairs: Pairs = [
            (A, b("Membership")),
            (b("ofState"), state()),
            (b("inOrganisation"), organisation),
            (b("hasRole"), entity("role", ROLES[_pick(rng, 3)])),
            (b("startDate"), date(start, day())),
            (b("order"), integer(place)),
        ]
        if place % 2:
            pairs.append((b("endDate"), date(start + 1 + _pick(rng, 20), day())))
        yield "Membership", Record(entity("membership", f"{number}.{place}"), pairs)
    for place in range(2):
        held, begin = founded + 3 + _pick(rng, 30), _pick(rng, 300)
        yield (
            "LaterEvent" if place else "Event",
            Record(
                entity("event", f"{number}.{place}"),
                [
                    (A, b("Event")),
                    *_labels(rng, number),
                    (b("startDate"), date(held, begin)),
                    (b("endDate"), date(held, begin + _pick(rng, 5))),
                    (b("organisedBy"), organisation),
                    (b("inState"), state()),
                    (b("participants"), integer(2 + _pick(rng, 500))),
                    *([(b("follows"), entity("event", f"{number}.0"))] if place else []),
                ],
            ),
        )
    yield (
        "Passage",
        Record(
            entity("passage", number),
            [
                (A, b("Passage")),
                (b("partOf"), entity("agreement", number)),
                (b("number"), integer(1 + number % 99)),
                *_texts(rng, "text", 2),
            ],
        ),
    )
