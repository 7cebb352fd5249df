"""Power cuts: commands write into an ext4 image; a copy of the image, as the disk had it then, is what a cut leaves.

Run as root: `python tests/proof/power_cut.py [ROUNDS]`. What a command said it wrote must be whole on the copy; one
that was cut in the middle must have left the old or the new. Exits with 1 if not, with 77 where nothing can be mounted.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = (sys.executable, "-m", "scograph")
PROJECT = ROOT / "tests" / "projects" / "one-file"
MIB = 96
INIT = (
    "--title",
    "R",
    "--base",
    "https://example.org/r/",
    "--source-title",
    "N",
    "--source-url",
    "https://example.org/n",
)
UNTIDY = "@prefix ex: <http://example.org/> .\nex:b a ex:T .\nex:a a ex:T .\n"
SKIPPED = 77


@contextmanager
def mounted(image: Path, place: Path, options: str) -> Iterator[None]:
    """The file system of an image, mounted as long as the block lasts."""
    subprocess.run(["mount", "-o", f"loop,{options}", image, place], check=True)
    try:
        yield
    finally:
        for _ in range(50):
            if subprocess.run(["umount", place], check=False, capture_output=True).returncode == 0:
                break
            time.sleep(0.2)


def tree(place: Path) -> dict[str, bytes]:
    """The bytes of each file below a folder, or of a file; what a store calls its files differs from load to load."""
    files = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    return {path.relative_to(place.parent).as_posix(): path.read_bytes() for path in files}


def commands(number: int) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What is run in each round, with what it writes."""
    return (
        ("built", ("build", "project", "-o", "built", "--jobs", "1", "--no-site")),
        ("facts.nt", ("export", "project", "-f", "nt", "-o", "facts.nt")),
        ("tables", ("export", "project", "-f", "csv", "-o", "tables/")),
        ("untidy.ttl", ("fmt", "untidy.ttl")),
        (f"begun{number}", ("init", f"begun{number}", *INIT)),
        ("store", ("load", "store", "project")),
    )


def cut(image: Path, beside: Path) -> Path:
    """The image as the disk has it at this moment: what only the system's memory holds is not in it."""
    copied = beside / "cut.img"
    shutil.copyfile(image, copied)
    return copied


def rounds(count: int, work: Path, options: str) -> tuple[int, int]:
    """Cut the power after each command, and in the middle of it.

    Args:
        count: How often each command is run.
        work: A folder for images.
        options: How the file system is mounted.

    Returns:
        The cuts, and those after which something was lost.
    """
    image, disk, after = work / "disk.img", work / "disk", work / "after"
    with image.open("wb") as file:
        file.truncate(MIB << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True)
    for place in (disk, after):
        place.mkdir(exist_ok=True)
    cuts = lost = 0
    chooser = random.Random(0)  # noqa: S311 -- no secret
    with mounted(image, disk, options):
        shutil.copytree(PROJECT, disk / "project")
        data = next((disk / "project").rglob("*.ttl"))
        for number in range(count):
            with data.open("a", encoding="utf-8") as file:
                file.write(f'\n<https://example.org/n{number}> <http://example.org/p> "{number}" .\n')
            for name, words in commands(number):
                (disk / "untidy.ttl").write_text(UNTIDY + f"# {number}\n")
                subprocess.run(["sync", "-f", disk], check=True)  # what was there before is not what is looked at
                old = tree(disk / name)
                running = subprocess.Popen([*PROGRAM, *words], cwd=disk, stderr=subprocess.DEVNULL)
                time.sleep(chooser.random() * 1.5)
                middle = cut(image, work).rename(work / "middle.img")
                assert running.wait(timeout=600) == 0, words
                last = cut(image, work)
                new = tree(disk / name)
                for taken, allowed in ((middle, (old, new)), (last, (new,))):
                    with mounted(taken, after, options):
                        found = tree(after / name)
                    is_store_cut = name == "store" and taken is middle
                    cuts += 1
                    if found not in allowed and not (is_store_cut and _is_whole(old, new, found)):
                        lost += 1
                        when = "in the middle" if taken is middle else "after its end"
                        print(f"lost: {words} {when}: {sorted(found)}")  # noqa: T201 -- a script
    return cuts, lost


def _is_whole(old: dict[str, bytes], new: dict[str, bytes], found: dict[str, bytes]) -> bool:
    """Whether the old or the new store is there, beside what is half written of another."""
    return any(known and known.items() <= found.items() for known in (old, new)) or not old


def main() -> int:
    """Cut the power, and say how often and what was lost."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    total = failed = 0
    with tempfile.TemporaryDirectory(prefix="power-cut-") as place:
        for options in ("defaults", "noauto_da_alloc"):
            work = Path(place) / options
            work.mkdir()
            try:
                cuts, lost = rounds(count, work, options)
            except (OSError, subprocess.CalledProcessError) as error:
                print(f"nothing can be mounted here: {error}")  # noqa: T201
                return SKIPPED
            total, failed = total + cuts, failed + lost
            with suppress(OSError):
                (work / "disk.img").unlink()
    print(f"{total} cuts of power, {failed} with a loss")  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
