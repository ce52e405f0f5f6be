"""Start and end of `sari run` when Telegram makes trouble: which error it ends with, and that nothing stays open."""

import asyncio
import gc
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from urllib.parse import urlsplit

import pytest

from bot.__main__ import serve
from bot.config import Secret
from bot.errors import SettingError
from bot.sandbox import MovableClock, Sandbox
from bot.sandbox.faults import Fault, FaultKind
from bot.telegram.app import TelegramBot
from bot.telegram.context import Dependencies
from tests.e2e.world import AYU, RATNA, SOON, World, eventually, settings_for, world_in
from tests.records import NOW

OTHER_TOKEN = "900000001:ANOTHER-TOKEN-OF-THIS-TEST-ONLY-000"


@pytest.fixture(autouse=True)
def no_warning_about_retry_after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.mark.parametrize("kind", ["429", "500", "cut_before", "cut_after"])
async def test_a_start_goes_on_without_the_lists_of_commands(
    kind: FaultKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def start_in_trouble(sandbox: Sandbox) -> Sandbox:
        sandbox.faults.add(Fault(kind, method="setMyCommands", times=None, retry_after=3600))
        return await really(sandbox)

    really = Sandbox.__aenter__
    monkeypatch.setattr(Sandbox, "__aenter__", start_in_trouble)
    async with world_in(tmp_path) as world:
        assert "Selamat datang" in await world.say(AYU, "/start")
        assert "Selamat datang" in await world.say(RATNA, "/start")  # an editor's own list fails there too
    assert "not all lists of commands are set" in caplog.text
    assert f"the list of editor {RATNA} is not set" in caplog.text


@pytest.mark.parametrize(
    ("method", "kind"),
    [("getMe", "429"), ("getMe", "500"), ("getMe", "cut_before"), ("deleteWebhook", "429"), ("deleteWebhook", "500")],
)
async def test_a_start_that_telegram_does_not_allow_ends_with_a_sentence_and_closes_everything(
    method: str, kind: FaultKind, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with Sandbox() as sandbox:
        sandbox.faults.add(Fault(kind, method=method, times=None, retry_after=3600))
        with pytest.raises(SettingError, match="telegram_unreachable"):
            await serve(settings_for(sandbox, tmp_path), MovableClock(NOW), asyncio.Event())
    assert "Telegram does not let the bot start" in caplog.text
    assert "Traceback" not in caplog.text
    gc.collect()  # an open session would warn here, which is an error in these tests


async def test_the_error_about_a_wrong_token_does_not_carry_it(tmp_path: Path) -> None:
    async with Sandbox(token=OTHER_TOKEN) as sandbox:
        settings = settings_for(sandbox, tmp_path)
        sandbox._bot_api._token = "900000001:" + "X" * 35
        with pytest.raises(SettingError, match="token_wrong") as raised:
            await serve(settings, MovableClock(NOW), asyncio.Event())
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None
    gc.collect()


async def test_a_token_that_is_revoked_ends_the_bot(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    stop, ready = asyncio.Event(), asyncio.Event()
    async with Sandbox() as sandbox:
        bot = asyncio.create_task(serve(settings_for(sandbox, tmp_path), MovableClock(NOW), stop, ready=ready.set))
        await asyncio.wait_for(ready.wait(), SOON)
        port = urlsplit(sandbox.url).port
        assert port is not None
    async with Sandbox(token=OTHER_TOKEN, port=port):
        with pytest.raises(SettingError, match="token_wrong"):
            await asyncio.wait_for(bot, SOON)
    assert stop.is_set()
    assert "Traceback" not in caplog.text


async def test_a_failure_before_anybody_waits_is_not_forgotten() -> None:
    parts = cast(Dependencies, SimpleNamespace(editors=frozenset()))
    bot = TelegramBot(Secret(OTHER_TOKEN), "http://127.0.0.1:9/bot", parts)
    bot.fail(SettingError("telegram_conflict"))
    bot.fail(SettingError("token_wrong"))
    with pytest.raises(SettingError, match="telegram_conflict"):
        await asyncio.wait_for(bot.run_until(asyncio.Event()), SOON)


async def test_a_bug_in_a_tick_is_in_the_log_once_and_the_next_tick_runs(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    runs: list[int] = []

    async def broken_once(*_: object) -> int:
        runs.append(len(runs))
        if len(runs) == 1:
            raise ZeroDivisionError("a bug of this test")
        return 0

    async def has_run_again() -> bool:
        return len(runs) >= 3

    monkeypatch.setattr("bot.jobs.digest_new_articles", broken_once)
    await eventually(has_run_again)
    shown = [record for record in caplog.records if record.exc_info and record.exc_info[0] is ZeroDivisionError]
    assert len(shown) == 1
    assert "digest_articles" in shown[0].getMessage()
    assert "broken_once" in caplog.text  # the traceback leads to the place
