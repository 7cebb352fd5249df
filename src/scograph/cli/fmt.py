"""The command that formats Turtle files: fmt."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import click

from scograph.cli.frame import examples, handled, say, write, write_text
from scograph.edit.changes import difference
from scograph.errors import InputError, RdfSyntaxError, UsageError
from scograph.formats import TURTLE
from scograph.messages import counted
from scograph.model import Finding
from scograph.parse import parse_rdf
from scograph.project import files_below, read_bytes, refuse_link_out
from scograph.read_options import NO_BASE
from scograph.writing import rewrite_file, tidy

_STDIN = "-"


@click.command(name="fmt", epilog=examples("scograph fmt .", "scograph fmt --check data", "scograph fmt --diff data"))
@click.argument("paths", nargs=-1, required=True)
@click.option("--check", "only_check", is_flag=True, help="Change nothing; name the files that would change.")
@click.option("--diff", "only_diff", is_flag=True, help="Change nothing; print what would change.")
@handled
def fmt_command(paths: tuple[str, ...], *, only_check: bool, only_diff: bool) -> None:
    """Lay Turtle files out: PATHS are files, folders with all their .ttl files, or - for standard input.

    There is one layout: used prefixes and subjects sorted, `a` first, then predicates sorted, one object a line, LF at
    the end of each. Every comment stays with what it is about, every literal as it is written; `[]`, `()` and lists
    stay what they are. A comment between empty lines begins a section
    of its own, and subjects are sorted within it. A file that is not Turtle, or whose triples would not stay the same,
    is left as it is. So is one that is a link, read-only, has other names (hard links), belongs to somebody else, or
    was written to meanwhile; that is said, and exits with 1.

    With --check or --diff, exits with 1 if a file would change. Exits with 3, and writes nothing, if one is not Turtle.
    """
    if _STDIN in paths:
        if len(paths) > 1:
            raise UsageError(
                "- (standard input) excludes files and folders", hint="format files and folders in a separate call"
            )
        texts = [("<stdin>", sys.stdin.buffer.read())]
    else:
        texts = [(str(path), read_bytes(path)) for path in _files(paths)]
    changed = [(name, old, new) for name, old, new in _laid_out(texts) if old != new]
    if only_diff:
        write_text("-", (piece.decode() for name, old, new in changed for piece in difference(name, old, new)))
    if only_check:
        write_text("-", (f"{name}\n" for name, _, _ in changed))
    if only_check or only_diff:
        say(f"{counted(len(changed), 'file')} would change, of {counted(len(texts), 'file')}")
        if changed:
            raise SystemExit(1)
    elif _STDIN in paths:
        write("-", [changed[0][2] if changed else texts[0][1]])
    else:
        _rewrite(changed, [name for name, _ in texts])


def _rewrite(changed: Iterable[tuple[str, bytes, bytes]], names: Collection[str]) -> None:
    """Write one file after another; then say which were, and which were left as they are, and why."""
    left = {}
    written = []
    for folder in {Path(name).parent for name in names}:
        tidy(folder)
    for name, old, new in changed:
        reason = rewrite_file(Path(name), old, new)
        if reason:
            left[name] = reason
        else:
            written.append(name)
    for name in written:
        say(name)
    for name, reason in left.items():
        say(f"{name}: not changed: it {reason}")
    said = f"{counted(len(written), 'file')} changed, of {counted(len(names), 'file')}"
    say(f"{said}; {len(left)} not changed" if left else said)
    if left:
        raise SystemExit(1)


def _files(paths: Iterable[str]) -> list[Path]:
    """The files, and the Turtle files of the folders, each once."""
    found: dict[Path, None] = {}
    for name in paths:
        path = Path(name)
        if path.is_dir():
            inside = (file for file in files_below(path, has_hidden=False) if _is_turtle(file))
            found |= dict.fromkeys(refuse_link_out(file, path) for file in inside)
        elif not _is_turtle(path):
            raise InputError(f"{name}: not a Turtle file by its extension", hint="fmt lays out .ttl files only")
        else:
            found[path] = None
    if not found:
        raise UsageError(f"no .ttl file in {', '.join(paths)}", hint="name a Turtle file, or a folder that has some")
    return list(found)


def _is_turtle(path: Path) -> bool:
    return path.suffix.removeprefix(".") in TURTLE.extensions


def _laid_out(texts: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes, bytes]]:
    """Names with the bytes before and after; all files are judged before one is written."""
    from scograph.serialise.formatted import formatted  # noqa: PLC0415 -- its patterns take a while to compile

    errors: list[Finding] = []
    done: list[tuple[str, bytes, bytes]] = []
    for name, data in texts:
        parsed = parse_rdf(data, TURTLE, name, base=NO_BASE)
        errors += parsed.errors
        if not parsed.errors:
            done.append((name, data, formatted(data, path=name).encode()))
    if errors:
        raise RdfSyntaxError(errors)
    yield from done
