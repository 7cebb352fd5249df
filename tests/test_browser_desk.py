"""The desk in a real browser: Chromium, with the mouse and by the keyboard alone."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from desk_client import add_class, running
from source_projects import EX, harbour

SCRIPT = Path(__file__).parent / "browser" / "desk.mjs"

WITHOUT_TEXT = """@prefix scog: <https://w3id.org/scograph/ontology#> .
<https://example.org/source/paper> a scog:SourceDocument ; <http://purl.org/dc/terms/title> "A paper"@en .
<https://example.org/source/paper/passage/01> a scog:Passage ;
    scog:isPassageOf <https://example.org/source/paper> ; scog:locator "page 3" .
"""

pytestmark = pytest.mark.browser


def test_the_desk_works_with_the_mouse_and_by_the_keyboard_alone(tmp_path: Path) -> None:
    folder = harbour(tmp_path / "harbour").folder
    add_class(folder, EX)
    (folder / "data" / "paper").mkdir()
    (folder / "data" / "paper" / "source.ttl").write_text(WITHOUT_TEXT, encoding="utf-8")
    with running(folder) as address:
        done = subprocess.run(["node", str(SCRIPT), address], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    counts: dict[str, int] = json.loads(done.stdout.splitlines()[0])
    assert (counts["steps"], counts["axe"]) == (28, 56)
