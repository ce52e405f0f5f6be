"""Keeps the bot token out of everything that is logged.

Libraries do not: httpx logs each URL (the token is part of it) at INFO, ``repr`` of python-telegram-bot's ``Bot`` and
the text of its ``InvalidToken`` show the token.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterable
from types import TracebackType
from typing import Final

REPLACEMENT: Final = "<token>"
_SHAPE: Final = r"\d{6,12}(?::|%3A)[A-Za-z0-9_-]{20,}"
"""Shape of a token, for those that nobody told us of: another bot's in a forwarded message, a mistyped one."""


class Redactor:
    """Replaces tokens in texts.

    Args:
        tokens: those in use; each is also recognised by its secret half, however the colon is written.
    """

    def __init__(self, tokens: Iterable[str] = ()) -> None:
        exact = [re.escape(part) for token in tokens for part in (token, token.partition(":")[2]) if part]
        self._pattern = re.compile("|".join([*exact, _SHAPE]), re.IGNORECASE)

    def redact(self, text: str) -> str:
        return self._pattern.sub(REPLACEMENT, text)


class RedactingFilter(logging.Filter):
    """Replaces tokens in a record before a handler formats it: message, arguments, traceback and stack."""

    def __init__(self, tokens: Iterable[str] = ()) -> None:
        super().__init__()
        self._redactor = Redactor(tokens)

    def filter(self, record: logging.LogRecord) -> bool:
        redact = self._redactor.redact
        try:
            message = record.getMessage()
        except Exception:
            # Arguments that do not fit: logging would print them to stderr as they are.
            message = f"{record.msg} {record.args!r}"
        clean = redact(message)
        if clean != message:
            record.msg, record.args = clean, None
        if record.exc_info and record.exc_info[0] is not None and not record.exc_text:
            record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
        if record.exc_text:
            record.exc_text = redact(record.exc_text)
        if record.stack_info:
            record.stack_info = redact(record.stack_info)
        return True


def install_redaction(tokens: Iterable[str]) -> None:
    """Redacts what the present handlers of the root logger write, and the traceback of a crash.

    Call it once, after logging is configured. httpx and httpcore stay silent below WARNING.
    """
    tokens = tuple(tokens)
    redacting = RedactingFilter(tokens)
    for handler in logging.getLogger().handlers:
        handler.addFilter(redacting)
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    redactor = Redactor(tokens)

    def print_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.stderr.write(redactor.redact("".join(traceback.format_exception(kind, error, trace))))

    sys.excepthook = print_crash
