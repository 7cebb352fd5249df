"""Completion in the shell, as the page on installing says: in a real bash, with the line that the page gives."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from programs import require

PAGE = Path(__file__).parents[1] / "docs" / "how-to" / "install.md"
BIN = Path(sys.executable).parent
LINES = dict(
    re.findall(r"^\| (\w+) \| `[^`]*` \| `(.*_source scograph.*)` \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
)
ASK = """
COMP_WORDS=({words}); COMP_CWORD={last}
_scograph_completion scograph
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
"""How bash is asked what it would offer for the last of some words."""


def offered(*words: str) -> list[str]:
    """What bash offers for the last word of a line."""
    ask = ASK.format(words=shlex.join(words), last=len(words) - 1)
    done = subprocess.run(
        [require("bash"), "-c", f"{LINES['bash']}\n{ask}"],
        env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_the_page_has_a_line_for_each_shell() -> None:
    assert sorted(LINES) == ["bash", "fish", "zsh"]


@pytest.mark.parametrize("shell", ["bash", "fish", "zsh"])
def test_what_the_line_of_a_shell_reads_is_printed(shell: str) -> None:
    done = subprocess.run(
        [BIN / "scograph"],
        env={**os.environ, "_SCOGRAPH_COMPLETE": f"{shell}_source"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert f"_SCOGRAPH_COMPLETE={shell}_complete" in done.stdout
    assert f"_SCOGRAPH_COMPLETE={shell}_source" in LINES[shell]


def test_commands_options_and_values_are_completed_in_bash() -> None:
    assert offered("scograph", "che") == ["check"]
    assert offered("scograph", "check", "--fail") == ["--fail-on"]
    assert offered("scograph", "check", "-f", "sa") == ["sarif"]
