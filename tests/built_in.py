"""The built-in project, read once for all tests of a process that ask about it and change nothing."""

from __future__ import annotations

import functools

from scograph.api import Graph, Project


@functools.cache
def built_in_graph() -> Graph:
    """The graph of the built-in project."""
    return Project.builtin().load()
