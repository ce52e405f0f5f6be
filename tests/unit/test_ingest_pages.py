"""Article pages: the real ones of ../shared/data/pages, and one made for each thing that goes wrong."""

import gzip
import hashlib
import json
import re
from datetime import UTC, datetime

import pytest

from bot.errors import ParseError
from bot.ingest.pages import parse_page
from bot.models import Page
from tests.unit.ingest_samples import PARAGRAPHS, TEXT, TITLE, html_page, shared

URL = "https://kabar.example/daerah/jembatan-melati"

# Name, date in the markup or print, and hashes of the first and last five words: the outlets' words stay outside.
REAL = [
    ("antara-singlepage", "2015-11-05T07:56:43", "9da2bdbe971d", "35c85612c58e"),
    ("antara-singlepage2", "2016-02-23T07:49:30", "14df4c308357", "4c89eb839e56"),
    ("antara-singlepage3", "2016-02-23T07:39:42", "6861a9245abf", "0b1b1f86ea7b"),
    ("detik-singlepage", "2015-11-05T03:08:58", "46f913594776", "91baa4a8522c"),
    ("kapanlagi-singlepage", "2015-11-05T04:52:00", "af5ce3854402", "d91e1031312e"),
    ("kapanlagi-singlepage2", "2016-02-14T02:15:00", "8459b9c5473d", "5d768b109e12"),
    ("kompas-singlepage", "2015-11-04T14:04:00", "eaa4c87e2458", "c146ceb07fcf"),
    ("kompas-singlepage2", "2016-02-16T07:38:00", "a823c95fe3d7", "a14cf640709d"),
    ("kompas-singlepage3", "2016-02-16T07:11:00", "a56dbc44ac6b", "26876b90c8d2"),
    ("liputan6-singlepage", "2016-02-16T02:10:56", "c858f4d94d0b", "edd466650154"),
    ("okezone-singlepage", "2015-11-05T08:56:00", "18cd6c4327f3", "164416ba5355"),
    ("republika-singlepage", "2016-02-15T09:15:00", "6c7d3ca9d06b", "42388a8d87bf"),
    ("republika-singlepage2", "2016-02-23T10:15:00", "dc746107b988", "7c86ab8f638d"),
]
FURNITURE = re.compile(
    r"baca juga|jangan lewatkan|simak video|gambas|scroll to|berita terkait|^editor|^pewarta"
    r"|copyright|©|rights reserved|\((?:[a-z]{2,4}/)+[a-z]{2,4}\)$",
    re.IGNORECASE | re.MULTILINE,
)


def parse(body: bytes, content_type: str = "text/html; charset=utf-8", url: str = URL) -> Page:
    return parse_page(body, content_type, url)


def real(name: str) -> bytes:
    return gzip.decompress(shared("pages", f"{name}.html.gz").read_bytes())


def fingerprint(words: list[str]) -> str:
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:12]


@pytest.mark.parametrize(("name", "date", "first", "last"), REAL)
def test_a_real_page_gives_its_article(name: str, date: str, first: str, last: str) -> None:
    body = real(name)
    page = parse(body, "", "")
    assert page.published_at == datetime.fromisoformat(date).replace(tzinfo=UTC)
    words = page.text.split()
    assert (fingerprint(words[:5]), fingerprint(words[-5:])) == (first, last)
    assert not FURNITURE.search(page.text)
    assert page.url.startswith("http")
    # The headline is on the page as it is, without the outlet's name.
    assert page.title in re.sub(r"&quot;|&#039;", lambda found: '"' if "q" in found[0] else "'", body.decode())
    assert not re.search(r"(?:kompas|liputan6|kapanlagi)\.com|republika online|okezone", page.title, re.IGNORECASE)


def test_the_article_of_media_indonesia_is_the_expected_one() -> None:
    expected = json.loads(shared("pages", "MediaIndonesia.expected.json").read_text(encoding="utf-8"))["V1"]
    page = parse(real("MediaIndonesia_2026_01_20"), "", "")
    paragraphs = [text for section in expected["body"]["sections"] for text in section["paragraphs"]]
    paragraphs[-1] = re.sub(r" \([A-Z]-\d\)$", "", paragraphs[-1])  # the desk's mark
    assert page.text.split("\n\n") == paragraphs
    assert page.title == expected["title"]
    assert page.published_at == datetime.fromisoformat(expected["publishing_date"])
    assert page.section == "Ekonomi"


def test_a_page_gives_headline_text_date_and_address() -> None:
    page = parse(html_page(head='<link rel="canonical" href="/daerah/jembatan-melati?utm_source=x">'))
    assert page == Page(
        url="https://kabar.example/daerah/jembatan-melati",
        title=TITLE,
        text=TEXT,
        published_at=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
        section=None,
    )


def test_what_stands_between_the_paragraphs_is_left_out() -> None:
    between = """<p>Baca juga: <a href="/x">Banjir Surut di Tiga Kecamatan Kota Sagara</a></p>
    <div class="linksisip"><a href="/y">Perahu Koperasi Ramai Penumpang</a></div>
    <p><strong>Baca juga:</strong></p><p><a href="/z">Sensor Getaran Dipasang di Lima Jembatan</a></p>
    <p>[Gambas:Video 20detik]</p><p>SCROLL TO CONTINUE WITH CONTENT</p><p>ADVERTISEMENT</p>
    <p>Simak Video: Jembatan Melati dari Udara</p><script>lacak()</script><figure><img src="a.jpg">
    <figcaption>Jembatan Melati. Foto: Dok. Kota</figcaption></figure>"""
    after = """<p>(abc/def)</p><p>Editor: Raka Wirawan</p><p>Berita Terkait</p>
    <ul><li><a href="/b">Pasar Ramai Lagi</a></li></ul><p>https://kabar.example/foto</p>"""
    text = between.join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS) + after
    assert parse(html_page(body=text)).text == TEXT


@pytest.mark.parametrize(
    "line",
    [
        "Halaman Selanjutnya",
        "Halaman selanjutnya → Warga Menyambut Gembira",
        "Halaman 2 dari 3",
        "Lanjut ke halaman berikutnya",
        "1 2 3",
        "Baca: Harga Beras Turun di Pasar Induk",
        "Baca juga : Harga Beras Turun",
        "Selanjutnya: Warga Menyambut Gembira",
        "Simak Video 'Jembatan Melati dari Udara':",
        "[Gambas:Instagram]",
        "ADVERTISEMENT - SCROLL TO CONTINUE",
        "- Advertisement -",
        "Lihat Foto",
        "KABAR.com/RAKA WIRAWAN",
        "Dok. Pemerintah Kota Sagara",
        "Laporan Wartawan Kabar Nusantara, Raka Wirawan",
        "Simak breaking news dan berita pilihan kami di ponselmu lewat saluran https://kabar.example/saluran",
        "(abc/def/ghi)",
    ],
)
def test_a_line_of_the_outlets_own_between_two_paragraphs_is_left_out(line: str) -> None:
    lines = (*PARAGRAPHS[:2], line, *PARAGRAPHS[2:])
    assert parse(html_page(body="".join(f"<p>{each}</p>" for each in lines))).text == TEXT


@pytest.mark.parametrize(
    "sentence",
    [
        "Baca: begitulah kata pertama yang ia pelajari di sekolah itu.",
        "Laporan wartawan setempat menyebut dua orang terluka.",
        "Selanjutnya: ia akan pulang.",
        "Halaman selanjutnya dari buku itu hilang.",
    ],
)
def test_a_sentence_that_begins_like_such_a_line_stays(sentence: str) -> None:
    lines = (*PARAGRAPHS, sentence)
    assert sentence in parse(html_page(body="".join(f"<p>{each}</p>" for each in lines))).text


def test_paragraphs_made_of_line_breaks_are_paragraphs() -> None:
    breaks = "<br/><br />".join(PARAGRAPHS).replace("Rp 12,4", "Rp<br>12,4")
    assert parse(html_page(body=breaks)).text == TEXT


def test_a_dateline_outside_the_first_paragraph_is_joined_to_it() -> None:
    text = f"<strong>Sagara</strong> - <p>{PARAGRAPHS[1]}</p><p>{PARAGRAPHS[2]}</p>"
    assert parse(html_page(body=text)).text == f"Sagara - {PARAGRAPHS[1]}\n\n{PARAGRAPHS[2]}"


def test_an_unknown_page_layout_is_read_by_guess() -> None:
    unknown = html_page().replace(b'<div itemprop="articleBody">', b'<div class="zx-7">')
    text = parse(unknown).text
    assert text.startswith(PARAGRAPHS[0])
    assert text.endswith(PARAGRAPHS[-1])
    assert "Harga Beras" not in text


def test_structured_data_tell_headline_date_and_section() -> None:
    data = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": "Kabar"},
            {
                "@type": ["NewsArticle"],
                "headline": "Jembatan Melati Dibuka &amp; Diperiksa",
                "datePublished": "2026-11-23T17:00:00+07:00",
                "articleSection": ["Daerah"],
            },
        ],
    }
    body = html_page(head=f'<script type="application/ld+json">{json.dumps(data)}</script>')
    page = parse(body.replace(f"<h1>{TITLE}</h1>".encode(), b""))
    assert page.title == "Jembatan Melati Dibuka & Diperiksa"
    assert page.published_at == datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    assert page.section == "Daerah"


@pytest.mark.parametrize(
    "data",
    [
        "{",
        "[]",
        "3",
        "null",
        '{"@type": 3}',
        '{"@graph": 7}',
        '{"@type": "NewsArticle", "headline": 7, "datePublished": []}',
    ],
)
def test_structured_data_that_are_wrong_are_ignored(data: str) -> None:
    page = parse(html_page(head=f'<script type="application/ld+json">{data}</script>'))
    assert (page.title, page.text) == (TITLE, TEXT)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<meta property="article:published_time" content="2026-11-23T17:00:00+07:00">', (10, 0)),
        ('<meta itemprop="datePublished" content="2026-11-23T10:00:00Z">', (10, 0)),
        ('<meta name="publishdate" content="2026/11/23 17:00:00">', (10, 0)),
        # Only the day: the printed line knows the hour.
        ('<meta name="date" content="2026-11-23">', (9, 30)),
        # The clock of the printed line with a zone that it has not.
        ('<meta name="pubdate" content="2026-11-23 T16:30:00Z">', (9, 30)),
        ('<meta name="date" content="segera">', (9, 30)),
    ],
)
def test_the_date_is_the_best_that_the_page_has(head: str, expected: tuple[int, int]) -> None:
    assert parse(html_page(head=head)).published_at == datetime(2026, 11, 23, *expected, tzinfo=UTC)


def test_a_page_without_a_date_has_none() -> None:
    undated = html_page().replace(b"Senin, 23 November 2026 | 16:30 WIB", b"Kota Sagara")
    assert parse(undated).published_at is None


@pytest.mark.parametrize(
    "claim",
    [
        "https://warta.example/berita/1",
        "javascript:alert(1)",
        "https://kabar.example@warta.example/",
        "//warta.example/x",
    ],
)
def test_a_page_speaks_only_for_its_own_host(claim: str) -> None:
    page = parse(html_page(head=f'<link rel="canonical" href="{claim}"><meta property="og:url" content="{claim}">'))
    assert page.url == URL


def test_a_mobile_page_may_name_the_page_it_stands_for() -> None:
    head = '<link rel="canonical" href="https://www.kabar.example/daerah/jembatan-melati">'
    assert parse(html_page(head=head), url="https://m.kabar.example/x").url == (
        "https://www.kabar.example/daerah/jembatan-melati"
    )


def test_a_saved_page_is_known_by_the_address_in_it() -> None:
    assert parse(html_page(), url="").url == ""
    assert parse(html_page(head=f'<meta property="og:url" content="{URL}">'), url="").url == URL


def test_a_title_with_markup_and_emoji_is_plain_text() -> None:
    page = parse(html_page(title="Tarif &lt;b&gt;&amp; Tol Naik 🎉 Mulai Desember"))
    assert page.title == "Tarif <b>& Tol Naik 🎉 Mulai Desember"


def test_the_outlet_is_taken_off_a_title_that_no_heading_repeats() -> None:
    bare = html_page().replace(f"<h1>{TITLE}</h1>".encode(), b"")
    assert parse(bare).title == TITLE


def test_an_article_of_one_sentence_is_an_article() -> None:
    sentence = "Jembatan Melati di Kota Sagara dibuka kembali pada Senin pagi."
    assert parse(html_page(body=f"<p>{sentence}</p>")).text == sentence


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (html_page().decode().encode("latin-1", "xmlcharrefreplace"), "text/html; charset=iso-8859-1"),
        (html_page(), "text/html; charset=iso-8859-1"),
        (html_page().decode().replace('<meta charset="utf-8">', "").encode(), ""),
        (html_page().decode().replace('<meta charset="utf-8">', "").encode("cp1252"), "text/html"),
        (html_page().decode().encode("utf-16"), "text/html"),
        (b"\xef\xbb\xbf" + html_page(), "text/html"),
        (html_page(), "text/html; charset=tidak-ada"),
        (b'<?xml version="1.0" encoding="utf-8"?>' + html_page(), "text/html"),
    ],
)
def test_the_text_survives_whatever_the_server_says_of_its_encoding(body: bytes, content_type: str) -> None:
    assert parse(body, content_type).text == TEXT


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"\x89PNG\r\n\x1a\n" + bytes(5000),
        b"<html></html>",
        b"<html><body><nav><a href='/'>Beranda</a> <a href='/masuk'>Masuk</a></nav></body></html>",
        b"<html><body><h1>Masuk</h1><form><input name='a'><button>Kirim</button></form></body></html>",
        b"<html><body><div itemprop='articleBody'><p>Baca juga: Harga Beras</p></div></body></html>",
    ],
)
def test_a_page_without_an_article_is_refused(body: bytes) -> None:
    with pytest.raises(ParseError) as caught:
        parse(body)
    assert caught.value.key == "page_no_article"


def test_markup_nested_without_end_is_read_or_refused() -> None:
    deep = html_page(body="<div>" * 20_000 + PARAGRAPHS[0])
    with pytest.raises(ParseError, match="page_no_article"):
        parse(deep)
