"""Round trips: what a serialiser writes, other people's parsers read as the same quads with the same lexical forms."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import (
    BaseDirection,
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    Triple,
)

from readers import canonical, read_with_oxigraph, read_with_pyld, read_with_rdflib
from scograph.errors import InputError
from scograph.formats import RDF_FORMATS, RDF_FORMATS_BY_NAME
from scograph.parse import parse_rdf
from scograph.serialise.context import read_context
from scograph.serialise.derive import derive_context
from scograph.serialise.jsonld import JsonLd, jsonld
from scograph.serialise.lines import n_quads, n_triples, sorted_lines
from scograph.serialise.names import Prefixes
from scograph.serialise.nesting import MAX_DEPTH
from scograph.serialise.rdfxml import rdf_xml
from scograph.serialise.turtle import trig, turtle
from strategies import (
    AWKWARD_TEXTS,
    CONTROLS,
    EX,
    NIL,
    PREFIXES,
    PROPERTIES,
    RDF,
    REST,
    TYPE,
    XSD,
    any_literals,
    list_quads,
    some_quads,
    xml_literals,
)

Quads = Iterable[Quad]

EVERY_KIND_OF_TERM: dict[str, Any] = {
    "@version": 1.1,
    "id": "@id",
    "type": "@type",
    **{prefix: namespace for prefix, namespace in PREFIXES.items() if prefix not in ("", "id", "label", "path")},
    "Thing": "ex:Thing",
    "link": {"@id": "ex:link", "@type": "@id", "@container": "@set"},
    "one": {"@id": "ex:one", "@type": "@id"},
    "when": {"@id": "ex:when", "@type": "xsd:date"},
    "count": {"@id": "ex:count", "@type": "xsd:integer", "@container": "@set"},
    "flag": {"@id": "ex:flag", "@type": "xsd:boolean"},
    "label": {"@id": "ex:label", "@container": "@language"},
    "names": {"@id": "ex:names", "@container": ["@language", "@set"]},
    "plain": {"@id": "ex:plain"},
    "many": {"@id": "ex:many", "@container": "@set"},
    "value": {"@id": "rdf:value", "@type": "xsd:decimal"},
    "first": {"@id": "rdf:first", "@type": "@id"},
    "rest": {"@id": "rdf:rest", "@type": "@id"},
}
CONTEXTS: tuple[dict[str, Any], ...] = (
    EVERY_KIND_OF_TERM,
    {},
    {"ex": EX, "scog": "http://example.org", "mailto": EX, "a": "ex:a", "urn": {"@id": "ex:plain", "@type": "@id"}},
    {**EVERY_KIND_OF_TERM, "first": {"@id": "rdf:first", "@container": "@set"}, "exs": "ex:sub/"},
)
WRITERS: Mapping[str, Callable[[Quads], Iterator[bytes]]] = {
    "nt": n_triples,
    "ttl": lambda quads: turtle(quads, PREFIXES),
    "jsonld": lambda quads: jsonld(quads, EVERY_KIND_OF_TERM),
    "nq": n_quads,
    "trig": lambda quads: trig(quads, PREFIXES),
    "rdf": lambda quads: rdf_xml(quads, PREFIXES),
}
BY_PREDICATE = {name: WRITERS[name] for name in ("ttl", "jsonld", "trig", "rdf")}


def flat(quads: Quads) -> list[Quad]:
    return [Quad(quad.subject, quad.predicate, quad.object) for quad in quads]


# Everything that any of the formats may carry comes back


@given(some_quads())
def test_n_triples_come_back(quads: list[Quad]) -> None:
    assert canonical(read_with_oxigraph(b"".join(n_triples(quads)), "nt")) == canonical(flat(quads))


@given(some_quads(graphs=True))
def test_n_quads_come_back(quads: list[Quad]) -> None:
    assert canonical(read_with_oxigraph(b"".join(n_quads(quads)), "nq")) == canonical(quads)


@given(some_quads())
def test_turtle_comes_back(quads: list[Quad]) -> None:
    assert canonical(read_with_oxigraph(b"".join(turtle(quads, PREFIXES)), "ttl")) == canonical(flat(quads))


@given(some_quads())
def test_rdflib_reads_our_turtle_as_the_same_triples(quads: list[Quad]) -> None:
    assert canonical(read_with_rdflib(b"".join(turtle(quads, PREFIXES)), "turtle")) == canonical(flat(quads))


@given(some_quads(graphs=True))
def test_trig_comes_back(quads: list[Quad]) -> None:
    assert canonical(read_with_oxigraph(b"".join(trig(quads, PREFIXES)), "trig")) == canonical(quads)


# PyLD rewrites a text of type xsd:double as a number, which the JSON-LD 1.1 API (clause 8.2.2) does with numbers only.
not_double = any_literals.filter(lambda literal: literal.datatype.value != XSD + "double")


@given(some_quads(graphs=True, literals=not_double), st.sampled_from(CONTEXTS))
def test_json_ld_comes_back_from_pyld(quads: list[Quad], context: dict[str, Any]) -> None:
    assert canonical(read_with_pyld(b"".join(jsonld(quads, context)))) == canonical(quads)


@given(some_quads(graphs=True), st.sampled_from(CONTEXTS))
def test_json_ld_comes_back_from_oxigraph(quads: list[Quad], context: dict[str, Any]) -> None:
    assert canonical(read_with_oxigraph(b"".join(jsonld(quads, context)), "jsonld")) == canonical(quads)


@pytest.mark.parametrize("name", ["label", "names", "plain", "many", "when", "Thing"])
def test_texts_that_are_written_alike_are_told_apart(name: str) -> None:
    """What surrounds texts is worked out once for a property: here many texts share it."""
    marks: list[Mapping[str, Any]] = [{}, {"datatype": NamedNode(XSD + "date")}]
    marks += [{"language": language} for language in ("de", "en", "ru")]
    quads = [
        Quad(NamedNode(f"{EX}{number}"), NamedNode(EX + name), Literal(text + end, **mark))
        for number, text in enumerate(
            [*AWKWARD_TEXTS, *CONTROLS, "\\0", '\\"@en', "x, y", '" , "', "0", "00", "9" * 16]
        )
        for end in ("", '"', "\\")
        for mark in marks[number % 2 :]
    ]
    written = b"".join(jsonld(quads, EVERY_KIND_OF_TERM))
    assert canonical(read_with_oxigraph(written, "jsonld")) == canonical(quads)


@given(some_quads(literals=xml_literals))
def test_rdf_xml_comes_back_from_oxigraph(quads: list[Quad]) -> None:
    assert canonical(read_with_oxigraph(b"".join(rdf_xml(quads, PREFIXES)), "rdf")) == canonical(flat(quads))


@given(some_quads(literals=xml_literals))
def test_rdf_xml_comes_back_from_rdflib(quads: list[Quad]) -> None:
    assert canonical(read_with_rdflib(b"".join(rdf_xml(quads, PREFIXES)), "xml")) == canonical(flat(quads))


@pytest.mark.parametrize("lexical_form", ["9" * 5000, "-" + "1" * 19, "0.0000001", "-0", "1.5E0", "1.50", "01"])
@pytest.mark.parametrize("datatype", ["integer", "decimal", "double"])
def test_a_number_keeps_its_lexical_form_in_turtle_for_readers_that_know_values_only(
    lexical_form: str, datatype: str
) -> None:
    quads = [Quad(NamedNode(EX + "a"), NamedNode(EX + "p"), Literal(lexical_form, datatype=NamedNode(XSD + datatype)))]
    written = b"".join(turtle(quads, PREFIXES))
    assert read_with_rdflib(written, "turtle") == read_with_oxigraph(written, "ttl") == quads


# Shapes too deep or too long to be made up by chance


def chain(depth: int) -> list[Quad]:
    """Blank nodes each of which is the value of the one before."""
    nodes = [NamedNode(EX + "start"), *(BlankNode(f"c{number}") for number in range(depth))]
    links = [Quad(a, NamedNode(EX + "link"), b) for a, b in pairwise(nodes)]
    return [*links, Quad(nodes[-1], NamedNode(EX + "plain"), Literal("end"))]


def listed(members: Iterable[object], label: str = "l") -> list[Quad]:
    cells, head = list_quads(list(members), label)
    return [*cells, Quad(NamedNode(EX + "start"), NamedNode(EX + "many"), head)]


def numbers(count: int) -> Iterator[Literal]:
    return (Literal(number) for number in range(count))


def lists_in_lists(depth: int) -> list[Quad]:
    quads: list[Quad] = []
    head: BlankNode | NamedNode = NIL
    for level in range(depth):
        cells, head = list_quads([Literal(level), head, NamedNode(EX + "a")], f"d{level}x")
        quads += cells
    return [*quads, Quad(NamedNode(EX + "start"), NamedNode(EX + "many"), head)]


SHAPES: Mapping[str, list[Quad]] = {
    "blank nodes 200 deep": chain(200),
    "blank nodes exactly as deep as they nest": chain(MAX_DEPTH),
    "blank nodes one deeper than they nest": chain(MAX_DEPTH + 1),
    "a list of 2,000 numbers": listed(numbers(2000)),
    "a list of 2,000 IRIs": listed(NamedNode(f"{EX}i{number}") for number in range(2000)),
    "a list of 2,000 blank nodes": listed(BlankNode(f"m{number}") for number in range(2000)),
    "a list that starts nowhere": list_quads(list(numbers(5)), "l")[0],
    "a list of 2,000 with a fault in its last cell": [
        *listed(numbers(2000)),
        Quad(BlankNode("l1999"), NamedNode(EX + "plain"), Literal("fault")),
    ],
    "a list of 2,000 with a fault in its first cell": [
        *listed(numbers(2000)),
        Quad(BlankNode("l0"), NamedNode(EX + "plain"), Literal("fault")),
    ],
    "a list of 2,000 without an end": [quad for quad in listed(numbers(2000)) if quad.object != NIL],
    "a list in a ring": [
        *(quad for quad in listed(numbers(3)) if quad.object != NIL),
        Quad(BlankNode("l2"), REST, BlankNode("l0")),
    ],
    "a list with two rests in a cell": [*listed(numbers(3)), Quad(BlankNode("l1"), REST, NIL)],
    "a list that two things share": [
        *listed(numbers(3)),
        Quad(NamedNode(EX + "other"), NamedNode(EX + "many"), BlankNode("l0")),
    ],
    "lists in lists, 120 deep": lists_in_lists(120),
    "a list as a type": [
        *list_quads(list(numbers(2)), "l")[0],
        Quad(NamedNode(EX + "start"), TYPE, BlankNode("l0")),
    ],
    "a blank node as a type": [
        Quad(NamedNode(EX + "start"), TYPE, BlankNode("b0")),
        Quad(BlankNode("b0"), NamedNode(EX + "plain"), Literal("x")),
    ],
    "a text as a type": [Quad(NamedNode(EX + "start"), TYPE, Literal("x"))],
    "a blank node that is its own value": [Quad(BlankNode("b0"), NamedNode(EX + "link"), BlankNode("b0"))],
    "a ring of blank nodes that hold lists": [
        Quad(BlankNode("b0"), NamedNode(EX + "many"), BlankNode("l0")),
        *list_quads([BlankNode("b1")], "l")[0],
        Quad(BlankNode("b1"), NamedNode(EX + "many"), BlankNode("b0")),
    ],
    "nothing": [],
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", WRITERS)
def test_deep_long_and_broken_shapes_come_back(name: str, shape: str) -> None:
    assert canonical(read_with_oxigraph(b"".join(WRITERS[name](SHAPES[shape])), name)) == canonical(SHAPES[shape])


@pytest.mark.parametrize("shape", SHAPES)
def test_deep_long_and_broken_shapes_come_back_from_pyld(shape: str) -> None:
    assert canonical(read_with_pyld(b"".join(WRITERS["jsonld"](SHAPES[shape])))) == canonical(SHAPES[shape])


@pytest.mark.parametrize("shape", SHAPES)
def test_deep_long_and_broken_shapes_come_back_from_rdflib(shape: str) -> None:
    assert canonical(read_with_rdflib(b"".join(WRITERS["rdf"](SHAPES[shape])), "xml")) == canonical(SHAPES[shape])


def test_a_list_is_written_as_one_in_each_format_that_has_lists() -> None:
    quads = listed([NamedNode(EX + "a"), NamedNode(EX + "b")])
    assert b"ex:many (\n        ex:a\n        ex:b\n    )" in b"".join(turtle(quads, PREFIXES))
    assert b'"@list": [' in b"".join(jsonld(quads, {}))
    assert b'<ex:many rdf:parseType="Collection">' in b"".join(rdf_xml(quads, PREFIXES))


def test_a_blank_node_known_in_two_graphs_keeps_its_name_in_both() -> None:
    one, two = NamedNode(EX + "g1"), NamedNode(EX + "g2")
    node, link, plain = BlankNode("b0"), NamedNode(EX + "link"), NamedNode(EX + "plain")
    quads = [
        Quad(NamedNode(EX + "a"), link, node, one),
        Quad(node, plain, Literal("x"), one),
        Quad(NamedNode(EX + "c"), link, node, two),
    ]
    for name in ("nq", "trig", "jsonld"):
        assert canonical(read_with_oxigraph(b"".join(WRITERS[name](quads)), name)) == canonical(quads), name


def test_json_ld_in_the_order_of_the_file_has_two_lists_cells_that_nothing_refers_to() -> None:
    first, rest = NamedNode(RDF + "first"), NamedNode(RDF + "rest")
    subject, plain = NamedNode(EX + "s"), NamedNode(EX + "plain")
    quads = [
        Quad(BlankNode("x"), first, Literal("1")),
        Quad(BlankNode("y"), first, Literal("2")),
        *(Quad(NamedNode(EX + name), plain, Literal("x")) for name in "ab"),
        Quad(BlankNode("x"), rest, BlankNode("y")),
        Quad(subject, plain, Literal("x")),
        Quad(BlankNode("y"), rest, NIL),
    ]
    written = b"".join(JsonLd({}).in_order_of_the_file(quads))
    assert canonical(read_with_oxigraph(written, "jsonld")) == canonical(quads)


# The bytes


def test_every_format_of_the_table_has_a_serialiser_that_is_tested_here() -> None:
    assert set(WRITERS) == {row.name for row in RDF_FORMATS}


@pytest.mark.parametrize("name", WRITERS)
def test_bytes_come_in_several_pieces(name: str) -> None:
    quads = [Quad(NamedNode(f"{EX}s{n}"), NamedNode(EX + "count"), Literal(n)) for n in range(10_000)]
    pieces = list(WRITERS[name](quads))
    assert len(pieces) > 2
    assert max(map(len, pieces)) < len(b"".join(pieces)) / 2
    assert b"".join(pieces).decode("utf-8").endswith("\n")


@given(some_quads(graphs=True, blank=False, literals=xml_literals), st.randoms(use_true_random=False))
def test_the_bytes_are_a_function_of_the_quads(quads: list[Quad], chance: random.Random) -> None:
    shuffled = [*quads, *quads[:3]]
    chance.shuffle(shuffled)
    for name, write in BY_PREDICATE.items():
        assert b"".join(write(shuffled)) == b"".join(write(quads)), name
    for lines in (n_triples, n_quads):
        assert b"".join(sorted_lines(lines(shuffled))) == b"".join(sorted_lines(lines(quads)))


@given(some_quads(blank=False, literals=xml_literals))
def test_a_subject_is_written_alike_with_and_without_blank_nodes_elsewhere(quads: list[Quad]) -> None:
    more = [*quads, Quad(BlankNode("b0"), NamedNode(EX + "link"), BlankNode("b0"))]
    for write, head in (turtle, 1), (rdf_xml, 3):
        subjects = [piece.strip() for piece in list(write([*quads, quads[0]], PREFIXES))[head:]] if quads else []
        assert set(subjects) <= {piece.strip() for piece in write(more, PREFIXES)}, write


def test_sorted_lines_are_sorted_by_bytes_and_each_there_once() -> None:
    pieces = [b"b\na\n", b"a\n\xc3\xa9\n", b"Z\n"]
    assert b"".join(sorted_lines(pieces)) == b"Z\na\nb\n\xc3\xa9\n"


# Turtle's layout


def rewritten(data: bytes, name: str) -> bytes:
    parsed = parse_rdf(data, RDF_FORMATS_BY_NAME[name], "made-up")
    assert not parsed.errors
    return b"".join(WRITERS[name](parsed.quads))


@given(some_quads(graphs=True, blank_graphs=False))
def test_turtle_and_trig_that_are_read_and_written_again_are_the_same(quads: list[Quad]) -> None:
    for name in ("ttl", "trig"):
        once = b"".join(WRITERS[name](quads))
        assert rewritten(once, name) == once, name


@pytest.mark.parametrize("shape", SHAPES)
def test_turtle_of_deep_long_and_broken_shapes_stays_the_same(shape: str) -> None:
    once = b"".join(WRITERS["ttl"](SHAPES[shape]))
    assert rewritten(once, "ttl") == once


def tree(depth: int) -> st.SearchStrategy[list[Any]]:
    """The objects of a node: literals, and nodes with objects of their own."""
    leaf = st.integers(0, 3)
    return st.recursive(
        st.lists(leaf, max_size=3), lambda below: st.lists(st.one_of(leaf, below), max_size=3), max_leaves=depth
    )


def planted(children: list[Any], chance: random.Random) -> list[Quad]:
    """A tree's quads in a random order and with random labels."""
    quads: list[Quad] = []
    labels = [f"t{number}" for number in range(50)]
    chance.shuffle(labels)

    def grow(node: NamedNode | BlankNode, below: list[Any]) -> None:
        for child in below:
            if isinstance(child, int):
                quads.append(Quad(node, NamedNode(EX + "count"), Literal(child)))
            else:
                label = BlankNode(labels.pop())
                quads.append(Quad(node, NamedNode(EX + "link"), label))
                quads.append(Quad(label, NamedNode(EX + "plain"), Literal(len(child))))
                grow(label, child)

    grow(NamedNode(EX + "root"), children)
    chance.shuffle(quads)
    return quads


@given(tree(12), st.randoms(use_true_random=False))
def test_turtle_of_nested_blank_nodes_depends_neither_on_order_nor_on_labels(
    children: list[Any], chance: random.Random
) -> None:
    one, two = planted(children, chance), planted(children, chance)
    assert b"".join(turtle(one, PREFIXES)) == b"".join(turtle(two, PREFIXES))


def test_an_iri_with_a_dot_after_its_namespace_is_written_in_full() -> None:
    prefixes = Prefixes({"ex": "https://example.org/"})
    assert prefixes.shortened("https://example.org/data") == ("ex:data", "ex")
    assert prefixes.shortened("https://example.org/data.ttl") == ("<https://example.org/data.ttl>", "<")


def test_turtle_declares_the_prefixes_that_it_uses_and_no_other() -> None:
    quads = [Quad(NamedNode(EX + "a"), TYPE, NamedNode("https://w3id.org/scograph/ontology#Claim"))]
    written = b"".join(turtle(quads, PREFIXES)).decode()
    assert written == (
        "@prefix ex: <http://example.org/ns#> .\n"
        "@prefix scog: <https://w3id.org/scograph/ontology#> .\n"
        "\n"
        "ex:a\n"
        "    a scog:Claim .\n"
    )


def test_turtle_has_type_first_then_properties_by_iri_and_objects_by_kind_and_language() -> None:
    subject, label = NamedNode(EX + "s"), NamedNode(EX + "label")
    texts = [("zh", "甲"), ("en", "z"), ("ru", "а"), ("en", "a"), (None, "z")]
    quads = [
        *(Quad(subject, label, Literal(text, language=language)) for language, text in texts),
        Quad(subject, label, NamedNode(EX + "z")),
        Quad(subject, label, BlankNode("b0")),
        Quad(BlankNode("b0"), NamedNode(EX + "count"), Literal(1)),
        Quad(subject, NamedNode(EX + "when"), Literal("2024-01-01", datatype=NamedNode(XSD + "date"))),
        Quad(subject, NamedNode("http://example.org/first"), Literal(True)),  # noqa: FBT003 -- an RDF boolean
        Quad(subject, TYPE, NamedNode(EX + "Thing")),
    ]
    assert b"".join(turtle(quads, PREFIXES)).decode() == (
        "@prefix ex: <http://example.org/ns#> .\n"
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        "\n"
        "ex:s\n"
        "    a ex:Thing ;\n"
        "    <http://example.org/first> true ;\n"
        "    ex:label ex:z ,\n"
        "        [\n"
        "            ex:count 1\n"
        "        ] ,\n"
        '        "z" ,\n'
        '        "a"@en ,\n'
        '        "z"@en ,\n'
        '        "а"@ru ,\n'
        '        "甲"@zh ;\n'
        '    ex:when "2024-01-01"^^xsd:date .\n'
    )


def test_a_text_of_several_lines_is_written_as_such() -> None:
    quads = [Quad(NamedNode(EX + "s"), NamedNode(EX + "plain"), Literal('one\ntwo "quoted"'), NamedNode(EX + "g"))]
    assert b"".join(trig(quads, PREFIXES)).decode() == (
        '@prefix ex: <http://example.org/ns#> .\n\nex:g {\n    ex:s\n        ex:plain """one\ntwo "quoted\\"""" .\n}\n'
    )


# What cannot be written is refused


@pytest.mark.parametrize("character", sorted(set(CONTROLS) - {"\x7f", "\x80"}))
def test_rdf_xml_refuses_a_character_that_xml_cannot_carry(character: str) -> None:
    quads = [Quad(NamedNode(EX + "s"), NamedNode(EX + "plain"), Literal(f"a{character}b"))]
    with pytest.raises(InputError) as caught:
        next(rdf_xml(quads))
    assert caught.value.message.startswith(
        f"a text holds the character U+{ord(character):04X}, which XML 1.0 cannot carry"
    )
    assert caught.value.hint == "take another format, or mend the text"


@pytest.mark.parametrize("iri", [EX, EX + "1", EX + "a²", "http://example.org/p/", "urn:isbn:123", EX + "a%20"])
def test_rdf_xml_refuses_a_property_whose_end_is_no_xml_name(iri: str) -> None:
    with pytest.raises(InputError) as caught:
        next(rdf_xml([Quad(NamedNode(EX + "s"), NamedNode(iri), Literal("x"))]))
    assert caught.value.message == f"<{iri}> cannot be written in RDF/XML: its end is no XML name"
    assert caught.value.hint == "take another format, or rename the property"


@pytest.mark.parametrize("name", ["li", "Description", "about", "bagID"])
def test_rdf_xml_refuses_a_property_that_is_syntax_there(name: str) -> None:
    with pytest.raises(InputError) as caught:
        next(rdf_xml([Quad(NamedNode(EX + "s"), NamedNode(RDF + name), Literal("x"))]))
    assert caught.value.message == f"<{RDF}{name}> cannot be written in RDF/XML: as an element it is syntax"


def test_rdf_xml_binds_no_prefix_that_xml_reserves_or_does_not_know() -> None:
    prefixes = {"": EX, "xml": "http://example.org/a#", "XMLa": "http://example.org/b#", "rdf": "http://example.org/c#"}
    prefixes["é"] = "http://example.org/d#"
    quads = [Quad(NamedNode(EX + "s"), NamedNode(namespace + "p"), Literal("x")) for namespace in prefixes.values()]
    written = b"".join(rdf_xml(quads, prefixes))
    assert (
        canonical(read_with_rdflib(written, "xml")) == canonical(read_with_oxigraph(written, "rdf")) == canonical(quads)
    )
    assert written.count(b"xmlns:ns") == len(prefixes)


@pytest.mark.parametrize("name", BY_PREDICATE)
@pytest.mark.parametrize(
    "value",
    [
        Triple(NamedNode(EX + "a"), NamedNode(EX + "p"), NamedNode(EX + "b")),
        Literal("x", language="ar", direction=BaseDirection.RTL),
    ],
    ids=["a triple", "a direction"],
)
def test_a_term_of_rdf_1_2_is_refused(name: str, value: Triple | Literal) -> None:
    with pytest.raises(InputError, match=r"RDF 1\.2"):
        b"".join(BY_PREDICATE[name]([Quad(NamedNode(EX + "s"), NamedNode(EX + "p"), value)]))


# Contexts of JSON-LD


@pytest.mark.parametrize(
    ("context", "message"),
    [
        ({"@vocab": EX}, "the context uses @vocab"),
        ({"@base": EX}, "the context uses @base"),
        ({"a": None}, "the context has null for the term 'a'"),
        ({"a": {"@id": EX + "a", "@reverse": EX + "b"}}, "the context uses @reverse in its term 'a'"),
        ({"a": {"@type": "@id"}}, "the context uses no @id in its term 'a'"),
        ({"a": {"@id": EX + "a", "@container": "@list"}}, "the context uses the container @list in its term 'a'"),
        ({"a": "b:", "b": "a:"}, "the context defines the prefix 'a' by itself"),
    ],
)
def test_a_context_with_a_feature_that_the_writer_does_not_know_is_refused(
    context: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError) as caught:
        b"".join(jsonld([], context))
    assert caught.value.message == message


def test_a_context_may_define_a_prefix_by_another() -> None:
    table = read_context({"sub": "ex:sub/", "ex": EX, "link": {"@id": "sub:link"}})
    assert table.prefixes == {"ex": EX, "sub": EX + "sub/"}
    assert list(table.properties) == [EX + "sub/link"]


def test_a_derived_context_has_no_prefix_that_json_ld_would_misread() -> None:
    prefixes = {
        "": EX + "empty/",
        "id": EX + "id/",
        "ex": EX,
        "wdt": "http://www.wikidata.org/prop/direct/P",
        "urn": "urn:isbn:",
        "tag": "http://example.org/tag/",
        "a": "tag:example.org,2026:",
        "own": "http://example.org/own#",
    }
    ontology = [
        Triple(NamedNode(iri), TYPE, NamedNode("http://www.w3.org/2002/07/owl#DatatypeProperty"))
        for iri in ("http://www.wikidata.org/prop/direct/P31", EX + "type", EX + "name", "own:thing/other")
    ]
    assert derive_context(ontology, [], prefixes, EX) == {
        "id": "@id",
        "type": "@type",
        "a": "tag:example.org,2026:",
        "ex": EX,
        "P31": {"@id": "http://www.wikidata.org/prop/direct/P31", "@container": "@set"},
        "name": {"@id": "ex:name", "@container": "@set"},
        "other": {"@id": "own:thing/other", "@container": "@set"},
    }


@given(some_quads(), st.permutations(PROPERTIES))
@example([], [])
def test_a_derived_context_carries_any_quads(quads: list[Quad], known: list[str]) -> None:
    ontology = [
        Triple(NamedNode(iri), TYPE, NamedNode(f"http://www.w3.org/2002/07/owl#{kind}Property"))
        for iri, kind in zip(known, ["Object", "Datatype", "Annotation"] * 4, strict=False)
    ]
    written = b"".join(jsonld(quads, derive_context(ontology, [], PREFIXES, EX)))
    assert canonical(read_with_oxigraph(written, "jsonld")) == canonical(quads)
