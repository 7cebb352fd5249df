"""Small files that grow, nest or never end, by name: for tests, and for `make proof`, which sends them everywhere."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass

_COMMENT = b"#" + b"c" * 9000 + b"\n"
_RDF = b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.org/"'


@dataclass(frozen=True, slots=True)
class Bomb:
    """A file that does harm to a reader without bounds.

    Args:
        name: What it is.
        extension: That of its format.
        make: Makes its bytes.
        bound: The bound that it is beyond, as the message names it; nothing where it is read to its end.
    """

    name: str
    extension: str
    make: Callable[[], bytes]
    bound: str = ""

    @property
    def file(self) -> str:
        """A name for it as a file."""
        return f"{self.name.replace(' ', '-')}.{self.extension}"


def deflated(size: int) -> bytes:
    """A deflate stream (RFC 1951) of blanks, of about a thousandth of what it expands to.

    Args:
        size: What it expands to, in MiB.
    """
    packing = zlib.compressobj(9, wbits=-15)
    block = packing.compress(b" " * (1 << 20)) + packing.flush(zlib.Z_FULL_FLUSH)
    return block * size + b"\x03\x00"


def large_gzip(size: int) -> bytes:
    """A gzip file (RFC 1952) that expands to so many MiB."""
    end = zlib.crc32(b"").to_bytes(4, "little") + (size << 20 & 0xFFFFFFFF).to_bytes(4, "little")
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + deflated(size) + end


def large_zip(size: int) -> bytes:
    """A ZIP file with one member that expands to so many MiB."""
    data, name = deflated(size), b"page.html"
    sizes = len(data).to_bytes(4, "little") + (size << 20).to_bytes(4, "little")
    what = b"\x14\0\0\0\x08\0" + bytes(8) + sizes + len(name).to_bytes(2, "little") + bytes(2)
    local = b"PK\x03\x04" + what + name + data
    listed = b"PK\x01\x02\x14\0" + what + bytes(14) + name
    counts = b"\x01\0\x01\0" + len(listed).to_bytes(4, "little") + len(local).to_bytes(4, "little")
    return local + listed + b"PK\x05\x06" + bytes(4) + counts + bytes(2)


def large_pdf(size: int) -> bytes:
    """A PDF whose one page has a content stream that expands to so many MiB (ISO 32000-2, 7.4.4)."""
    stream = b"\x78\xda" + deflated(size) + bytes(4)
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<<>>>>",
        b"<</Length %d/Filter/FlateDecode>>\nstream\n%b\nendstream" % (len(stream), stream),
    )
    data, places = b"%PDF-1.4\n", b""
    for number, content in enumerate(objects, 1):
        places += b"%010d 00000 n \n" % len(data)
        data += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"xref\n0 5\n0000000000 65535 f \n" + places + b"trailer\n<</Size 5/Root 1 0 R>>\n"
    return data + table + b"startxref\n%d\n%%%%EOF\n" % len(data)


def triple_terms(depth: int) -> bytes:
    """Triple terms inside each other."""
    inner = b"<<( <x:a> <x:b> " * depth + b"<x:c>" + b" )>>" * depth
    return b"<x:a> <x:b> " + inner + b" .\n"


def quoted_triples(depth: int) -> bytes:
    """The same as RDF-star wrote them, in the place of the subject."""
    return b"<< " * depth + b"<x:a> <x:b> <x:c> " + b">> <x:b> <x:c> " * depth + b" .\n"


def hidden_triple_terms(depth: int) -> bytes:
    """Triple terms behind texts that hold what could be taken for their end, and half a mebibyte."""
    return b'<x:a> <x:b> "<<" , """' + b">> \n" * 150_000 + b'""" .\n' + triple_terms(depth)


def nested_json(depth: int) -> bytes:
    """Objects of JSON inside each other."""
    return b'{"http://x.org/p":' * depth + b'"1"' + b"}" * depth


def chained_terms(count: int, *, key: str = "@context", before: int = 0) -> bytes:
    """A context whose terms rest on each other, after so many other objects."""
    terms = {"t0": "http://x.org/"} | {f"t{n}": {"@id": f"t{n - 1}"} for n in range(1, count)}
    text = json.dumps([*[{"@id": "http://x.org/" + "a" * 1000}] * before, {"@context": terms, f"t{count - 1}": "a"}])
    return text.replace('"@context"', f'"{key}"').encode()


def scoped_terms(count: int, objects: int) -> bytes:
    """A context of a property that has many terms, and is taken up again by each value of it."""
    scoped = {f"t{n}": f"http://x.org/t{n}" for n in range(count)}
    graph = [{"@id": f"http://x.org/{n}", "x": {"@id": f"http://y.org/{n}", "t1": "a"}} for n in range(objects)]
    return json.dumps({"@context": {"x": {"@id": "http://x.org/x", "@context": scoped}}, "@graph": graph}).encode()


def long_vocabulary(size: int, uses: int) -> bytes:
    """A @vocab of many characters, before each of many keys."""
    return json.dumps({"@context": {"@vocab": "http://x.org/" + "a" * size}, "@graph": [{"b": "c"}] * uses}).encode()


def long_prefix(size: int, uses: int, between: bytes = b"") -> bytes:
    """A namespace of many characters, before each of many names."""
    return b"@prefix a: " + between + b"<http://x.org/" + b"a" * size + b"> .\n" + b"a:b a:c a:d .\n" * uses


def growing_base(count: int, size: int, uses: int) -> bytes:
    """Bases that are each relative to the one before."""
    steps = b"@base <http://x.org/> .\n" + (b"@base <" + b"a" * size + b"/> .\n") * count
    return steps + b"<> <b> <c> .\n" * uses


def nested_xml(depth: int) -> bytes:
    """Elements inside each other."""
    return _RDF + b">" + b"<e:A><e:b>" * depth + b"</e:b></e:A>" * depth + b"</rdf:RDF>"


def laughing_entities(levels: int, doctype: bytes = b"<!DOCTYPE") -> bytes:
    """Entities of ten entities each."""
    names = [b'<!ENTITY a0 "aaaaaaaaaa">'] + [
        b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, levels)
    ]
    head = doctype + b" rdf:RDF [" + b"".join(names) + b"]>"
    return head + _RDF + b"><e:A><e:b>&a%d;</e:b></e:A></rdf:RDF>" % (levels - 1)


def repeated_entity(size: int, uses: int) -> bytes:
    """One entity of many characters, used often."""
    head = b'<!DOCTYPE rdf:RDF [<!ENTITY a "' + b"a" * size + b'">]>'
    return head + _RDF + b"><e:A><e:b>" + b"&a;" * uses + b"</e:b></e:A></rdf:RDF>"


def long_xml_namespace(size: int, uses: int) -> bytes:
    """A namespace of many characters, before each of many names of elements."""
    return _RDF + b' xmlns:f="http://x.org/' + b"a" * size + b'">' + b"<f:A/>" * uses + b"</rdf:RDF>"


def many_attributes(count: int) -> bytes:
    """An element with many attributes: the parser compares each with each."""
    return _RDF + b"><e:A" + b"".join(b' e:a%d="x"' % n for n in range(count)) + b"/></rdf:RDF>"


def many_namespaces(count: int, *, apart: int) -> bytes:
    """Elements of many namespaces, declared on one element or on nested elements, each to be looked up."""
    opened, ended = b"", b""
    for start in range(0, count, apart):
        names = b"".join(b' xmlns:n%d="http://n.org/%d/"' % (n, n) for n in range(start, start + apart))
        opened, ended = opened + b"<e:A%s><e:p>" % names, b"</e:p></e:A>" + ended
    used = b"".join(b"<e:q><n%d:A/></e:q>" % n for n in range(count))
    return _RDF + b">" + opened.removesuffix(b"<e:p>") + used + ended.removeprefix(b"</e:p>") + b"</rdf:RDF>"


def surrounded_literals(count: int) -> bytes:
    """XML literals, each of which gets all namespaces around it."""
    names = b"".join(b' xmlns:n%d="http://n.org/%s/"' % (n, b"a" * 400) for n in range(900))
    literal = b'<e:A><e:p rdf:parseType="Literal"><e:x/></e:p></e:A>'
    return _RDF + names + b">" + literal * count + b"</rdf:RDF>"


FILES: tuple[Bomb, ...] = (
    Bomb("triple terms", "ttl", lambda: triple_terms(16_000), "triple-terms"),
    Bomb("triple terms in lines", "nt", lambda: triple_terms(16_000), "triple-terms"),
    Bomb("triple terms in quads", "nq", lambda: triple_terms(16_000), "triple-terms"),
    Bomb("triple terms in TriG", "trig", lambda: triple_terms(16_000), "triple-terms"),
    Bomb("quoted triples", "ttl", lambda: quoted_triples(16_000), "triple-terms"),
    Bomb("hidden triple terms", "ttl", lambda: hidden_triple_terms(16_000), "triple-terms"),
    Bomb("nested JSON", "jsonld", lambda: nested_json(3_500), "nesting"),
    Bomb("nested arrays", "jsonld", lambda: b"[" * 50_000, "nesting"),
    Bomb("chained terms", "jsonld", lambda: chained_terms(7_000), "nesting"),
    Bomb("late chained terms", "jsonld", lambda: chained_terms(7_000, before=1_000), "nesting"),
    Bomb("escaped chained terms", "jsonld", lambda: chained_terms(7_000, key="\\u0040context"), "escapes"),
    Bomb("scoped terms", "jsonld", lambda: scoped_terms(10_000, 10_000), "context-work"),
    Bomb("long vocabulary", "jsonld", lambda: long_vocabulary(100_000, 30_000), "namespace"),
    Bomb("long prefix", "ttl", lambda: long_prefix(100_000, 30_000), "namespace"),
    Bomb(
        "long prefix after a comment",
        "ttl",
        lambda: long_prefix(100_000, 30_000, b"#" + b"c" * 9000 + b"\n"),
        "namespace",
    ),
    Bomb("long prefix in TriG", "trig", lambda: long_prefix(100_000, 30_000), "namespace"),
    Bomb("growing base", "ttl", lambda: growing_base(1_000, 400, 30_000), "namespace"),
    Bomb("nested XML", "rdf", lambda: nested_xml(100_000), "xml-nesting"),
    Bomb("laughing entities", "rdf", lambda: laughing_entities(10), "xml-entities"),
    Bomb("laughing entities in small letters", "rdf", lambda: laughing_entities(9, b"<!doctype"), "ill-formed"),
    Bomb("repeated entity", "rdf", lambda: repeated_entity(50_000, 50_000), "xml-entities"),
    Bomb("many attributes", "rdf", lambda: many_attributes(1_000_000), "xml-attributes"),
    Bomb("many namespaces", "rdf", lambda: many_namespaces(100_000, apart=100_000), "xml-attributes"),
    Bomb("many namespaces apart", "rdf", lambda: many_namespaces(100_000, apart=500), "xml-attributes"),
    Bomb("XML literals in many namespaces", "rdf", lambda: surrounded_literals(20_000), "expansion"),
    Bomb("long XML namespace", "rdf", lambda: long_xml_namespace(100_000, 30_000), "namespace"),
)
"""Files that every command which reads RDF must refuse, with the file and the bound."""


# Shapes, rules and questions that never end, or take all memory. The data are `DATA`.

DATA = b"".join(b'<x:n%d> <x:text> "%s" .\n' % (n, b"a" * 40) for n in range(60))
CROSS = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(6))
GROWING = "BIND('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' AS ?r0) " + " ".join(
    f"BIND(REPLACE(?r{n}, 'a', ?r{n}) AS ?r{n + 1})" for n in range(6)
)


def shape(constraint: str, *, path: str = "x:text") -> bytes:
    """A shapes graph: one constraint that may harm, beside one that finds a fault in each node."""
    return f"""@prefix sh: <http://www.w3.org/ns/shacl#> .
<x:shape> a sh:NodeShape ; sh:targetSubjectsOf <x:text> ;
    sh:property <x:property> , [ sh:path <{path}> ; sh:maxLength 3 ] .
<x:property> sh:path <{path}> ;
    {constraint} .
""".encode()


def select(body: str) -> str:
    """A constraint that asks, with six in a product that has no end."""
    return f'sh:sparql [ sh:select """SELECT $this ?value {{ $this <x:text> ?value . {body} }}""" ]'


SHAPES: dict[str, bytes] = {
    "a backtracking pattern": shape(r'sh:pattern "^(a+)+\\1b$"'),
    "a product of six": shape(select(f"{CROSS} FILTER(STRLEN(CONCAT(?c0, ?c1, ?c2, ?c3, ?c4, ?c5)) = 1)")),
    "a text that grows": shape(select(f"{GROWING} FILTER(STRLEN(?r6) > 1)")),
    "a pattern inside a negation": shape(r'sh:not [ sh:pattern "^(a|aa)+\\1b$" ]'),
}

RULES: dict[str, str] = {
    "a product of six": f"{CROSS} FILTER(STRLEN(CONCAT(?c0, ?c1, ?c2, ?c3, ?c4, ?c5)) = 1)",
    "a text that grows": f"{GROWING} FILTER(STRLEN(?r6) > 1)",
}
"""Bodies of queries for rules and questions."""


def nested_result(depth: int) -> bytes:
    """A JSON result with a triple term inside each other."""
    ends = b'"subject":{"type":"uri","value":"x:a"},"predicate":{"type":"uri","value":"x:b"}'
    inner = (
        (b'{"type":"triple","value":{' + ends + b',"object":') * depth + b'{"type":"uri","value":"x:c"}' + b"}}" * depth
    )
    return b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":' + inner + b"}]}}"


ANSWERS: dict[str, tuple[str, bytes, str]] = {
    "a nested result": ("application/sparql-results+json", nested_result(16_000), "SELECT ?a { ?a ?b ?c }"),
    "nested arrays": ("application/sparql-results+json", b"[" * 100_000, "SELECT ?a { ?a ?b ?c }"),
    "nested triple terms": ("application/n-triples", triple_terms(16_000), "CONSTRUCT { ?a ?b ?c } { ?a ?b ?c }"),
}
"""Answers of a store: their media type, their bytes, and a query that they answer."""


def linked_blank_nodes(count: int) -> bytes:
    """Blank nodes of which each is linked with each: they cannot be told apart before every order was tried."""
    return b"".join(b"_:n%d <x:to> _:n%d .\n" % (one, other) for one in range(count) for other in range(count))


def nested_lists(depth: int) -> bytes:
    """Lists of one list each."""
    return b"<x:a> <x:b> " + b"( " * depth + b"1" + b" )" * depth + b" .\n"


# Queries.

_PRODUCT = f"{CROSS} FILTER(STRLEN(CONCAT(STR(?c0), STR(?c1), STR(?c2), STR(?c3), STR(?c4), STR(?c5))) = 1)"
_VALUES = " ".join(f"VALUES ?v{n} {{ {' '.join(str(one) for one in range(60))} }}" for n in range(6))
_PATHS = " ".join(f"?a{n} (!<x:none>|^!<x:none>)* ?b{n} ." for n in range(4))

BODIES: dict[str, str] = {
    "products": _PRODUCT,
    "OPTIONAL, 490 times": "OPTIONAL { ?s ?p ?o } " * 490,
    "OPTIONAL in a product": " ".join(f"OPTIONAL {{ ?a{n} ?b{n} ?c{n} }}" for n in range(6)) + " FILTER(?c0 = ?c5 + 1)",
    "UNION": " ".join(f"{{ ?a{n} ?b{n} ?c{n} }} UNION {{ ?c{n} ?b{n} ?a{n} }}" for n in range(6))
    + " FILTER(?c0 = ?c5 + 1)",
    "paths": f"{_PATHS} FILTER(?b0 = ?b3 + 1)",
    "a path of paths": "?a ((((!<x:none>)*)*/((!<x:none>)*)*)*)* ?b . ?c ((!<x:none>|^!<x:none>)*)* ?d . " * 3
    + f"{_PATHS} FILTER(?b = ?d + 1)",
    "VALUES": f"{_VALUES} FILTER(?v0 + ?v1 + ?v2 + ?v3 + ?v4 + ?v5 = -1)",
    "REGEX": f'{_PRODUCT.replace("STRLEN", "STR")} FILTER(REGEX(STR(?c0), "^(a+)+b$"))',
    "a large REGEX": 'FILTER(REGEX(?value, "((a{1,500}){1,500}){1,500}$"))',
    "GROUP_CONCAT": f"{{ SELECT $this (GROUP_CONCAT(?c0) AS ?all) {{ ?this ?p ?o . {CROSS} }} GROUP BY $this }}",
    "COUNT DISTINCT": f"{{ SELECT $this (COUNT(DISTINCT *) AS ?n) {{ ?this ?p ?o . {CROSS} }} GROUP BY $this }}",
    "ORDER BY": f"{{ SELECT $this ?c0 {{ ?this ?p ?o . {CROSS} }} ORDER BY ?c0 ?c1 LIMIT 1 }}",
    "DISTINCT": f"{{ SELECT DISTINCT $this ?a0 ?a1 ?a2 ?a3 ?a4 ?a5 {{ ?this ?p ?o . {CROSS} }} }}",
    "REPLACE": f"{GROWING} FILTER(STRLEN(?r6) > 1)",
    "BIND that doubles": 'BIND("aaaaaaaa" AS ?d0) '
    + " ".join(f"BIND(CONCAT(?d{n}, ?d{n}) AS ?d{n + 1})" for n in range(60))
    + " FILTER(STRLEN(?d60) > 1)",
    "subqueries": "{ SELECT $this ?a0 { ?this ?p ?o . " * 45 + _PRODUCT + "} }" * 45,
    "EXISTS": f"FILTER NOT EXISTS {{ {_PRODUCT} }}",
    "EXISTS of EXISTS": "FILTER NOT EXISTS { ?s ?p ?o . " * 60 + "FILTER(?s = <x:none>)" + " }" * 60,
    "MINUS": f"MINUS {{ {_PRODUCT} }}",
    "GRAPH": f"{{ GRAPH ?g {{ ?s ?p ?o }} }} UNION {{ {_PRODUCT} }}",
}
"""For each clause that can take time or memory without end, what makes it do so over `DATA`."""
ENDING = ("REGEX", "a large REGEX", "EXISTS of EXISTS")
"""Those that the engine has an end for: it searches in linear time, and asks each EXISTS once a row."""
NO_CONSTRAINT = ("VALUES", "MINUS")
"""What no constraint may have, since its variables are bound before (SHACL, A)."""

FORMS: dict[str, str] = {
    "SELECT": f"SELECT * {{ {CROSS} }}",
    "ASK": f"ASK {{ {_PRODUCT} }}",
    "CONSTRUCT": f"CONSTRUCT {{ ?a0 ?b1 ?c2 . ?a1 ?b2 ?c3 . ?a2 ?b3 [] }} {{ {CROSS} }}",
    "CONSTRUCT of many": f"CONSTRUCT {{ {' '.join(f'?a0 <x:{n}> [] .' for n in range(900))} }} {{ {CROSS} }}",
    "DESCRIBE": f"DESCRIBE * {{ {CROSS} }}",
    "GROUP BY": f"SELECT ?a0 ?a1 ?a2 ?a3 ?a4 (COUNT(*) AS ?n) {{ {CROSS} }} GROUP BY ?a0 ?a1 ?a2 ?a3 ?a4",
    "HAVING": f"SELECT ?a0 {{ {CROSS} }} GROUP BY ?a0 HAVING(COUNT(*) < 0)",
    **{name: f"SELECT * {{ ?this <x:text> ?value . {body} }}" for name, body in BODIES.items()},
}
"""Whole queries of the same kinds."""
