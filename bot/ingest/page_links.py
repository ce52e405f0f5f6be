"""Where a page says that news of its site can be had: feeds and sitemaps. Pure; runs in the parser process."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urljoin, urlsplit

from lxml import html  # type: ignore[import-untyped]

from bot.errors import InputError
from bot.ingest.discover import same_site
from bot.ingest.html_text import parse_html
from bot.ingest.pages import decode_html
from bot.ingest.sitemaps import is_sitemap, read_locations
from bot.ingest.urls import canonical_url
from bot.models import PageLinks

MAX_LINKS = 50
_FEED_TYPE = re.compile(
    r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)|(?:application|text)/(?:x-)?rss", re.IGNORECASE
)
# "/rss", "/feed/", "/rss/terkini.xml", "/atom.xml", "/index.rdf", "/berita-rss.php"; not "/feedback", "/rss-itu-apa".
_FEED_FOLDERS = frozenset({"rss", "feed", "feeds", "atom"})
_FEED_ENDINGS = (".rss", ".atom", ".rdf")
_FILE_ENDINGS = (".xml", ".php", ".json", ".aspx")
_FEED_HOST = re.compile(r"^(?:rss|feeds?)\.", re.IGNORECASE)
# Comments are not news, and a page about feeds is none.
_NO_NEWS = re.compile(r"/comments?/|[?&/]comments?[-_]|oembed|/wp-json/", re.IGNORECASE)


def parse_links(body: bytes, content_type: str, url: str) -> PageLinks:
    """Give the feeds that a page declares or links to, likeliest first, or the sitemaps that an index lists.

    What is linked is only said to be a feed; whoever uses it must look. Never fails: what cannot be read has none.

    Args:
        body: the page, or a sitemap index, after decompression.
        content_type: the header's value; may be empty.
        url: where it was fetched (after redirects).
    """
    if is_sitemap(body):
        return PageLinks(site="", feeds=(), sitemaps=_addresses(read_locations(body), url))
    tree = parse_html(decode_html(body, content_type))
    if tree is None:
        return PageLinks(site="", feeds=())
    node = tree.find(".//base[@href]")
    base = urljoin(url, node.get("href").strip()) if node is not None else url
    declared = _addresses(_declared(tree), base)
    linked = (each for each in _addresses(_linked(tree), base) if same_site(each, url))
    return PageLinks(site=_site_name(tree), feeds=tuple(dict.fromkeys((*declared, *linked)))[:MAX_LINKS])


def _declared(tree: html.HtmlElement) -> Iterator[str]:
    for link in tree.iter("link"):
        relations = (link.get("rel") or "").lower().split()
        if "alternate" in relations and _FEED_TYPE.match(link.get("type") or ""):
            yield link.get("href") or ""


def _linked(tree: html.HtmlElement) -> Iterator[str]:
    for anchor in tree.iter("a"):
        href = (anchor.get("href") or "").strip()
        try:
            parts = urlsplit(href)
        except ValueError:
            continue
        named = _is_feed_path(parts.path) or _FEED_HOST.match(parts.hostname or "")
        if named or _FEED_TYPE.match(anchor.get("type") or "") or "feed=" in parts.query:
            yield href


def _is_feed_path(path: str) -> bool:
    folders = path.lower().rstrip("/").split("/")
    last = folders[-1]
    if not _FEED_FOLDERS.isdisjoint(folders) or last.endswith(_FEED_ENDINGS):
        return True
    return last.endswith(_FILE_ENDINGS) and any(name in last for name in _FEED_FOLDERS)


def _addresses(links: Iterable[str], base: str) -> tuple[str, ...]:
    """Links as absolute web addresses, each once, without those that can be no news."""
    found: dict[str, None] = {}
    for link in links:
        try:
            address = canonical_url(urljoin(base, link.strip()))
        except (InputError, ValueError):
            continue
        if link.strip() and not _NO_NEWS.search(address):
            found[address] = None
        if len(found) == MAX_LINKS:
            break
    return tuple(found)


def _site_name(tree: html.HtmlElement) -> str:
    for meta in tree.iter("meta"):
        if (meta.get("property") or meta.get("name") or "").lower() in ("og:site_name", "application-name"):
            name = " ".join((meta.get("content") or "").split())
            if name:
                return name[:100]
    return ""
