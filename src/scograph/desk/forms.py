"""The form of a thing: its fields, made of the ontology, the shapes, the schemes and what the graph uses already.

Nothing is made for one class. Where the field has words for it, they are used: domains, ranges and functional
properties (OWL 1, clauses 3 and 4), and `sh:path`, `sh:name`, `sh:description`, `sh:order`, `sh:group`, `sh:in`,
`sh:datatype`, `sh:class`, `sh:nodeKind`, `sh:minCount`, `sh:maxCount`, `sh:languageIn`, `sh:or` (SHACL, clauses 2.3.2
and 4).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Triple

from scograph import terms
from scograph.graph import Graph
from scograph.labels import Labels
from scograph.model import Term, distinct

MOST_CHOICES = 500
"""So many concepts or values are offered as a list; of more, names are typed."""
_RDF, _RDFS, _OWL, _SH = terms.RDF, terms.RDFS, terms.OWL, terms.SH
_DOMAIN = NamedNode(f"{_RDFS}domain")
_SUBCLASS_OF = NamedNode(f"{_RDFS}subClassOf")
_SUBPROPERTY_OF = NamedNode(f"{_RDFS}subPropertyOf")
_FUNCTIONAL = NamedNode(f"{_OWL}FunctionalProperty")
_UNION_OF = NamedNode(f"{_OWL}unionOf")
_DEPRECATED = NamedNode(f"{_OWL}deprecated")
_FIRST, _REST = NamedNode(f"{_RDF}first"), NamedNode(f"{_RDF}rest")
_CONCEPT = f"{terms.SKOS}Concept"
_IN_SCHEME = NamedNode(f"{terms.SKOS}inScheme")
_DATES = frozenset(terms.XSD + name for name in ("date", "gYear", "gYearMonth"))
_NUMBERS = frozenset(terms.XSD + name for name in ("integer", "decimal", "double", "float", "nonNegativeInteger"))
_TEXTS = frozenset((terms.XSD + "string", f"{_RDF}langString"))
_PROPERTIES = frozenset(
    NamedNode(_OWL + name) for name in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")
) | {NamedNode(f"{_RDF}Property")}


class Widget(StrEnum):
    """How a value is given."""

    THING = "thing"
    CHOICE = "choice"
    DATE = "date"
    TEXT = "text"
    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    IRI = "iri"


@dataclass(frozen=True, slots=True)
class Field:
    """A property of a thing, as its form asks for it.

    Args:
        property: The property.
        name: Its name, of the shape or of the property.
        help: What it means, in a sentence or two; nothing where nothing says it.
        widgets: How its values are given; several where shapes leave several kinds open.
        classes: What things may be its values; none for any.
        choices: The values that it may have, of `sh:in` or of the concepts that fit, each with its name.
        datatypes: The datatypes of its literals, the first that is usual first.
        languages: The languages that its texts may have; none for any.
        least: How many values a thing has at least.
        most: How many it may have; None without a bound.
        group: The name of its group, or nothing.
        order: Where it stands in the form.
        uses: How many things have it.
    """

    property: NamedNode
    name: str
    help: str
    widgets: tuple[Widget, ...]
    classes: tuple[NamedNode, ...] = ()
    choices: tuple[tuple[Term, str], ...] = ()
    datatypes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    least: int = 0
    most: int | None = None
    group: str = ""
    order: float = 0.0
    uses: int = 0


@dataclass(frozen=True, slots=True)
class _Constraint:
    """What one property shape says of its path, with the parts of a `sh:or` beside each other."""

    values: Mapping[str, tuple[Term, ...]]
    others: tuple[Mapping[str, tuple[Term, ...]], ...]


class Forms:
    """Makes the forms of the things of a graph.

    Args:
        graph: The graph.
        labels: The names of its things, in the languages of the reader.

    Example:
        >>> from scograph import Project
        >>> graph = Project.builtin().load()
        >>> fields = Forms(graph, Labels(graph)).of([NamedNode("https://w3id.org/scograph/ontology#Membership")])
        >>> [field.name for field in fields if field.least]
        ['agent', 'role']
    """

    def __init__(self, graph: Graph, labels: Labels) -> None:
        self._graph = graph
        self._labels = labels

    def of(self, classes: Iterable[NamedNode], stated: Iterable[NamedNode] = ()) -> tuple[Field, ...]:
        """The fields of the form of a thing.

        Args:
            classes: The classes of the thing.
            stated: Properties that it has already, which are shown whatever the ontology says of them.

        Returns:
            One field for each property that fits the thing, those that are required first, then by `sh:order` and use.
        """
        above = self._with_classes_above(classes)
        constraints = self._constraints(above)
        uses = self._uses_by(above)
        fitting = dict.fromkeys((*constraints, *uses, *stated))
        fitting |= dict.fromkeys(one for one, domain in self._domains.items() if domain & above)
        found = [
            self._field(one, constraints.get(one, ()), uses[one])
            for one in fitting
            if one != terms.TYPE and (one not in self._deprecated or one in set(stated))
        ]
        return tuple(sorted(found, key=lambda field: (not field.least, field.order, -field.uses, field.property.value)))

    def classes(self) -> tuple[tuple[NamedNode, str], ...]:
        """The classes of which a person may describe a thing: those of the ontology that are not deprecated.

        Returns:
            Each class with its name; those with most things first.
        """
        counted = Counter(t.object for t in self._graph.facts if t.predicate == terms.TYPE)
        kinds = (terms.CLASS, NamedNode(f"{_RDFS}Class"))
        declared = (t.subject for t in self._graph.ontology if t.predicate == terms.TYPE and t.object in kinds)
        found = distinct(
            one for one in (*declared, *counted) if isinstance(one, NamedNode) and one not in self._deprecated
        )
        named = [(one, name_of(self._labels, one)) for one in found]
        return tuple(sorted(named, key=lambda pair: (-counted[pair[0]], pair[1].casefold())))

    def things(self, classes: Collection[NamedNode]) -> tuple[tuple[NamedNode, str], ...]:
        """The things of some classes, or of classes below them, with their names.

        Args:
            classes: The classes; none for all things.

        Returns:
            Each thing with its name, by name.
        """
        wanted = self._with_classes_below(classes)
        found = distinct(
            t.subject
            for t in self._graph.facts
            if t.predicate == terms.TYPE and isinstance(t.subject, NamedNode) and (not wanted or t.object in wanted)
        )
        named = ((one, self._labels.label(one)) for one in found)
        return tuple(sorted(named, key=lambda pair: pair[1].casefold()))

    # What the ontology says.

    @cached_property
    def _ontology(self) -> Mapping[Term, tuple[Triple, ...]]:
        found: dict[Term, list[Triple]] = defaultdict(list)
        for triple in self._graph.ontology_with_imports:
            found[triple.subject].append(triple)
        return {subject: tuple(triples) for subject, triples in found.items()}

    @cached_property
    def _deprecated(self) -> frozenset[Term]:
        return frozenset(
            t.subject for t in self._graph.ontology if t.predicate == _DEPRECATED and _text(t.object) in ("true", "1")
        )

    @cached_property
    def _above(self) -> Mapping[Term, tuple[Term, ...]]:
        found: dict[Term, list[Term]] = defaultdict(list)
        for triple in self._graph.ontology_with_imports:
            if triple.predicate == _SUBCLASS_OF:
                found[triple.subject].append(triple.object)
        return {one: tuple(others) for one, others in found.items()}

    def _with_classes_above(self, classes: Iterable[Term]) -> frozenset[Term]:
        return _reached(classes, self._above)

    def _with_classes_below(self, classes: Iterable[Term]) -> frozenset[Term]:
        below: dict[Term, list[Term]] = defaultdict(list)
        for one, others in self._above.items():
            for other in others:
                below[other].append(one)
        return _reached(classes, below)

    @cached_property
    def _domains(self) -> Mapping[NamedNode, frozenset[Term]]:
        """The classes of which each property is, a union as its members."""
        found: dict[NamedNode, set[Term]] = defaultdict(set)
        for subject, triples in self._ontology.items():
            if isinstance(subject, NamedNode):
                for triple in triples:
                    if triple.predicate == _DOMAIN:
                        found[subject] |= {*self._members(triple.object)}
        return {one: frozenset(domain) for one, domain in found.items()}

    def _members(self, node: Term) -> Iterator[Term]:
        """A class, or the members of a union of classes."""
        head = next((t.object for t in self._ontology.get(node, ()) if t.predicate == _UNION_OF), None)
        if head is None:
            yield node
        else:
            yield from _listed(head, self._ontology)

    # What the shapes say.

    @cached_property
    def _shapes(self) -> Mapping[Term, Mapping[str, tuple[Term, ...]]]:
        """What each shape says in terms of SHACL, and of RDF for lists."""
        found: dict[Term, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for triple in self._graph.shapes:
            found[triple.subject][triple.predicate.value].append(triple.object)
        return {one: {name: tuple(values) for name, values in said.items()} for one, said in found.items()}

    @cached_property
    def _shape_triples(self) -> Mapping[Term, tuple[Triple, ...]]:
        found: dict[Term, list[Triple]] = defaultdict(list)
        for triple in self._graph.shapes:
            found[triple.subject].append(triple)
        return {one: tuple(triples) for one, triples in found.items()}

    def _constraints(self, classes: Collection[Term]) -> Mapping[NamedNode, tuple[_Constraint, ...]]:
        """What shapes say of the properties of things of some classes: all property shapes of one path together."""
        found: dict[NamedNode, list[_Constraint]] = defaultdict(list)
        for shape, said in self._shapes.items():
            targets = set(said.get(f"{_SH}targetClass", ()))
            if shape in classes:  # a class that is a shape is its own target (SHACL, clause 2.1.3.3)
                targets.add(shape)
            if not targets & set(classes) or f"{_SH}deactivated" in said:
                continue
            for part in said.get(f"{_SH}property", ()):
                values = self._shapes.get(part, {})
                for path in values.get(f"{_SH}path", ()):
                    if isinstance(path, NamedNode):
                        found[path].append(_Constraint(values, tuple(self._alternatives(values))))
        return {path: tuple(constraints) for path, constraints in found.items()}

    def _alternatives(self, values: Mapping[str, tuple[Term, ...]]) -> Iterator[Mapping[str, tuple[Term, ...]]]:
        for head in values.get(f"{_SH}or", ()):
            for shape in _listed(head, self._shape_triples):
                yield self._shapes.get(shape, {})

    # What the graph uses.

    @cached_property
    def _types(self) -> Mapping[Term, frozenset[Term]]:
        found: dict[Term, set[Term]] = defaultdict(set)
        for triple in self._graph.facts:
            if triple.predicate == terms.TYPE:
                found[triple.subject].add(triple.object)
        return {one: frozenset(classes) for one, classes in found.items()}

    def _uses_by(self, classes: Collection[Term]) -> Counter[NamedNode]:
        """How many things of some classes have each property."""
        wanted = set(classes)
        pairs = {
            (t.subject, t.predicate) for t in self._graph.facts if self._types.get(t.subject, frozenset()) & wanted
        }
        return Counter(predicate for _, predicate in pairs)

    @cached_property
    def _values(self) -> Mapping[NamedNode, tuple[Term, ...]]:
        found: dict[NamedNode, dict[Term, None]] = defaultdict(dict)
        for triple in self._graph.facts:
            found[triple.predicate][triple.object] = None
        return {one: tuple(values) for one, values in found.items()}

    @cached_property
    def _schemes(self) -> Mapping[Term, frozenset[Term]]:
        """The schemes of each concept."""
        found: dict[Term, set[Term]] = defaultdict(set)
        for triple in (*self._graph.ontology_with_imports, *self._graph.facts):
            if triple.predicate == _IN_SCHEME:
                found[triple.subject].add(triple.object)
        return {one: frozenset(schemes) for one, schemes in found.items()}

    # A field.

    def _field(self, one: NamedNode, constraints: Sequence[_Constraint], uses: int) -> Field:
        said = [constraint.values for constraint in constraints]
        open_kinds = [kind for constraint in constraints for kind in constraint.others]
        ranges = [node.value for node in self._ranges(one)]
        kinds = [*_named(said, "class"), *_named(open_kinds, "class")]
        datatypes = [*_named(said, "datatype"), *_named(open_kinds, "datatype")]
        for name in ranges:
            if name.startswith(terms.XSD) or name == f"{_RDF}langString":
                datatypes.append(name)
            elif name not in (f"{_RDFS}Literal", f"{_RDFS}Resource", f"{_OWL}Thing"):
                kinds.append(name)
        datatypes += [] if datatypes or kinds else self._used_datatypes(one)
        choices = self._choices(one, said, kinds)
        return Field(
            one,
            self._shape_text(said, "name") or name_of(self._labels, one),
            self._shape_text(said, "description") or self._definition(one),
            tuple(distinct(self._widgets(one, said, kinds, datatypes, is_listed=bool(choices)))),
            self._lowest(NamedNode(name) for name in kinds if name != _CONCEPT),
            choices,
            tuple(distinct(datatypes)),
            tuple(_text(tag) for values in said for tag in self._listed_shape(values, "languageIn")),
            max((_number(value) for value in _terms(said, "minCount")), default=0),
            self._most(one, said),
            next((self._labels.label(group) for group in _terms(said, "group")), ""),
            min((_decimal(value) for value in _terms(said, "order")), default=1000.0),
            uses,
        )

    def _lowest(self, classes: Iterable[NamedNode]) -> tuple[NamedNode, ...]:
        """Classes without those that are above another of them."""
        found = tuple(distinct(classes))
        return tuple(
            one for one in found if not any(one in self._with_classes_above([other]) for other in found if other != one)
        )

    def _ranges(self, one: NamedNode) -> Iterator[NamedNode]:
        for predicate in (terms.RANGE, terms.RANGE_INCLUDES):
            for triple in self._ontology.get(one, ()):
                if triple.predicate == predicate:
                    yield from (node for node in self._members(triple.object) if isinstance(node, NamedNode))

    def _used_datatypes(self, one: NamedNode) -> list[str]:
        found = (value for value in self._values.get(one, ()) if isinstance(value, Literal))
        return list(distinct(value.datatype.value for value in found))

    def _widgets(
        self,
        one: NamedNode,
        said: Sequence[Mapping[str, tuple[Term, ...]]],
        kinds: Sequence[str],
        datatypes: Sequence[str],
        *,
        is_listed: bool,
    ) -> Iterator[Widget]:
        if is_listed:
            yield Widget.CHOICE
            if _terms(said, "in") or set(kinds) == {_CONCEPT}:
                return
        if any(name != _CONCEPT for name in kinds):
            yield Widget.THING
        for name in datatypes:
            yield _widget_of(name)
        if kinds or datatypes:
            return
        node_kinds = {node.value for node in _terms(said, "nodeKind") if isinstance(node, NamedNode)}
        is_object = any(t.object == NamedNode(f"{_OWL}ObjectProperty") for t in self._ontology.get(one, ()))
        holds_nodes = any(isinstance(value, NamedNode) for value in self._values.get(one, ()))
        if is_object or holds_nodes or f"{_SH}IRI" in node_kinds:
            yield Widget.THING
            yield Widget.IRI
        else:
            yield Widget.TEXT

    def _choices(
        self, one: NamedNode, said: Sequence[Mapping[str, tuple[Term, ...]]], kinds: Sequence[str]
    ) -> tuple[tuple[Term, str], ...]:
        """The values of `sh:in`; else the concepts of the schemes from which values of the property are taken."""
        values = [value for shape in said for value in self._listed_shape(shape, "in")]
        if not values and self._takes_concepts(one, kinds):
            used = {scheme for value in self._values.get(one, ()) for scheme in self._schemes.get(value, ())}
            values = [one for one, schemes in self._schemes.items() if not used or schemes & used]
        named = [(value, self._labels.label(value)) for value in distinct(values) if value not in self._deprecated]
        return tuple(sorted(named, key=lambda pair: pair[1].casefold())) if len(named) <= MOST_CHOICES else ()

    def _takes_concepts(self, one: NamedNode, kinds: Sequence[str]) -> bool:
        if _CONCEPT in kinds:
            return True
        values = self._values.get(one, ())
        return not kinds and bool(values) and all(value in self._schemes for value in values)

    def _most(self, one: NamedNode, said: Sequence[Mapping[str, tuple[Term, ...]]]) -> int | None:
        bounds = [_number(value) for value in _terms(said, "maxCount")]
        if any(t.predicate == terms.TYPE and t.object == _FUNCTIONAL for t in self._ontology.get(one, ())):
            bounds.append(1)
        return min(bounds, default=None)

    def _shape_text(self, said: Iterable[Mapping[str, tuple[Term, ...]]], name: str) -> str:
        """What shapes call a property, or say of it; nothing where they differ: each speaks of a part of it then."""
        found = {best.value for values in said if (best := self._labels.best(values.get(_SH + name, ()))) is not None}
        return found.pop() if len(found) == 1 else ""

    def _definition(self, one: NamedNode) -> str:
        names = (NamedNode(f"{terms.SKOS}definition"), NamedNode(f"{_RDFS}comment"))
        found = [t.object for name in names for t in self._ontology.get(one, ()) if t.predicate == name]
        best = self._labels.best(found)
        return best.value if best is not None else ""

    def _listed_shape(self, shape: Mapping[str, tuple[Term, ...]], name: str) -> Iterator[Term]:
        for head in shape.get(_SH + name, ()):
            yield from _listed(head, self._shape_triples)


def name_of(labels: Labels, node: NamedNode) -> str:
    """The name of a property or class; where nothing names it, the last part of its IRI as words.

    Args:
        labels: The names of the graph's things.
        node: Its IRI.

    Returns:
        The name.

    Example:
        >>> from scograph import Project
        >>> name_of(Labels(Project.builtin().load()), NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel"))
        'pref label'
    """
    return labels.own_label(node) or parted(node.value.rstrip("/#").replace("#", "/").rpartition("/")[2])


def parted(name: str) -> str:
    """A name in camel case as words.

    Example:
        >>> parted("hasAgent")
        'has agent'
    """
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: f" {match[1].lower()}", name)


def _widget_of(datatype: str) -> Widget:
    if datatype in _DATES:
        return Widget.DATE
    if datatype in _NUMBERS:
        return Widget.NUMBER
    if datatype == terms.XSD + "boolean":
        return Widget.BOOLEAN
    if datatype == terms.XSD + "anyURI":
        return Widget.IRI
    return Widget.TEXT if datatype == f"{_RDF}langString" else Widget.STRING


def _reached(begin: Iterable[Term], steps: Mapping[Term, Sequence[Term]]) -> frozenset[Term]:
    found: set[Term] = set()
    left = list(begin)
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left += steps.get(one, ())
    return frozenset(found)


def _listed(head: Term, triples: Mapping[Term, Iterable[Triple]]) -> Iterator[Term]:
    """The members of an RDF list; one that goes in a circle ends."""
    seen: set[Term] = set()
    while head not in seen:
        seen.add(head)
        said = {triple.predicate: triple.object for triple in triples.get(head, ())}
        if _FIRST not in said:
            return
        yield said[_FIRST]
        head = said.get(_REST, head)


def _terms(said: Iterable[Mapping[str, tuple[Term, ...]]], name: str) -> list[Term]:
    return [value for values in said for value in values.get(_SH + name, ())]


def _named(said: Iterable[Mapping[str, tuple[Term, ...]]], name: str) -> list[str]:
    return [value.value for value in _terms(said, name) if isinstance(value, NamedNode)]


def _text(term: Term) -> str:
    return term.value if isinstance(term, Literal) else ""


def _number(term: Term) -> int:
    return int(_text(term)) if _text(term).isdecimal() else 0


def _decimal(term: Term) -> float:
    try:
        return float(_text(term))
    except ValueError:
        return 1000.0
