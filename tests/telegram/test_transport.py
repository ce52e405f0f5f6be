"""Requests over real sockets: the sandbox for what works, raw servers for what breaks."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from io import BytesIO

import aiohttp
import pytest
from aiohttp import web
from telegram import Bot, InputFile, InputMediaDocument
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, TelegramError, TimedOut

from bot.sandbox import Sandbox
from bot.sandbox.faults import Fault
from bot.telegram.transport import AiohttpRequest

TOKEN = "123456789:AAF-fictional_token_of_this_test_only"
SECRET = TOKEN.partition(":")[2]
READER = 1001

Reader, Writer = asyncio.StreamReader, asyncio.StreamWriter


@asynccontextmanager
async def bot_at(api_url: str, token: str = TOKEN, request: AiohttpRequest | None = None) -> AsyncIterator[Bot]:
    """A plain bot, initialised without asking who it is."""
    async with request or AiohttpRequest() as transport:
        yield Bot(
            token,
            base_url=api_url,
            base_file_url=api_url.removesuffix("/bot") + "/file/bot",
            request=transport,
            get_updates_request=transport,
        )


@asynccontextmanager
async def raw_server(
    answer: Callable[[Writer, int], Awaitable[None]], *, reads: bool = True
) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server that reads whole requests and then does as told; its base URL and the requests it has read.

    ``answer`` gets the writer and the number of the request; the connection stays open until it closes it.
    """
    requests: list[bytes] = []
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: Reader, writer: Writer) -> None:
        tasks.add(asyncio.current_task())  # type: ignore[arg-type]
        try:
            if not reads:
                await asyncio.sleep(3600)
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    (
                        int(line.split(b":")[1])
                        for line in head.lower().split(b"\r\n")
                        if line.startswith(b"content-len")
                    ),
                    0,
                )
                requests.append(head + await reader.readexactly(length))
                await answer(writer, len(requests))
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/bot", requests
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks)


@asynccontextmanager
async def web_server(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/bot"
    finally:
        await runner.cleanup()


async def reply_true(writer: Writer, _number: int) -> None:
    body = b'{"ok":true,"result":true}'
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
    await writer.drain()


async def hang(_writer: Writer, _number: int) -> None:
    await asyncio.sleep(3600)


async def cut(writer: Writer, _number: int) -> None:
    writer.close()
    await writer.wait_closed()


async def reset(writer: Writer, _number: int) -> None:
    writer.transport.abort()


async def reply_half(writer: Writer, _number: int) -> None:
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"ok":')
    await cut(writer, _number)


async def reply_nonsense(writer: Writer, _number: int) -> None:
    writer.write(b"this is not HTTP\r\n\r\n")
    await cut(writer, _number)


def everything_said(error: BaseException) -> str:
    """All that a log or a debugger could show of an exception and of those behind it."""
    seen, waiting, words = set(), [error], []
    while waiting:
        current = waiting.pop()
        if id(current) not in seen:
            seen.add(id(current))
            words += [str(current), repr(current), repr(current.args), repr(getattr(current, "strerror", ""))]
            waiting += [other for other in (current.__cause__, current.__context__) if other is not None]
    return "\n".join([*words, *traceback.format_exception(error)])


async def failure_of(call: Awaitable[object]) -> TelegramError:
    with pytest.raises(TelegramError) as caught:
        await call
    assert SECRET not in everything_said(caught.value)
    return caught.value


# --- what works ---------------------------------------------------------------------------------------------------


async def test_a_message_arrives_and_its_id_comes_back(sandbox: Sandbox) -> None:
    await sandbox.send(READER, "/start")
    async with bot_at(sandbox.api_url, sandbox.token) as bot:
        message = await bot.send_message(READER, "Halo <b>Ayu</b> & 😀", parse_mode=None)
    assert [(d.chat_id, d.message_id, d.text) for d in sandbox.deliveries] == [
        (READER, message.message_id, "Halo <b>Ayu</b> & 😀")
    ]


async def test_telegrams_refusals_come_as_the_errors_of_the_library(sandbox: Sandbox) -> None:
    async with bot_at(sandbox.api_url, sandbox.token) as bot:
        assert type(await failure_of(bot.send_message(77, "Halo"))) is BadRequest
        assert type(await failure_of(bot.send_message(READER, "Halo"))) is Forbidden
        sandbox.faults.add(Fault("500"))
        assert type(await failure_of(bot.get_me())) is NetworkError
    async with bot_at(sandbox.api_url) as bot:
        assert type(await failure_of(bot.get_me())) is InvalidToken


async def test_a_file_is_uploaded_with_its_name_and_downloaded_again(sandbox: Sandbox) -> None:
    await sandbox.send(READER, "/start")
    content = bytes(range(256)) * 300
    async with bot_at(sandbox.api_url, sandbox.token) as bot:
        sent = await bot.send_document(READER, content, filename='Edisi “pagi" é.csv', caption="Arsip")
        assert sent.document is not None
        file = await bot.get_file(sent.document.file_id)
        assert bytes(await file.download_as_bytearray()) == content
    assert sent.document.file_name == 'Edisi “pagi" é.csv'
    assert sent.caption == "Arsip"


async def test_an_open_file_and_attached_files_go_out_as_parts() -> None:
    form: dict[str, tuple[str | None, bytes]] = {}

    async def receive(request: web.Request) -> web.Response:
        async for part in await request.multipart():
            form[part.name] = (part.filename, bytes(await part.read()))
        return web.json_response({"ok": True, "result": []})

    async with web_server(receive) as api_url, bot_at(api_url) as bot:
        handle = InputFile(BytesIO(b"isi kedua"), filename="dua.txt", attach=True, read_file_handle=False)
        await bot.send_media_group(
            READER, [InputMediaDocument(InputFile(b"isi pertama", "satu.txt", attach=True)), InputMediaDocument(handle)]
        )
    media = form.pop("media")[1].decode()
    assert form.pop("chat_id") == (None, b"1001")
    assert sorted(form.values()) == [("dua.txt", b"isi kedua"), ("satu.txt", b"isi pertama")]
    assert all(f"attach://{name}" in media for name in form)


async def test_more_requests_than_connections_wait_for_each_other(sandbox: Sandbox) -> None:
    await sandbox.send(READER, "/start")
    async with bot_at(sandbox.api_url, sandbox.token, AiohttpRequest(connection_pool_size=2)) as bot:
        await asyncio.gather(*(bot.send_message(READER, str(n)) for n in range(20)))
    assert len(sandbox.deliveries) == 20


async def test_a_long_poll_waits_for_its_own_time_on_top_of_the_read_timeout(sandbox: Sandbox) -> None:
    await sandbox.send(READER, "/start")
    sandbox.faults.add(Fault("delay", seconds=0.3, times=2))
    async with bot_at(sandbox.api_url, sandbox.token, AiohttpRequest(read_timeout=0.1)) as bot:
        assert len(await bot.get_updates(timeout=10)) == 1
        assert type(await failure_of(bot.get_me())) is TimedOut


# --- not sent -----------------------------------------------------------------------------------------------------


async def test_a_refused_connection_was_not_sent() -> None:
    async with raw_server(hang) as (api_url, _requests):
        pass  # nobody listens there any more
    async with bot_at(api_url) as bot:
        failure = await failure_of(bot.send_message(READER, "Halo"))
    assert type(failure) is NetworkError
    assert isinstance(failure.__cause__, aiohttp.ClientConnectorError)


async def test_a_connection_that_never_comes_about_was_not_sent() -> None:
    async with raw_server(hang) as (api_url, requests), bot_at(api_url.replace("http:", "https:")) as bot:
        # The TLS greeting is no request, and the server waits for one. The time for the pool does not count.
        async with asyncio.timeout(4):
            failure = await failure_of(bot.send_message(READER, "Halo", connect_timeout=0.05))
        assert not requests
    assert type(failure) is NetworkError
    assert isinstance(failure.__cause__, aiohttp.ConnectionTimeoutError)


async def test_a_request_that_gets_no_connection_of_the_pool_was_not_sent() -> None:
    async with raw_server(hang) as (api_url, requests), bot_at(api_url, request=AiohttpRequest(1)) as bot:
        first = asyncio.create_task(bot.send_message(READER, "satu"))
        while not requests:
            await asyncio.sleep(0.005)
        failure = await failure_of(bot.send_message(READER, "dua", pool_timeout=0.03, connect_timeout=0.03))
        first.cancel()
        assert len(requests) == 1
    assert type(failure) is NetworkError
    assert isinstance(failure.__cause__, aiohttp.ConnectionTimeoutError)


@pytest.mark.parametrize("api_url", ["ftp://127.0.0.1/bot", "http:///bot"])
async def test_an_address_that_cannot_be_asked_was_not_sent(api_url: str) -> None:
    async with bot_at(api_url) as bot:
        assert type(await failure_of(bot.send_message(READER, "Halo"))) is NetworkError


# --- nobody knows -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [hang, cut, reset, reply_half, reply_nonsense])
async def test_a_request_without_a_whole_answer_may_have_arrived(
    answer: Callable[[Writer, int], Awaitable[None]],
) -> None:
    async with raw_server(answer) as (api_url, requests), bot_at(api_url) as bot:
        failure = await failure_of(bot.send_message(READER, "Halo", read_timeout=0.1))
        assert len(requests) == 1
    assert type(failure) is TimedOut
    assert isinstance(failure.__cause__, aiohttp.ClientError | TimeoutError)


@pytest.mark.parametrize(("fault", "delivered"), [("cut_before", 0), ("cut_after", 1)])
async def test_a_cut_looks_the_same_before_and_after_delivery(sandbox: Sandbox, fault: str, delivered: int) -> None:
    await sandbox.send(READER, "/start")
    sandbox.faults.add(Fault(fault, method="sendMessage"))  # type: ignore[arg-type]
    async with bot_at(sandbox.api_url, sandbox.token) as bot:
        assert type(await failure_of(bot.send_message(READER, "Halo"))) is TimedOut
    assert len(sandbox.deliveries) == delivered


@pytest.mark.parametrize("end", [cut, reset])
async def test_a_message_on_a_used_connection_is_never_repeated_in_silence(
    end: Callable[[Writer, int], Awaitable[None]],
) -> None:
    async def answer(writer: Writer, number: int) -> None:
        await (reply_true if number == 1 else end)(writer, number)

    async with raw_server(answer) as (api_url, requests), bot_at(api_url) as bot:
        await bot.delete_message(READER, 1)
        assert type(await failure_of(bot.send_message(READER, "Halo"))) is TimedOut
        assert [b"sendMessage" in request for request in requests] == [False, True]


async def test_an_upload_that_nobody_reads_ends() -> None:
    async with raw_server(hang, reads=False) as (api_url, _requests), bot_at(api_url) as bot:
        seconds = {f"{phase}_timeout": 0.1 for phase in ("connect", "pool", "write", "read")}
        failure = await failure_of(bot.send_document(READER, InputFile(b"\0" * 10_000_000, "besar.bin"), **seconds))
    assert type(failure) is TimedOut


async def test_a_redirect_is_not_followed() -> None:
    asked: list[str] = []

    async def redirect(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    async with web_server(redirect) as api_url, bot_at(api_url) as bot:
        assert type(await failure_of(bot.send_message(READER, "Halo"))) is NetworkError
    assert asked == [f"/bot{TOKEN}/sendMessage"]


# --- life and health ----------------------------------------------------------------------------------------------


async def test_it_counts_the_seconds_since_the_last_success(sandbox: Sandbox) -> None:
    now = 50.0
    request = AiohttpRequest(monotonic=lambda: now)
    async with bot_at(sandbox.api_url, sandbox.token, request) as bot:
        assert request.seconds_since_success is None
        await bot.get_me()
        now = 53.0
        assert request.seconds_since_success == 3.0
        sandbox.faults.add(Fault("500"))
        await failure_of(bot.get_me())
        assert request.seconds_since_success == 3.0
        await bot.get_me()
        assert request.seconds_since_success == 0.0


async def test_it_can_be_opened_and_closed_more_than_once(sandbox: Sandbox) -> None:
    request = AiohttpRequest()
    async with bot_at(sandbox.api_url, sandbox.token, request) as bot:
        await request.initialize()
        await bot.get_me()
        await request.shutdown()
        await request.shutdown()
        assert "initialize" in str(await failure_of(bot.get_me()))
        await request.initialize()
        await bot.get_me()


async def test_nothing_about_it_shows_the_token(sandbox: Sandbox) -> None:
    request = AiohttpRequest()
    async with bot_at(sandbox.api_url, sandbox.token, request) as bot:
        await bot.get_me()
        shown = f"{request!r} {vars(request)!r} {request._session!r}"
    assert sandbox.token.partition(":")[2] not in shown
