"""The four fictional outlets: how each is called, looks and publishes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FeedKind(StrEnum):
    RSS_FULL = "rss_full"
    RSS_TEASER = "rss_teaser"
    ATOM = "atom"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Outlet:
    """One fictional outlet."""

    key: str
    """Its folder in the sites' addresses, and its name in the article files."""
    name: str
    tagline: str
    feed_kind: FeedKind
    feed_file: str
    colour: str
    """Of the site's masthead, as #rrggbb; dark enough for white letters."""


OUTLETS = (
    Outlet(
        "kabar-rantaunusa",
        "Kabar Rantaunusa",
        "Harian nasional",
        FeedKind.RSS_FULL,
        "rss.xml",
        "#8a1c1c",
    ),
    Outlet(
        "warta-antarpulau",
        "Warta Antarpulau",
        "Kantor berita",
        FeedKind.ATOM,
        "atom.xml",
        "#0b4f6c",
    ),
    Outlet(
        "suara-pesisir",
        "Suara Pesisir Sagara",
        "Dari pantai, untuk warga",
        FeedKind.JSON,
        "feed.json",
        "#0f5f54",
    ),
    Outlet(
        "harian-teras",
        "Harian Teras Niaga",
        "Ekonomi, teknologi, olahraga",
        FeedKind.RSS_TEASER,
        "rss.xml",
        "#4a2f73",
    ),
)

OUTLETS_BY_KEY = {outlet.key: outlet for outlet in OUTLETS}
