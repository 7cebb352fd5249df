"""Parts of pages of things: facts, involvements, incoming links, names, download and citation."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from markupsafe import Markup, escape
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from scograph import terms
from scograph.answers.meaning import DESCRIPTIONS, SAME, Involved
from scograph.answers.reasons import Reason
from scograph.labels import ALSO_NAMING, NAMING
from scograph.site.markup import html, joined
from scograph.site.pages.dates import when
from scograph.site.paths import anchor
from scograph.site.render import Renderer
from scograph.site.view import PageContext, Piece

MAX_SUMMARY = 5
"""Lines of the summary of a thing."""
MAX_LISTED = 100
"""At most this many values of a property are listed; the rest are on further pages."""
_NAMES = frozenset(ALSO_NAMING)
_APART = frozenset((terms.TYPE, *DESCRIPTIONS)) | SAME | _NAMES
_TITLE = NamedNode(terms.DCTERMS + "title")
_PUBLISHER = NamedNode(terms.DCTERMS + "publisher")
_LABEL_KINDS = frozenset(NAMING)

PAGE_ANCHORS = frozenset(
    (
        *("bases", "browse", "cite", "claims", "coverage", "data", "dataset", "editions", "facts", "get", "gone"),
        *("hierarchy", "hint", "readings"),
        *("identifiers", "ignored", "incoming", "involved", "main", "missing", "names", "neutral", "passages"),
        *("pictures", "q", "query", "release", "report", "results", "sources", "status", "takes-part", "text"),
    )
)
"""The fragments of the parts of pages, which no thing has there."""

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


def fact_rows(context: PageContext, thing: Thing) -> list[Row]:
    """The facts by property, in the order of the shapes: all but names, descriptions, types and identifiers."""
    order = context.view.index.property_order
    shown = [reason for reason in thing.reasons if reason.triple.predicate not in _APART or not reason.is_asserted]
    shown.sort(
        key=lambda r: (
            order.get(r.triple.predicate, 10**6),
            context.view.name(r.triple.predicate),
            r.triple.predicate.value,
        )
    )
    rows = []
    for predicate, group in groupby(shown, key=lambda reason: reason.triple.predicate):
        reasons = _in_order(context, list(group))
        rows.append(
            (context.link(predicate), _listed(context, context.link(predicate), [partial(_value, r) for r in reasons]))
        )
    fragments = sorted(context.view.index.fragments.get(thing.node, ()), key=context.view.order)
    if fragments:
        heading = escape(context.words("fragments"))
        rows.append((heading, _listed(context, heading, [partial(_fragment, node) for node in fragments])))
    return rows


def _fragment(node: NamedNode, context: PageContext) -> Markup:
    """A thing whose IRI is a fragment of the page's: a browser that asked for it stops there."""
    name = anchor(node.value)
    is_taken = name in PAGE_ANCHORS or re.fullmatch(r"[sg]\d+", name)
    return context.link(node) if is_taken else html('<span id="{}">{}</span>', name, context.link(node))


def _in_order(context: PageContext, reasons: list[Reason]) -> list[Reason]:
    """The values of a property: those with a name in the order of names, others as they were, before them."""
    if len(reasons) == 1:
        return reasons
    named = [reason for reason in reasons if isinstance(reason.triple.object, NamedNode)]
    others = [reason for reason in reasons if not isinstance(reason.triple.object, NamedNode)]
    return [*others, *sorted(named, key=lambda reason: context.view.order(reason.triple.object))]


def _listed(context: PageContext, heading: Markup, pieces: Sequence[Piece]) -> list[Markup]:
    """The first of some pieces, then the link to the rest where there are too many."""
    shown = [piece(context) for piece in pieces[:MAX_LISTED]]
    return [*shown, context.leave(heading, pieces[MAX_LISTED:])] if len(pieces) > MAX_LISTED else shown


def first_rows(context: PageContext, heading: str, rows: Sequence[Cells]) -> list[tuple[Markup, ...]]:
    """The first of some rows of a table, then the link to the rest where there are too many."""
    shown = [row(context) for row in rows[:MAX_LISTED]]
    if len(rows) > MAX_LISTED:
        rest = context.leave(escape(heading), [partial(_in_line, row) for row in rows[MAX_LISTED:]])
        shown.append((rest, *(Markup("") for _ in shown[0][1:])))
    return shown


def _in_line(row: Cells, context: PageContext) -> Markup:
    """A row of a table in one line; what is empty is left out."""
    return Markup(" · ").join(cell for cell in row(context) if cell)


def _value(reason: Reason, context: PageContext) -> Markup:
    value = reason.triple.object
    shown = context.sourced_link(value) if value in context.view.index.statuses else context.value(value)
    if isinstance(value, Literal) and not value.language and _is_of_language(reason.triple.predicate):
        name = context.words.language_name(value.value)
        shown = shown if name == value.value else html('<span title="{}">{}</span>', value.value, name)
    return html("{} {}", shown, context.marks(reason))


def _is_of_language(predicate: NamedNode) -> bool:
    """Whether the values of a property are tags of languages, as its name says."""
    return terms.local_name(predicate.value).lower().endswith("language")


def standing(context: PageContext, thing: Thing) -> Markup:
    """The statuses by which a thing is not in force, such as proposed or ended, with the marks behind them."""
    found = [
        html("{} {}", context.link(reason.triple.object), context.marks(reason))
        for reason in thing.reasons
        if reason.triple in context.view.index.statuses.get(thing.node, ())
    ]
    return context.words["comma"].join(found)


def type_labels(context: PageContext, thing: Thing) -> Markup:
    """The classes of a thing, each linked to its list, with the marks behind it."""
    parts = []
    for reason in thing.reasons:
        value = reason.triple.object
        if reason.triple.predicate == terms.TYPE and isinstance(value, NamedNode):
            parts.append(html("{} {}", class_link(context, value), context.marks(reason)))
    return context.words["comma"].join(parts)


def class_link(context: PageContext, kind: NamedNode | None) -> Markup:
    """A class by its name, linked to the list of its instances, where there is one."""
    stem = context.view.index.class_stems.get(kind)
    if stem is None and kind is not None:
        return context.link(kind)
    name = context.view.name_html(kind) if kind is not None else escape(context.words("untyped"))
    return html('<a href="{}{}.html">{}</a>', context.home, stem, name)


def description(context: PageContext, thing: Thing) -> Markup:
    """What a thing is, with the marks behind that."""
    shown = context.view.description(thing.node)
    if not shown:
        return shown
    best = context.view.labels.best(r.triple.object for r in thing.reasons if r.triple.predicate in DESCRIPTIONS)
    marks = [context.marks(r) for r in thing.reasons if r.triple.object == best and r.triple.predicate in DESCRIPTIONS]
    return html("{} {}", shown, joined(marks))


def other_names(context: PageContext, thing: Thing) -> Markup:
    """The labels of a thing in the other languages of the site."""
    own = context.view.labels.own_literal(thing.node)
    labels = [
        r.triple.object
        for r in thing.reasons
        if r.triple.predicate in _LABEL_KINDS and r.is_asserted and isinstance(r.triple.object, Literal)
    ]
    wanted = context.view.index.languages
    shown = {v.language: v for v in labels if v.language in wanted and v != own}
    return Markup(" · ").join(context.view.with_language_tag(shown[x].value, x) for x in wanted if x in shown)


def name_rows(context: PageContext, thing: Thing) -> list[tuple[Markup, ...]]:
    """The names of a thing with language, kind and sources: those of the page's language first, then by tag."""
    named = [
        (r, value)
        for r in thing.reasons
        if r.triple.predicate in _NAMES and isinstance(value := r.triple.object, Literal)
    ]
    mine = context.view.language
    named.sort(key=lambda n: (n[1].language != mine, n[1].language or "", n[0].triple.predicate.value, n[1].value))
    return first_rows(
        context, context.words("also_called"), [partial(_named, reason, value) for reason, value in named]
    )


def _named(reason: Reason, value: Literal, context: PageContext) -> tuple[Markup, ...]:
    return (
        html("{} {}", context.literal(value), context.marks(reason)),
        html('<span class="tag">{}</span>', value.language or context.words("no_lang")),
        context.link(reason.triple.predicate),
    )


def identifiers(context: PageContext, thing: Thing) -> list[Markup]:
    """The identifiers that others have given a thing."""
    return [
        html("{} {}", context.value(r.triple.object), context.marks(r))
        for r in thing.reasons
        if r.triple.predicate in SAME
    ]


def incoming_rows(context: PageContext, thing: Thing) -> list[Row]:
    """What points at a thing, by property, in words."""
    rows = []
    for predicate, group in groupby(thing.incoming, key=lambda t: t.predicate):
        triples = {t.subject: t for t in group}
        nodes = sorted(triples, key=context.view.order)
        heading = context.inverse_link(predicate)
        rows.append((heading, _listed(context, heading, [partial(_linked, triples[node]) for node in nodes])))
    return rows


def _linked(triple: Triple, context: PageContext) -> Markup:
    """What points at a thing, by its name or where it has none by what is said of it, with the marks behind that."""
    node = triple.subject
    shown = context.value(node) if isinstance(node, BlankNode) else context.sourced_link(node)
    return html("{} {}", shown, context.marks(context.view.index.reasons.reason(triple)))


def involvement_rows(
    context: PageContext, involvements: Iterable[Involved], *, of_agent: bool
) -> list[tuple[Markup, ...]]:
    """Who takes part in a thing, or what one takes part in: each with role, time and sources.

    What goes on stands before what ended; in each, roles stand in the order in which the first of them began.
    """
    rows = [partial(_involved, one, of_agent) for one in _ordered(context, list(involvements), of_agent=of_agent)]
    return first_rows(context, context.words("takes_part" if of_agent else "involved"), rows)


def _ordered(context: PageContext, involvements: Sequence[Involved], *, of_agent: bool) -> list[Involved]:
    span = context.view.index.meaning.span
    began: dict[tuple[NamedNode, ...], tuple[object, ...]] = {}
    for one in involvements:
        dates = span(one.record)
        place = (0, dates.first) if dates and dates.first else (1,)
        began[one.roles] = min(began.get(one.roles, place), place)

    def key(one: Involved) -> tuple[object, ...]:
        dates = span(one.record)
        who = (one.agent,) if not of_agent else one.targets
        name = tuple(map(context.view.order, who))
        in_time = (0, *dates.order) if dates else (1,)
        if of_agent:
            return has_ended(context, one), in_time, name, one.record.value
        return has_ended(context, one), began[one.roles], str(one.roles), name, in_time, one.record.value

    return sorted(involvements, key=key)


def has_ended(context: PageContext, involvement: Involved) -> bool:
    """Whether an involvement has a known end, and is of a kind that lasts."""
    dates = context.view.index.meaning.span(involvement.record)
    return dates is not None and dates.end is not None and dates.end != dates.start


def _involved(involvement: Involved, of_agent: bool, context: PageContext) -> tuple[Markup, ...]:  # noqa: FBT001 -- of a partial
    index = context.view.index
    who = (involvement.agent,) if not of_agent else involvement.targets
    behind = [
        index.reasons.reason(triple)
        for triple in index.graph.by_subject.get(involvement.record, ())
        if triple.object in (*involvement.roles, involvement.agent)
    ]
    role = context.words["comma"].join(map(context.view.name_html, involvement.roles))
    return (
        html(
            "{} {}",
            context.words["comma"].join(map(context.sourced_link, who)),
            joined(context.marks(r) for r in behind[:1]),
        ),
        html('<a href="{}{}">{}</a>', context.home, index.address(involvement.record), role or context.words["record"]),
        when(context, involvement.record),
    )


def summary_lines(context: PageContext, involved: Iterable[Involved], takes_part: Iterable[Involved]) -> list[Markup]:
    """What holds of a thing now: how many take part in it in each role, and in what it takes part, since when.

    Args:
        context: The page.
        involved: Who takes part in it.
        takes_part: What it takes part in.

    Returns:
        A line for each role.
    """
    view = context.view
    goes_on = [one for one in _ordered(context, list(involved), of_agent=False) if _goes_on(context, one)]
    counts = Counter(role for one in goes_on for role in one.roles)
    lines = [
        html('<a href="#involved">{}{}{}</a>', view.name_html(role), context.words["colon"], context.words.number(n))
        for role, n in counts.items()
    ]
    for one in [one for one in _ordered(context, list(takes_part), of_agent=True) if _goes_on(context, one)]:
        role = context.words["comma"].join(map(view.name_html, one.roles))
        what = context.words["comma"].join(map(context.link, one.targets))
        lines.append(html("{}{}{} · {}", role, context.words["colon"], what, when(context, one.record)))
    return lines[:MAX_SUMMARY]


def _goes_on(context: PageContext, involvement: Involved) -> bool:
    dates = context.view.index.meaning.span(involvement.record)
    return dates is not None and dates.goes_on


def download_links(site: Renderer, context: PageContext, thing: Thing) -> dict[str, Any]:
    """How to get a thing's data, and how to cite it."""
    iri = thing.node.value
    dataset = site.index.dataset
    publisher = site.dataset_value(_PUBLISHER)
    parts = [context.words("quoted", text=context.view.name(thing.node)), site.title(context.view) if dataset else ""]
    if publisher is not None:
        parts.append(context.view.name(publisher))
    cited = escape(". ".join(part for part in parts if part))
    return {
        "iri": iri,
        "curl": f"curl -L -H 'Accept: text/turtle' {shlex.quote(iri)}",
        "sparql": f"DESCRIBE <{iri}>",
        "citation": html("{}. {}", cited, context.link_to_iri(thing.node)),
        "files": thing.files,
    }
