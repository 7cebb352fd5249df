"""scograph publishes a knowledge graph whose every fact leads to its source."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scograph.api import Graph, Project, Validated, validate

__all__ = ["Graph", "Project", "Validated", "validate"]


def __getattr__(name: str) -> object:
    """The nouns, imported when they are asked for: the command line needs few of the layers below them."""
    if name not in __all__:
        raise AttributeError(f"module 'scograph' has no attribute {name!r}")
    from scograph import api  # noqa: PLC0415 -- see above

    return getattr(api, name)
