"""The standing attack, a small part of it: `make proof` has the whole. And that the attack sees what it looks for."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

import bombs
from proof import answers, commands, cuts, faults, files, projects
from proof.cases import CASES, Case
from proof.runs import Ended, Meet, Runs, can_meet
from proof.tally import Tally, table
from scograph.writing import beside_name

FAST = ("export", "tables", "load", "fmt", "build again")
MEETS = pytest.mark.skipif(bool(can_meet()), reason=can_meet() or "calls can be met")
QUICK = {"no rows", "endless lines", "truth", "triple terms in lines (nt)"}


def _chosen(*names: str) -> list[Case]:
    return [case for case in CASES if case.name in names]


@pytest.fixture
def chooser() -> random.Random:
    return random.Random(15)  # noqa: S311 -- no secret


@pytest.fixture
def meeting(tmp_path: Path) -> Iterator[Runs]:
    (tmp_path / "root").mkdir()
    with Runs(tmp_path / "own", tmp_path / "root") as runs:
        yield runs


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Runs]:
    with Runs(tmp_path / "own") as found:
        yield found


def _nothing_gave_way(tally: Tally, least: int) -> None:
    assert tally.said == []
    assert (tally.losses, tally.untrue, tally.crashes, tally.tracebacks) == (0, 0, 0, 0)
    assert tally.tried >= least


@MEETS
@pytest.mark.slow
def test_signals_at_random_moments_lose_nothing(meeting: Runs, tmp_path: Path, chooser: random.Random) -> None:
    _nothing_gave_way(faults.signals(meeting, tmp_path / "root" / "work", chooser, 2, _chosen(*FAST)), 10)


@MEETS
@pytest.mark.slow
def test_calls_that_fail_lose_nothing(meeting: Runs, tmp_path: Path, chooser: random.Random) -> None:
    _nothing_gave_way(faults.errors(meeting, tmp_path / "root" / "work", chooser, 2, _chosen(*FAST)), 10)


@MEETS
def test_a_cut_of_power_after_any_call_leaves_the_old_or_the_new(
    meeting: Runs, tmp_path: Path, chooser: random.Random
) -> None:
    _nothing_gave_way(
        cuts.cuts(meeting, tmp_path / "root" / "work", chooser, _chosen("export", "tables", "fmt", "load")), 500
    )


@MEETS
@pytest.mark.parametrize("left_out", ["fsync", "syncfs"])
def test_the_attack_sees_what_is_not_flushed(
    left_out: str, meeting: Runs, tmp_path: Path, chooser: random.Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = cuts.Disk.call

    def without(disk: cuts.Disk, fields: list[str], root: str) -> None:
        if fields[0] != left_out:
            call(disk, fields, root)

    monkeypatch.setattr(cuts.Disk, "call", without)
    name = "export" if left_out == "fsync" else "tables"
    tally = cuts.cuts(meeting, tmp_path / "root" / "work", chooser, _chosen(name))
    assert tally.losses > 0


@MEETS
def test_a_call_that_is_met_fails_once_and_is_counted(meeting: Runs, tmp_path: Path) -> None:
    folder = tmp_path / "root"
    (folder / "a.nt").write_text("<urn:a> <urn:p> <urn:b> .\n")
    whole = meeting.run("export", "a.nt", "-f", "ttl", "-o", "out", cwd=folder, meet=Meet())
    assert (whole.code, whole.met) == (0, 0)
    assert whole.calls > 3
    hurt = meeting.run("export", "a.nt", "-f", "ttl", "-o", "new", cwd=folder, meet=Meet(1, error=28))
    assert (hurt.code, hurt.met, (folder / "new").exists()) == (2, 1, False)
    assert "No space left on device" in hurt.err


@pytest.mark.slow
def test_broken_files_end_with_a_word(runs: Runs, tmp_path: Path, chooser: random.Random) -> None:
    _nothing_gave_way(files.mutations(runs, tmp_path / "work", chooser, 1), 40)


@pytest.mark.slow
def test_random_calls_of_every_command_end_with_a_word(runs: Runs, tmp_path: Path, chooser: random.Random) -> None:
    _nothing_gave_way(commands.commands(runs, tmp_path / "work", chooser, 80), 80)


def test_each_option_of_each_command_is_called(chooser: random.Random) -> None:
    called = [{call.name, *call.arguments} for call in commands.every_option(chooser)]
    named = {
        (name, word)
        for name, one in commands.commands_called().items()
        for option in one.params
        for word in option.opts
    }
    named = {(name, word) for name, word in named if word.startswith("-") and word not in commands.NEVER}
    missed = {(name, word) for name, word in named if not any({name, word} <= call for call in called)}
    assert missed == set()
    assert len(named) > 200
    assert len(called) > 500


class Said(Runs):
    """What makes what good commands write, then answers every call with the same, and may do harm."""

    def __init__(self, folder: Path, ended: Ended, harm: str = "") -> None:
        super().__init__(folder)
        self.ended, self.harm, self.folder = ended, harm, folder.parent / "work"

    def run(self, *arguments: str, cwd: Path, **_: object) -> Ended:
        if cwd == self.folder / "seeds":
            return super().run(*arguments, cwd=cwd)
        return self.start(*arguments, cwd=cwd)

    def start(self, *_arguments: str, **_: object) -> Ended:
        for place in self.folder.glob("work*"):
            if self.harm == "lost":
                (place / "fault.trig").unlink(missing_ok=True)
            elif self.harm == "changed":
                with (place / "a.nt").open("a") as file:  # a new size each time: times may be equal
                    file.write("other")
            elif self.harm == "left":
                (place / beside_name()).write_text("")
        return self.ended


@pytest.mark.parametrize(
    ("ended", "harm", "counts"),
    [
        (Ended(0, "", "", 0), "", (0, 0, 0)),
        (Ended(3, "", "", 0), "", (0, 20, 0)),
        (Ended(2, "", "no", 0), "", (0, 20, 0)),
        (Ended(3, "", "usage: !", 0), "", (0, 20, 0)),
        (Ended(0, "", "", 0), "lost", (1, 0, 0)),
        (Ended(2, "", "error: usage", 0), "changed", (20, 0, 0)),
        (Ended(0, "", "", 0), "left", (0, 20, 0)),
        (Ended(70, "", "", 0), "", (0, 0, 20)),
    ],
)
def test_the_attack_sees_what_is_lost_left_unsaid_or_a_fault(
    ended: Ended, harm: str, counts: tuple[int, int, int], tmp_path: Path
) -> None:
    with Said(tmp_path / "own", ended, harm) as said:
        tally = commands.commands(said, tmp_path / "work", random.Random(1), 20)  # noqa: S311 -- no secret
    assert (tally.losses, tally.untrue, tally.tracebacks) == counts
    assert tally.tried == 20


@pytest.mark.slow
def test_bombs_are_refused_by_name(runs: Runs, tmp_path: Path, chooser: random.Random) -> None:
    chosen = chooser.sample(bombs.FILES, 2)
    _nothing_gave_way(files.explosions(runs, tmp_path / "work", chosen), 16)


@pytest.mark.slow
def test_hostile_answers_end_with_a_word(runs: Runs, tmp_path: Path) -> None:
    _nothing_gave_way(answers.answers(runs, tmp_path / "work", QUICK), 40)


@pytest.mark.slow
def test_hostile_projects_run_nothing_and_lead_nowhere(runs: Runs, tmp_path: Path) -> None:
    commands = (("check", "-f", "text"), ("show", projects.PLAYER), ("build", "--no-site", "--jobs", "1"))
    _nothing_gave_way(projects.projects(runs, tmp_path / "work", ["data folder"], commands), 9)


def test_a_tally_counts_each_kind_once() -> None:
    tally = Tally("part")
    tally.ended(Ended(-6, "", "", 0), "a crash")
    tally.ended(Ended(-9, "", "", 0), "a signal that was sent", sent=9)
    tally.ended(Ended(70, "", "Traceback (most recent call last):", 0), "a traceback")
    tally.ended(Ended(7, "", "", 0), "an odd code")
    tally.ended(Ended(None, "", "", 0), "a hang")
    tally.lost("a file")
    assert (tally.tried, tally.losses, tally.untrue, tally.crashes, tally.tracebacks) == (5, 1, 1, 2, 1)
    assert table([tally]).splitlines()[1].split() == ["part", "5", "1", "1", "2", "1"]
