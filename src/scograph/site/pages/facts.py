"""Parts of pages of things: facts, involvements, incoming links, names, download and citation."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from markupsafe import Markup, escape
from pyoxigraph import Literal, NamedNode, Triple

from scograph import terms
from scograph.answers.reasons import Reason
from scograph.labels import ALSO_NAMING, NAMING
from scograph.model import Term
from scograph.site.markup import html, joined
from scograph.site.meaning import DESCRIPTIONS, SAME, Involved
from scograph.site.pages.dates import when
from scograph.site.render import Renderer
from scograph.site.view import PageContext, Piece

MAX_LISTED = 100
"""At most this many values of a property are listed; the rest are on further pages."""
_NAMES = frozenset(ALSO_NAMING)
_APART = frozenset((terms.TYPE, *DESCRIPTIONS)) | SAME | _NAMES
_TITLE = NamedNode(terms.DCTERMS + "title")
_PUBLISHER = NamedNode(terms.DCTERMS + "publisher")
_LABEL_KINDS = frozenset(NAMING)

Row = tuple[Markup, list[Markup]]
Cells = Callable[[PageContext], tuple[Markup, ...]]
"""A row of a table, which can be shown on any page."""


@dataclass(frozen=True)
class Thing:
    """A thing with what is known of it, gathered once for all languages.

    Args:
        node: Its IRI.
        reasons: The statements about it.
        incoming: What points at it, involvements aside.
        files: Where in the project it is written.
    """

    node: NamedNode
    reasons: Sequence[Reason]
    incoming: Sequence[Triple]
    files: Sequence[str]


def gather_thing(site: Renderer, node: NamedNode) -> Thing:
    """What is known of a thing."""
    index = site.index
    involvements = index.meaning.involvements
    incoming = [t for t in index.reasons.incoming(node) if t.subject not in involvements]
    return Thing(node, index.reasons.about(node), incoming, index.graph.places.files_about(str(node)))


def fact_rows(here: PageContext, thing: Thing) -> list[Row]:
    """The facts by property, in the order of the shapes: all but names, descriptions, types and identifiers."""
    order = here.view.index.property_order
    shown = [reason for reason in thing.reasons if reason.triple.predicate not in _APART or not reason.is_asserted]
    shown.sort(
        key=lambda r: (
            order.get(r.triple.predicate, 10**6),
            here.view.name(r.triple.predicate),
            r.triple.predicate.value,
        )
    )
    rows = []
    for predicate, group in groupby(shown, key=lambda reason: reason.triple.predicate):
        reasons = _in_order(here, list(group))
        rows.append((here.link(predicate), _listed(here, here.link(predicate), [partial(_value, r) for r in reasons])))
    return rows


def _in_order(here: PageContext, reasons: list[Reason]) -> list[Reason]:
    """The values of a property: those with a name in the order of names, others as they were, before them."""
    if len(reasons) == 1:
        return reasons
    named = [reason for reason in reasons if isinstance(reason.triple.object, NamedNode)]
    others = [reason for reason in reasons if not isinstance(reason.triple.object, NamedNode)]
    return [*others, *sorted(named, key=lambda reason: here.view.order(reason.triple.object))]


def _listed(here: PageContext, heading: Markup, pieces: Sequence[Piece]) -> list[Markup]:
    """The first of some pieces, then the link to the rest where there are too many."""
    shown = [piece(here) for piece in pieces[:MAX_LISTED]]
    return [*shown, here.leave(heading, pieces[MAX_LISTED:])] if len(pieces) > MAX_LISTED else shown


def first_rows(here: PageContext, heading: str, rows: Sequence[Cells]) -> list[tuple[Markup, ...]]:
    """The first of some rows of a table, then the link to the rest where there are too many."""
    shown = [row(here) for row in rows[:MAX_LISTED]]
    if len(rows) > MAX_LISTED:
        rest = here.leave(escape(heading), [partial(_in_line, row) for row in rows[MAX_LISTED:]])
        shown.append((rest, *(Markup("") for _ in shown[0][1:])))
    return shown


def _in_line(row: Cells, here: PageContext) -> Markup:
    """A row of a table in one line; what is empty is left out."""
    return Markup(" · ").join(cell for cell in row(here) if cell)


def _value(reason: Reason, here: PageContext) -> Markup:
    return html("{} {}", here.value(reason.triple.object), here.marks(reason))


def type_labels(here: PageContext, thing: Thing) -> Markup:
    """The classes of a thing, each linked to its list, with the marks behind it."""
    parts = []
    for reason in thing.reasons:
        value = reason.triple.object
        if reason.triple.predicate == terms.TYPE and isinstance(value, NamedNode):
            parts.append(html("{} {}", class_link(here, value), here.marks(reason)))
    return here.words["comma"].join(parts)


def class_link(here: PageContext, kind: NamedNode | None) -> Markup:
    """A class by its name, linked to the list of its instances, where there is one."""
    stem = here.view.index.class_stems.get(kind)
    if stem is None and kind is not None:
        return here.link(kind)
    name = here.view.name_html(kind) if kind is not None else escape(here.words("untyped"))
    return html('<a href="{}{}.html">{}</a>', here.home, stem, name)


def description(here: PageContext, thing: Thing) -> Markup:
    """What a thing is, with the marks behind that."""
    shown = here.view.description(thing.node)
    if not shown:
        return shown
    best = here.view.labels.best(r.triple.object for r in thing.reasons if r.triple.predicate in DESCRIPTIONS)
    marks = [here.marks(r) for r in thing.reasons if r.triple.object == best and r.triple.predicate in DESCRIPTIONS]
    return html("{} {}", shown, joined(marks))


def other_names(here: PageContext, thing: Thing) -> Markup:
    """The labels of a thing in the other languages of the site."""
    own = here.view.labels.own_literal(thing.node)
    labels = [
        r.triple.object
        for r in thing.reasons
        if r.triple.predicate in _LABEL_KINDS and r.is_asserted and isinstance(r.triple.object, Literal)
    ]
    wanted = here.view.index.languages
    shown = {v.language: v for v in labels if v.language in wanted and v != own}
    return Markup(" · ").join(here.view.with_language_tag(shown[x].value, x) for x in wanted if x in shown)


def name_rows(here: PageContext, thing: Thing) -> list[tuple[Markup, ...]]:
    """The names of a thing with language, kind and sources: those of the page's language first, then by tag."""
    named = [
        (r, value)
        for r in thing.reasons
        if r.triple.predicate in _NAMES and isinstance(value := r.triple.object, Literal)
    ]
    mine = here.view.language
    named.sort(key=lambda n: (n[1].language != mine, n[1].language or "", n[0].triple.predicate.value, n[1].value))
    return first_rows(here, here.words("also_called"), [partial(_named, reason, value) for reason, value in named])


def _named(reason: Reason, value: Literal, here: PageContext) -> tuple[Markup, ...]:
    return (
        html("{} {}", here.literal(value), here.marks(reason)),
        html('<span class="tag">{}</span>', value.language or here.words("no_lang")),
        here.link(reason.triple.predicate),
    )


def identifiers(here: PageContext, thing: Thing) -> list[Markup]:
    """The identifiers that others have given a thing."""
    return [
        html("{} {}", here.value(r.triple.object), here.marks(r)) for r in thing.reasons if r.triple.predicate in SAME
    ]


def incoming_rows(here: PageContext, thing: Thing) -> list[Row]:
    """What points at a thing, by property, in words."""
    rows = []
    for predicate, group in groupby(thing.incoming, key=lambda t: t.predicate):
        nodes = sorted({t.subject for t in group}, key=here.view.order)
        heading = here.inverse_link(predicate)
        rows.append((heading, _listed(here, heading, [partial(_linked, node) for node in nodes])))
    return rows


def _linked(node: Term, here: PageContext) -> Markup:
    return here.link(node)


def involvement_rows(
    here: PageContext, involvements: Iterable[Involved], *, of_agent: bool
) -> list[tuple[Markup, ...]]:
    """Who takes part in a thing, or what one takes part in: each with role, time, sources and its own record."""
    index = here.view.index

    def key(involvement: Involved) -> tuple[object, str, str]:
        span = index.meaning.span(involvement.record)
        who = [involvement.agent] if not of_agent else list(involvement.targets)
        in_time = (0, *span.order) if span else (1,)
        return (
            in_time if of_agent else " ".join(map(here.view.name, involvement.roles)),
            " ".join(map(here.view.name, who)),
            involvement.record.value,
        )

    heading = here.words("takes_part" if of_agent else "involved")
    rows = [partial(_involved, involvement, of_agent) for involvement in sorted(involvements, key=key)]
    return first_rows(here, heading, rows)


def _involved(involvement: Involved, of_agent: bool, here: PageContext) -> tuple[Markup, ...]:  # noqa: FBT001 -- of a partial
    index = here.view.index
    who = (involvement.agent,) if not of_agent else involvement.targets
    behind = [
        index.reasons.reason(triple)
        for triple in index.graph.by_subject.get(involvement.record, ())
        if triple.object in (*involvement.roles, involvement.agent)
    ]
    return (
        html("{} {}", here.words["comma"].join(map(here.link, who)), joined(here.marks(r) for r in behind[:1])),
        here.words["comma"].join(map(here.link, involvement.roles)),
        when(here, involvement.record),
        here.link(involvement.record),
    )


def download_links(site: Renderer, here: PageContext, thing: Thing) -> dict[str, Any]:
    """How to get a thing's data, and how to cite it."""
    iri = thing.node.value
    dataset = site.index.dataset
    publisher = site.dataset_value(_PUBLISHER)
    parts = [here.words("quoted", text=here.view.name(thing.node)), site.title(here.view) if dataset else ""]
    if publisher is not None:
        parts.append(here.view.name(publisher))
    cited = escape(". ".join(part for part in parts if part))
    return {
        "iri": iri,
        "curl": f"curl -L -H 'Accept: text/turtle' {shlex.quote(iri)}",
        "sparql": f"DESCRIBE <{iri}>",
        "citation": html("{}. {}", cited, here.link_to_iri(thing.node)),
        "files": thing.files,
    }
