"""What our JSON-LD looks like as plain JSON: a JSON Schema, and types for TypeScript, both made of its context.

They promise what `serialise.jsonld` writes with that context: which keys there are, which of them always have an array,
which a map by language, and which values are strings. A value that the key's datatype does not cover, such as a year
where there is usually a date, is an object with `@type` and `@value`; a year and a date cannot be told apart otherwise.
A property without a key stands under its prefixed name or IRI. (JSON Schema 2020-12, clauses 7 and 8 of its Core.)
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from scograph import terms
from scograph.json_text import json_document
from scograph.serialise.context import Context, ContextTable, TermDefinition, read_context

_INTEGER = terms.XSD + "integer"
_ANY = {"anyOf": [{"$ref": "#/$defs/value"}, {"type": "array", "items": {"$ref": "#/$defs/value"}}]}
_OBJECTS = [{"$ref": f"#/$defs/{kind}"} for kind in ("literal", "list", "node")]
"""What a value may be that is neither a string nor a number."""
_IDENTIFIER = "A prefixed name, an IRI, or _: and the name of a blank node."


def json_schema(context: Context) -> dict[str, Any]:
    """Make the JSON Schema of documents that are written with a context.

    Args:
        context: The context, as `derive.derive_context` gives it.

    Returns:
        A schema of the whole document: an object with `@context` and `@graph`, an array with an object for each thing.

    Example:
        >>> schema = json_schema({"id": "@id", "ex": "https://example.org/", "day": {"@id": "ex:day"}})
        >>> schema["$defs"]["node"]["properties"]["day"]["$ref"]
        '#/$defs/any'
    """
    table = read_context(context)
    keys = sorted(table.properties.values(), key=lambda definition: definition.name)
    node = {
        "type": "object",
        "properties": {
            "@context": {"type": "object", "additionalProperties": {"type": "null"}},
            table.id_key: {"type": "string", "description": _IDENTIFIER},
            table.type_key: {"$ref": "#/$defs/types"},
            **{definition.name: _of_key(definition) for definition in keys},
        },
        "patternProperties": {":": {"$ref": "#/$defs/any"}},
        "additionalProperties": False,
    }
    value = [{"type": kind} for kind in ("string", "number", "boolean")]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "@context": {"type": ["object", "string"]},
            "@graph": {
                "type": "array",
                "items": {"allOf": [{"$ref": "#/$defs/node"}, {"required": [table.id_key]}]},
            },
        },
        "required": ["@context", "@graph"],
        "additionalProperties": False,
        "$defs": {
            "node": node,
            "types": _one_or_more({"type": "string"}),
            "literal": {
                "type": "object",
                "properties": {
                    "@value": {"type": ["string", "number", "boolean"]},
                    "@type": {"type": "string"},
                    "@language": {"type": "string"},
                },
                "required": ["@value"],
                "additionalProperties": False,
            },
            "list": {
                "type": "object",
                "properties": {"@list": {"type": "array", "items": {"$ref": "#/$defs/value"}}},
                "required": ["@list"],
                "additionalProperties": False,
            },
            "value": {"anyOf": [*value, *_OBJECTS]},
            "any": _ANY,
            "texts": {"type": "object", "additionalProperties": _one_or_more({"type": "string"})},
            "lists-of-texts": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": {"type": "string"}, "minItems": 1},
            },
        },
    }


def json_schema_bytes(context: Context) -> bytes:
    """The JSON Schema as a file (see `json_schema`)."""
    return json_document(json_schema(context))


def _of_key(definition: TermDefinition) -> dict[str, Any]:
    """The schema of what stands under a key."""
    about = {"description": definition.iri}
    if definition.language_map:
        return {**about, "$ref": f"#/$defs/{'lists-of-texts' if definition.always_list else 'texts'}"}
    one = _of_value(definition)
    if definition.always_list:
        return {**about, "type": "array", "items": one, "minItems": 1}
    return {**about, **(one if one == {"$ref": "#/$defs/any"} else _one_or_more(one))}


def _of_value(definition: TermDefinition) -> dict[str, Any]:
    """The schema of one value under a key that has no map by language."""
    if not definition.type:
        return {"$ref": f"#/$defs/{'value' if definition.always_list else 'any'}"}
    kinds = ["string", "number"] if definition.type == _INTEGER else ["string"]
    return {"anyOf": [*({"type": kind} for kind in kinds), *_OBJECTS]}


def _one_or_more(one: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 2}]}


def typescript(context: Context) -> str:
    r"""Make declarations for TypeScript of documents that are written with a context.

    Args:
        context: The context, as `derive.derive_context` gives it.

    Returns:
        The text of a `.d.ts` file: `Graph` is the document, `Thing` an object of its `@graph`.

    Example:
        >>> context = {"id": "@id", "ex": "https://example.org/", "day": {"@id": "ex:day", "@container": "@language"}}
        >>> print(*(line for line in typescript(context).splitlines() if "day" in line), sep="\n")
          /** https://example.org/day */
          "day"?: Texts;
    """
    return "\n".join(_declarations(read_context(context))) + "\n"


def _declarations(table: ContextTable) -> Iterator[str]:
    yield "/** The JSON-LD of this graph as plain JSON; made of its context. */"
    yield 'export interface Graph { "@context": object | string; "@graph": Thing[]; }'
    yield ""
    yield "/** A value that is no plain string: a text with its language, or a value with its datatype. */"
    yield "export interface Literal {"
    yield '  "@value": string | number | boolean; "@type"?: string; "@language"?: string;'
    yield "}"
    yield 'export interface List { "@list": Value[]; }'
    yield "export type OneOrMore<T> = T | T[];"
    yield "/** Texts by language; @none is for those without. */"
    yield "export interface Texts { [language: string]: OneOrMore<string>; }"
    yield "export interface ListsOfTexts { [language: string]: string[]; }"
    yield "export type Value = string | number | boolean | Literal | List | Properties;"
    yield ""
    names = sorted({json.dumps(name, ensure_ascii=False) for name in table.classes.values()})
    yield f"export type ClassName = {' | '.join(names) or 'never'};"
    yield ""
    yield "export interface Properties {"
    yield f"  /** {_IDENTIFIER} */"
    yield f"  {json.dumps(table.id_key)}?: string;"
    yield f"  {json.dumps(table.type_key)}?: OneOrMore<ClassName | (string & {{}})>;"
    for definition in sorted(table.properties.values(), key=lambda one: one.name):
        iri = definition.iri.replace("*/", "*%2F")
        yield f"  /** {iri} */"
        yield f"  {json.dumps(definition.name, ensure_ascii=False)}?: {_type_of(definition)};"
    yield "  /** A property without a key, by its prefixed name or IRI. */"
    yield "  [name: `${string}:${string}`]: OneOrMore<Value> | undefined;"
    yield "}"
    yield f"export interface Thing extends Properties {{ {json.dumps(table.id_key)}: string; }}"


def _type_of(definition: TermDefinition) -> str:
    if definition.language_map:
        return "ListsOfTexts" if definition.always_list else "Texts"
    numbers = " | number" if definition.type == _INTEGER else ""
    one = f"string{numbers} | Literal | List | Properties" if definition.type else "Value"
    return f"({one})[]" if definition.always_list else f"OneOrMore<{one}>"
