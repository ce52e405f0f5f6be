"""The parser process: reads requests on stdin, answers on stdout, ends when stdin closes.

Run by `bot.ingest.parse` as `python -m bot.ingest.parse_worker`. A request is two frames (see `bot.ingest.wire`): a
JSON object with kind, content_type, url and cpu_seconds, then the bytes to parse. An answer is one frame: an object
with `result`, or with `error` and `values`.
"""

from __future__ import annotations

import contextlib
import json
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any, BinaryIO

from bot.errors import SariError
from bot.ingest.feeds import parse_feed
from bot.ingest.pages import parse_page
from bot.ingest.wire import LENGTH, pack, record
from bot.models import Page, ParsedFeed

MEMORY_BYTES = 1024 * 1024 * 1024
"""Address space: ten times what the largest allowed page takes, a fraction of what a bomb wants."""


def main() -> None:
    """Serve until stdin closes."""
    # Ctrl-C reaches the whole group; Sari ends this process by closing its stdin.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # macOS knows the limit by name and refuses to set it.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    # Nothing that a library prints may land between two answers.
    sys.stdout = sys.stderr
    _answer(answers, {"ready": True})
    while (head := _read_frame(requests)) is not None:
        body = _read_frame(requests)
        if body is None:
            return
        _answer(answers, _serve(json.loads(head), body))


def _serve(request: dict[str, Any], body: bytes) -> dict[str, Any]:
    _limit_cpu(request["cpu_seconds"])
    parse: Callable[[bytes, str, str], ParsedFeed | Page] = parse_feed if request["kind"] == "feed" else parse_page
    try:
        return {"result": record(parse(body, request["content_type"], request["url"]))}
    except SariError as error:
        return {"error": error.key, "values": error.values}
    except MemoryError:
        # What is left of the heap cannot be trusted; the next request gets a new process.
        raise
    except Exception as error:
        # A parser that stumbles over one document is fit for the next.
        traceback.print_exc(limit=-3, file=sys.stderr)
        return {"error": "parse_crashed", "values": {"reason": type(error).__name__}}


def _limit_cpu(seconds: int) -> None:
    """Allow this process so many seconds of work from now on."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (used + 1 + seconds, hard))


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
