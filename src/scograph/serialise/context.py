"""A JSON-LD context as a table that a writer looks terms up in (JSON-LD 1.1, clauses 4.1 and 9.15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scograph.errors import InputError

Context = dict[str, Any]
PREFIX_ENDINGS = tuple(":/?#[]@")
"""A term is a prefix only if its namespace ends with one of these (JSON-LD 1.1, clause 4.1.5)."""


@dataclass(frozen=True, slots=True)
class TermDefinition:
    """How the values of one property are written.

    Args:
        name: The key.
        iri: The property.
        type: The datatype IRI that values are coerced to, or `@id`, or nothing.
        language_map: Whether values are a map by language.
        always_list: Whether values are always in an array.
    """

    name: str
    iri: str
    type: str = ""
    language_map: bool = False
    always_list: bool = False


@dataclass(frozen=True)
class ContextTable:
    """A context, read.

    Args:
        context: The context itself, as it is written into documents.
        prefixes: Prefix to namespace.
        properties: Property IRI to its definition.
        classes: Class IRI to its name.
        id_key: The key for `@id`.
        type_key: The key for `@type`.
    """

    context: Context
    prefixes: Mapping[str, str]
    properties: Mapping[str, TermDefinition]
    classes: Mapping[str, str]
    id_key: str = "@id"
    type_key: str = "@type"


def read_context(context: Context) -> ContextTable:
    """Read a context.

    Args:
        context: The value of an `@context`: one object; the terms in it are IRIs, or have `@id`, `@type`, `@container`.

    Returns:
        Its table.

    Raises:
        InputError: The context uses a feature that the writer does not know.
    """
    prefixes = {
        name: value
        for name, value in context.items()
        if isinstance(value, str) and value.endswith(PREFIX_ENDINGS) and ":" in value and not name.startswith("@")
    }
    prefixes = {name: _namespace(name, prefixes) for name in prefixes}
    aliases = {value: name for name, value in context.items() if value in ("@id", "@type")}
    properties: dict[str, TermDefinition] = {}
    classes: dict[str, str] = {}
    for name, value in context.items():
        if name.startswith("@") and name != "@version":
            raise InputError(f"the context uses {name}", hint="use a context of terms and prefixes only")
        if isinstance(value, dict):
            definition = _definition(name, value, prefixes)
            properties.setdefault(definition.iri, definition)
        elif isinstance(value, str):
            if name not in prefixes and value not in ("@id", "@type"):
                classes[_expanded(value, prefixes)] = name
        elif name != "@version":
            raise InputError(f"the context's term {name!r} is {value!r}", hint="define it, or leave it out")
    return ContextTable(
        context, prefixes, properties, classes, aliases.get("@id", "@id"), aliases.get("@type", "@type")
    )


def _definition(name: str, value: Mapping[str, Any], prefixes: Mapping[str, str]) -> TermDefinition:
    unknown = set(value) - {"@id", "@type", "@container"}
    if unknown or not isinstance(value.get("@id"), str):
        raise InputError(f"the context's term {name!r} uses {', '.join(sorted(unknown)) or 'no @id'}")
    container = value.get("@container", [])
    containers = {container} if isinstance(container, str) else set(container)
    if not containers <= {"@set", "@language"}:
        raise InputError(f"the context's term {name!r} uses the container {container}")
    coerced = value.get("@type", "")
    return TermDefinition(
        name,
        _expanded(value["@id"], prefixes),
        coerced if coerced.startswith("@") else _expanded(coerced, prefixes),
        language_map="@language" in containers,
        always_list="@set" in containers,
    )


def _namespace(name: str, prefixes: Mapping[str, str]) -> str:
    """The namespace of a prefix, which may be defined by another."""
    namespace, seen = prefixes[name], {name}
    while (longer := _expanded(namespace, prefixes)) != namespace:
        through = namespace.partition(":")[0]
        if through in seen:
            raise InputError(f"the context defines the prefix {name!r} by itself", hint="write its namespace in full")
        seen.add(through)
        namespace = longer
    return namespace


def _expanded(iri: str, prefixes: Mapping[str, str]) -> str:
    prefix, colon, local = iri.partition(":")
    return prefixes[prefix] + local if colon and prefix in prefixes and not local.startswith("//") else iri
