"""The ontology and the shapes: every term and shape on one page each, where the fragment of its IRI lands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape
from pyoxigraph import Literal, NamedNode, Triple

from scograph import terms
from scograph.answers.meaning import CLOSE, SUB_CLASS, SUB_PROPERTY
from scograph.formats import DOCUMENT_SYNTAXES, rdf_format_of_type
from scograph.model import Document, Term
from scograph.site.expressions import DEFINING, joined_by, read_list
from scograph.site.index import CLASS_TYPES, PROPERTY_TYPES
from scograph.site.markup import html
from scograph.site.pages.facts import class_link
from scograph.site.paths import anchor
from scograph.site.render import Renderer, TwinLink
from scograph.site.trees import nested_list
from scograph.site.view import PageContext

MAX_EXAMPLES = 3
_DOMAIN = NamedNode(terms.RDFS + "domain")
_COMMENT = NamedNode(terms.RDFS + "comment")
_SH_NAME, _SH_DESCRIPTION = NamedNode(terms.SH + "name"), NamedNode(terms.SH + "description")
_SCOPE_NOTE = NamedNode(terms.SKOS + "scopeNote")
_DEPRECATED = NamedNode(terms.OWL + "deprecated")
_HEADER = tuple(
    NamedNode(iri)
    for iri in (
        *(
            terms.OWL + "versionInfo",
            terms.OWL + "versionIRI",
            terms.OWL + "imports",
            terms.DCTERMS + "issued",
            terms.DCTERMS + "license",
        ),
        *(terms.DCTERMS + "publisher", terms.DCTERMS + "source", terms.VANN + "preferredNamespacePrefix"),
        *(terms.VANN + "preferredNamespaceUri", terms.DCTERMS + "bibliographicCitation"),
    )
)
_KINDS = (
    (terms.FUNCTIONAL_PROPERTY, "functional"),
    *(
        (NamedNode(f"{terms.OWL}{name}Property"), name[0].lower() + name[1:])
        for name in ("InverseFunctional", "Transitive", "Symmetric", "Asymmetric", "Reflexive", "Irreflexive")
    ),
)
"""The kinds of properties (OWL 2 Structural Specification, clause 9.2), with the key of what the interface says."""
_AXIOMS = (
    ("equivalent", ("equivalentClass", "equivalentProperty")),
    ("disjoint", ("disjointWith", "propertyDisjointWith")),
    ("inverse", ("inverseOf",)),
)
_CHAIN = NamedNode(terms.OWL + "propertyChainAxiom")
_KEY = NamedNode(terms.OWL + "hasKey")
_SHAPE_ROWS = (
    ("target", "targetClass"),
    ("path", "path"),
    ("severity", "severity"),
    ("message", "message"),
)
_SHAPE_APART = frozenset(("name", "description", "order", "group", "prefixes", *(name for _, name in _SHAPE_ROWS)))


def ontology_pages(site: Renderer) -> Iterator[Document]:
    """The page of the ontology's terms and that of the shapes.

    Args:
        site: The site.

    Returns:
        The pages, in each language.
    """
    examples = _examples(site)
    for view in site.views:
        if site.index.terms:
            yield _ontology(site, PageContext(view, "ontology.html"), examples)
        if site.index.shapes:
            yield _shapes(site, PageContext(view, "shapes.html"))


def _examples(site: Renderer) -> Mapping[Term, list[NamedNode]]:
    """Some things of each class, and some that have each property."""
    found: dict[Term, list[NamedNode]] = defaultdict(list)
    for node in site.index.stems:
        for triple in site.index.graph.by_subject.get(node, ()):
            term = triple.object if triple.predicate == terms.TYPE else triple.predicate
            if len(found[term]) < MAX_EXAMPLES and node not in found[term]:
                found[term].append(node)
    return found


def _ontology(site: Renderer, context: PageContext, examples: Mapping[Term, list[NamedNode]]) -> Document:
    index, words, view = site.index, context.words, context.view
    namespace = index.graph.term_namespace
    own = [t for t in index.terms if t.value.startswith(namespace)] if namespace else list(index.terms)
    borrowed = [t for t in index.terms if t not in set(own)]
    types = {t: set(index.types(t)) for t in index.terms}
    groups = [
        (words("classes.of"), [t for t in own if types[t] & CLASS_TYPES]),
        (words("properties"), [t for t in own if types[t] & PROPERTY_TYPES and not types[t] & CLASS_TYPES]),
        (words("borrowed"), borrowed),
    ]
    header_node = next(iter(sorted(_headers(site), key=str)), None)
    title = words("ontology")
    files = {d.path for d in index.downloads}
    twins = site.twin_links(context, "ontology", (t for t in DOCUMENT_SYNTAXES if f"ontology.{t.extension}" in files))
    return site.page(
        "terms",
        context,
        view.name(header_node) if header_node else title,
        heading=view.name_html(header_node) if header_node else title,
        lead=view.description(header_node) if header_node else "",
        header=_header(context, header_node) if header_node else (),
        tree=_class_tree(context, groups[0][1]),
        groups=[
            {"name": name, "terms": [_term(context, t, examples) for t in _by_name(context, listed)]}
            for name, listed in groups
            if listed
        ],
        twins=twins,
        cite_as=header_node.value if header_node else "",
    )


def _headers(site: Renderer) -> Iterator[NamedNode]:
    for triple in site.index.graph.ontology:
        if triple.predicate == terms.TYPE and triple.object == terms.ONTOLOGY and isinstance(triple.subject, NamedNode):
            yield triple.subject


def _header(context: PageContext, node: NamedNode) -> list[tuple[Markup, list[Markup]]]:
    values = _grouped(context.view.index.graph.by_subject.get(node, ()))
    return [(context.link(p), [context.value(v) for v in values[p]]) for p in _HEADER if p in values]


def _by_name(context: PageContext, nodes: Iterable[NamedNode]) -> list[NamedNode]:
    return sorted(nodes, key=context.view.order)


def _class_tree(context: PageContext, classes: Sequence[NamedNode]) -> Markup:
    """The classes as nested lists."""
    describing = context.describing
    parents = {
        node: [t.object for t in describing(node) if t.predicate == SUB_CLASS and isinstance(t.object, NamedNode)]
        for node in classes
    }
    return nested_list(context, classes, parents)


def _term(context: PageContext, node: NamedNode, examples: Mapping[Term, list[NamedNode]]) -> dict[str, Any]:
    index, words = context.view.index, context.words
    values = _grouped(index.terms[node])
    rows: list[tuple[str, Markup]] = []

    def add(key: str, shown: Iterable[Term]) -> None:
        shown = tuple(shown)
        named = [context.value(value) for value in shown if not _is_blank(value)]
        if named:
            rows.append((words(key), context.words["comma"].join(named)))
        rows.extend((words(key), context.value(value)) for value in shown if _is_blank(value))

    add("super", (v for p in (SUB_CLASS, SUB_PROPERTY) for v in values[p]))
    for key, names in _AXIOMS:
        add(key, (v for name in names for v in values[NamedNode(terms.OWL + name)]))
        if key == "equivalent":
            defined = [(p, v) for p in DEFINING for v in values[p]]
            rows.extend((words(key), context.expressions.defining(p, v)) for p, v in defined)
    rows.extend((words("sub"), _in_line(context, " o ", chain)) for chain in values[_CHAIN])
    rows.extend((words("key"), _in_line(context, ", ", key)) for key in values[_KEY])
    add("domain", values[_DOMAIN])
    add("range", (*values[terms.RANGE], *values[terms.RANGE_INCLUDES]))
    rows.extend((words("note"), escape(words(key))) for kind, key in _KINDS if kind in values[terms.TYPE])
    if any(isinstance(v, Literal) and v.value == "true" for v in values[_DEPRECATED]):
        rows.append((words("note"), html("<strong>{}</strong>", words("deprecated"))))
    notes = context.view.labels.best(values[_SCOPE_NOTE])
    if notes is not None:
        mark = context.view.language_mark(notes.language or "")
        rows.append((words("note"), html("{}{}", context.literal(notes), mark)))
    add("close", values[CLOSE])
    uses = index.uses[node]
    if node in index.classes:
        shown = html("{} ({})", class_link(context, node), words.many("n.entities", uses))
        rows.append((words("individuals"), shown))
    elif uses:
        rows.append((words("used"), escape(words.many("n.uses", uses))))
    add("example", examples.get(node, ()))
    return {
        "id": index.term_anchor(node),
        "name": context.view.name_html(node),
        "curie": context.view.labels.curie(node),
        "definition": context.view.description(node),
        "rows": _by_name_of_row(rows),
    }


def _in_line(context: PageContext, separator: str, head: Term) -> Markup:
    """The members of a list in one line."""
    found = read_list(head, context.describing)
    if found is None:
        return context.value(head)
    rest = [Markup("…")] if found.more or not found.is_whole else []
    return joined_by(separator, [*map(context.value, found.members), *rest])


def _by_name_of_row(rows: Iterable[tuple[str, Markup]]) -> list[tuple[str, list[Markup]]]:
    """Rows with each name once, and all that goes by it."""
    found: dict[str, list[Markup]] = {}
    for name, value in rows:
        found.setdefault(name, []).append(value)
    return list(found.items())


def _shapes(site: Renderer, context: PageContext) -> Document:
    index, words = site.index, context.words
    node_shape = NamedNode(terms.SH + "NodeShape")
    groups: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
    for node, triples in index.shapes.items():
        values = _grouped(triples)
        groups[node_shape in values[terms.TYPE]].append(_shape(context, node, values))
    twins = tuple(
        TwinLink(d.path, syntax.extension, syntax.media_type, f"{context.root}{d.path}")
        for d in index.downloads
        if d.path.startswith("shapes") and (syntax := rdf_format_of_type(d.media_type))
    )
    return site.page(
        "terms",
        context,
        words("shapes"),
        heading=words("shapes"),
        lead="",
        header=(),
        tree="",
        groups=[
            {"name": words(key), "terms": groups[is_node]}
            for key, is_node in (("classes.of", True), ("properties", False))
            if groups[is_node]
        ],
        twins=twins,
    )


def _shape(context: PageContext, node: NamedNode, values: Mapping[NamedNode, list[Term]]) -> dict[str, Any]:
    words = context.words
    rows = []
    for key, name in _SHAPE_ROWS:
        found = values[NamedNode(terms.SH + name)]
        if found:
            rows.append(
                (
                    words(key),
                    context.words["comma"].join(context.value(v) for v in found if not _is_blank(v)) or Markup("…"),
                )
            )
    demands = [
        html("{} {}", predicate.value[len(terms.SH) :], context.words["comma"].join(map(context.value, found)))
        for predicate, found in sorted(values.items(), key=lambda item: item[0].value)
        if predicate.value.startswith(terms.SH) and predicate.value[len(terms.SH) :] not in _SHAPE_APART
        for found in [[v for v in found if not _is_blank(v)]]
        if found and predicate.value != terms.SH + "sparql"
    ]
    if demands:
        rows.append((words("constraint"), Markup("<br>").join(demands)))
    best = context.view.labels.best([*values[_SH_DESCRIPTION], *values[_COMMENT]])
    names = context.view.labels.best([*values[_SH_NAME], *values[terms.LABEL]])
    curie = context.view.labels.curie(node)
    return {
        "id": anchor(node.value),
        "name": context.literal(names) if names is not None else context.view.name_html(node),
        "curie": curie,
        "definition": context.literal(best) if best is not None else "",
        "rows": _by_name_of_row(rows),
    }


def _is_blank(term: Term) -> bool:
    return not isinstance(term, NamedNode | Literal)


def _grouped(triples: Iterable[Triple]) -> defaultdict[NamedNode, list[Term]]:
    groups: defaultdict[NamedNode, list[Term]] = defaultdict(list)
    for triple in triples:
        groups[triple.predicate].append(triple.object)
    return groups
