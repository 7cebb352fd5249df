"""One entity as compact JSON-LD (JSON-LD 1.1 API, clauses 5.5 and 6), made of the bytes that Turtle has for its terms.

Turtle's escapes of a text are those of JSON, so that texts are copied as they stand. What a term cannot say (a text
without a language in a language map, a value of another datatype) is written under the property's full or prefixed IRI,
as an explicit value object, so that expansion gives back the same triples.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from scograph import terms
from scograph.json_text import json_bytes
from scograph.serialise.context import ContextTable, TermDefinition
from scograph.serialise.entities import TYPE, Entity, Turtle, merged, objects_of
from scograph.serialise.fast_values import Around, Write, fast_values, short_name

MAX_NATIVE_INTEGER = 2**53
"""JSON readers keep integers exactly up to here (RFC 8259, clause 6)."""
MAX_REMEMBERED = 5_000
"""So many written IRIs are remembered."""

_CANONICAL_INTEGER = re.compile(rb"0|-?[1-9][0-9]*")
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*(?<!\.)")
_TYPE_IRI = terms.TYPE.value.encode()
_XSD = terms.XSD.encode()
_NOWHERE = Entity(b"", ())


class AmbiguousIri(Exception):  # noqa: N818 -- it asks for another try
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
class _PropertyTerm:
    """A property's term, ready to write: its key, and what Turtle writes after a text of its datatype."""

    key: bytes
    definition: TermDefinition
    suffix: bytes


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
        self._without: dict[frozenset[str], _CompactWriter] = {}

    def _made(self, without: frozenset[str]) -> _CompactWriter:
        if without not in self._without:
            self._without[without] = _CompactWriter(self._table, self._turtle, self._name, without)
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
            except AmbiguousIri as ambiguous:
                without |= {ambiguous.name}
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
            except AmbiguousIri as ambiguous:
                without |= {ambiguous.name}
                continue
            return (b'"@context": %s, ' % away(without) if without else b"") + named, without


def away(names: Iterable[str]) -> bytes:
    """The context that takes terms away."""
    return json_bytes(dict.fromkeys(sorted(names)))


class _CompactWriter:
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
        self._prefixes = frozenset[bytes]() if without or self._with_colon else frozenset(self._namespaces)
        self._references: dict[bytes, bytes] = {}
        self._keys: dict[bytes, bytes] = {}
        self._classes = {turtle.token(iri): _quoted(n) for iri, n in table.classes.items() if n in self._names}
        self._terms: dict[bytes, _PropertyTerm] = {}
        for iri, definition in table.properties.items():
            if definition.name in self._names:
                coerced = definition.type
                suffix = b"^^" + turtle.token(coerced) if coerced and not coerced.startswith("@") else b""
                token = TYPE if iri == terms.TYPE.value else turtle.token(iri)
                self._terms[token] = _PropertyTerm(_quoted(definition.name), definition, suffix)
        self._fast: dict[bytes, Write] = {}
        self._turtle = turtle

    # Names

    def _full(self, token: bytes) -> bytes:
        """The IRI that a token of Turtle stands for."""
        if token[:1] == b"<":
            return token[1:-1]
        if token == TYPE:
            return _TYPE_IRI
        prefix, _, local = token.partition(b":")
        return self._namespaces[prefix] + local.replace(b"\\", b"")

    def _short(self, token: bytes) -> bytes:
        """The prefixed name where expansion gives the IRI back, else the IRI.

        Raises:
            AmbiguousIri: The IRI looks like a prefixed name.
        """
        if token[:1] != b"<" and token != TYPE:
            prefix, _, local = token.partition(b":")
            local = local.replace(b"\\", b"")
            name = prefix + b":" + local
            if local and local[:2] != b"//" and prefix not in self._gone and name not in self._with_colon:
                return name
        iri = self._full(token)
        scheme, _, rest = iri.partition(b":")
        if scheme.decode() in self._names and rest[:2] != b"//":
            raise AmbiguousIri(scheme.decode())
        if iri in self._with_colon:
            raise AmbiguousIri(iri.decode())
        return iri

    def reference(self, token: bytes) -> bytes:
        """The name of a node as a JSON string."""
        if short := short_name(token, self._prefixes):
            return b'"' + short + b'"'
        written = self._references.get(token)
        if written is None:
            if token[:2] == b"_:":
                return b'"%s"' % self._name(token)
            if len(self._references) > MAX_REMEMBERED:
                self._references.clear()
            written = self._references[token] = b'"%s"' % self._short(token)
        return written

    def _class(self, token: bytes) -> bytes:
        return self._classes.get(token) or self.reference(token)

    def _key(self, token: bytes) -> bytes:
        if token not in self._keys:
            if len(self._keys) > MAX_REMEMBERED:
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
            Keys with their values, as JSON has them.
        """
        found: dict[bytes, bytes] = {}
        unfit: list[bytes] = []
        known = self._fast
        for some in written:
            name, _, objects = some.partition(b" ")
            write = known.get(name) or self._made(name)
            found[name] = write(objects) or self._property(entity, name, objects_of(objects), unfit)
        if len(found) < len(written):
            return self.properties(entity, [name + b" " + b" , ".join(some) for name, some in merged(written).items()])
        types = found.pop(TYPE, b"")
        parts = sorted([*filter(None, found.values()), *unfit] if unfit else found.values())
        if types:
            parts.insert(0, types)
        return parts

    def _made(self, name: bytes) -> Write:
        """The writer of the usual values of a property."""
        if len(self._fast) > MAX_REMEMBERED:
            self._fast.clear()
        self._fast[name] = made = self._fast_type if name == TYPE else self._fast_writer(name)
        return made

    def _fast_writer(self, name: bytes) -> Write:
        def any_value(objects: bytes) -> bytes:
            unfit: list[bytes] = []
            written = self._property(_NOWHERE, name, objects_of(objects), unfit)
            return b"" if unfit else written

        term = self._terms.get(name)
        key = (term.key if term else self._key(name)) + b": "
        definition = term.definition if term else TermDefinition("", "")
        begin, end = (b"[", b"]") if definition.always_list else (b"", b"")
        is_name = definition.type == "@id"
        before, after = (b'"', b'"') if is_name else (b'{"%s": "' % self.id_key, b'"}')
        has_numbers = definition.type in ("", terms.XSD + "integer") and not definition.language_map
        return fast_values(
            any_value,
            frozenset() if definition.language_map else self._prefixes,
            Around(key + begin + before, after + end),
            in_array=is_name and definition.always_list,
            number=Around(key + begin, end) if has_numbers else None,
        )

    def _fast_type(self, objects: bytes) -> bytes:
        """One class by its name."""
        name = self._classes.get(objects)
        if name is None:
            short = short_name(objects, self._prefixes)
            name = b'"%s"' % short if short else b""
        return name and self._type_start + name

    def _property(self, entity: Entity, name: bytes, objects: Sequence[bytes], unfit: list[bytes]) -> bytes:
        """A key and its values; what cannot stand there is added to the unfit, under a key of its own."""
        if len(objects) > 1:
            objects = tuple(dict.fromkeys(objects))
        if name == TYPE:
            return self._types(entity, objects, unfit)
        term = self._terms.get(name)
        if term is None:
            return self._unfit(entity, name, objects)
        if term.definition.language_map:
            return self._language_map(entity, name, term, objects, unfit)
        return term.key + b": " + self._all_coerced(entity, term, objects)

    def _unfit(self, entity: Entity, name: bytes, objects: Sequence[bytes]) -> bytes:
        """A property without a term for its values."""
        return self._key(name) + b": " + _one_or_all([self._explicit(entity, value) for value in objects])

    def _all_coerced(self, entity: Entity, term: _PropertyTerm, objects: Sequence[bytes]) -> bytes:
        values = [self._coerced(entity, value, term) for value in objects]
        return b"[%s]" % b", ".join(values) if term.definition.always_list else _one_or_all(values)

    def _types(self, entity: Entity, objects: Sequence[bytes], unfit: list[bytes]) -> bytes:
        """The names of the types; what cannot be named is a property."""
        unnamed = [o for o in objects if o[:1] == b'"' or o in entity.inside or is_bare(o)]
        if unnamed:
            term = self._terms.get(TYPE)
            if term is None:
                unfit.append(self._unfit(entity, TYPE, unnamed))
            elif term.definition.language_map:
                unfit.append(self._language_map(entity, TYPE, term, unnamed, unfit))
            else:
                unfit.append(term.key + b": " + self._all_coerced(entity, term, unnamed))
        named = [self._class(value) for value in objects if value not in unnamed]
        return self._type_start + _one_or_all(named) if named else b""

    def _language_map(
        self, entity: Entity, name: bytes, term: _PropertyTerm, objects: Sequence[bytes], unfit: list[bytes]
    ) -> bytes:
        by_language: dict[bytes, list[bytes]] = defaultdict(list)
        others = []
        for value in objects:
            end = value.rfind(b'"') + 1
            if value[:1] != b'"' or value[end : end + 1] == b"^":
                others.append(value)
            else:
                by_language[value[end + 1 :] or b"@none"].append(value[:end])
        if others:
            unfit.append(self._unfit(entity, name, others))
        if not by_language:
            return b""
        always = term.definition.always_list
        values = [
            b'"%s": %s' % (language, b"[%s]" % b", ".join(texts) if always else _one_or_all(texts))
            for language, texts in sorted(by_language.items())
        ]
        return term.key + b": {%s}" % b", ".join(values)

    def _coerced(self, entity: Entity, value: bytes, term: _PropertyTerm) -> bytes:  # noqa: PLR0911 -- one for each kind of value
        coerced = term.definition.type
        if coerced == "@id":
            first = value[:1]
            if first == b'"' or value in entity.inside or is_bare(value):
                return self._explicit(entity, value, term)
            return self.reference(value)
        if coerced:
            if value in entity.lists:
                return self._explicit(entity, value, term)
            suffix = term.suffix
            if value[:1] == b'"' and value.endswith(suffix) and value[-len(suffix) - 1 : -len(suffix)] == b'"':
                return value[: -len(suffix)]
            if is_bare(value) and suffix[2:] == self._bare_type(value):
                return value if self._is_native(value) else b'"%s"' % value
            return self._explicit(entity, value, term)
        return self._explicit(entity, value)

    def _explicit(self, entity: Entity, value: bytes, term: _PropertyTerm | None = None) -> bytes:  # noqa: PLR0911 -- one for each kind of value
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
        if is_bare(value):
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
            and abs(int(value)) <= MAX_NATIVE_INTEGER
        )

    def _bare_type(self, value: bytes) -> bytes:
        return self._turtle.token(native_type(value))


def is_bare(token: bytes) -> bool:
    """Whether a literal stands without quotation marks (RDF 1.1 Turtle, clause 2.5.2)."""
    return token[:1] in b"+-.0123456789" or token in (b"true", b"false")


def native_type(value: bytes) -> str:
    """The datatype of a literal without quotation marks (RDF 1.1 Turtle, clause 2.5.2)."""
    if value in (b"true", b"false"):
        return terms.XSD + "boolean"
    if b"e" in value or b"E" in value:
        return terms.XSD + "double"
    return terms.XSD + ("decimal" if b"." in value else "integer")


def _one_or_all(values: Sequence[bytes]) -> bytes:
    return values[0] if len(values) == 1 else b"[%s]" % b", ".join(values)


def _quoted(text: str) -> bytes:
    return json_bytes(text)
