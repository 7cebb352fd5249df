"""A project and a release of the version before editions: migrated, opened, verified and compared.

`version_before/release.tar.xz` is a release of `projects/small` made by the last version that had no editions, and
`version_before/source.ttl` is the description of its document as it was then; `version_before/store.nq.xz` is all that
an Oxigraph server had after that version loaded the project into it.
"""

from __future__ import annotations

import hashlib
import lzma
import shutil
import sysconfig
import tarfile
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import NamedNode, Triple

from scograph import Project, terms
from scograph.claims import claim_iri
from scograph.cli import cli
from scograph.edit.migration import migrated
from scograph.errors import InputError
from scograph.fit.table import FitRow, fit_table
from store_servers import Server

HERE = Path(__file__).parent
SMALL = HERE / "projects" / "small"
BEFORE = HERE / "version_before"
SOURCE = "data/notes/source.ttl"
NOTES = "https://example.org/chess/source/notes"
EDITORIAL, STATE, OTHER = (
    "https://example.org/chess/source/editorial/passage/01",
    "https://w3id.org/scograph/state/small",
    "urn:other",
)
NOTHING = "nothing to do: no document says of itself what an edition says, and no deprecated term is used\n"
OXIGRAPH = Path(sysconfig.get_path("scripts")) / "oxigraph"
EDITIONS = "SELECT ?s ?p { ?s ?p ?o FILTER(?p = <https://w3id.org/scograph/ontology#charLength>) }"


def scograph(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, arguments, prog_name="scograph")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small project of the version before."""
    project = tmp_path / "old"
    shutil.copytree(SMALL, project)
    shutil.copy(BEFORE / "source.ttl", project / SOURCE)
    monkeypatch.chdir(project)
    return project


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A release of the version before."""
    with tarfile.open(BEFORE / "release.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path / "rel" / "1.0.0"


def test_a_project_of_the_version_before_gets_one_finding_that_says_what_to_do(old: Path) -> None:
    code, out, _ = scograph("check")
    assert code == 1
    findings = [line for line in out.splitlines() if line.startswith("data/")]
    (finding,) = findings
    assert finding.startswith("data/notes/source.ttl:11:21: error F11 1 document of the version before editions: ")
    assert "scograph migrate" in out
    assert (old / SOURCE).read_bytes() == (BEFORE / "source.ttl").read_bytes()


def test_it_is_taken_over_once_and_then_conforms(old: Path) -> None:
    code, out, err = scograph("migrate")
    assert (code, err) == (0, "1 edition made, of 1 document\n")
    assert out.startswith(f"--- {SOURCE}\n+++ {SOURCE}\n")
    assert (old / SOURCE).read_bytes() == (SMALL / SOURCE).read_bytes()
    assert scograph("migrate") == (0, "", NOTHING)
    code, out, err = scograph("check", "--source-text", "text.txt")
    assert (code, out) == (0, "")


def test_a_dry_run_shows_the_same_difference_and_changes_nothing(old: Path) -> None:
    code, shown, err = scograph("migrate", "--dry-run")
    assert (code, err) == (0, "1 edition would be made, of 1 document\n")
    assert (old / SOURCE).read_bytes() == (BEFORE / "source.ttl").read_bytes()
    assert scograph("migrate")[1] == shown


def test_claims_and_passages_keep_their_names(release: Path) -> None:
    old = (release / "chess.nt").read_text(encoding="utf-8")
    graph = Project.open(SMALL).load()
    names = {claim.iri for claim in graph.claims} | {p for source in graph.sources for p in source.passages.values()}
    kinds = (terms.CLAIM, terms.PASSAGE)
    published = {line.split()[0] for line in old.splitlines() if any(f"{terms.TYPE} {k} ." in line for k in kinds)}
    assert {str(name) for name in names} == published
    assert len(published) > 20


def test_a_byte_order_mark_comments_and_line_ends_stay() -> None:
    old = (BEFORE / "source.ttl").read_text(encoding="utf-8")
    commented = old.replace("    scog:charLength 194 ;\n", "    scog:charLength 194 ;  # counted by hand\n")
    data = ("\ufeff" + commented).replace("\n", "\r\n").encode()
    change = migrated(data, "source.ttl")
    assert change
    after = change.change.after
    assert after is not None
    assert after.startswith(b"\xef\xbb\xbf# The notes of the club.")
    assert b"# counted by hand" in after
    assert b"\n" not in after.replace(b"\r\n", b"")
    assert migrated(after, "source.ttl") is None


def test_a_document_that_was_read_on_a_day_has_an_edition_of_that_day() -> None:
    data = b"""@prefix scog: <https://w3id.org/scograph/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<urn:d> a scog:SourceDocument ; scog:retrievedOn "2026-11"^^xsd:gYearMonth .
<urn:p> a scog:Passage ; scog:isPassageOf <urn:d> ; scog:locator "line 1" .
"""
    change = migrated(data, "source.ttl")
    assert change
    assert (change.edition, change.extent) == (NamedNode("urn:d/edition/2026-11"), "excerpt")
    assert b"scog:standsIn <urn:d/edition/2026-11>" in (change.change.after or b"")


@pytest.mark.parametrize(
    ("data", "is_compressed", "message"),
    [
        (b"scog:charLength 10", False, "nothing names its edition"),
        (b'scog:retrievedOn "2026-11-30"', True, "a compressed description of a document cannot be edited"),
    ],
    ids=["no name", "compressed"],
)
def test_what_cannot_be_taken_over_is_said(data: bytes, message: str, *, is_compressed: bool) -> None:
    start = b"@prefix scog: <https://w3id.org/scograph/ontology#> .\n<urn:d> a scog:SourceDocument ; "
    with pytest.raises(InputError, match=message):
        migrated(start + data + b" .\n", "source.ttl", is_compressed=is_compressed)


# Terms that others have replaced.

CHESS = "https://example.org/chess/ontology#"
REPLACED = """
chess:Association
    a owl:Class ;
    rdfs:label "association"@en .

chess:Circle
    a owl:Class ;
    dcterms:isReplacedBy chess:Association ;
    rdfs:label "circle"@en ;
    owl:deprecated true .

chess:lastDay
    a owl:DatatypeProperty ;
    rdfs:label "last day"@en .
"""
MILLBROOK = NamedNode("https://example.org/chess/id/club/millbrook")
PASSAGE = NamedNode(f"{NOTES}/passage/01")


@pytest.fixture
def renamed(old: Path) -> Path:
    """The small project, two terms of which were replaced since, one twice; with a reading and a recorded fit."""
    shutil.copy(SMALL / SOURCE, old / SOURCE)
    ontology = old / "ontology" / "chess.ttl"
    text = ontology.read_text(encoding="utf-8")
    for term, by in (("Club", "Circle"), ("endDate", "lastDay")):
        start = f"chess:{term}\n    a owl:"
        assert start in text
        text = text.replace(
            start, f"chess:{term}\n    dcterms:isReplacedBy chess:{by} ; owl:deprecated true ;\n    a owl:"
        )
    ontology.write_text(text + REPLACED, encoding="utf-8")
    claim = claim_of("Club")
    with (old / SOURCE).open("a", encoding="utf-8") as file:
        file.write(
            f'\n<{NOTES}/reading/1>\n    a scog:Reading ;\n    scog:covers <{claim}> ;\n    scog:reader "ab" .\n'
        )
    row = FitRow(claim.rpartition("#")[2], "01", "a6f5dfa1a0ab", 0, 20, "0" * 64)
    (old / "data" / "notes" / "fit.tsv").write_bytes(fit_table([row]))
    return old


def claim_of(kind: str) -> str:
    return claim_iri(Triple(MILLBROOK, terms.TYPE, NamedNode(CHESS + kind)), PASSAGE, terms.basis("stated")).value


def test_what_was_replaced_gives_way_and_claims_keep_their_readings_and_recorded_fits(renamed: Path) -> None:
    before = {path: path.read_bytes() for path in renamed.rglob("*") if path.is_file()}
    code, shown, err = scograph("migrate", "--dry-run")
    assert code == 0, err
    assert {path: path.read_bytes() for path in before} == before
    code, out, err = scograph("migrate")
    assert (code, out) == (0, shown)
    assert err == (
        f"{CHESS}Club replaced by {CHESS}Association\n{CHESS}endDate replaced by {CHESS}lastDay\n2 statements changed\n"
    )
    changed = {path.relative_to(renamed).as_posix() for path, data in before.items() if path.read_bytes() != data}
    notes = "data/notes"
    assert changed == {
        *(f"{notes}/01-club.ttl", f"{notes}/04-dates.normalised.ttl", f"{notes}/fit.tsv"),
        f"{notes}/source.ttl",
    }
    club = renamed / notes / "01-club.ttl"
    assert club.read_bytes() == before[club].replace(b"chess:Club", b"chess:Association")
    assert f"scog:covers <{claim_of('Association')}>" in (renamed / SOURCE).read_text(encoding="utf-8")
    table = (renamed / notes / "fit.tsv").read_text(encoding="utf-8")
    assert table.splitlines()[1].startswith(f"{claim_of('Association').rpartition('#')[2]}\t01\t")
    assert claim_of("Association") in {claim.iri.value for claim in Project.open(renamed).load().claims}
    assert scograph("migrate") == (0, "", NOTHING)


def test_a_term_without_one_that_replaces_it_stays_and_so_does_a_file_that_is_no_turtle(renamed: Path) -> None:
    ontology = renamed / "ontology" / "chess.ttl"
    text = ontology.read_text(encoding="utf-8")
    ontology.write_text(
        text.replace("isReplacedBy chess:lastDay", "isReplacedBy chess:lastDay , chess:startDate"), "utf-8"
    )
    code, _, err = scograph("migrate", "--dry-run")
    assert (code, err) == (0, f"{CHESS}Club would be replaced by {CHESS}Association\n1 statement would be changed\n")
    line = f"<{CHESS}x> <{terms.TYPE.value}> <{CHESS}Club> .\n"
    (renamed / "data" / "notes" / "05-more.interpreted.nt").write_text(line, encoding="utf-8")
    before = {path: path.read_bytes() for path in renamed.rglob("*") if path.is_file()}
    code, out, err = scograph("migrate")
    assert (code, out) == (3, "")
    assert "05-more.interpreted.nt" in err
    assert f"{CHESS}Association" in err
    assert {path: path.read_bytes() for path in before} == before


def test_a_release_of_the_version_before_is_verified_compared_and_followed(release: Path, tmp_path: Path) -> None:
    assert scograph("verify", str(release))[0] == 0
    code, out, err = scograph("diff", str(release), str(SMALL))
    assert code == 0, err
    assert "scog:charStart" not in out
    before = hashlib.sha256((release / "manifest.json").read_bytes()).hexdigest()
    code, out, err = scograph("release", "1.1.0", str(SMALL), "-o", str(release.parent))
    assert code == 0, err
    assert hashlib.sha256((release / "manifest.json").read_bytes()).hexdigest() == before
    assert scograph("verify", str(release.parent / "1.1.0"))[0] == 0
    assert scograph("load", str(tmp_path / "store"), str(release))[0] == 0


@pytest.mark.skipif(not OXIGRAPH.is_file(), reason="the program oxigraph is not installed")
def test_a_store_that_the_version_before_loaded_is_compared_loaded_again_and_pruned(tmp_path: Path) -> None:
    """What the store had of a graph that did not change stays; the descriptions of documents are exchanged whole."""
    project = tmp_path / "small"
    shutil.copytree(SMALL, project)
    (project / "data" / "notes" / "06-second.ttl").unlink()
    other = b'<urn:a> <urn:b> "c" <urn:other> .\n'
    server = Server("oxigraph", tmp_path / "server")
    server.start()
    try:
        server.put(lzma.decompress((BEFORE / "store.nq.xz").read_bytes()) + other, "application/n-quads")
        load = ("load", server.address, str(project), "--name", "small")
        code, _, err = scograph(*load, "--verify-only")
        assert code == 1, err
        assert graphs_in(server) == {*(f"{NOTES}/passage/0{number}" for number in range(1, 7)), EDITORIAL, STATE, OTHER}
        code, _, err = scograph(*load)
        assert code == 0, err
        assert "1 graph sent" in err
        assert f"{NOTES}/passage/06" in err
        assert "--prune" in err
        code, _, err = scograph(*load, "--prune")
        assert code == 0, err
        assert graphs_in(server) == {*(f"{NOTES}/passage/0{number}" for number in range(1, 6)), EDITORIAL, STATE, OTHER}
        code, _, err = scograph(*load, "--verify-only")
        assert code == 0, err
        rows = scograph("query", "--store", server.address, "-f", "csv", EDITIONS)[1].split()
        assert rows == ["s,p", f"{NOTES}/edition/a6f5dfa1a0ab,https://w3id.org/scograph/ontology#charLength"]
    finally:
        server.stop()


def graphs_in(server: Server) -> set[str]:
    """The named graphs of a store, by a query that knows nothing of loads."""
    query = urllib.parse.urlencode({"query": "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"})
    request = urllib.request.Request(f"{server.address}/query?{query}", headers={"Accept": "text/csv"})  # noqa: S310 -- ours
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 -- the same
        return set(response.read().decode().split()[1:])
