"""The feeds and sitemaps that pages name, and sitemaps of news as feeds."""

import contextlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ParseError
from bot.ingest.feeds import MAX_ENTRIES, parse_feed
from bot.ingest.page_links import MAX_LINKS, parse_links
from bot.ingest.sitemaps import parse_news_sitemap
from bot.ingest.wire import encode, links_from
from tests.unit.ingest_samples import html_page

HOME = "https://kabar.example/"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def links(head: str = "", body: str = "", url: str = HOME) -> list[str]:
    return list(parse_links(html_page(head=head, body=body), "text/html", url).feeds)


def sitemap(*urls: str) -> bytes:
    entries = "".join(f"<url>{url}</url>" for url in urls)
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0"?><urlset xmlns="{space}" xmlns:news="{NEWS}">{entries}</urlset>'.encode()


def news_url(path: str, title: str, date: str = "2026-11-23T16:30:00+07:00") -> str:
    return (
        f"<loc>{HOME}{path}</loc><news:news><news:publication><news:name>Kabar Nusantara</news:name></news:publication>"
        f"<news:publication_date>{date}</news:publication_date><news:title>{title}</news:title>"
        f"<news:keywords>Ekonomi, beras</news:keywords></news:news>"
    )


def test_declared_feeds_come_first_and_comments_are_none() -> None:
    head = (
        '<link rel="alternate" type="application/rss+xml" href="/feed/">'
        '<link rel="alternate" type="application/rss+xml" href="/comments/feed/">'
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">'
        '<link rel="alternate" type="application/json+oembed" href="/oembed?url=x">'
        '<link rel="ALTERNATE" type="Application/Atom+XML" href="https://umpan.example/kabar">'
        '<link rel="stylesheet" type="text/css" href="/rss.css"><link rel="alternate" hreflang="en" href="/en">'
    )
    body = '<p><a href="/rss/terkini.xml">RSS</a> <a href="/feed">Umpan</a></p>'
    assert links(head, body) == [
        f"{HOME}feed/",
        "https://umpan.example/kabar",
        f"{HOME}rss/terkini.xml",
        f"{HOME}feed",
    ]


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/rss", True),
        ("/rss.xml", True),
        ("/rss/ekonomi", True),
        ("/ekonomi/feed/", True),
        ("/index.rdf", True),
        ("/berita-rss.php", True),
        ("/?feed=rss2", True),
        ("https://rss.kabar.example/terkini", True),
        ("/feedback", False),
        ("/rss-itu-apa", False),
        ("/sitemap.xml", False),
        ("https://warta.example/rss.xml", False),
        ("http://[::1", False),
        ("mailto:rss@kabar.example", False),
    ],
)
def test_a_link_to_a_feed_of_the_site_is_told_by_its_address(href: str, expected: bool) -> None:
    assert bool(links(body=f'<p><a href="{href}">Langganan</a></p>')) is expected


def test_a_base_moves_relative_links() -> None:
    assert links('<base href="https://kabar.example/id/"><link rel="alternate" type="text/xml+rss" href="x">') == []
    assert links('<base href="/id/"><link rel="alternate" type="application/rss+xml" href="rss">') == [f"{HOME}id/rss"]


def test_the_site_says_what_it_is_called() -> None:
    assert parse_links(html_page(), "text/html", HOME).site == "Kabar Nusantara"


@pytest.mark.parametrize("body", [b"", b"\x00\x01\x02", b"<", b"{}", b"<urlset", b"<sitemapindex>", b"\xff\xfe\x00"])
def test_what_is_no_page_has_no_links(body: bytes) -> None:
    found = parse_links(body, "", HOME)
    assert (found.feeds, found.sitemaps) == ((), ())


def test_a_page_of_a_thousand_feeds_gives_the_first_of_them() -> None:
    assert len(links(body="".join(f'<a href="/rss/{n}">RSS</a>' for n in range(1000)))) == MAX_LINKS


def test_an_index_lists_its_sitemaps() -> None:
    index = (
        f"<sitemapindex><sitemap><loc>{HOME}a.xml</loc></sitemap><sitemap><loc>/b.xml</loc></sitemap></sitemapindex>"
    )
    assert parse_links(index.encode(), "text/xml", HOME).sitemaps == (f"{HOME}a.xml", f"{HOME}b.xml")


# --- sitemaps of news ---------------------------------------------------------------------------------------------


def test_a_sitemap_of_news_is_a_feed_of_headlines_newest_first() -> None:
    body = sitemap(
        news_url("lama", "Harga Beras Turun", "2026-11-22"),
        news_url("baru", "Jembatan &amp; Jalan Dibuka"),
        f"<loc>{HOME}tentang</loc>",
    )
    feed = parse_feed(body, "application/xml", f"{HOME}sitemap-news.xml")
    assert feed.title == "Kabar Nusantara"
    assert [(entry.url, entry.title, entry.text) for entry in feed.entries] == [
        (f"{HOME}baru", "Jembatan & Jalan Dibuka", ""),
        (f"{HOME}lama", "Harga Beras Turun", ""),
    ]
    assert feed.entries[0].published_at == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    assert feed.entries[0].categories == ("Ekonomi", "beras")


@pytest.mark.parametrize("body", [sitemap(), sitemap(f"<loc>{HOME}tentang</loc>"), b"<urlset>", b"<sitemapindex/>"])
def test_a_sitemap_without_headlines_is_no_feed(body: bytes) -> None:
    with pytest.raises(ParseError, match="feed_unreadable"):
        parse_feed(body, "", HOME)


def test_a_sitemap_is_cut_like_a_feed_and_expands_no_entity() -> None:
    many = sitemap(*(news_url(str(n), f"Berita nomor {n}") for n in range(MAX_ENTRIES + 5)))
    assert len(parse_feed(many, "", HOME).entries) == MAX_ENTRIES
    bomb = (
        b'<!DOCTYPE urlset [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
        + sitemap(news_url("x", "Judul &b;")).partition(b"?>")[2]
    )
    with pytest.raises(ParseError):
        parse_feed(bomb, "", HOME)


@pytest.mark.parametrize("root", [b"<rss", b"<urlset", b"<html", b"<", b""])
def test_a_row_of_comments_before_a_feed_costs_no_more_than_its_length(root: bytes) -> None:
    body = b"<!---->" * 580 + root
    assert parse_links(body, "", HOME).feeds == ()
    with pytest.raises(ParseError):
        parse_feed(body, "", HOME)


@given(st.sampled_from([b"", b"<urlset>", b"<sitemapindex>", b"<html><head>"]), st.binary(max_size=300))
def test_no_document_breaks_the_reading_of_links_and_sitemaps(start: bytes, rest: bytes) -> None:
    found = parse_links(start + rest, "text/html", HOME)
    assert all(address.startswith(("http://", "https://")) for address in (*found.feeds, *found.sitemaps))
    with contextlib.suppress(ParseError):
        parse_news_sitemap(start + rest, MAX_ENTRIES)


def test_links_pass_through_json_as_they_are() -> None:
    found = parse_links(html_page(head='<link rel="alternate" type="application/rss+xml" href="/feed">'), "", HOME)
    assert links_from(json.loads(encode(found))) == found
