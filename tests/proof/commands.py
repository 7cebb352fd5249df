"""Random calls of every command, over good and broken files: each ends with a word and a documented code."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import click
from pyoxigraph import RdfFormat, parse

from proof.cases import PROJECTS
from proof.files import FORMATS, MEMORY, SECONDS, broken
from proof.runs import Ended, Runs
from proof.tally import Tally
from scograph.cli import cli

EACH = 25
"""So many calls are made in one folder before it is made anew."""
SMALL = PROJECTS / "small"
NEVER = {
    "--watch",  # they never end, or reach other machines
    "--open",
    "--online",
    "--private",
    "--help",
    "--public",
}
NOWHERE = "http://127.0.0.1:9/"
"""An address that nobody answers at: no other machine is asked."""
IRIS = ("https://example.org/chess/id/player/zoe-lind", "urn:x", "no iri", "chess:Player", "_:b0", "Zoë Lind", "", "1")
QUERIES = (
    "1",
    "99",
    "q.rq",
    "no.rq",
    "ASK {}",
    "ASK { SERVICE <urn:x> {} }",
    "CONSTRUCT WHERE { ?s ?p ?o }",
    "DESCRIBE ?s { ?s a ?c }",
    "SELECT",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT * { ?s ?p ?o } LIMIT 3",
    "SELECT * { ?s ?p 'a\\u0000b' }",
)
NUMBERS = ("0", "1", "2", "-1", "0.5", "nan", "99999999999999999999", "x", "")
TEXTS = ("x", "", "ru", "zh-Hans", "a=b", "..", "../x", "notes", "R01", "1.0.0", "é", "\u202e", "-", "a" * 300)
OUTPUTS = ("-", "out.txt", "out.nt.gz", "out.zip", "out/", "no/such/out", "data/notes/source.ttl", ".", "a.ttl")
PATHS = (".", "project", "nowhere", "-", "empty", "q.rq", "dist", "store", "seen.json", "a.png", "HEAD:", NOWHERE)
SENSIBLE = 0.95
"""How often what is named as a file is the name of one."""
VALUES = {
    "query": QUERIES,
    "gets": ("/", "/void.ttl", "/sparql?query=ASK+{}", "/id/x", "x", "/sparql", "/data?default", "/search?q=a"),
    **dict.fromkeys(("output", "new_baseline", "target"), OUTPUTS),
    **dict.fromkeys(("term", "subject", "property_", "value", "kind", "focus", "graph", "store_graph", "entity"), IRIS),
}
"""Values of parameters, by their Python names."""


def _twice(data: bytes, _: random.Random) -> bytes:
    return data + data


def _cut(data: bytes, chooser: random.Random) -> bytes:
    return data[: chooser.randrange(len(data) + 1)]


def _encoded(data: bytes, chooser: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(chooser.choice(("utf-16", "utf-16-be", "utf-32", "utf-8-sig", "latin-1", "utf-7")), "replace")


def _as_it_is(data: bytes, _: random.Random) -> bytes:
    return data


MEANS: tuple[Callable[[bytes, random.Random], bytes], ...] = (_as_it_is, _as_it_is, _twice, _cut, _encoded, broken)
"""What is done with a file before a command reads it."""


def commands(runs: Runs, root: Path, chooser: random.Random, count: int) -> Tally:
    """Call commands with random arguments and options.

    Args:
        runs: What runs commands.
        root: A folder to work in.
        chooser: Chooses files, commands, arguments and options.
        count: How many calls are made.

    Returns:
        What gave way.
    """
    tally = Tally("commands")
    root.mkdir(parents=True)
    seeds = {}
    for form in FORMATS:
        ended = runs.run("export", str(SMALL), "-f", form, cwd=root)
        assert ended.code == 0, ended
        seeds[form] = ended.out.encode()
    names = sorted(cli.all())
    for number in range(count):
        folder = root / f"work{number // EACH}"
        if number % EACH == 0:
            _prepare(folder, seeds, chooser)
            if number:
                shutil.rmtree(root / f"work{number // EACH - 1}")
        name = names[number % len(names)]
        arguments = [name, *_words(name, cli.all()[name], chooser)]
        place = folder / chooser.choice(("", "", "project", "project", "empty", "project/data/notes"))
        place = place if place.is_dir() else folder
        ended = runs.run(
            *(word.replace("\x00", "\\0") for word in arguments), cwd=place, memory=MEMORY, seconds=SECONDS
        )
        what = f"call {number}: {arguments!r} in {place.name}"
        tally.ended(ended, what)
        if not ended.crashed and not ended.has_traceback:
            _judge(arguments, place, ended, what, tally)
    return tally


def _prepare(folder: Path, seeds: dict[str, bytes], chooser: random.Random) -> None:
    """A folder of files and a project, some of them broken."""
    shutil.copytree(SMALL, folder / "project")
    (folder / "empty").mkdir()
    for form, seed in seeds.items():
        (folder / f"a.{form}").write_bytes(chooser.choice(MEANS)(seed, chooser))
    (folder / "shapes.ttl").write_bytes(chooser.choice(MEANS)((SMALL / "shapes" / "chess.ttl").read_bytes(), chooser))
    (folder / "q.rq").write_bytes(
        chooser.choice(MEANS)(b"# How many?\nSELECT (COUNT(*) AS ?n) { ?s ?p ?o }\n", chooser)
    )
    (folder / "a.png").write_bytes(b"\x89PNG\r\n")
    if chooser.random() < 0.5:
        inside = sorted(path for path in (folder / "project").rglob("*") if path.is_file())
        chosen = chooser.choice(inside)
        chosen.write_bytes(chooser.choice(MEANS)(chosen.read_bytes(), chooser))


def _words(name: str, command: click.Command, chooser: random.Random) -> Iterator[str]:
    """Random options and arguments of a command."""
    behind = []
    for parameter in command.params:
        if isinstance(parameter, click.Argument):
            wanted = 1 if parameter.required else chooser.choice((0, 1, 1))
            times = wanted if parameter.nargs == 1 else wanted * chooser.choice((1, 1, 2))
            behind += [_value(parameter, chooser) for _ in range(times)]
            continue
        option = chooser.choice([*parameter.opts, *parameter.secondary_opts])
        is_needed = parameter.required or option == "--get"
        is_slow = name == "build" and option in ("--verify", "--site", "--builtin")
        if is_slow or not NEVER.isdisjoint(parameter.opts) or not (is_needed or chooser.random() < 0.12):
            continue
        yield option
        if not getattr(parameter, "is_flag", False):
            yield _value(parameter, chooser)
    if name == "build":
        yield from ("--jobs", "1", "--no-site")
    yield from behind


def _value(parameter: click.Parameter, chooser: random.Random) -> str:
    """A value of a parameter: mostly one that it may have."""
    kind, called = parameter.type, str(getattr(parameter, "metavar", "") or parameter.name).upper()
    if isinstance(kind, click.Choice):
        return chooser.choice((*map(str, kind.choices), "x", ""))
    if isinstance(kind, click.types.FloatParamType | click.types.IntParamType) or called == "SECONDS":
        return chooser.choice(NUMBERS)
    values = VALUES.get(parameter.name or "")
    if values:
        return chooser.choice(values)
    if any(word in called for word in ("FILE", "FOLDER", "PATH", "INPUT", "DATA", "URL", "BEFORE", "AFTER")):
        files = (*(f"a.{form}" for form in FORMATS), "shapes.ttl", *PATHS)
        return chooser.choice(files) if chooser.random() < SENSIBLE else chooser.choice(TEXTS)
    return chooser.choice(TEXTS)


def _judge(arguments: list[str], place: Path, ended: Ended, what: str, tally: Tally) -> None:
    """Whether what a command says with its code is true."""
    if ended.code not in (0, 1, 141) and not ended.err.strip():
        tally.lied(f"{what}: it failed without a word: {ended}")
    if ended.code == 1 and not (ended.out + ended.err).strip():
        tally.lied(f"{what}: findings, and no report: {ended}")
    pairs = list(pairwise(arguments))
    form = next((after for before, after in pairs if before in ("-f", "--format")), "")
    if ended.code not in (0, 1) or form not in ("json", "sarif", "turtle") or arguments[0] in ("export", "query"):
        return
    written = [after for before, after in pairs if before in ("-o", "--output")]
    try:
        text = (place / written[-1]).read_bytes() if written and written[-1] != "-" else ended.out.encode()
        if written and written[-1].endswith((".gz", "/")):
            return
        if form == "turtle":
            for _ in parse(text, RdfFormat.TURTLE, base_iri="urn:base"):
                pass
        else:
            json.loads(text)
    except (ValueError, SyntaxError, OSError) as error:
        tally.lied(f"{what}: a report that does not parse: {error}: {ended}")
