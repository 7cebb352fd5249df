"""A small project with one source, its text in the archive: passages with facts, ignored bullets, headings."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import Literal, NamedNode

from scograph import Project, terms
from scograph.edit.document import Document, Edition, Span, edition_iri, new_document, of_text
from scograph.edit.keeping import archive_text

DOCUMENT = NamedNode("https://example.org/source/harbour")
TEXT = """Harbour Council
Last updated: March 2021
• The council was founded by four ports in the spring of 1998 and has its seat in Oslo.
• Its most recent assembly was held on 24-26 January 2016 in the city hall of Bergen.
Members
Kenya
Togo
Peru
A fund of nine million euros pays for exercises and courses of all members.
19-20 December 2017
This map is for illustration only and says nothing of borders."""
THREE_EDITS = (
    TEXT.replace("March 2021", "November 2026")
    .replace("24-26 January 2016", "12-14 May 2026")
    .replace("19-20 December", "19-21 December")
)
WITHOUT_FACTS = ("Members",)
EX = "https://example.org/id/"


def passages(text: str = TEXT) -> list[tuple[str, int, int]]:
    """Number, start and end of the passage of each line, and of the ignored spans, whose number begins with `i`."""
    found, at, bullets = [], 0, 0
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        start = at
        if line.startswith("• "):
            bullets += 1
            found.append((f"i{bullets:02}", at, at + 1))
            start += 2
        is_last = number == len(lines)
        found.append((f"i{bullets + 1:02}" if is_last else f"{number:02}", start, at + len(line)))
        at += len(line) + 1
    return found


def harbour(root: Path, *, original: bytes = b"", has_text: bool = True) -> Project:
    """Make the project.

    Args:
        root: An empty folder.
        original: The bytes of HTML that the text was read from, if there are any.
        has_text: Whether the text is in the archive.

    Returns:
        The project; each passage but that of a heading has a file with one or two facts.
    """
    folder = root / "data" / "harbour"
    folder.mkdir(parents=True)
    (root / "scograph.toml").write_text('[readers]\nab = "person"\ncheck-bot = "program"\n', encoding="utf-8")
    edition = of_text(Edition(edition_iri(DOCUMENT, TEXT, ""), extent="whole", retrieved_on="2021-04-01"), TEXT)
    spans = []
    for number, start, end in passages():
        is_ignored = number.startswith("i")
        kind = "ignored" if is_ignored else "passage"
        note = "A bullet." if end - start == 1 else "A notice about the map."
        iri = NamedNode(f"{DOCUMENT.value}/{kind}/{number.removeprefix('i')}")
        spans.append(
            Span(
                iri,
                start,
                end,
                is_ignored=is_ignored,
                notes=(Literal(note, language="en"),) if is_ignored else (),
                stands_in=(edition.iri,),
                placed_in=edition.iri,
            )
        )
        words = TEXT[start:end]
        if not is_ignored and words not in WITHOUT_FACTS:
            (folder / f"{number}-said.ttl").write_text(
                f"@prefix ex: <{EX}> .\n@prefix rdfs: <{terms.RDFS}> .\n\n"
                f'ex:thing-{number}\n    rdfs:label "{words}"@en ;\n    ex:isSaidIn ex:harbour .\n',
                encoding="utf-8",
            )
    (folder / "03-said.interpreted.ttl").write_text(
        f"# The year alone is printed.\n@prefix ex: <{EX}> .\n\nex:thing-03\n    ex:begins 1998 .\n", encoding="utf-8"
    )
    (folder / "source.ttl").write_text("<x:a> <x:b> <x:c> .\n", encoding="utf-8")
    project = Project.open(root)
    said = {
        NamedNode(terms.DCTERMS + "title"): (Literal("Harbour Council", language="en"),),
        NamedNode(terms.DCTERMS + "language"): (Literal("en"),),
        NamedNode(terms.SCOG + "sourceUrl"): (
            Literal("https://example.org/harbour", datatype=NamedNode(terms.XSD + "anyURI")),
        ),
    }
    made = new_document(project, "harbour", DOCUMENT, said, edition=edition, spans=spans, text=TEXT, comment="A page.")
    (folder / "source.ttl").write_bytes(made.after or b"")
    if has_text:
        archive_text(project, "harbour", TEXT, original, "html" if original else "")
    return Project.open(root)


def document(project: Project) -> Document:
    """The document of the project as it is now."""
    return Document.open(project, "harbour")


def contents(root: Path) -> dict[str, bytes]:
    """The files of a project, the archive aside."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted((root / "data").rglob("*"))
        if path.is_file()
    }
