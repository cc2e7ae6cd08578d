"""Strings and comments of Python, Ruby, PHP, Go, Java, Kotlin, C#, Elixir and shell."""

from __future__ import annotations

import re
from functools import cache

from dockerlint.formats.sourcelex import Grammar, Lexed, Lexer, Literal, Style, grammar, style
from dockerlint.source.pattern import pattern
from dockerlint.source.record import replace

_C_COMMENTS = {"//": "\n", "/*": "*/"}


@cache
def _python_style(quote: str, prefix: str) -> Style:
    how = style(quote, lines=len(quote) == 3, hole="{" if "f" in prefix else "")
    # A raw string keeps its backslashes, and a quote behind one does not end it either.
    return replace(how, raw="r" in prefix)


@cache
def grammar_of(language: str) -> Grammar:
    """The strings and comments of a language that needs no reader of its own."""
    plain = {'"': style('"'), "'": style("'")}
    if language == "python":
        quotes = ('"""', "'''", '"', "'")
        return grammar({"#": "\n"}, {quote: _python_style(quote, "") for quote in quotes})
    if language == "go":
        return grammar(_C_COMMENTS, {**plain, "`": style("`", raw=True, lines=True)})
    if language == "java":
        return grammar(_C_COMMENTS, {**plain, '"""': style('"""', lines=True)})
    if language == "csharp":
        verbatim = style('"', raw=True, lines=True, doubled=True)
        filled = style('"', hole="{")
        both = style('"', raw=True, lines=True, doubled=True, hole="{")
        more = {'@"': verbatim, '$"': filled, '$@"': both, '@$"': both, '"""': style('"""', raw=True, lines=True)}
        return grammar(_C_COMMENTS, {**plain, **more})
    if language == "php":
        strings = {'"': style('"', lines=True), "'": style("'", lines=True)}
        return grammar({**_C_COMMENTS, "#": "\n"}, strings, r"\?>|<<<|#\[")
    if language in ("ruby", "elixir"):
        double = style('"', lines=True, hole="#{")
        strings = {'"': double, "'": style("'", lines=True)}
        if language == "elixir":
            return grammar({"#": "\n"}, {**strings, '"""': style('"""', lines=True, hole="#{")})
        return grammar({"#": "\n", "\n=begin": "\n=end"}, strings, r"<<[~-]?['\"]?[A-Z]|%w\[|%i\[|\?['\"#]|/")
    strings = {'"': style('"', lines=True), "'": style("'", raw=True, lines=True)}
    return grammar({}, strings, r"#|\\.|<<-?\s*['\"]?[A-Za-z_]|\$'|\$\{?#")


def lex(text: str, language: str) -> Lexed:
    """The literals and the skeleton of a text in one of this module's languages."""
    lexer = _Other(text, language)
    if language == "php":
        lexer.markup(0)
    lexer.code(lexer.at)
    return lexer.finish()


_HEREDOC = pattern(r"<<<?[~-]?[ \t]*(['\"]?)([A-Za-z_]\w*)\1")


_LETTERS_BEFORE = pattern(r"\w+\Z")


class _Other(Lexer):
    __slots__ = ("language", "unclosed")

    def __init__(self, text: str, language: str) -> None:
        super().__init__(text, grammar_of(language))
        self.language = language
        self.unclosed = 0

    def string(self, start: int, inner: int, how: Style) -> int:
        if self.language == "python" and start and self.text[start - 1] in "rRbBuUfFtT":
            word = _LETTERS_BEFORE.search(self.text, max(0, start - 4), start)
            if word and len(word.group()) <= 2:
                how = _python_style(how.close, word.group().lower().replace("t", "f"))
                start = word.start()
        return super().string(start, inner, how)

    def markup(self, start: int) -> None:
        """Blank everything up to the next ``<?php``."""
        found = self.text.find("<?", start)
        end = len(self.text) if found < 0 else found + (5 if self.text.startswith("<?php", found) else 2)
        self.blank(start, end)
        self.at = end

    def special(self, mark: str, start: int, end: int) -> int:
        text = self.text
        if mark == "?>":
            self.markup(start)
            return self.at
        if mark.startswith("<<"):
            return self.heredoc(start, end)
        if mark == "#":
            if start and text[start - 1] not in " \t\r\n;&|(`":
                return end
            return self.comment(start, end, "\n")
        if mark == "$'":
            return end
        if mark in ("%w[", "%i["):
            stop = text.find("]", end)
            return end if stop < 0 else stop + 1
        if mark == "/":
            return self.regex(start)
        return end

    def regex(self, start: int) -> int:
        """Skip a Ruby regular expression of one line."""
        text = self.text
        before = text[max(0, start - 40) : start].rstrip(" ")[-1:]
        if before not in ("(", ",", "=", "~", "{", "|", "&", "!", "[", "\n"):
            return start + 1
        pos = start + 1
        limit = min(len(text), start + 400)
        while pos < limit and text[pos] != "\n":
            if text[pos] == "/":
                self.hide(start, pos + 1)
                return pos + 1
            pos += 2 if text[pos] == "\\" else 1
        return start + 1

    def heredoc(self, start: int, end: int) -> int:
        """Read a here-document as one literal; its end is the line that holds only its word."""
        text = self.text
        head = _HEREDOC.match(text, start)
        if not head or self.unclosed > 5 or (self.language == "ruby" and not head.group(2).isupper()):
            return end
        line = text.find("\n", head.end())
        if line < 0:
            return end
        close = re.compile(rf"^[ \t]*{head.group(2)}\b", re.MULTILINE).search(text, line + 1)
        if not close:
            self.unclosed += 1
            return end
        # The rest of the first line is code, but strings in it are rare enough to be left alone.
        raw = head.group(1) == "'" or self.language == "shell"
        self.literals.append(Literal(line + 1, close.start(), line + 1, close.start(), "string", raw))
        self.blank(line + 1, close.end())
        return close.end()
