"""The documents of a folder by content negotiation: each IRI at its own path, and every form of it.

A thing (`/id/x`) answers 303 with the document that fits (Cool URIs for the Semantic Web, clause 4.2); a document
(`/doc/id/x`, `/about`) answers 200 with the form that fits; a file (`/id/x.ttl`) is itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import parse_qs, quote

from scograph.addresses import ADDRESSES, AddressTable, read_addresses
from scograph.formats import JSON
from scograph.policies import IMMUTABLE, KEEP, WORKER, WORKER_POLICY
from scograph.server import errors
from scograph.server.about import About, about
from scograph.server.accept import accepts_identity, choose, choose_coding, choose_language, names_data
from scograph.server.answer import TEXT, Answer, redirect
from scograph.server.cache import AnswerCache
from scograph.server.compression import Compressor, is_compressible
from scograph.server.conditions import http_date
from scograph.server.folder import Snapshot, Stored
from scograph.server.formfields import MAX_PARAMETERS
from scograph.server.links import CONTEXT, Link, link_header, links_of, with_one_alternate
from scograph.server.profiles import DatasetProfile, profile_links, profiles_of
from scograph.server.representations import HTML, RDF_TYPES, Stem, essence, languages_of, stems_of
from scograph.server.request import Request

MIRROR = "doc/"
"""Below this is the folder again: there, an address without extension answers with a document."""
ROBOTS = "robots.txt"
NOT_CRAWLED = ("/sparql", "/data", "/-/")
"""Paths that crawlers are asked to leave alone."""
VOID, ABOUT = "void", "about"
_VARY = b"Accept, Accept-Encoding, Accept-Language"
WELL_KNOWN = ".well-known/void"
MAX_KEY, MAX_CACHED_BODY = 1000, 2000
"""Responses to longer requests, or with larger bodies that are not in a file, are not cached: clients choose both."""
CHOOSING = (b"accept", b"accept-language", b"accept-encoding", b"accept-profile")
"""The headers that choose a document."""
_CODING_PLACE = CHOOSING.index(b"accept-encoding")
_CHOOSES = re.compile(rb"(?:^|&)(?:_mediatype|_profile|lang)=")
"""The parameters that choose a document: other queries say nothing."""
_PRECOMPRESSED = (("br", ".br"), ("zstd", ".zst"), ("gzip", ".gz"))
_MINUTE = b"public, max-age=60"
_DAY = b"public, max-age=86400"


@dataclass(frozen=True, slots=True)
class Preferences:
    """The parts of a request that choose a document.

    Args:
        path: Its path, decoded once, without the slash before it.
        query: Its query.
        page: The page of the thing that is asked for, if it is not at that path.
        accept: Accept.
        language: Accept-Language.
        coding: Accept-Encoding.
        profile: Accept-Profile.
    """

    path: str
    query: str
    page: str
    accept: str
    language: str
    coding: str
    profile: str


class Documents:
    """The documents of one snapshot.

    Args:
        snapshot: The folder.
        cache: Where responses are kept.
        gone: Paths of an earlier build that are no more.
    """

    def __init__(self, snapshot: Snapshot, cache: AnswerCache, gone: frozenset[str] = frozenset()) -> None:
        self.snapshot = snapshot
        self.about: About = about(snapshot)
        self.languages = languages_of(snapshot)
        self.stems: Mapping[str, Stem] = stems_of(snapshot, self.languages)
        table = snapshot.files.get(ADDRESSES)
        self._addresses = AddressTable(read_addresses(table.read(), str(snapshot.folder / ADDRESSES)) if table else ())
        self.gone = gone - self.paths
        self.cache = cache
        self._compressor = Compressor()
        self._profiles: tuple[DatasetProfile, ...] = profiles_of(snapshot)
        self._versions = dict(self.about.versions)
        self._dataset = self.about.local(self.about.dataset)
        self._description = self._description_stem()

    @property
    def paths(self) -> frozenset[str]:
        """Every path that has an answer, but for those that only redirect."""
        return frozenset(self.snapshot.files) | frozenset(self.stems) | self._addresses.paths

    def is_thing(self, request: Request) -> bool:
        """Whether a request asks for a thing by its IRI: nothing else is there then, not even a page of the site."""
        path = request.path[1:]
        if self._addresses.page(request.target, "" if request.query else path) is not None:
            return True
        return not request.query and path in self.stems and self.stems[path].is_thing

    def _description_stem(self) -> Stem | None:
        """What describes the whole, as data: the base of the IRIs, the dataset, or else VoID."""
        iris = [iri for iri in (self.about.base, self.about.dataset) if iri]
        paths = [self._addresses.page_of(iri) or self.about.local(iri) or "" for iri in iris]
        found = (self.stems[path] for path in paths if path in self.stems and self.stems[path].is_thing)
        return next(found, self.stems.get(VOID))

    async def answer(self, request: Request) -> Answer:
        """Answer a GET or HEAD.

        Args:
            request: The request.

        Returns:
            The answer, without regard to its conditions.
        """
        path, query = request.path[1:], request.query
        page = self._addresses.page(request.target, path) or ""
        if query and not _CHOOSES.search(query):
            query = b""
        headers = [request.headers.get(name) for name in CHOOSING]
        if b"range" in request.headers and request.method == "GET":  # a part is one of the bytes without a coding
            accepted = headers[_CODING_PLACE]
            if accepted and accepts_identity(accepted.decode("latin-1")):
                headers[_CODING_PLACE] = None
        key = ("document", path, page, query, *headers)
        cached = self.cache.get(key)
        if cached is not None:
            return cached
        texts = [(value or b"").decode("latin-1") for value in headers]
        answer = await self._find(Preferences(path, query.decode("ascii", "replace"), page, *texts))
        if self._is_lasting(answer) and len(path) + len(query) + sum(map(len, texts)) < MAX_KEY:
            answer = replace(answer, is_lasting=answer.status < HTTPStatus.BAD_REQUEST)
            self.cache.put(key, answer)
        return answer

    def _is_lasting(self, answer: Answer) -> bool:
        """Whether an answer is small and will be the same next time."""
        if isinstance(answer.body, Stored):
            return not self._compressor.is_pending(answer.body)
        return isinstance(answer.body, bytes) and len(answer.body) <= MAX_CACHED_BODY

    async def _find(self, preferences: Preferences) -> Answer:
        path = preferences.path
        parameters = _parameters(preferences.query)
        if preferences.page:
            return await self._elsewhere_described(preferences, parameters)
        is_mirror = path.startswith(MIRROR) and not (path in self.stems and self.stems[path].is_thing)
        if is_mirror and path not in self.snapshot.files:
            path = path[len(MIRROR) :]
        if path == ROBOTS:
            return self._robots()
        if path in self.snapshot.files:
            return await self._file(path, preferences)
        described = self._described(path, preferences, parameters)
        if described is None and (not path or path.endswith("/")):
            described = await self._front(path, preferences)
        if described is not None:
            return described
        return await self._document(path, preferences, parameters, is_mirror=is_mirror)

    async def _document(
        self, path: str, preferences: Preferences, parameters: dict[str, list[str]], *, is_mirror: bool
    ) -> Answer:
        has_profiles = path == self._dataset and bool(self._profiles)
        chosen = self._by_profile(preferences, parameters) if has_profiles else None
        if chosen is not None:
            return chosen
        if path not in self.stems:
            return self._elsewhere(path, preferences)
        found = await self._negotiated(self.stems[path], preferences, parameters, is_mirror=is_mirror)
        return found.with_headers({b"vary": b"Accept-Profile"}) if has_profiles else found

    async def _elsewhere_described(self, preferences: Preferences, parameters: dict[str, list[str]]) -> Answer:
        """The answer for an IRI whose page is at another path."""
        stem = self.stems.get(preferences.page)
        if stem is not None and stem.is_thing:
            return await self._negotiated(stem, preferences, parameters, is_mirror=False)
        path, hash_, fragment = preferences.page.partition("#")
        return redirect(303, _address(path) + (hash_ + quote(fragment) if hash_ else ""))

    def _described(self, path: str, preferences: Preferences, parameters: dict[str, list[str]]) -> Answer | None:
        """The description of the whole for who asks the front page or that about the site for data; None for others."""
        if path.removesuffix(ABOUT) not in {"", *(folder for _, folder in self.languages)}:
            return None
        stem = self._description
        variants = [v for v in stem.variants if v.media_type not in (HTML, JSON)] if stem else []
        offered = [HTML, *(variant.media_type for variant in variants)]
        place = _choose(parameters.get("_mediatype", [preferences.accept])[0], offered)
        if not place:
            return None
        return redirect(303, _address(variants[place - 1].file.path), {b"vary": _VARY})

    def _robots(self) -> Answer:
        """The rules for crawlers: those of the folder, and no queries or addresses for operators (RFC 9309)."""
        file = self.snapshot.files.get(ROBOTS)
        lines = file.read().decode("utf-8", "replace").splitlines() if file else ["User-agent: *"]
        robots: list[str] = []
        for line in lines:
            if line.strip().lower() != "disallow:":
                robots.append(line)
            if line.lower().startswith("user-agent:"):
                robots += [f"Disallow: {path}" for path in NOT_CRAWLED]
        headers = {b"content-type": TEXT, b"cache-control": _MINUTE}
        return Answer(200, headers, ("\n".join(robots) + "\n").encode())

    def _elsewhere(self, path: str, preferences: Preferences) -> Answer:
        if path in self._versions:
            return redirect(303, _address(self._versions[path]))
        if path == WELL_KNOWN and "void.ttl" in self.snapshot.files:
            return redirect(303, "/void.ttl")
        if path == self._dataset and self._profiles:
            return redirect(303, f"/{self._profiles[0].path}", {b"vary": b"Accept-Profile"})
        if f"{path}/index.html" in self.snapshot.files:
            return redirect(308, f"{_address(path)}/")
        status = 410 if path in self.gone else 404
        return self.error(status, preferences)

    def error(self, status: int, preferences: Preferences) -> Answer:
        """An error in the form that fits: the page of the site, where it has one, or a problem in JSON or text.

        Args:
            status: 404 or 410.
            preferences: The request.

        Returns:
            The answer.
        """
        folder = next((folder for _, folder in self.languages if folder and preferences.path.startswith(folder)), "")
        page = self.snapshot.files.get(f"{folder}404.html")
        return errors.problem(status, preferences.accept, page=page.read() if page and status == 404 else None)  # noqa: PLR2004 -- the page says that nothing is there

    async def _front(self, path: str, preferences: Preferences) -> Answer:
        page = f"{path}index.html"
        if page not in self.snapshot.files:
            return self.error(404, preferences)
        stem = self.stems[page.removesuffix(".html")]
        language = choose_language(preferences.language, tuple(tag for tag, _ in self.languages)) if not path else ""
        other = dict(stem.languages).get(language, page)
        if other != page:
            return redirect(302, f"/{other.removesuffix('index.html')}", {b"vary": b"Accept-Language"})
        return await self._represent(stem, HTML, preferences, _VARY, is_negotiated=True)

    async def _file(self, path: str, preferences: Preferences) -> Answer:
        stem = self.stems.get(path.rpartition(".")[0])
        media_type = essence(self.snapshot.files[path].media_type)
        if stem and any(v.file.path == path and v.media_type == media_type for v in stem.variants):
            return await self._represent(stem, media_type, preferences, b"Accept-Encoding", is_negotiated=False)
        return await self._file_answer(self.snapshot.files[path], preferences, b"Accept-Encoding", [])

    async def _negotiated(
        self, stem: Stem, preferences: Preferences, parameters: dict[str, list[str]], *, is_mirror: bool
    ) -> Answer:
        offered = [variant.media_type for variant in stem.variants]
        accepted = parameters.get("_mediatype", [preferences.accept])[0]
        place = _choose(accepted, offered)
        vary = b"Accept, Accept-Encoding"
        if stem.has_page:
            vary = _VARY
        if place is None and offered == [HTML]:
            place = 0
        if place is None:
            listed = [(v.media_type, f"/{v.file.path}") for v in stem.variants]
            return errors.not_acceptable(listed, vary)
        variant = stem.variants[place]
        path = variant.file.path
        if variant.media_type == HTML and stem.languages:
            wanted = parameters.get("lang", [preferences.language])[0]
            tag = choose_language(wanted, tuple(tag for tag, _ in stem.languages))
            path = dict(stem.languages)[tag]
        if stem.is_thing and not is_mirror:
            return redirect(303, _address(path), {b"vary": vary, b"link": self._link(stem, offered[0])})
        if path != variant.file.path:
            return redirect(302, _address(path), {b"vary": vary})
        return await self._represent(stem, variant.media_type, preferences, vary, is_negotiated=True)

    def _by_profile(self, preferences: Preferences, parameters: dict[str, list[str]]) -> Answer | None:
        wanted = parameters.get("_profile", [])
        for profile in self._profiles:
            if profile.token in wanted or profile.iri in wanted or f"<{profile.iri}>" in preferences.profile:
                return redirect(
                    303,
                    f"/{profile.path}",
                    {
                        b"vary": b"Accept, Accept-Encoding, Accept-Language, Accept-Profile",
                        b"link": link_header(profile_links(self._profiles, profile, f"/{self._dataset}")),
                    },
                )
        if wanted:
            tokens = [(one.token, f"/{self._dataset}?_profile={one.token}") for one in self._profiles]
            return errors.not_acceptable(tokens, b"Accept-Profile")
        return None

    async def _represent(
        self, stem: Stem, media_type: str, preferences: Preferences, vary: bytes, *, is_negotiated: bool
    ) -> Answer:
        variant = next(v for v in stem.variants if v.media_type == media_type)
        links = self._links(stem, media_type)
        content_type = media_type if media_type == JSON else ""
        return await self._file_answer(
            variant.file, preferences, vary, links, is_negotiated=is_negotiated, content_type=content_type
        )

    def _links(self, stem: Stem, media_type: str) -> list[Link]:
        iri = self._addresses.iris.get(stem.path, self.about.base and self.about.base + stem.path)
        has_context = CONTEXT in self.snapshot.files
        links = links_of(stem, media_type, self.about, iri if stem.is_thing else "", has_context=has_context)
        path = next(v.file.path for v in stem.variants if v.media_type == media_type)
        profile = next((one for one in self._profiles if one.path == path), None)
        if profile or stem.path == self._dataset:
            links += profile_links(self._profiles, profile, f"/{self._dataset}" if self._dataset else "")
        return with_one_alternate(links, media_type)

    def _link(self, stem: Stem, media_type: str) -> bytes:
        return link_header(self._links(stem, media_type))

    async def _file_answer(  # noqa: PLR0913 -- the parts of a representation
        self,
        file: Stored,
        preferences: Preferences,
        vary: bytes,
        links: list[Link],
        *,
        is_negotiated: bool = False,
        content_type: str = "",
    ) -> Answer:
        coding, coded = await self._coded(file, preferences.coding)
        content_type = content_type or file.media_type
        if content_type.startswith("text/") and "charset" not in content_type:
            content_type += "; charset=utf-8"
        headers = {
            b"content-type": content_type.encode(),
            b"etag": f'"{file.sha256[:32]}{"-" + coding if coding else ""}"'.encode(),
            b"last-modified": http_date(file.modified),
            b"cache-control": _cached_for(file.path),
            b"vary": vary,
            b"accept-ranges": b"none" if coding else b"bytes",
        }
        if re.fullmatch(WORKER, file.path):
            headers[b"content-security-policy"] = WORKER_POLICY.encode()
        if coding:
            headers[b"content-encoding"] = coding.encode()
        if is_negotiated:
            headers[b"content-location"] = _address(file.path).encode()
        if links:
            headers[b"link"] = link_header(links)
        return Answer(200, headers, coded or file)

    async def _coded(self, file: Stored, accepted: str) -> tuple[str, Stored | None]:
        """The content coding of a file that fits best, and the file under it."""
        precompressed = {
            coding: file.path + suffix for coding, suffix in _PRECOMPRESSED if file.path + suffix in self.snapshot.files
        }
        compresses = "gzip" not in precompressed and is_compressible(file)
        offered = (*precompressed, "gzip") if compresses else tuple(precompressed)
        coding = choose_coding(accepted, offered) if offered else ""
        if not coding:
            return "", None
        if coding in precompressed:
            return coding, self.snapshot.files[precompressed[coding]]
        compressed = await self._compressor.compressed(file)
        return (coding, compressed) if compressed else ("", None)


def _choose(accepted: str, offered: Sequence[str]) -> int | None:
    """As `choose`; where Accept names RDF and no page, `*/*` asks for no page."""
    place = choose(accepted, offered)
    if place is not None and offered[place] == HTML and names_data(accepted, RDF_TYPES):
        data = choose(accepted, offered[1:])
        return 0 if data is None else data + 1
    return place


def _cached_for(path: str) -> bytes:
    """What `Cache-Control` says of a file (RFC 9111, clause 5.2)."""
    if re.fullmatch(IMMUTABLE, path):
        return KEEP.encode()
    return _DAY if path == CONTEXT else _MINUTE


def _parameters(query: str) -> dict[str, list[str]]:
    """The parameters of a query; none where there are more than any client of this server sends."""
    if query.count("&") >= MAX_PARAMETERS:
        return {}
    return parse_qs(query, max_num_fields=MAX_PARAMETERS, errors="replace")


def _address(path: str) -> str:
    return "/" + quote(path, safe="/:@!$&'()*+,;=~-._")
