"""The JSON-LD context, derived from the ontology: its terms are keys, its ranges types (JSON-LD 1.1, clause 4.1).

A property's key is its local name, the project's own terms first. `rdfs:range` gives the type of a value, and where OWL
Lite has no word for it, `schema:rangeIncludes` does: a date, a text with a language. A property is always written as an
array unless it is functional, or the shapes say that it has one value, or one in each language.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from scograph import terms
from scograph.json_text import json_document
from scograph.model import Term
from scograph.serialise.context import PREFIX_ENDINGS, Context

_UNTYPED = {terms.RDFS + "Literal", terms.XSD + "string", terms.RDF + "langString"}
_PROPERTY_TYPES = (terms.OBJECT_PROPERTY, terms.DATATYPE_PROPERTY, terms.ANNOTATION_PROPERTY)
_RESOURCE = terms.RDFS + "Resource"
_MAX_COUNT = NamedNode(terms.SH + "maxCount")
_UNIQUE_LANG = NamedNode(terms.SH + "uniqueLang")
_PATH = NamedNode(terms.SH + "path")

_Index = Mapping[NamedNode, Mapping[NamedNode, list[Term]]]


def derive_context(
    ontology: Iterable[Triple], shapes: Iterable[Triple], prefixes: Mapping[str, str], namespace: str
) -> Context:
    """Derive a context.

    Args:
        ontology: The triples of the ontology.
        shapes: The triples of the shapes.
        prefixes: The prefixes to use; those that would not work in JSON-LD are left out.
        namespace: The namespace of the ontology's own terms, which get their names first.

    Returns:
        Prefixes, aliases for `@id` and `@type`, classes and properties; prefixes alone if there is no ontology.
    """
    index = _by_subject(ontology)
    classes = [s for s, values in index.items() if terms.CLASS in values[terms.TYPE]]
    properties = [s for s, values in index.items() if any(kind in values[terms.TYPE] for kind in _PROPERTY_TYPES)]
    promises = _by_subject(shapes)
    context: Context = {"id": "@id", "type": "@type"}
    prefixes = _usable(prefixes, {*context, *_schemes(index), *map(_scheme, prefixes.values())})
    taken = set(context) | set(prefixes)
    entries: Context = {}
    for term in sorted({*classes, *properties}, key=lambda t: (not t.value.startswith(namespace), t.value)):
        name = _local_name(term.value)
        if not name or name in taken:
            continue
        taken.add(name)
        short = terms.curie(term.value, prefixes) or term.value
        if term in classes:
            entries[name] = short
        else:
            entries[name] = _definition(
                short,
                index[term],
                prefixes,
                once=terms.FUNCTIONAL_PROPERTY in index[term][terms.TYPE] or _promised_once(term, promises),
                once_per_language=_promised_once_per_language(term, promises),
            )
    context.update(sorted(prefixes.items()))
    context.update(sorted(entries.items()))
    return context


def context_bytes(context: Context) -> bytes:
    """A context as the document that is committed and published."""
    return json_document({"@context": context})


def _definition(
    short: str,
    values: Mapping[NamedNode, list[Term]],
    prefixes: Mapping[str, str],
    *,
    once: bool,
    once_per_language: bool,
) -> Context:
    ranges = [t.value for p in (terms.RANGE_INCLUDES, terms.RANGE) for t in values[p] if isinstance(t, NamedNode)]
    typed = [iri for iri in ranges if iri not in _UNTYPED]
    entry: Context = {"@id": short}
    if terms.LANG_STRING.value in ranges:
        return {**entry, "@container": "@language" if once_per_language else ["@language", "@set"]}
    if terms.OBJECT_PROPERTY in values[terms.TYPE] or _RESOURCE in typed:
        entry["@type"] = "@id"
    elif terms.DATE.value in typed:
        entry["@type"] = terms.curie(terms.DATE.value, prefixes) or terms.DATE.value
    elif typed and typed[0].startswith(terms.XSD):
        entry["@type"] = terms.curie(typed[0], prefixes) or typed[0]
    if not once:
        entry["@container"] = "@set"
    return entry


def _promised_once(path: NamedNode, shapes: _Index) -> bool:
    """Whether every shape of a property says that it has one value at most."""
    counts = [values[_MAX_COUNT] for values in shapes.values() if path in values[_PATH]]
    return bool(counts) and all(any(isinstance(v, Literal) and v.value == "1" for v in count) for count in counts)


def _promised_once_per_language(path: NamedNode, shapes: _Index) -> bool:
    """Whether a shape of a property says that each language occurs once."""
    found = [values[_UNIQUE_LANG] for values in shapes.values() if path in values[_PATH]]
    return any(isinstance(v, Literal) and v.value == "true" for unique in found for v in unique)


def _by_subject(triples: Iterable[Triple]) -> dict[NamedNode, dict[NamedNode, list[Term]]]:
    index: dict[NamedNode, dict[NamedNode, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        if isinstance(triple.subject, NamedNode):
            index[triple.subject][triple.predicate].append(triple.object)
    for values in index.values():
        for objects in values.values():
            objects.sort(key=str)
    return index


def _usable(prefixes: Mapping[str, str], taken: set[str]) -> dict[str, str]:
    """The prefixes that JSON-LD would read as such, and not take an IRI's scheme for (JSON-LD 1.1, clause 4.1.5)."""
    return {p: n for p, n in prefixes.items() if p and p not in taken and n.endswith(PREFIX_ENDINGS)}


def _schemes(index: _Index) -> set[str]:
    ranges = (v for values in index.values() for p in (terms.RANGE_INCLUDES, terms.RANGE) for v in values[p])
    return {_scheme(term.value) for term in (*index, *ranges) if isinstance(term, NamedNode)}


def _scheme(iri: str) -> str:
    return iri.partition(":")[0]


def _local_name(iri: str) -> str:
    name = terms.local_name(iri)
    return name if name.isidentifier() else ""
