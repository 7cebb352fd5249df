"""Datasets taken apart by graph: every line in its place, chunks that keep blank nodes whole, values and spellings."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from scograph.errors import InputError, UsageError
from scograph.exports.canonical import canonical
from scograph.serialise.lines import n_quads, n_triples
from scograph.stores.parts import DEFAULT, as_one, split_by_graph
from scograph.stores.rewriting import by_value, plain_decimals, rewritten
from scograph.stores.state import PENDING, GraphState, LoadState
from scograph.stores.verifying import fingerprint

XSD = "http://www.w3.org/2001/XMLSchema#"
NODES = st.sampled_from([NamedNode("urn:a"), NamedNode("urn:b"), BlankNode("x"), BlankNode("y"), BlankNode("z")])
TEXTS = st.text(alphabet='a "\\\n\r\t<>_:.é😀@^', max_size=12)
LITERALS = st.one_of(
    TEXTS.map(Literal),
    TEXTS.map(lambda text: Literal(text, language="en")),
    TEXTS.map(lambda text: Literal(text, datatype=NamedNode("urn:t"))),
)
GRAPHS = st.sampled_from([None, NamedNode("urn:g"), NamedNode("urn:h")])
QUADS = st.builds(
    lambda s, o, g: Quad(s, NamedNode("urn:p"), o, g) if g else Quad(s, NamedNode("urn:p"), o),
    NODES,
    st.one_of(NODES, LITERALS),
    GRAPHS,
)


def lines_of(text: str) -> list[bytes]:
    return text.encode().splitlines(keepends=True)


@given(st.lists(QUADS, max_size=30))
def test_a_dataset_taken_apart_is_the_same_dataset(quads: list[Quad]) -> None:
    parts = split_by_graph(n_quads(quads))
    found = set()
    for graph, part in parts.by_graph.items():
        lines = b"".join(part.lines())
        assert len(lines) == part.size
        assert lines.count(b"\n") == part.count
        assert lines_of(lines.decode()) == sorted(lines_of(lines.decode())) or b"\r" in lines
        for quad in parse(lines, RdfFormat.N_TRIPLES):
            name = NamedNode(graph) if graph != DEFAULT else None
            found.add(Quad(quad.subject, quad.predicate, quad.object, *([name] if name else [])))
    assert found == set(quads)


@given(st.lists(QUADS, min_size=1, max_size=30))
def test_all_graphs_go_into_one(quads: list[Quad]) -> None:
    (part,) = as_one(n_triples(quads), "urn:one").by_graph.values()
    assert part.graph == "urn:one"
    assert part.count == len({quad.triple for quad in quads})


@given(st.lists(QUADS, min_size=1, max_size=40), st.integers(200, 600))
def test_chunks_have_every_line_once_and_no_blank_node_twice(quads: list[Quad], most: int) -> None:
    parts = split_by_graph(n_quads(quads))
    for part in parts.by_graph.values():
        try:
            chunks = [b"".join(body) for body in part.chunks(most)]
        except UsageError as error:
            assert "connected blank nodes" in error.message  # noqa: PT017 -- either is right
            continue
        assert sorted(lines_of(b"".join(chunks).decode())) == sorted(lines_of(b"".join(part.lines()).decode()))
        assert all(len(chunk) <= most for chunk in chunks)
        seen: set[str] = set()
        for chunk in chunks:
            here = {
                term.value
                for quad in parse(chunk, RdfFormat.N_TRIPLES)
                for term in (quad.subject, quad.object)
                if isinstance(term, BlankNode)
            }
            assert not here & seen
            seen |= here


def test_a_graph_named_by_a_blank_node_is_refused() -> None:
    with pytest.raises(InputError, match="named by the blank node _:g"):
        split_by_graph([b"<urn:a> <urn:p> <urn:b> _:g .\n"])


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("1.50", "1.5", "decimal"),
        ("-0.0", "0", "decimal"),
        ("007", "7", "integer"),
        ("1.5E0", "1.5", "double"),
        ("1", "true", "boolean"),
        ("2001-01-01T00:00:00.0Z", "2001-01-01T00:00:00Z", "dateTime"),
        ("24:00:00.0Z", "00:00:00Z", "time"),
    ],
)
def test_two_spellings_of_a_value_are_one(one: str, other: str, kind: str) -> None:
    pair = [f'<urn:a> <urn:p> "{text}"^^<{XSD}{kind}> .\n'.encode() for text in (one, other)]
    assert len(set(by_value(pair))) == 1
    assert rewritten(pair) == {f"xsd:{kind}"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('"1.50"^^<decimal>', '"1.05"^^<decimal>'),
        ('"x"', '"X"'),
        ('"x"@en', '"x"@de'),
        ('"a"^^<integer>', '"b"^^<integer>'),
    ],
)
def test_two_values_stay_two(one: str, other: str) -> None:
    pair = [f"<urn:a> <urn:p> {re.sub('<', '<' + XSD, text)} .\n".encode() for text in (one, other)]
    assert len(set(by_value(pair))) == 2


def test_only_decimals_lose_their_needless_zeros() -> None:
    lines = [f'<urn:a> <urn:p> "{t}"^^<{XSD}{k}> .\n'.encode() for t, k in (("1.50", "decimal"), ("007", "integer"))]
    assert b"".join(plain_decimals(lines)) == lines[0].replace(b"1.50", b"1.5") + lines[1]


def test_a_hash_does_not_depend_on_how_blank_nodes_are_called_and_does_on_what_hangs_together() -> None:
    def of(text: str) -> str:
        return fingerprint([text.encode()], has_blank_nodes=True, canonical=canonical)

    one = of("_:a <urn:p> _:b .\n_:b <urn:p> <urn:c> .\n")
    assert one.startswith("sha256:")
    assert one == of("_:b <urn:p> <urn:c> .\n_:x <urn:p> _:b .\n".replace("_:b", "_:y"))
    assert one != of("_:a <urn:p> _:b .\n_:c <urn:p> <urn:c> .\n")


def test_a_state_is_read_as_written_and_half_of_it_is_none() -> None:
    state = LoadState(
        "test", "1.0", {DEFAULT: GraphState("sha256:1", 5), "urn:g": GraphState(PENDING, 0)}, 7, "sha256:2"
    )
    lines = state.lines()
    assert LoadState.read("test", parse(lines, RdfFormat.N_TRIPLES)) == state
    for n, _ in enumerate(lines_of(lines.decode())):
        half = lines_of(lines.decode())
        missing = half.pop(n)
        read = LoadState.read("test", parse(b"".join(half), RdfFormat.N_TRIPLES))
        assert (
            read is None
            or b"isPartOf" in missing
            or any(word in missing for word in (b"#type", b"versionInfo", b"source"))
        )
    with pytest.raises(UsageError, match="is not a valid name of a load"):
        LoadState("a b")
