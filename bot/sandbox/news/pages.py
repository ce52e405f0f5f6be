"""The outlets' HTML pages: index of outlets, home and section pages, articles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jinja2 import Environment

from bot.models import TOPICS
from bot.sandbox.news.articles import PublishedArticle
from bot.sandbox.news.feeds import CONTENT_TYPES
from bot.sandbox.news.links import SiteLinks, feed_title
from bot.sandbox.news.outlets import OUTLETS, Outlet

RELATED = 4
"""Links under "Berita Terkait" at most."""


def render_index(templates: Environment, links: SiteLinks) -> bytes:
    """Give the page that lists the outlets."""
    return templates.get_template("index.html").render(outlet=None, outlets=OUTLETS, links=links).encode()


def render_home(
    templates: Environment,
    outlet: Outlet,
    published: Sequence[PublishedArticle],
    links: SiteLinks,
    section: str | None = None,
) -> bytes:
    """Give an outlet's home page, or with `section` the page of that section.

    Args:
        templates: as `load_templates` gives them.
        outlet: whose page it is.
        published: the outlet's articles, the newest first.
        links: addresses to link to.
        section: one of the topics.
    """
    heading = outlet.name if section is None else f"{section.capitalize()} - {outlet.name}"
    page = templates.get_template("home.html").render(
        heading=heading,
        canonical=links.home(outlet) if section is None else links.section(outlet, section),
        published=[one for one in published if section in (None, one.article.section)],
        **_site(outlet, links),
    )
    return page.encode()


def render_article(
    templates: Environment, one: PublishedArticle, published: Sequence[PublishedArticle], links: SiteLinks
) -> bytes:
    """Give an article's page.

    Args:
        templates: as `load_templates` gives them.
        one: the article.
        published: all articles of its outlet that are out, the newest first, to link to.
        links: addresses to link to.
    """
    page = templates.get_template("article.html").render(
        one=one,
        related=find_related(one, published),
        read_also=find_read_also(one, published),
        structured=_structured_data(one, links),
        **_site(one.article.outlet, links),
    )
    return page.encode()


def find_related(one: PublishedArticle, published: Sequence[PublishedArticle]) -> list[PublishedArticle]:
    """Give the outlet's other articles that suit `one` best: the same story first, then the same section."""

    def distance(other: PublishedArticle) -> int:
        if one.article.story is not None and other.article.story == one.article.story:
            return 0
        return 1 if other.article.section == one.article.section else 2

    others = [other for other in published if other.article.slug != one.article.slug]
    return sorted(others, key=distance)[:RELATED]


def find_read_also(one: PublishedArticle, published: Sequence[PublishedArticle]) -> PublishedArticle | None:
    """Give the article that the text of `one` points to; an earlier one, so that the text stays as it was."""
    earlier = [other for other in published if other.article.published < one.article.published]
    return next(iter(find_related(one, earlier)), None)


def _site(outlet: Outlet, links: SiteLinks) -> dict[str, Any]:
    return {
        "outlet": outlet,
        "links": links,
        "sections": TOPICS,
        "feed_type": CONTENT_TYPES[outlet.feed_kind],
        "feed_title": feed_title(outlet),
    }


def _structured_data(one: PublishedArticle, links: SiteLinks) -> dict[str, Any]:
    """Give the JSON-LD of schema.org/NewsArticle."""
    outlet = one.article.outlet
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": one.version.title,
        "datePublished": one.article.published.isoformat(),
        "dateModified": one.version.since.isoformat(),
        "articleSection": one.article.section,
        "inLanguage": "id",
        "genre": "fiksi",
        "mainEntityOfPage": links.article(one.article),
        "author": {"@type": "Person", "name": one.article.author},
        "publisher": {"@type": "NewsMediaOrganization", "name": outlet.name, "url": links.home(outlet)},
    }
    if one.version.photo_caption is not None:
        data["image"] = {
            "@type": "ImageObject",
            "url": links.photo(one.article),
            "caption": one.version.photo_caption,
        }
    return data
