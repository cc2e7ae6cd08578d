"""Strings, templates, comments, regular expressions and JSX of JavaScript and TypeScript."""

from __future__ import annotations

from dockerlint.formats.sourcelex import CLOSE, Lexed, Lexer, Literal, grammar, style
from dockerlint.source.pattern import pattern

_GRAMMAR = grammar(
    {"//": "\n", "/*": "*/"},
    {'"': style('"'), "'": style("'"), "`": style("`", lines=True, hole="${")},
    "[/<]",
)
_WORD = pattern(r"[\w$]+\Z")
_OPERATOR_WORDS = frozenset(
    (
        "return",
        "typeof",
        "case",
        "do",
        "else",
        "in",
        "of",
        "instanceof",
        "new",
        "delete",
        "void",
        "throw",
        "await",
        "yield",
        "default",
        "extends",
    )
)
_REGEX = pattern(r"[/\\\[\]\n]")
_TAG_START = pattern(r"<(?=[A-Za-z_>])")
_NOT_A_TAG = pattern(r"<\w+\s*(?:,|extends\s|=)")
_IN_TAG = pattern(r"""["'{>]""")
_IN_CHILDREN = pattern(r"[{<]")
_ATTRIBUTE = pattern(r"([\w:.@-]+)\s*=\s*\Z")


def lex_javascript(text: str, *, jsx: bool) -> Lexed:
    """The literals and the skeleton of JavaScript; where JSX turns out not to be any, it is read again without."""
    lexer = _JavaScript(text, jsx)
    if text.startswith("#!"):
        lexer.comment(0, 2, "\n")
    lexer.code(lexer.last)
    if lexer.broken:
        return lex_javascript(text, jsx=False)
    return lexer.finish()


class _JavaScript(Lexer):
    __slots__ = ("broken", "jsx", "no_regex_before")

    def __init__(self, text: str, jsx: bool) -> None:
        super().__init__(text, _GRAMMAR)
        self.jsx = jsx
        self.broken = False
        self.no_regex_before = 0

    def before(self, start: int) -> str:
        """The last character of code before `start`, or the whole word when a word stands there."""
        at = start - 1
        text = self.text
        while at >= 0 and text[at] in " \t\r\n":
            at -= 1
        if at < 0:
            return ""
        if not (text[at].isalnum() or text[at] in "_$"):
            return "=>" if text[at] == ">" and at and text[at - 1] == "=" else text[at]
        word = _WORD.search(text, max(0, at - 20), at + 1)
        return word.group() if word else text[at]

    def special(self, mark: str, start: int, end: int) -> int:
        before = self.before(start)
        operand = before not in _OPERATOR_WORDS and (before[-1:].isalnum() or before[-1:] in ("_", "$", ")", "]", "}"))
        if operand or before in ('"', "'", "`"):
            return end
        if mark == "/":
            return self.regex(start)
        tag = self.jsx and before != "<" and _TAG_START.match(self.text, start)
        if tag and not _NOT_A_TAG.match(self.text, start) and self.depth < 40:
            self.depth += 1
            end = self.element(start)
            self.depth -= 1
        return end

    def regex(self, start: int) -> int:
        """Skip a regular expression; the division sign where none ends on this line."""
        if start < self.no_regex_before:
            return start + 1
        pos = start + 1
        in_class = False
        while found := _REGEX.search(self.text, pos):
            char = found.group()
            pos = found.end()
            if char == "\\":
                pos += 1
            elif char == "[":
                in_class = True
            elif char == "]":
                in_class = False
            elif char == "\n":
                break
            elif not in_class:
                self.hide(start, pos)
                return pos
        self.no_regex_before = pos
        return start + 1

    def element(self, start: int) -> int:
        """Read an element with all its children; the answer is the offset behind it."""
        text = self.text
        open_elements = 0
        pos = start
        while True:
            if text.startswith("</", pos):
                stop = text.find(">", pos)
                if stop < 0:
                    break
                self.blank(pos, stop + 1)
                pos = stop + 1
                open_elements -= 1
            else:
                pos, closed = self.tag(pos)
                open_elements += not closed
            if open_elements <= 0 or pos >= len(text):
                break
            while True:
                found = _IN_CHILDREN.search(text, pos)
                if not found:
                    self.broken = True
                    return len(text)
                at = found.start()
                self.words(pos, at)
                pos = at
                if found.group() == "{":
                    pos = self.braces(at)
                elif text.startswith("</", at) or _TAG_START.match(text, at):
                    break
                else:
                    self.blank(at, at + 1)
                    pos = at + 1
        if open_elements > 0:
            self.broken = True
            return len(text)
        return pos

    def words(self, start: int, end: int) -> None:
        content = self.text[start:end]
        written = content.strip()
        if written:
            inner = start + content.index(written[0])
            self.literals.append(Literal(inner, inner + len(written), inner, inner + len(written), "words", True))
        self.blank(start, end)

    def braces(self, start: int) -> int:
        """Read ``{code}``; the answer is the offset behind it."""
        self.put(start, start + 1, "(")
        stop = self.code(start + 1, nested=True)
        if stop >= len(self.text):
            self.broken = True
            return stop
        self.put(stop, stop + 1, ")")
        return stop + 1

    def tag(self, start: int) -> tuple[int, bool]:
        """Read one opening tag: where it ends, and whether it closes itself."""
        text = self.text
        name_end = start + 1
        while name_end < len(text) and (text[name_end].isalnum() or text[name_end] in "_.-$:"):
            name_end += 1
        self.blank(start, name_end)
        pos = name_end
        while found := _IN_TAG.search(text, pos):
            at = found.start()
            char = found.group()
            if char == ">":
                if text[at - 1] == "=":
                    pos = at + 1
                    continue
                closed = text[at - 1] == "/"
                self.blank(at - closed, at + 1)
                return at + 1, closed
            if char == "{":
                pos = self.braces(at)
                continue
            stop = text.find(char, at + 1)
            if stop < 0:
                break
            name = _ATTRIBUTE.search(text, max(pos, at - 60), at)
            self.literals.append(
                Literal(at, stop + 1, at + 1, stop, "attribute", True, (), name.group(1) if name else None)
            )
            self.put(at, at + 1, '"')
            self.hide(at + 1, stop)
            self.put(stop, stop + 1, CLOSE)
            pos = stop + 1
        self.broken = True
        return len(text), True
