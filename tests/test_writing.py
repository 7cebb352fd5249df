"""Writes of every command: flushed before they are said, in place in one step, and nothing lost at any call."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import signal
import stat
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from scograph import writing
from scograph.errors import InputError, UsageError
from scograph.stores import disk
from writing_faults import EXCHANGE, SYNC, Call, Ended, Fault, leftovers, points, run, tree

HERE = Path(__file__).parent
ONE_FILE = HERE / "projects" / "one-file"
FACTS = "<urn:a> <urn:p> <urn:b> .\n<urn:a> <urn:p> <urn:c> .\n"
UNTIDY = "@prefix ex: <http://example.org/> .\nex:b a ex:T .\nex:a a ex:T .\n"
TIDY = "@prefix ex: <http://example.org/> .\n\nex:a\n    a ex:T .\n\nex:b\n    a ex:T .\n"
INIT = ("--title", "Rivers", "--base", "https://example.org/r/", "--source-title", "Notes", "--source-url")
MAX_POINTS = 5
"""Of each command and kind of fault so many calls are tried here; the standing attack tries more."""


def _project(folder: Path) -> None:
    shutil.copytree(ONE_FILE, folder / "project")


def _changed(folder: Path) -> None:
    """Another fact: what is written then differs from what was."""
    path = next(path for path in (folder / "project").rglob("*.ttl"))
    with path.open("a", encoding="utf-8") as file:
        file.write("\n<https://example.org/new> <http://www.w3.org/2000/01/rdf-schema#label> 'new'@en .\n")


def _built(folder: Path) -> None:
    _project(folder)
    assert run("build", "project", "-o", "out", "--jobs", "1", cwd=folder).code == 0
    _changed(folder)


def _facts(folder: Path) -> None:
    (folder / "a.nt").write_text(FACTS)
    (folder / "out").write_text("what was there")


def _tables(folder: Path) -> None:
    (folder / "a.nt").write_text("<urn:a> <urn:q> <urn:b> .\n")
    assert run("export", "a.nt", "-f", "csv", "-o", "out/", cwd=folder).code == 0
    (folder / "a.nt").write_text(FACTS)


def _stored(folder: Path) -> None:
    (folder / "a.nt").write_text("<urn:a> <urn:q> <urn:b> .\n")
    assert run("load", "out", "a.nt", cwd=folder).code == 0
    (folder / "a.nt").write_text(FACTS)


def _stored_beside(folder: Path) -> None:
    (folder / "b.nt").write_text("<urn:b> <urn:q> <urn:b> .\n")
    _stored(folder)
    assert run("load", "out", "b.nt", "--name", "other", cwd=folder).code == 0


def _stored_says(folder: Path) -> str:
    """What the store in `out` says."""
    return run("export", "--store", "out", "-f", "nt", "--sort", cwd=folder).out


def _is(folder: Path) -> object:
    out = folder / "out"
    return out.read_bytes() if out.is_file() else tree(out)


def _unfinished(folder: Path) -> list[str]:
    """What is still being written; of a store, the names of the one in use are like it."""
    return [name for name in leftovers(folder) if not name.startswith("store-")]


@dataclass(frozen=True)
class Case:
    """A command that writes `out`: what is there before, the command line, and what `out` is to whoever reads it."""

    setup: Callable[[Path], None]
    arguments: tuple[str, ...]
    says: Callable[[Path], object] = _is


CASES = {
    "build": Case(_project, ("build", "project", "-o", "out", "--jobs", "1", "--no-site")),
    "build again": Case(_built, ("build", "project", "-o", "out", "--jobs", "1")),
    "export": Case(_facts, ("export", "a.nt", "-f", "ttl", "-o", "out")),
    "tables": Case(_tables, ("export", "a.nt", "-f", "csv", "-o", "out/")),
    "init": Case(lambda _: None, ("init", "out", *INIT, "https://example.org/n")),
    "load": Case(_stored, ("load", "out", "a.nt"), _stored_says),
    "load beside": Case(_stored_beside, ("load", "out", "a.nt"), _stored_says),
}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


def _copied(template: Path, name: str) -> Path:
    """A copy in which what was hard-linked is not, and times are as they were."""
    return Path(shutil.copytree(template, template.with_name(f"{template.name}-{name}"), symlinks=True))


def _prepared(case: Case, tmp_path: Path) -> tuple[Path, object, Ended, object]:
    """A folder to copy, what `out` says there, how the command ends there, and what `out` says then."""
    template = tmp_path / "template"
    template.mkdir()
    case.setup(template)
    done = _copied(template, "done")
    ended = run(*case.arguments, cwd=done)
    assert (ended.code, leftovers(done) if case.says is _is else _unfinished(done)) == (0, [])
    return template, case.says(template), ended, case.says(done)


# In which order.


def _first(calls: tuple[Call, ...], name: str, end: str) -> int:
    """The number of the first call of a name whose last path ends so."""
    return next(at for at, call in enumerate(calls) if call.name == name and call.paths[-1].endswith(end))


def test_a_file_is_flushed_then_renamed_then_its_folder_is_flushed(tmp_path: Path) -> None:
    _facts(tmp_path)
    calls = run(*CASES["export"].arguments, cwd=tmp_path).calls
    written = next(call.paths[0] for call in calls if call.name == "write")
    assert [(call.name, call.paths) for call in calls if call.name not in ("write", "fchmod")] == [
        ("fsync", (written,)),
        ("replace", (written, f"{tmp_path}/out")),
        ("fsync", (str(tmp_path),)),
    ]


@pytest.mark.parametrize("name", ["build again", "tables"])
def test_a_folder_is_flushed_then_exchanged_then_the_one_around_it_is_flushed_then_the_old_goes(
    name: str, tmp_path: Path
) -> None:
    CASES[name].setup(tmp_path)
    calls = run(*CASES[name].arguments, cwd=tmp_path).calls
    synced, exchanged = (next(at for at, call in enumerate(calls) if call.name == kind) for kind in (SYNC, EXCHANGE))
    flushed = _first(calls, "fsync", str(tmp_path))
    removed = next(at for at, call in enumerate(calls) if call.name == "unlink")
    assert synced < exchanged < flushed < removed
    between = {call.name for call in calls[synced + 1 : exchanged]}
    assert between == set()
    assert {call.name for call in calls[removed:]} == {"unlink", "rmdir"}


def _without_syncfs() -> None:
    writing.sync_file_system = lambda _: False


def test_without_a_call_for_the_whole_file_system_each_new_file_and_folder_is_flushed(tmp_path: Path) -> None:
    _built(tmp_path)
    calls = run(*CASES["build again"].arguments, cwd=tmp_path, before=_without_syncfs).calls
    exchanged = next(at for at, call in enumerate(calls) if call.name == EXCHANGE)
    before = calls[:exchanged]
    flushed = {call.paths[0] for call in before if call.name == "fsync"}
    written = {call.paths[0] for call in before if call.name == "write"}
    assert len(written) > 10
    assert written <= flushed
    assert {call.paths[0] for call in before if call.name == "mkdir"} <= flushed


def test_a_store_is_flushed_and_counted_before_its_list_names_it_and_the_last_one_goes_after(tmp_path: Path) -> None:
    _stored(tmp_path)
    calls = run(*CASES["load"].arguments, cwd=tmp_path).calls
    steps = [call.name for call in calls if call.name in (SYNC, "replace", "unlink")]
    assert steps[:2] == [SYNC, "replace"]
    assert set(steps[2:]) == {"unlink"}
    replaced = next(at for at, call in enumerate(calls) if call.name == "replace")
    assert _first(calls[replaced:], "fsync", "out") == 1


# At any call.


def _fails(case: Case, tmp_path: Path, fault_at: Callable[[int], Fault], codes: Callable[[object], set[int]]) -> None:
    """After each fault `out` is the old or the new, the code fits, and the same command again ends as it should."""
    template, old, ended, new = _prepared(case, tmp_path)
    assert old != new
    seen = set()
    for fault in map(fault_at, points(ended.calls, MAX_POINTS)):
        folder = _copied(template, f"fault-{fault.at}")
        (folder / "neighbour.txt").write_text("Years of work.\n")
        hurt = run(*case.arguments, cwd=folder, fault=fault)
        is_new = case.says(folder) == new
        assert is_new or case.says(folder) == old, (fault, ended.calls[fault.at], hurt)
        assert hurt.code in codes(is_new), (fault, ended.calls[fault.at], hurt)
        if hurt.code > 128:
            assert ("out: written" in hurt.err) == is_new, (fault, hurt)
        assert "Traceback" not in hurt.err
        seen.add(is_new)
        again = run(*case.arguments, cwd=folder)
        assert again.code == 0, (fault, ended.calls[fault.at], again)
        assert case.says(folder) == new
        assert _unfinished(folder) == []
        assert (folder / "neighbour.txt").read_text() == "Years of work.\n"
        shutil.rmtree(folder)
    assert seen == {False, True}


def test_killed_at_any_call_the_old_or_the_new_is_there_and_the_next_run_tidies(case: Case, tmp_path: Path) -> None:
    _fails(case, tmp_path, lambda at: Fault(at, kill=True), lambda _: {-signal.SIGKILL})


def test_a_signal_at_any_call_ends_with_its_code_and_the_truth(case: Case, tmp_path: Path) -> None:
    template, old, ended, _ = _prepared(case, tmp_path)
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    faults = [Fault(at, number=numbers[place % 3]) for place, at in enumerate(points(ended.calls, MAX_POINTS))]
    assert {fault.number for fault in faults} == set(numbers)
    for fault in faults:
        where = _copied(template, f"signal-{fault.at}")
        hurt = run(*case.arguments, cwd=where, fault=fault)
        assert hurt.code == 128 + fault.number, (fault, hurt)
        said = "interrupted" if fault.number == signal.SIGINT else f"ended by {signal.Signals(fault.number).name}"
        assert said in hurt.err.splitlines(), hurt
        assert ("out: written" in hurt.err.splitlines()) == (case.says(where) != old), (fault, hurt)
        assert _unfinished(where) == []


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_an_error_at_any_call_is_said_and_loses_nothing(error: int, case: Case, tmp_path: Path) -> None:
    template, old, ended, new = _prepared(case, tmp_path)
    for at in points(ended.calls, MAX_POINTS, seed=error):
        folder = _copied(template, f"error-{at}")
        hurt = run(*case.arguments, cwd=folder, fault=Fault(at, error=error))
        assert hurt.code in (0, 2), (at, ended.calls[at], hurt)
        assert "Traceback" not in hurt.err
        assert case.says(folder) in ((new,) if hurt.code == 0 else (old, new)), (at, ended.calls[at], hurt)
        if case.says(folder) == new and old != new and hurt.code == 2:
            assert "out: was written, but the disk did not confirm it" in hurt.err, (ended.calls[at], hurt)
        shutil.rmtree(folder)


# Without a call that exchanges.


def _without_exchange() -> None:
    writing.exchange = lambda _one, _other: False


def test_where_nothing_can_be_exchanged_what_a_killed_build_took_away_is_put_back(tmp_path: Path) -> None:
    _built(tmp_path)
    old, arguments = tree(tmp_path / "out"), CASES["build again"].arguments
    counted = _copied(tmp_path, "counted")
    calls = run(*arguments, cwd=counted, before=_without_exchange).calls
    moved = [at for at, call in enumerate(calls) if call.name == "rename"]
    assert len(moved) == 3, "the record of what is replaced, the old, the new"
    assert run(*arguments, cwd=tmp_path, before=_without_exchange, fault=Fault(moved[2], kill=True)).code == -9
    assert not (tmp_path / "out").exists()
    assert run("export", "project", "-f", "nt", "-o", "x.nt", cwd=tmp_path).code == 0, "any command tidies its folder"
    assert tree(tmp_path / "out") == old
    assert run(*arguments, cwd=tmp_path, before=_without_exchange).code == 0
    assert (tree(tmp_path / "out") == tree(counted / "out"), leftovers(tmp_path)) == (True, [])


# Who reads meanwhile.


def test_a_reader_never_finds_the_folder_missing_or_of_two_builds(tmp_path: Path) -> None:
    _tables(tmp_path)
    ended = threading.Event()
    missing: list[str] = []
    seen: set[bytes] = set()

    def read() -> None:
        while not ended.is_set():
            try:
                seen.add((tmp_path / "out" / "manifest.json").read_bytes())
            except OSError as error:
                missing.append(str(error))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(12):
        (tmp_path / "a.nt").write_text(f"<urn:a> <urn:q{number % 2}> <urn:b> .\n")
        assert run(*CASES["tables"].arguments, cwd=tmp_path).code == 0
    ended.set()
    reader.join()
    assert missing == []
    assert len(seen) > 1


# What is not ours.


@pytest.mark.parametrize("name", ["build again", "tables"])
def test_what_no_record_lists_refuses_before_the_work_and_stays(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    case.setup(tmp_path)
    out = tmp_path / "out"
    ours = next(path for path in out.iterdir() if path.is_file() and path.name not in ("manifest.json", "SHA256SUMS"))

    def refused(shown: str) -> None:
        before = tree(out)
        ended = run(*case.arguments, cwd=tmp_path)
        assert (
            ended.code,
            f"holds files that scograph did not write, or that were changed later: {shown}" in ended.err,
        ) == (2, True), ended.err
        assert tree(out) == before
        assert [call.name for call in ended.calls] == []

    (out / "survey.csv").write_text("Years of work.\n")
    refused("survey.csv")
    (out / "survey.csv").unlink()
    (out / "empty").mkdir()
    refused("empty/")
    (out / "empty").rmdir()
    (out / "elsewhere").symlink_to(tmp_path)
    refused("elsewhere")
    (out / "elsewhere").unlink()
    was = ours.read_bytes()
    ours.write_bytes(was + b"edited\n")
    refused(ours.name)
    ours.write_bytes(was)
    ours.rename(tmp_path / "kept")
    ours.symlink_to(tmp_path / "kept")
    refused(ours.name)
    ours.unlink()
    assert run(*case.arguments, cwd=tmp_path).code == 0


def test_a_folder_of_ones_own_tables_is_refused_though_all_is_csv(tmp_path: Path) -> None:
    (tmp_path / "a.nt").write_text(FACTS)
    (tmp_path / "out" / "more").mkdir(parents=True)
    (tmp_path / "out" / "survey.csv").write_text("Years of work.\n")
    ended = run(*CASES["tables"].arguments, cwd=tmp_path)
    assert (ended.code, "more/, survey.csv" in ended.err) == (2, True)
    assert (tmp_path / "out" / "survey.csv").read_text() == "Years of work.\n"


def test_tables_do_not_take_the_place_of_a_build_nor_a_build_that_of_tables(tmp_path: Path) -> None:
    _built(tmp_path)
    (tmp_path / "a.nt").write_text(FACTS)
    before = tree(tmp_path / "out")
    assert run(*CASES["tables"].arguments, cwd=tmp_path).code == 2
    assert tree(tmp_path / "out") == before
    assert run("export", "a.nt", "-f", "csv", "-o", "t/", cwd=tmp_path).code == 0
    assert run("build", "project", "-o", "t", "--no-site", cwd=tmp_path).code == 2


def _comes_in(out: Path) -> None:
    synced = writing.sync_file_system

    def late(folder: Path) -> bool:
        (out / "survey.csv").write_text("Years of work.\n")
        return synced(folder)

    writing.sync_file_system = late


def test_files_that_come_in_while_a_folder_is_written_are_not_lost(tmp_path: Path) -> None:
    _tables(tmp_path)
    out = tmp_path / "out"
    ended = run(*CASES["tables"].arguments, cwd=tmp_path, before=partial(_comes_in, out))
    assert (ended.code, "survey.csv" in ended.err, (out / "survey.csv").read_text()) == (2, True, "Years of work.\n")
    assert leftovers(tmp_path) == []


def test_a_mount_point_is_refused_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_mount_points", lambda: frozenset([str(tmp_path / "volume")]))
    (tmp_path / "volume").mkdir()
    with pytest.raises(UsageError, match="volume is a mount point") as refused:
        writing.NewFolder(tmp_path / "volume")
    assert refused.value.hint == f"write into a folder in it: {tmp_path}/volume/site"
    assert [path.name for path in tmp_path.iterdir()] == ["volume"]


def test_what_a_living_run_writes_is_not_tidied_nor_what_only_looks_like_it(tmp_path: Path) -> None:
    living, lock = writing.make_beside(tmp_path)
    (living / "content").mkdir()
    dead, _ = writing.make_beside(tmp_path)
    writing.finished(dead)
    (dead / "content").mkdir()
    (dead / "content" / "half").write_text("half")
    kept = [tmp_path / name for name in (".scograph-thesis", ".scograph-0123456789abcdef01234567", ".out.nt-x1")]
    for path in kept:
        path.mkdir()
        (path / "thesis.txt").write_text("Years of work.\n")
    foreign, _ = writing.make_beside(tmp_path)
    writing.finished(foreign)
    (foreign / "thesis.txt").write_text("Years of work.\n")
    writing.tidy(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([living, foreign, *kept])
    fcntl.flock(lock, fcntl.LOCK_UN)
    writing.finished(living)


# Permissions.


def _masks(mask: int) -> None:
    os.umask(mask)


def test_permissions_are_those_of_the_build_and_a_folder_keeps_its_own(tmp_path: Path) -> None:
    _project(tmp_path)
    arguments = ("build", "project", "-o", "out", "--no-site")

    def mode(name: str) -> int:
        return stat.S_IMODE((tmp_path / name).stat().st_mode)

    assert run(*arguments, cwd=tmp_path, before=partial(_masks, 0o077)).code == 0
    assert (mode("out"), mode("out/check.json")) == (0o700, 0o600)
    assert run(*arguments, cwd=tmp_path, before=partial(_masks, 0o022)).code == 0
    assert (mode("out"), mode("out/check.json")) == (0o700, 0o644)
    number = (tmp_path / "out" / "check.json").stat().st_ino
    assert run(*arguments, cwd=tmp_path, before=partial(_masks, 0o022)).code == 0
    assert (tmp_path / "out" / "check.json").stat().st_ino == number, "what is the same is kept"


def test_a_file_that_is_replaced_keeps_its_permissions_and_a_read_only_one_is_refused(tmp_path: Path) -> None:
    _facts(tmp_path)
    (tmp_path / "out").chmod(0o640)
    assert run(*CASES["export"].arguments, cwd=tmp_path).code == 0
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o640
    (tmp_path / "out").chmod(0o444)
    ended = run(*CASES["export"].arguments, cwd=tmp_path)
    assert (ended.code, "out: is read-only" in ended.err) == (2, True)


# fmt.


def _saves(file: Path, edited: str) -> None:
    exchange, count = writing.exchange, 0

    def saved(one: Path, other: Path) -> bool:
        nonlocal count
        count += 1
        if count == 1:  # an editor saves between the last look and the exchange
            file.write_text(edited)
        return exchange(one, other)

    writing.exchange = saved


def test_fmt_leaves_what_was_written_to_meanwhile_and_says_so(tmp_path: Path) -> None:
    for name in ("a.ttl", "b.ttl"):
        (tmp_path / name).write_text(UNTIDY)
    edited = UNTIDY + "ex:c a ex:T .\n"

    ended = run("fmt", "a.ttl", "b.ttl", cwd=tmp_path, before=partial(_saves, tmp_path / "a.ttl", edited))
    assert ended.code == 1
    assert ended.err.splitlines() == [
        "b.ttl",
        "a.ttl: not changed: it was changed in the meantime",
        "1 file changed, of 2 files; 1 not changed",
    ]
    assert ((tmp_path / "a.ttl").read_text(), (tmp_path / "b.ttl").read_text()) == (edited, TIDY)
    assert leftovers(tmp_path) == []


def test_fmt_leaves_links_read_only_files_and_files_of_several_names(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "link.ttl").symlink_to("twice.ttl")
    (folder / "locked.ttl").write_text(UNTIDY)
    (folder / "locked.ttl").chmod(0o444)
    (folder / "twice.ttl").write_text(UNTIDY)
    (folder / "again.txt").hardlink_to(folder / "twice.ttl")
    before = tree(tmp_path)
    ended = run("fmt", "in", cwd=tmp_path)
    assert ended.code == 1
    assert ended.err.splitlines() == [
        "in/link.ttl: not changed: it is a link",
        "in/locked.ttl: not changed: it is read-only",
        "in/twice.ttl: not changed: it has 2 hard links",
        "0 files changed, of 3 files; 3 not changed",
    ]
    assert tree(tmp_path) == before


def test_fmt_killed_at_any_call_leaves_each_file_old_or_new(tmp_path: Path) -> None:
    (tmp_path / "t").mkdir()
    for name in ("a.ttl", "b.ttl"):
        (tmp_path / "t" / name).write_text(UNTIDY)
    count = len(run("fmt", ".", cwd=_copied(tmp_path / "t", "counted")).calls)
    assert count >= 10
    for at in range(count):
        folder = _copied(tmp_path / "t", f"at-{at}")
        assert run("fmt", ".", cwd=folder, fault=Fault(at, kill=True)).code == -signal.SIGKILL
        assert {(folder / name).read_text() for name in ("a.ttl", "b.ttl")} <= {UNTIDY, TIDY}
        assert run("fmt", ".", cwd=folder).code == 0
        assert [(path.name, path.read_text()) for path in sorted(folder.iterdir())] == [
            ("a.ttl", TIDY),
            ("b.ttl", TIDY),
        ]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file to somebody else")
def test_fmt_by_root_keeps_the_owner(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(UNTIDY)
    os.chown(tmp_path / "a.ttl", 1234, 1234)
    assert run("fmt", "a.ttl", cwd=tmp_path).code == 0
    found = (tmp_path / "a.ttl").stat()
    assert ((found.st_uid, found.st_gid), (tmp_path / "a.ttl").read_text()) == ((1234, 1234), TIDY)


# Releases and projects that were broken off.


def _dated() -> None:
    os.environ["SOURCE_DATE_EPOCH"] = "1700000000"


def test_a_release_that_was_killed_before_its_feed_is_completed_by_the_next_call(tmp_path: Path) -> None:
    shutil.copytree(HERE / "projects" / "small", tmp_path / "project")
    arguments = ("release", "1.0.0", "project", "-o", "out")
    done = _copied(tmp_path, "done")

    ended = run(*arguments, cwd=done, before=_dated)
    feed = _first(ended.calls, "replace", "feed.atom")
    assert (ended.code, run(*arguments, cwd=tmp_path, before=_dated, fault=Fault(feed, kill=True)).code) == (
        0,
        -signal.SIGKILL,
    )
    assert not (tmp_path / "out" / "feed.atom").exists()
    other = _copied(tmp_path, "other")
    _changed(other)
    again = run(*arguments, cwd=tmp_path, before=_dated)
    assert again.code == 0
    assert again.err.splitlines() == [
        "note: out/feed.atom did not list all releases; it is updated up to 1.0.0",
        "out/1.0.0 was written, and the release is now complete",
    ]
    assert tree(tmp_path / "out") == tree(done / "out")
    refused = run(*arguments, cwd=other, before=_dated)
    assert refused.code == 2
    assert "out/feed.atom did not list all releases; it is updated up to 1.0.0" in refused.err
    assert "1.0.0 is not higher than 1.0.0" in refused.err
    assert tree(other / "out") == tree(done / "out")
    spoilt = done / "out" / "1.0.0" / "CITATION.cff"
    spoilt.write_bytes(spoilt.read_bytes() + b"# more\n")
    (done / "out" / "feed.atom").unlink()
    assert run(*arguments, cwd=done, before=_dated).code == 2


def test_a_project_begun_in_a_folder_that_is_there_goes_on_where_it_ended(tmp_path: Path) -> None:
    arguments = CASES["init"].arguments
    (tmp_path / "out").mkdir()
    whole = _copied(tmp_path, "whole")
    ended = run(*arguments, cwd=whole)
    assert ended.code == 0
    middle = [at for at, call in enumerate(ended.calls) if call.name == "replace"][3]
    assert run(*arguments, cwd=tmp_path, fault=Fault(middle, kill=True)).code == -signal.SIGKILL
    assert run(*arguments, cwd=tmp_path).code == 0
    assert tree(tmp_path / "out") == tree(whole / "out")
    (tmp_path / "out" / "thesis.txt").write_text("Years of work.\n")
    refused = run(*arguments, cwd=tmp_path)
    assert (refused.code, "out is not empty" in refused.err) == (2, True)


# Stores in folders.


def test_a_load_of_another_name_stands_beside_the_first_one(tmp_path: Path) -> None:
    _stored(tmp_path)
    before = _stored_says(tmp_path)
    assert before not in FACTS
    assert run("load", "out", "a.nt", "--name", "other", cwd=tmp_path).code == 0
    assert sorted(_stored_says(tmp_path).splitlines()) == sorted((before + FACTS).splitlines())


def test_a_store_inside_the_folder_of_another_is_not_taken_for_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.nt").write_text(FACTS)
    assert run("load", "s/store-2024", "a.nt", cwd=tmp_path).code == 0
    before = tree(tmp_path / "s")
    ended = run("load", "s", "a.nt", cwd=tmp_path)
    assert (ended.code, "s holds other files: store-2024" in ended.err) == (2, True)
    assert tree(tmp_path / "s") == before


def test_every_bit_of_a_store_is_looked_at_when_it_is_opened_and_by_verify(tmp_path: Path) -> None:
    _stored(tmp_path)
    assert run("verify", "out", cwd=tmp_path).code == 0
    place = next(path for path in (tmp_path / "out").iterdir() if path.is_dir())
    tried = 0
    for path in sorted(place.iterdir()):
        if path.name in ("LOG", "LOCK") or not path.stat().st_size:
            continue
        data = path.read_bytes()
        for spoilt in (data[:-1], bytes([data[0] ^ 1]) + data[1:]):
            path.write_bytes(spoilt)
            asked = run("query", "SELECT * { ?s ?p ?o }", "--store", "out", cwd=tmp_path)
            assert (asked.code, f"the store is damaged: {path.name} was changed after it was written" in asked.err) == (
                3,
                True,
            )
            told = run("verify", "out", cwd=tmp_path)
            assert (told.code, f"{place.name}/{path.name} was changed after it was written" in told.out) == (1, True)
            tried += 1
        path.write_bytes(data)
    assert tried >= 10
    assert run("verify", "out", cwd=tmp_path).code == 0


# When what was just written cannot be looked at.


def _no_pointer() -> None:
    def unreadable(folder: Path) -> None:
        raise InputError(f"{folder}: no store is there")

    disk.store_place = unreadable  # type: ignore[assignment]


def test_a_store_whose_pointer_cannot_be_read_just_then_keeps_its_files(tmp_path: Path) -> None:
    (tmp_path / "a.nt").write_text(FACTS)
    assert run("load", "out", "a.nt", cwd=tmp_path, before=_no_pointer).code == 0
    assert sorted(_stored_says(tmp_path).splitlines()) == sorted(FACTS.splitlines())


def _no_look_beside() -> None:
    read = Path.read_bytes

    def refused(path: Path) -> bytes:
        if writing.is_beside_name(path.name):
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE), str(path))
        return read(path)

    Path.read_bytes = refused  # type: ignore[method-assign]


def test_a_file_that_fmt_cannot_look_at_once_more_is_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(UNTIDY)
    ended = run("fmt", "a.ttl", cwd=tmp_path, before=_no_look_beside)
    assert (ended.code, ended.err.splitlines()[0]) == (2, "error: a.ttl: cannot be written: Too many open files")
    assert (tmp_path / "a.ttl").read_text() == UNTIDY
    assert leftovers(tmp_path) == []


def _no_way_back() -> None:
    exchange, refused = writing.exchange, writing._refused_if_foreign  # noqa: SLF001 -- what fails
    tried: list[Path] = []

    def once(one: Path, other: Path) -> bool:
        tried.append(one)
        if len(tried) > 1:
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(one))
        return exchange(one, other)

    def unseen(shown: Path, folder: Path, recorded: Callable[[Path], writing.Recorded | None]) -> writing.Recorded:
        if tried:
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(folder))
        return refused(shown, folder, recorded)

    writing.exchange, writing._refused_if_foreign = once, unseen  # noqa: SLF001 -- the same


def test_what_can_neither_be_looked_at_nor_put_back_is_said_to_be_written(tmp_path: Path) -> None:
    _tables(tmp_path)
    ended = run(*CASES["tables"].arguments, cwd=tmp_path, before=_no_way_back)
    said = "error: out: was written, but the old file could be neither checked nor restored: Input/output error"
    assert (ended.code, ended.err.splitlines()[0]) == (2, said)
    assert run("verify", "out", "--bytes-only", cwd=tmp_path).code == 0
    assert run(*CASES["tables"].arguments, cwd=tmp_path).code == 0
    assert leftovers(tmp_path) == []


def _half_a_record() -> None:
    def cut(path: Path, _text: str, encoding: str = "") -> int:
        path.touch()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC) + encoding[:0], str(path))

    Path.write_text = cut  # type: ignore[method-assign,assignment]


def test_a_record_that_is_not_whole_leaves_nothing_for_ever(tmp_path: Path) -> None:
    _tables(tmp_path)
    before = tree(tmp_path / "out")
    assert run(*CASES["tables"].arguments, cwd=tmp_path, before=_half_a_record).code == 2
    assert (tree(tmp_path / "out"), leftovers(tmp_path)) == (before, [])
