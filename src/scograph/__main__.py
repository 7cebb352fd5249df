"""`python -m scograph`."""

import sys

if not sys.flags.safe_path:
    del sys.path[0]  # the folder that one stands in: a file there may be called as a module that is imported later

from scograph.cli import main

main()
