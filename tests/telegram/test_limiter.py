"""The limiter keeps its promises on a loop whose clock jumps, so that minutes take milliseconds."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest
from telegram.error import BadRequest, RetryAfter

from bot.telegram.limiter import FREE, Priority, TokenLimiter, retry_seconds

# python-telegram-bot warns whenever a RetryAfter is made, unless PTB_TIMEDELTA is set.
pytestmark = pytest.mark.filterwarnings("ignore:.*attribute `retry_after`:DeprecationWarning")

GROUP = -5001


class JumpingLoop(asyncio.SelectorEventLoop):
    """Instead of sleeping until the next timer the clock jumps there; a turn of the loop takes a microsecond."""

    def __init__(self) -> None:
        self.now = 1000.0
        super().__init__(_JumpingSelector(self))

    def time(self) -> float:
        return self.now


class _JumpingSelector(selectors.SelectSelector):
    def __init__(self, loop: JumpingLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if timeout is None and not ready:
            raise RuntimeError("nothing will ever happen again")
        self._loop.now += 0.0 if ready else max(timeout or 0.0, 1e-6)
        return ready


class Api:
    """Takes the place of the HTTP request: notes when each one starts, and answers as told."""

    def __init__(self, per_second: int = FREE) -> None:
        self.limiter = TokenLimiter(per_second)
        self.starts: list[tuple[float, int | str | None]] = []
        self.answers: list[Exception] = []
        self.seconds = 0.05

    async def call(
        self, chat_id: int | str | None, priority: Priority | None = None, endpoint: str = "sendMessage"
    ) -> bool:
        data = {} if chat_id is None else {"chat_id": chat_id}
        answer = await self.limiter.process_request(self._request, (chat_id,), {}, endpoint, data, priority)
        assert answer is True
        return answer

    async def _request(self, chat_id: int | str | None) -> bool:
        self.starts.append((asyncio.get_running_loop().time(), chat_id))
        answer = self.answers.pop(0) if self.answers else None
        await asyncio.sleep(self.seconds)
        if answer is not None:
            raise answer
        return True

    @property
    def times(self) -> list[float]:
        return [at for at, _ in self.starts]


def run(scenario: Callable[[Api], Coroutine[Any, Any, None]], *, per_second: int = FREE) -> Api:
    api = Api(per_second)
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(scenario(api))
    return api


def most_within(times: list[float], seconds: float) -> int:
    """The largest number of starts in any window of that length, both ends counted."""
    ordered = sorted(times)
    return max(sum(first <= at <= first + seconds for at in ordered) for first in ordered)


@pytest.mark.parametrize("priority", [Priority.REPLY, Priority.BROADCAST])
def test_never_more_than_30_messages_start_within_a_second(priority: Priority) -> None:
    async def scenario(api: Api) -> None:
        await asyncio.gather(*(api.call(1 + n, priority) for n in range(150)))
        await asyncio.sleep(10)  # an idle time saves nothing up
        await asyncio.gather(*(api.call(1 + n, priority) for n in range(150)))

    api = run(scenario)
    assert len(api.starts) == 300
    assert most_within(api.times, 1.0) == 30
    assert most_within(api.times, 1.01) == 30  # room for requests that take different times to get there


@pytest.mark.parametrize("paid", [31, 100, 1000])
def test_a_paid_limit_is_kept_and_used_up_too(paid: int) -> None:
    async def scenario(api: Api) -> None:
        await asyncio.gather(*(api.call(1 + n, Priority.BROADCAST) for n in range(3 * paid)))

    api = run(scenario, per_second=paid)
    assert most_within(api.times, 1.0) <= paid
    assert max(api.times) - min(api.times) < 3 * 1.1


def test_the_limit_is_used_up() -> None:
    async def scenario(api: Api) -> None:
        await asyncio.gather(*(api.call(1 + n, Priority.BROADCAST) for n in range(300)))

    api = run(scenario)
    assert max(api.times) - min(api.times) < 300 / 30 * 1.03


def test_replies_to_one_reader_may_come_in_a_short_burst_and_then_one_a_second() -> None:
    async def scenario(api: Api) -> None:
        await asyncio.gather(*(api.call(7) for _ in range(15)))

    api = run(scenario)
    assert api.times[4] - api.times[0] < 0.2
    assert [most_within(api.times, seconds) for seconds in (1.5, 2.5, 5.5)] == [6, 7, 10]


def test_broadcasts_to_one_reader_are_more_than_a_second_apart() -> None:
    async def scenario(api: Api) -> None:
        await asyncio.gather(*(api.call(7, Priority.BROADCAST) for _ in range(8)))

    api = run(scenario)
    assert most_within(api.times, 1.01) == 1


@pytest.mark.parametrize("priority", [Priority.REPLY, Priority.BROADCAST])
@pytest.mark.parametrize("chat_id", [GROUP, "@warga_contoh"])
def test_a_group_gets_at_most_20_messages_in_any_minute(chat_id: int | str, priority: Priority) -> None:
    async def scenario(api: Api) -> None:
        await asyncio.gather(*(api.call(chat_id, priority) for _ in range(50)))

    api = run(scenario)
    assert len(api.starts) == 50
    assert 18 <= most_within(api.times, 60.0) <= 20


def test_a_slow_group_does_not_hold_up_the_readers() -> None:
    async def scenario(api: Api) -> None:
        group = [asyncio.create_task(api.call(GROUP, Priority.BROADCAST)) for _ in range(20)]
        await asyncio.gather(*(api.call(1 + n, Priority.BROADCAST) for n in range(60)))
        await asyncio.gather(*group)

    api = run(scenario)
    readers = [at for at, chat_id in api.starts if chat_id != GROUP]
    assert max(readers) - min(readers) < 3


def test_a_reply_goes_before_a_waiting_broadcast() -> None:
    async def scenario(api: Api) -> None:
        edition = [asyncio.create_task(api.call(1 + n, Priority.BROADCAST)) for n in range(1000)]
        await asyncio.sleep(1)
        asked_at = asyncio.get_running_loop().time()
        await api.call(5000)
        replied_at = next(at for at, chat_id in api.starts if chat_id == 5000)
        assert replied_at - asked_at < 0.1
        await asyncio.gather(*edition)

    assert len(run(scenario).starts) == 1001


def test_broadcasts_go_on_while_replies_keep_coming() -> None:
    async def scenario(api: Api) -> None:
        replies = [asyncio.create_task(api.call(5000 + n)) for n in range(300)]
        await asyncio.gather(*(api.call(1 + n, Priority.BROADCAST) for n in range(3)))
        await asyncio.gather(*replies)

    api = run(scenario)
    assert sum(chat_id < 5000 for _, chat_id in api.starts[:310] if isinstance(chat_id, int)) == 3


def test_a_429_halts_everything_until_its_deadline_and_the_reply_is_sent_again() -> None:
    async def scenario(api: Api) -> None:
        api.answers = [RetryAfter(7)]
        await asyncio.gather(api.call(1), _later(0.5, api.call(2)), _later(3, api.call(3)))

    api = run(scenario)
    first, *others = api.times
    assert len(others) == 3
    assert min(others) >= first + 7
    assert {chat_id for _, chat_id in api.starts[1:]} == {1, 2, 3}


def test_requests_that_were_waiting_when_the_pause_began_do_not_slip_out() -> None:
    async def scenario(api: Api) -> None:
        api.answers = [RetryAfter(7)]
        await asyncio.gather(*(api.call(1 + n) for n in range(20)))

    api = run(scenario)
    under_way = [at for at in api.times if at <= api.times[0] + api.seconds]
    assert min(at for at in api.times if at not in under_way) >= api.times[0] + 7


def test_the_deadline_only_moves_forward() -> None:
    """Neither a shorter wait that comes later nor a request that succeeds ends the pause (PTB issue 5338)."""

    async def scenario(api: Api) -> None:
        api.answers = [RetryAfter(30), RetryAfter(1)]
        slow = asyncio.create_task(api.call(1))
        short = asyncio.create_task(api.call(2))
        fine = asyncio.create_task(api.call(3))
        await asyncio.sleep(2)
        assert api.limiter.pause_seconds() == pytest.approx(28, abs=0.2)
        await asyncio.gather(slow, short, fine)

    api = run(scenario)
    assert len(api.starts) == 5
    assert min(api.times[3:]) >= api.times[0] + 30


def test_a_longer_wait_that_comes_later_extends_the_pause() -> None:
    async def scenario(api: Api) -> None:
        api.answers = [RetryAfter(2), RetryAfter(20)]
        await asyncio.gather(api.call(1), api.call(2))

    api = run(scenario)
    assert min(api.times[2:]) >= api.times[1] + 20


def test_a_pause_ends_without_a_burst() -> None:
    async def scenario(api: Api) -> None:
        api.answers = [RetryAfter(5)]
        await asyncio.gather(*(api.call(1 + n) for n in range(100)))

    assert most_within(run(scenario).times, 1.0) <= 30


def test_a_broadcast_gets_its_429_at_once_and_others_during_the_pause_too() -> None:
    async def scenario(api: Api) -> None:
        loop = asyncio.get_running_loop()
        before = loop.time()
        api.answers = [RetryAfter(7)]
        with pytest.raises(RetryAfter):
            await api.call(1, Priority.BROADCAST)
        with pytest.raises(RetryAfter) as flood:
            await api.call(2, Priority.BROADCAST)
        assert loop.time() - before < 2 * api.seconds
        assert 6 <= retry_seconds(flood.value) <= 7

    assert len(run(scenario).starts) == 1


def test_a_reply_gives_up_after_its_second_429() -> None:
    async def scenario(api: Api) -> None:
        api.answers = [RetryAfter(2), RetryAfter(2)]
        with pytest.raises(RetryAfter):
            await api.call(1)

    assert len(run(scenario).starts) == 2


def test_a_reply_does_not_wait_out_a_pause_of_many_minutes() -> None:
    async def scenario(api: Api) -> None:
        api.answers = [RetryAfter(3600)]
        with pytest.raises(RetryAfter):
            await api.call(1)
        assert api.limiter.pause_seconds() > 3500

    assert len(run(scenario).starts) == 1


def test_other_errors_pass_through_and_pause_nothing() -> None:
    async def scenario(api: Api) -> None:
        api.answers = [BadRequest("Chat not found")]
        with pytest.raises(BadRequest):
            await api.call(1)
        assert api.limiter.pause_seconds() == 0

    assert len(run(scenario).starts) == 1


@pytest.mark.parametrize(
    "endpoint", ["answerCallbackQuery", "getMe", "sendChatAction", "setMyCommands", "getChatMember", "deleteWebhook"]
)
def test_what_is_no_message_is_not_held_back(endpoint: str) -> None:
    async def scenario(api: Api) -> None:
        await asyncio.gather(*(api.call(7, endpoint=endpoint) for _ in range(40)))
        api.answers = [RetryAfter(3600)]
        with pytest.raises(RetryAfter):
            await api.call(7, endpoint=endpoint)
        assert api.limiter.pause_seconds() == 0  # its limit is its own

    assert most_within(run(scenario).times, 0.01) == 40


@pytest.mark.parametrize(
    "endpoint", ["sendPhoto", "editMessageText", "editMessageReplyMarkup", "deleteMessage", "deleteMessages"]
)
def test_whatever_changes_a_chat_counts(endpoint: str) -> None:
    async def scenario(api: Api) -> None:
        await asyncio.gather(*(api.call(1 + n, endpoint=endpoint) for n in range(40)))

    assert most_within(run(scenario).times, 1.0) == 30


def test_a_message_without_a_chat_counts_for_the_token() -> None:
    async def scenario(api: Api) -> None:
        await asyncio.gather(*(api.call(None, endpoint="editMessageText") for _ in range(40)))

    assert most_within(run(scenario).times, 1.0) == 30


def test_chats_are_forgotten_once_they_are_idle() -> None:
    async def scenario(api: Api) -> None:
        most = 0
        for n in range(5000):
            await api.call(1 + n)
            most = max(most, len(api.limiter._chats))
        assert most < 200  # those of the last seconds, not all that ever were
        await asyncio.sleep(60)
        await api.call(1)
        assert len(api.limiter._chats) == 1

    run(scenario)


def test_a_busy_chat_is_not_forgotten() -> None:
    async def scenario(api: Api) -> None:
        group = []
        for n in range(3000):
            if n % 30 == 0:
                group.append(asyncio.create_task(api.call(GROUP)))
            await api.call(1 + n)
        await asyncio.gather(*group)

    group_times = [at for at, chat_id in run(scenario).starts if chat_id == GROUP]
    assert most_within(group_times, 60.0) <= 20


@pytest.mark.parametrize(("setting", "wait"), [("0", 3), ("1", timedelta(seconds=3))])
def test_the_wait_is_in_seconds_in_both_forms(monkeypatch: pytest.MonkeyPatch, setting: str, wait: object) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", setting)
    flood = RetryAfter(3)
    assert flood.retry_after == wait
    assert retry_seconds(flood) == 3.0


async def _later(seconds: float, request: Coroutine[Any, Any, bool]) -> None:
    await asyncio.sleep(seconds)
    await request
