"""What `scograph probe` finds on our server and on two others that serve the same data, on loopback: make bench-probe.

    python -m bench.probed [--folder dist]

Each report goes whole to bench/results/, below a table of the marks in each group. What a server does not offer, a site
of documents say, is not marked down.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from bench import serve
from scograph.probe import Diagnosis, as_text, probe


def main() -> int:
    """Probe, write, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", help="a built folder with its site; built if none is named")
    args = parser.parse_args()
    found: dict[str, Diagnosis] = {}
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        folder = Path(args.folder) if args.folder else serve.built(Path(place))
        port = stack.enter_context(serve.ours(folder))[1]
        found["scograph serve"] = probe(f"http://127.0.0.1:{port}/", harms=True, wait=time.sleep)
        for name, start, endpoint in (
            ("oxigraph serve-read-only", serve.oxigraph, "/query"),
            ("rdflib-endpoint", serve.rdflib_endpoint, "/"),
        ):
            peer = start(folder, Path(place), stack)
            address = peer.address("lookup").partition("?")[0].removesuffix(endpoint)
            found[name] = probe(f"{address}/", harms=True, wait=time.sleep)
    text = "".join(_report(found))
    path = serve.RESULTS / f"probe-{datetime.now(UTC):%Y-%m-%d}.md"
    path.write_text(text, encoding="utf-8")
    print(text)
    return 0


def _report(found: dict[str, Diagnosis]) -> Iterator[str]:
    yield "# What probe finds\n\nPassed, of those that apply; what a server does not offer is not counted.\n\n"
    groups = list(dict.fromkeys(v.check.group for v in next(iter(found.values())).verdicts))
    yield "| | " + " | ".join(found) + " |\n|---|" + "--:|" * len(found) + "\n"
    for group in groups:
        cells = []
        for diagnosis in found.values():
            states = Counter(v.state for v in diagnosis.verdicts if v.check.group == group)
            applying = states["pass"] + states["fail"]
            cells.append(f"{states['pass']} of {applying}" if applying else "–")
        yield f"| {group} | {' | '.join(cells)} |\n"
    scores = ["{} of {}".format(*diagnosis.score()) for diagnosis in found.values()]
    yield f"| all | {' | '.join(scores)} |\n"
    for name, diagnosis in found.items():
        yield f"\n## {name}\n\n```\n" + "\n".join(as_text(diagnosis)) + "\n```\n"


if __name__ == "__main__":
    sys.exit(main())
