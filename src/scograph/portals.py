"""The build of a portal: its projects as one dataset, one site, and the data of each project by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from scograph.build import BuildOptions, Built, publish
from scograph.compressed import compressions
from scograph.errors import FindingsError
from scograph.exports.publication import Publication
from scograph.exports.writers import WRITERS
from scograph.formats import TURTLE
from scograph.messages import counted
from scograph.model import Document
from scograph.output import refuse_unfit
from scograph.portal import Portal
from scograph.project import refuse_name
from scograph.site import SiteContent

PROFILES = "profiles"
"""The folder with the data of each project by itself."""


def build_portal(
    portal: Portal, folder: Path, content: SiteContent | None = None, options: BuildOptions | None = None
) -> Built:
    """Publish the projects of a portal into a folder.

    Args:
        portal: The portal; its broken projects are left out.
        folder: The folder to write; it may hold an earlier build, and nothing else.
        content: What is published beside the graph.
        options: How it is written.

    Returns:
        What was written; conflicts between projects are in its report, and nothing is left out for them.

    Raises:
        FindingsError: No project conforms; nothing was written.
        UsageError: The folder holds something that is no build of ours, or cannot be written; or what compresses is not
            installed.
        InputError: A template is wrong, or the name of a file is not UTF-8.
    """
    content, options = content or SiteContent(), options or BuildOptions()
    if options.compress:
        compressions()
    for project in portal.projects:
        refuse_unfit(project, folder)
    if not portal.profiles:
        raise FindingsError(
            f"{portal.name}: not built, none of its {counted(len(portal.broken), 'project')} conforms",
            (),
            hint=f"{folder} is as it was",
        )
    graph = portal.graph
    for file in graph.all_files:
        refuse_name(Path(file.path))

    def profiles(_: Publication) -> Iterable[Document]:
        return _profiles(portal)

    checked = replace(portal.checked, report=portal.report)
    return publish(checked, folder, replace(content, portal=portal), options, profiles)


def _profiles(portal: Portal) -> Iterator[Document]:
    """What each project publishes by itself, in Turtle."""
    for profile in portal.profiles:
        pieces = WRITERS[TURTLE.name](profile.graph, profile.graph.default_graph(), ())
        yield Document(f"{PROFILES}/{profile.name}.{TURTLE.extension}", TURTLE.media_type, pieces)
