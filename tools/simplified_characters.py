"""The table of simplified characters, made from OpenCC's.

    .venv/bin/pip install opencc==1.4.2
    .venv/bin/python tools/simplified_characters.py > src/scograph/simplified-characters.txt

OpenCC (Apache License 2.0) says which simplified character stands for each traditional one, whatever word it is in:
its configuration `t2s`, asked for one character after the other of the basic multilingual plane.
"""

from __future__ import annotations

import sys

from opencc import OpenCC  # type: ignore[import-not-found]

UNIFIED = range(0x3400, 0xA000)
"""CJK unified ideographs of the basic multilingual plane, with extension A (Unicode 16.0, clause 18.1)."""


def main() -> None:
    """Print the table: a traditional character and its simplified one on each line."""
    convert = OpenCC("t2s").convert
    for character in map(chr, UNIFIED):
        simplified = convert(character)
        if simplified != character and len(simplified) == 1:
            sys.stdout.write(f"{character}{simplified}\n")


if __name__ == "__main__":
    main()
