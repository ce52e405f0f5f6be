"""The clock of the sandbox: it runs in real time and can be moved forward."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class MovableClock:
    """A clock that runs on from `start` (aware; now by default) and only ever goes forward.

    monotonic: the seconds that drive it; an argument so that a test can hold it still.
    """

    def __init__(self, start: datetime | None = None, monotonic: Callable[[], float] = time.monotonic) -> None:
        if start is not None and start.tzinfo is None:
            raise ValueError("MovableClock needs an aware start")
        self._monotonic = monotonic
        self._began = monotonic()
        self._start = (start or datetime.now(UTC)).astimezone(UTC)

    def __call__(self) -> datetime:
        """The present moment, aware, in UTC."""
        return self._start + timedelta(seconds=self._monotonic() - self._began)

    def move_to(self, moment: datetime) -> None:
        """Jump to `moment` (aware). Raises ValueError when it lies in the past or has no zone."""
        if moment.tzinfo is None:
            raise ValueError("MovableClock needs an aware moment")
        self.advance(moment - self())

    def advance(self, step: timedelta) -> None:
        """Jump forward by `step`. Raises ValueError when it is negative."""
        if step < timedelta(0):
            raise ValueError("MovableClock cannot go back")
        self._start += step
