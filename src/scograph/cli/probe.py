"""The command that probes a linked-data site: probe."""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import click

from scograph.cli.frame import examples, handled, write, write_text
from scograph.cli.options import OUTPUT, TEXT_OR_JSON
from scograph.errors import UsageError
from scograph.json_text import json_document
from scograph.probe import DEFAULT_REQUESTS, as_json, as_text, probe
from scograph.probe.checks import CHECKS
from scograph.stores.addresses import LOOPBACK, checked_address

PAUSE = 0.2
"""Seconds between two requests to a host that is not this machine."""


@click.command(name="probe", epilog=examples("scograph probe --list"))
@click.argument("url", required=False)
@click.option(
    "--entity",
    metavar="URL",
    default="",
    help="The IRI of a thing on the site  [default: one that VoID or the sitemap names].",
)
@click.option(
    "--endpoint", metavar="URL", default="", help="Its SPARQL endpoint  [default: as VoID says, or /sparql, /query]."
)
@click.option(
    "--most",
    type=click.IntRange(1, 1000),
    default=DEFAULT_REQUESTS,
    show_default=True,
    help="Maximum number of requests.",
)
@click.option("--follow", "follows", is_flag=True, help="Send requests to other hosts too, if the site leads there.")
@click.option(
    "--harm", "harms", is_flag=True, help="Also try what can harm a site: to write, to call another host, to end it."
)
@click.option("--list", "lists", is_flag=True, help="List the checks, and send no request.")
@TEXT_OR_JSON
@OUTPUT
@handled
def probe_command(  # noqa: PLR0913, PLR0917 -- click hands every option over by itself
    url: str | None,
    entity: str,
    endpoint: str,
    most: int,
    follows: bool,  # noqa: FBT001
    harms: bool,  # noqa: FBT001
    lists: bool,  # noqa: FBT001
    form: str,
    output: str,
) -> None:
    """Score a linked-data site by a checklist, and explain each failure with its clause and what mends it.

    Requests are made one after the other, a bounded number of them, to the host of URL alone. What a standard demands
    (MUST), what it recommends (SHOULD) and advice count apart. Exit 1 if a check fails that is no advice. With --harm,
    probe only a site that is your own.
    """
    if lists and form == "json":
        write(output, [_listed_json()])
        return
    if lists:
        write_text(output, _listed())
        return
    if url is None:
        raise UsageError("no site is given", hint="give its address: scograph probe http://127.0.0.1:8000/")
    for address in filter(None, (url, entity, endpoint)):
        checked_address(address.partition("?")[0])
    pause = 0.0 if urlsplit(url).hostname in LOOPBACK else PAUSE
    found = probe(
        url,
        entity=entity,
        endpoint=endpoint,
        most=most,
        pause=pause,
        follows=follows,
        harms=harms,
        wait=time.sleep,
    )
    if form == "json":
        write(output, [as_json(found)])
    else:
        write_text(output, (f"{line}\n" for line in as_text(found)))
    if not found.passes:
        raise SystemExit(1)


def _listed_json() -> bytes:
    """The checks as one JSON array."""
    return json_document(
        [
            {
                "code": one.code,
                "level": one.level,
                "group": one.group,
                "title": one.title,
                "clause": one.clause,
                "harmful": one.is_harmful,
            }
            for one in CHECKS
        ]
    )


def _listed() -> Iterator[str]:
    """The checks, a line each."""
    for one in CHECKS:
        marked = " [--harm]" if one.is_harmful else ""
        yield f"{one.code}  {one.level:6}  {one.group}: {one.title} ({one.clause}){marked}\n"
