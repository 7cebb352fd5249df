"""A build: what it writes, that its manifest is true, that it is the same each time, and that it loses nothing."""

from __future__ import annotations

import faulthandler
import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from built_in import built_in_graph
from rights import as_anybody, can_be_refused
from scograph import Project, exports, terms, writing
from scograph import build as builds
from scograph.build import BuildOptions, build
from scograph.checks import run
from scograph.checks.shapes import project_shapes
from scograph.errors import FindingsError, MachineError, UsageError
from scograph.exports import EXPORTERS, Exporter
from scograph.exports.canonical import IndistinctError
from scograph.graph import Graph
from scograph.model import Document
from scograph.stores.embedded import EmbeddedStore

HERE = Path(__file__).parent
ROOT = HERE.parent
SMALL = HERE / "projects" / "small"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A copy of the small project."""
    return Path(shutil.copytree(SMALL, tmp_path / "small"))


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def beside(folder: Path) -> list[str]:
    """The names beside a folder: a build must leave none of its own there."""
    return sorted(path.name for path in folder.parent.iterdir() if path != folder)


def spoil(project: Path) -> None:
    """Put a fault into the facts: a club in the place of a player."""
    path = project / "data" / "notes" / "05-winner.ttl"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("hasPlayer <https://example.org/chess/id/player/zoe-lind>", "hasPlayer <urn:x:club>"))
    assert path.read_text(encoding="utf-8") != text


# What is written.


def test_the_manifest_is_true_of_each_file_and_complete(small: Path, tmp_path: Path) -> None:
    built = build(Project.open(small), tmp_path / "dist", options=BuildOptions(0))
    files = files_of(tmp_path / "dist")
    sums = files.pop("SHA256SUMS").decode()
    assert sums == "".join(f"{hashlib.sha256(files[path]).hexdigest()}  {path}\n" for path in sorted(files))
    manifest = json.loads(files.pop("manifest.json"))
    listed = manifest["files"]
    assert [entry["path"] for entry in listed] == sorted(files)
    tables = [entry["path"] for entry in listed if entry["path"].startswith("tables")]
    assert (len(listed) - len(tables), len(tables)) == (43, 11)
    media_types = {row.format.extension: row.format.media_type for row in EXPORTERS}
    media_types |= {"cff": "application/yaml", "bib": "application/x-bibtex", "md": "text/markdown"}
    media_types |= {"zip": "application/zip", "csv": "text/csv; charset=utf-8; header=present"}
    media_types["tables/csv-metadata.json"] = "application/csvm+json"
    about_json_ld = {"chess.schema.json": "application/schema+json", "chess.d.ts": "text/plain"}
    media_types |= about_json_ld
    no_rdf = {*about_json_ld, "chess-facts.csv"}
    for entry in listed:
        is_data = entry["path"].startswith(("chess", "ontology", "shapes")) and entry["path"] not in no_rdf
        known = ["bytes", "canonicalSha256", "mediaType", "path", "sha256"]
        assert sorted(entry) == [key for key in known if is_data or key != "canonicalSha256"]
        assert entry["bytes"] == len(files[entry["path"]])
        assert entry["sha256"] == hashlib.sha256(files[entry["path"]]).hexdigest()
        by_extension = media_types.get(entry["path"].rpartition(".")[2], "application/json")
        assert entry["mediaType"] == media_types.get(entry["path"], by_extension)
    assert [(e.path, e.size, e.sha256) for e in built.entries] == [(e["path"], e["bytes"], e["sha256"]) for e in listed]


def test_the_data_and_the_ontology_are_in_one_file_and_shapes_without_queries_in_another(
    small: Path, tmp_path: Path
) -> None:
    project = Project.open(small)
    graph = build(project, tmp_path / "dist", options=BuildOptions(0)).publication.graph
    together, core, shapes = (
        {quad.triple for quad in parse((tmp_path / "dist" / name).read_bytes(), format=RdfFormat.TURTLE)}
        for name in ("chess-with-ontology.ttl", "shapes-core.ttl", "shapes.ttl")
    )
    assert len(together) == len({*graph.default_graph(), *graph.ontology}) > len(graph.default_graph())
    assert {t for t in graph.ontology if isinstance(t.object, NamedNode)} <= together
    queries = NamedNode(f"{terms.SH}select")
    assert queries in {t.predicate for t in shapes}
    assert queries not in {t.predicate for t in core}
    assert "with-ontology" not in (tmp_path / "dist" / "void.ttl").read_text("utf-8"), "the dataset alone is its dump"


def test_the_report_of_the_check_is_among_the_files(small: Path, tmp_path: Path) -> None:
    built = build(Project.open(small), tmp_path / "dist")
    assert (tmp_path / "dist" / "check.json").read_bytes() == built.report.to_json()
    assert json.loads((tmp_path / "dist" / "check.json").read_text())["coverage"] == {
        "covered": 157,
        "characters": 157,
        "percent": 100.0,
    }


def test_the_files_are_what_the_exports_say(small: Path, tmp_path: Path) -> None:
    graph = Project.open(small).load()
    build(Project.open(small), tmp_path / "dist")
    for row in EXPORTERS:
        if row.name != "context":
            assert (tmp_path / "dist" / f"chess.{row.format.extension}").read_bytes() == b"".join(
                graph.export(row.name)
            ), row.name
    for name in ("nt", "ttl", "jsonld"):
        facts = b"".join(graph.export(name, facts_only=True))
        assert (tmp_path / "dist" / f"chess-facts.{name}").read_bytes() == facts
    assert (tmp_path / "dist" / "context.jsonld").read_bytes() == (small / "ontology" / "context.jsonld").read_bytes()


def test_anyone_may_read_what_is_published(small: Path, tmp_path: Path) -> None:
    build(Project.open(small), tmp_path / "dist")
    mask = os.umask(0)
    os.umask(mask)
    assert (tmp_path / "dist").stat().st_mode & 0o777 == 0o755
    modes = {(path.is_dir(), path.stat().st_mode & 0o777) for path in (tmp_path / "dist").rglob("*")}
    assert modes == {(False, 0o666 & ~mask), (True, 0o777 & ~mask)}


def test_a_copy_of_the_built_in_project_is_held_to_the_same_shapes(tmp_path: Path) -> None:
    """A clone beside an installed tool carries the shapes of provenance itself: they are not applied twice."""
    for name in ("ontology", "shapes", "data"):
        shutil.copytree(ROOT / name, tmp_path / name)
    copy, builtin = Project.open(tmp_path).load(), built_in_graph()
    shapes = {str(t) for t in project_shapes(copy) if "_:" not in str(t)}
    assert shapes == {str(t) for t in project_shapes(builtin) if "_:" not in str(t)}
    assert len(project_shapes(copy)) == len(project_shapes(builtin))


# The same bytes.

MACHINES = {
    "hash seed 0": {"PYTHONHASHSEED": "0"},
    "hash seed 1": {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
    "hash seed 4242": {"PYTHONHASHSEED": "4242", "TZ": "America/Adak", "LANG": "en_US.UTF-8", "LC_ALL": ""},
    "Turkish, Latin-5": {"PYTHONHASHSEED": "7", "TZ": "Asia/Kathmandu", "LC_ALL": "tr_TR.ISO-8859-9"},
    "ASCII": {"PYTHONHASHSEED": "8", "LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}


def built_on(machine: dict[str, str], project: Path, output: Path, cwd: Path) -> dict[str, bytes]:
    """Build in a process with another seed, time zone, locale and current folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "TZ", "PYTHON"))}
    done = subprocess.run(
        [sys.executable, "-m", "scograph", "build", project, "-o", output],
        cwd=cwd,
        env={**kept, **machine},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return files_of(output)


def test_two_builds_give_the_same_bytes_on_machines_that_differ(small: Path, tmp_path: Path) -> None:
    builds_of = {}
    for number, (name, machine) in enumerate(MACHINES.items()):
        cwd = tmp_path / f"here-{number}"
        cwd.mkdir()
        project = small if number % 2 else Path(os.path.relpath(small, cwd))
        builds_of[name] = built_on(machine, project, tmp_path / f"dist-{number}", cwd)
    assert len(builds_of) == 5
    first = builds_of["hash seed 0"]
    assert len(first) == 216
    for name, files in builds_of.items():
        assert {path for path in first if first[path] != files.get(path)} == set(), name
        assert files.keys() == first.keys()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_two_builds_of_the_built_in_project_give_the_same_bytes(tmp_path: Path) -> None:
    first = built_on(MACHINES["hash seed 1"], ROOT, tmp_path / "one", tmp_path)
    second = built_on(MACHINES["hash seed 4242"], Path(os.path.relpath(ROOT, tmp_path)), tmp_path / "two", tmp_path)
    assert {path for path in first if first[path] != second.get(path)} == set()
    assert first.keys() == second.keys()
    assert {"sco.nt", "sco.ttl", "sco.jsonld", "sco.rdf", "sco.nq", "sco.trig", "sco-facts.nt"} < first.keys()


def test_blank_nodes_do_not_make_two_builds_differ(tmp_path: Path) -> None:
    library = HERE / "projects" / "library"
    first = built_on(MACHINES["hash seed 0"], library, tmp_path / "one", tmp_path)
    assert first == built_on(MACHINES["hash seed 4242"], library, tmp_path / "two", tmp_path)


def test_no_file_names_the_machine(small: Path, tmp_path: Path) -> None:
    build(Project.open(small), tmp_path / "dist")
    for name, data in files_of(tmp_path / "dist").items():
        assert str(tmp_path).encode() not in data, name


# Nothing is lost.


def test_a_build_takes_the_place_of_the_one_before(small: Path, tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    build(Project.open(small), dist)
    first = files_of(dist)
    (small / "scograph.toml").write_text('[project]\nname = "club"\n')
    build(Project.open(small), dist)
    second = files_of(dist)
    assert "chess.nt" in first
    assert "chess.nt" not in second
    assert second["club.nt"] == first["chess.nt"]
    assert beside(dist) == ["small"]


def test_a_project_that_does_not_conform_leaves_the_old_build_as_it_was(small: Path, tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    build(Project.open(small), dist)
    before, inode = files_of(dist), dist.stat().st_ino
    spoil(small)
    with pytest.raises(FindingsError, match="chess: not built, it does not conform") as refused:
        build(Project.open(small), dist)
    assert "CHESS-P1" in {finding.code for finding in refused.value.findings}
    assert files_of(dist) == before
    assert dist.stat().st_ino == inode
    assert beside(dist) == ["small"]


def test_the_command_line_says_so_and_exits_with_1(small: Path, tmp_path: Path) -> None:
    spoil(small)
    done = subprocess.run(
        [sys.executable, "-m", "scograph", "build", small], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith("error: chess: not built, it does not conform\nhint: dist is as it was\n")
    assert not (tmp_path / "dist").exists()


def broken_off(_graph: Graph, triples: object, _named: object) -> Iterator[bytes]:
    """An exporter that writes something, and then fails."""
    assert triples
    yield b"a beginning\n"
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("at", [i for i, row in enumerate(EXPORTERS) if row.format.is_published])
def test_an_export_that_fails_midway_leaves_the_old_build(
    at: int, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dist = tmp_path / "dist"
    build(Project.open(small), dist)
    before = files_of(dist)
    failing: tuple[Exporter, ...] = tuple(
        replace(row, write=broken_off) if i == at else row for i, row in enumerate(EXPORTERS)
    )
    monkeypatch.setattr(builds, "EXPORTERS", failing)
    monkeypatch.setattr(exports, "EXPORTERS", failing)
    with pytest.raises(UsageError, match="dist: cannot be written: No space left on device"):
        build(Project.open(small), dist)
    assert files_of(dist) == before
    assert beside(dist) == ["small"]


def test_a_swap_that_fails_midway_puts_the_old_build_back(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dist = tmp_path / "dist"
    build(Project.open(small), dist)
    before = files_of(dist)
    rename = os.rename
    calls: list[str] = []

    def second_fails(old: Path, new: Path) -> None:
        if new.name != "record.json":  # how files take their place is another test
            calls.append(new.name)
        if len(calls) == 2:
            raise OSError(5, "Input/output error")
        rename(old, new)

    monkeypatch.setattr(writing, "exchange", lambda _one, _other: False)
    monkeypatch.setattr(os, "rename", second_fails)
    with pytest.raises(UsageError, match="Input/output error"):
        build(Project.open(small), dist)
    assert calls == ["old", "dist", "dist"]
    assert files_of(dist) == before
    assert beside(dist) == ["small"]


@pytest.mark.parametrize("name", ["thesis.txt", "chess.txt", ".hidden", "deep/"])
def test_a_folder_with_files_that_no_build_wrote_is_refused(name: str, small: Path, tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    build(Project.open(small), dist)
    if name.endswith("/"):
        (dist / name).mkdir()
    (dist / name / "thesis.txt" if name.endswith("/") else dist / name).write_text("Years of work.\n")
    before = files_of(dist)
    with pytest.raises(
        UsageError, match=f"holds files that scograph did not write, or that were changed later: {name}"
    ):
        build(Project.open(small), dist)
    assert files_of(dist) == before


def test_a_folder_with_something_else_in_it_is_refused(small: Path, tmp_path: Path) -> None:
    for number in range(7):
        (tmp_path / "dist").mkdir(exist_ok=True)
        (tmp_path / "dist" / f"{number}.txt").write_text("x")
    with pytest.raises(UsageError, match=r"0\.txt, 1\.txt, 2\.txt, 3\.txt, 4\.txt and 2 more"):
        build(Project.open(small), tmp_path / "dist")


def test_an_empty_folder_may_be_built_into(small: Path, tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    build(Project.open(small), tmp_path / "dist")
    assert (tmp_path / "dist" / "manifest.json").is_file()


def test_folders_above_that_are_missing_are_made(small: Path, tmp_path: Path) -> None:
    build(Project.open(small), tmp_path / "a" / "b" / "dist")
    assert (tmp_path / "a" / "b" / "dist" / "manifest.json").is_file()


def test_a_link_to_a_folder_is_kept_and_the_folder_replaced(small: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "dist").symlink_to("real")
    for _ in range(2):
        build(Project.open(small), tmp_path / "dist")
        assert (tmp_path / "dist").is_symlink()
        assert (tmp_path / "real" / "chess.nt").is_file()
        assert beside(tmp_path / "dist") == ["real", "small"]


@pytest.mark.parametrize("name", [".", "..", "data", "data/notes/dist", "ontology/dist", "shapes"])
def test_the_project_itself_is_not_built_over(name: str, small: Path) -> None:
    before = files_of(small)
    with pytest.raises(UsageError):
        build(Project.open(small), small / name)
    assert files_of(small) == before


@pytest.mark.skipif(bool(can_be_refused()), reason=can_be_refused() or "rights can be taken")
def test_a_folder_that_may_not_be_written_is_named(small: Path, tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    with as_anybody(), pytest.raises(UsageError, match="cannot be written: Permission denied"):
        build(Project.open(small), tmp_path / "locked" / "dist")


def test_a_folder_under_a_file_cannot_be_written(small: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"cannot be written: (Not a directory|File exists)"):
        build(Project.open(small), tmp_path / "file" / "dist")


@pytest.mark.parametrize("name", ["ontology", "shapes", "context", "shapes-more"])
def test_a_folder_of_any_name_with_one_file_is_built(name: str, tmp_path: Path) -> None:
    """The stem of the files is the folder's name, unless that is the name of another file."""
    folder = tmp_path / name
    shutil.copytree(HERE / "projects" / "one-file", folder)
    build(Project.open(folder), tmp_path / "dist")
    assert (tmp_path / "dist" / "graph.nt").is_file()


# What is computed once.


def test_two_stores_are_filled_and_each_question_is_evaluated_once(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rules and questions are evaluated in children of one store, what stands behind answers in those of another."""
    stores, asked, evaluated = [], [], []
    make, answer, query = EmbeddedStore.__init__, run.question_tasks, EmbeddedStore.query
    monkeypatch.setattr(EmbeddedStore, "__init__", lambda self, quads: (stores.append(self), make(self, quads))[1])
    monkeypatch.setattr(
        run, "question_tasks", lambda questions, *rest: (asked.extend(questions), answer(questions, *rest))[1]
    )
    monkeypatch.setattr(EmbeddedStore, "query", lambda self, *rest: (evaluated.append(rest), query(self, *rest))[1])
    build(Project.open(small), tmp_path / "dist")
    assert len(stores) == 2
    assert [question.name for question in asked] == ["01-who-came-where"]
    assert evaluated == []


def test_what_a_store_holds_for_a_block_is_gone_after_it() -> None:
    one, other = (Quad(NamedNode(f"urn:x:{name}"), NamedNode("urn:x:p"), Literal(name)) for name in ("one", "other"))
    store = EmbeddedStore([one])
    with store.including([one, other]):
        assert set(store.dump()) == {one, other}
    assert list(store.dump()) == [one]


def test_the_triples_of_a_question_are_published_as_a_table(small: Path, tmp_path: Path) -> None:
    questions = small / "ontology" / "questions"
    (questions / "02-ranks.rq").write_text(
        '# What has a rank?\nCONSTRUCT { <urn:x:b> <urn:x:p> "two"@en , 2 . <urn:x:a> <urn:x:p> <urn:x:c> } WHERE {}\n'
    )
    integer = "http://www.w3.org/2001/XMLSchema#integer"
    rows = [
        ["subject", "predicate", "object"],
        ["urn:x:a", "urn:x:p", "urn:x:c"],
        ["urn:x:b", "urn:x:p", "2"],
        ["urn:x:b", "urn:x:p", "two"],
    ]
    (questions / "02-ranks.csv").write_text("".join(",".join(row) + "\n" for row in rows))
    build(Project.open(small), tmp_path / "dist")
    stem = tmp_path / "dist" / "question" / "02-ranks"
    assert stem.with_suffix(".csv").read_text(encoding="utf-8").splitlines() == [",".join(row) for row in rows]
    values = [row["object"] for row in json.loads(stem.with_suffix(".json").read_bytes())["results"]["bindings"]]
    assert values == [
        {"type": "uri", "value": "urn:x:c"},
        {"type": "literal", "value": "2", "datatype": integer},
        {"type": "literal", "value": "two", "xml:lang": "en"},
    ]


def test_blank_nodes_that_cannot_be_told_apart_are_tried_once(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The facts, the default graph and the dataset have the same blank nodes."""
    tried = []

    def canonical_digest(path: Path) -> str:
        tried.append(path.name)
        if path.name.startswith("chess"):
            raise IndistinctError("they cannot be told apart")
        return "0" * 64

    monkeypatch.setattr(builds, "canonical_digest", canonical_digest)
    built = build(Project.open(small), tmp_path / "dist", options=BuildOptions(0))
    assert [name for name in tried if name.startswith("chess")] == ["chess-facts.nt"]
    canonical = {entry.path: entry.canonical for entry in built.entries}
    assert canonical["chess.nq"] == canonical["chess.ttl"] == canonical["chess-facts.ttl"] == ""
    assert canonical["shapes.ttl"] == canonical["ontology.ttl"] == canonical["ontology.rdf"] == "0" * 64
    assert tried == ["chess-facts.nt", "ontology.nt", "shapes-core.nt", "shapes.nt"]
    assert built.is_missing


@pytest.mark.skipif(sys.platform != "linux", reason="processes that write pages are forked on Linux only")
@pytest.mark.parametrize(("number", "name"), [(signal.SIGABRT, "SIGABRT"), (signal.SIGSEGV, "SIGSEGV")])
def test_a_process_that_aborts_is_a_fault_of_the_machine(
    number: int, name: str, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def abort(*_: object) -> list[Document]:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        faulthandler.disable()
        os.kill(os.getpid(), number)
        return []

    monkeypatch.setattr(builds, "site_pages", abort)
    with pytest.raises(MachineError, match=name) as caught:
        build(Project.open(small), tmp_path / "dist", options=BuildOptions(2))
    assert caught.value.exit_code == 5
    assert not (tmp_path / "dist").exists()
