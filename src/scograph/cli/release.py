"""Commands for what is to last: release, verify, feed."""

from __future__ import annotations

import difflib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.request import getproxies

import click

from scograph.cli.address import BASE_URL, ENDPOINT, occasion
from scograph.cli.frame import (
    OUTPUT,
    SOURCE_TEXT,
    default_folder,
    examples,
    handled,
    open_project,
    read_texts,
    say,
    write,
    write_text,
)
from scograph.download import download, is_address
from scograph.errors import BeyondBoundError, MachineError, ScographError, UsageError
from scograph.feed import PATH as FEED
from scograph.feed import entities_of, feed
from scograph.manifest import Manifest, read_manifest
from scograph.messages import behind_mark
from scograph.project import MANIFEST, read_bytes
from scograph.releases import is_as_released, release, releases_in
from scograph.verification import Differing, verify_folder

RELEASES = "releases"


@click.command(name="release", epilog=examples("scograph release 1.0.0"))
@click.argument("version")
@click.argument("path", required=False)
@click.option(
    "-o", "--output", metavar="FOLDER", default=RELEASES, show_default=True, help="The folder with all releases."
)
@SOURCE_TEXT
@BASE_URL
@ENDPOINT
@handled
def release_command(  # noqa: PLR0913, PLR0917 -- click hands every option over by itself
    version: str, path: str | None, output: str, source_texts: tuple[str, ...], base_url: str, endpoint: str
) -> None:
    """Freeze a project under a version: everything a build writes, and what changed since the last release.

    Writes FOLDER/VERSION/, which is never changed again, and tells of all releases in FOLDER/feed.atom. Refused if the
    project does not conform, if the version is not higher than the last, and if an IRI that was published would be gone
    without owl:deprecated and a replacement (dcterms:isReplacedBy). One that was killed before its feed was written is
    completed by the same command, if nothing changed meanwhile. The date is that of the dataset's dcterms:modified,
    or of SOURCE_DATE_EPOCH.
    """
    folder = default_folder(output, "output")
    when = occasion(base_url, endpoint)
    project, texts = open_project(path), read_texts(source_texts)
    if _complete_feed(folder) and is_as_released(project, version, folder, texts, when):
        say(f"{folder / version} is what this command writes, and its release is complete now")
        return
    done = release(project, version, folder, texts, when)
    if done.built.manifest.date:
        write(str(folder / FEED), [feed(releases_in(folder))])
    say(done.built.report.summary())
    if done.changes:
        say(done.changes[0].summary)
        if done.changes[1].entities:
            say(f"ontology: {done.changes[1].summary}")
    else:
        say("the first release")
    if not done.built.publication.base:
        say("note: no address is known: state void:uriSpace in the dataset's header, or give --base-url")
    if not done.built.manifest.date:
        say("note: no date is known, so the feed does not tell of it: state dcterms:modified, or set SOURCE_DATE_EPOCH")
    say(f"{len(done.built.entries) + 2} files in {done.built.folder}{os.sep}")


def _complete_feed(folder: Path) -> bool:
    """Write the feed that a release did not come to, since it was killed between the two; whether that was so."""
    last = releases_in(folder)
    if not last or not last[-1].manifest.date:
        return False
    told, path = feed(last), folder / FEED
    if not path.is_file() or read_bytes(path) != told:
        write(str(path), [told])
        say(f"note: {path} did not tell of all releases, and does now, up to {last[-1].version}")
        return True
    return False


@click.command(epilog=examples("scograph verify releases/1.0.0"))
@click.argument("where", metavar="PATH|URL")
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--bytes-only", is_flag=True, help="Compare bytes alone; do not read the datasets.")
@OUTPUT
@handled
def verify(where: str, form: str, output: str, *, bytes_only: bool) -> None:
    """Compare a folder that a build or a release wrote with its manifest: every byte, every dataset's canonical form.

    Names each file that differs, is missing, or is not in the manifest, and exits with 1 if there is one. If there is
    none, but a canonical form takes more than a bound allows, exits with 3, or with 5 if it is the machine that allows
    no more. At a URL, what the manifest lists is fetched, and never more bytes than that. A store that `load` wrote
    into a folder is compared with what the load recorded: every byte, and the count.
    """
    if is_address(where):
        with tempfile.TemporaryDirectory(prefix="scograph-") as folder:
            manifest = download(where, Path(folder), getproxies())
            differing = verify_folder(Path(folder), deep=not bytes_only, is_whole=False)
    elif _is_store(Path(where)):
        differing, manifest = _verify_store(Path(where)), None
    else:
        differing = verify_folder(Path(where), deep=not bytes_only)
        manifest = None
    if form == "text":
        write_text(output, (f"{behind_mark(str(one))}\n" for one in differing))
    else:
        write(output, [_as_json(differing)])
    reasons = [one for one in differing if one.reason]
    count = len(differing) - len(reasons)
    if count:
        say(f"{where}: {count} file{'' if count == 1 else 's'} not as published")
        raise SystemExit(1)
    if reasons:
        raise _undecided(where, reasons)
    said = f", version {manifest.version}" if manifest and manifest.version else ""
    say(f"{where}{said}: all is as published{_not_compared(manifest or _manifest_in(Path(where)))}")


def _manifest_in(folder: Path) -> Manifest | None:
    """The manifest of a folder that was published; None for a store."""
    return None if _is_store(folder) else read_manifest(read_bytes(folder / MANIFEST), str(folder))


def _not_compared(manifest: Manifest | None) -> str:
    """What of a folder could not be compared, since it was published without."""
    if manifest is None or not manifest.not_canonical:
        return ""
    return f", byte for byte; there is no canonical form to compare of some data: {manifest.not_canonical}"


def _undecided(where: str, files: Sequence[Differing]) -> ScographError:
    """The error for files of which it cannot be said whether what they say is as published."""
    first = files[0]
    said = f"{first.path} and {len(files) - 1} more say" if len(files) > 1 else f"{first.path} says"
    kind = MachineError if isinstance(first.reason, MachineError) else BeyondBoundError
    hint = f"; {first.reason.hint}" if first.reason and first.reason.hint else ""
    return kind(
        f"{where}: every byte is as published, and what {said} is not compared: {first.detail}",
        hint=f"--bytes-only compares bytes alone{hint}",
    )


def _is_store(folder: Path) -> bool:
    """Whether `load` made a folder, for a store."""
    return (folder / "current.json").is_file() and not (folder / MANIFEST).is_file()


def _verify_store(folder: Path) -> tuple[Differing, ...]:
    from scograph.stores.disk import verify_store  # noqa: PLC0415 -- not needed for what was published

    return tuple(Differing(path, what) for path, what in verify_store(folder))


def _as_json(differing: Sequence[Differing]) -> bytes:
    import json  # noqa: PLC0415 -- for this format alone

    rows = [{"path": one.path, "what": one.what, "detail": one.detail} for one in differing]
    return (json.dumps({"verified": not rows, "files": rows}, ensure_ascii=False, indent=2) + "\n").encode()


@click.command(name="feed", epilog=examples("scograph feed --help"))
@click.argument("folder", default=RELEASES)
@click.option("--entity", metavar="IRI", default="", help="Only what changed about one thing.")
@OUTPUT
@handled
def feed_command(folder: str, entity: str, output: str) -> None:
    """Tell the changes of all releases in FOLDER as an Atom feed, an entry for each thing that changed."""
    releases = releases_in(default_folder(folder, "folder"))
    if not releases:
        raise UsageError(f"{folder} holds no release", hint="name the folder that `scograph release` writes into")
    known = entities_of(releases)
    if entity and entity not in known:
        near = difflib.get_close_matches(entity, known, 1, cutoff=0.4)
        raise UsageError(
            f"no release changed anything about {entity}",
            hint=f"did you mean {near[0]}?" if near else "write its IRI in full",
        )
    write(output, [feed(releases, entity)])
