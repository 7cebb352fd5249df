"""SPARQL rules: queries in shapes/ that must answer nothing; the first comment is their documentation.

The comment's first line reads `# CODE severity: message`; further comment lines are the hint, up to the examples, each
on lines of its own that begin `# wrong: ` and `# right: `. The query selects ?focus,
and if it can ?path, ?value and ?message; the statement that one does not agree with is ?other, ?otherPath and
?otherValue. It runs over the published dataset with the ontology in the default graph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pyoxigraph import Literal, NamedNode, QuerySolutions

from scograph.bounded import TaskLimits, Unfinished
from scograph.checks.run import Asked, CheckRun
from scograph.errors import InputError, RdfSyntaxError, ScographError, UsageError
from scograph.graph import Graph
from scograph.model import Finding, Place, Severity, Term
from scograph.project import read_text
from scograph.stores.embedded import EmbeddedStore
from scograph.terms import local_name

_AT = re.compile(r" at line (\d+), column (\d+)(?=:)|(?<=: )line (\d+), column (\d+): ")
_EXAMPLE = re.compile(r"# (wrong|right): ")
_HEAD = re.compile(r"# ?(?P<code>[A-Z][A-Z0-9-]*) (?P<severity>error|warning|info): (?P<message>.+)")


@dataclass(frozen=True, slots=True)
class SparqlRule:
    """One rule.

    Args:
        path: Its file, as messages show it.
        code: Its stable name.
        severity: How grave what it finds is.
        message: What is wrong.
        hint: What to do about it.
        query: The file's text.
        wrong: An example of what it finds.
        right: The same, put right.
    """

    path: str
    code: str
    severity: Severity
    message: str
    hint: str
    query: str
    wrong: str = ""
    right: str = ""


def check_rules(run: CheckRun) -> Iterator[Finding]:
    """Find what a rule's query answers.

    A rule says in SPARQL what no shape can say as well; each of its answers is a fault. Mend the facts.

    Args:
        run: The graph, and how it is checked; a rule that is not evaluated before the deadline is a finding.

    Returns:
        A finding per answer, and one per rule that does not end within the bounds.

    Raises:
        RdfSyntaxError: Rules have no head, or their queries do not parse or are no SELECT with ?focus.
    """
    graph = run.graph
    paths = list(graph.project.rule_files())
    if not paths:
        return
    rules, errors = _read_rules(graph, paths)
    answers: list[tuple[SparqlRule, list[dict[str, Term]]]] = []
    unfinished: list[Finding] = []
    with run.store_with_ontology() as store:
        queries = [Asked(rule.query, {}, partial(_answer, rule, store)) for rule in rules]
        results = run.asked("rules", queries, TaskLimits(len(store), run.options.deadline))
    for index, found in results:
        rule = rules[index]
        if isinstance(found, Unfinished):
            place = Place(rule.path, 1, 1)
            unfinished.append(Finding(Severity.ERROR, "rule", f"{rule.code}: {found.message}", found.hint, place=place))
        elif isinstance(found, ScographError):
            errors.append(_failed(found, rule.path))
        else:
            answers.append((rule, found))
    if errors:
        raise RdfSyntaxError(sorted(errors, key=lambda error: error.place.path if error.place else ""))
    yield from unfinished
    for rule, rows in answers:
        for values in rows:
            focus = values["focus"]
            finding = Finding(
                rule.severity,
                rule.code,
                _plain(values.get("message")) or rule.message,
                rule.hint,
                focus=_plain(focus),
                path=_plain(values.get("path")),
                value=str(values["value"]) if values.get("value") is not None else "",
                shape=rule.path,
                required_by=Place(rule.path, 1, 1),
                details=tuple(_other(graph, rule, values)),
            )
            yield graph.places.placed(finding)


def _other(graph: Graph, rule: SparqlRule, values: Mapping[str, Term]) -> Iterator[Finding]:
    """The statement that the one at fault does not agree with, where it stands."""
    other, path, value = (values.get(name) for name in ("other", "otherPath", "otherValue"))
    if other is None or path is None or value is None:
        return
    of = "" if other == values["focus"] else f" of <{_plain(other)}>"
    place = graph.places.find(str(other), str(path), str(value))
    yield Finding(
        rule.severity,
        rule.code,
        f"{local_name(_plain(path))}{of} is {_plain(value)}",
        focus=_plain(other),
        path=_plain(path),
        value=str(value),
        place=place,
    )


def _read_rules(graph: Graph, paths: Iterable[Path]) -> tuple[list[SparqlRule], list[Finding]]:
    rules: list[SparqlRule] = []
    errors: list[Finding] = []
    for path in paths:
        shown = graph.project.relative(path)
        try:
            rules.append(read_rule(path, shown))
        except InputError as error:
            errors.append(_failed(error, shown))
    return rules, errors


def _failed(error: ScographError, shown: str) -> Finding:
    message, place = query_error(error, shown)
    return Finding(Severity.ERROR, "rule", message, error.hint, place=place)


def _answer(rule: SparqlRule, store: EmbeddedStore) -> list[dict[str, Term]] | ScographError:
    """What a rule answers, or why it cannot."""
    try:
        results = store.query(rule.query)
    except UsageError as error:
        return error
    if not isinstance(results, QuerySolutions) or "focus" not in [v.value for v in results.variables]:
        return InputError("a rule must be a SELECT with ?focus", hint="select the nodes at fault as ?focus")
    names = [variable.value for variable in results.variables]
    return [dict(zip(names, solution, strict=True)) for solution in results]


def read_rule(path: Path, shown: str) -> SparqlRule:
    """Read a rule's file.

    Args:
        path: The file.
        shown: Its name in messages.

    Returns:
        The rule.

    Raises:
        InputError: Its first line is not `# CODE severity: message`, or it is not UTF-8.
    """
    text = read_text(path, shown)
    head, *rest = text.splitlines() or [""]
    match = _HEAD.fullmatch(head.strip())
    if not match:
        raise InputError(
            "a rule begins with `# CODE severity: message`",
            hint="severity is error, warning or info",
            place=Place(shown, 1, 1),
        )
    comments: dict[str, list[str]] = {"hint": [], "wrong": [], "right": []}
    for line in rest:
        if not line.startswith("#"):
            break
        example = _EXAMPLE.match(line)
        comments[example[1] if example else "hint"].append(
            line[example.end() :] if example else line.lstrip("# ").rstrip()
        )
    wrong, right = ("\n".join(comments[name]) for name in ("wrong", "right"))
    severity = Severity(match["severity"])
    return SparqlRule(shown, match["code"], severity, match["message"], " ".join(comments["hint"]), text, wrong, right)


def query_error(error: ScographError, path: str) -> tuple[str, Place]:
    """What is wrong with a query, without its place, and the place in its file."""
    if error.place:
        return error.message, error.place
    at = _AT.search(error.message)
    message = _AT.sub("", error.message, count=1) if at else error.message
    return message, Place(path, *(int(part) for part in at.groups() if part)) if at else Place(path, 1, 1)


def _plain(term: Term | None) -> str:
    if term is None:
        return ""
    return term.value if isinstance(term, NamedNode | Literal) else str(term)
