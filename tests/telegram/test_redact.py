"""Every way that the token was seen to leak, provoked for real, and what the log then shows."""

from __future__ import annotations

import asyncio
import gc
import io
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest
from telegram import Bot
from telegram.error import InvalidToken
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.config import Secret, Settings
from bot.sandbox import Sandbox
from bot.telegram.redact import RedactingFilter, Redactor, install_redaction
from bot.telegram.transport import AiohttpRequest

TOKEN = "123456789:AAF-fictional_token_of_this_test_only"
SECRET = TOKEN.partition(":")[2]
SHORT_TOKEN = "900:short-one_x"  # not of the usual shape


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the root logger writes at DEBUG, redacted as in the running bot."""
    root, stream, hook = logging.getLogger(), io.StringIO(), sys.excepthook
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    levels = {name: logging.getLogger(name).level for name in ("", "httpx", "httpcore")}
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    install_redaction([TOKEN, SHORT_TOKEN])
    yield stream
    for each in root.handlers:  # pytest's own are among them
        each.filters[:] = [kept for kept in each.filters if not isinstance(kept, RedactingFilter)]
    root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    sys.excepthook = hook


def shown(log: io.StringIO, expected: str) -> str:
    """The log, after a check that the event is in it and the token is not."""
    text = log.getvalue()
    assert expected in text
    assert SECRET not in text
    assert SHORT_TOKEN not in text
    return text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (f"GET /bot{TOKEN}/getMe", "GET /bot<token>/getMe"),
        (f"GET /bot{TOKEN.replace(':', '%3A')}/getMe", "GET /bot<token>/getMe"),
        (f"repr {TOKEN!r}", "repr '<token>'"),
        (f"only {SECRET}", "only <token>"),
        (SHORT_TOKEN, "<token>"),
        ("another 7777777:BBBB_fictional-0123456789", "another <token>"),
        ("pukul 07:00, rasio 123456:789", "pukul 07:00, rasio 123456:789"),
    ],
)
def test_a_token_is_found_in_every_form(text: str, clean: str) -> None:
    assert Redactor([TOKEN, SHORT_TOKEN]).redact(text) == clean


def test_a_token_in_a_message_and_its_arguments(log: io.StringIO) -> None:
    logging.getLogger("uji").info("asked %s of %r", f"/bot{TOKEN}/getMe", [SHORT_TOKEN])
    assert "asked /bot<token>/getMe of ['<token>']" in shown(log, "asked")


def test_a_token_in_a_stack(log: io.StringIO) -> None:
    stack = f"Stack (most recent call last):\n  get('{TOKEN}')"
    record = logging.makeLogRecord({"levelno": logging.INFO, "msg": "where", "stack_info": stack})
    logging.getLogger("uji").handle(record)
    shown(log, "get('<token>')")


def test_a_line_without_a_token_keeps_its_arguments() -> None:
    record = logging.makeLogRecord({"msg": "%d of %s", "args": (3, "feeds")})
    assert RedactingFilter([TOKEN]).filter(record)
    assert (record.msg, record.args) == ("%d of %s", (3, "feeds"))


def test_arguments_that_do_not_fit_are_not_printed_raw(log: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("uji").info("two %s %s", TOKEN)
    assert "two %s %s ('<token>',)" in shown(log, "two")
    assert SECRET not in capsys.readouterr().err


def test_a_token_in_a_traceback_and_in_the_errors_behind_it(log: io.StringIO) -> None:
    try:
        try:
            raise OSError(f"no route to https://host/bot{TOKEN}/getMe")
        except OSError as error:
            raise ValueError(TOKEN) from error
    except ValueError:
        logging.getLogger("uji").exception("failed")
    assert "ValueError: <token>" in shown(log, "no route to https://host/bot<token>/getMe")


async def test_a_failed_request_of_our_transport(log: io.StringIO) -> None:
    async with AiohttpRequest() as request:
        bot = Bot(TOKEN, base_url="http://127.0.0.1:1/bot", request=request, get_updates_request=request)
        try:
            await bot.get_me()
        except Exception:
            logging.getLogger("uji").exception("poll failed")
    shown(log, "ClientConnectorError")


async def test_the_librarys_own_transport_which_logs_addresses_at_info(log: io.StringIO, sandbox: Sandbox) -> None:
    async with HTTPXRequest() as request:
        bot = Bot(sandbox.token, base_url=sandbox.api_url, request=request, get_updates_request=request)
        await bot.get_me()
    text = log.getvalue()
    assert sandbox.token not in text
    assert "HTTP Request" not in text  # httpx says nothing below WARNING
    logging.getLogger("httpx").warning("HTTP Request: POST %sgetMe", f"{sandbox.api_url}{sandbox.token}/")
    assert "<token>/getMe" in log.getvalue()


async def test_a_refused_token(log: io.StringIO, sandbox: Sandbox) -> None:
    """python-telegram-bot puts the token into the text of its InvalidToken."""
    async with AiohttpRequest() as request:
        bot = ExtBot(TOKEN, base_url=sandbox.api_url, request=request, get_updates_request=request)
        with pytest.raises(InvalidToken) as caught:
            await bot.initialize()
        assert TOKEN in str(caught.value)
        logging.getLogger("uji").error("cannot start: %s", caught.value)
        logging.getLogger("uji").error("cannot start", exc_info=caught.value)
    shown(log, "The token `<token>` was rejected by the server.")


async def test_the_repr_of_a_bot(log: io.StringIO) -> None:
    bot = ExtBot(TOKEN)
    assert TOKEN in repr(bot)
    logging.getLogger("uji").info("handling with %r", bot)
    shown(log, "ExtBot[token=<token>]")


async def test_a_task_whose_error_nobody_retrieved(log: io.StringIO) -> None:
    async def fail() -> None:
        raise InvalidToken(f"The token `{TOKEN}` was rejected by the server.")

    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    del task
    gc.collect()
    shown(log, "Task exception was never retrieved")


def test_settings_do_not_show_the_token() -> None:
    settings = Settings(token=Secret(TOKEN))
    assert SECRET not in f"{settings} {settings!r} {settings.token} {settings.token!r}"


def test_a_crash_of_the_process_does_not_show_the_token() -> None:
    program = (
        "import sys; from bot.telegram.redact import install_redaction; token = sys.argv[1];"
        "install_redaction([token]); raise ValueError(token)"
    )
    result = subprocess.run([sys.executable, "-c", program, TOKEN], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "ValueError: <token>" in result.stderr
    assert SECRET not in result.stderr
