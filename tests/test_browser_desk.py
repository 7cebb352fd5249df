"""The desk in a real browser: Chromium, with the mouse and by the keyboard alone."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from desk_client import running
from source_projects import harbour

SCRIPT = Path(__file__).parent / "browser" / "desk.mjs"

pytestmark = pytest.mark.browser


def test_the_desk_works_with_the_mouse_and_by_the_keyboard_alone(tmp_path: Path) -> None:
    with running(harbour(tmp_path / "harbour").folder) as address:
        done = subprocess.run(["node", str(SCRIPT), address], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    counts: dict[str, int] = json.loads(done.stdout.splitlines()[0])
    assert (counts["steps"], counts["axe"]) == (21, 36)
