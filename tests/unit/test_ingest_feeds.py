"""Feeds as outlets write them, whole and broken."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.errors import ParseError
from bot.ingest.feeds import MAX_ENTRIES, parse_feed
from bot.models import Entry, ParsedFeed
from tests.unit.ingest_samples import PARAGRAPHS, TITLE, rss, shared

URL = "https://kabar.example/rss/terbaru.xml"


def parse(body: bytes | str, content_type: str = "application/xml") -> ParsedFeed:
    return parse_feed(body.encode() if isinstance(body, str) else body, content_type, URL)


def only(body: bytes | str) -> Entry:
    entries = parse(body).entries
    assert len(entries) == 1
    return entries[0]


def item(extra: str = "", *, title: str = TITLE, link: str = "https://kabar.example/daerah/jembatan") -> str:
    return f"<item><title>{title}</title><link>{link}</link>{extra}</item>"


def json_feed(*items: Any, **feed: Any) -> bytes:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": list(items), **feed}).encode()


@pytest.mark.parametrize(
    ("name", "entries"),
    [
        ("antara-2015-11-05.xml", 20),
        ("detik-2014-04-29.xml", 25),
        ("detik-2015-11-05.xml", 20),
        ("kapanlagi-2015-11-05.xml", 3),
        ("republika-2015-11-05.xml", 10),
    ],
)
def test_a_real_feed_gives_all_its_entries(name: str, entries: int) -> None:
    feed = parse(shared("feeds", name).read_bytes())
    assert len(feed.entries) == entries
    assert feed.title
    for entry in feed.entries:
        assert entry.url.startswith("http")
        assert entry.title
        assert entry.text
        assert "<" not in entry.text
        assert "&nbsp;" not in entry.text
        assert entry.published_at is not None
        assert entry.published_at.tzinfo is UTC
        assert entry.published_at.year in (2014, 2015)


def test_the_time_to_live_of_a_real_feed_is_kept() -> None:
    assert parse(shared("feeds", "detik-2015-11-05.xml").read_bytes()).ttl_seconds == 1800


def test_an_rss_item_becomes_an_entry() -> None:
    entry = only(
        rss(
            item(
                "<description>&lt;p&gt;Satu &amp;amp; dua.&lt;/p&gt;&lt;p&gt;Tiga.&lt;/p&gt;</description>"
                "<pubDate>Mon, 23 Nov 2026 16:30:00 +0700</pubDate><category>Daerah</category>"
                "<category>Transportasi</category><guid isPermaLink='false'>k-7</guid>"
            )
        )
    )
    assert entry == Entry(
        url="https://kabar.example/daerah/jembatan",
        title=TITLE,
        text="Satu & dua.\n\nTiga.",
        published_at=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
        categories=("Daerah", "Transportasi"),
        guid="k-7",
    )


def test_the_full_text_is_taken_before_the_teaser() -> None:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    feed = rss(item(f"<description>Ringkas.</description><c:encoded><![CDATA[{body}]]></c:encoded>")).replace(
        b"<rss ", b'<rss xmlns:c="http://purl.org/rss/1.0/modules/content/" '
    )
    assert only(feed).text == "\n\n".join(PARAGRAPHS)


def test_an_atom_entry_becomes_an_entry() -> None:
    entry = only(
        """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://warta.example/">
        <title>Warta</title><entry><title type="text">Harga &lt;b&gt; &amp; beras</title>
        <id>tag:warta.example,2026:1</id>
        <link href="ekonomi/beras?utm_source=atom"/><published>2026-11-23T16:30:00+07:00</published>
        <updated>2026-11-23T18:00:00+07:00</updated><category term="ekonomi" label="Ekonomi"/>
        <content type="html">&lt;p&gt;Harga beras turun.&lt;/p&gt;</content></entry></feed>"""
    )
    assert entry.url == "https://warta.example/ekonomi/beras"
    assert entry.title == "Harga <b> & beras"
    assert entry.text == "Harga beras turun."
    assert entry.published_at == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    assert entry.categories == ("Ekonomi",)


def test_a_json_feed_item_becomes_an_entry() -> None:
    feed = parse(
        json_feed(
            {
                "id": 7,
                "url": "/ekonomi/beras",
                "title": "Harga <b>& beras 🎉",
                "content_html": "<p>Turun.</p><p>Lagi.</p>",
                "summary": "Ringkas.",
                "date_published": "2026-11-23T09:30:00Z",
                "tags": ["ekonomi", None],
            },
            title="Sagara Post",
        )
    )
    assert feed.title == "Sagara Post"
    assert feed.entries == (
        Entry(
            url="https://kabar.example/ekonomi/beras",
            title="Harga <b>& beras 🎉",
            text="Turun.\n\nLagi.",
            published_at=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
            categories=("ekonomi", "None"),
            guid="7",
        ),
    )


def test_a_json_feed_with_wrong_types_gives_what_can_be_used() -> None:
    feed = parse(
        json_feed(
            None,
            "teks",
            {"url": ["x"], "title": "Tanpa alamat"},
            {
                "url": "https://kabar.example/a",
                "title": {"a": 1},
                "content_text": "Isi.",
                "date_published": 7,
                "tags": 3,
            },
        )
    )
    assert [(entry.title, entry.text, entry.published_at, entry.categories) for entry in feed.entries] == [
        ("Isi.", "Isi.", None, ())
    ]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Harga &lt;b&gt;&amp; beras 🎉", "Harga <b>& beras 🎉"),
        ("&lt;i&gt;Harga &lt;b class='x'&gt;beras&lt;/b&gt;&lt;/i&gt;&lt;br/&gt;turun", "Harga beras turun"),
        ("<![CDATA[Tarif <b>Tol</b> & Parkir]]>", "Tarif Tol & Parkir"),
        ("Tarif &amp;quot;Tol&amp;quot;", 'Tarif "Tol"'),
        ("Suhu &lt; 5 dan &gt; 2 derajat", "Suhu < 5 dan > 2 derajat"),
        ("  BANJIR\n  BESAR ", "BANJIR BESAR"),
    ],
)
def test_a_title_is_plain_text_whatever_it_was_escaped_with(title: str, expected: str) -> None:
    assert only(rss(item(title=title))).title == expected


def test_an_entry_without_a_title_is_named_by_its_text() -> None:
    entry = only(rss(item(f"<description>{PARAGRAPHS[1]}</description>", title="")))
    assert entry.title.startswith("Wali Kota Sagara")
    assert entry.title.endswith("…")
    assert len(entry.title) <= 101


def test_a_relative_link_is_resolved_and_a_guid_stands_in_for_a_missing_one() -> None:
    assert only(rss(item(link="/daerah/jembatan?id=7"))).url == "https://kabar.example/daerah/jembatan?id=7"
    guid = "<item><title>A</title><guid isPermaLink='false'>https://kabar.example/a</guid></item>"
    assert only(rss(guid)).url == "https://kabar.example/a"


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "ftp://kabar.example/a", "data:text/html,x", "mailto:a@b.example"]
)
def test_a_link_that_is_not_of_the_web_is_dropped(link: str) -> None:
    assert parse(rss(item(link=link) + item())).entries == (only(rss(item())),)


def test_an_entry_that_nobody_could_open_is_dropped() -> None:
    nothing = "<item><description>Tanpa alamat.</description></item><item><link>https://kabar.example/b</link></item>"
    assert parse(rss(nothing)).entries == ()


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Mon, 23 Nov 2026 16:30:00 +0700", datetime(2026, 11, 23, 9, 30, tzinfo=UTC)),
        ("2026-11-23T16:30:00+07:00", datetime(2026, 11, 23, 9, 30, tzinfo=UTC)),
        ("Senin, 23 November 2026 16:30 WIB", datetime(2026, 11, 23, 9, 30, tzinfo=UTC)),
        ("Mon, 23 Nov 2026 16:30 WIB", datetime(2026, 11, 23, 9, 30, tzinfo=UTC)),
        ("Thu, 01 Jan 1970 07:00:00 +0700", None),
        ("kemarin sore", None),
        ("", None),
    ],
)
def test_a_date_is_read_as_it_was_meant(date: str, expected: datetime | None) -> None:
    assert only(rss(item(f"<pubDate>{date}</pubDate>"))).published_at == expected


@pytest.mark.parametrize(("ttl", "expected"), [("30", 1800), ("999999", 7 * 24 * 3600), ("0", None), ("x", None)])
def test_the_time_to_live_is_bounded(ttl: str, expected: int | None) -> None:
    assert parse(rss(item(), channel=f"<ttl>{ttl}</ttl>")).ttl_seconds == expected


def test_at_most_500_entries_are_read() -> None:
    items = "".join(item(link=f"https://kabar.example/{number}") for number in range(MAX_ENTRIES + 20))
    entries = parse(rss(items)).entries
    assert len(entries) == MAX_ENTRIES
    assert entries[0].url == "https://kabar.example/0"


def test_a_feed_without_entries_is_a_feed() -> None:
    assert parse(rss("")) == ParsedFeed(title="Kabar Nusantara", entries=())


def test_a_feed_that_is_cut_off_gives_what_is_whole() -> None:
    whole = rss(item(link="https://kabar.example/1") + item(link="https://kabar.example/2"))
    assert len(parse(whole[: whole.rindex(b"</item>")]).entries) == 2


def test_a_feed_served_as_html_in_latin_1_is_still_the_feed_that_it_says() -> None:
    (entry,) = parse_feed(rss(item(title="Café Sagara 🎉")), "text/html; charset=iso-8859-1", URL).entries
    assert entry.title == "Café Sagara 🎉"


def test_the_charset_of_an_old_feed_is_respected() -> None:
    feed = rss(item(title="Café Sagara")).replace(b"UTF-8", b"iso-8859-1").decode().encode("latin-1")
    assert only(feed).title == "Café Sagara"


def test_a_short_feed_is_never_taken_for_a_file_name(tmp_path: Path) -> None:
    path = tmp_path / "umpan.xml"
    path.write_bytes(rss(item()))
    with pytest.raises(ParseError, match="feed_unreadable"):
        parse(str(path))


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (b"", "feed_empty"),
        (b"\xef\xbb\xbf \n\t ", "feed_empty"),
        (b"<!doctype html><html><title>Kabar</title><p>Isi", "feed_is_html"),
        (b"\n<!-- x --><HTML lang='id'>", "feed_is_html"),
        (b"<meta charset=utf-8><title>Kabar</title><p>Isi", "feed_is_html"),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html xmlns="y">', "feed_is_html"),
        (bytes(range(256)) * 20, "feed_unreadable"),
        (b"\x89PNG\r\n\x1a\n" + bytes(3000), "feed_unreadable"),
        (b"Teks biasa saja.", "feed_unreadable"),
        (b"{}", "feed_unreadable"),
        (b"[]", "feed_unreadable"),
        (b'{"items": 3}', "feed_unreadable"),
        (b'{"items": [', "feed_unreadable"),
        (b"[" * 100_000, "feed_unreadable"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "feed_unreadable"),
    ],
)
def test_what_is_no_feed_is_named(body: bytes, key: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(body)
    assert caught.value.key == key


def test_entities_that_would_explode_do_not() -> None:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "lol">{lol}]>' + rss(item(title="&l9;")).decode()[38:]
    assert sum(len(entry.title) for entry in parse(bomb).entries) < 1000
