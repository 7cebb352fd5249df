"""Messages: numbers with their nouns, hints, and untrusted text with control characters made visible.

Untrusted text is what files, file names, stores and sites say. A terminal obeys control characters in it, a reader is
deceived by characters that reorder a line, and CI logs take lines such as `::add-mask::` for commands (GitHub Actions,
workflow commands; Azure Pipelines, logging commands; Unicode Standard Annex 9, 2.; CVE-2021-42574).
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Sequence

_PICTURES = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"} | {
    0x7F: "\N{SYMBOL FOR DELETE}"
}
_C1 = "\x80-\x9f"
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_SEPARATORS = "\u2028\u2029"
_SURROGATES = "\ud800-\udfff"
_INVISIBLE = re.compile(
    f"[\x00-\x08\x0b-\x1f\x7f{_C1}{_BIDI}{_SEPARATORS}{_SURROGATES}]"
    r"|^(?P<colon>\s*:)(?=:)"  # GitHub takes blanks off before it looks
    r"|#(?=#(?:\[|vso\[|teamcity\[))",
    re.MULTILINE,
)
_OWN_COLOUR = re.compile("\x1b\\[(?:0|1|34|1;3[136])m")
_LINE_ENDS = re.compile("\r\n|[\n\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029]")
_UNDECODED = 0xDC00
"""What Python adds to a byte of a file name that is not UTF-8 (PEP 383)."""


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural where there is not one.

    Args:
        number: The number.
        noun: The noun in the singular; its plural ends in s.

    Returns:
        `1 triple`, `2,000 triples`.
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


_SAID_WITH_A_VOWEL = re.compile(r"[^\w]*(?:[AEIOUaeiou]|(?:rdfs?|xsd|xml|html):)")


def with_article(noun: str) -> str:
    """A noun or a prefixed name with its article: prefixes that are spelt out count as they are said.

    Args:
        noun: The noun.

    Returns:
        `a date`, `an integer`, `an xsd:date`.

    Example:
        >>> with_article("ex:Person"), with_article(":Person"), with_article("rdf:List")
        ('an ex:Person', 'a :Person', 'an rdf:List')
    """
    return f"{'an' if _SAID_WITH_A_VOWEL.match(noun) else 'a'} {noun}"


def near_names(name: str, known: Iterable[str], limit: int = 1, *, cutoff: float = 0.6) -> list[str]:
    """The known names that are spelt most like a name.

    Args:
        name: The name.
        known: The known names.
        limit: The maximum number of names.
        cutoff: The least likeness, from 0 to 1, as `difflib` measures it.

    Returns:
        The names, the most alike first.

    Example:
        >>> near_names("langage", ["language", "title"])
        ['language']
    """
    import difflib  # noqa: PLC0415 -- only errors need it

    return difflib.get_close_matches(name, list(known), limit, cutoff)


def graphs_lost(form: str, name: str) -> str:
    """What is said where a format takes the statements of named graphs, and not the names of the graphs.

    Args:
        form: The name of the format.
        name: The first of the graphs, in N-Triples.

    Returns:
        A line.
    """
    return (
        f"{form} has no named graphs: the statements of {name}, and of others if there are, are written without the "
        "name of their graph; nq and trig keep it, and --graph takes one graph"
    )


MIN_LIKENESS = 0.8
"""How alike two names of terms are, as `difflib` measures it, where one is taken for the other misspelt."""
_VERB = re.compile("(?:has|is)(?=[A-Z])")


def misspelt_term(name: str, known: Iterable[str]) -> str:
    """The known local name that a local name of a term most probably misspells.

    Letter case does not count, nor a `has` or `is` before the name. Two names that begin with other letters are two
    names: the first letter is seldom mistyped.

    Args:
        name: The local name.
        known: The known local names.

    Returns:
        The known name, or nothing where none is like it.

    Example:
        >>> known = ["flowsInto", "hasRole", "height", "name"]
        >>> [misspelt_term(one, known) for one in ("flowInto", "Role", "nmae", "weight", "nickname")]
        ['flowsInto', 'hasRole', 'name', '', '']
    """
    wanted = _without_verb(name)
    names: dict[str, str] = {}
    for one in known:
        if (bare := _without_verb(one))[:1] == wanted[:1]:
            names.setdefault(bare, one)
    near = near_names(wanted, sorted(names), cutoff=MIN_LIKENESS)
    transposed = (wanted[:at] + wanted[at + 1] + wanted[at] + wanted[at + 2 :] for at in range(1, len(wanted) - 1))
    near = [*near, *(one for one in transposed if one in names)]
    return names[near[0]] if near else ""


def _without_verb(name: str) -> str:
    return _VERB.sub("", name, count=1).casefold() if _VERB.match(name) else name.casefold()


def did_you_mean(name: str, known: Iterable[str], otherwise: str, *, form: str = "{}", cutoff: float = 0.6) -> str:
    """A hint for a name that is not known.

    Args:
        name: The name.
        known: The known names.
        otherwise: The hint where none of them is like it.
        form: How a name is written in the hint.
        cutoff: As in `near_names`.

    Returns:
        `did you mean …?`, or the other hint.

    Example:
        >>> did_you_mean("langage", ["language", "title"], "see the list", form="{!r}")
        "did you mean 'language'?"
    """
    near = near_names(name, known, cutoff=cutoff)
    return f"did you mean {form.format(near[0])}?" if near else otherwise


def first_of(names: Sequence[str], most: int = 5) -> str:
    """Names in a message, of many only the first.

    Args:
        names: The names.
        most: How many are listed.

    Returns:
        The names, with the number of those that are not listed.

    Example:
        >>> first_of(["Aare", "Rhine"]), first_of([str(number) for number in range(1, 124)], 2)
        ('Aare, Rhine', '1, 2, and 121 more')
    """
    more = f", and {len(names) - most:,} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def visible(text: str, *, has_colour: bool = False) -> str:
    r"""Text for a terminal or a log, with everything in it that either would obey made visible.

    Args:
        text: The text; tabs and line ends stay.
        has_colour: Whether the colours that reports write are left in it.

    Returns:
        The text: control characters as their pictures, C1 and bidi controls and line separators as `<U+202E>`, bytes
        of file names that are not UTF-8 as `\xff`, and beginnings of log commands parted by a blank.

    Example:
        >>> visible("\x1b[31mred\u202e")
        '␛[31mred<U+202E>'
    """
    if text.isprintable() and "::" not in text and "##" not in text:
        return text  # nearly all: `isprintable` is false for whatever `_INVISIBLE` shows, and for line ends
    if not has_colour:
        return _INVISIBLE.sub(_picture, text)
    colours = _OWN_COLOUR.findall(text)
    parts = [_INVISIBLE.sub(_picture, part) for part in _OWN_COLOUR.split(text)]
    return "".join(part + colour for part, colour in zip(parts, [*colours, ""], strict=True))


def _picture(match: re.Match[str]) -> str:
    found = match[0]
    if match["colon"] is not None or found == "#":
        return f"{found} "
    code = ord(found)
    if _UNDECODED + 0x80 <= code <= _UNDECODED + 0xFF:
        return f"\\x{code - _UNDECODED:02x}"
    return _PICTURES.get(code) or f"<U+{code:04X}>"


def shell_word(word: str) -> str:
    r"""A word of a command line as a shell takes it, whatever it contains (POSIX.1-2024, Shell, 2.2.4).

    Args:
        word: The word, such as the name of a file, which may have bytes that are not UTF-8.

    Returns:
        The word in quotes where it needs them. What a terminal does not show is written as its bytes.

    Example:
        >>> print(shell_word("data"), shell_word("my data"), shell_word("caf\udce9"), shell_word("it's\n"))
        data 'my data' $'caf\xe9' $'it\'s\x0a'
    """
    if word.isprintable():
        return shlex.quote(word)
    return f"$'{''.join(map(_ansi_c, word))}'"


def _ansi_c(character: str) -> str:
    if character.isprintable():
        return f"\\{character}" if character in "\\'" else character
    return "".join(f"\\x{byte:02x}" for byte in os.fsencode(character))


def behind_mark(text: str, indent: str = "") -> str:
    r"""Text that others wrote, so that none of its further lines passes for one of ours.

    Args:
        text: The text.
        indent: What further lines begin with, before their mark.

    Returns:
        The text, each line after the first behind `| `, but for those that are indented already.

    Example:
        >>> behind_mark("one\nerror: forged")
        'one\n  | error: forged'
    """
    first, *further = _LINE_ENDS.split(text)
    marked = (line if line.startswith("  ") or not line else f"{indent}  | {line}" for line in further)
    return "\n".join([first, *marked])
