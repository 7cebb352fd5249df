"""The mode for reading: passage by passage, the claims are held against the words, and that it was done is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from starlette.responses import Response

from scograph import terms
from scograph.claims import Claim
from scograph.desk.desk import Desk
from scograph.desk.forms import name_of
from scograph.desk.pages.facts import labels_of, loaded, shown_value
from scograph.desk.requests import PageRequest
from scograph.edit.changes import ChangedSinceError, FileChange
from scograph.edit.document import Document, source_path
from scograph.errors import ScographError, UsageError
from scograph.labels import Labels
from scograph.project import Project
from scograph.updates.readings import DEPTHS, PassageClaims, check_reader, passages_to_read, record_reading


@dataclass(frozen=True, slots=True)
class ShownClaim:
    """A claim in words.

    Args:
        iri: Its IRI.
        thing: The name of its thing.
        property: The name of its property.
        value: Its value.
        basis: The name of its basis.
        is_read: Whether a reading covers it.
    """

    iri: str
    thing: str
    property: str
    value: str
    basis: str
    is_read: bool


def reading(desk: Desk, asked: PageRequest, problem: ScographError | None = None) -> Response:
    """The page of the passage to be read next, or of the one that is named."""
    project, name = desk.workspace.project, asked.path["name"]
    document = Document.open(project, name)
    seen = desk.workspace.show(source_path(project, name).rpartition("/")[0])
    graph = loaded(desk)
    labels = labels_of(graph, asked)
    found = passages_to_read(document, graph)
    wanted = asked.one("passage") or asked.query.get("passage", "")
    after = asked.query.get("after", "")
    one = next((one for one in found if one.span.name == wanted), None) or _next(found, after)
    return desk.page(
        asked,
        "reading",
        asked.words("read.title", name=document.title),
        status=400 if problem else 200,
        problem=problem,
        seen=seen,
        document=document,
        hand=one,
        claims=_shown(one, labels, asked) if one else (),
        left=sum(len(one.unread) for one in found),
        total=sum(len(one.claims) for one in found),
        readers=tuple(project.settings.readers),
        depths=[(depth, asked.words(f"depth.{depth}")) for depth in DEPTHS],
        typed={field: asked.one(field) for field in ("reader", "depth", "note")},
    )


def _next(found: Sequence[PassageClaims], after: str) -> PassageClaims | None:
    """The first passage with claims that nobody has read, behind one that is put off."""
    left = [one for one in found if one.unread]
    names = [one.span.name for one in left]
    return left[(names.index(after) + 1) % len(left)] if after in names else next(iter(left), None)


def _shown(one: PassageClaims, labels: Labels, asked: PageRequest) -> tuple[ShownClaim, ...]:
    return tuple(
        ShownClaim(
            claim.iri.value,
            labels.label(claim.triple.subject),
            name_of(labels, claim.triple.predicate),
            shown_value(labels, claim.triple.object),
            asked.words(f"basis.{claim.basis.value.removeprefix(terms.BASIS)}"),
            claim not in one.unread,
        )
        for claim in one.claims
    )


def record(desk: Desk, asked: PageRequest) -> Response:
    """Record that the claims which are ticked were held against the words."""
    name, number = asked.path["name"], asked.one("passage")
    chosen = {*asked.all("claim")}
    graph = loaded(desk)
    read: list[Claim] = []

    def make(project: Project) -> list[FileChange]:
        document = Document.open(project, name)
        reader, depth = asked.one("reader"), asked.one("depth")
        check_reader(project, reader)
        if depth not in DEPTHS:
            raise UsageError(asked.words("read.depth.first"))
        found = next((one for one in passages_to_read(document, graph) if one.span.name == number), None)
        read[:] = [claim for claim in (found.claims if found else ()) if claim.iri.value in chosen]
        if not read:
            raise UsageError(asked.words("read.select"))
        note, day = " ".join(asked.one("note").split()), f"{datetime.now(UTC):%Y-%m-%d}"
        return [record_reading(document, read, graph, reader=reader, day=day, depth=depth, note=note)]

    title = asked.words("step.read", passage=number, name=name)
    folder = source_path(desk.workspace.project, name).rpartition("/")[0]
    try:
        desk.workspace.change(title, make, seen=asked.one("seen"), folder=folder)
    except ChangedSinceError:
        raise
    except ScographError as error:
        return reading(desk, asked, error)
    return desk.go(f"/source/{quote(name)}/read", asked.words("read.done", n=asked.words.number(len(read))))
