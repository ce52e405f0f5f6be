"""Feeds as outlets write them, whole and broken."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.errors import ParseError
from bot.ingest.feeds import MAX_ENTRIES, MAX_FEED_TEXT, MAX_LINE, MAX_TEXT, parse_feed, parse_with_feedparser
from bot.ingest.plain_rss import read_plain_rss
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
            categories=("ekonomi",),
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
        ("Mon, 23 Nov 2026 18:30:00 WIT", datetime(2026, 11, 23, 9, 30, tzinfo=UTC)),
        ("Mon, 23 Nov 2026 09:30:00 GMT", datetime(2026, 11, 23, 9, 30, tzinfo=UTC)),
        ("Mon, 23 Nov 2026 04:30:00 EST", datetime(2026, 11, 23, 9, 30, tzinfo=UTC)),
        # Without a zone it is what the outlet's own clock says.
        ("Mon, 23 Nov 2026 16:30:00", datetime(2026, 11, 23, 9, 30, tzinfo=UTC)),
        ("2026-11-23 16:30:00", datetime(2026, 11, 23, 9, 30, tzinfo=UTC)),
        ("0000-00-00 00:00:00", None),
        ("9999-12-31T23:59:59-14:00", None),
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


def plain_item(title: str = TITLE, text: str = "Isi.", extra: str = "") -> str:
    date = "<pubDate>Mon, 23 Nov 2026 16:30:00 +0700</pubDate>"
    return item(f"<description>{text}</description>{date}{extra}", title=title)


def rss_with_namespaces(items: str) -> bytes:
    names = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    )
    return rss(items).replace(b"<rss ", f"<rss {names}".encode())


@pytest.mark.parametrize(
    "extra",
    [
        "",
        "<author>redaksi@kabar.example (Rina)</author><comments>https://kabar.example/a#k</comments>",
        "<content:encoded><![CDATA[<p>Satu.</p><p>Dua &amp; tiga.</p>]]></content:encoded><dc:creator>R</dc:creator>",
        "<category>Daerah</category><category><![CDATA[ Daerah ]]></category><category>Sagara</category>",
        "<guid isPermaLink='false'>k-7</guid><enclosure url='https://kabar.example/a.jpg' type='image/jpeg'/>",
        "<media:content url='https://kabar.example/a.jpg'><media:title>Foto</media:title></media:content>",
        "<wartawan>Rina</wartawan><!-- akhir --><?cetak tidak?>",
    ],
)
def test_a_plain_feed_is_read_without_feedparser_and_says_the_same(extra: str) -> None:
    feed = rss_with_namespaces(plain_item("Harga &amp;amp; &lt;b&gt;Beras&lt;/b&gt;", "&lt;p&gt;Isi.&lt;/p&gt;", extra))
    assert read_plain_rss(feed) is not None
    assert parse(feed) == parse_with_feedparser(feed, "application/xml", URL)


def test_the_caption_of_a_picture_is_not_the_text() -> None:
    caption = "Warga melintas di Jembatan Melati pada hari pertama setelah perbaikan."
    picture = f"<media:content url='x'><media:description>{caption}</media:description></media:content>"
    assert only(rss_with_namespaces(plain_item(extra=f"<media:group>{picture}</media:group>"))).text == "Isi."


@pytest.mark.parametrize(
    "items",
    [
        item("<description>Tanpa tanggal.</description>"),
        plain_item(title=""),
        plain_item(text="Harga <b>beras</b> turun."),
        plain_item(text="Cafe\u0301 Ã© rusak"),
        plain_item(text="kata &#146;kata&#146;"),
        plain_item(extra="<title>Lagi</title>"),
        plain_item(extra="<link>https://kabar.example/lain</link>"),
        plain_item(extra="<content>Isi lain yang lebih panjang.</content>"),
        plain_item(extra="<media:keywords>banjir, sagara</media:keywords>"),
        plain_item(extra="<media:description>Foto jembatan yang panjang sekali.</media:description>"),
        plain_item(extra="<itunes:summary>Ringkas tetapi lebih panjang.</itunes:summary>"),
        plain_item(extra="<dc:subject>Daerah</dc:subject>"),
        plain_item(extra="<wadah><title>Di dalam</title></wadah>"),
        item("<pubDate>Mon, 23 Nov 2026 16:30:00 +0700</pubDate>", link=""),
        "<item xml:base='https://lain.example/'><title>A</title><link>/a</link></item>",
        plain_item(text="&nbsp;Isi"),
        plain_item() + "<item>",
    ],
)
def test_what_is_not_plain_is_left_to_feedparser(items: str) -> None:
    feed = rss_with_namespaces(items)
    assert read_plain_rss(feed) is None
    assert parse(feed) == parse_with_feedparser(feed, "application/xml; charset=utf-8", URL)


def test_a_line_before_the_declaration_changes_nothing() -> None:
    feed = rss(plain_item("Kafé 🎉"))
    assert parse(b"\r\n " + feed) == parse(feed)
    assert parse(b"\xef\xbb\xbf\n" + feed) == parse(feed)


@pytest.mark.parametrize("said", ["iso-8859-1", "windows-1252", "us-ascii", "utf-16", "tidak-ada"])
def test_a_feed_that_is_utf_8_is_read_as_such_whatever_it_says(said: str) -> None:
    feed = rss(plain_item("“Kafé” 🎉")).replace(b"UTF-8", said.encode())
    assert parse_feed(feed, f"application/xml; charset={said}", URL).entries[0].title == "“Kafé” 🎉"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-32", "cp1252"])
def test_a_feed_in_another_code_is_read(encoding: str) -> None:
    feed = rss(plain_item("Kafé")).decode().replace("UTF-8", encoding.removesuffix("-sig")).encode(encoding)
    assert parse(feed, "").entries[0].title == "Kafé"


def test_code_and_markup_are_no_text_however_often_they_were_escaped() -> None:
    hidden = "&lt;script&gt;alert(1)&lt;/script&gt;&lt;style&gt;p {}&lt;/style&gt;&lt;p onclick='x'&gt;Isi.&lt;/p&gt;"
    entry = only(rss(plain_item(f"Judul {hidden.replace('Isi.', 'baru')}&lt;img src=x onerror=y&gt;", hidden)))
    assert (entry.title, entry.text) == ("Judul baru", "Isi.")
    assert only(rss(plain_item(text=hidden.replace("&", "&amp;")))).text == "Isi."
    atom = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>W</title><entry><title>A</title>
        <link href="https://warta.example/a"/><summary>{hidden}</summary></entry></feed>"""
    assert only(atom).text == "Isi."


def test_characters_that_no_text_has_are_left_out() -> None:
    entry = only(
        json_feed({"url": "https://kabar.example/a", "title": "A\ud800\x00\x1bB", "content_text": "I\x07si\udfff."})
    )
    assert (entry.title, entry.text) == ("AB", "Isi.")


def test_long_texts_are_cut_and_a_feed_of_many_keeps_its_headlines() -> None:
    text = "kata biasa saja " * (MAX_TEXT // 16 + 100)
    entry = only(rss(plain_item("judul " * 500, text, f"<category>{'x' * 9999}</category><guid>{'y' * 9999}</guid>")))
    assert len(entry.text) == MAX_TEXT
    assert len(entry.title) <= MAX_LINE
    assert len(entry.guid) == MAX_LINE
    assert len(entry.categories[0]) == MAX_LINE // 5
    entries = parse(rss(plain_item(text=text) * 20)).entries
    assert len(entries) == 20
    assert sum(len(entry.text) for entry in entries) == MAX_FEED_TEXT
    assert all(entry.title == TITLE for entry in entries)
