"""Sari as many processes on a PostgreSQL of its own, with a Telegram, news sites and a proxy on this machine."""

from __future__ import annotations

import asyncio
import itertools
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, web

from bot.sandbox import Sandbox
from bot.sandbox.demo import first_morning
from bot.sandbox.news import build_sites, feed_urls
from bot.sandbox.people import User
from tests import postgres
from tests.e2e.test_process import free_port
from tests.faults.clock import SharedClock
from tests.processes import ROOT, environment

SECRET = "rahasia-dari-uji-ini"
AT_WORK = ("is at work as", "another process leads", "takes updates for @")
"""What a process says when it has started, and needs the database no more to go on."""
FIRST_READER = 7001
CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
)
WORKERS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ShareLock' AND granted"
"""Of all that share a lock: workers do, to be seen."""
PATIENCE = 300.0
"""Seconds that anything may take; on a machine with nothing else to do it is a few, and some twenty where the job of a
killed worker has to come back."""
AWAY = 3.0
"""Seconds for which the database is gone; each process looks after it once a second."""


class Proxy:
    """Passes posts on to receivers by turns, and to the next one where one does not answer."""

    def __init__(self, targets: list[str]) -> None:
        self._targets = targets
        self._turn = itertools.cycle(range(len(targets)))
        self.passed = 0

    async def pass_on(self, request: web.Request) -> web.Response:
        body, first = await request.read(), next(self._turn)
        for number in range(len(self._targets)):
            target = self._targets[(first + number) % len(self._targets)]
            try:
                async with ClientSession() as session, session.post(target, data=body, headers=request.headers) as got:
                    self.passed += got.status == 200
                    return web.Response(status=got.status)
            except ClientError:
                continue
        return web.Response(status=502)


@dataclass
class Team:
    """The processes by name; one that is killed is started again."""

    folder: Path
    settings: dict[str, str]
    ports: dict[str, int]
    processes: dict[str, Process] = field(default_factory=dict)
    _said_before: dict[str, int] = field(default_factory=dict)
    """How much each log had in it when its process was started."""

    async def start(self, name: str) -> None:
        port = self.ports.get(name)
        settings = {**self.settings, "SARI_HTTP": f"127.0.0.1:{port}" if port else "off"}
        if not port:  # workers know nothing of Telegram
            settings = {key: value for key, value in settings.items() if "WEBHOOK" not in key and "TELEGRAM" not in key}
        with (self.folder / name).open("ab") as log:
            self._said_before[name] = log.tell()
            self.processes[name] = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.faults.day_process", name.rstrip("123"), str(self.folder / "clock")),
                stdin=DEVNULL,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env=environment(settings),
            )

    async def kill(self, name: str) -> None:
        """``kill -9``, and a new one in its place."""
        self.processes[name].kill()
        await self.processes[name].wait()
        await self.start(name)

    def said(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def has_started(self, name: str) -> bool:
        """Whether it is at work, or stands by; before that it ends when the database is gone."""
        said = (self.folder / name).read_bytes()[self._said_before[name] :].decode()
        return any(sentence in said for sentence in AT_WORK)

    def reigns(self) -> list[tuple[str, str]]:
        """When each leader began, as its log has it, and its name; in their order."""
        return sorted(
            (line[:23], name)
            for name in self.processes
            if name.startswith("run")
            for line in self.said(name).splitlines()
            if "is at work as @" in line
        )

    async def leaders(self) -> list[str]:
        """Those that take themselves for the leader."""
        found = []
        async with ClientSession() as session:
            for name in ("run1", "run2"):
                with suppress(ClientError):
                    async with session.get(f"http://127.0.0.1:{self.ports[name]}/readyz") as answer:
                        found += [name] if (await answer.json()).get("leads") else []
        return found

    async def stop(self) -> None:
        for process in self.processes.values():
            if process.returncode is None:
                process.terminate()
        await asyncio.gather(*(_end(process) for process in self.processes.values()))


async def _end(process: Process) -> None:
    try:
        async with asyncio.timeout(30):
            await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@dataclass
class World:
    """Everything, and what a test does with it."""

    sandbox: Sandbox
    clock: SharedClock
    server: postgres.OwnServer
    database: str
    team: Team
    proxy: Proxy
    may_end: set[str] = field(default_factory=set)
    """Those that were starting when the database went away: that ends them, and a supervisor starts them again."""

    async def query(self, statement: str) -> list[Any]:
        return [tuple(row) for row in await postgres.execute(self.database, statement)]

    async def cut_connections(self) -> None:
        """What a network or a pooler that fails does to everybody; the database itself goes on."""
        self.may_end = self._starting()
        await self.query(CUT)

    async def restart_database(self, *, orderly: bool) -> None:
        """Stop the server, or kill it as if its machine had failed, and start it again; then somebody leads anew, and
        all workers are seen."""
        self.may_end = self._starting()
        reigns = len(self.team.reigns())
        await asyncio.to_thread(self.server.restart, orderly=orderly, away=AWAY)

        async def is_taken_up() -> bool:
            [(workers,)] = await self.query(WORKERS)
            return len(self.team.reigns()) > reigns and len(await self.team.leaders()) == 1 and workers == 3

        await self.until(is_taken_up, "one process leads again, and all workers are back")

    def _starting(self) -> set[str]:
        return {name for name in self.team.processes if not self.team.has_started(name)}

    async def until(self, condition: Callable[[], Any], what: str) -> None:
        """Wait until an async condition holds; every process must live meanwhile, but see ``may_end``.

        Raises:
            AssertionError: with what the processes said.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                while not await condition():
                    for name, process in list(self.team.processes.items()):
                        if process.returncode is not None:
                            assert name in self.may_end, f"{name} has ended: {self.team.said(name)[-3000:]}"
                            self.may_end.discard(name)
                            await self.team.start(name)
                    await asyncio.sleep(0.1)
        except TimeoutError:
            logs = "\n".join(f"--- {name}\n{self.team.said(name)[-2000:]}" for name in self.team.processes)
            raise AssertionError(f"not within {PATIENCE} s: {what}\n{logs}") from None


@asynccontextmanager
async def many_processes(folder: Path, *, readers: int) -> AsyncIterator[World]:
    """Two that lead or stand by, two receivers, three workers, all at work."""
    clock = SharedClock(folder / "clock")
    morning = first_morning(datetime.now(UTC)) + timedelta(days=1)
    clock.jump(morning - clock())
    sandbox = Sandbox(clock=clock)
    for number in range(readers):
        sandbox.add_user(User(FIRST_READER + number, f"Pembaca {number}"))
    names = ["run1", "run2", "receive1", "receive2"]
    ports = {name: free_port() for name in names}
    proxy = Proxy([f"http://127.0.0.1:{ports[name]}/telegram" for name in ("receive1", "receive2")])
    async with AsyncExitStack() as stack:
        stack.callback(clock.close)
        server, database = await stack.enter_async_context(postgres.own_server())
        await stack.enter_async_context(sandbox)
        sites = await _serve(stack, build_sites(clock, morning))
        hook = web.Application()
        hook.router.add_post("/telegram", proxy.pass_on)
        settings = {
            "SARI_TELEGRAM_TOKEN": sandbox.token,
            "SARI_TELEGRAM_API_URL": sandbox.api_url,
            "SARI_DATABASE_URL": database,
            "SARI_FEEDS": str(_opml(folder, sites)),
            "SARI_FETCH_ALLOW": sites.removeprefix("http://"),
            "SARI_WEBHOOK_URL": f"{await _serve(stack, hook)}/telegram",
            "SARI_WEBHOOK_SECRET": SECRET,
        }
        team = Team(folder, settings, ports)
        stack.push_async_callback(team.stop)
        for name in (*names, "worker1", "worker2", "worker3"):
            await team.start(name)
        yield World(sandbox, clock, server, database, team, proxy)


async def _serve(stack: AsyncExitStack, app: web.Application) -> str:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}"


def _opml(folder: Path, sites: str) -> Path:
    path = folder / "feeds.opml"
    outlines = "".join(f'<outline text="{feed.title}" xmlUrl="{feed.url}"/>' for feed in feed_urls(sites))
    path.write_text(f'<opml version="2.0"><body>{outlines}</body></opml>', encoding="utf-8")
    return path
