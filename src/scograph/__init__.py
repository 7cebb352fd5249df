"""scograph publishes a knowledge graph whose every fact leads to its source."""

from scograph.api import Graph, Project, Validated, validate

__all__ = ["Graph", "Project", "Validated", "validate"]
