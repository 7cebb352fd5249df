"""One entity as compact JSON-LD (JSON-LD 1.1 API, clauses 5.5 and 6), made of the bytes that Turtle has for its terms.

Turtle's escapes of a text are those of JSON, so that texts are copied as they stand. What a term cannot say (a text
without a language in a language map, a value of another datatype) is written under the property's full or prefixed IRI,
as an explicit value object, so that expansion gives back the same triples.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from scograph import terms
from scograph.serialise.context import ContextTable, TermDefinition
from scograph.serialise.entities import TYPE, Entity, Turtle, merged, objects_of

LARGEST_NATIVE = 2**53
"""JSON readers keep integers exactly up to here (RFC 8259, clause 6)."""
MOST_REMEMBERED = 5_000
"""So many written IRIs are remembered."""

_LANGUAGES, _NODES, _TYPED, _ANY = range(4)
"""What the values of a term are."""

_SHORT = re.compile(rb'(?:[A-Za-z][\w.-]*:[^\s\\"<]+(?: , |\Z))+')
"""Prefixed names that JSON-LD reads as Turtle does."""
_CANONICAL_INTEGER = re.compile(rb"0|-?[1-9][0-9]*")
_ESCAPED = re.compile(rb"\\(.)")
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*(?<!\.)")
_TYPE_IRI = terms.TYPE.value.encode()
_XSD = terms.XSD.encode()


class Confused(Exception):  # noqa: N818 -- it asks for another try
    """An IRI would be taken for a prefixed name, since its scheme is a term of the context."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Layout:
    """How an object is spread over lines.

    Args:
        between: What stands between two keys of an entity, and two entities of a graph.
        inside: What stands before the first key, and after the last.
    """

    start: bytes = b"{"
    between: bytes = b", "
    end: bytes = b"}"


ONE_LINE = Layout()
LINES = Layout(b"{\n      ", b",\n      ", b"\n    }")


@dataclass(frozen=True, slots=True)
class _Term:
    """A property's term, ready to write: its key, and what its values are coerced to."""

    key: bytes
    definition: TermDefinition
    suffix: bytes
    kind: int
    always_list: bool
    whole_numbers: bool


def usable_prefixes(table: ContextTable) -> dict[str, str]:
    """The prefixes of a context that Turtle can use."""
    return {name: namespace for name, namespace in table.prefixes.items() if _PREFIX.fullmatch(name)}


class Compactor:
    """Writes entities with the terms of a context.

    Args:
        table: The context.
        turtle: The Turtle that the entities are in, with the context's prefixes.
        name: The name of a blank node by its label.
        layout: How the objects look.
    """

    def __init__(self, table: ContextTable, turtle: Turtle, name: Callable[[bytes], bytes], layout: Layout) -> None:
        self._table = table
        self._turtle = turtle
        self._name = name
        self._layout = layout
        self._without: dict[frozenset[str], _Writer] = {}

    def _made(self, without: frozenset[str]) -> _Writer:
        if without not in self._without:
            self._without[without] = _Writer(self._table, self._turtle, self._name, without)
        return self._without[without]

    def entity(self, entity: Entity, *, without: frozenset[str] = frozenset()) -> bytes:
        """An entity as a JSON object.

        An IRI whose scheme is a term of the context is told from a prefixed name by taking the term away for this
        entity alone.

        Args:
            entity: The entity.
            without: The terms that are taken away around it already.

        Returns:
            UTF-8.
        """
        while True:
            writer = self._made(without)
            try:
                parts = [writer.start + writer.reference(entity.subject)]
                parts += writer.properties(entity, entity.properties)
            except Confused as confused:
                without |= {confused.name}
                continue
            if without:
                parts.insert(0, b'"@context": ' + away(without))
            return self._layout.start + self._layout.between.join(parts) + self._layout.end

    def graph(self, name: bytes) -> tuple[bytes, frozenset[str]]:
        """The keys that name a graph, and the terms that are taken away inside it."""
        without: frozenset[str] = frozenset()
        while True:
            writer = self._made(without)
            try:
                named = b'"%s": %s' % (writer.id_key, writer.reference(name))
            except Confused as confused:
                without |= {confused.name}
                continue
            return (b'"@context": %s, ' % away(without) if without else b"") + named, without


def away(names: Iterable[str]) -> bytes:
    """The context that takes terms away."""
    return json.dumps(dict.fromkeys(sorted(names)), ensure_ascii=False).encode()


class _Writer:
    """Writes with a context, without some of its terms."""

    def __init__(
        self, table: ContextTable, turtle: Turtle, name: Callable[[bytes], bytes], without: frozenset[str]
    ) -> None:
        self._names = frozenset(table.context) - without
        self._with_colon = frozenset(name.encode() for name in self._names if ":" in name)
        self._name = name
        self._namespaces = {name.encode(): namespace.encode() for name, namespace in turtle.prefixes.items()}
        self._gone = frozenset(name.encode() for name in without)
        id_key = table.id_key if table.id_key in self._names else "@id"
        type_key = table.type_key if table.type_key in self._names else "@type"
        self.id_key = id_key.encode()
        self.start = b'"' + self.id_key + b'": '
        self._type_start = b'"' + type_key.encode() + b'": '
        self._all_short = not without and not self._with_colon
        self._references: dict[bytes, bytes] = {}
        self._keys: dict[bytes, bytes] = {}
        self._classes = {turtle.token(iri): _quoted(n) for iri, n in table.classes.items() if n in self._names}
        self._terms: dict[bytes, _Term | None] = {}
        for iri, definition in table.properties.items():
            if definition.name in self._names:
                coerced = definition.type
                suffix = b"^^" + turtle.token(coerced) if coerced and not coerced.startswith("@") else b""
                token = TYPE if iri == terms.TYPE.value else turtle.token(iri)
                self._terms[token] = _Term(
                    _quoted(definition.name),
                    definition,
                    suffix,
                    _kind(definition),
                    definition.always_list,
                    coerced in ("", terms.XSD + "integer"),
                )
        self._integer, self._decimal, self._double, self._boolean = (
            turtle.token(terms.XSD + kind) for kind in ("integer", "decimal", "double", "boolean")
        )

    # Names

    def _full(self, token: bytes) -> bytes:
        """The IRI that a token of Turtle stands for."""
        if token[:1] == b"<":
            return token[1:-1]
        if token == TYPE:
            return _TYPE_IRI
        prefix, _, local = token.partition(b":")
        return self._namespaces[prefix] + _ESCAPED.sub(rb"\1", local)

    def _short(self, token: bytes) -> bytes:
        """The prefixed name where expansion gives the IRI back, else the IRI.

        Raises:
            Confused: The IRI looks like a prefixed name.
        """
        if token[:1] != b"<" and token != TYPE:
            prefix, _, local = token.partition(b":")
            if b"\\" in local:
                local = _ESCAPED.sub(rb"\1", local)
            name = prefix + b":" + local
            if local and local[:2] != b"//" and prefix not in self._gone and name not in self._with_colon:
                return name
        iri = self._full(token)
        scheme, _, rest = iri.partition(b":")
        if scheme.decode() in self._names and rest[:2] != b"//":
            raise Confused(scheme.decode())
        if iri in self._with_colon:
            raise Confused(iri.decode())
        return iri

    def reference(self, token: bytes) -> bytes:
        """The name of a node as a JSON string."""
        if self._all_short and _SHORT.fullmatch(token):
            return b'"' + token + b'"'
        written = self._references.get(token)
        if written is None:
            if token[:2] == b"_:":
                return b'"%s"' % self._name(token)
            if len(self._references) > MOST_REMEMBERED:
                self._references.clear()
            written = self._references[token] = b'"%s"' % self._short(token)
        return written

    def _class(self, token: bytes) -> bytes:
        return self._classes.get(token) or self.reference(token)

    def _key(self, token: bytes) -> bytes:
        if token not in self._keys:
            if len(self._keys) > MOST_REMEMBERED:
                self._keys.clear()
            self._keys[token] = b'"%s"' % self._short(token)
        return self._keys[token]

    # Properties

    def properties(self, entity: Entity, written: Sequence[bytes]) -> list[bytes]:
        """The keys of a node and their values: its types, then the rest by key.

        Args:
            entity: The entity that the node is, or that it is written in.
            written: Its properties, each with its objects, as Turtle has them.

        Returns:
            Pairs of key and value, as JSON has them.
        """
        found: list[tuple[bytes, bytes]] = []
        types: list[bytes] = []
        known = self._terms
        for some in written:
            name, _, objects = some.partition(b" ")
            term = known.get(name)
            if term is not None and (value := self._plainly(entity, term, objects)):
                found.append((term.key, value))
            elif name == TYPE:
                types += self._types(entity, objects, found, term)
            else:
                self._property(entity, name, term, objects_of(objects), found)
        if len(dict(found)) < len(found):
            return self.properties(entity, [name + b" " + b" , ".join(some) for name, some in merged(written).items()])
        found.sort()
        parts = [key + b": " + value for key, value in found]
        if types:
            value = types[0] if len(types) == 1 else _one_or_all(list(dict.fromkeys(types)))
            parts.insert(0, self._type_start + value)
        return parts

    def _plainly(self, entity: Entity, term: _Term, objects: bytes) -> bytes:
        """The usual values of a term, written without looking at each; nothing if they are not the usual ones."""
        if term.kind == _LANGUAGES:
            return _language_map(objects_of(objects)) if not term.always_list else b""
        if term.kind == _NODES:
            return self._nodes(entity, term, objects)
        if objects[:1] == b'"':
            return _one_text(term, objects) if not term.always_list else b""
        is_short = term.whole_numbers and len(objects) < 16 and objects.isdigit()  # noqa: PLR2004 -- surely below 2**53
        if is_short and (objects[:1] != b"0" or objects == b"0"):
            return b"[" + objects + b"]" if term.always_list else objects
        return b""

    def _nodes(self, entity: Entity, term: _Term, objects: bytes) -> bytes:
        if self._all_short and _SHORT.fullmatch(objects):
            if term.always_list:
                return b'["' + objects.replace(b" , ", b'", "') + b'"]'
            return b'"' + objects + b'"' if b" , " not in objects else b""
        if objects in entity.inside and objects not in entity.lists:
            value = self._node(entity, objects)
            return b"[" + value + b"]" if term.always_list else value
        return b""

    def _types(
        self, entity: Entity, written: bytes, found: list[tuple[bytes, bytes]], term: _Term | None
    ) -> list[bytes]:
        """The names of the types; what cannot be named is added as a property."""
        if written in self._classes:
            return [self._classes[written]]
        objects = objects_of(written)
        unnamed = [o for o in objects if o[:1] == b'"' or o in entity.inside or _is_bare(o)]
        if unnamed:
            self._property(entity, TYPE, term, unnamed, found)
        return [self._class(value) for value in objects if value not in unnamed]

    def _property(
        self,
        entity: Entity,
        name: bytes,
        term: _Term | None,
        objects: Sequence[bytes],
        found: list[tuple[bytes, bytes]],
    ) -> None:
        if len(objects) > 1:
            objects = tuple(dict.fromkeys(objects))
        if term is None:
            found.append((self._key(name), _one_or_all([self._explicit(entity, value) for value in objects])))
        elif term.definition.language_map:
            self._language_map(entity, name, term, objects, found)
        else:
            coerced = [self._coerced(entity, value, term) for value in objects]
            always = term.always_list
            found.append((term.key, b"[%s]" % b", ".join(coerced) if always else _one_or_all(coerced)))

    def _language_map(
        self,
        entity: Entity,
        name: bytes,
        term: _Term,
        objects: Sequence[bytes],
        found: list[tuple[bytes, bytes]],
    ) -> None:
        by_language: dict[bytes, list[bytes]] = defaultdict(list)
        unfit = []
        for value in objects:
            end = value.rfind(b'"') + 1
            if value[:1] != b'"' or value[end : end + 1] == b"^":
                unfit.append(value)
            else:
                by_language[value[end + 1 :] or b"@none"].append(value[:end])
        if by_language:
            always = term.always_list
            values = [
                b'"%s": %s' % (language, b"[%s]" % b", ".join(texts) if always else _one_or_all(texts))
                for language, texts in sorted(by_language.items())
            ]
            found.append((term.key, b"{%s}" % b", ".join(values)))
        if unfit:
            found.append((self._key(name), _one_or_all([self._explicit(entity, value) for value in unfit])))

    def _coerced(self, entity: Entity, value: bytes, term: _Term) -> bytes:  # noqa: PLR0911 -- one for each kind of value
        coerced = term.definition.type
        if coerced == "@id":
            first = value[:1]
            if first == b'"' or value in entity.inside or _is_bare(value):
                return self._explicit(entity, value, term)
            return self.reference(value)
        if coerced:
            if value in entity.lists:
                return self._explicit(entity, value, term)
            suffix = term.suffix
            if value[:1] == b'"' and value.endswith(suffix) and value[-len(suffix) - 1 : -len(suffix)] == b'"':
                return value[: -len(suffix)]
            if _is_bare(value) and suffix[2:] == self._bare_type(value):
                return value if self._is_native(value) else b'"%s"' % value
            return self._explicit(entity, value, term)
        return self._explicit(entity, value)

    def _explicit(self, entity: Entity, value: bytes, term: _Term | None = None) -> bytes:  # noqa: PLR0911 -- one for each kind of value
        """A value that says what it is; in a coerced term, where it would be taken for another, even a plain one."""
        first = value[:1]
        if first == b'"':
            end = value.rfind(b'"') + 1
            mark = value[end : end + 1]
            if mark == b"@":
                return b'{"@language": "%s", "@value": %s}' % (value[end + 1 :], value[:end])
            if mark == b"^":
                return b'{"@type": %s, "@value": %s}' % (self._class(value[end + 2 :]), value[:end])
            return b'{"@value": %s}' % value if term else value
        if _is_bare(value):
            if self._is_native(value):
                return b'{"@value": %s}' % value if term else value
            return b'{"@type": %s, "@value": "%s"}' % (self._class(self._bare_type(value)), value)
        if value in entity.lists:
            members = entity.lists[value]
            listed = [self._coerced(entity, o, term) if term else self._explicit(entity, o) for o in members]
            return b'{"@list": [%s]}' % b", ".join(listed)
        if value in entity.inside:
            return self._node(entity, value)
        return b'{"%s": %s}' % (self.id_key, self.reference(value))

    def _node(self, entity: Entity, label: bytes) -> bytes:
        """A blank node in its place."""
        parts = self.properties(entity, entity.inside[label])
        if label not in entity.unnamed:
            parts.insert(0, b'"%s": %s' % (self.id_key, self.reference(label)))
        return b"{%s}" % b", ".join(parts)

    def _is_native(self, value: bytes) -> bool:
        """Whether the JSON value expands to exactly this literal (JSON-LD 1.1 API, clause 8.2.2)."""
        if value in (b"true", b"false"):
            return True
        return (
            _CANONICAL_INTEGER.fullmatch(value) is not None
            and len(value) < 18  # noqa: PLR2004 -- no larger number is kept
            and abs(int(value)) <= LARGEST_NATIVE
        )

    def _bare_type(self, value: bytes) -> bytes:
        """The datatype of a value without quotation marks (RDF 1.1 Turtle, clause 2.5.2)."""
        if value in (b"true", b"false"):
            return self._boolean
        if b"e" in value or b"E" in value:
            return self._double
        return self._decimal if b"." in value else self._integer


def _kind(definition: TermDefinition) -> int:
    if definition.language_map:
        return _LANGUAGES
    if definition.type == "@id":
        return _NODES
    return _TYPED if definition.type else _ANY


def _language_map(texts: Sequence[bytes]) -> bytes:
    """Texts by language; nothing if one has no language, or two have the same."""
    by_language: dict[bytes, bytes] = {}
    for value in texts:
        text, mark, language = value.rpartition(b'"@')
        if not mark or b'"' in language:
            return b""
        by_language[language] = text
    if len(by_language) < len(texts):
        return b""
    return b'{"' + b', "'.join([one + b'": ' + by_language[one] + b'"' for one in sorted(by_language)]) + b"}"


def _one_text(term: _Term, objects: bytes) -> bytes:
    """One text of the term's datatype, or a string where it has none; nothing if it is another, or there are two."""
    if objects.count(b'"') != 2:  # noqa: PLR2004 -- it opens and closes
        return b""
    if term.kind == _TYPED:
        return objects[: -len(term.suffix)] if objects.endswith(term.suffix) else b""
    return objects if objects.endswith(b'"') else b""


def _is_bare(token: bytes) -> bool:
    return token[:1] in b"+-.0123456789" or token in (b"true", b"false")


def _one_or_all(values: Sequence[bytes]) -> bytes:
    return values[0] if len(values) == 1 else b"[%s]" % b", ".join(values)


def _quoted(text: str) -> bytes:
    return json.dumps(text, ensure_ascii=False).encode()
