"""A project whose IRIs are as people have them: capitals, punctuation, any script, final slashes, reserved names."""

from __future__ import annotations

from pathlib import Path

BASE = "https://data.example.org/"
CLASS = f"{BASE}vocab/Thing"

_PUNCTUATION = "-._~!$&'()*+,;=:@"
_SCRIPTS = (
    *("café", "cafe\u0301", "Zürich", "straße", "İzmir", "ǅ", "Казахстан", "Ελλάδα", "ελλάδα", "ישראל", "مصر"),
    *("نامه\u200cها", "भारत", "ไทย", "日本", "上海合作组织", "한국", "🜨", "e\u0327\u0301", "ﬁ", "\u00aa"),
)
_DEVICES = (
    "con",
    "CON",
    "prn",
    "aux",
    "nul",
    "com1",
    "lpt9",
    "aux.txt",
    "con.html",
    "nul.tar.gz",
    "id/con",
    "id/NUL/x",
)
_OWN = (
    *(
        "about",
        "index",
        "404",
        "classes",
        "sources",
        "questions",
        "timeline",
        "map",
        "structure",
        "parties",
        "ontology",
    ),
    *(
        "shapes",
        "downloads",
        "changes",
        "search",
        "void",
        "dcat",
        "prov",
        "context",
        "check",
        "manifest",
        "odd",
        "data",
    ),
    *("assets", "class", "question", "thing", "hosting", "hosting/nginx", "ru", "ru/about", "zh/index", "class/thing"),
    *(
        "thing/x",
        "assets/site",
        "doc",
        "doc/about",
        "doc/plain",
        "-",
        "-/x",
        "robots",
        "sitemap",
        "favicon",
        ".well-known/x",
    ),
)
_PERCENT = (
    *("a%20b", "100%25", "a%2Fb", "a%2fb", "a%252Fb", "%41", "A", "%C3%A9", "%22quoted%22", "%5C", "%7Cbar", "%3Cb%3E"),
    *("%23", "%3F", "a%0Ab", "%FF", "%7Btemplate%7D", "%24%7Bx%7D", "$%7Bx%7D", "%25{0}".replace("{0}", "d")),
)
_SLASHES = (
    "id/x/",
    "id/x",
    "id/X/",
    "plain/",
    "a//b",
    "a/b",
    "a/b/",
    "//",
    "id/",
    "deep/er/and/DEEPER/still/",
    "café/",
)
_CASES = (
    "id/q42",
    "id/Q42",
    "id/state/KAZ",
    "id/state/kaz",
    "id/State/kaz",
    "ID/state/kaz",
    "Q42",
    "p31",
    "P31",
    "DATASET",
)
_LONG = (
    *("l" * length for length in (179, 180, 181, 255, 256, 400, 1000, 2000)),
    *("L" * 300, "é" * 120, "long/" * 60 + "end", "x/" + "y" * 190, "Ж" * 200),
)
_QUERIES = ("item?id=1", "item?id=2", "item?ID=2", "item", "find?q=a&b=c%20d", "?q=1")
_DOTS = (
    "v1.0",
    "id/x.y",
    "file.txt",
    "x.ttl",
    "x.html",
    "a...b",
    ".hidden",
    "_headers-of-mine",
    "_under",
    "id/_x",
    "1.html",
)
_TEMPLATES = (
    *(
        "{id}".replace("{id}", "$id"),
        "a:b",
        "doi:10.1000/182",
        "urn:isbn:0451450523",
        "x:Y",
        "*",
        "a*b",
        "$1",
        "a$b",
        "'",
    ),
    *("(x)", "O'Brien", "a,b", "a;b", "a;v=1/b", "Paris,_Texas", "Foo_(bar)", "C++", "@me", "~user", "a&b", "a=b", "!"),
)

SLASH = tuple(
    dict.fromkeys(
        (
            *(f"p/a{mark}b" for mark in _PUNCTUATION),
            *(f"p/{mark}" for mark in _PUNCTUATION if mark != "."),
            *(f"P{mark}" for mark in _PUNCTUATION),
            *_SCRIPTS,
            *(f"id/{text}" for text in _SCRIPTS),
            *_DEVICES,
            *_OWN,
            *_PERCENT,
            *_SLASHES,
            *_CASES,
            *_LONG,
            *_QUERIES,
            *_DOTS,
            *_TEMPLATES,
            *("plain", "dataset"),
        )
    )
)
"""What follows the base in IRIs without a fragment."""
HASH = {
    "people/alice": ("me",),
    "people/bob": ("me", "this", "Work"),
    "Doc": ("A", "a", "%41", "facts", "s1"),
    "plain": ("part", "Part"),
    "card.ttl-of-mine": ("i",),
    "café-list": ("é", "e"),
    "one": ("/x", "?y", "a.b"),
}
"""Documents with the fragments of things; of `plain` something is said itself."""
_UNSERVED = ("a/../b", "./x", "%2e%2e/y", "x%00y", "A?")
"""IRIs with dot segments, which clients take out (RFC 3986, clause 5.2.4), a NUL, or an empty query."""


def iris() -> list[str]:
    """The IRIs of the things of the project, but for those that no client asks for."""
    return [*(BASE + rest for rest in SLASH), *(f"{BASE}{doc}#{name}" for doc, names in HASH.items() for name in names)]


def odd_project(folder: Path) -> Path:
    """Write the project, and give its folder."""
    (folder / "data").mkdir(parents=True)
    lines = ["@prefix void: <http://rdfs.org/ns/void#> .", "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."]
    lines.append(f'<{BASE}dataset> a void:Dataset ; void:uriSpace "{BASE}" ; rdfs:label "Odd names"@en .')
    named = [*iris(), *(BASE + rest for rest in _UNSERVED), "https://elsewhere.example.org/X#y"]
    lines += [f'<{iri}> a <{CLASS}> ; rdfs:label "thing {n}"@en .' for n, iri in enumerate(named)]
    (folder / "data" / "things.ttl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "ontology").mkdir()
    (folder / "ontology" / "vocab.ttl").write_text(
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        f'<{BASE}vocab> a owl:Ontology ; owl:versionIRI <{BASE}vocab/1.0> ; rdfs:label "Words"@en .\n'
        f'<{CLASS}> a owl:Class ; rdfs:label "Thing"@en ; rdfs:isDefinedBy <{BASE}vocab> .\n'
        f'<{BASE}words#Other> a owl:Class ; rdfs:label "Other"@en .\n',
        encoding="utf-8",
    )
    (folder / "scograph.toml").write_text('[project]\nname = "odd"\n', encoding="utf-8")
    return folder
