"""Faults that a test switches on: delays, errors and cut connections."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

FaultKind = Literal["delay", "429", "500", "cut_before", "cut_after"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong, and when.

    delay: the request waits `seconds` and is then carried out; 429 and 500 answer so and do nothing;
    cut_before closes the connection with nothing done; cut_after does everything and closes it unanswered.
    method and chat_id narrow it (None: any); times: how often it strikes (None: always);
    probability: of striking each time, drawn from `random`, which a fault with less than 1 needs.
    """

    kind: FaultKind
    method: str | None = None
    chat_id: int | None = None
    times: int | None = 1
    seconds: float = 0.0
    retry_after: int = 1
    probability: float = 1.0
    random: Random | None = None

    def __post_init__(self) -> None:
        if self.probability < 1 and self.random is None:
            raise ValueError("a fault with a probability needs a seeded random")

    def concerns(self, method: str, chat_id: int | None) -> bool:
        """True when a call of `method` for `chat_id` is of the kind it strikes."""
        if self.method is not None and self.method.lower() != method.lower():
            return False
        return self.chat_id is None or self.chat_id == chat_id


class FaultList:
    """The faults in force; the first one that concerns a call strikes."""

    def __init__(self) -> None:
        self._left: list[tuple[Fault, int | None]] = []

    def __len__(self) -> int:
        return len(self._left)

    def add(self, fault: Fault) -> None:
        """Put a fault in force, after those that already are."""
        self._left.append((fault, fault.times))

    def clear(self) -> None:
        """No faults any more."""
        self._left.clear()

    def strike(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault that hits this call, counted as used, or None."""
        for index, (fault, left) in enumerate(self._left):
            if not fault.concerns(method, chat_id):
                continue
            if fault.random is not None and fault.random.random() >= fault.probability:
                continue
            if left is not None:
                self._left[index] = (fault, left - 1)
                if left <= 1:
                    del self._left[index]
            return fault
        return None
