"""Link headers: other forms, licence, and what a page is about (RFC 8288; Signposting, FAIR profile of 2023)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from urllib.parse import quote, urljoin

from scograph.formats import JSON, JSON_LD
from scograph.server.about import About
from scograph.server.representations import HTML, Stem

CONTEXT = "context.jsonld"
HEAD_BYTES = 8192
"""The links of a page are in its first bytes."""
_LINK = re.compile(r"<link\s([^>]*)>")
_ATTRIBUTE = re.compile(r"""([a-z]+)=(?:"([^"]*)"|'([^']*)')""")
_FROM_PAGES = ("alternate", "author", "cite-as", "collection", "describedby", "item", "license", "linkset", "type")
_SAFE = "/:?#[]@!$&'()*+,;=~%"

Link = tuple[str, str, tuple[tuple[str, str], ...]]
"""Target, relation, and the parameters."""


def page_links(page: bytes, path: str) -> list[Link]:
    """The links that a page states in its head, for its header.

    Args:
        page: The page.
        path: Its path, without a slash before it.

    Returns:
        Those of the relations that Signposting knows; targets on this host as paths.
    """
    head = page[:HEAD_BYTES].decode("utf-8", "ignore").partition("</head>")[0]
    links: list[Link] = []
    for element in _LINK.findall(head):
        attributes = {name: unescape(double or single) for name, double, single in _ATTRIBUTE.findall(element)}
        parameters = tuple((name, attributes[name]) for name in ("type", "hreflang") if name in attributes)
        links += [
            (urljoin(f"/{path}", attributes.get("href", "")), relation, parameters)
            for relation in attributes.get("rel", "").split()
            if relation in _FROM_PAGES
        ]
    return links


def links_of(stem: Stem, media_type: str, facts: About, iri: str, *, has_context: bool) -> list[Link]:
    """The links of one form of a thing or document.

    Args:
        stem: The thing or document.
        media_type: The form.
        facts: The description of the folder.
        iri: The IRI of the thing; nothing for a document.
        has_context: Whether it has a JSON-LD context of its own.

    Returns:
        The links.
    """
    chosen = next(variant for variant in stem.variants if variant.media_type == media_type)
    links: list[Link] = [(f"/{chosen.file.path}", "canonical", ())]
    others = [v for v in stem.variants if v.file.path != chosen.file.path and v.media_type != JSON]
    links += [(f"/{other.file.path}", "alternate", (("type", other.media_type),)) for other in others]
    if media_type == HTML:
        links += [_here(link, facts.base) for link in page_links(chosen.file.read(), chosen.file.path)]
        links += [("https://schema.org/AboutPage", "type", ())]
        links += [
            (f"/{v.file.path}", "describedby", (("type", v.media_type),)) for v in others if "csv" not in v.media_type
        ]
    elif iri:
        links += [(iri, "describes", ())]
    links += [(licence, "license", ()) for licence in facts.licences]
    links += [(maker, "author", ()) for maker in facts.makers]
    if iri and media_type == HTML:
        links.append((iri, "cite-as", ()))
    if media_type == JSON and has_context:
        links.append((f"/{CONTEXT}", "http://www.w3.org/ns/json-ld#context", (("type", JSON_LD.media_type),)))
    return links


def _here(link: Link, base: str) -> Link:
    """A link to the page in another language as one to this host, wherever the site has its public address."""
    target, relation, parameters = link
    is_translation = base and target.startswith(base) and any(name == "hreflang" for name, _ in parameters)
    return (f"/{target.removeprefix(base)}", relation, parameters) if is_translation else link


def with_one_alternate(links: Iterable[Link], media_type: str) -> list[Link]:
    """Links as they are sent with a form: with JSON one link to another form at most.

    JSON-LD 1.1 API (clause 6.1) has processors look at the links to other forms where an answer is not JSON; PyLD looks
    at them always, and takes two for a fault. Whoever wants the others finds them at the page.

    Args:
        links: The links.
        media_type: The form.

    Returns:
        The links, without others that are alternates if the form is JSON.
    """
    found = list(links)
    if media_type != JSON and not media_type.endswith("+json"):
        return found
    first = next((link for link in found if link[1] == "alternate"), None)
    return [link for link in found if link[1] != "alternate" or link is first]


def link_header(links: Sequence[Link]) -> bytes:
    """Links as one header, each once (RFC 8288, clause 3).

    Args:
        links: The links.

    Returns:
        The value of Link; targets are percent-encoded.
    """
    return b", ".join(dict.fromkeys(_link_values(links)))


def _link_values(links: Iterable[Link]) -> Iterator[bytes]:
    seen: set[tuple[str, str, str]] = set()
    for target, relation, parameters in links:
        key = (target, relation, dict(parameters).get("hreflang", ""))
        if key in seen:
            continue
        seen.add(key)
        more = "".join(f'; {name}="{_quoted(value)}"' for name, value in parameters)
        yield f'<{quote(target, safe=_SAFE)}>; rel="{relation}"{more}'.encode("ascii", "ignore")


def _quoted(value: str) -> str:
    return re.sub(r"[^ !#-\[\]-~]", "", value)
