"""The proof sees what it is there to see: for each promise, a world in which it is broken."""

from __future__ import annotations

import pytest

from tests.faults.audit import Bounds, Row, Trouble, audit, shortest_span
from tests.faults.telegram_server import Arrival, FaultyTelegram, Weather

PAGI = (1, "pagi")


def row(state: str = "sent", *, text: str = "pagi", part: int = 1, attempts: int = 0) -> Row:
    return Row(1, text, "digest", 7, part, state, attempts)


def broken(
    rows: list[Row],
    arrivals: dict[tuple[int, str], list[float]],
    *,
    trouble: Trouble | None = None,
    starts: tuple[float, ...] = (),
    answered: bool = True,
    integrity: str = "ok",
) -> list[str]:
    """The lines that do not hold, of a world with these rows in which two messages were queued at most."""
    server = FaultyTelegram(1, Weather())
    for key, moments in arrivals.items():
        server.ledger.arrivals[key] = [Arrival(moment, answered) for moment in moments]
    queued = {PAGI, *((one.chat_id, one.text) for one in rows)}
    bounds = Bounds(in_flight=1, rate=2)
    figures = audit(queued, rows, server, trouble or Trouble(), bounds, starts, integrity)
    return [figure.name for figure in figures if not figure.holds]


def test_a_quiet_day_breaks_nothing() -> None:
    assert broken([row()], {PAGI: [10.0]}, starts=(0.0, 0.5, 1.0)) == []


@pytest.mark.parametrize(
    ("rows", "arrivals", "line"),
    [
        ([row("pending")], {}, "lost: neither arrived nor listed as dead or unknown"),
        ([], {PAGI: [10.0]}, "without a row, or a row too many"),
        ([row("sending")], {PAGI: [10.0]}, "not finished"),
        ([row("sent")], {}, "marked sent, not arrived"),
        ([row("dead")], {}, "given up without cause"),
        ([row("sent", attempts=1)], {PAGI: [10.0]}, "attempts spent on anything but errors"),
        ([row("sent")], {PAGI: [10.0, 11.0, 12.0]}, "copies of one message"),
        ([row("sent")], {PAGI: [10.0, 11.0]}, "doubled without cause"),
        ([row(), row(text="2", part=2)], {PAGI: [10.0], (1, "2"): [9.0]}, "parts out of order"),
    ],
)
def test_a_broken_promise_is_seen(rows: list[Row], arrivals: dict[tuple[int, str], list[float]], line: str) -> None:
    assert line in broken(rows, arrivals)


def test_copies_have_their_cause() -> None:
    doubled = {PAGI: [10.0, 20.0]}
    assert broken([row()], doubled, answered=False) == []
    assert broken([row()], doubled, trouble=Trouble(kills=[15.0])) == []
    assert broken([row()], doubled, trouble=Trouble(kills=[25.0])) == ["doubled without cause"]


def test_a_kill_may_double_no_more_than_was_in_flight() -> None:
    rows = [row(), row(text="malam")]
    doubled = {PAGI: [10.0, 20.0], (1, "malam"): [10.0, 20.0]}
    assert broken(rows, doubled, trouble=Trouble(kills=[15.0])) == ["doubled by one kill"]
    assert broken(rows, doubled, trouble=Trouble(kills=[15.0]), answered=False) == []


def test_starts_that_are_too_close_and_a_broken_database_are_seen() -> None:
    assert broken([row()], {PAGI: [10.0]}, starts=(0.0, 0.5, 0.9)) == ["shortest time for 3 starts"]
    assert broken([row()], {PAGI: [10.0]}, integrity="row 1 missing") == ["integrity of the database"]
    assert shortest_span([5.0, 1.0, 2.0], 2) == 4.0
    assert shortest_span([1.0], 2) is None
