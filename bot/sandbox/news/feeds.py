"""The outlets' feeds: RSS 2.0 with full text, RSS 2.0 with a teaser, Atom, JSON Feed 1.1."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from jinja2 import Environment

from bot.sandbox.news.articles import PublishedArticle
from bot.sandbox.news.dates import WIB
from bot.sandbox.news.links import SiteLinks, feed_title
from bot.sandbox.news.markup import body_html
from bot.sandbox.news.outlets import FeedKind, Outlet

FEED_SIZE = 30
"""Items in a feed at most."""
FICTION_NOTE = "Berita fiktif, ditulis untuk demo Sari."
CONTENT_TYPES: Mapping[FeedKind, str] = {
    FeedKind.RSS_FULL: "application/rss+xml",
    FeedKind.RSS_TEASER: "application/rss+xml",
    FeedKind.ATOM: "application/atom+xml",
    FeedKind.JSON: "application/feed+json",
}


def render_feed(
    templates: Environment, outlet: Outlet, published: Sequence[PublishedArticle], links: SiteLinks
) -> bytes:
    """Give an outlet's feed as bytes.

    Args:
        templates: as `load_templates` gives them.
        outlet: whose feed it is; its kind decides the format.
        published: the outlet's articles, the newest first; the first 30 go into the feed.
        links: addresses to link to.
    """
    newest = published[:FEED_SIZE]
    if outlet.feed_kind is FeedKind.JSON:
        return _render_json(outlet, newest, links)
    name = "atom.xml" if outlet.feed_kind is FeedKind.ATOM else "rss.xml"
    feed = templates.get_template(name).render(
        outlet=outlet,
        title=feed_title(outlet),
        note=FICTION_NOTE,
        published=newest,
        full_text=outlet.feed_kind is FeedKind.RSS_FULL,
        link=links.tracked if outlet.feed_kind is FeedKind.RSS_TEASER else links.article,
        links=links,
        changed=last_change(newest),
        rfc822=lambda moment: format_datetime(moment.astimezone(WIB)),
        iso=_iso,
    )
    return feed.encode()


def last_change(published: Sequence[PublishedArticle]) -> datetime | None:
    """Give the moment of the last publication or correction among articles; None without any."""
    return max((one.version.since for one in published), default=None)


def _render_json(outlet: Outlet, published: Sequence[PublishedArticle], links: SiteLinks) -> bytes:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed_title(outlet),
        "description": f"{outlet.tagline}. {FICTION_NOTE}",
        "language": "id",
        "home_page_url": links.home(outlet),
        "feed_url": links.feed(outlet),
        "items": [_json_item(one, links) for one in published],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


def _json_item(one: PublishedArticle, links: SiteLinks) -> dict[str, Any]:
    item = {
        "id": one.article.guid,
        "url": links.article(one.article),
        "title": one.version.title,
        "summary": one.teaser,
        "content_html": str(body_html(one.version.paragraphs)),
        "date_published": _iso(one.article.published),
        "authors": [{"name": one.article.author}],
        "tags": [one.article.section],
    }
    if one.version.photo_caption is not None:
        item["image"] = links.photo(one.article)
    if one.updated is not None:
        item["date_modified"] = _iso(one.updated)
    return item


def _iso(moment: datetime) -> str:
    return moment.astimezone(WIB).isoformat(timespec="seconds")
