"""Telegram as the outbox meets it on a bad day, with a ledger of everything that arrived.

Lean, as thousands of messages a second have to pass: two methods, and the words of Telegram's errors from the sandbox.
What goes wrong with a message is drawn from the seed, the message and the number of its try, so that it does not depend
on who came first.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Final, Literal, Self

from aiohttp import web

from bot.sandbox.errors import ApiError, forbidden, too_many_requests

TOKEN: Final = "123456789:AAF-fictional_token_of_the_fault_tests"

Fault = Literal["flood", "error", "cut", "cut_before", "slow", "hang"]
UNANSWERED: Final = frozenset({"cut", "hang"})
"""Delivered, and the sender cannot know it."""


@dataclass(frozen=True, slots=True)
class Weather:
    """How often each thing goes wrong, as a share of all requests; of all chats for ``blocked``."""

    flood: float = 0.0
    """429 with ``retry_after`` 1."""
    error: float = 0.0
    """500, nothing done."""
    cut: float = 0.0
    """Delivered, the connection closed unanswered."""
    cut_before: float = 0.0
    """The connection closed, nothing done."""
    slow: float = 0.0
    """Delivered, answered after up to ``slow_seconds``."""
    hang: float = 0.0
    """Delivered, answered after ``hang_seconds``, when the sender has given up."""
    blocked: float = 0.0
    slow_seconds: float = 0.5
    hang_seconds: float = 3.0


FAIR: Final = Weather()
STORM: Final = Weather(flood=0.02, error=0.02, cut=0.01, cut_before=0.002, slow=0.03, hang=0.002, blocked=0.01)
"""The shares of issue 5."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message that reached its chat."""

    at: float
    """Seconds of the monotonic clock."""
    is_answered: bool
    """False where the answer was cut off or came too late."""


@dataclass(slots=True)
class Ledger:
    """What came in, by (chat, text)."""

    arrivals: defaultdict[tuple[int, str], list[Arrival]] = field(default_factory=lambda: defaultdict(list))
    errors: defaultdict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))
    """500s of each message."""
    starts: list[float] = field(default_factory=list)
    """When each request to send came in, in seconds of the monotonic clock."""
    struck: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    """How often each thing went wrong."""


class FaultyTelegram:
    """The server; ``async with`` it. ``at_request`` plans what happens at the n-th request to send."""

    def __init__(self, seed: int, weather: Weather = FAIR) -> None:
        self.ledger = Ledger()
        self.weather = weather
        self._seed = seed
        self._tries: defaultdict[tuple[int, str], int] = defaultdict(int)
        self._plans: defaultdict[int, list[Callable[[], object]]] = defaultdict(list)
        self._message_ids = 0
        app = web.Application()
        app.router.add_post(f"/bot{TOKEN}/getMe", self._get_me)
        app.router.add_post(f"/bot{TOKEN}/sendMessage", self._send_message)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, backlog=512).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/bot"

    def at_request(self, number: int, action: Callable[[], object]) -> None:
        """Call ``action`` while the request with this number (from 1) is under way."""
        self._plans[number].append(action)

    def is_blocked(self, chat_id: int) -> bool:
        """True where this reader has blocked the bot."""
        return Random(f"{self._seed}/{chat_id}").random() < self.weather.blocked

    async def _get_me(self, _: web.Request) -> web.Response:
        return _answer({"id": 123456789, "is_bot": True, "first_name": "Sari", "username": "sari_uji_bot"})

    async def _send_message(self, request: web.Request) -> web.Response:
        at = time.monotonic()
        self.ledger.starts.append(at)
        for action in self._plans.pop(len(self.ledger.starts), ()):
            action()
        form = await request.post()
        chat_id, text = int(str(form["chat_id"])), str(form["text"])
        if self.is_blocked(chat_id):
            self.ledger.struck["blocked"] += 1
            return _refusal(forbidden("bot was blocked by the user"))
        fault = self._draw(chat_id, text)
        if fault is not None:
            self.ledger.struck[fault] += 1
        match fault:
            case "flood":
                return _refusal(too_many_requests(1))
            case "error":
                self.ledger.errors[chat_id, text] += 1
                return _refusal(ApiError(500, "Internal Server Error"))
            case "cut_before":
                return _cut(request)
        self.ledger.arrivals[chat_id, text].append(Arrival(at, fault not in UNANSWERED))
        match fault:
            case "cut":
                return _cut(request)
            case "slow":
                await asyncio.sleep(Random(f"{self._seed}/{chat_id}/{text}").random() * self.weather.slow_seconds)
            case "hang":
                await asyncio.sleep(self.weather.hang_seconds)
        self._message_ids += 1
        chat = {"id": chat_id, "type": "private"}
        return _answer({"message_id": self._message_ids, "date": int(time.time()), "chat": chat, "text": text})

    def _draw(self, chat_id: int, text: str) -> Fault | None:
        """What goes wrong with this try of this message."""
        self._tries[chat_id, text] += 1
        drawn = Random(f"{self._seed}/{chat_id}/{text}/{self._tries[chat_id, text]}").random()
        faults: tuple[Fault, ...] = ("flood", "error", "cut", "cut_before", "slow", "hang")
        for fault in faults:
            drawn -= getattr(self.weather, fault)
            if drawn < 0:
                return fault
        return None


def _answer(result: object) -> web.Response:
    return web.Response(text=json.dumps({"ok": True, "result": result}), content_type="application/json")


def _refusal(error: ApiError) -> web.Response:
    body = {"ok": False, "error_code": error.code, "description": str(error), "parameters": error.parameters}
    return web.json_response(body, status=error.code)


def _cut(request: web.Request) -> web.Response:
    with suppress(AttributeError):  # the sender may be dead already, and its connection gone
        request.transport.abort()  # type: ignore[union-attr]
    return web.Response()
