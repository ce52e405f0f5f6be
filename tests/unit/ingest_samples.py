"""Fictional articles and pages for the ingest tests, and the way to the real ones outside the project."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.models import Entry

NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)

PARAGRAPHS = (
    "SAGARA, Kabar Nusantara - Pemerintah Kota Sagara membuka kembali Jembatan Melati pada Senin (23/11/2026) setelah "
    "perbaikan selama empat bulan yang menelan biaya Rp 12,4 miliar.",
    "Wali Kota Sagara Mirna Hapsari mengatakan jembatan itu kini dapat dilewati kendaraan hingga 20 ton. Warga di dua "
    "kecamatan tidak perlu lagi memutar sejauh 18 kilometer untuk pergi ke pasar.",
    "“Kami akan memeriksa setiap sambungan dua kali setahun,” kata Mirna. Dinas pekerjaan umum setempat juga memasang "
    "sensor getaran yang datanya dapat dilihat oleh siapa saja melalui internet.",
    "Jembatan Melati ditutup pada Juli lalu karena dua tiangnya retak akibat banjir. Selama ditutup, warga memakai "
    "perahu milik koperasi nelayan dengan ongkos Rp 3.000 sekali jalan.",
)
TEXT = "\n\n".join(PARAGRAPHS)
TITLE = "Jembatan Melati Dibuka Lagi, Warga Sagara Tak Perlu Memutar"

ENGLISH = (
    "The city council opened the bridge again on Monday after four months of repairs, and the mayor said that it would "
    "now carry trucks of up to twenty tons. Residents of the two districts will not have to go around by the old road "
    "to reach the market, which had cost them an hour a day while the bridge was closed because of the flood in July."
)

_SHARED = Path(__file__).parents[3] / "shared" / "data"


def shared(*parts: str) -> Path:
    """Give a path to real input; skips the test where it is not there."""
    path = _SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{path} is not on this machine")
    return path


def entry(
    *,
    url: str = "https://kabar.example/daerah/jembatan-melati",
    title: str = TITLE,
    text: str = TEXT,
    published_at: datetime | None = datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
    categories: tuple[str, ...] = (),
) -> Entry:
    return Entry(url=url, title=title, text=text, published_at=published_at, categories=categories, guid=url)


def html_page(*, head: str = "", body: str = "", title: str = TITLE) -> bytes:
    """Give a page with an article in `<div itemprop="articleBody">`, menu and footer around it."""
    text = body or "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return f"""<!doctype html><html lang="id"><head><meta charset="utf-8"><title>{title} - Kabar Nusantara</title>
    <meta property="og:site_name" content="Kabar Nusantara">{head}</head>
    <body><nav><ul><li><a href="/">Beranda</a></li><li><a href="/daerah">Daerah</a></li></ul></nav>
    <h1>{title}</h1><div class="date">Senin, 23 November 2026 | 16:30 WIB</div>
    <div itemprop="articleBody">{text}</div>
    <aside><h3>Terpopuler</h3><ul><li><a href="/a">Harga Beras Turun di Pasar Tirtamulya</a></li></ul></aside>
    <footer>© 2026 Kabar Nusantara. All rights reserved.</footer></body></html>""".encode()


def rss(items: str, *, version: str = "2.0", channel: str = "") -> bytes:
    """Give an RSS feed around items."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="{version}"><channel><title>Kabar Nusantara</title>'
        f"<link>https://kabar.example/</link>{channel}{items}</channel></rss>"
    ).encode()
