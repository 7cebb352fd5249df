"""A source whose text was not kept gets its words: the edition its digest, each passage its place, by words alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scograph import Project
from scograph.cli import cli
from scograph.edit.document import Document, edition_iri

DOCUMENT = "https://example.org/source/bulletin"
TEXT = (
    "Bulletin of the port\n\nThe port was opened in 1998. It has two cranes.\n\n"
    "The cranes are red. It has two cranes.\n"
)
SOURCE = """# The text is not at hand.

@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix scog: <https://w3id.org/scograph/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<{document}>
    a scog:SourceDocument ;
    dcterms:title "Bulletin"@en ;
    dcterms:language "en" ;
    scog:hasNewestEdition <{document}/edition/{day}> ;
    scog:hasSourceKind <https://w3id.org/scograph/concept/source-kind/press> .

<{document}/edition/{day}>
    a scog:Edition ;
    skos:note "Read in the harbour."@en ; # by hand
    scog:hasExtent <https://w3id.org/scograph/concept/extent/excerpt> ;
    scog:isEditionOf <{document}> ;
    scog:retrievedOn "{day}"^^xsd:date .

<{document}/passage/01>
    a scog:Passage ;
    scog:isPassageOf <{document}> ;
    scog:isPlacedIn <{document}/edition/{day}> ;
    scog:locator "first sentence" ;
    scog:standsIn <{document}/edition/{day}> .

<{document}/passage/02>
    a scog:Passage ;
    scog:isPassageOf <{document}> ;
    scog:isPlacedIn <{document}/edition/{day}> ;
    scog:isReadWith <{document}/passage/01> ;
    scog:locator "on the cranes" ;
    scog:standsIn <{document}/edition/{day}> .
"""


def today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"


def make(root: Path, day: str) -> Path:
    folder = root / "data" / "bulletin"
    folder.mkdir(parents=True)
    (root / "scograph.toml").write_text("", encoding="utf-8")
    (folder / "source.ttl").write_text(SOURCE.format(document=DOCUMENT, day=day), encoding="utf-8")
    (folder / "01-port.ttl").write_text('<https://example.org/id/port> <https://example.org/x#opened> "1998" .\n')
    (root / "text.txt").write_text(TEXT, encoding="utf-8")
    return folder / "source.ttl"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    make(tmp_path, today())
    return tmp_path


def run(root: Path, command: str, *words: str) -> Result:
    result = CliRunner().invoke(cli, ["source", command, "bulletin", *words, "-p", str(root)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result


def done(root: Path, command: str, *words: str) -> Result:
    result = run(root, command, *words)
    assert result.exit_code == 0, result.output
    return result


def document(root: Path) -> Document:
    return Document.open(Project.open(root), "bulletin")


def words_of(root: Path) -> dict[str, str]:
    return {span.name: TEXT[span.start : span.end] for span in document(root).spans if span.start is not None}


def test_the_edition_of_the_same_day_gets_its_digest_and_the_passages_stay_in_it(root: Path) -> None:
    before = (root / "data/bulletin/source.ttl").read_text(encoding="utf-8")
    result = done(root, "update", str(root / "text.txt"))
    assert "2 passages without a place in the text: 01, 02: scograph source place bulletin WORDS" in result.stderr
    found = document(root)
    edition = edition_iri(found.iri, TEXT, "")
    assert [one.iri for one in found.editions] == [edition]
    assert (found.editions[0].extent, found.editions[0].retrieved_on) == ("excerpt", today())
    assert [(span.name, span.stands_in, span.placed_in) for span in found.spans] == [
        ("01", (edition,), edition),
        ("02", (edition,), edition),
    ]
    assert [one.value for one in found.spans[1].read_with] == [f"{DOCUMENT}/passage/01"]
    after = (root / "data/bulletin/source.ttl").read_text(encoding="utf-8")
    assert '"Read in the harbour."@en' in after
    assert f"edition/{today()}" not in after
    assert before.count("scog:locator") == after.count("scog:locator")
    assert "first sentence" in after
    assert found.text(found.editions[0]) == TEXT
    assert "nothing to do" in done(root, "update", str(root / "text.txt")).stderr


def test_passages_get_places_by_words_and_keep_facts_and_locators(root: Path) -> None:
    done(root, "update", str(root / "text.txt"))
    done(root, "place", "The port … 1998.", "--passage", "1")
    done(root, "place", "The cranes are  red.", "--passage", "02")
    done(root, "place", "Bulletin of the port")
    assert words_of(root) == {
        "01": "The port was opened in 1998.",
        "02": "The cranes are red.",
        "03": "Bulletin of the port",
    }
    assert (root / "data/bulletin/01-port.ttl").is_file()
    assert '"on the cranes"' in (root / "data/bulletin/source.ttl").read_text(encoding="utf-8")
    shown = done(root, "show").stdout
    assert [line[:2] for line in shown.splitlines() if line[:2].strip() and line[2:4] == "  "] == [
        "03",
        "01",
        " ?",
        "02",
        " ?",
    ]
    done(root, "fix")


def test_a_text_of_another_day_is_an_edition_that_follows(tmp_path: Path) -> None:
    day = f"{datetime.now(UTC) - timedelta(days=400):%Y-%m-%d}"
    make(tmp_path, day)
    done(tmp_path, "update", str(tmp_path / "text.txt"))
    old, new = document(tmp_path).editions
    assert (old.iri.value, new.follows, new.extent, new.retrieved_on) == (
        f"{DOCUMENT}/edition/{day}",
        old.iri,
        "excerpt",
        today(),
    )
    done(tmp_path, "place", "The cranes are red.", "--passage", "02")
    span = next(span for span in document(tmp_path).spans if span.name == "02")
    assert (span.stands_in, span.placed_in) == ((old.iri, new.iri), new.iri)


@pytest.mark.parametrize(("day", "datatype"), [("2019", "gYear"), ("2019-03", "gYearMonth")])
def test_the_day_of_an_older_edition_stays_as_precise_as_it_is(tmp_path: Path, day: str, datatype: str) -> None:
    file = make(tmp_path, day)
    file.write_text(file.read_text().replace(f'"{day}"^^xsd:date', f'"{day}"^^xsd:{datatype}'))
    done(tmp_path, "update", str(tmp_path / "text.txt"))
    assert [edition.retrieved_on for edition in document(tmp_path).editions] == [day, today()]
    assert f'"{day}"^^xsd:{datatype}' in file.read_text()


REFUSED = {
    "words that are not there": (("place", "The port is closed.", "--passage", "01"), "does not have the words"),
    "words in two places": (("place", "It has two cranes.", "--passage", "02"), "stand in 2 places"),
    "a passage that is not there": (("place", "are red.", "--passage", "07"), "these do: 01, 02"),
    "no number": (("place", "are red.", "--passage", "²"), "no passage '²' waits"),
    "no words": (("place", " "), "names no words"),
    "a passage without a place": (("split", "01", "--at", "opened"), "source place bulletin WORDS --passage 01"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_place_is_refused(root: Path, case: str) -> None:
    done(root, "update", str(root / "text.txt"))
    before = (root / "data/bulletin/source.ttl").read_bytes()
    arguments, said = REFUSED[case]
    result = run(root, *arguments)
    assert (result.exit_code, said in result.stderr) == (2, True), result.output
    assert (root / "data/bulletin/source.ttl").read_bytes() == before


def test_all_refusals_are_tried() -> None:
    assert len(REFUSED) == 6


def test_words_of_another_passage_are_not_taken(root: Path) -> None:
    done(root, "update", str(root / "text.txt"))
    done(root, "place", "The port … 1998.", "--passage", "01")
    result = run(root, "place", "was opened … red.", "--passage", "02")
    assert (result.exit_code, "the passage 01 has some of these words" in result.stderr) == (2, True), result.output
    result = run(root, "place", "The cranes are red.", "--passage", "01")
    assert (result.exit_code, "no passage '01' waits" in result.stderr) == (2, True), result.output


@pytest.mark.parametrize("option", ["--plan", "--apply"])
def test_there_is_no_plan_without_words(root: Path, option: str) -> None:
    before = (root / "data/bulletin/source.ttl").read_bytes()
    result = run(root, "update", str(root / "text.txt"), option, str(root / "text.txt"))
    assert (result.exit_code, "nothing to compare, and no plan" in result.stderr) == (2, True), result.output
    assert (root / "data/bulletin/source.ttl").read_bytes() == before
    assert not (root / "texts").exists()


def test_an_empty_text_is_nobodys_words(root: Path) -> None:
    (root / "text.txt").write_text(" \n", encoding="utf-8")
    result = run(root, "update", str(root / "text.txt"))
    assert result.exit_code in (2, 3), result.output
    assert not (root / "texts").exists()


def test_a_dry_run_writes_nothing(root: Path) -> None:
    before = (root / "data/bulletin/source.ttl").read_bytes()
    assert "1 file would change" in done(root, "update", str(root / "text.txt"), "--dry-run").stderr
    assert (root / "data/bulletin/source.ttl").read_bytes() == before
    assert not (root / "texts").exists()


def test_the_way_out_is_the_same_for_all_commands(root: Path) -> None:
    commands = (("fix",), ("show",), ("split", "01", "--at", "x"), ("place", "x"))
    assert len(commands) == 4
    for command in commands:
        result = run(root, *command)
        assert result.exit_code == (0 if command == ("show",) else 2)
        assert "no text of it was kept" in result.stderr
        assert "scograph source update bulletin FILE takes" in result.stderr
