"""Dates of a thing as text: from, until, on, seen on; with the marks of their sources where a page has marks."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape
from pyoxigraph import NamedNode, Triple

from scograph.site.markup import html, joined
from scograph.site.meaning import partial_date
from scograph.site.view import PageContext


def when(here: PageContext, node: NamedNode, *, with_marks: bool = True) -> Markup:
    """The dates of a thing in words, in the order of time where that is known.

    Args:
        here: The page.
        node: The thing.
        with_marks: Whether each date has the marks of its sources.

    Returns:
        The beginning and the end, or both as one range; when it was seen; any other date with its property.
    """
    index = here.view.index
    meaning = index.meaning
    span = meaning.span(node)
    if span is None:
        return Markup("")
    dated = [t for t in index.graph.by_subject.get(node, ()) if partial_date(t.object) is not None]
    dated.sort(key=lambda triple: str(triple.object))
    starts = [triple for triple in dated if triple.predicate in meaning.starts]
    ends = [triple for triple in dated if triple.predicate in meaning.ends]
    seen = [triple for triple in dated if triple.predicate in meaning.attestations]
    others = [triple for triple in dated if triple not in (*starts, *ends, *seen)]
    marked = here if with_marks else None
    sighted = [_one(here, "seen", triple, marked) for triple in seen]
    if together := _together(here, starts, ends, marked):
        parts = [together, *sighted]
    else:
        arrow = html(' <span title="{}">→</span>', here.words("timeline.open")) if span.goes_on else Markup("")
        begun = [_one(here, "from", triple, marked, arrow) for triple in starts]
        ended = [_one(here, "until", triple, marked) for triple in ends]
        parts = [here.words["date.join"].join((*begun, *ended)), *sighted] if begun else [*sighted, *ended]
    for triple in others:
        shown_date = html("{}{}", here.value(triple.object), _marks(marked, triple))
        parts.append(html("{}{}{}", here.view.name(triple.predicate), here.words["colon"], shown_date))
    return here.words["clause"].join(parts)


def _together(
    here: PageContext, starts: Sequence[Triple], ends: Sequence[Triple], marked: PageContext | None
) -> Markup:
    """A beginning and an end that are one date, or days of one year; nothing for any other two."""
    if not len(starts) == len(ends) == 1:
        return Markup("")
    start, end = starts[0], ends[0]
    if start.object == end.object:
        shown = html('<time datetime="{}">{}</time>', _text(start), here.words.date(_text(start), "on"))
    else:
        shown = escape(here.words.dates(_text(start), _text(end)))
    marks = dict.fromkeys((_marks(marked, start), _marks(marked, end)))  # most often they are the same
    return html("{}{}", shown, joined(marks)) if shown else shown


def _one(
    here: PageContext, kind: str, triple: Triple, marked: PageContext | None, after: Markup | None = None
) -> Markup:
    text = _text(triple)
    shown = html('<time datetime="{}">{}</time>{}', text, here.words.date(text, kind), after or "")
    return html("{}{}", shown, _marks(marked, triple))


def _text(triple: Triple) -> str:
    date = partial_date(triple.object)
    return date.text if date else ""


def _marks(here: PageContext | None, triple: Triple) -> Markup:
    if here is None:
        return Markup("")
    marks = here.marks(here.view.index.reasons.reason(triple))
    return html(" {}", marks) if marks else marks
