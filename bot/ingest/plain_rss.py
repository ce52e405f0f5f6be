"""RSS as most outlets write it, read by libxml2. Runs in the parser process.

`read_plain_rss` takes only feeds of which it knows that feedparser would say the same, and leaves the others to it:
entries come out five times as fast, and nothing is lost (`python -m tests.bench.feed_readers` compares). One thing is
other: a caption inside a picture is left out, which feedparser takes for a text of the entry.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from lxml import etree  # type: ignore[import-untyped]

# Entities and what stands outside are never read, and feeds with a DOCTYPE are not ours. libxml2's own limits stay on
# (huge_tree): 256 levels, 10 MB of one text.
_PARSER = {
    "encoding": "utf-8",
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_DC_DATE = "{http://purl.org/dc/elements/1.1/}date"
_MEDIA = "{http://search.yahoo.com/mrss/}"
_ONCE = frozenset({"title", "link", "guid", "description", "pubDate", _CONTENT})
_NOT_READ = frozenset({"author", "comments", "enclosure", "source", _CREATOR})
# What feedparser takes for one of our fields, in whatever namespace and wherever in an item.
_MEANT_NAMES = """
    title link guid id description summary abstract content encoded fullitem body pubdate published issued updated
    modified created date lastbuilddate category keywords subject tags source item entry author
"""
_MEANT = frozenset(_MEANT_NAMES.split())
_PICTURE = f"{_MEDIA}content"
_OF_A_PICTURE = frozenset({_PICTURE, f"{_MEDIA}title", f"{_MEDIA}description"})
_HARMLESS = frozenset({"isPermaLink", "domain"})
# feedparser mends text that was UTF-8 and was encoded as UTF-8 once more, and control characters of Windows-1252.
_TO_BE_MENDED = re.compile(
    rb"\xc2[\x80-\x9f]|\xc3[\x82-\xb4]\xc2"
    rb"|&#0*(?:1(?:2[89]|[345]\d)|19[4-9]|2[0-3]\d|24[0-4]);|&#x0*(?:[89][0-9a-f]|c[2-9a-f]|[d-f][0-9a-f]);",
    re.IGNORECASE,
)


class RssItem(NamedTuple):
    """An item as it stands in its feed; texts are HTML, what is missing is empty."""

    title: str
    link: str
    guid: str
    bodies: tuple[str, ...]
    date: str
    categories: tuple[str, ...]


class PlainRss(NamedTuple):
    """A feed as it stands."""

    title: str
    ttl: str
    items: tuple[RssItem, ...]


class _UnusualError(Exception):
    """Something stands in the feed that feedparser must judge."""


def read_plain_rss(body: bytes) -> PlainRss | None:
    """Give title, ttl and items of a plain RSS feed; None where feedparser must judge.

    Plain is: well-formed UTF-8, one channel with one title, each item with one title, one link or an address as guid,
    one date, and none of our fields inside another element, under another name or as markup that is not escaped.

    Args:
        body: UTF-8, starting with the XML declaration or the first element.
    """
    if b"<!DOCTYPE" in body[:4096] or b"xml:base" in body or _TO_BE_MENDED.search(body):
        return None
    try:
        root = etree.fromstring(body, etree.XMLParser(**_PARSER))
        return _read_channel(root)
    except (etree.XMLSyntaxError, _UnusualError):
        return None


def _read_channel(root: etree._Element) -> PlainRss:
    if root.tag != "rss" or root.getroottree().docinfo.doctype or [child.tag for child in root] != ["channel"]:
        raise _UnusualError
    title = ttl = None
    items = []
    for child in root[0]:
        if child.tag == "item":
            items.append(_read_item(child))
        elif child.tag == "title" and title is None:
            title = _text(child)
        elif child.tag == "ttl" and ttl is None:
            ttl = _text(child)
        elif child.tag in ("title", "ttl") or _local_name(child.tag) in ("title", "item", "entry"):
            raise _UnusualError
    if title is None:
        raise _UnusualError
    return PlainRss(title, ttl or "", tuple(items))


def _read_item(item: etree._Element) -> RssItem:
    fields: dict[str, str] = {}
    categories: dict[tuple[str, str], None] = {}
    for child in item:
        tag = child.tag
        if tag in _ONCE:
            if tag in fields:
                raise _UnusualError
            fields[tag] = _text(child)
        elif tag == "category":
            # Twice the same is once, as the scheme says.
            categories.setdefault((_text(child), child.get("domain", "")))
        elif tag not in _NOT_READ or len(child):
            _pass_over(child)
    link, guid = fields.get("link", ""), fields.get("guid", "")
    if not fields.get("title") or not fields.get("pubDate") or not (link or "://" in guid):
        raise _UnusualError
    return RssItem(
        title=fields["title"],
        link=link,
        guid=guid,
        bodies=tuple(fields[name] for name in (_CONTENT, "description") if name in fields),
        date=fields["pubDate"],
        categories=tuple(term for term, _ in categories),
    )


def _pass_over(element: etree._Element) -> None:
    """Leave out an element that says nothing to us.

    Raises:
        _UnusualError: it, or one within it, could be one of our fields. The caption of a picture is none, as long as it
            stands within the picture.
    """
    if element.tag != _PICTURE and element.tag != _DC_DATE and _is_meant(element.tag):
        raise _UnusualError
    for below in element.iterdescendants():
        if below.tag not in _OF_A_PICTURE and _is_meant(below.tag):
            raise _UnusualError


@lru_cache(maxsize=512)
def _is_meant(tag: str) -> bool:
    return _local_name(tag) in _MEANT


def _local_name(tag: str) -> str:
    return tag.rpartition("}")[2].lower()


def _text(element: etree._Element) -> str:
    """The text of an element.

    Raises:
        _UnusualError: there are elements within it, or its attributes say how to read it.
    """
    if len(element) or not _HARMLESS.issuperset(element.attrib):
        raise _UnusualError
    return (element.text or "").strip()
