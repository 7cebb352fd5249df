"""The files of a project's own that pages use: style sheets, pictures and fonts, published as they are."""

from __future__ import annotations

from collections.abc import Iterator

from scograph.errors import InputError
from scograph.model import Document
from scograph.project import Project, read_bytes

FOLDER = "assets/own"
"""Where they lie in the site."""
MAX_FILES, MAX_BYTES = 200, 5_000_000
"""Files, and bytes of all."""
TYPES = {
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "ico": "image/x-icon",
    "woff2": "font/woff2",
    "txt": "text/plain; charset=utf-8",
}
"""The media types of what may be there, by extension; the licence of a font is a text."""


def own_assets(project: Project) -> Iterator[Document]:
    """The files of a project's own that its pages use.

    Args:
        project: The project.

    Returns:
        The files in the folder that its settings name, by path; none where they name none.

    Raises:
        InputError: A file has another extension, lies outside of the project, or is too much.
    """
    name = project.settings.site.assets
    if not name:
        return
    folder = project.root / name
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    left = MAX_BYTES
    if len(paths) > MAX_FILES:
        raise InputError(f"{name} has {len(paths):,} files", hint=f"at most {MAX_FILES} are published")
    for path in paths:
        shown = project.relative(path)
        media_type = TYPES.get(path.suffix[1:].lower())
        if media_type is None:
            raise InputError(f"{shown} is no file for pages", hint=f"known are {', '.join(TYPES)}")
        left -= path.stat().st_size
        if left < 0:
            raise InputError(f"{shown}: the files of {name} are too large", hint=f"at most {MAX_BYTES:,} bytes")
        data = read_bytes(project.own_file(path))
        yield Document(f"{FOLDER}/{path.relative_to(folder).as_posix()}", media_type, (data,))
