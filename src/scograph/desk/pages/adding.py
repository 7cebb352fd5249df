"""The page that adds a source: a file, an address that is fetched once, or pasted text."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import Response

from scograph.desk.desk import Desk
from scograph.desk.pages.source import source
from scograph.desk.requests import PageRequest
from scograph.edit.adding import (
    ACCESSES,
    DEFAULT_EXTENT,
    DEFAULT_KIND,
    EXTENTS,
    KINDS,
    Described,
    NewSource,
    Read,
    new_source,
    refuse_no_address,
)
from scograph.edit.changes import ChangedSinceError, FileChange
from scograph.edit.document import Document
from scograph.edit.keeping import archive_text
from scograph.edit.recording import recorded_with
from scograph.errors import ScographError, UsageError
from scograph.project import Project
from scograph.texts import digest_of
from scograph.updates.applying import has_no_words, keep_text, new_edition, take_words
from scograph.updates.texts import read_given, read_text
from scograph.writing import Made, removed_on_error

FIELDS = ("address", "text", "title", "name", "url", "language", "published", "updated", "archived")
"""The fields that are typed."""


def adding(desk: Desk, asked: PageRequest, problem: ScographError | None = None) -> Response:
    """The form of a new source, with what was typed where something was refused."""
    choices = {
        "kind": (KINDS, DEFAULT_KIND),
        "extent": (EXTENTS, DEFAULT_EXTENT),
        "access": (("", *ACCESSES), ""),
    }
    return desk.page(
        asked,
        "add",
        asked.words("add"),
        status=400 if problem else 200,
        problem=problem,
        typed={field: asked.one(field) for field in FIELDS},
        choices={
            field: [(value, value == (asked.one(field) or default)) for value in values]
            for field, (values, default) in choices.items()
        },
    )


def add(desk: Desk, asked: PageRequest) -> Response:
    """Add a source: its text to the archive, and its passages to a new source.ttl."""
    try:
        read = _read(asked)
        made = _added(desk, asked, read)
    except ScographError as error:
        return adding(desk, asked, error)
    ignored = sum(span.is_ignored for span in made.spans)
    counted = asked.words.many("n.passages", len(made.spans) - ignored)
    done = asked.words("add.done", passages=counted, ignored=ignored)
    return desk.go(f"/source/{quote(made.name)}", done, *made.told)


def take_text(desk: Desk, asked: PageRequest) -> Response:
    """Give a source its text: that of one of which none was kept, or the one that was read, put at hand again."""
    name = asked.path["name"]
    try:
        read = _read(asked)
        with removed_on_error() as made:

            def make(project: Project) -> list[FileChange]:
                return _with_text(Document.open(project, name), read, made, asked)

            desk.workspace.change(asked.words("step.text", name=name), make)
    except ChangedSinceError:
        raise
    except ScographError as error:
        return source(desk, asked, error)
    return desk.go(f"/source/{quote(name)}", asked.words("step.text", name=name))


def _with_text(document: Document, read: Read, made: Made, asked: PageRequest) -> list[FileChange]:
    """Keep a text in the archive, and say what becomes of the source."""
    new = new_edition(document, read, extent="")
    if not has_no_words(document):
        if document.newest is None or document.newest.sha256 != digest_of(new.text):
            raise UsageError(asked.words("text.other"))
        keep_text(document, new, made)
        return []
    change = take_words(document, new)
    keep_text(document, new, made)
    return [change, *recorded_with(document, [change], new.text).changes]


def _read(asked: PageRequest) -> Read:
    """Read what was given: a file, an address or a text, and one of them only."""
    file, address, text = asked.files.get("file"), asked.one("address").strip(), asked.one("text")
    given = [one for one in (file, address, text.strip()) if one]
    if len(given) != 1:
        raise UsageError(asked.words("add.none" if not given else "add.several"))
    if file:
        content_type = "" if file.content_type == "application/octet-stream" else file.content_type
        return read_given(file.data, content_type=content_type, name=file.name)
    if address:
        refuse_no_address(address)
        return read_text(address)
    return read_given(text.encode(), content_type="text/plain; charset=utf-8")


def _added(desk: Desk, asked: PageRequest, read: Read) -> NewSource:
    described = Described(
        **{
            field: asked.one(field).strip()
            for field in (
                "name",
                "title",
                "url",
                "archived",
                "kind",
                "language",
                "published",
                "extent",
                "access",
                "updated",
            )
            if asked.one(field).strip()
        }
    )
    for field, values in (("kind", KINDS), ("extent", EXTENTS), ("access", ("", *ACCESSES))):
        if getattr(described, field) not in values:
            raise UsageError(f"{getattr(described, field)!r} is no {field}", hint=", ".join(filter(None, values)))
    found: list[NewSource] = []
    with removed_on_error() as made:

        def make(project: Project) -> list[FileChange]:
            source = new_source(project, read, described)
            archive_text(project, source.name, read.page.text, read.data, read.form.extensions[0], made)
            found.append(source)
            return [source.change]

        desk.workspace.change(asked.words("step.add", name=described.name or described.title or "…"), make)
    return found[0]
