"""What a page says about itself: JSON-LD, OpenGraph, meta tags, headings, the printed date line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import html  # type: ignore[import-untyped]

from bot.errors import InputError
from bot.ingest.html_text import html_to_text
from bot.ingest.json_ld import is_article, read_json_ld
from bot.ingest.page_parts import first_part
from bot.ingest.urls import canonical_url, same_host
from summarizer.dates import parse_date

_DATE_META_NAMES = """
    article:published_time article:published og:published_time datepublished pubdate publishdate publish-date
    publish_date published_date published-date parsely-pub-date content_publisheddate dc.date dc.date.issued
    dcterms.created date
"""
_DATE_METAS = frozenset(_DATE_META_NAMES.split())
_SECTION_METAS = frozenset({"article:section", "articlesection", "content_category", "parsely-section", "section"})
_AUTHOR_METAS = ("author", "article:author", "content_author", "parsely-author", "dable:author", "dc.creator")
_SEPARATOR = re.compile(r"\s*(?:\||::|»|•| [-–—] )\s*")
_LONGEST_DATE_LINE = 100
_DATE_LINE_REACH = 4
"""Lines above or below the headline in which its date line stands (measured on ../shared/data/pages)."""
_LONGEST_LABEL = 30
"""Characters that may stand beside the headline in its line ("In Picture: ")."""
_SHORTEST_HEADING = 15
_MOST_AUTHORS = 10
_LONGEST_AUTHOR = 60
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Publishing systems write the epoch, or the year 1, where they know no date."""
_SOME_MOMENT = datetime(2020, 1, 1, tzinfo=UTC)
"""Any: only to see whether a line is a date that counts from the present."""


@dataclass(frozen=True, slots=True)
class PageMeta:
    """What a page declares. Texts are plain, the date aware and in UTC."""

    url: str
    title: str
    published_at: datetime | None
    section: str | None
    authors: tuple[str, ...]
    age: str
    """See `Page.age`."""
    body: str
    """The article's text in the structured data; empty where it is not there, as on most pages."""


def read_meta(tree: html.HtmlElement, lines: Sequence[str], url: str) -> PageMeta:
    """Give address, headline, date, section and authors of a page.

    Args:
        tree: the whole document.
        lines: its text, a line each, for the printed date line.
        url: where the page was fetched; empty for a saved file.
    """
    nodes = read_json_ld(tree)
    declared = _own_article(nodes, url)
    metas = _metas(tree)
    title = _title(tree, declared, metas)
    near = _lines_near(lines, title)
    published_at = _published(tree, declared, metas, near)
    return PageMeta(
        url=_canonical(tree, declared, metas, url),
        title=title,
        published_at=published_at,
        section=_section(nodes, declared, metas),
        authors=_authors(declared, metas),
        body=_body(declared),
        age=next((line for line in near if parse_date(line, _SOME_MOMENT)), "") if published_at is None else "",
    )


# --- JSON-LD and meta tags ----------------------------------------------------------------------------------------


def _own_article(nodes: Sequence[Mapping[str, Any]], url: str) -> Mapping[str, Any]:
    """The object about this page's article: the one that has its address, else the first; teasers may follow it."""
    articles = [node for node in nodes if is_article(node)]
    own = (node for node in articles if any(_path(claim) == _path(url) for claim in _own_addresses(node)))
    return next(own, articles[0] if articles else {})


def _path(url: str) -> str:
    try:
        return urlsplit(url).path.rstrip("/")
    except ValueError:  # half a bracket
        return url


def _own_addresses(node: Mapping[str, Any]) -> Iterator[str]:
    main = node.get("mainEntityOfPage")
    for claim in (main.get("@id") if isinstance(main, dict) else main, node.get("url"), node.get("@id")):
        if isinstance(claim, str) and claim.strip():
            yield claim.strip()


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
    named = [node.get("href") for node in tree.iterfind(".//a[@itemprop='url']")]
    for claim in (*links, metas.get("og:url"), *_own_addresses(declared), metas.get("url"), *named[:1]):
        if not isinstance(claim, str) or not claim.strip():
            continue
        try:
            claimed = canonical_url(urljoin(url, claim.strip()))
        except (InputError, ValueError):
            continue
        # Another host's address would let a stranger's page pass for an outlet's article, and the home page's, which
        # some outlets name on every page, would make one article of them all.
        if not url or (same_host(claimed, url) and (_path(claimed) or not _path(url))):
            return first_part(claimed)
    return first_part(canonical_url(url)) if url else ""


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


def _body(declared: Mapping[str, Any]) -> str:
    body = declared.get("articleBody")
    # Some write markup into it, some escape that once more.
    return html_to_text(unescape(body)) if isinstance(body, str) else ""


# --- date ---------------------------------------------------------------------------------------------------------


def _published(
    tree: html.HtmlElement, declared: Mapping[str, Any], metas: Mapping[str, str], near: Sequence[str]
) -> datetime | None:
    times = (node.get("datetime") for node in tree.iter("time"))
    claims = (
        declared.get("datePublished"),
        *(content for name, content in metas.items() if name in _DATE_METAS),
        *times,
        declared.get("dateCreated"),
    )
    stated = next(filter(None, map(_read_date, claims)), None)
    moment = _reconcile(stated, [date for date in map(parse_date, near) if date])
    return moment.astimezone(UTC) if moment else None


def _read_date(claim: object) -> datetime | None:
    date = parse_date(claim) if isinstance(claim, str) else None
    return date if date and date > _OLDEST else None


def _lines_near(lines: Sequence[str], title: str) -> list[str]:
    """The short lines around the headline, nearest first: there its date is printed."""
    found = []
    for at, line in enumerate(lines):
        if not title or title not in line or len(line) > len(title) + _LONGEST_LABEL:
            continue
        for distance in range(1, _DATE_LINE_REACH + 1):
            for near in (at + distance, at - distance):
                if 0 <= near < len(lines) and len(lines[near]) <= _LONGEST_DATE_LINE:
                    found.append(lines[near])
    return found


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


def _section(nodes: Sequence[Mapping[str, Any]], declared: Mapping[str, Any], metas: Mapping[str, str]) -> str | None:
    section = declared.get("articleSection")
    claims = [
        *(section if isinstance(section, list) else [section]),
        *(content for name, content in metas.items() if name in _SECTION_METAS),
        *_breadcrumbs(nodes),
    ]
    return next(filter(None, map(_text, claims)), None)


def _breadcrumbs(nodes: Sequence[Mapping[str, Any]]) -> Iterator[object]:
    """Names on the way from the home page to the article, without both ends."""
    for node in nodes:
        items = node.get("itemListElement")
        if node.get("@type") == "BreadcrumbList" and isinstance(items, list):
            for item in items[1:-1]:
                if isinstance(item, dict):
                    inner = item.get("item")
                    yield item.get("name") or (inner.get("name") if isinstance(inner, dict) else None)


# --- authors ------------------------------------------------------------------------------------------------------


def _authors(declared: Mapping[str, Any], metas: Mapping[str, str]) -> tuple[str, ...]:
    """The names of who wrote it, each once; addresses of their pages are no names."""
    claims = [*_names(declared.get("author")), *(metas.get(name, "") for name in _AUTHOR_METAS)]
    names = (name for name in map(_text, claims) if name and "://" not in name and len(name) <= _LONGEST_AUTHOR)
    return tuple({name.casefold(): name for name in names}.values())[:_MOST_AUTHORS]


def _names(author: object) -> Iterator[object]:
    for one in author if isinstance(author, list) else [author]:
        name = one.get("name") if isinstance(one, dict) else one
        yield from name if isinstance(name, list) else [name]
