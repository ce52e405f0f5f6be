"""Messages a second from the outbox to a local server, beside python-telegram-bot's transport and our bare one."""

from __future__ import annotations

import asyncio
import gc
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from telegram.ext import ExtBot
from telegram.request import BaseRequest, HTTPXRequest

from bot.models import MessageBody, OutboxDraft
from bot.services.delivery import Delivery
from bot.storage import open_storage
from bot.telegram.limiter import TokenLimiter
from bot.telegram.sender import TelegramSender
from bot.telegram.transport import AiohttpRequest
from tests.bench.bench_transport import TOKEN, running_server
from tests.bench.figures import Figure

MESSAGES, ROUNDS = 4000, 5
LATENCY, LONG_LATENCY = 0.06, 0.2
NO_LIMIT = 1_000_000
PAID = 1000


def _bot(api_url: str, request: BaseRequest, limiter: TokenLimiter) -> ExtBot[TokenLimiter]:
    return ExtBot(TOKEN, base_url=api_url, request=request, get_updates_request=request, rate_limiter=limiter)


async def bare(api_url: str, in_flight: int, *, peer: bool = False) -> float:
    """Nothing but requests: ours through sender and limiter, or the ``peer``'s transport."""
    request: BaseRequest = HTTPXRequest(connection_pool_size=in_flight) if peer else AiohttpRequest(in_flight)
    limiter = TokenLimiter(NO_LIMIT)
    messages = MESSAGES // 10 if peer else MESSAGES
    async with request:
        sender = TelegramSender(_bot(api_url, request, limiter))
        waiting = iter(range(messages))

        async def send() -> None:
            for number in waiting:
                await sender.send(number + 1, MessageBody(_TEXT))

        _settle()
        began = time.perf_counter()
        await asyncio.gather(*(send() for _ in range(in_flight)))
        return messages / (time.perf_counter() - began)


async def whole(api_url: str, in_flight: int, *, per_second: int = NO_LIMIT) -> float:
    """Claims, starts and acks on SQLite, too."""
    with tempfile.TemporaryDirectory(prefix="sari-bench-") as folder:
        storage = await open_storage(f"sqlite+aiosqlite:///{Path(folder) / 'sari.db'}")
        now = datetime.now(UTC)
        item = await storage.add_broadcast(editor_id=1, title="T", text="I", url=None, outlet="", now=now)
        body = MessageBody(_TEXT)
        await storage.queue_broadcast(item.id, [OutboxDraft(chat, 1, body) for chat in range(1, MESSAGES + 1)], now)
        limiter = TokenLimiter(per_second)
        async with AiohttpRequest(in_flight) as request:
            delivery = Delivery(
                storage,
                TelegramSender(_bot(api_url, request, limiter)),
                lambda: datetime.now(UTC),
                owner="bench",
                spread=lambda: 0.0,
                in_flight=in_flight,
            )
            _settle()
            began = time.perf_counter()
            await delivery.deliver_due()
            seconds = time.perf_counter() - began
        assert (await storage.outbox_counts()).sent == MESSAGES
        await storage.close()
    return MESSAGES / seconds


def _costs(whole: list[float], bare: list[float]) -> str:
    """How much slower, in percent: the median of the rounds, and the least and the most."""
    costs = sorted(100 * (1 - one / other) for one, other in zip(whole, bare, strict=True))
    return f"{statistics.median(costs):.0f} % ({costs[0]:.0f} to {costs[-1]:.0f})"


def _settle() -> None:
    """What is there stays, as in ``bot.serve``: looking through it again and again takes a tenth of the time."""
    gc.collect()
    gc.freeze()


async def measure() -> list[Figure]:
    """Medians of rounds in turns, so that a busy machine slows all of them; what the outbox costs is compared within
    a round."""
    found: dict[str, list[float]] = {}

    async def note(name: str, rate: float) -> None:
        found.setdefault(name, []).append(rate)

    with running_server() as near, running_server(LATENCY) as far, running_server(LONG_LATENCY) as farther:
        for _ in range(ROUNDS):
            await note("peer", await bare(near, 50, peer=True))
            await note("bare 8", await bare(near, 8))
            await note("whole 8", await whole(near, 8))
            await note("bare 100", await bare(far, 100))
            await note("whole 100", await whole(far, 100))
            await note("bare farther", await bare(farther, 100))
            await note("whole farther", await whole(farther, 100))
            await note("paid", await whole(far, 100, per_second=PAID))
    rate = {name: statistics.median(rates) for name, rates in found.items()}
    costs = _costs(found["whole 100"], found["bare 100"])
    farther_costs = _costs(found["whole farther"], found["bare farther"])
    return [
        Figure(
            "sender with its outbox on SQLite, 8 in flight",
            f"{rate['whole 8'] / rate['peer']:.1f} times python-telegram-bot's default at 50",
            "3 times",
            f"{rate['whole 8']:.0f}/s against {rate['peer']:.0f}/s; transport alone {rate['bare 8']:.0f}/s",
        ),
        Figure(
            "the same, 100 in flight with 60 ms latency",
            f"{rate['whole 100']:.0f} messages/s; {rate['paid']:.0f}/s within the paid limit of {PAID}",
            "900/s",
            f"transport alone {rate['bare 100']:.0f}/s: claim, start and ack cost {costs}; with 200 ms latency "
            f"{farther_costs} (aim 15 %)",
        ),
    ]


_TEXT = "Ringkasan contoh. " * 60

if __name__ == "__main__":
    for figure in asyncio.run(measure()):
        print(figure.name, "|", figure.measured, "|", figure.how)
