"""RDF/XML for people: typed elements, one per subject, properties in order (RDF 1.1 XML Syntax, clause 2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import count

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from scograph import terms
from scograph.errors import InputError
from scograph.model import Node, Term, in_default_graph
from scograph.serialise.blocks import Blocks, Values, gather, node_key

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
_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_ATTRIBUTE = _IN_TEXT | str.maketrans({'"': "&quot;"})
_NOT_NAMESPACES = ("http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/")
_NOT_NAMES = frozenset(
    terms.RDF + name
    for name in (
        *("Description", "RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "li"),
        *("aboutEach", "aboutEachPrefix", "bagID"),
    )
)
"""What is syntax as an element, not a class or property (RDF 1.1 XML Syntax, clauses 7.2.2 to 7.2.4)."""


def rdf_xml(quads: Iterable[Quad], prefixes: Mapping[str, str] | None = None) -> Iterator[bytes]:
    """Write quads as RDF/XML; graph names are left out.

    Args:
        quads: The quads, all held in memory.
        prefixes: The prefixes to use.

    Returns:
        UTF-8 in pieces, a subject each.

    Raises:
        InputError: A property cannot be the name of an element, a text holds a character that XML 1.0 forbids, or a
            term is one of RDF 1.2.
    """
    graphs = gather(in_default_graph(quads), literals_in_lists=False)
    names = _Names(prefixes or {})
    for blocks in graphs:
        _require_xml(blocks)
        names.learn(blocks)
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF'
    yield "".join(
        f'\n    xmlns:{prefix}="{namespace.translate(_IN_ATTRIBUTE)}"' for prefix, namespace in names.used()
    ).encode()
    yield b">\n"
    for blocks in graphs:
        elements = _Elements(blocks, names)
        for subject in blocks.roots():
            yield elements.element(subject, 1).encode()
    yield b"</rdf:RDF>\n"


def _require_xml(blocks: Blocks) -> None:
    """Refuse a text that XML cannot carry, before anything is written."""
    for text in (value.value for value in blocks.objects() if isinstance(value, Literal)):
        bad = _NOT_XML.search(text)
        if bad:
            raise InputError(
                f"a text holds the character U+{ord(bad.group()):04X}, which XML 1.0 cannot carry: {text[:60]!r}",
                hint="take another format, or mend the text",
            )


class _Names:
    """Gives properties and classes their qualified names, making up prefixes where none is known."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        known = sorted(prefixes.items(), reverse=True)
        self._by_namespace = {namespace: prefix for prefix, namespace in known if _PREFIX.fullmatch(prefix)}
        self._by_namespace[terms.RDF] = "rdf"
        self._used = {terms.RDF}
        self._names: dict[Term, str] = {}

    def learn(self, blocks: Blocks) -> None:
        """Name what will be an element, in an order of its own.

        Args:
            blocks: The blocks of a graph.

        Raises:
            InputError: A property cannot be the name of an element.
        """
        predicates = {predicate for values in blocks.subjects.values() for predicate in values}
        for predicate in sorted(predicates, key=node_key):
            if not self._learned(predicate):
                raise InputError(
                    f"{predicate} cannot be written in RDF/XML: "
                    + ("as an element it is syntax" if predicate.value in _NOT_NAMES else "its end is no XML name"),
                    hint="take another format, or rename the property",
                )
        for value in sorted({v for values in blocks.subjects.values() for v in _types(values)}, key=node_key):
            self._learned(value)

    def used(self) -> list[tuple[str, str]]:
        return sorted((self._by_namespace[namespace], namespace) for namespace in self._used)

    def qualified(self, predicate: NamedNode) -> str:
        return self._names[predicate]

    def element(self, values: Values) -> tuple[str, Term | None]:
        """The element's name for a subject, and the type that the name says."""
        said = next((value for value in _types(values) if value in self._names), None)
        return (self._names[said], said) if said else ("rdf:Description", None)

    def _learned(self, term: NamedNode) -> bool:
        iri = term.value
        cut = max(iri.rfind("#"), iri.rfind("/"), iri.rfind(":")) + 1
        while cut < len(iri) and (iri[:cut] in _NOT_NAMESPACES or not _compiled(_LOCAL_NAME).fullmatch(iri, cut)):
            cut += 1
        if cut == len(iri) or iri in _NOT_NAMES:
            return False
        namespace = iri[:cut]
        if namespace not in self._by_namespace:
            taken = set(self._by_namespace.values())
            self._by_namespace[namespace] = next(f"ns{number}" for number in count() if f"ns{number}" not in taken)
        self._used.add(namespace)
        self._names[term] = f"{self._by_namespace[namespace]}:{iri[cut:]}"
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
        name, said = self._names.element(values)
        inside = "".join(
            self._property(self._names.qualified(predicate), value, depth + 1)
            for predicate, objects in values.items()
            for value in objects
            if predicate != terms.TYPE or value != said
        )
        return _wrapped(f"{name}{self._name(subject, 'about')}", inside, depth)

    def _name(self, node: Term, attribute: str) -> str:
        """The attribute that names a node; a blank node that is written in place needs none."""
        if isinstance(node, NamedNode):
            return f' rdf:{attribute}="{node.value.translate(_IN_ATTRIBUTE)}"'
        return "" if node in self._blocks.nested else f' rdf:nodeID="{self._labels[node]}"'

    def _property(self, name: str, value: Term, depth: int) -> str:
        if isinstance(value, Literal):
            attribute = ""
            if value.language:
                attribute = f' xml:lang="{value.language}"'
            elif value.datatype != terms.STRING:
                attribute = f' rdf:datatype="{value.datatype.value.translate(_IN_ATTRIBUTE)}"'
            return f"{INDENT * depth}<{name}{attribute}>{value.value.translate(_IN_TEXT)}</{name}>\n"
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
