"""`sari feeds`: what an editor sees of a feed before it is read, and the list of feeds in and out."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from aiohttp import web

from bot.models import FeedState, FeedUpdate
from bot.storage import open_storage
from tests.e2e.terminal import Terminal, write
from tests.unit.ingest_samples import ENGLISH, TEXT, TITLE, html_page, rss

SCREEN = 24
"""Lines of a terminal."""


@dataclass
class Site:
    base: str = ""
    answers: dict[str, tuple[bytes, str, dict[str, str]]] = field(default_factory=dict)

    async def answer(self, request: web.Request) -> web.Response:
        if request.path not in self.answers:
            return web.Response(status=404)
        body, content_type, headers = self.answers[request.path]
        return web.Response(body=body, content_type=content_type, headers=headers)

    def gives(self, path: str, body: bytes, content_type: str = "text/html", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = (body, content_type, named)

    def lists(self, path: str, *items: str, **headers: str) -> None:
        self.gives(path, rss("".join(items)), "text/xml", **headers)

    def item(
        self, path: str, text: str = TEXT, *, title: str = TITLE, age: timedelta | None = timedelta(hours=2)
    ) -> str:
        date = f"<pubDate>{format_datetime(datetime.now(UTC) - age)}</pubDate>" if age is not None else ""
        return (
            f"<item><title>{title}</title><link>{self.base}{path}</link>{date}<category>Daerah</category>"
            f"<description>{text}</description></item>"
        )


@pytest.fixture
async def site(settings: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    site = Site()
    app = web.Application()
    app.router.add_get("/{path:.*}", site.answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"127.0.0.1:{runner.addresses[0][1]}"
    settings.setenv("SARI_FETCH_ALLOW", address)
    site.base = f"http://{address}"
    yield site
    await runner.cleanup()


# --- check ------------------------------------------------------------------------------------------------------------


async def test_check_shows_in_one_screen_what_would_be_read(sari: Terminal, site: Site) -> None:
    site.gives("/", html_page(head='<link rel="alternate" type="application/rss+xml" href="/rss">'))
    site.lists("/rss", *(site.item(f"/daerah/{n}") for n in range(5)), ETag='"1"', Cache_Control="max-age=300")
    found = await sari.run("feeds", "check", f"{site.base}/")
    assert (found.code, found.err) == (0, "")
    lines = found.out.splitlines()
    assert len(lines) <= SCREEN
    assert lines[0] == "Kabar Nusantara – Kabar Nusantara"
    assert lines[1] == f"{site.base}/rss · RSS 2.0"
    assert lines[2].startswith("Entri     5 · terbaru ")
    assert lines[3] == "Isi       lengkap di umpan · bahasa Indonesia 5 dari 5"
    assert lines[4] == "Topik     Daerah 5"
    assert lines[5] == "Tembolok  ETag, segar 5 menit"
    assert lines[7] == f"1. {TITLE}"
    assert " WIB · SAGARA · Daerah · " in lines[8]
    assert lines[9].strip().startswith("Pemerintah Kota Sagara membuka kembali Jembatan Melati")
    assert "!" not in found.out


async def test_check_opens_the_pages_of_teasers(sari: Terminal, site: Site) -> None:
    site.gives("/daerah/1", html_page())
    site.lists("/rss", site.item("/daerah/1", "Cuplikan saja."), site.item("/daerah/hilang", "Cuplikan lain."))
    found = await sari.run("feeds", "check", f"{site.base}/rss")
    assert found.code == 0
    assert "hanya cuplikan; halaman tiap artikel dibuka" in found.out
    assert "kata dari halamannya" in found.out
    assert "Situs menjawab dengan kesalahan 404." in found.out
    assert "! 1 dari 2 artikel contoh tidak dapat dibaca." in found.out


async def test_check_warns_of_what_an_editor_should_know(sari: Terminal, site: Site) -> None:
    site.lists(
        "/rss",
        site.item("/a", age=timedelta(days=30)),
        site.item("/b", age=None),
        site.item("/c", ENGLISH * 2, title="The Bridge Opens Again"),
    )
    found = await sari.run("feeds", "check", f"{site.base}/rss", "--json")
    record = json.loads(found.out)
    assert (found.code, record["entries"], record["dated"], record["indonesian"]) == (0, 3, 2, 2)
    assert record["warnings"] == ["unreadable", "undated", "foreign", "no_validators"]
    assert [one["error"] for one in record["articles"]] == [None, None, "not_indonesian"]
    assert record["articles"][0]["place"] == "SAGARA"
    old = site.item("/a", age=timedelta(days=30))
    site.lists("/rss", old.replace("Daerah", "Serbaneka").replace("daerah", "x"), ETag="1")
    text = await sari.run("feeds", "check", f"{site.base}/rss")
    assert "! Entri terbaru sudah berumur 30 hari." in text.out
    assert "! Tidak ada entri yang menyebut topik." in text.out


async def test_one_setting_lets_articles_in_other_languages_in(
    sari: Terminal, site: Site, settings: pytest.MonkeyPatch
) -> None:
    site.lists("/rss", site.item("/c", ENGLISH * 2, title="The Bridge Opens Again"))
    assert (await sari.run("feeds", "check", f"{site.base}/rss")).code == 1
    assert (await sari.run("ingest", f"{site.base}/rss")).out.startswith("Baru: 0.")
    settings.setenv("SARI_LANGUAGES", "all")
    assert (await sari.run("feeds", "check", f"{site.base}/rss")).code == 0
    assert (await sari.run("ingest", f"{site.base}/rss")).out.startswith("Baru: 1.")


async def test_check_ends_with_1_and_a_sentence_where_there_is_nothing(sari: Terminal, site: Site) -> None:
    site.gives("/", html_page())
    none = await sari.run("feeds", "check", f"{site.base}/")
    assert (none.code, none.out) == (1, "")
    assert none.err.startswith("Tidak ada umpan yang ditemukan di situs itu.")
    assert (await sari.run("feeds", "check", f"{site.base}/mati")).err.startswith("Tidak ada umpan") is False
    assert (await sari.run("feeds", "check", "http://10.0.0.1/rss")).err == (
        "Alamat itu bukan alamat umum di internet, jadi tidak dibuka.\n"
    )
    assert (await sari.run("feeds", "check", "javascript:alert(1)")).code == 1
    site.lists("/rss")
    empty = await sari.run("feeds", "check", f"{site.base}/rss")
    assert (empty.code, "! Umpan ini belum berisi artikel." in empty.out) == (1, True)


async def test_check_speaks_english_where_the_terminal_does(
    sari: Terminal, site: Site, settings: pytest.MonkeyPatch
) -> None:
    settings.setenv("LANG", "en_US.UTF-8")
    site.lists("/rss", site.item("/a"))
    found = await sari.run("feeds", "check", f"{site.base}/rss")
    assert "whole in the feed · Indonesian 1 of 1" in found.out
    assert "neither ETag nor Last-Modified" in found.out


async def test_an_article_in_parts_is_kept_whole(sari: Terminal, site: Site) -> None:
    more = '<div class="paging"><a href="/daerah/jembatan-melati/2">Halaman Selanjutnya</a></div>'
    first, *others = (f"<p>{paragraph}</p>" for paragraph in TEXT.split("\n\n"))
    site.gives("/daerah/jembatan-melati", html_page(body=first + more))
    site.gives("/daerah/jembatan-melati/2", html_page(body="".join(others)))
    site.lists("/rss", site.item("/daerah/jembatan-melati", "Cuplikan saja."))
    assert (await sari.run("ingest", f"{site.base}/rss")).out.startswith("Baru: 1.")
    assert "koperasi nelayan" in (await sari.run("search", "koperasi nelayan")).out


# --- add, list --------------------------------------------------------------------------------------------------------


async def test_a_feed_is_added_by_any_address_of_its_site_once(sari: Terminal, site: Site) -> None:
    head = "".join(f'<link rel="alternate" type="application/rss+xml" href="{path}">' for path in ("/rss", "/bola"))
    site.gives("/daerah/1", html_page(head=head))
    site.lists("/rss", site.item("/daerah/1"))
    site.lists("/bola", site.item("/bola/1"))
    added = await sari.run("feeds", "add", f"{site.base}/daerah/1", "--topic", "daerah")
    assert (added.code, added.err) == (0, "")
    assert added.out.splitlines() == [
        f"Ditambahkan: Kabar Nusantara – {site.base}/rss (RSS 2.0, 1 entri).",
        "Umpan lain di situs ini:",
        f"  {site.base}/bola",
    ]
    again = await sari.run("feeds", "add", f"{site.base}/rss", "--outlet", "Nama Lain")
    assert again.out == f"Sudah terdaftar: Nama Lain – {site.base}/rss.\n"
    listed = json.loads((await sari.run("feeds", "list", "--json")).out)
    assert (listed["url"], listed["outlet"], listed["state"]) == (f"{site.base}/rss", "Nama Lain", "active")


async def test_a_feed_is_removed_by_its_address(sari: Terminal, site: Site) -> None:
    site.lists("/rss", site.item("/a"))
    await sari.run("feeds", "add", f"{site.base}/rss")
    removed = await sari.run("feeds", "remove", f"{site.base}/rss")
    assert (removed.code, removed.err) == (0, "")
    assert removed.out.startswith(f"Dihapus: {site.base}/rss. Beritanya tetap tersimpan.")
    again = await sari.run("feeds", "remove", f"{site.base}/rss")
    assert (again.code, again.err) == (1, f"Tidak ada umpan dengan alamat {site.base}/rss. Lihat sari feeds list.\n")


async def test_what_is_no_feed_is_not_added(sari: Terminal, site: Site) -> None:
    site.gives("/", html_page())
    assert (await sari.run("feeds", "add", f"{site.base}/")).code == 1
    empty = await sari.run("feeds", "list")
    assert (empty.code, empty.out, empty.err) == (0, "", "Belum ada umpan. Tambahkan dengan sari feeds add URL.\n")


async def test_the_list_says_how_each_feed_is(sari: Terminal, site: Site, tmp_path: Path) -> None:
    site.lists("/rss", site.item("/a"))
    await sari.run("feeds", "add", f"{site.base}/rss")
    assert "belum pernah dibaca · berikutnya " in (await sari.run("feeds", "list")).out
    storage = await open_storage(f"sqlite+aiosqlite:///{tmp_path / 'sari.db'}")
    [feed] = await storage.feeds()
    failed = FeedUpdate(
        feed_id=feed.id,
        next_check_at=datetime(2026, 11, 24, 1, 0, tzinfo=UTC),
        url=feed.url,
        state=FeedState.ACTIVE,
        etag=None,
        last_modified=None,
        failures=3,
        last_ok_at=datetime(2026, 11, 23, 1, 0, tzinfo=UTC),
        last_error="fetch_status (status=503, host=kabar.example)",
    )
    await storage.save_articles([], datetime.now(UTC), update=failed)
    await storage.close()
    lines = (await sari.run("feeds", "list")).out.splitlines()
    assert lines[2:] == [
        "  gagal 3 kali · terakhir berhasil 23/11/2026 08.00 WIB · berikutnya 24/11/2026 08.00 WIB",
        "  ! Situs menjawab dengan kesalahan 503.",
    ]


# --- import, export ---------------------------------------------------------------------------------------------------


async def test_a_list_goes_out_and_comes_back_as_it_was(
    sari: Terminal, settings: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opml = write(
        tmp_path / "umpan.opml",
        '<opml version="2.0"><body><outline text="Kabar Nusantara"><outline text="Ekonomi" category="/ekonomi"'
        ' xmlUrl="https://kabar.example/ekonomi/rss"/></outline>'
        '<outline text="Warta" xmlUrl="https://warta.example/feed"/></body></opml>',
    )
    assert (await sari.run("feeds", "import", str(opml))).out == "Baru: 2. Sudah ada: 0.\n"
    assert (await sari.run("feeds", "import", str(opml))).out == "Baru: 0. Sudah ada: 2.\n"
    out = tmp_path / "keluar.opml"
    assert (await sari.run("feeds", "export", str(out))).out == f"2 umpan ditulis ke {out}.\n"
    assert (await sari.run("feeds", "export")).out == out.read_text(encoding="utf-8")
    before = (await sari.run("feeds", "list", "--json")).out
    settings.setenv("SARI_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'lain.db'}")
    await sari.run("feeds", "import", str(out))
    after = (await sari.run("feeds", "list", "--json")).out
    known = [[json.loads(line)[name] for name in ("url", "outlet", "title", "topic")] for line in before.splitlines()]
    assert [
        [json.loads(line)[name] for name in ("url", "outlet", "title", "topic")] for line in after.splitlines()
    ] == known
    assert known[0] == ["https://kabar.example/ekonomi/rss", "Kabar Nusantara", "Ekonomi", "ekonomi"]


async def test_a_list_that_is_none_and_a_place_that_cannot_be_written_are_told(sari: Terminal, tmp_path: Path) -> None:
    assert (await sari.run("feeds", "import", str(write(tmp_path / "a.opml", "<html>")))).code == 1
    bare = write(tmp_path / "b.opml", '<opml version="2.0"><body><outline text="Warta"/></body></opml>')
    assert (await sari.run("feeds", "import", str(bare))).err.startswith("Daftar OPML itu tidak memuat umpan")
    assert "tidak ada atau tidak dapat dibuka" in (await sari.run("feeds", "import", "tidak-ada.opml")).err
    refused = await sari.run("feeds", "export", str(tmp_path / "tidak-ada" / "x.opml"))
    assert (refused.code, refused.err) == (1, f"Berkas {tmp_path / 'tidak-ada' / 'x.opml'} tidak dapat ditulis.\n")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "ACTION"),
        (["terbang"], "terbang"),
        (["check"], "URL"),
        (["add", "https://kabar.example", "--topic", "cuaca"], "cuaca"),
        (["list", "x"], "unrecognized arguments: x"),
    ],
)
async def test_wrong_use_ends_with_2(sari: Terminal, arguments: list[str], complaint: str) -> None:
    found = await sari.run("feeds", *arguments)
    assert (found.code, found.out) == (2, "")
    assert complaint in found.err
