"""Hierarchies as nested lists of HTML, whatever their depth and circles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup
from pyoxigraph import NamedNode

from scograph.site.markup import html, joined
from scograph.site.view import PageContext

MAX_LEVELS = 30
"""Lists are nested this deep; what is deeper stands on the last level."""


def nested_list(
    context: PageContext, nodes: Iterable[NamedNode], parents: Mapping[NamedNode, Sequence[NamedNode]]
) -> Markup:
    """A hierarchy as nested lists, in the order of names.

    Args:
        context: The page.
        nodes: What is in it.
        parents: What each node is directly below; what is not among the nodes does not count.

    Returns:
        The list, in which each node stands once: below the first of its parents that is reached. A circle begins with
        the first of its nodes. Nothing if there are no nodes.
    """
    ordered = sorted(set(nodes), key=context.view.order)
    among = set(ordered)
    below: dict[NamedNode, list[NamedNode]] = defaultdict(list)
    tops = []
    for node in ordered:
        above = [p for p in dict.fromkeys(parents.get(node, ())) if p in among and p != node]
        for parent in above:
            below[parent].append(node)
        if not above:
            tops.append(node)
    seen: set[NamedNode] = set()

    def listed(some: Iterable[NamedNode], level: int) -> Markup:
        items: list[Markup] = []
        for node in some:
            if node in seen:
                continue
            seen.add(node)
            if level < MAX_LEVELS:
                items.append(html("<li>{}{}</li>", context.link(node), listed(below[node], level + 1)))
                continue
            left = [node]
            while left:
                deeper = left.pop()
                items.append(html("<li>{}</li>", context.link(deeper)))
                fresh = [n for n in below[deeper] if n not in seen]
                seen.update(fresh)
                left += reversed(fresh)
        return html("<ul>{}</ul>", joined(items)) if items else Markup("")

    lists = [listed(tops, 0)]
    lists += [listed((node,), 0) for node in ordered if node not in seen]
    return _merged(lists)


def _merged(lists: Sequence[Markup]) -> Markup:
    """Lists as one."""
    inner = [one[len("<ul>") : -len("</ul>")] for one in lists if one]
    return html("<ul>{}</ul>", joined(inner)) if inner else Markup("")
