"""Small PDF files: text at places, drawn in any order, fonts of other letters, a picture, a password."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass, field

WIDTHS = {**dict.fromkeys("iljt.,;:!|'", 278), **dict.fromkeys("mwMW", 833), " ": 278}
_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


@dataclass
class PdfPage:
    """A page of 600 by 800 points.

    Args:
        texts: Each text with its place from the left and from the top, the size of its letters, and its font.
        has_picture: Whether a picture fills it.
    """

    texts: list[tuple[float, float, float, str, str]] = field(default_factory=list)
    has_picture: bool = False
    extra: str = ""

    def at(self, left: float, top: float, text: str, size: float = 10, font: str = "F1") -> PdfPage:
        """Draw a text."""
        self.texts.append((left, top, size, text, font))
        return self

    def column(self, left: float, top: float, lines: list[str], size: float = 10) -> PdfPage:
        """Draw lines, one below the other."""
        for number, line in enumerate(lines):
            self.at(left, top + number * size * 1.2, line, size)
        return self

    @property
    def content(self) -> bytes:
        """Its content stream."""
        parts = ["q 600 0 0 800 0 0 cm /I Do Q"] if self.has_picture else []
        parts.append(self.extra)
        for left, top, size, text, font in self.texts:
            shown = (
                "<" + "".join(f"{ord(character):04X}" for character in text) + ">"
                if font == "F2"
                else "(" + text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") + ")"
            )
            parts.append(f"BT /{font} {size} Tf {left} {800 - top} Td {shown} Tj ET")
        return "\n".join(parts).encode("cp1252")


def pdf(*pages: PdfPage, title: str = "", password: str = "") -> bytes:
    """A PDF of pages.

    Args:
        pages: The pages.
        title: Its title in the metadata.
        password: What it is encrypted with, if anything (ISO 32000-2, 7.6.4, revision 2).

    Returns:
        Its bytes.
    """
    widths = " ".join(str(WIDTHS.get(chr(code), 556)) for code in range(32, 256))
    objects: dict[int, bytes] = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        3: f"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding"
        f"/FirstChar 32/LastChar 255/Widths[{widths}]>>".encode(),
        # A font whose codes are code points: its letters are said by ToUnicode alone.
        4: b"<</Type/Font/Subtype/Type0/BaseFont/Any/Encoding/Identity-H/DescendantFonts[5 0 R]/ToUnicode 6 0 R>>",
        5: b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Any/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        b"/Supplement 0>>/DW 1000/FontDescriptor 7 0 R>>",
        6: _stream(
            b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def\n"
            b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
            b"100 beginbfrange\n"
            + b"\n".join(b"<%02X00> <%02XFF> <%02X00>" % (high, high, high) for high in range(256))
            + b"\nendbfrange endcmap end end"
        ),
        7: b"<</Type/FontDescriptor/FontName/Any/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 900"
        b"/Descent -200/CapHeight 700/StemV 80>>",
        8: _stream(b"\x00", b"/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"),
        9: f"<</Title({title})>>".encode("cp1252"),
    }
    kids = []
    for number, page in enumerate(pages):
        at = 10 + 2 * number
        kids.append(f"{at} 0 R")
        objects[at] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {at + 1} 0 R"
            "/Resources<</Font<</F1 3 0 R/F2 4 0 R>>/XObject<</I 8 0 R>>>>>>"
        ).encode()
        objects[at + 1] = _stream(page.content)
    objects[2] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}>>".encode()
    return _file(objects, password)


def _stream(data: bytes, more: bytes = b"") -> bytes:
    packed = zlib.compress(data)
    return b"<<%s/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (more, len(packed), packed)


def _file(objects: dict[int, bytes], password: str) -> bytes:
    trailer = b"/Root 1 0 R/Info 9 0 R"
    if password:
        padded = (password.encode() + _PADDING)[:32]
        owner = _rc4(hashlib.md5(padded, usedforsecurity=False).digest()[:5], padded)
        identity = b"0123456789abcdef"
        key = hashlib.md5(padded + owner + b"\xfc\xff\xff\xff" + identity, usedforsecurity=False).digest()[:5]
        objects[max(objects) + 1] = b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (
            owner.hex().encode(),
            _rc4(key, _PADDING).hex().encode(),
        )
        trailer += b"/Encrypt %d 0 R/ID[<%s><%s>]" % (max(objects), identity.hex().encode(), identity.hex().encode())
    made, places = bytearray(b"%PDF-1.7\n"), {}
    for number in sorted(objects):
        places[number] = len(made)
        made += b"%d 0 obj\n%s\nendobj\n" % (number, objects[number])
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (max(objects) + 1)
    for number in range(1, max(objects) + 1):
        made += b"%010d 00000 n \n" % places[number]
    return bytes(made + b"trailer<</Size %d%s>>\nstartxref\n%d\n%%%%EOF" % (max(objects) + 1, trailer, start))


def _rc4(key: bytes, data: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    out = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)
