"""The commands of `scograph source`: a page becomes passages by words alone, and bad input loses nothing."""

from __future__ import annotations

import doctest
import gzip
import hashlib
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import RdfFormat, parse

import bombs
from pdf_files import PdfPage, pdf
from scograph import language_tags, terms
from scograph.cli import cli
from scograph.edit import adding, document, locating, proposing
from scograph.project import JOURNAL, builtin_folder
from scograph.serialise.formatted import formatted
from scograph.starter_project import Answers, create_project
from writing_faults import Fault, leftovers
from writing_faults import run as run_faulty

TEXT = (
    "Minutes of the council\n\nIt met in May. The next meeting is in June.\n\n"
    "All came. They spoke of the fish and of the bridge, of the ferry and of the mill, and voted.\n\n"
    "The next meeting is open to all.\n\nPrinted on grey paper.\n"
)
SEED = Path(__file__).parents[2] / "shared" / "seed" / "unidir-sco-2021-03.txt"
DATA = builtin_folder() / "data" / "unidir-sco-2021-03"
MAX_POINTS = 6
"""So many calls of the system are tried of each command that is killed."""


def run(*arguments: str | Path, data: bytes | None = None) -> Result:
    """Run the command line in this process."""
    result = CliRunner().invoke(cli, list(map(str, arguments)), prog_name="scograph", input=data)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result


def done(*arguments: str | Path, data: bytes | None = None) -> Result:
    """Run a command that succeeds."""
    result = run(*arguments, data=data)
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new project, which is the folder one stands in."""
    folder = tmp_path / "r"
    create_project(folder, Answers("r", "Rivers", "https://example.org/r/", "en", "Notes", "https://example.org/n"))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def minutes(project: Path) -> Path:
    """The source.ttl of a source whose text is at hand."""
    (project.parent / "minutes.txt").write_text(TEXT)
    done("source", "add", project.parent / "minutes.txt", "--language", "en")
    return project / "data/minutes/source.ttl"


def passages(name: str = "minutes") -> dict[str, str]:
    """The words of each passage and ignored span, by `passage/NN`."""
    shown = json.loads(done("source", "show", name, "-f", "json").stdout)
    return {part["iri"].partition(f"{name}/")[2] or "left over": part["words"] for part in shown["parts"]}


# The whole way


def _spans(data: bytes) -> set[tuple[str, ...]]:
    """Kind, place, digest, length and words of each span."""
    values: dict[str, dict[str, str]] = {}
    for quad in parse(data, RdfFormat.TURTLE):
        values.setdefault(str(quad.subject), {})[terms.local_name(quad.predicate.value)] = quad.object.value
    names = ("charStart", "charEnd", "textSha256", "nonBlankLength", "textStart", "textEnd", "note")
    return {(one["type"], *(one.get(name, "") for name in names)) for one in values.values() if "textSha256" in one}


@pytest.mark.skipif(not SEED.is_file(), reason="the source text is not beside the repository")
def test_the_first_source_is_encoded_by_words_alone(project: Path) -> None:
    """Spans, digests and words are those of the built-in project; the reason of an ignored span is typed."""
    done("source", "add", SEED)
    because = "The website's disclaimer about the map that it shows: it says nothing about the organisation."
    done("source", "ignore", "unidir-sco-2021-03", "This interactive map … website.", "--because", because)
    made = (project / "data/unidir-sco-2021-03/source.ttl").read_bytes()
    found, expected = _spans(made), _spans((DATA / "source.ttl").read_bytes())
    assert len(expected) == 29
    assert found == expected
    assert made.decode() == formatted(made)
    assert b"4c68fb426f745197c6ce53a8d9e127291075b47b7801c612afab55124d584bd3" in made


def test_a_source_goes_from_text_to_checked_facts(minutes: Path, project: Path) -> None:
    done("source", "ignore", "minutes", "Printed on grey paper.", "--because", "A notice of the printer.")
    done("source", "split", "minutes", "It met in May", "--at", "The next meeting is in June")
    done("source", "join", "minutes", "It met in May", "The next meeting is in June")
    assert passages() == {
        "passage/01": "Minutes of the council",
        "passage/02": "It met in May. The next meeting is in June.",
        "passage/03": "All came. They spoke of the fish and of the bridge, of the ferry and of the mill, and voted.",
        "passage/04": "The next meeting is open to all.",
        "ignored/01": "Printed on grey paper.",
    }
    done("source", "read-with", "minutes", "open to all", "Minutes of")
    done("source", "quote", "minutes", "met in May")
    done("source", "about", "minutes", "First item")
    text = minutes.read_text()
    assert 'scog:quotation "met in May"@en' in text
    assert "scog:isAbout <https://example.org/r/id/item/a>" in text
    assert "scog:isReadWith <https://example.org/r/source/minutes/passage/01>" in text
    before = minutes.read_bytes()
    assert "nothing to change" in done("source", "fix", "minutes").stderr
    assert minutes.read_bytes() == before
    assert before.decode() == formatted(before)
    listed = {one["name"]: one for one in json.loads(done("source", "list", "-f", "json").stdout)}
    assert listed["minutes"]["open"] == ["4 passages without facts"]
    (project / "data/minutes/02-meeting.ttl").write_text('<https://example.org/r/id/item/a> <x:p> "1" .\n')
    shown = done("source", "show", "minutes").stdout
    assert "facts: 02-meeting.ttl" in shown
    assert "ignored: A notice of the printer." in shown


EXPECTED = {
    "page.html": (
        b"<html lang=en><nav><a href=/>Home</a></nav><h1>Members</h1><p>Two st<b>ates</b>.<h2>New</h2><ul><li>Kenya",
        {"Members": "", "Two states.": "Members", "New": "Members", "Kenya": "New"},
    ),
    "page.md": (
        b"# Members\n\nTwo states.\n\n- Kenya\n",
        {"Members": "", "Two states.": "Members", "Kenya": "Members"},
    ),
    "page.csv": (
        "state,joined\r\nÅland,2001\r\nIran,2023\r\n".encode(),
        {"state,joined": "", "Åland,2001": "state,joined", "Iran,2023": "state,joined"},
    ),
    "page.txt": (
        "\ufeff上海合作组织成员国元首理事会会议新闻公报\r\n\r\n二〇〇一年六月十五日 𠀀é\r\n".encode(),
        {"上海合作组织成员国元首理事会会议新闻公报": "", "二〇〇一年六月十五日 𠀀é": ""},
    ),
    "page.pdf": (
        pdf(PdfPage().at(72, 100, "A treaty").at(72, 160, "Signed in May.")),
        {"A treaty": "", "Signed in May.": ""},
    ),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_every_kind_of_page_becomes_passages(name: str, project: Path) -> None:
    data, expected = EXPECTED[name]
    (project / name).write_bytes(data)
    done("source", "add", name, "--title", "Page", "--language", "en")
    shown = json.loads(done("source", "show", "page", "-f", "json").stdout)
    numbers = {part["number"]: part["words"] for part in shown["parts"] if part["kind"] == "passage"}
    found = {
        part["words"]: " ".join(numbers[number] for number in part["readWith"])
        for part in shown["parts"]
        if part["kind"] == "passage"
    }
    assert found == expected
    assert all(part["kind"] != "left over" for part in shown["parts"])
    path = next(path for path in (project / "texts/page").iterdir() if ".original." not in path.name)
    text = path.read_bytes().decode()
    assert all(text[part["start"] : part["end"]] == part["words"] for part in shown["parts"])
    assert hashlib.sha256(text.encode()).hexdigest().startswith(path.stem)
    kept = [path for path in (project / "texts/page").iterdir() if ".original." in path.name]
    assert [path.read_bytes() for path in kept] == ([] if data == text.encode() else [data])


def test_standard_input_is_a_page(project: Path) -> None:
    done("source", "add", "-", "--name", "spoken", "--published", "2026-11", data=TEXT.encode())
    text = (project / "data/spoken/source.ttl").read_text()
    assert 'dcterms:issued "2026-11"^^xsd:gYearMonth' in text
    assert 'dcterms:title "Minutes of the council"' in text


def test_a_dry_run_writes_nothing(minutes: Path, project: Path) -> None:
    def tree() -> dict[str, bytes]:
        return {path.as_posix(): path.read_bytes() for path in project.rglob("*") if path.is_file()}

    before = tree()
    (project.parent / "other.txt").write_text("Other\n")
    for arguments in (
        ("add", project.parent / "other.txt"),
        ("split", "minutes", "02", "--at", "The next"),
        ("join", "minutes", "02", "03"),
        ("ignore", "minutes", "05", "--because", "x"),
        ("quote", "minutes", "met in May"),
        ("read-with", "minutes", "02", "01"),
        ("about", "minutes", "First item"),
    ):
        result = done("source", *arguments, "--dry-run")
        assert "nothing is written" in result.stderr, arguments
        assert tree() == before, arguments
    assert minutes.is_file()


# Words, and what is refused


REFUSED = {
    "ambiguous words": (("split", "minutes", "The next meeting", "--at", "is"), "2 passages have the words"),
    "ambiguous cut": (("split", "minutes", "03", "--at", "of the"), "stand in 4 places"),
    "unknown words": (("split", "minutes", "The nxt meeting is open to all.", "--at", "is"), "is it 04"),
    "words of another passage": (("split", "minutes", "02", "--at", "All came"), "are not in 02: they stand in 03"),
    "the beginning": (("split", "minutes", "02", "--at", "It met"), "begins with these words"),
    "no neighbours": (("join", "minutes", "02", "04"), "stands between 02 and 04"),
    "one passage": (("join", "minutes", "02", "2"), "both are the passage 02"),
    "no reason": (("ignore", "minutes", "02", "--because", " "), "there is no reason"),
    "ambiguous stretch": (("ignore", "minutes", "The next meeting", "--because", "x"), "stand in 2 places"),
    "no words": (("ignore", "minutes", "…", "--because", "x"), "names no words"),
    "itself": (("read-with", "minutes", "02", "It met"), "cannot be read with itself"),
    "no source": (("show", "minuets"), "did you mean minutes?"),
    "quoted twice": (("quote", "minutes", "The next meeting"), "stand in 2 places"),
    "too much": (("quote", "minutes", "They spoke of the fish and of the bridge"), "a tenth of what was read"),
    "over two passages": (("quote", "minutes", "June. All came"), "do not stand in one passage"),
    "unknown thing": (("about", "minutes", "no such thing"), "no such thing"),
    "no such words": (("split", "minutes", "02", "--at", "All went"), "the text does not have the words 'All went'"),
    "words to words elsewhere": (("split", "minutes", "02", "--at", "All … fish"), "not in 02: they stand in 03"),
    "words elsewhere over passages": (("split", "minutes", "02", "--at", "council It"), "[council It] met in May"),
    "no number, split": (("split", "minutes", "99", "--at", "All"), "there is no passage 99"),
    "no number, join": (("join", "minutes", "02", "99"), "it has 5 passages, 01 to 05"),
    "no number, ignore": (("ignore", "minutes", "99", "--because", "x"), "there is no passage 99"),
    "no number, quote": (("quote", "minutes", "99", "--remove"), "there is no passage 99"),
    "one of several itself": (("read-with", "minutes", "01-03", "2"), "the passage 02 cannot be read with itself"),
    "a range from its end": (("read-with", "minutes", "03-02", "01"), "'03-02' ends before it begins"),
    "no number in a range": (("read-with", "minutes", "02-99", "01"), "there is no passage"),
    "no number, read-with": (("read-with", "minutes", "02", "99"), "there is no passage 99"),
    "no number, about": (("about", "minutes", "--passage", "99", "First item"), "there is no passage 99"),
    "words over two passages": (("split", "minutes", "June. All came", "--at", "All"), "stand in no one passage: …"),
    "a language": (("ignore", "minutes", "05", "--because", "x", "--language", "english"), "is no language tag"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_one_thing_is_refused(case: str, minutes: Path) -> None:
    arguments, said = REFUSED[case]
    before = minutes.read_bytes()
    result = run("source", *arguments)
    assert result.exit_code == 2, result.output
    assert said in result.stderr
    assert minutes.read_bytes() == before


def test_all_refusals_are_tried() -> None:
    assert len(REFUSED) == 30


def test_an_ignored_span_is_not_named_like_a_passage(minutes: Path) -> None:
    """Both are numbered from 01: words that stand in both kinds are told with both names."""
    done("source", "ignore", "minutes", "The next meeting is open to all.", "--because", "Known.")
    result = run("source", "split", "minutes", "The next meeting", "--at", "is")
    assert result.exit_code == 2
    assert result.stderr.startswith(
        "error: 1 passage and 1 ignored span have the words 'The next meeting': 02 'It met in May. The next meeting is "
        "in June.', ignored 01 'The next meeting is open to all.'"
    )
    assert "not read: ignored 01" in run("source", "read-with", "minutes", "02", "open to all").stderr
    assert "cannot be joined: ignored 01" in run("source", "join", "minutes", "03", "open to all").stderr
    assert "but in ignored 01" in run("source", "quote", "minutes", "open to all").stderr
    assert minutes.is_file()


IGNORED_NAMES = (
    "ignored 01",
    "ignored01",
    "ignored/1",
    "Ignored 01",
    "https://example.org/r/source/minutes/ignored/01",
)


@pytest.mark.parametrize("name", IGNORED_NAMES)
def test_an_ignored_span_is_named_as_it_is_shown(name: str, minutes: Path) -> None:
    """Each command that takes a passage knows it by what messages call it, and by its IRI."""
    done("source", "ignore", "minutes", "The next meeting is open to all.", "--because", "Known.")
    base = minutes.read_text("utf-8").partition("/source/minutes")[0].rpartition("<")[2]
    name = name.replace("https://example.org/r", base)
    assert "not read: ignored 01" in run("source", "read-with", "minutes", "02", name).stderr
    assert "cannot be joined: ignored 01" in run("source", "join", "minutes", "03", name).stderr
    assert "no claim rests on ignored 01: it is an ignored span" in run("source", "read", "minutes", name).stderr
    before = passages()
    done("source", "ignore", "minutes", name, "--because", "An invitation.")
    assert passages() == before
    assert '"An invitation."@en' in minutes.read_text("utf-8")
    assert '"Known."@en' not in minutes.read_text("utf-8")
    done("source", "split", "minutes", name, "--at", "open to")
    assert [passages()["ignored/01"], passages()["ignored/02"]] == ["The next meeting is", "open to all."]
    assert "there is no ignored span 99" in run("source", "split", "minutes", "ignored 99", "--at", "x").stderr


def test_the_first_sentence_is_what_a_fact_is_written_of_first(project: Path) -> None:
    """A running line above it, and a title, say nothing."""
    (project / "report.txt").write_text("Harbour council\n\nReport of the year\n\nThe council met in May.\n")
    said = done("source", "add", "report.txt", "--language", "en").stderr
    assert "write what passage 03 says into data/report/03-….ttl" in said


def test_a_number_that_is_a_word_of_the_text_is_ignored_alone(project: Path) -> None:
    """The number of no passage is looked for in the text, and nothing beside it is left out."""
    (project / "report.txt").write_text("The report of 2026 is long.\n")
    done("source", "add", "report.txt", "--title", "A report", "--language", "en")
    done("source", "ignore", "report", "2026", "--because", "A year.")
    assert (project / "data/report/source.ttl").is_file()
    assert passages("report")["ignored/01"] == "2026"


def test_a_short_number_is_that_of_a_passage_and_words_where_it_begins_with_a_blank(project: Path) -> None:
    (project / "report.txt").write_text("The report has 12 pages.\n")
    done("source", "add", "report.txt", "--title", "A report", "--language", "en")
    before = (project / "data/report/source.ttl").read_bytes()
    refused = run("source", "ignore", "report", "12", "--because", "A number.")
    assert (refused.exit_code, "there is no passage 12" in refused.stderr) == (2, True)
    assert "begin with a blank where words are meant" in refused.stderr
    assert (project / "data/report/source.ttl").read_bytes() == before
    done("source", "ignore", "report", " 12", "--because", "A number.")
    assert passages("report")["ignored/01"] == "12"


def test_a_passage_of_an_older_edition_is_said_to_be_one(minutes: Path) -> None:
    (minutes.parent / "02-may.ttl").write_text('<https://example.org/r/id/item/a> <x:p> "1" .\n')
    (minutes.parents[2] / "newer.txt").write_text(TEXT.replace("in May", "in June"))
    result = run("source", "update", "minutes", "newer.txt", data=b"y\n")
    assert result.exit_code == 0, result.output
    result = run("source", "split", "minutes", "02", "--at", "The next")
    assert (result.exit_code, "passage 02 is not placed in the newest edition" in result.stderr) == (2, True)
    assert "06 revises it" in result.stderr


def test_the_editorial_source_has_no_text(project: Path) -> None:
    for arguments in (("show", "editorial"), ("update", "editorial", "page.txt"), ("fix", "editorial")):
        (project / "page.txt").write_text(TEXT)
        result = run("source", *arguments)
        assert result.exit_code == (0 if arguments[0] == "show" else 2)
        assert "the editorial source has no text" in result.stderr
        assert "data/editorial/source.ttl" in result.stderr
        assert "takes one" not in result.stderr


@pytest.mark.usefixtures("minutes")
def test_passages_are_shown_where_no_text_is_at_hand(project: Path) -> None:
    """Those with a locator by that, those with a place by their first and last words."""
    shown = done("source", "show", "notes")
    assert "note: notes: no text of it was kept" in shown.stderr
    assert "    at: " in shown.stdout
    (part, *_) = json.loads(done("source", "show", "notes", "-f", "json").stdout)["parts"]
    assert (part["number"], part["start"], part["words"]) == ("01", None, "")
    assert part["locator"]
    done("source", "ignore", "minutes", "Printed on grey paper.", "--because", "A notice.")
    shutil.rmtree(project / "texts")
    shown = done("source", "show", "minutes")
    assert "is not at hand" in shown.stderr
    assert "02  It met in … is in June.\n" in shown.stdout
    assert "ignored: A notice." in shown.stdout


def test_sources_of_the_built_in_project_are_read_from_anywhere(project: Path) -> None:
    assert "unidir-sco-2021-03 " in done("source", "list", "--builtin").stdout
    assert "unidir-sco-2021-03 " in done("source", "status", "--builtin").stdout
    assert "  whole, " in done("source", "history", "unidir-sco-2021-03", "--builtin").stdout.replace(",  ", "  ")
    assert "Shanghai Cooperation Organisation (SCO)" in done("source", "show", "unidir-sco-2021-03", "--builtin").stdout
    result = run("source", "list", "--builtin", "-p", project)
    assert (result.exit_code, "--builtin excludes another project" in result.stderr) == (2, True)
    result = run("source", "status", "--builtin", "--fetch", "--record")
    assert (result.exit_code, "the built-in project is not changed" in result.stderr) == (2, True)


def test_the_list_has_headings_over_its_columns(minutes: Path, project: Path) -> None:
    first, *rows = done("source", "list").stdout.splitlines()
    assert first == "source     editions  passages  covered  open"
    assert [row.split()[:3] for row in rows] == [["editorial", "0", "1"], ["minutes", "1", "5"], ["notes", "0", "1"]]
    assert rows[1].index("5 passages without") == first.index("open")
    assert minutes.is_relative_to(project)


def test_a_text_that_another_document_has_is_told(minutes: Path, project: Path) -> None:
    result = done("source", "add", project.parent / "minutes.txt", "--name", "again", "--language", "en")
    assert "note: minutes has the same text already" in result.stderr
    (project / "other.txt").write_text("Other words\n")
    assert "the same text" not in done("source", "add", "other.txt").stderr
    assert minutes.is_file()


@pytest.mark.parametrize(
    ("text", "number"),
    [("# Members\n\n## New\n\nTwo states.\n", "03"), ("Members\n\nTwo states.\n", "02"), ("Members\n", "01")],
)
def test_the_first_passage_that_is_no_heading_is_proposed(text: str, number: str, project: Path) -> None:
    (project / "report.md").write_text(text)
    result = done("source", "add", "report.md")
    assert f"write what passage {number} says into data/report/{number}-….ttl" in result.stderr


@pytest.mark.parametrize(
    ("file", "arguments", "name"),
    [
        ("report.md", ("--title", "The minutes of May"), "report"),
        ("page.md", ("--title", "The minutes of May"), "the-minutes-of-may"),
        ("page.md", ("--title", "会议", "--url", "https://example.org/minutes/page.html"), "minutes"),
        ("page.md", ("--title", "会议", "--url", "https://www.example.org/"), "www-example-org"),
        ("may/index.md", ("--title", "会议"), "may"),
    ],
)
def test_a_file_that_is_called_as_many_are_does_not_name_the_source(
    file: str, arguments: tuple[str, ...], name: str, project: Path
) -> None:
    (project / "may").mkdir()
    (project / file).write_text("Two states.\n")
    done("source", "add", file, "--language", "en", *arguments)
    assert [path.parent.name for path in project.glob("data/*/source.ttl") if path.parent.name == name] == [name]


def test_options_have_no_empty_choice(project: Path) -> None:
    shown = done("source", "add", "--help").stdout
    assert "[open|login|paper]" in shown
    assert project.is_dir()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (" ".join(f"w{n}" for n in range(26)), "26 words"),
        ("".join(chr(0x4E00 + number) for number in range(61)), "61 Han characters"),
    ],
    ids=["English", "Chinese"],
)
def test_a_quotation_is_short(words: str, said: str, project: Path) -> None:
    filler = " ".join(f"filler{n}" for n in range(300))
    (project / "long.txt").write_text(f"Long\n\n{words}\n\n{filler}\n")
    done("source", "add", "long.txt")
    result = run("source", "quote", "long", words)
    assert (result.exit_code, said in result.stderr) == (2, True), result.output
    done("source", "quote", "long", words[: len(words) // 2].strip())


def test_names_titles_and_dates_do_not_count_for_the_tenth(project: Path) -> None:
    (project / "short.txt").write_text("A title of its own\n\nFirst item\n\n16 June 2009\n\nSome words\n")
    done("source", "add", "short.txt")
    for words in ("A title of its own", "First item", "16 June 2009"):
        done("source", "quote", "short", words)
    assert "would be quoted" in run("source", "quote", "short", "Some words").stderr
    done("source", "quote", "short", "03", "--remove")


@pytest.mark.usefixtures("minutes")
def test_a_document_that_forbids_quotations_is_not_quoted() -> None:
    done("source", "quote", "minutes", "met in May")
    source = Path("data/minutes/source.ttl")
    text = source.read_text("utf-8").replace(
        "    a scog:SourceDocument ;", "    a scog:SourceDocument ;\n    scog:forbidsQuotation true ;"
    )
    source.write_text(text, "utf-8")
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "scog:quotation" in row)
    assert (
        f"data/minutes/source.ttl:{line}:20: error SCOG-P61 a document that forbids quotations" in run("check").output
    )
    result = run("source", "quote", "minutes", "All came")
    assert (result.exit_code, "minutes forbids quotations" in result.stderr) == (2, True), result.output
    assert source.read_text("utf-8") == text
    done("source", "quote", "minutes", "met in May", "--remove")
    assert "SCOG-P61" not in run("check").output


def test_ignoring_a_part_leaves_the_rest(minutes: Path) -> None:
    done("source", "ignore", "minutes", "They spoke … voted.", "--because", "Talk.")
    found = passages()
    assert found["passage/03"] == "All came."
    assert found["ignored/01"].startswith("They spoke")
    done("source", "ignore", "minutes", "met in", "--because", "Talk.")
    found = passages()
    assert (found["passage/02"], found["passage/06"]) == ("It", "May. The next meeting is in June.")
    assert minutes.is_file()


def test_facts_go_with_the_passage_that_is_joined(minutes: Path, project: Path) -> None:
    folder = project / "data/minutes"
    (folder / "03-all.ttl").write_text("# mine\n")
    assert "facts rest on the passage 03" in run("source", "ignore", "minutes", "03", "--because", "x").stderr
    result = done("source", "join", "minutes", "02", "03")
    assert "its facts rest on 02 now" in result.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["02-all.ttl", "source.ttl"]
    assert (folder / "02-all.ttl").read_text() == "# mine\n"
    told = done("source", "split", "minutes", "02", "--at", "All came").stderr
    assert "02-all.ttl rest on 02" in told
    assert minutes.is_file()


def test_facts_of_one_basis_are_in_one_file_when_passages_are_joined(minutes: Path, project: Path) -> None:
    folder = project / "data/minutes"
    one, other = (
        f"<https://example.org/r/id/{name}> <https://example.org/r/size> {name[-1]} .\n" for name in ("a1", "b2")
    )
    written = other.replace("> <https://example.org/r/size", ">\n    <https://example.org/r/size")
    (folder / "02-all.ttl").write_text(f"# The first.\n\n{one}")
    (folder / "03-more.ttl").write_text(f"# The second.\n\n{other}")
    (folder / "03-more.interpreted.ttl").write_text(other.replace("b2", "c3"))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    said = done("source", "join", "minutes", "02", "03").stderr
    assert "02-all.ttl: it has the facts of 03 too" in said
    assert "02-more.interpreted.ttl: its facts rest on 02 now" in said
    assert {path.name for path in folder.iterdir()} == {"02-all.ttl", "02-more.interpreted.ttl", "source.ttl"}
    assert (folder / "02-all.ttl").read_text() == f"# The first.\n# The second.\n\n{one}\n{written}"
    done("undo")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert minutes.is_file()


def test_a_released_passage_stays(minutes: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from scograph.cli.source import editing  # noqa: PLC0415

    iris = {f"https://example.org/r/source/minutes/passage/{number}" for number in ("02", "03")}
    monkeypatch.setattr(editing, "released_passages", lambda _: frozenset(iris))
    assert "was released" in run("source", "ignore", "minutes", "02", "--because", "x").stderr
    assert "was released" in done("source", "split", "minutes", "02", "--at", "The next").stderr
    text = minutes.read_text()
    assert text.count("scog:isRevisionOf <https://example.org/r/source/minutes/passage/02>") == 2
    assert "passage/02>\n    a scog:Passage" in text
    done("source", "join", "minutes", "03", "04")
    assert "scog:isRevisionOf <https://example.org/r/source/minutes/passage/03>" in minutes.read_text()
    findings = json.loads(run("check", project, "-f", "json").stdout)["findings"]
    bare = {one["message"] for one in findings if one["code"] == "S01" and "/minutes/" in one["focus"]}
    assert bare == {f"passage {number} supports no claim" for number in ("01", "05", "06", "07", "08")}


# By hand


def test_passages_written_by_hand_get_their_numbers(minutes: Path) -> None:
    text = minutes.read_text()
    start = text.index("<https://example.org/r/source/minutes/passage/03>\n")
    end = text.index("\n\n", start) + 2
    mine = (
        "# Mine.\n<https://example.org/r/source/minutes/passage/03>\n    a scog:Passage ; # by hand\n"
        "    scog:isPassageOf <https://example.org/r/source/minutes> ;\n"
        '    scog:textEnd "and voted." ;\n    scog:textStart "All came." .\n\n'
    )
    minutes.write_text(text[:start] + mine + text[end:])
    result = done("source", "fix", "minutes")
    after = minutes.read_text()
    assert "# Mine.\n" in after
    assert "# by hand" in after
    assert after.replace("# Mine.\n", "").replace(" # by hand", "") == text
    assert "minutes: 03 stands at" in result.stderr


def test_of_words_in_several_places_those_that_are_all_of_a_line_are_meant(minutes: Path) -> None:
    folder = minutes.parents[2]
    (folder / "club.txt").write_text("The Club\n\nThe Club met.\n", encoding="utf-8")
    done("source", "add", "club.txt", "--language", "en")
    source = folder / "data/club/source.ttl"
    text = source.read_text()
    bare = re.sub(r"    scog:(char(Start|End)|nonBlankLength|textSha256|standsIn) [^;]*;\n", "", text)
    assert bare != text
    source.write_text(bare)
    done("source", "fix", "club")
    assert source.read_text() == text


def test_several_passages_are_read_with_others_at_once(minutes: Path) -> None:
    done("source", "read-with", "minutes", "02-03", "01")
    at_once = minutes.read_text()
    assert at_once.count("scog:isReadWith <https://example.org/r/source/minutes/passage/01>") == 2
    done("source", "read-with", "minutes", "02,3")
    assert "isReadWith" not in minutes.read_text()
    for number in ("02", "03"):
        done("source", "read-with", "minutes", number, "01")
    assert minutes.read_text() == at_once


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'textStart "All came. They"',
            'textStart "Nobody came."',
            "data/minutes/source.ttl: 03: 'Nobody came.' … 'mill, and voted.' does not stand in the text",
        ),
        ("charStart 24", "charStart 25", ""),
        ("charEnd 67", "charEnd 6", ""),
        ("nonBlankLength 34", "nonBlankLength 3", ""),
        ("charLength", "charLength 1 ; scog:charLength", None),
    ],
)
def test_numbers_that_are_wrong_are_made_again(old: str, new: str, said: str | None, minutes: Path) -> None:
    text = minutes.read_text()
    assert text.count(old) == 1, text
    minutes.write_text(text.replace(old, new))
    result = run("source", "fix", "minutes")
    if said:
        assert result.exit_code == 2
        assert said in result.stderr
        assert "no one place in the text of minutes: 1 passage; nothing is written" in result.stderr
        assert minutes.read_text() == text.replace(old, new)
    else:
        assert result.exit_code == 0, result.output
        assert minutes.read_text() == text or said is None


def test_line_ends_marks_and_comments_stay(minutes: Path) -> None:
    text = "\ufeff# Mine, above.\n" + minutes.read_text().replace("\n\n<", "\n\n# About it.\n<")
    data = text.replace("\n", "\r\n").encode()
    minutes.write_bytes(data)
    done("source", "split", "minutes", "02", "--at", "The next")
    after = minutes.read_bytes().decode()
    assert after.startswith("\ufeff# Mine, above.\r\n")
    assert after.count("\n") == after.count("\r\n")
    assert after.count("# About it.") == text.count("# About it.")
    minutes.write_bytes(data)
    done("source", "read-with", "minutes", "02", "01")
    assert minutes.read_bytes().count(b"\r\n") == data.count(b"\r\n") + 1


# Pages that are none


def _bomb() -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"\0" * (1 << 20))
    return target.getvalue()


PAGES = {
    "empty": (b"", "page.txt", "no text"),
    "blank": (b" \n \n", "page.txt", "no text"),
    "no visible text": (b"<html><script>x</script></html>", "page.html", "text"),
    "a scan": (pdf(PdfPage(has_picture=True)), "page.pdf", "picture"),
    "a password": (pdf(PdfPage().at(72, 100, "Words"), password="x"), "page.pdf", "password"),  # noqa: S106 -- of a test
    "no PDF": (b"text", "page.pdf", "PDF"),
    "damaged PDF": (b"%PDF-1.7 nothing", "page.pdf", "PDF"),
    "an archive": (_bomb(), "page.txt", "ZIP"),
    "compressed": (gzip.compress(b"\0" * 1000), "page.txt", "gzip"),
    "a picture": (b"\x89PNG\r\n", "page.txt", "picture"),
    "NUL": (b"a\0b", "page.txt", "NUL"),
}


@pytest.mark.parametrize("case", PAGES)
def test_what_is_no_page_is_told_and_nothing_is_made(case: str, project: Path) -> None:
    data, name, said = PAGES[case]
    (project / name).write_bytes(data)
    result = run("source", "add", name)
    assert result.exit_code == 3, result.output
    assert said in result.stderr
    assert name in result.stderr
    assert "\nhint: " in result.stderr
    assert not (project / "data/page").exists()
    assert not (project / "texts").exists()


LARGE = {
    "a ZIP file": (bombs.large_zip, "page.html", "the file is a ZIP archive"),
    "a gzip file": (bombs.large_gzip, "page.html", "the file is compressed with gzip"),
    "a PDF": (bombs.large_pdf, "page.pdf", "bound: source-memory, 1,024 MiB"),
}


@pytest.mark.parametrize("command", ["add", "update"])
@pytest.mark.parametrize("case", LARGE)
def test_a_file_that_expands_to_gigabytes_is_refused(case: str, command: str, minutes: Path, project: Path) -> None:
    """Two megabytes that are four gigabytes: neither the command nor the process that reads for it holds them."""
    make, name, said = LARGE[case]
    (project / name).write_bytes(make(4000))
    before = _state(project)
    words = ["source", command, *(["minutes"] if command == "update" else []), name]
    with (project.parent / "said").open("wb") as said_to:
        running = subprocess.Popen([sys.executable, "-m", "scograph", *words], cwd=project, stderr=said_to)
        _, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    assert running.returncode == 3
    assert said in (project.parent / "said").read_text("utf-8")
    assert used.ru_maxrss < 1400 << 10, "KiB"
    assert _state(project) == before
    assert minutes.is_file()


def test_a_file_beyond_the_bound_is_not_read_on(project: Path) -> None:
    with (project / "large.txt").open("wb") as file:
        file.truncate(100 << 20)
    result = run("source", "add", "large.txt")
    assert (result.exit_code, "bound: source-size" in result.stderr) == (3, True), result.output
    assert run("source", "add", "nowhere.txt").exit_code == 3
    assert run("source", "add", "data").exit_code == 3


WRONG = {
    "a name that exists": (("--name", "notes"), "there is a source notes already"),
    "a name that is none": (("--name", "../x"), "cannot be used"),
    "a date": (("--published", "May 2026"), "is no date"),
    "a language": (("--language", "english language"), "is no language tag"),
    "the name of a language": (("--language", "english"), "is no language tag"),
    "a locale": (("--language", "en_GB"), "is no language tag"),
    "an address": (("--url", "example.org"), "is no web address"),
    "a password": (("--archived", "https://me:secret@example.org/"), "is no web address"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_said_of_a_source_is_refused(case: str, project: Path) -> None:
    (project / "page.txt").write_text(TEXT)
    arguments, said = WRONG[case]
    result = run("source", "add", "page.txt", *arguments)
    assert result.exit_code == 2, result.output
    assert said in result.stderr
    assert "secret" not in result.stderr or "--archived" in arguments
    assert not (project / "data/page").exists()


def test_a_text_that_is_not_at_hand_is_told(minutes: Path, project: Path) -> None:
    before = minutes.read_bytes()
    shutil.rmtree(project / "texts")
    for arguments in (("show", "minutes"), ("split", "minutes", "02", "--at", "The next"), ("fix", "minutes")):
        result = run("source", *arguments)
        assert result.exit_code == (0 if arguments[0] == "show" else 2)
        assert "put it anywhere below texts/" in result.stderr
    assert "its text is not at hand" in done("source", "list").stdout
    (project / "texts").mkdir()
    (project / "texts/any name.md").write_text(TEXT)
    done("source", "show", "minutes")
    assert minutes.read_bytes() == before


# Addresses


class _Site(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        if self.path == "/loop":
            self.send_response(302)
            self.send_header("Location", "/loop")
            self.end_headers()
        elif self.path == "/page":
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write("<html lang=en><title>Ünder</title><h1>Ünder</h1><p>Words.</p></html>".encode())
        elif self.path == "/drip":
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.end_headers()
            with suppress(OSError):
                while True:
                    self.wfile.write(b"w")
                    time.sleep(1)
        elif self.path == "/endless":
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b"word " * 20000)
            except OSError:
                pass
        else:
            self.send_error(404)


@contextmanager
def _site() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


FAILING = {
    "/nothing": "404",
    "/loop": "redirects more than",
    "/endless": "source-size",
    "/drip": "no complete answer within 3 seconds",
}


def test_a_page_is_fetched_where_an_address_is_given(project: Path) -> None:
    with _site() as site:
        assert "private" in run("source", "add", f"{site}/page").stderr
        done("source", "add", f"{site}/page", "--private", "--name", "page", "--url", "https://example.org/page")
        for path, said in FAILING.items():
            for words in (["add", f"{site}{path}", "--name", "other"], ["update", "page", f"{site}{path}"]):
                bounds = ("--bound", "source-size=1", "--bound", "source-wait=3")
                result = run(*bounds, "source", *words, "--private")
                run("--bound", "source-size=64", "--bound", "source-wait=60", "source", "list")
                assert result.exit_code == 4, result.output
                assert said in result.stderr
    text = (project / "data/page/source.ttl").read_text()
    assert 'dcterms:title "Ünder"@en' in text
    assert 'scog:sourceUrl "https://example.org/page"^^xsd:anyURI' in text
    assert "scog:retrievedFrom" in text
    assert not (project / "data/other").exists()


# kill -9, and two at once


def _state(folder: Path) -> dict[str, bytes]:
    names = (path for path in folder.rglob("*") if path.is_file() and "/.scograph-" not in path.as_posix())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in names}


KILLED = {
    "add": (("source", "add", "../other.txt"), 0),
    "split": (("source", "split", "minutes", "02", "--at", "The next"), 0),
    "join with facts": (("source", "join", "minutes", "02", "03"), 2),
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("case", KILLED)
def test_a_command_that_is_killed_loses_nothing(case: str, minutes: Path, project: Path, tmp_path: Path) -> None:
    """After kill -9 at any call that writes, the same command, or the next one, leaves what one whole run leaves."""
    arguments, facts = KILLED[case]
    (project.parent / "other.txt").write_text("Other\n")
    for number in range(facts):
        (minutes.parent / f"03-fact-{number}.ttl").write_text(f"# {number}\n")
    shutil.copytree(project, tmp_path / "whole")
    whole = run_faulty(*arguments, cwd=tmp_path / "whole")
    assert whole.code == 0, whole.err
    expected, before = _state(tmp_path / "whole"), _state(project)
    count = len(whole.calls)
    points = sorted({*range(0, count, max(1, count // MAX_POINTS)), count - 1})
    assert len(points) >= 5
    for at in points:
        folder = tmp_path / f"killed-{at}"
        shutil.copytree(project, folder)
        run_faulty(*arguments, cwd=folder, fault=Fault(at, kill=True))
        lost = [
            path for path, data in before.items() if path not in _state(folder) and data not in _state(folder).values()
        ]
        assert lost == [], at
        if _state(folder) != expected:
            again = run_faulty(*arguments, cwd=folder)
            assert not (folder / JOURNAL).exists(), at
            if again.code == 0:  # else the edit of several files was finished, and cannot be made twice
                assert leftovers(folder) == [], at
        assert _state(folder) == expected, at


def test_two_commands_at_once_wait_for_each_other(minutes: Path, project: Path) -> None:
    words = ("The next meeting is in", "They spoke", "open to all")
    numbers = ("02", "03", "04")
    ended: list[int] = []

    def split(number: str, at: str) -> None:
        ended.append(run_faulty("source", "split", "minutes", number, "--at", at, cwd=project).code)

    threads = [threading.Thread(target=split, args=pair) for pair in zip(numbers, words, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ended == [0, 0, 0]
    assert sum(name.startswith("passage/") for name in passages()) == 8
    assert minutes.is_file()


def test_examples_of_the_modules() -> None:
    results = [doctest.testmod(module) for module in (adding, document, language_tags, locating, proposing)]
    assert [result.failed for result in results] == [0] * 5
    assert sum(result.attempted for result in results) >= 6
