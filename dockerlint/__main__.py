"""`python -m dockerlint`."""

from __future__ import annotations

from dockerlint.cli.app import main

if __name__ == "__main__":
    main()
