"""The page of a rule: what it finds, why that is wrong, how to correct it, a wrong and a right example."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping

from scograph import losses
from scograph.checks import CHECKS
from scograph.checks.findings import component_code, component_name
from scograph.checks.owl_lite import RULES
from scograph.checks.rules import read_rule
from scograph.checks.shacl.components import COMPONENTS
from scograph.checks.shacl.nodes import sh
from scograph.checks.shacl.wording import in_general
from scograph.errors import UsageError
from scograph.explain.examples import EXAMPLES, OF_COMPONENTS
from scograph.explain.page import Page
from scograph.explain.shapes import shape_pages
from scograph.graph import Graph
from scograph.messages import near_names
from scograph.model import Place, Severity

_ALONE: tuple[tuple[str, str, str], ...] = (
    (
        "syntax",
        "a file has a syntax error",
        "A file with a syntax error is not read. All errors of all files are reported, each with its place.",
    ),
    (
        "dropped",
        "a JSON-LD file has content that becomes no statement",
        "JSON-LD drops silently keys that are no term, and ill-formed IRIs and language tags (API, clauses 5 and 8).",
    ),
    (
        "shapes",
        "a shape is ill-formed, or cannot be evaluated",
        "SHACL does not define the meaning of an ill-formed shape (clause 3.4). Correct it, then check again.",
    ),
    (
        "header",
        "a header has an invalid prefix or namespace",
        "Every file and query contains both; a space, a line end or a bracket in them would break the syntax.",
    ),
    (
        "rule",
        "a rule of shapes/ has no first comment, or its query has a syntax error",
        "A rule that cannot run finds nothing, and this would look like a success.",
    ),
    (
        "engines",
        "two SHACL engines differ",
        "With --engine both, a result that only one engine has is an error, or an info where a clause says why.",
    ),
)
_OF_CODES = re.compile(r"\b([A-Z]\d\d)(?: to ([A-Z])(\d\d))?(?: and [A-Z]\d\d)?\b")


def pages(graph: Graph) -> Mapping[str, Page]:
    """The page of every code that a check of a graph can give.

    Args:
        graph: The graph, whose shapes and rules have pages too.

    Returns:
        The pages, by code: those of the tool first, then of rules, then of shapes.
    """
    found = {
        page.code: page for page in (*_alone(), *_of_checks(), *_of_profile(), *_of_components(), *_of_rules(graph))
    }
    return {**found, **{page.code: page for page in shape_pages(graph)}}


def page_of(graph: Graph, code: str) -> Page:
    """The page of a code; UsageError, with the nearest there is, if nothing has it."""
    known = pages(graph)
    by_name = {name.lower(): page for name, page in known.items()}
    if code.lower() not in by_name:
        near = near_names(code.lower(), by_name)
        hint = f"did you mean {by_name[near[0]].code}?" if near else "scograph explain lists them"
        raise UsageError(f"nothing has the code {code!r}", hint=hint)
    return by_name[code.lower()]


def _alone() -> Iterator[Page]:
    for code, finds, why in _ALONE:
        severity = Severity.WARNING if code == losses.CODE else Severity.ERROR
        yield Page(code, severity, finds, why, *EXAMPLES[code])


def _of_checks() -> Iterator[Page]:
    for check in CHECKS:
        why = _paragraphs(check.run)[1]
        for code, finds in codes_of(check.run).items():
            yield Page(code, None, finds, why, *EXAMPLES[code])


def codes_of(function: object) -> Mapping[str, str]:
    """The codes that the docstring of a check names under its result, each with what it is for."""
    doc = inspect.getdoc(function) or ""
    returns = re.search(r"Returns:\n(.*?)(?:\n\n|\Z)", doc, re.DOTALL)
    text = " ".join(returns[1].split()) if returns else ""
    if "rules L01" in text:
        return {}
    found: dict[str, str] = {}
    marks = list(_OF_CODES.finditer(text))
    for mark, following in zip(marks, [*marks[1:], None], strict=False):
        said = text[mark.end() : following.start() if following else len(text)]
        said = re.sub(r"^ (?:for|if) ", "", said).strip(" ,;.")
        last = int(mark[3]) if mark[3] else int(mark[1][1:])
        for number in range(int(mark[1][1:]), last + 1):
            found[f"{mark[1][0]}{number:02}"] = said
    return found


def _of_profile() -> Iterator[Page]:
    for rule in RULES:
        first, *rest = _paragraphs(rule.check)
        finds = re.sub(r"^L\d\d\. Find ", "", first)
        yield Page(rule.code, Severity.ERROR, finds, " ".join(rest), *EXAMPLES[rule.code])


def _of_components() -> Iterator[Page]:
    for component in COMPONENTS:
        name = component.parameters[0]
        if name in OF_COMPONENTS:
            code = component_code(sh(component.name))
            doc = " ".join(_paragraphs(component.check)) if component.check.__doc__ else ""
            finds = in_general(component.message)
            why = f"A shape requires it with {component_name(sh(name))}. {doc}".strip()
            yield Page(code, None, finds, why, *OF_COMPONENTS[name])
    yield Page(
        "sh:sparql",
        None,
        "a SPARQL query of a shape finds a violation",
        "The shape has a query in SPARQL that finds what is wrong.",
        *OF_COMPONENTS["sparql"],
    )


def _of_rules(graph: Graph) -> Iterator[Page]:
    for path in graph.project.rule_files():
        rule = read_rule(path, graph.project.relative(path))
        yield Page(rule.code, rule.severity, rule.message, rule.hint, rule.wrong, rule.right, Place(rule.path, 1, 1))


def _paragraphs(function: object) -> list[str]:
    doc = (inspect.getdoc(function) or "").split("Args:")[0]
    return [" ".join(part.split()) for part in doc.split("\n\n") if part.strip()]
