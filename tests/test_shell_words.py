"""Command lines that messages show: a shell takes them as they were meant, whatever names they have."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from scograph.messages import shell_word

WORDS = (
    "data", "my data", "it's", "$HOME `id`", "-x", "Ж中", "caf\udce9", "\udcff'\\", "a\nb", "\x1b[31m\u202e", "~", "*",
)  # fmt: skip


@pytest.mark.skipif(shutil.which("bash") is None, reason="a shell that knows $'…' is not on this machine")
def test_a_shell_gives_back_the_bytes_of_each_word() -> None:
    line = " ".join(shell_word(word) for word in WORDS)
    assert line.isprintable()
    done = subprocess.run(["bash", "-c", f"printf '%s\\0' {line}"], capture_output=True, check=True, timeout=60)
    assert done.stdout.split(b"\0")[:-1] == [os.fsencode(word) for word in WORDS]
