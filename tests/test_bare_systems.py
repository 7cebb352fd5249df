"""How bare systems are made and removed: nothing of this machine is in them, and nothing of it is removed with them."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import pytest

from bare import systems
from programs import require, terminal


def test_what_is_mounted_in_a_folder_is_seen(tmp_path: Path) -> None:
    if not Path("/proc/self/mounts").exists():
        pytest.skip("there is no /proc/self/mounts here")
    assert systems.mounts_below(Path("/proc"))[0] == "/proc"
    assert systems.mounts_below(tmp_path) == []


def test_a_folder_in_which_something_is_mounted_is_not_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tree/dev").mkdir(parents=True)
    with monkeypatch.context() as patched:
        patched.setattr(systems, "mounts_below", lambda folder: [str(folder / "dev")])
        with pytest.raises(systems.NotMadeError, match="is left as it is"):
            systems.remove(tmp_path / "tree")
    assert (tmp_path / "tree/dev").is_dir()
    systems.remove(tmp_path / "tree")
    assert not (tmp_path / "tree").exists()


def test_a_system_gets_mounts_of_its_own_alone() -> None:
    mounts = re.findall(r"^mount (.*)$", systems.ENTER, re.MULTILINE)
    assert [line.split()[1] for line in mounts] == ["proc", "devpts", "tmpfs"]
    assert not any("bind" in line for line in mounts)
    words = [str(word) for word in systems.in_namespaces("true")]
    assert words[words.index("--propagation") + 1] == "private"


def test_what_says_how_registries_are_reached_is_carried_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {"PIP_CERT": "/a", "https_proxy": "b", "SECRET": "c", "PATH": "d", "PIPE": "e"})
    assert systems.variables("/home", "/bin") == {
        "PIP_CERT": "/a",
        "https_proxy": "b",
        "HOME": "/home",
        "PATH": "/bin",
        "LANG": "C.UTF-8",
        "TERM": "dumb",
    }


def test_the_pythons_that_are_named_begin_with_the_least_and_have_no_gap(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [int(version.partition(".")[2]) for version in systems.classifiers()]
    assert named == list(range(named[0], named[-1] + 1))
    least = project["requires-python"].removeprefix(">=")
    assert least.startswith(f"3.{named[0]}.")
    for page in ("README.md", "docs/tutorial.md", "Makefile"):
        assert f"Python {least} or newer" in (repository / page).read_text(encoding="utf-8"), page


def test_the_pages_name_the_packages_that_a_bare_system_gets(repository: Path) -> None:
    command = f"sudo apt-get install {' '.join(systems.PACKAGES)}"
    for page in ("README.md", "docs/tutorial.md"):
        assert command in (repository / page).read_text(encoding="utf-8"), page


def test_a_test_whose_program_is_missing_names_its_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pytest.skip.Exception, match="nginx is not installed: sudo apt-get install nginx-light"):
        require("nginx")


def test_a_test_that_needs_a_terminal_is_skipped_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> None:
        raise OSError("out of pty devices")

    monkeypatch.setattr("pty.openpty", refused)
    with pytest.raises(pytest.skip.Exception, match="no pseudo-terminal can be had: out of pty devices"), terminal():
        pass
