"""Loads of several names beside each other: each has what it put there, and removes only what no other has."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import RdfFormat, parse

from faulty_proxy import FaultyProxy, Seen
from scograph.cli import cli
from scograph.errors import StoreError, UsageError
from scograph.exports.canonical import canonical
from scograph.serialise.lines import n_quads
from scograph.stores.loading import Loaded, Loading
from scograph.stores.parts import DEFAULT, GraphParts, no_parts, split_by_graph
from scograph.stores.remote import RemoteStore
from scograph.stores.sharing import part_graph
from scograph.stores.state import STATES, state_in, states_in
from scograph.stores.unchanged import unchanged
from store_servers import OTHERS, Server, empty

E = "https://example.org/"
G = E + "shared"
"""A named graph: the default graph is none that loads share in a store without one."""
FIRST = f"""<{E}a> <{E}p> "both" <{G}> .
<{E}a> <{E}p> "of the first" <{G}> .
<{E}a> <{E}q> _:x <{G}> .
_:x <{E}p> "blank, of the first" <{G}> .
<{E}a> <{E}p> "alone" <{E}first> .
"""
SECOND = f"""<{E}a> <{E}p> "both" <{G}> .
<{E}b> <{E}p> "of the second" <{G}> .
<{E}b> <{E}q> _:x <{G}> .
_:x <{E}p> "blank, of the second" <{G}> .
<{E}b> <{E}p> "alone" <{E}second> .
"""
BOTH = FIRST + SECOND.replace("_:x", "_:y")
NEW_FIRST = FIRST.replace('"of the first"', '"of the first, anew"').replace("blank,", "blank anew,")
NEW_SECOND = SECOND.replace('"both"', '"no more in both"')


@pytest.fixture
def store(server: Server) -> Iterator[RemoteStore]:
    opened = server.open()
    empty(opened)
    yield opened
    empty(opened)
    opened.close()


def parts_of(text: str) -> GraphParts:
    return split_by_graph(n_quads(parse(text, RdfFormat.N_QUADS)))


def load(store: RemoteStore, name: str, text: str, *, prunes: bool = False, of: str = "", **plan: bool) -> Loaded:
    loading = Loading(store, parts_of(text), name, canonical, of=of)
    return loading.run(loading.plan(**plan), prunes=prunes)


def wrong(store: RemoteStore, name: str, text: str) -> list[str]:
    return [
        found.differences for found in Loading(store, parts_of(text), name, canonical).verify() if found.differences
    ]


def canonical_text(text: str) -> bytes:
    return b"".join(canonical(n_quads(parse(text, RdfFormat.N_QUADS))))


def content(store: RemoteStore) -> bytes:
    """What readers see of it: the data, without what loads say of themselves."""
    graphs = [graph for graph in store.counts() if graph.startswith(E)]
    quads = [
        quad
        for graph in [*graphs, *([DEFAULT] if store.profile.has_default_graph else [])]
        for quad in store.dump(graph)
    ]
    return b"".join(canonical(n_quads(quads)))


def test_each_load_has_what_it_put_there_and_removes_only_what_no_other_has(store: RemoteStore) -> None:
    load(store, "first", FIRST)
    done = load(store, "second", SECOND)
    assert done.plan.beside == {G}
    assert content(store) == canonical_text(BOTH)
    assert [len(load(store, name, text).plan.send) for name, text in (("first", FIRST), ("second", SECOND))] == [0, 0]
    load(store, "first", NEW_FIRST)
    assert content(store) == canonical_text(NEW_FIRST + SECOND.replace("_:x", "_:y"))
    load(store, "second", NEW_SECOND)
    assert content(store) == canonical_text(NEW_FIRST + NEW_SECOND.replace("_:x", "_:y"))
    alone = SECOND.splitlines(keepends=True)[-1]
    done = load(store, "second", alone, prunes=True)
    assert (done.plan.gone, done.plan.shared, done.pruned) == ((G,), (G,), ())
    assert content(store) == canonical_text(NEW_FIRST + alone)
    assert not [*wrong(store, "first", NEW_FIRST), *wrong(store, "second", alone)]
    Loading(store, no_parts(), "first", canonical).remove()
    assert content(store) == canonical_text(alone)
    assert states_in(store) == ("second",)
    Loading(store, no_parts(), "second", canonical).remove()
    assert content(store) == b""
    assert not [graph for graph in store.counts() if graph.startswith(STATES)]
    with pytest.raises(UsageError, match="the store has no load named 'second'"):
        Loading(store, no_parts(), "second", canonical).remove()


def test_the_default_graph_is_shared_where_there_is_one(store: RemoteStore) -> None:
    first, second = (f'<{E}{name}> <{E}p> "x" .\n<{E}both> <{E}p> "x" .\n' for name in ("first", "second"))
    load(store, "first", first)
    if not store.profile.has_default_graph:
        with pytest.raises(UsageError, match="not loaded as 'second'"):
            load(store, "second", second)  # the fixture gives both the same graph in its place; the command does not
        return
    load(store, "second", second)
    assert content(store) == canonical_text(first + second)
    Loading(store, no_parts(), "first", canonical).remove()
    assert content(store) == canonical_text(second)


def test_verification_compares_the_part_of_each_load(store: RemoteStore) -> None:
    load(store, "first", FIRST)
    load(store, "second", SECOND)
    store.update(f'DELETE DATA {{ GRAPH <{G}> {{ <{E}b> <{E}p> "of the second" }} }}')
    assert not wrong(store, "first", FIRST)
    assert wrong(store, "second", SECOND) == [f"<{G}>: 1 triple of this load should be there"]
    assert [why for _, why in load(store, "second", SECOND).plan.send] == wrong_before(G)
    assert not wrong(store, "second", SECOND)
    part = part_graph("first", G)
    store.update(f'DELETE DATA {{ GRAPH <{part}> {{ <{E}a> <{E}p> "both" }} }}')
    assert "4 triples should be there, 3 found" in wrong(store, "first", FIRST)[0]
    assert not wrong(store, "second", SECOND)
    load(store, "first", FIRST)
    assert content(store) == canonical_text(BOTH)


def wrong_before(graph: str) -> list[str]:
    return [f"<{graph}>: 1 triple of this load should be there"]


def test_data_of_no_load_in_a_shared_graph_is_said_and_replaced_only_if_it_may_be(store: RemoteStore) -> None:
    load(store, "first", FIRST)
    load(store, "second", SECOND)
    store.update(f'INSERT DATA {{ GRAPH <{G}> {{ <{E}c> <{E}p> "theirs" }} }}')
    assert wrong(store, "first", FIRST) == [f"<{G}>: 1 triple of no load"]
    third = f'<{E}c> <{E}p> "third" <{G}> .\n'
    with pytest.raises(UsageError, match=r"not loaded as 'third' in <https://example\.org/shared> \(1 triple\)"):
        load(store, "third", third)
    load(store, "third", third, may_replace=True)
    assert content(store) == canonical_text(BOTH + third)


def test_a_load_is_found_to_be_unchanged_by_its_part(store: RemoteStore) -> None:
    for name, text in (("first", FIRST), ("second", SECOND)):
        loading = Loading(store, parts_of(text), name, canonical, made_of=name)
        loading.run(loading.plan())
    assert unchanged(store, "second", "second")
    assert unchanged(store, "first", "first")
    store.update(f'DELETE DATA {{ GRAPH <{G}> {{ <{E}b> <{E}p> "of the second" }} }}')
    assert unchanged(store, "second", "second") is None
    assert unchanged(store, "first", "first")


def test_the_name_of_another_project_is_refused_with_the_way_out(store: RemoteStore) -> None:
    load(store, "first", FIRST, of="https://example.org/one/")
    with pytest.raises(UsageError, match="the load named 'first' is that of the project") as raised:
        load(store, "first", SECOND, of="https://example.org/two/")
    assert "--name" in raised.value.hint
    assert content(store) == canonical_text(FIRST)
    load(store, "first", FIRST)  # of files: whose they are is not known
    assert state_in(store, "first").of == "https://example.org/one/"
    load(store, "first", SECOND, of="https://example.org/two/", prunes=True, may_replace=True)
    assert content(store) == canonical_text(SECOND)
    assert state_in(store, "first").of == "https://example.org/two/"


def test_loads_of_the_version_before_are_compared_reloaded_and_pruned(store: RemoteStore) -> None:
    """Two names with one content, and no parts: that is all that could stand beside each other."""
    load(store, "first", FIRST)
    load(store, "second", FIRST)
    assert not [graph for graph in store.counts() if "/part/" in graph]
    assert not [*wrong(store, "first", FIRST), *wrong(store, "second", FIRST)]
    load(store, "second", SECOND, prunes=True)
    assert content(store) == canonical_text(BOTH)
    assert not [*wrong(store, "first", FIRST), *wrong(store, "second", SECOND)]
    load(store, "first", FIRST.splitlines(keepends=True)[-1], prunes=True)
    assert content(store) == canonical_text(SECOND + FIRST.splitlines(keepends=True)[-1])


STEPS = (
    ("second beside first", "second", SECOND, "first", FIRST),
    ("first again", "first", NEW_FIRST, "second", SECOND),
    ("second pruned", "second", SECOND.splitlines(keepends=True)[-1], "first", NEW_FIRST),
)
MAX_WRITES = 60


@pytest.mark.parametrize("fault", ["500", "lost"])
def test_a_load_that_ends_at_any_write_leaves_the_other_whole_and_is_completed(
    server: Server, store: RemoteStore, fault: str
) -> None:
    """Each write of each step is the last one that comes to the store, without or with its effect."""
    store.update(f'INSERT DATA {{ GRAPH <{OTHERS}> {{ <{E}c> <{E}p> "theirs" }} }}')
    load(store, "first", FIRST)
    before: dict[str, str] = {"first": FIRST}
    tried = 0
    for _, name, text, other, others in STEPS:
        for last in range(1, MAX_WRITES):
            left = [last]

            def end(seen: Seen, left: list[int] = left) -> str:
                left[0] -= seen.writes
                return "" if left[0] > 0 or not seen.writes else fault if left[0] == 0 else "500"

            with (
                FaultyProxy(server.address, end) as proxy,
                closing(server.open(proxy.address)) as opened,
                suppress(StoreError),
            ):
                load(opened, name, text, prunes=True)
            assert not wrong(store, other, others), (name, last)
            if left[0] > 0:  # it has no more writes
                break
            tried += 1
            if last % 2:  # go on from here, or from the beginning
                load(store, name, text, prunes=True)
                assert content(store) == canonical_text(text + others.replace("_:x", "_:y")), (name, last)
                assert not [*wrong(store, name, text), *wrong(store, other, others)], (name, last)
            if name in before:
                load(store, name, before[name], prunes=True)
                assert content(store) == canonical_text(before[name] + others.replace("_:x", "_:y")), (name, last)
            else:
                with suppress(UsageError):  # it came to nothing
                    Loading(store, no_parts(), name, canonical).remove()
                assert content(store) == canonical_text(others)
        load(store, name, text, prunes=True)
        before[name] = text
    assert tried >= 10
    assert not [graph for graph in store.counts() if "/staging" in graph]
    assert store.count(OTHERS) == 1


def test_a_store_killed_in_the_write_of_a_shared_graph_has_both_loads_after_the_next(
    server: Server, store: RemoteStore
) -> None:
    load(store, "first", FIRST)
    killed = threading.Event()

    def watch(line: str) -> None:
        if "application/sparql-update" in line and not killed.is_set():
            killed.set()
            server.kill()

    with closing(server.open(shown=watch)) as opened, suppress(StoreError):
        load(opened, "second", SECOND)
    assert killed.is_set()
    server.start()
    with closing(server.open()) as again:
        assert not wrong(again, "first", FIRST)
        load(again, "second", SECOND)
        assert content(again) == canonical_text(BOTH)
        assert not [*wrong(again, "first", FIRST), *wrong(again, "second", SECOND)]
        empty(again)


def test_a_load_that_meets_another_in_a_graph_that_it_thought_its_own_says_so(
    server: Server, store: RemoteStore
) -> None:
    came: list[int] = []

    def meanwhile(seen: Seen) -> str:
        if seen.writes and not came:
            came.append(1)
            load(store, "second", SECOND)
        return ""

    with (
        FaultyProxy(server.address, meanwhile) as proxy,
        closing(server.open(proxy.address)) as opened,
        pytest.raises(StoreError, match="another load, named 'second', came to the same graphs at the same time"),
    ):
        load(opened, "first", FIRST)
    for _ in range(2):
        load(store, "first", FIRST)
        load(store, "second", SECOND)
    assert content(store) == canonical_text(BOTH)
    assert not [*wrong(store, "first", FIRST), *wrong(store, "second", SECOND)]


# In a folder, and by the command


def run(*arguments: object, code: int = 0) -> str:
    done = CliRunner().invoke(cli, [str(one) for one in arguments], prog_name="scograph")
    assert done.exit_code == code, done.output
    return done.output


def dumped(target: object) -> bytes:
    return canonical_text(run("export", "--builtin", "--store", target, "-f", "nq"))


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in (("first", FIRST), ("second", SECOND), ("new", NEW_FIRST)):
        Path(f"{name}.nq").write_text(text.replace("_:x", f"_:{name}"), encoding="utf-8")
    return tmp_path


def test_loads_of_several_names_share_a_folder(texts: Path) -> None:
    db = texts / "db"
    run("load", db, "first.nq", "--name", "first")
    said = run("load", db, "second.nq", "--name", "second")
    assert f"{db}: 5 quads, beside 1 other load: first" in said
    assert dumped(db) == canonical_text(BOTH)
    assert run("load", db, "--list").splitlines() == ["first: 5 quads", "second: 5 quads", f"{db}: 2 loads"]
    run("load", db, "new.nq", "--name", "first")
    assert dumped(db) == canonical_text(NEW_FIRST + SECOND.replace("_:x", "_:y"))
    assert "all files are as published" in run("verify", db)
    assert "removed the load named 'second', 5 quads" in run("load", db, "--remove", "--name", "second")
    assert dumped(db) == canonical_text(NEW_FIRST)
    assert run("load", db, "--list").splitlines() == ["first: 5 quads", f"{db}: 1 load"]
    assert not list(db.glob("store-*/load-*"))
    said = run("load", db, "--remove", "--name", "second", code=2)
    assert "has no load named 'second'" in said
    run("load", db, "--remove", "--name", "first")
    assert dumped(db) == b""
    assert run("load", db, "--list").splitlines() == [f"{db}: 0 loads"]
    run("load", db, "second.nq", "--name", "second")
    assert dumped(db) == canonical_text(SECOND)


def test_blank_nodes_of_two_loads_in_a_folder_are_not_the_same(texts: Path) -> None:
    text = f'_:b0 <{E}p> "%s" .\n'
    for name in ("one", "two"):
        Path(f"{name}.nq").write_text(text % name, encoding="utf-8")
        run("load", texts / "db", f"{name}.nq", "--name", name)
    assert dumped(texts / "db") == canonical_text(text % "one" + (text % "two").replace("b0", "b1"))


def test_the_damaged_quads_of_another_load_are_said_and_can_be_loaded_again(texts: Path) -> None:
    db = texts / "db"
    run("load", db, "first.nq", "--name", "first")
    run("load", db, "second.nq", "--name", "second")
    (part,) = db.glob("store-*/load-0.nq.gz")
    part.write_bytes(part.read_bytes()[:-1])
    assert f"{part.parent.name}/{part.name} was changed after it was written" in run("verify", db, code=1)
    said = run("load", db, "second.nq", "--name", "second", code=3)
    assert "the quads of the load named 'first' are damaged: load-0.nq.gz was changed" in said
    assert f"hint: load it again first: scograph load {db} --name first" in said
    run("load", db, "first.nq", "--name", "first")
    assert dumped(db) == canonical_text(BOTH)


def test_a_folder_of_the_version_before_keeps_its_load(texts: Path) -> None:
    import json  # noqa: PLC0415

    db = texts / "db"
    run("load", db, "first.nq", "--name", "first")
    record = json.loads((db / "current.json").read_text(encoding="utf-8"))
    del record["loads"]
    (db / "current.json").write_text(json.dumps(record), encoding="utf-8")
    assert run("load", db, "--list").splitlines() == ["first: 5 quads", f"{db}: 1 load"]
    run("load", db, "second.nq", "--name", "second")
    assert dumped(db) == canonical_text(BOTH)


def test_the_name_of_another_project_is_refused_in_a_folder_too(texts: Path) -> None:
    data = '@prefix void: <http://rdfs.org/ns/void#> .\n<{0}d> a void:Dataset ; void:uriSpace "{0}" .\n'
    for name in ("one", "two"):
        (texts / name / "data").mkdir(parents=True)
        (texts / name / "data" / "dataset.ttl").write_text(data.format(f"{E}{name}/"), encoding="utf-8")
        (texts / name / "scograph.toml").write_text('[project]\nname = "same"\n', encoding="utf-8")
    run("load", "db", "one")
    said = run("load", "db", "two", code=2)
    assert f"the load named 'same' is that of the project <{E}one/>, and this one is <{E}two/>" in said
    assert "hint: give this load a name of its own with --name, or let it take the other's place with --replace" in said
    assert run("load", "db", "--list").splitlines() == [f"same: 2 quads, of <{E}one/>", "db: 1 load"]
    run("load", "db", "two", "--name", "two")
    run("load", "db", "two", "--replace")
    assert run("load", "db", "--list").splitlines()[0] == f"same: 2 quads, of <{E}two/>"


def test_the_loads_at_an_address_are_listed_and_removed(server: Server, store: RemoteStore, texts: Path) -> None:
    if server.credentials:
        pytest.skip("the command would ask for its password")
    assert store.address == server.address
    for name in ("first", "second"):
        run("load", server.address, f"{name}.nq", "--name", name)
    title = f"{store.profile.title} at {server.address}"
    listed = ["first: 2 graphs, 5 triples", "second: 2 graphs, 5 triples", f"{title}: 2 loads"]
    assert run("load", server.address, "--list").splitlines() == listed
    said = run("load", server.address, "--remove", "--name", "first").splitlines()
    assert said == [
        f"{title}: removed the load named 'first', 2 graphs",
        f"kept: what loads of other names put into <{G}>",
    ]
    assert content(store) == canonical_text(SECOND)
    for words, message in (
        (("--remove",), "--remove needs the name of the load"),
        (("--list", "--remove", "--name", "x"), "--list and --remove are two commands"),
        (("first.nq", "--list"), "first.nq is not read with --list"),
        (("--remove", "--name", "x"), "the store has no load named 'x'"),
    ):
        assert message in run("load", server.address, *words, code=2)
    assert texts.is_dir()
