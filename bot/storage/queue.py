"""The queue of jobs on PostgreSQL, by PgQueuer (docs/decisions.md says why). Its tables are its own: ``pgqueuer…``."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL

from bot.errors import SettingError
from bot.storage.engine import SQLITE, parse_url
from bot.storage.processes import Job, NewJob
from bot.storage.roles import AdvisoryRole, Session, connection_errors_wrapped, driver_url, lock_key

if TYPE_CHECKING:
    from pgqueuer.models import Job as QueuedJob

WORKERS = "workers"
"""The shared role of those that do jobs."""
SILENCE = timedelta(seconds=20)
"""Without a heartbeat for so long, a job goes to another worker; heartbeats come at half of it."""
DRAIN = 20.0
"""Longest time, in seconds, that a stop waits for jobs that are at work; those broken off are done by others."""
ANSWER = 30.0
"""Seconds for a statement about the queue; making its tables may wait for another process that does."""
LOOK_AGAIN = timedelta(seconds=5)
"""New jobs are announced; jobs of the dead are only found by looking."""


def open_queue(database_url: str) -> PgWorkQueue | None:
    """The queue on a database; None on SQLite, where one process does everything.

    Raises:
        SettingError: ``postgres_missing``: the extra ``postgres`` is not installed.
    """
    url = parse_url(database_url)
    if url.drivername == SQLITE:
        return None
    if find_spec("pgqueuer") is None:
        raise SettingError("postgres_missing")
    return PgWorkQueue(url)


class PgWorkQueue:
    """See ``processes.WorkQueue``."""

    def __init__(self, url: URL) -> None:
        self._dsn = driver_url(url)
        self._session = Session(url, answer_seconds=ANSWER)
        self._presence = AdvisoryRole(url, WORKERS, shared=True)
        self._is_installed = False
        logger = logging.getLogger("pgqueuer")
        logger.setLevel(logging.WARNING)
        logger.addFilter(_shorten)

    async def has_workers(self) -> bool:
        # Whoever gets the lock alone has no worker beside it.
        alone = "SELECT CASE WHEN pg_try_advisory_lock($1) THEN pg_advisory_unlock($1) ELSE false END"
        async with self._session.use() as connection:
            return not await connection.fetchval(alone, lock_key(WORKERS))

    async def add(self, jobs: Sequence[NewJob]) -> None:
        if not jobs:
            return
        async with self._queries() as queries:
            await queries.enqueue(
                [job.kind for job in jobs],
                [job.payload for job in jobs],
                [0] * len(jobs),
                dedupe_key=[f"{job.kind} {job.key}" for job in jobs],
                on_conflict="skip",
            )

    async def work(self, jobs: Mapping[str, tuple[Job, int]]) -> None:
        from pgqueuer.errors import FailingListenerError

        async with self._queries():
            pass  # the tables are there
        async with self._pool(2 * len(jobs) + 1) as pool:
            managers = [_manager(pool, kind, job) for kind, (job, _) in jobs.items()]
            running = [
                asyncio.create_task(_run(manager, at_once))
                for manager, (_, at_once) in zip(managers, jobs.values(), strict=True)
            ]
            try:
                await self._be_seen(running)
            except FailingListenerError as error:
                raise ConnectionError from error
            finally:
                for manager in managers:
                    manager.shutdown.set()
                _, late = await asyncio.wait(running, timeout=DRAIN)
                for task in late:
                    task.cancel()
                await asyncio.gather(*running, return_exceptions=True)
                await self._presence.give_up()

    async def _be_seen(self, running: Sequence[asyncio.Task[None]]) -> None:
        """Keep the role of a worker while all of its loops run; the first error goes on."""
        while True:
            if not await self._presence.holds():
                await self._presence.take()
            done, _ = await asyncio.wait(running, timeout=1.0, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()

    async def prune(self) -> None:
        async with self._queries() as queries:
            await queries.clear_queue_log()

    async def close(self) -> None:
        await self._session.close()

    @asynccontextmanager
    async def _queries(self) -> AsyncIterator[Any]:
        """What PgQueuer asks of its tables, which are made or brought up to the version of the library first."""
        from pgqueuer.queries import Queries

        async with self._session.use() as connection:
            queries = Queries.from_asyncpg_connection(connection)
            if not self._is_installed:
                await _install(queries, connection)
                self._is_installed = True
            yield queries

    @asynccontextmanager
    async def _pool(self, size: int) -> AsyncIterator[Any]:
        import asyncpg

        with connection_errors_wrapped():
            # None at the least: asyncpg would open them again and again while the server is away.
            pool = await asyncpg.create_pool(
                self._dsn, min_size=0, max_size=size, timeout=10, server_settings={"application_name": "sari jobs"}
            )
            try:
                yield pool
            finally:
                pool.terminate()


def _shorten(record: logging.LogRecord) -> bool:
    """Drop the tracebacks of a database that is gone: that is no defect, and workers wait for it."""
    import asyncpg

    # An OperatorInterventionError is that of a server which stops or starts.
    gone = OSError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError, asyncpg.InterfaceError
    if record.exc_info and isinstance(record.exc_info[1], (*gone, asyncpg.InternalClientError)):
        record.exc_info = None
    return True


async def _install(queries: Any, connection: Any) -> None:
    key = lock_key("queue schema")
    await connection.execute("SELECT pg_advisory_lock($1)", key)
    try:
        if await queries.schema_is_installed():
            await queries.upgrade()
        else:
            await queries.install()
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", key)


def _manager(pool: Any, kind: str, job: Job) -> Any:
    from pgqueuer.qm import QueueManager
    from pgqueuer.queries import Queries

    async def do(queued: QueuedJob) -> None:
        await job(queued.payload or b"")

    manager = QueueManager(Queries.from_asyncpg_pool(pool))
    manager.entrypoint(kind, accepts_context=False)(do)
    return manager


async def _run(manager: Any, at_once: int) -> None:
    await manager.run(
        dequeue_timeout=LOOK_AGAIN,
        batch_size=max(1, at_once // 2),
        max_concurrent_tasks=max(2, at_once),
        heartbeat_timeout=SILENCE,
        log_aggregation_interval=timedelta(0),
        shutdown_on_listener_failure=True,
    )
