"""The checks of a probe: each with its clause of a standard and how to fix a failure."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from pyoxigraph import NamedNode

from scograph import terms
from scograph.errors import InputError, StoreError
from scograph.guard import read_json
from scograph.probe.client import Reply
from scograph.probe.site import RDF_TYPES, VOID_FILE, ProbedSite, joined, quads_of
from scograph.stores.addresses import LOOPBACK

SD = "http://www.w3.org/ns/sparql-service-description#"
OK, SEE_OTHER, NOT_MODIFIED = 200, 303, 304
_REDIRECTS = (301, 302, 303, 307, 308)
_JSON = "application/sparql-results+json"
_DEEP = "SELECT * {" + "{" * 3000 + "}" * 3000 + "}"
_INSECURE = "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"


class NotApplicableError(Exception):
    """A check has nothing to look at here."""


class Level(enum.StrEnum):
    """How much a check weighs."""

    MUST = "MUST"
    """A standard has no other way."""
    SHOULD = "SHOULD"
    """A standard advises it strongly (RFC 2119, clause 3), or nothing works well without it."""
    ADVICE = "advice"
    """A note, a profile or good practice: a site may have its reasons."""


@dataclass(frozen=True, slots=True)
class SiteCheck:
    """One line of the checklist.

    Args:
        code: Its stable name.
        group: The part of the checklist.
        level: How much it weighs.
        title: What holds where it passes.
        clause: The clause that asks for it.
        fix: How to put it right.
        run: Gives what is wrong, or nothing.
        is_harmful: Whether it tries what harms a site that is not on its guard: to write, to have it ask another host,
            to end it.
    """

    code: str
    group: str
    level: Level
    title: str
    clause: str
    fix: str
    run: Callable[[ProbedSite], str]
    is_harmful: bool = False


def _entity(site: ProbedSite) -> str:
    if not site.entity:
        raise NotApplicableError("no thing was found; name one with --entity")
    return site.entity


def _endpoint(site: ProbedSite) -> str:
    if not site.endpoint:
        raise NotApplicableError("no endpoint was found; name it with --endpoint")
    return site.endpoint


def _document(site: ProbedSite, accept: str, **headers: str) -> Reply:
    """The document of the thing in a form, redirects followed."""
    url = _entity(site)
    for _ in range(5):
        reply = site.client.ask(url, "GET", None, Accept=accept, **headers)
        if reply.status not in _REDIRECTS or "location" not in reply.headers:
            return reply
        url = joined(url, reply.headers["location"])
    return reply


def _rdf(media_type: str) -> Callable[[ProbedSite], str]:
    def run(site: ProbedSite) -> str:
        reply = _document(site, media_type)
        if reply.status != OK or reply.media_type != media_type:
            return f"{reply.status} {reply.media_type}"
        try:
            return "" if quads_of(reply) else "it is empty"
        except ValueError as error:
            return f"it does not parse: {error}"

    return run


def _page(site: ProbedSite) -> str:
    reply = _document(site, "text/html,application/xhtml+xml,*/*;q=0.8")
    return "" if reply.status == OK and reply.media_type == "text/html" else f"{reply.status} {reply.media_type}"


def _thing(site: ProbedSite) -> str:
    reply = site.client.ask(_entity(site), Accept="text/turtle")
    if "#" in site.entity:
        return "" if reply.status == OK else f"{reply.status} for a hash IRI"
    if reply.status != SEE_OTHER:
        return f"{reply.status}, where 303 or a hash IRI is expected"
    return "" if reply.varies_by("Accept") else "Vary does not name Accept"


def _weights(site: ProbedSite) -> str:
    reply = _document(site, "text/turtle;q=0.1, application/n-triples;q=0.9, text/html;q=0")
    if reply.media_type == "application/n-triples":
        return ""
    return f"N-Triples were preferred, but {reply.media_type} was sent"


def _malformed(site: ProbedSite) -> str:
    reply = _document(site, ";;q=,/")
    return f"{reply.status} for a malformed Accept" if reply.status >= 500 else ""  # noqa: PLR2004 -- the server's error


def _refusal(site: ProbedSite) -> str:
    reply = site.client.ask(_entity(site), Accept="image/x-none")
    return "" if reply.status == 406 else f"{reply.status} where no format is acceptable"  # noqa: PLR2004 -- not acceptable


def _missing(site: ProbedSite) -> str:
    reply = site.client.ask(urljoin(site.root, "/no/such/thing-4711"), Accept="text/turtle")
    return "" if reply.status == 404 else f"{reply.status} for an IRI that does not exist"  # noqa: PLR2004 -- not found


def _head(site: ProbedSite) -> str:
    get, head = (site.client.ask(_entity(site), method, Accept="text/turtle") for method in ("GET", "HEAD"))
    if head.status != get.status:
        return f"HEAD has status {head.status}, GET {get.status}"
    return "HEAD has a body" if head.body else ""


def _options(site: ProbedSite) -> str:
    reply = site.client.ask(
        _entity(site), "OPTIONS", None, Origin="https://example.org", Access_Control_Request_Method="GET"
    )
    _require_open(site, reply)
    is_fine = reply.status in (OK, 204) and reply.headers.get("access-control-allow-origin") == "*"
    return "" if is_fine else f"{reply.status}, allow-origin {reply.headers.get('access-control-allow-origin')}"


def _validator(site: ProbedSite) -> str:
    reply = _document(site, "text/turtle")
    tag = reply.headers.get("etag", "")
    if not tag or tag.startswith("W/"):
        return "there is no strong ETag"
    again = site.client.ask(reply.url, Accept="text/turtle", If_None_Match=tag)
    return "" if again.status == NOT_MODIFIED else f"If-None-Match gives {again.status}"


def _modified(site: ProbedSite) -> str:
    reply = _document(site, "text/turtle")
    since = reply.headers.get("last-modified", "")
    if not since:
        return "there is no Last-Modified"
    again = site.client.ask(reply.url, Accept="text/turtle", If_Modified_Since=since)
    return "" if again.status == NOT_MODIFIED else f"If-Modified-Since gives {again.status}"


def _compressed(site: ProbedSite) -> str:
    reply = _document(site, "text/html", Accept_Encoding="gzip, br")
    if len(reply.body) < 400 and "content-encoding" not in reply.headers:  # noqa: PLR2004 -- too small to gain
        raise NotApplicableError("the page is too small for compression")
    if "content-encoding" not in reply.headers:
        return "the page is not compressed"
    return "" if reply.varies_by("Accept-Encoding") else "Vary does not name Accept-Encoding"


def _ranges(site: ProbedSite) -> str:
    reply = _document(site, "text/turtle", Range="bytes=0-9")
    is_fine = reply.status == 206 and len(reply.body) == 10 and "content-range" in reply.headers  # noqa: PLR2004 -- ten bytes
    return "" if is_fine else f"{reply.status} for a range of ten bytes"


def _link(relation: str, accept: str) -> Callable[[ProbedSite], str]:
    def run(site: ProbedSite) -> str:
        reply = _document(site, accept)
        return "" if reply.links(relation) else f'no Link with rel="{relation}"'

    return run


def _alternates(site: ProbedSite) -> str:
    reply = _document(site, "text/html")
    found = {said.get("type", "") for _, said in reply.links("alternate")}
    missing = {"text/turtle", "application/ld+json"} - found
    return f"no Link to {', '.join(sorted(missing))}" if missing else ""


def _void(site: ProbedSite) -> str:
    if not site.void_quads:
        return f"{site.void.status} {site.void.media_type}"
    return "" if site.has_well_known else f"{site.void.status} there; a description is at {VOID_FILE}"


def _void_has(name: str) -> Callable[[ProbedSite], str]:
    def run(site: ProbedSite) -> str:
        if not site.void_quads:
            raise NotApplicableError("there is no VoID description")
        return "" if site.said(NamedNode(terms.VOID + name)) else f"void:{name} is missing"

    return run


def _licence(site: ProbedSite) -> str:
    if not site.void_quads:
        raise NotApplicableError("there is no VoID description")
    return "" if site.said(NamedNode(terms.DCTERMS + "license")) else "dcterms:license is missing"


def _counted(site: ProbedSite) -> str:
    stated = site.said(NamedNode(terms.VOID + "triples"))
    if not stated or not site.endpoint:
        raise NotApplicableError("there is no count to compare, or no endpoint")
    reply = _asked(site, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", _JSON)
    try:
        found = read_json(reply.body, reply.url)["results"]["bindings"][0]["n"]["value"]
    except (InputError, ValueError, LookupError, TypeError):
        return f"the endpoint does not count: {reply.status}"
    return "" if found in stated else f"VoID says {stated[0]}, the endpoint {found}"


def _require_open(site: ProbedSite, reply: Reply) -> None:
    """A site on this machine may close itself to scripts of other sites, if it says so (Fetch, 3.6)."""
    is_closed = reply.headers.get("cross-origin-resource-policy") == "same-origin"
    if is_closed and "access-control-allow-origin" not in reply.headers and urlsplit(site.root).hostname in LOOPBACK:
        raise NotApplicableError("a preview on this machine, which allows no scripts of other sites")


def _cors(site: ProbedSite) -> str:
    reply = _document(site, "application/ld+json", Origin="https://example.org")
    allowed = reply.headers.get("access-control-allow-origin", "")
    _require_open(site, reply)
    return "" if allowed == "*" else f"Access-Control-Allow-Origin is {allowed or 'missing'}"


def _sniffing(site: ProbedSite) -> str:
    reply = site.front if not site.entity else _document(site, "text/turtle")
    return "" if reply.headers.get("x-content-type-options") == "nosniff" else "X-Content-Type-Options is missing"


def _policy(site: ProbedSite) -> str:
    if site.front.media_type != "text/html" or site.front.status != OK:
        raise NotApplicableError("there is no page at the root")
    policy = site.front.headers.get("content-security-policy", "")
    return "" if "default-src" in policy or "script-src" in policy else "Content-Security-Policy is missing"


def _server(site: ProbedSite) -> str:
    said = site.front.headers.get("server", "")
    return f"Server is {said}" if any(c.isdigit() for c in said) else ""


def _robots(site: ProbedSite) -> str:
    reply = site.client.ask(urljoin(site.root, "/robots.txt"))
    if reply.status != OK:
        return f"{reply.status}"
    if site.endpoint and "disallow: /sparql" not in reply.text.lower() and "disallow: /query" not in reply.text.lower():
        return "robots.txt allows crawlers to query the endpoint"
    return ""


def _asked(site: ProbedSite, query: str, accept: str = "*/*", more: str = "", **headers: str) -> Reply:
    return site.client.ask(f"{_endpoint(site)}?query={quote(query)}{more}", "GET", None, Accept=accept, **headers)


def _posted(content_type: str, body: bytes) -> Callable[[ProbedSite], str]:
    def run(site: ProbedSite) -> str:
        reply = site.client.ask(_endpoint(site), "POST", body, Content_Type=content_type, Accept=_JSON)
        return "" if reply.status == OK and b"true" in reply.body else f"{reply.status} {reply.media_type}"

    return run


def _by_get(site: ProbedSite) -> str:
    reply = _asked(site, "ASK {}", _JSON)
    return "" if reply.status == OK and b"true" in reply.body else f"{reply.status} {reply.media_type}"


def _form(query: str, media_type: str) -> Callable[[ProbedSite], str]:
    def run(site: ProbedSite) -> str:
        reply = _asked(site, query, media_type)
        return "" if reply.status == OK and reply.media_type == media_type else f"{reply.status} {reply.media_type}"

    return run


def _status(method: str, path: str, allowed: tuple[int, ...], body: bytes | None = None, content_type: str = "") -> Callable[[ProbedSite], str]:  # fmt: skip
    def run(site: ProbedSite) -> str:
        headers = {"Content_Type": content_type} if content_type else {}
        reply = site.client.ask(_endpoint(site) + path, method, body, **headers)
        return "" if reply.status in allowed else f"{reply.status}"

    return run


def _fault(site: ProbedSite) -> str:
    reply = _asked(site, "SELECT * { ?s ?p ")
    if reply.status != 400:  # noqa: PLR2004 -- bad request
        return f"{reply.status}"
    return "" if any(c.isdigit() for c in reply.text) else "the message has no line or column"


def _unacceptable(site: ProbedSite) -> str:
    reply = _asked(site, "SELECT * {} LIMIT 1", "image/x-none")
    return "" if reply.status == 406 else f"{reply.status}"  # noqa: PLR2004 -- not acceptable


def _once(site: ProbedSite) -> str:
    reply = _asked(site, 'SELECT ("%2B" AS ?x) {}', _JSON)
    return "" if b'"%2B"' in reply.body.replace(b" ", b"") else f"%2B in a literal was changed ({reply.status})"


def _head_query(site: ProbedSite) -> str:
    reply = site.client.ask(f"{_endpoint(site)}?query=ASK%7B%7D", "HEAD", Accept=_JSON)
    return "" if reply.status == OK and not reply.body else f"{reply.status}"


def _dataset(site: ProbedSite) -> str:
    reply = _asked(
        site, "ASK { ?s ?p ?o }", _JSON, "&default-graph-uri=" + quote("http://example.org/none-4711", safe="")
    )
    return "" if b"false" in reply.body else f"{reply.status}: default-graph-uri has no effect"


def _outward(site: ProbedSite) -> str:
    reply = _asked(site, _INSECURE, _JSON)
    if reply.status in (400, 403) and "service" in reply.text.lower() and "port" not in reply.text.lower():
        return ""
    return f"{reply.status}: SERVICE is evaluated: {reply.text[:80]}"


def _nested(site: ProbedSite) -> str:
    reply = _asked_or_none(site, _DEEP)
    if reply is None:
        return "the connection broke"
    alive = _asked_or_none(site, "ASK {}")
    return "" if alive and alive.status == OK else "the server does not answer afterwards"


def _asked_or_none(site: ProbedSite, query: str) -> Reply | None:
    try:
        return site.client.ask(
            _endpoint(site), "POST", query.encode(), Content_Type="application/sparql-query", Accept=_JSON
        )
    except StoreError:
        return None


def _described(site: ProbedSite) -> str:
    reply = site.client.ask(_endpoint(site), Accept="text/turtle")
    try:
        quads = quads_of(reply) if reply.status == OK else []
    except ValueError as error:
        return str(error)
    endpoints = [q.object for q in quads if q.predicate.value == SD + "endpoint"]
    if not endpoints:
        return f"{reply.status} {reply.media_type}: no sd:endpoint"
    return "" if NamedNode(site.endpoint) in endpoints else f"sd:endpoint is {endpoints[0]}"


def _described_by(name: str) -> Callable[[ProbedSite], str]:
    def run(site: ProbedSite) -> str:
        reply = site.client.ask(_endpoint(site), Accept="text/turtle")
        try:
            quads = quads_of(reply) if reply.status == OK else []
        except ValueError as error:
            return str(error)
        return "" if any(q.predicate.value == SD + name for q in quads) else f"sd:{name} is missing"

    return run


def _federates(site: ProbedSite) -> str:
    reply = site.client.ask(_endpoint(site), Accept="text/turtle")
    if reply.status != OK or "sparql-service-description" not in reply.text:
        raise NotApplicableError("there is no description")
    claims = "BasicFederatedQuery" in reply.text
    refused = not _outward(site)
    return "it claims federated queries, but refuses SERVICE" if claims and refused else ""


def _graph(query: str, allowed: tuple[int, ...], accept: str = "text/turtle", method: str = "GET") -> Callable[[ProbedSite], str]:  # fmt: skip
    def run(site: ProbedSite) -> str:
        _endpoint(site)
        places = [urljoin(site.root, name) for name in ("data", "store")]
        for place in places:
            ways = (site.client.ask(f"{place}?default", way, Accept="text/turtle") for way in ("HEAD", "GET"))
            if any(reply.status == OK and reply.media_type in RDF_TYPES for reply in ways):
                found = site.client.ask(f"{place}{query}", method, Accept=accept)
                return "" if found.status in allowed else f"{found.status}"
        raise NotApplicableError("no Graph Store Protocol was found")

    return run


def _schema(site: ProbedSite) -> str:
    """schema.org Dataset in the page of the dataset, or in a description of its own."""
    reply = site.client.ask(urljoin(site.root, "/schema-org.jsonld"))
    text = reply.text if reply.status == OK else site.front.text
    return "" if '"Dataset"' in text or "schema.org/Dataset" in text else "no schema.org Dataset was found"


def _dcat(site: ProbedSite) -> str:
    reply = site.client.ask(urljoin(site.root, "/dataset?_profile=dcat"), Accept="text/turtle")
    if reply.status in _REDIRECTS:
        reply = site.client.ask(joined(reply.url, reply.headers.get("location", "")), Accept="text/turtle")
    if reply.status != OK:
        reply = site.client.ask(urljoin(site.root, "/dcat.ttl"))
    return "" if reply.status == OK and "dcat#" in reply.text else "no DCAT description was found"


_COOL = "Cool URIs for the Semantic Web, 4"
_HTTP = "RFC 9110"
_FAIR = "Signposting, FAIR profile"
_PROTOCOL = "SPARQL 1.1 Protocol, 2.1"
_SD = "SPARQL 1.1 Service Description"
_GSP = "SPARQL 1.1 Graph Store HTTP Protocol, 5"
_VOID = "VoID (W3C Interest Group Note)"
_URL_FORM = "application/x-www-form-urlencoded"
_DIRECT = "application/sparql-query"

CHECKS: tuple[SiteCheck, ...] = (
    SiteCheck("D01", "documents", Level.ADVICE, "a thing has a page", _COOL, "Serve HTML at the IRI, by Accept.", _page),
    SiteCheck("D02", "documents", Level.SHOULD, "a thing is distinguished from its document", f"{_COOL}.2", "Answer 303 with Vary: Accept, or use hash IRIs.", _thing),
    SiteCheck("D03", "documents", Level.SHOULD, "a thing has Turtle", _COOL, "Serve text/turtle at the IRI, by Accept.", _rdf("text/turtle")),
    SiteCheck("D04", "documents", Level.ADVICE, "a thing has JSON-LD", "JSON-LD 1.1, C", "Serve application/ld+json at the IRI.", _rdf("application/ld+json")),
    SiteCheck("D05", "documents", Level.ADVICE, "a thing has N-Triples", "RDF 1.1 N-Triples, 6", "Serve application/n-triples at the IRI.", _rdf("application/n-triples")),
    SiteCheck("D06", "documents", Level.SHOULD, "q values of Accept are respected", f"{_HTTP}, 12.5.1", "Choose by q, most exact range first; q=0 excludes.", _weights),
    SiteCheck("D07", "documents", Level.ADVICE, "a malformed Accept causes no server error", f"{_HTTP}, 12.5.1", "Send the default format.", _malformed),
    SiteCheck("D08", "documents", Level.ADVICE, "an unacceptable format is refused", f"{_HTTP}, 15.5.7", "Answer 406 with a list of the formats.", _refusal),
    SiteCheck("D09", "documents", Level.SHOULD, "an unknown IRI is 404", f"{_HTTP}, 15.5.5", "Answer 404 for unknown IRIs, also by negotiation.", _missing),
    SiteCheck("D10", "documents", Level.MUST, "HEAD answers as GET", f"{_HTTP}, 9.3.2", "Answer HEAD with the status and headers of GET.", _head),
    SiteCheck("C01", "caching", Level.SHOULD, "a strong ETag, and 304", f"{_HTTP}, 8.8.3 and 13.1.2", "Send an ETag of the bytes; compare If-None-Match.", _validator),
    SiteCheck("C02", "caching", Level.SHOULD, "Last-Modified, and 304", f"{_HTTP}, 8.8.2 and 13.1.3", "Send Last-Modified; compare If-Modified-Since.", _modified),
    SiteCheck("C03", "caching", Level.ADVICE, "pages are compressed", f"{_HTTP}, 12.5.3", "Compress by Accept-Encoding, with Vary.", _compressed),
    SiteCheck("C04", "caching", Level.ADVICE, "range requests work", f"{_HTTP}, 14.2", "Answer one range of bytes with 206.", _ranges),
    SiteCheck("L01", "links", Level.ADVICE, "the page links its data", "RFC 8288; LDP BP", "Send Link rel=alternate with the type of each format.", _alternates),
    SiteCheck("L02", "links", Level.ADVICE, "the page states its IRI to cite", f"{_FAIR}, cite-as", "Send Link rel=cite-as with the IRI.", _link("cite-as", "text/html")),
    SiteCheck("L03", "links", Level.ADVICE, "the page links to its description", f"{_FAIR}, describedby", "Send Link rel=describedby to the data.", _link("describedby", "text/html")),
    SiteCheck("L04", "links", Level.ADVICE, "the page states its type", f"{_FAIR}, type", "Send Link rel=type.", _link("type", "text/html")),
    SiteCheck("L05", "links", Level.ADVICE, "the page states its licence", f"{_FAIR}, license", "Send Link rel=license.", _link("license", "text/html")),
    SiteCheck("L06", "links", Level.ADVICE, "the page states its author", f"{_FAIR}, author", "Send Link rel=author.", _link("author", "text/html")),
    SiteCheck("L07", "links", Level.ADVICE, "the data states what it describes", f"{_FAIR}, describes", "Send Link rel=describes from the data.", _link("describes", "text/turtle")),
    SiteCheck("V01", "descriptions", Level.ADVICE, "VoID is at the well-known address", f"{_VOID}, 7.2", "Serve or redirect /.well-known/void.", _void),
    SiteCheck("V02", "descriptions", Level.ADVICE, "VoID lists dumps", f"{_VOID}, 3.2", "Give void:dataDump.", _void_has("dataDump")),
    SiteCheck("V03", "descriptions", Level.ADVICE, "VoID counts triples", f"{_VOID}, 4.6", "Give void:triples.", _void_has("triples")),
    SiteCheck("V04", "descriptions", Level.ADVICE, "the count is right", f"{_VOID}, 4.6", "Count what is published.", _counted),
    SiteCheck("V05", "descriptions", Level.ADVICE, "the licence is stated", f"{_VOID}, 2.4", "Give dcterms:license.", _licence),
    SiteCheck("V06", "descriptions", Level.ADVICE, "there is a DCAT description", "DCAT 3, 6", "Publish a DCAT description.", _dcat),
    SiteCheck("V07", "descriptions", Level.ADVICE, "there is a schema.org Dataset", "schema.org, Dataset", "Publish a schema.org Dataset.", _schema),
    SiteCheck("P01", "SPARQL protocol", Level.MUST, "a query by GET", f"{_PROTOCOL}.1", "Take ?query=.", _by_get),
    SiteCheck("P02", "SPARQL protocol", Level.MUST, "a query by a POSTed form", f"{_PROTOCOL}.2", f"Take POST of {_URL_FORM}.", _posted(_URL_FORM, b"query=ASK+%7B%7D")),
    SiteCheck("P03", "SPARQL protocol", Level.MUST, "a query as the body of a POST", f"{_PROTOCOL}.3", f"Take POST of {_DIRECT}.", _posted(_DIRECT, b"ASK {}")),
    SiteCheck("P04", "SPARQL protocol", Level.MUST, "HEAD answers as GET", f"{_HTTP}, 9.3.2", "Answer HEAD.", _head_query),
    SiteCheck("P05", "SPARQL protocol", Level.SHOULD, "two queries are refused", f"{_PROTOCOL}", "Answer 400 to more than one query.", _status("GET", "?query=ASK%7B%7D&query=ASK%7B%7D", (400,))),
    SiteCheck("P06", "SPARQL protocol", Level.SHOULD, "other bodies are refused", f"{_PROTOCOL}", "Answer 415 to other media types.", _status("POST", "", (400, 415), b"ASK {}", "text/plain")),
    SiteCheck("P07", "SPARQL protocol", Level.SHOULD, "other methods are refused", f"{_HTTP}, 15.5.6", "Answer 405 with Allow.", _status("PUT", "", (405,), b"", _DIRECT), is_harmful=True),
    SiteCheck("P08", "SPARQL protocol", Level.SHOULD, "a syntax error is reported with its place", f"{_PROTOCOL}.6", "Answer 400 with the parser's message.", _fault),
    SiteCheck("P09", "SPARQL protocol", Level.MUST, "the dataset parameters are respected", f"{_PROTOCOL}.4", "Take default-graph-uri and named-graph-uri.", _dataset),
    SiteCheck("P10", "SPARQL protocol", Level.MUST, "parameters are decoded once", "URL Standard, 5.1", "Percent-decode parameters once.", _once),
    SiteCheck("P11", "SPARQL protocol", Level.ADVICE, "updates are refused", f"{_PROTOCOL}, 2.2", "Refuse updates on a public endpoint.", _status("POST", "", (400, 403, 405, 415), b"CLEAR SILENT GRAPH <http://example.org/none-4711>", "application/sparql-update"), is_harmful=True),
    SiteCheck("P12", "SPARQL protocol", Level.SHOULD, "results in JSON", "SPARQL 1.1 Results JSON", f"Offer {_JSON}.", _form("SELECT * {} LIMIT 1", _JSON)),
    SiteCheck("P13", "SPARQL protocol", Level.SHOULD, "results in XML", "SPARQL Results XML", "Offer application/sparql-results+xml.", _form("SELECT * {} LIMIT 1", "application/sparql-results+xml")),
    SiteCheck("P14", "SPARQL protocol", Level.ADVICE, "results in CSV", "SPARQL 1.1 Results CSV/TSV", "Offer text/csv.", _form("SELECT * {} LIMIT 1", "text/csv")),
    SiteCheck("P15", "SPARQL protocol", Level.ADVICE, "results in TSV", "SPARQL 1.1 Results CSV/TSV", "Offer text/tab-separated-values.", _form("SELECT * {} LIMIT 1", "text/tab-separated-values")),
    SiteCheck("P16", "SPARQL protocol", Level.SHOULD, "triples in Turtle", _PROTOCOL, "Offer text/turtle.", _form("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "text/turtle")),
    SiteCheck("P17", "SPARQL protocol", Level.ADVICE, "triples in JSON-LD", _PROTOCOL, "Offer application/ld+json.", _form("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "application/ld+json")),
    SiteCheck("P18", "SPARQL protocol", Level.ADVICE, "an unacceptable format is refused", f"{_HTTP}, 15.5.7", "Answer 406.", _unacceptable),
    SiteCheck("S01", "service description", Level.SHOULD, "the description is at the endpoint", f"{_SD}, 2", "Answer GET without a query in RDF.", _described),
    SiteCheck("S02", "service description", Level.ADVICE, "it states the query language", f"{_SD}, 3.4.2", "Give sd:supportedLanguage.", _described_by("supportedLanguage")),
    SiteCheck("S03", "service description", Level.ADVICE, "it states the result formats", f"{_SD}, 3.4.5", "Give sd:resultFormat.", _described_by("resultFormat")),
    SiteCheck("S04", "service description", Level.ADVICE, "it states the dataset", f"{_SD}, 3.4.6", "Give sd:defaultDataset.", _described_by("defaultDataset")),
    SiteCheck("S05", "service description", Level.MUST, "it claims no feature that is missing", f"{_SD}, 3.3.2", "Leave sd:BasicFederatedQuery out.", _federates, is_harmful=True),
    SiteCheck("G01", "graph store", Level.MUST, "the default graph can be read", _GSP, "Answer GET ?default.", _graph("?default", (200,))),
    SiteCheck("G02", "graph store", Level.SHOULD, "an unknown graph is 404", _GSP, "Answer 404.", _graph("?graph=http%3A%2F%2Fexample.org%2Fnone-4711", (404,))),
    SiteCheck("G03", "graph store", Level.SHOULD, "a relative name is refused", _GSP, "Answer 400.", _graph("?graph=relative", (400,))),
    SiteCheck("G04", "graph store", Level.ADVICE, "anonymous writing is refused", _GSP, "Answer 401, 403 or 405 to DELETE.", _graph("?graph=http%3A%2F%2Fexample.org%2Fnone-4711", (401, 403, 405), method="DELETE"), is_harmful=True),
    SiteCheck("H01", "safety", Level.ADVICE, "scripts of other sites may read", "Fetch, 3.2", "Send Access-Control-Allow-Origin: *.", _cors),
    SiteCheck("H02", "safety", Level.ADVICE, "a preflight is answered", "Fetch, 3.2.2", "Answer OPTIONS.", _options),
    SiteCheck("H03", "safety", Level.ADVICE, "browsers do not guess types", "Fetch, 3.6", "Send X-Content-Type-Options: nosniff.", _sniffing),
    SiteCheck("H04", "safety", Level.ADVICE, "pages have a Content-Security-Policy", "CSP Level 3", "Send Content-Security-Policy.", _policy),
    SiteCheck("H05", "safety", Level.SHOULD, "the server version is hidden", f"{_HTTP}, 10.2.4", "Leave the version out of Server.", _server),
    SiteCheck("H06", "safety", Level.ADVICE, "crawlers are kept off the endpoint", "RFC 9309", "Disallow it in robots.txt.", _robots),
    SiteCheck("H07", "safety", Level.ADVICE, "a query cannot reach other hosts", "SPARQL 1.1 Federated Query, 5", "Refuse SERVICE.", _outward, is_harmful=True),
    SiteCheck("H08", "safety", Level.ADVICE, "a nested query does no harm", "-", "Bound the nesting; run queries in a process of their own.", _nested, is_harmful=True),
)  # fmt: skip
"""The checklist, in the order of its groups."""
