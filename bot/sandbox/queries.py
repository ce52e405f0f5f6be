"""Callback and inline queries that wait for the bot's answer."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.signals import Signal

QueryKind = Literal["callback", "inline"]

# Telegram publishes no figure; clients stop waiting after about this long.
ANSWER_TIME = timedelta(seconds=60)


@dataclass(slots=True)
class _Query:
    kind: QueryKind
    asked_at: datetime
    answer: dict[str, Any] | None = None


class QueryBook:
    """Queries by id: asked by a user, answered once by the bot within a minute."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._queries: dict[str, _Query] = {}
        self._numbers = itertools.count(4_000_000_000_000_001)
        self._answered = Signal()

    def ask(self, kind: QueryKind) -> str:
        """Open a query; its id."""
        query_id = str(next(self._numbers))
        self._queries[query_id] = _Query(kind, self._clock())
        return query_id

    def answer(self, kind: QueryKind, query_id: str, answer: dict[str, Any]) -> None:
        """Record the bot's answer. Raises ApiError 400 for an unknown, answered or old query."""
        query = self._queries.get(query_id)
        too_old = query is not None and self._clock() - query.asked_at > ANSWER_TIME
        if query is None or query.kind != kind or query.answer is not None or too_old:
            raise _invalid()
        query.answer = answer
        self._answered.notify()

    async def wait_answer(self, query_id: str, seconds: float) -> dict[str, Any] | None:
        """The bot's answer, or None after `seconds`."""
        return await self._answered.wait_for(lambda: self._queries[query_id].answer, seconds)


def _invalid() -> ApiError:
    return bad_request("query is too old and response timeout expired or query ID is invalid")
