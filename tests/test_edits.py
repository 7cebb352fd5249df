"""Edits of a project's files: the document as an object, several files at once, the archive of texts."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from scograph import Project, terms
from scograph.edit.changes import FileChange, editing
from scograph.edit.document import (
    Document,
    Edition,
    Span,
    edition_iri,
    new_document,
    of_text,
    source_names,
)
from scograph.edit.keeping import archive_text
from scograph.errors import InputError, RdfSyntaxError, UsageError
from scograph.project import JOURNAL
from scograph.serialise.formatted import formatted
from scograph.starter_project import Answers, create_project
from scograph.texts import TextArchive

TEXT = "Members\nTwo states.\n• Kenya\n"
IRI = NamedNode("https://example.org/r/source/page")
DAY = "2026-11-30"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    create_project(
        tmp_path / "r", Answers("r", "Rivers", "https://example.org/r/", "en", "Notes", "https://example.org/n")
    )
    return Project.open(tmp_path / "r")


def _edition(text: str = TEXT) -> Edition:
    return of_text(Edition(edition_iri(IRI, text, DAY), extent="whole", retrieved_on=DAY), text)


def _spans(edition: Edition) -> list[Span]:
    def span(number: int, start: int, end: int, *, is_ignored: bool = False, **more: tuple[NamedNode, ...]) -> Span:
        kind = "ignored" if is_ignored else "passage"
        iri = NamedNode(f"{IRI.value}/{kind}/{number:02}")
        notes = (Literal("A bullet.", language="en"),) if is_ignored else ()
        here = Span(
            iri, start, end, is_ignored=is_ignored, notes=notes, stands_in=(edition.iri,), placed_in=edition.iri
        )
        return replace(here, **more)

    first = span(1, 0, 7)
    return [first, span(2, 8, 19, read_with=(first.iri,)), span(1, 20, 21, is_ignored=True), span(3, 22, 27)]


def _new(project: Project) -> Document:
    edition = _edition()
    said = {NamedNode(terms.DCTERMS + "title"): (Literal("Page", language="en"),)}
    change = new_document(
        project, "page", IRI, said, edition=edition, spans=_spans(edition), text=TEXT, comment="A page."
    )
    with editing(project) as edit:
        edit.apply([change])
    archive_text(project, "page", TEXT)
    return Document.open(project, "page")


def test_a_document_is_read_as_it_was_written(project: Project) -> None:
    document = _new(project)
    assert document.data.decode() == formatted(document.data)
    assert document.editions == (_edition(),)
    assert document.newest == _edition()
    assert list(document.spans) == _spans(_edition())
    assert document.title == "Page"
    assert source_names(project) == ("editorial", "notes", "page")
    assert document.text(_edition()) == TEXT
    stated = document.spans[1].stated
    assert stated is not None
    assert (stated.first, stated.last, stated.non_blank) == ("Two states.", "Two states.", 10)
    assert stated.sha256 == hashlib.sha256(b"Two states.").hexdigest()


def test_nothing_changes_where_nothing_is_to_change(project: Project) -> None:
    document = _new(project)
    assert document.rewrite().after == document.data


def test_a_new_edition_changes_what_is_said_of_it_and_no_other_byte(project: Project) -> None:
    document = _new(project)
    path = project.folder / document.path
    mine = (
        document.data.decode()
        .replace("# A page.", "# A page.\n# My own words.")
        .replace(
            "<https://example.org/r/source/page/passage/02>\n",
            "# About the states.\n<https://example.org/r/source/page/passage/02>\n",
        )
        .replace("    scog:charEnd 19 ;\n", '    scog:charEnd 19 ; # by hand\n    scog:page "4" ;\n')
    )
    path.write_text(mine)
    document = Document.open(project, "page")
    text = "New.\n" + TEXT
    second = replace(_edition(text), follows=_edition().iri)
    moved = [
        replace(
            span,
            start=(span.start or 0) + 5,
            end=(span.end or 0) + 5,
            stands_in=(*span.stands_in, second.iri),
            placed_in=second.iri,
        )
        for span in document.spans
    ]
    change = document.rewrite(spans=moved, editions=[*document.editions, second], texts={second.iri: text})
    assert change.after is not None
    with editing(project) as edit:
        assert edit.apply([change]) == (change,)
    again = Document.open(project, "page")
    assert again.editions == (_edition(), second)
    assert again.newest == second
    assert [span.start for span in again.spans] == [5, 13, 25, 27]
    assert all(span.stands_in == tuple(sorted((_edition().iri, second.iri), key=str)) for span in again.spans)
    after = again.data.decode()
    for kept in ("# My own words.", "# About the states.", "24 ; # by hand", 'scog:page "4"'):
        assert kept in after
    lines = set(mine.splitlines())
    new = [line for line in after.splitlines() if line not in lines]
    named = ("hasNewestEdition", "charStart", "charEnd", "isPlacedIn", "standsIn", second.iri.value)
    about_it = after[after.index(f"<{second.iri.value}>\n") :].partition("\n\n")[0]
    assert [line for line in new if line not in about_it and not any(name in line for name in named)] == []
    assert [line for line in mine.splitlines() if line not in after and not any(name in line for name in named)] == []


def test_spans_that_are_left_out_go(project: Project) -> None:
    document = _new(project)
    change = document.rewrite(spans=document.spans[:2])
    assert change.after is not None
    left = Document.read(project, "page", change.after)
    assert left.spans == document.spans[:2]
    assert b"ignored" not in change.after


def test_numbers_of_new_passages(project: Project) -> None:
    document = _new(project)
    assert document.new_iri().value.endswith("/passage/04")
    assert document.new_iri(is_ignored=True).value.endswith("/ignored/02")
    assert document.new_iri(taken=[Span(document.new_iri())]).value.endswith("/passage/05")


@pytest.mark.parametrize(
    ("data", "error", "said"),
    [
        (b"<x:a> <x:b> .", RdfSyntaxError, "source.ttl:1:13"),
        (b"\xff", InputError, "UTF-8"),
        (b"", InputError, "describes 0 documents"),
        (
            b"@prefix s: <https://w3id.org/scograph/ontology#> . <x:a> a s:SourceDocument . <x:b> a s:SourceDocument .",
            InputError,
            "describes 2 documents",
        ),
    ],
)
def test_a_damaged_file_is_told(project: Project, data: bytes, error: type[Exception], said: str) -> None:
    _new(project)
    (project.folder / "data/page/source.ttl").write_bytes(data)
    with pytest.raises(error, match=said):
        Document.open(project, "page")


def test_an_unknown_source_is_told_with_one_like_it(project: Project) -> None:
    _new(project)
    with pytest.raises(UsageError, match="did you mean page"):
        Document.open(project, "pages")


def test_two_editions_at_the_end_are_refused(project: Project) -> None:
    document = _new(project)
    others = [replace(_edition(text), follows=_edition().iri) for text in ("a", "b")]
    with pytest.raises(UsageError, match="2 editions are followed by none"):
        document.rewrite(editions=[*document.editions, *others])


# Several files


A, B, C = "data/page/01-a.ttl", "data/page/01-b.ttl", "data/page/source.ttl"


def _changes(project: Project) -> list[FileChange]:
    data = (project.folder / C).read_bytes()
    (project.folder / A).write_bytes(b"# a\n")
    return [FileChange(C, data, data + b"# more\n"), FileChange(B, None, b"# a\n"), FileChange(A, b"# a\n", None)]


def _state(project: Project) -> dict[str, bytes | None]:
    paths = {name: project.folder / name for name in (A, B, C)}
    return {name: path.read_bytes() if path.exists() else None for name, path in paths.items()}


def test_several_files_change_together(project: Project) -> None:
    _new(project)
    changes = _changes(project)
    with editing(project) as edit:
        edit.apply(changes)
    assert _state(project) == {change.path: change.after for change in changes}
    assert not (project.folder / JOURNAL).exists()


def test_no_file_changes_where_one_cannot(project: Project) -> None:
    _new(project)
    changes = _changes(project)
    (project.folder / A).chmod(0o400)
    (project.folder / C).chmod(0o400)
    before = _state(project)
    with editing(project) as edit, pytest.raises(UsageError, match="read-only"):
        edit.apply([changes[1], changes[0]])
    assert _state(project) == before
    assert not (project.folder / JOURNAL).exists()


def test_what_somebody_else_changed_is_left(project: Project) -> None:
    _new(project)
    changes = _changes(project)
    (project.folder / A).write_bytes(b"# mine\n")
    before = _state(project)
    with editing(project) as edit, pytest.raises(UsageError, match="was changed meanwhile"):
        edit.apply(changes)
    assert _state(project) == before


def _journal(project: Project, changes: list[FileChange]) -> None:
    rows = [
        {"path": one.path, "before": one.before and one.before.decode(), "after": one.after and one.after.decode()}
        for one in changes
    ]
    (project.folder / JOURNAL).write_text(json.dumps({"changes": rows}))


@pytest.mark.parametrize("done", range(4))
def test_an_edit_that_was_cut_short_is_finished(project: Project, done: int) -> None:
    _new(project)
    changes = _changes(project)
    with editing(project) as edit:
        for change in changes[:done]:
            edit.apply([change])
    _journal(project, changes)
    with editing(project) as edit:
        assert list(edit.finished) == [change.path for change in changes[done:]]
    assert _state(project) == {change.path: change.after for change in changes}
    assert not (project.folder / JOURNAL).exists()


def test_an_edit_that_was_cut_short_and_changed_since_is_told(project: Project) -> None:
    _new(project)
    changes = _changes(project)
    _journal(project, changes)
    (project.folder / A).write_bytes(b"# mine\n")
    before = _state(project)
    with pytest.raises(UsageError, match=r"01-a.ttl was changed since"), editing(project):
        pass
    assert _state(project) == before
    assert (project.folder / JOURNAL).exists()


@pytest.mark.parametrize(
    "path",
    ["../x.ttl", "/x.ttl", "ontology/core.ttl", "data/page/../../x.ttl", "data/x.sh", "texts/x.ttl", "data\0.ttl"],
)
def test_a_journal_of_a_stranger_reaches_the_data_alone(project: Project, path: str) -> None:
    _journal(project, [FileChange(path, None, b"x")])
    with pytest.raises(InputError, match="no Turtle file"), editing(project):
        pass


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"changes": [1]}', b'{"changes": [{"path": "data/a.ttl"}]}', b"[" * 2000]
)
def test_a_damaged_journal_is_told(project: Project, data: bytes) -> None:
    (project.folder / JOURNAL).write_bytes(data)
    with pytest.raises(InputError, match=r"no journal|nest"), editing(project):
        pass


# Texts


def test_a_text_is_found_by_its_digest_whatever_its_name(project: Project) -> None:
    archive = TextArchive(project)
    assert archive.text(hashlib.sha256(b"x").hexdigest()) is None
    path = archive_text(project, "page", TEXT, b"<p>", "html")
    assert path == project.folder / "texts/page" / f"{hashlib.sha256(TEXT.encode()).hexdigest()[:12]}.txt"
    assert sorted(one.name.partition(".")[2] for one in path.parent.iterdir()) == ["original.html", "txt"]
    assert (project.folder / "texts/.gitignore").read_text().splitlines()[-1] == "*"
    path.rename(path.with_name("other name.txt"))
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    assert TextArchive(project).text(digest) == TEXT
    assert TextArchive(project).damaged() == ()


def test_a_damaged_text_is_told(project: Project) -> None:
    path = archive_text(project, "page", TEXT)
    path.write_text("other")
    assert TextArchive(project).damaged() == (path,)
    assert TextArchive(project).text(hashlib.sha256(TEXT.encode()).hexdigest()) is None


def test_the_archive_follows_no_link_out(project: Project, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (project.folder / "texts").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="leads out"):
        archive_text(project, "page", TEXT)
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("folder", ["data", "data/texts", "../x", "/x", ".", "ontology/x"])
def test_the_archive_lies_beside_what_is_read(project: Project, folder: str) -> None:
    with (project.folder / "scograph.toml").open("a") as file:
        file.write(f'\n[texts]\nfolder = "{folder}"\n')
    with pytest.raises(UsageError, match=r"texts.folder"):
        Project.open(project.folder)
