"""RDF/XML: places of statements, encodings other than UTF-8, and terms that it cannot carry."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import BlankNode, Quad, RdfFormat, parse

from scograph import Project
from scograph.build import build
from scograph.cli import cli
from scograph.formats import JSON_LD
from scograph.jsonld.reader import read_json_ld
from scograph.parse import parse_rdf
from scograph.places import Part, PlacedFile, Places
from scograph.rdfxml_reader import read_rdf_xml
from scograph.written import WrittenStatements

HEAD = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="https://example.org/">
"""
END = "\n</rdf:RDF>\n"
EX = "https://example.org/"


def document(inside: str) -> str:
    return HEAD + inside + END


CASES: dict[str, tuple[str, list[tuple[str, str, str]]]] = {
    "a text": (
        '<rdf:Description rdf:about="https://example.org/a"><ex:n>Zoë &amp; Bo</ex:n></rdf:Description>',
        [('rdf:about="https://example.org/a"', "ex:n", "Zoë &amp; Bo")],
    ),
    "an empty text": (
        '<rdf:Description rdf:about="https://example.org/a"><ex:n/></rdf:Description>',
        [('rdf:about="https://example.org/a"', "ex:n", "ex:n")],
    ),
    "a typed node": (
        "<ex:Club rdf:about='https://example.org/a'/>",
        [("rdf:about='https://example.org/a'", "ex:Club", "ex:Club")],
    ),
    "a property attribute": (
        '<rdf:Description rdf:about="https://example.org/a" ex:n="x" ex:m="é>"/>',
        [
            ('rdf:about="https://example.org/a"', 'ex:n="x"', 'ex:n="x"'),
            ('rdf:about="https://example.org/a"', 'ex:m="é>"', 'ex:m="é>"'),
        ],
    ),
    "a resource": (
        '<ex:T xmlns:y="https://y.org/" rdf:nodeID="n"><y:k rdf:resource="https://example.org/b"/></ex:T>',
        [
            ('rdf:nodeID="n"', "ex:T", "ex:T"),
            ('rdf:nodeID="n"', "y:k", 'rdf:resource="https://example.org/b"'),
        ],
    ),
    "a node inside": (
        '<ex:Club><ex:k><ex:Person rdf:about="https://example.org/p"/></ex:k></ex:Club>',
        [
            ("ex:Club", "ex:Club", "ex:Club"),
            ("ex:Club", "ex:k", 'rdf:about="https://example.org/p"'),
            ('rdf:about="https://example.org/p"', "ex:Person", "ex:Person"),
        ],
    ),
    "parseType Resource": (
        '<ex:T><ex:k rdf:parseType="Resource"><ex:n>x</ex:n></ex:k></ex:T>',
        [("ex:T", "ex:T", "ex:T"), ("ex:T", "ex:k", "ex:k"), ("ex:k", "ex:n", "x")],
    ),
    "parseType Literal": (
        '<ex:T><ex:k rdf:parseType="Literal">a <b>c</b></ex:k></ex:T>',
        [("ex:T", "ex:T", "ex:T"), ("ex:T", "ex:k", "a <b>c</b>")],
    ),
    "a collection": (
        """<rdf:Description rdf:about="https://example.org/a"><ex:k rdf:parseType="Collection">
        <rdf:Description rdf:about="https://example.org/b"/><ex:Person/></ex:k></rdf:Description>""",
        [
            ('rdf:about="https://example.org/a"', "ex:k", "ex:k"),
            ("rdf:Description", "rdf:Description", 'rdf:about="https://example.org/b"'),
            ("ex:k", "ex:Person", "ex:Person"),
            ("ex:Person", "ex:Person", "ex:Person"),
            ("ex:Person", "ex:Person", "ex:Person"),
            ("ex:k", "ex:k", "ex:k"),
        ],
    ),
    "members, a language, a datatype": (
        """<rdf:Bag rdf:about="https://example.org/a" xml:lang="en"><rdf:li>x</rdf:li>
        <rdf:li rdf:datatype="http://www.w3.org/2001/XMLSchema#int">1</rdf:li></rdf:Bag>""",
        [
            ('rdf:about="https://example.org/a"', "rdf:Bag", "rdf:Bag"),
            ('rdf:about="https://example.org/a"', "rdf:li", "x"),
            ('rdf:about="https://example.org/a"', "rdf:li", "1"),
        ],
    ),
    "a base and an ID": (
        '<rdf:Description xml:base="https://example.org/doc" rdf:ID="a"><ex:k rdf:resource="#b"/></rdf:Description>',
        [('rdf:ID="a"', "ex:k", 'rdf:resource="#b"')],
    ),
    "a property with attributes": (
        '<rdf:Description rdf:about="https://example.org/a"><ex:k ex:n="x"/></rdf:Description>',
        [('rdf:about="https://example.org/a"', "ex:k", "ex:k"), ("ex:k", 'ex:n="x"', 'ex:n="x"')],
    ),
}
"""Elements, and the subject, predicate and object of each statement as they are written."""


def quads_of(data: bytes, rdf: RdfFormat) -> list[Quad]:
    return list(parse(data, rdf))


def shown(reading: WrittenStatements, quads: list[Quad]) -> list[tuple[str, str, str]]:
    found = []
    for number, _ in enumerate(quads):
        placed = reading.triples[number]
        assert placed is not None
        found.append(tuple(reading.written(span) for span in placed[:3]))
    return found  # type: ignore[return-value]  # three of each


@pytest.mark.parametrize("name", CASES)
def test_each_statement_of_rdf_xml_has_its_place(name: str) -> None:
    inside, expected = CASES[name]
    data = document(inside).encode()
    quads = quads_of(data, RdfFormat.RDF_XML)
    reading = read_rdf_xml(data, quads)
    assert reading
    assert len(quads) == len(expected)
    assert sorted(shown(reading, quads)) == sorted(expected)


def test_what_rdf_id_says_of_a_statement_is_placed_at_its_element() -> None:
    inside = (
        '<rdf:Description xml:base="https://example.org/" rdf:about="a"><ex:k rdf:ID="s">x</ex:k></rdf:Description>'
    )
    data = document(inside).encode()
    quads = quads_of(data, RdfFormat.RDF_XML)
    reading = read_rdf_xml(data, quads)
    assert reading
    assert len(quads) == 5
    assert {one[1] for one in shown(reading, quads)} == {"ex:k"}


JSON_TEXT = """{
  "@context": {"ex": "https://example.org/", "knows": {"@id": "ex:knows", "@type": "@id"}},
  "@graph": [
    {"@id": "ex:a", "@type": ["ex:Club", "ex:Old"], "ex:n": [{"@value": "Zoë", "@language": "en"}, 5],
     "knows": "ex:b", "ex:held": {"ex:at": "noon"}, "ex:l": {"@list": ["x", "y"]}},
    {"@id": "ex:b", "ex:n": true}
  ]
}"""


def json_places() -> Places:
    data = JSON_TEXT.encode()
    parsed = parse_rdf(data, JSON_LD, "a.jsonld")
    assert not parsed.errors
    return Places([PlacedFile("a.jsonld", lambda: parsed.quads, lambda: data, RdfFormat.JSON_LD)])


@pytest.mark.parametrize(
    ("terms", "part", "expected"),
    [
        (("a", "n", '"Zoë"@en'), None, '"Zoë"'),
        (("a", "n", '"5"^^<http://www.w3.org/2001/XMLSchema#integer>'), None, "5"),
        (("a", "n", ""), None, '"ex:n"'),
        (("a", "knows", "<https://example.org/b>"), None, '"ex:b"'),
        (("a", "knows", "<https://example.org/b>"), Part.PREDICATE, '"knows"'),
        (("a", "missing", ""), None, '"ex:a"'),
        (("b", "n", ""), Part.SUBJECT, '"ex:b"'),
        (("Old", "", ""), None, '"ex:Old"'),
    ],
)
def test_a_statement_of_json_ld_is_found(terms: tuple[str, str, str], part: Part | None, expected: str) -> None:
    subject, predicate, value = terms
    place = json_places().find(f"<{EX}{subject}>", f"<{EX}{predicate}>" if predicate else "", value, part=part)
    assert place
    assert place.line
    assert place.column
    assert place.length
    assert JSON_TEXT.split("\n")[place.line - 1][place.column - 1 :][: place.length] == expected


def test_every_statement_of_json_ld_has_a_place() -> None:
    data = JSON_TEXT.encode()
    quads = quads_of(data, RdfFormat.JSON_LD)
    reading = read_json_ld(data, quads)
    assert reading
    assert len(quads) == 13
    assert all(reading.triples)
    blank = next(number for number, quad in enumerate(quads) if isinstance(quad.subject, BlankNode))
    assert reading.owner(blank) == f"<{EX}a>"


def test_what_json_ld_cannot_be_followed_gives_the_file() -> None:
    assert read_json_ld(b'{"@context": "https://schema.org/"}', []) is None
    assert read_rdf_xml(b"<a><b></a>", []) is None


# The commands


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(one) for one in arguments])


SHAPES = """@prefix ex: <https://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:age ; sh:property [ sh:path ex:age ; sh:datatype xsd:integer ] .
"""
XML_DATA = document('<rdf:Description rdf:about="https://example.org/a">\n  <ex:age>forty</ex:age>\n</rdf:Description>')
JSON_DATA = '{"@context": {"ex": "https://example.org/"},\n "@id": "ex:a",\n "ex:age": "forty"}'


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [("d.rdf", XML_DATA, (4, 11, 5)), ("d.jsonld", JSON_DATA, (3, 12, 7))],
)
def test_check_points_at_the_value(tmp_path: Path, name: str, text: str, place: tuple[int, int, int]) -> None:
    data, shapes = tmp_path / name, tmp_path / "s.ttl"
    data.write_text(text, encoding="utf-8")
    shapes.write_text(SHAPES, encoding="utf-8")
    line, column, length = place
    said = run("check", data, "--shapes", shapes)
    assert said.exit_code == 1
    assert f"{name}:{line}:{column}: error sh:datatype" in said.output
    assert "^" * length in said.output
    (finding,) = json.loads(run("check", data, "--shapes", shapes, "-f", "json").stdout)["findings"]
    assert finding["place"] == {"path": data.as_posix(), "line": line, "column": column, "length": length}
    (result,) = json.loads(run("check", data, "--shapes", shapes, "-f", "sarif").stdout)["runs"][0]["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": line, "startColumn": column, "endColumn": column + length}


ENCODED = (
    '<?xml version="1.0" encoding="%s"?>\n'
    + document(
        '<rdf:Description rdf:about="https://example.org/a">\n  <ex:age>Zoë</ex:age>\n</rdf:Description>'
    ).partition("\n")[2]
)


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        *(("UTF-16", "utf-16"), ("utf-16", "utf-16-be"), ("UTF-16LE", "utf-16-le"), ("UTF-8", "utf-8-sig")),
        *(("ISO-8859-1", "latin-1"), ("windows-1252", "cp1252"), ("koi8-r", "koi8-r")),
    ],
)
def test_other_encodings_are_read(tmp_path: Path, declared: str, codec: str) -> None:
    """XML 1.0, clause 4.3.3 and appendix F."""
    text = ENCODED % declared if codec != "koi8-r" else (ENCODED % declared).replace("ë", "я")
    data, shapes = tmp_path / "d.rdf", tmp_path / "s.ttl"
    data.write_bytes(text.encode(codec))
    shapes.write_text(SHAPES, encoding="utf-8")
    name = "Zoя" if codec == "koi8-r" else "Zoë"
    assert run("export", "-f", "nt", data).stdout == f'<{EX}a> <{EX}age> "{name}" .\n'
    assert name in run("query", "SELECT * { ?s ?p ?o }", "--data", data).stdout
    said = run("check", data, "--shapes", shapes).output
    assert "d.rdf:4:11: error sh:datatype" in said
    assert f"<ex:age>{name}</ex:age>" in said


@pytest.mark.parametrize(
    ("declared", "codec", "message"),
    [
        ("US-ASCII", "latin-1", "not ASCII: byte 0xEB"),
        ("x-unknown", "utf-8", "the encoding x-unknown is not known"),
        ("zlib", "utf-8", "the encoding zlib is not known"),
        ("UTF-32", "utf-32", "UTF-32"),
    ],
)
def test_encodings_that_are_none_are_refused(tmp_path: Path, declared: str, codec: str, message: str) -> None:
    data = tmp_path / "d.rdf"
    data.write_bytes((ENCODED % declared).encode(codec))
    for command in (["export", "-f", "nt", data], ["hash", data], ["check", data]):
        said = run(*command)
        assert said.exit_code == 3
        assert message in said.output
        assert "d.rdf:1" in said.output


def test_ill_formed_xml_has_a_line_in_every_command(tmp_path: Path) -> None:
    data = tmp_path / "d.rdf"
    data.write_text(document('<rdf:Description rdf:about="https://example.org/a">\n<ex:n>x</ex:m></rdf:Description>'))
    for command in (["export", "-f", "nt", data], ["hash", data], ["diff", data, data], ["check", data]):
        said = run(*command)
        assert said.exit_code == 3, command
        assert "d.rdf:4" in said.output, command


@pytest.mark.parametrize(
    ("inside", "pointed_at"),
    [
        (
            '<ex:T rdf:about="https://example.org/a b"><ex:n>x</ex:n></ex:T>',
            '<ex:T rdf:about="https://example.org/a b">',
        ),
        ("<ex:T>\n  stray text<ex:n>x</ex:n></ex:T>", "stray text"),
        ('<ex:T>\n<ex:n xml:lang="en_GB">x</ex:n></ex:T>', "<ex:n xml:lang"),
        ("<ex:T><ex:n>x</ex:n>\n<n>y</n></ex:T>", "<n>"),
        ('<ex:T><ex:n>é</ex:n><ex:m rdf:nodeID="1"/></ex:T>', '<ex:m rdf:nodeID="1"/>'),
        ('<ex:T rdf:aboutEach="#a"/>', "<ex:T rdf:aboutEach"),
        ("stray", "stray"),
    ],
)
def test_what_the_parser_refuses_has_a_place(tmp_path: Path, inside: str, pointed_at: str) -> None:
    text = document(inside)
    data = tmp_path / "d.rdf"
    data.write_text(text, encoding="utf-8")
    for command in (["export", "-f", "nt", data], ["check", data]):
        said = run(*command)
        assert said.exit_code == 3
        place = re.search(r"d\.rdf:(\d+):(\d+): error syntax ", said.stderr)
        assert place, said.stderr
        line, column = (int(part) for part in place.groups())
        assert text.split("\n")[line - 1][column - 1 :].startswith(pointed_at)
        assert said.stderr.count("error syntax") == 1


def test_a_compressed_file_of_no_bytes_was_cut_off(tmp_path: Path) -> None:
    for name in ("d.nt.gz", "d.nt.zst"):
        data = tmp_path / name
        data.write_bytes(b"")
        said = run("export", "-f", "nt", data)
        assert said.exit_code == 3
        assert f"{name}: the compressed data ends early" in said.stderr


NOT_XML = """@prefix ex: <https://example.org/> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
ex:a ex:n "x" ; %s .
ex:b ex:n "y" .
"""


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ('<https://example.org/gdo/0000240> "x"', "<https://example.org/gdo/0000240> cannot be written in RDF/XML"),
        ('ex:n "a\\u0005b"', "U+0005, which XML 1.0 cannot carry"),
        ('rdf:li "x"', "as an element it is syntax"),
    ],
)
def test_what_xml_cannot_carry_is_left_out_and_said(tmp_path: Path, statement: str, reason: str) -> None:
    data, folder = tmp_path / "d.ttl", tmp_path / "dist"
    data.write_text(NOT_XML % statement, encoding="utf-8")
    said = run("build", data, "-o", folder)
    assert said.exit_code == 0, said.output
    assert "d.rdf is not there, nor is the RDF/XML of 1 page: " in said.stderr
    assert reason in said.stderr
    assert not (folder / "d.rdf").exists()
    assert (folder / "d.ttl").exists()
    twins = [path.name for path in folder.rglob("*.rdf") if path.parent != folder]
    assert [name[0] for name in twins] == ["b"]
    named = re.compile(rb"(?<![a-z])d\.rdf")
    assert not any(named.search(path.read_bytes()) for path in folder.rglob("*") if path.is_file())
    assert run("verify", folder).exit_code == 0
    released = run("release", "1.0.0", data, "-o", tmp_path / "releases")
    assert released.exit_code == 0, released.output
    assert "d.rdf is not there: " in released.stderr
    refused = run("export", "-f", "rdf", data)
    assert refused.exit_code == 3
    assert reason in refused.stderr


def test_a_build_that_xml_can_carry_has_all(tmp_path: Path) -> None:
    data = tmp_path / "d.ttl"
    data.write_text(NOT_XML % 'ex:m "z"', encoding="utf-8")
    built = build(Project.open(data), tmp_path / "dist")
    assert built.left_out == {}
    assert built.is_missing == ""
    assert (tmp_path / "dist" / "d.rdf").exists()


@pytest.mark.parametrize("options", [(), ("--base", "https://example.org/")])
def test_a_base_that_is_relative_is_told_as_that(options: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "a.owl"
    path.write_text(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xml:base="onto.owl">\n'
        '<rdf:Description rdf:about="#a"/></rdf:RDF>'
    )
    result = CliRunner().invoke(cli, ["hash", str(path), *options])
    assert result.exit_code == 3
    assert result.stderr == (
        f"{path}:1:1: error syntax the base is itself a relative IRI: 'onto.owl'\n"
        "  help: write an absolute IRI as xml:base\n"
    )
