"""Compact JSON-LD with a context: one object per entity, keys in order (JSON-LD 1.1 API, clause 6).

What a term cannot say (a language-less text in a language map, a value of another datatype) is written under the
property's full or prefixed IRI as an explicit value object, so that expansion gives back the same triples.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from scograph import terms
from scograph.model import Node, Term
from scograph.serialise.blocks import Blocks, Values, gather
from scograph.serialise.context import Context, ContextTable, TermDefinition, read_context

Json = dict[str, Any]

LARGEST_NATIVE = 2**53
"""JSON readers keep integers exactly up to here (RFC 8259, clause 6)."""
_CANONICAL_INTEGER = re.compile(r"0|-?[1-9][0-9]*")


def jsonld(quads: Iterable[Quad], context: Context) -> Iterator[bytes]:
    """Write quads as compact JSON-LD.

    Args:
        quads: The quads, all held in memory.
        context: The context, written into the document, so that none has to be fetched.

    Returns:
        UTF-8 in pieces, an entity each.

    Raises:
        InputError: The context uses a feature that the writer does not know.
    """
    graphs = gather(quads)
    used = without_confusions(context, graphs)
    table = read_context(used)
    yield b"{\n" + f'  "@context": {_dump(used, 2)},\n  "@graph": ['.encode()
    first = True
    for blocks in graphs:
        writer = _Writer(blocks, table)
        entities = [writer.entity(root) for root in blocks.roots()]
        if not isinstance(blocks.graph, DefaultGraph):
            entities = [{table.id_key: writer.reference(blocks.graph), "@graph": entities}]
        for entity in entities:
            yield (("" if first else ",") + "\n    " + _dump(entity, 4)).encode()
            first = False
    yield b"\n  ]\n}\n"


def without_confusions(context: Context, graphs: Iterable[Blocks]) -> Context:
    """The context without each prefix that is also the scheme of an IRI in the graphs, or of its own namespace.

    An IRI such as `ex:a` would be taken for a prefixed name if `ex` were a term (JSON-LD 1.1, clause 5.2.2); what was
    short through that prefix is then written in full.
    """
    circular = {n: v for n, v in context.items() if isinstance(v, str) and v.startswith(f"{n}:")}
    context = _without(context, circular)
    schemes = {iri.partition(":")[0] for blocks in graphs for iri in _iris(blocks)}
    prefixes = read_context(context).prefixes
    return _without(context, {name: prefixes.get(name, "") for name in context if name in schemes})


def _without(context: Context, gone: Mapping[str, str]) -> Context:
    namespaces = {name: namespace for name, namespace in gone.items() if namespace}
    return {name: _in_full(value, namespaces) for name, value in context.items() if name not in gone}


def _in_full(value: Any, gone: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _in_full(inner, gone) if key in ("@id", "@type") else inner for key, inner in value.items()}
    if isinstance(value, str) and value.partition(":")[0] in gone and not value.startswith("@"):
        prefix, _, local = value.partition(":")
        return gone[prefix] + local
    return value


def _iris(blocks: Blocks) -> Iterator[str]:
    if isinstance(blocks.graph, NamedNode):
        yield blocks.graph.value
    for subject, values in blocks.subjects.items():
        if isinstance(subject, NamedNode):
            yield subject.value
        for predicate, objects in values.items():
            yield predicate.value
            for value in objects:
                if isinstance(value, NamedNode):
                    yield value.value
                elif isinstance(value, Literal):
                    yield value.datatype.value


class _Writer:
    """Makes the objects of one graph's entities."""

    def __init__(self, blocks: Blocks, table: ContextTable) -> None:
        self._blocks = blocks
        self._table = table
        self._prefixes = sorted(table.prefixes.items(), key=lambda item: (-len(item[1]), item[0]))
        self._terms = frozenset(table.context)

    def entity(self, subject: Node) -> Json:
        entity: Json = {}
        if subject not in self._blocks.nested:
            entity[self._table.id_key] = self.reference(subject)
        values = self._blocks.subjects[subject]
        types = [value for value in values.get(terms.TYPE, []) if self._is_named(value)]
        if types:
            names = [self._class_name(value) for value in types]
            entity[self._table.type_key] = names[0] if len(names) == 1 else names
        entity.update(self._properties(values))
        return entity

    def reference(self, node: Term) -> str:
        return self._short(node.value) if isinstance(node, NamedNode) else str(node)

    def _is_named(self, value: Term) -> bool:
        """Whether a value is written by its name: it is no literal, and not written in place."""
        return not isinstance(value, Literal) and value not in self._blocks.nested

    def _class_name(self, value: Term) -> str:
        if isinstance(value, NamedNode):
            return self._table.classes.get(value.value) or self._short(value.value)
        return str(value)

    def _properties(self, values: Values) -> Json:
        keyed: Json = {}
        for predicate, objects in values.items():
            definition = self._table.properties.get(predicate.value)
            for value in objects:
                if predicate == terms.TYPE and self._is_named(value):
                    continue
                if definition and self._fits(value, definition):
                    self._add(keyed, value, definition)
                else:
                    keyed.setdefault(self._short(predicate.value), []).append(self._explicit(value))
        always = {definition.name for definition in self._table.properties.values() if definition.always_list}
        return {key: self._one_or_all(keyed[key], key in always) for key in sorted(keyed)}

    def _one_or_all(self, value: Any, always: bool) -> Any:  # noqa: FBT001 -- private, and named by its caller
        if isinstance(value, dict):
            return {key: self._one_or_all(value[key], always) for key in sorted(value)}
        return value[0] if len(value) == 1 and not always else value

    def _fits(self, value: Term, definition: TermDefinition) -> bool:
        if not definition.language_map:
            return True
        return isinstance(value, Literal) and (value.language is not None or value.datatype == terms.STRING)

    def _add(self, keyed: Json, value: Term, definition: TermDefinition) -> None:
        if definition.language_map and isinstance(value, Literal):
            by_language = keyed.setdefault(definition.name, {})
            by_language.setdefault(value.language or "@none", []).append(value.value)
            return
        keyed.setdefault(definition.name, []).append(self._coerced(value, definition.type))

    def _coerced(self, value: Term, coerced: str) -> Any:
        if isinstance(value, BlankNode) and value in self._blocks.lists:
            return {"@list": [self._coerced(item, coerced) for item in self._blocks.lists[value]]}
        if coerced == "@id":
            return self.reference(value) if self._is_named(value) else self._explicit(value, in_coerced_term=True)
        if coerced and isinstance(value, Literal) and value.datatype.value == coerced:
            return self._native(value) if isinstance(self._native(value), int) else value.value
        if coerced and isinstance(value, Literal):
            return self._explicit(value, in_coerced_term=True)
        return self._explicit(value)

    def _explicit(self, value: Term, *, in_coerced_term: bool = False) -> Any:
        if isinstance(value, Literal):
            if value.language:
                return {"@language": value.language, "@value": value.value}
            native = self._native(value)
            if native is None:
                return {"@type": self._class_name(value.datatype), "@value": value.value}
            return {"@value": native} if in_coerced_term else native
        if isinstance(value, BlankNode) and value in self._blocks.lists:
            return {"@list": [self._explicit(item) for item in self._blocks.lists[value]]}
        if isinstance(value, BlankNode) and value in self._blocks.nested:
            return self.entity(value)
        return {self._table.id_key: self.reference(value)}

    def _native(self, literal: Literal) -> str | int | bool | None:
        """The JSON value that expands to exactly this literal, or None (JSON-LD 1.1 API, clause 8.2.2)."""
        value, datatype = literal.value, literal.datatype
        if datatype == terms.STRING:
            return value
        if datatype == terms.INTEGER and _CANONICAL_INTEGER.fullmatch(value) and len(value) < 17:  # noqa: PLR2004
            return int(value) if abs(int(value)) <= LARGEST_NATIVE else None
        if datatype.value == terms.XSD + "boolean" and value in ("true", "false"):
            return value == "true"
        return None

    def _short(self, iri: str) -> str:
        """The prefixed name of an IRI where expansion gives the IRI back, else the IRI."""
        for prefix, namespace in self._prefixes:
            local = iri[len(namespace) :]
            if iri.startswith(namespace) and local and not local.startswith("//"):
                name = f"{prefix}:{local}"
                return iri if name in self._terms else name
        return iri


def _dump(value: Any, indent: int) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2).replace("\n", "\n" + " " * indent)
