"""Exports of RDF files: the same triples in every format, whatever the size; what is wrong is said."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import Quad, RdfFormat, parse, serialize

from programs import shown_on_terminal
from readers import canonical, read_with_oxigraph, read_with_pyld
from scograph.bounds import EXPANSION
from scograph.cli import cli
from scograph.errors import InputError
from scograph.exports.files import ExportOptions, export_files
from scograph.formats import RDF_FORMATS, RDF_FORMATS_BY_NAME
from scograph.serialise.expanded import expanded
from scograph.serialise.jsonld import JsonLd
from scograph.serialise.numbering import BlankNodeNames
from scograph.serialise.sorting import sort_lines
from scograph.streams import compressed, source_of
from strategies import EX, PREFIXES, some_quads
from test_serialise import CONTEXTS, EVERY_KIND_OF_TERM, SHAPES, not_double

try:
    from compression import zstd
except ModuleNotFoundError:  # before Python 3.14
    from backports import zstd

PROGRAM = [sys.executable, "-m", "scograph"]
SMALL = """@prefix ex: <http://example.org/ns#> .
ex:b a ex:Thing ; ex:label "Name"@en, "Имя"@ru, "名"@zh-Hant ;
  ex:seat [ ex:plain "a , b", "say \\"x\\"" ] ; ex:count 01 .
ex:a ex:many ( 1 [ ex:plain "x" ] ) ; ex:link _:x , <ex:weird> .
_:x ex:link _:x .
ex:b ex:count 1 .
[] a ex:Place .
"""


def run(*arguments: str, data: bytes | None = None) -> Result:
    result = CliRunner().invoke(cli, arguments, prog_name="scograph", input=data)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "small.ttl"
    path.write_text(SMALL, encoding="utf-8")
    return path


RETURNED = "note: 1 subject is written more than once, which means the same; --sort writes each once\n"


def quads_of(data: bytes, name: str = "ttl") -> list[Quad]:
    return read_with_oxigraph(data, name)


def written(tmp_path: Path, quads: list[Quad], name: str = "nq") -> Path:
    path = tmp_path / f"made-up.{name}"
    path.write_bytes(serialize(quads, format=RDF_FORMATS_BY_NAME[name].rdf) or b"")
    return path


# The same triples


@pytest.mark.parametrize("is_sorted", [False, True], ids=["in order", "sorted"])
@pytest.mark.parametrize("name", [row.name for row in RDF_FORMATS])
def test_a_file_comes_out_in_every_format_as_the_same_triples(name: str, is_sorted: bool, small: Path) -> None:  # noqa: FBT001 -- pytest's way
    result = run("export", small.name, "-f", name, *(["--sort"] if is_sorted else []))
    said = RETURNED if name == "jsonld" and not is_sorted else ""
    assert (result.exit_code, result.stderr) == (0, said)
    assert canonical(quads_of(result.stdout_bytes, name)) == canonical(quads_of(SMALL.encode()))
    assert result.stdout_bytes == run("export", small.name, "-f", name, *(["--sort"] if is_sorted else [])).stdout_bytes


@pytest.mark.parametrize("name", [row.name for row in RDF_FORMATS])
def test_every_format_is_read(name: str, small: Path) -> None:
    run("export", small.name, "-f", name, "-o", f"again.{name}")
    again = run("export", f"again.{name}", "-f", "nt")
    assert canonical(quads_of(again.stdout_bytes, "nt")) == canonical(quads_of(SMALL.encode()))


@given(some_quads(graphs=True, literals=not_double), st.sampled_from(CONTEXTS), st.booleans())
@example(SHAPES["a list of 2,000 IRIs"], EVERY_KIND_OF_TERM, False)  # noqa: FBT003
def test_json_ld_in_the_order_of_the_file_comes_back(quads: list[Quad], context: dict[str, Any], local: bool) -> None:  # noqa: FBT001
    """Blank nodes are labelled here, so that with generated labels alone nothing may be left without a name."""
    pieces = JsonLd(context).in_order_of_the_file(quads, generated_are_local=lambda: local)
    data = b"".join(pieces)
    assert canonical(read_with_pyld(data)) == canonical(quads)
    assert canonical(read_with_oxigraph(data, "jsonld")) == canonical(quads)


@given(some_quads(), st.sampled_from(CONTEXTS))
def test_json_ld_of_anonymous_blank_nodes_comes_back(quads: list[Quad], context: dict[str, Any]) -> None:
    """As a Turtle file nests them: the library makes their labels up, and they stand in one statement."""
    from scograph.serialise.turtle import turtle  # noqa: PLC0415

    source = b"".join(turtle(quads, PREFIXES))
    read = list(parse(source, RdfFormat.TURTLE))
    data = b"".join(JsonLd(context).in_order_of_the_file(read, graphs=False, generated_are_local=lambda: True))
    assert canonical(read_with_oxigraph(data, "jsonld")) == canonical(quads)


@given(some_quads(graphs=True), st.sampled_from(CONTEXTS))
def test_a_line_of_ndjson_ld_is_a_document_of_its_own(quads: list[Quad], context: dict[str, Any]) -> None:
    lines = b"".join(JsonLd(context, by_line=True).in_order_of_the_file(quads)).splitlines()
    read = [quad for line in lines for quad in read_with_oxigraph(line, "jsonld")]
    assert canonical(read) == canonical(quads)


@given(some_quads(graphs=True, literals=not_double), st.booleans())
def test_expanded_json_ld_comes_back(quads: list[Quad], is_sorted: bool) -> None:  # noqa: FBT001
    written = b"".join(expanded(quads, sort=is_sorted))
    assert canonical(read_with_oxigraph(written, "jsonld")) == canonical(quads)
    assert canonical(read_with_pyld(written)) == canonical(quads)


@given(some_quads(graphs=True))
def test_blank_nodes_are_numbered_in_lines_and_nowhere_else(quads: list[Quad]) -> None:
    lines = serialize(quads, format=RdfFormat.N_QUADS) or b""
    named = BlankNodeNames().in_lines(lines)
    assert canonical(read_with_oxigraph(named, "nq")) == canonical(quads)
    labels = [t for quad in read_with_oxigraph(named, "nq") for t in re.findall(r"_:b\d+", no_texts(quad))]
    assert list(dict.fromkeys(labels)) == [f"_:b{number}" for number in range(len(set(labels)))]


def no_texts(quad: Quad) -> str:
    return re.sub(r'"(?:[^"\\]|\\.)*"', "", str(quad))


def test_numbers_that_do_not_fit_into_memory_are_kept_elsewhere() -> None:
    few, many = BlankNodeNames(max_in_memory=3), BlankNodeNames()
    labels = [b"_:x%d" % (number * number % 50) for number in range(300)]
    assert [few.name(label) for label in labels] == [many.name(label) for label in labels]


def test_the_labels_of_two_files_do_not_meet(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.nt").write_text(f'_:x <{EX}plain> "{name}" .\n', encoding="utf-8")
    sources = [source_of(str(tmp_path / f"{name}.nt")) for name in ("one", "two")]
    for form in ("nt", "jsonld", "ttl"):
        made = b"".join(export_files(sources, form, ExportOptions()))
        assert len({quad.subject for quad in quads_of(made, form)}) == 2, form


# Order


def test_a_file_keeps_its_order_and_sorted_it_has_the_order_of_bytes(small: Path) -> None:
    kept = run("export", small.name, "-f", "nt").stdout_bytes.splitlines()
    subjects = list(dict.fromkeys(line.split()[0] for line in kept))
    assert subjects.index(b"<http://example.org/ns#b>") < subjects.index(b"<http://example.org/ns#a>")
    lines = run("export", small.name, "-f", "nt", "--sort").stdout_bytes.splitlines()
    assert lines == sorted(set(kept))


def test_a_subject_that_returns_is_one_object_when_sorted_and_two_when_not(small: Path) -> None:
    def ids(*options: str) -> list[str]:
        document = json.loads(run("export", small.name, "-f", "jsonld", *options).stdout_bytes)
        return [entity["id"] for entity in document["@graph"]]

    assert ids().count("ex:b") == 2
    assert ids("--sort").count("ex:b") == 1
    assert run("export", small.name, "-f", "jsonld").stderr == RETURNED
    assert run("export", small.name, "-f", "ndjson-ld").stderr == RETURNED
    assert not run("export", small.name, "-f", "jsonld", "--sort").stderr


@pytest.mark.parametrize("program", [None, "sort"])
def test_lines_that_do_not_fit_into_memory_are_sorted_in_files(program: str | None) -> None:
    pieces = [b"".join(b"%d \xd0\xb6\n" % (n * 7919 % 1000) for n in range(m, m + 50)) for m in range(0, 5000, 50)]
    expected = sorted({line for piece in pieces for line in piece.splitlines(keepends=True)})
    found = sort_lines(iter(pieces), in_memory=2000, program=program)
    for _ in range(2):
        assert b"".join(found).splitlines(keepends=True) == expected


# Compact JSON-LD for people


def test_the_prefixes_of_the_file_are_the_context_and_anonymous_nodes_nest_without_a_name(small: Path) -> None:
    document = json.loads(run("export", small.name, "-f", "jsonld").stdout_bytes)
    assert document["@context"] == {"id": "@id", "type": "@type", "ex": EX}
    first, second = document["@graph"][:2]
    assert first["ex:seat"] == {"ex:plain": ["a , b", 'say "x"']}
    assert first["ex:count"] == {"@type": "http://www.w3.org/2001/XMLSchema#integer", "@value": "01"}
    assert second["@context"] == {"ex": None}  # for <ex:weird>, which is no prefixed name
    assert second[EX + "many"] == {"@list": [1, {EX + "plain": "x"}]}


def test_a_context_of_ones_own_is_used_and_its_address_can_stand_in_its_place(small: Path) -> None:
    Path("context.json").write_text(json.dumps({"@context": EVERY_KIND_OF_TERM}), encoding="utf-8")
    arguments = ("export", small.name, "-f", "jsonld", "--context", "context.json")
    document = json.loads(run(*arguments).stdout_bytes)
    assert document["@graph"][0]["label"] == {"en": "Name", "ru": "Имя", "zh-hant": "名"}
    assert document["@graph"][0]["type"] == "Thing"
    short = json.loads(run(*arguments, "--context-url", "https://example.org/context.jsonld").stdout_bytes)
    assert short == {**document, "@context": "https://example.org/context.jsonld"}


def test_a_label_that_looks_generated_keeps_its_name(tmp_path: Path) -> None:
    label = "_:a" + "0" * 31
    path = tmp_path / "a.ttl"
    path.write_text(f"<{EX}a> <{EX}p> {label} . {label} <{EX}q> 1 . <{EX}b> <{EX}p> {label} .", encoding="utf-8")
    made = b"".join(export_files([source_of(str(path))], "jsonld", ExportOptions()))
    assert canonical(quads_of(made, "jsonld")) == canonical(quads_of(path.read_bytes()))


@pytest.mark.parametrize("shape", ["expanded", "flattened", "framed"])
def test_other_shapes_say_the_same(shape: str, small: Path) -> None:
    Path("frame.json").write_text(json.dumps({"@type": EX + "Thing"}), encoding="utf-8")
    frame = ["--frame", "frame.json"] if shape == "framed" else []
    made = run("export", small.name, "-f", "jsonld", "--shape", shape, *frame)
    assert made.exit_code == 0, made.stderr
    said = canonical(read_with_pyld(made.stdout_bytes))
    if shape == "framed":
        framed = json.loads(made.stdout_bytes)
        assert (framed["id"], framed["type"]) == (EX + "b", EX + "Thing")
    else:
        assert said == canonical(quads_of(SMALL.encode()))


# Compression and streams


@pytest.mark.parametrize("suffix", ["gz", "zst"])
def test_what_is_compressed_comes_back_and_the_bytes_are_the_same_each_time(suffix: str, small: Path) -> None:
    run("export", small.name, "-f", "nt", "-o", f"a.nt.{suffix}")
    run("export", small.name, "-f", "nt", "-o", f"b.nt.{suffix}")
    assert Path(f"a.nt.{suffix}").read_bytes() == Path(f"b.nt.{suffix}").read_bytes()
    plain = run("export", small.name, "-f", "nt").stdout_bytes
    expand: Callable[[bytes], bytes] = gzip.decompress if suffix == "gz" else zstd.decompress
    assert expand(Path(f"a.nt.{suffix}").read_bytes()) == plain
    assert run("export", f"a.nt.{suffix}", "-f", "nt").stdout_bytes == plain


def test_standard_input_is_read_in_the_format_that_is_given_or_seen(small: Path) -> None:
    expected = run("export", small.name, "-f", "nt").stdout_bytes
    assert run("export", "-", "--from", "ttl", "-f", "nt", data=SMALL.encode()).stdout_bytes == expected
    assert run("export", "-", "-f", "nt", data=SMALL.encode()).stdout_bytes == expected
    assert run("export", "-", "-f", "nt", data=gzip.compress(SMALL.encode())).stdout_bytes == expected
    refused = run("export", "-", "-f", "nt", data=b"Dear reader,")
    assert refused.exit_code == 2
    assert "name it with --from" in refused.stderr


def test_a_folder_of_files_is_read_file_by_file(small: Path) -> None:
    assert small.exists()
    Path("two.nt").write_text(f'<{EX}z> <{EX}plain> "z" .\n', encoding="utf-8")
    lines = run("export", ".", "-f", "nt").stdout_bytes.splitlines()
    assert lines[-1] == f'<{EX}z> <{EX}plain> "z" .'.encode()


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """One subject after the other, each with a nested blank node; twenty times as many take as much memory.

    The peak is that of the program's own image: `ru_maxrss` would begin with what the test's process had at the fork.
    """
    code = (
        "import sys; from scograph.cli import cli\n"
        "try: cli(['export', sys.argv[1], '-f', sys.argv[2], '-o', sys.argv[3]], standalone_mode=False)\n"
        "finally: print(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1])"
    )
    peaks: dict[tuple[str, int], int] = {}
    for count in (2_000, 40_000):
        path = tmp_path / f"{count}.ttl"
        lines = (f'<{EX}{n}> <{EX}p> "{"x" * 50}" , [ <{EX}q> "y" ] ; <{EX}r> <{EX}{n}> .\n' for n in range(count))
        path.write_text("".join(lines), encoding="utf-8")
        for form in ("nt", "jsonld"):
            done = subprocess.run(
                [sys.executable, "-c", code, str(path), form, str(tmp_path / "out")],
                capture_output=True,
                text=True,
                check=True,
            )
            peaks[form, count] = int(done.stdout.split()[-1])
    for form in ("nt", "jsonld"):
        assert peaks[form, 40_000] < peaks[form, 2_000] + 12_000, peaks  # KiB


# What is wrong


def no_output_is_left(folder: Path) -> bool:
    return not [path.name for path in folder.iterdir() if path.name.startswith((".", "out"))]


def broken_gzip() -> bytes:
    return gzip.compress(SMALL.encode() * 50, mtime=0)[:-20]


DIRECTED_XML = (
    b"<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:i='http://www.w3.org/2005/11/its'"
    b" xmlns:x='x:' r:version='1.2' i:version='2.0'><r:Description r:about='x:a'>"
    b"<x:b xml:lang='ar' i:dir='rtl'>x</x:b></r:Description></r:RDF>"
)
BAD: dict[str, tuple[str, bytes, str]] = {
    "a truncated gzip": ("a.ttl.gz", broken_gzip(), "the compressed data ends early"),
    "a damaged gzip": ("a.ttl.gz", b"\x1f\x8b" + b"x" * 50, "the compressed data is damaged"),
    "a truncated zstd": ("a.ttl.zst", zstd.compress(SMALL.encode() * 50)[:-9], "the compressed data ends early"),
    "gzip by another name": ("a.ttl", gzip.compress(b"x"), "its first bytes are those of gzip data"),
    "UTF-16": ("a.ttl", SMALL.encode("utf-16"), "its first bytes are those of UTF-16"),
    "two encodings": ("a.ttl", f'<{EX}a> <{EX}p> "é" , "'.encode() + b'\xe9" .', "a.ttl:1:60: error syntax not UTF-8"),
    "an unknown encoding": ("a.rdf", b'<?xml version="1.0" encoding="rot13"?>\n<r/>', "encoding rot13 is not known"),
    "a bomb": ("a.nt.gz", gzip.compress(b" " * (64 << 20)), "a decompression bomb"),
    "another bomb": ("a.nt.zst", zstd.compress(b"\n" * (64 << 20)), "a decompression bomb"),
    "an external entity": (
        "a.rdf",
        b'<?xml version="1.0"?>\n<!DOCTYPE r [<!ENTITY a SYSTEM "x">]><r/>',
        "an external entity",
    ),
    "a remote context": (
        "a.jsonld",
        b'{"@context": "https://example.org/c", "@id": "x:a"}',
        "or with a copy: --allow-context URL=FILE",
    ),
    "Turtle in a file for JSON-LD": ("a.jsonld", SMALL.encode(), "syntax"),
    "a syntax error late": ("a.nt", b"<x:a> <x:b> <x:c> .\n" * 20_000 + b"<x:a> <x:b .\n", "a.nt:20001:"),
    "a triple term": (
        "a.nt",
        b"<x:a> <x:b> <x:c> .\n<x:a> <x:b> <<( <x:a> <x:b> <x:c> )>> .\n",
        "a.nt:2: a triple as an object is RDF 1.2",
    ),
    "a directed text": (
        "a.ttl",
        b'# "x"@ar--rtl\n<x:a> <x:b> "@ar--rtl" ,\n"x"@ar--rtl .\n',
        "a.ttl:3: a text with a direction is RDF 1.2",
    ),
    "a directed text in RDF/XML": (
        "a.rdf",
        DIRECTED_XML,
        "a.rdf: a text with a direction is RDF 1.2",
    ),
    "no RDF at all": ("a.txt", b"", "neither its extension nor its content is of an RDF format"),
}


@pytest.mark.parametrize("form", ["nt", "jsonld"])
@pytest.mark.parametrize("case", BAD)
def test_a_bad_input_is_refused_with_a_reason_and_leaves_no_output(case: str, form: str, tmp_path: Path) -> None:
    name, data, message = BAD[case]
    (tmp_path / name).write_bytes(data)
    result = run("export", str(tmp_path / name), "-f", form, "-o", str(tmp_path / "out.gz"))
    assert result.exit_code == 3, result.stderr
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert no_output_is_left(tmp_path)


def test_every_kind_of_bad_input_was_tried() -> None:
    assert len(BAD) == 17


def test_text_of_people_is_far_from_being_held_for_a_bomb() -> None:
    text = (SMALL * 2000).encode()
    assert len(text) / len(zlib.compress(text)) > EXPANSION.default  # repeated as no text is
    people = (Path(__file__).parents[1] / "docs" / "reference" / "terms.md").read_bytes()
    assert len(people) / len(zlib.compress(people, 9)) < EXPANSION.default / 10


def test_the_errors_of_a_stream_are_all_named(tmp_path: Path) -> None:
    path = tmp_path / "a.nt"
    path.write_bytes(b"<x:a> <x:b> .\n<x:a> <x:b> <x:c> .\n<x:a> _:b <x:c> .\n")
    result = run("export", str(path), "-f", "nt", "-o", str(tmp_path / "out.nt"))
    assert re.findall(r"a\.nt:(\d+):", result.stderr) == ["1", "3"]


def test_a_context_is_read_only_when_it_is_allowed_by_its_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    url = "https://example.org/context"
    Path("a.jsonld").write_text(json.dumps({"@context": [url, {"q": "x:q"}], "@id": "x:a", "p": 1.50, "q": "v"}))
    Path("copy.json").write_text(json.dumps({"@context": {"p": "x:p"}}))
    assert run("export", "a.jsonld", "-f", "nt").exit_code == 3
    other = run("export", "a.jsonld", "-f", "nt", "--allow-context", "https://example.org/other=copy.json")
    assert (other.exit_code, "nothing is fetched" in other.stderr) == (3, True)
    allowed = run("export", "a.jsonld", "-f", "nt", "--allow-context", f"{url}=copy.json")
    assert allowed.exit_code == 0, allowed.stderr
    assert {quad.predicate.value for quad in quads_of(allowed.stdout_bytes, "nt")} == {"x:p", "x:q"}
    unreachable = run("export", "a.jsonld", "-f", "nt", "--allow-context", "http://127.0.0.1:9/c")
    assert unreachable.exit_code == 3


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
@pytest.mark.parametrize("form", ["nt", "jsonld"])
def test_a_full_disk_is_named(form: str, small: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*PROGRAM, "export", small.name, "-f", form], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, "No space left on device" in done.stderr) == (2, True)


def test_a_missing_folder_for_the_output_is_named(small: Path) -> None:
    result = run("export", small.name, "-f", "nt", "-o", "nowhere/out.nt")
    assert result.exit_code == 2
    assert "nowhere/out.nt: cannot be written: No such file or directory" in result.stderr


def test_a_pipe_that_is_closed_early_ends_as_other_programs_do(tmp_path: Path) -> None:
    path = tmp_path / "a.nt"
    path.write_bytes(b"".join(b"<x:a> <x:b> <x:c%d> .\n" % n for n in range(100_000)))
    reading = subprocess.Popen(
        [*PROGRAM, "export", str(path), "-f", "nt"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert reading.stdout is not None
    assert reading.stdout.readline() == b"<x:a> <x:b> <x:c0> .\n"
    reading.stdout.close()
    assert reading.stderr is not None
    assert (reading.stderr.read(), reading.wait()) == (b"", 141)
    reading.stderr.close()


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [(signal.SIGINT, 130, b"interrupted\n"), (signal.SIGTERM, 143, b"ended by SIGTERM\n")],
)
def test_an_interruption_leaves_no_output(number: int, code: int, said: bytes, tmp_path: Path) -> None:
    fifo = tmp_path / "never.nt"
    os.mkfifo(fifo)
    done = subprocess.Popen(
        [*PROGRAM, "export", str(fifo), "-f", "nt", "-o", str(tmp_path / "out.nt")],
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 -- tests in the background ignore it
    )
    with fifo.open("wb") as pipe:
        pipe.write(b"<x:a> <x:b> <x:c> .\n" * 100)
        pipe.flush()
        while not list(tmp_path.glob(".scograph-*")):
            time.sleep(0.01)
        done.send_signal(number)
        assert (done.communicate()[1], done.returncode) == (
            said + b"%s: not written\n" % bytes(tmp_path / "out.nt"),
            code,
        )
    assert no_output_is_left(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--facts-only"], "are for a project"),
        (["--shape", "framed"], "--frame FILE go together"),
        (["--context", "none.json"], "none.json: cannot be read"),
    ],
)
def test_options_that_do_not_fit_are_refused(arguments: list[str], message: str, small: Path) -> None:
    result = run("export", small.name, "-f", "jsonld", *arguments)
    assert result.exit_code in (2, 3)
    assert message in result.stderr


def test_the_progress_is_told_on_a_terminal_only(small: Path) -> None:
    assert run("export", small.name, "-f", "nt").stderr == ""
    Path("big.nt").write_bytes(b"<x:a> <x:b> <x:c> .\n" * 400_000)
    command = [*PROGRAM, "export", "big.nt", "-f", "nt", "--sort"]
    said = shown_on_terminal(command)
    assert re.search(r"\d+ MB of 8 · \d+ s left · [\d.]+ MB/s", said)


def test_pieces_pass_uncompressed_as_they_are() -> None:
    pieces: Iterator[bytes] = compressed(iter([b"a", b"b"]), "")
    assert list(pieces) == [b"a", b"b"]


def test_a_library_error_in_a_reader_is_ours(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        list(export_files([source_of(str(tmp_path / "none.nt"))], "nt", ExportOptions()))


# Contexts and shapes that take the whole document


WHOLE = {
    "@vocab": ({"@vocab": EX}, "uses @vocab"),
    "JSON literals": ({"@vocab": EX, "json": {"@type": "@json"}}, "uses @vocab"),
    "an alias of a keyword": ({"list": "@list", "many": EX + "many"}, "uses @list in its term 'list'"),
    "a list": ({"many": {"@id": EX + "many", "@container": "@list"}}, "uses the container @list in its term 'many'"),
    "several objects": ([{"many": EX + "many"}, {"many": None}], "is not one object"),
    "a term by a term": (
        {"seat": "chair", "chair": EX + "seat"},
        "has 'chair', which is no IRI by itself, in its term 'seat'",
    ),
}


@pytest.mark.parametrize("case", WHOLE)
def test_a_context_that_no_stream_has_is_used_in_memory(case: str, small: Path) -> None:
    context, feature = WHOLE[case]
    Path("context.json").write_text(json.dumps({"@context": context}), encoding="utf-8")
    result = run("export", small.name, "-f", "jsonld", "--context", "context.json")
    said = f"note: the context {feature}: the whole document is made in memory, by PyLD\n"
    assert (result.exit_code, result.stderr) == (0, said)
    assert list(json.loads(result.stdout)) == ["@context", "@graph"]
    assert canonical(read_with_pyld(result.stdout_bytes)) == canonical(quads_of(SMALL.encode()))
    lines = run("export", small.name, "-f", "ndjson-ld", "--context", "context.json")
    assert (lines.exit_code, lines.stderr.splitlines()[0]) == (3, f"error: the context {feature}")


def test_a_whole_document_has_a_bound(small: Path) -> None:
    Path("context.json").write_text(json.dumps({"@context": {"@vocab": EX}}), encoding="utf-8")
    with small.open("a", encoding="utf-8") as file:
        file.write('ex:c ex:plain "' + "x" * (1 << 20) + '" .\n')
    arguments = ("export", small.name, "-f", "jsonld", "--context", "context.json", "-o", "out.jsonld")
    result = run("--bound", "json-ld-document=1", *arguments)
    assert result.exit_code == 3
    assert "error: the document is larger than 1 MiB (bound: json-ld-document)" in result.stderr
    assert not Path("out.jsonld").exists()
    assert run("--bound", "json-ld-document=2", *arguments).exit_code == 0


def test_a_context_may_refer_to_an_allowed_one(small: Path) -> None:
    url = "https://example.org/words"
    Path("context.json").write_text(json.dumps({"@context": [url, {"seat": EX + "seat"}]}), encoding="utf-8")
    Path("copy.json").write_text(json.dumps({"@context": {"label": EX + "label"}}), encoding="utf-8")
    arguments = ("export", small.name, "-f", "jsonld", "--context", "context.json")
    refused = run(*arguments)
    assert refused.exit_code == 3
    assert f"error: a JSON-LD context on another host, {url}: nothing is fetched" in refused.stderr
    allowed = run(*arguments, "--allow-context", f"{url}=copy.json")
    assert allowed.exit_code == 0
    assert '"label": ' in allowed.stdout


def test_a_literal_that_looks_like_a_short_name_keeps_the_prefix_of_a_frame(small: Path) -> None:
    small.write_text(f'@prefix ex: <{EX}> . ex:a a ex:Thing ; ex:plain "ex:One" .')
    Path("frame.json").write_text(json.dumps({"@context": {"ex": EX}, "@type": "ex:Thing"}))
    framed = run("export", small.name, "-f", "jsonld", "--shape", "framed", "--frame", "frame.json")
    assert json.loads(framed.stdout) == {
        "@context": {"ex": EX},
        "@id": "ex:a",
        "@type": "ex:Thing",
        "ex:plain": "ex:One",
    }


def test_an_iri_with_the_scheme_of_a_prefix_keeps_the_meaning_of_a_frame(small: Path) -> None:
    small.write_text(f"@prefix ex: <{EX}> . ex:a a ex:Thing ; ex:link <ex:One> .")
    Path("frame.json").write_text(json.dumps({"@context": {"ex": EX}, "@type": "ex:Thing"}))
    framed = run("export", small.name, "-f", "jsonld", "--shape", "framed", "--frame", "frame.json")
    expected = {"@id": f"{EX}a", "@type": f"{EX}Thing", f"{EX}link": {"@id": "ex:One"}}
    assert json.loads(framed.stdout) == expected


def test_lists_of_an_expanded_document_are_arrays(small: Path) -> None:
    for name in ("ttl", "nt"):
        run("export", small.name, "-f", name, "-o", f"lists.{name}")
        made = json.loads(run("export", f"lists.{name}", "-f", "jsonld", "--shape", "expanded").stdout)
        (many,) = (node[f"{EX}many"] for node in made if f"{EX}many" in node)
        assert [list(one) for one in many] == [["@list"]]
        assert len(many[0]["@list"]) == 2


@pytest.mark.usefixtures("small")
def test_named_graphs_keep_their_names_with_a_context() -> None:
    Path("graphs.trig").write_text(f"@prefix ex: <{EX}> . ex:g {{ ex:a ex:plain 'x' }}")
    Path("context.json").write_text(json.dumps({"@context": {"@vocab": EX}}))
    result = run("export", "graphs.trig", "-f", "jsonld", "--context", "context.json")
    assert [str(quad.graph_name) for quad in read_with_pyld(result.stdout_bytes)] == [f"<{EX}g>"]


@pytest.mark.parametrize(
    ("text", "is_json"),
    [
        ('{"a":1,"b":[true,null,1.5,"é"]}', True),
        ('"x"', True),
        *((text, False) for text in ('{"a": 1}', '{"b":1,"a":1}', "1.0", "1e21", "bareword")),
        *((text, False) for text in ('{"a":1,"a":1}', "9007199254740993")),
    ],
)
def test_a_json_literal_keeps_its_lexical_form(text: str, is_json: bool, small: Path) -> None:  # noqa: FBT001
    datatype = "http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON"
    small.write_text(f"<{EX}a> <{EX}json> {json.dumps(text, ensure_ascii=False)}^^<{datatype}> .")
    made = run("export", small.name, "-f", "jsonld", "--shape", "expanded").stdout_bytes
    assert json.loads(made)[0][f"{EX}json"][0]["@type"] == ("@json" if is_json else datatype)
    assert [str(quad) for quad in read_with_pyld(made)] == [str(quad) for quad in quads_of(small.read_bytes())]
