"""The web sites of the four outlets as one aiohttp application."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256

from aiohttp import web
from jinja2 import Environment

from bot.models import TOPICS
from bot.sandbox.news.articles import PublishedArticle, SampleArticle, load_articles, published_at
from bot.sandbox.news.feeds import CONTENT_TYPES, last_change, render_feed
from bot.sandbox.news.links import SiteLinks
from bot.sandbox.news.markup import load_templates
from bot.sandbox.news.outlets import OUTLETS_BY_KEY, Outlet
from bot.sandbox.news.pages import render_article, render_home, render_index
from bot.sandbox.news.photo import draw_photo

_INDEX = "index"


def build_sites(clock: Callable[[], datetime], start: datetime, *, base_url: str | None = None) -> web.Application:
    """Give the application that serves the four outlets; run it alone or mount it with `add_subapp`.

    Args:
        clock: gives the present, aware; only what is published by then is served.
        start: 05.30 WIB of the demo's first day, aware.
        base_url: what all links begin with; by default the address that the request came to.

    Raises:
        ArticleFileError, ValueError: see `load_articles`.
    """
    sites = _Sites(clock, load_articles(start), load_templates(), base_url)
    app = web.Application()
    app.router.add_get("/", sites.index, name=_INDEX)
    app.router.add_get(r"/{outlet}{slash:/?}", sites.home)
    app.router.add_get("/{outlet}/rubrik/{section}", sites.section)
    app.router.add_get("/{outlet}/foto/{slug}.svg", sites.photo)
    app.router.add_get("/{outlet}/{feed_file}", sites.feed)
    app.router.add_get("/{outlet}/{section}/{slug}", sites.article)
    return app


@dataclass(frozen=True, slots=True)
class _Sites:
    clock: Callable[[], datetime]
    articles: Sequence[SampleArticle]
    templates: Environment
    base_url: str | None

    async def index(self, request: web.Request) -> web.Response:
        return _respond(request, render_index(self.templates, self._links(request)), "text/html", None)

    async def home(self, request: web.Request) -> web.Response:
        outlet = _find_outlet(request)
        published = self._published(outlet)
        page = render_home(self.templates, outlet, published, self._links(request))
        return _respond(request, page, "text/html", last_change(published))

    async def section(self, request: web.Request) -> web.Response:
        outlet, section = _find_outlet(request), request.match_info["section"]
        if section not in TOPICS:
            raise web.HTTPNotFound
        published = self._published(outlet)
        page = render_home(self.templates, outlet, published, self._links(request), section)
        return _respond(request, page, "text/html", last_change(published))

    async def feed(self, request: web.Request) -> web.Response:
        outlet = _find_outlet(request)
        if request.match_info["feed_file"] != outlet.feed_file:
            raise web.HTTPNotFound
        published = self._published(outlet)
        feed = render_feed(self.templates, outlet, published, self._links(request))
        return _respond(request, feed, CONTENT_TYPES[outlet.feed_kind], last_change(published))

    async def article(self, request: web.Request) -> web.Response:
        published = self._published(_find_outlet(request))
        one = _find_article(request, published)
        if one.article.section != request.match_info["section"]:
            raise web.HTTPNotFound
        # The related links change with every new article of the outlet, and the page with them.
        page = render_article(self.templates, one, published, self._links(request))
        return _respond(request, page, "text/html", last_change(published))

    async def photo(self, request: web.Request) -> web.Response:
        one = _find_article(request, self._published(_find_outlet(request)))
        return _respond(request, draw_photo(one.article.slug), "image/svg+xml", one.article.published)

    def _published(self, outlet: Outlet) -> list[PublishedArticle]:
        own = [article for article in self.articles if article.outlet is outlet]
        return published_at(own, self.clock())

    def _links(self, request: web.Request) -> SiteLinks:
        if self.base_url is not None:
            return SiteLinks(self.base_url.rstrip("/"))
        # A mounted application's router knows the prefix that it was mounted under.
        mounted = request.app.router[_INDEX].url_for()
        return SiteLinks(str(request.url.origin().join(mounted)).rstrip("/"))


def _find_outlet(request: web.Request) -> Outlet:
    outlet = OUTLETS_BY_KEY.get(request.match_info["outlet"])
    if outlet is None:
        raise web.HTTPNotFound
    return outlet


def _find_article(request: web.Request, published: Sequence[PublishedArticle]) -> PublishedArticle:
    slug = request.match_info["slug"]
    for one in published:
        if one.article.slug == slug:
            return one
    raise web.HTTPNotFound


def _respond(request: web.Request, body: bytes, content_type: str, modified: datetime | None) -> web.Response:
    """Answer with `body`, or with 304 where the client has it (RFC 9110, section 13)."""
    etag = sha256(body).hexdigest()[:24]
    headers = {"ETag": f'"{etag}"', "Cache-Control": "max-age=60"}
    if modified is not None:
        headers["Last-Modified"] = format_datetime(modified.astimezone(UTC), usegmt=True)
    if _client_has(request, etag, modified):
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, content_type=content_type, charset="utf-8", headers=headers)


def _client_has(request: web.Request, etag: str, modified: datetime | None) -> bool:
    if request.if_none_match is not None:
        return any(known.value in (etag, "*") for known in request.if_none_match)
    since = request.if_modified_since
    return since is not None and modified is not None and modified <= since
