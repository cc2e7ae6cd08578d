"""The brackets, items and dotted names of code: what `sourceshape` reads places from.

Works on the skeleton of `sourcelex`. One pass notes the brackets and the items between commas; names and callees are
read backwards from where they are asked for, each within a bounded distance.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from dockerlint.formats.sourcelex import CLOSE, Lexed, value_of
from dockerlint.source.pattern import pattern

FAR = 400
_TOKEN = pattern(r'[()\[\]{},;"]|\d[\w.]*')
_PAIRS = {")": "(", "]": "[", "}": "{"}
_SEMICOLONS = frozenset(("csharp", "php"))
_STATEMENT_WORDS = frozenset(
    ("if", "else", "elif", "for", "while", "with", "try", "except", "finally", "class", "def", "case", "default")
)
_BACKWARDS = pattern(r"[\w$@]+\Z")
_FIRST_WORD = pattern(r"\s*(\w+)")


class Item(NamedTuple):
    """One literal's or number's place in the brackets: offsets of it, its bracket, and its place among the items."""

    start: int
    end: int
    frame: int
    item: int
    nth: int


class Frame(NamedTuple):
    at: int
    char: str
    parent: int
    item: int
    nth: int
    depth: int


class Brackets:
    """The brackets of one lexed text. `strings` are the places of the literals that stand in code, by their number."""

    def __init__(self, lexed: Lexed, language: str) -> None:
        self.lexed = lexed
        self.text = lexed.text
        self.code = lexed.skeleton
        self.language = language
        self.by_quote = {
            literal.inner - 1: number for number, literal in enumerate(lexed.literals) if literal.kind != "words"
        }
        self.quote_of_close = {literal.inner_end: literal.inner - 1 for literal in lexed.literals}
        self.opens: dict[int, int] = {}
        self.closes: dict[int, int] = {}
        self.frames: list[Frame] = []
        self.strings: dict[int, Item] = {}
        self.numbers: list[Item] = []
        self._scan()

    def _scan(self) -> None:
        code = self.code
        frames = self.frames
        by_quote = self.by_quote
        literals = self.lexed.literals
        stack: list[int] = []
        frame, item, index = -1, 0, 0
        for found in _TOKEN.finditer(code):
            token = found.group()
            at = found.start()
            if token == ",":
                item = at + 1
                index += 1
            elif token == '"':
                number = by_quote.get(at)
                if number is not None:
                    self.strings[number] = Item(at, literals[number].inner_end + 1, frame, item, index)
            elif token in "([{":
                frames.append(Frame(at, token, frame, item, index, len(stack)))
                frame = len(frames) - 1
                stack.append(frame)
                item, index = at + 1, 0
            elif token in ")]}":
                opening = _PAIRS[token]
                for back in range(1, min(4, len(stack) + 1)):
                    if frames[stack[-back]].char == opening:
                        closed = frames[stack[-back]]
                        self.opens[at] = closed.at
                        self.closes[closed.at] = at
                        del stack[-back:]
                        frame, item, index = closed.parent, closed.item, closed.nth
                        break
            elif token == ";":
                item = at + 1
            elif token.isdigit() and len(token) <= 20:
                before = code[at - 1] if at else ""
                if not (before.isalnum() or before in "_.$#") and (frame < 0 or frames[frame].char != "["):
                    self.numbers.append(Item(at, found.end(), frame, item, index))

    def item_at(self, start: int, end: int) -> Item:
        """The place in the brackets of any piece of code; `index` counts the commas before it."""
        frame = bisect_left(self.frames, (start,)) - 1
        while frame >= 0 and self.closes.get(self.frames[frame].at, len(self.code)) < start:
            frame = self.frames[frame].parent
        item = self.frames[frame].at + 1 if frame >= 0 else 0
        return Item(start, end, frame, item, 0)

    def frame_open(self, frame: int) -> int:
        """The offset of a bracket, -1 outside all."""
        return self.frames[frame].at if frame >= 0 else -1

    def back(self, at: int, floor: int) -> int:
        """The offset of the last character that is no space, from `at` backwards; below `floor` where there is none."""
        code = self.code
        while at >= floor and code[at] in " \t\r\n":
            at -= 1
        return at

    def forward(self, at: int) -> int:
        """The offset of the first character that is no space, from `at` on."""
        code = self.code
        end = min(len(code), at + FAR)
        while at < end and code[at] in " \t\r\n":
            at += 1
        return at

    def word_before(self, at: int) -> str:
        """The word that ends right before `at`, spaces apart."""
        end = self.back(at - 1, max(0, at - 200)) + 1
        found = _BACKWARDS.search(self.code, max(0, end - 60), end)
        return found.group() if found else ""

    def ends_statement(self, newline: int) -> bool:
        """Whether a statement ends at a line's end that lies in no bracket."""
        if self.language in _SEMICOLONS:
            return False
        code = self.code
        before = self.back(newline, max(0, newline - 200))
        last = code[before] if before >= 0 else ""
        if self.language in ("python", "shell"):
            return last != "\\"
        after = self.forward(newline)
        following = code[after : after + 1]
        return last not in "=+-*/%&|?:,.<(!~^[\\" and not (following and following in ".?:&|+*/%=<>,)")

    def statement_start(self, item: int, start: int) -> int:
        """Where the statement begins that holds `start`, not before `item`."""
        floor = max(item, start - FAR)
        at = start
        while (at := self.code.rfind("\n", floor, at)) >= 0:
            if self.ends_statement(at):
                return at + 1
        return floor

    def target_before(self, end: int, floor: int, *, plain: bool) -> tuple[str | None, str]:
        """The name and path that end at `end`; unless `plain`, a type annotation may stand between."""
        code = self.code
        if not plain:
            line = max(floor, code.rfind("\n", floor, end) + 1)
            colon = code.find(":", line, end)
            if colon >= 0 and code[colon + 1 : colon + 2] != ":" and (colon == 0 or code[colon - 1] != ":"):
                word = _FIRST_WORD.match(code, line, end)
                if not word or word.group(1) not in _STATEMENT_WORDS:
                    end = colon
        at = self.back(end - 1, floor)
        while at >= floor and code[at] in "?!":
            at = self.back(at - 1, floor)
        parts: list[str] = []
        while at >= floor and len(parts) < 12:
            char = code[at]
            if char == "]":
                opening = self.opens.get(at, -1)
                if opening < floor:
                    break
                inner = self.forward(opening + 1)
                number = self.by_quote.get(inner) if inner < at else None
                parts.append(self.value(number) if number is not None else "[]")
                at = opening - 1
                continue
            if char == CLOSE:
                number = self.by_quote.get(self.quote_of_close.get(at, -1))
                if number is not None and not parts:
                    parts.append(self.value(number))
                break
            found = _BACKWARDS.search(code, max(floor, at - 80), at + 1)
            if not found:
                break
            parts.append(found.group().lstrip("$@"))
            at = found.start() - 1
            if (at > floor and code[at] == ".") or (at > floor + 1 and code[at - 1 : at + 1] in ("->", "::", "?.")):
                at -= 1 if code[at] == "." and code[at - 1] != "?" else 2
            else:
                break
        if not parts:
            return None, ""
        name = parts[0]
        if parts[-1] in ("this", "self") and len(parts) > 1:
            parts.pop()
        parts.reverse()
        return name, ".".join(parts)

    def value(self, number: int) -> str:
        return value_of(self.text, self.lexed.literals[number])

    def callee(self, opening: int) -> tuple[int, str]:
        """Where the callee of a round bracket begins, and its dotted text ("" where the bracket only groups)."""
        code = self.code
        at = opening - 1
        while at >= 0 and code[at] in " \t":
            at -= 1
        floor = max(0, opening - FAR)
        if at >= 0 and code[at] == ">" and code[at - 1] not in "=-":
            angle = code.rfind("<", floor, at)
            if angle < 0 or not code[angle + 1 : at].replace(",", "").replace(" ", "").replace(".", "").isalnum():
                return opening, ""
            at = angle - 1
        parts: list[str] = []
        suffix = ""
        start = opening
        while at >= floor and len(parts) < 12:
            char = code[at]
            if char in "?!" and (parts or suffix):
                at -= 1
                continue
            if char in ")]":
                inner = self.opens.get(at, -1)
                if inner < floor:
                    break
                suffix = ("()" if char == ")" else "[]") + suffix
                at = inner - 1
                continue
            if char == CLOSE and parts:
                parts.append('""')
                start = self.quote_of_close.get(at, at)
                break
            found = _BACKWARDS.search(code, max(0, at - 80), at + 1)
            if not found:
                break
            parts.append(found.group().lstrip("$") + suffix)
            suffix = ""
            start = found.start()
            at = self.back(start - 1, floor)
            if at < floor:
                break
            if code[at] == ".":
                at = self.back(at - 1, floor)
            elif code[at - 1 : at + 1] in ("->", "::"):
                at = self.back(at - 2, floor)
            else:
                break
        parts.reverse()
        if len(parts) > 1 and parts[0] in ("this", "self"):
            del parts[0]
        return start, ".".join(parts)
