"""The command that holds organisations beside each other: compare."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from scograph.cli.frame import examples, handled, open_project, say, write, write_text
from scograph.cli.options import BUILTIN, LANGUAGES, OUTPUT, PROJECT, InputPath
from scograph.errors import UsageError
from scograph.graph import load_graph
from scograph.labels import Labels
from scograph.portal import Portal, open_portal, portal_of
from scograph.portal.comparison import Comparing, checked_day
from scograph.portal.data import comparison_csv, comparison_json_ld
from scograph.portal.table import Column, Comparison, Row
from scograph.project import is_laid_out, portal_settings
from scograph.site.comparisons import ComparisonWords, html_page, markdown
from scograph.site.words import LANGUAGES as INTERFACE
from scograph.site.words import read_words

FORMS = ("md", "csv", "html", "json-ld")


@click.command(
    name="compare",
    epilog=examples(
        "scograph compare council-of-heads-of-state rats-council",
        "scograph compare council-of-heads-of-state rats-council --row isBasedOn --on 2021-03-31 -f csv",
    ),
)
@click.argument("names", metavar="A [B…]", nargs=-1, required=True, type=InputPath())
@click.option("--on", "day", metavar="DAY", default="", help="The picture on a day, YYYY-MM-DD.")
@click.option(
    "--row",
    "rows",
    metavar="TERM",
    multiple=True,
    help="A row: a property, with ^ before it from its value, or a section, role, kind or topic. Repeatable.",
)
@click.option("--properties", "is_every", is_flag=True, help="A row for every property.")
@click.option("-f", "--format", "form", type=click.Choice(FORMS), default=FORMS[0], show_default=True)
@PROJECT
@LANGUAGES
@OUTPUT
@BUILTIN
@handled
def compare_command(  # noqa: PLR0913, PLR0917 -- click hands every option over by itself
    names: tuple[str, ...],
    day: str,
    rows: tuple[str, ...],
    form: str,
    path: str | None,
    languages: tuple[str, ...],
    output: str,
    *,
    is_every: bool,
) -> None:
    """Hold organisations beside each other: a column for each, a row for each heading.

    A and B are project folders, a portal, or organisations or states of one project. A cell has the facts with their
    dates and sources, or says why there are none: `no` where a source denies it, `not stated` where a profile that was
    read whole is silent, `not yet read` where none was, `contradicted` where other sources say otherwise. Without
    --row, rows are the headings of the profiles, or those of the portal. With --on, the words of profiles are those of
    their edition on that day, and what began later or had ended is left out.
    """
    if rows and is_every:
        raise UsageError("--row and --properties exclude each other", hint="give one of them")
    day = checked_day(day) if day else ""
    portal = _portal(names, path)
    wanted = (*languages, "en")
    if portal is not None:
        comparing = Comparing(portal.graph, wanted)
        columns = portal.columns(comparing, day)
        given = [comparing.row(heading) for heading in portal.settings.headings]
    else:
        comparing = Comparing(load_graph(open_project(path)), wanted)
        columns = comparing.columns([comparing.labels.find(name) for name in names], day)
        given = []
    if not columns:
        raise UsageError("there is nothing to compare", hint="no document says whose profile it is: scog:isProfileOf")
    chosen = _rows(comparing, columns, rows, given, is_every=is_every)
    table = comparing.compare(columns, chosen, day)
    _write(table, _words(comparing, wanted), form, output)
    for broken in portal.broken if portal is not None else ():
        say(str(broken))
    if portal is not None and portal.broken:
        raise SystemExit(1)


def _portal(names: Sequence[str], path: str | None) -> Portal | None:
    """The portal, if the names are those of one or of projects."""
    folders = [name for name in names if Path(name).exists() and (Path(name).is_file() or is_laid_out(Path(name)))]
    if path is not None or not folders:
        return None
    if len(folders) < len(names):
        other = next(name for name in names if name not in folders)
        raise UsageError(f"{other} is no project, and {folders[0]} is one", hint="name projects, or organisations")
    if len(names) == 1 and portal_settings(Path(names[0]))[1] is not None:
        return open_portal(names[0])
    return portal_of(names)


def _rows(
    comparing: Comparing, columns: Sequence[Column], rows: Sequence[str], given: Sequence[Row], *, is_every: bool
) -> Sequence[Row]:
    if rows:
        return [Row((), (comparing.term(text),)) for text in rows]
    if is_every:
        return comparing.properties(columns)
    return given or comparing.headings(columns) or comparing.properties(columns)


def _words(comparing: Comparing, languages: Sequence[str]) -> ComparisonWords:
    interface = next((one for one in languages if one in INTERFACE), INTERFACE[0])
    labels = Labels(comparing.graph, languages)
    inverse = comparing.meaning.inverse_names
    return ComparisonWords(read_words(interface), labels, lambda node: labels.best(inverse.get(node, ())))


def _write(table: Comparison, said: ComparisonWords, form: str, output: str) -> None:
    names = said.words("comma").join(said.name(column.node) for column in table.columns)
    picture = said.words("compare.on", day=said.words.date(table.day)) if table.day else said.words("compare")
    title = said.words("compare.of", what=picture, name=names)
    if form == "csv":
        write(output, [comparison_csv(table, said.name, said.heading)])
    elif form == "json-ld":
        write(output, [comparison_json_ld(table, title, said.name, said.heading)])
    elif form == "html":
        write(output, [piece.encode() for piece in html_page(table, said, title)])
    else:
        write_text(output, markdown(table, said, title))
