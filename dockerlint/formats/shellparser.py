"""Shell text → statements: lists, pipes, compound commands, functions, redirections and here-documents.

Descends by depth, which is capped; everything else moves forward only.
"""

from __future__ import annotations

from dockerlint.formats.shellreader import BLANK, DEEPEST, Reader
from dockerlint.formats.shelltree import (
    Block,
    Case,
    Command,
    Function,
    Group,
    If,
    Loop,
    Redirect,
    ShellWord,
    Statement,
)
from dockerlint.source.pattern import pattern

_SEPARATOR = pattern(r"&&|\|\||;;&|;;|;&|\|&|[;&|\n]")
_ASSIGNMENT = pattern(r"([A-Za-z_][A-Za-z0-9_]*)(?:\[[^]\s]*\])?\+?=")
_RESERVED = pattern(
    r"(?:if|then|elif|else|fi|for|select|while|until|do|done|case|esac|function|\{|\}|!)(?![^\s;&|()<>])"
)
_NOTHING: frozenset[str] = frozenset()
_CLOSERS = frozenset(("then", "elif", "else", "fi", "do", "done", "esac", "}"))
_DO, _DONE, _THEN = frozenset(("do",)), frozenset(("done",)), frozenset(("then",))
_ELSE, _FI, _BRACE, _ESAC = (
    frozenset(("elif", "else", "fi")),
    frozenset(("fi",)),
    frozenset(("}",)),
    frozenset(("esac",)),
)


class Parser(Reader):
    """One pass over a text."""

    __slots__ = ()

    def __init__(self, text: str) -> None:
        super().__init__(text, 0, len(text))
        self.inside = self._inside

    def whole(self) -> Block:
        return self._block(_NOTHING, "")

    def _inside(self, end: int | None) -> Block:
        """The commands of a substitution: up to its parenthesis, or to `end`."""
        outer = self.end
        if end is not None:
            self.end = end
        self.depth += 1
        block = self._block(_NOTHING, "" if end is not None else ")")
        self.depth -= 1
        self.end = outer
        return block

    def _reserved(self) -> str:
        match = _RESERVED.match(self.text, self.at, self.end)
        return match.group() if match is not None else ""

    def _block(self, stop: frozenset[str], closer: str) -> Block:
        """Statements up to a reserved word of `stop`, or the `closer`: ``)``, or ``;;`` (which ``esac`` replaces)."""
        text, start = self.text, self.at
        before, self.complete = self.complete, True
        statements: list[Statement] = []
        joined = ""
        while True:
            self.blank()
            if self.at >= self.end:
                break
            if text[self.at] == ")":
                if closer == ")":
                    break
                self.complete = False
                self.at += 1
                continue
            match = _SEPARATOR.match(text, self.at, self.end)
            if match is not None and not text.startswith("&>", self.at):
                sign = match.group()
                if sign in (";;", ";&", ";;&"):
                    if closer == ";;":
                        break
                    self.complete = False
                if sign == "\n":
                    self.line_behind()
                    # A line end behind && or | only continues it.
                    if joined in ("&&", "||", "|") and statements:
                        continue
                    joined = ";" if statements else ""
                else:
                    self.at = match.end()
                    joined = {"|&": "|", ";;": ";", ";&": ";", ";;&": ";"}.get(sign, sign) if statements else ""
                continue
            word = self._reserved()
            if word in stop:
                break
            if word in _CLOSERS:
                self.complete = False
                self.at += len(word)
                continue
            place = self.at
            statement = self._statement(word, joined)
            if statement is not None:
                statements.append(statement)
                joined = ";"
            elif self.at == place:
                self.complete = False
                self.at += 1
        complete = self.complete
        self.complete = before and complete
        end = statements[-1].end if statements else start
        return Block(tuple(statements), complete, statements[0].start if statements else start, end)

    def _statement(self, word: str, joined: str) -> Statement | None:
        start = self.at
        if start >= self.end:
            return None
        if word == "!":
            self.at += 1
            self.blank()
            word = self._reserved()
            return None if word == "!" else self._statement(word, joined)
        compound = word or self.text[start] == "("
        if compound and self.depth >= DEEPEST:
            self.complete = False
            self.at += len(word) or 1
            return None
        self.depth += 1
        try:
            if not compound:
                return self._command(joined)
            self.at += len(word)
            if word == "if":
                return self._if(start, joined)
            if word in ("for", "select"):
                return self._for(word, start, joined)
            if word in ("while", "until"):
                condition = self._block(_DO, "")
                body = self._loop_body()
                return Loop(word, None, (), condition, body, self.redirects(), joined, start, self.at)
            if word == "case":
                return self._case(start, joined)
            if word == "function":
                return self._function(start, joined)
            if word == "{":
                body = self._block(_BRACE, "")
                self.take("}")
                return Group(body, False, self.redirects(), joined, start, self.at)
            if self.text.startswith("((", start) and self.arithmetic(start):
                raw = self.text[start : self.at]
                word_ = ShellWord(raw, raw, False, start, self.at)
                return Command((), (word_,), self.redirects(), joined, start, self.at)
            self.at = start + 1
            body = self._block(_NOTHING, ")")
            self.take(")")
            return Group(body, True, self.redirects(), joined, start, self.at)
        finally:
            self.depth -= 1

    def _loop_body(self) -> Block:
        if not self.take("do"):
            return Block((), False, self.at, self.at)
        body = self._block(_DONE, "")
        self.take("done")
        return body

    def _if(self, start: int, joined: str) -> If:
        branches: list[tuple[Block, Block]] = []
        otherwise = None
        while True:
            condition = self._block(_THEN, "")
            if not self.take("then"):
                branches.append((condition, Block((), False, self.at, self.at)))
                break
            branches.append((condition, self._block(_ELSE, "")))
            word = self._reserved()
            self.at += len(word)
            if word == "elif":
                continue
            if word == "else":
                otherwise = self._block(_FI, "")
                self.take("fi")
            elif word != "fi":
                self.complete = False
            break
        return If(tuple(branches), otherwise, self.redirects(), joined, start, self.at)

    def _for(self, kind: str, start: int, joined: str) -> Loop:
        self.blank()
        variable = None
        items: list[ShellWord] = []
        if not (self.text.startswith("((", self.at) and self.arithmetic(self.at)):
            name = self.word()
            variable = name.value if name is not None else None
            self._lines()
            if self.text.startswith("in", self.at) and self.text[self.at + 2 : self.at + 3] in (
                " ",
                "\t",
                "\n",
                ";",
                "\\",
            ):
                self.at += 2
                self.blank()
                while (item := self.word()) is not None:
                    items.append(item)
                    self.blank()
        self._lines(";")
        return Loop(kind, variable, tuple(items), None, self._loop_body(), self.redirects(), joined, start, self.at)

    def _lines(self, more: str = "") -> None:
        self.blank()
        while self.at < self.end and self.text[self.at] in "\n" + more:
            if self.text[self.at] == "\n":
                self.line_behind()
            else:
                self.at += 1
            self.blank()

    def _case(self, start: int, joined: str) -> Statement | None:
        self.blank()
        subject = self.word()
        self._lines()
        if subject is None or not self.take("in"):
            self.complete = False
            return None
        arms: list[tuple[tuple[ShellWord, ...], Block]] = []
        while True:
            self._lines()
            if self.at >= self.end or self._reserved() == "esac":
                break
            if self.text[self.at] == "(":
                self.at += 1
            patterns: list[ShellWord] = []
            while True:
                self.blank()
                pattern = self.word()
                if pattern is not None:
                    patterns.append(pattern)
                self.blank()
                if not self.text.startswith("|", self.at) or self.at >= self.end:
                    break
                self.at += 1
            if not self.take(")"):
                break
            arms.append((tuple(patterns), self._block(_ESAC, ";;")))
            match = _SEPARATOR.match(self.text, self.at, self.end)
            if match is None:
                break
            self.at = match.end()
        if not self.take("esac"):
            self.complete = False
        return Case(subject, tuple(arms), self.redirects(), joined, start, self.at)

    def _function(self, start: int, joined: str) -> Statement | None:
        self.blank()
        name = self.word()
        if name is None:
            return None
        self.blank()
        if self.text.startswith("(", self.at):
            self.at += 1
            self.blank()
            self.take(")")
        return self._body(name.value, start, joined)

    def _body(self, name: str, start: int, joined: str) -> Function:
        self._lines()
        at = self.at
        inner = self._statement(self._reserved(), "") if at < self.end else None
        if isinstance(inner, Group) and not inner.subshell:
            return Function(name, inner.body, inner.redirects, joined, start, self.at)
        statements = () if inner is None else (inner,)
        self.complete = self.complete and inner is not None
        return Function(name, Block(statements, inner is not None, at, self.at), (), joined, start, self.at)

    def _command(self, joined: str) -> Statement | None:
        text, start = self.text, self.at
        assignments: list[tuple[str, ShellWord]] = []
        words: list[ShellWord] = []
        redirects: list[Redirect] = []
        end = start
        condition = False
        while self.at < self.end:
            if not condition and self.redirect(redirects):
                end = self.at
                self.blank()
                continue
            at = self.at
            word = self.word()
            if word is None:
                if text[at] == "(" and len(words) == 1 and not assignments and not redirects:
                    close = BLANK.match(text, at + 1, self.end)
                    behind = close.end() if close else at + 1
                    if text.startswith(")", behind):
                        self.at = behind + 1
                        return self._body(words[0].value, start, joined)
                if text[at] == "(" and assignments and not words and assignments[-1][1].end == at:
                    self._array(assignments)
                    end = self.at
                    self.blank()
                    continue
                if condition and text[at] not in "\n;":
                    # [[ a < b && ( … ) ]]: operators are part of the test.
                    self.at = at + 1
                    self.blank()
                    continue
                break
            end = self.at
            if not words:
                match = _ASSIGNMENT.match(text, at, end)
                if match is not None:
                    assignments.append((match.group(1), self._tail(word, match.end())))
                    self.blank()
                    continue
                condition = word.raw == "[["
            words.append(word)
            if condition and word.raw == "]]":
                condition = False
            self.blank()
        if not words and not assignments and not redirects:
            return None
        return Command(tuple(assignments), tuple(words), tuple(redirects), joined, start, end)

    def _tail(self, word: ShellWord, at: int) -> ShellWord:
        """The value of an assignment as a word of its own."""
        skip = at - word.start
        return ShellWord(word.raw[skip:], word.value[skip:], word.static, at, word.end, word.substitutions)

    def _array(self, assignments: list[tuple[str, ShellWord]]) -> None:
        """``name=(a b c)``: the elements are joined in one word."""
        name = assignments[-1][0]
        start = self.at
        self.at += 1
        items: list[ShellWord] = []
        self._lines()
        while (item := self.word()) is not None:
            items.append(item)
            self._lines()
        self.take(")")
        assignments[-1] = (
            name,
            ShellWord(
                self.text[start : self.at],
                " ".join(item.value for item in items),
                all(item.static for item in items),
                start,
                self.at,
                tuple(block for item in items for block in item.substitutions),
            ),
        )
