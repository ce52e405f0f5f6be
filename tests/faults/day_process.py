"""One of Sari's processes, with settings in its environment as ever, and a clock that jumps.

python -m tests.faults.day_process run|receive|worker CLOCK_FILE
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

from bot.config import read_settings
from bot.errors import SariError
from bot.serve import receive, run, work
from tests.faults.clock import SharedClock


async def main(kind: str, clock: SharedClock) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    settings = read_settings(os.environ)
    if kind == "run":
        await run(settings, clock, stop, lambda: None)
    else:
        await {"receive": receive, "worker": work}[kind](settings, clock, stop)


if __name__ == "__main__":
    logging.basicConfig(level="INFO", format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        asyncio.run(main(sys.argv[1], SharedClock(Path(sys.argv[2]))))
    except SariError as error:  # as ``sari`` does
        sys.exit(str(error))
