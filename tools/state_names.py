"""The table of the names of states, made from the Countries & Territories Taxonomy of OCHA.

    .venv/bin/python tools/state_names.py TAXONOMY.csv > src/scograph/edit/state-names.csv

TAXONOMY.csv is the file `Countries & Territories Taxonomy MVP - C&T Taxonomy.csv` that releases of hdx-python-country
carry (MIT licence); the table at hand was made of version 4.2.5. A name is the short name in UNTERM, the terminology
database of the United Nations, where the taxonomy says that UNTERM lists the country; elsewhere it is the name in M49,
the standard of the United Nations Statistics Division. The formal name is the English one in UNTERM. No name is made
or mended.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

LANGUAGES = {"en": "English", "fr": "French", "es": "Spanish", "ru": "Russian", "zh": "Chinese", "ar": "Arabic"}


def main(path: str) -> None:
    """Print the table of names.

    Args:
        path: The taxonomy.
    """
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        countries = [row for row in csv.DictReader(file) if row["ISO 3166-1 Alpha 3-Codes"]]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["alpha3", "alpha2", "m49", "names", "formal", *LANGUAGES])
    for row in sorted(countries, key=lambda row: row["ISO 3166-1 Alpha 3-Codes"]):
        is_listed = row["Appears in UNTERM list"] == "Y"
        names = [row[f"{name} Short" if is_listed else f"M49 {name}"] for name in LANGUAGES.values()]
        codes = [row[f"ISO 3166-1 Alpha {length}-Codes"] for length in (3, 2)]
        whose = ("UNTERM" if is_listed else "M49") if any(names) else ""
        writer.writerow([*codes, row["m49 numerical code"], whose, row["English Formal"], *names])


if __name__ == "__main__":
    main(sys.argv[1])
