"""Any data against any shapes, with no project: `scograph check DATA --shapes FILE` and `scograph.validate`."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import rdflib
from click.testing import CliRunner, Result
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse

import scograph
from scograph import terms
from scograph.cli import cli
from scograph.cli.watching import watch_files
from scograph.errors import RdfSyntaxError, UsageError

DATA = """@prefix ex: <http://ex.org/> .
ex:a a ex:Person ; ex:name "A" ; ex:age 5, 6 .
ex:b a ex:Person ; ex:knows [ ex:name 7 ] , [ ex:name 8 ; a ex:Dog ] ;
   ex:parent ex:a .
[] a ex:Person ; ex:name "x" ; ex:age "old" .
"""
PREFIXES = """@prefix ex: <http://ex.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SHAPES = (
    PREFIXES
    + """ex:PersonShape a sh:NodeShape ; sh:targetClass ex:Person ;
  sh:property [ sh:path ex:name ; sh:minCount 1 ; sh:datatype xsd:string ] ;
  sh:property [ sh:path ex:age ; sh:maxCount 1 ; sh:datatype xsd:integer ] ;
  sh:property [ sh:path ( ex:knows ex:name ) ; sh:datatype xsd:string ] ;
  sh:property [ sh:path ex:knows ; sh:class ex:Person ] ;
  sh:property [ sh:path [ sh:inversePath ex:parent ] ; sh:maxCount 0 ] .
"""
)
A = f"<{terms.RDF}type>"
WARNING = PREFIXES + (
    "ex:S a sh:NodeShape ; sh:targetClass ex:Person ; sh:property"
    " [ sh:path ex:nick ; sh:minCount 1 ; sh:severity sh:Warning ] .\n"
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("d.ttl").write_text(DATA)
    Path("s.ttl").write_text(SHAPES)
    Path("w.ttl").write_text(WARNING)
    return tmp_path


def check(*arguments: str, stdin: str = "") -> Result:
    result = CliRunner().invoke(cli, ["check", *arguments], prog_name="scograph", input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def heads(result: Result) -> list[str]:
    return [line for line in result.output.splitlines() if re.search(": (error|warning|info) ", line)]


def test_each_result_has_its_place_also_of_blank_nodes_and_at_the_end_of_a_path() -> None:
    result = check("d.ttl", "-s", "s.ttl")
    assert result.exit_code == 1
    assert heads(result) == [
        "d.ttl:2:1: error sh:maxCount more than 0 values of ^ex:parent",
        "d.ttl:2:44: error sh:maxCount more than 1 value of ex:age",
        "d.ttl:3:1: error sh:minCount fewer than 1 value of ex:name",
        "d.ttl:3:29: error sh:class the value is not an ex:Person",
        "d.ttl:3:39: error sh:datatype the value is no valid xsd:string",
        "d.ttl:3:45: error sh:class the value is not an ex:Person",
        "d.ttl:3:55: error sh:datatype the value is no valid xsd:string",
        "d.ttl:5:39: error sh:datatype the value is no valid xsd:integer",
    ]
    assert "  required by s.ttl:6:35 (PersonShape)\n" in result.stdout
    assert result.stderr.startswith("8 errors, 0 warnings, 0 infos · 2 files, 14 triples, 1 shape · ")


def test_the_report_as_turtle_is_the_reference_engine_s() -> None:
    ours = rdflib.Graph().parse(data=check("d.ttl", "-s", "s.ttl", "-f", "turtle").stdout, format="turtle")
    theirs = check("d.ttl", "-s", "s.ttl", "-f", "turtle", "--engine", "pyshacl").stdout
    both = check("d.ttl", "-s", "s.ttl", "--engine", "both")
    sh = rdflib.Namespace(terms.SH)
    components = sorted(str(one) for one in ours.objects(None, sh.sourceConstraintComponent))
    reference = rdflib.Graph().parse(data=theirs, format="turtle")
    assert components == sorted(str(one) for one in reference.objects(None, sh.sourceConstraintComponent))
    assert len(components) == 8
    assert "the engines differ" not in both.output
    assert len(heads(both)) == 8


@pytest.mark.parametrize("form", ["text", "turtle"])
def test_neither_rdflib_nor_pyshacl_is_loaded_unless_they_are_asked_for(form: str) -> None:
    script = (
        "import sys\nfrom scograph.cli import cli\n"
        f"try: cli(['check', 'd.ttl', '-s', 's.ttl', '-f', {form!r}, '-o', 'out'], prog_name='scograph')\n"
        "except SystemExit as end: assert end.code == 1\n"
        "print(sorted({'rdflib', 'pyshacl', 'owlrl', 'scograph.turtle.reader'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == ("[]\n" if form == "turtle" else "['scograph.turtle.reader']\n")


def test_data_that_conform_exit_with_0_and_shapes_that_cannot_be_evaluated_with_3() -> None:
    Path("ok.ttl").write_text('<http://ex.org/c> a <http://ex.org/Person> ; <http://ex.org/name> "C" .')
    assert check("ok.ttl", "-s", "s.ttl").exit_code == 0
    Path("bad.ttl").write_text(PREFIXES + 'ex:S sh:targetClass ex:Person ; sh:minLength "x" .')
    result = check("ok.ttl", "-s", "bad.ttl")
    assert result.exit_code == 3
    told = 'bad.ttl:5:46: error shapes sh:minLength: "x" is no xsd:integer'
    assert heads(result) == [f"{told}; this constraint is not evaluated"]
    strict = check("ok.ttl", "-s", "bad.ttl", "--strict-shapes")
    assert (strict.exit_code, heads(strict)) == (3, [told])


def test_folders_standard_input_and_several_files_are_data() -> None:
    Path("folder/deeper").mkdir(parents=True)
    Path("folder/one.ttl").write_text(DATA)
    Path("folder/deeper/two.nt").write_text(f"<http://ex.org/z> {A} <http://ex.org/Person> .\n")
    result = check("folder", "-s", "s.ttl")
    assert "folder/deeper/two.nt:1:1: error sh:minCount fewer than 1 value of ex:name" in heads(result)
    assert len(heads(result)) == 9
    assert heads(check("-", "-s", "s.ttl", stdin=DATA))[0].startswith("-:2:1: error ")
    lines = check("-", "-s", "s.ttl", "--data-format", "nt", stdin="<http://ex.org/z> a <http://ex.org/Person> .\n")
    assert lines.exit_code == 3, "N-Triples has no a"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("g.trig", "@prefix ex: <http://ex.org/> . ex:g { ex:a a ex:Person } _:g { ex:b a ex:Person ; ex:name 1 }"),
        ("g.nq", (f"<http://ex.org/a> {A} <http://ex.org/Person> <http://ex.org/g> .\n<http://ex.org/b> {A}"
         ' <http://ex.org/Person> _:g .\n<http://ex.org/b> <http://ex.org/name> "1"^^<http://ex.org/x> _:h .\n')),
        ("g.jsonld", ('{"@context": {"@vocab": "http://ex.org/"}, "@id": "http://ex.org/g", "@graph": [{"@id":'
         ' "http://ex.org/a", "@type": "Person"}, {"@id": "http://ex.org/b", "@type": "Person", "name": 1}]}')),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_shown_to_pyshacl", [False, True])
def test_triples_of_all_graphs_of_a_dataset_are_data(name: str, data: str, *, is_shown_to_pyshacl: bool) -> None:
    Path(name).write_text(data)
    result = check(name, "-s", "s.ttl", *(["--engine", "both"] if is_shown_to_pyshacl else []))
    assert result.exit_code == 1
    assert sorted(line.partition(": error ")[2] for line in heads(result)) == [
        "sh:datatype the value is no valid xsd:string",
        "sh:minCount fewer than 1 value of ex:name",
    ]


def test_blank_nodes_of_two_files_never_meet() -> None:
    for name in ("one", "two"):
        Path(f"{name}.nt").write_text(f'_:x <http://ex.org/name> "{name}" .\n_:x {A} <http://ex.org/Person> .\n')
    Path("max.ttl").write_text(
        PREFIXES + "ex:S a sh:NodeShape ; sh:targetClass ex:Person ; sh:property [ sh:path ex:name ; sh:maxCount 1 ] ."
    )
    assert check("one.nt", "two.nt", "-s", "max.ttl").exit_code == 0


def test_an_ontology_lends_its_subclasses_unless_they_are_not_wanted() -> None:
    Path("o.ttl").write_text(
        "<http://ex.org/Dog> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <http://ex.org/Person> ."
    )
    assert len(heads(check("d.ttl", "-s", "s.ttl", "--ontology", "o.ttl"))) == 8
    of_dog = "d.ttl:3:45: error sh:class the value is not an ex:Person"
    assert of_dog not in heads(check("d.ttl", "-s", "s.ttl", "--ontology", "o.ttl"))
    assert of_dog in heads(check("d.ttl", "-s", "s.ttl", "--ontology", "o.ttl", "--no-subclasses"))


def test_what_is_inferred_is_left_to_pyshacl_which_is_said() -> None:
    result = check("d.ttl", "-s", "s.ttl", "-i", "rdfs")
    assert result.exit_code == 1
    assert "note: inference rdfs: pySHACL infers and validates\n" in result.stderr


def test_only_one_focus_node_or_few_results_can_be_asked_for() -> None:
    assert len(heads(check("d.ttl", "-s", "s.ttl", "--focus", "http://ex.org/a"))) == 2
    result = check("d.ttl", "-s", "s.ttl", "--max", "3")
    assert len(heads(result)) == 3
    assert result.exit_code == 1
    assert "note: 5 more results are left out\n" in result.stderr
    none = check("d.ttl", "-s", "s.ttl", "--max", "0", "-f", "turtle")
    assert none.exit_code == 1
    assert "sh:conforms false" in none.stdout


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], 1),
        (["--allow-warnings"], 0),
        (["--allow-infos"], 1),
        (["--fail-on", "error"], 0),
        (["--fail-on", "warning"], 1),
    ],
)
def test_results_below_a_violation_fail_unless_they_are_allowed(options: list[str], code: int) -> None:
    result = check("d.ttl", "-s", "w.ttl", *options, "--all")
    assert result.exit_code == code
    assert len(heads(result)) == 3
    report = check("d.ttl", "-s", "w.ttl", *options, "-f", "turtle").stdout
    assert ("sh:conforms true" in report) == (options == ["--allow-warnings"])


def test_the_shapes_are_held_to_the_shapes_for_shapes() -> None:
    Path("m.ttl").write_text(PREFIXES + "ex:S a sh:NodeShape ; sh:targetClass ex:Person ; sh:name ex:no .")
    assert check("d.ttl", "-s", "m.ttl").exit_code == 0
    Path("m.ttl").write_text(
        PREFIXES + 'ex:S a sh:NodeShape ; sh:targetClass ex:Person ; sh:ignoredProperties ( "x" ) .'
    )
    result = check("d.ttl", "-s", "m.ttl", "--meta-shacl")
    assert result.exit_code == 3
    assert heads(result)[0].startswith("m.ttl:5:")
    assert check("d.ttl", "-s", "s.ttl", "--meta-shacl").exit_code == 1


def test_suspicious_shapes_are_warnings_that_fail_nothing() -> None:
    Path("g.ttl").write_text(
        PREFIXES + "ex:I sh:targetClass ex:Persn ; sh:minCuont 1 .\nex:J sh:targetClass ex:Person ;"
        " sh:property [ sh:path ex:nmae ; sh:maxCount 9 ] , [ sh:path ex:optional ; sh:maxCount 1 ] ."
    )
    result = check("d.ttl", "-s", "g.ttl")
    assert result.exit_code == 0
    assert heads(result) == [
        "g.ttl:5:21: warning G02 nothing is a Persn",
        "g.ttl:5:32: warning G01 SHACL has no sh:minCuont: it asks for nothing",
        "g.ttl:6:55: warning G03 no triple has nmae",
    ]
    for name in ("Person", "sh:minCount", "name"):
        assert f"help: did you mean {name}?" in result.stdout


@pytest.mark.parametrize(
    ("said", "message", "hint"),
    [
        ('sh:name "a"', "sh:name is", "use rdfs:label for the name"),
        ('sh:description "a"', "sh:description is", "use rdfs:comment for the description"),
        ("sh:group ex:g", "sh:group is", "leave the group to its property shapes"),
        ("sh:defaultValue 1", "sh:defaultValue is", "leave the default to its property shapes"),
        (
            'sh:description "a" ; sh:name "b"',
            "sh:name, sh:description are",
            "use rdfs:label for the name and use rdfs:comment for the description",
        ),
    ],
)
def test_a_node_shape_with_what_describes_property_shapes_is_told(said: str, message: str, hint: str) -> None:
    group = "ex:g a sh:PropertyGroup ; sh:order 1 .\n"
    of_properties = 'sh:property [ sh:path ex:name ; sh:name "n" ; sh:group ex:g ; sh:maxCount 9 ]'
    Path("g.ttl").write_text(PREFIXES + group + f"ex:I sh:targetClass ex:Person ; {of_properties} ;\n  {said} .")
    result = check("d.ttl", "-s", "g.ttl")
    assert result.exit_code == 0
    column = 24 if message.endswith("are") else 3
    assert heads(result) == [
        f"g.ttl:7:{column}: info G04 {message} for property shapes: some engines refuse a node shape with it"
    ]
    assert f"help: {hint}\n" in result.stdout
    Path("g.ttl").write_text(PREFIXES + group + f'ex:I sh:targetClass ex:Person ; {of_properties} ; rdfs:label "a" .')
    assert heads(check("d.ttl", "-s", "g.ttl")) == []


def test_the_comment_of_a_node_shape_is_its_help_and_that_of_a_class_is_not() -> None:
    shape = 'a sh:NodeShape ; sh:nodeKind sh:Literal ; rdfs:comment "Mend it." .'
    Path("g.ttl").write_text(PREFIXES + f"ex:I sh:targetClass ex:Person . ex:I {shape}")
    assert "help: Mend it.\n" in check("d.ttl", "-s", "g.ttl").stdout
    Path("g.ttl").write_text(PREFIXES + f"ex:Person a rdfs:Class . ex:Person {shape}")
    result = check("d.ttl", "-s", "g.ttl")
    assert result.exit_code == 1
    assert "help: " not in result.stdout


def test_syntax_errors_are_told_with_all_their_places_and_rdf_12_is_refused() -> None:
    Path("e.ttl").write_text("<a:b> oops 1 .\n<a:b> <a:c> 1 .\n<a:b> <a:c> oops .\n")
    Path("t.ttl").write_text("<a:b> <a:c> <<( <a:b> <a:c> <a:d> )>> .\n")
    Path("l.ttl").write_text('<a:b> <a:c> "x"@en--ltr .\n')
    Path("v.ttl").write_text('VERSION "1.2"\n<a:b> <a:c> 1 .\n')
    result = check("e.ttl", "t.ttl", "l.ttl", "v.ttl", "-s", "s.ttl")
    assert result.exit_code == 3
    assert [line.split(": ")[0] for line in heads(result)] == [
        "e.ttl:1:7",
        "e.ttl:3:13",
        "l.ttl:1:16",
        "t.ttl:1:13",
        "v.ttl:1:1",
    ]
    Path("q.ttl").write_text('<a:b> <a:c> "a <<( b", "c--ltr"@en .\n')
    assert check("q.ttl", "-s", "s.ttl").exit_code == 0, "a text may look like it"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["d.ttl", "s.ttl"], 2, "d.ttl is no project"),
        (["d.ttl", "--focus", "http://ex.org/a"], 2, "--focus is only for data without a project"),
        (["-s", "s.ttl"], 2, "no data"),
        (["nowhere.ttl", "-s", "s.ttl"], 3, "nowhere.ttl: cannot be read: No such file or directory"),
        (
            ["http://example.org/d.ttl", "-s", "s.ttl"],
            3,
            "http://example.org/d.ttl: an address, and nothing is fetched",
        ),
        (["d.ttl", "-s", "nowhere.ttl"], 3, "nowhere.ttl: cannot be read: No such file or directory"),
        (["d.txt", "-s", "s.ttl"], 3, "d.txt: neither its extension nor its content is of an RDF format"),
        (["empty", "-s", "s.ttl"], 3, "empty: the project is empty"),
        (
            ["d.ttl", "-s", "s.ttl", "--source-text", "x"],
            2,
            "--source-text, --store, baselines and readings are for",
        ),
    ],
)
def test_a_wrong_call_is_told(arguments: list[str], code: int, message: str) -> None:
    Path("empty").mkdir()
    Path("d.txt").write_text("")
    result = check(*arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert f"error: {message}" in result.stderr


def test_a_watch_runs_again_after_a_change_and_goes_on_after_an_error() -> None:
    seen: list[str] = []

    def run() -> None:
        seen.append(Path("d.ttl").read_text()[:3])
        if len(seen) == 1:
            Path("d.ttl").write_text("new")
            raise UsageError("it goes on")

    watch_files([".", "nowhere"], run, rounds=2)
    assert seen == ["@pr", "new"]


# Bad input.

ILL_FORMED = {
    "two paths": ("sh:property [ sh:path ex:a , ex:b ] .", "5:", "2 paths: a property shape has one"),
    "no path": ("sh:property [ sh:minCount 1 ] .", "5:", "a property shape without a path"),
    "a literal for a path": ('sh:property [ sh:path "a" ] .', "5:", "a path is a property"),
    "a path of one": ("sh:property [ sh:path ( ex:a ) ] .", "5:", "a list of 1 path: it takes two or more"),
    "a cyclic path": ("sh:property [ sh:path _:p ] . _:p sh:inversePath _:p .", "5:", "a path leads back into itself"),
    "a cyclic list": (
        "sh:in _:l . _:l rdf:first 1 ; rdf:rest _:l .",
        "5:",
        "is no well-formed list",
    ),
    "a list without its end": ("sh:in [ rdf:first 1 ] .", "5:", "is no well-formed list"),
    "a list with two firsts": ("sh:in [ rdf:first 1 , 2 ; rdf:rest () ] .", "5:", "is no well-formed list"),
    "a pattern that is none": ('sh:pattern "(" .', "5:", "is no regular expression"),
    "a query that is none": ('sh:sparql [ sh:select "SELECT $this WHERE {" ] .', "5:", "the query does not parse"),
    "no query": ("sh:sparql [ ] .", "5:", "no query"),
    "a shape that refers to itself": ("sh:not ex:S .", "5:", "the shape refers to itself through sh:not"),
    "shapes that refer to each other": ("sh:not ex:T . ex:T sh:node ex:S .", "5:", "refers to itself through sh:not"),
    "a severity that is none": ('sh:severity "bad" .', "5:", "is no IRI"),
    "two severities": ("sh:severity sh:Info , sh:Warning .", "5:", "2 values of sh:severity"),
    "a boolean that is none": ('sh:closed "yes" .', "5:", "boolean"),
}


@pytest.mark.parametrize("name", ILL_FORMED)
def test_ill_formed_shapes_are_told_at_their_places(name: str) -> None:
    text, place, message = ILL_FORMED[name]
    prefixes = PREFIXES.replace("@prefix rdfs:", f"@prefix rdf: <{terms.RDF}> . @prefix rdfs:")
    Path("bad.ttl").write_text(f"{prefixes}ex:S a sh:NodeShape ; sh:targetClass ex:Person ; {text}\n")
    result = check("d.ttl", "-s", "bad.ttl")
    assert result.exit_code == 3, result.output
    assert any(line.startswith(f"bad.ttl:{place}") and message in line for line in heads(result)), result.output
    assert "  help: " in result.stdout
    assert result.stderr.rstrip().rpartition("\n")[2].count(" · some shapes are left out · ") == 1
    strict = check("d.ttl", "-s", "bad.ttl", "--strict-shapes")
    assert (strict.exit_code, strict.stdout) == (3, "")
    assert any(line.startswith(f"bad.ttl:{place}") for line in heads(strict)), strict.output


def test_shapes_that_refer_to_themselves_are_refused_if_that_is_asked_for() -> None:
    Path("r.ttl").write_text(f"{PREFIXES}ex:S a sh:NodeShape ; sh:targetClass ex:Person ; sh:node ex:S .\n")
    assert check("d.ttl", "-s", "r.ttl").exit_code == 0
    strict = check("d.ttl", "-s", "r.ttl", "--strict-shapes")
    assert strict.exit_code == 3
    assert "a shape refers to itself: ex:S → ex:S" in strict.stderr


def test_what_is_sound_is_evaluated_beside_a_flaw_and_the_report_says_so() -> None:
    Path("f.ttl").write_text(
        f"{PREFIXES}ex:S a sh:NodeShape ; sh:targetClass ex:Person ; sh:property [ sh:path ex:name ; sh:minCount 1 ] ,"
        ' [ sh:path ex:name ; sh:pattern "(" ] .\n'
    )
    Path("p.ttl").write_text("<http://ex.org/p> a <http://ex.org/Person> .\n")
    result = check("p.ttl", "-s", "f.ttl")
    assert (result.exit_code, len(heads(result))) == (3, 2)
    assert "p.ttl:1:1: error sh:minCount fewer than 1 value of ex:name" in heads(result)
    as_turtle = check("p.ttl", "-s", "f.ttl", "-f", "turtle")
    assert (as_turtle.exit_code, as_turtle.stdout.count("sh:ValidationResult")) == (3, 1)
    assert "is no regular expression" in as_turtle.stderr
    Path("q.ttl").write_text('<http://ex.org/p> a <http://ex.org/Person> ; <http://ex.org/name> "P" .\n')
    nothing = check("q.ttl", "-s", "f.ttl", "-f", "turtle")
    assert (nothing.exit_code, nothing.stdout) == (3, "")  # neither that they conform nor that they do not


def test_a_file_that_cannot_be_read_is_no_validation_report() -> None:
    Path("e.ttl").write_text("<a:b> oops 1 .\n")
    result = check("e.ttl", "-s", "s.ttl", "-f", "turtle")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "e.ttl:1:7: error syntax" in result.stderr


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        ("", "there is no shape: nothing was validated"),
        ("<urn:o> <http://www.w3.org/2002/07/owl#imports> <urn:shapes> .", "there is no shape: nothing was validated"),
        ("ex:S a sh:NodeShape ; sh:class ex:Person .", "no shape has a target: nothing was validated"),
        ("ex:S sh:targetClass ex:Persn ; sh:class ex:A .", "no node is a target of any shape: nothing was validated"),
    ],
)
def test_shapes_that_are_about_nothing_are_told(shapes: str, message: str) -> None:
    Path("n.ttl").write_text(PREFIXES + shapes)
    result = check("d.ttl", "-s", "n.ttl")
    assert result.exit_code == 0
    assert f"warning G05 {message}" in result.stdout
    last = result.stderr.splitlines()[-1]
    assert " · no shape applied · " in last
    assert last.endswith(" · --fail-on warning exits with 1")
    assert check("d.ttl", "-s", "n.ttl", "--fail-on", "warning").exit_code == 1


def test_a_class_of_owl_that_is_a_shape_is_its_target_and_that_is_said() -> None:
    Path("o.ttl").write_text(
        f"{PREFIXES}ex:Person a <http://www.w3.org/2002/07/owl#Class> , sh:NodeShape ; sh:closed true .\n"
    )
    result = check("d.ttl", "-s", "o.ttl")
    assert result.exit_code == 1
    assert "note: 1 shape of type owl:Class taken as a class target: ex:Person" in result.stderr
    assert "warning G05" in check("d.ttl", "-s", "o.ttl", "--strict-shapes").stdout


def test_ten_thousand_shapes_and_as_many_idle_targets_give_a_result() -> None:
    shapes = "".join(
        f"ex:S{n} a sh:NodeShape ; sh:targetClass ex:C{n} ; sh:property [ sh:path ex:p{n} ; sh:minCount 1 ] .\n"
        for n in range(10_000)
    )
    Path("many.ttl").write_text(PREFIXES + shapes)
    Path("few.ttl").write_text("<http://ex.org/x> a <http://ex.org/C7> .\n")
    result = check("few.ttl", "-s", "many.ttl", "-f", "json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["counts"] == {"error": 1, "warning": 9_999, "info": 0}
    assert found["findings"][0]["requiredBy"]["line"] == 12


def test_a_hundred_thousand_findings_give_a_result() -> None:
    rows = "".join(f"<http://ex.org/n{n}> a <http://ex.org/Person> .\n" for n in range(100_000))
    Path("rows.ttl").write_text(rows)
    Path("one.ttl").write_text(
        PREFIXES + "ex:S a sh:NodeShape ; sh:targetClass ex:Person ; sh:property [ sh:path ex:name ; sh:minCount 1 ] ."
    )
    result = check("rows.ttl", "-s", "one.ttl")
    assert result.exit_code == 1
    assert len(heads(result)) == 5
    assert "error sh:minCount: 99,995 more required by one.ttl:5:82; --all shows them\n" in result.stdout


def test_nothing_is_fetched_that_shapes_import() -> None:
    Path("i.ttl").write_text(f"<http://ex.org/shapes> <{terms.OWL}imports> <http://127.0.0.1:9/none> .\n" + SHAPES)
    found = heads(check("d.ttl", "-s", "i.ttl"))
    assert [line for line in found if not line.startswith("d.ttl")] == [
        "i.ttl:1:64: warning G06 <http://127.0.0.1:9/none> is imported and not at hand: its statements are missing"
    ]
    assert len(found) == 9


# Python.


def test_a_program_validates_paths_bytes_graphs_and_triples_alike() -> None:
    graph, shapes = rdflib.Graph().parse("d.ttl"), rdflib.Graph().parse("s.ttl")
    triples = [quad.triple for quad in parse(path="d.ttl")]
    given = [("d.ttl", "s.ttl"), (Path("d.ttl"), [Path("s.ttl")]), (DATA.encode(), SHAPES.encode()), (graph, shapes)]
    given += [(triples, "s.ttl"), (list(parse(path="d.ttl")), shapes), ([triples[0], *triples[1:]], [shapes])]
    for data, rules in given:
        found = scograph.validate(data, rules)
        assert not found.conforms
        assert len(found.results) == len(found.findings) == 8
        report = found.to_rdflib()
        assert len(list(report.subjects(rdflib.RDF.type, rdflib.URIRef(terms.SH + "ValidationResult")))) == 8
        assert len(rdflib.Graph().parse(data=found.to_turtle(), format="turtle")) == len(report)


def test_findings_of_bytes_have_places_in_them() -> None:
    found = scograph.validate(DATA.encode(), SHAPES.encode())
    assert [str(finding.place) for finding in found.findings][:2] == ["data:2:1", "data:2:44"]
    assert str(found.findings[0].required_by) == "shapes:10:56"


def test_a_program_is_told_of_ill_formed_shapes_and_options() -> None:
    flawed = (PREFIXES + "ex:S a sh:PropertyShape .").encode()
    with pytest.raises(RdfSyntaxError) as caught:
        scograph.validate("d.ttl", flawed, strict_shapes=True)
    assert [str(finding.place) for finding in caught.value.findings] == ["shapes:5:1"]
    validated = scograph.validate("d.ttl", flawed)
    assert not validated.conforms
    assert [str(finding.place) for finding in validated.findings if finding.code == "shapes"] == ["shapes:5:1"]
    with pytest.raises(UsageError, match="it is one of scograph, pyshacl, both"):
        scograph.validate("d.ttl", "s.ttl", engine="jena")


@pytest.mark.parametrize("source", ["http://example.org/d.ttl", ["d.ttl", "https://example.org/d.ttl"]])
def test_a_program_that_gives_an_address_or_text_is_told_what_to_give(source: object) -> None:
    with pytest.raises(
        UsageError, match=r"data is an address, https?://example\.org/d\.ttl: nothing is fetched"
    ) as raised:
        scograph.validate(source, "s.ttl")  # type: ignore[arg-type]  # of some kind
    assert raised.value.hint == "give a path, Turtle as bytes, an rdflib graph, or pyoxigraph's triples or quads"
    with pytest.raises(UsageError, match="shapes is text of several lines, no path"):
        scograph.validate("d.ttl", "<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> <urn:d> .")


def test_options_of_the_function_are_those_of_the_command() -> None:
    assert scograph.validate("d.ttl", "w.ttl", allow_warnings=True).conforms
    assert len(scograph.validate("d.ttl", "s.ttl", focus=["http://ex.org/a"]).results) == 2
    assert len(scograph.validate("d.ttl", "s.ttl", limit=3).results) == 3
    assert scograph.validate("d.ttl", "s.ttl", inference="rdfs").notes
    assert parse(path="d.ttl", format=RdfFormat.TURTLE)


@pytest.mark.parametrize("name", ["a.nq", "a.trig", "a.jsonld"])
def test_statements_of_named_graphs_are_checked_as_those_of_the_default_graph_are(name: str, tmp_path: Path) -> None:
    texts = {
        "a.nq": '<urn:a> <urn:p> "long" <urn:g> .\n',
        "a.trig": '<urn:g> { <urn:a> <urn:p> "long" }\n',
        "a.jsonld": '{"@id": "urn:g", "@graph": [{"@id": "urn:a", "urn:p": "long"}]}',
    }
    (tmp_path / name).write_text(texts[name])
    (tmp_path / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<urn:s> a sh:NodeShape ; sh:targetSubjectsOf <urn:p> ; sh:property [ sh:path <urn:p> ; sh:maxLength 3 ] .\n"
    )
    done = CliRunner().invoke(cli, ["check", str(tmp_path / name), "-s", str(tmp_path / "shapes.ttl"), "-f", "json"])
    assert (done.exit_code, len(json.loads(done.stdout)["findings"])) == (1, 1)


@pytest.mark.parametrize("engine", ["scograph", "pyshacl"])
def test_blank_nodes_that_python_gives_come_back_in_the_results(engine: str) -> None:
    person, other = rdflib.BNode(), rdflib.BNode()
    ex, sh = rdflib.Namespace("http://ex.org/"), rdflib.Namespace(terms.SH)
    data = rdflib.Graph()
    for triple in [(person, rdflib.RDF.type, ex.Person), (person, ex.knows, other), (other, ex.name, other)]:
        data.add(triple)
    shapes = rdflib.Graph().parse(
        data=f"{PREFIXES}ex:S a sh:NodeShape ; sh:targetClass ex:Person ;"
        " sh:property [ sh:path ex:knows ; sh:class ex:Dog ] ."
    )
    found = scograph.validate([data, "d.ttl"], shapes, engine=engine, focus=None)
    ours = [result for result in found.results if result.focus == f"_:{person}"]
    assert [result.value for result in ours] == [f"_:{other}"]
    (shape,) = shapes.objects(ex.S, sh.property)
    assert {result.shape for result in found.results} == {f"_:{shape}"}
    report = found.to_rdflib()
    (node,) = report.subjects(sh.focusNode, person)
    assert (report.value(node, sh.value), report.value(node, sh.sourceShape)) == (other, shape)
    assert f"_:{person}" in {finding.focus for finding in found.findings}
    assert all(not result.focus.startswith("_:b") for result in found.results)


def test_blank_nodes_of_triples_come_back_unless_their_labels_are_like_ours() -> None:
    type_, person = NamedNode(terms.RDF + "type"), NamedNode("http://ex.org/Person")
    shapes = f"{PREFIXES}ex:S sh:targetClass ex:Person ; sh:nodeKind sh:IRI .".encode()
    for label, is_kept in [("x", True), ("b0a", True), ("b0", False), ("report", False), ("d0xa", False)]:
        result = scograph.validate([Triple(BlankNode(label), type_, person), b"[] a <http://ex.org/Person> ."], shapes)
        focus = {one.focus for one in result.results}
        assert (len(focus), f"_:{label}" in focus) == (2, is_kept), label
        assert len(set(result.to_rdflib().objects(None, rdflib.URIRef(terms.SH + "focusNode")))) == 2


def test_the_severity_of_a_query_is_said_to_say_nothing() -> None:
    Path("q.ttl").write_text(
        f"{PREFIXES}ex:S a sh:NodeShape ; sh:targetClass ex:Person ; sh:sparql [\n"
        '  sh:select "SELECT $this WHERE { }" ; sh:severity sh:Warning ] .\n'
    )
    result = check("d.ttl", "-s", "q.ttl", "-f", "json")
    found = json.loads(result.stdout)["findings"]
    assert {one["severity"] for one in found if one["code"] == "sh:sparql"} == {"error"}
    (warning,) = [one for one in found if one["code"] == "G07"]
    assert (warning["place"]["line"], warning["place"]["column"]) == (6, 52)
    assert warning["message"] == "sh:severity of a query says nothing: its results have the severity of the shape"


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("", 'the value breaks StartComponent, with start "A", letters true'),
        (
            '; sh:labelTemplate "must begin with {?start}, {?none}"@en',
            'the value breaks StartComponent: must begin with "A", {?none}',
        ),
    ],
)
def test_a_value_that_breaks_a_component_of_the_shapes_is_told_in_words(more: str, message: str) -> None:
    Path("c.ttl").write_text(
        f"{PREFIXES}ex:StartComponent a sh:ConstraintComponent {more} ; sh:parameter [ sh:path ex:start ] ,\n"
        "  [ sh:path ex:letters ; sh:optional true ] ; sh:validator [ a sh:SPARQLAskValidator ;\n"
        '    sh:ask "ASK { FILTER(STRSTARTS(STR($value), $start)) }" ] .\n'
        'ex:S sh:targetNode "B" ; ex:start "A" ; ex:letters true .\n'
    )
    result = check("d.ttl", "-s", "c.ttl")
    assert f"error StartComponent {message}" in result.stdout


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_a_report_of_what_cannot_be_read_is_told_of(form: str, tmp_path: Path) -> None:
    (tmp_path / "broken.ttl").write_text("<urn:a> <urn:b")
    out = tmp_path / "report.json"
    result = check(str(tmp_path / "broken.ttl"), "-s", "s.ttl", "-f", form, "-o", str(out))
    assert (result.exit_code, result.stderr) == (3, f"1 syntax error, listed in {out}\n")
    assert json.loads(out.read_text())


def test_a_report_in_a_file_is_told_of_where_flawed_shapes_make_the_exit_code(tmp_path: Path) -> None:
    (tmp_path / "flawed.ttl").write_text(PREFIXES + "ex:S a sh:PropertyShape .")
    out = tmp_path / "report.txt"
    result = check("d.ttl", "-s", str(tmp_path / "flawed.ttl"), "-o", str(out))
    assert result.exit_code == 3
    assert result.stderr.startswith(f"error: flawed shapes are left out, listed in {out}\n")
    assert "error shapes" in out.read_text(encoding="utf-8")
