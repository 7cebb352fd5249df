"""The command that gives the reasons of a fact: why."""

from __future__ import annotations

import click

from scograph.answers.text import reasons_json, why_text
from scograph.cli.answers import labels_and_reasons, write_json
from scograph.cli.frame import examples, handled, write_text
from scograph.cli.options import BUILTIN, LANGUAGES, OUTPUT, PROJECT, TEXT_OR_JSON


@click.command(
    name="why",
    epilog=examples(
        "scograph why scograph:dataset",
        "scograph why scograph:dataset dcterms:title -f json",
    ),
)
@click.argument("subject")
@click.argument("property_", metavar="[PROPERTY]", required=False)
@click.argument("value", required=False)
@PROJECT
@LANGUAGES
@TEXT_OR_JSON
@OUTPUT
@BUILTIN
@handled
def why_command(  # noqa: PLR0913, PLR0917 -- click hands every option over by itself
    subject: str,
    property_: str | None,
    value: str | None,
    path: str | None,
    languages: tuple[str, ...],
    form: str,
    output: str,
) -> None:
    """Show the claims behind a fact, with document, passage, basis, link, and claims against it.

    SUBJECT, PROPERTY and VALUE are IRIs, CURIEs or names; VALUE may be the text of a literal, or a literal as Turtle
    has it. For a claim as SUBJECT its statement is explained.
    """
    labels, reasons = labels_and_reasons(path, languages)
    found = reasons.why(labels.find(subject), None if property_ is None else labels.find_property(property_), value)
    if form == "json":
        write_json(output, reasons_json(labels, found))
    else:
        write_text(output, [why_text(labels, found)])
