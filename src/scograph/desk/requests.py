"""What a page of the desk is asked: its path, its query, and the fields and files of a form, within bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import python_multipart  # noqa: F401 -- starlette reads forms with it
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.types import Message

from scograph.site.words import Words

SMALL = 1 << 20
"""Bytes of a form without a text of a source."""
MAX_FIELDS = 2000


class TooLargeError(Exception):
    """The body of a request has more bytes than its page takes.

    Args:
        limit: How many it takes.
    """

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file that a form was given.

    Args:
        name: Its name, without folders.
        content_type: The media type that the browser tells.
        data: Its bytes.
    """

    name: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class PageRequest:
    """A request, as the pages see it.

    Args:
        words: The interface in the language of the reader.
        path: The parts of the path, by name.
        query: The query, by name.
        form: The fields of the form, by name.
        files: Its files, by name of the field.
    """

    words: Words
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, GivenFile] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """The last value of a field, or nothing; line ends are as texts of sources have them."""
        given = self.form.get(name, ())
        return given[-1].replace("\r\n", "\n") if given else ""

    def all(self, name: str) -> tuple[str, ...]:
        """The values of a field that say something."""
        return tuple(value for value in self.form.get(name, ()) if value.strip())


async def read_form(request: Request, limit: int) -> tuple[dict[str, list[str]], dict[str, GivenFile]]:
    """Read the form of a request.

    Args:
        request: The request.
        limit: How many bytes its body may have.

    Returns:
        Its fields and its files.

    Raises:
        TooLargeError: The body has more bytes.
        HTTPException: The body is no form, or has too many fields.
    """
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > limit:
        raise TooLargeError(limit)
    left = limit

    async def receive() -> Message:
        nonlocal left
        message = await request.receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise TooLargeError(limit)
        return message

    fields: dict[str, list[str]] = {}
    files: dict[str, GivenFile] = {}
    bounded = Request(request.scope, receive)
    async with bounded.form(max_files=1, max_fields=MAX_FIELDS, max_part_size=limit) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                data = await value.read()
                if value.filename or data:
                    bare = (value.filename or "").replace("\\", "/").rpartition("/")[2]
                    files[name] = GivenFile(bare, value.content_type or "", data)
            else:
                fields.setdefault(name, []).append(value)
    return fields, files
