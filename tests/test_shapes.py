"""The shapes and rules: a small base conforms, and each fault added to it gives exactly the findings that it must.

A fixture in `shapes/faults/` is the base project `shapes/base/` with one fault. Its head says in a sentence what is
wrong, then what must be found:

    # expect: SEVERITY CODE COMPONENT SHAPE FOCUS

with the component without "ConstraintComponent" (a rule has none: `-`), the shape by its local name (a rule by its
file) and the focus relative to https://w3id.org/scograph/. Its named graphs say what is done to the base:

    :removed     statements taken away, with their claims; the object "*" stands for any, "*"@ru for any in Russian
    :added       facts added, with a claim of the first passage
    :described   statements added without a claim: of documents, passages, concepts, terms, or stray facts
    :unclaimed   facts that stay, and lose their claims
    :unasserted  facts taken away, whose claims stay

The base has no ontology and shapes of its own: it is held against those of the built-in project.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Triple, parse

from built_in import built_in_graph
from scograph import terms
from scograph.checks.rules import SparqlRule, read_rule
from scograph.checks.shacl.index import Index
from scograph.checks.shacl.validation import run_validation
from scograph.checks.shapes import PROVENANCE_SHAPES, validate
from scograph.claims import Claim
from scograph.formats import RDF_FORMATS_BY_NAME
from scograph.graph import Graph, load_graph
from scograph.model import Finding, Severity, Term, distinct
from scograph.parse import parse_rdf
from scograph.project import Project, read_bytes
from scograph.stores.embedded import EmbeddedStore

HERE = Path(__file__).parent / "shapes"
BASE_IRI = "https://w3id.org/scograph/"
SHAPES_IRI = BASE_IRI + "shapes#"
COMMENT = NamedNode(terms.RDFS + "comment")
FAULT = "urn:fault:"
FAULTS = tuple(sorted((HERE / "faults").glob("*.trig")))
COUNT = 553

Found = tuple[str, str, str, str, str]
"""Severity, code, component, shape and focus, as a fixture's head writes them."""

CONSTRAINTS = (
    *("class", "datatype", "nodeKind"),
    *("minCount", "maxCount"),
    *("minExclusive", "minInclusive", "maxExclusive", "maxInclusive"),
    *("minLength", "maxLength", "pattern", "languageIn", "uniqueLang"),
    *("equals", "disjoint", "lessThan", "lessThanOrEquals"),
    *("not", "and", "or", "xone"),
    *("node", "qualifiedMinCount", "qualifiedMaxCount"),
    *("closed", "hasValue", "in"),
)
COMPONENTS = {name: name[0].upper() + name[1:] for name in CONSTRAINTS} | {"sparql": "SPARQL"}
"""The parameters that make a constraint, each with its component (SHACL, clauses 4 and 5)."""


def sh(name: str) -> NamedNode:
    return NamedNode(terms.SH + name)


@functools.cache
def builtin() -> Graph:
    return built_in_graph()


@functools.cache
def base() -> Graph:
    return load_graph(Project.open(HERE / "base"))


@functools.cache
def rules() -> tuple[SparqlRule, ...]:
    """The rules beside the shapes; those of hygiene have tests of their own."""
    project = Project.builtin()
    own = (path for path in project.rule_files() if path.parent.name == "shapes")
    return tuple(read_rule(path, project.relative(path)) for path in own)


@functools.cache
def shapes() -> dict[NamedNode, dict[NamedNode, list[Term]]]:
    """The shapes by name; the blank nodes of lists and paths are left out."""
    found: dict[NamedNode, dict[NamedNode, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for triple in builtin().shapes:
        if isinstance(triple.subject, NamedNode):
            found[triple.subject][triple.predicate].append(triple.object)
    return found


@functools.cache
def reporting_shapes() -> dict[NamedNode, tuple[str, ...]]:
    """The shapes that make findings of their own, each with its components: those with targets, and their properties.

    What is an operand of another (of sh:or, sh:not, sh:node, sh:qualifiedValueShape) reports nothing itself.
    """
    targets = [sh(f"target{name}") for name in ("Class", "Node", "SubjectsOf", "ObjectsOf")]
    waiting = [name for name, values in shapes().items() if any(target in values for target in targets)]
    seen: dict[NamedNode, tuple[str, ...]] = {}
    while waiting:
        name = waiting.pop()
        if name not in seen:
            values = shapes()[name]
            seen[name] = tuple(component for key, component in COMPONENTS.items() if sh(key) in values)
            waiting += [value for value in values[sh("property")] if isinstance(value, NamedNode)]
    return {name: components for name, components in sorted(seen.items(), key=str) if components}


def local(iri: Term) -> str:
    assert isinstance(iri, NamedNode)
    return iri.value.removeprefix(SHAPES_IRI)


def text(shape: NamedNode, name: str) -> str:
    return the_text(shape, sh(name))


def objects(node: Term, predicates: set[NamedNode]) -> Iterator[Term]:
    """What is reached from a node by some predicates."""
    for triple in builtin().shapes:
        if triple.subject == node and triple.predicate in predicates:
            yield triple.object
            yield from objects(triple.object, predicates)


def the_text(shape: NamedNode, predicate: NamedNode) -> str:
    values = shapes()[shape][predicate]
    assert len(values) == 1, f"{shape} has {len(values)} of {predicate}"
    assert isinstance(values[0], Literal | NamedNode)
    return values[0].value


# The fixtures: one fault each.


@dataclass(frozen=True)
class Fault:
    """One fixture: its expectations, and its changes by the name of their graph."""

    name: str
    expected: frozenset[Found]
    changes: dict[str, tuple[Triple, ...]]

    @property
    def triples(self) -> tuple[Triple, ...]:
        return tuple(triple for triples in self.changes.values() for triple in triples)

    @functools.cached_property
    def parts(self) -> frozenset[tuple[str, str]]:
        """What the fault is about: nodes, each with the property that changes or the shape that finds something."""
        changed = {(t.subject.value, t.predicate.value) for t in self.triples if isinstance(t.subject, NamedNode)}
        return frozenset(changed | {(BASE_IRI + focus, shape) for *_, shape, focus in self.expected})

    @functools.cached_property
    def typed(self) -> frozenset[str]:
        """The nodes whose type changes, and with it everything about them."""
        return frozenset(node for node, part in self.parts if part == terms.TYPE.value)

    @functools.cached_property
    def nodes(self) -> frozenset[str]:
        objects = {triple.object.value for triple in self.triples if isinstance(triple.object, NamedNode)}
        return frozenset({node for node, _ in self.parts} | objects)

    def is_apart_from(self, other: Fault) -> bool:
        """Whether neither fault can change what the other gives."""
        return not (self.parts & other.parts or self.typed & other.nodes or self.nodes & other.typed)


@functools.cache
def fault(path: Path) -> Fault:
    content = path.read_bytes()
    expected = re.findall(r"^# expect: (\S+) (\S+) (\S+) (\S+) (\S+)$", content.decode(), re.MULTILINE)
    assert expected, f"{path.name} expects nothing"
    changes: dict[str, list[Triple]] = defaultdict(list)
    for quad in parse(content, format=RdfFormat.TRIG):
        assert isinstance(quad.graph_name, NamedNode), f"{path.name}: a statement in no named graph"
        changes[quad.graph_name.value.removeprefix(FAULT)].append(quad.triple)
    assert set(changes) <= {"removed", "added", "described", "unclaimed", "unasserted"}, path.name
    return Fault(path.stem, frozenset(expected), {name: tuple(triples) for name, triples in changes.items()})


def published(faults: Iterable[Fault]) -> tuple[Triple, ...]:
    """The base, the built-in ontology and the claims, with the faults."""
    changes: dict[str, list[Triple]] = defaultdict(list)
    for one in faults:
        for name, triples in one.changes.items():
            changes[name] += triples
    described = (triple for source in base().sources for triple in source.parsed.triples)
    facts = distinct((*base().facts, *described, *builtin().ontology))
    removed = set(matching(changes["removed"], facts))
    unasserted = set(matching(changes["unasserted"], facts))
    unclaimed = removed | set(matching(changes["unclaimed"], facts))
    passage = base().sources[1].passages["01"]
    claims = [claim for claim in base().claims if claim.triple not in unclaimed]
    claims += [Claim(triple, passage, terms.basis("stated")) for triple in changes["added"]]
    kept = (triple for triple in facts if triple not in removed | unasserted)
    claimed = (triple for claim in claims for triple in claim.triples())
    return distinct((*kept, *changes["added"], *changes["described"], *claimed))


def matching(patterns: Iterable[Triple], facts: Iterable[Triple]) -> Iterator[Triple]:
    """The facts that are meant; each pattern must mean one at least."""
    by_start = defaultdict(list)
    for fact in facts:
        by_start[fact.subject, fact.predicate].append(fact)
    for pattern in patterns:
        wanted = pattern.object
        is_wild = isinstance(wanted, Literal) and wanted.value == "*"
        found = [
            fact
            for fact in by_start[pattern.subject, pattern.predicate]
            if fact.object == wanted
            or (is_wild and (not wanted.language or getattr(fact.object, "language", None) == wanted.language))
        ]
        assert found, f"not in the base: {pattern}"
        yield from found


def findings(data: tuple[Triple, ...]) -> frozenset[Found]:
    """What the shapes and the rules find."""
    found = {as_expected(finding) for finding in validate(data, builtin().shapes)}
    store = EmbeddedStore(Quad(triple.subject, triple.predicate, triple.object) for triple in data)
    for rule in rules():
        solutions = store.query(rule.query)
        assert isinstance(solutions, QuerySolutions)
        file = rule.path.removeprefix("shapes/")
        found |= {(rule.severity.value, rule.code, "-", file, relative(s["focus"].value)) for s in solutions}
    return frozenset(found)


def as_expected(finding: Finding) -> Found:
    component = finding.component.removeprefix(terms.SH).removesuffix("ConstraintComponent")
    shape = finding.shape.removeprefix(SHAPES_IRI)
    return finding.severity.value, finding.code, component, shape, relative(finding.focus)


def relative(focus: str) -> str:
    return focus.removeprefix(BASE_IRI)


@functools.cache
def batches() -> tuple[tuple[Path, ...], ...]:
    """The fixtures in groups whose members touch different things, so that one validation serves a group."""
    groups: list[list[Path]] = []
    for path in FAULTS:
        free = (group for group in groups if all(fault(path).is_apart_from(fault(other)) for other in group))
        group = next(free, None)
        if group is None:
            groups.append([path])
        else:
            group.append(path)
    return tuple(tuple(group) for group in groups)


@functools.cache
def results() -> dict[Path, frozenset[Found]]:
    """What each fixture gives.

    A group whose findings together are exactly what its members expect is settled; else its halves are looked at, so
    that in the end a surprising fixture is validated alone.
    """
    found: dict[Path, frozenset[Found]] = {}
    waiting = list(batches())
    while waiting:
        paths = waiting.pop()
        together = findings(published([fault(path) for path in paths]))
        if len(paths) == 1:
            found[paths[0]] = together
        elif together == frozenset().union(*(fault(path).expected for path in paths)):
            found |= {path: fault(path).expected for path in paths}
        else:
            middle = len(paths) // 2
            waiting += [paths[:middle], paths[middle:]]
    return found


def indexed(triples: Iterable[Triple]) -> Index:
    index = Index()
    index.add_triples(triples)
    return index


@pytest.mark.slow
@pytest.mark.parametrize("paths", batches(), ids=lambda paths: f"{len(paths)} faults")
def test_the_reference_engine_finds_the_same_in_every_fixture(paths: tuple[Path, ...]) -> None:
    data = indexed(published([fault(path) for path in paths]))
    validation = run_validation(data, indexed(builtin().shapes), engine="both")
    assert validation.differences == ()
    assert len(validation.results) >= sum(not path.name.startswith("R") for path in paths), "rules are no shapes"


@pytest.mark.slow
def test_the_reference_engine_finds_the_same_in_the_built_in_project() -> None:
    data = indexed(distinct((*builtin().default_graph(), *builtin().ontology)))
    validation = run_validation(data, indexed(builtin().shapes), engine="both")
    assert validation.differences == ()
    assert len(validation.results) > 100


@pytest.mark.parametrize("path", FAULTS, ids=lambda path: path.stem)
def test_a_fault_gives_exactly_what_it_must(path: Path) -> None:
    assert results()[path] == fault(path).expected


def test_the_base_conforms() -> None:
    assert not base().problems
    assert findings(published([])) == frozenset()


def test_every_fixture_is_run() -> None:
    assert len(FAULTS) == COUNT
    assert sum(len(paths) for paths in batches()) == COUNT
    assert {path.name for path in (HERE / "faults").iterdir()} == {path.name for path in FAULTS}


def test_a_fixture_is_named_after_what_it_is_about() -> None:
    for path in FAULTS:
        code = "SCOG-" + path.stem.split("-")[0]
        assert any(found[1] == code for found in fault(path).expected), path.name


# The shapes: each says what it wants, and each has a fixture.


def test_there_are_shapes() -> None:
    assert len(reporting_shapes()) > 190
    assert len(rules()) == 27


@pytest.mark.parametrize("shape", reporting_shapes(), ids=local)
def test_every_constraint_of_a_shape_has_a_failing_fixture(shape: NamedNode) -> None:
    failing = {(found[2], found[3]) for path in FAULTS for found in fault(path).expected}
    assert {(component, local(shape)) for component in reporting_shapes()[shape]} <= failing


@pytest.mark.parametrize("shape", reporting_shapes(), ids=local)
def test_a_shape_says_what_it_wants(shape: NamedNode) -> None:
    values = shapes()[shape]
    is_property_shape = bool(values[sh("path")])
    name, description = (sh("name"), sh("description")) if is_property_shape else (terms.LABEL, COMMENT)
    for said in (name, description, sh("message")):
        assert [v.language for v in values[said] if isinstance(v, Literal)] == ["en"], said
        assert the_text(shape, said).strip()
    assert re.match(r"SCOG-[A-Z]\d\d: [^A-Z]", text(shape, "message"))
    assert the_text(shape, description).endswith(".")
    assert text(shape, "severity").removeprefix(terms.SH) in ("Violation", "Warning", "Info")
    if not is_property_shape:
        # The domain of these is sh:PropertyShape: an engine that infers from it refuses a node shape with one.
        assert not [key for key in ("name", "description", "group", "order", "defaultValue") if values[sh(key)]]
        return
    assert text(shape, "order").isdecimal()
    group = shapes()[NamedNode(text(shape, "group"))]
    assert group[terms.TYPE] == [sh("PropertyGroup")]
    assert group[terms.LABEL]


def test_codes_are_unique() -> None:
    codes = [text(shape, "message").split(":")[0] for shape in reporting_shapes()] + [rule.code for rule in rules()]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)
def test_every_rule_has_a_failing_fixture(rule: SparqlRule) -> None:
    assert rule.hint
    assert rule.code in {found[1] for path in FAULTS for found in fault(path).expected}


def test_only_lists_paths_and_what_is_copied_are_blank_nodes() -> None:
    typed = {t.object for t in builtin().shapes if isinstance(t.subject, BlankNode) and t.predicate == terms.TYPE}
    paths = {sh("inversePath"), sh("alternativePath"), sh("oneOrMorePath"), terms.FIRST, terms.REST}
    copied = {terms.TYPE, sh("class"), sh("in"), sh("or"), sh("path"), sh("minCount"), sh("maxCount")}
    blank = {t.predicate for t in builtin().shapes if isinstance(t.subject, BlankNode)}
    assert typed == {sh("NodeShape")}, "one engine knows no shape by being negated alone"
    assert blank <= paths | copied


def test_no_shape_stands_under_two_negations() -> None:
    """An engine that others build on gives a shape the targets of the first shape that refers to it, and so finds what
    is not there where that is negated (RDF4J 5.1, tests/clients); a shape that is negated is written where it is used.
    """
    operands: dict[Term, list[Term]] = defaultdict(list)
    lists = {t.subject: t for t in builtin().shapes if t.predicate == terms.FIRST}
    rest = {t.subject: t.object for t in builtin().shapes if t.predicate == terms.REST}
    negations = 0
    for triple in builtin().shapes:
        if triple.predicate == sh("not"):
            negations += 1
            operands[triple.object].append(triple.subject)
        elif triple.predicate == sh("xone"):
            node: Term = triple.object
            while node in lists:
                negations += 1
                operands[lists[node].object].append(triple.subject)
                node = rest[node]
    assert negations >= 20
    assert [operand for operand, users in operands.items() if len(users) > 1] == []
    negated = [values[sh("not")] for values in shapes().values() if sh("not") in values]
    assert len(negated) == 20
    assert {len(values) for values in negated} == {1}, "another engine reads one negation of a shape"


def test_every_shape_is_used() -> None:
    used = {t.object for t in builtin().shapes} | set(reporting_shapes())
    targets = {sh(f"target{name}") for name in ("Class", "Node", "SubjectsOf", "ObjectsOf")}
    naming = {terms.TYPE, sh("name"), sh("path")}  # it demands nothing: pages show its name
    for name, values in shapes().items():
        if set(values) == naming:
            continue
        if {sh("NodeShape"), sh("PropertyShape"), sh("SPARQLConstraint")} & set(values[terms.TYPE]):
            assert name in used or targets & set(values), name


def test_warnings_are_in_a_file_of_their_own() -> None:
    for parsed in builtin().shapes_files:
        severities = {t.object for t in parsed.triples if t.predicate == sh("severity")}
        if parsed.path == "shapes/recommended.ttl":
            assert severities == {sh("Warning"), sh("Info")}
        else:
            assert severities <= {sh("Violation")}


def test_sparql_stays_within_what_shacl_allows() -> None:
    selects = [values[sh("select")] for values in shapes().values() if values[sh("select")]]
    assert len(selects) == sum("SPARQL" in components for components in reporting_shapes().values())
    for (select,) in selects:
        assert isinstance(select, Literal)
        # SHACL, clause 5.2.1 and appendix A: no MINUS, SERVICE or VALUES, and each SELECT carries $this.
        assert not re.search(r"\b(MINUS|SERVICE|VALUES)\b", select.value)
        assert all("$this" in part for part in re.findall(r"SELECT([^{]*)", select.value))
    for name, values in shapes().items():
        assert len(values[sh("sparql")]) < 2, f"{name}: one message, one query"


# What the shapes take from the ontology.


def test_every_domain_of_the_ontology_is_a_shape() -> None:
    domain = NamedNode(terms.RDFS + "domain")
    said = {(t.subject, t.object) for t in builtin().ontology if t.predicate == domain}
    held = {
        (used, values[sh("class")][0])
        for name, values in shapes().items()
        for used in values[sh("targetSubjectsOf")]
        if local(name).endswith("User")
    }
    own = {(used, wanted) for used, wanted in said if str(used).startswith(f"<{terms.SCOG}")}
    assert own
    assert held == own


def test_every_property_of_the_ontology_has_a_property_shape() -> None:
    kinds = (terms.OBJECT_PROPERTY, terms.DATATYPE_PROPERTY)
    own = {t.subject for t in builtin().ontology if t.predicate == terms.TYPE and t.object in kinds}
    own = {term for term in own if str(term).startswith(f"<{terms.SCOG}")}
    shaped = {path for shape in reporting_shapes() for path in shapes()[shape][sh("path")]}
    assert own
    assert own - shaped == set()


def test_every_date_is_held_to_the_three_forms() -> None:
    date = NamedNode(terms.XSD + "date")
    dates = {t.subject for t in builtin().ontology if t.predicate == terms.RANGE_INCLUDES and t.object == date}
    held = {path for shape in reporting_shapes() for path in shapes()[shape][sh("path")] if sh("or") in shapes()[shape]}
    assert dates
    assert dates - held == set()


def test_the_two_lists_of_what_needs_no_claim_agree() -> None:
    triples = {(t.subject, t.predicate): t.object for t in builtin().shapes}
    node = triples[NamedNode(SHAPES_IRI + "ExemptType"), sh("in")]
    listed = []
    while node != terms.NIL:
        listed.append(triples[node, terms.FIRST])
        node = triples[node, terms.REST]
    query = triples[NamedNode(SHAPES_IRI + "SourcedFact-query"), sh("select")]
    assert isinstance(query, Literal)
    (pattern,) = re.findall(r'REGEX\(STR\(\?exempt\), "([^"]+)"\)', query.value)
    names = {term.value for t in builtin().ontology for term in (t.subject, t.object) if isinstance(term, NamedNode)}
    exempt = {term.value for term in listed if isinstance(term, NamedNode)}
    assert len(exempt) == len(listed) == 17
    assert {name for name in names | exempt if re.search(pattern, name)} == exempt


def test_rigid_classes_are_disjoint_pair_by_pair() -> None:
    only = {local(name): values for name, values in shapes().items() if local(name).endswith("Only")}
    targets = {name: values[sh("targetClass")][0] for name, values in only.items()}
    classes = set(targets.values()) | {terms.CLAIM}
    pairs = {
        frozenset((targets[name], kind))
        for name, values in only.items()
        for negated in values[sh("not")]
        for kind in objects(negated, {sh("class"), sh("or"), terms.FIRST, terms.REST})
        if kind in classes
    }
    assert len(classes) == 14
    assert len(pairs) == 14 * 13 / 2
    both = [Triple(NamedNode(f"urn:pair:{n}"), terms.TYPE, c) for n, pair in enumerate(pairs) for c in pair]
    found = {f.focus for f in validate(both, builtin().shapes) if f.component == terms.SH + "NotConstraintComponent"}
    assert found == {f"urn:pair:{n}" for n in range(len(pairs))}


# The shapes of provenance, which the tool holds every sourced project to.


def test_provenance_shapes_stand_alone() -> None:
    path = Project.builtin().root / PROVENANCE_SHAPES
    own = parse_rdf(read_bytes(path), RDF_FORMATS_BY_NAME["ttl"], PROVENANCE_SHAPES).triples
    said = {t.subject for t in own}
    named = {t.object for t in own if isinstance(t.object, NamedNode) and t.object.value.startswith(SHAPES_IRI)}
    assert named <= said
    used = {term.value for t in own for term in (t.predicate, t.object) if isinstance(term, NamedNode)}
    foreign = {term for term in used if term.startswith(terms.SCOG)} - terms.PROVENANCE_TERMS
    assert foreign == set()
    data = published([])
    facts_only = [t for t in data if not str(t.subject).startswith(f"<{terms.SCOG}")]
    assert validate(facts_only, own) == []


# The built-in project, and copies of it that were tampered with.


def test_the_built_in_project_has_no_violation() -> None:
    graph = builtin()
    found = validate(distinct((*graph.default_graph(), *graph.ontology)), graph.shapes)
    assert [str(finding) for finding in found if finding.severity == Severity.ERROR] == []


@functools.cache
def claims_of_facts() -> dict[Triple, tuple[Claim, ...]]:
    """The asserted facts, each with its claims; those that are also on record as possible are left out."""
    found: dict[Triple, list[Claim]] = defaultdict(list)
    for claim in builtin().claims:
        found[claim.triple].append(claim)
    asserted = set(map(terms.basis, terms.ASSERTED_BASES))
    return {fact: tuple(claims) for fact, claims in found.items() if {claim.basis for claim in claims} <= asserted}


def samples(left_out: Iterable[Triple] = ()) -> tuple[Triple, ...]:
    """A fact for every predicate and every basis, as far as there is one that is not left out."""
    facts = {fact: claims for fact, claims in claims_of_facts().items() if fact not in set(left_out)}
    by_predicate = {fact.predicate: fact for fact in facts}
    by_basis = {claim.basis: fact for fact, claims in facts.items() for claim in claims}
    return distinct((*by_predicate.values(), *by_basis.values()))


def tampered(remove: Iterable[Triple], add: Iterable[Triple] = ()) -> list[Finding]:
    """The violations in a copy of what is published, with triples taken away and put in."""
    graph = builtin()
    gone = set(remove)
    assert gone <= set(graph.default_graph())
    kept = (triple for triple in graph.default_graph() if triple not in gone)
    found = validate(distinct((*kept, *add, *graph.ontology)), graph.shapes)
    return [finding for finding in found if finding.severity == Severity.ERROR]


def test_the_samples_are_of_every_kind() -> None:
    claims = [claim for fact in samples() for claim in claims_of_facts()[fact]]
    assert {fact.predicate for fact in samples()} == {fact.predicate for fact in claims_of_facts()}
    assert {claim.basis for claim in claims} == set(map(terms.basis, terms.ASSERTED_BASES))
    assert len(samples()) >= 20


def test_each_fact_that_is_removed_and_each_claim_that_loses_a_triple_is_found() -> None:
    removed = samples()
    claims = [claims_of_facts()[fact][0] for fact in samples(left_out=removed)[:6]]
    lost = [tuple(claim.triples())[number] for number, claim in enumerate(claims)]
    assert len({triple.predicate for triple in lost}) == len(tuple(claims[0].triples()))
    found = tampered((*removed, *lost))
    orphans = {claim.iri for fact in removed for claim in claims_of_facts()[fact]}
    assert {finding.value for finding in found if finding.code == "SCOG-P40"} == set(map(str, orphans))
    for claim in claims:
        assert any(claim.iri.value in (f.focus, f.value.strip("<>")) for f in found), claim


def test_each_claim_that_is_removed_and_each_literal_that_is_changed_is_found() -> None:
    unclaimed = samples()
    changed = [fact for fact in samples(left_out=unclaimed) if isinstance(fact.object, Literal)]
    assert len(changed) >= 5
    new = [Triple(fact.subject, fact.predicate, other(fact.object)) for fact in changed]
    claims = (triple for fact in unclaimed for claim in claims_of_facts()[fact] for triple in claim.triples())
    found = tampered((*claims, *changed), new)
    orphans = {claim.iri for fact in changed for claim in claims_of_facts()[fact]}
    assert {finding.value for finding in found if finding.code == "SCOG-P40"} == set(map(str, orphans))
    assert unsourced(found) == {(fact.subject.value, str(fact.object)) for fact in (*unclaimed, *new)}


def unsourced(found: Iterable[Finding]) -> set[tuple[str, str]]:
    """The subject and the object of each fact that is found to have no claim."""
    return {(finding.focus, finding.value) for finding in found if finding.code in ("SCOG-P41", "SCOG-P44")}


def other(literal: Literal) -> Literal:
    """Another value of the same form."""
    last = literal.value[-1]
    value = literal.value[:-1] + ("x" if not last.isdigit() else "5" if last == "6" else "6")
    if literal.language:
        return Literal(value, language=literal.language)
    return Literal(value, datatype=literal.datatype)
