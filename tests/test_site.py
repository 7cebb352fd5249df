"""The site as files: its links, its twins, its safety, and that a build writes only what has changed."""

from __future__ import annotations

import csv
import gzip
import hashlib
import html
import io
import json
import os
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree as ET

import brotli
import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from bench.site import PER_PASSAGE, write_project
from cost import calls_of
from scograph import Project, terms
from scograph.build import BuildOptions, Built, build
from scograph.compressed import MIN_BYTES
from scograph.errors import FindingsError, InputError, UsageError
from scograph.exports.publication import PublicationTarget
from scograph.feed import feed
from scograph.manifest import read_manifest
from scograph.output import FolderChanges
from scograph.releases import changes_of, release, releases_in
from scograph.site import SiteContent, prepare_site, site_pages
from scograph.site.index import SiteIndex
from scograph.site.pages.things import MAX_EMBEDDED
from scograph.site.paths import OWN_FOLDERS, OWN_PAGES, page_stem
from scograph.site.pictures.strip import ground
from scograph.site.pictures.svg import fitted
from scograph.site.static_files import published_path
from scograph.site.view import LINKED_SCHEMES, MAX_PER_PAGE, View
from scograph.site.words import LANGUAGES, direction, read_words
from scograph.verification import verify_folder
from site_graphs import BRANCHES, LINKS, RESERVED, hostile

pytestmark = pytest.mark.timeout(400)  # the first test that needs the built site waits for it
HERE = Path(__file__).parent
SMALL = HERE / "projects" / "small"
VENDOR = HERE.parent / "src" / "scograph" / "site" / "static" / "vendor"
MOST_BYTES = 30_000
"""A page is no larger than this, compressed."""


_TAG = re.compile(r"""<([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z][a-zA-Z0-9:-]*(?:="[^"]*")?)*)\s*/?>""")
_ATTRIBUTE = re.compile(r"""\s([a-zA-Z][a-zA-Z0-9:-]*)(?:="([^"]*)")?""")
_DATA_BLOCKS = (
    '<script type="application/ld+json" id="dataset-schema-org">',
    '<script type="application/json" id="settings">',
)
"""Scripts that are data, which no browser runs."""
_DATA = re.compile(r'<script type="application/ld\+json" id="data">(.*?)</script>', re.DOTALL)


class Parsed:
    """What a test asks of a page; every tag must be well-formed, with its attributes in double quotes."""

    def __init__(self, text: str) -> None:
        data = _DATA.search(text)
        self.data = data[1] if data else ""
        text = _DATA.sub("", text)
        self.links: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.styled: list[str] = []
        self.language = ""
        self.inline = [tag for tag in re.findall(r"<script(?![^>]* src=)[^>]*>", text) if tag not in _DATA_BLOCKS]
        assert len(_TAG.findall(text)) == len(re.findall(r"<[a-zA-Z]", text))
        for tag, attributes in _TAG.findall(text):
            for name, value in _ATTRIBUTE.findall(attributes):
                if name in {"href", "src", "action"}:
                    self.links.append((tag, html.unescape(value)))
                elif name == "id":
                    self.ids.append(value)
                elif name == "style" or name.startswith("on"):
                    self.styled.append(name)
                elif name == "lang" and tag == "html":
                    self.language = value
            if tag in {"style", "iframe", "object", "embed", "base"}:
                self.styled.append(tag)
        self.anchors = frozenset(self.ids)


@dataclass(frozen=True)
class Site:
    """A site as it was built."""

    folder: Path
    index: SiteIndex
    pages: Mapping[str, Parsed]
    paths: frozenset[str]


def read_site(folder: Path, built: Built) -> Site:
    """The pages of a folder, and what they were made from."""
    manifest = read_manifest((folder / "manifest.json").read_bytes(), "manifest.json")
    paths = frozenset(entry.path for entry in manifest.entries)
    pages = {path: Parsed((folder / path).read_text("utf-8")) for path in sorted(paths) if path.endswith(".html")}
    return Site(folder, SiteIndex(built.publication, built.checked, built.exported, SiteContent()), pages, paths)


@pytest.fixture(scope="module")
def builtin(built_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return read_site(
        built_site, build(Project.builtin(), tmp_path_factory.mktemp("builtin") / "dist", options=BuildOptions(0))
    )


@pytest.fixture(scope="module")
def harmed(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("hostile")
    built = build(Project.open(hostile(folder / "project")), folder / "dist", options=BuildOptions(2))
    return read_site(built.folder, built)


@pytest.fixture(params=["builtin", "harmed"])
def site(request: pytest.FixtureRequest) -> Site:
    found: Site = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "small"))


def test_the_manifest_lists_every_file_of_the_site(site: Site) -> None:
    files = {path.relative_to(site.folder).as_posix() for path in site.folder.rglob("*") if path.is_file()}
    assert files - {"manifest.json", "SHA256SUMS"} == site.paths
    listed = json.loads((site.folder / "manifest.json").read_bytes())["files"]
    assert [entry["path"] for entry in listed] == sorted(site.paths)


# Links.


def target_of(folder: str, link: str, known: dict[tuple[str, str], tuple[str, str] | None]) -> tuple[str, str] | None:
    """The file and the fragment that a link leads to from a folder of the site; None where it leads elsewhere."""
    if (folder, link) not in known:
        target = urlsplit(urljoin(f"http://site/{folder}", link))
        is_ours = (target.scheme, target.netloc) == ("http", "site")
        known[folder, link] = (unquote(target.path).lstrip("/"), unquote(target.fragment)) if is_ours else None
    return known[folder, link]


def test_every_internal_link_leads_to_a_file_and_every_fragment_to_an_element(site: Site) -> None:
    problems, followed = [], 0
    known: dict[tuple[str, str], tuple[str, str] | None] = {}
    for path, page in site.pages.items():
        folder = path[: path.rfind("/") + 1]
        for _, link in page.links:
            target = (path, unquote(link[1:])) if link.startswith("#") else target_of(folder, link, known)
            if target is None:
                continue
            followed += 1
            file, fragment = target
            if file not in site.paths:
                problems.append(f"{path}: {link}")
            elif fragment and file.endswith(".html") and fragment not in site.pages[file].anchors:
                problems.append(f"{path}: {link}: no such element")
    assert not problems[:20]
    assert len(site.pages) > 50
    assert followed > 1000


def test_every_id_occurs_once_on_its_page(site: Site) -> None:
    assert not [path for path, page in site.pages.items() if len(page.anchors) != len(page.ids)]


def test_every_iri_of_the_graph_has_a_page_or_a_place_on_one(site: Site) -> None:
    graph = site.index.graph
    nodes = {t.subject for t in graph.default_graph() if isinstance(t.subject, NamedNode)} | set(site.index.terms)
    for node in nodes:
        path, _, fragment = site.index.address(node).partition("#")
        assert path in site.pages, node
        assert not fragment or fragment in site.pages[path].anchors, node


def test_paths_mirror_the_iris_and_claims_stand_on_their_passages(builtin: Site) -> None:
    base = "https://w3id.org/scograph/"
    address = builtin.index.address
    assert address(NamedNode(f"{base}id/state/tjk")) == "id/state/tjk.html"
    assert address(NamedNode(f"{base}ontology#PartyStatus")) == "ontology.html#PartyStatus"
    for claim in builtin.index.graph.claims:
        page, _, fragment = claim.iri.value.removeprefix(base).partition("#")
        assert address(claim.iri) == f"{page}.html#{fragment}"


def test_the_languages_have_the_same_pages_and_know_one_another(builtin: Site) -> None:
    trees = {"en": [p for p in builtin.pages if not p.startswith(("ru/", "zh/"))]}
    trees |= {x: [p.removeprefix(f"{x}/") for p in builtin.pages if p.startswith(f"{x}/")] for x in ("ru", "zh")}
    assert trees["en"] == trees["ru"] == trees["zh"]
    assert {p: page.language for p, page in builtin.pages.items()} == {
        p: p[:2] if p.startswith(("ru/", "zh/")) else "en" for p in builtin.pages
    }


# Twins.


def test_the_twins_of_a_thing_say_the_same_as_the_graph(builtin: Site) -> None:
    index = builtin.index
    counted = 0
    for node in (*index.entities, *index.documents):
        stem = builtin.folder / index.stems[node]
        expected = set(index.graph.describe(node.value))
        for extension, form in (
            ("nt", RdfFormat.N_TRIPLES),
            ("ttl", RdfFormat.TURTLE),
            ("jsonld", RdfFormat.JSON_LD),
            ("rdf", RdfFormat.RDF_XML),
        ):
            found = {q.triple for q in parse(stem.with_name(f"{stem.name}.{extension}").read_bytes(), format=form)}
            assert found == expected, (node, extension)
            counted += 1
        rows = list(csv.DictReader(io.StringIO(stem.with_name(f"{stem.name}.csv").read_text(encoding="utf-8"))))
        assert {(r["property"], r["value"]) for r in rows if r["asserted"] == "true"} == {
            (t.predicate.value, getattr(t.object, "value", "")) for t in expected
        }
    assert counted == 4 * (len(index.entities) + len(index.documents))


def test_the_data_in_a_page_is_its_json_ld_twin_and_one_too_large_for_a_page_is_linked_alone(site: Site) -> None:
    counted = large = 0
    for path, page in site.pages.items():
        twin = re.sub(r"^(ru|zh)/", "", path).removesuffix(".html") + ".jsonld"
        if twin in site.paths and twin != "context.jsonld":
            data = (site.folder / twin).read_bytes()
            if twin in {"ontology.jsonld", "shapes.jsonld"}:
                assert not page.data, "data of many things, which each page of one links"
            elif len(data) > MAX_EMBEDDED:
                assert not page.data
                large += 1
            else:
                assert json.loads(page.data) == json.loads(data), path
            linked = {link.rpartition("/")[2] for tag, link in page.links if tag == "link"}
            assert twin.rpartition("/")[2] in linked, path
            counted += 1
    assert counted > 20
    assert large == (0 if "ontology.html" in site.pages else 3)


def test_a_passage_describes_its_claims(builtin: Site) -> None:
    index = builtin.index
    node = NamedNode("https://w3id.org/scograph/source/unidir-sco-2021-03/passage/14")
    data = (builtin.folder / f"{index.stems[node]}.ttl").read_bytes()
    found = {quad.triple for quad in parse(data, format=RdfFormat.TURTLE)}
    for claim in index.reasons.claims_of(node):
        assert set(claim.triples()) <= found


# Safety.


def test_links_have_no_scheme_but_those_allowed_and_pages_run_only_their_own_scripts(site: Site) -> None:
    for path, page in site.pages.items():
        for tag, link in page.links:
            scheme = urlsplit(link).scheme
            assert not scheme or link.startswith(LINKED_SCHEMES), (path, link)
            if tag in {"script", "img", "form"}:
                assert not scheme, (path, link)
        assert not page.styled, path
        assert not page.inline, path


def test_no_markup_of_the_data_is_markup_on_a_page(harmed: Site) -> None:
    for path in harmed.pages:
        text = (harmed.folder / path).read_text(encoding="utf-8")
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path
        assert "<b>" not in text.replace("<li><a href", "").partition('<ul class="doors">')[0], path


def test_things_whose_iris_differ_in_case_or_composition_have_files_that_no_system_confuses(harmed: Site) -> None:
    stems = list(harmed.index.stems.values())
    assert len({stem.casefold() for stem in stems}) == len(stems)
    assert all(re.fullmatch(r"[a-z0-9-]+(/[a-z0-9-]+)*", stem) for stem in stems)
    assert harmed.index.stems[NamedNode("https://example.org/x/case")] == "case"
    assert harmed.index.stems[NamedNode("https://example.org/x/Case")].startswith("thing/case-")


def test_the_table_of_own_pages_has_each_page_of_no_thing(builtin: Site) -> None:
    things = {f"{stem}.html" for stem in builtin.index.stems.values()}
    own = {path for path in builtin.pages if "/" not in path and path not in things}
    further = {path for path in own if path.count(".") > 1}
    left = {"changes.html", "compare.html"}  # no releases were given, and it is no portal
    assert own - further == {f"{page.stem}.html" for page in OWN_PAGES} - left
    assert {path.partition(".")[0] for path in further} <= {page.stem for page in OWN_PAGES}


@pytest.mark.parametrize(
    ("path", "question", "member"),
    [
        ("index.html", "Which states are members of the SCO at present, and since when?", "Belarus"),
        ("ru/index.html", "Какие государства-члены входят в ШОС сейчас и с какого времени?", "Беларусь"),
        ("zh/index.html", "目前哪些国家是上海合作组织成员国，何时加入？", "白俄罗斯"),
    ],
)
def test_the_front_page_has_its_title_once_then_search_then_the_answers_that_the_settings_name(
    builtin: Site, path: str, question: str, member: str
) -> None:
    text = (builtin.folder / path).read_text("utf-8")
    assert text.count("<h1>") == 1
    assert 'class="brand"' not in text
    answer = text.partition(f">{question}</a></h3>")[2].partition("</li></ul>")[0]
    assert text.index('role="search"') < text.index(question)
    assert f">{member}</a>" in answer
    assert '<time datetime="2024-07-04">' in answer
    numbers = re.findall(r'<h3><a href="question/(\d+)-', text)
    assert numbers == ["26", "01", "02", "46"]


def test_those_who_take_part_now_stand_before_those_who_did(builtin: Site) -> None:
    page = (builtin.folder / "id/organisation/sco.html").read_text("utf-8")
    table = page.partition('id="involved"')[2].partition("</table>")[0]
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", table, re.DOTALL)
    ended = ["until" in row or "–" in row for row in rows]
    assert len(rows) > 40
    assert ended == sorted(ended)
    assert all(">member</a>" in row for row in rows[:10])


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ('answers = "1"', "site.answers is no such list"),
        ('answers = ["1", "1"]', "site.answers is no such list"),
        ("classes = [1]", "site.classes is no such list"),
        ('answer = ["1"]', "answer"),
    ],
)
def test_settings_of_the_site_that_are_none_are_refused(small: Path, setting: str, said: str) -> None:
    (small / "scograph.toml").write_text(f"[site]\n{setting}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=re.escape(said)):
        Project.open(small)


def test_a_language_is_a_file_of_words() -> None:
    folder = Path(str(resources.files("scograph.site"))) / "words"
    assert set(LANGUAGES) == {path.stem for path in folder.glob("*.json")}
    assert LANGUAGES[0] == "en"
    assert set(LANGUAGES) <= set(OWN_FOLDERS)
    counted = {language: [read_words(language).many("n.rows", n) for n in (1, 2, 5, 11, 21)] for language in LANGUAGES}
    assert [len({text.lstrip("0123456789 ") for text in counted[x]}) for x in ("en", "ru", "zh")] == [2, 3, 1]


@pytest.mark.parametrize(
    "rest",
    [*(page.stem for page in OWN_PAGES), *(f"{name}/x" for name in OWN_FOLDERS), "con", "a/../b", "A", "", "x" * 300],
)
def test_a_path_that_is_taken_or_unsafe_is_replaced_by_a_digest(rest: str) -> None:
    assert re.fullmatch(
        r"thing/([a-z0-9-]+-)?[0-9a-f]{16}", page_stem(f"https://example.org/{rest}", "https://example.org/")
    )


def test_an_iri_with_every_reserved_character_has_a_page(harmed: Site) -> None:
    path = harmed.index.address(NamedNode(RESERVED))
    assert path.startswith("thing/")
    assert path in harmed.pages


def test_a_thing_with_thousands_of_links_has_small_pages_that_show_each_of_them_once(harmed: Site) -> None:
    first = (harmed.folder / "hub.html").read_text(encoding="utf-8")
    assert re.search(rf'<a href="hub.1.html#g1">and {BRANCHES - 100:,} more</a>', first)
    assert re.search(rf'<a href="hub.5.html#g2">and {LINKS - 100:,} more</a>', first)
    pages = [path for path in harmed.pages if re.fullmatch(r"hub[.]\d+[.]html", path)]
    assert len(pages) == -(-(BRANCHES + LINKS - 200) // MAX_PER_PAGE) == 6
    shown = Counter(link for path in ("hub.html", *pages) for link in in_the_text(harmed, path))
    for expected in (
        *(f"https://example.org/outside/{number}" for number in range(BRANCHES)),
        *(f"link-{number}.html" for number in range(LINKS)),
    ):
        assert shown[expected] == 1, expected
    listed = Counter(link for path in ("class/link.html", "class/link.2.html") for link in in_the_text(harmed, path))
    assert all(listed[f"../link-{number}.html"] == 1 for number in range(LINKS))


def test_a_list_has_its_names_in_order_and_numbers_by_size(harmed: Site) -> None:
    links = [f"link-{number}.html" for number in range(LINKS)]
    pages = ("class/link.html", "class/link.2.html")
    listed = [link.removeprefix("../") for path in pages for link in in_the_text(harmed, path)]
    assert [link for link in listed if link in set(links)] == links


@pytest.mark.parametrize(("folder", "name"), [("", "capital"), ("ru/", "столица"), ("zh/", "首都")])
def test_a_property_has_a_name_from_its_value_too(builtin: Site, folder: str, name: str) -> None:
    markup = (builtin.folder / f"{folder}id/state/kaz.html").read_text(encoding="utf-8")
    heading = re.search(
        r'<th scope="row"><a [^>]*#isCapitalOf">([^<]*)</a></th><td><a [^>]*>(?:<bdi[^>]*>)?([^<]*)<', markup
    )
    assert heading is not None
    assert heading.groups() == (name, "Astana")


def test_a_property_without_a_name_from_its_value_says_so(harmed: Site) -> None:
    whole = (harmed.folder / "whole.html").read_text(encoding="utf-8")
    assert re.search(r'<th scope="row"><a [^>]*><code>org:subOrganizationOf</code></a> \(inverse\)</th>', whole)


def test_the_inverse_of_a_property_names_it_from_its_value(tmp_path: Path) -> None:
    prefixes = "@prefix ex: <https://example.org/x/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    data = 'ex:club a ex:Club ; rdfs:label "club" ; ex:chairedBy ex:ann . ex:ann a ex:Person ; rdfs:label "Ann" .'
    ontology = (
        '<https://example.org/x/> a <http://www.w3.org/2002/07/owl#Ontology> ; rdfs:label "clubs"@en .\n'
        'ex:chairs rdfs:label "chairs"@en ; <http://www.w3.org/2002/07/owl#inverseOf> ex:chairedBy .'
    )
    for path, text in (("data/x/01.ttl", data), ("ontology/core.ttl", ontology), ("scograph.toml", "")):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(prefixes + text if text else "", encoding="utf-8")
    folder = build(Project.open(tmp_path), tmp_path / "dist", options=BuildOptions(1)).folder
    page = next((folder / "thing").glob("ann*.html")).read_text(encoding="utf-8")
    assert re.search(r'<th scope="row">(?:<a [^>]*>)?chairs(?:</a>)?</th><td><a [^>]*><bdi>club</bdi></a>', page)


def test_a_simplified_page_has_traditional_names_in_its_table_of_names_alone(builtin: Site) -> None:
    charter = "上海合作組織憲章"
    markup = (builtin.folder / "zh/id/agreement/2002-charter.html").read_text(encoding="utf-8")
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", markup, re.DOTALL)
    assert heading is not None
    assert charter not in heading[1]
    assert f'<bdi lang="zh-hant" dir="ltr">{charter}</bdi>' in markup
    for path in builtin.folder.glob("zh/**/*.html"):
        for title in re.findall(r"<(?:title|h[1-3])\b[^>]*>.*?</", path.read_text(encoding="utf-8"), re.DOTALL):
            assert "組織" not in title, path


def test_properties_of_names_and_documents_have_names_in_each_language(builtin: Site) -> None:
    predicates = {triple.predicate for triple in builtin.index.graph.facts}
    assert len(predicates) > 50
    for folder, language in (("", "en"), ("ru/", "ru"), ("zh/", "zh")):
        view = View(builtin.index, read_words(language), is_default=not folder)
        shown = {predicate: view.linked(predicate) for predicate in predicates}
        assert {str(p) for p, (_, name, mark) in shown.items() if mark or "<code>" in name} == set()


@pytest.mark.parametrize(
    ("folder", "quoted", "end"),
    [("", "“Belarus”", "</a>."), ("ru/", "«Беларусь»", "</a>."), ("zh/", "“白俄罗斯”", "</a>。")],
)
def test_quotation_marks_and_stops_are_those_of_the_language(builtin: Site, folder: str, quoted: str, end: str) -> None:
    markup = (builtin.folder / f"{folder}id/state/blr.html").read_text(encoding="utf-8")
    assert f"<dd>{quoted}. " in markup
    footer = markup[markup.index("<footer") :]
    colon = read_words(folder.strip("/") or "en")("colon")
    assert f'{colon}<a rel="license' in footer
    assert re.search(r"CC-BY-4.0(</a>[.。])", footer).expand(r"\1") == end  # type: ignore[union-attr]


def test_a_label_of_wide_letters_is_cut_before_its_box_ends() -> None:
    room = 170
    cut = fitted("Шанхайская организация сотрудничества", room)
    assert cut.endswith("…")
    assert len(cut) * 7.42 <= room  # as wide as a browser drew it with DejaVu Sans, the widest of the fonts asked for
    assert fitted("Shanghai Cooperation", room) == "Shanghai Cooperation"


def test_every_property_that_points_at_things_has_a_name_from_its_value(builtin: Site) -> None:
    index = builtin.index
    meaning = index.meaning
    apart = {*meaning.agents, *meaning.roles}
    pointing = {
        triple.predicate
        for triple in index.graph.facts
        if triple.object in index.stems and triple.subject not in meaning.involvements
    }
    own = {predicate for predicate in pointing - apart if predicate.value.startswith(terms.SCOG)}
    assert len(own) > 15
    assert {predicate.value for predicate in own if not index.meaning.inverse_names.get(predicate)} == set()
    for predicate in own:
        assert sorted(name.language or "" for name in index.meaning.inverse_names[predicate]) == ["en", "ru", "zh"]


def test_the_marks_of_a_page_count_from_its_top(builtin: Site) -> None:
    counted = 0
    for node in builtin.index.entities:
        text = (builtin.folder / f"{builtin.index.stems[node]}.html").read_text(encoding="utf-8")
        numbers = [
            int(number) for number in re.findall(r'<a class="m[ "][^>]*><span class="vh">[^<]*</span>(\d+)', text)
        ]
        assert [*dict.fromkeys(numbers)] == [*range(1, len(set(numbers)) + 1)], node
        counted += len(numbers)
    assert counted > 1000


def in_the_text(site: Site, path: str) -> list[str]:
    """The links of a page, those of its pictures aside."""
    text = re.sub(r"<svg.*?</svg>", "", (site.folder / path).read_text(encoding="utf-8"), flags=re.DOTALL)
    return [link for _, link in Parsed(text).links]


def test_pages_are_small(builtin: Site, harmed: Site) -> None:
    apart = {"ontology.html", "shapes.html"}  # one page of all terms, since their IRIs are its fragments
    large = {
        path: size
        for site in (builtin, harmed)
        for path in site.pages
        if path.rpartition("/")[2] not in apart
        and (size := len(gzip.compress((site.folder / path).read_bytes(), 6))) > MOST_BYTES
    }
    assert not large


# Building.


def test_a_build_keeps_the_files_that_have_not_changed_and_names_the_others(small: Path, tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    assert build(Project.open(small), dist).rewritten is None
    pages = {path: path.stat().st_mtime_ns for path in dist.rglob("*.html")}
    for path in pages:
        os.utime(path, ns=(1, 1))
    again = build(Project.open(small), dist).rewritten
    assert again is not None
    assert again == FolderChanges((), (), ())
    assert {path.stat().st_mtime_ns for path in pages} == {1}
    file = next(
        path for path in sorted((small / "data").rglob("*.ttl")) if "rdfs:label" in path.read_text(encoding="utf-8")
    )
    file.write_text(file.read_text(encoding="utf-8").replace('"@en', ' changed"@en', 1), encoding="utf-8")
    third = build(Project.open(small), dist).rewritten
    assert third is not None
    assert third.changed
    kept = [path for path in pages if path.exists() and path.stat().st_mtime_ns == 1]
    assert {path.relative_to(dist).as_posix() for path in pages} - set(third.changed) - set(third.removed) == {
        path.relative_to(dist).as_posix() for path in kept
    }


def test_several_processes_write_the_same_bytes_as_one(small: Path, tmp_path: Path) -> None:
    one = build(Project.open(small), tmp_path / "one", options=BuildOptions(1))
    three = build(Project.open(small), tmp_path / "three", options=BuildOptions(3))
    assert one.entries == three.entries


def calls_for(entities: int, folder: Path, per_passage: int = PER_PASSAGE, *, has_text: bool = False) -> int:
    """How many calls it takes to make the pages of so many things."""
    write_project(folder / "project", entities, 1, per_passage, has_text=has_text)
    built = build(Project.open(folder / "project"), folder / "dist", options=BuildOptions(0))

    def write_pages() -> None:
        pages = site_pages(prepare_site(built.publication, built.checked, built.exported))
        assert sum(1 for _ in pages) > 6 * entities

    return calls_of(write_pages)


def test_the_cost_of_pages_grows_with_the_things_and_no_faster(tmp_path: Path) -> None:
    few, many = (calls_for(entities, tmp_path / str(entities)) for entities in (100, 400))
    assert many < 4.4 * few


def test_the_cost_of_pages_grows_with_the_passages_of_one_document_and_no_faster(tmp_path: Path) -> None:
    few, many = (calls_for(passages, tmp_path / str(passages), per_passage=1, has_text=True) for passages in (50, 200))
    assert many < 4.4 * few


def test_a_strip_of_very_many_passages_is_drawn_in_as_many_places_as_it_has_room_for() -> None:
    spans = [(number * 100, number * 100 + 90) for number in range(5000)]
    assert ground(500_000, spans, []).count("M") == 1  # they touch each other at this scale
    apart = [(number * 1000, number * 1000 + 100) for number in range(430)]
    assert ground(430_000, apart, []).count("M") == 430
    few = [(0, 1000), (2000, 3000)]
    assert '<path class="cited" d="M0 4h' in ground(10_000, few, [(4000, 5000)])
    assert ground(10_000, few, []).count("M") == 2


def test_a_build_without_site_has_the_exports_alone(small: Path, tmp_path: Path) -> None:
    built = build(Project.open(small), tmp_path / "dist", options=BuildOptions(0))
    assert not [entry.path for entry in built.entries if entry.path.endswith(".html")]
    assert {entry.path.partition("/")[0] for entry in built.entries if "/" in entry.path} == {"tables"}


def test_a_page_tells_what_each_release_changed_and_without_releases_there_is_none(small: Path, tmp_path: Path) -> None:
    releases = tmp_path / "releases"
    release(Project.open(small), "1.0.0", releases, target=PublicationTarget(date="2026-01-02"))
    file = next(p for p in sorted((small / "data").rglob("*.ttl")) if "rdfs:label" in p.read_text(encoding="utf-8"))
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('"@en', ' <i>changed</i>"@en', 1), encoding="utf-8")
    release(Project.open(small), "1.1.0", releases, target=PublicationTarget(date="2026-03-04"))
    history = [changes_of(one) for one in releases_in(releases)]
    told = feed(releases_in(releases))
    build(Project.open(small), tmp_path / "dist", SiteContent(history=history, feed=told))
    page = (tmp_path / "dist" / "changes.html").read_text(encoding="utf-8")
    assert page.index("Version 1.1.0") < page.index("Version 1.0.0")
    assert "&lt;i&gt;changed&lt;/i&gt;" in page
    assert len(re.findall("<ins>", page)) == len(re.findall("<del>", page)) == 1
    assert '<a href="feed.atom" type="application/atom+xml">' in page
    front = (tmp_path / "dist" / "index.html").read_text(encoding="utf-8")
    assert 'href="changes.html"' in front
    assert '<link rel="alternate" type="application/atom+xml" title="Changes" href="feed.atom">' in front
    assert (tmp_path / "dist" / "feed.atom").read_bytes() == told
    build(Project.open(small), tmp_path / "dist")
    assert not [name for name in ("changes.html", "feed.atom") if (tmp_path / "dist" / name).exists()]
    front = (tmp_path / "dist" / "index.html").read_text(encoding="utf-8")
    assert not [name for name in ("changes.html", "feed.atom") if name in front]


def test_compressed_twins_hold_the_bytes_of_their_files_and_are_in_the_manifest(small: Path, tmp_path: Path) -> None:
    built = build(Project.open(small), tmp_path / "dist", options=BuildOptions(2, compress=True))
    paths = {entry.path for entry in built.entries}
    plain = {path for path in paths if not path.endswith((".gz", ".br"))}
    by_themselves = {path for path in paths if path.endswith(".gz") and path.removesuffix(".gz") not in plain}
    data = {"assets/query-data.nq.gz", "assets/query-names-en.json.gz"}
    assert by_themselves == {published_path("oxigraph.wasm.gz"), *data}
    paths -= by_themselves
    counted = 0
    for extension, expand in (("gz", gzip.decompress), ("br", brotli.decompress)):
        for path in sorted(path for path in paths if path.endswith(f".{extension}")):
            data = (tmp_path / "dist" / path.removesuffix(f".{extension}")).read_bytes()
            assert expand((tmp_path / "dist" / path).read_bytes()) == data, path
            counted += 1
    large = [path for path in plain if (tmp_path / "dist" / path).stat().st_size >= MIN_BYTES]
    assert counted == 2 * len(large) > 100
    assert verify_folder(tmp_path / "dist") == ()
    assert build(
        Project.open(small), tmp_path / "dist", options=BuildOptions(compress=True)
    ).rewritten == FolderChanges((), (), ())


def test_a_text_that_is_given_is_shown_with_its_passages_marked_and_without_one_is_nowhere(
    small: Path, tmp_path: Path
) -> None:
    data = (small / "text.txt").read_bytes()
    built = build(Project.open(small), tmp_path / "with", SiteContent(texts={"text.txt": data}))
    index = SiteIndex(built.publication, built.checked, built.exported, SiteContent(texts={"text.txt": data}))
    document = index.first(next(iter(index.texts)), terms.IS_EDITION_OF)
    assert isinstance(document, NamedNode)
    page = (tmp_path / "with" / index.address(document)).read_text(encoding="utf-8")
    shown = re.search(r'<pre class="text" lang="" dir="auto">(.*?)</pre>', page, re.DOTALL)
    assert shown
    assert html.unescape(re.sub(r"<[^>]*>", "", shown[1])) == data.decode()
    passages = index.passages_of[document]
    assert len(re.findall("<mark>", shown[1])) == len(passages) > 3
    start, end = passages[0].span or (0, 0)
    excerpt = (tmp_path / "with" / index.address(passages[0].node)).read_text(encoding="utf-8")
    assert f"<mark>{html.escape(data.decode()[start:end])}</mark>" in excerpt
    with next((small / "data").rglob("source.ttl")).open("a", encoding="utf-8") as described:
        described.write(f'{document} <http://purl.org/dc/terms/language> "he" .\n')
    build(Project.open(small), tmp_path / "hebrew", SiteContent(texts={"text.txt": data}))
    for node in (document, passages[0].node):
        page = (tmp_path / "hebrew" / index.address(node)).read_text(encoding="utf-8")
        assert '<pre class="text" lang="he" dir="rtl">' in page
    build(Project.open(small), tmp_path / "without")
    assert "<mark>" not in (tmp_path / "without" / index.address(document)).read_text(encoding="utf-8")


def test_a_template_of_the_project_takes_the_place_of_ours(small: Path, tmp_path: Path) -> None:
    (small / "templates").mkdir()
    (small / "templates" / "404.html").write_text(
        "{% extends 'base.html' %}{% block main %}<h1>Lost</h1>{% endblock %}"
    )
    build(Project.open(small), tmp_path / "dist")
    assert "<h1>Lost</h1>" in (tmp_path / "dist" / "404.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<h1>\n{% if %}", r"templates/404\.html:2: .*Expected an expression"),
        ("{{ nothing }}", r"templates/404\.html.*'nothing' is undefined"),
    ],
)
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_template_that_is_wrong_is_named_with_its_place_and_the_last_build_stays(
    small: Path, tmp_path: Path, text: str, message: str, jobs: int
) -> None:
    build(Project.open(small), tmp_path / "dist")
    (small / "templates").mkdir()
    (small / "templates" / "404.html").write_text(text)
    before = (tmp_path / "dist" / "manifest.json").read_bytes()
    with pytest.raises(InputError, match=message):
        build(Project.open(small), tmp_path / "dist", options=BuildOptions(jobs))
    assert (tmp_path / "dist" / "manifest.json").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dist", "small"]


def test_a_graph_without_names_types_or_sources_is_browsable(tmp_path: Path) -> None:
    (tmp_path / "bare.nt").write_text("<https://example.org/a> <https://example.org/p> <https://example.org/b> .\n")
    built = build(Project.open(tmp_path / "bare.nt"), tmp_path / "dist", options=BuildOptions(2))
    site = read_site(built.folder, built)
    assert site.index.stems[NamedNode("https://example.org/a")].startswith("thing/a-")
    assert "class/none.html" in site.pages


def test_what_is_part_of_itself_is_drawn_once(harmed: Site) -> None:
    text = (harmed.folder / "structure.html").read_text(encoding="utf-8")
    for name in ("part", "whole", "self"):
        assert f">ex:{name}</text>" in text


def test_a_project_that_does_not_conform_gets_no_site(tmp_path: Path, small: Path) -> None:
    source = next((small / "data").rglob("source.ttl"))
    source.write_text(
        source.read_text(encoding="utf-8").replace("scog:isPassageOf", "scog:isNoPassageOf"), encoding="utf-8"
    )
    with pytest.raises(FindingsError):
        build(Project.open(small), tmp_path / "dist")
    assert not (tmp_path / "dist").exists()


def test_the_sitemap_lists_every_page_but_the_one_for_what_is_not_found(builtin: Site) -> None:
    text = (builtin.folder / "sitemap.xml").read_text(encoding="utf-8")
    listed = re.findall(r"<loc>https://w3id\.org/scograph/([^<]*)</loc>", text)
    assert sorted(listed) == sorted(path for path in builtin.pages if not path.endswith("404.html"))


# Words and parts of others.


def test_every_catalogue_has_the_same_words_with_the_same_places() -> None:
    places = re.compile(r"\{\w+\}")
    first, *others = (read_words(language) for language in LANGUAGES)
    plural = re.compile(r"\.(one|few|other|2)$")
    cases = {"{month}", "{alone}", "{within}"}
    for words in others:
        assert {plural.sub("", key) for key in words.texts} == {plural.sub("", key) for key in first.texts}
        for key, text in words.texts.items():
            if key in first.texts and not key.startswith("months"):
                given = set(places.findall(first.texts[key]))
                assert set(places.findall(text)) <= given | (cases if key.startswith("date") else set()), key


@pytest.mark.parametrize(
    ("language", "text", "shown"),
    [
        ("en", "2009-06-16", "16 June 2009"),
        ("en", "2021-03", "March 2021"),
        ("ru", "2009-06-16", "16 июня 2009 года"),
        ("ru", "2021-03", "март 2021 года"),
        ("zh", "2009-06-16", "2009年6月16日"),
        ("zh", "2009", "2009年"),
        ("en", "2009-99-99", "2009-99-99"),
        ("en", "-0044-03-15", "-0044-03-15"),
    ],
)
def test_a_date_is_written_with_the_precision_it_has(language: str, text: str, shown: str) -> None:
    assert read_words(language).date(text) == shown


@pytest.mark.parametrize(("number", "shown"), [(1, "1 факт"), (3, "3 факта"), (11, "11 фактов"), (21, "21 факт")])
def test_russian_counts_as_russian_does(number: int, shown: str) -> None:
    assert read_words("ru").many("n.facts", number) == shown


def test_the_direction_of_a_language_is_known() -> None:
    assert [direction(tag) for tag in ("ar", "he-IL", "en", "zh-hant", "")] == ["rtl", "rtl", "ltr", "ltr", "auto"]


def test_the_parts_of_others_are_those_listed_with_their_licences() -> None:
    listed = json.loads((VENDOR / "vendor.json").read_bytes())
    assert len(listed) == 3
    for part in listed:
        assert hashlib.sha256((VENDOR / part["file"]).read_bytes()).hexdigest() == part["sha256"]
        assert (VENDOR / part["licenceFile"]).stat().st_size > 100
    files = {p.name for p in VENDOR.iterdir()}
    assert files == {"vendor.json", *(p["file"] for p in listed), *(p["licenceFile"] for p in listed)}


def rows_of(site: Site, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader((site.folder / path).read_text(encoding="utf-8").splitlines()))


def test_what_sources_disagree_about_has_a_page(builtin: Site) -> None:
    """A value that a source contradicts is struck out below the value that the graph has, each with its marks."""
    rows = rows_of(builtin, "disagreements.csv")
    assert {(row["subject"].rpartition("/")[2], row["value"], row["basis"]) for row in rows} == {
        ("2015-10-14-xiamen-2015-drill", "2015-10-16", "contradicted"),
        ("2015-10-14-xiamen-2015-drill", "2015-12", "contradicted"),
    }
    for tree in ("", "ru/", "zh/"):
        text = (builtin.folder / f"{tree}disagreements.html").read_text(encoding="utf-8")
        assert text.count('class="struck"') == len({row["value"] for row in rows}) == 2
        assert 'class="m m-contradicted"' in text
        assert f"{tree}disagreements.html"[len(tree) :] in (builtin.folder / f"{tree}index.html").read_text("utf-8")


def test_what_no_source_says_in_so_many_words_has_a_page(builtin: Site) -> None:
    claims: dict[Triple, set[str]] = defaultdict(set)
    for claim in builtin.index.graph.claims:
        claims[claim.triple].add(claim.basis.value.removeprefix(terms.BASIS))
    uncertain = {
        triple
        for triple, bases in claims.items()
        if bases & {"interpreted", "possible"} and not bases & {"stated", "normalised"}
    }
    rows = rows_of(builtin, "uncertain.csv")
    found = {(row["subject"], row["property"], row["value"]) for row in rows}
    assert found == {(t.subject.value, t.predicate.value, t.object.value) for t in uncertain}
    assert len(found) > 100
    assert {row["basis"] for row in rows} <= {"interpreted", "possible", "contradicted"}


def test_each_mark_has_its_evidence_on_its_page(builtin: Site) -> None:
    """The passage is named with its document, kind and words; what it leads to is the claim on the passage's page."""
    marks = with_words = 0
    for path in [f"{builtin.index.stems[node]}.html" for node in builtin.index.entities][::2]:
        text = (builtin.folder / path).read_text(encoding="utf-8")
        entries = dict(re.findall(r'<li id="s(\d+)" data-iri="([^"]+)"', text))
        for number, claim in re.findall(r'<a class="m[^"]*" href="#s(\d+)" data-claim="([^"]+)"', text):
            assert NamedNode(f"{entries[number]}#{claim}") in builtin.index.claims, path
            marks += 1
        with_words += text.count('<span class="words"><q')
    assert marks > 500
    assert with_words > 300


def test_a_project_gives_its_site_a_look_of_its_own(small: Path, tmp_path: Path) -> None:
    look = small / "look"
    (look / "fonts").mkdir(parents=True)
    (look / "own.css").write_text(":root { --link: #064; }\n", encoding="utf-8")
    (look / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")
    (look / "fonts" / "licence.txt").write_text("free\n", encoding="utf-8")
    setting = (
        'assets = "look"\nstyle = "own.css"\nicon = "logo.svg"\nlogo = "logo.svg"\nreport = "https://example.org/x"'
    )
    (small / "scograph.toml").write_text(f"[site]\n{setting}\n", encoding="utf-8")
    folder = build(Project.open(small), tmp_path / "dist").folder
    assert (folder / "assets/own/own.css").read_text("utf-8") == ":root { --link: #064; }\n"
    assert (folder / "assets/own/fonts/licence.txt").is_file()
    pages = [path for path in folder.rglob("*.html") if "hosting" not in path.parts]
    assert len(pages) > 20
    for path in pages:
        text = path.read_text("utf-8")
        up = "/" if path.name == "404.html" else "../" * (len(path.relative_to(folder).parts) - 1)
        styles = re.findall(r'<link rel="stylesheet" href="([^"]+)">', text)
        assert styles == [up + published_path("site.css"), f"{up}assets/own/own.css"], path
        assert f'<img src="{up}assets/own/logo.svg"' in text
        assert '<a class="report" href="https://example.org/x" rel="external">' in text


def test_where_the_address_is_known_pages_state_it_absolutely(builtin: Site) -> None:
    base = "https://w3id.org/scograph/"
    for path in builtin.pages:
        text = (builtin.folder / path).read_text("utf-8").partition("</head>")[0]
        if path.endswith("404.html"):
            assert 'rel="canonical"' not in text
            continue
        assert text.count(f'<link rel="canonical" href="{base}{path}">') == 1, path
        assert text.count(f'<meta property="og:url" content="{base}{path}">') == 1, path
        stem = re.sub(r"^(ru|zh)/", "", path)
        translations = dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', text))
        assert translations == {
            "en": base + stem,
            "ru": f"{base}ru/{stem}",
            "zh": f"{base}zh/{stem}",
            "x-default": base + stem,
        }


def test_browsers_are_told_of_the_search_in_each_language(builtin: Site) -> None:
    space = {"o": "http://a9.com/-/spec/opensearch/1.1/"}
    for folder, language in (("", "en"), ("ru/", "ru"), ("zh/", "zh")):
        page = (builtin.folder / folder / "index.html").read_text("utf-8")
        assert re.search(
            r'<link rel="search" type="application/opensearchdescription\+xml" [^>]*opensearch.xml">', page
        )
        described = ET.parse(builtin.folder / folder / "opensearch.xml").getroot()  # noqa: S314 -- our own
        said = {name: described.findtext(f"o:{name}", "", space) for name in ("ShortName", "LongName", "Language")}
        assert 0 < len(said["ShortName"]) <= 16
        assert 0 < len(said["LongName"]) <= 48
        assert said["Language"] == language
        url = described.find("o:Url", space)
        assert url is not None
        assert url.get("template") == f"https://w3id.org/scograph/{folder}search.html?q={{searchTerms}}"


def test_without_an_address_there_are_no_absolute_ones(tmp_path: Path) -> None:
    (tmp_path / "one.ttl").write_text('<urn:x> <http://www.w3.org/2000/01/rdf-schema#label> "One"@en .\n', "utf-8")
    folder = build(Project.open(tmp_path / "one.ttl"), tmp_path / "dist").folder
    page = (folder / "index.html").read_text("utf-8")
    assert '<meta property="og:title" content="' in page
    assert not [said for said in ("canonical", "og:url", "og:image", "opensearch", 'class="printed"') if said in page]
    assert not (folder / "opensearch.xml").exists()


def test_a_project_names_the_picture_that_stands_for_it_elsewhere(small: Path, tmp_path: Path) -> None:
    (small / "look").mkdir()
    (small / "look" / "card.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (small / "scograph.toml").write_text('[site]\nassets = "look"\ncard = "card.png"\n', encoding="utf-8")
    target = PublicationTarget(base="https://example.net/site/")
    folder = build(Project.open(small), tmp_path / "dist", SiteContent(target)).folder
    page = (folder / "about.html").read_text("utf-8")
    assert '<meta property="og:image" content="https://example.net/site/assets/own/card.png">' in page
    assert '<link rel="canonical" href="https://example.net/site/about.html">' in page


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ('assets = "look"\ncard = "card.svg"', "site.card is 'card.svg'"),
        ('assets = "../look"', "site.assets is '../look'"),
        ('assets = "data"', "site.assets is 'data'"),
        ('style = "own.css"', "site.style is 'own.css'"),
        ('assets = "look"\nicon = "none.svg"', "site.icon is 'none.svg'"),
        ('report = "javascript:alert(1)"', "site.report is 'javascript:alert(1)'"),
        ("logo = 1", "site.logo is no text"),
    ],
)
def test_a_look_that_is_none_is_refused(small: Path, setting: str, said: str) -> None:
    (small / "look").mkdir()
    (small / "scograph.toml").write_text(f"[site]\n{setting}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=re.escape(said)):
        Project.open(small)


def test_only_files_for_pages_are_published(small: Path, tmp_path: Path) -> None:
    (small / "look").mkdir()
    (small / "look" / "run.js").write_text("alert(1)\n", encoding="utf-8")
    (small / "scograph.toml").write_text('[site]\nassets = "look"\n', encoding="utf-8")
    with pytest.raises(InputError, match=re.escape("look/run.js is no file for pages")):
        build(Project.open(small), tmp_path / "dist")
    assert not (tmp_path / "dist").exists()


def test_what_a_reader_sees_of_a_term_is_a_word(builtin: Site) -> None:
    pages = sorted((builtin.folder / "question").glob("*.html"))
    heads = [head for page in pages for head in re.findall(r'<th scope="col">([^<]*)', page.read_text("utf-8"))]
    assert len(pages) > 60
    assert len(heads) > 150
    assert [head for head in heads if ":" in head] == []
    index = "".join(path.read_text("utf-8") for path in sorted((builtin.folder / "assets").glob("search-*.js")))
    assert '"ru":"Свойство"' in index
    assert '"owl:' not in index
    russian = (builtin.folder / "ru" / "index.html").read_text("utf-8")
    assert "«английский»" in russian
    assert "«en»" not in russian
    drawn = (builtin.folder / "map.html").read_text("utf-8")
    assert drawn.count("says nothing about the status") == 1
