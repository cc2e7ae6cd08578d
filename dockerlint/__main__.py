"""`python -m dockerlint`."""

from __future__ import annotations

import sys

from dockerlint.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
