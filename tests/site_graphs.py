"""A project made to harm a site: hostile names, hostile IRIs, too many links, what is part of itself."""

from __future__ import annotations

from pathlib import Path

LINKS = 700
"""So many things point at one."""
BRANCHES = 2500
"""At so many the same one points."""
IN_A_PASSAGE = 250
"""So many of these links stand in one passage."""
LONG = "long " * 2000
RESERVED = "https://example.org/x/a!$&'()*+,;=:@b/%2e%2e/%00/..;/?q=1&r=%3Cb%3E"
"""An IRI with every reserved character of RFC 3986 that may stand in a path or query, and dots that would climb."""

_HEAD = """\
@prefix org: <http://www.w3.org/ns/org#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <https://example.org/x/> .
"""

_THINGS = f"""
ex:markup a ex:Thing ; rdfs:label "<script>alert(1)</script><img src=x onerror=alert(2)>"@en ;
    rdfs:comment "</script><script>alert(3)</script>\\u2028 & \\"quotes\\" 'and' <!-- -->"@en .
ex:right-to-left a ex:Thing ; rdfs:label "\\u202Eגדול \\u2066מאוד"@he, "شيء"@ar, "untagged \\u202E mark" .
ex:long a ex:Thing ; rdfs:label "{LONG}"@en .
ex:links a ex:Thing ; rdfs:label "links"@en ;
    rdfs:seeAlso <javascript:alert(1)>, <data:text/html,x>, <vbscript:x>, <mailto:a@example.org>, <urn:x:y> ;
    owl:sameAs <javascript:alert(2)>, <JavaScript:alert(3)> ;
    schema:url "javascript:alert(4)"^^xsd:anyURI , "https://example.org/?a=1&b=\\"2\\""^^xsd:anyURI .
<{RESERVED}> a ex:Thing ; rdfs:label "reserved"@en .
ex:Case a ex:Thing ; rdfs:label "upper"@en .
ex:case a ex:Thing ; rdfs:label "lower"@en .
ex:CASE a ex:Thing ; rdfs:label "all"@en .
<https://example.org/x/caf\u00e9> a ex:Thing ; rdfs:label "composed"@en .
<https://example.org/x/cafe\u0301> a ex:Thing ; rdfs:label "decomposed"@en .
ex:con a ex:Thing ; rdfs:label "device"@en .
ex:index a ex:Thing ; rdfs:label "index"@en .
<https://example.org/x/ru/index> a ex:Thing ; rdfs:label "tree"@en .
<https://example.org/x/> a ex:Thing ; rdfs:label "base"@en .
<https://example.org/x/data#fragment> a ex:Thing ; rdfs:label "fragment"@en .
ex:nameless a ex:Thing .
ex:typeless rdfs:label "typeless"@en .
ex:bad-dates a ex:Thing ; schema:startDate "2009-99-99"^^xsd:date, "0000"^^xsd:gYear, "-0044-03-15"^^xsd:date .
ex:far a ex:Place ; schema:latitude "1e9" ; schema:longitude "NaN" .
ex:near a ex:Place ; schema:latitude 90.0 ; schema:longitude -180.0 .
ex:blank a ex:Thing ; ex:has [ ex:has [ ex:has [ ex:has [ ex:has "deep" ] ] ] ] .
ex:part org:subOrganizationOf ex:whole . ex:whole org:subOrganizationOf ex:part .
ex:self org:subOrganizationOf ex:self .
ex:hub a ex:Thing ; rdfs:label "hub"@en .
"""


def hostile(folder: Path) -> Path:
    """Write the project, and give its folder."""
    data = folder / "data" / "notes"
    data.mkdir(parents=True)
    (data / "01-things.ttl").write_text(_HEAD + _THINGS, encoding="utf-8")
    to = [f'ex:link-{n} a ex:Link ; rdfs:label "link {n}"@en ; ex:to ex:hub .\n' for n in range(LINKS)]
    away = [f"ex:hub ex:leads <https://example.org/outside/{n}> .\n" for n in range(BRANCHES)]
    said = [some[start : start + IN_A_PASSAGE] for some in (to, away) for start in range(0, len(some), IN_A_PASSAGE)]
    for number, lines in enumerate(said, 2):
        (data / f"{number:02d}-links.ttl").write_text(_HEAD + "".join(lines), encoding="utf-8")
    passages = "".join(
        f"<https://example.org/notes/passage/{number:02d}> a scog:Passage ;"
        ' scog:isPassageOf <https://example.org/notes> ; scog:locator "<b>here</b>" .\n'
        for number in range(1, len(said) + 2)
    )
    (data / "source.ttl").write_text(
        _HEAD
        + """@prefix scog: <https://w3id.org/scograph/ontology#> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
<https://example.org/notes> a scog:SourceDocument ; dcterms:title "</title><b>Notes</b>"@en ;
    void:uriSpace "https://example.org/x/".
"""
        + passages,
        encoding="utf-8",
    )
    return folder
