"""The command that lists and checks outside links: links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import click

from scograph.answers.outside import OutsideLink, outside_links
from scograph.cli.frame import examples, handled, say, write, write_text
from scograph.cli.options import BUILTIN, GRAPH, OUTPUT, STORE, TEXT_OR_JSON, InputPath, Seconds
from scograph.cli.remote import loaded_graph
from scograph.errors import UsageError
from scograph.json_text import json_document
from scograph.messages import behind_mark, counted
from scograph.stores.link_check import UnreachedError, check_links

FINDINGS = 1


@click.command(name="links", epilog=examples("scograph links", "scograph links -f json -o links.json"))
@click.argument("path", required=False, type=InputPath(is_project=True))
@click.option("--online", is_flag=True, help="Send a request to each web address, at most one a second for each host.")
@click.option("--private", is_flag=True, help="With --online: also addresses of this machine and its network.")
@click.option(
    "--timeout",
    type=Seconds(),
    default=20.0,
    show_default=True,
    help="With --online: seconds to wait for an answer.",
)
@TEXT_OR_JSON
@STORE
@GRAPH
@OUTPUT
@BUILTIN
@handled
def links_command(  # noqa: PLR0913, PLR0917 -- click hands every option over by itself
    path: str | None,
    online: bool,  # noqa: FBT001
    private: bool,  # noqa: FBT001
    timeout: float,
    form: str,
    store: str | None,
    graph: str | None,
    output: str,
) -> None:
    """List every outside IRI that the facts point at, and whether those of Wikidata and GeoNames have the right form.

    Exits with 1 if one has a wrong form, or with --online if one does not answer; with 4 if the network cannot be
    reached, since then nothing is known of any. An address of this machine or its
    network is asked only with --private: the data might be somebody else's.
    """
    if private and not online:
        raise UsageError("--private is for --online", hint="give both")
    found = outside_links(loaded_graph(path, store, graph))
    said: dict[str, str] = {}
    unreached = None
    try:
        said = check_links([link.iri for link in found], timeout, asks_private=private) if online else {}
    except UnreachedError as error:
        unreached = error
    wrong = [link for link in found if link.problem or said.get(link.iri, "").startswith("no")]
    if form == "json":
        rows = [{**_row(link), **({"answer": said[link.iri]} if link.iri in said else {})} for link in found]
        write(output, [json_document(rows)])
    else:
        write_text(output, (f"{behind_mark(line)}\n" for line in _text(found, said)))
    hosts = Counter(link.host for link in found if link.host)
    most = ", ".join(f"{host} {number:,}" for host, number in hosts.most_common(3))
    at = f" at {counted(len(hosts), 'host')} ({most})" if hosts else ""
    say(f"{counted(len(found), 'outside IRI')}{at}; {len(wrong):,} wrong")
    if unreached is not None:
        raise unreached
    if wrong:
        raise SystemExit(FINDINGS)


def _row(link: OutsideLink) -> dict[str, object]:
    return {"iri": link.iri, "uses": link.uses, "problem": link.problem}


def _text(found: list[OutsideLink], said: dict[str, str]) -> Iterator[str]:
    for link in found:
        notes = [note for note in (link.problem, said.get(link.iri, "")) if note]
        yield f"{link.uses:>5}  {link.iri}" + (f"  {'; '.join(notes)}" if notes else "")
