"""RDF/XML for people: typed elements, one per subject, properties in order (RDF 1.1 XML Syntax, clause 2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count

from pyoxigraph import Literal, Quad, Triple

from scograph import terms
from scograph.errors import InputError
from scograph.ntriples import TYPE, iri, is_iri, literal_parts, predicate_key, term_key
from scograph.serialise.grouping import Grouping, grouped

INDENT = "  "

_LETTERS = (
    "A-Za-z_À-ÖØ-öø-ÿ\u0391-\u03a1\u03a3-\u03ce\u0401\u0410-\u044f\u0451\u05d0-\u05ea\u0621-\u063a\u0641-\u064a"
    "\u3041-\u3094\u30a1-\u30fa\u4e00-\u9fa5\uac00-\ud7a3"
)
"""Letters that a name may begin with in every edition of XML 1.0 (fourth edition, appendix B): the usual alphabets."""
_LOCAL_NAME = rf"[{_LETTERS}][{_LETTERS}0-9.·-]*"
_PREFIX = re.compile(r"(?!xml|rdf\Z)[A-Z_][A-Z0-9_.-]*", re.IGNORECASE | re.ASCII)
_NODE_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_STRING = terms.STRING.value
_NOT_NAMESPACES = ("http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/")
_NOT_NAMES = frozenset(
    terms.RDF + name
    for name in (
        *("Description", "RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "li"),
        *("aboutEach", "aboutEachPrefix", "bagID"),
    )
)
"""What is syntax as an element, not a class or property (RDF 1.1 XML Syntax, clauses 7.2.2 to 7.2.4)."""


def rdf_xml(
    statements: Iterable[Quad] | Iterable[Triple], prefixes: Mapping[str, str] | XmlNames | None = None
) -> Iterator[bytes]:
    """Write triples as RDF/XML; graph names are left out.

    Args:
        statements: The triples, or quads, all held in memory.
        prefixes: The prefixes to use.

    Returns:
        UTF-8 in pieces, a subject each.

    Raises:
        InputError: A property cannot be the name of an element, a text holds a character that XML 1.0 forbids, or a
            term is one of RDF 1.2.
    """
    yield from rdf_xml_of(grouped(statements), prefixes)


def rdf_xml_of(graph: Grouping, prefixes: Mapping[str, str] | XmlNames | None = None) -> Iterator[bytes]:
    """Write triples as RDF/XML that are grouped already (see `rdf_xml`)."""
    _require_xml(graph)
    names = _ElementNames(prefixes if isinstance(prefixes, XmlNames) else XmlNames(prefixes or {}))
    names.learn(*_named(graph))
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF'
    yield "".join(f'\n    xmlns:{prefix}="{_attribute(namespace)}"' for prefix, namespace in names.used()).encode()
    yield b">\n"
    elements = _Elements(graph, names)
    for subject in elements.roots():
        yield elements.element(subject, 1).encode()
    yield b"</rdf:RDF>\n"


def obstacle(triples: Iterable[Triple]) -> str:
    """Why triples cannot be written as RDF/XML.

    Args:
        triples: The triples.

    Returns:
        What is wrong with one of their terms; nothing if they can be.

    Example:
        >>> from pyoxigraph import Literal, NamedNode, Triple
        >>> node = NamedNode("https://example.org/a")
        >>> obstacle([Triple(node, NamedNode("https://example.org/0000240"), Literal("x"))])
        '<https://example.org/0000240> cannot be written in RDF/XML: its end is no XML name'
    """
    names = XmlNames({})
    predicates: set[str] = set()
    for triple in triples:
        predicates.add(triple.predicate.value)
        if isinstance(triple.object, Literal) and (fault := _text_fault(triple.object.value)):
            return fault
    return next((_name_fault(predicate) for predicate in sorted(predicates) if not names.cut(predicate)), "")


def _text_fault(text: str) -> str:
    bad = _NOT_XML.search(text)
    return (
        f"a text holds the character U+{ord(bad.group()):04X}, which XML 1.0 cannot carry: {text[:60]!r}" if bad else ""
    )


def _name_fault(predicate: str) -> str:
    why = "as an element it is syntax" if predicate in _NOT_NAMES else "its end is no XML name"
    return f"<{predicate}> cannot be written in RDF/XML: {why}"


def _require_xml(graph: Grouping) -> None:
    """Refuse a text that XML cannot carry, before anything is written; N-Triples has an escape for each such."""
    for value in graph.objects():
        text = literal_parts(value)[0] if "\\" in value else ""
        if fault := _text_fault(text):
            raise InputError(fault, hint="take another format, or mend the text")


def _named(graph: Grouping) -> tuple[set[str], set[str]]:
    """The IRIs of the properties, and of the types."""
    predicates = {predicate for values in graph.subjects.values() for predicate in values}
    types = {value for values in graph.subjects.values() for value in values.get(TYPE, ()) if is_iri(value)}
    return set(map(iri, predicates)), set(map(iri, types))


def _text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def _attribute(text: str) -> str:
    return _text(text).replace('"', "&quot;")


class XmlNames:
    """Prefixes as XML may have them, and where IRIs are cut in two, for many documents with the same ones.

    Args:
        prefixes: What each stands for.
    """

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        known = sorted(prefixes.items(), reverse=True)
        self.by_namespace = {namespace: prefix for prefix, namespace in known if _PREFIX.fullmatch(prefix)}
        self.by_namespace[terms.RDF] = "rdf"
        self._cuts: dict[str, int] = {}

    def cut(self, iri: str) -> int:
        """Where the part of an IRI begins that is a name of XML, as near its last separator as can be; 0 for none."""
        if iri not in self._cuts:
            cut = len(terms.split_iri(iri, "#/:")[0])
            local_name = re.compile(_LOCAL_NAME)  # here, since it takes long to compile and no other format wants it
            while cut < len(iri) and (iri[:cut] in _NOT_NAMESPACES or not local_name.fullmatch(iri, cut)):
                cut += 1
            self._cuts[iri] = 0 if cut == len(iri) or iri in _NOT_NAMES else cut
        return self._cuts[iri]


class _ElementNames:
    """Gives properties and classes their qualified names, making up prefixes where none is known."""

    def __init__(self, shared: XmlNames) -> None:
        self._shared = shared
        self._made: dict[str, str] = {}
        self._used = {terms.RDF}
        self._names: dict[str, str] = {}

    def learn(self, predicates: Iterable[str], types: Iterable[str]) -> None:
        """Name what will be an element, in an order of its own.

        Args:
            predicates: The IRIs of the properties.
            types: Those of the types.

        Raises:
            InputError: A property cannot be the name of an element.
        """
        for predicate in sorted(predicates):
            if not self._learned(predicate):
                raise InputError(_name_fault(predicate), hint="take another format, or rename the property")
        for value in sorted(types):
            self._learned(value)

    def used(self) -> list[tuple[str, str]]:
        return sorted((self._prefix(namespace), namespace) for namespace in self._used)

    def qualified(self, predicate: str) -> str:
        return self._names[predicate]

    def element(self, types: Iterable[str]) -> tuple[str, str | None]:
        """The element's name for a subject, and the type that the name says."""
        said = next((value for value in types if value in self._names), None)
        return (self._names[said], said) if said else ("rdf:Description", None)

    def _prefix(self, namespace: str) -> str:
        return self._shared.by_namespace.get(namespace) or self._made[namespace]

    def _learned(self, iri: str) -> bool:
        cut = self._shared.cut(iri)
        if not cut:
            return False
        namespace = iri[:cut]
        if namespace not in self._shared.by_namespace and namespace not in self._made:
            taken = {*self._shared.by_namespace.values(), *self._made.values()}
            self._made[namespace] = next(f"ns{number}" for number in count() if f"ns{number}" not in taken)
        self._used.add(namespace)
        self._names[iri] = f"{self._prefix(namespace)}:{iri[cut:]}"
        return True


class _Elements:
    """Writes the elements of one graph's subjects."""

    def __init__(self, graph: Grouping, names: _ElementNames) -> None:
        self._graph = graph
        self._subjects = graph.subjects
        self._nesting = graph.nesting(literals_in_lists=False)
        self._names = names
        self._labels = _labels(graph)

    def roots(self) -> list[str]:
        """The subjects that stand on their own, in order."""
        return self._graph.roots(self._nesting)

    def element(self, subject: str, depth: int) -> str:
        """The element of a subject."""
        values = self._subjects[subject]
        types = values.get(TYPE, ())
        name, typed = self._names.element(iri(value) for value in _sorted(types) if is_iri(value))
        written = f"<{typed}>"
        pieces = []
        for predicate in sorted(values, key=predicate_key):
            qualified = self._names.qualified(iri(predicate))
            for value in _sorted(values[predicate]):
                if predicate != TYPE or value != written:
                    pieces.append(self._property(qualified, value, depth + 1))  # noqa: PERF401 -- reads better so
        return _wrapped(f"{name}{self._name(subject, 'about')}", "".join(pieces), depth)

    def _name(self, node: str, attribute: str) -> str:
        """The attribute that names a node; a blank node that is written in place needs none."""
        if is_iri(node):
            return f' rdf:{attribute}="{_attribute(iri(node))}"'
        return "" if node in self._nesting.nested else f' rdf:nodeID="{self._labels[node]}"'

    def _property(self, name: str, value: str, depth: int) -> str:
        if value[0] == "<":
            return f'{INDENT * depth}<{name} rdf:resource="{_attribute(iri(value))}"/>\n'
        if value[0] == '"':
            return _text_property(name, value, depth)
        if value in self._nesting.lists:
            return self._collection(name, self._nesting.lists[value], depth)
        if value in self._nesting.nested:
            return _wrapped(name, self.element(value, depth + 1), depth)
        return _wrapped(f"{name}{self._name(value, 'resource')}", "", depth)

    def _collection(self, name: str, members: Sequence[str], depth: int) -> str:
        inside = "".join(self._member(member, depth + 1) for member in members)
        return _wrapped(f'{name} rdf:parseType="Collection"', inside, depth)

    def _member(self, member: str, depth: int) -> str:
        if member in self._nesting.lists:
            first, *rest = self._nesting.lists[member]
            inside = self._property("rdf:first", first, depth + 1) + self._collection("rdf:rest", rest, depth + 1)
            return _wrapped("rdf:Description", inside, depth)
        if member in self._nesting.nested:
            return self.element(member, depth)
        return _wrapped(f"rdf:Description{self._name(member, 'about')}", "", depth)


def _sorted(objects: Sequence[str]) -> Sequence[str]:
    return sorted(objects, key=term_key) if len(objects) > 1 else objects


def _text_property(name: str, value: str, depth: int) -> str:
    text, language, datatype = literal_parts(value)
    attribute = ""
    if language:
        attribute = f' xml:lang="{language}"'
    elif datatype != _STRING:
        attribute = f' rdf:datatype="{_attribute(datatype)}"'
    return f"{INDENT * depth}<{name}{attribute}>{_text(text)}</{name}>\n"


def _labels(graph: Grouping) -> dict[str, str]:
    """Blank nodes keep their labels if all of them are XML names; else all are numbered."""
    blank = sorted(graph.blank_nodes(), key=term_key)
    keep = all(_NODE_ID.fullmatch(node, 2) for node in blank)
    return {node: node[2:] if keep else f"b{number}" for number, node in enumerate(blank)}


def _wrapped(opening: str, inside: str, depth: int) -> str:
    """An element around others, or an empty one."""
    pad = INDENT * depth
    return f"{pad}<{opening}>\n{inside}{pad}</{opening.partition(' ')[0]}>\n" if inside else f"{pad}<{opening}/>\n"
