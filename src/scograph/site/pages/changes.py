"""The page of changes: what changed from release to release, the last first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup
from pyoxigraph import NamedNode

from scograph.model import Document
from scograph.site.markup import html
from scograph.site.render import Renderer
from scograph.site.view import PageContext

MAX_THINGS = 50
"""At most this many things of a release are listed; the rest are counted, and the changelog of the release has them."""
MAX_FACTS = 10
"""At most this many facts of a thing are listed."""
_KINDS = (("added", "ins"), ("removed", "del"), ("resourced", "span"))
"""The kinds of change, as a release names them, each with the element that says so."""


def changes_page(site: Renderer) -> Iterator[Document]:
    """The page of changes.

    Args:
        site: The site.

    Returns:
        The page, in each language; nothing where no releases were given.
    """
    index = site.index
    if not index.content.history:
        return
    things = {node.value: node for node in (*index.stems, *index.terms)}
    for view in site.views:
        context = PageContext(view, "changes.html")
        releases = [_release(context, release, things) for release in reversed(index.content.history)]
        title = view.words("changes")
        yield site.page("changes", context, title, heading=title, releases=releases)


def _release(context: PageContext, release: Mapping[str, Any], things: Mapping[str, NamedNode]) -> dict[str, Any]:
    words, head = context.words, release["release"]
    changed = [*release["entities"], *release.get("ontology", {}).get("entities", ())]
    rows = [(_thing(context, one, things), _facts(context, one)) for one in changed[:MAX_THINGS]]
    return {
        "version": f"{words('version')} {head['version']}",
        "date": words.date(head["date"]) if head.get("date") else "",
        "summary": html('<bdi lang="en">{}</bdi>', release.get("summary", "")),
        "documents": [
            (_thing(context, one, things), html('<bdi lang="en">{}</bdi>', one["words"]))
            for one in release.get("documents", ())[:MAX_THINGS]
        ],
        "rows": rows,
        "more": words.many("n.more", len(changed) - MAX_THINGS) if len(changed) > MAX_THINGS else "",
    }


def _thing(context: PageContext, changed: Mapping[str, Any], things: Mapping[str, NamedNode]) -> Markup:
    node = things.get(changed["iri"])
    return context.link(node) if node else html("<bdi>{}</bdi>", changed.get("label") or changed["iri"])


def _facts(context: PageContext, changed: Mapping[str, Any]) -> list[Markup]:
    facts = [
        html('<{0}><span class="tag">{1}</span> <bdi lang="en">{2}</bdi></{0}>', Markup(tag), label, fact["words"])  # noqa: S704 -- one of `_KINDS`
        for kind, tag in _KINDS
        for label in (context.words(f"changes.{kind}"),)
        for fact in changed.get(kind, ())
    ]
    more = len(facts) - MAX_FACTS
    return [
        *facts[:MAX_FACTS],
        *([html('<span class="quiet">{}</span>', context.words.many("n.more", more))] * (more > 0)),
    ]
