"""How files are read by every command: their base, byte order marks, formats, compression, JSON-LD contexts."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import RdfFormat, parse

import scograph
from conformance import MISSING, SUITES, cases
from scograph.cli import cli
from scograph.errors import RdfSyntaxError, UsageError
from scograph.formats import RDF_FORMATS, rdf_format_of_content
from scograph.read_options import NO_BASE, ReadOptions, file_iri
from scograph.streams import content_of, source_of

TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="https://example.org/"'
RELATIVE = {
    "a.ttl": ("<> a <#Thing> .\n", (1, 1)),
    "a.trig": ("<https://example.org/g> {\n  <#a> a <#Thing> .\n}\n", (2, 3)),
    "id.rdf": (f'<rdf:RDF {RDF}>\n  <ex:Thing rdf:ID="a"/>\n</rdf:RDF>\n', (2, 3)),
    "about.rdf": (f'<rdf:RDF {RDF}>\n\n <ex:Thing rdf:about="#a"/>\n</rdf:RDF>\n', (3, 2)),
    "a.jsonld": ('{\n  "@id": "a", "https://example.org/p": 1\n}\n', (2, 10)),
}
"""Files with a relative IRI, and the line and column where it is written."""
SHAPES = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
    "<#shape> a sh:NodeShape ; sh:targetClass <a.ttl#Thing> ;\n"
    "  sh:property [ sh:path <https://example.org/p> ; sh:minCount 1 ] .\n"
)


def run(*arguments: str, data: bytes | None = None) -> Result:
    result = CliRunner().invoke(cli, arguments, input=data, prog_name="scograph")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, (text, _) in RELATIVE.items():
        Path(name).write_text(text)
    Path("s.ttl").write_text(SHAPES)
    return tmp_path


# The base.


@pytest.mark.parametrize("name", RELATIVE)
def test_what_looks_at_a_file_takes_its_own_iri_for_its_base(name: str, folder: Path) -> None:
    own = (folder / name).as_uri()
    asked = run(
        "query", "--data", name, "-f", "nt", "CONSTRUCT { ?s ?p ?o } { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    )
    assert asked.exit_code == 0, asked.stderr
    subject = own if name == "a.ttl" else f"{own.rpartition('/')[0]}/a" if name == "a.jsonld" else f"{own}#a"
    assert asked.stdout.startswith(f"<{subject}> ")
    assert run("check", name, "--shapes", "s.ttl").exit_code == (1 if name == "a.ttl" else 0)
    assert "error syntax" not in run("check", name).stderr


@pytest.mark.parametrize("command", [["export", "-f", "nt"], ["hash"], ["load", "store"], ["build", "-o", "out"]])
@pytest.mark.parametrize("name", RELATIVE)
def test_what_publishes_refuses_relative_iris_without_a_base(command: list[str], name: str, folder: Path) -> None:
    refused = run(*command, name)
    line, column = RELATIVE[name][1]
    assert refused.exit_code == 3
    assert f"{name}:{line}:{column}: error syntax a relative IRI, and no base" in refused.stderr
    assert ("--base IRI" in refused.stderr) == (command[0] != "build")
    assert "scograph.toml" in refused.stderr
    assert not (folder / "out").exists()
    assert not list((folder / "store").rglob("*"))
    assert str(folder) not in refused.stdout


def test_a_relative_base_of_json_ld_has_a_place(folder: Path) -> None:
    text = '{"@context": {"@base": "rel/"},\n"https://example.org/p": {"@id": "b"}, "@id": "https://example.org/a"}\n'
    (folder / "base.jsonld").write_text(text)
    refused = run("export", "base.jsonld", "-f", "nt")
    assert (refused.exit_code, "base.jsonld:2:34: error syntax a relative IRI" in refused.stderr) == (3, True)


@pytest.mark.parametrize("name", RELATIVE)
def test_a_base_that_is_given_is_used_and_says_the_same_in_every_command(name: str, folder: Path) -> None:
    base = "https://example.org/data/x"
    exported = run("export", name, "-f", "nq", "--base", base)
    assert exported.exit_code == 0, exported.stderr
    subject = base if name == "a.ttl" else "https://example.org/data/a" if name == "a.jsonld" else f"{base}#a"
    assert exported.stdout.startswith(f"<{subject}> ")
    assert run("load", "store", name, "--base", base).exit_code == 0
    assert (
        run("hash", name, "--base", base).stdout == run("hash", "--from", "nq", "-", data=exported.stdout_bytes).stdout
    )
    assert (
        run(
            "query", "--data", name, "--base", base, "ASK { ?s ?p ?o FILTER(STRSTARTS(STR(?s), 'https://')) }"
        ).exit_code
        == 0
    )
    assert folder.as_uri() not in exported.stdout


@pytest.mark.parametrize("name", RELATIVE)
def test_standard_input_has_no_iri_of_its_own(name: str, folder: Path) -> None:
    data = (folder / name).read_bytes()
    refused = run("check", "-", "--shapes", "s.ttl", data=data)
    assert (refused.exit_code, "give --base IRI" in refused.stderr) == (3, True)
    assert run("check", "-", "--shapes", "s.ttl", "--base", "https://example.org/", data=data).exit_code == 0


def test_a_project_has_its_base_in_its_settings(folder: Path) -> None:
    project = folder / "p"
    (project / "data").mkdir(parents=True)
    (project / "data" / "a.ttl").write_text("<a> <https://example.org/p> <#b> .\n")
    assert run("export", "p", "-f", "nt").exit_code == 3
    refused = run("check", "p")  # as a build would
    assert (refused.exit_code, "data/a.ttl:1:1: error syntax a relative IRI" in refused.stderr) == (3, True)
    assert run("query", "-p", "p", "ASK { ?s ?p ?o }").stdout.strip() == "true"
    assert run("export", "p", "-f", "nt", "--facts-only", "--base", "https://b.example/").stdout.startswith(
        "<https://b.example/a> "
    )
    (project / "scograph.toml").write_text('[project]\nbase = "https://example.org/id/"\n')
    expected = "<https://example.org/id/a> <https://example.org/p> <https://example.org/id/#b> .\n"
    assert run("export", "p", "-f", "nt", "--facts-only").stdout == expected
    assert run("build", "p", "-o", "out", "--no-site").exit_code == 0
    assert b"".join(scograph.Project.open(project).load().export("nt", facts_only=True)).decode() == expected
    assert run("query", "-p", "p", "ASK { <a> ?p ?o }").stdout.strip() == "true"
    (project / "scograph.toml").write_text('[project]\nbase = "id/"\n')
    wrong = run("check", "p")
    assert (wrong.exit_code, "scograph.toml: project.base: the base 'id/' is no absolute IRI" in wrong.stderr) == (
        2,
        True,
    )


def test_a_difference_gives_both_sides_one_base(folder: Path) -> None:
    Path("b.ttl").write_text("<> a <#Thing>, <#Other> .\n")
    found = run("diff", "a.ttl", "b.ttl")
    assert found.stderr == "" or "error" not in found.stderr
    assert "1 fact added, 0 removed" in found.stdout
    assert run("diff", "a.ttl", "a.ttl", "--exit-code").exit_code == 0
    patch = run("diff", "-f", "sparql", "a.ttl", "b.ttl")
    assert (patch.exit_code, folder.as_uri() in patch.stdout) == (3, False)
    assert (
        "https://example.org/#Other"
        in run("diff", "-f", "sparql", "a.ttl", "b.ttl", "--base", "https://example.org/").stdout
    )


@pytest.mark.usefixtures("folder")
def test_fmt_keeps_relative_iris() -> None:
    text = '@prefix : <#> .\n<b> a <> ; :p <../c>, "x"^^<d> .\n<> :q :r .\n'
    Path("f.ttl").write_text(text)
    assert run("fmt", "f.ttl").exit_code == 0
    written = Path("f.ttl").read_text()
    assert NO_BASE.partition(":")[0] not in written
    assert "@prefix : <#> ." in written
    assert '"x"^^<d>' in written
    at = "https://example.org/x/y"
    said = [set(map(str, parse(one.encode(), RdfFormat.TURTLE, base_iri=at))) for one in (text, written)]
    assert said[0] == said[1]
    assert run("fmt", "--check", "f.ttl").exit_code == 0
    Path("two.ttl").write_text("<a> a <b> .\n@base <https://example.org/> .\n<a> a <b> .\n")
    left = run("fmt", "two.ttl")
    assert (left.exit_code, "declare one base" in left.stderr) == (3, True)
    assert Path("two.ttl").read_text().startswith("<a> a <b> .\n@base")


def test_a_query_with_a_relative_iri_says_that_a_base_is_missing(folder: Path) -> None:
    query = "# <no> 'IRI'\nSELECT * { ?s <https://example.org/p> '<x>' .\n  ?s a <Thing> }"
    refused = run("query", "--data", "a.ttl", query)
    assert refused.exit_code == 2
    assert "line 3, column 8: the relative IRI <Thing> needs a base" in refused.stderr
    assert "--base IRI" in refused.stderr
    assert "BASE <" in refused.stderr
    assert (
        run("query", "--data", "a.ttl", "--base", (folder / "a.ttl").as_uri(), "ASK { <> a <#Thing> }").stdout.strip()
        == "true"
    )
    with pytest.raises(UsageError, match="the relative IRI <> needs a base"):
        scograph.Project.builtin().load().query("ASK { <> ?p ?o }")


def test_a_base_must_be_absolute(folder: Path) -> None:
    refused = run("export", "a.ttl", "-f", "nt", "--base", "x/")
    assert (refused.exit_code, "no absolute IRI" in refused.stderr) == (2, True)
    with pytest.raises(UsageError):
        scograph.validate(folder / "a.ttl", b"", base="x/")


def test_the_python_api_takes_bases_as_the_commands_do(folder: Path) -> None:
    assert not scograph.validate(folder / "a.ttl", folder / "s.ttl").conforms
    with pytest.raises(RdfSyntaxError, match="no base"):
        scograph.validate(b"<> a <#Thing> .", b"")
    assert scograph.validate(b"<> a <#Thing> .", b"", base="https://example.org/").index.size == 1
    with pytest.raises(RdfSyntaxError, match="no base"):
        scograph.Project.open(folder / "a.ttl").load()
    loaded = scograph.Project.open(folder / "a.ttl").load(base="https://example.org/x")
    assert [str(triple.subject) for triple in loaded.facts] == ["<https://example.org/x>"]


def test_findings_have_their_places_under_a_base(folder: Path) -> None:
    Path("d.ttl").write_text("\n<a.ttl> a <a.ttl#Thing> .\n")
    found = scograph.validate(folder / "d.ttl", folder / "s.ttl").findings
    assert [(str(one.place).rpartition("/")[2], one.code) for one in found] == [("d.ttl:2:1", "sh:minCount")]


@pytest.mark.parametrize("name", ["a b.ttl", "ä.ttl", "a#b.ttl", "a%20b.ttl", "a?b.ttl"])
def test_the_iri_of_a_file_is_percent_encoded(name: str, folder: Path) -> None:
    Path(name).write_text("<> a <#Thing> .\n")
    assert (
        f"<{(folder / name).as_uri()}> "
        in run("query", "--data", name, "-f", "nt", "CONSTRUCT WHERE { ?s ?p ?o }").stdout
    )
    assert ReadOptions(moved=(".", "https://example.org/x/")).base_of(name) == (
        "https://example.org/x/" + file_iri(f"/{name}").removeprefix("file:///")
    )


TURTLE_CASES = [case for case in cases("turtle") if "Negative" not in case.kind]


def test_the_files_of_the_turtle_suite_are_read_with_their_bases(capsys: pytest.CaptureFixture[str]) -> None:
    if not TURTLE_CASES:
        pytest.skip(MISSING)
    for case in TURTLE_CASES:
        data = case.action.read_bytes()
        result = run("export", "-", "--from", "turtle", "-f", "nq", "--base", case.base, data=data)
        assert result.exit_code == 0, (case.name, result.stderr)
        assert len(result.stdout.splitlines()) == len(list(parse(data, RdfFormat.TURTLE, base_iri=case.base))), (
            case.name
        )
    with capsys.disabled():
        sys.stdout.write(f"\nTurtle suite of the W3C by `scograph export --base`: {len(TURTLE_CASES)} positive cases\n")
    assert len(TURTLE_CASES) == 219
    assert SUITES.is_dir()


# Byte order marks, compression and formats.

MARK = b"\xef\xbb\xbf"
ONE = {
    "ttl": b"<https://example.org/a> a <https://example.org/B> .\n",
    "nt": f"<https://example.org/a> {TYPE} <https://example.org/B> .\n".encode(),
    "nq": f"<https://example.org/a> {TYPE} <https://example.org/B> .\n".encode(),
    "trig": b"{ <https://example.org/a> a <https://example.org/B> }\n",
    "jsonld": b'{"@id": "https://example.org/a", "@type": "https://example.org/B"}\n',
    "rdf": f'<rdf:RDF {RDF}><rdf:Description rdf:about="https://example.org/a">'
    f'<rdf:type rdf:resource="https://example.org/B"/></rdf:Description></rdf:RDF>\n'.encode(),
}
"""One statement in every syntax."""
SAME = f"<https://example.org/a> {TYPE} <https://example.org/B> .\n"


def answers(name: str, *options: str, data: bytes | None = None) -> dict[str, str]:
    """What each command that reads a file says of it."""
    given = {
        "export": run("export", name, "-f", "nt", *options, data=data).stdout,
        "hash": run("hash", "--lines", name, *options, data=data).stdout,
        "check": run("check", name, "--shapes", "none.ttl", "-f", "json", *options, data=data).stdout,
        "query": run("query", "--data", name, "-f", "nt", "CONSTRUCT WHERE { ?s ?p ?o }", *options, data=data).stdout,
    }
    given["check"] = SAME if json.loads(given["check"] or "{}").get("triples") == 1 else given["check"]
    return given


def test_every_syntax_has_a_sample() -> None:
    assert set(ONE) == {row.name for row in RDF_FORMATS}


@pytest.mark.parametrize(
    "way", ["mark", "gz", "gz and mark", "gz, no extension", "stdin", "no extension", "other case"]
)
@pytest.mark.parametrize("form", ONE)
def test_a_file_says_the_same_to_every_command(
    form: str, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("none.ttl").write_text("")
    data = MARK + ONE[form] if "mark" in way else ONE[form]
    name = {"no extension": "data", "other case": f"A.{form.upper()}"}.get(way, f"a.{form}")
    if "gz" in way:
        name, data = f"{name}.gz" if way != "gz, no extension" else "data", gzip.compress(data)
    Path(name).write_bytes(data)
    found = answers("-", data=MARK + data) if way == "stdin" else answers(name)
    assert found == dict.fromkeys(found, SAME)
    if way != "stdin":
        assert run("diff", name, name, "--exit-code").exit_code == 0
        assert scograph.validate(tmp_path / name, b"").index.size == 1
        assert run("load", "store", name).exit_code == 0


@pytest.mark.parametrize("form", ONE)
def test_a_byte_order_mark_is_taken_off_bytes(form: str) -> None:
    assert scograph.validate(MARK + ONE[form], MARK, format=form).index.size == 1
    assert [
        finding.place.column
        for finding in scograph.validate(
            MARK + ONE["nt"],
            MARK + SHAPES.replace("<a.ttl#Thing>", "<https://example.org/B>").encode(),
            base="https://example.org/",
        ).findings
        if finding.place
    ] == [1]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_byte_order_mark_that_comes_in_pieces_is_taken_off(size: int, tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    pipe = tmp_path / "p.nt"
    os.mkfifo(pipe)
    data = MARK + ONE["nt"]

    def write() -> None:
        with pipe.open("wb", buffering=0) as file:
            for start in range(0, len(data), size):
                file.write(data[start : start + size])

    writer = threading.Thread(target=write)
    writer.start()
    assert content_of(source_of(str(pipe))) == ONE["nt"]
    writer.join()


def test_what_an_extension_does_not_tell_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("none.ttl").write_text("")
    for name, form in (
        ("x.shacl", "ttl"),
        ("x.json", "jsonld"),
        ("x.owl", "ttl"),
        ("y.owl", "rdf"),
        ("x.xml", "rdf"),
        ("x.txt", "nq"),
    ):
        Path(name).write_bytes(ONE[form])
        found = answers(name)
        assert found == dict.fromkeys(found, SAME), name
        assert run("check", name).exit_code == 0
    Path("prose.txt").write_text("Dear reader,\n")
    for command in (
        ["export", "-f", "nt"],
        ["hash"],
        ["check", "-s", "none.ttl"],
        ["check"],
        ["query", "ASK {}", "--data"],
    ):
        refused = run(*command, "prose.txt")
        assert (
            refused.exit_code,
            "nor its content is of an RDF format" in refused.stderr,
            "--from" in refused.stderr,
        ) == (
            3,
            True,
            True,
        )


@pytest.mark.parametrize(
    ("head", "form"),
    [
        (b"# a comment\n\nPREFIX ex: <https://example.org/>", "ttl"),
        (b"<urn:a> a <urn:b> .", "ttl"),
        (b"[] a <urn:b> .", "ttl"),
        (b"[ <urn:p> 1 ] .", "ttl"),
        (b"@prefix : <urn:x{> . # {", "ttl"),
        (b"GRAPH <urn:g> { <urn:a> <urn:b> <urn:c> }", "trig"),
        (b"<urn:a> <urn:b> '{' .", "ttl"),
        (b'<urn:a> <urn:b> "c" <urn:g> .\n# end', "nq"),
        (b'_:a <urn:b> "c"@en .', "nt"),
        (b"[]", "jsonld"),
        (b' [ {"@id": "urn:a"} ]', "jsonld"),
        (b'<?xml version="1.0"?>', "rdf"),
        (b"<!-- x -->\n<rdf:RDF>", "rdf"),
        (b'<r:RDF\n  xmlns:r="urn:x">', "rdf"),
        (b"", None),
        (b"name,age\n1,2\n", None),
        (b"Graph of things", None),
        (b"\x00\x01", None),
    ],
)  # fmt: skip
def test_the_content_of_a_file_tells_its_format(head: bytes, form: str | None) -> None:
    found = rdf_format_of_content(head)
    assert (found.name if found else None) == form
    marked = rdf_format_of_content(MARK + head)
    assert marked == found


def test_formats_have_one_name_and_the_same_aliases_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("none.ttl").write_text("")
    count = 0
    for row in RDF_FORMATS:
        Path("data").write_bytes(ONE[row.name])
        for name in (row.name, *row.aliases, row.name.upper()):
            found = answers("data", "--from", name)
            assert found == dict.fromkeys(found, SAME), name
            assert run("export", "data", "-f", name).exit_code == 0
            assert run("query", "--data", "data", "-f", name, "CONSTRUCT WHERE { ?s ?p ?o }").exit_code == 0
            assert b"".join(scograph.Project.open("data").load().export(name))
            count += 1
    assert count == 6 + 6 + 9
    assert (
        run("check", "data", "-s", "none.ttl", "-f", "turtle").stdout
        == run("check", "data", "-s", "none.ttl", "-f", "ttl").stdout
    )
    old = run("check", "data", "-s", "none.ttl", "--data-format", "rdf")
    assert (old.exit_code, "now called --from" in old.stderr) == (0, True)


@pytest.mark.usefixtures("folder")
def test_a_format_that_is_given_is_that_of_the_data_and_not_of_the_shapes() -> None:
    Path("d").write_bytes(ONE["nt"])
    assert run("check", "d", "--from", "nt", "--shapes", "s.ttl").exit_code == 0
    assert run("check", "s.ttl", "--from", "jsonld", "--shapes", "s.ttl").exit_code == 3
    for command in (["check", "."], ["query", "ASK {}", "-p", "."]):
        refused = run(*command, "--from", "ttl")
        assert (refused.exit_code, "--from is only for" in refused.stderr) == (2, True)


HOSTILE = ("_:" + "<b>_:a" * 700, "<a" + " " * 4096, "<a <" * 1024, "'''" + '"' * 4096, "{" * 4096, "<a:b> " * 680)


@pytest.mark.parametrize("beginning", HOSTILE)
def test_a_hostile_beginning_is_judged_in_few_steps(beginning: str) -> None:
    code = "import sys; from scograph.formats import rdf_format_of_content as f; f(sys.stdin.buffer.read())"
    done = subprocess.run([sys.executable, "-c", code], input=beginning.encode(), check=False, timeout=60)
    assert done.returncode == 0


def test_compressed_files_are_read_in_folders_and_projects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    data = Path("p/data")
    data.mkdir(parents=True)
    (data / "a.ttl.gz").write_bytes(gzip.compress(ONE["ttl"]))
    assert run("export", "p", "-f", "nt", "--facts-only").stdout == SAME
    assert run("export", "p/data", "-f", "nt").stdout == SAME
    assert run("check", "p").exit_code == 0
    assert run("check", "p/data", "--shapes", "p/data").exit_code == 0
    assert run("build", "p", "-o", "out", "--no-site").exit_code == 0
    shutil.copytree(Path(__file__).parent / "projects" / "small", "small")
    expected = run("export", "small", "-f", "nq").stdout
    for path in list(Path("small/data").rglob("*.ttl")):
        Path(f"{path}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    assert run("export", "small", "-f", "nq").stdout == expected
    (data / "a.ttl.gz").write_bytes(gzip.compress(ONE["ttl"])[:-9])
    damaged = run("check", "p")
    assert (damaged.exit_code, "a.ttl.gz: the compressed data" in damaged.stderr) == (3, True)


@pytest.mark.skipif(not Path("/dev/stdin").exists(), reason="this system has no /dev/stdin")
def test_the_device_of_standard_input_is_read(tmp_path: Path) -> None:
    (tmp_path / "none.ttl").write_text("")
    for arguments in (
        ["check", "/dev/stdin", "--shapes", "none.ttl"],
        ["check", "/dev/stdin"],
        ["check", "-"],
        ["export", "/dev/stdin", "-f", "nt"],
        ["query", "ASK {}", "--data", "/dev/stdin"],
        ["query", "ASK {}", "--data", "-"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "scograph", *arguments],
            input=ONE["jsonld"],
            capture_output=True,
            check=False,
            cwd=tmp_path,
            timeout=120,
        )
        assert done.returncode == 0, (arguments, done.stderr)


# JSON-LD contexts.

SCHEMA = '{"@context": "https://schema.org", "@id": "https://example.org/a", "name": "A"}'


@pytest.mark.parametrize(
    ("context", "contexts", "statement"),
    [
        ('"terms.jsonld"', {"terms.jsonld": {"p": "urn:p"}}, "<urn:p>"),
        ('{"@import": "terms.jsonld", "q": "urn:q"}', {"terms.jsonld": {"p": "urn:p"}}, "<urn:p>"),
        ('{"@import": "/dir/terms.jsonld", "p": "urn:own"}', {"terms.jsonld": {"p": "urn:p"}}, "<urn:own>"),
        ('"a/one.jsonld"', {"a/one.jsonld": ["two.jsonld"], "a/two.jsonld": {"p": "urn:p2"}}, "<urn:p2>"),
    ],
)
def test_allowed_contexts_may_be_relative_and_imported(
    tmp_path: Path, context: str, contexts: dict[str, object], statement: str
) -> None:
    options = []
    for number, (name, content) in enumerate(contexts.items()):
        (tmp_path / f"{number}.json").write_text(json.dumps({"@context": content}))
        options += ["--allow-context", f"https://ex.org/dir/{name}={tmp_path / f'{number}.json'}"]
    (tmp_path / "data.jsonld").write_text(f'{{"@context": {context}, "@id": "urn:a", "p": 1}}')
    read = ("--base", "https://ex.org/dir/data.jsonld", str(tmp_path / "data.jsonld"))
    done = run("export", "-f", "nt", *read, *options)
    assert (done.exit_code, statement in done.stdout) == (0, True), done.output
    refused = run("export", "-f", "nt", *read, "--allow-context", "https://ex.org/other")
    assert (refused.exit_code, "--allow-context https://ex.org/dir/" in refused.stderr) == (3, True), refused.output


def test_what_cannot_be_imported_is_refused(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text('{"@context": [{"p": "urn:p"}]}')
    (tmp_path / "data.jsonld").write_text('{"@context": {"@import": "https://ex.org/list"}, "@id": "urn:a", "p": 1}')
    allowed = ("--allow-context", f"https://ex.org/list={tmp_path / 'list.json'}")
    done = run("export", "-f", "nt", str(tmp_path / "data.jsonld"), *allowed)
    said = "the JSON-LD context https://ex.org/list cannot be imported: it is not one object without @import"
    assert (done.exit_code, said in done.stderr) == (3, True), done.output


def test_contexts_are_allowed_by_one_option_in_every_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.jsonld").write_text(SCHEMA)
    Path("none.ttl").write_text("")
    Path("copy.json").write_bytes(MARK + b'{"@context": {"name": "https://schema.org/name"}}')
    commands = (
        ["export", "a.jsonld", "-f", "nt"],
        ["hash", "a.jsonld"],
        ["check", "a.jsonld"],
        ["check", "a.jsonld", "--shapes", "none.ttl"],
        ["query", "ASK {}", "--data", "a.jsonld"],
        ["diff", "a.jsonld", "a.jsonld"],
        ["load", "store", "a.jsonld"],
    )
    for command in commands:
        refused = run(*command)
        assert refused.exit_code == 3, command
        assert "--allow-context" in refused.stderr, command
        for address in ("https://schema.org/", "https://schema.org", "HTTPS://Schema.org/#x"):
            allowed = run(*command, "--allow-context", f"{address}=copy.json")
            assert allowed.exit_code == 0, (command, allowed.stderr)
    assert run(*commands[0], "--allow-context", "https://schema.org/=copy.json").stdout == (
        '<https://example.org/a> <https://schema.org/name> "A" .\n'
    )
    built = run("build", "a.jsonld", "-o", "out")
    assert (built.exit_code, "--allow-context" in built.stderr, "copy the context" in built.stderr) == (3, False, True)
    for command in commands:
        unread = run(*command, "--allow-context", "schema.org=copy.json")
        assert (unread.exit_code, "is not a URL" in unread.stderr) == (2, True), command
