"""A query that would take for ever ends when it is told to: by Ctrl-C, and by `--timeout`."""

from __future__ import annotations

import faulthandler
import gc
import itertools
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from scograph import bounded
from scograph.bounded import Deadline, run_in_pieces
from scograph.cli import check
from scograph.ending import has_left_work
from scograph.errors import FindingsError, MachineError, RdfSyntaxError, ScographError, TimeOverError, UsageError
from scograph.model import Finding, Place, Severity
from serving import eventually
from test_export_files import run

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
ENDLESS_ROWS = (
    "CONSTRUCT { ?a ?b ?c } { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(CONCAT(?c, ?f, ?i, ?l) = '') }"
)
GUARD = 120
"""Seconds after which a test is taken to hang."""


@pytest.fixture
def asked(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The options that name what is asked: files, a project, a store folder."""
    monkeypatch.chdir(tmp_path)
    triples = "".join(f'<http://e.org/{n}> <http://e.org/p> "{n}" .\n' for n in range(3000))
    Path("many.nt").write_text(triples, encoding="utf-8")
    if request.param == "files":
        return ["--data", "many.nt"]
    if request.param == "project":
        facts = Path("own/data/notes")
        facts.mkdir(parents=True)
        (facts / "01-all.ttl").write_text(triples, encoding="utf-8")
        return ["--project", "own"]
    assert run("load", "store", "many.nt").exit_code == 0
    return ["--store", "store"]


KINDS = pytest.mark.parametrize("asked", ["files", "project", "folder"], indirect=True)
FORMS = pytest.mark.parametrize("query", [ENDLESS, ENDLESS_ROWS], ids=["solutions", "triples"])


WAYS = pytest.mark.parametrize("is_forked", [True, False], ids=["child", "thread"])


@pytest.fixture
def way(is_forked: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001 -- a parameter of the test
    """How the work is done: in a child process, or in a thread as where there is no fork."""
    if is_forked and not bounded.can_fork():
        pytest.skip("this system has no fork, or other threads run")
    monkeypatch.setattr(bounded, "can_fork", lambda: is_forked)


def process(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "scograph", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 -- as a shell has it
    )


@KINDS
@FORMS
def test_ctrl_c_ends_a_query(asked: list[str], query: str) -> None:
    before = set(Path().iterdir())
    with process("query", query, *asked, "-o", "answer.txt") as running:
        # What it writes is open: from then on the work is native code, but for the first moments.
        assert eventually(lambda: set(Path().iterdir()) > before, GUARD)
        running.send_signal(signal.SIGINT)
        said = running.communicate(timeout=GUARD)
    assert (running.returncode, said[0]) == (130, "")
    assert said[1].splitlines()[-2:] == ["interrupted", "answer.txt: not written"]
    assert set(Path().iterdir()) == before, "what is half written does not stay"


@KINDS
@FORMS
def test_a_query_ends_when_its_time_is_over(asked: list[str], query: str) -> None:
    before = set(Path().iterdir())
    with process("query", query, *asked, "-o", "answer.txt", "--timeout", "0.5") as running:
        said = running.communicate(timeout=GUARD)
    assert (running.returncode, said[0]) == (124, "")
    assert said[1].splitlines()[-2:] == [
        "error: not done within 0.5 seconds",
        "hint: give it more time with --timeout, or ask for less",
    ]
    assert set(Path().iterdir()) == before, "what is half written does not stay"


def test_a_query_whose_time_is_over_says_that_a_part_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_part(*_: object, **__: object) -> Iterator[bytes]:
        yield b"<urn:a> <urn:b> <urn:c> .\n"
        raise TimeOverError("not done within 1 seconds")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("scograph.cli.query.run_in_pieces", in_part)
    Path("a.nt").write_text("<urn:a> <urn:b> <urn:c> .\n", encoding="utf-8")
    done = run("query", "CONSTRUCT WHERE { ?s ?p ?o }", "--data", "a.nt", "-f", "nt")
    assert (done.exit_code, done.stdout) == (124, "<urn:a> <urn:b> <urn:c> .\n")
    assert done.stderr.splitlines() == [
        "note: standard output has only a part of the output: the first 26 bytes",
        "error: not done within 1 seconds",
    ]
    done = run("query", "CONSTRUCT WHERE { ?s ?p ?o }", "--data", "a.nt", "-f", "nt", "-o", "b.nt")
    assert done.exit_code == 124
    assert "part" not in done.stderr
    assert not Path("b.nt").exists(), "a file is written whole or not at all"


@KINDS
def test_a_query_that_is_done_in_time_is_answered(asked: list[str]) -> None:
    answer = run("query", "SELECT (COUNT(*) AS ?n) { ?s <http://e.org/p> ?o }", *asked, "-f", "csv", "--timeout", "300")
    assert (answer.exit_code, answer.stdout) == (0, "n\n3000\n")
    assert not has_left_work()


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "soon"])
def test_a_time_is_a_number_of_seconds(seconds: str) -> None:
    result = run("query", "ASK {}", "--timeout", seconds)
    assert result.exit_code == 2
    assert "--timeout" in result.stderr


@WAYS
@pytest.mark.usefixtures("way")
def test_the_error_of_the_work_is_raised_where_its_pieces_are_read() -> None:
    def failing() -> list[bytes]:
        raise UsageError("it cannot be done")

    with pytest.raises(UsageError, match="it cannot be done"):
        list(run_in_pieces(failing, 60))


@WAYS
@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(("query", "form"), [("SELECT * { ?s ?p ?o }", "ttl"), ("CONSTRUCT WHERE { ?s ?p ?o }", "csv")])
def test_a_result_is_dropped_in_the_thread_that_it_belongs_to(query: str, form: str, tmp_path: Path) -> None:
    """Elsewhere pyoxigraph says so on standard error, which Python takes for an exception that it cannot raise."""
    (tmp_path / "one.nt").write_text("<http://e.org/a> <http://e.org/p> <http://e.org/b> .\n", encoding="utf-8")
    result = run("query", query, "--data", str(tmp_path / "one.nt"), "-f", form)
    assert (result.exit_code, f"error: {form} is for " in result.stderr) == (2, True)
    del result
    gc.collect()


@WAYS
@pytest.mark.usefixtures("way")
def test_pieces_come_as_they_are_made_and_in_their_order() -> None:
    pieces = [b"%d" % n for n in range(1000)]
    assert list(run_in_pieces(lambda: pieces, GUARD)) == pieces
    assert not has_left_work()


@pytest.mark.parametrize("is_forked", [False])
@pytest.mark.usefixtures("way")
def test_work_that_takes_longer_is_left_behind_in_a_thread_until_it_ends() -> None:
    import threading  # noqa: PLC0415 -- this test alone

    may_end = threading.Event()

    def waiting() -> list[bytes]:
        may_end.wait(GUARD)
        return []

    with pytest.raises(TimeOverError):
        list(run_in_pieces(waiting, 0.01))
    assert has_left_work()
    may_end.set()
    assert eventually(lambda: not has_left_work())


def _children(number: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{number}/task/{number}/children").read_text().split()]


def _runs(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


PRODUCT = '''@prefix sh: <http://www.w3.org/ns/shacl#> .
<x:shape> a sh:NodeShape ; sh:targetSubjectsOf <http://e.org/p> ;
    sh:sparql [ sh:select """SELECT $this { $this ?p ?o . ?a ?b ?c . ?d ?e ?f . ?g ?h ?i
        FILTER(CONCAT(?c, ?f, ?i) = "") }""" ] .
'''


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the system does not list the children of a process")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda one: one.name)
@pytest.mark.parametrize("command", ["query", "check"])
@pytest.mark.parametrize("asked", ["files"], indirect=True)
def test_the_child_ends_with_its_parent_however_that_ends(asked: list[str], command: str, number: int) -> None:
    Path("shapes.ttl").write_text(PRODUCT, encoding="utf-8")
    words = [ENDLESS, *asked] if command == "query" else ["many.nt", "--shapes", "shapes.ttl"]
    bound = [] if command == "query" else ["--bound", "constraint-seconds=1000"]
    with process(*bound, command, *words) as running:
        assert eventually(lambda: _children(running.pid) != [], GUARD)
        children = _children(running.pid)
        running.send_signal(number)
        said = running.communicate(timeout=GUARD)
    assert running.returncode == (-number if number == signal.SIGKILL else 128 + number)
    assert said[0] == ""
    assert eventually(lambda: not any(_runs(child) for child in children), GUARD)
    if number == signal.SIGINT:
        assert said[1].splitlines()[-1] == "interrupted"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV], ids=lambda one: one.name)
def test_a_signal_that_ends_the_child_is_said_with_the_name_of_the_query(number: int) -> None:
    if not bounded.can_fork():
        pytest.skip("this system has no fork, or other threads run")

    def killed() -> Iterator[bytes]:
        yield b"a"
        faulthandler.disable()  # that of pytest
        os.kill(os.getpid(), number)
        yield b"b"

    pieces = run_in_pieces(killed, GUARD, name="question 7")
    assert next(pieces) == b"a"
    with pytest.raises(MachineError, match=r"^question 7 was not answered: "):
        list(pieces)


def test_errors_go_from_one_process_to_another_as_they_are() -> None:
    if not bounded.can_fork():
        pytest.skip("this system has no fork, or other threads run")
    finding = Finding(Severity.ERROR, "Q01", "a", "b", place=Place("c.ttl", 1, 2))
    for error in (
        RdfSyntaxError([finding]),
        FindingsError("several", [finding], hint="look"),
        UsageError("one", hint="two", place=Place("c", 1, 1)),
    ):

        def failing(error: ScographError = error) -> list[bytes]:
            raise error

        with pytest.raises(type(error)) as raised:
            list(run_in_pieces(failing, GUARD))
        assert vars(raised.value) == vars(error)
        assert str(raised.value) == str(error)


def test_a_fault_of_ours_keeps_the_steps_that_led_to_it() -> None:
    if not bounded.can_fork():
        pytest.skip("this system has no fork, or other threads run")

    class Unknown(Exception):  # noqa: N818 -- a class that no other process has
        pass

    def failing_here() -> list[bytes]:
        raise Unknown

    with pytest.raises(RuntimeError, match="failing_here"):
        list(run_in_pieces(failing_here, GUARD))


# Checks.

DATA = "@prefix : <urn:x:> . :a a :C ; :p 1 .\n"
SHAPES = (
    "@prefix : <urn:x:> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"
    ":S a sh:NodeShape ; sh:targetClass :C ; sh:property [ sh:path :p ; sh:minCount 1 ; sh:maxCount 1 ] .\n"
)
OVER = "error: the time of --timeout, 1000 seconds, ran out before the check was complete"
HELD_TO_SHAPES = ("data.ttl", "--shapes", "shapes.ttl", "-o", "report", "--timeout", "1000")


@pytest.fixture
def checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with data, shapes and a project."""
    shutil.copytree(Path(__file__).parent / "projects" / "small", tmp_path / "project")
    monkeypatch.chdir(tmp_path)
    Path("data.ttl").write_text(DATA, encoding="utf-8")
    Path("shapes.ttl").write_text(SHAPES, encoding="utf-8")


def over_at_the_call(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the time be over when it is asked for so many times, the first being 0."""
    calls = itertools.count()

    def over(self: Deadline) -> bool:
        if next(calls) < number:
            return False
        self.was_met = False
        return True

    monkeypatch.setattr(Deadline, "over", over)


@pytest.mark.usefixtures("checked", "way")
@pytest.mark.parametrize("form", check.FORMS)
@pytest.mark.parametrize("engine", ["scograph", "pyshacl"])
@WAYS
def test_a_check_whose_time_is_over_says_so_once(form: str, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    over_at_the_call(0, monkeypatch)
    ended = run("check", *HELD_TO_SHAPES, "-f", form, "--engine", engine)
    assert (ended.exit_code, ended.stderr.splitlines().count(OVER)) == (124, 1), ended.stderr


@pytest.mark.usefixtures("checked", "way")
@pytest.mark.parametrize(
    ("arguments", "numbers"),
    [(HELD_TO_SHAPES, range(30)), (("project", "--timeout", "1000", "-o", "report"), (0, 1, 5, 25, 100_000))],
    ids=["shapes", "project"],
)
@WAYS
def test_whatever_is_left_out_of_a_check_is_said(
    arguments: tuple[str, ...], numbers: Sequence[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also what gives no finding where it is left out, as the look for shapes that nothing is held to."""
    codes = []
    for number in numbers:
        with monkeypatch.context() as patched:
            over_at_the_call(number, patched)
            ended = run("check", *arguments)
        codes.append(ended.exit_code)
        assert ended.stderr.splitlines().count(OVER) == (ended.exit_code == 124), (number, ended.stderr)
        if ended.exit_code != 124:
            break
    assert codes[0] == 124, codes
    assert codes[-1] in (0, 1), codes


def test_an_end_that_is_lost_on_its_way_is_said_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """As by a library that catches whatever is raised in it."""

    def losing(_: Deadline) -> int:
        try:
            time.sleep(GUARD)
        except TimeOverError:
            return 0
        return 1

    monkeypatch.setattr(check, "GRACE", 0.0)
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(TimeOverError, match=r"^the time of --timeout, 0\.01 seconds, ran out"):
        check.ended_in_time(losing, 0.01)
    assert signal.getsignal(signal.SIGALRM) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
