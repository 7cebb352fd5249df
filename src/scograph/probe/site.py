"""Discover what a probe looks at: the front page, the VoID description, an entity, the SPARQL endpoint."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urljoin

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from scograph import terms
from scograph.errors import InputError, StoreError
from scograph.formats import RDF_FORMATS
from scograph.guard import guard
from scograph.probe.client import Client, ElsewhereError, Reply

_ENDPOINT = NamedNode(terms.VOID + "sparqlEndpoint")
_EXAMPLE = NamedNode(terms.VOID + "exampleResource")
_ENDPOINTS = ("sparql", "query", "")
_LOC = re.compile(r"<loc>([^<]+)</loc>")
VOID_FILE = "/void.ttl"
"""Where VoID is often published besides `/.well-known/void`."""
RDF_TYPES = {row.media_type: row.rdf for row in RDF_FORMATS}


@dataclass(slots=True)
class ProbedSite:
    """A site.

    Args:
        client: What asks it.
        root: Its address, with a slash at the end.
        front: What answers there.
        void: What answers at `/.well-known/void`.
        void_quads: What the VoID description says, wherever it is.
        has_well_known: Whether it is there.
        entity: The address of one thing on this site, or nothing.
        endpoint: The address of its endpoint, or nothing.
    """

    client: Client
    root: str
    front: Reply
    void: Reply
    void_quads: list[Quad] = field(default_factory=list)
    has_well_known: bool = False
    entity: str = ""
    endpoint: str = ""

    def said(self, predicate: NamedNode) -> list[str]:
        """The values that the VoID description has of a property."""
        return [str(getattr(q.object, "value", "")) for q in self.void_quads if q.predicate == predicate]


def quads_of(reply: Reply) -> list[Quad]:
    """What an answer says in RDF.

    Args:
        reply: The answer.

    Returns:
        The quads.

    Raises:
        ValueError: It is no RDF, or not what its media type says.
    """
    form = RDF_TYPES.get(reply.media_type)
    if form is None:
        raise ValueError(f"{reply.media_type or 'no media type'} is not an RDF format")
    bare = form in (RdfFormat.JSON_LD, RdfFormat.N_TRIPLES)
    try:
        guard(reply.body, form, reply.url)
        return list(parse(reply.body, form, base_iri=None if bare else reply.url))
    except InputError as error:
        raise ValueError(error.message) from error
    except (SyntaxError, OSError, MemoryError) as error:
        raise ValueError(str(error)) from error


def look_around(client: Client, root: str, entity: str, endpoint: str) -> ProbedSite:
    """Find what there is to probe.

    Args:
        client: What asks.
        root: The address of the site.
        entity: The address of a thing, or nothing to look for one.
        endpoint: That of the endpoint, or nothing.

    Returns:
        The site.

    Raises:
        StoreError: It cannot be reached.
    """
    root = root if root.endswith("/") else root + "/"
    front = client.ask(root, Accept="text/html")
    void = client.ask(urljoin(root, "/.well-known/void"), Accept="text/turtle")
    if void.status in (301, 302, 303, 307, 308) and "location" in void.headers:
        with suppress(ElsewhereError):
            void = client.ask(joined(void.url, void.headers["location"]), Accept="text/turtle")
    site = ProbedSite(client, root, front, void, entity=entity, endpoint=endpoint)
    site.void_quads = _said_by(void)
    site.has_well_known = bool(site.void_quads)
    if not site.void_quads:
        site.void_quads = _said_by(client.ask(urljoin(root, VOID_FILE), Accept="text/turtle"))
    site.entity = entity or _entity(site)
    site.endpoint = endpoint or _endpoint(site)
    return site


def _said_by(reply: Reply) -> list[Quad]:
    """What an answer says in RDF; nothing where it is none."""
    if reply.status != 200:  # noqa: PLR2004 -- fine
        return []
    try:
        return quads_of(reply)
    except ValueError:
        return []


def joined(url: str, reference: str) -> str:
    """An address that another names.

    Args:
        url: The other.
        reference: What it names, as a site wrote it.

    Returns:
        The address.

    Raises:
        StoreError: It is none.
    """
    try:
        return urljoin(url, reference)
    except ValueError as error:
        raise StoreError(f"{reference!r} is not a URL: {error}") from error


def _here(site: ProbedSite, iri: str) -> str:
    """The address here that an IRI stands for: a test host serves what is published elsewhere."""
    spaces = site.said(terms.URI_SPACE)
    if iri.startswith(site.root):
        return iri
    rest = next((iri[len(space) :] for space in spaces if space and iri.startswith(space)), None)
    return joined(site.root, rest) if rest is not None else ""


def _entity(site: ProbedSite) -> str:
    for iri in site.said(_EXAMPLE):
        if address := _here(site, iri):
            return address
    reply = site.client.ask(urljoin(site.root, "/sitemap.xml"))
    addresses = _LOC.findall(reply.text) if reply.status == 200 else []  # noqa: PLR2004 -- fine
    deep = [_here(site, address) for address in addresses if address.count("/") > 3]  # noqa: PLR2004 -- below the root
    return next((address.removesuffix(".html") for address in deep if address), "")


def _endpoint(site: ProbedSite) -> str:
    stated = [address for address in site.said(_ENDPOINT) if address.startswith(site.root)]
    for address in [*stated, *(urljoin(site.root, name) for name in _ENDPOINTS)]:
        try:
            reply = site.client.ask(f"{address}?query=ASK%7B%7D", Accept="application/sparql-results+json")
        except StoreError:
            continue
        if reply.status == 200 and reply.media_type.endswith("json") and b"boolean" in reply.body:  # noqa: PLR2004 -- fine
            return address
    return ""
