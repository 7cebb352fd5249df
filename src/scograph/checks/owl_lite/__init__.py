"""OWL 1 Lite: whether a graph, ontology or ontology and facts, is an OWL 1 Lite ontology in RDF graph form.

Three documents decide, all W3C Recommendations of 10 February 2004: *OWL Semantics and Abstract Syntax*, whose clause 2
says what an OWL Lite ontology may hold, and whose clause 4 which RDF graphs are one (4.1 the transformation of each
axiom into triples, 4.2 the definition); and *OWL Reference*, whose clauses 8.2 and 8.3 list the limits of OWL DL and
OWL Lite on triples, and whose appendix E gives them as rules of thumb. The third, *OWL Test Cases*, defines the syntax
checker. The rules below are those limits, with five decisions:

- `owl:versionIRI` and `owl:deprecated`, words of OWL 2, are let through as annotations. It is the only exception.
- The profile is stricter than OWL 1 Lite in three things: one header (L01), no circles of sub-classes (L17), and
  imports that the graph itself holds (L19).
- Unnamed individuals are legal in facts where they form trees (L16); a project that wants none says so in a shape.
- The value of an annotation may be any IRI (Semantics and Abstract Syntax, clause 2.1), so that a claim can point at a
  class, a property, or a word of RDF.
- `owl:Thing` may stand wherever a class name may. OWL 2 RL is narrower there: a project that wants to lie inside both
  asks an OWL 2 tool as well.

A fault is told once, by the rule that names its cause: a property that is not declared (L03) is not told again as an
operand of the wrong kind (L11).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Triple

from scograph.checks.owl_lite import classes, facts, names, properties
from scograph.checks.owl_lite.index import OntologyIndex, index
from scograph.model import Finding

__all__ = ["RULES", "Rule", "owl_lite_findings"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the profile.

    Args:
        code: Its stable code.
        check: What finds its violations; its docstring says what, why, how to put it right, and the clause.
    """

    code: str
    check: Callable[[OntologyIndex], Iterator[Finding]]


RULES: tuple[Rule, ...] = (
    Rule("L01", names.one_header),
    Rule("L02", names.vocabulary_terms),
    Rule("L03", names.one_role_declared),
    Rule("L04", names.types_declared),
    Rule("L05", classes.subclass_operands),
    Rule("L07", classes.intersections),
    Rule("L08", classes.restrictions),
    Rule("L09", properties.domains),
    Rule("L10", properties.ranges),
    Rule("L11", properties.property_kinds),
    Rule("L12", properties.characteristics),
    Rule("L13", properties.transitive_are_free),
    Rule("L15", facts.facts_typed),
    Rule("L16", facts.blank_nodes_form_trees),
    Rule("L17", classes.no_cycles),
    Rule("L18", names.datatypes_known),
    Rule("L19", names.imports_local),
)
"""The 17 rules, in the order in which they are applied."""


def owl_lite_findings(triples: Iterable[Triple]) -> Iterator[Finding]:
    """Check that a graph is OWL 1 Lite, in time linear in its size.

    Args:
        triples: The ontology with all that it imports, and, if wanted, facts.

    Returns:
        One finding for each fault, rule by rule; none if the graph is OWL 1 Lite.
    """
    graph = index(triples)
    for rule in RULES:
        yield from rule.check(graph)
