"""Addresses of everything that the sample sites serve."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.news.articles import SampleArticle
from bot.sandbox.news.outlets import OUTLETS, Outlet


@dataclass(frozen=True, slots=True)
class SampleFeed:
    """A feed to subscribe to."""

    outlet: str
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class SiteLinks:
    """Absolute addresses below `base`, which has no slash at its end."""

    base: str

    def index(self) -> str:
        return f"{self.base}/"

    def home(self, outlet: Outlet) -> str:
        return f"{self.base}/{outlet.key}/"

    def section(self, outlet: Outlet, section: str) -> str:
        return f"{self.base}/{outlet.key}/rubrik/{section}"

    def feed(self, outlet: Outlet) -> str:
        return f"{self.base}/{outlet.key}/{outlet.feed_file}"

    def article(self, article: SampleArticle) -> str:
        """Give the canonical address."""
        return f"{self.base}/{article.outlet.key}/{article.section}/{article.slug}"

    def tracked(self, article: SampleArticle) -> str:
        """Give the address as a feed that counts its readers links to it."""
        return f"{self.article(article)}?utm_source=rss&utm_medium=feed&utm_campaign={article.section}"

    def photo(self, article: SampleArticle) -> str:
        return f"{self.base}/{article.outlet.key}/foto/{article.slug}.svg"


def feed_title(outlet: Outlet) -> str:
    """Give the title that the outlet's feed has."""
    return f"{outlet.name} - Berita Terbaru"


def feed_urls(base_url: str) -> tuple[SampleFeed, ...]:
    """Give the four feeds.

    Args:
        base_url: where the sites are mounted, with or without a slash at its end: "http://127.0.0.1:8081/situs".
    """
    links = SiteLinks(base_url.rstrip("/"))
    return tuple(SampleFeed(outlet.name, links.feed(outlet), feed_title(outlet)) for outlet in OUTLETS)
