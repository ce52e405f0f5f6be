"""The movable clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.sandbox import MovableClock

START = datetime(2026, 3, 2, 7, 0, tzinfo=timezone(timedelta(hours=7)))


def test_it_runs_on_from_its_start_in_utc() -> None:
    seconds = [10.0]
    clock = MovableClock(START, monotonic=lambda: seconds[0])
    assert clock() == START
    assert clock().tzinfo is UTC
    seconds[0] = 12.5
    assert clock() == START + timedelta(seconds=2.5)


def test_it_moves_forward_and_runs_on() -> None:
    seconds = [0.0]
    clock = MovableClock(START, monotonic=lambda: seconds[0])
    clock.advance(timedelta(hours=1))
    clock.move_to(START + timedelta(hours=3))
    seconds[0] = 1.0
    assert clock() == START + timedelta(hours=3, seconds=1)


def test_it_never_goes_back() -> None:
    clock = MovableClock(START, monotonic=lambda: 0.0)
    with pytest.raises(ValueError, match="cannot go back"):
        clock.move_to(START - timedelta(seconds=1))
    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance(timedelta(seconds=-1))
    assert clock() == START


def test_it_needs_a_zone() -> None:
    naive = datetime(2026, 3, 2, 7, 0)  # noqa: DTZ001 - the point of the test
    with pytest.raises(ValueError, match="aware"):
        MovableClock(naive)
    with pytest.raises(ValueError, match="aware"):
        MovableClock(START).move_to(naive)


def test_by_default_it_starts_now() -> None:
    before = datetime.now(UTC)
    assert before <= MovableClock()() <= datetime.now(UTC) + timedelta(seconds=1)
