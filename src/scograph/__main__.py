"""`python -m scograph`."""

from scograph.cli import main

main()
