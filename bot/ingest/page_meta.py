"""What a page says about itself: JSON-LD, OpenGraph, meta tags, headings, the printed date line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from html import unescape
from typing import Any
from urllib.parse import urljoin

from lxml import html  # type: ignore[import-untyped]

from bot.errors import InputError
from bot.ingest.urls import canonical_url, same_host
from summarizer.dates import parse_date

_ARTICLE_TYPES = ("Article", "BlogPosting", "LiveBlogPosting", "Report")
_DATE_META_NAMES = """
    article:published_time article:published og:published_time datepublished pubdate publishdate publish-date
    publish_date published_date published-date parsely-pub-date content_publisheddate dc.date dc.date.issued
    dcterms.created date
"""
_DATE_METAS = frozenset(_DATE_META_NAMES.split())
_SECTION_METAS = frozenset({"article:section", "articlesection", "content_category", "parsely-section", "section"})
_SLASHED_DATE = re.compile(r"^\s*(\d{4})/(\d{2})/(\d{2})\b")
_SEPARATOR = re.compile(r"\s*(?:\||::|»|•| [-–—] )\s*")
_LONGEST_DATE_LINE = 100
_DATE_LINE_REACH = 4
"""Lines above or below the headline in which its date line stands (measured on ../shared/data/pages)."""
_LONGEST_LABEL = 30
"""Characters that may stand beside the headline in its line ("In Picture: ")."""
_SHORTEST_HEADING = 15


@dataclass(frozen=True, slots=True)
class PageMeta:
    """What a page declares. Texts are plain, the date aware and in UTC."""

    url: str
    title: str
    published_at: datetime | None
    section: str | None


def read_meta(tree: html.HtmlElement, lines: Sequence[str], url: str) -> PageMeta:
    """Give address, headline, date and section of a page.

    Args:
        tree: the whole document.
        lines: its text, a line each, for the printed date line.
        url: where the page was fetched; empty for a saved file.
    """
    declared = _json_ld_article(tree)
    metas = _metas(tree)
    title = _title(tree, declared, metas)
    return PageMeta(
        url=_canonical(tree, declared, metas, url),
        title=title,
        published_at=_published(tree, declared, metas, lines, title),
        section=_section(tree, declared, metas),
    )


# --- JSON-LD and meta tags ----------------------------------------------------------------------------------------


def _json_ld(tree: html.HtmlElement) -> Iterator[Mapping[str, Any]]:
    for script in tree.iterfind(".//script[@type]"):
        if "ld+json" not in script.get("type"):
            continue
        try:
            # Not strict: outlets put raw line breaks into strings.
            found = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            continue
        for node in found if isinstance(found, list) else [found]:
            if isinstance(node, dict):
                graph = node.get("@graph")
                yield from (part for part in graph if isinstance(part, dict)) if isinstance(graph, list) else (node,)


def _json_ld_article(tree: html.HtmlElement) -> Mapping[str, Any]:
    for node in _json_ld(tree):
        types = node.get("@type")
        for name in types if isinstance(types, list) else [types]:
            if str(name).endswith(_ARTICLE_TYPES):
                return node
    return {}


def _metas(tree: html.HtmlElement) -> dict[str, str]:
    """Contents of meta tags by property, name or itemprop in lower case; the first of each counts."""
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        content = " ".join((meta.get("content") or "").split())
        for attribute in ("property", "name", "itemprop"):
            name = (meta.get(attribute) or "").strip().lower()
            if name and content:
                metas.setdefault(name, content)
    return metas


def _text(value: object) -> str:
    return " ".join(unescape(value).split()) if isinstance(value, str) else ""


# --- address ------------------------------------------------------------------------------------------------------


def _canonical(tree: html.HtmlElement, declared: Mapping[str, Any], metas: Mapping[str, str], url: str) -> str:
    """The address that the page gives itself, as long as it stays on its own host; else where it was fetched."""
    links = [link.get("href") for link in tree.iterfind(".//link[@rel='canonical']")]
    main = declared.get("mainEntityOfPage")
    own = main.get("@id") if isinstance(main, dict) else main
    named = [node.get("href") for node in tree.iterfind(".//a[@itemprop='url']")]
    for claim in (*links, metas.get("og:url"), own, declared.get("url"), metas.get("url"), *named[:1]):
        if not isinstance(claim, str) or not claim.strip():
            continue
        try:
            claimed = canonical_url(urljoin(url, claim.strip()))
        except InputError:
            continue
        # Another host's address would let a stranger's page pass for an outlet's article.
        if not url or same_host(claimed, url):
            return claimed
    return canonical_url(url) if url else ""


# --- headline -----------------------------------------------------------------------------------------------------


def _title(tree: html.HtmlElement, declared: Mapping[str, Any], metas: Mapping[str, str]) -> str:
    document = tree.find(".//title")
    titles = [
        _text(declared.get("headline")),
        _text(metas.get("og:title")),
        _text(metas.get("twitter:title")),
        _text(document.text_content() if document is not None else ""),
    ]
    titles = [title for title in titles if title]
    headings = [" ".join(node.text_content().split()) for node in tree.iter("h1", "h2")]
    # The headline as the page prints it has no outlet's name around it and is never cut.
    for title in titles:
        within = [heading for heading in headings if len(heading) >= _SHORTEST_HEADING and heading in title]
        if within:
            return max(within, key=len)
    if titles:
        return _without_outlet(titles[0], metas.get("og:site_name", ""))
    return next((heading for heading in headings if len(heading) >= _SHORTEST_HEADING), "")


def _without_outlet(title: str, site: str) -> str:
    """ "Headline | Outlet" without the outlet, where the page says what the outlet is called."""
    parts = _SEPARATOR.split(title)
    if len(parts) > 1 and site and _same_name(parts[-1], site):
        return title[: title.rindex(parts[-1])].rstrip(" |:»•-–—")
    return title


def _same_name(part: str, site: str) -> bool:
    one, other = (re.sub(r"\W|com$|co\.?id$", "", name.lower()) for name in (part, site))
    return bool(one) and (one in other or other in one)


# --- date ---------------------------------------------------------------------------------------------------------


def _published(
    tree: html.HtmlElement, declared: Mapping[str, Any], metas: Mapping[str, str], lines: Sequence[str], title: str
) -> datetime | None:
    times = (node.get("datetime") for node in tree.iter("time"))
    claims = (
        declared.get("datePublished"),
        *(content for name, content in metas.items() if name in _DATE_METAS),
        *times,
        declared.get("dateCreated"),
    )
    stated = next(filter(None, map(_read_date, claims)), None)
    moment = _reconcile(stated, _printed_dates(lines, title))
    return moment.astimezone(UTC) if moment else None


def _read_date(claim: object) -> datetime | None:
    return parse_date(_SLASHED_DATE.sub(r"\1-\2-\3", claim)) if isinstance(claim, str) else None


def _printed_dates(lines: Sequence[str], title: str) -> list[datetime]:
    """The dates printed next to the headline ("Kamis, 5 November 2015 | 10:15 WIB"), likeliest first."""
    dates = []
    for at, line in enumerate(lines):
        if not title or title not in line or len(line) > len(title) + _LONGEST_LABEL:
            continue
        for distance in range(1, _DATE_LINE_REACH + 1):
            for near in (at + distance, at - distance):
                if 0 <= near < len(lines) and len(lines[near]) <= _LONGEST_DATE_LINE:
                    dates.append(parse_date(lines[near]))
    return [date for date in dates if date]


def _reconcile(stated: datetime | None, printed: Sequence[datetime]) -> datetime | None:
    """The better of the date in the markup and the printed ones.

    The markup wins, unless it knows only the day, or has a printed clock time with another zone: some outlets write
    "10:08Z" where they mean 10.08 WIB (Detik's `pubdate` in ../shared/data/pages, against its feed of the same day).
    """
    if stated is None:
        return next(iter(printed), None)
    clock = stated.replace(second=0, microsecond=0, tzinfo=None)
    only_day = clock.time() == time()
    for date in printed:
        if only_day and date.date() == clock.date():
            return date
        if date.replace(second=0, microsecond=0, tzinfo=None) == clock and date.utcoffset() != stated.utcoffset():
            return stated.replace(tzinfo=date.tzinfo)
    return stated


# --- section ------------------------------------------------------------------------------------------------------


def _section(tree: html.HtmlElement, declared: Mapping[str, Any], metas: Mapping[str, str]) -> str | None:
    section = declared.get("articleSection")
    claims = [
        *(section if isinstance(section, list) else [section]),
        *(content for name, content in metas.items() if name in _SECTION_METAS),
        *_breadcrumbs(tree),
    ]
    return next(filter(None, map(_text, claims)), None)


def _breadcrumbs(tree: html.HtmlElement) -> Iterator[object]:
    """Names on the way from the home page to the article, without both ends."""
    for node in _json_ld(tree):
        items = node.get("itemListElement")
        if node.get("@type") == "BreadcrumbList" and isinstance(items, list):
            for item in items[1:-1]:
                if isinstance(item, dict):
                    inner = item.get("item")
                    yield item.get("name") or (inner.get("name") if isinstance(inner, dict) else None)
