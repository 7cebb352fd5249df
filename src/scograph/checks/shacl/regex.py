"""Regular expressions of XPath as Python's (XQuery and XPath Functions and Operators 3.1, clause 5.6)."""

from __future__ import annotations

import re
from functools import lru_cache

from scograph.bounds import REGEX_LENGTH

_PLAIN = re.compile(
    r"(?:[^\\$.\[\](?]|\[(?:[^\\\[\]-]|[^\\\[\]]-[^\\\[\]])*-?\]|\\[.\\\-/+*?^$|(){}\[\]dDnsS]|\$|\.|\(\?:|\((?!\?)|\?)*"
)
"""What means the same in both but for `$`, the dot and white space."""
_SPACE = {r"\s": "[ \t\n\r]", r"\S": "[^ \t\n\r]"}
"""White space of XML, where Python has that of Unicode."""
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": 0, "q": 0}


class RegexError(ValueError):
    """A pattern or its flags are none."""


@lru_cache(maxsize=1024)
def compiled(pattern: str, flags: str = "") -> re.Pattern[str]:
    """Compile a pattern of XPath.

    Args:
        pattern: The pattern.
        flags: Its flags, of `s`, `m`, `i`, `x` and `q`.

    Returns:
        The pattern to search with.

    Raises:
        RegexError: The pattern or the flags are none.
    """
    if len(pattern) > REGEX_LENGTH.limit:
        raise RegexError(f"a pattern of more than {REGEX_LENGTH.limit:,} characters (bound: {REGEX_LENGTH.name})")
    unknown = set(flags) - _FLAGS.keys()
    if unknown:
        raise RegexError(f"unknown flag {min(unknown)!r}: the flags are s, m, i, x and q")
    python_flags = 0
    for flag in flags:
        python_flags |= _FLAGS[flag]
    if "q" in flags:
        return re.compile(re.escape(pattern), python_flags & re.IGNORECASE)
    if "x" in flags:
        pattern = re.sub(r"\[[^\]]*\]|[ \t\n\r]", lambda match: match[0] if match[0][0] == "[" else "", pattern)
    try:
        return re.compile(_translated(pattern, flags, python_flags), python_flags)
    except RecursionError:
        raise RegexError("the pattern nests too deep") from None
    except (re.error, OverflowError) as error:
        raise RegexError(f"{pattern!r} is no regular expression: {error}") from error


def _translated(pattern: str, flags: str, python_flags: int) -> str:
    if _PLAIN.fullmatch(pattern):
        return _in_python(pattern, flags)
    # It is slow to import, and few patterns need it.
    from elementpath.regex import RegexError as OtherError  # noqa: PLC0415
    from elementpath.regex import translate_pattern  # noqa: PLC0415

    try:
        return translate_pattern(pattern, python_flags, xsd_version="1.1")
    except OtherError as error:
        raise RegexError(f"{pattern!r} is no regular expression: {error}") from error


_DOLLAR = re.compile(r"\\.|\[[^\]]*\]|\$|\.", re.DOTALL)


def _in_python(pattern: str, flags: str) -> str:
    """`$` is the very end, not also before a last line feed; the dot is neither a line feed nor a carriage return."""

    def meant(match: re.Match[str]) -> str:
        if match[0] == "$" and "m" not in flags:
            return r"\Z"
        if match[0] == "." and "s" not in flags:
            return "[^\n\r]"
        return _SPACE.get(match[0], match[0])

    return _DOLLAR.sub(meant, pattern)
