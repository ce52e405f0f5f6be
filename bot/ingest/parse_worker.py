"""The parser process: reads requests on stdin, answers on stdout, ends when stdin closes.

Run by `bot.ingest.parse` as `python -m bot.ingest.parse_worker`. A request is two frames (see `bot.ingest.wire`): a
JSON object with kind, cpu_seconds and what else the kind needs, then the bytes to parse. An answer is one frame: an
object with `result`, or with `error` and `values`; and with `worn`, which says that the next document needs a new
process.
"""

from __future__ import annotations

import contextlib
import gc
import json
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO

from bot.errors import ParseError, SariError
from bot.index_entries import make_entry
from bot.ingest.decide import build_article
from bot.ingest.feeds import parse_feed
from bot.ingest.page_links import parse_links
from bot.ingest.pages import parse_page
from bot.ingest.wire import LENGTH, entry_from, moment_from, pack, page_from
from bot.models import Page, PageLinks, ParsedFeed

MEMORY_BYTES = 1024 * 1024 * 1024
"""Address space: ten times what the largest allowed page takes, a fraction of what a bomb wants."""
MOST_DOCUMENTS = 2000
"""For one process, so that what a library keeps of each of them cannot add up. A start costs half a second."""
GROWN_BYTES = 256 * 1024 * 1024
"""Memory in use between two documents, three times as much as after the start."""

_PARSERS: dict[str, Callable[[bytes, str, str], ParsedFeed | Page | PageLinks]] = {
    "feed": parse_feed,
    "page": parse_page,
    "links": parse_links,
}


def main() -> None:
    """Serve until stdin closes."""
    # Ctrl-C reaches the whole group; Sari ends this process by closing its stdin.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # macOS knows the limit by name and refuses to set it.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    # Whoever is ended by a limit leaves a gigabyte of core behind otherwise.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    # Nothing that a library prints may land between two answers.
    sys.stdout = sys.stderr
    # What the imports made stays; without this it is looked through whenever enough was made besides.
    gc.freeze()
    _answer(answers, {"ready": True})
    for served in count(1):
        head, body = _read_frame(requests), _read_frame(requests)
        if head is None or body is None:
            return
        answer = _serve(json.loads(head), body)
        del body
        worn = served >= MOST_DOCUMENTS or _resident_bytes() > GROWN_BYTES
        _answer(answers, {**answer, "worn": worn})


def _serve(request: dict[str, Any], body: bytes) -> dict[str, Any]:
    _limit_cpu(request["cpu_seconds"])
    try:
        if request["kind"] == "articles":
            return {"result": _build_articles(json.loads(body), request)}
        return {"result": _PARSERS[request["kind"]](body, request["content_type"], request["url"])}
    except SariError as error:
        return {"error": error.key, "values": error.values}
    except MemoryError:
        # What is left of the heap cannot be trusted; the next request gets a new process.
        raise
    except Exception as error:
        # A parser that stumbles over one document is fit for the next.
        traceback.print_exc(limit=-3, file=sys.stderr)
        return {"error": "parse_crashed", "values": {"reason": type(error).__name__}}


def _build_articles(read: list[Any], request: dict[str, Any]) -> list[dict[str, Any]]:
    """The article of each entry, with its place in the search index, or why it is none."""
    outlet, topic, feed_id = request["outlet"], request["topic"], request["feed_id"]
    now, any_language = moment_from(request["now"]), request["any_language"]
    assert now is not None
    built: list[dict[str, Any]] = []
    for entry, page in read:
        try:
            article = build_article(
                entry_from(entry),
                page_from(page) if page else None,
                outlet=outlet,
                now=now,
                topic=topic,
                feed_id=feed_id,
                any_language=any_language,
            )
        except ParseError as error:
            built.append({"error": error.key, "values": error.values})
        else:
            index = make_entry(article.title, article.body, outlet, article.published_at)
            built.append({"article": replace(article, index=index)})
    return built


def _limit_cpu(seconds: int) -> None:
    """Allow this process so many seconds of work from now on."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (used + 1 + seconds, hard))


def _resident_bytes() -> int:
    """Memory in use; 0 where the system does not say (macOS). getrusage gives a peak that begins with the parent's."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    except OSError:
        return 0


def _read_frame(stream: BinaryIO) -> bytes | None:
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    payload = stream.read(length)
    return payload if len(payload) == length else None


def _answer(stream: BinaryIO, message: dict[str, Any]) -> None:
    stream.write(pack(message))
    stream.flush()


if __name__ == "__main__":
    main()
