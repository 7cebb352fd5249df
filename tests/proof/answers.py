"""Hostile servers for every command that asks one: an end within bounds, a message, and no false success."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import bombs
from hostile_servers import ANSWERS, Answer, hostile, says
from proof.runs import Ended, Runs
from proof.tally import Tally

MEMORY = 2 << 30
SECONDS = 60
MEDIA_TYPES = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "nq": "application/n-quads",
    "trig": "application/trig",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
BOUNDS = ("store-answer=2", "store-graph=2", "store-line=1", "store-seconds=2", "download-seconds=2", "probe-seconds=1")
"""Little is read, and not for long: what is held is that there is an end, not when."""
SECRET = "secret-password"  # noqa: S105 -- what a hostile redirect names
FACT = "<urn:a> <urn:p> <urn:b> .\n"


def all_answers() -> dict[str, Answer]:
    """Those of `hostile_servers`, and every bomb as an answer in its own media type."""
    return ANSWERS | {
        f"{bomb.name} ({bomb.extension})": says(bomb.make(), MEDIA_TYPES[bomb.extension]) for bomb in bombs.FILES
    }


def _commands(address: str) -> tuple[tuple[str, ...], ...]:
    sparql = ("--profile", "sparql", "--update-url", f"{address}/update", "--timeout", "3")
    return (
        ("load", address, "facts.nt", *sparql),
        ("load", address, "facts.nt", "--timeout", "3"),
        ("load", address, "facts.nt", "--graph-store-url", f"{address}/data", *sparql),
        ("load", address, "facts.nt", "--verify-only", *sparql),
        ("query", "--store", address, "SELECT * { ?s ?p ?o }", "--timeout", "10"),
        ("query", "--store", address, "-f", "nt", "CONSTRUCT WHERE { ?s ?p ?o }", "--timeout", "10"),
        ("export", "--store", address, "-f", "nt", "-o", "out.nt"),
        ("diff", "--store", address, "facts.nt"),
        ("probe", address, "--most", "12"),
        ("verify", address),
    )


def answers(runs: Runs, root: Path, chosen: Iterable[str] | None = None) -> Tally:
    """Ask a server that gives each hostile answer, by each command.

    Args:
        runs: What runs commands.
        root: A folder to work in.
        chosen: The answers, by name; None for all.

    Returns:
        What gave way.
    """
    tally = Tally("hostile answers")
    root.mkdir(parents=True)
    (root / "facts.nt").write_text(FACT, encoding="utf-8")
    bounds = [part for bound in BOUNDS for part in ("--bound", bound)]
    wanted = None if chosen is None else set(chosen)
    for name, answer in all_answers().items():
        if wanted is not None and name not in wanted:
            continue
        with hostile(answer) as server:
            for command in _commands(server.address):
                ended = runs.run(*bounds, *command, cwd=root, memory=MEMORY, seconds=SECONDS)
                _judge(root, name, command, ended, tally)
    return tally


def _judge(root: Path, name: str, command: tuple[str, ...], ended: Ended, tally: Tally) -> None:
    what = f"{' '.join(command)} of a server that answers {name}"
    tally.ended(ended, what)
    if SECRET in ended.out + ended.err:
        tally.lied(f"{what}: a secret is told: {ended}")
    if command[0] in ("load", "verify") and ended.code == 0:
        tally.lied(f"{what}: success: {ended}")
    out = root / "out.nt"
    if command[0] == "export" and ended.code != 0 and out.exists():
        tally.lied(f"{what}: it failed, and left its output: {ended}")
    out.unlink(missing_ok=True)
    if command[0] != "probe" and ended.code not in (0, 1, 2, 3, 4, 5, 124):
        tally.lied(f"{what}: not the code of what happened: {ended}")
    shutil.rmtree(root / "store", ignore_errors=True)
