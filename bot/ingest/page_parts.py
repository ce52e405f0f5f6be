"""Articles spread over several pages: which address goes on with one. Pure; runs in the parser process."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from lxml import html  # type: ignore[import-untyped]

from bot.errors import InputError
from bot.ingest.urls import canonical_url, same_host

# "?page=2", "?page=all", "?showpage=all", "?halaman=3": how outlets number the parts of one article.
_PART_NAMES = frozenset({"page", "page_num", "halaman", "hal", "pg", "showpage", "single"})
_WHOLE = frozenset({"all", "semua"})
_NUMBER = re.compile(r"\d{1,2}")
_PATH_PART = re.compile(r"(?P<stem>/.*?[^/])/(?:page/)?(?P<part>\d{1,2}|all)/?")
_LAST_PART = 50


def find_rest(tree: html.HtmlElement, url: str) -> str:
    """Give the address on which the article of a page stands whole, else its next part; empty when this is all.

    A link counts when its address differs from the page's own in the part's number only, so a list of other articles
    never passes for the rest of this one.

    Args:
        tree: the whole document.
        url: of the page; without one (a saved file) there is nothing to follow.
    """
    if not url:
        return ""
    stem, own = split_part(url)
    parts: dict[int | str, str] = {}
    for link in tree.iter("a", "link"):
        if link.tag == "link" and (link.get("rel") or "").lower() != "next":
            continue
        address = _address(link.get("href") or "", url)
        if address and same_host(address, url):
            other_stem, part = split_part(address)
            if part and urlsplit(other_stem)[2:4] == urlsplit(stem)[2:4]:
                parts.setdefault(part, address)
    if own == "all":
        return ""
    whole = parts.get("all")
    # A number beyond any article's is another thing, such as a year in the path.
    following = parts.get((own or 1) + 1) if isinstance(own, int | None) and (own or 1) < _LAST_PART else None
    return whole or following or ""


def first_part(url: str) -> str:
    """Give the address of an article without the number of its part in the query ("?page=all")."""
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _is_part(*pair)]
    if len(kept) == len(parse_qsl(parts.query, keep_blank_values=True)):
        return url
    return urlunsplit(parts._replace(query=urlencode(kept)))


def split_part(url: str) -> tuple[str, int | str | None]:
    """Give an address without its part, and the part: a number, "all", or None where it names none."""
    parts = urlsplit(url)
    for name, value in parse_qsl(parts.query):
        if _is_part(name, value):
            whole = value.lower() in _WHOLE or name == "single"
            return _bare(first_part(url)), "all" if whole else int(value)
    # "/judul/2": only below a page that has a name, not the second page of a section.
    if (match := _PATH_PART.fullmatch(parts.path)) and "-" in match["stem"].rpartition("/")[2]:
        part = match["part"]
        return _bare(urlunsplit(parts._replace(path=match["stem"]))), "all" if part == "all" else int(part)
    return _bare(url), None


def _is_part(name: str, value: str) -> bool:
    return name.lower() in _PART_NAMES and (value.lower() in _WHOLE or bool(_NUMBER.fullmatch(value)))


def _bare(url: str) -> str:
    return url.rstrip("/")


def _address(href: str, base: str) -> str:
    try:
        return canonical_url(urljoin(base, href.strip())) if href.strip() else ""
    except (InputError, ValueError):
        return ""
