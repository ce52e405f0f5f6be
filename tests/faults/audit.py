"""What the outbox says it did, held against what the ledger of the other side says."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.models import MessageBody, OutboxState
from bot.services.delivery import MAX_ATTEMPTS
from bot.storage.sql import SqlStorage
from bot.storage.tables import message_bodies, outbox
from tests.faults.telegram_server import FaultyTelegram

UNDER_WAY: Final = 2.0
"""Seconds for which a message may be on its way before it arrives: it waits its turn, a second at most in a chat."""
ON_THE_WIRE: Final = 0.1
"""Seconds after which a request that the killed process had written may still be read."""
_UNFINISHED = (OutboxState.PENDING, OutboxState.LEASED, OutboxState.SENDING)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the outbox at the end."""

    chat_id: int
    text: str
    kind: str
    source_id: int
    part: int
    state: str
    attempts: int


@dataclass(slots=True)
class Trouble:
    """What was done to the senders and to their database, and when, in seconds of the monotonic clock."""

    kills: list[float] = field(default_factory=list)
    jumps: list[float] = field(default_factory=list)
    """Of the clock, by more than a lease: a message that is on its way may be sent by another."""
    outages: list[float] = field(default_factory=list)
    """Of the database, when each began: locked, full, gone."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a stage allows."""

    in_flight: int
    rate: int
    """Starts in any second."""
    senders: int = 1
    slack: float = 0.0
    """Seconds by which ``rate`` + 1 starts may be closer than a second, on a machine that is busy with other things."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    name: str
    value: object
    wanted: str = ""
    """Empty where the figure is only told."""
    holds: bool = True


async def read_rows(storage: SqlStorage) -> list[Row]:
    """The whole outbox, as it stands."""
    statement = outbox.select().add_columns(message_bodies.c.content).join(message_bodies)
    async with storage._database.read() as connection:
        return [
            Row(
                row.chat_id,
                MessageBody.from_json(row.content).html,
                row.kind,
                row.source_id,
                row.part,
                row.state,
                row.attempts,
            )
            for row in await connection.execute(statement)
        ]


def audit(
    queued: Iterable[tuple[int, str]],
    rows: Sequence[Row],
    server: FaultyTelegram,
    trouble: Trouble,
    bounds: Bounds,
    starts: Sequence[float],
    integrity: str,
) -> list[Figure]:
    """The invariants of issue 5, one line each.

    Args:
        queued: (chat, text) of everything that was put into the outbox.
        starts: when requests to send left, as the senders wrote it down.
    """
    arrivals = server.ledger.arrivals
    by_key = {(row.chat_id, row.text): row for row in rows}
    listed = {key for key, row in by_key.items() if row.state in (OutboxState.DEAD, OutboxState.UNKNOWN)}
    wanted = set(queued)
    states = Counter(row.state for row in rows)
    copies = {key: len(found) for key, found in arrivals.items()}
    doubled = doubled_by(server, trouble)
    span = shortest_span(starts, bounds.rate)
    wrongly_dead = [
        key
        for key, row in by_key.items()
        if row.state == OutboxState.DEAD and not server.is_blocked(row.chat_id) and row.attempts < MAX_ATTEMPTS
    ]
    overcharged = [key for key, row in by_key.items() if row.attempts > server.ledger.errors[key]]

    def none(name: str, count: int) -> Figure:
        return Figure(name, count, "0", count == 0)

    def at_most(name: str, count: float, limit: float) -> Figure:
        return Figure(name, count, f"at most {limit}", count <= limit)

    return [
        Figure("messages queued", len(wanted)),
        Figure("sent / dead / unknown", f"{states['sent']} / {states['dead']} / {states['unknown']}"),
        Figure("requests / arrivals", f"{len(server.ledger.starts)} / {sum(copies.values())}"),
        Figure("went wrong", ", ".join(f"{n} {name}" for name, n in sorted(server.ledger.struck.items())) or "nothing"),
        Figure(
            "kills / clock jumps / outages",
            f"{len(trouble.kills)} / {len(trouble.jumps)} / {len(trouble.outages)}",
        ),
        none("lost: neither arrived nor listed as dead or unknown", len(wanted - copies.keys() - listed)),
        none("without a row, or a row too many", len(wanted ^ by_key.keys()) + len(rows) - len(by_key)),
        none("not finished", sum(states[state] for state in _UNFINISHED)),
        none(
            "marked sent, not arrived",
            sum(row.state == OutboxState.SENT and key not in copies for key, row in by_key.items()),
        ),
        Figure(
            "unknown, and in fact never arrived",
            sum(row.state == OutboxState.UNKNOWN and key not in copies for key, row in by_key.items()),
        ),
        none("given up without cause", len(wrongly_dead)),
        none("attempts spent on anything but errors", len(overcharged)),
        none("parts out of order", out_of_order(rows, server)),
        at_most("copies of one message", max(copies.values(), default=0), 2),
        Figure("doubled by unanswered sends", doubled["unanswered"]),
        Figure("doubled by clock jumps or outages", doubled["jump"] + doubled["outage"]),
        Figure("doubled by kills", doubled["kill"]),
        at_most("doubled by one kill", max(doubled_by_kill(server, trouble), default=0), bounds.in_flight),
        none("doubled without cause", doubled["nothing"]),
        Figure(
            f"shortest time for {bounds.rate + 1} starts",
            "never so many" if span is None else f"{span:.3f} s",
            f"at least {1 - bounds.slack:g} s",
            bounds.senders > 1 or span is None or span >= 1 - bounds.slack,
        ),
        Figure("integrity of the database", integrity, "ok", integrity == "ok"),
    ]


def doubled_by(server: FaultyTelegram, trouble: Trouble) -> Counter[str]:
    """How many copies came after the first one of their message, by what explains them."""
    causes: Counter[str] = Counter()
    for found in server.ledger.arrivals.values():
        for earlier, later in itertools.pairwise(found):
            causes[_cause(earlier.at, later.at, earlier.is_answered, trouble)] += 1
    return causes


def _cause(first: float, second: float, is_answered: bool, trouble: Trouble) -> str:
    if not is_answered:
        return "unanswered"
    for cause, moments in (("kill", trouble.kills), ("jump", trouble.jumps), ("outage", trouble.outages)):
        if any(first - UNDER_WAY <= moment <= second for moment in moments):
            return cause
    return "nothing"


def doubled_by_kill(server: FaultyTelegram, trouble: Trouble) -> list[int]:
    """Of each kill, the answered messages that arrived last before it and once more after it."""
    counts = [0] * len(trouble.kills)
    for found in server.ledger.arrivals.values():
        for earlier, later in itertools.pairwise(found):
            between = [n for n, moment in enumerate(trouble.kills) if earlier.at - ON_THE_WIRE <= moment <= later.at]
            if earlier.is_answered and between:
                counts[between[0]] += 1
    return counts


def out_of_order(rows: Sequence[Row], server: FaultyTelegram) -> int:
    """Parts whose first copy came before the last copy of an earlier part that the sender knew of."""
    parts: dict[tuple[int, str, int], list[Row]] = {}
    for row in rows:
        parts.setdefault((row.chat_id, row.kind, row.source_id), []).append(row)
    wrong = 0
    for found in parts.values():
        found.sort(key=lambda row: row.part)
        moments = [server.ledger.arrivals.get((row.chat_id, row.text)) for row in found]
        firsts = [arrived[0].at for arrived in moments if arrived]
        wrong += sum(later < earlier for earlier, later in itertools.pairwise(firsts))
    return wrong


def shortest_span(starts: Sequence[float], rate: int) -> float | None:
    """The shortest time in which one start more than ``rate`` happened; None where there never were so many."""
    ordered = sorted(starts)
    return min((last - first for first, last in zip(ordered, ordered[rate:], strict=False)), default=None)


def table(figures: Iterable[Figure]) -> str:
    """As Markdown."""
    lines = ["| figure | value | wanted | |", "|---|---:|---|---|"]
    lines += [
        f"| {one.name} | {one.value} | {one.wanted} | {('ok' if one.holds else 'FAILED') if one.wanted else ''} |"
        for one in figures
    ]
    return "\n".join(lines)
