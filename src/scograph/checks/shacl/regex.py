"""Regular expressions of XPath, searched with RE2 where it gives the same answer as Python's engine, else with that.

Patterns are translated to Python's (XQuery and XPath Functions and Operators 3.1, clause 5.6). RE2 takes time in
proportion to the text, whatever the pattern; Python's engine may try every way to part a text. What of a translation
means the same in both is written down here as a grammar; what is not in it (back-references, look-around, foreign
letters in either case) is left to Python's engine. `google-re2` may be missing (the extra `regex`): then all is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

from scograph.bounds import REGEX_LENGTH

_PLAIN = re.compile(
    r"(?:[^\\$.\[\](?]|\[(?:[^\\\[\]-]|[^\\\[\]]-[^\\\[\]])*-?\]|\\[.\\\-/+*?^$|(){}\[\]dDnsS]|\$|\.|\(\?:|\((?!\?)|\?)*"
)
"""What means the same in both but for `$`, the dot and white space."""
_SPACE = {r"\s": "[ \t\n\r]", r"\S": "[^ \t\n\r]"}
"""White space of XML, where Python has that of Unicode."""
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": 0, "q": 0}


class RegexError(ValueError):
    """Invalid pattern or flags."""


class Pattern:
    """A compiled pattern.

    Args:
        python: The pattern as Python has it.

    >>> compiled("^(a+)+$").search("a" * 40 + "b")
    False
    """

    __slots__ = ("_needs_time", "_re2_ascii", "_re2_unicode", "python")

    def __init__(self, python: re.Pattern[str]) -> None:
        self.python = python
        self._needs_time = _may_backtrack(python.pattern)
        self._re2_ascii: Any = _UNKNOWN
        self._re2_unicode: Any = _UNKNOWN

    @property
    def hint(self) -> str:
        """How a search that did not end may end, for messages; empty if there is no more than any constraint can do."""
        import importlib.util  # noqa: PLC0415 -- for a message that is rare

        is_missing = importlib.util.find_spec("re2") is None
        return "pip install 'scograph[regex]': RE2 searches in linear time" if is_missing else ""

    def search(self, text: str) -> bool:
        """Whether the pattern matches some part of a text.

        Args:
            text: The text.

        Returns:
            Whether it does.
        """
        if self._needs_time or len(text) > _SHORT_TEXT:
            searcher = self.re2_for(text)
            if searcher is not None:
                return searcher.search(text) is not None
        return self.python.search(text) is not None

    def re2_for(self, text: str) -> Any:  # noqa: ANN401 -- RE2 has no types
        """The pattern as RE2 has it.

        Args:
            text: What is to be searched.

        Returns:
            The pattern; None where RE2 may not give the same answer for this text, or is missing.
        """
        if self.python.flags & re.MULTILINE and text.endswith("\n"):
            return None
        if text.isascii():
            if self._re2_ascii is _UNKNOWN:
                self._re2_ascii = _re2_compiled(self.python, is_ascii=True)
            return self._re2_ascii
        if self._re2_unicode is _UNKNOWN:
            self._re2_unicode = _re2_compiled(self.python, is_ascii=False)
        return None if self._re2_unicode is None or _SURROGATE.search(text) else self._re2_unicode


@lru_cache(maxsize=1024)
def compiled(pattern: str, flags: str = "") -> Pattern:
    """Compile a pattern of XPath.

    Args:
        pattern: The pattern.
        flags: Its flags, of `s`, `m`, `i`, `x` and `q`.

    Returns:
        The pattern to search with.

    Raises:
        RegexError: Invalid pattern or flags.
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
        return Pattern(re.compile(re.escape(pattern), python_flags & re.IGNORECASE))
    written = "".join(_without_space(pattern)) if "x" in flags else pattern
    try:
        return Pattern(re.compile(_translated(_checked(written), flags, python_flags), python_flags))
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
        return _with_spaces(translate_pattern(pattern, python_flags, xsd_version="1.1"))
    except OtherError as error:
        raise RegexError(f"{pattern!r} is no regular expression: {error}") from error


_CLASS = r"\[\^?\]?(?:\\.|[^\]\\])*\]"
_SPACES = " \t\n\r"
_TOKEN = re.compile(r"\\[pP]\{[^}]*\}|\\.|[*+?]\??|\{[^{}]*\}\??|.", re.DOTALL)
_TOKEN_OR_SPACE = re.compile(rf"[{_SPACES}]+|\\[{_SPACES}]*.|.", re.DOTALL)
_QUANTIFIER = re.compile(r"[*+?]\??|\{[0-9]+(?:,[0-9]*)?\}\??")


def _tokens(pattern: str, form: re.Pattern[str] = _TOKEN) -> Iterator[str]:
    """The parts of a pattern: escapes, classes with those subtracted from them, quantifiers, characters."""
    at = 0
    while at < len(pattern):
        match = None if pattern[at] == "[" else form.match(pattern, at)
        end = match.end() if match else _class_end(pattern, at)
        yield pattern[at:end]
        at = end


def _without_space(pattern: str) -> Iterator[str]:
    """The parts of a pattern without white space, but for that in classes (clause 5.6.2, flag x)."""
    for token in _tokens(pattern, _TOKEN_OR_SPACE):
        yield token if token[0] == "[" else "".join(sign for sign in token if sign not in _SPACES)


def _class_end(pattern: str, start: int) -> int:
    """Where a class ends that begins with a bracket; classes may be subtracted inside of it."""
    depth = 0
    for match in re.compile(r"\\.|[\[\]]", re.DOTALL).finditer(pattern, start):
        depth += {"[": 1, "]": -1}.get(match[0], 0)
        if not depth:
            return match.end()
    return len(pattern)


def _checked(pattern: str) -> str:
    """The pattern, unless Python would take for sound what XPath does not have (clause 5.6.1)."""
    tokens = list(_tokens(pattern))
    parts: list[str] = []
    was_quantifier = False
    for number, token in enumerate(tokens):
        is_quantifier = _QUANTIFIER.fullmatch(token) is not None
        if is_quantifier and was_quantifier:
            raise RegexError(f"{pattern!r} is no regular expression: a quantifier after another")
        if not is_quantifier and token[0] in "{}":
            raise RegexError(
                f"{pattern!r} is no regular expression: {token!r} is no quantifier such as {{2}}, {{2,}} or {{0,2}};"
                " a brace itself is written with a backslash"
            )
        is_anchor_repeated = token in ("^", "$") and _QUANTIFIER.fullmatch("".join(tokens[number + 1 : number + 2]))
        parts.append(f"(?:{token})" if is_anchor_repeated else token)
        was_quantifier = is_quantifier
    return "".join(parts)


_DOLLAR = re.compile(r"\\.|\[[^\]]*\]|[$^.]", re.DOTALL)


def _in_python(pattern: str, flags: str) -> str:
    """`$` is the very end, not also before a last line feed; the dot is neither a line feed nor a carriage return.

    A line does not begin after the last line feed.
    """

    def meant(match: re.Match[str]) -> str:
        if match[0] == "$" and "m" not in flags:
            return r"\Z"
        if match[0] == "^" and "m" in flags:
            return _LINE_START
        if match[0] == "." and "s" not in flags:
            return "[^\n\r]"
        return _SPACE.get(match[0], match[0])

    return _DOLLAR.sub(meant, pattern)


def _with_spaces(translated: str) -> str:
    return re.sub(rf"\\.|{_CLASS}", lambda match: _SPACE.get(match[0], match[0]), translated, flags=re.DOTALL)


# RE2.

_UNKNOWN = object()
_SHORT_TEXT = 1000
"""Characters in which one choice does no harm, since it takes the square of them at most."""
_LINE_START = r"(?<!\n\Z)^"
_LETTERS = r"\\[dDwW]"
_PARTS = (
    r"(?:"
    r"[^\\^$.\[\](){}|*+?]"  # a character
    r"|\\[^\w\s]|\\[nrt]"  # an escaped sign
    rf"|{_LETTERS}|\."
    r"|\[\^?(?:\\[^\w\s]|\\[nrt]|(?!&&|\|\||~~|--)[^\\\[\]])+\]"  # a class without subtraction
    r"|\)"
    r")(?:[*+?]\??|\{[0-9]+(?:,[0-9]*)?\}\??)?"
    r"|\((?!\?)|\(\?:|\|"
    r"|\\Z|\$\(\?!\\n\\Z\)|\(\?<!\\n\\Z\)\^|\^"  # ends of texts and lines
)
_SAME = re.compile(rf"(?:{_PARTS})*", re.DOTALL)
"""What of a translation means the same in RE2, but for the spelling of ends and for letters that are not ASCII."""
_SAME_IN_LINES = re.compile(rf"(?:{_PARTS}|\$)*", re.DOTALL)
"""The same where each line has an end; elsewhere Python's `$` may stand before a last line feed too."""
_SPELLED = re.compile(rf"\$\(\?!\\n\\Z\)|\(\?<!\\n\\Z\)\^|\\Z|{_LETTERS}|\\.|{_CLASS}", re.DOTALL)
_SPELLINGS = {r"\Z": r"\z", r"$(?!\n\Z)": r"\z", _LINE_START: "^"}
_CHOICE = re.compile(rf"\\.|{_CLASS}|\(\?[:!<]+|([*+?|])|\)(\{{)|\{{[0-9]+\}}|(\{{)", re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_RE2_MEMORY = 8 << 20
"""What one pattern may take, in bytes."""


def _may_backtrack(translated: str) -> bool:
    """Whether there are two places or more at which a search may go one way or the other."""
    return sum(1 for match in _CHOICE.finditer(translated) if match.lastindex) > 1


def _re2_compiled(python: re.Pattern[str], *, is_ascii: bool) -> Any:  # noqa: ANN401 -- RE2 has no types
    """The pattern for texts that are ASCII or are not; None where RE2 may not give the same answer."""
    source = python.pattern
    folds = bool(python.flags & re.IGNORECASE)
    same = _SAME_IN_LINES if python.flags & re.MULTILINE else _SAME
    if not same.fullmatch(source) or (folds and not (is_ascii and source.isascii())):
        return None
    try:
        import re2  # type: ignore[import-untyped]  # noqa: PLC0415 -- it may be missing, and few checks need it
    except ImportError:
        return None

    def spelled(match: re.Match[str]) -> str:
        token = match[0]
        if token in _SPELLINGS:
            return _SPELLINGS[token]
        return _spelled_out(token) if not is_ascii and re.fullmatch(_LETTERS, token) else token

    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    options.max_mem = _RE2_MEMORY
    signs = "".join(
        sign for sign, flag in (("i", re.IGNORECASE), ("m", re.MULTILINE), ("s", re.DOTALL)) if python.flags & flag
    )
    try:
        return re2.compile(
            f"(?{signs}:{_SPELLED.sub(spelled, source)})" if signs else _SPELLED.sub(spelled, source), options
        )
    except (re2.error, UnicodeEncodeError):
        return None  # too large for it, or with surrogates


@cache
def _spelled_out(letters: str) -> str:
    r"""A class of what Python's `\d` or `\w` are, since RE2's are those of ASCII."""
    everything = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x110000))))
    runs = re.finditer(f"{letters.lower()}+", everything)
    ranges = "".join(rf"\x{{{ord(run[0][0]):x}}}-\x{{{ord(run[0][-1]):x}}}" for run in runs)
    return f"[{'^' if letters[1].isupper() else ''}{ranges}]"
