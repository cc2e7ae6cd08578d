"""`python -m dockerlint`."""

from __future__ import annotations

from dockerlint.cli.main import program

if __name__ == "__main__":
    program()
