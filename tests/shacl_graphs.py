"""Random data and shapes, as Turtle: small graphs in which every component of SHACL meets every kind of term."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

HEAD = """@prefix : <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
NAMED = (":a", ":b", ":c", ":d")
NODES = (*NAMED, "_:x", "_:y")
PROPERTIES = (":p", ":q", ":r")
CLASSES = (":A", ":B", ":C")
NUMBERS = ("1", "2", "01", "1.0", "2.5")
PLAIN = (
    *('"a"', '"bb"', '"a"@en', '"A"@en-GB', '"b"@de', '"c"@en', '""', '"1"', "true", '"zz"^^:dt'),
    *('"2020-01-01"^^xsd:date', '"2021-05-05"^^xsd:date'),
    *NUMBERS,
)
ODD = (
    *('"x"^^xsd:integer', '"2020-13-01"^^xsd:date', '"2020"^^xsd:gYear', '"2020-01-01T00:00:00"^^xsd:dateTime'),
    *('"2020-01-01T00:00:00Z"^^xsd:dateTime', "1e0", '"NaN"^^xsd:double', '"1"^^xsd:byte', '"1"^^xsd:string'),
    *('"b\\nc"', '"é"', '"P1D"^^xsd:duration'),
)
STRANGE = (
    *('"-0"^^xsd:integer', '"+1"^^xsd:integer', '"2020-02-30"^^xsd:date', '"1"^^xsd:boolean'),
    *(
        '"TRUE"^^xsd:boolean',
        '"24:00:00"^^xsd:time',
        '"2020-01-01+14:00"^^xsd:date',
        '"INF"^^xsd:double',
        '"-1"^^xsd:byte',
    ),
    *(
        '"not an IRI"^^xsd:anyURI',
        '"\\U0001F600"',
        '"e\u0301"',
        '"a"@en-x-private',
        '"99999999999999999999"^^xsd:integer',
    ),
)
DATATYPES = "xsd:integer xsd:string rdf:langString xsd:date xsd:decimal xsd:boolean :dt xsd:byte xsd:gYear xsd:dateTime"
LANGUAGES = ('"en"', '"de"', '"en-GB"')
RANGE = ("minInclusive", "maxExclusive", "minExclusive", "maxInclusive")
ORDER = ("lessThan", "lessThanOrEquals")
OF_VALUES = (
    *("class", "datatype", "nodeKind", "minLength", "maxLength", "pattern", "languageIn", "equals", "disjoint"),
    *("hasValue", "in", "closed"),
)
OF_PROPERTIES = ("minCount", "maxCount", "minCount", "maxCount", "uniqueLang")
OF_SHAPES = ("not", "and", "or", "xone", "node", "property", "property")
ONCE = frozenset(OF_VALUES + RANGE + OF_PROPERTIES) - {"class", "equals", "disjoint", "hasValue"} | {
    "qualifiedValueShape"
}
NEGATING = frozenset(["not", "xone", "qualified"])
"""With these a node may be at fault because it, or a value, does conform to a shape."""
FLAWS = (
    *("sh:and 7", 'sh:class "C"', 'sh:node "x"', "sh:property [ sh:minCount 1 ]", "sh:or ( 1 )"),
    *("sh:property [ sh:path 1 ; sh:minCount 1 ]", 'sh:sparql [ sh:select "SELECT" ]', "sh:sparql [ ]"),
    *('sh:node [ sh:pattern "[" ]', "sh:node [ sh:minCount 1 ]", "sh:node [ sh:in 5 ]", "sh:node [ sh:nodeKind :IRI ]"),
    *("sh:node [ sh:datatype 1 ]", 'sh:node [ sh:languageIn "en" ]', 'sh:node [ sh:minLength "x" ]'),
)
"""Constraints that are ill-formed."""
LEVELS = 24
"""So many times shapes that refer to themselves are written out: more than there are pairs of a node and a shape."""
QUERIES = (
    "SELECT $this ?value WHERE { $this <http://example.org/p> ?value FILTER(isLiteral(?value)) }",
    "SELECT $this WHERE { FILTER NOT EXISTS { $this <http://example.org/q> ?x } }",
    "SELECT $this WHERE { $this a ?c . FILTER EXISTS { ?other <http://example.org/p> $this } }",
    "SELECT $this (?o AS ?value) WHERE { { $this <http://example.org/p> ?o } UNION {?o <http://example.org/q> $this}}",
    "SELECT $this ?value WHERE { OPTIONAL { $this <http://example.org/r> ?value } FILTER(!BOUND(?value)) }",
    "SELECT $this (COUNT(?o) AS ?n) WHERE { $this <http://example.org/p> ?o } GROUP BY $this HAVING (COUNT(?o) > 1)",
    'SELECT $this WHERE { FILTER(isIRI($this) && STRENDS(STR($this), "a")) }',
    "SELECT $this ?path WHERE { $this ?path ?v . FILTER(?path IN (<http://example.org/p>)) }",
    "SELECT $this ?value WHERE { $this <http://example.org/p>/<http://example.org/q> ?value }",
    "SELECT $this ?value WHERE { $this <http://example.org/q>+ ?value . BIND($this AS ?that) FILTER(?that != ?value) }",
    'SELECT $this ?value WHERE { $this <http://example.org/p> ?value FILTER(STRSTARTS(STR(?value), "0")) }',
    'SELECT $this (DATATYPE(?o) AS ?value) WHERE { $this <http://example.org/p> ?o FILTER(STR(?o) != "1") }',
    "SELECT $this ?value WHERE { $this <http://example.org/p> ?value . ?value ^<http://example.org/r> ?o }",
    "SELECT $this (COUNT(DISTINCT ?o) AS ?value) WHERE { $this <http://example.org/p> ?o } GROUP BY $this",
)


@dataclass(frozen=True)
class Kind:
    """What graphs may hold, so that an oracle which is wrong about something is not asked about it."""

    literals: Sequence[str] = PLAIN
    order: bool = False
    queries: Sequence[str] = ()
    owl_classes: bool = False
    negates: bool = True
    inverse_paths: bool = True


def data(random: Random, kind: Kind) -> str:
    """A graph of few nodes."""
    lines = []
    for _ in range(random.randint(1, 14)):
        subject, what = random.choice(NODES), random.randint(0, 3)
        if what == 0:
            lines.append(f"{subject} a {random.choice(CLASSES)} .")
        else:
            value = random.choice(NODES if what == 1 else kind.literals)
            lines.append(f"{subject} {random.choice(PROPERTIES)} {value} .")
    lines += [
        f"{random.choice(CLASSES)} rdfs:subClassOf {random.choice(CLASSES)} ." for _ in range(random.randint(0, 2))
    ]
    return HEAD + "\n".join(lines)


def shapes(random: Random, kind: Kind, depth: int = 2) -> str:
    """A few shapes with targets, with others in them."""
    lines = []
    for number in range(random.randint(1, 3)):
        targets = " ; ".join(_target(random, kind) for _ in range(random.randint(1, 2)))
        if kind.owl_classes and not random.randint(0, 2):
            kinds = f"sh:NodeShape , {random.choice(('owl:Class', 'owl:Class , rdfs:Class', 'rdfs:Class'))}"
            name = CLASSES[number]
            constraints = _constraints(random, kind, depth, of_property=False)
            lines.append(f"{name} a {kinds} ; {targets} ; {constraints} .")
            continue
        if random.randint(0, 1):
            body = f"a sh:NodeShape ; {targets} ; {_constraints(random, kind, depth, of_property=False)}"
        else:
            body = f"a sh:PropertyShape ; sh:path {_path(random, kind)} ; {targets} ; "
            body += _constraints(random, kind, depth, of_property=True)
        lines.append(f":S{number} {body} .")
    return HEAD + "\n".join(lines)


def flawed_shapes(random: Random, kind: Kind) -> tuple[str, str]:
    """A few shapes, some of them with a constraint that is ill-formed; and the same shapes without these."""
    sound = shapes(random, kind)
    head, body = sound[: len(HEAD)], sound[len(HEAD) :]
    pieces = body.split(" ; sh:target")
    flawed = pieces[0]
    at = random.randrange(1, len(pieces))
    for number, piece in enumerate(pieces[1:], 1):
        flaw = f" ; {random.choice(FLAWS)}" if number == at or not random.randint(0, 3) else ""
        flawed += f"{flaw} ; sh:target{piece}"
    return f"{head}{flawed}", sound


def recursive_shapes(random: Random, kind: Kind) -> tuple[str, str]:
    """Shapes that may refer to each other in circles; and the same written out, so many levels deep, without circles.

    What conforms to the second is the greatest fixpoint of the first, as far as it is reached after so many steps.
    """
    names = [f":S{number}" for number in range(random.randint(1, 3))]
    targets, bodies = [], []
    for _ in names:
        constraints = [_constraints(random, kind, 1, of_property=False) if random.randint(0, 1) else ""]
        for _ in range(random.randint(1, 2)):
            other = f"sh:node {random.choice(names)}§"
            at = random.choice((other, f"sh:or ( [ {other} ] {_shape(random, kind, 0)} )", f"sh:and ( [ {other} ] )"))
            path = f"sh:property [ sh:path {_path(random, kind)} ; {at} ]"
            constraints.append(random.choice((path, path, path, at)))
        targets.append(_target(random, kind))
        bodies.append(" ; ".join(filter(None, constraints)))
    circular = [f"{one} a sh:NodeShape ; {to} ; {body} ." for one, to, body in zip(names, targets, bodies, strict=True)]
    unrolled = [f"{one} a sh:NodeShape ; {to} ; {body} ." for one, to, body in zip(names, targets, bodies, strict=True)]
    unrolled = [line.replace("§", "_1") for line in unrolled]
    for level in range(1, LEVELS):
        for name, body in zip(names, bodies, strict=True):
            unrolled.append(f"{name}_{level} a sh:NodeShape ; {body} .".replace("§", f"_{level + 1}"))
    unrolled += [f"{name}_{LEVELS} a sh:NodeShape ." for name in names]
    return HEAD + "\n".join(circular).replace("§", ""), HEAD + "\n".join(unrolled)


def _target(random: Random, kind: Kind) -> str:
    literals = () if kind.queries else kind.literals  # a literal focus node is beyond other engines' SPARQL
    return random.choice(
        (
            f"sh:targetClass {random.choice(CLASSES)}",
            f"sh:targetNode {random.choice((*NAMED, *literals))}",
            f"sh:targetSubjectsOf {random.choice(PROPERTIES)}",
            f"sh:targetObjectsOf {random.choice(PROPERTIES)}",
        )
    )


def _path(random: Random, kind: Kind, depth: int = 2) -> str:
    if not depth or random.randint(0, 2):
        return random.choice(PROPERTIES)
    inner = [_path(random, kind, depth - 1) for _ in range(2)]
    inverted = inner[0] if kind.inverse_paths else random.choice(PROPERTIES)
    return random.choice(
        (
            f"[ sh:inversePath {inverted} ]",
            f"( {inner[0]} {inner[1]} )",
            f"[ sh:alternativePath ( {inner[0]} {inner[1]} ) ]",
            f"[ sh:zeroOrMorePath {inner[0]} ]",
            f"[ sh:oneOrMorePath {inner[0]} ]",
            f"[ sh:zeroOrOnePath {inner[0]} ]",
        )
    )


def _shape(random: Random, kind: Kind, depth: int, *, of_property: bool | None = None) -> str:
    if random.randint(0, 1) if of_property is None else of_property:
        return f"[ sh:path {_path(random, kind)} ; {_constraints(random, kind, depth, of_property=True)} ]"
    return f"[ {_constraints(random, kind, depth, of_property=False)} ]"


def _constraints(random: Random, kind: Kind, depth: int, *, of_property: bool) -> str:
    names = [*OF_VALUES, *(RANGE if kind.order else ())]
    if of_property:
        names += [*OF_PROPERTIES, *(ORDER if kind.order else ())]
    if depth:
        names += [
            *(one for one in OF_SHAPES * 2 if kind.negates or one not in NEGATING),
            *(["sparql"] * 3 if kind.queries else []),
            *(["qualified"] * 3 if of_property and kind.negates else []),
        ]
    found: dict[str, str] = {}
    for _ in range(random.randint(1, 3)):
        name = random.choice(names)
        written = _constraint(random, kind, depth - 1, name)
        found[name if name in ONCE or name == "qualified" else f"{name}{len(found)}"] = written
    if not random.randint(0, 9):
        found["severity"] = f"sh:severity sh:{random.choice(('Warning', 'Info'))}"
    if not random.randint(0, 19):
        found["deactivated"] = "sh:deactivated true"
    return " ; ".join(found.values())


def _constraint(random: Random, kind: Kind, depth: int, name: str) -> str:
    def term() -> str:
        return random.choice((*NAMED, *kind.literals))

    def several(make: Callable[[], str], least: int, most: int) -> str:
        return " ".join(make() for _ in range(random.randint(least, most)))

    def inner() -> str:
        return _shape(random, kind, depth)

    made: dict[str, Callable[[], str]] = {
        "class": lambda: random.choice(CLASSES),
        "datatype": lambda: random.choice(DATATYPES.split()),
        "nodeKind": lambda: "sh:" + random.choice(("IRI", "Literal", "BlankNode", "IRIOrLiteral", "BlankNodeOrIRI")),
        "pattern": lambda: (
            f'"{random.choice(("a", "^a$", "[ab]", ".", "^http", "b$", chr(92) * 2 + "d", "A|c"))}"'
            + random.choice(("", ' ; sh:flags "i"', ' ; sh:flags "s"', ' ; sh:flags "m"'))
        ),
        "languageIn": lambda: f"( {several(lambda: random.choice(LANGUAGES), 1, 2)} )",
        "hasValue": term,
        "in": lambda: f"( {several(term, 0, 3)} )",
        "closed": lambda: (
            f"true ; sh:ignoredProperties ( {several(lambda: random.choice((*PROPERTIES, 'rdf:type')), 0, 2)} )"
        ),
        "uniqueLang": lambda: "true",
        "not": inner,
        "node": lambda: _shape(random, kind, depth, of_property=False),
        "property": lambda: _shape(random, kind, depth, of_property=True),
        "sparql": lambda: f'[ sh:select """{random.choice(kind.queries)}""" ]',
    }
    made |= dict.fromkeys(("minLength", "maxLength"), lambda: str(random.randint(1, 3)))
    made |= dict.fromkeys(("minCount", "maxCount"), lambda: str(random.randint(0, 2)))
    made |= dict.fromkeys(("equals", "disjoint", *ORDER), lambda: random.choice(PROPERTIES))
    made |= dict.fromkeys(("and", "or", "xone"), lambda: f"( {several(inner, 1, 3)} )")
    made |= dict.fromkeys(
        RANGE, lambda: random.choice(("1", "2", "1.5", '"2020-06-01"^^xsd:date', '"2020-01-01T12:00:00"^^xsd:dateTime'))
    )
    if name == "qualified":
        apart = random.choice(("", " ; sh:qualifiedValueShapesDisjoint true"))
        bound = f"sh:qualified{random.choice(('Min', 'Max'))}Count {random.randint(0, 2)}"
        return f"sh:qualifiedValueShape {inner()} ; {bound}{apart}"
    return f"sh:{name} {made[name]()}"
