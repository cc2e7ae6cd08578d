"""An element as an XML document."""

from __future__ import annotations

from xml.etree.ElementTree import Element, indent, tostring


def xml_text(root: Element) -> str:
    """Indented XML 1.0 with its declaration.

    Values go in as they are and must be free of control characters (`canvas.safe`): XML has no way to write them.
    """
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'
