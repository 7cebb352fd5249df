"""Writes the reference pages that the code and the graph already say: `make docs`; a test holds them against it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import click
from pyoxigraph import Literal, NamedNode

from scograph import Project, checks, terms
from scograph.build import documents
from scograph.checks.owl_lite import RULES
from scograph.checks.questions import read_questions
from scograph.checks.report import Report
from scograph.checks.rules import read_rule
from scograph.cli import cli
from scograph.exports import EXPORTERS

DOCS = Path(__file__).parent
_SH = {name: NamedNode(terms.SH + name) for name in ("message", "severity", "description")}
_CODE = re.compile(r"([A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+): (.*)", re.DOTALL)


def pages() -> Iterator[tuple[Path, str]]:
    """Each generated page: its path, and its text."""
    yield DOCS / "reference" / "commands.md", "".join(_commands())
    yield DOCS / "reference" / "checks.md", "".join(_checks())
    yield DOCS / "reference" / "downloads.md", "".join(_downloads())
    yield DOCS / "reference" / "questions.md", "".join(_questions())


def _commands() -> Iterator[str]:
    yield "# Commands\n\n"
    yield "Data goes to standard output, talk to standard error. Exit codes: 0 fine, 1 findings, 2 usage,\n"
    yield "3 an input that cannot be read, 4 network or store.\n"
    context = click.Context(cli, info_name="scograph", max_content_width=100, terminal_width=100)
    yield _help("scograph", cli.get_help(context))
    for name in sorted(cli.commands):
        command = cli.commands[name]
        inner = click.Context(command, info_name=name, parent=context, max_content_width=100, terminal_width=100)
        yield _help(f"scograph {name}", command.get_help(inner))


def _help(title: str, text: str) -> str:
    return f"\n## {title}\n\n```text\n{text.rstrip()}\n```\n"


def _checks() -> Iterator[str]:
    yield "# Checks\n\n`scograph check` runs these, in this order. A violation is wrong or unsourced, a warning is\n"
    yield "something incomplete, an info a hint for the curator.\n"
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
            severity = said.get("severity", "Violation").rpartition("#")[2].lower()
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
    yield "# Downloads\n\n`scograph build` writes these files, and `manifest.json` with the bytes and the SHA-256 of\n"
    yield "each.\n"
    yield "\n| format | what it is for |\n|---|---|\n"
    for row in EXPORTERS:
        yield f"| `{row.name}` | {_cell(row.about)} |\n"
    yield "\n| file | media type |\n|---|---|\n"
    report = Report((), 0, 0, 0)
    for document in sorted(documents(graph, report), key=lambda d: d.path):
        yield f"| `{document.path}` | {document.media_type} |\n"


def _questions() -> Iterator[str]:
    yield "# Questions\n\nEach is a query with the answer that was written by hand from the source before the query\n"
    yield "ran: a test, and an example. `scograph query 1` asks the first.\n"
    yield "\n| number | question | query |\n|---|---|---|\n"
    for question in read_questions(Project.builtin().load()):
        path = f"../../ontology/questions/{question.path.name}"
        yield f"| {int(question.number)} | {_cell(question.text)} | [{question.name}]({path}) |\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    for target, text in pages():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
