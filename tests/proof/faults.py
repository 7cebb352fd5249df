"""Signals at random moments and calls that fail, for every command that writes: old or new whole, and said so."""

from __future__ import annotations

import errno
import random
import shutil
import signal
from collections.abc import Iterable
from pathlib import Path

from proof.cases import CASES, DAY, Case, Prepared, others, prepare
from proof.runs import EVER, FLUSH, NAME, OPEN, READ, REMOVE, SIZE, WRITE, WRITING, Ended, Meet, Runs, Send
from proof.tally import Tally
from writing_faults import leftovers

ASKING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SIGNALS = (*ASKING, signal.SIGKILL)
ERRORS: tuple[tuple[int, int], ...] = (
    (errno.ENOSPC, WRITE | OPEN | NAME | SIZE | FLUSH),
    (errno.EIO, WRITING | READ),
    (errno.EDQUOT, WRITE | OPEN | NAME | FLUSH),
    (errno.EMFILE, OPEN | READ),
    (errno.EROFS, OPEN | NAME | SIZE | WRITE | REMOVE),
    (errno.EACCES, OPEN | NAME | REMOVE),
)
"""What the system says, and the kinds of calls that may say it."""


def signals(runs: Runs, root: Path, chooser: random.Random, count: int, cases: Iterable[Case] = CASES) -> Tally:
    """Send signals to each command: half at the moment of a call that writes, half after a random time.

    Args:
        runs: What runs commands, with calls that can be met, or without.
        root: A folder to work in.
        chooser: Chooses moments.
        count: So many signals for each command.
        cases: The commands.

    Returns:
        What gave way.
    """
    tally = Tally("signals")
    for case in cases:
        prepared = prepare(runs, case, root, **({"meet": Meet()} if runs.meets else {}))
        for turn in range(count):
            number = SIGNALS[(turn + len(case.name)) % len(SIGNALS)]
            at = chooser.randrange(max(1, prepared.ended.calls))
            if runs.meets and turn % 2 == 0:
                what = f"{case.name}: {number.name} at call {at} of {prepared.ended.calls}"
                folder = prepared.copied("hurt")
                ended = runs.run(*case.arguments, cwd=folder, environment=DAY, meet=Meet(at, number=number))
            else:
                after = chooser.random() * prepared.ended.seconds * 1.1
                what = f"{case.name}: {number.name} after {after:.3f} s of {prepared.ended.seconds:.3f}"
                folder = prepared.copied("hurt")
                ended = runs.run(*case.arguments, cwd=folder, environment=DAY, send=Send(number, after))
            tally.ended(ended, what, sent=number)
            if number != signal.SIGKILL and ended.code not in (prepared.ended.code, 128 + number):
                tally.lied(f"{what}: it ends with the code of another end: {ended}")
            _judge(runs, prepared, folder, ended, what, tally)
            shutil.rmtree(folder)
    return tally


def errors(runs: Runs, root: Path, chooser: random.Random, count: int, cases: Iterable[Case] = CASES) -> Tally:
    """Let calls of each command fail: one alone, or each from one on.

    Args:
        runs: What runs commands, with calls that can be met.
        root: A folder to work in.
        chooser: Chooses calls.
        count: So many for each command.
        cases: The commands.

    Returns:
        What gave way.
    """
    tally = Tally("failing calls")
    for case in cases:
        prepared = prepare(runs, case, root)
        for turn in range(count):
            error, kinds = ERRORS[(turn + len(case.name)) % len(ERRORS)]
            calls = _counted(runs, prepared, kinds)
            at = chooser.randrange(calls) if turn % 3 or calls < 12 else calls - 1 - chooser.randrange(12)
            until = EVER if turn % 2 else None
            what = f"{case.name}: {errno.errorcode[error]} at call {at} of {calls}{' and on' if until else ''}"
            folder = prepared.copied("hurt")
            meet = Meet(at, error=error, until=until, kinds=kinds)
            ended = runs.run(*case.arguments, cwd=folder, environment=DAY, meet=meet)
            tally.ended(ended, what)
            _judge(runs, prepared, folder, ended, what, tally, may_leave=bool(kinds & REMOVE))
            shutil.rmtree(folder)
    return tally


_counts: dict[tuple[Path, int], int] = {}


def _counted(runs: Runs, prepared: Prepared, kinds: int) -> int:
    """How many calls of some kinds a command makes."""
    key = (prepared.template, kinds)
    if key not in _counts:
        folder = prepared.copied("counted")
        _counts[key] = max(
            1, runs.run(*prepared.case.arguments, cwd=folder, environment=DAY, meet=Meet(kinds=kinds)).calls
        )
        shutil.rmtree(folder)
    return _counts[key]


def _judge(  # noqa: PLR0913, PLR0917 -- a run, and how it is judged
    runs: Runs, prepared: Prepared, folder: Path, ended: Ended, what: str, tally: Tally, *, may_leave: bool = False
) -> None:
    """Whether nothing was lost, what was said is true, and the next run tidies and works."""
    case = prepared.case
    now = case.says(runs, folder)
    for unit in case.units:
        _judge_unit(unit, (now[unit], prepared.old[unit], prepared.new[unit]), ended, what, tally)
    if others(case, folder) != prepared.others:
        tally.lost(f"{what}: files that the command does not write are others: {ended}")
    temporary = list((folder.parent.parent / "tmp").iterdir()) if runs.meets else []
    if temporary and ended.code != -signal.SIGKILL and not may_leave:
        tally.lied(f"{what}: left in the temporary folder: {[path.name for path in temporary]}: {ended}")
    for path in temporary:
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    _judge_next(runs, prepared, folder, what, tally)


def _judge_unit(unit: str, contents: tuple[object, object, object], ended: Ended, what: str, tally: Tally) -> None:
    now, old, new = contents
    is_new = now == new
    if not is_new and now != old:
        tally.lost(f"{what}: {unit} is neither the old nor the new: {_differing(now, old, new)}: {ended}")
    if ended.code == 0 and not is_new:
        tally.lied(f"{what}: success, and {unit} is not the new: {ended}")
    lines = ended.err.splitlines()
    told = {line.removeprefix(f"{unit}: ") for line in lines if line.startswith(f"{unit}: ")}
    if is_new and "not written; the old one is unchanged" in told | {""} and new != old:
        tally.lied(f"{what}: {unit} is the new, and is said to be as it was: {ended}")
    if not is_new and "written" in told:
        tally.lied(f"{what}: {unit} is said to be written: {ended}")
    if is_new and ended.code == 2 and f"{unit}: cannot be written" in ended.err:
        tally.lied(f"{what}: {unit} is the new, and cannot be written, it says: {ended}")


def _differing(now: object, old: object, new: object) -> str:
    """In what something differs from the old, or from the new."""
    if isinstance(now, dict):
        return "; ".join(
            f"{name}: {sorted(path for path in now.keys() | then.keys() if now.get(path) != then.get(path))[:6]}"
            for name, then in (("from the old", old), ("from the new", new))
            if isinstance(then, dict)
        )
    return repr(now)[:200]


def _judge_next(runs: Runs, prepared: Prepared, folder: Path, what: str, tally: Tally) -> None:
    case = prepared.case
    again = runs.run(*case.arguments, cwd=folder, environment=DAY)
    if again.code not in case.again:
        tally.lost(f"{what}: and the next run fails: {again}")
    elif case.says(runs, folder) != prepared.new:
        tally.lost(f"{what}: and the next run does not write what it should: {again}")
    elif others(case, folder) != prepared.others:
        tally.lost(f"{what}: and the next run changes what it does not write: {again}")
    left = [name for name in leftovers(folder) if not name.startswith("store-")]
    if left:
        tally.lied(f"{what}: and the next run leaves what was being written: {left}")
