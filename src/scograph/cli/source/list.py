"""The command that lists sources with their editions, coverage and open questions."""

from __future__ import annotations

from collections.abc import Sequence

import click

from scograph.cli.answers import write_json
from scograph.cli.frame import examples, handled, open_project, write_text
from scograph.cli.options import BUILTIN, PROJECT, TEXT_OR_JSON
from scograph.edit.overview import Overview, overviews

_COLUMNS = ("source", "editions", "passages", "covered", "open")


@click.command(name="list", epilog=examples("scograph source list", "scograph source list -f json"))
@PROJECT
@TEXT_OR_JSON
@BUILTIN
@handled
def list_command(path: str | None, form: str) -> None:
    """List the sources: editions, passages, how much of the text is accounted for, and what is open."""
    found = overviews(open_project(path))
    if form == "json":
        write_json("-", [one.as_json() for one in found])
    else:
        rows = [_COLUMNS, *(_row(one) for one in found)] if found else []
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        write_text("-", (_line(row, widths) for row in rows))


def _row(one: Overview) -> tuple[str, ...]:
    covered = "" if one.percent is None else f"{one.percent} %"
    return (one.name, str(one.editions), str(one.passages), covered, "; ".join(one.questions))


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    name, *numbers, opened = row
    cells = [f"{name:{widths[0]}}", *(f"{cell:>{width}}" for cell, width in zip(numbers, widths[1:], strict=False))]
    return "  ".join([*cells, opened]).rstrip() + "\n"
