"""The command that writes the feed of releases: feed."""

from __future__ import annotations

import click

from scograph.cli.frame import default_folder, examples, handled, write
from scograph.cli.options import OUTPUT, InputPath
from scograph.errors import UsageError
from scograph.feed import entities_of, feed
from scograph.messages import did_you_mean
from scograph.project import RELEASES
from scograph.releases import releases_in


@click.command(name="feed", epilog=examples("scograph feed --help"))
@click.argument("folder", default=RELEASES, type=InputPath())
@click.option("--entity", metavar="IRI", default="", help="Only the changes of one thing.")
@OUTPUT
@handled
def feed_command(folder: str, entity: str, output: str) -> None:
    """Write the changes of all releases in FOLDER as an Atom feed, with an entry for each changed thing."""
    releases = releases_in(default_folder(folder, "folder"))
    if not releases:
        raise UsageError(f"{folder} holds no release", hint="name the folder that `scograph release` writes into")
    known = entities_of(releases)
    if entity and entity not in known:
        raise UsageError(
            f"no release changed anything about {entity}",
            hint=did_you_mean(entity, known, "write its IRI in full", cutoff=0.4),
        )
    write(output, [feed(releases, entity)])
