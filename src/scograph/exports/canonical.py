"""The canonical form of a dataset, and its hash (RDF Dataset Canonicalization 1.0)."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable

from scograph.errors import InputError
from scograph.serialise.sorting import SortedLines, sort_lines

SECONDS = 60
"""Processor time that naming the blank nodes may take: the algorithm can take years for a few dozen."""
MEGABYTES = 8192
"""Memory that it may take."""

_WORKER = """
import sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[1]),) * 2)
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]) << 20,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except ImportError:
    pass
from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse, serialize
dataset = Dataset(parse(sys.stdin.buffer, RdfFormat.N_QUADS))
dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
serialize(dataset, sys.stdout.buffer, RdfFormat.N_QUADS)
sys.stdout.buffer.flush()
"""


def canonical(lines: Iterable[bytes], *, seconds: int = SECONDS) -> SortedLines:
    """The canonical N-Quads of a dataset.

    Without blank nodes, sorting is enough, in bounded memory. With some, the library names them, in a process of its
    own that is ended when it takes too long: there are graphs that are made so that it never ends.

    Args:
        lines: The dataset as N-Quads, in pieces of whole lines.
        seconds: Processor time for naming the blank nodes.

    Returns:
        The lines, sorted by code point, which for UTF-8 is by byte.

    Raises:
        InputError: The blank nodes cannot be told apart in that time.
    """
    found = sort_lines(lines)
    if not any(_BLANK.search(piece) for piece in found if b"_:" in piece):
        return found
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as named:
        given.writelines(found)
        given.seek(0)
        command = [sys.executable, "-I", "-c", _WORKER, str(seconds), str(MEGABYTES)]
        try:
            done = subprocess.run(
                command, stdin=given, stdout=named, stderr=subprocess.DEVNULL, check=False, timeout=seconds * 4
            )
            failed = done.returncode != 0
        except subprocess.TimeoutExpired:
            failed = True
        if failed:
            raise InputError(
                f"the blank nodes cannot be told apart in {seconds} seconds: a dataset like that is refused",
                hint="give them IRIs, or leave out those that many others are the same as",
            )
        named.seek(0)
        return sort_lines(iter(lambda: named.read(1 << 18) + named.readline(), b""))


_BLANK = re.compile(rb'^_:|> _:[^\s"]+ |"(?:@[\w-]+|\^\^<[^>]*>)? _:[^\s"]+ \.$', re.MULTILINE)


def digest(lines: Iterable[bytes]) -> str:
    """The SHA-256 of lines, in hexadecimal digits."""
    found = hashlib.sha256()
    for piece in lines:
        found.update(piece)
    return found.hexdigest()
