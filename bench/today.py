"""What `scograph check DATA --shapes SHAPES -f turtle` will print, by what the package has today.

Goes when the command takes `--shapes`: engines.py then asks the command itself.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pyoxigraph import RdfFormat, parse

from scograph.checks.shapes import validate

SH = "http://www.w3.org/ns/shacl#"


def main() -> int:
    """Print a report that names of each result the shape and the component."""
    data, shapes = ([quad.triple for quad in parse(Path(path).read_bytes(), RdfFormat.TURTLE)] for path in sys.argv[1:])
    findings = validate(data, shapes)
    results = [
        f"[ a <{SH}ValidationResult> ; <{SH}sourceShape> <{finding.shape}> ;"
        f" <{SH}sourceConstraintComponent> <{finding.component}> ; <{SH}focusNode> <{finding.focus}> ]"
        for finding in findings
    ]
    print(f"[] a <{SH}ValidationReport> ; <{SH}conforms> {str(not findings).lower()}", end="")
    for result in results:
        print(f" ;\n  <{SH}result> {result}", end="")
    print(" .")
    return int(bool(findings))


if __name__ == "__main__":
    sys.exit(main())
