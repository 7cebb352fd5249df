"""Write the reference pages from the code and the graph (`make docs`); a test compares the two."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from pathlib import Path

import click
from pyoxigraph import Literal, NamedNode

from scograph import Graph, Project, Validated, checks, errors, terms, validate
from scograph.bounds import BOUNDS, ENVIRONMENT
from scograph.build import documents
from scograph.checks.owl_lite import RULES
from scograph.checks.questions import read_questions
from scograph.checks.report import Report
from scograph.checks.rules import read_rule
from scograph.checks.session import Session
from scograph.checks.shacl.components import COMPONENTS
from scograph.checks.shacl.details import MAX_DETAILED, MAX_DETAILS
from scograph.checks.shacl.engine import MAX_EXPANDED
from scograph.checks.shacl.kept import Effort
from scograph.checks.shacl.model import Result
from scograph.checks.shacl.shapes import MAX_DEPTH
from scograph.checks.shacl.sparql import USUAL_PREFIXES
from scograph.checks.shacl.vocabulary import (
    DRAFT_CONSTRAINTS,
    DRAFT_OTHERS,
    DRAFT_PARAMETERS,
    DRAFT_TARGETS,
    NOT_IMPLEMENTED,
    PATHS,
    TARGETS,
    WITHOUT,
)
from scograph.checks.shacl.wording import in_general
from scograph.claims import Claim
from scograph.cli import cli
from scograph.cli.frame import EXIT_CODES
from scograph.exports import EXPORTERS
from scograph.exports.descriptions import DESCRIPTIONS
from scograph.exports.facts_table import FACTS_TABLE, HEAD
from scograph.formats import DOCUMENT_SYNTAXES
from scograph.labels import Labels
from scograph.model import MAX_REASONS, Finding, Place, Severity
from scograph.server.limits import ServerLimits
from scograph.updates.plan import plan_schema

DOCS = Path(__file__).parent
_SH = {name: NamedNode(terms.SH + name) for name in ("message", "severity", "description")}
_CODE = re.compile(r"([A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+): (.*)", re.DOTALL)

_TERM_KINDS = ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
_DEFINITION = NamedNode(terms.SKOS + "definition")
_IN_SCHEME = NamedNode(terms.SKOS + "inScheme")
_AROUND = (
    ("under", NamedNode(terms.RDFS + "subClassOf")),
    ("under", NamedNode(terms.RDFS + "subPropertyOf")),
    ("from", NamedNode(terms.RDFS + "domain")),
    ("to", NamedNode(terms.RDFS + "range")),
)
_REASONS = {
    "SCOG-W01": "No source that was read prints the name in Russian. Names come from official texts, never translated.",
    "SCOG-W02": "As for Russian.",
    "SCOG-W07": "The table of names that is used has none for Türkiye.",
    "SCOG-W09": "The source that reports the meeting does not give its days.",
    "SCOG-W10": "No source that was read says which body held it.",
    "SCOG-W11": "No source that was read prints its full title.",
    "SCOG-W12": "No source gives a day for it.",
    "SCOG-W13": "No source that was read says which states are party to it.",
    "SCOG-W14": "Its state does not take part in anything here, and is not described.",
    "SCOG-W15": "Which city of that name is meant is not known.",
    "SCOG-W17": "No publisher is named in what was read of it.",
    "SCOG-W18": "The day on which the text was fetched was not noted, and cannot be added later.",
    "SCOG-W20": "The part that was read has no headline; the document has a short name of ours.",
    "SCOG-W21": "Its language is not recorded yet.",
}


_CLAUSES = {
    "4.1": "class datatype nodeKind",
    "4.2": "minCount maxCount",
    "4.3": "minExclusive minInclusive maxExclusive maxInclusive",
    "4.4": "minLength maxLength pattern languageIn uniqueLang",
    "4.5": "equals disjoint lessThan lessThanOrEquals",
    "4.6": "not and or xone",
    "4.7": "node property qualifiedMinCount qualifiedMaxCount",
    "4.8": "closed hasValue in",
}
"""The clauses of SHACL that have the components of SHACL Core, by the first parameter of each."""

_SHACL_HEAD = """\
# What SHACL is covered

`scograph check` evaluates all of [SHACL](https://www.w3.org/TR/shacl/): SHACL Core and SHACL-SPARQL. A guide says
[how to use it](../how-to/validate-any-data.md). The tests run every case of the W3C's test suite.
"""
_SHACL_BEYOND = """
Three habits are taken as other engines take them, and a note says so. `--strict-shapes` follows the standards:

- A shape of type `owl:Class` is a class target. SHACL names only `rdfs:Class` (2.1.3.3).
- Queries may use {usual} without a declaration. SHACL asks for one (5.2.1).
- A query may select `$this` without grouping by it. SPARQL asks for that (11.4).

## Beyond SHACL

Shapes that use these features are evaluated by pySHACL, and a note says so. If pySHACL fails on the shapes, our engine
evaluates the rest. What is left out is then a flaw:

| feature | terms | flaw |
|---|---|---|
"""
_SHACL_DETAILS = """
## Messages and details

A message that no shape has written says in words what is asked, with prefixed names, else labels, else IRIs. Of a shape
inside of another that is a blank node it says what that asks for. In text, lines that begin with `because` say which of
the shapes inside are not met; there are at most {lines} for a finding.

The first {results:,} results of a constraint have details: {most} each, and {inner} for each detail, {depth} deep. They
are made only for what is reported, after the results, within the [bounds](bounds.md) of a constraint. If they take
longer, they are left out. In the report in Turtle, source shapes and source constraints that are blank nodes are
described, with all that they lead to.
"""
_SHACL_DRAFTS = """
`-i rdfs` and `-i owlrl` infer first. Inference and validation are then done by pySHACL.

## SHACL 1.2

[SHACL 1.2](https://www.w3.org/TR/shacl12-core/) is a working draft, and may change. These constraints of it are
evaluated, and so are lists of several IRIs as values of `sh:class`, `sh:datatype` and `sh:nodeKind`, and the type
`sh:ShapeClass`:

| component | parameters | message |
|---|---|---|
"""
_SHACL_FLAWS = """
## Flaws

What is ill-formed is a flaw (3.4). It is an error at its place, with exit code 3, and says what is left out:

| flaw in | what is left out |
|---|---|
| the value of a parameter, a list, a pattern, a query | the constraint |
| the path of a property shape: none, several, or an ill-formed one | the constraints of the property shape |
| a target, a message, a severity | that target or message; `sh:Violation` replaces the severity |
| a constraint component that shapes declare | the constraints of that component |

No result is false because of a flaw. A constraint such as `sh:not` finds nodes because they do conform to a shape. If
that shape has a flaw, the constraint is left out too. `--strict-shapes` refuses shapes with any flaw.

## Two engines compared

`--engine both` evaluates the shapes with pySHACL too, and gives the results of our engine. The finding `engines` says
how the two differ:

| difference | finding |
|---|---|
| A result that only one engine has: one of the two is wrong. | an error each, exit code 1 |
| The same, where a clause decides, such as 4.3 for values without an order. | an info for each clause |
| Results of words of SHACL 1.2, which pySHACL does not know, and of shapes that depend on them. | an info |
| pySHACL fails on the shapes, so nothing is compared. | a warning with its reason |

## Shapes that refer to themselves

SHACL leaves open what such shapes mean (3.4.3). Here a node conforms if nothing speaks against it: the pairs of a node
and a shape that conform are the greatest fixpoint, whatever the order of evaluation. If a shape refers to itself
through negation, that constraint is a flaw and is left out. Results of property shapes inside each other are followed
{results} shapes deep. Shapes that refer to others {depth} deep, without referring to themselves, are a flaw.
`--strict-shapes` refuses shapes that refer to themselves.
"""


def _plan_schema() -> Iterator[str]:
    """The JSON Schema of plans of `scograph source update`."""
    yield json.dumps(plan_schema(), indent=2, ensure_ascii=False) + "\n"


def pages() -> Iterator[tuple[Path, str]]:
    """Each generated page: its path, and its text."""
    for path, write in PAGES.items():
        yield path, "".join(write())


_CLASSES: tuple[tuple[str, type, tuple[str, ...]], ...] = (
    ("scograph.Project", Project, ("open", "builtin", "load")),
    (
        "scograph.Graph",
        Graph,
        (
            *(
                "check",
                "session",
                "query",
                "export",
                "to_rdflib",
                "describe",
                "facts",
                "claims",
                "ontology",
                "shapes",
                "prefixes",
            ),
            *("by_subject", "default_graph", "passage_graphs", "named_graphs", "quads"),
        ),
    ),
    (
        "scograph.Validated",
        Validated,
        ("conforms", "results", "findings", "notes", "report", "to_turtle", "to_rdflib"),
    ),
    ("scograph.checks.shacl.model.Result", Result, ()),
    ("scograph.claims.Claim", Claim, ("iri",)),
    ("scograph.checks.session.Session", Session, ("apply", "refresh", "report", "graph", "effort", "content")),
    ("scograph.checks.shacl.kept.Effort", Effort, ()),
    ("scograph.checks.report.Report", Report, ("conforms", "count", "coverage_percent", "worst", "summary")),
    ("scograph.model.Finding", Finding, ()),
    ("scograph.model.Place", Place, ()),
    ("scograph.model.Severity", Severity, ()),
    *(
        (f"scograph.errors.{name}", error, ())
        for name, error in vars(errors).items()
        if isinstance(error, type) and issubclass(error, errors.ScographError)
    ),
)
"""The classes of the public Python API, each with its name, and the names of its methods and attributes."""
_SECTION = re.compile(r"^(Args|Returns|Raises|Example):\n((?:(?:    .*)?\n)*)", re.MULTILINE)


def public_names() -> dict[str, object]:
    """The public Python API: what has each documented name, in the order of the page."""
    found: dict[str, object] = {}
    for path, documented, members in _CLASSES:
        found[path] = documented
        for name in members:
            found[f"{path}.{name}"] = inspect.getattr_static(documented, name)
        if documented is Graph:
            found["scograph.validate"] = validate
    return found


def _python() -> Iterator[str]:
    yield "# Python\n\nThe public Python API. `from scograph import Project, Graph, Validated, validate` imports the\n"
    yield "main names; the others are in the modules that the headings name. Everything else may change without\n"
    yield "notice. An old name works for one version, with a `DeprecationWarning` that has the new name.\n"
    yield "The tests run the examples. [How to use it from Python](../how-to/use-from-python.md) shows more.\n"
    for path, documented in public_names().items():
        names = {known for known, _, _ in _CLASSES}
        level = "###" if path.rpartition(".")[0] in names else "##"
        yield f"\n{level} {path}{_signature(documented)}\n"
        doc = f"{inspect.getdoc(documented)}\n"
        parts = dict(_SECTION.findall(doc))
        yield f"\n{_SECTION.split(doc)[0].strip()}\n"
        if "Args" in parts:
            yield f"\n| {'attribute or ' if isinstance(documented, type) else ''}argument | what |\n|---|---|\n"
            for name, text in _items(parts["Args"]):
                yield f"| `{name}` | {_cell(text)} |\n"
        if "Returns" in parts:
            yield f"\nReturns: {' '.join(parts['Returns'].split())}\n"
        if "Raises" in parts:
            yield "\nRaises:\n\n"
            yield from (f"- `{name}`: {text}\n" for name, text in _items(parts["Raises"]))
        if "Example" in parts:
            yield f"\n```pycon\n{inspect.cleandoc(parts['Example'])}\n```\n"


def _signature(documented: object) -> str:
    """The names of the arguments, with defaults, of what is called."""
    function = documented.__func__ if isinstance(documented, classmethod) else documented
    if not inspect.isfunction(function):
        return ""
    parameters = inspect.signature(function).parameters.values()
    bare = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in parameters
        if parameter.name not in ("self", "cls")
    ]
    return str(inspect.Signature(bare))


def _items(section: str) -> Iterator[tuple[str, str]]:
    """The entries of a section of arguments or errors: name and text."""
    for name, text in re.findall(r"^(\w+): ((?:.|\n(?= ))*)", inspect.cleandoc(section), re.MULTILINE):
        yield name, " ".join(text.split())


def _exit_codes() -> Iterator[str]:
    yield "# Exit codes\n\nEvery command ends with one of these codes. If two apply, it is the code of the work.\n"
    yield "\n| code | meaning |\n|---|---|\n"
    for code, meaning in EXIT_CODES:
        yield f"| {code} | {meaning} |\n"
    yield "\nA run that was ended by a signal prints for each file and folder whether it was written. Written files\n"
    yield "are on the disk, and all others did not change. The next run removes incomplete temporary files. After\n"
    yield "`kill -9`, or if memory runs out inside a library, there is no message: shells show 137 and 134 then.\n"
    yield "Standard error that is full or closed does not change the code.\n"


_SERVE_OPTIONS = {
    "seconds": "timeout",
    "rows": "max_rows",
    "memory": "max_memory",
    "workers": "workers",
    "rate": "rate",
}
"""The options of `serve` that change a limit."""
_ROUND = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))


def _bounds() -> Iterator[str]:
    yield "# Bounds\n\n"
    yield "scograph reads files of others, and answers requests of others, within these bounds. A message names\n"
    yield "the bound that was reached, and the place. `scograph --bound NAME=NUMBER …` changes a bound. So does the\n"
    yield f"environment variable `{ENVIRONMENT}`, with several bounds separated by spaces. The bounds of the server\n"
    yield "are changed only by its options, or not at all.\n"
    yield "\n| bound | default | changed by | what it limits |\n|---|---|---|---|\n"
    for bound in BOUNDS:
        most = f" (up to {bound.maximum:,})" if bound.maximum is not None else ""
        option = bound.option or "`--bound`"
        yield f"| `{bound.name}` | {bound.default:,} {bound.unit} | {option}{most} | {_cell(bound.guards)} |\n"
    said = dict(re.findall(r"^    (\w+): (.*)$", inspect.getdoc(ServerLimits) or "", re.MULTILINE))
    flags = {parameter.name: parameter.opts[-1] for parameter in cli.all()["serve"].params}
    for limit in fields(ServerLimits):
        option = f"`serve {flags[_SERVE_OPTIONS[limit.name]]}`" if limit.name in _SERVE_OPTIONS else "–"
        name = f"serve: {limit.name.replace('_', ' ')}"
        yield f"| {name} | {_amount(limit.name, limit.default)} | {option} | {_cell(said[limit.name])} |\n"


def _amount(name: str, value: float) -> str:
    if name == "workers":
        return "one more than processors"
    if name == "memory" or name.endswith("bytes"):
        size, unit = next((size, unit) for size, unit in _ROUND if value >= size)
        return f"{value / size:g} {unit}"
    return f"{value:,g} seconds" if name.endswith("seconds") else f"{value:,g}"


def _commands() -> Iterator[str]:
    yield "# Commands\n\n"
    yield "Data go to standard output, messages to standard error. [Exit codes](exit-codes.md) are in a\n"
    yield "separate table.\n"
    context = click.Context(cli, info_name="scograph", terminal_width=100, **cli.context_settings)
    yield _help("scograph", cli.get_help(context))
    for name in sorted(cli.all()):
        command = cli.all()[name]
        inner = click.Context(command, info_name=name, parent=context, max_content_width=100, terminal_width=100)
        yield _help(f"scograph {name}", command.get_help(inner))


def _help(title: str, text: str) -> str:
    return f"\n## {title}\n\n```text\n{text.rstrip()}\n```\n"


def _checks() -> Iterator[str]:
    yield "# Checks\n\n`scograph check` runs these checks, in this order. An error is something wrong or without a\n"
    yield "source. A warning is something incomplete. An info is a hint for the curator.\n"
    for check in checks.CHECKS:
        what, why = _parts(check.run)
        yield f"\n## {check.name}\n\n{what}\n\n{why}\n"
        if check.name == "profile":
            yield "\n| rule | what it finds |\n|---|---|\n"
            for rule in RULES:
                doc = inspect.getdoc(rule.check) or ""
                first = re.sub(r"^L\d\d\. ", "", " ".join(doc.split("\n\n")[0].split()))
                yield f"| {rule.code} | {_cell(first)} |\n"
        if check.name == "shapes":
            yield from _shapes()
        if check.name == "rules":
            yield from _rules()


def _shacl() -> Iterator[str]:
    clauses = {name: clause for clause, names in _CLAUSES.items() for name in names.split()}
    yield _SHACL_HEAD
    yield "\n## Constraints\n\n| component | parameters | clause | message |\n|---|---|---|---|\n"
    for one in COMPONENTS:
        if one.parameters[0] not in DRAFT_PARAMETERS:
            message = in_general(one.message) or "that of the property shape"
            names = _terms_of_shacl(one.parameters)
            yield f"| `sh:{one.name}` | {names} | {clauses[one.parameters[0]]} | {_cell(message)} |\n"
    yield "| `sh:SPARQLConstraintComponent` | `sh:sparql` | 5 | that of the shape or the query |\n"
    yield "| those that shapes declare, with a SELECT or an ASK | their own | 6 | that of the validator |\n"
    yield "\n## Targets, paths and more\n\n| what | terms | clause |\n|---|---|---|\n"
    yield f"| targets | {_terms_of_shacl(TARGETS)}, and shapes that are classes | 2.1.3 |\n"
    yield f"| paths | a property, a list of paths, {_terms_of_shacl(PATHS)} | 2.3.1 |\n"
    yield "| severity, messages | `sh:severity`, `sh:message` | 2.1.4, 2.1.5 |\n"
    yield "| shapes that are left out | `sh:deactivated` | 2.1.6 |\n"
    yield "| the report | `-f turtle`; in Python `to_turtle()` and `to_rdflib()` | 3.6 |\n"
    yield "| why a shape inside of another is not met | `sh:detail` | 3.6.2.6 |\n"
    yield _SHACL_BEYOND.format(usual=", ".join(f"`{prefix}:`" for prefix in USUAL_PREFIXES))
    for feature, flaw in WITHOUT.items():
        names = [name for name, of in NOT_IMPLEMENTED.items() if of == feature]
        yield f"| {feature} | {_terms_of_shacl(names)} | {flaw} |\n"
    yield "| entailment (SHACL, 1.5) | `sh:entailment` | nothing is inferred |\n"
    yield _SHACL_DRAFTS
    for one in COMPONENTS:
        if one.parameters[0] in DRAFT_PARAMETERS:
            message = in_general(one.message)
            yield f"| `sh:{one.name}` | {_terms_of_shacl(one.parameters)} | {_cell(message)} |\n"
    yield "\nThe others are told as words of their draft:\n\n| draft | terms | what is told |\n|---|---|---|\n"
    rows = ((DRAFT_CONSTRAINTS, "a flaw"), (DRAFT_TARGETS, "a flaw"), (DRAFT_OTHERS, "the warning `G01`"))
    for terms_of, told in rows:
        for draft in dict.fromkeys(terms_of.values()):
            names = [name for name, of in terms_of.items() if of == draft]
            yield f"| {draft.removesuffix(', a draft')} | {_terms_of_shacl(names)} | {told} |\n"
    yield _SHACL_FLAWS.format(results=MAX_EXPANDED, depth=MAX_DEPTH)
    most, inner, _ = MAX_DETAILS
    yield _SHACL_DETAILS.format(results=MAX_DETAILED, most=most, inner=inner, depth=len(MAX_DETAILS), lines=MAX_REASONS)


def _terms_of_shacl(names: Iterable[str]) -> str:
    return ", ".join(f"`sh:{name}`" for name in names)


def _parts(function: object) -> tuple[str, str]:
    doc = inspect.getdoc(function) or ""
    paragraphs = [" ".join(part.split()) for part in doc.split("Args:")[0].split("\n\n") if part.strip()]
    returns = re.search(r"Returns:\n(.*?)(?:\n\n|\Z)", doc, re.DOTALL)
    codes = " ".join(returns[1].split()) if returns else ""
    return paragraphs[0], " ".join(paragraphs[1:]) + (f"\n\nFindings: {codes}" if codes else "")


def _shapes() -> Iterator[str]:
    graph = Project.builtin().load()
    described: dict[str, dict[str, str]] = {}
    for triple in graph.shapes:
        for name, predicate in _SH.items():
            if triple.predicate == predicate and isinstance(triple.object, Literal | NamedNode):
                described.setdefault(str(triple.subject), {})[name] = triple.object.value
    rows = []
    for subject, said in described.items():
        match = _CODE.fullmatch(said.get("message", ""))
        if match:
            severity = said.get("severity", "Violation").rpartition("#")[2].lower().replace("violation", "error")
            rows.append((match[1], severity, match[2], subject.rpartition("#")[2].rstrip(">")))
    yield "\nThose of the built-in project:\n\n| code | severity | message | shape |\n|---|---|---|---|\n"
    for code, severity, message, shape in sorted(rows):
        yield f"| {code} | {severity} | {_cell(message)} | {shape} |\n"


def _rules() -> Iterator[str]:
    project = Project.builtin()
    yield "\nThose of the built-in project:\n\n| code | severity | message | file |\n|---|---|---|---|\n"
    for path in project.rule_files():
        rule = read_rule(path, project.relative(path))
        yield f"| {rule.code} | {rule.severity} | {_cell(rule.message)} | `{rule.path}` |\n"


def _downloads() -> Iterator[str]:
    graph = Project.builtin().load()
    yield "# Downloads\n\n"
    yield "`scograph build` writes these files. `manifest.json` has the size and the SHA-256 of each file, and\n"
    yield "for data the SHA-256 of the canonical form. If blank nodes cannot be told apart within the\n"
    yield "[bounds](bounds.md), `noCanonicalSha256` says so. `sha256sum -c` reads `SHA256SUMS`.\n"
    yield "\n| format | what it is for |\n|---|---|\n"
    for row in EXPORTERS:
        yield f"| `{row.name}` | {_cell(row.format.about)} |\n"
    yield "\n| file | media type |\n|---|---|\n"
    checked = checks.CheckedGraph(graph, Report((), 0, 0, 0), {}, ())
    for document in sorted(documents(checked), key=lambda d: d.path):
        yield f"| `{document.path}` | {document.media_type} |\n"
    yield "\n| description | media type | what it is for |\n|---|---|---|\n"
    for description in DESCRIPTIONS:
        yield f"| `{description.path}` | {description.media_type} | {_cell(description.about)} |\n"
    others = [f"`.{row.extension}`" for row in DOCUMENT_SYNTAXES[1:]]
    yield f"\nThe descriptions in Turtle also have {', '.join(others[:-1])} and {others[-1]} with the same triples,\n"
    yield "as the ontology and the shapes have. RDF/XML is left out where it cannot carry a property or a character.\n"
    yield "`/ontology`, `/shapes`, `/void`, `/dcat` and `/prov` answer with the syntax that Accept names.\n"
    yield "\n`shapes-core.ttl` has the shapes without SHACL-SPARQL, and `sco-with-ontology.ttl` the data and the\n"
    yield "ontology in one file, for [other engines](../how-to/validate-with-other-engines.md).\n"
    yield f"\n`sco{FACTS_TABLE}` has all facts in one table, a line for each passage behind a fact: "
    yield f"{', '.join(HEAD)}.\n"
    yield "`date` is when the edition was last updated, or else when the document was issued; `retrieved` is when it\n"
    yield "was read; `link` opens the document at the passage, as `scog:passageUrl` does in the other files.\n"
    yield "\n`tables/` has a CSV table for each class, with CSVW metadata in `tables/csv-metadata.json`;\n"
    yield "`tables.zip` has the same files. `README.md` says what is where.\n"
    yield "\nA [release](../how-to/cite-a-release.md) also has `changelog.md` and `changes.json`. Each release after\n"
    yield "the first has `changes.rdfp`, an RDF Patch that changes the release before into this one.\n"
    yield "A release has no pages. A build has [a site](../how-to/publish-the-site.md), with the data of each\n"
    yield "thing in five formats beside its page.\n"


def _questions() -> Iterator[str]:
    yield "# Questions\n\n"
    yield "Each question is a query with its answer. The answer was written by hand from the source, before\n"
    yield "the query ran. So it is a test and an example. `scograph query 1` runs the first.\n"
    yield "\nOne answer was made in another way: `scograph questions accept` wrote that of 80 from the graph. 28\n"
    yield "of the 62 rows that it had then, from 12 documents, were held against the words of passages, and agree.\n"
    yield "\n| number | question | owner | parameters | query |\n|---|---|---|---|---|\n"
    for question in read_questions(Project.builtin()):
        path = f"../../ontology/questions/{question.path.name}"
        parameters = ", ".join(f"`{one.name}`" for one in question.parameters)
        cells = (str(int(question.number)), _cell(question.text), question.owner, parameters)
        yield f"| {' | '.join(cells)} | [{question.name}]({path}) |\n"


def _terms() -> Iterator[str]:
    graph = Project.builtin().load()
    labels = Labels(graph)
    yield "# Terms\n\nThe ontology is `scog:`, <https://w3id.org/scograph/ontology#>. The files also have labels in\n"
    yield "Russian and Chinese. `scograph show scog:State` shows everything about a term.\n"
    own = [node for node in graph.by_subject if isinstance(node, NamedNode) and node.value.startswith(terms.SCOG)]
    for kind in _TERM_KINDS:
        typed = NamedNode(terms.OWL + kind)
        yield f"\n## {kind}\n\n| term | under, or from and to | definition |\n|---|---|---|\n"
        for node in sorted(own, key=lambda n: n.value):
            said = graph.by_subject[node]
            if any(t.predicate == terms.TYPE and t.object == typed for t in said):
                around = [
                    f"{name} {labels.curie(t.object)}"
                    for name, predicate in _AROUND
                    for t in said
                    if t.predicate == predicate
                ]
                texts = [t.object for t in said if t.predicate == _DEFINITION and isinstance(t.object, Literal)]
                definition = next(text.value for text in texts if text.language == "en")
                name = f"`{labels.curie(node)}` {labels.own_label(node)}"
                yield f"| {name} | {'; '.join(around)} | {_cell(definition)} |\n"
    yield "\n## Concepts\n\nThe IRI of a concept is <https://w3id.org/scograph/> and what is printed here. A\n"
    yield "project adds concepts of its own to these schemes in `ontology/`.\n"
    yield from _concepts(graph, labels)


def _concepts(graph: Graph, labels: Labels) -> Iterator[str]:
    """A table for each scheme of concepts of the core, with the property whose values they are."""
    schemes: dict[str, list[tuple[str, str]]] = {}
    for node, said in graph.by_subject.items():
        scheme = next((t.object for t in said if t.predicate == _IN_SCHEME), None)
        if isinstance(node, NamedNode) and isinstance(scheme, NamedNode):
            texts = [t.object for t in said if t.predicate == _DEFINITION and isinstance(t.object, Literal)]
            definition = next(text.value for text in texts if text.language == "en")
            schemes.setdefault(scheme.value, []).append((node.value, _cell(definition)))
    for scheme_iri, members in sorted(schemes.items()):
        yield f"\n### {labels.own_label(NamedNode(scheme_iri))}\n\n| concept | definition |\n|---|---|\n"
        for iri, definition in sorted(members):
            yield f"| `{labels.curie(NamedNode(iri)).removeprefix('scograph:')}` | {definition} |\n"


def _warnings() -> Iterator[str]:
    graph = Project.builtin().load()
    findings: dict[tuple[int, str, str], list[str]] = {}
    for finding in graph.check().findings:
        thing = terms.curie(finding.focus, graph.prefixes) or finding.focus
        findings.setdefault((finding.severity.rank, finding.code, finding.message), []).append(thing)
    if unknown := sorted({code for _, code, _ in findings} - _REASONS.keys()):
        raise SystemExit(
            f"docs/generate.py: _REASONS has no reason for {', '.join(unknown)}, which the built-in project has: "
            "mend what is found, or say there why it stays"
        )
    yield "# Warnings that remain\n\n"
    yield "`scograph check` finds these in the built-in project. They are not corrected, for the\n"
    yield "reason in the table. There is no error.\n\n| code | what | how many | reason |\n|---|---|---|---|\n"
    for (rank, code, message), things in sorted(findings.items()):
        yield f"| {code} | {tuple(Severity)[rank]}: {_cell(message)} | {len(things)} | {_REASONS[code]} |\n"
    yield "\n## Which things\n"
    for (_, code, message), things in sorted(findings.items()):
        yield f"\n**{code}**, {_cell(message)}: {', '.join(f'`{thing}`' for thing in sorted(things))}\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


PAGES: dict[Path, Callable[[], Iterator[str]]] = {
    DOCS / "reference" / "bounds.md": _bounds,
    DOCS / "reference" / "commands.md": _commands,
    DOCS / "reference" / "checks.md": _checks,
    DOCS / "reference" / "downloads.md": _downloads,
    DOCS / "reference" / "exit-codes.md": _exit_codes,
    DOCS / "reference" / "python.md": _python,
    DOCS / "reference" / "questions.md": _questions,
    DOCS / "reference" / "shacl.md": _shacl,
    DOCS / "reference" / "terms.md": _terms,
    DOCS / "reference" / "update-plan.schema.json": _plan_schema,
    DOCS / "reference" / "warnings.md": _warnings,
}
"""The generated pages, each with what writes it."""

if __name__ == "__main__":
    for target, text in pages():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
