"""How is it asked? Command line only: options in, exit status out. The only package that imports click."""
