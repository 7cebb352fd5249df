"""Calls of every command over good and odd files: each ends with a word and a documented code, and loses nothing.

First every option of every command is called with values that it may have and values that it may not; then commands,
options and values are random. Most calls are forks of one process, some are new ones.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import click
from pyoxigraph import RdfFormat, parse

from proof.files import MEMORY, SECONDS
from proof.odd import FORMATS, Seeds, lay_out, open_again
from proof.runs import Ended, Runs
from proof.tally import Tally
from proof.values import FILES, GOOD, NUMBERS, TEXTS, values_of
from scograph.bounds import BOUNDS
from scograph.cli import COMMANDS, cli
from scograph.formats import RDF_FORMATS
from scograph.project import STEPS
from scograph.writing import is_beside_name

EACH = 25
"""So many calls are made in one folder before it is made anew."""
STARTED = 40
"""Each of so many calls is a new process."""
NEVER = {
    "--watch",  # they never end, or reach other machines
    "--open",
    "--online",
    "--fetch",
    "--private",
    "--public",
}
SENSIBLE = 0.95
"""How often what is named as a file is the name of one."""
HALF, LIKELY = 0.6, 0.95
"""How often a call is to be a good one; and how often a value of it is among the first, where the right ones are."""
ELSEWHERE = 0.25
"""How often a command runs in another folder than that of the files."""
OFTEN, SELDOM = 0.08, 0.02
"""How often an option is given; and beside one that is chosen."""
SLOW = ("--verify", "--site", "--builtin")
"""Options of `build` that are given once each."""
WRITTEN = {
    *("output", "new_baseline", "target", "folder", "paths", "log", "remember", "frozen", "context_file", "plan_file"),
}
"""Parameters, by their Python names, whose values may be written to."""
BY_CUSTOM = ("dist", "releases", "project/dist", "project/releases")
"""What is written to where nothing is named."""
EDITING = ("source ", "members", "states add", "migrate", "questions accept", "undo", "redo")
"""How the commands begin that edit a project, and keep each edit as a step beside its files."""
REPORTS = ("check", "coverage", "links", "verify")
"""Commands whose report has what makes them exit with 1; of others it is on standard error."""
ERROR_SHOWN = re.compile(
    r"^(error|Error|usage|Usage)|: error |\"level\": \"error\"|\"severity\": \"error\"", re.MULTILINE
)
PATH_SHOWN = re.compile(
    r"cannot be read|no such file|standard input|\w/\w|\.(ttl|rq|toml|csv|json|jsonld|nt|nq|trig|rdf)\b"
)


OF_SOURCES = ("data", "texts")
"""What the commands of sources write to, in a project."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call.

    Args:
        name: The command, of one word or two.
        arguments: The command line.
        written: What it may write to, as it is named.
    """

    name: str
    arguments: tuple[str, ...]
    written: tuple[str, ...] = ()


def commands_called() -> dict[str, click.Command]:
    """The commands that are called: groups are called by their commands, and the desk never ends (`test_desk`)."""
    known = cli.all().items()
    return {name: command for name, command in known if name != "desk" and not isinstance(command, click.Group)}


def every_option(chooser: random.Random) -> Iterator[Call]:
    """Each option of each command, in a call each with each kind of its values."""
    for name, command in sorted(commands_called().items()):
        yield Call(name, (*name.split(), "--help"))
        yield Call(name, (*name.split(), "--no-such-option"))
        for parameter in command.params:
            if not isinstance(parameter, click.Option) or not NEVER.isdisjoint(parameter.opts):
                continue
            for option in (*parameter.opts, *parameter.secondary_opts):
                values = values_of(parameter)
                for value in {values[0], values[-1], chooser.choice(values)} if not parameter.is_flag else ("",):
                    yield _call(name, command, chooser, (parameter, option, value))


def commands(runs: Runs, root: Path, chooser: random.Random, count: int) -> Tally:
    """Call commands with odd arguments and options.

    Args:
        runs: What runs commands.
        root: A folder to work in.
        chooser: Chooses files, commands, arguments and options.
        count: How many calls are made; those of each option come first if there is room for as many again.

    Returns:
        What gave way.
    """
    tally = Tally("commands")
    root.mkdir(parents=True)
    seeds = Seeds(runs, root / "seeds")
    planned = list(every_option(chooser))
    calls = planned if len(planned) * 2 <= count else []
    known = commands_called()
    names = sorted(known)
    codes: dict[str, dict[int | None, int]] = {name: {} for name in names}
    for number in range(count):
        folder = root / f"work{number // EACH}"
        if number % EACH == 0:
            if number:
                _remove(root / f"work{number // EACH - 1}")
            lay_out(folder, seeds, chooser)
        name = names[number % len(names)]
        call = calls[number] if number < len(calls) else _call(name, known[name], chooser)
        ended = _made(runs, folder, chooser, call, number, tally)
        counts = codes[call.name]
        counts[ended.code] = counts.get(ended.code, 0) + 1
    _remove(root / f"work{(count - 1) // EACH}")
    for name, counts in codes.items():
        shown = ", ".join(f"{code}: {times}" for code, times in sorted(counts.items(), key=lambda one: one[0] or -1))
        tally.notes.append(f"  {name:16} exit {shown}")
    return tally


def _made(  # noqa: PLR0913, PLR0917 -- a call, and how it is judged
    runs: Runs, folder: Path, chooser: random.Random, call: Call, number: int, tally: Tally
) -> Ended:
    """Make a call, and judge it."""
    place = folder / (
        chooser.choice(("project", "project", "empty", "project/data/notes", "plain", "unlisted"))
        if chooser.random() < ELSEWHERE
        else ""
    )
    try:
        place = place if place.is_dir() and os.access(place, os.X_OK) else folder
    except PermissionError:
        place = folder
    given = folder / chooser.choice((*(f"a.{form}" for form in FORMATS), "q.rq", "a.ttl.gz", "a.png"))
    arguments = tuple(word.replace("\x00", "\\0") for word in call.arguments)
    before = _seen(folder)
    if number % STARTED == 0:
        ended = runs.start(*arguments, cwd=place, given=given)
    else:
        ended = runs.run(*arguments, cwd=place, memory=MEMORY, seconds=SECONDS, given=given, owns=False)
    what = f"call {number}: {list(arguments)!r} in {place.relative_to(folder)}"
    tally.ended(ended, what)
    if not ended.crashed and not ended.has_traceback:
        _judge(arguments, place, ended, what, tally)
        _judge_files(call, place, before, _seen(folder), ended, what, folder, tally)
    return ended


def _remove(folder: Path) -> None:
    open_again(folder)
    shutil.rmtree(folder)


def _call(
    name: str, command: click.Command, chooser: random.Random, chosen: tuple[click.Option, str, str] | None = None
) -> Call:
    """A call of a command with random options and arguments, and with one option that is chosen."""
    is_good = chooser.random() < HALF
    words = name.split()
    if chosen is None and chooser.random() < OFTEN:
        bound = chooser.choice(BOUNDS)
        words = ["--bound", f"{chooser.choice((bound.name, bound.name, 'x'))}={chooser.choice(NUMBERS)}", *words]
    written: list[str] = []
    for parameter in command.params:
        if not isinstance(parameter, click.Option):
            continue
        given = _option(name, parameter, chooser, is_good=is_good, chosen=chosen)
        words += given
        written += given[1:] if parameter.name in WRITTEN else []
    if name == "build":
        words += [] if "--jobs" in words else ["--jobs", "1"]
        words += [] if "--site" in words else ["--no-site"]
    behind = []
    for parameter in command.params:
        if isinstance(parameter, click.Argument):
            wanted = 1 if parameter.required or name == "probe" else chooser.choice((0, 1, 1))
            times = wanted if parameter.nargs == 1 else wanted * chooser.choice((1, 1, 2))
            values = [_value(parameter, chooser, is_good=is_good) for _ in range(times)]
            behind += values
            written += values if parameter.name in WRITTEN else []
    if any(word.startswith("-") and word != "-" for word in behind) and chooser.random() < LIKELY:
        behind.insert(0, "--")
    if name.startswith("source "):
        root = next((after for before, after in pairwise(words) if before in ("-p", "--project")), ".")
        written += [f"{root}/{folder}" for folder in OF_SOURCES]
    return Call(name, (*words, *behind), tuple(written))


def _option(
    name: str,
    option: click.Option,
    chooser: random.Random,
    *,
    is_good: bool,
    chosen: tuple[click.Option, str, str] | None,
) -> list[str]:
    """The words of an option of a call, or none: one that is chosen has the value that is chosen for it."""
    word = chooser.choice([*option.opts, *option.secondary_opts])
    value = "" if option.is_flag else _value(option, chooser, is_good=is_good)
    is_chosen = chosen is not None and option is chosen[0]
    if chosen is not None and is_chosen:
        _, word, value = chosen
    is_never = not NEVER.isdisjoint(option.opts) or (name == "build" and word in SLOW and not is_chosen)
    is_project = name.startswith("source ") and option.name == "path" and chooser.random() < LIKELY
    is_needed = is_chosen or option.required or word == "--get" or is_project
    if is_never or not (is_needed or chooser.random() < (SELDOM if chosen else OFTEN)):
        return []
    if is_project and is_good and not is_chosen:
        value = "project"
    return [word] if option.is_flag else [word, value]


def _value(parameter: click.Parameter, chooser: random.Random, *, is_good: bool) -> str:
    """A value of a parameter: a right one, or any."""
    values = values_of(parameter)
    if values is FILES:
        right = GOOD
        values = FILES if chooser.random() < SENSIBLE else TEXTS
    else:
        right = values[: -(-len(values) // 3)]
    return chooser.choice(right if is_good and chooser.random() < LIKELY else values)


Seen = dict[str, tuple[int, int, int]]
"""What lies in a folder: of each path the number of its node, its size and its time."""


def _seen(folder: Path) -> Seen:
    found: Seen = {}
    waiting = [("", str(folder))]
    while waiting:
        above, place = waiting.pop()
        try:
            entries = list(os.scandir(place))
        except PermissionError:  # where root has no rights either, or anybody else runs this
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                found[above + entry.name] = (0, 0, 0)
                waiting.append((f"{above}{entry.name}/", entry.path))
            else:
                stat = entry.stat(follow_symlinks=False)
                found[above + entry.name] = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
    return found


def _judge_files(  # noqa: PLR0913, PLR0917 -- a run, and what it did
    call: Call, place: Path, before: Seen, after: Seen, ended: Ended, what: str, folder: Path, tally: Tally
) -> None:
    """Whether a call left all files alone but those that it was to write."""
    kept = {path for path in {*before, *after} if _is_kept(call, path)}
    changed = {path for path in before if after.get(path) != before[path]} - kept
    new = {path for path in after if path not in before} - kept
    allowed = {
        os.path.relpath(os.path.realpath(place / name), folder.resolve())
        for name in (*call.written, *BY_CUSTOM)
        if "\0" not in name
    }
    left = [path for path in new if is_beside_name(Path(path).name)]
    if left:
        tally.lied(f"{what}: it left {left}: {ended}")
        new -= set(left)
    strange = sorted(path for path in changed if not _is_allowed(path, allowed))
    if strange:
        tally.lost(f"{what}: it changed {strange[:5]}: {ended}")
    elif changed and ended.code in (2, 3):
        tally.lost(f"{what}: it failed, and changed {sorted(changed)[:5]}: {ended}")
    added = sorted(path for path in new if not _is_allowed(path, allowed))
    if added:
        tally.lied(f"{what}: it wrote {added[:5]}: {ended}")
    elif new and ended.code in (2, 3) and not _tells_what_is_left(ended.err, new):
        tally.lied(f"{what}: it failed, and left {sorted(new)[:5]}: {ended}")


def _is_kept(call: Call, path: str) -> bool:
    """Whether a call may write to a path in whatever project it finds: the steps of edits, and what they take back."""
    taken_back = OF_SOURCES if call.name in {"undo", "redo"} else ()
    return call.name.startswith(EDITING) and not {STEPS, *taken_back}.isdisjoint(Path(path).parts)


def _tells_what_is_left(said: str, new: set[str]) -> bool:
    """Whether a message tells of the only file that is new: a report of what cannot be read, or what was written.

    The latter stands in a folder that may be written in and not be listed, which a disk is asked to confirm.
    """
    listed = ("syntax error", "syntax errors", "flawed shapes are left out")
    ways = (*(f"{one}, listed in " for one in listed), "was written, but the disk did not confirm it")
    return len(new) == 1 and any(way in said for way in ways)


def _is_allowed(path: str, allowed: Iterable[str]) -> bool:
    return any(one in (".", path) or path.startswith(f"{one}/") or one.startswith(f"{path}/") for one in allowed)


def _judge(arguments: tuple[str, ...], place: Path, ended: Ended, what: str, tally: Tally) -> None:
    """Whether what a command says with its code is true."""
    said = f"{ended.out}\n{ended.err}"
    if ended.code not in (0, 1, 141) and not said.strip():
        tally.lied(f"{what}: it failed without a word: {ended}")
    elif ended.code not in (0, 1, 141) and not ERROR_SHOWN.search(said):
        tally.lied(f"{what}: it failed, and names no error: {ended}")
    elif ended.code == 1 and not said.strip():
        tally.lied(f"{what}: findings, and no report: {ended}")
    elif ended.code == 3 and not _names_a_place(arguments, place, said):
        tally.lied(f"{what}: the message names no input: {ended}")
    name = next((word for word in arguments if word in COMMANDS), "")
    pairs = list(pairwise(arguments))
    form = next((after for before, after in reversed(pairs) if before in ("-f", "--format")), "")
    written = [after for before, after in pairs if before in ("-o", "--output")]
    if ended.code not in (0, 1) or not form or "--help" in arguments:
        return
    if written and written[-1] != "-":
        path = place / written[-1]
        if ended.code == 1 or not path.is_file() or path.suffix in (".gz", ".zst"):
            return
        _judge_document(name, form, path.read_bytes(), ended, what, tally)
    elif ended.out or (ended.code == 1 and name in REPORTS and not _is_refused(name, ended)):
        _judge_document(name, form, ended.out.encode(), ended, what, tally)


def _is_refused(name: str, ended: Ended) -> bool:
    """Whether what was asked for was not measured, since the data have errors, which standard error lists."""
    return name == "coverage" and ERROR_SHOWN.search(ended.err) is not None


def _judge_document(name: str, form: str, data: bytes, ended: Ended, what: str, tally: Tally) -> None:  # noqa: PLR0913, PLR0917
    """Whether what was written has the grammar of its format."""
    row = next((row for row in RDF_FORMATS if form == row.name), None)
    is_rdf = (
        row is not None and name in ("check", "export", "query") and "compact" not in what and "expanded" not in what
    )
    try:
        if row is not None and is_rdf and row.name != "jsonld":
            for _ in parse(data, RdfFormat.from_extension(row.extensions[0]), base_iri="urn:base:"):
                pass
        elif form in ("json", "sarif") or (is_rdf and data.strip()):
            json.loads(data)
    except (ValueError, SyntaxError, OSError) as error:
        tally.lied(f"{what}: a report that does not parse: {error}: {ended}")


def _names_a_place(arguments: tuple[str, ...], place: Path, said: str) -> bool:
    """Whether a message says which input it is about."""
    shown = re.sub(r"[^\w.-]+", "", said)
    parts = [part for argument in arguments for part in re.split(r"[=/]", argument) if len(part) > 1]
    words = {re.sub(r"[^\w.-]+", "", word)[-40:] for word in (*arguments, *parts)}
    names = {*filter(None, words), "stdin", "currentfolder", "norepositoryofgit", place.name, *BY_CUSTOM}
    return any(name in shown for name in names) or bool(PATH_SHOWN.search(said))
