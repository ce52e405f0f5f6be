"""Which rows of the outbox go out next: urgent kinds first, editions in turns, parts in order, quiet hours kept.

Equal shares for editions (round robin) let a reader of a small edition not wait for the end of a big one that was
queued a minute before: at 30 messages a second, 100,000 readers take an hour.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, or_, select, text, update

from bot.models import OutboxKind, OutboxState, Zone
from bot.schedule import quiet_until
from bot.storage.subscribers import read_quiet
from bot.storage.tables import UtcDateTime, is_leased, is_pending, outbox, subscribers

UNFINISHED = (OutboxState.PENDING, OutboxState.LEASED, OutboxState.SENDING)
SOURCES = 50
"""Editions that take part in one claim."""
PUT_OFF = 1000
"""Rows that one claim moves to the end of their readers' quiet hours, at most."""

Turns = dict[OutboxKind, int]
"""Of each kind, the edition after which the next claim begins. Only fairness hangs on it, so that it is not stored."""

# From edition to edition by the index, however many rows each has.
_SOURCES = text(
    "WITH RECURSIVE source (id) AS ("
    " SELECT min(source_id) FROM outbox WHERE state = 'pending' AND kind = :kind AND source_id > :after"
    " UNION ALL SELECT (SELECT min(source_id) FROM outbox"
    " WHERE state = 'pending' AND kind = :kind AND source_id > source.id) FROM source WHERE source.id IS NOT NULL"
    ") SELECT id FROM source WHERE id IS NOT NULL AND EXISTS (SELECT 1 FROM outbox"
    " WHERE state = 'pending' AND kind = :kind AND source_id = source.id AND not_before <= :now) LIMIT :limit"
).bindparams(bindparam("now", type_=UtcDateTime()))


def choose_rows(connection: Connection, now: datetime, limit: int, turns: Turns) -> list[Row[Any]]:
    """Up to ``limit`` rows that may be sent now, one a chat; moves ``turns``, and rows of readers who want quiet."""
    choice = _Choice(connection, now, limit)
    for kind in OutboxKind:
        choice.share_out(kind, _sources(connection, kind, now, turns))
    for until, ids in choice.put_off.items():
        connection.execute(update(outbox).where(outbox.c.id.in_(ids)).values(not_before=until))
    return choice.rows


def _sources(connection: Connection, kind: OutboxKind, now: datetime, turns: Turns) -> list[int]:
    """Editions with due rows, oldest first; where there are many, those whose turn it is."""

    def after(source_id: int) -> list[int]:
        values = {"kind": kind, "after": source_id, "limit": SOURCES, "now": now}
        return list(connection.execute(_SOURCES, values).scalars())

    found = after(turns.get(kind, 0))
    if len(found) < SOURCES and kind in turns:
        del turns[kind]  # from the beginning again
        return sorted({*found, *after(0)[: SOURCES - len(found)]})
    if len(found) == SOURCES:
        turns[kind] = found[-1]
    return found


class _Choice:
    """The rows chosen so far."""

    def __init__(self, connection: Connection, now: datetime, limit: int) -> None:
        self.rows: list[Row[Any]] = []
        self.put_off: defaultdict[datetime, list[int]] = defaultdict(list)
        self._connection = connection
        self._now = now
        self._limit = limit
        self._chats: set[int] = set()

    def share_out(self, kind: OutboxKind, sources: Sequence[int]) -> None:
        """Give editions equal shares; what one does not use goes to the others."""
        asked = list(sources)
        while asked and len(self.rows) < self._limit:
            share = -(-(self._limit - len(self.rows)) // len(asked))
            asked = [
                source_id
                for source_id in asked
                if self._take(kind, source_id, [older for older in sources if older < source_id], share)
            ]

    def _take(self, kind: OutboxKind, source_id: int, older: Sequence[int], share: int) -> bool:
        """Whether the edition has used its share, and may have more."""
        end = min(self._limit, len(self.rows) + share)
        if len(self.rows) == end:
            return False
        candidates = _candidates(kind, source_id, older, self._now).execution_options(yield_per=share)
        with self._connection.execute(candidates) as rows:
            for part in rows.partitions():
                for row in part:
                    if row.chat_id not in self._chats and not self._is_put_off(row):
                        self._chats.add(row.chat_id)
                        self.rows.append(row)
                    if len(self.rows) == end:
                        return True
                    if sum(map(len, self.put_off.values())) >= PUT_OFF:
                        return False
        return False

    def _is_put_off(self, row: Row[Any]) -> bool:
        until = None if row.urgent else quiet_until(read_quiet(row.quiet), Zone(row.zone or Zone.WIB), self._now)
        if until is not None:
            self.put_off[until].append(row.id)
        return until is not None


def _candidates(kind: OutboxKind, source_id: int, older: Sequence[int], now: datetime) -> Select[Any]:
    """Rows of one edition that may be sent, longest waiting first.

    A part waits for the parts before it, what is not urgent also for ``older`` editions that the chat has due, and all
    of them while anything of the chat is on its way.
    """
    earlier = outbox.alias("earlier")
    before = and_(earlier.c.source_id == source_id, earlier.c.part < outbox.c.part)
    if older:
        waits_for_older = and_(
            earlier.c.source_id.in_(older), earlier.c.not_before <= now, outbox.c.urgent.is_not(True)
        )
        before = or_(before, waits_for_older)
    waits = select(earlier.c.id).where(
        earlier.c.chat_id == outbox.c.chat_id, earlier.c.kind == kind, before, earlier.c.state.in_(UNFINISHED)
    )
    busy = outbox.alias("busy")
    chat_is_busy = select(busy.c.id).where(busy.c.chat_id == outbox.c.chat_id, is_leased(busy))
    return (
        select(
            outbox.c.id,
            outbox.c.chat_id,
            outbox.c.kind,
            outbox.c.source_id,
            outbox.c.part,
            outbox.c.body_id,
            outbox.c.attempts,
            outbox.c.ambiguous,
            outbox.c.urgent,
            subscribers.c.quiet,
            subscribers.c.zone,
        )
        .outerjoin(subscribers, subscribers.c.chat_id == outbox.c.chat_id)
        .where(
            is_pending(outbox),
            outbox.c.kind == kind,
            outbox.c.source_id == source_id,
            outbox.c.not_before <= now,
            ~waits.exists(),
            ~chat_is_busy.exists(),
        )
        .order_by(outbox.c.not_before, outbox.c.id)
    )
