"""The hygiene of an ontology: each rule of shapes/hygiene/ lets the base through and finds the fault of its fixtures.

`hygiene/base/` is a project that keeps to every rule. A fixture `hygiene/<code>-<slug>.ttl` is laid over its ontology:
its triples are added, its head names what is found (`# finds: CODE focus`) and which statements of the base are taken
away (`# without: subject predicate`, where `*` is any predicate).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize

from built_in import built_in_graph
from scograph.checks.hygiene import check_hygiene
from scograph.checks.owl_lite import RULES as OWL_LITE_RULES
from scograph.checks.rules import SparqlRule, check_rules, read_rule
from scograph.checks.run import CheckRun
from scograph.graph import Graph, load_graph
from scograph.model import Finding, Severity
from scograph.project import ALLOWED_LINKS, Project

ROOT = Path(__file__).parents[1]
HERE = Path(__file__).parent / "hygiene"
BASE = HERE / "base"
RULES = ROOT / "shapes" / "hygiene"
FIXTURES = sorted(HERE.glob("*.ttl"))
PAGE = ROOT / "docs" / "reference" / "hygiene.md"
NAMESPACE = "https://w3id.org/example/garden#"

Overlay = Callable[[Path | None], Graph]


def rules() -> list[SparqlRule]:
    return [read_rule(path, path.relative_to(ROOT).as_posix()) for path in sorted(RULES.glob("*.rq"))]


def head(path: Path, key: str) -> list[list[str]]:
    """The words of each line `# key: words` of a fixture."""
    return [words.split() for words in re.findall(rf"^# {key}: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)]


def expand(name: str, prefixes: dict[str, str]) -> str:
    if name.startswith("<"):
        return name[1:-1]
    prefix, _, rest = name.partition(":")
    return prefixes[prefix] + rest


def read(path: Path) -> tuple[list[Quad], dict[str, str]]:
    parser = parse(path=path, format=RdfFormat.TURTLE)
    quads = list(parser)
    return quads, parser.prefixes


@pytest.fixture
def overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Overlay:
    """The base with a fixture laid over its ontology, held to the rules of this repository."""
    monkeypatch.setenv(ALLOWED_LINKS, str(RULES))

    def lay(fixture: Path | None) -> Graph:
        project = tmp_path / "project"
        shutil.copytree(BASE, project)
        (project / "shapes").mkdir()
        (project / "shapes" / "hygiene").symlink_to(RULES)
        if fixture is not None:
            ontology = project / "ontology" / "garden.ttl"
            kept, prefixes = read(ontology)
            added, more = read(fixture)
            for subject, predicate in head(fixture, "without"):
                left = [quad for quad in kept if not is_meant(quad, subject, predicate, prefixes | more)]
                assert len(left) < len(kept), f"{fixture.name} takes away what is not there: {subject} {predicate}"
                kept = left
            ontology.unlink()
            serialize([quad.triple for quad in (*kept, *added)], ontology.with_suffix(".nt"), RdfFormat.N_TRIPLES)
        return load_graph(Project.open(project))

    return lay


def is_meant(quad: Quad, subject: str, predicate: str, prefixes: dict[str, str]) -> bool:
    return quad.subject == NamedNode(expand(subject, prefixes)) and (
        predicate == "*" or quad.predicate == NamedNode(expand(predicate, prefixes))
    )


def expected(fixture: Path) -> set[tuple[str, str]]:
    prefixes = read(BASE / "ontology" / "garden.ttl")[1] | read(fixture)[1]
    return {(code, expand(focus, prefixes)) for code, focus in head(fixture, "finds")}


def test_rules_and_fixtures_are_all_here() -> None:
    assert len(rules()) == 44
    assert len(FIXTURES) == 72


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)
def test_a_rule_says_what_is_wrong_what_to_do_and_who_asks_for_it(rule: SparqlRule) -> None:
    number = Path(rule.path).name[:2]
    assert rule.code == f"SCOG-H{number}"
    assert re.fullmatch(r"[a-z].+[^.]", rule.message)
    assert re.fullmatch(r"[A-Z].+[.?] Origin: (FOOPS!|ROBOT report|OOPS!|FIBO|this project)[ ;].+[.]", rule.hint)
    assert "scog" not in rule.query.split("\n", 1)[1].lower().replace("scog-x03", "")


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)
def test_a_rule_has_a_failing_fixture(rule: SparqlRule) -> None:
    short = rule.code.removeprefix("SCOG-")
    fixtures = [path for path in FIXTURES if path.name.startswith(f"{short}-")]
    assert fixtures
    assert all(rule.code in {code for code, _ in expected(path)} for path in fixtures)


def test_no_code_is_given_twice() -> None:
    codes = [rule.code for rule in rules()]
    assert codes == [f"SCOG-H{number:02}" for number in range(1, len(codes) + 1)]


def test_the_base_keeps_to_every_rule(overlay: Overlay) -> None:
    graph = overlay(None)
    assert len(list(graph.project.rule_files())) == len(rules())
    assert list(check_rules(CheckRun(graph))) == []
    assert list(check_hygiene(CheckRun(graph))) == []


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_a_single_fault_gives_exactly_its_findings(fixture: Path, overlay: Overlay) -> None:
    found = list(check_rules(CheckRun(overlay(fixture))))
    assert {(finding.code, finding.focus) for finding in found} == expected(fixture)
    assert expected(fixture)
    for finding in found:
        (rule,) = [rule for rule in rules() if rule.code == finding.code]
        assert (finding.severity, finding.message, finding.hint) == (rule.severity, rule.message, rule.hint)


def test_the_builtin_ontology_breaks_no_rule() -> None:
    graph = built_in_graph()
    found = [*check_rules(CheckRun(graph)), *check_hygiene(CheckRun(graph))]
    assert [str(finding) for finding in found if finding.severity is Severity.ERROR] == []
    assert {finding.code for finding in found} <= {"SCOG-H44", "H01"}


def asked(overlay: Overlay, **questions: str) -> list[Finding]:
    """What the check of terms against questions finds when the base asks these instead of its own."""
    graph = overlay(None)
    folder = graph.project.root / "ontology" / "questions"
    for path in folder.iterdir():
        path.unlink()
    for name, text in questions.items():
        (folder / f"{name}.rq").write_text(text, encoding="utf-8")
    return list(check_hygiene(CheckRun(graph)))


def unneeded(found: list[Finding]) -> list[str]:
    assert {(finding.code, finding.severity) for finding in found} <= {("H01", Severity.ERROR)}
    return [finding.focus.removeprefix(NAMESPACE) for finding in found]


def test_a_question_needs_the_terms_that_it_names_and_those_above(overlay: Overlay) -> None:
    query = f"# Which?\nPREFIX g: <{NAMESPACE}>\nSELECT * {{ ?p a g:Perennial ; <{NAMESPACE}growsIn> ?bed }}\n"
    assert unneeded(asked(overlay, one=query)) == ["Bed", "Gardener", "hasSoil", "height", "isTendedBy", "remark"]


def test_each_question_counts_and_names_in_comments_and_strings_do_not(overlay: Overlay) -> None:
    first = f'# garden:height\nSELECT * {{ ?p a garden:Plant , <{NAMESPACE}Bed> ; garden:growsIn "garden:remark" }}'
    second = f"PREFIX remark: <{NAMESPACE}>\nSELECT * {{ ?b remark:hasSoil|remark:isTendedBy ?x }}"
    assert unneeded(asked(overlay, first=first, second=second)) == ["Gardener", "Perennial", "height", "remark"]


def test_a_question_that_names_an_undeclared_term_is_found_where_it_does(overlay: Overlay) -> None:
    query = f"# Which?\nPREFIX g: <{NAMESPACE}>\nSELECT * {{ ?p g:growsInn ?bed . ?bed g:hasSoil ?soil }}\n"
    found = [finding for finding in asked(overlay, typo=query) if finding.code == "H02"]
    assert [(finding.focus, finding.severity, str(finding.place)) for finding in found] == [
        (NAMESPACE + "growsInn", Severity.ERROR, "ontology/questions/typo.rq:3:15")
    ]


def test_a_deprecated_term_needs_no_question(overlay: Overlay) -> None:
    graph = overlay(None)
    ontology = graph.project.root / "ontology" / "garden.ttl"
    with ontology.open("a", encoding="utf-8") as file:
        file.write("\ngarden:old\n    a owl:DatatypeProperty ;\n    owl:deprecated true .\n")
    assert list(check_hygiene(CheckRun(load_graph(graph.project)))) == []


def test_a_question_about_a_claim_needs_the_whole_claim(tmp_path: Path) -> None:
    namespace = "https://w3id.org/scograph/ontology#"
    parts = ("Claim", "claimObject", "claimPredicate", "claimSubject", "hasBasis", "isSupportedBy", "locator")
    for folder in ("data", "ontology/questions", "shapes/hygiene"):
        (tmp_path / folder).mkdir(parents=True)
    declarations = "".join(f"<{namespace}{part}> a owl:AnnotationProperty .\n" for part in parts)
    (tmp_path / "ontology" / "core.ttl").write_text(
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        f'<{namespace}> a owl:Ontology ; <http://purl.org/vocab/vann/preferredNamespaceUri> "{namespace}" .\n'
        + declarations,
        encoding="utf-8",
    )
    (tmp_path / "data" / "facts.ttl").write_text("<https://example.org/a> a <https://example.org/A> .\n")
    question = tmp_path / "ontology" / "questions" / "01-why.rq"
    question.write_text(f"SELECT * {{ ?claim <{namespace}isSupportedBy> ?passage }}\n")
    found = list(check_hygiene(CheckRun(load_graph(Project.open(tmp_path)))))
    assert [(finding.code, finding.focus) for finding in found] == [("H01", namespace + "locator")]


@pytest.mark.parametrize("missing", ["shapes/hygiene", "ontology/questions", "ontology/garden.ttl"])
def test_projects_without_the_folder_questions_or_terms_are_not_asked(missing: str, overlay: Overlay) -> None:
    graph = overlay(None)
    (graph.project.root / "ontology" / "questions" / "01-what-grows-where.rq").write_text("SELECT * { ?a ?b ?c }\n")
    assert len(list(check_hygiene(CheckRun(graph)))) == 9
    path = graph.project.root / missing
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
    assert list(check_hygiene(CheckRun(load_graph(graph.project)))) == []


def page_rows(section: str) -> list[list[str]]:
    """The cells of the rows of a section's table."""
    text = PAGE.read_text(encoding="utf-8").split(f"\n## {section}\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    return rows[2:]


def test_the_page_names_every_rule_and_every_code_on_it_exists() -> None:
    page = PAGE.read_text(encoding="utf-8")
    named = set(re.findall(r"SCOG-[A-Z]\d\d", page))
    messages = " ".join(path.read_text(encoding="utf-8") for path in (ROOT / "shapes").rglob("*.ttl"))
    known = {rule.code for rule in rules()} | set(re.findall(r"SCOG-[A-Z]\d\d", messages))
    assert {rule.code for rule in rules()} - named == set()
    assert named - known == set()
    assert set(re.findall(r"\bL\d\d\b", page)) <= {rule.code for rule in OWL_LITE_RULES}


@pytest.mark.parametrize(
    ("section", "rows"),
    [("FOOPS!", 39), ("ROBOT report", 33), ("OOPS!", 42), ("FIBO", 36), ("Rules of this project", 3)],
)
def test_every_published_rule_has_a_rule_here_or_a_reason_why_not(section: str, rows: int) -> None:
    found = page_rows(section)
    assert len(found) == rows
    for name, *_, here, remark in found:
        assert re.search(r"\b[A-Z]\d\d\b", here) or (here == "–" and remark), name


def test_the_origins_of_the_rules_stand_on_the_page_beside_them() -> None:
    robot = {name: here for name, _, here, _ in page_rows("ROBOT report")}
    oops = {name[:3]: here for name, _, here, _ in page_rows("OOPS!") if name != "P11 missing domain"}
    assert set(oops) == {f"P{number:02}" for number in range(1, 42)}
    for rule in rules():
        origin = rule.hint.rpartition("Origin: ")[2]
        for query in re.findall(r"[a-z]+(?:_[a-z]+)+", origin):
            assert rule.code in robot[query], f"{rule.code} {query}"
        for pitfall in re.findall(r"\bP\d\d\b", origin.split("a sign of P01")[0]):
            assert rule.code in oops[pitfall], f"{rule.code} {pitfall}"
