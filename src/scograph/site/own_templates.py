"""A sandbox for a project's own templates: they may be a stranger's, and only show what they are given (Jinja)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePath
from types import ModuleType
from typing import Any

from jinja2 import BaseLoader, Environment, TemplateNotFound
from jinja2.loaders import split_template_path
from jinja2.sandbox import ImmutableSandboxedEnvironment

from scograph.project import Project, read_text

_CLOSED = (PurePath, ModuleType, Project)
"""What templates can reach from what they are given, and what would let them read and write files."""
_CLOSED_NAMES = ("placed_file", "places", "project")


class OwnLoader(BaseLoader):
    """Loads the templates of a project, none from elsewhere.

    Args:
        project: The project.
    """

    def __init__(self, project: Project) -> None:
        self._project = project

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:  # noqa: ARG002 -- jinja2's signature
        """The text of a template, and its path.

        Raises:
            TemplateNotFound: The project has none of that name.
            InputError: A symbolic link leads out of the project, or it is no regular file.
        """
        folder = self._project.template_folder or Path()
        path = folder.joinpath(*split_template_path(template))
        if not path.exists() or path.is_dir():
            raise TemplateNotFound(template)
        return read_text(self._project.own_file(path), self._project.relative(path)), str(path), lambda: True


class OwnTemplates(ImmutableSandboxedEnvironment):
    """A template engine that reaches no file, no module, and nothing that begins with an underscore."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ANN401 -- jinja2's signature
        """Whether a template may have an attribute."""
        is_closed = isinstance(obj, _CLOSED) or isinstance(value, _CLOSED) or attr in _CLOSED_NAMES
        return not is_closed and super().is_safe_attribute(obj, attr, value)
