"""Decodes the bytes of a page to characters: byte order mark, HTTP header, declaration in the page, else a default.

The encodings and their labels are those of the WHATWG Encoding Standard; the order is that of the HTML Standard,
clause 13.2.3.2 ("determining the character encoding").
"""

from __future__ import annotations

import re

_PRESCANNED = 1024
"""Bytes in which an encoding is declared (HTML Standard, clause 13.2.3.3)."""
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le"))
_LABELS = {
    **dict.fromkeys(("utf8", "unicode-1-1-utf-8", "unicode11utf8", "unicode20utf8", "x-unicode20utf8"), "utf-8"),
    **dict.fromkeys(
        (
            *("ascii", "us-ascii", "ansi_x3.4-1968", "iso-8859-1", "iso8859-1", "iso88591", "iso_8859-1", "latin1"),
            *("l1", "cp1252", "x-cp1252", "cp819", "ibm819", "iso-ir-100", "csisolatin1", "iso_8859-1:1987"),
        ),
        "windows-1252",
    ),
    **dict.fromkeys(
        ("gb2312", "gb_2312", "gb_2312-80", "gbk", "x-gbk", "chinese", "csgb2312", "iso-ir-58", "csiso58gb231280"),
        "gb18030",
    ),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "windows-31j", "ms932"), "cp932"),
    **dict.fromkeys(("euc-kr", "korean", "ks_c_5601-1987", "ksc5601", "windows-949", "ks_c_5601-1989"), "cp949"),
    **dict.fromkeys(("big5", "big5-hkscs", "cn-big5", "x-x-big5", "csbig5"), "big5hkscs"),
    **dict.fromkeys(("iso-8859-9", "latin5", "l5", "iso8859-9", "iso_8859-9", "x-cp1254", "cp1254"), "windows-1254"),
    **dict.fromkeys(("tis-620", "iso-8859-11", "iso8859-11", "dos-874"), "windows-874"),
    **dict.fromkeys(("koi8-r", "koi", "koi8", "koi8_r", "cskoi8r"), "koi8-r"),
    **dict.fromkeys(("koi8-u", "koi8-ru"), "koi8-u"),
    **dict.fromkeys(("cp866", "866", "ibm866", "csibm866"), "ibm866"),
    **dict.fromkeys(("utf-16", "utf-16le", "unicode", "ucs-2", "iso-10646-ucs-2", "csunicode"), "utf-16-le"),
    **dict.fromkeys(("utf-16be", "unicodefffe"), "utf-16-be"),
    **dict.fromkeys(("logical", "csiso88598i"), "iso-8859-8-i"),
}
_PYTHON = {"windows-1252": "latin-1", "windows-874": "cp874", "iso-8859-8-i": "iso-8859-8", "x-user-defined": "latin-1"}
"""What Python calls an encoding; windows-1252 is completed below."""
_ENCODINGS = frozenset(
    (
        *("utf-8", "gb18030", "euc-jp", "iso-2022-jp", "macintosh", "x-user-defined", "windows-874", "iso-8859-8-i"),
        *(f"windows-125{number}" for number in range(9)),
        *(f"iso-8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
        *_LABELS.values(),
    )
)
_CP1252 = {code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in b"\x81\x8d\x8f\x90\x9d"}
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_META = re.compile(rb"<meta[\s/]([^>]*)", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""([^\s=/>]+)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]*)))?""")
_CHARSET = re.compile(r"""charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;"']+))""", re.IGNORECASE)
_XML = re.compile(rb"""\A<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']""")


def encoding_of(label: str) -> str:
    """The encoding that a label means (WHATWG Encoding Standard, clause 4.2).

    Args:
        label: The label, in letters of any case.

    Returns:
        Its name, such as `windows-1252` for `latin1`; empty if the label is none.

    Example:
        >>> encoding_of("ISO-8859-1")
        'windows-1252'
    """
    name = label.strip("\t\n\f\r ").lower()
    name = _LABELS.get(name, name)
    name = re.sub(r"^(?:x-)?cp(?=125[0-8]$)", "windows-", name)
    name = re.sub(r"^iso[_-]?8859[_-]?(?=\d)", "iso-8859-", name)
    return name if name in _ENCODINGS else ""


def charset_of(content_type: str) -> str:
    """The encoding that the `charset` of a media type or of a meta element's content names, or empty."""
    found = _CHARSET.search(content_type)
    return encoding_of(found[1] or found[2] or found[3] or "") if found else ""


def decode(data: bytes, content_type: str = "", *, is_html: bool = False) -> tuple[str, str]:
    r"""Decode the bytes of a page.

    Args:
        data: The bytes.
        content_type: The Content-Type header of the HTTP answer, or empty.
        is_html: Whether a declaration in the page counts, and `windows-1252` is the default; else UTF-8 is.

    Returns:
        The text, in which bytes that are not in the encoding are U+FFFD, and the encoding with what named it: `byte
        order mark`, `HTTP`, `page`, `bytes` (they are UTF-8) or `default`.

    Example:
        >>> decode(b"caf\xe9", "text/html; charset=latin1", is_html=True)
        ('café', 'windows-1252 (HTTP)')
        >>> decode("café".encode(), is_html=True)
        ('café', 'utf-8 (bytes)')
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), f"{encoding} (byte order mark)"
    encoding, source = charset_of(content_type), "HTTP"
    if not encoding and is_html:
        encoding, source = _declared(data[:_PRESCANNED]), "page"
    if not encoding:
        # The HTML Standard lets a program look at the bytes here; text that is not UTF-8 does not pass for it.
        try:
            return data.decode(), "utf-8 (bytes)"
        except UnicodeDecodeError:
            encoding, source = "windows-1252", "default"
    text = data.decode(_PYTHON.get(encoding, encoding), "replace")
    return text.translate(_CP1252) if encoding == "windows-1252" else text, f"{encoding} ({source})"


def _declared(head: bytes) -> str:
    """The encoding that a page declares in its first bytes."""
    for meta in _META.finditer(_COMMENT.sub(b"", head)):
        values: dict[str, str] = {}
        for name, *quoted in _ATTRIBUTE.findall(meta[1]):
            values.setdefault(name.decode("latin-1").lower(), next(filter(None, quoted), b"").decode("latin-1"))
        encoding = encoding_of(values.get("charset", ""))
        if not encoding and values.get("http-equiv", "").lower() == "content-type":
            encoding = charset_of(values.get("content", ""))
        if encoding:
            return _superset_of_ascii(encoding)
    xml = _XML.match(head)
    return _superset_of_ascii(encoding_of(xml[1].decode())) if xml else ""


def _superset_of_ascii(encoding: str) -> str:
    """A declaration that can be read as ASCII is not in UTF-16 (HTML Standard, clause 13.2.3.3)."""
    return "utf-8" if encoding.startswith("utf-16") else "windows-1252" if encoding == "x-user-defined" else encoding


def load_decoders() -> None:
    """Load all decoders, before this process may no longer open files."""
    for encoding in _ENCODINGS:
        b"a".decode(_PYTHON.get(encoding, encoding), "replace")
