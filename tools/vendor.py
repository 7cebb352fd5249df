"""Fetch what the site carries of others, pinned by version and digest: search, a SPARQL engine, the map of the land.

    python tools/vendor.py

asks npm for the packages named below, refuses any whose SHA-512 is not the one written here, and writes the few files
taken from them, their licences and a list of both into src/scograph/site/static/vendor/. It runs when a version
changes, by hand: building or installing the project needs neither npm nor the network.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "src" / "scograph" / "site" / "static" / "vendor"
MAX_MEMORY_PAGES = 1 << 14
"""Pages of 64 KiB up to which the memory of the SPARQL engine grows in a browser: 1 GiB."""
_WASM_HEAD, _MEMORY_SECTION = 8, 5
"""Bytes before the first section of a WebAssembly module, and the number of the one that declares its memory."""

Ring = list[tuple[int, int]]


@dataclass(frozen=True)
class Part:
    """One file taken from a package.

    Args:
        package: Its name on npm.
        version: Its version.
        integrity: The SHA-512 of its archive, in base64.
        member: The file in the archive.
        licence: The file in the archive with its licence; nothing where it has none and its licence is that of this
            project.
        licence_name: The licence, as SPDX names it.
        name: What the file is called here.
        change: What is done to its bytes.
        note: What that was, in words.
    """

    package: str
    version: str
    integrity: str
    member: str
    licence: str
    licence_name: str
    name: str
    change: Callable[[bytes], bytes]
    note: str


def as_published(source: bytes) -> bytes:
    """The bytes as they are."""
    return source


def bounded_module(module: bytes) -> bytes:
    """A WebAssembly module whose memory is bounded, compressed with gzip.

    Args:
        module: A module with one memory that declares no maximum (WebAssembly Core 2.0, clauses 5.3.8 and 5.5.8).

    Returns:
        The module with a maximum of `MAX_MEMORY_PAGES`, compressed.

    Raises:
        ValueError: It has no such memory.
    """
    at = _WASM_HEAD
    while at < len(module):
        size, content = _leb128(module, at + 1)
        end = content + size
        if module[at] == _MEMORY_SECTION:
            one_without_maximum = b"\x01\x00"
            if module[content : content + 2] != one_without_maximum:
                break
            memory = b"\x01\x01" + module[content + 2 : end] + _as_leb128(MAX_MEMORY_PAGES)
            section = bytes((_MEMORY_SECTION,)) + _as_leb128(len(memory)) + memory
            return gzip.compress(module[:at] + section + module[end:], 9, mtime=0)
        at = end
    raise ValueError("the module has no memory without a maximum")


def _leb128(data: bytes, at: int) -> tuple[int, int]:
    """A whole number of a module, and where it ends (WebAssembly Core 2.0, clause 5.2.2)."""
    number = shift = 0
    while True:
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:  # noqa: PLR2004 -- the bit that says that more follow
            return number, at


def _as_leb128(number: int) -> bytes:
    pieces = []
    while number > 0x7F:  # noqa: PLR2004 -- what seven bits hold
        pieces.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*pieces, number))


def land_svg(topology: bytes) -> bytes:
    """The land of the earth as one SVG path, half a degree a unit, without any border.

    Args:
        topology: A TopoJSON document with the object `land`.

    Returns:
        An SVG of 720 by 360, longitude from -180 and latitude from 90; its grey reads on light and on dark ground.
    """
    document = json.loads(topology)
    arcs = [list(_arc(arc, document["transform"])) for arc in document["arcs"]]
    paths = []
    for geometry in document["objects"]["land"]["geometries"]:
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        for polygon in polygons:
            for ring in polygon:
                points = [point for index in ring for point in (arcs[index] if index >= 0 else arcs[~index][::-1])]
                for shifted in _on_the_page(points):
                    rounded = _rounded(shifted)
                    if len(rounded) > 3:  # noqa: PLR2004 -- fewer enclose nothing
                        paths.append(_path(rounded))
    path = "".join(paths)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 360" width="720" height="360">'
        f'<path id="land" fill="#8a8a84" fill-opacity=".28" fill-rule="evenodd" d="{path}"/></svg>\n'
    ).encode()


def _arc(arc: list[list[int]], transform: dict[str, list[float]]) -> Iterator[tuple[float, float]]:
    """The points of an arc, which is written as differences of whole numbers (TopoJSON, clause 2.1.4)."""
    x = y = 0
    for dx, dy in arc:
        x, y = x + dx, y + dy
        yield (
            x * transform["scale"][0] + transform["translate"][0],
            y * transform["scale"][1] + transform["translate"][1],
        )


def _on_the_page(ring: list[tuple[float, float]]) -> Iterator[list[tuple[float, float]]]:
    """A ring once for each side of the page that it reaches: one that crosses 180 degrees is drawn at both.

    What goes round a pole is closed along the edge of the page.
    """
    turned = [ring[0]]
    for longitude, latitude in ring[1:]:
        before = turned[-1][0]
        turned.append((longitude + 360 * round((before - longitude) / 360), latitude))
    if abs(turned[-1][0] - turned[0][0]) > 180:  # noqa: PLR2004 -- half of the circle
        pole = -90.0 if turned[0][1] < 0 else 90.0
        turned += [(turned[-1][0], pole), (turned[0][0], pole), turned[0]]
    for shift in (-360, 0, 360):
        moved = [(longitude + shift, latitude) for longitude, latitude in turned]
        if min(x for x, _ in moved) < 180 and max(x for x, _ in moved) > -180:  # noqa: PLR2004 -- the edges
            yield moved


def _rounded(ring: list[tuple[float, float]]) -> Ring:
    """A ring in half degrees on the page, each point once."""
    points: Ring = []
    for longitude, latitude in ring:
        point = (round((longitude + 180) * 2), round((90 - latitude) * 2))
        if not points or points[-1] != point:
            points.append(point)
    return points


def _path(points: Ring) -> str:
    """A closed ring as path data, each point by its distance from the one before."""
    (x, y), *rest = points[:-1]
    steps = []
    last = (x, y)
    for point in rest:
        steps.append(f"{point[0] - last[0]} {point[1] - last[1]}".replace(" -", "-"))
        last = point
    return f"M{x} {y}l{' '.join(steps)}z".replace(" -", "-")


PARTS = (
    Part(
        "oxigraph",
        "0.5.11",
        "zKdgmp1tsrutGzC1lCCywwZRPpLJKaJnKSDWoY2hIhMiwiCRRXNN1DU7WUyTInBvgPKT8Y5N+RgwTL8qKXpLng==",
        "package/web.js",
        "",
        "Apache-2.0",
        "oxigraph.js",
        as_published,
        "as published",
    ),
    Part(
        "oxigraph",
        "0.5.11",
        "zKdgmp1tsrutGzC1lCCywwZRPpLJKaJnKSDWoY2hIhMiwiCRRXNN1DU7WUyTInBvgPKT8Y5N+RgwTL8qKXpLng==",
        "package/web_bg.wasm",
        "",
        "Apache-2.0",
        "oxigraph.wasm.gz",
        bounded_module,
        "with a maximum of its memory (1 GiB), compressed with gzip",
    ),
    Part(
        "world-atlas",
        "2.0.2",
        "IXfV0qwlKXpckz1FhwXVwKRjiIhOnWttOskm5CtxMsjgE/MXAYRHWJqgXOpM8IkcPBoXnyTU5lFHcYa5ChG0LQ==",
        "package/land-110m.json",
        "package/LICENSE",
        "ISC",
        "land.svg",
        land_svg,
        "its land (Natural Earth, in the public domain) as one path in half degrees",
    ),
)


def main() -> int:
    """Write the parts, their licences and the list.

    Returns:
        0, or 1 where an archive is not the one that is meant.
    """
    TARGET.mkdir(parents=True, exist_ok=True)
    listed = []
    with tempfile.TemporaryDirectory() as folder:
        for part in PARTS:
            archive = _pack(part, Path(folder))
            digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
            if digest != part.integrity:
                sys.stderr.write(f"{part.package} {part.version}: its SHA-512 is {digest}, not {part.integrity}\n")
                return 1
            content = part.change(_member(archive, part.member))
            (TARGET / part.name).write_bytes(content)
            licence = f"{part.package}-LICENSE.txt"
            text = _member(archive, part.licence) if part.licence else (ROOT / "LICENSE").read_bytes()
            (TARGET / licence).write_bytes(text)
            listed.append(
                {
                    "file": part.name,
                    "package": part.package,
                    "version": part.version,
                    "integrity": f"sha512-{part.integrity}",
                    "from": part.member,
                    "change": part.note,
                    "licence": part.licence_name,
                    "licenceFile": licence,
                    "sha256": hashlib.sha256(content).hexdigest(),
                }
            )
    (TARGET / "vendor.json").write_text(json.dumps(listed, indent=2) + "\n", encoding="utf-8")
    return 0


def _pack(part: Part, folder: Path) -> Path:
    command = ["npm", "pack", "--silent", f"{part.package}@{part.version}", "--pack-destination", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder / f"{part.package}-{part.version}.tgz"


def _member(archive: Path, name: str) -> bytes:
    with tarfile.open(archive) as tar:
        file = tar.extractfile(name)
        if file is None:
            raise FileNotFoundError(f"{archive.name} has no {name}")
        return file.read()


if __name__ == "__main__":
    raise SystemExit(main())
