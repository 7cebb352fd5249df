"""Inputs that are no regular files: names that are not UTF-8, named pipes, devices, and folders with a pipe."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scograph import project
from scograph.errors import InputError
from scograph.project import read_bytes
from writing_faults import Ended, run, tree

FACTS = "@prefix ex: <http://example.org/> .\n\nex:a\n    a ex:T .\n"
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <http://example.org/> .
ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .
"""
ODD = os.fsdecode(b"b\xff.ttl")
SHOWN = "b\\xff.ttl"
READERS = {
    "check": ("check",),
    "check --shapes": ("check", "-s", "shapes.ttl", "--allow-warnings"),
    "export": ("export", "-f", "nt"),
    "hash": ("hash",),
    "diff": ("diff", "facts.ttl"),
    "fmt": ("fmt", "--check"),
}
"""Commands that read a file which is named last."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    (tmp_path / "facts.ttl").write_text(FACTS)
    (tmp_path / "shapes.ttl").write_text(SHAPES.replace("minCount 1", "minCount 0"))
    return tmp_path


@pytest.mark.parametrize("name", READERS)
def test_a_name_that_is_not_utf_8_is_read_and_shown(name: str, tmp_path: Path) -> None:
    (tmp_path / ODD).write_text(FACTS)
    assert run(*READERS[name], ODD, cwd=tmp_path).code == 0
    (tmp_path / ODD).write_text(FACTS.replace("ex:T", "ex:T ;;] nonsense"))
    wrong = run(*READERS[name], ODD, cwd=tmp_path)
    assert (wrong.code, SHOWN in wrong.err, "Traceback" in wrong.err) == (3, True, False), wrong
    missing = run(*READERS[name], f"no-{ODD}", cwd=tmp_path)
    assert (missing.code, f"no-{SHOWN}" in missing.err, "Traceback" in missing.err) == (3, True, False), missing


def test_fmt_writes_a_file_whose_name_is_not_utf_8(tmp_path: Path) -> None:
    (tmp_path / ODD).write_text(FACTS.replace("\n\n", "\n"))
    ended = run("fmt", ".", cwd=tmp_path)
    assert (ended.code, ended.err.splitlines()[0]) == (0, SHOWN)
    assert (tmp_path / ODD).read_text() == FACTS


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "facts.ttl", "-f", "nt", "-o", ODD),
        ("export", "facts.ttl", "-f", "csv", "-o", f"{ODD}/"),
        ("build", "facts.ttl", "--no-site", "-o", ODD),
        ("release", "1.0.0", "facts.ttl", "-o", ODD),
    ],
)
def test_what_is_written_may_have_a_name_that_is_not_utf_8(arguments: tuple[str, ...], tmp_path: Path) -> None:
    ended = run(*arguments, cwd=tmp_path)
    assert (ended.code, (tmp_path / ODD).exists(), "Traceback" in ended.err) == (0, True, False), ended


def test_a_store_cannot_have_a_name_that_is_not_utf_8_and_nothing_is_left_of_it(tmp_path: Path) -> None:
    before = tree(tmp_path)
    ended = run("load", ODD, "facts.ttl", cwd=tmp_path)
    assert (ended.code, tree(tmp_path)) == (2, before)
    assert f"error: {SHOWN}: the folder of a store needs a path in UTF-8" in ended.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("verify",),
        ("feed",),
        ("serve",),
        ("build",),
        ("check", "-s"),
        ("query",),
        ("show",),
        ("coverage",),
        ("why",),
        (),
    ],
)
def test_no_command_has_a_traceback_for_such_a_name(arguments: tuple[str, ...], tmp_path: Path) -> None:
    ended = run(*arguments, f"no-{ODD}", cwd=tmp_path)
    assert (ended.code in (2, 3), "Traceback" in ended.err) == (True, False), ended


# Pipes and devices.


def _piped(arguments: tuple[str, ...], tmp_path: Path, *, path: str = "pipe.ttl", text: str = FACTS) -> Ended:
    """Run a command that reads a pipe into which another process writes."""
    writing = f"import sys; open(sys.argv[1], 'w').write({text!r})"
    with subprocess.Popen([sys.executable, "-c", writing, str(tmp_path / path)]) as writer:
        ended = run(*arguments, path, cwd=tmp_path)
        writer.kill()
    return ended


@pytest.mark.parametrize("name", [name for name in READERS if name not in ("diff", "fmt")])
def test_a_named_pipe_that_is_written_to_is_read_as_a_file_is(name: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ttl")
    piped, plain = _piped(READERS[name], tmp_path), run(*READERS[name], "facts.ttl", cwd=tmp_path)
    assert (piped.code, piped.out) == (plain.code, plain.out) == (0, plain.out)


def test_a_process_substitution_is_read(tmp_path: Path) -> None:
    if not Path("/bin/bash").exists():
        pytest.skip("needs bash, whose <(command) it is about")
    line = (
        "$0 -m scograph check -s <(cat shapes.ttl) <(cat facts.ttl) && $0 -m scograph check <(cat facts.ttl) &&"
        " $0 -m scograph hash --from ttl <(cat facts.ttl) &&"
        " cat facts.ttl | $0 -m scograph hash --from ttl /dev/stdin &&"
        " $0 -m scograph hash --from ttl /dev/stdin < facts.ttl && $0 -m scograph hash --from ttl <(true)"
    )
    done = subprocess.run(
        ["/bin/bash", "-c", line, sys.executable],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    hashes = [line for line in done.stdout.splitlines() if len(line) == 64]
    whole, empty = (run("hash", "--from", "ttl", path, cwd=tmp_path).out.strip() for path in ("facts.ttl", "/dev/null"))
    assert (done.returncode, hashes) == (0, [whole, whole, whole, empty]), done.stderr


def test_findings_of_a_pipe_have_their_places(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ttl")
    ended = _piped(("check",), tmp_path, text="nonsense")
    assert (ended.code, "pipe.ttl:1:1: error syntax" in ended.err) == (3, True), ended


def _waits_not() -> None:
    project.MAX_WRITER_SECONDS = 0


@pytest.mark.parametrize("name", READERS)
def test_a_pipe_that_nobody_writes_to_is_not_waited_for_without_end(name: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ttl")
    ended = run(*READERS[name], "pipe.ttl", cwd=tmp_path, before=_waits_not)
    is_refused = name in ("diff", "fmt")
    said = "cannot be read: it is a named pipe" if is_refused else "a named pipe, and nobody opened it to write in 0"
    assert (ended.code, f"error: pipe.ttl: {said}" in ended.err, ended.out) == (3, True, ""), ended


@pytest.mark.parametrize("name", READERS)
def test_a_device_without_end_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "zero.ttl").symlink_to("/dev/zero")
    ended = run(*READERS[name], "zero.ttl", cwd=tmp_path)
    assert (ended.code, ended.out) == (3, "")
    assert "error: zero.ttl: cannot be read: it is a device, not a regular file" in ended.err


def test_a_folder_is_no_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="it is a folder, not a regular file"):
        read_bytes(tmp_path)


@pytest.mark.parametrize(
    ("command", "said", "code"),
    [
        (("build", "p", "-o", "loop"), "loop is a file", 2),
        (
            (
                "init",
                "loop",
                "--title",
                "T",
                "--base",
                "https://e.org/",
                "--source-title",
                "s",
                "--source-url",
                "https://e.org/s",
            ),
            "loop is not empty",
            2,
        ),
        (("check", "loop"), "loop: cannot be read: a loop of symbolic links", 3),
    ],
    ids=["build", "init", "check"],
)
def test_a_symbolic_link_to_itself_is_one_message(folder: Path, command: tuple[str, ...], said: str, code: int) -> None:
    (folder / "p" / "data").mkdir(parents=True)
    (folder / "p" / "data" / "facts.ttl").write_text(FACTS)
    (folder / "loop").symlink_to("loop")
    ended = run(*command, cwd=folder)
    assert (ended.code, ended.err.splitlines()[0]) == (code, f"error: {said}")


@pytest.mark.parametrize(
    "command", [("build", "-o", "dist"), ("release", "-o", "out", "1.0.0")], ids=lambda one: one[0]
)
def test_a_name_that_is_not_utf_8_is_not_published(folder: Path, command: tuple[str, ...]) -> None:
    (folder / "facts.ttl").rename(folder / ODD)
    ended = run(*command, ODD, cwd=folder)
    assert (ended.code, ended.err.splitlines()[0]) == (3, f"error: {SHOWN}: its name is not UTF-8")
    assert sorted(path.name for path in folder.iterdir()) == sorted((ODD, "shapes.ttl"))
