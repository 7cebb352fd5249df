"""A browser of the desk without a window: it keeps cookies, follows answers, and sends the forms of pages."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx2

from scograph.desk.app import application
from scograph.desk.desk import Desk
from scograph.desk.safety import Door
from scograph.desk.workspace import Workspace
from scograph.processes import own_command

PORT = 8123
HOST = f"127.0.0.1:{PORT}"

ITEM = """@prefix ex: <{}> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

ex:Item a owl:Class ;
    rdfs:label "item"@en .
ex:size a owl:DatatypeProperty ;
    rdfs:domain ex:Item ;
    rdfs:label "size"@en .
"""
"""An ontology with one class, of a namespace."""


def add_class(folder: Path, namespace: str) -> None:
    """Give a project an ontology with a class."""
    (folder / "ontology").mkdir()
    (folder / "ontology" / "items.ttl").write_text(ITEM.format(namespace), encoding="utf-8")


Fields = Mapping[str, str | Sequence[str]]
Files = Mapping[str, tuple[str, bytes, str]]
"""Files by field: name, bytes, media type."""


class Tab:
    """A window with the desk of a project.

    Args:
        folder: The folder of the project.
        desk: The desk, where another window has one already.
    """

    def __init__(self, folder: Path, desk: Desk | None = None) -> None:
        self.desk = desk or Desk(Workspace(folder), Door(PORT))
        self.app = application(self.desk)
        self.cookies = httpx2.Cookies()
        self.page = ""
        self.path = "/"
        self.status = 0
        self.headers: Mapping[str, str] = {}

    def open(self) -> Tab:
        """Open it by the address that the command prints."""
        assert self.get(f"/?key={self.desk.door.secret}") == 200
        return self

    def get(self, path: str, **headers: str) -> int:
        """Load a page, and say its status."""
        return self._ask("GET", path, headers={"sec-fetch-site": "none", **_named(headers)})

    def send(self, path: str, fields: Fields | None = None, files: Files | None = None, **headers: str) -> int:
        """Send a form with the key and the digest that the page has, and say the status of what comes of it."""
        hidden = {name: self.hidden(name) for name in ("key", "seen")}
        data = {name: value for name, value in {**hidden, **(fields or {})}.items() if value != ""}
        told = {"origin": f"http://{HOST}", "sec-fetch-site": "same-origin", **_named(headers)}
        return self._ask("POST", path, data=data, files=files, headers=told)

    def hidden(self, name: str) -> str:
        """The value of a hidden field of the page."""
        match = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        return match[1] if match else ""

    @property
    def text(self) -> str:
        """What the page shows, white space aside."""
        reader = _Text()
        reader.feed(self.page)
        return " ".join("".join(reader.found).split())

    @property
    def elements(self) -> set[str]:
        """The names of its elements, a script with its address; one with a handler or a style has that behind it."""
        reader = _Text()
        reader.feed(self.page)
        return reader.elements

    def _ask(self, method: str, path: str, **more: Any) -> int:  # noqa: ANN401 -- as the client takes it
        answer = asyncio.run(self._exchange(method, path, **more))
        self.status, self.page, self.headers = answer.status_code, answer.text, answer.headers
        self.path = str(answer.url.raw_path, "ascii")
        return self.status

    async def _exchange(self, method: str, path: str, **more: Any) -> httpx2.Response:  # noqa: ANN401 -- as above
        transport = httpx2.ASGITransport(self.app, client=("127.0.0.1", 50_000))
        async with httpx2.AsyncClient(
            transport=transport, base_url=f"http://{HOST}", cookies=self.cookies, follow_redirects=True
        ) as client:
            answer = await client.request(method, path, **more)
            self.cookies = client.cookies
        return answer


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.elements: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = [
            str(value) if name == "src" else name for name, value in attrs if name.startswith(("on", "src", "style"))
        ]
        self.elements.add(" ".join([tag, *told]))

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """A desk in a process of its own: the address that it prints."""
    command = own_command(["desk", str(folder), "--no-browser"])
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            line = process.stderr.readline()
            match = re.search(r"http://\S+", line)
            assert match, line + process.stderr.read()
            yield match[0]
        finally:
            process.terminate()
            process.wait()
