"""Where a site may keep its feeds, and what kind of feed a document is. Pure; needs no parser."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

from bot.errors import InputError
from bot.ingest.urls import canonical_url, host_of

# By how often Indonesian outlets and their publishing systems (WordPress, Blogspot, CodeIgniter sites) use them.
_PATHS = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feeds/posts/default", "/?feed=rss2")
_SECTION_PATHS = ("/feed", "/rss", "/rss.xml")
_NEWS_SITEMAPS = ("/sitemap-news.xml", "/news-sitemap.xml", "/sitemap_news.xml", "/sitemap.xml")
_NEWS_NAME = re.compile(r"news|berita|terkini|latest", re.IGNORECASE)
_SITEMAP_LINE = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_MOST_SITEMAPS = 20
_SECTION = re.compile(r"(?:/[a-z]+(?:-[a-z]+)?){1,2}")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*(?:\||::|»|›|•|,| [-–—] |: )\s*")
# Public suffixes of two labels under which outlets register: "kota.go.id", "kabar.co.id".
_SECOND_LEVEL = frozenset({"ac", "co", "com", "desa", "go", "mil", "my", "net", "or", "org", "ponpes", "sch", "web"})
_KINDS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"<rss\b[^>]*?\bversion\s*=\s*[\"']\s*([\d.]{1,6})", re.IGNORECASE), "RSS {}"),
    (re.compile(rb"<rss\b", re.IGNORECASE), "RSS"),
    (re.compile(rb"<(?:\w+:)?feed\b", re.IGNORECASE), "Atom"),
    (re.compile(rb"<(?:\w+:)?RDF\b", re.IGNORECASE), "RSS 1.0"),
    (re.compile(rb"<(?:\w+:)?urlset\b", re.IGNORECASE), "News Sitemap"),
)


def read_address(text: str) -> str:
    """Give the canonical address of what an editor typed; `kabar.example` means `https://kabar.example/`.

    Raises:
        InputError: `url_bad`.
    """
    text = text.strip()
    # "kabar.example:8080" has no scheme, though it looks as if.
    if not _SCHEME.match(text) or re.match(r"[\w.-]+:\d+(?:/|$)", text):
        text = f"https://{text}"
    return canonical_url(text)


def guess_feeds(url: str) -> list[str]:
    """Give the addresses where a site usually has its feed: those of the section asked for, then those of the site."""
    section = urlsplit(url).path.rstrip("/")
    # An article has a dot or many words in its last part, a section one or two.
    own = [urljoin(url, section + path) for path in _SECTION_PATHS] if _SECTION.fullmatch(section) else []
    return list(dict.fromkeys((*own, *(urljoin(url, path) for path in _PATHS))))


def guess_sitemaps(url: str) -> list[str]:
    """Give the addresses where a site usually has its sitemap of news."""
    return [urljoin(url, path) for path in _NEWS_SITEMAPS]


def read_robots(text: str, url: str) -> list[str]:
    """Give the sitemaps that a robots.txt names, those of news first; only those of the site itself."""
    found: dict[str, None] = {}
    for match in _SITEMAP_LINE.finditer(text):
        try:
            address = canonical_url(urljoin(url, match[1]))
        except (InputError, ValueError):
            continue
        if same_site(address, url):
            found[address] = None
    return news_first(found)


def news_first(sitemaps: Iterable[str]) -> list[str]:
    """Give at most 20 sitemaps, those first whose name says that they are of news."""
    return sorted(sitemaps, key=lambda address: not _NEWS_NAME.search(urlsplit(address).path))[:_MOST_SITEMAPS]


def same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one registered domain (`rss.kabar.co.id` and `www.kabar.co.id`), or one host."""
    return _domain(one) == _domain(other) != ""


def name_feed(body: bytes) -> str:
    """Give the kind of a feed for an editor: "RSS 2.0", "Atom", "JSON Feed", "News Sitemap"; empty when unknown."""
    head = body[:4096]
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return "JSON Feed"
    for pattern, name in _KINDS:
        if match := pattern.search(head):
            return name.format(*(group.decode("ascii", "replace") for group in match.groups()))
    return ""


def name_outlet(feed_title: str, site: str, url: str) -> str:
    """Give what the outlet of a feed is called.

    Args:
        feed_title: of the feed; often with a section beside the name ("Ekonomi - Kabar Nusantara").
        site: what the site's pages call it; may be empty.
        url: of the feed.
    """
    if site:
        return site
    host = host_of(url)
    names = [part for part in _SEPARATOR.split(feed_title) if part]
    label = _domain(url).partition(".")[0]
    own = (name for name in names if label and label in re.sub(r"\W", "", name).lower())
    alone = len(names) == 1 or (names and _is_number(host))
    return next(own, "") or (names[0] if alone else host)


def _domain(url: str) -> str:
    host = host_of(url)
    labels = host.split(".")
    if _is_number(host):
        return host
    return ".".join(labels[-3 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL else -2 :])


def _is_number(host: str) -> bool:
    """Whether a host is an address of the network and no name."""
    return host.replace(".", "").isdecimal() or ":" in host
