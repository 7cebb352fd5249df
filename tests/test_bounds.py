"""Files that grow, nest or never end are refused with their name and the bound, in little memory and time."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from bombs import (
    ANSWERS,
    BODIES,
    DATA,
    ENDING,
    FILES,
    FORMS,
    GROWING,
    NO_CONSTRAINT,
    RULES,
    Bomb,
    chained_terms,
    laughing_entities,
    linked_blank_nodes,
    long_prefix,
    many_attributes,
    many_namespaces,
    nested_json,
    nested_lists,
    nested_xml,
    scoped_terms,
    shape,
    surrounded_literals,
    triple_terms,
)
from bombs import SHAPES as SHAPES_WITHOUT_END
from scograph import bounds
from scograph import guard as guards
from scograph.bounded import run_in_pieces
from scograph.checks.shacl import values
from scograph.checks.shacl.values import compare, count_not_in_order
from scograph.cli import cli, query
from scograph.formats import RDF_FORMATS
from scograph.guard import BoundError, Guard, guard
from scograph.probe.client import Reply
from scograph.probe.site import quads_of
from scograph.terms import XSD

MEMORY = 2 << 30
SECONDS = 60
"""Only against a run that never ends."""


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(*arguments: str, cwd: Path | None = None, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command line with 2 GiB of memory."""
    return subprocess.run(
        [sys.executable, "-m", "scograph", *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        timeout=SECONDS,
        check=False,
        preexec_fn=_bounded,
        env=os.environ | {"PYTHONSAFEPATH": "1"},
    )


MEDIA_TYPES = {row.extensions[0]: row.media_type for row in RDF_FORMATS}
SHAPES = b"""@prefix sh: <http://www.w3.org/ns/shacl#> .
<x:shape> a sh:NodeShape ; sh:targetSubjectsOf <x:b> ; sh:property [ sh:path <x:b> ; sh:maxCount 9 ] .
"""


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("export", "-f", "nq", "-o", os.devnull), id="export"),
        pytest.param(("check", "--shapes", "shapes.ttl"), id="check", marks=pytest.mark.slow),
        pytest.param(("hash",), id="hash", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("bomb", FILES, ids=lambda bomb: bomb.name)
def test_a_bomb_is_refused_with_its_name_and_the_bound(bomb: Bomb, command: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / bomb.file).write_bytes(bomb.make())
    (tmp_path / "shapes.ttl").write_bytes(SHAPES)
    done = run(*command, bomb.file, cwd=tmp_path)
    said = done.stderr.decode()
    assert done.returncode == 3, (done.returncode, said[-500:])
    assert bomb.file in said
    assert bomb.bound in said
    assert "Traceback" not in said
    assert len(said) < 2000


@pytest.mark.parametrize(
    "bomb", [one for one in FILES if one.extension in ("ttl", "rdf", "jsonld")], ids=lambda bomb: bomb.name
)
def test_a_project_with_a_bomb_is_refused_at_its_place(bomb: Bomb, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / bomb.file).write_bytes(bomb.make())
    done = run("check", str(tmp_path))
    assert done.returncode == 3, done.stderr[-500:]
    assert f"data/{bomb.file}" in done.stderr.decode()
    assert bomb.bound in done.stderr.decode()


@pytest.mark.parametrize(
    ("text", "end"),
    [(b'"long ', b'" .\n'), (b"'long ", b"' .\n"), (b'"""long ', b'""" .\n'), (b"'''long ", b"''' .\n")],
    ids=["quotes", "apostrophes", "three quotes", "three apostrophes"],
)
def test_a_long_text_that_comes_in_pieces_is_looked_through_once(text: bytes, end: bytes) -> None:
    """With each piece anew, a text of 16 MiB took seconds; what follows it is still counted."""
    looked: list[int] = []

    class Counted(guards._TurtleWatch):  # noqa: SLF001 -- how much it looks at
        def _follow(self, block: bytes, start: int) -> int:
            looked.append(len(block) - start)
            return super()._follow(block, start)

    watch = Counted("file")
    watch.feed(b"<x:a> <x:b> " + text)
    for _ in range(200):
        watch.feed(b"x" * 1000)
    with pytest.raises(BoundError, match="nested triple terms"):
        watch.feed(end + triple_terms(51))
    assert sum(looked) < 210_000


@pytest.mark.parametrize(
    ("at_the_bound", "beyond", "form"),
    [
        (nested_json(100), nested_json(101), RdfFormat.JSON_LD),
        (chained_terms(100), chained_terms(101), RdfFormat.JSON_LD),
        (nested_xml(499), nested_xml(500), RdfFormat.RDF_XML),
        (many_attributes(998), many_attributes(999), RdfFormat.RDF_XML),
        (many_namespaces(900, apart=100), many_namespaces(1000, apart=100), RdfFormat.RDF_XML),
        (surrounded_literals(40), surrounded_literals(400), RdfFormat.RDF_XML),
        (long_prefix(487, 1), long_prefix(488, 1), RdfFormat.TURTLE),
        (laughing_entities(5), laughing_entities(7), RdfFormat.RDF_XML),
        (scoped_terms(1000, 9_000), scoped_terms(1000, 10_001), RdfFormat.JSON_LD),
    ],
    ids=["nesting", "chain", "xml", "attributes", "namespaces", "literals", "namespace", "entities", "scoped"],
)
def test_what_is_at_a_bound_is_read_and_what_is_beyond_is_not(
    at_the_bound: bytes, beyond: bytes, form: RdfFormat
) -> None:
    guard(at_the_bound, form, "file")
    with pytest.raises(BoundError, match="bound: "):
        guard(beyond, form, "file")


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (b'<x:a> <x:b> "' + b"<< " * 1000 + b'" .\n', RdfFormat.TURTLE),
        (b'<x:a> <x:b> """' + b'<< " \n' * 100_000 + b'""" .\n', RdfFormat.TURTLE),
        (b"<x:a> <x:b> <x:c> . # " + b"<< " * 1000 + b"\n", RdfFormat.TURTLE),
        (b"@prefix e: <http://e/> .\n e:a\\'b e:b <http://x.org/" + b"a" * 9000 + b"> .\n", RdfFormat.TURTLE),
        (b'{"http://x.org/p": "' + b'[{\\"' * 100_000 + b'"}', RdfFormat.JSON_LD),
        (b'{"http://x.org/p": "\\\\"}' + b" " * 300_000, RdfFormat.JSON_LD),
        (b"[" + b",".join([b'{"@context": {"a": "http://x.org/a"}, "a": "1"}'] * 20_000) + b"]", RdfFormat.JSON_LD),
    ],
    ids=["text", "long text", "comment", "long IRI", "brackets in a text", "backslashes", "contexts"],
)
def test_what_only_looks_like_a_bomb_is_read(data: bytes, form: RdfFormat) -> None:
    guard(data, form, "file")
    assert sum(1 for _ in parse(data, form)) > 0


def test_a_bound_is_raised_by_option(tmp_path: Path) -> None:
    path = tmp_path / "deep.jsonld"
    path.write_bytes(nested_json(150))
    assert run("export", "-f", "nq", str(path)).returncode == 3
    raised = run("--bound", "nesting=200", "export", "-f", "nq", str(path))
    assert raised.returncode == 0, raised.stderr
    assert raised.stdout.count(b"\n") == 150
    too_high = run("--bound", "nesting=9000", "export", "-f", "nq", str(path))
    assert too_high.returncode == 2
    assert b"can be at most 1,000" in too_high.stderr
    assert b"is not a bound" in run("--bound", "depth=3", "export", "-f", "nq", str(path)).stderr


def test_no_bound_is_higher_than_its_own_most() -> None:
    assert [bound.name for bound in bounds.BOUNDS if bound.maximum is not None and bound.default > bound.maximum] == []
    assert len({bound.name for bound in bounds.BOUNDS}) == len(bounds.BOUNDS)


PROTEGE = b"""<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [
    <!ENTITY owl "http://www.w3.org/2002/07/owl#" >
    <!ENTITY chess "https://example.org/chess/" >
]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:owl="&owl;" xmlns:chess="&chess;">
    <!-- <!DOCTYPE in a comment> -->
    <owl:Class rdf:about="&chess;Game"><chess:note><![CDATA[<!DOCTYPE]]></chess:note></owl:Class>
</rdf:RDF>
"""


def test_internal_entities_are_read(tmp_path: Path) -> None:
    path = tmp_path / "protege.rdf"
    path.write_bytes(PROTEGE)
    done = run("export", "-f", "nt", str(path))
    assert done.returncode == 0, done.stderr
    game = "<https://example.org/chess/Game>"
    assert sorted(done.stdout.decode().splitlines()) == [
        f"{game} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/2002/07/owl#Class> .",
        f'{game} <https://example.org/chess/note> "<!DOCTYPE" .',
    ]


@pytest.mark.parametrize(
    "declared",
    [
        b'[<!ENTITY a SYSTEM "file:///etc/hostname">]',
        b'[<!ENTITY % a SYSTEM "file:///etc/hostname"> %a;]',
        b'SYSTEM "http://127.0.0.1/x.dtd"',
    ],
)
def test_external_entities_are_refused(declared: bytes, tmp_path: Path) -> None:
    path = tmp_path / "external.rdf"
    path.write_bytes(PROTEGE.replace(PROTEGE[PROTEGE.index(b"[") : PROTEGE.index(b"]>") + 1], declared))
    done = run("export", "-f", "nt", str(path))
    assert done.returncode == 3
    assert b"nothing is fetched" in done.stderr
    assert b"external.rdf:" in done.stderr


QUICK = ("--bound", "constraint-seconds=1", "--bound", "constraint-memory=256")


@pytest.mark.parametrize("name", SHAPES_WITHOUT_END)
def test_a_constraint_without_end_is_a_finding_and_the_rest_is_reported(name: str, tmp_path: Path) -> None:
    (tmp_path / "data.ttl").write_bytes(DATA)
    (tmp_path / "shapes.ttl").write_bytes(SHAPES_WITHOUT_END[name])
    done = run(*QUICK, "check", "data.ttl", "--shapes", "shapes.ttl", "-f", "json", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    findings = json.loads(done.stdout)["findings"]
    unfinished = [one for one in findings if "not evaluated" in one["message"]]
    assert len(unfinished) == 1
    assert unfinished[0]["severity"] == "error"
    assert "bound: constraint-" in unfinished[0]["message"]
    assert unfinished[0]["place"]["path"] == "shapes.ttl"
    assert [one["component"] for one in findings if one not in unfinished] == [
        "http://www.w3.org/ns/shacl#MaxLengthConstraintComponent"
    ] * 60


def project(folder: Path, rule: str = "", question: str = "") -> None:
    """A project of 60 triples, with a rule or a question that does not end before one that does."""
    for path, data in {
        "data/a.ttl": DATA.decode(),
        "shapes/a.rq": f"# A-01 error: never\nSELECT ?focus {{ ?focus <x:text> ?v . {rule} }}\n" if rule else "",
        "shapes/b.rq": "# B-01 error: each\nSELECT ?focus { ?focus <x:text> ?v }\n",
        "ontology/questions/1-a.rq": f"# a\nSELECT ?f {{ ?f <x:text> ?v . {question} }}\n" if question else "",
        "ontology/questions/1-a.csv": "f\n" if question else "",
        "ontology/questions/2-b.rq": "# b\nSELECT (COUNT(*) AS ?n) { ?f <x:text> ?v }\n",
        "ontology/questions/2-b.csv": "n\n7\n",
    }.items():
        if data:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(data, encoding="utf-8")


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("kind", ["rule", "question"])
def test_a_query_of_a_project_without_end_is_a_finding_and_the_rest_is_reported(
    name: str, kind: str, tmp_path: Path
) -> None:
    project(tmp_path, **{kind: RULES[name]})
    done = run(*QUICK, "check", "-f", "json", "--all", str(tmp_path))
    assert done.returncode == 1, done.stderr
    findings = json.loads(done.stdout)["findings"]
    (unfinished,) = [one for one in findings if "not evaluated" in one["message"]]
    assert "bound: constraint-" in unfinished["message"]
    path = "shapes/a.rq" if kind == "rule" else "ontology/questions/1-a.rq"
    assert (unfinished["code"], unfinished["place"]["path"]) == ("rule" if kind == "rule" else "Q02", path)
    assert sum(one["code"] == "B-01" for one in findings) == 60
    assert [one["place"]["path"] for one in findings if one["code"] == "Q03"] == ["ontology/questions/2-b.csv"]


GROWS = RULES["a text that grows"]
SHORT = "error: {} was not answered: not enough memory: it needs more than {}"
ALL, MORE = "the limit of this process", "256 MiB (bound: query-memory)"


@pytest.mark.parametrize("says", [pytest.param(ALL, marks=pytest.mark.slow), MORE], ids=["system", "bound"])
@pytest.mark.parametrize("kind", ["files", "a file", "question", "folder"])
def test_a_query_that_takes_all_memory_is_said_by_its_name_and_answers_nothing(
    kind: str, says: str, tmp_path: Path
) -> None:
    text = f"# grows\nSELECT * {{ {GROWS} }}"
    project(tmp_path, question=GROWS)
    (tmp_path / "grows.rq").write_text(text, encoding="utf-8")
    if kind == "folder":
        assert run("load", "store", "data/a.ttl", cwd=tmp_path).returncode == 0
    words, name = {
        "files": ([text, "--data", "data/a.ttl"], "the query"),
        "a file": (["grows.rq"], "grows.rq"),
        "question": (["1"], "question 1 (ontology/questions/1-a.rq)"),
        "folder": ([text, "--store", "store"], "the query"),
    }[kind]
    lower = ["--bound", "query-memory=256"] if says == MORE else ["--bound", "query-memory=9999999"]
    for output in ([], ["-o", "answer.txt"]):
        done = run(*lower, "query", *words, *output, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (5, b""), done.stderr[-500:]
        assert done.stderr.decode().splitlines()[-2] == SHORT.format(name, says)
    assert not (tmp_path / "answer.txt").exists()
    assert run(*lower, "query", "2", cwd=tmp_path).returncode == 0


def test_a_question_that_takes_all_memory_is_an_item_of_the_coverage(tmp_path: Path) -> None:
    project(tmp_path, question=GROWS)
    done = run(*QUICK, "coverage", "-f", "json", str(tmp_path))
    assert done.returncode in (0, 1), done.stderr[-500:]
    assert b"not evaluated: it needs more than 256 MiB (bound: constraint-memory)" in done.stdout


def test_a_query_of_a_shape_is_not_evaluated_when_it_is_read(tmp_path: Path) -> None:
    """Sums and orders are made as soon as the engine has the query, whatever is read of them."""
    (tmp_path / "data.ttl").write_bytes(DATA)
    query = f"SELECT $this (SUM(STRLEN(?r6)) AS ?n) {{ {GROWING} BIND(1 AS ?x) }} GROUP BY $this # at the end"
    (tmp_path / "shapes.ttl").write_bytes(shape(f'sh:sparql [ sh:select """{query}\n""" ]'))
    done = run(*QUICK, "check", "data.ttl", "--shapes", "shapes.ttl", "-f", "json", cwd=tmp_path)
    assert done.returncode == 1, done.stderr[-500:]
    messages = [one["message"] for one in json.loads(done.stdout)["findings"]]
    assert sum("bound: constraint-memory" in one for one in messages) == 1


def test_the_time_of_the_whole_ends_a_check_with_its_report(tmp_path: Path) -> None:
    project(tmp_path, rule=RULES["a product of six"])
    done = run("check", "--timeout", "3", "-f", "json", str(tmp_path))
    assert done.returncode == 124, done.stderr
    messages = [one["message"] for one in json.loads(done.stdout)["findings"]]
    assert [one for one in messages if "the time limit of --timeout ran out" in one] != []
    whole = run("--bound", "constraint-seconds=1", "check", "--timeout", "50", str(tmp_path))
    assert whole.returncode == 1


@pytest.mark.parametrize(
    "pattern", ["(" * 5_000 + "a" + ")" * 5_000, "a{99999999999}", "(" * 400 + "a" + ")" * 400, "a" * 20_000]
)
def test_a_pattern_that_is_too_much_is_a_flaw_of_the_shape(pattern: str, tmp_path: Path) -> None:
    (tmp_path / "data.ttl").write_bytes(DATA)
    (tmp_path / "shapes.ttl").write_bytes(shape(f'sh:pattern "{pattern}"'))
    done = run("check", "data.ttl", "--shapes", "shapes.ttl", cwd=tmp_path)
    assert done.returncode in (1, 3), done.stderr[-300:]
    assert b"Traceback" not in done.stderr
    assert done.returncode == 1 or b"shapes.ttl:" in done.stdout


_TERMS = st.sampled_from(
    [f'"{n}"' for n in range(3)]
    + [f'"{n}"^^<{XSD}{kind}>' for n in ("1", "2", "2.0", "NaN") for kind in ("integer", "decimal", "double")]
    + [f'"2001-01-0{n}T00:00:00{zone}"^^<{XSD}dateTime>' for n in (1, 2) for zone in ("", "Z", "+05:00")]
    + [f'"{text}"^^<{XSD}duration>' for text in ("P1M", "P30D", "P31D", "PT1S")]
    + ['"a"@en', "<x:a>", "_:a", f'"true"^^<{XSD}boolean>', f'"false"^^<{XSD}boolean>']
)


@given(_TERMS, st.lists(_TERMS, min_size=9, max_size=30), st.sampled_from([(-1,), (-1, 0)]))
def test_counting_what_is_not_in_order_gives_what_comparing_each_gives(
    term: str, others: list[str], allowed: tuple[int, ...]
) -> None:
    assert count_not_in_order(others, allowed)(term) == sum(compare(term, other) not in allowed for other in others)


def test_many_values_are_sorted_and_not_compared_each_with_each(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> int:
        raise AssertionError("two values are compared by themselves")

    monkeypatch.setattr(values, "_compared", never)
    others = [f'"{n}"^^<{XSD}integer>' for n in range(5_000)]
    count = count_not_in_order(others, (-1,))
    assert [count(other) for other in others] == list(range(1, 5_001))


@contextmanager
def answering(media_type: str, body: bytes) -> Iterator[str]:
    """The address of a server on loopback that answers everything with the same."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(200)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 -- the base class's names

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_of_a_store_that_nests_without_end_is_refused(name: str) -> None:
    media_type, body, query = ANSWERS[name]
    with answering(media_type, body) as address:
        done = run("query", "--store", address, query)
    assert done.returncode == 4, (done.returncode, done.stderr[-300:])
    assert b"bound: " in done.stderr


@pytest.mark.parametrize("bomb", [one for one in FILES if one.extension in MEDIA_TYPES], ids=lambda bomb: bomb.name)
def test_an_answer_of_a_site_beyond_the_bounds_is_no_rdf_to_a_probe(bomb: Bomb) -> None:
    reply = Reply("http://x.org/", 200, {"content-type": MEDIA_TYPES[bomb.extension]}, bomb.make())
    with pytest.raises(ValueError, match=bomb.bound):
        quads_of(reply)


@pytest.mark.parametrize(
    ("data", "bound"),
    [(linked_blank_nodes(12), "canonical-"), (nested_lists(30_000), "canonical-")],
    ids=["linked blank nodes", "nested lists"],
)
def test_naming_blank_nodes_is_bounded_and_says_by_what(data: bytes, bound: str, tmp_path: Path) -> None:
    path = tmp_path / "blank.ttl"
    path.write_bytes(data)
    done = run("--bound", "canonical-seconds=2", "--bound", "canonical-memory=300", "hash", str(path))
    assert done.returncode == 3, (done.returncode, done.stderr)
    said = done.stderr.decode()
    assert "the blank nodes cannot be told apart " in said
    assert f"--bound {bound}" in said


CANONICAL = ("--bound", "canonical-seconds=1", "--bound", "canonical-memory=300")


@pytest.fixture(scope="module")
def built_without_canonical(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder that was built of blank nodes that cannot be told apart, and what was said."""
    folder = tmp_path_factory.mktemp("indistinct")
    (folder / "data").mkdir()
    (folder / "data" / "a.ttl").write_bytes(linked_blank_nodes(12) + b"<http://x.org/a> <http://x.org/b> 1 .\n")
    done = run(*CANONICAL, "build", "-o", "out", ".", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "out", done.stderr.decode()


def test_what_needs_no_canonical_form_is_published_without(built_without_canonical: tuple[Path, str]) -> None:
    out, said = built_without_canonical
    manifest = json.loads((out / "manifest.json").read_bytes())
    why = "the blank nodes cannot be told apart within the bounds canonical-seconds and canonical-memory"
    assert manifest["noCanonicalSha256"] == why
    assert "canonicalSha256" not in manifest
    assert [entry["path"] for entry in manifest["files"] if "canonicalSha256" in entry] == []
    assert said.count(why) == 1
    assert (out / "index.html").is_file()
    name = manifest["name"]
    assert len((out / f"{name}.nq").read_bytes().splitlines()) == 145
    for path in ("CITATION.cff", "citation.bib"):
        text = (out / path).read_text()
        assert "canonical" not in text, path
        assert "ni:///sha-256;" in text, path


def test_a_folder_without_canonical_form_is_verified_byte_for_byte(built_without_canonical: tuple[Path, str]) -> None:
    out, _ = built_without_canonical
    done = run("verify", str(out))
    assert done.returncode == 0, done.stderr
    assert b"all files are as published, byte for byte; some data has no canonical form to compare" in done.stderr
    manifest = out / "manifest.json"
    before = manifest.read_bytes()
    try:
        manifest.write_bytes(before.replace(b"cannot be told", b"can not be told"))
        assert run("verify", str(out)).returncode == 1
    finally:
        manifest.write_bytes(before)


@pytest.mark.parametrize("command", [["diff", "{}", "{}"], ["hash", "{}"]], ids=lambda command: command[0])
def test_what_needs_the_canonical_form_is_refused(
    command: list[str], built_without_canonical: tuple[Path, str]
) -> None:
    out, _ = built_without_canonical
    data = str(next(out.glob("*.nq")))
    done = run(*CANONICAL, *(part.format(data) for part in command))
    assert done.returncode == 3, done.stderr
    assert b"the blank nodes cannot be told apart " in done.stderr


def test_a_release_is_not_made_without_the_canonical_form_that_it_is_cited_by(
    built_without_canonical: tuple[Path, str],
) -> None:
    project = built_without_canonical[0].parent
    done = run(*CANONICAL, "release", "1.0.0", "-o", "releases", ".", cwd=project)
    assert done.returncode == 3, done.stderr
    assert b"the blank nodes cannot be told apart " in done.stderr
    assert not (project / "releases" / "1.0.0").exists()


CLAUSES: dict[str, tuple[int, str, Callable[[int], str]]] = {
    "OPTIONAL": (999, "query-clauses", lambda n: "SELECT * { ?s ?p ?o " + "OPTIONAL { ?s ?p ?o } " * n + "}"),
    "MINUS": (999, "query-clauses", lambda n: "SELECT * { ?s ?p ?o " + "MINUS { ?s <x:none> ?o } " * n + "}"),
    "BIND": (999, "query-clauses", lambda n: f"SELECT * {{ {' '.join(f'BIND(1 AS ?v{i})' for i in range(n))} }}"),
    "AS": (999, "query-clauses", lambda n: f"SELECT {' '.join(f'(1 AS ?v{i})' for i in range(n))} {{ ?s ?p ?o }}"),
    "FILTER": (999, "query-operators", lambda n: "SELECT * { ?s ?p ?o " + "FILTER(?s = ?s) " * n + "}"),
    "DESCRIBE": (2000, "query-clauses", lambda n: f"DESCRIBE {' '.join(f'<x:{i}>' for i in range(n))}"),
    "triple terms": (99, "query-nesting", lambda n: f"SELECT * {{ ?s ?p {'<<( ?s ?p ' * n} 1 {')>> ' * n} }}"),
}
"""The most of each that a query may have, with the bound, and a query of so many."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", CLAUSES)
def test_a_query_at_the_bounds_of_its_clauses_ends(kind: str, tmp_path: Path) -> None:
    most, _, query = CLAUSES[kind]
    (tmp_path / "a.ttl").write_bytes(b"<x:a> <x:b> 1 .\n")
    answered = run("query", "--timeout", "10", "--data", "a.ttl", query(most), cwd=tmp_path)
    assert answered.returncode in (0, 124), (answered.returncode, answered.stderr[-300:])


@pytest.mark.parametrize("kind", CLAUSES)
def test_a_query_beyond_the_bounds_of_its_clauses_is_refused(kind: str, tmp_path: Path) -> None:
    most, bound, query = CLAUSES[kind]
    (tmp_path / "a.ttl").write_bytes(b"<x:a> <x:b> 1 .\n")
    for number in (most + 2, 20_000):
        (tmp_path / "a.rq").write_text(query(number))
        refused = run("query", "--data", "a.ttl", "a.rq", cwd=tmp_path)
        assert refused.returncode == 2, (number, refused.returncode, refused.stderr[-300:])
        assert f"bound: {bound}".encode() in refused.stderr, number


def peak(arguments: list[str], folder: Path) -> tuple[int, str, str, int]:
    """The exit code of a run, what it wrote, and the most MiB that any of its processes had in memory."""
    command = [sys.executable, "-m", "scograph", *arguments]
    with (folder / "out").open("w+b") as out, (folder / "err").open("w+b") as err:
        running = subprocess.Popen(command, cwd=folder, stdout=out, stderr=err, preexec_fn=_bounded)  # noqa: PLW1509 -- limits of its own
        late = threading.Timer(SECONDS, running.kill)
        late.start()
        _, status, usage = os.wait4(running.pid, 0)
        late.cancel()
        running.returncode = os.waitstatus_to_exitcode(status)
    texts = [(folder / name).read_text(encoding="utf-8") for name in ("out", "err")]
    return running.returncode, *texts, usage.ru_maxrss >> 10  # type: ignore[return-value]  # two texts


MOST_MIB = 600
"""What 256 MiB of a query or constraint, and the program with its data around it, stay below."""


@pytest.mark.slow
@pytest.mark.slow
@pytest.mark.parametrize("kind", FORMS)
def test_each_clause_that_has_no_end_is_ended_in_a_query(kind: str, tmp_path: Path) -> None:
    (tmp_path / "data.ttl").write_bytes(DATA)
    bounds = ["--bound", "query-memory=256"]
    code, out, err, most = peak([*bounds, "query", "--data", "data.ttl", "--timeout", "1", FORMS[kind]], tmp_path)
    if kind in ENDING:
        assert (code, err) == (0, "")
    else:
        assert (code, out) in ((5, ""), (124, "")), (code, err[-300:])
        assert ("not done within 1 seconds" if code == 124 else "(bound: query-memory)") in err
    assert most < MOST_MIB


@pytest.mark.slow
@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind for kind in BODIES if kind not in ENDING])
def test_each_clause_that_has_no_end_is_ended_in_a_constraint(kind: str, tmp_path: Path) -> None:
    (tmp_path / "data.ttl").write_bytes(DATA)
    body = f'sh:sparql [ sh:select """SELECT $this ?value {{ $this <x:text> ?value . {BODIES[kind]} }}""" ]'
    (tmp_path / "shapes.ttl").write_bytes(shape(body))
    code, out, err, most = peak([*QUICK, "check", "data.ttl", "--shapes", "shapes.ttl", "-f", "json"], tmp_path)
    if kind in NO_CONSTRAINT:
        assert (code, "pre-bound variables" in out) == (3, True), err[-300:]
        return
    assert code == 1, err[-300:]
    messages = [one["message"] for one in json.loads(out)["findings"]]
    assert sum(message.startswith("not evaluated: it ") for message in messages) == 1
    assert len(messages) == 61, "the other constraint was evaluated"
    assert most < MOST_MIB


def test_a_query_without_a_time_has_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data.ttl").write_bytes(DATA)
    given: list[float] = []

    def noted(work: Callable[[], Iterable[bytes]], seconds: float, *, name: str) -> Iterator[bytes]:
        given.append(seconds)
        return run_in_pieces(work, seconds, name=name)

    monkeypatch.setattr(query, "run_in_pieces", noted)
    done = CliRunner().invoke(cli, ["query", "--data", str(tmp_path / "data.ttl"), "ASK {}"])
    assert (done.exit_code, given) == (0, [bounds.QUERY_SECONDS.default])


def test_constraints_that_go_over_many_values_are_answered_or_named(tmp_path: Path) -> None:
    values = " , ".join(f'"{n}"@en' for n in range(5_000))
    links = "".join(f"<x:c{one}> <x:to> <x:c{other}> .\n" for one in range(12) for other in range(12))
    (tmp_path / "data.ttl").write_text(f"<x:many> <x:label> {values} .\n{links}")
    nested = "sh:property [ sh:path <x:to> ; " * 7 + "sh:maxCount 1" + " ]" * 7
    (tmp_path / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<x:unique> a sh:NodeShape ; sh:targetSubjectsOf <x:label> ;"
        " sh:property [ sh:path <x:label> ; sh:uniqueLang true ] .\n"
        f"<x:nested> a sh:NodeShape ; sh:targetSubjectsOf <x:to> ; {nested} .\n"
    )
    done = run(*QUICK, "check", "data.ttl", "--shapes", "shapes.ttl", "-f", "json", cwd=tmp_path)
    assert done.returncode == 1, done.stderr[-300:]
    findings = json.loads(done.stdout)["findings"]
    unique = [
        one for one in findings if one.get("component") == "http://www.w3.org/ns/shacl#UniqueLangConstraintComponent"
    ]
    assert [one["message"] for one in unique] == ["5000 values are in the language en"]
    rest = [one for one in findings if one not in unique]
    assert rest
    assert all(
        one.get("component") == "http://www.w3.org/ns/shacl#MaxCountConstraintComponent" or "bound: " in one["message"]
        for one in rest
    )


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (f"[project]\nname = {'9' * 10_000}", "not TOML: "),
        (f"a{'.a' * 100_000} = 1", "more than 16,384 characters of settings"),
        (f"x = {'[' * 8000}", "brackets nest too deeply"),
    ],
    ids=["digits", "parts", "brackets"],
)
def test_settings_that_their_parser_does_not_take_are_said(settings: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.ttl").write_text("<x:a> <x:b> <x:c> .")
    (tmp_path / "scograph.toml").write_text(settings)
    done = run("check", str(tmp_path))
    assert done.returncode == 3
    assert done.stderr.decode().startswith("error: scograph.toml")
    assert message in done.stderr.decode()


@pytest.mark.parametrize("kind", ["date", "gYear", "gYearMonth", "dateTime"])
def test_years_of_thousands_of_digits_have_their_order(kind: str) -> None:
    rest = {"date": "-01-01", "gYear": "", "gYearMonth": "-01", "dateTime": "-01-01T00:00:00Z"}[kind]
    large, small = (f'"{year}{rest}"^^<{XSD}{kind}>' for year in ("9" * 5000, "2024"))
    assert (compare(large, small), compare(small, large)) == (1, -1)


@pytest.mark.parametrize("name", ["maxCount", "minLength"])
def test_a_count_of_thousands_of_digits_is_refused_at_its_place(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<x:a> <x:text> 1 .")
    (tmp_path / "s.ttl").write_bytes(shape(f"sh:{name} {'9' * 5000}"))
    done = run("check", "a.ttl", "-s", "s.ttl", cwd=tmp_path)
    assert done.returncode == 3
    assert b"it has more than 100 digits, and no count needs so many" in done.stdout
    assert b"Traceback" not in done.stderr


def test_twice_as_many_contexts_are_twice_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []
    raw_decode = json.JSONDecoder.raw_decode

    def counted(self: json.JSONDecoder, text: str, idx: int = 0) -> tuple[object, int]:
        looked_at.append(len(text))
        return raw_decode(self, text, idx)

    monkeypatch.setattr(json.JSONDecoder, "raw_decode", counted)
    totals = []
    for count in (2_000, 4_000):
        looked_at.clear()
        guard(b"[" + b",".join([b'{"@context":{}}'] * count) + b"]", RdfFormat.JSON_LD, "file")
        totals.append(sum(looked_at))
    assert totals[1] <= 2.1 * totals[0]


XML_PARTS = (
    "<a>",
    "</a>",
    "<a/>",
    '<a p="/>"/>',
    "text",
    "/>",
    "<!-- <a> -->",
    "<![CDATA[<a>]]>",
    "<?e <a>?>",
    "\n",
)


REPEATED_XML = st.tuples(st.lists(st.sampled_from(XML_PARTS), min_size=1, max_size=4), st.integers(1, 12)).map(
    lambda drawn: drawn[0] * drawn[1]
)


@example(["<a>", "/>"] * 9, [], 8, 200)
@example(["<![CDATA[<a>]]>"] * 9, ["<a>"] * 3, 40, 200)
@example(["<?e <a>?>"] * 9, ["<a>"] * 3, 40, 200)
@example(["<!-- <a> -->"] * 9, [], 40, 200)
@example(["<a>"] * 9, [], 6, 200)
@given(REPEATED_XML, REPEATED_XML, st.integers(6, 64), st.integers(3, 200))
def test_elements_are_counted_alike_however_the_bytes_of_xml_are_cut(
    first: list[str], second: list[str], slice_: int, piece: int
) -> None:
    parts = first + second
    opened, deepest, written = 0, 0, ["<r>"]
    for part in parts:
        if part == "</a>" and not opened:
            continue
        opened += {"<a>": 1, "</a>": -1}.get(part, 0)
        deepest = max(deepest, opened + 1 + part.endswith("/>") * part.startswith("<"))
        written.append(part)
    data = "".join([*written, "</a>" * opened, "</r>"]).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guards, "_SLICE", slice_)
        patch.setitem(bounds._raised, bounds.XML_NESTING.name, 6)  # noqa: SLF001 -- no test raises it for others
        watch = Guard(RdfFormat.RDF_XML, "x.rdf")
        is_beyond = False
        try:
            for start in range(0, len(data), piece):
                watch.feed(data[start : start + piece])
            watch.end()
        except BoundError:
            is_beyond = True
    assert is_beyond == (deepest > 6)
