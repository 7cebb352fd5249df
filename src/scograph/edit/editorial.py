"""Files of the editorial layer: what a project says itself, each file a passage of the editorial document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from scograph.edit.changes import FileChange
from scograph.project import SOURCE_FILE, Project, listed, read_bytes

FOLDER = "data/editorial"
_NUMBER = re.compile(r"/passage/(\d+)>")
_PASSAGE_OF = re.compile(r"scog:isPassageOf <([^>]+)>")
_PASSAGE = """
<{base}source/editorial/passage/{number:02}>
    a scog:Passage ;
    scog:isPassageOf <{document}> ;
    scog:locator "{path}" .
"""


@dataclass(frozen=True, slots=True)
class EditorialFile:
    """A file of editorial facts.

    Args:
        path: The file, relative to the project.
        before: Its bytes; None for one that is not there.
        passage: What describes its passage; none for a file that is there.
    """

    path: str
    before: bytes | None
    passage: tuple[FileChange, ...] = ()


def editorial_file(
    project: Project, base: str, slug: str, pending: Mapping[str, bytes | None] = MappingProxyType({})
) -> EditorialFile | None:
    """The file of editorial facts of a name, which may be new.

    Args:
        project: The project.
        base: What the project's own IRIs begin with.
        slug: Its name without number and suffix.
        pending: Files that the edit under way changes already, by path.

    Returns:
        The file; None where the project has no editorial source that describes a passage.
    """
    place = project.folder / FOLDER / SOURCE_FILE
    if not place.is_file():
        return None
    for entry in listed(place.parent):
        if re.fullmatch(rf"\d+-{re.escape(slug)}\.editorial\.ttl", entry.name):
            return EditorialFile(f"{FOLDER}/{entry.name}", read_bytes(project.own_file(place.with_name(entry.name))))
    source = f"{FOLDER}/{SOURCE_FILE}"
    before = read_bytes(project.own_file(place))
    now = pending.get(source) or before
    text = now.decode("utf-8")
    document = _PASSAGE_OF.search(text)
    if document is None:
        return None
    number = max((int(one) for one in _NUMBER.findall(text)), default=0) + 1
    path = f"{FOLDER}/{number:02}-{slug}.editorial.ttl"
    text += _PASSAGE.format(base=base, number=number, document=document[1], path=path)
    return EditorialFile(path, None, (FileChange(source, before, text.encode()),))
