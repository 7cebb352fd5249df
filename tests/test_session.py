"""Sessions: after each edit the report is that of a check of everything, and only what depends on the edit has run."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

import edit_cases
from edit_cases import Token, triples
from scograph import Project
from scograph.checks.run import CheckOptions
from scograph.checks.session import Session
from scograph.checks.shacl.kept import KeptValidation
from scograph.checks.shacl.rewriting import predicates_read
from scograph.checks.shacl.validation import run_validation
from scograph.cli import cli
from scograph.errors import RdfSyntaxError
from scograph.graph import Graph
from scograph.terms import RDF

SMALL = Path(__file__).parent / "projects" / "small"
HEAD = """@prefix : <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SHAPE = ":S a sh:NodeShape ; "
PEOPLE = "".join(f":x{number} a :Person ; :name 'x' ; :knows :x{number} . " for number in range(50))

TRAPS = {
    "an inverse path": (
        f"{SHAPE} sh:targetClass :Person ; sh:property [ sh:path [ sh:inversePath :knows ] ; sh:minCount 1 ] .",
        f":a a :Person . :b :knows :a . {PEOPLE}",
        f":a a :Person . {PEOPLE}",
        1,
    ),
    "objects of a property": (
        f"{SHAPE} sh:targetObjectsOf :likes ; sh:property [ sh:path :name ; sh:minCount 1 ] .",
        f":b :knows :a . {PEOPLE}",
        f":b :likes :a . {PEOPLE}",
        1,
    ),
    "a sequence": (
        f"{SHAPE} sh:targetClass :Person ; sh:property [ sh:path ( :knows :boss :name ) ; sh:minLength 2 ] .",
        f":a a :Person ; :knows :b . :b :boss :c . :c :name 'cc' . {PEOPLE}",
        f":a a :Person ; :knows :b . :b :boss :c . :c :name 'c' . {PEOPLE}",
        1,
    ),
    "an alternative and a repetition": (
        (
            f"{SHAPE} sh:targetClass :Person ; sh:property [ "
            "sh:path ( [ sh:oneOrMorePath :under ] [ sh:alternativePath ( :p :q ) ] ) ; sh:class :C ] ."
        ),
        f":a a :Person ; :under :b . :b :under :c . :c :p :d . :d a :C . {PEOPLE}",
        f":a a :Person ; :under :b . :b :under :c . :c :p :d , :e . :d a :C . {PEOPLE}",
        1,
    ),
    "a shape of another node": (
        (
            f"{SHAPE} sh:targetClass :Person ; sh:property [ sh:path :address ; sh:node :T ] ."
            ":T a sh:NodeShape ; sh:property [ sh:path :street ; sh:minCount 1 ] ."
        ),
        f":a a :Person ; :address :b . :b :street 's' . {PEOPLE}",
        f":a a :Person ; :address :b . {PEOPLE}",
        1,
    ),
    "a shape that must not be met": (
        (
            f"{SHAPE} sh:targetClass :Person ; "
            "sh:not [ sh:property [ sh:path :boss ; sh:minCount 1 ; sh:class :Person ] ] ."
        ),
        f":a a :Person ; :boss :b . {PEOPLE}",
        f":a a :Person ; :boss :b . :b a :Person . {PEOPLE}",
        2,
    ),
    "values counted by a shape": (
        (
            f"{SHAPE} sh:targetClass :Person ; sh:property [ sh:path :owns ; sh:qualifiedMinCount 1 ; "
            "sh:qualifiedValueShape [ sh:property [ sh:path :wheels ; sh:minCount 1 ] ] ] ."
        ),
        f":a a :Person ; :owns :b . :b :wheels 4 . {PEOPLE}",
        f":a a :Person ; :owns :b . {PEOPLE}",
        1,
    ),
    "a class above": (
        f"{SHAPE} sh:targetClass :Agent ; sh:property [ sh:path :email ; sh:minCount 1 ] .",
        f":a a :Company . :Other rdfs:subClassOf :Agent . {PEOPLE}",
        f":a a :Company . :Other rdfs:subClassOf :Agent . :Company rdfs:subClassOf :Other . {PEOPLE}",
        1,
    ),
    "a class of values": (
        f"{SHAPE} sh:targetClass :Person ; sh:property [ sh:path :boss ; sh:class :Agent ] .",
        f":a a :Person ; :boss :b . :b a :Company . :Company rdfs:subClassOf :Agent . {PEOPLE}",
        f":a a :Person ; :boss :b . :b a :Company . {PEOPLE}",
        1,
    ),
    "equals": (
        f"{SHAPE} sh:targetClass :Person ; sh:property [ sh:path :name ; sh:equals :title ] .",
        ":a a :Person ; :name 'a' ; :title 'a' . :b a :Person .",
        ":a a :Person ; :name 'a' ; :title 'b' . :b a :Person .",
        1,
    ),
    "disjoint": (
        f"{SHAPE} sh:targetClass :Person ; sh:property [ sh:path :name ; sh:disjoint :title ] .",
        f":a a :Person ; :name 'a' . {PEOPLE}",
        f":a a :Person ; :name 'a' ; :title 'a' . {PEOPLE}",
        1,
    ),
    "lessThan": (
        f"{SHAPE} sh:targetClass :Person ; sh:property [ sh:path :born ; sh:lessThan :died ] .",
        f":a a :Person ; :born 1 ; :died 2 . {PEOPLE}",
        f":a a :Person ; :born 1 ; :died 2 , 0 . {PEOPLE}",
        1,
    ),
    "uniqueLang": (
        f"{SHAPE} sh:targetClass :Person ; sh:property [ sh:path :label ; sh:uniqueLang true ] .",
        f":a a :Person ; :label 'a'@en . {PEOPLE}",
        f":a a :Person ; :label 'a'@en , 'b'@en . {PEOPLE}",
        1,
    ),
    "closed": (
        f"{SHAPE} sh:targetClass :Person ; sh:closed true ; sh:ignoredProperties ( rdf:type :name :knows ) .",
        f":a a :Person . {PEOPLE}",
        f":a a :Person ; :new 1 . {PEOPLE}",
        1,
    ),
    "a list": (
        f"{SHAPE} sh:targetClass :Person ; sh:property [ sh:path :items ; sh:memberShape [ sh:class :C ] ] .",
        (
            f":a a :Person ; :items :l . :l rdf:first :b ; rdf:rest :m . :m rdf:first :c ; rdf:rest rdf:nil ."
            f":b a :C . :c a :C . {PEOPLE}"
        ),
        (
            f":a a :Person ; :items :l . :l rdf:first :b ; rdf:rest :m . :m rdf:first :c ; rdf:rest rdf:nil ."
            f":b a :C . {PEOPLE}"
        ),
        1,
    ),
    "a blank node": (
        f"{SHAPE} sh:targetClass :Person ; sh:property [ sh:path ( :address :street ) ; sh:minCount 1 ] .",
        f":a a :Person ; :address _:b . _:b :street 's' . {PEOPLE}",
        f":a a :Person ; :address _:b . {PEOPLE}",
        1,
    ),
    "a deletion": (
        f"{SHAPE} sh:targetClass :Person ; sh:property [ sh:path :name ; sh:minCount 1 ] .",
        f":a a :Person ; :name 'a' . {PEOPLE}",
        f":a a :Person . {PEOPLE}",
        1,
    ),
}
"""For each: shapes, data before, data after, and how many pairs of constraint and focus node depend on the edit."""


def test_each_trap_is_listed() -> None:
    assert len(TRAPS) == 17


def changed(before: list[Token], after: list[Token]) -> tuple[list[Token], list[Token]]:
    return [one for one in after if one not in before], [one for one in before if one not in after]


@pytest.mark.parametrize("name", TRAPS)
def test_an_edit_runs_what_depends_on_it_and_no_more(name: str) -> None:
    shapes, before, after, pairs = TRAPS[name]
    held_to = triples(HEAD + shapes)
    old, new = triples(HEAD + before), triples(HEAD + after)
    kept = KeptValidation(edit_cases.index(old), edit_cases.index(held_to))
    first = kept.validation
    found = kept.change(*changed(old, new))
    assert edit_cases.said(found) == edit_cases.said(run_validation(edit_cases.index(new), edit_cases.index(held_to)))
    assert found.results != first.results
    assert (kept.effort.pairs, kept.effort.whole) == (pairs, 0)
    assert edit_cases.said(kept.change(*changed(new, old))) == edit_cases.said(first)


QUERY = (
    "@prefix ex: <http://example.org/> . :S a sh:NodeShape ; sh:targetClass :Person ; sh:sparql [ sh:select "
    "'SELECT $this WHERE { ?other <http://example.org/hates> $this }' ] ; sh:sparql [ sh:select "
    "'SELECT $this ?value WHERE { $this ?p ?value FILTER(?value = <http://example.org/bad>) }' ] ."
)


@pytest.mark.parametrize(
    ("added", "whole"),
    [(":z :hates :a .", 2), (":z :other :y .", 1), (":a :p :bad .", 1)],
    ids=["a predicate that it names", "another", "seen by the one that sees all"],
)
def test_a_query_runs_whole_where_a_predicate_that_it_names_changed(added: str, whole: int) -> None:
    held_to, old = triples(HEAD + QUERY), triples(HEAD + f":a a :Person . {PEOPLE}")
    new = [*old, *triples(HEAD + added)]
    kept = KeptValidation(edit_cases.index(old), edit_cases.index(held_to))
    found = kept.change(*changed(old, new))
    assert edit_cases.said(found) == edit_cases.said(run_validation(edit_cases.index(new), edit_cases.index(held_to)))
    assert kept.effort.whole == whole
    assert kept.effort.constraints == 2


def test_shapes_that_refer_to_themselves_run_whole_and_are_counted() -> None:
    shapes = (
        ":S a sh:NodeShape ; sh:targetClass :Person ; sh:property [ sh:path :knows ; sh:node :S ] ; sh:minLength 19 ."
    )
    held_to, old = triples(HEAD + shapes), triples(HEAD + PEOPLE)
    kept = KeptValidation(edit_cases.index(old), edit_cases.index(held_to))
    added = triples(HEAD + ":long-name-of-somebody a :Person .")
    found = kept.change(added, [])
    whole = run_validation(edit_cases.index([*old, *added]), edit_cases.index(held_to))
    assert edit_cases.said(found) == edit_cases.said(whole)
    assert kept.effort.whole == kept.effort.constraints == 2


def test_a_name_in_a_message_makes_messages_new() -> None:
    shapes = ":S a sh:NodeShape ; sh:targetClass :Person ; sh:property [ sh:path :boss ; sh:class <urn:x:Agent> ] ."
    held_to, old = triples(HEAD + shapes), triples(HEAD + ":a a :Person ; :boss :b .")
    kept = KeptValidation(edit_cases.index(old), edit_cases.index(held_to))
    found = kept.change(triples(HEAD + "<urn:x:Agent> rdfs:label 'agent'@en ."), [])
    assert "agent" in found.results[0].messages[0]


@pytest.mark.parametrize(
    ("query", "reads"),
    [
        ("SELECT * { ?x a ex:A ; ex:p ?y }", {f"{RDF}type ex:A", "ex:p"}),
        ("SELECT * { ?x a ?c . ?c ^ex:p ?y }", {f"{RDF}type", "ex:p"}),
        ("SELECT * { ?x a/rdfs:subClassOf* ex:A }", {f"{RDF}type", "rdfs:subClassOf"}),
        ("SELECT * { ?x a+ ex:A }", {f"{RDF}type"}),
        ("SELECT * { ?x ^a ex:A }", {f"{RDF}type"}),
        ("SELECT * { ?x ex:p* ex:A }", {"ex:p"}),
        ("SELECT * { ?x ex:p* ?y }", None),
        ("SELECT * { ?x ex:p?/ex:q* ?y }", None),
        ("SELECT * { ?x (ex:p*|ex:q) ?y }", None),
        ("SELECT * { ?x !ex:p ?y }", None),
        ("SELECT * { ?x ?p ?y }", None),
        ("SELECT * { GRAPH ?g { } }", None),
        ("SELECT * { GRAPH ?g { ?x ex:p 1 } }", {"ex:p"}),
        ("SELECT * { VALUES ?x { ex:A ex:B } ?x ex:p 'a'@en }", {"ex:p"}),
        ("SELECT * { ?x ex:p ?y MINUS { ?x ex:q ?y } }", {"ex:p", "ex:q"}),
        ("ASK { ?x ex:p ?y FILTER NOT EXISTS { ?y ex:r [ ex:s ?z ] } }", {"ex:p", "ex:r", "ex:s"}),
        ("CONSTRUCT { ?x ex:new ?y } WHERE { ?x ex:p ?y }", {"ex:new", "ex:p"}),
        ("DESCRIBE ex:A", None),
    ],
)
def test_what_a_query_reads_is_told(query: str, reads: set[str] | None) -> None:
    prefixes = {"ex": "ex:", "rdfs": "rdfs:"}
    assert predicates_read(query, prefixes) == reads


def test_random_edits_of_data_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scograph.bounded.can_fork", lambda: False)
    edits = pairs = 0
    for seed in range(100):
        made, evaluated, _ = edit_cases.sequence(Random(seed))  # noqa: S311 -- the same cases each time
        edits += made
        pairs += evaluated
    assert edits == 600
    assert pairs > 600


def test_random_edits_of_files_are_followed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("scograph.bounded.can_fork", lambda: False)
    edits = 0
    for seed in range(8):
        folder = tmp_path / str(seed)
        folder.mkdir()
        edits += edit_cases.project_sequence(folder, Random(seed))  # noqa: S311 -- the same cases each time
    assert edits == 40


# The files of a project.


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "small"))


def whole(folder: Path) -> tuple[object, ...]:
    return edit_cases.told(Project.open(folder).load().check())


def test_lines_above_move_the_place_of_a_finding(small: Path) -> None:
    session = Project.open(small).load().session()
    path = next((small / "data").rglob("0*.ttl"))
    name = path.relative_to(small).as_posix()
    broken = path.read_bytes() + b"<https://example.org/chess/id/x> a <https://example.org/chess/ontology#Nothing> .\n"
    first = session.apply({name: broken})
    second = session.apply({name: b"# one\n# two\n" + broken})
    places = [[one.place for one in report.findings if "Nothing" in one.message] for report in (first, second)]
    assert [place and place.line for place in places[1]] == [
        (place.line or 0) + 2 for place in places[0] if place is not None
    ]
    assert places[0]
    assert session.refresh() == Project.open(small).load().check()


def test_blank_nodes_above_rename_nothing(small: Path) -> None:
    session = Project.open(small).load().session()
    path = next((small / "data").rglob("0*.ttl"))
    name = path.relative_to(small).as_posix()
    thing = b"<https://example.org/chess/id/x> <https://example.org/chess/ontology#no> "
    two = path.read_bytes() + thing + b"[ a <urn:A> ] .\n" + thing + b"[ a <urn:B> ] .\n"
    session.apply({name: two})
    session.apply({name: thing + b"[ a <urn:C> ] .\n" + two})
    path.write_bytes(thing + b"[ a <urn:C> ] .\n" + two)
    assert edit_cases.told(session.report) == whole(small)
    assert edit_cases.told(session.refresh()) == whole(small)


def test_a_broken_file_is_told_and_the_session_goes_on(small: Path) -> None:
    session = Project.open(small).load().session()
    before = session.report
    name = next(path.relative_to(small).as_posix() for path in (small / "data").rglob("0*.ttl"))
    with pytest.raises(RdfSyntaxError) as broken:
        session.apply({name: b"<urn:a> <urn:b> ,"})
    assert [one.place.path for one in broken.value.findings if one.place] == [name]
    assert session.report is before
    with pytest.raises(RdfSyntaxError):  # another edit: the file is still broken
        session.apply({"data/other.ttl": None})
    assert session.refresh() == before


def test_settings_load_everything_again(small: Path) -> None:
    session = Project.open(small).load().session()
    settings = small / "scograph.toml"
    settings.write_text(
        settings.read_text("utf-8").replace("[project]", '[project]\nlanguages = ["en", "fi"]'), "utf-8"
    )
    assert edit_cases.told(session.refresh()) == whole(small)
    assert session.graph.project.settings.languages == ("en", "fi")


def test_a_watched_check_says_what_a_check_says(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = small / "data" / "notes" / "02-meetings.ttl"
    right = path.read_bytes()
    edits = (right + b"<urn:x> a <https://example.org/chess/ontology#No> .\n", b"<urn:a> <urn:b> ,", right)
    sessions = 0

    class CountedSession(Session):
        def __init__(self, graph: Graph, options: CheckOptions | None = None) -> None:
            nonlocal sessions
            sessions += 1
            super().__init__(graph, options)

    def watch(_: object, run: Callable[[], object]) -> None:
        run()
        for content in edits:
            path.write_bytes(content)
            run()

    monkeypatch.setattr("scograph.checks.session.Session", CountedSession)
    monkeypatch.setattr("scograph.cli.check.watch_files", watch)
    watched = CliRunner().invoke(cli, ["check", "--watch", str(small)])
    said = []
    for content in (right, *edits):
        path.write_bytes(content)
        said.append(CliRunner().invoke(cli, ["check", str(small)]).output)
    seconds = re.compile(r"[\d.]+ s$", re.MULTILINE)
    assert seconds.sub("", watched.output) == seconds.sub("", "".join(said))
    assert "chess/ontology#No" in watched.output
    assert sessions == 1
