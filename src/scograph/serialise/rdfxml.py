"""RDF/XML for people: typed elements, one per subject, properties in order (RDF 1.1 XML Syntax, clause 2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import count

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from scograph import terms
from scograph.errors import InputError
from scograph.model import Node, Term, in_default_graph
from scograph.serialise.blocks import Blocks, Values, gather, node_key
from scograph.serialise.plain import TYPE, Divided, divided, iri_of, literal_parts, object_key, predicate_key

INDENT = "  "

_LETTERS = (
    "A-Za-z_À-ÖØ-öø-ÿ\u0391-\u03a1\u03a3-\u03ce\u0401\u0410-\u044f\u0451\u05d0-\u05ea\u0621-\u063a\u0641-\u064a"
    "\u3041-\u3094\u30a1-\u30fa\u4e00-\u9fa5\uac00-\ud7a3"
)
"""Letters that a name may begin with in every edition of XML 1.0 (fourth edition, appendix B): the usual alphabets."""
_LOCAL_NAME = rf"[{_LETTERS}][{_LETTERS}0-9.·-]*"
_compiled = cache(re.compile)  # this one takes long to compile, and no other format wants it
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
    yield from rdf_xml_of(divided(statements), prefixes)


def rdf_xml_of(parts: Divided, prefixes: Mapping[str, str] | XmlNames | None = None) -> Iterator[bytes]:
    """Write triples as RDF/XML that were divided already (see `rdf_xml`)."""
    blocks = next(iter(gather(in_default_graph(parts.rest), literals_in_lists=False)), None)
    _require_xml(parts, blocks)
    names = _Names(prefixes if isinstance(prefixes, XmlNames) else XmlNames(prefixes or {}))
    names.learn(*_named(parts, blocks))
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF'
    yield "".join(f'\n    xmlns:{prefix}="{_attribute(namespace)}"' for prefix, namespace in names.used()).encode()
    yield b">\n"
    found = [(iri_of(token), _plain(token, values, names)) for token, values in parts.said.items()]
    blank = []
    if blocks:
        elements = _Elements(blocks, names)
        for subject in blocks.roots():
            element = elements.element(subject, 1)
            if isinstance(subject, NamedNode):
                found.append((subject.value, element))
            else:
                blank.append(element)
    found.sort()
    for _, element in found:
        yield element.encode()
    for element in blank:
        yield element.encode()
    yield b"</rdf:RDF>\n"


def _require_xml(parts: Divided, blocks: Blocks | None) -> None:
    """Refuse a text that XML cannot carry, before anything is written; N-Triples has an escape for each such."""
    texts = [literal_parts(value)[0] for value in parts.objects() if "\\" in value]
    if blocks:
        texts += [value.value for value in blocks.objects() if isinstance(value, Literal)]
    for text in texts:
        bad = _NOT_XML.search(text)
        if bad:
            raise InputError(
                f"a text holds the character U+{ord(bad.group()):04X}, which XML 1.0 cannot carry: {text[:60]!r}",
                hint="take another format, or mend the text",
            )


def _named(parts: Divided, blocks: Blocks | None) -> tuple[set[str], set[str]]:
    """The IRIs of the properties, and of the types."""
    predicates = {iri_of(predicate) for values in parts.said.values() for predicate in values}
    types = {iri_of(value) for values in parts.said.values() for value in values.get(TYPE, ()) if value.startswith("<")}
    for values in blocks.subjects.values() if blocks else ():
        predicates |= {predicate.value for predicate in values}
        types |= {value.value for value in _types(values)}
    return predicates, types


def _plain(token: str, values: Mapping[str, list[str]], names: _Names) -> str:
    said = {
        predicate: sorted(values[predicate], key=object_key) if len(values[predicate]) > 1 else values[predicate]
        for predicate in sorted(values, key=predicate_key)
    }
    types = said.get(TYPE, ())
    name, typed = names.element(iri_of(value) for value in types if value.startswith("<"))
    inside = "".join(
        _plain_property(names.qualified(iri_of(predicate)), value)
        for predicate, objects in said.items()
        for value in objects
        if predicate != TYPE or value != f"<{typed}>"
    )
    return _wrapped(f'{name} rdf:about="{_attribute(iri_of(token))}"', inside, 1)


def _plain_property(name: str, value: str) -> str:
    if value.startswith("<"):
        return f'{INDENT * 2}<{name} rdf:resource="{_attribute(iri_of(value))}"/>\n'
    return _of_text(name, *literal_parts(value), 2)


def _of_text(name: str, text: str, language: str, datatype: str, depth: int) -> str:
    attribute = ""
    if language:
        attribute = f' xml:lang="{language}"'
    elif datatype != _STRING:
        attribute = f' rdf:datatype="{_attribute(datatype)}"'
    return f"{INDENT * depth}<{name}{attribute}>{_text(text)}</{name}>\n"


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
            cut = max(iri.rfind("#"), iri.rfind("/"), iri.rfind(":")) + 1
            while cut < len(iri) and (iri[:cut] in _NOT_NAMESPACES or not _compiled(_LOCAL_NAME).fullmatch(iri, cut)):
                cut += 1
            self._cuts[iri] = 0 if cut == len(iri) or iri in _NOT_NAMES else cut
        return self._cuts[iri]


class _Names:
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
                raise InputError(
                    f"<{predicate}> cannot be written in RDF/XML: "
                    + ("as an element it is syntax" if predicate in _NOT_NAMES else "its end is no XML name"),
                    hint="take another format, or rename the property",
                )
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


def _types(values: Values) -> list[NamedNode]:
    return [value for value in values.get(terms.TYPE, ()) if isinstance(value, NamedNode)]


class _Elements:
    """Writes the elements of one graph's subjects."""

    def __init__(self, blocks: Blocks, names: _Names) -> None:
        self._blocks = blocks
        self._names = names
        self._labels = _labels(blocks)

    def element(self, subject: Node, depth: int) -> str:
        values = self._blocks.subjects[subject]
        name, said = self._names.element(value.value for value in _types(values))
        inside = "".join(
            self._property(self._names.qualified(predicate.value), value, depth + 1)
            for predicate, objects in values.items()
            for value in objects
            if predicate != terms.TYPE or not (isinstance(value, NamedNode) and value.value == said)
        )
        return _wrapped(f"{name}{self._name(subject, 'about')}", inside, depth)

    def _name(self, node: Term, attribute: str) -> str:
        """The attribute that names a node; a blank node that is written in place needs none."""
        if isinstance(node, NamedNode):
            return f' rdf:{attribute}="{_attribute(node.value)}"'
        return "" if node in self._blocks.nested else f' rdf:nodeID="{self._labels[node]}"'

    def _property(self, name: str, value: Term, depth: int) -> str:
        if isinstance(value, Literal):
            language = value.language or ""
            return _of_text(name, value.value, language, value.datatype.value, depth)
        if isinstance(value, BlankNode) and value in self._blocks.lists:
            return self._collection(name, self._blocks.lists[value], depth)
        if isinstance(value, BlankNode) and value in self._blocks.nested:
            return _wrapped(name, self.element(value, depth + 1), depth)
        return _wrapped(f"{name}{self._name(value, 'resource')}", "", depth)

    def _collection(self, name: str, members: Sequence[Term], depth: int) -> str:
        inside = "".join(self._member(member, depth + 1) for member in members)
        return _wrapped(f'{name} rdf:parseType="Collection"', inside, depth)

    def _member(self, member: Term, depth: int) -> str:
        if isinstance(member, BlankNode) and member in self._blocks.lists:
            first, *rest = self._blocks.lists[member]
            inside = self._property("rdf:first", first, depth + 1) + self._collection("rdf:rest", rest, depth + 1)
            return _wrapped("rdf:Description", inside, depth)
        if isinstance(member, BlankNode) and member in self._blocks.nested:
            return self.element(member, depth)
        return _wrapped(f"rdf:Description{self._name(member, 'about')}", "", depth)


def _labels(blocks: Blocks) -> dict[Term, str]:
    """Blank nodes keep their labels if all of them are XML names; else all are numbered."""
    found = sorted(
        {node for node in (*blocks.subjects, *blocks.objects()) if isinstance(node, BlankNode)}, key=node_key
    )
    keep = all(_NODE_ID.fullmatch(node.value) for node in found)
    return {node: node.value if keep else f"b{number}" for number, node in enumerate(found)}


def _wrapped(opening: str, inside: str, depth: int) -> str:
    """An element around others, or an empty one."""
    pad = INDENT * depth
    return f"{pad}<{opening}>\n{inside}{pad}</{opening.partition(' ')[0]}>\n" if inside else f"{pad}<{opening}/>\n"
