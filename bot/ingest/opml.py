"""Lists of feeds as OPML, in and out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree

from bot.errors import InputError, ParseError
from bot.ingest.urls import canonical_url, host_of
from bot.models import TOPICS, NewFeed

_LARGEST = 5 * 1024 * 1024
# Entities can only be declared in a DOCTYPE; without one, nothing can expand or reach out.
_DOCTYPE = re.compile(r"<!DOCTYPE", re.IGNORECASE)
_DECLARATION = re.compile(r"^\ufeff?\s*<\?xml[^>]*\?>")


def read_opml(text: str) -> list[NewFeed]:
    """Give the feeds of an OPML 1 or 2 list, nested outlines included, each address once.

    The outlet is the attribute `outlet`, else the name of the outline around the feed, else the feed's own name, else
    its host. A `category` that is one of our topics becomes the feed's topic.

    Raises:
        ParseError: `opml_bad` when it is not OPML, has a DOCTYPE, or lists no feed.
    """
    if len(text) > _LARGEST or _DOCTYPE.search(text):
        raise ParseError("opml_bad")
    try:
        root = ElementTree.fromstring(_DECLARATION.sub("", text, count=1))  # noqa: S314 - no DOCTYPE, see above
    except (ElementTree.ParseError, ValueError):
        raise ParseError("opml_bad") from None
    body = root.find("body") if root.tag == "opml" else None
    if body is None:
        raise ParseError("opml_bad")
    feeds: dict[str, NewFeed] = {}
    for outline, group in _outlines(body):
        feed = _read_outline(outline, group)
        if feed:
            feeds.setdefault(feed.url, feed)
    if not feeds:
        raise ParseError("opml_bad")
    return list(feeds.values())


def write_opml(feeds: Iterable[NewFeed]) -> str:
    """Give feeds as an OPML 2 list that `read_opml` reads back as it was."""
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = "Sari"
    body = ElementTree.SubElement(root, "body")
    for feed in feeds:
        name = feed.title or feed.outlet
        attributes = {"type": "rss", "text": name, "title": feed.title, "outlet": feed.outlet, "xmlUrl": feed.url}
        if feed.topic:
            attributes["category"] = feed.topic
        ElementTree.SubElement(body, "outline", attributes)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _outlines(body: ElementTree.Element) -> Iterable[tuple[ElementTree.Element, str]]:
    """All outlines in their order with the name of the group around them. No recursion: the depth is theirs."""
    waiting = [(outline, "") for outline in reversed(body.findall("outline"))]
    while waiting:
        outline, group = waiting.pop()
        yield outline, group
        name = _name(outline) or group
        waiting.extend((child, name) for child in reversed(outline.findall("outline")))


def _read_outline(outline: ElementTree.Element, group: str) -> NewFeed | None:
    attributes = {name.lower(): value.strip() for name, value in outline.attrib.items()}
    try:
        url = canonical_url(attributes.get("xmlurl", ""))
    except InputError:
        return None
    category = attributes.get("category", "").strip("/").lower()
    return NewFeed(
        url=url,
        outlet=attributes.get("outlet") or group or _name(outline) or host_of(url),
        title=attributes.get("title") or (attributes.get("text", "") if "title" not in attributes else ""),
        topic=category if category in TOPICS else None,
    )


def _name(outline: ElementTree.Element) -> str:
    return " ".join((outline.get("text") or outline.get("title") or "").split())
