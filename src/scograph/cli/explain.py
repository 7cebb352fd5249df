"""The command that explains a rule: explain."""

from __future__ import annotations

import click

from scograph.cli.frame import examples, handled, open_project, write_text
from scograph.cli.options import BUILTIN, InputPath
from scograph.explain import page_of, pages
from scograph.graph import load_graph
from scograph.read_options import OWN_BASE


@click.command(
    name="explain", epilog=examples("scograph explain R01", "scograph explain SCOG-P14", "scograph explain sh:minCount")
)
@click.argument("code", required=False)
@click.option(
    "-p",
    "--project",
    "path",
    metavar="PATH",
    type=InputPath(is_project=True),
    help="The project whose rules are explained.",
)
@BUILTIN
@handled
def explain_command(code: str | None, path: str | None) -> None:
    """Explain a rule by its CODE: what it finds, why that is wrong, an example of wrong and right.

    Without a CODE, all are listed.
    """
    graph = load_graph(open_project(path, OWN_BASE))
    if code is None:
        lines = [f"{page.code}  {page.finds}" for page in pages(graph).values()]
    else:
        lines = list(page_of(graph, code).text())
    write_text("-", (f"{line}\n" for line in lines))
