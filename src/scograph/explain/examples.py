"""Wrong and right examples for the rules that are code."""

from __future__ import annotations

from collections.abc import Mapping

NO_EXAMPLE = ("what the shape's query or constraint describes", "what it leaves alone")

EXAMPLES: Mapping[str, tuple[str, str]] = {
    "syntax": ('<x> rdfs:label "Millbrook@en .', '<x> rdfs:label "Millbrook"@en .'),
    "dropped": (
        '{"@context": {"name": "http://schema.org/name"}, "nmae": "Millbrook"}',
        '{"@context": {"name": "http://schema.org/name"}, "name": "Millbrook"}',
    ),
    "shapes": ('[] sh:path ex:name ; sh:minCount "one" .', "[] sh:path ex:name ; sh:minCount 1 ."),
    "rule": (
        "SELECT ?focus { ?focus a ex:Club }",
        "# EX-R1 error: a club has no name\nSELECT ?focus { ?focus a ex:Club MINUS { ?focus rdfs:label ?l } }",
    ),
    "engines": ("only pyshacl: <x>  <age>  …", "both engines give the same results"),
    "F01": ("data/letters/01-club.ttl, without data/letters/source.ttl", "data/letters/source.ttl beside it"),
    "F02": ("data/notes/meetings.ttl", "data/notes/02-meetings.ttl"),
    "F03": ("data/notes/02-meetings.normalized.ttl", "data/notes/02-meetings.normalised.ttl"),
    "header": ('<> vann:preferredNamespacePrefix "my club" .', '<> vann:preferredNamespacePrefix "club" .'),
    "F04": (
        "data/notes/02-meetings.ttl and data/notes/02-more.ttl",
        "data/notes/02-meetings.ttl with the facts of both",
    ),
    "F05": (
        "data/notes/07-third.ttl, where source.ttl has no passage …/07",
        "<…/passage/07> a scog:Passage in source.ttl",
    ),
    "F06": ("<a> a scog:SourceDocument . <b> a scog:SourceDocument .", "<a> a scog:SourceDocument ."),
    "F07": ('<x> ex:day "Tuesday" . <x> ex:day "Tuesday" .', '<x> ex:day "Tuesday" .'),
    "F08": ("data/notes/02-meetings.turtle", "data/notes/02-meetings.ttl"),
    "F09": ("<…/passage/02> a scog:Passage . <…/part/02> a scog:Passage .", "<…/passage/02> a scog:Passage ."),
    "F11": (
        '<notes> a scog:SourceDocument ; scog:retrievedOn "2026-11-30"^^xsd:date .',
        "<notes> scog:hasNewestEdition <notes/edition/2026-11-30> , and the day in the description of the edition",
    ),
    "F12": (".scograph-edit.json, left by a run that was killed", "scograph source fix notes"),
    "R01": ('<x> ex:metingDay "Tuesday" .', '<x> ex:meetingDay "Tuesday" .'),
    "R02": ("<x> ex:heldBy <club/milbrook> .", "<x> ex:heldBy <club/millbrook> . <club/millbrook> a ex:Club ."),
    "S01": ("<…/passage/03> a scog:Passage, and no file 03-….ttl", "data/notes/03-spring-open.ttl"),
    "S02": (
        "characters 120–165 in no passage",
        "<…/ignored/02> a scog:IgnoredSpan ; scog:charStart 120 ; scog:charEnd 165 .",
    ),
    "S03": ("--source-text of another edition", "--source-text of the file that was transcribed"),
    "S04": ('scog:textSha256 "0000…"', "scog:textSha256 with the digest that the finding gives"),
    "S05": ('scog:textStart "The club meet"', 'scog:textStart "The club meets"'),
    "S06": ("scog:charLength 167, of a text of 168 characters", "scog:charLength 168"),
    "S07": ("a sentence between two passages", "the sentence inside of a passage, or in an ignored span"),
    "S08": (
        "texts/NAME/4c68fb426f74.txt, edited by hand",
        "the text as it was read: its name is its digest",
    ),
    "S09": (
        "03-notes.ttl with the triples of 02-meetings.ttl, and no others",
        "03-notes.ttl with what passage 03 says",
    ),
    "S10": (
        "data/letter-2/, a copy of data/letter/ whose facts were not changed",
        "data/letter-2/ with what the second letter says",
    ),
    "S11": (
        '<x> dcterms:description "The club meets on Tuesdays in the town hall."@en, as the letter says it',
        '<x> dcterms:description "A club with a meeting a week."@en',
    ),
    "T01": (
        "<…/passage/07> scog:carriesOver <…/passage/07#0519c1fe8135b009> , and no reading covers this claim",
        'scograph source read notes 07 --reader ab, with [readers] ab = "person" in scograph.toml',
    ),
    "T02": (
        "<…/reading/1> scog:covers <…/passage/07#0519c1fe8135b009> , a fact of 07-….ttl that was changed since",
        "scograph source read notes 07 --reader ab",
    ),
    "T03": ('<…/reading/1> scog:reader "ab" , and no [readers]', 'ab = "person" below [readers] in scograph.toml'),
    "E01": ('ex:day "2026-05-01"^^xsd:date, of a passage that prints “1 June 2026”', 'ex:day "2026-06-01"^^xsd:date'),
    "E02": ("a date of a passage that names nothing", "<…/passage/03> scog:isReadWith <…/passage/02> ."),
    "E03": (
        "a date of signature, of a passage that prints “was concluded on”",
        "a date without a role, or the basis interpreted",
    ),
    "E04": ("a membership, of a passage that prints “former members”", "scog:endDate, or no membership"),
    "G01": ("[] sh:path ex:name ; sh:minCuont 1 .", "[] sh:path ex:name ; sh:minCount 1 ."),
    "G02": ("ex:ClubShape sh:targetClass ex:Clubb .", "ex:ClubShape sh:targetClass ex:Club ."),
    "G03": ("[] sh:path ex:metingDay .", "[] sh:path ex:meetingDay ."),
    "G04": ('ex:ClubShape a sh:NodeShape ; sh:name "club" .', 'ex:ClubShape a sh:NodeShape ; rdfs:label "club" .'),
    "G05": ("ex:ClubShape a sh:NodeShape .", "ex:ClubShape a sh:NodeShape ; sh:targetClass ex:Club ."),
    "G06": (
        "<shapes> owl:imports <https://example.org/more-shapes>, which no file has",
        "scograph check --import https://example.org/more-shapes=more-shapes.ttl",
    ),
    "G07": (
        "[] sh:sparql [ sh:select … ; sh:severity sh:Warning ] .",
        "[] sh:sparql [ sh:select … ] ; sh:severity sh:Warning .",
    ),
    "Q01": ("questions/02-who-was-absent.rq alone", "questions/02-who-was-absent.csv with the rows expected"),
    "Q02": ("SELECT ?name { ?x rdfs:label ?name", "SELECT ?name { ?x rdfs:label ?name }"),
    "Q03": ("1,Bo Berg in the answer, 1,Bo Bergh in the graph", "1,Bo Bergh in both, as the source says"),
    "Q04": ("questions/02-who-was-absent.csv alone", "questions/02-who-was-absent.rq beside it"),
    "Q05": ("SELECT ?name ?date { … } ORDER BY ?date", "SELECT ?name ?date { … } ORDER BY ?date ?name"),
    "H01": ("ex:nickname a owl:DatatypeProperty, which no question names", "a question whose answer needs ex:nickname"),
    "H02": ("SELECT ?d { ?x ex:metingDay ?d }", "SELECT ?d { ?x ex:meetingDay ?d }"),
    "X01": ('"Club": "ex:Player" in ontology/context.jsonld', "scograph export -f context -o ontology/context.jsonld"),
    "L01": ("two headers: <a> a owl:Ontology . <b> a owl:Ontology .", "<a> a owl:Ontology ."),
    "L02": ("ex:Club owl:disjointWith [ owl:unionOf ( ex:A ex:B ) ] .", "ex:Club rdfs:subClassOf ex:Organisation ."),
    "L03": ("ex:day rdfs:domain ex:Club, and no declaration of ex:Club", "ex:Club a owl:Class ."),
    "L04": ("<x> a ex:Clubb .", "<x> a ex:Club . ex:Club a owl:Class ."),
    "L05": ("ex:Club rdfs:subClassOf ex:meetingDay .", "ex:Club rdfs:subClassOf ex:Organisation ."),
    "L07": ("ex:A owl:intersectionOf ( ex:B ) .", "ex:A owl:intersectionOf ( ex:B ex:C ) ."),
    "L08": (
        "[] a owl:Restriction ; owl:onProperty ex:p ; owl:minCardinality 2 .",
        '[] a owl:Restriction ; owl:onProperty ex:p ; owl:minCardinality "1"^^xsd:nonNegativeInteger .',
    ),
    "L09": ("ex:day rdfs:domain [ a owl:Restriction ] .", "ex:day rdfs:domain ex:Club ."),
    "L10": ("ex:heldBy a owl:ObjectProperty ; rdfs:range xsd:string .", "ex:heldBy rdfs:range ex:Club ."),
    "L11": ("ex:day rdfs:subPropertyOf ex:heldBy .", "ex:day rdfs:subPropertyOf ex:time ."),
    "L12": (
        "ex:day a owl:DatatypeProperty , owl:SymmetricProperty .",
        "ex:meets a owl:ObjectProperty , owl:SymmetricProperty .",
    ),
    "L13": (
        "ex:isPartOf a owl:TransitiveProperty , owl:FunctionalProperty .",
        "ex:isPartOf a owl:TransitiveProperty .",
    ),
    "L15": ('<x> ex:date "2009-06-31"^^xsd:date .', '<x> ex:date "2009-06-30"^^xsd:date .'),
    "L16": ("<x> ex:p _:b . <y> ex:p _:b .", "<x> ex:p <b> . <y> ex:p <b> ."),
    "L17": ("ex:A rdfs:subClassOf ex:B . ex:B rdfs:subClassOf ex:A .", "ex:A rdfs:subClassOf ex:B ."),
    "L18": ("ex:p rdfs:range xsd:duration .", "ex:p rdfs:range xsd:string ."),
    "L19": (
        "<a> owl:imports <https://example.org/b>, which is not here",
        "the ontology imported, in a file of ontology/",
    ),
}
"""By code: a wrong example, and the same corrected."""

OF_COMPONENTS: Mapping[str, tuple[str, str]] = {
    "class": ("<x> ex:knows <y> . <y> a ex:Dog .", "<x> ex:knows <y> . <y> a ex:Person ."),
    "datatype": ('<x> ex:age "old" .', "<x> ex:age 42 ."),
    "nodeKind": ('<x> ex:knows "Bo" .', "<x> ex:knows <bo> ."),
    "singleLine": ('<x> ex:name "Bo\\nBerg" .', '<x> ex:name "Bo Berg" .'),
    "memberShape": ('<x> ex:speakers ( <bo> "Cy" ) .', "<x> ex:speakers ( <bo> <cy> ) ."),
    "minListLength": ("<x> ex:speakers () .", "<x> ex:speakers ( <bo> ) ."),
    "maxListLength": ("<x> ex:speakers ( <bo> <cy> <di> ) .", "<x> ex:speakers ( <bo> <cy> ) ."),
    "uniqueMembers": ("<x> ex:speakers ( <bo> <bo> ) .", "<x> ex:speakers ( <bo> <cy> ) ."),
    "subsetOf": ("<x> ex:knows <bo> ; ex:likes <cy> .", "<x> ex:knows <bo> ; ex:likes <bo> ."),
    "someValue": ("<x> ex:knows <dog> .", "<x> ex:knows <dog> , <bo> . <bo> a ex:Person ."),
    "rootClass": ("<x> ex:keeps ex:Plant .", "<x> ex:keeps ex:Dog . ex:Dog rdfs:subClassOf ex:Animal ."),
    "minCount": ("<x> a ex:Person .", '<x> a ex:Person ; ex:name "Bo" .'),
    "maxCount": ("<x> ex:age 41 , 42 .", "<x> ex:age 42 ."),
    "minExclusive": ("<x> ex:age 0 .", "<x> ex:age 1 ."),
    "minInclusive": ("<x> ex:age -1 .", "<x> ex:age 0 ."),
    "maxExclusive": ("<x> ex:age 150 .", "<x> ex:age 149 ."),
    "maxInclusive": ("<x> ex:age 151 .", "<x> ex:age 150 ."),
    "minLength": ('<x> ex:name "" .', '<x> ex:name "Bo" .'),
    "maxLength": ('<x> ex:code "TOO-LONG" .', '<x> ex:code "OK" .'),
    "pattern": ('<x> ex:code "k1" .', '<x> ex:code "K1" .'),
    "languageIn": ('<x> rdfs:label "Verein"@de .', '<x> rdfs:label "club"@en .'),
    "uniqueLang": (
        '<x> rdfs:label "club"@en , "society"@en .',
        '<x> rdfs:label "club"@en ; skos:altLabel "society"@en .',
    ),
    "equals": ("<x> ex:first 1 ; ex:second 2 .", "<x> ex:first 1 ; ex:second 1 ."),
    "disjoint": (
        '<x> skos:prefLabel "a"@en ; skos:altLabel "a"@en .',
        '<x> skos:prefLabel "a"@en ; skos:altLabel "b"@en .',
    ),
    "lessThan": ("<x> ex:start 5 ; ex:end 5 .", "<x> ex:start 5 ; ex:end 6 ."),
    "lessThanOrEquals": ("<x> ex:start 5 ; ex:end 4 .", "<x> ex:start 5 ; ex:end 5 ."),
    "not": ("<x> a ex:Person , ex:Club .", "<x> a ex:Person ."),
    "and": ('<x> ex:name "Bo" .', '<x> ex:name "Bo" ; ex:age 42 .'),
    "or": ('<x> ex:date "then" .', '<x> ex:date "2001-06"^^xsd:gYearMonth .'),
    "xone": ('<x> ex:name "Bo" ; ex:code "B" .', '<x> ex:name "Bo" .'),
    "node": ("<x> ex:address <y> .", '<x> ex:address <y> . <y> ex:street "High Street" .'),
    "qualifiedMaxCount": (
        "<x> ex:parent <a> , <b> . <a> a ex:Woman . <b> a ex:Woman .",
        "<x> ex:parent <a> . <a> a ex:Woman .",
    ),
    "qualifiedMinCount": ("<x> ex:parent <a> .", "<x> ex:parent <a> . <a> a ex:Woman ."),
    "closed": ('<x> ex:name "Bo" ; ex:nmae "Bo" .', '<x> ex:name "Bo" .'),
    "hasValue": ("<x> ex:licence <other> .", "<x> ex:licence <cc-by> ."),
    "in": ('<x> ex:colour "rde" .', '<x> ex:colour "red" .'),
    "sparql": ("<x> ex:partOf <y> . <y> ex:partOf <x> .", "<x> ex:partOf <y> ."),
}
"""By parameter: a wrong example, and the same corrected."""
