"""The command line in processes of its own, as an operator starts it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

ROOT = Path(__file__).parents[1]
PATIENCE = 60.0
"""Seconds that a process may take for what takes one or two; a busy machine needs many times that."""
NOTHING_SET: Final = MappingProxyType[str, str]({})


@dataclass(frozen=True, slots=True)
class Finished:
    """What a command left behind."""

    code: int
    out: str
    err: str


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """A shell that speaks Indonesian and has no setting of Sari but these."""
    ours = ("SARI_", "LC_", "LANG")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "LANG": "id_ID.UTF-8", "PYTHONPATH": str(ROOT), **settings}


async def run_sari(*arguments: str, settings: Mapping[str, str] = NOTHING_SET, stdin: bytes = b"") -> Finished:
    """Run one command to its end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", *arguments),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        env=environment(settings),
    )
    try:
        async with asyncio.timeout(PATIENCE):
            out, err = await process.communicate(stdin)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return Finished(process.returncode, out.decode(), err.decode())


@dataclass(frozen=True, slots=True)
class RunningSari:
    """A command that goes on until it is told to stop; what it says goes into a file."""

    process: Process
    log: Path

    async def wait_until(self, text: str) -> None:
        """Wait until the process has said ``text``.

        Raises:
            AssertionError: it ended before; its words are in the message.
            TimeoutError: it did not within ``PATIENCE``.
        """
        async with asyncio.timeout(PATIENCE):
            while text not in self.said():
                assert self.process.returncode is None, self.said()
                await asyncio.sleep(0.02)

    async def wait_end(self) -> int:
        """The exit code."""
        async with asyncio.timeout(PATIENCE):
            return await self.process.wait()

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")


@asynccontextmanager
async def running_sari(
    *arguments: str, log: Path, settings: Mapping[str, str] = NOTHING_SET
) -> AsyncIterator[RunningSari]:
    """A command at work while the block runs; ended by SIGTERM, or by force when that is not enough.

    Args:
        log: the file for its output and its errors.
    """
    with log.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", *arguments),
            stdin=DEVNULL,
            stdout=file,
            stderr=file,
            env=environment(settings),
            # A shell that runs us in the background has SIGINT ignored, and children inherit that.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
    try:
        yield RunningSari(process, log)
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            async with asyncio.timeout(PATIENCE):
                await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
