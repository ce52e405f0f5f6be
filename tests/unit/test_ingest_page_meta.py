"""What pages say about themselves: structured data in every shape that outlets give it, dates, authors, addresses."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.ingest.decide import build_article
from bot.ingest.pages import parse_page
from bot.models import Entry, Page
from tests.unit.ingest_samples import NOW, PARAGRAPHS, TEXT, TITLE, html_page

URL = "https://kabar.example/daerah/jembatan-melati"
ARTICLE = {
    "@type": "NewsArticle",
    "headline": TITLE,
    "datePublished": "2026-11-23T17:00:00+07:00",
    "articleSection": "Daerah",
    "author": {"@type": "Person", "name": "Raka Wirawan"},
}
TEASER = {
    "@type": "NewsArticle",
    "headline": "Harga Beras Turun",
    "datePublished": "2020-01-01",
    "url": "/ekonomi/beras",
}
STATED = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def script(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


def parse(head: str = "", body: str = "", url: str = URL) -> Page:
    return parse_page(html_page(head=head, body=body), "text/html; charset=utf-8", url)


def undated(body: str = "", line: str = "Kota Sagara") -> bytes:
    return html_page(body=body).replace(b"Senin, 23 November 2026 | 16:30 WIB", line.encode())


PLAIN = json.dumps(ARTICLE)
SHAPES = {
    "plain": PLAIN,
    "list": json.dumps([{"@type": "WebSite"}, ARTICLE]),
    "list in a list": json.dumps([[ARTICLE]]),
    "graph": json.dumps({"@graph": [{"@type": "WebPage"}, ARTICLE]}),
    "graph in a graph": json.dumps({"@graph": [{"@graph": [ARTICLE]}]}),
    "main entity": json.dumps({"@type": "WebPage", "mainEntity": ARTICLE}),
    "type with its address": PLAIN.replace("NewsArticle", "https://schema.org/ReportageNewsArticle"),
    "several objects in a row": '{"@type": "WebSite"}\n' + PLAIN,
    "comment marks": f"<!--\n{PLAIN}\n-->",
    "cdata": f"//<![CDATA[\n{PLAIN}\n//]]>",
    "a semicolon after it": f"{PLAIN};",
    "a comma too many": PLAIN.replace('"Raka Wirawan"}', '"Raka Wirawan",}'),
    "an escape too many": PLAIN.replace("NewsArticle", r"News\Article"),
    "entities": PLAIN.replace('"', "&quot;"),
    "raw line breaks": PLAIN.replace(", Warga", ",\n\tWarga"),
    "a byte-order mark": f"\ufeff{PLAIN}",
}
BEYOND_MENDING = {
    "quotes in a description": PLAIN.replace('"headline"', '"description": "Kata "siap" dari wali kota",\n"headline"'),
    "cut off": PLAIN[:-3],
}


@pytest.mark.parametrize("shape", SHAPES)
def test_structured_data_are_read_in_any_shape(shape: str) -> None:
    page = parse(script(SHAPES[shape]))
    assert (page.published_at, page.section, page.title) == (STATED, "Daerah", TITLE)
    assert page.authors == ("Raka Wirawan",)


@pytest.mark.parametrize("shape", BEYOND_MENDING)
def test_structured_data_beyond_mending_give_date_and_section(shape: str) -> None:
    page = parse(script(BEYOND_MENDING[shape]))
    assert (page.published_at, page.section, page.title) == (STATED, "Daerah", TITLE)


@pytest.mark.parametrize(
    "order", [(TEASER, ARTICLE | {"url": URL}), (ARTICLE | {"mainEntityOfPage": {"@id": URL}}, TEASER)]
)
def test_of_several_articles_the_one_with_the_address_of_the_page_counts(order: tuple[dict[str, object], ...]) -> None:
    page = parse("".join(script(json.dumps(one)) for one in order))
    assert (page.published_at, page.url) == (STATED, URL)


@pytest.mark.parametrize("wrong", ["[" * 100_000, "{" * 50_000, '{"@graph": ' * 5000, "\\" * 1000, "&quot;" * 100_000])
def test_structured_data_meant_to_hurt_are_passed_over(wrong: str) -> None:
    assert parse(script(wrong) + script(PLAIN)).published_at == STATED


@pytest.mark.parametrize("claim", ["1970-01-01T00:00:00Z", "0001-01-01T00:00:00", "0000-00-00", "1577836800", "segera"])
def test_a_date_that_is_none_leaves_the_printed_one(claim: str) -> None:
    page = parse(f'<meta property="article:published_time" content="{claim}">')
    assert page.published_at == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("Raka Wirawan", ("Raka Wirawan",)),
        ({"name": "Raka &amp; Wirawan"}, ("Raka & Wirawan",)),
        ([{"name": "Raka Wirawan"}, {"name": "Mirna Hapsari"}, "raka wirawan"], ("raka wirawan", "Mirna Hapsari")),
        ({"name": ["Raka Wirawan", "Mirna Hapsari"]}, ("Raka Wirawan", "Mirna Hapsari")),
        ({"name": "https://kabar.example/penulis/raka"}, ()),
        ([None, 7, {}], ()),
    ],
)
def test_authors_are_names(author: object, expected: tuple[str, ...]) -> None:
    assert parse(script(json.dumps(ARTICLE | {"author": author}))).authors == expected


def test_an_author_may_stand_in_a_meta_tag() -> None:
    assert parse('<meta name="author" content="Raka Wirawan">').authors == ("Raka Wirawan",)


@pytest.mark.parametrize(
    "byline", ["Raka Wirawan", "Raka Wirawan - Kabar Nusantara", "RAKA WIRAWAN, wartawan di Sagara"]
)
def test_a_byline_of_a_known_author_is_left_out_at_either_end(byline: str) -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in (byline, *PARAGRAPHS, byline))
    assert parse('<meta name="author" content="Raka Wirawan">', text).text == TEXT


def test_a_sentence_about_the_author_stays() -> None:
    about = "Raka Wirawan melaporkan dari Sagara."
    text = "".join(f"<p>{paragraph}</p>" for paragraph in (*PARAGRAPHS, about))
    assert parse('<meta name="author" content="Raka Wirawan">', text).text == f"{TEXT}\n\n{about}"


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "".join(f"<p>{each}</p>" for each in PARAGRAPHS),
        "".join(f"&lt;p&gt;{each}&lt;/p&gt;" for each in PARAGRAPHS),
    ],
)
def test_a_page_that_a_script_fills_is_read_from_its_structured_data(text: str) -> None:
    head = script(json.dumps(ARTICLE | {"articleBody": text}))
    page = parse_page(f"<html><head>{head}</head><body><div id='app'></div></body></html>".encode(), "text/html", URL)
    assert (page.title, page.text) == (TITLE, TEXT)


def test_the_page_counts_before_the_text_in_its_structured_data() -> None:
    assert parse(script(json.dumps(ARTICLE | {"articleBody": f"{PARAGRAPHS[0]} ... " * 20}))).text == TEXT


# --- dates that count from the present ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("2 jam lalu", NOW - timedelta(hours=2)),
        ("Kemarin, 08.30 WITA", datetime(2026, 11, 23, 0, 30, tzinfo=UTC)),
        ("Senin (23/11), pukul 10.15 WIB", datetime(2026, 11, 23, 3, 15, tzinfo=UTC)),
    ],
)
def test_a_date_that_counts_from_the_present_is_that_of_the_visit(line: str, published: datetime) -> None:
    page = parse_page(undated(line=line), "text/html", URL)
    assert (page.published_at, page.age) == (None, line)
    entry = Entry(url=URL, title=TITLE, text="", published_at=None)
    assert build_article(entry, page, outlet="Kabar", now=NOW).published_at == published


def test_an_age_beside_a_full_date_is_not_asked() -> None:
    page = parse_page(html_page().replace(b"<h1>", b"<div>2 jam lalu</div><h1>"), "text/html", URL)
    assert (page.published_at, page.age) == (datetime(2026, 11, 23, 9, 30, tzinfo=UTC), "")


# --- addresses ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("claim", ["https://kabar.example/", "/", "http://[::1", "https://kabar.example:99999/x", "//"])
def test_an_address_that_cannot_be_the_articles_own_is_passed_over(claim: str) -> None:
    assert parse(f'<link rel="canonical" href="{claim}"><meta property="og:url" content="{claim}">').url == URL


@pytest.mark.parametrize("query", ["?page=all", "?page=2", "?showpage=all", "?single=1", "?halaman=3"])
def test_a_part_of_an_article_has_the_address_of_the_whole(query: str) -> None:
    assert parse(url=f"{URL}{query}").url == URL
    assert parse(url=f"{URL}?id=7&{query[1:]}").url == f"{URL}?id=7"
