"""Each answer of Telegram, and each way of getting none, becomes the outcome that the outbox expects."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from telegram.error import BadRequest
from telegram.ext import ExtBot
from telegram.request import BaseRequest, HTTPXRequest

from bot.errors import SettingError
from bot.models import Button, MessageBody, Result
from bot.sandbox import Sandbox
from bot.sandbox.faults import Fault
from bot.telegram.limiter import Priority, TokenLimiter
from bot.telegram.sender import TelegramSender, keyboard, outcome_of
from bot.telegram.transport import AiohttpRequest

# python-telegram-bot warns whenever a RetryAfter is made, unless PTB_TIMEDELTA is set.
pytestmark = pytest.mark.filterwarnings("ignore:.*attribute `retry_after`:DeprecationWarning")

READER, OTHER_READER, GROUP = 1001, 1002, -5001
BODY = MessageBody("Halo <b>Ayu</b>")
TOKEN = "123456789:AAF-fictional_token_of_this_test_only"


@asynccontextmanager
async def sender_at(
    api_url: str, token: str = TOKEN, request: BaseRequest | None = None
) -> AsyncIterator[TelegramSender]:
    async with request or AiohttpRequest() as transport:
        bot: ExtBot[Priority] = ExtBot(
            token, base_url=api_url, request=transport, get_updates_request=transport, rate_limiter=TokenLimiter()
        )
        yield TelegramSender(bot)


@pytest.fixture
async def sender(sandbox: Sandbox) -> AsyncIterator[TelegramSender]:
    for user_id in (READER, OTHER_READER):
        await sandbox.send(user_id, "/start")
    async with sender_at(sandbox.api_url, sandbox.token) as ready:
        yield ready


@asynccontextmanager
async def served_by(handler: Callable[[web.Request], Awaitable[web.Response]]) -> AsyncIterator[str]:
    """A server that leaves every request to ``handler``; its base URL."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/bot"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def answering(status: int, body: str, seconds: float = 0.0) -> AsyncIterator[str]:
    """A server that gives one answer to everything; its base URL."""

    async def answer(_request: web.Request) -> web.Response:
        await asyncio.sleep(seconds)
        return web.Response(status=status, text=body)

    async with served_by(answer) as api_url:
        yield api_url


async def test_a_message_that_arrives_is_sent_with_its_id(sandbox: Sandbox, sender: TelegramSender) -> None:
    outcome = await sender.send(READER, BODY)
    assert outcome.result is Result.SENT
    assert outcome.message_id == sandbox.deliveries[-1].message_id
    assert sandbox.deliveries[-1].text == "Halo Ayu"


async def test_the_message_looks_as_its_body_says(sandbox: Sandbox, sender: TelegramSender) -> None:
    buttons = ((Button("Buka", data="buka:1"), Button("Sumber", url="https://contoh.example/1")),)
    await sender.send(READER, MessageBody('<a href="https://contoh.example/1">Judul</a>', buttons, silent=True))
    shown = sandbox.messages(READER)[-1]
    assert shown["entities"][0]["url"] == "https://contoh.example/1"
    assert shown["link_preview_options"] == {"is_disabled": True}
    [[first, second]] = shown["reply_markup"]["inline_keyboard"]
    assert (first["text"], first["callback_data"]) == ("Buka", "buka:1")
    assert (second["text"], second["url"]) == ("Sumber", "https://contoh.example/1")


@pytest.mark.parametrize("wanted", [False, True])
async def test_silence_and_preview_are_asked_for_as_wished(wanted: bool) -> None:
    asked: list[dict[str, str]] = []

    async def note(request: web.Request) -> web.Response:
        asked.append({name: str(value) for name, value in (await request.post()).items()})
        return web.json_response({"ok": False, "description": "Bad Request: seen"}, status=400)

    async with served_by(note) as api_url, sender_at(api_url) as sender:
        await sender.send(READER, MessageBody("Halo", silent=wanted, preview=wanted))
    assert asked[0]["disable_notification"] == str(wanted).lower()
    assert json.loads(asked[0]["link_preview_options"]) == {"is_disabled": not wanted}


async def test_a_reader_who_blocked_the_bot_is_gone(sandbox: Sandbox, sender: TelegramSender) -> None:
    sandbox.block(READER)
    outcome = await sender.send(READER, BODY)
    assert outcome.result is Result.GONE
    assert "blocked" in outcome.reason


async def test_an_unknown_chat_is_gone(sender: TelegramSender) -> None:
    outcome = await sender.send(424242, BODY)
    assert (outcome.result, outcome.reason) == (Result.GONE, "Chat not found")


@pytest.mark.parametrize("html", ["<b>tidak ditutup", "x" * 4097, " "])
async def test_a_message_that_is_wrong_is_rejected(sender: TelegramSender, html: str) -> None:
    outcome = await sender.send(READER, MessageBody(html))
    assert outcome.result is Result.REJECTED
    assert outcome.reason


async def test_a_group_that_moved_gives_its_new_id(sandbox: Sandbox, sender: TelegramSender) -> None:
    new_id = sandbox.migrate_group(GROUP)
    outcome = await sender.send(GROUP, BODY)
    assert (outcome.result, outcome.new_chat_id) == (Result.MIGRATED, new_id)


@pytest.mark.parametrize("setting", ["0", "1"])
async def test_a_flood_limit_means_later_for_every_chat(
    sandbox: Sandbox, sender: TelegramSender, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", setting)
    sandbox.faults.add(Fault("429", method="sendMessage", retry_after=30))
    assert sender.pause_seconds() == 0
    outcome = await sender.send(READER, BODY)
    assert (outcome.result, outcome.wait_seconds) == (Result.LATER, 30.0)
    assert 0 < sender.pause_seconds() <= 30
    other = await sender.send(OTHER_READER, BODY)
    assert other.result is Result.LATER
    assert 0 < other.wait_seconds <= 30
    assert not sandbox.deliveries  # the second was not even asked for


async def test_an_error_of_the_server_means_retry(sandbox: Sandbox, sender: TelegramSender) -> None:
    sandbox.faults.add(Fault("500", method="sendMessage"))
    assert (await sender.send(READER, BODY)).result is Result.RETRY
    assert not sandbox.deliveries


@pytest.mark.parametrize("kind", ["cut_before", "cut_after"])
async def test_a_cut_connection_is_ambiguous(sandbox: Sandbox, sender: TelegramSender, kind: str) -> None:
    sandbox.faults.add(Fault(kind, method="sendMessage"))  # type: ignore[arg-type]
    assert (await sender.send(READER, BODY)).result is Result.AMBIGUOUS


async def test_an_answer_that_does_not_come_is_ambiguous() -> None:
    async with (
        answering(200, "", seconds=5) as api_url,
        sender_at(api_url, request=AiohttpRequest(read_timeout=0.05)) as s,
    ):
        assert (await s.send(READER, BODY)).result is Result.AMBIGUOUS


async def test_an_answer_that_cannot_be_read_is_ambiguous() -> None:
    async with answering(200, "<html>portal</html>") as api_url, sender_at(api_url) as sender:
        assert (await sender.send(READER, BODY)).result is Result.AMBIGUOUS


async def test_a_server_that_is_not_there_means_retry() -> None:
    async with answering(200, "") as api_url:
        pass
    async with sender_at(api_url) as sender:
        assert (await sender.send(READER, BODY)).result is Result.RETRY


async def test_a_request_that_never_left_means_retry_with_the_librarys_own_transport_too() -> None:
    request = HTTPXRequest(connection_pool_size=1, pool_timeout=0.05, read_timeout=1)
    async with answering(200, "", seconds=0.5) as api_url, sender_at(api_url, request=request) as sender:
        first = asyncio.create_task(sender.send(READER, BODY))
        second = asyncio.create_task(sender.send(OTHER_READER, BODY))
        assert (await second).result is Result.RETRY
        assert (await first).result is Result.AMBIGUOUS


@pytest.mark.parametrize(
    ("status", "description", "key"),
    [
        (401, "Unauthorized", "token_wrong"),
        (404, "Not Found", "token_wrong"),
        (409, "Conflict: terminated", "telegram_conflict"),
    ],
)
async def test_what_concerns_the_whole_token_is_raised(status: int, description: str, key: str) -> None:
    body = f'{{"ok":false,"error_code":{status},"description":"{description}"}}'
    async with answering(status, body) as api_url, sender_at(api_url) as sender:
        with pytest.raises(SettingError, match=key) as raised:
            await sender.send(READER, BODY)
    assert raised.value.__context__ is None


def test_chat_not_found_is_told_from_other_refusals_whatever_its_case() -> None:
    assert outcome_of(BadRequest("Bad Request: CHAT not found")).result is Result.GONE
    assert outcome_of(BadRequest("Message to reply not found")).result is Result.REJECTED


async def test_a_bot_without_our_limiter_is_refused() -> None:
    with pytest.raises(TypeError, match="TokenLimiter"):
        TelegramSender(ExtBot(TOKEN))


def test_no_buttons_are_no_keyboard() -> None:
    assert keyboard(()) is None
    shown = keyboard(((Button("A", data="a"),), (Button("B", url="https://contoh.example/"),)))
    assert shown is not None
    assert [[button.text for button in row] for row in shown.inline_keyboard] == [["A"], ["B"]]
