"""A clock that several processes share, and that jumps: the real time and an offset that stands in a small file."""

from __future__ import annotations

import mmap
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

_OFFSET: Final = struct.Struct("d")


class SharedClock:
    """Gives the present moment in UTC; whoever opens the same file sees the same jumps at once."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(_OFFSET.pack(0.0))
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), _OFFSET.size)

    def __call__(self) -> datetime:
        (seconds,) = _OFFSET.unpack_from(self._memory)
        return datetime.now(UTC) + timedelta(seconds=seconds)

    def jump(self, step: timedelta) -> None:
        """Set every process's clock forward, or back."""
        (seconds,) = _OFFSET.unpack_from(self._memory)
        _OFFSET.pack_into(self._memory, 0, seconds + step.total_seconds())

    def close(self) -> None:
        self._memory.close()
