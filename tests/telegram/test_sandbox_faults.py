"""Faults and flood limits."""

from __future__ import annotations

import asyncio
from random import Random

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter, TelegramServerError

from bot.sandbox import Chat, Fault, Sandbox
from bot.sandbox.errors import ApiError
from bot.sandbox.limits import FloodLimits

AYU, BIMA = 1001, 1002


@pytest.fixture
async def ready(sandbox: Sandbox) -> Sandbox:
    """The sandbox with two readers who have started the bot."""
    await sandbox.send(AYU, "/start")
    await sandbox.send(BIMA, "/start")
    return sandbox


async def until_it_has_struck(sandbox: Sandbox) -> None:
    """Until the server has taken the last fault."""
    async with asyncio.timeout(10):
        while len(sandbox.faults):
            await asyncio.sleep(0)


async def test_a_429_carries_retry_after_and_delivers_nothing(client: Bot, ready: Sandbox) -> None:
    ready.faults.add(Fault("429", retry_after=7))
    with pytest.raises(TelegramRetryAfter, match="Too Many Requests: retry after 7") as refusal:
        await client.send_message(AYU, "x")
    assert refusal.value.retry_after == 7
    assert ready.deliveries == []
    assert await client.send_message(AYU, "x") is not None


async def test_a_500_delivers_nothing(client: Bot, ready: Sandbox) -> None:
    ready.faults.add(Fault("500", times=2))
    for _ in range(2):
        with pytest.raises(TelegramServerError, match="Internal Server Error"):
            await client.send_message(AYU, "x")
    assert await client.send_message(AYU, "x") is not None
    assert len(ready.deliveries) == 1


@pytest.mark.parametrize(("kind", "delivered"), [("cut_before", 0), ("cut_after", 1)])
async def test_a_cut_connection_leaves_the_client_without_an_answer(
    client: Bot, ready: Sandbox, kind: str, delivered: int
) -> None:
    ready.faults.add(Fault("cut_before" if kind == "cut_before" else "cut_after"))
    with pytest.raises(TelegramNetworkError):
        await client.send_message(AYU, "x")
    assert len(ready.deliveries) == delivered
    assert await client.send_message(AYU, "y") is not None


async def test_a_delayed_message_arrives_though_the_client_gave_up(client: Bot, ready: Sandbox) -> None:
    ready.faults.add(Fault("delay", seconds=0.1))
    call = asyncio.create_task(client.send_message(AYU, "terlambat"))
    await until_it_has_struck(ready)
    call.cancel()
    assert await ready.wait_message(AYU, contains="terlambat")


async def test_stopping_does_not_wait_for_a_delay(client: Bot, ready: Sandbox) -> None:
    ready.faults.add(Fault("delay", seconds=3600))
    call = asyncio.create_task(client.send_message(AYU, "x"))
    await until_it_has_struck(ready)
    async with asyncio.timeout(10):
        await ready.stop()
        await call


async def test_a_fault_can_be_narrowed_to_a_method_and_a_chat(client: Bot, ready: Sandbox) -> None:
    ready.faults.add(Fault("500", method="sendMessage", chat_id=BIMA, times=None))
    assert await client.get_me() is not None
    assert await client.send_message(AYU, "x") is not None
    for _ in range(3):
        with pytest.raises(TelegramServerError):
            await client.send_message(BIMA, "x")
    ready.faults.clear()
    assert await client.send_message(BIMA, "x") is not None


async def test_a_fault_with_a_probability_follows_its_seed(client: Bot, ready: Sandbox) -> None:
    ready.faults.add(Fault("500", method="getMe", times=None, probability=0.5, random=Random(7)))
    outcomes = []
    for _ in range(20):
        try:
            await client.get_me()
            outcomes.append(True)
        except TelegramServerError:
            outcomes.append(False)
    draw = Random(7)
    assert outcomes == [draw.random() >= 0.5 for _ in range(20)]


def test_a_probability_needs_a_seed() -> None:
    with pytest.raises(ValueError, match="seeded random"):
        Fault("500", probability=0.5)


class Seconds:
    """A monotonic clock that stands still between steps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def refusals(limits: FloodLimits, chats: list[int]) -> list[int]:
    """`retry_after` for each message, 0 where it went through."""
    answers = []
    for chat_id in chats:
        try:
            limits.check(chat_id)
            answers.append(0)
        except ApiError as error:
            answers.append(error.parameters["retry_after"])
    return answers


def test_one_message_a_second_in_a_chat() -> None:
    seconds = Seconds()
    limits = FloodLimits(seconds)
    assert refusals(limits, [1, 1, 2]) == [0, 1, 0]
    seconds.now = 0.9
    assert refusals(limits, [1]) == [1]
    seconds.now = 1.0
    assert refusals(limits, [1]) == [0]


def test_thirty_messages_a_second_in_all() -> None:
    seconds = Seconds()
    limits = FloodLimits(seconds)
    assert refusals(limits, list(range(1, 33))) == [0] * 30 + [1, 1]
    seconds.now = 1.0
    assert refusals(limits, [31]) == [0]


def test_twenty_messages_a_minute_in_a_group() -> None:
    seconds = Seconds()
    limits = FloodLimits(seconds)
    for second in range(20):
        seconds.now = second
        assert refusals(limits, [-1]) == [0]
    seconds.now = 20
    assert refusals(limits, [-1]) == [40]
    seconds.now = 60
    assert refusals(limits, [-1]) == [0]


async def test_limits_refuse_with_429_what_comes_too_fast(client: Bot, ready: Sandbox) -> None:
    ready.state.limits = FloodLimits(Seconds())
    ready.add_group(Chat(-5002, "Grup"), members=[AYU])
    await client.send_message(AYU, "satu")
    with pytest.raises(TelegramRetryAfter) as refusal:
        await client.send_message(AYU, "dua")
    assert refusal.value.retry_after == 1
    assert await client.send_message(-5002, "tiga") is not None
    assert [delivery.text for delivery in ready.deliveries] == ["satu", "tiga"]


def test_limits_are_off_unless_asked_for() -> None:
    assert Sandbox().state.limits is None
    assert Sandbox(limits=True).state.limits is not None
