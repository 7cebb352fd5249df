"""The JSON-LD context, derived from the ontology: its terms are the keys, its ranges the types (JSON-LD 1.1, clause 4.1).

A property's key is its local name, the project's own terms first. `rdfs:range` gives the type of a value, and where OWL
Lite has no word for it, `schema:rangeIncludes` does: a date, a text with a language. A property is always written as an
array unless it is functional, or a shape says that each language occurs once.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from scograph import terms
from scograph.model import Term
from scograph.serialise.context import Context

_UNTYPED = {terms.RDFS + "Literal", terms.XSD + "string", terms.RDF + "langString"}
_PROPERTY_TYPES = (terms.OBJECT_PROPERTY, terms.DATATYPE_PROPERTY, terms.ANNOTATION_PROPERTY)
_UNIQUE_LANG = NamedNode(terms.SH + "uniqueLang")
_PATH = NamedNode(terms.SH + "path")


def derive_context(
    ontology: Iterable[Triple], shapes: Iterable[Triple], prefixes: Mapping[str, str], namespace: str
) -> Context:
    """Derive a context.

    Args:
        ontology: The triples of the ontology.
        shapes: The triples of the shapes.
        prefixes: The prefixes to use.
        namespace: The namespace of the ontology's own terms, which get their names first.

    Returns:
        Prefixes, aliases for `@id` and `@type`, classes and properties; prefixes alone if there is no ontology.
    """
    index = _by_subject(ontology)
    classes = [s for s, values in index.items() if terms.CLASS in values[terms.TYPE]]
    properties = [s for s, values in index.items() if any(kind in values[terms.TYPE] for kind in _PROPERTY_TYPES)]
    one_per_language = _unique_languages(shapes)
    context: Context = {"id": "@id", "type": "@type"}
    taken = set(context) | set(prefixes)
    entries: Context = {}
    for term in sorted({*classes, *properties}, key=lambda t: (not t.value.startswith(namespace), t.value)):
        name = _local_name(term.value)
        if not name or name in taken:
            continue
        taken.add(name)
        short = _short(term.value, prefixes)
        if term in classes:
            entries[name] = short
        else:
            entries[name] = _definition(short, index[term], prefixes, unique_lang=term in one_per_language)
    context.update(sorted(prefixes.items()))
    context.update(sorted(entries.items()))
    return context


def context_bytes(context: Context) -> bytes:
    """A context as the document that is committed and published."""
    return (json.dumps({"@context": context}, ensure_ascii=False, indent=2) + "\n").encode()


def _definition(
    short: str, values: Mapping[NamedNode, list[Term]], prefixes: Mapping[str, str], *, unique_lang: bool
) -> Context:
    kinds = values[terms.TYPE]
    ranges = [t.value for p in (terms.RANGE_INCLUDES, terms.RANGE) for t in values[p] if isinstance(t, NamedNode)]
    entry: Context = {"@id": short}
    language = terms.LANG_STRING.value in ranges
    typed = [iri for iri in ranges if iri not in _UNTYPED]
    if terms.OBJECT_PROPERTY in kinds:
        entry["@type"] = "@id"
    elif terms.DATE.value in typed:
        entry["@type"] = _short(terms.DATE.value, prefixes)
    elif typed and not language:
        entry["@type"] = _short(typed[0], prefixes) if terms.DATATYPE_PROPERTY in kinds else "@id"
    if language:
        entry["@container"] = "@language" if unique_lang else ["@language", "@set"]
    elif terms.FUNCTIONAL_PROPERTY not in kinds:
        entry["@container"] = "@set"
    return entry


def _unique_languages(shapes: Iterable[Triple]) -> set[Term]:
    index = _by_subject(shapes)
    return {
        path
        for values in index.values()
        if any(isinstance(v, Literal) and v.value == "true" for v in values[_UNIQUE_LANG])
        for path in values[_PATH]
    }


def _by_subject(triples: Iterable[Triple]) -> dict[NamedNode, dict[NamedNode, list[Term]]]:
    index: dict[NamedNode, dict[NamedNode, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        if isinstance(triple.subject, NamedNode):
            index[triple.subject][triple.predicate].append(triple.object)
    for values in index.values():
        for objects in values.values():
            objects.sort(key=str)
    return index


def _local_name(iri: str) -> str:
    name = iri[max(iri.rfind("#"), iri.rfind("/")) + 1 :]
    return name if name.isidentifier() else ""


def _short(iri: str, prefixes: Mapping[str, str]) -> str:
    for prefix, namespace in sorted(prefixes.items(), key=lambda item: -len(item[1])):
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
