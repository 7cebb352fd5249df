"""A folder of files as users and strangers have them: good, broken, odd by name, closed, packed; and projects."""

from __future__ import annotations

import gzip
import io
import random
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import bombs
from proof.cases import PROJECTS
from proof.files import broken
from proof.runs import Runs
from scograph.formats import RDF_FORMATS
from scograph.project import _SETTINGS

SMALL = PROJECTS / "small"
INVALID = PROJECTS.parent / "invalid"
FAULTS = PROJECTS.parent / "shapes" / "faults"
FORMATS = tuple(row.extensions[0] for row in RDF_FORMATS)
NOWHERE = "http://127.0.0.1:9/"
"""An address that nobody answers at: no other machine is asked."""
BIG = 200_000
"""A bomb of more bytes is left to the part of bombs."""

Means = Callable[[bytes, random.Random], bytes]


def _twice(data: bytes, _: random.Random) -> bytes:
    return data + data


def _cut(data: bytes, chooser: random.Random) -> bytes:
    return data[: chooser.randrange(len(data) + 1)]


def _encoded(data: bytes, chooser: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(chooser.choice(("utf-16", "utf-16-be", "utf-32", "utf-8-sig", "latin-1", "utf-7")), "replace")


def _with_other_ends(data: bytes, chooser: random.Random) -> bytes:
    return data.replace(b"\n", chooser.choice((b"\r\n", b"\r", b"", b"\xe2\x80\xa8")))


def _empty(_data: bytes, _: random.Random) -> bytes:
    return b""


def _as_it_is(data: bytes, _: random.Random) -> bytes:
    return data


MEANS: tuple[Means, ...] = (_as_it_is, _as_it_is, _as_it_is, _twice, _cut, _encoded, _with_other_ends, _empty, broken)
"""What is done with a file before a command reads it."""

REMOTE = b'{"@context": "%s", "@id": "urn:a", "name": "A"}' % f"{NOWHERE}context.jsonld".encode()
SCOPED = b'{"@context": {"p": {"@id": "urn:p", "@context": "%s"}}, "@id": "urn:a", "p": {"q": 1}}' % NOWHERE.encode()
ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e "urn:e#"><!ENTITY x SYSTEM "file:///etc/hostname">]>'
    b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e#">'
    b'<r:Description r:about="&e;a"><e:p>&x;</e:p></r:Description></r:RDF>'
)
QUERIES: Mapping[str, bytes] = {
    "q.rq": b"# How many?\nSELECT (COUNT(*) AS ?n) { ?s ?p ?o }\n",
    "construct.rq": b"CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 5",
    "describe.rq": b"DESCRIBE ?s { ?s a ?c } LIMIT 2",
    "ask.rq": b"ASK { ?s ?p ?o }",
    "update.rq": b"INSERT DATA { <urn:a> <urn:b> <urn:c> }",
    "service.rq": b"SELECT * { SERVICE <%s> { ?s ?p ?o } }" % NOWHERE.encode(),
    "deep.rq": b"SELECT * { " + b"{" * 3000 + b"}" * 3000 + b" }",
}
JSON: Mapping[str, bytes] = {
    "frame.jsonld": b'{"@context": {"e": "https://example.org/"}, "@type": "e:Player", "@embed": "@always"}',
    "context.jsonld": b'{"@context": {"e": "https://example.org/", "label": "http://www.w3.org/2000/01/rdf-schema#label"}}',
    "list.jsonld": b"[[[1, null, {}]]]",
    "numbers.jsonld": b'{"@id": "urn:a", "urn:p": [1e400, -0.0, 9223372036854775808, 1e-400]}',
    "a.ndjson": b'{"@id": "urn:a", "urn:p": 1}\nnull\n{"@id": \n',
}
_SHAPE = b"[] a sh:NodeShape ; sh:target"
SHAPES: Mapping[str, bytes] = {
    "regex.ttl": _SHAPE + b'SubjectsOf rdf:type ; sh:property [ sh:path rdf:type ; sh:pattern "(" ] .',
    "path.ttl": _SHAPE + b"Class sh:Shape ; sh:property [ sh:path ( ) ; sh:minCount 1 ] .",
    "list.ttl": b"<urn:l> rdf:first 1 ; rdf:rest <urn:l> . " + _SHAPE + b"Node 1 ; sh:in <urn:l> .",
    "self.ttl": b"<urn:s> a sh:NodeShape ; sh:targetSubjectsOf rdf:type ; sh:node <urn:s> ; sh:not <urn:s> .",
    "query.ttl": _SHAPE + b'Node 1 ; sh:sparql [ sh:select "SELECT $this { FILTER(" ] .',
    "count.ttl": b'[] a sh:PropertyShape ; sh:targetNode 1 ; sh:path sh:path ; sh:minCount -1 ; sh:maxCount "x" .',
    "imports.ttl": b"<urn:o> owl:imports <%s> , <file:///etc/passwd> ." % NOWHERE.encode(),
    "advanced.ttl": _SHAPE + b' [ sh:select "SELECT ?this { }" ] ; sh:rule [ a sh:TripleRule ] .',
}
_PREFIXES = b"".join(
    b"@prefix %s: <%s> .\n" % (name, iri)
    for name, iri in (
        (b"sh", b"http://www.w3.org/ns/shacl#"),
        (b"rdf", b"http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
        (b"owl", b"http://www.w3.org/2002/07/owl#"),
    )
)
NAMES = (
    *("b c.ttl", "new\nline.ttl", "-dash.ttl", "é 源.nt", "\udcff.ttl", "\u202e.nq", "a.b.c.trig", "%41.ttl", "#.ttl"),
    *("?.rdf", "UPPER.TTL", ".hidden.ttl", "dump", "x.owl", "x.json", "x.xml", "x.n3", "x.html", "x.csv"),
)
"""Names of files, each with the content of its extension, or Turtle."""
PACKED = (
    *("a.ttl.gz", "twice.nt.gz", "a.zip", "a.tar.gz", "a.nt.zst", "a.ttl.gz.gz", "cut.nq.gz", "not.ttl.gz"),
    "a.ttl.bz2",
)
SPECIAL = ("locked.ttl", "locked", "unlisted", "loop.ttl", "gone.ttl", "folder.ttl", "out.link")
LOCKED = ("locked.ttl", "locked", "unlisted")
VALUES = (
    *('""', '"x"', "1", "1.5", "true", "[]", "{}", "[1, {}]", "nan", "1979-05-27", '"../x"', '"/etc/passwd"', "'''"),
    *(
        '"ontology"',
        '"owl-lite"',
        f'"{"a" * 300}"',
        '"no/such/file"',
        '"https://example.org/"',
        '"é"',
        '"a\\u0000b"',
        "",
    ),
)
"""What each key of `scograph.toml` may have."""
BROKEN_SETTINGS = (
    *("[", "[project\n", "[project]\n[project]\n", "project = 1\n", "[x]\ny = 1\n", "\x00", "a.b.c.d = 1\n"),
    *("[project]\nnmae = 'x'\n", "[" * 500, "[[project]]\nname = 'x'\n"),
)


class Seeds:
    """What good commands wrote of the small project: data of every format, a build, releases, a store, a baseline.

    Args:
        runs: What runs commands.
        folder: A new folder for it.
    """

    def __init__(self, runs: Runs, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.data: dict[str, bytes] = {}
        for row in RDF_FORMATS:
            self.data[row.extensions[0]] = _written(runs, folder, "export", str(SMALL), "-f", row.name).encode()
        _written(runs, folder, "build", str(SMALL), "-o", "dist", "--no-site", "--jobs", "1")
        _written(runs, folder, "release", "1.0.0", str(SMALL), "-o", "releases")
        _written(runs, folder, "load", "store", str(SMALL))
        _written(runs, folder, "check", str(SMALL), "--write-baseline", "seen.json")


def _written(runs: Runs, folder: Path, *arguments: str) -> str:
    ended = runs.run(*arguments, cwd=folder)
    assert ended.code == 0, (arguments, ended)
    return ended.out


def lay_out(folder: Path, seeds: Seeds, chooser: random.Random) -> None:
    """Make a folder with files and projects, some of them broken.

    Args:
        folder: The folder.
        seeds: What good commands wrote.
        chooser: Chooses what is broken, and how.
    """
    folder.mkdir()
    (folder / "empty").mkdir()
    for name, data in _files(seeds, chooser):
        (folder / name).write_bytes(data)
    _make_special(folder, seeds)
    for name in ("dist", "releases", "store"):
        shutil.copytree(seeds.folder / name, folder / name)
        if chooser.random() < 0.3:
            _break_one(folder / name, chooser)
    _lay_out_project(folder / "project", chooser)
    (folder / "plain").mkdir()
    for extension in chooser.sample(FORMATS, 2):
        (folder / "plain" / f"p.{extension}").write_bytes(chooser.choice(MEANS)(seeds.data[extension], chooser))


def _files(seeds: Seeds, chooser: random.Random) -> Iterator[tuple[str, bytes]]:
    for extension, data in seeds.data.items():
        yield f"a.{extension}", chooser.choice(MEANS)(data, chooser)
        yield f"good.{extension}", data
    for name in NAMES:
        yield name, seeds.data.get(name.rpartition(".")[2].lower(), seeds.data["ttl"])
    turtle, lines = seeds.data["ttl"], seeds.data["nt"]
    packed = gzip.compress(lines, mtime=0)
    yield "a.zip", _zipped("a.ttl", turtle)
    yield "a.tar.gz", _in_tar("a.ttl", turtle)
    yield "a.ttl.gz", gzip.compress(chooser.choice(MEANS)(turtle, chooser), mtime=0)
    yield "a.nt.zst", b"\x28\xb5\x2f\xfd" + broken(packed, chooser)
    yield "a.ttl.gz.gz", gzip.compress(gzip.compress(turtle))
    yield "cut.nq.gz", packed[: chooser.randrange(len(packed))]
    yield "twice.nt.gz", packed + packed
    yield "not.ttl.gz", turtle
    yield "a.ttl.bz2", turtle
    for name, text in (*QUERIES.items(), *JSON.items()):
        yield name, chooser.choice(MEANS)(text, chooser)
    for name, text in SHAPES.items():
        yield f"shapes-{name}", _PREFIXES + text
    yield "shapes.ttl", chooser.choice(MEANS)((SMALL / "shapes" / "chess.ttl").read_bytes(), chooser)
    yield "fault.trig", chooser.choice(sorted(FAULTS.iterdir())).read_bytes()
    yield "remote.jsonld", REMOTE
    yield "scoped.jsonld", SCOPED
    yield "entities.rdf", ENTITIES
    text = (SMALL / "text.txt").read_bytes()
    yield "newer.txt", text.replace(chooser.choice((b"Tuesday", b"club", b"in ", b"\n")), b"other ", 2)
    yield "page.html", b"<!doctype html><title>A page</title><h1>A page</h1><p>" + chooser.choice(MEANS)(text, chooser)
    yield "page.md", b"# A page\n\n" + chooser.choice(MEANS)(text, chooser)
    yield "page.csv", b"a,b\n1,2\n" + chooser.choice(MEANS)(text, chooser)
    yield "text.txt", chooser.choice(MEANS)((SMALL / "text.txt").read_bytes(), chooser)
    yield "seen.json", chooser.choice(MEANS)((seeds.folder / "seen.json").read_bytes(), chooser)
    yield "a.png", b"\x89PNG\r\n\x1a\n\x00"
    bomb = chooser.choice([bomb for bomb in bombs.FILES if bomb.extension in FORMATS])
    data = bomb.make()
    if len(data) < BIG:
        yield f"bomb.{bomb.extension}", data


def _make_special(folder: Path, seeds: Seeds) -> None:
    """What is no file, or has no rights: for `rights.give_up`, if root runs this."""
    (folder / "locked.ttl").write_bytes(seeds.data["ttl"])
    for name in ("locked", "unlisted"):
        (folder / name).mkdir()
        (folder / name / "a.ttl").write_bytes(seeds.data["ttl"])
    (folder / "locked.ttl").chmod(0)
    (folder / "locked").chmod(0)
    (folder / "unlisted").chmod(0o300)
    (folder / "loop.ttl").symlink_to("loop.ttl")
    (folder / "gone.ttl").symlink_to("nowhere.ttl")
    (folder / "out.link").symlink_to(folder.parent)
    (folder / "folder.ttl").mkdir()


def open_again(folder: Path) -> None:
    """Give back the rights over what has none, so that it can be removed."""
    for name in LOCKED:
        if (folder / name).exists():
            (folder / name).chmod(0o700)


def _lay_out_project(project: Path, chooser: random.Random) -> None:
    """The small project: as it is, with a case of `invalid/` over it, other settings, or a broken file."""
    shutil.copytree(SMALL, project)
    (project / "texts").mkdir()
    shutil.copy(SMALL / "text.txt", project / "texts" / "notes.txt")
    kind = chooser.choice(
        ("good", "good", "good", "good", "invalid", "settings", "settings", "broken", "broken", "closed")
    )
    if kind == "invalid":
        case = chooser.choice(sorted(INVALID.iterdir()))
        for path in case.rglob("*"):
            if path.is_file() and path.name not in ("expected", "remove.txt"):
                (project / path.relative_to(case)).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, project / path.relative_to(case))
    elif kind == "settings":
        table = chooser.choice(sorted(_SETTINGS))
        key = chooser.choice((*_SETTINGS[table], "x"))  # a table may have any key
        text = f"[{table}]\n{key} = {chooser.choice(VALUES)}\n"
        (project / "scograph.toml").write_text(
            chooser.choice((text, text, text, chooser.choice(BROKEN_SETTINGS))), "utf-8"
        )
    elif kind == "broken":
        _break_one(project, chooser)
    elif kind == "closed":
        chosen = chooser.choice(sorted(path for path in project.rglob("*")))
        chosen.chmod(chooser.choice((0, 0o300) if chosen.is_dir() else (0,)))


def _break_one(folder: Path, chooser: random.Random) -> None:
    chosen = chooser.choice(sorted(path for path in folder.rglob("*") if path.is_file()))
    if chooser.random() < 0.15:
        chosen.unlink()
        return
    chosen.write_bytes(chooser.choice(MEANS)(chosen.read_bytes(), chooser))


def _zipped(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(name, data)
    return buffer.getvalue()


def _in_tar(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as file:
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        file.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()
