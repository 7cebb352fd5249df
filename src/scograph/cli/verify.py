"""The command that compares a published folder with its manifest: verify."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from scograph.cli.frame import examples, handled, say, write, write_text
from scograph.cli.options import OUTPUT, TEXT_OR_JSON, InputPath
from scograph.download import download
from scograph.errors import BeyondBoundError, MachineError, ScographError
from scograph.json_text import json_document
from scograph.manifest import Manifest
from scograph.messages import behind_mark, counted
from scograph.project import MANIFEST, manifest_of
from scograph.stores.addresses import is_address
from scograph.verification import Differing, verify_folder


@click.command(name="verify", epilog=examples("scograph verify releases/1.0.0"))
@click.argument("where", metavar="PATH|URL", type=InputPath())
@TEXT_OR_JSON
@click.option("--bytes-only", is_flag=True, help="Compare bytes alone; do not read the datasets.")
@OUTPUT
@handled
def verify_command(where: str, form: str, output: str, *, bytes_only: bool) -> None:
    """Compare a folder that a build or a release wrote with its manifest: every byte, every dataset's canonical form.

    Names each file that differs, is missing, or is not in the manifest, and exits with 1 if there is one. If there is
    none, but a canonical form takes more than a bound allows, exits with 3, or with 5 if it is the machine that allows
    no more. At a URL, what the manifest lists is fetched, and never more bytes than that. A store that `load` wrote
    into a folder is compared with what the load recorded: every byte, and the count.
    """
    if is_address(where):
        with tempfile.TemporaryDirectory(prefix="scograph-") as folder:
            manifest = download(where, Path(folder))
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
        say(f"{where}: {counted(count, 'file')} not as published")
        raise SystemExit(1)
    if reasons:
        raise _undecided(where, reasons)
    said = f", version {manifest.version}" if manifest and manifest.version else ""
    say(f"{where}{said}: all files are as published{_not_compared(manifest or _manifest_in(Path(where)))}")


def _manifest_in(folder: Path) -> Manifest | None:
    """The manifest of a folder that was published; None for a store."""
    return None if _is_store(folder) else manifest_of(folder)


def _not_compared(manifest: Manifest | None) -> str:
    """What of a folder could not be compared, since it was published without."""
    if manifest is None or not manifest.not_canonical:
        return ""
    return f", byte for byte; some data has no canonical form to compare: {manifest.not_canonical}"


def _undecided(where: str, files: Sequence[Differing]) -> ScographError:
    """The error for files of which it cannot be said whether what they say is as published."""
    first = files[0]
    said = f"{first.path} and {len(files) - 1} more say" if len(files) > 1 else f"{first.path} says"
    kind = MachineError if isinstance(first.reason, MachineError) else BeyondBoundError
    hint = f"; {first.reason.hint}" if first.reason and first.reason.hint else ""
    return kind(
        f"{where}: all bytes are as published, but what {said} was not compared: {first.detail}",
        hint=f"--bytes-only compares bytes alone{hint}",
    )


def _is_store(folder: Path) -> bool:
    """Whether `load` made a folder, for a store."""
    return (folder / "current.json").is_file() and not (folder / MANIFEST).is_file()


def _verify_store(folder: Path) -> tuple[Differing, ...]:
    from scograph.stores.disk import verify_store  # noqa: PLC0415 -- not needed for what was published

    return tuple(Differing(path, what) for path, what in verify_store(folder))


def _as_json(differing: Sequence[Differing]) -> bytes:
    rows = [{"path": one.path, "what": one.what, "detail": one.detail} for one in differing]
    return json_document({"verified": not rows, "files": rows})
