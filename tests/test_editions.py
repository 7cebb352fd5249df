"""A document whose text changed: what `check`, `diff`, `release`, `why` and the pages say of its editions."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import Literal, NamedNode, Triple

from scograph import Project, terms
from scograph.checks.run import CheckRun
from scograph.checks.source_texts import coverage, newest_texts, source_texts
from scograph.checks.sources import check_sources
from scograph.cli import cli
from scograph.edit.turtle_edits import edited_turtle
from scograph.links import passage_urls

HERE = Path(__file__).parent
SMALL = HERE / "projects" / "small"
SOURCE = "data/notes/source.ttl"
NOTES = "https://example.org/chess/source/notes"
OLD = NamedNode(f"{NOTES}/edition/a6f5dfa1a0ab")
DAY = Literal("2026-11-30", datatype=terms.DATE)


def scograph(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, arguments, prog_name="scograph")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def part(name: str) -> NamedNode:
    return NamedNode(f"{NOTES}/{name}")


def scog(name: str) -> NamedNode:
    return NamedNode(terms.SCOG + name)


def number(value: int) -> Literal:
    return Literal(str(value), datatype=terms.INTEGER)


def three_edits(project: Path) -> bytes:
    """Edit three sentences of the text and bring the project up to date, as `source update` does.

    The title gets a word, which is a passage that was edited and still says its facts; the line on second place is
    taken out; and a space more stands before the last lines, so that all numbers behind the title change.

    Returns:
        The new text.
    """
    old = (project / "text.txt").read_bytes().decode()
    text = old.replace("Millbrook Chess Club\n", "The Millbrook Chess Club\n", 1).replace(
        "Bo Berg came second.\n", "", 1
    )
    text = text.replace("Zoë Lind", " Zoë Lind", 1)
    assert len(text) == len(old) + 4 - 21 + 1
    new = NamedNode(f"{NOTES}/edition/{hashlib.sha256(text.encode()).hexdigest()[:12]}")
    path = project / SOURCE
    graph = Project.open(project).load()
    source = next(s for s in graph.sources if s.document.value == NOTES)
    said = {(t.subject, t.predicate): t.object for t in source.parsed.triples}
    removed, added = [], []
    for subject in [subject for subject, predicate in said if predicate == terms.CHAR_START]:
        start, end = (int(said[subject, p].value) for p in (terms.CHAR_START, terms.CHAR_END))
        if subject == part("passage/06"):
            added.append(Triple(subject, terms.IS_GONE_FROM, new))
            continue
        if subject == part("passage/01"):
            added.append(Triple(subject, terms.IS_GONE_FROM, new))
            continue
        shift = text.index(old[start:end]) - start
        for place, value in ((terms.CHAR_START, start), (terms.CHAR_END, end)):
            removed.append(Triple(subject, place, number(value)))
            added.append(Triple(subject, place, number(value + shift)))
        removed.append(Triple(subject, terms.IS_PLACED_IN, OLD))
        added += [Triple(subject, terms.IS_PLACED_IN, new), Triple(subject, terms.STANDS_IN, new)]
    words = "The Millbrook Chess Club"
    added += [
        *(
            Triple(part("passage/07"), p, o)
            for p, o in (
                (terms.TYPE, terms.PASSAGE),
                (terms.IS_PASSAGE_OF, NamedNode(NOTES)),
                (terms.IS_PLACED_IN, new),
                (terms.STANDS_IN, new),
                (terms.IS_REVISION_OF, part("passage/01")),
                (terms.CHAR_START, number(0)),
                (terms.CHAR_END, number(24)),
                (terms.NON_BLANK_LENGTH, number(21)),
                (terms.TEXT_SHA256, Literal(hashlib.sha256(words.encode()).hexdigest())),
                (terms.TEXT_START, Literal(words)),
                (terms.TEXT_END, Literal(words)),
            )
        ),
        *(
            Triple(new, p, o)
            for p, o in (
                (terms.TYPE, terms.EDITION),
                (terms.IS_EDITION_OF, NamedNode(NOTES)),
                (terms.FOLLOWS, OLD),
                (terms.HAS_EXTENT, NamedNode(terms.EXTENT + "whole")),
                (terms.RETRIEVED_ON, DAY),
                (terms.SHA256, Literal(hashlib.sha256(text.encode()).hexdigest())),
                (terms.CHAR_LENGTH, number(len(text))),
                (terms.NON_BLANK_LENGTH, number(sum(not c.isspace() for c in text))),
            )
        ),
        Triple(NamedNode(NOTES), terms.HAS_NEWEST_EDITION, new),
    ]
    removed.append(Triple(NamedNode(NOTES), terms.HAS_NEWEST_EDITION, OLD))
    path.write_bytes(edited_turtle(path.read_bytes(), removed, added, path=SOURCE))
    for file in (project / "data/notes").glob("01-*"):
        file.rename(file.with_name(file.name.replace("01-", "07-", 1)))
    (project / "new.txt").write_text(text, encoding="utf-8", newline="")
    return text.encode()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(SMALL, tmp_path / "small")
    monkeypatch.chdir(tmp_path / "small")
    return tmp_path / "small"


def test_the_project_of_a_changed_text_conforms_and_is_verified_against_both_editions(project: Path) -> None:
    three_edits(project)
    code, out, _ = scograph("check", "--source-text", "new.txt", "--source-text", "text.txt", "--all")
    assert code == 0
    codes = re.findall(r"^\S+: (\w+ \w+) ", out, re.MULTILINE)
    assert set(codes) == set(), "the facts were moved by hand, so that nothing was carried over unread"


def test_coverage_is_that_of_the_newest_edition(project: Path) -> None:
    text = three_edits(project).decode()
    graph = Project.open(project).load()
    texts = source_texts(graph)
    assert [one.is_newest for one in texts] == [True, False]
    assert newest_texts(texts) == texts[:1]
    characters = sum(not character.isspace() for character in text)
    assert coverage(texts) == (characters, characters)
    assert list(check_sources(CheckRun(graph))) == [], "a passage that is gone needs no claim"


def test_a_change_of_offsets_alone_is_one_line(project: Path, tmp_path: Path) -> None:
    shutil.copytree(project, tmp_path / "before")
    path = project / SOURCE
    path.write_text(path.read_text().replace("charStart 147", "charStart 148"))
    code, out, err = scograph("diff", str(tmp_path / "before"), str(project))
    assert code == 0, err
    assert out.splitlines() == [
        "Notes of the club: numbers of 1 passage",
        "no fact changed; 1 document described otherwise",
    ]


def test_three_edits_are_released_and_told_in_three_lines(project: Path, tmp_path: Path) -> None:
    assert scograph("release", "1.0.0", ".", "-o", str(tmp_path / "releases"))[0] == 0
    three_edits(project)
    code, _, err = scograph("release", "1.1.0", ".", "-o", str(tmp_path / "releases"))
    assert code == 0, err
    changelog = (tmp_path / "releases/1.1.0/changelog.md").read_text(encoding="utf-8")
    told = [line for line in changelog.splitlines()[1:] if line]
    assert len(told) <= 3
    assert re.fullmatch(
        r"- Notes of the club: 1 new edition, 1 passage edited, 1 passage gone, \d+ facts? carried over",
        told[-1],
    )
    changes = json.loads((tmp_path / "releases/1.1.0/changes.json").read_text(encoding="utf-8"))
    assert changes["entities"] == []
    assert len(changes["documents"]) == 1
    assert scograph("verify", str(tmp_path / "releases/1.1.0"))[0] == 0


def test_a_fact_that_is_superseded_is_told_as_removed(project: Path, tmp_path: Path) -> None:
    shutil.copytree(project, tmp_path / "before")
    three_edits(project)
    (file,) = (project / "data/notes").glob("02-*")
    file.rename(file.with_name(f"{file.stem}.superseded.ttl"))
    code, out, err = scograph("diff", str(tmp_path / "before"), str(project))
    assert code == 0, err
    assert any(line.startswith("  - ") for line in out.splitlines())
    assert "scog:charStart" not in out
    assert scograph("check")[0] == 0


def test_the_address_of_a_passage_that_is_gone_is_that_of_the_archived_edition(project: Path) -> None:
    three_edits(project)
    triples = next(s for s in Project.open(project).load().sources if s.document.value == NOTES).parsed.triples
    urls = {t.subject: t.object for t in passage_urls(triples)}
    assert part("passage/06") not in urls
    archived = Triple(OLD, terms.ARCHIVED_URL, Literal("https://archive.example/notes", datatype=terms.ANY_URI))
    urls = {t.subject: t.object for t in passage_urls([*triples, archived])}
    assert urls[part("passage/06")].value == "https://archive.example/notes#:~:text=Bo%20Berg%20came%20second."
    assert urls[part("passage/02")].value.startswith("https://example.org/club/notes#:~:text=")


def test_why_and_its_json_say_that_the_source_no_longer_has_the_words(project: Path) -> None:
    three_edits(project)
    code, out, _ = scograph("why", "https://example.org/chess/id/player/bo-berg", "rdfs:label")
    assert code == 0
    assert "characters 147 to 167, no longer in the source\n" in out
    (reason,) = json.loads(
        scograph("why", "https://example.org/chess/id/player/bo-berg", "rdfs:label", "-f", "json")[1]
    )
    assert reason["supports"][0]["gone"] is True
    assert "no longer" not in scograph("why", "https://example.org/chess/id/player/zoe-lind", "rdfs:label")[1]


def test_pages_list_editions_and_mark_what_is_gone(project: Path, tmp_path: Path) -> None:
    three_edits(project)
    code, _, err = scograph("build", ".", "-o", str(tmp_path / "dist"), "--source-text", "new.txt")
    assert code == 0, err
    page = (tmp_path / "dist/source/notes.html").read_text(encoding="utf-8")
    (table,) = re.findall(r'<h2 id="editions">.*?</table>', page, re.DOTALL)
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in table.split("<tr>")[2:]]
    counts = [[re.sub("<[^>]+>", "", cell) for cell in row][3:] for row in rows]
    assert counts == [["5", "1", "2"], ["6", "0", "0"]]
    assert "100" in page, "the coverage is drawn"
    gone = (tmp_path / "dist/source/notes/passage/06.html").read_text(encoding="utf-8")
    stands = (tmp_path / "dist/source/notes/passage/02.html").read_text(encoding="utf-8")
    assert ("no longer in the source" in gone, "no longer in the source" in stands) == (True, False)
    assert stands.count('/edition/a6f5dfa1a0ab.html">a6f5dfa1a0ab</a>') == 1
    player = (tmp_path / "dist/id/player/bo-berg.html").read_text(encoding="utf-8")
    assert "no longer in the source" in player
    rows = (tmp_path / "dist/id/player/bo-berg.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0].endswith(",link,gone")
    assert {row.rpartition(",")[2] for row in rows[1:] if "passage/06" in row} == {"true"}


@pytest.mark.parametrize("basis", ["superseded", "denied"])
def test_a_fact_of_the_new_bases_is_on_record_everywhere_and_asserted_nowhere(
    basis: str, project: Path, tmp_path: Path
) -> None:
    file = project / "data/notes/02-meetings.ttl"
    file.rename(file.with_name(f"02-meetings.{basis}.ttl"))
    code, out, _ = scograph("check")
    assert (code, out) == (0, "")
    club = "https://example.org/chess/id/club/millbrook"
    why = scograph("why", club, "chess:meetingDay")[1]
    assert f"    {basis}: Notes of the club" in why
    assert "(on record, not asserted)" in why
    assert scograph("build", ".", "-o", str(tmp_path / "dist"))[0] == 0
    facts = (tmp_path / "dist/chess.nt").read_text(encoding="utf-8")
    assert f"<{club}> <https://example.org/chess/ontology#meetingDay>" not in facts
    assert f"<https://w3id.org/scograph/concept/basis/{basis}>" in facts
    page = (tmp_path / "dist/source/notes/passage/02.html").read_text(encoding="utf-8")
    assert 'class="record"' in page


OTHER_DAY = "@prefix chess: <https://example.org/chess/ontology#> .\n\n<{}>\n    chess:meetingDay {} .\n"
CLUB = "https://example.org/chess/id/club/millbrook"


@pytest.mark.parametrize(
    ("basis", "passage", "shown"),
    [
        (
            "superseded",
            "06",
            {
                "why": "    until 2026-11-30 this source said: ",
                "": "until 30 November 2026 this source said: ",
                "ru/": "до 30 ноября 2026 года этот источник сообщал: ",
                "zh/": "2026年11月30日之前本来源的说法：",
            },
        ),
        ("superseded", "05", {"why": "    earlier this source said: ", "": "earlier this source said: "}),
        ("contradicted", "06", {"why": "    against: ", "": "Another source says: "}),
        ("denied", "06", {}),
    ],
)
def test_what_a_source_said_once_is_told_as_that(
    basis: str, passage: str, shown: dict[str, str], project: Path, tmp_path: Path
) -> None:
    three_edits(project)
    folder = project / "data/notes"
    fact = next(t for t in Project.open(project).load().facts if t.predicate.value.endswith("#meetingDay"))
    value = f'"Sunday"@{fact.object.language}' if fact.object.language else '"Sunday"'
    (folder / f"{passage}-day.{basis}.ttl").write_text(OTHER_DAY.format(CLUB, value), encoding="utf-8")
    why = scograph("why", CLUB, "chess:meetingDay", fact.object.value)[1]
    assert scograph("build", ".", "-o", str(tmp_path / "dist"))[0] == 0
    pages = {place: (tmp_path / f"dist/{place}id/club/millbrook.html") for place in ("", "ru/", "zh/")}
    said = {"why": why} | {place: page.read_text(encoding="utf-8") for place, page in pages.items() if page.exists()}
    for place, words in shown.items():
        if place in said:
            assert words in said[place]
    assert ("Sunday" in why) is bool(shown), "what a source denies is not what it says"
    assert "" in said
    all_ways = ("until ", "earlier ", "against: ", "Another source says")
    assert any(way in why for way in all_ways) is bool(shown)
    assert basis == "contradicted" or "Another source says" not in said[""]


def test_pages_tell_readings_what_is_gone_and_what_was_edited(project: Path, tmp_path: Path) -> None:
    three_edits(project)
    path = project / SOURCE
    graph = Project.open(project).load()
    claim = next(claim for claim in graph.claims if claim.passage == part("passage/07"))
    reading = part("reading/1")
    said = (
        (terms.TYPE, terms.READING),
        (terms.COVERS, claim.iri),
        (scog("reader"), Literal("ab")),
        (scog("readOn"), DAY),
        (scog("hasReadingDepth"), NamedNode("https://w3id.org/scograph/concept/reading-depth/whole")),
        (NamedNode(terms.SKOS + "note"), Literal("The article is new.", language="en")),
    )
    added = [
        *(Triple(reading, p, o) for p, o in said),
        Triple(part("passage/06"), terms.QUOTATION, Literal("Bo Berg came second.", language="en")),
    ]
    path.write_bytes(edited_turtle(path.read_bytes(), [], added, path=SOURCE))
    settings = project / "scograph.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + '\n[readers]\nab = "person"\n', encoding="utf-8")
    code, out, err = scograph("build", ".", "-o", str(tmp_path / "dist"))
    assert code == 0, out + err
    page = (tmp_path / "dist/source/notes.html").read_text(encoding="utf-8")
    rows = {name: re.search(rf'<section aria-labelledby="{name}">.*?</section>', page, re.DOTALL) for name in _PARTS}
    shown = {name: re.sub(r"<[^>]+>", " ", found[0]) if found else "" for name, found in rows.items()}
    assert not re.search(r"passage/0[16]\.html", rows["passages"][0] if rows["passages"] else "")
    assert "passage/07.html" in (rows["passages"][0] if rows["passages"] else "")
    assert "Edition a6f5dfa1a0ab" in shown["gone"]
    assert "Bo Berg came second." in shown["gone"]
    assert "characters" not in shown["gone"], "offsets in an older edition stand beside no current ones"
    assert all(word in shown["readings"] for word in ("ab", "30 November 2026", "07: ", "The article is new."))
    edited = (tmp_path / "dist/source/notes/passage/07.html").read_text(encoding="utf-8")
    assert re.search(r'The words were edited; before: <a href="[^"]*passage/01\.html">Passage 01</a> <q>', edited)
    assert "<td><bdi>ab</bdi> · " in edited
    assert "Open the document at this passage" in edited
    gone = (tmp_path / "dist/source/notes/passage/06.html").read_text(encoding="utf-8")
    assert "Open the document at this passage" not in gone
    assert "Read by" not in gone, "nobody read it"


def test_the_page_of_a_document_tells_passages_without_facts_apart(project: Path, tmp_path: Path) -> None:
    (project / "data/notes/02-meetings.ttl").unlink()
    assert scograph("build", ".", "-o", str(tmp_path / "dist"))[0] == 0
    page = (tmp_path / "dist/source/notes.html").read_text(encoding="utf-8")
    assert "120 of 157 characters that are not blank lie in a passage that facts cite, or in a span left out" in page
    assert "; 37 lie in passages without facts" in page


_PARTS = ("passages", "gone", "readings")


def test_a_build_says_that_it_checked_without_the_texts_of_the_archive(project: Path, tmp_path: Path) -> None:
    text = (project / "text.txt").read_bytes()
    arguments = ("build", ".", "--no-site", "-o", str(tmp_path / "dist"))
    assert "checked without" not in "".join(scograph(*arguments)[1:])
    folder = project / "texts" / "notes"
    folder.mkdir(parents=True)
    (folder / f"{hashlib.sha256(text).hexdigest()[:12]}.txt").write_bytes(text)
    assert "checked without 1 text of texts/: `scograph check` reads them" in "".join(scograph(*arguments)[1:])
    given = scograph(*arguments, "--source-text", "text.txt")
    assert "checked without" not in "".join(given[1:])
