"""The command that measures what the checks cover: coverage."""

from __future__ import annotations

import click

from scograph.cli.frame import examples, handled, open_project, say, write, write_text
from scograph.cli.options import BUILTIN, OUTPUT, TEXT_OR_JSON, Finite, InputPath
from scograph.coverage import MEASURES, coverage_json, coverage_text
from scograph.graph import load_graph
from scograph.messages import behind_mark
from scograph.read_options import OWN_BASE
from scograph.texts import TextArchive

MAX_OF_A_KIND = 10
"""So many things of one kind are written out; the rest are counted."""


@click.command(
    name="coverage",
    epilog=examples(
        "scograph coverage", "scograph coverage --shapes --fail-under 90", "scograph coverage -f json -o coverage.json"
    ),
)
@click.argument("path", required=False, type=InputPath(is_project=True))
@click.option("--source", is_flag=True, help="Source texts: characters in a passage or an ignored span.")
@click.option("--evidence", is_flag=True, help="Stated claims that the words of their passages show.")
@click.option(
    "--shapes", is_flag=True, help="Triples that shapes check; unused shapes; constraints that no fixture fails."
)
@click.option("--ontology", is_flag=True, help="Terms that are unused or undeclared; questions without an answer.")
@click.option("--languages", is_flag=True, help="The languages of the names of things.")
@click.option(
    "--fail-under",
    type=Finite(0, 100),
    metavar="N",
    help="Exit with 1 if one is under N percent; evidence counts only with --evidence.",
)
@TEXT_OR_JSON
@click.option("--all", "every", is_flag=True, help=f"List everything, not only {MAX_OF_A_KIND} of each kind.")
@OUTPUT
@BUILTIN
@handled
def coverage_command(
    path: str | None, fail_under: float | None, form: str, output: str, *, every: bool, **chosen: bool
) -> None:
    """Measure what the checks look at: source texts, what shows claims, triples that a shape sees, terms, languages.

    Without an option for one of them, all are measured.
    """
    graph = load_graph(open_project(path, OWN_BASE))
    wanted = [measure for measure in MEASURES if chosen[measure.name]] or list(MEASURES)
    sections = [measure.of(graph, TextArchive(graph.project).text) for measure in wanted]
    if form == "json":
        write(output, [coverage_json(sections)])
    else:
        lines = coverage_text(sections, None if every else MAX_OF_A_KIND)
        write_text(output, (f"{behind_mark(line)}\n" for line in lines))
    counting = [section for section in sections if chosen["evidence"] or section.name != "evidence"]
    low = [s for s in counting if fail_under is not None and s.percent is not None and s.percent < fail_under]
    for section in low:
        say(f"{section.name}: {section.percent:g} % is under {fail_under:g} %")
    if low:
        raise SystemExit(1)
