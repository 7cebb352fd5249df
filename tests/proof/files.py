"""Broken files of every format, and bombs, through every command that reads them, within 2 GiB and 60 seconds."""

from __future__ import annotations

import gzip
import random
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import bombs
from proof.cases import PROJECTS
from proof.runs import Ended, Runs
from proof.tally import Tally
from writing_faults import tree

MEMORY = 2 << 30
SECONDS = 60
FORMATS = ("ttl", "nt", "nq", "trig", "jsonld", "rdf")
SHAPES = PROJECTS / "small" / "shapes" / "chess.ttl"
BYTES = (b"\x00", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\\", b'"', b"<", b">", b"{", b"[", b"(", b"\r",
         b"\xe2\x80\xa8", b"\\uD800", b"\\U00110000", b"9" * 400, b"1e999999999", b"@", b"^^", b"<<(")  # fmt: skip
"""What a reader may stumble over."""


def broken(data: bytes, chooser: random.Random) -> bytes:
    """Break a file: one to four times, each by one means.

    Args:
        data: The file.
        chooser: Chooses means and places.

    Returns:
        The broken file.
    """
    for _ in range(chooser.choice((1, 1, 1, 2, 4))):
        data = chooser.choice(_MEANS)(data, chooser)
    return data


def _flip(data: bytes, chooser: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chooser.choice((1, 1, 8))):
        if changed:
            changed[chooser.randrange(len(changed))] ^= 1 << chooser.randrange(8)
    return bytes(changed)


def _cut(data: bytes, chooser: random.Random) -> bytes:
    return data[: chooser.randrange(len(data) + 1)]


def _repeat(data: bytes, chooser: random.Random) -> bytes:
    start = chooser.randrange(len(data) + 1)
    end = min(len(data), start + chooser.choice((1, 8, 64, 4096)))
    return data[:end] + data[start:end] * chooser.choice((1, 2, 50, 3000)) + data[end:]


def _drop(data: bytes, chooser: random.Random) -> bytes:
    start = chooser.randrange(len(data) + 1)
    return data[:start] + data[start + chooser.choice((1, 8, 64)) :]


def _put(data: bytes, chooser: random.Random) -> bytes:
    at = chooser.randrange(len(data) + 1)
    return data[:at] + chooser.choice(BYTES) + data[at:]


def _swap(data: bytes, chooser: random.Random) -> bytes:
    tokens = data.split(b" ")
    one, other = chooser.randrange(len(tokens)), chooser.randrange(len(tokens))
    tokens[one], tokens[other] = tokens[other], tokens[one]
    return b" ".join(tokens)


_MEANS = (_flip, _cut, _repeat, _drop, _put, _swap)


def _commands(name: str, good: str) -> Iterator[tuple[str, ...]]:
    yield "check", "--shapes", str(SHAPES), name
    yield "export", name, "-f", "nq", "-o", "out.nq"
    yield "hash", name
    yield "load", "store", name
    yield "diff", name, good
    if name.endswith(".ttl"):
        yield "fmt", name


def _run(runs: Runs, folder: Path, *arguments: str) -> Ended:
    return runs.run(*arguments, cwd=folder, memory=MEMORY, seconds=SECONDS)


def _judge(  # noqa: PLR0913, PLR0917 -- a run, and how it is judged
    runs: Runs, folder: Path, path: Path, arguments: tuple[str, ...], ended: Ended, tally: Tally
) -> None:
    """Whether a success is one, and whether what failed left nothing."""
    what = f"{' '.join(arguments)}"
    if arguments[0] == "export":
        out = folder / "out.nq"
        if ended.code == 0:
            facts, written = (_run(runs, folder, "hash", name) for name in (path.name, "out.nq"))
            if facts.code == 0 and facts.out != written.out:
                tally.lied(f"{what}: success, and other facts are in the output: {written}")
        elif out.exists():
            tally.lied(f"{what}: it failed, and left its output: {ended}")
        out.unlink(missing_ok=True)
    if arguments[0] == "load":
        if ended.code == 0:
            facts, read = _run(runs, folder, "hash", path.name), _run(runs, folder, "verify", "store")
            if read.code != 0 or facts.code != 0:
                tally.lied(f"{what}: success, and the store is not good: {read}")
        shutil.rmtree(folder / "store", ignore_errors=True)


def mutations(runs: Runs, root: Path, chooser: random.Random, count: int) -> Tally:
    """Break files of every format, and files of a project.

    Args:
        runs: What runs commands.
        root: A folder to work in.
        chooser: Chooses what is broken.
        count: So many files of each format.

    Returns:
        What gave way.
    """
    tally = Tally("broken files")
    root.mkdir(parents=True)
    seeds = {}
    for form in FORMATS:
        ended = _run(runs, root, "export", str(PROJECTS / "small"), "-f", form)
        assert ended.code == 0, ended
        seeds[form] = ended.out.encode()
    (root / "good.nt").write_bytes(seeds["nt"])
    seeds["ttl.gz"] = gzip.compress(seeds["ttl"], mtime=0)
    for form, seed in seeds.items():
        for number in range(count):
            path = root / f"broken.{form}"
            data = broken(seed, chooser)
            path.write_bytes(data)
            for arguments in _commands(path.name, "good.nt"):
                ended = _run(runs, root, *arguments)
                tally.ended(ended, f"{' '.join(arguments)} ({form} {number})")
                if arguments[0] == "fmt":
                    _judge_laid_out(runs, root, path, data, ended, tally)
                else:
                    _judge(runs, root, path, arguments, ended, tally)
            path.unlink()
    _break_projects(runs, root, chooser, count * 2, tally)
    return tally


def _judge_laid_out(  # noqa: PLR0913, PLR0917 -- the same
    runs: Runs, root: Path, path: Path, data: bytes, ended: Ended, tally: Tally
) -> None:
    """What `fmt` changed has the same facts; what it refused is as it was."""
    if ended.code != 0 and path.read_bytes() != data:
        tally.lost(f"fmt {path.name}: it failed, and the file is another: {ended}")
    if ended.code == 0:
        before = path.with_name("before.ttl")
        before.write_bytes(data)
        one, other = (_run(runs, root, "hash", name) for name in ("before.ttl", path.name))
        if one.out != other.out:
            tally.lost(f"fmt {path.name}: other facts are in the file: {one} {other}")
        before.unlink()


def _break_projects(runs: Runs, root: Path, chooser: random.Random, count: int, tally: Tally) -> None:
    good = PROJECTS / "small"
    files = sorted(path.relative_to(good) for path in good.rglob("*") if path.is_file())
    project = root / "project"
    for number in range(count):
        chosen = chooser.choice(files)
        shutil.copytree(good, project)
        (project / chosen).write_bytes(broken((good / chosen).read_bytes(), chooser))
        before = tree(project)
        for arguments in (
            ("check", "project", "--timeout", "60"),
            ("build", "project", "-o", "out", "--no-site", "--jobs", "1"),
            ("query", "-p", "project", "1", "--timeout", "60"),
        ):
            ended = _run(runs, root, *arguments)
            what = f"{' '.join(arguments[:2])} with a broken {chosen} ({number})"
            tally.ended(ended, what)
            if arguments[0] == "build":
                if ended.code == 0 and _run(runs, root, "verify", "out").code != 0:
                    tally.lied(f"{what}: success, and verify finds faults")
                if ended.code != 0 and (root / "out").exists():
                    tally.lied(f"{what}: it failed, and left its output: {ended}")
        if tree(project) != before:
            tally.lost(f"a project with a broken {chosen} was changed")
        shutil.rmtree(project)
        shutil.rmtree(root / "out", ignore_errors=True)


def explosions(runs: Runs, root: Path, chosen: Iterable[bombs.Bomb] = bombs.FILES) -> Tally:
    """Send bombs through every command, and ask what never ends.

    Args:
        runs: What runs commands.
        root: A folder to work in.
        chosen: The files.

    Returns:
        What gave way.
    """
    tally = Tally("bombs")
    root.mkdir(parents=True)
    (root / "good.nt").write_bytes(bombs.DATA)
    for bomb in chosen:
        (root / bomb.file).write_bytes(bomb.make())
        commands = (*_commands(bomb.file, "good.nt"), ("query", "--data", bomb.file, "ASK {}"))
        for arguments in commands:
            ended = _run(runs, root, *arguments)
            tally.ended(ended, f"{arguments[0]} of {bomb.name}")
            if arguments[0] != "fmt" and bomb.bound and (ended.code == 0 or bomb.file not in ended.err):
                tally.lied(f"{arguments[0]} of {bomb.name}: not refused by name: {ended}")
            (root / "out.nq").unlink(missing_ok=True)
            shutil.rmtree(root / "store", ignore_errors=True)
        (root / bomb.file).unlink()
    _explode_work(runs, root, tally)
    return tally


def _explode_work(runs: Runs, root: Path, tally: Tally) -> None:
    """Shapes that never end, or take all memory; and queries."""
    (root / "data.nt").write_bytes(bombs.DATA)
    for name, text in bombs.SHAPES.items():
        (root / "shapes.ttl").write_bytes(text)
        ended = _run(runs, root, "--bound", "constraint-seconds=3", "check", "data.nt", "--shapes", "shapes.ttl")
        tally.ended(ended, f"check with {name}")
        if ended.code == 0:
            tally.lied(f"check with {name}: it passes: {ended}")
    for name, body in bombs.RULES.items():
        ended = _run(runs, root, "query", "--data", "data.nt", f"SELECT * {{ {body} }}", "--timeout", "3")
        tally.ended(ended, f"query of {name}")
        if ended.code == 0:
            tally.lied(f"query of {name}: it ends within 3 seconds: {ended}")
