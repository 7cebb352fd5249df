"""Reads RDF/XML and says where each statement stands (RDF 1.1 XML Syntax, clauses 6 and 7)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urljoin
from xml.parsers import expat

from pyoxigraph import Quad

from scograph.escapes import escape
from scograph.model import TextSpan
from scograph.terms import RDF
from scograph.written import Found, PlacedStatement, WrittenStatements

_XML = "http://www.w3.org/XML/1998/namespace "
_TAG = re.compile(r"<[^\s/>]+(?:[^\"'>]++|\"[^\"]*+\"|'[^']*+')*+>")
_ATTRIBUTE = re.compile(r"(?P<name>[^\s=/>\"']+)\s*=\s*(?P<value>\"[^\"]*+\"|'[^']*+')")
_SYNTAX = ("about", "ID", "nodeID", "resource", "datatype", "parseType", "bagID", "aboutEach", "aboutEachPrefix")


def read_rdf_xml(data: bytes, quads: Iterable[Quad], base: str = "") -> WrittenStatements | None:
    """Find where the statements of a document stand: at its elements, attributes and texts.

    Args:
        data: The document in UTF-8, within the bounds (`guard`).
        quads: What the parser reads in it.
        base: Its base IRI, or nothing.

    Returns:
        The places; None where it is not well-formed.
    """
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    reader = _RdfXmlParser(text, base)
    try:
        reader.read()
    except expat.ExpatError:
        return None
    return WrittenStatements(text, quads, reader.found)


_NOWHERE = TextSpan(0, 0)


@dataclass
class _Attribute:
    name: str
    value: str
    span: TextSpan


@dataclass
class _Element:
    """An element that is open.

    Args:
        kind: `root`, `node`, `property` or `skipped`.
        base: The base IRI in it.
        language: The language in it.
        name: Where its name stands.
        content: Where its content begins.
    """

    kind: str
    base: str
    language: str
    name: TextSpan
    content: int
    subject: str = ""
    subject_span: TextSpan = _NOWHERE
    predicate: str = ""
    datatype: str = ""
    reified: str = ""
    parse_type: str = ""
    has_object: bool = False
    members: int = 0
    cell: str = ""
    text: list[str] = field(default_factory=list)


class _RdfXmlParser:
    def __init__(self, text: str, base: str) -> None:
        self.found: list[Found] = []
        self._text = text
        self._bytes = text.encode("utf-8", "surrogatepass")
        self._is_ascii = len(self._bytes) == len(text)
        self._known = (0, 0)
        self._blank = count()
        self._owner = ""
        self._stack: list[_Element] = []
        self._base = base
        parser = self._parser = expat.ParserCreate("UTF-8", " ")
        parser.ordered_attributes = True
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data

    def read(self) -> None:
        self._parser.Parse(self._bytes, True)  # noqa: FBT003 -- it is the whole

    def _offset(self) -> int:
        """Characters before the current event."""
        at: int = self._parser.CurrentByteIndex
        if self._is_ascii:
            return at
        before, characters = self._known
        if at < before:
            before = characters = 0
        characters += len(self._bytes[before:at].decode("utf-8", "ignore"))
        self._known = (at, characters)
        return characters

    # Events

    def _start(self, name: str, listed: list[str]) -> None:
        start = self._offset()
        tag = _TAG.match(self._text, start)
        content = tag.end() if tag else start + 1
        written = re.compile(r"[^\s/>]*").match(self._text, start + 1)
        span = TextSpan(start + 1, written.end() if written else start + 1)
        attributes = self._attributes(listed, span.end, content)
        above = self._stack[-1] if self._stack else None
        base, language = (above.base, above.language) if above else (self._base, "")
        for one in attributes:
            if one.name == f"{_XML}base":
                base = _resolved(one.value, base).partition("#")[0]
            elif one.name == f"{_XML}lang":
                language = one.value
        iri = name.replace(" ", "")
        element = _Element("skipped", base, language, span, content)
        self._stack.append(element)
        if above is None and iri == f"{RDF}RDF":
            element.kind = "root"
        elif above is None or above.kind == "root" or (above.kind == "property" and above.parse_type != "Resource"):
            if above is None or above.parse_type in ("", "Collection"):
                self._node(element, iri, attributes, above)
        elif above.kind in ("node", "property"):
            self._property(element, iri, attributes, above)

    def _end(self, _name: str) -> None:
        element = self._stack.pop()
        if element.kind != "property" or not element.predicate:
            return
        end = max(self._offset(), element.content)
        if element.parse_type == "Collection":
            nil = f"<{RDF}nil>"
            if element.cell:
                self._say(element.cell, "rest", nil, element.name, element.name, element.name)
            else:
                self._state(element, nil, element.name)
        elif element.parse_type not in ("", "Resource"):
            inner = TextSpan(element.content, end) if end > element.content else element.name
            self._state(element, f'"{escape(self._text[inner.start : inner.end])}"^^<{RDF}XMLLiteral>', inner)
        elif not element.has_object:
            text = escape("".join(element.text))
            inner = TextSpan(element.content, end) if end > element.content else element.name
            suffix = f"^^<{element.datatype}>" if element.datatype else f"@{element.language}" * bool(element.language)
            self._state(element, f'"{text}"{suffix}', inner)

    def _data(self, text: str) -> None:
        if self._stack and self._stack[-1].kind == "property":
            self._stack[-1].text.append(text)

    def _attributes(self, listed: list[str], start: int, end: int) -> list[_Attribute]:
        """The attributes with their places: those that declare namespaces are not told by the XML parser."""
        spans = [
            TextSpan(*match.span())
            for match in _ATTRIBUTE.finditer(self._text, start, end)
            if match["name"] != "xmlns" and not match["name"].startswith("xmlns:")
        ]
        pairs = list(zip(listed[::2], listed[1::2], strict=True))
        spans += [TextSpan(start, start)] * (len(pairs) - len(spans))  # what a document type adds
        return [_Attribute(name, value, span) for (name, value), span in zip(pairs, spans, strict=False)]

    # Nodes and properties

    def _node(self, element: _Element, iri: str, attributes: list[_Attribute], above: _Element | None) -> None:
        element.kind = "node"
        element.subject, element.subject_span = self._named(element, attributes, element.name, ("about", "ID"))
        if above is None or above.kind == "root":
            self._owner = element.subject if element.subject[0] == "<" else ""
        elif above.parse_type == "Collection":
            self._member(above, element)
        else:
            above.has_object = True
            self._state(above, element.subject, element.subject_span)
        if iri != f"{RDF}Description":
            self._say(element.subject, "type", f"<{iri}>", element.subject_span, element.name, element.name)
        self._attribute_properties(element, element.subject, element.subject_span, attributes)

    def _member(self, above: _Element, element: _Element) -> None:
        cell = self._new_blank()
        if above.cell:
            self._say(above.cell, "rest", cell, above.name, element.name, element.name)
        else:
            self._state(above, cell, above.name)
        above.cell = cell
        self._say(cell, "first", element.subject, element.name, element.name, element.subject_span)

    def _property(self, element: _Element, iri: str, attributes: list[_Attribute], above: _Element) -> None:
        element.kind = "property"
        if iri == f"{RDF}li":
            above.members += 1
            iri = f"{RDF}_{above.members}"
        element.predicate = f"<{iri}>"
        element.subject, element.subject_span = above.subject, above.subject_span
        given = {one.name.removeprefix(f"{RDF} "): one for one in attributes}
        if "ID" in given:
            element.reified = _reference(f"#{given['ID'].value}", element.base)
        if "datatype" in given:
            element.datatype = _resolved(given["datatype"].value, element.base)
        if "parseType" in given:
            element.parse_type = given["parseType"].value
            if element.parse_type == "Resource":
                node = self._new_blank()
                element.has_object = True
                self._state(element, node, element.name)
                element.subject, element.subject_span = node, element.name
            return
        properties = [one for one in attributes if _is_property(one.name)]
        if "resource" in given or "nodeID" in given or properties:
            node, span = self._named(element, attributes, element.name, ("resource",))
            element.has_object = True
            self._state(element, node, span)
            self._attribute_properties(element, node, span, attributes)

    def _named(
        self, element: _Element, attributes: list[_Attribute], otherwise: TextSpan, names: tuple[str, ...]
    ) -> tuple[str, TextSpan]:
        for one in attributes:
            name = one.name.removeprefix(f"{RDF} ")
            if name == "nodeID":
                return f"_:{one.value}", one.span
            if name in names:
                return _reference(f"#{one.value}" if name == "ID" else one.value, element.base), one.span
        return self._new_blank(), otherwise

    def _attribute_properties(
        self, element: _Element, subject: str, subject_span: TextSpan, attributes: list[_Attribute]
    ) -> None:
        for one in attributes:
            if not _is_property(one.name):
                continue
            iri = one.name.replace(" ", "")
            if iri == f"{RDF}type":
                value = _reference(one.value, element.base)
            else:
                value = f'"{escape(one.value)}"' + (f"@{element.language}" if element.language else "")
            place = PlacedStatement(subject_span, one.span, one.span, self._owner)
            self.found.append(Found(subject, f"<{iri}>", value, place))

    def _new_blank(self) -> str:
        return f"_:\0{next(self._blank)}"

    def _state(self, element: _Element, value: str, span: TextSpan) -> None:
        """The statement of a property element, and what its rdf:ID says of it (clause 7.3)."""
        place = PlacedStatement(element.subject_span, element.name, span, self._owner)
        self.found.append(Found(element.subject, element.predicate, value, place))
        if element.reified:
            name = element.name
            self._say(element.reified, "type", f"<{RDF}Statement>", name, name, name)
            for part, term in (("subject", element.subject), ("predicate", element.predicate), ("object", value)):
                self._say(element.reified, part, term, name, name, name)

    def _say(  # noqa: PLR0913, PLR0917 -- a statement has three places
        self, subject: str, name: str, value: str, subject_at: TextSpan, predicate_at: TextSpan, value_at: TextSpan
    ) -> None:
        """A statement with a property of RDF itself."""
        place = PlacedStatement(subject_at, predicate_at, value_at, self._owner)
        self.found.append(Found(subject, f"<{RDF}{name}>", value, place))


def _is_property(name: str) -> bool:
    """Whether an attribute is a property (clause 7.2.25); one without a namespace is none."""
    if " " not in name or name.startswith(_XML):
        return False
    return not (name.startswith(f"{RDF} ") and name.removeprefix(f"{RDF} ") in _SYNTAX)


def _resolved(value: str, base: str) -> str:
    if not base:
        return value
    try:
        return urljoin(base, value) if value else base.partition("#")[0]
    except ValueError:
        return value


def _reference(value: str, base: str) -> str:
    return f"<{_resolved(value, base)}>"
