"""Dates, places, parts and involvements in a graph, found through its ontology.

No property of a project is known here. A property tells a start, say, if it is `schema:startDate` or the ontology puts
it below that; and where an axiom would say too much, a `skos:closeMatch` will do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Triple

from scograph import terms
from scograph.graph import Graph
from scograph.labels import NAMING
from scograph.model import Term

ORG = "http://www.w3.org/ns/org#"
WGS84 = "http://www.w3.org/2003/01/geo/wgs84_pos#"
SUB_PROPERTY = NamedNode(terms.RDFS + "subPropertyOf")
SUB_CLASS = NamedNode(terms.RDFS + "subClassOf")
CLOSE = NamedNode(terms.SKOS + "closeMatch")
CONCEPT = NamedNode(terms.SKOS + "Concept")
DESCRIPTIONS = tuple(
    NamedNode(iri)
    for iri in (
        terms.DCTERMS + "description",
        terms.SKOS + "definition",
        terms.RDFS + "comment",
        terms.SCHEMA + "description",
        terms.DCTERMS + "abstract",
    )
)
SAME = frozenset(NamedNode(iri) for iri in (terms.SCHEMA + "sameAs", terms.OWL + "sameAs", terms.SKOS + "exactMatch"))

_DATES = {terms.XSD + name: length for name, length in (("gYear", 4), ("gYearMonth", 7), ("date", 10))}
_DATE_TIME = terms.XSD + "dateTime"


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date with its precision.

    Args:
        first: The first day that it may be, as year, month, day.
        text: It, as written: a year, a month or a day.
    """

    first: tuple[int, int, int]
    text: str

    @property
    def start(self) -> float:
        """The year and the part of it that has passed on the first day."""
        year, month, day = self.first
        return year + (month - 1) / 12 + (day - 1) / 372

    @property
    def end(self) -> float:
        """The same, at the end of the last day that it may be."""
        year, month, _ = self.first
        if len(self.text) == 4:  # noqa: PLR2004 -- a year
            return year + 1
        return year + month / 12 if len(self.text) == 7 else self.start + 1 / 372  # noqa: PLR2004 -- a month


def partial_date(term: Term) -> PartialDate | None:
    """The date that a literal is, or None (XML Schema 1.1, clauses 3.3.9 to 3.3.11)."""
    if not isinstance(term, Literal):
        return None
    length = 10 if term.datatype.value == _DATE_TIME else _DATES.get(term.datatype.value, 0)
    parts = term.value[:length].split("-")
    if not length or len(term.value[:length]) != length or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    year, month, day = (*map(int, parts), *(1, 1)[len(parts) - 1 :])
    is_day = 1 <= month <= 12 and 1 <= day <= 31  # noqa: PLR2004 -- as many as there are
    return PartialDate((year, month, day), term.value[:length]) if is_day else None


@dataclass(frozen=True, slots=True)
class Involved:
    """That one takes part in something, in a role, at a time: a thing of its own in the graph (org:Membership).

    Args:
        record: The thing.
        agent: Who.
        targets: In what.
        roles: In which roles.
    """

    record: NamedNode
    agent: NamedNode
    targets: tuple[NamedNode, ...]
    roles: tuple[NamedNode, ...]


@dataclass(frozen=True, slots=True)
class DateRange:
    """The dates of a thing, by what each says of it.

    Args:
        start: When it began; None where that is not known.
        end: When it ended; None where no end is known.
        seen: When it is known to have held, whenever it began.
        on: Its other dates, of a signature, say.
        goes_on: Whether it is of a kind that lasts, with a beginning and no known end.
    """

    start: PartialDate | None
    end: PartialDate | None
    seen: tuple[PartialDate, ...]
    on: tuple[PartialDate, ...]
    goes_on: bool

    @property
    def first(self) -> PartialDate | None:
        """The date by which it has its place in time: its beginning, or the first of its other dates.

        Neither an end nor a date on which it was seen is one: it may have begun at any time before.
        """
        return self.start or next(iter(self.on), None)

    @property
    def order(self) -> tuple[bool, PartialDate]:
        """Its place among others in time: those whose place is not known come last."""
        return self.first is None, self.first or min(self.dates)

    @property
    def dates(self) -> tuple[PartialDate, ...]:
        """All its dates."""
        return (*(date for date in (self.start, self.end) if date is not None), *self.seen, *self.on)


class Meaning:
    """What the properties of one graph mean.

    Args:
        graph: The graph.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._spans: dict[NamedNode, DateRange | None] = {}

    @cached_property
    def starts(self) -> frozenset[NamedNode]:
        """Properties that say when something begins."""
        return self._meaning((terms.SCHEMA + "startDate", terms.SCHEMA + "foundingDate"))

    @cached_property
    def ends(self) -> frozenset[NamedNode]:
        """Properties that say when something ends."""
        return self._meaning((terms.SCHEMA + "endDate", terms.SCHEMA + "dissolutionDate"))

    @cached_property
    def attestations(self) -> frozenset[NamedNode]:
        """Properties that say when something is known to have held, whenever it began."""
        return self._meaning((terms.DCTERMS + "valid",), close=True)

    @cached_property
    def _foundings(self) -> frozenset[NamedNode]:
        return self._meaning((terms.SCHEMA + "foundingDate",))

    @cached_property
    def wholes(self) -> frozenset[NamedNode]:
        """Properties from a part of an organisation to what it is part of."""
        return self._meaning((ORG + "subOrganizationOf", ORG + "unitOf", terms.SCHEMA + "parentOrganization"))

    @cached_property
    def agents(self) -> frozenset[NamedNode]:
        """Properties from an involvement to the one involved."""
        return self._meaning((ORG + "member",), close=True)

    @cached_property
    def roles(self) -> frozenset[NamedNode]:
        """Properties from an involvement to its role."""
        return self._meaning((ORG + "role",), close=True)

    @cached_property
    def involvements(self) -> Mapping[NamedNode, Involved]:
        """The involvements of the graph."""
        involvements = {}
        for subject, triples in self._graph.by_subject.items():
            agent = next((t.object for t in triples if t.predicate in self.agents), None)
            if isinstance(subject, NamedNode) and isinstance(agent, NamedNode):
                roles = tuple(
                    t.object for t in triples if t.predicate in self.roles and isinstance(t.object, NamedNode)
                )
                targets = tuple(
                    t.object
                    for t in triples
                    if isinstance(t.object, NamedNode)
                    and t.object not in roles
                    and t.object != agent
                    and t.predicate != terms.TYPE
                    and t.object in self._graph.by_subject
                    and not self.is_a(t.object, CONCEPT)
                )
                involvements[subject] = Involved(subject, agent, targets, roles)
        return involvements

    @cached_property
    def involvements_of(self) -> Mapping[NamedNode, list[Involved]]:
        """The involvements of each agent."""
        groups: dict[NamedNode, list[Involved]] = defaultdict(list)
        for involvement in self.involvements.values():
            groups[involvement.agent].append(involvement)
        return groups

    @cached_property
    def involvements_in(self) -> Mapping[NamedNode, list[Involved]]:
        """The involvements in each thing."""
        groups: dict[NamedNode, list[Involved]] = defaultdict(list)
        for involvement in self.involvements.values():
            for target in involvement.targets:
                groups[target].append(involvement)
        return groups

    @cached_property
    def inverse_names(self) -> Mapping[NamedNode, list[Literal]]:
        """What properties are called from their values.

        Those are the names that shapes of their own give to an inverse path (SHACL, clauses 2.3.1.4 and 2.3.2.1; a
        shape that holds things of a class to something is named for that), else the labels of a property's inverse.
        """
        shapes = self._graph.shapes
        inverted: dict[Term, Term] = {
            t.subject: t.object for t in shapes if t.predicate.value == terms.SH + "inversePath"
        }
        paths = {t.subject: inverted.get(t.object) for t in shapes if t.predicate.value == terms.SH + "path"}
        held = {t.object for t in shapes if t.predicate.value == terms.SH + "property"}
        names: dict[NamedNode, list[Literal]] = defaultdict(list)
        for triple in shapes:
            path, name = paths.get(triple.subject), triple.object
            if triple.predicate.value != terms.SH + "name" or triple.subject in held:
                continue
            if isinstance(path, NamedNode) and isinstance(name, Literal):
                names[path].append(name)
        inverses = [t for t in self._graph.ontology if t.predicate.value == terms.OWL + "inverseOf"]
        for one, other in [pair for t in inverses for pair in ((t.subject, t.object), (t.object, t.subject))]:
            if isinstance(one, NamedNode) and isinstance(other, NamedNode) and one not in names:
                labels = (t.object for t in self._graph.by_subject.get(other, ()) if t.predicate in NAMING)
                names[one] += [label for label in labels if isinstance(label, Literal)]
        return names

    def is_a(self, node: NamedNode, kind: NamedNode) -> bool:
        """Whether a thing has a type."""
        return any(t.predicate == terms.TYPE and t.object == kind for t in self._graph.by_subject.get(node, ()))

    def span(self, node: NamedNode) -> DateRange | None:
        """The dates of a thing, or None if it has none."""
        if node not in self._spans:
            self._spans[node] = self._span(node)
        return self._spans[node]

    def _span(self, node: NamedNode) -> DateRange | None:
        starts: list[PartialDate] = []
        ends: list[PartialDate] = []
        seen: list[PartialDate] = []
        on: list[PartialDate] = []
        lasts = node in self.involvements
        for triple in self._graph.by_subject.get(node, ()):
            date = partial_date(triple.object)
            if date is None:
                continue
            if triple.predicate in self.starts:
                starts.append(date)
                lasts = lasts or triple.predicate in self._foundings
            elif triple.predicate in self.ends:
                ends.append(date)
            else:
                (seen if triple.predicate in self.attestations else on).append(date)
        if not (starts or ends or seen or on):
            return None
        return DateRange(
            min(starts, default=None),
            max(ends, default=None),
            tuple(sorted(seen)),
            tuple(sorted(on)),
            goes_on=bool(starts) and not ends and lasts,
        )

    def coordinates(self, node: Term) -> tuple[float, float] | None:
        """Longitude and latitude of a place, in degrees, or None."""
        values = self._graph.describing(node)
        longitude = _number(t.object for t in values if t.predicate in self.longitudes)
        latitude = _number(t.object for t in values if t.predicate in self.latitudes)
        if longitude is None or latitude is None or not (-180 <= longitude <= 180 and -90 <= latitude <= 90):  # noqa: PLR2004 -- degrees
            return None
        return longitude, latitude

    @cached_property
    def longitudes(self) -> frozenset[NamedNode]:
        """Properties whose value is a longitude."""
        return self._meaning((terms.SCHEMA + "longitude", WGS84 + "long"))

    @cached_property
    def latitudes(self) -> frozenset[NamedNode]:
        """Properties whose value is a latitude."""
        return self._meaning((terms.SCHEMA + "latitude", WGS84 + "lat"))

    @cached_property
    def _below(self) -> Mapping[Term, list[Triple]]:
        groups: dict[Term, list[Triple]] = defaultdict(list)
        for triple in self._graph.ontology:
            if triple.predicate in (SUB_PROPERTY, CLOSE):
                groups[triple.object].append(triple)
        return groups

    def _meaning(self, iris: Iterable[str], *, close: bool = False) -> frozenset[NamedNode]:
        """Some properties and all that the ontology puts below them; those close to one too, where that is enough."""
        nodes: dict[NamedNode, None] = {}
        waiting = [NamedNode(iri) for iri in iris]
        while waiting:
            node = waiting.pop()
            if node not in nodes:
                nodes[node] = None
                waiting += [
                    triple.subject
                    for triple in self._below.get(node, ())
                    if isinstance(triple.subject, NamedNode) and (close or triple.predicate == SUB_PROPERTY)
                ]
        return frozenset(nodes)


def _number(values: Iterable[Term]) -> float | None:
    for value in values:
        try:
            return float(value.value) if isinstance(value, Literal) else None
        except ValueError:
            return None
    return None
