"""Releases are frozen, refused where they would break a promise, and any changed byte of one is named."""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import feedparser
import pytest
from pyoxigraph import RdfFormat, Store, parse

from rights import as_anybody, can_be_refused
from scograph import Project, bounds
from scograph import verification as verifications
from scograph.build import BuildOptions, build
from scograph.download import download
from scograph.errors import FindingsError, InputError, StoreError, UsageError
from scograph.exports.canonical import canonical, digest
from scograph.exports.publication import PublicationTarget
from scograph.feed import feed
from scograph.manifest import Entry, Manifest, read_manifest, sums_bytes
from scograph.releases import Released, Version, release, releases_in
from scograph.serialise.lines import n_quads
from scograph.verification import Differing, compare_folders, verify_folder

HERE = Path(__file__).parent
PROJECTS = HERE / "projects"
MEETINGS = Path("data", "notes", "02-meetings.ttl")
ZOE = "https://example.org/chess/id/player/zoe-lind"


def scograph(*arguments: str | Path, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scograph", *arguments],
        cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def chess(tmp_path: Path) -> Path:
    """A copy of the small project, with a day in its header, and no committed context that changes would outdate."""
    folder = Path(shutil.copytree(PROJECTS / "small", tmp_path / "chess"))
    (folder / "ontology" / "context.jsonld").unlink()
    set_day(folder, "2024-05-06")
    return folder


def set_day(folder: Path, day: str) -> None:
    path = folder / "data" / "editorial" / "source.ttl"
    text = re.sub(r'    dcterms:modified "[^"]*"\^\^<[^>]*> ;\n', "", path.read_text(encoding="utf-8"))
    line = f'    dcterms:modified "{day}"^^<http://www.w3.org/2001/XMLSchema#date> ;\n    dcterms:title'
    path.write_text(text.replace("    dcterms:title", line, 1), encoding="utf-8")


def freeze(folder: Path, version: str, **target: str) -> Released:
    return release(Project.open(folder), version, folder.parent / "releases", target=PublicationTarget(**target))


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def deprecate(folder: Path, what: str = "owl:deprecated true ; dcterms:isReplacedBy <{}>") -> None:
    """Put another player in the place of one, as a curator should."""
    notes = folder / "data" / "notes" / "05-winner.ttl"
    change(
        notes,
        "@prefix rdfs:",
        "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n@prefix rdfs:",
    )
    change(notes, f"hasPlayer <{ZOE}>", f"hasPlayer <{ZOE}-1>")
    said = what.format(f"{ZOE}-1")
    with notes.open("a", encoding="utf-8") as file:
        file.write(f'\n<{ZOE}> {said} .\n<{ZOE}-1> a chess:Player ; rdfs:label "Zoë Lind"@en .\n')


# Versions.


def test_versions_are_ordered_as_semantic_versioning_says() -> None:
    ordered = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11"]
    ordered += ["1.0.0-rc.1", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0"]
    versions = [Version.parse(text) for text in ordered]
    assert None not in versions
    assert versions == sorted(versions, key=lambda version: version or Version((0, 0, 0)))
    assert [str(version) for version in versions] == ordered


@pytest.mark.parametrize(
    "text", ["", "1", "1.0", "v1.0.0", "01.0.0", "1.0.0-01", "1.0.0+build", "1.0.0-", "../1.0.0", "１.0.0"]
)
def test_what_is_no_version_is_refused(text: str, chess: Path) -> None:
    with pytest.raises(UsageError, match="is not a version"):
        freeze(chess, text)
    assert not (chess.parent / "releases").exists()


# What a release holds.


def test_a_release_holds_everything_and_its_manifest_is_true(chess: Path) -> None:
    done = freeze(chess, "1.0.0")
    files = files_of(chess.parent / "releases" / "1.0.0")
    manifest = json.loads(files["manifest.json"])
    assert {key: manifest[key] for key in ("name", "version", "date")} == {
        "name": "chess", "version": "1.0.0", "date": "2024-05-06",
    }  # fmt: skip
    assert {f["path"] for f in manifest["files"]} == files.keys() - {"manifest.json", "SHA256SUMS"}
    assert files.keys() >= {
        *("chess.nt", "chess.ttl", "chess.jsonld", "chess.nq", "chess.trig", "chess.rdf", "chess-facts.nt"),
        *("ontology.ttl", "shapes.ttl", "context.jsonld", "check.json", "changelog.md", "changes.json"),
        *("chess.schema.json", "chess.d.ts"),
        *("void.ttl", "dcat.ttl", "prov.ttl", "schema-org.jsonld", "CITATION.cff", "citation.bib"),
    }
    for entry in manifest["files"]:
        assert entry["sha256"] == hashlib.sha256(files[entry["path"]]).hexdigest()
        assert entry["bytes"] == len(files[entry["path"]])
    assert manifest["canonicalSha256"] == digest(canonical(n_quads(done.built.publication.graph.quads())))


def test_the_sums_are_those_that_sha256sum_reads(chess: Path) -> None:
    freeze(chess, "1.0.0")
    done = subprocess.run(
        ["sha256sum", "-c", "--strict", "SHA256SUMS"],
        cwd=chess.parent / "releases" / "1.0.0",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == len(files_of(chess.parent / "releases" / "1.0.0")) - 1


def test_the_same_release_made_twice_has_the_same_bytes(chess: Path, tmp_path: Path) -> None:
    made = []
    for seed in ("0", "4242"):
        for version, day in (("1.0.0", "Tuesday"), ("1.1.0", "Friday")):
            path = chess / MEETINGS
            path.write_text(re.sub(r'"\w+"@en', f'"{day}"@en', path.read_text(encoding="utf-8")), encoding="utf-8")
            done = scograph("release", version, chess, "-o", tmp_path / seed, PYTHONHASHSEED=seed)
            assert done.returncode == 0, done.stderr
        made.append(files_of(tmp_path / seed))
    assert made[0] == made[1]
    assert len(made[0]) > 45


def test_the_changelog_is_the_difference_to_the_last_release(chess: Path) -> None:
    freeze(chess, "1.0.0")
    change(chess / MEETINGS, "Tuesday", "Friday")
    change(chess / "ontology" / "chess.ttl", '"club"@en', '"chess club"@en')
    set_day(chess, "2024-06-01")
    freeze(chess, "1.1.0")
    folder = chess.parent / "releases" / "1.1.0"
    text = (folder / "changelog.md").read_text(encoding="utf-8")
    assert text.startswith("# The Millbrook chess record, 1.1.0 (2024-06-01)\n\nSince 1.0.0: 2 facts added, 2 removed")
    assert "- **changed**: meeting day: Tuesday@en → Friday@en; stated: Notes of the club, characters " in text
    assert "## Ontology\n" in text
    assert "- **changed**: rdfs:label: club@en → chess club@en\n" in text
    said = json.loads((folder / "changes.json").read_bytes())
    assert said["release"]["previous"] == "1.0.0"
    assert said["counts"] == {"added": 2, "removed": 2, "resourced": 0, "entities": 2}


def test_the_patch_of_a_release_turns_the_last_one_into_it(chess: Path) -> None:
    freeze(chess, "1.0.0")
    change(chess / MEETINGS, "Tuesday", "Friday")
    freeze(chess, "1.1.0")
    old, new = (chess.parent / "releases" / version for version in ("1.0.0", "1.1.0"))
    store = Store()
    store.extend(parse((old / "chess.nq").read_bytes(), RdfFormat.N_QUADS))
    for line in (new / "changes.rdfp").read_text(encoding="utf-8").splitlines():
        for mark, act in (("D ", store.remove), ("A ", store.add)):
            if line.startswith(mark):
                (quad,) = parse(line[2:].encode(), RdfFormat.N_QUADS)
                act(quad)
    assert digest(canonical(n_quads(store))) == json.loads((new / "manifest.json").read_bytes())["canonicalSha256"]


def test_the_catalogue_leads_from_a_version_to_the_one_before(chess: Path) -> None:
    freeze(chess, "1.0.0")
    freeze(chess, "1.1.0")
    text = (chess.parent / "releases" / "1.1.0" / "dcat.ttl").read_text(encoding="utf-8")
    here = "https://example.org/chess/releases/1.1.0/"
    store = Store()
    store.load(text.encode(), RdfFormat.TURTLE)
    query = (
        "PREFIX dcat: <http://www.w3.org/ns/dcat#> "
        "SELECT * { ?d dcat:version ?v ; dcat:previousVersion ?p ; dcat:isVersionOf ?of . ?of dcat:hasVersion ?d }"
    )
    (row,) = store.query(query)
    assert [row[name].value for name in ("d", "v", "p", "of")] == [
        here, "1.1.0", "https://example.org/chess/releases/1.0.0/", "https://example.org/chess/dataset",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["library", "one-file"])
def test_other_projects_are_released_and_verified(name: str, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(PROJECTS / name, tmp_path / name))
    freeze(folder, "0.1.0")
    path = next(folder.rglob("1-gardens.ttl" if name == "library" else "walks.ttl"))
    change(path, "gardener" if name == "library" else "Åsa", "Ådne")
    done = freeze(folder, "0.2.0")
    assert done.changes is not None
    assert done.changes[0].counts["added"] == done.changes[0].counts["removed"] == 1
    for version in ("0.1.0", "0.2.0"):
        assert verify_folder(tmp_path / "releases" / version) == ()


# What is refused.


def refused(chess: Path, version: str, error: type[Exception], message: str) -> None:
    before = files_of(chess.parent / "releases")
    with pytest.raises(error, match=message):
        freeze(chess, version)
    assert files_of(chess.parent / "releases") == before
    assert sorted(path.name for path in (chess.parent / "releases").iterdir()) == ["1.0.0"]


@pytest.mark.parametrize("version", ["1.0.0", "0.9.9", "1.0.0-rc.1"])
def test_a_version_that_is_not_higher_is_refused(version: str, chess: Path) -> None:
    freeze(chess, "1.0.0")
    refused(chess, version, UsageError, "is not higher than 1.0.0, the last release")


def test_a_project_that_does_not_conform_is_not_released(chess: Path) -> None:
    freeze(chess, "1.0.0")
    change(chess / "data" / "notes" / "05-winner.ttl", f"hasPlayer <{ZOE}>", "hasPlayer <urn:x:club>")
    refused(chess, "1.1.0", FindingsError, "chess: not released, it does not conform")


def test_an_iri_that_would_be_gone_is_named_with_its_label(chess: Path) -> None:
    freeze(chess, "1.0.0")
    path = chess / "data" / "notes" / "05-winner.ttl"
    path.write_text(path.read_text(encoding="utf-8").replace("zoe-lind", "zoe-lind-1"), encoding="utf-8")
    with pytest.raises(FindingsError, match="not released, 1 published IRI is missing") as error:
        freeze(chess, "1.1.0")
    (finding,) = error.value.findings
    assert finding.message == f"{ZOE} (Zoë Lind) was published in the last release, and is missing now"
    assert "a owl:Thing ; owl:deprecated true ; dcterms:isReplacedBy <…>" in finding.hint
    refused(chess, "1.1.0", FindingsError, "is missing")


def test_a_term_of_the_ontology_that_would_be_gone_is_named(chess: Path) -> None:
    path = chess / "ontology" / "chess.ttl"
    with path.open("a", encoding="utf-8") as file:
        file.write('\nchess:Umpire a owl:Class ; rdfs:label "umpire"@en .\n')
    freeze(chess, "1.0.0")
    change(path, "chess:Umpire", "chess:Arbiter")
    refused(chess, "1.1.0", FindingsError, "1 published IRI is missing")


def test_an_iri_that_is_deprecated_and_replaced_may_go(chess: Path) -> None:
    freeze(chess, "1.0.0")
    deprecate(chess, what='a chess:Player ; rdfs:label "Zoë Lind"@en ; owl:deprecated true ; dcterms:isReplacedBy <{}>')
    path = chess / "data" / "notes" / "05-winner.ttl"
    path.write_text(
        re.sub(
            rf'<{ZOE}>\n    a chess:Player ;\n    rdfs:label "Zoë Lind"@en \.\n', "", path.read_text(encoding="utf-8")
        ),
        encoding="utf-8",
    )
    declare(chess)
    freeze(chess, "1.1.0")
    assert [str(r.version) for r in releases_in(chess.parent / "releases")] == ["1.0.0", "1.1.0"]


def declare(chess: Path) -> None:
    """Declare the two properties, where a project wants every term declared."""
    path = chess / "ontology" / "chess.ttl"
    with path.open("a", encoding="utf-8") as file:
        file.write("\ndcterms:isReplacedBy a owl:AnnotationProperty .\n")


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("owl:deprecated true", "is deprecated, and nothing replaces it"),
        (
            "owl:deprecated true ; dcterms:isReplacedBy <urn:x:nothing>",
            "is replaced by <urn:x:nothing>, which has no description",
        ),
    ],
)
def test_an_iri_that_is_deprecated_by_halves_is_named(said: str, message: str, chess: Path) -> None:
    freeze(chess, "1.0.0")
    deprecate(chess, what=said)
    declare(chess)
    with pytest.raises(FindingsError) as error:
        freeze(chess, "1.1.0")
    assert any(message in finding.message for finding in error.value.findings), error.value.findings


def test_claims_may_go_with_their_facts(chess: Path) -> None:
    freeze(chess, "1.0.0")
    change(chess / MEETINGS, "Tuesday", "Friday")
    assert freeze(chess, "1.0.1").changes is not None


def test_a_version_that_the_header_contradicts_is_refused(chess: Path) -> None:
    path = chess / "data" / "editorial" / "source.ttl"
    change(path, "    void:uriSpace", '    <http://www.w3.org/2002/07/owl#versionInfo> "2.0.0" ;\n    void:uriSpace')
    with pytest.raises(
        UsageError, match=r"editorial/source\.ttl:\d+:\d+: the dataset says of itself that it is version 2\.0\.0"
    ):
        freeze(chess, "1.0.0")
    assert freeze(chess, "2.0.0").built.manifest.version == "2.0.0"


def test_a_last_release_that_was_changed_is_refused(chess: Path) -> None:
    freeze(chess, "1.0.0")
    path = chess.parent / "releases" / "1.0.0" / "chess.nq"
    path.write_bytes(path.read_bytes().replace(b"Millbrook", b"Millbruck"))
    with pytest.raises(Exception, match=r"the last release, 1\.0\.0, is not what it was: chess\.nq differs"):
        freeze(chess, "1.1.0")


def test_a_folder_that_is_in_the_way_is_refused(chess: Path) -> None:
    (chess.parent / "releases" / "1.0.0").mkdir(parents=True)
    (chess.parent / "releases" / "1.0.0" / "thesis.txt").write_text("Years of work.")
    with pytest.raises(UsageError):
        freeze(chess, "1.0.0")
    assert (chess.parent / "releases" / "1.0.0" / "thesis.txt").read_text() == "Years of work."


def test_releases_inside_a_project_without_data_folder_are_not_read_as_data(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(PROJECTS / "one-file", tmp_path / "walks"))
    for version in ("1.0.0", "1.0.1"):
        done = scograph("release", version, ".", cwd=folder)
        assert done.returncode == 0, done.stderr
    assert "0 facts added, 0 removed" in done.stderr or "no difference" in done.stderr


# Verifying.


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases of the small project."""
    folder = Path(shutil.copytree(PROJECTS / "small", tmp_path_factory.mktemp("released") / "chess"))
    set_day(folder, "2024-05-06")
    freeze(folder, "1.0.0")
    change(folder / MEETINGS, "Tuesday", "Friday")
    set_day(folder, "2024-06-01")
    freeze(folder, "1.1.0")
    return folder.parent / "releases"


@pytest.fixture
def copy(released: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(released / "1.1.0", tmp_path / "1.1.0"))


def names(found: tuple[Differing, ...]) -> list[tuple[str, str]]:
    return [(one.path, one.what) for one in found]


def test_a_release_is_as_it_was_published(copy: Path) -> None:
    assert verify_folder(copy) == ()
    done = scograph("verify", copy)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"{copy}: all files are as published\n"


def test_a_changed_byte_anywhere_is_named(copy: Path) -> None:
    """A byte in each file, at its beginning, its end and somewhere in between; datasets read once for each format."""
    places = random.Random(7)  # noqa: S311 -- places, no secret
    cases = 0
    read: set[str] = set()
    top = [path for path in copy.iterdir() if path.is_file()]
    for path in sorted([*top, copy / "tables" / "csv-metadata.json"]):
        name = path.relative_to(copy).as_posix()
        data = path.read_bytes()
        kind = name if name == "manifest.json" else "".join(path.suffixes[-2:])
        for at in sorted({0, len(data) - 1, places.randrange(len(data))}):
            path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
            found = verify_folder(copy, deep=kind not in read)
            read.add(kind)
            assert name in str(found[0]), (name, at, found)
            assert [one.path for one in found if one.path not in {name, "manifest.json"}] == [], (
                name,
                at,
                found,
            )
            cases += 1
        path.write_bytes(data)
    assert cases > 140
    assert len(read) > 10
    assert verify_folder(copy) == ()


def test_a_missing_and_an_extra_file_are_named(copy: Path) -> None:
    (copy / "chess.ttl").unlink()
    (copy / "extra.txt").write_text("x")
    (copy / "deep").mkdir()
    (copy / "deep" / ".hidden").write_text("x")
    done = scograph("verify", copy)
    assert done.returncode == 1
    assert (
        done.stdout == "chess.ttl is missing\ndeep/.hidden is not in the manifest\nextra.txt is not in the manifest\n"
    )
    assert done.stderr == f"{copy}: 3 files not as published\n"


@pytest.mark.skipif(bool(can_be_refused()), reason=can_be_refused() or "rights can be taken")
def test_folders_that_cannot_be_listed_are_not_the_same(copy: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(copy, tmp_path / "other"))
    (other / "more").mkdir(mode=0o300)
    try:
        with as_anybody(), pytest.raises(InputError, match="other/more: cannot be read: Permission denied"):
            compare_folders(copy, other)
    finally:
        (other / "more").chmod(0o700)


def test_json_tells_the_same(copy: Path) -> None:
    (copy / "chess.ttl").unlink()
    said = json.loads(scograph("verify", copy, "-f", "json").stdout)
    assert said == {"verified": False, "files": [{"path": "chess.ttl", "what": "is missing", "detail": ""}]}


def rewritten(folder: Path, changed: Callable[[Manifest], dict[str, str]]) -> None:
    """A forger's work: the manifest and the sums are made to fit what was changed."""
    manifest = read_manifest((folder / "manifest.json").read_bytes(), "manifest.json")
    text = (folder / "manifest.json").read_text(encoding="utf-8")
    sums = (folder / "SHA256SUMS").read_text(encoding="utf-8")
    before = hashlib.sha256(text.encode()).hexdigest()
    for old, new in changed(manifest).items():
        text, sums = text.replace(old, new), sums.replace(old, new)
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    sums = sums.replace(before, hashlib.sha256(text.encode()).hexdigest())
    (folder / "SHA256SUMS").write_text(sums, encoding="utf-8")


def test_a_dump_whose_digest_was_made_to_fit_differs_by_its_canonical_form(copy: Path) -> None:
    path = copy / "chess.ttl"
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_bytes(path.read_bytes().replace(b"Millbrook", b"Millbruck"))
    rewritten(copy, lambda _: {before: hashlib.sha256(path.read_bytes()).hexdigest()})
    assert names(verify_folder(copy)) == [("chess.ttl", "differs")]
    assert names(verify_folder(copy, deep=False)) == []
    assert scograph("verify", copy, "--bytes-only").returncode == 0


def forged(folder: Path, files: dict[str, str], canonical: str = "0" * 64) -> Path:
    """A published folder with datasets in N-Quads that each have a certain canonical form, as its manifest says."""
    folder.mkdir()
    entries = []
    for path, text in files.items():
        (folder / path).write_text(text, encoding="utf-8")
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        entries.append(Entry(path, "application/n-quads", len(text), sha256, canonical))
    manifest = Manifest(tuple(entries), "x").to_bytes()
    (folder / "manifest.json").write_bytes(manifest)
    sums = {entry.path: entry.sha256 for entry in entries} | {"manifest.json": hashlib.sha256(manifest).hexdigest()}
    (folder / "SHA256SUMS").write_bytes(sums_bytes(sums))
    return folder


def test_what_takes_more_than_a_bound_is_not_compared_and_that_is_said_with_a_code_of_its_own(tmp_path: Path) -> None:
    """Every byte is as published: it does not differ, and is not said to be as published either."""
    bomb = "".join(f"_:n{a} <x:p> _:n{b} .\n" for a in range(9) for b in range(9) if a != b)
    folder = forged(tmp_path / "x", {"a.nq": bomb, "b.nq": bomb})
    why = "the blank nodes cannot be told apart in 1 seconds: the dataset is refused"
    done = scograph("--bound", "canonical-seconds=1", "verify", folder)
    assert (done.returncode, done.stdout) == (3, f"a.nq is not compared: {why}\nb.nq is not compared: {why}\n")
    assert f"{folder}: all bytes are as published, but what a.nq and 1 more say was not compared: {why}" in done.stderr
    assert "hint: --bytes-only compares bytes alone; give them IRIs" in done.stderr
    assert scograph("verify", folder, "--bytes-only").returncode == 0
    (folder / "more.txt").write_text("x")
    done = scograph("--bound", "canonical-seconds=1", "verify", folder, "-f", "json")
    said = json.loads(done.stdout)
    assert (done.returncode, said["verified"]) == (1, False)
    assert [(row["path"], row["what"]) for row in said["files"]] == [
        ("a.nq", "is not compared"),
        ("b.nq", "is not compared"),
        ("more.txt", "is not in the manifest"),
    ]


def test_a_dataset_that_nests_too_deep_is_not_compared(tmp_path: Path) -> None:
    deep = '{"@id": "x:a", "x:p": ' + "[" * 200 + "]" * 200 + "}"
    (found,) = verify_folder(forged(tmp_path / "x", {"a.jsonld": deep}))
    assert (found.path, found.what) == ("a.jsonld", "is not compared")
    assert "(bound: nesting)" in found.detail


def test_a_manifest_in_another_form_is_named(copy: Path) -> None:
    path = copy / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8"))), encoding="utf-8")
    assert names(verify_folder(copy)) == [("manifest.json", "differs")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a scograph manifest"),
        ("[]", "not a scograph manifest"),
        (
            '{"files": [{"path": "../x", "mediaType": "a/b", "bytes": 1, "sha256": "00"}]}',
            "is not a path inside the folder",
        ),
        (
            '{"files": [{"path": "/etc/passwd", "mediaType": "a/b", "bytes": 1, "sha256": "00"}]}',
            "is not a path inside",
        ),
        ('{"files": [{"path": "a", "mediaType": "a/b", "bytes": -1, "sha256": "00"}]}', "a has no size"),
        ('{"files": [{"path": "a", "mediaType": "a/b", "bytes": 1, "sha256": "00"}]}', "a has no digest"),
        ("[" * 100_000, "not a scograph manifest"),
    ],
)
def test_what_is_no_manifest_is_refused(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(InputError, match=message):
        verify_folder(tmp_path)


def test_a_folder_without_manifest_is_refused(tmp_path: Path) -> None:
    done = scograph("verify", tmp_path)
    assert done.returncode == 3
    assert f"{tmp_path} has no manifest.json: no build, release or load wrote it" in done.stderr
    missing = scograph("verify", tmp_path / "missing")
    assert "manifest.json: cannot be read: No such file or directory" in missing.stderr


def test_a_build_verifies_too(tmp_path: Path) -> None:
    build(Project.open(PROJECTS / "library"), tmp_path / "dist")
    assert verify_folder(tmp_path / "dist") == ()


# Over HTTP.


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder, and says nothing."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


def serving(handler: Callable[..., http.server.BaseHTTPRequestHandler]) -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def address(copy: Path) -> Iterator[str]:
    yield from serving(partial(Quiet, directory=str(copy.parent)))


@pytest.mark.parametrize("end", ["", "/", "/manifest.json"])
def test_a_release_is_verified_over_http(end: str, address: str) -> None:
    done = scograph("verify", f"{address}/1.1.0{end}")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert done.stderr.endswith(", version 1.1.0: all files are as published\n")


def test_what_differs_or_is_missing_over_http_is_named(address: str, copy: Path) -> None:
    (copy / "void.ttl").unlink()
    (copy / "chess.nt").write_bytes(b"x" * 5_000_000)
    (copy / "chess.ttl").write_bytes((copy / "chess.ttl").read_bytes().replace(b"Millbrook", b"Millbruck"))
    done = scograph("verify", f"{address}/1.1.0")
    assert done.returncode == 1
    lines = [line.partition(":")[0] for line in done.stdout.splitlines()]
    assert lines == ["chess.nt differs", "chess.ttl differs", "void.ttl is missing"]


def test_no_manifest_over_http_is_an_input_that_is_not_there(address: str) -> None:
    done = scograph("verify", f"{address}/2.0.0")
    assert done.returncode == 3
    assert f"{address}/2.0.0/manifest.json: not there" in done.stderr


def test_a_host_that_does_not_answer_is_a_fault_of_the_network() -> None:
    done = scograph("verify", "http://127.0.0.1:9/releases/1.0.0")
    assert done.returncode == 4
    assert "http://127.0.0.1:9/releases/1.0.0/manifest.json: cannot be fetched" in done.stderr


class Endless(Quiet):
    """Answers with more than anyone asked for, with an error, or with a way to a file."""

    sent = 0

    def do_GET(self) -> None:
        """Answer by the path."""
        if self.path.startswith("/file/"):
            self.send_response(302)
            self.send_header("Location", "file:///etc/hostname")
            self.end_headers()
        elif self.path.startswith("/error/"):
            self.send_error(500)
        else:
            self.send_response(200)
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b"[" * (1 << 16))
                    Endless.sent += 1 << 16
            except OSError:
                pass


def test_a_server_that_never_stops_is_read_no_further_than_the_bound() -> None:
    for address in serving(Endless):
        done = scograph("verify", f"{address}/x")
        assert done.returncode == 3
        assert "not a scograph manifest" in done.stderr
        assert Endless.sent < 64 << 20


@pytest.mark.parametrize(
    ("path", "message"), [("file", "which is not an http(s) address"), ("error", "the server answers 500")]
)
def test_a_server_that_fails_or_leads_elsewhere_is_a_fault_of_the_network(path: str, message: str) -> None:
    for address in serving(Endless):
        done = scograph("verify", f"{address}/{path}")
        assert done.returncode == 4
        assert message in done.stderr
        assert "Traceback" not in done.stderr


class Slow(Quiet):
    """Sends a byte now and then."""

    def do_GET(self) -> None:
        """Answer slowly."""
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"[")
                time.sleep(0.05)
        except OSError:
            pass


def test_a_server_that_drips_is_left(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bounds, "_raised", {"download-seconds": 1})
    for address in serving(Slow):
        with pytest.raises(StoreError, match="the server is too slow"):
            download(address, tmp_path)


# Building twice.


def test_a_build_that_is_verified_gives_the_same_bytes(chess: Path, tmp_path: Path) -> None:
    done = scograph("build", chess, "-o", tmp_path / "dist", "--verify", "--source-text", chess / "text.txt")
    assert done.returncode == 0, done.stderr
    assert "a second build gives the same bytes\n" in done.stderr
    assert verify_folder(tmp_path / "dist") == ()


def test_two_builds_that_differ_replace_nothing_and_name_the_files(chess: Path, tmp_path: Path) -> None:
    build(Project.open(chess), tmp_path / "dist")
    before = files_of(tmp_path / "dist")

    def verify(folder: Path) -> None:
        with (chess / "data" / "notes" / "05-winner.ttl").open("a", encoding="utf-8") as file:
            file.write("# the second build finds another project\n")
        change(chess / MEETINGS, "Tuesday", "Friday")
        verifications.build_again([chess], folder, (), os.environ)

    with pytest.raises(FindingsError, match="two builds of chess differ, and nothing was replaced") as error:
        build(Project.open(chess), tmp_path / "dist", options=BuildOptions(verify=verify))
    found = {finding.place.path for finding in error.value.findings if finding.place}
    assert found >= {"chess.nt", "chess-facts.nt", "prov.ttl", "manifest.json", "SHA256SUMS"}
    assert "ontology.ttl" not in found
    assert files_of(tmp_path / "dist") == before


def test_the_second_build_has_another_hash_seed(monkeypatch: pytest.MonkeyPatch, chess: Path, tmp_path: Path) -> None:
    seeds = []
    run = subprocess.run

    def watched(*arguments: object, **named: object) -> object:
        if isinstance(named.get("env"), dict) and "build" in arguments[0]:  # type: ignore[operator]  # a list of words
            seeds.append(named["env"]["PYTHONHASHSEED"])  # type: ignore[index]  # it is a dictionary
        return run(*arguments, **named)  # type: ignore[call-overload]  # as they were given

    monkeypatch.setattr(subprocess, "run", watched)
    build(Project.open(chess), tmp_path / "dist")
    for first in ("4242", "0"):
        verifications.build_again([chess], tmp_path / "dist", (), {**os.environ, "PYTHONHASHSEED": first})
    assert seeds == ["1729", "4242"]


def test_folders_that_hold_other_files_differ(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).write_text("x")
        (tmp_path / name / "both").write_text(name)
    assert names(compare_folders(tmp_path / "one", tmp_path / "two")) == [
        ("both", "differs"), ("one", "is written by one build only"), ("two", "is written by one build only"),
    ]  # fmt: skip


# The feed.


def test_the_feed_is_read_by_a_reader_of_feeds(released: Path) -> None:
    read = feedparser.parse(feed(releases_in(released)))
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"
    assert read.feed.title == "The Millbrook chess record: changes"
    assert read.feed.id == "https://example.org/chess/releases/feed.atom"
    assert read.feed.updated == "2024-06-01T00:00:00Z"
    assert read.entries[0].title == "Version 1.1.0"
    assert read.entries[-1].title == "Version 1.0.0"
    club = next(entry for entry in read.entries if entry.link.endswith("club/millbrook"))
    assert club.content[0].value == (
        "− meeting day: Tuesday@en [stated: Notes of the club]\n+ meeting day: Friday@en [stated: Notes of the club]"
    )


def test_every_entry_has_what_rfc_4287_requires_and_a_name_of_its_own(released: Path) -> None:
    read = feedparser.parse(feed(releases_in(released)))
    assert len(read.entries) == 4
    for entry in read.entries:
        assert entry.id
        assert entry.title
        assert entry.updated_parsed
        assert entry.content
    assert len({entry.id for entry in read.entries}) == len(read.entries)
    assert read.feed.author_detail.name
    assert {link.rel for link in read.feed.links} == {"self", "alternate"}


def test_old_entries_keep_their_names_when_a_release_is_added(released: Path) -> None:
    before = {entry.id for entry in feedparser.parse(feed(releases_in(released)[:1])).entries}
    assert before < {entry.id for entry in feedparser.parse(feed(releases_in(released))).entries}


def test_the_changes_of_one_thing_are_a_feed(released: Path) -> None:
    iri = "https://example.org/chess/id/club/millbrook"
    done = scograph("feed", released, "--entity", iri)
    read = feedparser.parse(done.stdout)
    assert [entry.link for entry in read.entries] == [iri]
    assert read.feed.id != "https://example.org/chess/releases/feed.atom"


def test_a_thing_that_did_not_change_is_refused_with_one_that_did(released: Path) -> None:
    done = scograph("feed", released, "--entity", "https://example.org/chess/id/club/millbrock")
    assert done.returncode == 2
    assert "hint: did you mean https://example.org/chess/id/club/millbrook?" in done.stderr


def test_a_release_writes_the_feed_beside_itself(chess: Path, tmp_path: Path) -> None:
    done = scograph("release", "1.0.0", chess, "-o", tmp_path / "r")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "r" / "feed.atom").read_bytes() == feed(releases_in(tmp_path / "r"))


def test_without_a_date_there_is_no_feed_and_a_note_says_why(tmp_path: Path) -> None:
    done = scograph("release", "1.0.0", PROJECTS / "small", "-o", tmp_path / "r")
    assert done.returncode == 0
    assert "note: no date, so this release is not in the feed" in done.stderr
    assert not (tmp_path / "r" / "feed.atom").exists()
    done = scograph("feed", tmp_path / "r")
    assert done.returncode == 2
    assert "no release has a date" in done.stderr


def test_the_source_date_epoch_dates_a_release(tmp_path: Path) -> None:
    done = scograph("release", "1.0.0", PROJECTS / "one-file", "-o", tmp_path / "r", SOURCE_DATE_EPOCH="1700000000")
    assert done.returncode == 0, done.stderr
    read = feedparser.parse((tmp_path / "r" / "feed.atom").read_bytes())
    assert not read.bozo
    assert read.feed.updated == "2023-11-14T00:00:00Z"
    assert b"<id>ni:///sha-256;" in (tmp_path / "r" / "feed.atom").read_bytes()


@pytest.mark.parametrize("epoch", ["yesterday", "1e9", "99999999999999999999"])
def test_a_source_date_epoch_that_is_no_time_is_refused(epoch: str, tmp_path: Path) -> None:
    done = scograph("release", "1.0.0", PROJECTS / "small", "-o", tmp_path / "r", SOURCE_DATE_EPOCH=epoch)
    assert done.returncode == 2
    assert f"SOURCE_DATE_EPOCH is '{epoch}', which is not a time" in done.stderr


@pytest.mark.parametrize(
    "address", ["example.org", "ftp://example.org/", "https://", "https://a b/", "https://e.org/?q"]
)
def test_an_address_that_is_none_is_refused(address: str, tmp_path: Path) -> None:
    done = scograph("build", PROJECTS / "small", "-o", tmp_path / "d", "--base-url", address)
    assert done.returncode == 2
    assert "--base-url" in done.stderr


def test_characters_that_xml_cannot_hold_are_replaced_in_the_feed(released: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(released, tmp_path / "r"))
    change(folder / "1.1.0" / "changes.json", "meeting day: Friday", "meeting day: \\u0001 <&> \\uffff Friday")
    read = feedparser.parse(feed(releases_in(folder)))
    assert not read.bozo, read.get("bozo_exception")
    assert any("meeting day: � <&> � Friday" in entry.content[0].value for entry in read.entries)


@pytest.mark.parametrize("within", ["", "sub/", "sub/../"])
@pytest.mark.parametrize("command", [("build",), ("export", "-f", "csv")])
def test_nothing_takes_the_place_of_a_release_or_goes_into_it(
    command: tuple[str, ...], within: str, chess: Path
) -> None:
    frozen = freeze(chess, "1.0.0").built.folder
    before = files_of(frozen)
    done = scograph(*command, "-o", f"{frozen}{os.sep}{within}", cwd=chess)
    assert done.returncode == 2
    part = "lies in" if within == "sub/" else "is"
    assert re.fullmatch(
        rf"error: \S+ {part} a release, which is never changed again\nhint: name another folder with -o\n", done.stderr
    )
    assert files_of(frozen) == before
    assert freeze(chess, "1.0.1").built.folder.is_dir()
