"""Differences: told in words, and as patches and updates that turn the one into the other, blank nodes included."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.dom import minidom

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse
from rdflib.plugins import sparql

from scograph import Project
from scograph.build import build
from scograph.differences.matching import MAX_PAIRS, Difference, compare
from scograph.differences.patches import MAX_PATTERN_STATEMENTS, rdf_patch, sparql_update
from scograph.differences.rendering import RENDERERS
from scograph.errors import InputError
from scograph.exports.canonical import canonical, digest
from scograph.exports.publication import ni
from scograph.rdflib_bridge import to_dataset
from scograph.serialise.lines import n_quads
from test_store_oxigraph import Server, server

assert server is not None  # the fixture: a running store

HERE = Path(__file__).parent
ROOT = HERE.parent
PROJECTS = HERE / "projects"
EX = "http://example.org/"


def lines(turtle: str) -> bytes:
    """N-Quads of some TriG, with two prefixes declared."""
    head = f"@prefix : <{EX}> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    return b"".join(n_quads(parse((head + turtle).encode(), RdfFormat.TRIG)))


def difference(one: str, other: str) -> Difference:
    return compare([lines(one)], [lines(other)])


def hashed(data: Iterable[bytes]) -> str:
    return digest(canonical(data))


def patched(data: bytes, patch: bytes) -> bytes:
    """An RDF Patch applied by hand, as its format says: to the canonical form, line by line."""
    kept = set(b"".join(canonical([data])).splitlines(keepends=True))
    head = []
    for line in patch.splitlines(keepends=True):
        mark, _, rest = line.partition(b" ")
        if mark == b"D":
            assert rest in kept, f"{rest!r} is to be taken away, and is not there"
            kept.remove(rest)
        elif mark == b"A":
            assert rest not in kept, f"{rest!r} is to be added, and is there"
            kept.add(rest)
        else:
            head.append(mark)
    assert head == [b"H", b"H", b"TX", b"TC"]
    return b"".join(sorted(kept))


CASES = {
    "nothing": (":a :p 1 .", ":a :p 1 ."),
    "a fact more": (":a :p 1 .", ":a :p 1 , 2 ."),
    "from nothing": ("", ":a :p [ :q 1 ] ."),
    "to nothing": (":a :p [ :q 1 ] , 2 .", ""),
    "another value": (':a :p "x"@en , "y" .', ':a :p "x"@ru , "y" .'),
    "another lexical form": (':a :p "1.50"^^xsd:decimal .', ':a :p "1.51"^^xsd:decimal .'),
    "a value in a blank node": (":a :p [ :q 1 ; :r 2 ] .", ":a :p [ :q 1 ; :r 3 ] ."),
    "two that are alike, then one": (":a :p [ :q 1 ] , [ :q 1 ] .", ":a :p [ :q 1 ] ."),
    "one, then three that are alike": ("[] :q 1 .", "[] :q 1 . [] :q 1 . [] :q 1 ."),
    "one that is part of another": ("[] :q 1 . [] :q 1 ; :r 2 .", "[] :q 1 ; :r 2 ."),
    "one with more around it": ("_:x :q 1 . :a :p _:x . _:y :q 1 .", "_:x :q 1 . :a :p _:x ."),
    "a list": (":a :p ( 1 2 3 ) .", ":a :p ( 1 3 ) ."),
    "a circle": ("_:x :q _:y . _:y :q _:x .", "_:x :q _:y . _:y :q _:z . _:z :q _:x ."),
    "blank nodes that point at themselves": ("_:x :q _:x .", "_:x :r _:x ."),
    "named graphs": (":g { :a :p 1 } :a :p 1 .", ":g { :a :p 2 } :a :p 1 ."),
    "a blank node in two graphs": (":a :p _:x . :g { _:x :q 1 }", ":a :p _:x . :g { _:x :q 2 }"),
    "the same shape in another graph": (":g { [] :q 1 } :h { [] :q 1 }", ":h { [] :q 1 }"),
    "odd texts": (':a :p "a \\"b\\"\\n\\\\ . ;" .', ':a :p "_:b <c> ?d $e" , "\U0001f600 中" .'),
    "a shared value": (":a :p [ :q :v ] . :b :p [ :q :v ] .", ":a :p [ :q :w ] . :b :p [ :q :v ] ."),
}


@pytest.mark.parametrize("name", CASES)
def test_the_patch_turns_the_one_into_the_other(name: str) -> None:
    one, other = map(lines, CASES[name])
    found = compare([one], [other])
    assert hashed([patched(one, b"".join(rdf_patch(found)))]) == hashed([other])
    assert bool(found) == (name != "nothing")


def in_rdflib(data: bytes, update: str) -> bytes:
    dataset = to_dataset(parse(data, RdfFormat.N_QUADS))
    if update:
        dataset.update(update)
    return b"".join(n_quads(parse(dataset.serialize(format="trig", encoding="utf-8"), RdfFormat.TRIG)))


def in_pyoxigraph(data: bytes, update: str) -> bytes:
    store = Store()
    store.extend(parse(data, RdfFormat.N_QUADS))
    store.update(update)
    return b"".join(n_quads(store))


@pytest.mark.parametrize("name", CASES)
def test_the_update_turns_the_one_into_the_other_in_pyoxigraph(name: str) -> None:
    one, other = map(lines, CASES[name])
    update = b"".join(sparql_update(compare([one], [other]))).decode()
    assert hashed([in_pyoxigraph(one, update)]) == hashed([in_pyoxigraph(other, "")])


@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")  # rdflib's own, of its own methods
@pytest.mark.parametrize("name", CASES)
def test_the_update_turns_the_one_into_the_other_in_rdflib(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sparql, "SPARQL_DEFAULT_GRAPH_UNION", False)  # as the standard has it, and other stores
    one, other = map(lines, CASES[name])
    update = b"".join(sparql_update(compare([one], [other]))).decode()
    assert hashed([in_rdflib(one, update)]) == hashed([in_rdflib(other, "")])


@pytest.mark.parametrize("name", CASES)
def test_the_update_turns_the_one_into_the_other_in_a_running_server(name: str, server: Server) -> None:
    one, other = map(lines, CASES[name])
    update = b"".join(sparql_update(compare([one], [other])))
    server.replace(one, "application/n-quads", with_graphs=True)
    if update:
        server._send("POST", "/update", update, Content_Type="application/sparql-update")  # noqa: SLF001 -- one more path of it
    found = server._send("GET", "/store", b"", Accept="application/n-quads")  # noqa: SLF001 -- the same
    assert hashed([found]) == hashed([in_pyoxigraph(other, "")])


def test_the_cases_are_collected() -> None:
    assert len(CASES) == 19


# Whatever the graph.

NODES = st.sampled_from([NamedNode(EX + "a"), NamedNode(EX + "b"), *(BlankNode(name) for name in "xyz")])
VALUES = st.one_of(NODES, st.sampled_from([Literal("1"), Literal("1", language="en")]))
GRAPHS = st.sampled_from([DefaultGraph(), DefaultGraph(), NamedNode(EX + "g")])
PREDICATES = st.sampled_from([NamedNode(EX + "p"), NamedNode(EX + "q")])
DATASETS = st.lists(st.builds(Quad, NODES, PREDICATES, VALUES, GRAPHS), max_size=7)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DATASETS, DATASETS)
def test_any_two_small_datasets_are_turned_into_one_another(one: list[Quad], other: list[Quad]) -> None:
    before, after = (b"".join(n_quads(quads)) for quads in (one, other))
    found = compare([before], [after])
    expected = hashed([after])
    assert found.after == expected
    assert hashed([patched(before, b"".join(rdf_patch(found)))]) == expected
    assert hashed([in_pyoxigraph(before, b"".join(sparql_update(found)).decode())]) == expected


@settings(max_examples=20, deadline=None)
@given(DATASETS)
def test_other_names_for_blank_nodes_are_no_difference(quads: list[Quad]) -> None:
    before = b"".join(n_quads(quads))
    assert not compare([before], [re.sub(rb"_:([xyz])", rb"_:other\1", before)])


# Blank nodes are matched closely.


def test_a_changed_value_deep_in_blank_nodes_is_one_fact() -> None:
    found = difference(":a :p [ :q [ :r [ :s 1 ; :t 2 ] ] ] .", ":a :p [ :q [ :r [ :s 1 ; :t 3 ] ] ] .")
    assert (len(found.removed), len(found.added)) == (1, 1)


def test_blank_nodes_that_several_facts_lead_to_are_told_apart_by_what_they_say() -> None:
    found = difference(":a :p [ :n 1 ; :v 1 ] , [ :n 2 ; :v 1 ] .", ":a :p [ :n 1 ; :v 1 ] , [ :n 2 ; :v 2 ] .")
    assert (len(found.removed), len(found.added)) == (1, 1)


def test_many_blank_nodes_that_all_changed_are_matched_in_bounded_time() -> None:
    count = int(MAX_PAIRS**0.5) + 10
    one = "".join(f"[] :n {number} ; :v 1 .\n" for number in range(count))
    found = difference(one, one.replace(":v 1 ", ":v 2 "))
    assert len(found.removed) == len(found.added) == 2 * count


def test_a_part_that_is_too_large_for_a_pattern_is_refused_and_a_patch_is_not() -> None:
    one = f":a :p ( {' '.join(map(str, range(MAX_PATTERN_STATEMENTS)))} ) ."
    found = difference(one, one.replace("( 0", "( 999"))
    with pytest.raises(InputError, match=r"blank nodes connect 401 statements, .* is refused"):
        list(sparql_update(found))
    assert (len(found.removed), len(found.added)) == (1, 1)
    assert list(rdf_patch(found))


def test_a_graph_that_is_a_blank_node_is_refused_in_an_update() -> None:
    with pytest.raises(InputError, match="a graph is named by a blank node"):
        list(sparql_update(difference("_:g { :a :p 1 }", ":a :p 1 .")))


def test_blank_nodes_that_cannot_be_told_apart_are_refused() -> None:
    bomb = "".join(f"_:n{i} :p _:n{j} .\n" for i in range(14) for j in range(14) if i != j)
    with pytest.raises(InputError, match="cannot be told apart"):
        compare(canonical_bomb(bomb), [b""])


def canonical_bomb(turtle: str) -> Iterator[bytes]:
    """Lines on which the algorithm is given one second; the bound itself is the business of its own tests."""
    data = lines(turtle)
    yield b"".join(canonical([data], seconds=1))


# On the command line.


def scograph(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scograph", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def chess(tmp_path: Path) -> Path:
    """A copy of the small project with one rank changed, a label added, and a source gone."""
    folder = Path(shutil.copytree(PROJECTS / "small", tmp_path / "chess"))
    path = folder / "data" / "notes" / "05-winner.ttl"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("chess:rank 1", "chess:rank 2").replace('"@en', '"@en , "Zoë"@en'), encoding="utf-8")
    return folder


def test_facts_are_told_by_thing_in_words_with_their_sources(chess: Path) -> None:
    done = scograph("diff", PROJECTS / "small", chess)
    assert done.returncode == 0
    assert done.stderr == ""
    assert done.stdout == (
        "<https://example.org/chess/id/placing/spring-open-1998-1>\n"
        "  - rank: 1\n"
        "      stated: Notes of the club, characters 138 to 146\n"
        "  + rank: 2\n"
        "      stated: Notes of the club, characters 138 to 146\n"
        "Zoë  <https://example.org/chess/id/player/zoe-lind>\n"
        "  + rdfs:label: Zoë@en\n"
        "      stated: Notes of the club, characters 138 to 146\n"
        "2 facts added, 1 removed, about 2 things\n"
    )


def test_a_fact_that_only_loses_a_source_is_told_as_such(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    path = folder / "data" / "sco-secretariat-209441" / "01-signatories.ttl"
    text = path.read_text(encoding="utf-8")
    assert "scog:signedOn" in text
    path.write_text(text.replace(' ;\n    scog:signedOn "2009-06-16"^^xsd:date .', " .", 1), encoding="utf-8")
    done = scograph("diff", ROOT, folder)
    assert done.stdout.splitlines()[1:] == [
        "  ~ signed on: 2009-06-16",
        "      no longer stated: eng.sectsco.org, item 209441, characters 873 to 1193",
        "0 facts added, 0 removed, 1 fact with other sources, about 1 thing",
    ]


def copied(tmp_path: Path) -> Path:
    for name in ("data", "ontology", "shapes"):
        shutil.copytree(ROOT / name, tmp_path / "sco" / name)
    shutil.copy(ROOT / "scograph.toml", tmp_path / "sco")
    return tmp_path / "sco"


def test_a_published_folder_and_a_project_are_compared_alike(chess: Path, tmp_path: Path) -> None:
    build(Project.open(PROJECTS / "small"), tmp_path / "old")
    from_project, from_build = (
        scograph("diff", one, chess, "-f", "json") for one in (PROJECTS / "small", tmp_path / "old")
    )
    one, other = (json.loads(done.stdout) for done in (from_project, from_build))
    assert one["to"] == other["to"]
    assert one["from"]["canonicalSha256"] == other["from"]["canonicalSha256"]
    assert one["entities"] == other["entities"]


@pytest.mark.parametrize("part", ["data", "ontology", "shapes"])
def test_a_build_says_what_its_project_says(part: str, tmp_path: Path) -> None:
    """Of several files with shapes, each has blank nodes of its own."""
    folder = Path(shutil.copytree(PROJECTS / "small", tmp_path / "chess"))
    path = folder / "shapes" / "recommended.ttl"
    path.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<urn:x:shape> a sh:NodeShape ; sh:property [ sh:path <urn:x:p> ; sh:maxCount 9 ] .\n"
    )
    build(Project.open(folder), tmp_path / "dist")
    assert (tmp_path / "dist" / "shapes-recommended.ttl").is_file()
    done = scograph("diff", "--part", part, "--exit-code", tmp_path / "dist", folder)
    assert (done.returncode, done.stdout) == (0, "no difference\n"), done.stderr


def test_json_has_statements_words_and_sources(chess: Path) -> None:
    said = json.loads(scograph("diff", PROJECTS / "small", chess, "-f", "json").stdout)
    assert said["counts"] == {"added": 2, "removed": 1, "resourced": 0, "entities": 2}
    (placing,) = [e for e in said["entities"] if "placing" in e["iri"]]
    assert placing["removed"] == [
        {
            "subject": "<https://example.org/chess/id/placing/spring-open-1998-1>",
            "predicate": "<https://example.org/chess/ontology#rank>",
            "object": '"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
            "words": "rank: 1",
            "sources": placing["removed"][0]["sources"],
        }
    ]
    (source,) = placing["removed"][0]["sources"]
    assert source["document"] == "Notes of the club"
    assert source["link"].startswith("https://example.org/club/notes#:~:text=")


def test_html_is_well_formed_and_escapes_what_it_quotes(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<urn:x:a> <urn:x:p> 1 .")
    (tmp_path / "b.ttl").write_text('<urn:x:a> <urn:x:p> "<script>alert(1)</script> & \\"q\\"" .')
    text = scograph("diff", tmp_path / "a.ttl", tmp_path / "b.ttl", "-f", "html").stdout
    assert "<script" not in text
    body = re.sub(r"<!doctype html>\n|<meta [^>]*>\n", "", text)
    assert minidom.parseString(body).documentElement.tagName == "html"  # noqa: S318 -- our own


def test_markdown_shows_marks_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<urn:x:a> <urn:x:p> 1 .")
    (tmp_path / "b.ttl").write_text('<urn:x:a> <urn:x:p> "*a* [b](c) `d`" .')
    text = scograph("diff", tmp_path / "a.ttl", tmp_path / "b.ttl", "-f", "md").stdout
    assert "\\*a\\* \\[b\\](c) \\`d\\`" in text


@pytest.mark.parametrize("form", RENDERERS)
def test_two_runs_tell_the_same_under_any_hash_seed(form: str, chess: Path) -> None:
    said = {
        subprocess.run(
            [sys.executable, "-m", "scograph", "diff", PROJECTS / "library", chess, "-f", form],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(said) == 1


def test_the_patch_names_both_datasets_by_their_content(chess: Path) -> None:
    patch = scograph("diff", PROJECTS / "small", chess, "-f", "rdf-patch").stdout.splitlines()
    digests = [scograph("hash", path).stdout.strip() for path in (chess, PROJECTS / "small")]
    assert patch[:2] == [f"H id <{ni(digests[0])}> .", f"H prev <{ni(digests[1])}> ."]


@pytest.mark.parametrize("name", ["small", "library", "one-file"])
def test_a_projects_update_applies_to_its_dump(name: str, chess: Path) -> None:
    one = b"".join(Project.open(PROJECTS / name).load().export("nq"))
    other = b"".join(Project.open(chess).load().export("nq"))
    update = scograph("diff", PROJECTS / name, chess, "-f", "sparql").stdout
    assert hashed([in_pyoxigraph(one, update)]) == hashed([in_pyoxigraph(other, "")])


def test_the_exit_code_tells_when_it_is_asked_to(chess: Path) -> None:
    small = PROJECTS / "small"
    assert scograph("diff", small, chess).returncode == 0
    assert scograph("diff", small, chess, "--exit-code").returncode == 1
    done = scograph("diff", small, small, "--exit-code")
    assert (done.returncode, done.stdout) == (0, "no difference\n")


def test_the_ontology_and_the_shapes_are_compared_when_asked_for(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(PROJECTS / "small", tmp_path / "chess"))
    path = folder / "ontology" / "chess.ttl"
    path.write_text(path.read_text(encoding="utf-8").replace('"club"@en', '"chess club"@en'), encoding="utf-8")
    assert scograph("diff", PROJECTS / "small", folder).stdout == "no difference\n"
    told = scograph("diff", "--part", "ontology", PROJECTS / "small", folder).stdout
    assert "  - rdfs:label: club@en\n" in told
    assert "  + rdfs:label: chess club@en\n" in told
    assert scograph("diff", "--part", "shapes", PROJECTS / "small", folder).stdout == "no difference\n"


def test_compressed_files_are_compared_too(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<urn:x:a> <urn:x:p> [ <urn:x:q> 1 ] .")
    done = scograph("export", tmp_path / "a.ttl", "-f", "nt", "-o", tmp_path / "b.nt.gz")
    assert done.returncode == 0, done.stderr
    assert scograph("diff", tmp_path / "a.ttl", tmp_path / "b.nt.gz").stdout == "no difference\n"


# Revisions of git.


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with the small project in a folder, two commits, and a change that is not committed."""
    top = tmp_path / "top"
    project = Path(shutil.copytree(PROJECTS / "small", top / "chess"))
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}

    def git(*arguments: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main", *arguments],
            cwd=top,
            env=environment,
            check=True,
            capture_output=True,
        )

    path = project / "data" / "notes" / "05-winner.ttl"
    git("init", "-q")
    for rank in (1, 2, 3):
        path.write_text(re.sub(r"rank \d", f"rank {rank}", path.read_text(encoding="utf-8")), encoding="utf-8")
        if rank < 3:
            git("add", "-A")
            git("commit", "-q", "-m", f"rank {rank}")
    return project


@pytest.mark.parametrize(
    ("arguments", "removed", "added"),
    [
        (("main:",), "2", "3"),
        (("HEAD~1:",), "1", "3"),
        (("HEAD~1:", "HEAD:"), "1", "2"),
        (("main:chess/", "."), "2", "3"),
        (("HEAD~1:./", "main:./"), "1", "2"),
        (("HEAD~1:chess/data/notes/05-winner.ttl", "data/notes/05-winner.ttl"), "1", "3"),
        (("main:./data/notes/05-winner.ttl", "data/notes/05-winner.ttl"), "2", "3"),
    ],
)
def test_a_revision_of_git_is_compared(arguments: tuple[str, ...], removed: str, added: str, repository: Path) -> None:
    done = scograph("diff", *arguments, cwd=repository)
    assert done.returncode == 0, done.stderr
    marked = [line.strip() for line in done.stdout.splitlines() if line.startswith(("  -", "  +"))]
    assert [line[0] + line[-1] for line in marked] == [f"-{removed}", f"+{added}"]


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("nothing:", 2, "error: git knows no revision 'nothing'\n"),
        ("HEAD:nothing", 2, "error: HEAD has no nothing\n"),
        ("missing.ttl", 3, "error: missing.ttl: no such file or folder\n"),
    ],
)
def test_what_git_does_not_have_is_named(name: str, code: int, message: str, repository: Path) -> None:
    done = scograph("diff", name, ".", cwd=repository)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_revision_that_looks_like_an_option_is_refused(repository: Path) -> None:
    done = scograph("diff", "--", "--output=x:", ".", cwd=repository)
    assert done.returncode == 2
    assert done.stderr.startswith("error: '--output=x' is no revision\n")
    assert not (repository / "x").exists()


def test_outside_a_repository_a_revision_is_refused(tmp_path: Path) -> None:
    done = scograph("diff", "main:", PROJECTS / "small", cwd=tmp_path)
    assert done.returncode == 3
    assert done.stderr.startswith("error: this is no repository of git\n")


# Bad input.


def test_a_file_that_breaks_its_grammar_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<urn:x:a> <urn:x:p> 1 .\n<urn:x:a> <urn:x:p> .\n")
    done = scograph("diff", tmp_path / "a.ttl", PROJECTS / "small")
    assert done.returncode == 3
    assert "a.ttl:2:" in done.stderr


def test_parts_of_a_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<urn:x:a> <urn:x:p> 1 .")
    done = scograph("diff", "--part", "shapes", tmp_path / "a.ttl", PROJECTS / "small")
    assert done.returncode == 2
    assert "is a file, and is compared whole" in done.stderr


def test_a_published_folder_whose_dump_is_gone_is_named(tmp_path: Path) -> None:
    build(Project.open(PROJECTS / "small"), tmp_path / "old")
    (tmp_path / "old" / "chess.nq").unlink()
    done = scograph("diff", tmp_path / "old", PROJECTS / "small")
    assert done.returncode == 3
    assert "chess.nq: cannot be read" in done.stderr
