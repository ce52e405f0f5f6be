"""Lists of feeds as OPML, in and out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from xml.etree import ElementTree

from bot.errors import InputError, ParseError
from bot.ingest.urls import canonical_url, host_of
from bot.models import TOPICS, NewFeed

_LARGEST = 5 * 1024 * 1024
# What protects us: entities can only be declared in a DOCTYPE, and without one nothing can expand or reach out. The
# text is already decoded here, so that no encoding can hide it.
_DOCTYPE = re.compile(r"<!DOCTYPE", re.IGNORECASE)
# XML cannot hold them, not even escaped.
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DECLARATION = re.compile(r"^\ufeff?\s*<\?xml[^>]*\?>")


def read_opml(text: str) -> list[NewFeed]:
    """Give the feeds of an OPML 1 or 2 list, nested outlines included, each address once.

    The outlet is the attribute `outlet`, else the name of the outline around the feed, else the feed's own name, else
    its host. A `category` that is one of our topics becomes the feed's topic.

    Raises:
        ParseError: `opml_bad` when it is not OPML or has a DOCTYPE, `opml_empty` when it lists no feed.
    """
    if len(text) > _LARGEST or _DOCTYPE.search(text):
        raise ParseError("opml_bad")
    try:
        root = ElementTree.fromstring(_DECLARATION.sub("", text, count=1))  # noqa: S314 - no DOCTYPE, see above
    except (ElementTree.ParseError, ValueError):
        raise ParseError("opml_bad") from None
    body = next(_children(root, "body"), None) if root.tag.lower() == "opml" else None
    if body is None:
        raise ParseError("opml_bad")
    feeds: dict[str, NewFeed] = {}
    for attributes, group in _outlines(body):
        feed = _read_outline(attributes, group)
        if feed:
            feeds.setdefault(feed.url, feed)
    if not feeds:
        raise ParseError("opml_empty")
    return list(feeds.values())


def write_opml(feeds: Iterable[NewFeed]) -> str:
    """Give feeds as an OPML 2 list that `read_opml` reads back as they were, each text on one line."""
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = "Sari"
    body = ElementTree.SubElement(root, "body")
    for feed in feeds:
        title, outlet = _one_line(feed.title), _one_line(feed.outlet)
        attributes = {"type": "rss", "text": title or outlet, "title": title, "outlet": outlet, "xmlUrl": feed.url}
        if feed.topic:
            attributes["category"] = feed.topic
        ElementTree.SubElement(body, "outline", attributes)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _outlines(body: ElementTree.Element) -> Iterable[tuple[dict[str, str], str]]:
    """The attributes of all outlines in their order with the name of the group around each."""
    # No recursion: the depth is theirs to choose.
    waiting = [(outline, "") for outline in reversed(list(_children(body, "outline")))]
    while waiting:
        outline, group = waiting.pop()
        # OPML 1 lists write xmlUrl, xmlurl and XMLURL.
        attributes = {name.lower(): _one_line(value) for name, value in outline.attrib.items()}
        yield attributes, group
        name = _name(attributes) or group
        waiting.extend((child, name) for child in reversed(list(_children(outline, "outline"))))


def _children(element: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (child for child in element if child.tag.lower() == name)


def _read_outline(attributes: Mapping[str, str], group: str) -> NewFeed | None:
    try:
        url = canonical_url(attributes.get("xmlurl", ""))
    except InputError:
        return None
    category = attributes.get("category", "").strip("/").lower()
    return NewFeed(
        url=url,
        outlet=attributes.get("outlet") or group or _name(attributes) or host_of(url),
        title=attributes["title"] if "title" in attributes else attributes.get("text", ""),
        topic=category if category in TOPICS else None,
    )


def _name(attributes: Mapping[str, str]) -> str:
    return attributes.get("text") or attributes.get("title") or ""


def _one_line(text: str) -> str:
    return " ".join(_NO_XML.sub("", text).split())
