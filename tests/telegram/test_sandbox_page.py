"""The HTTP API of the chat page."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeChat, BufferedInputFile
from aiohttp import ClientResponse, ClientSession

from bot.sandbox import Sandbox
from bot.sandbox.formatted import format_text
from bot.sandbox.html_render import render_html

AYU, BIMA, RATNA, GROUP = 1001, 1002, 2001, -5001
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000020000000308060000001f15c489")


@pytest.fixture
async def page(sandbox: Sandbox) -> AsyncIterator[ClientSession]:
    """A browser that has the chat page open."""
    async with ClientSession(sandbox.url, headers={"Origin": sandbox.url}) as session:
        yield session


async def get(page: ClientSession, path: str) -> Any:
    async with page.get(path) as response:
        assert response.status == 200
        return await response.json()


async def post(page: ClientSession, path: str, **fields: Any) -> tuple[int, Any]:
    async with page.post(path, json=fields) as response:
        return response.status, await response.json()


async def next_event(stream: ClientResponse) -> dict[str, Any]:
    """The next event, comments and blank lines skipped."""
    async with asyncio.timeout(10):
        while not (line := await stream.content.readline()).startswith(b"data: "):
            assert line
    return dict(json.loads(line.removeprefix(b"data: ")))


async def test_the_state_lists_people_and_chats(page: ClientSession, sandbox: Sandbox) -> None:
    sandbox.block(BIMA)
    state = await get(page, "/api/state")
    assert state["clock"].startswith("2026-03-02T00:30:")
    assert state["clock"].endswith("+00:00")
    assert state["bot"] == {"id": 900000001, "username": "sari_demo_bot", "first_name": "Sari"}
    assert [
        (person["name"], person["role"], person["language_code"], person["blocked"]) for person in state["people"]
    ] == [
        ("Ayu Lestari", "reader", "id", False),
        ("Bima Prakoso", "reader", "en", True),
        ("Ratna Dewi", "editor", "id", False),
    ]
    assert [(chat["id"], chat["type"], chat["members"]) for chat in state["chats"]] == [
        (AYU, "private", [AYU]),
        (BIMA, "private", [BIMA]),
        (RATNA, "private", [RATNA]),
        (GROUP, "group", [AYU, BIMA, RATNA]),
    ]


async def test_a_migrated_group_is_shown_once(page: ClientSession, sandbox: Sandbox) -> None:
    new_id = sandbox.migrate_group(GROUP)
    chats = (await get(page, "/api/state"))["chats"]
    assert [(chat["id"], chat["type"]) for chat in chats if chat["id"] < 0] == [(new_id, "group")]


async def test_what_the_page_sends_reaches_the_bot(page: ClientSession, sandbox: Sandbox, client: Bot) -> None:
    status, body = await post(page, "/api/send", user_id=AYU, chat_id=AYU, text="/start")
    assert status == 200
    await post(page, "/api/send", user_id=AYU, chat_id=AYU, text="1", reply_to=body["message_id"])
    first, second = [update.message for update in await client.get_updates()]
    assert first
    assert second
    assert (first.message_id, first.text) == (body["message_id"], "/start")
    assert second.reply_to_message


async def test_messages_come_with_html_ready_to_show(page: ClientSession, sandbox: Sandbox, client: Bot) -> None:
    await sandbox.send(AYU, "/cari <b>")
    message = await client.send_message(AYU, "<b>Banjir</b> &lt; /cari", parse_mode="HTML")
    await client.edit_message_text("<i>Surut</i>", parse_mode="HTML", chat_id=AYU, message_id=message.message_id)
    question, answer = await get(page, f"/api/chats/{AYU}/messages")
    assert (question["text"], question["html"], question["edited"]) == ("/cari <b>", "/cari &lt;b&gt;", False)
    assert (answer["text"], answer["html"], answer["edited"]) == ("Surut", "<i>Surut</i>", True)


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<b>a<i>b</i></b> c", "<b>a<i>b</i></b> c"),
        ("&lt;script&gt;alert('1')&lt;/script&gt;", "&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt;"),
        (
            '<a href="https://contoh.id/?a=1&amp;b=&quot;">x</a>',
            '<a href="https://contoh.id/?a=1&amp;b=&quot;" rel="noopener" target="_blank">x</a>',
        ),
        ("www.contoh.id", '<a href="http://www.contoh.id" rel="noopener" target="_blank">www.contoh.id</a>'),
        ("a@contoh.id", '<a href="mailto:a@contoh.id" rel="noopener" target="_blank">a@contoh.id</a>'),
        ("😀 /cari", '😀 <a class="command" href="#" data-command="/cari">/cari</a>'),
        (
            "<pre><code class='language-py'>x &lt; 1</code></pre>",
            '<pre><code class="language-py">x &lt; 1</code></pre>',
        ),
        ("<tg-spoiler>x</tg-spoiler>", '<span class="tg-spoiler">x</span>'),
        ("<blockquote expandable><u>x</u></blockquote>", "<blockquote expandable><u>x</u></blockquote>"),
        ("@ayu_lestari #banjir", "@ayu_lestari #banjir"),
    ],
)
def test_html_for_the_page_is_safe_and_has_only_telegrams_tags(html: str, shown: str) -> None:
    assert render_html(format_text(html, "HTML"), with_commands=True) == shown


def test_commands_of_people_are_no_links() -> None:
    assert render_html(format_text("/cari"), with_commands=False) == "/cari"


async def test_pressing_a_button_waits_for_the_bots_answer(page: ClientSession, sandbox: Sandbox, client: Bot) -> None:
    message_id = await sandbox.send(AYU, "/start")
    pressing = asyncio.create_task(
        post(page, "/api/press", user_id=AYU, chat_id=AYU, message_id=message_id, data="topik:1")
    )
    query = None
    while query is None:
        updates = await client.get_updates(timeout=5)
        query = updates[-1].callback_query
    await client.answer_callback_query(query.id, "Disimpan", show_alert=True)
    assert await pressing == (200, {"answer": {"text": "Disimpan", "show_alert": True, "url": None}})


async def test_blocking_is_a_switch(page: ClientSession, sandbox: Sandbox) -> None:
    assert await post(page, "/api/block", user_id=AYU, blocked=True) == (200, {"blocked": True})
    assert AYU in sandbox.state.blocked
    assert (await post(page, "/api/send", user_id=AYU, chat_id=AYU, text="halo"))[0] == 400
    assert await post(page, "/api/block", user_id=AYU, blocked=False) == (200, {"blocked": False})
    assert AYU not in sandbox.state.blocked


async def test_the_clock_moves_forward(page: ClientSession, sandbox: Sandbox) -> None:
    status, body = await post(page, "/api/clock", advance_minutes=90)
    assert status == 200
    assert body["clock"].startswith("2026-03-02T02:00:")
    status, body = await post(page, "/api/clock", to="2026-03-03T07:00:00+07:00")
    assert body["clock"].startswith("2026-03-03T00:00:00")
    assert sandbox.clock().isoformat() >= body["clock"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"advance_minutes": -1}, "Jam hanya bisa dimajukan."),
        ({"advance_minutes": 1e12}, "Tulis advance_minutes (menit) atau to (waktu ISO dengan zona)."),
        ({"to": "2026-03-01T00:00:00Z"}, "Jam hanya bisa dimajukan."),
        ({"to": "2026-03-05T00:00:00"}, "Tulis advance_minutes (menit) atau to (waktu ISO dengan zona)."),
        ({"to": "besok"}, "Tulis advance_minutes (menit) atau to (waktu ISO dengan zona)."),
        ({"advance_minutes": "lama"}, "Tulis advance_minutes (menit) atau to (waktu ISO dengan zona)."),
        ({}, "Tulis advance_minutes (menit) atau to (waktu ISO dengan zona)."),
    ],
)
async def test_the_clock_refuses_nonsense(page: ClientSession, fields: dict[str, Any], sentence: str) -> None:
    assert await post(page, "/api/clock", **fields) == (400, {"error": sentence})


@pytest.mark.parametrize(
    ("path", "fields", "sentence"),
    [
        ("/api/send", {}, "Data yang dikirim tidak lengkap atau salah jenis."),
        ("/api/send", {"user_id": AYU, "chat_id": AYU, "text": 5}, "Data yang dikirim tidak lengkap atau salah jenis."),
        ("/api/send", {"user_id": AYU, "chat_id": BIMA, "text": "x"}, "Orang itu bukan anggota percakapan ini."),
        ("/api/send", {"user_id": AYU, "chat_id": AYU, "text": "x", "reply_to": 9}, "Pesan itu tidak ada."),
        ("/api/press", {"user_id": AYU, "chat_id": AYU, "message_id": 9, "data": "x"}, "Pesan itu tidak ada."),
        ("/api/block", {"user_id": 42, "blocked": True}, "Orang itu tidak dikenal."),
        ("/api/block", {"user_id": AYU, "blocked": "ya"}, "Data yang dikirim tidak lengkap atau salah jenis."),
    ],
)
async def test_mistakes_are_told_in_indonesian(
    page: ClientSession, path: str, fields: dict[str, Any], sentence: str
) -> None:
    assert await post(page, path, **fields) == (400, {"error": sentence})


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/api/chats/42/messages", "Percakapan itu tidak dikenal."),
        ("/api/files/x", "Berkas itu tidak ada."),
        ("/api/tidak-ada", "Permintaan ini tidak bisa dilayani."),
    ],
)
async def test_what_is_not_there_is_404(page: ClientSession, path: str, sentence: str) -> None:
    async with page.get(path) as response:
        assert (response.status, await response.json()) == (404, {"error": sentence})


async def test_commands_follow_scope_and_language(page: ClientSession, client: Bot) -> None:
    async def shown(user_id: int, chat_id: int) -> list[str]:
        commands = await get(page, f"/api/commands?chat_id={chat_id}&user_id={user_id}")
        return [command["command"] for command in commands]

    def listed(name: str) -> list[BotCommand]:
        return [BotCommand(command=name, description="x")]

    await client.set_my_commands(listed("umum"))
    await client.set_my_commands(listed("general"), language_code="en")
    assert [await shown(AYU, AYU), await shown(BIMA, BIMA)] == [["umum"], ["general"]]
    await client.set_my_commands(listed("redaksi"), BotCommandScopeChat(chat_id=RATNA))
    assert [await shown(RATNA, RATNA), await shown(AYU, AYU)] == [["redaksi"], ["umum"]]
    await client.set_my_commands(listed("grup"), BotCommandScopeAllGroupChats())
    assert [await shown(AYU, GROUP), await shown(AYU, AYU)] == [["grup"], ["umum"]]
    chat_administrators = {"type": "chat_administrators", "chat_id": GROUP}
    await client.set_my_commands(listed("pengurus"), chat_administrators)  # type: ignore[arg-type]
    assert [await shown(RATNA, GROUP), await shown(AYU, GROUP)] == [["pengurus"], ["grup"]]


async def test_files_are_served_pictures_inline_and_the_rest_as_downloads(
    page: ClientSession, sandbox: Sandbox, client: Bot
) -> None:
    await sandbox.send(AYU, "/start")
    document = (await client.send_document(AYU, BufferedInputFile(b"<script>", "umpan saya.html"))).document
    photo = (await client.send_photo(AYU, BufferedInputFile(PNG, "grafik.png"))).photo
    assert document
    assert photo
    async with page.get(f"/api/files/{document.file_id}") as response:
        assert (await response.read(), response.content_type) == (b"<script>", "text/html")
        assert response.headers["Content-Disposition"] == "attachment; filename*=UTF-8''umpan%20saya.html"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    async with page.get(f"/api/files/{photo[0].file_id}") as response:
        assert (await response.read(), response.content_type) == (PNG, "image/png")
        assert response.headers["Content-Disposition"].startswith("inline")


async def test_events_tell_the_page_what_changes(page: ClientSession, sandbox: Sandbox, client: Bot) -> None:
    async with page.get("/api/events") as stream:
        assert stream.content_type == "text/event-stream"
        await stream.content.readline()
        await sandbox.send(AYU, "/start")
        await client.send_chat_action(AYU, "typing")
        message = await client.send_message(AYU, "<b>satu</b>", parse_mode="HTML")
        await client.edit_message_text("dua", chat_id=AYU, message_id=message.message_id)
        await client.delete_message(AYU, message.message_id)
        await post(page, "/api/clock", advance_minutes=5)
        events = [await next_event(stream) for _ in range(6)]
    assert [event["type"] for event in events] == ["message", "typing", "message", "edited", "deleted", "clock"]
    assert [event["message"]["html"] for event in events if "message" in event] == ["/start", "<b>satu</b>", "dua"]
    assert {event["chat_id"] for event in events[:5]} == {AYU}
    assert events[4]["message_id"] == message.message_id
    assert events[5]["clock"].startswith("2026-03-02T00:35:")


async def test_stopping_ends_the_stream_of_events_and_starting_takes_a_new_one(
    page: ClientSession, sandbox: Sandbox
) -> None:
    async with page.get("/api/events") as stream:
        await stream.content.readline()
        await sandbox.stop()
        async with asyncio.timeout(10):
            await stream.content.read()
    await sandbox.start()
    async with page.get("/api/events") as stream:
        await stream.content.readline()
        await sandbox.send(AYU, "halo")
        assert (await next_event(stream))["message"]["text"] == "halo"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://jahat.contoh"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "jahat.contoh"}, 403),
        ({"Host": "127.0.0.1"}, 403),
    ],
)
async def test_only_the_page_itself_may_ask(sandbox: Sandbox, headers: dict[str, str], status: int) -> None:
    async with ClientSession() as stranger, stranger.get(f"{sandbox.url}/api/state", headers=headers) as response:
        assert response.status == status


async def test_localhost_is_the_page_too(sandbox: Sandbox) -> None:
    host = sandbox.url.removeprefix("http://").replace("127.0.0.1", "localhost")
    headers = {"Host": host, "Origin": f"http://{host}"}
    async with ClientSession() as page, page.get(f"{sandbox.url}/api/state", headers=headers) as response:
        assert response.status == 200


async def test_a_foreign_site_cannot_use_the_bot_api_either(sandbox: Sandbox) -> None:
    url = f"{sandbox.api_url}{sandbox.token}/getMe"
    async with ClientSession() as stranger, stranger.get(url, headers={"Origin": "http://jahat.contoh"}) as response:
        assert response.status == 403


async def test_a_form_cannot_post(page: ClientSession, sandbox: Sandbox) -> None:
    async with page.post("/api/send", data={"user_id": AYU, "chat_id": AYU, "text": "x"}) as response:
        assert response.status == 415
        assert await response.json() == {"error": "Kirim data sebagai application/json."}
    assert sandbox.messages(AYU) == []


@pytest.mark.parametrize("body", ["[]", "{", '"x"'])
async def test_a_post_needs_a_json_object(page: ClientSession, body: str) -> None:
    async with page.post("/api/send", data=body, headers={"Content-Type": "application/json"}) as response:
        assert response.status == 400


async def test_the_page_is_served_with_its_policy(page: ClientSession) -> None:
    async with page.get("/") as response:
        assert response.content_type == "text/html"
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    for name, kind in (("app.js", "javascript"), ("style.css", "css")):
        async with page.get(f"/static/{name}") as response:
            assert response.status == 200
            assert kind in response.content_type
    for path in (
        "/static/tidak-ada.js",
        "/static/..%2fsandbox.py",
        "/static/..%2f..%2f__init__.py",
        "/static/%2fetc%2fpasswd",
    ):
        async with page.get(path) as response:
            assert response.status == 404
