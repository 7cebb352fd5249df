"""Comparison of organisations: a column for each, a row for each heading, in each cell facts, or why there are none."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Triple

from scograph import terms
from scograph.answers.meaning import DESCRIPTIONS, SAME, Meaning, partial_date
from scograph.answers.reasons import Reasons, Support
from scograph.errors import UsageError
from scograph.graph import Graph
from scograph.labels import ALSO_NAMING, Labels
from scograph.model import Term, distinct
from scograph.portal.table import (
    FACETS,
    INVERSE,
    Cell,
    CellFact,
    Column,
    Comparison,
    Facet,
    ReadEdition,
    Row,
    RowTerm,
    Status,
)
from scograph.project import HeadingSettings

ORGANISATION = NamedNode(terms.SCOG + "Organisation")
EVENT = NamedNode(terms.SCOG + "Event")
WHOLE_EXTENTS = frozenset(NamedNode(terms.EXTENT + name) for name in ("whole", "transcription"))
_SUB_CLASS = NamedNode(terms.RDFS + "subClassOf")
_TOPIC, _KIND = (NamedNode(terms.SCOG + name) for name in ("hasTopic", "hasKind"))
_PLACES = frozenset(NamedNode(terms.SCOG + name) for name in ("tookPlaceIn", "hasSeatIn", "isEstablishedIn"))
_PLACE_IN = NamedNode(terms.SCOG + "isPlaceIn")
_NO_ROWS = frozenset(
    (
        *(terms.TYPE, terms.IS_ABOUT, terms.IS_PROFILE_OF, terms.IN_SECTION, terms.NOTE, terms.SOURCE_URL),
        *(NamedNode(terms.SCOG + "isPublishedBy"), NamedNode(terms.RDFS + "seeAlso")),
        *(*ALSO_NAMING, *DESCRIPTIONS, *SAME),
    )
)
"""Properties that name a thing or say where things stand, and no more: they are no rows by themselves."""
_OF_CONCEPTS = frozenset(
    NamedNode(terms.SKOS + name) for name in ("inScheme", "topConceptOf", "broader", "narrower", "related")
)


class Comparing:
    """Compares the organisations of one graph.

    Args:
        graph: The graph of a project, or the union of those of a portal.
        languages: The languages for names that people give, the first most.
    """

    def __init__(self, graph: Graph, languages: Sequence[str] = ("en",)) -> None:
        self.graph = graph
        self.labels = Labels(graph, languages)
        self.meaning = Meaning(graph)
        self.reasons = Reasons(graph, self.labels)

    def columns(self, nodes: Iterable[NamedNode], day: str = "", project: str = "") -> tuple[Column, ...]:
        """The columns of organisations.

        Args:
            nodes: The organisations.
            day: The day of the picture; nothing for now.
            project: The name of their project.

        Returns:
            The columns.
        """
        return tuple(
            Column(node, tuple(self._edition(document, day) for document in self.profiles_of(node)), project)
            for node in nodes
        )

    def organisations(self) -> tuple[NamedNode, ...]:
        """What the documents of the graph are the profiles of; else the one organisation that most are about."""
        return organisations_of(self.graph)

    def profiles_of(self, node: Term) -> tuple[NamedNode, ...]:
        """The documents that are the profile of an organisation, or else are about it."""
        for predicate in (terms.IS_PROFILE_OF, terms.IS_ABOUT):
            if found := self._documents_by[predicate].get(node):
                return tuple(found)
        return ()

    @cached_property
    def _documents_by(self) -> Mapping[NamedNode, Mapping[Term, Sequence[NamedNode]]]:
        documents = {source.document for source in self.graph.sources}
        found: dict[NamedNode, dict[Term, dict[NamedNode, None]]] = {terms.IS_PROFILE_OF: {}, terms.IS_ABOUT: {}}
        for document in sorted(documents, key=lambda one: one.value):
            for triple in self.graph.describing(document):
                if triple.predicate in found:
                    found[triple.predicate].setdefault(triple.object, {})[document] = None
        return {predicate: {node: tuple(some) for node, some in of.items()} for predicate, of in found.items()}

    def _edition(self, document: NamedNode, day: str) -> ReadEdition:
        edition = self._edition_on(document, day)
        if edition is None:
            return ReadEdition(document, None, "", is_whole=False)
        return ReadEdition(document, edition, self._day_of(edition), self._is_whole(edition))

    def _edition_on(self, document: NamedNode, day: str) -> NamedNode | None:
        """The newest edition of a document, or the one of a day."""
        edition, seen = self._first(document, terms.HAS_NEWEST_EDITION), set[Term]()
        while isinstance(edition, NamedNode) and edition not in seen:
            seen.add(edition)
            if not day or _has_begun(self._day_of(edition), day):
                return edition
            edition = self._first(edition, terms.FOLLOWS)
        return None

    def _day_of(self, edition: NamedNode) -> str:
        """When an edition was last updated, or else read."""
        found = self._first(edition, terms.LAST_UPDATED) or self._first(edition, terms.RETRIEVED_ON)
        return found.value if isinstance(found, Literal) else ""

    def _is_whole(self, edition: NamedNode) -> bool:
        """Whether the whole of an edition was read: its extent is that, and claims or reasons account for all of it."""
        if self._first(edition, terms.HAS_EXTENT) not in WHOLE_EXTENTS:
            return False
        length = self._number(edition, terms.NON_BLANK_LENGTH)
        return length is None or self._covered[edition] >= length

    @cached_property
    def _covered(self) -> Mapping[Term, int]:
        """The characters of each edition that a claim or a stated reason accounts for."""
        covered: dict[Term, int] = defaultdict(int)
        for source in self.graph.sources:
            for triple in source.parsed.triples:
                if triple.predicate == terms.STANDS_IN and isinstance(triple.subject, NamedNode):
                    part = triple.subject
                    is_ignored = self._first(part, terms.IS_IGNORED_IN) is not None
                    if is_ignored or self.reasons.citing(part):
                        covered[triple.object] += self._number(part, terms.NON_BLANK_LENGTH) or 0
        return covered

    # Rows.

    def row(self, settings: HeadingSettings) -> Row:
        """The row of a heading as settings describe it.

        Args:
            settings: The heading.

        Returns:
            The row.

        Raises:
            UsageError: Nothing is called like one of its terms.
        """
        titles = tuple(Literal(text, language=tag) if tag else Literal(text) for tag, text in settings.title)
        return Row(titles, tuple(self.term(text) for text in settings.terms))

    def term(self, text: str) -> RowTerm:
        """What a person means by a property, `^` before one that is read from its value, or a concept.

        Args:
            text: An IRI, a CURIE or a label.

        Returns:
            The term.

        Raises:
            UsageError: Nothing is called so.
        """
        is_inverse = text.startswith(INVERSE)
        name = text.removeprefix(INVERSE)
        try:
            node = self.labels.find_property(name)
        except UsageError:
            if not name.startswith(("http://", "https://")):
                raise
            node = NamedNode(name)
        is_property = node in self._properties
        if is_inverse and not is_property:
            raise UsageError(f"{name} is no property of the graph", hint="leave out the ^ before a concept")
        return RowTerm(node, is_property, is_inverse)

    @cached_property
    def _properties(self) -> frozenset[Term]:
        declared = (terms.OBJECT_PROPERTY, terms.DATATYPE_PROPERTY, terms.ANNOTATION_PROPERTY)
        stated = {t.subject for t in self.graph.ontology if t.predicate == terms.TYPE and t.object in declared}
        return frozenset({triple.predicate for triple in self._statements} | stated)

    def headings(self, columns: Sequence[Column]) -> tuple[Row, ...]:
        """The rows that profiles give: their sections, in the order of the text, and then the roles in organisations.

        Args:
            columns: The organisations.

        Returns:
            The rows.
        """
        nodes = {column.node for column in columns}
        documents = {edition.document.value for column in columns for edition in column.editions}
        first: dict[NamedNode, tuple[str, int, str]] = {}
        for triple in self._statements:
            if triple.predicate == terms.IN_SECTION and isinstance(triple.object, NamedNode):
                for support in self.reasons.reason(triple).supports:
                    if support.source in documents:
                        start = self._number(NamedNode(support.passage), terms.CHAR_START) or 0
                        place = (support.source, start, triple.object.value)
                        first[triple.object] = min(first.get(triple.object, place), place)
        sections = sorted(first, key=lambda node: (first[node][1], node.value))
        involved = (one for node in nodes for one in self.meaning.involvements_in.get(node, ()))
        roles = sorted({role for one in involved for role in one.roles}, key=lambda node: node.value)
        return tuple(Row((), (RowTerm(node, is_property=False),)) for node in (*sections, *roles))

    def properties(self, columns: Sequence[Column]) -> tuple[Row, ...]:
        """A row for each property that any of some organisations has, or is the value of.

        Args:
            columns: The organisations.

        Returns:
            The rows, by IRI; those of which it is the value come last.
        """
        nodes = {column.node for column in columns}
        records = self.meaning.involvements
        forward = {t.predicate for node in nodes for t in self._by_subject.get(node, ())} - _NO_ROWS
        inverse = {
            t.predicate for node in nodes for t in self._by_object.get(node, ()) if t.subject not in records
        } - _NO_ROWS
        found = [RowTerm(node, is_property=True) for node in sorted(forward, key=str)]
        found += [RowTerm(node, is_property=True, is_inverse=True) for node in sorted(inverse, key=str)]
        return tuple(Row((), (term,)) for term in found)

    # Cells.

    def compare(
        self, columns: Sequence[Column], rows: Sequence[Row], day: str = "", facet: Facet | None = None
    ) -> Comparison:
        """Hold organisations beside each other.

        Args:
            columns: The organisations, with their editions on that day.
            rows: The headings.
            day: The day of the picture, as `YYYY-MM-DD`; nothing for what is known now. On a day, the words of profiles
                are those of their edition on that day, and what began later or had ended is left out.
            facet: What facts are chosen by; None for all.

        Returns:
            The table.
        """
        cells = tuple(tuple(self._cell(column, row, day, facet) for column in columns) for row in rows)
        return Comparison(tuple(columns), tuple(rows), cells, day, facet)

    def _cell(self, column: Column, row: Row, day: str, facet: Facet | None) -> Cell:
        found: dict[tuple[Term, Triple], CellFact] = {}
        for term in row.terms:
            for thing, triple, record in self._matches(column, term):
                fact = self._fact(thing, triple, record, day, column if _is_section(triple) else None)
                is_chosen = facet is None or (fact is not None and facet in self.facets(fact))
                if fact is not None and is_chosen:
                    found.setdefault((thing, triple), fact)
        ordered = sorted(found.values(), key=self._order)
        facts = tuple(fact for fact in ordered if fact.is_asserted)
        against = tuple(fact for fact in ordered if not fact.is_asserted)
        if facts:
            return Cell(Status.STATED, facts, against)
        bases = {support.basis for fact in against for support in fact.supports}
        if "contradicted" in bases:
            return Cell(Status.CONTRADICTED, (), against)
        if "denied" in bases:
            return Cell(Status.DENIED, (), against)
        return Cell(Status.NOT_STATED if column.is_read else Status.NOT_READ, (), ())

    def _order(self, fact: CellFact) -> tuple[bool, str, str, str]:
        """Who has a role stands before what is said of the role, such as how many have it; both by date."""
        first = next((text for _, text in fact.dates), "9999")
        is_no_agent = fact.record not in self.meaning.involvements
        return is_no_agent, first, self.labels.label(fact.thing).casefold(), str(fact.triple)

    def _matches(self, column: Column, term: RowTerm) -> Iterator[tuple[Term, Triple, NamedNode | None]]:
        """What is shown for a term: the thing, its statement, and whose dates count."""
        if not term.is_property:
            yield from self._under(column.node, term.node)
            return
        by = self._by_object if term.is_inverse else self._by_subject
        for triple in by.get(column.node, ()):
            if triple.predicate == term.node:
                record = triple.subject if term.is_inverse else triple.object
                involved = self.meaning.involvements.get(record) if isinstance(record, NamedNode) else None
                thing = involved.agent if involved and term.is_inverse else record
                yield thing, triple, record if isinstance(record, NamedNode) else None

    def _under(self, node: NamedNode, concept: NamedNode) -> Iterator[tuple[Term, Triple, NamedNode]]:
        """The things of an organisation that have a section, kind, topic or class; who has a role in it."""
        for triple in self._by_object.get(concept, ()):
            subject = triple.subject
            if not isinstance(subject, NamedNode) or triple.predicate in _OF_CONCEPTS:
                continue
            involved = self.meaning.involvements.get(subject)
            if involved is not None and node in involved.targets:
                yield involved.agent, triple, subject
            elif involved is None and (_is_section(triple) or subject in self._things_of(node)):
                yield subject, triple, subject

    def _things_of(self, node: NamedNode) -> frozenset[Term]:
        """The things that a statement ties to an organisation, or that its profile says something of."""
        if node not in self._things:
            profiles = {document.value for document in self.profiles_of(node)}
            of_profile = {t.subject for document in profiles for t in self._by_document.get(document, ())}
            tied = {triple.subject for triple in self._by_object.get(node, ())}
            self._things[node] = frozenset((of_profile | tied) - {node})
        return self._things[node]

    @cached_property
    def _things(self) -> dict[NamedNode, frozenset[Term]]:
        return {}

    def _fact(
        self, thing: Term, triple: Triple, record: NamedNode | None, day: str, column: Column | None
    ) -> CellFact | None:
        """The fact of a statement, if it counts: by the words of a column's profile only, where a column is given."""
        reason = self.reasons.reason(triple)
        supports = reason.supports
        if column is not None:
            documents = {document.value for document in self.profiles_of(column.node)}
            supports = tuple(one for one in supports if one.source in documents)
            if not supports:
                return None
        bases = (*terms.ASSERTED_BASES, "contradicted", "denied", *(("superseded",) if day else ()))
        if reason.supports:
            supports = tuple(one for one in supports if one.basis in bases and self._stands(one, day))
            if not supports:
                return None
        if day and _is_section(triple) and not self._is_known_on(triple, day):
            return None
        dates = self._dates(thing, record)
        if day and not _holds_on(dates, day, is_past=self._is_event(record)):
            return None
        said = {support.basis for support in supports}
        is_asserted = not reason.supports or bool(said & {*terms.ASSERTED_BASES, "superseded"})
        days = tuple(self._day_of_support(support, day) for support in supports)
        return CellFact(thing, triple, record, dates, supports, days, is_asserted, self._statuses(thing, triple, day))

    def _statuses(self, thing: Term, triple: Triple, day: str) -> tuple[CellFact, ...]:
        """What says of a thing that it is not in force: on a day, what counts on that day."""
        if not isinstance(thing, NamedNode) or triple.predicate == terms.HAS_STATUS:
            return ()
        stated = (
            self._fact(one.object, one, None, day, None)
            for one in self._by_subject.get(thing, ())
            if one.predicate == terms.HAS_STATUS and one.object != terms.IN_FORCE
        )
        return tuple(fact for fact in stated if fact is not None and fact.is_asserted)

    def _is_known_on(self, listed: Triple, day: str) -> bool:
        """Whether what a heading lists is named on a day: the heading's own words may be older than what it lists."""
        others = [t for t in self._by_subject.get(listed.subject, ()) if t != listed and not _is_section(t)]
        supports = [support for triple in others for support in self.reasons.reason(triple).supports]
        own = [support for support in supports if support.source in self._profile_documents]
        return not own or any(self._stands(support, day) for support in own)

    def _is_event(self, node: NamedNode | None) -> bool:
        """Whether a thing is an event, which has happened for ever when it is over."""
        return any(t.predicate == terms.TYPE and t.object in self._events for t in self._described(node))

    def _described(self, node: NamedNode | None) -> Sequence[Triple]:
        return self.graph.describing(node) if node is not None else ()

    @cached_property
    def _events(self) -> frozenset[Term]:
        return _classes_below(self.graph, EVENT)

    def _stands(self, support: Support, day: str) -> bool:
        """Whether a passage counts on a day, if it is of a profile; any counts now.

        What an edition of that day or before says counts, though a later one leaves it out: that is no denial. What was
        superseded counts in the edition of the day only.
        """
        if not day or support.source not in self._profile_documents:
            return True
        editions = self._stood_in(support)
        if support.basis == "superseded":
            return self._edition_on(NamedNode(support.source), day) in editions
        return any(_has_begun(self._day_of(edition), day) for edition in editions if isinstance(edition, NamedNode))

    def _stood_in(self, support: Support) -> tuple[Term, ...]:
        described = self.graph.describing(NamedNode(support.passage))
        return tuple(t.object for t in described if t.predicate == terms.STANDS_IN)

    def _day_of_support(self, support: Support, day: str) -> str:
        """The day of the edition that a passage was read in: that of the picture, or the newest that has it."""
        if not support.source:
            return ""
        editions = self._stood_in(support)
        edition = self._edition_on(NamedNode(support.source), day if support.source in self._profile_documents else "")
        while edition is not None and editions and edition not in editions:
            before = self._first(edition, terms.FOLLOWS)
            edition = before if isinstance(before, NamedNode) else None
        return self._day_of(edition) if edition is not None else ""

    @cached_property
    def _profile_documents(self) -> frozenset[str]:
        profiles = self._documents_by[terms.IS_PROFILE_OF] or self._documents_by[terms.IS_ABOUT]
        return frozenset(document.value for some in profiles.values() for document in some)

    def _dates(self, thing: Term, record: NamedNode | None) -> tuple[tuple[str, str], ...]:
        if isinstance(thing, Literal):
            date = partial_date(thing)
            return (("on", date.text),) if date else ()
        span = self.meaning.span(record) if record is not None else None
        if span is None:
            return ()
        found = [("from", span.start), ("until", span.end), *(("on", one) for one in span.on)]
        found += [("seen", one) for one in span.seen]
        return tuple((kind, date.text) for kind, date in found if date is not None)

    def facets(self, fact: CellFact) -> frozenset[Facet]:
        """What a fact can be chosen by: topics and kinds of its thing, states where that is, years of its dates."""
        found = {Facet("year", Literal(text[:4])) for _, text in fact.dates}
        nodes = distinct(node for node in (fact.thing, fact.record) if isinstance(node, NamedNode))
        for node in nodes:
            for triple in self.graph.describing(node):
                if triple.predicate == _TOPIC:
                    found.add(Facet("topic", triple.object))
                elif triple.predicate == _KIND:
                    found.add(Facet("kind", triple.object))
                elif triple.predicate in _PLACES:
                    found.add(Facet("region", self._first(triple.object, _PLACE_IN) or triple.object))
                elif triple.predicate == _PLACE_IN:
                    found.add(Facet("region", triple.object))
        return frozenset(found)

    def all_facets(self, comparison: Comparison) -> Mapping[str, tuple[Term, ...]]:
        """What the facts of a table can be chosen by, by kind: years in order, the others by name."""
        found: dict[str, set[Term]] = {kind: set() for kind in FACETS}
        for cells in comparison.cells:
            for cell in cells:
                for fact in (*cell.facts, *cell.against):
                    for facet in self.facets(fact):
                        found[facet.kind].add(facet.value)
        return {
            kind: tuple(sorted(values, key=lambda one: (self.labels.label(one).casefold(), str(one))))
            for kind, values in found.items()
        }

    def days(self, columns: Sequence[Column]) -> tuple[str, ...]:
        """The days on which an edition of a profile was updated or read, the first first, as `YYYY-MM-DD`."""
        found = set()
        for column in columns:
            for document in self.profiles_of(column.node):
                edition, seen = self._first(document, terms.HAS_NEWEST_EDITION), set[Term]()
                while isinstance(edition, NamedNode) and edition not in seen:
                    seen.add(edition)
                    found.add(last_day(self._day_of(edition)))
                    edition = self._first(edition, terms.FOLLOWS)
        return tuple(sorted(found - {""}))

    # The graph.

    @cached_property
    def _statements(self) -> tuple[Triple, ...]:
        """What is asserted, or on record."""
        return distinct((*self.graph.facts, *(claim.triple for claim in self.graph.claims)))

    @cached_property
    def _by_subject(self) -> Mapping[Term, list[Triple]]:
        groups: dict[Term, list[Triple]] = defaultdict(list)
        for triple in self._statements:
            groups[triple.subject].append(triple)
        return groups

    @cached_property
    def _by_object(self) -> Mapping[Term, list[Triple]]:
        groups: dict[Term, list[Triple]] = defaultdict(list)
        for triple in self._statements:
            if isinstance(triple.object, NamedNode):
                groups[triple.object].append(triple)
        return groups

    @cached_property
    def _by_document(self) -> Mapping[str, list[Triple]]:
        documents = {node: source.document.value for source in self.graph.sources for node in source.passages.values()}
        groups: dict[str, list[Triple]] = defaultdict(list)
        for claim in self.graph.claims:
            if claim.passage in documents:
                groups[documents[claim.passage]].append(claim.triple)
        return groups

    def _first(self, node: Term, predicate: NamedNode) -> Term | None:
        return next((t.object for t in self.graph.describing(node) if t.predicate == predicate), None)

    def _number(self, node: Term, predicate: NamedNode) -> int | None:
        value = self._first(node, predicate)
        return int(value.value) if isinstance(value, Literal) and value.value.isdecimal() else None


def organisations_of(graph: Graph) -> tuple[NamedNode, ...]:
    """What the documents of a graph are the profiles of; else the one organisation that most of them are about.

    Args:
        graph: The graph.

    Returns:
        The organisations or states, by IRI.
    """
    documents = {source.document for source in graph.sources}
    described = [t for document in documents for t in graph.describing(document) if isinstance(t.object, NamedNode)]
    profiled = {t.object for t in described if t.predicate == terms.IS_PROFILE_OF and isinstance(t.object, NamedNode)}
    if profiled:
        return tuple(sorted(profiled, key=lambda node: node.value))
    kinds = _classes_below(graph, ORGANISATION)
    counts: dict[NamedNode, int] = defaultdict(int)
    for triple in described:
        node = triple.object
        if triple.predicate == terms.IS_ABOUT and isinstance(node, NamedNode):
            counts[node] += any(t.predicate == terms.TYPE and t.object in kinds for t in graph.describing(node))
    best = [node for node, count in counts.items() if count and count == max(counts.values())]
    return tuple(sorted(best, key=lambda node: node.value)[:1])


def _classes_below(graph: Graph, top: NamedNode) -> frozenset[Term]:
    """A class, and those below it."""
    found: set[Term] = {top}
    below: dict[Term, list[Term]] = defaultdict(list)
    for triple in graph.ontology:
        if triple.predicate == _SUB_CLASS:
            below[triple.object].append(triple.subject)
    waiting: list[Term] = [top]
    while waiting:
        for kind in below[waiting.pop()]:
            if kind not in found:
                found.add(kind)
                waiting.append(kind)
    return frozenset(found)


def checked_day(text: str) -> str:
    """A day, if it is one.

    Args:
        text: The day, as `YYYY-MM-DD`.

    Returns:
        The same.

    Raises:
        UsageError: It is none.

    Example:
        >>> checked_day("2021-03-31")
        '2021-03-31'
    """
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise UsageError(f"{text!r} is no day", hint="write it as YYYY-MM-DD") from error


def last_day(text: str) -> str:
    """The last day that a date, a month or a year may mean; nothing for what is none.

    Example:
        >>> last_day("2018-11"), last_day("2020"), last_day("2021-03-05"), last_day("")
        ('2018-11-30', '2020-12-31', '2021-03-05', '')
    """
    parts = text.split("-")
    if not text or not all(part.isdecimal() for part in parts):
        return ""
    year, month = int(parts[0]), int(parts[1]) if len(parts) > 1 else 12
    if len(parts) > 2:  # noqa: PLR2004 -- a day
        return text
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    return (following - dt.timedelta(days=1)).isoformat()


def _has_begun(text: str, day: str) -> bool:
    """Whether a date, a month or a year had begun on a day; one that is not known had."""
    return text[: len(day)] <= day[: len(text)]


def _holds_on(dates: Sequence[tuple[str, str]], day: str, *, is_past: bool) -> bool:
    """Whether what has some dates held on a day: it had begun, and not ended, unless it is of what is past."""
    of = {kind: [text for known, text in dates if known == kind] for kind in ("from", "until", "on", "seen")}
    begun = of["from"] or of["on"] or of["seen"]
    is_over = not is_past and any(last_day(text) < day for text in of["until"])
    return not is_over and (not begun or any(_has_begun(text, day) for text in begun))


def _is_section(triple: Triple) -> bool:
    return triple.predicate == terms.IN_SECTION
