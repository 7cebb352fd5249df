"""Dates of a thing as text: from, until, on, seen on; with the marks of their sources where a page has marks."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape
from pyoxigraph import NamedNode, Triple

from scograph.answers.meaning import partial_date
from scograph.site.markup import html, joined
from scograph.site.view import PageContext


def when(context: PageContext, node: NamedNode, *, with_marks: bool = True) -> Markup:
    """The dates of a thing in words, in the order of time where that is known.

    Args:
        context: The page.
        node: The thing.
        with_marks: Whether each date has the marks of its sources.

    Returns:
        The beginning and the end, or both as one range; when it was seen; any other date with its property.
    """
    index = context.view.index
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
    marked = context if with_marks else None
    sighted = [_one(context, "seen", triple, marked) for triple in seen]
    if together := _together(context, starts, ends, marked):
        parts = [together, *sighted]
    else:
        arrow = html(' <span title="{}">→</span>', context.words("timeline.open")) if span.goes_on else Markup("")
        begun = [_one(context, "from", triple, marked, arrow) for triple in starts]
        ended = [_one(context, "until", triple, marked) for triple in ends]
        parts = [context.words["date.join"].join((*begun, *ended)), *sighted] if begun else [*sighted, *ended]
    for triple in others:
        shown_date = html("{}{}", context.value(triple.object), _marks(marked, triple))
        parts.append(html("{}{}{}", context.view.name(triple.predicate), context.words["colon"], shown_date))
    return context.words["clause"].join(parts)


def _together(
    context: PageContext, starts: Sequence[Triple], ends: Sequence[Triple], marked: PageContext | None
) -> Markup:
    """A beginning and an end that are one date, or days of one year; nothing for any other two."""
    if not len(starts) == len(ends) == 1:
        return Markup("")
    start, end = starts[0], ends[0]
    if start.object == end.object:
        shown = html('<time datetime="{}">{}</time>', _text(start), context.words.date(_text(start), "on"))
    else:
        shown = escape(context.words.dates(_text(start), _text(end)))
    marks = dict.fromkeys((_marks(marked, start), _marks(marked, end)))  # most often they are the same
    return html("{}{}", shown, joined(marks)) if shown else shown


def _one(
    context: PageContext, kind: str, triple: Triple, marked: PageContext | None, after: Markup | None = None
) -> Markup:
    text = _text(triple)
    shown = html('<time datetime="{}">{}</time>{}', text, context.words.date(text, kind), after or "")
    return html("{}{}", shown, _marks(marked, triple))


def _text(triple: Triple) -> str:
    date = partial_date(triple.object)
    return date.text if date else ""


def _marks(context: PageContext | None, triple: Triple) -> Markup:
    if context is None:
        return Markup("")
    marks = context.marks(context.view.index.reasons.reason(triple))
    return html(" {}", marks) if marks else marks
