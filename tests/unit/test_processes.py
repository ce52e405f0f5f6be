"""What several processes agree on: roles, jobs, updates, and writes that go together."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.errors import DatabaseBusyError
from bot.services import leadership
from bot.services.group_commit import GroupCommit
from bot.services.inbox import chat_of
from bot.services.leadership import Leadership
from bot.services.pipeline import BATCH
from bot.services.work import digest_jobs


@dataclass
class ScriptedRole:
    """A role that is given or not as its script says; the last word stands for ever."""

    takes: list[bool]
    held: list[bool] = field(default_factory=lambda: [True])

    async def take(self) -> bool:
        return self.takes.pop(0) if len(self.takes) > 1 else self.takes[0]

    async def holds(self) -> bool:
        return self.held.pop(0) if len(self.held) > 1 else self.held[0]

    async def give_up(self) -> None:
        self.held = [False]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leadership, "LOOK_EVERY", 0.001)
    monkeypatch.setattr(leadership, "GRACE", 0.001)


async def test_who_comes_first_leads_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leadership, "GRACE", 3600.0)
    found = Leadership(ScriptedRole([True]))
    assert await asyncio.wait_for(found.acquire(asyncio.Event()), 10)
    assert found.leads


@pytest.mark.usefixtures("quick")
async def test_a_successor_that_loses_the_role_in_the_grace_goes_on_waiting() -> None:
    role = ScriptedRole([False, True, False, True], [False, True])
    found = Leadership(role)
    assert await asyncio.wait_for(found.acquire(asyncio.Event()), 10)
    assert role.takes == [True]


@pytest.mark.usefixtures("quick")
async def test_a_standby_can_be_stopped() -> None:
    stop = asyncio.Event()
    waiting = asyncio.create_task(Leadership(ScriptedRole([False])).acquire(stop))
    await asyncio.sleep(0.02)
    stop.set()
    assert not await asyncio.wait_for(waiting, 10)


@pytest.mark.usefixtures("quick")
async def test_a_leader_notices_that_it_leads_no_more() -> None:
    found = Leadership(ScriptedRole([True], [True, True, False]))
    await found.acquire(asyncio.Event())
    await asyncio.wait_for(found.wait_lost(), 10)
    assert not found.leads


def test_an_article_is_in_the_same_job_however_many_wait() -> None:
    few, many = digest_jobs([100]), digest_jobs(range(200))
    [job] = [each for each in many if 100 in json.loads(each.payload)]
    assert few[0].key == job.key
    assert sorted(number for each in many for number in json.loads(each.payload)) == list(range(200))
    assert max(len(json.loads(each.payload)) for each in many) == BATCH
    assert digest_jobs([]) == []


@pytest.mark.parametrize(
    ("update", "chat"),
    [
        ({"update_id": 1, "message": {"chat": {"id": -5001}, "text": "x"}}, -5001),
        ({"update_id": 1, "callback_query": {"id": "7", "message": {"chat": {"id": 1001}}}}, 1001),
        ({"update_id": 1, "my_chat_member": {"chat": {"id": 1001}}}, 1001),
        ({"update_id": 1, "callback_query": {"id": "7", "message": "strange"}}, 0),
        ({"update_id": 1, "inline_query": {"id": "7"}}, 0),
        ({"update_id": 1, "message": {"chat": {"id": "strange"}}}, 0),
    ],
)
def test_the_chat_of_an_update_is_found(update: dict[str, Any], chat: int) -> None:
    assert chat_of(update) == chat


async def test_what_comes_while_a_write_is_under_way_goes_into_the_next_one() -> None:
    batches: list[list[int]] = []
    may_go_on = asyncio.Event()

    async def commit(items: Sequence[int]) -> None:
        batches.append(list(items))
        await may_go_on.wait()

    group = GroupCommit(commit)
    writes = [group.write(number) for number in range(3)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    writes += [group.write(number) for number in range(3, 6)]
    await asyncio.sleep(0)
    assert not any(write.done() for write in writes)
    may_go_on.set()
    await asyncio.gather(*writes)
    assert batches == [[0, 1, 2], [3, 4, 5]]


async def test_no_more_than_so_many_go_into_one_transaction_and_all_in_their_order() -> None:
    batches: list[list[int]] = []

    async def commit(items: Sequence[int]) -> None:
        batches.append(list(items))

    group = GroupCommit(commit, most=2)
    await asyncio.gather(*(group.write(number) for number in range(5)))
    assert batches == [[0, 1], [2, 3], [4]]


async def test_a_write_that_fails_is_told_to_all_that_were_in_it_and_to_nobody_else() -> None:
    outcomes = [DatabaseBusyError("database_locked"), None]

    async def commit(_: Sequence[int]) -> None:
        await asyncio.sleep(0)
        if error := outcomes.pop(0):
            raise error

    group = GroupCommit(commit)
    first = [group.write(number) for number in range(2)]
    found = await asyncio.gather(*first, return_exceptions=True)
    assert [type(each) for each in found] == [DatabaseBusyError, DatabaseBusyError]
    await group.write(2)
