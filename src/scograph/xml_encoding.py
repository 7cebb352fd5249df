"""XML in other encodings than UTF-8, turned into UTF-8 as it is read (XML 1.0, clause 4.3.3 and appendix F)."""

from __future__ import annotations

import codecs
import re

from scograph.errors import InputError
from scograph.model import Place

DECLARED_WITHIN = 1024
"""Bytes in which an encoding is declared."""

_MARKED = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"<\x00?\x00", "utf-16-le"),
    (b"\x00<\x00?", "utf-16-be"),
)
"""What a text begins with, and its encoding."""
_DECLARED = re.compile(rb"""\A(<\?xml[^>]{0,200}?encoding\s*=\s*)(["'])([A-Za-z][A-Za-z0-9._-]{0,40})\2""")
_KNOWN = re.compile(
    r"us-ascii|ascii|iso-8859-(?:[1-9]|1[03456])|latin-?[1-9]|windows-125[0-8]|koi8-[ru]|macintosh"
    r"|euc-jp|shift_jis|iso-2022-jp|euc-kr|gb2312|gbk|gb18030|big5",
    re.IGNORECASE,
)
"""Encodings that are a superset of ASCII where it matters, by the names of the IANA."""


class XmlInUtf8:
    """A text of XML as its bytes pass.

    Args:
        name: Its name in messages.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._head: bytes | None = b""
        self._decoder: codecs.IncrementalDecoder | None = None
        self._lines = 1

    def feed(self, data: bytes, *, is_last: bool = False) -> bytes:
        """The next bytes, in UTF-8; the encoding declaration says so, and keeps its length.

        Args:
            data: The bytes.
            is_last: Whether there are no more.

        Returns:
            As much of the text as is known.

        Raises:
            InputError: The encoding is not known, or the bytes are not in it.
        """
        if self._head is not None:
            self._head += data
            if len(self._head) < DECLARED_WITHIN and not is_last:
                return b""
            head, self._head = self._head, None
            return self._begin(head, is_last=is_last)
        return data if self._decoder is None else self._decoded(data, is_last=is_last)

    def _begin(self, head: bytes, *, is_last: bool) -> bytes:
        encoding = next((encoding for mark, encoding in _MARKED if head.startswith(mark)), "")
        if not encoding:
            declared = _DECLARED.match(head)
            encoding = declared[3].decode() if declared else ""
            if not encoding or encoding.lower() in ("utf-8", "utf8") or encoding.lower().startswith("utf-16"):
                return head
            if not _KNOWN.fullmatch(encoding):
                hint = "save the file as UTF-8, and say so in its first line"
                raise InputError(f"the encoding {encoding} is not known", hint=hint, place=Place(self._name, 1))
        elif encoding.startswith("utf-32"):
            hint = "save the file as UTF-8, and say so in its first line"
            raise InputError("the text is in UTF-32, which few read", hint=hint, place=Place(self._name, 1))
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        return _DECLARED.sub(_in_utf8, self._decoded(head, is_last=is_last).removeprefix(codecs.BOM_UTF8))

    def _decoded(self, data: bytes, *, is_last: bool) -> bytes:
        if self._decoder is None:
            return data
        try:
            text = self._decoder.decode(data, is_last)
        except UnicodeDecodeError as error:
            said = f"not {error.encoding.upper()}: byte 0x{data[min(error.start, len(data) - 1)]:02X} is not valid here"
            raise InputError(said, hint="save the file as UTF-8", place=Place(self._name, self._lines)) from error
        self._lines += text.count("\n")
        return text.encode("utf-8", "surrogatepass")


def _in_utf8(declared: re.Match[bytes]) -> bytes:
    quote = declared[2]
    return declared[1] + quote + b"UTF-8" + quote + b" " * (len(declared[3]) - len("UTF-8"))


def xml_in_utf8(data: bytes, name: str) -> bytes:
    """A whole text of XML in UTF-8.

    Args:
        data: Its bytes.
        name: Its name in messages.

    Returns:
        The text, whose lines and columns are those of the file.

    Raises:
        InputError: The encoding is not known, or the bytes are not in it.

    >>> xml_in_utf8('<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'.encode("latin-1"), "a.rdf").decode()
    '<?xml version="1.0" encoding="UTF-8"     ?><a>é</a>'
    """
    return XmlInUtf8(name).feed(data, is_last=True)
