"""Messages a second of AiohttpRequest beside python-telegram-bot's own transport, against a local server.

    python tests/bench/bench_transport.py

The server runs in a process of its own and answers at once; no limiter is in the way. Each figure is the median of
the rounds, which take turns so that a busy machine slows both.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aiohttp import web
from telegram import Bot
from telegram.request import BaseRequest, HTTPXRequest

from bot.telegram.transport import AiohttpRequest

TOKEN = "123456789:AAF-fictional_token_of_this_bench_only"
MESSAGES, ROUNDS = 400, 5
IN_FLIGHT = (8, 50)


@dataclass(frozen=True, slots=True)
class Row:
    """Messages a second with so many requests in flight."""

    in_flight: int
    httpx: float
    aiohttp: float

    @property
    def ratio(self) -> float:
        return self.aiohttp / self.httpx


def serve(latency: float) -> None:
    """Answers every request with a message, after so many seconds; prints its port first."""
    message = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "Berita"}

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        await asyncio.sleep(latency)
        return web.json_response({"ok": True, "result": message})

    async def run() -> None:
        app = web.Application()
        app.router.add_post("/{path:.*}", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print(runner.addresses[0][1], flush=True)
        await asyncio.Event().wait()

    asyncio.run(run())


@contextmanager
def running_server(latency: float = 0.0) -> Iterator[str]:
    process = subprocess.Popen([sys.executable, __file__, "--serve", str(latency)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/bot"
    finally:
        process.kill()
        process.communicate()


async def messages_per_second(api_url: str, make_request: Callable[[], BaseRequest], in_flight: int) -> float:
    text = "Ringkasan contoh. " * 60
    async with make_request() as request:
        bot = Bot(TOKEN, base_url=api_url, request=request, get_updates_request=request)
        waiting = iter(range(MESSAGES))

        async def send() -> None:
            for number in waiting:
                await bot.send_message(number + 1, text, pool_timeout=60, read_timeout=60)

        await bot.send_message(1, text)
        began = time.perf_counter()
        await asyncio.gather(*(send() for _ in range(in_flight)))
        return MESSAGES / (time.perf_counter() - began)


def measure() -> list[Row]:
    """One row for each number of requests in flight."""
    makers: dict[str, Callable[[], BaseRequest]] = {"httpx": HTTPXRequest, "aiohttp": AiohttpRequest}
    rows = []
    with running_server() as api_url:
        for in_flight in IN_FLIGHT:
            figures: dict[str, list[float]] = {name: [] for name in makers}
            for _ in range(ROUNDS):
                for name, make in makers.items():
                    figures[name].append(asyncio.run(messages_per_second(api_url, make, in_flight)))
            rows.append(Row(in_flight, **{name: statistics.median(values) for name, values in figures.items()}))
    return rows


def main() -> None:
    print("| in flight | python-telegram-bot's HTTPXRequest | AiohttpRequest | ratio |")
    print("|---:|---:|---:|---:|")
    for row in measure():
        print(f"| {row.in_flight} | {row.httpx:.0f}/s | {row.aiohttp:.0f}/s | {row.ratio:.1f} |")


if __name__ == "__main__":
    serve(float(sys.argv[2])) if "--serve" in sys.argv else main()
