"""Feeds of real size about fictional news, as outlets of different habits write them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

from bot.sandbox.news import SampleArticle, load_articles
from summarizer.dates import WIB

_NOW = datetime(2026, 11, 24, tzinfo=UTC)
_NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
)


def write_feed(number: int, *, entries: int, full: bool) -> bytes:
    """Give a feed in RSS 2.0 with teasers or full texts.

    Args:
        number: which feed; feeds with different numbers share no address.
        entries: items in it.
        full: whether whole articles stand in `content:encoded`, as WordPress writes them, or a picture and a teaser.
    """
    articles = load_articles(_NOW)
    chosen = [articles[(number * 7 + position) % len(articles)] for position in range(entries)]
    items = "".join(_item(number, position, article, full=full) for position, article in enumerate(chosen))
    host = f"https://outlet{number}.example"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {_NAMESPACES}>\n<channel>\n'
        f"<title>Warta {number}</title>\n<link>{host}/</link>\n<description>Berita terbaru</description>\n"
        f'<atom:link href="{host}/feed/" rel="self" type="application/rss+xml"/>\n<language>id-ID</language>\n'
        f"<sy:updatePeriod>hourly</sy:updatePeriod>\n<ttl>30</ttl>\n{items}</channel>\n</rss>\n"
    ).encode()


def _item(number: int, position: int, article: SampleArticle, *, full: bool) -> str:
    version = article.versions[0]
    url = f"https://outlet{number}.example/{escape(article.section)}/{position}/{article.slug}?utm_source=rss"
    date = format_datetime((_NOW - timedelta(minutes=17 * position)).astimezone(WIB))
    teaser = f'<img src="https://outlet{number}.example/gambar/{position}.jpg" align="left"/>{version.paragraphs[0]}'
    more = _whole_text(version.paragraphs) if full else _picture(number, position)
    return (
        f"<item>\n<title>{escape(version.title)}</title>\n<link>{url}</link>\n<dc:creator><![CDATA[Redaksi]]></dc:creator>\n"
        f"<pubDate>{date}</pubDate>\n<category><![CDATA[{article.section}]]></category>\n"
        f'<guid isPermaLink="false">outlet{number}-{position}</guid>\n<description><![CDATA[{teaser}]]></description>\n'
        f"{more}<slash:comments>0</slash:comments>\n</item>\n"
    )


def _whole_text(paragraphs: Sequence[str]) -> str:
    body = "\n".join(f'<p style="text-align: justify">{escape(paragraph)}</p>' for paragraph in paragraphs)
    return f"<content:encoded><![CDATA[{body}]]></content:encoded>\n"


def _picture(number: int, position: int) -> str:
    source = f"https://outlet{number}.example/gambar/{position}.jpg"
    return f'<media:content url="{source}" medium="image"><media:title>Foto Redaksi</media:title></media:content>\n'
