"""HTML to plain text with its paragraphs kept. Uses lxml: only for the parser process."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from typing import NamedTuple

from lxml import etree, html  # type: ignore[import-untyped]

_BLOCK_TAGS = """
    address article aside blockquote body center dd details dialog div dl dt fieldset figure footer form h1 h2 h3 h4 h5
    h6 header hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul
"""
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_UNREADABLE_TAGS = """
    script style noscript template iframe object embed svg math head title select option button textarea input form
    video audio canvas map figcaption
"""
_UNREADABLE = frozenset(_UNREADABLE_TAGS.split())
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ue000\ue001]")
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>", re.IGNORECASE)
_EMPTY_LINE = re.compile(r"\n\s*\n")
# A lone <br> ends a paragraph only after the end of a sentence; else it is typesetting.
_SENTENCE_END = re.compile(r"[.!?…:][\"'”’)\]]*$")
_BREAK = "\n"
# Private-use characters, taken out of the source text first.
_LINK, _LINK_END = "\ue000", "\ue001"
_LINKED = re.compile(f"{_LINK}([^{_LINK}{_LINK_END}]*)")


class Paragraph(NamedTuple):
    """Text on one line, and how much of it (0 to 1) is links."""

    text: str
    linked: float


def html_to_text(markup: str) -> str:
    """Give the readable text of an HTML fragment, paragraphs separated by an empty line.

    Scripts, forms, players and captions are left out; entities become characters.
    """
    if "<" not in markup and "&" not in markup:
        return "\n\n".join(filter(None, map(_one_line, _EMPTY_LINE.split(_CONTROL.sub("", markup)))))
    root = _parse(f"<div>{markup}</div>", etree.HTMLParser())
    return "" if root is None else "\n\n".join(paragraph.text for paragraph in paragraphs_of(root))


def parse_html(markup: str) -> html.HtmlElement | None:
    """Give the tree of an HTML text; None when there is nothing in it that lxml can read."""
    return _parse(markup, html.HTMLParser())


def _parse(markup: str, parser: etree.HTMLParser) -> etree._Element | None:
    text = _CONTROL.sub("", _XML_DECLARATION.sub("", markup, count=1))
    if not text.strip():
        return None
    try:
        return etree.fromstring(text, parser)
    except etree.ParserError:
        return None


def paragraphs_of(root: html.HtmlElement, skip: Container[html.HtmlElement] = ()) -> list[Paragraph]:
    """Give the paragraphs of an element.

    Args:
        root: the element; its tail is not part of it.
        skip: elements whose content is left out.
    """
    blocks = "".join(_pieces(root, skip)).split("\f")
    return [paragraph for block in blocks if block and not block.isspace() for paragraph in _split_at_breaks(block)]


def _pieces(root: html.HtmlElement, skip: Container[html.HtmlElement]) -> Iterator[str]:
    """The text in order with marks for blocks, breaks and links. No recursion: the depth is theirs to choose."""
    unreadable = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            if not unreadable:
                yield _flat(element.tail)
            continue
        left_out = element.tag in _UNREADABLE or element in skip
        block = element.tag in _BLOCKS or left_out
        if event == "start":
            unreadable += left_out
            if block:
                yield "\f"
            elif element.tag == "br":
                yield _BREAK
            if not unreadable:
                yield (_LINK if element.tag == "a" else "") + _flat(element.text)
            continue
        unreadable -= left_out
        if block:
            yield "\f"
        if not unreadable:
            yield (_LINK_END if element.tag == "a" and not left_out else "") + _flat(
                None if element is root else element.tail
            )


def _flat(text: str | None) -> str:
    """Text without the characters that mark breaks and blocks; runs of spaces go when paragraphs are made."""
    return text.replace("\n", " ").replace("\f", " ") if text else ""


def _split_at_breaks(block: str) -> list[Paragraph]:
    """The paragraphs of one block: two <br> separate, and so does one after the end of a sentence."""
    paragraphs: list[str] = []
    open_end = False
    for line in block.split(_BREAK):
        text = _one_line(line)
        if not _unmarked(text).strip():
            open_end = False
        elif open_end and not _SENTENCE_END.search(_unmarked(paragraphs[-1]).rstrip()):
            paragraphs[-1] += f" {text}"
        else:
            paragraphs.append(text)
            open_end = True
    return [_paragraph(marked) for marked in paragraphs]


def _paragraph(marked: str) -> Paragraph:
    if _LINK not in marked and _LINK_END not in marked:
        return Paragraph(marked, 0.0)
    text = _one_line(_unmarked(marked))
    linked = sum(len(link) for link in _LINKED.findall(marked))
    return Paragraph(text, min(1.0, linked / len(text)))


def _unmarked(text: str) -> str:
    return text.replace(_LINK, "").replace(_LINK_END, "")


def _one_line(text: str) -> str:
    # Three times as fast as a pattern that meets every single space.
    return " ".join(text.split())
