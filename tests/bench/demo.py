"""The second start of ``make demo``: when everything is installed, how long until the page can be opened."""

from __future__ import annotations

import asyncio
import socket
import tempfile
import time
from pathlib import Path

from tests.bench.figures import Figure
from tests.processes import ROOT, running_sari


async def measure() -> list[Figure]:
    """Seconds from the start of the process to "Sari siap"."""
    with tempfile.TemporaryDirectory(prefix="sari-bench-") as folder:
        began = time.perf_counter()
        has_setup = await _check_setup()
        async with running_sari("demo", "--port", str(_free_port()), log=Path(folder) / "demo.log") as demo:
            await demo.wait_until("Sari siap")
            seconds = time.perf_counter() - began
    how = (
        "the look at .venv, then `python -m bot demo`" if has_setup else "`python -m bot demo` alone: no .venv of make"
    )
    return [Figure("second start of make demo", f"{seconds:.1f} s", "< 10 s", f"{how}, until the page can be opened")]


async def _check_setup() -> bool:
    """What make demo does first; left out where it would install something."""
    stamps = [stamp for name in ("", "-dev") if (stamp := ROOT / ".venv" / f".sari{name}").exists()]
    newest = max(
        (ROOT / name).stat().st_mtime for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml")
    )
    if not any(stamp.stat().st_mtime > newest for stamp in stamps):
        return False
    setup = await asyncio.create_subprocess_exec("sh", "tools/setup.sh", "runtime", cwd=ROOT)
    return await setup.wait() == 0


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
