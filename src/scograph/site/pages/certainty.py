"""The pages of what sources disagree about, and of what is interpreted or only possible, with evidence and CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from markupsafe import Markup, escape
from pyoxigraph import NamedNode, Triple

from scograph import terms
from scograph.answers.reasons import Reason
from scograph.formats import CSV
from scograph.model import Document
from scograph.serialise.table import csv_table
from scograph.site.index import BASES, SiteIndex
from scograph.site.markup import html
from scograph.site.pages.facts import Cells, first_rows
from scograph.site.pages.pagination import continuation_pages
from scograph.site.render import Renderer
from scograph.site.view import PageContext

_HEADS = ("subject", "property", "value", "basis", "document", "passage")


def certainty_pages(site: Renderer) -> Iterator[Document]:
    """The pages *Where sources disagree* and *What is uncertain*.

    Args:
        site: The site.

    Returns:
        Each page in each language, and its rows as CSV; none for what has no rows.
    """
    for stem, bases in BASES.items():
        if stem in site.index.empty_pages:
            continue
        reasons = _reasons(site.index, bases)
        lines = sorted(line for reason in reasons for line in _lines(reason, bases))
        yield Document(f"{stem}.{CSV.extension}", CSV.media_type, (csv_table(_HEADS, lines),))
        for view in site.views:
            context, words = PageContext(view, f"{stem}.html"), view.words
            ordered = sorted(
                reasons, key=lambda r: (view.name(r.triple.subject), view.name(r.triple.predicate), str(r.triple))
            )
            title = words(stem)
            cells: list[Cells] = [partial(_row, reason) for reason in ordered]
            yield site.page(
                "list",
                context,
                title,
                heading=title,
                kind="",
                lead=words(f"{stem}.about"),
                count=words.many("n.claims", len(lines)),
                heads=(words("thing"), words("property"), words("value")),
                rows=first_rows(context, title, cells),
                caption=title,
                pagers=(),
                twins=site.twin_links(context, stem, (CSV,)),
            )
            yield from continuation_pages(site, context, title, escape(title))


def _reasons(index: SiteIndex, bases: frozenset[NamedNode]) -> list[Reason]:
    """The statements that have a claim of one of the bases, each once; none that another source says as it is."""
    claimed = dict.fromkeys(claim.triple for claim in index.graph.claims if claim.basis in bases)
    reasons = [index.reasons.reason(triple) for triple in claimed]
    return [r for r in reasons if all(one.basis not in {"stated", "normalised"} for one in r.supports)]


def _lines(reason: Reason, bases: frozenset[NamedNode]) -> Iterator[tuple[str, ...]]:
    """The rows of the CSV: a claim in each, terms as in the CSV of SPARQL results."""
    triple = reason.triple
    for support in reason.supports:
        if terms.basis(support.basis) in bases:
            said = [str(getattr(term, "value", term)) for term in (triple.subject, triple.predicate, triple.object)]
            yield (*said, support.basis, support.document, support.passage)


def _row(reason: Reason, context: PageContext) -> tuple[Markup, ...]:
    """A statement with its marks; below what is not asserted, the values that are, with theirs."""
    triple = reason.triple
    value = html("{} {}", context.value(triple.object), context.marks(reason))
    if not reason.is_asserted:
        value = html('<span class="struck">{}</span> {}', context.value(triple.object), context.marks(reason))
        asserted = [context.view.index.reasons.reason(other) for other in _asserted(context.view.index, triple)]
        shown = [html("<li>{} {}</li>", context.value(one.triple.object), context.marks(one)) for one in asserted]
        value = html("<ul>{}<li>{}</li></ul>", Markup("").join(shown), value)
    subject = context.link(triple.subject) if isinstance(triple.subject, NamedNode) else context.value(triple.subject)
    return subject, context.link(triple.predicate), value


def _asserted(index: SiteIndex, triple: Triple) -> Sequence[Triple]:
    """The facts with another value of the same property."""
    return [
        other
        for other in index.graph.describing(triple.subject)
        if other.predicate == triple.predicate and other.object != triple.object and index.reasons.reason(other).is_fact
    ]
