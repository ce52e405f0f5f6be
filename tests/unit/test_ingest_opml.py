"""Lists of feeds, in and out."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import ParseError
from bot.ingest.opml import read_opml, write_opml
from bot.models import TOPICS, NewFeed

ROOT = Path(__file__).parents[2]


def opml(body: str, *, before: str = '<?xml version="1.0" encoding="UTF-8"?>', version: str = "2.0") -> str:
    return f'{before}<opml version="{version}"><head><title>Umpan</title></head><body>{body}</body></opml>'


BILLION_LAUGHS = (
    '<!DOCTYPE opml [<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)) + "]>"
)


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


ONE_LINE = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=40).map(
    lambda text: " ".join(text.replace("\ufffe", "").replace("\uffff", "").split())
)
FEEDS = st.builds(
    NewFeed,
    url=st.integers(0, 10**6).map(lambda number: f"https://kabar{number}.example/rss?a={number}&b=%20"),
    outlet=ONE_LINE.filter(bool),
    title=ONE_LINE,
    topic=st.none() | st.sampled_from(TOPICS),
)


@settings(deadline=None)
@given(st.lists(FEEDS, min_size=1, max_size=8, unique_by=lambda feed: feed.url))
def test_any_list_is_read_back_as_it_was_written(feeds: list[NewFeed]) -> None:
    assert read_opml(write_opml(feeds)) == feeds


@settings(deadline=None)
@given(st.text(max_size=30), st.text(max_size=30))
def test_any_name_can_be_written_and_a_second_time_changes_nothing(outlet: str, title: str) -> None:
    once = read_opml(write_opml([NewFeed("https://kabar.example/rss", outlet, title)]))
    assert len(once) == 1
    assert read_opml(write_opml(once)) == once


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_a_list_or_is_refused(text: str) -> None:
    for each in (text, opml(text), opml(f'<outline text="{text}" xmlUrl="https://kabar.example/rss"/>')):
        try:
            assert read_opml(each)
        except ParseError as error:
            assert str(error) in ("opml_bad", "opml_empty")  # noqa: PT017 - either is right


def test_names_of_elements_and_attributes_are_read_in_any_case() -> None:
    feeds = read_opml(
        "<OPML Version='1.1'><Body><Outline TEXT='Kabar'><OUTLINE Title='Terbaru' XmlURL='https://kabar.example/rss' "
        "Category='/OLAHRAGA'/></Outline></Body></OPML>"
    )
    assert feeds == [NewFeed("https://kabar.example/rss", "Kabar", "Terbaru", "olahraga")]


def test_a_feed_with_feeds_below_it_is_one_of_them() -> None:
    feeds = read_opml(
        opml(
            "<outline text='Kabar' xmlUrl='https://kabar.example/rss'>"
            "<outline text='Bola' xmlUrl='https://kabar.example/bola'/></outline>"
        )
    )
    assert [(feed.url, feed.outlet) for feed in feeds] == [
        ("https://kabar.example/rss", "Kabar"),
        ("https://kabar.example/bola", "Kabar"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bukan xml",
        "<html><body><outline xmlUrl='https://kabar.example/'/></body></html>",
        "<opml version='2.0'><head/></opml>",
        opml('<outline text="A" xmlUrl="https://kabar.example/rss">'),
        opml('<outline text="A" xmlUrl="https://kabar.example/&x;"/>', before="<!DOCTYPE o [<!ENTITY x 'y'>]>"),
        opml('<outline text="A" xmlUrl="https://kabar.example/rss"/>', before="<!doctype opml SYSTEM 'file:///x'>"),
        opml("<outline text='&l9;' xmlUrl='https://kabar.example/rss'/>", before=BILLION_LAUGHS),
        opml("<outline text='A' xmlUrl='https://kabar.example/rss'/>").encode("utf-16").decode("latin-1"),
        "\x00" * 100,
        opml('<outline text="A" xmlUrl="https://kabar.example/rss"/>' + " " * 6_000_000),
    ],
)
def test_what_is_no_list_of_feeds_is_refused(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        read_opml(text)
    assert caught.value.key == "opml_bad"


@pytest.mark.parametrize("body", ["", '<outline text="A"/>', '<outline text="A" xmlUrl="ftp://kabar.example/rss"/>'])
def test_a_list_without_a_feed_is_told_from_what_is_no_list(body: str) -> None:
    with pytest.raises(ParseError) as caught:
        read_opml(opml(body))
    assert caught.value.key == "opml_empty"


def test_outlines_nested_without_end_are_read() -> None:
    deep = (
        '<outline text="A">' * 150_000
        + '<outline text="B" xmlUrl="https://kabar.example/rss"/>'
        + "</outline>" * 150_000
    )
    assert read_opml(opml(deep))[0].outlet == "A"


def test_the_starting_list_is_read_whole_and_says_that_it_was_not_checked() -> None:
    text = (ROOT / "deploy" / "feeds.opml").read_text(encoding="utf-8")
    feeds = read_opml(text)
    assert len(feeds) == text.count("xmlUrl=") > 20
    assert {"Antara", "Detik", "Tempo", "CNN Indonesia", "Republika"} <= {feed.outlet for feed in feeds}
    assert text.count("category=") == sum(feed.topic is not None for feed in feeds)
    assert "NO ADDRESS HERE WAS CHECKED" in text
