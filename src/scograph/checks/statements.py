"""Statements for the check of fit, made of triples: things with names and classes, records, and words of terms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache

from pyoxigraph import Literal, NamedNode, Triple

from scograph import terms
from scograph.fit import Name, Names, Reader, Statement, Thing, Value, ValueSort, Wording
from scograph.labels import ALSO_NAMING
from scograph.model import Term

_NAMING = frozenset(ALSO_NAMING)
_SUBCLASS_OF = NamedNode(terms.RDFS + "subClassOf")
_DOMAIN = NamedNode(terms.RDFS + "domain")
_IN_SCHEME = NamedNode(terms.SKOS + "inScheme")
_DATES = frozenset(NamedNode(terms.XSD + name) for name in ("date", "gYearMonth", "gYear"))
_NUMBERS = frozenset(
    NamedNode(terms.XSD + name)
    for name in ("decimal", "double", "float", "integer", "int", "long", "nonNegativeInteger", "positiveInteger")
)
_DC_LANGUAGE = NamedNode(terms.DCTERMS + "language")
FREE = "free"
LANGUAGE = "language"
"""The mark of properties whose values are tags of languages (BCP 47), which texts print as names."""
LAYOUT = "layout"
RECORD = "record"


class Statements:
    """Makes statements of triples.

    Args:
        facts: The facts that are known, from which the names and records of things come.
        ontology: The ontology, with its concepts and the words of its terms.
    """

    def __init__(self, facts: Iterable[Triple], ontology: Iterable[Triple]) -> None:
        self._facts = tuple(facts)
        self._ontology = tuple(ontology)
        self._thing = lru_cache(maxsize=None)(self._made_thing)

    @cached_property
    def _by_subject(self) -> Mapping[Term, list[Triple]]:
        found: dict[Term, list[Triple]] = defaultdict(list)
        for triple in (*self._facts, *self._ontology):
            found[triple.subject].append(triple)
        return found

    @cached_property
    def _superclasses(self) -> Mapping[Term, frozenset[str]]:
        """Each class with all that it is a subclass of."""
        above: dict[Term, set[Term]] = defaultdict(set)
        for triple in self._ontology:
            if triple.predicate == _SUBCLASS_OF:
                above[triple.subject].add(triple.object)
        found: dict[Term, frozenset[str]] = {}
        for start in {*above, *(parent for parents in above.values() for parent in parents)}:
            reached, stack = {start}, [start]
            while stack:
                for parent in above.get(stack.pop(), ()):
                    if parent not in reached:
                        reached.add(parent)
                        stack.append(parent)
            found[start] = frozenset(one.value for one in reached if isinstance(one, NamedNode))
        return found

    def classes_above(self, name: Term) -> frozenset[str]:
        """A class with all that it is a subclass of."""
        own = frozenset({name.value}) if isinstance(name, NamedNode) else frozenset()
        return self._superclasses.get(name, own) | own

    @cached_property
    def wording(self) -> Wording:
        """How texts say the properties, classes and concepts of the ontology."""
        phrases: dict[str, dict[Name, None]] = defaultdict(dict)
        marks: dict[str, set[str]] = defaultdict(set)
        ranges: dict[str, str] = {}
        domains: dict[str, str] = {}
        said = {triple.subject for triple in self._ontology if triple.predicate == terms.SAID_AS}
        classes = {triple.subject for triple in self._ontology if triple.object == terms.CLASS}
        for triple in self._ontology:
            subject, value = triple.subject, triple.object
            if not isinstance(subject, NamedNode):
                continue
            iri = subject.value
            if triple.predicate == terms.SAID_BY and isinstance(value, Literal):
                marks[iri].add(value.value)
            elif triple.predicate == terms.RANGE and isinstance(value, NamedNode):
                ranges.setdefault(iri, value.value)
            elif triple.predicate == terms.RANGE_INCLUDES and value in _DATES:
                ranges[iri] = ValueSort.DATE.value
            elif triple.predicate == _DOMAIN and isinstance(value, NamedNode):
                domains.setdefault(iri, value.value)
            is_name = triple.predicate in _NAMING and (subject in classes or subject in said)
            if isinstance(value, Literal) and (is_name or triple.predicate == terms.SAID_AS):
                phrases[iri][Name(value.value, value.language or "")] = None
        return Wording(
            {iri: tuple(names) for iri, names in phrases.items()},
            {iri: frozenset(found) for iri, found in marks.items()},
            ranges,
            domains,
        )

    @cached_property
    def names(self) -> Names:
        """The names of all things, and their classes."""
        named: dict[str, dict[Name, None]] = defaultdict(dict)
        documents = {triple.subject for triple in self._facts if triple.object == terms.SOURCE_DOCUMENT}
        concepts = {triple.subject for triple in self._ontology if triple.predicate == _IN_SCHEME}
        of_concepts = (triple for triple in self._ontology if triple.subject in concepts)
        for triple in (*self._facts, *of_concepts):
            value = triple.object
            if (
                triple.predicate in _NAMING
                and isinstance(triple.subject, NamedNode)
                and isinstance(value, Literal)
                and triple.subject not in documents
                and triple.subject.value not in self.wording.phrases
            ):
                named[triple.subject.value][Name(value.value, value.language or "")] = None
        kinds = {iri: self.kinds(NamedNode(iri)) for iri in (*named, *self.wording.phrases)}
        return Names({iri: tuple(names) for iri, names in named.items()}, kinds)

    @cached_property
    def reader(self) -> Reader:
        """What reads passages for these statements."""
        return Reader(self.wording, self.names)

    def kinds(self, node: Term) -> frozenset[str]:
        """The classes of a thing and all above them; of a concept, its scheme."""
        found: set[str] = set()
        for triple in self._by_subject.get(node, ()):
            if triple.predicate == terms.TYPE:
                found |= self.classes_above(triple.object)
            elif triple.predicate == _IN_SCHEME and isinstance(triple.object, NamedNode):
                found.add(triple.object.value)
        found.discard(terms.SKOS + "Concept")
        return frozenset(found)

    def thing(self, node: NamedNode) -> Thing:
        """A thing with its names and classes."""
        return self._thing(node)

    def _made_thing(self, node: NamedNode) -> Thing:
        names = [
            Name(triple.object.value, triple.object.language or "")
            for triple in self._by_subject.get(node, ())
            if triple.predicate in _NAMING and isinstance(triple.object, Literal)
        ]
        kinds = self.kinds(node)
        is_free = any(self.wording.has(kind, FREE) for kind in kinds)
        return Thing(node.value, tuple(dict.fromkeys(names)), kinds, is_free)

    def value(self, term: Term, predicate: NamedNode) -> Thing | Value:
        """The object of a triple as fit looks for it."""
        if isinstance(term, NamedNode):
            return self.thing(term)
        if not isinstance(term, Literal):
            return Thing(str(term), is_worded_freely=True)
        return Value(term.value, self._sort(term, predicate), term.language or "")

    def _sort(self, literal: Literal, predicate: NamedNode) -> ValueSort:
        if literal.datatype in _DATES:
            return ValueSort.DATE
        if literal.datatype in _NUMBERS:
            return ValueSort.NUMBER
        if predicate == _DC_LANGUAGE or self.wording.has(predicate.value, LANGUAGE):
            return ValueSort.LANGUAGE
        return ValueSort.NAME if predicate in _NAMING else ValueSort.CODE

    def statement(self, triple: Triple) -> Statement | None:
        """A triple with the names of what it connects.

        Args:
            triple: The triple.

        Returns:
            The statement; with the rest of the record where the subject is one or has no name; None of a blank node.
        """
        if not isinstance(triple.subject, NamedNode):
            return None
        subject = self.thing(triple.subject)
        record: tuple[tuple[str, Thing | Value], ...] = ()
        is_record = any(self.wording.has(kind, RECORD) for kind in subject.kinds)
        if is_record or not (subject.names or subject.is_worded_freely):
            known = (*self._by_subject.get(triple.subject, ()), triple)
            record = tuple(
                dict.fromkeys(
                    (one.predicate.value, self.value(one.object, one.predicate))
                    for one in known
                    if one.predicate != terms.TYPE and isinstance(one.object, NamedNode | Literal)
                )
            )
        return Statement(subject, triple.predicate.value, self.value(triple.object, triple.predicate), record)

    @cached_property
    def _entailed_by(self) -> Mapping[Term, frozenset[str]]:
        """The classes that the facts of each thing give it by domain and range."""
        domains: dict[Term, set[Term]] = defaultdict(set)
        ranges: dict[Term, set[Term]] = defaultdict(set)
        for triple in self._ontology:
            if triple.predicate == _DOMAIN:
                domains[triple.subject].add(triple.object)
            elif triple.predicate == terms.RANGE:
                ranges[triple.subject].add(triple.object)
        found: dict[Term, set[str]] = defaultdict(set)
        for triple in self._facts:
            for name in domains.get(triple.predicate, ()):
                found[triple.subject] |= self.classes_above(name)
            for name in ranges.get(triple.predicate, ()):
                found[triple.object] |= self.classes_above(name)
        return {node: frozenset(names) for node, names in found.items()}

    def is_structure(self, triple: Triple) -> bool:
        """Whether a triple is no statement of a text: a class that a property or a record gives, or layout."""
        if triple.predicate == terms.TYPE:
            if any(self.wording.has(name, RECORD) for name in self.classes_above(triple.object)):
                return True
            given = self._entailed_by.get(triple.subject, frozenset())
            return isinstance(triple.object, NamedNode) and triple.object.value in given
        return self.wording.has(triple.predicate.value, LAYOUT)
