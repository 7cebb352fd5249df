"""Pages of vocabularies: lists, OWL class expressions, RDF Schema, concept schemes of SKOS."""

from __future__ import annotations

import html
import json
import re
import shutil
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from scograph import Project
from scograph.build import BuildOptions, build
from scograph.model import Term
from scograph.site.expressions import MAX_MEMBERS, MAX_PARTS, Expressions, read_list
from scograph.site.markup import html as markup

HERE = Path(__file__).parent
PREFIXES = """
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix ex: <https://example.org/v/> .
"""


def written(turtle: str) -> tuple[Term, Expressions]:
    """The value of `ex:x ex:is`, and what writes expressions of that graph."""
    triples = [quad.triple for quad in parse(PREFIXES + f"ex:x ex:is {turtle} .", RdfFormat.TURTLE)]

    def describing(node: Term) -> list[Triple]:
        return [t for t in triples if t.subject == node]

    def shown(term: Term) -> object:
        if isinstance(term, BlankNode):
            return markup("[ ]")
        return markup("{}", term.value.rpartition("/")[2] if isinstance(term, NamedNode) else term.value)  # type: ignore[union-attr]

    value = next(t.object for t in triples if t.predicate.value.endswith("/is"))
    return value, Expressions(describing, shown)  # type: ignore[arg-type]


def text(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page))


EXPRESSIONS = {
    "[ a owl:Restriction ; owl:onProperty ex:p ; owl:someValuesFrom ex:C ]": "p some C",
    "[ a owl:Restriction ; owl:onProperty ex:p ; owl:allValuesFrom ex:C ]": "p only C",
    "[ owl:onProperty ex:p ; owl:hasValue 'v' ]": "p value v",
    "[ owl:onProperty ex:p ; owl:hasSelf true ]": "p Self",
    "[ owl:onProperty ex:p ; owl:minCardinality 2 ]": "p min 2",
    "[ owl:onProperty ex:p ; owl:cardinality 1 ]": "p exactly 1",
    "[ owl:onProperty ex:p ; owl:maxQualifiedCardinality 3 ; owl:onClass ex:C ]": "p max 3 C",
    "[ owl:onProperty [ owl:inverseOf ex:p ] ; owl:someValuesFrom ex:C ]": "(inverse p) some C",
    "[ a owl:Class ; owl:unionOf ( ex:A ex:B ex:C ex:D ) ]": "A or B or C or D",
    "[ owl:intersectionOf ( ex:A [ owl:complementOf ex:B ] ) ]": "A and (not B)",
    "[ owl:oneOf ( ex:a ex:b ) ]": "{a, b}",
    "[ owl:onDatatype ex:integer ; owl:withRestrictions ( [ xsd:minInclusive 1 ] [ xsd:maxExclusive 9 ] ) ]": (
        "integer[>= 1, < 9]"
    ),
    (
        "[ owl:onProperty ex:p ; owl:someValuesFrom "
        "[ owl:unionOf ( ex:A [ owl:onProperty ex:q ; owl:allValuesFrom ex:B ] ) ] ]"
    ): "p some (A or (q only B))",
    "[ owl:unionOf ex:none ]": "…",
    "[ owl:onProperty ex:p ]": "p …",
}


@pytest.mark.parametrize(("turtle", "expected"), EXPRESSIONS.items())
def test_a_class_expression_is_in_manchester_syntax(turtle: str, expected: str) -> None:
    node, expressions = written(turtle)
    found = expressions.of(node)
    assert found is not None
    assert text(found) == expected


def test_what_is_no_expression_is_none() -> None:
    for turtle in ("ex:a", "'text'", "[ ex:p ex:o ]", "( ex:a )"):
        node, expressions = written(turtle)
        assert expressions.of(node) is None


def test_an_expression_with_parts_that_are_shared_or_below_themselves_has_an_end() -> None:
    shared = " ".join(
        f"_:n{n} owl:unionOf _:l{n} . _:l{n} rdf:first _:n{n + 1} ; rdf:rest _:m{n} . "
        f"_:m{n} rdf:first _:n{n + 1} ; rdf:rest rdf:nil ."
        for n in range(40)
    )
    for turtle in (f"_:n0 . {shared} _:n40 ex:p 1", "_:a . _:a owl:complementOf _:a"):
        node, expressions = written(turtle)
        found = expressions.of(node)
        assert found is not None
        assert "…" in found
        assert len(text(found)) < 20 * MAX_PARTS


def test_a_list_is_read_with_its_flaws() -> None:
    whole, expressions = written(f"( {' '.join(map(str, range(MAX_MEMBERS + 7)))} )")
    found = read_list(whole, expressions.describing)
    assert found is not None
    assert [member.value for member in found.members if isinstance(member, Literal)] == [*map(str, range(MAX_MEMBERS))]
    assert (found.more, found.is_whole) == (7, True)
    for turtle in ("_:a . _:a rdf:first 1 ; rdf:rest _:a", "[ rdf:first 1 ]", "[ rdf:first 1, 2 ; rdf:rest rdf:nil ]"):
        head, expressions = written(turtle)
        flawed = read_list(head, expressions.describing)
        assert flawed is not None
        assert not flawed.is_whole
    assert read_list(NamedNode("https://example.org/v/a"), expressions.describing) is None


VOCABULARY = (
    PREFIXES
    + """
<http://library.example/terms/> owl:imports <https://example.org/w> .
ex:Animal a rdfs:Class ; rdfs:label "animal"@en .
ex:Dog a rdfs:Class ; rdfs:label "dog"@en ; rdfs:subClassOf ex:Animal .
ex:eats a rdf:Property ; rdfs:label "eats"@en ; rdfs:domain ex:Animal .
ex:Lonely a owl:Class ; rdfs:label "lonely"@en ;
  rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ex:knows ; owl:maxCardinality 0 ] ;
  owl:equivalentClass [ owl:complementOf ex:Dog ], [ owl:oneOf ( ex:a ex:b ) ] ; owl:disjointWith ex:Dog .
ex:Both a owl:Class ; rdfs:label "both"@en ; owl:unionOf ( ex:Animal ex:Lonely ) ; owl:hasKey ( ex:eats ex:knows ) .
ex:knows a owl:ObjectProperty, owl:SymmetricProperty, owl:TransitiveProperty ; rdfs:label "knows"@en ;
  owl:inverseOf ex:known ; owl:propertyChainAxiom ( ex:knows ex:eats ) .
ex:plain a owl:Class .
ex:steps a rdf:Property ; rdfs:label "steps"@en .
"""
)
CONCEPTS = (
    PREFIXES
    + """
ex:s a skos:ConceptScheme ; rdfs:label "scheme of things"@en ; skos:hasTopConcept ex:top .
ex:top a skos:Concept ; skos:prefLabel "top"@en ; skos:narrower ex:middle .
ex:middle a skos:Concept ; skos:prefLabel "middle"@en ; skos:inScheme ex:s .
ex:low a skos:Concept ; skos:prefLabel "low"@en ; skos:inScheme ex:s ; skos:broader ex:middle .
ex:one a skos:Concept ; skos:prefLabel "one"@en ; skos:broader ex:two .
ex:two a skos:Concept ; skos:prefLabel "two"@en ; skos:broader ex:one .
ex:listed a skos:Concept ; skos:prefLabel "listed"@en ; skos:inScheme ex:s ; ex:steps ( "a" "b" "c" "d" "e" ) .
"""
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = Path(shutil.copytree(HERE / "projects" / "library", tmp_path_factory.mktemp("vocabulary") / "library"))
    (project / "ontology" / "vocabulary.ttl").write_text(VOCABULARY, "utf-8")
    (project / "ontology" / "concepts.ttl").write_text(CONCEPTS, "utf-8")
    return build(Project.open(project), project.parent / "dist", options=BuildOptions(1)).folder


def rows(page: str, name: str) -> dict[str, list[str]]:
    """The rows of a term, by their heads."""
    block = re.search(rf'<h3>{name} <code>.*?(?=<div class="term"|</section>)', page, re.DOTALL)
    assert block, name
    found: dict[str, list[str]] = {}
    for head, values in re.findall(r"<dt>(.*?)</dt>((?:<dd>.*?</dd>)+)", block[0]):
        assert head not in found, "a head stands once"
        found[head] = [text(value) for value in re.findall(r"<dd>(.*?)</dd>", values)]
    return found


def test_the_page_of_the_ontology_has_axioms_in_words(folder: Path) -> None:
    page = (folder / "ontology.html").read_text("utf-8")
    assert rows(page, "lonely") == {
        "Broader": ["knows max 0"],
        "Equivalent to": ["not dog", "{ex:a, ex:b}"],
        "Disjoint with": ["dog"],
    }
    assert rows(page, "both") == {"Equivalent to": ["animal or lonely"], "Key": ["eats, knows"]}
    knows = rows(page, "knows")
    assert knows["Note"] == ["transitive", "symmetric"]
    assert knows["Narrower"] == ["knows o eats"]
    assert "https://example.org/w" in page


def test_terms_of_rdf_schema_are_on_the_page_of_the_ontology(folder: Path) -> None:
    page = (folder / "ontology.html").read_text("utf-8")
    assert rows(page, "dog")["Broader"] == ["animal"]
    assert rows(page, "eats")["Applies to"] == ["animal"]


def test_no_page_has_an_empty_list_of_descriptions(folder: Path) -> None:
    pages = list(folder.rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        assert not re.search(r"<dl>\s*</dl>", page.read_text("utf-8")), page


def test_concept_schemes_are_trees_and_an_index(folder: Path) -> None:
    page = (folder / "concepts.html").read_text("utf-8")
    scheme = page[page.index("scheme of things") :]
    shape = re.sub(r"<a [^>]*>|</a>|<abbr.*?</abbr>", "", scheme[scheme.index("<ul>") : scheme.index("</section>")])
    assert shape.strip() == "<ul><li>listed</li><li>top<ul><li>middle<ul><li>low</li></ul></li></ul></li></ul>"
    assert "one<ul><li>two</li></ul>" in re.sub(r"<a [^>]*>|</a>", "", page), "a circle begins with its first"
    letters = re.findall(r"<h3>(.)</h3>", page)
    assert letters == sorted(letters)
    assert {"L", "M", "O", "T"} <= set(letters)
    assert 'href="concepts.html"' in (folder / "index.html").read_text("utf-8")


def test_a_list_is_shown_whole_as_a_list(folder: Path) -> None:
    (page,) = [p for p in folder.rglob("*.html") if "<h1>listed" in p.read_text("utf-8")]
    shown = page.read_text("utf-8")
    assert (
        "first"
        not in text(
            shown[shown.index("<main") : shown.index("get.formats") if "get.formats" in shown else None]
        ).split()
    )
    items = re.search(r'<ol class="blank">(.*?)</ol>', shown)
    assert items
    assert [text(item) for item in re.findall("<li>(.*?)</li>", items[1])] == ["a", "b", "c", "d", "e"]


def test_the_front_page_and_that_of_the_dataset_describe_it_for_search_engines(tmp_path: Path) -> None:
    """The same as the published description; a block of data is no script (HTML, clause 4.12.1; CSP 3, clause 6.1)."""
    project = Path(shutil.copytree(HERE / "projects" / "small", tmp_path / "small"))
    folder = build(Project.open(project), tmp_path / "dist", options=BuildOptions(1)).folder
    published = json.loads((folder / "schema-org.jsonld").read_bytes())
    found = {}
    for page in folder.rglob("*.html"):
        blocks = re.findall(
            r'<script type="application/ld\+json" id="dataset-schema-org">(.*?)</script>',
            page.read_text("utf-8"),
            re.DOTALL,
        )
        if blocks:
            (found[page.relative_to(folder).as_posix()],) = map(json.loads, blocks)
    assert "index.html" in found
    assert set(found) <= {"index.html", "dataset.html", "ru/index.html", "zh/index.html"} | {
        path for path in found if "chess" in path or "club" in path
    }
    for said in found.values():
        assert said == published
        assert said["@type"] == "Dataset"
