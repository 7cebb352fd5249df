"""Random edits, after each of which a report that was kept up is held against that of everything.

Some are edits of random data that are held against random shapes, others of the files of a project.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from random import Random

from pyoxigraph import RdfFormat, parse

import shacl_graphs
from scograph.checks import check_graph
from scograph.checks.findings import ResultFinding
from scograph.checks.report import Report
from scograph.checks.session import Session
from scograph.checks.shacl.index import Index, tokens_of
from scograph.checks.shacl.kept import KeptValidation
from scograph.checks.shacl.model import Result
from scograph.checks.shacl.validation import Validation, run_validation
from scograph.errors import RdfSyntaxError
from scograph.graph import load_graph
from scograph.model import Finding
from scograph.project import Project
from shacl_graphs import Kind

KINDS = (
    Kind(literals=shacl_graphs.PLAIN + shacl_graphs.ODD, order=True),
    Kind(literals=shacl_graphs.PLAIN + shacl_graphs.ODD, queries=shacl_graphs.QUERIES),
    Kind(literals=shacl_graphs.PLAIN + shacl_graphs.STRANGE, order=True, owl_classes=True),
)
"""What the graphs hold: every component; queries; classes that are shapes."""
Token = tuple[str, str, str]


def triples(turtle: str, kind: RdfFormat = RdfFormat.TURTLE) -> list[Token]:
    """The triples of a text, each once, blank nodes with the labels that it gives them."""
    return tokens_of(quad.triple for quad in parse(turtle, kind, rename_blank_nodes=False))


def index(tokens: list[Token]) -> Index:
    """An index of triples."""
    found = Index()
    found.add_lines(f"{' '.join(token)} ." for token in tokens)
    return found


def said(validation: Validation) -> tuple[object, ...]:
    """What a validation found, details and all."""
    return (
        [(one, one.parameter, one.details) for one in validation.results],
        validation.shape_warnings,
        validation.unfinished,
        validation.flaws,
        validation.notes,
        validation.shapes,
    )


def shapes(random: Random, kind: Kind) -> str:
    """Shapes of a kind; now and then flawed ones, or some that refer to themselves."""
    choice = random.randint(0, 9)
    if choice == 0:
        return shacl_graphs.recursive_shapes(random, kind)[0]
    return shacl_graphs.flawed_shapes(random, kind)[0] if choice == 1 else shacl_graphs.shapes(random, kind)


def sequence(random: Random, steps: int = 6) -> tuple[int, int, int]:
    """Make a graph and shapes, edit the graph some times, and hold each report against that of everything.

    Args:
        random: What chooses.
        steps: So many edits.

    Returns:
        How many edits were made, how many pairs of constraint and focus node were evaluated, and how many there are.

    Raises:
        AssertionError: A report differs; the shapes, the edits and both reports are in it.
    """
    kind = random.choice(KINDS)
    written = shapes(random, kind)
    held_to = triples(written)
    now = triples(shacl_graphs.data(random, kind))
    kept = KeptValidation(index(now), index(held_to))
    edits: list[tuple[list[Token], list[Token]]] = []
    assert said(kept.validation) == said(run_validation(index(now), index(held_to))), (written, now)
    pairs = every = 0
    for _ in range(steps):
        other = triples(shacl_graphs.data(random, kind))
        added = [one for one in other if one not in now][: random.choice((0, 1, 1, 2, 9))]
        removed = random.sample(now, min(len(now), random.choice((0, 1, 1, 2, 9))))
        edits.append((added, removed))
        now = [*(one for one in now if one not in removed), *added]
        random.shuffle(now)
        found = kept.change(added, removed)
        whole = run_validation(index(now), index(held_to))
        assert said(found) == said(whole), f"{written}\n{edits}\n{now}\n\n{said(found)}\n\n{said(whole)}"
        pairs += kept.effort.pairs
        every += len(whole.results)
    return len(edits), pairs, every


# Edits of the files of a project: data, descriptions of sources, ontology, shapes, rules, questions.

HEADS = """@prefix : <http://example.org/> .
@prefix ex: <http://example.org/ontology#> .
@prefix scog: <https://w3id.org/scograph/ontology#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix vann: <http://purl.org/vocab/vann/> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
THINGS = tuple(f":t{number}" for number in range(6))
TYPES = ("ex:A", "ex:B", "ex:C")
LINKS = ("ex:p", "ex:q", "ex:missing")
TEXTS = ("ex:name", "rdfs:label", "ex:year")
VALUES = ('"one"', '"two"@en', '"zwei"@de', "2001", '"2001-01-01"^^xsd:date', '"01"^^xsd:integer')
TARGETS = ("sh:targetClass ex:A", "sh:targetSubjectsOf ex:p", "sh:targetObjectsOf ex:q", "sh:targetClass ex:B")
ASKED = (
    "sh:minCount 1",
    "sh:maxCount 1",
    "sh:class ex:B",
    "sh:nodeKind sh:IRI",
    "sh:node [ sh:property [ sh:path ex:name ; sh:minCount 1 ] ]",
    "sh:qualifiedValueShape [ sh:class ex:A ] ; sh:qualifiedMinCount 1",
    "sh:uniqueLang true",
    "sh:equals ex:q",
    "sh:lessThan ex:year",
    "sh:not [ sh:class ex:C ]",
    "sh:or ( [ sh:class ex:A ] [ sh:datatype xsd:date ] )",
)
PATHS = ("ex:p", "ex:name", "( ex:p ex:q )", "[ sh:inversePath ex:p ]", "[ sh:zeroOrMorePath ex:q ]", "rdfs:label")
RULES = (
    "# R-01 error: named twice\nSELECT ?focus {{ ?focus <http://example.org/ontology#name> ?a, ?b FILTER(?a != ?b) }}",
    (
        "# R-02 warning: a claim of type {0}\nPREFIX scog: <https://w3id.org/scograph/ontology#>\n"
        "SELECT ?focus ?value {{ ?focus a scog:Claim ; ?p ?value FILTER(?value = <http://example.org/ontology#{0}>) }}"
    ),
    (
        "# R-03 info: declared\nPREFIX owl: <http://www.w3.org/2002/07/owl#>\nSELECT ?focus {{ ?focus a owl:Class "
        "FILTER(STRENDS(STR(?focus), '{0}')) }}"
    ),
    "# R-04 error: all in all\nSELECT (<http://example.org/t1> AS ?focus) (COUNT(*) AS ?value) {{ ?s ?p ?o }}",
    "# R-05 error: in a graph\nSELECT ?focus {{ GRAPH ?g {{ ?focus a <http://example.org/ontology#{0}> }} }}",
)
ASKS = (
    "# What has a name?\nSELECT ?x WHERE {{ ?x <http://example.org/ontology#name> ?n FILTER(isIRI(?x)) }} ORDER BY ?x",
    "# What is a {0}?\nSELECT ?x WHERE {{ ?x a <http://example.org/ontology#{0}> FILTER(isIRI(?x)) }} ORDER BY ?x",
    "# What is anything?\nSELECT ?x WHERE {{ ?x a ?c . ?x <http://example.org/ontology#name> ?n }} ORDER BY ?x",
    "# How many?\nSELECT (COUNT(?x) AS ?n) WHERE {{ ?x ?p ?o }}",
    "# Is there one?\nASK {{ GRAPH ?g {{ ?x <http://example.org/ontology#p> ?y }} }}",
)


def facts(random: Random) -> str:
    """A file of facts; now and then with blank nodes."""
    lines = []
    for _ in range(random.randint(1, 6)):
        subject = random.choice(THINGS)
        what = random.randint(0, 9)
        if what < 3:
            lines.append(f"{subject} a {random.choice(TYPES)} .")
        elif what < 6:
            lines.append(f"{subject} {random.choice(LINKS)} {random.choice(THINGS)} .")
        elif what < 9:
            lines.append(f"{subject} {random.choice(TEXTS)} {random.choice(VALUES)} .")
        else:
            lines.append(f"{subject} {random.choice(LINKS)} [ a {random.choice(TYPES)} ; ex:name {VALUES[0]} ] .")
    return HEADS + "\n" * random.randint(0, 2) + "\n".join(dict.fromkeys(lines)) + "\n"


def described(random: Random, name: str) -> str:
    """A description of a document with three passages, of which some are quoted, moved or gone."""
    lines = [f":{name} a scog:SourceDocument ; rdfs:label {random.choice(VALUES)} ."]
    for number in ("01", "02", "03")[: random.choice((2, 3, 3))]:
        more = random.choice(("", ' ; scog:quotation "one two"@en', ' ; scog:textStart "one" ; scog:charStart 5'))
        lines.append(f"<http://example.org/{name}/passage/{number}> a scog:Passage ; scog:isPassageOf :{name}{more} .")
    return HEADS + "\n".join(lines) + "\n"


def ontology(random: Random) -> str:
    """Classes and properties, some of them now and then missing, misspelt or below others."""
    lines = [
        (
            '<http://example.org/ontology> a owl:Ontology ; vann:preferredNamespacePrefix "ex" ; '
            'vann:preferredNamespaceUri "http://example.org/ontology#" .'
        )
    ]
    lines += [f"{one} a owl:Class ; rdfs:label {random.choice(VALUES[:3])} ." for one in TYPES if random.randint(0, 5)]
    for one in (*LINKS[:2], *TEXTS):
        if one.startswith("ex:") and random.randint(0, 5):
            lines.append(f"{one} a owl:{'Object' if one in LINKS else 'Datatype'}Property .")
    if random.randint(0, 1):
        lines.append(f"{random.choice(TYPES)} rdfs:subClassOf {random.choice(TYPES)} .")
    return HEADS + "\n".join(lines) + "\n"


def shapes_of_project(random: Random) -> str:
    """Shapes with targets and blank nodes."""
    lines = []
    for number in range(random.randint(1, 3)):
        inner = " , ".join(
            f"[ sh:path {random.choice(PATHS)} ; {random.choice(ASKED)} ]" for _ in range(random.randint(1, 2))
        )
        lines.append(f"ex:S{number} a sh:NodeShape ; {random.choice(TARGETS)} ; sh:property {inner} .")
    if not random.randint(0, 3):
        lines.append(
            "ex:Q a sh:NodeShape ; sh:targetClass ex:A ; sh:sparql [ sh:message 'R-09: {?value}' ; "
            "sh:select 'SELECT $this ?value { $this <http://example.org/ontology#p>+ ?value }' ] ."
        )
    return HEADS + "\n".join(lines) + "\n"


WRITERS = {
    "ontology/core.ttl": ontology,
    "shapes/shapes.ttl": shapes_of_project,
    "shapes/first.rq": lambda random: random.choice(RULES).format(random.choice("ABC")),
    "shapes/second.rq": lambda random: random.choice(RULES).format(random.choice("ABC")),
    "ontology/questions/01-first.rq": lambda random: random.choice(ASKS).format(random.choice("ABC")),
    "ontology/questions/01-first.csv": lambda random: random.choice(("x\n", "x\nhttp://example.org/t1\n", "n\n3\n")),
    "data/one/source.ttl": lambda random: described(random, "one"),
    "data/two/source.ttl": lambda random: described(random, "two"),
    "data/one/01-a.ttl": facts,
    "data/one/02-b.normalised.ttl": facts,
    "data/one/03-c.possible.ttl": facts,
    "data/two/01-a.ttl": facts,
    "data/two/02-b.ttl": facts,
    "data/two/03-c.interpreted.ttl": facts,
}
"""The files of a project, and what writes each."""
SETTINGS = '[project]\nname = "edits"\n[ontology]\nprofile = "{}"\n'


def whole_report(project: Project, given: Mapping[str, bytes | None]) -> tuple[object, ...]:
    """What a check of everything says, or that files cannot be read."""
    try:
        return told(check_graph(load_graph(project, given)).report)
    except RdfSyntaxError as error:
        return tuple(error.findings)


def told(report: Report) -> tuple[object, ...]:
    """A report with all that its findings have, results of shapes as well."""
    results = [_unlabelled(one.result) if isinstance(one, ResultFinding) else None for one in report.findings]
    fields = {name: getattr(report, name) for name in Report.__dataclass_fields__ if name != "findings"}
    findings = [tuple(getattr(one, name) for name in Finding.__dataclass_fields__) for one in report.findings]
    return fields, findings, results


def _unlabelled(result: Result) -> tuple[object, ...]:
    """A result without the labels of shapes, which name blank nodes of the shapes graph that goes with it."""
    shape, source = ("_:" if one.startswith("_:") else one for one in (result.shape, result.source))
    return replace(result, shape=shape, source=source), [_unlabelled(one) for one in result.details]


def difference(one: object, other: object) -> str:
    """Where two values differ first."""
    if type(one) is type(other) and isinstance(one, list | tuple) and isinstance(other, list | tuple):
        for here, there in zip(one, other, strict=False):
            if here != there:
                return difference(here, there)
    return f"{one!r}\n  differs from\n{other!r}"


def project_sequence(folder: Path, random: Random, steps: int = 5) -> int:
    """Make a project in an empty folder, edit its files some times, and hold each report against that of everything.

    Args:
        folder: The folder.
        random: What chooses.
        steps: So many edits.

    Returns:
        How many edits were made.

    Raises:
        AssertionError: A report differs; the files are in it.
    """
    (folder / "scograph.toml").write_text(SETTINGS.format(random.choice(("none", "owl-lite"))), encoding="utf-8")
    for name, writer in WRITERS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if random.randint(0, 7) or name.endswith("source.ttl"):
            path.write_text(writer(random), encoding="utf-8")
    project = Project.open(folder)
    loaded = load_graph(project)
    session = Session(loaded)
    given: dict[str, bytes | None] = {}
    done: list[str] = []
    first, whole = told(session.report), whole_report(project, given)
    assert first == whole, f"{difference(first, whole)}\n\n{_files(folder, given, done)}"
    for _ in range(steps):
        name = random.choice(list(WRITERS))
        text = None if not random.randint(0, 9) else WRITERS[name](random)
        text = f"{text} ." if text and not random.randint(0, 19) and name.endswith(".ttl") else text
        done.append(f"{name}: {text!r}")
        is_saved = name.endswith((".rq", ".csv")) or bool(random.randint(0, 2))
        try:
            if is_saved:
                write_or_remove(folder / name, text)
                given = {}
                report = told(session.refresh())
            else:
                given[name] = None if text is None else text.encode()
                report = told(session.apply({name: given[name]}))
        except RdfSyntaxError as error:
            report = tuple(error.findings)
        whole = whole_report(project, given)
        assert report == whole, f"{difference(report, whole)}\n\n{_files(folder, given, done)}"
    return len(done)


def write_or_remove(path: Path, text: str | None) -> None:
    """Give a file other content, by way of another inode as editors do; or remove it."""
    if text is None:
        path.unlink(missing_ok=True)
        return
    other = path.with_name(f".{path.name}.new")
    other.write_text(text, encoding="utf-8")
    other.replace(path)


def _files(folder: Path, given: Mapping[str, bytes | None], done: list[str]) -> str:
    saved = {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}
    return f"{saved}\n{given}\n" + "\n".join(done)
