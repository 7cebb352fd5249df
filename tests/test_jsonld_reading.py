"""JSON-LD: what of a file becomes no statement is told, with its place; the rest is what the parser reads."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import Literal

import scograph
from scograph import Project
from scograph.cli import cli
from scograph.errors import RdfSyntaxError
from scograph.formats import JSON_LD
from scograph.jsonld import dropped as dropping
from scograph.jsonld import scan as scanning
from scograph.jsonld.context import UnreadableError
from scograph.jsonld.dropped import DropWatch, dropped
from scograph.jsonld.scan import part_at, scan
from scograph.jsonld.walk import Walk
from scograph.losses import DroppedWarning, told
from scograph.parse import parse_rdf, quads_in

EX = {"ex": "http://e.org/", "name": "ex:name", "knows": {"@id": "ex:knows", "@type": "@id"}}


def node(context: dict[str, Any] | None = None, **entries: object) -> dict[str, Any]:
    return {
        "@context": {**EX, **(context or {})},
        "@id": "ex:a",
        **{key.replace("_", "@", 1): entries[key] for key in entries},
    }


def of(key: str, value: object, context: dict[str, Any] | None = None) -> dict[str, Any]:
    return {**node(context), key: value}


LOSSES: dict[str, tuple[Any, list[tuple[str, str]]]] = {
    "a relative @id": ({"@context": EX, "@id": "x", "name": "a"}, [('"x"', "'x' stays relative")]),
    "a relative object": (of("knows", "zz"), [('"zz"', "'zz' stays relative")]),
    "a relative object by @id": (of("ex:k", {"@id": "zz"}), [('"zz"', "the statement with it is dropped")]),
    "a relative graph": (
        {"@context": EX, "@id": "g", "@graph": [{"@id": "ex:a", "name": "x"}]},
        [('"g"', "stays relative")],
    ),
    "a blank in an IRI": (of("knows", "ex:b c"), [('"ex:b c"', "'ex:b c' (<http://e.org/b c>) is no IRI")]),
    "a type that is no term": (of("@type", ["ex:T", "Foo"]), [('"Foo"', "the type is dropped")]),
    "a property with a blank": (of("ex:p q", "x"), [('"ex:p q"', "its values are dropped")]),
    "a property that is a blank node": (of("_:p", "x"), [('"_:p"', "is a blank node")]),
    "a key without a term": (of("nmae", "x"), [('"nmae"', "'nmae' is no term and no IRI")]),
    "a key without a term, with a node": (of("nmae", {"@id": "ex:b", "name": "x"}), [('"nmae"', "with all in it")]),
    "a key like a keyword": (of("@foo", "x"), [('"@foo"', "'@foo' is no keyword")]),
    "an @id like a keyword": ({"@context": EX, "@id": "@foo", "name": "x"}, [('"@foo"', "form of a keyword")]),
    "a language tag": (of("name", {"@value": "x", "@language": "en_GB"}), [('"en_GB"', "'en_GB' is no language tag")]),
    "a tag of a language map": (
        of("l", {"en_GB": "x", "en": "y"}, {"l": {"@id": "ex:l", "@container": "@language"}}),
        [('"en_GB"', "no language tag")],
    ),
    "a default language": (of("name", "x", {"@language": "en_GB"}), [('"x"', "'en_GB' is no language tag")]),
    "an empty language": (of("name", {"@value": "x", "@language": ""}), [('""', "'' is no language tag")]),
    "a value at the top": (["x", {"@context": EX, "@id": "ex:a"}], [('"x"', "a value without a subject")]),
    "a value in a graph": ({"@graph": [{"@value": "y"}]}, [('{"@value": "y"}', "a value without a subject")]),
    "a member of a list": (of("ex:l", {"@list": [1, {"@id": "rel"}]}), [('"rel"', "stays relative")]),
    "a base direction": (
        of("name", {"@value": "x", "@language": "ar", "@direction": "rtl"}),
        [('"x"', "the base direction of a text is dropped")],
    ),
    "a default direction": (of("name", "x", {"@direction": "rtl"}), [('"x"', "base direction")]),
    "a large integer": (of("ex:n", 100000000000000000000), [("100000000000000000000", "becomes an xsd:double")]),
    "a term of a property's context": (
        {**of("p", {"q": "x"}, {"p": {"@id": "ex:p", "@context": {"q": "ex:q"}}}), "q": "lost"},
        [('"q"', "'q' is no term")],
    ),
    "a term of a type's context, below it": (
        {**of("@type", "T", {"T": {"@id": "ex:T", "@context": {"q": "ex:q"}}}), "q": "kept", "ex:p": {"q": "lost"}},
        [('"q"', "'q' is no term")],
    ),
    "an id of a map": (
        of("p", {"ex:x": {"name": "x"}, "b": {"name": "y"}}, {"p": {"@id": "ex:p", "@container": "@id"}}),
        [('"b"', "'b' stays relative")],
    ),
    "a reverse property": (of("@reverse", {"nmae": {"@id": "ex:c"}}), [('"nmae"', "is no term")]),
    "two": ({**of("nmae", "x"), "knows": "zz"}, [('"nmae"', "no term"), ('"zz"', "stays relative")]),
}
"""Documents, and what each loses: what is pointed at, and words of the message."""

KEPT: dict[str, Any] = {
    "plain": of("name", ["x", 1, 1.5, True, None, 1e21, -0.0]),
    "null": of("n", "x", {"n": None}),
    "a mapped-out type": of("@type", "n", {"n": None}),
    "no base": {"@context": {**EX, "@base": "http://b.org/x/"}, "@id": "y", "knows": ["../z", "#f", ""]},
    "vocab": {"@context": {"@vocab": "http://v.org/"}, "@id": "http://e.org/a", "p": "x", "@type": "T"},
    "vocab relative to the base": {"@context": {"@base": "http://b.org/", "@vocab": "#"}, "@id": "", "p": "x"},
    "only an id": {"@id": "x"},
    "index": of("name", {"@value": "x", "@index": "i"}),
    "index map": of("p", {"a": "x", "b": ["y"]}, {"p": {"@id": "ex:p", "@container": "@index"}}),
    "property index": of("p", {"a": {"@id": "ex:x"}}, {"p": {"@id": "ex:p", "@container": "@index", "@index": "ex:i"}}),
    "id map": of("p", {"ex:x": {"name": "x"}, "@none": {"name": "z"}}, {"p": {"@id": "ex:p", "@container": "@id"}}),
    "type map": of("p", {"ex:T": {"@id": "ex:x"}, "ex:U": "ex:s"}, {"p": {"@id": "ex:p", "@container": "@type"}}),
    "type map with names": of(
        "p", {"ex:T": [{"@id": "ex:x", "name": "y"}, {"name": "z"}]}, {"p": {"@id": "ex:p", "@container": "@type"}}
    ),
    "graph": of("p", {"@id": "ex:x", "name": "g"}, {"p": {"@id": "ex:p", "@container": "@graph"}}),
    "graph by id": of(
        "p", {"ex:g": {"@id": "ex:x", "name": "g"}}, {"p": {"@id": "ex:p", "@container": ["@graph", "@id"]}}
    ),
    "nest": of("n", {"name": "g"}, {"n": "@nest"}),
    "included": of("@included", [{"@id": "ex:b", "name": "q"}]),
    "reverse": of("r", {"@id": "ex:b", "name": "x"}, {"r": {"@reverse": "ex:k"}}),
    "reverse map": of("@reverse", {"ex:k2": {"@id": "ex:c"}}),
    "lists": of("l", [[1, 2], [], ["x", {"@id": "ex:y"}]], {"l": {"@id": "ex:l", "@container": "@list"}}),
    "json": of("j", {"b": 1, "a": [True, None]}, {"j": {"@id": "ex:j", "@type": "@json"}}),
    "coerced numbers": of("n", [1, "1"], {"n": {"@id": "ex:n", "@type": "http://www.w3.org/2001/XMLSchema#double"}}),
    "set": of("name", {"@set": ["x"]}),
    "nested arrays": of("name", [["x"], ["y"]]),
    "two graphs": {"@context": EX, "@graph": [{"@id": "ex:a", "name": "x"}], "ex:p": "top"},
    "language map": of("l", {"de": ["a", "b"], "@none": "z"}, {"l": {"@id": "ex:l", "@container": "@language"}}),
    "contexts in each": [{"@context": EX, "@id": f"ex:{n}", "name": "x"} for n in range(3)],
    "null context": {"@context": [EX, None, EX], "@id": "ex:a", "name": "x"},
    "a term without its language": of("name", "x", {"@language": "de", "name": {"@id": "ex:name", "@language": None}}),
}


def written(value: object) -> bytes:
    return json.dumps(value).encode()


def pointed_at(data: bytes, base: str = "") -> list[tuple[str, str]]:
    text = data.decode()
    found = []
    for finding in dropped(data, "x.jsonld", base):
        place = finding.place
        assert finding.hint
        assert place
        assert place.line
        assert place.column
        assert place.length is not None
        found.append((text.split("\n")[place.line - 1][place.column - 1 :][: place.length], finding.message))
    return found


@pytest.mark.parametrize("name", LOSSES)
def test_what_is_dropped_is_told_at_its_place(name: str) -> None:
    value, expected = LOSSES[name]
    found = pointed_at(written(value))
    assert [text for text, _ in found] == [text for text, _ in expected]
    for (_, message), (_, words) in zip(found, expected, strict=True):
        assert words in message


@pytest.mark.parametrize("name", KEPT)
def test_nothing_is_told_of_a_document_that_loses_nothing(name: str) -> None:
    assert pointed_at(written(KEPT[name])) == []


@pytest.mark.parametrize("name", [name for name in (*KEPT, *LOSSES) if name != "a relative graph"])
def test_a_document_is_followed_as_the_parser_does(name: str) -> None:
    value = KEPT[name] if name in KEPT else LOSSES[name][0]
    data = written(value)
    walk = Walk(keeps=True)
    walk.document(json.loads(data))
    mine = sorted(_key(*statement[:3]) for statement in walk.statements)
    theirs = sorted(_key(str(q.subject), str(q.predicate), str(q.object)) for q in quads_in(data, JSON_LD))
    assert mine == theirs


def _key(*terms: str) -> tuple[str, ...]:
    return tuple(re.sub(r"^_:.*", "_:", term, flags=re.DOTALL) for term in terms)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50, 10_000])
def test_pieces_of_any_size_give_the_same(size: int) -> None:
    value = {"@context": EX, "@graph": [LOSSES["two"][0], {"@id": "ex:ü", "name": "é"}, {"@id": "zz", "name": "y"}]}
    for data in (json.dumps(value, indent=2, ensure_ascii=False).encode(), json.dumps([value]).encode()):
        watch = DropWatch("x.jsonld")
        for start in range(0, len(data), size):
            watch.feed(data[start : start + size])
        watch.end()
        assert watch.findings == dropped(data, "x.jsonld")
        assert len(watch.findings) == 3


def test_a_line_and_column_are_those_of_the_file() -> None:
    data = b"""{
  "@context": {"ex": "http://e.org/"},
  "@graph": [
    {"@id": "ex:a"},
    {"@id": "ex:b",
     "nmae": 1}
  ]
}"""
    (finding,) = dropped(data, "x.jsonld")
    assert str(finding.place) == "x.jsonld:6:6"


def test_with_a_base_nothing_stays_relative() -> None:
    assert pointed_at(b'{"@id": "x", "http://e.org/p": {"@id": "#y"}}', "http://b.org/") == []


def test_numbers_in_and_beyond_what_the_parser_holds() -> None:
    numbers = [2**64, 10**20 - 1, 10**20, 10**21 - 1, 10**21, -(10**20)]
    found = pointed_at(written(of("ex:n", numbers)))
    texts = [str(quad.object) for quad in quads_in(written(of("ex:n", numbers)), JSON_LD)]
    wrong = [str(n) for n, text in zip(numbers, texts, strict=True) if abs(n) < 10**21 and "double" in text]
    assert [text for text, _ in found] == wrong


def test_directions_make_language_tagged_strings() -> None:
    """JSON-LD 1.1 API, clause 8.2.2: a direction is dropped where no form for it is asked for."""
    with pytest.warns(DroppedWarning):
        parsed = parse_rdf(written(LOSSES["a base direction"][0]), JSON_LD, "x.jsonld")
    assert not parsed.errors
    assert [quad.object for quad in parsed.quads] == [Literal("x", language="ar")]


def test_type_maps_are_read() -> None:
    """JSON-LD 1.1 API, clause 5.1.2, step 13.8: a value of a type map may begin with its name."""
    parsed = parse_rdf(written(KEPT["type map with names"]), JSON_LD, "x.jsonld")
    assert (parsed.errors, len(parsed.quads)) == ((), 6)


def test_very_many_losses_end_with_a_word() -> None:
    data = written({"@context": EX, "@graph": [of("nmae", "x") for _ in range(300)]})
    found = dropped(data, "x.jsonld")
    assert len(found) == dropping.MAX_LOSSES + 1
    assert "not searched further" in found[-1].message


def test_of_one_object_only_so_many_losses_are_kept() -> None:
    walk = Walk()
    walk.document(["x"] * 5000)
    assert len(walk.losses) == 1000


def test_a_large_object_is_said_not_to_be_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dropping, "MAX_OBJECT", 1000)
    watch = DropWatch("x.jsonld")
    watch.feed(b'[{"nmae": "' + b"x" * 2000)
    watch.end()
    assert ["not searched further" in finding.message for finding in watch.findings] == [True]


def test_what_the_parser_refuses_has_a_place(tmp_path: Path) -> None:
    cases = {
        b'{"@id": 1}': (1, 9),
        b'{\n"@id": "http://e.org/a", "@type": ["http://e.org/T", null]}': (2, 54),
        b'{"http://e.org/p": {"@value": "x", "@type": "dt"}}': (1, 45),
        b'{"http://e.org/p": {"@id": "http://e.org/b", "@value": "x"}}': (1, 28),
        b'{"@context": {"r": {"@reverse": "http://e.org/k"}}, "r": "x"}': (1, 58),
        b'{"http://e.org/p": {"@value": 1, "@language": "en"}}': (1, 47),
    }
    for data, (line, column) in cases.items():
        (error,) = parse_rdf(data, JSON_LD, "x.jsonld").errors
        assert error.place
        assert (error.place.line, error.place.column) == (line, column), data
        path = tmp_path / "x.jsonld"
        path.write_bytes(data)
        exported = run("export", "-f", "nt", path)
        assert exported.exit_code == 3
        assert f"x.jsonld:{line}:{column}: error syntax" in exported.stderr
    assert len(cases) == 6


def test_parts_of_a_text_are_found() -> None:
    text = '{"a\\"b": [1, {"c": "d,]"}], "e": {}, "f": "\\u00e9"}'
    whole = scan(text)
    shown = lambda path: text[slice(*part_at(whole, path))]  # noqa: E731 -- used thrice below
    assert shown(((((None, 'a"b'), 1), "c"), "\0key")) == '"c"'
    assert shown((((None, 'a"b'), 1), "c")) == '"d,]"'
    assert shown((None, "e")) == "{}"
    assert shown((None, "f")) == '"\\u00e9"'
    assert shown((None, "missing")) == text


def test_of_very_many_parts_the_place_is_that_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "MAX_PARTS", 5)
    (finding,) = dropped(b'\n {"a:b": [1, 2, 3, 4, 5, 6, 7], "nmae": 1}', "x.jsonld")
    assert str(finding.place) == "x.jsonld:2:2"


def test_contexts_that_stand_elsewhere_are_left_to_the_parser() -> None:
    with pytest.raises(UnreadableError):
        Walk().document({"@context": "https://schema.org/", "name": "x"})
    assert dropped(b'{"@context": "https://schema.org/", "name": "x"}', "x") == ()


# The commands


def run(*arguments: str | Path, data: bytes | None = None) -> Result:
    return CliRunner().invoke(cli, [str(one) for one in arguments], input=data)


@pytest.fixture
def lossy(tmp_path: Path) -> Path:
    path = tmp_path / "data.jsonld"
    path.write_bytes(json.dumps({**of("nmae", "x"), "name": "y"}, indent=1).encode())
    return path


COMMANDS = (
    *("check", "check --shapes", "export", "export sorted", "export csv"),
    *("hash", "diff", "query", "build", "load"),
)


def _commands(path: Path) -> dict[str, list[str | Path]]:
    shapes = path.parent / "shapes.ttl"
    shapes.write_text("", encoding="utf-8")
    return {
        "check": ["check", path],
        "check --shapes": ["check", path, "--shapes", shapes],
        "export": ["export", "-f", "nt", path],
        "export sorted": ["export", "-f", "ttl", "--sort", path],
        "export csv": ["export", "-f", "csv", path, "-o", path.parent / "tables.zip"],
        "hash": ["hash", path],
        "diff": ["diff", path, path],
        "query": ["query", "SELECT * { ?s ?p ?o }", "-p", path],
        "build": ["build", path, "-o", path.parent / "dist"],
        "load": ["load", path.parent / "store", path],
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_warn_and_with_strict_refuse(lossy: Path, name: str) -> None:
    command = _commands(lossy)[name]
    warned = run(*command)
    assert "data.jsonld:11:2: warning dropped 'nmae' is no term" in warned.output + warned.stderr
    assert warned.exit_code == 0, warned.output
    strict = run(*command, "--strict")
    assert "data.jsonld:11:2: error dropped 'nmae' is no term" in strict.output + strict.stderr
    assert strict.exit_code == 3


def test_a_warning_is_said_once(lossy: Path) -> None:
    assert run("diff", lossy, lossy).stderr.count("'nmae'") == 1
    assert run("check", lossy).output.count("'nmae'") == 1


def test_an_allowed_context_is_followed(tmp_path: Path) -> None:
    context, data = tmp_path / "c.jsonld", tmp_path / "d.jsonld"
    context.write_text('{"@context": {"name": "http://e.org/name"}}', encoding="utf-8")
    data.write_text(
        '{"@context": "https://e.org/c",\n "@id": "http://e.org/a", "name": "x", "nmae": "y"}', encoding="utf-8"
    )
    result = run("export", "-f", "nt", data, "--allow-context", f"https://e.org/c={context}")
    assert result.exit_code == 0
    assert "d.jsonld:2:40: warning dropped 'nmae'" in result.stderr


def test_python_is_warned(lossy: Path) -> None:
    with pytest.warns(DroppedWarning, match="'nmae' is no term"):
        graph = Project.open(lossy).load()
    assert [finding.code for finding in graph.check().findings if finding.code == "dropped"] == ["dropped"]
    with pytest.raises(RdfSyntaxError, match="'nmae' is no term"):
        Project.open(lossy).load(strict=True)
    with pytest.warns(DroppedWarning):
        validated = scograph.validate(lossy, b"")
    assert [finding.code for finding in validated.findings if finding.code == "dropped"] == ["dropped"]
    assert validated.conforms
    with pytest.raises(RdfSyntaxError):
        scograph.validate(lossy, b"", strict=True)


def test_who_is_told_ends_with_the_block(lossy: Path) -> None:
    heard: list[Any] = []
    with told(heard.extend):
        parse_rdf(lossy.read_bytes(), JSON_LD, "x")
    assert len(heard) == 1
    with pytest.warns(DroppedWarning):
        parse_rdf(lossy.read_bytes(), JSON_LD, "x")
    assert len(heard) == 1


@pytest.mark.parametrize("number", ["1e400", "-1e999", "9" * 400, "-" + "9" * 400, '{"@value": 1e400}'])
def test_a_number_beyond_those_of_floating_point_is_read_and_what_follows_is_judged(
    number: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonld"
    path.write_text(f'{{"@id": "urn:a",\n "urn:p": {number},\n "lost": 1}}\n')
    for command in ("check", "hash"):
        result = CliRunner().invoke(cli, [command, str(path)])
        assert result.exit_code == 0, result.output
        assert re.search(r"a\.jsonld:3:\d+: warning", result.output), "the name without an IRI is told"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"@id":"urn:a","urn:p":{"@value":{"a":1e400},"@type":"@json"}}', "1:39"),
        ('{"@id":"urn:a","urn:p":{"@value":-1e999,"@type":"@json"}}', "1:34"),
        (f'{{"@id":"urn:a","urn:p":{{"@value":[0,{"9" * 400}],"@type":"@json"}}}}', "1:37"),
        ('{"@context":{"p":{"@id":"urn:p","@type":"@json"}},"@graph":[\n{"@id":"urn:a","p":{"b":[1,1e400]}}]}', "2:28"),
    ],
)
def test_a_json_literal_with_a_number_that_json_cannot_write_is_refused_with_its_place(
    text: str, place: str, tmp_path: Path
) -> None:
    """The parser would write `Infinity`, which is no JSON (RFC 8259, clause 6)."""
    path = tmp_path / "a.jsonld"
    path.write_text(text)
    said = f"a.jsonld:{place}: error syntax a number in a JSON literal is beyond floating point"
    asked = ["query", "--data", str(path), "ASK {}"]
    for command in (["check", str(path)], ["hash", str(path)], ["export", str(path), "-f", "nt"], asked):
        result = CliRunner().invoke(cli, command)
        assert (result.exit_code, said in result.output) == (3, True), result.output


def test_a_json_literal_with_large_numbers_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonld"
    path.write_text('{"@id":"urn:a","urn:p":{"@value":[1e308,-1.5],"@type":"@json"}}')
    result = CliRunner().invoke(cli, ["export", str(path), "-f", "nt"])
    assert result.exit_code == 0, result.output
    assert json.loads(json.loads(result.stdout.split(" ", 2)[2].partition("^^")[0])) == [1e308, -1.5]
