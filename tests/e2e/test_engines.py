"""One setting changes the engine: the bot, `sari check` and `sari summarize` use it, and live without it."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.config import Secret
from bot.errors import SettingError
from bot.storage.base import Storage
from summarizer import create_summarizer
from tests.e2e.terminal import Terminal, write
from tests.e2e.world import AYU, RATNA, World, eventually, world_in
from tests.records import FLOOD, RICE, new_article

GENERATED = (
    "Banjir merendam 1.200 rumah di Kota Sagara pada Senin malam. "
    "Sebanyak 3.400 warga mengungsi ke empat gedung sekolah setelah Sungai Lirih meluap."
)
ONLY_GENERATED = "Sebanyak 3.400 warga mengungsi"
KEY = "kunci-rahasia-fiktif"


@asynccontextmanager
async def chat_server(content: str = GENERATED, *, status: int = 200) -> AsyncIterator[tuple[str, list[Any]]]:
    """A setting that names a server which always gives this answer, and the keys that it was shown."""
    keys: list[Any] = []

    async def answer(request: web.Request) -> web.Response:
        keys.append(request.headers.get("Authorization"))
        return web.json_response({"choices": [{"message": {"content": content}}]}, status=status)

    app = web.Application()
    app.router.add_post("/v1/chat/completions", answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"openai:test@http://127.0.0.1:{runner.addresses[0][1]}/v1", keys
    finally:
        await runner.cleanup()


@pytest.fixture
def dead_server() -> Iterator[str]:
    """A setting that names a port where nobody listens."""
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"openai:test@http://127.0.0.1:{taken.getsockname()[1]}/v1"


async def told(world: World, title: str) -> str:
    """The story that a search finds, opened."""
    await world.say(AYU, f"/cari {title}")
    return await world.say(AYU, "1")


async def fallbacks(storage: Storage) -> dict[str, int]:
    return dict((await storage.health()).fallbacks)


async def test_the_bot_tells_what_the_chosen_engine_wrote(tmp_path: Path) -> None:
    async with (
        chat_server() as (setting, keys),
        world_in(tmp_path, summarizer=setting, summarizer_key=Secret(KEY)) as world,
    ):
        await world.add_articles(new_article())
        assert ONLY_GENERATED in await told(world, "banjir")
        assert keys == [f"Bearer {KEY}"]
        assert await fallbacks(world.storage) == {}


async def test_without_its_server_the_bot_goes_on_and_each_admin_hears_of_it_once(
    tmp_path: Path, dead_server: str
) -> None:
    async with world_in(tmp_path, summarizer=dead_server) as world:
        await world.say(RATNA, "/start")
        before = len(world.texts(RATNA))
        await world.add_articles(new_article())
        await world.add_articles(new_article("Harga beras turun", RICE))
        default = create_summarizer().summarize(FLOOD, "Banjir rendam 1.200 rumah di Sagara")
        assert default.sentences[0] in await told(world, "banjir")
        assert await fallbacks(world.storage) == {"failed": 2}
        [notice] = world.texts(RATNA)[before:]
        assert "openai:test#1" in notice
        assert "Untuk pengelola" in notice


async def test_what_the_engine_invents_is_not_told(tmp_path: Path) -> None:
    invented = "Banjir merendam 9.900 rumah di Kota Sagara. Sebanyak 7.700 warga mengungsi ke empat gedung sekolah."
    async with chat_server(invented) as (setting, _), world_in(tmp_path, summarizer=setting) as world:
        await world.add_articles(new_article())
        story = await told(world, "banjir")
        assert "1.200" in story
        assert "9.900" not in story
        assert await fallbacks(world.storage) == {"unfaithful": 1}


async def test_after_a_change_of_the_engine_recent_articles_get_its_digests(tmp_path: Path) -> None:
    async with world_in(tmp_path) as world:
        await world.add_articles(new_article())
        assert ONLY_GENERATED not in await told(world, "banjir")
    async with chat_server() as (setting, _), world_in(tmp_path, summarizer=setting) as world:

        async def is_renewed() -> bool:
            return not await world.storage.articles_without_digest(limit=1)

        await eventually(is_renewed)
        assert ONLY_GENERATED in await told(world, "banjir")


# --- the command line ---------------------------------------------------------------------------------------------


def summarizer_line(out: str) -> str:
    return next(line for line in out.splitlines() if "peringkas: " in line)


async def test_summarize_uses_the_chosen_engine_and_its_key(
    sari: Terminal, settings: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with chat_server() as (setting, keys):
        settings.setenv("SARI_SUMMARIZER", setting)
        settings.setenv("SARI_SUMMARIZER_KEY_FILE", str(write(tmp_path / "key", f"{KEY}\n")))
        found = await sari.run("summarize", "--json", str(write(tmp_path / "a.txt", FLOOD)))
    record = json.loads(found.out)
    assert (" ".join(record["sentences"]), record["engine"]) == (GENERATED, "openai:test#1")
    assert keys == [f"Bearer {KEY}"]


async def test_check_tries_the_engine(sari: Terminal, settings: pytest.MonkeyPatch) -> None:
    generated = (
        "Jembatan Melati dibuka kembali pada Senin setelah diperbaiki selama empat bulan. "
        "Bus dan truk boleh melintas lagi mulai Rabu."
    )
    async with chat_server(generated) as (setting, _):
        settings.setenv("SARI_SUMMARIZER", setting)
        found = await sari.run("check")
    assert summarizer_line(found.out) == "✓ peringkas: openai:test#1"


async def test_check_says_what_is_wrong_with_the_engine(
    sari: Terminal, settings: pytest.MonkeyPatch, dead_server: str
) -> None:
    settings.setenv("SARI_SUMMARIZER", dead_server)
    settings.setenv("SARI_SUMMARIZER_KEY", KEY)
    found = await sari.run("check")
    assert found.code == 1
    assert summarizer_line(found.out).startswith("✗ peringkas: openai:test#1 tidak dapat dipakai.")
    assert KEY not in found.out + found.err


@pytest.mark.parametrize("value", ["llama", "openai:test", "openai:test@rahasia.example"])
async def test_a_setting_that_names_no_engine_ends_the_start_by_its_name(
    sari: Terminal, settings: pytest.MonkeyPatch, tmp_path: Path, value: str
) -> None:
    settings.setenv("SARI_SUMMARIZER", value)
    sentence = "Nilai setelan SARI_SUMMARIZER tidak dapat dipakai."
    assert summarizer_line((await sari.run("check")).out).startswith(f"✗ peringkas: {sentence}")
    found = await sari.run("summarize", str(write(tmp_path / "a.txt", FLOOD)))
    assert (found.code, found.out) == (1, "")
    assert found.err.startswith(sentence)
    with pytest.raises(SettingError) as caught:
        async with world_in(tmp_path, summarizer=value):
            pass
    assert (caught.value.key, caught.value.values) == ("setting_wrong", {"name": "SARI_SUMMARIZER"})
