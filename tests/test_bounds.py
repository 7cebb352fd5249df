"""Files that grow, nest or never end are refused with their name and the bound, in little memory and time."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from bombs import FILES, Bomb, chained_terms, laughing_entities, long_prefix, nested_json, nested_xml, scoped_terms
from scograph import bounds
from scograph.guard import BoundError, guard

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


SHAPES = b"""@prefix sh: <http://www.w3.org/ns/shacl#> .
<x:shape> a sh:NodeShape ; sh:targetSubjectsOf <x:b> ; sh:property [ sh:path <x:b> ; sh:maxCount 9 ] .
"""


@pytest.mark.parametrize("bomb", FILES, ids=lambda bomb: bomb.name)
def test_a_bomb_is_refused_with_its_name_and_the_bound(bomb: Bomb, tmp_path: Path) -> None:
    path = tmp_path / bomb.file
    path.write_bytes(bomb.make())
    shapes = tmp_path / "shapes.ttl"
    shapes.write_bytes(SHAPES)
    for command in (
        ["export", "-f", "nq", "-o", os.devnull, str(path)],
        ["check", str(path), "--shapes", str(shapes)],
        ["hash", str(path)],
    ):
        done = run(*command)
        said = done.stderr.decode()
        assert done.returncode == 3, (command[0], done.returncode, said[-500:])
        assert path.name in said, command[0]
        assert bomb.bound in said, command[0]
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
    ("at_the_bound", "beyond", "form"),
    [
        (nested_json(100), nested_json(101), RdfFormat.JSON_LD),
        (chained_terms(100), chained_terms(101), RdfFormat.JSON_LD),
        (nested_xml(499), nested_xml(500), RdfFormat.RDF_XML),
        (long_prefix(487, 1), long_prefix(488, 1), RdfFormat.TURTLE),
        (laughing_entities(5), laughing_entities(7), RdfFormat.RDF_XML),
        (scoped_terms(1000, 9_000), scoped_terms(1000, 10_001), RdfFormat.JSON_LD),
    ],
    ids=["nesting", "chain", "xml", "namespace", "entities", "scoped"],
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
    assert b"can be raised to 1,000" in too_high.stderr
    assert b"is no bound" in run("--bound", "depth=3", "export", "-f", "nq", str(path)).stderr


def test_no_bound_is_higher_than_its_own_most() -> None:
    assert [bound.name for bound in bounds.BOUNDS if bound.most is not None and bound.default > bound.most] == []
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
