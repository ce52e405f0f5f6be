"""What hypothesis and atheris have found, each document cut down to what mattered."""

import pytest

from tests.fuzz.checks import check_feed, check_page
from tests.unit.ingest_samples import rss

ITEM = "<item><title>{}</title><link>https://kabar.example/a</link><pubDate>{}</pubDate>{}</item>"
DATE = "Mon, 23 Nov 2026 16:30:00 +0700"


@pytest.mark.parametrize(
    "item",
    [
        # feedparser counts this date as the year -1.
        ITEM.format("A", "0000-00-00T00:00:00Z", ""),
        # feedparser fails over references to what is no character.
        ITEM.format("A", DATE, "<description>Isi&#xD800; dan &#XDFFF; lagi</description>"),
        ITEM.format("A", DATE, "<description>Isi&#1114112;&#99999999999999999999; lagi</description>"),
        ITEM.format("A", DATE, f"<description>Isi&#x{'f' * 900};</description>"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_item_that_stopped_its_whole_feed_is_read(item: str, encoding: str) -> None:
    feed = check_feed(rss(item).decode().encode(encoding))
    assert feed is not None
    assert [entry.title for entry in feed.entries] == ["A"]


def test_a_sitemap_with_a_prefix_that_nobody_declared_is_read() -> None:
    feed = check_feed(
        b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://kabar.example/a</loc>"
        b"<news:news><news:title>Banjir Surut</news:title></news:news></url></urlset>"
    )
    assert feed is not None
    assert [entry.title for entry in feed.entries] == ["Banjir Surut"]


def test_a_reference_to_no_character_in_a_code_that_is_not_looked_into_is_a_feed_that_cannot_be_read() -> None:
    item = ITEM.format("A", DATE, "<description>Isi&#xD800;&nbsp;</description>")
    check_feed(rss(item).decode().replace("UTF-8", "utf-32").encode("utf-32"))


def test_an_empty_page_is_refused() -> None:
    assert check_page(b"<!---->") is None
