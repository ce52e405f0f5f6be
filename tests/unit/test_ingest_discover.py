"""Where feeds may be, told from addresses and texts alone."""

import pytest

from bot.errors import InputError
from bot.ingest.discover import (
    guess_feeds,
    name_feed,
    name_outlet,
    news_first,
    read_address,
    read_robots,
    same_site,
)
from tests.unit.ingest_samples import rss


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("kabar.example", "https://kabar.example/"),
        (" kabar.example/ekonomi ", "https://kabar.example/ekonomi"),
        ("kabar.example:8080/rss", "https://kabar.example:8080/rss"),
        ("http://kabar.example/?utm_source=x", "http://kabar.example/"),
    ],
)
def test_an_address_may_be_typed_without_its_scheme(typed: str, address: str) -> None:
    assert read_address(typed) == address


@pytest.mark.parametrize(
    "typed", ["", "javascript:alert(1)", "ftp://kabar.example", "file:///etc/passwd", "http://[x", "//kabar.example"]
)
def test_what_is_no_web_address_is_refused(typed: str) -> None:
    with pytest.raises(InputError, match="url_bad"):
        read_address(typed)


def test_the_feed_of_a_section_is_guessed_before_that_of_the_site() -> None:
    guesses = guess_feeds("https://kabar.example/gaya-hidup/")
    assert guesses[0] == "https://kabar.example/gaya-hidup/feed"
    assert "https://kabar.example/feed" in guesses
    assert len(guesses) == len(set(guesses)) <= 12


def test_an_article_has_no_feed_of_its_own() -> None:
    guesses = guess_feeds("https://kabar.example/daerah/jembatan-melati-dibuka-lagi-setelah-empat-bulan.html")
    assert all(guess.count("/") <= 5 and "jembatan" not in guess for guess in guesses)


def test_robots_name_sitemaps_of_their_own_site_and_those_of_news_come_first() -> None:
    text = (
        "User-agent: *\nDisallow: /admin\nSitemap: https://kabar.example/sitemap.xml\r\n"
        "sitemap: /sitemap-berita.xml\nSitemap: https://pengintai.example/sitemap-news.xml\nSitemap:\n"
    )
    assert read_robots(text, "https://kabar.example/robots.txt") == [
        "https://kabar.example/sitemap-berita.xml",
        "https://kabar.example/sitemap.xml",
    ]


def test_a_sitemap_index_of_hundreds_is_read_by_name_and_not_whole() -> None:
    many = [f"https://kabar.example/sitemap-{n}.xml" for n in range(300)]
    found = news_first([*many, "https://kabar.example/sitemap-news.xml"])
    assert found[0] == "https://kabar.example/sitemap-news.xml"
    assert len(found) == 20


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("https://rss.kabar.co.id/x", "https://www.kabar.co.id/", True),
        ("https://kabar.co.id/", "https://warta.co.id/", False),
        ("https://feeds.kabar.example/", "https://kabar.example/", True),
        ("https://kabar.example/", "https://kabar.example.warta.example/", False),
        ("http://127.0.0.1:81/", "http://127.0.0.1:82/", True),
        ("http://127.0.0.1/", "http://10.0.0.1/", False),
        ("", "", False),
    ],
)
def test_a_site_is_its_registered_domain(one: str, other: str, expected: bool) -> None:
    assert same_site(one, other) is expected


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (rss(""), "RSS 2.0"),
        (b"<rss><channel/></rss>", "RSS"),
        (b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"/>', "Atom"),
        (b'<rdf:RDF xmlns:rdf="x"/>', "RSS 1.0"),
        (b'\xef\xbb\xbf {"version": "https://jsonfeed.org/version/1.1"}', "JSON Feed"),
        (b'<urlset xmlns:news="x"/>', "News Sitemap"),
        (b"\xff\xfe<\x00", ""),
    ],
)
def test_a_feed_is_called_by_its_format(body: bytes, kind: str) -> None:
    assert name_feed(body) == kind


@pytest.mark.parametrize(
    ("title", "site", "name"),
    [
        ("Ekonomi - Kabar Nusantara", "", "Kabar Nusantara"),
        ("Kabar Nusantara | Terkini", "", "Kabar Nusantara"),
        ("Terkini", "Kabar Nusantara", "Kabar Nusantara"),
        ("Portal Warga", "", "Portal Warga"),
        ("Terkini - Ekonomi", "", "kabarnusantara.example"),
        ("", "", "kabarnusantara.example"),
    ],
)
def test_an_outlet_is_called_as_it_calls_itself(title: str, site: str, name: str) -> None:
    assert name_outlet(title, site, "https://www.kabarnusantara.example/rss") == name
