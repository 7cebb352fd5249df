"""The command that shows a thing: show."""

from __future__ import annotations

import click

from scograph.answers.text import MAX_INCOMING, reasons_json, show_text
from scograph.cli.answers import labels_and_reasons, write_json
from scograph.cli.frame import examples, handled, write_text
from scograph.cli.options import BUILTIN, GRAPH, LANGUAGES, OUTPUT, PROJECT, STORE, TEXT_OR_JSON


@click.command(
    name="show",
    epilog=examples(
        "scograph show scog:Claim", "scograph show scograph:concept/basis/stated", "scograph show -f json scog:Passage"
    ),
)
@click.argument("term")
@PROJECT
@LANGUAGES
@click.option(
    "--all",
    "is_all",
    is_flag=True,
    help=f"In text: list all statements that refer to it, not only {MAX_INCOMING} for each property.",
)
@TEXT_OR_JSON
@STORE
@GRAPH
@OUTPUT
@BUILTIN
@handled
def show_command(  # noqa: PLR0913, PLR0917 -- click hands every option over by itself
    term: str,
    path: str | None,
    languages: tuple[str, ...],
    form: str,
    store: str | None,
    graph: str | None,
    output: str,
    *,
    is_all: bool,
) -> None:
    """Show an entity, class or property: its facts, each with the passages behind it, and what points at it.

    TERM is an IRI, a CURIE such as scog:Claim, the last part of an IRI, or a name in any language. The beginning of a
    name will do, or else a part of one, if only one thing has such a name.
    """
    labels, reasons = labels_and_reasons(path, languages, store, graph)
    subject = labels.find(term)
    if form == "json":
        write_json(
            output,
            {
                "iri": subject.value,
                "label": labels.own_label(subject),
                "facts": reasons_json(labels, reasons.about(subject)),
                "pointedAtBy": [
                    {"subject": str(triple.subject), "predicate": str(triple.predicate)}
                    for triple in reasons.incoming(subject)
                ],
                "says": reasons_json(labels, (reasons.reason(claim.triple) for claim in reasons.claims_of(subject))),
                "usedInStatements": reasons.uses(subject),
            },
        )
    else:
        write_text(output, [show_text(labels, reasons, subject, None if is_all else MAX_INCOMING)])
