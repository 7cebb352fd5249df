"""The canonical form: the same for the same facts, however written; and what cannot be named in time is refused."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, NamedNode, Quad, RdfFormat, serialize

from scograph.bounds import CANONICAL_MEMORY
from scograph.errors import InputError
from scograph.exports.canonical import canonical, digest
from scograph.serialise.lines import n_quads
from strategies import EX, some_quads
from test_export_files import run

P = NamedNode(EX + "p")


def by_the_library(quads: list[Quad]) -> bytes:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    lines = (serialize(dataset, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
    return b"".join(sorted(lines))


@given(some_quads(graphs=True, blank=False))
def test_without_blank_nodes_sorting_is_the_canonical_form(quads: list[Quad]) -> None:
    assert b"".join(canonical(n_quads(quads))) == by_the_library(quads)


@pytest.mark.parametrize("seed", range(3))
def test_labels_and_order_do_not_matter(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- only an order
    edges = [(1, 2), (2, 3), (3, 1), (3, 4)]
    labels = [f"x{n}" for n in range(5)]
    chance.shuffle(labels)
    quads = [Quad(BlankNode(labels[a]), P, BlankNode(labels[b])) for a, b in edges]
    chance.shuffle(quads)
    found = b"".join(canonical(n_quads(quads)))
    assert found == by_the_library([Quad(BlankNode(f"b{a}"), P, BlankNode(f"b{b}")) for a, b in edges])
    assert b"_:c14n0 " in found


def complete(size: int) -> list[Quad]:
    """Every blank node points at every other: no two can be told apart, and the algorithm tries every order."""
    nodes = [BlankNode(f"n{number}") for number in range(size)]
    return [Quad(*pair) for a, b in combinations(nodes, 2) for pair in ((a, P, b), (b, P, a))]


def test_a_bomb_of_blank_nodes_is_refused_within_its_bound() -> None:
    before = os.times()
    with pytest.raises(InputError) as caught:
        canonical(n_quads(complete(12)), seconds=2)
    reached = (
        "in 2 seconds",
        f"with {CANONICAL_MEMORY.default:,} MiB of memory",
    )  # which is first, the machine decides
    said = [f"the blank nodes cannot be told apart {one}: the dataset is refused" for one in reached]
    assert caught.value.message in said
    after = os.times()
    here, there = after.user - before.user, after.children_user - before.children_user
    assert here < there / 2, "the work is done by another process, which is ended"


@given(st.permutations(["a", "b", "c"]))
def test_the_hash_is_of_the_facts_and_not_of_their_order(order: list[str]) -> None:
    quads = [Quad(NamedNode(EX + name), P, NamedNode(EX + "o")) for name in order]
    assert digest(canonical(n_quads(quads))) == digest(canonical(n_quads(sorted(quads, key=str))))


def test_the_command_gives_one_hash_for_one_graph_in_every_format(tmp_path: Path) -> None:
    small = tmp_path / "small.ttl"
    small.write_text("<x:a> <x:p> [ <x:q> 01 ] , [ <x:q> [] ] .", encoding="utf-8")
    hashes = {run("hash", str(small)).stdout}
    for form in ("nt", "nq", "trig", "rdf", "jsonld"):
        made = str(tmp_path / f"made.{form}")
        assert run("export", str(small), "-f", form, "-o", made).exit_code == 0
        hashes.add(run("hash", made).stdout)
    assert len(hashes) == 1
    assert len(hashes.pop()) == 65
    lines = run("hash", str(small), "--lines").stdout_bytes
    assert lines.count(b"\n") == 4


def under(memory: int, seconds: int, *arguments: str | Path) -> tuple[int, bytes, str]:
    """Run a command under hard limits of memory (KiB of addresses) and of processor time, as hosts and CI set them."""
    limits = f'ulimit -v {memory} && ulimit -t {seconds} && exec "$@"'
    done = subprocess.run(
        ["/bin/sh", "-c", limits, "sh", sys.executable, "-m", "scograph", *map(str, arguments)],
        capture_output=True,
        check=False,
        timeout=300,
    )
    return done.returncode, done.stdout, done.stderr.decode()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere `ulimit -v` limits nothing")
def test_under_limits_below_our_own_bounds_blank_nodes_are_named_as_without(tmp_path: Path) -> None:
    small = tmp_path / "small.ttl"
    small.write_text("<x:a> <x:p> [ <x:q> 01 ] , [ <x:q> [] ] .", encoding="utf-8")
    assert under(2_000_000, 20, "hash", small) == (0, run("hash", str(small)).stdout.encode(), "")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere `ulimit -v` limits nothing")
@pytest.mark.parametrize(
    ("memory", "seconds", "said"),
    [
        (800_000, 20, "with 781 MiB of memory, which is all that the system allows\nhint: raise the limit of memory"),
        (2_000_000, 3, "in 3 seconds, which is all that the system allows\nhint: raise the limit of processor time"),
    ],
)
def test_a_bomb_names_the_limit_of_the_system_where_that_is_less(
    memory: int, seconds: int, said: str, tmp_path: Path
) -> None:
    bomb = tmp_path / "bomb.nq"
    bomb.write_bytes(b"".join(n_quads(complete(12 if memory < 1_000_000 else 9))))
    code, out, err = under(memory, seconds, "hash", bomb)
    assert (code, out) == (5, b"")
    assert f"the blank nodes cannot be told apart {said}" in err, err
