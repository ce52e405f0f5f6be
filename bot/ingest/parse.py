"""Parsing in a process of its own, which is killed when it takes too long.

Articles are made there as well (cleaned, placed, stemmed): strangers wrote them too, and the event loop goes on.
Nothing here imports feedparser, lxml or trafilatura: they are loaded by the child only.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Literal, Self

from bot.errors import ParseError
from bot.ingest.wire import (
    LENGTH,
    MAX_ANSWER,
    Outcome,
    encode,
    feed_from,
    frame,
    links_from,
    outcomes_from,
    pack,
    page_from,
)
from bot.models import Entry, Page, PageLinks, ParsedFeed

WORKER = (sys.executable, "-m", "bot.ingest.parse_worker")
_START_SECONDS = 60.0
"""For the imports of the child, which a busy machine may take long over; they are no document's fault."""
_STOP_SECONDS = 2.0


class ParserProcess:
    """Parses feeds and pages and makes articles of them in a child process, one at a time.

    The child starts with the first document and ends with the `async with` block. Between them it is replaced when it
    has taken too long, died, or says itself that it is worn; only a document that it took too long over is lost.

    Args:
        cpu_seconds: work that one document may cost. A usual feed costs 0.01, one of 10 MB in feedparser 3.6.
        seconds: time that it may take all the same, on a machine that is busy with other things.
        command: how the child is started.
    """

    def __init__(self, *, cpu_seconds: int = 5, seconds: float = 20.0, command: Sequence[str] = WORKER) -> None:
        self._cpu_seconds = cpu_seconds
        self._seconds = seconds
        self._command = command
        self._lock = asyncio.Lock()
        self._child: Process | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        async with self._lock:
            await self._stop()

    async def feed(self, body: bytes, content_type: str, url: str) -> ParsedFeed:
        """Give the entries of a feed; see `feeds.parse_feed`.

        Raises:
            ParseError: of `parse_feed`, or `parse_timeout` or `parse_crashed`.
        """
        return feed_from(await self._parse("feed", body, content_type, url))

    async def page(self, body: bytes, content_type: str, url: str) -> Page:
        """Give the article of a page; see `pages.parse_page`.

        Raises:
            ParseError: of `parse_page`, or `parse_timeout` or `parse_crashed`.
        """
        return page_from(await self._parse("page", body, content_type, url))

    async def links(self, body: bytes, content_type: str, url: str) -> PageLinks:
        """Give the feeds and sitemaps that a page names; see `page_links.parse_links`.

        Raises:
            ParseError: `parse_timeout` or `parse_crashed`.
        """
        return links_from(await self._parse("links", body, content_type, url))

    async def articles(
        self,
        read: Sequence[tuple[Entry, Page | None]],
        *,
        outlet: str,
        now: datetime,
        topic: str | None = None,
        feed_id: int | None = None,
        any_language: bool = False,
    ) -> list[Outcome]:
        """Give the article of each entry, with its place in the search index, or the error that it is none.

        Args:
            read: entries with their pages, where these were fetched.
            outlet, now, topic, feed_id, any_language: as of `decide.build_article`.

        Raises:
            ParseError: `parse_timeout` or `parse_crashed`, over whichever of them.
        """
        about = {"outlet": outlet, "now": now, "topic": topic, "feed_id": feed_id, "any_language": any_language}
        return outcomes_from(await self._request({"kind": "articles", **about}, encode(read)))

    async def _parse(self, kind: Literal["feed", "page", "links"], body: bytes, content_type: str, url: str) -> Any:
        return await self._request({"kind": kind, "content_type": content_type, "url": url}, body)

    async def _request(self, head: Mapping[str, object], body: bytes) -> Any:
        async with self._lock:
            answer = await self._ask(pack({**head, "cpu_seconds": self._cpu_seconds}) + frame(body))
        if "error" in answer:
            raise ParseError(answer["error"], **answer["values"])
        return answer["result"]

    async def _ask(self, request: bytes) -> dict[str, Any]:
        healthy = False
        try:
            child = await self._ready_child()
            async with asyncio.timeout(self._seconds):
                answer = await _exchange(child, request)
            healthy = not answer.pop("worn", True)
            return answer
        except TimeoutError:
            raise ParseError("parse_timeout", seconds=self._seconds) from None
        except (OSError, EOFError, ValueError) as error:
            reason = await self._why_ended() or type(error).__name__
            if reason == signal.SIGXCPU.name:
                raise ParseError("parse_timeout", seconds=self._cpu_seconds) from None
            raise ParseError("parse_crashed", reason=reason) from None
        finally:
            # Also when we are cancelled: an answer that nobody read would be taken for the next one.
            if not healthy:
                await self._stop()

    async def _ready_child(self) -> Process:
        if self._child is not None and self._child.returncode is None:
            return self._child
        await self._stop()
        self._child = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=PIPE,
            stdout=PIPE,
            # The way to our modules and nothing else: no token is in reach of what reads strangers' documents.
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            # A signal meant for Sari must not end the child in the middle of a document.
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(_START_SECONDS):
                await _read_answer(self._child)
        except TimeoutError:
            raise OSError("the parser process did not start") from None
        return self._child

    async def _why_ended(self) -> str | None:
        """The signal or exit code of a child that has gone by itself."""
        if self._child is None:
            return None
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                code = await self._child.wait()
        except TimeoutError:
            return None
        return signal.Signals(-code).name if code < 0 else f"exit {code}"

    async def _stop(self) -> None:
        """End the child and wait until nothing is left of it."""
        child, self._child = self._child, None
        if child is None:
            return
        if child.returncode is None:
            child.kill()
        await child.communicate()


async def _exchange(child: Process, request: bytes) -> dict[str, Any]:
    assert child.stdin is not None
    child.stdin.write(request)
    await child.stdin.drain()
    return await _read_answer(child)


async def _read_answer(child: Process) -> dict[str, Any]:
    assert child.stdout is not None
    (length,) = LENGTH.unpack(await child.stdout.readexactly(LENGTH.size))
    if length > MAX_ANSWER:
        raise ValueError("answer too long")
    answer = json.loads(await child.stdout.readexactly(length))
    if not isinstance(answer, dict):
        raise ValueError("answer is no object")
    return answer
