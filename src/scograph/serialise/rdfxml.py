"""RDF/XML for people: typed elements, one per subject, properties in order (RDF 1.1 XML Syntax, clause 2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from scograph import terms
from scograph.errors import InputError
from scograph.model import Node, Term
from scograph.serialise.blocks import Blocks, Values, gather

_LOCAL_NAME = re.compile(r"[A-Za-z_À-ÖØ-öø-\u02ff\u0370-\u037d\u037f-\u1fff][\w.·-]*\Z")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def rdf_xml(quads: Iterable[Quad], prefixes: Mapping[str, str] | None = None) -> Iterator[bytes]:
    """Write quads as RDF/XML; graph names are left out.

    Args:
        quads: The quads, all held in memory.
        prefixes: The prefixes to use.

    Returns:
        UTF-8 in pieces, a subject each.

    Raises:
        InputError: A property has no local name that XML allows, or a text holds a character that XML 1.0 forbids.
    """
    graphs = gather(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    subjects = graphs[0].subjects if graphs else {}
    names = _Names({**(prefixes or {})})
    for values in subjects.values():
        for predicate in values:
            names.qualified(predicate)
        names.element(values)
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF'
    yield "".join(f"\n    xmlns:{prefix}={quoteattr(namespace)}" for prefix, namespace in names.used()).encode()
    yield b">\n"
    for blocks in graphs:
        elements = _Elements(blocks, names)
        for subject in blocks.roots():
            yield elements.element(subject, 1).encode()
    yield b"</rdf:RDF>\n"


class _Names:
    """Gives properties and classes their qualified names, making up prefixes where none is known."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._by_namespace = {namespace: prefix for prefix, namespace in sorted(prefixes.items(), reverse=True)}
        self._by_namespace[terms.RDF] = "rdf"
        self._used = {terms.RDF}
        self._made_up = 0

    def used(self) -> list[tuple[str, str]]:
        return sorted((self._by_namespace[namespace], namespace) for namespace in self._used)

    def qualified(self, predicate: NamedNode) -> str:
        name = self._split(predicate.value)
        if name is None:
            raise InputError(
                f"{predicate} cannot be written in RDF/XML: its end is no XML name",
                hint="take another format, or rename the property",
            )
        return name

    def element(self, values: Values) -> tuple[str, Term | None]:
        """The element's name for a subject, and the type that the name says."""
        for value in values.get(terms.TYPE, ()):
            name = self._split(value.value) if isinstance(value, NamedNode) else None
            if name and value not in _NOT_ELEMENTS:
                return name, value
        return "rdf:Description", None

    def _split(self, iri: str) -> str | None:
        cut = max(iri.rfind("#"), iri.rfind("/"), iri.rfind(":")) + 1
        while cut < len(iri) and not _LOCAL_NAME.match(iri, cut):
            cut += 1
        if cut == len(iri):
            return None
        namespace = iri[:cut]
        if namespace not in self._by_namespace:
            taken = set(self._by_namespace.values())
            while f"ns{self._made_up}" in taken:
                self._made_up += 1
            self._by_namespace[namespace] = f"ns{self._made_up}"
        self._used.add(namespace)
        return f"{self._by_namespace[namespace]}:{iri[cut:]}"


_NOT_ELEMENTS = frozenset(
    NamedNode(terms.RDF + name)
    for name in ("Description", "RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "li")
)


class _Elements:
    """Writes the elements of one graph's subjects."""

    def __init__(self, blocks: Blocks, names: _Names) -> None:
        self._subjects = blocks.subjects
        self._nested = blocks.nested
        self._names = names

    def element(self, subject: Node, depth: int) -> str:
        values = self._subjects[subject]
        element, said = self._names.element(values)
        pad = "  " * depth
        if isinstance(subject, NamedNode):
            about = f" rdf:about={quoteattr(subject.value)}"
        else:
            about = "" if subject in self._nested else f" rdf:nodeID={quoteattr(subject.value)}"
        lines = [f"{pad}<{element}{about}>\n"]
        for predicate, objects in values.items():
            name = self._names.qualified(predicate)
            lines += [
                self._property(name, value, depth + 1) for value in objects if predicate != terms.TYPE or value != said
            ]
        return "".join(lines) + f"{pad}</{element}>\n"

    def _property(self, name: str, value: Term, depth: int) -> str:
        pad = "  " * depth
        if isinstance(value, Literal):
            attribute = ""
            if value.language:
                attribute = f" xml:lang={quoteattr(value.language)}"
            elif value.datatype != terms.STRING:
                attribute = f" rdf:datatype={quoteattr(value.datatype.value)}"
            return f"{pad}<{name}{attribute}>{_text(value.value)}</{name}>\n"
        if isinstance(value, NamedNode):
            return f"{pad}<{name} rdf:resource={quoteattr(value.value)}/>\n"
        if isinstance(value, BlankNode) and value in self._nested:
            return f"{pad}<{name}>\n{self.element(value, depth + 1)}{pad}</{name}>\n"
        return f"{pad}<{name} rdf:nodeID={quoteattr(value.value if isinstance(value, BlankNode) else '')}/>\n"


def _text(value: str) -> str:
    bad = _NOT_XML.search(value)
    if bad:
        raise InputError(
            f"a text holds the character U+{ord(bad.group()):04X}, which XML 1.0 cannot carry: {value[:60]!r}",
            hint="take another format, or mend the text",
        )
    return escape(value, {"\r": "&#13;"})
