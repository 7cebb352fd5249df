"""The rules about classes, restrictions and hierarchies: L05, L07, L08, L17."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import BlankNode, Literal, NamedNode

from scograph.checks.owl_lite import vocabulary as words
from scograph.checks.owl_lite.index import NodeKind, OntologyIndex, finding, name
from scograph.checks.owl_lite.vocabulary import LOGICAL, Role
from scograph.datatypes import WHOLE_NUMBERS, is_well_typed
from scograph.model import Finding, Node, Term
from scograph.terms import OWL, RDFS

_MIN_MEMBERS = 2


def subclass_operands(graph: OntologyIndex) -> Iterator[Finding]:
    """L05. Find sub-class and equivalence axioms between anything but a class name and a class name or restriction.

    Wrong, because OWL 1 Lite has no other class expressions on either side, and the left side is always a name. Put
    right by naming the class, or by turning the axiom round. OWL 1 Reference, clause 8.3 (subClassOf,
    equivalentClass); OWL 1 Semantics and Abstract Syntax, clause 2.3.1.1.
    """
    for subject, predicate, object_ in graph.pairs(words.SUB_CLASS_OF, words.EQUIVALENT_CLASS):
        verb = name(NamedNode(predicate))
        if not graph.is_class(subject) and not graph.is_silenced(subject):
            what = graph.what(subject)
            message = f"the subject of {verb}, {graph.name(subject)}, is {what}, not a class name"
            yield finding("L05", graph.focus(subject), message, "put a class name there", (predicate, object_))
        if not (graph.is_class(object_) or graph.is_restriction(object_) or graph.is_silenced(object_)):
            message = f"{graph.name(subject)} has {verb} {graph.name(object_)}, {graph.what(object_)}"
            hint = "use a class name, or a restriction"
            yield finding("L05", graph.focus(subject), message, hint, (predicate, object_))


def intersections(graph: OntologyIndex) -> Iterator[Finding]:
    """L07. Find `owl:intersectionOf` whose list is broken, too short, or holds more than class names and restrictions.

    Wrong, because OWL 1 Lite defines a *named* class by an intersection of at least two names or restrictions. Put
    right by a well-formed list of those; for one operand use `owl:equivalentClass`. An intersection on a blank node is
    a class expression: the rule of the place that it stands in tells of it.
    OWL 1 Reference, clause 8.3 (intersectionOf); OWL 1 Semantics and Abstract Syntax, clause 2.3.1.1.
    """
    for subject, _, head in graph.pairs(words.INTERSECTION_OF):
        if isinstance(subject, BlankNode) or graph.is_silenced(subject):
            continue
        members, fault = graph.members(head)
        if not graph.is_a(subject, Role.CLASS):
            fault = f"its subject is {graph.what(subject)}, not a class"
        elif not fault and len(members) < _MIN_MEMBERS:
            fault = f"its list has {len(members)} member{'s' * (len(members) != 1)}, not two or more"
        elif not fault:
            wrong = [
                member
                for member in members
                if not (graph.is_class(member) or graph.is_restriction(member) or graph.is_silenced(member))
            ]
            fault = f"its member {graph.name(wrong[0])} is {graph.what(wrong[0])}" if wrong else ""
        if fault:
            hint = "give a list of two or more class names or restrictions"
            message = f"the owl:intersectionOf of {name(subject)} is not OWL 1 Lite: {fault}"
            yield finding("L07", subject, message, hint, (words.INTERSECTION_OF, head))


def restrictions(graph: OntologyIndex) -> Iterator[Finding]:
    """L08. Find restrictions that are not one property and one constraint that OWL 1 Lite has.

    Wrong, because a restriction is a blank node of type `owl:Restriction` with one `owl:onProperty` and one of
    `owl:allValuesFrom`, `owl:someValuesFrom` (with a class name, or a datatype for a datatype property) and the three
    cardinalities (0 or 1), and nothing else. Put right by one restriction for each constraint, a named filler, and a
    shape for larger numbers. OWL 1 Reference, clauses 3.1.2 and 8.3; OWL 1 Semantics and Abstract Syntax, clause
    2.3.1.2.
    """
    named = (node for node, kind in graph.by_predicate.get(words.TYPE, ()) if _is_restriction_type(kind))
    for node in named:
        if isinstance(node, NamedNode):
            message = f"{name(node)} is an owl:Restriction with a name"
            yield finding("L08", node, message, "make the restriction a blank node, and the name a class under it")
    for blank, shape in graph.shapes.items():
        if shape == NodeKind.RESTRICTION and blank not in graph.faulty:
            for fault, hint in _restriction_faults(graph, blank):
                yield finding("L08", graph.focus(blank), f"{graph.name(blank)}: {fault}", hint)


def _is_restriction_type(kind: Term) -> bool:
    return isinstance(kind, NamedNode) and kind.value == words.RESTRICTION


def _restriction_faults(graph: OntologyIndex, node: BlankNode) -> Iterator[tuple[str, str]]:
    about = graph.about.get(node, [])
    types = {kind.value if isinstance(kind, NamedNode) else str(kind) for kind in graph.types.get(node, ())}
    if words.RESTRICTION not in types:
        yield "it is not typed as an owl:Restriction", "add `a owl:Restriction`"
    if types - {words.RESTRICTION, OWL + "Class", RDFS + "Class"}:
        yield "it has another type beside owl:Restriction", "leave the other type out"
    properties = [object_ for predicate, object_ in about if predicate == words.ON_PROPERTY]
    constraints = [(predicate, object_) for predicate, object_ in about if predicate in words.CONSTRAINTS]
    if len(properties) != 1:
        yield f"it has {len(properties)} owl:onProperty, not one", "name the one property that it restricts"
    if len(constraints) != 1:
        yield f"it has {len(constraints)} constraints, not one", "write one restriction for each constraint"
    # A restriction on the left of an axiom is L05's affair.
    allowed = words.CONSTRAINTS | {words.ON_PROPERTY, words.TYPE, words.SUB_CLASS_OF, words.EQUIVALENT_CLASS}
    extra = sorted({predicate for predicate, _ in about if predicate not in allowed})
    if extra:
        shown = ", ".join(name(NamedNode(predicate)) for predicate in extra)
        yield f"it says more than a restriction does: {shown}", "say that of a named class"
    if len(properties) == len(constraints) == 1:
        yield from _constraint_faults(graph, properties[0], *constraints[0])


def _constraint_faults(graph: OntologyIndex, property_: Term, predicate: str, value: Term) -> Iterator[tuple[str, str]]:
    if not isinstance(property_, NamedNode) or not (graph.is_a(property_, *LOGICAL) or graph.is_silenced(property_)):
        fault = f"its property {graph.name(property_)} is {graph.what(property_)}"
        yield fault, "restrict an object property or a datatype property"
    if predicate in words.CARDINALITIES:
        if not _is_zero_or_one(value):
            shown = f"{name(NamedNode(predicate))} {name(value)}"
            yield f"its {shown} is not 0 or 1", 'use "0" or "1" with xsd:nonNegativeInteger, or count in a shape'
    elif not graph.is_silenced(value):
        wanted = Role.DATATYPE if graph.is_a(property_, Role.DATATYPE_PROPERTY) else Role.CLASS
        known = graph.is_a(property_, *LOGICAL)
        if not isinstance(value, NamedNode) or (known and not graph.is_a(value, wanted)):
            kind = "a datatype" if wanted == Role.DATATYPE else "a class name"
            fault = f"its filler {graph.name(value)} is {graph.what(value)}, not {kind}"
            yield fault, f"fill it with {kind}"


def _is_zero_or_one(value: Term) -> bool:
    """Whether a literal's value is 0 or 1; any whole-number datatype will do (clause 4.2)."""
    if not isinstance(value, Literal) or value.datatype.value not in WHOLE_NUMBERS:
        return False
    return (
        is_well_typed(value.value, value.datatype.value)
        and value.value.lstrip("+-0") in ("", "1")
        and (not value.value.startswith("-") or not value.value.strip("-0"))
    )


def no_cycles(graph: OntologyIndex) -> Iterator[Finding]:
    """L17. Find classes that are their own superclasses, and properties that are their own super-properties.

    Wrong, because such names all mean the same, which is seldom meant, and never said so that a reader sees it (OWL 1
    Lite itself would allow it: this rule is the profile's own). Put right by removing an axiom of the circle, or by
    `owl:equivalentClass` or `owl:equivalentProperty`. OWL 1 Reference, clauses 3.2.1, 3.2.2 and 4.1.1.
    """
    above: dict[Node, list[Node]] = defaultdict(list)
    for subject, _, object_ in graph.pairs(words.SUB_CLASS_OF, words.SUB_PROPERTY_OF):
        if isinstance(object_, NamedNode):
            above[subject].append(object_)
    for subject, _, head in graph.pairs(words.INTERSECTION_OF):
        above[subject].extend(member for member in graph.members(head)[0] if isinstance(member, NamedNode))
    for circle in _circles(above):
        names = sorted(circle, key=str)
        kind, verb = (
            ("property", "equivalentProperty") if graph.is_a(names[0], *LOGICAL) else ("class", "equivalentClass")
        )
        others = ", ".join(name(node) for node in names[1:])
        message = f"the {kind} {name(names[0])} is above itself" + (f", by way of {others}" if others else "")
        yield finding("L17", names[0], message, f"remove an axiom of the circle, or say owl:{verb}")


def _circles(above: Mapping[Node, Iterable[Node]]) -> Iterator[list[Node]]:
    """The strongly connected components that hold a circle (R. Tarjan, SIAM J. Comput. 1 (1972) 146), unrolled."""
    order: dict[Node, int] = {}
    low: dict[Node, int] = {}
    stack: list[Node] = []
    on_stack: set[Node] = set()
    for root in above:
        work: list[tuple[Node, Iterator[Node]]] = [] if root in order else [(root, iter(above[root]))]
        while work:
            node, rest = work[-1]
            if node not in order:
                order[node] = low[node] = len(order)
                stack.append(node)
                on_stack.add(node)
            following = next(rest, None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == order[node]:
                    circle = _pop_until(stack, node)
                    on_stack.difference_update(circle)
                    if len(circle) > 1 or node in above.get(node, ()):
                        yield circle
            elif following not in order:
                work.append((following, iter(above.get(following, ()))))
            elif following in on_stack:
                low[node] = min(low[node], order[following])


def _pop_until(stack: list[Node], last: Node) -> list[Node]:
    popped = [stack.pop()]
    while popped[-1] != last:
        popped.append(stack.pop())
    return popped
