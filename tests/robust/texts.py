"""Texts to try parsers with: what people write, spoilt, and pieces that parsers stumble over."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

PIECES = (
    *"\n \t:-#'\"`\\${}[]()<>|&;,=*!?/@~^%+.0aF\r\0",
    "\r\n",
    "\n\n",
    "  ",
    "${",
    "$(",
    "$((",
    "<<",
    "<<E\n",
    "<<-'E' ",
    "\nE\n",
    "\\\n",
    "''",
    '""',
    "/*",
    "*/",
    "//",
    "<!--",
    "-->",
    "]]>",
    "<![CDATA[",
    "'''",
    '"""',
    "**",
    "***",
    "&a ",
    "*a",
    "<<: ",
    "!reset",
    "!override",
    "? ",
    "- ",
    "---\n",
    "...\n",
    "|2-\n",
    ">+\n",
    "%YAML 9\n",
    "true",
    "null",
    "1e999",
    "0x",
    "08",
    "1_0",
    "9" * 40,
    "\ufeff",
    "\u2028",
    "\x85",
    "\x1b[31m",
    "é",
    "𝒳",
    "\u202e",
    "\ue000",
    "FROM ",
    "RUN ",
    "ONBUILD ",
    "--mount=",
    "ARG A=",
    "COPY --from=",
    "# escape=`\n",
    "# syntax=",
    "services:\n",
    "  a:\n",
    "case x in ",
    "esac",
    "do ",
    "done",
    "if ",
    "fi",
    "process.env.",
    "os.environ[",
    "`${",
    "=>",
    "def ",
    "import ",
    "[tool.dockerlint]\n",
    "a=b\n",
    "export ",
    "ignore=",
    "# dockerlint: ",
)


@st.composite
def spoilt(draw: st.DrawFn, texts: Sequence[str]) -> str:
    """A text with a few pieces put in, left out, doubled or taken from another."""
    text = draw(st.sampled_from(texts)) if texts else ""
    start = draw(st.integers(0, max(0, len(text) - 1)))
    text = text[start : start + draw(st.integers(0, 1500))] if draw(st.booleans()) else text
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(text)))
        end = min(len(text), at + draw(st.integers(0, 30)))
        how = draw(st.integers(0, 3))
        if how == 0:
            text = text[:at] + draw(st.sampled_from(PIECES)) * draw(st.sampled_from((1, 1, 2, 50))) + text[at:]
        elif how == 1:
            text = text[:at] + text[end:]
        elif how == 2:
            text = text[:end] + text[at:]
        else:
            other = draw(st.sampled_from(texts)) if texts else ""
            begin = draw(st.integers(0, len(other)))
            text = text[:at] + other[begin : begin + 40] + text[at:]
    return text


def noise() -> st.SearchStrategy[str]:
    """Nothing but pieces."""
    return st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
