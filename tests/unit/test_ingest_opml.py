"""Lists of feeds, in and out."""

from pathlib import Path

import pytest

from bot.errors import ParseError
from bot.ingest.opml import read_opml, write_opml
from bot.models import NewFeed

ROOT = Path(__file__).parents[2]


def opml(body: str, *, before: str = '<?xml version="1.0" encoding="UTF-8"?>', version: str = "2.0") -> str:
    return f'{before}<opml version="{version}"><head><title>Umpan</title></head><body>{body}</body></opml>'


def test_nested_outlines_give_feeds_of_the_outlet_around_them() -> None:
    feeds = read_opml(
        opml(
            """<outline text="Berita"><outline text="Kabar Nusantara">
            <outline type="rss" text="Kabar Ekonomi" xmlUrl="https://kabar.example/ekonomi.xml" category="/Ekonomi"/>
            <outline text="Kabar Terbaru" title="Terbaru" xmlUrl="https://kabar.example/rss?utm_source=x"/>
            </outline></outline><outline text="Warta &amp; Data" XMLURL="https://warta.example/feed" category="lain"/>
            <outline xmlUrl="http://sagara.example:80/"/>"""
        )
    )
    assert feeds == [
        NewFeed("https://kabar.example/ekonomi.xml", "Kabar Nusantara", "Kabar Ekonomi", "ekonomi"),
        NewFeed("https://kabar.example/rss", "Kabar Nusantara", "Terbaru", None),
        NewFeed("https://warta.example/feed", "Warta & Data", "Warta & Data", None),
        NewFeed("http://sagara.example/", "sagara.example", "", None),
    ]


def test_an_address_counts_once_and_a_bad_one_not_at_all() -> None:
    feeds = read_opml(
        opml(
            """<outline text="A" xmlUrl="https://kabar.example/rss"/><outline text="B" xmlUrl="HTTPS://KABAR.example/rss"/>
            <outline text="C" xmlUrl="file:///etc/passwd"/><outline text="D" xmlUrl=""/><outline text="E"/>"""
        )
    )
    assert [feed.title for feed in feeds] == ["A"]


def test_an_old_list_is_read() -> None:
    assert (
        len(read_opml(opml('<outline title="A" xmlUrl="https://kabar.example/rss"/>', before="", version="1.0"))) == 1
    )


def test_what_is_written_is_read_back_as_it_was() -> None:
    feeds = [
        NewFeed("https://kabar.example/rss?a=1&b=2", "Kabar <Nusantara>", 'Kabar "Terbaru" 🎉', "ekonomi"),
        NewFeed("https://warta.example/feed", "Warta", "", None),
    ]
    assert read_opml(write_opml(feeds)) == feeds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bukan xml",
        "<html><body><outline xmlUrl='https://kabar.example/'/></body></html>",
        "<opml version='2.0'><head/></opml>",
        opml(""),
        opml('<outline text="A"/>'),
        opml('<outline text="A" xmlUrl="https://kabar.example/rss">'),
        opml('<outline text="A" xmlUrl="https://kabar.example/&x;"/>', before="<!DOCTYPE o [<!ENTITY x 'y'>]>"),
        opml('<outline text="A" xmlUrl="https://kabar.example/rss"/>', before="<!doctype opml SYSTEM 'file:///x'>"),
        "\x00" * 100,
        opml('<outline text="A" xmlUrl="https://kabar.example/rss"/>' + " " * 6_000_000),
    ],
)
def test_what_is_no_list_of_feeds_is_refused(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        read_opml(text)
    assert caught.value.key == "opml_bad"


def test_outlines_nested_without_end_are_read() -> None:
    deep = '<outline text="A">' * 5000 + '<outline text="B" xmlUrl="https://kabar.example/rss"/>' + "</outline>" * 5000
    assert read_opml(opml(deep))[0].outlet == "A"


def test_the_starting_list_is_read_whole_and_says_that_it_was_not_checked() -> None:
    text = (ROOT / "deploy" / "feeds.opml").read_text(encoding="utf-8")
    feeds = read_opml(text)
    assert len(feeds) == text.count("xmlUrl=") > 20
    assert {"Antara", "Detik", "Tempo", "CNN Indonesia", "Republika"} <= {feed.outlet for feed in feeds}
    assert text.count("category=") == sum(feed.topic is not None for feed in feeds)
    assert "NO ADDRESS HERE WAS CHECKED" in text
