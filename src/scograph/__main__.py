"""The entry point of `scograph` and `python -m scograph`: signal handlers are set before anything else is imported."""

from __future__ import annotations

import sys
from typing import NoReturn

from scograph.ending import INTERRUPTED, heed_signals


def main() -> NoReturn:
    """Run the command line, and exit with its code."""
    try:
        heed_signals()
        from scograph.cli import main as run  # noqa: PLC0415 -- it takes a tenth of a second
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    run()


if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]  # the folder that one stands in: a file there may be called as a module that is imported later
    main()
