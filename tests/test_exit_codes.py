"""Exit codes and last messages: full devices, closed pipes, signals, no memory."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from scograph import Project, build, writing
from scograph.cli.frame import EXIT_CODES
from scograph.exports.publication import ni
from writing_faults import in_child, run

HERE = Path(__file__).parent
PROGRAM = (sys.executable, "-m", "scograph")
UNTIDY = "@prefix ex: <http://example.org/> .\nex:b a ex:T .\nex:a a ex:T .\n"
FULL = Path("/dev/full")


def _heeds_ctrl_c() -> None:
    """As in a terminal: what a shell starts in the background ignores it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _unread() -> int:
    """A pipe that nobody reads any more."""
    reading, end = os.pipe()
    os.close(reading)
    return end


def _code(arguments: Sequence[str | Path], cwd: Path, out: int | None = None, err: int | None = None) -> int:
    """The exit code of a command whose outputs are those descriptors."""
    done = subprocess.run([*PROGRAM, *arguments], cwd=cwd, stdout=out, stderr=err, check=False, timeout=300)
    return done.returncode


@pytest.mark.skipif(not FULL.exists(), reason="the system has no device that is always full")
@pytest.mark.parametrize("words", [("--help",), ("check", "--help"), ("--version",)], ids=" ".join)
def test_help_on_a_full_device_is_said_and_no_traceback(words: tuple[str, ...], tmp_path: Path) -> None:
    with FULL.open("wb") as full:
        done = subprocess.run([*PROGRAM, *words], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, check=False)
    said = b"error: standard output cannot be written: No space left on device\nhint: write to a file with -o\n"
    assert (done.returncode, done.stderr) == (2, said)


def test_help_that_nobody_reads_ends_as_other_programs_do(tmp_path: Path) -> None:
    for words in (("--help",), ("check", "--help")):
        assert _code(words, tmp_path, out=_unread()) == 141


@pytest.mark.skipif(not FULL.exists(), reason="the system has no device that is always full")
@pytest.mark.parametrize(
    ("words", "code"), [(("check", "none.ttl"), 3), (("check", "--nope"), 2), (("fmt", "--check", "a.ttl"), 1)]
)
def test_standard_error_that_is_full_closed_or_unread_changes_no_code(
    words: tuple[str, ...], code: int, tmp_path: Path
) -> None:
    (tmp_path / "a.ttl").write_text(UNTIDY)
    with FULL.open("wb") as full:
        assert _code(words, tmp_path, out=subprocess.DEVNULL, err=full.fileno()) == code
    assert _code(words, tmp_path, out=subprocess.DEVNULL, err=_unread()) == code
    closed = subprocess.run(
        ["sh", "-c", 'exec "$@" >/dev/null 2>&-', "sh", *PROGRAM, *words], cwd=tmp_path, check=False
    )
    assert closed.returncode == code


def test_a_reader_that_goes_away_changes_no_work_and_hides_no_failure(tmp_path: Path) -> None:
    for name in ("a.ttl", "b.ttl", "c.ttl"):
        (tmp_path / name).write_text(UNTIDY)
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "manifest.json").write_text('{"files": []}')
    assert _code(("fmt", "."), tmp_path, out=_unread(), err=_unread()) == 0
    assert {(tmp_path / name).read_text() for name in ("a.ttl", "b.ttl", "c.ttl")} != {UNTIDY}
    assert _code(("fmt", "--check", "."), tmp_path, out=_unread()) == 0, "all of them were laid out"
    assert _code(("verify", "d"), tmp_path, out=_unread(), err=subprocess.DEVNULL) == 1
    (tmp_path / "a.ttl").write_text(UNTIDY)
    assert _code(("fmt", "--check", "."), tmp_path, out=_unread(), err=subprocess.DEVNULL) == 1
    assert _code(("export", "b.ttl", "-f", "nt"), tmp_path, out=_unread()) == 141


def test_a_check_with_errors_fails_although_nobody_reads_its_report(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(UNTIDY)
    (tmp_path / "s.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .\n"
        "ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .\n"
    )
    for form in ("text", "json", "sarif", "github", "ttl"):
        words = ("check", "a.ttl", "-s", "s.ttl", "-f", form)
        assert _code(words, tmp_path, out=_unread(), err=subprocess.DEVNULL) == 1, form


def test_what_came_of_an_output_that_ends_early_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.nt").write_text("".join(f"<urn:{n}> <urn:b> <urn:c> .\n" for n in range(100_000)) + "<urn:a> .\n")
    done = subprocess.run(
        [*PROGRAM, "export", "-f", "nt", "a.nt"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert done.stdout
    said = f"note: standard output has only a part of the output: the first {len(done.stdout):,} bytes\n"
    assert done.stderr.startswith(said)
    assert "a.nt:100001:9: error syntax" in done.stderr


def test_temporary_files_that_have_no_place_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.nt").write_text("<urn:a> <urn:b> <urn:c> .\n" * 2)
    code = (
        "import sys, tempfile; place = sys.argv.pop(1); tempfile._candidate_tempdir_list = lambda: [place];"
        "from scograph.cli import main; main()"
    )
    words = [sys.executable, "-c", code, str(tmp_path / "none"), "check", "--from", "nt", "-"]
    with (tmp_path / "a.nt").open("rb") as data:
        done = subprocess.run(words, cwd=tmp_path, stdin=data, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert "error: temporary files: cannot be written: No usable temporary directory found in [" in done.stderr
    assert "hint: free some space, or name another folder in TMPDIR\n" in done.stderr


@pytest.mark.parametrize("target", ["store", "new/store", "new/other/../store"])
def test_a_load_that_fails_leaves_no_folder(target: str, tmp_path: Path) -> None:
    (tmp_path / "a.nt").write_text("<urn:a> .\n")
    before = sorted(tmp_path.iterdir())
    assert _code(("load", target, "a.nt"), tmp_path, err=subprocess.DEVNULL) == 3
    assert _code(("export", "-f", "csv", "a.nt", "-o", f"{target}/"), tmp_path, err=subprocess.DEVNULL) == 3
    assert sorted(tmp_path.iterdir()) == before
    (tmp_path / "store").mkdir()
    assert _code(("load", "store", "a.nt"), tmp_path, err=subprocess.DEVNULL) == 3
    assert (tmp_path / "store").is_dir(), "it was there before"


def _raises(error: BaseException) -> None:
    def formatted(*_: object, **__: object) -> str:
        raise error

    from scograph.serialise import formatted as module  # noqa: PLC0415 -- in the process of the command alone

    module.formatted = formatted  # type: ignore[assignment]


def test_memory_that_runs_out_and_faults_of_ours_have_codes_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(UNTIDY)
    short = run("fmt", "a.ttl", cwd=tmp_path, before=partial(_raises, MemoryError()))
    assert (short.code, short.err) == (
        5,
        "error: memory ran out\nhint: give the process more memory, or less data at once\n",
    )
    fault = run("fmt", "a.ttl", cwd=tmp_path, before=partial(_raises, AssertionError("no such case")))
    assert (fault.code, "AssertionError: no such case" in fault.err) == (70, True)
    assert fault.err.splitlines()[-1].startswith("error: a bug in scograph")
    assert (tmp_path / "a.ttl").read_text() == UNTIDY


def test_each_exit_code_stands_once_in_the_table() -> None:
    codes = [code for code, _ in EXIT_CODES]
    assert codes == sorted(set(codes))


@pytest.mark.parametrize("module", ["click", "scograph.cli.check", "scograph.checks"])
def test_ctrl_c_while_the_program_is_being_imported_ends_it_with_130(module: str, tmp_path: Path) -> None:
    code = f"""
import signal, sys
class Interrupts:
    def find_spec(self, name, *_):
        if name == {module!r}:
            sys.meta_path.remove(self)
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Interrupts())
sys.argv = ["scograph", "check"]
from scograph.__main__ import main
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=_heeds_ctrl_c,
    )
    assert (done.returncode, "Traceback" in done.stderr, done.stdout) == (130, False, "")


class _Finalised:
    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


def _drops_it() -> int:
    from scograph import ending  # noqa: PLC0415 -- in the forked process, whose signals it changes

    ending.heed_signals()
    try:
        _Finalised()
        time.sleep(60)
    except KeyboardInterrupt:
        return 7
    return 0


def test_ctrl_c_that_comes_in_a_finaliser_is_not_lost() -> None:
    assert in_child(_drops_it) == 7


SLOW = r"""
import os, sys, time
from scograph import build
def slow(*_):
    os.write(1, f"{os.getpid()}\n".encode())  # in one piece, whatever the other worker writes
    time.sleep(600)
    yield
build.site_pages = slow
from scograph.__main__ import main
main()
"""


def _is_alive(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of processes in /proc")
@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"])
def test_a_build_that_is_ended_leaves_no_worker_no_traceback_and_no_folder_for_long(how: str, tmp_path: Path) -> None:
    shutil.copytree(HERE / "projects" / "one-file", tmp_path / "project")
    number = getattr(signal, how)
    building = subprocess.Popen(
        [sys.executable, "-c", SLOW, "build", "project", "-o", "out", "--jobs", "2"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=_heeds_ctrl_c,  # noqa: PLW1509 -- no thread
    )
    assert building.stdout
    workers = [int(building.stdout.readline()) for _ in range(2)]
    if how == "SIGINT":  # a terminal sends it to all of them
        os.killpg(building.pid, number)
    else:
        building.send_signal(number)
    said = building.communicate(timeout=60)[1]
    words = {"SIGINT": "interrupted\nout: not written\n", "SIGKILL": ""}
    assert said == words.get(how, f"ended by {how}\nout: not written\n")
    assert building.returncode == (-9 if how == "SIGKILL" else 128 + number)
    for _ in range(600):
        if not any(map(_is_alive, workers)):
            break
        time.sleep(0.05)
    assert [worker for worker in workers if _is_alive(worker)] == []
    left = [path for path in tmp_path.iterdir() if writing.is_beside_name(path.name)]
    assert len(left) == (how == "SIGKILL")
    if left:
        assert run("build", "project", "-o", "out", "--no-site", cwd=tmp_path).code == 0
        assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "project"]


def test_the_digest_in_prov_is_of_the_bytes_that_were_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(HERE / "projects" / "one-file", tmp_path / "project")
    path = next((tmp_path / "project").rglob("*.ttl"))
    read = path.read_bytes()
    conforming = build.conforming

    def edited(*arguments: object, **names: object) -> object:
        path.write_bytes(read + b"\n# an editor saved this meanwhile\n")
        return conforming(*arguments, **names)  # type: ignore[arg-type]

    monkeypatch.setattr(build, "conforming", edited)
    build.build(Project.open(tmp_path / "project"), tmp_path / "out", options=build.BuildOptions(0))
    assert ni(hashlib.sha256(read).hexdigest()) in (tmp_path / "out" / "prov.ttl").read_text(encoding="utf-8")
