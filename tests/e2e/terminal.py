"""`sari` without a process of its own: the same command line, its words and its exit code."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.processes import Finished


class Terminal:
    """Runs commands in a thread, so that servers of the test can answer them."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    async def run(self, *arguments: str) -> Finished:
        self._capture.readouterr()
        code = await asyncio.to_thread(_main, arguments)
        return Finished(code, *self._capture.readouterr())


def _main(arguments: tuple[str, ...]) -> int:
    try:
        return main(arguments)
    except SystemExit as end:  # argparse's way out
        return int(end.code or 0)


def write(path: Path, content: str | bytes) -> Path:
    """A file, and the folders that it stands in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def clear_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that speaks Indonesian and has no setting of Sari."""
    for name in os.environ:
        if name.startswith(("SARI_", "LC_", "LANG")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LANG", "id_ID.UTF-8")


@contextmanager
def process_state_kept() -> Iterator[None]:
    """What a command sets for its whole process is as before when the block ends."""
    hook, handlers = sys.excepthook, logging.getLogger().handlers
    filters = [(handler, list(handler.filters)) for handler in handlers]
    levels = {name: logging.getLogger(name).level for name in ("alembic", "apscheduler", "httpx", "httpcore")}
    try:
        yield
    finally:
        sys.excepthook = hook
        for handler, before in filters:
            handler.filters[:] = before
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
