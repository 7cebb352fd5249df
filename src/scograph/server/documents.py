"""The files of a folder by negotiation: each IRI at its own path, every form of it, and conditions and ranges.

A thing (`/id/x`) answers 303 with the document that fits (Cool URIs for the Semantic Web, clause 4.2); a document
(`/doc/id/x`, `/about`) answers 200 with the form that fits; a file (`/id/x.ttl`) is what it is.
"""

from __future__ import annotations

import gzip
import os
import re
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, quote

from scograph.formats import JSON
from scograph.server import errors
from scograph.server.about import About, about
from scograph.server.accept import choose, choose_coding, choose_language
from scograph.server.answer import TEXT, Answer, Header, Span, redirect
from scograph.server.conditions import ABOUT_THE_BODY, CONDITIONS, byte_range, http_date, precondition
from scograph.server.folder import FileChangedError, OpenFile, Pack, Snapshot, Stored
from scograph.server.links import CONTEXT, Link, link_header, links_of
from scograph.server.profiles import Profile, profile_links, profiles_of
from scograph.server.shelf import HTML, Stem, essence, languages_of, stems_of

MIRROR = "doc/"
"""What stands below this is the folder again: there, an address without extension answers with a document."""
ROBOTS = "robots.txt"
UNCRAWLED = ("/sparql", "/data", "/-/")
"""What crawlers are asked to leave alone."""
WELL_KNOWN = ".well-known/void"
SQUEEZABLE = ("text/", "application/", "image/svg+xml")
LEAST_SQUEEZED, LARGEST_SQUEEZED = 512, 512 << 20
"""Smaller and larger bodies are sent as they are, unless the build has compressed them."""
MOST_REMEMBERED = 4096
"""So many requests have their answer remembered; then all are forgotten, for strangers choose the headers."""
LONGEST_REMEMBERED = 1000
LARGEST_REMEMBERED = 2000
"""Only answers with bodies of up to so many bytes are remembered; files stay where they are."""
CHOOSING = (b"accept", b"accept-language", b"accept-encoding", b"accept-profile")
"""The headers that choose a document."""
_PARTIAL = CONDITIONS | {b"if-range", b"range"}
_CHOOSES = re.compile(rb"(?:^|&)(?:_mediatype|_profile|lang)=")
"""The parameters that choose a document: other queries say nothing."""
_PRECOMPRESSED = (("br", ".br"), ("zstd", ".zst"), ("gzip", ".gz"))
_MINUTE = b"public, max-age=60"
_DAY = b"public, max-age=86400"


@dataclass(frozen=True, slots=True)
class Representation:
    """A body with the headers of a 200, ready to be sent.

    Args:
        file: The file that it is of.
        coded: The file of its bytes under a content coding; None for the file as it is.
        etag: Its strong validator.
        headers: Its own headers.
    """

    file: Stored
    coded: Stored | None
    etag: bytes
    headers: tuple[Header, ...]

    @property
    def body(self) -> bytes | Span:
        """Its bytes, or where they are."""
        return (self.coded or self.file).body


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request says that chooses a document.

    Args:
        path: Its path, decoded once, without the slash before it.
        query: Its query.
        accept: Accept.
        language: Accept-Language.
        coding: Accept-Encoding.
        profile: Accept-Profile.
    """

    path: str
    query: str
    accept: str
    language: str
    coding: str
    profile: str


class Documents:
    """The documents of one snapshot.

    Args:
        snapshot: The folder.
        gone: Paths of an earlier build that are no more.
    """

    def __init__(self, snapshot: Snapshot, gone: frozenset[str] = frozenset()) -> None:
        self.snapshot = snapshot
        self.about: About = about(snapshot)
        self.languages = languages_of(snapshot)
        self.stems: Mapping[str, Stem] = stems_of(snapshot, self.languages)
        self.gone = gone - self.paths
        self._profiles: tuple[Profile, ...] = profiles_of(snapshot)
        self._versions = dict(self.about.versions)
        self._dataset = self.about.local(self.about.dataset)
        self._remembered: dict[tuple[str, bytes, tuple[bytes | None, ...]], Representation | Answer] = {}
        self._squeezed: dict[str, Stored] = {}
        self._pending: set[str] = set()

    @property
    def paths(self) -> frozenset[str]:
        """Every path that has an answer, but for those that only redirect."""
        return frozenset(self.snapshot.files) | frozenset(self.stems)

    def answer(self, path: str, query: bytes, headers: dict[bytes, bytes]) -> Answer:
        """Answer a GET or HEAD.

        Args:
            path: Its path, decoded once, without the slash before it.
            query: Its query.
            headers: Its headers.

        Returns:
            The answer.
        """
        if query and not _CHOOSES.search(query):
            query = b""
        chosen = tuple(map(headers.get, CHOOSING))
        key = (path, query, chosen)
        found = self._remembered.get(key)
        if found is None:
            texts = [(value or b"").decode("latin-1") for value in chosen]
            found = self._find(Asked(path, query.decode("ascii", "replace"), *texts))
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            if isinstance(found, Representation):
                is_passing = found.file.path in self._pending
            else:
                is_passing = not isinstance(found.body, bytes) or len(found.body) > LARGEST_REMEMBERED
            if not is_passing and len(path) + len(query) + sum(map(len, texts)) < LONGEST_REMEMBERED:
                self._remembered[key] = found
        if isinstance(found, Answer):
            return found
        if _PARTIAL.isdisjoint(headers):
            return Answer(200, found.headers, found.body)
        return _conditional(found, headers)

    def _find(self, asked: Asked) -> Representation | Answer:
        path = asked.path
        is_mirror = path.startswith(MIRROR)
        if is_mirror:
            path = path[len(MIRROR) :]
        if path == ROBOTS:
            return self._robots()
        if path in self.snapshot.files:
            return self._file(path, asked)
        if not path or path.endswith("/"):
            return self._front(path, asked)
        given = parse_qs(asked.query, max_num_fields=20, errors="replace") if asked.query.count("&") < 20 else {}  # noqa: PLR2004 -- as many fields
        has_profiles = path == self._dataset and bool(self._profiles)
        chosen = self._by_profile(asked, given) if has_profiles else None
        if chosen is not None:
            return chosen
        if path not in self.stems:
            return self._elsewhere(path, asked)
        found = self._negotiated(self.stems[path], asked, given, is_mirror=is_mirror)
        return replace(found, headers=(*found.headers, (b"vary", b"Accept-Profile"))) if has_profiles else found

    def _robots(self) -> Answer:
        """What crawlers may ask: what the folder says, and neither queries nor what is for operators (RFC 9309)."""
        file = self.snapshot.files.get(ROBOTS)
        lines = file.read().decode("utf-8", "replace").splitlines() if file else ["User-agent: *"]
        said: list[str] = []
        for line in lines:
            if line.strip().lower() != "disallow:":
                said.append(line)
            if line.lower().startswith("user-agent:"):
                said += [f"Disallow: {path}" for path in UNCRAWLED]
        headers = ((b"content-type", TEXT), (b"cache-control", _MINUTE))
        return Answer(200, headers, ("\n".join(said) + "\n").encode())

    def _elsewhere(self, path: str, asked: Asked) -> Answer:
        if path in self._versions:
            return redirect(303, _address(self._versions[path]))
        if path == WELL_KNOWN and "void.ttl" in self.snapshot.files:
            return redirect(303, "/void.ttl")
        if path == self._dataset and self._profiles:
            return redirect(303, f"/{self._profiles[0].path}", (b"vary", b"Accept-Profile"))
        if f"{path}/index.html" in self.snapshot.files:
            return redirect(308, f"{_address(path)}/")
        status = 410 if path in self.gone else 404
        return self.error(status, asked)

    def error(self, status: int, asked: Asked) -> Answer:
        """An error in the form that fits: the page of the site, where it has one, or a problem in JSON or text.

        Args:
            status: 404 or 410.
            asked: What was asked for.

        Returns:
            The answer.
        """
        folder = next((folder for _, folder in self.languages if folder and asked.path.startswith(folder)), "")
        page = self.snapshot.files.get(f"{folder}404.html")
        return errors.problem(status, asked.accept, page=page.read() if page and status == 404 else None)  # noqa: PLR2004 -- the page says that nothing is there

    def _front(self, path: str, asked: Asked) -> Representation | Answer:
        page = f"{path}index.html"
        if page not in self.snapshot.files:
            return self.error(404, asked)
        stem = self.stems[page.removesuffix(".html")]
        language = choose_language(asked.language, tuple(tag for tag, _ in self.languages)) if not path else ""
        other = dict(stem.languages).get(language, page)
        if other != page:
            return redirect(302, f"/{other.removesuffix('index.html')}", (b"vary", b"Accept-Language"))
        return self._represent(stem, HTML, asked, b"Accept-Encoding, Accept-Language", is_negotiated=True)

    def _file(self, path: str, asked: Asked) -> Representation:
        stem = self.stems.get(path.rpartition(".")[0])
        media_type = essence(self.snapshot.files[path].media_type)
        if stem and any(v.file.path == path and v.media_type == media_type for v in stem.variants):
            return self._represent(stem, media_type, asked, b"Accept-Encoding", is_negotiated=False)
        return self._prepared(self.snapshot.files[path], asked, b"Accept-Encoding", [])

    def _negotiated(
        self, stem: Stem, asked: Asked, given: dict[str, list[str]], *, is_mirror: bool
    ) -> Representation | Answer:
        offered = [variant.media_type for variant in stem.variants]
        place = choose(given.get("_mediatype", [asked.accept])[0], offered)
        vary = b"Accept, Accept-Encoding"
        if stem.has_page:
            vary = b"Accept, Accept-Encoding, Accept-Language"
        if place is None and offered == [HTML]:
            place = 0
        if place is None:
            listed = [(v.media_type, f"/{v.file.path}") for v in stem.variants]
            return errors.not_acceptable(listed, vary)
        variant = stem.variants[place]
        path = variant.file.path
        if variant.media_type == HTML and stem.languages:
            wanted = given.get("lang", [asked.language])[0]
            tag = choose_language(wanted, tuple(tag for tag, _ in stem.languages))
            path = dict(stem.languages)[tag]
        if stem.is_thing and not is_mirror:
            return redirect(303, _address(path), (b"vary", vary), (b"link", self._link(stem, offered[0])))
        if path != variant.file.path:
            return redirect(302, _address(path), (b"vary", vary))
        return self._represent(stem, variant.media_type, asked, vary, is_negotiated=True)

    def _by_profile(self, asked: Asked, given: dict[str, list[str]]) -> Answer | None:
        wanted = given.get("_profile", [])
        for profile in self._profiles:
            if profile.token in wanted or profile.iri in wanted or f"<{profile.iri}>" in asked.profile:
                return redirect(
                    303,
                    f"/{profile.path}",
                    (b"vary", b"Accept, Accept-Encoding, Accept-Language, Accept-Profile"),
                    (b"link", link_header(profile_links(self._profiles, profile, f"/{self._dataset}"))),
                )
        if wanted:
            tokens = [(one.token, f"/{self._dataset}?_profile={one.token}") for one in self._profiles]
            return errors.not_acceptable(tokens, b"Accept-Profile")
        return None

    def _represent(
        self, stem: Stem, media_type: str, asked: Asked, vary: bytes, *, is_negotiated: bool
    ) -> Representation:
        variant = next(v for v in stem.variants if v.media_type == media_type)
        links = self._links(stem, media_type)
        content_type = media_type if media_type == JSON else ""
        return self._prepared(variant.file, asked, vary, links, is_negotiated=is_negotiated, content_type=content_type)

    def _links(self, stem: Stem, media_type: str) -> list[Link]:
        links = links_of(stem, media_type, self.about, has_context=CONTEXT in self.snapshot.files)
        path = next(v.file.path for v in stem.variants if v.media_type == media_type)
        profile = next((one for one in self._profiles if one.path == path), None)
        if profile or stem.path == self._dataset:
            links += profile_links(self._profiles, profile, f"/{self._dataset}" if self._dataset else "")
        return links

    def _link(self, stem: Stem, media_type: str) -> bytes:
        return link_header(self._links(stem, media_type))

    def _prepared(  # noqa: PLR0913 -- each says something of its own
        self,
        file: Stored,
        asked: Asked,
        vary: bytes,
        links: list[Link],
        *,
        is_negotiated: bool = False,
        content_type: str = "",
    ) -> Representation:
        coding, coded = self._coded(file, asked.coding)
        etag = f'"{file.sha256[:32]}{"-" + coding if coding else ""}"'.encode()
        shown = content_type or file.media_type
        if shown.startswith("text/") and "charset" not in shown:
            shown += "; charset=utf-8"
        headers: list[Header] = [
            (b"content-type", shown.encode()),
            (b"etag", etag),
            (b"last-modified", http_date(file.modified)),
            (b"cache-control", _DAY if file.path == CONTEXT else _MINUTE),
            (b"vary", vary),
            (b"accept-ranges", b"none" if coding else b"bytes"),
        ]
        if coding:
            headers.append((b"content-encoding", coding.encode()))
        if is_negotiated:
            headers.append((b"content-location", _address(file.path).encode()))
        if links:
            headers.append((b"link", link_header(links)))
        return Representation(file, coded, etag, tuple(headers))

    def _coded(self, file: Stored, accepted: str) -> tuple[str, Stored | None]:
        ready = {
            coding: file.path + suffix for coding, suffix in _PRECOMPRESSED if file.path + suffix in self.snapshot.files
        }
        squeezes = LEAST_SQUEEZED <= file.size <= LARGEST_SQUEEZED and file.media_type.startswith(SQUEEZABLE)
        offered = (*ready, "gzip") if squeezes and "gzip" not in ready else tuple(ready)
        coding = choose_coding(accepted, offered) if offered else ""
        if not coding:
            return "", None
        if coding in ready:
            return coding, self.snapshot.files[ready[coding]]
        if file.path not in self._squeezed:
            if not isinstance(file.held, Pack):
                self._squeeze_later(file)
                return "", None
            data, path = gzip.compress(file.read(), compresslevel=6, mtime=0), f"{file.path}\0gzip"
            try:
                file.held.put(path, data)
            except OSError:  # there is no room for it: it is sent as it is
                return "", None
            self._squeezed[file.path] = replace(file, path=path, size=len(data))
        return coding, self._squeezed[file.path]

    def _squeeze_later(self, file: Stored) -> None:
        """Compress a large file beside the requests, which get it as it is until that is done."""
        if file.path not in self._pending:
            self._pending.add(file.path)
            threading.Thread(target=self._squeeze, args=(file,), daemon=True).start()

    def _squeeze(self, file: Stored) -> None:
        with suppress(OSError, FileChangedError), tempfile.TemporaryFile() as beside:  # else it stays as it is
            with gzip.GzipFile(fileobj=beside, mode="wb", compresslevel=6, mtime=0) as squeezed:
                for piece in file.pieces():
                    squeezed.write(piece)
            beside.flush()
            held = OpenFile(os.dup(beside.fileno()))
            self._squeezed[file.path] = replace(file, size=beside.tell(), held=held)
            self._pending.discard(file.path)


def _conditional(found: Representation, headers: dict[bytes, bytes]) -> Answer:
    """The whole, a part, or that it is unchanged."""
    status = precondition(headers, found.etag, found.file.modified)
    if status == 304:  # noqa: PLR2004 -- not modified
        return Answer(304, [header for header in found.headers if header[0] not in ABOUT_THE_BODY])
    if status == 412:  # noqa: PLR2004 -- precondition failed
        return errors.problem(412, "text/plain")
    body = found.body
    if b"range" not in headers or found.coded is not None:
        return Answer(200, found.headers, body)
    part = byte_range(headers, found.etag, found.file.modified, found.file.size)
    if part is None:
        return Answer(200, found.headers, body)
    start, length = part
    if not length:
        return Answer(416, ((b"content-range", f"bytes */{found.file.size}".encode()),))
    told = (b"content-range", f"bytes {start}-{start + length - 1}/{found.file.size}".encode())
    piece = body[start : start + length] if isinstance(body, bytes) else _part(body, start, length)
    return Answer(206, [*found.headers, told], piece)


def _part(span: Span, start: int, length: int) -> Span:
    return Span(span.file, span.start + start, length, span.owner)


def _address(path: str) -> str:
    return "/" + quote(path, safe="/:@!$&'()*+,;=~-._")
