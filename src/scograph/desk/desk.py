"""What all pages of the desk share: the open project, the door, and what is told after an edit."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from scograph.desk.rendering import page
from scograph.desk.requests import PageRequest
from scograph.desk.safety import Door
from scograph.desk.workspace import Workspace
from scograph.edit.changes import FileChange, difference
from scograph.edit.steps import Step
from scograph.errors import ScographError

MAX_TOLD = 200
"""So many things that were told after an edit are kept for the page that shows them."""


class Desk:
    """The desk.

    Args:
        workspace: The open project.
        door: Where it listens, and its secret.
    """

    def __init__(self, workspace: Workspace, door: Door) -> None:
        self.workspace = workspace
        self.door = door
        self._told: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self._lock = threading.Lock()
        self.recovered: tuple[str, ...] = ()

    def page(self, asked: PageRequest, template: str, title: str, *, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 -- what templates show
        """A page.

        Args:
            asked: The request.
            template: The template's name, without extension.
            title: The title of the page.
            status: The status of the answer.
            values: What the template shows, beside what all pages have.

        Returns:
            The answer.
        """
        shared = {
            "title": title,
            "key": self.door.form_key,
            "project": self.workspace.folder.resolve().name,
            "folder": str(self.workspace.folder),
            "is_begun": self.workspace.is_begun,
            "told": self._telling(asked),
            "problem": None,
            "steps": self._next_steps(),
        }
        return page(template, asked.words, status, **(shared | values))

    def _next_steps(self) -> tuple[Step | None, Step | None]:
        try:
            return self.workspace.next_steps() if self.workspace.is_begun else (None, None)
        except ScographError:  # the first page tells of it
            return (None, None)

    def _telling(self, asked: PageRequest) -> tuple[str, ...]:
        with self._lock:
            told = self._told.get(asked.query.get("told", ""), ())
            if self.recovered:
                told = (asked.words("recovered", files=", ".join(self.recovered)), *told)
                self.recovered = ()
        return told

    def go(self, path: str, *told: str, mark: str = "") -> Response:
        """Lead the browser on to a page after an edit (RFC 9110, clause 15.4.4).

        Args:
            path: The page, with a query if it has one.
            told: What it is to tell, a sentence each.
            mark: The element that it is to show first.

        Returns:
            The answer.
        """
        if told:
            key = secrets.token_urlsafe(9)
            with self._lock:
                self._told[key] = told
                while len(self._told) > MAX_TOLD:
                    self._told.popitem(last=False)
            path += f"{'&' if '?' in path else '?'}told={key}"
        return RedirectResponse(f"{path}{f'#{quote(mark)}' if mark else ''}", status_code=303)

    def refused(
        self,
        asked: PageRequest,
        error: ScographError,
        *,
        status: int,
        found: Iterable[FileChange] = (),
        again: str = "/",
    ) -> Response:
        """The page that says why something was not done.

        Args:
            asked: The request.
            error: Why.
            status: The status of the answer.
            found: Files that are not as they were shown: both versions.
            again: The page from which it can be tried again.

        Returns:
            The answer.
        """
        versions = [(change, _difference(change)) for change in found]
        return self.page(
            asked, "refused", asked.words("refused"), status=status, error=error, versions=versions, again=again
        )


def _difference(change: FileChange) -> Sequence[str]:
    lines = difference(change.path, change.before or b"", change.after or b"")
    return [line.decode("utf-8", "replace").rstrip("\n") for line in lines]
