"""Shapes without SHACL-SPARQL, for engines that have SHACL Core alone (SHACL, clauses 4 to 6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import BlankNode, NamedNode, Triple

from scograph import terms
from scograph.checks.shacl.vocabulary import CORE_PARAMETERS
from scograph.model import Term

_ON_SHAPES = ("sparql", "target", "rule", "js", "expression", "values")
"""What shapes have of SHACL-SPARQL, of SHACL's advanced features and of SHACL-JS."""
_DEFINITIONS = (
    *("ConstraintComponent", "SPARQLConstraint", "SPARQLAskValidator", "SPARQLSelectValidator", "Parameter"),
    *("SPARQLTarget", "SPARQLTargetType", "SPARQLFunction", "SPARQLRule", "TripleRule", "JSConstraint"),
)
_NOT_CONSTRAINTS = ("sparql", "flags", "ignoredProperties")
_SINGLE, _LISTS = ("property", "node", "not", "qualifiedValueShape"), ("and", "or", "xone")


def _sh(*names: str) -> frozenset[NamedNode]:
    return frozenset(NamedNode(terms.SH + name) for name in names)


_PROPERTY = NamedNode(f"{terms.SH}property")
_CONSTRAINTS = _sh(*CORE_PARAMETERS) - _sh(*_NOT_CONSTRAINTS)
_DEFINING = _sh("sparql", "target", "rule", "js", "declare")
"""What points at a query, a script, or prefixes for queries."""
_NEGATING = _sh("not", "xone", "qualifiedValueShape")
"""What can find more where another shape finds less."""
_QUALIFIED = _sh("qualifiedValueShape", "qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShapesDisjoint")


def core_shapes(triples: Sequence[Triple]) -> tuple[Triple, ...]:
    """Leave what is not SHACL Core out of shapes.

    What is left finds nothing that the whole does not find: a negation of a shape that lost something is left out too,
    and so is a shape that asks for nothing any more.

    Args:
        triples: The shapes.

    Returns:
        The triples that are left, in their order; all of them where nothing is beyond SHACL Core.

    Example:
        >>> from pyoxigraph import RdfFormat, parse
        >>> shapes = parse(
        ...     b"@prefix sh: <http://www.w3.org/ns/shacl#> ."
        ...     b"<urn:A> sh:targetClass <urn:C> ; sh:nodeKind sh:IRI ; sh:sparql <urn:Q> ."
        ...     b"<urn:Q> a sh:SPARQLConstraint ; sh:select 'SELECT $this {}' .",
        ...     format=RdfFormat.TURTLE,
        ... )
        >>> sorted({quad.predicate.value.partition("#")[2] for quad in core_shapes([q.triple for q in shapes])})
        ['nodeKind', 'targetClass']
    """
    return _Core(triples).left()


class _Core:
    """Shapes, and what of them is left out so far."""

    def __init__(self, triples: Sequence[Triple]) -> None:
        self._triples = triples
        self._gone: set[Triple] = set()
        self._by_subject: defaultdict[Term, list[Triple]] = defaultdict(list)
        self._by_object: defaultdict[Term, list[Triple]] = defaultdict(list)
        for triple in triples:
            self._by_subject[triple.subject].append(triple)
            self._by_object[triple.object].append(triple)

    def left(self) -> tuple[Triple, ...]:
        weaker = self._weaker_shapes()
        if not (weaker or self._of_types(_DEFINITIONS)):
            return tuple(self._triples)
        definitions = [t.object for t in self._triples if t.predicate in _DEFINING]
        for node in (*definitions, *self._of_types(_DEFINITIONS)):
            self._leave_out(self._by_subject[node])
        self._leave_out(t for t in self._triples if t.predicate in _sh("declare"))
        beyond = self._beyond()
        for node in weaker:
            self._leave_out(t for t in self._by_subject[node] if t.predicate in beyond)
            for triple in self._kept(node):
                if triple.predicate in _NEGATING and not weaker.isdisjoint(self._operands(triple)):
                    is_qualified = triple.predicate in _QUALIFIED
                    self._leave_out(t for t in self._kept(node) if is_qualified and t.predicate in _QUALIFIED)
                    self._leave_out((triple,))
        while sum(map(self._leave_out_empty, weaker)):
            pass
        return tuple(triple for triple in self._triples if triple not in self._gone)

    def _beyond(self) -> frozenset[Term]:
        """The properties of shapes that are not SHACL Core, among them the parameters that the shapes declare."""
        parameters = {t.object for t in self._triples if t.predicate in _sh("parameter")}
        paths = {t.object for node in parameters for t in self._by_subject[node] if t.predicate in _sh("path")}
        return frozenset((*_sh(*_ON_SHAPES), *paths))

    def _weaker_shapes(self) -> frozenset[Term]:
        """The shapes that lose something, and those that refer to them."""
        beyond, weaker = self._beyond(), set[Term]()
        waiting: list[Term] = [t.subject for t in self._triples if t.predicate in beyond]
        users: defaultdict[Term, list[Term]] = defaultdict(list)
        for triple in self._triples:
            for operand in self._operands(triple):
                users[operand].append(triple.subject)
        while waiting:
            node = waiting.pop()
            if node not in weaker:
                weaker.add(node)
                waiting += users[node]
        return frozenset(weaker)

    def _operands(self, triple: Triple) -> Iterator[Term]:
        """The shapes that a constraint refers to."""
        if triple.predicate in _sh(*_SINGLE):
            yield triple.object
        elif triple.predicate in _sh(*_LISTS):
            node, seen = triple.object, set[Term]()
            while node not in seen:
                seen.add(node)
                yield from (t.object for t in self._by_subject[node] if t.predicate == terms.FIRST)
                node = next((t.object for t in self._by_subject[node] if t.predicate == terms.REST), node)

    def _of_types(self, names: Iterable[str]) -> list[Term]:
        return [t.subject for type_ in sorted(_sh(*names), key=str) for t in self._by_object[type_]]

    def _kept(self, node: Term) -> list[Triple]:
        return [triple for triple in self._by_subject[node] if triple not in self._gone]

    def _leave_out_empty(self, node: Term) -> bool:
        """Leave out a shape that asks for nothing any more, where no constraint but sh:property refers to it."""
        kept = self._kept(node)
        users = [triple for triple in self._by_object[node] if triple not in self._gone]
        is_used = any(triple.predicate != _PROPERTY for triple in users)
        if not kept or is_used or any(triple.predicate in _CONSTRAINTS for triple in kept):
            return False
        self._leave_out((*kept, *users))
        return True

    def _leave_out(self, triples: Iterable[Triple]) -> None:
        """Leave triples out, and what is said of blank nodes and definitions that nothing else points at."""
        waiting = [triple for triple in triples if triple not in self._gone]
        while waiting:
            triple = waiting.pop()
            if triple in self._gone:
                continue
            self._gone.add(triple)
            node = triple.object
            if isinstance(node, BlankNode) and all(other in self._gone for other in self._by_object[node]):
                waiting += self._by_subject[node]
