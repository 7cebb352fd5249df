"""Pictures of the desk for the documentation: makes a small project, opens the desk, and lets Chromium look at it.

python tests/browser/desk_shots.py docs/pictures
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from scograph.processes import own_command

HERE = Path(__file__).parent
BASE = "https://example.org/rivers/"
TEXT = """The River Commission

The River Commission is an intergovernmental organisation with its seat in Nairobi.

The Water Agreement was signed on 16 June 2009. It has been in force since January 2011.

The Expert Group on Floods met for the first time on 12 May 2016.
"""
AGREEMENT = f"""<{BASE}id/agreement/water-agreement>
    a <https://w3id.org/scograph/ontology#Agreement> ;
    <http://www.w3.org/2000/01/rdf-schema#label> "Water Agreement"@en ;
    <https://w3id.org/scograph/ontology#signedOn> "2009-06-16"^^<http://www.w3.org/2001/XMLSchema#date> .
"""


def make(root: Path) -> Path:
    """A project with one text, of which one passage has facts and one is left out."""
    project, text = root / "rivers", root / "commission.txt"
    text.write_text(TEXT, encoding="utf-8")
    told = ("--title", "Rivers", "--base", BASE, "--name", "rivers", "--language", "en")
    source = ("--source-title", "The River Commission", "--source-url", "https://example.org/commission")
    where = ("-p", str(project))
    described = ("--name", "commission", "--title", "The River Commission", "--language", "en")
    for command in (
        ("init", str(project), "--like", "scograph", *told, *source),
        ("source", "add", str(text), *described, *where),
        ("source", "ignore", "commission", "01", "--because", "The title.", *where),
    ):
        subprocess.run(own_command(list(command)), check=True, capture_output=True)
    facts = project / "data" / "commission" / "03-water-agreement.ttl"
    facts.write_text(AGREEMENT, encoding="utf-8")
    subprocess.run(own_command(["fmt", str(facts)]), check=True, capture_output=True)
    return project


def main(output: str) -> None:
    """Take the pictures."""
    with tempfile.TemporaryDirectory() as root:
        command = own_command(["desk", str(make(Path(root))), "--no-browser"])
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as desk:
            try:
                assert desk.stderr is not None
                address = next(word for word in desk.stderr.readline().split() if word.startswith("http://"))
                subprocess.run(["node", str(HERE / "desk_shots.mjs"), address, output], check=True)
            finally:
                desk.terminate()


if __name__ == "__main__":
    main(sys.argv[1])
