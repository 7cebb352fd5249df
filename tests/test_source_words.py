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


def test_what_is_in_no_passage_becomes_passages_as_a_new_source_has_them(root: Path) -> None:
    said = done(root, "update", str(root / "text.txt")).stderr
    assert "source place bulletin --rest makes passages of them" in said
    done(root, "place", "The port was opened in 1998.", "--passage", "1")
    done(root, "place", "are red.", "--passage", "02")
    done(root, "place", "--rest")
    assert words_of(root) == {
        "01": "The port was opened in 1998.",
        "02": "are red.",
        "03": "Bulletin of the port",
        "04": "It has two cranes.",
        "05": "The cranes",
        "06": "It has two cranes.",
    }
    assert " ?" not in done(root, "show").stdout
    assert "nothing to change" in done(root, "place", "--rest").stderr


def test_what_rest_makes_is_counted_and_what_waits_for_a_place_is_named(root: Path) -> None:
    done(root, "update", str(root / "text.txt"))
    said = done(root, "place", "--rest").stderr
    assert "note: 3 new passages\n" in said
    assert "note: still without a place in the text: 01, 02; " in said
    assert "scograph source place bulletin WORDS --passage 01" in said
    undone = CliRunner().invoke(cli, ["undo", str(root)], prog_name="scograph")
    assert " scograph source place bulletin --rest (" in undone.stderr


def test_the_rest_of_a_page_is_read_with_the_headings_that_are_passages_already(root: Path) -> None:
    page = "<h1>Bulletin</h1><p>Opened.</p><h2>Cranes</h2><ul><li>The red one.</li><li>The blue one.</li></ul>"
    (root / "page.html").write_text(f"<html><body>{page}</body></html>", encoding="utf-8")
    done(root, "update", str(root / "page.html"))
    done(root, "place", "Cranes", "--passage", "02")
    done(root, "place", "--rest")
    found = document(root)
    _, text = found.newest_text()
    assert {
        text[one.start : one.end]: [with_.value.rpartition("/")[2] for with_ in one.read_with]
        for one in found.spans
        if one.start is not None and not one.is_ignored
    } == {"Bulletin": [], "Opened.": ["03"], "Cranes": ["01"], "The red one.": ["02"], "The blue one.": ["02"]}


def test_words_in_several_places_mean_those_that_are_all_of_a_line(tmp_path: Path) -> None:
    make(tmp_path, today())
    lines = "The port\nThe port was opened.\nThe cranes\nThe cranes\n"
    (tmp_path / "text.txt").write_text(lines, encoding="utf-8")
    done(tmp_path, "update", str(tmp_path / "text.txt"))
    done(tmp_path, "place", "The port", "--passage", "01")
    span = next(span for span in document(tmp_path).spans if span.name == "01")
    assert (span.start, span.end) == (0, len("The port"))
    result = run(tmp_path, "place", "The cranes", "--passage", "02")
    assert (result.exit_code, "stand in 2 places" in result.stderr) == (2, True), "two lines are all of it"
    done(tmp_path, "place", "--rest")
    done(tmp_path, "read-with", "was opened", "The port")
    span = next(span for span in document(tmp_path).spans if span.start == lines.index("The port was"))
    assert [one.value for one in span.read_with] == [f"{DOCUMENT}/passage/01"]


def test_a_file_is_said_to_be_read_at_another_address(root: Path) -> None:
    done(root, "update", str(root / "text.txt"), "--from", "https://mirror.example.org/bulletin")
    assert [one.retrieved_from for one in document(root).editions] == ["https://mirror.example.org/bulletin"]
    (root / "newer.txt").write_text(TEXT.replace("red", "blue"), encoding="utf-8")
    done(root, "update", str(root / "newer.txt"), "--from", "https://mirror.example.org/newer", "--yes")
    assert document(root).editions[-1].retrieved_from == "https://mirror.example.org/newer"


def test_an_edition_says_when_it_was_updated(root: Path) -> None:
    done(root, "update", str(root / "text.txt"), "--updated", "2018-11")
    (root / "newer.txt").write_text(TEXT.replace("red", "blue"), encoding="utf-8")
    result = run(root, "update", str(root / "newer.txt"), "--updated", "May 2019", "--yes")
    assert (result.exit_code, "'May 2019' is no date" in result.stderr) == (2, True)
    done(root, "update", str(root / "newer.txt"), "--updated", "2019-05-03", "--yes")
    added = ["source", "add", str(root / "newer.txt"), "--name", "other", "--updated", "2019", "-p", str(root)]
    assert CliRunner().invoke(cli, added).exit_code == 0
    editions = (*document(root).editions, *Document.open(Project.open(root), "other").editions)
    said = [str(one.last_updated) for one in editions]
    assert [text.replace("http://www.w3.org/2001/XMLSchema#", "xsd:") for text in said] == [
        '"2018-11"^^<xsd:gYearMonth>',
        '"2019-05-03"^^<xsd:date>',
        '"2019"^^<xsd:gYear>',
    ]


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
    "neither words nor the rest": (("place",), "give WORDS, or --rest"),
    "words and the rest": (("place", "are red.", "--rest"), "give WORDS, or --rest"),
    "the rest as one passage": (("place", "--rest", "--passage", "01"), "give WORDS, or --rest"),
    "read at no address": (("update", "text.txt", "--from", "there"), "'there' is no web address"),
    "an address read at another": (("update", "https://e.org/", "--from", "https://f.org/"), "leave it out"),
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
    assert len(REFUSED) == 11


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
