"""Turtle texts made at random: layouts, comments and strings that an editor of text gets wrong."""

from __future__ import annotations

import random

EX = "http://example.org/"
SUBJECTS = ("a", "b", "c", "d.e", "é")
PREDICATES = ("p", "q", "r", "s")
_OBJECTS = (
    '"1"',
    '"x ; y . # z"',
    "'it\\'s'",
    '"""long\n# no comment ;\n."""',
    '"e"@en',
    '"5"^^ex:dt',
    "ex:a",
    "<http://example.org/c>",
    "4",
    "-1.50",
    "2e3",
    "true",
    '"\\u00e9\\n"',
    "<rel>",
    "'''q'q'''",
)
_COMMENTS = ("# one", "# ; .", "#", "# a # b", '#\tx "', "# ] ) ,")
_MAX_DEPTH = 2


class TurtleText:
    """A text in the making.

    Args:
        chance: Where its accidents come from.
    """

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._newline = chance.choice(["\n", "\n", "\r\n"])

    def _one_in(self, number: int) -> bool:
        return self._chance.randint(1, number) == 1

    def _gap(self, *, may_be_empty: bool = True) -> str:
        """White space between two tokens, with or without a comment."""
        newline, comment = self._newline, self._chance.choice(_COMMENTS)
        return self._chance.choice(
            [
                " ",
                " ",
                " ",
                " ",
                "" if may_be_empty else "  ",
                f"{newline}    ",
                f"{newline}    ",
                newline,
                f" {comment}{newline}",
                f" {comment}{newline}\t",
                f"{newline}  {comment}{newline}    ",
            ]
        )

    def _object(self, depth: int) -> str:
        kind = self._chance.randint(1, 40)
        if kind <= 3 and depth < _MAX_DEPTH:
            return f"[{self._gap()}{self._said(depth + 1)}{self._gap()}]"
        if kind <= 5 and depth < _MAX_DEPTH:
            members = (
                self._object(depth + 1) + self._gap(may_be_empty=False) for _ in range(self._chance.randint(0, 2))
            )
            return f"({self._gap(may_be_empty=False)}{''.join(members)})"
        if kind <= 7:
            return self._chance.choice(["[]", "_:b1"])
        return self._chance.choice(_OBJECTS)

    def _predicate(self) -> str:
        name = self._chance.choice((*PREDICATES, "a"))
        return name if name == "a" else self._chance.choice([f"ex:{name}", f"<{EX}{name}>"])

    def _said(self, depth: int = 0) -> str:
        groups = []
        for _ in range(self._chance.randint(1, 4)):
            values = [self._object(depth) for _ in range(self._chance.choice([1, 1, 1, 2, 3]))]
            joined = values[0]
            for value in values[1:]:
                joined += f"{self._gap(may_be_empty=False)},{self._gap()}{value}"
            groups.append(f"{self._predicate()}{self._gap(may_be_empty=False)}{joined}")
        said = groups[0]
        for group in groups[1:]:
            mark = f";{self._gap()};" if self._one_in(20) else ";"
            said += f"{self._gap(may_be_empty=False)}{mark}{self._gap()}{group}"
        return said + (f"{self._gap(may_be_empty=False)};" if self._one_in(6) else "")

    def _statement(self) -> str:
        gap = self._gap(may_be_empty=False)
        kind = self._chance.randint(1, 20)
        name = self._chance.choice(SUBJECTS)
        if kind == 1:
            subject = "[]"
        elif kind == 2:
            subject = "_:b1"
        elif kind == 3:
            subject = f"[{self._gap()}{self._said(1)}{self._gap()}]"
        else:
            subject = self._chance.choice([f"ex:{name}", f"<{EX}{name}>"])
        return f"{subject}{gap}{self._said()}{self._gap(may_be_empty=False)}."

    def write(self) -> str:
        """The text."""
        newline, chance = self._newline, self._chance
        text = chance.choice(["", f"# head{newline}", f"# head{newline}{newline}"])
        text += f"@prefix ex: <{EX}> .{chance.choice([newline, newline * 2, f' # ns{newline}'])}"
        text += f"@base <http://base.example/x/> .{newline}" if self._one_in(3) else ""
        for _ in range(chance.randint(0, 5)):
            text += f"{chance.choice(_COMMENTS)}{newline}" if self._one_in(6) else ""
            text += f"PREFIX ex: <{EX}>{newline}" if self._one_in(15) else ""
            text += self._statement()
            text += chance.choice(
                [
                    newline,
                    newline,
                    newline * 2,
                    newline * 3,
                    " ",
                    f" # after{newline}",
                    f"{newline}# below{newline * 2}",
                ]
            )
        return text.rstrip() if self._one_in(8) else text
